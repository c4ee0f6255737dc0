/*
 * The parts of a call: path matching, query and body, and the shapes that every answer shares.
 * Invariant: an error answer replaces whatever a handler wrote before it.
 */
#include "call.h"

#include "hubspot_api.h"
#include "number.h"

#include <stdio.h>
#include <string.h>

/* The largest answer: every record of a CRM by the control route. */
#define MAX_BODY ((size_t)2 * 1024 * 1024 * 1024)

void sim_response_open(struct sim_response *response)
{
    memset(response, 0, sizeof(*response));
    icp_buf_open(&response->body, MAX_BODY);
}

void sim_response_finish(struct sim_response *response)
{
    icp_buf_finish(&response->body);
}

const char *sim_response_header(const struct sim_response *response, const char *name)
{
    for (size_t i = 0; i < response->header_count; i++)
        if (strcmp(response->headers[i].name, name) == 0)
            return response->headers[i].value;
    return NULL;
}

void sim_header_add(struct sim_response *response, const char *name, const char *format, ...)
{
    struct sim_header *header = &response->headers[response->header_count];
    va_list arguments;

    if (response->header_count == SIM_MAX_HEADERS)
        return;
    header->name = name;
    va_start(arguments, format);
    (void)vsnprintf(header->value, sizeof(header->value), format, arguments);
    va_end(arguments);
    response->header_count++;
}

void sim_header_set(struct sim_response *response, const char *name, const char *value)
{
    for (size_t i = 0; i < response->header_count; i++)
        if (strcmp(response->headers[i].name, name) == 0)
            (void)snprintf(response->headers[i].value, SIM_HEADER_TEXT, "%s", value);
}

void sim_call_open(struct sim_call *call, struct sim_crm *crm, const struct sim_request *request,
                   struct sim_response *response)
{
    uint64_t number = ++crm->request_number;
    char date[ICP_TIME_TEXT];

    icp_arena_reset(&crm->scratch);
    *call = (struct sim_call){
        .crm = crm, .request = request, .response = response, .arena = &crm->scratch};
    icp_json_writer_open(&call->json, &response->body);
    /* the form of a UUID, made of the request's number: the same run gives the same ids */
    (void)snprintf(call->correlation, sizeof(call->correlation), "00000000-0000-4000-8000-%012llx",
                   (unsigned long long)number);
    response->status = 200;
    sim_header_add(response, "date", "%.*s",
                   ICP_STR_ARGUMENTS(icp_http_date_format(crm->now_ms, date)));
    sim_header_add(response, "content-type", "application/json;charset=utf-8");
}

bool sim_call_body(struct sim_call *call, struct icp_json_document **document)
{
    struct icp_err err = {0};

    *document = NULL;
    if (icp_str_is_empty(icp_str_trim(call->request->body)))
        return true;
    *document = icp_json_open(call->request->body, &err);
    if (*document == NULL) {
        sim_bad_request(call, "Invalid input JSON: %s", err.message);
        return false;
    }
    call->body = icp_json_root(*document);
    return true;
}

/* ---- Paths. */

static bool is_version(struct icp_str part)
{
    return icp_str_is(part, "2026-09") || icp_str_is(part, "2026-03");
}

/* One part of the path against one part of the pattern. */
static bool match_part(struct sim_call *call, struct icp_str pattern, struct icp_str part)
{
    part = sim_decode(call->arena, part);
    if (icp_str_is(pattern, "{V}"))
        return is_version(part);
    if (icp_str_is(pattern, "{object}"))
        return sim_object_parse(part, &call->object);
    if (icp_str_is(pattern, "{to}"))
        return sim_object_parse(part, &call->to_object);
    if (icp_str_is(pattern, "{id}")) {
        call->id = part;
        return part.length > 0;
    }
    if (icp_str_is(pattern, "{name}")) {
        call->name = part;
        return part.length > 0;
    }
    return icp_str_equal(pattern, part);
}

static bool match_path(struct sim_call *call, const char *pattern)
{
    struct icp_str rest = icp_str_from(pattern), path = call->request->path, want, part;

    if (icp_str_has_suffix(path, ICP_STR("/")))
        path.length--;
    while (icp_str_cut(&rest, '/', &want)) {
        if (!icp_str_cut(&path, '/', &part) || !match_part(call, want, part))
            return false;
    }
    return icp_str_is_empty(path);
}

const struct sim_route *sim_route_find(const struct sim_route *routes, struct sim_call *call)
{
    for (; routes->method != NULL; routes++)
        if (icp_str_is(call->request->method, routes->method) && match_path(call, routes->path))
            return routes;
    return NULL;
}

/* ---- Query. */

static int hex_value(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c == '\0' ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);

    return at == NULL ? -1 : (int)(at - digits);
}

struct icp_str sim_decode(struct icp_arena *arena, struct icp_str text)
{
    char *out = icp_arena_take(arena, text.length + 1, 1, 1);
    size_t length = 0;

    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (c == '+')
            c = ' ';
        if (c == '%' && i + 2 < text.length && hex_value(text.data[i + 1]) >= 0 &&
            hex_value(text.data[i + 2]) >= 0) {
            c = (char)(hex_value(text.data[i + 1]) * 16 + hex_value(text.data[i + 2]));
            i += 2;
        }
        out[length++] = c;
    }
    return (struct icp_str){out, length};
}

struct icp_str sim_query(const struct sim_call *call, const char *name)
{
    struct icp_str rest = call->request->query, part, key;

