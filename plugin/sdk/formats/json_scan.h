/*
 * NDJSON fast: one object a line, of which only the wanted members are taken. A member is wanted
 * by its path ("properties", "jobtitle"); all else is stepped over, but checked as json_stream.h
 * checks it: a line is refused by one when it is refused by the other. Texts without escapes are
 * views into the line.
 */
#ifndef ICP_JSON_SCAN_H
#define ICP_JSON_SCAN_H

#include "icp/base.h"
#include "scan_path.h"

/* ---- What is wanted: made once, then shared by threads. */

struct icp_json_names;

enum icp_json_kind {
    ICP_JSON_TEXT, /* a text as it is, a number as written, true or false; a list of these joined
                      with ';'; null is no text. An object is a problem of the line */
    ICP_JSON_RAW,  /* whatever stands there, as it stands */
};

struct icp_json_names *icp_json_names_open(void); /* NULL at the machine's end */
void icp_json_names_close(struct icp_json_names *names);
/* The value at a path goes to values[slot]. When several paths name one slot and stand in one line,
   that of the lowest rank counts; of one path that stands there twice, the last. Texts are
   borrowed. False at the machine's end. */
bool icp_json_names_add(struct icp_json_names *names, const struct icp_str *path, size_t depth,
                        size_t slot, unsigned rank, enum icp_json_kind kind);

/* ---- One thread's reader. */

struct icp_json_scan;

/* `slots`: how many values a line gives. NULL at the machine's end. */
struct icp_json_scan *icp_json_scan_open(enum icp_scan_path path,
                                         const struct icp_json_names *names, size_t slots);
void icp_json_scan_close(struct icp_json_scan *scan);

struct icp_json_line {
    struct icp_str *values; /* one a slot; no text where nothing stood. Valid until the next line;
                               ICP_SCAN_ROOM bytes behind each are readable */
    const char *problem;    /* static text, and `at` which byte; NULL: the line is good */
    size_t at;
};
/* `line` is without its line end, which must stand behind it: line.data[line.length] is '\n', and
   ICP_SCAN_ROOM bytes behind the line are readable. False when there is a problem. */
bool icp_json_scan_line(struct icp_json_scan *scan, struct icp_str line, struct icp_json_line *ret);

#endif
