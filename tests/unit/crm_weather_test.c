/* What can go wrong on the way: tokens, scopes, rate limits, faults; and the control routes. */
#include "crm_check.h"

#include "hubspot_api.h"

#define LIST    CRM_OBJECTS "contacts?limit=1"
#define UPDATE  CRM_OBJECTS "contacts/batch/update"
#define PROMOTE "{\"inputs\":[{\"id\":\"11\",\"properties\":{\"jobtitle\":\"CEO\"}}]}"

static int open_crm(void **state)
{
    struct sim_crm *crm = sim_crm_open(CRM_START_MS);

    (void)add(crm, SIM_CONTACTS, 11, "jobtitle", "Clerk");
    *state = crm;
    return 0;
}

static int close_crm(void **state)
{
    sim_crm_close(*state);
    return 0;
}

static void test_token_and_scopes(void **state)
{
    struct sim_crm *crm = *state;
    struct sim_request request = {.method = ICP_STR("GET"),
                                  .path = ICP_STR(CRM_OBJECTS "contacts"),
                                  .authorization = ICP_STR("Bearer wrong")};
    struct sim_response response;

    sim_response_open(&response);
    assert_true(sim_exchange(crm, &request, &response));
    check_answer("a wrong token", &response, 401, "\"category\":\"INVALID_AUTHENTICATION\"");
    request.authorization = (struct icp_str){0};
    assert_true(sim_exchange(crm, &request, &response));
    check_answer("no token", &response, 401, NULL);
    sim_response_finish(&response);
    sim_settings(crm)->scopes_off = sim_scope_bit(ICP_STR("crm.objects.contacts.write"));
    check_ask(crm, "reading is allowed", "GET", LIST, NULL, 200, NULL);
    check_ask(crm, "writing is not", "POST", UPDATE, PROMOTE, 403,
              "\"requiredGranularScopes\":[\"crm.objects.contacts.write\"]");
    check_ask(crm, "and nothing was written", "GET", CRM_OBJECTS "contacts/11?properties=jobtitle",
              NULL, 200, "Clerk");
    sim_settings(crm)->scopes_off |= sim_scope_bit(ICP_STR("crm.schemas.contacts.read"));
    check_ask(crm, "either scope serves to read properties", "GET",
              "/crm/properties/2026-09/contacts", NULL, 200, NULL);
}

static int status_of(struct sim_crm *crm, const char *method, const char *target, const char *body)
{
    struct sim_response response;
    int status;

    sim_response_open(&response);
    status = ask(crm, method, target, body, &response) ? response.status : 0;
    sim_response_finish(&response);
    return status;
}

static void test_ten_seconds(void **state)
{
    struct sim_crm *crm = *state;
    struct sim_response response;

    for (int i = 0; i < 190; i++)
        assert_int_equal(status_of(crm, "GET", LIST, NULL), 200);
    sim_response_open(&response);
    assert_true(ask(crm, "GET", LIST, NULL, &response));
    check_answer("the 191st", &response, 429, "\"policyName\":\"TEN_SECONDLY_ROLLING\"");
    assert_string_equal(sim_response_header(&response, "x-hubspot-ratelimit-remaining"), "0");
    assert_string_equal(sim_response_header(&response, "x-hubspot-ratelimit-max"), "190");
    assert_int_equal(status_of(crm, "POST", CRM_OBJECTS "contacts/search", "{}"), 200);
    sim_advance(crm, 10000);
    assert_true(ask(crm, "GET", LIST, NULL, &response));
    check_answer("the window has passed", &response, 200, NULL);
    assert_string_equal(sim_response_header(&response, "x-hubspot-ratelimit-remaining"), "189");
    assert_string_equal(sim_response_header(&response, "date"), "Tue, 24 Nov 2026 02:00:10 GMT");
    sim_response_finish(&response);
    sim_settings(crm)->tier = SIM_TIER_STARTER;
    for (int i = 0; i < 99; i++)
        assert_int_equal(status_of(crm, "GET", LIST, NULL), 200);
    check_number("a hundred for the small tiers", status_of(crm, "GET", LIST, NULL), 429);
}

static void test_search_has_limits_of_its_own(void **state)
{
    struct sim_crm *crm = *state;
    struct sim_response response;

    sim_response_open(&response);
    for (int i = 0; i < 5; i++) {
        assert_true(ask(crm, "POST", CRM_OBJECTS "contacts/search", "{}", &response));
        check_answer("five a second", &response, 200, NULL);
        assert_null(sim_response_header(&response, "x-hubspot-ratelimit-remaining"));
    }
    assert_true(ask(crm, "POST", CRM_OBJECTS "contacts/search", "{}", &response));
    check_answer("not six", &response, 429, "\"policyName\":\"SECONDLY\"");
    sim_advance(crm, 1000);
    assert_true(ask(crm, "POST", CRM_OBJECTS "contacts/search", "{}", &response));
    check_answer("a second later", &response, 200, NULL);
    sim_response_finish(&response);
}

