/*
 * What would lift a grade: the smallest single change that makes it better, of those that a rep can
 * learn or bring about. First an unknown field, taken to hold the value that its rule likes best,
 * the one with most weight in it first; else one more signal of today, the one with the fewest
 * points that is enough; else points of engagement in all. What is known, such as a country, is not
 * changed by wishing. Invariant: every change that is named was tried, by scoring the record with
 * it; only points in all follow from the lines of the grades.
 */
#include "ahead.h"

#include <string.h>

enum {
    LIFT_CHARACTERS = 100, /* a grade, a field's name and a value */
    FIRST_DAY = -719162,   /* of the year 1, counted from 1970 */
    MOST_TRIED = 5,        /* fields, and signals: behind five others nobody looks for one more */
};

struct search {
    struct icp_ahead *ahead;
    const struct icp_rules_input *inputs;
    struct icp_rules_input tried[ICP_MAX_FILES];
    size_t chosen;
    struct icp_arena *arena;
    struct icp_result *result;
    const struct icp_language *language;
    struct icp_err *err;
};

/* One change: a value for a field, or one more signal. */
struct change {
    struct icp_str field, value; /* no text: none */
    const struct icp_signal *signal;
    struct icp_str says; /* of the value or the signal, for people */
    icp_wide worth;
};

struct changes {
    struct change list[MOST_TRIED];
    size_t count;
};

/* ---- Trying ---------------------------------------------------------------------------------- */

/* A letter or a digit is better, and none worse; any letter is better than U, whose digit is of no
   help. X stays X. */
static bool is_lift(const char *now, const char *then)
{
    static const char order[] = "ABCDU";
    const char *from = strchr(order, now[0]), *to = strchr(order, then[0]);
    if (now[0] == '\0' || then[0] == '\0' || !from || !to || to > from || then[1] > now[1])
        return false;
    return to < from || (now[0] != 'U' && then[1] < now[1]);
}

/* The grade that the record would have; its own on the way, what it has today being its previous
   one. */
static enum icp_status attempt(struct search *search, const struct change *change, char grade[4])
{
    struct icp_ahead *ahead = search->ahead;
    struct icp_arena_mark mark = icp_arena_mark(search->arena);
    enum icp_status status = ICP_OK;
    memset(grade, 0, 4);
    for (size_t i = 0; status == ICP_OK && i < ahead->count; i++) {
        struct icp_ahead_file *file = &ahead->files[i];
        struct icp_rules_input input = search->tried[i];
        struct icp_signal *signals =
            ICP_NEW_ARRAY(search->arena, struct icp_signal, input.signal_count + 1);
        if (change->signal && signals) {
            if (input.signal_count > 0)
                memcpy(signals, input.signals, input.signal_count * sizeof(*signals));
            signals[input.signal_count++] = *change->signal;
            input.signals = signals;
        }
        file->work.assumed_slot = ICP_NO_SLOT;
        if (!icp_str_is_null(change->field)) {
            file->work.assumed_slot = icp_known_slot(file->rules, change->field);
            file->work.assumed_text = change->value;
        }
        status = icp_ahead_begin(file, &input, search->arena, search->err);
        file->work.assumed_slot = ICP_NO_SLOT;
    }
    size_t best = icp_ahead_choose(ahead);
    if (status == ICP_OK && best != ICP_NO_FILE)
        memcpy(grade, ahead->files[best].result.grade, 4);
    icp_arena_rewind(search->arena, mark);
    return status;
}

/* The most worth first, or the least; ties in the order they came. Those behind are left out. */
static void add(struct changes *changes, const struct change *change, bool least_first)
{
    size_t at = changes->count;
    while (at > 0 && (least_first ? changes->list[at - 1].worth > change->worth
                                  : changes->list[at - 1].worth < change->worth))
        at--;
    if (at == MOST_TRIED)
        return;
    changes->count += changes->count < MOST_TRIED ? 1 : 0;
    for (size_t i = changes->count - 1; i > at; i--)
        changes->list[i] = changes->list[i - 1];
    changes->list[at] = *change;
}

