/*
 * Reasons without sorting. All that a line can give is known beforehand, so there are two fixed
 * orders: of shares by what rounding cut off, and of reasons by size. A row is a set of bits in the
 * first; the missing points go to its first bits; the shares then become bits in the second, which
 * are the reasons, already in order. What is not known beforehand (a scale, what is unknown,
 * groups, what was held) is merged in by its place.
 */
#include "bulk_internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- All that a line can give --------------------------------------------------------------- */

static int by_rest(const void *left, const void *right)
{
    const struct bulk_rank *a = left, *b = right;
    if (a->rest != b->rest)
        return a->rest > b->rest ? -1 : 1;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return (a->whole > b->whole) - (a->whole < b->whole);
}

static int32_t size_of(int32_t points)
{
    return points < 0 ? -points : points;
}

static int by_size(const void *left, const void *right)
{
    const struct icp_bulk_reason *a = left, *b = right;
    if (size_of(a->points) != size_of(b->points))
        return size_of(a->points) > size_of(b->points) ? -1 : 1;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return (a->points > b->points) - (a->points < b->points);
}

static void add_points_rank(struct icp_bulk *bulk, size_t index, int32_t points)
{
    struct bulk_ranking *ranking = &bulk->ranking;
    if (points != 0 && ranking->count < BULK_MOST_RANKS)
        ranking->ranks[ranking->count++] =
            (struct bulk_rank){.line = bulk->lines.first_points + (uint32_t)index, .whole = points};
}

static void add_rank(struct bulk_ranking *ranking, uint32_t line, icp_wide exact)
{
    if (ranking->count == BULK_MOST_RANKS)
        return;
    struct bulk_share share = bulk_share_of(ranking, line, exact);
    ranking->ranks[ranking->count++] =
        (struct bulk_rank){.line = line, .whole = share.whole, .rest = share.rest};
}

struct bulk_share bulk_share_of(const struct bulk_ranking *ranking, uint32_t line, icp_wide exact)
{
    icp_wide denominator = (icp_wide)ranking->denominator;
    if (exact >= 0 && exact <= INT64_MAX) /* nearly always, and a far cheaper division */
        return (struct bulk_share){.line = line,
                                   .whole = (int32_t)((uint64_t)exact / ranking->denominator),
                                   .rest = (uint64_t)exact % ranking->denominator};
    icp_wide whole = exact / denominator, rest = exact % denominator;
    if (rest < 0) {
        whole--;
        rest += denominator;
    }
    return (struct bulk_share){.line = line, .whole = (int32_t)whole, .rest = (uint64_t)rest};
}

icp_wide bulk_exact_of_criterion(const struct icp_bulk *bulk, size_t index, int64_t micro)
{
    return (icp_wide)bulk->rules->criteria[index].weight * micro * 1000 * bulk->rules->fit_percent;
}

static icp_wide exact_of_adjustment(const struct icp_bulk *bulk, size_t index)
{
    const struct icp_ruleset *rules = bulk->rules;
    return (icp_wide)rules->weight * ICP_NANO * rules->fit_percent *
           rules->adjustments[index].points;
}

enum { CRITERION_POINTS = 101 };

/* What `seen` holds with and without one more line of an any_of. */
static void add_to_sums(bool seen[CRITERION_POINTS], int32_t points)
{
    const int32_t most = CRITERION_POINTS - 1;
    for (int32_t sum = most; sum >= 0; sum--)
        if (seen[sum])
            seen[sum + points > most ? most : sum + points] = true;
}

static void see_points(const struct icp_criterion *criterion, bool seen[CRITERION_POINTS])
{
    seen[0] = true;
    if (criterion->otherwise >= 0 && criterion->otherwise < CRITERION_POINTS)
        seen[criterion->otherwise] = true;
    for (size_t i = 0; i < criterion->count; i++) {
        int32_t points = criterion->lines[i].points;
        if (points < 0 || points >= CRITERION_POINTS)
            continue;
        if (criterion->kind == ICP_RULE_ANY_OF)
            add_to_sums(seen, points);
        seen[points] = true;
    }
}

static void add_criteria(struct icp_bulk *bulk)
{
    for (size_t i = 0; i < bulk->rules->criterion_count; i++) {
        bool seen[CRITERION_POINTS] = {false};
        see_points(&bulk->rules->criteria[i], seen);
        for (int32_t points = 0; points < CRITERION_POINTS; points++)
            if (seen[points])
                add_rank(&bulk->ranking, bulk->lines.first_fit + (uint32_t)i,
                         bulk_exact_of_criterion(bulk, i, points * ICP_NUMBER_SCALE));
    }
}

/* ---- Points model --------------------------------------------------------------------------- */

