/*
 * Calculating with dates, times and durations, and their properties. A date stands for its midnight
 * in UTC; two times are subtracted when both have a zone or neither has one. Durations of days and
 * time move an instant, so that a zone's summer time counts; years and months move the calendar and
 * end on the last day of a month that is too short.
 */
#include "value.h"

struct feel_value feel_duration_of(struct feel_run *run, feel_wide nanos)
{
    feel_wide seconds = nanos / FEEL_NANOS_PER_SECOND;
    feel_wide rest = nanos - seconds * FEEL_NANOS_PER_SECOND;

    if (rest < 0) {
        seconds--;
        rest += FEEL_NANOS_PER_SECOND;
    }
    if (seconds < INT64_MIN || seconds > INT64_MAX)
        return feel_fail(run, "the duration is too long");
    return (struct feel_value){.kind = FEEL_DURATION,
                               .as.span = {.seconds = (int64_t)seconds, .nanos = (int64_t)rest}};
}

struct feel_value feel_months_of(struct feel_run *run, feel_wide months)
{
    if (months < INT64_MIN || months > INT64_MAX)
        return feel_fail(run, "the duration is too long");
    return (struct feel_value){.kind = FEEL_MONTHS, .as.months = (int64_t)months};
}

feel_wide feel_span_nanos(const struct feel_value *duration)
{
    return (feel_wide)duration->as.span.seconds * FEEL_NANOS_PER_SECOND + duration->as.span.nanos;
}

/* ---- Zones ---------------------------------------------------------------------------------- */

static int64_t local_seconds(const struct feel_value *at)
{
    return at->as.at.day * FEEL_SECONDS_PER_DAY + at->as.at.nanos / FEEL_NANOS_PER_SECOND;
}

bool feel_offset_of(const struct feel_value *at, int32_t *seconds)
{
    *seconds = 0;
    if (at->kind == FEEL_DATE)
        return true;
    if (at->form == FEEL_ZONED)
        *seconds = feel_zone_offset_local(at->zone, local_seconds(at));
    else if (at->form == FEEL_OFFSET)
        *seconds = at->zone;
    return at->form != FEEL_LOCAL;
}

feel_wide feel_instant(const struct feel_value *at)
{
    int32_t offset;

    (void)feel_offset_of(at, &offset);
    return (feel_wide)at->as.at.day * FEEL_NANOS_PER_DAY + at->as.at.nanos -
           (feel_wide)offset * FEEL_NANOS_PER_SECOND;
}

static feel_wide floor_day(feel_wide nanos)
{
    feel_wide day = nanos / FEEL_NANOS_PER_DAY;

    return nanos < 0 && day * FEEL_NANOS_PER_DAY != nanos ? day - 1 : day;
}

/* A value like `like` (kind, zone) whose local clock shows so many nanoseconds since 1970. */
static struct feel_value at_local(struct feel_run *run, const struct feel_value *like,
                                  feel_wide nanos)
{
    struct feel_value result = *like;
    feel_wide day = floor_day(nanos);

    if (like->kind != FEEL_TIME && !feel_day_in_range(day))
        return feel_fail(run, "the date lies too far away");
    result.as.at.day = like->kind == FEEL_TIME ? 0 : (int64_t)day;
    result.as.at.nanos = like->kind == FEEL_DATE ? 0 : (int64_t)(nanos - day * FEEL_NANOS_PER_DAY);
    return result;
}

struct feel_value feel_date_time(const struct feel_value *date, const struct feel_value *time)
{
    struct feel_value result = *time;

    result.kind = FEEL_DATETIME;
    result.as.at.day = date->as.at.day;
    return result;
}

/* ---- Calculating ---------------------------------------------------------------------------- */

static struct feel_value move_by_span(struct feel_run *run, const struct feel_value *at,
                                      feel_wide nanos)
{
    feel_wide moved = feel_instant(at) + nanos;
    int32_t offset;

    if (at->kind == FEEL_DATETIME && at->form == FEEL_ZONED) {
        offset = feel_zone_offset_at(at->zone, (int64_t)(moved / FEEL_NANOS_PER_SECOND));
        return at_local(run, at, moved + (feel_wide)offset * FEEL_NANOS_PER_SECOND);
    }
    (void)feel_offset_of(at, &offset);
    return at_local(run, at, moved + (feel_wide)offset * FEEL_NANOS_PER_SECOND);
}

static struct feel_value move_by_months(struct feel_run *run, const struct feel_value *at,
                                        feel_wide months)
{
    struct feel_value result = *at;
    int64_t year;
    int month, day;

    feel_civil_of(at->as.at.day, &year, &month, &day);
    feel_wide count = (feel_wide)year * 12 + (month - 1) + months;
    feel_wide target = count / 12 - (count % 12 < 0 ? 1 : 0);
    month = (int)(count - target * 12) + 1;
    if (target < -FEEL_MAX_YEAR || target > FEEL_MAX_YEAR)
        return feel_fail(run, "the date lies too far away");
    while (!feel_is_date((int64_t)target, month, day))
        day--;
    result.as.at.day = feel_day_of((int64_t)target, month, day);
    return result;
}

