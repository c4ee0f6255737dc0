/*
 * The sections `score`, `grade` and `tiers`: what the numbers become. Every record gets a letter, a
 * digit and a tier: the lowest lines start at 0 and the last tier is `else`.
 */
#include "loader.h"

#include "calendar.h"

void icp_load_score(struct icp_loader *loader, const struct icp_yaml *node)
{
    enum { FIT, ENGAGEMENT, KEY_COUNT };
    static const struct icp_key keys[KEY_COUNT] = {
        [FIT] = {"fit", ICP_KEY_REQUIRED},
        [ENGAGEMENT] = {"engagement", ICP_KEY_REQUIRED},
    };
    struct icp_ruleset *rules = loader->rules;
    const struct icp_yaml *found[KEY_COUNT];
    rules->fit_percent = rules->has_engagement ? 60 : 100;
    rules->engagement_percent = 100 - rules->fit_percent;
    if (!node || !icp_read_keys(loader, node, "\"score\"", keys, KEY_COUNT, found) || !found[FIT] ||
        !found[ENGAGEMENT])
        return;
    bool fit = icp_read_whole(loader, found[FIT], "\"fit\"", 0, 100, &rules->fit_percent);
    bool engagement = icp_read_whole(loader, found[ENGAGEMENT], "\"engagement\"", 0, 100,
                                     &rules->engagement_percent);
    if (fit && engagement && rules->fit_percent + rules->engagement_percent != 100)
        icp_report(loader->list, ICP_ERROR, "score-sum", node->line, node->column,
                   "fit %d and engagement %d do not add up to 100", rules->fit_percent,
                   rules->engagement_percent);
    else if (fit && engagement && rules->engagement_percent > 0 && !rules->has_engagement)
        icp_report(loader->list, ICP_ERROR, "score-sum", found[ENGAGEMENT]->line,
                   found[ENGAGEMENT]->column,
                   "engagement counts %d percent, but the file has no \"engagement\"",
                   rules->engagement_percent);
}

/* ---- Grades ---------------------------------------------------------------------------------- */

struct scale { /* what the lines of a grade are read on */
    struct icp_str of, marks;
    int32_t most;
};

static void read_grade_line(struct icp_loader *loader, const struct icp_yaml *key,
                            const struct icp_yaml *value, const struct scale *scale,
                            struct icp_grade_lines *lines)
{
    struct icp_str marks = scale->marks;
    struct icp_grade_line *line = &lines->lines[lines->count];
    if (lines->count >= marks.length || key->text.length != 1 ||
        key->text.data[0] != marks.data[lines->count]) {
        icp_report(loader->list, ICP_ERROR, "grade-marks", key->line, key->column,
                   "\"%.*s\" is not the next grade", ICP_STR_ARGUMENTS(key->text));
        icp_report_hint(loader->list, "Grades are written best first: %c, %c, %c, %c.",
                        marks.data[0], marks.data[1], marks.data[2], marks.data[3]);
        return;
    }
    line->mark = marks.data[lines->count];
    line->place = icp_place(loader, key, ICP_LINE_GRADE, scale->of, key->text);
    if (!icp_read_whole(loader, value, "the line of a grade", 0, scale->most, &line->from))
        return;
    if (lines->count > 0 && line->from >= lines->lines[lines->count - 1].from) {
        icp_report(loader->list, ICP_ERROR, "grade-order", value->line, value->column,
                   "the line of %c, %d, is not below that of %c, %d", line->mark, line->from,
                   lines->lines[lines->count - 1].mark, lines->lines[lines->count - 1].from);
        icp_report_hint(loader->list, "Each grade starts lower than the one before it.");
    }
    lines->count++;
}

static void read_grade_lines(struct icp_loader *loader, const struct icp_yaml *node,
                             struct scale scale, struct icp_grade_lines *lines)
{
    size_t errors = loader->list->errors;
    if (!icp_read_mapping(loader, node, "the lines of a grade"))
        return;
    for (size_t i = 0; i < node->count && loader->list->errors == errors; i++)
        read_grade_line(loader, &node->keys[i], &node->values[i], &scale, lines);
    if (loader->list->errors > errors)
        return;
    if (lines->count > 0 && lines->lines[lines->count - 1].from == 0)
        return;
    icp_report(loader->list, ICP_ERROR, "grade-order", node->line, node->column,
               "no grade starts at 0");
    icp_report_hint(loader->list, "The lowest grade is for all the others: \"%c: 0\".",
                    scale.marks.data[scale.marks.length - 1]);
}

