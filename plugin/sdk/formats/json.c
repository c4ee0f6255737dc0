/*
 * Small JSON documents as a tree: the only user of jansson. A `struct icp_json` is a json_t behind
 * an opaque name; nobody outside this file can take or drop a reference, so nodes live exactly as
 * long as their document.
 */
#include "json.h"

#include <jansson.h>

#include "bounds.h"

/* Deeper than this and jansson would recurse further than we allow; looked at before it sees the
 * text. */
static bool too_deep(struct icp_str text)
{
    size_t depth = 0;
    bool in_text = false;

    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (in_text) {
            i += c == '\\';
            in_text = c != '"';
        } else if (c == '"') {
            in_text = true;
        } else if (c == '{' || c == '[') {
            if (++depth > ICP_MAX_DEPTH)
                return true;
        } else if ((c == '}' || c == ']') && depth > 0) {
            depth--;
        }
    }
    return false;
}

struct icp_json_document *icp_json_open(struct icp_str text, struct icp_err *err)
{
    json_error_t problem;
    json_t *root;

    if (too_deep(text)) {
        icp_fail(err, ICP_ITEM, "JSON is nested deeper than %d", ICP_MAX_DEPTH);
        return NULL;
    }
    root = json_loadb(text.data != NULL ? text.data : "", text.length,
                      JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &problem);
    if (root == NULL)
        icp_fail(err, ICP_ITEM, "not JSON at line %d, column %d: %s", problem.line, problem.column,
                 problem.text);
    return (struct icp_json_document *)root;
}

void icp_json_close(struct icp_json_document *document)
{
    json_decref((json_t *)document);
}

const struct icp_json *icp_json_root(const struct icp_json_document *document)
{
    return (const struct icp_json *)document;
}

static const json_t *inside(const struct icp_json *node)
{
    return (const json_t *)node;
}

bool icp_json_is_object(const struct icp_json *node)
{
    return json_is_object(inside(node));
}

bool icp_json_is_array(const struct icp_json *node)
{
    return json_is_array(inside(node));
}

bool icp_json_is_text(const struct icp_json *node)
{
    return json_is_string(inside(node));
}

bool icp_json_is_null(const struct icp_json *node)
{
    return node == NULL || json_is_null(inside(node));
}

const struct icp_json *icp_json_get(const struct icp_json *object, const char *key)
{
    return (const struct icp_json *)json_object_get(inside(object), key);
}

size_t icp_json_count(const struct icp_json *array)
{
    return json_array_size(inside(array));
}

const struct icp_json *icp_json_at(const struct icp_json *array, size_t index)
{
    return (const struct icp_json *)json_array_get(inside(array), index);
}

struct icp_str icp_json_text(const struct icp_json *node)
{
    if (!json_is_string(inside(node)))
        return (struct icp_str){0};
    return (struct icp_str){json_string_value(inside(node)), json_string_length(inside(node))};
}

struct icp_str icp_json_get_text(const struct icp_json *object, const char *key)
{
    return icp_json_text(icp_json_get(object, key));
}

bool icp_json_get_true(const struct icp_json *object, const char *key)
{
    return json_is_true(inside(icp_json_get(object, key)));
}

int64_t icp_json_integer(const struct icp_json *node, int64_t fallback)
{
    return json_is_integer(inside(node)) ? json_integer_value(inside(node)) : fallback;
}

struct icp_str icp_json_id(const struct icp_json *node, struct icp_arena *arena)
{
    if (json_is_integer(inside(node)))
        return icp_arena_format(arena, "%lld", (long long)json_integer_value(inside(node)));
    return icp_arena_copy(arena, icp_json_text(node));
}

bool icp_json_next_member(const struct icp_json *object, void **iterator, struct icp_str *key,
                          const struct icp_json **value)
{
    union { /* jansson's iteration takes what it does not change */
        const struct icp_json *ours;
        json_t *theirs;
    } node = {.ours = object};

    if (!json_is_object(inside(object)))
        return false;
    *iterator = *iterator == NULL ? json_object_iter(node.theirs)
                                  : json_object_iter_next(node.theirs, *iterator);
    if (*iterator == NULL)
        return false;
    *key = (struct icp_str){json_object_iter_key(*iterator), json_object_iter_key_len(*iterator)};
    *value = (const struct icp_json *)json_object_iter_value(*iterator);
    return true;
}
