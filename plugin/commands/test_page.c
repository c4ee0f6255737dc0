/*
 * What the tests of a file came to, for people: what failed with what was expected, what came out
 * and why, then the lines that no test reaches, a line of the file each; and the same for programs.
 */
#include "date.h"
#include "json_stream.h"
#include "test.h"

#define BOLD  "\033[1m"
#define DIM   "\033[2m"
#define GREEN "\033[32m"
#define RED   "\033[31m"
#define PLAIN "\033[0m"

struct page {
    struct icp_buf *out;
    const char *path;
    bool colour;
};

static void inked(const struct page *page, const char *how, const char *text)
{
    if (page->colour)
        icp_buf_add_cstr(page->out, how);
    icp_buf_add_cstr(page->out, text);
    if (page->colour)
        icp_buf_add_cstr(page->out, PLAIN);
}

int icp_tested_percent(const struct icp_tested *tested)
{
    if (tested->line_count == 0)
        return 100;
    return (int)(100 * tested->reached_count / tested->line_count);
}

/* ---- Tests ---------------------------------------------------------------------------------- */

/* So that the author sees why. */
static void print_result(const struct page *page, const struct icp_tested *tested,
                         const struct icp_rules_test *test)
{
    const struct icp_rules_about *about = icp_rules_about(tested->rules);
    const struct icp_result *result = test->result;
    char date[ICP_TIME_TEXT];
    icp_buf_add_cstr(page->out, "        why");
    if (test->as_of != 0)
        icp_buf_format(page->out, ", as of %.*s",
                       ICP_STR_ARGUMENTS(icp_date_format_short(test->as_of, date)));
    if (result->applies && result->tier < about->tier_count)
        icp_buf_format(page->out, ": score %d, grade %s, tier %.*s", (int)result->score,
                       result->grade, ICP_STR_ARGUMENTS(about->tiers[result->tier].id));
    if (!about->points_model && result->applies)
        icp_buf_format(page->out, "; fit %d, engagement %d, coverage %d", (int)result->fit,
                       (int)result->engagement, (int)result->coverage);
    icp_buf_add_cstr(page->out, result->applies ? "\n" : ": this file is not for the record\n");
    for (size_t i = 0; i < result->reason_count; i++) {
        const struct icp_reason *reason = &result->reasons[i];
        if (reason->kind == ICP_REASON_DISQUALIFIED)
            icp_buf_format(page->out, "            out  %.*s\n", ICP_STR_ARGUMENTS(reason->text));
        else
            icp_buf_format(page->out, "           %+4d  %.*s%s%.*s%s\n", (int)reason->points,
                           ICP_STR_ARGUMENTS(reason->text),
                           icp_str_is_empty(reason->id) ? "" : " [", ICP_STR_ARGUMENTS(reason->id),
                           icp_str_is_empty(reason->id) ? "" : "]");
    }
}

static void print_test(const struct page *page, const struct icp_tested *tested,
                       const struct icp_rules_test *test)
{
    inked(page, test->passed ? GREEN : RED, test->passed ? "  ok    " : "  FAIL  ");
    icp_buf_add(page->out, test->name);
    icp_buf_add_char(page->out, '\n');
    for (size_t i = 0; i < test->failure_count; i++) {
        const struct icp_rules_failure *failure = &test->failures[i];
        icp_buf_format(page->out, "        %s:%u:%u: ", page->path, (unsigned)failure->line,
                       (unsigned)failure->column);
        icp_buf_format(page->out, "%.*s: expected %.*s, got ", ICP_STR_ARGUMENTS(failure->what),
                       ICP_STR_ARGUMENTS(failure->expected));
        if (page->colour)
            icp_buf_add_cstr(page->out, BOLD);
        icp_buf_add(page->out, failure->got);
        if (page->colour)
            icp_buf_add_cstr(page->out, PLAIN);
        icp_buf_add_char(page->out, '\n');
    }
    if (!test->passed)
        print_result(page, tested, test);
}

