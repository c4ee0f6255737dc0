/* Our own fields: when two values count as the same, when a difference is worth a write, and the
 * dates of a tier. */
#include "owned.h"

#include "check.h"
#include "date.h"

#define DAY ICP_MS_PER_DAY

static void values_that_count_as_the_same(void **state)
{
    static const struct {
        const char *why;
        struct icp_str a, b;
        enum icp_owned_kind kind;
        bool same;
    } cases[] = {
        {"nothing is the empty text", {0}, ICP_STR_INIT(""), ICP_OWNED_TEXT, true},
        {"nothing is not zero", {0}, ICP_STR_INIT("0"), ICP_OWNED_NUMBER, false},
        {"a number by value", ICP_STR_INIT("87"), ICP_STR_INIT("87.0"), ICP_OWNED_NUMBER, true},
        {"another number", ICP_STR_INIT("87"), ICP_STR_INIT("88"), ICP_OWNED_NUMBER, false},
        {"a number that somebody overwrote with a word", ICP_STR_INIT("87"), ICP_STR_INIT("hot"),
         ICP_OWNED_NUMBER, false},
        {"a time with and without milliseconds", ICP_STR_INIT("2026-10-05T02:00:00.000Z"),
         ICP_STR_INIT("2026-10-05T02:00:00Z"), ICP_OWNED_TIME, true},
        {"a time as epoch milliseconds", ICP_STR_INIT("1970-01-12T13:46:40.000Z"),
         ICP_STR_INIT("1000000000"), ICP_OWNED_TIME, true},
        {"another time", ICP_STR_INIT("2026-10-05T02:00:00Z"), ICP_STR_INIT("2026-10-05T02:00:01Z"),
         ICP_OWNED_TIME, false},
        {"line ends of another system", ICP_STR_INIT("a\nb"), ICP_STR_INIT("a\r\nb\r\n"),
         ICP_OWNED_TEXT, true},
        {"another text", ICP_STR_INIT("a"), ICP_STR_INIT("b"), ICP_OWNED_TEXT, false},
        {"options are exact", ICP_STR_INIT("A1"), ICP_STR_INIT("a1"), ICP_OWNED_CHOICE, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        check_number(cases[i].why, icp_owned_equal(cases[i].kind, cases[i].a, cases[i].b),
                     cases[i].same);
        check_number(cases[i].why, icp_owned_equal(cases[i].kind, cases[i].b, cases[i].a),
                     cases[i].same);
    }
}

static const struct icp_str settled[ICP_OWNED_COUNT] = {
    [ICP_OWNED_SCORE] = ICP_STR_INIT("70"),
    [ICP_OWNED_GRADE] = ICP_STR_INIT("A2"),
    [ICP_OWNED_TIER] = ICP_STR_INIT("work"),
    [ICP_OWNED_FIT] = ICP_STR_INIT("80"),
    [ICP_OWNED_SUMMARY] = ICP_STR_INIT("A2 · 70"),
    [ICP_OWNED_REASONS] = ICP_STR_INIT("+70 all\n= 70"),
    [ICP_OWNED_RULES] = ICP_STR_INIT("Plain 1"),
    [ICP_OWNED_SCORED_AT] = ICP_STR_INIT("2026-10-05T02:00:00.000Z"),
};

static void what_is_worth_a_write(void **state)
{
    static const struct {
        const char *why;
        struct icp_str held;
        int64_t written_ms;
        enum icp_owned field;
        enum icp_write_reason reason;
    } cases[] = {
        {"nothing differs", ICP_STR_INIT("70"), 0, ICP_OWNED_SCORE, ICP_WRITE_NOT},
        {"a grade always is", ICP_STR_INIT("A3"), 19 * DAY, ICP_OWNED_GRADE, ICP_WRITE_DECISION},
        {"so is a tier", ICP_STR_INIT("call"), 19 * DAY, ICP_OWNED_TIER, ICP_WRITE_DECISION},
        {"and reach", ICP_STR_INIT("bounced"), 19 * DAY, ICP_OWNED_REACH, ICP_WRITE_DECISION},
        {"a score from a step on", ICP_STR_INIT("75"), 19 * DAY, ICP_OWNED_SCORE, ICP_WRITE_SCORE},
        {"downwards as well", ICP_STR_INIT("65"), 19 * DAY, ICP_OWNED_SCORE, ICP_WRITE_SCORE},
        {"not below it", ICP_STR_INIT("74"), 19 * DAY, ICP_OWNED_SCORE, ICP_WRITE_NOT},
        {"unless the last write is old", ICP_STR_INIT("74"), 0, ICP_OWNED_SCORE, ICP_WRITE_WORDS},
        {"a score that is no number", ICP_STR_INIT("x"), 19 * DAY, ICP_OWNED_SCORE,
         ICP_WRITE_SCORE},
        {"words wait", ICP_STR_INIT("old"), 19 * DAY, ICP_OWNED_REASONS, ICP_WRITE_NOT},
        {"for two weeks", ICP_STR_INIT("old"), 6 * DAY, ICP_OWNED_REASONS, ICP_WRITE_WORDS},
        {"one millisecond less", ICP_STR_INIT("old"), 6 * DAY + 1, ICP_OWNED_REASONS,
         ICP_WRITE_NOT},
        {"never written by us", ICP_STR_INIT("old"), -1, ICP_OWNED_REASONS, ICP_WRITE_WORDS},
        {"the rules' version never alone", ICP_STR_INIT("Other"), 0, ICP_OWNED_RULES,
         ICP_WRITE_NOT},
        {"nor the time of scoring", ICP_STR_INIT("2026-01-05T02:00:00Z"), 0, ICP_OWNED_SCORED_AT,
         ICP_WRITE_NOT},
    };
    const struct icp_write_policy policy = {.score_step = 5, .reasons_every_ms = 14 * DAY};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct icp_str held[ICP_OWNED_COUNT];
        for (size_t k = 0; k < ICP_OWNED_COUNT; k++)
            held[k] = settled[k];
        held[cases[i].field] = cases[i].held;
        check_number(cases[i].why,
                     icp_write_decide(settled, held, cases[i].written_ms, 20 * DAY, &policy),
                     cases[i].reason);
    }
}

