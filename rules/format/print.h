/* Inside the formatter: the lines that are being made. */
#ifndef ICP_FORMAT_PRINT_H
#define ICP_FORMAT_PRINT_H

#include "outline.h"

struct format_line {
    struct icp_str text;    /* with its indentation */
    struct icp_str comment; /* behind the text; no text: none */
    bool blank_before;
};

struct format_printing {
    struct icp_arena *arena;
    struct icp_str source;
    struct format_line *lines;
    size_t count, allocated;
};

void format_add_line(struct format_printing *p, struct format_line line);

/* ---- flow.c ---------------------------------------------------------------------------------- */

/* A collection in brackets on one line of at most `most` characters; no text when it is longer, was
   written by indentation, or has comments inside. */
struct icp_str format_flow_text(struct format_printing *p, const struct format_part *part,
                                size_t most);
/* Makes the rows of the table that begins with `first`, the lines of a kind that follow each other:
   returns the part behind it, or `first` when there is no table. */
struct format_part *format_table(struct format_printing *p, struct format_part *first,
                                 size_t indent);
struct icp_str format_table_row(const struct format_printing *p, const struct format_part *part);

#endif
