/*
 * Values as text, in the canonical spelling of the standard's string(): numbers as plain decimals
 * without needless zeros, times with their zone, durations normalised, texts inside lists and
 * contexts in quotes. Values nest at most FEEL_MAX_VALUE_DEPTH deep, which bounds the recursion.
 */
#include "value.h"

#include "number.h"

enum { LONGEST_PLAIN = 60 }; /* digits; longer numbers are written with an exponent */

/* ---- Numbers -------------------------------------------------------------------------------- */

static void add_digits(struct icp_buf *out, const char *digits, size_t count)
{
    icp_buf_add(out, (struct icp_str){digits, count});
}

static void add_zeros(struct icp_buf *out, int64_t count)
{
    for (; count > 0; count--)
        icp_buf_add_char(out, '0');
}

static void write_decimal(struct icp_buf *out, struct feel_decimal decimal)
{
    struct feel_digits digits;
    size_t skip = 0;

    feel_decimal_digits(decimal, &digits);
    while (skip + 1 < digits.count && digits.digits[skip] == '0')
        skip++;
    const char *text = digits.digits + skip;
    size_t count = digits.count - skip;
    while (count > 1 && text[count - 1] == '0') {
        count--;
        digits.power++;
    }
    if (count == 1 && text[0] == '0') {
        icp_buf_add_char(out, '0');
        return;
    }
    int64_t before = (int64_t)count + digits.power; /* digits before the point */
    if (digits.negative)
        icp_buf_add_char(out, '-');
    if (before > LONGEST_PLAIN || before < -LONGEST_PLAIN) {
        add_digits(out, text, 1);
        if (count > 1)
            icp_buf_add_char(out, '.');
        add_digits(out, text + 1, count - 1);
        icp_buf_format(out, "E%+lld", (long long)(before - 1));
    } else if (before <= 0) {
        icp_buf_add_cstr(out, "0.");
        add_zeros(out, -before);
        add_digits(out, text, count);
    } else if (digits.power >= 0) {
        add_digits(out, text, count);
        add_zeros(out, digits.power);
    } else {
        add_digits(out, text, (size_t)before);
        icp_buf_add_char(out, '.');
        add_digits(out, text + before, count - (size_t)before);
    }
}

static void write_number(struct icp_buf *out, const struct feel_value *value)
{
    char text[ICP_NUMBER_TEXT];

    if (value->form == FEEL_MILLIONTHS)
        icp_buf_add(out, icp_number_format(value->as.millionths, text));
    else
        write_decimal(out, value->as.decimal);
}

/* ---- Times ---------------------------------------------------------------------------------- */

static void write_fraction(struct icp_buf *out, int64_t nanos)
{
    int width = 9;

    if (nanos == 0)
        return;
    for (; nanos % 10 == 0; width--)
        nanos /= 10;
    icp_buf_format(out, ".%0*lld", width, (long long)nanos);
}

static void write_date(struct icp_buf *out, const struct feel_value *value)
{
    int64_t year;
    int month, day;

    feel_civil_of(value->as.at.day, &year, &month, &day);
    icp_buf_format(out, "%s%04lld-%02d-%02d", year < 0 ? "-" : "",
                   (long long)(year < 0 ? -year : year), month, day);
}

static void write_zone(struct icp_buf *out, const struct feel_value *value)
{
    int32_t zone = value->zone < 0 ? -value->zone : value->zone;

    if (value->form == FEEL_ZONED) {
        icp_buf_add_char(out, '@');
        icp_buf_add(out, feel_zone_name(value->zone));
    } else if (value->form == FEEL_OFFSET && zone == 0) {
        icp_buf_add_char(out, 'Z');
    } else if (value->form == FEEL_OFFSET) {
        icp_buf_format(out, "%c%02d:%02d", value->zone < 0 ? '-' : '+', (int)(zone / 3600),
                       (int)(zone / 60 % 60));
        if (zone % 60 != 0)
            icp_buf_format(out, ":%02d", (int)(zone % 60));
    }
}

static void write_clock(struct icp_buf *out, const struct feel_value *value)
{
    int64_t seconds = value->as.at.nanos / FEEL_NANOS_PER_SECOND;

    icp_buf_format(out, "%02d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60),
                   (int)(seconds % 60));
    write_fraction(out, value->as.at.nanos % FEEL_NANOS_PER_SECOND);
    write_zone(out, value);
}

static void write_datetime(struct icp_buf *out, const struct feel_value *value)
{
    write_date(out, value);
    icp_buf_add_char(out, 'T');
    write_clock(out, value);
}

/* ---- Durations ------------------------------------------------------------------------------ */

static void add_part(struct icp_buf *out, uint64_t amount, char letter)
{
    if (amount > 0)
        icp_buf_format(out, "%llu%c", (unsigned long long)amount, letter);
}

