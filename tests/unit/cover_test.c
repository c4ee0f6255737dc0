/*
 * Which lines of a rule file a record reaches: for each kind of line a record just on either side
 * of it. One file, and a table of tests in it; what is compared is the list of lines that the one
 * test reached.
 */
#include "check.h"

#include <string.h>

#include "engine.h"

#include "diagnostics.h"
#include "file.h"

#define TEST_MEMORY ((size_t)16 * 1024 * 1024)

static const char rules_text[] =
    "icp: 1\n"
    "name: Lines\n"
    "disqualify:\n"
    "  - {id: tiny, when: company.employees < 5}\n"
    "  - {id: gone, when: company.employees < 3}\n"
    "fit:\n"
    "  min_coverage: 10\n"
    "  criteria:\n"
    "    - {id: size, weight: 1, field: company.employees, bands: {\"..9\": 0, \"10..49\": 50, "
    "else: 100}}\n"
    "    - {id: place, weight: 1, field: company.country, match: {DK: 100, else: 0}}\n"
    "    - {id: trade, weight: 1, field: company.industry, prefix: {\"6\": 10, \"62\": 100, else: "
    "0}}\n"
    "    - {id: tech, weight: 1, field: company.technologies, any_of: {a: 60, b: 30}}\n"
    "    - {id: money, weight: 1, field: company.revenue, scale: {1: 0, 3: 60, 5: 100}}\n"
    "    - {id: stage, weight: 1, cases: [{when: company.is_target, points: 100}, {else: 0}]}\n"
    "  adjustments:\n"
    "    - {id: big, when: company.employees > 900, points: 5}\n"
    "engagement:\n"
    "  groups:\n"
    "    - {id: hand, cap: 50, floor: -10, signals: [{signal: form_submit, points: 30}, "
    "{signal: unsubscribe, points: -20}]}\n"
    "grade: {fit: {A: 75, B: 0}, engagement: {1: 30, 2: 0}}\n"
    "tiers: [{id: call, when: hand >= 50}, {id: rest, else: true}]\n"
    "tests:\n  - {name: x, as_of: 2026-01-15, expect: {grade: U2}, ";

static const struct {
    const char *why, *test, *reached;
} cases[] = {
    {"nothing known", "given: {}", "min_coverage:10 engagement:2 rest:else"},
    {"a band, and what is known is enough", "given: {company.employees: 49}",
     "size:10..49 fit:B engagement:2 rest:else"},
    {"else of bands, an adjustment, the other letter", "given: {company.employees: 901}",
     "size:else big:company.employees > 900 fit:A engagement:2 rest:else"},
    {"every disqualifier that holds, and no grade", "given: {company.employees: 2}",
     "tiny:company.employees < 5 gone:company.employees < 3 size:..9 rest:else"},
    {"a key in any spelling", "given: {company.country: Denmark}",
     "place:DK fit:A engagement:2 rest:else"},
    {"the longest prefix alone", "given: {company.industry: \"62.01\"}",
     "trade:62 fit:A engagement:2 rest:else"},
    {"else of a prefix", "given: {company.industry: \"7\"}",
     "trade:else fit:B engagement:2 rest:else"},
    {"each entry of a set", "given: {company.technologies: [b, c]}",
     "tech:b fit:B engagement:2 rest:else"},
    {"both ends of a straight line", "given: {company.revenue: 4}",
     "money:3 money:5 fit:A engagement:2 rest:else"},
    {"a point alone when it is hit", "given: {company.revenue: 3}",
     "money:3 fit:B engagement:2 rest:else"},
    {"outside a scale its end", "given: {company.revenue: 9}",
     "money:5 fit:A engagement:2 rest:else"},
    {"a case", "given: {company.is_target: true}",
     "stage:company.is_target fit:A engagement:2 rest:else"},
    {"else of cases", "given: {company.is_target: false}",
     "stage:else fit:B engagement:2 rest:else"},
    {"a signal below its cap", "signals: [{signal: form_submit, at: 2026-01-15}]",
     "min_coverage:10 hand:form_submit engagement:1 rest:else"},
    {"the cap holds, and the next tier",
     "signals: [{signal: form_submit, at: 2026-01-15, times: 2}]",
     "min_coverage:10 hand:50 hand:form_submit engagement:1 call:hand >= 50"},
    {"the floor holds", "signals: [{signal: unsubscribe, at: 2026-01-15}]",
     "min_coverage:10 hand:-10 hand:unsubscribe engagement:2 rest:else"},
    {"a signal of the future takes no line", "signals: [{signal: form_submit, at: 2026-02-15}]",
     "min_coverage:10 engagement:2 rest:else"},
};

static struct icp_ruleset *compile(const struct icp_dictionary *dictionary, const char *test,
                                   struct icp_arena *arena)
{
    struct icp_diagnostics list;
    struct icp_ruleset *rules = NULL;
    struct icp_err err = {0};
    struct icp_str text = icp_arena_format(arena, "%s%s}\n", rules_text, test);
    icp_diagnostics_open(&list, arena, "rules");
    if (icp_rules_compile(text, "rules", &dictionary, 1, &list, &rules, &err) != ICP_OK)
        fail_msg("%u:%u: %.*s", list.items[0].line, list.items[0].column,
                 ICP_STR_ARGUMENTS(list.items[0].message));
    return rules;
}

static struct icp_str reached_by(const struct icp_ruleset *rules, struct icp_arena *arena)
{
    struct icp_str all = ICP_STR("");
    struct icp_err err = {0};
    size_t count;
    const struct icp_rules_line *lines = icp_rules_lines(rules, &count);
    bool *reached = ICP_NEW_ARRAY(arena, bool, count);
    assert_int_equal(icp_rules_cover(rules, arena, reached, &err), ICP_OK);
    for (size_t i = 0; i < count; i++)
        if (reached[i])
            all = icp_arena_format(arena, "%.*s%s%.*s:%.*s", ICP_STR_ARGUMENTS(all),
                                   all.length > 0 ? " " : "", ICP_STR_ARGUMENTS(lines[i].owner),
                                   ICP_STR_ARGUMENTS(lines[i].says));
    return all;
}

static void test_lines_reached(void **state)
{
    struct icp_arena arena;
    struct icp_diagnostics list;
    struct icp_buf yaml;
    struct icp_err err = {0};
    (void)state;
    icp_arena_open(&arena, TEST_MEMORY);
    icp_diagnostics_open(&list, &arena, "fields.yaml");
    icp_buf_open(&yaml, 65536);
    assert_int_equal(icp_file_read(ICP_SOURCE_DIR "/tests/rules/fields.yaml", 65536, &yaml, &err),
                     ICP_OK);
    const struct icp_dictionary *dictionary =
        icp_dictionary_parse(ICP_STR("hubspot"), icp_buf_view(&yaml), &arena, &list);
    assert_non_null(dictionary);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct icp_ruleset *rules = compile(dictionary, cases[i].test, &arena);
        struct icp_str got = reached_by(rules, &arena);
        if (!icp_str_is(got, cases[i].reached))
            fail_msg("%s: expected %s, got %.*s", cases[i].why, cases[i].reached,
                     ICP_STR_ARGUMENTS(got));
        icp_rules_close(rules);
    }
    icp_buf_finish(&yaml);
    icp_arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines_reached)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
