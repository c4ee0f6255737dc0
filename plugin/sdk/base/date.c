/*
 * Dates and times by plain integer arithmetic on the proleptic Gregorian calendar, years 0001 to
 * 9999, UTC. Every parser takes the whole text or refuses it, and nothing outside those years ever
 * comes out of one.
 */
#include "date.h"
#include "number.h"

enum {
    DAYS_TO_1970 = 719162, /* from 0001-01-01 to 1970-01-01 */
    DAYS_MOST = 2932896,   /* 9999-12-31 */
    MS_PER_SECOND = 1000,
    MS_PER_MINUTE = 60 * 1000,
    MS_PER_HOUR = 60 * 60 * 1000,
};
#define TIME_LEAST (-DAYS_TO_1970 * ICP_MS_PER_DAY)
#define TIME_MOST  (DAYS_MOST * ICP_MS_PER_DAY + ICP_MS_PER_DAY - 1)

static const char month_names[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char day_names[7][4] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
/* days before the month, in a common year; the 13th is the whole year */
static const int days_before[13] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* month 1..13 */
static int days_before_month(int year, int month)
{
    return days_before[month - 1] + (month > 2 && is_leap(year) ? 1 : 0);
}

/* Days from 0001-01-01 to the first day of the year. */
static int days_before_year(int year)
{
    int past = year - 1;
    return past * 365 + past / 4 - past / 100 + past / 400;
}

bool icp_date_from_civil(int year, int month, int day, int32_t *days)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
        return false;
    if (day > days_before_month(year, month + 1) - days_before_month(year, month))
        return false;
    *days = days_before_year(year) + days_before_month(year, month) + day - 1 - DAYS_TO_1970;
    return true;
}

static int32_t clamp_days(int64_t days)
{
    if (days < -DAYS_TO_1970)
        return -DAYS_TO_1970;
    return days > DAYS_MOST ? DAYS_MOST : (int32_t)days;
}

void icp_date_to_civil(int32_t days, int *year, int *month, int *day)
{
    int since = clamp_days(days) + DAYS_TO_1970;
    /* 400 years have 146,097 days; the first guess is right or one year off */
    int guess = (int)((int64_t)since * 400 / 146097) + 1;
    while (guess > 1 && days_before_year(guess) > since)
        guess--;
    while (days_before_year(guess + 1) <= since)
        guess++;
    int in_year = since - days_before_year(guess);
    int found = 1;
    while (days_before_month(guess, found + 1) <= in_year)
        found++;
    *year = guess;
    *month = found;
    *day = in_year - days_before_month(guess, found) + 1;
}

int icp_date_weekday(int32_t days)
{
    /* 0001-01-01 was a Monday */
    return (clamp_days(days) + DAYS_TO_1970) % 7 + 1;
}

int32_t icp_time_to_date(int64_t ms)
{
    int64_t days = ms / ICP_MS_PER_DAY;
    if (ms % ICP_MS_PER_DAY < 0)
        days--;
    return clamp_days(days);
}

/* ---- Parsing: each take_* moves `rest` behind what it took. */

static bool take_char(struct icp_str *rest, char c)
{
    if (rest->length == 0 || rest->data[0] != c)
        return false;
    *rest = icp_str_slice(*rest, 1, rest->length);
    return true;
}

static bool take_digits(struct icp_str *rest, size_t count, int *value)
{
    if (rest->length < count)
        return false;
    int number = 0;
    for (size_t i = 0; i < count; i++) {
        char c = rest->data[i];
        if (c < '0' || c > '9')
            return false;
        number = number * 10 + (c - '0');
    }
    *value = number;
    *rest = icp_str_slice(*rest, count, rest->length);
    return true;
}

static bool take_date(struct icp_str *rest, int32_t *days)
{
    int year = 0;
    int month = 0;
    int day = 0;
    return take_digits(rest, 4, &year) && take_char(rest, '-') && take_digits(rest, 2, &month) &&
           take_char(rest, '-') && take_digits(rest, 2, &day) &&
           icp_date_from_civil(year, month, day, days);
}

