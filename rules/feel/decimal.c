/*
 * Decimals of 34 digits: the only user of Intel's decimal floating-point library (decimal128, call
 * by value, flags and rounding as arguments). Results round half to even, as the standard asks;
 * what is not finite is for the caller to refuse.
 */
#include "value.h"

#include <string.h>

/* How the packaged variant was built: libbidgcc000. */
#define DECIMAL_CALL_BY_REFERENCE      0
#define DECIMAL_GLOBAL_ROUNDING        0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#include <bid_conf.h>

#include <bid_functions.h>

enum { NEAREST_EVEN = 0, DOWNWARD = 1, UPWARD = 2, TOWARDS_ZERO = 3, NEAREST_AWAY = 4 };
enum { LEAST_POWER = -6176, MOST_POWER = 6111, PLACES = 34 };

static BID_UINT128 to_bid(struct feel_decimal decimal)
{
    BID_UINT128 bid;

    memcpy(&bid, &decimal, sizeof(bid));
    return bid;
}

static struct feel_decimal from_bid(BID_UINT128 bid)
{
    struct feel_decimal decimal;

    memcpy(&decimal, &bid, sizeof(decimal));
    return decimal;
}

struct feel_decimal feel_decimal_scaled(int64_t digits, int power_of_ten)
{
    _IDEC_flags flags = 0;

    (void)flags;
    return from_bid(bid128_scalbn(bid128_from_int64(digits), power_of_ten, NEAREST_EVEN, &flags));
}

bool feel_decimal_read(struct icp_str text, struct feel_decimal *decimal)
{
    char copy[128]; /* longer digits are cut by the caller */
    _IDEC_flags flags = 0;

    if (text.length >= sizeof(copy))
        return false;
    memcpy(copy, text.data, text.length);
    copy[text.length] = '\0';
    *decimal = from_bid(bid128_from_string(copy, NEAREST_EVEN, &flags));
    return feel_decimal_is_finite(*decimal);
}

struct feel_decimal feel_decimal_calculate(enum feel_operator operation, struct feel_decimal left,
                                           struct feel_decimal right)
{
    BID_UINT128 a = to_bid(left), b = to_bid(right);
    _IDEC_flags flags = 0;

    if (operation == FEEL_ADD)
        return from_bid(bid128_add(a, b, NEAREST_EVEN, &flags));
    if (operation == FEEL_SUBTRACT)
        return from_bid(bid128_sub(a, b, NEAREST_EVEN, &flags));
    if (operation == FEEL_MULTIPLY)
        return from_bid(bid128_mul(a, b, NEAREST_EVEN, &flags));
    if (operation == FEEL_POWER)
        return from_bid(bid128_pow(a, b, NEAREST_EVEN, &flags));
    return from_bid(bid128_div(a, b, NEAREST_EVEN, &flags));
}

struct feel_decimal feel_decimal_apply(enum feel_decimal_function function,
                                       struct feel_decimal value)
{
    BID_UINT128 bid = to_bid(value);
    _IDEC_flags flags = 0;

    if (function == FEEL_SQRT)
        return from_bid(bid128_sqrt(bid, NEAREST_EVEN, &flags));
    if (function == FEEL_LOG)
        return from_bid(bid128_log(bid, NEAREST_EVEN, &flags));
    return from_bid(bid128_exp(bid, NEAREST_EVEN, &flags));
}

int feel_decimal_order(struct feel_decimal left, struct feel_decimal right)
{
    BID_UINT128 a = to_bid(left), b = to_bid(right);
    _IDEC_flags flags = 0;

    if (bid128_quiet_less(a, b, &flags))
        return -1;
    return bid128_quiet_greater(a, b, &flags) ? 1 : 0;
}

bool feel_decimal_is_finite(struct feel_decimal decimal)
{
    return bid128_isFinite(to_bid(decimal)) != 0;
}

