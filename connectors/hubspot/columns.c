/*
 * One request turned into a list of properties, each once, and for every output the slots its value
 * may come from. Made once a call, so that reading a page compares no names but one hashed look-up
 * for each value.
 */
#include "hubspot.h"

static uint16_t find_or_add(struct hubspot_columns *columns, struct icp_str name, bool add)
{
    size_t at = (size_t)icp_str_hash(name) & (columns->table_size - 1);

    for (; columns->table[at]; at = (at + 1) & (columns->table_size - 1)) {
        uint16_t slot = (uint16_t)(columns->table[at] - 1);

        if (icp_str_equal(columns->names[slot], name))
            return slot;
    }
    if (!add || columns->count >= HUBSPOT_MAX_PROPERTIES)
        return HUBSPOT_NO_SLOT;
    columns->names[columns->count] = name;
    columns->table[at] = (uint16_t)(columns->count + 1);
    return (uint16_t)columns->count++;
}

uint16_t hubspot_columns_find(const struct hubspot_columns *columns, struct icp_str name)
{
    size_t at = (size_t)icp_str_hash(name) & (columns->table_size - 1);

    for (; columns->table[at]; at = (at + 1) & (columns->table_size - 1)) {
        uint16_t slot = (uint16_t)(columns->table[at] - 1);

        if (icp_str_equal(columns->names[slot], name))
            return slot;
    }
    return HUBSPOT_NO_SLOT;
}

/* ---- how much room is needed ---------------------------------------------------------------- */

static size_t count_sources(const struct icp_request *request)
{
    size_t count = 0;

    for (size_t i = 0; i < request->field_count; i++)
        count += request->fields[i].source_count;
    return count;
}

static size_t count_signal_slots(const struct icp_request *request)
{
    size_t count = 0;

    for (size_t i = 0; i < request->signal_count; i++)
        count += 2 + request->signals[i]->attribute_count;
    return count;
}

static bool take_room(const struct icp_connector *connector, const struct icp_request *request,
                      struct icp_arena *arena, struct hubspot_columns *columns)
{
    size_t sources = count_sources(request), signals = count_signal_slots(request);
    size_t most = sources + signals + request->owned_count + connector->dictionary->always_count;

    columns->table_size = 64;
    while (columns->table_size < 2 * most)
        columns->table_size *= 2;
    columns->names = ICP_NEW_ARRAY(arena, struct icp_str, most + 1);
    columns->table = ICP_NEW_ARRAY(arena, uint16_t, columns->table_size);
    columns->field_slots = ICP_NEW_ARRAY(arena, uint16_t, sources + 1);
    columns->signal_slots = ICP_NEW_ARRAY(arena, uint16_t, signals + 1);
    columns->owned_slots = ICP_NEW_ARRAY(arena, uint16_t, request->owned_count + 1);
    return most <= HUBSPOT_MAX_PROPERTIES && columns->names && columns->table &&
           columns->field_slots && columns->signal_slots && columns->owned_slots;
}

/* ---- filling -------------------------------------------------------------------------------- */

static void add_always(const struct icp_connector *connector, struct hubspot_columns *columns)
{
    const struct icp_dictionary *dictionary = connector->dictionary;

    for (size_t i = 0; i < dictionary->always_count; i++)
        if (dictionary->always[i].object == columns->object)
            (void)find_or_add(columns, dictionary->always[i].property, true);
}

static void add_fields(struct hubspot_columns *columns)
{
    const struct icp_request *request = columns->request;
    uint16_t *slot = columns->field_slots;

    for (size_t i = 0; i < request->field_count; i++) {
        const struct icp_field *field = &request->fields[i];
        bool here = false;

        for (size_t s = 0; s < field->source_count; s++) {
            if (field->sources[s].object != columns->object)
                continue;
            *slot++ = find_or_add(columns, field->sources[s].property, true);
            here = true;
        }
        columns->field_count += here;
    }
}

static uint16_t add_source(struct hubspot_columns *columns, const struct icp_source *source)
{
    if (icp_str_is_empty(source->property) || source->object != columns->object)
        return HUBSPOT_NO_SLOT;
    return find_or_add(columns, source->property, true);
}

static void add_signals(struct hubspot_columns *columns)
{
    const struct icp_request *request = columns->request;
    uint16_t *slot = columns->signal_slots;

    for (size_t i = 0; i < request->signal_count; i++) {
        const struct icp_signal_definition *signal = request->signals[i];

        *slot++ = add_source(columns, &signal->count);
        *slot++ = add_source(columns, &signal->last);
        for (size_t a = 0; a < signal->attribute_count; a++) {
            struct icp_source source = {signal->last.object, signal->attributes[a].value};

            *slot++ = add_source(columns, &source);
        }
    }
}

/* What a record is known by. Only what `always:` lists is asked for; the others are used when a
   field happens to ask for them. */
static void find_known(struct hubspot_columns *columns)
{
    columns->stamp =
        hubspot_columns_find(columns, icp_str_from(hubspot_stamp_name(columns->object)));
    columns->email = hubspot_columns_find(columns, ICP_STR("email"));
    columns->first_name = hubspot_columns_find(columns, ICP_STR("firstname"));
    columns->last_name = hubspot_columns_find(columns, ICP_STR("lastname"));
    columns->name = hubspot_columns_find(columns, ICP_STR("name"));
    columns->owner = hubspot_columns_find(columns, ICP_STR("hubspot_owner_id"));
    columns->company = hubspot_columns_find(columns, ICP_STR("associatedcompanyid"));
    columns->merged = hubspot_columns_find(columns, ICP_STR("hs_merged_object_ids"));
    columns->merged_vids = hubspot_columns_find(columns, ICP_STR("hs_calculated_merged_vids"));
}

bool hubspot_columns_make(const struct icp_connector *connector, const struct icp_request *request,
                          struct icp_arena *arena, struct hubspot_columns *columns)
{
    *columns = (struct hubspot_columns){.object = request->object, .request = request};
    if (!take_room(connector, request, arena, columns))
        return false;
    add_always(connector, columns);
    add_fields(columns);
    add_signals(columns);
    for (size_t i = 0; i < request->owned_count; i++)
        columns->owned_slots[i] = find_or_add(columns, request->owned[i], true);
    find_known(columns);
    return true;
}
