/*
 * Property definitions and groups of each object. Invariant: a name stands once in the table of
 * slots; a column number never changes meaning, so records may hold values by column.
 */
#include "model.h"

#include <string.h>

static const struct {
    const char *name, *usual_field_type;
} types[SIM_TYPE_COUNT] = {
    [SIM_STRING] = {"string", "text"},
    [SIM_NUMBER] = {"number", "number"},
    [SIM_BOOL] = {"bool", "booleancheckbox"},
    [SIM_ENUMERATION] = {"enumeration", "select"},
    [SIM_DATE] = {"date", "date"},
    [SIM_DATETIME] = {"datetime", "date"},
    [SIM_PHONE] = {"phone_number", "phonenumber"},
};

static const char *const own_group[SIM_OBJECT_COUNT] = {
    [SIM_CONTACTS] = "contactinformation",
    [SIM_COMPANIES] = "companyinformation",
    [SIM_DEALS] = "dealinformation",
};

const char *sim_type_name(enum sim_type type)
{
    return types[type].name;
}

bool sim_type_parse(struct icp_str text, enum sim_type *type)
{
    for (size_t i = 0; i < SIM_TYPE_COUNT; i++) {
        if (icp_str_is(text, types[i].name)) {
            *type = (enum sim_type)i;
            return true;
        }
    }
    return false;
}

static size_t slot_of(const struct sim_table *table, struct icp_str name)
{
    size_t at = (size_t)icp_str_hash(name) & (SIM_PROPERTY_SLOTS - 1);

    while (table->slots[at] != 0 &&
           !icp_str_equal(table->properties[table->slots[at] - 1].name, name))
        at = (at + 1) & (SIM_PROPERTY_SLOTS - 1);
    return at;
}

uint32_t sim_column(const struct sim_crm *crm, enum sim_object object, struct icp_str name)
{
    const struct sim_table *table = &crm->tables[object];
    size_t at = slot_of(table, name);

    return table->slots[at] == 0 ? SIM_NO_COLUMN : (uint32_t)table->slots[at] - 1;
}

bool sim_has_property(const struct sim_crm *crm, enum sim_object object, const char *name)
{
    return sim_column(crm, object, icp_str_from(name)) != SIM_NO_COLUMN;
}

struct sim_property *sim_property_add(struct sim_crm *crm, enum sim_object object,
                                      struct icp_str name)
{
    struct sim_table *table = &crm->tables[object];
    size_t at = slot_of(table, name);

    if (table->slots[at] != 0)
        return &table->properties[table->slots[at] - 1];
    if (table->property_count == SIM_MAX_PROPERTIES)
        return NULL;
    table->properties = sim_grow(table->properties, &table->property_allocated,
                                 table->property_count + 1, sizeof(*table->properties));
    table->properties[table->property_count] = (struct sim_property){
        .name = icp_arena_copy(&crm->arena, name),
        .created_ms = crm->now_ms,
        .updated_ms = crm->now_ms,
    };
    table->slots[at] = (uint16_t)++table->property_count;
    return &table->properties[table->property_count - 1];
}

static struct icp_str copy_or(struct sim_crm *crm, const char *text, struct icp_str fallback)
{
    return text == NULL ? fallback : icp_arena_copy(&crm->arena, icp_str_from(text));
}

static void copy_options(struct sim_crm *crm, struct sim_property *property,
                         const struct sim_option *options)
{
    size_t count = 0;

    while (options != NULL && options[count].value != NULL)
        count++;
    property->choices = ICP_NEW_ARRAY(&crm->arena, struct sim_choice, count + 1);
    property->choice_count = count;
    for (size_t i = 0; i < count; i++) {
        struct icp_str value = copy_or(crm, options[i].value, ICP_STR(""));
        property->choices[i] = (struct sim_choice){
            .value = value,
            .label = copy_or(crm, options[i].label, value),
            .description = ICP_STR(""),
            .display_order = (int64_t)i,
        };
    }
}

void sim_define_property(struct sim_crm *crm, enum sim_object object,
                         const struct sim_definition *definition)
{
    struct sim_property *property = sim_property_add(crm, object, icp_str_from(definition->name));

    if (property == NULL)
        return;
    property->type = SIM_STRING;
    (void)sim_type_parse(icp_str_from(definition->type), &property->type);
    property->label = copy_or(crm, definition->label, property->name);
    property->description = copy_or(crm, definition->description, ICP_STR(""));
    property->group = copy_or(crm, definition->group, icp_str_from(own_group[object]));
    property->field_type =
        copy_or(crm, definition->field_type, icp_str_from(types[property->type].usual_field_type));
    property->display_order = -1;
    property->calculated = definition->calculated;
    property->read_only = definition->read_only || definition->calculated;
    property->hubspot_defined = definition->hubspot_defined;
    property->archived = false;
    copy_options(crm, property, definition->options);
    sim_define_group(crm, object, property->group, property->group);
}

struct sim_group *sim_group_find(struct sim_crm *crm, enum sim_object object, struct icp_str name)
{
    struct sim_table *table = &crm->tables[object];

    for (size_t i = 0; i < table->group_count; i++)
        if (icp_str_equal(table->groups[i].name, name))
            return &table->groups[i];
    return NULL;
}

void sim_define_group(struct sim_crm *crm, enum sim_object object, struct icp_str name,
                      struct icp_str label)
{
    struct sim_table *table = &crm->tables[object];

    if (sim_group_find(crm, object, name) != NULL)
        return;
    table->groups = sim_grow(table->groups, &table->group_allocated, table->group_count + 1,
                             sizeof(*table->groups));
    table->groups[table->group_count++] = (struct sim_group){
        .name = icp_arena_copy(&crm->arena, name),
        .label = icp_arena_copy(&crm->arena, label),
        .display_order = -1,
    };
}
