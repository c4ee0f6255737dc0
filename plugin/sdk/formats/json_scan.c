/*
 * The NDJSON scanner's memory and its slow steps; the walk over a line is json_scan_kernel.h, once
 * a path. Invariant: a value points into the line or into `room`, which never moves during a line.
 */
#include "json_scan_inside.h"

#include <string.h>

#include "json_escape.h"
#include "utf8.h"

struct icp_json_scan *icp_json_scan_open(enum icp_scan_path path,
                                         const struct icp_json_names *names, size_t slots)
{
    struct icp_json_scan *scan = icp_allocate(1, sizeof(*scan));

    if (scan == NULL)
        return NULL;
    scan->path = path;
    scan->names = names;
    scan->slots = slots;
    scan->seen = icp_allocate(ICP_JSON_KEYS, sizeof(scan->seen[0]));
    scan->places = icp_allocate((size_t)ICP_JSON_KEYS * 2, sizeof(scan->places[0]));
    scan->values = icp_allocate(slots + 1, sizeof(scan->values[0]));
    scan->ranks = icp_allocate(slots + 1, 1);
    scan->seen_count = 1;
    if (scan->seen != NULL && scan->places != NULL && scan->values != NULL && scan->ranks != NULL)
        return scan;
    icp_json_scan_close(scan);
    return NULL;
}

void icp_json_scan_close(struct icp_json_scan *scan)
{
    if (scan == NULL)
        return;
    icp_release(scan->seen);
    icp_release(scan->places);
    icp_release(scan->values);
    icp_release(scan->ranks);
    icp_release(scan->room);
    icp_release(scan);
}

const char *icp_json_problem(struct icp_json_scan *scan, const char *at, const char *problem)
{
    if (scan->problem == NULL) {
        scan->problem = at >= scan->end ? "the text ends too early" : problem;
        scan->at = at;
    }
    return NULL;
}

/* Decoded texts are never longer than they stand, and a list is written down once more with its
   marks: twice the line is enough for all of them. */
static bool make_room(struct icp_json_scan *scan, size_t length)
{
    size_t wanted = length * 2 + ICP_SCAN_ROOM;
    char *room;

    if (wanted <= scan->room_size)
        return true;
    wanted = wanted < 8192 ? 8192 : wanted + wanted / 2;
    room = icp_reallocate(scan->room, wanted, 1);
    if (room == NULL)
        return false;
    scan->room = room;
    scan->room_size = wanted;
    return true;
}

bool icp_json_scan_line(struct icp_json_scan *scan, struct icp_str line, struct icp_json_line *ret)
{
    static icp_json_scan_path *const paths[ICP_SCAN_PATHS] = {
        icp_json_scan_plain,
#if defined(__x86_64__)
        icp_json_scan_sse2,
        icp_json_scan_avx2,
        icp_json_scan_avx512,
#endif
    };
    icp_json_scan_path *walk = paths[scan->path] != NULL ? paths[scan->path] : icp_json_scan_plain;
    bool good;

    memset(scan->values, 0, scan->slots * sizeof(scan->values[0]));
    scan->end = line.data + line.length;
    scan->problem = NULL;
    scan->last = 0;
    scan->room_used = 0;
    good = make_room(scan, line.length)
               ? walk(scan, line)
               : icp_json_problem(scan, line.data, "a line that does not fit in memory") != NULL;
    *ret = (struct icp_json_line){.values = scan->values,
                                  .problem = scan->problem,
                                  .at = good ? 0 : (size_t)(scan->at - line.data)};
    return good;
}

/* ---- keys ----------------------------------------------------------------------------------- */

static uint32_t *place_of(struct icp_json_scan *scan, const struct icp_json_seen *key)
{
    size_t hash = (size_t)icp_str_hash((struct icp_str){key->text, key->length});

    for (size_t at = hash + (size_t)(uint32_t)key->node;; at++) {
        uint32_t *place = &scan->places[at % ((size_t)ICP_JSON_KEYS * 2)];
        const struct icp_json_seen *there = &scan->seen[*place];
        if (*place == 0 || (there->node == key->node && there->length == key->length &&
                            memcmp(there->text, key->text, key->length) == 0))
            return place;
    }
}

int32_t icp_json_learn(struct icp_json_scan *scan, int32_t node, const char *start,
                       struct icp_str key, bool compact)
{
    struct icp_json_seen fresh = {.node = node};
    uint32_t *place;

    fresh.entry =
        node == ICP_JSON_NONE ? ICP_JSON_NONE : icp_json_names_find(scan->names, node, key);
    fresh.length = (uint32_t)key.length + 3; /* quotes and colon */
    if (!compact || fresh.length >= ICP_JSON_KEY_BYTES)
        return fresh.entry;
    memcpy(fresh.text, start, fresh.length);
    place = place_of(scan, &fresh);
    if (*place == 0) {
        if (scan->seen_count == ICP_JSON_KEYS)
            return fresh.entry; /* more keys than objects of one kind have: looked up each time */
        *place = scan->seen_count++;
        scan->seen[*place] = fresh;
    }
    scan->seen[scan->last].next = *place;
    scan->last = *place;
    return fresh.entry;
}

