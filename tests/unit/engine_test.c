/*
 * The rule engine beyond single cases: which edits change the score hash, the built-in tables, the
 * limits, and what a caller asks.
 */
#include "engine_kit.h"

#include <string.h>

/* ---- The score hash ------------------------------------------------------------------------- */

static const char base_file[] =
    "icp: 1\n"
    "name: Base\n"
    "purpose: To rank\n"
    "fields:\n"
    "  company.maturity: {type: number, hubspot: companies.maturity}\n"
    "lists:\n"
    "  rivals: [a.dk, b.dk]\n"
    "disqualify:\n"
    "  - {id: rival, when: contact.email_domain in rivals, because: Rival}\n"
    "fit:\n"
    "  min_coverage: 40\n"
    "  criteria:\n"
    "    - {id: size, weight: 3, field: company.employees, bands: {\"1..9\": 10, \"10..\": 90, "
    "else: 0}, because: Size}\n"
    "    - {id: land, weight: 2, field: company.country, match: {DK: 100, else: 0}}\n"
    "    - {id: ripe, weight: 1, field: company.maturity, scale: {1: 0, 5: 100}}\n"
    "engagement:\n"
    "  half_life: 30 days\n"
    "  groups:\n"
    "    - {id: hand, cap: 60, signals: [{signal: form_submit, points: 40, match: {form: "
    "\"*demo*\"}}]}\n"
    "grade: {fit: {A: 75, B: 0}, engagement: {1: 50, 2: 0}}\n"
    "tiers:\n"
    "  - {id: call, label: Call, when: hand > 20, within: 1 day, room_per_week: 40}\n"
    "  - {id: rest, label: Rest, else: true}\n"
    "tests:\n"
    "  - {name: t, given: {company.employees: 5}, expect: {fit: 10}}\n";

static const struct {
    const char *why, *from, *to;
    bool same;
} edits[] = {
    {"nothing", "Base", "Base", true},
    {"a because cannot change a score", "because: Size", "because: How big", true},
    {"nor a label", "label: Call", "label: Ring", true},
    {"nor the purpose", "To rank", "To sort", true},
    {"nor the name", "name: Base", "name: Other", true},
    {"nor a comment", "fit:\n", "fit:   # how well they suit us\n", true},
    {"nor the order of bands", "\"1..9\": 10, \"10..\": 90", "\"10..\": 90, \"1..9\": 10", true},
    {"nor another spelling of a country", "match: {DK:", "match: {Denmark:", true},
    {"nor the room of a tier", "room_per_week: 40", "room_per_week: 50", true},
    {"nor spaces in a condition", "when: hand > 20", "when: 'hand   >   20'", true},
    {"nor brackets that change nothing", "when: hand > 20", "when: (hand > 20)", true},
    {"nor the order of a list", "[a.dk, b.dk]", "[b.dk, a.dk]", true},
    {"nor a test", "expect: {fit: 10}", "expect: {fit: 11}", true},
    {"nor a field that nothing uses", "fields:\n", "fields:\n  company.x: {type: number}\n", true},
    {"a weight does", "weight: 3", "weight: 4", false},
    {"points do", "\"1..9\": 10", "\"1..9\": 11", false},
    {"an edge of a band does", "\"1..9\": 10, \"10..\"", "\"1..8\": 10, \"9..\"", false},
    {"another key of a match does", "{DK: 100", "{SE: 100", false},
    {"a point of a scale does", "{1: 0, 5: 100}", "{1: 0, 4: 100}", false},
    {"missing does", "weight: 2,", "weight: 2, missing: zero,", false},
    {"min_coverage does", "min_coverage: 40", "min_coverage: 41", false},
    {"a condition does", "hand > 20", "hand >= 20", false},
    {"a list does", "b.dk]", "c.dk]", false},
    {"a half-life does", "30 days", "31 days", false},
    {"a cap does", "cap: 60", "cap: 61", false},
    {"a pattern does", "*demo*", "*demo", false},
    {"a line of a grade does", "A: 75", "A: 76", false},
    {"the time to call within does", "within: 1 day", "within: 2 days", false},
    {"a tier's id does", "id: rest", "id: others", false},
    {"where a field of the file comes from does", "companies.maturity", "companies.mat", false},
    {"shares of the score do", "grade:", "score: {fit: 50, engagement: 50}\ngrade:", false},
    {"but not those it has anyhow", "grade:", "score: {fit: 60, engagement: 40}\ngrade:", true},
};