static bool is_time(const struct feel_value *value)
{
    return value->kind == FEEL_DATE || value->kind == FEEL_TIME || value->kind == FEEL_DATETIME;
}

static struct feel_value no_meaning(struct feel_run *run)
{
    return feel_fail(run, "the operator has no meaning for these two values");
}

static struct feel_value between(struct feel_run *run, const struct feel_value *left,
                                 const struct feel_value *right)
{
    int32_t offset;

    if ((left->kind == FEEL_TIME) != (right->kind == FEEL_TIME))
        return no_meaning(run);
    if (left->kind != right->kind || left->kind != FEEL_DATE) {
        if (feel_offset_of(left, &offset) != feel_offset_of(right, &offset))
            return feel_fail(run, "only one of the two times has a zone");
    }
    return feel_duration_of(run, feel_instant(left) - feel_instant(right));
}

static struct feel_value move(struct feel_run *run, const struct feel_value *at,
                              const struct feel_value *duration, bool back)
{
    if (duration->kind == FEEL_DURATION) {
        feel_wide nanos = feel_span_nanos(duration);
        return move_by_span(run, at, back ? -nanos : nanos);
    }
    if (duration->kind != FEEL_MONTHS || at->kind == FEEL_TIME)
        return no_meaning(run);
    feel_wide months = duration->as.months;
    return move_by_months(run, at, back ? -months : months);
}

/* Durations as a number of nanoseconds or months, exactly; the quotient's whole part towards zero.
 */
static struct feel_decimal amount_of(const struct feel_value *duration)
{
    if (duration->kind == FEEL_MONTHS)
        return feel_decimal_scaled(duration->as.months, 0);
    return feel_decimal_calculate(
        FEEL_ADD,
        feel_decimal_calculate(FEEL_MULTIPLY, feel_decimal_scaled(duration->as.span.seconds, 0),
                               feel_decimal_scaled(1, 9)),
        feel_decimal_scaled(duration->as.span.nanos, 0));
}

static struct feel_value duration_of_amount(struct feel_run *run, enum feel_kind kind,
                                            struct feel_decimal amount)
{
    struct feel_decimal unit = feel_decimal_scaled(1, 9);
    int64_t whole = 0, rest = 0;

    if (!feel_decimal_is_finite(amount))
        return no_meaning(run);
    if (kind == FEEL_MONTHS)
        return feel_decimal_to_integer(amount, &whole) ? feel_months_of(run, whole)
                                                       : feel_fail(run, "the duration is too long");
    struct feel_decimal seconds =
        feel_decimal_round(feel_decimal_calculate(FEEL_DIVIDE, amount, unit), 0, FEEL_ROUND_ZERO);
    if (!feel_decimal_to_integer(seconds, &whole))
        return feel_fail(run, "the duration is too long");
    amount = feel_decimal_calculate(FEEL_SUBTRACT, amount,
                                    feel_decimal_calculate(FEEL_MULTIPLY, seconds, unit));
    (void)feel_decimal_to_integer(amount, &rest);
    return feel_duration_of(run, (feel_wide)whole * FEEL_NANOS_PER_SECOND + rest);
}

static struct feel_value scale_duration(struct feel_run *run, enum feel_operator operation,
                                        const struct feel_value *duration,
                                        const struct feel_value *number)
{
    struct feel_decimal by = feel_decimal_of(number);

    if (operation == FEEL_DIVIDE && feel_decimal_order(by, feel_decimal_scaled(0, 0)) == 0)
        return feel_fail(run, "division by zero");
    return duration_of_amount(run, (enum feel_kind)duration->kind,
                              feel_decimal_calculate(operation, amount_of(duration), by));
}

static struct feel_value calculate_durations(struct feel_run *run, enum feel_operator operation,
                                             const struct feel_value *left,
                                             const struct feel_value *right)
{
    struct feel_decimal divisor = amount_of(right);

    if (left->kind != right->kind || operation == FEEL_MULTIPLY || operation == FEEL_POWER)
        return no_meaning(run);
    if (operation == FEEL_DIVIDE) {
        if (feel_decimal_order(divisor, feel_decimal_scaled(0, 0)) == 0)
            return feel_fail(run, "division by zero");
        return feel_number_of_decimal(
            run, feel_decimal_calculate(FEEL_DIVIDE, amount_of(left), divisor));
    }
    int sign = operation == FEEL_ADD ? 1 : -1;
    if (left->kind == FEEL_MONTHS)
        return feel_months_of(run, (feel_wide)left->as.months + sign * (feel_wide)right->as.months);
    return feel_duration_of(run, feel_span_nanos(left) + sign * feel_span_nanos(right));
}

static bool is_duration(const struct feel_value *value)
{
    return value->kind == FEEL_DURATION || value->kind == FEEL_MONTHS;
}

