/*
 * test: compiles each rule file, runs the tests that stand in it, and works out which of its lines
 * no test reaches. With --watch again whenever one of the files changes.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "number.h"
#include "test.h"

enum { MOST_FILES = 100, OUTPUT_MOST = 16 * 1024 * 1024 };
#define RUN_MEMORY ((size_t)64 * 1024 * 1024)

enum { WATCH, JUNIT, REQUIRE, SUGGEST, ALL, WRITE, SWITCH_COUNT };
static const struct icp_switch switches[SWITCH_COUNT] = {
    [WATCH] = {"watch", NULL, "run again whenever a file changes, until Ctrl-C"},
    [JUNIT] = {"junit", "FILE", "write the results as JUnit XML too"},
    [SUGGEST] = {"suggest", NULL,
                 "print tests for the lines that no test reaches, to put below \"tests:\""},
    [ALL] = {"all", NULL, "with --suggest: for every line, and just beside it"},
    [WRITE] = {"write", NULL, "with --suggest: put them into the file"},
    [REQUIRE] = {"require-coverage", "N", "end with 1 when less than N % of the lines are reached"},
};

struct request {
    struct icp_app *app;
    const char *const *paths;
    size_t count;
    const char *junit;
    int require; /* percent; -1: none */
    const struct icp_dictionary *dictionary;
};

/* ---- One file -------------------------------------------------------------------------------- */

static int by_place(const void *a, const void *b)
{
    const struct icp_rules_line *const *left = a, *const *right = b;
    if ((*left)->line != (*right)->line)
        return (*left)->line < (*right)->line ? -1 : 1;
    return ((*left)->column > (*right)->column) - ((*left)->column < (*right)->column);
}

/* Which lines the tests reach, in the order of the file. */
static enum icp_status cover(struct icp_tested *tested, struct icp_arena *arena,
                             struct icp_err *err)
{
    size_t count;
    const struct icp_rules_line *lines = icp_rules_lines(tested->rules, &count);
    bool *reached = ICP_NEW_ARRAY(arena, bool, count + 1);
    bool *ordered = ICP_NEW_ARRAY(arena, bool, count + 1);
    const struct icp_rules_line **places =
        ICP_NEW_ARRAY(arena, const struct icp_rules_line *, count + 1);
    struct icp_rules_line *sorted = ICP_NEW_ARRAY(arena, struct icp_rules_line, count + 1);
    if (reached == NULL || ordered == NULL || places == NULL || sorted == NULL)
        return icp_fail(err, ICP_BUG, "no memory left for the lines of %s", tested->path);
    if (icp_rules_cover(tested->rules, arena, reached, err) != ICP_OK)
        return err->status;
    for (size_t i = 0; i < count; i++)
        places[i] = &lines[i];
    qsort(places, count, sizeof(*places), /* NOLINT(bugprone-sizeof-expression) */
          by_place);
    for (size_t i = 0; i < count; i++) {
        sorted[i] = *places[i];
        ordered[i] = reached[places[i] - lines];
        tested->reached_count += ordered[i];
    }
    tested->lines = sorted;
    tested->reached = ordered;
    tested->line_count = count;
    return ICP_OK;
}

/* Once a rule: a test that meets a limit shows a pattern that records would meet it with. */
static void say_stops(const struct request *request, const struct icp_tested *tested,
                      struct icp_arena *arena)
{
    struct icp_stop_tally stops = {0};

    for (size_t i = 0; i < tested->count; i++)
        icp_stops_add(&stops, 0, tested->tests[i].result->stops,
                      tested->tests[i].result->stop_count, tested->tests[i].name, i);
    for (size_t i = 0; i < stops.count; i++)
        icp_log_write(request->app->log, ICP_LOG_WARNING, "%.*s",
                      ICP_STR_ARGUMENTS(icp_stops_text(&stops.notes[i], tested->path, arena)));
}

