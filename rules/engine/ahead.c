/*
 * What becomes of a record when nothing happens: its grade and tier on the days to come, each the
 * same as scoring it on that day, with what it had the day before. Only what time can move is
 * worked out again a day: signals are dealt to their lines once, of the rest only ages, fading
 * dates and conditions that ask for the day are looked at, and tiers only when a number that they
 * compare passed one of its lines. Invariant: the outcome of a day is that of icp_record_decide.
 */
#include "ahead.h"

#include <string.h>

/* ---- What the day can move ------------------------------------------------------------------- */

static bool asks(const struct icp_feel *when)
{
    return when && icp_feel_uses_time(when);
}

static bool criterion_asks(const struct icp_criterion *criterion)
{
    bool yes = criterion->kind == ICP_RULE_AGE_DAYS;
    for (size_t i = 0; criterion->kind == ICP_RULE_CASES && i < criterion->count; i++)
        yes = yes || asks(criterion->lines[i].when);
    return yes;
}

static bool points_line_asks(const struct icp_points_line *line)
{
    return line->kind == ICP_POINTS_DECAY || line->kind == ICP_POINTS_SIGNAL ||
           (line->kind == ICP_POINTS_WHEN && asks(line->when)) ||
           (line->kind == ICP_POINTS_RULE && criterion_asks(line->rule));
}

static void add_index(struct icp_indexes *indexes, size_t index)
{
    if (indexes->items)
        indexes->items[indexes->count++] = (uint32_t)index;
}

static void find_lines(struct icp_ahead_file *file, struct icp_arena *arena)
{
    const struct icp_ruleset *rules = file->rules;
    file->criteria.items = ICP_NEW_ARRAY(arena, uint32_t, rules->criterion_count + 1);
    file->adjustments.items = ICP_NEW_ARRAY(arena, uint32_t, rules->adjustment_count + 1);
    file->points.items = ICP_NEW_ARRAY(arena, uint32_t, rules->points_count + 1);
    for (size_t i = 0; i < rules->criterion_count; i++)
        if (criterion_asks(&rules->criteria[i]))
            add_index(&file->criteria, i);
    for (size_t i = 0; i < rules->adjustment_count; i++)
        if (asks(rules->adjustments[i].when))
            add_index(&file->adjustments, i);
    for (size_t i = 0; i < rules->points_count; i++)
        if (points_line_asks(&rules->points[i]))
            add_index(&file->points, i);
    for (size_t i = 0; i < rules->disqualify_count; i++)
        file->disqualifies = file->disqualifies || asks(rules->disqualify[i].when);
    file->whole = asks(rules->applies_when);
    for (size_t i = 0; i < rules->role_line_count; i++)
        file->whole = file->whole || asks(rules->role_lines[i].when);
    for (size_t i = 0; i < rules->signal_line_count; i++)
        file->whole = file->whole || asks(rules->signal_lines[i].when);
}

/* ---- Numbers that tiers compare -------------------------------------------------------------- */

static struct icp_watch *watch_of(struct icp_ahead_file *file, uint32_t slot)
{
    for (size_t i = 0; i < file->watch_count; i++)
        if (file->watches[i].slot == slot)
            return &file->watches[i];
    struct icp_watch *watch = &file->watches[file->watch_count++];
    *watch = (struct icp_watch){.slot = slot};
    return watch;
}

static void add_edge(struct icp_watch *watch, int64_t edge, struct icp_arena *arena)
{
    size_t at = watch->count;
    while (at > 0 && watch->edges[at - 1] > edge)
        at--;
    if (at > 0 && watch->edges[at - 1] == edge)
        return;
    if (watch->count == watch->room) {
        size_t room = watch->room > 0 ? 2 * watch->room : 16;
        int64_t *edges = ICP_NEW_ARRAY(arena, int64_t, room);
        if (!edges)
            return; /* the arena is full, which who opened this is told */
        if (watch->count > 0)
            memcpy(edges, watch->edges, watch->count * sizeof(*edges));
        watch->edges = edges;
        watch->room = room;
    }
    memmove(watch->edges + at + 1, watch->edges + at, (watch->count - at) * sizeof(*watch->edges));
    watch->edges[at] = edge;
    watch->count++;
}

