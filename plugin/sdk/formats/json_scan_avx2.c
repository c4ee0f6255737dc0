/* The NDJSON scanner with AVX2: 32 bytes at a time. Called only where scan_path.c found it. */
#include "json_scan_inside.h"

#if defined(__x86_64__)

#include <immintrin.h>

static inline __m256i load(const char *at)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)at);
}

/* Compared with sign, control characters and all that is not ASCII are below a space. */
static inline const char *plain_end(const char *at)
{
    for (;; at += 32) {
        __m256i bytes = load(at);
        __m256i odd =
            _mm256_or_si256(_mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), bytes),
                            _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"')),
                                            _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\'))));
        unsigned bits = (unsigned)_mm256_movemask_epi8(odd);
        if (bits != 0)
            return at + _tzcnt_u32(bits);
    }
}

static inline bool is_seen(const char *at, const struct icp_json_seen *key)
{
    unsigned low = (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(load(at), load(key->text)));
    unsigned high =
        (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(load(at + 32), load(key->text + 32)));

    return _tzcnt_u64(~((uint64_t)low | (uint64_t)high << 32)) >= key->length;
}

#include "json_scan_kernel.h"

bool icp_json_scan_avx2(struct icp_json_scan *scan, struct icp_str line)
{
    return walk(scan, line);
}

#else
typedef int icp_json_no_avx2_here;
#endif
