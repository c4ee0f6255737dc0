/*
 * The arena: a list of blocks filled from front to back. What was handed out stays where it is
 * until reset or close, `used` never exceeds `capacity`, and the blocks together stay below about
 * one and a half times what was handed out, because large requests get a block of their own instead
 * of spoiling the rest of the current one.
 */
#include <stdio.h>
#include <string.h>

#include "icp/base.h"

#if defined(__SANITIZE_ADDRESS__)
#define ICP_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ICP_ASAN 1
#endif
#endif

#if defined(ICP_ASAN)
#include <sanitizer/asan_interface.h>
#define POISON(address, size)   ASAN_POISON_MEMORY_REGION(address, size)
#define UNPOISON(address, size) ASAN_UNPOISON_MEMORY_REGION(address, size)
enum { GAP = 16, ALIGNMENT_LEAST = 8 }; /* the sanitizer marks whole groups of 8 bytes */
#else
#define POISON(address, size)   ((void)(address), (void)(size))
#define UNPOISON(address, size) ((void)(address), (void)(size))
enum { GAP = 0, ALIGNMENT_LEAST = 1 };
#endif

enum {
    BLOCK_BYTES = 64 * 1024,         /* one page of a CRM's records is a handful of these */
    LARGE_BYTES = BLOCK_BYTES / 4,   /* from here on a block of its own */
    FIRST_TOUCHED = BLOCK_BYTES / 8, /* of the first block: most arenas never fill it */
    ALIGNMENT_MOST = 64,
};

struct icp_arena_block {
    struct icp_arena_block *next;
    size_t size, used;
    size_t born; /* bytes handed out by the arena when the block was made */
    char data[];
};

void icp_arena_open(struct icp_arena *arena, size_t capacity)
{
    *arena = (struct icp_arena){.capacity = capacity};
}

static void release_block(struct icp_arena_block *block)
{
    UNPOISON(block->data, block->size);
    icp_release(block);
}

/* Blocks of the usual size are kept, poisoned, so that a late reader of the old batch is seen; the
   others were made for one request and go. */
void icp_arena_reset(struct icp_arena *arena)
{
    struct icp_arena_block **link = &arena->first;
    while (*link != NULL) {
        struct icp_arena_block *block = *link;
        if (block->size != BLOCK_BYTES) {
            *link = block->next;
            release_block(block);
            continue;
        }
        block->used = 0;
        POISON(block->data, block->size);
        link = &block->next;
    }
    arena->current = arena->first;
    arena->used = 0;
    arena->full = false;
}

struct icp_arena_mark icp_arena_mark(const struct icp_arena *arena)
{
    return (struct icp_arena_mark){.block = arena->current,
                                   .block_used = arena->current == NULL ? 0 : arena->current->used,
                                   .used = arena->used,
                                   .full = arena->full};
}

/* Behind the current block lie blocks not begun yet and blocks made for one large request; the
   latter go when they were made behind the mark. */
void icp_arena_rewind(struct icp_arena *arena, struct icp_arena_mark mark)
{
    if (mark.block == NULL) {
        icp_arena_reset(arena);
        return;
    }
    struct icp_arena_block **link = &mark.block->next;
    while (*link != NULL) {
        struct icp_arena_block *block = *link;
        if (block->size != BLOCK_BYTES && block->born >= mark.used) {
            *link = block->next;
            release_block(block);
            continue;
        }
        if (block->size == BLOCK_BYTES) {
            block->used = 0;
            POISON(block->data, block->size);
        }
        link = &block->next;
    }
    POISON(mark.block->data + mark.block_used, mark.block->size - mark.block_used);
    mark.block->used = mark.block_used;
    arena->current = mark.block;
    arena->used = mark.used;
    arena->full = mark.full;
}

void icp_arena_close(struct icp_arena *arena)
{
    if (arena == NULL)
        return;
    struct icp_arena_block *block = arena->first;
    while (block != NULL) {
        struct icp_arena_block *next = block->next;
        release_block(block);
        block = next;
    }
    *arena = (struct icp_arena){0};
}

