/*
 * The calendar and the reading of date, time and duration texts: proleptic Gregorian, years down to
 * -999,999,999 and up to 999,999,999, nanoseconds. Strict: a text has exactly the shape of the
 * standard or is none. Time zones by name are looked up in zones.c.
 */
#include "value.h"

enum { DAYS_PER_ERA = 146097, YEARS_PER_ERA = 400, MOST_OFFSET_HOURS = 18 };
enum { EPOCH_SHIFT = 719468 }; /* days from 0000-03-01 to 1970-01-01 */

static int64_t floor_divide(int64_t value, int64_t by)
{
    return value / by - (value % by < 0 ? 1 : 0);
}

/* Years begin in March, so that the day that may be missing is the last one. */
int64_t feel_day_of(int64_t year, int month, int day)
{
    int64_t shifted = month <= 2 ? year - 1 : year;
    int64_t era = floor_divide(shifted, YEARS_PER_ERA);
    int64_t year_of_era = shifted - era * YEARS_PER_ERA;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * DAYS_PER_ERA + day_of_era - EPOCH_SHIFT;
}

void feel_civil_of(int64_t day, int64_t *year, int *month, int *dom)
{
    int64_t shifted = day + EPOCH_SHIFT;
    int64_t era = floor_divide(shifted, DAYS_PER_ERA);
    int64_t of_era = shifted - era * DAYS_PER_ERA;
    int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted_month = (5 * of_year + 2) / 153;

    *dom = (int)(of_year - (153 * shifted_month + 2) / 5 + 1);
    *month = (int)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    *year = year_of_era + era * YEARS_PER_ERA + (*month <= 2 ? 1 : 0);
}

