/* Nights in a team's working week: by when to call whom, and who is more than the week has room
 * for. */
#include <string.h>

#include "check.h"
#include "night_kit.h"

static const char rules[] = "icp: 1\nname: Week\nfit:\n  criteria:\n"
                            "    - {id: title, weight: 1, field: contact.title, match: {hot: 100, "
                            "warm: 90, mild: 80, else: "
                            "0}}\n"
                            "grade: {fit: {A: 75, B: 50, C: 25, D: 0}}\n"
                            "tiers:\n"
                            "  - {id: call, label: Call, when: score >= 80, within: 4 hours, "
                            "room_per_week: {total: 3, per_owner: 2}}\n"
                            "  - {id: rest, label: Rest, else: true}\n";

static void make(struct world *world, int64_t id, const char *title, const char *owner)
{
    world_edit(world, SIM_CONTACTS, id, "jobtitle", title);
    world_edit(world, SIM_CONTACTS, id, "hubspot_owner_id", owner);
}

/* A night, and the room of its week as the same process and as the next one see it. */
static void night(struct world *world, struct icp_arena *arena, const struct icp_room **room)
{
    struct icp_night_week week, later;
    struct icp_err err = {0};

    must(world_start(world, &err), &err, "start");
    must(icp_night_sync(&world->night, &err), &err, "sync");
    must(icp_night_week(&world->night, arena, &week, &err), &err, "week");
    must(icp_night_week(&world->night, arena, &later, &err), &err, "week again");
    world_end(world);
    assert_int_equal(week.count, 1);
    *room = &week.rooms[0];
    check_number("asking changes nothing", later.rooms[0].over, (*room)->over);
}

static void check_room(const char *why, const struct icp_room *room, int64_t earlier,
                       int64_t entered, int64_t over)
{
    check_number(why, room->earlier, earlier);
    check_number(why, room->entered, entered);
    check_number(why, room->over, over);
}

/* A team of twelve people, one of them to be called, its rules approved. */
static void first_night(struct world *world, struct icp_arena *arena)
{
    struct icp_err err = {0};

    icp_arena_open(arena, (size_t)16 * 1024 * 1024);
    world_open(world); /* Monday, 5 October 2026, 02:00 UTC: 04:00 in Copenhagen */
    world_people(world, 4, 12);
    world_rules(world, rules);
    assert_true(icp_calendar_set_zone(&world->settings.calendar, ICP_STR("Europe/Copenhagen")));
    for (int64_t id = 5001; id <= 5012; id++)
        make(world, id, "cold", "");
    make(world, 5012, "hot", "71");
    must(world_setup(world, &err), &err, "setup");
    approve_ok(world);
}

static void a_week_of_nights(void **state)
{
    const struct icp_room *room;
    struct icp_arena arena;
    struct world world;

    (void)state;
    first_night(&world, &arena);
    night(&world, &arena, &room);
    check_room("in the very first run nobody enters", room, 0, 0, 0);

    sim_advance(world.crm, DAY);
    make(&world, 5003, "mild", "71");
    make(&world, 5004, "mild", "");
    make(&world, 5002, "warm", "71");
    make(&world, 5001, "hot", "71");
    night(&world, &arena, &room);
    check_room("Tuesday", room, 0, 4, 1);
    check_text("the least of an owner that has two", room->people[0].id, ICP_STR("5003"));
    check_number("for the owner's sake", room->people[0].verdict, ICP_ROOM_OVER_OWNER);
    check_text("who is said", room->owners[0].id, ICP_STR("71"));
    check_text("four hours from nine in the morning there", world_get(&world, 5001, "icp_call_by"),
               ICP_STR("2026-10-06T11:00:00Z"));

    sim_advance(world.crm, DAY);
    make(&world, 5005, "hot", "72");
    night(&world, &arena, &room);
    check_room("on Wednesday there is no room left, even for the best", room, 4, 1, 1);
    check_text("who is over is in the tier all the same", world_get(&world, 5005, "icp_tier"),
               ICP_STR("call"));
    check_number("for the team's sake", room->people[0].verdict, ICP_ROOM_OVER_TOTAL);

    sim_advance(world.crm, 5 * DAY);
    make(&world, 5006, "hot", "71");
    make(&world, 5001, "cold", "71");
    night(&world, &arena, &room);
    check_room("Monday begins anew", room, 0, 1, 0);
    assert_true(icp_str_is_empty(world_get(&world, 5001, "icp_call_by")));
    check_text("a promise stays", world_get(&world, 5005, "icp_call_by"),
               ICP_STR("2026-10-07T11:00:00Z"));
    world_close(&world);
    icp_arena_close(&arena);
}

/* Friday 16:00 there, a holiday on Monday. */
static void over_a_long_weekend(void **state)
{
    static const int32_t monday = 20738; /* 12 October 2026 */
    const struct icp_room *room;
    struct icp_arena arena;
    struct world world;

    (void)state;
    first_night(&world, &arena);
    world.settings.calendar.holidays = &monday;
    world.settings.calendar.holiday_count = 1;
    night(&world, &arena, &room);
    sim_advance(world.crm, 4 * DAY + 12 * HOUR);
    make(&world, 5001, "hot", "71");
    night(&world, &arena, &room);
    assert_true(
        icp_str_has_prefix(world_get(&world, 5001, "icp_call_by"), ICP_STR("2026-10-13T10:")));
    world_close(&world);
    icp_arena_close(&arena);
}

/* A roll-out to one owner: the others' people get nothing written and take no room. */
static void a_roll_out_counts_its_owners(void **state)
{
    static const struct icp_str owner[] = {ICP_STR_INIT("72")};
    const struct icp_room *room;
    struct icp_arena arena;
    struct world world;

    (void)state;
    first_night(&world, &arena);
    world.settings.only_owners = owner;
    world.settings.only_owner_count = 1;
    make(&world, 5010, "cold", "72");
    night(&world, &arena, &room);
    sim_advance(world.crm, DAY);
    make(&world, 5001, "hot", "71");
    make(&world, 5002, "hot", "72");
    night(&world, &arena, &room);
    check_room("one of two", room, 0, 1, 0);
    world_close(&world);
    icp_arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_week_of_nights),
        cmocka_unit_test(over_a_long_weekend),
        cmocka_unit_test(a_roll_out_counts_its_owners),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
