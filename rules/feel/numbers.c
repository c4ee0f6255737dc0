/*
 * Numbers in their two forms. Millionths are used as long as they are exact; the moment they would
 * not be (a result beyond 64 bits, a digit finer than a millionth) the same operation is done on
 * decimals. A result that is not finite is null.
 */
#include "value.h"

#include <string.h>

#include "number.h"

struct feel_value feel_number_of_millionths(int64_t millionths)
{
    return (struct feel_value){
        .kind = FEEL_NUMBER, .form = FEEL_MILLIONTHS, .as.millionths = millionths};
}

struct feel_value feel_number(int64_t whole)
{
    int64_t millionths;

    if (!__builtin_mul_overflow(whole, ICP_NUMBER_SCALE, &millionths))
        return feel_number_of_millionths(millionths);
    return (struct feel_value){
        .kind = FEEL_NUMBER, .form = FEEL_DECIMAL, .as.decimal = feel_decimal_scaled(whole, 0)};
}

struct feel_value feel_number_of_decimal(struct feel_run *run, struct feel_decimal decimal)
{
    if (!feel_decimal_is_finite(decimal))
        return feel_fail(run, "the result is no number");
    return (struct feel_value){.kind = FEEL_NUMBER, .form = FEEL_DECIMAL, .as.decimal = decimal};
}

struct feel_decimal feel_decimal_of(const struct feel_value *number)
{
    return number->form == FEEL_DECIMAL ? number->as.decimal
                                        : feel_decimal_scaled(number->as.millionths, -6);
}

/* ---- Reading -------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Checks the form; the digits as millionths when they fit. */
struct shape {
    bool valid, exact;
    int64_t millionths;
};

static size_t skip_digits(struct icp_str text, size_t at, struct shape *shape, int *places)
{
    for (; at < text.length && is_digit(text.data[at]); at++) {
        int64_t digit = text.data[at] - '0';
        if (*places >= 6) {
            shape->exact = shape->exact && digit == 0;
            continue;
        }
        shape->exact = shape->exact &&
                       !__builtin_mul_overflow(shape->millionths, 10, &shape->millionths) &&
                       !__builtin_add_overflow(shape->millionths, digit, &shape->millionths);
        *places += *places >= 0 ? 1 : 0;
    }
    return at;
}

static struct shape shape_of(struct icp_str text)
{
    struct shape shape = {.exact = true};
    size_t at = text.length > 0 && text.data[0] == '-' ? 1 : 0;
    bool negative = at == 1;
    int places = -1; /* before the point */
    size_t start = at, digits;

    at = skip_digits(text, at, &shape, &places);
    digits = at - start;
    places = 0;
    if (at + 1 < text.length && text.data[at] == '.' && is_digit(text.data[at + 1])) {
        start = at + 1;
        at = skip_digits(text, start, &shape, &places);
        digits += at - start;
    }
    for (; places < 6; places++)
        shape.exact =
            shape.exact && !__builtin_mul_overflow(shape.millionths, 10, &shape.millionths);
    if (at < text.length && (text.data[at] == 'e' || text.data[at] == 'E')) {
        shape.exact = false; /* left to decimals */
        at +=
            at + 1 < text.length && (text.data[at + 1] == '-' || text.data[at + 1] == '+') ? 2 : 1;
        start = at;
        while (at < text.length && is_digit(text.data[at]))
            at++;
        digits = at > start ? digits : 0;
    }
    shape.valid = digits > 0 && at == text.length;
    shape.millionths = negative ? -shape.millionths : shape.millionths;
    return shape;
}

bool feel_number_read(struct icp_str text, struct feel_value *number)
{
    struct shape shape = shape_of(text);
    struct feel_run run = {0};
    struct feel_decimal decimal;
    int64_t millionths;

    if (!shape.valid)
        return false;
    if (shape.exact) {
        *number = feel_number_of_millionths(shape.millionths);
        return true;
    }
    if (!feel_decimal_read(text, &decimal))
        return false;
    *number = feel_number_of_decimal(&run, decimal);
    /* 1e3 is better off as millionths */
    if (feel_number_millionths(number, &millionths)) {
        struct feel_value small = feel_number_of_millionths(millionths);
        if (feel_number_order(number, &small) == 0)
            *number = small;
    }
    return true;
}

/* ---- Comparing, calculating ----------------------------------------------------------------- */

int feel_number_order(const struct feel_value *left, const struct feel_value *right)
{
    if (left->form == FEEL_MILLIONTHS && right->form == FEEL_MILLIONTHS)
        return (left->as.millionths > right->as.millionths) -
               (left->as.millionths < right->as.millionths);
    return feel_decimal_order(feel_decimal_of(left), feel_decimal_of(right));
}

