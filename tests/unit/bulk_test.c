/*
 * The compiled engine against the plain one: the same numbers and reasons for every rule file there
 * is and for random ones, over records made of the file's own words and edge values, several times
 * over so that what was looked up is found again.
 */
#include "bulk_internal.h"
#include "bulk_kit.h"
#include "check.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics.h"
#include "dictionary.h"
#include "file.h"
#include "number.h"

#define KIT_TEXT    ((size_t)1024 * 1024)
#define TEST_MEMORY ((size_t)64 * 1024 * 1024)
enum { RECORDS = 300, AS_OF = 20468 /* 2026-01-15 */ };

struct bench {
    struct icp_arena arena;
    struct icp_diagnostics list;
    const struct icp_dictionary *dictionary, *crm;
    struct icp_buf yaml, crm_yaml;
    size_t files;
    struct icp_bulk_counts counts;
};

static const struct icp_dictionary *read_dictionary(struct bench *bench, const char *path,
                                                    struct icp_buf *buf)
{
    struct icp_err err = {0};
    icp_buf_open(buf, KIT_TEXT);
    if (icp_file_read(path, KIT_TEXT, buf, &err) != ICP_OK)
        return NULL;
    return icp_dictionary_parse(ICP_STR("hubspot"), icp_buf_view(buf), &bench->arena, &bench->list);
}

static int open_bench(void **state)
{
    static struct bench bench;
    icp_arena_open(&bench.arena, TEST_MEMORY);
    icp_diagnostics_open(&bench.list, &bench.arena, "fields.yaml");
    bench.dictionary =
        read_dictionary(&bench, ICP_SOURCE_DIR "/tests/rules/fields.yaml", &bench.yaml);
    bench.crm =
        read_dictionary(&bench, ICP_SOURCE_DIR "/connectors/hubspot/fields.yaml", &bench.crm_yaml);
    *state = &bench;
    return bench.dictionary && bench.crm ? 0 : 1;
}

static int close_bench(void **state)
{
    struct bench *bench = *state;
    icp_buf_finish(&bench->yaml);
    icp_buf_finish(&bench->crm_yaml);
    icp_arena_close(&bench->arena);
    return 0;
}

/* ---- One file ------------------------------------------------------------------------------- */

static void try_records(struct bench *bench, const char *name, const struct icp_ruleset *rules,
                        struct icp_str text, uint64_t seed)
{
    struct bulk_kit kit;
    struct icp_buf why;
    struct icp_err err = {0};
    struct icp_bulk *bulk = icp_bulk_open(rules, AS_OF, &err);
    struct icp_bulk_work *work = bulk ? icp_bulk_work_open(bulk, ICP_BULK_MEMORY_MOST, NULL) : NULL;
    assert_non_null(work);
    icp_buf_open(&why, KIT_TEXT);
    bulk_kit_open(&kit, rules, text, seed, AS_OF);
    if (work && seed % 2 == 1)
        work->tables[0].shift = work->tables[1].shift = work->long_shift =
            61; /* nearly every value meets another one */
    for (size_t i = 0; i < RECORDS; i++) {
        if (i == RECORDS / 2)
            kit.seed = seed; /* the same again: now they are known */
        if (!bulk_kit_try(&kit, work, &why))
            fail_msg("%s, record %zu: %s\n%.*s", name, i, why.data, ICP_STR_ARGUMENTS(text));
    }
    struct icp_bulk_counts counts = icp_bulk_counts(work);
    bench->counts.rows += counts.rows;
    bench->counts.slow_rows += counts.slow_rows;
    bench->counts.cells_found += counts.cells_found;
    bench->counts.cells_made += counts.cells_made;
    bench->files++;
    bulk_kit_close(&kit);
    icp_buf_finish(&why);
    icp_bulk_work_close(work);
    icp_bulk_close(bulk);
}

struct beside { /* the lists of a file stand beside it */
    const char *path;
    struct icp_arena *arena;
};

static enum icp_status read_beside(void *context, struct icp_str path, struct icp_str *text,
                                   struct icp_err *err)
{
    const struct beside *beside = context;
    struct icp_buf buf;
    icp_buf_open(&buf, 65536);
    if (icp_file_read_beside(beside->path, path, 65536, &buf, err) == ICP_OK)
        *text = icp_arena_copy(beside->arena, icp_buf_view(&buf));
    icp_buf_finish(&buf);
    return err->status;
}

