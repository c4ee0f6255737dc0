/*
 * Values worth trying, for each field and signal of a file: the ends of bands and what lies beside
 * them, keys and something that is no key, and what a field of its type may be; what conditions
 * compare with is read in suggest_conditions.c. A value stands here only when a test in a file
 * could give it.
 */
#include "suggest_values.h"

/* ---- Lines of a rule ------------------------------------------------------------------------- */

static void add_band(struct icp_suggest *suggest, const struct icp_criterion *criterion,
                     const struct icp_line *line)
{
    if (line->from != INT64_MIN) {
        icp_pool_add_number(suggest, criterion->slot, line->from);
        icp_pool_add_number(suggest, criterion->slot, line->from - icp_pool_step_of(line->from));
    }
    if (line->to == INT64_MAX)
        return;
    /* "a..b" reaches up to all that begins with b; a person tries b itself */
    int64_t to =
        line->to - (line->to % ICP_NUMBER_SCALE == ICP_NUMBER_SCALE - 1 ? ICP_NUMBER_SCALE - 1 : 0);
    icp_pool_add_number(suggest, criterion->slot, to);
    icp_pool_add_number(suggest, criterion->slot, to + icp_pool_step_of(to));
}

static void add_age(struct icp_suggest *suggest, const struct icp_criterion *criterion,
                    const struct icp_line *line)
{
    int64_t from = line->from == INT64_MIN ? 0 : line->from / ICP_NUMBER_SCALE;
    int64_t to = line->to == INT64_MAX ? from + 1 : line->to / ICP_NUMBER_SCALE;
    icp_pool_add_day_and_neighbours(suggest, criterion->slot, suggest->as_of - from);
    icp_pool_add_day_and_neighbours(suggest, criterion->slot, suggest->as_of - to);
}

/* The line whose place in the file comes next; lines are sorted for searching. */
static const struct icp_line *next_line(const struct icp_criterion *criterion, uint32_t after)
{
    const struct icp_line *next = NULL;
    for (size_t i = 0; i < criterion->count; i++)
        if (criterion->lines[i].place > after && (!next || criterion->lines[i].place < next->place))
            next = &criterion->lines[i];
    return next;
}

/* On the way from a point of a scale to the next. */
static void add_between(struct icp_suggest *suggest, const struct icp_criterion *criterion,
                        const struct icp_line *line)
{
    const struct icp_line *next = line + 1;
    if (next >= criterion->lines + criterion->count)
        return;
    for (int64_t part = 1; part < 8; part++) {
        int64_t number = line->from + (next->from - line->from) / 8 * part;
        icp_pool_add_number(suggest, criterion->slot,
                            number - number % icp_pool_step_of(line->from));
    }
}

/* All entries at once, then those that add points. */
static void add_whole_set(struct icp_suggest *suggest, const struct icp_criterion *criterion)
{
    const struct icp_ruleset *rules = suggest->rules;
    struct icp_buf all;
    icp_buf_open(&all, ICP_MAX_TEXT);
    for (int only_good = 0; only_good < 2; only_good++) {
        icp_buf_reset(&all);
        for (size_t i = 0; i < criterion->count; i++) {
            if (only_good && criterion->lines[i].points <= 0)
                continue;
            if (all.length > 0)
                icp_buf_add_char(&all, ';');
            icp_buf_add(&all, rules->places[criterion->lines[i].place - 1].says);
        }
        icp_pool_add_for_slot(suggest, criterion->slot, icp_buf_view(&all));
    }
    icp_buf_finish(&all);
}

static void add_lines(struct icp_suggest *suggest, const struct icp_criterion *criterion)
{
    const struct icp_ruleset *rules = suggest->rules;
    const struct icp_line *line = NULL;
    while ((line = next_line(criterion, line ? line->place : 0)) != NULL) {
        struct icp_str says = line->place > 0 ? rules->places[line->place - 1].says : line->key;
        switch ((int)criterion->kind) {
        case ICP_RULE_BANDS:
            add_band(suggest, criterion, line);
            break;
        case ICP_RULE_SCALE:
            icp_pool_add_number_and_neighbours(suggest, criterion->slot, line->from);
            add_between(suggest, criterion, line);
            break;
        case ICP_RULE_CASES:
            icp_pool_add_condition(suggest, line->when, says);
            break;
        case ICP_RULE_AGE_DAYS:
            add_age(suggest, criterion, line);
            break;
        case ICP_RULE_TITLES:
            icp_pool_add_for_slot(suggest, criterion->slot, icp_suggest_title(suggest, says));
            break;
        default:
            icp_pool_add_for_slot(suggest, criterion->slot, says);
            break;
        }
    }
    if (criterion->kind == ICP_RULE_ANY_OF)
        add_whole_set(suggest, criterion);
}

