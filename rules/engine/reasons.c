/*
 * Reasons: each line's exact share of the score, and of its own part, turned into whole numbers
 * that add up to what stands beside them. Shares are integer numerators over one denominator a
 * part; whole numbers are floors towards minus infinity, then the missing points go to the largest
 * fractions, ties in file order.
 */
#include "evaluate.h"

enum share_of { OF_SCORE, OF_OWN_PART };

const char *icp_reason_kind_name(enum icp_reason_kind kind)
{
    static const char *const names[] = {
        [ICP_REASON_DISQUALIFIED] = "disqualified",
        [ICP_REASON_FIT] = "fit",
        [ICP_REASON_ADJUSTMENT] = "adjustment",
        [ICP_REASON_ENGAGEMENT] = "engagement",
        [ICP_REASON_UNKNOWN] = "unknown",
        [ICP_REASON_HELD] = "held",
        [ICP_REASON_POINTS] = "points",
    };
    return names[kind];
}

/* score's denominator: weights × 1e9 × percent */
static icp_wide score_denominator(const struct icp_ruleset *rules)
{
    return (icp_wide)rules->weight * ICP_NANO * 100;
}

static struct icp_share *add_share(struct icp_work *work, size_t *count, enum icp_reason_kind kind,
                                   bool of_fit)
{
    struct icp_share *share = &work->shares[(*count)++];
    *share = (struct icp_share){.kind = kind, .of_fit = of_fit};
    return share;
}

/* What holding a part to 0..100 adds to it; negative when it was above. */
static icp_wide held_by(struct icp_part part)
{
    if (part.numerator < 0)
        return -part.numerator;
    icp_wide most = 100 * part.denominator;
    return part.numerator > most ? most - part.numerator : 0;
}

/* ---- Lines of fit --------------------------------------------------------------------------- */

static void add_criteria(struct icp_work *work, size_t *count)
{
    const struct icp_ruleset *rules = work->rules;
    struct icp_share unknown = {.kind = ICP_REASON_UNKNOWN, .of_fit = true};
    bool any_unknown = false;
    for (size_t i = 0; i < rules->criterion_count; i++) {
        const struct icp_criterion *criterion = &rules->criteria[i];
        const struct icp_criterion_result *result = &work->criteria[i];
        bool own_line = result->known || criterion->missing == ICP_MISSING_ZERO;
        struct icp_share *share =
            own_line ? add_share(work, count, ICP_REASON_FIT, true) : &unknown;
        icp_wide product = (icp_wide)criterion->weight * result->micro;
        share->score += product * 1000 * rules->fit_percent;
        if (result->counted && !work->nothing_known)
            share->own += product;
        if (own_line) {
            share->id = criterion->id;
            share->index = (uint32_t)i;
        }
        any_unknown = any_unknown || !own_line;
    }
    if (any_unknown)
        work->shares[(*count)++] = unknown;
}

static void add_adjustments(struct icp_work *work, size_t *count)
{
    const struct icp_ruleset *rules = work->rules;
    icp_wide whole = (icp_wide)rules->weight * ICP_NANO * rules->fit_percent;
    for (size_t i = 0; i < rules->adjustment_count; i++) {
        if (!work->adjusted[i])
            continue;
        struct icp_share *share = add_share(work, count, ICP_REASON_ADJUSTMENT, true);
        share->id = rules->adjustments[i].id;
        share->index = (uint32_t)i;
        share->score = rules->adjustments[i].points * whole;
        if (!work->nothing_known)
            share->own = rules->adjustments[i].points * icp_fit_part(work).denominator;
    }
}

static void add_held(struct icp_work *work, size_t *count, bool of_fit, icp_wide score,
                     icp_wide own)
{
    if (score == 0 && own == 0)
        return;
    struct icp_share *share = add_share(work, count, ICP_REASON_HELD, of_fit);
    share->score = score;
    share->own = own;
}

/* ---- Lines of engagement -------------------------------------------------------------------- */

static void add_groups(struct icp_work *work, size_t *count)
{
    const struct icp_ruleset *rules = work->rules;
    icp_wide factor = (icp_wide)rules->weight * rules->engagement_percent;
    for (size_t i = 0; i < rules->group_count; i++) {
        if (work->groups[i].nano == 0 && work->groups[i].times == 0)
            continue;
        struct icp_share *share = add_share(work, count, ICP_REASON_ENGAGEMENT, false);
        share->id = rules->groups[i].id;
        share->index = (uint32_t)i;
        share->score = work->groups[i].nano * factor;
        share->own = work->groups[i].nano;
    }
    icp_wide held = held_by(icp_engagement_part(work));
    add_held(work, count, false, held * factor, held);
}

/* ---- Whole numbers -------------------------------------------------------------------------- */

static bool larger_fraction(const void *context, uint32_t a, uint32_t b)
{
    const icp_wide *fractions = context;
    return fractions[a] > fractions[b];
}

