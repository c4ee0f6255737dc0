/*
 * Who is to be scored, with what, and what came out. The invariant: a result, its line of history
 * and the cleared "dirty" mark are one transaction, and scoring the same day again leaves the same
 * rows, however often a night was stopped in between.
 */
#include "store_inside.h"

/* ---- who is to be scored ------------------------------------------------------------------- */

static int64_t count_dirty(struct icp_store *store, struct icp_str crm)
{
    struct icp_statement *row =
        icp_prepare(store->database, "SELECT count(*) FROM record INDEXED BY record_dirty "
                                     "WHERE crm = ? AND object = 'contact' AND dirty = 1");
    icp_bind_text(row, crm);
    int64_t count = icp_next_row(row) ? icp_row_integer(row, 0) : 0;
    icp_end_rows(row);
    return count;
}

enum icp_status icp_store_mark_dirty(struct icp_store *store, struct icp_str crm,
                                     struct icp_str rules, struct icp_str words, int32_t as_of,
                                     int64_t *dirty, struct icp_err *err)
{
    *dirty = 0;
    if (!icp_store_begin(store, err))
        return err->status;
    struct icp_statement *statement = icp_prepare(
        store->database,
        "UPDATE record SET dirty = 1 WHERE crm = ?1 AND object = 'contact' AND gone = 0 AND "
        "dirty = 0 AND NOT EXISTS (SELECT 1 FROM result s WHERE s.crm = ?1 AND s.id = record.id "
        "AND s.rules = ?2 AND (s.moves_with_time = 0 OR s.as_of >= ?3) AND s.words IS ?4)");
    icp_bind_text(statement, crm);
    icp_bind_text(statement, rules);
    icp_bind_integer(statement, as_of);
    icp_bind_text(statement, words);
    icp_run_statement(statement);
    *dirty = count_dirty(store, crm);
    return icp_store_commit(store, "dirty", err);
}

/* ---- reading people ------------------------------------------------------------------------ */

#define PERSON_COLUMNS                                                                             \
    "r.id, r.dirty, r.gone, r.stamp_ms, r.input_hash, r.known, r.lost, r.company_id, r.owner, "    \
    "r.email, r.label, r.owned, r.inputs, c.inputs, c.input_hash, c.label, s.rules, "              \
    "s.words, s.profile, s.effective_hash, s.as_of, s.score, s.fit, s.engagement, s.coverage, "    \
    "s.grade, s.tier, "                                                                            \
    "s.reach, s.moves_with_time, s.tier_since_ms, s.previous_tier, s.call_by_ms, s.written_ms, "   \
    "s.refused, s.refused_reason, s.base_score, s.base_grade, s.base_tier, s.base_rules, "         \
    "s.base_hash, s.base_tier_since_ms, s.base_previous_tier, s.base_call_by_ms, s.summary, "      \
    "s.reasons, s.lines"
#define PERSON_JOINS                                                                               \
    " LEFT JOIN record c ON c.crm = r.crm AND c.object = 'company' AND c.id = r.company_id "       \
    "AND c.gone = 0 LEFT JOIN result s ON s.crm = r.crm AND s.id = r.id "

static struct icp_str copy_next(struct icp_statement *row, struct icp_arena *arena)
{
    return icp_arena_copy(arena, icp_row_text(row));
}

static void read_record(struct icp_statement *row, struct icp_arena *arena,
                        struct icp_stored *record)
{
    record->object = ICP_CONTACT;
    record->id = copy_next(row, arena);
    record->dirty = icp_row_integer(row, 0) != 0;
    record->gone = icp_row_integer(row, 0) != 0;
    record->stamp_ms = icp_row_integer(row, 0);
    record->input_hash = copy_next(row, arena);
    record->known = icp_row_integer(row, 0);
    record->lost = icp_row_integer(row, 0);
    record->company_id = copy_next(row, arena);
    record->owner = copy_next(row, arena);
    record->email = copy_next(row, arena);
    record->label = copy_next(row, arena);
    record->owned = copy_next(row, arena);
    record->inputs = copy_next(row, arena);
}