struct icp_pool icp_suggest_rule_values(struct icp_suggest *suggest,
                                        const struct icp_criterion *rule, uint32_t field)
{
    struct icp_pool whole = suggest->pools[field];
    suggest->pools[field] = (struct icp_pool){0};
    add_lines(suggest, rule);
    struct icp_pool own = suggest->pools[field];
    suggest->pools[field] = whole;
    return own;
}

/* ---- What any field of a type may be --------------------------------------------------------- */

static void add_common(struct icp_suggest *suggest, uint32_t field)
{
    static const char *const emails[] = {"anna@firma.example", "anna@gmail.com",
                                         "anna@mailinator.com"};
    static const char *const countries[] = {"DK", "US", "BR", "JP"};
    switch (suggest->rules->fields[field].type) {
    case ICP_TYPE_BOOLEAN:
        icp_pool_add_text(suggest, field, ICP_STR("true"));
        icp_pool_add_text(suggest, field, ICP_STR("false"));
        break;
    case ICP_TYPE_EMAIL:
        for (size_t i = 0; i < 3; i++)
            icp_pool_add_text(suggest, field, icp_str_from(emails[i]));
        break;
    case ICP_TYPE_COUNTRY:
        for (size_t i = 0; i < 4; i++)
            icp_pool_add_text(suggest, field, icp_str_from(countries[i]));
        break;
    case ICP_TYPE_NUMBER:
        icp_pool_add_text(suggest, field, ICP_STR("0"));
        icp_pool_add_text(suggest, field, ICP_STR("1"));
        icp_pool_add_text(suggest, field, ICP_STR("1000000"));
        break;
    case ICP_TYPE_SET:
        icp_pool_add_text(suggest, field, ICP_STR("something_else"));
        icp_pool_add_text(suggest, field, ICP_STR(""));
        break;
    case ICP_TYPE_DATE:
    case ICP_TYPE_DATETIME:
    case ICP_TYPE_TEXT:
    case ICP_TYPE_CODE:
    case ICP_TYPE_COUNT:
        icp_pool_add_text(suggest, field, ICP_STR("something else"));
        break;
    }
}

/* ---- Signals --------------------------------------------------------------------------------- */

static void add_signal(struct icp_suggest *suggest, const struct icp_signal *signal)
{
    suggest->signals[suggest->signal_count++] = *signal;
}

/* What the attributes must be for the line: the first pattern of each, or what its condition
   compares with. */
static void add_signal_line(struct icp_suggest *suggest, const struct icp_signal_line *line)
{
    const struct icp_ruleset *rules = suggest->rules;
    const struct icp_signal_kind *kind = &rules->signals[line->signal];
    struct icp_signal signal = {
        .name = kind->name, .at_ms = (int64_t)suggest->as_of * ICP_MS_PER_DAY, .times = 1};
    struct icp_attribute *attributes =
        ICP_NEW_ARRAY(suggest->arena, struct icp_attribute, line->match_count + 1);
    if (!attributes)
        return;
    for (size_t i = 0; i < line->match_count; i++) {
        struct icp_str text = icp_suggest_plain(suggest, line->matches[i].patterns[0]);
        attributes[i].name = line->matches[i].attribute;
        attributes[i].value = text.length > 0 ? text : ICP_STR("something");
    }
    signal.attributes = attributes;
    signal.attribute_count = line->match_count;
    add_signal(suggest, &signal);
}

/* Each text that a condition over attributes names, in each attribute. */
static void add_signal_condition(struct icp_suggest *suggest, const struct icp_signal_line *line)
{
    const struct icp_ruleset *rules = suggest->rules;
    const struct icp_signal_kind *kind = &rules->signals[line->signal];
    struct icp_str text = line->place > 0 ? rules->places[line->place - 1].says : ICP_STR("");
    size_t open = text.length;
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] != '"')
            continue;
        if (open == text.length) {
            open = i;
            continue;
        }
        for (size_t a = 0; a < kind->attribute_count; a++) {
            struct icp_attribute *attribute = ICP_NEW(suggest->arena, struct icp_attribute);
            if (!attribute || suggest->signal_count >= ICP_MOST_POOL)
                return;
            *attribute = (struct icp_attribute){.name = kind->attributes[a],
                                                .value = icp_str_slice(text, open + 1, i)};
            add_signal(suggest,
                       &(struct icp_signal){.name = kind->name,
                                            .at_ms = (int64_t)suggest->as_of * ICP_MS_PER_DAY,
                                            .times = 1,
                                            .attributes = attribute,
                                            .attribute_count = 1});
        }
        open = text.length;
    }
}

