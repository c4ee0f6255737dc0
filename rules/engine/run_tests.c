/*
 * The file's own tests: each is scored like any record and compared with what its author expects.
 * A test that fails names every expectation that did not hold.
 */
#include "engine.h"

static int32_t number_of(const struct icp_result *result, struct icp_str key)
{
    if (icp_str_is(key, "fit"))
        return result->fit;
    if (icp_str_is(key, "engagement"))
        return result->engagement;
    if (icp_str_is(key, "coverage"))
        return result->coverage;
    return result->score;
}

static bool is_number(struct icp_str key)
{
    return icp_str_is(key, "fit") || icp_str_is(key, "engagement") || icp_str_is(key, "coverage") ||
           icp_str_is(key, "score");
}

static struct icp_str top_reason(const struct icp_result *result)
{
    for (size_t i = 0; i < result->reason_count; i++)
        if (!icp_str_is_empty(result->reasons[i].id))
            return result->reasons[i].id;
    return ICP_STR("none");
}

/* The wanted text when some reason has it, else the first reason's. */
static struct icp_str reason_like(const struct icp_result *result, struct icp_str want)
{
    for (size_t i = 0; i < result->reason_count; i++)
        if (icp_str_equal(result->reasons[i].text, want))
            return want;
    return result->reason_count > 0 ? result->reasons[0].text : ICP_STR("none");
}

static struct icp_str text_of(const struct icp_ruleset *rules, const struct icp_result *result,
                              const struct icp_expectation *expectation)
{
    if (icp_str_is(expectation->key, "grade"))
        return icp_str_from(result->grade);
    if (icp_str_is(expectation->key, "tier") && !result->applies)
        return ICP_STR("not_scored");
    if (icp_str_is(expectation->key, "tier"))
        return result->tier < rules->tier_count ? rules->tiers[result->tier].id : ICP_STR("none");
    if (icp_str_is(expectation->key, "reach"))
        return icp_str_from(icp_reach_name(result->reach));
    if (icp_str_is(expectation->key, "reason"))
        return reason_like(result, expectation->want);
    return top_reason(result);
}

static bool holds(const struct icp_ruleset *rules, const struct icp_result *result,
                  const struct icp_expectation *expectation, struct icp_arena *arena,
                  struct icp_str *failure)
{
    if (is_number(expectation->key)) {
        int32_t got = number_of(result, expectation->key);
        *failure = icp_arena_format(arena, "%.*s: expected %d, got %d",
                                    ICP_STR_ARGUMENTS(expectation->key), expectation->number, got);
        return got == expectation->number;
    }
    struct icp_str got = text_of(rules, result, expectation);
    *failure = icp_arena_format(arena, "%.*s: expected %.*s, got %.*s",
                                ICP_STR_ARGUMENTS(expectation->key),
                                ICP_STR_ARGUMENTS(expectation->want), ICP_STR_ARGUMENTS(got));
    return icp_str_equal(got, expectation->want);
}

static void run_test(const struct icp_ruleset *rules, const struct icp_file_test *test,
                     const struct icp_result *result, struct icp_arena *arena,
                     struct icp_rules_test *outcome)
{
    *outcome = (struct icp_rules_test){
        .name = test->name, .line = test->line, .column = test->column, .passed = true};
    for (size_t i = 0; i < test->expectation_count; i++) {
        const struct icp_expectation *expectation = &test->expectations[i];
        struct icp_str failure;
        if (holds(rules, result, expectation, arena, &failure))
            continue;
        if (outcome->passed) {
            outcome->line = expectation->line;
            outcome->column = expectation->column;
            outcome->failure = failure;
        } else {
            outcome->failure =
                icp_arena_format(arena, "%.*s; %.*s", ICP_STR_ARGUMENTS(outcome->failure),
                                 ICP_STR_ARGUMENTS(failure));
        }
        outcome->passed = false;
    }
}

static struct icp_rules_input *inputs_of(const struct icp_ruleset *rules, struct icp_arena *arena)
{
    struct icp_rules_input *inputs =
        ICP_NEW_ARRAY(arena, struct icp_rules_input, rules->test_count + 1);
    for (size_t i = 0; inputs && i < rules->test_count; i++)
        inputs[i] = (struct icp_rules_input){.values = rules->tests[i].values,
                                             .signals = rules->tests[i].signals,
                                             .signal_count = rules->tests[i].signal_count,
                                             .as_of = rules->tests[i].as_of,
                                             .previous_grade = rules->tests[i].previous_grade,
                                             .previous_tier = rules->tests[i].previous_tier};
    return inputs;
}

enum icp_status icp_rules_cover(const struct icp_ruleset *rules, struct icp_arena *arena,
                                bool *reached, struct icp_err *err)
{
    const struct icp_rules_input *inputs = inputs_of(rules, arena);
    struct icp_result *results = ICP_NEW_ARRAY(arena, struct icp_result, rules->test_count + 1);
    if (!inputs || !results)
        return icp_fail(err, ICP_BUG, "no memory left for %zu tests", rules->test_count);
    return icp_rules_score_noting(rules, inputs, rules->test_count, arena, results, reached, err);
}

enum icp_status icp_rules_run_tests(const struct icp_ruleset *rules, struct icp_arena *arena,
                                    const struct icp_rules_test **tests, size_t *count,
                                    size_t *failed, struct icp_err *err)
{
    size_t most = rules->test_count + 1;
    struct icp_rules_test *outcomes = ICP_NEW_ARRAY(arena, struct icp_rules_test, most);
    const struct icp_rules_input *inputs = inputs_of(rules, arena);
    struct icp_result *results = ICP_NEW_ARRAY(arena, struct icp_result, most);
    *tests = outcomes;
    *count = *failed = 0;
    if (!outcomes || !inputs || !results)
        return icp_fail(err, ICP_BUG, "no memory left for %zu tests", rules->test_count);
    if (icp_rules_score(rules, inputs, rules->test_count, arena, results, err) != ICP_OK)
        return err->status;
    for (size_t i = 0; i < rules->test_count; i++) {
        run_test(rules, &rules->tests[i], &results[i], arena, &outcomes[i]);
        *failed += outcomes[i].passed ? 0 : 1;
    }
    *count = rules->test_count;
    return ICP_OK;
}
