/*
 * Which rules a night runs with. Invariant: the `active` of a file is a version that a person
 * approved and that is not withdrawn or past its date, or it is NULL; an edit that cannot change a
 * score is taken up at once; files in force together agree about the fields they share.
 */
#include "internal.h"

#include <string.h>

#include "bounds.h"
#include "crypto.h"

/* ---- list files ------------------------------------------------------------------------------ */

/* Those that a version uses: as they come from the files beside it, or as the approval kept them.
 */
struct lists {
    const struct icp_rules_source *files; /* NULL: those in `rows` */
    struct icp_list_row rows[ICP_MAX_LIST_FILES];
    size_t count;
};

static enum icp_status read_list(void *context, struct icp_str path, struct icp_str *text,
                                 struct icp_err *err)
{
    struct lists *lists = context;

    for (size_t i = 0; i < lists->count; i++)
        if (icp_str_equal(lists->rows[i].path, path)) {
            *text = lists->rows[i].body;
            return ICP_OK;
        }
    if (lists->files == NULL)
        return icp_fail(err, ICP_BAD_CONFIG, "\"%.*s\" was not kept", ICP_STR_ARGUMENTS(path));
    if (lists->count >= ICP_MAX_LIST_FILES)
        return icp_fail(err, ICP_BAD_CONFIG, "more than %d list files", ICP_MAX_LIST_FILES);
    if (lists->files->read(lists->files->context, path, text, err) == ICP_OK)
        lists->rows[lists->count++] = (struct icp_list_row){.path = path, .body = *text};
    return err->status;
}

static void keep_lists(const struct lists *lists, struct icp_arena *arena,
                       struct icp_ruleset_row *row)
{
    struct icp_list_row *rows = ICP_NEW_ARRAY(arena, struct icp_list_row, lists->count + 1);

    for (size_t i = 0; rows != NULL && i < lists->count; i++) {
        rows[i].path = icp_arena_copy(arena, lists->rows[i].path);
        rows[i].body = lists->rows[i].body;
    }
    row->lists = rows;
    row->list_count = rows != NULL ? lists->count : 0;
}

/* ---- versions -------------------------------------------------------------------------------- */

static enum icp_status compile(struct icp_str body, struct icp_str path, struct lists *lists,
                               const struct icp_dictionary *const *dictionaries, size_t count,
                               struct icp_arena *arena, struct icp_ruleset **ret,
                               struct icp_str *problem, struct icp_err *err)
{
    const struct icp_rules_source source = {.read = read_list, .context = lists};
    struct icp_str name = icp_arena_copy(arena, path);
    struct icp_diagnostics list;
    struct icp_buf text;
    enum icp_status status;

    icp_diagnostics_open(&list, arena, name.data);
    status = icp_rules_compile_from(body, name.data, &source, dictionaries, count, &list, ret, err);
    if (status != ICP_OK && problem != NULL) {
        icp_buf_open(&text, (size_t)64 * 1024);
        icp_diagnostics_print(&list, &text);
        *problem = icp_arena_copy(arena, icp_buf_view(&text));
        icp_buf_finish(&text);
    }
    return status;
}

static struct icp_ruleset_row row_of(const struct icp_ruleset *rules, const char *path,
                                     struct icp_str body)
{
    const struct icp_rules_about *about = icp_rules_about(rules);

    return (struct icp_ruleset_row){.text_hash = icp_str_from(about->text_hash),
                                    .score_hash = icp_str_from(about->score_hash),
                                    .path = icp_str_from(path),
                                    .name = about->name,
                                    .version = about->version,
                                    .body = body};
}

static enum icp_status run_tests(struct icp_night_file *file, struct icp_arena *arena,
                                 struct icp_err *err)
{
    const struct icp_rules_test *tests;
    struct icp_buf text;

    if (icp_rules_run_tests(file->file, arena, &tests, &file->tests, &file->tests_failed, err) !=
        ICP_OK)
        return err->status;
    if (file->tests_failed == 0)
        return ICP_OK;
    icp_buf_open(&text, (size_t)64 * 1024);
    for (size_t i = 0; i < file->tests; i++)
        if (!tests[i].passed)
            icp_buf_format(&text, "%s:%u:%u: test \"%.*s\" fails: %.*s\n", file->path,
                           (unsigned)tests[i].line, (unsigned)tests[i].column,
                           ICP_STR_ARGUMENTS(tests[i].name), ICP_STR_ARGUMENTS(tests[i].failure));
    file->problem = icp_arena_copy(arena, icp_buf_view(&text));
    icp_buf_finish(&text);
    return ICP_OK;
}

struct opening {
    struct icp_store *store;
    const struct icp_dictionary *const *dictionaries;
    size_t dictionary_count;
    int32_t as_of;
    struct icp_arena *arena;
    struct icp_ruleset_row *used; /* by the last night that came to its end */
    size_t used_count;
};