/* ---- The whole ------------------------------------------------------------------------------- */

static void add_points_line(struct icp_suggest *suggest, const struct icp_points_line *line)
{
    switch (line->kind) {
    case ICP_POINTS_WHEN:
        icp_pool_add_condition(suggest, line->when, suggest->rules->places[line->place - 1].says);
        break;
    case ICP_POINTS_RULE:
        add_lines(suggest, line->rule);
        break;
    case ICP_POINTS_DECAY:
        icp_pool_add_day_and_neighbours(suggest, line->slot, suggest->as_of);
        icp_pool_add_day_and_neighbours(suggest, line->slot,
                                        (int64_t)suggest->as_of - line->window);
        icp_pool_add_day(suggest, line->slot, (int64_t)suggest->as_of - line->window / 2);
        break;
    case ICP_POINTS_PER:
        icp_pool_add_number(suggest, line->slot, ICP_NUMBER_SCALE);
        if (line->has_cap && line->points != 0)
            icp_pool_add_number_and_neighbours(suggest, line->slot,
                                               line->cap / line->points * ICP_NUMBER_SCALE);
        break;
    case ICP_POINTS_SIGNAL:
    case ICP_POINTS_KINDS:
        break;
    }
}

/* A title and a department that give a role, and what its condition asks for. */
static void add_role(struct icp_suggest *suggest, const struct icp_role_line *line)
{
    for (size_t i = 0; i < line->pattern_count; i++)
        if (!line->patterns[i].guard)
            icp_pool_add_for_slot(suggest, suggest->rules->title_slot,
                                  icp_suggest_title(suggest, line->said[i]));
    for (size_t i = 0; i < line->department_count; i++)
        icp_pool_add_for_slot(suggest, suggest->rules->department_slot, line->departments[i]);
    if (line->when)
        icp_pool_add_condition(suggest, line->when, icp_feel_canonical(line->when));
}

static void add_conditions(struct icp_suggest *suggest)
{
    const struct icp_ruleset *rules = suggest->rules;
    for (size_t i = 0; i < rules->disqualify_count; i++)
        icp_pool_add_condition(suggest, rules->disqualify[i].when,
                               rules->places[rules->disqualify[i].place - 1].says);
    for (size_t i = 0; i < rules->adjustment_count; i++)
        icp_pool_add_condition(suggest, rules->adjustments[i].when,
                               rules->places[rules->adjustments[i].place - 1].says);
    for (size_t i = 0; i < rules->tier_count; i++)
        icp_pool_add_condition(suggest, rules->tier_when[i],
                               rules->places[rules->tier_places[i] - 1].says);
    if (rules->applies_when)
        icp_pool_add_condition(suggest, rules->applies_when,
                               rules->places[rules->applies_place - 1].says);
    for (size_t i = 0; i < rules->role_line_count; i++)
        add_role(suggest, &rules->role_lines[i]);
}

void icp_suggest_values(struct icp_suggest *suggest)
{
    const struct icp_ruleset *rules = suggest->rules;
    suggest->pools = ICP_NEW_ARRAY(suggest->arena, struct icp_pool, rules->field_count + 1);
    suggest->signals = ICP_NEW_ARRAY(suggest->arena, struct icp_signal,
                                     rules->signal_line_count + ICP_MOST_POOL + 64);
    if (!suggest->pools || !suggest->signals)
        return;
    for (size_t i = 0; i < rules->criterion_count; i++)
        add_lines(suggest, &rules->criteria[i]);
    for (size_t i = 0; i < rules->points_count; i++)
        add_points_line(suggest, &rules->points[i]);
    add_conditions(suggest);
    for (uint32_t i = 0; i < rules->field_count; i++)
        add_common(suggest, i);
    for (size_t i = 0; i < rules->signal_line_count; i++) {
        add_signal_line(suggest, &rules->signal_lines[i]);
        if (rules->signal_lines[i].when)
            add_signal_condition(suggest, &rules->signal_lines[i]);
    }
}
