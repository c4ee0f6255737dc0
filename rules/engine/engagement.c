/*
 * Engagement: every signal of a record goes to the first line of each group that takes it, limited
 * a day before it fades; groups are held to their caps and floors afterwards. Signals are walked by
 * day, so that one counter a line is enough for `max_per_day` and the order they came in is of no
 * matter.
 */
#include "evaluate.h"

#include <string.h>

struct occurrence { /* of a signal: with its attributes, or a counter's nameless rest */
    const struct icp_signal *signal;
    const struct icp_signal_kind *kind;
    int32_t day, age;
    uint64_t times;
    bool named; /* its attributes are known */
};

/* Its UTC day; times that no calendar has are held to the years 1 to 9999. */
static int32_t day_of(const struct icp_signal *signal)
{
    const int64_t first = -719162, last = 2932896;
    if (signal->at_ms < first * ICP_MS_PER_DAY)
        return (int32_t)first;
    if (signal->at_ms > last * ICP_MS_PER_DAY)
        return (int32_t)last;
    return icp_time_to_date(signal->at_ms);
}

static const struct icp_signal_kind *kind_of(const struct icp_ruleset *rules, struct icp_str name)
{
    for (size_t i = 0; i < rules->signal_count; i++)
        if (icp_str_equal(rules->signals[i].name, name))
            return &rules->signals[i];
    return NULL;
}

static struct icp_str attribute_of(const struct icp_signal *signal, struct icp_str name)
{
    for (size_t i = 0; i < signal->attribute_count; i++)
        if (icp_str_equal(signal->attributes[i].name, name))
            return signal->attributes[i].value;
    return (struct icp_str){0};
}

static bool match_holds(struct icp_work *work, const struct icp_match *match,
                        const struct occurrence *occurrence)
{
    struct icp_str value = {0};
    if (occurrence->named)
        value = attribute_of(occurrence->signal, match->attribute);
    if (icp_str_is_null(value))
        return false;
    struct icp_str key = icp_text_key(work->arena, value);
    for (size_t i = 0; i < match->count; i++)
        if (icp_glob_match(match->patterns[i], key))
            return true;
    return false;
}

static bool condition_holds(struct icp_work *work, const struct icp_signal_line *line,
                            const struct occurrence *occurrence)
{
    const struct icp_signal_kind *kind = occurrence->kind;
    for (size_t i = 0; i < kind->attribute_count; i++) {
        struct icp_str value = {0};
        if (occurrence->named)
            value = attribute_of(occurrence->signal, kind->attributes[i]);
        work->attributes[i] = (struct icp_value){.kind = ICP_VALUE_NULL};
        if (icp_str_is_empty(value))
            continue;
        work->attributes[i].kind = ICP_VALUE_TEXT;
        work->attributes[i].as.text = value;
    }
    struct icp_str id = work->rules->has_points ? work->rules->points[line->group].id
                                                : work->rules->groups[line->group].id;
    return icp_condition_holds(work, id, line->when, work->attributes);
}

static bool line_takes(struct icp_work *work, const struct icp_signal_line *line,
                       const struct occurrence *occurrence)
{
    for (size_t i = 0; i < line->match_count; i++)
        if (!match_holds(work, &line->matches[i], occurrence))
            return false;
    return !line->when || condition_holds(work, line, occurrence);
}

/* What the last event was called. Of two on one day the smaller text, whatever their order was. */
static void note_name(struct icp_line_state *state, const struct occurrence *occurrence)
{
    if (!occurrence->named || occurrence->signal->attribute_count == 0)
        return;
    struct icp_str what = occurrence->signal->attributes[0].value;
    if (icp_str_is_empty(what))
        return;
    if (state->what_day != occurrence->day || icp_str_is_null(state->what) ||
        icp_str_compare(what, state->what) < 0)
        state->what = what;
    state->what_day = occurrence->day;
}

static void add_to_line(struct icp_work *work, uint32_t index, const struct occurrence *occurrence)
{
    const struct icp_signal_line *line = &work->rules->signal_lines[index];
    struct icp_line_state *state = &work->lines[index];
    uint64_t times = occurrence->times, factor = (uint64_t)ICP_NANO;
    state->seen += times;
    if (state->times == 0 || state->day != occurrence->day) {
        state->day = occurrence->day;
        state->taken = 0;
    }
    if (line->max_per_day > 0 && times > line->max_per_day - state->taken)
        times = line->max_per_day - state->taken;
    if (line->decay) {
        size_t age = (size_t)occurrence->age;
        factor = age < line->decay->count ? line->decay->factors[age] : 0;
        if (factor > 0 && line->points != 0 && times > 0)
            work->result->moves_with_time = true;
    }
    if (times == 0)
        return;
    if (work->taken)
        work->taken[work->taken_count++] = (struct icp_taken){
            .line = index, .day = occurrence->day, .points = (int64_t)times * line->points};
    icp_note_place(work, line->place);
    state->taken += times;
    state->times += times;
    state->nano += (icp_wide)line->points * (icp_wide)times * (icp_wide)factor;
    state->last_day = occurrence->day; /* days ascend */
    state->counter = state->counter || occurrence->signal->counted;
    note_name(state, occurrence);
}

