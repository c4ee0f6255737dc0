/*
 * Readers of YAML nodes: the place a node stands in gives it its type here, or a report with the
 * place, the value and a hint. Nothing in this file knows what the sections mean.
 */
#include "loader.h"

#include <string.h>

enum { MOST_KEYS = 48 }; /* of one mapping with fixed keys; the top level has some 20 */

void icp_report_nearest(struct icp_loader *loader, struct icp_str word, const struct icp_str *names,
                        size_t count)
{
    struct icp_str nearest = icp_str_nearest(word, names, count);
    if (!icp_str_is_null(nearest))
        icp_report_hint(loader->list, "Did you mean \"%.*s\"?", ICP_STR_ARGUMENTS(nearest));
}

void icp_wrong_type(struct icp_loader *loader, const struct icp_yaml *node, const char *what,
                    const char *wanted)
{
    icp_report(loader->list, ICP_ERROR, "wrong-type", node->line, node->column,
               "%s must be %s, not %s", what, wanted, icp_yaml_kind_name(node));
}

bool icp_read_mapping(struct icp_loader *loader, const struct icp_yaml *node, const char *what)
{
    if (node->kind == ICP_YAML_MAPPING)
        return true;
    icp_wrong_type(loader, node, what, "a mapping");
    return false;
}

bool icp_read_sequence(struct icp_loader *loader, const struct icp_yaml *node, const char *what)
{
    if (node->kind == ICP_YAML_SEQUENCE)
        return true;
    icp_wrong_type(loader, node, what, "a list");
    return false;
}

bool icp_hint_at_comma(struct icp_loader *loader, const struct icp_yaml *value)
{
    if (!value->plain || value->text.length > 0)
        return false;
    icp_report_hint(loader->list, "If this belongs to the text before the comma, put that text in "
                                  "double quotes.");
    return true;
}

/* Keys that people look for at the top of the file. */
static const char *section_of(struct icp_str key)
{
    static const struct {
        const char *key, *section;
    } keys[] = {
        {"missing", "fit"},       {"min_coverage", "fit"},     {"criteria", "fit"},
        {"adjustments", "fit"},   {"half_life", "engagement"}, {"groups", "engagement"},
        {"drop_margin", "grade"}, {"competitors", "lists"},    {"max", "points"},
        {"lines", "points"},
    };
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (icp_str_is(key, keys[i].key))
            return keys[i].section;
    return NULL;
}

static void unknown_key(struct icp_loader *loader, const struct icp_yaml *key,
                        const struct icp_yaml *value, const char *what, const struct icp_key *keys,
                        size_t count)
{
    struct icp_str names[MOST_KEYS];
    size_t usable = 0;
    for (size_t i = 0; i < count && usable < MOST_KEYS; i++)
        if (keys[i].need != ICP_KEY_LATER)
            names[usable++] = icp_str_from(keys[i].name);
    icp_report(loader->list, ICP_ERROR, "unknown-key", key->line, key->column,
               "unknown key \"%.*s\" in %s", ICP_STR_ARGUMENTS(key->text), what);
    size_t colon = icp_str_find(key->text, ICP_STR(":"));
    if (colon > 0 && colon < key->text.length)
        icp_report_hint(loader->list, "Put a space behind the colon: \"%.*s: …\".",
                        ICP_STR_ARGUMENTS(icp_str_slice(key->text, 0, colon)));
    else if (icp_str_is(icp_str_from(what), ICP_TOP_OF_FILE) && section_of(key->text))
        icp_report_hint(loader->list, "\"%.*s\" stands in the section \"%s\".",
                        ICP_STR_ARGUMENTS(key->text), section_of(key->text));
    else if (!icp_hint_at_comma(loader, value))
        icp_report_nearest(loader, key->text, names, usable);
}

static void take_key(struct icp_loader *loader, const struct icp_yaml *node, size_t index,
                     const char *what, const struct icp_key *keys, size_t count,
                     const struct icp_yaml **found)
{
    const struct icp_yaml *key = &node->keys[index];
    size_t k = 0;
    while (k < count && !icp_str_is(key->text, keys[k].name))
        k++;
    if (k == count)
        unknown_key(loader, key, &node->values[index], what, keys, count);
    else if (keys[k].need == ICP_KEY_LATER)
        icp_report(loader->list, ICP_ERROR, "not-supported", key->line, key->column,
                   "\"%.*s\" is not supported in this version", ICP_STR_ARGUMENTS(key->text));
    else
        found[k] = &node->values[index];
}

