/*
 * Lists, contexts and ranges: made in the scratch memory of a run, never changed once they are
 * seen. A list being built keeps room behind its items; whoever read it earlier (partial) keeps the
 * shorter view.
 */
#include "value.h"

#include <string.h>

/* ---- The run -------------------------------------------------------------------------------- */

struct feel_value feel_fail(struct feel_run *run, const char *why)
{
    if (run->problem == NULL)
        run->problem = why;
    return feel_null();
}

struct feel_value feel_stop(struct feel_run *run, const char *why)
{
    if (!run->stopped)
        run->problem = why;
    run->stopped = true;
    return feel_null();
}

bool feel_step(struct feel_run *run, size_t steps)
{
    run->steps += steps;
    if (run->steps > FEEL_MAX_STEPS)
        (void)feel_stop(run, "the expression takes too many steps");
    return !run->stopped;
}

void *feel_take(struct feel_run *run, size_t count, size_t size)
{
    void *memory = NULL;
    size_t bytes = 0;

    if (run->stopped)
        return NULL;
    if (!__builtin_mul_overflow(count, size, &bytes) && bytes <= FEEL_RUN_MEMORY &&
        run->taken + bytes <= FEEL_RUN_MEMORY && run->scratch != NULL)
        memory = icp_arena_take(run->scratch, count, size, _Alignof(max_align_t));
    run->taken += bytes;
    if (memory == NULL)
        (void)feel_stop(run, "the expression needs too much memory");
    return memory;
}

/* ---- Lists ---------------------------------------------------------------------------------- */

struct feel_value feel_item(const struct feel_value *list, size_t index)
{
    if (list->form == FEEL_TEXTS)
        return feel_text(((const struct icp_str *)list->as.list.items)[index]);
    return ((const struct feel_value *)list->as.list.items)[index];
}

struct feel_value feel_list_of(struct feel_run *run, const struct feel_value *items, size_t count)
{
    struct feel_value list = {.kind = FEEL_LIST, .form = FEEL_VALUES, .depth = 1};

    list.as.list.items = items;
    list.as.list.count = count;
    for (size_t i = 0; i < count; i++)
        if (list.depth <= items[i].depth)
            list.depth = (uint16_t)(items[i].depth + 1);
    if (list.depth > FEEL_MAX_VALUE_DEPTH)
        return feel_stop(run, "lists nest too deep");
    return list;
}

struct feel_value feel_as_list(struct feel_run *run, const struct feel_value *value)
{
    if (value->kind == FEEL_LIST)
        return *value;
    if (value->kind == FEEL_NULL)
        return feel_list_open();
    struct feel_value *alone = feel_take(run, 1, sizeof(*alone));
    if (alone == NULL)
        return feel_null();
    *alone = *value;
    return feel_list_of(run, alone, 1);
}

struct feel_value feel_list_open(void)
{
    return (struct feel_value){.kind = FEEL_LIST, .form = FEEL_VALUES, .depth = 1};
}

void feel_list_add(struct feel_run *run, struct feel_value *list, const struct feel_value *item)
{
    size_t count = list->as.list.count, room = (size_t)list->zone;
    struct feel_value *items = NULL;

    if (list->kind != FEEL_LIST || !feel_step(run, 1))
        return;
    if (count == room) {
        room = room == 0 ? 4 : room * 2;
        items = feel_take(run, room, sizeof(*items));
        if (items == NULL)
            return;
        if (count > 0)
            memcpy(items, list->as.list.items, count * sizeof(*items));
        list->as.list.items = items;
        list->zone = (int32_t)room;
    }
    /* behind everything that anybody has seen of these items */
    memcpy((char *)(uintptr_t)list->as.list.items + count * sizeof(*item), item, sizeof(*item));
    list->as.list.count++;
    if (list->depth <= item->depth)
        list->depth = (uint16_t)(item->depth + 1);
    if (list->depth > FEEL_MAX_VALUE_DEPTH)
        (void)feel_stop(run, "lists nest too deep");
}

/* ---- Contexts ------------------------------------------------------------------------------- */

struct feel_value feel_context_of(struct feel_run *run, const struct icp_str *keys,
                                  const struct feel_value *values, size_t count)
{
    struct feel_context *context = feel_take(run, 1, sizeof(*context));
    struct feel_value result = {.kind = FEEL_CONTEXT, .depth = 1, .as.context = context};

    if (context == NULL)
        return feel_null();
    *context = (struct feel_context){.count = count, .keys = keys, .values = values};
    for (size_t i = 0; i < count; i++)
        if (result.depth <= values[i].depth)
            result.depth = (uint16_t)(values[i].depth + 1);
    if (result.depth > FEEL_MAX_VALUE_DEPTH)
        return feel_stop(run, "contexts nest too deep");
    return result;
}

const struct feel_value *feel_entry(const struct feel_value *context, struct icp_str key)
{
    const struct feel_context *entries = context->as.context;

    for (size_t i = 0; i < entries->count; i++)
        if (entries->keys[i].length == key.length && icp_str_compare(entries->keys[i], key) == 0)
            return &entries->values[i];
    return NULL;
}

