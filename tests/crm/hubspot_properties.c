/*
 * Property definitions and groups by API. Invariants: a name is created once (409 after that); an
 * archived name comes back with the new definition; a portal's own properties can be changed, the
 * ones that HubSpot defined cannot.
 */
#include "call.h"

#include <string.h>

/* Longest name; the exact limit is not published, 100 is what others report. */
enum { MOST_NAME = 100 };

static struct sim_table *table_of(struct sim_call *call)
{
    return &call->crm->tables[call->object];
}

static void put_choices(struct icp_json_writer *json, const struct sim_property *property)
{
    icp_json_put_key(json, "options");
    icp_json_begin_array(json);
    for (size_t i = 0; i < property->choice_count; i++) {
        const struct sim_choice *choice = &property->choices[i];
        icp_json_begin_object(json);
        icp_json_put_text_member(json, "label", choice->label);
        icp_json_put_text_member(json, "value", choice->value);
        icp_json_put_text_member(json, "description", choice->description);
        icp_json_put_integer_member(json, "displayOrder", choice->display_order);
        icp_json_put_boolean_member(json, "hidden", choice->hidden);
        icp_json_end_object(json);
    }
    icp_json_end_array(json);
}

static void put_property(struct sim_call *call, const struct sim_property *property)
{
    struct icp_json_writer *json = &call->json;

    icp_json_begin_object(json);
    sim_put_stamp(json, "updatedAt", property->updated_ms);
    sim_put_stamp(json, "createdAt", property->created_ms);
    icp_json_put_text_member(json, "name", property->name);
    icp_json_put_text_member(json, "label", property->label);
    icp_json_put_text_member(json, "type", icp_str_from(sim_type_name(property->type)));
    icp_json_put_text_member(json, "fieldType", property->field_type);
    icp_json_put_text_member(json, "description", property->description);
    icp_json_put_text_member(json, "groupName", property->group);
    put_choices(json, property);
    icp_json_put_integer_member(json, "displayOrder", property->display_order);
    icp_json_put_boolean_member(json, "calculated", property->calculated);
    icp_json_put_boolean_member(json, "externalOptions",
                                property->type == SIM_ENUMERATION && property->choice_count == 0);
    icp_json_put_boolean_member(json, "archived", property->archived);
    icp_json_put_boolean_member(json, "hasUniqueValue", property->unique);
    icp_json_put_boolean_member(json, "hidden", property->hidden);
    if (property->hubspot_defined)
        icp_json_put_boolean_member(json, "hubspotDefined", true);
    icp_json_put_key(json, "modificationMetadata");
    icp_json_begin_object(json);
    icp_json_put_boolean_member(json, "archivable", !property->hubspot_defined);
    icp_json_put_boolean_member(json, "readOnlyDefinition", property->hubspot_defined);
    icp_json_put_boolean_member(json, "readOnlyValue", property->read_only);
    icp_json_end_object(json);
    icp_json_put_boolean_member(json, "formField", property->form_field);
    icp_json_put_text_member(json, "dataSensitivity", ICP_STR("non_sensitive"));
    icp_json_end_object(json);
}

void sim_properties_list(struct sim_call *call)
{
    bool archived = icp_str_is(sim_query(call, "archived"), "true");
    const struct sim_table *table = table_of(call);

    icp_json_begin_object(&call->json);
    icp_json_put_key(&call->json, "results");
    icp_json_begin_array(&call->json);
    for (size_t i = 0; i < table->property_count; i++)
        if (table->properties[i].archived == archived)
            put_property(call, &table->properties[i]);
    icp_json_end_array(&call->json);
    icp_json_end_object(&call->json);
}

static struct sim_property *find_property(struct sim_call *call)
{
    uint32_t column = sim_column(call->crm, call->object, call->name);

    if (column != SIM_NO_COLUMN && !table_of(call)->properties[column].archived)
        return &table_of(call)->properties[column];
    sim_not_found(call, "Property %.*s does not exist", ICP_STR_ARGUMENTS(call->name));
    return NULL;
}

void sim_property_read(struct sim_call *call)
{
    const struct sim_property *property = find_property(call);

    if (property != NULL)
        put_property(call, property);
}

/* ---- Writing definitions. */