/* A line's own points, and those of its rule. */
static void add_rule(struct icp_bulk *bulk, size_t index, const struct icp_criterion *rule)
{
    int32_t most = rule->most_sum;
    if (rule->has_otherwise)
        add_points_rank(bulk, index, rule->otherwise);
    for (size_t i = 0; i < rule->count; i++)
        add_points_rank(bulk, index, rule->lines[i].points);
    if (rule->kind == ICP_RULE_ANY_OF && most > 0 && most <= BULK_MOST_UNITS)
        for (int32_t points = 1; points <= most; points++)
            add_points_rank(bulk, index, points);
}

static void add_decay(struct icp_bulk *bulk, size_t index, const struct icp_points_line *line)
{
    int32_t size = size_of(line->points);
    for (int32_t points = 1; points <= size && points <= BULK_MOST_UNITS; points++)
        add_points_rank(bulk, index, line->points < 0 ? -points : points);
}

static void add_units(struct icp_bulk *bulk, size_t index, const struct icp_points_line *line)
{
    int32_t units = line->has_cap && line->points != 0 ? line->cap / line->points : 16;
    for (int32_t unit = 1; unit <= units && unit <= BULK_MOST_UNITS; unit++)
        add_points_rank(bulk, index, line->points * unit);
    if (line->has_cap)
        add_points_rank(bulk, index, line->cap);
}

static void add_points(struct icp_bulk *bulk)
{
    for (size_t i = 0; i < bulk->rules->points_count; i++) {
        const struct icp_points_line *line = &bulk->rules->points[i];
        if (line->kind == ICP_POINTS_WHEN)
            add_points_rank(bulk, i, line->points);
        else if (line->kind == ICP_POINTS_RULE)
            add_rule(bulk, i, line->rule);
        else if (line->kind == ICP_POINTS_DECAY)
            add_decay(bulk, i, line);
        else if (line->kind == ICP_POINTS_PER)
            add_units(bulk, i, line);
    }
}

/* In the points model nothing is cut off: both orders are one. */
static bool order_points(struct icp_bulk *bulk)
{
    struct bulk_ranking *ranking = &bulk->ranking;
    struct icp_bulk_reason *order =
        ICP_NEW_ARRAY(&bulk->arena, struct icp_bulk_reason, ranking->count + 1);
    size_t kept = 0;
    if (!order)
        return false;
    for (size_t i = 0; i < ranking->count; i++)
        order[i] = (struct icp_bulk_reason){.line = ranking->ranks[i].line,
                                            .points = ranking->ranks[i].whole};
    qsort(order, ranking->count, sizeof(*order), by_size);
    for (size_t i = 0; i < ranking->count; i++)
        if (kept == 0 || by_size(&order[i], &order[kept - 1]) != 0)
            order[kept++] = order[i];
    for (size_t i = 0; i < kept; i++)
        ranking->ranks[i] = (struct bulk_rank){.line = order[i].line, .whole = order[i].points};
    ranking->count = ranking->order_count = kept;
    ranking->words = ranking->order_words = (kept + 63) / 64;
    ranking->order = order;
    return true;
}

static bool open_group_ranks(struct icp_bulk *bulk)
{
    const struct bulk_ranking *ranking = &bulk->ranking;
    bulk->group_ranks =
        ICP_NEW_ARRAY(&bulk->arena, uint64_t, bulk->rules->group_count * ranking->words + 1);
    if (!bulk->group_ranks)
        return false;
    for (size_t i = 0; i < ranking->count; i++) {
        size_t index = ranking->ranks[i].line - bulk->lines.first_points;
        uint32_t group = bulk->rules->points[index].group;
        if (group != ICP_NO_GROUP)
            bulk_bit_set(bulk->group_ranks + group * ranking->words, i);
    }
    return true;
}

/* ---- The two orders ------------------------------------------------------------------------- */

/* What stands for the reasons of the order, ready to be copied. */
static bool make_tokens(struct icp_bulk *bulk)
{
    struct bulk_ranking *ranking = &bulk->ranking;
    ranking->tokens = ICP_NEW_ARRAY(&bulk->arena, struct bulk_token, ranking->order_count + 1);
    if (!ranking->tokens)
        return false;
    for (uint32_t i = 0; i < ranking->order_count; i++) {
        struct icp_bulk_reason *reason = &ranking->order[i];
        struct bulk_token *token = &ranking->tokens[i];
        char text[2 * BULK_SHORT + BULK_POINTS_TEXT] = {0};
        if (bulk->lines.lines[reason->line].id.length + BULK_POINTS_TEXT > BULK_TOKEN_MOST)
            continue;
        token->length = (uint8_t)bulk_token_write(&bulk->lines, reason, text);
        memcpy(token->text, text, token->length);
        reason->token = i + 1;
    }
    return true;
}

