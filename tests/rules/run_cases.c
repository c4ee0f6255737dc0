/*
 * Runs the case folders of this directory. A case is compiled with the CRM of fields.yaml; a valid
 * one scores its record and is compared, byte for byte, with what stands in expected.json; an
 * invalid one is compared with its printed diagnostics, with `--check` also those of the checks.
 * `--accept` writes the expected files instead, for a person to read before committing them.
 * `--library` demands of every *.icp.yaml of a folder that it compiles without a word and passes
 * its own tests, `--document` the same of every YAML block of a document. `--suggest`
 * replaces a file's tests by those that are suggested for it: they pass, and reach every line but
 * those that the suggestion names.
 */
#include "icp/rules.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bounds.h"
#include "date.h"
#include "diagnostics.h"
#include "dictionary.h"
#include "file.h"
#include "json.h"

enum { MOST_CASES = 512, PATH_BYTES = 1024 };
#define CASE_MEMORY ((size_t)32 * 1024 * 1024)

struct runner {
    const struct icp_dictionary *dictionary;
    bool accept, library, document, check, suggest;
    size_t failed, count;
    struct icp_str text; /* of the file being looked at */
    const char *folder;  /* of the case */
};

static bool read_file(const char *folder, const char *name, struct icp_buf *buf)
{
    char path[PATH_BYTES];
    struct icp_err err = {0};
    (void)snprintf(path, sizeof(path), "%.700s/%.200s", folder, name);
    icp_buf_open(buf, ICP_MAX_RULE_FILE);
    return icp_file_read(path, ICP_MAX_RULE_FILE, buf, &err) == ICP_OK;
}

/* ---- A record ------------------------------------------------------------------------------- */

static int32_t date_of(struct icp_str text)
{
    int32_t days = 0;
    (void)icp_date_parse(text, &days);
    return days;
}

static void read_attributes(const struct icp_json *node, struct icp_arena *arena,
                            struct icp_signal *signal)
{
    struct icp_attribute *attributes = ICP_NEW_ARRAY(arena, struct icp_attribute, 16);
    void *iterator = NULL;
    struct icp_str key;
    const struct icp_json *value;
    while (signal->attribute_count < 16 && icp_json_next_member(node, &iterator, &key, &value))
        attributes[signal->attribute_count++] =
            (struct icp_attribute){.name = key, .value = icp_json_text(value)};
    signal->attributes = attributes;
}

static void read_record(const struct icp_ruleset *rules, const struct icp_json *root,
                        struct icp_arena *arena, struct icp_rules_input *input)
{
    size_t fields;
    const struct icp_rules_field *field = icp_rules_fields(rules, &fields);
    struct icp_str *values = ICP_NEW_ARRAY(arena, struct icp_str, fields + 1);
    const struct icp_json *given = icp_json_get(root, "values");
    const struct icp_json *signals = icp_json_get(root, "signals");
    struct icp_signal *made = ICP_NEW_ARRAY(arena, struct icp_signal, icp_json_count(signals) + 1);
    for (size_t i = 0; i < fields; i++) {
        char name[128];
        (void)snprintf(name, sizeof(name), "%.*s", ICP_STR_ARGUMENTS(field[i].name));
        values[i] = icp_json_get_text(given, name);
    }
    for (size_t i = 0; i < icp_json_count(signals); i++) {
        const struct icp_json *signal = icp_json_at(signals, i);
        made[i].name = icp_json_get_text(signal, "signal");
        (void)icp_time_parse(icp_json_get_text(signal, "at"), &made[i].at_ms);
        made[i].times = (uint32_t)icp_json_integer(icp_json_get(signal, "times"), 1);
        made[i].counted = icp_json_get_true(signal, "counted");
        read_attributes(icp_json_get(signal, "attributes"), arena, &made[i]);
    }
    *input = (struct icp_rules_input){.values = values,
                                      .signals = made,
                                      .signal_count = icp_json_count(signals),
                                      .as_of = date_of(icp_json_get_text(root, "as_of")),
                                      .previous_grade = icp_json_get_text(root, "previous_grade"),
                                      .previous_tier = icp_json_get_text(root, "previous_tier"),
                                      .language = icp_json_get_text(root, "language")};
}

/* ---- A result, as JSON ---------------------------------------------------------------------- */

