/* Whole nights against the simulator, in process: what a revops person and an operator would
 * notice. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "date.h"
#include "world.h"

#define DAY ICP_MS_PER_DAY

static void must(enum icp_status status, const struct icp_err *err, const char *what)
{
    if (status != ICP_OK)
        fail_msg("%s: %s (%s) %s", what, err->message, icp_status_name(status), err->hint);
}

static void sync_ok(struct world *world)
{
    struct icp_err err = {0};
    must(world_sync(world, &err), &err, "sync");
}

static void approve_ok(struct world *world)
{
    struct icp_err err = {0};
    must(world_approve(world, &err), &err, "approve");
}

static void undo_ok(struct world *world, int64_t run)
{
    struct icp_err err = {0};
    must(world_undo(world, run, &err), &err, "undo");
}

/* A CRM of 40 firms and 250 people with our fields created. */
static void ready(struct world *world)
{
    struct icp_err err = {0};

    world_open(world);
    world_people(world, 40, 250);
    must(world_setup(world, &err), &err, "setup");
}

/* The same after the first approved night, the search index caught up. */
static void after_first_night(struct world *world)
{
    ready(world);
    approve_ok(world);
    sync_ok(world);
    sim_advance(world->crm, 2 * HOUR);
    sync_ok(world); /* reads our own writes back once */
    world_forget_counts(world);
}

static struct icp_run last_run(struct world *world)
{
    struct icp_err err = {0};
    struct icp_run run = {0};
    bool found;

    must(world_start(world, &err), &err, "start");
    must(icp_store_last_run(world->store, -1, -1, &world->arena, &run, &found, &err), &err,
         "last run");
    assert_true(found);
    run.reason = (struct icp_str){0}; /* it lives in the arena that ends now */
    world_end(world);
    return run;
}

/* ---- the first night ------------------------------------------------------------------------ */

static void first_night_writes_only_our_fields(void **state)
{
    struct world world;
    struct icp_buf before, after;

    (void)state;
    ready(&world);
    icp_buf_open(&before, DUMP_MOST);
    icp_buf_open(&after, DUMP_MOST);
    world_dump_crm(&world, &before, true);
    approve_ok(&world);
    sync_ok(&world);
    world_dump_crm(&world, &after, true);
    assert_true(icp_str_equal(icp_buf_view(&before), icp_buf_view(&after)));
    assert_true(icp_str_is(world_get(&world, 5012, "icp_profile"), "Plain"));
    assert_false(icp_str_is_empty(world_get(&world, 5012, "icp_score")));
    assert_true(icp_str_is_empty(
        world_get(&world, 5012, "icp_tier_since"))); /* empty on the very first run */
    assert_true(icp_str_is_empty(world_get(&world, 5012, "icp_call_by")));
    icp_buf_finish(&before);
    icp_buf_finish(&after);
    world_close(&world);
}

static void second_night_writes_nothing(void **state)
{
    struct world world;

    (void)state;
    ready(&world);
    approve_ok(&world);
    sync_ok(&world);
    assert_int_equal(world.writes_sent, 250);
    world_forget_counts(&world);
    sync_ok(&world);
    assert_int_equal(world.writes_sent, 0);
    world_close(&world);
}

static void first_night_needs_the_fewest_calls(void **state)
{
    struct world world;

    (void)state;
    ready(&world);
    approve_ok(&world);
    world_forget_counts(&world);
    sync_ok(&world);
    /* ceil(250/100) + ceil(40/100) + 2 * ceil(250/100), and account + two property lists */
    assert_int_equal(world.requests, 3 + 1 + 2 * 3 + 3);
    world_close(&world);
}

static void without_approval_nothing_is_written(void **state)
{
    struct world world;
    struct icp_err err = {0};

    (void)state;
    ready(&world);
    assert_int_equal(world_sync(&world, &err), ICP_BAD_CONFIG);
    assert_non_null(strstr(err.hint, "icp approve"));
    assert_int_equal(world.writes_sent, 0);
    approve_ok(&world);
    sync_ok(&world); /* goes on where it stopped */
    assert_int_equal(world.writes_sent, 250);
    world_close(&world);
}

static void without_setup_the_plan_stops(void **state)
{
    struct world world;
    struct icp_err err = {0};

    (void)state;
    world_open(&world);
    world_people(&world, 4, 10);
    approve_ok(&world);
    assert_int_equal(world_sync(&world, &err), ICP_BAD_CONFIG);
    assert_non_null(strstr(err.hint, "icp setup --apply"));
    assert_int_equal(world.writes_sent, 0);
    world_close(&world);
}

