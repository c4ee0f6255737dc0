/*
 * Scoring a batch: for each record values → fit → engagement (or points) → disqualify → score →
 * grade → tier → missing field → reasons, in that order, on working memory made once. A pure
 * function of rules, input and as_of. Of a batch only the results stay in the caller's memory: what
 * a record is worked out with is given back before the next one.
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

/* ---- What stays of a record -------------------------------------------------------------------
 */

static struct icp_reason *keep_reasons(const struct icp_result *result, struct icp_arena *arena)
{
    struct icp_reason *kept = ICP_NEW_ARRAY(arena, struct icp_reason, result->reason_count + 1);
    for (size_t i = 0; kept && i < result->reason_count; i++) {
        const struct icp_reason *made = &result->reasons[i];
        kept[i] = *made;
        kept[i].text = icp_arena_copy(arena, made->text);
        kept[i].own_text = made->own_text.data == made->text.data
                               ? kept[i].text
                               : icp_arena_copy(arena, made->own_text);
    }
    return kept;
}

/* Out of the working memory of a record, which the next one takes. Everything else that a result
   names belongs to the rules. */
static void keep_result(struct icp_result *result, struct icp_arena *arena)
{
    struct icp_str *roles = ICP_NEW_ARRAY(arena, struct icp_str, result->role_count + 1);
    for (size_t i = 0; roles && i < result->role_count; i++)
        roles[i] = result->roles[i];
    result->roles = roles;
    result->held_text = icp_arena_copy(arena, result->held_text);
    result->missing_label = icp_arena_copy(arena, result->missing_label);
    result->reasons = keep_reasons(result, arena);
}

static void keep_stops(const struct icp_work *work, struct icp_arena *arena)
{
    if (work->stop_count == 0)
        return;
    struct icp_rules_stop *stops = ICP_NEW_ARRAY(arena, struct icp_rules_stop, work->stop_count);
    for (uint32_t i = 0; stops && i < work->stop_count; i++)
        stops[i] = work->stops[i];
    work->result->stops = stops;
    work->result->stop_count = stops ? work->stop_count : 0;
}

/* ---- A batch ----------------------------------------------------------------------------------
 */

static enum icp_status score_record(struct icp_work *work, struct icp_arena *arena,
                                    struct icp_err *err)
{
    struct icp_arena_mark mark = icp_arena_mark(work->arena);
    work->stop_count = 0;
    if (work_out(work, err) != ICP_OK)
        return err->status;
    keep_stops(work, arena);
    if (work->arena == arena || work->arena->full)
        return ICP_OK;
    keep_result(work->result, arena);
    icp_arena_rewind(work->arena, mark);
    return ICP_OK;
}

static enum icp_status score_records(struct icp_work *work, const struct icp_rules_input *inputs,
                                     size_t count, struct icp_arena *arena,
                                     struct icp_result *results, struct icp_err *err)
{
    for (size_t i = 0; i < count; i++) {
        work->input = &inputs[i];
        work->result = &results[i];
        if (score_record(work, arena, err) != ICP_OK)
            return err->status;
        if (arena->full || work->arena->full)
            return icp_fail(err, ICP_BUG, "no memory left to score record %zu of %zu", i + 1,
                            count);
    }
    return ICP_OK;
}

enum icp_status icp_rules_score(const struct icp_ruleset *rules,
                                const struct icp_rules_input *inputs, size_t count,
                                struct icp_arena *arena, struct icp_result *results,
                                struct icp_err *err)
{
    return icp_rules_score_noting(rules, inputs, count, arena, results, NULL, err);
}

/* A record alone needs no memory of its own beside the caller's: nothing comes behind it. */
enum icp_status icp_rules_score_noting(const struct icp_ruleset *rules,
                                       const struct icp_rules_input *inputs, size_t count,
                                       struct icp_arena *arena, struct icp_result *results,
                                       bool *reached, struct icp_err *err)
{
    struct icp_arena own;
    struct icp_work work;
    icp_arena_open(&own, arena->capacity);
    enum icp_status status = ICP_OK;
    if (icp_work_open(&work, rules, count > 1 ? &own : arena)) {
        work.reached = reached;
        status = score_records(&work, inputs, count, arena, results, err);
    } else {
        status = icp_fail(err, ICP_BUG, "no memory left to score %zu records", count);
    }
    icp_arena_close(&own);
    return status;
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
