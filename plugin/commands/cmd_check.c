/*
 * check: every error, warning and note of rule files, at once. What the files say of themselves,
 * of each other, and of the CRM's properties when these are known.
 */
#include "check_report.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bounds.h"
#include "file.h"
#include "registry.h"

enum { FORMAT, STRICT, OPTIONS };
static const struct icp_switch check_switches[] = {
    [FORMAT] = {"format", "FORMAT", "text, json, sarif (2.1.0) or github (workflow commands)"},
    [STRICT] = {"strict", NULL, "end with 1 for warnings too"},
    [OPTIONS] = {"options", "FILE", "the CRM's properties and their options, as JSON"},
};

struct checking {
    struct icp_app *app;
    const struct icp_dictionary *dictionary;
    struct icp_rules_checking with;
    enum icp_check_format format;
    const char **paths;
    struct icp_diagnostics *lists;
    struct icp_ruleset **rules; /* NULL: has errors */
    size_t count;
    bool *unread;
};

static bool take_format(const struct icp_app *app, const char *name, struct checking *run)
{
    static const char *const names[] = {[ICP_CHECK_TEXT] = "text",
                                        [ICP_CHECK_JSON] = "json",
                                        [ICP_CHECK_SARIF] = "sarif",
                                        [ICP_CHECK_GITHUB] = "github"};
    run->format = app->json ? ICP_CHECK_JSON : ICP_CHECK_TEXT;
    if (name == NULL)
        return true;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(name, names[i]) == 0) {
            run->format = (enum icp_check_format)i;
            return true;
        }
    return false;
}

/* Beside the state database, where a later version leaves what the CRM says. */
static const char *saved_properties(struct icp_app *app)
{
    struct icp_diagnostics list;
    struct icp_config config;
    struct icp_err ignored = {0};
    const char *slash;
    struct icp_str path;
    if (icp_config_load(app->config_path, &app->arena, &list, &config, &ignored) != ICP_OK ||
        config.state == NULL)
        return NULL;
    slash = strrchr(config.state, '/');
    path = icp_arena_format(&app->arena, "%.*sfields.json",
                            slash != NULL ? (int)(slash - config.state) + 1 : 0, config.state);
    return access(path.data, R_OK) == 0 ? path.data : NULL;
}

/* A file that cannot be read at all is told in err, the first of them; the others are checked. */
static void check_file(struct checking *run, size_t index, struct icp_err *err)
{
    struct icp_diagnostics *list = &run->lists[index];
    const char *path = run->paths[index];
    struct icp_err found = {0};
    struct icp_buf text;
    icp_buf_open(&text, ICP_MAX_RULE_FILE);
    icp_rules_from_file(run->app, path, run->dictionary, &run->app->arena, list, &run->rules[index],
                        NULL, &found);
    bool unreadable = run->rules[index] == NULL && list->errors == 0;
    if (!unreadable && icp_file_read(path, ICP_MAX_RULE_FILE, &text, &found) == ICP_OK) {
        if (run->rules[index] != NULL)
            icp_rules_check(run->rules[index], &run->with, list);
        icp_rules_check_text(icp_buf_view(&text), list);
        icp_diagnostics_sort(list);
    }
    icp_buf_finish(&text);
    run->unread[index] = unreadable;
    if (unreadable && err->status == ICP_OK)
        *err = found;
}

/* The files that compiled, each against those before it; what differs is reported in the later. */
static void check_together(struct checking *run)
{
    for (size_t i = 1; i < run->count; i++) {
        bool agree = run->rules[i] != NULL;
        for (size_t k = 0; k < i && agree; k++) {
            const struct icp_ruleset *rules[] = {run->rules[k], run->rules[i]};
            const char *paths[] = {run->paths[k], run->paths[i]};
            agree = rules[0] == NULL || icp_rules_agree(rules, paths, 2, &run->lists[i]);
        }
        icp_diagnostics_sort(&run->lists[i]);
    }
}

