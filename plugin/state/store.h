/*
 * The state database: the only user of sqlite3. One function a commit point; each either committed
 * whole when it returns ICP_OK or left no trace. A status other than ICP_OK from any of them means:
 * no further request to any CRM, leave, and derive everything from disk at the next start (a commit
 * that reported an error may still be durable). The store holds the caller to it: after a failed
 * commit, a failed read of the file or a step that stopped it, every later call returns ICP_STATE
 * (or the status of the step) without touching the file, as if the process had died, and close
 * commits nothing.
 *
 * Opened with rollback journal, synchronous=EXTRA, locking_mode=EXCLUSIVE, foreign_keys=ON,
 * trusted_schema=OFF, DEFENSIVE, secure_delete; a lock file beside it (flock) tells a second writer
 * at once. Texts handed out live in the arena of the call. schema.sql holds the meaning of every
 * column.
 */
#ifndef ICP_STORE_H
#define ICP_STORE_H

#include "icp/record.h"

enum {
    ICP_STORE_SCHEMA = 2,
    ICP_STORE_OLDEST = 1, /* brought up to date when it is opened for writing */
};

struct icp_store;

/* Called before and after every commit ("before page", "after page", …) with its name; a status
   other than ICP_OK is returned by the commit function at that point: before → rolled back, after →
   durable. The seam of the kill tests and of the STOP signal. May be NULL. */
typedef enum icp_status icp_store_step(void *context, bool after, const char *name,
                                       struct icp_err *err);

struct icp_store_settings {
    const char *path;
    bool create;    /* make it when it is not there */
    bool read_only; /* for status and explain: no lock file, nothing changed; a night that starts
                       meanwhile waits a few seconds for it, so close it soon */
    icp_store_step *step;
    void *step_context;
};
/* ICP_STOP when another writer has it (exit status 75), ICP_STATE when it cannot be used: damaged,
   other schema version, wrong owner or mode, not a local file system. Runs quick_check unless
   read_only. */
enum icp_status icp_store_open(const struct icp_store_settings *settings, struct icp_store **ret,
                               struct icp_err *err);
void icp_store_close(struct icp_store *store);
/* Opens for reading: the database itself, after undoing what a killed night left half done in it,
   or, when a night has it or it cannot be undone, the last verified backup;
 *backup_ms says when that was made (0: the database itself). */
enum icp_status icp_store_open_for_reading(const char *path, struct icp_store **ret,
                                           int64_t *backup_ms, struct icp_err *err);

/* ---- accounts, runs ------------------------------------------------------------------------- */

/* commit "account": pins the account at first contact. ICP_BAD_CONFIG when another account is
 * pinned. */
enum icp_status icp_store_pin_account(struct icp_store *store, struct icp_str crm,
                                      struct icp_str account_id, struct icp_str label,
                                      struct icp_str time_zone, struct icp_err *err);

/* The time zone that the account had at the last contact; no text: none, or no contact yet. */
enum icp_status icp_store_account_zone(struct icp_store *store, struct icp_str crm,
                                       struct icp_arena *arena, struct icp_str *time_zone,
                                       struct icp_err *err);

enum icp_run_kind { ICP_RUN_NIGHT, ICP_RUN_UNDO };
enum icp_run_stage {
    ICP_STAGE_OPENED,
    ICP_STAGE_PULLED,
    ICP_STAGE_SCORED,
    ICP_STAGE_PLANNED,
    ICP_STAGE_PUSHING,
    ICP_STAGE_PUSHED
};
enum icp_run_state { ICP_RUN_OPEN, ICP_RUN_DONE, ICP_RUN_BLOCKED, ICP_RUN_CLOSED };

struct icp_run_counts { /* kept as JSON in the row; added up over resumed parts of one run */
    int64_t read, companies_read, unchanged, scored, changed, planned, written, conflicts,
        superseded, refused, gone, calls, retries, refused_values, future_signals;
    int64_t partly; /* of the conflicts, those of which some fields were written */
};
struct icp_run {
    int64_t id;
    enum icp_run_kind kind;
    enum icp_run_stage stage;
    enum icp_run_state state;
    int32_t as_of;
    int64_t started_ms, ended_ms; /* ended 0: not yet */
    int64_t undo_of;              /* 0: none */
    char rules[65], plan_hash[65];
    int64_t plan_records, approved; /* approved -1: none */
    struct icp_run_counts counts;
    struct icp_str reason;
};
enum icp_status icp_store_open_run(struct icp_store *store, const struct icp_run *fresh,
                                   struct icp_run *ret,
                                   struct icp_err *err); /* commit "run"; sets ret->id */
