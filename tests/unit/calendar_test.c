/* Counting in working time: over nights, weekends, holidays, the change of the clocks and the end
 * of a year; weeks; and what a calendar may not be. */
#include "calendar.h"

#include "check.h"
#include "date.h"

static const int32_t no_days = 0;

static bool read_calendar(const char *yaml, struct icp_arena *arena, struct icp_diagnostics *list,
                          struct icp_calendar *calendar)
{
    const struct icp_yaml *root;

    icp_diagnostics_open(list, arena, "icp.yaml");
    root = icp_yaml_parse(icp_str_from(yaml), arena, list);
    assert_non_null(root);
    *calendar = icp_calendar_default();
    return icp_calendar_read(root, NULL, arena, list, calendar);
}

static const char usual[] = "{}";
static const char copenhagen[] =
    "{time_zone: Europe/Copenhagen, holidays: [2026-12-24..2026-12-26, 2027-01-01]}";
static const char round_the_clock[] =
    "{time_zone: Europe/Copenhagen, working_days: [mon..sun], hours: \"00:00..24:00\"}";
static const char gulf[] = "{time_zone: Asia/Dubai, working_days: [sun..thu]}";
static const char new_york[] = "{time_zone: America/New_York, hours: \"08:30..17:30\"}";
static const struct {
    const char *why, *calendar, *from, *due;
    int32_t days, hours;
} by_when_to_call_cases[] = {
    /* 27 November 2026 is a Friday */
    {"four hours from Friday 16:00 end on Monday at noon", usual, "2026-11-27T16:00:00Z",
     "2026-11-30T12:00", 0, 4},
    {"one hour before closing is that hour", usual, "2026-11-27T16:00:00Z", "2026-11-27T17:00", 0,
     1},
    {"a night counts from the next opening", usual, "2026-11-26T02:00:00Z", "2026-11-26T13:00", 0,
     4},
    {"an evening too", usual, "2026-11-26T18:30:00Z", "2026-11-27T13:00", 0, 4},
    {"and a weekend", usual, "2026-11-28T10:00:00Z", "2026-11-30T13:00", 0, 4},
    {"closing time itself is over", usual, "2026-11-26T17:00:00Z", "2026-11-27T10:00", 0, 1},
    {"twenty hours are two and a half days", usual, "2026-11-26T09:00:00Z", "2026-11-30T13:00", 0,
     20},
    {"seconds are left out", usual, "2026-11-27T16:00:59.999Z", "2026-11-30T12:00", 0, 4},

    {"a day that a night gives is that day", usual, "2026-11-26T02:00:00Z", "2026-11-26T17:00", 1,
     0},
    {"from opening on too", usual, "2026-11-26T09:00:00Z", "2026-11-26T17:00", 1, 0},
    {"in the middle it is until the same time of the next one", usual, "2026-11-26T14:10:00Z",
     "2026-11-27T14:10", 1, 0},
    {"over a weekend", usual, "2026-11-27T16:00:00Z", "2026-11-30T16:00", 1, 0},
    {"behind closing it is the whole next one", usual, "2026-11-27T17:00:00Z", "2026-11-30T17:00",
     1, 0},
    {"two days of a night", usual, "2026-11-27T02:00:00Z", "2026-11-30T17:00", 2, 0},
    {"five days are a week", usual, "2026-11-26T12:00:00Z", "2026-12-03T12:00", 5, 0},

    {"a time zone has its own night", copenhagen, "2026-11-25T23:30:00Z", "2026-11-26T17:00", 1, 0},
    {"Christmas is skipped", copenhagen, "2026-12-23T14:00:00Z", "2026-12-28T11:00", 0, 4},
    {"over the end of the year", copenhagen, "2026-12-31T15:00:00Z", "2027-01-04T16:00", 1, 0},
    {"on a holiday nobody works", copenhagen, "2027-01-01T10:00:00Z", "2027-01-04T17:00", 1, 0},
    /* clocks go forward on 29 March 2026 at 02:00, back on 25 October 2026 at 03:00 */
    {"summer time does not move the office", copenhagen, "2026-03-27T14:00:00Z", "2026-03-30T11:00",
     0, 4},
    {"nor does winter time", copenhagen, "2026-10-23T14:00:00Z", "2026-10-26T12:00", 0, 4},
    {"a day of 23 hours is a day", round_the_clock, "2026-03-28T12:00:00Z", "2026-03-29T13:00", 1,
     0},
    {"but 24 hours are 24 hours", round_the_clock, "2026-03-28T12:00:00Z", "2026-03-29T14:00", 0,
     24},
    {"also on a day of 25", round_the_clock, "2026-10-24T10:00:00Z", "2026-10-25T11:00", 0, 24},
    {"which is a day", round_the_clock, "2026-10-24T10:00:00Z", "2026-10-25T12:00", 1, 0},
    {"a week may begin on Sunday", gulf, "2026-11-26T12:00:00Z", "2026-11-29T12:00", 0, 4},
    {"and end on Thursday", gulf, "2026-11-26T20:00:00Z", "2026-11-29T17:00", 1, 0},
    {"west of UTC the evening is the next day there", new_york, "2026-11-27T00:30:00Z",
     "2026-11-27T10:30", 0, 2},
};

