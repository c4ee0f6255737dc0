/*
 * What keeps a plan from doing harm: the breaker, people who edit at the same time, undo, and a
 * push or an undo that was killed and goes on.
 */
#include <string.h>

#include "check.h"
#include "night_kit.h"

/* ---- the breaker ---------------------------------------------------------------------------- */

static void mass_edit(struct world *world)
{
    for (int i = 0; i < 40; i++)
        world_edit(world, SIM_COMPANIES, 1001 + i, "numberofemployees", "2");
    sim_advance(world->crm, MINUTE);
}

static void the_breaker_stops_a_mass_change(void **state)
{
    struct world world;
    struct icp_err err = {0};
    int64_t planned;

    (void)state;
    after_first_night(&world);
    world.settings.breaker.records = 20;
    mass_edit(&world);
    assert_int_equal(world_sync(&world, &err), ICP_BAD_CONFIG);
    assert_non_null(strstr(err.hint, "icp push --approve"));
    assert_int_equal(world.writes_sent, 0);
    planned = last_run(&world).plan_records;
    assert_true(planned > 100);
    err = (struct icp_err){0};
    assert_int_equal(world_push(&world, planned - 1, &err), ICP_BAD_CONFIG);
    assert_int_equal(world.writes_sent, 0);
    err = (struct icp_err){0};
    must(world_push(&world, planned, &err), &err, "push --approve");
    assert_int_equal(world.writes_sent, planned);
    world_close(&world);
}

/* ---- people who edit at the same time ------------------------------------------------------- */

static void a_record_that_moved_is_left_for_the_next_plan(void **state)
{
    struct world world;
    struct icp_err err = {0};

    (void)state;
    after_first_night(&world);
    for (int i = 0; i < 10; i++) /* ten people are disqualified by their firm */
        world_edit(&world, SIM_COMPANIES, 1001 + i, "numberofemployees", "2");
    sim_advance(world.crm, MINUTE);
    must(stop_before_push(&world, &err), &err, "up to the plan");
    world_edit(&world, SIM_CONTACTS, 5002, "icp_grade", "A1"); /* somebody writes into our field */
    must(icp_night_push(&world.night, -1, &err), &err, "push");
    assert_int_equal(world.night.run.counts.conflicts, 1);
    assert_int_equal(world.night.run.counts.written, world.night.run.plan_records - 1);
    world_end(&world);
    assert_true(icp_str_is(world_get(&world, 5002, "icp_grade"), "A1"));
    sim_advance(world.crm, MINUTE);
    sync_ok(&world);
    assert_true(icp_str_is(world_get(&world, 5002, "icp_grade"), "X"));
    world_close(&world);
}

static bool something_is_in_flight(struct world *world)
{
    struct icp_err err = {0};
    struct icp_scope_counts scope;

    must(world_start(world, &err), &err, "start");
    must(icp_store_scope(world->store, ICP_STR("hubspot"), &scope, &err), &err, "scope");
    world_end(world);
    return scope.inflight > 0;
}

static void people_edited_while_in_flight_are_scored_first(void **state)
{
    struct world world;

    (void)state;
    for (uint64_t at = 20;; at++) { /* killed with a batch in flight */
        struct icp_err err = {0};
        ready(&world);
        approve_ok(&world);
        world.die_at = at;
        assert_int_equal(world_sync(&world, &err), ICP_STOP);
        world.die_at = 0;
        if (something_is_in_flight(&world))
            break;
        world_close(&world);
    }
    for (int i = 0; i < 250; i++)
        world_edit(&world, SIM_CONTACTS, 5001 + i, "email", "edited@firm.example");
    world_forget_counts(&world);
    sync_ok(&world);
    assert_int_equal(world.writes_sent, 0); /* no score of what is no longer so */
    sim_advance(world.crm, MINUTE);
    sync_ok(&world);
    assert_in_range(world.writes_sent, 100, 250);
    world_close(&world);
}

/* ---- undo ----------------------------------------------------------------------------------- */

/* Once more the same: nothing is sent or said to be written, and it cannot be undone itself. */
static void undo_that_finds_nothing(struct world *world, int64_t run)
{
    struct icp_err err = {0};
    struct icp_run undo = last_run(world);

    assert_true(undo.counts.written > 0);
    assert_int_equal(undo.counts.written, undo.counts.planned);
    world_forget_counts(world);
    undo_ok(world, run);
    assert_int_equal(world->writes_sent, 0);
    assert_int_equal(last_run(world).counts.written, 0);
    assert_int_equal(world_undo(world, last_run(world).id, &err), ICP_BAD_CONFIG);
    assert_non_null(strstr(err.message, "wrote nothing"));
}

static void undo_puts_back_what_nobody_touched(void **state)
{
    struct world world;
    struct icp_buf before, after;
    int64_t run;

    (void)state;
    after_first_night(&world);
    icp_buf_open(&before, DUMP_MOST);
    icp_buf_open(&after, DUMP_MOST);
    world_dump_crm(&world, &before, false);
    world_rules(&world, with("weight: 50", "weight: 5"));
    approve_ok(&world);
    sync_ok(&world);
    run = last_run(&world).id;
    undo_ok(&world, run);
    world_dump_crm(&world, &after, false);
    assert_true(icp_str_equal(icp_buf_view(&before), icp_buf_view(&after)));
    undo_that_finds_nothing(&world, run);
    /* the approval is withdrawn: the next night does not write it again */
    world_forget_counts(&world);
    sync_ok(&world);
    assert_int_equal(world.writes_sent, 0);
    icp_buf_finish(&before);
    icp_buf_finish(&after);
    world_close(&world);
}

