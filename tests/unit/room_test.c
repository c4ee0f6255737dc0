/* How many fit into a week, and who is over: by rank, by owner, with those who came earlier. */
#include "room.h"

#include <stdio.h>

#include "check.h"

struct line {
    const char *id, *owner;
    int64_t score;
    bool earlier;
    enum icp_room_verdict verdict;
};
struct week {
    const char *why;
    int64_t total, per_owner;
    struct line lines[8];
    int64_t earlier, entered, over;
    const char *owners; /* over, most first: "a 2, b 1" */
};

static const struct week weeks[] = {
    {"room for all",
     3,
     -1,
     {{"1", "a", 90, false, ICP_ROOM_FITS}, {"2", "b", 80, false, ICP_ROOM_FITS}},
     0,
     2,
     0,
     ""},
    {"the last ones are over the total",
     2,
     -1,
     {{"1", "a", 90, false, ICP_ROOM_FITS},
      {"2", "a", 80, false, ICP_ROOM_FITS},
      {"3", "b", 70, false, ICP_ROOM_OVER_TOTAL}},
     0,
     3,
     1,
     ""},
    {"an owner has room of their own",
     -1,
     1,
     {{"1", "a", 90, false, ICP_ROOM_FITS},
      {"2", "a", 80, false, ICP_ROOM_OVER_OWNER},
      {"3", "b", 70, false, ICP_ROOM_FITS},
      {"4", "a", 60, false, ICP_ROOM_OVER_OWNER}},
     0,
     4,
     2,
     "a 2"},
    {"who is over at an owner takes nobody's room",
     2,
     1,
     {{"1", "a", 90, false, ICP_ROOM_FITS},
      {"2", "a", 80, false, ICP_ROOM_OVER_OWNER},
      {"3", "b", 70, false, ICP_ROOM_FITS},
      {"4", "c", 60, false, ICP_ROOM_OVER_TOTAL}},
     0,
     4,
     2,
     "a 1, c 1"},
    {"who has no owner counts for the team alone",
     2,
     1,
     {{"1", "", 90, false, ICP_ROOM_FITS},
      {"2", "", 80, false, ICP_ROOM_FITS},
      {"3", "", 70, false, ICP_ROOM_OVER_TOTAL}},
     0,
     3,
     1,
     ""},
    {"those of earlier in the week keep their room, and are not said again",
     2,
     2,
     {{"8", "a", 10, true, ICP_ROOM_FITS},
      {"9", "a", 5, true, ICP_ROOM_FITS},
      {"7", "b", 4, true, ICP_ROOM_OVER_TOTAL},
      {"1", "a", 99, false, ICP_ROOM_OVER_OWNER},
      {"2", "b", 98, false, ICP_ROOM_OVER_TOTAL}},
     3,
     2,
     2,
     "a 1, b 1"},
    {"no room at all", 0, -1, {{"1", "a", 90, false, ICP_ROOM_OVER_TOTAL}}, 0, 1, 1, ""},
};

static void check_week(const struct week *week, struct icp_arena *arena)
{
    struct icp_room room = {.total = week->total, .per_owner = week->per_owner};
    struct icp_str owners = ICP_STR("");
    size_t over = 0;

    icp_room_begin(&room, arena);
    for (size_t i = 0; i < COUNT_OF(week->lines) && week->lines[i].id != NULL; i++) {
        const struct line *line = &week->lines[i];
        const struct icp_room_person person = {.id = icp_str_from(line->id),
                                               .label = ICP_STR("Somebody"),
                                               .owner = icp_str_from(line->owner),
                                               .score = line->score};
        check_number(line->id, icp_room_take(&room, &person, line->earlier), line->verdict);
        if (line->earlier || line->verdict == ICP_ROOM_FITS)
            continue;
        check_text(week->why, room.people[over].id, icp_str_from(line->id));
        check_number(week->why, room.people[over++].verdict, line->verdict);
    }
    icp_room_end(&room);
    check_number(week->why, room.earlier, week->earlier);
    check_number(week->why, room.entered, week->entered);
    check_number(week->why, room.over, week->over);
    check_number(week->why, (int64_t)room.people_count, week->over);
    for (size_t i = 0; i < room.owner_count; i++)
        owners =
            icp_arena_format(arena, "%.*s%s%.*s %lld", ICP_STR_ARGUMENTS(owners), i > 0 ? ", " : "",
                             ICP_STR_ARGUMENTS(room.owners[i].id), (long long)room.owners[i].over);
    check_text(week->why, owners, icp_str_from(week->owners));
}

static void who_fits_into_a_week(void **state)
{
    struct icp_arena arena;

    (void)state;
    icp_arena_open(&arena, (size_t)16 * 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(weeks); i++)
        check_week(&weeks[i], &arena);
    icp_arena_close(&arena);
}

/* More people and owners than are kept by name: all are counted, memory is bounded. */
static void a_flood_is_counted(void **state)
{
    enum { PEOPLE = 3 * ICP_ROOM_OWNERS };
    struct icp_room room = {.total = 100, .per_owner = 1};
    struct icp_arena arena;
    char owner[32];

    (void)state;
    icp_arena_open(&arena, (size_t)4 * 1024 * 1024);
    icp_room_begin(&room, &arena);
    for (int i = 0; i < PEOPLE; i++) {
        struct icp_room_person person = {.id = ICP_STR("1"), .score = 5};
        (void)snprintf(owner, sizeof(owner), "%d", i);
        person.owner = icp_str_from(owner);
        (void)icp_room_take(&room, &person, false);
    }
    icp_room_end(&room);
    check_number("all of them", room.entered, PEOPLE);
    check_number("but a hundred", room.over, PEOPLE - 100);
    check_number("as many by name as there is room", (int64_t)room.people_count, ICP_ROOM_PEOPLE);
    check_number("owners with somebody over", (int64_t)room.owner_count, ICP_ROOM_OWNERS / 2 - 100);
    assert_false(arena.full);
    icp_arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(who_fits_into_a_week),
                                       cmocka_unit_test(a_flood_is_counted)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
