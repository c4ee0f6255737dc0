/*
 * Any bytes as an ICP file: they are refused with a report, or compiled; then the file's own tests
 * run and a few records are scored, and whatever the rules say, reasons add up. Compiling the same
 * bytes again gives the same hashes.
 */
#include <stdlib.h>
#include <string.h>

#include "icp/rules.h"

#include "diagnostics.h"
#include "dictionary.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_MEMORY ((size_t)64 * 1024 * 1024)
enum { MOST_BYTES = 65536, MOST_FIELDS = 64 };

static const char fields_yaml[] =
    "fields:\n"
    "  contact.email: {type: email, from: contacts.email}\n"
    "  contact.created: {type: datetime, from: contacts.createdate}\n"
    "  company.employees: {type: number, from: companies.numberofemployees}\n"
    "  company.country: {type: country, from: companies.country}\n"
    "  company.industry: {type: code, from: companies.industry}\n"
    "  company.technologies: {type: set, from: companies.web_technologies}\n"
    "  company.is_target: {type: boolean, from: companies.is_target}\n"
    "signals:\n"
    "  form_submit: {count: contacts.a, last: contacts.b, attributes: {form: contacts.c}}\n"
    "  page_view: {count: contacts.d, last: contacts.e}\n"
    "always:\n"
    "  contacts.email: \"why\"\n";

static void check(const struct icp_ruleset *rules, const struct icp_result *result,
                  struct icp_arena *arena)
{
    int64_t points = 0, own = 0;
    for (size_t i = 0; i < result->reason_count; i++) {
        points += result->reasons[i].points;
        own += result->reasons[i].own_points;
    }
    const struct icp_rules_about *about = icp_rules_about(rules);
    int64_t parts = about->points_model ? result->score : (int64_t)result->fit + result->engagement;
    if (points != result->score || (result->applies && !result->disqualified && own != parts))
        abort();
    if (result->score < 0 || result->score > about->score_most ||
        (result->applies && result->tier >= about->tier_count))
        abort();
    (void)icp_rules_summary(rules, result, arena);
    (void)icp_rules_reasons_text(rules, result, arena);
}

static void score(const struct icp_ruleset *rules, struct icp_arena *arena)
{
    static const struct icp_attribute form = {ICP_STR_INIT("form"), ICP_STR_INIT("Demo request")};
    static const struct icp_signal signals[] = {
        {ICP_STR_INIT("form_submit"), INT64_C(1768435200000), 3, true, &form, 1},
        {ICP_STR_INIT("page_view"), INT64_C(1768000000000), UINT32_MAX, true, NULL, 0},
        {ICP_STR_INIT("page_view"), INT64_MAX / 2, 1, false, NULL, 0},
    };
    static const struct icp_str spellings[] = {
        {0},
        ICP_STR_INIT(""),
        ICP_STR_INIT("12.5"),
        ICP_STR_INIT("Danmark"),
        ICP_STR_INIT("a;b;\xff"),
        ICP_STR_INIT("true"),
        ICP_STR_INIT("x@gmail.com"),
        ICP_STR_INIT("2026-01-15"),
        ICP_STR_INIT("-9200000000000"),
    };
    enum { SPELLINGS = sizeof(spellings) / sizeof(spellings[0]) };
    size_t count;
    (void)icp_rules_fields(rules, &count);
    for (size_t i = 0; i < SPELLINGS; i++) {
        struct icp_str *values = ICP_NEW_ARRAY(arena, struct icp_str, count + 1);
        struct icp_rules_input input = {
            .values = values, .signals = signals, .signal_count = i % 4, .as_of = 20468};
        struct icp_result result;
        struct icp_err err = {0};
        for (size_t f = 0; values && f < count; f++)
            values[f] = spellings[(i + f) % SPELLINGS];
        if (values && icp_rules_score(rules, &input, 1, arena, &result, &err) == ICP_OK)
            check(rules, &result, arena);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct icp_str text = {(const char *)data, size};
    struct icp_arena arena;
    struct icp_diagnostics list;
    struct icp_ruleset *rules = NULL, *again = NULL;
    struct icp_err err = {0};
    if (size > MOST_BYTES)
        return 0;
    icp_arena_open(&arena, FUZZ_MEMORY);
    icp_diagnostics_open(&list, &arena, "fuzz");
    const struct icp_dictionary *dictionary =
        icp_dictionary_parse(ICP_STR("hubspot"), icp_str_from(fields_yaml), &arena, &list);
    if (!dictionary)
        abort();
    enum icp_status status = icp_rules_compile(text, "fuzz", &dictionary, 1, &list, &rules, &err);
    if ((status == ICP_OK) != (rules != NULL) || (status == ICP_OK && list.errors > 0) ||
        (status == ICP_BAD_CONFIG && list.errors == 0))
        abort();
    if (rules) {
        const struct icp_rules_test *tests;
        size_t count, failed;
        struct icp_err quiet = {0};
        (void)icp_rules_run_tests(rules, &arena, &tests, &count, &failed, &quiet);
        score(rules, &arena);
        if (icp_rules_compile(text, "fuzz", &dictionary, 1, &list, &again, &quiet) == ICP_OK &&
            strcmp(icp_rules_about(rules)->score_hash, icp_rules_about(again)->score_hash) != 0)
            abort();
    }
    icp_rules_close(again);
    icp_rules_close(rules);
    icp_arena_close(&arena);
    return 0;
}
