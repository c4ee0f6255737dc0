/* The HubSpot connector against the CRM simulator in process: two readings of HubSpot's
   documentation must agree. */
#include "hubspot/hubspot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "crm.h"
#include "date.h"
#include "generate.h"
#include "number.h"
#include "transport.h"

#define BASE "http://127.0.0.1:9"

enum { PEOPLE = 1200 };

struct world {
    struct sim_crm *crm;
    size_t calls;
    struct icp_connector *connector;
    struct icp_arena arena;
    struct icp_err err;
};

static int64_t number_header(const struct sim_response *response, const char *name)
{
    const char *text = sim_response_header(response, name);
    int64_t number = -1;

    return text && icp_integer_parse(icp_str_from(text), &number) ? number : -1;
}

static void fill(const struct sim_response *response, struct icp_answer *answer)
{
    const char *date = sim_response_header(response, "date");
    const char *type = sim_response_header(response, "content-type");
    struct icp_str rest = icp_str_from(type);

    answer->status = response->status;
    answer->server_ms = 0;
    if (date)
        assert_true(icp_http_date_parse(icp_str_from(date), &answer->server_ms));
    answer->retry_after_ms = 0;
    answer->limit_remaining = number_header(response, "x-hubspot-ratelimit-remaining");
    answer->daily_remaining = number_header(response, "x-hubspot-ratelimit-daily-remaining");
    answer->content_type = (struct icp_str){0};
    if (type && icp_str_cut(&rest, ';', &rest) &&
        icp_str_has_prefix(icp_str_from(type), ICP_STR("application/json")))
        answer->content_type = ICP_STR("application/json");
    icp_buf_reset(&answer->body);
    icp_buf_add(&answer->body, icp_buf_view(&response->body));
}

static enum icp_status exchange(void *context, const struct icp_exchange *request,
                                struct icp_answer *answer, struct icp_err *err)
{
    struct world *world = context;
    struct icp_str query = icp_str_slice(request->url, sizeof(BASE) - 1, request->url.length);
    struct icp_str path = {0};
    struct sim_response response;
    char authorization[100];
    bool answered = false;

    (void)icp_str_cut(&query, '?', &path);
    (void)snprintf(authorization, sizeof(authorization), "Bearer %.*s",
                   ICP_STR_ARGUMENTS(request->bearer));
    world->calls++;
    sim_response_open(&response);
    answered = sim_exchange(world->crm,
                            &(struct sim_request){icp_str_from(request->method), path, query,
                                                  icp_str_from(authorization), request->body},
                            &response);
    if (!answered || response.transport != SIM_ANSWER)
        icp_fail(err, request->writes ? ICP_UNKNOWN : ICP_RETRY, "the connection was closed");
    else
        fill(&response, answer);
    sim_response_finish(&response);
    return err->status;
}

static enum icp_status wait_ms(void *context, int64_t ms, struct icp_err *err)
{
    (void)err;
    sim_advance(((struct world *)context)->crm, ms);
    return ICP_OK;
}

static int64_t monotonic_ms(void *context)
{
    return sim_now(((struct world *)context)->crm);
}

static uint32_t random_bits(void *context)
{
    (void)context;
    return 4711;
}

static void start(struct world *world, const char *version)
{
    const struct icp_str values[] = {
        ICP_STR("pat-sim-demo-token"), ICP_STR(BASE), icp_str_from(version), {0}};
    const struct icp_host host = {.context = world,
                                  .exchange = exchange,
                                  .wait = wait_ms,
                                  .monotonic_ms = monotonic_ms,
                                  .random = random_bits};

    *world = (struct world){.crm = sim_crm_open(INT64_C(1793527200000))};
    icp_arena_open(&world->arena, (size_t)48 << 20);
    assert_int_equal(sim_generate(world->crm, PEOPLE, 7, &world->err), ICP_OK);
    assert_int_equal(hubspot_ops.open(&host, values, &world->connector, &world->err), ICP_OK);
}

static void stop(struct world *world)
{
    hubspot_ops.close(world->connector);
    sim_crm_close(world->crm);
    icp_arena_close(&world->arena);
}

static const struct icp_source title = {ICP_CONTACT, ICP_STR_INIT("jobtitle")};
static const struct icp_field fields[] = {{.name = ICP_STR_INIT("contact.title"),
                                           .type = ICP_TYPE_TEXT,
                                           .sources = &title,
                                           .source_count = 1}};
static const struct icp_str owned[] = {ICP_STR_INIT("icp_score")};
static const struct icp_request contacts = {
    .object = ICP_CONTACT, .fields = fields, .field_count = 1, .owned = owned, .owned_count = 1};
static const struct icp_owned_field own_fields[] = {
    {ICP_STR_INIT("icp_score"), ICP_STR_INIT("ICP score"), ICP_STR_INIT("About"), ICP_OWNED_NUMBER,
     NULL, 0}};

static void must(struct world *world, enum icp_status status)
{
    if (status != ICP_OK)
        fail_msg("%s: %s", icp_status_name(status), world->err.message);
}

