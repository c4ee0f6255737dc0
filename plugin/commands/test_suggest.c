/*
 * test --suggest: tests for the lines that no test reaches, printed or put into the file. What is
 * printed can be put below the file's last line as it is; where it cannot, because the tests are
 * not the last section or stand in brackets, appending to the very file is refused before a byte
 * is written. The file is replaced whole, and only by a text that was compiled and holds all tests.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bounds.h"
#include "file.h"
#include "format.h"
#include "test.h"
#include "yaml.h"

enum { OUTPUT_MOST = 16 * 1024 * 1024 };
#define PLACING_MEMORY ((size_t)64 * 1024 * 1024)

struct suggesting {
    struct icp_app *app;
    const struct icp_dictionary *dictionary;
    const char *path;
    struct icp_str text; /* of the file */
    struct icp_rules_suggestion found;
};

/* ---- Where they belong -------------------------------------------------------------------------
 */

struct place {
    size_t offset; /* of the text at which they go in */
    size_t indent; /* of the items */
    bool head;     /* "tests:" is missing */
    bool last;     /* nothing but the end of the file comes behind */
};

static size_t line_start(struct icp_str text, size_t offset)
{
    while (offset > 0 && text.data[offset - 1] != '\n')
        offset--;
    return offset;
}

/* Back over empty lines and comments: those belong to what follows. */
static size_t before_comments(struct icp_str text, size_t offset)
{
    while (offset > 0) {
        size_t start = line_start(text, offset - 1);
        struct icp_str line = icp_str_trim(icp_str_slice(text, start, offset));
        if (line.length > 0 && text.data[start] != '#')
            break;
        offset = start;
    }
    return offset;
}

static void place_in_section(struct icp_str text, const struct icp_yaml *root, size_t index,
                             struct place *place)
{
    const struct icp_yaml *next = NULL;
    for (size_t i = 0; i < root->count; i++)
        if (root->keys[i].offset > root->keys[index].offset &&
            (!next || root->keys[i].offset < next->offset))
            next = &root->keys[i];
    place->last = next == NULL;
    place->offset = next ? before_comments(text, line_start(text, next->offset)) : text.length;
}

/* False: they stand in brackets, where no line can be put. */
static bool find_place(struct icp_str text, struct icp_arena *arena, struct place *place)
{
    struct icp_diagnostics list;
    size_t index = 0, mark = text.length >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    struct icp_str own = icp_str_slice(text, mark, text.length); /* offsets are without the mark */
    icp_diagnostics_open(&list, arena, "");
    const struct icp_yaml *root = icp_yaml_parse(text, arena, &list);
    *place = (struct place){.offset = text.length, .indent = 2, .head = true, .last = true};
    while (root && index < root->count && !icp_str_is(root->keys[index].text, "tests"))
        index++;
    if (!root || index == root->count || root->style != ICP_YAML_BLOCK)
        return root && root->style == ICP_YAML_BLOCK;
    const struct icp_yaml *tests = &root->values[index];
    place->head = false;
    place_in_section(own, root, index, place);
    place->offset += mark;
    if (tests->kind == ICP_YAML_SCALAR) /* nothing behind the colon */
        return true;
    if (tests->kind != ICP_YAML_SEQUENCE || tests->style == ICP_YAML_FLOW || tests->count == 0)
        return false;
    size_t start = line_start(own, tests->values[0].offset);
    struct icp_str line = icp_str_slice(own, start, tests->values[0].offset);
    place->indent = icp_str_find(line, ICP_STR("-"));
    return place->indent < line.length;
}

/* ---- The text ----------------------------------------------------------------------------------
 */

static void add_items(struct icp_buf *out, struct icp_str items, size_t indent)
{
    enum { WRITTEN = 2 }; /* columns before the items of icp_rules_suggest */
    struct icp_str line;
    while (items.length > 0 && icp_str_cut(&items, '\n', &line)) {
        for (size_t i = 0; i < indent && line.length > WRITTEN; i++)
            icp_buf_add_char(out, ' ');
        if (line.length > WRITTEN)
            icp_buf_add(out, icp_str_slice(line, WRITTEN, line.length));
        icp_buf_add_char(out, '\n');
    }
}