static enum icp_status run_file(const struct request *request, const char *path,
                                struct icp_arena *arena, struct icp_tested *tested,
                                struct icp_err *err)
{
    *tested = (struct icp_tested){.path = path};
    icp_rules_from_file(request->app, path, request->dictionary, arena, &tested->list,
                        &tested->rules, NULL, &tested->unreadable);
    if (tested->rules == NULL)
        return ICP_OK;
    if (icp_rules_run_tests(tested->rules, arena, &tested->tests, &tested->count, &tested->failed,
                            err) != ICP_OK)
        return err->status;
    say_stops(request, tested, arena);
    return cover(tested, arena, err);
}

/* ---- All of them ------------------------------------------------------------------------------
 */

static void print_files(const struct request *request, const struct icp_tested *tested)
{
    bool colour = icp_wants_colour();
    struct icp_buf out;
    icp_buf_open(&out, OUTPUT_MOST);
    for (size_t i = 0; i < request->count; i++) {
        if (request->app->json) {
            if (tested[i].rules == NULL)
                icp_print_diagnostics(request->app, &tested[i].list);
            icp_test_json(&tested[i], &out);
            continue;
        }
        if (i > 0)
            icp_buf_add_char(&out, '\n');
        icp_test_page(&tested[i], request->require, colour, &out);
    }
    if (out.length > 0)
        (void)fwrite(out.data, 1, out.length, stdout);
    icp_buf_finish(&out);
}

static enum icp_status write_junit(const struct request *request, const struct icp_tested *tested,
                                   struct icp_err *err)
{
    enum icp_status status;
    struct icp_buf out;
    if (request->junit == NULL)
        return ICP_OK;
    for (size_t i = 0; i < request->count; i++)
        if (icp_file_is_same(request->junit, request->paths[i]))
            return icp_fail(err, ICP_STATE, "--junit would overwrite %s", request->paths[i]);
    icp_buf_open(&out, OUTPUT_MOST);
    icp_test_junit(tested, request->count, request->require, &out);
    if (out.failed)
        status = icp_fail(err, ICP_BUG, "the results do not fit into %d bytes", OUTPUT_MOST);
    else
        status = icp_file_replace(request->junit, icp_buf_view(&out), err);
    icp_buf_finish(&out);
    return status;
}

/* A file that cannot be read is an error of its own; one that does not compile, a finding. */
static int judge(const struct request *request, const struct icp_tested *tested,
                 struct icp_err *err)
{
    int status = ICP_EXIT_DONE;
    for (size_t i = 0; i < request->count; i++) {
        if (tested[i].rules == NULL && tested[i].list.errors == 0 && err->status == ICP_OK)
            *err = tested[i].unreadable;
        if (tested[i].rules == NULL || tested[i].failed > 0 ||
            icp_tested_percent(&tested[i]) < request->require)
            status = ICP_EXIT_FOUND;
    }
    return err->status != ICP_OK ? ICP_EXIT_DONE : status;
}

static int run_once(const struct request *request, struct icp_err *err)
{
    struct icp_arena arena;
    struct icp_tested *tested;
    int status = ICP_EXIT_DONE;
    icp_arena_open(&arena, RUN_MEMORY);
    tested = ICP_NEW_ARRAY(&arena, struct icp_tested, request->count + 1);
    for (size_t i = 0; tested != NULL && err->status == ICP_OK && i < request->count; i++)
        (void)run_file(request, request->paths[i], &arena, &tested[i], err);
    if (tested != NULL && err->status == ICP_OK) {
        print_files(request, tested);
        if (write_junit(request, tested, err) == ICP_OK)
            status = judge(request, tested, err);
    }
    for (size_t i = 0; tested != NULL && i < request->count; i++)
        icp_rules_close(tested[i].rules);
    icp_arena_close(&arena);
    return status;
}

/* ---- Again and again ---------------------------------------------------------------------------
 */

