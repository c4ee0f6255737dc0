/* The NDJSON scanner on any machine: a byte at a time. */
#include "json_scan_inside.h"

#include <string.h>

static inline const char *plain_end(const char *at)
{
    while ((unsigned char)*at >= 0x20 && (unsigned char)*at < 0x80 && *at != '"' && *at != '\\')
        at++;
    return at;
}

/* Stops at the first difference: what lies behind a line may not be readable so far. */
static inline bool is_seen(const char *at, const struct icp_json_seen *key)
{
    uint32_t same = 0;

    while (same < key->length && at[same] == key->text[same])
        same++;
    return same == key->length;
}

#include "json_scan_kernel.h"

bool icp_json_scan_plain(struct icp_json_scan *scan, struct icp_str line)
{
    return walk(scan, line);
}
