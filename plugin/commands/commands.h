/*
 * The program: one file a subcommand, and the table of them. Only this layer prints. A command
 * fills an icp_err; main prints it once, one line and a hint, and turns the status into the exit
 * status.
 */
#ifndef ICP_COMMANDS_H
#define ICP_COMMANDS_H

#include <stdio.h>

#include "config.h"
#include "log.h"
#include "night.h"

enum icp_exit {
    ICP_EXIT_DONE = 0,
    ICP_EXIT_FOUND = 1, /* a check or a test found something */
    ICP_EXIT_USAGE = 2,
    ICP_EXIT_DATA = 65,       /* input data refused */
    ICP_EXIT_NO_CRM = 69,     /* no CRM could be reached */
    ICP_EXIT_BUG = 70,        /* a broken invariant; please report it */
    ICP_EXIT_STATE = 74,      /* state or file I/O */
    ICP_EXIT_AGAIN = 75,      /* stopped early, run again */
    ICP_EXIT_PERMISSION = 77, /* permission, token or scope */
    ICP_EXIT_CONFIG = 78,     /* configuration, approval or breaker */
};

struct icp_app {
    const char *config_path; /* --config, $ICP_CONFIG or /etc/icp/icp.yaml */
    bool json, quiet;
    struct icp_log *log;
    struct icp_arena arena; /* of the process */
    const volatile int *stopping;
    /* Told of each file beside a rule file that icp_rules_from_file reads; NULL: nobody asks. */
    void (*beside)(void *context, struct icp_str path);
    void *beside_context;
};

struct icp_switch { /* an option of a command; value NULL: a flag */
    const char *name, *value, *help;
};
struct icp_option_given { /* an option as it was given, in order: for those that may be given
                             repeatedly */
    size_t which;         /* of the command's switches */
    const char *value;
};
enum { ICP_SWITCHES_MOST = 24 };
struct icp_arguments {
    const char **operands;
    size_t count;
    const char *values[ICP_SWITCHES_MOST]; /* along the command's switches; "" for a flag that was
                                              given; NULL: not given; else the last one */
    struct icp_option_given *given;
    size_t given_count;
};
struct icp_command {
    const char *name, *arguments, *summary;
    const char *help; /* paragraphs behind the usage line */
    const struct icp_switch *switches;
    size_t switch_count;
    size_t least, most; /* operands */
    /* Returns an exit status; when err was filled in, main prints it and the exit status comes from
       it unless the command returned one of its own (ICP_EXIT_FOUND). */
    int (*run)(struct icp_app *app, const struct icp_arguments *arguments, struct icp_err *err);
};

extern const struct icp_command
    *const icp_command_table[]; /* NULL-terminated, in the order of help */
int icp_exit_of(const struct icp_err *err);
/* argv of main; prints, returns the exit status. */
int icp_main(int argc, char **argv, const volatile int *stopping);

/* ---- session.c: what a command has open ----------------------------------------------------- */

struct icp_session {
    struct icp_app *app;
    struct icp_config config;
    struct icp_store *store;
    const struct icp_dictionary *dictionary;
    struct icp_night_rules rules;
    size_t file; /* the one that the command was given, among them */
    struct icp_night night;
    int64_t backup_ms; /* reading from a backup of that time; 0: from the database */
    struct icp_session_network *network;
    bool has_rules, has_night;
};
enum icp_session_needs {
    ICP_NEEDS_CONFIG = 0,
    ICP_NEEDS_STORE = 1,   /* for writing */
    ICP_NEEDS_READING = 2, /* the database or the last backup */
    ICP_NEEDS_NETWORK = 4,
    ICP_NEEDS_RULES = 8, /* the approved rules and the file on disk */
};
enum icp_status icp_session_open(struct icp_app *app, unsigned needs, struct icp_session *session,
                                 struct icp_err *err);
/* The same with a file that the command was given: one of the configured ones, or another in the
   place of the only one. path NULL: none was given. */
