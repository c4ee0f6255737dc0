/*
 * Checks against what the CRM says of its properties: values that are none of a property's options,
 * in tables and in conditions, properties that it does not have, types that do not go together,
 * fields that are hardly ever filled in.
 */
#include "check.h"

enum { RARELY = 10 }; /* percent of records: a criterion on it decides about hardly anybody */

static const struct icp_rules_property *
property_of(const struct checker *checker, struct icp_str crm, const struct icp_source *source)
{
    for (size_t i = 0; i < checker->with->property_count; i++) {
        const struct icp_rules_property *property = &checker->with->properties[i];
        if (property->object == source->object && icp_str_equal(property->crm, crm) &&
            icp_str_equal(property->name, source->property))
            return property;
    }
    return NULL;
}

/* Is something known of the properties of this object at all? */
static bool knows_object(const struct checker *checker, struct icp_str crm, enum icp_object object)
{
    for (size_t i = 0; i < checker->with->property_count; i++)
        if (checker->with->properties[i].object == object &&
            icp_str_equal(checker->with->properties[i].crm, crm))
            return true;
    return false;
}

static void report_no_property(struct checker *checker, struct check_place place,
                               struct icp_str crm, const struct icp_source *source)
{
    const struct icp_rules_checking *with = checker->with;
    struct icp_str *names = ICP_NEW_ARRAY(checker->arena, struct icp_str, with->property_count + 1);
    size_t count = 0;
    for (size_t i = 0; names && i < with->property_count; i++)
        if (with->properties[i].object == source->object)
            names[count++] = with->properties[i].name;
    icp_report(checker->list, ICP_WARNING, "unknown-property", place.line, place.column,
               "%.*s has no property \"%.*s\"", ICP_STR_ARGUMENTS(crm),
               ICP_STR_ARGUMENTS(source->property));
    struct icp_str near = icp_str_nearest(source->property, names, count);
    if (!icp_str_is_null(near))
        icp_report_hint(checker->list, "Did you mean \"%.*s\"?", ICP_STR_ARGUMENTS(near));
}

/* ---- Options -----------------------------------------------------------------------------------
 */

static const struct icp_rules_option *option_of(const struct checker *checker,
                                                const struct icp_rules_property *property,
                                                struct icp_str key, bool by_label)
{
    for (size_t i = 0; i < property->option_count; i++) {
        const struct icp_rules_option *option = &property->options[i];
        struct icp_str text = by_label ? option->label : option->value;
        if (!icp_str_is_null(text) && icp_str_equal(icp_text_key(checker->arena, text), key))
            return option;
    }
    return NULL;
}

static void hint_option(struct checker *checker, const struct icp_rules_property *property,
                        struct icp_str text)
{
    const struct icp_rules_option *labelled =
        option_of(checker, property, icp_text_key(checker->arena, text), true);
    if (labelled) {
        icp_report_hint(checker->list, "That is what people see; the value is \"%.*s\".",
                        ICP_STR_ARGUMENTS(labelled->value));
        return;
    }
    struct icp_str *names =
        ICP_NEW_ARRAY(checker->arena, struct icp_str, property->option_count + 1);
    for (size_t i = 0; names && i < property->option_count; i++)
        names[i] = property->options[i].value;
    struct icp_str near =
        names ? icp_str_nearest(text, names, property->option_count) : (struct icp_str){0};
    if (!icp_str_is_null(near))
        icp_report_hint(checker->list, "Did you mean \"%.*s\"?", ICP_STR_ARGUMENTS(near));
}

static void report_option(struct checker *checker, const struct icp_rules_property *property,
                          struct icp_str text, struct check_place place)
{
    checker->work -= (int64_t)property->option_count * 50;
    icp_report(checker->list, ICP_WARNING, "unknown-option", place.line, place.column,
               "\"%.*s\" is none of the values of \"%.*s\" in %.*s", ICP_STR_ARGUMENTS(text),
               ICP_STR_ARGUMENTS(property->name), ICP_STR_ARGUMENTS(property->crm));
}

static void check_option(struct checker *checker, const struct icp_rules_property *property,
                         struct icp_str text, const struct icp_yaml *node)
{
    if (checker->work < 0 ||
        option_of(checker, property, icp_text_key(checker->arena, text), false))
        return;
    report_option(checker, property, text, check_place_at(node));
    hint_option(checker, property, text);
}

/* The keys of a table on a field whose values are a list in the CRM, or the values of a list. */
static void check_table(struct checker *checker, const struct icp_rules_property *property,
                        const struct icp_yaml *table)
{
    for (size_t i = 0; table && table->kind == ICP_YAML_SEQUENCE && i < table->count; i++)
        check_option(checker, property, table->values[i].text, &table->values[i]);
    for (size_t i = 0; table && table->kind == ICP_YAML_MAPPING && i < table->count; i++)
        if (!icp_str_is(table->keys[i].text, "else"))
            check_option(checker, property, table->keys[i].text, &table->keys[i]);
}