static void say(const struct checking *run, size_t index)
{
    const struct icp_diagnostics *list = &run->lists[index];
    const struct icp_ruleset *rules = run->rules[index];
    size_t fields = 0;
    if (rules == NULL || list->errors > 0) {
        (void)printf("%s: %zu error%s, %zu warning%s\n", run->paths[index], list->errors,
                     list->errors == 1 ? "" : "s", list->warnings, list->warnings == 1 ? "" : "s");
        return;
    }
    icp_rules_fields(rules, &fields);
    (void)printf("%s: good: \"%.*s\", %zu field%s, %zu tier%s, %zu warning%s\n", run->paths[index],
                 ICP_STR_ARGUMENTS(icp_rules_about(rules)->name), fields, fields == 1 ? "" : "s",
                 icp_rules_about(rules)->tier_count,
                 icp_rules_about(rules)->tier_count == 1 ? "" : "s", list->warnings,
                 list->warnings == 1 ? "" : "s");
}

/* One file after the other when they are read by people, so that the line about a file stands
   behind what was found in it. */
static int report(const struct checking *run, bool strict)
{
    int status = ICP_EXIT_DONE;
    if (run->format != ICP_CHECK_TEXT)
        icp_check_report(run->format, run->lists, run->count);
    for (size_t i = 0; i < run->count; i++) {
        if (run->format == ICP_CHECK_TEXT && !run->unread[i]) {
            icp_check_report(run->format, &run->lists[i], 1);
            say(run, i);
        }
        if (run->lists[i].errors > 0 || (strict && run->lists[i].warnings > 0))
            status = ICP_EXIT_FOUND;
    }
    return status;
}

static bool open_files(struct checking *run, const struct icp_arguments *arguments,
                       struct icp_err *err)
{
    struct icp_arena *arena = &run->app->arena;
    run->count = arguments->count > 0 ? arguments->count : 1;
    run->paths = ICP_NEW_ARRAY(arena, const char *, run->count);
    run->lists = ICP_NEW_ARRAY(arena, struct icp_diagnostics, run->count);
    run->rules = ICP_NEW_ARRAY(arena, struct icp_ruleset *, run->count);
    run->unread = ICP_NEW_ARRAY(arena, bool, run->count);
    if (run->unread == NULL || run->paths == NULL || run->lists == NULL || run->rules == NULL)
        return false;
    for (size_t i = 0; i < run->count; i++)
        run->paths[i] = icp_rule_path(run->app, arguments, i, err);
    return run->paths[0] != NULL;
}

static int run_check(struct icp_app *app, const struct icp_arguments *arguments,
                     struct icp_err *err)
{
    struct checking run = {.app = app, .with.today = (int32_t)((int64_t)time(NULL) / 86400)};
    const char *properties = arguments->values[OPTIONS];
    int status = ICP_EXIT_DONE;
    if (!take_format(app, arguments->values[FORMAT], &run)) {
        icp_fail(err, ICP_BAD_CONFIG, "--format wants text, json, sarif or github, not \"%s\"",
                 arguments->values[FORMAT]);
        return ICP_EXIT_USAGE;
    }
    if (properties == NULL)
        properties = saved_properties(app);
    if (properties != NULL &&
        icp_check_read_properties(properties, &app->arena, &run.with, err) != ICP_OK)
        return ICP_EXIT_DONE;
    run.dictionary = icp_rule_dictionary(app);
    if (!open_files(&run, arguments, err))
        return ICP_EXIT_DONE;
    for (size_t i = 0; i < run.count; i++)
        check_file(&run, i, err);
    check_together(&run);
    status = report(&run, arguments->values[STRICT] != NULL);
    if (err->status != ICP_OK)
        status = ICP_EXIT_DONE; /* of its own: the file that is not there */
    for (size_t i = 0; i < run.count; i++)
        icp_rules_close(run.rules[i]);
    return status;
}

const struct icp_command icp_command_check = {
    .name = "check",
    .arguments = "[FILE …]",
    .summary = "Check rule files: every error and warning at once",
    .help =
        "Without FILE the configured one. Errors, warnings and notes carry file, line, column, "
        "value and a hint.\n"
        "With --options FILE, or a fields.json beside the state database, the values of properties "
        "are checked too.\n"
        " Ends with 1 when a file has errors, with --strict for warnings too.\n",
    .switches = check_switches,
    .switch_count = 3,
    .most = 100,
    .run = run_check,
};