bool feel_decimal_to_integer(struct feel_decimal decimal, int64_t *whole)
{
    BID_UINT128 bid = to_bid(decimal);
    struct feel_decimal most = feel_decimal_scaled(1, 15), least = feel_decimal_scaled(-1, 15);
    _IDEC_flags flags = 0;

    if (!feel_decimal_is_finite(decimal) || feel_decimal_order(decimal, most) > 0 ||
        feel_decimal_order(decimal, least) < 0)
        return false;
    *whole = bid128_to_int64_int(bid, &flags);
    return true;
}

void feel_decimal_digits(struct feel_decimal decimal, struct feel_digits *digits)
{
    char text[64];
    _IDEC_flags flags = 0;
    size_t at = 1;
    bool negative_power = false;

    *digits = (struct feel_digits){0};
    bid128_to_string(text, to_bid(decimal), &flags); /* +1234E-2 */
    digits->negative = text[0] == '-';
    for (; text[at] >= '0' && text[at] <= '9' && digits->count < FEEL_DECIMAL_DIGITS; at++)
        digits->digits[digits->count++] = text[at];
    if (text[at] == 'E') {
        negative_power = text[at + 1] == '-';
        at += text[at + 1] == '-' || text[at + 1] == '+' ? 2 : 1;
    }
    for (; text[at] >= '0' && text[at] <= '9'; at++)
        digits->power = digits->power * 10 + (text[at] - '0');
    digits->power = negative_power ? -digits->power : digits->power;
}

/* ---- Rounding ------------------------------------------------------------------------------- */

static bool is_negative(struct feel_decimal value)
{
    return bid128_isSigned(to_bid(value)) != 0;
}

static struct feel_decimal round_to_integral(struct feel_decimal value, enum feel_rounding rounding)
{
    BID_UINT128 bid = to_bid(value);
    _IDEC_flags flags = 0;
    bool negative = is_negative(value);

    switch (rounding) {
    case FEEL_ROUND_DOWN:
        return from_bid(bid128_round_integral_negative(bid, &flags));
    case FEEL_ROUND_UP:
        return from_bid(bid128_round_integral_positive(bid, &flags));
    case FEEL_ROUND_ZERO:
        return from_bid(bid128_round_integral_zero(bid, &flags));
    case FEEL_ROUND_AWAY:
        return from_bid(negative ? bid128_round_integral_negative(bid, &flags)
                                 : bid128_round_integral_positive(bid, &flags));
    case FEEL_ROUND_HALF_UP:
        return from_bid(bid128_round_integral_nearest_away(bid, &flags));
    case FEEL_ROUND_HALF_DOWN: {
        /* the nearest away from zero, unless exactly the half lies between */
        BID_UINT128 cut = bid128_round_integral_zero(bid, &flags);
        BID_UINT128 rest = bid128_abs(bid128_sub(bid, cut, NEAREST_EVEN, &flags));
        bool half = feel_decimal_order(from_bid(rest), feel_decimal_scaled(5, -1)) == 0;
        return from_bid(half ? cut : bid128_round_integral_nearest_away(bid, &flags));
    }
    case FEEL_ROUND_HALF_EVEN:
        break;
    }
    return from_bid(bid128_round_integral_nearest_even(bid, &flags));
}

/* Moves the point so that the last kept digit is a unit, rounds, moves back. Digits finer than the
   scale exist only when the value's own power is smaller; else it stays as it is. */
struct feel_decimal feel_decimal_round(struct feel_decimal value, int64_t scale,
                                       enum feel_rounding rounding)
{
    struct feel_digits digits;
    _IDEC_flags flags = 0;

    feel_decimal_digits(value, &digits);
    if (digits.power >= -scale)
        return value;
    BID_UINT128 moved = bid128_scalbn(to_bid(value), (int)scale, NEAREST_EVEN, &flags);
    struct feel_decimal whole = round_to_integral(from_bid(moved), rounding);
    return from_bid(bid128_scalbn(to_bid(whole), (int)-scale, NEAREST_EVEN, &flags));
}
