/*
 * The door of HubSpot's API: token, limits, scopes, then the route's handler. Owns the table of
 * routes. Invariant: a refused call changes nothing but the counters.
 */
#include "hubspot_api.h"

#include "call.h"

#include <string.h>

/* In the order of enum sim_scope_kind, object by object. */
static const char *const scope_names[SIM_SCOPE_COUNT] = {
    "crm.objects.contacts.read",  "crm.objects.contacts.write",  "crm.schemas.contacts.read",
    "crm.schemas.contacts.write", "crm.objects.companies.read",  "crm.objects.companies.write",
    "crm.schemas.companies.read", "crm.schemas.companies.write", "crm.objects.deals.read",
    "crm.objects.deals.write",    "crm.schemas.deals.read",      "crm.schemas.deals.write",
    "crm.objects.owners.read",
};

/* Newer versions and v3/v4 are two paths to one handler. */
#define OBJECTS      "/crm/objects/{V}/{object}"
#define OBJECTS_V3   "/crm/v3/objects/{object}"
#define PROPERTIES   "/crm/properties/{V}/{object}"
#define PROPERTIES_3 "/crm/v3/properties/{object}"
#define BOTH(verb, tail, handler, need, flag)                                                      \
    {verb, OBJECTS tail, handler, need, flag},                                                     \
    {                                                                                              \
        verb, OBJECTS_V3 tail, handler, need, flag                                                 \
    }
#define SCHEMA(verb, tail, handler, need, flag)                                                    \
    {verb, PROPERTIES tail, handler, need, flag},                                                  \
    {                                                                                              \
        verb, PROPERTIES_3 tail, handler, need, flag                                               \
    }

static const struct sim_route routes[] = {
    BOTH("GET", "", sim_list, SIM_SCOPE_READ, 0),
    BOTH("POST", "", sim_create_one, SIM_SCOPE_WRITE, 0),
    BOTH("POST", "/search", sim_search, SIM_SCOPE_READ, SIM_SEARCH),
    BOTH("POST", "/batch/read", sim_batch_read, SIM_SCOPE_READ, 0),
    BOTH("POST", "/batch/update", sim_batch_update, SIM_SCOPE_WRITE, 0),
    BOTH("GET", "/{id}", sim_read_one, SIM_SCOPE_READ, 0),
    BOTH("PATCH", "/{id}", sim_update_one, SIM_SCOPE_WRITE, 0),
    BOTH("DELETE", "/{id}", sim_archive_one, SIM_SCOPE_WRITE, 0),
    {"PUT", OBJECTS "/{id}/associations/default/{to}/{name}", sim_associate_default,
     SIM_SCOPE_WRITE, 0},
    {"PUT", "/crm/v4/objects/{object}/{id}/associations/default/{to}/{name}", sim_associate_default,
     SIM_SCOPE_WRITE, 0},
    {"POST", "/crm/associations/{V}/{object}/{to}/batch/read", sim_associations_read,
     SIM_SCOPE_READ, SIM_NO_LIMIT},
    {"POST", "/crm/v4/associations/{object}/{to}/batch/read", sim_associations_read, SIM_SCOPE_READ,
     SIM_NO_LIMIT},
    SCHEMA("GET", "/groups", sim_groups_list, SIM_SCOPE_SCHEMA_READ, SIM_EITHER),
    SCHEMA("POST", "/groups", sim_group_create, SIM_SCOPE_SCHEMA_WRITE, 0),
    SCHEMA("GET", "", sim_properties_list, SIM_SCOPE_SCHEMA_READ, SIM_EITHER),
    SCHEMA("POST", "", sim_property_create, SIM_SCOPE_SCHEMA_WRITE, 0),
    SCHEMA("GET", "/{name}", sim_property_read, SIM_SCOPE_SCHEMA_READ, SIM_EITHER),
    SCHEMA("PATCH", "/{name}", sim_property_update, SIM_SCOPE_SCHEMA_WRITE, 0),
    SCHEMA("DELETE", "/{name}", sim_property_archive, SIM_SCOPE_SCHEMA_WRITE, 0),
    {"GET", "/crm/owners/{V}", sim_owners_list, SIM_SCOPE_OWNERS, 0},
    {"GET", "/crm/v3/owners", sim_owners_list, SIM_SCOPE_OWNERS, 0},
    {"GET", "/account-info/{V}/details", sim_account_details, 0, SIM_NO_SCOPE},
    {"GET", "/account-info/v3/details", sim_account_details, 0, SIM_NO_SCOPE},
    {"GET", "/account-info/{V}/api-usage/daily/private-apps", sim_account_usage, 0, SIM_NO_SCOPE},
    {"GET", "/account-info/v3/api-usage/daily/private-apps", sim_account_usage, 0, SIM_NO_SCOPE},
    {NULL, NULL, NULL, 0, 0},
};

/* Query strings past this are answered by the proxy in front of the API. */
enum { MAX_URI = 16000 };