/* ---- Fields ------------------------------------------------------------------------------------
 */

static bool has_options(const struct icp_rules_property *property, enum icp_type type)
{
    return property->option_count > 0 && type != ICP_TYPE_COUNTRY && type != ICP_TYPE_BOOLEAN &&
           type != ICP_TYPE_NUMBER;
}

static void check_type(struct checker *checker, struct check_place place,
                       const struct icp_rules_property *property, const struct icp_field *field)
{
    bool number = field->type == ICP_TYPE_NUMBER, set = field->type == ICP_TYPE_SET;
    bool is_number = icp_str_is(property->type, "number");
    bool is_choice = icp_str_is(property->type, "enumeration");
    if (icp_str_is_null(property->type) || (!number && !set) || (number && is_number) ||
        (set && (is_choice || icp_str_is(property->type, "string"))))
        return;
    icp_report(checker->list, ICP_WARNING, "wrong-property-type", place.line, place.column,
               "\"%.*s\" is a %s here, but \"%.*s\" is of type %.*s in %.*s",
               ICP_STR_ARGUMENTS(field->name), icp_type_name(field->type),
               ICP_STR_ARGUMENTS(property->name), ICP_STR_ARGUMENTS(property->type),
               ICP_STR_ARGUMENTS(property->crm));
    icp_report_hint(checker->list, "Values that are no %s count as unknown.",
                    icp_type_name(field->type));
}

/* A field, or what is worked out from it. */
static bool is_from(const struct checker *checker, uint32_t found, uint32_t slot)
{
    const struct icp_ruleset *rules = checker->rules;
    return found == slot || (found < rules->known_count && rules->known[found].derived &&
                             rules->known[found].from == slot);
}

static bool reads(const struct checker *checker, const struct icp_feel *when, uint32_t slot)
{
    const uint32_t *slots;
    size_t count = when ? icp_feel_slots(when, &slots) : 0;
    for (size_t i = 0; i < count; i++)
        if (is_from(checker, slots[i], slot))
            return true;
    return false;
}

static const struct icp_feel *among(const struct checker *checker,
                                    const struct icp_condition_line *lines, size_t count,
                                    uint32_t slot)
{
    for (size_t i = 0; i < count; i++)
        if (reads(checker, lines[i].when, slot))
            return lines[i].when;
    return NULL;
}

/* The first condition that reads a field, or NULL. */
static const struct icp_feel *condition_on(const struct checker *checker, uint32_t slot)
{
    const struct icp_ruleset *rules = checker->rules;
    if (reads(checker, rules->applies_when, slot))
        return rules->applies_when;
    const struct icp_feel *found = among(checker, rules->disqualify, rules->disqualify_count, slot);
    for (size_t i = 0; !found && i < rules->criterion_count; i++) {
        const struct icp_criterion *criterion = &rules->criteria[i];
        for (size_t k = 0; !found && criterion->kind == ICP_RULE_CASES && k < criterion->count; k++)
            if (reads(checker, criterion->lines[k].when, slot))
                found = criterion->lines[k].when;
    }
    if (!found)
        found = among(checker, rules->adjustments, rules->adjustment_count, slot);
    for (size_t i = 0; !found && i < rules->points_count; i++)
        if (rules->points[i].kind == ICP_POINTS_WHEN && reads(checker, rules->points[i].when, slot))
            found = rules->points[i].when;
    for (size_t i = 0; !found && i < rules->tier_count; i++)
        if (reads(checker, rules->tier_when[i], slot))
            found = rules->tier_when[i];
    return found;
}

static bool has_slot(const struct icp_points_line *line)
{
    return line->kind != ICP_POINTS_WHEN && line->kind != ICP_POINTS_SIGNAL;
}

/* The first line that decides by a field: its declaration, else a criterion or line of points, else
   a condition. False: nothing does. */
static bool mention_of(const struct checker *checker, uint32_t slot, struct check_place *place)
{
    const struct icp_ruleset *rules = checker->rules;
    const struct icp_yaml *node = NULL;
    if (rules->known[slot].declared) {
        *place = (struct check_place){rules->known[slot].line, rules->known[slot].column};
        return true;
    }
    for (size_t i = 0; !node && i < rules->criterion_count; i++)
        if (is_from(checker, rules->criteria[i].slot, slot))
            node = check_item(check_find(checker, "fit", "criteria"), i, "field");
    for (size_t i = 0; !node && i < rules->points_count; i++)
        if (has_slot(&rules->points[i]) && is_from(checker, rules->points[i].slot, slot))
            node = check_item(check_find(checker, "points", "lines"), i, "field");
    *place = check_place_at(node);
    const struct icp_feel *when = node ? NULL : condition_on(checker, slot);
    if (when)
        icp_feel_place(when, &place->line, &place->column);
    return node || when;
}

