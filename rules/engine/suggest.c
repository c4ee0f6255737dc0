/*
 * The search for records that reach the lines of a file: one value at a time, then the fields of
 * each condition together, then signals and how often they must come for a cap, then whole records
 * drawn from a fixed seed, from the best to the worst. Each find is made as small as it can be. The
 * same file gives the same suggestions, byte for byte.
 */
#include "suggest.h"

#include <string.h>

enum {
    MOST_COMBINATIONS = 3000, /* of the fields of one condition */
    MOST_DRAWN = 2500,        /* whole records */
    MOST_FIELDS = 16,         /* of one condition */
};
#define SCRATCH_MEMORY ((size_t)8 * 1024 * 1024)

/* ---- Trying ---------------------------------------------------------------------------------- */

/* Scores it and notes the lines; true when some line is reached for the first time. */
static bool attempt(struct icp_suggest *suggest, const struct icp_draft *draft)
{
    const struct icp_ruleset *rules = suggest->rules;
    struct icp_err err = {0};
    struct icp_rules_input input = {.values = draft->values,
                                    .signals = draft->signals,
                                    .signal_count = draft->signal_count,
                                    .as_of = suggest->as_of};
    icp_arena_reset(&suggest->scratch);
    memset(suggest->now, 0, rules->place_count * sizeof(bool));
    suggest->tries++;
    if (icp_rules_score_noting(rules, &input, 1, &suggest->scratch, &suggest->result, suggest->now,
                               &err) != ICP_OK)
        return false;
    for (size_t i = 0; i < rules->place_count; i++)
        if (suggest->now[i] && !suggest->reached[i])
            return true;
    return false;
}

static bool reaches(const struct icp_suggest *suggest, uint32_t place)
{
    return place > 0 && suggest->now[place - 1];
}

static struct icp_draft *new_draft(struct icp_suggest *suggest)
{
    struct icp_draft *draft = ICP_NEW(suggest->arena, struct icp_draft);
    if (draft)
        draft->values =
            ICP_NEW_ARRAY(suggest->arena, struct icp_str, suggest->rules->field_count + 1);
    return draft && draft->values ? draft : NULL;
}

/* Nothing is known but what makes the file apply. */
static void clear(struct icp_suggest *suggest, struct icp_draft *draft)
{
    size_t bytes = (suggest->rules->field_count + 1) * sizeof(*draft->values);
    if (suggest->base)
        memcpy(draft->values, suggest->base, bytes);
    else
        memset(draft->values, 0, bytes);
    draft->signal_count = 0;
}

/* Keeps what was tried last. */
static void keep(struct icp_suggest *suggest, const struct icp_draft *draft, struct icp_str name)
{
    const struct icp_ruleset *rules = suggest->rules;
    if (suggest->count == suggest->room) {
        size_t room = suggest->room > 0 ? 2 * suggest->room : 64;
        struct icp_suggested *kept = ICP_NEW_ARRAY(suggest->arena, struct icp_suggested, room);
        if (!kept)
            return;
        if (suggest->count > 0)
            memcpy(kept, suggest->kept, suggest->count * sizeof(*kept));
        suggest->kept = kept;
        suggest->room = room;
    }
    struct icp_suggested *one = &suggest->kept[suggest->count];
    struct icp_str *values = ICP_NEW_ARRAY(suggest->arena, struct icp_str, rules->field_count + 1);
    if (!values)
        return;
    memcpy(values, draft->values, rules->field_count * sizeof(*values));
    one->draft = *draft;
    one->draft.values = values;
    one->name = icp_arena_copy(suggest->arena, name);
    suggest->count++;
    for (size_t i = 0; i < rules->place_count; i++)
        suggest->reached[i] = suggest->reached[i] || suggest->now[i];
}

/* Takes away what is not needed to reach the place; the draft that is left was tried last. */
static void make_small(struct icp_suggest *suggest, struct icp_draft *draft, uint32_t place)
{
    for (size_t i = 0; i < suggest->rules->field_count; i++) {
        struct icp_str value = draft->values[i];
        if (icp_str_is_null(value))
            continue;
        draft->values[i] = (struct icp_str){0};
        (void)attempt(suggest, draft);
        if (!reaches(suggest, place))
            draft->values[i] = value;
    }
    for (size_t i = draft->signal_count; i-- > 0;) {
        struct icp_signal signal = draft->signals[i];
        draft->signals[i] = draft->signals[--draft->signal_count];
        (void)attempt(suggest, draft);
        if (reaches(suggest, place))
            continue;
        draft->signals[draft->signal_count++] = draft->signals[i];
        draft->signals[i] = signal;
    }
    (void)attempt(suggest, draft);
}