const char *sim_scope_name(unsigned index)
{
    return index < SIM_SCOPE_COUNT ? scope_names[index] : "";
}

uint32_t sim_scope_bit(struct icp_str name)
{
    for (unsigned i = 0; i < SIM_SCOPE_COUNT; i++)
        if (icp_str_is(name, scope_names[i]))
            return UINT32_C(1) << i;
    return 0;
}

static bool has_token(struct sim_call *call)
{
    static const struct sim_problem problem = {.status = 401, .category = "INVALID_AUTHENTICATION"};
    struct icp_str given = call->request->authorization;
    struct icp_str scheme;

    (void)icp_str_cut(&given, ' ', &scheme);
    if (icp_str_equal_ascii_case(scheme, ICP_STR("Bearer")) &&
        icp_str_is(given, call->crm->settings.token))
        return true;
    sim_fail(call, &problem,
             "Authentication credentials not found. This API supports OAuth 2.0 authentication "
             "and you can find more details at https://developers.hubspot.com/docs/methods/auth/"
             "oauth-overview");
    return false;
}

static void fail_scopes(struct sim_call *call, const unsigned *bits, size_t count)
{
    struct icp_json_writer *json = &call->json;
    struct icp_str names[2];

    for (size_t i = 0; i < count; i++)
        names[i] = icp_str_from(sim_scope_name(bits[i]));
    call->response->status = 403;
    icp_json_begin_object(json);
    icp_json_put_text_member(json, "status", ICP_STR("error"));
    icp_json_put_text_member(
        json, "message",
        ICP_STR("This app hasn't been granted all required scopes to make this call. Read more "
                "about required scopes here: https://developers.hubspot.com/scopes."));
    icp_json_put_text_member(json, "correlationId", icp_str_from(call->correlation));
    icp_json_put_key(json, "errors");
    icp_json_begin_array(json);
    icp_json_begin_object(json);
    icp_json_put_text_member(json, "message",
                             ICP_STR("One or more of the following scopes are required."));
    sim_put_context(json, "requiredGranularScopes", names, count);
    icp_json_end_object(json);
    icp_json_end_array(json);
    icp_json_put_text_member(json, "category", ICP_STR("MISSING_SCOPES"));
    icp_json_end_object(json);
}

static bool has_scopes(struct sim_call *call)
{
    unsigned bits[2] = {call->route->scope, 0};
    size_t count = 1;

    if ((call->route->flags & SIM_NO_SCOPE) != 0)
        return true;
    if (call->route->scope != SIM_SCOPE_OWNERS)
        bits[0] += (unsigned)call->object * SIM_SCOPE_KINDS;
    if ((call->route->flags & SIM_EITHER) != 0)
        bits[count++] = (unsigned)call->object * SIM_SCOPE_KINDS + SIM_SCOPE_READ;
    for (size_t i = 0; i < count; i++)
        if ((call->crm->settings.scopes_off & UINT32_C(1) << bits[i]) == 0)
            return true; /* any one of the list suffices */
    fail_scopes(call, bits, count);
    return false;
}

static void answer_too_long(struct sim_call *call)
{
    call->response->status = 414;
    call->response->header_count = 0;
    sim_header_add(call->response, "content-type", "text/html");
    icp_buf_add_cstr(&call->response->body,
                     "<html>\r\n<head><title>414 Request-URI Too Large</title></head>\r\n<body>"
                     "<center><h1>414 Request-URI Too Large</h1></center></body>\r\n</html>\r\n");
}

static void dispatch(struct sim_call *call)
{
    struct icp_json_document *document = NULL;

    if (call->route == NULL) {
        sim_not_found(call, "resource not found");
        sim_header_add(call->response, "x-hubspot-notfound", "true");
        return;
    }
    if (!has_scopes(call))
        return;
    if (sim_call_body(call, &document))
        call->route->answer(call);
    icp_json_close(document);
}

void sim_hubspot_handle(struct sim_crm *crm, const struct sim_request *request,
                        struct sim_response *response)
{
    struct sim_call call;

    sim_advance(crm, 1); /* so that the stamps of two calls differ */
    sim_call_open(&call, crm, request, response);
    if (request->path.length + request->query.length > MAX_URI) {
        answer_too_long(&call);
        sim_journal_add(crm, request, NULL, response->status);
        return;
    }
    call.route = sim_route_find(routes, &call);
    if (has_token(&call)) {
        bool allowed = sim_within_limits(&call);
        sim_put_limit_headers(&call);
        if (allowed)
            dispatch(&call);
    }
    sim_header_add(response, "x-hubspot-correlation-id", "%s", call.correlation);
    sim_journal_add(crm, request, call.route == NULL ? NULL : call.route->path, response->status);
}

const char *sim_hubspot_route(struct sim_crm *crm, const struct sim_request *request)
{
    struct sim_call call = {.crm = crm, .request = request, .arena = &crm->scratch};
    const struct sim_route *route;

    icp_arena_reset(&crm->scratch);
    route = sim_route_find(routes, &call);
    return route == NULL ? NULL : route->path;
}
