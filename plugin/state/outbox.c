/*
 * What is to be written, what is on its way and what became of it. The invariant: a row is durable
 * as "inflight" before its first byte is sent, is settled once, and is never changed afterwards
 * (the triggers of the schema hold the same); what the CRM took is put into the record in the
 * transaction that settles the row.
 */
#include "store_inside.h"

#include <string.h>

#include "crypto.h"
#include "json_stream.h"

enum {
    ROWS_OF_A_RECORD = 64, /* our own fields are about twenty, with a second prefix forty */
    MEMBERS_OF_A_RECORD = 2 * ROWS_OF_A_RECORD, /* those held and those written */
};

static const char *const states[] = {"planned",  "inflight",   "done", "refused",
                                     "conflict", "superseded", "gone"};

static struct icp_str state_name(enum icp_outbox_state state)
{
    return icp_str_from(states[state]);
}

/* ---- the allow list ------------------------------------------------------------------------ */

static bool is_one_of(struct icp_str name, const struct icp_str *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (icp_str_equal(names[i], name))
            return true;
    return false;
}

/* A name of the list that is not among `names`, after `after`; no text when there is none. */
static struct icp_str next_disowned(struct icp_store *store, const struct icp_str *names,
                                    size_t count, struct icp_str after)
{
    struct icp_str disowned = {0};
    struct icp_statement *row =
        icp_prepare(store->database, "SELECT name FROM owned_field WHERE name > ? ORDER BY name");
    icp_bind_text(row, after);
    while (icp_str_is_null(disowned) && icp_next_row(row)) {
        struct icp_str name = icp_row_text(row);
        if (!is_one_of(name, names, count))
            disowned = icp_arena_copy(&store->scratch, name);
    }
    icp_end_rows(row);
    return disowned;
}

enum icp_status icp_store_own_fields(struct icp_store *store, const struct icp_str *names,
                                     size_t count, struct icp_err *err)
{
    if (!icp_store_begin(store, err))
        return err->status;
    for (size_t i = 0; i < count; i++) {
        struct icp_statement *statement = icp_prepare(
            store->database, "INSERT INTO owned_field (name) VALUES (?) ON CONFLICT DO NOTHING");
        icp_bind_text(statement, names[i]);
        icp_run_statement(statement);
    }
    /* Whether rows refer to a name is a walk through the outbox: only asked for the few disowned.
     */
    icp_arena_reset(&store->scratch);
    struct icp_str name = next_disowned(store, names, count, ICP_STR(""));
    for (; !icp_str_is_null(name); name = next_disowned(store, names, count, name)) {
        struct icp_statement *statement =
            icp_prepare(store->database, "DELETE FROM owned_field WHERE name = ? AND NOT EXISTS "
                                         "(SELECT 1 FROM outbox WHERE field = name)");
        icp_bind_text(statement, name);
        icp_run_statement(statement);
    }
    return icp_store_commit(store, "owned fields", err);
}

/* ---- the plan ------------------------------------------------------------------------------ */

enum icp_status icp_store_plan_begin(struct icp_store *store, int64_t run, struct icp_err *err)
{
    if (!icp_store_begin(store, err))
        return err->status;
    store->planning = true;
    struct icp_statement *statement =
        icp_prepare(store->database,
                    "UPDATE outbox INDEXED BY outbox_one_write SET state = 'superseded' "
                    "WHERE state IN ('planned', 'inflight') AND state = 'planned' AND run <> ?");
    icp_bind_integer(statement, run);
    icp_run_statement(statement);
    statement =
        icp_prepare(store->database, "DELETE FROM outbox WHERE run = ? AND state = 'planned'");
    icp_bind_integer(statement, run);
    icp_run_statement(statement);
    return icp_store_read_end(store, NULL, err);
}

