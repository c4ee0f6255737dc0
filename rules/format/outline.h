/*
 * Inside the formatter: a file as parts, each a pair of a mapping or an item of a list, with the
 * comments that belong to it. Every comment of the text hangs on exactly one part.
 */
#ifndef ICP_OUTLINE_H
#define ICP_OUTLINE_H

#include "yaml.h"

struct format_layout;

struct format_comment {
    struct icp_str text; /* from '#', without the space behind it */
    uint32_t offset, column;
    bool own_line;     /* nothing else stands on its line */
    bool blank_before; /* an empty line stands before it */
    struct format_comment *next;
};
struct format_comments { /* in the order of the text */
    struct format_comment *first, *last;
};

struct format_part {
    const struct icp_yaml *key; /* NULL: an item, or the root */
    const struct icp_yaml *value;
    struct format_part *parent, *first, *next; /* next: the one behind it under the same parent */
    const struct format_layout *layout;        /* of its value; NULL: nothing is known about it */
    struct format_comments head;               /* on the lines before it */
    struct format_comments foot;               /* on the lines behind its last child */
    const struct format_comment *opening;  /* behind its key or bracket, before its first child */
    const struct format_comment *trailing; /* behind it, on its last line */
    uint32_t start, end, column;
    bool blank_before;  /* behind its head comments */
    bool noisy;         /* some comment stands inside its value */
    struct icp_str row; /* of a table, made while printing */
};

struct format_outline {
    struct icp_str text;
    struct icp_arena *arena;
    struct format_part *root;
    struct format_part **parts; /* all but the root, in the order of the text */
    size_t part_count;
    struct format_comments comments; /* of the file's head, before its first line */
    size_t comment_count;
    bool blank_behind_head;
};

/* False at the arena's end. */
bool format_outline(struct format_outline *outline, struct icp_str text,
                    const struct icp_yaml *root, struct icp_arena *arena);

/* ---- layout.c: the order of the reference ---------------------------------------------------- */

/* What is known of the collections at one place of an ICP file. */
struct format_layout {
    const char *path;        /* "fit.criteria[]"; "*" stands for any key */
    const char *const *keys; /* their order, NULL at the end; NULL: as written */
    bool quoted;             /* keys in double quotes: bands, prefixes */
    bool table;              /* pairs one below the other are aligned */
    bool words;              /* free words: nothing below it is a condition */
};
const struct format_layout *format_layout_root(void);
/* Of the value of `part`, from that of its parent; NULL when nothing is known. */
const struct format_layout *format_layout_below(const struct format_layout *parent,
                                                const struct format_part *part,
                                                struct icp_arena *arena);
/* Brings the children of every part into the order of its layout. */
void format_layout_sort(struct format_outline *outline);
bool format_is_condition(const struct format_part *part);

/* ---- print.c, scalar.c ----------------------------------------------------------------------- */

enum {
    FORMAT_WIDTH = 120,       /* a line that is longer is broken up */
    FORMAT_TABLE_WIDTH = 140, /* with the spaces that align it */
    FORMAT_INDENT = 2,
};

/* A text in quotes or without, on one line. */
struct icp_str format_scalar(const struct format_part *part, bool in_brackets,
                             struct icp_arena *arena);
struct icp_str format_key(const struct format_part *part, struct icp_arena *arena);
size_t format_width(struct icp_str text); /* characters */
/* False at the arena's or buffer's end. */
bool format_print(const struct format_outline *outline, struct icp_buf *out);

#endif
