/*
 * Fit: points of each criterion, the weighted sums, and the adjustments that hold. Points are
 * millionths (a scale's straight lines round there), weights whole numbers, sums 128 bits wide, so
 * nothing is lost before the one rounding at the end.
 */
#include "evaluate.h"

#include <string.h>

enum { NEUTRAL_POINTS = 50 };

/* ---- Ages -------------------------------------------------------------------------------------
 */

int64_t icp_age_of(const struct icp_work *work, uint32_t slot)
{
    const struct icp_value *value = &work->slots[slot];
    int64_t day =
        value->kind == ICP_VALUE_DATE ? value->as.date : icp_time_to_date(value->as.datetime);
    return work->input->as_of - day;
}

/* A day of time zones is no future; more than that is a date that cannot have an age. */
static bool is_ahead(struct icp_work *work, const struct icp_criterion *criterion)
{
    if (criterion->kind != ICP_RULE_AGE_DAYS || criterion->ahead_is_zero ||
        icp_age_of(work, criterion->slot) >= -1)
        return false;
    work->result->refused_values++;
    work->result->moves_with_time = true; /* it will have one */
    return true;
}

bool icp_rule_knows(struct icp_work *work, const struct icp_criterion *criterion)
{
    return work->slots[criterion->slot].kind != ICP_VALUE_NULL && !is_ahead(work, criterion);
}

/* ---- Points of a known value -------------------------------------------------------------------
 */

/* Those of the line that was hit, or of `else`. */
static int64_t points_of_line(const struct icp_work *work, const struct icp_criterion *criterion,
                              const struct icp_line *line)
{
    icp_note_place(work, line ? line->place : criterion->otherwise_place);
    return (line ? line->points : criterion->otherwise) * ICP_NUMBER_SCALE;
}

/* The last band that starts at or below the value, when it holds the value. */
static const struct icp_line *band_of(const struct icp_criterion *criterion, int64_t value)
{
    size_t low = 0, high = criterion->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (criterion->lines[middle].from <= value)
            low = middle + 1;
        else
            high = middle;
    }
    bool hit = low > 0 && value <= criterion->lines[low - 1].to;
    return hit ? &criterion->lines[low - 1] : NULL;
}

static int64_t band_points(struct icp_work *work, const struct icp_criterion *criterion)
{
    int64_t value = work->slots[criterion->slot].as.number;
    return points_of_line(work, criterion, band_of(criterion, value));
}

/* A later day gives other points unless this age is behind the end of every band, or in an open one
   that is the last. */
static int64_t age_points(struct icp_work *work, const struct icp_criterion *criterion)
{
    int64_t age = icp_age_of(work, criterion->slot);
    int64_t value = (age < 0 ? 0 : age) * ICP_NUMBER_SCALE;
    const struct icp_line *last = &criterion->lines[criterion->count - 1];
    if (value < last->from || (last->to != INT64_MAX && value <= last->to))
        work->result->moves_with_time = true;
    return points_of_line(work, criterion, band_of(criterion, value));
}

static int64_t scale_points(struct icp_work *work, const struct icp_criterion *criterion)
{
    int64_t value = work->slots[criterion->slot].as.number;
    const struct icp_line *lines = criterion->lines;
    size_t last = criterion->count - 1, i = 0;
    if (value <= lines[0].from)
        return points_of_line(work, criterion, &lines[0]);
    if (value >= lines[last].from)
        return points_of_line(work, criterion, &lines[last]);
    while (lines[i + 1].from <= value)
        i++;
    icp_note_place(work, lines[i].place);
    if (lines[i].from < value)
        icp_note_place(work, lines[i + 1].place);
    icp_wide width = (icp_wide)lines[i + 1].from - lines[i].from;
    icp_wide rise = (icp_wide)(lines[i + 1].points - lines[i].points) * ICP_NUMBER_SCALE;
    return lines[i].points * ICP_NUMBER_SCALE +
           icp_divide_round(rise * ((icp_wide)value - lines[i].from), width);
}