/* A number that time moves; grades are compared as they are, all else stays. */
static bool is_number(const struct icp_ruleset *rules, uint32_t slot)
{
    size_t base = rules->output_base;
    return slot >= rules->group_base || slot == base + ICP_OUTPUT_SCORE ||
           slot == base + ICP_OUTPUT_FIT || slot == base + ICP_OUTPUT_ENGAGEMENT ||
           slot == base + ICP_OUTPUT_COVERAGE;
}

/* With a margin a tier is also tried with its numbers raised by up to that much. */
static void watch_leaf(struct icp_ahead_file *file, const struct icp_feel *leaf,
                       struct icp_arena *arena)
{
    const uint32_t *slots;
    const int64_t *values;
    size_t count = icp_feel_slots(leaf, &slots), value_count, numbers = 0;
    for (size_t i = 0; i < count; i++)
        numbers += is_number(file->rules, slots[i]) ? 1 : 0;
    if (numbers == 0)
        return;
    if (count > 1 || !icp_feel_breakpoints(leaf, slots[0], 0, arena, &values, &value_count)) {
        file->tiers_ask = true;
        return;
    }
    struct icp_watch *watch = watch_of(file, slots[0]);
    for (size_t i = 0; i < value_count; i++)
        for (int32_t by = 0; by <= file->rules->drop_margin; by++)
            add_edge(watch, values[i] - by * ICP_NUMBER_SCALE, arena);
}

static void watch_part(struct icp_ahead_file *file, const struct icp_feel_part *part,
                       struct icp_arena *arena)
{
    if (part->kind == ICP_FEEL_LEAF)
        watch_leaf(file, part->leaf, arena);
    for (size_t i = 0; part->kind != ICP_FEEL_LEAF && i < part->count; i++)
        watch_part(file, &part->parts[i], arena);
}

static void find_watches(struct icp_ahead_file *file, struct icp_arena *arena)
{
    const struct icp_ruleset *rules = file->rules;
    file->watches =
        ICP_NEW_ARRAY(arena, struct icp_watch, rules->group_count + (size_t)ICP_OUTPUT_COUNT + 1);
    for (size_t i = 0; file->watches && i < rules->tier_count; i++) {
        if (!rules->tier_when[i])
            continue;
        file->tiers_ask = file->tiers_ask || asks(rules->tier_when[i]);
        watch_part(file, icp_feel_parts(rules->tier_when[i]), arena);
    }
}

static bool has_passed_edge(struct icp_ahead_file *file)
{
    bool passed = false;
    for (size_t i = 0; i < file->watch_count; i++) {
        struct icp_watch *watch = &file->watches[i];
        int64_t number = file->work.slots[watch->slot].as.number;
        size_t below = 0, above = watch->count;
        while (below < above) {
            size_t middle = below + (above - below) / 2;
            if (watch->edges[middle] < number)
                below = middle + 1;
            else
                above = middle;
        }
        size_t place = 2 * below + (below < watch->count && watch->edges[below] == number ? 1 : 0);
        passed = passed || place != watch->place;
        watch->place = place;
    }
    return passed;
}

/* ---- One day --------------------------------------------------------------------------------- */

/* What every signal is still worth, into the sums of its lines. */
static void fade(struct icp_ahead_file *file)
{
    struct icp_work *work = &file->work;
    const struct icp_ruleset *rules = file->rules;
    for (size_t i = 0; i < rules->signal_line_count; i++)
        work->lines[i].nano = 0;
    for (size_t i = 0; i < work->taken_count; i++) {
        const struct icp_taken *taken = &work->taken[i];
        const struct icp_decay *decay = rules->signal_lines[taken->line].decay;
        int64_t age = (int64_t)file->input.as_of - taken->day;
        int64_t factor = ICP_NANO;
        if (age < -1)
            work->result->moves_with_time = true;
        if (age < -1 || taken->points == 0)
            continue;
        if (decay)
            factor = age < 0                      ? decay->factors[0]
                     : (size_t)age < decay->count ? decay->factors[age]
                                                  : 0;
        if (decay && factor > 0)
            work->result->moves_with_time = true;
        work->lines[taken->line].nano += (icp_wide)taken->points * factor;
    }
}