bool icp_read_keys(struct icp_loader *loader, const struct icp_yaml *node, const char *what,
                   const struct icp_key *keys, size_t count, const struct icp_yaml **found)
{
    memset(found, 0, count * sizeof(*found)); /* NOLINT: pointers, all NULL */
    if (!icp_read_mapping(loader, node, what))
        return false;
    for (size_t i = 0; i < node->count; i++)
        take_key(loader, node, i, what, keys, count, found);
    for (size_t k = 0; k < count; k++)
        if (keys[k].need == ICP_KEY_REQUIRED && !found[k])
            icp_report(loader->list, ICP_ERROR, "missing-key", node->line, node->column,
                       "%s needs \"%s\"", what, keys[k].name);
    return true;
}

bool icp_read_text(struct icp_loader *loader, const struct icp_yaml *node, const char *what,
                   struct icp_str *text)
{
    if (node->kind != ICP_YAML_SCALAR) {
        icp_wrong_type(loader, node, what, "a text");
        return false;
    }
    if (icp_str_is_empty(icp_str_trim(node->text))) {
        icp_report(loader->list, ICP_ERROR, "wrong-type", node->line, node->column, "%s is empty",
                   what);
        return false;
    }
    for (size_t i = 0; i < node->text.length; i++) {
        unsigned char c = (unsigned char)node->text.data[i];
        if (c >= 0x20 ? c != 0x7F : c == '\n' || c == '\t')
            continue;
        icp_report(loader->list, ICP_ERROR, "control-character", node->line, node->column,
                   "%s holds a control character", what);
        return false;
    }
    *text = icp_str_trim(node->text);
    return true;
}

bool icp_read_texts(struct icp_loader *loader, const struct icp_yaml *node, const char *what,
                    const struct icp_str **texts, size_t *count)
{
    size_t items = node->kind == ICP_YAML_SEQUENCE ? node->count : 1;
    struct icp_str *made = ICP_NEW_ARRAY(loader->arena, struct icp_str, items ? items : 1);
    *count = 0;
    if (!made)
        return false;
    if (node->kind == ICP_YAML_SCALAR) {
        *count = icp_read_text(loader, node, what, &made[0]) ? 1 : 0;
    } else if (node->kind == ICP_YAML_MAPPING || node->count == 0) {
        icp_wrong_type(loader, node, what, "a text or a list of texts");
    } else {
        for (size_t i = 0; i < node->count; i++)
            if (icp_read_text(loader, &node->values[i], what, &made[*count]))
                (*count)++;
    }
    *texts = made;
    return *count == items;
}

bool icp_read_whole(struct icp_loader *loader, const struct icp_yaml *node, const char *what,
                    int32_t least, int32_t most, int32_t *number)
{
    struct icp_str text;
    int64_t value;
    if (!icp_read_text(loader, node, what, &text))
        return false;
    if (!icp_integer_parse(text, &value)) {
        icp_report(loader->list, ICP_ERROR, "bad-number", node->line, node->column,
                   "%s must be a whole number, not \"%.*s\"", what, ICP_STR_ARGUMENTS(text));
        struct icp_str bare = icp_str_trim(icp_str_slice(text, 0, text.length - 1));
        if (text.data[text.length - 1] == '%' && icp_integer_parse(bare, &value))
            icp_report_hint(loader->list, "Write %.*s, without the sign.", ICP_STR_ARGUMENTS(bare));
        return false;
    }
    if (value < least || value > most) {
        icp_report(loader->list, ICP_ERROR, "out-of-range", node->line, node->column,
                   "%s must be from %d to %d, not %.*s", what, least, most,
                   ICP_STR_ARGUMENTS(text));
        return false;
    }
    *number = (int32_t)value;
    return true;
}

bool icp_read_date(struct icp_loader *loader, const struct icp_yaml *node, const char *what,
                   int32_t *days)
{
    struct icp_str text;
    if (!icp_read_text(loader, node, what, &text))
        return false;
    if (icp_date_parse(text, days))
        return true;
    icp_report(loader->list, ICP_ERROR, "bad-date", node->line, node->column,
               "%s must be a date, not \"%.*s\"", what, ICP_STR_ARGUMENTS(text));
    icp_report_hint(loader->list, "Write it as year-month-day: 2026-01-15.");
    return false;
}