/* ---- What was reached ----------------------------------------------------------------------- */

/* Of the lines that the last try reached for the first time, the one that it is about. */
static uint32_t first_new(const struct icp_suggest *suggest, struct icp_str owner)
{
    const struct icp_ruleset *rules = suggest->rules;
    uint32_t any = 0;
    for (uint32_t i = 0; i < rules->place_count; i++) {
        if (!suggest->now[i] || suggest->reached[i])
            continue;
        if (icp_str_equal(rules->places[i].owner, owner))
            return i + 1;
        any = any > 0 ? any : i + 1;
    }
    return any;
}

/* ---- One field at a time --------------------------------------------------------------------- */

/* The line of a rule over this field that the last try reached, new or not. */
static uint32_t line_of_rule(const struct icp_suggest *suggest, const struct icp_criterion *rule)
{
    for (size_t i = 0; i < rule->count; i++)
        if (reaches(suggest, rule->lines[i].place))
            return rule->lines[i].place;
    return reaches(suggest, rule->otherwise_place) ? rule->otherwise_place : 0;
}

static uint32_t taker_in(struct icp_suggest *suggest, struct icp_draft *draft,
                         const struct icp_criterion *rule, uint32_t place)
{
    const struct icp_ruleset *rules = suggest->rules;
    if (rule->slot == ICP_NO_SLOT || rules->known[rule->slot].derived ||
        !icp_str_equal(rules->places[place - 1].owner, rule->id))
        return 0;
    clear(suggest, draft);
    draft->values[rules->known[rule->slot].index] =
        rule->kind == ICP_RULE_TITLES ? icp_suggest_title(suggest, rules->places[place - 1].says)
                                      : rules->places[place - 1].says;
    (void)attempt(suggest, draft);
    return line_of_rule(suggest, rule);
}

uint32_t icp_suggest_taker(struct icp_suggest *suggest, uint32_t place)
{
    const struct icp_ruleset *rules = suggest->rules;
    struct icp_draft *draft = new_draft(suggest);
    uint32_t taker = 0;
    if (rules->places[place - 1].kind != ICP_LINE_KEY || !draft)
        return 0;
    for (size_t i = 0; i < rules->criterion_count && taker == 0; i++)
        taker = taker_in(suggest, draft, &rules->criteria[i], place);
    for (size_t i = 0; i < rules->points_count && taker == 0; i++)
        if (rules->points[i].kind == ICP_POINTS_RULE)
            taker = taker_in(suggest, draft, rules->points[i].rule, place);
    bool other = taker > 0 && rules->places[taker - 1].kind == ICP_LINE_ELSE;
    return taker == place || other ? 0 : taker;
}

static void try_value(struct icp_suggest *suggest, struct icp_draft *draft,
                      const struct icp_criterion *rule, uint32_t field, struct icp_str text,
                      bool always)
{
    clear(suggest, draft);
    draft->values[field] = text;
    bool new_line = attempt(suggest, draft);
    uint32_t place = line_of_rule(suggest, rule);
    if (place == 0 && new_line)
        place = first_new(suggest, rule->id);
    if (place > 0 && (new_line || always))
        keep(suggest, draft, icp_suggest_name(suggest, draft, place));
}

/* The values that its own lines ask for, then whatever else reaches something new. */
static void try_rule(struct icp_suggest *suggest, struct icp_draft *draft,
                     const struct icp_criterion *rule)
{
    const struct icp_ruleset *rules = suggest->rules;
    uint32_t slot = rule->slot;
    if (slot == ICP_NO_SLOT)
        return;
    while (rules->known[slot].derived)
        slot = rules->known[slot].from;
    uint32_t field = rules->known[slot].index;
    const struct icp_pool own = icp_suggest_rule_values(suggest, rule, field);
    const struct icp_pool *pool = &suggest->pools[field];
    for (size_t i = 0; i < own.count; i++)
        try_value(suggest, draft, rule, field, own.texts[i], suggest->all);
    for (size_t i = 0; i < pool->count; i++)
        try_value(suggest, draft, rule, field, pool->texts[i], false);
}