static struct icp_str edited(struct icp_arena *arena, const char *from, const char *to)
{
    struct icp_str text = icp_str_from(base_file), part = icp_str_from(from);
    size_t at = icp_str_find(text, part);
    if (at == text.length)
        fail_msg("\"%s\" is not in the file", from);
    struct icp_str head = icp_str_slice(text, 0, at);
    struct icp_str tail = icp_str_slice(text, at + part.length, text.length);
    return icp_arena_format(arena, "%.*s%s%.*s", ICP_STR_ARGUMENTS(head), to,
                            ICP_STR_ARGUMENTS(tail));
}

static void the_hash_knows_what_can_change_a_score(void **state)
{
    struct bench *bench = *state;
    struct icp_ruleset *base = must_compile(bench, icp_str_from(base_file));
    for (size_t i = 0; i < COUNT_OF(edits); i++) {
        struct icp_ruleset *other =
            must_compile(bench, edited(&bench->arena, edits[i].from, edits[i].to));
        bool same =
            strcmp(icp_rules_about(base)->score_hash, icp_rules_about(other)->score_hash) == 0;
        if (same != edits[i].same)
            fail_msg("%s", edits[i].why);
        icp_rules_close(other);
    }
    icp_rules_close(base);
}

/* ---- Tables --------------------------------------------------------------------------------- */

static void decay_is_rounded_to_nine_decimals(void **state)
{
    static const struct {
        int32_t half_life, age;
        uint32_t factor;
    } cases[] = {
        {30, 0, 1000000000}, {30, 30, 500000000}, {30, 60, 250000000},
        {30, 10, 793700526}, {30, 1, 977159968},  {7, 3, 742997145},
        {1, 29, 2},          {1, 30, 1},          {365, 364, 500950419},
    };
    struct bench *bench = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct icp_decay *decay = icp_decay_table(&bench->arena, cases[i].half_life);
        check_number("0.5^(age / half_life) × 1e9", decay->factors[cases[i].age], cases[i].factor);
    }
    check_number("a half-life of one day is nothing after 31",
                 (int64_t)icp_decay_table(&bench->arena, 1)->count, 31);
}

/* ---- Limits and texts ----------------------------------------------------------------------- */

static void huge_files_are_refused_quickly(void **state)
{
    static const char *const bombs[] = {"[", "{", "- ", "a: {", "\"", "? ", "[a, "};
    struct bench *bench = *state;
    for (size_t i = 0; i < COUNT_OF(bombs); i++) {
        struct icp_buf text;
        icp_buf_open(&text, ICP_MAX_RULE_FILE);
        while (!text.failed)
            icp_buf_add_cstr(&text, bombs[i]);
        if (compile(bench, icp_buf_view(&text)))
            fail_msg("a file of %s was taken", bombs[i]);
        if (bench->list.errors == 0)
            fail_msg("a file of %s was refused without a word", bombs[i]);
        icp_buf_finish(&text);
    }
}

static void too_many_lines_are_refused(void **state)
{
    struct icp_buf text;
    icp_buf_open(&text, ICP_MAX_RULE_FILE);
    icp_buf_add_cstr(&text, "icp: 1\nname: Long\nfit:\n  criteria:\n");
    for (int i = 0; i <= ICP_MAX_CRITERIA; i++)
        icp_buf_format(&text,
                       "    - {id: c%d, weight: 1, field: company.is_target, match: {true: 1, "
                       "false: 0}}\n",
                       i);
    icp_buf_add_cstr(&text, "grade: {fit: {A: 0}}\ntiers: [{id: rest, else: true}]\n");
    struct bench *bench = *state;
    assert_null(compile(bench, icp_buf_view(&text)));
    bool said = false;
    for (size_t i = 0; i < bench->list.count; i++)
        said = said || strcmp(bench->list.items[i].code, "too-many") == 0;
    assert_true(said);
    icp_buf_finish(&text);
}

