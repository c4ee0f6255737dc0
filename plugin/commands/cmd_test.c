/* test: the tests that stand in a rule file. */
#include "commands.h"
#include "json_stream.h"

static void print_test(const struct icp_app *app, const char *path,
                       const struct icp_rules_test *test)
{
    struct icp_json_writer json;
    struct icp_buf line;

    if (!app->json) {
        if (test->passed)
            (void)printf("ok    %.*s\n", ICP_STR_ARGUMENTS(test->name));
        else
            (void)printf("FAIL  %.*s\n      %s:%u:%u: %.*s\n", ICP_STR_ARGUMENTS(test->name), path,
                         (unsigned)test->line, (unsigned)test->column,
                         ICP_STR_ARGUMENTS(test->failure));
        return;
    }
    icp_buf_open(&line, 65536);
    icp_json_writer_open(&json, &line);
    icp_json_begin_object(&json);
    icp_json_put_text_member(&json, "test", test->name);
    icp_json_put_boolean_member(&json, "passed", test->passed);
    icp_json_put_integer_member(&json, "line", test->line);
    icp_json_put_text_member(&json, "failure", test->failure);
    icp_json_end_object(&json);
    icp_print_json(&line);
    icp_buf_finish(&line);
}

static int run_test(struct icp_app *app, const struct icp_arguments *arguments, struct icp_err *err)
{
    const struct icp_dictionary *dictionary = icp_rule_dictionary(app, err);
    const char *path = icp_rule_path(app, arguments, 0, err);
    const struct icp_rules_test *tests;
    struct icp_diagnostics list;
    struct icp_ruleset *rules;
    struct icp_err found = {0};
    size_t count = 0, failed = 0;

    if (dictionary == NULL || path == NULL)
        return ICP_EXIT_DONE;
    icp_rules_from_file(app, path, dictionary, &app->arena, &list, &rules, NULL, &found);
    if (rules == NULL) {
        icp_print_diagnostics(app, &list);
        if (list.errors == 0)
            *err = found;
        return list.errors == 0 ? ICP_EXIT_DONE : ICP_EXIT_FOUND;
    }
    if (icp_rules_run_tests(rules, &app->arena, &tests, &count, &failed, err) == ICP_OK) {
        for (size_t i = 0; i < count; i++)
            print_test(app, path, &tests[i]);
        if (!app->json)
            (void)printf("%zu passed, %zu failed\n", count - failed, failed);
    }
    icp_rules_close(rules);
    return failed > 0 ? ICP_EXIT_FOUND : ICP_EXIT_DONE;
}

const struct icp_command icp_command_test = {
    .name = "test",
    .arguments = "[FILE]",
    .summary = "Run the tests that stand in a rule file",
    .help = "Without FILE the configured one. Ends with 1 when a test fails.\n",
    .most = 1,
    .run = run_test,
};
