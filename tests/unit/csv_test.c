/* CSV as spreadsheets write it: rows, refusals with their line, and the cells that we write. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "csv.h"

static char path[] = "csv-test-XXXXXX";

static int make_file(void **state)
{
    int file = mkstemp(path);

    (void)state;
    return file < 0 ? -1 : close(file);
}

static int drop_file(void **state)
{
    (void)state;
    return unlink(path);
}

static struct icp_csv *open_text(struct icp_str text)
{
    struct icp_err err = {0};
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(text.data, 1, text.length, file), text.length);
    assert_int_equal(fclose(file), 0);
    struct icp_csv *csv = icp_csv_open(path, &err);
    assert_non_null(csv);
    return csv;
}

/* Rows as "line:cell|cell/", and at a refusal "line!". */
static void describe(struct icp_csv *csv, struct icp_buf *out, struct icp_err *err)
{
    struct icp_csv_row row;
    enum icp_status status;

    while ((status = icp_csv_next(csv, &row, err)) == ICP_OK && row.count > 0) {
        icp_buf_format(out, "%u:", (unsigned)row.line);
        for (size_t i = 0; i < row.count; i++)
            icp_buf_format(out, "%s%.*s", i > 0 ? "|" : "", ICP_STR_ARGUMENTS(row.cells[i]));
        icp_buf_add_char(out, '/');
    }
    if (status != ICP_OK) {
        icp_buf_format(out, "%u!", (unsigned)err->line);
        assert_int_equal(status, ICP_BAD_CONFIG);
        assert_string_equal(err->file, path);
    }
}

static const struct {
    const char *why;
    const char *text;
    const char *rows;
} files[] = {
    {"line ends of RFC 4180", "a,b\r\n1,2\r\n", "1:a|b/2:1|2/"},
    {"line ends of Unix", "a,b\n1,2\n", "1:a|b/2:1|2/"},
    {"no line end at the end", "a\nb", "1:a/2:b/"},
    {"nothing", "", ""},
    {"a byte-order mark, as Excel writes it", "\xef\xbb\xbfid\n1\n", "1:id/2:1/"},
    {"a mark before a quote", "\xef\xbb\xbf\"i,d\"\n1\n", "1:i,d/2:1/"},
    {"a mark alone", "\xef\xbb\xbf", ""},
    {"comma and doubled quote in quotes", "\"a,b\",\"c \"\"d\"\"\"\n", "1:a,b|c \"d\"/"},
    {"a line end in quotes counts as a line", "\"a\nb\",c\nd\n", "1:a\nb|c/3:d/"},
    {"empty cells", ",\na,\n", "1:|/2:a|/"},
    {"empty quotes", "\"\",x\n", "1:|x/"},
    {"an empty line is a row of one empty cell", "a\n\nb\n", "1:a/2:/3:b/"},
    {"space belongs to the cell", " a , b \n", "1: a | b /"},
    {"a quote inside a cell is a character, not an opening", "5\" pipe,x\nb\n",
     "1:5\" pipe|x/2:b/"},
    {"a quote that is never closed must not swallow the file", "a\n\"b\nc\n", "1:a/2!"},
    {"text behind a closing quote would be lost", "a\n\"b\"c,d\n", "1:a/2!"},
    {"Latin-1", "a\ncaf\xe9\n", "1:a/2!"},
    {"semicolons, where the decimal point is a comma", "a;b\n1,5;2\n", "1:a|b/2:1,5|2/"},
    {"tabs", "a\tb\n1,5\t2;3\n", "1:a|b/2:1,5|2;3/"},
    {"what stands in quotes separates nothing", "\"a;b;c\",d\n1;2,3\n", "1:a;b;c|d/2:1;2|3/"},
    {"the first row decides", "a,b\n1;2;3,4\n", "1:a|b/2:1;2;3|4/"},
    {"semicolons in a row of several lines", "\"a\nx\";b\n1;2\n", "1:a\nx|b/3:1|2/"},
};

static void test_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        struct icp_csv *csv = open_text(icp_str_from(files[i].text));
        struct icp_err err = {0};
        struct icp_buf rows;
        icp_buf_open(&rows, 65536);
        describe(csv, &rows, &err);
        icp_buf_add_cstr(&rows, "");
        check_text(files[i].why, icp_str_from(rows.data != NULL ? rows.data : ""),
                   icp_str_from(files[i].rows));
        icp_buf_finish(&rows);
        icp_csv_close(csv);
    }
}

static void test_nul(void **state)
{
    struct icp_csv *csv = open_text((struct icp_str){"a\0b\n", 4});
    struct icp_csv_row row;
    struct icp_err err = {0};

    (void)state;
    assert_int_equal(icp_csv_next(csv, &row, &err), ICP_BAD_CONFIG);
    icp_csv_close(csv);
}