enum icp_status icp_store_save_run(struct icp_store *store, const struct icp_run *run,
                                   struct icp_err *err); /* commit "run" */
/* Newest first; *found false when there is none. state -1 and kind -1: any. */
enum icp_status icp_store_last_run(struct icp_store *store, int kind, int state,
                                   struct icp_arena *arena, struct icp_run *run, bool *found,
                                   struct icp_err *err);
enum icp_status icp_store_run(struct icp_store *store, int64_t id, struct icp_arena *arena,
                              struct icp_run *run, bool *found, struct icp_err *err);
enum icp_status icp_store_runs(struct icp_store *store, size_t most, struct icp_arena *arena,
                               struct icp_run **runs, size_t *count, struct icp_err *err);

/* ---- rules and approvals -------------------------------------------------------------------- */

struct icp_list_row {
    struct icp_str path, body; /* of a list file: as the rules name it, and its bytes */
};
struct icp_ruleset_row {
    struct icp_str text_hash, score_hash, path, name, version, body;
    const struct icp_list_row *lists; /* written with it; read by icp_store_lists only */
    size_t list_count;
};
/* The list files that were kept with a version. */
enum icp_status icp_store_lists(struct icp_store *store, struct icp_str text_hash,
                                struct icp_arena *arena, struct icp_list_row **lists, size_t *count,
                                struct icp_err *err);
enum icp_status icp_store_ruleset(struct icp_store *store, struct icp_str text_hash,
                                  struct icp_arena *arena, struct icp_ruleset_row *row, bool *found,
                                  struct icp_err *err);
struct icp_approval {
    int64_t id, approved_ms, expected;
    int32_t until; /* INT32_MAX: for good */
    struct icp_ruleset_row rules;
};
/* `file`: as the configuration names it. */
enum icp_status icp_store_approve(struct icp_store *store, struct icp_str file,
                                  const struct icp_ruleset_row *rules, int64_t approved_ms,
                                  int32_t until, int64_t expected,
                                  struct icp_err *err); /* commit "approval" */
/* The approval of a file in force on a date. `first`: it is the first file of the configuration,
   for which approvals count that name no file. A file that was renamed keeps the approval of the
   version `score_hash`, if that was ever given. */
enum icp_status icp_store_approved(struct icp_store *store, struct icp_str file, bool first,
                                   struct icp_str score_hash, int32_t as_of,
                                   struct icp_arena *arena, struct icp_approval *approval,
                                   bool *found, struct icp_err *err);
/* commit "ruleset": the versions that a run scores with, in the order of the configuration. */
enum icp_status icp_store_set_run_rules(struct icp_store *store, int64_t run,
                                        const struct icp_ruleset_row *rows, size_t count,
                                        struct icp_err *err);
enum icp_status icp_store_run_rules(struct icp_store *store, int64_t run, struct icp_arena *arena,
                                    struct icp_ruleset_row **rows, size_t *count,
                                    struct icp_err *err);
/* Of those, the versions that the last done night before it did not use. */
enum icp_status icp_store_run_new_rules(struct icp_store *store, int64_t run,
                                        struct icp_arena *arena, struct icp_ruleset_row **rows,
                                        size_t *count, struct icp_err *err);
/* Was this score hash ever approved and is not withdrawn or past its date. */
enum icp_status icp_store_is_approved(struct icp_store *store, struct icp_str score_hash,
                                      int32_t as_of, bool *approved, struct icp_err *err);

/* ---- reading a CRM -------------------------------------------------------------------------- */

struct icp_checkpoint {
    bool has_watermark, pulling, all; /* all: mode 'all' */
    int64_t watermark_ms, since_ms, began_ms;
    char request[65];
    char position[160];
};
enum icp_status icp_store_checkpoint(struct icp_store *store, struct icp_str crm,
                                     enum icp_object object, struct icp_checkpoint *checkpoint,
                                     bool *found, struct icp_err *err);
