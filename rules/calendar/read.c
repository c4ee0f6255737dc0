/*
 * A calendar as people write it. Read strictly: an unknown key, a day that is none or a time zone
 * that nobody knows is an error with its place, and what comes out always has a working day.
 */
#include "calendar.h"

#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "value.h"
#include "zone_table.h"

struct reading {
    struct icp_arena *arena;
    struct icp_diagnostics *list;
    const struct icp_calendar_files *files;
    struct icp_calendar *calendar;
    int32_t *holidays;
    size_t holiday_count;
};

static void wrong_kind(const struct reading *r, const struct icp_yaml *node, const char *key,
                       const char *want)
{
    icp_report(r->list, ICP_ERROR, "wrong-type", node->line, node->column,
               "\"%s\" must be %s, not %s", key, want, icp_yaml_kind_name(node));
}

/* ---- time_zone ------------------------------------------------------------------------------- */

static void hint_zone(const struct reading *r, struct icp_str name)
{
    struct icp_str *names = ICP_NEW_ARRAY(r->arena, struct icp_str, feel_zone_count + 1), near;

    for (size_t i = 0; names != NULL && i < feel_zone_count; i++)
        names[i] = feel_zones[i].name;
    near = names != NULL ? icp_str_nearest(name, names, feel_zone_count) : (struct icp_str){0};
    if (icp_str_is_null(near))
        icp_report_hint(r->list, "Write a name of the tz database such as Europe/Copenhagen.");
    else
        icp_report_hint(r->list, "Did you mean \"%.*s\"?", ICP_STR_ARGUMENTS(near));
}

static void read_zone(const struct reading *r, const struct icp_yaml *node)
{
    if (node->kind != ICP_YAML_SCALAR) {
        wrong_kind(r, node, "time_zone", "a text");
        return;
    }
    if (icp_calendar_set_zone(r->calendar, node->text)) {
        r->calendar->zone_given = true;
        return;
    }
    icp_report(r->list, ICP_ERROR, "unknown-time-zone", node->line, node->column,
               "no time zone \"%.*s\"", ICP_STR_ARGUMENTS(node->text));
    hint_zone(r, node->text);
}

/* ---- working_days ---------------------------------------------------------------------------- */

static int weekday_of(struct icp_str text)
{
    static const char *const names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

    for (int i = 0; i < 7; i++)
        if (icp_str_is(icp_str_trim(text), names[i]))
            return i;
    return -1;
}

/* Splits "a..b"; a text without ".." is both. */
static void cut_range(struct icp_str text, struct icp_str *from, struct icp_str *to)
{
    size_t dots = icp_str_find(text, ICP_STR(".."));

    *from = icp_str_trim(icp_str_slice(text, 0, dots));
    *to = dots < text.length ? icp_str_trim(icp_str_slice(text, dots + 2, text.length)) : *from;
}

/* "mon", or "sun..thu": round the end of the week when need be. */
static void read_weekdays(const struct reading *r, const struct icp_yaml *node, uint8_t *days)
{
    struct icp_str from, to;
    int first, last;

    if (node->kind != ICP_YAML_SCALAR) {
        wrong_kind(r, node, "working_days", "a list of days");
        return;
    }
    cut_range(node->text, &from, &to);
    first = weekday_of(from);
    last = weekday_of(to);
    if (first < 0 || last < 0) {
        icp_report(r->list, ICP_ERROR, "bad-value", node->line, node->column,
                   "\"%.*s\" is not a day of the week", ICP_STR_ARGUMENTS(node->text));
        icp_report_hint(r->list, "Write mon, tue, wed, thu, fri, sat, sun, or several as "
                                 "mon..fri.");
        return;
    }
    *days |= (uint8_t)(1U << first);
    for (int day = first; day != last;) {
        day = (day + 1) % 7;
        *days |= (uint8_t)(1U << day);
    }
}

static void read_working_days(const struct reading *r, const struct icp_yaml *node)
{
    uint8_t days = 0;
    size_t errors = r->list->errors;

    if (node->kind == ICP_YAML_SEQUENCE)
        for (size_t i = 0; i < node->count; i++)
            read_weekdays(r, &node->values[i], &days);
    else
        read_weekdays(r, node, &days);
    if (days == 0 && r->list->errors == errors)
        icp_report(r->list, ICP_ERROR, "no-working-day", node->line, node->column,
                   "a week without a working day has no time to call anybody");
    if (days != 0)
        r->calendar->working_days = days;
}

