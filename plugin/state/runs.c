/*
 * Accounts and runs: the book of the nights. A CRM account is pinned at first contact and never
 * replaced.
 */
#include "store_inside.h"

#include <inttypes.h>
#include <string.h>

#include "json_stream.h"
#include "number.h"

/* ---- accounts ------------------------------------------------------------------------------ */

static enum icp_status check_pinned(struct icp_store *store, struct icp_str crm,
                                    struct icp_str account_id, struct icp_err *err)
{
    struct icp_statement *statement =
        icp_prepare(store->database, "SELECT account_id FROM account WHERE crm = ?");
    icp_bind_text(statement, crm);
    if (icp_next_row(statement)) {
        struct icp_str pinned = icp_row_text(statement);
        if (!icp_str_equal(pinned, account_id)) {
            icp_fail(
                err, ICP_BAD_CONFIG, "this is account %.*s of %.*s, the state database is of %.*s",
                ICP_STR_ARGUMENTS(account_id), ICP_STR_ARGUMENTS(crm), ICP_STR_ARGUMENTS(pinned));
            icp_hint(err, "Give each account a state database of its own.");
        }
        icp_end_rows(statement);
    }
    return err->status != ICP_OK ? err->status : icp_store_read_end(store, NULL, err);
}

enum icp_status icp_store_pin_account(struct icp_store *store, struct icp_str crm,
                                      struct icp_str account_id, struct icp_str label,
                                      struct icp_str time_zone, struct icp_err *err)
{
    if (!icp_store_ready(store, err) || check_pinned(store, crm, account_id, err) != ICP_OK ||
        !icp_store_begin(store, err))
        return err->status;
    struct icp_statement *statement =
        icp_prepare(store->database, "INSERT INTO account (crm, account_id, label, time_zone) "
                                     "VALUES (?, ?, ?, ?) ON CONFLICT (crm) DO UPDATE SET "
                                     "label = excluded.label, time_zone = excluded.time_zone");
    icp_bind_text(statement, crm);
    icp_bind_text(statement, account_id);
    icp_bind_text(statement, label);
    icp_bind_text(statement, time_zone);
    icp_run_statement(statement);
    return icp_store_commit(store, "account", err);
}

enum icp_status icp_store_account_zone(struct icp_store *store, struct icp_str crm,
                                       struct icp_arena *arena, struct icp_str *time_zone,
                                       struct icp_err *err)
{
    *time_zone = (struct icp_str){0};
    if (!icp_store_ready(store, err))
        return store->later;
    struct icp_statement *row =
        icp_prepare(store->database, "SELECT time_zone FROM account WHERE crm = ?");
    icp_bind_text(row, crm);
    if (icp_next_row(row))
        *time_zone = icp_arena_copy(arena, icp_row_text(row));
    icp_end_rows(row);
    return icp_store_read_end(store, arena, err);
}

enum icp_status icp_store_first_push(struct icp_store *store, struct icp_str crm, int64_t *run,
                                     struct icp_err *err)
{
    *run = 0;
    if (!icp_store_ready(store, err))
        return store->later;
    struct icp_statement *statement =
        icp_prepare(store->database, "SELECT first_push_run FROM account WHERE crm = ?");
    icp_bind_text(statement, crm);
    if (icp_next_row(statement)) {
        *run = icp_row_integer(statement, 0);
        icp_end_rows(statement);
    }
    return icp_store_read_end(store, NULL, err);
}

/* ---- runs ---------------------------------------------------------------------------------- */

static const char *const kinds[] = {"night", "undo"};
static const char *const stages[] = {"opened", "pulled", "scored", "planned", "pushing", "pushed"};
static const char *const states[] = {"open", "done", "blocked", "closed"};
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static int word_index(const char *const *words, size_t count, struct icp_str word)
{
    for (size_t i = 0; i < count; i++)
        if (icp_str_is(word, words[i]))
            return (int)i;
    return 0;
}

#define COUNTER(name)                                                                              \
    {                                                                                              \
#name, offsetof(struct icp_run_counts, name)                                               \
    }