enum icp_status icp_store_begin_pull(struct icp_store *store, struct icp_str crm,
                                     enum icp_object object,
                                     const struct icp_checkpoint *checkpoint,
                                     struct icp_err *err); /* commit "pull begin" */

struct icp_stored { /* one row of `record` */
    struct icp_str id;
    int64_t stamp_ms;
    struct icp_str inputs;     /* JSON */
    struct icp_str input_hash; /* hex */
    int64_t known, lost;
    struct icp_str owned; /* JSON */
    struct icp_str email, label, owner, company_id;
    enum icp_object object;
    bool dirty, gone;
};
/* Which of these (id, stamp) are already stored just so: known[i] true. No commit. */
enum icp_status icp_store_known(struct icp_store *store, struct icp_str crm, enum icp_object object,
                                const struct icp_str *ids, const int64_t *stamps, size_t count,
                                bool *known, struct icp_err *err);
/* commit "page": the records and the cursor together. A record whose input hash, owner or company
   differs from what is stored becomes dirty; a company's change makes its people dirty, and a
   changed company_id its person. gone_ids (asked for, not answered) are marked gone. lost is worked
   out against the stored inputs (names known since the last accepted run and not now; dirty, gone
   and lost of `records` are not looked at). Nothing else of a record's earlier life is forgotten.
   In a full pull every record that was met belongs in a page, also one that icp_store_known knows.
   The counts tell what happened. */
struct icp_page_counts {
    int64_t changed, unchanged;
};
enum icp_status icp_store_page(struct icp_store *store, struct icp_str crm, enum icp_object object,
                               const struct icp_stored *records, size_t count,
                               const struct icp_str *gone_ids, size_t gone_count,
                               const struct icp_checkpoint *checkpoint,
                               struct icp_page_counts *counts, struct icp_err *err);
/* commit "pull end": watermark = began_ms (never backwards). After a full read, records of the
   object that it did not meet are marked gone, and the people of a company that is gone dirty. */
enum icp_status icp_store_end_pull(struct icp_store *store, struct icp_str crm,
                                   enum icp_object object, struct icp_err *err);

/* ---- scoring -------------------------------------------------------------------------------- */

/* commit "dirty": marks for scoring everybody who has no result, whose result came from other rules
   or words, or whose result moves with time and is older than as_of. *dirty: all that are dirty
   now.
 */
enum icp_status icp_store_mark_dirty(struct icp_store *store, struct icp_str crm,
                                     struct icp_str rules, struct icp_str words, int32_t as_of,
                                     int64_t *dirty, struct icp_err *err);
struct icp_result_row { /* one row of `result`; numbers −1 and texts "no text" where NULL */
    struct icp_str id, rules, words, profile, effective_hash;
    int64_t score, fit, engagement, coverage;
    struct icp_str grade, tier, reach, summary, reasons, lines;
    int64_t tier_since_ms, call_by_ms, written_ms;
    struct icp_str previous_tier, refused, refused_reason;
    int64_t base_score, base_tier_since_ms, base_call_by_ms;
    struct icp_str base_grade, base_tier, base_rules, base_hash, base_previous_tier;
    int32_t as_of;
    bool moves_with_time, has_base;
};
struct icp_person { /* a person with everything that scoring and planning need */
    struct icp_stored record;
    struct icp_str company_inputs, company_hash; /* no text: no company known, or it is gone */
    struct icp_str company_label;
    struct icp_result_row result;
    bool has_result;
};
/* The next people after `after` (no text: from the start) by id, at most `most`; dirty_only or all
 * that are not gone. */
enum icp_status icp_store_people(struct icp_store *store, struct icp_str crm, bool dirty_only,
                                 struct icp_str after, size_t most, struct icp_arena *arena,
                                 struct icp_person **people, size_t *count, struct icp_err *err);
/* By id or e-mail address; *found false when there is none. */
enum icp_status icp_store_person(struct icp_store *store, struct icp_str crm,
                                 struct icp_str id_or_email, struct icp_arena *arena,
                                 struct icp_person *person, bool *found, struct icp_err *err);
/* People by a part of their name, letter case and accents' forms aside: every word of `name` stands
   in theirs. By name; at most `most`, *all says how many there are. Reads every name of the local
   copy. */
