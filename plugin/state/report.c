/*
 * What the breaker, the status page and tests ask of the whole database: counts and a canonical
 * text. Only reads.
 */
#include "store_inside.h"

#include "json_stream.h"

enum { MOST_GROUPS = 64 }; /* grades and tiers of one file are at most a dozen */

/* ---- counts -------------------------------------------------------------------------------- */

static void read_counts(struct icp_store *store, const char *sql, struct icp_str crm,
                        int64_t *const *counts, size_t count)
{
    struct icp_statement *row = icp_prepare(store->database, sql);
    icp_bind_text(row, crm);
    if (!icp_next_row(row))
        return;
    for (size_t i = 0; i < count; i++)
        *counts[i] = icp_row_integer(row, 0);
    icp_end_rows(row);
}

enum icp_status icp_store_scope(struct icp_store *store, struct icp_str crm,
                                struct icp_scope_counts *counts, struct icp_err *err)
{
    static const char records[] =
        "SELECT sum(object = 'contact' AND gone = 0), sum(object = 'company' AND gone = 0), "
        "sum(gone), sum(dirty), sum(iif(gone = 0, known, 0)), sum(iif(gone = 0, lost, 0)) "
        "FROM record WHERE crm = ?";
    static const char results[] =
        "SELECT sum(r.gone = 0), count(s.base_hash) FROM result s JOIN record r ON r.crm = s.crm "
        "AND r.object = 'contact' AND r.id = s.id WHERE s.crm = ?";
    static const char active[] =
        "SELECT sum(state = 'inflight'), sum(state = 'planned') FROM outbox "
        "INDEXED BY outbox_one_write WHERE crm = ? AND state IN ('planned', 'inflight')";
    *counts = (struct icp_scope_counts){0};
    if (!icp_store_ready(store, err))
        return store->later;
    int64_t *const of_records[] = {&counts->people, &counts->companies, &counts->gone,
                                   &counts->dirty,  &counts->known,     &counts->lost};
    int64_t *const of_results[] = {&counts->scored, &counts->based};
    int64_t *const of_outbox[] = {&counts->inflight, &counts->planned};
    read_counts(store, records, crm, of_records, 6);
    read_counts(store, results, crm, of_results, 2);
    read_counts(store, active, crm, of_outbox, 2);
    return icp_store_read_end(store, NULL, err);
}

static enum icp_status count_groups(struct icp_store *store, const char *sql, struct icp_str crm,
                                    struct icp_arena *arena, struct icp_group_count **groups,
                                    size_t *count, struct icp_err *err)
{
    *count = 0;
    *groups = NULL;
    if (!icp_store_ready(store, err))
        return store->later;
    struct icp_group_count *items = ICP_NEW_ARRAY(arena, struct icp_group_count, MOST_GROUPS);
    struct icp_statement *row = icp_prepare(store->database, sql);
    icp_bind_text(row, crm);
    while (items && *count < MOST_GROUPS && icp_next_row(row)) {
        items[*count].name = icp_arena_copy(arena, icp_row_text(row));
        items[(*count)++].count = icp_row_integer(row, 0);
    }
    icp_end_rows(row);
    *groups = items;
    return icp_store_read_end(store, arena, err);
}

enum icp_status icp_store_by_grade(struct icp_store *store, struct icp_str crm,
                                   struct icp_arena *arena, struct icp_group_count **groups,
                                   size_t *count, struct icp_err *err)
{
    static const char sql[] =
        "SELECT s.grade, count(*) FROM result s JOIN record r ON r.crm = s.crm AND "
        "r.object = 'contact' AND r.id = s.id WHERE s.crm = ? AND r.gone = 0 "
        "GROUP BY s.grade ORDER BY s.grade";
    return count_groups(store, sql, crm, arena, groups, count, err);
}

enum icp_status icp_store_by_tier(struct icp_store *store, struct icp_str crm,
                                  struct icp_arena *arena, struct icp_group_count **groups,
                                  size_t *count, struct icp_err *err)
{
    static const char sql[] =
        "SELECT s.tier, count(*) FROM result s JOIN record r ON r.crm = s.crm AND "
        "r.object = 'contact' AND r.id = s.id WHERE s.crm = ? AND r.gone = 0 "
        "GROUP BY s.tier ORDER BY s.tier";
    return count_groups(store, sql, crm, arena, groups, count, err);
}