static const struct {
    const char *name;
    size_t offset;
} counters[] = {
    COUNTER(read),       COUNTER(companies_read), COUNTER(unchanged),      COUNTER(scored),
    COUNTER(changed),    COUNTER(planned),        COUNTER(written),        COUNTER(conflicts),
    COUNTER(superseded), COUNTER(refused),        COUNTER(gone),           COUNTER(calls),
    COUNTER(retries),    COUNTER(refused_values), COUNTER(future_signals), COUNTER(partly),
};

static struct icp_str counts_to_json(struct icp_store *store, const struct icp_run_counts *counts)
{
    struct icp_json_writer writer;
    icp_buf_reset(&store->text);
    icp_json_writer_open(&writer, &store->text);
    icp_json_begin_object(&writer);
    for (size_t i = 0; i < COUNT_OF(counters); i++) {
        int64_t value;
        memcpy(&value, (const char *)counts + counters[i].offset, sizeof(value));
        icp_json_put_integer_member(&writer, counters[i].name, value);
    }
    icp_json_end_object(&writer);
    return icp_buf_view(&store->text);
}

static void set_counter(struct icp_run_counts *counts, struct icp_str name, struct icp_str digits)
{
    int64_t value = 0;
    if (!icp_integer_parse(digits, &value))
        return;
    for (size_t i = 0; i < COUNT_OF(counters); i++)
        if (icp_str_is(name, counters[i].name))
            memcpy((char *)counts + counters[i].offset, &value, sizeof(value));
}

/* A counter that this version does not know, or a damaged text, counts nothing. */
static void counts_from_json(struct icp_store *store, struct icp_str json,
                             struct icp_run_counts *counts)
{
    struct icp_json_reader reader;
    struct icp_str name, value;
    icp_arena_reset(&store->scratch);
    icp_json_reader_open(&reader, json, &store->scratch);
    if (!icp_json_enter_object(&reader))
        return;
    while (icp_json_key(&reader, &name) && icp_json_scalar(&reader, &value))
        set_counter(counts, name, value);
}

static void bind_optional(struct icp_statement *statement, int64_t value, int64_t none)
{
    if (value == none)
        icp_bind_null(statement);
    else
        icp_bind_integer(statement, value);
}

static void bind_run(struct icp_store *store, struct icp_statement *statement,
                     const struct icp_run *run)
{
    icp_bind_text(statement, icp_str_from(kinds[run->kind]));
    icp_bind_text(statement, icp_str_from(stages[run->stage]));
    icp_bind_text(statement, icp_str_from(states[run->state]));
    icp_bind_integer(statement, run->as_of);
    icp_bind_integer(statement, run->started_ms);
    bind_optional(statement, run->ended_ms, 0);
    bind_optional(statement, run->undo_of, 0);
    icp_bind_text(statement, icp_str_from(run->rules[0] ? run->rules : NULL));
    icp_bind_text(statement, icp_str_from(run->plan_hash[0] ? run->plan_hash : NULL));
    icp_bind_integer(statement, run->plan_records);
    bind_optional(statement, run->approved, -1);
    icp_bind_text(statement, counts_to_json(store, &run->counts));
    icp_bind_text(statement, run->reason);
}

