/*
 * What the files of this layer share. A bulk is immutable once open; whatever a thread writes lives
 * in its work. Lines are numbered in the order in which equal reasons stand: the file's.
 */
#ifndef ICP_BULK_INTERNAL_H
#define ICP_BULK_INTERNAL_H

#include "bulk.h"
#include "evaluate.h"

enum {
    BULK_POINTS_TEXT = 12,   /* ":-2147483648" */
    BULK_SMALL_POINTS = 128, /* points of smaller size have their text ready */
    BULK_SHORT = 32,         /* a copy of fixed length is one instruction */
};

/* A line that can be a reason. */
struct bulk_line {
    enum icp_reason_kind kind;
    bool of_engagement;
    struct icp_str id; /* at least BULK_SHORT bytes can be read */
};
/* ":+12" */
struct bulk_points {
    char text[BULK_POINTS_TEXT];
    uint32_t length;
};

struct bulk_lines {
    struct bulk_line *lines;
    size_t count;
    uint32_t *table; /* open addressing by id: line + 1 */
    size_t mask;
    struct bulk_points points[2 * BULK_SMALL_POINTS]; /* from -BULK_SMALL_POINTS */
    size_t room;                                      /* for all tokens at once, with separators */
};

struct icp_bulk {
    const struct icp_ruleset *rules;
    int32_t as_of;
    struct icp_arena arena;
    size_t field_count;
    struct bulk_lines lines;
};

struct icp_bulk_work {
    const struct icp_bulk *bulk;
    struct icp_arena row;  /* texts and results of one row that the rule engine scored */
    struct icp_arena text; /* tokens and sentences asked for */
    struct icp_result whole;
    bool has_whole; /* of the last row */
    struct icp_rules_input input;
    struct icp_bulk_reason *reasons; /* as many as lines can be */
    struct icp_bulk_counts counts;
};

bool bulk_lines_open(struct bulk_lines *lines, const struct icp_ruleset *rules,
                     struct icp_arena *arena);
/* The line of a reason; UINT32_MAX: never. */
uint32_t bulk_line_of(const struct bulk_lines *lines, const struct icp_reason *reason);
/* Writes "size:+12"; may overwrite up to BULK_SHORT bytes behind it. */
size_t bulk_token_write(const struct bulk_lines *lines, const struct icp_bulk_reason *reason,
                        char *out);

#endif