static bool is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in_month(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

bool feel_is_date(int64_t year, int64_t month, int64_t day)
{
    return year >= -FEEL_MAX_YEAR && year <= FEEL_MAX_YEAR && month >= 1 && month <= 12 &&
           day >= 1 && day <= days_in_month(year, (int)month);
}

bool feel_day_in_range(feel_wide day)
{
    return day >= feel_day_of(-FEEL_MAX_YEAR, 1, 1) && day <= feel_day_of(FEEL_MAX_YEAR, 12, 31);
}

struct feel_value feel_date_of(int64_t day)
{
    return (struct feel_value){.kind = FEEL_DATE, .as.at.day = day};
}

/* ---- Reading -------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t count_digits(struct icp_str text, size_t from)
{
    size_t at = from;

    while (at < text.length && is_digit(text.data[at]))
        at++;
    return at - from;
}

/* `digits` digits at the start of the rest, moves behind them. */
static bool take_number(struct icp_str *rest, size_t digits, int64_t *value)
{
    *value = 0;
    if (digits == 0 || digits > 18 || count_digits(*rest, 0) < digits)
        return false;
    for (size_t i = 0; i < digits; i++)
        *value = *value * 10 + (rest->data[i] - '0');
    *rest = icp_str_slice(*rest, digits, rest->length);
    return true;
}

static bool take_sign(struct icp_str *rest, char sign)
{
    if (rest->length == 0 || rest->data[0] != sign)
        return false;
    *rest = icp_str_slice(*rest, 1, rest->length);
    return true;
}

static bool take_date(struct icp_str *rest, struct feel_value *value)
{
    bool negative = take_sign(rest, '-');
    size_t digits = count_digits(*rest, 0);
    int64_t year, month, day;

    if (digits < 4 || digits > 9 || (digits > 4 && rest->data[0] == '0'))
        return false;
    if (!take_number(rest, digits, &year) || !take_sign(rest, '-') ||
        !take_number(rest, 2, &month) || !take_sign(rest, '-') || !take_number(rest, 2, &day))
        return false;
    year = negative ? -year : year;
    if (!feel_is_date(year, month, day))
        return false;
    *value = feel_date_of(feel_day_of(year, (int)month, (int)day));
    return true;
}

bool feel_read_date(struct icp_str text, struct feel_value *value)
{
    return take_date(&text, value) && text.length == 0;
}

/* Digits behind the point; those finer than a nanosecond are cut. */
static bool take_fraction(struct icp_str *rest, int64_t *nanos, bool may_be_empty)
{
    int64_t weight = FEEL_NANOS_PER_SECOND / 10;
    size_t digits;

    *nanos = 0;
    if (!take_sign(rest, '.'))
        return true;
    digits = count_digits(*rest, 0);
    for (size_t i = 0; i < digits; i++, weight /= 10)
        *nanos += (rest->data[i] - '0') * weight;
    *rest = icp_str_slice(*rest, digits, rest->length);
    return digits > 0 || may_be_empty;
}

/* ±hh:mm or ±hh:mm:ss */
static bool take_offset(struct icp_str *rest, int32_t *offset)
{
    int64_t hours, minutes, seconds = 0;
    bool negative = rest->length > 0 && rest->data[0] == '-';

    if (!take_sign(rest, negative ? '-' : '+') || !take_number(rest, 2, &hours) ||
        !take_sign(rest, ':') || !take_number(rest, 2, &minutes))
        return false;
    if (take_sign(rest, ':') && !take_number(rest, 2, &seconds))
        return false;
    *offset = (int32_t)(hours * 3600 + minutes * 60 + seconds);
    *offset = negative ? -*offset : *offset;
    return minutes < 60 && seconds < 60 &&
           hours * 3600 + minutes * 60 + seconds <= MOST_OFFSET_HOURS * INT64_C(3600);
}

/* Behind the seconds, to the end. */
static bool read_zone(struct icp_str rest, struct feel_value *value)
{
    value->form = FEEL_OFFSET;
    value->zone = 0;
    if (rest.length == 0) {
        value->form = FEEL_LOCAL;
        return true;
    }
    if (icp_str_is(rest, "Z"))
        return true;
    if (take_sign(&rest, '@')) {
        value->form = FEEL_ZONED;
        return feel_zone_find(rest, &value->zone);
    }
    return take_offset(&rest, &value->zone) && rest.length == 0;
}

/* hh:mm:ss and what follows. 24:00:00 is the end of the day: nanos of a whole day. */
static bool read_clock(struct icp_str rest, struct feel_value *value)
{
    int64_t hour, minute, second, nanos;

    if (!take_number(&rest, 2, &hour) || !take_sign(&rest, ':') ||
        !take_number(&rest, 2, &minute) || !take_sign(&rest, ':') ||
        !take_number(&rest, 2, &second) || !take_fraction(&rest, &nanos, false))
        return false;
    value->as.at.nanos = (hour * 3600 + minute * 60 + second) * FEEL_NANOS_PER_SECOND + nanos;
    if (minute > 59 || second > 59 || value->as.at.nanos > FEEL_NANOS_PER_DAY)
        return false;
    return read_zone(rest, value);
}

bool feel_read_time(struct icp_str text, struct feel_value *value)
{
    struct feel_value time = {.kind = FEEL_TIME};

    if (!read_clock(text, &time))
        return false;
    time.as.at.nanos %= FEEL_NANOS_PER_DAY;
    *value = time;
    return true;
}

bool feel_read_datetime(struct icp_str text, struct feel_value *value)
{
    struct feel_value at;

    if (!take_date(&text, &at))
        return false;
    at.kind = FEEL_DATETIME;
    if (text.length > 0 && (!take_sign(&text, 'T') || !read_clock(text, &at)))
        return false;
    if (at.as.at.nanos == FEEL_NANOS_PER_DAY) {
        at.as.at.nanos = 0;
        at.as.at.day++;
    }
    *value = at;
    return feel_day_in_range(at.as.at.day);
}

/* ---- Durations: -P1Y2M, P1DT2H3M4.5S -------------------------------------------------------- */

static const struct {
    char letter;
    bool behind_t;
    int64_t months, seconds;
} units[] = {
    {'Y', false, 12, 0},  {'M', false, 1, 0}, {'D', false, 0, FEEL_SECONDS_PER_DAY},
    {'H', true, 0, 3600}, {'M', true, 0, 60}, {'S', true, 0, 1},
};
enum { UNITS = sizeof(units) / sizeof(units[0]) };

struct duration_reader {
    struct icp_str rest;
    size_t unit; /* next unit that may come: their order is fixed */
    bool behind_t, has_months, has_seconds;
    int64_t months, seconds, nanos;
};

static bool add_amount(int64_t *sum, int64_t amount, int64_t weight)
{
    int64_t product;

    return !__builtin_mul_overflow(amount, weight, &product) &&
           !__builtin_add_overflow(*sum, product, sum);
}

static bool take_part(struct duration_reader *reader)
{
    struct icp_str *rest = &reader->rest;
    int64_t amount, nanos;
    size_t digits = count_digits(*rest, 0);

    if (!take_number(rest, digits, &amount))
        return false;
    bool fraction = rest->length > 0 && rest->data[0] == '.';
    if (!take_fraction(rest, &nanos, true) || rest->length == 0)
        return false;
    for (; reader->unit < UNITS; reader->unit++) {
        size_t unit = reader->unit;
        if (units[unit].letter != rest->data[0] || units[unit].behind_t != reader->behind_t)
            continue;
        reader->has_months = reader->has_months || units[unit].months > 0;
        reader->has_seconds = reader->has_seconds || units[unit].seconds > 0;
        reader->nanos = nanos;
        *rest = icp_str_slice(*rest, 1, rest->length);
        reader->unit++;
        return (!fraction || units[unit].letter == 'S') &&
               add_amount(&reader->months, amount, units[unit].months) &&
               add_amount(&reader->seconds, amount, units[unit].seconds);
    }
    return false;
}

bool feel_read_duration(struct icp_str text, struct feel_value *value)
{
    bool negative = take_sign(&text, '-');
    struct feel_run run = {0};
    struct duration_reader reader = {.rest = text};

    if (!take_sign(&reader.rest, 'P') || reader.rest.length == 0)
        return false;
    while (reader.rest.length > 0) {
        if (!reader.behind_t && take_sign(&reader.rest, 'T'))
            reader.behind_t = true;
        if (!take_part(&reader))
            return false;
    }
    if (reader.has_months == reader.has_seconds)
        return false;
    feel_wide nanos = (feel_wide)reader.seconds * FEEL_NANOS_PER_SECOND + reader.nanos;
    *value = reader.has_months ? feel_months_of(&run, negative ? -reader.months : reader.months)
                               : feel_duration_of(&run, negative ? -nanos : nanos);
    return value->kind != FEEL_NULL;
}

bool feel_read_at(struct icp_str text, struct feel_value *value)
{
    if (icp_str_has_prefix(text, ICP_STR("P")) || icp_str_has_prefix(text, ICP_STR("-P")))
        return feel_read_duration(text, value);
    if (text.length > 2 && text.data[2] == ':')
        return feel_read_time(text, value);
    return icp_str_find(text, ICP_STR("T")) < text.length ? feel_read_datetime(text, value)
                                                          : feel_read_date(text, value);
}