/* hh:mm or hh:mm:ss; `seconds_most` is 60 where a leap second may be written. */
static bool take_clock(struct icp_str *rest, bool needs_seconds, int seconds_most, int64_t *ms)
{
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (!take_digits(rest, 2, &hour) || !take_char(rest, ':') || !take_digits(rest, 2, &minute))
        return false;
    bool has_seconds = take_char(rest, ':');
    if (has_seconds ? !take_digits(rest, 2, &second) : needs_seconds)
        return false;
    *ms = (int64_t)hour * MS_PER_HOUR + (int64_t)minute * MS_PER_MINUTE +
          (int64_t)second * MS_PER_SECOND;
    return hour <= 23 && minute <= 59 && second <= seconds_most;
}

/* Up to 9 digits behind a point, cut to milliseconds; no point is no fraction. */
static bool take_fraction(struct icp_str *rest, int64_t *ms)
{
    if (!take_char(rest, '.'))
        return true;
    int digit = 0;
    int worth = 100;
    size_t count = 0;
    while (count < 10 && take_digits(rest, 1, &digit)) {
        *ms += (int64_t)digit * worth;
        worth /= 10;
        count++;
    }
    return count >= 1 && count <= 9;
}

/* Z, ±hh:mm, ±hhmm or nothing, to the end of the text. */
static bool take_zone(struct icp_str *rest, int64_t *offset_ms)
{
    int hours = 0;
    int minutes = 0;
    *offset_ms = 0;
    if (rest->length == 0)
        return true;
    if (take_char(rest, 'Z'))
        return rest->length == 0;
    bool east = take_char(rest, '+');
    if (!east && !take_char(rest, '-'))
        return false;
    if (!take_digits(rest, 2, &hours))
        return false;
    (void)take_char(rest, ':');
    if (!take_digits(rest, 2, &minutes) || rest->length > 0 || hours > 23 || minutes > 59)
        return false;
    int64_t offset = (int64_t)hours * MS_PER_HOUR + (int64_t)minutes * MS_PER_MINUTE;
    *offset_ms = east ? offset : -offset;
    return true;
}

static bool in_years(int64_t time, int64_t *ms)
{
    if (time < TIME_LEAST || time > TIME_MOST)
        return false;
    *ms = time;
    return true;
}

bool icp_date_parse(struct icp_str text, int32_t *days)
{
    int32_t found = 0;
    if (!take_date(&text, &found) || text.length > 0)
        return false;
    *days = found;
    return true;
}

static bool parse_milliseconds(struct icp_str text, int64_t *ms)
{
    enum { DIGITS_LEAST = 9 }; /* fewer is a year, a serial day or a mistake, not a time */
    int64_t value = 0;
    struct icp_str digits = text;
    (void)take_char(&digits, '-');
    if (digits.length < DIGITS_LEAST || digits.data[0] == '+' || !icp_integer_parse(text, &value))
        return false;
    return text.data[0] != '+' && in_years(value, ms);
}

bool icp_time_parse(struct icp_str text, int64_t *ms)
{
    struct icp_str rest = text;
    int32_t days = 0;
    int64_t clock = 0;
    int64_t offset = 0;
    if (!take_date(&rest, &days))
        return parse_milliseconds(text, ms);
    if (rest.length == 0)
        return in_years(days * ICP_MS_PER_DAY, ms);
    if (!take_char(&rest, 'T') || !take_clock(&rest, false, 59, &clock) ||
        !take_fraction(&rest, &clock) || !take_zone(&rest, &offset))
        return false;
    return in_years(days * ICP_MS_PER_DAY + clock - offset, ms);
}

/* ---- Formatting */

