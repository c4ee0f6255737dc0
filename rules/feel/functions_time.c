/*
 * Functions that make dates, times and durations, and that ask them. today() and now() are the day
 * that is scored, never a clock.
 */
#include "functions.h"

static struct feel_value no_such(struct feel_run *run)
{
    return feel_fail(run, "the argument gives no date, time or duration");
}

static bool take_whole(const struct feel_value *number, int64_t *whole)
{
    struct feel_value again;

    if (number->kind != FEEL_NUMBER || !feel_number_whole(number, whole))
        return false;
    again = feel_number(*whole);
    return feel_number_order(number, &again) == 0;
}

static bool is_day(const struct feel_value *value)
{
    return value->kind == FEEL_DATE || value->kind == FEEL_DATETIME;
}

struct feel_value feel_apply_date(struct feel_run *run, const struct feel_value *arguments,
                                  size_t count)
{
    struct feel_value date;
    int64_t year, month, day;

    if (count == 3) {
        if (!take_whole(&arguments[0], &year) || !take_whole(&arguments[1], &month) ||
            !take_whole(&arguments[2], &day) || !feel_is_date(year, month, day))
            return no_such(run);
        return feel_date_of(feel_day_of(year, (int)month, (int)day));
    }
    if (is_day(&arguments[0]))
        return feel_date_of(arguments[0].as.at.day);
    if (arguments[0].kind == FEEL_TEXT && feel_read_date(arguments[0].as.text, &date))
        return date;
    return no_such(run);
}

/* ---- Times ---------------------------------------------------------------------------------- */

enum { MOST_OFFSET = 18 * 3600 };

static bool take_seconds(const struct feel_value *number, int64_t *nanos)
{
    struct feel_value billion = feel_number(FEEL_NANOS_PER_SECOND), product;
    struct feel_run run = {0};

    if (number->kind != FEEL_NUMBER)
        return false;
    product = feel_number_calculate(&run, FEEL_MULTIPLY, number, &billion);
    return product.kind == FEEL_NUMBER && feel_number_whole(&product, nanos) && *nanos >= 0 &&
           *nanos < 60 * FEEL_NANOS_PER_SECOND;
}

static struct feel_value time_of_parts(struct feel_run *run, const struct feel_value *arguments,
                                       size_t count)
{
    struct feel_value time = {.kind = FEEL_TIME, .form = FEEL_LOCAL};
    int64_t hour, minute, nanos;

    if (!take_whole(&arguments[0], &hour) || !take_whole(&arguments[1], &minute) || hour < 0 ||
        hour > 23 || minute < 0 || minute > 59 || !take_seconds(&arguments[2], &nanos))
        return no_such(run);
    if (count > 3 && arguments[3].kind != FEEL_NULL) {
        const struct feel_value *offset = &arguments[3];
        if (offset->kind != FEEL_DURATION || offset->as.span.seconds > MOST_OFFSET ||
            offset->as.span.seconds < -MOST_OFFSET)
            return no_such(run);
        time.form = FEEL_OFFSET;
        time.zone = (int32_t)offset->as.span.seconds;
    }
    time.as.at.nanos = (hour * 3600 + minute * 60) * FEEL_NANOS_PER_SECOND + nanos;
    return time;
}

struct feel_value feel_apply_time(struct feel_run *run, const struct feel_value *arguments,
                                  size_t count)
{
    struct feel_value time = arguments[0];

    if (count > 1)
        return count < 3 ? no_such(run) : time_of_parts(run, arguments, count);
    if (time.kind == FEEL_DATE) /* its midnight, in UTC */
        return (struct feel_value){.kind = FEEL_TIME, .form = FEEL_OFFSET};
    if (time.kind == FEEL_DATETIME) {
        time.kind = FEEL_TIME;
        time.as.at.day = 0;
    }
    if (time.kind == FEEL_TIME ||
        (time.kind == FEEL_TEXT && feel_read_time(arguments[0].as.text, &time)))
        return time;
    return no_such(run);
}

struct feel_value feel_apply_date_and_time(struct feel_run *run, const struct feel_value *arguments,
                                           size_t count)
{
    struct feel_value at = arguments[0];

    if (count == 2)
        return is_day(&arguments[0]) && arguments[1].kind == FEEL_TIME
                   ? feel_date_time(&arguments[0], &arguments[1])
                   : no_such(run);
    if (at.kind == FEEL_DATE) {
        at.kind = FEEL_DATETIME;
        at.form = FEEL_OFFSET;
    }
    if (at.kind == FEEL_DATETIME ||
        (at.kind == FEEL_TEXT && feel_read_datetime(arguments[0].as.text, &at)))
        return at;
    return no_such(run);
}