/* The third update goes wrong in one way or another; then the CRM is looked at. */
static void test_faults(void **state)
{
    static const struct {
        const char *why;
        struct sim_fault fault;
        bool answered, applied;
        int status;
        const char *part;
    } cases[] = {
        {"a proxy's error page",
         {.kind = SIM_FAULT_STATUS, .status = 502, .body = SIM_BODY_HTML},
         true,
         false,
         502,
         "<html>"},
        {"done, but a proxy gave up",
         {.kind = SIM_FAULT_STATUS, .status = 504, .apply = true},
         true,
         true,
         504,
         "{"},
        {"too many",
         {.kind = SIM_FAULT_STATUS, .status = 429, .retry_after = "3"},
         true,
         false,
         429,
         "RATE_LIMIT"},
        {"closed before", {.kind = SIM_FAULT_CLOSE_BEFORE}, false, false, 0, NULL},
        {"closed after", {.kind = SIM_FAULT_CLOSE_AFTER}, false, true, 0, NULL},
        {"cut in the middle", {.kind = SIM_FAULT_TRUNCATE}, true, true, 200, "{\"status\":"},
        {"garbage", {.kind = SIM_FAULT_GARBAGE}, true, true, 200, "garbage"},
        {"JSON of another shape", {.kind = SIM_FAULT_WRONG_JSON}, true, true, 200, "unexpected"},
        {"slow", {.kind = SIM_FAULT_DELAY, .delay_ms = 70000}, true, true, 200, "COMPLETE"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct sim_crm *crm = sim_crm_open(CRM_START_MS);
        struct sim_fault fault = cases[i].fault;
        struct sim_response response;
        bool answered;
        fault.method = "POST";
        fault.path = "/crm/objects/*/contacts/batch/update";
        fault.nth = 3;
        (void)add(crm, SIM_CONTACTS, 11, "jobtitle", "Clerk");
        sim_fault_add(crm, &fault);
        sim_response_open(&response);
        assert_int_equal(status_of(crm, "POST", UPDATE, "{}"), 200);
        assert_int_equal(status_of(crm, "GET", LIST, NULL), 200);
        assert_int_equal(status_of(crm, "POST", UPDATE, "{}"), 200);
        answered = ask(crm, "POST", UPDATE, PROMOTE, &response);
        check_number(cases[i].why, answered, cases[i].answered);
        if (answered)
            check_answer(cases[i].why, &response, cases[i].status, cases[i].part);
        check_number(cases[i].why, sim_now(crm) >= CRM_START_MS + fault.delay_ms, true);
        check_text(cases[i].why, sim_get(crm, SIM_CONTACTS, 0, "jobtitle"),
                   cases[i].applied ? ICP_STR("CEO") : ICP_STR("Clerk"));
        check_number("the fourth is well", status_of(crm, "POST", UPDATE, PROMOTE), 200);
        sim_response_finish(&response);
        sim_crm_close(crm);
    }
}

static void test_control(void **state)
{
    static const struct {
        const char *why, *method, *target, *body;
        int status;
        const char *part;
    } cases[] = {
        {"a person's edit", "PATCH", "/sim/records/contacts/11",
         "{\"properties\":{\"jobtitle\":\"CTO\"}}", 200, "\"jobtitle\":\"CTO\""},
        {"also of what the API may not write", "PATCH", "/sim/records/contacts/11",
         "{\"hs_email_open\":\"7\"}", 200, "\"hs_email_open\":\"7\""},
        {"but checked", "PATCH", "/sim/records/contacts/11", "{\"lifecyclestage\":\"Boss\"}", 400,
         "INVALID_OPTION"},
        {"a person's new record", "POST", "/sim/records/contacts", "{\"jobtitle\":\"COO\"}", 201,
         "\"jobtitle\":\"COO\""},
        {"the records behind one", "GET", "/sim/records/contacts?after=11&limit=5", NULL, 200,
         "[{\"id\":\"1001\""},
        {"a day", "POST", "/sim/clock", "{\"advance\":\"1 day\"}", 200, "2026-11-25T02:00:0"},
        {"minutes", "POST", "/sim/clock", "{\"advance\":\"75 minutes\"}", 200,
         "2026-11-25T03:15:0"},
        {"a fortnight is not known", "POST", "/sim/clock", "{\"advance\":\"1 fortnight\"}", 400,
         NULL},
        {"settings", "POST", "/sim/settings", "{\"search_lag_seconds\":60}", 200,
         "\"search_lag_seconds\":60"},
        {"a fault", "POST", "/sim/faults",
         "{\"method\":\"GET\",\"path\":\"/crm/*\",\"nth\":1,\"status\":503}", 200, "\"faults\":1"},
        {"an idle fault", "POST", "/sim/faults", "{\"path\":\"/crm/*\"}", 400, NULL},
        {"strikes", "GET", LIST, NULL, 503, NULL},
        {"once", "GET", LIST, NULL, 200, NULL},
        {"counted by route and status", "GET", "/sim/requests?log=0", NULL, 200,
         "{\"total\":2,\"counts\":[{\"route\":\"GET /crm/objects/{V}/contacts\",\"status\":503,"
         "\"count\":1},{\"route\":\"GET /crm/objects/{V}/contacts\",\"status\":200,\"count\":1}]}"},
        {"the log says which were faults", "GET", "/sim/requests", NULL, 200,
         "\"status\":503,\"fault\":true}"},
        {"forgotten", "DELETE", "/sim/requests", NULL, 204, NULL},
        {"so", "GET", "/sim/requests", NULL, 200, "{\"total\":0,\"counts\":[],\"log\":[]}"},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        check_ask(*state, cases[i].why, cases[i].method, cases[i].target, cases[i].body,
                  cases[i].status, cases[i].part);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_token_and_scopes, open_crm, close_crm),
        cmocka_unit_test_setup_teardown(test_ten_seconds, open_crm, close_crm),
        cmocka_unit_test_setup_teardown(test_search_has_limits_of_its_own, open_crm, close_crm),
        cmocka_unit_test(test_faults),
        cmocka_unit_test_setup_teardown(test_control, open_crm, close_crm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