void icp_json_store(struct icp_json_scan *scan, int32_t target, bool raw, struct icp_str text)
{
    for (; target != ICP_JSON_NONE; target = scan->names->targets[target].next) {
        const struct icp_json_target *to = &scan->names->targets[target];
        struct icp_str *value = &scan->values[to->slot];
        if (to->raw != raw || (value->data != NULL && scan->ranks[to->slot] < to->rank))
            continue;
        *value = text;
        scan->ranks[to->slot] = to->rank;
    }
}

bool icp_json_wants_text(const struct icp_json_scan *scan, int32_t target)
{
    while (target != ICP_JSON_NONE && scan->names->targets[target].raw)
        target = scan->names->targets[target].next;
    return target != ICP_JSON_NONE;
}

/* Behind the item that begins at `at`; `item` is what stands there, without quotes. */
static const char *item_end(const char *at, const char *to, struct icp_str *item)
{
    const char *from = at;
    bool text = *at == '"';

    if (text)
        for (from++, at++; *at != '"'; at++)
            at += *at == '\\';
    else
        while (at < to && strchr(", \t\r", *at) == NULL)
            at++;
    *item = (struct icp_str){from, (size_t)(at - from)};
    return text ? at + 1 : at;
}

bool icp_json_join(struct icp_json_scan *scan, int32_t target, const char *from, const char *to,
                   bool simple)
{
    char *list = scan->room + scan->room_used;
    size_t length = 0;

    if (!icp_json_wants_text(scan, target))
        return true;
    if (!simple)
        return icp_json_problem(scan, from - 1, "a list holds more than plain values") != NULL;
    for (const char *at = from; at < to;) {
        struct icp_str item;
        size_t some = 0;
        if (strchr(", \t\r", *at) != NULL) {
            at++;
            continue;
        }
        bool null = *at == 'n';
        at = item_end(at, to, &item);
        if (null)
            continue;
        if (length > 0)
            list[length++] = ';';
        (void)icp_json_decode(item, list + length, &some); /* was good when it was checked */
        length += some;
    }
    scan->room_used += length;
    icp_json_store(scan, target, false, (struct icp_str){list, length});
    return true;
}

/* ---- texts and numbers ---------------------------------------------------------------------- */

static const char *decode(struct icp_json_scan *scan, const char *from, const char *to,
                          struct icp_str *text)
{
    char *out = scan->room + scan->room_used;
    size_t length = 0;

    if (!icp_json_decode(*text, out, &length))
        return icp_json_problem(scan, from, "a bad escape in a text");
    scan->room_used += length;
    *text = (struct icp_str){out, length};
    return to + 1;
}

const char *icp_json_odd_text(struct icp_json_scan *scan, const char *from, const char *at,
                              struct icp_str *text)
{
    bool escaped = false, ascii = true;

    for (; at < scan->end && *at != '"'; at++) {
        unsigned char c = (unsigned char)*at;
        if (c < 0x20)
            return icp_json_problem(scan, at, "a control character in a text");
        ascii = ascii && c < 0x80;
        if (c == '\\') {
            escaped = true;
            at++;
        }
    }
    if (at >= scan->end)
        return icp_json_problem(scan, from, "a text has no end");
    *text = (struct icp_str){from, (size_t)(at - from)};
    if (!ascii && !icp_utf8_valid(*text))
        return icp_json_problem(scan, from, "a text is not UTF-8");
    return escaped ? decode(scan, from, at, text) : at + 1;
}

static const char *digits(const char *at)
{
    while (*at >= '0' && *at <= '9')
        at++;
    return at;
}

/* The grammar of RFC 8259. The line end behind the line stops every loop. */
const char *icp_json_number(struct icp_json_scan *scan, const char *at, struct icp_str *text)
{
    const char *from = at, *more;

    at += *at == '-';
    more = digits(at);
    if (more == at || (more - at > 1 && *at == '0'))
        return icp_json_problem(scan, from, "not a JSON value");
    at = more;
    if (*at == '.') {
        more = digits(at + 1);
        if (more == at + 1)
            return icp_json_problem(scan, from, "not a JSON value");
        at = more;
    }
    if (*at == 'e' || *at == 'E') {
        at++;
        at += *at == '+' || *at == '-';
        more = digits(at);
        if (more == at)
            return icp_json_problem(scan, from, "not a JSON value");
        at = more;
    }
    *text = (struct icp_str){from, (size_t)(at - from)};
    return at;
}