static int64_t sum_of_lines(struct icp_str text)
{
    int64_t sum = 0, points;
    struct icp_str line, number;
    while (icp_str_cut(&text, '\n', &line)) {
        struct icp_str rest = line;
        if (icp_str_has_prefix(line, ICP_STR("=")))
            return sum;
        if (icp_str_cut(&rest, ' ', &number) && icp_integer_parse(number, &points))
            sum += points;
    }
    return sum;
}

/* A hundred criteria with long texts do not fit into 2,000 characters; the printed lines still add
   up to the printed score. */
static void long_reasons_are_cut_and_still_add_up(void **state)
{
    struct bench *bench = *state;
    struct icp_buf text;
    struct icp_rules_input input = {.as_of = 20000};
    struct icp_result result;
    struct icp_err err = {0};
    icp_buf_open(&text, ICP_MAX_RULE_FILE);
    icp_buf_add_cstr(&text, "icp: 1\nname: Long\nfit:\n  criteria:\n");
    for (int i = 0; i < 100; i++)
        icp_buf_format(&text,
                       "    - {id: c%d, weight: %d, field: company.employees, bands: {\"0..\": %d, "
                       "else: 0}, because: Line %d with a text that is æøå long enough to fill}\n",
                       i, 1 + i % 7, 1 + i % 100, i);
    icp_buf_add_cstr(&text, "grade: {fit: {A: 0}}\ntiers: [{id: rest, else: true}]\n");
    struct icp_ruleset *rules = must_compile(bench, icp_buf_view(&text));
    size_t count;
    const struct icp_rules_field *fields = icp_rules_fields(rules, &count);
    struct icp_str *values = ICP_NEW_ARRAY(&bench->arena, struct icp_str, count);
    for (size_t i = 0; i < count; i++)
        values[i] =
            icp_str_is(fields[i].name, "company.employees") ? ICP_STR("5") : (struct icp_str){0};
    input.values = values;
    assert_int_equal(icp_rules_score(rules, &input, 1, &bench->arena, &result, &err), ICP_OK);
    struct icp_str reasons = icp_rules_reasons_text(rules, &result, &bench->arena);
    check_number("the printed lines add up", sum_of_lines(reasons), result.score);
    check_number("at most 2,000 characters", icp_utf8_cut(reasons, 2000).length == reasons.length,
                 1);
    icp_rules_close(rules);
    icp_buf_finish(&text);
}

static void a_full_arena_is_said(void **state)
{
    struct bench *bench = *state;
    struct icp_ruleset *rules = must_compile(bench, icp_str_from(base_file));
    size_t count;
    (void)icp_rules_fields(rules, &count);
    struct icp_str *values = ICP_NEW_ARRAY(&bench->arena, struct icp_str, count);
    struct icp_rules_input input = {.values = values};
    for (size_t size = 0; size < 200000; size += 1 + size / 3) {
        struct icp_arena small;
        struct icp_result result;
        struct icp_err err = {0};
        icp_arena_open(&small, size);
        enum icp_status status = icp_rules_score(rules, &input, 1, &small, &result, &err);
        if (status == ICP_OK)
            check_sums(&result);
        else
            check_number("no memory left is a bug of the caller", status, ICP_BUG);
        if (size < 256)
            check_number("nothing fits into nothing", status, ICP_BUG);
        icp_arena_close(&small);
    }
    icp_rules_close(rules);
}

