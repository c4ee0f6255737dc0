/*
 * Time zones by their IANA names, over the table that was made while building: no file and no
 * environment is read, so the same program gives the same result everywhere. The table holds 1970
 * to 2100; before it a zone keeps its first offset, behind it the year is taken as one of the last
 * 28 in the table that has the same calendar, which is exact as long as a zone's rules stay as they
 * are.
 */
#include "value.h"
#include "zone_table.h"

enum { TABLE_END_YEAR = 2100, CYCLE = 28 /* years after which weekdays and leap years repeat */ };

bool feel_zone_find(struct icp_str name, int32_t *zone)
{
    size_t low = 0, high = feel_zone_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = icp_str_compare(feel_zones[middle].name, name);
        if (order == 0) {
            *zone = (int32_t)middle;
            return true;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

struct icp_str feel_zone_name(int32_t zone)
{
    return feel_zones[zone].name;
}

/* The same moment of a year inside the table. */
static int64_t inside_table(int64_t second)
{
    int64_t day = second / FEEL_SECONDS_PER_DAY, year;
    int month, dom;

    if (second < feel_day_of(TABLE_END_YEAR, 1, 1) * FEEL_SECONDS_PER_DAY)
        return second;
    feel_civil_of(day, &year, &month, &dom);
    int64_t start = feel_day_of(year, 1, 1), length = feel_day_of(year + 1, 1, 1) - start;
    for (int64_t like = TABLE_END_YEAR - CYCLE; like < TABLE_END_YEAR; like++) {
        int64_t other = feel_day_of(like, 1, 1);
        if ((start - other) % 7 == 0 && feel_day_of(like + 1, 1, 1) - other == length)
            return second - (start - other) * FEEL_SECONDS_PER_DAY;
    }
    return second;
}

/* The change that holds at an instant. */
static uint32_t change_at(const struct feel_zone *zone, int64_t instant)
{
    uint32_t low = zone->first, high = zone->first + zone->count;

    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (feel_zone_changes[middle].from <= instant)
            low = middle;
        else
            high = middle;
    }
    return low;
}

int32_t feel_zone_offset_at(int32_t zone, int64_t instant)
{
    return feel_zone_changes[change_at(&feel_zones[zone], inside_table(instant))].offset;
}

/* A local time that a change repeats is the earlier of the two, one that it leaves out is counted
   with the offset before the change. */
int32_t feel_zone_offset_local(int32_t number, int64_t local)
{
    const struct feel_zone *zone = &feel_zones[number];

    local = inside_table(local);
    uint32_t late = change_at(zone, local + FEEL_SECONDS_PER_DAY);
    while (late > zone->first &&
           local - feel_zone_changes[late - 1].offset < feel_zone_changes[late].from)
        late--;
    return feel_zone_changes[late].offset;
}
