/*
 * When a team works: time zone, working days, hours and holidays, and what follows from them: by
 * when to call somebody, and when a week begins. Pure: the time to count from is an argument, and
 * time zones come from the table that was made while building (rules/feel).
 */
#ifndef ICP_CALENDAR_H
#define ICP_CALENDAR_H

#include "yaml.h"

enum {
    ICP_MAX_HOLIDAYS = 4000, /* days; closed weeks of ten years are some hundred */
    ICP_MAX_HOLIDAY_FILE = 256 * 1024,
    ICP_LONGEST_CLOSED = 366, /* days in a row without a working day; more is no calendar */
    ICP_MAX_WITHIN_DAYS = 365,
    ICP_MAX_WITHIN_HOURS = 1000, /* half a year of working hours */
};
#define ICP_CALENDAR_UTC (-1)

struct icp_calendar {
    int32_t zone;            /* in the table of rules/feel, or ICP_CALENDAR_UTC */
    bool zone_given;         /* somebody wrote it down */
    uint8_t working_days;    /* bit 0 Monday … bit 6 Sunday; at least one */
    int32_t opens, closes;   /* minutes of the local day, at least an hour apart; closes 1440:
                                midnight */
    const int32_t *holidays; /* days since 1970-01-01, ascending, each once */
    size_t holiday_count;
};
/* Monday to Friday, 09:00 to 17:00 UTC, no holidays. */
struct icp_calendar icp_calendar_default(void);
/* Another time zone by its IANA name; false, and unchanged, when it is not known. */
bool icp_calendar_set_zone(struct icp_calendar *calendar, struct icp_str name);
struct icp_str icp_calendar_zone_name(const struct icp_calendar *calendar);
/* False when more than ICP_LONGEST_CLOSED days in a row have no working day. */
bool icp_calendar_is_open_enough(const struct icp_calendar *calendar);

/* The end of the time that a tier promises, for somebody who entered it at `from_ms` (taken down
   to the whole minute). Hours are hours of open time. A day is a full working day: until the same
   time of the next working day; for who enters while nobody works, from the next opening until that
   day closes. Give days or hours, the other one 0 or less. False: there is no working day. */
bool icp_calendar_due(const struct icp_calendar *calendar, int64_t from_ms, int32_t days,
                      int32_t hours, int64_t *due_ms);
/* Monday 00:00, by the clocks of the time zone, of the week that an instant is in. */
int64_t icp_calendar_week_start(const struct icp_calendar *calendar, int64_t ms);
/* ISO 8601 week of an instant, by its date in the time zone. */
void icp_calendar_week(const struct icp_calendar *calendar, int64_t ms, int *year, int *week);
/* An instant as people there write it, "2026-11-30T12:00", and back: a date and minutes of it. */
enum { ICP_LOCAL_TEXT = 32 };
struct icp_str icp_calendar_local(const struct icp_calendar *calendar, int64_t ms,
                                  char text[ICP_LOCAL_TEXT]);
int64_t icp_calendar_instant(const struct icp_calendar *calendar, int32_t date, int32_t minute);

/* ---- As people write it ---------------------------------------------------------------------- */

/* Reads the file that `holidays: {file: …}` names; NULL in `files`: there can be none. */
struct icp_calendar_files {
    enum icp_status (*read)(void *context, struct icp_str path, struct icp_str *text,
                            struct icp_err *err);
    void *context;
};
/* {time_zone: Europe/Copenhagen, working_days: [mon..fri], hours: "09:00..17:00", holidays: …};
   what is left out stays as it is in *calendar. Reports what is wrong; false then. */
bool icp_calendar_read(const struct icp_yaml *node, const struct icp_calendar_files *files,
                       struct icp_arena *arena, struct icp_diagnostics *list,
                       struct icp_calendar *calendar);
/* "16:00", up to 24:00. */
bool icp_calendar_minute_parse(struct icp_str text, int32_t *minute);

#endif
