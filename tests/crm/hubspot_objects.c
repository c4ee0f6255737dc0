/*
 * One record at a time and the list of all: GET, POST, PATCH, DELETE. Owns how a record looks in
 * an answer. Invariant: every value is a text or null, requested names are always present, and the
 * id and the two stamps come whether asked for or not.
 */
#include "call.h"

#include <stdlib.h>

enum { DEFAULT_LIMIT = 10, MOST_LIMIT = 100 };

/* ---- Which properties. */

struct named_column {
    struct icp_str name;
    uint32_t column;
};

static int compare_names(const void *a, const void *b)
{
    return icp_str_compare(((const struct named_column *)a)->name,
                           ((const struct named_column *)b)->name);
}

static void add_name(struct sim_call *call, struct named_column *list, size_t *count,
                     struct icp_str name)
{
    const struct sim_table *table = &call->crm->tables[call->object];
    uint32_t column = sim_column(call->crm, call->object, name);

    /* unknown and archived names are ignored silently, as HubSpot does */
    if (column != SIM_NO_COLUMN && !table->properties[column].archived)
        list[(*count)++] = (struct named_column){table->properties[column].name, column};
}

struct sim_columns sim_columns_for(struct sim_call *call, struct sim_names names)
{
    const char *const always[] = {"createdate", "hs_object_id", sim_stamp_property(call->object)};
    const char *const *defaults = sim_default_properties(call->object);
    struct named_column *list = ICP_NEW_ARRAY(call->arena, struct named_column, names.count + 16);
    struct sim_columns columns = {0};
    size_t count = 0;

    for (size_t i = 0; i < names.count; i++)
        add_name(call, list, &count, names.items[i]);
    for (size_t i = 0; names.count == 0 && defaults[i] != NULL; i++)
        add_name(call, list, &count, icp_str_from(defaults[i]));
    for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
        add_name(call, list, &count, icp_str_from(always[i]));
    qsort(list, count, sizeof(*list), compare_names);
    columns.items = ICP_NEW_ARRAY(call->arena, uint32_t, count + 1);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || list[i].column != list[i - 1].column)
            columns.items[columns.count++] = list[i].column;
    return columns;
}

/* ---- How a record looks. */

static void put_properties(struct sim_call *call, const struct sim_view *view,
                           const struct sim_columns *columns)
{
    const struct sim_table *table = &call->crm->tables[call->object];

    icp_json_put_key(&call->json, "properties");
    icp_json_begin_object(&call->json);
    for (size_t i = 0; i < columns->count; i++) {
        icp_json_put_key_text(&call->json, table->properties[columns->items[i]].name);
        icp_json_put_text(&call->json,
                          sim_view_value(call->crm, call->object, view, columns->items[i]));
    }
    icp_json_end_object(&call->json);
}

/* The object stays open: the caller may add to it. */
static void begin_record(struct sim_call *call, const struct sim_view *view,
                         const struct sim_columns *columns)
{
    const struct sim_record *record = view->record;

    icp_json_begin_object(&call->json);
    sim_put_id(&call->json, "id", record->id);
    put_properties(call, view, columns);
    sim_put_stamp(&call->json, "createdAt", record->created_ms);
    sim_put_stamp(&call->json, "updatedAt", view->updated_ms);
    icp_json_put_boolean_member(&call->json, "archived", record->archived);
    if (record->archived)
        sim_put_stamp(&call->json, "archivedAt", record->archived_ms);
}

void sim_put_record(struct sim_call *call, const struct sim_view *view,
                    const struct sim_columns *columns)
{
    begin_record(call, view, columns);
    icp_json_end_object(&call->json);
}

static const char *const singular[SIM_OBJECT_COUNT] = {"contact", "company", "deal"};

