/*
 * The walk over one line of NDJSON, included by one file a path, which says beforehand how its
 * machine looks at bytes:
 *
 *   const char *plain_end(const char *at)     the first '"', '\\', control character or byte that
 * is not ASCII bool is_seen(const char *at, const struct icp_json_seen *key)    the key's bytes
 * stand there
 *
 * One pass, the grammar as it is read. The line end behind the line is a control character, so
 * nothing runs over it. Every step returns where it stands behind what it read, or NULL.
 */
#include "json_scan_inside.h"

#include <string.h>

static const char *read_value(struct icp_json_scan *scan, const char *at, int32_t entry,
                              unsigned depth);

static inline const char *space(const char *at)
{
    while (*at == ' ' || *at == '\t' || *at == '\r')
        at++;
    return at;
}

/* `at` stands on the opening quote. */
static inline const char *read_text(struct icp_json_scan *scan, const char *at,
                                    struct icp_str *text)
{
    const char *from = at + 1, *to = plain_end(from);

    if (__builtin_expect(*to != '"', 0))
        return icp_json_odd_text(scan, from, to, text);
    *text = (struct icp_str){from, (size_t)(to - from)};
    return to + 1;
}

/* A key that did not come last time: read, looked up and remembered. */
static const char *read_new_key(struct icp_json_scan *scan, const char *at, int32_t node,
                                int32_t *entry)
{
    const char *start = at;
    struct icp_str key;

    if (*at != '"')
        return icp_json_problem(scan, at, "a key is missing");
    at = read_text(scan, at, &key);
    if (at == NULL)
        return NULL;
    *entry = icp_json_learn(scan, node, start, key, *at == ':' && key.data == start + 1);
    at = space(at);
    return *at == ':' ? at + 1 : icp_json_problem(scan, at, "a ':' is missing");
}

static inline const char *read_key(struct icp_json_scan *scan, const char *at, int32_t node,
                                   int32_t *entry)
{
    uint32_t next = scan->seen[scan->last].next;
    const struct icp_json_seen *guess = &scan->seen[next];

    if (__builtin_expect(guess->node != node || guess->length == 0 || !is_seen(at, guess), 0))
        return read_new_key(scan, at, node, entry);
    scan->last = next;
    *entry = guess->entry;
    return at + guess->length;
}

static const char *read_members(struct icp_json_scan *scan, const char *at, int32_t node,
                                unsigned depth)
{
    at = space(at);
    if (*at == '}')
        return at + 1;
    for (;;) {
        int32_t entry = ICP_JSON_NONE;
        at = read_key(scan, at, node, &entry);
        if (at == NULL)
            return NULL;
        at = read_value(scan, space(at), entry, depth);
        if (at == NULL)
            return NULL;
        at = space(at);
        if (*at == '}')
            return at + 1;
        if (*at != ',')
            return icp_json_problem(scan, at, "a ',' is missing");
        at = space(at + 1);
    }
}

static const char *read_word(struct icp_json_scan *scan, const char *at, struct icp_str word,
                             struct icp_str *text)
{
    if ((size_t)(scan->end - at) < word.length || memcmp(at, word.data, word.length) != 0)
        return icp_json_problem(scan, at, "not a JSON value");
    *text = (struct icp_str){at, word.length};
    return at + word.length;
}

/* Anything but an object or a list. Null gives no text. */
static inline const char *read_scalar(struct icp_json_scan *scan, const char *at,
                                      struct icp_str *text)
{
    switch (*at) {
    case '"':
        return read_text(scan, at, text);
    case 't':
        return read_word(scan, at, ICP_STR("true"), text);
    case 'f':
        return read_word(scan, at, ICP_STR("false"), text);
    case 'n':
        at = read_word(scan, at, ICP_STR("null"), text);
        *text = (struct icp_str){0};
        return at;
    default:
        return icp_json_number(scan, at, text);
    }
}

