/*
 * The values that stand for all others of one slot in the conditions that are looked at together.
 * For numbers and dates every condition names the places at which its outcome can change; between
 * two neighbours of all these places, and outside them, one value stands for the whole stretch, and
 * "no value at all" for itself. For texts it is those that are compared with and one other.
 */
#include "check_values.h"

#include <stdlib.h>

enum {
    MOST_POINTS = 60, /* two values a point, and the unknown one, fit into CHECK_VALUES */
};
/* What a date can be: the years 1 to 9999. */
#define FIRST_DAY INT64_C(-719162)
#define LAST_DAY  INT64_C(2932896)

static bool same_value(const struct icp_value *a, const struct icp_value *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case ICP_VALUE_NULL:
        return true;
    case ICP_VALUE_BOOLEAN:
        return a->as.boolean == b->as.boolean;
    case ICP_VALUE_NUMBER:
        return a->as.number == b->as.number;
    case ICP_VALUE_TEXT:
        return icp_str_equal(a->as.text, b->as.text);
    case ICP_VALUE_DATE:
        return a->as.date == b->as.date;
    case ICP_VALUE_DATETIME:
        return a->as.datetime == b->as.datetime;
    case ICP_VALUE_LIST:
        break;
    }
    return false;
}

static void add_value(struct check_variable *variable, struct icp_value value)
{
    for (size_t i = 0; i < variable->count; i++)
        if (same_value(&variable->values[i], &value))
            return;
    if (variable->count == CHECK_VALUES)
        variable->full = true;
    else
        variable->values[variable->count++] = value;
}

static void add_text(struct check_variable *variable, struct icp_str text)
{
    add_value(variable, (struct icp_value){.kind = ICP_VALUE_TEXT, .as.text = text});
}

static void add_truths(struct check_variable *variable)
{
    add_value(variable, (struct icp_value){.kind = ICP_VALUE_BOOLEAN, .as.boolean = true});
    add_value(variable, (struct icp_value){.kind = ICP_VALUE_BOOLEAN, .as.boolean = false});
}

/* ---- Stretches of numbers ----------------------------------------------------------------------
 */

struct stretch { /* in the slot's own unit, both ends included */
    int64_t low, high;
};

static struct stretch stretch_of_slot(const struct check_slot *about)
{
    if (about->type == ICP_TYPE_DATE)
        return (struct stretch){FIRST_DAY, LAST_DAY};
    if (about->type == ICP_TYPE_DATETIME)
        return (struct stretch){FIRST_DAY * ICP_MS_PER_DAY, (LAST_DAY + 1) * ICP_MS_PER_DAY - 1};
    if (about->bounded)
        return (struct stretch){about->range.least * ICP_NUMBER_SCALE,
                                about->range.most * ICP_NUMBER_SCALE};
    return (struct stretch){-INT64_MAX, INT64_MAX};
}

static int64_t whole_below(int64_t number)
{
    int64_t rest = number % ICP_NUMBER_SCALE;
    return number - (rest < 0 ? rest + ICP_NUMBER_SCALE : rest);
}

/* One value for all of a stretch, when there is any in it. */
static void add_stretch(struct check_variable *variable, struct stretch part)
{
    const struct stretch all = stretch_of_slot(&variable->about);
    struct icp_value value = {.kind = ICP_VALUE_NUMBER};
    part.low = part.low < all.low ? all.low : part.low;
    part.high = part.high > all.high ? all.high : part.high;
    if (variable->about.whole) {
        part.high = whole_below(part.high);
        part.low = -whole_below(-part.low);
    }
    if (part.low > part.high)
        return;
    value.as.number = variable->about.whole ? part.low : part.low / 2 + part.high / 2;
    if (value.as.number < part.low) /* of a stretch of one, both halves are rounded */
        value.as.number = part.low;
    if (value.as.number > part.high)
        value.as.number = part.high;
    if (variable->about.type == ICP_TYPE_DATE)
        value = (struct icp_value){.kind = ICP_VALUE_DATE, .as.date = (int32_t)value.as.number};
    if (variable->about.type == ICP_TYPE_DATETIME)
        value = (struct icp_value){.kind = ICP_VALUE_DATETIME, .as.datetime = value.as.number};
    if (variable->about.bounded && variable->count < CHECK_VALUES)
        variable->spans[variable->count] =
            (struct check_range){(int32_t)(part.low / ICP_NUMBER_SCALE),
                                 (int32_t)(-whole_below(-part.high) / ICP_NUMBER_SCALE)};
    add_value(variable, value);
}

