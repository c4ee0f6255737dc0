/*
 * Bytes that nobody guesses and bytes that nobody finds: the system's random numbers, and memory
 * wiped in a way that no compiler leaves out. In a file without OpenSSL, for parts of the program
 * that hash nothing.
 */
#define _DEFAULT_SOURCE /* explicit_bzero; NOLINT(bugprone-reserved-identifier) */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "crypto.h"

enum { RANDOM_MOST = 1024 * 1024 }; /* keys and names are shorter; a length gone wrong is not */

bool icp_random_bytes(void *bytes, size_t length)
{
    char *at = bytes;

    if (length > RANDOM_MOST)
        return false;
    while (length > 0) {
        ssize_t got = getrandom(at, length, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        length -= (size_t)got;
    }
    return true;
}

void icp_wipe(void *bytes, size_t length)
{
    if (bytes != NULL)
        explicit_bzero(bytes, length);
}