/* To the first line of each group that takes it, even when that line's day is full. */
static void deal_out(struct icp_work *work, const struct occurrence *occurrence)
{
    const struct icp_ruleset *rules = work->rules;
    uint32_t done = UINT32_MAX; /* the group that has taken it */
    for (size_t i = 0; i < occurrence->kind->line_count; i++) {
        uint32_t index = occurrence->kind->lines[i];
        const struct icp_signal_line *line = &rules->signal_lines[index];
        if (line->group == done || !line_takes(work, line, occurrence))
            continue;
        done = line->group;
        add_to_line(work, index, occurrence);
    }
}

static void take_signal(struct icp_work *work, const struct icp_signal *signal)
{
    const struct icp_signal_kind *kind = kind_of(work->rules, signal->name);
    struct occurrence occurrence = {.signal = signal, .kind = kind};
    if (!kind)
        return;
    occurrence.day = day_of(signal);
    int64_t age = (int64_t)work->input->as_of - occurrence.day;
    if (age < -1) {
        work->result->future_signals++;
        work->result->moves_with_time = true;
        if (!work->taken) /* who looks ahead sees it come */
            return;
    }
    if (age > INT32_MAX)
        age = INT32_MAX;
    occurrence.age = age < 0 ? 0 : (int32_t)age;
    occurrence.named = true;
    occurrence.times = signal->times > 0 ? signal->times : 1;
    if (signal->counted && signal->attribute_count > 0 && occurrence.times > 1) {
        /* a counter's attributes are those of its last event alone */
        uint64_t rest = occurrence.times - 1;
        occurrence.times = 1;
        deal_out(work, &occurrence);
        occurrence.times = rest;
        occurrence.named = false;
    }
    deal_out(work, &occurrence);
}

icp_wide icp_group_hold(icp_wide nano, const struct icp_group *group)
{
    const icp_wide most = ICP_MAX_GROUP_POINTS * (icp_wide)ICP_NANO;
    if (nano > most || nano < -most)
        nano = nano > 0 ? most : -most;
    if (group->has_cap && nano > group->cap * (icp_wide)ICP_NANO)
        return group->cap * (icp_wide)ICP_NANO;
    if (group->has_floor && nano < group->floor * (icp_wide)ICP_NANO)
        return group->floor * (icp_wide)ICP_NANO;
    return nano;
}

static void sum_group(struct icp_work *work, size_t index)
{
    const struct icp_group *group = &work->rules->groups[index];
    struct icp_group_result *result = &work->groups[index];
    *result = (struct icp_group_result){0};
    for (uint32_t i = group->first_line; i < group->first_line + group->line_count; i++) {
        const struct icp_line_state *state = &work->lines[i];
        result->nano += state->nano;
        result->times += state->nano != 0 ? state->times : 0;
    }
    icp_wide free = result->nano;
    result->nano = icp_group_hold(free, group);
    result->held = result->nano != free;
    if (result->held)
        icp_note_place(work, result->nano < free ? group->cap_place : group->floor_place);
    work->engagement_nano += result->nano;
    struct icp_value *slot = &work->slots[work->rules->group_base + index];
    slot->kind = ICP_VALUE_NUMBER;
    slot->as.number = icp_divide_round(result->nano, 1000);
}

static bool earlier(const void *context, uint32_t a, uint32_t b)
{
    const struct icp_signal *signals = context;
    return day_of(&signals[a]) < day_of(&signals[b]);
}

enum icp_status icp_signals_walk(struct icp_work *work, struct icp_err *err)
{
    const struct icp_ruleset *rules = work->rules;
    const struct icp_rules_input *input = work->input;
    if (input->signal_count > ICP_MAX_SIGNALS)
        return icp_fail(err, ICP_BUG, "%zu signals of one record, at most %d are kept",
                        input->signal_count, ICP_MAX_SIGNALS);
    memset(work->lines, 0, rules->signal_line_count * sizeof(*work->lines));
    for (size_t i = 0; i < input->signal_count; i++)
        work->order[i] = (uint32_t)i;
    icp_index_sort(work->order, work->scratch, input->signal_count, earlier, input->signals);
    for (size_t i = 0; i < input->signal_count; i++)
        take_signal(work, &input->signals[work->order[i]]);
    return ICP_OK;
}

void icp_engagement_sum(struct icp_work *work)
{
    work->engagement_nano = 0;
    for (size_t i = 0; i < work->rules->group_count; i++)
        sum_group(work, i);
}

enum icp_status icp_engagement_evaluate(struct icp_work *work, struct icp_err *err)
{
    if (icp_signals_walk(work, err) != ICP_OK)
        return err->status;
    icp_engagement_sum(work);
    return ICP_OK;
}
