/*
 * Hashes: the only user of OpenSSL. A hash that could not be made is the empty text, never a wrong
 * digest. The functions under the EVP layer are called, from the static library: they are a page of
 * code for each kind of CPU, where the layer starts an engine room of providers, configuration and
 * locks, and costs each start of the program more than scoring a thousand people does.
 */
#include <string.h>

/* OpenSSL 3 asks for the layer above instead; see there. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include "crypto.h"

struct icp_sha256 {
    SHA256_CTX context;
    bool failed;
};

struct icp_sha256 *icp_sha256_open(void)
{
    struct icp_sha256 *hash = icp_allocate(1, sizeof(*hash));

    if (hash != NULL)
        hash->failed = SHA256_Init(&hash->context) != 1;
    return hash;
}

void icp_sha256_add(struct icp_sha256 *hash, struct icp_str bytes)
{
    if (hash != NULL && bytes.length > 0 &&
        SHA256_Update(&hash->context, bytes.data, bytes.length) != 1)
        hash->failed = true;
}

/* Eight bytes of length, least first; all ones is no text. */
void icp_sha256_add_field(struct icp_sha256 *hash, struct icp_str bytes)
{
    char prefix[8];
    uint64_t length = bytes.data == NULL ? UINT64_MAX : bytes.length;
    for (size_t i = 0; i < sizeof(prefix); i++)
        prefix[i] = (char)(unsigned char)(length >> (8 * i) & 0xFF);
    icp_sha256_add(hash, (struct icp_str){prefix, sizeof(prefix)});
    icp_sha256_add(hash, bytes);
}

void icp_sha256_end(struct icp_sha256 *hash, char hex[ICP_SHA256_HEX])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[ICP_SHA256_BYTES];
    bool good;

    hex[0] = '\0';
    if (hash == NULL)
        return;
    good = SHA256_Final(digest, &hash->context) == 1 && !hash->failed;
    icp_release(hash);
    if (!good)
        return;
    for (size_t i = 0; i < ICP_SHA256_BYTES; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[ICP_SHA256_HEX - 1] = '\0';
}

void icp_sha256_hex(struct icp_str bytes, char hex[ICP_SHA256_HEX])
{
    struct icp_sha256 *hash = icp_sha256_open();
    icp_sha256_add(hash, bytes);
    icp_sha256_end(hash, hex);
}
