/*
 * The file's own tests: each is scored like any record and compared with what its author expects.
 * A test that fails names every expectation that did not hold.
 */
#include "engine.h"

#include "calendar.h"

/* ---- What came out, by key ------------------------------------------------------------------- */

static int32_t number_of(const struct icp_result *result, enum icp_expect key)
{
    switch ((int)key) {
    case ICP_EXPECT_FIT:
        return result->fit;
    case ICP_EXPECT_ENGAGEMENT:
        return result->engagement;
    case ICP_EXPECT_COVERAGE:
        return result->coverage;
    default:
        return result->score;
    }
}

static struct icp_str top_reason(const struct icp_result *result)
{
    for (size_t i = 0; i < result->reason_count; i++)
        if (!icp_str_is_empty(result->reasons[i].id))
            return result->reasons[i].id;
    return ICP_STR("none");
}

static bool is_reason(const struct icp_reason *reason, struct icp_str text)
{
    return icp_str_equal(reason->id, text) || icp_str_equal(reason->text, text);
}

static bool has_reason(const struct icp_result *result, struct icp_str text)
{
    for (size_t i = 0; i < result->reason_count; i++)
        if (is_reason(&result->reasons[i], text))
            return true;
    return false;
}

/* The wanted text when some reason has it, else the first reason's. */
static struct icp_str reason_like(const struct icp_result *result, struct icp_str want)
{
    for (size_t i = 0; i < result->reason_count; i++)
        if (icp_str_equal(result->reasons[i].text, want))
            return want;
    return result->reason_count > 0 ? result->reasons[0].text : ICP_STR("none");
}

/* Ids of the reasons, of disqualifiers alone or of all; lines without one by their text. */
static struct icp_str reasons_listed(const struct icp_result *result, bool disqualifiers,
                                     struct icp_arena *arena)
{
    struct icp_str all = ICP_STR("");
    for (size_t i = 0; i < result->reason_count; i++) {
        const struct icp_reason *reason = &result->reasons[i];
        if (disqualifiers && reason->kind != ICP_REASON_DISQUALIFIED)
            continue;
        struct icp_str name = icp_str_is_empty(reason->id) ? reason->text : reason->id;
        all = icp_arena_format(arena, "%.*s%s%.*s", ICP_STR_ARGUMENTS(all),
                               all.length > 0 ? ", " : "", ICP_STR_ARGUMENTS(name));
    }
    return all.length > 0 ? all : ICP_STR("none");
}

/* ---- Does it hold ---------------------------------------------------------------------------- */

struct run { /* of one test */
    const struct icp_ruleset *rules;
    const struct icp_file_test *test;
    const struct icp_result *result;
    struct icp_arena *arena;
};

static bool number_holds(const struct run *run, const struct icp_expectation *expectation,
                         struct icp_str *got)
{
    int32_t number = number_of(run->result, expectation->key);
    *got = icp_arena_format(run->arena, "%d", number);
    return number >= expectation->from && number <= expectation->to;
}

/* All lines with that id together: the points model has one, fit and engagement too. */
static bool points_hold(const struct run *run, const struct icp_expectation *expectation,
                        struct icp_str *got)
{
    int32_t points = 0;
    bool found = false;
    for (size_t i = 0; i < run->result->reason_count; i++) {
        if (!icp_str_equal(run->result->reasons[i].id, expectation->id))
            continue;
        points += run->result->reasons[i].points;
        found = true;
    }
    *got = found ? icp_arena_format(run->arena, "%d", points) : ICP_STR("no such line");
    return (found || (expectation->from <= 0 && expectation->to >= 0)) &&
           points >= expectation->from && points <= expectation->to;
}

/* Every one that is expected is there. Of disqualifiers there are no others. */
static bool list_holds(const struct run *run, const struct icp_expectation *expectation,
                       struct icp_str *got)
{
    bool disqualifiers = expectation->key == ICP_EXPECT_DISQUALIFIED_BY, holds = true;
    size_t count = run->result->disqualified ? run->result->reason_count : 0;
    *got = reasons_listed(run->result, disqualifiers, run->arena);
    for (size_t i = 0; i < expectation->text_count; i++)
        holds = holds && has_reason(run->result, expectation->texts[i]);
    if (!disqualifiers)
        return holds;
    return holds && count == expectation->text_count && (count == 0 || run->result->disqualified);
}

