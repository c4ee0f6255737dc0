/*
 * What operators and functions do with cells. Three-valued throughout: equality with null is
 * decided (null equals null only), every other operation on null or on cells of kinds that do not
 * fit is null. Numbers are exact millionths; what does not fit 64 bits, or a division by zero, is
 * null.
 */
#include "feel_internal.h"

#include "date.h"
#include "number.h"

typedef icp_int128 feel_wide;

struct feel_cell feel_null(void)
{
    return (struct feel_cell){.kind = FEEL_CELL_NULL};
}

struct feel_cell feel_boolean(bool value)
{
    return (struct feel_cell){.kind = FEEL_CELL_BOOLEAN, .as.boolean = value};
}

bool feel_is_true(struct feel_cell cell)
{
    return cell.kind == FEEL_CELL_BOOLEAN && cell.as.boolean;
}

static bool is_false(struct feel_cell cell)
{
    return cell.kind == FEEL_CELL_BOOLEAN && !cell.as.boolean;
}

struct feel_cell feel_and(struct feel_cell left, struct feel_cell right)
{
    if (is_false(left) || is_false(right))
        return feel_boolean(false);
    return feel_is_true(left) && feel_is_true(right) ? feel_boolean(true) : feel_null();
}

struct feel_cell feel_or(struct feel_cell left, struct feel_cell right)
{
    if (feel_is_true(left) || feel_is_true(right))
        return feel_boolean(true);
    return is_false(left) && is_false(right) ? feel_boolean(false) : feel_null();
}

/* ---- Comparing ------------------------------------------------------------------------------ */

static int sign_of(int64_t left, int64_t right)
{
    return (left > right) - (left < right);
}

int feel_order(const struct feel_cell *left, const struct feel_cell *right)
{
    switch (left->kind) {
    case FEEL_CELL_NUMBER:
        return sign_of(left->as.number, right->as.number);
    case FEEL_CELL_DATE:
        return sign_of(left->as.date, right->as.date);
    case FEEL_CELL_DATETIME:
    case FEEL_CELL_DURATION:
        return sign_of(left->as.ms, right->as.ms);
    case FEEL_CELL_TEXT:
        return feel_text_order(left, right);
    case FEEL_CELL_BOOLEAN:
    case FEEL_CELL_LIST:
    case FEEL_CELL_NULL:
        break;
    }
    return 0;
}

static bool same_lists(const struct feel_list *left, const struct feel_list *right)
{
    if (left->count != right->count)
        return false;
    for (size_t i = 0; i < left->count; i++)
        if (!icp_str_equal(left->items[i], right->items[i]))
            return false;
    return true;
}

bool feel_same(const struct feel_cell *left, const struct feel_cell *right)
{
    if (left->kind == FEEL_CELL_BOOLEAN)
        return left->as.boolean == right->as.boolean;
    if (left->kind == FEEL_CELL_LIST)
        return same_lists(&left->as.list, &right->as.list);
    return feel_order(left, right) == 0;
}

static struct feel_cell equal(const struct feel_cell *left, const struct feel_cell *right)
{
    if (left->kind == FEEL_CELL_NULL || right->kind == FEEL_CELL_NULL)
        return feel_boolean(left->kind == right->kind);
    return left->kind == right->kind ? feel_boolean(feel_same(left, right)) : feel_null();
}

struct feel_cell feel_compare(enum feel_operator operation, const struct feel_cell *left,
                              const struct feel_cell *right)
{
    if (operation == FEEL_EQUAL || operation == FEEL_NOT_EQUAL) {
        struct feel_cell same = equal(left, right);
        if (same.kind == FEEL_CELL_BOOLEAN && operation == FEEL_NOT_EQUAL)
            same.as.boolean = !same.as.boolean;
        return same;
    }
    if (left->kind != right->kind || left->kind == FEEL_CELL_NULL ||
        left->kind == FEEL_CELL_BOOLEAN || left->kind == FEEL_CELL_LIST)
        return feel_null();
    int order = feel_order(left, right);
    if (operation == FEEL_LESS)
        return feel_boolean(order < 0);
    if (operation == FEEL_AT_MOST)
        return feel_boolean(order <= 0);
    return feel_boolean(operation == FEEL_GREATER ? order > 0 : order >= 0);
}

