/* Steps that many nights begin or end with; each is told by night_kit.h. */
#include "night_kit.h"

#include <stdio.h>
#include <string.h>

#include "check.h"

void must(enum icp_status status, const struct icp_err *err, const char *what)
{
    if (status != ICP_OK)
        fail_msg("%s: %s (%s) %s", what, err->message, icp_status_name(status), err->hint);
}

void sync_ok(struct world *world)
{
    struct icp_err err = {0};
    must(world_sync(world, &err), &err, "sync");
}

void approve_ok(struct world *world)
{
    struct icp_err err = {0};
    must(world_approve(world, &err), &err, "approve");
}

void approve_file_ok(struct world *world, size_t file)
{
    struct icp_err err = {0};
    must(world_approve_file(world, file, &err), &err, "approve");
}

void undo_ok(struct world *world, int64_t run)
{
    struct icp_err err = {0};
    must(world_undo(world, run, &err), &err, "undo");
}

void ready(struct world *world)
{
    struct icp_err err = {0};

    world_open(world);
    world_people(world, 40, 250);
    must(world_setup(world, &err), &err, "setup");
}

void after_first_night(struct world *world)
{
    ready(world);
    approve_ok(world);
    sync_ok(world);
    sim_advance(world->crm, 2 * HOUR);
    sync_ok(world); /* reads our own writes back once */
    world_forget_counts(world);
}

struct icp_run last_run(struct world *world)
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

char *with(const char *from, const char *to)
{
    static char text[16384];
    const char *at = strstr(world_plain_rules, from);

    assert_non_null(at);
    assert_in_range(snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - world_plain_rules),
                             world_plain_rules, to, at + strlen(from)),
                    1, sizeof(text) - 1);
    return text;
}

enum icp_status stop_before_push(struct world *world, struct icp_err *err)
{
    if (world_start(world, err) == ICP_OK && icp_night_begin(&world->night, false, err) == ICP_OK &&
        icp_night_pull(&world->night, err) == ICP_OK &&
        icp_night_score(&world->night, err) == ICP_OK)
        icp_night_plan(&world->night, err);
    return err->status;
}
