/*
 * Checks against what the CRM says of its properties: values that are none of a property's options,
 * properties that it does not have, types that do not go together, fields that are hardly ever
 * filled in.
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

static void report_no_property(struct checker *checker, const struct icp_yaml *node,
                               struct icp_str crm, const struct icp_source *source)
{
    const struct icp_rules_checking *with = checker->with;
    struct icp_str *names = ICP_NEW_ARRAY(checker->arena, struct icp_str, with->property_count + 1);
    size_t count = 0;
    for (size_t i = 0; names && i < with->property_count; i++)
        if (with->properties[i].object == source->object)
            names[count++] = with->properties[i].name;
    icp_report(checker->list, ICP_WARNING, "unknown-property", node->line, node->column,
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

static void check_option(struct checker *checker, const struct icp_rules_property *property,
                         struct icp_str text, const struct icp_yaml *node)
{
    struct icp_str key = icp_text_key(checker->arena, text);
    if (checker->work < 0 || option_of(checker, property, key, false))
        return;
    checker->work -= (int64_t)property->option_count * 50;
    icp_report(checker->list, ICP_WARNING, "unknown-option", node->line, node->column,
               "\"%.*s\" is none of the values of \"%.*s\" in %.*s", ICP_STR_ARGUMENTS(text),
               ICP_STR_ARGUMENTS(property->name), ICP_STR_ARGUMENTS(property->crm));
    const struct icp_rules_option *labelled = option_of(checker, property, key, true);
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

/* The keys of a table on a field whose values are a list in the CRM. */
static void check_table(struct checker *checker, const struct icp_rules_property *property,
                        const struct icp_yaml *table)
{
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

static void check_type(struct checker *checker, const struct icp_yaml *node,
                       const struct icp_rules_property *property, const struct icp_field *field)
{
    bool number = field->type == ICP_TYPE_NUMBER, set = field->type == ICP_TYPE_SET;
    bool is_number = icp_str_is(property->type, "number");
    bool is_choice = icp_str_is(property->type, "enumeration");
    if (icp_str_is_null(property->type) || (!number && !set) || (number && is_number) ||
        (set && (is_choice || icp_str_is(property->type, "string"))))
        return;
    icp_report(checker->list, ICP_WARNING, "wrong-property-type", node->line, node->column,
               "\"%.*s\" is a %s here, but \"%.*s\" is of type %.*s in %.*s",
               ICP_STR_ARGUMENTS(field->name), icp_type_name(field->type),
               ICP_STR_ARGUMENTS(property->name), ICP_STR_ARGUMENTS(property->type),
               ICP_STR_ARGUMENTS(property->crm));
    icp_report_hint(checker->list, "Values that are no %s count as unknown.",
                    icp_type_name(field->type));
}

/* The first mention of a field: its declaration, else a criterion, else the file. */
static const struct icp_yaml *mention_of(const struct checker *checker, struct icp_str name)
{
    const struct icp_yaml *fields = check_find(checker, "fields", NULL);
    const struct icp_yaml *criteria = check_find(checker, "fit", "criteria");
    for (size_t i = 0; fields && i < fields->count; i++)
        if (icp_str_equal(fields->keys[i].text, name))
            return &fields->keys[i];
    for (size_t i = 0; criteria && i < criteria->count; i++) {
        const struct icp_yaml *field = icp_yaml_get(&criteria->values[i], "field");
        if (field && icp_str_equal(field->text, name))
            return field;
    }
    return checker->root;
}

static void check_field(struct checker *checker, size_t index, struct icp_str crm)
{
    struct icp_field field = icp_rules_field_for(checker->rules, index, crm);
    const struct icp_yaml *node = mention_of(checker, field.name);
    int32_t filled = -1;
    for (size_t i = 0; i < field.source_count; i++) {
        const struct icp_source *source = &field.sources[i];
        const struct icp_rules_property *property = property_of(checker, crm, source);
        if (!property && knows_object(checker, crm, source->object))
            report_no_property(checker, node, crm, source);
        if (!property)
            continue;
        if (i == 0)
            check_type(checker, node, property, &field);
        filled = property->filled > filled ? property->filled : filled;
    }
    if (filled < 0 || filled >= RARELY || node == checker->root)
        return;
    icp_report(checker->list, ICP_NOTE, "rarely-filled", node->line, node->column,
               "\"%.*s\" is filled in for %d %% of the records", ICP_STR_ARGUMENTS(field.name),
               (int)filled);
}

static void check_criterion(struct checker *checker, size_t index, struct icp_str crm)
{
    static const char *const tables[] = {"match", "any_of"};
    const struct icp_yaml *node = check_item(check_find(checker, "fit", "criteria"), index, NULL);
    uint32_t slot = checker->rules->criteria[index].slot;
    if (slot >= checker->rules->known_count || !checker->rules->known[slot].used)
        return;
    struct icp_field field =
        icp_rules_field_for(checker->rules, checker->rules->known[slot].index, crm);
    if (field.source_count != 1) /* what the second place holds may have other options */
        return;
    const struct icp_rules_property *property = property_of(checker, crm, field.sources);
    for (size_t t = 0; property && has_options(property, field.type) && t < 2; t++)
        check_table(checker, property, icp_yaml_get(node, tables[t]));
}

void check_properties(struct checker *checker)
{
    const struct icp_ruleset *rules = checker->rules;
    if (checker->with->property_count == 0)
        return;
    for (size_t d = 0; d < rules->dictionary_count; d++) {
        struct icp_str crm = rules->dictionaries[d]->crm;
        for (size_t i = 0; i < rules->field_count; i++)
            check_field(checker, i, crm);
        for (size_t i = 0; i < rules->criterion_count; i++)
            check_criterion(checker, i, crm);
    }
}