static struct icp_arena_block *new_block(struct icp_arena *arena, size_t size)
{
    size_t bytes = 0;
    if (__builtin_add_overflow(size, sizeof(struct icp_arena_block), &bytes))
        return NULL;
    struct icp_arena_block *block = icp_reallocate(NULL, bytes, 1);
    if (block == NULL)
        return NULL;
    icp_touch(block, arena->first == NULL && size == BLOCK_BYTES ? FIRST_TOUCHED : bytes);
    block->size = size;
    block->used = 0;
    block->born = arena->used;
    POISON(block->data, size);
    /* Behind the current block, or as the first of all. */
    struct icp_arena_block **link = arena->current == NULL ? &arena->first : &arena->current->next;
    block->next = *link;
    *link = block;
    if (arena->current == NULL)
        arena->current = block;
    return block;
}

/* NULL when the block has no room for `bytes`. */
static void *take_from(struct icp_arena_block *block, size_t bytes, size_t alignment)
{
    size_t misplaced = ((uintptr_t)block->data + block->used) & (alignment - 1);
    size_t start = block->used + (misplaced > 0 ? alignment - misplaced : 0);
    if (start > block->size || block->size - start < bytes + GAP)
        return NULL;
    block->used = start + bytes + GAP;
    UNPOISON(block->data + start, bytes);
    return memset(block->data + start, 0, bytes);
}

static void *take_bytes(struct icp_arena *arena, size_t bytes, size_t alignment)
{
    if (bytes >= LARGE_BYTES) {
        struct icp_arena_block *own = new_block(arena, bytes + GAP + ALIGNMENT_MOST);
        return own ? take_from(own, bytes, alignment) : NULL;
    }
    for (struct icp_arena_block *block = arena->current; block != NULL; block = block->next) {
        void *taken = take_from(block, bytes, alignment);
        if (taken != NULL) {
            arena->current = block;
            return taken;
        }
    }
    struct icp_arena_block *block = new_block(arena, BLOCK_BYTES);
    if (block == NULL)
        return NULL;
    arena->current = block;
    return take_from(block, bytes, alignment);
}

void *icp_arena_take(struct icp_arena *arena, size_t count, size_t size, size_t alignment)
{
    size_t bytes = 0;
    if (alignment < ALIGNMENT_LEAST)
        alignment = ALIGNMENT_LEAST;
    /* half of PTRDIFF_MAX is more than any machine has: with that the sums below cannot overflow */
    bool wrong = alignment > ALIGNMENT_MOST || (alignment & (alignment - 1)) != 0 ||
                 __builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX / 2;
    if (bytes == 0)
        bytes = 1; /* a pointer of its own, so that "none of them" is not "no memory" */
    if (wrong || bytes > arena->capacity - arena->used) {
        arena->full = true;
        return NULL;
    }
    void *taken = take_bytes(arena, bytes, alignment);
    if (taken == NULL)
        arena->full = true;
    else
        arena->used += bytes;
    return taken;
}

struct icp_str icp_arena_copy(struct icp_arena *arena, struct icp_str text)
{
    if (text.data == NULL)
        return text;
    char *copy = text.length < SIZE_MAX ? icp_arena_take(arena, text.length + 1, 1, 1) : NULL;
    if (copy == NULL)
        return (struct icp_str){NULL, 0};
    memcpy(copy, text.data, text.length);
    return (struct icp_str){copy, text.length};
}

struct icp_str icp_arena_format(struct icp_arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = length >= 0 ? icp_arena_take(arena, (size_t)length + 1, 1, 1) : NULL;
    if (text == NULL)
        return (struct icp_str){NULL, 0};
    va_start(arguments, format);
    length = vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return (struct icp_str){text, length > 0 ? (size_t)length : 0};
}
