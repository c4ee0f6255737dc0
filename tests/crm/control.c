/*
 * The control routes under /sim/: looking into the CRM, editing it as a person does, moving the
 * clock, the request log, faults and settings. Owns no state. Invariant: a control request needs
 * no token, is not counted and does not move the clock unless it says so.
 */
#include "call.h"
#include "fault_list.h"
#include "hubspot_api.h"
#include "number.h"

#include <stdio.h>
#include <string.h>

/* ---- Records. */

static struct sim_columns all_columns(struct sim_call *call)
{
    const struct sim_table *table = &call->crm->tables[call->object];
    struct sim_names names = {ICP_NEW_ARRAY(call->arena, struct icp_str, table->property_count + 1),
                              0};

    for (size_t i = 0; i < table->property_count; i++)
        names.items[names.count++] = table->properties[i].name;
    return sim_columns_for(call, names);
}

/* Only the values that are there: the whole CRM stays readable. */
static void put_full_record(struct sim_call *call, uint32_t number,
                            const struct sim_columns *columns)
{
    static const char *const objects[] = {"contacts", "companies", "deals"};
    const struct sim_table *table = &call->crm->tables[call->object];
    struct sim_view view = sim_view_now(&table->records[number]);
    struct icp_str names[SIM_OBJECT_COUNT];
    struct icp_json_writer *json = &call->json;

    for (size_t i = 0; i < SIM_OBJECT_COUNT; i++)
        names[i] = icp_str_from(objects[i]);
    icp_json_begin_object(json);
    sim_put_id(json, "id", view.record->id);
    icp_json_put_key(json, "properties");
    icp_json_begin_object(json);
    for (size_t i = 0; i < columns->count; i++) {
        struct icp_str value = sim_view_value(call->crm, call->object, &view, columns->items[i]);
        if (icp_str_is_empty(value))
            continue;
        icp_json_put_key_text(json, table->properties[columns->items[i]].name);
        icp_json_put_text(json, value);
    }
    icp_json_end_object(json);
    sim_put_associations(call, &view, &(struct sim_names){names, SIM_OBJECT_COUNT});
    icp_json_put_boolean_member(json, "archived", view.record->archived);
    icp_json_end_object(json);
}

static void list_records(struct sim_call *call)
{
    struct sim_columns columns = all_columns(call);
    const struct sim_place *places = sim_by_id(call->crm, call->object);
    size_t count = sim_record_count(call->crm, call->object), at;
    int64_t limit = INT64_MAX, after = 0;

    (void)icp_integer_parse(sim_query(call, "limit"), &limit);
    (void)icp_integer_parse(sim_query(call, "after"), &after);
    at = sim_lower_bound(call->crm, call->object, after + 1); /* behind that id */
    icp_json_begin_array(&call->json);
    for (; at < count && limit > 0; at++, limit--)
        put_full_record(call, places[at].record, &columns);
    icp_json_end_array(&call->json);
}

static bool find_record(struct sim_call *call, uint32_t *number)
{
    int64_t id;

    *number = sim_parse_id(call->id, &id) ? sim_find(call->crm, call->object, id) : SIM_NO_RECORD;
    if (*number == SIM_NO_RECORD)
        sim_not_found(call, "no record %.*s", ICP_STR_ARGUMENTS(call->id));
    return *number != SIM_NO_RECORD;
}

static void show(struct sim_call *call, uint32_t number)
{
    struct sim_columns columns = all_columns(call);

    put_full_record(call, number, &columns);
}

static void read_record(struct sim_call *call)
{
    uint32_t number;

    if (find_record(call, &number))
        show(call, number);
}

/* {"properties":{…}} or the properties themselves. */
static const struct icp_json *sent_properties(const struct sim_call *call)
{
    const struct icp_json *properties = icp_json_get(call->body, "properties");

    return properties == NULL ? call->body : properties;
}

static void edit_record(struct sim_call *call)
{
    struct sim_changes changes;
    struct sim_view view;
    uint32_t number;

    if (!find_record(call, &number))
        return;
    view = sim_view_now(sim_record_at(call->crm, call->object, number));
    if (!sim_read_changes(call, &view, sent_properties(call), true, &changes))
        return;
    sim_write(call->crm, call->object, number, changes.items, changes.count);
    show(call, number);
}

static void create_record(struct sim_call *call)
{
    static const struct sim_record nothing = {0};
    struct sim_view view = sim_view_now(&nothing);
    struct sim_changes changes;
    uint32_t number;

    if (!sim_read_changes(call, &view, sent_properties(call), true, &changes))
        return;
    number = sim_create(call->crm, call->object);
    sim_write(call->crm, call->object, number, changes.items, changes.count);
    call->response->status = 201;
    show(call, number);
}

static void archive_record(struct sim_call *call)
{
    struct icp_err err = {0};
    uint32_t number;

    if (!find_record(call, &number))
        return;
    (void)sim_archive(call->crm, call->object, sim_record_id(call->crm, call->object, number),
                      &err);
    call->response->status = 204;
}

