/*
 * not, is, and the functions over contexts.
 */
#include "functions.h"

struct feel_value feel_apply_not(struct feel_run *run, const struct feel_value *arguments,
                                 size_t count)
{
    (void)count;
    return arguments[0].kind == FEEL_BOOLEAN ? feel_boolean(!arguments[0].as.boolean)
                                             : feel_fail(run, "not needs true or false");
}

/* Identical: times also in their zone, which equality looks through. */
struct feel_value feel_apply_is(struct feel_run *run, const struct feel_value *arguments,
                                size_t count)
{
    const struct feel_value *left = &arguments[0], *right = &arguments[1];
    bool zoned = left->kind == FEEL_TIME || left->kind == FEEL_DATETIME;

    (void)run;
    if (count < 2)
        return feel_boolean(false);
    if (zoned && left->kind == right->kind &&
        (left->form != right->form || left->zone != right->zone))
        return feel_boolean(false);
    return feel_boolean(feel_same(left, right));
}

/* ---- Contexts ------------------------------------------------------------------------------- */

static const struct icp_str entry_keys[] = {ICP_STR_INIT("key"), ICP_STR_INIT("value")};

static struct feel_value no_context(struct feel_run *run)
{
    return feel_fail(run, "an argument is not a context");
}

struct feel_value feel_apply_get_value(struct feel_run *run, const struct feel_value *arguments,
                                       size_t count)
{
    (void)count;
    if (arguments[0].kind != FEEL_CONTEXT)
        return no_context(run);
    if (arguments[1].kind != FEEL_TEXT)
        return feel_fail(run, "the key is not a text");
    const struct feel_value *entry = feel_entry(&arguments[0], arguments[1].as.text);
    return entry == NULL ? feel_null() : *entry;
}

struct feel_value feel_apply_get_entries(struct feel_run *run, const struct feel_value *arguments,
                                         size_t count)
{
    struct feel_value result = feel_list_open();

    (void)count;
    if (arguments[0].kind != FEEL_CONTEXT)
        return no_context(run);
    const struct feel_context *context = arguments[0].as.context;
    for (size_t i = 0; i < context->count && !run->stopped; i++) {
        struct feel_value *pair = feel_take(run, 2, sizeof(*pair));
        if (pair == NULL)
            return feel_null();
        pair[0] = feel_text(context->keys[i]);
        pair[1] = context->values[i];
        struct feel_value entry = feel_context_of(run, entry_keys, pair, 2);
        feel_list_add(run, &result, &entry);
    }
    return run->stopped ? feel_null() : result;
}

static struct feel_value empty_context(struct feel_run *run)
{
    return feel_context_of(run, NULL, NULL, 0);
}

struct feel_value feel_apply_context(struct feel_run *run, const struct feel_value *arguments,
                                     size_t count)
{
    struct feel_value list = feel_as_list(run, &arguments[0]), result = empty_context(run);

    (void)count;
    if (arguments[0].kind == FEEL_NULL || list.kind != FEEL_LIST)
        return no_context(run);
    for (size_t i = 0; i < list.as.list.count && result.kind == FEEL_CONTEXT; i++) {
        struct feel_value item = feel_item(&list, i);
        if (item.kind != FEEL_CONTEXT)
            return no_context(run);
        const struct feel_value *key = feel_entry(&item, entry_keys[0]);
        const struct feel_value *value = feel_entry(&item, entry_keys[1]);
        if (key == NULL || value == NULL || key->kind != FEEL_TEXT ||
            feel_entry(&result, key->as.text) != NULL)
            return feel_fail(run, "an entry has no key, no value, or a key that is there already");
        result = feel_context_put(run, &result, key->as.text, value);
    }
    return result;
}

/* Along a list of keys: contexts on the way are copied, the innermost one gets the value. */
static struct feel_value put_along(struct feel_run *run, const struct feel_value *context,
                                   const struct feel_value *keys, const struct feel_value *value)
{
    struct feel_value path[FEEL_MAX_VALUE_DEPTH], result = *value;
    size_t depth = keys->as.list.count;

    if (depth == 0 || depth > FEEL_MAX_VALUE_DEPTH)
        return feel_fail(run, "there are no keys, or too many");
    path[0] = *context;
    for (size_t i = 0; i < depth; i++) {
        struct feel_value key = feel_item(keys, i);
        if (key.kind != FEEL_TEXT || path[i].kind != FEEL_CONTEXT)
            return feel_fail(run, "a key is not a text, or leads to no context");
        if (i + 1 == depth)
            break;
        const struct feel_value *inner = feel_entry(&path[i], key.as.text);
        path[i + 1] = inner == NULL ? feel_null() : *inner;
    }
    for (size_t i = depth; i > 0 && !run->stopped; i--) {
        struct feel_value key = feel_item(keys, i - 1);
        result = feel_context_put(run, &path[i - 1], key.as.text, &result);
    }
    return run->stopped ? feel_null() : result;
}

struct feel_value feel_apply_context_put(struct feel_run *run, const struct feel_value *arguments,
                                         size_t count)
{
    (void)count;
    if (arguments[0].kind != FEEL_CONTEXT)
        return no_context(run);
    if (arguments[1].kind == FEEL_LIST)
        return put_along(run, &arguments[0], &arguments[1], &arguments[2]);
    if (arguments[1].kind != FEEL_TEXT)
        return feel_fail(run, "the key is not a text");
    return feel_context_put(run, &arguments[0], arguments[1].as.text, &arguments[2]);
}

struct feel_value feel_apply_context_merge(struct feel_run *run, const struct feel_value *arguments,
                                           size_t count)
{
    struct feel_value list = feel_as_list(run, &arguments[0]), result = empty_context(run);

    (void)count;
    if (arguments[0].kind == FEEL_NULL || list.kind != FEEL_LIST)
        return no_context(run);
    for (size_t i = 0; i < list.as.list.count; i++) {
        struct feel_value item = feel_item(&list, i);
        if (item.kind != FEEL_CONTEXT)
            return no_context(run);
        for (size_t k = 0; k < item.as.context->count && result.kind == FEEL_CONTEXT; k++)
            result = feel_context_put(run, &result, item.as.context->keys[k],
                                      &item.as.context->values[k]);
    }
    return result;
}