enum icp_status icp_store_plan_add(struct icp_store *store, int64_t run, struct icp_str crm,
                                   enum icp_object object, const struct icp_outbox_row *rows,
                                   size_t count, struct icp_err *err)
{
    if (!icp_store_ready(store, err))
        return store->later;
    if (!store->planning)
        return icp_fail(err, ICP_BUG, "rows of a plan that was not begun");
    for (size_t i = 0; i < count; i++) {
        struct icp_statement *statement =
            icp_prepare(store->database, "INSERT INTO outbox (run, crm, object, id, field, base, "
                                         "want) VALUES (?, ?, ?, ?, ?, ?, ?)");
        icp_bind_integer(statement, run);
        icp_bind_object(statement, crm, object);
        icp_bind_text(statement, rows[i].id);
        icp_bind_text(statement, rows[i].field);
        icp_bind_text(statement, rows[i].base);
        icp_bind_text(statement, rows[i].want);
        icp_run_statement(statement);
    }
    return icp_store_read_end(store, NULL, err);
}

/* The hash over the planned rows in key order, and how many records they are of. The run's number
   is left out: the same plan has the same hash in another database. */
static int64_t hash_plan(struct icp_store *store, int64_t run, struct icp_sha256 *hash)
{
    int64_t records = 0;
    struct icp_statement *row = icp_prepare(
        store->database, "SELECT crm, object, id, field, base, want FROM outbox "
                         "WHERE run = ? AND state = 'planned' ORDER BY crm, object, id, field");
    icp_bind_integer(row, run);
    icp_buf_reset(&store->text);
    while (icp_next_row(row)) {
        struct icp_str cells[6];
        for (size_t i = 0; i < 6; i++) {
            cells[i] = icp_row_text(row);
            icp_sha256_add_field(hash, cells[i]);
        }
        /* store->text holds the key of the last record, its parts parted by a line's end */
        icp_arena_reset(&store->scratch);
        struct icp_str key =
            icp_arena_format(&store->scratch, "%.*s\n%.*s\n%.*s", ICP_STR_ARGUMENTS(cells[0]),
                             ICP_STR_ARGUMENTS(cells[1]), ICP_STR_ARGUMENTS(cells[2]));
        if (icp_str_equal(key, icp_buf_view(&store->text)))
            continue;
        icp_buf_reset(&store->text);
        icp_buf_add(&store->text, key);
        records++;
    }
    return records;
}

enum icp_status icp_store_plan_end(struct icp_store *store, struct icp_run *run,
                                   struct icp_err *err)
{
    if (!icp_store_ready(store, err))
        return store->later;
    if (!store->planning)
        return icp_fail(err, ICP_BUG, "the end of a plan that was not begun");
    struct icp_sha256 *hash = icp_sha256_open();
    if (hash) {
        run->plan_records = hash_plan(store, run->id, hash);
        icp_sha256_end(hash, run->plan_hash);
    } else {
        icp_database_fail(store->database, ICP_STATE, "out of memory");
    }
    run->stage = ICP_STAGE_PLANNED;
    icp_run_put(store, run);
    store->planning = false;
    return icp_store_commit(store, "plan", err);
}

void icp_store_plan_cancel(struct icp_store *store)
{
    if (store->planning)
        icp_database_rollback(store->database);
    store->planning = false;
}

/* ---- reading the outbox -------------------------------------------------------------------- */

struct collector { /* the rows of one record, until the next one begins */
    struct icp_arena *arena;
    struct icp_outbox_record *records;
    size_t count, most;
    enum icp_object object;
    struct icp_outbox_row rows[ROWS_OF_A_RECORD];
    size_t row_count;
    int64_t attempts;
};

static void finish_record(struct collector *collector)
{
    if (collector->row_count == 0)
        return;
    struct icp_outbox_row *rows =
        ICP_NEW_ARRAY(collector->arena, struct icp_outbox_row, collector->row_count);
    if (!rows)
        return;
    memcpy(rows, collector->rows, collector->row_count * sizeof(*rows));
    collector->records[collector->count++] = (struct icp_outbox_record){
        .object = collector->object,
        .id = rows[0].id,
        .rows = rows,
        .count = collector->row_count,
        .attempts = collector->attempts,
    };
    collector->row_count = 0;
    collector->attempts = 0;
}

