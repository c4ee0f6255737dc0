/*
 * Sending the plan, batch by batch: read back what the CRM holds now, drop what moved, make the
 * rest durable as in flight, send, store the outcome of each record. Invariants: nothing is sent
 * that the store does not hold as in flight; nothing is sent for a record whose base or inputs
 * moved since the plan; an outcome that is not known is settled by reading back before anything
 * else is sent to that record.
 */
#include "internal.h"

#include "bounds.h"
#include "date.h"

enum {
    BATCHES_FRUITLESS =
        8, /* batches in a row that ended without any outcome: the CRM is not well, stop */
    ATTEMPTS_MOST = 8, /* sendings of one record in one run */
};

/* One record of a batch on its way through compare, send and outcome. */
struct parcel {
    const struct icp_outbox_record *box;
    const struct icp_stored *fresh;
    struct icp_str *names, *values; /* what is to be sent */
    size_t count;
};

struct batch {
    struct icp_outbox_record *records;
    struct parcel *parcels;
    struct icp_settlement *settlements;
    struct icp_stored *fresh;
    struct icp_str *gone, *ids;
    size_t count, settlement_count, fresh_count, gone_count;
};

static const struct icp_stored *find_row(const struct icp_stored *rows, size_t count,
                                         struct icp_str id)
{
    for (size_t i = 0; i < count; i++)
        if (icp_str_equal(rows[i].id, id))
            return &rows[i];
    return NULL;
}

static void settle_all(struct batch *batch, struct icp_str id, enum icp_outbox_state state,
                       const char *reason)
{
    batch->settlements[batch->settlement_count++] =
        (struct icp_settlement){.id = id, .state = state, .reason = icp_str_from(reason)};
}

static enum icp_owned_kind kind_of(const struct icp_str names[ICP_OWNED_COUNT],
                                   struct icp_str field, size_t *index)
{
    for (*index = 0; *index + 1 < ICP_OWNED_COUNT; (*index)++)
        if (icp_str_equal(names[*index], field))
            break;
    return icp_owned_kind_of((enum icp_owned) * index);
}

/* What is left to send of a record, field by field. `moved` when the CRM holds neither base nor
 * want somewhere. */
static void compare_fields(struct parcel *parcel, const struct icp_str names[ICP_OWNED_COUNT],
                           const struct icp_str held[ICP_OWNED_COUNT], bool *moved,
                           bool moved_fields[ICP_OWNED_COUNT])
{
    for (size_t i = 0; i < parcel->box->count; i++) {
        const struct icp_outbox_row *row = &parcel->box->rows[i];
        size_t index;
        enum icp_owned_kind kind = kind_of(names, row->field, &index);
        moved_fields[i] = false;
        if (icp_owned_equal(kind, held[index], row->want))
            continue;
        if (!icp_owned_equal(kind, held[index], row->base)) {
            *moved = true;
            moved_fields[i] = true;
            continue;
        }
        parcel->names[parcel->count] = row->field;
        parcel->values[parcel->count++] = icp_str_is_null(row->want) ? ICP_STR("") : row->want;
    }
}

/* An undo puts back field by field what nobody touched. */
static void settle_moved_fields(struct batch *batch, const struct parcel *parcel,
                                const bool moved_fields[ICP_OWNED_COUNT])
{
    for (size_t i = 0; i < parcel->box->count; i++)
        if (moved_fields[i])
            batch->settlements[batch->settlement_count++] =
                (struct icp_settlement){.id = parcel->box->id,
                                        .field = parcel->box->rows[i].field,
                                        .state = ICP_BOX_CONFLICT,
                                        .reason = ICP_STR("changed by somebody since")};
}

/* Decides one record after the compare-read. True when something of it is to be sent. */
static enum icp_status compare_record(struct icp_night *night, struct batch *batch,
                                      struct parcel *parcel,
                                      const struct icp_str names[ICP_OWNED_COUNT],
                                      struct icp_err *err)
{
    struct icp_str id = parcel->box->id, held[ICP_OWNED_COUNT];
    bool moved = false, moved_fields[ICP_OWNED_COUNT], found;
    bool undo = night->run.kind == ICP_RUN_UNDO;
    struct icp_person stored;