/* Writes `width` digits at `at`; returns the position behind them. */
static size_t put_digits(char *text, size_t at, int value, size_t width)
{
    for (size_t i = width; i > 0; i--) {
        text[at + i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
    return at + width;
}

static size_t put_text(char *text, size_t at, const char *part)
{
    while (*part != '\0')
        text[at++] = *part++;
    return at;
}

static struct icp_str finish(char *text, size_t length)
{
    text[length] = '\0';
    return (struct icp_str){text, length};
}

static size_t put_date(char *text, size_t at, int32_t days)
{
    int year = 0;
    int month = 0;
    int day = 0;
    icp_date_to_civil(days, &year, &month, &day);
    at = put_digits(text, at, year, 4);
    at = put_text(text, at, "-");
    at = put_digits(text, at, month, 2);
    at = put_text(text, at, "-");
    return put_digits(text, at, day, 2);
}

/* hh:mm:ss of a time within its day */
static size_t put_clock(char *text, size_t at, int in_day)
{
    at = put_digits(text, at, in_day / MS_PER_HOUR, 2);
    at = put_text(text, at, ":");
    at = put_digits(text, at, in_day / MS_PER_MINUTE % 60, 2);
    at = put_text(text, at, ":");
    return put_digits(text, at, in_day / MS_PER_SECOND % 60, 2);
}

static int64_t clamp_time(int64_t ms)
{
    if (ms < TIME_LEAST)
        return TIME_LEAST;
    return ms > TIME_MOST ? TIME_MOST : ms;
}

struct icp_str icp_date_format(int32_t days, char text[ICP_TIME_TEXT])
{
    return finish(text, put_date(text, 0, days));
}

struct icp_str icp_date_format_short(int32_t days, char text[ICP_TIME_TEXT])
{
    int year = 0;
    int month = 0;
    int day = 0;
    icp_date_to_civil(days, &year, &month, &day);
    size_t at = put_digits(text, 0, day, day < 10 ? 1 : 2);
    at = put_text(text, at, " ");
    at = put_text(text, at, month_names[month - 1]);
    at = put_text(text, at, " ");
    return finish(text, put_digits(text, at, year, 4));
}

struct icp_str icp_time_format(int64_t ms, char text[ICP_TIME_TEXT])
{
    int64_t time = clamp_time(ms);
    int32_t days = icp_time_to_date(time);
    int in_day = (int)(time - days * ICP_MS_PER_DAY);
    size_t at = put_date(text, 0, days);
    at = put_text(text, at, "T");
    at = put_clock(text, at, in_day);
    at = put_text(text, at, ".");
    at = put_digits(text, at, in_day % MS_PER_SECOND, 3);
    return finish(text, put_text(text, at, "Z"));
}

/* Index of the three letters at the front of `rest`, or `count`. */
static size_t take_name(struct icp_str *rest, const char names[][4], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!icp_str_has_prefix(*rest, icp_str_from(names[i])))
            continue;
        *rest = icp_str_slice(*rest, 3, rest->length);
        return i;
    }
    return count;
}

static bool take_text(struct icp_str *rest, struct icp_str expected)
{
    if (!icp_str_has_prefix(*rest, expected))
        return false;
    *rest = icp_str_slice(*rest, expected.length, rest->length);
    return true;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT" */
bool icp_http_date_parse(struct icp_str text, int64_t *ms)
{
    int year = 0;
    int day = 0;
    int32_t days = 0;
    int64_t clock = 0;
    size_t weekday = take_name(&text, day_names, 7);
    if (weekday == 7 || !take_text(&text, ICP_STR(", ")) || !take_digits(&text, 2, &day) ||
        !take_char(&text, ' '))
        return false;
    size_t month = take_name(&text, month_names, 12);
    if (month == 12 || !take_char(&text, ' ') || !take_digits(&text, 4, &year) ||
        !take_char(&text, ' ') || !take_clock(&text, true, 60, &clock) || !icp_str_is(text, " GMT"))
        return false;
    if (!icp_date_from_civil(year, (int)month + 1, day, &days) ||
        icp_date_weekday(days) != (int)weekday + 1)
        return false;
    return in_years(days * ICP_MS_PER_DAY + clock, ms);
}

struct icp_str icp_http_date_format(int64_t ms, char text[ICP_TIME_TEXT])
{
    int year = 0;
    int month = 0;
    int day = 0;
    int64_t time = clamp_time(ms);
    int32_t days = icp_time_to_date(time);
    icp_date_to_civil(days, &year, &month, &day);
    size_t at = put_text(text, 0, day_names[icp_date_weekday(days) - 1]);
    at = put_text(text, at, ", ");
    at = put_digits(text, at, day, 2);
    at = put_text(text, at, " ");
    at = put_text(text, at, month_names[month - 1]);
    at = put_text(text, at, " ");
    at = put_digits(text, at, year, 4);
    at = put_text(text, at, " ");
    at = put_clock(text, at, (int)(time - days * ICP_MS_PER_DAY));
    return finish(text, put_text(text, at, " GMT"));
}