enum icp_status icp_session_open_with_rules(struct icp_app *app, unsigned needs, const char *path,
                                            struct icp_session *session, struct icp_err *err);
void icp_session_close(struct icp_session *session);
/* A notice when what is read is a backup. */
void icp_session_say_backup(const struct icp_session *session);
/* The day for which rules are looked up and scores worked out when no CRM was asked: that of the
   last run, else today by this machine's clock. */
int32_t icp_session_day(const struct icp_session *session);
/* Reads and compiles one file against the built-in dictionaries (or the configured CRM's); prints
 * its diagnostics. */
enum icp_status icp_rules_from_file(struct icp_app *app, const char *path,
                                    const struct icp_dictionary *dictionary,
                                    struct icp_arena *arena, struct icp_diagnostics *list,
                                    struct icp_ruleset **rules, struct icp_ruleset_row *row,
                                    struct icp_err *err);
/* The same of a text that stands, or is to stand, in that file. */
enum icp_status icp_rules_from_text(struct icp_app *app, const char *path, struct icp_str text,
                                    const struct icp_dictionary *dictionary,
                                    struct icp_arena *arena, struct icp_diagnostics *list,
                                    struct icp_ruleset **rules, struct icp_err *err);

/* ---- rule_file.c: what the commands about rule files share ---------------------------------- */

/* The dictionary of the CRM that is configured, else of the first one this program knows. */
const struct icp_dictionary *icp_rule_dictionary(struct icp_app *app);
/* The operand `index`, else the first configured file; NULL with err when there is neither. */
const char *icp_rule_path(struct icp_app *app, const struct icp_arguments *arguments, size_t index,
                          struct icp_err *err);
/* All operands, else all configured files: `count` of them; none with err when there are neither.
 */
const char *const *icp_rule_paths(struct icp_app *app, const struct icp_arguments *arguments,
                                  size_t *count, struct icp_err *err);
/* On standard output, as text or, with --json, as one object a line. */
void icp_print_diagnostics(const struct icp_app *app, const struct icp_diagnostics *list);

/* ---- print.c: how things look --------------------------------------------------------------- */

struct icp_str icp_thousands(int64_t value, char text[32]); /* 12,345 */
bool icp_wants_colour(void); /* standard output is a person's terminal, and they have not said no */
void icp_print_json(struct icp_buf *line); /* one line on standard output, buffer emptied */
/* print_week.c: the week's room, for people and as a member "room" of an object. */
struct icp_json_writer;
void icp_print_week(const struct icp_night_week *week);
void icp_json_week(struct icp_json_writer *json, const struct icp_night_week *week);
void icp_print_night(const struct icp_session *session);       /* what the run did */
void icp_print_rules_state(const struct icp_session *session); /* what stands in the way of the file
                                                                  on disk; nothing when current */
/* On standard error: what is wrong with the rule files; true when something is. */
/* A line for each rule file whose date of review has passed. */
void icp_print_review(const struct icp_session *session);
bool icp_review_due(const struct icp_session *session); /* of any of the files */
bool icp_print_problems(const struct icp_session *session);
void icp_print_preview(const struct icp_session *session, const struct icp_preview *preview,
                       bool compared);
void icp_print_best(struct icp_session *session, size_t most, struct icp_err *err);
void icp_progress_print(void *context, const char *what, int64_t done, int64_t total);
void icp_progress_clear(void);

/* The second stage of a night: "icp score" without a file. */
int icp_score_stage(struct icp_app *app, struct icp_err *err);

extern const struct icp_command icp_command_init, icp_command_check, icp_command_fields,
    icp_command_fmt, icp_command_test, icp_command_explain, icp_command_eval, icp_command_setup,
    icp_command_sync, icp_command_pull, icp_command_score, icp_command_plan, icp_command_push,
    icp_command_approve, icp_command_undo, icp_command_status;

#endif