/* ---- hours ----------------------------------------------------------------------------------- */

bool icp_calendar_minute_parse(struct icp_str text, int32_t *minute)
{
    int parts[2] = {0, 0};

    if (text.length != 5 || text.data[2] != ':')
        return false;
    for (size_t i = 0; i < 5; i++) {
        if (i == 2)
            continue;
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        parts[i / 3] = parts[i / 3] * 10 + (text.data[i] - '0');
    }
    *minute = parts[0] * 60 + parts[1];
    return parts[1] < 60 && *minute <= 1440;
}

static void read_hours(const struct reading *r, const struct icp_yaml *node)
{
    struct icp_str from, to;
    int32_t opens, closes;

    if (node->kind != ICP_YAML_SCALAR) {
        wrong_kind(r, node, "hours", "a text");
        return;
    }
    cut_range(node->text, &from, &to);
    if (icp_calendar_minute_parse(from, &opens) && icp_calendar_minute_parse(to, &closes) &&
        closes - opens >= 60) {
        r->calendar->opens = opens;
        r->calendar->closes = closes;
        return;
    }
    icp_report(r->list, ICP_ERROR, "bad-hours", node->line, node->column,
               "\"hours\" must be an hour or more of one day, not \"%.*s\"",
               ICP_STR_ARGUMENTS(node->text));
    icp_report_hint(r->list, "Write them as \"09:00..17:00\".");
}

/* ---- holidays -------------------------------------------------------------------------------- */

enum outcome { TAKEN, NO_DATE, TOO_MANY };

/* A date, or "2026-12-24..2027-01-01". */
static enum outcome take_holiday(struct reading *r, struct icp_str text)
{
    struct icp_str from, to;
    int32_t first, last;

    cut_range(text, &from, &to);
    if (!icp_date_parse(from, &first) || !icp_date_parse(to, &last) || last < first)
        return NO_DATE;
    for (int32_t day = first; day <= last; day++) {
        if (r->holiday_count == ICP_MAX_HOLIDAYS)
            return TOO_MANY;
        r->holidays[r->holiday_count++] = day;
    }
    return TAKEN;
}

static void refuse_holiday(const struct reading *r, const struct icp_yaml *node,
                           enum outcome outcome, struct icp_str text)
{
    if (outcome == TOO_MANY) {
        icp_report(r->list, ICP_ERROR, "too-many", node->line, node->column,
                   "more than %d holidays", ICP_MAX_HOLIDAYS);
        return;
    }
    icp_report(r->list, ICP_ERROR, "bad-date", node->line, node->column,
               "a holiday must be a date, not \"%.*s\"", ICP_STR_ARGUMENTS(text));
    icp_report_hint(r->list, "Write it as 2026-12-25, or several days as 2026-12-24..2027-01-01.");
}

/* A date a line, its name behind it; # begins a comment. The first slip is told, with its line. */
static void read_holiday_lines(struct reading *r, const struct icp_yaml *node, struct icp_str path,
                               struct icp_str text)
{
    struct icp_str rest = text, line;

    if (icp_str_has_prefix(rest, ICP_STR("\xEF\xBB\xBF"))) /* the mark that spreadsheets write */
        rest = icp_str_slice(rest, 3, rest.length);
    for (unsigned number = 1; rest.length > 0; number++) {
        if (!icp_str_cut(&rest, '\n', &line)) {
            line = rest;
            rest = ICP_STR("");
        }
        line = icp_str_trim(icp_str_slice(line, 0, icp_str_find(line, ICP_STR("#"))));
        size_t end = icp_str_find(line, ICP_STR(" ")), tab = icp_str_find(line, ICP_STR("\t"));
        struct icp_str date = icp_str_slice(line, 0, end < tab ? end : tab);
        enum outcome outcome = date.length > 0 ? take_holiday(r, date) : TAKEN;
        if (outcome == TAKEN)
            continue;
        refuse_holiday(r, node, outcome,
                       icp_arena_format(r->arena, "%.*s\" in line %u of \"%.*s",
                                        ICP_STR_ARGUMENTS(date), number, ICP_STR_ARGUMENTS(path)));
        return;
    }
}