/* `simple` is cleared when an item is an object or a list. */
static const char *read_items(struct icp_json_scan *scan, const char *at, unsigned depth,
                              bool *simple)
{
    at = space(at);
    if (*at == ']')
        return at + 1;
    for (;;) {
        if (*at == '{' || *at == '[')
            *simple = false;
        at = read_value(scan, at, ICP_JSON_NONE, depth);
        if (at == NULL)
            return NULL;
        at = space(at);
        if (*at == ']')
            return at + 1;
        if (*at != ',')
            return icp_json_problem(scan, at, "a ',' is missing");
        at = space(at + 1);
    }
}

static const char *read_list(struct icp_json_scan *scan, const char *at, int32_t target,
                             unsigned depth)
{
    const char *from = at;
    size_t room = scan->room_used;
    bool simple = true;

    at = read_items(scan, at + 1, depth, &simple);
    if (at == NULL || target == ICP_JSON_NONE)
        return at;
    icp_json_store(scan, target, true, (struct icp_str){from, (size_t)(at - from)});
    scan->room_used = room; /* what was decoded on the way is decoded again into its place */
    return icp_json_join(scan, target, from + 1, at - 1, simple) ? at : NULL;
}

static const char *read_object(struct icp_json_scan *scan, const char *at, int32_t entry,
                               unsigned depth)
{
    const struct icp_json_entry *wanted =
        entry != ICP_JSON_NONE ? &scan->names->entries[entry] : NULL;
    const char *from = at;

    at = read_members(scan, at + 1, wanted != NULL ? wanted->child : ICP_JSON_NONE, depth);
    if (at == NULL || wanted == NULL || wanted->target == ICP_JSON_NONE)
        return at;
    icp_json_store(scan, wanted->target, true, (struct icp_str){from, (size_t)(at - from)});
    if (wanted->child == ICP_JSON_NONE && icp_json_wants_text(scan, wanted->target))
        return icp_json_problem(scan, from, "an object stands where a value was expected");
    return at;
}

static const char *read_bracket(struct icp_json_scan *scan, const char *at, int32_t entry,
                                unsigned depth)
{
    if (depth >= ICP_MAX_DEPTH)
        return icp_json_problem(scan, at, "nested too deeply");
    if (*at == '{')
        return read_object(scan, at, entry, depth + 1);
    return read_list(scan, at,
                     entry != ICP_JSON_NONE ? scan->names->entries[entry].target : ICP_JSON_NONE,
                     depth + 1);
}

/* Nearly always one target, which wants a text and has none yet. */
static inline void store_scalar(struct icp_json_scan *scan, int32_t target, struct icp_str text,
                                struct icp_str raw)
{
    const struct icp_json_target *to;

    if (target == ICP_JSON_NONE)
        return;
    to = &scan->names->targets[target];
    if (__builtin_expect(
            to->next == ICP_JSON_NONE && !to->raw && scan->values[to->slot].data == NULL, 1)) {
        scan->values[to->slot] = text;
        scan->ranks[to->slot] = to->rank;
        return;
    }
    icp_json_store(scan, target, false, text);
    icp_json_store(scan, target, true, raw);
}

static const char *read_value(struct icp_json_scan *scan, const char *at, int32_t entry,
                              unsigned depth)
{
    struct icp_str text = {0};
    const char *from = at;

    if (*at == '{' || *at == '[')
        return read_bracket(scan, at, entry, depth);
    at = read_scalar(scan, at, &text);
    if (entry == ICP_JSON_NONE || at == NULL || text.data == NULL)
        return at;
    store_scalar(scan, scan->names->entries[entry].target, text,
                 (struct icp_str){from, (size_t)(at - from)});
    return at;
}

static bool walk(struct icp_json_scan *scan, struct icp_str line)
{
    const char *at = space(line.data);

    if (*at != '{')
        return icp_json_problem(scan, at, "an object was expected") != NULL;
    at = read_members(scan, at + 1, 0, 1);
    if (at == NULL)
        return false;
    at = space(at);
    return at >= scan->end ||
           icp_json_problem(scan, at, "something stands behind the value") != NULL;
}
