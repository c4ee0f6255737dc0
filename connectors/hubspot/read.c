/*
 * Records whole: the first load page by page from the list endpoint, and single records by id from
 * batch read. Answers are matched by id, never by place; a record that was merged away answers
 * under the id of the one that stayed and is handed on under both.
 */
#include "hubspot.h"

#include <string.h>

#include "json.h"

/* ---- the list ------------------------------------------------------------------------------- */

/* Position: "after X", or "again X" when HubSpot did not know a stored place any more and the list
   was begun anew; a second time is an error. */
struct place {
    struct icp_str after;
    bool again;
};

static struct place parse_place(const char *position)
{
    struct icp_str rest = icp_str_from(position), kind = {0};
    struct place place = {{0}, false};

    if (!icp_str_cut(&rest, ' ', &kind) || icp_str_is_empty(rest))
        return place;
    place.after = rest;
    place.again = icp_str_is(kind, "again");
    return place;
}

static void put_query(struct icp_buf *query, const struct hubspot_columns *columns,
                      struct icp_str after, bool all_properties)
{
    icp_buf_reset(query);
    icp_buf_format(query, "?limit=%d", HUBSPOT_LIST_PAGE);
    if (!icp_str_is_empty(after)) {
        icp_buf_add_cstr(query, "&after=");
        hubspot_put_escaped(query, after);
    }
    icp_buf_add_cstr(query, "&archived=false&properties=");
    if (!all_properties) {
        icp_buf_add_cstr(query, hubspot_stamp_name(columns->object));
        return;
    }
    for (size_t i = 0; i < columns->count; i++) {
        if (i)
            icp_buf_add_char(query, ',');
        hubspot_put_escaped(query, columns->names[i]);
    }
}

static enum icp_status ask_list(struct icp_connector *connector,
                                const struct hubspot_columns *columns, struct place *place,
                                bool *whole, struct icp_err *err)
{
    struct hubspot_call call = {
        .method = "GET", .path = HUBSPOT_OBJECTS, .object = columns->object, .expected = "results"};
    struct icp_buf query;

    icp_buf_open(&query, HUBSPOT_QUERY_MOST);
    put_query(&query, columns, place->after, true);
    *whole = !query.failed;
    if (!*whole)
        put_query(&query, columns, place->after, false);
    call.tail = icp_buf_view(&query);
    if (hubspot_send(connector, &call, err) == ICP_ITEM && place->after.length && !place->again) {
        icp_err_clear(err);
        *place = (struct place){{0}, true};
        put_query(&query, columns, place->after, *whole);
        call.tail = icp_buf_view(&query);
        hubspot_send(connector, &call, err);
    }
    icp_buf_finish(&query);
    if (err->status == ICP_ITEM)
        err->status = ICP_REMOTE;
    return err->status;
}

static enum icp_status set_next(const struct hubspot_page *found, const struct place *place,
                                struct icp_page *page, struct icp_err *err)
{
    const char *kind = place->again ? "again " : "after ";
    size_t length = strlen(kind);

    page->last = icp_str_is_empty(found->after);
    if (page->last)
        return ICP_OK;
    if (icp_str_equal(found->after, place->after))
        return icp_fail(err, ICP_REMOTE, "a list of HubSpot does not move on");
    if (length + found->after.length >= sizeof(page->next.position))
        return icp_fail(err, ICP_REMOTE, "a list of HubSpot goes on at a place of %zu bytes",
                        found->after.length);
    memcpy(page->next.position, kind, length);
    memcpy(page->next.position + length, found->after.data, found->after.length);
    page->next.position[length + found->after.length] = '\0';
    return ICP_OK;
}

/* So many properties that they do not fit into a URL: ids from the list, the rest by batch. */
static enum icp_status read_listed(struct icp_connector *connector,
                                   const struct icp_request *request,
                                   const struct hubspot_page *found, struct icp_arena *arena,
                                   struct icp_page *page, struct icp_err *err)
{
    struct icp_str *ids = ICP_NEW_ARRAY(arena, struct icp_str, found->count + 1);
    struct icp_page read = {0};

    if (!ids)
        return icp_fail(err, ICP_BUG, "a page of records does not fit into its memory");
    for (size_t i = 0; i < found->count; i++)
        ids[i] = found->records[i].id;
    if (hubspot_read(connector, request, ids, found->count, arena, &read, err) != ICP_OK)
        return err->status;
    page->records = read.records;
    page->count = read.count;
    return ICP_OK;
}