/* Every record of a walk; returns how many came. */
static size_t walk(struct world *world, struct icp_cursor cursor, struct icp_str *first_id)
{
    struct icp_page page = {0};
    size_t count = 0;

    while (!page.last) {
        must(world, hubspot_ops.changed(world->connector, &contacts, &cursor, &world->arena, &page,
                                        &world->err));
        if (count == 0 && page.count && first_id)
            *first_id = page.records[0].id;
        count += page.count;
        cursor = page.next;
    }
    return count;
}

static void set_up(struct world *world)
{
    struct icp_setup_plan plan;
    size_t calls = 0;

    must(world, hubspot_ops.setup(world->connector, ICP_CONTACT, own_fields, 1, true, &world->arena,
                                  &plan, &world->err));
    assert_int_equal(plan.steps[1].action, ICP_SETUP_CREATE);
    calls = world->calls;
    must(world, hubspot_ops.setup(world->connector, ICP_CONTACT, own_fields, 1, true, &world->arena,
                                  &plan, &world->err));
    assert_int_equal(plan.steps[0].action, ICP_SETUP_EXISTS);
    assert_int_equal(plan.steps[1].action, ICP_SETUP_EXISTS);
    assert_int_equal(world->calls, calls + 2);
}

static void reads_edits_and_writes(void **state)
{
    static const char *const versions[] = {"2026-09", "2026-03", "v3"};

    (void)state;
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        struct world world;
        struct icp_account account;
        struct icp_str id = {0};
        struct icp_page page;
        struct icp_outcome outcome;
        const struct icp_str value = ICP_STR("87");
        int64_t number = 0;

        start(&world, versions[i]);
        must(&world, hubspot_ops.account(world.connector, &world.arena, &account, &world.err));
        set_up(&world);
        sim_advance(world.crm, 60000);
        world.calls = 0;
        assert_int_equal(walk(&world, (struct icp_cursor){.mode = ICP_CURSOR_ALL}, &id), PEOPLE);
        assert_int_equal(world.calls, PEOPLE / 100);
        assert_true(icp_integer_parse(id, &number));
        must(&world,
             sim_edit(world.crm, SIM_CONTACTS, number, "jobtitle", ICP_STR("Chief"), &world.err));
        assert_int_equal(walk(&world,
                              (struct icp_cursor){.mode = ICP_CURSOR_CHANGES,
                                                  .since_ms = sim_now(world.crm) - 1000},
                              &id),
                         1);
        must(&world,
             hubspot_ops.read(world.connector, &contacts, &id, 1, &world.arena, &page, &world.err));
        assert_true(icp_str_is(page.records[0].values[0], "Chief"));
        assert_true(icp_str_is_null(page.records[0].owned[0]));
        must(&world, hubspot_ops.write(world.connector, ICP_CONTACT,
                                       &(struct icp_change){id, owned, &value, 1}, 1, &outcome,
                                       &world.arena, &world.err));
        assert_int_equal(outcome.kind, ICP_WRITTEN);
        must(&world,
             hubspot_ops.read(world.connector, &contacts, &id, 1, &world.arena, &page, &world.err));
        assert_true(icp_str_is(page.records[0].owned[0], "87"));
        stop(&world);
    }
}

/* The walk over everything by search, with overlap, ends and brings everybody. */
static void searches_everybody(void **state)
{
    struct world world;

    (void)state;
    start(&world, "2026-09");
    assert_true(walk(&world, (struct icp_cursor){.mode = ICP_CURSOR_CHANGES}, NULL) >= PEOPLE);
    stop(&world);
}

static void refuses_one_and_writes_the_rest(void **state)
{
    const struct icp_str good = ICP_STR("50"), bad = ICP_STR("fifty");
    struct icp_change changes[100];
    struct icp_outcome outcomes[100];
    struct icp_cursor cursor = {.mode = ICP_CURSOR_ALL};
    struct icp_page page;
    struct world world;

    (void)state;
    start(&world, "2026-09");
    set_up(&world);
    sim_advance(world.crm, 60000);
    must(&world,
         hubspot_ops.changed(world.connector, &contacts, &cursor, &world.arena, &page, &world.err));
    assert_int_equal(page.count, 100);
    for (size_t i = 0; i < 100; i++)
        changes[i] =
            (struct icp_change){page.records[i].id, owned, i == 37 || i == 99 ? &bad : &good, 1};
    changes[5].id = ICP_STR("999999999");
    must(&world, hubspot_ops.write(world.connector, ICP_CONTACT, changes, 100, outcomes,
                                   &world.arena, &world.err));
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(outcomes[i].kind, i == 5               ? ICP_GONE
                                           : i == 37 || i == 99 ? ICP_REFUSED
                                                                : ICP_WRITTEN);
    stop(&world);
}

/* 600 calls as fast as they go: HubSpot's ten-second limit is never met. */
static void keeps_below_the_limit(void **state)
{
    struct world world;
    struct icp_account account;

    (void)state;
    start(&world, "2026-09");
    for (size_t i = 0; i < 600; i++) {
        icp_arena_reset(&world.arena);
        must(&world, hubspot_ops.account(world.connector, &world.arena, &account, &world.err));
    }
    assert_int_equal(world.calls, 600);
    stop(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_edits_and_writes),
        cmocka_unit_test(searches_everybody),
        cmocka_unit_test(refuses_one_and_writes_the_rest),
        cmocka_unit_test(keeps_below_the_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