static uint32_t place_of(const struct bulk_ranking *ranking, uint32_t line, int32_t points)
{
    struct icp_bulk_reason reason = {.line = line, .points = points};
    const struct icp_bulk_reason *found =
        points == 0
            ? NULL
            : bsearch(&reason, ranking->order, ranking->order_count, sizeof(reason), by_size);
    return found ? (uint32_t)(found - ranking->order) : UINT32_MAX;
}

static bool make_places(struct icp_bulk *bulk)
{
    struct bulk_ranking *ranking = &bulk->ranking;
    if (ranking->order_words > BULK_FEW_WORDS)
        return true;
    ranking->places = ICP_NEW_ARRAY(&bulk->arena, struct bulk_places, ranking->count + 1);
    for (size_t i = 0; ranking->places && i < ranking->count; i++) {
        const struct bulk_rank *rank = &ranking->ranks[i];
        if (rank->plain != UINT32_MAX)
            bulk_bit_set(ranking->places[i].set[0], rank->plain);
        if (rank->raised != UINT32_MAX)
            bulk_bit_set(ranking->places[i].set[1], rank->raised);
    }
    return ranking->places != NULL;
}

static bool make_order(struct icp_bulk *bulk)
{
    struct bulk_ranking *ranking = &bulk->ranking;
    size_t kept = 0;
    struct icp_bulk_reason *order =
        ICP_NEW_ARRAY(&bulk->arena, struct icp_bulk_reason, 2 * ranking->count + 1);
    if (!order)
        return false;
    for (size_t i = 0; i < ranking->count; i++) {
        const struct bulk_rank *rank = &ranking->ranks[i];
        order[2 * i] = (struct icp_bulk_reason){.line = rank->line, .points = rank->whole};
        order[2 * i + 1] = (struct icp_bulk_reason){.line = rank->line, .points = rank->whole + 1};
    }
    qsort(order, 2 * ranking->count, sizeof(*order), by_size);
    for (size_t i = 0; i < 2 * ranking->count; i++)
        if (order[i].points != 0 && (kept == 0 || by_size(&order[i], &order[kept - 1]) != 0))
            order[kept++] = order[i];
    ranking->order = order;
    ranking->order_count = kept;
    ranking->order_words = (kept + 63) / 64;
    for (size_t i = 0; i < ranking->count; i++) {
        struct bulk_rank *rank = &ranking->ranks[i];
        rank->plain = place_of(ranking, rank->line, rank->whole);
        rank->raised = place_of(ranking, rank->line, rank->whole + 1);
    }
    return make_places(bulk) && make_tokens(bulk);
}

static bool index_by_line(struct icp_bulk *bulk)
{
    struct bulk_ranking *ranking = &bulk->ranking;
    size_t lines = bulk->lines.count;
    uint32_t *next = ICP_NEW_ARRAY(&bulk->arena, uint32_t, lines + 1);
    ranking->first = ICP_NEW_ARRAY(&bulk->arena, uint32_t, lines + 1);
    ranking->by_line = ICP_NEW_ARRAY(&bulk->arena, uint32_t, ranking->count + 1);
    if (!next || !ranking->first || !ranking->by_line)
        return false;
    for (size_t i = 0; i < ranking->count; i++)
        ranking->first[ranking->ranks[i].line + 1]++;
    for (size_t i = 0; i < lines; i++)
        ranking->first[i + 1] += ranking->first[i];
    memcpy(next, ranking->first, lines * sizeof(*next));
    for (uint32_t i = 0; i < ranking->count; i++)
        ranking->by_line[next[ranking->ranks[i].line]++] = i;
    return true;
}

/* What the lines and criteria over several columns can give. */
static bool rank_several(struct icp_bulk *bulk)
{
    struct bulk_ranking *ranking = &bulk->ranking;
    for (size_t i = 0; i < bulk->several_points_count; i++) {
        struct bulk_points_line *line = &bulk->several_points[i];
        line->share = (struct bulk_share){.line = bulk->lines.first_points + line->index,
                                          .whole = bulk->rules->points[line->index].points};
        line->rank = line->share.whole == 0 ? UINT32_MAX : bulk_rank_find(ranking, &line->share);
    }
    for (size_t i = 0; i < bulk->several_count; i++) {
        struct bulk_criterion *several = &bulk->several[i];
        const struct icp_criterion *criterion = &bulk->rules->criteria[several->index];
        several->shares = ICP_NEW_ARRAY(&bulk->arena, struct bulk_share, criterion->count + 2);
        several->ranks = ICP_NEW_ARRAY(&bulk->arena, uint32_t, criterion->count + 2);
        for (size_t k = 0; several->shares && several->ranks && k < criterion->count + 2; k++) {
            int64_t points = k < criterion->count    ? criterion->lines[k].points
                             : k == criterion->count ? criterion->otherwise
                                                     : 0;
            several->shares[k] = bulk_share_of(
                ranking, bulk->lines.first_fit + several->index,
                bulk_exact_of_criterion(bulk, several->index, points * ICP_NUMBER_SCALE));
            several->ranks[k] = bulk_rank_find(ranking, &several->shares[k]);
        }
    }
    return !bulk->arena.full;
}