static void move_parts(struct icp_ahead_file *file)
{
    struct icp_work *work = &file->work;
    for (size_t i = 0; i < file->criteria.count; i++)
        icp_criterion_evaluate(work, file->criteria.items[i]);
    for (size_t i = 0; i < file->adjustments.count; i++)
        icp_adjustment_evaluate(work, file->adjustments.items[i]);
    if (file->criteria.count + file->adjustments.count > 0)
        icp_fit_sum(work);
    fade(file);
    for (size_t i = 0; i < file->points.count; i++)
        icp_points_line_evaluate(work, file->points.items[i]);
    if (file->rules->has_points)
        icp_points_sum(work);
    else
        icp_engagement_sum(work);
    if (file->disqualifies)
        work->result->disqualified = icp_record_disqualified(work);
}

/* Everything but the values, which no day changes. */
static enum icp_status move_whole(struct icp_ahead_file *file, struct icp_err *err)
{
    struct icp_work *work = &file->work;
    work->result->applies = icp_record_applies(work);
    if (!work->result->applies)
        return ICP_OK;
    icp_roles_evaluate(work);
    if (!file->rules->has_points)
        icp_fit_evaluate(work);
    if ((file->rules->has_points ? icp_points_evaluate(work, err)
                                 : icp_engagement_evaluate(work, err)) != ICP_OK)
        return err->status;
    work->result->disqualified = icp_record_disqualified(work);
    return ICP_OK;
}

/* The outcome on the day of file->input. `afresh`: what it had before is another matter than on the
   day before. */
static enum icp_status move(struct icp_ahead_file *file, bool afresh, struct icp_err *err)
{
    struct icp_result *result = &file->result;
    uint32_t tier = result->tier;
    char grade[4];
    memcpy(grade, result->grade, sizeof(grade));
    result->moves_with_time = file->rules->reads_today;
    if (file->whole && move_whole(file, err) != ICP_OK)
        return err->status;
    memset(result->grade, 0, sizeof(result->grade));
    result->engagement_digit = 0;
    result->tier = UINT32_MAX;
    if (!result->applies)
        return ICP_OK;
    if (!file->whole)
        move_parts(file);
    icp_numbers_make(&file->work);
    icp_outcome_grade(&file->work);
    file->work.slots[file->rules->output_base + ICP_OUTPUT_SCORE].as.number =
        result->score * ICP_NUMBER_SCALE;
    bool passed = has_passed_edge(file);
    if (afresh || file->whole || file->tiers_ask || passed || strcmp(grade, result->grade) != 0)
        icp_outcome_tier(&file->work);
    else
        result->tier = tier;
    return ICP_OK;
}

/* ---- From today on --------------------------------------------------------------------------- */

/* Signals may go to a line of every group, and a counter's last event apart from the rest. */
static size_t taken_most(const struct icp_ruleset *rules, size_t signals)
{
    size_t lines = 0;
    for (size_t i = 0; i < rules->signal_count; i++)
        lines = rules->signals[i].line_count > lines ? rules->signals[i].line_count : lines;
    return 2 * signals * lines;
}

enum icp_status icp_ahead_begin(struct icp_ahead_file *file, const struct icp_rules_input *input,
                                struct icp_arena *arena, struct icp_err *err)
{
    struct icp_work *work = &file->work;
    file->input = *input;
    work->arena = arena;
    work->input = &file->input;
    work->result = &file->result;
    work->quiet = true;
    work->taken = NULL;
    work->taken_count = 0;
    if (!file->whole) {
        work->taken = ICP_NEW_ARRAY(arena, struct icp_taken,
                                    taken_most(file->rules, input->signal_count) + 1);
        if (!work->taken)
            return icp_fail(err, ICP_BUG, "no memory left to look ahead");
    }
    if (icp_record_decide(work, err) != ICP_OK)
        return err->status;
    bool moves = file->result.moves_with_time;
    if (move(file, true, err) != ICP_OK)
        return err->status;
    file->result.moves_with_time = moves;
    return ICP_OK;
}

static void remember(struct icp_ahead_file *file, bool is_chosen)
{
    const struct icp_result *result = &file->result;
    memcpy(file->before, result->grade, sizeof(file->before));
    file->input.previous_grade = file->input.previous_tier = (struct icp_str){0};
    if (!is_chosen)
        return;
    file->input.previous_grade = icp_str_from(file->before);
    if (result->tier < file->rules->tier_count)
        file->input.previous_tier = file->rules->tiers[result->tier].id;
}

size_t icp_ahead_choose(const struct icp_ahead *ahead)
{
    const struct icp_result *results[ICP_MAX_FILES];
    for (size_t i = 0; i < ahead->count; i++)
        results[i] = &ahead->files[i].result;
    return icp_rules_choose(results, ahead->count);
}

