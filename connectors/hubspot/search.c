/*
 * Changes by search: ids and stamps in the order of the cursor property. A search ends at 10,000
 * results, its pages shift while people edit, and its index is late, so the walk holds one
 * invariant: everything before `safe_ms` was handed out. It goes on from there (never from a stored
 * offset) at the cap, after a gap, and in a new process. More results than a search can show within
 * one millisecond are paged by id ("pile"). Handing out a record twice is harmless.
 *
 * Positions: "time MS OFFSET" (the offset is a label; only this process's memory of the page that
 * it stands behind makes it an offset) and "pile MS ID".
 */
#include "hubspot.h"

#include <string.h>

#include "log.h"
#include "number.h"

enum { MOST_BROKEN = 3 }; /* restarts from one time before the pages are taken as they are */

struct step { /* what the next search asks */
    bool pile;
    int64_t from_ms;
    struct icp_str last_id; /* pile: ids behind this one */
};

/* ---- positions ------------------------------------------------------------------------------ */

static void start_walk(struct hubspot_walk *walk, int64_t from_ms)
{
    *walk = (struct hubspot_walk){.from_ms = from_ms, .safe_ms = from_ms};
}

static void restart_walk(struct hubspot_walk *walk)
{
    unsigned broken = walk->safe_ms > walk->from_ms ? 0 : walk->broken;

    start_walk(walk, walk->safe_ms);
    walk->broken = broken;
}

static bool parse_position(const char *position, struct step *step)
{
    struct icp_str rest = icp_str_from(position), kind = {0}, time = {0};

    return icp_str_cut(&rest, ' ', &kind) && icp_str_cut(&rest, ' ', &time) &&
           icp_integer_parse(time, &step->from_ms) &&
           ((step->pile = icp_str_is(kind, "pile")) ? hubspot_is_id(step->last_id = rest)
                                                    : icp_str_is(kind, "time"));
}

static struct step take_up(struct hubspot_walk *walk, const struct icp_cursor *cursor)
{
    struct step step = {.from_ms = cursor->since_ms};

    if (cursor->position[0] == '\0' || !parse_position(cursor->position, &step))
        step = (struct step){.from_ms = cursor->since_ms};
    if (step.from_ms < HUBSPOT_EARLIEST_MS)
        step.from_ms = HUBSPOT_EARLIEST_MS;
    if (!step.pile && (cursor->position[0] == '\0' || strcmp(cursor->position, walk->handed) != 0))
        start_walk(walk, step.from_ms);
    return step;
}

static enum icp_status hand_out(struct hubspot_walk *walk, struct icp_cursor *next,
                                struct icp_arena *arena, bool pile, int64_t ms,
                                struct icp_str detail, struct icp_err *err)
{
    struct icp_str text = icp_arena_format(arena, "%s %lld %.*s", pile ? "pile" : "time",
                                           (long long)ms, ICP_STR_ARGUMENTS(detail));

    if (icp_str_is_null(text) || text.length >= sizeof(next->position))
        return icp_fail(err, ICP_BUG, "a cursor of %zu bytes", text.length);
    memcpy(next->position, text.data, text.length + 1);
    memcpy(walk->handed, next->position, sizeof(walk->handed));
    return ICP_OK;
}

static enum icp_status hand_out_time(struct hubspot_walk *walk, struct icp_cursor *next,
                                     struct icp_arena *arena, struct icp_err *err)
{
    struct icp_str offset = icp_arena_format(arena, "%zu", walk->offset);

    return hand_out(walk, next, arena, false, walk->safe_ms, offset, err);
}

/* ---- one search ----------------------------------------------------------------------------- */

static void put_filter(struct icp_json_writer *writer, const char *property, const char *operator_,
                       struct icp_str value)
{
    icp_json_begin_object(writer);
    icp_json_put_text_member(writer, "propertyName", icp_str_from(property));
    icp_json_put_text_member(writer, "operator", icp_str_from(operator_));
    icp_json_put_text_member(writer, "value", value);
    icp_json_end_object(writer);
}