/* What goes in at the place. */
static void add_insert(struct icp_buf *out, const struct suggesting *run, const struct place *place,
                       struct icp_str items)
{
    if (place->offset > 0 && run->text.data[place->offset - 1] != '\n')
        icp_buf_add_char(out, '\n');
    if (place->head && run->found.tests > 0)
        icp_buf_add_cstr(out, "tests:\n");
    add_items(out, items, place->indent);
}

/* ---- Into the file -----------------------------------------------------------------------------
 */

/* The text is good and holds the tests of the file and the new ones. */
static bool is_whole(const struct suggesting *run, struct icp_arena *arena, struct icp_str text,
                     size_t tests)
{
    struct icp_diagnostics list;
    struct icp_ruleset *rules = NULL;
    const struct icp_rules_test *all;
    size_t count = 0, failed = 0;
    struct icp_err err = {0};
    icp_diagnostics_open(&list, arena, run->path);
    bool good = icp_rules_from_text(run->app, run->path, text, run->dictionary, arena, &list,
                                    &rules, &err) == ICP_OK &&
                icp_rules_run_tests(rules, arena, &all, &count, &failed, &err) == ICP_OK;
    icp_rules_close(rules);
    return good && count == tests;
}

/* In canonical form when the file was. */
static enum icp_status keep_form(const struct suggesting *run, struct icp_arena *arena,
                                 struct icp_buf *text, struct icp_err *err)
{
    struct icp_buf formatted;
    struct icp_err ignored = {0};
    icp_buf_open(&formatted, OUTPUT_MOST);
    bool canonical =
        icp_rules_format(run->text, run->path, arena, &formatted, &ignored) == ICP_OK &&
        icp_str_equal(icp_buf_view(&formatted), run->text);
    icp_buf_reset(&formatted);
    if (canonical &&
        icp_rules_format(icp_buf_view(text), run->path, arena, &formatted, err) == ICP_OK) {
        icp_buf_reset(text);
        icp_buf_add(text, icp_buf_view(&formatted));
    }
    icp_buf_finish(&formatted);
    return err->status;
}

static enum icp_status write_tests(const struct suggesting *run, const struct place *place,
                                   struct icp_str items, size_t tests, struct icp_err *err)
{
    struct icp_arena arena;
    struct icp_buf text;
    icp_arena_open(&arena, PLACING_MEMORY);
    icp_buf_open(&text, OUTPUT_MOST);
    icp_buf_add(&text, icp_str_slice(run->text, 0, place->offset));
    add_insert(&text, run, place, items);
    icp_buf_add(&text, icp_str_slice(run->text, place->offset, run->text.length));
    if (text.length > ICP_MAX_RULE_FILE)
        icp_fail(err, ICP_BAD_CONFIG, "%s would be larger than %d bytes with these tests",
                 run->path, ICP_MAX_RULE_FILE);
    else if (keep_form(run, &arena, &text, err) == ICP_OK &&
             !is_whole(run, &arena, icp_buf_view(&text), tests + run->found.tests))
        icp_fail(err, ICP_BAD_CONFIG, "the tests could not be put into %s; it is as it was",
                 run->path);
    enum icp_status status =
        err->status == ICP_OK ? icp_file_rewrite(run->path, icp_buf_view(&text), err) : err->status;
    icp_buf_finish(&text);
    icp_arena_close(&arena);
    return status;
}

/* ---- Onto standard output ----------------------------------------------------------------------
 */

static bool is_output(const char *path)
{
    struct stat file, output;
    return stat(path, &file) == 0 && fstat(STDOUT_FILENO, &output) == 0 &&
           file.st_dev == output.st_dev && file.st_ino == output.st_ino;
}