static int64_t match_points(struct icp_work *work, const struct icp_criterion *criterion)
{
    const struct icp_line *line =
        icp_line_find(criterion->lines, criterion->count, icp_value_key(work, criterion->slot));
    return points_of_line(work, criterion, line);
}

static int64_t prefix_points(struct icp_work *work, const struct icp_criterion *criterion)
{
    struct icp_str key = icp_value_key(work, criterion->slot);
    for (size_t i = 0; i < criterion->count; i++) /* longest first */
        if (icp_str_has_prefix(key, criterion->lines[i].key))
            return points_of_line(work, criterion, &criterion->lines[i]);
    return points_of_line(work, criterion, NULL);
}

static int64_t title_points(struct icp_work *work, const struct icp_criterion *criterion)
{
    uint32_t line = icp_titles_match(criterion->titles, icp_value_key(work, criterion->slot), NULL,
                                     work->arena);
    return points_of_line(work, criterion,
                          line == ICP_TITLES_NONE ? NULL : &criterion->lines[line]);
}

/* Each line once, however often the set holds it. */
static int64_t any_of_points(struct icp_work *work, const struct icp_criterion *criterion)
{
    const struct icp_value *value = &work->slots[criterion->slot];
    int64_t sum = 0;
    memset(work->seen, 0, criterion->count * sizeof(bool));
    for (size_t i = 0; i < value->as.list.count; i++) {
        const struct icp_line *line = icp_line_find(
            criterion->lines, criterion->count, icp_text_key(work->arena, value->as.list.items[i]));
        if (!line || work->seen[line - criterion->lines])
            continue;
        work->seen[line - criterion->lines] = true;
        icp_note_place(work, line->place);
        sum += line->points;
    }
    if (sum > criterion->most_sum)
        sum = criterion->most_sum;
    return (sum < criterion->least_sum ? criterion->least_sum : sum) * ICP_NUMBER_SCALE;
}

typedef int64_t points_of(struct icp_work *work, const struct icp_criterion *criterion);
static points_of *const points_by_kind[ICP_RULE_COUNT] = {
    [ICP_RULE_BANDS] = band_points,    [ICP_RULE_MATCH] = match_points,
    [ICP_RULE_PREFIX] = prefix_points, [ICP_RULE_ANY_OF] = any_of_points,
    [ICP_RULE_SCALE] = scale_points,   [ICP_RULE_AGE_DAYS] = age_points,
    [ICP_RULE_TITLES] = title_points,
};

int64_t icp_rule_points(struct icp_work *work, const struct icp_criterion *criterion)
{
    return points_by_kind[criterion->kind](work, criterion);
}

/* ---- One criterion -----------------------------------------------------------------------------
 */

uint32_t icp_unknown_slot(const struct icp_work *work, const struct icp_feel *when)
{
    const uint32_t *slots;
    size_t count = icp_feel_slots(when, &slots);
    for (size_t i = 0; i < count; i++)
        if (slots[i] < work->rules->known_count && work->slots[slots[i]].kind == ICP_VALUE_NULL)
            return slots[i];
    return ICP_NO_SLOT;
}

static void evaluate_cases(struct icp_work *work, const struct icp_criterion *criterion,
                           struct icp_criterion_result *result)
{
    const struct icp_feel *undecided = NULL;
    for (size_t i = 0; i < criterion->count; i++) {
        struct icp_value value =
            icp_condition_evaluate(work, criterion->id, criterion->lines[i].when, work->slots);
        if (value.kind == ICP_VALUE_BOOLEAN && value.as.boolean) {
            result->known = true;
            result->micro = points_of_line(work, criterion, &criterion->lines[i]);
            return;
        }
        if (value.kind == ICP_VALUE_NULL && !undecided)
            undecided = criterion->lines[i].when;
    }
    result->known = !undecided;
    if (undecided)
        result->unknown_slot = icp_unknown_slot(work, undecided);
    else
        result->micro = points_of_line(work, criterion, NULL);
}