static void by_when_to_call(void **state)
{
    struct icp_arena arena;

    (void)state;
    icp_arena_open(&arena, (size_t)4 * 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(by_when_to_call_cases); i++) {
        struct icp_diagnostics list;
        struct icp_calendar calendar;
        char text[ICP_LOCAL_TEXT];
        int64_t from, due;
        assert_true(read_calendar(by_when_to_call_cases[i].calendar, &arena, &list, &calendar));
        assert_true(icp_time_parse(icp_str_from(by_when_to_call_cases[i].from), &from));
        assert_true(icp_calendar_due(&calendar, from, by_when_to_call_cases[i].days,
                                     by_when_to_call_cases[i].hours, &due));
        check_text(by_when_to_call_cases[i].why, icp_calendar_local(&calendar, due, text),
                   icp_str_from(by_when_to_call_cases[i].due));
    }
    icp_arena_close(&arena);
}

static void the_week_of_a_day(void **state)
{
    static const struct {
        const char *why, *zone, *at, *begins;
        int year, week;
    } cases[] = {
        {"a Wednesday", "UTC", "2026-11-25T12:00:00Z", "2026-11-23T00:00", 2026, 48},
        {"Sunday is its end", "UTC", "2026-11-29T23:59:59Z", "2026-11-23T00:00", 2026, 48},
        {"Monday its beginning", "UTC", "2026-11-30T00:00:00Z", "2026-11-30T00:00", 2026, 49},
        {"in its time zone", "Europe/Copenhagen", "2026-11-29T23:30:00Z", "2026-11-30T00:00", 2026,
         49},
        {"the first days of a year may be of the last", "UTC", "2027-01-03T12:00:00Z",
         "2026-12-28T00:00", 2026, 53},
        {"and the last of the next", "UTC", "2024-12-31T12:00:00Z", "2024-12-30T00:00", 2025, 1},
        {"a week in which the clocks change", "Europe/Copenhagen", "2026-10-25T20:00:00Z",
         "2026-10-19T00:00", 2026, 43},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct icp_calendar calendar = icp_calendar_default();
        char text[ICP_LOCAL_TEXT];
        int64_t at;
        int year, week;
        assert_true(icp_calendar_set_zone(&calendar, icp_str_from(cases[i].zone)));
        assert_true(icp_time_parse(icp_str_from(cases[i].at), &at));
        check_text(cases[i].why,
                   icp_calendar_local(&calendar, icp_calendar_week_start(&calendar, at), text),
                   icp_str_from(cases[i].begins));
        icp_calendar_week(&calendar, at, &year, &week);
        check_number(cases[i].why, year * 100 + week, cases[i].year * 100 + cases[i].week);
    }
}

/* Whatever somebody hands in, the search for a working day ends. */
static void a_calendar_without_days_says_so(void **state)
{
    struct icp_calendar calendar = icp_calendar_default();
    int64_t due = 1;

    (void)state;
    calendar.working_days = 0;
    calendar.holidays = &no_days;
    assert_false(icp_calendar_due(&calendar, 0, 1, 0, &due));
    assert_false(icp_calendar_due(&calendar, 0, 0, 1, &due));
    assert_false(icp_calendar_is_open_enough(&calendar));
    check_number("nothing is set", due, 1);
}

