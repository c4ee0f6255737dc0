/*
 * Reads an answer that holds records (list, search, batch read) token by token, without a document
 * tree, into records of the caller's arena. An answer of another shape is refused whole: no record
 * of it is handed on.
 */
#include "hubspot.h"

#include <string.h>

#include "date.h"

struct page_reader {
    struct icp_json_reader json;
    const struct hubspot_columns *columns; /* NULL: only id and stamp */
    enum icp_object object;
    struct icp_arena *arena;
    struct icp_str *values; /* of the record being read, one a slot */
    size_t value_count;
    struct hubspot_page *page;
};

static uint16_t slot_of(const struct page_reader *reader, struct icp_str name)
{
    if (reader->columns)
        return hubspot_columns_find(reader->columns, name);
    return icp_str_is(name, hubspot_stamp_name(reader->object)) ? 0 : HUBSPOT_NO_SLOT;
}

static bool read_properties(struct page_reader *reader)
{
    struct icp_str name = {0};

    if (!icp_json_enter_object(&reader->json))
        return false;
    while (icp_json_key(&reader->json, &name)) {
        uint16_t slot = slot_of(reader, name);

        if (slot == HUBSPOT_NO_SLOT) {
            if (!icp_json_skip(&reader->json))
                return false;
        } else if (!icp_json_scalar(&reader->json, &reader->values[slot])) {
            return false;
        }
    }
    return reader->json.problem == NULL;
}

struct record_head { /* the members of a record beside its properties */
    struct icp_str id, updated;
    bool archived;
};

static bool read_member(struct page_reader *reader, struct icp_str name, struct record_head *head)
{
    struct icp_str text = {0};

    if (icp_str_is(name, "properties"))
        return read_properties(reader);
    if (icp_str_is(name, "id"))
        return icp_json_scalar(&reader->json, &head->id);
    if (icp_str_is(name, "updatedAt"))
        return icp_json_scalar(&reader->json, &head->updated);
    if (!icp_str_is(name, "archived"))
        return icp_json_skip(&reader->json);
    if (!icp_json_scalar(&reader->json, &text))
        return false;
    head->archived = icp_str_is(text, "true");
    return true;
}

static int64_t stamp_of(const struct page_reader *reader, const struct record_head *head)
{
    uint16_t slot = reader->columns ? reader->columns->stamp : 0;
    int64_t ms = 0;

    if (slot != HUBSPOT_NO_SLOT && icp_time_parse(icp_str_trim(reader->values[slot]), &ms))
        return ms;
    return icp_time_parse(icp_str_trim(head->updated), &ms) ? ms : 0;
}

/* Both lists of merged ids behind one another; each may miss some. */
static struct icp_str merged_ids(const struct page_reader *reader)
{
    struct icp_str ids = {0}, vids = {0};

    if (!reader->columns)
        return ids;
    if (reader->columns->merged != HUBSPOT_NO_SLOT)
        ids = reader->values[reader->columns->merged];
    if (reader->columns->merged_vids != HUBSPOT_NO_SLOT)
        vids = reader->values[reader->columns->merged_vids];
    if (icp_str_is_empty(ids) && icp_str_is_empty(vids))
        return (struct icp_str){0};
    return icp_arena_format(reader->arena, "%.*s;%.*s", ICP_STR_ARGUMENTS(ids),
                            ICP_STR_ARGUMENTS(vids));
}

static bool refuse(struct page_reader *reader, const char *problem)
{
    if (!reader->json.problem)
        reader->json.problem = problem;
    return false;
}

static bool read_record(struct page_reader *reader)
{
    struct hubspot_page *page = reader->page;
    struct record_head head = {0};
    struct icp_record *record = NULL;
    struct icp_str name = {0};

    memset(reader->values, 0, reader->value_count * sizeof(*reader->values));
    if (!icp_json_enter_object(&reader->json))
        return false;
    while (icp_json_key(&reader->json, &name))
        if (!read_member(reader, name, &head))
            return false;
    if (reader->json.problem)
        return false;
    if (!hubspot_is_id(head.id))
        return refuse(reader, "a record without a usable id");
    if (head.archived)
        return true;
    if (page->count >= page->room)
        return refuse(reader, "more records than were asked for");
    record = &page->records[page->count];
    record->object = reader->object;
    record->id = icp_arena_copy(reader->arena, head.id);
    record->stamp_ms = stamp_of(reader, &head);
    page->merged[page->count++] = merged_ids(reader);
    if (reader->columns)
        hubspot_fill_record(reader->columns, reader->values, reader->arena, record);
    return true;
}

static bool read_results(struct page_reader *reader)
{
    if (!icp_json_enter_array(&reader->json))
        return false;
    while (icp_json_item(&reader->json))
        if (!read_record(reader))
            return false;
    return reader->json.problem == NULL;
}

