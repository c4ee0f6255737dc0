/*
 * Kill the night at every step and resume: the same CRM and the same database as an uninterrupted
 * night, each value written at most once more than needed. Steps are all commit points and all
 * requests, each in two ways: killed before it, and killed after it was done but before anybody
 * heard of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "date.h"
#include "faults.h"
#include "night_kit.h"

enum { PEOPLE = 60, FIRMS = 12, BATCH = 20, DUMP = 16 * 1024 * 1024 };

struct picture {
    struct icp_buf crm, state;
    uint64_t steps, writes, requests;
};

static void picture_open(struct picture *picture)
{
    *picture = (struct picture){0};
    icp_buf_open(&picture->crm, DUMP);
    icp_buf_open(&picture->state, DUMP);
}

static void picture_close(struct picture *picture)
{
    icp_buf_finish(&picture->crm);
    icp_buf_finish(&picture->state);
}

static void take_picture(struct world *world, struct picture *picture)
{
    world_dump_crm(world, &picture->crm, false);
    world_dump_state(world, &picture->state);
    picture->writes = world->writes_sent;
}

/* What a night is killed in: the first one, one in which data moved, and one after an undo. */
enum scene { FIRST_NIGHT, NIGHT_WITH_CHANGES, SCENES };
static const char *const scene_names[] = {"first night", "night with changes"};

static void prepare(struct world *world, enum scene scene)
{
    struct icp_err err = {0};

    world_open(world);
    world->read_batch = world->write_batch = BATCH;
    world_people(world, FIRMS, PEOPLE);
    must(world_setup(world, &err), &err, "setup");
    must(world_approve(world, &err), &err, "approve");
    if (scene == NIGHT_WITH_CHANGES) {
        must(world_sync(world, &err), &err, "first night");
        sim_advance(world->crm, 20 * ICP_MS_PER_DAY);
        for (int i = 0; i < 4; i++)
            world_edit(world, SIM_COMPANIES, 1001 + i, "industry", "BANKING");
        world_edit(world, SIM_CONTACTS, 5003, "associatedcompanyid", "1005");
        sim_advance(world->crm, MINUTE);
    }
    /* Whole seconds, so that a process that starts again a few requests later reads the same server
     * time. */
    sim_advance(world->crm, 1000 - sim_now(world->crm) % 1000);
    world_forget_counts(world);
}

static void reference(enum scene scene, struct picture *picture)
{
    struct world world;
    struct icp_err err = {0};

    prepare(&world, scene);
    must(world_sync(&world, &err), &err, "uninterrupted night");
    picture->steps = world.steps;
    picture->requests = world.requests;
    take_picture(&world, picture);
    world_close(&world);
}

static void resume(struct world *world, const char *where)
{
    struct icp_err err = {0};

    world->die_at = 0;
    for (int tries = 0; tries < 4; tries++) {
        err = (struct icp_err){0};
        if (world_sync(world, &err) == ICP_OK)
            return;
        sim_advance(world->crm, MINUTE);
    }
    fail_msg("%s: does not come to an end: %s", where, err.message);
}

/* The first line in which two dumps differ, for a message that says something. */
static void assert_same(struct icp_str a, struct icp_str b, const char *what, const char *where)
{
    struct icp_str left, right;

    while (icp_str_cut(&a, '\n', &left)) {
        if (!icp_str_cut(&b, '\n', &right))
            right = ICP_STR("(nothing)");
        if (!icp_str_equal(left, right))
            fail_msg("%s: the %s differs:\n  uninterrupted: %.*s\n  resumed:       %.*s", where,
                     what, ICP_STR_ARGUMENTS(left), ICP_STR_ARGUMENTS(right));
    }
}

static void kill_at(enum scene scene, uint64_t at, enum world_death death,
                    const struct picture *wanted)
{
    struct world world;
    struct picture picture;
    struct icp_err err = {0};
    char where[128];

    (void)snprintf(where, sizeof(where), "%s, killed %s step %llu", scene_names[scene],
                   death == WORLD_BEFORE ? "before" : "after", (unsigned long long)at);
    prepare(&world, scene);
    picture_open(&picture);
    world.die_at = at;
    world.death = death;
    if (world_sync(&world, &err) == ICP_OK && at < wanted->steps)
        fail_msg("%s: nobody died", where);
    resume(&world, where);
    take_picture(&world, &picture);
    assert_same(icp_buf_view(&wanted->crm), icp_buf_view(&picture.crm), "CRM", where);
    assert_same(icp_buf_view(&wanted->state), icp_buf_view(&picture.state), "database", where);
    if (picture.writes > wanted->writes + BATCH)
        fail_msg("%s: %llu records were written, %llu are needed", where,
                 (unsigned long long)picture.writes, (unsigned long long)wanted->writes);
    world_forget_counts(&world);
    resume(&world, where);
    assert_int_equal(world.writes_sent, 0);
    picture_close(&picture);
    world_close(&world);
}

static void sweep(enum scene scene)
{
    struct picture wanted;

    picture_open(&wanted);
    reference(scene, &wanted);
    assert_true(wanted.steps > 20);
    assert_true(wanted.writes > 0);
    for (uint64_t at = 1; at <= wanted.steps; at++) {
        kill_at(scene, at, WORLD_BEFORE, &wanted);
        kill_at(scene, at, WORLD_AFTER, &wanted);
    }
    print_message("%s: killed at %llu steps, two ways each\n", scene_names[scene],
                  (unsigned long long)wanted.steps);
    picture_close(&wanted);
}

static void first_night(void **state)
{
    (void)state;
    sweep(FIRST_NIGHT);
}

static void night_with_changes(void **state)
{
    (void)state;
    sweep(NIGHT_WITH_CHANGES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_night),
        cmocka_unit_test(night_with_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