    if (parcel->fresh == NULL) {
        settle_all(batch, id, ICP_BOX_GONE, "not in the CRM any more");
        return ICP_OK;
    }
    if (icp_store_person(night->store, night->crm, id, &night->batch, &stored, &found, err) !=
        ICP_OK)
        return err->status;
    if (!undo && (!found || stored.record.dirty ||
                  !icp_str_equal(stored.record.input_hash, parcel->fresh->input_hash) ||
                  !icp_str_equal(stored.record.company_id, parcel->fresh->company_id))) {
        settle_all(batch, id, ICP_BOX_SUPERSEDED, "the record changed since it was scored");
        return ICP_OK;
    }
    if (icp_held_read(parcel->fresh->owned, names, &night->batch, held, err) != ICP_OK)
        return err->status;
    compare_fields(parcel, names, held, &moved, moved_fields);
    if (moved && !undo) {
        parcel->count = 0;
        settle_all(batch, id, ICP_BOX_CONFLICT,
                   "our fields were changed by somebody since the plan");
        return ICP_OK;
    }
    if (moved)
        settle_moved_fields(batch, parcel, moved_fields);
    settle_all(batch, id, parcel->count > 0 ? ICP_BOX_INFLIGHT : ICP_BOX_DONE, NULL);
    return ICP_OK;
}

static enum icp_status batch_open(struct icp_night *night, struct batch *batch, struct icp_err *err)
{
    struct icp_arena *arena = &night->batch;
    size_t rows = batch->count * (ICP_OWNED_COUNT + 1);

    batch->parcels = ICP_NEW_ARRAY(arena, struct parcel, batch->count);
    batch->settlements = ICP_NEW_ARRAY(arena, struct icp_settlement, rows);
    batch->ids = ICP_NEW_ARRAY(arena, struct icp_str, batch->count);
    if (batch->parcels == NULL || batch->settlements == NULL || batch->ids == NULL)
        return icp_fail(err, ICP_BUG, "no memory for a batch of %zu records", batch->count);
    for (size_t i = 0; i < batch->count; i++) {
        struct parcel *parcel = &batch->parcels[i];
        batch->ids[i] = batch->records[i].id;
        parcel->box = &batch->records[i];
        parcel->names = ICP_NEW_ARRAY(arena, struct icp_str, ICP_OWNED_COUNT);
        parcel->values = ICP_NEW_ARRAY(arena, struct icp_str, ICP_OWNED_COUNT);
        if (parcel->names == NULL || parcel->values == NULL)
            return icp_fail(err, ICP_BUG, "no memory for a batch of %zu records", batch->count);
    }
    return ICP_OK;
}

static enum icp_status compare(struct icp_night *night, struct batch *batch,
                               const struct icp_str names[ICP_OWNED_COUNT], struct icp_err *err)
{
    if (batch_open(night, batch, err) != ICP_OK ||
        icp_night_read(night, ICP_CONTACT, batch->ids, batch->count, &batch->fresh,
                       &batch->fresh_count, &batch->gone, &batch->gone_count, err) != ICP_OK)
        return err->status;
    for (size_t i = 0; i < batch->count; i++) {
        struct parcel *parcel = &batch->parcels[i];
        parcel->fresh = find_row(batch->fresh, batch->fresh_count, parcel->box->id);
        if (compare_record(night, batch, parcel, names, err) != ICP_OK)
            return err->status;
    }
    return icp_store_compare(night->store, night->run.id, night->crm, ICP_CONTACT, batch->fresh,
                             batch->fresh_count, batch->settlements, batch->settlement_count, err);
}

