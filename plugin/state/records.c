/*
 * The local copy of the fields that rules name, and where the reading of each object stands. The
 * invariant: a record and the cursor behind it are committed together, and whatever could change a
 * score (inputs, owner, company, the company's inputs) marks the person dirty in the same
 * transaction that stores the change.
 */
#include "store_inside.h"

#include <stdio.h>
#include <string.h>

#include "json_stream.h"

void icp_bind_object(struct icp_statement *statement, struct icp_str crm, enum icp_object object)
{
    icp_bind_text(statement, crm);
    icp_bind_text(statement, icp_str_from(icp_object_name(object)));
}

/* ---- fields that were known and are not ----------------------------------------------------- */

struct names { /* in the scratch arena */
    struct icp_str *items;
    size_t count, allocated;
};

static void add_name(struct names *names, struct icp_str name, struct icp_arena *arena)
{
    if (names->count == names->allocated) {
        size_t allocated = names->allocated ? names->allocated * 2 : 64;
        struct icp_str *items = ICP_NEW_ARRAY(arena, struct icp_str, allocated);
        if (!items)
            return; /* the arena remembers */
        if (names->count > 0)
            memcpy(items, names->items, names->count * sizeof(*items));
        names->items = items;
        names->allocated = allocated;
    }
    names->items[names->count++] = name;
}

/* Both sides mostly come in the same order, so the search goes on where the last one ended. */
static bool has_name(const struct names *names, struct icp_str name, size_t *from)
{
    for (size_t i = 0; i < names->count; i++) {
        size_t at = (*from + i) % names->count;
        if (icp_str_equal(names->items[at], name)) {
            *from = at + 1;
            return true;
        }
    }
    return false;
}

/* Names in {"fields":{…}} whose value is known, or those that were asked for and are not (null). */
enum wanted_names { KNOWN, ASKED_AND_UNKNOWN };

static void add_fields(struct icp_json_reader *reader, enum wanted_names wanted,
                       struct names *names)
{
    struct icp_str name, value;
    if (!icp_json_enter_object(reader))
        return;
    while (icp_json_key(reader, &name) && icp_json_scalar(reader, &value))
        if (icp_str_is_null(value) == (wanted == ASKED_AND_UNKNOWN))
            add_name(names, name, reader->arena);
}

static bool field_names(struct icp_str inputs, enum wanted_names wanted, struct icp_arena *arena,
                        struct names *names)
{
    struct icp_json_reader reader;
    struct icp_str key;
    icp_json_reader_open(&reader, inputs, arena);
    if (!icp_json_enter_object(&reader))
        return false;
    while (icp_json_key(&reader, &key)) {
        if (icp_str_is(key, "fields"))
            add_fields(&reader, wanted, names);
        else
            icp_json_skip(&reader);
    }
    return !reader.problem;
}

/* Known since the last accepted run, asked for now and not known: a line each in store->text; how
   many. A field that is no longer asked for (another rule file) is not lost. */
static int64_t lost_names(struct icp_store *store, struct icp_str lost_before,
                          struct icp_str inputs_before, struct icp_str inputs_now)
{
    struct names before = {0}, now = {0};
    struct icp_str name;
    int64_t lost = 0;
    size_t from = 0;
    icp_arena_reset(&store->scratch);
    icp_buf_reset(&store->text);
    while (icp_str_cut(&lost_before, '\n', &name))
        if (!icp_str_is_empty(name))
            add_name(&before, name, &store->scratch);
    if (!field_names(inputs_before, KNOWN, &store->scratch, &before) ||
        !field_names(inputs_now, ASKED_AND_UNKNOWN, &store->scratch, &now) || store->scratch.full) {
        icp_database_fail(store->database, ICP_BUG, "inputs of a record that cannot be read");
        return 0;
    }
    for (size_t i = 0; i < before.count; i++) {
        if (!has_name(&now, before.items[i], &from))
            continue;
        icp_buf_add(&store->text, before.items[i]);
        icp_buf_add_char(&store->text, '\n');
        lost++;
    }
    return lost;
}

/* ---- one record ---------------------------------------------------------------------------- */

static void mark_people(struct icp_store *store, struct icp_str crm, struct icp_str company)
{
    struct icp_statement *statement =
        icp_prepare(store->database, "UPDATE record SET dirty = 1 WHERE crm = ? AND company_id = ? "
                                     "AND object = 'contact' AND gone = 0 AND dirty = 0");
    icp_bind_text(statement, crm);
    icp_bind_text(statement, company);
    icp_run_statement(statement);
}

