/*
 * Functions over numbers, and those that make one number of a list of them.
 */
#include "functions.h"

#include <stdlib.h>

/* ---- Of a list ------------------------------------------------------------------------------ */

static bool take_numbers(struct feel_run *run, const struct feel_value *list)
{
    bool fine = list->kind == FEEL_LIST && feel_step(run, list->as.list.count);

    for (size_t i = 0; fine && i < list->as.list.count; i++)
        fine = feel_item(list, i).kind == FEEL_NUMBER;
    if (!fine)
        (void)feel_fail(run, "an element is not a number");
    return fine;
}

static struct feel_value fold(struct feel_run *run, const struct feel_value *list,
                              enum feel_operator operation, int64_t start)
{
    struct feel_value result = feel_number(start);

    for (size_t i = 0; i < list->as.list.count && result.kind == FEEL_NUMBER; i++) {
        struct feel_value item = feel_item(list, i);
        result = feel_number_calculate(run, operation, &result, &item);
    }
    return result;
}

struct feel_value feel_apply_sum(struct feel_run *run, const struct feel_value *arguments,
                                 size_t count)
{
    (void)count;
    if (!take_numbers(run, &arguments[0]) || arguments[0].as.list.count == 0)
        return feel_null();
    return fold(run, &arguments[0], FEEL_ADD, 0);
}

struct feel_value feel_apply_product(struct feel_run *run, const struct feel_value *arguments,
                                     size_t count)
{
    (void)count;
    if (!take_numbers(run, &arguments[0]) || arguments[0].as.list.count == 0)
        return feel_null();
    return fold(run, &arguments[0], FEEL_MULTIPLY, 1);
}

struct feel_value feel_apply_mean(struct feel_run *run, const struct feel_value *arguments,
                                  size_t count)
{
    struct feel_value number, sum = feel_apply_sum(run, arguments, count);

    if (sum.kind != FEEL_NUMBER)
        return sum;
    number = feel_number((int64_t)arguments[0].as.list.count);
    return feel_number_calculate(run, FEEL_DIVIDE, &sum, &number);
}

static int order_numbers(const void *left, const void *right)
{
    return feel_number_order(left, right);
}

static struct feel_value *sorted(struct feel_run *run, const struct feel_value *list)
{
    size_t count = list->as.list.count;
    struct feel_value *items = feel_take(run, count + 1, sizeof(*items));

    for (size_t i = 0; i < count && items != NULL; i++)
        items[i] = feel_item(list, i);
    if (items != NULL && feel_step(run, count * 8))
        qsort(items, count, sizeof(*items), order_numbers);
    return run->stopped ? NULL : items;
}

struct feel_value feel_apply_median(struct feel_run *run, const struct feel_value *arguments,
                                    size_t count)
{
    struct feel_value two = feel_number(2), *items;
    size_t length = arguments[0].as.list.count;

    (void)count;
    if (!take_numbers(run, &arguments[0]) || length == 0 ||
        (items = sorted(run, &arguments[0])) == NULL)
        return feel_null();
    if (length % 2 == 1)
        return items[length / 2];
    struct feel_value sum =
        feel_number_calculate(run, FEEL_ADD, &items[length / 2 - 1], &items[length / 2]);
    return sum.kind == FEEL_NUMBER ? feel_number_calculate(run, FEEL_DIVIDE, &sum, &two) : sum;
}

/* Of a sample: divided by one less than there are. */
struct feel_value feel_apply_stddev(struct feel_run *run, const struct feel_value *arguments,
                                    size_t count)
{
    struct feel_value mean, sum = feel_number(0), divisor;
    size_t length = arguments[0].as.list.count;

    if (!take_numbers(run, &arguments[0]))
        return feel_null();
    if (length < 2)
        return feel_fail(run, "stddev needs two numbers");
    mean = feel_apply_mean(run, arguments, count);
    for (size_t i = 0; i < length && mean.kind == FEEL_NUMBER && sum.kind == FEEL_NUMBER; i++) {
        struct feel_value item = feel_item(&arguments[0], i);
        item = feel_number_calculate(run, FEEL_SUBTRACT, &item, &mean);
        if (item.kind == FEEL_NUMBER)
            item = feel_number_calculate(run, FEEL_MULTIPLY, &item, &item);
        sum = item.kind == FEEL_NUMBER ? feel_number_calculate(run, FEEL_ADD, &sum, &item) : item;
    }
    if (mean.kind != FEEL_NUMBER || sum.kind != FEEL_NUMBER)
        return feel_null();
    divisor = feel_number((int64_t)length - 1);
    sum = feel_number_calculate(run, FEEL_DIVIDE, &sum, &divisor);
    return sum.kind == FEEL_NUMBER ? feel_number_apply(run, FEEL_SQRT, &sum) : sum;
}

struct feel_value feel_apply_mode(struct feel_run *run, const struct feel_value *arguments,
                                  size_t count)
{
    struct feel_value result = feel_list_open(), *items;
    size_t length = arguments[0].as.list.count, most = 0;

    (void)count;
    if (!take_numbers(run, &arguments[0]) || (items = sorted(run, &arguments[0])) == NULL)
        return feel_null();
    for (size_t i = 0, end; i < length && !run->stopped; i = end) {
        for (end = i; end < length && feel_number_order(&items[i], &items[end]) == 0;)
            end++;
        if (end - i > most)
            result = feel_list_open();
        most = end - i > most ? end - i : most;
        if (end - i == most)
            feel_list_add(run, &result, &items[i]);
    }
    return run->stopped ? feel_null() : result;
}

