/* Several ICP files over one record: whose result counts, and whether the files agree. */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include "diagnostics.h"
#include "dictionary.h"
#include "file.h"
#include "icp/rules.h"

#define TEST_MEMORY ((size_t)16 * 1024 * 1024)

enum { MOST_FILES = 4 };

static struct icp_result made(const char *grade, int32_t fit)
{
    struct icp_result result = {.applies = grade[0] != '-', .fit = fit};
    if (result.applies)
        result.fit_letter = grade[0];
    result.disqualified = grade[0] == 'X';
    return result;
}

static void whose_result_counts(void **state)
{
    static const struct {
        const char *why;
        const char *grades[MOST_FILES];
        int32_t fits[MOST_FILES];
        size_t count, want;
    } cases[] = {
        {"no file at all", {NULL}, {0}, 0, ICP_NO_FILE},
        {"none applies", {"-", "-"}, {0, 0}, 2, ICP_NO_FILE},
        {"the only one that applies", {"-", "D4"}, {0, 10}, 2, 1},
        {"the better letter", {"B1", "A4", "C1"}, {70, 75, 40}, 3, 1},
        {"a letter before U, however high its fit", {"U1", "D4"}, {100, 0}, 2, 1},
        {"the higher fit of two of one letter", {"A1", "A4"}, {80, 81}, 2, 1},
        {"the first of equals", {"B2", "B1"}, {60, 60}, 2, 0},
        {"the higher fit of two U", {"U4", "U4"}, {10, 40}, 2, 1},
        {"X in any of them is X", {"A1", "X", "A1"}, {90, 0, 95}, 3, 1},
        {"the first X", {"A1", "X", "X"}, {90, 10, 95}, 3, 1},
        {"an X that does not apply is none", {"D4", "-"}, {0, 0}, 2, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct icp_result results[MOST_FILES];
        const struct icp_result *all[MOST_FILES];
        for (size_t k = 0; k < cases[i].count; k++) {
            results[k] = made(cases[i].grades[k], cases[i].fits[k]);
            all[k] = &results[k];
        }
        if (icp_rules_choose(all, cases[i].count) != cases[i].want)
            fail_msg("%s", cases[i].why);
    }
}

/* ---- Agreement ------------------------------------------------------------------------------ */

struct bench {
    struct icp_arena arena;
    struct icp_diagnostics list;
    const struct icp_dictionary *dictionary;
};

static void open_bench(struct bench *bench)
{
    struct icp_err err = {0};
    struct icp_buf text;
    icp_arena_open(&bench->arena, TEST_MEMORY);
    icp_diagnostics_open(&bench->list, &bench->arena, "fields.yaml");
    icp_buf_open(&text, 65536);
    assert_int_equal(icp_file_read(ICP_SOURCE_DIR "/tests/rules/fields.yaml", 65536, &text, &err),
                     ICP_OK);
    bench->dictionary =
        icp_dictionary_parse(ICP_STR("hubspot"), icp_arena_copy(&bench->arena, icp_buf_view(&text)),
                             &bench->arena, &bench->list);
    icp_buf_finish(&text);
    assert_non_null(bench->dictionary);
}

static struct icp_ruleset *compile(struct bench *bench, const char *name, const char *fields,
                                   const char *field)
{
    struct icp_ruleset *rules = NULL;
    struct icp_err err = {0};
    struct icp_str text = icp_arena_format(
        &bench->arena,
        "icp: 1\nname: %s\n%sfit:\n  criteria:\n    - {id: one, weight: 1, field: %s, match: {a: "
        "100, else: 0}}\ngrade: {fit: {A: 50, B: 0}}\ntiers:\n  - {id: rest, else: true}\n",
        name, fields, field);
    icp_diagnostics_open(&bench->list, &bench->arena, name);
    (void)icp_rules_compile(text, name, &bench->dictionary, 1, &bench->list, &rules, &err);
    if (!rules)
        fail_msg("%s: %s", name, err.message);
    return rules;
}

static void files_agree_about_fields(void **state)
{
    static const char text_nace[] =
        "fields:\n  company.nace: {type: text, hubspot: companies.nace}\n";
    static const struct {
        const char *why, *fields[2], *names[2], *field, *message;
    } cases[] = {
        {"the same declaration", {text_nace, text_nace}, {"One", "Two"}, "company.nace", NULL},
        {"both of the dictionary", {"", ""}, {"One", "Two"}, "company.industry", NULL},
        {"another type",
         {text_nace, "fields:\n  company.nace: {type: code, hubspot: companies.nace}\n"},
         {"One", "Two"},
         "company.nace",
         "field \"company.nace\" has another type in two.icp.yaml:4:3 than in one.icp.yaml:4:3"},
        {"another place",
         {text_nace, "fields:\n  company.nace: {type: text, hubspot: [companies.code, "
                     "companies.nace]}\n"},
         {"One", "Two"},
         "company.nace",
         "field \"company.nace\" has another place in the CRM in two.icp.yaml:4:3 than in "
         "one.icp.yaml:4:3"},
        {"declared by one and of the dictionary for the other",
         {"", "fields:\n  company.industry: {type: code, hubspot: companies.branche}\n"},
         {"One", "Two"},
         "company.industry",
         "field \"company.industry\" has another place in the CRM in two.icp.yaml:4:3 than in the "
         "CRM's dictionary, which one.icp.yaml uses"},
        {"one name for both",
         {"", ""},
         {"One", "One"},
         "company.industry",
         "one.icp.yaml and two.icp.yaml are both named \"One\""},
    };
    static const char *const paths[] = {"one.icp.yaml", "two.icp.yaml"};
    struct bench bench;
    (void)state;
    open_bench(&bench);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct icp_ruleset *files[2];
        struct icp_ruleset *made_files[2];
        for (size_t k = 0; k < 2; k++)
            files[k] = made_files[k] =
                compile(&bench, cases[i].names[k], cases[i].fields[k], cases[i].field);
        icp_diagnostics_open(&bench.list, &bench.arena, paths[1]);
        bool agree = icp_rules_agree(files, paths, 2, &bench.list);
        check_number(cases[i].why, agree, cases[i].message == NULL);
        if (cases[i].message)
            check_text(cases[i].why, bench.list.items[0].message, icp_str_from(cases[i].message));
        icp_rules_close(made_files[0]);
        icp_rules_close(made_files[1]);
    }
    icp_arena_close(&bench.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whose_result_counts),
        cmocka_unit_test(files_agree_about_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
