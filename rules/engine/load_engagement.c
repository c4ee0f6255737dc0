/*
 * The section `engagement`: groups of signal lines with their decay, caps and floors, and the index
 * from a signal's name to the lines that may take it. A signal or attribute that a CRM in use
 * cannot give is refused here, so that no line waits for what never comes.
 */
#include "loader.h"

struct reading { /* of the groups: what a line needs from around it */
    struct icp_loader *loader;
    int32_t half_life; /* of the section; 0: none */
    const struct icp_decay **decays;
    size_t decay_count;
};

/* ---- What the CRMs know ---------------------------------------------------------------------- */

static void report_signal(struct icp_loader *loader, const struct icp_yaml *node,
                          struct icp_str name, const struct icp_dictionary *lacking, bool anywhere)
{
    const struct icp_ruleset *rules = loader->rules;
    if (anywhere) {
        icp_report(loader->list, ICP_ERROR, "not-available", node->line, node->column,
                   "\"%.*s\" is not available from %.*s", ICP_STR_ARGUMENTS(name),
                   ICP_STR_ARGUMENTS(lacking->crm));
        return;
    }
    size_t count = 0;
    for (size_t i = 0; i < rules->dictionary_count; i++)
        count += rules->dictionaries[i]->signal_count;
    struct icp_str *names = ICP_NEW_ARRAY(loader->arena, struct icp_str, count + 1);
    icp_report(loader->list, ICP_ERROR, "unknown-signal", node->line, node->column,
               "unknown signal \"%.*s\"", ICP_STR_ARGUMENTS(name));
    if (!names)
        return;
    count = 0;
    for (size_t i = 0; i < rules->dictionary_count; i++)
        for (size_t j = 0; j < rules->dictionaries[i]->signal_count; j++)
            names[count++] = rules->dictionaries[i]->signals[j].name;
    icp_report_nearest(loader, name, names, count);
}

bool icp_check_signal(struct icp_loader *loader, const struct icp_yaml *node, struct icp_str name,
                      bool everywhere)
{
    const struct icp_ruleset *rules = loader->rules;
    const struct icp_dictionary *lacking = NULL;
    bool anywhere = rules->dictionary_count == 0;
    for (size_t i = 0; i < rules->dictionary_count; i++) {
        if (icp_dictionary_signal(rules->dictionaries[i], name))
            anywhere = true;
        else
            lacking = rules->dictionaries[i];
    }
    if (anywhere && (!lacking || !everywhere))
        return true;
    report_signal(loader, node, name, lacking, anywhere);
    return false;
}

static bool has_attribute(const struct icp_dictionary *dictionary, struct icp_str signal,
                          struct icp_str name)
{
    const struct icp_signal_definition *definition = icp_dictionary_signal(dictionary, signal);
    for (size_t i = 0; definition && i < definition->attribute_count; i++)
        if (icp_str_equal(definition->attributes[i].name, name))
            return true;
    return false;
}

/* Every attribute of a signal that some CRM in use has. */
static struct icp_str *attribute_names(struct icp_loader *loader, struct icp_str signal,
                                       size_t *count)
{
    const struct icp_ruleset *rules = loader->rules;
    size_t most = 1;
    for (size_t i = 0; i < rules->dictionary_count; i++) {
        const struct icp_signal_definition *definition =
            icp_dictionary_signal(rules->dictionaries[i], signal);
        most += definition ? definition->attribute_count : 0;
    }
    struct icp_str *names = ICP_NEW_ARRAY(loader->arena, struct icp_str, most);
    *count = 0;
    for (size_t i = 0; names && i < rules->dictionary_count; i++) {
        const struct icp_signal_definition *definition =
            icp_dictionary_signal(rules->dictionaries[i], signal);
        for (size_t j = 0; definition && j < definition->attribute_count; j++) {
            size_t k = 0;
            while (k < *count && !icp_str_equal(names[k], definition->attributes[j].name))
                k++;
            if (k == *count)
                names[(*count)++] = definition->attributes[j].name;
        }
    }
    return names;
}

bool icp_check_attribute(struct icp_loader *loader, const struct icp_yaml *key,
                         struct icp_str signal, bool everywhere)
{
    const struct icp_ruleset *rules = loader->rules;
    const struct icp_dictionary *lacking = NULL;
    bool anywhere = rules->dictionary_count == 0;
    for (size_t i = 0; i < rules->dictionary_count; i++) {
        if (has_attribute(rules->dictionaries[i], signal, key->text))
            anywhere = true;
        else
            lacking = rules->dictionaries[i];
    }
    if (anywhere && (!lacking || !everywhere))
        return true;
    if (lacking && rules->dictionary_count > 0) {
        size_t count;
        struct icp_str *names = attribute_names(loader, signal, &count);
        icp_report(loader->list, ICP_ERROR, "not-available", key->line, key->column,
                   "\"%.*s\" of \"%.*s\" is not available from %.*s", ICP_STR_ARGUMENTS(key->text),
                   ICP_STR_ARGUMENTS(signal), ICP_STR_ARGUMENTS(lacking->crm));
        if (names && !anywhere)
            icp_report_nearest(loader, key->text, names, count);
    }
    return false;
}

