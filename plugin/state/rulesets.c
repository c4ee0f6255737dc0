/*
 * Versions of rule files: kept whole when they are approved or used, approved, looked up for a day,
 * and noted for the run that scored with them. Invariant: an approval and the version it is for are
 * one transaction, and so are a run's versions; an approval is never deleted, only withdrawn.
 */
#include "store_inside.h"

#include "bounds.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void put_ruleset(struct icp_store *store, const struct icp_ruleset_row *row)
{
    /* The same text may come under another path or be read as another version of the language. */
    struct icp_statement *statement =
        icp_prepare(store->database,
                    "INSERT INTO ruleset (text_hash, score_hash, path, name, version, body) "
                    "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (text_hash) DO UPDATE SET "
                    "score_hash = excluded.score_hash, path = excluded.path, name = excluded.name, "
                    "version = excluded.version");
    icp_bind_text(statement, row->text_hash);
    icp_bind_text(statement, row->score_hash);
    icp_bind_text(statement, row->path);
    icp_bind_text(statement, row->name);
    icp_bind_text(statement, icp_str_is_null(row->version) ? ICP_STR("") : row->version);
    icp_bind_text(statement, row->body);
    icp_run_statement(statement);
    for (size_t i = 0; i < row->list_count; i++) {
        statement = icp_prepare(store->database, "INSERT OR IGNORE INTO ruleset_list (text_hash, "
                                                 "path, body) VALUES (?, ?, ?)");
        icp_bind_text(statement, row->text_hash);
        icp_bind_text(statement, row->lists[i].path);
        icp_bind_text(statement, row->lists[i].body);
        icp_run_statement(statement);
    }
}

enum icp_status icp_store_lists(struct icp_store *store, struct icp_str text_hash,
                                struct icp_arena *arena, struct icp_list_row **lists, size_t *count,
                                struct icp_err *err)
{
    *count = 0;
    *lists = ICP_NEW_ARRAY(arena, struct icp_list_row, ICP_MAX_LIST_FILES);
    if (!icp_store_ready(store, err))
        return store->later;
    struct icp_statement *statement = icp_prepare(
        store->database, "SELECT path, body FROM ruleset_list WHERE text_hash = ? ORDER BY path");
    icp_bind_text(statement, text_hash);
    while (*lists && *count < ICP_MAX_LIST_FILES && icp_next_row(statement)) {
        struct icp_list_row *list = &(*lists)[(*count)++];
        list->path = icp_arena_copy(arena, icp_row_text(statement));
        list->body = icp_arena_copy(arena, icp_row_text(statement));
    }
    icp_end_rows(statement);
    return icp_store_read_end(store, arena, err);
}

static void read_ruleset(struct icp_statement *row, struct icp_arena *arena,
                         struct icp_ruleset_row *ruleset)
{
    struct icp_str *const texts[] = {&ruleset->text_hash, &ruleset->score_hash, &ruleset->path,
                                     &ruleset->name,      &ruleset->version,    &ruleset->body};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        *texts[i] = icp_arena_copy(arena, icp_row_text(row));
}

enum icp_status icp_store_ruleset(struct icp_store *store, struct icp_str text_hash,
                                  struct icp_arena *arena, struct icp_ruleset_row *row, bool *found,
                                  struct icp_err *err)
{
    *found = false;
    if (!icp_store_ready(store, err))
        return store->later;
    struct icp_statement *statement =
        icp_prepare(store->database, "SELECT text_hash, score_hash, path, name, version, body "
                                     "FROM ruleset WHERE text_hash = ?");
    icp_bind_text(statement, text_hash);
    *found = icp_next_row(statement);
    if (*found) {
        read_ruleset(statement, arena, row);
        icp_end_rows(statement);
    }
    return icp_store_read_end(store, arena, err);
}

/* ---- what a run scored with ---------------------------------------------------------------- */

enum icp_status icp_store_set_run_rules(struct icp_store *store, int64_t run,
                                        const struct icp_ruleset_row *rows, size_t count,
                                        struct icp_err *err)
{
    if (!icp_store_begin(store, err))
        return err->status;
    struct icp_statement *statement =
        icp_prepare(store->database, "DELETE FROM run_rules WHERE run = ?");
    icp_bind_integer(statement, run);
    icp_run_statement(statement);
    for (size_t i = 0; i < count; i++) {
        put_ruleset(store, &rows[i]);
        statement = icp_prepare(store->database,
                                "INSERT INTO run_rules (run, place, text_hash) VALUES (?, ?, ?)");
        icp_bind_integer(statement, run);
        icp_bind_integer(statement, (int64_t)i);
        icp_bind_text(statement, rows[i].text_hash);
        icp_run_statement(statement);
    }
    return icp_store_commit(store, "ruleset", err);
}

#define RUN_RULES                                                                                  \
    "SELECT r.text_hash, r.score_hash, r.path, r.name, r.version, r.body FROM run_rules u "        \
    "JOIN ruleset r ON r.text_hash = u.text_hash WHERE u.run = ?1 "