/* The same roles, in any order. */
static bool roles_hold(const struct run *run, const struct icp_expectation *expectation,
                       struct icp_str *got)
{
    const struct icp_result *result = run->result;
    size_t met = 0;
    *got = ICP_STR("none");
    for (size_t i = 0; i < result->role_count; i++) {
        *got = i == 0 ? result->roles[0]
                      : icp_arena_format(run->arena, "%.*s, %.*s", ICP_STR_ARGUMENTS(*got),
                                         ICP_STR_ARGUMENTS(result->roles[i]));
        for (size_t k = 0; k < expectation->text_count; k++)
            met += icp_str_equal(result->roles[i], expectation->texts[k]) ? 1 : 0;
    }
    return met == result->role_count && met == expectation->text_count;
}

/* By when to call, as the test's calendar has it; no text when no tier is entered that promises
   it. A tier that the record had before is not entered. */
static struct icp_str call_by(const struct run *run)
{
    const struct icp_calendar *calendar = run->test->calendar;
    const struct icp_rules_tier *tier;
    char text[ICP_LOCAL_TEXT];
    int64_t due;
    if (!run->result->applies || run->result->tier >= run->rules->tier_count)
        return ICP_STR("");
    tier = &run->rules->tiers[run->result->tier];
    if ((tier->within_days <= 0 && tier->within_hours <= 0) ||
        icp_str_equal(run->test->previous_tier, tier->id) ||
        !icp_calendar_due(calendar,
                          icp_calendar_instant(calendar, run->test->as_of, run->test->minute),
                          tier->within_days, tier->within_hours, &due))
        return ICP_STR("");
    return icp_arena_copy(run->arena, icp_calendar_local(calendar, due, text));
}

/* A day is met at any of its times. */
static bool call_by_holds(const struct run *run, const struct icp_expectation *expectation,
                          struct icp_str *got)
{
    *got = call_by(run);
    if (icp_str_is_empty(expectation->want) || icp_str_is_empty(*got))
        return icp_str_is_empty(expectation->want) && icp_str_is_empty(*got);
    return icp_str_has_prefix(*got, expectation->want);
}

static struct icp_str day_of(const struct run *run, const struct icp_forecast *forecast)
{
    char text[ICP_TIME_TEXT];
    if (forecast->on == ICP_NO_DAY)
        return ICP_STR("");
    return icp_arena_copy(run->arena, icp_date_format(forecast->on, text));
}

/* No file applies any more: "not_scored". */
static struct icp_str tier_of(const struct icp_forecast *forecast)
{
    if (forecast->on == ICP_NO_DAY)
        return ICP_STR("");
    if (forecast->grade[0] == '\0')
        return ICP_STR("not_scored");
    return icp_str_is_null(forecast->tier) ? ICP_STR("none") : forecast->tier;
}

static struct icp_str text_ahead(const struct run *run, const struct icp_expectation *expectation)
{
    const struct icp_outlook *outlook = &run->result->outlook;
    if (!run->result->applies)
        return ICP_STR("");
    switch ((int)expectation->key) {
    case ICP_EXPECT_FALLS_TO:
        return icp_str_from(outlook->grade.grade);
    case ICP_EXPECT_FALLS_ON:
        return day_of(run, &outlook->grade);
    case ICP_EXPECT_BECOMES:
        return tier_of(&outlook->tier);
    case ICP_EXPECT_LIFT:
        return icp_str_from(outlook->lift_grade);
    case ICP_EXPECT_LIFT_WITH:
        return icp_str_is_null(outlook->lift_with) ? ICP_STR("") : outlook->lift_with;
    default:
        return day_of(run, &outlook->tier);
    }
}

static struct icp_str text_of(const struct run *run, const struct icp_expectation *expectation)
{
    const struct icp_result *result = run->result;
    switch ((int)expectation->key) {
    case ICP_EXPECT_GRADE:
        return icp_str_from(result->grade);
    case ICP_EXPECT_TIER:
        if (!result->applies)
            return ICP_STR("not_scored");
        return result->tier < run->rules->tier_count ? run->rules->tiers[result->tier].id
                                                     : ICP_STR("none");
    case ICP_EXPECT_REACH:
        return icp_str_from(icp_reach_name(result->reach));
    case ICP_EXPECT_MISSING:
        return icp_str_is_null(result->missing_field) ? ICP_STR("") : result->missing_field;
    case ICP_EXPECT_REASON:
        return reason_like(result, expectation->want);
    case ICP_EXPECT_SUMMARY:
        return icp_rules_summary(run->rules, result, run->arena);
    case ICP_EXPECT_FALLS_TO:
    case ICP_EXPECT_FALLS_ON:
    case ICP_EXPECT_BECOMES:
    case ICP_EXPECT_BECOMES_ON:
    case ICP_EXPECT_LIFT:
    case ICP_EXPECT_LIFT_WITH:
        return text_ahead(run, expectation);
    case ICP_EXPECT_PROFILE:
        return result->applies ? run->rules->about.name : ICP_STR("");
    default:
        return top_reason(result);
    }
}