/* ---- Lines that no test reaches ------------------------------------------------------------- */

static const struct {
    const char *name;   /* for programs */
    const char *before; /* for people, before the owner: "tier " */
} kinds[ICP_LINE_KIND_COUNT] = {
    [ICP_LINE_BAND] = {"band", ""},
    [ICP_LINE_KEY] = {"key", ""},
    [ICP_LINE_POINT] = {"point", ""},
    [ICP_LINE_CASE] = {"case", ""},
    [ICP_LINE_ELSE] = {"else", ""},
    [ICP_LINE_APPLIES] = {"applies", ""},
    [ICP_LINE_DISQUALIFIER] = {"disqualifier", "disqualify "},
    [ICP_LINE_ADJUSTMENT] = {"adjustment", "adjustment "},
    [ICP_LINE_COVERAGE] = {"coverage", ""},
    [ICP_LINE_SIGNAL] = {"signal", ""},
    [ICP_LINE_CAP] = {"cap", "cap of "},
    [ICP_LINE_FLOOR] = {"floor", "floor of "},
    [ICP_LINE_POINTS] = {"points", ""},
    [ICP_LINE_GRADE] = {"grade", "grade by "},
    [ICP_LINE_TIER] = {"tier", "tier "},
};

void icp_line_words(const struct icp_rules_line *line, struct icp_buf *out)
{
    icp_buf_format(out, "%s%.*s: %.*s", kinds[line->kind].before, ICP_STR_ARGUMENTS(line->owner),
                   ICP_STR_ARGUMENTS(line->says));
}

/* What stands on one line of the file is named together: "size: 5..9, 10..19". */
static size_t print_unreached_line(const struct page *page, const struct icp_tested *tested,
                                   size_t first)
{
    const struct icp_rules_line *line = &tested->lines[first];
    size_t i = first + 1;
    icp_buf_format(page->out, "  %s:%u:%u: ", page->path, (unsigned)line->line,
                   (unsigned)line->column);
    icp_line_words(line, page->out);
    for (; i < tested->line_count && tested->lines[i].line == line->line; i++) {
        const struct icp_rules_line *next = &tested->lines[i];
        if (tested->reached[i])
            continue;
        bool same = next->kind == line->kind || next->kind == ICP_LINE_ELSE;
        icp_buf_add_cstr(page->out, ", ");
        if (same && icp_str_equal(next->owner, line->owner))
            icp_buf_add(page->out, next->says);
        else
            icp_line_words(next, page->out);
    }
    icp_buf_add_char(page->out, '\n');
    return i;
}

static void print_unreached(const struct page *page, const struct icp_tested *tested)
{
    size_t i = 0;
    if (tested->reached_count == tested->line_count)
        return;
    icp_buf_add_char(page->out, '\n');
    inked(page, BOLD, "Reached by no test");
    icp_buf_add_char(page->out, '\n');
    while (i < tested->line_count) {
        if (tested->reached[i])
            i++;
        else
            i = print_unreached_line(page, tested, i);
    }
    icp_buf_format(page->out, "\n\"icp test --suggest %s\" writes tests that reach them.\n",
                   page->path);
}

/* ---- The page ------------------------------------------------------------------------------- */

void icp_test_page(const struct icp_tested *tested, int require, bool colour, struct icp_buf *out)
{
    struct page page = {.out = out, .path = tested->path, .colour = colour};
    int percent = icp_tested_percent(tested);
    icp_diagnostics_print(&tested->list, out);
    if (tested->rules == NULL) {
        if (tested->list.errors > 0) /* else it cannot be read: the command says so */
            icp_buf_format(out, "%s: %zu error%s, no test was run\n", tested->path,
                           tested->list.errors, tested->list.errors == 1 ? "" : "s");
        return;
    }
    inked(&page, BOLD, tested->path);
    icp_buf_add_char(out, '\n');
    for (size_t i = 0; i < tested->count; i++)
        print_test(&page, tested, &tested->tests[i]);
    print_unreached(&page, tested);
    icp_buf_format(out, "%s%zu passed, ",
                   tested->count > 0 ? "" : "no tests: ", tested->count - tested->failed);
    if (tested->failed > 0 && colour)
        icp_buf_add_cstr(out, RED);
    icp_buf_format(out, "%zu failed", tested->failed);
    if (tested->failed > 0 && colour)
        icp_buf_add_cstr(out, PLAIN);
    icp_buf_format(out, "; %zu of %zu lines reached, %d %%", tested->reached_count,
                   tested->line_count, percent);
    if (percent < require)
        icp_buf_format(out, " (%d %% required)", require);
    icp_buf_add_char(out, '\n');
}

