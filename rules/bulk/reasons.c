/*
 * The reasons of a row: from the bits of its ranks to a list that adds up to its score, largest
 * first. Invariant: the missing points go to those whose rest is largest, whether they have a rank
 * or not, so that the list is the rule engine's to the last point.
 */
#include "bulk_internal.h"

#include <string.h>

static int32_t size_of(int32_t points)
{
    return points < 0 ? -points : points;
}

/* ---- What rounding cut off ------------------------------------------------------------------ */

/* How many ranks stand before a share that has none. No branch asks which half: it is as good as
   random. */
static size_t ranks_before(const struct bulk_ranking *ranking, const struct bulk_share *share)
{
    size_t low = 0;
    for (size_t left = ranking->count; left > 0;) {
        size_t half = (left + 1) / 2;
        const struct bulk_rank *rank = &ranking->ranks[low + half - 1];
        size_t before =
            (rank->rest > share->rest) | ((rank->rest == share->rest) & (rank->line < share->line));
        low += half & (0 - before);
        left -= half;
    }
    return low;
}

static size_t bits_below(const uint64_t *bits, size_t place)
{
    size_t count = 0;
    for (size_t i = 0; i < place / 64; i++)
        count += (size_t)__builtin_popcountll(bits[i]);
    if (place % 64 != 0)
        count += (size_t)__builtin_popcountll(bits[place / 64] << (64 - place % 64));
    return count;
}

static bool share_before(const struct bulk_share *a, const struct bulk_share *b)
{
    return a->rest != b->rest ? a->rest > b->rest : a->line < b->line;
}

static void sort_shares(struct bulk_share *shares, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct bulk_share moved = shares[i];
        size_t at = i;
        for (; at > 0 && share_before(&moved, &shares[at - 1]); at--)
            shares[at] = shares[at - 1];
        shares[at] = moved;
    }
}

/* Raises the shares without a rank that are among the first `missing`; returns how many. */
static size_t raise_shares(const struct bulk_ranking *ranking, const uint64_t *bits,
                           struct bulk_share *shares, size_t count, size_t missing)
{
    size_t raised = 0;
    sort_shares(shares, count);
    for (size_t i = 0; i < count; i++) {
        if (bits_below(bits, ranks_before(ranking, &shares[i])) + i >= missing)
            break;
        shares[i].whole++;
        raised++;
    }
    return raised;
}

/* The places of the row's ranks, the first `missing` raised; returns how many are missing still. */
static size_t place_many(const struct bulk_ranking *ranking, const uint64_t *bits, size_t missing,
                         uint64_t *order_bits)
{
    memset(order_bits, 0, ranking->order_words * sizeof(*order_bits));
    for (size_t w = 0; w < ranking->words; w++) {
        for (uint64_t rest = bits[w]; rest != 0; rest &= rest - 1) {
            const struct bulk_rank *rank = &ranking->ranks[w * 64 + (size_t)__builtin_ctzll(rest)];
            uint32_t place = missing > 0 ? rank->raised : rank->plain;
            missing -= missing > 0 ? 1 : 0;
            if (place != UINT32_MAX)
                bulk_bit_set(order_bits, place);
        }
    }
    return missing;
}

/* The same for as few places as usual files have: they stay in registers. */
static size_t place_few(const struct bulk_ranking *ranking, const uint64_t *bits, size_t missing,
                        uint64_t *order_bits)
{
    uint64_t a = 0, b = 0, c = 0, d = 0;
    for (size_t w = 0; w < ranking->words; w++) {
        for (uint64_t rest = bits[w]; rest != 0; rest &= rest - 1) {
            const struct bulk_places *places =
                &ranking->places[w * 64 + (size_t)__builtin_ctzll(rest)];
            const uint64_t *set = places->set[missing > 0];
            missing -= missing > 0;
            a |= set[0];
            b |= set[1];
            c |= set[2];
            d |= set[3];
        }
    }
    order_bits[0] = a;
    order_bits[1] = b;
    order_bits[2] = c;
    order_bits[3] = d;
    return missing;
}
_Static_assert(BULK_FEW_WORDS == 4, "each word is written out here");

/* ---- The list ------------------------------------------------------------------------------- */

static void sort_reasons(struct bulk_share *shares, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct bulk_share moved = shares[i];
        size_t at = i;
        for (; at > 0; at--) {
            int32_t size = size_of(shares[at - 1].whole);
            if (size > size_of(moved.whole) ||
                (size == size_of(moved.whole) && shares[at - 1].line < moved.line))
                break;
            shares[at] = shares[at - 1];
        }
        shares[at] = moved;
    }
}

static bool stands_before(const struct bulk_share *share, const struct icp_bulk_reason *reason)
{
    int32_t a = size_of(share->whole), b = size_of(reason->points);
    return a != b ? a > b : share->line < reason->line;
}

/* Only a list that adds up needs what is unknown and what was held. */
static size_t keep_named(const struct bulk_lines *lines, struct bulk_share *shares, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        enum icp_reason_kind kind = lines->lines[shares[i].line].kind;
        if (kind != ICP_REASON_HELD && kind != ICP_REASON_UNKNOWN)
            shares[kept++] = shares[i];
    }
    return kept;
}

static struct icp_bulk_reason reason_of(const struct bulk_share *share)
{
    return (struct icp_bulk_reason){.line = share->line, .points = share->whole};
}

void bulk_reasons_write(struct icp_bulk_work *work, const uint64_t *order_bits, size_t share_count,
                        size_t most, struct icp_bulk_result *result)
{
    const struct icp_bulk_reason *order = work->bulk->ranking.order;
    const size_t words = work->bulk->ranking.order_words;
    struct icp_bulk_reason *reasons = work->reasons;
    struct bulk_share *shares = work->shares;
    size_t count = 0, next = 0;
    if (most < SIZE_MAX)
        share_count = keep_named(&work->bulk->lines, shares, share_count);
    if (share_count > 1)
        sort_reasons(shares, share_count);
    for (size_t w = 0; w < words && count < most; w++) {
        for (uint64_t rest = order_bits[w]; rest != 0 && count < most; rest &= rest - 1) {
            const struct icp_bulk_reason *reason = &order[w * 64 + (size_t)__builtin_ctzll(rest)];
            while (next < share_count && count < most && stands_before(&shares[next], reason))
                reasons[count++] = reason_of(&shares[next++]);
            if (count < most)
                reasons[count++] = *reason;
        }
    }
    for (; next < share_count && count < most && shares[next].whole != 0; next++)
        reasons[count++] = reason_of(&shares[next]);
    result->reasons = reasons;
    result->reason_count = count;
}

bool bulk_reasons_make(struct icp_bulk_work *work, size_t share_count, int64_t whole, size_t most,
                       struct icp_bulk_result *result)
{
    const struct bulk_ranking *ranking = &work->bulk->ranking;
    const uint64_t *bits = work->sum->bits + work->bulk->facts.words;
    int64_t missing = result->score - whole;
    if (missing < 0)
        missing = 0;
    size_t raised = raise_shares(ranking, bits, work->shares, share_count, (size_t)missing);
    size_t left = (ranking->places ? place_few : place_many)(
        ranking, bits, (size_t)missing - raised, work->order_bits);
    if (left > 0)
        return false;
    bulk_reasons_write(work, work->order_bits, share_count, most, result);
    return true;
}
