/*
 * Dates and times as CRMs write them: each spelling gives its one instant, and anything else is
 * refused rather than guessed.
 */
#include "check.h"
#include "date.h"

#define TEXT(literal) ICP_STR_INIT(literal)
enum { REFUSED = 0, GOOD = 1 };

/* Every day of ten thousand years, against a calendar that counts on its fingers. */
static void test_every_day_there_and_back(void **state)
{
    (void)state;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t days = 0;
    assert_true(icp_date_from_civil(1, 1, 1, &days));
    assert_int_equal(days, -719162);
    for (int year = 1; year <= 9999; year++) {
        bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (int month = 1; month <= 12; month++) {
            int last = lengths[month - 1] + (month == 2 && leap ? 1 : 0);
            int32_t found = 0;
            assert_false(icp_date_from_civil(year, month, last + 1, &found));
            for (int day = 1; day <= last; day++, days++) {
                int y = 0;
                int m = 0;
                int d = 0;
                icp_date_to_civil(days, &y, &m, &d);
                if (!icp_date_from_civil(year, month, day, &found) || found != days || y != year ||
                    m != month || d != day)
                    fail_msg("%04d-%02d-%02d is day %d, not %d", year, month, day, (int)days,
                             (int)found);
            }
        }
    }
    assert_int_equal(days - 1, 2932896);
}

static void test_weekdays(void **state)
{
    (void)state;
    assert_int_equal(icp_date_weekday(0), 4);     /* 1970-01-01, Thursday */
    assert_int_equal(icp_date_weekday(-1), 3);    /* Wednesday */
    assert_int_equal(icp_date_weekday(20468), 4); /* 2026-01-15, Thursday */
    assert_int_equal(icp_date_weekday(20471), 7); /* Sunday */
    assert_int_equal(icp_date_weekday(-719162), 1);
}

static void test_parse_dates(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct icp_str text;
        int good;
        int32_t days;
    } cases[] = {
        {"an ordinary day", TEXT("2026-01-15"), GOOD, 20468},
        {"the first", TEXT("1970-01-01"), GOOD, 0},
        {"before 1970", TEXT("1969-12-31"), GOOD, -1},
        {"a leap day", TEXT("2024-02-29"), GOOD, 19782},
        {"2000 was a leap year", TEXT("2000-02-29"), GOOD, 11016},
        {"1900 was none", TEXT("1900-02-29"), REFUSED, 0},
        {"2026 is none", TEXT("2026-02-29"), REFUSED, 0},
        {"the last year", TEXT("9999-12-31"), GOOD, 2932896},
        {"there is no year 0", TEXT("0000-01-01"), REFUSED, 0},
        {"month 13", TEXT("2026-13-01"), REFUSED, 0},
        {"month 0", TEXT("2026-00-01"), REFUSED, 0},
        {"day 0", TEXT("2026-01-00"), REFUSED, 0},
        {"31 April", TEXT("2026-04-31"), REFUSED, 0},
        {"one digit", TEXT("2026-1-15"), REFUSED, 0},
        {"day first", TEXT("15-01-2026"), REFUSED, 0},
        {"slashes", TEXT("2026/01/15"), REFUSED, 0},
        {"a time is not a date", TEXT("2026-01-15T00:00Z"), REFUSED, 0},
        {"space", TEXT(" 2026-01-15"), REFUSED, 0},
        {"five-digit year", TEXT("12026-01-15"), REFUSED, 0},
        {"sign", TEXT("-026-01-15"), REFUSED, 0},
        {"empty", TEXT(""), REFUSED, 0},
        {"no text", {NULL, 0}, REFUSED, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int32_t days = 12345;
        bool good = icp_date_parse(cases[i].text, &days);
        check_number(cases[i].why, good, cases[i].good);
        check_number(cases[i].why, days, good ? cases[i].days : 12345);
    }
}