/* False when the row belongs to a record for which there is no room any more. */
static bool collect(struct collector *collector, struct icp_store *store, struct icp_statement *row)
{
    struct icp_str id = icp_row_text(row);
    if (collector->row_count > 0 && !icp_str_equal(collector->rows[0].id, id))
        finish_record(collector);
    if (collector->count == collector->most)
        return false;
    if (collector->row_count == ROWS_OF_A_RECORD) {
        icp_database_fail(store->database, ICP_BUG, "more than %d fields of one record to write",
                          ROWS_OF_A_RECORD);
        return false;
    }
    struct icp_outbox_row *item = &collector->rows[collector->row_count];
    item->id =
        collector->row_count > 0 ? collector->rows[0].id : icp_arena_copy(collector->arena, id);
    item->field = icp_arena_copy(collector->arena, icp_row_text(row));
    item->base = icp_arena_copy(collector->arena, icp_row_text(row));
    item->want = icp_arena_copy(collector->arena, icp_row_text(row));
    int64_t attempts = icp_row_integer(row, 0);
    if (attempts > collector->attempts)
        collector->attempts = attempts;
    collector->row_count++;
    return true;
}

static const char rows_of_run[] =
    "SELECT id, field, base, want, attempts FROM outbox WHERE crm = ? AND object = ? AND id > ? "
    "AND state = ? AND run = ? ORDER BY id, field";
static const char rows_of_any_run[] =
    "SELECT id, field, base, want, attempts FROM outbox INDEXED BY outbox_one_write WHERE crm = ? "
    "AND object = ? AND id > ? AND state = ? AND state IN ('planned', 'inflight') "
    "ORDER BY id, field";

enum icp_status icp_store_outbox(struct icp_store *store, int64_t run, struct icp_str crm,
                                 enum icp_object object, enum icp_outbox_state state,
                                 struct icp_str after, size_t most, struct icp_arena *arena,
                                 struct icp_outbox_record **records, size_t *count,
                                 struct icp_err *err)
{
    *count = 0;
    *records = NULL;
    if (!icp_store_ready(store, err))
        return store->later;
    struct collector collector = {.arena = arena, .most = most, .object = object};
    collector.records = ICP_NEW_ARRAY(arena, struct icp_outbox_record, most);
    if (!collector.records)
        return icp_store_read_end(store, arena, err);
    struct icp_statement *row =
        icp_prepare(store->database, run != 0 ? rows_of_run : rows_of_any_run);
    icp_bind_object(row, crm, object);
    icp_bind_text(row, icp_str_is_null(after) ? ICP_STR("") : after);
    icp_bind_text(row, state_name(state));
    if (run != 0)
        icp_bind_integer(row, run);
    bool more = icp_next_row(row);
    while (more && collect(&collector, store, row))
        more = icp_next_row(row);
    icp_end_rows(row);
    if (collector.count < most)
        finish_record(&collector);
    *records = collector.records;
    *count = collector.count;
    return icp_store_read_end(store, arena, err);
}

/* ---- settling ------------------------------------------------------------------------------ */

struct target {  /* the rows a settlement is about: active ones of a record, or of one field */
    int64_t run; /* 0: of any */
    struct icp_str crm;
    enum icp_object object;
    const struct icp_settlement *settlement;
};

#define ACTIVE_ROWS                                                                                \
    " INDEXED BY outbox_one_write WHERE crm = ? AND object = ? AND id = ? AND "                    \
    "state IN ('planned', 'inflight') AND field = coalesce(?, field) AND run = coalesce(?, run)"
#define UPDATE_ACTIVE(change)                                                                      \
    "UPDATE outbox INDEXED BY outbox_one_write SET " change                                        \
    " WHERE crm = ? AND object = ? AND id = ? AND state IN ('planned', 'inflight') AND "           \
    "field = coalesce(?, field) AND run = coalesce(?, run)"

static void bind_target(struct icp_statement *statement, const struct target *target)
{
    icp_bind_object(statement, target->crm, target->object);
    icp_bind_text(statement, target->settlement->id);
    icp_bind_text(statement, target->settlement->field);
    if (target->run != 0)
        icp_bind_integer(statement, target->run);
    else
        icp_bind_null(statement);
}