/* ---- Conditions ------------------------------------------------------------------------------ */

struct target { /* a line that a condition stands in */
    uint32_t place;
    const struct icp_feel *when;
};

/* Goes through the values of the fields together, "not known" first; false at the end. */
static bool next_combination(struct icp_suggest *suggest, const uint32_t *fields, size_t count,
                             size_t *at, struct icp_draft *draft)
{
    for (size_t i = 0; i < count; i++) {
        const struct icp_pool *pool = &suggest->pools[fields[i]];
        at[i]++;
        draft->values[fields[i]] =
            at[i] <= pool->count ? pool->texts[at[i] - 1] : (struct icp_str){0};
        if (at[i] <= pool->count)
            return true;
        at[i] = 0;
    }
    return false;
}

/* How far a value is from another of its field; what is no number is far. */
static int64_t distance(struct icp_str a, struct icp_str b)
{
    int64_t left, right;
    if (!icp_number_parse(a, &left) || !icp_number_parse(b, &right))
        return INT64_MAX / 2;
    return left > right ? left - right : right - left;
}

/* The nearest to `inside` that the line does not hold for, with one value changed. */
static bool find_outside(struct icp_suggest *suggest, const struct icp_draft *inside,
                         uint32_t place, uint32_t field, struct icp_draft *draft)
{
    const struct icp_pool *pool = &suggest->pools[field];
    struct icp_str best = {0};
    memcpy(draft->values, inside->values, suggest->rules->field_count * sizeof(*draft->values));
    for (size_t i = 0; i < pool->count; i++) {
        struct icp_str was = inside->values[field];
        draft->values[field] = pool->texts[i];
        (void)attempt(suggest, draft);
        if (!reaches(suggest, place) &&
            (icp_str_is_null(best) || distance(pool->texts[i], was) < distance(best, was)))
            best = pool->texts[i];
    }
    draft->values[field] = best;
    (void)attempt(suggest, draft);
    return !icp_str_is_null(best);
}

/* The nearest that does not hold any more, and what is not known. */
static void keep_outside(struct icp_suggest *suggest, const struct icp_draft *inside,
                         const struct target *target, const uint32_t *fields, size_t count)
{
    const struct icp_rules_line *line = &suggest->rules->places[target->place - 1];
    struct icp_draft *draft = new_draft(suggest);
    bool found = false;
    for (size_t f = 0; draft && f < count && !found; f++)
        found = find_outside(suggest, inside, target->place, fields[f], draft);
    if (found)
        keep(suggest, draft,
             icp_arena_format(suggest->arena, "%.*s does not hold: %.*s",
                              ICP_STR_ARGUMENTS(line->owner),
                              ICP_STR_ARGUMENTS(icp_suggest_given(suggest, draft))));
    if (!draft)
        return;
    clear(suggest, draft);
    (void)attempt(suggest, draft);
    if (!reaches(suggest, target->place))
        keep(suggest, draft,
             icp_arena_format(suggest->arena, "%.*s does not hold when nothing is known",
                              ICP_STR_ARGUMENTS(line->owner)));
}

static void try_condition(struct icp_suggest *suggest, struct icp_draft *draft,
                          const struct target *target)
{
    uint32_t fields[MOST_FIELDS];
    size_t at[MOST_FIELDS] = {0};
    size_t count = icp_suggest_fields(suggest->rules, target->when, fields, MOST_FIELDS);
    if (target->place == 0 || (!suggest->all && suggest->reached[target->place - 1]))
        return;
    clear(suggest, draft);
    for (size_t i = 0; i < count; i++)
        draft->values[fields[i]] = (struct icp_str){0};
    for (size_t i = 0; i < MOST_COMBINATIONS; i++) {
        (void)attempt(suggest, draft);
        if (reaches(suggest, target->place)) {
            make_small(suggest, draft, target->place);
            keep(suggest, draft, icp_suggest_name(suggest, draft, target->place));
            if (suggest->all)
                keep_outside(suggest, draft, target, fields, count);
            return;
        }
        if (!next_combination(suggest, fields, count, at, draft))
            return;
    }
}