/* Each record takes some 100 KiB to work out, all of them together ten times what there is. */
static void a_batch_keeps_its_results_alone(void **state)
{
    enum { MANY = 300, ITEMS = 2000 };
    const size_t room = (size_t)3 * 1024 * 1024;
    static struct icp_rules_input inputs[MANY];
    static struct icp_result results[MANY];
    struct bench *bench = *state;
    struct icp_arena arena;
    struct icp_buf value;
    struct icp_err err = {0};
    struct icp_ruleset *rules = must_compile(
        bench,
        ICP_STR("icp: 1\nname: Wide\nfit:\n  criteria:\n"
                "    - {id: tools, weight: 1, field: company.technologies, "
                "any_of: {tool 7: 30, tool 1999: 40}, because: 'Uses {company.technologies}'}\n"
                "grade: {fit: {A: 0}}\ntiers: [{id: rest, else: true}]\n"));
    size_t count;
    const struct icp_rules_field *fields = icp_rules_fields(rules, &count);
    struct icp_str *values = ICP_NEW_ARRAY(&bench->arena, struct icp_str, count);
    icp_buf_open(&value, 65536);
    for (int i = 0; i < ITEMS; i++)
        icp_buf_format(&value, "%sTool %d", i > 0 ? ";" : "", i);
    for (size_t i = 0; i < count; i++)
        if (icp_str_is(fields[i].name, "company.technologies"))
            values[i] = icp_buf_view(&value);
    for (size_t i = 0; i < MANY; i++)
        inputs[i] = (struct icp_rules_input){.values = values, .as_of = 20000};
    icp_arena_open(&arena, room);
    assert_int_equal(icp_rules_score(rules, inputs, MANY, &arena, results, &err), ICP_OK);
    check_number("a result takes less than 1 KiB", arena.used < (size_t)MANY * 1024, 1);
    for (size_t i = 0; i < MANY; i++) {
        check_number("every record gets its points", results[i].fit, 70);
        check_text("and its own text", results[i].reasons[0].text, results[0].reasons[0].text);
    }
    icp_arena_close(&arena);
    icp_buf_finish(&value);
    icp_rules_close(rules);
}

static const struct {
    const char *why;
    struct icp_reason before, after;
    bool x_before, x_after;
    struct icp_str want;
} movements[] = {
    {"the line that changed most",
     {.kind = ICP_REASON_FIT,
      .id = ICP_STR_INIT("size"),
      .text = ICP_STR_INIT("12 employees"),
      .points = 12},
     {.kind = ICP_REASON_FIT,
      .id = ICP_STR_INIT("size"),
      .text = ICP_STR_INIT("120 employees"),
      .points = 4},
     false,
     false,
     ICP_STR_INIT("size 12 → 4 (120 employees)")},
    {"a line that came",
     {.kind = ICP_REASON_FIT, .id = ICP_STR_INIT("size"), .text = ICP_STR_INIT("s"), .points = 3},
     {.kind = ICP_REASON_ENGAGEMENT,
      .id = ICP_STR_INIT("hand"),
      .text = ICP_STR_INIT("Asked"),
      .points = 20},
     false,
     false,
     ICP_STR_INIT("hand 0 → 20 (Asked)")},
    {"nothing",
     {.kind = ICP_REASON_FIT, .id = ICP_STR_INIT("size"), .text = ICP_STR_INIT("s"), .points = 3},
     {.kind = ICP_REASON_FIT, .id = ICP_STR_INIT("size"), .text = ICP_STR_INIT("t"), .points = 3},
     false,
     false,
     {0}},
    {"out",
     {.kind = ICP_REASON_FIT, .id = ICP_STR_INIT("size"), .text = ICP_STR_INIT("s"), .points = 3},
     {.kind = ICP_REASON_DISQUALIFIED,
      .id = ICP_STR_INIT("rival"),
      .text = ICP_STR_INIT("Works for a rival"),
      .points = 0},
     false,
     true,
     ICP_STR_INIT("disqualified: Works for a rival")},
};