void icp_load_grade(struct icp_loader *loader, const struct icp_yaml *node)
{
    enum { FIT, ENGAGEMENT, DROP_MARGIN, SCORE, KEY_COUNT };
    static const struct icp_key keys[KEY_COUNT] = {
        [FIT] = {"fit", ICP_KEY_OPTIONAL},
        [ENGAGEMENT] = {"engagement", ICP_KEY_OPTIONAL},
        [DROP_MARGIN] = {"drop_margin", ICP_KEY_OPTIONAL},
        [SCORE] = {"score", ICP_KEY_OPTIONAL},
    };
    static const struct scale fit = {ICP_STR_INIT("fit"), ICP_STR_INIT("ABCD"), 100};
    static const struct scale engagement = {ICP_STR_INIT("engagement"), ICP_STR_INIT("1234"), 100};
    struct icp_ruleset *rules = loader->rules;
    const struct icp_yaml *found[KEY_COUNT];
    if (!node || !icp_read_keys(loader, node, "\"grade\"", keys, KEY_COUNT, found))
        return;
    if (found[DROP_MARGIN])
        (void)icp_read_whole(loader, found[DROP_MARGIN], "\"drop_margin\"", 0, ICP_MAX_MARGIN,
                             &rules->drop_margin);
    struct scale score = {ICP_STR("score"), ICP_STR("ABCD"), rules->score_most};
    bool other_model = false;
    for (int k = FIT; k < KEY_COUNT; k++) {
        if (!found[k] || k == DROP_MARGIN || rules->has_points == (k == SCORE))
            continue;
        const struct icp_yaml *key = &node->keys[found[k] - node->values];
        icp_report(loader->list, ICP_ERROR, "two-models", key->line, key->column,
                   "a file with \"%s\" has no grade by \"%s\"",
                   rules->has_points ? "points" : "fit", keys[k].name);
        other_model = true;
    }
    if (!other_model && !found[rules->has_points ? SCORE : FIT])
        icp_report(loader->list, ICP_ERROR, "missing-key", node->line, node->column,
                   "\"grade\" needs \"%s\"", rules->has_points ? "score" : "fit");
    if (rules->has_points) {
        if (found[SCORE])
            read_grade_lines(loader, found[SCORE], score, &rules->fit_lines);
        return;
    }
    if (found[FIT])
        read_grade_lines(loader, found[FIT], fit, &rules->fit_lines);
    if (found[ENGAGEMENT]) {
        read_grade_lines(loader, found[ENGAGEMENT], engagement, &rules->engagement_lines);
        return;
    }
    rules->engagement_lines.lines[0] = (struct icp_grade_line){.mark = '4'};
    rules->engagement_lines.count = 1;
    if (rules->has_engagement)
        icp_report(loader->list, ICP_ERROR, "missing-key", node->line, node->column,
                   "\"grade\" needs \"engagement\"");
}

/* ---- Tiers ----------------------------------------------------------------------------------- */

enum { TIER_ID, LABEL, WHEN, ELSE, WITHIN, ROOM, TIER_KEYS };
static const struct icp_key tier_keys[TIER_KEYS] = {
    [TIER_ID] = {"id", ICP_KEY_REQUIRED},    [LABEL] = {"label", ICP_KEY_OPTIONAL},
    [WHEN] = {"when", ICP_KEY_OPTIONAL},     [ELSE] = {"else", ICP_KEY_OPTIONAL},
    [WITHIN] = {"within", ICP_KEY_OPTIONAL}, [ROOM] = {"room_per_week", ICP_KEY_OPTIONAL},
};

static void read_room(struct icp_loader *loader, const struct icp_yaml *node,
                      struct icp_rules_tier *tier)
{
    enum { TOTAL, PER_OWNER, KEY_COUNT };
    static const struct icp_key keys[KEY_COUNT] = {
        [TOTAL] = {"total", ICP_KEY_OPTIONAL},
        [PER_OWNER] = {"per_owner", ICP_KEY_OPTIONAL},
    };
    const struct icp_yaml *found[KEY_COUNT] = {node, NULL};
    if (node->kind == ICP_YAML_MAPPING &&
        !icp_read_keys(loader, node, "\"room_per_week\"", keys, KEY_COUNT, found))
        return;
    if (found[TOTAL])
        (void)icp_read_whole(loader, found[TOTAL], "the room per week", 0, ICP_MAX_ROOM,
                             &tier->room_total);
    if (found[PER_OWNER])
        (void)icp_read_whole(loader, found[PER_OWNER], "the room per week", 0, ICP_MAX_ROOM,
                             &tier->room_per_owner);
}

/* "4 hours" of working time, or "1 day", a working day. */
static void read_within(struct icp_loader *loader, const struct icp_yaml *node,
                        struct icp_rules_tier *tier)
{
    struct icp_str text, number;
    int64_t value;
    if (!icp_read_text(loader, node, "\"within\"", &text))
        return;
    struct icp_str unit = text;
    bool read = icp_str_cut(&unit, ' ', &number) && icp_integer_parse(number, &value);
    unit = icp_str_trim(unit);
    bool hours = icp_str_is(unit, "hour") || icp_str_is(unit, "hours");
    int32_t most = hours ? ICP_MAX_WITHIN_HOURS : ICP_MAX_WITHIN_DAYS;
    if (!read || !(hours || icp_str_is(unit, "day") || icp_str_is(unit, "days"))) {
        icp_report(loader->list, ICP_ERROR, "bad-duration", node->line, node->column,
                   "\"within\" must be whole hours or days, not \"%.*s\"", ICP_STR_ARGUMENTS(text));
        icp_report_hint(loader->list, "Write it as \"4 hours\" or \"1 day\": working time.");
    } else if (value < 1 || value > most) {
        icp_report(loader->list, ICP_ERROR, "out-of-range", node->line, node->column,
                   "\"within\" must be from 1 to %d %s, not \"%.*s\"", most,
                   hours ? "hours" : "days", ICP_STR_ARGUMENTS(text));
    } else {
        *(hours ? &tier->within_hours : &tier->within_days) = (int32_t)value;
    }
}

