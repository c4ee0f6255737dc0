/*
 * Functions over lists. A value where a list is asked for is the list of it alone. Elements are
 * equal as feel_same says (null equals null); min and max need elements of one ordered kind.
 */
#include "functions.h"

static struct feel_value no_list(struct feel_run *run)
{
    return feel_fail(run, "an argument is not a list");
}

/* The list of an argument; false and a report when it is null. */
static bool take_list(struct feel_run *run, const struct feel_value *argument,
                      struct feel_value *list)
{
    if (argument->kind == FEEL_NULL) {
        (void)no_list(run);
        return false;
    }
    *list = feel_as_list(run, argument);
    return list->kind == FEEL_LIST;
}

static void add_all(struct feel_run *run, struct feel_value *list, const struct feel_value *from,
                    size_t first, size_t end)
{
    for (size_t i = first; i < end && !run->stopped; i++) {
        struct feel_value item = feel_item(from, i);
        feel_list_add(run, list, &item);
    }
}

static struct feel_value finished(const struct feel_run *run, struct feel_value list)
{
    return run->stopped ? feel_null() : list;
}

static bool has(struct feel_run *run, const struct feel_value *list,
                const struct feel_value *element)
{
    (void)feel_step(run, list->as.list.count);
    for (size_t i = 0; i < list->as.list.count && !run->stopped; i++) {
        struct feel_value item = feel_item(list, i);
        if (feel_same(&item, element))
            return true;
    }
    return false;
}

struct feel_value feel_apply_list_contains(struct feel_run *run, const struct feel_value *arguments,
                                           size_t count)
{
    struct feel_value list;

    (void)count;
    return take_list(run, &arguments[0], &list) ? feel_boolean(has(run, &list, &arguments[1]))
                                                : feel_null();
}

struct feel_value feel_apply_count(struct feel_run *run, const struct feel_value *arguments,
                                   size_t count)
{
    struct feel_value list;

    (void)count;
    return take_list(run, &arguments[0], &list) ? feel_number((int64_t)list.as.list.count)
                                                : feel_null();
}

/* The element that comes first (direction -1) or last (1) in order. */
static struct feel_value extreme(struct feel_run *run, const struct feel_value *list, int direction)
{
    struct feel_value best = feel_null();
    int order;

    if (list->kind != FEEL_LIST)
        return no_list(run);
    if (!feel_step(run, list->as.list.count))
        return feel_null();
    for (size_t i = 0; i < list->as.list.count; i++) {
        struct feel_value item = feel_item(list, i);
        if (!feel_order(&item, i == 0 ? &item : &best, &order))
            return feel_fail(run, "the elements cannot be put in order");
        if (i == 0 || order * direction > 0)
            best = item;
    }
    return best;
}

struct feel_value feel_apply_min(struct feel_run *run, const struct feel_value *arguments,
                                 size_t count)
{
    (void)count;
    return extreme(run, &arguments[0], -1);
}

struct feel_value feel_apply_max(struct feel_run *run, const struct feel_value *arguments,
                                 size_t count)
{
    (void)count;
    return extreme(run, &arguments[0], 1);
}

/* All true, or any: false (true) decides; else null when an element is neither. */
static struct feel_value truth(struct feel_run *run, const struct feel_value *list, bool all)
{
    bool unknown = false;

    if (list->kind != FEEL_LIST)
        return no_list(run);
    if (!feel_step(run, list->as.list.count))
        return feel_null();
    for (size_t i = 0; i < list->as.list.count; i++) {
        struct feel_value item = feel_item(list, i);
        if (item.kind == FEEL_BOOLEAN && item.as.boolean != all)
            return item;
        if (item.kind != FEEL_BOOLEAN && item.kind != FEEL_NULL)
            (void)feel_fail(run, "an element is neither true nor false");
        unknown = unknown || item.kind != FEEL_BOOLEAN;
    }
    return unknown ? feel_null() : feel_boolean(all);
}