struct icp_found_person {
    struct icp_str id, label, email, company, grade;
    int64_t score; /* -1: not scored */
};
enum icp_status icp_store_find_people(struct icp_store *store, struct icp_str crm,
                                      struct icp_str name, size_t most, struct icp_arena *arena,
                                      struct icp_found_person **people, size_t *count, size_t *all,
                                      struct icp_err *err);
/* commit "score": results upserted (base_…, written_ms, refused kept), history rows where score,
   grade or tier differ from the newest history row, dirty cleared, all together. */
enum icp_status icp_store_results(struct icp_store *store, struct icp_str crm,
                                  const struct icp_result_row *rows, size_t count,
                                  struct icp_err *err);
struct icp_entrant { /* somebody in a tier, with when they entered it */
    struct icp_str profile, tier, id, label, owner;
    int64_t since_ms, score;
};
/* Hands over everybody who is in the tier that they entered at `since_ms` or later: by the time
   they entered, best score first, then by id. Texts live until `take` returns, which must not use
   the store. Nothing is kept in memory but what is being sorted. */
enum icp_status icp_store_entrants(struct icp_store *store, struct icp_str crm, int64_t since_ms,
                                   void (*take)(void *context, const struct icp_entrant *entrant),
                                   void *context, struct icp_err *err);
struct icp_history_row {
    int32_t as_of;
    int64_t score;
    struct icp_str grade, tier, rules, summary;
};
enum icp_status icp_store_history(struct icp_store *store, struct icp_str crm, struct icp_str id,
                                  size_t most, struct icp_arena *arena,
                                  struct icp_history_row **rows, size_t *count,
                                  struct icp_err *err);

/* ---- the plan and the outbox ---------------------------------------------------------------- */

/* The allow list, whole; commit "owned fields". Names that are no longer owned stay while rows
 * refer to them. */
enum icp_status icp_store_own_fields(struct icp_store *store, const struct icp_str *names,
                                     size_t count, struct icp_err *err);

struct icp_outbox_row {
    struct icp_str id, field, base, want; /* no text: empty / clear */
};
/* One transaction from begin to end: begin drops what was planned and not sent (superseded), add
   inserts, end stores the plan's hash (SHA-256 over its rows in key order, worked out here), the
   number of records and stage 'planned'. */
enum icp_status icp_store_plan_begin(struct icp_store *store, int64_t run, struct icp_err *err);
enum icp_status icp_store_plan_add(struct icp_store *store, int64_t run, struct icp_str crm,
                                   enum icp_object object, const struct icp_outbox_row *rows,
                                   size_t count, struct icp_err *err);
enum icp_status icp_store_plan_end(struct icp_store *store, struct icp_run *run,
                                   struct icp_err *err); /* commit "plan" */
void icp_store_plan_cancel(struct icp_store *store);

/* Records (at most `most`) of a run that hold planned rows, by id, after `after`, with their rows
 * grouped. */
struct icp_outbox_record {
    enum icp_object object;
    struct icp_str id;
    const struct icp_outbox_row *rows;
    size_t count;
    int64_t attempts; /* largest of its rows */
};
enum icp_outbox_state {
    ICP_BOX_PLANNED,
    ICP_BOX_INFLIGHT,
    ICP_BOX_DONE,
    ICP_BOX_REFUSED,
    ICP_BOX_CONFLICT,
    ICP_BOX_SUPERSEDED,
    ICP_BOX_GONE
};
/* run 0: planned or inflight rows of any run (at most one active row a field can be). */
enum icp_status icp_store_outbox(struct icp_store *store, int64_t run, struct icp_str crm,
                                 enum icp_object object, enum icp_outbox_state state,
                                 struct icp_str after, size_t most, struct icp_arena *arena,
                                 struct icp_outbox_record **records, size_t *count,
                                 struct icp_err *err);
/* What shall become of a record's (or one field's) rows. field no text: all active rows of the
   record. Only planned and inflight rows are touched; run 0: of any run. GONE marks the record gone
   too. */
