/*
 * A row: the sum of its cells' outcomes, then what looks at several of them, then score, grade,
 * tier and reach as the rule engine works them out. Every number is a 64-bit sum whose bound was
 * looked at when the rules were opened; what could leave it, or has no place in the tables, goes
 * back to the rule engine.
 */
#include "bulk_internal.h"

#include <string.h>

/* ---- Whole numbers -------------------------------------------------------------------------- */

/* Held to 0..100, half away from zero; denominator > 0. */
static int32_t round_part(int64_t numerator, int64_t denominator)
{
    if (numerator <= 0)
        return 0;
    if (numerator >= 100 * denominator)
        return 100;
    uint64_t whole = (uint64_t)numerator / (uint64_t)denominator;
    uint64_t rest = (uint64_t)numerator % (uint64_t)denominator;
    return (int32_t)(whole + (rest >= (uint64_t)denominator - rest ? 1 : 0));
}

static icp_wide held_by(icp_wide numerator, icp_wide denominator)
{
    if (numerator < 0)
        return -numerator;
    icp_wide most = 100 * denominator;
    return numerator > most ? most - numerator : 0;
}

/* ---- What looks at several columns ---------------------------------------------------------- */

struct row { /* being scored */
    struct icp_bulk_work *work;
    struct icp_bulk_result *result;
    size_t share_count;
    int64_t adjustment_points;
    icp_wide engagement;
    const struct icp_group_result *groups;
};

static void add_share(struct row *row, uint32_t line, icp_wide exact)
{
    struct icp_bulk_work *work = row->work;
    struct bulk_share share = bulk_share_of(&work->bulk->ranking, line, exact);
    work->shares[row->share_count++] = share;
    work->sum->sums[BULK_SUM_WHOLE] += share.whole;
}

static void add_adjustments(struct row *row)
{
    struct icp_bulk_work *work = row->work;
    const struct icp_bulk *bulk = work->bulk;
    for (size_t i = 0; i < bulk->rules->adjustment_count; i++) {
        if (!bulk_holds(work, &bulk->adjustments[i]))
            continue;
        uint32_t rank = bulk->adjustment_ranks[i];
        row->adjustment_points += bulk->rules->adjustments[i].points;
        work->sum->sums[BULK_SUM_WHOLE] += bulk->ranking.ranks[rank].whole;
        bulk_bit_set(work->sum->bits + bulk->facts.words, rank);
    }
}

static void add_criterion(struct row *row, const struct bulk_criterion *several)
{
    struct icp_bulk_work *work = row->work;
    const struct icp_criterion *criterion = &work->bulk->rules->criteria[several->index];
    struct icp_criterion_result result = {.known =
                                              !several->lacks || !bulk_holds(work, several->lacks)};
    size_t i = 0;
    while (i < criterion->count && !bulk_holds(work, &several->holds[i]))
        i++;
    for (size_t k = 0; i == criterion->count && result.known && k < criterion->count; k++)
        result.known = bulk_holds(work, &several->fails[k]);
    result.micro = (i < criterion->count ? criterion->lines[i].points : criterion->otherwise) *
                   ICP_NUMBER_SCALE;
    result.counted = result.known || criterion->missing != ICP_MISSING_SKIP;
    if (!result.known) {
        result.micro = criterion->missing == ICP_MISSING_ZERO ? 0 : 50 * ICP_NUMBER_SCALE;
        i = criterion->count + 1;
    }
    bulk_criterion_sum(work->bulk, work->sum, several->index, &result);
    if (result.known || criterion->missing == ICP_MISSING_ZERO)
        bulk_row_add(work, &several->shares[i], several->ranks[i], &row->share_count);
}

static bool take_engagement(struct row *row, struct icp_err *err)
{
    struct icp_bulk_work *work = row->work;
    const struct icp_bulk *bulk = work->bulk;
    row->engagement = bulk->idle_engagement;
    row->groups = bulk->idle_groups;
    if (work->input.signal_count == 0) {
        for (size_t i = 0; bulk->idle_facts && i < bulk->facts.words; i++)
            work->sum->bits[i] |= bulk->idle_facts[i];
        return true;
    }
    bulk_inner_row(work);
    work->inner_result.future_signals = 0;
    if (icp_engagement_evaluate(&work->inner, err) != ICP_OK)
        return false;
    row->result->future_signals = work->inner_result.future_signals;
    row->engagement = work->inner.engagement_nano;
    row->groups = work->inner.groups;
    bulk_group_facts(work);
    return true;
}

/* ---- Outcome -------------------------------------------------------------------------------- */

static char mark_of(const struct icp_grade_lines *lines, int32_t number)
{
    for (size_t i = 0; i < lines->count; i++)
        if (number >= lines->lines[i].from)
            return lines->lines[i].mark;
    return lines->lines[lines->count - 1].mark;
}