/* Versions that a night has used have shown what they change. */
static enum icp_status find_used(struct opening *opening, struct icp_err *err)
{
    struct icp_run run;
    bool found;

    if (icp_store_last_run(opening->store, ICP_RUN_NIGHT, ICP_RUN_DONE, opening->arena, &run,
                           &found, err) != ICP_OK ||
        !found)
        return err->status;
    return icp_store_run_rules(opening->store, run.id, opening->arena, &opening->used,
                               &opening->used_count, err);
}

static bool was_used(const struct opening *opening, struct icp_str score_hash)
{
    for (size_t i = 0; i < opening->used_count; i++)
        if (icp_str_equal(opening->used[i].score_hash, score_hash))
            return true;
    return false;
}

static enum icp_status read_kept(const struct opening *opening, struct icp_str text_hash,
                                 struct lists *lists, struct icp_err *err)
{
    struct icp_list_row *rows;

    if (icp_store_lists(opening->store, text_hash, opening->arena, &rows, &lists->count, err) !=
        ICP_OK)
        return err->status;
    for (size_t i = 0; i < lists->count; i++)
        lists->rows[i] = rows[i];
    return ICP_OK;
}

/* The version in force, compiled from the copy that the approval kept. A file that this program can
   no longer compile (approved by another version of icp) cannot be used. */
static enum icp_status open_approved(const struct opening *opening, bool first,
                                     struct icp_night_file *file, struct icp_err *err)
{
    struct lists lists = {0};
    struct icp_approval approval;
    bool found;

    if (icp_store_approved(opening->store, file->key, first, file->file_row.score_hash,
                           opening->as_of, opening->arena, &approval, &found, err) != ICP_OK ||
        !found)
        return err->status;
    file->active_row = approval.rules;
    file->expected = was_used(opening, approval.rules.score_hash) ? 0 : approval.expected;
    if (read_kept(opening, approval.rules.text_hash, &lists, err) != ICP_OK)
        return err->status;
    keep_lists(&lists, opening->arena, &file->active_row);
    if (compile(approval.rules.body, approval.rules.path, &lists, opening->dictionaries,
                opening->dictionary_count, opening->arena, &file->active, NULL, err) != ICP_OK) {
        icp_hint(err,
                 "Approve a file that this version of icp understands with: icp approve FILE.");
        return icp_wrap(err, "the approved rules \"%.*s\" cannot be used",
                        ICP_STR_ARGUMENTS(approval.rules.name));
    }
    return ICP_OK;
}

/* The file differs from the approved version in words only: use its words. */
static void take_up_words(struct icp_night_file *file)
{
    icp_rules_close(file->active);
    file->active = file->file;
    file->active_row = file->file_row;
}

static enum icp_rules_state judge(const struct icp_night_file *file)
{
    if (file->active == NULL)
        return ICP_RULES_NONE;
    if (file->file == NULL)
        return ICP_RULES_BROKEN;
    if (file->tests_failed > 0)
        return ICP_RULES_RED;
    if (!icp_str_equal(file->file_row.score_hash, file->active_row.score_hash))
        return ICP_RULES_PENDING;
    return ICP_RULES_CURRENT;
}

static enum icp_status open_file(const struct opening *opening, const struct icp_rules_text *text,
                                 bool first, struct icp_night_file *file, struct icp_err *err)
{
    struct lists lists = {.files = text->lists};
    struct icp_err broken = {0};

    *file = (struct icp_night_file){.key = text->key,
                                    .path = text->path,
                                    .problem = text->unreadable,
                                    .unreadable = icp_str_is_null(text->text)};
    if (!icp_str_is_null(text->text) &&
        compile(text->text, icp_str_from(text->path), &lists, opening->dictionaries,
                opening->dictionary_count, opening->arena, &file->file, &file->problem,
                &broken) == ICP_OK) {
        file->file_row = row_of(file->file, text->path, icp_arena_copy(opening->arena, text->text));
        keep_lists(&lists, opening->arena, &file->file_row);
        if (run_tests(file, opening->arena, err) != ICP_OK)
            return err->status;
    }
    if (open_approved(opening, first, file, err) != ICP_OK)
        return err->status;
    file->state = judge(file);
    if (file->state == ICP_RULES_CURRENT)
        take_up_words(file);
    return ICP_OK;
}

/* ---- the files together ---------------------------------------------------------------------- */

enum icp_status icp_night_rules_agree(const struct icp_night_rules *rules, uint32_t which,
                                      struct icp_arena *arena, struct icp_err *err)
{
    const struct icp_ruleset *const *after;
    const char *paths[ICP_MAX_FILES];
    struct icp_diagnostics list;
    size_t count = 0;