static void what_moved_a_record_is_named(void **state)
{
    struct bench *bench = *state;
    for (size_t i = 0; i < COUNT_OF(movements); i++) {
        struct icp_result before = {.reasons = &movements[i].before,
                                    .reason_count = 1,
                                    .disqualified = movements[i].x_before};
        struct icp_result after = {.reasons = &movements[i].after,
                                   .reason_count = 1,
                                   .disqualified = movements[i].x_after};
        check_text(movements[i].why, icp_rules_moved_by(&before, &after, &bench->arena),
                   movements[i].want);
    }
}

/* ---- What the caller asks ------------------------------------------------------------------- */

static void fields_say_where_they_come_from(void **state)
{
    struct bench *bench = *state;
    struct icp_ruleset *rules = must_compile(bench, icp_str_from(base_file));
    size_t count;
    const struct icp_rules_field *fields = icp_rules_fields(rules, &count);
    static const struct {
        const char *name, *property;
    } want[] = {
        {"company.country", "country"},       {"company.employees", "numberofemployees"},
        {"company.maturity", "maturity"},     {"contact.email", "email"},
        {"contact.email_bounced", "bounced"}, {"contact.opted_out", "optout"},
    };
    check_number("used fields, those behind derived ones and reach", (int64_t)count,
                 (int64_t)COUNT_OF(want));
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        struct icp_field field = icp_rules_field_for(rules, i, ICP_STR("hubspot"));
        check_text(want[i].name, fields[i].name, icp_str_from(want[i].name));
        check_number(want[i].name, (int64_t)field.source_count, 1);
        check_text(want[i].name, field.sources[0].property, icp_str_from(want[i].property));
        check_number("a CRM that nobody named has nothing",
                     (int64_t)icp_rules_field_for(rules, i, ICP_STR("other")).source_count, 0);
    }
    const struct icp_rules_about *about = icp_rules_about(rules);
    check_number("two letters and U by two digits, and X", (int64_t)about->grade_count, 7);
    check_text("best first", about->grades[0], ICP_STR("A1"));
    check_text("X last", about->grades[6], ICP_STR("X"));
    check_number("within", about->tiers[0].within_days, 1);
    check_number("room", about->tiers[0].room_total, 40);
    const struct icp_str *signals = icp_rules_signals(rules, &count);
    check_number("signals", (int64_t)count, 1);
    check_text("signals", signals[0], ICP_STR("form_submit"));
    icp_rules_close(rules);
}

static void a_red_test_names_what_failed(void **state)
{
    struct bench *bench = *state;
    struct icp_ruleset *rules = must_compile(
        bench, edited(&bench->arena, "expect: {fit: 10}", "expect: {fit: 11, grade: A1}"));
    const struct icp_rules_test *tests;
    size_t count, failed;
    struct icp_err err = {0};
    assert_int_equal(icp_rules_run_tests(rules, &bench->arena, &tests, &count, &failed, &err),
                     ICP_OK);
    check_number("one test", (int64_t)count, 1);
    check_number("it is red", (int64_t)failed, 1);
    check_text("all of it", tests[0].failure,
               ICP_STR("fit: expected 11, got 10; grade: expected A1, got B2"));
    check_number("at the first expectation", tests[0].line, 25);
    icp_rules_close(rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hash_knows_what_can_change_a_score),
        cmocka_unit_test(decay_is_rounded_to_nine_decimals),
        cmocka_unit_test(huge_files_are_refused_quickly),
        cmocka_unit_test(too_many_lines_are_refused),
        cmocka_unit_test(long_reasons_are_cut_and_still_add_up),
        cmocka_unit_test(a_full_arena_is_said),
        cmocka_unit_test(a_batch_keeps_its_results_alone),
        cmocka_unit_test(what_moved_a_record_is_named),
        cmocka_unit_test(fields_say_where_they_come_from),
        cmocka_unit_test(a_red_test_names_what_failed),
    };
    return cmocka_run_group_tests(tests, open_bench, close_bench);
}
