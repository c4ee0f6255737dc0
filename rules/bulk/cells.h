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

enum { CELLS_KEY = 32 }; /* bytes that are looked at as one */

/* `a` if `first` (0 or 1) is 1, else `b`; said so that no compiler makes a branch of it. */
static inline uint64_t cells_either(uint64_t first, uint64_t a, uint64_t b)
{
    return b ^ ((a ^ b) & (0 - first));
}

/* What is read where there is no value: digits, so that it is not taken for an odd number. */
static const char cells_nothing[CELLS_KEY + 1] = "00000000000000000000000000000000";
static inline const char *cells_data(struct icp_str cell)
{
    uintptr_t instead = (uintptr_t)cells_nothing & (0 - (uintptr_t)(cell.data == NULL));
    return (const char *)((uintptr_t)cell.data | instead);
}

#define CELLS_BYTES(n)                                                                             \
    ((n) >= 8 ? UINT64_MAX : (n) <= 0 ? 0 : (UINT64_C(1) << (((n) + 64) * 8 % 64)) - 1)
#define CELLS_ROW(n)                                                                               \
    {                                                                                              \
        CELLS_BYTES(n), CELLS_BYTES((n)-8), CELLS_BYTES((n)-16), CELLS_BYTES((n)-24)               \
    }
#define CELLS_EIGHT_ROWS(n)                                                                        \
    CELLS_ROW(n), CELLS_ROW((n) + 1), CELLS_ROW((n) + 2), CELLS_ROW((n) + 3), CELLS_ROW((n) + 4),  \
        CELLS_ROW((n) + 5), CELLS_ROW((n) + 6), CELLS_ROW((n) + 7)
/* Of a key of so many bytes those that lie in the first eight, in the second, and so on. */
static const uint64_t cells_inside[CELLS_KEY + 1][CELLS_KEY / 8] = {
    CELLS_EIGHT_ROWS(0), CELLS_EIGHT_ROWS(8), CELLS_EIGHT_ROWS(16), CELLS_EIGHT_ROWS(24),
    CELLS_ROW(CELLS_KEY)};

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

static const uint64_t cells_zeros = UINT64_C(0x3030303030303030);

/* 9 to 16 digits and nothing else. */
static inline bool cells_long_whole(struct icp_str cell, uint64_t *value)
{
    size_t upper = cell.length - 8;
    uint64_t high = (cells_load(cell.data) ^ cells_zeros) << (64 - 8 * upper);
    uint64_t low = cells_load(cell.data + upper) ^ cells_zeros;
    *value = cells_eight(high) * 100000000 + cells_eight(low);
    return cells_are_digits(high) && cells_are_digits(low);
}

struct cells_number {
    int64_t millionths;
    bool usual; /* else it is left to the rule engine */
};

/* At most eight digits and nothing else, or nothing at all: no branch asks how many. */
static inline struct cells_number cells_short_whole(struct icp_str cell)
{
    uint64_t digits = (cells_load(cells_data(cell)) ^ cells_zeros) << ((64 - 8 * cell.length) & 63);
    return (struct cells_number){(int64_t)(cells_eight(digits) * 1000000),
                                 cells_are_digits(digits)};
}

