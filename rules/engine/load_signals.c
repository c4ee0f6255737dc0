/*
 * Signal lines, of engagement's groups and of the points model: what a line takes, how it fades,
 * and the index from a signal's name to the lines that may take it. A signal or attribute that a
 * CRM in use cannot give is refused here, so that no line waits for what never comes.
 */
#include "loader.h"

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

static void read_matches(struct icp_loader *loader, const struct icp_yaml *node,
                         struct icp_str signal, struct icp_signal_line *line)
{
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

static const struct icp_decay *decay_of(struct icp_loader *loader, int32_t half_life)
{
    if (half_life == 0)
        return NULL;
    for (size_t i = 0; i < loader->decay_count; i++)
        if (loader->decays[i]->half_life == half_life)
            return loader->decays[i];
    const struct icp_decay *decay = icp_decay_table(loader->arena, half_life);
    if (decay)
        loader->decays[loader->decay_count++] = decay; /* at most one a line */
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

/* "page_view", with what tells it from the other lines of that signal. */
static struct icp_str signal_says(struct icp_loader *loader, struct icp_str name,
                                  const struct icp_signal_keys *keys)
{
    const struct icp_yaml *match = keys->match, *first = NULL;
    if (keys->when)
        return icp_arena_format(loader->arena, "%.*s when %.*s", ICP_STR_ARGUMENTS(name),
                                ICP_STR_ARGUMENTS(keys->when->text));
    if (!match || match->kind != ICP_YAML_MAPPING || match->count == 0)
        return name;
    first = &match->values[0];
    if (first->kind == ICP_YAML_SEQUENCE && first->count > 0)
        first = &first->values[0];
    return icp_arena_format(loader->arena, "%.*s with %.*s %.*s", ICP_STR_ARGUMENTS(name),
                            ICP_STR_ARGUMENTS(match->keys[0].text), ICP_STR_ARGUMENTS(first->text));
}

bool icp_add_signal_line(struct icp_loader *loader, const struct icp_yaml *node,
                         const struct icp_signal_keys *keys, struct icp_signal_line made)
{
    struct icp_ruleset *rules = loader->rules;
    struct icp_signal_line *line = &rules->signal_lines[rules->signal_line_count];
    struct icp_str name;
    int32_t per_day = 0;
    *line = made;
    if (keys->max_per_day &&
        icp_read_whole(loader, keys->max_per_day, "\"max_per_day\"", 1, ICP_MAX_PER_DAY, &per_day))
        line->max_per_day = (uint32_t)per_day;
    line->decay = decay_of(loader, keys->half_life);
    if (!keys->signal || !icp_read_id(loader, keys->signal, "the signal", &name) ||
        !icp_check_signal(loader, keys->signal, name, true))
        return false;
    if (keys->match)
        read_matches(loader, keys->match, name, line);
    if (keys->when)
        read_signal_condition(loader, keys->when, name, line);
    line->place =
        icp_place(loader, node, ICP_LINE_SIGNAL, keys->owner, signal_says(loader, name, keys));
    line->signal = signal_index(loader, name);
    rules->signal_line_count++;
    return true;
}

bool icp_open_signals(struct icp_loader *loader)
{
    struct icp_ruleset *rules = loader->rules;
    loader->decays = ICP_NEW_ARRAY(loader->arena, const struct icp_decay *, ICP_MAX_CRITERIA);
    rules->signal_lines =
        ICP_NEW_ARRAY(loader->arena, struct icp_signal_line, ICP_MAX_CRITERIA + 1);
    rules->signals = ICP_NEW_ARRAY(loader->arena, struct icp_signal_kind, ICP_MAX_CRITERIA + 1);
    return !loader->arena->full;
}

/* From each signal name to its lines, in file order. */
void icp_index_signals(struct icp_loader *loader)
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