/* ---- later nights --------------------------------------------------------------------------- */

static void own_writes_come_back_once(void **state)
{
    struct world world;

    (void)state;
    ready(&world);
    approve_ok(&world);
    sync_ok(&world);
    world_forget_counts(&world);
    sim_advance(world.crm, 2 * HOUR);
    sync_ok(&world);
    assert_int_equal(world.writes_sent, 0);
    /* search pages of 200 and 50 ids, read by 100: three times */
    assert_int_equal(world.batch_reads, 3);
    world_close(&world);
}

static void seven_quiet_days_cost_one_search_an_object(void **state)
{
    struct world world;

    (void)state;
    after_first_night(&world);
    sim_advance(world.crm, 7 * DAY);
    sync_ok(&world);
    assert_int_equal(world.searches, 2);
    assert_int_equal(world.lists, 0);
    /* scores that fade far enough are rewritten, the others are not; the only reads are those
     * before a write */
    assert_true(world.writes_sent > 0);
    assert_true(world.writes_sent < 60);
    assert_int_equal(world.batch_reads, (world.writes_sent + 99) / 100);
    world_close(&world);
}

static void a_company_edit_scores_exactly_its_people_again(void **state)
{
    struct world world;

    (void)state;
    after_first_night(&world);
    world_edit(&world, SIM_COMPANIES, 1001, "industry", "CONSTRUCTION");
    sim_advance(world.crm, MINUTE);
    sync_ok(&world);
    /* people 0, 40, 80, …, 240 belong to firm 0, but number 0 has no company */
    assert_int_equal(last_run(&world).counts.scored, 6);
    world_close(&world);
}

static void new_people_do_not_trip_the_breaker(void **state)
{
    struct world world;
    struct icp_err err = {0};

    (void)state;
    after_first_night(&world);
    world.settings.breaker.records = 20;
    for (int i = 0; i < 40; i++) {
        int64_t now = sim_now(world.crm);
        uint32_t record = sim_add_record(world.crm, SIM_CONTACTS, 9001 + i, now, now);
        sim_set(world.crm, SIM_CONTACTS, record, "firstname", ICP_STR("New"));
    }
    sim_advance(world.crm, MINUTE);
    must(world_sync(&world, &err), &err, "sync");
    assert_int_equal(world.writes_sent, 40);
    assert_false(icp_str_is_empty(
        world_get(&world, 9001, "icp_tier_since"))); /* not the first run any more */
    world_close(&world);
}

/* ---- rules that change ---------------------------------------------------------------------- */

static char *with(const char *from, const char *to)
{
    static char text[16384];
    const char *at = strstr(world_plain_rules, from);

    assert_non_null(at);
    assert_in_range(snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - world_plain_rules),
                             world_plain_rules, to, at + strlen(from)),
                    1, sizeof(text) - 1);
    return text;
}

static void a_changed_weight_waits_for_approval(void **state)
{
    struct world world;

    (void)state;
    after_first_night(&world);
    world_rules(&world, with("weight: 50", "weight: 5"));
    sync_ok(&world);
    assert_int_equal(world.writes_sent, 0);
    approve_ok(&world);
    sync_ok(&world);
    assert_true(world.writes_sent > 50);
    world_close(&world);
}

/* The night goes on with the list as it was approved, until the new one is. */
static void an_edited_list_waits_for_approval(void **state)
{
    struct world world;
    struct icp_err err = {0};

    (void)state;
    after_first_night(&world);
    world.list = ICP_STR("DK\nSE\n");
    world_rules(&world, with("disqualify:\n", "lists: {near: {file: lists/near.txt}}\n"
                                              "disqualify:\n"
                                              "  - {id: near, when: company.country in near}\n"));
    approve_ok(&world);
    sync_ok(&world);
    assert_true(world.writes_sent > 10);
    world_forget_counts(&world);
    world.list = ICP_STR("NO\nFI\n");
    sync_ok(&world);
    assert_int_equal(world.writes_sent, 0);
    world.list = (struct icp_str){0};
    must(world_start(&world, &err), &err, "start");
    assert_int_equal(world.night_rules.state, ICP_RULES_BROKEN);
    assert_int_equal(world.night_rules.active_count, 1);
    world_end(&world);
    world.list = ICP_STR("NO\nFI\n");
    approve_ok(&world);
    sync_ok(&world);
    assert_true(world.writes_sent > 10);
    world_close(&world);
}