/* ---- Arithmetic ----------------------------------------------------------------------------- */

static bool narrow(feel_wide wide, int64_t *value)
{
    *value = (int64_t)wide;
    return wide >= INT64_MIN && wide <= INT64_MAX;
}

/* Years 1 to 9999, as everywhere. */
static bool is_day(feel_wide day)
{
    int32_t first = 0, last = 0;

    return icp_date_from_civil(1, 1, 1, &first) && icp_date_from_civil(9999, 12, 31, &last) &&
           day >= first && day <= last;
}

/* A cell of `kind` with a 64-bit content, or null. */
static struct feel_cell cell_of(enum feel_cell_kind kind, feel_wide wide)
{
    struct feel_cell cell = {.kind = kind};
    int64_t value;

    if (!narrow(wide, &value))
        return feel_null();
    if (kind == FEEL_CELL_NUMBER) {
        cell.as.number = value;
    } else if (kind == FEEL_CELL_DATE) {
        if (!is_day(value))
            return feel_null();
        cell.as.date = (int32_t)value;
    } else {
        if (kind == FEEL_CELL_DATETIME && !is_day(value / ICP_MS_PER_DAY))
            return feel_null();
        cell.as.ms = value;
    }
    return cell;
}

static feel_wide round_quotient(feel_wide numerator, feel_wide denominator)
{
    bool negative = (numerator < 0) != (denominator < 0);
    feel_wide upper = numerator < 0 ? -numerator : numerator;
    feel_wide lower = denominator < 0 ? -denominator : denominator;
    feel_wide quotient = upper / lower;

    if (upper - quotient * lower >= lower - (upper - quotient * lower))
        quotient++;
    return negative ? -quotient : quotient;
}

static struct feel_cell calculate(enum feel_operator operation, int64_t left, int64_t right)
{
    feel_wide a = left, b = right;

    if (operation == FEEL_ADD)
        return cell_of(FEEL_CELL_NUMBER, a + b);
    if (operation == FEEL_SUBTRACT)
        return cell_of(FEEL_CELL_NUMBER, a - b);
    if (operation == FEEL_MULTIPLY)
        return cell_of(FEEL_CELL_NUMBER, round_quotient(a * b, ICP_NUMBER_SCALE));
    if (b == 0)
        return feel_null();
    return cell_of(FEEL_CELL_NUMBER, round_quotient(a * ICP_NUMBER_SCALE, b));
}

static bool is_time(const struct feel_cell *cell)
{
    return cell->kind == FEEL_CELL_DATE || cell->kind == FEEL_CELL_DATETIME;
}

/* Milliseconds: of a date, those of its midnight. */
static feel_wide ms_of(const struct feel_cell *cell)
{
    return cell->kind == FEEL_CELL_DATE ? (feel_wide)cell->as.date * ICP_MS_PER_DAY
                                        : (feel_wide)cell->as.ms;
}

static feel_wide floor_day(feel_wide ms)
{
    feel_wide day = ms / ICP_MS_PER_DAY;

    return ms < 0 && day * ICP_MS_PER_DAY != ms ? day - 1 : day;
}

/* A date moved by a duration is the day on which its midnight then falls. */
static struct feel_cell moved(const struct feel_cell *time, feel_wide ms)
{
    if (time->kind == FEEL_CELL_DATE)
        return cell_of(FEEL_CELL_DATE, floor_day(ms_of(time) + ms));
    return cell_of(FEEL_CELL_DATETIME, ms_of(time) + ms);
}