/* ---- Durations ------------------------------------------------------------------------------ */

struct feel_value feel_apply_duration(struct feel_run *run, const struct feel_value *arguments,
                                      size_t count)
{
    struct feel_value duration = arguments[0];

    (void)count;
    if (duration.kind == FEEL_DURATION || duration.kind == FEEL_MONTHS ||
        (duration.kind == FEEL_TEXT && feel_read_duration(arguments[0].as.text, &duration)))
        return duration;
    return no_such(run);
}

/* Whole months between two days, towards zero. */
struct feel_value feel_apply_years_and_months_duration(struct feel_run *run,
                                                       const struct feel_value *arguments,
                                                       size_t count)
{
    int64_t from_year, to_year, months;
    int from_month, to_month, from_day, to_day;

    (void)count;
    if (!is_day(&arguments[0]) || !is_day(&arguments[1]))
        return no_such(run);
    feel_civil_of(arguments[0].as.at.day, &from_year, &from_month, &from_day);
    feel_civil_of(arguments[1].as.at.day, &to_year, &to_month, &to_day);
    months = (to_year - from_year) * 12 + (to_month - from_month);
    if (months > 0 && to_day < from_day)
        months--;
    else if (months < 0 && to_day > from_day)
        months++;
    return feel_months_of(run, months);
}

/* ---- The calendar --------------------------------------------------------------------------- */

static int64_t day_of_year(int64_t day)
{
    int64_t year;
    int month, dom;

    feel_civil_of(day, &year, &month, &dom);
    return day - feel_day_of(year, 1, 1) + 1;
}

/* 0 Monday … 6 Sunday; 1970-01-01 was a Thursday. */
static int64_t weekday(int64_t day)
{
    return ((day + 3) % 7 + 7) % 7;
}

struct feel_value feel_apply_day_of_year(struct feel_run *run, const struct feel_value *arguments,
                                         size_t count)
{
    (void)count;
    return is_day(&arguments[0]) ? feel_number(day_of_year(arguments[0].as.at.day)) : no_such(run);
}

struct feel_value feel_apply_day_of_week(struct feel_run *run, const struct feel_value *arguments,
                                         size_t count)
{
    static const struct icp_str names[] = {
        ICP_STR_INIT("Monday"),   ICP_STR_INIT("Tuesday"), ICP_STR_INIT("Wednesday"),
        ICP_STR_INIT("Thursday"), ICP_STR_INIT("Friday"),  ICP_STR_INIT("Saturday"),
        ICP_STR_INIT("Sunday"),
    };

    (void)count;
    return is_day(&arguments[0]) ? feel_text(names[weekday(arguments[0].as.at.day)]) : no_such(run);
}

struct feel_value feel_apply_month_of_year(struct feel_run *run, const struct feel_value *arguments,
                                           size_t count)
{
    static const struct icp_str names[] = {
        ICP_STR_INIT("January"), ICP_STR_INIT("February"), ICP_STR_INIT("March"),
        ICP_STR_INIT("April"),   ICP_STR_INIT("May"),      ICP_STR_INIT("June"),
        ICP_STR_INIT("July"),    ICP_STR_INIT("August"),   ICP_STR_INIT("September"),
        ICP_STR_INIT("October"), ICP_STR_INIT("November"), ICP_STR_INIT("December"),
    };
    int64_t year;
    int month, day;

    (void)count;
    if (!is_day(&arguments[0]))
        return no_such(run);
    feel_civil_of(arguments[0].as.at.day, &year, &month, &day);
    return feel_text(names[month - 1]);
}

/* ISO 8601: the week that holds the year's first Thursday is its first. */
struct feel_value feel_apply_week_of_year(struct feel_run *run, const struct feel_value *arguments,
                                          size_t count)
{
    int64_t day = arguments[0].as.at.day;

    (void)count;
    if (!is_day(&arguments[0]))
        return no_such(run);
    return feel_number((day_of_year(day - weekday(day) + 3) - 1) / 7 + 1);
}

struct feel_value feel_apply_today(struct feel_run *run, const struct feel_value *arguments,
                                   size_t count)
{
    (void)arguments;
    (void)count;
    return feel_date_of(run->as_of);
}

/* The first moment of that day: as_of has no time of day. */
struct feel_value feel_apply_now(struct feel_run *run, const struct feel_value *arguments,
                                 size_t count)
{
    (void)arguments;
    (void)count;
    return (struct feel_value){.kind = FEEL_DATETIME, .form = FEEL_OFFSET, .as.at.day = run->as_of};
}