static void take_grade(struct row *row, size_t *letter_index, size_t *digit_index)
{
    static const char letters[] = BULK_LETTERS;
    const struct icp_ruleset *rules = row->work->bulk->rules;
    struct icp_bulk_result *result = row->result;
    char letter = mark_of(&rules->fit_lines, result->fit);
    char digit = mark_of(&rules->engagement_lines, result->engagement);
    if (bulk_parts(row->work->bulk, row->work->sum)[BULK_PART_KNOWN_WEIGHT] == 0 ||
        result->coverage < rules->min_coverage)
        letter = 'U';
    if (result->disqualified)
        letter = 'X';
    result->grade[0] = letter;
    if (!result->disqualified)
        result->grade[1] = digit;
    *letter_index = (size_t)(strchr(letters, letter) - letters);
    *digit_index = (size_t)(digit - '1');
}

/* ---- Numbers -------------------------------------------------------------------------------- */

static void take_numbers(struct row *row)
{
    const struct icp_ruleset *rules = row->work->bulk->rules;
    const int64_t *parts = bulk_parts(row->work->bulk, row->work->sum);
    struct icp_bulk_result *result = row->result;
    int64_t weight = parts[BULK_PART_MEAN_WEIGHT] * ICP_NUMBER_SCALE;
    int64_t all = rules->weight * ICP_NUMBER_SCALE;
    if (parts[BULK_PART_KNOWN_WEIGHT] > 0)
        result->fit = round_part(parts[BULK_PART_MEAN] + row->adjustment_points * weight, weight);
    result->engagement =
        icp_part_round((struct icp_part){.numerator = row->engagement, .denominator = ICP_NANO});
    result->coverage = round_part(100 * parts[BULK_PART_KNOWN_WEIGHT], rules->weight);
    int32_t fit = round_part(parts[BULK_PART_NEUTRAL] + row->adjustment_points * all, all);
    if (!result->disqualified)
        result->score = round_part((int64_t)rules->fit_percent * fit +
                                       (int64_t)rules->engagement_percent * result->engagement,
                                   100);
}

static void add_held(struct row *row)
{
    const struct icp_ruleset *rules = row->work->bulk->rules;
    const int64_t *parts = bulk_parts(row->work->bulk, row->work->sum);
    icp_wide all = (icp_wide)rules->weight * ICP_NUMBER_SCALE;
    icp_wide score = held_by(parts[BULK_PART_NEUTRAL] + row->adjustment_points * all, all);
    icp_wide own = 0;
    if (parts[BULK_PART_KNOWN_WEIGHT] > 0) {
        icp_wide weight = (icp_wide)parts[BULK_PART_MEAN_WEIGHT] * ICP_NUMBER_SCALE;
        own = held_by(parts[BULK_PART_MEAN] + row->adjustment_points * weight, weight);
    }
    if (score != 0 || own != 0)
        add_share(row, row->work->bulk->lines.held_fit, score * 1000 * rules->fit_percent);
}

static void add_groups(struct row *row)
{
    const struct icp_bulk *bulk = row->work->bulk;
    icp_wide factor = (icp_wide)bulk->rules->weight * bulk->rules->engagement_percent;
    for (size_t i = 0; i < bulk->rules->group_count; i++)
        if (row->groups[i].nano != 0 || row->groups[i].times != 0)
            add_share(row, bulk->lines.first_group + (uint32_t)i, row->groups[i].nano * factor);
    icp_wide held = held_by(row->engagement, ICP_NANO);
    if (held != 0)
        add_share(row, bulk->lines.held_engagement, held * factor);
}

bool bulk_score_row(struct icp_bulk_work *work, size_t most, struct icp_bulk_result *result,
                    struct icp_err *err)
{
    const struct icp_bulk *bulk = work->bulk;
    struct row row = {.work = work, .result = result};
    size_t letter, digit;
    bulk_result_open(result, 0);
    if (!bulk_holds(work, &bulk->applies))
        return false; /* little is worked out then, and by its own rules */
    if (!take_engagement(&row, err))
        return false;
    add_adjustments(&row);
    for (size_t i = 0; i < bulk->several_count; i++)
        add_criterion(&row, &bulk->several[i]);
    result->disqualified = bulk_disqualified(work);
    result->refused_values = (uint32_t)work->sum->sums[BULK_SUM_REFUSED];
    result->reach = bulk_reach_of(work);
    take_numbers(&row);
    take_grade(&row, &letter, &digit);
    bulk_tier_choose(work, letter, digit, result);
    if (most == 0)
        return true;
    if (result->disqualified) {
        bulk_disqualifiers_list(work, most, result);
        return true;
    }
    if (!bulk_shares_gather(work, &row.share_count))
        return false;
    if (bulk_parts(work->bulk, work->sum)[BULK_PART_UNKNOWN] > 0)
        add_share(&row, bulk->lines.unknown,
                  (icp_wide)bulk_parts(work->bulk, work->sum)[BULK_PART_UNKNOWN] * 1000 *
                      bulk->rules->fit_percent);
    add_held(&row);
    add_groups(&row);
    return bulk_reasons_make(work, row.share_count, work->sum->sums[BULK_SUM_WHOLE], most, result);
}
