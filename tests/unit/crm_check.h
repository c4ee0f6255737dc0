/* For tests that talk to the CRM simulator in process. */
#ifndef ICP_TEST_CRM_CHECK_H
#define ICP_TEST_CRM_CHECK_H

#include "check.h"
#include "crm.h"
#include "faults.h"
#include "json.h"
#include "transport.h"

/* 24 November 2026, 02:00 UTC */
#define CRM_START_MS  INT64_C(1795485600000)
#define CRM_LONG_AGO  (CRM_START_MS - INT64_C(30) * 86400000)
#define CRM_BEARER    "Bearer pat-sim-demo-token"
#define CRM_OBJECTS   "/crm/objects/2026-09/"
#define CRM_MINUTE_MS INT64_C(60000)

/* One exchange; `target` is path and query. False: closed without an answer. */
static inline bool ask(struct sim_crm *crm, const char *method, const char *target,
                       const char *body, struct sim_response *response)
{
    struct icp_str rest = icp_str_from(target);
    struct sim_request request = {
        .method = icp_str_from(method),
        .authorization = ICP_STR(CRM_BEARER),
        .body = icp_str_from(body),
    };

    (void)icp_str_cut(&rest, '?', &request.path);
    request.query = rest;
    return sim_exchange(crm, &request, response);
}

static inline bool body_has(const struct sim_response *response, const char *part)
{
    struct icp_str body = icp_buf_view(&response->body);

    return icp_str_find(body, icp_str_from(part)) < body.length;
}

static inline void check_answer(const char *why, const struct sim_response *response, int status,
                                const char *part)
{
    if (response->status != status || (part != NULL && !body_has(response, part)))
        fail_msg("%s: wanted %d with %s, found %d: %.*s", why, status, part == NULL ? "" : part,
                 response->status, ICP_STR_ARGUMENTS(icp_buf_view(&response->body)));
}

/* Asks and looks at the answer. */
static inline void check_ask(struct sim_crm *crm, const char *why, const char *method,
                             const char *target, const char *body, int status, const char *part)
{
    struct sim_response response;

    sim_response_open(&response);
    if (!ask(crm, method, target, body, &response))
        fail_msg("%s: closed without an answer", why);
    check_answer(why, &response, status, part);
    sim_response_finish(&response);
}

static inline uint32_t add(struct sim_crm *crm, enum sim_object object, int64_t id,
                           const char *property, const char *value)
{
    uint32_t record = sim_add_record(crm, object, id, CRM_LONG_AGO, CRM_LONG_AGO);

    sim_set(crm, object, record, property, icp_str_from(value));
    return record;
}

#endif