static void the_preview_lists_who_moves_and_sends_nothing(void **state)
{
    struct world world;
    struct icp_err err = {0};
    struct icp_preview preview;

    (void)state;
    after_first_night(&world);
    world_rules(&world, with("weight: 50", "weight: 5"));
    must(world_start(&world, &err), &err, "start");
    assert_int_equal(world.night_rules.state, ICP_RULES_PENDING);
    must(world_preview(&world, 0, &preview, &err), &err, "preview");
    assert_true(preview.changed > 50);
    assert_int_equal(preview.people, 250);
    assert_true(preview.mover_count == ICP_PREVIEW_MOVERS);
    assert_true(icp_str_find(preview.movers[0].reason, ICP_STR("employees")) <
                preview.movers[0].reason.length);
    for (size_t i = 1; i < preview.mover_count; i++)
        assert_true(llabs(preview.movers[i - 1].score_after - preview.movers[i - 1].score_before) >=
                    llabs(preview.movers[i].score_after - preview.movers[i].score_before));
    world_end(&world);
    assert_int_equal(world.requests, 0);
    world_close(&world);
}

static void words_need_no_approval(void **state)
{
    struct world world;
    struct icp_err err = {0};

    (void)state;
    after_first_night(&world);
    world_rules(&world, with("label: Work", "label: Work on it"));
    must(world_start(&world, &err), &err, "start");
    assert_int_equal(world.night_rules.state, ICP_RULES_CURRENT);
    assert_true(
        icp_str_is(icp_rules_about(world.night_rules.active[0])->tiers[1].label, "Work on it"));
    world_end(&world);
    world_close(&world);
}

static void a_red_test_keeps_the_last_approved_rules(void **state)
{
    struct world world;
    struct icp_err err = {0};
    struct icp_buf text;

    (void)state;
    after_first_night(&world);
    icp_buf_open(&text, 16384);
    icp_buf_add_cstr(&text, with("weight: 50", "weight: 5"));
    icp_buf_add_cstr(&text, "tests:\n  - {name: wrong, as_of: 2026-01-15, given: "
                            "{company.employees: 100}, expect: {grade: D4}}\n");
    world_rules_view(&world, icp_buf_view(&text));
    must(world_start(&world, &err), &err, "start");
    assert_int_equal(world.night_rules.state, ICP_RULES_RED);
    world_end(&world);
    sync_ok(&world);
    assert_int_equal(world.writes_sent, 0);
    icp_buf_finish(&text);
    world_close(&world);
}

static void a_broken_file_keeps_the_last_approved_rules(void **state)
{
    struct world world;
    struct icp_err err = {0};

    (void)state;
    after_first_night(&world);
    world_rules(&world, with("weight: 50", "weigth: 50"));
    must(world_start(&world, &err), &err, "start");
    assert_int_equal(world.night_rules.state, ICP_RULES_BROKEN);
    assert_false(icp_str_is_empty(world.night_rules.files[0].problem));
    world_end(&world);
    sync_ok(&world);
    world_close(&world);
}

static void rules_that_drop_a_field_lose_nothing(void **state)
{
    struct world world;

    (void)state;
    after_first_night(&world);
    world.settings.breaker.records = 10; /* 250 people lose no industry: it is not asked for */
    world.settings.breaker.missing_percent = 0;
    world_rules(&world, with("    - {id: industry, weight: 20, field: company.industry, match: "
                             "{COMPUTER_SOFTWARE: 100, BANKING: 60, else: 20}, because: \"Industry "
                             "{company.industry}\"}\n",
                             ""));
    approve_ok(&world);
    sync_ok(&world);
    sync_ok(&world);
    world_close(&world);
}

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

static enum icp_status stop_before_push(struct world *world, struct icp_err *err)
{
    if (world_start(world, err) == ICP_OK && icp_night_begin(&world->night, false, err) == ICP_OK &&
        icp_night_pull(&world->night, err) == ICP_OK &&
        icp_night_score(&world->night, err) == ICP_OK)
        icp_night_plan(&world->night, err);
    return err->status;
}

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

static void rules_approved_between_two_stages_score_again(void **state)
{
    struct world world;
    struct icp_err err = {0};
    struct icp_str size;

    (void)state;
    ready(&world);
    approve_ok(&world);
    must(stop_before_push(&world, &err), &err, "up to the plan");
    world_end(&world);
    world_rules(&world, with("weight: 50", "weight: 5"));
    approve_ok(&world);
    sync_ok(&world);
    size = world_get(&world, 5003, "icp_reasons");
    assert_true(icp_str_find(size, ICP_STR("employees")) < size.length);
    world_forget_counts(&world);
    sync_ok(&world); /* nothing is left of the first rules */
    assert_int_equal(world.writes_sent, 0);
    world_close(&world);
}

