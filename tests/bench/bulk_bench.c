/*
 * The engine alone: how many nanoseconds a row takes when its cells are already cut. Not a test.
 *
 *   bulk_bench RULES.icp.yaml LEADS.csv AS_OF MOST [ROUNDS [OUT.csv]]
 *
 * A field of the rules is read from the column that is named like its property. MOST: reasons a
 * row, "all" for all of them. The leads lie in memory. OUT.csv: id (the first column), score, grade
 * and reasons of each lead, to be compared with other programs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bulk.h"

#include "date.h"
#include "diagnostics.h"
#include "dictionary.h"
#include "file.h"
#include "number.h"

#define BENCH_MEMORY ((size_t)3 * 1024 * 1024 * 1024)
#define TEXT_MOST    ((size_t)1024 * 1024 * 1024)
enum { COLUMNS = 128, ROWS = 500000 };

/* A CRM must be there for fields to have a property in it. */
static const char some_field[] =
    "fields:\n  contact.id: {type: text, from: contacts.id}\nsignals:\n"
    "  page_view: {count: contacts.views, last: contacts.last_view}\n"
    "always:\n  contacts.id: \"to have one\"\n";

struct table {
    struct icp_arena arena;
    struct icp_str header[COLUMNS];
    size_t columns, rows;
    struct icp_str *cells; /* rows × columns; empty: unknown */
};

static double now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* One cell off the front, quotes taken away; *end: it was the row's last. */
static struct icp_str cut_cell(struct table *table, struct icp_str *rest, bool *end)
{
    char *out = NULL;
    size_t length = 0, i = 0;
    bool quoted = rest->length > 0 && rest->data[0] == '"';
    if (!quoted)
        while (i < rest->length && rest->data[i] != ',' && rest->data[i] != '\n')
            i++;
    struct icp_str cell = icp_str_slice(*rest, 0, i);
    if (quoted) {
        out = icp_arena_take(&table->arena, icp_str_find(*rest, ICP_STR("\n")) + 1024, 1, 1);
        for (i = 1; i < rest->length && length < 1000; i++) {
            if (rest->data[i] == '"' && (i + 1 >= rest->length || rest->data[i + 1] != '"'))
                break;
            if (rest->data[i] == '"')
                i++;
            out[length++] = rest->data[i];
        }
        cell = (struct icp_str){out, length};
        i++;
    }
    *end = i >= rest->length || rest->data[i] == '\n';
    *rest = icp_str_slice(*rest, i + 1, rest->length);
    return cell;
}

static void read_table(struct table *table, struct icp_str text)
{
    bool end = false;
    icp_arena_open(&table->arena, BENCH_MEMORY);
    while (!end && table->columns < COLUMNS)
        table->header[table->columns++] = cut_cell(table, &text, &end);
    table->cells = calloc(table->columns * ROWS, sizeof(*table->cells));
    while (text.length > ICP_BULK_SLACK && table->rows < ROWS && table->cells) {
        struct icp_str *row = table->cells + table->rows * table->columns;
        end = false;
        for (size_t i = 0; !end && i < table->columns; i++) {
            row[i] = cut_cell(table, &text, &end);
            if (row[i].length == 0)
                row[i] = (struct icp_str){0};
        }
        table->rows++;
    }
}

static size_t column_of(const struct table *table, const struct icp_ruleset *rules, size_t field)
{
    struct icp_field known = icp_rules_field_for(rules, field, ICP_STR("hubspot"));
    for (size_t i = 0; i < table->columns; i++)
        if (known.source_count > 0 && icp_str_equal(known.sources[0].property, table->header[i]))
            return i;
    return SIZE_MAX;
}

static bool write_results(struct icp_bulk_work *work, const struct table *table,
                          const struct icp_str *cells, size_t fields, size_t most, const char *path)
{
    struct icp_err err = {0};
    struct icp_bulk_result result;
    char *reasons = malloc(icp_bulk_reasons_room(icp_bulk_of(work)));
    FILE *file = fopen(path, "w");
    bool good = reasons && file && fputs("id,score,grade,reasons\n", file) >= 0;
    for (size_t r = 0; good && r < table->rows; r++) {
        struct icp_rules_input input = {.values = cells + r * fields};
        good = icp_bulk_score(work, &input, most, &result, &err) == ICP_OK;
        size_t length = good ? icp_bulk_reasons_write(work, &result, '|', reasons) : 0;
        good = good && fprintf(file, "%.*s,%d,%s,%.*s\n",
                               ICP_STR_ARGUMENTS(table->cells[r * table->columns]), result.score,
                               result.grade, (int)length, reasons) > 0;
    }
    free(reasons);
    return file && fclose(file) == 0 && good;
}

