/*
 * The only heap calls of the program: arena, buffer and handles stand above them. A size that
 * overflows is an allocation that failed.
 */
#define _DEFAULT_SOURCE /* madvise */
#include <stdlib.h>
#include <sys/mman.h>

#include "icp/base.h"

/* What is taken at once in these sizes is used whole: blocks of arenas, tables, buffers of output.
   Larger memory is room for the worst case. */
enum { TOUCH_LEAST = 32 * 1024, TOUCH_MOST = 512 * 1024, PAGE = 4096 };

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

static void *touched(void *memory, size_t bytes)
{
    if (bytes >= TOUCH_LEAST && bytes <= TOUCH_MOST)
        icp_touch(memory, bytes);
    return memory;
}

void *icp_allocate(size_t count, size_t size)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes))
        return NULL;
    return touched(calloc(1, bytes > 0 ? bytes : 1), bytes);
}

void *icp_reallocate(void *memory, size_t count, size_t size)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes))
        return NULL;
    if (memory == NULL)
        return touched(malloc(bytes > 0 ? bytes : 1), bytes);
    return realloc(memory, bytes > 0 ? bytes : 1);
}

void icp_release(void *memory)
{
    free(memory);
}
