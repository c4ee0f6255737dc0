/* Random numbers from a fixed seed, the same everywhere: xorshift. */
#ifndef ICP_TEST_DRAW_H
#define ICP_TEST_DRAW_H

#include <stdint.h>

static inline uint32_t draw(uint64_t *seed, uint32_t below)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return (uint32_t)(*seed >> 33) % below;
}

#endif