static enum icp_status try_all(struct search *search, const struct changes *changes)
{
    struct icp_outlook *outlook = &search->result->outlook;
    for (size_t i = 0; i < changes->count && outlook->lift_grade[0] == '\0'; i++) {
        const struct change *change = &changes->list[i];
        char grade[4];
        if (attempt(search, change, grade) != ICP_OK)
            return search->err->status;
        if (!is_lift(search->result->grade, grade))
            continue;
        memcpy(outlook->lift_grade, grade, sizeof(outlook->lift_grade));
        const struct icp_str parts[] = {icp_arena_copy(search->arena, icp_str_from(grade)),
                                        change->says};
        outlook->lift_with = change->signal ? change->signal->name : change->field;
        outlook->lift_value = change->value;
        if (change->signal && change->signal->attribute_count > 0)
            outlook->lift_value = change->signal->attributes[0].value;
        outlook->lift = icp_phrase_fill(search->language, ICP_PHRASE_LIFT, parts, 2, search->arena);
    }
    return ICP_OK;
}

/* ---- Fields ---------------------------------------------------------------------------------- */

/* "*direktør" → "direktør"; of a signal's attribute too. */
static struct icp_str plain(struct icp_arena *arena, struct icp_str pattern)
{
    char *text = icp_arena_take(arena, pattern.length + 1, 1, 1);
    size_t length = 0;
    for (size_t i = 0; text && i < pattern.length; i++)
        if (pattern.data[i] != '*')
            text[length++] = (char)(pattern.data[i] == '?' ? 'x' : pattern.data[i]);
    return text ? (struct icp_str){.data = text, .length = length} : (struct icp_str){0};
}

static const struct icp_line *best_line(const struct icp_criterion *rule)
{
    const struct icp_line *best = NULL;
    for (size_t i = 0; i < rule->count; i++)
        if (!best || rule->lines[i].points > best->points)
            best = &rule->lines[i];
    return best;
}

static bool is_band(const struct icp_criterion *rule)
{
    return rule->kind == ICP_RULE_BANDS || rule->kind == ICP_RULE_AGE_DAYS ||
           rule->kind == ICP_RULE_SCALE;
}

/* A value that the line takes, in the spelling of a CRM. */
static struct icp_str value_of(const struct search *search, const struct icp_criterion *rule,
                               const struct icp_line *line, struct icp_str says)
{
    char number[ICP_NUMBER_TEXT], date[ICP_TIME_TEXT];
    int64_t at = line->from != INT64_MIN ? line->from : line->to;
    if (rule->kind == ICP_RULE_TITLES)
        return plain(search->arena, says);
    if (!is_band(rule))
        return says;
    if (rule->kind != ICP_RULE_AGE_DAYS)
        return icp_arena_copy(search->arena, icp_number_format(at, number));
    int64_t day = search->inputs[0].as_of - (at < 0 ? 0 : at / ICP_NUMBER_SCALE);
    if (day < FIRST_DAY)
        return (struct icp_str){0};
    return icp_arena_copy(search->arena, icp_date_format((int32_t)day, date));
}

/* "300..400" days ago as the days that these are: "21 Oct 2025..29 Jan 2026". */
static struct icp_str days_of(const struct search *search, const struct icp_line *line)
{
    struct icp_str days[2]; /* the earlier one first */
    const int64_t ages[] = {line->to, line->from};
    for (size_t i = 0; i < 2; i++) {
        bool open = ages[i] == INT64_MIN || ages[i] == INT64_MAX;
        int64_t day = search->inputs[0].as_of - (open ? 0 : ages[i] / ICP_NUMBER_SCALE);
        days[i] = open || day < FIRST_DAY
                      ? ICP_STR("")
                      : icp_phrase_date(search->language, (int32_t)day, search->arena);
    }
    return icp_arena_format(search->arena, "%.*s..%.*s", ICP_STR_ARGUMENTS(days[0]),
                            ICP_STR_ARGUMENTS(days[1]));
}

/* Can a person fill it in: a derived field when the one behind it is unknown too. */
static bool is_open(const struct icp_work *work, uint32_t slot)
{
    const struct icp_known *known = &work->rules->known[slot];
    return work->slots[slot].kind == ICP_VALUE_NULL &&
           (!known->derived || work->slots[known->from].kind == ICP_VALUE_NULL);
}