/* ---- What changed ---------------------------------------------------------------------------- */

/* 0 for as good as, 1 for worse, -1 for better, 2 for neither. X is the worst; U is beside all. */
static int worse(char now, char then)
{
    if (now == then)
        return 0;
    if (then == 'X' || now == 'X')
        return then == 'X' ? 1 : -1;
    if (then == 'U' || now == 'U')
        return 2;
    return then > now ? 1 : -1;
}

static bool falls(const char *now, const char *then)
{
    int letter = worse(now[0], then[0]);
    int digit = now[1] == '\0' || then[1] == '\0' ? 0 : worse(now[1], then[1]);
    return (letter == 1 || digit == 1) && letter >= 0 && letter < 2 && digit >= 0;
}

/* What a record is: of the file that it belongs to, or of none. */
struct state {
    const struct icp_result *result; /* NULL: no file applies */
    struct icp_str tier, label;
};

static struct state state_of(const struct icp_ahead *ahead, size_t chosen, struct icp_str language)
{
    struct state state = {0};
    if (chosen == ICP_NO_FILE)
        return state;
    const struct icp_ahead_file *file = &ahead->files[chosen];
    state.result = &file->result;
    if (file->result.tier < file->rules->tier_count) {
        state.tier = file->rules->tiers[file->result.tier].id;
        state.label = icp_rules_tier_label(file->rules, file->result.tier, language);
    }
    return state;
}

static struct icp_forecast change_of(const struct icp_result *now, const struct state *then,
                                     int32_t on)
{
    struct icp_forecast change = {.on = on, .tier = then->tier, .tier_label = then->label};
    if (then->result) {
        memcpy(change.grade, then->result->grade, sizeof(change.grade));
        change.falls = falls(now->grade, change.grade);
    }
    return change;
}

static void note_changes(struct icp_result *result, const struct state *now,
                         const struct state *then, int32_t day)
{
    struct icp_outlook *outlook = &result->outlook;
    if (outlook->grade.on == ICP_NO_DAY &&
        strcmp(then->result ? then->result->grade : "", result->grade) != 0)
        outlook->grade = change_of(result, then, day);
    if (outlook->tier.on == ICP_NO_DAY && !icp_str_equal(then->tier, now->tier))
        outlook->tier = change_of(result, then, day);
}

/* One day for all files; *moves: another day may be different. */
static enum icp_status live(struct icp_ahead *ahead, size_t current, int32_t day, bool afresh,
                            bool *moves, struct icp_err *err)
{
    *moves = false;
    for (size_t i = 0; i < ahead->count; i++) {
        struct icp_ahead_file *file = &ahead->files[i];
        remember(file, i == current);
        file->input.as_of = day;
        if (move(file, afresh, err) != ICP_OK)
            return err->status;
        *moves = *moves || file->result.moves_with_time;
    }
    return ICP_OK;
}

/* What a day made on the way, once nothing of it is needed any more. */
static void forget(struct icp_ahead *ahead, struct icp_arena *arena, struct icp_arena_mark mark)
{
    for (size_t i = 0; i < ahead->count; i++)
        memset(ahead->files[i].work.has_key, 0, ahead->files[i].rules->slot_count);
    icp_arena_rewind(arena, mark);
}

/* The days from tomorrow on, until both are known or nothing moves any more. */
static enum icp_status walk(struct icp_ahead *ahead, size_t chosen, int32_t as_of,
                            struct icp_arena *arena, struct icp_result *result, struct icp_err *err)
{
    const struct icp_outlook *outlook = &result->outlook;
    const struct state now = state_of(ahead, chosen, result->language);
    size_t current = chosen, last = chosen;
    bool moves = false;
    for (size_t i = 0; i < ahead->count; i++)
        moves = moves || ahead->files[i].result.moves_with_time;
    for (int32_t day = as_of + 1; moves && day <= as_of + ICP_AHEAD_DAYS; day++) {
        struct icp_arena_mark mark = icp_arena_mark(arena);
        if (live(ahead, current, day, day == as_of + 1 || current != last, &moves, err) != ICP_OK)
            return err->status;
        last = current;
        current = icp_ahead_choose(ahead);
        struct state then = state_of(ahead, current, result->language);
        note_changes(result, &now, &then, day);
        forget(ahead, arena, mark);
        moves = moves && (outlook->grade.on == ICP_NO_DAY || outlook->tier.on == ICP_NO_DAY);
    }
    return ICP_OK;
}

