/*
 * One night, from the top. Read this file first:
 *
 *     begin   connect, pin the account, settle what was in flight, take up the open run or make one
 *     pull    pages and cursor, in one commit each            (pull.c)
 *     score   results, history and "dirty", in one commit     (score.c, a pure function inside)
 *     plan    the outbox and its hash, in one commit          (plan.c; owned.c decides, breaker.c
 * looks) push    compare, in flight, send, outcome               (push.c, settle.c)
 *
 * Invariant: the stage in the run row says what is finished; whatever is not is derived anew from
 * the store.
 */
#include "night.h"

#include <string.h>

#include "bounds.h"
#include "date.h"
#include "internal.h"

#define NIGHT_MEMORY                                                                               \
    ((size_t)8 * 1024 * 1024) /* account, requests, our fields: some hundred KiB                   \
                               */

void icp_night_init(struct icp_night *night)
{
    icp_arena_open(&night->arena, NIGHT_MEMORY);
    icp_arena_open(&night->batch, ICP_BATCH_MEMORY);
    night->crm = icp_str_from(night->ops->name);
    night->calls_at_start = night->calls != NULL ? night->calls(night->calls_context) : 0;
    night->retries_at_start = night->retries != NULL ? night->retries(night->calls_context) : 0;
}

void icp_night_finish(struct icp_night *night)
{
    icp_arena_close(&night->arena);
    icp_arena_close(&night->batch);
}

/* ---- begin ---------------------------------------------------------------------------------- */

static enum icp_status close_run(struct icp_night *night, struct icp_run *run, const char *why,
                                 struct icp_err *err)
{
    if (icp_store_outcomes(night->store, run->id, &run->counts, err) != ICP_OK)
        return err->status;
    run->state = ICP_RUN_CLOSED;
    run->ended_ms = night->account.server_ms;
    run->reason = icp_str_from(why);
    return icp_store_save_run(night->store, run, err);
}

static enum icp_status new_run(struct icp_night *night, struct icp_err *err)
{
    struct icp_run fresh = {
        .kind = ICP_RUN_NIGHT,
        .as_of = icp_time_to_date(night->account.server_ms),
        .started_ms = night->account.server_ms,
        .approved = -1,
    };

    return icp_store_open_run(night->store, &fresh, &night->run, err);
}

static bool goes_on(const struct icp_night *night, const struct icp_run *last, bool fresh)
{
    if (night->account.server_ms - last->started_ms >= ICP_MS_PER_DAY)
        return false;
    return !(fresh && last->stage >= ICP_STAGE_PULLED);
}

/* A night must not mix with an undo that a person asked for and that is not over: it would write
   again what the undo is about to put back. */
static enum icp_status no_undo_waits(const struct icp_night *night, struct icp_err *err)
{
    static const int states[] = {ICP_RUN_OPEN, ICP_RUN_BLOCKED};

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        struct icp_arena arena;
        struct icp_run undo;
        bool found = false;
        icp_arena_open(&arena, 65536);
        if (icp_store_last_run(night->store, ICP_RUN_UNDO, states[i], &arena, &undo, &found, err) ==
                ICP_OK &&
            found) {
            icp_fail(err, ICP_BAD_CONFIG, "undo %lld of run %lld is waiting, so no night is run",
                     (long long)undo.id, (long long)undo.undo_of);
            icp_hint(err, "\"icp push --approve %lld\" sends it; \"icp undo --drop\" gives it up.",
                     (long long)undo.plan_records);
        }
        icp_arena_close(&arena);
        if (err->status != ICP_OK)
            return err->status;
    }
    return ICP_OK;
}

/* Settles what a run had in flight, whatever its stage says. */
static enum icp_status settle_last(struct icp_night *night, struct icp_run *last, bool send_again,
                                   struct icp_err *err)
{
    struct icp_scope_counts scope;

    night->run = *last;
    if (icp_store_scope(night->store, night->crm, &scope, err) != ICP_OK)
        return err->status;
    if (scope.inflight > 0 && icp_night_settle(night, last, send_again, err) != ICP_OK)
        return err->status;
    last->counts = night->run.counts;
    return ICP_OK;
}

/* Closes every run that is not over, after settling what it had in flight. */
static enum icp_status close_all(struct icp_night *night, int kind, const char *why, size_t *closed,
                                 struct icp_err *err)
{
    static const int states[] = {ICP_RUN_OPEN, ICP_RUN_BLOCKED};

    *closed = 0;
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        struct icp_run last;
        bool found;
        if (icp_store_last_run(night->store, kind, states[i], &night->arena, &last, &found, err) !=
            ICP_OK)
            return err->status;
        if (!found)
            continue;
        if (settle_last(night, &last, false, err) != ICP_OK ||
            close_run(night, &last, why, err) != ICP_OK)
            return err->status;
        (*closed)++;
    }
    return ICP_OK;
}

enum icp_status icp_night_begin(struct icp_night *night, bool fresh, struct icp_err *err)
{
    struct icp_run last;
    bool found;

