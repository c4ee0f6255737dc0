/* Hashes (crypto.c, the only user of OpenSSL), random bytes and wiping (secret.c). */
#ifndef ICP_CRYPTO_H
#define ICP_CRYPTO_H

#include "icp/base.h"

enum { ICP_SHA256_BYTES = 32, ICP_SHA256_HEX = 65 };

struct icp_sha256;                        /* incremental */
struct icp_sha256 *icp_sha256_open(void); /* NULL at the machine's end */
void icp_sha256_add(struct icp_sha256 *hash, struct icp_str bytes);
/* Adds the length first, then the bytes, so that ("ab","c") and ("a","bc") differ; no text differs
   from the empty text. */
void icp_sha256_add_field(struct icp_sha256 *hash, struct icp_str bytes);
void icp_sha256_end(struct icp_sha256 *hash, char hex[ICP_SHA256_HEX]); /* closes the hash */
void icp_sha256_hex(struct icp_str bytes, char hex[ICP_SHA256_HEX]);
/* From the system; false when it has none. */
bool icp_random_bytes(void *bytes, size_t length);
void icp_wipe(void *bytes, size_t length);

#endif