static void read_result(struct icp_statement *row, struct icp_arena *arena,
                        struct icp_result_row *result)
{
    result->rules = copy_next(row, arena);
    result->words = copy_next(row, arena);
    result->profile = copy_next(row, arena);
    result->effective_hash = copy_next(row, arena);
    result->as_of = (int32_t)icp_row_integer(row, -1);
    result->score = icp_row_integer(row, -1);
    result->fit = icp_row_integer(row, -1);
    result->engagement = icp_row_integer(row, -1);
    result->coverage = icp_row_integer(row, -1);
    result->grade = copy_next(row, arena);
    result->tier = copy_next(row, arena);
    result->reach = copy_next(row, arena);
    result->moves_with_time = icp_row_integer(row, 0) != 0;
    result->tier_since_ms = icp_row_integer(row, -1);
    result->previous_tier = copy_next(row, arena);
    result->call_by_ms = icp_row_integer(row, -1);
    result->written_ms = icp_row_integer(row, -1);
    result->refused = copy_next(row, arena);
    result->refused_reason = copy_next(row, arena);
    result->base_score = icp_row_integer(row, -1);
    result->base_grade = copy_next(row, arena);
    result->base_tier = copy_next(row, arena);
    result->base_rules = copy_next(row, arena);
    result->base_hash = copy_next(row, arena);
    result->base_tier_since_ms = icp_row_integer(row, -1);
    result->base_previous_tier = copy_next(row, arena);
    result->base_call_by_ms = icp_row_integer(row, -1);
    result->has_base = !icp_str_is_null(result->base_hash);
    result->summary = copy_next(row, arena);
    result->reasons = copy_next(row, arena);
    result->lines = copy_next(row, arena);
}

static void read_person(struct icp_statement *row, struct icp_arena *arena,
                        struct icp_person *person)
{
    *person = (struct icp_person){0};
    read_record(row, arena, &person->record);
    person->company_inputs = copy_next(row, arena);
    person->company_hash = copy_next(row, arena);
    person->company_label = copy_next(row, arena);
    read_result(row, arena, &person->result);
    person->result.id = person->record.id;
    person->has_result = !icp_str_is_null(person->result.rules);
}

/* Reads until the statement, or the arena, or the room in `people` is at its end. */
static size_t read_people(struct icp_statement *row, size_t most, struct icp_arena *arena,
                          struct icp_person *people)
{
    size_t count = 0;
    while (count < most && icp_next_row(row))
        read_person(row, arena, &people[count++]);
    icp_end_rows(row);
    return count;
}

static const char all_people[] =
    "SELECT " PERSON_COLUMNS " FROM record r" PERSON_JOINS
    "WHERE r.crm = ? AND r.object = 'contact' AND r.gone = 0 AND r.id > ? ORDER BY r.id LIMIT ?";
static const char dirty_people[] =
    "SELECT " PERSON_COLUMNS " FROM record r INDEXED BY record_dirty" PERSON_JOINS
    "WHERE r.crm = ? AND r.object = 'contact' AND r.dirty = 1 AND r.gone = 0 AND r.id > ? "
    "ORDER BY r.id LIMIT ?";

enum icp_status icp_store_people(struct icp_store *store, struct icp_str crm, bool dirty_only,
                                 struct icp_str after, size_t most, struct icp_arena *arena,
                                 struct icp_person **people, size_t *count, struct icp_err *err)
{
    *count = 0;
    *people = NULL;
    if (!icp_store_ready(store, err))
        return store->later;
    struct icp_person *rows = ICP_NEW_ARRAY(arena, struct icp_person, most);
    struct icp_statement *row =
        icp_prepare(store->database, dirty_only ? dirty_people : all_people);
    icp_bind_text(row, crm);
    icp_bind_text(row, icp_str_is_null(after) ? ICP_STR("") : after);
    icp_bind_integer(row, (int64_t)most);
    if (rows)
        *count = read_people(row, most, arena, rows);
    *people = rows;
    return icp_store_read_end(store, arena, err);
}

/* An id is tried first; several people may share an address: then one that is not gone. */
enum icp_status icp_store_person(struct icp_store *store, struct icp_str crm,
                                 struct icp_str id_or_email, struct icp_arena *arena,
                                 struct icp_person *person, bool *found, struct icp_err *err)
{
    static const char by_id[] = "SELECT " PERSON_COLUMNS " FROM record r" PERSON_JOINS
                                "WHERE r.id = ? AND r.object = 'contact' AND r.crm = ?";
    static const char by_email[] =
        "SELECT " PERSON_COLUMNS " FROM record r INDEXED BY record_email" PERSON_JOINS
        "WHERE r.email = lower(?) AND r.object = 'contact' AND r.crm = ? "
        "ORDER BY r.gone, r.id LIMIT 1";
    *found = false;
    if (!icp_store_ready(store, err))
        return store->later;
    for (int attempt = 0; attempt < 2 && !*found; attempt++) {
        struct icp_statement *row = icp_prepare(store->database, attempt == 0 ? by_id : by_email);
        icp_bind_text(row, id_or_email);
        icp_bind_text(row, crm);
        *found = read_people(row, 1, arena, person) == 1;
    }
    return icp_store_read_end(store, arena, err);
}

