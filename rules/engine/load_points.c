/*
 * The section `points`: a list of lines that each add or take points, with caps, instead of fit and
 * engagement. Every line that is kept has exactly one way to give points, said by its keys; a key
 * that the way does not use is refused, for it would do nothing.
 */
#include "loader.h"

enum points_key {
    ID,
    POINTS,
    BECAUSE,
    EVIDENCE,
    CAP,
    FIELD,
    WHEN,
    MATCH,
    BANDS,
    PREFIX,
    ANY_OF,
    AGE_DAYS,
    TITLES,
    NOT,
    DECAY,
    WINDOW,
    PER,
    SIGNAL,
    HALF_LIFE,
    MAX_PER_DAY,
    LINE_KEYS
};
static const struct icp_key line_keys[LINE_KEYS] = {
    [ID] = {"id", ICP_KEY_REQUIRED},
    [POINTS] = {"points", ICP_KEY_OPTIONAL},
    [BECAUSE] = {"because", ICP_KEY_OPTIONAL},
    [EVIDENCE] = {"evidence", ICP_KEY_OPTIONAL},
    [CAP] = {"cap", ICP_KEY_OPTIONAL},
    [FIELD] = {"field", ICP_KEY_OPTIONAL},
    [WHEN] = {"when", ICP_KEY_OPTIONAL},
    [MATCH] = {"match", ICP_KEY_OPTIONAL},
    [BANDS] = {"bands", ICP_KEY_OPTIONAL},
    [PREFIX] = {"prefix", ICP_KEY_OPTIONAL},
    [ANY_OF] = {"any_of", ICP_KEY_OPTIONAL},
    [AGE_DAYS] = {"age_days", ICP_KEY_OPTIONAL},
    [TITLES] = {"titles", ICP_KEY_OPTIONAL},
    [NOT] = {"not", ICP_KEY_OPTIONAL},
    [DECAY] = {"decay", ICP_KEY_OPTIONAL},
    [WINDOW] = {"window", ICP_KEY_OPTIONAL},
    [PER] = {"per", ICP_KEY_OPTIONAL},
    [SIGNAL] = {"signal", ICP_KEY_OPTIONAL},
    [HALF_LIFE] = {"half_life", ICP_KEY_OPTIONAL},
    [MAX_PER_DAY] = {"max_per_day", ICP_KEY_OPTIONAL},
};

#define KEY(key) (1u << (key))
enum { ALWAYS = KEY(ID) | KEY(POINTS) | KEY(BECAUSE) | KEY(EVIDENCE) };

/* The ways to give points. The first whose key is there is the line's; the keys of the others may
   then stand only where it uses them itself. */
static const struct way {
    enum points_key key;
    enum icp_points_kind kind;
    enum icp_rule_kind rule;
    unsigned uses;
} ways[] = {
    {SIGNAL, ICP_POINTS_SIGNAL, ICP_RULE_COUNT,
     KEY(SIGNAL) | KEY(MATCH) | KEY(WHEN) | KEY(DECAY) | KEY(HALF_LIFE) | KEY(MAX_PER_DAY) |
         KEY(CAP)},
    {DECAY, ICP_POINTS_DECAY, ICP_RULE_COUNT, KEY(DECAY) | KEY(WINDOW)},
    {PER, ICP_POINTS_PER, ICP_RULE_COUNT, KEY(PER) | KEY(CAP)},
    {MATCH, ICP_POINTS_RULE, ICP_RULE_MATCH, KEY(MATCH) | KEY(FIELD)},
    {BANDS, ICP_POINTS_RULE, ICP_RULE_BANDS, KEY(BANDS) | KEY(FIELD)},
    {PREFIX, ICP_POINTS_RULE, ICP_RULE_PREFIX, KEY(PREFIX) | KEY(FIELD)},
    {ANY_OF, ICP_POINTS_RULE, ICP_RULE_ANY_OF, KEY(ANY_OF) | KEY(FIELD) | KEY(CAP)},
    {AGE_DAYS, ICP_POINTS_RULE, ICP_RULE_AGE_DAYS, KEY(AGE_DAYS) | KEY(FIELD)},
    {TITLES, ICP_POINTS_RULE, ICP_RULE_TITLES, KEY(TITLES) | KEY(FIELD) | KEY(NOT)},
    {WHEN, ICP_POINTS_WHEN, ICP_RULE_COUNT, KEY(WHEN)},
};
enum { WAY_COUNT = sizeof(ways) / sizeof(ways[0]) };

