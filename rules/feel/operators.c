/*
 * What the operators mean for values: three-valued logic, equality, order, arithmetic. Values of
 * different kinds cannot be compared or calculated with (null), but null equals null and nothing
 * else. Equality walks lists and contexts; they nest at most FEEL_MAX_VALUE_DEPTH deep.
 */
#include "value.h"

#include <string.h>

const char *feel_operator_text(enum feel_operator operation)
{
    static const char *const texts[FEEL_OPERATOR_COUNT] = {
        [FEEL_EQUAL] = "=",    [FEEL_NOT_EQUAL] = "!=", [FEEL_LESS] = "<",   [FEEL_AT_MOST] = "<=",
        [FEEL_GREATER] = ">",  [FEEL_AT_LEAST] = ">=",  [FEEL_ADD] = "+",    [FEEL_SUBTRACT] = "-",
        [FEEL_MULTIPLY] = "*", [FEEL_DIVIDE] = "/",     [FEEL_POWER] = "**",
    };
    return texts[operation];
}

const char *feel_kind_words(enum feel_kind kind)
{
    static const char *const words[FEEL_KIND_COUNT] = {
        [FEEL_NULL] = "null",
        [FEEL_BOOLEAN] = "true or false",
        [FEEL_NUMBER] = "a number",
        [FEEL_TEXT] = "a text",
        [FEEL_DATE] = "a date",
        [FEEL_TIME] = "a time",
        [FEEL_DATETIME] = "a date and time",
        [FEEL_DURATION] = "a duration",
        [FEEL_MONTHS] = "a duration of years and months",
        [FEEL_LIST] = "a list",
        [FEEL_RANGE] = "a range",
        [FEEL_CONTEXT] = "a context",
        [FEEL_FUNCTION] = "a function",
    };
    return words[kind];
}

/* ---- Truth ---------------------------------------------------------------------------------- */

struct feel_value feel_null(void)
{
    return (struct feel_value){.kind = FEEL_NULL};
}

struct feel_value feel_boolean(bool value)
{
    return (struct feel_value){.kind = FEEL_BOOLEAN, .as.boolean = value};
}

struct feel_value feel_text(struct icp_str text)
{
    return (struct feel_value){.kind = FEEL_TEXT, .as.text = text};
}

bool feel_is_true(const struct feel_value *value)
{
    return value->kind == FEEL_BOOLEAN && value->as.boolean;
}

static bool is_false(const struct feel_value *value)
{
    return value->kind == FEEL_BOOLEAN && !value->as.boolean;
}

struct feel_value feel_and(const struct feel_value *left, const struct feel_value *right)
{
    if (is_false(left) || is_false(right))
        return feel_boolean(false);
    return feel_is_true(left) && feel_is_true(right) ? feel_boolean(true) : feel_null();
}

struct feel_value feel_or(const struct feel_value *left, const struct feel_value *right)
{
    if (feel_is_true(left) || feel_is_true(right))
        return feel_boolean(true);
    return is_false(left) && is_false(right) ? feel_boolean(false) : feel_null();
}

/* ---- Order ---------------------------------------------------------------------------------- */

static int sign_of(feel_wide difference)
{
    return (difference > 0) - (difference < 0);
}

bool feel_order(const struct feel_value *left, const struct feel_value *right, int *order)
{
    if (left->kind != right->kind)
        return false;
    switch ((enum feel_kind)left->kind) {
    case FEEL_NUMBER:
        *order = feel_number_order(left, right);
        return true;
    case FEEL_TEXT:
        *order = icp_str_compare(left->as.text, right->as.text);
        return true;
    case FEEL_DATE:
        *order = (left->as.at.day > right->as.at.day) - (left->as.at.day < right->as.at.day);
        return true;
    case FEEL_TIME:
    case FEEL_DATETIME:
        *order = sign_of(feel_instant(left) - feel_instant(right));
        return true;
    case FEEL_DURATION:
        *order = sign_of(feel_span_nanos(left) - feel_span_nanos(right));
        return true;
    case FEEL_MONTHS:
        *order = sign_of((feel_wide)left->as.months - right->as.months);
        return true;
    case FEEL_NULL:
    case FEEL_BOOLEAN:
    case FEEL_LIST:
    case FEEL_RANGE:
    case FEEL_CONTEXT:
    case FEEL_FUNCTION:
    case FEEL_KIND_COUNT:
        break;
    }
    return false;
}

/* ---- Equality ------------------------------------------------------------------------------- */

static bool same_lists(const struct feel_value *left, const struct feel_value *right)
{
    if (left->as.list.count != right->as.list.count)
        return false;
    for (size_t i = 0; i < left->as.list.count; i++) {
        struct feel_value a = feel_item(left, i), b = feel_item(right, i);
        if (!feel_same(&a, &b))
            return false;
    }
    return true;
}

