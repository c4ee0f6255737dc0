/*
 * Where the cells and rows of a CSV text end, found 64 bytes at a time where the machine can. Reads
 * as csv.h does (RFC 4180; a quote opens at the start of a cell only), but only marks places: a
 * cell becomes text when somebody wants it. Every row that the marks cannot vouch for is below
 * `doubt` and must be asked about with icp_csv_row_problem.
 */
#ifndef ICP_CSV_SCAN_H
#define ICP_CSV_SCAN_H

#include "icp/base.h"
#include "scan_path.h"

struct icp_csv_marks {
    uint32_t *cells; /* in: room for `length` + ICP_SCAN_ROOM places. Out: the separator or '\n'
                        behind each cell */
    uint32_t *rows;  /* in: the same room. Out: number of cells up to and with the row's last */
    size_t cell_count, row_count; /* also those behind the last row end */
    size_t lines;                 /* '\n' of any kind, also in quotes */
    char separator;               /* in: what stands between cells: icp_csv_separator */
    bool quotes;                  /* some cell may begin with a quote */
    bool open;                    /* the text ends inside quotes */
    size_t doubt;   /* rows that end before this place are whole, UTF-8 and without text behind a
                       closing quote; `length` when all are */
    size_t garbage; /* where the first text behind a closing quote stands, or `length` */
};

/* `text` begins where a row begins. ICP_SCAN_ROOM bytes before and behind it must be readable; the
   one before must be ASCII, what the others hold does not matter. */
void icp_csv_scan(enum icp_scan_path path, struct icp_str text, struct icp_csv_marks *marks);

enum icp_csv_problem { ICP_CSV_FINE, ICP_CSV_NOT_UTF8, ICP_CSV_BEHIND_QUOTE };
/* Looks at one row, without its line end, as csv.h would; `cell` (from 1) is the one meant. */
enum icp_csv_problem icp_csv_row_problem(struct icp_str row, char separator, size_t *cell);
/* The content of a cell that begins with a quote and of whose row nothing bad is known: a view into
   it, or undoubled into `room`, which must have as many bytes. */
struct icp_str icp_csv_unquote(struct icp_str cell, char *room);

#endif