static const struct way *find_way(struct icp_loader *loader, const struct icp_yaml *node,
                                  const struct icp_yaml *const *found)
{
    for (size_t i = 0; i < WAY_COUNT; i++)
        if (found[ways[i].key])
            return &ways[i];
    icp_report(loader->list, ICP_ERROR, "no-rule", node->line, node->column,
               "a line of points needs something that gives them");
    icp_report_hint(loader->list, "Add when, match, bands, prefix, any_of, age_days or titles, "
                                  "per, decay, or signal.");
    return NULL;
}

/* A key that stands beside the line's way and is not used by it. */
static bool refuse_strays(struct icp_loader *loader, const struct way *way,
                          const struct icp_yaml *const *found)
{
    bool good = true;
    for (int k = 0; k < LINE_KEYS; k++) {
        if (!found[k] || ((ALWAYS | way->uses) & KEY(k)))
            continue;
        bool other_way = false;
        for (size_t i = 0; i < WAY_COUNT; i++)
            other_way = other_way || ways[i].key == (enum points_key)k;
        icp_report(loader->list, ICP_ERROR, other_way ? "two-rules" : "unexpected-key",
                   found[k]->line, found[k]->column,
                   other_way ? "a line of points has one rule, not both \"%s\" and \"%s\""
                             : "beside \"%s\", \"%s\" does nothing",
                   line_keys[way->key].name, line_keys[k].name);
        good = false;
    }
    return good;
}

/* ---- The ways -------------------------------------------------------------------------------- */

/* Slot of the field that a key names, when it has one of two types; else ICP_NO_SLOT, reported. */
static uint32_t read_field(struct icp_loader *loader, const struct icp_yaml *node, const char *what,
                           enum icp_type type, enum icp_type other)
{
    struct icp_str name;
    if (!icp_read_text(loader, node, what, &name))
        return ICP_NO_SLOT;
    uint32_t slot = icp_find_field(loader, name, node->line, icp_text_column(node));
    if (slot == ICP_NO_SLOT)
        return slot;
    icp_mark_used(loader, slot);
    enum icp_type has = loader->rules->known[slot].type;
    if (has == type || has == other)
        return slot;
    icp_report(loader->list, ICP_ERROR, "wrong-field-type", node->line, node->column,
               "%s needs a %s%s, but \"%.*s\" is of type %s", what, icp_type_name(type),
               other == type ? "" : " or datetime", ICP_STR_ARGUMENTS(name), icp_type_name(has));
    return ICP_NO_SLOT;
}

static void read_cap(struct icp_loader *loader, const struct icp_yaml *node,
                     struct icp_points_line *line)
{
    if (!node || !icp_read_whole(loader, node, "\"cap\"", -ICP_MAX_SIGNAL_POINTS,
                                 ICP_MAX_SIGNAL_POINTS, &line->cap))
        return;
    line->has_cap = true;
    line->cap_place = icp_place(loader, node, ICP_LINE_CAP, line->id, node->text);
    if (line->points == 0 || (line->cap != 0 && (line->cap > 0) == (line->points > 0)))
        return;
    icp_report(loader->list, ICP_ERROR, "out-of-range", node->line, node->column,
               "the cap %d is on the other side of 0 than the points %d", line->cap, line->points);
    icp_report_hint(loader->list, "A cap is the most that a line gives: \"points: -2, cap: -10\" "
                                  "takes at most 10.");
}

/* "50% every 30 days": another way to write half_life. */
static bool read_halving(struct icp_loader *loader, const struct icp_yaml *node, int32_t *days)
{
    struct icp_str text;
    if (!icp_read_text(loader, node, "\"decay\"", &text))
        return false;
    const struct icp_str head = ICP_STR("50% every ");
    if (icp_str_has_prefix(text, head)) {
        struct icp_yaml rest = *node;
        rest.text = icp_str_slice(text, head.length, text.length);
        return icp_read_days(loader, &rest, "\"decay\"", ICP_MAX_HALF_LIFE, days);
    }
    icp_report(loader->list, ICP_ERROR, "bad-duration", node->line, node->column,
               "the decay of a signal must be a half-life, not \"%.*s\"", ICP_STR_ARGUMENTS(text));
    icp_report_hint(loader->list, "Write it as \"50%% every 30 days\", or as half_life: 30 days.");
    return false;
}