enum icp_status icp_store_best(struct icp_store *store, struct icp_str crm, size_t most,
                               struct icp_arena *arena, struct icp_person **people, size_t *count,
                               struct icp_err *err)
{
    *count = 0;
    *people = NULL;
    if (!icp_store_ready(store, err))
        return store->later;
    struct icp_person *rows = ICP_NEW_ARRAY(arena, struct icp_person, most);
    /* Sorted by the narrow inner table, so that the sorter never holds the long texts. */
    struct icp_statement *row = icp_prepare(
        store->database,
        "SELECT " PERSON_COLUMNS " FROM (SELECT b.crm, b.id FROM result b JOIN record p "
        "ON p.crm = b.crm AND p.object = 'contact' AND p.id = b.id WHERE b.crm = ? AND p.gone = 0 "
        "ORDER BY b.score DESC, b.id LIMIT ?) best JOIN record r ON r.crm = best.crm AND "
        "r.object = 'contact' AND r.id = best.id" PERSON_JOINS "ORDER BY s.score DESC, s.id");
    icp_bind_text(row, crm);
    icp_bind_integer(row, (int64_t)most);
    if (rows)
        *count = read_people(row, most, arena, rows);
    *people = rows;
    return icp_store_read_end(store, arena, err);
}

enum icp_status icp_store_entrants(struct icp_store *store, struct icp_str crm, int64_t since_ms,
                                   void (*take)(void *context, const struct icp_entrant *entrant),
                                   void *context, struct icp_err *err)
{
    if (!icp_store_ready(store, err))
        return store->later;
    struct icp_statement *row = icp_prepare(
        store->database,
        "SELECT s.profile, s.tier, s.id, r.label, r.owner, s.tier_since_ms, s.score FROM result s "
        "JOIN record r ON r.crm = s.crm AND r.object = 'contact' AND r.id = s.id WHERE s.crm = ? "
        "AND s.tier_since_ms >= ? AND r.gone = 0 ORDER BY s.tier_since_ms, s.score DESC, s.id");
    icp_bind_text(row, crm);
    icp_bind_integer(row, since_ms);
    while (icp_next_row(row)) {
        struct icp_entrant entrant = {0};
        entrant.profile = icp_row_text(row);
        entrant.tier = icp_row_text(row);
        entrant.id = icp_row_text(row);
        entrant.label = icp_row_text(row);
        entrant.owner = icp_row_text(row);
        entrant.since_ms = icp_row_integer(row, -1);
        entrant.score = icp_row_integer(row, 0);
        take(context, &entrant);
    }
    icp_end_rows(row);
    return icp_store_read_end(store, NULL, err);
}

/* ---- storing results ----------------------------------------------------------------------- */

static void bind_time(struct icp_statement *statement, int64_t ms)
{
    if (ms < 0)
        icp_bind_null(statement);
    else
        icp_bind_integer(statement, ms);
}

static void put_result(struct icp_store *store, struct icp_str crm,
                       const struct icp_result_row *result)
{
    struct icp_statement *statement = icp_prepare(
        store->database,
        "INSERT INTO result (crm, id, rules, words, profile, effective_hash, as_of, score, fit, "
        "engagement, "
        "coverage, grade, tier, reach, moves_with_time, tier_since_ms, previous_tier, call_by_ms, "
        "summary, reasons, lines) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?, "
        "?) ON CONFLICT (crm, id) DO UPDATE SET rules = excluded.rules, words = excluded.words, "
        "profile = excluded.profile, "
        "effective_hash = excluded.effective_hash, as_of = excluded.as_of, score = excluded.score, "
        "fit = excluded.fit, engagement = excluded.engagement, coverage = excluded.coverage, "
        "grade = excluded.grade, tier = excluded.tier, reach = excluded.reach, "
        "moves_with_time = excluded.moves_with_time, tier_since_ms = excluded.tier_since_ms, "
        "previous_tier = excluded.previous_tier, call_by_ms = excluded.call_by_ms, "
        "summary = excluded.summary, reasons = excluded.reasons, lines = excluded.lines");
    icp_bind_text(statement, crm);
    icp_bind_text(statement, result->id);
    icp_bind_text(statement, result->rules);
    icp_bind_text(statement, result->words);
    icp_bind_text(statement, result->profile);
    icp_bind_text(statement, result->effective_hash);
    icp_bind_integer(statement, result->as_of);
    icp_bind_integer(statement, result->score);
    icp_bind_integer(statement, result->fit);
    icp_bind_integer(statement, result->engagement);
    icp_bind_integer(statement, result->coverage);
    icp_bind_text(statement, result->grade);
    icp_bind_text(statement, result->tier);
    icp_bind_text(statement, result->reach);
    icp_bind_integer(statement, result->moves_with_time);
    bind_time(statement, result->tier_since_ms);
    icp_bind_text(statement, result->previous_tier);
    bind_time(statement, result->call_by_ms);
    icp_bind_text(statement, result->summary);
    icp_bind_text(statement, result->reasons);
    icp_bind_text(statement, result->lines);
    icp_run_statement(statement);
}