static void read_tier_id(struct icp_loader *loader, const struct icp_yaml *node,
                         struct icp_rules_tier *tier)
{
    const struct icp_ruleset *rules = loader->rules;
    if (!icp_read_id(loader, node, "the id", &tier->id))
        return;
    for (size_t i = 0; i + 1 < rules->tier_count; i++)
        if (icp_str_equal(rules->tiers[i].id, tier->id)) {
            icp_report(loader->list, ICP_ERROR, "duplicate-id", node->line, node->column,
                       "tier \"%.*s\" is there twice", ICP_STR_ARGUMENTS(tier->id));
            return;
        }
    if (icp_str_is(tier->id, "not_scored"))
        icp_report(loader->list, ICP_ERROR, "bad-id", node->line, node->column,
                   "\"not_scored\" is the tier of records that no file scores");
}

static void read_tier_label(struct icp_loader *loader, const struct icp_yaml *node,
                            struct icp_rules_tier *tier)
{
    tier->label = icp_words(loader->arena, tier->id);
    if (node)
        (void)icp_read_label(loader, node, "\"label\"", &tier->label, &tier->labels);
}

/* `when`, or `else: true`; true when it is the latter. */
static bool read_tier_rule(struct icp_loader *loader, const struct icp_yaml *node,
                           const struct icp_yaml *const *found, const struct icp_feel **when)
{
    if (found[WHEN] && !found[ELSE]) {
        struct icp_feel_scope scope = {.symbols = loader->symbols, .count = loader->symbol_count};
        *when = icp_read_condition_in(loader, found[WHEN], &scope, ICP_NEGATION_WARNS);
        const uint32_t *slots;
        size_t count = *when ? icp_feel_slots(*when, &slots) : 0;
        for (size_t i = 0; i < count; i++)
            icp_mark_used(loader, slots[i]);
        return false;
    }
    if (found[ELSE] && !found[WHEN] && icp_str_is(found[ELSE]->text, "true"))
        return true;
    icp_report(loader->list, ICP_ERROR, "tier-rule", node->line, node->column,
               "a tier needs either \"when\" or \"else: true\"");
    return found[ELSE] && !found[WHEN];
}

static bool read_tier(struct icp_loader *loader, const struct icp_yaml *node)
{
    struct icp_ruleset *rules = loader->rules;
    const struct icp_yaml *found[TIER_KEYS];
    const struct icp_feel **when = &rules->tier_when[rules->tier_count];
    struct icp_rules_tier *tier = &rules->tiers[rules->tier_count++];
    tier->within_days = tier->within_hours = tier->room_total = tier->room_per_owner = -1;
    if (!icp_read_keys(loader, node, "a tier", tier_keys, TIER_KEYS, found))
        return false;
    if (found[TIER_ID])
        read_tier_id(loader, found[TIER_ID], tier);
    read_tier_label(loader, found[LABEL], tier);
    rules->tier_places[rules->tier_count - 1] = icp_place(
        loader, node, ICP_LINE_TIER, tier->id, found[WHEN] ? found[WHEN]->text : ICP_STR("else"));
    if (found[WITHIN])
        read_within(loader, found[WITHIN], tier);
    if (found[ROOM])
        read_room(loader, found[ROOM], tier);
    return read_tier_rule(loader, node, found, when);
}

void icp_load_tiers(struct icp_loader *loader, const struct icp_yaml *node)
{
    struct icp_ruleset *rules = loader->rules;
    if (!node || !icp_read_sequence(loader, node, "\"tiers\""))
        return;
    rules->tiers = ICP_NEW_ARRAY(loader->arena, struct icp_rules_tier, node->count + 1);
    rules->tier_when = ICP_NEW_ARRAY(loader->arena, const struct icp_feel *, node->count + 1);
    rules->tier_places = ICP_NEW_ARRAY(loader->arena, uint32_t, node->count + 1);
    bool otherwise = false;
    for (size_t i = 0; !loader->arena->full && i < node->count; i++) {
        const struct icp_yaml *tier = &node->values[i];
        if (otherwise)
            icp_report(loader->list, ICP_ERROR, "unreachable-tier", tier->line, tier->column,
                       "no record gets this tier: the one before it takes all the others");
        if (icp_one_more_line(loader, tier))
            otherwise |= read_tier(loader, tier);
    }
    if (otherwise)
        return;
    icp_report(loader->list, ICP_ERROR, "tier-else", node->line, node->column,
               "the last tier must be for all the others");
    icp_report_hint(loader->list, "Add a line such as {id: nurture, label: Nurture, else: true}.");
}