    if (icp_night_connect(night, err) != ICP_OK || no_undo_waits(night, err) != ICP_OK ||
        icp_store_last_run(night->store, ICP_RUN_NIGHT, ICP_RUN_BLOCKED, &night->arena, &last,
                           &found, err) != ICP_OK)
        return err->status;
    if (found && close_run(night, &last, "a newer night took its place", err) != ICP_OK)
        return err->status;
    if (icp_store_last_run(night->store, -1, ICP_RUN_OPEN, &night->arena, &last, &found, err) !=
        ICP_OK)
        return err->status;
    if (!found)
        return new_run(night, err);
    if (settle_last(night, &last, goes_on(night, &last, fresh), err) != ICP_OK)
        return err->status;
    night->run = last;
    if (goes_on(night, &last, fresh))
        return ICP_OK;
    if (close_run(night, &last, fresh ? "a new pull took its place" : "it began a day or more ago",
                  err) != ICP_OK)
        return err->status;
    return new_run(night, err);
}

enum icp_status icp_night_begin_undo(struct icp_night *night, int64_t run, struct icp_err *err)
{
    size_t closed;

    if (icp_night_connect(night, err) != ICP_OK ||
        close_all(night, -1, "an undo took its place", &closed, err) != ICP_OK)
        return err->status;
    night->run = (struct icp_run){.as_of = icp_time_to_date(night->account.server_ms)};
    return icp_night_undo(night, run, err);
}

enum icp_status icp_night_drop_undo(struct icp_night *night, struct icp_err *err)
{
    size_t closed;

    if (icp_night_connect(night, err) != ICP_OK ||
        close_all(night, ICP_RUN_UNDO, "given up by a person", &closed, err) != ICP_OK)
        return err->status;
    if (closed == 0)
        return icp_fail(err, ICP_BAD_CONFIG, "no undo is waiting");
    return ICP_OK;
}

void icp_night_leave(struct icp_night *night)
{
    struct icp_err ignored = {0};

    if (night->run.id == 0 || night->run.state == ICP_RUN_DONE)
        return;
    (void)icp_night_save(night, &ignored); /* what was counted so far; nothing rests on it */
}

enum icp_status icp_night_resume(struct icp_night *night, enum icp_run_stage least,
                                 struct icp_err *err)
{
    static const char *const commands[] = {"pull", "pull", "score", "plan", "plan", "push"};
    bool found;

    if (icp_store_last_run(night->store, -1, ICP_RUN_OPEN, &night->arena, &night->run, &found,
                           err) != ICP_OK)
        return err->status;
    if (!found && icp_store_last_run(night->store, -1, ICP_RUN_BLOCKED, &night->arena, &night->run,
                                     &found, err) != ICP_OK)
        return err->status;
    if (found && night->run.stage >= least)
        return ICP_OK;
    icp_fail(err, ICP_BAD_CONFIG, "no run is open that has come far enough for this");
    icp_hint(err, "Run \"icp %s\" first, or \"icp sync\" for the whole night.", commands[least]);
    return err->status;
}

/* Did other rules score the run than those in force now. */
static bool was_scored_by_others(const struct icp_night *night)
{
    return night->rules->active_count > 0 && night->run.stage >= ICP_STAGE_SCORED &&
           strcmp(night->run.rules, night->rules->hash) != 0;
}

/* Rules that were edited or approved while the run stood still: back to the stage that they
 * concern. */
static enum icp_status step_back(struct icp_night *night, struct icp_err *err)
{
    bool same;

    if (icp_night_reads_the_same(night, &same, err) != ICP_OK)
        return err->status;
    if (night->run.stage < ICP_STAGE_PULLED || (same && !was_scored_by_others(night)))
        return ICP_OK;
    if (night->run.stage >= ICP_STAGE_PUSHING || !same) {
        struct icp_run last = night->run;
        if (close_run(night, &last, "the rules changed meanwhile", err) != ICP_OK)
            return err->status;
        return new_run(night, err);
    }
    night->run.stage = ICP_STAGE_PULLED;
    return icp_night_save(night, err);
}

/* An approval with a date may have run out between the last run, for whose day the rules were
 * looked up, and this. */
static enum icp_status still_approved(struct icp_night *night, struct icp_err *err)
{
    for (size_t i = 0; i < night->rules->count; i++) {
        const struct icp_night_file *file = &night->rules->files[i];
        bool approved = true;
        if (file->active != NULL &&
            icp_store_is_approved(night->store, file->active_row.score_hash, night->run.as_of,
                                  &approved, err) != ICP_OK)
            return err->status;
        if (approved)
            continue;
        icp_fail(err, ICP_BAD_CONFIG, "the approval of \"%.*s\" has run out",
                 ICP_STR_ARGUMENTS(file->active_row.name));
        icp_hint(err, "Approve it again, or another file: icp approve FILE.");
        return err->status;
    }
    return ICP_OK;
}

enum icp_status icp_night_sync(struct icp_night *night, struct icp_err *err)
{
    /* Whether our fields are there is known after three calls, and worth knowing before the work.
     */
    if (icp_night_begin(night, false, err) != ICP_OK || still_approved(night, err) != ICP_OK ||
        icp_night_prepare(night, err) != ICP_OK || icp_night_check_owned(night, err) != ICP_OK ||
        step_back(night, err) != ICP_OK)
        return err->status;
    if (night->run.stage < ICP_STAGE_PULLED && icp_night_pull(night, err) != ICP_OK)
        return err->status;
    if (night->run.stage < ICP_STAGE_SCORED && icp_night_score(night, err) != ICP_OK)
        return err->status;
    if (night->run.stage < ICP_STAGE_PLANNED && icp_night_plan(night, err) != ICP_OK)
        return err->status;
    return icp_night_push(night, -1, err);
}