/* The first record that the file is for and that is not out; all others begin with it. */
static void find_base(struct icp_suggest *suggest, struct icp_draft *draft)
{
    uint32_t fields[MOST_FIELDS];
    size_t at[MOST_FIELDS] = {0};
    size_t count =
        icp_suggest_fields(suggest->rules, suggest->rules->applies_when, fields, MOST_FIELDS);
    clear(suggest, draft);
    for (size_t i = 0; i < MOST_COMBINATIONS; i++) {
        (void)attempt(suggest, draft);
        if (suggest->result.applies && !suggest->result.disqualified) {
            suggest->base = draft->values;
            return;
        }
        if (!next_combination(suggest, fields, count, at, draft))
            return;
    }
}

static void try_conditions(struct icp_suggest *suggest, struct icp_draft *draft)
{
    const struct icp_ruleset *rules = suggest->rules;
    struct target target = {.place = rules->applies_place, .when = rules->applies_when};
    if (rules->applies_when)
        try_condition(suggest, draft, &target);
    for (size_t i = 0; i < rules->disqualify_count; i++) {
        target = (struct target){rules->disqualify[i].place, rules->disqualify[i].when};
        try_condition(suggest, draft, &target);
    }
    for (size_t i = 0; i < rules->criterion_count; i++) {
        const struct icp_criterion *criterion = &rules->criteria[i];
        for (size_t k = 0; criterion->kind == ICP_RULE_CASES && k < criterion->count; k++) {
            target = (struct target){criterion->lines[k].place, criterion->lines[k].when};
            try_condition(suggest, draft, &target);
        }
        if (criterion->kind != ICP_RULE_CASES || criterion->count == 0)
            continue;
        target = (struct target){criterion->otherwise_place, criterion->lines[0].when};
        try_condition(suggest, draft, &target);
    }
    for (size_t i = 0; i < rules->adjustment_count; i++) {
        target = (struct target){rules->adjustments[i].place, rules->adjustments[i].when};
        try_condition(suggest, draft, &target);
    }
    for (size_t i = 0; i < rules->points_count; i++) {
        target = (struct target){rules->points[i].place, rules->points[i].when};
        if (rules->points[i].kind == ICP_POINTS_WHEN)
            try_condition(suggest, draft, &target);
    }
    for (size_t i = 0; i < rules->tier_count; i++) {
        target = (struct target){rules->tier_places[i], rules->tier_when[i]};
        if (rules->tier_when[i])
            try_condition(suggest, draft, &target);
    }
}

/* ---- Signals --------------------------------------------------------------------------------- */

static void try_signals(struct icp_suggest *suggest, struct icp_draft *draft)
{
    for (size_t i = 0; i < suggest->signal_count; i++) {
        clear(suggest, draft);
        draft->signals[draft->signal_count++] = suggest->signals[i];
        bool new_line = attempt(suggest, draft);
        uint32_t place = new_line ? first_new(suggest, ICP_STR("")) : 0;
        for (size_t k = 0; place == 0 && suggest->all && k < suggest->rules->signal_line_count; k++)
            if (reaches(suggest, suggest->rules->signal_lines[k].place))
                place = suggest->rules->signal_lines[k].place;
        if (place > 0)
            keep(suggest, draft, icp_suggest_name(suggest, draft, place));
    }
}

/* Every signal so many times a day, on so many days back. */
static void fill_signals(struct icp_suggest *suggest, struct icp_draft *draft, uint32_t times,
                         int days, int32_t sign)
{
    const struct icp_ruleset *rules = suggest->rules;
    for (int day = 0; day < days; day++) {
        for (size_t i = 0; i < rules->signal_line_count && i < suggest->signal_count; i++) {
            if (draft->signal_count >= ICP_DRAFT_SIGNALS ||
                (sign < 0) != (rules->signal_lines[i].points < 0))
                continue;
            struct icp_signal *signal = &draft->signals[draft->signal_count++];
            *signal = suggest->signals[i]; /* the first ones stand along the lines */
            signal->times = times;
            signal->at_ms -= day * ICP_MS_PER_DAY;
        }
    }
}