/* ---- Lines ----------------------------------------------------------------------------------- */

static void read_matches(struct reading *reading, const struct icp_yaml *node,
                         struct icp_str signal, struct icp_signal_line *line)
{
    struct icp_loader *loader = reading->loader;
    if (!icp_read_mapping(loader, node, "\"match\""))
        return;
    struct icp_match *matches = ICP_NEW_ARRAY(loader->arena, struct icp_match, node->count + 1);
    for (size_t i = 0; matches && i < node->count; i++) {
        struct icp_match *match = &matches[line->match_count];
        const struct icp_str *texts;
        if (!icp_check_attribute(loader, &node->keys[i], signal, true) ||
            !icp_read_texts(loader, &node->values[i], "a pattern", &texts, &match->count))
            continue;
        struct icp_str *patterns = ICP_NEW_ARRAY(loader->arena, struct icp_str, match->count + 1);
        for (size_t j = 0; patterns && j < match->count; j++)
            patterns[j] = icp_text_key(loader->arena, texts[j]);
        match->attribute = node->keys[i].text;
        match->patterns = patterns;
        line->match_count++;
    }
    line->matches = matches;
}

static void read_signal_condition(struct icp_loader *loader, const struct icp_yaml *node,
                                  struct icp_str signal, struct icp_signal_line *line)
{
    size_t count;
    struct icp_str *names = attribute_names(loader, signal, &count);
    struct icp_feel_symbol *symbols =
        ICP_NEW_ARRAY(loader->arena, struct icp_feel_symbol, count + 1);
    if (!names || !symbols)
        return;
    for (size_t i = 0; i < count; i++) {
        symbols[i].name = names[i];
        symbols[i].type = ICP_FEEL_TEXT;
        symbols[i].slot = (uint32_t)i;
        symbols[i].may_be_null = true;
    }
    struct icp_feel_scope scope = {.symbols = symbols, .count = count};
    line->when = icp_read_condition_in(loader, node, &scope, ICP_NEGATION_WARNS);
}

static const struct icp_decay *decay_of(struct reading *reading, int32_t half_life)
{
    if (half_life == 0)
        return NULL;
    for (size_t i = 0; i < reading->decay_count; i++)
        if (reading->decays[i]->half_life == half_life)
            return reading->decays[i];
    const struct icp_decay *decay = icp_decay_table(reading->loader->arena, half_life);
    if (decay)
        reading->decays[reading->decay_count++] = decay; /* at most one a line */
    return decay;
}

/* Index of a signal's name; the first line that names it adds it. */
static uint32_t signal_index(struct icp_loader *loader, struct icp_str name)
{
    struct icp_ruleset *rules = loader->rules;
    size_t index = 0;
    while (index < rules->signal_count && !icp_str_equal(rules->signals[index].name, name))
        index++;
    if (index == rules->signal_count) {
        struct icp_signal_kind *kind = &rules->signals[rules->signal_count++];
        kind->name = name;
        kind->attributes = attribute_names(loader, name, &kind->attribute_count);
        if (kind->attribute_count > rules->most_attributes)
            rules->most_attributes = kind->attribute_count;
    }
    return (uint32_t)index;
}

enum { SIGNAL, POINTS, HALF_LIFE, MAX_PER_DAY, LINE_MATCH, LINE_WHEN, NOTE, LINE_KEYS };
static const struct icp_key line_keys[LINE_KEYS] = {
    [SIGNAL] = {"signal", ICP_KEY_REQUIRED},
    [POINTS] = {"points", ICP_KEY_REQUIRED},
    [HALF_LIFE] = {"half_life", ICP_KEY_OPTIONAL},
    [MAX_PER_DAY] = {"max_per_day", ICP_KEY_OPTIONAL},
    [LINE_MATCH] = {"match", ICP_KEY_OPTIONAL},
    [LINE_WHEN] = {"when", ICP_KEY_OPTIONAL},
    [NOTE] = {"evidence", ICP_KEY_OPTIONAL},
};