static void put_link(struct sim_call *call, enum sim_object to, int64_t id, bool primary)
{
    icp_json_begin_object(&call->json);
    sim_put_id(&call->json, "id", id);
    icp_json_put_text_member(&call->json, "type",
                             icp_arena_format(call->arena, "%s_to_%s%s", singular[call->object],
                                              singular[to], primary ? "" : "_unlabeled"));
    icp_json_end_object(&call->json);
}

void sim_put_associations(struct sim_call *call, const struct sim_view *view,
                          const struct sim_names *objects)
{
    icp_json_put_key(&call->json, "associations");
    icp_json_begin_object(&call->json);
    for (size_t i = 0; i < objects->count; i++) {
        const struct sim_links *links;
        enum sim_object to;
        if (!sim_object_parse(objects->items[i], &to) || view->record->links[to].count == 0)
            continue;
        links = &view->record->links[to];
        icp_json_put_key(&call->json, sim_object_name(to));
        icp_json_begin_object(&call->json);
        icp_json_put_key(&call->json, "results");
        icp_json_begin_array(&call->json);
        for (uint32_t k = 0; k < links->count; k++) {
            if (links->items[k].primary)
                put_link(call, to, links->items[k].to, true);
            put_link(call, to, links->items[k].to, false);
        }
        icp_json_end_array(&call->json);
        icp_json_end_object(&call->json);
    }
    icp_json_end_object(&call->json);
}

static void put_asked_record(struct sim_call *call, uint32_t number,
                             const struct sim_columns *columns, const struct sim_names *links)
{
    struct sim_view view = sim_view_now(sim_record_at(call->crm, call->object, number));

    begin_record(call, &view, columns);
    if (links->count > 0)
        sim_put_associations(call, &view, links);
    icp_json_end_object(&call->json);
}

/* ---- GET …/{type} */

static void put_paging(struct sim_call *call, int64_t after, int64_t limit)
{
    char text[ICP_TIME_TEXT];
    struct icp_str id = sim_id_format(after, text);

    icp_json_put_key(&call->json, "paging");
    icp_json_begin_object(&call->json);
    icp_json_put_key(&call->json, "next");
    icp_json_begin_object(&call->json);
    icp_json_put_text_member(&call->json, "after", id);
    icp_json_put_text_member(&call->json, "link",
                             icp_arena_format(call->arena,
                                              "https://api.hubapi.com%.*s?limit=%lld&after=%.*s",
                                              ICP_STR_ARGUMENTS(call->request->path),
                                              (long long)limit, ICP_STR_ARGUMENTS(id)));
    icp_json_end_object(&call->json);
    icp_json_end_object(&call->json);
}

void sim_list(struct sim_call *call)
{
    int64_t limit = sim_limit(call, sim_query(call, "limit"), DEFAULT_LIMIT, MOST_LIMIT);
    struct icp_str after_text = sim_query(call, "after");
    bool archived = icp_str_is(sim_query(call, "archived"), "true");
    struct sim_columns columns = sim_columns_for(call, sim_query_list(call, "properties"));
    struct sim_names links = sim_query_list(call, "associations");
    const struct sim_place *places = sim_by_id(call->crm, call->object);
    size_t count = sim_record_count(call->crm, call->object), at;
    int64_t after = 0, sent = 0;

    if (limit == 0)
        return;
    if (!icp_str_is_empty(after_text) && !sim_parse_id(after_text, &after)) {
        sim_bad_request(call, "Unable to parse value for query parameter: after");
        return;
    }
    icp_json_begin_object(&call->json);
    icp_json_put_key(&call->json, "results");
    icp_json_begin_array(&call->json);
    for (at = sim_lower_bound(call->crm, call->object, after); at < count; at++) {
        if (sim_record_at(call->crm, call->object, places[at].record)->archived != archived)
            continue;
        if (sent++ == limit)
            break;
        put_asked_record(call, places[at].record, &columns, &links);
    }
    icp_json_end_array(&call->json);
    if (at < count)
        put_paging(call, places[at].id, limit);
    icp_json_end_object(&call->json);
}