static enum icp_status list_page(struct icp_connector *connector, const struct icp_request *request,
                                 const struct icp_cursor *cursor, struct icp_arena *arena,
                                 struct icp_page *page, struct icp_err *err)
{
    struct place place = parse_place(cursor->position);
    struct hubspot_columns columns;
    struct hubspot_page found = {0};
    bool whole = true;

    *page = (struct icp_page){.next = *cursor};
    if (!hubspot_columns_make(connector, request, arena, &columns))
        return icp_fail(err, ICP_BUG, "too many properties of %s are asked for",
                        hubspot_plural(request->object));
    if (ask_list(connector, &columns, &place, &whole, err) != ICP_OK ||
        hubspot_page_read(connector, whole ? &columns : NULL, request->object, HUBSPOT_LIST_PAGE,
                          arena, &found, err) != ICP_OK ||
        set_next(&found, &place, page, err) != ICP_OK)
        return err->status;
    if (!whole)
        return read_listed(connector, request, &found, arena, page, err);
    page->records = found.records;
    page->count = found.count;
    return ICP_OK;
}

enum icp_status hubspot_changed(struct icp_connector *connector, const struct icp_request *request,
                                const struct icp_cursor *cursor, struct icp_arena *arena,
                                struct icp_page *page, struct icp_err *err)
{
    return cursor->mode == ICP_CURSOR_ALL
               ? list_page(connector, request, cursor, arena, page, err)
               : hubspot_search(connector, request, cursor, arena, page, err);
}

/* ---- by id ---------------------------------------------------------------------------------- */

static enum icp_status make_read_body(struct icp_connector *connector,
                                      const struct hubspot_columns *columns,
                                      const struct icp_str *ids, size_t count, struct icp_err *err)
{
    struct icp_json_writer writer = hubspot_begin_body(connector);

    icp_json_begin_object(&writer);
    icp_json_put_key(&writer, "inputs");
    icp_json_begin_array(&writer);
    for (size_t i = 0; i < count; i++) {
        if (!hubspot_is_id(ids[i]))
            return icp_fail(err, ICP_BUG, "a record id that HubSpot cannot have given");
        icp_json_begin_object(&writer);
        icp_json_put_text_member(&writer, "id", ids[i]);
        icp_json_end_object(&writer);
    }
    icp_json_end_array(&writer);
    icp_json_put_key(&writer, "properties");
    icp_json_begin_array(&writer);
    for (size_t i = 0; i < columns->count; i++)
        icp_json_put_text(&writer, columns->names[i]);
    icp_json_end_array(&writer);
    icp_json_put_key(&writer, "propertiesWithHistory");
    icp_json_begin_array(&writer);
    icp_json_end_array(&writer);
    icp_json_end_object(&writer);
    return hubspot_end_body(connector, err);
}

struct matching { /* which of the ids asked for were answered */
    const struct icp_str *ids;
    size_t count;
    bool *answered;
};

static bool mark_answered(struct matching *matching, struct icp_str id)
{
    bool asked = false;

    for (size_t i = 0; i < matching->count; i++) {
        if (!icp_str_equal(matching->ids[i], id))
            continue;
        matching->answered[i] = true;
        asked = true;
    }
    return asked;
}

/* "1;2:1700000000000;;3" holds 2? */
static bool holds_id(struct icp_str merged, struct icp_str id)
{
    struct icp_str item = {0}, bare = {0};

    while (icp_str_cut(&merged, ';', &item))
        if (icp_str_cut(&item, ':', &bare) && icp_str_equal(icp_str_trim(bare), id))
            return true;
    return false;
}

/* The only id that was neither answered nor named in `errors`: a stranger can only be its record.
 */
static size_t only_open(const struct matching *matching, const struct hubspot_page *found)
{
    size_t open = matching->count;

    for (size_t i = 0; i < matching->count; i++) {
        bool failed = false;

        for (size_t f = 0; f < found->failed_count; f++)
            failed = failed || icp_str_equal(found->failed[f], matching->ids[i]);
        if (matching->answered[i] || failed)
            continue;
        if (open != matching->count)
            return matching->count;
        open = i;
    }
    return open;
}