static void print_tests(const struct suggesting *run, const struct place *place,
                        struct icp_str items)
{
    struct place end = *place;
    struct icp_buf out;
    icp_buf_open(&out, OUTPUT_MOST);
    end.offset = place->last && is_output(run->path) ? run->text.length : 0;
    add_insert(&out, run, &end, items);
    if (out.length > 0)
        (void)fwrite(out.data, 1, out.length, stdout);
    icp_buf_finish(&out);
}

static void tell(const struct suggesting *run, bool written)
{
    const struct icp_rules_suggestion *found = &run->found;
    if (found->tests == 0 && found->unreached == 0)
        icp_log_write(run->app->log, ICP_LOG_NOTICE, "every line of %s is reached by a test",
                      run->path);
    else
        icp_log_write(run->app->log, ICP_LOG_NOTICE,
                      "%zu test%s %s %s; read each: it expects what comes out now, which may be "
                      "what you want to change",
                      found->tests, found->tests == 1 ? "" : "s",
                      written ? "put into" : "for below \"tests:\" of", run->path);
    if (found->unreached > 0)
        icp_log_write(run->app->log, ICP_LOG_NOTICE,
                      "%zu line%s could not be reached: see the comments", found->unreached,
                      found->unreached == 1 ? "" : "s");
}

/* ---- The whole ---------------------------------------------------------------------------------
 */

static enum icp_status refuse_brackets(const struct suggesting *run, struct icp_err *err)
{
    icp_fail(err, ICP_BAD_CONFIG,
             "the tests of %s stand in brackets, so that none can be put below", run->path);
    icp_hint(err, "Give each test a line of its own that begins with \"- \", below \"tests:\".");
    return err->status;
}

static enum icp_status put(struct suggesting *run, bool write, struct icp_str items, size_t tests,
                           struct icp_err *err)
{
    struct place place;
    bool appending = !write && is_output(run->path);
    bool found = find_place(run->text, &run->app->arena, &place);
    if (items.length == 0)
        return ICP_OK;
    if (!found && (write || appending))
        return refuse_brackets(run, err);
    if (appending && !place.last) {
        icp_fail(err, ICP_BAD_CONFIG,
                 "\"tests\" is not the last section of %s, so that nothing can be put below it",
                 run->path);
        icp_hint(err, "icp test --suggest --write %s puts the tests where they belong.", run->path);
        return err->status;
    }
    if (write)
        return write_tests(run, &place, items, tests, err);
    print_tests(run, &place, items);
    return ICP_OK;
}

static size_t count_tests(struct icp_ruleset *rules, struct icp_arena *arena, struct icp_err *err)
{
    const struct icp_rules_test *tests;
    size_t count = 0, failed;
    (void)icp_rules_run_tests(rules, arena, &tests, &count, &failed, err);
    return count;
}

int icp_test_suggest(struct icp_app *app, const char *path, const struct icp_dictionary *dictionary,
                     bool all, bool write, struct icp_err *err)
{
    struct suggesting run = {.app = app, .dictionary = dictionary, .path = path};
    struct icp_ruleset_row row;
    struct icp_diagnostics list;
    struct icp_ruleset *rules = NULL;
    struct icp_err found = {0};
    struct icp_buf out;
    icp_rules_from_file(app, path, dictionary, &app->arena, &list, &rules, &row, &found);
    if (rules == NULL) {
        if (list.errors == 0 || is_output(path)) { /* nothing but tests goes into the file */
            *err = found;
            return ICP_EXIT_DONE;
        }
        icp_print_diagnostics(app, &list);
        return ICP_EXIT_FOUND;
    }
    run.text = row.body;
    icp_buf_open(&out, OUTPUT_MOST);
    size_t tests = count_tests(rules, &app->arena, err);
    if (err->status == ICP_OK &&
        icp_rules_suggest(rules, all, &app->arena, &out, &run.found, err) == ICP_OK &&
        put(&run, write, icp_buf_view(&out), tests, err) == ICP_OK)
        tell(&run, write);
    icp_buf_finish(&out);
    icp_rules_close(rules);
    return ICP_EXIT_DONE;
}
