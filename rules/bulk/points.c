/*
 * A row of the points model: the lines' points as they stand in the outcomes, what looks at several
 * columns or at signals, then caps of groups and 0..max. Lines are worth whole points, so that the
 * bits of a row are its reasons.
 */
#include "bulk_internal.h"

#include <string.h>

struct row { /* being scored */
    struct icp_bulk_work *work;
    struct icp_bulk_result *result;
    size_t share_count;
};

static void add_share(struct row *row, uint32_t line, int64_t points)
{
    row->work->shares[row->share_count++] =
        (struct bulk_share){.line = line, .whole = (int32_t)points};
}

static bool add_signals(struct row *row, struct icp_err *err)
{
    struct icp_bulk_work *work = row->work;
    const struct icp_bulk *bulk = work->bulk;
    if (work->input.signal_count == 0)
        return true;
    bulk_inner_row(work);
    work->inner_result.future_signals = 0;
    if (icp_signals_walk(&work->inner, err) != ICP_OK)
        return false;
    row->result->future_signals = work->inner_result.future_signals;
    for (size_t i = 0; i < bulk->signal_points_count; i++) {
        uint32_t index = bulk->signal_points[i];
        icp_points_line_evaluate(&work->inner, index);
        struct bulk_share share = {.line = bulk->lines.first_points + index,
                                   .whole = work->inner.points[index].points};
        if (share.whole != 0)
            bulk_row_add(work, &share, UINT32_MAX, &row->share_count);
    }
    return true;
}

/* ---- Groups --------------------------------------------------------------------------------- */

static int64_t points_of_group(const struct row *row, size_t group)
{
    const struct icp_bulk *bulk = row->work->bulk;
    const struct bulk_ranking *ranking = &bulk->ranking;
    const uint64_t *ranks = bulk->group_ranks + group * ranking->words;
    const uint64_t *bits = row->work->sum->bits + bulk->facts.words;
    int64_t points = 0;
    for (size_t w = 0; w < ranking->words; w++)
        for (uint64_t rest = bits[w] & ranks[w]; rest != 0; rest &= rest - 1)
            points += ranking->ranks[w * 64 + (size_t)__builtin_ctzll(rest)].whole;
    for (size_t i = 0; i < row->share_count; i++) {
        const struct bulk_share *share = &row->work->shares[i];
        if (share->line < bulk->lines.first_held_group &&
            bulk->rules->points[share->line - bulk->lines.first_points].group == group)
            points += share->whole;
    }
    return points;
}

static void hold_groups(struct row *row)
{
    struct icp_bulk_work *work = row->work;
    const struct icp_ruleset *rules = work->bulk->rules;
    for (size_t i = 0; i < rules->group_count; i++) {
        int64_t points = points_of_group(row, i);
        icp_wide held = icp_group_hold(points * (icp_wide)ICP_NANO, &rules->groups[i]);
        int64_t off = (int64_t)(held / ICP_NANO) - points;
        struct icp_value *slot = &work->inner.slots[rules->group_base + i];
        slot->kind = ICP_VALUE_NUMBER;
        slot->as.number = (int64_t)(held / (ICP_NANO / ICP_NUMBER_SCALE));
        work->sum->sums[BULK_SUM_WHOLE] += off;
        if (off != 0)
            add_share(row, work->bulk->lines.first_held_group + (uint32_t)i, off);
    }
    bulk_group_facts(work);
}

/* ---- The row -------------------------------------------------------------------------------- */

static size_t take_letter(struct row *row)
{
    static const char letters[] = BULK_LETTERS;
    const struct icp_grade_lines *lines = &row->work->bulk->rules->fit_lines;
    struct icp_bulk_result *result = row->result;
    size_t i = 0;
    while (i + 1 < lines->count && result->score < lines->lines[i].from)
        i++;
    result->grade[0] = lines->lines[i].mark;
    if (result->disqualified)
        result->grade[0] = 'X';
    return (size_t)(strchr(letters, result->grade[0]) - letters);
}

bool bulk_score_points(struct icp_bulk_work *work, size_t most, struct icp_bulk_result *result,
                       struct icp_err *err)
{
    const struct icp_bulk *bulk = work->bulk;
    struct row row = {.work = work, .result = result};
    bulk_result_open(result, -1);
    if (!bulk_holds(work, &bulk->applies))
        return false; /* little is worked out then, and by its own rules */
    for (size_t i = 0; i < bulk->several_points_count; i++)
        if (bulk_holds(work, &bulk->several_points[i].holds))
            bulk_row_add(work, &bulk->several_points[i].share, bulk->several_points[i].rank,
                         &row.share_count);
    if (!add_signals(&row, err))
        return false;
    if (!bulk_shares_gather(work, &row.share_count))
        return false;
    if (bulk->rules->group_count > 0)
        hold_groups(&row);
    int64_t sum = work->sum->sums[BULK_SUM_WHOLE];
    result->refused_values = (uint32_t)work->sum->sums[BULK_SUM_REFUSED];
    result->reach = bulk_reach_of(work);
    result->disqualified = bulk_disqualified(work);
    if (!result->disqualified && sum > 0)
        result->score = sum > bulk->rules->score_most ? bulk->rules->score_most : (int32_t)sum;
    bulk_tier_choose(work, take_letter(&row), 0, result);
    if (most == 0)
        return true;
    if (result->disqualified) {
        bulk_disqualifiers_list(work, most, result);
        return true;
    }
    if (sum != result->score)
        add_share(&row, bulk->lines.held_points, result->score - sum);
    bulk_reasons_write(work, work->sum->bits + bulk->facts.words, row.share_count, most, result);
    return true;
}