/* {"next": {"after": "…"}} */
static bool read_paging(struct page_reader *reader)
{
    struct icp_str name = {0}, inner = {0};

    if (!icp_json_enter_object(&reader->json))
        return false;
    while (icp_json_key(&reader->json, &name)) {
        if (!icp_str_is(name, "next")) {
            if (!icp_json_skip(&reader->json))
                return false;
            continue;
        }
        if (!icp_json_enter_object(&reader->json))
            return false;
        while (icp_json_key(&reader->json, &inner)) {
            if (icp_str_is(inner, "after") ? !icp_json_scalar(&reader->json, &reader->page->after)
                                           : !icp_json_skip(&reader->json))
                return false;
        }
    }
    return reader->json.problem == NULL;
}

static bool read_ids(struct page_reader *reader)
{
    struct hubspot_page *page = reader->page;
    struct icp_str id = {0};

    if (!icp_json_enter_array(&reader->json))
        return false;
    while (icp_json_item(&reader->json)) {
        if (!icp_json_scalar(&reader->json, &id))
            return false;
        if (page->failed_count < page->room)
            page->failed[page->failed_count++] = icp_arena_copy(reader->arena, id);
    }
    return reader->json.problem == NULL;
}

/* {"ids": […], …} */
static bool read_context(struct page_reader *reader)
{
    struct icp_str name = {0};

    if (!icp_json_enter_object(&reader->json))
        return false;
    while (icp_json_key(&reader->json, &name))
        if (icp_str_is(name, "ids") ? !read_ids(reader) : !icp_json_skip(&reader->json))
            return false;
    return reader->json.problem == NULL;
}

/* Only one category says that records do not exist; any other leaves them unknown. */
static bool read_category(struct page_reader *reader)
{
    struct icp_str category = {0};

    if (!icp_json_scalar(&reader->json, &category))
        return false;
    reader->page->trouble = reader->page->trouble || !icp_str_is(category, "OBJECT_NOT_FOUND");
    return true;
}

/* One of `errors`: {"category": …, "context": {"ids": […]}, …} */
static bool read_error(struct page_reader *reader)
{
    struct icp_str name = {0};
    bool read = true;

    if (!icp_json_enter_object(&reader->json))
        return false;
    while (read && icp_json_key(&reader->json, &name)) {
        if (icp_str_is(name, "context"))
            read = read_context(reader);
        else if (icp_str_is(name, "category"))
            read = read_category(reader);
        else
            read = icp_json_skip(&reader->json);
    }
    return read && reader->json.problem == NULL;
}

static bool read_errors(struct page_reader *reader)
{
    if (!icp_json_enter_array(&reader->json))
        return false;
    while (icp_json_item(&reader->json))
        if (!read_error(reader))
            return false;
    return reader->json.problem == NULL;
}

static bool read_answer(struct page_reader *reader)
{
    struct icp_str name = {0};
    bool has_results = false;

    if (!icp_json_enter_object(&reader->json))
        return false;
    while (icp_json_key(&reader->json, &name)) {
        bool read = false;

        if (icp_str_is(name, "results")) {
            has_results = true;
            read = read_results(reader);
        } else if (icp_str_is(name, "paging")) {
            read = read_paging(reader);
        } else if (icp_str_is(name, "errors")) {
            read = read_errors(reader);
        } else {
            read = icp_json_skip(&reader->json);
        }
        if (!read)
            return false;
    }
    if (!has_results)
        return refuse(reader, "no results");
    return icp_json_next(&reader->json, NULL) == ICP_JSON_FINISHED;
}

enum icp_status hubspot_page_read(struct icp_connector *connector,
                                  const struct hubspot_columns *columns, enum icp_object object,
                                  size_t room, struct icp_arena *arena, struct hubspot_page *page,
                                  struct icp_err *err)
{
    struct page_reader reader = {
        .columns = columns, .object = object, .arena = arena, .page = page};

    *page = (struct hubspot_page){.room = room};
    reader.value_count = columns ? columns->count : 1;
    reader.values = ICP_NEW_ARRAY(arena, struct icp_str, reader.value_count + 1);
    page->records = ICP_NEW_ARRAY(arena, struct icp_record, room);
    page->merged = ICP_NEW_ARRAY(arena, struct icp_str, room);
    page->failed = ICP_NEW_ARRAY(arena, struct icp_str, room);
    if (arena->full)
        return icp_fail(err, ICP_BUG, "a page of records does not fit into its memory");
    icp_json_reader_open(&reader.json, icp_buf_view(&connector->answer.body), arena);
    if (!read_answer(&reader))
        return icp_fail(err, ICP_REMOTE, "an answer of HubSpot was not understood: %s",
                        reader.json.problem ? reader.json.problem : "not the expected shape");
    page->after = icp_arena_copy(arena, page->after);
    if (arena->full)
        return icp_fail(err, ICP_BUG, "a page of records does not fit into its memory");
    return ICP_OK;
}
