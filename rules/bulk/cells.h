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

#define CELLS_BYTES(n) ((n) >= 8 ? UINT64_MAX : (UINT64_C(1) << ((n) % 8 * 8)) - 1)
/* Of a key of so many bytes those that lie in the first eight, and in the second. */
static const uint64_t cells_first[17] = {
    CELLS_BYTES(0), CELLS_BYTES(1), CELLS_BYTES(2), CELLS_BYTES(3), CELLS_BYTES(4), CELLS_BYTES(5),
    CELLS_BYTES(6), CELLS_BYTES(7), UINT64_MAX,     UINT64_MAX,     UINT64_MAX,     UINT64_MAX,
    UINT64_MAX,     UINT64_MAX,     UINT64_MAX,     UINT64_MAX,     UINT64_MAX};
static const uint64_t cells_second[17] = {0,
                                          0,
                                          0,
                                          0,
                                          0,
                                          0,
                                          0,
                                          0,
                                          0,
                                          CELLS_BYTES(1),
                                          CELLS_BYTES(2),
                                          CELLS_BYTES(3),
                                          CELLS_BYTES(4),
                                          CELLS_BYTES(5),
                                          CELLS_BYTES(6),
                                          CELLS_BYTES(7),
                                          UINT64_MAX};

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

/* 1 to 16 digits and nothing else. */
static inline bool cells_whole(struct icp_str cell, uint64_t *value)
{
    const uint64_t zeros = UINT64_C(0x3030303030303030);
    size_t length = cell.length, upper = length > 8 ? length - 8 : 0;
    if (length <= 8) {
        uint64_t bytes = (cells_load(cell.data) ^ zeros) << (64 - 8 * length);
        *value = cells_eight(bytes);
        return cells_are_digits(bytes);
    }
    uint64_t high = (cells_load(cell.data) ^ zeros) << (64 - 8 * upper);
    uint64_t low = cells_load(cell.data + upper) ^ zeros;
    *value = cells_eight(high) * 100000000 + cells_eight(low);
    return cells_are_digits(high) && cells_are_digits(low);
}

/* A plain decimal of at most 12 digits, 6 of them behind the point. */
static inline bool cells_decimal(struct icp_str cell, int64_t *millionths)
{
    static const int64_t tens[7] = {1000000, 100000, 10000, 1000, 100, 10, 1};
    size_t digits = 0, decimals = 0;
    bool negative = cell.data[0] == '-', point = false;
    int64_t value = 0;
    if (cell.length > 14)
        return false;
    for (size_t at = negative ? 1 : 0; at < cell.length; at++) {
        unsigned digit = (unsigned)(unsigned char)cell.data[at] - '0';
        if (digit > 9) {
            if (point || cell.data[at] != '.')
                return false;
            point = true;
            continue;
        }
        value = value * 10 + (int64_t)digit;
        digits++;
        decimals += point ? 1 : 0;
    }
    if (digits == 0 || digits > 12 || decimals > 6 || (point && decimals == 0))
        return false;
    value *= tens[decimals];
    *millionths = negative ? -value : value;
    return true;
}

/* Not empty. */
static inline bool cells_number(struct icp_str cell, int64_t *millionths)
{
    uint64_t value;
    if (CELLS_SWAR && cell.length <= 12 && cells_whole(cell, &value)) {
        *millionths = (int64_t)value * 1000000;
        return true;
    }
    return cells_decimal(cell, millionths);
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

/* "2026-01-15"; whether there is such a day is not looked at. */
static inline bool cells_day(struct icp_str cell, unsigned *year, unsigned *month, unsigned *day)
{
    static const unsigned char where[8] = {0, 1, 2, 3, 5, 6, 8, 9};
    unsigned digit[8], wrong = 0;
    const char *text = cell.data;
    if (cell.length != 10 || text[4] != '-' || text[7] != '-')
        return false;
    for (size_t i = 0; i < 8; i++) {
        digit[i] = (unsigned)(unsigned char)text[where[i]] - '0';
        wrong |= digit[i] > 9 ? 1 : 0;
    }
    *year = digit[0] * 1000 + digit[1] * 100 + digit[2] * 10 + digit[3];
    *month = digit[4] * 10 + digit[5];
    *day = digit[6] * 10 + digit[7];
    return wrong == 0;
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