static void set_state(struct icp_store *store, const struct target *target)
{
    struct icp_statement *statement =
        icp_prepare(store->database, UPDATE_ACTIVE("state = ?, reason = ?"));
    icp_bind_text(statement, state_name(target->settlement->state));
    icp_bind_text(statement, target->settlement->reason);
    bind_target(statement, target);
    icp_run_statement(statement);
}

static void send_off(struct icp_store *store, const struct target *target)
{
    struct icp_statement *statement = icp_prepare(
        store->database,
        UPDATE_ACTIVE("state = 'inflight', attempts = attempts + 1") " AND state = 'planned'");
    bind_target(statement, target);
    icp_run_statement(statement);
}

/* What the CRM took, as (field, value) in the scratch arena. */
static size_t wanted_values(struct icp_store *store, const struct target *target,
                            struct icp_outbox_row rows[ROWS_OF_A_RECORD])
{
    size_t count = 0;
    struct icp_statement *row =
        icp_prepare(store->database, "SELECT field, want FROM outbox" ACTIVE_ROWS);
    bind_target(row, target);
    while (count < ROWS_OF_A_RECORD && icp_next_row(row)) {
        rows[count].field = icp_arena_copy(&store->scratch, icp_row_text(row));
        rows[count++].want = icp_arena_copy(&store->scratch, icp_row_text(row));
    }
    icp_end_rows(row);
    return count;
}

static const struct icp_outbox_row *find_row(const struct icp_outbox_row *rows, size_t count,
                                             struct icp_str field)
{
    for (size_t i = 0; i < count; i++)
        if (icp_str_equal(rows[i].field, field))
            return &rows[i];
    return NULL;
}

/* Inserts a member in the order of names: the same order in which a page stores them, so that a
   record that was written and one that was read again hold the same text. */
static bool place_member(struct icp_outbox_row members[MEMBERS_OF_A_RECORD], size_t *count,
                         struct icp_str name, struct icp_str value)
{
    size_t at = *count;
    if (*count == MEMBERS_OF_A_RECORD)
        return false;
    for (; at > 0 && icp_str_compare(members[at - 1].field, name) > 0; at--)
        members[at] = members[at - 1];
    members[at] = (struct icp_outbox_row){.field = name, .want = value};
    (*count)++;
    return true;
}

/* owned with the rows' values in it; what is cleared goes. The answer is store->text; false when
   owned is not an object of texts. */
static bool merge_owned(struct icp_store *store, struct icp_str owned,
                        const struct icp_outbox_row *rows, size_t count)
{
    struct icp_outbox_row members[MEMBERS_OF_A_RECORD];
    struct icp_json_reader reader;
    struct icp_json_writer writer;
    struct icp_str name, value;
    size_t total = 0;
    bool placed = true;
    icp_json_reader_open(&reader, owned, &store->scratch);
    if (!icp_json_enter_object(&reader))
        return false;
    while (icp_json_key(&reader, &name) && icp_json_scalar(&reader, &value))
        if (!find_row(rows, count, name) && !icp_str_is_null(value))
            placed = place_member(members, &total, name, value) && placed;
    for (size_t i = 0; i < count; i++)
        if (!icp_str_is_null(rows[i].want))
            placed = place_member(members, &total, rows[i].field, rows[i].want) && placed;
    icp_buf_reset(&store->text);
    icp_json_writer_open(&writer, &store->text);
    icp_json_begin_object(&writer);
    for (size_t i = 0; i < total; i++) {
        icp_json_put_key_text(&writer, members[i].field);
        icp_json_put_text(&writer, members[i].want);
    }
    icp_json_end_object(&writer);
    return placed && !reader.problem && !store->text.failed;
}

static bool read_owned(struct icp_store *store, const struct target *target, struct icp_str *owned)
{
    struct icp_statement *row = icp_prepare(
        store->database, "SELECT owned FROM record WHERE crm = ? AND object = ? AND id = ?");
    icp_bind_object(row, target->crm, target->object);
    icp_bind_text(row, target->settlement->id);
    if (!icp_next_row(row))
        return false;
    *owned = icp_arena_copy(&store->scratch, icp_row_text(row));
    icp_end_rows(row);
    return true;
}