static void write_duration(struct icp_buf *out, const struct feel_value *value)
{
    feel_wide nanos = feel_span_nanos(value);
    uint64_t seconds, rest;

    if (nanos == 0) {
        icp_buf_add_cstr(out, "PT0S");
        return;
    }
    icp_buf_add_cstr(out, nanos < 0 ? "-P" : "P");
    nanos = nanos < 0 ? -nanos : nanos;
    seconds = (uint64_t)(nanos / FEEL_NANOS_PER_SECOND);
    rest = (uint64_t)(nanos % FEEL_NANOS_PER_SECOND);
    add_part(out, seconds / FEEL_SECONDS_PER_DAY, 'D');
    seconds %= FEEL_SECONDS_PER_DAY;
    if (seconds == 0 && rest == 0)
        return;
    icp_buf_add_char(out, 'T');
    add_part(out, seconds / 3600, 'H');
    add_part(out, seconds / 60 % 60, 'M');
    if (seconds % 60 == 0 && rest == 0)
        return;
    icp_buf_format(out, "%llu", (unsigned long long)(seconds % 60));
    write_fraction(out, (int64_t)rest);
    icp_buf_add_char(out, 'S');
}

static void write_months(struct icp_buf *out, const struct feel_value *value)
{
    int64_t months = value->as.months;
    uint64_t size = months < 0 ? (uint64_t) - (months + 1) + 1 : (uint64_t)months;

    icp_buf_add_cstr(out, months < 0 ? "-P" : "P");
    add_part(out, size / 12, 'Y');
    if (size % 12 != 0 || size == 0)
        icp_buf_format(out, "%lluM", (unsigned long long)(size % 12));
}

/* ---- Texts and what holds other values ------------------------------------------------------ */

void feel_write_quoted(struct icp_buf *out, struct icp_str text)
{
    static const char signs[] = "\n\r\t\"\\", names[] = "nrt\"\\";

    icp_buf_add_char(out, '"');
    for (size_t i = 0; i < text.length; i++) {
        size_t sign = 0;
        while (signs[sign] != '\0' && signs[sign] != text.data[i])
            sign++;
        if (signs[sign] != '\0') {
            icp_buf_add_char(out, '\\');
            icp_buf_add_char(out, names[sign]);
        } else {
            icp_buf_add_char(out, text.data[i]);
        }
    }
    icp_buf_add_char(out, '"');
}

static void write_list(struct icp_buf *out, const struct feel_value *value)
{
    icp_buf_add_char(out, '[');
    for (size_t i = 0; i < value->as.list.count && !out->failed; i++) {
        struct feel_value item = feel_item(value, i);
        icp_buf_add_cstr(out, i == 0 ? "" : ", ");
        feel_write(out, &item, true);
    }
    icp_buf_add_char(out, ']');
}

static bool is_plain_name(struct icp_str key)
{
    for (size_t i = 0; i < key.length; i++) {
        unsigned char c = (unsigned char)key.data[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
        bool other = (c >= '0' && c <= '9') || c == ' ';
        if (!letter && (!other || i == 0))
            return false;
    }
    return key.length > 0;
}

static void write_context(struct icp_buf *out, const struct feel_context *context)
{
    icp_buf_add_char(out, '{');
    for (size_t i = 0; i < context->count && !out->failed; i++) {
        icp_buf_add_cstr(out, i == 0 ? "" : ", ");
        if (is_plain_name(context->keys[i]))
            icp_buf_add(out, context->keys[i]);
        else
            feel_write_quoted(out, context->keys[i]);
        icp_buf_add_cstr(out, ": ");
        feel_write(out, &context->values[i], true);
    }
    icp_buf_add_char(out, '}');
}

static void write_range(struct icp_buf *out, const struct feel_range *range)
{
    if (range->is_test) {
        icp_buf_add_cstr(out, range->is_not_equal ? "!=" : "=");
        feel_write(out, &range->low, true);
        return;
    }
    icp_buf_add_char(out, range->open_low ? '(' : '[');
    if (range->low.kind != FEEL_NULL)
        feel_write(out, &range->low, true);
    icp_buf_add_cstr(out, "..");
    if (range->high.kind != FEEL_NULL)
        feel_write(out, &range->high, true);
    icp_buf_add_char(out, range->open_high ? ')' : ']');
}

void feel_write(struct icp_buf *out, const struct feel_value *value, bool quoted)
{
    switch ((enum feel_kind)value->kind) {
    case FEEL_BOOLEAN:
        icp_buf_add_cstr(out, value->as.boolean ? "true" : "false");
        return;
    case FEEL_NUMBER:
        write_number(out, value);
        return;
    case FEEL_TEXT:
        if (quoted)
            feel_write_quoted(out, value->as.text);
        else
            icp_buf_add(out, value->as.text);
        return;
    case FEEL_DATE:
        write_date(out, value);
        return;
    case FEEL_TIME:
        write_clock(out, value);
        return;
    case FEEL_DATETIME:
        write_datetime(out, value);
        return;
    case FEEL_DURATION:
        write_duration(out, value);
        return;
    case FEEL_MONTHS:
        write_months(out, value);
        return;
    case FEEL_LIST:
        write_list(out, value);
        return;
    case FEEL_CONTEXT:
        write_context(out, value->as.context);
        return;
    case FEEL_RANGE:
        write_range(out, value->as.range);
        return;
    case FEEL_FUNCTION:
        icp_buf_add_cstr(out, "function");
        return;
    case FEEL_NULL:
    case FEEL_KIND_COUNT:
        break;
    }
    icp_buf_add_cstr(out, "null");
}
