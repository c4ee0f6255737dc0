/*
 * Test results as JUnit XML, as build servers read it: a suite a rule file, a case a test, and one
 * more case when a share of reached lines is required. No times: nothing here takes any worth
 * telling.
 */
#include "test.h"
#include "utf8.h"

/* Characters that XML 1.0 cannot hold are left out; in an attribute a reader would make a line end
   a space. */
static void put_escaped(struct icp_buf *out, struct icp_str text, bool attribute)
{
    uint32_t point;
    while (icp_utf8_next(&text, &point)) {
        if (point == '&')
            icp_buf_add_cstr(out, "&amp;");
        else if (point == '<')
            icp_buf_add_cstr(out, "&lt;");
        else if (point == '>')
            icp_buf_add_cstr(out, "&gt;");
        else if (point == '"')
            icp_buf_add_cstr(out, "&quot;");
        else if (attribute && (point == '\n' || point == '\t' || point == '\r'))
            icp_buf_format(out, "&#%u;", (unsigned)point);
        else if ((point >= 0x20 || point == '\n' || point == '\t') && point != 0xFFFE &&
                 point != 0xFFFF)
            icp_utf8_append(out, point);
    }
}

static void put_attribute(struct icp_buf *out, const char *name, struct icp_str text)
{
    icp_buf_format(out, " %s=\"", name);
    put_escaped(out, text, true);
    icp_buf_add_char(out, '"');
}

static void begin_case(struct icp_buf *out, const struct icp_tested *tested, struct icp_str name,
                       uint32_t line)
{
    icp_buf_add_cstr(out, "    <testcase");
    put_attribute(out, "name", name);
    put_attribute(out, "classname", icp_str_from(tested->path));
    put_attribute(out, "file", icp_str_from(tested->path));
    if (line > 0)
        icp_buf_format(out, " line=\"%u\"", (unsigned)line);
}

static void put_failure(struct icp_buf *out, const char *element, struct icp_str message,
                        struct icp_str text)
{
    icp_buf_format(out, ">\n      <%s", element);
    put_attribute(out, "message", message);
    icp_buf_add_cstr(out, ">");
    put_escaped(out, text, false);
    icp_buf_format(out, "</%s>\n    </testcase>\n", element);
}

static void put_test(struct icp_buf *out, const struct icp_tested *tested,
                     const struct icp_rules_test *test)
{
    struct icp_buf text;
    begin_case(out, tested, test->name, test->line);
    if (test->passed) {
        icp_buf_add_cstr(out, "/>\n");
        return;
    }
    icp_buf_open(&text, 65536);
    for (size_t i = 0; i < test->failure_count; i++) {
        const struct icp_rules_failure *failure = &test->failures[i];
        icp_buf_format(&text, "%s:%u:%u: %.*s: expected %.*s, got %.*s\n", tested->path,
                       (unsigned)failure->line, (unsigned)failure->column,
                       ICP_STR_ARGUMENTS(failure->what), ICP_STR_ARGUMENTS(failure->expected),
                       ICP_STR_ARGUMENTS(failure->got));
    }
    for (size_t i = 0; i < test->result->reason_count; i++)
        icp_buf_format(&text, "%+d  %.*s\n", (int)test->result->reasons[i].points,
                       ICP_STR_ARGUMENTS(test->result->reasons[i].text));
    icp_buf_format(&text, "= %d %s\n", (int)test->result->score, test->result->grade);
    put_failure(out, "failure", test->failure, icp_buf_view(&text));
    icp_buf_finish(&text);
}

/* A file that does not compile is one case with an error. */
static void put_broken(struct icp_buf *out, const struct icp_tested *tested)
{
    struct icp_buf text;
    icp_buf_open(&text, (size_t)1024 * 1024);
    icp_diagnostics_print(&tested->list, &text);
    if (tested->list.errors == 0)
        icp_buf_add_cstr(&text, tested->unreadable.message);
    begin_case(out, tested, ICP_STR("the file can be used"), 0);
    put_failure(out, "error",
                tested->list.errors > 0 ? tested->list.items[0].message
                                        : icp_str_from(tested->unreadable.message),
                icp_buf_view(&text));
    icp_buf_finish(&text);
}

static void put_coverage(struct icp_buf *out, const struct icp_tested *tested, int require)
{
    struct icp_buf text;
    char message[96];
    int percent = icp_tested_percent(tested);
    begin_case(out, tested, ICP_STR("the tests reach enough of its lines"), 0);
    if (percent >= require) {
        icp_buf_add_cstr(out, "/>\n");
        return;
    }
    icp_buf_open(&text, (size_t)1024 * 1024);
    for (size_t i = 0; i < tested->line_count; i++) {
        if (tested->reached[i])
            continue;
        icp_buf_format(&text, "%s:%u:%u: ", tested->path, (unsigned)tested->lines[i].line,
                       (unsigned)tested->lines[i].column);
        icp_line_words(&tested->lines[i], &text);
        icp_buf_add_char(&text, '\n');
    }
    (void)snprintf(message, sizeof(message), "%d %% of the lines are reached, %d %% are required",
                   percent, require);
    put_failure(out, "failure", icp_str_from(message), icp_buf_view(&text));
    icp_buf_finish(&text);
}

static void put_suite(struct icp_buf *out, const struct icp_tested *tested, int require)
{
    bool covers = tested->rules != NULL && require >= 0;
    bool uncovered = covers && icp_tested_percent(tested) < require;
    size_t tests = tested->rules != NULL ? tested->count + covers : 1;
    icp_buf_add_cstr(out, "  <testsuite");
    put_attribute(out, "name", icp_str_from(tested->path));
    icp_buf_format(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%d\" skipped=\"0\">\n", tests,
                   tested->failed + uncovered, tested->rules == NULL);
    for (size_t i = 0; tested->rules != NULL && i < tested->count; i++)
        put_test(out, tested, &tested->tests[i]);
    if (covers)
        put_coverage(out, tested, require);
    if (tested->rules == NULL)
        put_broken(out, tested);
    icp_buf_add_cstr(out, "  </testsuite>\n");
}

void icp_test_junit(const struct icp_tested *tested, size_t count, int require, struct icp_buf *out)
{
    size_t tests = 0, failures = 0, errors = 0;
    for (size_t i = 0; i < count; i++) {
        bool covers = tested[i].rules != NULL && require >= 0;
        tests += tested[i].rules != NULL ? tested[i].count + covers : 1;
        failures += tested[i].failed + (covers && icp_tested_percent(&tested[i]) < require);
        errors += tested[i].rules == NULL;
    }
    icp_buf_add_cstr(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    icp_buf_format(out, "<testsuites name=\"icp\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n",
                   tests, failures, errors);
    for (size_t i = 0; i < count; i++)
        put_suite(out, &tested[i], require);
    icp_buf_add_cstr(out, "</testsuites>\n");
}