static void put_search(struct icp_json_writer *writer, enum icp_object object,
                       const struct step *step, size_t offset, struct icp_arena *arena)
{
    const char *stamp = hubspot_stamp_name(object);
    struct icp_str from = icp_arena_format(arena, "%lld", (long long)step->from_ms);

    icp_json_begin_object(writer);
    icp_json_put_key(writer, "filterGroups");
    icp_json_begin_array(writer);
    icp_json_begin_object(writer);
    icp_json_put_key(writer, "filters");
    icp_json_begin_array(writer);
    put_filter(writer, stamp, step->pile ? "EQ" : "GTE", from);
    if (step->pile)
        put_filter(writer, "hs_object_id", "GT", step->last_id);
    icp_json_end_array(writer);
    icp_json_end_object(writer);
    icp_json_end_array(writer);
    icp_json_put_key(writer, "sorts");
    icp_json_begin_array(writer);
    icp_json_begin_object(writer);
    icp_json_put_text_member(writer, "propertyName",
                             icp_str_from(step->pile ? "hs_object_id" : stamp));
    icp_json_put_text_member(writer, "direction", ICP_STR("ASCENDING"));
    icp_json_end_object(writer);
    icp_json_end_array(writer);
    icp_json_put_key(writer, "properties");
    icp_json_begin_array(writer);
    icp_json_put_text(writer, icp_str_from(stamp));
    icp_json_end_array(writer);
    icp_json_put_integer_member(writer, "limit", HUBSPOT_SEARCH_PAGE);
    if (offset)
        icp_json_put_text_member(writer, "after", icp_arena_format(arena, "%zu", offset));
    icp_json_end_object(writer);
}

static enum icp_status search_once(struct icp_connector *connector, enum icp_object object,
                                   const struct step *step, size_t offset, struct icp_arena *arena,
                                   struct hubspot_page *found, struct icp_err *err)
{
    const struct hubspot_call call = {.method = "POST",
                                      .path = HUBSPOT_OBJECTS,
                                      .object = object,
                                      .tail = ICP_STR("/search"),
                                      .has_body = true,
                                      .search = true,
                                      .expected = "results"};
    struct icp_json_writer writer = hubspot_begin_body(connector);

    put_search(&writer, object, step, offset, arena);
    if (hubspot_end_body(connector, err) != ICP_OK || hubspot_send(connector, &call, err) != ICP_OK)
        return err->status;
    return hubspot_page_read(connector, NULL, object, HUBSPOT_SEARCH_PAGE, arena, found, err);
}

/* ---- by time -------------------------------------------------------------------------------- */

/* Records edited while we page move to the end and pull the rest one place forward, over the edge
   of the page before. Pages overlap by some results: when none of them is met again, more than
   that has moved. */
static bool meets(const struct hubspot_walk *walk, const struct hubspot_page *found)
{
    for (size_t i = 0; i < found->count; i++)
        for (size_t t = 0; t < walk->tail_count; t++)
            if (icp_str_hash(found->records[i].id) == walk->tail[t])
                return true;
    return walk->tail_count == 0;
}

/* Results come in the order of the index, which may be older than the stamps it shows: a stamp can
   be newer than its place, never older. So the smallest stamp of the last page is a time that the
   walk has certainly reached; the newest one is not. */
static int64_t reached_ms(const struct hubspot_page *found, int64_t from_ms)
{
    int64_t smallest = INT64_MAX;

    for (size_t i = 0; i < found->count; i++) {
        int64_t ms = found->records[i].stamp_ms;

        if (ms >= from_ms && ms < smallest)
            smallest = ms;
    }
    return smallest == INT64_MAX ? from_ms : smallest;
}

static bool is_of_one_time(const struct hubspot_page *found)
{
    for (size_t i = 1; i < found->count; i++)
        if (found->records[i].stamp_ms != found->records[0].stamp_ms)
            return false;
    return true;
}

/* Asks until a page stands that joins the one before it. */
static enum icp_status joined_page(struct icp_connector *connector, enum icp_object object,
                                   struct icp_arena *arena, struct hubspot_page *found,
                                   struct icp_err *err)
{
    struct hubspot_walk *walk = &connector->walks[object];

    for (;;) {
        struct step step = {.from_ms = walk->from_ms};
        enum icp_status status =
            search_once(connector, object, &step, walk->offset, arena, found, err);
        bool refused = status == ICP_ITEM && walk->offset > 0 && walk->broken < MOST_BROKEN;

        if (status != ICP_OK && !refused)
            return status;
        if (!refused && (meets(walk, found) || walk->broken >= MOST_BROKEN))
            return ICP_OK;
        icp_err_clear(err);
        icp_log_write(connector->host.log, ICP_LOG_DEBUG,
                      "search of %s: pages do not join, starting again from its last time",
                      hubspot_plural(object));
        if (refused && walk->offset != walk->after) {
            walk->offset = walk->after; /* perhaps it takes only the place that it named */
            walk->tail_count = 0;
            continue;
        }
        walk->broken++;
        restart_walk(walk);
    }
}