/* ---- Rounding ------------------------------------------------------------------------------- */

static struct feel_value round_to(struct feel_run *run, const struct feel_value *arguments,
                                  size_t count, enum feel_rounding rounding)
{
    int64_t scale = 0;

    if (arguments[0].kind != FEEL_NUMBER ||
        (count > 1 &&
         (arguments[1].kind != FEEL_NUMBER || !feel_number_whole(&arguments[1], &scale))))
        return feel_fail(run, "an argument is not a number");
    return feel_number_round(run, &arguments[0], scale, rounding);
}

struct feel_value feel_apply_decimal(struct feel_run *run, const struct feel_value *arguments,
                                     size_t count)
{
    return round_to(run, arguments, count, FEEL_ROUND_HALF_EVEN);
}

struct feel_value feel_apply_floor(struct feel_run *run, const struct feel_value *arguments,
                                   size_t count)
{
    return round_to(run, arguments, count, FEEL_ROUND_DOWN);
}

struct feel_value feel_apply_ceiling(struct feel_run *run, const struct feel_value *arguments,
                                     size_t count)
{
    return round_to(run, arguments, count, FEEL_ROUND_UP);
}

struct feel_value feel_apply_round_up(struct feel_run *run, const struct feel_value *arguments,
                                      size_t count)
{
    return round_to(run, arguments, count, FEEL_ROUND_AWAY);
}

struct feel_value feel_apply_round_down(struct feel_run *run, const struct feel_value *arguments,
                                        size_t count)
{
    return round_to(run, arguments, count, FEEL_ROUND_ZERO);
}

struct feel_value feel_apply_round_half_up(struct feel_run *run, const struct feel_value *arguments,
                                           size_t count)
{
    return round_to(run, arguments, count, FEEL_ROUND_HALF_UP);
}

struct feel_value feel_apply_round_half_down(struct feel_run *run,
                                             const struct feel_value *arguments, size_t count)
{
    return round_to(run, arguments, count, FEEL_ROUND_HALF_DOWN);
}

/* ---- Of one number -------------------------------------------------------------------------- */

static struct feel_value no_number(struct feel_run *run)
{
    return feel_fail(run, "an argument is not a number");
}

struct feel_value feel_apply_abs(struct feel_run *run, const struct feel_value *arguments,
                                 size_t count)
{
    const struct feel_value *value = &arguments[0];
    struct feel_value zero = feel_number(0);
    bool negative;

    (void)count;
    if (value->kind == FEEL_NUMBER)
        negative = feel_number_order(value, &zero) < 0;
    else if (value->kind == FEEL_DURATION)
        negative = feel_span_nanos(value) < 0;
    else if (value->kind == FEEL_MONTHS)
        negative = value->as.months < 0;
    else
        return feel_fail(run, "abs needs a number or a duration");
    return negative ? feel_negate(run, value) : *value;
}

struct feel_value feel_apply_modulo(struct feel_run *run, const struct feel_value *arguments,
                                    size_t count)
{
    (void)count;
    if (arguments[0].kind != FEEL_NUMBER || arguments[1].kind != FEEL_NUMBER)
        return no_number(run);
    return feel_number_modulo(run, &arguments[0], &arguments[1]);
}

static struct feel_value apply(struct feel_run *run, const struct feel_value *number,
                               enum feel_decimal_function function)
{
    return number->kind == FEEL_NUMBER ? feel_number_apply(run, function, number) : no_number(run);
}

struct feel_value feel_apply_sqrt(struct feel_run *run, const struct feel_value *arguments,
                                  size_t count)
{
    (void)count;
    return apply(run, &arguments[0], FEEL_SQRT);
}

struct feel_value feel_apply_log(struct feel_run *run, const struct feel_value *arguments,
                                 size_t count)
{
    (void)count;
    return apply(run, &arguments[0], FEEL_LOG);
}

struct feel_value feel_apply_exp(struct feel_run *run, const struct feel_value *arguments,
                                 size_t count)
{
    (void)count;
    return apply(run, &arguments[0], FEEL_EXP);
}

/* Whether the rest of a division by two is `rest`; for numbers with a fraction neither. */
static struct feel_value has_rest(struct feel_run *run, const struct feel_value *number,
                                  int64_t rest)
{
    struct feel_value two = feel_number(2), wanted = feel_number(rest);

    if (number->kind != FEEL_NUMBER)
        return no_number(run);
    struct feel_value found = feel_number_modulo(run, number, &two);
    return found.kind == FEEL_NUMBER ? feel_boolean(feel_number_order(&found, &wanted) == 0)
                                     : found;
}

struct feel_value feel_apply_odd(struct feel_run *run, const struct feel_value *arguments,
                                 size_t count)
{
    (void)count;
    return has_rest(run, &arguments[0], 1);
}

struct feel_value feel_apply_even(struct feel_run *run, const struct feel_value *arguments,
                                  size_t count)
{
    (void)count;
    return has_rest(run, &arguments[0], 0);
}