bool icp_read_days(struct icp_loader *loader, const struct icp_yaml *node, const char *what,
                   int32_t most, int32_t *days)
{
    struct icp_str text, number;
    int64_t value;
    if (!icp_read_text(loader, node, what, &text))
        return false;
    struct icp_str rest = text;
    bool read = icp_str_cut(&rest, ' ', &number) && icp_integer_parse(number, &value);
    rest = icp_str_trim(rest);
    if (!read || !(icp_str_is(rest, "day") || icp_str_is(rest, "days"))) {
        icp_report(loader->list, ICP_ERROR, "bad-duration", node->line, node->column,
                   "%s must be whole days, not \"%.*s\"", what, ICP_STR_ARGUMENTS(text));
        icp_report_hint(loader->list, "Write it as \"30 days\".");
        return false;
    }
    if (value < 1 || value > most) {
        icp_report(loader->list, ICP_ERROR, "out-of-range", node->line, node->column,
                   "%s must be from 1 to %d days, not \"%.*s\"", what, most,
                   ICP_STR_ARGUMENTS(text));
        return false;
    }
    *days = (int32_t)value;
    return true;
}

static bool is_identifier(struct icp_str text)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && (i == 0 || c < '0' || c > '9'))
            return false;
    }
    return text.length > 0 && text.length <= 60;
}

bool icp_read_id(struct icp_loader *loader, const struct icp_yaml *node, const char *what,
                 struct icp_str *id)
{
    if (!icp_read_text(loader, node, what, id))
        return false;
    if (is_identifier(*id))
        return true;
    icp_report(loader->list, ICP_ERROR, "bad-id", node->line, node->column,
               "%s \"%.*s\" is not a name", what, ICP_STR_ARGUMENTS(*id));
    icp_report_hint(loader->list, "Use at most 60 letters a-z, digits and _, a letter first.");
    return false;
}

bool icp_take_id(struct icp_loader *loader, const struct icp_yaml *node, struct icp_str id)
{
    size_t at = (size_t)icp_str_hash(id) % ICP_ID_TABLE;
    for (; loader->id_table[at] != 0; at = (at + 1) % ICP_ID_TABLE) {
        if (!icp_str_equal(loader->ids[loader->id_table[at] - 1], id))
            continue;
        icp_report(loader->list, ICP_ERROR, "duplicate-id", node->line, node->column,
                   "id \"%.*s\" is used twice", ICP_STR_ARGUMENTS(id));
        icp_report_hint(loader->list, "Disqualifiers, criteria, adjustments and groups share one "
                                      "set of ids.");
        return false;
    }
    loader->ids[loader->id_count++] = id; /* as long as ICP_MAX_CRITERIA, see icp_one_more_line */
    loader->id_table[at] = (uint32_t)loader->id_count;
    return true;
}

static bool one_more(struct icp_loader *loader, const struct icp_yaml *node, size_t *count,
                     size_t most, const char *what)
{
    if ((*count)++ < most)
        return true;
    if (*count == most + 1)
        icp_report(loader->list, ICP_ERROR, "too-many", node->line, node->column,
                   "more than %zu %s in one file", most, what);
    return false;
}

bool icp_one_more_line(struct icp_loader *loader, const struct icp_yaml *node)
{
    return one_more(loader, node, &loader->line_count, ICP_MAX_CRITERIA, "lines");
}

bool icp_one_more_entry(struct icp_loader *loader, const struct icp_yaml *node)
{
    return one_more(loader, node, &loader->entry_count, ICP_MAX_ENTRIES, "bands, keys and cases");
}

uint32_t icp_place(struct icp_loader *loader, const struct icp_yaml *node, enum icp_line_kind kind,
                   struct icp_str owner, struct icp_str says)
{
    struct icp_ruleset *rules = loader->rules;
    if (rules->place_count + 1 >= rules->place_room) {
        size_t room = rules->place_room > 0 ? 2 * rules->place_room : 128;
        struct icp_rules_line *places = ICP_NEW_ARRAY(loader->arena, struct icp_rules_line, room);
        if (!places)
            return 0;
        if (rules->place_count > 0)
            memcpy(places, rules->places, rules->place_count * sizeof(*places));
        rules->places = places;
        rules->place_room = room;
    }
    rules->places[rules->place_count] = (struct icp_rules_line){
        .line = node->line, .column = node->column, .kind = kind, .owner = owner, .says = says};
    return (uint32_t)++rules->place_count;
}

uint32_t icp_text_column(const struct icp_yaml *node)
{
    bool quoted = node->style == ICP_YAML_SINGLE_QUOTED || node->style == ICP_YAML_DOUBLE_QUOTED;
    return quoted ? node->column + 1 : node->column;
}