struct icp_settlement {
    struct icp_str id, field;
    enum icp_outbox_state
        state; /* INFLIGHT counts an attempt up; PLANNED from inflight: to be sent again */
    struct icp_str reason;
};
/* commit "compare": the fresh rows of `record` as read just now (inputs that moved make them dirty,
   as a page does) and the settlements: INFLIGHT for what is to be sent, CONFLICT, SUPERSEDED or
   GONE for what is not, DONE for what already holds. Durable before the first byte is sent. */
enum icp_status icp_store_compare(struct icp_store *store, int64_t run, struct icp_str crm,
                                  enum icp_object object, const struct icp_stored *fresh,
                                  size_t fresh_count, const struct icp_settlement *settlements,
                                  size_t count, struct icp_err *err);
/* commit "outcome": INFLIGHT (outcome unknown) leaves the rows as they are; DONE rows put their
   wanted value into record.owned and set result.written_ms; REFUSED rows set result.refused (hash
   given) and reason. */
struct icp_push_outcome {
    struct icp_settlement settlement;
    struct icp_str refused_hash;
};
enum icp_status icp_store_outcome(struct icp_store *store, int64_t run, struct icp_str crm,
                                  enum icp_object object, const struct icp_push_outcome *outcomes,
                                  size_t count, int64_t written_ms, struct icp_err *err);
/* commit "settle": inflight rows of any run after reading back. */
enum icp_status icp_store_settle(struct icp_store *store, int64_t run, struct icp_str crm,
                                 enum icp_object object, const struct icp_stored *fresh,
                                 size_t fresh_count, const struct icp_settlement *settlements,
                                 size_t count, int64_t written_ms, struct icp_err *err);
/* commit "end": run done (whatever state says) with its counts; the results become the base of
   every record (base_…), lost is 0 again, the account's first push is noted when something was
   written; an undo withdraws the approval of the rules it undid. */
enum icp_status icp_store_end_run(struct icp_store *store, struct icp_str crm,
                                  const struct icp_run *run,
                                  const struct icp_str *withdraw_score_hashes,
                                  size_t withdraw_count, struct icp_err *err);
/* A verified copy beside the database: <path>.backup-1 is the newest, `keep` of them; step
 * "backup". */
enum icp_status icp_store_backup(struct icp_store *store, size_t keep, struct icp_err *err);

/* ---- what the breaker and the status page ask ----------------------------------------------- */

struct icp_scope_counts {
    int64_t people, companies, gone, dirty, scored;
    int64_t based; /* scored and accepted before, those who have gone since among them */
    int64_t known, lost, inflight, planned;
};
enum icp_status icp_store_scope(struct icp_store *store, struct icp_str crm,
                                struct icp_scope_counts *counts, struct icp_err *err);
struct icp_group_count {
    struct icp_str name;
    int64_t count;
};
enum icp_status icp_store_by_grade(struct icp_store *store, struct icp_str crm,
                                   struct icp_arena *arena, struct icp_group_count **groups,
                                   size_t *count, struct icp_err *err);
enum icp_status icp_store_by_tier(struct icp_store *store, struct icp_str crm,
                                  struct icp_arena *arena, struct icp_group_count **groups,
                                  size_t *count, struct icp_err *err);
/* What became of a run's records, from its outbox: written, partly, conflicts, superseded and
   refused of `counts` are set, the rest is left. Written is what was sent: a record that held its
   values already is not. One of which some fields were sent and some left, as somebody touched
   them, counts as a conflict, and is one of `partly`. */
enum icp_status icp_store_outcomes(struct icp_store *store, int64_t run,
                                   struct icp_run_counts *counts, struct icp_err *err);
/* Best first: score, then id. */
enum icp_status icp_store_best(struct icp_store *store, struct icp_str crm, size_t most,
                               struct icp_arena *arena, struct icp_person **people, size_t *count,
                               struct icp_err *err);
/* Was anything ever written to this account. */
enum icp_status icp_store_first_push(struct icp_store *store, struct icp_str crm, int64_t *run,
                                     struct icp_err *err);
/* Canonical text of what must agree at the end of two nights over the same CRM, however often one
   was stopped, for tests: a JSON array a row, in key order. Left out: run, and what depends on when
   or in which run a thing was done (run ids, seen, stamp_ms, written_ms, attempts, rows not done).
 */
enum icp_status icp_store_dump(struct icp_store *store, struct icp_buf *out, struct icp_err *err);

#endif