static struct feel_cell calculate_times(enum feel_operator operation, const struct feel_cell *left,
                                        const struct feel_cell *right)
{
    bool plus = operation == FEEL_ADD, minus = operation == FEEL_SUBTRACT;

    if (minus && is_time(left) && is_time(right))
        return cell_of(FEEL_CELL_DURATION, ms_of(left) - ms_of(right));
    if ((plus || minus) && is_time(left) && right->kind == FEEL_CELL_DURATION)
        return moved(left, plus ? ms_of(right) : -ms_of(right));
    if (plus && left->kind == FEEL_CELL_DURATION && is_time(right))
        return moved(right, ms_of(left));
    return feel_null();
}

static struct feel_cell calculate_durations(enum feel_operator operation,
                                            const struct feel_cell *left,
                                            const struct feel_cell *right)
{
    if (operation == FEEL_ADD)
        return cell_of(FEEL_CELL_DURATION, ms_of(left) + ms_of(right));
    if (operation == FEEL_SUBTRACT)
        return cell_of(FEEL_CELL_DURATION, ms_of(left) - ms_of(right));
    if (operation == FEEL_MULTIPLY || right->as.ms == 0)
        return feel_null();
    return cell_of(FEEL_CELL_NUMBER, round_quotient(ms_of(left) * ICP_NUMBER_SCALE, ms_of(right)));
}

static struct feel_cell scale_duration(enum feel_operator operation, const struct feel_cell *left,
                                       const struct feel_cell *right)
{
    bool first = left->kind == FEEL_CELL_DURATION;
    feel_wide ms = ms_of(first ? left : right);
    feel_wide number = first ? right->as.number : left->as.number;

    if (operation == FEEL_MULTIPLY)
        return cell_of(FEEL_CELL_DURATION, round_quotient(ms * number, ICP_NUMBER_SCALE));
    if (operation != FEEL_DIVIDE || !first || number == 0)
        return feel_null();
    return cell_of(FEEL_CELL_DURATION, round_quotient(ms * ICP_NUMBER_SCALE, number));
}

struct feel_cell feel_arithmetic(enum feel_operator operation, const struct feel_cell *left,
                                 const struct feel_cell *right)
{
    bool left_number = left->kind == FEEL_CELL_NUMBER,
         right_number = right->kind == FEEL_CELL_NUMBER;
    bool left_duration = left->kind == FEEL_CELL_DURATION;
    bool right_duration = right->kind == FEEL_CELL_DURATION;

    if (left_number && right_number)
        return calculate(operation, left->as.number, right->as.number);
    if (left_duration && right_duration)
        return calculate_durations(operation, left, right);
    if ((left_duration && right_number) || (left_number && right_duration))
        return scale_duration(operation, left, right);
    return calculate_times(operation, left, right);
}

/* ---- Functions ------------------------------------------------------------------------------ */

typedef struct feel_cell apply(const struct feel_cell *arguments, size_t count);

static struct feel_cell apply_not(const struct feel_cell *arguments, size_t count)
{
    (void)count;
    return arguments[0].kind == FEEL_CELL_BOOLEAN ? feel_boolean(!arguments[0].as.boolean)
                                                  : feel_null();
}

static struct feel_cell whole(int64_t value)
{
    return cell_of(FEEL_CELL_NUMBER, (feel_wide)value * ICP_NUMBER_SCALE);
}

static struct feel_cell apply_count(const struct feel_cell *arguments, size_t count)
{
    (void)count;
    return arguments[0].kind == FEEL_CELL_LIST ? whole((int64_t)arguments[0].as.list.count)
                                               : feel_null();
}

static bool are_texts(const struct feel_cell *arguments, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (arguments[i].kind != FEEL_CELL_TEXT)
            return false;
    return true;
}

static struct feel_cell apply_contains(const struct feel_cell *arguments, size_t count)
{
    return are_texts(arguments, count)
               ? feel_boolean(feel_text_contains(&arguments[0], &arguments[1]))
               : feel_null();
}

static struct feel_cell apply_starts_with(const struct feel_cell *arguments, size_t count)
{
    return are_texts(arguments, count)
               ? feel_boolean(feel_text_starts(&arguments[0], &arguments[1]))
               : feel_null();
}