static void read_holiday_file(struct reading *r, const struct icp_yaml *node)
{
    static const struct icp_str names[] = {ICP_STR_INIT("file")};
    const struct icp_yaml *file = icp_yaml_get(node, "file");
    struct icp_str text = {0};
    struct icp_err err = {0};

    icp_yaml_check_keys(node, "holidays", names, 1, r->list);
    if (file == NULL || file->kind != ICP_YAML_SCALAR || file->text.length == 0) {
        wrong_kind(r, file != NULL ? file : node, "holidays", "a list of dates or {file: PATH}");
    } else if (r->files == NULL) {
        icp_report(r->list, ICP_ERROR, "bad-value", file->line, file->column,
                   "the holidays of a test stand in it");
        icp_report_hint(r->list, "Write them as a list: [2026-12-25, 2026-12-26].");
    } else if (r->files->read(r->files->context, file->text, &text, &err) != ICP_OK) {
        icp_report(r->list, ICP_ERROR, "list-file", file->line, file->column, "%s", err.message);
    } else {
        read_holiday_lines(r, file, file->text, text);
    }
}

static int order_days(const void *left, const void *right)
{
    int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;

    return (a > b) - (a < b);
}

static void keep_holidays(struct reading *r)
{
    size_t count = 0;

    qsort(r->holidays, r->holiday_count, sizeof(r->holidays[0]), order_days);
    for (size_t i = 0; i < r->holiday_count; i++)
        if (count == 0 || r->holidays[count - 1] != r->holidays[i])
            r->holidays[count++] = r->holidays[i];
    r->calendar->holidays = r->holidays;
    r->calendar->holiday_count = count;
}

static void read_holidays(struct reading *r, const struct icp_yaml *node)
{
    r->holidays = ICP_NEW_ARRAY(r->arena, int32_t, ICP_MAX_HOLIDAYS);
    if (r->holidays == NULL)
        return;
    if (node->kind == ICP_YAML_MAPPING) {
        read_holiday_file(r, node);
    } else if (node->kind == ICP_YAML_SEQUENCE) {
        for (size_t i = 0; i < node->count; i++) {
            const struct icp_yaml *one = &node->values[i];
            bool scalar = one->kind == ICP_YAML_SCALAR;
            enum outcome outcome = scalar ? take_holiday(r, one->text) : NO_DATE;
            if (outcome != TAKEN)
                refuse_holiday(r, one, outcome,
                               scalar ? one->text : icp_str_from(icp_yaml_kind_name(one)));
        }
    } else {
        wrong_kind(r, node, "holidays", "a list of dates or {file: PATH}");
    }
    keep_holidays(r);
}

/* ---- The whole ------------------------------------------------------------------------------- */

bool icp_calendar_read(const struct icp_yaml *node, const struct icp_calendar_files *files,
                       struct icp_arena *arena, struct icp_diagnostics *list,
                       struct icp_calendar *calendar)
{
    static const struct icp_str names[] = {ICP_STR_INIT("time_zone"), ICP_STR_INIT("working_days"),
                                           ICP_STR_INIT("hours"), ICP_STR_INIT("holidays")};
    struct reading r = {.arena = arena, .list = list, .files = files, .calendar = calendar};
    const struct icp_yaml *zone, *days, *hours, *holidays;
    size_t errors = list->errors;

    if (node->kind != ICP_YAML_MAPPING) {
        wrong_kind(&r, node, "calendar", "a mapping");
        return false;
    }
    icp_yaml_check_keys(node, "calendar", names, sizeof(names) / sizeof(names[0]), list);
    if ((zone = icp_yaml_get(node, "time_zone")) != NULL)
        read_zone(&r, zone);
    if ((days = icp_yaml_get(node, "working_days")) != NULL)
        read_working_days(&r, days);
    if ((hours = icp_yaml_get(node, "hours")) != NULL)
        read_hours(&r, hours);
    if ((holidays = icp_yaml_get(node, "holidays")) != NULL)
        read_holidays(&r, holidays);
    if (list->errors == errors && !icp_calendar_is_open_enough(calendar))
        icp_report(list, ICP_ERROR, "no-working-day", node->line, node->column,
                   "the holidays leave no working day for more than a year");
    return list->errors == errors;
}