static bool is_name(struct icp_str name)
{
    if (icp_str_is_empty(name) || name.length > MOST_NAME || name.data[0] < 'a' ||
        name.data[0] > 'z')
        return false;
    for (size_t i = 0; i < name.length; i++) {
        char c = name.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    return true;
}

static bool fits_field_type(enum sim_type type, struct icp_str field_type)
{
    static const char *const allowed[SIM_TYPE_COUNT] = {
        [SIM_STRING] = "text textarea html phonenumber file calculation_equation",
        [SIM_NUMBER] = "number calculation_equation",
        [SIM_BOOL] = "booleancheckbox calculation_equation",
        [SIM_ENUMERATION] = "select radio checkbox booleancheckbox calculation_equation",
        [SIM_DATE] = "date",
        [SIM_DATETIME] = "date",
        [SIM_PHONE] = "phonenumber",
    };
    struct icp_str rest = icp_str_from(allowed[type]), part;

    while (icp_str_cut(&rest, ' ', &part))
        if (icp_str_equal(part, field_type))
            return true;
    return false;
}

/* The options of a body; NULL when one is incomplete or a value stands twice (answered). */
static struct sim_choice *read_choices(struct sim_call *call, const struct icp_json *options)
{
    size_t count = icp_json_count(options);
    struct sim_choice *choices = ICP_NEW_ARRAY(&call->crm->arena, struct sim_choice, count + 1);

    for (size_t i = 0; i < count; i++) {
        const struct icp_json *option = icp_json_at(options, i);
        struct icp_arena *arena = &call->crm->arena;
        choices[i] = (struct sim_choice){
            .value = icp_arena_copy(arena, icp_json_get_text(option, "value")),
            .label = icp_arena_copy(arena, icp_json_get_text(option, "label")),
            .description = icp_arena_copy(arena, icp_json_get_text(option, "description")),
            .display_order = icp_json_integer(icp_json_get(option, "displayOrder"), -1),
            .hidden = icp_json_get_true(option, "hidden"),
        };
        if (icp_str_is_empty(choices[i].value) || icp_str_is_empty(choices[i].label)) {
            sim_bad_request(call, "Property option %zu needs a label and a value", i);
            return NULL;
        }
        for (size_t k = 0; k < i; k++) {
            if (!icp_str_equal(choices[k].value, choices[i].value))
                continue;
            sim_bad_request(call, "Property options must have unique values: %.*s",
                            ICP_STR_ARGUMENTS(choices[i].value));
            return NULL;
        }
    }
    return choices;
}

static bool are_boolean_choices(const struct sim_choice *choices, size_t count)
{
    return count == 2 &&
           (icp_str_is(choices[0].value, "true") != icp_str_is(choices[1].value, "true")) &&
           (icp_str_is(choices[0].value, "false") != icp_str_is(choices[1].value, "false"));
}

static bool check_group(struct sim_call *call, struct icp_str group)
{
    if (sim_group_find(call->crm, call->object, group) != NULL)
        return true;
    sim_bad_request(call, "Property group %.*s does not exist", ICP_STR_ARGUMENTS(group));
    return false;
}

/* Everything about a new property that can be wrong but its options. */
static bool check_new(struct sim_call *call, enum sim_type *type)
{
    static const char *const required[] = {"name", "label", "type", "fieldType", "groupName"};
    const struct icp_json *body = call->body;
    struct icp_str name = icp_json_get_text(body, "name");

    for (size_t i = 0; i < sizeof(required) / sizeof(required[0]); i++) {
        if (!icp_str_is_empty(icp_json_get_text(body, required[i])))
            continue;
        sim_bad_request(call, "Invalid input JSON. Some required fields were not set: [%s]",
                        required[i]);
        return false;
    }
    if (!is_name(name) || icp_str_has_prefix(name, ICP_STR("hs_"))) {
        sim_bad_request(call,
                        "Property name %.*s is not valid: lower-case letters, digits and "
                        "underscores, a letter first, not hs_",
                        ICP_STR_ARGUMENTS(name));
        return false;
    }
    if (!sim_type_parse(icp_json_get_text(body, "type"), type) ||
        !fits_field_type(*type, icp_json_get_text(body, "fieldType"))) {
        sim_bad_request(call, "Invalid combination of type %.*s and fieldType %.*s",
                        ICP_STR_ARGUMENTS(icp_json_get_text(body, "type")),
                        ICP_STR_ARGUMENTS(icp_json_get_text(body, "fieldType")));
        return false;
    }
    return check_group(call, icp_json_get_text(body, "groupName"));
}

static bool is_defined(struct sim_call *call, struct icp_str name)
{
    static const struct sim_problem exists = {
        .status = 409,
        .category = "OBJECT_ALREADY_EXISTS",
        .sub_category = "Properties.PROPERTY_WITH_NAME_EXISTS",
    };
    uint32_t column = sim_column(call->crm, call->object, name);

    if (column == SIM_NO_COLUMN || table_of(call)->properties[column].archived)
        return false;
    sim_fail(call, &exists, "A property named '%.*s' already exists.", ICP_STR_ARGUMENTS(name));
    return true;
}

static void keep_text(struct sim_call *call, struct icp_str *field, const char *key)
{
    struct icp_str text = icp_json_get_text(call->body, key);

    if (!icp_str_is_null(text))
        *field = icp_arena_copy(&call->crm->arena, text);
}

/* What a body may set, at creation and by PATCH. */
static void keep_sent(struct sim_call *call, struct sim_property *property)
{
    const struct icp_json *body = call->body;

    keep_text(call, &property->label, "label");
    keep_text(call, &property->field_type, "fieldType");
    keep_text(call, &property->group, "groupName");
    keep_text(call, &property->description, "description");
    property->display_order =
        icp_json_integer(icp_json_get(body, "displayOrder"), property->display_order);
    if (icp_json_get(body, "hidden") != NULL)
        property->hidden = icp_json_get_true(body, "hidden");
    if (icp_json_get(body, "formField") != NULL)
        property->form_field = icp_json_get_true(body, "formField");
    property->updated_ms = sim_now(call->crm);
}

void sim_property_create(struct sim_call *call)
{
    struct icp_str name = icp_json_get_text(call->body, "name");
    size_t count = icp_json_count(icp_json_get(call->body, "options"));
    enum sim_type type = SIM_STRING;
    struct sim_property *property;
    struct sim_choice *choices;

    if (!check_new(call, &type) || is_defined(call, name))
        return;
    choices = read_choices(call, icp_json_get(call->body, "options"));
    if (choices == NULL)
        return;
    if (type == SIM_BOOL && !are_boolean_choices(choices, count)) {
        sim_bad_request(call, "INVALID_BOOLEAN_OPTION: bool properties must have exactly the "
                              "options true and false");
        return;
    }
    property = sim_property_add(call->crm, call->object, name);
    if (property == NULL) {
        sim_bad_request(call, "PROPERTY_LIMIT: no more properties can be made");
        return;
    }
    property->type = type;
    property->choices = choices;
    property->choice_count = count;
    property->archived = false;
    property->description = ICP_STR("");
    property->display_order = -1;
    property->unique = icp_json_get_true(call->body, "hasUniqueValue");
    property->created_ms = sim_now(call->crm);
    keep_sent(call, property);
    call->response->status = 201;
    sim_header_add(call->response, "location", "https://api.hubapi.com/crm/v3/properties/%s/%.*s",
                   sim_object_name(call->object), ICP_STR_ARGUMENTS(name));
    put_property(call, property);
}

static bool is_own(struct sim_call *call, const struct sim_property *property)
{
    if (!property->hubspot_defined)
        return true;
    sim_bad_request(call, "%.*s is defined by HubSpot and is read only",
                    ICP_STR_ARGUMENTS(property->name));
    return false;
}

void sim_property_update(struct sim_call *call)
{
    struct sim_property *property = find_property(call);
    const struct icp_json *options = icp_json_get(call->body, "options");
    struct icp_str field_type = icp_json_get_text(call->body, "fieldType");
    struct icp_str group = icp_json_get_text(call->body, "groupName");

    /* a portal may add options to some of HubSpot's own, so only the rest is refused */
    if (property == NULL || (options == NULL && !is_own(call, property)))
        return;
    if (!icp_str_is_null(group) && !check_group(call, group))
        return;
    if (!icp_str_is_null(field_type) && !fits_field_type(property->type, field_type)) {
        sim_bad_request(call, "Invalid fieldType %.*s", ICP_STR_ARGUMENTS(field_type));
        return;
    }
    if (options != NULL) {
        struct sim_choice *choices = read_choices(call, options);
        if (choices == NULL)
            return;
        property->choices = choices;
        property->choice_count = icp_json_count(options);
    }
    keep_sent(call, property);
    put_property(call, property);
}

void sim_property_archive(struct sim_call *call)
{
    struct sim_property *property = find_property(call);

    if (property == NULL || !is_own(call, property))
        return;
    property->archived = true;
    property->updated_ms = sim_now(call->crm);
    call->response->status = 204;
}

/* ---- Groups. */

static void put_group(struct sim_call *call, const struct sim_group *group)
{
    icp_json_begin_object(&call->json);
    icp_json_put_text_member(&call->json, "name", group->name);
    icp_json_put_text_member(&call->json, "label", group->label);
    icp_json_put_integer_member(&call->json, "displayOrder", group->display_order);
    icp_json_put_boolean_member(&call->json, "archived", false);
    icp_json_end_object(&call->json);
}

void sim_groups_list(struct sim_call *call)
{
    const struct sim_table *table = table_of(call);

    icp_json_begin_object(&call->json);
    icp_json_put_key(&call->json, "results");
    icp_json_begin_array(&call->json);
    for (size_t i = 0; i < table->group_count; i++)
        put_group(call, &table->groups[i]);
    icp_json_end_array(&call->json);
    icp_json_end_object(&call->json);
}

void sim_group_create(struct sim_call *call)
{
    static const struct sim_problem exists = {
        .status = 409,
        .category = "OBJECT_ALREADY_EXISTS",
        .sub_category = "Properties.GROUP_WITH_NAME_EXISTS",
    };
    struct icp_str name = icp_json_get_text(call->body, "name");
    struct icp_str label = icp_json_get_text(call->body, "label");
    struct sim_group *group;

    if (!is_name(name) || icp_str_is_empty(label)) {
        sim_bad_request(call, "Invalid input JSON. Some required fields were not set: [name, "
                              "label]");
        return;
    }
    if (sim_group_find(call->crm, call->object, name) != NULL) {
        sim_fail(call, &exists, "A property group named '%.*s' already exists.",
                 ICP_STR_ARGUMENTS(name));
        return;
    }
    sim_define_group(call->crm, call->object, name, label);
    group = sim_group_find(call->crm, call->object, name);
    group->display_order = icp_json_integer(icp_json_get(call->body, "displayOrder"), -1);
    call->response->status = 201;
    put_group(call, group);
}