static void read_signal(struct icp_loader *loader, const struct icp_yaml *node,
                        const struct icp_yaml *const *found, struct icp_points_line *line)
{
    struct icp_ruleset *rules = loader->rules;
    struct icp_signal_keys keys = {.signal = found[SIGNAL],
                                   .match = found[MATCH],
                                   .when = found[WHEN],
                                   .max_per_day = found[MAX_PER_DAY],
                                   .owner = line->id};
    uint32_t index = (uint32_t)rules->signal_line_count;
    if (found[HALF_LIFE])
        (void)icp_read_days(loader, found[HALF_LIFE], "\"half_life\"", ICP_MAX_HALF_LIFE,
                            &keys.half_life);
    if (found[DECAY] && found[HALF_LIFE])
        icp_report(loader->list, ICP_ERROR, "two-rules", found[DECAY]->line, found[DECAY]->column,
                   "\"decay\" and \"half_life\" say the same thing twice");
    else if (found[DECAY])
        (void)read_halving(loader, found[DECAY], &keys.half_life);
    struct icp_signal_line made = {.points = line->points, .group = index};
    line->signal_line = index;
    (void)icp_add_signal_line(loader, node, &keys, made);
}

/* A mapping gives each value points of its own, a list gives all of its values those of the line.
 */
static void read_rule(struct icp_loader *loader, const struct way *way,
                      const struct icp_yaml *const *found, struct icp_points_line *line)
{
    const struct icp_yaml *node = found[way->key];
    struct icp_criterion *rule = ICP_NEW(loader->arena, struct icp_criterion);
    struct icp_line_reading reading = {.least = -ICP_MAX_SIGNAL_POINTS,
                                       .most = ICP_MAX_SIGNAL_POINTS,
                                       .else_optional = true,
                                       .each = found[POINTS] ? &line->points : NULL};
    struct icp_str name;
    if (!rule || !found[FIELD] || !icp_read_text(loader, found[FIELD], "\"field\"", &name))
        return;
    rule->slot = line->slot =
        icp_find_field(loader, name, found[FIELD]->line, icp_text_column(found[FIELD]));
    if (rule->slot == ICP_NO_SLOT)
        return;
    icp_mark_used(loader, rule->slot);
    enum icp_type type = loader->rules->known[rule->slot].type;
    rule->id = line->id;
    rule->kind = way->rule;
    rule->ahead_is_zero = true;
    rule->least_sum = line->has_cap && line->cap < 0 ? line->cap : -ICP_MAX_GROUP_POINTS;
    rule->most_sum = line->has_cap && line->cap > 0 ? line->cap : ICP_MAX_GROUP_POINTS;
    if (way->rule == ICP_RULE_MATCH && type == ICP_TYPE_SET && reading.each) {
        rule->kind = ICP_RULE_ANY_OF; /* any of the values, once */
        rule->least_sum = line->points < 0 ? line->points : 0;
        rule->most_sum = line->points > 0 ? line->points : 0;
    }
    if (found[NOT])
        icp_read_guards(loader, found[NOT], rule);
    line->rule = rule;
    icp_load_lines(loader, node, &reading, rule, type);
}

/* The points of a line stand on it, unless its rule is a mapping that has them. */
static void read_points(struct icp_loader *loader, const struct icp_yaml *node,
                        const struct way *way, const struct icp_yaml *const *found,
                        struct icp_points_line *line)
{
    bool mapping = way->kind == ICP_POINTS_RULE && found[way->key]->kind == ICP_YAML_MAPPING;
    if (found[POINTS] && mapping) {
        icp_report(loader->list, ICP_ERROR, "unexpected-key", found[POINTS]->line,
                   found[POINTS]->column, "each line of \"%s\" has points of its own already",
                   line_keys[way->key].name);
        icp_report_hint(loader->list, "For the same points write a list: %s: [a, b].",
                        line_keys[way->key].name);
    } else if (found[POINTS]) {
        (void)icp_read_whole(loader, found[POINTS], "points", -ICP_MAX_SIGNAL_POINTS,
                             ICP_MAX_SIGNAL_POINTS, &line->points);
    } else if (!mapping) {
        icp_report(loader->list, ICP_ERROR, "missing-key", node->line, node->column,
                   "a line of points needs \"points\"");
    }
}

