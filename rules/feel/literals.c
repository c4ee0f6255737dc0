/*
 * Values of date, time and duration literals. Strict: a text has exactly the shape of the standard
 * or is refused; what the standard has and cells have not (years outside 1 to 9999, time zones by
 * name, times of day, years and months) is told apart from what is wrong.
 */
#include "feel_internal.h"

#include "date.h"

/* Does the text begin with this shape: '9' any digit, else the character itself. */
static bool has_shape(struct icp_str text, const char *shape)
{
    size_t i = 0;

    for (; shape[i] != '\0'; i++) {
        if (i >= text.length)
            return false;
        bool digit = text.data[i] >= '0' && text.data[i] <= '9';
        if (shape[i] == '9' ? !digit : text.data[i] != shape[i])
            return false;
    }
    return true;
}

static size_t count_digits(struct icp_str text, size_t from)
{
    size_t at = from;

    while (at < text.length && text.data[at] >= '0' && text.data[at] <= '9')
        at++;
    return at - from;
}

/* -2017-01-01 or 12345-01-01: dates that the standard has. */
static bool is_far_date(struct icp_str text)
{
    size_t sign = text.length > 0 && text.data[0] == '-' ? 1 : 0;
    size_t digits = count_digits(text, sign);

    return (sign == 1 || digits > 4) && digits >= 4 && digits <= 9 &&
           has_shape(icp_str_slice(text, sign + digits, text.length), "-99-99");
}

enum feel_literal feel_read_date(struct icp_str text, struct feel_cell *cell)
{
    int32_t days = 0;

    if (is_far_date(text))
        return FEEL_LITERAL_NOT_SUPPORTED;
    if (text.length != 10 || !icp_date_parse(text, &days))
        return FEEL_LITERAL_WRONG;
    *cell = (struct feel_cell){.kind = FEEL_CELL_DATE, .as.date = days};
    return FEEL_LITERAL_OK;
}

/* Behind "2026-01-15T10:00:00": nothing, a fraction, Z or an offset of at most 18 hours. */
static enum feel_literal check_time_end(struct icp_str rest)
{
    size_t at = 0;

    if (rest.length > 0 && rest.data[0] == '.') {
        size_t digits = count_digits(rest, 1);
        if (digits == 0 || digits > 9)
            return FEEL_LITERAL_WRONG;
        at = digits + 1;
    }
    rest = icp_str_slice(rest, at, rest.length);
    if (rest.length == 0 || icp_str_is(rest, "Z"))
        return FEEL_LITERAL_OK;
    if (rest.data[0] == '@')
        return FEEL_LITERAL_NOT_SUPPORTED;
    bool offset = rest.length == 6 && (has_shape(rest, "+99:99") || has_shape(rest, "-99:99"));
    int hours = offset ? (rest.data[1] - '0') * 10 + (rest.data[2] - '0') : 0;
    return offset && hours <= 18 && rest.data[4] < '6' ? FEEL_LITERAL_OK : FEEL_LITERAL_WRONG;
}

enum feel_literal feel_read_datetime(struct icp_str text, struct feel_cell *cell)
{
    int64_t ms = 0;

    if (is_far_date(text))
        return FEEL_LITERAL_NOT_SUPPORTED;
    if (text.length == 10) { /* a date alone is its midnight */
        enum feel_literal read = feel_read_date(text, cell);
        if (read == FEEL_LITERAL_OK)
            *cell = (struct feel_cell){.kind = FEEL_CELL_DATETIME,
                                       .as.ms = cell->as.date * ICP_MS_PER_DAY};
        return read;
    }
    if (!has_shape(text, "9999-99-99T99:99:99"))
        return FEEL_LITERAL_WRONG;
    enum feel_literal end = check_time_end(icp_str_slice(text, 19, text.length));
    if (end != FEEL_LITERAL_OK)
        return end;
    if (has_shape(icp_str_slice(text, 11, 19), "24:00:00"))
        return FEEL_LITERAL_NOT_SUPPORTED; /* midnight at the end of a day */
    if (has_shape(icp_str_slice(text, 11, 13), "24") || !icp_time_parse(text, &ms))
        return FEEL_LITERAL_WRONG;
    *cell = (struct feel_cell){.kind = FEEL_CELL_DATETIME, .as.ms = ms};
    return FEEL_LITERAL_OK;
}

