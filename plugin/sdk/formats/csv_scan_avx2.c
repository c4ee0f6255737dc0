/* The CSV scanner with AVX2: twice 32 bytes. Compiled for AVX2, BMI, BMI2, POPCNT and PCLMUL, and
   called only where scan_path.c found them. */
#include "csv_scan_inside.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include "scan_utf8.h"

struct seen {
    uint64_t quotes, separators, lines, odd;
};

static inline uint64_t mask_of(__m256i low, __m256i high)
{
    return (uint64_t)(uint32_t)_mm256_movemask_epi8(low) |
           (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

static inline __m256i load(const char *at)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)at);
}

static inline uint64_t equal_to(__m256i low, __m256i high, char c)
{
    const __m256i wanted = _mm256_set1_epi8(c);

    return mask_of(_mm256_cmpeq_epi8(low, wanted), _mm256_cmpeq_epi8(high, wanted));
}

static inline struct seen look(const char *at, char separator)
{
    __m256i low = load(at), high = load(at + 32);
    const __m256i zero = _mm256_setzero_si256();

    return (struct seen){
        .quotes = equal_to(low, high, '"'),
        .separators = equal_to(low, high, separator),
        .lines = equal_to(low, high, '\n'),
        .odd = mask_of(_mm256_or_si256(low, _mm256_cmpeq_epi8(low, zero)),
                       _mm256_or_si256(high, _mm256_cmpeq_epi8(high, zero))),
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

/* Eight at a time without asking: more than eight ends in 64 bytes are rare. */
static inline void put_places(uint32_t *out, uint64_t bits, uint32_t base)
{
    for (; bits != 0; out += 8)
        for (int i = 0; i < 8; i++) {
            out[i] = base + (uint32_t)_tzcnt_u64(bits);
            bits = _blsr_u64(bits);
        }
}

#include "csv_scan_kernel.h"

void icp_csv_scan_avx2(struct icp_str text, struct icp_csv_marks *marks)
{
    scan(text, marks);
}

#else
typedef int icp_no_avx2_here;
#endif