struct feel_value feel_apply_all(struct feel_run *run, const struct feel_value *arguments,
                                 size_t count)
{
    (void)count;
    return truth(run, &arguments[0], true);
}

struct feel_value feel_apply_any(struct feel_run *run, const struct feel_value *arguments,
                                 size_t count)
{
    (void)count;
    return truth(run, &arguments[0], false);
}

/* ---- Positions ------------------------------------------------------------------------------ */

/* A position counts from 1, from the end when negative; as an index from 0. `end`: one behind the
   last element is a position too. */
static bool take_position(struct feel_run *run, const struct feel_value *argument, size_t length,
                          size_t *index)
{
    int64_t position;

    if (argument->kind != FEEL_NUMBER || !feel_number_whole(argument, &position)) {
        (void)feel_fail(run, "the position is not a number");
        return false;
    }
    if (position < 0)
        position += (int64_t)length + 1;
    if (position < 1 || position > (int64_t)length) {
        (void)feel_fail(run, "the position lies outside the list");
        return false;
    }
    *index = (size_t)position - 1;
    return true;
}

struct feel_value feel_apply_sublist(struct feel_run *run, const struct feel_value *arguments,
                                     size_t count)
{
    struct feel_value list, result = feel_list_open();
    int64_t length = 0;
    size_t from;

    if (!take_list(run, &arguments[0], &list) ||
        !take_position(run, &arguments[1], list.as.list.count, &from))
        return feel_null();
    size_t end = list.as.list.count;
    if (count > 2 && arguments[2].kind != FEEL_NULL) {
        if (arguments[2].kind != FEEL_NUMBER || !feel_number_whole(&arguments[2], &length) ||
            length < 1 || (size_t)length > end - from)
            return feel_fail(run, "the length lies outside the list");
        end = from + (size_t)length;
    }
    add_all(run, &result, &list, from, end);
    return finished(run, result);
}

struct feel_value feel_apply_append(struct feel_run *run, const struct feel_value *arguments,
                                    size_t count)
{
    struct feel_value list, result = feel_list_open();

    if (!take_list(run, &arguments[0], &list))
        return feel_null();
    add_all(run, &result, &list, 0, list.as.list.count);
    for (size_t i = 1; i < count; i++)
        feel_list_add(run, &result, &arguments[i]);
    return finished(run, result);
}

struct feel_value feel_apply_concatenate(struct feel_run *run, const struct feel_value *arguments,
                                         size_t count)
{
    struct feel_value list, result = feel_list_open();

    for (size_t i = 0; i < count; i++) {
        if (!take_list(run, &arguments[i], &list))
            return feel_null();
        add_all(run, &result, &list, 0, list.as.list.count);
    }
    return finished(run, result);
}

struct feel_value feel_apply_insert_before(struct feel_run *run, const struct feel_value *arguments,
                                           size_t count)
{
    struct feel_value list, result = feel_list_open();
    size_t at;

    (void)count;
    if (!take_list(run, &arguments[0], &list) ||
        !take_position(run, &arguments[1], list.as.list.count, &at))
        return feel_null();
    add_all(run, &result, &list, 0, at);
    feel_list_add(run, &result, &arguments[2]);
    add_all(run, &result, &list, at, list.as.list.count);
    return finished(run, result);
}

struct feel_value feel_apply_remove(struct feel_run *run, const struct feel_value *arguments,
                                    size_t count)
{
    struct feel_value list, result = feel_list_open();
    size_t at;

    (void)count;
    if (!take_list(run, &arguments[0], &list) ||
        !take_position(run, &arguments[1], list.as.list.count, &at))
        return feel_null();
    add_all(run, &result, &list, 0, at);
    add_all(run, &result, &list, at + 1, list.as.list.count);
    return finished(run, result);
}

struct feel_value feel_apply_list_replace(struct feel_run *run, const struct feel_value *arguments,
                                          size_t count)
{
    struct feel_value list, result = feel_list_open();
    size_t at;

    (void)count;
    if (!take_list(run, &arguments[0], &list) ||
        !take_position(run, &arguments[1], list.as.list.count, &at))
        return feel_null();
    add_all(run, &result, &list, 0, at);
    feel_list_add(run, &result, &arguments[2]);
    add_all(run, &result, &list, at + 1, list.as.list.count);
    return finished(run, result);
}