static void try_limit(struct icp_suggest *suggest, struct icp_draft *draft, uint32_t place,
                      int32_t sign)
{
    static const struct {
        uint32_t times;
        int days;
    } amounts[] = {{1, 1}, {2, 1}, {5, 1}, {20, 1}, {1000, 1}, {1000, 2}, {1000, 4}, {1000, 12}};
    if (place == 0 || suggest->reached[place - 1])
        return;
    for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++) {
        clear(suggest, draft);
        fill_signals(suggest, draft, amounts[i].times, amounts[i].days, sign);
        (void)attempt(suggest, draft);
        if (!reaches(suggest, place))
            continue;
        make_small(suggest, draft, place);
        keep(suggest, draft, icp_suggest_name(suggest, draft, place));
        return;
    }
}

static void try_limits(struct icp_suggest *suggest, struct icp_draft *draft)
{
    const struct icp_ruleset *rules = suggest->rules;
    for (size_t i = 0; i < rules->group_count; i++) {
        try_limit(suggest, draft, rules->groups[i].cap_place, rules->groups[i].cap < 0 ? -1 : 1);
        try_limit(suggest, draft, rules->groups[i].floor_place, -1);
    }
    for (size_t i = 0; i < rules->points_count; i++)
        try_limit(suggest, draft, rules->points[i].cap_place, rules->points[i].cap < 0 ? -1 : 1);
}

/* ---- Whole records --------------------------------------------------------------------------- */

static uint32_t draw(struct icp_suggest *suggest, uint32_t below)
{
    suggest->seed ^= suggest->seed << 13;
    suggest->seed ^= suggest->seed >> 7;
    suggest->seed ^= suggest->seed << 17;
    return (uint32_t)(suggest->seed >> 33) % below;
}

/* Sorts each pool by the score that its value alone gives, so that a record can be drawn good or
   bad. Insertion: pools are short, and what is equal stays in its order. */
static void sort_pools(struct icp_suggest *suggest, struct icp_draft *draft)
{
    for (size_t f = 0; f < suggest->rules->field_count; f++) {
        struct icp_pool *pool = &suggest->pools[f];
        int32_t *worth = ICP_NEW_ARRAY(suggest->arena, int32_t, pool->count + 1);
        for (size_t i = 0; worth && i < pool->count && i < 256; i++) {
            struct icp_str text = pool->texts[i];
            size_t at = i;
            clear(suggest, draft);
            draft->values[f] = text;
            (void)attempt(suggest, draft);
            for (; at > 0 && worth[at - 1] > suggest->result.score; at--) {
                worth[at] = worth[at - 1];
                pool->texts[at] = pool->texts[at - 1];
            }
            worth[at] = suggest->result.score;
            pool->texts[at] = text;
        }
    }
}

/* A record of this quality, in percent: of what is known, and of what they did. */
static void draw_record(struct icp_suggest *suggest, struct icp_draft *draft, uint32_t known,
                        uint32_t quality, uint32_t keen)
{
    static const uint32_t times[] = {1, 1, 1, 2, 2, 3, 5, 10, 20, 50, 100};
    clear(suggest, draft);
    for (size_t f = 0; f < suggest->rules->field_count; f++) {
        const struct icp_pool *pool = &suggest->pools[f];
        if (pool->count == 0 || draw(suggest, 100) >= known)
            continue;
        int64_t at = ((int64_t)quality + draw(suggest, 41) - 20) * (int64_t)pool->count / 100;
        if (draw(suggest, 5) == 0) /* what tiers ask for need not be good */
            at = draw(suggest, (uint32_t)pool->count);
        at = at < 0 ? 0 : at >= (int64_t)pool->count ? (int64_t)pool->count - 1 : at;
        draft->values[f] = pool->texts[at];
    }
    for (size_t i = 0; i < suggest->signal_count; i++) {
        uint32_t days = draw(suggest, 100) < keen ? 1 + draw(suggest, 4) * draw(suggest, 4) : 0;
        for (uint32_t day = 0; day < days && draft->signal_count < ICP_DRAFT_SIGNALS; day++) {
            struct icp_signal *signal = &draft->signals[draft->signal_count++];
            *signal = suggest->signals[i];
            signal->times = times[draw(suggest, sizeof(times) / sizeof(times[0]))];
            signal->at_ms -= (int64_t)draw(suggest, 60) * ICP_MS_PER_DAY;
        }
    }
}

