/* Inside the JSON readers: what the escapes of a text stand for. */
#ifndef ICP_JSON_ESCAPE_H
#define ICP_JSON_ESCAPE_H

#include "icp/base.h"

/* `raw` is what stands between the quotes. `out` needs raw.length bytes: every escape is at least
   as long as what it stands for. False when an escape is none of RFC 8259's, half a surrogate pair,
   or U+0000, which no text of ours may hold. */
bool icp_json_decode(struct icp_str raw, char *out, size_t *length);

#endif