static void test_parse_times(void **state)
{
    (void)state;
    const int64_t base = INT64_C(1768446245000); /* 2026-01-15T03:04:05Z */
    const struct {
        const char *why;
        struct icp_str text;
        int good;
        int64_t ms;
    } cases[] = {
        {"UTC", TEXT("2026-01-15T03:04:05Z"), GOOD, base},
        {"no zone is UTC", TEXT("2026-01-15T03:04:05"), GOOD, base},
        {"milliseconds", TEXT("2026-01-15T03:04:05.006Z"), GOOD, base + 6},
        {"one digit is tenths", TEXT("2026-01-15T03:04:05.6Z"), GOOD, base + 600},
        {"nanoseconds are cut", TEXT("2026-01-15T03:04:05.006999999Z"), GOOD, base + 6},
        {"ten digits are too many", TEXT("2026-01-15T03:04:05.0069999999Z"), REFUSED, 0},
        {"a point needs digits", TEXT("2026-01-15T03:04:05.Z"), REFUSED, 0},
        {"no seconds", TEXT("2026-01-15T03:04Z"), GOOD, base - 5000},
        {"east is earlier", TEXT("2026-01-15T05:04:05+02:00"), GOOD, base},
        {"west is later", TEXT("2026-01-14T21:34:05-05:30"), GOOD, base},
        {"Salesforce's zero", TEXT("2026-01-15T03:04:05.000+0000"), GOOD, base},
        {"without a colon", TEXT("2026-01-15T05:04:05+0200"), GOOD, base},
        {"hours alone", TEXT("2026-01-15T05:04:05+02"), REFUSED, 0},
        {"zone of 24 hours", TEXT("2026-01-15T05:04:05+24:00"), REFUSED, 0},
        {"zone minutes", TEXT("2026-01-15T05:04:05+02:60"), REFUSED, 0},
        {"behind the zone", TEXT("2026-01-15T03:04:05Z "), REFUSED, 0},
        {"hour 24", TEXT("2026-01-15T24:00:00Z"), REFUSED, 0},
        {"minute 60", TEXT("2026-01-15T23:60:00Z"), REFUSED, 0},
        {"second 60", TEXT("2026-12-31T23:59:60Z"), REFUSED, 0},
        {"a space for the T", TEXT("2026-01-15 03:04:05Z"), REFUSED, 0},
        {"no such day", TEXT("2026-02-29T00:00:00Z"), REFUSED, 0},
        {"a date is its midnight", TEXT("2026-01-15"), GOOD, base - 11045000},
        {"HubSpot's milliseconds", TEXT("1768446245006"), GOOD, base + 6},
        {"before 1970", TEXT("-86400000000"), GOOD, INT64_C(-86400000000)},
        {"nine digits", TEXT("100000000"), GOOD, 100000000},
        {"eight digits are no time", TEXT("20260115"), REFUSED, 0},
        {"minus eight digits", TEXT("-20260115"), REFUSED, 0},
        {"plus", TEXT("+1768446245006"), REFUSED, 0},
        {"two signs", TEXT("-+1768446245006"), REFUSED, 0},
        {"the last millisecond", TEXT("253402300799999"), GOOD, INT64_C(253402300799999)},
        {"year 10000", TEXT("253402300800000"), REFUSED, 0},
        {"year 10000 by its zone", TEXT("9999-12-31T23:59:59-00:01"), REFUSED, 0},
        {"year 0 by its zone", TEXT("0001-01-01T00:00:00+00:01"), REFUSED, 0},
        {"beyond 64 bits", TEXT("99999999999999999999"), REFUSED, 0},
        {"a decimal", TEXT("1768446245.006"), REFUSED, 0},
        {"empty", TEXT(""), REFUSED, 0},
        {"no text", {NULL, 0}, REFUSED, 0},
        {"a word", TEXT("yesterday"), REFUSED, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t ms = 12345;
        bool good = icp_time_parse(cases[i].text, &ms);
        check_number(cases[i].why, good, cases[i].good);
        check_number(cases[i].why, ms, good ? cases[i].ms : 12345);
    }
}

static void test_every_prefix_is_no_time(void **state)
{
    (void)state;
    struct icp_str text = ICP_STR("2026-01-15T03:04:05.006+02:00");
    for (size_t length = 0; length < text.length; length++) {
        int64_t ms = 0;
        bool whole = length == 10 || length == 16 || length == 19 || (length >= 21 && length <= 23);
        if (icp_time_parse(icp_str_slice(text, 0, length), &ms) != whole)
            fail_msg("first %zu bytes", length);
    }
}

static void test_days_of_times(void **state)
{
    (void)state;
    assert_int_equal(icp_time_to_date(0), 0);
    assert_int_equal(icp_time_to_date(86399999), 0);
    assert_int_equal(icp_time_to_date(86400000), 1);
    assert_int_equal(icp_time_to_date(-1), -1);
    assert_int_equal(icp_time_to_date(-86400000), -1);
    assert_int_equal(icp_time_to_date(-86400001), -2);
    assert_int_equal(icp_time_to_date(INT64_MAX), 2932896);
    assert_int_equal(icp_time_to_date(INT64_MIN), -719162);
}

static void test_formats(void **state)
{
    (void)state;
    char text[ICP_TIME_TEXT];
    check_text("date", icp_date_format(20468, text), ICP_STR("2026-01-15"));
    check_text("early year", icp_date_format(-719162, text), ICP_STR("0001-01-01"));
    check_text("held at the range", icp_date_format(INT32_MAX, text), ICP_STR("9999-12-31"));
    check_text("short", icp_date_format_short(20468, text), ICP_STR("15 Jan 2026"));
    check_text("short, one digit", icp_date_format_short(20454, text), ICP_STR("1 Jan 2026"));
    check_text("time", icp_time_format(INT64_C(1768446245006), text),
               ICP_STR("2026-01-15T03:04:05.006Z"));
    check_text("before 1970", icp_time_format(-1, text), ICP_STR("1969-12-31T23:59:59.999Z"));
    check_text("held", icp_time_format(INT64_MAX, text), ICP_STR("9999-12-31T23:59:59.999Z"));
    check_text("HTTP", icp_http_date_format(INT64_C(784111777000), text),
               ICP_STR("Sun, 06 Nov 1994 08:49:37 GMT"));
}

static void test_http_dates(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct icp_str text;
        int good;
        int64_t ms;
    } cases[] = {
        {"RFC 9110's example", TEXT("Sun, 06 Nov 1994 08:49:37 GMT"), GOOD, INT64_C(784111777000)},
        {"a leap second", TEXT("Sat, 31 Dec 2016 23:59:60 GMT"), GOOD, INT64_C(1483228800000)},
        {"the wrong weekday", TEXT("Mon, 06 Nov 1994 08:49:37 GMT"), REFUSED, 0},
        {"another zone", TEXT("Sun, 06 Nov 1994 08:49:37 CET"), REFUSED, 0},
        {"the RFC 850 form", TEXT("Sunday, 06-Nov-94 08:49:37 GMT"), REFUSED, 0},
        {"the asctime form", TEXT("Sun Nov  6 08:49:37 1994"), REFUSED, 0},
        {"no seconds", TEXT("Sun, 06 Nov 1994 08:49 GMT"), REFUSED, 0},
        {"lower case", TEXT("sun, 06 nov 1994 08:49:37 gmt"), REFUSED, 0},
        {"no such day", TEXT("Thu, 31 Nov 1994 08:49:37 GMT"), REFUSED, 0},
        {"rest", TEXT("Sun, 06 Nov 1994 08:49:37 GMT;"), REFUSED, 0},
        {"empty", TEXT(""), REFUSED, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t ms = 12345;
        bool good = icp_http_date_parse(cases[i].text, &ms);
        check_number(cases[i].why, good, cases[i].good);
        check_number(cases[i].why, ms, good ? cases[i].ms : 12345);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_day_there_and_back),
        cmocka_unit_test(test_weekdays),
        cmocka_unit_test(test_parse_dates),
        cmocka_unit_test(test_parse_times),
        cmocka_unit_test(test_every_prefix_is_no_time),
        cmocka_unit_test(test_days_of_times),
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_http_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
