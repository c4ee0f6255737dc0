/*
 * The core's front: fault script, control routes, HubSpot's API. Pure but for the CRM it is given:
 * it decides what should happen on the wire and lets the carrier do it. Invariant: a fault that
 * comes before applying leaves the CRM as it was.
 */
#include "call.h"
#include "fault_list.h"
#include "hubspot_api.h"

#include <string.h>

static const char html_error[] =
    "<!DOCTYPE html>\n<html><head><title>api.hubapi.com | %d</title></head>\n"
    "<body><h1>Error %d</h1><p>The web server reported a gateway error.</p></body></html>\n";

static void reset(struct sim_response *response)
{
    struct icp_buf body = response->body;

    icp_buf_reset(&body);
    *response = (struct sim_response){.body = body};
}

static void put_fault_json(struct sim_call *call, const struct sim_fault *fault)
{
    struct icp_json_writer *json = &call->json;
    const char *policy = fault->policy == NULL ? "TEN_SECONDLY_ROLLING" : fault->policy;
    const char *message =
        fault->status == 401 ? "Authentication credentials not found."
        : fault->status == 429
            ? (strcmp(policy, "DAILY") == 0 ? "You have reached your daily limit."
                                            : "You have reached your ten_secondly_rolling limit.")
            : "internal error";

    icp_json_begin_object(json);
    icp_json_put_text_member(json, "status", ICP_STR("error"));
    icp_json_put_text_member(json, "message", icp_str_from(message));
    icp_json_put_text_member(json, "correlationId", icp_str_from(call->correlation));
    if (fault->status == 429) {
        icp_json_put_text_member(json, "errorType", ICP_STR("RATE_LIMIT"));
        icp_json_put_text_member(json, "policyName", icp_str_from(policy));
    } else {
        icp_json_put_text_member(json, "category",
                                 fault->status == 401   ? ICP_STR("INVALID_AUTHENTICATION")
                                 : fault->status == 403 ? ICP_STR("MISSING_SCOPES")
                                 : fault->status < 500  ? ICP_STR("VALIDATION_ERROR")
                                                        : ICP_STR("INTERNAL_ERROR"));
    }
    icp_json_end_object(json);
}

static void answer_status(struct sim_crm *crm, const struct sim_request *request,
                          struct sim_response *response, const struct sim_fault *fault)
{
    struct sim_call call;

    reset(response);
    sim_call_open(&call, crm, request, response);
    response->status = fault->status;
    if (fault->retry_after != NULL)
        sim_header_add(response, "retry-after", "%s", fault->retry_after);
    if (fault->body == SIM_BODY_JSON)
        put_fault_json(&call, fault);
    if (fault->body != SIM_BODY_HTML)
        return;
    sim_header_set(response, "content-type", "text/html; charset=UTF-8");
    icp_buf_format(&response->body, html_error, fault->status, fault->status);
}

/* What was answered is spoilt on its way back. */
static void spoil(struct sim_response *response, const struct sim_fault *fault)
{
    switch (fault->kind) {
    case SIM_FAULT_CLOSE_BEFORE:
    case SIM_FAULT_CLOSE_AFTER:
        response->transport = SIM_CLOSE;
        break;
    case SIM_FAULT_TRUNCATE:
        response->transport = SIM_CUT;
        response->cut = response->body.length / 2;
        break;
    case SIM_FAULT_GARBAGE:
        icp_buf_reset(&response->body);
        icp_buf_add_cstr(&response->body, "{\"status\":\"COMPLE\xff\xfe,]]}<<garbage");
        break;
    case SIM_FAULT_WRONG_JSON:
        icp_buf_reset(&response->body);
        icp_buf_add_cstr(&response->body, "[{\"unexpected\":true},42,null]");
        break;
    case SIM_FAULT_STATUS:
    case SIM_FAULT_DELAY:
        break;
    }
}

static bool is_applied(const struct sim_fault *fault)
{
    if (fault->kind == SIM_FAULT_STATUS)
        return fault->apply;
    return fault->kind != SIM_FAULT_CLOSE_BEFORE;
}

static void handle_fault(struct sim_crm *crm, const struct sim_request *request,
                         struct sim_response *response, const struct sim_fault *fault)
{
    if (is_applied(fault)) {
        sim_hubspot_handle(crm, request, response);
    } else {
        sim_advance(crm, 1);
        sim_journal_add(crm, request, sim_hubspot_route(crm, request), 0);
    }
    if (fault->kind == SIM_FAULT_STATUS)
        answer_status(crm, request, response, fault);
    spoil(response, fault);
    response->delay_ms = fault->delay_ms;
    sim_journal_mark(crm, response->transport == SIM_CLOSE ? 0 : response->status);
}

void sim_handle(struct sim_crm *crm, const struct sim_request *request,
                struct sim_response *response)
{
    const struct sim_fault *fault;

    reset(response);
    if (icp_str_has_prefix(request->path, ICP_STR("/sim/"))) {
        sim_control_handle(crm, request, response);
        return;
    }
    fault = sim_fault_due(crm, request);
    if (fault != NULL)
        handle_fault(crm, request, response, fault);
    else
        sim_hubspot_handle(crm, request, response);
}

bool sim_exchange(struct sim_crm *crm, const struct sim_request *request,
                  struct sim_response *response)
{
    sim_handle(crm, request, response);
    sim_advance(crm, response->delay_ms);
    if (response->transport == SIM_CUT && response->cut < response->body.length) {
        response->body.length = response->cut;
        response->body.data[response->cut] = '\0';
    }
    return response->transport != SIM_CLOSE;
}
