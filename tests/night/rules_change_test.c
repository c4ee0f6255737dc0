/*
 * Nights whose rules changed: what waits for an approval and what needs none, what the preview says
 * of it, and files that are broken or red.
 */
#include <stdlib.h>

#include "check.h"
#include "date.h"
#include "night_kit.h"

/* ---- what waits for approval ---------------------------------------------------------------- */

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

/* ---- files that cannot be used -------------------------------------------------------------- */

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

/* ---- approved ------------------------------------------------------------------------------- */

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_changed_weight_waits_for_approval),
        cmocka_unit_test(an_edited_list_waits_for_approval),
        cmocka_unit_test(the_preview_lists_who_moves_and_sends_nothing),
        cmocka_unit_test(words_need_no_approval),
        cmocka_unit_test(a_red_test_keeps_the_last_approved_rules),
        cmocka_unit_test(a_broken_file_keeps_the_last_approved_rules),
        cmocka_unit_test(rules_that_drop_a_field_lose_nothing),
        cmocka_unit_test(rules_approved_between_two_stages_score_again),
        cmocka_unit_test(an_approval_that_ran_out_writes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