static int by_size(const void *left, const void *right)
{
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* A value for every point and for every stretch beside one. */
static void add_stretches(struct check_variable *variable)
{
    const struct stretch all = stretch_of_slot(&variable->about);
    int64_t low = all.low;
    qsort(variable->points, variable->point_count, sizeof(*variable->points), by_size);
    for (size_t i = 0; i < variable->point_count; i++) {
        int64_t point = variable->points[i];
        if (point < low || point > all.high) /* twice the same, or none that the slot can have */
            continue;
        if (point > low)
            add_stretch(variable, (struct stretch){low, point - 1});
        add_stretch(variable, (struct stretch){point, point});
        if (point == all.high)
            return;
        low = point + 1;
    }
    add_stretch(variable, (struct stretch){low, all.high});
}

/* ---- Texts -------------------------------------------------------------------------------------
 */

bool check_next_literal(struct icp_str text, size_t *at, struct icp_str *literal, bool *simple)
{
    while (*at < text.length && text.data[*at] != '"')
        ++*at;
    if (*at >= text.length)
        return false;
    size_t start = ++*at;
    while (*at < text.length && text.data[*at] != '"') {
        if (text.data[*at] == '\\') {
            *simple = false;
            return false;
        }
        ++*at;
    }
    *literal = icp_str_slice(text, start, *at);
    ++*at;
    return true;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

/* Words that leave a comparison what it is. */
static bool is_plain_word(struct icp_str word)
{
    static const char *const words[] = {"in", "null", "and", "or", "not"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (icp_str_is(word, words[i]))
            return true;
    return false;
}

/* Takes what stands at *at and can stand in a comparison of one name with texts: a literal, the
   name, a plain word, a sign. */
static bool take_token(struct icp_str text, size_t *at, struct icp_str *name)
{
    bool simple = true;
    struct icp_str literal;
    size_t start = *at;
    if (text.data[*at] == '"')
        return check_next_literal(text, at, &literal, &simple) && simple;
    while (*at < text.length && is_word(text.data[*at]))
        ++*at;
    if (*at == start)
        return icp_str_find(ICP_STR(" =!()[],"), icp_str_slice(text, start, ++*at)) < 8;
    struct icp_str word = icp_str_slice(text, start, *at);
    if (is_plain_word(word))
        return true;
    bool same = icp_str_is_null(*name) || icp_str_equal(*name, word);
    *name = word;
    return same;
}

bool check_compares_texts(struct icp_str text)
{
    struct icp_str name = {0};
    for (size_t at = 0; at < text.length;)
        if (!take_token(text, &at, &name))
            return false;
    return !icp_str_is_null(name);
}

static bool add_literals(struct check_variable *variable, struct icp_str text)
{
    struct icp_str literal;
    bool simple = true;
    size_t at = 0;
    if (!check_compares_texts(text))
        return false;
    while (check_next_literal(text, &at, &literal, &simple))
        add_text(variable, literal);
    return simple;
}

/* ---- A slot ------------------------------------------------------------------------------------
 */

bool check_variable_open(struct check_variable *variable, struct icp_arena *arena)
{
    variable->values = ICP_NEW_ARRAY(arena, struct icp_value, CHECK_VALUES);
    variable->spans = ICP_NEW_ARRAY(arena, struct check_range, CHECK_VALUES);
    variable->points = ICP_NEW_ARRAY(arena, int64_t, MOST_POINTS);
    if (!variable->values || !variable->spans || !variable->points)
        return false;
    if (!variable->about.known)
        add_value(variable, (struct icp_value){.kind = ICP_VALUE_NULL});
    for (size_t i = 0; i < variable->about.text_count; i++)
        add_text(variable, variable->about.texts[i]);
    if (variable->about.type == ICP_TYPE_BOOLEAN)
        add_truths(variable);
    return true;
}

static bool is_number(enum icp_type type)
{
    return type == ICP_TYPE_NUMBER || type == ICP_TYPE_DATE || type == ICP_TYPE_DATETIME;
}

static void add_points(struct check_variable *variable, const int64_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < variable->point_count && variable->points[k] != values[i])
            k++;
        if (k < variable->point_count)
            continue;
        if (variable->point_count == MOST_POINTS)
            variable->full = true;
        else
            variable->points[variable->point_count++] = values[i];
    }
}

bool check_variable_look(struct check_variable *variable, const struct icp_feel *feel,
                         struct icp_arena *arena)
{
    const struct check_slot *about = &variable->about;
    const int64_t *values;
    size_t count;
    if (icp_feel_uses_time(feel) || about->type == ICP_TYPE_SET)
        return false;
    if (about->type == ICP_TYPE_BOOLEAN || about->texts)
        return true;
    if (!is_number(about->type)) {
        add_text(variable, ICP_STR("\x01 any other text"));
        return add_literals(variable, icp_feel_canonical(feel));
    }
    if (!icp_feel_breakpoints(feel, variable->slot, 0, arena, &values, &count))
        return false;
    add_points(variable, values, count);
    return true;
}

void check_variable_end(struct check_variable *variable)
{
    if (is_number(variable->about.type))
        add_stretches(variable);
}