struct feel_value feel_context_put(struct feel_run *run, const struct feel_value *context,
                                   struct icp_str key, const struct feel_value *value)
{
    const struct feel_context *old = context->as.context;
    struct icp_str *keys = feel_take(run, old->count + 1, sizeof(*keys));
    struct feel_value *values = feel_take(run, old->count + 1, sizeof(*values));
    size_t at = 0;

    if (keys == NULL || values == NULL || !feel_step(run, old->count + 1))
        return feel_null();
    for (size_t i = 0; i < old->count; i++) {
        keys[i] = old->keys[i];
        values[i] = old->values[i];
    }
    while (at < old->count && icp_str_compare(keys[at], key) != 0)
        at++;
    keys[at] = key;
    values[at] = *value;
    return feel_context_of(run, keys, values, at == old->count ? at + 1 : old->count);
}

/* ---- Ranges --------------------------------------------------------------------------------- */

struct feel_value feel_range_of(struct feel_run *run, const struct feel_range *range)
{
    struct feel_range *copy = feel_take(run, 1, sizeof(*copy));

    if (copy == NULL)
        return feel_null();
    *copy = *range;
    return (struct feel_value){.kind = FEEL_RANGE, .as.range = copy};
}

struct feel_value feel_range_includes(struct feel_run *run, const struct feel_range *range,
                                      const struct feel_value *value)
{
    struct feel_value low = feel_boolean(true), high = feel_boolean(true);

    if (range->is_test)
        return feel_compare(run, range->is_not_equal ? FEEL_NOT_EQUAL : FEEL_EQUAL, value,
                            &range->low);
    if (range->low.kind == FEEL_NULL && range->high.kind == FEEL_NULL)
        return feel_fail(run, "the range has no end");
    if (range->low.kind != FEEL_NULL)
        low = feel_compare(run, range->open_low ? FEEL_GREATER : FEEL_AT_LEAST, value, &range->low);
    if (range->high.kind != FEEL_NULL)
        high = feel_compare(run, range->open_high ? FEEL_LESS : FEEL_AT_MOST, value, &range->high);
    return feel_and(&low, &high);
}

/* An element that is a range holds what is inside, any other element what equals it; elements of
   another type are passed over. */
static struct feel_value in_list(struct feel_run *run, const struct feel_value *value,
                                 const struct feel_value *list)
{
    if (value->kind == FEEL_LIST && feel_same(value, list))
        return feel_boolean(true);
    if (!feel_step(run, list->as.list.count))
        return feel_null();
    for (size_t i = 0; i < list->as.list.count; i++) {
        struct feel_value item = feel_item(list, i);
        if (item.kind == FEEL_RANGE && value->kind != FEEL_RANGE) {
            struct feel_value inside = feel_range_includes(run, item.as.range, value);
            if (feel_is_true(&inside))
                return inside;
        } else if (feel_same(&item, value)) {
            return feel_boolean(true);
        }
    }
    return feel_boolean(false);
}

struct feel_value feel_in(struct feel_run *run, const struct feel_value *value,
                          const struct feel_value *test)
{
    if (test->kind == FEEL_LIST)
        return in_list(run, value, test);
    if (test->kind == FEEL_RANGE && value->kind != FEEL_RANGE)
        return feel_range_includes(run, test->as.range, value);
    return feel_compare(run, FEEL_EQUAL, value, test);
}

/* ---- Properties ----------------------------------------------------------------------------- */

static struct feel_value range_property(struct feel_run *run, const struct feel_range *range,
                                        struct icp_str name)
{
    if (icp_str_is(name, "start"))
        return range->low;
    if (icp_str_is(name, "end"))
        return range->is_test ? range->low : range->high;
    if (icp_str_is(name, "start included"))
        return feel_boolean(!range->open_low && range->low.kind != FEEL_NULL);
    if (icp_str_is(name, "end included"))
        return feel_boolean(!range->open_high && (range->high.kind != FEEL_NULL || range->is_test));
    return feel_fail(run, "a range has no such property");
}

static struct feel_value property_of_one(struct feel_run *run, const struct feel_value *value,
                                         struct icp_str name)
{
    if (value->kind == FEEL_CONTEXT) {
        const struct feel_value *entry = feel_entry(value, name);
        return entry == NULL ? feel_fail(run, "the context has no such entry") : *entry;
    }
    if (value->kind == FEEL_RANGE)
        return range_property(run, value->as.range, name);
    return feel_time_property(run, value, name);
}

struct feel_value feel_property(struct feel_run *run, const struct feel_value *value,
                                struct icp_str name)
{
    if (value->kind != FEEL_LIST)
        return property_of_one(run, value, name);
    struct feel_value result = feel_list_open();
    for (size_t i = 0; i < value->as.list.count && !run->stopped; i++) {
        struct feel_value item = feel_item(value, i);
        struct feel_value found = property_of_one(run, &item, name);
        feel_list_add(run, &result, &found);
    }
    return run->stopped ? feel_null() : result;
}