/* ---- One record. */

static bool find_record(struct sim_call *call, uint32_t *number)
{
    bool archived = icp_str_is(sim_query(call, "archived"), "true");
    int64_t id;

    *number = sim_parse_id(call->id, &id) ? sim_find(call->crm, call->object, id) : SIM_NO_RECORD;
    if (*number != SIM_NO_RECORD &&
        sim_record_at(call->crm, call->object, *number)->archived == archived)
        return true;
    sim_not_found(call, "Object not found.  objectId are usually numeric.");
    return false;
}

void sim_read_one(struct sim_call *call)
{
    struct sim_columns columns = sim_columns_for(call, sim_query_list(call, "properties"));
    struct sim_names links = sim_query_list(call, "associations");
    uint32_t number;

    if (find_record(call, &number))
        put_asked_record(call, number, &columns, &links);
}

static void put_written(struct sim_call *call, uint32_t number, const struct sim_changes *changes)
{
    const struct sim_table *table = &call->crm->tables[call->object];
    struct sim_view view = sim_view_now(sim_record_at(call->crm, call->object, number));
    struct sim_names names = {ICP_NEW_ARRAY(call->arena, struct icp_str, changes->count + 1), 0};
    struct sim_columns columns;

    for (size_t i = 0; i < changes->count; i++)
        names.items[names.count++] = table->properties[changes->items[i].column].name;
    columns = sim_columns_for(call, names);
    sim_put_record(call, &view, &columns);
}

void sim_update_one(struct sim_call *call)
{
    struct sim_changes changes;
    struct sim_view view;
    uint32_t number;

    if (!find_record(call, &number))
        return;
    view = sim_view_now(sim_record_at(call->crm, call->object, number));
    if (!sim_read_changes(call, &view, icp_json_get(call->body, "properties"), false, &changes))
        return;
    sim_write(call->crm, call->object, number, changes.items, changes.count);
    put_written(call, number, &changes);
}

/* "Contact already exists. Existing ID: 6001" */
static bool is_taken(struct sim_call *call, const struct sim_changes *changes)
{
    static const struct sim_problem problem = {.status = 409, .category = "CONFLICT"};
    uint32_t email = sim_column(call->crm, SIM_CONTACTS, ICP_STR("email"));
    const struct sim_table *table = &call->crm->tables[SIM_CONTACTS];

    for (size_t i = 0; call->object == SIM_CONTACTS && i < changes->count; i++) {
        if (changes->items[i].column != email || icp_str_is_empty(changes->items[i].text))
            continue;
        for (size_t k = 0; k < table->count; k++) {
            struct sim_view view = sim_view_now(&table->records[k]);
            struct icp_str value = sim_view_value(call->crm, SIM_CONTACTS, &view, email);
            if (view.record->archived || !icp_str_equal_ascii_case(value, changes->items[i].text))
                continue;
            sim_fail(call, &problem, "Contact already exists. Existing ID: %lld",
                     (long long)view.record->id);
            return true;
        }
    }
    return false;
}

void sim_create_one(struct sim_call *call)
{
    static const struct sim_record nothing = {0};
    struct sim_view view = sim_view_now(&nothing);
    struct sim_changes changes;
    uint32_t number;

    if (!sim_read_changes(call, &view, icp_json_get(call->body, "properties"), false, &changes) ||
        is_taken(call, &changes))
        return;
    number = sim_create(call->crm, call->object);
    sim_write(call->crm, call->object, number, changes.items, changes.count);
    call->response->status = 201;
    put_written(call, number, &changes);
}

void sim_archive_one(struct sim_call *call)
{
    struct icp_err err = {0};
    int64_t id;

    /* deleting what is not there is no error at HubSpot */
    if (sim_parse_id(call->id, &id))
        (void)sim_archive(call->crm, call->object, id, &err);
    call->response->status = 204;
}