static bool same_contexts(const struct feel_context *left, const struct feel_value *right)
{
    if (left->count != right->as.context->count)
        return false;
    for (size_t i = 0; i < left->count; i++) {
        const struct feel_value *other = feel_entry(right, left->keys[i]);
        if (other == NULL || !feel_same(&left->values[i], other))
            return false;
    }
    return true;
}

static bool same_ranges(const struct feel_range *left, const struct feel_range *right)
{
    return left->open_low == right->open_low && left->open_high == right->open_high &&
           left->is_test == right->is_test && left->is_not_equal == right->is_not_equal &&
           feel_same(&left->low, &right->low) && feel_same(&left->high, &right->high);
}

bool feel_same(const struct feel_value *left, const struct feel_value *right)
{
    int order;

    if (left->kind != right->kind)
        return false;
    switch ((enum feel_kind)left->kind) {
    case FEEL_NULL:
        return true;
    case FEEL_BOOLEAN:
        return left->as.boolean == right->as.boolean;
    case FEEL_TEXT:
        return left->as.text.length == right->as.text.length &&
               icp_str_compare(left->as.text, right->as.text) == 0;
    case FEEL_LIST:
        return same_lists(left, right);
    case FEEL_CONTEXT:
        return same_contexts(left->as.context, right);
    case FEEL_RANGE:
        return same_ranges(left->as.range, right->as.range);
    case FEEL_FUNCTION:
        return left->as.function == right->as.function;
    case FEEL_NUMBER:
    case FEEL_DATE:
    case FEEL_TIME:
    case FEEL_DATETIME:
    case FEEL_DURATION:
    case FEEL_MONTHS:
    case FEEL_KIND_COUNT:
        break;
    }
    return feel_order(left, right, &order) && order == 0;
}

/* ---- Comparing ------------------------------------------------------------------------------ */

static struct feel_value outcome(enum feel_operator operation, int order)
{
    switch (operation) {
    case FEEL_LESS:
        return feel_boolean(order < 0);
    case FEEL_AT_MOST:
        return feel_boolean(order <= 0);
    case FEEL_GREATER:
        return feel_boolean(order > 0);
    case FEEL_AT_LEAST:
        return feel_boolean(order >= 0);
    case FEEL_NOT_EQUAL:
        return feel_boolean(order != 0);
    case FEEL_EQUAL:
    case FEEL_ADD:
    case FEEL_SUBTRACT:
    case FEEL_MULTIPLY:
    case FEEL_DIVIDE:
    case FEEL_POWER:
    case FEEL_OPERATOR_COUNT:
        break;
    }
    return feel_boolean(order == 0);
}

struct feel_value feel_compare(struct feel_run *run, enum feel_operator operation,
                               const struct feel_value *left, const struct feel_value *right)
{
    int order;

    if (left->kind == FEEL_NUMBER && right->kind == FEEL_NUMBER)
        return outcome(operation, feel_number_order(left, right));
    if (operation == FEEL_EQUAL || operation == FEEL_NOT_EQUAL) {
        bool both = left->kind == right->kind;
        if (!both && left->kind != FEEL_NULL && right->kind != FEEL_NULL)
            return feel_fail(run, "values of different types cannot be compared");
        return feel_boolean((both && feel_same(left, right)) == (operation == FEEL_EQUAL));
    }
    if (!feel_order(left, right, &order))
        return feel_fail(run, "these two values have no smaller and larger");
    return outcome(operation, order);
}

/* ---- Arithmetic ----------------------------------------------------------------------------- */

static struct feel_value join(struct feel_run *run, struct icp_str left, struct icp_str right)
{
    char *text = feel_take(run, left.length + right.length, 1);

    if (text == NULL)
        return feel_null();
    if (left.length > 0)
        memcpy(text, left.data, left.length);
    if (right.length > 0)
        memcpy(text + left.length, right.data, right.length);
    return feel_text((struct icp_str){text, left.length + right.length});
}

struct feel_value feel_arithmetic(struct feel_run *run, enum feel_operator operation,
                                  const struct feel_value *left, const struct feel_value *right)
{
    if (left->kind == FEEL_NUMBER && right->kind == FEEL_NUMBER)
        return feel_number_calculate(run, operation, left, right);
    if (operation == FEEL_ADD && left->kind == FEEL_TEXT && right->kind == FEEL_TEXT)
        return join(run, left->as.text, right->as.text);
    if (left->kind == FEEL_NULL || right->kind == FEEL_NULL)
        return feel_fail(run, "an operand is null");
    return feel_times_calculate(run, operation, left, right);
}

struct feel_value feel_negate(struct feel_run *run, const struct feel_value *value)
{
    struct feel_value zero = feel_number(0);

    if (value->kind == FEEL_NUMBER)
        return feel_number_calculate(run, FEEL_SUBTRACT, &zero, value);
    if (value->kind == FEEL_MONTHS)
        return feel_months_of(run, -(feel_wide)value->as.months);
    if (value->kind == FEEL_DURATION)
        return feel_duration_of(run, -feel_span_nanos(value));
    return feel_fail(run, "- needs a number or a duration");
}
