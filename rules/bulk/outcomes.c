/*
 * Outcomes: what one value of one column can do, worked out by the rule engine on a record that
 * knows nothing else. Equal outcomes are kept once, so that the few that matter stay in the
 * processor's nearest memory.
 */
#include "bulk_internal.h"

#include <string.h>

/* ---- Shares --------------------------------------------------------------------------------- */

static void add_share(const struct icp_bulk *bulk, struct bulk_outcome *outcome,
                      const struct bulk_share *share)
{
    uint32_t rank = bulk_rank_find(&bulk->ranking, share);
    outcome->sums[BULK_SUM_WHOLE] += share->whole;
    if (rank != UINT32_MAX)
        bulk_bit_set(outcome->bits + bulk->facts.words, rank);
    else if ((size_t)outcome->sums[BULK_SUM_DYNAMIC] < bulk->most_shares)
        bulk_shares(bulk, outcome)[outcome->sums[BULK_SUM_DYNAMIC]++] = *share;
    else
        outcome->sums[BULK_SUM_DYNAMIC] |= BULK_NO_ROOM;
}

void bulk_row_add(struct icp_bulk_work *work, const struct bulk_share *share, uint32_t rank,
                  size_t *count)
{
    work->sum->sums[BULK_SUM_WHOLE] += share->whole;
    if (rank != UINT32_MAX)
        bulk_bit_set(work->sum->bits + work->bulk->facts.words, rank);
    else
        work->shares[(*count)++] = *share;
}

bool bulk_shares_gather(struct icp_bulk_work *work, size_t *count)
{
    int64_t all = work->sum->sums[BULK_SUM_DYNAMIC];
    if (all >= BULK_NO_ROOM)
        return false;
    for (size_t i = 0; all > 0 && i < work->bulk->field_count; i++)
        for (int64_t s = 0; s < work->taken[i]->sums[BULK_SUM_DYNAMIC]; s++)
            work->shares[(*count)++] = bulk_shares(work->bulk, work->taken[i])[s];
    return true;
}

/* ---- One criterion -------------------------------------------------------------------------- */

void bulk_criterion_sum(const struct icp_bulk *bulk, struct bulk_outcome *outcome, size_t index,
                        const struct icp_criterion_result *result)
{
    const struct icp_criterion *criterion = &bulk->rules->criteria[index];
    int64_t weight = criterion->weight, product = weight * result->micro;
    int64_t *parts = bulk_parts(bulk, outcome);
    parts[BULK_PART_NEUTRAL] += product;
    if (result->counted) {
        parts[BULK_PART_MEAN_WEIGHT] += weight;
        parts[BULK_PART_MEAN] += product;
    }
    if (result->known)
        parts[BULK_PART_KNOWN_WEIGHT] += weight;
    else if (criterion->missing != ICP_MISSING_ZERO)
        parts[BULK_PART_UNKNOWN] += product;
}

static void add_criterion(const struct icp_bulk *bulk, struct bulk_outcome *outcome, size_t index,
                          const struct icp_criterion_result *result)
{
    bulk_criterion_sum(bulk, outcome, index, result);
    if (!result->known && bulk->rules->criteria[index].missing != ICP_MISSING_ZERO)
        return;
    struct bulk_share share = bulk_share_of(&bulk->ranking, bulk->lines.first_fit + (uint32_t)index,
                                            bulk_exact_of_criterion(bulk, index, result->micro));
    add_share(bulk, outcome, &share);
}

static void add_points(const struct icp_bulk *bulk, struct bulk_outcome *outcome, size_t index,
                       int32_t points)
{
    struct bulk_share share = {.line = bulk->lines.first_points + (uint32_t)index, .whole = points};
    if (points != 0)
        add_share(bulk, outcome, &share);
}

/* ---- One value ------------------------------------------------------------------------------ */

static bool fact_holds(struct icp_bulk_work *work, const struct bulk_fact *fact)
{
    if (fact->kind == BULK_FACT_TITLE)
        return icp_role_title_holds(&work->inner, fact->role);
    if (fact->kind == BULK_FACT_DEPARTMENT)
        return icp_role_department_holds(&work->inner, fact->role);
    struct icp_value value =
        icp_condition_evaluate(&work->inner, (struct icp_str){0}, fact->when, work->inner.slots);
    return value.kind == ICP_VALUE_BOOLEAN && value.as.boolean == fact->want;
}