static enum icp_status read_run_rules(struct icp_store *store, const char *sql, int64_t run,
                                      struct icp_arena *arena, struct icp_ruleset_row **rows,
                                      size_t *count, struct icp_err *err)
{
    *count = 0;
    *rows = NULL;
    if (!icp_store_ready(store, err))
        return store->later;
    struct icp_ruleset_row *items = ICP_NEW_ARRAY(arena, struct icp_ruleset_row, ICP_MAX_FILES);
    struct icp_statement *statement = icp_prepare(store->database, sql);
    icp_bind_integer(statement, run);
    while (items && *count < ICP_MAX_FILES && icp_next_row(statement))
        read_ruleset(statement, arena, &items[(*count)++]);
    icp_end_rows(statement);
    *rows = items;
    return icp_store_read_end(store, arena, err);
}

enum icp_status icp_store_run_rules(struct icp_store *store, int64_t run, struct icp_arena *arena,
                                    struct icp_ruleset_row **rows, size_t *count,
                                    struct icp_err *err)
{
    return read_run_rules(store, RUN_RULES "ORDER BY u.place", run, arena, rows, count, err);
}

enum icp_status icp_store_run_new_rules(struct icp_store *store, int64_t run,
                                        struct icp_arena *arena, struct icp_ruleset_row **rows,
                                        size_t *count, struct icp_err *err)
{
    static const char sql[] =
        RUN_RULES "AND r.score_hash NOT IN (SELECT p.score_hash FROM run_rules b JOIN ruleset p ON "
                  "p.text_hash = b.text_hash WHERE b.run = (SELECT max(id) FROM run WHERE kind = "
                  "'night' AND state = 'done' AND id < ?1)) ORDER BY u.place";
    return read_run_rules(store, sql, run, arena, rows, count, err);
}

/* ---- approvals ----------------------------------------------------------------------------- */

enum icp_status icp_store_approve(struct icp_store *store, struct icp_str file,
                                  const struct icp_ruleset_row *rules, int64_t approved_ms,
                                  int32_t until, int64_t expected, struct icp_err *err)
{
    if (!icp_store_begin(store, err))
        return err->status;
    put_ruleset(store, rules);
    struct icp_statement *statement =
        icp_prepare(store->database, "INSERT INTO approval (file, score_hash, text_hash, "
                                     "approved_ms, until, expected) VALUES (?, ?, ?, ?, ?, ?)");
    icp_bind_text(statement, file);
    icp_bind_text(statement, rules->score_hash);
    icp_bind_text(statement, rules->text_hash);
    icp_bind_integer(statement, approved_ms);
    if (until == INT32_MAX)
        icp_bind_null(statement);
    else
        icp_bind_integer(statement, until);
    icp_bind_integer(statement, expected);
    icp_run_statement(statement);
    return icp_store_commit(store, "approval", err);
}

enum icp_status icp_store_approved(struct icp_store *store, struct icp_str file, bool first,
                                   struct icp_str score_hash, int32_t as_of,
                                   struct icp_arena *arena, struct icp_approval *approval,
                                   bool *found, struct icp_err *err)
{
    *found = false;
    if (!icp_store_ready(store, err))
        return store->later;
    struct icp_statement *statement = icp_prepare(
        store->database,
        "SELECT a.id, a.approved_ms, a.until, a.expected, r.text_hash, r.score_hash, r.path, "
        "r.name, r.version, r.body FROM approval a JOIN ruleset r ON r.text_hash = a.text_hash "
        "WHERE a.withdrawn_run IS NULL AND (a.until IS NULL OR a.until >= ?1) AND "
        "(a.file = ?2 OR (?3 AND a.file IS NULL) OR a.score_hash = ?4) "
        "ORDER BY coalesce(a.file = ?2, ?3) DESC, a.id DESC LIMIT 1");
    icp_bind_integer(statement, as_of);
    icp_bind_text(statement, file);
    icp_bind_integer(statement, first);
    icp_bind_text(statement, score_hash);
    *found = icp_next_row(statement);
    if (*found) {
        approval->id = icp_row_integer(statement, 0);
        approval->approved_ms = icp_row_integer(statement, 0);
        approval->until = (int32_t)icp_row_integer(statement, INT32_MAX);
        approval->expected = icp_row_integer(statement, 0);
        read_ruleset(statement, arena, &approval->rules);
        icp_end_rows(statement);
    }
    return icp_store_read_end(store, arena, err);
}

enum icp_status icp_store_is_approved(struct icp_store *store, struct icp_str score_hash,
                                      int32_t as_of, bool *approved, struct icp_err *err)
{
    *approved = false;
    if (!icp_store_ready(store, err))
        return store->later;
    struct icp_statement *statement = icp_prepare(
        store->database, "SELECT 1 FROM approval WHERE score_hash = ? AND withdrawn_run IS NULL "
                         "AND (until IS NULL OR until >= ?)");
    icp_bind_text(statement, score_hash);
    icp_bind_integer(statement, as_of);
    *approved = icp_next_row(statement);
    icp_end_rows(statement);
    return icp_store_read_end(store, NULL, err);
}