enum icp_status icp_store_open_run(struct icp_store *store, const struct icp_run *fresh,
                                   struct icp_run *ret, struct icp_err *err)
{
    if (!icp_store_begin(store, err))
        return err->status;
    struct icp_statement *statement =
        icp_prepare(store->database,
                    "INSERT INTO run (kind, stage, state, as_of, started_ms, ended_ms, undo_of, "
                    "rules, plan_hash, plan_records, approved, counts, reason) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    bind_run(store, statement, fresh);
    icp_run_statement(statement);
    int64_t id = icp_database_last_id(store->database);
    enum icp_status status = icp_store_commit(store, "run", err);
    if (status != ICP_OK)
        return status;
    *ret = *fresh;
    ret->id = id;
    return ICP_OK;
}

void icp_run_put(struct icp_store *store, const struct icp_run *run)
{
    struct icp_statement *statement = icp_prepare(
        store->database,
        "UPDATE run SET kind = ?, stage = ?, state = ?, as_of = ?, started_ms = ?, ended_ms = ?, "
        "undo_of = ?, rules = ?, plan_hash = ?, plan_records = ?, approved = ?, counts = ?, "
        "reason = ? WHERE id = ?");
    bind_run(store, statement, run);
    icp_bind_integer(statement, run->id);
    if (icp_run_statement(statement) != 1)
        icp_database_fail(store->database, ICP_BUG, "no run %" PRId64, run->id);
}

enum icp_status icp_store_save_run(struct icp_store *store, const struct icp_run *run,
                                   struct icp_err *err)
{
    if (!icp_store_begin(store, err))
        return err->status;
    icp_run_put(store, run);
    return icp_store_commit(store, "run", err);
}

static void copy_hash(char hash[65], struct icp_str text)
{
    size_t length = text.length < 64 ? text.length : 64;
    memset(hash, 0, 65);
    if (length > 0)
        memcpy(hash, text.data, length);
}

#define RUN_COLUMNS                                                                                \
    "id, kind, stage, state, as_of, started_ms, ended_ms, undo_of, rules, plan_hash, "             \
    "plan_records, approved, counts, reason"

static void read_run(struct icp_store *store, struct icp_statement *row, struct icp_arena *arena,
                     struct icp_run *run)
{
    *run = (struct icp_run){.id = icp_row_integer(row, 0)};
    run->kind = (enum icp_run_kind)word_index(kinds, COUNT_OF(kinds), icp_row_text(row));
    run->stage = (enum icp_run_stage)word_index(stages, COUNT_OF(stages), icp_row_text(row));
    run->state = (enum icp_run_state)word_index(states, COUNT_OF(states), icp_row_text(row));
    run->as_of = (int32_t)icp_row_integer(row, 0);
    run->started_ms = icp_row_integer(row, 0);
    run->ended_ms = icp_row_integer(row, 0);
    run->undo_of = icp_row_integer(row, 0);
    copy_hash(run->rules, icp_row_text(row));
    copy_hash(run->plan_hash, icp_row_text(row));
    run->plan_records = icp_row_integer(row, 0);
    run->approved = icp_row_integer(row, -1);
    counts_from_json(store, icp_row_text(row), &run->counts);
    run->reason = icp_arena_copy(arena, icp_row_text(row));
}

static enum icp_status one_run(struct icp_store *store, struct icp_statement *statement,
                               struct icp_arena *arena, struct icp_run *run, bool *found,
                               struct icp_err *err)
{
    *found = icp_next_row(statement);
    if (*found) {
        read_run(store, statement, arena, run);
        icp_end_rows(statement);
    }
    return icp_store_read_end(store, arena, err);
}

enum icp_status icp_store_last_run(struct icp_store *store, int kind, int state,
                                   struct icp_arena *arena, struct icp_run *run, bool *found,
                                   struct icp_err *err)
{
    if (!icp_store_ready(store, err))
        return store->later;
    struct icp_statement *statement = icp_prepare(
        store->database, "SELECT " RUN_COLUMNS " FROM run WHERE kind = coalesce(?, kind) AND "
                         "state = coalesce(?, state) ORDER BY id DESC LIMIT 1");
    icp_bind_text(statement, icp_str_from(kind < 0 ? NULL : kinds[kind]));
    icp_bind_text(statement, icp_str_from(state < 0 ? NULL : states[state]));
    return one_run(store, statement, arena, run, found, err);
}

enum icp_status icp_store_run(struct icp_store *store, int64_t id, struct icp_arena *arena,
                              struct icp_run *run, bool *found, struct icp_err *err)
{
    if (!icp_store_ready(store, err))
        return store->later;
    struct icp_statement *statement =
        icp_prepare(store->database, "SELECT " RUN_COLUMNS " FROM run WHERE id = ?");
    icp_bind_integer(statement, id);
    return one_run(store, statement, arena, run, found, err);
}

enum icp_status icp_store_runs(struct icp_store *store, size_t most, struct icp_arena *arena,
                               struct icp_run **runs, size_t *count, struct icp_err *err)
{
    *count = 0;
    if (!icp_store_ready(store, err))
        return store->later;
    struct icp_run *rows = ICP_NEW_ARRAY(arena, struct icp_run, most);
    struct icp_statement *statement =
        icp_prepare(store->database, "SELECT " RUN_COLUMNS " FROM run ORDER BY id DESC LIMIT ?");
    icp_bind_integer(statement, rows ? (int64_t)most : 0);
    while (icp_next_row(statement))
        read_run(store, statement, arena, &rows[(*count)++]);
    *runs = rows;
    return icp_store_read_end(store, arena, err);
}
