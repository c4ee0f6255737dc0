/*
 * Borrowed strings: comparing, cutting and searching views, and the edit distance behind "did you
 * mean" hints. Nothing here allocates or writes to the bytes of a view; no text and the empty text
 * stay different in every function that returns a view.
 */
#include <string.h>

#include "icp/base.h"

/* Longest texts (after their common ends are cut off) whose distance is counted: names of fields
   and keys are shorter, and three rows of this size are a small stack frame. */
enum { DISTANCE_MOST = 128 };

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct icp_str icp_str_from(const char *text)
{
    return (struct icp_str){text, text ? strlen(text) : 0};
}

bool icp_str_is_null(struct icp_str text)
{
    return text.data == NULL;
}

bool icp_str_is_empty(struct icp_str text)
{
    return text.data == NULL || text.length == 0;
}

bool icp_str_equal(struct icp_str a, struct icp_str b)
{
    if (a.data == NULL || b.data == NULL)
        return a.data == b.data;
    return a.length == b.length && memcmp(a.data, b.data, a.length) == 0;
}

bool icp_str_is(struct icp_str a, const char *b)
{
    return icp_str_equal(a, icp_str_from(b));
}

bool icp_str_equal_ascii_case(struct icp_str a, struct icp_str b)
{
    if (a.data == NULL || b.data == NULL)
        return a.data == b.data;
    if (a.length != b.length)
        return false;
    for (size_t i = 0; i < a.length; i++)
        if (lower(a.data[i]) != lower(b.data[i]))
            return false;
    return true;
}

int icp_str_compare(struct icp_str a, struct icp_str b)
{
    if (a.data == NULL || b.data == NULL)
        return (a.data != NULL) - (b.data != NULL);
    int order = memcmp(a.data, b.data, a.length < b.length ? a.length : b.length);
    if (order != 0)
        return order < 0 ? -1 : 1;
    return (a.length > b.length) - (a.length < b.length);
}

bool icp_str_has_prefix(struct icp_str text, struct icp_str prefix)
{
    if (prefix.length == 0)
        return true;
    return text.data != NULL && text.length >= prefix.length &&
           memcmp(text.data, prefix.data, prefix.length) == 0;
}

bool icp_str_has_suffix(struct icp_str text, struct icp_str suffix)
{
    if (suffix.length == 0)
        return true;
    return text.data != NULL && text.length >= suffix.length &&
           memcmp(text.data + (text.length - suffix.length), suffix.data, suffix.length) == 0;
}

size_t icp_str_find(struct icp_str text, struct icp_str needle)
{
    if (needle.length == 0)
        return 0;
    for (size_t at = 0; needle.length <= text.length - at; at++) {
        const char *hit =
            memchr(text.data + at, needle.data[0], text.length - at - needle.length + 1);
        if (hit == NULL)
            break;
        at = (size_t)(hit - text.data);
        if (memcmp(hit, needle.data, needle.length) == 0)
            return at;
    }
    return text.length;
}

struct icp_str icp_str_slice(struct icp_str text, size_t from, size_t to)
{
    if (text.data == NULL)
        return text;
    if (to > text.length)
        to = text.length;
    if (from > to)
        from = to;
    return (struct icp_str){text.data + from, to - from};
}

struct icp_str icp_str_trim(struct icp_str text)
{
    size_t from = 0;
    size_t to = text.length;
    while (from < to && is_space(text.data[from]))
        from++;
    while (to > from && is_space(text.data[to - 1]))
        to--;
    return icp_str_slice(text, from, to);
}

bool icp_str_cut(struct icp_str *rest, char separator, struct icp_str *part)
{
    if (rest->data == NULL)
        return false;
    const char *end = rest->length > 0 ? memchr(rest->data, separator, rest->length) : NULL;
    if (end == NULL) {
        *part = *rest;
        *rest = (struct icp_str){NULL, 0};
        return true;
    }
    size_t length = (size_t)(end - rest->data);
    *part = icp_str_slice(*rest, 0, length);
    *rest = icp_str_slice(*rest, length + 1, rest->length);
    return true;
}