    while (icp_str_cut(&rest, '&', &part)) {
        (void)icp_str_cut(&part, '=', &key);
        if (icp_str_is(key, name))
            return sim_decode(call->arena, part.data == NULL ? ICP_STR("") : part);
    }
    return (struct icp_str){0};
}

static size_t count_commas(struct icp_str text)
{
    size_t count = 1;

    for (size_t i = 0; i < text.length; i++)
        count += text.data[i] == ',' || text.data[i] == '&' || text.data[i] == '%';
    return count;
}

struct sim_names sim_query_list(const struct sim_call *call, const char *name)
{
    struct sim_names names = {0};
    struct icp_str rest = call->request->query, part, key, item;

    names.items = ICP_NEW_ARRAY(call->arena, struct icp_str, count_commas(rest) + 1);
    while (icp_str_cut(&rest, '&', &part)) {
        (void)icp_str_cut(&part, '=', &key);
        if (!icp_str_is(key, name))
            continue;
        part = sim_decode(call->arena, part);
        while (icp_str_cut(&part, ',', &item))
            if (!icp_str_is_empty(icp_str_trim(item)))
                names.items[names.count++] = icp_str_trim(item);
    }
    return names;
}

struct sim_names sim_json_list(const struct sim_call *call, const struct icp_json *array)
{
    struct sim_names names = {0};

    names.items = ICP_NEW_ARRAY(call->arena, struct icp_str, icp_json_count(array) + 1);
    for (size_t i = 0; i < icp_json_count(array); i++) {
        struct icp_str text = icp_json_text(icp_json_at(array, i));
        if (!icp_str_is_null(text))
            names.items[names.count++] = text;
    }
    return names;
}

bool sim_parse_id(struct icp_str text, int64_t *id)
{
    return icp_integer_parse(text, id) && *id > 0 && text.data[0] != '+';
}

int64_t sim_limit(struct sim_call *call, struct icp_str text, int64_t fallback, int64_t most)
{
    int64_t limit = fallback;

    if (!icp_str_is_empty(text) &&
        (!icp_integer_parse(text, &limit) || limit < 1 || limit > most)) {
        sim_bad_request(call, "limit must be between 1 and %lld, got %.*s", (long long)most,
                        ICP_STR_ARGUMENTS(text));
        return 0;
    }
    return limit;
}

/* ---- Answers. */

void sim_put_context(struct icp_json_writer *json, const char *key, const struct icp_str *values,
                     size_t count)
{
    icp_json_put_key(json, "context");
    icp_json_begin_object(json);
    icp_json_put_key(json, key);
    icp_json_begin_array(json);
    for (size_t i = 0; i < count; i++)
        icp_json_put_text(json, values[i]);
    icp_json_end_array(json);
    icp_json_end_object(json);
}

static void fail_with(struct sim_call *call, const struct sim_problem *problem, struct icp_str text)
{
    struct icp_json_writer *json = &call->json;

    call->response->status = problem->status;
    icp_buf_reset(&call->response->body);
    icp_json_writer_open(json, &call->response->body);
    icp_json_begin_object(json);
    icp_json_put_text_member(json, "status", ICP_STR("error"));
    icp_json_put_text_member(json, "message", text);
    icp_json_put_text_member(json, "correlationId", icp_str_from(call->correlation));
    if (problem->context_key != NULL)
        sim_put_context(json, problem->context_key, &problem->context_value, 1);
    icp_json_put_text_member(json, "category", icp_str_from(problem->category));
    if (problem->sub_category != NULL)
        icp_json_put_text_member(json, "subCategory", icp_str_from(problem->sub_category));
    icp_json_end_object(json);
}

/* Messages can hold a list of a hundred wrong values, so they are made in a buffer, not an array.
 */
ICP_PRINTF(2, 0)
static struct icp_str message_of(struct sim_call *call, const char *format, va_list arguments)
{
    va_list copy;
    int length;
    char *text;

    va_copy(copy, arguments);
    length = vsnprintf(NULL, 0, format, copy);
    va_end(copy);
    if (length < 0)
        return ICP_STR("");
    text = icp_arena_take(call->arena, (size_t)length + 1, 1, 1);
    if (text == NULL)
        return ICP_STR("");
    (void)vsnprintf(text, (size_t)length + 1, format, arguments);
    return (struct icp_str){text, (size_t)length};
}

void sim_fail(struct sim_call *call, const struct sim_problem *problem, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fail_with(call, problem, message_of(call, format, arguments));
    va_end(arguments);
}

void sim_bad_request(struct sim_call *call, const char *format, ...)
{
    static const struct sim_problem problem = {.status = 400, .category = "VALIDATION_ERROR"};
    va_list arguments;

    va_start(arguments, format);
    fail_with(call, &problem, message_of(call, format, arguments));
    va_end(arguments);
}

void sim_not_found(struct sim_call *call, const char *format, ...)
{
    static const struct sim_problem problem = {.status = 404, .category = "OBJECT_NOT_FOUND"};
    va_list arguments;

    va_start(arguments, format);
    fail_with(call, &problem, message_of(call, format, arguments));
    va_end(arguments);
}

void sim_put_stamp(struct icp_json_writer *json, const char *key, int64_t ms)
{
    char text[ICP_TIME_TEXT];

    icp_json_put_text_member(json, key, icp_time_format(ms, text));
}

void sim_put_id(struct icp_json_writer *json, const char *key, int64_t id)
{
    char text[ICP_TIME_TEXT];

    icp_json_put_text_member(json, key, sim_id_format(id, text));
}