static void an_empty_record_is_written(void **state)
{
    const struct icp_write_policy policy = {.score_step = 5, .reasons_every_ms = 14 * DAY};
    struct icp_str held[ICP_OWNED_COUNT] = {{0}};

    (void)state;
    assert_int_equal(icp_write_decide(settled, held, -1, 0, &policy), ICP_WRITE_FIRST);
}

static void the_dates_of_a_tier(void **state)
{
    const struct icp_rules_tier call = {.id = ICP_STR_INIT("call"), .within_days = 1};
    const struct icp_rules_tier rest = {.id = ICP_STR_INIT("rest"), .within_days = -1};
    const struct icp_result_row in_rest = {.has_base = true,
                                           .base_tier = ICP_STR_INIT("rest"),
                                           .base_tier_since_ms = 5,
                                           .base_call_by_ms = -1};
    const struct icp_rules_tier soon = {
        .id = ICP_STR_INIT("soon"), .within_days = -1, .within_hours = 4};
    const struct icp_calendar usual = icp_calendar_default();
    struct icp_tier_dates dates;
    int32_t friday;
    char text[ICP_TIME_TEXT];

    (void)state;
    assert_true(icp_date_from_civil(2026, 10, 9, &friday));
    dates = icp_tier_dates_decide(NULL, false, true, &call, friday * DAY, &usual);
    assert_true(dates.since_ms == -1 && dates.call_by_ms == -1); /* the very first night */
    dates = icp_tier_dates_decide(NULL, false, false, &call, friday * DAY, &usual);
    assert_true(dates.since_ms == friday * DAY && icp_str_is_null(dates.previous));
    check_text("a night's one day is the day itself", icp_time_format(dates.call_by_ms, text),
               ICP_STR("2026-10-09T17:00:00.000Z"));
    dates =
        icp_tier_dates_decide(NULL, false, false, &soon, friday * DAY + 16 * (DAY / 24), &usual);
    check_text("four hours from Friday 16:00", icp_time_format(dates.call_by_ms, text),
               ICP_STR("2026-10-12T12:00:00.000Z"));
    dates = icp_tier_dates_decide(&in_rest, true, false, &rest, friday * DAY, &usual);
    assert_true(dates.since_ms == 5); /* nothing was entered */
    dates = icp_tier_dates_decide(&in_rest, true, false, &call, friday * DAY, &usual);
    assert_true(dates.since_ms == friday * DAY);
    check_text("where it came from", dates.previous, ICP_STR("rest"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_that_count_as_the_same),
        cmocka_unit_test(what_is_worth_a_write),
        cmocka_unit_test(an_empty_record_is_written),
        cmocka_unit_test(the_dates_of_a_tier),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