bool bulk_ranking_open(struct icp_bulk *bulk)
{
    const struct icp_ruleset *rules = bulk->rules;
    struct bulk_ranking *ranking = &bulk->ranking;
    icp_wide denominator = (icp_wide)rules->weight * ICP_NANO * 100;
    ranking->ranks = ICP_NEW_ARRAY(&bulk->arena, struct bulk_rank, BULK_MOST_RANKS);
    bulk->adjustment_ranks = ICP_NEW_ARRAY(&bulk->arena, uint32_t, rules->adjustment_count + 1);
    if (!ranking->ranks || !bulk->adjustment_ranks)
        return false;
    if (rules->has_points) {
        add_points(bulk);
        return order_points(bulk) && make_tokens(bulk) && index_by_line(bulk) &&
               open_group_ranks(bulk) && rank_several(bulk);
    }
    if (rules->weight <= 0 || rules->weight > BULK_MOST_WEIGHT) {
        bulk->slow = true; /* sums might leave 64 bits */
        return true;
    }
    ranking->denominator = (uint64_t)denominator;
    add_criteria(bulk);
    for (size_t i = 0; i < rules->adjustment_count; i++)
        add_rank(ranking, bulk->lines.first_adjustment + (uint32_t)i, exact_of_adjustment(bulk, i));
    qsort(ranking->ranks, ranking->count, sizeof(*ranking->ranks), by_rest);
    ranking->words = (ranking->count + 63) / 64;
    if (!make_order(bulk) || !index_by_line(bulk) || !rank_several(bulk))
        return false;
    for (size_t i = 0; i < rules->adjustment_count; i++) {
        struct bulk_share share = bulk_share_of(ranking, bulk->lines.first_adjustment + (uint32_t)i,
                                                exact_of_adjustment(bulk, i));
        bulk->adjustment_ranks[i] = bulk_rank_find(ranking, &share);
        if (bulk->adjustment_ranks[i] == UINT32_MAX)
            bulk->slow = true; /* more lines than ranks */
    }
    return true;
}

/* May a rule give what has no rank? A bound that is too low costs speed alone: see bulk_share_add.
 */
static bool may_lack_rank(const struct icp_bulk *bulk, const struct icp_criterion *rule)
{
    if (rule->kind == ICP_RULE_ANY_OF && bulk->rules->has_points)
        return rule->least_sum < 0 || rule->most_sum > BULK_MOST_UNITS;
    return rule->kind == ICP_RULE_SCALE;
}

static bool points_may_lack_rank(const struct icp_bulk *bulk, const struct icp_points_line *line)
{
    if (line->kind == ICP_POINTS_RULE)
        return may_lack_rank(bulk, line->rule);
    if (line->kind == ICP_POINTS_DECAY)
        return size_of(line->points) > BULK_MOST_UNITS;
    return line->kind == ICP_POINTS_PER &&
           (!line->has_cap || line->points == 0 || line->cap / line->points > BULK_MOST_UNITS);
}

void bulk_shares_bound(struct icp_bulk *bulk)
{
    bool all = bulk->ranking.count == BULK_MOST_RANKS;
    for (size_t i = 0; i < bulk->field_count; i++) {
        const struct bulk_column *column = &bulk->columns[i];
        size_t count = 0;
        for (size_t k = 0; k < column->criterion_count; k++)
            count +=
                all || may_lack_rank(bulk, &bulk->rules->criteria[column->criteria[k]]) ? 1 : 0;
        for (size_t k = 0; k < column->points_count; k++)
            count +=
                all || points_may_lack_rank(bulk, &bulk->rules->points[column->points[k]]) ? 1 : 0;
        if (count > bulk->most_shares)
            bulk->most_shares = count;
    }
}

uint32_t bulk_rank_find(const struct bulk_ranking *ranking, const struct bulk_share *share)
{
    for (uint32_t i = ranking->first[share->line]; i < ranking->first[share->line + 1]; i++) {
        const struct bulk_rank *rank = &ranking->ranks[ranking->by_line[i]];
        if (rank->whole == share->whole && rank->rest == share->rest)
            return ranking->by_line[i];
    }
    return UINT32_MAX;
}
