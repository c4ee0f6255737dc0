/*
 * The tests of a rule file: run (cmd_test.c), shown to people and programs (test_page.c), written
 * for a build server (test_junit.c), suggested (test_suggest.c), and run again when a file changes
 * (watch.c). What one file came to stands in one struct that all of them read.
 */
#ifndef ICP_TEST_H
#define ICP_TEST_H

#include "commands.h"

struct icp_tested {
    const char *path;
    struct icp_diagnostics list;
    struct icp_ruleset *rules; /* NULL: it does not compile, the list says why */
    struct icp_err unreadable; /* when the list does not */
    const struct icp_rules_test *tests;
    size_t count, failed;
    const struct icp_rules_line *lines; /* in the order of the file */
    const bool *reached;                /* along the lines: by some test */
    size_t line_count, reached_count;
};

/* Lines reached in percent, rounded down, so that 100 is all of them; 100 when there are none. */
int icp_tested_percent(const struct icp_tested *tested);
/* "size: 20..49", "tier call: hand_raise >= 40": what a line is, for people. */
void icp_line_words(const struct icp_rules_line *line, struct icp_buf *out);

/* Everything about one file; nothing about `require` percent when it is negative. */
void icp_test_page(const struct icp_tested *tested, int require, bool colour, struct icp_buf *out);
/* One JSON object a line: each test, then the file. */
void icp_test_json(const struct icp_tested *tested, struct icp_buf *out);
/* The whole JUnit document of several files. */
void icp_test_junit(const struct icp_tested *tested, size_t count, int require,
                    struct icp_buf *out);

/* --suggest: prints tests for one file, or puts them into it. */
int icp_test_suggest(struct icp_app *app, const char *path, const struct icp_dictionary *dictionary,
                     bool all, bool write, struct icp_err *err);

/* Blocks until one of the files is another than it was at the last call (the first call: than at
   icp_watch_open), also when an editor puts a new file in its place. ICP_STOP: told to stop. Where
   the system cannot notify, it looks twice a second. */
struct icp_watch;
enum icp_status icp_watch_open(struct icp_arena *arena, const char *const *paths, size_t count,
                               const volatile int *stopping, struct icp_watch **ret,
                               struct icp_err *err);
/* One more file, from now on; one that is watched already stays as it is. */
void icp_watch_add(struct icp_watch *watch, struct icp_str path);
enum icp_status icp_watch_wait(struct icp_watch *watch, const char **changed, struct icp_err *err);
void icp_watch_close(struct icp_watch *watch);

#endif