enum icp_status icp_store_outcomes(struct icp_store *store, int64_t run,
                                   struct icp_run_counts *counts, struct icp_err *err)
{
    if (!icp_store_ready(store, err))
        return store->later;
    struct icp_statement *row = icp_prepare(
        store->database,
        "SELECT sum(sent AND NOT conflict), sum(sent AND conflict), sum(conflict), "
        "sum(superseded), sum(refused) FROM (SELECT max(state = 'done' AND attempts > 0) AS sent, "
        "max(state = 'conflict') AS conflict, max(state = 'superseded') AS superseded, "
        "max(state = 'refused') AS refused FROM outbox WHERE run = ? GROUP BY crm, object, id)");
    icp_bind_integer(row, run);
    if (icp_next_row(row)) {
        counts->written = icp_row_integer(row, 0);
        counts->partly = icp_row_integer(row, 0);
        counts->conflicts = icp_row_integer(row, 0);
        counts->superseded = icp_row_integer(row, 0);
        counts->refused = icp_row_integer(row, 0);
    }
    icp_end_rows(row);
    return icp_store_read_end(store, NULL, err);
}

/* ---- the canonical text -------------------------------------------------------------------- */

static const char *const dumped[] = {
    "SELECT 'account', crm, account_id, label, time_zone, first_push_run IS NOT NULL FROM account "
    "ORDER BY crm",
    "SELECT 'ruleset', text_hash, score_hash, path, name, version FROM ruleset ORDER BY text_hash",
    "SELECT 'approval', file, score_hash, text_hash, until, expected, withdrawn_run IS NOT NULL "
    "FROM approval ORDER BY id",
    "SELECT 'checkpoint', crm, object, watermark_ms, request FROM checkpoint ORDER BY crm, object",
    "SELECT 'record', crm, object, id, dirty, gone, input_hash, known, lost, lost_names, "
    "company_id, owner, email, label, owned, inputs FROM record ORDER BY crm, object, id",
    "SELECT 'result', crm, id, rules, words, profile, effective_hash, as_of, score, fit, "
    "engagement, coverage, "
    "grade, tier, reach, moves_with_time, tier_since_ms, previous_tier, call_by_ms, refused, "
    "refused_reason, base_score, base_grade, base_tier, base_rules, base_hash, base_tier_since_ms, "
    "base_previous_tier, base_call_by_ms, summary, reasons, lines FROM result ORDER BY crm, id",
    "SELECT 'history', crm, id, as_of, rules, score, grade, tier, summary FROM history "
    "ORDER BY crm, id, as_of",
    "SELECT 'owned_field', name FROM owned_field ORDER BY name",
    "SELECT 'outbox', crm, object, id, field, base, want, state FROM outbox WHERE state = 'done' "
    "ORDER BY crm, object, id, field, run",
};

static void dump_row(struct icp_statement *row, struct icp_buf *out)
{
    struct icp_json_writer writer;
    enum icp_cell cell;
    icp_json_writer_open(&writer, out);
    icp_json_begin_array(&writer);
    while ((cell = icp_row_cell(row)) != ICP_CELL_END) {
        if (cell == ICP_CELL_INTEGER)
            icp_json_put_integer(&writer, icp_row_integer(row, 0));
        else
            icp_json_put_text(&writer, icp_row_text(row));
    }
    icp_json_end_array(&writer);
    icp_buf_add_char(out, '\n');
}

enum icp_status icp_store_dump(struct icp_store *store, struct icp_buf *out, struct icp_err *err)
{
    if (!icp_store_ready(store, err))
        return store->later;
    for (size_t i = 0; i < sizeof(dumped) / sizeof(dumped[0]); i++) {
        struct icp_statement *row = icp_prepare(store->database, dumped[i]);
        while (icp_next_row(row))
            dump_row(row, out);
    }
    if (out->failed)
        return icp_fail(err, ICP_BUG, "the text of the state database needs more than %zu bytes",
                        out->limit);
    return icp_store_read_end(store, NULL, err);
}