/* ---- JSON ----------------------------------------------------------------------------------- */

static void put_failures(struct icp_json_writer *json, const struct icp_rules_test *test)
{
    icp_json_put_key(json, "failures");
    icp_json_begin_array(json);
    for (size_t i = 0; i < test->failure_count; i++) {
        const struct icp_rules_failure *failure = &test->failures[i];
        icp_json_begin_object(json);
        icp_json_put_text_member(json, "what", failure->what);
        icp_json_put_text_member(json, "expected", failure->expected);
        icp_json_put_text_member(json, "got", failure->got);
        icp_json_put_integer_member(json, "line", failure->line);
        icp_json_put_integer_member(json, "column", failure->column);
        icp_json_end_object(json);
    }
    icp_json_end_array(json);
}

static void test_json(const struct icp_tested *tested, const struct icp_rules_test *test,
                      struct icp_buf *out)
{
    struct icp_json_writer json;
    icp_json_writer_open(&json, out);
    icp_json_begin_object(&json);
    icp_json_put_text_member(&json, "file", icp_str_from(tested->path));
    icp_json_put_text_member(&json, "test", test->name);
    icp_json_put_boolean_member(&json, "passed", test->passed);
    icp_json_put_integer_member(&json, "line", test->line);
    icp_json_put_text_member(&json, "failure", test->failure);
    put_failures(&json, test);
    icp_json_put_integer_member(&json, "score", test->result->score);
    icp_json_put_text_member(&json, "grade", icp_str_from(test->result->grade));
    icp_json_end_object(&json);
    icp_buf_add_char(out, '\n');
}

static void put_unreached(struct icp_json_writer *json, const struct icp_tested *tested)
{
    icp_json_put_key(json, "unreached");
    icp_json_begin_array(json);
    for (size_t i = 0; i < tested->line_count; i++) {
        const struct icp_rules_line *line = &tested->lines[i];
        if (tested->reached[i])
            continue;
        icp_json_begin_object(json);
        icp_json_put_integer_member(json, "line", line->line);
        icp_json_put_integer_member(json, "column", line->column);
        icp_json_put_text_member(json, "kind", icp_str_from(kinds[line->kind].name));
        icp_json_put_text_member(json, "owner", line->owner);
        icp_json_put_text_member(json, "says", line->says);
        icp_json_end_object(json);
    }
    icp_json_end_array(json);
}

void icp_test_json(const struct icp_tested *tested, struct icp_buf *out)
{
    struct icp_json_writer json;
    for (size_t i = 0; i < tested->count; i++)
        test_json(tested, &tested->tests[i], out);
    icp_json_writer_open(&json, out);
    icp_json_begin_object(&json);
    icp_json_put_text_member(&json, "file", icp_str_from(tested->path));
    icp_json_put_boolean_member(&json, "compiles", tested->rules != NULL);
    icp_json_put_integer_member(&json, "tests", (int64_t)tested->count);
    icp_json_put_integer_member(&json, "failed", (int64_t)tested->failed);
    icp_json_put_integer_member(&json, "lines", (int64_t)tested->line_count);
    icp_json_put_integer_member(&json, "reached", (int64_t)tested->reached_count);
    icp_json_put_integer_member(&json, "percent", icp_tested_percent(tested));
    put_unreached(&json, tested);
    icp_json_end_object(&json);
    icp_buf_add_char(out, '\n');
}
