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

#include <stdio.h>
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

void icp_night_say(const struct icp_night *night, enum icp_status level, const char *format, ...)
{
    char text[ICP_ERR_TEXT];
    va_list arguments;

    if (night->notice == NULL)
        return;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    night->notice(night->people_context, level, text);
}

void icp_night_show(const struct icp_night *night, const char *what, int64_t done, int64_t total)
{
    if (night->progress != NULL)
        night->progress(night->people_context, what, done, total);
}

void icp_night_count_calls(struct icp_night *night)
{
    uint64_t calls = night->calls != NULL ? night->calls(night->calls_context) : 0;
    uint64_t retries = night->retries != NULL ? night->retries(night->calls_context) : 0;

    night->run.counts.calls += (int64_t)(calls - night->calls_at_start);
    night->run.counts.retries += (int64_t)(retries - night->retries_at_start);
    night->calls_at_start = calls;
    night->retries_at_start = retries;
}

enum icp_status icp_night_save(struct icp_night *night, struct icp_err *err)
{
    icp_night_count_calls(night);
    return icp_store_save_run(night->store, &night->run, err);
}

/* ---- begin ---------------------------------------------------------------------------------- */

static enum icp_status connect_crm(struct icp_night *night, struct icp_err *err)
{
    if (night->ops->account(night->connector, &night->arena, &night->account, err) != ICP_OK)
        return icp_wrap(err, "connecting to %s", night->ops->label);
    return icp_store_pin_account(night->store, night->crm, night->account.id, night->account.label,
                                 night->account.time_zone, err);
}

static enum icp_status close_run(struct icp_night *night, struct icp_run *run, const char *why,
                                 struct icp_err *err)
{
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

/* An undo that was stopped goes on by itself only when it is pushed again: a night must not mix
 * with it. */
static bool goes_on(const struct icp_night *night, const struct icp_run *last, bool fresh)
{
    if (night->account.server_ms - last->started_ms >= ICP_MS_PER_DAY ||
        last->kind != ICP_RUN_NIGHT)
        return false;
    return !(fresh && last->stage >= ICP_STAGE_PULLED);
}

enum icp_status icp_night_begin(struct icp_night *night, bool fresh, struct icp_err *err)
{
    struct icp_run last;
    bool found;

    if (connect_crm(night, err) != ICP_OK ||
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
    night->run = last;
    if (last.stage >= ICP_STAGE_PUSHING &&
        icp_night_settle(night, &last, goes_on(night, &last, fresh), err) != ICP_OK)
        return err->status;
    if (goes_on(night, &last, fresh))
        return ICP_OK;
    last.counts = night->run.counts;
    if (close_run(night, &last, fresh ? "a new pull took its place" : "it began a day or more ago",
                  err) != ICP_OK)
        return err->status;
    return new_run(night, err);
}

enum icp_status icp_night_begin_undo(struct icp_night *night, int64_t run, struct icp_err *err)
{
    static const int states[] = {ICP_RUN_OPEN, ICP_RUN_BLOCKED};

    if (connect_crm(night, err) != ICP_OK)
        return err->status;
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        struct icp_run last;
        bool found;
        if (icp_store_last_run(night->store, -1, states[i], &night->arena, &last, &found, err) !=
            ICP_OK)
            return err->status;
        if (!found)
            continue;
        night->run = last;
        if (last.stage >= ICP_STAGE_PUSHING && icp_night_settle(night, &last, false, err) != ICP_OK)
            return err->status;
        last.counts = night->run.counts;
        if (close_run(night, &last, "an undo took its place", err) != ICP_OK)
            return err->status;
    }
    night->run = (struct icp_run){.as_of = icp_time_to_date(night->account.server_ms)};
    return icp_night_undo(night, run, err);
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

/* ---- the whole night ------------------------------------------------------------------------ */

enum icp_status icp_night_sync(struct icp_night *night, struct icp_err *err)
{
    if (icp_night_begin(night, false, err) != ICP_OK)
        return err->status;
    if (night->run.stage < ICP_STAGE_PULLED && icp_night_pull(night, err) != ICP_OK)
        return err->status;
    if (night->run.stage < ICP_STAGE_SCORED && icp_night_score(night, err) != ICP_OK)
        return err->status;
    if (night->run.stage < ICP_STAGE_PLANNED &&
        (icp_night_prepare(night, err) != ICP_OK || icp_night_plan(night, err) != ICP_OK))
        return err->status;
    return icp_night_push(night, -1, err);
}
