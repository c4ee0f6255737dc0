/*
 * One ruleset, many threads: each scores every record with an arena of its own, and all of them get
 * what one thread alone gets.
 */
#include "icp/rules.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { THREADS = 4, RECORDS = 300, AS_OF = 20468 };
#define MEMORY ((size_t)8 * 1024 * 1024)

struct job {
    const struct icp_ruleset *rules;
    uint64_t sum; /* of everything that was said */
    bool good;
};

static uint64_t mixed(uint64_t sum, struct icp_str text)
{
    return sum * UINT64_C(1099511628211) + icp_str_hash(text);
}

static bool score_one(const struct icp_ruleset *rules, int i, struct icp_arena *arena,
                      uint64_t *sum)
{
    static const char *const countries[] = {"DK", "Sweden", "Norge", "Atlantis", ""};
    struct icp_err err = {0};
    struct icp_result result;
    size_t count;
    (void)icp_rules_fields(rules, &count);
    struct icp_str *values = ICP_NEW_ARRAY(arena, struct icp_str, count + 1);
    struct icp_rules_input input = {.values = values, .as_of = AS_OF};
    size_t employees = icp_rules_field_index(rules, ICP_STR("company.employees"));
    size_t country = icp_rules_field_index(rules, ICP_STR("company.country"));
    if (!values || employees == SIZE_MAX || country == SIZE_MAX)
        return false;
    values[employees] = icp_arena_format(arena, "%d", i);
    values[country] = icp_str_from(countries[i % 5]);
    if (icp_rules_score(rules, &input, 1, arena, &result, &err) != ICP_OK)
        return false;
    *sum = mixed(*sum, icp_rules_summary(rules, &result, arena));
    *sum = mixed(*sum, icp_rules_reasons_text(rules, &result, arena));
    return true;
}

static void *work(void *argument)
{
    struct job *job = argument;
    struct icp_arena arena;
    icp_arena_open(&arena, MEMORY);
    job->good = true;
    for (int i = 0; i < RECORDS && job->good; i++) {
        icp_arena_reset(&arena);
        job->good = score_one(job->rules, i, &arena, &job->sum);
    }
    icp_arena_close(&arena);
    return NULL;
}

static void test_threads(void **state)
{
    (void)state;
    struct icp_err err = {0};
    struct icp_ruleset *rules;
    pthread_t threads[THREADS];
    struct job jobs[THREADS], alone;
    assert_int_equal(
        icp_rules_load(ICP_SOURCE_DIR "/rules/library/first.icp.yaml", "hubspot", &rules, &err),
        ICP_OK);
    alone = (struct job){.rules = rules};
    (void)work(&alone);
    assert_true(alone.good);
    for (int i = 0; i < THREADS; i++) {
        jobs[i] = (struct job){.rules = rules};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &jobs[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i < THREADS; i++) {
        assert_true(jobs[i].good);
        assert_true(jobs[i].sum == alone.sum);
    }
    icp_rules_close(rules);
}

static void test_refusals(void **state)
{
    (void)state;
    struct icp_err err = {0};
    struct icp_ruleset *rules;
    assert_int_equal(icp_rules_load("nowhere.icp.yaml", "hubspot", &rules, &err), ICP_BAD_CONFIG);
    assert_null(rules);
    icp_err_clear(&err);
    assert_int_equal(
        icp_rules_load(ICP_SOURCE_DIR "/rules/library/first.icp.yaml", "abacus", &rules, &err),
        ICP_BAD_CONFIG);
    assert_string_equal(err.message, "no CRM is called \"abacus\"");
    assert_null(rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_threads),
                                       cmocka_unit_test(test_refusals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