static void bind_key(struct icp_statement *statement, struct icp_str crm, enum icp_object object,
                     struct icp_str id)
{
    icp_bind_object(statement, crm, object);
    icp_bind_text(statement, id);
}

enum find { NOT_THERE, SAME, CHANGED };

/* How the record compares with the stored row; what it lost is then in store->text. */
static enum find find_record(struct icp_store *store, struct icp_str crm,
                             const struct icp_stored *record, int64_t *lost)
{
    struct icp_statement *row = icp_prepare(
        store->database, "SELECT input_hash, company_id, owner, gone, lost, lost_names, inputs "
                         "FROM record WHERE crm = ? AND object = ? AND id = ?");
    bind_key(row, crm, record->object, record->id);
    if (!icp_next_row(row))
        return NOT_THERE;
    bool inputs_same = icp_str_equal(icp_row_text(row), record->input_hash);
    bool same = icp_str_equal(icp_row_text(row), record->company_id);
    same = icp_str_equal(icp_row_text(row), record->owner) && same && inputs_same;
    same = icp_row_integer(row, 0) == 0 && same;
    *lost = icp_row_integer(row, 0);
    struct icp_str lost_before = icp_row_text(row);
    if (inputs_same) {
        icp_buf_reset(&store->text);
        if (!icp_str_is_null(lost_before))
            icp_buf_add(&store->text, lost_before);
    } else {
        *lost = lost_names(store, lost_before, icp_row_text(row), record->inputs);
    }
    icp_end_rows(row);
    return same ? SAME : CHANGED;
}

