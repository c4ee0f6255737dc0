/*
 * The inner steps of looking up a cell, eight bytes at a time: digits, days, signs among letters.
 * Each takes the usual spellings only and says so when it sees another; the caller then goes by the
 * cell's bytes. Behind every cell ICP_BULK_SLACK bytes can be read.
 */
#ifndef ICP_BULK_CELLS_H
#define ICP_BULK_CELLS_H

#include "bulk.h"

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

static inline uint64_t cells_load(const char *data)
{
    uint64_t bytes;
    memcpy(&bytes, data, sizeof(bytes));
    return bytes;
}

#define CELLS_BYTES(n)                                                                             \
    ((n) >= 8 ? UINT64_MAX : (n) <= 0 ? 0 : (UINT64_C(1) << (((n) + 64) * 8 % 64)) - 1)
#define CELLS_ROW(n)                                                                               \
    {                                                                                              \
        CELLS_BYTES(n), CELLS_BYTES((n)-8)                                                         \
    }
/* Of a key of so many bytes those that lie in the first eight, and in the second. */
static const uint64_t cells_inside[17][2] = {
    CELLS_ROW(0),  CELLS_ROW(1),  CELLS_ROW(2),  CELLS_ROW(3),  CELLS_ROW(4),  CELLS_ROW(5),
    CELLS_ROW(6),  CELLS_ROW(7),  CELLS_ROW(8),  CELLS_ROW(9),  CELLS_ROW(10), CELLS_ROW(11),
    CELLS_ROW(12), CELLS_ROW(13), CELLS_ROW(14), CELLS_ROW(15), CELLS_ROW(16),
};

/* ---- Numbers -------------------------------------------------------------------------------- */

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define CELLS_SWAR 1
#else
#define CELLS_SWAR 0
#endif

/* Eight digits' values, the first in the lowest byte. */
static inline uint64_t cells_eight(uint64_t digits)
{
    digits = (digits * 2561) >> 8;
    digits = ((digits & UINT64_C(0x00FF00FF00FF00FF)) * 6553601) >> 16;
    return ((digits & UINT64_C(0x0000FFFF0000FFFF)) * UINT64_C(42949672960001)) >> 32;
}

/* Are all bytes 0 to 9. */
static inline bool cells_are_digits(uint64_t digits)
{
    return ((digits | (digits + UINT64_C(0x0606060606060606))) & UINT64_C(0xF0F0F0F0F0F0F0F0)) == 0;
}

/* 9 to 16 digits and nothing else. */
static inline bool cells_long_whole(struct icp_str cell, uint64_t *value)
{
    const uint64_t zeros = UINT64_C(0x3030303030303030);
    size_t upper = cell.length - 8;
    uint64_t high = (cells_load(cell.data) ^ zeros) << (64 - 8 * upper);
    uint64_t low = cells_load(cell.data + upper) ^ zeros;
    *value = cells_eight(high) * 100000000 + cells_eight(low);
    return cells_are_digits(high) && cells_are_digits(low);
}

struct cells_number {
    int64_t millionths;
    bool usual; /* else it is left to the rule engine */
};

/* At most 8 signs: a minus or none, digits, a point among them or none. */
static inline struct cells_number cells_short(struct icp_str cell)
{
    static const int64_t tens[8] = {1000000, 100000, 10000, 1000, 100, 10, 1, 0};
    const uint64_t zeros = UINT64_C(0x3030303030303030), ones = UINT64_C(0x0101010101010101);
    size_t minus = cell.data[0] == '-' ? 1 : 0, length = cell.length - minus, decimals = 0;
    uint64_t bytes = cells_load(cell.data + minus);
    uint64_t point = bytes ^ (ones * '.');
    point = (point - ones) & ~point & (ones << 7) & cells_inside[length][0];
    if (point != 0) {
        size_t place = (size_t)__builtin_ctzll(point) / 8;
        decimals = length - place - 1;
        bytes = (bytes & cells_inside[place][0]) | ((bytes >> 8) & ~cells_inside[place][0]);
        length--;
    }
    if (length == 0 || (point != 0 && (decimals == 0 || decimals > 6)))
        return (struct cells_number){0};
    uint64_t digits = (bytes ^ zeros) << (64 - 8 * length);
    int64_t value = (int64_t)cells_eight(digits) * tens[decimals];
    return (struct cells_number){minus ? -value : value, cells_are_digits(digits)};
}

/* A plain decimal of at most 12 digits, 6 of them behind the point. */
static inline struct cells_number cells_decimal(struct icp_str cell)
{
    static const int64_t tens[7] = {1000000, 100000, 10000, 1000, 100, 10, 1};
    size_t digits = 0, decimals = 0;
    bool negative = cell.data[0] == '-', point = false;
    int64_t value = 0;
    if (cell.length > 14)
        return (struct cells_number){0};
    for (size_t at = negative ? 1 : 0; at < cell.length; at++) {
        unsigned digit = (unsigned)(unsigned char)cell.data[at] - '0';
        if (digit > 9) {
            if (point || cell.data[at] != '.')
                return (struct cells_number){0};
            point = true;
            continue;
        }
        value = value * 10 + (int64_t)digit;
        digits++;
        decimals += point ? 1 : 0;
    }
    if (digits == 0 || digits > 12 || decimals > 6 || (point && decimals == 0))
        return (struct cells_number){0};
    value *= tens[decimals];
    return (struct cells_number){negative ? -value : value, true};
}