static void add_text(struct icp_buf *out, struct icp_str text)
{
    icp_buf_add_char(out, '"');
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (c == '"' || c == '\\')
            icp_buf_add_char(out, '\\');
        if (c == '\n')
            icp_buf_add_cstr(out, "\\n");
        else
            icp_buf_add_char(out, c);
    }
    icp_buf_add_char(out, '"');
}

static void add_reasons(struct icp_buf *out, const struct icp_result *result)
{
    icp_buf_add_cstr(out, "  \"reasons\": [");
    for (size_t i = 0; i < result->reason_count; i++) {
        const struct icp_reason *reason = &result->reasons[i];
        icp_buf_format(out, "%s\n    [%d, %d, ", i > 0 ? "," : "", reason->points,
                       reason->own_points);
        add_text(out, icp_str_is_null(reason->id) ? ICP_STR("") : reason->id);
        icp_buf_add_cstr(out, ", ");
        add_text(out, reason->text);
        icp_buf_add_cstr(out, "]");
    }
    icp_buf_add_cstr(out, result->reason_count > 0 ? "\n  ],\n" : "],\n");
}

static void add_result(struct icp_buf *out, const struct icp_ruleset *rules,
                       const struct icp_result *result, struct icp_arena *arena)
{
    const struct icp_rules_about *about = icp_rules_about(rules);
    icp_buf_format(out, "{\n  \"score\": %d, \"fit\": %d, \"engagement\": %d, \"coverage\": %d,\n",
                   result->score, result->fit, result->engagement, result->coverage);
    if (!result->applies)
        icp_buf_add_cstr(out, "  \"applies\": false,\n");
    icp_buf_format(out, "  \"grade\": \"%s\", \"tier\": ", result->grade);
    add_text(out, result->tier < about->tier_count ? about->tiers[result->tier].id : ICP_STR(""));
    icp_buf_format(out, ", \"reach\": \"%s\",\n", icp_reach_name(result->reach));
    if (!icp_str_is_empty(result->held_text)) {
        icp_buf_add_cstr(out, "  \"held\": ");
        add_text(out, result->held_text);
        icp_buf_add_cstr(out, ",\n");
    }
    add_reasons(out, result);
    icp_buf_add_cstr(out, "  \"missing\": ");
    add_text(out, result->missing_field);
    icp_buf_format(out, ", \"moves_with_time\": %s, \"refused\": %u, \"future\": %u,\n",
                   result->moves_with_time ? "true" : "false", result->refused_values,
                   result->future_signals);
    icp_buf_add_cstr(out, "  \"summary\": ");
    add_text(out, icp_rules_summary(rules, result, arena));
    icp_buf_add_cstr(out, ",\n  \"text\": ");
    add_text(out, icp_rules_reasons_text(rules, result, arena));
    icp_buf_add_cstr(out, "\n}\n");
}

/* ---- A case --------------------------------------------------------------------------------- */

static bool own_tests_pass(const struct icp_ruleset *rules, struct icp_arena *arena,
                           struct icp_buf *out)
{
    const struct icp_rules_test *tests;
    size_t count, failed;
    struct icp_err err = {0};
    if (icp_rules_run_tests(rules, arena, &tests, &count, &failed, &err) != ICP_OK)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!tests[i].passed)
            icp_buf_format(out, "%u:%u: %.*s: %.*s\n", tests[i].line, tests[i].column,
                           ICP_STR_ARGUMENTS(tests[i].name), ICP_STR_ARGUMENTS(tests[i].failure));
    return failed == 0;
}

/* Every reason list must add up, whatever the expected file says. */
static bool adds_up(const struct icp_result *result)
{
    int64_t points = 0, own = 0;
    for (size_t i = 0; i < result->reason_count; i++) {
        points += result->reasons[i].points;
        own += result->reasons[i].own_points;
    }
    int64_t parts = result->fit < 0 ? result->score : (int64_t)result->fit + result->engagement;
    return result->disqualified ? points == 0 && own == 0 : points == result->score && own == parts;
}

static void check_suggestion(const struct runner *runner, const struct icp_ruleset *rules,
                             struct icp_arena *arena, struct icp_buf *out);

