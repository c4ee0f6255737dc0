/*
 * Dates and times, UTC only, proleptic Gregorian, years 0001..9999. A date is days since
 * 1970-01-01; a time is milliseconds since 1970-01-01T00:00:00Z. Nothing here reads a clock or a
 * locale.
 */
#ifndef ICP_DATE_H
#define ICP_DATE_H

#include "icp/base.h"

#define ICP_MS_PER_DAY INT64_C(86400000)

bool icp_date_from_civil(int year, int month, int day, int32_t *days); /* false: no such day */
void icp_date_to_civil(int32_t days, int *year, int *month, int *day);
int icp_date_weekday(int32_t days); /* 1 Monday … 7 Sunday */
/* YYYY-MM-DD and nothing else. */
bool icp_date_parse(struct icp_str text, int32_t *days);
/* ISO 8601 with Z, ±hh:mm, ±hhmm or no zone (then UTC), 0 to 9 fraction digits (cut to ms); or a
   date alone (midnight); or integer milliseconds of at least 9 digits, as some CRMs send. */
bool icp_time_parse(struct icp_str text, int64_t *ms);
int32_t icp_time_to_date(int64_t ms); /* floor */
enum { ICP_TIME_TEXT = 32 };
struct icp_str icp_date_format(int32_t days, char text[ICP_TIME_TEXT]);       /* 2026-01-15 */
struct icp_str icp_date_format_short(int32_t days, char text[ICP_TIME_TEXT]); /* 15 Jan 2026 */
struct icp_str icp_time_format(int64_t ms, char text[ICP_TIME_TEXT]); /* 2026-01-15T03:04:05.006Z */
/* The HTTP Date header (RFC 9110 IMF-fixdate). */
bool icp_http_date_parse(struct icp_str text, int64_t *ms);
struct icp_str icp_http_date_format(int64_t ms, char text[ICP_TIME_TEXT]);

#endif