static void check_field(struct checker *checker, size_t index, struct icp_str crm)
{
    struct icp_field field = icp_rules_field_for(checker->rules, index, crm);
    struct check_place place;
    bool decides = mention_of(checker, checker->rules->field_slots[index], &place);
    int32_t filled = -1;
    for (size_t i = 0; i < field.source_count; i++) {
        const struct icp_source *source = &field.sources[i];
        const struct icp_rules_property *property = property_of(checker, crm, source);
        if (!property && knows_object(checker, crm, source->object))
            report_no_property(checker, place, crm, source);
        if (!property)
            continue;
        if (i == 0)
            check_type(checker, place, property, &field);
        filled = property->filled > filled ? property->filled : filled;
    }
    if (filled < 0 || filled >= RARELY || !decides)
        return;
    icp_report(checker->list, ICP_NOTE, "rarely-filled", place.line, place.column,
               "\"%.*s\" is filled in for %d %% of the records", ICP_STR_ARGUMENTS(field.name),
               (int)filled);
}

/* The property that alone gives the values of a slot, when they are a list there; else NULL: what a
   second place holds may have other options. */
static const struct icp_rules_property *choice_of(const struct checker *checker, uint32_t slot,
                                                  struct icp_str crm)
{
    const struct icp_ruleset *rules = checker->rules;
    if (slot >= rules->known_count || !rules->known[slot].used || rules->known[slot].derived)
        return NULL;
    struct icp_field field = icp_rules_field_for(rules, rules->known[slot].index, crm);
    const struct icp_rules_property *property =
        field.source_count == 1 ? property_of(checker, crm, field.sources) : NULL;
    return property && has_options(property, field.type) ? property : NULL;
}

static void check_rule(struct checker *checker, const struct icp_yaml *node, uint32_t slot,
                       struct icp_str crm)
{
    static const char *const tables[] = {"match", "any_of"};
    const struct icp_rules_property *property = choice_of(checker, slot, crm);
    for (size_t t = 0; property && t < sizeof(tables) / sizeof(tables[0]); t++)
        check_table(checker, property, icp_yaml_get(node, tables[t]));
}

/* ---- Conditions --------------------------------------------------------------------------------
 */

/* A condition compares letter by letter. */
static bool is_value(const struct icp_rules_property *property, struct icp_str text)
{
    for (size_t i = 0; i < property->option_count; i++)
        if (icp_str_equal(property->options[i].value, text))
            return true;
    return false;
}

static void hint_value(struct checker *checker, const struct icp_rules_property *property,
                       struct icp_str text)
{
    const struct icp_rules_option *other =
        option_of(checker, property, icp_text_key(checker->arena, text), false);
    if (other)
        icp_report_hint(checker->list,
                        "The value is \"%.*s\"; a condition compares letter by letter.",
                        ICP_STR_ARGUMENTS(other->value));
    else
        hint_option(checker, property, text);
}

static void check_compared(struct checker *checker, const struct icp_compared *compared,
                           struct icp_str crm)
{
    const struct icp_ruleset *rules = checker->rules;
    const struct icp_rules_property *property = choice_of(checker, compared->slot, crm);
    const struct check_place place = {compared->line, compared->column};
    const struct icp_str *texts = &compared->text;
    size_t count = 1;
    if (compared->list != ICP_NO_SLOT) {
        texts = rules->lists[compared->list].items;
        count = rules->lists[compared->list].count;
    }
    for (size_t i = 0; property && i < count && checker->work > 0; i++) {
        checker->work -= (int64_t)property->option_count;
        if (is_value(property, texts[i]))
            continue;
        report_option(checker, property, texts[i], place);
        hint_value(checker, property, texts[i]);
        return; /* one tells what is wrong with all of a list */
    }
}

void check_properties(struct checker *checker)
{
    const struct icp_ruleset *rules = checker->rules;
    const struct icp_yaml *criteria = check_find(checker, "fit", "criteria");
    const struct icp_yaml *lines = check_find(checker, "points", "lines");
    if (checker->with->property_count == 0)
        return;
    for (size_t d = 0; d < rules->dictionary_count; d++) {
        struct icp_str crm = rules->dictionaries[d]->crm;
        for (size_t i = 0; i < rules->field_count; i++)
            check_field(checker, i, crm);
        for (size_t i = 0; i < rules->criterion_count; i++)
            check_rule(checker, check_item(criteria, i, NULL), rules->criteria[i].slot, crm);
        for (size_t i = 0; i < rules->points_count; i++)
            if (has_slot(&rules->points[i]))
                check_rule(checker, check_item(lines, i, NULL), rules->points[i].slot, crm);
        for (size_t i = 0; i < rules->compared_count; i++)
            check_compared(checker, &rules->compared[i], crm);
    }
}