static void insert_record(struct icp_store *store, struct icp_str crm,
                          const struct icp_stored *record, int64_t pull)
{
    struct icp_statement *statement = icp_prepare(
        store->database,
        "INSERT INTO record (crm, object, id, dirty, seen, stamp_ms, input_hash, known, "
        "company_id, "
        "owner, email, label, owned, inputs) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    bind_key(statement, crm, record->object, record->id);
    icp_bind_integer(statement, record->object == ICP_CONTACT);
    icp_bind_integer(statement, pull);
    icp_bind_integer(statement, record->stamp_ms);
    icp_bind_text(statement, record->input_hash);
    icp_bind_integer(statement, record->known);
    icp_bind_text(statement, record->company_id);
    icp_bind_text(statement, record->owner);
    icp_bind_text(statement, record->email);
    icp_bind_text(statement, record->label);
    icp_bind_text(statement, record->owned);
    icp_bind_text(statement, record->inputs);
    icp_run_statement(statement);
}

static void update_record(struct icp_store *store, struct icp_str crm,
                          const struct icp_stored *record, int64_t pull, int64_t lost)
{
    struct icp_statement *statement = icp_prepare(
        store->database,
        "UPDATE record SET dirty = ?, gone = 0, seen = max(seen, ?), stamp_ms = ?, input_hash = ?, "
        "known = ?, lost = ?, lost_names = ?, company_id = ?, owner = ?, email = ?, label = ?, "
        "owned = ?, inputs = ? WHERE crm = ? AND object = ? AND id = ?");
    icp_bind_integer(statement, record->object == ICP_CONTACT);
    icp_bind_integer(statement, pull);
    icp_bind_integer(statement, record->stamp_ms);
    icp_bind_text(statement, record->input_hash);
    icp_bind_integer(statement, record->known);
    icp_bind_integer(statement, lost);
    icp_bind_text(statement, lost > 0 ? icp_buf_view(&store->text) : (struct icp_str){0});
    icp_bind_text(statement, record->company_id);
    icp_bind_text(statement, record->owner);
    icp_bind_text(statement, record->email);
    icp_bind_text(statement, record->label);
    icp_bind_text(statement, record->owned);
    icp_bind_text(statement, record->inputs);
    bind_key(statement, crm, record->object, record->id);
    icp_run_statement(statement);
}

static void refresh_record(struct icp_store *store, struct icp_str crm,
                           const struct icp_stored *record, int64_t pull)
{
    struct icp_statement *statement = icp_prepare(
        store->database,
        "UPDATE record SET seen = max(seen, ?), stamp_ms = ?, email = ?, label = ?, owned = ? "
        "WHERE crm = ? AND object = ? AND id = ?");
    icp_bind_integer(statement, pull);
    icp_bind_integer(statement, record->stamp_ms);
    icp_bind_text(statement, record->email);
    icp_bind_text(statement, record->label);
    icp_bind_text(statement, record->owned);
    bind_key(statement, crm, record->object, record->id);
    icp_run_statement(statement);
}

bool icp_record_put(struct icp_store *store, struct icp_str crm, const struct icp_stored *record,
                    int64_t pull)
{
    int64_t lost = 0;
    switch (find_record(store, crm, record, &lost)) {
    case SAME:
        refresh_record(store, crm, record, pull);
        return false;
    case NOT_THERE:
        insert_record(store, crm, record, pull);
        break;
    case CHANGED:
        update_record(store, crm, record, pull, lost);
        break;
    }
    if (record->object == ICP_COMPANY)
        mark_people(store, crm, record->id);
    return true;
}

void icp_record_set_gone(struct icp_store *store, struct icp_str crm, enum icp_object object,
                         struct icp_str id)
{
    struct icp_statement *statement =
        icp_prepare(store->database, "UPDATE record SET gone = 1, dirty = 0 "
                                     "WHERE crm = ? AND object = ? AND id = ? AND gone = 0");
    bind_key(statement, crm, object, id);
    if (icp_run_statement(statement) > 0 && object == ICP_COMPANY)
        mark_people(store, crm, id);
}

/* ---- checkpoints and pages ----------------------------------------------------------------- */

static void copy_text(char *to, size_t size, struct icp_str from)
{
    size_t length = from.length < size - 1 ? from.length : size - 1;
    memset(to, 0, size);
    if (length > 0)
        memcpy(to, from.data, length);
}

enum icp_status icp_store_checkpoint(struct icp_store *store, struct icp_str crm,
                                     enum icp_object object, struct icp_checkpoint *checkpoint,
                                     bool *found, struct icp_err *err)
{
    *found = false;
    if (!icp_store_ready(store, err))
        return store->later;
    struct icp_statement *row = icp_prepare(
        store->database, "SELECT watermark_ms IS NOT NULL, watermark_ms, request, pulling, "
                         "mode = 'all', since_ms, position, began_ms FROM checkpoint "
                         "WHERE crm = ? AND object = ?");
    icp_bind_object(row, crm, object);
    *found = icp_next_row(row);
    if (*found) {
        checkpoint->has_watermark = icp_row_integer(row, 0) != 0;
        checkpoint->watermark_ms = icp_row_integer(row, 0);
        copy_text(checkpoint->request, sizeof(checkpoint->request), icp_row_text(row));
        checkpoint->pulling = icp_row_integer(row, 0) != 0;
        checkpoint->all = icp_row_integer(row, 0) != 0;
        checkpoint->since_ms = icp_row_integer(row, 0);
        copy_text(checkpoint->position, sizeof(checkpoint->position), icp_row_text(row));
        checkpoint->began_ms = icp_row_integer(row, 0);
        icp_end_rows(row);
    }
    return icp_store_read_end(store, NULL, err);
}

static struct icp_str mode_of(const struct icp_checkpoint *checkpoint)
{
    return checkpoint->all ? ICP_STR("all") : ICP_STR("changes");
}

enum icp_status icp_store_begin_pull(struct icp_store *store, struct icp_str crm,
                                     enum icp_object object,
                                     const struct icp_checkpoint *checkpoint, struct icp_err *err)
{
    if (!icp_store_begin(store, err))
        return err->status;
    struct icp_statement *statement = icp_prepare(
        store->database,
        "INSERT INTO checkpoint (crm, object, request, mode, since_ms, position, began_ms, "
        "pulling, "
        "pull) VALUES (?, ?, ?, ?, ?, ?, ?, 1, 1) ON CONFLICT (crm, object) DO UPDATE SET "
        "request = excluded.request, mode = excluded.mode, since_ms = excluded.since_ms, "
        "position = excluded.position, began_ms = excluded.began_ms, pulling = 1, pull = pull + 1");
    icp_bind_object(statement, crm, object);
    icp_bind_text(statement, icp_str_from(checkpoint->request));
    icp_bind_text(statement, mode_of(checkpoint));
    icp_bind_integer(statement, checkpoint->since_ms);
    icp_bind_text(statement, icp_str_from(checkpoint->position));
    icp_bind_integer(statement, checkpoint->began_ms);
    icp_run_statement(statement);
    return icp_store_commit(store, "pull begin", err);
}

enum icp_status icp_store_known(struct icp_store *store, struct icp_str crm, enum icp_object object,
                                const struct icp_str *ids, const int64_t *stamps, size_t count,
                                bool *known, struct icp_err *err)
{
    if (!icp_store_ready(store, err))
        return store->later;
    for (size_t i = 0; i < count; i++) {
        struct icp_statement *statement =
            icp_prepare(store->database, "SELECT 1 FROM record WHERE crm = ? AND object = ? AND "
                                         "id = ? AND stamp_ms = ? AND stamp_ms <> 0 AND gone = 0");
        bind_key(statement, crm, object, ids[i]);
        icp_bind_integer(statement, stamps[i]);
        known[i] = icp_next_row(statement);
        icp_end_rows(statement);
    }
    return icp_store_read_end(store, NULL, err);
}

/* The number of the pull under way; 0 and a failure when there is none. */
static int64_t current_pull(struct icp_store *store, struct icp_str crm, enum icp_object object,
                            bool *all)
{
    int64_t pull = 0;
    struct icp_statement *row =
        icp_prepare(store->database, "SELECT pull, mode = 'all' FROM checkpoint "
                                     "WHERE crm = ? AND object = ? AND pulling = 1");
    icp_bind_object(row, crm, object);
    if (icp_next_row(row)) {
        pull = icp_row_integer(row, 0);
        *all = icp_row_integer(row, 0) != 0;
        icp_end_rows(row);
    } else {
        icp_database_fail(store->database, ICP_BUG, "a page of %s without a pull",
                          icp_object_name(object));
    }
    return pull;
}

static void move_cursor(struct icp_store *store, struct icp_str crm, enum icp_object object,
                        const struct icp_checkpoint *checkpoint)
{
    struct icp_statement *statement =
        icp_prepare(store->database, "UPDATE checkpoint SET mode = ?, since_ms = ?, position = ? "
                                     "WHERE crm = ? AND object = ?");
    icp_bind_text(statement, mode_of(checkpoint));
    icp_bind_integer(statement, checkpoint->since_ms);
    icp_bind_text(statement, icp_str_from(checkpoint->position));
    icp_bind_object(statement, crm, object);
    icp_run_statement(statement);
}

enum icp_status icp_store_page(struct icp_store *store, struct icp_str crm, enum icp_object object,
                               const struct icp_stored *records, size_t count,
                               const struct icp_str *gone_ids, size_t gone_count,
                               const struct icp_checkpoint *checkpoint,
                               struct icp_page_counts *counts, struct icp_err *err)
{
    bool all = false;
    *counts = (struct icp_page_counts){0};
    if (!icp_store_begin(store, err))
        return err->status;
    int64_t pull = current_pull(store, crm, object, &all);
    for (size_t i = 0; i < count; i++) {
        if (icp_record_put(store, crm, &records[i], pull))
            counts->changed++;
        else
            counts->unchanged++;
    }
    for (size_t i = 0; i < gone_count; i++)
        icp_record_set_gone(store, crm, object, gone_ids[i]);
    move_cursor(store, crm, object, checkpoint);
    return icp_store_commit(store, "page", err);
}

/* What a full pull did not meet is gone, and the people of such a company are to be scored anew. */
static void sweep_unmet(struct icp_store *store, struct icp_str crm, enum icp_object object,
                        int64_t pull)
{
    if (object == ICP_COMPANY) {
        struct icp_statement *people = icp_prepare(
            store->database,
            "UPDATE record SET dirty = 1 WHERE crm = ? AND object = 'contact' AND gone = 0 AND "
            "dirty = 0 AND EXISTS (SELECT 1 FROM record c WHERE c.crm = record.crm AND "
            "c.object = 'company' AND c.id = record.company_id AND c.gone = 0 AND c.seen <> ?)");
        icp_bind_text(people, crm);
        icp_bind_integer(people, pull);
        icp_run_statement(people);
    }
    struct icp_statement *statement =
        icp_prepare(store->database, "UPDATE record SET gone = 1, dirty = 0 "
                                     "WHERE crm = ? AND object = ? AND gone = 0 AND seen <> ?");
    icp_bind_object(statement, crm, object);
    icp_bind_integer(statement, pull);
    icp_run_statement(statement);
}

enum icp_status icp_store_end_pull(struct icp_store *store, struct icp_str crm,
                                   enum icp_object object, struct icp_err *err)
{
    bool all = false;
    if (!icp_store_begin(store, err))
        return err->status;
    int64_t pull = current_pull(store, crm, object, &all);
    if (all)
        sweep_unmet(store, crm, object, pull);
    struct icp_statement *statement = icp_prepare(
        store->database, "UPDATE checkpoint SET pulling = 0, position = '', "
                         "watermark_ms = max(coalesce(watermark_ms, began_ms), began_ms) "
                         "WHERE crm = ? AND object = ?");
    icp_bind_object(statement, crm, object);
    icp_run_statement(statement);
    return icp_store_commit(store, "pull end", err);
}