    for (size_t i = 0; i < rules->count; i++)
        if (rules->files[i].active != NULL ||
            ((which >> i & 1U) != 0 && rules->files[i].file != NULL))
            paths[count++] = rules->files[i].path;
    after = icp_night_rules_after(rules, which, arena, &count);
    if (after == NULL)
        return icp_fail(err, ICP_BUG, "no memory for %zu rule files", rules->count);
    icp_diagnostics_open(&list, arena, "");
    if (icp_rules_agree(after, paths, count, &list))
        return ICP_OK;
    icp_fail(err, ICP_BAD_CONFIG, "%.*s", ICP_STR_ARGUMENTS(list.items[0].message));
    icp_hint(err, "Files that are in force together must agree; correct one and approve it.");
    return err->status;
}

/* NONE says nothing about the other files; else the one that most needs a person. */
static enum icp_rules_state most_pressing(const struct icp_night_rules *rules)
{
    enum icp_rules_state state = ICP_RULES_CURRENT;

    if (rules->active_count == 0)
        return ICP_RULES_NONE;
    for (size_t i = 0; i < rules->count; i++) {
        enum icp_rules_state one = rules->files[i].state;
        if (one == ICP_RULES_NONE)
            one = ICP_RULES_PENDING;
        state = one > state ? one : state;
    }
    return state;
}

/* Which versions are in force together. One file alone keeps the hash it has. */
static void hash_active(struct icp_night_rules *rules)
{
    struct icp_sha256 *hash;

    if (rules->active_count == 1) {
        memcpy(rules->hash, icp_rules_about(rules->active[0])->score_hash, sizeof(rules->hash));
        return;
    }
    hash = icp_sha256_open();
    for (size_t i = 0; hash != NULL && i < rules->active_count; i++)
        icp_sha256_add_field(hash, icp_str_from(icp_rules_about(rules->active[i])->score_hash));
    if (hash != NULL)
        icp_sha256_end(hash, rules->hash);
}

enum icp_status icp_night_rules_open(struct icp_store *store, const struct icp_rules_text *texts,
                                     size_t count, const struct icp_dictionary *const *dictionaries,
                                     size_t dictionary_count, int32_t as_of,
                                     struct icp_arena *arena, struct icp_night_rules *rules,
                                     struct icp_err *err)
{
    struct opening opening = {.store = store,
                              .dictionaries = dictionaries,
                              .dictionary_count = dictionary_count,
                              .as_of = as_of,
                              .arena = arena};

    *rules =
        (struct icp_night_rules){.files = ICP_NEW_ARRAY(arena, struct icp_night_file, count + 1)};
    if (rules->files == NULL || count > ICP_MAX_FILES)
        return icp_fail(err, ICP_BUG, "no memory for %zu rule files", count);
    if (find_used(&opening, err) != ICP_OK)
        return err->status;
    for (; rules->count < count; rules->count++)
        if (open_file(&opening, &texts[rules->count], rules->count == 0,
                      &rules->files[rules->count], err) != ICP_OK) {
            rules->count++; /* what it holds by now is closed with the others */
            return err->status;
        }
    rules->active = icp_night_rules_after(rules, 0, arena, &rules->active_count);
    if (rules->active == NULL)
        return icp_fail(err, ICP_BUG, "no memory for %zu rule files", count);
    rules->state = most_pressing(rules);
    hash_active(rules);
    return icp_night_rules_agree(rules, 0, arena, err);
}

const struct icp_ruleset *const *icp_night_rules_after(const struct icp_night_rules *rules,
                                                       uint32_t which, struct icp_arena *arena,
                                                       size_t *count)
{
    const struct icp_ruleset **after =
        ICP_NEW_ARRAY(arena, const struct icp_ruleset *, rules->count + 1);

    *count = 0;
    for (size_t i = 0; after != NULL && i < rules->count; i++) {
        const struct icp_night_file *file = &rules->files[i];
        bool approved = (which >> i & 1U) != 0 && file->file != NULL;
        if (approved || file->active != NULL)
            after[(*count)++] = approved ? file->file : file->active;
    }
    return after;
}

const struct icp_rules_about *icp_night_about(const struct icp_night_rules *rules,
                                              struct icp_str profile)
{
    for (size_t i = 0; i < rules->active_count; i++)
        if (icp_str_equal(icp_rules_about(rules->active[i])->name, profile))
            return icp_rules_about(rules->active[i]);
    return NULL;
}

void icp_night_rules_close(struct icp_night_rules *rules)
{
    if (rules == NULL)
        return;
    for (size_t i = 0; i < rules->count; i++) {
        if (rules->files[i].active != rules->files[i].file)
            icp_rules_close(rules->files[i].active);
        icp_rules_close(rules->files[i].file);
    }
    *rules = (struct icp_night_rules){0};
}
