/*
 * The CSV scanner's plain path and what all paths share. Invariant: the machine of icp_csv_step is
 * that of csv.c, and every other path asks it wherever the bits alone could be wrong.
 */
#include "csv_scan_inside.h"

#include <string.h>

#include "utf8.h"

/* A character behind a closing quote that is neither the end of the cell nor the second of a
   doubled quote. CR counts as the row's end only before LF. */
static bool is_garbage(struct icp_str text, size_t at, char separator)
{
    char c = text.data[at];

    if (c == '\r')
        return at + 1 < text.length && text.data[at + 1] != '\n';
    return c != separator && c != '\n' && c != '"';
}

static enum icp_csv_state next_state(enum icp_csv_state state, char c, char separator)
{
    if (state == ICP_CSV_IN_QUOTES)
        return c == '"' ? ICP_CSV_QUOTE_END : ICP_CSV_IN_QUOTES;
    if (c == separator || c == '\n')
        return ICP_CSV_CELL_START;
    if (c == '"' && state != ICP_CSV_IN_PLAIN)
        return ICP_CSV_IN_QUOTES;
    return state == ICP_CSV_QUOTE_END ? ICP_CSV_QUOTE_END : ICP_CSV_IN_PLAIN;
}

uint64_t icp_csv_step(struct icp_str text, size_t at, size_t count, struct icp_csv_carry *carry,
                      struct icp_csv_marks *marks)
{
    uint64_t ends = 0;

    for (size_t i = 0; i < count; i++) {
        char c = text.data[at + i];
        if (carry->state == ICP_CSV_QUOTE_END && is_garbage(text, at + i, marks->separator) &&
            marks->garbage > at + i)
            marks->garbage = at + i;
        if (carry->state != ICP_CSV_IN_QUOTES && (c == marks->separator || c == '\n'))
            ends |= (uint64_t)1 << i;
        carry->state = next_state(carry->state, c, marks->separator);
    }
    return ends;
}

/* Length of what is UTF-8 (and no NUL) from the start on. */
static size_t valid_length(struct icp_str text)
{
    struct icp_str rest = text;
    uint32_t code_point;

    while (icp_utf8_next(&rest, &code_point))
        ;
    return text.length - rest.length;
}

static void note_end(struct icp_csv_marks *marks, char c, size_t at)
{
    marks->cells[marks->cell_count++] = (uint32_t)at;
    if (c == '\n')
        marks->rows[marks->row_count++] = (uint32_t)marks->cell_count;
}

void icp_csv_scan_plain(struct icp_str text, struct icp_csv_marks *marks)
{
    struct icp_csv_carry carry = {.state = ICP_CSV_CELL_START};

    for (size_t at = 0; at < text.length; at++) {
        char c = text.data[at];
        marks->quotes = marks->quotes || c == '"';
        marks->lines += c == '\n';
        if (icp_csv_step(text, at, 1, &carry, marks) != 0)
            note_end(marks, c, at);
    }
    marks->open = carry.state == ICP_CSV_IN_QUOTES;
    marks->doubt = valid_length(text);
}

void icp_csv_scan(enum icp_scan_path path, struct icp_str text, struct icp_csv_marks *marks)
{
    static icp_csv_scan_path *const paths[ICP_SCAN_PATHS] = {
        icp_csv_scan_plain,
#if defined(__x86_64__)
        icp_csv_scan_sse2,
        icp_csv_scan_avx2,
        icp_csv_scan_avx512,
#endif
    };

    marks->cell_count = marks->row_count = marks->lines = 0;
    marks->quotes = marks->open = false;
    marks->doubt = marks->garbage = text.length;
    if (text.length > 0)
        (paths[path] != NULL ? paths[path] : icp_csv_scan_plain)(text, marks);
    if (marks->garbage < marks->doubt)
        marks->doubt = marks->garbage;
}

/* ---- one row, one cell ---------------------------------------------------------------------- */

/* Behind the closing quote of the cell that begins at `at`, or behind the text when none closes. */
static size_t behind_quotes(struct icp_str row, size_t at)
{
    for (at++; at < row.length; at++) {
        if (row.data[at] != '"')
            continue;
        if (at + 1 >= row.length || row.data[at + 1] != '"')
            return at + 1;
        at++;
    }
    return row.length;
}

enum icp_csv_problem icp_csv_row_problem(struct icp_str row, char separator, size_t *cell)
{
    size_t at = 0;

    for (*cell = 1;; ++*cell) {
        size_t from = at;
        if (at < row.length && row.data[at] == '"') {
            at = behind_quotes(row, at);
        } else {
            const char *next =
                at < row.length ? memchr(row.data + at, separator, row.length - at) : NULL;
            at = next != NULL ? (size_t)(next - row.data) : row.length;
        }
        if (!icp_utf8_valid(icp_str_slice(row, from, at)))
            return ICP_CSV_NOT_UTF8;
        if (at >= row.length)
            return ICP_CSV_FINE;
        if (row.data[at] != separator)
            return ICP_CSV_BEHIND_QUOTE;
        at++;
    }
}

struct icp_str icp_csv_unquote(struct icp_str cell, char *room)
{
    size_t length = 0;

    cell = icp_str_slice(cell, 1, cell.length > 1 ? cell.length - 1 : 1);
    if (cell.length == 0 || memchr(cell.data, '"', cell.length) == NULL)
        return cell;
    for (size_t i = 0; i < cell.length; i++) {
        room[length++] = cell.data[i];
        if (cell.data[i] == '"')
            i++;
    }
    return (struct icp_str){room, length};
}