static void try_text(struct bench *bench, const char *name, const struct icp_dictionary *dictionary,
                     struct icp_str text, uint64_t seed)
{
    struct icp_ruleset *rules = NULL;
    struct icp_err err = {0};
    struct icp_arena arena;
    struct icp_diagnostics list;
    icp_arena_open(&arena, TEST_MEMORY);
    icp_diagnostics_open(&list, &arena, name);
    struct beside beside = {.path = name, .arena = &arena};
    const struct icp_rules_source source = {.read = read_beside, .context = &beside};
    (void)icp_rules_compile_from(text, name, &source, &dictionary, 1, &list, &rules, &err);
    if (!rules) {
        struct icp_buf out;
        icp_buf_open(&out, 65536);
        icp_diagnostics_print(&list, &out);
        fail_msg("%s: %s\n%.*s", name, out.data ? out.data : err.message, ICP_STR_ARGUMENTS(text));
    }
    try_records(bench, name, rules, text, seed);
    icp_rules_close(rules);
    icp_arena_close(&arena);
}

static void try_file(struct bench *bench, const char *path, const struct icp_dictionary *dictionary)
{
    struct icp_buf text;
    struct icp_err err = {0};
    icp_buf_open(&text, KIT_TEXT);
    if (icp_file_read(path, KIT_TEXT, &text, &err) != ICP_OK)
        fail_msg("%s: %s", path, err.message);
    try_text(bench, path, dictionary, icp_buf_view(&text), 88172645463325252u);
    icp_buf_finish(&text);
}

/* ---- The files there are -------------------------------------------------------------------- */

static void every_valid_case(void **state)
{
    struct bench *bench = *state;
    const char *root = ICP_SOURCE_DIR "/tests/rules/valid";
    char path[1024];
    DIR *folder = opendir(root);
    assert_non_null(folder);
    size_t before = bench->files;
    for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(path, sizeof(path), "%s/%.200s/rules.icp.yaml", root, entry->d_name);
        try_file(bench, path, bench->dictionary);
    }
    (void)closedir(folder);
    assert_true(bench->files > before);
}

static void every_file_of_the_library(void **state)
{
    struct bench *bench = *state;
    const char *root = ICP_SOURCE_DIR "/rules/library";
    char path[1024];
    DIR *folder = opendir(root);
    assert_non_null(folder);
    for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        if (!icp_str_has_suffix(icp_str_from(entry->d_name), ICP_STR(".icp.yaml")))
            continue;
        (void)snprintf(path, sizeof(path), "%s/%.200s", root, entry->d_name);
        try_file(bench, path, bench->crm);
    }
    (void)closedir(folder);
}

/* ---- Random files --------------------------------------------------------------------------- */

enum { RANDOM_FILES = 120 };

static void random_files(void **state)
{
    struct bench *bench = *state;
    const char *more = getenv("ICP_BULK_FILES");
    int64_t files = RANDOM_FILES;
    uint64_t seed = 88172645463325252u;
    struct icp_buf text;
    if (more)
        (void)icp_integer_parse(icp_str_from(more), &files);
    if (more)
        seed += (uint64_t)files * 7919;
    icp_buf_open(&text, 65536);
    for (int64_t i = 0; i < files; i++) {
        icp_buf_reset(&text);
        bulk_kit_write_file(&text, &seed);
        try_text(bench, "random", bench->dictionary, icp_buf_view(&text), seed);
    }
    icp_buf_finish(&text);
}

/* Nearly all rows go through the tables, or the comparison would show nothing. */
static void few_rows_are_slow(void **state)
{
    const struct bench *bench = *state;
    assert_true(bench->counts.rows > 10000);
    print_message("%llu rows, %llu slow, %llu cells found, %llu made\n",
                  (unsigned long long)bench->counts.rows,
                  (unsigned long long)bench->counts.slow_rows,
                  (unsigned long long)bench->counts.cells_found,
                  (unsigned long long)bench->counts.cells_made);
    assert_true(bench->counts.slow_rows * 3 < bench->counts.rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_valid_case),
        cmocka_unit_test(every_file_of_the_library),
        cmocka_unit_test(random_files),
        cmocka_unit_test(few_rows_are_slow),
    };
    return cmocka_run_group_tests(tests, open_bench, close_bench);
}