static void add_rule(struct search *search, struct changes *changes,
                     const struct icp_criterion *rule, icp_wide weight, int64_t now)
{
    const struct icp_work *work = &search->ahead->files[search->chosen].work;
    const struct icp_ruleset *rules = work->rules;
    const struct icp_line *line = best_line(rule);
    if (!line || line->place == 0 || !is_open(work, rule->slot))
        return;
    struct icp_str says = rules->places[line->place - 1].says;
    struct icp_str name = rules->known[rule->slot].name;
    struct change change = {.field = name,
                            .value = value_of(search, rule, line, says),
                            .worth = weight * (line->points * ICP_NUMBER_SCALE - now)};
    if (change.worth <= 0 || icp_str_is_empty(change.value))
        return;
    struct icp_str label = icp_phrase_name(search->language, name, search->arena);
    if (rule->kind == ICP_RULE_AGE_DAYS)
        says = days_of(search, line);
    change.says = icp_arena_format(search->arena, "%.*s %.*s", ICP_STR_ARGUMENTS(label),
                                   ICP_STR_ARGUMENTS(says));
    add(changes, &change, false);
}

static enum icp_status try_fields(struct search *search)
{
    const struct icp_work *work = &search->ahead->files[search->chosen].work;
    const struct icp_ruleset *rules = work->rules;
    struct changes changes = {.count = 0};
    for (size_t i = 0; i < rules->criterion_count; i++)
        if (rules->criteria[i].kind != ICP_RULE_CASES && !work->criteria[i].known)
            add_rule(search, &changes, &rules->criteria[i], rules->criteria[i].weight,
                     work->criteria[i].micro);
    for (size_t i = 0; i < rules->points_count; i++)
        if (rules->points[i].kind == ICP_POINTS_RULE)
            add_rule(search, &changes, rules->points[i].rule, 1, 0);
    return try_all(search, &changes);
}

/* ---- Signals --------------------------------------------------------------------------------- */

/* One that the line takes, on the day itself; NULL when that cannot be told from its patterns. */
static const struct icp_signal *signal_of(const struct search *search,
                                          const struct icp_signal_line *line, struct icp_str name)
{
    struct icp_signal *signal = ICP_NEW(search->arena, struct icp_signal);
    struct icp_attribute *attributes =
        ICP_NEW_ARRAY(search->arena, struct icp_attribute, line->match_count + 1);
    if (!signal || !attributes || line->when)
        return NULL;
    for (size_t i = 0; i < line->match_count; i++)
        attributes[i] = (struct icp_attribute){line->matches[i].attribute,
                                               plain(search->arena, line->matches[i].patterns[0])};
    *signal = (struct icp_signal){
        .name = name,
        .at_ms = (int64_t)search->inputs[0].as_of * ICP_MS_PER_DAY,
        .times = 1,
        .attributes = attributes,
        .attribute_count = line->match_count,
    };
    return signal;
}

/* "form submit "demo"". */
static struct icp_str signal_says(const struct search *search, const struct icp_signal *signal)
{
    struct icp_str name = icp_phrase_name(search->language, signal->name, search->arena);
    if (signal->attribute_count == 0 || icp_str_is_empty(signal->attributes[0].value))
        return name;
    return icp_arena_format(search->arena, "%.*s \"%.*s\"", ICP_STR_ARGUMENTS(name),
                            ICP_STR_ARGUMENTS(signal->attributes[0].value));
}

/* Points up to the next better line; 0: there is none. */
static int32_t gap(const struct icp_grade_lines *lines, char mark, int32_t number)
{
    for (size_t i = 1; i < lines->count; i++)
        if (lines->lines[i].mark == mark)
            return lines->lines[i - 1].from - number;
    return 0;
}

static enum icp_status try_signals(struct search *search, int32_t needed)
{
    const struct icp_ruleset *rules = search->ahead->files[search->chosen].rules;
    struct changes changes = {.count = 0};
    for (size_t i = 0; needed > 0 && i < rules->signal_line_count; i++) {
        const struct icp_signal_line *line = &rules->signal_lines[i];
        if (line->points < needed) /* what was rounded down is less than a point */
            continue;
        struct change change = {
            .signal = signal_of(search, line, rules->signals[line->signal].name),
            .worth = line->points,
        };
        if (!change.signal)
            continue;
        change.says = signal_says(search, change.signal);
        add(&changes, &change, true);
    }
    return try_all(search, &changes);
}

/* Can engagement get so far at all, with the caps of its groups. */
static bool is_within_caps(const struct icp_ruleset *rules, int32_t number)
{
    int64_t most = 0;
    for (size_t i = 0; i < rules->group_count; i++) {
        bool gives = false;
        for (uint32_t k = 0; k < rules->groups[i].line_count; k++)
            gives = gives || rules->signal_lines[rules->groups[i].first_line + k].points > 0;
        if (gives && !rules->groups[i].has_cap)
            return true;
        most += gives ? rules->groups[i].cap : 0;
    }
    return most >= number;
}