/* Whether the row of the day differs from the one before it; the first row always does. */
static bool moved(struct icp_store *store, struct icp_str crm, const struct icp_result_row *result)
{
    struct icp_statement *row = icp_prepare(
        store->database, "SELECT score, grade, tier FROM history WHERE crm = ? AND id = ? AND "
                         "as_of < ? ORDER BY as_of DESC LIMIT 1");
    icp_bind_text(row, crm);
    icp_bind_text(row, result->id);
    icp_bind_integer(row, result->as_of);
    if (!icp_next_row(row))
        return true;
    bool same = icp_row_integer(row, -1) == result->score;
    same = icp_str_equal(icp_row_text(row), result->grade) && same;
    same = icp_str_equal(icp_row_text(row), result->tier) && same;
    icp_end_rows(row);
    return !same;
}

static void put_history(struct icp_store *store, struct icp_str crm,
                        const struct icp_result_row *result)
{
    struct icp_statement *statement = icp_prepare(
        store->database, "INSERT OR REPLACE INTO history (crm, id, as_of, rules, score, grade, "
                         "tier, summary) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    icp_bind_text(statement, crm);
    icp_bind_text(statement, result->id);
    icp_bind_integer(statement, result->as_of);
    icp_bind_text(statement, result->rules);
    icp_bind_integer(statement, result->score);
    icp_bind_text(statement, result->grade);
    icp_bind_text(statement, result->tier);
    icp_bind_text(statement, result->summary);
    icp_run_statement(statement);
}

/* An earlier scoring of the same day that moved and has moved back. */
static void drop_history(struct icp_store *store, struct icp_str crm,
                         const struct icp_result_row *result)
{
    struct icp_statement *statement =
        icp_prepare(store->database, "DELETE FROM history WHERE crm = ? AND id = ? AND as_of = ?");
    icp_bind_text(statement, crm);
    icp_bind_text(statement, result->id);
    icp_bind_integer(statement, result->as_of);
    icp_run_statement(statement);
}

static void clear_dirty(struct icp_store *store, struct icp_str crm, struct icp_str id)
{
    struct icp_statement *statement =
        icp_prepare(store->database, "UPDATE record SET dirty = 0 WHERE crm = ? AND "
                                     "object = 'contact' AND id = ? AND dirty = 1");
    icp_bind_text(statement, crm);
    icp_bind_text(statement, id);
    icp_run_statement(statement);
}

enum icp_status icp_store_results(struct icp_store *store, struct icp_str crm,
                                  const struct icp_result_row *rows, size_t count,
                                  struct icp_err *err)
{
    if (!icp_store_begin(store, err))
        return err->status;
    for (size_t i = 0; i < count; i++) {
        put_result(store, crm, &rows[i]);
        if (moved(store, crm, &rows[i]))
            put_history(store, crm, &rows[i]);
        else
            drop_history(store, crm, &rows[i]);
        clear_dirty(store, crm, rows[i].id);
    }
    return icp_store_commit(store, "score", err);
}

enum icp_status icp_store_history(struct icp_store *store, struct icp_str crm, struct icp_str id,
                                  size_t most, struct icp_arena *arena,
                                  struct icp_history_row **rows, size_t *count, struct icp_err *err)
{
    *count = 0;
    *rows = NULL;
    if (!icp_store_ready(store, err))
        return store->later;
    struct icp_history_row *items = ICP_NEW_ARRAY(arena, struct icp_history_row, most);
    struct icp_statement *row = icp_prepare(
        store->database, "SELECT as_of, score, grade, tier, rules, summary FROM history "
                         "WHERE crm = ? AND id = ? ORDER BY as_of DESC LIMIT ?");
    icp_bind_text(row, crm);
    icp_bind_text(row, id);
    icp_bind_integer(row, items ? (int64_t)most : 0);
    while (icp_next_row(row)) {
        struct icp_history_row *item = &items[(*count)++];
        item->as_of = (int32_t)icp_row_integer(row, 0);
        item->score = icp_row_integer(row, 0);
        item->grade = copy_next(row, arena);
        item->tier = copy_next(row, arena);
        item->rules = copy_next(row, arena);
        item->summary = copy_next(row, arena);
    }
    *rows = items;
    return icp_store_read_end(store, arena, err);
}