static void remember_tail(struct hubspot_walk *walk, const struct hubspot_page *found)
{
    size_t count = found->count < HUBSPOT_SEARCH_OVERLAP ? found->count : HUBSPOT_SEARCH_OVERLAP;

    walk->tail_count = count;
    for (size_t i = 0; i < count; i++)
        walk->tail[i] = icp_str_hash(found->records[found->count - count + i].id);
}

static enum icp_status step_by_time(struct icp_connector *connector, enum icp_object object,
                                    struct icp_arena *arena, struct hubspot_page *found,
                                    struct icp_page *page, struct icp_err *err)
{
    struct hubspot_walk *walk = &connector->walks[object];
    int64_t after = 0, reached = 0;
    size_t next = 0;

    if (joined_page(connector, object, arena, found, err) != ICP_OK)
        return err->status;
    reached = reached_ms(found, walk->from_ms);
    if (reached > walk->safe_ms)
        walk->safe_ms = reached;
    if (icp_str_is_null(found->after)) {
        page->last = true;
        start_walk(walk, walk->safe_ms);
        return ICP_OK;
    }
    if (!icp_integer_parse(found->after, &after) || after <= (int64_t)walk->offset)
        return icp_fail(err, ICP_REMOTE, "a search of %s does not move on", hubspot_plural(object));
    next = (size_t)after;
    walk->after = next;
    if (next > walk->offset + HUBSPOT_SEARCH_OVERLAP)
        next -= HUBSPOT_SEARCH_OVERLAP;
    if (next + HUBSPOT_SEARCH_PAGE <= HUBSPOT_SEARCH_MOST) {
        walk->offset = next;
        remember_tail(walk, found);
        return hand_out_time(walk, &page->next, arena, err);
    }
    /* A last page of one millisecond is a pile that the next search might not get past either. */
    if (walk->safe_ms > walk->from_ms && !is_of_one_time(found)) {
        restart_walk(walk);
        return hand_out_time(walk, &page->next, arena, err);
    }
    return hand_out(walk, &page->next, arena, true, walk->safe_ms, ICP_STR("0"), err);
}

/* ---- one millisecond by id ------------------------------------------------------------------ */

static bool is_greater_id(struct icp_str a, struct icp_str b)
{
    return a.length != b.length ? a.length > b.length : icp_str_compare(a, b) > 0;
}

static enum icp_status step_by_id(struct icp_connector *connector, enum icp_object object,
                                  const struct step *step, struct icp_arena *arena,
                                  struct hubspot_page *found, struct icp_page *page,
                                  struct icp_err *err)
{
    struct hubspot_walk *walk = &connector->walks[object];
    struct icp_str greatest = step->last_id;

    if (search_once(connector, object, step, 0, arena, found, err) != ICP_OK)
        return err->status;
    for (size_t i = 0; i < found->count; i++)
        if (is_greater_id(found->records[i].id, greatest))
            greatest = found->records[i].id;
    if (found->count == 0 || icp_str_is_null(found->after)) {
        start_walk(walk, step->from_ms + 1);
        return hand_out_time(walk, &page->next, arena, err);
    }
    if (!is_greater_id(greatest, step->last_id))
        return icp_fail(err, ICP_REMOTE, "a search of %s does not move on", hubspot_plural(object));
    return hand_out(walk, &page->next, arena, true, step->from_ms, greatest, err);
}

enum icp_status hubspot_search(struct icp_connector *connector, const struct icp_request *request,
                               const struct icp_cursor *cursor, struct icp_arena *arena,
                               struct icp_page *page, struct icp_err *err)
{
    struct step step = take_up(&connector->walks[request->object], cursor);
    struct hubspot_page found = {0};

    *page = (struct icp_page){.next = *cursor};
    if (step.pile)
        step_by_id(connector, request->object, &step, arena, &found, page, err);
    else
        step_by_time(connector, request->object, arena, &found, page, err);
    if (err->status == ICP_ITEM)
        err->status = ICP_REMOTE;
    if (err->status != ICP_OK)
        return err->status;
    page->records = found.records;
    page->count = found.count;
    return ICP_OK;
}