static struct feel_cell apply_ends_with(const struct feel_cell *arguments, size_t count)
{
    return are_texts(arguments, count) ? feel_boolean(feel_text_ends(&arguments[0], &arguments[1]))
                                       : feel_null();
}

static struct feel_cell apply_string_length(const struct feel_cell *arguments, size_t count)
{
    return are_texts(arguments, count) ? whole(feel_text_length(arguments[0].as.text))
                                       : feel_null();
}

static struct feel_cell turned(const struct feel_cell *text, enum feel_case letters)
{
    struct feel_cell cell = *text;

    if (cell.kind != FEEL_CELL_TEXT)
        return feel_null();
    cell.letters = letters;
    return cell;
}

static struct feel_cell apply_upper_case(const struct feel_cell *arguments, size_t count)
{
    (void)count;
    return turned(&arguments[0], FEEL_CASE_UPPER);
}

static struct feel_cell apply_lower_case(const struct feel_cell *arguments, size_t count)
{
    (void)count;
    return turned(&arguments[0], FEEL_CASE_LOWER);
}

/* A whole number that fits a year, month or day; else one that no calendar has. */
static int calendar_part(const struct feel_cell *cell)
{
    bool fits = cell->kind == FEEL_CELL_NUMBER && cell->as.number % ICP_NUMBER_SCALE == 0 &&
                cell->as.number >= 0 && cell->as.number <= 9999 * ICP_NUMBER_SCALE;

    return fits ? (int)(cell->as.number / ICP_NUMBER_SCALE) : 0;
}

static struct feel_cell apply_date(const struct feel_cell *arguments, size_t count)
{
    struct feel_cell cell = arguments[0];

    if (count == 3) {
        cell.kind = FEEL_CELL_DATE;
        return icp_date_from_civil(calendar_part(&arguments[0]), calendar_part(&arguments[1]),
                                   calendar_part(&arguments[2]), &cell.as.date)
                   ? cell
                   : feel_null();
    }
    if (cell.kind == FEEL_CELL_DATE)
        return cell;
    if (cell.kind == FEEL_CELL_DATETIME)
        return cell_of(FEEL_CELL_DATE, icp_time_to_date(cell.as.ms));
    if (cell.kind == FEEL_CELL_TEXT &&
        feel_read_date(arguments[0].as.text, &cell) == FEEL_LITERAL_OK)
        return cell;
    return feel_null();
}

static struct feel_cell apply_date_and_time(const struct feel_cell *arguments, size_t count)
{
    struct feel_cell cell = arguments[0];

    (void)count;
    if (cell.kind == FEEL_CELL_DATETIME)
        return cell;
    if (cell.kind == FEEL_CELL_DATE)
        return cell_of(FEEL_CELL_DATETIME, ms_of(&arguments[0]));
    if (cell.kind == FEEL_CELL_TEXT &&
        feel_read_datetime(arguments[0].as.text, &cell) == FEEL_LITERAL_OK)
        return cell;
    return feel_null();
}

static struct feel_cell apply_duration(const struct feel_cell *arguments, size_t count)
{
    struct feel_cell cell = arguments[0];

    (void)count;
    if (cell.kind == FEEL_CELL_DURATION)
        return cell;
    if (cell.kind == FEEL_CELL_TEXT &&
        feel_read_duration(arguments[0].as.text, &cell) == FEEL_LITERAL_OK)
        return cell;
    return feel_null();
}

/* The argument that comes first (direction -1) or last (1) in order. */
static struct feel_cell extreme(const struct feel_cell *arguments, size_t count, int direction)
{
    struct feel_cell best = count == 0 ? feel_null() : arguments[0];

    for (size_t i = 0; i < count; i++) {
        if (arguments[i].kind != best.kind)
            return feel_null();
        if (feel_order(&arguments[i], &best) * direction > 0)
            best = arguments[i];
    }
    return best;
}

static struct feel_cell apply_min(const struct feel_cell *arguments, size_t count)
{
    return extreme(arguments, count, -1);
}

