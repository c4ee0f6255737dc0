/*
 * The points model beyond single cases: which edits of such a file change the score hash, so that
 * nothing that can move a person takes effect without approval.
 */
#include "check.h"

#include <string.h>

#include "icp/rules.h"

#include "diagnostics.h"
#include "dictionary.h"
#include "file.h"

#define TEST_MEMORY ((size_t)48 * 1024 * 1024)

static const char base_file[] =
    "icp: 1\n"
    "name: Base\n"
    "points:\n"
    "  max: 100\n"
    "  lines:\n"
    "    - {id: size, when: 'company.employees in [51..200]', points: 8, because: Size}\n"
    "    - {id: land, field: company.country, match: [DK, SE], points: 5}\n"
    "    - {id: money, field: company.revenue, bands: {\"1..9\": 4, \"10..\": 6}}\n"
    "    - {id: tools, field: company.technologies, any_of: {a: 4, b: 6}, cap: 9}\n"
    "    - {id: new, field: contact.created, age_days: \"..30\", points: 3}\n"
    "    - {id: fresh, decay: contact.created, points: 15, window: 90 days}\n"
    "    - {id: staff, per: company.employees, points: 1, cap: 7}\n"
    "    - {id: boss, field: contact.title, titles: [ceo, \"*chef\"], not: vice, points: 4}\n"
    "    - {id: opens, signal: email_open, points: 1, half_life: 30 days}\n"
    "    - {id: clicks, signal: email_click, points: 2, max_per_day: 3}\n"
    "  groups: [{id: mail, lines: [opens, clicks], cap: 15}]\n"
    "grade: {score: {A: 70, B: 50, C: 30, D: 0}}\n"
    "tiers: [{id: rest, label: Rest, else: true}]\n";

static const struct {
    const char *why, *from, *to;
    bool same;
} edits[] = {
    {"a because cannot change a score", "because: Size", "because: How big", true},
    {"nor the order of a list", "[DK, SE]", "[Sweden, DK]", true},
    {"nor the order of bands", "\"1..9\": 4, \"10..\": 6", "\"10..\": 6, \"1..9\": 4", true},
    {"nor another way to write a half-life", "half_life: 30 days", "decay: 50% every 30 days",
     true},
    {"nor another spelling of a title", "[ceo,", "[CEO,", true},
    {"a title does", "[ceo,", "[cfo,", false},
    {"a guard does", "not: vice", "not: assistant", false},
    {"max does", "max: 100", "max: 99", false},
    {"points do", "points: 8", "points: 9", false},
    {"a condition does", "[51..200]", "[51..201]", false},
    {"a value does", "[DK, SE]", "[DK, FI]", false},
    {"points of a list do", "points: 5", "points: 6", false},
    {"points of a band do", "\"1..9\": 4", "\"1..9\": 5", false},
    {"the field does", "field: company.revenue", "field: company.employees", false},
    {"the cap of a set does", "cap: 9", "cap: 8", false},
    {"an age does", "..30", "..31", false},
    {"a window does", "90 days", "91 days", false},
    {"the date does", "decay: contact.created", "decay: contact.birthday", false},
    {"the cap of a counter does", "cap: 7", "cap: 6", false},
    {"a half-life does", "half_life: 30 days", "half_life: 31 days", false},
    {"a signal does", "signal: email_open", "signal: page_view", false},
    {"a limit a day does", "max_per_day: 3", "max_per_day: 4", false},
    {"the cap of a group does", "cap: 15", "cap: 14", false},
    {"who is in a group does", "[opens, clicks]", "[opens]", false},
    {"a line of the grade does", "A: 70", "A: 71", false},
    {"another way to give the same points does", "per: company.employees, points: 1, cap: 7",
     "field: company.employees, bands: \"1..\", points: 1", false},
};

struct bench {
    struct icp_arena arena;
    struct icp_buf yaml;
    const struct icp_dictionary *dictionary;
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

static void hash_of(struct bench *bench, struct icp_str text, char hash[65])
{
    struct icp_diagnostics list;
    struct icp_ruleset *rules = NULL;
    struct icp_err err = {0};
    icp_diagnostics_open(&list, &bench->arena, "rules");
    if (icp_rules_compile(text, "rules", &bench->dictionary, 1, &list, &rules, &err) != ICP_OK)
        fail_msg("a good file was refused: %s\n%.*s", err.message, ICP_STR_ARGUMENTS(text));
    memcpy(hash, icp_rules_about(rules)->score_hash, 65);
    icp_rules_close(rules);
}

static void the_hash_knows_what_can_change_points(void **state)
{
    struct bench *bench = *state;
    char base[65], other[65];
    hash_of(bench, icp_str_from(base_file), base);
    for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
        hash_of(bench, edited(&bench->arena, edits[i].from, edits[i].to), other);
        if ((strcmp(base, other) == 0) != edits[i].same)
            fail_msg("%s", edits[i].why);
    }
}

static int open_bench(void **state)
{
    static struct bench bench;
    struct icp_diagnostics list;
    struct icp_err err = {0};
    icp_arena_open(&bench.arena, TEST_MEMORY);
    icp_diagnostics_open(&list, &bench.arena, "fields.yaml");
    icp_buf_open(&bench.yaml, 65536);
    if (icp_file_read(ICP_SOURCE_DIR "/tests/rules/fields.yaml", 65536, &bench.yaml, &err) !=
        ICP_OK)
        return 1;
    bench.dictionary =
        icp_dictionary_parse(ICP_STR("hubspot"), icp_buf_view(&bench.yaml), &bench.arena, &list);
    *state = &bench;
    return bench.dictionary ? 0 : 1;
}

static int close_bench(void **state)
{
    struct bench *bench = *state;
    icp_buf_finish(&bench->yaml);
    icp_arena_close(&bench->arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hash_knows_what_can_change_points),
    };
    return cmocka_run_group_tests(tests, open_bench, close_bench);
}
