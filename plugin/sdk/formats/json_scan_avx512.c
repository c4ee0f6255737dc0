/* The NDJSON scanner with AVX-512: 64 bytes at once. Called only where scan_path.c found it. */
#include "json_scan_inside.h"

#if defined(__x86_64__)

#include <immintrin.h>

/* Compared with sign, control characters and all that is not ASCII are below a space. */
static inline const char *plain_end(const char *at)
{
    for (;; at += 64) {
        __m512i bytes = _mm512_loadu_si512(at);
        uint64_t odd = _mm512_cmplt_epi8_mask(bytes, _mm512_set1_epi8(0x20)) |
                       _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"')) |
                       _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\'));
        if (odd != 0)
            return at + _tzcnt_u64(odd);
    }
}

static inline bool is_seen(const char *at, const struct icp_json_seen *key)
{
    __mmask64 same = _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(at), _mm512_loadu_si512(key->text));

    return _tzcnt_u64(~same) >= key->length;
}

#include "json_scan_kernel.h"

bool icp_json_scan_avx512(struct icp_json_scan *scan, struct icp_str line)
{
    return walk(scan, line);
}

#else
typedef int icp_json_no_avx512_here;
#endif
