/*
 * The room of a run's week, for people and for programs: how many entered each tier that has
 * room_per_week, and who is over. Nothing here decides anything.
 */
#include <stdio.h>

#include "commands.h"
#include "json_stream.h"

enum { OWNERS_SHOWN = 10, PEOPLE_SHOWN = 10 }; /* to a person; JSON has up to ICP_ROOM_PEOPLE */

static void json_owners(struct icp_json_writer *json, const struct icp_room *room)
{
    icp_json_put_key(json, "owners_over");
    icp_json_begin_array(json);
    for (size_t i = 0; i < room->owner_count; i++) {
        icp_json_begin_object(json);
        icp_json_put_text_member(json, "owner", room->owners[i].id);
        icp_json_put_integer_member(json, "earlier", room->owners[i].earlier);
        icp_json_put_integer_member(json, "entered", room->owners[i].entered);
        icp_json_put_integer_member(json, "over", room->owners[i].over);
        icp_json_end_object(json);
    }
    icp_json_end_array(json);
}

static void json_people(struct icp_json_writer *json, const struct icp_room *room)
{
    icp_json_put_key(json, "people_over");
    icp_json_begin_array(json);
    for (size_t i = 0; i < room->people_count; i++) {
        const struct icp_room_person *person = &room->people[i];
        icp_json_begin_object(json);
        icp_json_put_text_member(json, "id", person->id);
        icp_json_put_text_member(json, "name", person->label);
        icp_json_put_text_member(json, "owner", person->owner);
        icp_json_put_integer_member(json, "score", person->score);
        icp_json_put_text_member(json, "why",
                                 person->verdict == ICP_ROOM_OVER_OWNER ? ICP_STR("owner")
                                                                        : ICP_STR("total"));
        icp_json_end_object(json);
    }
    icp_json_end_array(json);
}

static void json_room(struct icp_json_writer *json, const struct icp_night_week *week,
                      const struct icp_room *room)
{
    char text[32];

    (void)snprintf(text, sizeof(text), "%04d-W%02d", week->year, week->number);
    icp_json_begin_object(json);
    icp_json_put_text_member(json, "week", icp_str_from(text));
    icp_json_put_text_member(json, "profile", room->profile);
    icp_json_put_text_member(json, "tier", room->tier);
    if (room->total >= 0)
        icp_json_put_integer_member(json, "total", room->total);
    if (room->per_owner >= 0)
        icp_json_put_integer_member(json, "per_owner", room->per_owner);
    icp_json_put_integer_member(json, "earlier", room->earlier);
    icp_json_put_integer_member(json, "entered", room->entered);
    icp_json_put_integer_member(json, "over", room->over);
    json_owners(json, room);
    json_people(json, room);
    icp_json_end_object(json);
}

void icp_json_week(struct icp_json_writer *json, const struct icp_night_week *week)
{
    icp_json_put_key(json, "room");
    icp_json_begin_array(json);
    for (size_t i = 0; i < week->count; i++)
        json_room(json, week, &week->rooms[i]);
    icp_json_end_array(json);
}

static void print_owners(const struct icp_room *room)
{
    for (size_t i = 0; i < room->owner_count && i < OWNERS_SHOWN; i++)
        (void)printf("    owner %.*s: %lld enter, %lld came earlier, %lld over\n",
                     ICP_STR_ARGUMENTS(room->owners[i].id), (long long)room->owners[i].entered,
                     (long long)room->owners[i].earlier, (long long)room->owners[i].over);
    if (room->owner_count > OWNERS_SHOWN)
        (void)printf("    and %zu more owners\n", room->owner_count - OWNERS_SHOWN);
}

static void print_people(const struct icp_room *room)
{
    size_t shown = room->people_count < PEOPLE_SHOWN ? room->people_count : PEOPLE_SHOWN;

    for (size_t i = 0; i < shown; i++) {
        const struct icp_room_person *person = &room->people[i];
        (void)printf("    over: %3lld  %.*s%s(%.*s)", (long long)person->score,
                     ICP_STR_ARGUMENTS(person->label), icp_str_is_empty(person->label) ? "" : " ",
                     ICP_STR_ARGUMENTS(person->id));
        if (!icp_str_is_empty(person->owner))
            (void)printf(", owner %.*s", ICP_STR_ARGUMENTS(person->owner));
        (void)printf("%s\n", person->verdict == ICP_ROOM_OVER_OWNER ? " has no room" : "");
    }
    if (room->over > (int64_t)shown)
        (void)printf("    and %lld more people (--json names up to %d)\n",
                     (long long)(room->over - (int64_t)shown), ICP_ROOM_PEOPLE);
}

static void print_limits(const struct icp_room *room)
{
    if (room->total >= 0)
        (void)printf("%lld", (long long)room->total);
    if (room->per_owner >= 0)
        (void)printf("%s%lld an owner", room->total >= 0 ? " and " : "",
                     (long long)room->per_owner);
}

void icp_print_week(const struct icp_night_week *week)
{
    bool headed = false;

    for (size_t i = 0; i < week->count; i++) {
        const struct icp_room *room = &week->rooms[i];
        if (room->entered == 0)
            continue;
        if (!headed)
            (void)printf("Room in week %d\n", week->number);
        headed = true;
        (void)printf("  %.*s: %lld enter, %lld came earlier, room for ",
                     ICP_STR_ARGUMENTS(room->label), (long long)room->entered,
                     (long long)room->earlier);
        print_limits(room);
        (void)printf(room->over > 0 ? ": %lld over\n" : ": nobody over\n", (long long)room->over);
        print_owners(room);
        print_people(room);
    }
}
