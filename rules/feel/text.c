/*
 * Texts under a case mark: compared as if their letters had been turned, without a copy. Order is
 * that of code points, which for UTF-8 is that of bytes. Simple one-to-one mappings of the Latin,
 * Greek and Cyrillic letters that European texts use; other scripts with case, and letters whose
 * other case is two letters (ß), stay as they are.
 */
#include "feel_internal.h"

#include "utf8.h"

/* In `pairs`, capitals and small letters alternate, capitals at even distances from `first`. */
static const struct {
    uint32_t first, last; /* capitals; of pairs: both */
    uint32_t distance;    /* of the small letter; 1: pairs */
} ranges[] = {
    {'A', 'Z', 32},      {0xC0, 0xD6, 32},   {0xD8, 0xDE, 32},   {0x100, 0x12F, 1},
    {0x132, 0x137, 1},   {0x139, 0x148, 1},  {0x14A, 0x177, 1},  {0x179, 0x17E, 1},
    {0x218, 0x21B, 1},   {0x386, 0x386, 38}, {0x388, 0x38A, 37}, {0x38C, 0x38C, 64},
    {0x38E, 0x38F, 63},  {0x391, 0x3A1, 32}, {0x3A3, 0x3AB, 32}, {0x400, 0x40F, 80},
    {0x410, 0x42F, 32},  {0x460, 0x481, 1},  {0x48A, 0x4BF, 1},  {0x1E00, 0x1E95, 1},
    {0x1EA0, 0x1EFF, 1},
};

static bool in_range(uint32_t code_point, uint32_t first, uint32_t last)
{
    return code_point >= first && code_point <= last;
}

uint32_t feel_turn(uint32_t code_point, enum feel_case letters)
{
    if (letters == FEEL_CASE_AS_IS)
        return code_point;
    if (code_point == 0x178 || code_point == 0xFF) /* Ÿ ÿ */
        return letters == FEEL_CASE_LOWER ? 0xFF : 0x178;
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        uint32_t first = ranges[i].first, last = ranges[i].last, distance = ranges[i].distance;
        if (distance == 1 && in_range(code_point, first, last)) {
            uint32_t small = (code_point - first) % 2;
            return code_point - small + (letters == FEEL_CASE_LOWER ? 1 : 0);
        }
        if (distance == 1)
            continue;
        if (letters == FEEL_CASE_LOWER && in_range(code_point, first, last))
            return code_point + distance;
        if (letters == FEEL_CASE_UPPER && in_range(code_point, first + distance, last + distance))
            return code_point - distance;
    }
    return code_point;
}

/* Next code point under the mark; a malformed byte stands for itself. */
static bool next_turned(struct icp_str *rest, enum feel_case letters, uint32_t *code_point)
{
    if (rest->length == 0)
        return false;
    if (!icp_utf8_next(rest, code_point)) {
        *code_point = (unsigned char)rest->data[0];
        *rest = icp_str_slice(*rest, 1, rest->length);
    }
    *code_point = feel_turn(*code_point, letters);
    return true;
}

/* Compares from the start until one ends; *rest is then what remains of the left text. */
static int order_turned(const struct feel_cell *left, const struct feel_cell *right,
                        struct icp_str *rest, bool *part_ended)
{
    struct icp_str part = right->as.text;
    uint32_t a = 0, b = 0;

    *rest = left->as.text;
    for (;;) {
        *part_ended = part.length == 0;
        if (*part_ended || rest->length == 0)
            return 0;
        (void)next_turned(rest, left->letters, &a);
        (void)next_turned(&part, right->letters, &b);
        if (a != b)
            return a < b ? -1 : 1;
    }
}

static bool is_plain(const struct feel_cell *left, const struct feel_cell *right)
{
    return left->letters == FEEL_CASE_AS_IS && right->letters == FEEL_CASE_AS_IS;
}

int feel_text_order(const struct feel_cell *left, const struct feel_cell *right)
{
    struct icp_str rest;
    bool ended;

    if (is_plain(left, right))
        return icp_str_compare(left->as.text, right->as.text);
    int order = order_turned(left, right, &rest, &ended);
    if (order != 0)
        return order;
    if (ended)
        return rest.length > 0 ? 1 : 0;
    return -1;
}

bool feel_text_starts(const struct feel_cell *text, const struct feel_cell *part)
{
    struct icp_str rest;
    bool ended;

    if (is_plain(text, part))
        return icp_str_has_prefix(text->as.text, part->as.text);
    return order_turned(text, part, &rest, &ended) == 0 && ended;
}

bool feel_text_ends(const struct feel_cell *text, const struct feel_cell *part)
{
    struct feel_cell end = *text;
    int64_t excess = feel_text_length(text->as.text) - feel_text_length(part->as.text);
    uint32_t code_point;

    if (is_plain(text, part))
        return icp_str_has_suffix(text->as.text, part->as.text);
    for (; excess > 0; excess--)
        (void)next_turned(&end.as.text, FEEL_CASE_AS_IS, &code_point);
    return excess == 0 && feel_text_order(&end, part) == 0;
}

/* ---- Searching ------------------------------------------------------------------------------ */

/* A rolling hash (Rabin and Karp), so that the work grows with the sum of the lengths; every hit is
   compared in full. */
enum { ROLL_BASE = 1000003 };

static uint64_t roll(uint64_t hash, uint32_t code_point)
{
    return hash * ROLL_BASE + code_point + 1;
}

bool feel_text_contains(const struct feel_cell *text, const struct feel_cell *part)
{
    struct feel_cell at = *text;
    struct icp_str ahead = text->as.text, wanted = part->as.text;
    uint64_t window = 0, hash = 0, highest = 1;
    uint32_t in = 0, out = 0;

    if (part->as.text.length == 0)
        return true;
    while (wanted.length > 0) {
        (void)next_turned(&wanted, part->letters, &in);
        hash = roll(hash, in);
        highest *= ROLL_BASE;
        if (!next_turned(&ahead, text->letters, &in))
            return false;
        window = roll(window, in);
    }
    for (;;) {
        if (window == hash && feel_text_starts(&at, part))
            return true;
        if (!next_turned(&ahead, text->letters, &in))
            return false;
        (void)next_turned(&at.as.text, text->letters, &out);
        window = roll(window, in) - highest * (out + UINT64_C(1));
    }
}

int64_t feel_text_length(struct icp_str text)
{
    int64_t length = 0;

    for (size_t i = 0; i < text.length; i++)
        length += ((unsigned char)text.data[i] & 0xC0) != 0x80 ? 1 : 0;
    return length;
}