uint64_t icp_str_hash(struct icp_str text)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < text.length; i++) {
        hash ^= (unsigned char)text.data[i];
        hash *= UINT64_C(1099511628211);
    }
    return hash;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool same(char a, char b, bool fold)
{
    return fold ? lower(a) == lower(b) : a == b;
}

/* Takes the common beginning and end off both: they do not change the distance. */
static void strip_common(struct icp_str *a, struct icp_str *b, bool fold)
{
    while (a->length > 0 && b->length > 0 &&
           same(a->data[a->length - 1], b->data[b->length - 1], fold)) {
        a->length--;
        b->length--;
    }
    while (a->length > 0 && b->length > 0 && same(a->data[0], b->data[0], fold)) {
        *a = icp_str_slice(*a, 1, a->length);
        *b = icp_str_slice(*b, 1, b->length);
    }
}

/* Optimal string alignment by three rolling rows: row[0] is the one being filled. */
static size_t distance(struct icp_str a, struct icp_str b, size_t limit, bool fold)
{
    size_t rows[3][DISTANCE_MOST + 1] = {{0}};
    strip_common(&a, &b, fold);
    if (a.length == 0 || b.length == 0)
        return least(a.length + b.length, limit);
    if (a.length > DISTANCE_MOST || b.length > DISTANCE_MOST)
        return limit;
    for (size_t j = 0; j <= b.length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.length; i++) {
        size_t *now = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        const size_t *before = rows[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b.length; j++) {
            size_t replaced = above[j - 1] + (same(a.data[i - 1], b.data[j - 1], fold) ? 0 : 1);
            now[j] = least(replaced, least(above[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && same(a.data[i - 1], b.data[j - 2], fold) &&
                same(a.data[i - 2], b.data[j - 1], fold))
                now[j] = least(now[j], before[j - 2] + 1);
        }
    }
    return least(rows[a.length % 3][b.length], limit);
}

size_t icp_str_distance(struct icp_str a, struct icp_str b, size_t limit)
{
    return distance(a, b, limit, false);
}

/* ---- "Did you mean": a name and its parts before and behind the first dot. */
struct dotted {
    struct icp_str whole, head, tail;
    bool has_dot;
};

static struct dotted split(struct icp_str name)
{
    struct dotted parts = {name, name, name, false};
    size_t dot = icp_str_find(name, ICP_STR("."));
    if (dot >= name.length)
        return parts;
    parts.has_dot = true;
    parts.head = icp_str_slice(name, 0, dot);
    parts.tail = icp_str_slice(name, dot + 1, name.length);
    return parts;
}

static const size_t far = SIZE_MAX / 2;

/* Near is a third of the letters, and one letter always: "emploies" but not "deal". */
static size_t nearness(struct icp_str a, struct icp_str b)
{
    size_t allowed = a.length / 3 > 1 ? a.length / 3 : 1;
    if (a.length == 0 || b.length == 0)
        return far;
    size_t found = distance(a, b, allowed + 1, true);
    return found <= allowed && found < b.length ? found : far;
}

/* The whole name first; then only its last part ("employees" for "company.employees"), then only
   the first ("score.fit" for "score"), each a step worse than a whole name that is as near. */
static size_t name_nearness(const struct dotted *word, struct icp_str candidate)
{
    struct dotted name = split(candidate);
    size_t best = nearness(word->whole, name.whole);
    if (word->has_dot || name.has_dot)
        best = least(best, nearness(word->tail, name.tail) + 1);
    if (word->has_dot != name.has_dot)
        best = least(best, nearness(word->head, name.head) + 2);
    return best;
}

struct icp_str icp_str_nearest(struct icp_str word, const struct icp_str *names, size_t count)
{
    struct dotted wanted = split(word);
    struct icp_str nearest = {NULL, 0};
    size_t best = far;
    for (size_t i = 0; i < count; i++) {
        size_t found = name_nearness(&wanted, names[i]);
        if (found < best) {
            best = found;
            nearest = names[i];
        }
    }
    return nearest;
}
