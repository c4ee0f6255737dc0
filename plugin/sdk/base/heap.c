/*
 * The only heap calls of the program: arena, buffer and handles stand above them. A size that
 * overflows is an allocation that failed.
 */
#include <stdlib.h>

#include "icp/base.h"

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