/* ---- Clock. */

static const struct {
    const char *name;
    int64_t ms;
} units[] = {
    {"ms", 1},         {"millisecond", 1}, {"second", 1000},    {"minute", 60000},
    {"hour", 3600000}, {"day", 86400000},  {"week", 604800000},
};

/* "1 day", "75 minutes"; a number alone is seconds. */
static bool parse_duration(struct icp_str text, int64_t *ms)
{
    struct icp_str rest = icp_str_trim(text), number;
    int64_t count;

    (void)icp_str_cut(&rest, ' ', &number);
    if (!icp_integer_parse(number, &count) || count < 0 || count > INT64_C(100000000))
        return false;
    rest = icp_str_trim(rest);
    if (icp_str_is_empty(rest)) {
        *ms = count * 1000;
        return true;
    }
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        struct icp_str unit = icp_str_from(units[i].name);
        if (icp_str_equal(rest, unit) ||
            (icp_str_has_prefix(rest, unit) &&
             icp_str_is(icp_str_slice(rest, unit.length, rest.length), "s"))) {
            *ms = count * units[i].ms;
            return true;
        }
    }
    return false;
}

static void show_clock(struct sim_call *call)
{
    icp_json_begin_object(&call->json);
    sim_put_stamp(&call->json, "now", sim_now(call->crm));
    icp_json_put_integer_member(&call->json, "now_ms", sim_now(call->crm));
    icp_json_end_object(&call->json);
}

static void move_clock(struct sim_call *call)
{
    const struct icp_json *advance = icp_json_get(call->body, "advance");
    struct icp_str text = icp_json_text(advance);
    int64_t ms;

    if (icp_str_is_null(text))
        text = icp_json_id(advance, call->arena);
    if (!parse_duration(text, &ms)) {
        sim_bad_request(call, "advance takes a text like \"1 day\" or \"75 minutes\", got %.*s",
                        ICP_STR_ARGUMENTS(text));
        return;
    }
    sim_advance(call->crm, ms);
    show_clock(call);
}

/* ---- Requests. */

static void show_requests(struct sim_call *call)
{
    sim_journal_put(call, !icp_str_is(sim_query(call, "log"), "0"));
}

static void reset_requests(struct sim_call *call)
{
    sim_journal_reset(call->crm);
    call->response->status = 204;
}

/* ---- Faults. */

static const char *kept(const struct sim_call *call, struct icp_str text)
{
    return icp_str_is_null(text) ? NULL : icp_arena_copy(call->arena, text).data;
}

static struct icp_str text_or_number(const struct sim_call *call, const struct icp_json *node)
{
    struct icp_str text = icp_json_text(node);

    return icp_str_is_null(text) ? icp_json_id(node, call->arena) : text;
}

static const struct {
    const char *key, *value; /* value NULL: true */
    enum sim_fault_kind kind;
} fault_kinds[] = {
    {"close", "before", SIM_FAULT_CLOSE_BEFORE}, {"close", "after", SIM_FAULT_CLOSE_AFTER},
    {"truncate", NULL, SIM_FAULT_TRUNCATE},      {"garbage", NULL, SIM_FAULT_GARBAGE},
    {"wrong_json", NULL, SIM_FAULT_WRONG_JSON},
};

static bool read_action(const struct sim_call *call, const struct icp_json *action,
                        struct sim_fault *fault)
{
    struct icp_str body = icp_json_get_text(action, "body");

    fault->status = (int)icp_json_integer(icp_json_get(action, "status"), 0);
    fault->delay_ms = icp_json_integer(icp_json_get(action, "delay_ms"), 0);
    fault->apply = icp_json_get_true(action, "apply");
    fault->retry_after = kept(call, text_or_number(call, icp_json_get(action, "retry_after")));
    fault->policy = kept(call, icp_json_get_text(action, "policy"));
    fault->body = icp_str_is(body, "html")    ? SIM_BODY_HTML
                  : icp_str_is(body, "empty") ? SIM_BODY_EMPTY
                                              : SIM_BODY_JSON;
    fault->kind = fault->status != 0 ? SIM_FAULT_STATUS : SIM_FAULT_DELAY;
    for (size_t i = 0; i < sizeof(fault_kinds) / sizeof(fault_kinds[0]); i++) {
        struct icp_str value = icp_json_get_text(action, fault_kinds[i].key);
        if (fault_kinds[i].value == NULL ? icp_json_get_true(action, fault_kinds[i].key)
                                         : icp_str_is(value, fault_kinds[i].value))
            fault->kind = fault_kinds[i].kind;
    }
    return fault->kind != SIM_FAULT_DELAY || fault->delay_ms > 0;
}