static bool holds(const struct run *run, const struct icp_expectation *expectation,
                  struct icp_str *got)
{
    switch ((int)expectation->key) {
    case ICP_EXPECT_FIT:
    case ICP_EXPECT_ENGAGEMENT:
    case ICP_EXPECT_COVERAGE:
    case ICP_EXPECT_SCORE:
        return number_holds(run, expectation, got);
    case ICP_EXPECT_POINTS:
        return points_hold(run, expectation, got);
    case ICP_EXPECT_REASONS:
    case ICP_EXPECT_DISQUALIFIED_BY:
        return list_holds(run, expectation, got);
    case ICP_EXPECT_ROLES:
        return roles_hold(run, expectation, got);
    case ICP_EXPECT_CALL_BY:
        return call_by_holds(run, expectation, got);
    default:
        *got = text_of(run, expectation);
        return icp_str_equal(*got, expectation->want);
    }
}

static struct icp_str or_none(struct icp_str text)
{
    return icp_str_is_empty(text) ? ICP_STR("none") : text;
}

static void add_failure(const struct run *run, const struct icp_expectation *expectation,
                        struct icp_str got, struct icp_rules_failure *failures,
                        struct icp_rules_test *outcome)
{
    struct icp_rules_failure *failure = &failures[outcome->failure_count++];
    *failure = (struct icp_rules_failure){.what = expectation->name,
                                          .expected = or_none(expectation->want),
                                          .got = or_none(got),
                                          .line = expectation->line,
                                          .column = expectation->column};
    if (outcome->passed) {
        outcome->line = expectation->line;
        outcome->column = expectation->column;
    }
    outcome->passed = false;
    outcome->failure = icp_arena_format(
        run->arena, "%.*s%s%.*s: expected %.*s, got %.*s", ICP_STR_ARGUMENTS(outcome->failure),
        outcome->failure_count > 1 ? "; " : "", ICP_STR_ARGUMENTS(failure->what),
        ICP_STR_ARGUMENTS(failure->expected), ICP_STR_ARGUMENTS(failure->got));
}

static void run_test(const struct run *run, const struct icp_file_test *test,
                     struct icp_rules_test *outcome)
{
    struct icp_rules_failure *failures =
        ICP_NEW_ARRAY(run->arena, struct icp_rules_failure, test->expectation_count + 1);
    *outcome = (struct icp_rules_test){.name = test->name,
                                       .line = test->line,
                                       .column = test->column,
                                       .as_of = test->as_of,
                                       .result = run->result,
                                       .failures = failures,
                                       .passed = true};
    for (size_t i = 0; failures && i < test->expectation_count; i++) {
        struct icp_str got;
        if (!holds(run, &test->expectations[i], &got))
            add_failure(run, &test->expectations[i], got, failures, outcome);
    }
}

/* ---- All of them ------------------------------------------------------------------------------
 */

static struct icp_rules_input *inputs_of(const struct icp_ruleset *rules, struct icp_arena *arena)
{
    struct icp_rules_input *inputs =
        ICP_NEW_ARRAY(arena, struct icp_rules_input, rules->test_count + 1);
    for (size_t i = 0; inputs && i < rules->test_count; i++)
        inputs[i] = (struct icp_rules_input){.values = rules->tests[i].values,
                                             .signals = rules->tests[i].signals,
                                             .signal_count = rules->tests[i].signal_count,
                                             .as_of = rules->tests[i].as_of,
                                             .language = rules->tests[i].language,
                                             .previous_grade = rules->tests[i].previous_grade,
                                             .previous_tier = rules->tests[i].previous_tier};
    return inputs;
}

static enum icp_status look_ahead(const struct icp_ruleset *rules,
                                  const struct icp_rules_input *inputs, struct icp_arena *arena,
                                  struct icp_result *results, struct icp_err *err)
{
    struct icp_ahead *ahead;
    if (icp_rules_ahead_open(&rules, 1, arena, &ahead, err) != ICP_OK)
        return err->status;
    for (size_t i = 0; i < rules->test_count; i++)
        if (icp_rules_look_ahead(ahead, &inputs[i], 0, arena, &results[i], err) != ICP_OK)
            return err->status;
    return ICP_OK;
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
    if (icp_rules_score(rules, inputs, rules->test_count, arena, results, err) != ICP_OK ||
        look_ahead(rules, inputs, arena, results, err) != ICP_OK)
        return err->status;
    for (size_t i = 0; i < rules->test_count; i++) {
        struct run run = {
            .rules = rules, .test = &rules->tests[i], .result = &results[i], .arena = arena};
        run_test(&run, &rules->tests[i], &outcomes[i]);
        *failed += outcomes[i].passed ? 0 : 1;
    }
    *count = rules->test_count;
    return ICP_OK;
}
