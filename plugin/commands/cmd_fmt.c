/*
 * fmt: rule files in canonical form. A file is replaced whole or not at all, keeps its mode, and is
 * left alone when it has errors.
 */
#include <string.h>
#include <unistd.h>

#include "bounds.h"
#include "commands.h"
#include "file.h"
#include "format.h"

enum { CHECK, DIFF };
static const struct icp_switch fmt_switches[] = {
    [CHECK] = {"check", NULL, "write nothing; name the files that are not in canonical form"},
    [DIFF] = {"diff", NULL, "write nothing; show what would change"},
};

#define FORMAT_MEMORY ((size_t)44 * 1024 * 1024) /* two trees of a file of 500 KiB */

struct formatting {
    struct icp_app *app;
    const struct icp_dictionary *dictionary;
    bool check, diff;
    size_t changed, refused;
};

/* ---- What would change ------------------------------------------------------------------------
 */

static void print_lines(char mark, struct icp_str *rest, size_t count)
{
    struct icp_str line;
    for (size_t i = 0; i < count && icp_str_cut(rest, '\n', &line); i++)
        (void)printf("%c%.*s\n", mark, ICP_STR_ARGUMENTS(line));
}

static size_t same_lines(struct icp_str a, struct icp_str b)
{
    struct icp_str left, right;
    size_t count = 0;
    while (icp_str_cut(&a, '\n', &left) && icp_str_cut(&b, '\n', &right) &&
           icp_str_equal(left, right))
        count++;
    return count;
}

static void skip_lines(struct icp_str *rest, size_t count)
{
    struct icp_str line;
    while (count > 0 && icp_str_cut(rest, '\n', &line))
        count--;
}

/* How far to go in both texts to the nearest line that they share; what lies before differs. */
static void find_next_same(struct icp_str a, struct icp_str b, size_t *in_a, size_t *in_b)
{
    enum {
        FARTHEST = 60
    }; /* lines looked ahead: a section moved farther is shown as gone and new */
    struct icp_str rest_a = a, line_a, line_b;
    size_t best = SIZE_MAX;
    *in_a = *in_b = SIZE_MAX;
    for (size_t i = 0; i <= FARTHEST && i < best && icp_str_cut(&rest_a, '\n', &line_a); i++) {
        struct icp_str rest_b = b;
        for (size_t k = 0; i + k < best && k <= FARTHEST && icp_str_cut(&rest_b, '\n', &line_b);
             k++) {
            if ((line_a.length == 0 && i != k) || !icp_str_equal(line_a, line_b))
                continue;
            best = i + k;
            *in_a = i;
            *in_b = k;
        }
    }
}

static void print_diff(const char *path, struct icp_str before, struct icp_str after)
{
    size_t line_a = 1, line_b = 1, in_a, in_b;
    (void)printf("--- %s\n+++ %s (formatted)\n", path, path);
    while (before.length > 0 || after.length > 0) {
        size_t same = same_lines(before, after);
        skip_lines(&before, same);
        skip_lines(&after, same);
        line_a += same;
        line_b += same;
        if (before.length == 0 && after.length == 0)
            return;
        find_next_same(before, after, &in_a, &in_b);
        (void)printf("@@ -%zu +%zu @@\n", line_a, line_b);
        print_lines('-', &before, in_a);
        print_lines('+', &after, in_b);
        line_a += in_a;
        line_b += in_b;
    }
}

/* ---- One file -------------------------------------------------------------------------------- */

static enum icp_status show(struct formatting *run, const char *path, struct icp_str before,
                            struct icp_str after, struct icp_err *err)
{
    if (icp_str_equal(before, after))
        return ICP_OK;
    run->changed++;
    if (run->diff)
        print_diff(path, before, after);
    else if (run->check)
        (void)printf("%s\n", path);
    if (run->diff || run->check)
        return ICP_OK;
    if (icp_file_rewrite(path, after, err) == ICP_OK && !run->app->quiet)
        (void)printf("%s\n", path);
    return err->status;
}

/* False: it has errors, which are printed. */
static bool is_good(struct formatting *run, const char *path, struct icp_err *err)
{
    struct icp_diagnostics list;
    struct icp_ruleset *rules;
    struct icp_err found = {0};
    icp_rules_from_file(run->app, path, run->dictionary, &run->app->arena, &list, &rules, NULL,
                        &found);
    bool good = rules != NULL;
    icp_rules_close(rules);
    if (!good && list.errors == 0)
        *err = found; /* missing, too large, unreadable */
    else if (!good)
        icp_print_diagnostics(run->app, &list);
    return good;
}

static enum icp_status format_file(struct formatting *run, const char *path, struct icp_err *err)
{
    struct icp_arena arena;
    struct icp_buf before, after;
    if (!is_good(run, path, err)) {
        run->refused += err->status == ICP_OK ? 1 : 0;
        return err->status;
    }
    icp_arena_open(&arena, FORMAT_MEMORY);
    icp_buf_open(&before, ICP_MAX_RULE_FILE);
    icp_buf_open(&after, (size_t)8 * ICP_MAX_RULE_FILE);
    if (icp_file_read(path, ICP_MAX_RULE_FILE, &before, err) == ICP_OK &&
        icp_rules_format(icp_buf_view(&before), path, &arena, &after, err) == ICP_OK)
        (void)show(run, path, icp_buf_view(&before), icp_buf_view(&after), err);
    icp_buf_finish(&after);
    icp_buf_finish(&before);
    icp_arena_close(&arena);
    return err->status;
}

static int run_fmt(struct icp_app *app, const struct icp_arguments *arguments, struct icp_err *err)
{
    struct formatting run = {.app = app,
                             .dictionary = icp_rule_dictionary(app),
                             .check = arguments->values[CHECK] != NULL,
                             .diff = arguments->values[DIFF] != NULL};
    const char *path = icp_rule_path(app, arguments, 0, err);
    if (path == NULL)
        return ICP_EXIT_DONE;
    for (size_t i = 0; (i == 0 || i < arguments->count) && err->status == ICP_OK; i++)
        (void)format_file(&run, i < arguments->count ? arguments->operands[i] : path, err);
    return run.refused > 0 || (run.check && run.changed > 0) ? ICP_EXIT_FOUND : ICP_EXIT_DONE;
}

const struct icp_command icp_command_fmt = {
    .name = "fmt",
    .arguments = "[FILE …]",
    .summary = "Rewrite rule files in canonical form",
    .help = "Without FILE the configured one. Sections and keys come into the order of the "
            "reference, lists of\n"
            "lines become tables, conditions stand in single quotes; no comment is lost and no "
            "score changes. Prints\n"
            "the names of the files it changed. A file with errors is left alone. Ends with 1 "
            "when a file has\n"
            "errors, or with --check when one is not in canonical form.\n",
    .switches = fmt_switches,
    .switch_count = 2,
    .most = 100,
    .run = run_fmt,
};
