/*
 * UTF-8 checked 32 bytes at a time by three look-ups of half bytes (the method of Keiser and
 * Lemire, "Validating UTF-8 in less than one instruction per byte", 2020): each table says which
 * faults a byte allows, and a fault is one that all three allow. Needs AVX2.
 */
#ifndef ICP_SCAN_UTF8_H
#define ICP_SCAN_UTF8_H

#include <immintrin.h>
#include <stdbool.h>

/* Faults of a byte with the one before it. The last bit also stands for "two continuations in a
   row", which is right when a longer character asks for them. */
enum {
    UTF8_TOO_SHORT = 1 << 0,  /* a first byte behind a first byte that wants more */
    UTF8_TOO_LONG = 1 << 1,   /* a continuation behind ASCII */
    UTF8_OVERLONG_3 = 1 << 2, /* E0 80..9F */
    UTF8_TOO_LARGE = 1 << 3,  /* F4 90.., F5.. */
    UTF8_SURROGATE = 1 << 4,  /* ED A0..BF */
    UTF8_OVERLONG_2 = 1 << 5, /* C0, C1 */
    UTF8_OVERLONG_4 = 1 << 6, /* F0 80..8F; also F5.. 80..8F */
    UTF8_TWO_MORE = 1 << 7,
    UTF8_ANY_LOW = UTF8_TOO_SHORT | UTF8_TOO_LONG | UTF8_TWO_MORE, /* whatever the lower half */
};

static inline __m256i scan_utf8_table(const unsigned char table[16])
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)table));
}

static inline __m256i scan_utf8_upper_half(__m256i bytes)
{
    return _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(0x0F));
}

static const unsigned char scan_utf8_before_upper[16] = {
    UTF8_TOO_LONG,
    UTF8_TOO_LONG,
    UTF8_TOO_LONG,
    UTF8_TOO_LONG,
    UTF8_TOO_LONG,
    UTF8_TOO_LONG,
    UTF8_TOO_LONG,
    UTF8_TOO_LONG,
    UTF8_TWO_MORE,
    UTF8_TWO_MORE,
    UTF8_TWO_MORE,
    UTF8_TWO_MORE,
    UTF8_TOO_SHORT | UTF8_OVERLONG_2,
    UTF8_TOO_SHORT,
    UTF8_TOO_SHORT | UTF8_OVERLONG_3 | UTF8_SURROGATE,
    UTF8_TOO_SHORT | UTF8_TOO_LARGE | UTF8_OVERLONG_4,
};
static const unsigned char scan_utf8_before_lower[16] = {
    UTF8_ANY_LOW | UTF8_OVERLONG_3 | UTF8_OVERLONG_2 | UTF8_OVERLONG_4,
    UTF8_ANY_LOW | UTF8_OVERLONG_2,
    UTF8_ANY_LOW,
    UTF8_ANY_LOW,
    UTF8_ANY_LOW | UTF8_TOO_LARGE,
    UTF8_ANY_LOW | UTF8_TOO_LARGE | UTF8_OVERLONG_4,
    UTF8_ANY_LOW | UTF8_TOO_LARGE | UTF8_OVERLONG_4,
    UTF8_ANY_LOW | UTF8_TOO_LARGE | UTF8_OVERLONG_4,
    UTF8_ANY_LOW | UTF8_TOO_LARGE | UTF8_OVERLONG_4,
    UTF8_ANY_LOW | UTF8_TOO_LARGE | UTF8_OVERLONG_4,
    UTF8_ANY_LOW | UTF8_TOO_LARGE | UTF8_OVERLONG_4,
    UTF8_ANY_LOW | UTF8_TOO_LARGE | UTF8_OVERLONG_4,
    UTF8_ANY_LOW | UTF8_TOO_LARGE | UTF8_OVERLONG_4,
    UTF8_ANY_LOW | UTF8_TOO_LARGE | UTF8_OVERLONG_4 | UTF8_SURROGATE,
    UTF8_ANY_LOW | UTF8_TOO_LARGE | UTF8_OVERLONG_4,
    UTF8_ANY_LOW | UTF8_TOO_LARGE | UTF8_OVERLONG_4,
};
enum { UTF8_ANY_MORE = UTF8_TOO_LONG | UTF8_OVERLONG_2 | UTF8_TWO_MORE };
static const unsigned char scan_utf8_upper[16] = {
    UTF8_TOO_SHORT,
    UTF8_TOO_SHORT,
    UTF8_TOO_SHORT,
    UTF8_TOO_SHORT,
    UTF8_TOO_SHORT,
    UTF8_TOO_SHORT,
    UTF8_TOO_SHORT,
    UTF8_TOO_SHORT,
    UTF8_ANY_MORE | UTF8_OVERLONG_3 | UTF8_OVERLONG_4,
    UTF8_ANY_MORE | UTF8_OVERLONG_3 | UTF8_TOO_LARGE,
    UTF8_ANY_MORE | UTF8_SURROGATE | UTF8_TOO_LARGE,
    UTF8_ANY_MORE | UTF8_SURROGATE | UTF8_TOO_LARGE,
    UTF8_TOO_SHORT,
    UTF8_TOO_SHORT,
    UTF8_TOO_SHORT,
    UTF8_TOO_SHORT,
};

/* False when a character that ends in these 32 bytes is not RFC 3629's, or one of them is NUL.
   Reads the three bytes before them. */
static inline bool scan_utf8_32(const char *at)
{
    __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)at);
    __m256i before = _mm256_loadu_si256((const __m256i *)(const void *)(at - 1));
    __m256i second = _mm256_loadu_si256((const __m256i *)(const void *)(at - 2));
    __m256i third = _mm256_loadu_si256((const __m256i *)(const void *)(at - 3));
    __m256i faults = _mm256_and_si256(
        _mm256_and_si256(_mm256_shuffle_epi8(scan_utf8_table(scan_utf8_before_upper),
                                             scan_utf8_upper_half(before)),
                         _mm256_shuffle_epi8(scan_utf8_table(scan_utf8_before_lower),
                                             _mm256_and_si256(before, _mm256_set1_epi8(0x0F)))),
        _mm256_shuffle_epi8(scan_utf8_table(scan_utf8_upper), scan_utf8_upper_half(bytes)));
    /* behind E.. and F.. a second, behind F.. a third continuation must stand */
    __m256i wanted = _mm256_or_si256(_mm256_subs_epu8(second, _mm256_set1_epi8(0xE0 - 0x80)),
                                     _mm256_subs_epu8(third, _mm256_set1_epi8(0xF0 - 0x80)));
    __m256i wrong =
        _mm256_xor_si256(faults, _mm256_and_si256(wanted, _mm256_set1_epi8((char)0x80)));
    __m256i nul = _mm256_cmpeq_epi8(bytes, _mm256_setzero_si256());

    wrong = _mm256_or_si256(wrong, nul);
    return _mm256_testz_si256(wrong, wrong);
}

#endif
