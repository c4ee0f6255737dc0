/*
 * The only heap calls of the program: arena, buffer and handles stand above them. A size that
 * overflows is an allocation that failed.
 */
#define _DEFAULT_SOURCE /* madvise; NOLINT(bugprone-reserved-identifier) */
#include <stdlib.h>
#include <sys/mman.h>

#include "icp/base.h"

enum { PAGE = 4096 };

void icp_touch(void *memory, size_t bytes)
{
#if defined(MADV_POPULATE_WRITE)
    size_t off = (uintptr_t)memory % PAGE > 0 ? PAGE - (uintptr_t)memory % PAGE : 0;

    if (memory != NULL && bytes >= off + PAGE)
        (void)madvise((char *)memory + off, (bytes - off) / PAGE * PAGE, MADV_POPULATE_WRITE);
#else
    (void)memory, (void)bytes;
#endif
}

void *icp_allocate(size_t count, size_t size)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes))
        return NULL;
    return calloc(1, bytes > 0 ? bytes : 1);
}

void *icp_reallocate(void *memory, size_t count, size_t size)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes))
        return NULL;
    return realloc(memory, bytes > 0 ? bytes : 1);
}

void icp_release(void *memory)
{
    free(memory);
}