static void store_wanted(struct icp_store *store, const struct target *target)
{
    struct icp_outbox_row rows[ROWS_OF_A_RECORD] = {{{0}, {0}, {0}, {0}}};
    struct icp_str owned = {0};
    icp_arena_reset(&store->scratch);
    size_t count = wanted_values(store, target, rows);
    if (count == 0 || !read_owned(store, target, &owned))
        return;
    if (!merge_owned(store, owned, rows, count) || store->scratch.full) {
        icp_database_fail(store->database, ICP_BUG, "owned fields of a record cannot be read");
        return;
    }
    struct icp_statement *statement = icp_prepare(
        store->database, "UPDATE record SET owned = ? WHERE crm = ? AND object = ? AND id = ?");
    icp_bind_text(statement, icp_buf_view(&store->text));
    icp_bind_object(statement, target->crm, target->object);
    icp_bind_text(statement, target->settlement->id);
    icp_run_statement(statement);
}

static void note_written(struct icp_store *store, const struct target *target, int64_t written_ms)
{
    struct icp_statement *statement = icp_prepare(
        store->database, "UPDATE result SET written_ms = ?, refused = NULL, refused_reason = NULL "
                         "WHERE crm = ? AND id = ?");
    icp_bind_integer(statement, written_ms);
    icp_bind_text(statement, target->crm);
    icp_bind_text(statement, target->settlement->id);
    icp_run_statement(statement);
}

static void note_refused(struct icp_store *store, const struct target *target, struct icp_str hash)
{
    struct icp_statement *statement =
        icp_prepare(store->database,
                    "UPDATE result SET refused = ?, refused_reason = ? WHERE crm = ? AND id = ?");
    icp_bind_text(statement, hash);
    icp_bind_text(statement, target->settlement->reason);
    icp_bind_text(statement, target->crm);
    icp_bind_text(statement, target->settlement->id);
    icp_run_statement(statement);
}

/* written_ms 0: nothing of ours was written (it was there already). */
static void settle_one(struct icp_store *store, const struct target *target, int64_t written_ms)
{
    switch (target->settlement->state) {
    case ICP_BOX_INFLIGHT:
        send_off(store, target);
        return;
    case ICP_BOX_DONE:
        store_wanted(store, target);
        if (written_ms != 0 && target->object == ICP_CONTACT)
            note_written(store, target, written_ms);
        break;
    case ICP_BOX_GONE:
        icp_record_set_gone(store, target->crm, target->object, target->settlement->id);
        break;
    case ICP_BOX_PLANNED:
    case ICP_BOX_REFUSED:
    case ICP_BOX_CONFLICT:
    case ICP_BOX_SUPERSEDED:
        break;
    }
    set_state(store, target);
}

enum icp_status icp_store_settle(struct icp_store *store, int64_t run, struct icp_str crm,
                                 enum icp_object object, const struct icp_stored *fresh,
                                 size_t fresh_count, const struct icp_settlement *settlements,
                                 size_t count, int64_t written_ms, struct icp_err *err)
{
    if (!icp_store_begin(store, err))
        return err->status;
    for (size_t i = 0; i < fresh_count; i++)
        (void)icp_record_put(store, crm, &fresh[i], 0);
    for (size_t i = 0; i < count; i++) {
        struct target target = {run, crm, object, &settlements[i]};
        settle_one(store, &target, written_ms);
    }
    return icp_store_commit(store, "settle", err);
}

enum icp_status icp_store_compare(struct icp_store *store, int64_t run, struct icp_str crm,
                                  enum icp_object object, const struct icp_stored *fresh,
                                  size_t fresh_count, const struct icp_settlement *settlements,
                                  size_t count, struct icp_err *err)
{
    if (!icp_store_begin(store, err))
        return err->status;
    for (size_t i = 0; i < fresh_count; i++)
        (void)icp_record_put(store, crm, &fresh[i], 0);
    for (size_t i = 0; i < count; i++) {
        struct target target = {run, crm, object, &settlements[i]};
        settle_one(store, &target, 0);
    }
    return icp_store_commit(store, "compare", err);
}

