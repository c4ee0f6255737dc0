/*
 * CSV as RFC 4180 and spreadsheets write it: cells between commas, semicolons or tabs, quotes,
 * doubled quotes, line ends inside quotes, CRLF or LF, an optional byte-order mark. Bounded row and
 * cell. Read from a file or a text, row by row.
 */
#ifndef ICP_CSV_H
#define ICP_CSV_H

#include "icp/base.h"

struct icp_csv;
struct icp_csv_row {
    const struct icp_str *cells; /* valid until the next call; content is UTF-8 checked */
    size_t count;
    uint64_t line;  /* where the row begins, from 1 */
    char separator; /* what stands between cells in this file */
};

/* What stands between the cells of a text's first row, outside quotes: ',', ';' or a tab, whichever
   is there most often; ',' when none is. Where the decimal point is a comma spreadsheets write ';'.
 */
char icp_csv_separator(struct icp_str text);
struct icp_csv *icp_csv_open(const char *path, struct icp_err *err);
/* The same from memory; `name` stands for the file in errors, `text` outlives the reading. */
struct icp_csv *icp_csv_open_text(struct icp_str text, const char *name, struct icp_err *err);
void icp_csv_close(struct icp_csv *csv);
/* ICP_OK with a row, ICP_OK with row->count == 0 at the end, else ICP_BAD_CONFIG with file and
 * line. */
enum icp_status icp_csv_next(struct icp_csv *csv, struct icp_csv_row *row,
                             struct icp_err *err) ICP_MUST_CHECK;
/* Appends one cell, quoted when needed. `guard`: a text that a spreadsheet would take for a formula
   (= + - @ TAB CR first, unless it is a plain number) gets an apostrophe in front, also behind a
   separator inside the cell: not every reader keeps to the quotes. */
void icp_csv_put_cell(struct icp_buf *out, struct icp_str text, bool first, bool guard);

#endif
