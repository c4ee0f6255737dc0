/*
 * The points model: what each line adds, held to its cap, then to its group's, then the sum to
 * 0..max. Every line is worth whole points, so that the reasons add up as they are. An unknown
 * value adds nothing.
 */
#include "evaluate.h"

static int64_t hold(int64_t points)
{
    const int64_t most = ICP_MAX_GROUP_POINTS;
    if (points > most)
        return most;
    return points < -most ? -most : points;
}

/* On the side of 0 that the line's points are on. */
static int64_t capped(const struct icp_work *work, const struct icp_points_line *line,
                      int64_t points)
{
    bool past = line->has_cap && (line->points < 0 ? points < line->cap : points > line->cap);
    if (past)
        icp_note_place(work, line->cap_place);
    return past ? line->cap : hold(points);
}

static int64_t floor_divide(int64_t numerator, int64_t denominator)
{
    int64_t whole = numerator / denominator;
    return whole - (numerator % denominator < 0 ? 1 : 0);
}

/* ---- Lines ----------------------------------------------------------------------------------- */

static int64_t when_points(struct icp_work *work, const struct icp_points_line *line,
                           struct icp_points_result *result)
{
    struct icp_value value = icp_condition_evaluate(work, line->id, line->when, work->slots);
    if (value.kind == ICP_VALUE_NULL)
        result->unknown_slot = icp_unknown_slot(work, line->when);
    return value.kind == ICP_VALUE_BOOLEAN && value.as.boolean ? line->points : 0;
}

static int64_t rule_points(struct icp_work *work, const struct icp_points_line *line,
                           struct icp_points_result *result)
{
    if (!icp_rule_knows(work, line->rule)) {
        result->unknown_slot = line->slot;
        return 0;
    }
    int64_t points = icp_rule_points(work, line->rule) / ICP_NUMBER_SCALE;
    if (line->has_cap && points == line->cap)
        icp_note_place(work, line->cap_place);
    return points;
}

static int64_t decay_points(struct icp_work *work, const struct icp_points_line *line,
                            struct icp_points_result *result)
{
    if (work->slots[line->slot].kind == ICP_VALUE_NULL) {
        result->unknown_slot = line->slot;
        return 0;
    }
    int64_t age = icp_age_of(work, line->slot);
    age = age < 0 ? 0 : age;
    if (age >= line->window)
        return 0;
    work->result->moves_with_time = true;
    return floor_divide(line->points * (line->window - age), line->window);
}

static int64_t per_points(struct icp_work *work, const struct icp_points_line *line,
                          struct icp_points_result *result)
{
    const struct icp_value *value = &work->slots[line->slot];
    if (value->kind == ICP_VALUE_NULL) {
        result->unknown_slot = line->slot;
        return 0;
    }
    int64_t times = value->as.number < 0 ? 0 : value->as.number / ICP_NUMBER_SCALE;
    return capped(work, line, line->points * times);
}

static int64_t signal_points(struct icp_work *work, const struct icp_points_line *line,
                             struct icp_points_result *result)
{
    const icp_wide most = ICP_MAX_GROUP_POINTS * (icp_wide)ICP_NANO;
    icp_wide nano = work->lines[line->signal_line].nano;
    (void)result;
    if (nano > most || nano < -most)
        nano = nano > 0 ? most : -most;
    return capped(work, line, icp_divide_round(nano, ICP_NANO));
}

typedef int64_t line_points(struct icp_work *work, const struct icp_points_line *line,
                            struct icp_points_result *result);
static line_points *const points_by_kind[ICP_POINTS_KINDS] = {
    [ICP_POINTS_WHEN] = when_points,     [ICP_POINTS_RULE] = rule_points,
    [ICP_POINTS_DECAY] = decay_points,   [ICP_POINTS_PER] = per_points,
    [ICP_POINTS_SIGNAL] = signal_points,
};

void icp_points_line_evaluate(struct icp_work *work, size_t index)
{
    const struct icp_points_line *line = &work->rules->points[index];
    struct icp_points_result *result = &work->points[index];
    *result = (struct icp_points_result){.unknown_slot = ICP_NO_SLOT};
    result->points = (int32_t)points_by_kind[line->kind](work, line, result);
    bool decided = line->kind == ICP_POINTS_RULE && result->unknown_slot == ICP_NO_SLOT;
    if (result->points != 0 || decided) /* a rule may say 0 */
        icp_note_place(work, line->place);
}

/* ---- Sums ------------------------------------------------------------------------------------ */

static void hold_group(struct icp_work *work, size_t index)
{
    struct icp_group_result *result = &work->groups[index];
    const struct icp_group *group = &work->rules->groups[index];
    icp_wide free = result->nano;
    result->nano = icp_group_hold(free, group);
    result->off = (int64_t)((result->nano - free) / ICP_NANO);
    result->held = result->off != 0;
    if (result->held)
        icp_note_place(work, result->off < 0 ? group->cap_place : group->floor_place);
    work->points_sum += result->off;
    struct icp_value *slot = &work->slots[work->rules->group_base + index];
    slot->kind = ICP_VALUE_NUMBER;
    slot->as.number = (int64_t)(result->nano / (ICP_NANO / ICP_NUMBER_SCALE));
}

void icp_points_sum(struct icp_work *work)
{
    const struct icp_ruleset *rules = work->rules;
    work->points_sum = 0;
    for (size_t i = 0; i < rules->group_count; i++)
        work->groups[i] = (struct icp_group_result){0};
    for (size_t i = 0; i < rules->points_count; i++) {
        const struct icp_points_line *line = &rules->points[i];
        const struct icp_points_result *result = &work->points[i];
        work->points_sum += result->points;
        if (line->group != ICP_NO_GROUP)
            work->groups[line->group].nano += result->points * (icp_wide)ICP_NANO;
    }
    for (size_t i = 0; i < rules->group_count; i++)
        hold_group(work, i);
}

enum icp_status icp_points_evaluate(struct icp_work *work, struct icp_err *err)
{
    if (icp_signals_walk(work, err) != ICP_OK)
        return err->status;
    for (size_t i = 0; i < work->rules->points_count; i++)
        icp_points_line_evaluate(work, i);
    icp_points_sum(work);
    return ICP_OK;
}

int32_t icp_points_score(const struct icp_work *work)
{
    if (work->points_sum < 0)
        return 0;
    int32_t most = work->rules->score_most;
    return work->points_sum > most ? most : (int32_t)work->points_sum;
}
