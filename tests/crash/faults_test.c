/*
 * Every HTTP fault at every request of a night: it ends in the right CRM, or in a clear stop with
 * the right status from which the next night goes on to the right CRM. Never in a wrong value,
 * never in another field.
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "date.h"
#include "faults.h"
#include "night_kit.h"

enum { PEOPLE = 45, FIRMS = 9, BATCH = 20, DUMP = 16 * 1024 * 1024 };

static const struct {
    const char *why;
    struct sim_fault fault;
    enum icp_status permanent; /* the status when the fault stays for good; ICP_OK: not tried */
} faults[] = {
    {"429 ten-secondly", {.kind = SIM_FAULT_STATUS, .status = 429}, ICP_REMOTE},
    {"429 with a Retry-After",
     {.kind = SIM_FAULT_STATUS, .status = 429, .retry_after = "3"},
     ICP_REMOTE},
    {"429 daily", {.kind = SIM_FAULT_STATUS, .status = 429, .policy = "DAILY"}, ICP_REMOTE},
    {"500", {.kind = SIM_FAULT_STATUS, .status = 500}, ICP_REMOTE},
    {"500 after the call was done",
     {.kind = SIM_FAULT_STATUS, .status = 500, .apply = true},
     ICP_OK},
    {"502 with HTML", {.kind = SIM_FAULT_STATUS, .status = 502, .body = SIM_BODY_HTML}, ICP_REMOTE},
    {"503, empty", {.kind = SIM_FAULT_STATUS, .status = 503, .body = SIM_BODY_EMPTY}, ICP_REMOTE},
    {"423", {.kind = SIM_FAULT_STATUS, .status = 423}, ICP_REMOTE},
    {"401", {.kind = SIM_FAULT_STATUS, .status = 401}, ICP_REMOTE},
    {"403", {.kind = SIM_FAULT_STATUS, .status = 403}, ICP_REMOTE},
    {"closed before", {.kind = SIM_FAULT_CLOSE_BEFORE}, ICP_REMOTE},
    {"closed after", {.kind = SIM_FAULT_CLOSE_AFTER}, ICP_OK},
    {"no answer in time, not done", {.kind = SIM_FAULT_CLOSE_BEFORE, .delay_ms = 120000}, ICP_OK},
    {"no answer in time, done", {.kind = SIM_FAULT_CLOSE_AFTER, .delay_ms = 120000}, ICP_OK},
    {"truncated", {.kind = SIM_FAULT_TRUNCATE}, ICP_OK},
    {"garbage", {.kind = SIM_FAULT_GARBAGE}, ICP_OK},
    {"wrong JSON", {.kind = SIM_FAULT_WRONG_JSON}, ICP_OK},
};

static void prepare(struct world *world)
{
    struct icp_err err = {0};

    world_open(world);
    world->read_batch = world->write_batch = BATCH;
    world_people(world, FIRMS, PEOPLE);
    must(world_setup(world, &err), &err, "setup");
    must(world_approve(world, &err), &err, "approve");
    sim_advance(world->crm, 1000 - sim_now(world->crm) % 1000);
    world_forget_counts(world);
}

/* icp_scored_at is the time of the run, and a run that was stopped by a fault may be another one.
 */
static void dump_without_times(struct world *world, struct icp_buf *out)
{
    struct icp_buf all;
    struct icp_str rest, line;

    icp_buf_open(&all, DUMP);
    world_dump_crm(world, &all, false);
    rest = icp_buf_view(&all);
    while (icp_str_cut(&rest, '\n', &line)) {
        if (icp_str_find(line, ICP_STR("icp_scored_at = ")) < line.length)
            continue;
        icp_buf_add(out, line);
        icp_buf_add_char(out, '\n');
    }
    icp_buf_finish(&all);
}

static bool is_clear_stop(enum icp_status status)
{
    return status == ICP_REMOTE || status == ICP_STOP || status == ICP_RETRY ||
           status == ICP_UNKNOWN || status == ICP_ITEM;
}

static void one(size_t which, uint64_t nth, struct icp_str wanted)
{
    struct world world;
    struct sim_fault fault = faults[which].fault;
    struct icp_err err = {0};
    struct icp_buf got;
    char where[128];

    (void)snprintf(where, sizeof(where), "%s at request %llu", faults[which].why,
                   (unsigned long long)nth);
    prepare(&world);
    fault.nth = nth;
    sim_fault_add(world.crm, &fault);
    for (int tries = 0; world_sync(&world, &err) != ICP_OK; tries++) {
        if (!is_clear_stop(err.status) || tries > 3)
            fail_msg("%s: %s (%s)", where, err.message, icp_status_name(err.status));
        err = (struct icp_err){0};
    }
    icp_buf_open(&got, DUMP);
    dump_without_times(&world, &got);
    if (!icp_str_equal(icp_buf_view(&got), wanted))
        fail_msg("%s: the CRM is another one", where);
    assert_true(world.writes_sent <= PEOPLE + 2 * BATCH);
    icp_buf_finish(&got);
    world_close(&world);
}

static void each_fault_at_each_request(void **state)
{
    struct world world;
    struct icp_err err = {0};
    struct icp_buf wanted;
    uint64_t requests;

    (void)state;
    prepare(&world);
    must(world_sync(&world, &err), &err, "a night without a fault");
    requests = world.requests;
    icp_buf_open(&wanted, DUMP);
    dump_without_times(&world, &wanted);
    world_close(&world);
    assert_true(requests >= 9);
    for (size_t which = 0; which < sizeof(faults) / sizeof(faults[0]); which++)
        for (uint64_t nth = 1; nth <= requests; nth++)
            one(which, nth, icp_buf_view(&wanted));
    print_message("%zu faults at %llu requests\n", sizeof(faults) / sizeof(faults[0]),
                  (unsigned long long)requests);
    icp_buf_finish(&wanted);
}

static void a_fault_that_stays_ends_in_a_clear_status(void **state)
{
    (void)state;
    for (size_t which = 0; which < sizeof(faults) / sizeof(faults[0]); which++) {
        struct world world;
        struct sim_fault fault = faults[which].fault;
        struct icp_err err = {0};
        if (faults[which].permanent == ICP_OK)
            continue;
        prepare(&world);
        fault.nth = 0;
        sim_fault_add(world.crm, &fault);
        if (world_sync(&world, &err) != faults[which].permanent)
            fail_msg("%s: %s (%s)", faults[which].why, err.message, icp_status_name(err.status));
        if ((fault.status == 401 || fault.status == 403) && err.http_status != fault.status)
            fail_msg("%s: the HTTP status %d is lost", faults[which].why, fault.status);
        assert_int_equal(world.writes_sent, 0);
        world_close(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_at_each_request),
        cmocka_unit_test(a_fault_that_stays_ends_in_a_clear_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
