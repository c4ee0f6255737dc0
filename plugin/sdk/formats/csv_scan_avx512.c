/* The CSV scanner with AVX-512: 64 bytes at once, and places written by compression. Compiled for
   AVX-512 F, BW, VL, VBMI and VBMI2 beside what AVX2's path needs, and called only where
   scan_path.c found them. */
#include "csv_scan_inside.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include "scan_utf8.h"

struct seen {
    uint64_t quotes, separators, lines, odd;
};

static inline struct seen look(const char *at, char separator)
{
    __m512i bytes = _mm512_loadu_si512(at);

    return (struct seen){
        .quotes = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"')),
        .separators = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(separator)),
        .lines = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\n')),
        .odd = _mm512_movepi8_mask(bytes) | _mm512_testn_epi8_mask(bytes, bytes),
    };
}

static inline uint64_t prefix_xor(uint64_t bits)
{
    __m128i product =
        _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)bits), _mm_set1_epi8((char)0xFF), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}

static inline bool is_utf8(const char *at)
{
    return scan_utf8_32(at) && scan_utf8_32(at + 32);
}

static const unsigned char places[64] = {
    0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
    22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
    44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};

/* The numbers of the set bits side by side, then 16 of them a time made wide. */
static inline void put_places(uint32_t *out, uint64_t bits, uint32_t base)
{
    const __m512i start = _mm512_set1_epi32((int)base);
    __m512i found = _mm512_maskz_compress_epi8(bits, _mm512_loadu_si512(places));
    int count = __builtin_popcountll(bits);

    for (int done = 0;; done += 16) {
        __m512i wide = _mm512_cvtepu8_epi32(_mm512_castsi512_si128(found));
        _mm512_storeu_si512(out + done, _mm512_add_epi32(start, wide));
        if (__builtin_expect(done + 16 >= count, 1))
            return;
        found = _mm512_alignr_epi64(_mm512_setzero_si512(), found, 2);
    }
}

#include "csv_scan_kernel.h"

void icp_csv_scan_avx512(struct icp_str text, struct icp_csv_marks *marks)
{
    scan(text, marks);
}

#else
typedef int icp_no_avx512_here;
#endif