/* "page_view", with what tells it from the other lines of that signal. */
static struct icp_str signal_says(struct icp_loader *loader, struct icp_str name,
                                  const struct icp_yaml *const *found)
{
    const struct icp_yaml *match = found[LINE_MATCH], *first = NULL;
    if (found[LINE_WHEN])
        return icp_arena_format(loader->arena, "%.*s when %.*s", ICP_STR_ARGUMENTS(name),
                                ICP_STR_ARGUMENTS(found[LINE_WHEN]->text));
    if (!match || match->kind != ICP_YAML_MAPPING || match->count == 0)
        return name;
    first = &match->values[0];
    if (first->kind == ICP_YAML_SEQUENCE && first->count > 0)
        first = &first->values[0];
    return icp_arena_format(loader->arena, "%.*s with %.*s %.*s", ICP_STR_ARGUMENTS(name),
                            ICP_STR_ARGUMENTS(match->keys[0].text), ICP_STR_ARGUMENTS(first->text));
}

static void read_signal_line(struct reading *reading, const struct icp_yaml *node, uint32_t group)
{
    struct icp_loader *loader = reading->loader;
    struct icp_ruleset *rules = loader->rules;
    struct icp_signal_line *line = &rules->signal_lines[rules->signal_line_count];
    const struct icp_yaml *found[LINE_KEYS];
    struct icp_str name;
    int32_t half_life = reading->half_life, per_day = 0;
    if (!icp_read_keys(loader, node, "a signal line", line_keys, LINE_KEYS, found))
        return;
    if (found[POINTS])
        (void)icp_read_whole(loader, found[POINTS], "points", -ICP_MAX_SIGNAL_POINTS,
                             ICP_MAX_SIGNAL_POINTS, &line->points);
    if (found[HALF_LIFE])
        (void)icp_read_days(loader, found[HALF_LIFE], "\"half_life\"", ICP_MAX_HALF_LIFE,
                            &half_life);
    if (found[MAX_PER_DAY] &&
        icp_read_whole(loader, found[MAX_PER_DAY], "\"max_per_day\"", 1, ICP_MAX_PER_DAY, &per_day))
        line->max_per_day = (uint32_t)per_day;
    line->decay = decay_of(reading, half_life);
    if (!found[SIGNAL] || !icp_read_id(loader, found[SIGNAL], "the signal", &name) ||
        !icp_check_signal(loader, found[SIGNAL], name, true))
        return;
    if (found[LINE_MATCH])
        read_matches(reading, found[LINE_MATCH], name, line);
    if (found[LINE_WHEN])
        read_signal_condition(loader, found[LINE_WHEN], name, line);
    line->place = icp_place(loader, node, ICP_LINE_SIGNAL, rules->groups[group].id,
                            signal_says(loader, name, found));
    line->group = group;
    line->signal = signal_index(loader, name);
    rules->signal_line_count++;
}

/* ---- Groups ---------------------------------------------------------------------------------- */

static void add_group_symbol(struct icp_loader *loader, const struct icp_yaml *node,
                             struct icp_str id)
{
    for (size_t i = 0; i < loader->symbol_count; i++) {
        if (!icp_str_equal(loader->symbols[i].name, id))
            continue;
        icp_report(loader->list, ICP_ERROR, "duplicate-id", node->line, node->column,
                   "\"%.*s\" already means something else in conditions", ICP_STR_ARGUMENTS(id));
        return;
    }
    struct icp_feel_symbol *symbol = &loader->symbols[loader->symbol_count++];
    symbol->name = id;
    symbol->type = ICP_FEEL_NUMBER;
    symbol->slot = (uint32_t)(loader->rules->group_base + loader->rules->group_count - 1);
}

enum { GROUP_ID, CAP, FLOOR, SIGNALS, BECAUSE, GROUP_KEYS };
static const struct icp_key group_keys[GROUP_KEYS] = {
    [GROUP_ID] = {"id", ICP_KEY_REQUIRED},     [CAP] = {"cap", ICP_KEY_OPTIONAL},
    [FLOOR] = {"floor", ICP_KEY_OPTIONAL},     [SIGNALS] = {"signals", ICP_KEY_REQUIRED},
    [BECAUSE] = {"because", ICP_KEY_OPTIONAL},
};

static void read_limits(struct icp_loader *loader, const struct icp_yaml *const *found,
                        struct icp_group *group)
{
    if (found[CAP])
        group->has_cap = icp_read_whole(loader, found[CAP], "\"cap\"", -ICP_MAX_SIGNAL_POINTS,
                                        ICP_MAX_SIGNAL_POINTS, &group->cap);
    if (found[FLOOR])
        group->has_floor = icp_read_whole(loader, found[FLOOR], "\"floor\"", -ICP_MAX_SIGNAL_POINTS,
                                          ICP_MAX_SIGNAL_POINTS, &group->floor);
    if (group->has_cap)
        group->cap_place = icp_place(loader, found[CAP], ICP_LINE_CAP, group->id, found[CAP]->text);
    if (group->has_floor)
        group->floor_place =
            icp_place(loader, found[FLOOR], ICP_LINE_FLOOR, group->id, found[FLOOR]->text);
    if (found[CAP] && group->has_cap && group->has_floor && group->cap < group->floor)
        icp_report(loader->list, ICP_ERROR, "out-of-range", found[CAP]->line, found[CAP]->column,
                   "the cap %d is below the floor %d", group->cap, group->floor);
}