/* Cells of the fields of the rules, row by row. */
static struct icp_str *gather(const struct icp_ruleset *rules, const struct table *table,
                              size_t *fields)
{
    const struct icp_rules_field *field = icp_rules_fields(rules, fields);
    struct icp_str *cells = calloc(table->rows * (*fields + 1), sizeof(*cells));
    for (size_t f = 0; cells && f < *fields; f++) {
        size_t column = column_of(table, rules, f);
        if (column == SIZE_MAX)
            printf("%.*s has no column\n", ICP_STR_ARGUMENTS(field[f].name));
        for (size_t r = 0; column != SIZE_MAX && r < table->rows; r++)
            cells[r * *fields + f] = table->cells[r * table->columns + column];
    }
    return cells;
}

static void run(struct icp_bulk_work *work, const struct table *table, const struct icp_str *cells,
                size_t fields, size_t most, char *out)
{
    uint64_t check = 0;
    struct icp_err err = {0};
    double start = now();
    for (size_t r = 0; r < table->rows; r++) {
        struct icp_rules_input input = {.values = cells + r * fields};
        struct icp_bulk_result result;
        if (icp_bulk_score(work, &input, most, &result, &err) != ICP_OK) {
            printf("%s\n", err.message);
            return;
        }
        check = check * 31 + (uint64_t)result.score + result.tier;
        if (most > 0)
            check += icp_bulk_reasons_write(work, &result, '|', out);
    }
    double seconds = now() - start;
    printf("%.1f ns a row, %.2f M rows/s, check %llu\n", seconds * 1e9 / (double)table->rows,
           (double)table->rows / seconds / 1e6, (unsigned long long)check);
}

static void bench(const struct icp_ruleset *rules, const struct table *table, int32_t as_of,
                  size_t most, int64_t rounds, const char *path)
{
    struct icp_err err = {0};
    size_t fields;
    struct icp_str *cells = gather(rules, table, &fields);
    struct icp_bulk *bulk = icp_bulk_open(rules, as_of, &err);
    struct icp_bulk_work *work = bulk ? icp_bulk_work_open(bulk, ICP_BULK_MEMORY_MOST, NULL) : NULL;
    char *out = bulk ? malloc(icp_bulk_reasons_room(bulk)) : NULL;
    if (cells && work && out) {
        for (int64_t round = 0; round < rounds; round++)
            run(work, table, cells, fields, most, out);
        if (path && !write_results(work, table, cells, fields, most, path))
            printf("%s cannot be written\n", path);
        struct icp_bulk_counts counts = icp_bulk_counts(work);
        printf("%llu rows, %llu slow, %llu cells, %llu made\n", (unsigned long long)counts.rows,
               (unsigned long long)counts.slow_rows, (unsigned long long)counts.cells_found,
               (unsigned long long)counts.cells_made);
    }
    icp_bulk_work_close(work);
    icp_bulk_close(bulk);
    free(out);
    free(cells);
}

int main(int argc, char **argv)
{
    struct icp_buf rules_text, csv;
    struct icp_arena arena;
    struct icp_diagnostics list;
    struct icp_ruleset *rules = NULL;
    struct icp_err err = {0};
    struct table table = {0};
    int32_t as_of = 0;
    int64_t most = 3, rounds = 3;
    if (argc < 5 || !icp_date_parse(icp_str_from(argv[3]), &as_of))
        return 2;
    bool all = strcmp(argv[4], "all") == 0;
    if ((!all && !icp_integer_parse(icp_str_from(argv[4]), &most)) ||
        (argc > 5 && !icp_integer_parse(icp_str_from(argv[5]), &rounds)))
        return 2;
    icp_arena_open(&arena, BENCH_MEMORY);
    icp_diagnostics_open(&list, &arena, argv[1]);
    const struct icp_dictionary *dictionary =
        icp_dictionary_parse(ICP_STR("hubspot"), icp_str_from(some_field), &arena, &list);
    icp_buf_open(&rules_text, TEXT_MOST);
    icp_buf_open(&csv, TEXT_MOST);
    if (icp_file_read(argv[1], TEXT_MOST, &rules_text, &err) == ICP_OK &&
        icp_file_read(argv[2], TEXT_MOST, &csv, &err) == ICP_OK)
        (void)icp_rules_compile(icp_buf_view(&rules_text), argv[1], &dictionary, 1, &list, &rules,
                                &err);
    if (rules) {
        read_table(&table, icp_buf_view(&csv));
        bench(rules, &table, as_of, all ? SIZE_MAX : (size_t)most, rounds,
              argc > 6 ? argv[6] : NULL);
    } else {
        struct icp_buf out;
        icp_buf_open(&out, 65536);
        icp_diagnostics_print(&list, &out);
        printf("%s\n%s\n", out.data ? out.data : "", err.message);
        icp_buf_finish(&out);
    }
    free(table.cells);
    icp_arena_close(&table.arena);
    icp_rules_close(rules);
    icp_buf_finish(&rules_text);
    icp_buf_finish(&csv);
    icp_arena_close(&arena);
    return rules ? 0 : 1;
}
