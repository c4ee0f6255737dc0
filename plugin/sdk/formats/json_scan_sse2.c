/* The NDJSON scanner on any x86-64: 16 bytes at a time. */
#include "json_scan_inside.h"

#if defined(__x86_64__)

#include <emmintrin.h>

static inline __m128i load(const char *at)
{
    return _mm_loadu_si128((const __m128i *)(const void *)at);
}

/* Compared with sign, control characters and all that is not ASCII are below a space. */
static inline const char *plain_end(const char *at)
{
    for (;; at += 16) {
        __m128i bytes = load(at);
        __m128i odd = _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20)),
                                   _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                                _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))));
        unsigned bits = (unsigned)_mm_movemask_epi8(odd);
        if (bits != 0)
            return at + __builtin_ctz(bits);
    }
}

static inline bool is_seen(const char *at, const struct icp_json_seen *key)
{
    uint64_t same = 0;

    for (unsigned i = 0; i < 4; i++)
        same |= (uint64_t)(unsigned)_mm_movemask_epi8(
                    _mm_cmpeq_epi8(load(at + (size_t)16 * i), load(key->text + (size_t)16 * i)))
                << 16 * i;
    return (uint32_t)__builtin_ctzll(~same | (uint64_t)1 << 63) >= key->length;
}

#include "json_scan_kernel.h"

bool icp_json_scan_sse2(struct icp_json_scan *scan, struct icp_str line)
{
    return walk(scan, line);
}

#else
typedef int icp_json_no_sse2_here;
#endif