static void run_compiled(const struct runner *runner, const struct icp_ruleset *rules,
                         const char *folder, struct icp_arena *arena, struct icp_buf *out)
{
    struct icp_buf text;
    struct icp_rules_input input;
    struct icp_result result;
    struct icp_err err = {0};
    if (runner->suggest) {
        icp_buf_reset(out); /* warnings are another test's matter */
        check_suggestion(runner, rules, arena, out);
        return;
    }
    if (!own_tests_pass(rules, arena, out) || runner->library || runner->document)
        return;
    if (read_file(folder, "record.json", &text)) {
        struct icp_json_document *document = icp_json_open(icp_buf_view(&text), &err);
        if (document) {
            read_record(rules, icp_json_root(document), arena, &input);
            if (icp_rules_score(rules, &input, 1, arena, &result, &err) == ICP_OK)
                add_result(out, rules, &result, arena);
            if (!adds_up(&result))
                icp_buf_add_cstr(out, "reasons do not add up\n");
        }
        icp_json_close(document);
    }
    if (err.status != ICP_OK)
        icp_buf_format(out, "%s\n", err.message);
    icp_buf_finish(&text);
}

/* The lists of a case stand beside its rules. */
struct beside {
    const char *folder;
    struct icp_arena *arena;
};

static enum icp_status read_beside(void *context, struct icp_str path, struct icp_str *text,
                                   struct icp_err *err)
{
    const struct beside *beside = context;
    char name[PATH_BYTES];
    struct icp_buf buf;
    (void)snprintf(name, sizeof(name), "%.*s", ICP_STR_ARGUMENTS(path));
    if (!read_file(beside->folder, name, &buf))
        (void)icp_fail(err, ICP_BAD_CONFIG, "cannot open %s", name);
    *text = icp_arena_copy(beside->arena, buf.data ? icp_buf_view(&buf) : ICP_STR(""));
    icp_buf_finish(&buf);
    return err->status;
}

/* What `icp check` looks for besides errors, on a fixed day. */
static void add_checks(const struct icp_ruleset *rules, struct icp_str text,
                       struct icp_diagnostics *list)
{
    const struct icp_rules_checking with = {.today = date_of(ICP_STR("2026-11-25"))};
    if (rules)
        icp_rules_check(rules, &with, list);
    icp_rules_check_text(text, list);
    icp_diagnostics_sort(list);
}

/* Sections that a later version works something out from may stand in the library already; that is
   the only note. */
static void drop_not_used_yet(struct icp_diagnostics *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].code, "not-used-yet") != 0)
            list->items[kept++] = list->items[i];
    list->notes -= list->count - kept;
    list->count = kept;
}

/* Whatever there is to say about a rules file: its diagnostics, then its results. */
static void describe_text(struct runner *runner, const char *folder, const char *name,
                          struct icp_str text, struct icp_buf *out)
{
    struct icp_arena arena;
    struct icp_diagnostics list;
    struct icp_ruleset *rules = NULL;
    struct icp_err err = {0};
    runner->text = text;
    runner->folder = folder;
    icp_arena_open(&arena, runner->suggest ? 4 * CASE_MEMORY : CASE_MEMORY);
    icp_diagnostics_open(&list, &arena, name);
    struct beside beside = {.folder = folder, .arena = &arena};
    const struct icp_rules_source source = {.read = read_beside, .context = &beside};
    if (icp_rules_compile_from(text, name, &source, &runner->dictionary, 1, &list, &rules, &err) ==
        ICP_BUG)
        icp_buf_format(out, "%s\n", err.message);
    if (runner->check)
        add_checks(rules, text, &list);
    if (runner->library)
        drop_not_used_yet(&list);
    icp_diagnostics_print(&list, out);
    if (rules)
        run_compiled(runner, rules, folder, &arena, out);
    icp_rules_close(rules);
    icp_arena_close(&arena);
}

static void describe(struct runner *runner, const char *folder, const char *name,
                     struct icp_buf *out)
{
    struct icp_buf text;
    if (read_file(folder, name, &text))
        describe_text(runner, folder, name, icp_buf_view(&text), out);
    else
        icp_buf_add_cstr(out, "cannot be read\n");
    icp_buf_finish(&text);
}

/* ---- Suggested tests ------------------------------------------------------------------------ */