/* At most 8 signs, but at least one: a minus or none, digits, a point among them or none. */
static inline struct cells_number cells_short(struct icp_str cell)
{
    static const int64_t tens[8] = {1000000, 100000, 10000, 1000, 100, 10, 1, 0};
    const uint64_t ones = UINT64_C(0x0101010101010101);
    size_t minus = cell.data[0] == '-', length = cell.length - minus;
    uint64_t bytes = cells_load(cell.data + minus);
    uint64_t point = bytes ^ (ones * '.');
    point = (point - ones) & ~point & (ones << 7) & cells_inside[length][0];
    uint64_t has_point = point != 0;
    size_t place =
        cells_either(has_point, (uint64_t)__builtin_ctzll(point | UINT64_C(1) << 63) / 8, length);
    size_t decimals = length - place - has_point, digit_count = length - has_point;
    uint64_t before = cells_inside[place][0];
    uint64_t digits = (bytes & before) | ((bytes >> 8 * has_point) & ~before);
    digits = (digits ^ cells_zeros) << ((64 - 8 * digit_count) & 63);
    uint64_t value = cells_eight(digits) * (uint64_t)tens[decimals];
    bool usual = (digit_count != 0) & (decimals <= 6) & (decimals >= has_point);
    return (struct cells_number){(int64_t)((value ^ (0 - minus)) + minus),
                                 usual & cells_are_digits(digits)};
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

/* All but the shortest whole numbers. */
static inline struct cells_number cells_other_number(struct icp_str cell)
{
    uint64_t value;
    if (CELLS_SWAR && cell.length <= 8)
        return cells_short(cell);
    if (CELLS_SWAR && cell.length <= 12 && cells_long_whole(cell, &value))
        return (struct cells_number){(int64_t)value * 1000000, true};
    return cells_decimal(cell);
}

static inline struct cells_number cells_number(struct icp_str cell)
{
    if (CELLS_SWAR && cell.length <= 8) {
        struct cells_number number = cells_short_whole(cell);
        if (number.usual)
            return number;
    }
    return cell.length > 0 ? cells_other_number(cell) : (struct cells_number){.usual = true};
}

/* ---- Booleans ------------------------------------------------------------------------------- */

enum { CELLS_FALSE, CELLS_TRUE, CELLS_NEITHER, CELLS_NO_BOOLEAN };

/* "true", "false", or nothing: what is meant can be told by the length, what stands there has to be
   that word. */
static inline unsigned cells_boolean(struct icp_str cell)
{
    static const char words[8][8] = {[4] = "true", [5] = "false", "?", "?"};
    static const unsigned char meant[8] = {CELLS_NEITHER,    CELLS_NO_BOOLEAN, CELLS_NO_BOOLEAN,
                                           CELLS_NO_BOOLEAN, CELLS_TRUE,       CELLS_FALSE,
                                           CELLS_NO_BOOLEAN, CELLS_NO_BOOLEAN};
    size_t length = cell.length & 7;
    uint64_t bytes = cells_load(cells_data(cell)) & cells_inside[length][0];
    bool is_word = (bytes == cells_load(words[length])) & (cell.length < 8);
    return is_word ? meant[length] : CELLS_NO_BOOLEAN;
}

/* ---- Days ----------------------------------------------------------------------------------- */

struct cells_day {
    unsigned year, month, day; /* whether there is such a day is not looked at */
    bool usual;
};

/* "2026-01-15". */
static inline struct cells_day cells_day_plain(const char *text)
{
    unsigned wrong = text[4] != '-' || text[7] != '-' ? 1 : 0;
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

/* The same in words of eight and of two bytes: "2026-01-" and "15". */
static inline struct cells_day cells_day_fast(const char *text)
{
    const uint64_t signs = UINT64_C(0x2D30302D30303030); /* 0000-00- */
    uint64_t word = cells_load(text) ^ signs;
    uint64_t last = (cells_load(text + 2) ^ cells_zeros) >> 48;
    uint64_t four = word * 10 + (word >> 8); /* tens and ones: in every other byte */
    unsigned usual = (unsigned)cells_are_digits(word) & (unsigned)cells_are_digits(last) &
                     (unsigned)((word & UINT64_C(0xFF0000FF00000000)) == 0);
    return (struct cells_day){.year = (unsigned)((four & 0xFF) * 100 + (four >> 16 & 0xFF)),
                              .month = (unsigned)(four >> 40 & 0xFF),
                              .day = (unsigned)((last & 0xFF) * 10 + (last >> 8 & 0xFF)),
                              .usual = usual != 0};
}

static inline struct cells_day cells_day(struct icp_str cell)
{
    const char *text = (const char *)(uintptr_t)cells_either(
        cell.length == 10, (uintptr_t)cell.data, (uintptr_t)cells_nothing);
    return CELLS_SWAR ? cells_day_fast(text) : cells_day_plain(text);
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
    if (cell.length > CELLS_BLOCK || cell.length == 0)
        return 0;
    struct cells_block block = cells_block(cell, 0, '@');
    if (block.found <= 1)
        return 0;
    size_t at = 63 - (size_t)__builtin_clzll(block.found);
    uint64_t before = (UINT64_C(1) << at) - 1;
    return ((block.odd | block.spaces) & before) != 0 ? 0 : at + 1;
}

#endif