static struct feel_cell apply_max(const struct feel_cell *arguments, size_t count)
{
    return extreme(arguments, count, 1);
}

static struct feel_cell apply_sum(const struct feel_cell *arguments, size_t count)
{
    feel_wide sum = 0;

    for (size_t i = 0; i < count; i++) {
        if (arguments[i].kind != FEEL_CELL_NUMBER)
            return feel_null();
        sum += arguments[i].as.number;
    }
    return count == 0 ? feel_null() : cell_of(FEEL_CELL_NUMBER, sum);
}

static struct feel_cell apply_abs(const struct feel_cell *arguments, size_t count)
{
    struct feel_cell zero = {.kind = arguments[0].kind};

    (void)count;
    if (zero.kind != FEEL_CELL_NUMBER && zero.kind != FEEL_CELL_DURATION)
        return feel_null();
    return feel_order(&arguments[0], &zero) < 0
               ? feel_arithmetic(FEEL_SUBTRACT, &zero, &arguments[0])
               : arguments[0];
}

/* Towards minus infinity, or with `up` towards plus infinity. */
static struct feel_cell to_whole(const struct feel_cell *cell, bool up)
{
    if (cell->kind != FEEL_CELL_NUMBER)
        return feel_null();
    feel_wide value = cell->as.number;
    feel_wide below = value % ICP_NUMBER_SCALE;
    below = below < 0 ? below + ICP_NUMBER_SCALE : below;
    return cell_of(FEEL_CELL_NUMBER, value - below + (up && below > 0 ? ICP_NUMBER_SCALE : 0));
}

static struct feel_cell apply_floor(const struct feel_cell *arguments, size_t count)
{
    (void)count;
    return to_whole(&arguments[0], false);
}

static struct feel_cell apply_ceiling(const struct feel_cell *arguments, size_t count)
{
    (void)count;
    return to_whole(&arguments[0], true);
}

/* today(), now() have no arguments and are answered in feel_call; list contains is compiled as in.
 */
static apply *const applications[FEEL_FUNCTION_COUNT_OF_ALL] = {
    [FEEL_FUNCTION_NOT] = apply_not,
    [FEEL_FUNCTION_COUNT] = apply_count,
    [FEEL_FUNCTION_CONTAINS] = apply_contains,
    [FEEL_FUNCTION_STARTS_WITH] = apply_starts_with,
    [FEEL_FUNCTION_ENDS_WITH] = apply_ends_with,
    [FEEL_FUNCTION_STRING_LENGTH] = apply_string_length,
    [FEEL_FUNCTION_UPPER_CASE] = apply_upper_case,
    [FEEL_FUNCTION_LOWER_CASE] = apply_lower_case,
    [FEEL_FUNCTION_DATE] = apply_date,
    [FEEL_FUNCTION_DATE_AND_TIME] = apply_date_and_time,
    [FEEL_FUNCTION_DURATION] = apply_duration,
    [FEEL_FUNCTION_MIN] = apply_min,
    [FEEL_FUNCTION_MAX] = apply_max,
    [FEEL_FUNCTION_SUM] = apply_sum,
    [FEEL_FUNCTION_ABS] = apply_abs,
    [FEEL_FUNCTION_FLOOR] = apply_floor,
    [FEEL_FUNCTION_CEILING] = apply_ceiling,
};

struct feel_cell feel_call(enum feel_function_id id, const struct feel_cell *arguments,
                           size_t count, int32_t as_of)
{
    if (id == FEEL_FUNCTION_TODAY)
        return (struct feel_cell){.kind = FEEL_CELL_DATE, .as.date = as_of};
    if (id == FEEL_FUNCTION_NOW) /* the first moment of that day: as_of has no time of day */
        return (struct feel_cell){.kind = FEEL_CELL_DATETIME, .as.ms = as_of * ICP_MS_PER_DAY};
    return applications[id] == NULL ? feel_null() : applications[id](arguments, count);
}