void icp_criterion_evaluate(struct icp_work *work, size_t index)
{
    const struct icp_criterion *criterion = &work->rules->criteria[index];
    struct icp_criterion_result *result = &work->criteria[index];
    *result = (struct icp_criterion_result){.unknown_slot = ICP_NO_SLOT};
    if (criterion->slot != ICP_NO_SLOT && !icp_rule_knows(work, criterion)) {
        result->unknown_slot = criterion->slot;
    } else if (criterion->kind == ICP_RULE_CASES) {
        evaluate_cases(work, criterion, result);
    } else {
        result->known = true;
        result->micro = points_by_kind[criterion->kind](work, criterion);
    }
    result->counted = result->known || criterion->missing != ICP_MISSING_SKIP;
    if (!result->known)
        result->micro =
            criterion->missing == ICP_MISSING_ZERO ? 0 : NEUTRAL_POINTS * ICP_NUMBER_SCALE;
}

/* ---- The whole ----------------------------------------------------------------------------------
 */

void icp_adjustment_evaluate(struct icp_work *work, size_t index)
{
    const struct icp_condition_line *line = &work->rules->adjustments[index];
    work->adjusted[index] = icp_condition_holds(work, line->id, line->when, work->slots);
    if (work->adjusted[index])
        icp_note_place(work, line->place);
}

void icp_fit_sum(struct icp_work *work)
{
    const struct icp_ruleset *rules = work->rules;
    work->known_weight = work->mean_weight = work->adjustment_points = 0;
    work->mean_sum = work->neutral_sum = 0;
    for (size_t i = 0; i < rules->criterion_count; i++) {
        const struct icp_criterion_result *result = &work->criteria[i];
        int64_t weight = rules->criteria[i].weight;
        icp_wide product = (icp_wide)weight * result->micro;
        work->neutral_sum += product;
        if (result->counted) {
            work->mean_weight += weight;
            work->mean_sum += product;
        }
        work->known_weight += result->known ? weight : 0;
    }
    work->nothing_known = work->known_weight == 0;
    for (size_t i = 0; i < rules->adjustment_count; i++)
        work->adjustment_points += work->adjusted[i] ? rules->adjustments[i].points : 0;
}

void icp_fit_evaluate(struct icp_work *work)
{
    for (size_t i = 0; i < work->rules->criterion_count; i++)
        icp_criterion_evaluate(work, i);
    for (size_t i = 0; i < work->rules->adjustment_count; i++)
        icp_adjustment_evaluate(work, i);
    icp_fit_sum(work);
}

struct icp_part icp_fit_part(const struct icp_work *work)
{
    if (work->nothing_known)
        return (struct icp_part){.numerator = 0, .denominator = 1};
    icp_wide denominator = (icp_wide)work->mean_weight * ICP_NUMBER_SCALE;
    return (struct icp_part){.numerator = work->mean_sum + work->adjustment_points * denominator,
                             .denominator = denominator};
}

struct icp_part icp_fit_neutral_part(const struct icp_work *work)
{
    icp_wide denominator = (icp_wide)work->rules->weight * ICP_NUMBER_SCALE;
    return (struct icp_part){.numerator = work->neutral_sum + work->adjustment_points * denominator,
                             .denominator = denominator};
}

struct icp_part icp_engagement_part(const struct icp_work *work)
{
    return (struct icp_part){.numerator = work->engagement_nano, .denominator = ICP_NANO};
}

int32_t icp_part_round(struct icp_part part)
{
    if (part.numerator <= 0)
        return 0;
    if (part.numerator >= 100 * part.denominator)
        return 100;
    return (int32_t)icp_divide_round(part.numerator, part.denominator);
}