struct feel_value feel_apply_reverse(struct feel_run *run, const struct feel_value *arguments,
                                     size_t count)
{
    struct feel_value list, result = feel_list_open();

    (void)count;
    if (!take_list(run, &arguments[0], &list))
        return feel_null();
    for (size_t i = list.as.list.count; i > 0 && !run->stopped; i--) {
        struct feel_value item = feel_item(&list, i - 1);
        feel_list_add(run, &result, &item);
    }
    return finished(run, result);
}

struct feel_value feel_apply_index_of(struct feel_run *run, const struct feel_value *arguments,
                                      size_t count)
{
    struct feel_value list, result = feel_list_open();

    (void)count;
    if (!take_list(run, &arguments[0], &list))
        return feel_null();
    for (size_t i = 0; i < list.as.list.count && feel_step(run, 1); i++) {
        struct feel_value item = feel_item(&list, i), position = feel_number((int64_t)i + 1);
        if (feel_same(&item, &arguments[1]))
            feel_list_add(run, &result, &position);
    }
    return finished(run, result);
}

/* ---- Each once ------------------------------------------------------------------------------ */

static void add_new(struct feel_run *run, struct feel_value *result, const struct feel_value *from)
{
    for (size_t i = 0; i < from->as.list.count && !run->stopped; i++) {
        struct feel_value item = feel_item(from, i);
        if (!has(run, result, &item))
            feel_list_add(run, result, &item);
    }
}

struct feel_value feel_apply_union(struct feel_run *run, const struct feel_value *arguments,
                                   size_t count)
{
    struct feel_value list, result = feel_list_open();

    for (size_t i = 0; i < count; i++) {
        if (!take_list(run, &arguments[i], &list))
            return feel_null();
        add_new(run, &result, &list);
    }
    return finished(run, result);
}

struct feel_value feel_apply_distinct_values(struct feel_run *run,
                                             const struct feel_value *arguments, size_t count)
{
    (void)count;
    return feel_apply_union(run, arguments, 1);
}

struct feel_value feel_apply_duplicate_values(struct feel_run *run,
                                              const struct feel_value *arguments, size_t count)
{
    struct feel_value list, seen = feel_list_open(), result = feel_list_open();

    (void)count;
    if (!take_list(run, &arguments[0], &list))
        return feel_null();
    for (size_t i = 0; i < list.as.list.count && !run->stopped; i++) {
        struct feel_value item = feel_item(&list, i);
        if (!has(run, &seen, &item))
            feel_list_add(run, &seen, &item);
        else if (!has(run, &result, &item))
            feel_list_add(run, &result, &item);
    }
    return finished(run, result);
}

/* ---- flatten -------------------------------------------------------------------------------- */

/* Lists nest at most FEEL_MAX_VALUE_DEPTH deep: the places in them are kept in an array. */
struct feel_value feel_apply_flatten(struct feel_run *run, const struct feel_value *arguments,
                                     size_t count)
{
    struct feel_value lists[FEEL_MAX_VALUE_DEPTH + 1], result = feel_list_open();
    size_t at[FEEL_MAX_VALUE_DEPTH + 1] = {0}, depth = 0;

    (void)count;
    if (!take_list(run, &arguments[0], &lists[0]))
        return feel_null();
    for (;;) {
        if (run->stopped)
            return feel_null();
        if (at[depth] == lists[depth].as.list.count) {
            if (depth == 0)
                return result;
            depth--;
            continue;
        }
        struct feel_value item = feel_item(&lists[depth], at[depth]++);
        if (item.kind == FEEL_LIST) {
            depth++;
            lists[depth] = item;
            at[depth] = 0;
        } else {
            feel_list_add(run, &result, &item);
        }
    }
}