/* The file without the section of its tests, wherever that stands. */
static struct icp_str without_tests(struct icp_str text, struct icp_arena *arena)
{
    size_t from = icp_str_find(text, ICP_STR("\ntests:"));
    size_t to = from < text.length ? from + 1 : text.length;
    struct icp_str rest = icp_str_slice(text, to, text.length), line;
    for (bool first = true; icp_str_cut(&rest, '\n', &line); first = false) {
        if (!first && line.length > 0 && line.data[0] >= 'a' && line.data[0] <= 'z')
            break;
        to += line.length + 1;
    }
    return icp_arena_format(arena, "%.*s\n%.*s", ICP_STR_ARGUMENTS(icp_str_slice(text, 0, from)),
                            ICP_STR_ARGUMENTS(icp_str_slice(text, to, text.length)));
}

static size_t count_of(struct icp_str text, struct icp_str needle)
{
    size_t count = 0;
    for (size_t at = icp_str_find(text, needle); at < text.length; count++) {
        text = icp_str_slice(text, at + needle.length, text.length);
        at = icp_str_find(text, needle);
    }
    return count;
}

/* Values that cases ask for to show that they never come. */
static bool never_occurs(const struct icp_rules_line *line)
{
    return icp_str_is(line->owner, "works") && icp_str_is(line->says, "gmail.com");
}

/* Some cases have grades and tiers that their few lines cannot make, and keys that an earlier line
   takes; all else can be reached. */
static void check_reached(const struct runner *runner, const struct icp_ruleset *rules,
                          struct icp_arena *arena, const struct icp_rules_suggestion *suggestion,
                          size_t taken, struct icp_buf *out)
{
    size_t count, missed = 0;
    struct icp_err err = {0};
    const struct icp_rules_line *lines = icp_rules_lines(rules, &count);
    bool *reached = ICP_NEW_ARRAY(arena, bool, count + 1);
    if (!own_tests_pass(rules, arena, out) ||
        icp_rules_cover(rules, arena, reached, &err) != ICP_OK)
        return;
    for (size_t i = 0; i < count; i++) {
        bool outcome = lines[i].kind == ICP_LINE_GRADE || lines[i].kind == ICP_LINE_TIER;
        missed += reached[i] ? 0 : 1;
        if (reached[i] || (outcome && !runner->library) || never_occurs(&lines[i]))
            continue;
        if (taken > 0)
            taken--;
        else
            icp_buf_format(out, "line %u, %.*s: %.*s is not reached\n", lines[i].line,
                           ICP_STR_ARGUMENTS(lines[i].owner), ICP_STR_ARGUMENTS(lines[i].says));
    }
    if (missed != suggestion->unreached)
        icp_buf_format(out, "%zu lines are not reached, %zu were announced\n", missed,
                       suggestion->unreached);
}

/* What is suggested for the file without its tests, compiled together with it. */
static void check_both(const struct runner *runner, struct icp_str bare, bool all,
                       struct icp_arena *arena, struct icp_buf *out)
{
    struct icp_diagnostics list;
    struct icp_ruleset *rules = NULL, *tested = NULL;
    struct icp_rules_suggestion suggestion = {0};
    struct icp_err err = {0};
    struct icp_buf text;
    icp_diagnostics_open(&list, arena, "rules.icp.yaml");
    icp_buf_open(&text, (size_t)4 * ICP_MAX_RULE_FILE);
    icp_buf_add(&text, bare);
    icp_buf_add_cstr(&text, "tests:\n");
    size_t before = text.length;
    struct beside beside = {.folder = runner->folder, .arena = arena};
    const struct icp_rules_source source = {.read = read_beside, .context = &beside};
    if (icp_rules_compile_from(bare, "rules", &source, &runner->dictionary, 1, &list, &rules,
                               &err) == ICP_OK &&
        icp_rules_suggest(rules, all, arena, &text, &suggestion, &err) == ICP_OK &&
        icp_rules_compile_from(icp_buf_view(&text), "rules", &source, &runner->dictionary, 1, &list,
                               &tested, &err) == ICP_OK)
        check_reached(runner, tested, arena, &suggestion,
                      count_of(icp_buf_view(&text), ICP_STR(": is taken by ")), out);
    struct icp_str made = icp_str_slice(icp_buf_view(&text), before, text.length);
    if (runner->accept) /* for a person who asks what cannot be reached */
        printf("%.*s", ICP_STR_ARGUMENTS(made));
    if (count_of(made, ICP_STR("\n  # line ")) + (icp_str_has_prefix(made, ICP_STR("  # line "))) !=
        suggestion.unreached)
        icp_buf_add_cstr(out, "not every line that is not reached has its comment\n");
    if (err.status != ICP_OK || out->length > 0)
        icp_buf_format(out, "%s\n%.*s", err.message, ICP_STR_ARGUMENTS(made));
    icp_buf_finish(&text);
    icp_rules_close(rules);
    icp_rules_close(tested);
}

