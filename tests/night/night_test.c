/*
 * Whole nights against the simulator, in process: the first one, what the later ones cost and
 * write, and whom settings leave out. What a revops person and an operator would notice.
 */
#include <string.h>

#include "check.h"
#include "night_kit.h"

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

/* ---- where and for whom --------------------------------------------------------------------- */

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
        cmocka_unit_test(a_shadow_prefix_writes_beside),
        cmocka_unit_test(only_the_owners_named_are_written),
        cmocka_unit_test(another_portal_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
