/*
 * Any bytes as a CSV file: rows are refused with a line, or what the writer makes of them reads as
 * the same cells again. The reader wants a path, so the bytes go through a file of our own.
 */
#include <stdlib.h>
#include <unistd.h>

#include "csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static struct icp_csv *open_bytes(struct icp_str bytes)
{
    char path[] = "fuzz-csv-XXXXXX";
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

/* Appends every row as the writer spells it; false when a row was refused. */
static bool rewrite(struct icp_str bytes, struct icp_buf *out)
{
    struct icp_csv *csv = open_bytes(bytes);
    struct icp_csv_row row = {0};
    struct icp_err err = {0};
    enum icp_status status;
    uint64_t line = 0;

    while ((status = icp_csv_next(csv, &row, &err)) == ICP_OK && row.count > 0) {
        require(row.line > line);
        line = row.line;
        for (size_t i = 0; i < row.count; i++)
            icp_csv_put_cell(out, row.cells[i], i == 0, false);
        icp_buf_add_cstr(out, "\r\n");
    }
    icp_csv_close(csv);
    return status == ICP_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct icp_buf once, twice;

    icp_buf_open(&once, (size_t)16 * 1024 * 1024);
    icp_buf_open(&twice, (size_t)16 * 1024 * 1024);
    if (rewrite((struct icp_str){(const char *)data, size}, &once) && size < 256 * (size_t)1024)
        require(rewrite(icp_buf_view(&once), &twice) &&
                icp_str_equal(icp_buf_view(&once), icp_buf_view(&twice)));
    icp_buf_finish(&once);
    icp_buf_finish(&twice);
    return 0;
}