static void count_settlements(struct icp_night *night, const struct batch *batch)
{
    for (size_t i = 0; i < batch->settlement_count; i++) {
        switch (batch->settlements[i].state) {
        case ICP_BOX_CONFLICT:
            night->run.counts.conflicts++;
            break;
        case ICP_BOX_SUPERSEDED:
            night->run.counts.superseded++;
            break;
        case ICP_BOX_GONE:
            night->run.counts.gone++;
            break;
        case ICP_BOX_PLANNED:
        case ICP_BOX_INFLIGHT:
        case ICP_BOX_DONE:
        case ICP_BOX_REFUSED:
            break;
        }
    }
}

/* From the connector's word on a change to what shall become of its rows. */
static struct icp_push_outcome outcome_of(struct icp_night *night, const struct parcel *parcel,
                                          const struct icp_outcome *outcome)
{
    struct icp_push_outcome push = {
        .settlement = {.id = parcel->box->id, .reason = outcome->reason}};
    struct icp_err ignored = {0};
    struct icp_person person;
    bool found;

    switch (outcome->kind) {
    case ICP_WRITTEN:
        push.settlement.state = ICP_BOX_DONE;
        night->run.counts.written++;
        break;
    case ICP_GONE:
        push.settlement.state = ICP_BOX_GONE;
        night->run.counts.gone++;
        break;
    case ICP_REFUSED:
        push.settlement.state = ICP_BOX_REFUSED;
        night->run.counts.refused++;
        if (night->rules->active_count > 0 &&
            icp_store_person(night->store, night->crm, parcel->box->id, &night->batch, &person,
                             &found, &ignored) == ICP_OK &&
            found)
            push.refused_hash = icp_night_refused_hash(
                &person.result, icp_night_about(night->rules, person.result.profile),
                night->run.started_ms, &night->batch);
        break;
    case ICP_LATER:
        push.settlement.state = ICP_BOX_PLANNED;
        break;
    case ICP_OUTCOME_UNKNOWN:
        push.settlement.state = ICP_BOX_INFLIGHT;
        break;
    }
    return push;
}

/* Sends what is in flight and stores the outcomes; the connector's status comes back when the store
 * is well. */
static enum icp_status send_batch(struct icp_night *night, struct batch *batch, bool *unknown,
                                  size_t *settled, struct icp_err *err)
{
    struct icp_change *changes = ICP_NEW_ARRAY(&night->batch, struct icp_change, batch->count);
    struct icp_outcome *outcomes = ICP_NEW_ARRAY(&night->batch, struct icp_outcome, batch->count);
    struct icp_push_outcome *results =
        ICP_NEW_ARRAY(&night->batch, struct icp_push_outcome, batch->count);
    struct parcel **sent = ICP_NEW_ARRAY(&night->batch, struct parcel *, batch->count);
    struct icp_err sending = {0};
    size_t count = 0, stored = 0;

    if (changes == NULL || outcomes == NULL || results == NULL || sent == NULL)
        return icp_fail(err, ICP_BUG, "no memory for a batch of %zu records", batch->count);
    for (size_t i = 0; i < batch->count; i++) {
        struct parcel *parcel = &batch->parcels[i];
        if (parcel->count == 0)
            continue;
        sent[count] = parcel;
        changes[count++] = (struct icp_change){.id = parcel->box->id,
                                               .names = parcel->names,
                                               .values = parcel->values,
                                               .count = parcel->count};
    }
    if (count == 0)
        return ICP_OK;
    night->ops->write(night->connector, ICP_CONTACT, changes, count, outcomes, &night->batch,
                      &sending);
    for (size_t i = 0; i < count; i++) {
        results[stored] = outcome_of(night, sent[i], &outcomes[i]);
        if (outcomes[i].kind == ICP_OUTCOME_UNKNOWN) {
            *unknown = true; /* stays in flight; reading back will tell */
            continue;
        }
        *settled += outcomes[i].kind != ICP_LATER;
        stored++;
    }
    if (icp_store_outcome(night->store, night->run.id, night->crm, ICP_CONTACT, results, stored,
                          night->run.started_ms, err) != ICP_OK)
        return err->status;
    if (sending.status != ICP_OK && sending.status != ICP_UNKNOWN && sending.status != ICP_ITEM &&
        sending.status != ICP_RETRY)
        *err = sending;
    return err->status;
}

