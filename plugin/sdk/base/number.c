/*
 * Exact numbers as 64-bit millionths. Text becomes a number digit by digit, without floating point
 * and without the locale, so the same text gives the same number everywhere; whatever leaves the
 * range is refused, never wrapped or held at the edge.
 */
#include "number.h"

/* ±9.2e12 in millionths: the design's range, just inside 64 bits. */
static const icp_int128 most = (icp_int128)INT64_C(9200000000000) * ICP_NUMBER_SCALE;

enum {
    TEXT_MOST = 512,       /* no person or CRM writes a longer number */
    DIGITS_MOST = 36,      /* kept exactly: 10^36 times ten still fits 127 bits */
    EXPONENT_MOST = 10000, /* enough to move any point within TEXT_MOST out of sight */
    DECIMALS = 6,
};

/* value = digits × 10^exponent */
struct decimal {
    icp_int128 digits;
    int exponent;
    int kept; /* significant digits in `digits` */
    bool negative;
};

static bool is_digit(struct icp_str rest)
{
    return rest.length > 0 && rest.data[0] >= '0' && rest.data[0] <= '9';
}

static void advance(struct icp_str *rest)
{
    *rest = icp_str_slice(*rest, 1, rest->length);
}

static bool take_char(struct icp_str *rest, char c)
{
    if (rest->length == 0 || rest->data[0] != c)
        return false;
    advance(rest);
    return true;
}

static bool take_sign(struct icp_str *rest)
{
    if (take_char(rest, '-'))
        return true;
    (void)take_char(rest, '+');
    return false;
}

/* Digits behind the 36th only move the point: rounding half away from zero looks at the first digit
   that is cut, and the cut of a number in range lies before them. */
static bool take_digits(struct icp_str *rest, bool behind_point, struct decimal *number)
{
    bool any = false;
    for (; is_digit(*rest); advance(rest)) {
        any = true;
        bool keep = number->kept < DIGITS_MOST;
        if (keep) {
            number->digits = number->digits * 10 + (rest->data[0] - '0');
            number->kept += number->digits > 0 ? 1 : 0;
        }
        if (keep && behind_point)
            number->exponent--;
        if (!keep && !behind_point)
            number->exponent++;
    }
    return any;
}

static bool take_exponent(struct icp_str *rest, struct decimal *number)
{
    if (!take_char(rest, 'e') && !take_char(rest, 'E'))
        return true;
    bool negative = take_sign(rest);
    if (!is_digit(*rest))
        return false;
    int value = 0;
    for (; is_digit(*rest); advance(rest))
        if (value < EXPONENT_MOST)
            value = value * 10 + (rest->data[0] - '0');
    number->exponent += negative ? -value : value;
    return true;
}

static bool read_decimal(struct icp_str text, struct decimal *number)
{
    *number = (struct decimal){.negative = take_sign(&text)};
    bool whole = take_digits(&text, false, number);
    bool fraction = take_char(&text, '.');
    if (fraction ? !take_digits(&text, true, number) : !whole)
        return false;
    return take_exponent(&text, number) && text.length == 0;
}

/* Rounds half away from zero; both not negative, denominator > 0. */
static icp_int128 divide_up(icp_int128 numerator, icp_int128 denominator)
{
    icp_int128 quotient = numerator / denominator;
    icp_int128 remainder = numerator % denominator;
    return remainder >= denominator - remainder ? quotient + 1 : quotient;
}

bool icp_number_parse(struct icp_str text, int64_t *millionths)
{
    struct decimal number;
    text = icp_str_trim(text);
    if (text.length > TEXT_MOST || !read_decimal(text, &number))
        return false;
    int shift = number.exponent + DECIMALS;
    icp_int128 value = number.digits;
    for (; shift > 0 && value > 0 && value <= most; shift--)
        value *= 10;
    icp_int128 divisor = 1;
    for (; shift < 0 && divisor <= value * 2; shift++)
        divisor *= 10;
    value = shift < 0 ? 0 : divide_up(value, divisor);
    if (value > most)
        return false;
    *millionths = (int64_t)(number.negative ? -value : value);
    return true;
}

struct icp_str icp_number_format(int64_t millionths, char text[ICP_NUMBER_TEXT])
{
    uint64_t rest = millionths < 0 ? 0 - (uint64_t)millionths : (uint64_t)millionths;
    char *at = text + ICP_NUMBER_TEXT - 1;
    int decimals = DECIMALS;
    *at = '\0';
    while (decimals > 0 && rest % 10 == 0) {
        rest /= 10;
        decimals--;
    }
    bool point = decimals > 0;
    for (; decimals > 0; decimals--, rest /= 10)
        *--at = (char)('0' + rest % 10);
    if (point)
        *--at = '.';
    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (millionths < 0)
        *--at = '-';
    return (struct icp_str){at, (size_t)(text + ICP_NUMBER_TEXT - 1 - at)};
}

int64_t icp_divide_round(icp_int128 numerator, icp_int128 denominator)
{
    icp_int128 size = numerator < 0 ? -numerator : numerator;
    icp_int128 value = divide_up(size, denominator);
    return (int64_t)(numerator < 0 ? -value : value);
}

bool icp_integer_parse(struct icp_str text, int64_t *value)
{
    bool negative = take_sign(&text);
    int64_t number = 0;
    if (!is_digit(text))
        return false;
    for (; is_digit(text); advance(&text)) {
        int digit = text.data[0] - '0';
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, negative ? -digit : digit, &number))
            return false;
    }
    if (text.length > 0)
        return false;
    *value = number;
    return true;
}