static void say_points(struct search *search, int32_t needed)
{
    struct icp_outlook *outlook = &search->result->outlook;
    const struct icp_ruleset *rules = search->ahead->files[search->chosen].rules;
    const char *grade = search->result->grade;
    if (grade[0] == 'U' || !is_within_caps(rules, search->result->engagement + needed))
        return;
    for (size_t i = 1; i < rules->engagement_lines.count; i++)
        if (rules->engagement_lines.lines[i].mark == grade[1])
            outlook->lift_grade[1] = rules->engagement_lines.lines[i - 1].mark;
    outlook->lift_grade[0] = grade[0];
    outlook->lift_with = ICP_STR("engagement");
    const struct icp_str parts[] = {
        icp_arena_copy(search->arena, icp_str_from(outlook->lift_grade)),
        icp_arena_format(search->arena, "%d", needed)};
    outlook->lift = icp_phrase_fill(search->language,
                                    needed == 1 ? ICP_PHRASE_LIFT_ONE : ICP_PHRASE_LIFT_ENGAGEMENT,
                                    parts, 2, search->arena);
}

/* ---- The whole ------------------------------------------------------------------------------- */

/* Each file with the record as it is, and what the record has today as its previous outcome. */
static enum icp_status begin(struct search *search)
{
    const struct icp_result *result = search->result;
    struct icp_ahead *ahead = search->ahead;
    for (size_t i = 0; i < ahead->count; i++) {
        const struct icp_ruleset *rules = ahead->files[i].rules;
        struct icp_rules_input *input = &search->tried[i];
        *input = search->inputs[i];
        input->previous_grade = input->previous_tier = (struct icp_str){0};
        if (i != search->chosen)
            continue;
        input->previous_grade = icp_str_from(result->grade);
        if (result->tier < rules->tier_count)
            input->previous_tier = rules->tiers[result->tier].id;
    }
    return icp_ahead_begin(&ahead->files[search->chosen], &search->tried[search->chosen],
                           search->arena, search->err);
}

static enum icp_status look(struct search *search)
{
    const struct icp_ruleset *rules = search->ahead->files[search->chosen].rules;
    const struct icp_result *result = search->result;
    int32_t needed = rules->has_points
                         ? gap(&rules->fit_lines, result->grade[0], result->score)
                         : gap(&rules->engagement_lines, result->grade[1], result->engagement);
    if (begin(search) != ICP_OK || try_fields(search) != ICP_OK)
        return search->err->status;
    if (result->outlook.lift_grade[0] == '\0' && try_signals(search, needed) != ICP_OK)
        return search->err->status;
    if (result->outlook.lift_grade[0] == '\0' && !rules->has_points && needed > 0)
        say_points(search, needed);
    return ICP_OK;
}

struct kept { /* a text on its way out of memory that is given back */
    char data[4 * LIFT_CHARACTERS];
    size_t length;
};

static struct kept kept(struct icp_str text)
{
    struct kept kept = {.length = 0};
    struct icp_str cut = icp_utf8_cut(text, LIFT_CHARACTERS);
    if (cut.length > 0)
        memcpy(kept.data, cut.data, cut.length);
    kept.length = cut.length;
    return kept;
}

static struct icp_str given_back(const struct kept *kept, struct icp_arena *arena)
{
    if (kept->length == 0)
        return (struct icp_str){0};
    return icp_arena_copy(arena, (struct icp_str){.data = kept->data, .length = kept->length});
}

enum icp_status icp_lift_find(struct icp_ahead *ahead, const struct icp_rules_input *inputs,
                              size_t chosen, struct icp_arena *arena, struct icp_result *result,
                              struct icp_err *err)
{
    struct search search = {.ahead = ahead,
                            .inputs = inputs,
                            .chosen = chosen,
                            .arena = arena,
                            .result = result,
                            .language = icp_language_find(result->language),
                            .err = err};
    if (!search.language)
        search.language = icp_language_default();
    if (result->disqualified)
        return ICP_OK;
    struct icp_arena_mark mark = icp_arena_mark(arena);
    if (look(&search) != ICP_OK)
        return err->status;
    if (arena->full)
        return icp_fail(err, ICP_BUG, "no memory left to look for what would lift a grade");
    struct kept text = kept(result->outlook.lift), value = kept(result->outlook.lift_value);
    icp_arena_rewind(arena, mark);
    result->outlook.lift = given_back(&text, arena);
    result->outlook.lift_value = given_back(&value, arena);
    return ICP_OK;
}