/* `rules` is the file as it stands; its text is read again by the caller of the caller. */
static void check_suggestion(const struct runner *runner, const struct icp_ruleset *rules,
                             struct icp_arena *arena, struct icp_buf *out)
{
    (void)rules;
    struct icp_str bare = without_tests(runner->text, arena);
    for (int all = 0; all < 2 && out->length == 0; all++)
        check_both(runner, bare, all == 1, arena, out);
}

/* ---- Examples of a document ----------------------------------------------------------------- */

/* A part of a file is made whole with these, as far as it has no such section itself. */
static const struct section {
    const char *key, *text;
} weighted[] =
    {
        {"icp:", "icp: 1\nname: Example\n"},
        {"fit:", "fit:\n  criteria:\n    - {id: size, weight: 1, field: company.employees, bands: "
                 "{\"50..\": 100, else: 0}}\n"},
        {"engagement:", "engagement:\n  groups:\n    - {id: hand_raise, signals: [{signal: "
                        "form_submit, points: 40}]}\n"},
        {"grade:", "grade: {fit: {A: 75, B: 50, C: 25, D: 0}, engagement: {1: 60, 2: 30, 3: 10, 4: "
                   "0}}\n"},
        {"tiers:", "tiers:\n  - {id: nurture, label: Nurture, else: true}\n"},
        {NULL, NULL},
},
  by_points[] = {
      {"icp:", "icp: 1\nname: Example\n"},
      {"grade:", "grade: {score: {A: 75, B: 50, C: 25, D: 0}}\n"},
      {"tiers:", "tiers:\n  - {id: nurture, label: Nurture, else: true}\n"},
      {NULL, NULL},
};

static bool has_section(struct icp_str text, struct icp_str key)
{
    struct icp_str line;
    while (icp_str_cut(&text, '\n', &line))
        if (icp_str_has_prefix(line, key))
            return true;
    return false;
}

static void run_example(struct runner *runner, const char *path, struct icp_str example)
{
    struct icp_buf whole, out;
    icp_buf_open(&whole, ICP_MAX_RULE_FILE);
    icp_buf_open(&out, (size_t)1024 * 1024);
    icp_buf_add(&whole, example);
    const struct section *skeleton = weighted;
    if (has_section(example, ICP_STR("points:")))
        skeleton = by_points;
    for (; skeleton->key; skeleton++)
        if (!has_section(example, icp_str_from(skeleton->key)))
            icp_buf_add_cstr(&whole, skeleton->text);
    describe_text(runner, ".", "example", icp_buf_view(&whole), &out);
    runner->count++;
    if (out.length > 0) {
        printf("%s: %.*s%.*s\n", path, ICP_STR_ARGUMENTS(icp_buf_view(&out)),
               ICP_STR_ARGUMENTS(example));
        runner->failed++;
    }
    icp_buf_finish(&out);
    icp_buf_finish(&whole);
}