static void slips_in_a_calendar(void **state)
{
    static const struct {
        const char *yaml, *code, *message, *hint;
        uint32_t column;
    } cases[] = {
        {"{time_zone: Europe/Copenhagn}", "unknown-time-zone", "no time zone \"Europe/Copenhagn\"",
         "Did you mean \"Europe/Copenhagen\"?", 13},
        {"{time_zone: somewhere}", "unknown-time-zone", "no time zone \"somewhere\"",
         "Write a name of the tz database such as Europe/Copenhagen.", 13},
        {"{time_zone: [UTC]}", "wrong-type", "\"time_zone\" must be a text, not a list", "", 13},
        {"{working_days: []}", "no-working-day",
         "a week without a working day has no time to call anybody", "", 16},
        {"{working_days: [mon, friday]}", "bad-value", "\"friday\" is not a day of the week",
         "Write mon, tue, wed, thu, fri, sat, sun, or several as mon..fri.", 22},
        {"{hours: \"17:00..09:00\"}", "bad-hours",
         "\"hours\" must be an hour or more of one day, not \"17:00..09:00\"",
         "Write them as \"09:00..17:00\".", 9},
        {"{hours: \"09:00..24:30\"}", "bad-hours",
         "\"hours\" must be an hour or more of one day, not \"09:00..24:30\"",
         "Write them as \"09:00..17:00\".", 9},
        {"{hours: 9-17}", "bad-hours", "\"hours\" must be an hour or more of one day, not \"9-17\"",
         "Write them as \"09:00..17:00\".", 9},
        {"{holidays: [2026-12-25, 2026-02-30]}", "bad-date",
         "a holiday must be a date, not \"2026-02-30\"",
         "Write it as 2026-12-25, or several days as 2026-12-24..2027-01-01.", 25},
        {"{holidays: [2026-12-25..2026-12-24]}", "bad-date",
         "a holiday must be a date, not \"2026-12-25..2026-12-24\"",
         "Write it as 2026-12-25, or several days as 2026-12-24..2027-01-01.", 13},
        {"{holidays: [2000-01-01..2030-01-01]}", "too-many", "more than 4000 holidays", "", 13},
        {"{holidays: [2026-01-01..2027-12-31]}", "no-working-day",
         "the holidays leave no working day for more than a year", "", 1},
        {"{holidays: 2026-12-25}", "wrong-type",
         "\"holidays\" must be a list of dates or {file: PATH}, not a text", "", 12},
        {"{holidays: {file: holidays.txt}}", "bad-value", "the holidays of a test stand in it",
         "Write them as a list: [2026-12-25, 2026-12-26].", 19},
        {"{hour: \"09:00..17:00\"}", "unknown-key", "unknown key \"hour\" in calendar",
         "Did you mean \"hours\"?", 2},
        {"[mon]", "wrong-type", "\"calendar\" must be a mapping, not a list", "", 1},
    };
    struct icp_arena arena;

    (void)state;
    icp_arena_open(&arena, (size_t)4 * 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct icp_diagnostics list;
        struct icp_calendar calendar;
        assert_false(read_calendar(cases[i].yaml, &arena, &list, &calendar));
        check_number(cases[i].yaml, (int64_t)list.errors, 1);
        check_text(cases[i].yaml, icp_str_from(list.items[0].code), icp_str_from(cases[i].code));
        check_text(cases[i].yaml, list.items[0].message, icp_str_from(cases[i].message));
        check_text(cases[i].yaml,
                   icp_str_is_null(list.items[0].hint) ? ICP_STR("") : list.items[0].hint,
                   icp_str_from(cases[i].hint));
        check_number(cases[i].yaml, list.items[0].column, cases[i].column);
    }
    icp_arena_close(&arena);
}

static enum icp_status holidays_of(void *context, struct icp_str path, struct icp_str *text,
                                   struct icp_err *err)
{
    if (!icp_str_is(path, "holidays.txt"))
        return icp_fail(err, ICP_BAD_CONFIG, "no such file");
    *text = icp_str_from(context);
    return ICP_OK;
}

static void holidays_from_a_file(void **state)
{
    static const struct {
        const char *why, *text, *message;
        size_t days;
    } cases[] = {
        {"a date a line with its name", "# 2026\n2026-12-25 Christmas Day\n2026-12-26\t26 Dec\n\n",
         NULL, 2},
        {"in any order, each once, the last line without an end",
         "2027-01-01\r\n2026-12-25\r\n2026-12-25", NULL, 2},
        {"closed days on end", "2026-12-24..2027-01-03 # closed\n", NULL, 11},
        {"a byte order mark before it",
         "\xEF\xBB\xBF"
         "2026-12-25\r\n2026-12-26\r\n",
         NULL, 2},
        {"nothing in it", "", NULL, 0},
        {"a slip has its line", "2026-12-25\n25 December 2026\n",
         "a holiday must be a date, not \"25\" in line 2 of \"holidays.txt\"", 0},
    };
    struct icp_arena arena;

    (void)state;
    icp_arena_open(&arena, (size_t)4 * 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        union {
            const char *read;
            void *context;
        } text = {.read = cases[i].text};
        struct icp_calendar_files files = {.read = holidays_of, .context = text.context};
        struct icp_calendar calendar = icp_calendar_default();
        struct icp_diagnostics list;
        const struct icp_yaml *root;
        icp_diagnostics_open(&list, &arena, "icp.yaml");
        root = icp_yaml_parse(ICP_STR("{holidays: {file: holidays.txt}}"), &arena, &list);
        check_number(cases[i].why, icp_calendar_read(root, &files, &arena, &list, &calendar),
                     cases[i].message == NULL);
        if (cases[i].message != NULL)
            check_text(cases[i].why, list.items[0].message, icp_str_from(cases[i].message));
        else
            check_number(cases[i].why, (int64_t)calendar.holiday_count, (int64_t)cases[i].days);
    }
    icp_arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_when_to_call),      cmocka_unit_test(the_week_of_a_day),
        cmocka_unit_test(slips_in_a_calendar),  cmocka_unit_test(a_calendar_without_days_says_so),
        cmocka_unit_test(holidays_from_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