/* Not empty. */
static inline struct cells_number cells_number(struct icp_str cell)
{
    uint64_t value;
    if (CELLS_SWAR && cell.length <= 8)
        return cells_short(cell);
    if (CELLS_SWAR && cell.length <= 12 && cells_long_whole(cell, &value))
        return (struct cells_number){(int64_t)value * 1000000, true};
    return cells_decimal(cell);
}

/* ---- Booleans ------------------------------------------------------------------------------- */

/* 1, 0, or -1: neither "true" nor "false". */
static inline int cells_boolean(struct icp_str cell)
{
    if (cell.length == 4 && memcmp(cell.data, "true", 4) == 0)
        return 1;
    return cell.length == 5 && memcmp(cell.data, "false", 5) == 0 ? 0 : -1;
}

/* ---- Days ----------------------------------------------------------------------------------- */

struct cells_day {
    unsigned year, month, day; /* whether there is such a day is not looked at */
    bool usual;
};

/* "2026-01-15". */
static inline struct cells_day cells_day(struct icp_str cell)
{
    const char *text = cell.data;
    unsigned wrong = cell.length != 10 || text[4] != '-' || text[7] != '-' ? 1 : 0;
#define CELLS_DIGIT(i) ((unsigned)(unsigned char)text[i] - '0')
    unsigned a = CELLS_DIGIT(0), b = CELLS_DIGIT(1), c = CELLS_DIGIT(2), d = CELLS_DIGIT(3);
    unsigned e = CELLS_DIGIT(5), f = CELLS_DIGIT(6), g = CELLS_DIGIT(8), h = CELLS_DIGIT(9);
#undef CELLS_DIGIT
    wrong |= (a > 9) | (b > 9) | (c > 9) | (d > 9) | (e > 9) | (f > 9) | (g > 9) | (h > 9);
    return (struct cells_day){.year = a * 1000 + b * 100 + c * 10 + d,
                              .month = e * 10 + f,
                              .day = g * 10 + h,
                              .usual = wrong == 0};
}

/* ---- Signs ---------------------------------------------------------------------------------- */

enum { CELLS_BLOCK = 64 };
struct cells_block { /* of a cell, from `base` on; bits by place */
    uint64_t found;  /* the sign */
    uint64_t odd;    /* no printable letter or sign of ASCII, nor a space */
    uint64_t spaces;
};

static inline struct cells_block cells_block_plain(const char *data, char sign)
{
    struct cells_block block = {0};
    for (size_t i = 0; i < CELLS_BLOCK; i++) {
        unsigned char c = (unsigned char)data[i];
        block.found |= (uint64_t)(data[i] == sign) << i;
        block.odd |= (uint64_t)(c < ' ' || c >= 0x7F) << i;
        block.spaces |= (uint64_t)(c == ' ') << i;
    }
    return block;
}

#if defined(__SSE2__)
static inline struct cells_block cells_block_fast(const char *data, char sign)
{
    struct cells_block block = {0};
    const __m128i wanted = _mm_set1_epi8(sign), space = _mm_set1_epi8(' ');
    const __m128i last = _mm_set1_epi8(0x7F);
    for (size_t i = 0; i < CELLS_BLOCK; i += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(data + i));
        __m128i odd = _mm_or_si128(_mm_cmplt_epi8(bytes, space), _mm_cmpeq_epi8(bytes, last));
        block.found |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted)) << i;
        block.odd |= (uint64_t)(unsigned)_mm_movemask_epi8(odd) << i;
        block.spaces |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, space)) << i;
    }
    return block;
}
#else
#define cells_block_fast cells_block_plain
#endif

static inline struct cells_block cells_block(struct icp_str cell, size_t base, char sign)
{
    struct cells_block block = cells_block_fast(cell.data + base, sign);
    size_t rest = cell.length - base;
    uint64_t inside = rest >= CELLS_BLOCK ? UINT64_MAX : (UINT64_C(1) << rest) - 1;
    block.found &= inside;
    block.odd &= inside;
    block.spaces &= inside;
    return block;
}

/* Where the domain of an address starts: behind the last @, with something before it and nothing
   there but printable signs of ASCII without a space. 0: not so, or longer than a block. */
static inline size_t cells_domain(struct icp_str cell)
{
    if (cell.length > CELLS_BLOCK)
        return 0;
    struct cells_block block = cells_block(cell, 0, '@');
    if (block.found <= 1)
        return 0;
    size_t at = 63 - (size_t)__builtin_clzll(block.found);
    uint64_t before = (UINT64_C(1) << at) - 1;
    return ((block.odd | block.spaces) & before) != 0 ? 0 : at + 1;
}

#endif
