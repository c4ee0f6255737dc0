/*
 * How long a rule file takes to load: the engine alone, the file and its lists in memory already.
 * Prints the best and the median of some rounds, in milliseconds of processor time.
 *
 *     load_bench RULES [ROUNDS]
 */
#include "icp/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bounds.h"
#include "diagnostics.h"
#include "dictionary.h"
#include "file.h"
#include "number.h"

#define BENCH_MEMORY ((size_t)256 * 1024 * 1024)
enum { ROUNDS_MOST = 100 };

static const char some_fields[] =
    "fields:\n"
    "  contact.email: {type: email, from: contacts.email}\n"
    "  contact.title: {type: text, from: contacts.jobtitle}\n"
    "  contact.created: {type: datetime, from: contacts.createdate}\n"
    "  company.domain: {type: code, from: companies.domain}\n"
    "  company.employees: {type: number, from: companies.numberofemployees}\n"
    "  company.country: {type: country, from: companies.country}\n"
    "  company.industry: {type: code, from: companies.industry}\n"
    "  company.technologies: {type: set, from: companies.web_technologies}\n"
    "signals:\n"
    "  form_submit: {count: contacts.forms, last: contacts.last_form}\n"
    "always:\n"
    "  contacts.email: \"to tell who cannot be reached\"\n";

struct beside { /* list files, each read once and kept */
    const char *path;
    struct icp_arena *arena;
    struct icp_rules_file files[ICP_MAX_LIST_FILES];
    size_t count;
};

static enum icp_status read_beside(void *context, struct icp_str path, struct icp_str *text,
                                   struct icp_err *err)
{
    struct beside *beside = context;
    struct icp_buf buf;
    for (size_t i = 0; i < beside->count; i++)
        if (icp_str_equal(beside->files[i].path, path)) {
            *text = beside->files[i].text;
            return ICP_OK;
        }
    icp_buf_open(&buf, ICP_MAX_LIST_FILE);
    if (icp_file_read_beside(beside->path, path, ICP_MAX_LIST_FILE, &buf, err) == ICP_OK) {
        *text = icp_arena_copy(beside->arena, icp_buf_view(&buf));
        beside->files[beside->count++] =
            (struct icp_rules_file){.path = icp_arena_copy(beside->arena, path), .text = *text};
    }
    icp_buf_finish(&buf);
    return err->status;
}

static int by_size(const void *left, const void *right)
{
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* Milliseconds, or a negative number when the file is wrong. */
static double load_once(struct icp_str text, const char *path,
                        const struct icp_rules_source *source,
                        const struct icp_dictionary *dictionary)
{
    struct icp_arena arena;
    struct icp_diagnostics list;
    struct icp_ruleset *rules = NULL;
    struct icp_err err = {0};
    icp_arena_open(&arena, BENCH_MEMORY);
    icp_diagnostics_open(&list, &arena, path);
    clock_t begin = clock();
    enum icp_status status =
        icp_rules_compile_from(text, path, source, &dictionary, 1, &list, &rules, &err);
    double took = (double)(clock() - begin) * 1000 / CLOCKS_PER_SEC;
    if (status != ICP_OK)
        printf("%s\n", err.message);
    icp_rules_close(rules);
    icp_arena_close(&arena);
    return status == ICP_OK ? took : -1;
}

int main(int argc, char **argv)
{
    struct icp_arena arena;
    struct icp_diagnostics list;
    struct icp_buf text;
    struct icp_err err = {0};
    double took[ROUNDS_MOST];
    int64_t rounds = 11;
    if (argc < 2 || (argc > 2 && !icp_integer_parse(icp_str_from(argv[2]), &rounds)) ||
        rounds < 1 || rounds > ROUNDS_MOST)
        return 2;
    icp_arena_open(&arena, BENCH_MEMORY);
    icp_diagnostics_open(&list, &arena, argv[1]);
    icp_buf_open(&text, ICP_MAX_RULE_FILE);
    const struct icp_dictionary *dictionary =
        icp_dictionary_parse(ICP_STR("hubspot"), icp_str_from(some_fields), &arena, &list);
    struct beside beside = {.path = argv[1], .arena = &arena};
    const struct icp_rules_source source = {.read = read_beside, .context = &beside};
    if (icp_file_read(argv[1], ICP_MAX_RULE_FILE, &text, &err) != ICP_OK)
        printf("%s\n", err.message);
    bool good = err.status == ICP_OK;
    for (int64_t i = 0; good && i <= rounds; i++) { /* the first is not counted */
        double one = load_once(icp_buf_view(&text), argv[1], &source, dictionary);
        took[i > 0 ? i - 1 : 0] = one;
        good = one >= 0;
    }
    if (good) {
        qsort(took, (size_t)rounds, sizeof(took[0]), by_size);
        printf("%s: best %.1f ms, median %.1f ms\n", argv[1], took[0], took[rounds / 2]);
    }
    icp_buf_finish(&text);
    icp_arena_close(&arena);
    return good ? 0 : 1;
}
