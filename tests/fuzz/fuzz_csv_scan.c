/*
 * Any bytes as a CSV text: every path of the scanner that this machine has finds the same rows and
 * cells as the plain reader, and a problem where the plain reader refuses the row.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "csv.h"
#include "csv_scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static struct icp_csv *open_bytes(struct icp_str bytes)
{
    char path[] = "fuzz-csv-scan-XXXXXX";
    struct icp_err err = {0};
    int file = mkstemp(path);

    require(file >= 0);
    for (size_t at = 0; at < bytes.length;) {
        ssize_t done = write(file, bytes.data + at, bytes.length - at);
        require(done > 0);
        at += (size_t)done;
    }
    (void)close(file);
    struct icp_csv *csv = icp_csv_open(path, &err);
    (void)unlink(path);
    require(csv != NULL);
    return csv;
}

struct scanned {
    struct icp_str text; /* ends with a line end when it is not inside quotes */
    struct icp_csv_marks marks;
    char *room;
};

static struct icp_str cell_of(const struct scanned *scanned, size_t cell, bool last)
{
    const char *data = scanned->text.data;
    size_t from = cell > 0 ? scanned->marks.cells[cell - 1] + 1 : 0,
           to = scanned->marks.cells[cell];
    struct icp_str text;

    if (last && to > from && data[to - 1] == '\r')
        to--;
    text = icp_str_slice(scanned->text, from, to);
    return text.length > 0 && text.data[0] == '"' ? icp_csv_unquote(text, scanned->room) : text;
}

static enum icp_csv_problem problem_of(const struct scanned *scanned, size_t from, size_t to)
{
    size_t cell = 0;

    if (to > from && scanned->text.data[to - 1] == '\r')
        to--;
    return icp_csv_row_problem(icp_str_slice(scanned->text, from, to), scanned->marks.separator,
                               &cell);
}

/* One row of both; false when the plain reader refused it, and so did we. */
static bool same_row(const struct scanned *scanned, struct icp_csv *csv, size_t number)
{
    const struct icp_csv_marks *marks = &scanned->marks;
    size_t first = number > 0 ? marks->rows[number - 1] : 0, last = marks->rows[number];
    size_t from = first > 0 ? marks->cells[first - 1] + 1 : 0, to = marks->cells[last - 1];
    bool good = to < marks->doubt || problem_of(scanned, from, to) == ICP_CSV_FINE;
    struct icp_csv_row row;
    struct icp_err err = {0};

    if (icp_csv_next(csv, &row, &err) != ICP_OK) {
        require(!good || last - first > 2000);
        return false;
    }
    require(good && row.count == last - first);
    require(problem_of(scanned, from, to) == ICP_CSV_FINE);
    for (size_t i = 0; i < row.count; i++)
        require(icp_str_equal(row.cells[i], cell_of(scanned, first + i, i + 1 == row.count)));
    return true;
}

static void compare(const struct scanned *scanned, struct icp_str bytes)
{
    struct icp_csv *csv = open_bytes(bytes);
    struct icp_csv_row row;
    struct icp_err err = {0};
    bool going = true;

    for (size_t i = 0; i < scanned->marks.row_count && going; i++)
        going = same_row(scanned, csv, i);
    if (going && scanned->marks.open)
        require(icp_csv_next(csv, &row, &err) != ICP_OK);
    else if (going)
        require(icp_csv_next(csv, &row, &err) == ICP_OK && row.count == 0);
    icp_csv_close(csv);
}

/* A path sees a fault of UTF-8 in the 64 bytes where the character ends: at most so far away. */
static bool near(size_t doubt, size_t exact)
{
    return doubt <= exact + 3 && exact < doubt + 64;
}

static bool same_marks(const struct icp_csv_marks *a, const struct icp_csv_marks *b)
{
    return a->cell_count == b->cell_count && a->row_count == b->row_count && a->lines == b->lines &&
           a->quotes == b->quotes && a->open == b->open && a->garbage == b->garbage &&
           near(a->doubt, b->doubt) &&
           memcmp(a->cells, b->cells, a->cell_count * sizeof(a->cells[0])) == 0 &&
           memcmp(a->rows, b->rows, a->row_count * sizeof(a->rows[0])) == 0;
}

/* No row that the marks vouch for has a problem. */
static bool vouched_are_good(const struct scanned *scanned)
{
    const struct icp_csv_marks *marks = &scanned->marks;
    size_t from = 0;

    for (size_t i = 0; i < marks->row_count; i++) {
        size_t to = marks->cells[marks->rows[i] - 1];
        if (to < marks->doubt && problem_of(scanned, from, to) != ICP_CSV_FINE)
            return false;
        from = to + 1;
    }
    return true;
}

/* A last row without a line end gets one, as the program gives it. */
static struct icp_str with_room(struct icp_str bytes, char *room)
{
    struct icp_csv_marks marks;
    struct icp_str text = {room + ICP_SCAN_ROOM, bytes.length};

    memset(room, ' ', bytes.length + (size_t)2 * ICP_SCAN_ROOM);
    memcpy(room + ICP_SCAN_ROOM, bytes.data, bytes.length);
    marks.cells = calloc(bytes.length + ICP_SCAN_ROOM, sizeof(uint32_t));
    marks.rows = calloc(bytes.length + ICP_SCAN_ROOM, sizeof(uint32_t));
    require(marks.cells != NULL && marks.rows != NULL);
    marks.separator = icp_csv_separator(bytes);
    icp_csv_scan(ICP_SCAN_PLAIN, text, &marks);
    free(marks.cells);
    free(marks.rows);
    if (!marks.open && text.length > 0 && text.data[text.length - 1] != '\n')
        room[ICP_SCAN_ROOM + text.length++] = '\n';
    return text;
}

static void run_path(enum icp_scan_path path, struct scanned *scanned)
{
    size_t most = scanned->text.length + ICP_SCAN_ROOM;

    scanned->marks.cells = calloc(most, sizeof(uint32_t));
    scanned->marks.rows = calloc(most, sizeof(uint32_t));
    require(scanned->marks.cells != NULL && scanned->marks.rows != NULL);
    scanned->marks.separator = icp_csv_separator(scanned->text);
    icp_csv_scan(path, scanned->text, &scanned->marks);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct icp_str bytes = {(const char *)data, size};
    char *room;
    struct scanned plain = {.room = NULL};

    if (size >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0)
        bytes = icp_str_slice(bytes, 3, size); /* a mark is taken off before the scanner */
    if (bytes.length >= 3 && memcmp(bytes.data, "\xEF\xBB\xBF", 3) == 0)
        return 0; /* the plain reader would take the second one off */
    if (bytes.length > 500000)
        return 0;
    room = malloc(bytes.length + (size_t)2 * ICP_SCAN_ROOM + 1);
    plain.room = malloc(bytes.length + 1);
    require(room != NULL && plain.room != NULL);
    plain.text = with_room(bytes, room);
    run_path(ICP_SCAN_PLAIN, &plain);
    compare(&plain, bytes);
    for (int path = ICP_SCAN_PLAIN + 1; path < ICP_SCAN_PATHS; path++) {
        struct scanned other = plain;
        if (!icp_scan_path_usable((enum icp_scan_path)path))
            continue;
        run_path((enum icp_scan_path)path, &other);
        require(same_marks(&other.marks, &plain.marks));
        require(vouched_are_good(&other));
        free(other.marks.cells);
        free(other.marks.rows);
    }
    free(plain.marks.cells);
    free(plain.marks.rows);
    free(plain.room);
    free(room);
    return 0;
}