static void add_facts(struct icp_bulk_work *work, struct bulk_outcome *outcome, uint32_t field)
{
    const struct icp_bulk *bulk = work->bulk;
    const struct icp_ruleset *rules = bulk->rules;
    for (size_t i = bulk->facts.first[field]; i < bulk->facts.first[field + 1]; i++) {
        const struct bulk_fact *fact = &bulk->facts.list[bulk->facts.order[i]];
        if (fact_holds(work, fact))
            bulk_bit_set(outcome->bits, bulk->facts.order[i]);
    }
    uint32_t slot = bulk->columns[field].slot;
    if (!icp_value_is_set(&work->inner, slot))
        return;
    if (slot == rules->opted_out_slot)
        bulk_bit_set(outcome->bits, BULK_FACT_OPTED_OUT);
    if (slot == rules->bounced_slot)
        bulk_bit_set(outcome->bits, BULK_FACT_BOUNCED);
    if (slot == rules->email_slot)
        bulk_bit_set(outcome->bits, BULK_FACT_HAS_EMAIL);
}

static void work_out(struct icp_bulk_work *work, struct bulk_outcome *outcome, uint32_t field,
                     struct icp_str cell)
{
    const struct bulk_column *column = &work->bulk->columns[field];
    work->alone[field] = cell;
    work->inner.input = &work->inner_input;
    work->inner_result = (struct icp_result){0};
    work->inner.stop_count = 0;
    icp_value_take(&work->inner, field);
    for (size_t i = 0; i < column->derived_count; i++)
        icp_value_derive(&work->inner, column->derived[i]);
    for (size_t i = 0; i < column->criterion_count; i++) {
        icp_criterion_evaluate(&work->inner, column->criteria[i]);
        add_criterion(work->bulk, outcome, column->criteria[i],
                      &work->inner.criteria[column->criteria[i]]);
    }
    for (size_t i = 0; i < column->points_count; i++) {
        icp_points_line_evaluate(&work->inner, column->points[i]);
        add_points(work->bulk, outcome, column->points[i],
                   work->inner.points[column->points[i]].points);
    }
    add_facts(work, outcome, field);
    if (work->inner.stop_count > 0)
        bulk_bit_set(outcome->bits, BULK_FACT_STOPPED);
    work->inner.stop_count = 0;
    outcome->sums[BULK_SUM_REFUSED] = work->inner_result.refused_values;
    work->alone[field] = (struct icp_str){0};
    if (work->scratch.full)
        work->failed = true;
    icp_arena_reset(&work->scratch);
}

/* ---- Kept once ------------------------------------------------------------------------------ */

static uint64_t hash_of(const struct bulk_outcome *outcome, size_t bytes)
{
    uint64_t hash = 0x9E3779B97F4A7C15u;
    const char *data = (const char *)outcome;
    for (size_t i = 0; i < bytes; i += sizeof(uint64_t)) {
        uint64_t part;
        memcpy(&part, data + i, sizeof(part));
        hash = (hash ^ part) * 0xBF58476D1CE4E5B9u;
        hash ^= hash >> 29;
    }
    return hash;
}

uint32_t bulk_outcome_make(struct icp_bulk_work *work, uint32_t field, struct icp_str cell)
{
    size_t bytes = work->bulk->outcome_bytes;
    uint32_t made = work->outcome_next;
    struct bulk_outcome *outcome = bulk_outcome_at(work, made);
    work->counts.cells_made++;
    memset(outcome, 0, bytes);
    work_out(work, outcome, field, cell);
    uint32_t at = (uint32_t)hash_of(outcome, bytes) & work->outcome_mask;
    for (; work->outcome_table[at] != 0; at = (at + 1) & work->outcome_mask)
        if (memcmp(outcome, bulk_outcome_at(work, work->outcome_table[at]), bytes) == 0)
            return work->outcome_table[at];
    work->outcome_table[at] = made;
    work->outcome_next += (uint32_t)(bytes / BULK_OUTCOME_UNIT);
    return made;
}