static bool add_fault(struct sim_call *call, const struct icp_json *node)
{
    const struct icp_json *action = icp_json_get(node, "action");
    struct sim_fault fault = {
        .method = kept(call, icp_json_get_text(node, "method")),
        .path = kept(call, icp_json_get_text(node, "path")),
        .nth = (uint64_t)icp_json_integer(icp_json_get(node, "nth"), 0),
        .times = (uint64_t)icp_json_integer(icp_json_get(node, "times"), 1),
    };

    if (!read_action(call, action == NULL ? node : action, &fault)) {
        sim_bad_request(call, "a fault needs one of status, delay_ms, close (before or after), "
                              "truncate, garbage, wrong_json");
        return false;
    }
    sim_fault_add(call->crm, &fault);
    return true;
}

static void show_faults(struct sim_call *call)
{
    icp_json_begin_object(&call->json);
    icp_json_put_integer_member(&call->json, "faults", (int64_t)sim_fault_count(call->crm));
    icp_json_end_object(&call->json);
}

static void add_faults(struct sim_call *call)
{
    size_t count = icp_json_count(call->body);

    if (icp_json_is_object(call->body) && !add_fault(call, call->body))
        return;
    for (size_t i = 0; i < count; i++)
        if (!add_fault(call, icp_json_at(call->body, i)))
            return;
    show_faults(call);
}

static void clear_faults(struct sim_call *call)
{
    sim_fault_clear(call->crm);
    call->response->status = 204;
}

/* ---- Settings. */

static void set_flag(const struct sim_call *call, const char *key, bool *flag)
{
    if (icp_json_get(call->body, key) != NULL)
        *flag = icp_json_get_true(call->body, key);
}

static void set_scopes(struct sim_call *call)
{
    const struct icp_json *off = icp_json_get(call->body, "scopes_off");

    if (!icp_json_is_array(off))
        return;
    call->crm->settings.scopes_off = 0;
    for (size_t i = 0; i < icp_json_count(off); i++)
        call->crm->settings.scopes_off |= sim_scope_bit(icp_json_text(icp_json_at(off, i)));
}

static void set_tier(struct sim_call *call)
{
    static const char *const tiers[] = {"starter", "professional", "enterprise"};
    struct icp_str tier = icp_json_get_text(call->body, "tier");

    for (size_t i = 0; i < sizeof(tiers) / sizeof(tiers[0]); i++)
        if (icp_str_is(tier, tiers[i]))
            call->crm->settings.tier = (enum sim_tier)i;
}

static void put_settings(struct sim_call *call)
{
    struct sim_settings *settings = &call->crm->settings;
    struct icp_str token = icp_json_get_text(call->body, "token");

    settings->search_lag_ms =
        1000 * icp_json_integer(icp_json_get(call->body, "search_lag_seconds"),
                                settings->search_lag_ms / 1000);
    set_flag(call, "enforce_limits", &settings->enforce_limits);
    set_flag(call, "same_value_moves_stamp", &settings->same_value_moves_stamp);
    set_flag(call, "numeric_association_ids", &settings->numeric_association_ids);
    set_scopes(call);
    set_tier(call);
    if (!icp_str_is_empty(token))
        (void)snprintf(settings->token, sizeof(settings->token), "%.*s", ICP_STR_ARGUMENTS(token));
    icp_json_begin_object(&call->json);
    icp_json_put_integer_member(&call->json, "search_lag_seconds", settings->search_lag_ms / 1000);
    icp_json_put_boolean_member(&call->json, "enforce_limits", settings->enforce_limits);
    icp_json_put_boolean_member(&call->json, "same_value_moves_stamp",
                                settings->same_value_moves_stamp);
    icp_json_put_boolean_member(&call->json, "numeric_association_ids",
                                settings->numeric_association_ids);
    icp_json_end_object(&call->json);
}

static const struct sim_route routes[] = {
    {"GET", "/sim/records/{object}", list_records, 0, 0},
    {"POST", "/sim/records/{object}", create_record, 0, 0},
    {"GET", "/sim/records/{object}/{id}", read_record, 0, 0},
    {"PATCH", "/sim/records/{object}/{id}", edit_record, 0, 0},
    {"DELETE", "/sim/records/{object}/{id}", archive_record, 0, 0},
    {"GET", "/sim/clock", show_clock, 0, 0},
    {"POST", "/sim/clock", move_clock, 0, 0},
    {"GET", "/sim/requests", show_requests, 0, 0},
    {"DELETE", "/sim/requests", reset_requests, 0, 0},
    {"GET", "/sim/faults", show_faults, 0, 0},
    {"POST", "/sim/faults", add_faults, 0, 0},
    {"DELETE", "/sim/faults", clear_faults, 0, 0},
    {"GET", "/sim/settings", put_settings, 0, 0},
    {"POST", "/sim/settings", put_settings, 0, 0},
    {NULL, NULL, NULL, 0, 0},
};

void sim_control_handle(struct sim_crm *crm, const struct sim_request *request,
                        struct sim_response *response)
{
    struct icp_json_document *document = NULL;
    struct sim_call call;

    sim_call_open(&call, crm, request, response);
    call.route = sim_route_find(routes, &call);
    if (call.route == NULL)
        sim_not_found(&call, "no such control route");
    else if (sim_call_body(&call, &document))
        call.route->answer(&call);
    icp_json_close(document);
}