static void read_group(struct reading *reading, const struct icp_yaml *node)
{
    struct icp_loader *loader = reading->loader;
    struct icp_ruleset *rules = loader->rules;
    uint32_t index = (uint32_t)rules->group_count;
    struct icp_group *group = &rules->groups[rules->group_count++];
    const struct icp_yaml *found[GROUP_KEYS];
    if (!icp_read_keys(loader, node, "a group", group_keys, GROUP_KEYS, found))
        return;
    if (found[GROUP_ID] && icp_read_id(loader, found[GROUP_ID], "the id", &group->id) &&
        icp_take_id(loader, found[GROUP_ID], group->id))
        add_group_symbol(loader, found[GROUP_ID], group->id);
    read_limits(loader, found, group);
    if (found[BECAUSE])
        (void)icp_read_template(loader, found[BECAUSE], &group->because);
    if (!found[SIGNALS] || !icp_read_sequence(loader, found[SIGNALS], "\"signals\""))
        return;
    group->first_line = (uint32_t)rules->signal_line_count;
    for (size_t i = 0; i < found[SIGNALS]->count; i++)
        if (icp_one_more_line(loader, &found[SIGNALS]->values[i]))
            read_signal_line(reading, &found[SIGNALS]->values[i], index);
    group->line_count = (uint32_t)rules->signal_line_count - group->first_line;
    if (found[SIGNALS]->count == 0)
        icp_report(loader->list, ICP_ERROR, "no-lines", found[SIGNALS]->line,
                   found[SIGNALS]->column, "\"signals\" has no lines");
}

/* From each signal name to its lines, in file order. */
static void index_signals(struct icp_loader *loader)
{
    struct icp_ruleset *rules = loader->rules;
    rules->signal_names = ICP_NEW_ARRAY(loader->arena, struct icp_str, rules->signal_count + 1);
    uint32_t *lines = ICP_NEW_ARRAY(loader->arena, uint32_t, rules->signal_line_count + 1);
    if (!rules->signal_names || !lines)
        return;
    for (size_t s = 0; s < rules->signal_count; s++) {
        rules->signal_names[s] = rules->signals[s].name;
        rules->signals[s].lines = lines;
        for (size_t i = 0; i < rules->signal_line_count; i++)
            if (rules->signal_lines[i].signal == s)
                lines[rules->signals[s].line_count++] = (uint32_t)i;
        lines += rules->signals[s].line_count;
    }
}

void icp_load_engagement(struct icp_loader *loader, const struct icp_yaml *node)
{
    enum { SECTION_HALF_LIFE, GROUPS, KEY_COUNT };
    static const struct icp_key keys[KEY_COUNT] = {
        [SECTION_HALF_LIFE] = {"half_life", ICP_KEY_OPTIONAL},
        [GROUPS] = {"groups", ICP_KEY_REQUIRED},
    };
    struct icp_ruleset *rules = loader->rules;
    struct reading reading = {.loader = loader};
    const struct icp_yaml *found[KEY_COUNT];
    rules->has_engagement = node != NULL;
    if (!node || !icp_read_keys(loader, node, "\"engagement\"", keys, KEY_COUNT, found))
        return;
    if (found[SECTION_HALF_LIFE])
        (void)icp_read_days(loader, found[SECTION_HALF_LIFE], "\"half_life\"", ICP_MAX_HALF_LIFE,
                            &reading.half_life);
    if (!found[GROUPS] || !icp_read_sequence(loader, found[GROUPS], "\"groups\""))
        return;
    reading.decays = ICP_NEW_ARRAY(loader->arena, const struct icp_decay *, ICP_MAX_CRITERIA);
    rules->groups = ICP_NEW_ARRAY(loader->arena, struct icp_group, found[GROUPS]->count + 1);
    rules->signal_lines =
        ICP_NEW_ARRAY(loader->arena, struct icp_signal_line, ICP_MAX_CRITERIA + 1);
    rules->signals = ICP_NEW_ARRAY(loader->arena, struct icp_signal_kind, ICP_MAX_CRITERIA + 1);
    if (!reading.decays || !rules->groups || !rules->signal_lines || !rules->signals)
        return;
    for (size_t i = 0; i < found[GROUPS]->count; i++)
        if (icp_one_more_line(loader, &found[GROUPS]->values[i]))
            read_group(&reading, &found[GROUPS]->values[i]);
    rules->slot_count = rules->group_base + rules->group_count;
    index_signals(loader);
}
