/*
 * Scoring a batch: for each record values → fit → engagement (or points) → disqualify → score →
 * grade → tier → missing field → reasons, in that order, on working memory made once. A pure
 * function of rules, input and as_of.
 */
#include "evaluate.h"

#include <string.h>

/* ---- One record ----------------------------------------------------------------------------- */

bool icp_record_applies(struct icp_work *work)
{
    const struct icp_feel *when = work->rules->applies_when;
    return !when || icp_condition_holds(work, ICP_STR("applies_when"), when, work->slots);
}

bool icp_record_disqualified(struct icp_work *work)
{
    const struct icp_ruleset *rules = work->rules;
    for (size_t i = 0; i < rules->disqualify_count; i++)
        if (icp_condition_holds(work, rules->disqualify[i].id, rules->disqualify[i].when,
                                work->slots))
            return true;
    return false;
}

/* The weighted model: two parts, and the score as their mean. */
static void make_parts(struct icp_work *work)
{
    const struct icp_ruleset *rules = work->rules;
    struct icp_result *result = work->result;
    result->fit = icp_part_round(icp_fit_part(work));
    result->engagement = icp_part_round(icp_engagement_part(work));
    result->coverage = (int32_t)icp_divide_round((icp_wide)100 * work->known_weight, rules->weight);
    result->fit_in_score = icp_part_round(icp_fit_neutral_part(work));
    int64_t parts = (int64_t)rules->fit_percent * result->fit_in_score +
                    (int64_t)rules->engagement_percent * result->engagement;
    result->score = result->disqualified ? 0 : (int32_t)icp_divide_round(parts, 100);
}

void icp_numbers_make(struct icp_work *work)
{
    struct icp_result *result = work->result;
    if (!work->rules->has_points) {
        make_parts(work);
        return;
    }
    result->fit = result->engagement = result->coverage = result->fit_in_score = -1;
    result->score = result->disqualified ? 0 : icp_points_score(work);
}

enum icp_status icp_record_decide(struct icp_work *work, struct icp_err *err)
{
    const struct icp_ruleset *rules = work->rules;
    struct icp_result *result = work->result;
    *result = (struct icp_result){.moves_with_time = rules->reads_today, .tier = UINT32_MAX};
    icp_language_take(work);
    icp_values_take(work);
    result->applies = icp_record_applies(work);
    if (!result->applies) {
        icp_note_place(work, rules->applies_place);
        return ICP_OK;
    }
    icp_roles_evaluate(work);
    if (!rules->has_points)
        icp_fit_evaluate(work);
    if ((rules->has_points ? icp_points_evaluate(work, err) : icp_engagement_evaluate(work, err)) !=
        ICP_OK)
        return err->status;
    result->disqualified = icp_record_disqualified(work);
    icp_numbers_make(work);
    icp_outcome_decide(work);
    return ICP_OK;
}

static enum icp_status work_out(struct icp_work *work, struct icp_err *err)
{
    if (icp_record_decide(work, err) != ICP_OK)
        return err->status;
    if (!work->result->applies)
        return ICP_OK;
    icp_missing_find(work);
    icp_reasons_make(work);
    return ICP_OK;
}

static enum icp_status score_record(struct icp_work *work, struct icp_err *err)
{
    work->stop_count = 0;
    if (work_out(work, err) != ICP_OK || work->stop_count == 0)
        return err->status;
    struct icp_rules_stop *stops =
        ICP_NEW_ARRAY(work->arena, struct icp_rules_stop, work->stop_count);
    for (uint32_t i = 0; stops && i < work->stop_count; i++)
        stops[i] = work->stops[i];
    work->result->stops = stops;
    work->result->stop_count = stops ? work->stop_count : 0;
    return ICP_OK;
}

enum icp_status icp_rules_score(const struct icp_ruleset *rules,
                                const struct icp_rules_input *inputs, size_t count,
                                struct icp_arena *arena, struct icp_result *results,
                                struct icp_err *err)
{
    return icp_rules_score_noting(rules, inputs, count, arena, results, NULL, err);
}

enum icp_status icp_rules_score_noting(const struct icp_ruleset *rules,
                                       const struct icp_rules_input *inputs, size_t count,
                                       struct icp_arena *arena, struct icp_result *results,
                                       bool *reached, struct icp_err *err)
{
    struct icp_work work;
    if (!icp_work_open(&work, rules, arena))
        return icp_fail(err, ICP_BUG, "no memory left to score %zu records", count);
    work.reached = reached;
    for (size_t i = 0; i < count; i++) {
        work.input = &inputs[i];
        work.result = &results[i];
        if (score_record(&work, err) != ICP_OK)
            return err->status;
        if (arena->full)
            return icp_fail(err, ICP_BUG, "no memory left to score record %zu of %zu", i + 1,
                            count);
    }
    return ICP_OK;
}

const char *icp_reach_name(enum icp_reach reach)
{
    static const char *const names[] = {
        [ICP_REACH_OK] = "",
        [ICP_REACH_NO_EMAIL] = "no_email",
        [ICP_REACH_OPTED_OUT] = "opted_out",
        [ICP_REACH_BOUNCED] = "bounced",
    };
    return names[reach];
}
