/*
 * Decay factors: 0.5^(age / half_life) rounded to nine decimals, worked out with integers alone so
 * that every machine gets the same table. 2^-(q + r/h) is 2^-q times exp(-r/h × ln 2), the latter
 * by its series in 60-bit fixed point; its error, some 1e-17, is far below what rounding can see.
 */
#include "engine.h"

enum { FRACTION_BITS = 60, MOST_TERMS = 32 };
static const int64_t one = INT64_C(1) << FRACTION_BITS;
static const int64_t ln2 = INT64_C(799144290325165979); /* ln 2 × 2^60 */

/* 2^-(remainder / half_life), 0 <= remainder < half_life, as a fraction of 2^60. */
static int64_t part_of_halving(int32_t remainder, int32_t half_life)
{
    int64_t exponent = (int64_t)((icp_wide)ln2 * remainder / half_life);
    int64_t sum = one, term = one;
    for (int n = 1; n < MOST_TERMS && term != 0; n++) {
        term = (int64_t)((icp_wide)term * exponent / one) / n;
        sum += n % 2 == 1 ? -term : term;
    }
    return sum;
}

static uint32_t factor(int32_t age, int32_t half_life)
{
    int32_t halvings = age / half_life;
    if (halvings > 31)
        return 0; /* 2^-32 × 1e9 rounds to 0 */
    icp_wide part = (icp_wide)part_of_halving(age % half_life, half_life) * ICP_NANO;
    icp_wide divisor = (icp_wide)one << halvings;
    return (uint32_t)((2 * part + divisor) / (2 * divisor));
}

const struct icp_decay *icp_decay_table(struct icp_arena *arena, int32_t half_life)
{
    struct icp_decay *decay = ICP_NEW(arena, struct icp_decay);
    uint32_t *factors = ICP_NEW_ARRAY(arena, uint32_t, (size_t)half_life * 32);
    if (!decay || !factors)
        return NULL;
    size_t count = 0;
    for (uint32_t value = factor(0, half_life); value > 0;
         value = factor((int32_t)count, half_life))
        factors[count++] = value;
    decay->half_life = half_life;
    decay->factors = factors;
    decay->count = count;
    return decay;
}
