/* The CSV scanner on any x86-64: four times 16 bytes. No table look-ups there: text that is not
   ASCII is checked a character at a time. */
#include "csv_scan_inside.h"

#if defined(__x86_64__)

#include <emmintrin.h>

#include "utf8.h"

struct seen {
    uint64_t quotes, separators, lines, odd;
};

static inline uint64_t mask_of(__m128i bytes)
{
    return (uint64_t)(uint32_t)_mm_movemask_epi8(bytes);
}

static inline struct seen look(const char *at, char separator)
{
    const __m128i quote = _mm_set1_epi8('"'), between = _mm_set1_epi8(separator),
                  line = _mm_set1_epi8('\n'), zero = _mm_setzero_si128();
    struct seen seen = {0, 0, 0, 0};

    for (unsigned i = 0; i < 4; i++) {
        __m128i part = _mm_loadu_si128((const __m128i *)(const void *)(at + (size_t)16 * i));
        seen.quotes |= mask_of(_mm_cmpeq_epi8(part, quote)) << 16 * i;
        seen.separators |= mask_of(_mm_cmpeq_epi8(part, between)) << 16 * i;
        seen.lines |= mask_of(_mm_cmpeq_epi8(part, line)) << 16 * i;
        seen.odd |= mask_of(_mm_or_si128(part, _mm_cmpeq_epi8(part, zero))) << 16 * i;
    }
    return seen;
}

static inline uint64_t prefix_xor(uint64_t bits)
{
    for (int shift = 1; shift < 64; shift *= 2)
        bits ^= bits << shift;
    return bits;
}

/* Back from an edge to the first byte of a character that may reach over it; `edge` when none. */
static inline const char *before_edge(const char *edge)
{
    for (int back = 1; back <= 3 && (unsigned char)edge[-back] >= 0x80; back++)
        if ((unsigned char)edge[-back] >= 0xC0)
            return edge - back;
    return edge;
}

static inline bool is_utf8(const char *at)
{
    const char *from = before_edge(at), *to = before_edge(at + 64);

    return icp_utf8_valid((struct icp_str){from, (size_t)(to - from)});
}

static inline void put_places(uint32_t *out, uint64_t bits, uint32_t base)
{
    for (; bits != 0; bits &= bits - 1)
        *out++ = base + (uint32_t)__builtin_ctzll(bits);
}

#include "csv_scan_kernel.h"

void icp_csv_scan_sse2(struct icp_str text, struct icp_csv_marks *marks)
{
    scan(text, marks);
}

#else
typedef int icp_no_sse2_here;
#endif
