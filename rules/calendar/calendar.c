/*
 * Counting in working time. Invariant: days are found by the clocks on the wall, lengths are real
 * time, so that a day on which the clocks change opens and closes when its clocks say so, and four
 * hours are four hours. Every search ends: a calendar that was checked has a working day at least
 * every ICP_LONGEST_CLOSED days.
 */
#include "calendar.h"

#include <stdio.h>

#include "date.h"
#include "value.h"

enum { SECONDS_PER_MINUTE = 60, SECONDS_PER_HOUR = 3600, MINUTES_PER_DAY = 1440, MS = 1000 };

struct icp_calendar icp_calendar_default(void)
{
    return (struct icp_calendar){
        .zone = ICP_CALENDAR_UTC, .working_days = 0x1f, .opens = 9 * 60, .closes = 17 * 60};
}

bool icp_calendar_set_zone(struct icp_calendar *calendar, struct icp_str name)
{
    return feel_zone_find(name, &calendar->zone);
}

struct icp_str icp_calendar_zone_name(const struct icp_calendar *calendar)
{
    return calendar->zone == ICP_CALENDAR_UTC ? ICP_STR("UTC") : feel_zone_name(calendar->zone);
}

/* ---- Clocks ---------------------------------------------------------------------------------- */

static int64_t floor_by(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

/* What the clocks on the wall show, as seconds since 1970-01-01 00:00 on them. */
static int64_t local_of(const struct icp_calendar *calendar, int64_t second)
{
    if (calendar->zone == ICP_CALENDAR_UTC)
        return second;
    return second + feel_zone_offset_at(calendar->zone, second);
}

static int64_t second_of(const struct icp_calendar *calendar, int64_t local)
{
    if (calendar->zone == ICP_CALENDAR_UTC)
        return local;
    return local - feel_zone_offset_local(calendar->zone, local);
}

static int64_t at_minute(const struct icp_calendar *calendar, int32_t day, int32_t minute)
{
    return second_of(calendar,
                     (int64_t)day * FEEL_SECONDS_PER_DAY + (int64_t)minute * SECONDS_PER_MINUTE);
}

/* A time on the wall, by day and minute. */
struct wall {
    int32_t day, minute;
};

static struct wall wall_of(const struct icp_calendar *calendar, int64_t second)
{
    int64_t local = local_of(calendar, second), day = floor_by(local, FEEL_SECONDS_PER_DAY);

    return (struct wall){.day = (int32_t)day,
                         .minute =
                             (int32_t)((local - day * FEEL_SECONDS_PER_DAY) / SECONDS_PER_MINUTE)};
}

int64_t icp_calendar_instant(const struct icp_calendar *calendar, int32_t date, int32_t minute)
{
    return at_minute(calendar, date, minute) * MS;
}

struct icp_str icp_calendar_local(const struct icp_calendar *calendar, int64_t ms,
                                  char text[ICP_LOCAL_TEXT])
{
    struct wall wall = wall_of(calendar, floor_by(ms, MS));
    int year, month, day;

    icp_date_to_civil(wall.day, &year, &month, &day);
    (void)snprintf(text, ICP_LOCAL_TEXT, "%04d-%02d-%02dT%02d:%02d", year, month, day,
                   wall.minute / 60, wall.minute % 60);
    return icp_str_from(text);
}

int64_t icp_calendar_week_start(const struct icp_calendar *calendar, int64_t ms)
{
    int32_t day = wall_of(calendar, floor_by(ms, MS)).day;

    return at_minute(calendar, day - icp_date_weekday(day) + 1, 0) * MS;
}

/* The week of a day is that of its Thursday, which is never in another year than most of it. */
void icp_calendar_week(const struct icp_calendar *calendar, int64_t ms, int *year, int *week)
{
    int32_t day = wall_of(calendar, floor_by(ms, MS)).day, first = 0;
    int32_t thursday = day - icp_date_weekday(day) + 4;
    int month, dom;

    icp_date_to_civil(thursday, year, &month, &dom);
    (void)icp_date_from_civil(*year, 1, 1, &first);
    *week = (thursday - first) / 7 + 1;
}

/* ---- Working days ---------------------------------------------------------------------------- */

static bool is_holiday(const struct icp_calendar *calendar, int32_t day)
{
    size_t low = 0, high = calendar->holiday_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (calendar->holidays[middle] == day)
            return true;
        if (calendar->holidays[middle] < day)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static bool is_open(const struct icp_calendar *calendar, int32_t day)
{
    return ((calendar->working_days >> (icp_date_weekday(day) - 1)) & 1) != 0 &&
           !is_holiday(calendar, day);
}

/* The first working day from `day` on. */
static bool find_open(const struct icp_calendar *calendar, int32_t day, int32_t *open)
{
    for (int32_t i = 0; i <= ICP_LONGEST_CLOSED; i++)
        if (is_open(calendar, day + i)) {
            *open = day + i;
            return true;
        }
    return false;
}

/* The working day that lies `steps` working days behind the working day *day. */
static bool step_open(const struct icp_calendar *calendar, int32_t steps, int32_t *day)
{
    for (int32_t i = 0; i < steps; i++)
        if (!find_open(calendar, *day + 1, day))
            return false;
    return true;
}

bool icp_calendar_is_open_enough(const struct icp_calendar *calendar)
{
    int32_t day = 0;

    if (!find_open(calendar, day, &day))
        return false;
    for (size_t i = 0; i < calendar->holiday_count; i++)
        if (!find_open(calendar, calendar->holidays[i], &day))
            return false;
    return true;
}

/* ---- By when --------------------------------------------------------------------------------- */

static bool due_in_hours(const struct icp_calendar *calendar, int64_t from, int32_t hours,
                         int64_t *due)
{
    int64_t left = (int64_t)hours * SECONDS_PER_HOUR;
    int32_t day = wall_of(calendar, from).day;

    while (find_open(calendar, day, &day)) {
        int64_t start = at_minute(calendar, day, calendar->opens);
        int64_t end = at_minute(calendar, day, calendar->closes);
        if (start < from)
            start = from;
        if (end - start >= left) {
            *due = start + left;
            return true;
        }
        if (end > start)
            left -= end - start;
        day++;
    }
    return false;
}

static bool due_in_days(const struct icp_calendar *calendar, int64_t from, int32_t days,
                        int64_t *due)
{
    struct wall wall = wall_of(calendar, from);
    int32_t day = wall.day, minute = calendar->closes, steps = days - 1;

    if (is_open(calendar, day) && wall.minute > calendar->opens && wall.minute < calendar->closes) {
        minute = wall.minute;
        steps = days;
    } else if (!find_open(calendar, day + (wall.minute > calendar->opens), &day)) {
        return false;
    }
    if (!step_open(calendar, steps, &day))
        return false;
    *due = at_minute(calendar, day, minute);
    return true;
}

bool icp_calendar_due(const struct icp_calendar *calendar, int64_t from_ms, int32_t days,
                      int32_t hours, int64_t *due_ms)
{
    int64_t from = floor_by(from_ms, (int64_t)SECONDS_PER_MINUTE * MS) * SECONDS_PER_MINUTE,
            due = 0;

    if (!(hours > 0 ? due_in_hours(calendar, from, hours, &due)
                    : due_in_days(calendar, from, days, &due)))
        return false;
    *due_ms = due * MS;
    return true;
}