static int32_t size_of(int32_t points)
{
    return points < 0 ? -points : points;
}

/* The most that knowing its field could add or take. */
static int32_t swing_of(const struct icp_points_line *line)
{
    if (line->kind == ICP_POINTS_SIGNAL)
        return 0;
    if (line->kind == ICP_POINTS_PER && line->has_cap)
        return size_of(line->cap);
    if (!line->rule)
        return size_of(line->points);
    int32_t least = size_of(line->rule->least), most = size_of(line->rule->most);
    return least > most ? least : most;
}

static void read_way(struct icp_loader *loader, const struct icp_yaml *node, const struct way *way,
                     const struct icp_yaml *const *found, struct icp_points_line *line)
{
    line->kind = way->kind;
    line->slot = ICP_NO_SLOT;
    read_points(loader, node, way, found, line);
    if (way->uses & KEY(CAP))
        read_cap(loader, found[CAP], line);
    if (!refuse_strays(loader, way, found))
        return;
    if ((way->uses & KEY(FIELD)) && !found[FIELD])
        icp_report(loader->list, ICP_ERROR, "missing-key", node->line, node->column,
                   "\"%s\" needs \"field\"", line_keys[way->key].name);
    if (way->kind == ICP_POINTS_SIGNAL)
        read_signal(loader, node, found, line);
    else if (way->kind == ICP_POINTS_RULE)
        read_rule(loader, way, found, line);
    else if (way->kind == ICP_POINTS_WHEN)
        line->when = icp_read_condition(loader, found[WHEN], ICP_NEGATION_WARNS);
    else if (way->kind == ICP_POINTS_PER)
        line->slot = read_field(loader, found[PER], "\"per\"", ICP_TYPE_NUMBER, ICP_TYPE_NUMBER);
    else
        line->slot =
            read_field(loader, found[DECAY], "\"decay\"", ICP_TYPE_DATE, ICP_TYPE_DATETIME);
    if (way->kind != ICP_POINTS_DECAY)
        return;
    loader->rules->about.time_dependent = true;
    if (found[WINDOW])
        (void)icp_read_days(loader, found[WINDOW], "\"window\"", ICP_MAX_HALF_LIFE, &line->window);
    else
        icp_report(loader->list, ICP_ERROR, "missing-key", node->line, node->column,
                   "\"decay\" needs \"window\"");
}

static void read_line(struct icp_loader *loader, const struct icp_yaml *node,
                      struct icp_points_line *line)
{
    const struct icp_yaml *found[LINE_KEYS];
    line->group = ICP_NO_GROUP;
    if (!icp_read_keys(loader, node, "a line of points", line_keys, LINE_KEYS, found))
        return;
    if (found[ID] && icp_read_id(loader, found[ID], "the id", &line->id))
        (void)icp_take_id(loader, found[ID], line->id);
    if (found[BECAUSE])
        (void)icp_read_template(loader, found[BECAUSE], &line->because);
    const struct way *way = find_way(loader, node, found);
    if (!way)
        return;
    read_way(loader, node, way, found, line);
    struct icp_str says = found[way->key]->kind == ICP_YAML_SCALAR
                              ? found[way->key]->text
                              : icp_str_from(line_keys[way->key].name);
    line->place = icp_place(loader, node, ICP_LINE_POINTS, line->id, says);
    line->swing = swing_of(line);
}

/* ---- Groups ---------------------------------------------------------------------------------- */

static void take_member(struct icp_loader *loader, const struct icp_yaml *node, uint32_t group)
{
    struct icp_ruleset *rules = loader->rules;
    struct icp_str name;
    if (!icp_read_text(loader, node, "a line of a group", &name))
        return;
    size_t i = 0;
    while (i < rules->points_count && !icp_str_equal(rules->points[i].id, name))
        i++;
    if (i < rules->points_count && rules->points[i].group == ICP_NO_GROUP) {
        rules->points[i].group = group;
        return;
    }
    if (i < rules->points_count) {
        icp_report(loader->list, ICP_ERROR, "duplicate-id", node->line, node->column,
                   "\"%.*s\" is in a group already", ICP_STR_ARGUMENTS(name));
        icp_report_hint(loader->list, "A line belongs to one group, or its cap would count twice.");
        return;
    }
    struct icp_str *names = ICP_NEW_ARRAY(loader->arena, struct icp_str, rules->points_count + 1);
    icp_report(loader->list, ICP_ERROR, "unknown-id", node->line, node->column,
               "no line \"%.*s\" in \"lines\"", ICP_STR_ARGUMENTS(name));
    for (i = 0; names && i < rules->points_count; i++)
        names[i] = rules->points[i].id;
    if (names)
        icp_report_nearest(loader, name, names, rules->points_count);
}

