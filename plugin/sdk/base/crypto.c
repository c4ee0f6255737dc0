/*
 * Hashes and random bytes: the only user of OpenSSL. A hash that could not be made is the empty
 * text, never a wrong digest.
 */
#include <limits.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "crypto.h"

enum { GATHERED = 4096 }; /* short pieces are hashed together: a call costs more than 64 bytes do */

struct icp_sha256 {
    EVP_MD_CTX *context;
    bool failed;
    size_t waiting;
    char gathered[GATHERED];
};

struct icp_sha256 *icp_sha256_open(void)
{
    struct icp_sha256 *hash = icp_allocate(1, sizeof(*hash));
    if (hash == NULL)
        return NULL;
    hash->context = EVP_MD_CTX_new();
    if (hash->context == NULL || EVP_DigestInit_ex(hash->context, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(hash->context);
        icp_release(hash);
        return NULL;
    }
    return hash;
}

static void update(struct icp_sha256 *hash, const char *data, size_t length)
{
    if (length > 0 && EVP_DigestUpdate(hash->context, data, length) != 1)
        hash->failed = true;
}

void icp_sha256_add(struct icp_sha256 *hash, struct icp_str bytes)
{
    if (hash == NULL || bytes.length == 0)
        return;
    if (bytes.length > GATHERED - hash->waiting) {
        update(hash, hash->gathered, hash->waiting);
        hash->waiting = 0;
    }
    if (bytes.length > GATHERED) {
        update(hash, bytes.data, bytes.length);
        return;
    }
    memcpy(hash->gathered + hash->waiting, bytes.data, bytes.length);
    hash->waiting += bytes.length;
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
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    hex[0] = '\0';
    if (hash == NULL)
        return;
    update(hash, hash->gathered, hash->waiting);
    bool good = EVP_DigestFinal_ex(hash->context, digest, &length) == 1 && !hash->failed &&
                length == ICP_SHA256_BYTES;
    EVP_MD_CTX_free(hash->context);
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

bool icp_random_bytes(void *bytes, size_t length)
{
    return length <= INT_MAX && RAND_bytes(bytes, (int)length) == 1;
}

void icp_wipe(void *bytes, size_t length)
{
    if (bytes != NULL)
        OPENSSL_cleanse(bytes, length);
}