static void begin_page(const char *changed)
{
    if (isatty(STDOUT_FILENO))
        (void)fputs("\033[H\033[2J\033[3J", stdout);
    else if (changed != NULL)
        (void)printf("\n%s changed\n", changed);
}

static void watch_list(void *context, struct icp_str path)
{
    icp_watch_add(context, path);
}

static int run_watch(const struct request *request, struct icp_err *err)
{
    struct icp_watch *watch = NULL;
    const char *changed = NULL;
    int status = ICP_EXIT_DONE;
    if (icp_watch_open(&request->app->arena, request->paths, request->count, request->app->stopping,
                       &watch, err) == ICP_OK) {
        request->app->beside = watch_list; /* lists kept in files are watched too */
        request->app->beside_context = watch;
        do {
            struct icp_err one = {0}; /* a file that is away for a moment is no reason to end */
            begin_page(changed);
            status = run_once(request, &one);
            if (one.status != ICP_OK)
                (void)printf("%s\n", one.message);
            if (isatty(STDOUT_FILENO))
                (void)printf("\nWaiting for a change. Ctrl-C ends it.\n");
            (void)fflush(stdout);
        } while (icp_watch_wait(watch, &changed, err) == ICP_OK);
        if (err->status == ICP_STOP)
            icp_err_clear(err);
    }
    icp_watch_close(watch);
    return status;
}

/* ---- The command -------------------------------------------------------------------------------
 */

static bool read_request(struct icp_app *app, const struct icp_arguments *arguments,
                         struct request *request, struct icp_err *err)
{
    const char *require = arguments->values[REQUIRE];
    int64_t percent = -1;
    *request = (struct request){.app = app, .junit = arguments->values[JUNIT]};
    if (require != NULL &&
        (!icp_integer_parse(icp_str_from(require), &percent) || percent < 0 || percent > 100)) {
        icp_fail(err, ICP_BAD_CONFIG, "--require-coverage wants a percentage, not \"%s\"", require);
        return false;
    }
    for (int i = ALL; i <= WRITE; i++)
        if (arguments->values[i] != NULL && arguments->values[SUGGEST] == NULL) {
            icp_fail(err, ICP_BAD_CONFIG, "--%s goes with --suggest", switches[i].name);
            return false;
        }
    if (arguments->values[SUGGEST] != NULL && arguments->count > 1) {
        icp_fail(err, ICP_BAD_CONFIG, "--suggest takes one file");
        return false;
    }
    request->require = (int)percent;
    request->dictionary = icp_rule_dictionary(app);
    request->paths = arguments->operands;
    request->count = arguments->count;
    return true;
}

static int run_test(struct icp_app *app, const struct icp_arguments *arguments, struct icp_err *err)
{
    struct request request;
    if (!read_request(app, arguments, &request, err))
        return ICP_EXIT_USAGE;
    if (request.count == 0)
        request.paths = icp_rule_paths(app, arguments, &request.count, err);
    if (err->status != ICP_OK || request.paths == NULL)
        return ICP_EXIT_DONE;
    if (arguments->values[SUGGEST] != NULL)
        return icp_test_suggest(app, request.paths[0], request.dictionary,
                                arguments->values[ALL] != NULL, arguments->values[WRITE] != NULL,
                                err);
    return arguments->values[WATCH] != NULL ? run_watch(&request, err) : run_once(&request, err);
}

const struct icp_command icp_command_test = {
    .name = "test",
    .arguments = "[FILE …]",
    .summary = "Run the tests that stand in rule files, and name the lines that no test reaches",
    .help =
        "Without FILE the configured ones. A test that fails shows what was expected, what came "
        "out and why.\n"
        "Lines are bands, keys of a match, prefixes, cases, disqualifiers, adjustments, signal "
        "lines, caps,\n"
        "grades and tiers. Ends with 1 when a test fails.\n",
    .switches = switches,
    .switch_count = SWITCH_COUNT,
    .most = MOST_FILES,
    .run = run_test,
};