/* Every block marked yaml of a document compiles without a warning and passes its own tests. */
static int run_document(struct runner *runner, const char *path)
{
    const struct icp_str open = ICP_STR("```yaml\n"), close = ICP_STR("```");
    struct icp_buf text;
    struct icp_err err = {0};
    icp_buf_open(&text, ICP_MAX_RULE_FILE);
    if (icp_file_read(path, ICP_MAX_RULE_FILE, &text, &err) != ICP_OK)
        printf("%s\n", err.message);
    struct icp_str rest = icp_buf_view(&text);
    for (size_t at = icp_str_find(rest, open); at < rest.length; at = icp_str_find(rest, open)) {
        rest = icp_str_slice(rest, at + open.length, rest.length);
        size_t end = icp_str_find(rest, close);
        run_example(runner, path, icp_str_slice(rest, 0, end));
        rest = icp_str_slice(rest, end + close.length, rest.length);
    }
    icp_buf_finish(&text);
    printf("%zu examples, %zu failed\n", runner->count, runner->failed);
    return runner->failed > 0 || runner->count == 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* ---- Folders -------------------------------------------------------------------------------- */

static void compare(struct runner *runner, const char *folder, struct icp_str got)
{
    char path[PATH_BYTES];
    struct icp_buf want;
    struct stat status;
    (void)snprintf(path, sizeof(path), "%.900s/record.json", folder);
    const char *name = stat(path, &status) == 0 ? "expected.json" : "expected.txt";
    if (runner->accept) {
        struct icp_err err = {0};
        (void)snprintf(path, sizeof(path), "%.700s/%.200s", folder, name);
        FILE *file = fopen(path, "w");
        if (!file || fwrite(got.data, 1, got.length, file) != got.length || fclose(file) != 0)
            printf("%s: cannot be written %s\n", path, err.message);
        return;
    }
    if (!read_file(folder, name, &want))
        printf("%s/%s: cannot be read\n", folder, name);
    if (!icp_str_equal(icp_buf_view(&want), got)) {
        printf("%s: expected\n%.*s\ngot\n%.*s\n", folder, ICP_STR_ARGUMENTS(icp_buf_view(&want)),
               ICP_STR_ARGUMENTS(got));
        runner->failed++;
    }
    icp_buf_finish(&want);
}

static void run_case(struct runner *runner, const char *root, const char *name)
{
    char folder[PATH_BYTES];
    struct icp_buf out;
    icp_buf_open(&out, (size_t)1024 * 1024);
    runner->count++;
    if (runner->library) {
        describe(runner, root, name, &out);
        if (out.length > 0) {
            printf("%s: %.*s\n", name, ICP_STR_ARGUMENTS(icp_buf_view(&out)));
            runner->failed++;
        }
    } else {
        (void)snprintf(folder, sizeof(folder), "%.700s/%.200s", root, name);
        describe(runner, folder, "rules.icp.yaml", &out);
        if (!runner->suggest)
            compare(runner, folder, icp_buf_view(&out));
        else if (out.length > 0 && ++runner->failed)
            printf("%s: %.*s\n", folder, ICP_STR_ARGUMENTS(icp_buf_view(&out)));
    }
    icp_buf_finish(&out);
}

static bool wanted(const struct runner *runner, const char *name)
{
    if (runner->library)
        return icp_str_has_suffix(icp_str_from(name), ICP_STR(".icp.yaml"));
    return name[0] != '.';
}

static int run_folder(struct runner *runner, const char *root)
{
    struct dirent **entries;
    int count = scandir(root, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        if (wanted(runner, entries[i]->d_name))
            run_case(runner, root, entries[i]->d_name);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    printf("%zu cases, %zu failed\n", runner->count, runner->failed);
    return runner->failed > 0 || runner->count == 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    struct runner runner = {0};
    struct icp_arena arena;
    struct icp_buf text;
    struct icp_diagnostics list;
    int first = 1;
    for (; first < argc && argv[first][0] == '-'; first++) {
        runner.accept |= strcmp(argv[first], "--accept") == 0;
        runner.library |= strcmp(argv[first], "--library") == 0;
        runner.check |= strcmp(argv[first], "--check") == 0;
        runner.document |= strcmp(argv[first], "--document") == 0;
        runner.suggest |= strcmp(argv[first], "--suggest") == 0;
    }
    if (argc - first != 2) {
        printf("usage: rules_cases [--accept|--library|--document|--suggest] [--check] FIELDS "
               "FOLDER|FILE\n");
        return EXIT_FAILURE;
    }
    icp_arena_open(&arena, CASE_MEMORY);
    icp_diagnostics_open(&list, &arena, argv[first]);
    icp_buf_open(&text, ICP_MAX_RULE_FILE);
    struct icp_err err = {0};
    if (icp_file_read(argv[first], ICP_MAX_RULE_FILE, &text, &err) == ICP_OK)
        runner.dictionary =
            icp_dictionary_parse(ICP_STR("hubspot"), icp_buf_view(&text), &arena, &list);
    int status = EXIT_FAILURE;
    if (runner.dictionary && runner.document)
        status = run_document(&runner, argv[first + 1]);
    else if (runner.dictionary)
        status = run_folder(&runner, argv[first + 1]);
    else
        printf("%s: cannot be used\n", argv[first]);
    icp_buf_finish(&text);
    icp_arena_close(&arena);
    return status;
}