struct feel_value feel_times_calculate(struct feel_run *run, enum feel_operator operation,
                                       const struct feel_value *left,
                                       const struct feel_value *right)
{
    bool plus = operation == FEEL_ADD, minus = operation == FEEL_SUBTRACT;

    if (is_duration(left) && is_duration(right))
        return calculate_durations(run, operation, left, right);
    if (is_duration(left) && right->kind == FEEL_NUMBER &&
        (operation == FEEL_MULTIPLY || operation == FEEL_DIVIDE))
        return scale_duration(run, operation, left, right);
    if (left->kind == FEEL_NUMBER && is_duration(right) && operation == FEEL_MULTIPLY)
        return scale_duration(run, operation, right, left);
    if (minus && is_time(left) && is_time(right))
        return between(run, left, right);
    if ((plus || minus) && is_time(left) && is_duration(right))
        return move(run, left, right, minus);
    if (plus && is_duration(left) && is_time(right))
        return move(run, right, left, false);
    return no_meaning(run);
}

/* ---- Properties ----------------------------------------------------------------------------- */

static struct feel_value seconds_and_nanos(struct feel_run *run, int64_t seconds, int64_t nanos)
{
    if (nanos % 1000 == 0)
        return feel_number_of_millionths(seconds * 1000000 + nanos / 1000);
    return feel_number_of_decimal(run,
                                  feel_decimal_scaled(seconds * FEEL_NANOS_PER_SECOND + nanos, -9));
}

static struct feel_value date_property(const struct feel_value *value, struct icp_str name)
{
    int64_t year, day = value->as.at.day;
    int month, dom;

    feel_civil_of(day, &year, &month, &dom);
    if (icp_str_is(name, "year"))
        return feel_number(year);
    if (icp_str_is(name, "month"))
        return feel_number(month);
    if (icp_str_is(name, "day"))
        return feel_number(dom);
    if (icp_str_is(name, "weekday")) /* 1970-01-01 was a Thursday */
        return feel_number(((day + 3) % 7 + 7) % 7 + 1);
    return feel_null();
}

static struct feel_value clock_property(struct feel_run *run, const struct feel_value *value,
                                        struct icp_str name)
{
    int64_t nanos = value->as.at.nanos, seconds = nanos / FEEL_NANOS_PER_SECOND;
    int32_t offset = 0;

    if (icp_str_is(name, "hour"))
        return feel_number(seconds / 3600);
    if (icp_str_is(name, "minute"))
        return feel_number(seconds / 60 % 60);
    if (icp_str_is(name, "second"))
        return seconds_and_nanos(run, seconds % 60, nanos % FEEL_NANOS_PER_SECOND);
    if (icp_str_is(name, "time offset"))
        return feel_offset_of(value, &offset)
                   ? feel_duration_of(run, (feel_wide)offset * FEEL_NANOS_PER_SECOND)
                   : feel_null();
    if (icp_str_is(name, "timezone") && value->form == FEEL_ZONED)
        return feel_text(feel_zone_name(value->zone));
    return feel_null();
}

static struct feel_value span_property(struct feel_run *run, const struct feel_value *value,
                                       struct icp_str name)
{
    feel_wide nanos = feel_span_nanos(value);
    int64_t seconds = (int64_t)(nanos / FEEL_NANOS_PER_SECOND);

    if (icp_str_is(name, "days"))
        return feel_number(seconds / FEEL_SECONDS_PER_DAY);
    if (icp_str_is(name, "hours"))
        return feel_number(seconds / 3600 % 24);
    if (icp_str_is(name, "minutes"))
        return feel_number(seconds / 60 % 60);
    if (icp_str_is(name, "seconds"))
        return seconds_and_nanos(run, seconds % 60, (int64_t)(nanos % FEEL_NANOS_PER_SECOND));
    return feel_fail(run, "the value has no such property");
}

static bool is_one_of(struct icp_str name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (icp_str_is(name, names[i]))
            return true;
    return false;
}

struct feel_value feel_time_property(struct feel_run *run, const struct feel_value *value,
                                     struct icp_str name)
{
    static const char *const of_date[] = {"year", "month", "day", "weekday"};
    static const char *const of_clock[] = {"hour", "minute", "second", "time offset", "timezone"};

    if (value->kind == FEEL_DURATION)
        return span_property(run, value, name);
    if (value->kind == FEEL_MONTHS && icp_str_is(name, "years"))
        return feel_number(value->as.months / 12);
    if (value->kind == FEEL_MONTHS && icp_str_is(name, "months"))
        return feel_number(value->as.months % 12);
    if ((value->kind == FEEL_DATE || value->kind == FEEL_DATETIME) &&
        is_one_of(name, of_date, sizeof(of_date) / sizeof(of_date[0])))
        return date_property(value, name);
    if ((value->kind == FEEL_TIME || value->kind == FEEL_DATETIME) &&
        is_one_of(name, of_clock, sizeof(of_clock) / sizeof(of_clock[0])))
        return clock_property(run, value, name);
    return feel_fail(run, "the value has no such property");
}