/* ---- In words -------------------------------------------------------------------------------- */

static struct icp_str change_text(const struct icp_language *language,
                                  const struct icp_forecast *change, struct icp_str what,
                                  bool is_fall, struct icp_arena *arena)
{
    const struct icp_str parts[] = {what, icp_phrase_day(language, change->on, arena)};
    if (icp_str_is_empty(what)) /* no file applies any more */
        return (struct icp_str){0};
    return icp_phrase_fill(language, is_fall ? ICP_PHRASE_FALLS : ICP_PHRASE_BECOMES, parts, 2,
                           arena);
}

static void say(const struct icp_language *language, struct icp_outlook *outlook,
                struct icp_arena *arena)
{
    const struct icp_forecast *grade = &outlook->grade, *tier = &outlook->tier;
    struct icp_str what = icp_arena_copy(arena, icp_str_from(grade->grade));
    struct icp_str of_grade = {0}, of_tier = {0};
    if (grade->on != ICP_NO_DAY && grade->on == tier->on && !icp_str_is_empty(tier->tier_label))
        what = icp_arena_format(arena, "%.*s (%.*s)", ICP_STR_ARGUMENTS(what),
                                ICP_STR_ARGUMENTS(tier->tier_label));
    if (grade->on != ICP_NO_DAY)
        of_grade = change_text(language, grade, what, grade->falls, arena);
    if (tier->on != ICP_NO_DAY && tier->on != grade->on)
        of_tier = change_text(language, tier, tier->tier_label, false, arena);
    bool tier_first =
        !icp_str_is_empty(of_tier) && (icp_str_is_empty(of_grade) || tier->on < grade->on);
    outlook->text = tier_first ? of_tier : of_grade;
    outlook->later = tier_first ? of_grade : of_tier;
}

/* ---- The calls ------------------------------------------------------------------------------- */

enum icp_status icp_rules_ahead_open(const struct icp_ruleset *const *files, size_t count,
                                     struct icp_arena *arena, struct icp_ahead **ret,
                                     struct icp_err *err)
{
    struct icp_ahead *ahead = ICP_NEW(arena, struct icp_ahead);
    struct icp_ahead_file *all = ICP_NEW_ARRAY(arena, struct icp_ahead_file, count + 1);
    *ret = NULL;
    if (count == 0 || count > ICP_MAX_FILES)
        return icp_fail(err, ICP_BUG, "looking ahead with %zu rule files", count);
    for (size_t i = 0; all && i < count; i++) {
        all[i].rules = files[i];
        if (!icp_work_open(&all[i].work, files[i], arena))
            break;
        find_lines(&all[i], arena);
        find_watches(&all[i], arena);
    }
    if (!ahead || !all || arena->full)
        return icp_fail(err, ICP_BUG, "no memory left to look ahead");
    ahead->files = all;
    ahead->count = count;
    *ret = ahead;
    return ICP_OK;
}

enum icp_status icp_rules_look_ahead(struct icp_ahead *ahead, const struct icp_rules_input *inputs,
                                     size_t chosen, struct icp_arena *arena,
                                     struct icp_result *result, struct icp_err *err)
{
    result->outlook =
        (struct icp_outlook){.looked = true, .grade.on = ICP_NO_DAY, .tier.on = ICP_NO_DAY};
    if (chosen >= ahead->count || !result->applies)
        return ICP_OK;
    const struct icp_language *language = icp_language_find(result->language);
    if (!language)
        language = icp_language_default();
    if (icp_lift_find(ahead, inputs, chosen, arena, result, err) != ICP_OK)
        return err->status;
    if (ahead->count == 1 && !result->moves_with_time)
        return ICP_OK;
    struct icp_arena_mark mark = icp_arena_mark(arena);
    for (size_t i = 0; i < ahead->count; i++)
        if (icp_ahead_begin(&ahead->files[i], &inputs[i], arena, err) != ICP_OK)
            return err->status;
    if (walk(ahead, chosen, inputs[chosen].as_of, arena, result, err) != ICP_OK)
        return err->status;
    if (arena->full)
        return icp_fail(err, ICP_BUG, "no memory left to look ahead");
    icp_arena_rewind(arena, mark);
    say(language, &result->outlook, arena);
    return ICP_OK;
}