static enum icp_status push_batch(struct icp_night *night, struct batch *batch,
                                  const struct icp_str names[ICP_OWNED_COUNT], size_t *settled,
                                  struct icp_err *err)
{
    bool unknown = false;

    if (compare(night, batch, names, err) != ICP_OK)
        return icp_wrap(err, "reading back before a write");
    count_settlements(night, batch);
    *settled += batch->count;
    for (size_t i = 0; i < batch->count; i++)
        *settled -= batch->parcels[i].count > 0;
    if (send_batch(night, batch, &unknown, settled, err) != ICP_OK)
        return icp_wrap(err, "writing");
    if (unknown)
        return icp_night_settle(night, &night->run, true, err);
    return ICP_OK;
}

/* Drops the records that were sent too often in this run from the front of a batch: they stay
   planned and the next plan takes them up. */
static size_t without_tired(struct icp_outbox_record *records, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (records[i].attempts < ATTEMPTS_MOST)
            records[kept++] = records[i];
    return kept;
}

/* One way through all planned records, by id. */
static enum icp_status push_once(struct icp_night *night,
                                 const struct icp_str names[ICP_OWNED_COUNT], size_t *settled,
                                 struct icp_err *err)
{
    size_t most = night->ops->write_batch < night->ops->read_batch ? night->ops->write_batch
                                                                   : night->ops->read_batch;
    int64_t done = 0;
    int fruitless = 0;
    struct icp_buf last;

    icp_buf_open(&last, 4096);
    for (;;) {
        struct icp_str after = last.length > 0 ? icp_buf_view(&last) : (struct icp_str){0};
        struct batch batch = {0};
        size_t before = *settled;
        icp_arena_reset(&night->batch);
        if (icp_store_outbox(night->store, night->run.id, night->crm, ICP_CONTACT, ICP_BOX_PLANNED,
                             after, most, &night->batch, &batch.records, &batch.count,
                             err) != ICP_OK ||
            batch.count == 0)
            break;
        icp_buf_reset(&last);
        icp_buf_add(&last, batch.records[batch.count - 1].id);
        done += (int64_t)batch.count;
        batch.count = without_tired(batch.records, batch.count);
        if (batch.count > 0 && push_batch(night, &batch, names, settled, err) != ICP_OK)
            break;
        fruitless = *settled > before ? 0 : fruitless + 1;
        if (fruitless >= BATCHES_FRUITLESS) {
            icp_fail(err, ICP_REMOTE,
                     "%d batches in a row ended without an outcome; %s is not well", fruitless,
                     night->ops->label);
            break;
        }
        icp_night_show(night, "writing", done, night->run.plan_records);
    }
    icp_buf_finish(&last);
    return err->status;
}

static enum icp_status block(struct icp_night *night, struct icp_err *err)
{
    struct icp_err saving = {0};

    night->run.state = ICP_RUN_BLOCKED;
    if (icp_night_save(night, &saving) != ICP_OK)
        *err = saving;
    else
        icp_fail(err, ICP_BAD_CONFIG, "the breaker stopped the plan before its first write: %.*s",
                 ICP_STR_ARGUMENTS(night->run.reason));
    icp_hint(err, "Look at it with \"icp plan\"; to send it as it is: icp push --approve %lld.",
             (long long)night->run.plan_records);
    return err->status;
}

/* The rules whose approval an undo withdraws: the versions that came with the run that it puts
   back, or all of that run when none was new. None when nothing was put back. */