static void read_group(struct icp_loader *loader, const struct icp_yaml *node)
{
    enum { GROUP_ID, LINES, GROUP_CAP, FLOOR, KEY_COUNT };
    static const struct icp_key keys[KEY_COUNT] = {
        [GROUP_ID] = {"id", ICP_KEY_REQUIRED},
        [LINES] = {"lines", ICP_KEY_REQUIRED},
        [GROUP_CAP] = {"cap", ICP_KEY_OPTIONAL},
        [FLOOR] = {"floor", ICP_KEY_OPTIONAL},
    };
    struct icp_ruleset *rules = loader->rules;
    uint32_t index = (uint32_t)rules->group_count;
    struct icp_group *group = &rules->groups[rules->group_count++];
    const struct icp_yaml *found[KEY_COUNT];
    if (!icp_read_keys(loader, node, "a group of points", keys, KEY_COUNT, found))
        return;
    if (found[GROUP_ID] && icp_read_id(loader, found[GROUP_ID], "the id", &group->id) &&
        icp_take_id(loader, found[GROUP_ID], group->id))
        icp_add_group_symbol(loader, found[GROUP_ID], group->id);
    icp_read_limits(loader, found[GROUP_CAP], found[FLOOR], group);
    if (!found[LINES] || !icp_read_sequence(loader, found[LINES], "\"lines\""))
        return;
    for (size_t i = 0; i < found[LINES]->count; i++)
        take_member(loader, &found[LINES]->values[i], index);
    if (found[LINES]->count == 0)
        icp_report(loader->list, ICP_ERROR, "no-lines", found[LINES]->line, found[LINES]->column,
                   "\"lines\" has no lines");
}

/* ---- The section ----------------------------------------------------------------------------- */

static void read_lines(struct icp_loader *loader, const struct icp_yaml *node)
{
    struct icp_ruleset *rules = loader->rules;
    if (!icp_read_sequence(loader, node, "\"lines\""))
        return;
    if (node->count == 0)
        icp_report(loader->list, ICP_ERROR, "no-lines", node->line, node->column,
                   "\"lines\" has no lines");
    rules->points = ICP_NEW_ARRAY(loader->arena, struct icp_points_line, node->count + 1);
    if (!rules->points || !icp_open_signals(loader))
        return;
    for (size_t i = 0; i < node->count; i++)
        if (icp_one_more_line(loader, &node->values[i]))
            read_line(loader, &node->values[i], &rules->points[rules->points_count++]);
    icp_index_signals(loader);
}

static void read_groups(struct icp_loader *loader, const struct icp_yaml *node)
{
    struct icp_ruleset *rules = loader->rules;
    if (!icp_read_sequence(loader, node, "\"groups\""))
        return;
    rules->groups = ICP_NEW_ARRAY(loader->arena, struct icp_group, node->count + 1);
    for (size_t i = 0; rules->groups && i < node->count; i++)
        if (icp_one_more_line(loader, &node->values[i]))
            read_group(loader, &node->values[i]);
    rules->slot_count = rules->group_base + rules->group_count;
}

void icp_load_points(struct icp_loader *loader, const struct icp_yaml *node)
{
    enum { MAX, LINES, GROUPS, KEY_COUNT };
    static const struct icp_key keys[KEY_COUNT] = {
        [MAX] = {"max", ICP_KEY_OPTIONAL},
        [LINES] = {"lines", ICP_KEY_REQUIRED},
        [GROUPS] = {"groups", ICP_KEY_OPTIONAL},
    };
    struct icp_ruleset *rules = loader->rules;
    const struct icp_yaml *found[KEY_COUNT];
    if (!icp_read_keys(loader, node, "\"points\"", keys, KEY_COUNT, found))
        return;
    if (found[MAX])
        (void)icp_read_whole(loader, found[MAX], "\"max\"", 1, ICP_MAX_SCORE, &rules->score_most);
    if (found[LINES])
        read_lines(loader, found[LINES]);
    if (found[GROUPS])
        read_groups(loader, found[GROUPS]);
}
