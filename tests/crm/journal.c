/*
 * The log of requests: what was asked and answered, and counts by route and status. Invariants:
 * control requests are never in it; the counts go on when the log itself is full.
 */
#include "call.h"

/* Longest part of a path and query that the log keeps. */
enum { MOST_PATH = 300 };

static struct sim_route_count *count_of(struct sim_crm *crm, uint32_t route, int status)
{
    struct sim_route_count *counts = crm->routes;

    for (size_t i = 0; i < crm->route_count; i++)
        if (counts[i].route == route && counts[i].status == status)
            return &counts[i];
    if (crm->route_count == SIM_MAX_ROUTES)
        return NULL;
    counts[crm->route_count] = (struct sim_route_count){.route = route, .status = status};
    return &counts[crm->route_count++];
}

static void count(struct sim_crm *crm, uint32_t route, int status, bool up)
{
    struct sim_route_count *found = count_of(crm, route, status);

    if (found != NULL)
        found->count += up ? UINT64_C(1) : UINT64_MAX; /* the latter takes one away */
}

/* "POST /crm/objects/{V}/contacts/batch/read": the pattern with the object filled in. */
static uint32_t route_text(struct sim_crm *crm, const struct sim_request *request,
                           const char *pattern)
{
    struct icp_str rest = icp_str_from(pattern), part, path = request->path, own;
    struct icp_buf text = {0};
    uint32_t handle;

    icp_buf_open(&text, (size_t)MOST_PATH * 2);
    icp_buf_format(&text, "%.*s ", ICP_STR_ARGUMENTS(icp_str_slice(request->method, 0, 16)));
    if (pattern == NULL)
        icp_buf_add_cstr(&text, "(no route)");
    for (bool first = true; icp_str_cut(&rest, '/', &part); first = false) {
        (void)icp_str_cut(&path, '/', &own);
        if (!first)
            icp_buf_add_char(&text, '/');
        icp_buf_add(&text, icp_str_is(part, "{object}") || icp_str_is(part, "{to}") ? own : part);
    }
    handle = sim_intern(&crm->texts, icp_buf_view(&text));
    icp_buf_finish(&text);
    return handle;
}

static uint32_t path_text(struct sim_crm *crm, const struct sim_request *request)
{
    struct icp_buf text = {0};
    uint32_t handle;

    icp_buf_open(&text, MOST_PATH + 1);
    icp_buf_add(&text, request->path);
    if (!icp_str_is_empty(request->query)) {
        icp_buf_add_char(&text, '?');
        icp_buf_add(&text, request->query);
    }
    handle = sim_intern(&crm->texts, icp_buf_view(&text));
    icp_buf_finish(&text);
    return handle;
}

void sim_journal_add(struct sim_crm *crm, const struct sim_request *request, const char *pattern,
                     int status)
{
    struct sim_log_entry entry = {.at_ms = crm->now_ms, .status = status};

    crm->request_total++;
    entry.route = route_text(crm, request, pattern);
    count(crm, entry.route, status, true);
    crm->last = entry;
    if (crm->log_count == SIM_MAX_LOG)
        return;
    entry.method = sim_intern(&crm->texts, request->method);
    entry.path = path_text(crm, request);
    crm->log = sim_grow(crm->log, &crm->log_allocated, crm->log_count + 1, sizeof(*crm->log));
    crm->log[crm->log_count++] = entry;
}

void sim_journal_mark(struct sim_crm *crm, int status)
{
    struct sim_log_entry *entry =
        crm->log_count == 0 || crm->log_count == SIM_MAX_LOG ? NULL : &crm->log[crm->log_count - 1];

    count(crm, crm->last.route, crm->last.status, false);
    count(crm, crm->last.route, status, true);
    crm->last.status = status;
    if (entry == NULL)
        return;
    entry->status = status;
    entry->faulted = true;
}

void sim_journal_reset(struct sim_crm *crm)
{
    crm->log_count = 0;
    crm->route_count = 0;
    crm->request_total = 0;
}

static void put_counts(struct sim_call *call)
{
    struct icp_json_writer *json = &call->json;
    const struct sim_crm *crm = call->crm;

    icp_json_put_key(json, "counts");
    icp_json_begin_array(json);
    for (size_t i = 0; i < crm->route_count; i++) {
        if (crm->routes[i].count == 0)
            continue;
        icp_json_begin_object(json);
        icp_json_put_text_member(json, "route", sim_text(&crm->texts, crm->routes[i].route));
        icp_json_put_integer_member(json, "status", crm->routes[i].status);
        icp_json_put_integer_member(json, "count", (int64_t)crm->routes[i].count);
        icp_json_end_object(json);
    }
    icp_json_end_array(json);
}

void sim_journal_put(struct sim_call *call, bool with_log)
{
    struct icp_json_writer *json = &call->json;
    const struct sim_crm *crm = call->crm;

    icp_json_begin_object(json);
    icp_json_put_integer_member(json, "total", (int64_t)crm->request_total);
    put_counts(call);
    if (with_log) {
        icp_json_put_key(json, "log");
        icp_json_begin_array(json);
        for (size_t i = 0; i < crm->log_count; i++) {
            const struct sim_log_entry *entry = &crm->log[i];
            icp_json_begin_object(json);
            sim_put_stamp(json, "at", entry->at_ms);
            icp_json_put_text_member(json, "method", sim_text(&crm->texts, entry->method));
            icp_json_put_text_member(json, "path", sim_text(&crm->texts, entry->path));
            icp_json_put_integer_member(json, "status", entry->status);
            if (entry->faulted)
                icp_json_put_boolean_member(json, "fault", true);
            icp_json_end_object(json);
        }
        icp_json_end_array(json);
    }
    icp_json_end_object(json);
}
