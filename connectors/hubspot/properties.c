/*
 * The property definitions of an account, read without a document tree: an empty portal has about
 * 400 of a contact, some with hundreds of choices.
 */
#include "hubspot.h"

#include <string.h>

#include "number.h"

enum { FIRST_PROPERTIES = 256, FIRST_CHOICES = 8 };

struct properties_reader {
    struct icp_json_reader json;
    struct icp_arena *arena;
};

/* Twice the room in the arena; what was there before is left behind until the arena is reset. */
static void *grow(struct icp_arena *arena, const void *items, size_t count, size_t *allocated,
                  size_t size, size_t first)
{
    size_t room = *allocated ? *allocated * 2 : first;
    void *grown = NULL;

    grown = icp_arena_take(arena, room, size, _Alignof(max_align_t));
    if (!grown)
        return NULL;
    if (count)
        memcpy(grown, items, count * size);
    *allocated = room;
    return grown;
}

static bool read_flag(struct icp_json_reader *json, bool *flag)
{
    struct icp_str text = {0};

    if (!icp_json_scalar(json, &text))
        return false;
    *flag = *flag || icp_str_is(text, "true");
    return true;
}

static bool read_text(struct properties_reader *reader, struct icp_str *text)
{
    if (!icp_json_scalar(&reader->json, text))
        return false;
    *text = icp_arena_copy(reader->arena, *text);
    return true;
}

static bool read_choice_member(struct properties_reader *reader, struct icp_str name,
                               struct hubspot_choice *choice)
{
    struct icp_str number = {0};

    if (icp_str_is(name, "value"))
        return read_text(reader, &choice->value);
    if (icp_str_is(name, "label"))
        return read_text(reader, &choice->label);
    if (icp_str_is(name, "description"))
        return read_text(reader, &choice->description);
    if (icp_str_is(name, "hidden"))
        return read_flag(&reader->json, &choice->hidden);
    if (!icp_str_is(name, "displayOrder"))
        return icp_json_skip(&reader->json);
    if (!icp_json_scalar(&reader->json, &number))
        return false;
    if (!icp_integer_parse(number, &choice->display_order))
        choice->display_order = -1;
    return true;
}

static bool read_choices(struct properties_reader *reader, struct hubspot_property *property)
{
    struct icp_str name = {0};

    if (!icp_json_enter_array(&reader->json))
        return false;
    while (icp_json_item(&reader->json)) {
        struct hubspot_choice choice = {.display_order = -1};

        if (!icp_json_enter_object(&reader->json))
            return false;
        while (icp_json_key(&reader->json, &name))
            if (!read_choice_member(reader, name, &choice))
                return false;
        if (property->choice_count == property->choices_allocated)
            property->choices = grow(reader->arena, property->choices, property->choice_count,
                                     &property->choices_allocated, sizeof(choice), FIRST_CHOICES);
        if (!property->choices)
            return false;
        property->choices[property->choice_count++] = choice;
    }
    return reader->json.problem == NULL;
}

static bool read_modification(struct properties_reader *reader, struct hubspot_property *property)
{
    struct icp_str name = {0};

    if (!icp_json_enter_object(&reader->json))
        return false;
    while (icp_json_key(&reader->json, &name))
        if (icp_str_is(name, "readOnlyValue") ? !read_flag(&reader->json, &property->read_only)
                                              : !icp_json_skip(&reader->json))
            return false;
    return reader->json.problem == NULL;
}

static bool read_member(struct properties_reader *reader, struct icp_str name,
                        struct hubspot_property *property)
{
    struct {
        const char *name;
        struct icp_str *text;
    } texts[] = {
        {"name", &property->name},       {"label", &property->label},
        {"type", &property->type},       {"fieldType", &property->field_type},
        {"groupName", &property->group},
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (icp_str_is(name, texts[i].name))
            return read_text(reader, texts[i].text);
    if (icp_str_is(name, "calculated"))
        return read_flag(&reader->json, &property->read_only);
    if (icp_str_is(name, "options"))
        return read_choices(reader, property);
    if (icp_str_is(name, "modificationMetadata"))
        return read_modification(reader, property);
    return icp_json_skip(&reader->json);
}

static bool read_results(struct properties_reader *reader, struct hubspot_properties *properties)
{
    struct icp_str name = {0};

    if (!icp_json_enter_array(&reader->json))
        return false;
    while (icp_json_item(&reader->json)) {
        struct hubspot_property property = {0};

        if (!icp_json_enter_object(&reader->json))
            return false;
        while (icp_json_key(&reader->json, &name))
            if (!read_member(reader, name, &property))
                return false;
        if (properties->count == properties->allocated)
            properties->items = grow(reader->arena, properties->items, properties->count,
                                     &properties->allocated, sizeof(property), FIRST_PROPERTIES);
        if (!properties->items)
            return false;
        properties->items[properties->count++] = property;
    }
    return reader->json.problem == NULL;
}

static bool read_answer(struct properties_reader *reader, struct hubspot_properties *properties)
{
    struct icp_str name = {0};

    if (!icp_json_enter_object(&reader->json))
        return false;
    while (icp_json_key(&reader->json, &name))
        if (icp_str_is(name, "results") ? !read_results(reader, properties)
                                        : !icp_json_skip(&reader->json))
            return false;
    return icp_json_next(&reader->json, NULL) == ICP_JSON_FINISHED;
}

enum icp_status hubspot_properties_read(struct icp_connector *connector, enum icp_object object,
                                        struct icp_arena *arena,
                                        struct hubspot_properties *properties, struct icp_err *err)
{
    const struct hubspot_call call = {.method = "GET",
                                      .path = HUBSPOT_PROPERTIES,
                                      .object = object,
                                      .tail = ICP_STR("?archived=false"),
                                      .expected = "results"};
    struct properties_reader reader = {.arena = arena};

    *properties = (struct hubspot_properties){0};
    if (hubspot_ask(connector, &call, err) != ICP_OK)
        return err->status;
    icp_json_reader_open(&reader.json, icp_buf_view(&connector->answer.body), arena);
    if (read_answer(&reader, properties) && !arena->full)
        return ICP_OK;
    if (arena->full)
        return icp_fail(err, ICP_BUG, "the properties of %s do not fit into their memory",
                        hubspot_plural(object));
    return icp_fail(err, ICP_REMOTE, "the list of properties of %s was not understood: %s",
                    hubspot_plural(object),
                    reader.json.problem ? reader.json.problem : "not the expected shape");
}
