/* check: every error and warning of rule files, at once. */
#include "commands.h"

static int check_file(struct icp_app *app, const char *path,
                      const struct icp_dictionary *dictionary, struct icp_err *err)
{
    struct icp_diagnostics list;
    struct icp_ruleset *rules;
    struct icp_err found = {0};
    size_t count;

    icp_rules_from_file(app, path, dictionary, &app->arena, &list, &rules, NULL, &found);
    icp_print_diagnostics(app, &list);
    if (rules == NULL &&
        list.errors == 0) { /* not a fault of its text: missing, too large, unreadable */
        *err = found;
        return ICP_EXIT_DONE;
    }
    if (rules == NULL) {
        if (!app->json)
            (void)printf("%s: %zu error%s, %zu warning%s\n", path, list.errors,
                         list.errors == 1 ? "" : "s", list.warnings, list.warnings == 1 ? "" : "s");
        return ICP_EXIT_FOUND;
    }
    icp_rules_fields(rules, &count);
    if (!app->json)
        (void)printf("%s: good: \"%.*s\", %zu fields, %zu tiers, %zu warning%s\n", path,
                     ICP_STR_ARGUMENTS(icp_rules_about(rules)->name), count,
                     icp_rules_about(rules)->tier_count, list.warnings,
                     list.warnings == 1 ? "" : "s");
    icp_rules_close(rules);
    return ICP_EXIT_DONE;
}

static int run_check(struct icp_app *app, const struct icp_arguments *arguments,
                     struct icp_err *err)
{
    const struct icp_dictionary *dictionary = icp_rule_dictionary(app, err);
    const char *path = icp_rule_path(app, arguments, 0, err);
    int status = ICP_EXIT_DONE;

    for (size_t i = 0; dictionary != NULL && path != NULL && (i == 0 || i < arguments->count) &&
                       err->status == ICP_OK;
         i++) {
        int one =
            check_file(app, i < arguments->count ? arguments->operands[i] : path, dictionary, err);
        status = one > status ? one : status;
    }
    return status;
}

const struct icp_command icp_command_check = {
    .name = "check",
    .arguments = "[FILE …]",
    .summary = "Check rule files: every error and warning at once",
    .help = "Without FILE the configured one. Errors carry file, line, column, value and a hint. "
            "Ends with 1 when\n"
            "something was found.\n",
    .most = 100,
    .run = run_check,
};