static void undo_leaves_what_somebody_touched(void **state)
{
    struct world world;
    struct icp_str before;

    (void)state;
    after_first_night(&world);
    before = world_get(&world, 5003, "icp_score");
    world_rules(&world, with("weight: 50", "weight: 5"));
    approve_ok(&world);
    sync_ok(&world);
    world_edit(&world, SIM_CONTACTS, 5003, "icp_score", "42");
    undo_ok(&world, last_run(&world).id);
    assert_true(icp_str_is(world_get(&world, 5003, "icp_score"), "42"));
    assert_int_equal(last_run(&world).counts.conflicts, 1);
    assert_int_equal(last_run(&world).counts.written, last_run(&world).counts.planned - 1);
    assert_false(icp_str_is(before, "42"));
    world_close(&world);
}

/* ---- killed and held ------------------------------------------------------------------------ */

/* A night with other weights, done. Returns its run. */
static int64_t night_with_other_weights(struct world *world)
{
    world_rules(world, with("weight: 50", "weight: 5"));
    approve_ok(world);
    sync_ok(world);
    return last_run(world).id;
}

static void an_undo_that_was_killed_is_finished_by_push(void **state)
{
    struct world world;
    struct icp_err err = {0};
    struct icp_buf before, after;
    int64_t run;

    (void)state;
    after_first_night(&world);
    icp_buf_open(&before, DUMP_MOST);
    icp_buf_open(&after, DUMP_MOST);
    world_dump_crm(&world, &before, false);
    run = night_with_other_weights(&world);
    world.read_batch = world.write_batch = 20;
    for (uint64_t at = 5; at < 40; at += 5) {
        world.die_at = at;
        world.death = at % 2 == 0 ? WORLD_BEFORE : WORLD_AFTER;
        err = (struct icp_err){0};
        if (world_undo(&world, run, &err) == ICP_OK)
            break;
        world.die_at = 0;
    }
    world.die_at = 0;
    assert_int_equal(err.status, ICP_STOP);
    err = (struct icp_err){0};
    assert_int_equal(world_sync(&world, &err), ICP_BAD_CONFIG); /* no night while it waits */
    assert_non_null(strstr(err.hint, "icp undo --drop"));
    err = (struct icp_err){0};
    must(world_push(&world, -1, &err), &err, "push");
    world_dump_crm(&world, &after, false);
    assert_true(icp_str_equal(icp_buf_view(&before), icp_buf_view(&after)));
    world_forget_counts(&world);
    sync_ok(&world);
    assert_int_equal(world.writes_sent, 0);
    icp_buf_finish(&before);
    icp_buf_finish(&after);
    world_close(&world);
}

static void a_blocked_undo_holds_the_night_until_it_is_dropped(void **state)
{
    struct world world;
    struct icp_err err = {0};
    int64_t run;

    (void)state;
    after_first_night(&world);
    run = night_with_other_weights(&world);
    world_forget_counts(&world);
    world.settings.breaker.records = 10;
    assert_int_equal(world_undo(&world, run, &err), ICP_BAD_CONFIG);
    err = (struct icp_err){0};
    assert_int_equal(world_sync(&world, &err), ICP_BAD_CONFIG);
    assert_int_equal(world.writes_sent, 0);
    err = (struct icp_err){0};
    must(world_start(&world, &err), &err, "start");
    must(icp_night_drop_undo(&world.night, &err), &err, "drop");
    world_end(&world);
    sync_ok(&world);
    world_close(&world);
}

static void a_killed_push_goes_on_by_push_alone(void **state)
{
    struct world world;
    struct icp_err err = {0};

    (void)state;
    ready(&world);
    approve_ok(&world);
    world.read_batch = world.write_batch = 50;
    world.die_at = 31; /* in the middle of the batches */
    world.death = WORLD_AFTER;
    assert_int_equal(world_sync(&world, &err), ICP_STOP);
    world.die_at = 0;
    assert_in_range(world.writes_sent, 1, 249);
    err = (struct icp_err){0};
    must(world_push(&world, -1, &err), &err, "push");
    assert_in_range(world.writes_sent, 250, 300);
    world_forget_counts(&world);
    sync_ok(&world);
    assert_int_equal(world.writes_sent, 0);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_breaker_stops_a_mass_change),
        cmocka_unit_test(a_record_that_moved_is_left_for_the_next_plan),
        cmocka_unit_test(people_edited_while_in_flight_are_scored_first),
        cmocka_unit_test(undo_puts_back_what_nobody_touched),
        cmocka_unit_test(undo_leaves_what_somebody_touched),
        cmocka_unit_test(an_undo_that_was_killed_is_finished_by_push),
        cmocka_unit_test(a_blocked_undo_holds_the_night_until_it_is_dropped),
        cmocka_unit_test(a_killed_push_goes_on_by_push_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