/* ---- Durations: -P1DT2H3M4.5S --------------------------------------------------------------- */

static const struct {
    char letter;
    bool behind_t;
    bool supported;
    int64_t ms;
} duration_units[] = {
    {'Y', false, false, 0},     {'M', false, false, 0},   {'D', false, true, ICP_MS_PER_DAY},
    {'H', true, true, 3600000}, {'M', true, true, 60000}, {'S', true, true, 1000},
};
enum { DURATION_UNITS = sizeof(duration_units) / sizeof(duration_units[0]) };

struct duration_reader {
    struct icp_str rest;
    size_t unit; /* next unit that may come: their order is fixed */
    bool behind_t, not_supported;
    int64_t ms;
};

/* Takes "12" or "4.5"; at most ten digits, so that nothing can overflow below. */
static bool take_amount(struct icp_str *rest, int64_t *amount, int64_t *thousandths, bool *fraction)
{
    size_t digits = count_digits(*rest, 0);

    *amount = *thousandths = 0;
    *fraction = false;
    if (digits == 0 || digits > 10)
        return false;
    for (size_t i = 0; i < digits; i++)
        *amount = *amount * 10 + (rest->data[i] - '0');
    *rest = icp_str_slice(*rest, digits, rest->length);
    if (rest->length == 0 || rest->data[0] != '.')
        return true;
    *fraction = true;
    size_t places = count_digits(*rest, 1);
    for (size_t i = 0, weight = 100; i < places && weight > 0; i++, weight /= 10)
        *thousandths += (int64_t)weight * (rest->data[1 + i] - '0');
    *rest = icp_str_slice(*rest, places + 1, rest->length);
    return true;
}

static bool take_part(struct duration_reader *reader)
{
    int64_t amount, thousandths;
    bool fraction;

    if (!take_amount(&reader->rest, &amount, &thousandths, &fraction) || reader->rest.length == 0)
        return false;
    for (; reader->unit < DURATION_UNITS; reader->unit++) {
        size_t unit = reader->unit;
        if (duration_units[unit].letter != reader->rest.data[0] ||
            duration_units[unit].behind_t != reader->behind_t)
            continue;
        if (fraction && duration_units[unit].letter != 'S')
            return false;
        reader->not_supported = reader->not_supported || !duration_units[unit].supported;
        reader->ms += amount * duration_units[unit].ms + thousandths;
        reader->rest = icp_str_slice(reader->rest, 1, reader->rest.length);
        reader->unit++;
        return true;
    }
    return false;
}

enum feel_literal feel_read_duration(struct icp_str text, struct feel_cell *cell)
{
    bool negative = text.length > 0 && text.data[0] == '-';
    struct duration_reader reader = {.rest = icp_str_slice(text, negative ? 1 : 0, text.length)};

    if (reader.rest.length < 3 || reader.rest.data[0] != 'P')
        return FEEL_LITERAL_WRONG;
    reader.rest = icp_str_slice(reader.rest, 1, reader.rest.length);
    while (reader.rest.length > 0) {
        if (reader.rest.data[0] == 'T' && !reader.behind_t) {
            reader.behind_t = true;
            reader.rest = icp_str_slice(reader.rest, 1, reader.rest.length);
        }
        if (!take_part(&reader))
            return FEEL_LITERAL_WRONG;
    }
    if (reader.not_supported)
        return FEEL_LITERAL_NOT_SUPPORTED;
    *cell =
        (struct feel_cell){.kind = FEEL_CELL_DURATION, .as.ms = negative ? -reader.ms : reader.ms};
    return FEEL_LITERAL_OK;
}

enum feel_literal feel_read_at(struct icp_str text, struct feel_cell *cell)
{
    if (has_shape(text, "P") || has_shape(text, "-P"))
        return feel_read_duration(text, cell);
    if (has_shape(text, "99:99:99"))
        return FEEL_LITERAL_NOT_SUPPORTED; /* a time of day */
    return icp_str_find(text, ICP_STR("T")) < text.length ? feel_read_datetime(text, cell)
                                                          : feel_read_date(text, cell);
}