static void an_approval_that_ran_out_writes_nothing(void **state)
{
    struct world world;
    struct icp_err err = {0};

    (void)state;
    ready(&world);
    must(world_start(&world, &err), &err, "start");
    must(icp_store_approve(world.store, world.night_rules.files[0].key,
                           &world.night_rules.files[0].file_row, 1,
                           icp_time_to_date(sim_now(world.crm)), 0, &err),
         &err, "approve until today");
    world_end(&world);
    sync_ok(&world);
    world_forget_counts(&world);
    sim_advance(world.crm, 2 * DAY);
    assert_int_equal(world_sync(&world, &err), ICP_BAD_CONFIG);
    assert_int_equal(world.writes_sent, 0);
    world_close(&world);
}

static void a_shadow_prefix_writes_beside(void **state)
{
    struct world world;
    struct icp_err err = {0};

    (void)state;
    world_open(&world);
    world_people(&world, 10, 20);
    world.settings.owned_prefix = ICP_STR("icp_shadow_");
    must(world_setup(&world, &err), &err, "setup");
    approve_ok(&world);
    sync_ok(&world);
    assert_false(icp_str_is_empty(world_get(&world, 5005, "icp_shadow_score")));
    assert_false(sim_has_property(world.crm, SIM_CONTACTS, "icp_score"));
    world_close(&world);
}

static void only_the_owners_named_are_written(void **state)
{
    static const struct icp_str owners[] = {ICP_STR_INIT("71")};
    struct world world;

    (void)state;
    ready(&world);
    world.settings.only_owners = owners;
    world.settings.only_owner_count = 1;
    approve_ok(&world);
    sync_ok(&world);
    assert_int_equal(world.writes_sent, 84);
    assert_false(icp_str_is_empty(world_get(&world, 5001, "icp_score")));
    assert_true(icp_str_is_empty(world_get(&world, 5002, "icp_score")));
    world_close(&world);
}

static void another_portal_is_refused(void **state)
{
    struct world world, other;
    struct icp_err err = {0};

    (void)state;
    ready(&world);
    approve_ok(&world);
    must(world_start(&world, &err), &err, "start");
    must(icp_store_pin_account(world.store, ICP_STR("hubspot"), ICP_STR("another"),
                               ICP_STR("portal another"), (struct icp_str){0}, &err),
         &err, "pin");
    world_end(&world);
    assert_int_equal(world_sync(&world, &err), ICP_BAD_CONFIG);
    assert_int_equal(world.writes_sent, 0);
    (void)other;
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_night_writes_only_our_fields),
        cmocka_unit_test(second_night_writes_nothing),
        cmocka_unit_test(first_night_needs_the_fewest_calls),
        cmocka_unit_test(without_approval_nothing_is_written),
        cmocka_unit_test(without_setup_the_plan_stops),
        cmocka_unit_test(own_writes_come_back_once),
        cmocka_unit_test(seven_quiet_days_cost_one_search_an_object),
        cmocka_unit_test(a_company_edit_scores_exactly_its_people_again),
        cmocka_unit_test(new_people_do_not_trip_the_breaker),
        cmocka_unit_test(a_changed_weight_waits_for_approval),
        cmocka_unit_test(an_edited_list_waits_for_approval),
        cmocka_unit_test(the_preview_lists_who_moves_and_sends_nothing),
        cmocka_unit_test(words_need_no_approval),
        cmocka_unit_test(a_red_test_keeps_the_last_approved_rules),
        cmocka_unit_test(a_broken_file_keeps_the_last_approved_rules),
        cmocka_unit_test(rules_that_drop_a_field_lose_nothing),
        cmocka_unit_test(the_breaker_stops_a_mass_change),
        cmocka_unit_test(a_record_that_moved_is_left_for_the_next_plan),
        cmocka_unit_test(undo_puts_back_what_nobody_touched),
        cmocka_unit_test(undo_leaves_what_somebody_touched),
        cmocka_unit_test(an_undo_that_was_killed_is_finished_by_push),
        cmocka_unit_test(a_blocked_undo_holds_the_night_until_it_is_dropped),
        cmocka_unit_test(a_killed_push_goes_on_by_push_alone),
        cmocka_unit_test(people_edited_while_in_flight_are_scored_first),
        cmocka_unit_test(rules_approved_between_two_stages_score_again),
        cmocka_unit_test(an_approval_that_ran_out_writes_nothing),
        cmocka_unit_test(a_shadow_prefix_writes_beside),
        cmocka_unit_test(only_the_owners_named_are_written),
        cmocka_unit_test(another_portal_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