static size_t unreached(const struct icp_suggest *suggest)
{
    size_t count = 0;
    for (size_t i = 0; i < suggest->rules->place_count; i++)
        count += suggest->reached[i] ? 0 : 1;
    return count;
}

static void try_records(struct icp_suggest *suggest, struct icp_draft *draft)
{
    static const uint32_t levels[] = {0, 100, 50, 75, 25};
    sort_pools(suggest, draft);
    for (uint32_t i = 0; i < MOST_DRAWN && unreached(suggest) > 0; i++) {
        uint32_t known = 100, quality = levels[i % 5], keen = levels[i / 5 % 5];
        if (i >= 25) {
            known = draw(suggest, 4) == 0 ? draw(suggest, 101) : 100;
            quality = draw(suggest, 101);
            keen = draw(suggest, 101);
        }
        draw_record(suggest, draft, known, quality, keen);
        if (!attempt(suggest, draft))
            continue;
        uint32_t place = first_new(suggest, ICP_STR(""));
        make_small(suggest, draft, place);
        keep(suggest, draft, icp_suggest_name(suggest, draft, place));
    }
}

/* ---- The whole ------------------------------------------------------------------------------- */

/* The day of the file's own tests, so that the suggestions read like them. */
static int32_t day_of_tests(const struct icp_ruleset *rules)
{
    const int32_t otherwise = 20468; /* 2026-01-15 */
    for (size_t i = 0; i < rules->test_count; i++)
        if (rules->tests[i].as_of != 0)
            return rules->tests[i].as_of;
    return otherwise;
}

static void search(struct icp_suggest *suggest)
{
    const struct icp_ruleset *rules = suggest->rules;
    struct icp_draft *draft = new_draft(suggest);
    struct icp_draft *base = new_draft(suggest);
    icp_suggest_values(suggest);
    if (!draft || !base || suggest->arena->full)
        return;
    if (rules->applies_when)
        find_base(suggest, base);
    for (size_t i = 0; i < rules->criterion_count; i++)
        try_rule(suggest, draft, &rules->criteria[i]);
    for (size_t i = 0; i < rules->points_count; i++)
        if (rules->points[i].kind == ICP_POINTS_RULE)
            try_rule(suggest, draft, rules->points[i].rule);
    try_conditions(suggest, draft);
    try_signals(suggest, draft);
    try_limits(suggest, draft);
    clear(suggest, draft);
    if (attempt(suggest, draft)) /* nothing known at all */
        keep(suggest, draft, icp_suggest_name(suggest, draft, first_new(suggest, ICP_STR(""))));
    try_records(suggest, draft);
}

enum icp_status icp_rules_suggest(const struct icp_ruleset *rules, bool all,
                                  struct icp_arena *arena, struct icp_buf *out,
                                  struct icp_rules_suggestion *suggestion, struct icp_err *err)
{
    struct icp_suggest suggest = {.rules = rules,
                                  .arena = arena,
                                  .as_of = day_of_tests(rules),
                                  .all = all,
                                  .seed = 88172645463325252u};
    suggest.reached = ICP_NEW_ARRAY(arena, bool, rules->place_count + 1);
    suggest.now = ICP_NEW_ARRAY(arena, bool, rules->place_count + 1);
    if (!suggest.reached || !suggest.now)
        return icp_fail(err, ICP_BUG, "no memory left to look for tests");
    if (icp_rules_cover(rules, arena, suggest.reached, err) != ICP_OK)
        return err->status;
    icp_arena_open(&suggest.scratch, SCRATCH_MEMORY);
    search(&suggest);
    if (!arena->full)
        icp_suggest_write(&suggest, out);
    icp_arena_close(&suggest.scratch);
    *suggestion = (struct icp_rules_suggestion){
        .tests = suggest.count, .unreached = unreached(&suggest), .tries = suggest.tries};
    if (arena->full)
        return icp_fail(err, ICP_BUG, "no memory left to look for tests");
    return ICP_OK;
}