/* In millionths, when the result is exact there. */
static bool calculate_exactly(enum feel_operator operation, int64_t left, int64_t right,
                              int64_t *result)
{
    icp_int128 wide;

    if (operation == FEEL_ADD)
        return !__builtin_add_overflow(left, right, result);
    if (operation == FEEL_SUBTRACT)
        return !__builtin_sub_overflow(left, right, result);
    if (operation == FEEL_MULTIPLY) {
        wide = (icp_int128)left * right;
        if (wide % ICP_NUMBER_SCALE != 0)
            return false;
        wide /= ICP_NUMBER_SCALE;
    } else {
        wide = (icp_int128)left * ICP_NUMBER_SCALE;
        if (operation != FEEL_DIVIDE || right == 0 || wide % right != 0)
            return false;
        wide /= right;
    }
    *result = (int64_t)wide;
    return wide >= INT64_MIN && wide <= INT64_MAX;
}

static bool is_zero(const struct feel_value *number)
{
    struct feel_value zero = feel_number(0);

    return feel_number_order(number, &zero) == 0;
}

struct feel_value feel_number_calculate(struct feel_run *run, enum feel_operator operation,
                                        const struct feel_value *left,
                                        const struct feel_value *right)
{
    int64_t result;

    if (left->form == FEEL_MILLIONTHS && right->form == FEEL_MILLIONTHS &&
        calculate_exactly(operation, left->as.millionths, right->as.millionths, &result))
        return feel_number_of_millionths(result);
    if (operation == FEEL_DIVIDE && is_zero(right))
        return feel_fail(run, "division by zero");
    return feel_number_of_decimal(
        run, feel_decimal_calculate(operation, feel_decimal_of(left), feel_decimal_of(right)));
}

bool feel_number_whole(const struct feel_value *number, int64_t *whole)
{
    if (number->form == FEEL_DECIMAL)
        return feel_decimal_to_integer(number->as.decimal, whole);
    *whole = number->as.millionths / ICP_NUMBER_SCALE;
    return true;
}

bool feel_number_millionths(const struct feel_value *number, int64_t *millionths)
{
    static const int64_t limit = INT64_C(9223372036854);
    int64_t whole = 0, part = 0;

    *millionths = number->form == FEEL_MILLIONTHS ? number->as.millionths : 0;
    if (number->form == FEEL_MILLIONTHS)
        return true;
    struct feel_decimal rounded = feel_decimal_round(number->as.decimal, 6, FEEL_ROUND_HALF_UP);
    if (!feel_decimal_to_integer(rounded, &whole) || whole >= limit || whole <= -limit)
        return false;
    struct feel_decimal rest =
        feel_decimal_calculate(FEEL_SUBTRACT, rounded, feel_decimal_scaled(whole, 0));
    rest = feel_decimal_calculate(FEEL_MULTIPLY, rest, feel_decimal_scaled(1, 6));
    (void)feel_decimal_to_integer(rest, &part);
    *millionths = whole * ICP_NUMBER_SCALE + part;
    return true;
}

/* ---- Functions ------------------------------------------------------------------------------ */

struct feel_value feel_number_round(struct feel_run *run, const struct feel_value *number,
                                    int64_t scale, enum feel_rounding rounding)
{
    if (scale < -6111 || scale > 6176)
        return feel_fail(run, "the scale lies outside -6111 to 6176");
    if (number->form == FEEL_MILLIONTHS && scale >= 6)
        return *number;
    return feel_number_of_decimal(run,
                                  feel_decimal_round(feel_decimal_of(number), scale, rounding));
}

struct feel_value feel_number_apply(struct feel_run *run, enum feel_decimal_function function,
                                    const struct feel_value *number)
{
    struct feel_value zero = feel_number(0);
    int order = feel_number_order(number, &zero);

    if (order < 0 && function == FEEL_SQRT)
        return feel_fail(run, "a negative number has no square root");
    if (order <= 0 && function == FEEL_LOG)
        return feel_fail(run, "only a positive number has a logarithm");
    return feel_number_of_decimal(run, feel_decimal_apply(function, feel_decimal_of(number)));
}

/* dividend - divisor * floor(dividend / divisor), without the loss of a rounded quotient: that of
   truncation, moved by one divisor when the signs differ. */
struct feel_value feel_number_modulo(struct feel_run *run, const struct feel_value *dividend,
                                     const struct feel_value *divisor)
{
    if (is_zero(divisor))
        return feel_fail(run, "division by zero");
    if (dividend->form == FEEL_MILLIONTHS && divisor->form == FEEL_MILLIONTHS) {
        icp_int128 rest = (icp_int128)dividend->as.millionths % divisor->as.millionths;
        if (rest != 0 && (rest < 0) != (divisor->as.millionths < 0))
            rest += divisor->as.millionths;
        return feel_number_of_millionths((int64_t)rest);
    }
    struct feel_value quotient = feel_number_calculate(run, FEEL_DIVIDE, dividend, divisor);
    if (quotient.kind != FEEL_NUMBER)
        return quotient;
    quotient = feel_number_round(run, &quotient, 0, FEEL_ROUND_DOWN);
    struct feel_value product = feel_number_calculate(run, FEEL_MULTIPLY, divisor, &quotient);
    if (product.kind != FEEL_NUMBER)
        return product;
    return feel_number_calculate(run, FEEL_SUBTRACT, dividend, &product);
}