static void take_as(struct icp_record *records, size_t *count, const struct icp_record *record,
                    struct icp_str id)
{
    records[*count] = *record;
    records[*count].now_id = record->id;
    records[(*count)++].id = id;
}

/* A record nobody asked for stands for those that were merged into it. */
static void take_stranger(struct matching *matching, const struct hubspot_page *found, size_t at,
                          struct icp_record *records, size_t *count)
{
    size_t open = 0;
    bool taken = false;

    for (size_t i = 0; i < matching->count; i++) {
        if (matching->answered[i] || !holds_id(found->merged[at], matching->ids[i]))
            continue;
        matching->answered[i] = true;
        take_as(records, count, &found->records[at], matching->ids[i]);
        taken = true;
    }
    if (taken)
        return;
    open = only_open(matching, found);
    if (open == matching->count)
        return;
    matching->answered[open] = true;
    take_as(records, count, &found->records[at], matching->ids[open]);
}

static enum icp_status match_page(const struct hubspot_page *found, const struct icp_str *ids,
                                  size_t count, struct icp_arena *arena, struct icp_page *page,
                                  struct icp_err *err)
{
    struct matching matching = {ids, count, ICP_NEW_ARRAY(arena, bool, count + 1)};
    struct icp_record *records = ICP_NEW_ARRAY(arena, struct icp_record, found->count + count + 1);
    bool *strangers = ICP_NEW_ARRAY(arena, bool, found->count + 1);
    size_t taken = 0;

    if (arena->full)
        return icp_fail(err, ICP_BUG, "a page of records does not fit into its memory");
    /* Only what is said not to exist may be taken for gone. */
    if (found->trouble)
        return icp_fail(err, ICP_REMOTE, "HubSpot could not read some of %zu records", count);
    for (size_t i = 0; i < found->count; i++) {
        strangers[i] = !mark_answered(&matching, found->records[i].id);
        if (!strangers[i])
            records[taken++] = found->records[i];
    }
    for (size_t i = 0; i < found->count; i++)
        if (strangers[i])
            take_stranger(&matching, found, i, records, &taken);
    page->records = records;
    page->count = taken;
    return ICP_OK;
}

/* None of the ids exists: some versions answer 404 for the whole, with a category that tells it
   from a wrong address. */
static bool is_none_found(const struct icp_connector *connector, const struct icp_err *err)
{
    struct icp_err ignored = {0};
    struct icp_json_document *document = NULL;
    bool none = false;

    if (err->status != ICP_ITEM || err->http_status != 404)
        return false;
    document = icp_json_open(icp_buf_view(&connector->answer.body), &ignored);
    none = icp_str_is(icp_json_get_text(icp_json_root(document), "category"), "OBJECT_NOT_FOUND");
    icp_json_close(document);
    return none;
}

enum icp_status hubspot_read(struct icp_connector *connector, const struct icp_request *request,
                             const struct icp_str *ids, size_t count, struct icp_arena *arena,
                             struct icp_page *page, struct icp_err *err)
{
    const struct hubspot_call call = {.method = "POST",
                                      .path = HUBSPOT_OBJECTS,
                                      .object = request->object,
                                      .tail = ICP_STR("/batch/read"),
                                      .has_body = true,
                                      .expected = "results"};
    struct hubspot_columns columns;
    struct hubspot_page found = {0};

    *page = (struct icp_page){.last = true};
    if (count == 0)
        return ICP_OK;
    if (count > HUBSPOT_BATCH)
        return icp_fail(err, ICP_BUG, "%zu ids in a batch of %d", count, HUBSPOT_BATCH);
    if (!hubspot_columns_make(connector, request, arena, &columns))
        return icp_fail(err, ICP_BUG, "too many properties of %s are asked for",
                        hubspot_plural(request->object));
    if (make_read_body(connector, &columns, ids, count, err) != ICP_OK)
        return err->status;
    if (hubspot_send(connector, &call, err) != ICP_OK) {
        if (is_none_found(connector, err)) {
            icp_err_clear(err);
            return ICP_OK;
        }
        if (err->status == ICP_ITEM)
            err->status = ICP_REMOTE;
        return err->status;
    }
    if (hubspot_page_read(connector, &columns, request->object, HUBSPOT_BATCH, arena, &found,
                          err) != ICP_OK)
        return err->status;
    return match_page(&found, ids, count, arena, page, err);
}