static void share_out(struct icp_work *work, struct icp_share *shares, size_t count,
                      enum share_of what, icp_wide denominator, int32_t total)
{
    icp_wide missing = total;
    for (size_t i = 0; i < count; i++) {
        icp_wide exact = what == OF_SCORE ? shares[i].score : shares[i].own;
        icp_wide whole = exact / denominator, rest = exact % denominator;
        if (rest < 0) {
            whole--;
            rest += denominator;
        }
        if (what == OF_SCORE)
            shares[i].micro =
                (int64_t)(whole * ICP_NUMBER_SCALE + rest * ICP_NUMBER_SCALE / denominator);
        *(what == OF_SCORE ? &shares[i].points : &shares[i].own_points) = (int32_t)whole;
        work->fractions[i] = rest;
        work->order[i] = (uint32_t)i;
        missing -= whole;
    }
    icp_index_sort(work->order, work->scratch, count, larger_fraction, work->fractions);
    for (size_t i = 0; count > 0 && missing > 0; i = (i + 1) % count, missing--) {
        struct icp_share *share = &shares[work->order[i]];
        ++*(what == OF_SCORE ? &share->points : &share->own_points);
    }
}

/* ---- Reasons -------------------------------------------------------------------------------- */

static bool larger(const void *context, uint32_t a, uint32_t b)
{
    const struct icp_share *shares = context;
    int64_t left = shares[a].points, right = shares[b].points;
    return (left < 0 ? -left : left) > (right < 0 ? -right : right);
}

static void write_reasons(struct icp_work *work, size_t count)
{
    struct icp_reason *reasons = ICP_NEW_ARRAY(work->arena, struct icp_reason, count + 1);
    if (!reasons)
        return;
    for (size_t i = 0; i < count; i++)
        work->order[i] = (uint32_t)i;
    icp_index_sort(work->order, work->scratch, count, larger, work->shares);
    for (size_t i = 0; i < count; i++) {
        const struct icp_share *share = &work->shares[work->order[i]];
        reasons[i].kind = share->kind;
        reasons[i].of_engagement = !share->of_fit;
        reasons[i].id = share->id;
        reasons[i].points = share->points;
        reasons[i].micro = share->micro;
        reasons[i].own_points = share->own_points;
        reasons[i].text = icp_reason_text(work, share);
        reasons[i].own_text = share->kind == ICP_REASON_UNKNOWN && share->own_points != 0
                                  ? icp_unknown_text(work, true)
                                  : reasons[i].text;
    }
    work->result->reasons = reasons;
    work->result->reason_count = count;
}

static void list_disqualifiers(struct icp_work *work)
{
    const struct icp_ruleset *rules = work->rules;
    size_t count = 0;
    for (size_t i = 0; i < rules->disqualify_count; i++) {
        if (!icp_feel_holds(rules->disqualify[i].when, work->slots, work->input->as_of,
                            work->arena))
            continue;
        struct icp_share *share = add_share(work, &count, ICP_REASON_DISQUALIFIED, true);
        share->id = rules->disqualify[i].id;
        share->index = (uint32_t)i;
        icp_note_place(work, rules->disqualify[i].place);
    }
    write_reasons(work, count);
}

/* ---- Points model --------------------------------------------------------------------------- */

static struct icp_share *add_points(struct icp_work *work, size_t *count, enum icp_reason_kind kind,
                                    int64_t points)
{
    struct icp_share *share = add_share(work, count, kind, true);
    share->points = share->own_points = (int32_t)points;
    share->score = share->own = points;
    share->micro = points * ICP_NUMBER_SCALE;
    return share;
}

/* Lines are worth whole points already; what caps and 0..max take off are lines of their own. */
static void list_points(struct icp_work *work)
{
    const struct icp_ruleset *rules = work->rules;
    size_t count = 0;
    for (size_t i = 0; i < rules->points_count; i++) {
        if (work->points[i].points == 0)
            continue;
        struct icp_share *share =
            add_points(work, &count, ICP_REASON_POINTS, work->points[i].points);
        share->id = rules->points[i].id;
        share->index = (uint32_t)i;
    }
    for (size_t i = 0; i < rules->group_count; i++) {
        if (!work->groups[i].held)
            continue;
        struct icp_share *share = add_points(work, &count, ICP_REASON_HELD, work->groups[i].off);
        share->id = rules->groups[i].id;
        share->index = (uint32_t)i;
    }
    if (work->points_sum != work->result->score)
        (void)add_points(work, &count, ICP_REASON_HELD, work->result->score - work->points_sum);
    write_reasons(work, count);
}

void icp_reasons_make(struct icp_work *work)
{
    const struct icp_ruleset *rules = work->rules;
    const struct icp_result *result = work->result;
    size_t count = 0;
    if (result->disqualified) {
        list_disqualifiers(work);
        return;
    }
    if (rules->has_points) {
        list_points(work);
        return;
    }
    struct icp_part fit = icp_fit_part(work);
    add_criteria(work, &count);
    add_adjustments(work, &count);
    add_held(work, &count, true, held_by(icp_fit_neutral_part(work)) * 1000 * rules->fit_percent,
             held_by(fit));
    size_t of_fit = count;
    add_groups(work, &count);
    share_out(work, work->shares, count, OF_SCORE, score_denominator(rules), result->score);
    share_out(work, work->shares, of_fit, OF_OWN_PART, fit.denominator, result->fit);
    share_out(work, work->shares + of_fit, count - of_fit, OF_OWN_PART, ICP_NANO,
              result->engagement);
    write_reasons(work, count);
}