static enum icp_status rules_undone(struct icp_night *night, struct icp_str hashes[ICP_MAX_FILES],
                                    size_t *count, struct icp_err *err)
{
    struct icp_ruleset_row *rules;

    *count = 0;
    if (night->run.kind != ICP_RUN_UNDO ||
        night->run.counts.written + night->run.counts.partly == 0)
        return ICP_OK;
    if (icp_store_run_new_rules(night->store, night->run.undo_of, &night->arena, &rules, count,
                                err) != ICP_OK ||
        (*count == 0 && icp_store_run_rules(night->store, night->run.undo_of, &night->arena, &rules,
                                            count, err) != ICP_OK))
        return err->status;
    for (size_t i = 0; i < *count; i++) {
        hashes[i] = rules[i].score_hash;
        icp_night_say(night, ICP_OK, "the approval of \"%.*s\" (%.8s) is withdrawn",
                      ICP_STR_ARGUMENTS(rules[i].name), rules[i].score_hash.data);
    }
    return ICP_OK;
}

static enum icp_status finish(struct icp_night *night, struct icp_err *err)
{
    struct icp_str withdraw[ICP_MAX_FILES];
    size_t count;

    icp_night_count_calls(night);
    /* A run that was killed and went on has not counted what it did before: the outbox has. */
    if (icp_store_outcomes(night->store, night->run.id, &night->run.counts, err) != ICP_OK ||
        rules_undone(night, withdraw, &count, err) != ICP_OK)
        return err->status;
    night->run.stage = ICP_STAGE_PUSHED;
    night->run.state = ICP_RUN_DONE;
    night->run.reason = (struct icp_str){0};
    if (icp_store_end_run(night->store, night->crm, &night->run, withdraw, count, err) != ICP_OK)
        return err->status;
    return icp_store_backup(night->store, night->settings.backups, err);
}

/* A plan is sent within a day of its run's beginning, to the account it was made for, and against
   the fields it was made from; what a killed push left in flight is settled before anything is
   sent. */
static enum icp_status make_ready(struct icp_night *night, struct icp_err *err)
{
    bool same;

    if (icp_night_connect(night, err) != ICP_OK)
        return err->status;
    if (night->account.server_ms - night->run.started_ms >= ICP_MS_PER_DAY) {
        icp_fail(err, ICP_BAD_CONFIG, "the plan of run %lld is more than a day old",
                 (long long)night->run.id);
        icp_hint(err, night->run.kind == ICP_RUN_UNDO ? "Plan the undo again: icp undo RUN."
                                                      : "Begin anew with \"icp sync\".");
        return err->status;
    }
    if (icp_night_prepare(night, err) != ICP_OK || icp_night_check_owned(night, err) != ICP_OK ||
        icp_night_settle(night, &night->run, true, err) != ICP_OK ||
        icp_night_reads_the_same(night, &same, err) != ICP_OK)
        return err->status;
    if (!same && night->run.kind == ICP_RUN_NIGHT) {
        icp_fail(err, ICP_STOP, "the rules name other fields than when people were read");
        icp_hint(err, "Run \"icp sync\": it reads them again first.");
    }
    return err->status;
}

enum icp_status icp_night_push(struct icp_night *night, int64_t approve, struct icp_err *err)
{
    struct icp_str names[ICP_OWNED_COUNT];
    struct icp_scope_counts scope;
    size_t settled, rounds = 0;
    int64_t left;

    if (make_ready(night, err) != ICP_OK)
        return err->status;
    if (approve >= 0)
        night->run.approved = approve;
    if (night->run.stage < ICP_STAGE_PUSHING && !icp_str_is_empty(night->run.reason) &&
        night->run.plan_records > 0 && night->run.approved < night->run.plan_records)
        return block(night, err);
    icp_night_owned_names(night, names);
    night->run.stage = ICP_STAGE_PUSHING;
    night->run.state = ICP_RUN_OPEN;
    if (icp_night_save(night, err) != ICP_OK)
        return err->status;
    do {
        settled = 0;
        if (push_once(night, names, &settled, err) != ICP_OK)
            return err->status;
    } while (settled > 0 && ++rounds < ATTEMPTS_MOST);
    if (icp_store_scope(night->store, night->crm, &scope, err) != ICP_OK)
        return err->status;
    left = scope.planned + scope.inflight;
    if (left > 0)
        return icp_fail(err, ICP_STOP, "%lld values could not be written yet; run it again",
                        (long long)left);
    return finish(night, err);
}