enum icp_status icp_store_outcome(struct icp_store *store, int64_t run, struct icp_str crm,
                                  enum icp_object object, const struct icp_push_outcome *outcomes,
                                  size_t count, int64_t written_ms, struct icp_err *err)
{
    if (!icp_store_begin(store, err))
        return err->status;
    for (size_t i = 0; i < count; i++) {
        struct target target = {run, crm, object, &outcomes[i].settlement};
        if (target.settlement->state == ICP_BOX_INFLIGHT)
            continue;
        settle_one(store, &target, written_ms);
        if (target.settlement->state == ICP_BOX_REFUSED)
            note_refused(store, &target, outcomes[i].refused_hash);
    }
    return icp_store_commit(store, "outcome", err);
}

/* ---- the end of a run ---------------------------------------------------------------------- */

/* Only rows that moved are touched: a quiet night rewrites nothing. */
static void accept_results(struct icp_store *store, struct icp_str crm)
{
    struct icp_statement *statement = icp_prepare(
        store->database,
        "UPDATE result SET base_score = score, base_grade = grade, base_tier = tier, "
        "base_rules = rules, base_hash = effective_hash, base_tier_since_ms = tier_since_ms, "
        "base_previous_tier = previous_tier, base_call_by_ms = call_by_ms WHERE crm = ? AND "
        "(base_score IS NOT score OR base_grade IS NOT grade OR base_tier IS NOT tier OR "
        "base_rules IS NOT rules OR base_hash IS NOT effective_hash OR "
        "base_tier_since_ms IS NOT tier_since_ms OR base_previous_tier IS NOT previous_tier OR "
        "base_call_by_ms IS NOT call_by_ms)");
    icp_bind_text(statement, crm);
    icp_run_statement(statement);
    /* Who is gone was counted in this run and is not known any more in the next. */
    statement = icp_prepare(
        store->database,
        "UPDATE result SET base_score = NULL, base_grade = NULL, base_tier = NULL, "
        "base_rules = NULL, base_hash = NULL WHERE crm = ?1 AND base_hash IS NOT NULL AND id IN "
        "(SELECT id FROM record WHERE crm = ?1 AND object = 'contact' AND gone = 1)");
    icp_bind_text(statement, crm);
    icp_run_statement(statement);
    statement = icp_prepare(store->database, "UPDATE record SET lost = 0, lost_names = NULL "
                                             "WHERE crm = ? AND lost <> 0");
    icp_bind_text(statement, crm);
    icp_run_statement(statement);
}

static void note_first_push(struct icp_store *store, struct icp_str crm, int64_t run)
{
    struct icp_statement *statement = icp_prepare(
        store->database,
        "UPDATE account SET first_push_run = ? WHERE crm = ? AND first_push_run IS NULL");
    icp_bind_integer(statement, run);
    icp_bind_text(statement, crm);
    icp_run_statement(statement);
}

static void withdraw(struct icp_store *store, struct icp_str score_hash, int64_t run)
{
    struct icp_statement *statement =
        icp_prepare(store->database, "UPDATE approval SET withdrawn_run = ? WHERE score_hash = ? "
                                     "AND withdrawn_run IS NULL");
    icp_bind_integer(statement, run);
    icp_bind_text(statement, score_hash);
    icp_run_statement(statement);
}

enum icp_status icp_store_end_run(struct icp_store *store, struct icp_str crm,
                                  const struct icp_run *run,
                                  const struct icp_str *withdraw_score_hashes,
                                  size_t withdraw_count, struct icp_err *err)
{
    if (!icp_store_begin(store, err))
        return err->status;
    struct icp_run done = *run;
    done.state = ICP_RUN_DONE;
    icp_run_put(store, &done);
    if (run->kind == ICP_RUN_NIGHT)
        accept_results(store, crm);
    if (run->counts.written + run->counts.partly > 0)
        note_first_push(store, crm, run->id);
    for (size_t i = 0; i < withdraw_count; i++)
        withdraw(store, withdraw_score_hashes[i], run->id);
    return icp_store_commit(store, "end", err);
}