/* More than is read at once, so that rows lie across the edge of what is in memory. */
static void test_many_rows(void **state)
{
    struct icp_buf text;
    struct icp_csv_row row = {0};
    struct icp_err err = {0};
    size_t rows = 0;

    (void)state;
    icp_buf_open(&text, (size_t)8 << 20);
    for (int i = 0; i < 50000; i++)
        icp_buf_format(&text, "%d,\"a \"\"quoted\"\" text\",\xc3\xa6\r\n", i);
    struct icp_csv *csv = open_text(icp_buf_view(&text));
    while (icp_csv_next(csv, &row, &err) == ICP_OK && row.count > 0) {
        char number[16];
        (void)snprintf(number, sizeof(number), "%zu", rows);
        check_text("number of the row", row.cells[0], icp_str_from(number));
        check_text("second cell", row.cells[1], ICP_STR("a \"quoted\" text"));
        rows++;
        assert_int_equal(row.line, rows);
    }
    assert_int_equal(err.status, ICP_OK);
    assert_int_equal(rows, 50000);
    icp_csv_close(csv);
    icp_buf_finish(&text);
}

static void check_flood(const char *why, char c, size_t count, bool fits)
{
    struct icp_buf text;
    struct icp_csv_row row;
    struct icp_err err = {0};

    icp_buf_open(&text, (size_t)8 << 20);
    while (text.length < count)
        icp_buf_add_char(&text, c);
    struct icp_csv *csv = open_text(icp_buf_view(&text));
    check_number(why, icp_csv_next(csv, &row, &err), fits ? ICP_OK : ICP_BAD_CONFIG);
    icp_csv_close(csv);
    icp_buf_finish(&text);
}

static void test_bounds(void **state)
{
    (void)state;
    check_flood("2,000 cells", ',', 1999, true);
    check_flood("2,001 cells", ',', 2000, false);
    check_flood("a long row", 'x', 1000000, true);
    check_flood("a row of two megabytes", 'x', 2000000, false);
}

static void test_files_that_cannot_be_read(void **state)
{
    struct icp_err err = {0};
    struct icp_csv_row row;

    (void)state;
    assert_null(icp_csv_open("no/such/file.csv", &err));
    assert_int_equal(err.status, ICP_BAD_CONFIG);
    err = (struct icp_err){0};
    struct icp_csv *csv = icp_csv_open(".", &err); /* a folder opens, but does not read */
    if (csv != NULL)
        assert_int_equal(icp_csv_next(csv, &row, &err), ICP_BAD_CONFIG);
    assert_int_equal(err.status, ICP_BAD_CONFIG);
    icp_csv_close(csv);
}

static const struct {
    const char *why;
    const char *cell;
    bool guard;
    const char *written;
} cells[] = {
    {"plain", "a b", true, "a b"},
    {"comma", "a,b", false, "\"a,b\""},
    {"quote", "a\"b", false, "\"a\"\"b\""},
    {"line end", "a\nb", false, "\"a\nb\""},
    {"empty", "", true, ""},
    {"a formula", "=1+1", true, "\"'=1+1\""},
    {"a formula with quotes", "=HYPERLINK(\"x\")", true, "\"'=HYPERLINK(\"\"x\"\")\""},
    {"at sign", "@SUM(1)", true, "\"'@SUM(1)\""},
    {"plus and words", "+cmd|x", true, "\"'+cmd|x\""},
    {"minus and words", "-2+3", true, "\"'-2+3\""},
    {"tab", "\t=1", true, "\"'\t'=1\""},
    {"carriage return", "\r=1", true, "\"'\r'=1\""},
    {"a formula behind another separator", "a;=1+1", true, "\"a;'=1+1\""},
    {"a number behind one stays a number", "5,-3", true, "\"5,-3\""},
    {"a number below zero stays a number", "-12.5", true, "-12.5"},
    {"minus alone", "-", true, "\"'-\""},
    {"as it is when no spreadsheet is meant", "=1+1", false, "=1+1"},
};

static void test_cells(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cells); i++) {
        struct icp_buf out;
        icp_buf_open(&out, 4096);
        icp_buf_add_char(&out, '>');
        icp_csv_put_cell(&out, icp_str_from(cells[i].cell), true, cells[i].guard);
        check_text(cells[i].why, icp_str_slice(icp_buf_view(&out), 1, out.length),
                   icp_str_from(cells[i].written));
        icp_buf_reset(&out);
        icp_csv_put_cell(&out, ICP_STR("x"), false, false);
        check_text("a comma before every further cell", icp_buf_view(&out), ICP_STR(",x"));
        icp_buf_finish(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),     cmocka_unit_test(test_nul),
        cmocka_unit_test(test_many_rows), cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_cells),     cmocka_unit_test(test_files_that_cannot_be_read),
    };

    return cmocka_run_group_tests(tests, make_file, drop_file);
}
