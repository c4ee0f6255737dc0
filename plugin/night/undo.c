/*
 * The way back of a run: an ordinary plan with base and wanted value of every done row swapped. It
 * goes through the same breaker, compare and push; what somebody touched since stays as it is.
 */
#include "internal.h"

enum { CHUNK = 500 };

static enum icp_status plan_back(struct icp_night *night, int64_t run, int64_t *records_planned,
                                 struct icp_err *err)
{
    struct icp_outbox_record *records;
    struct icp_buf last;
    size_t count;

    icp_buf_open(&last, 4096);
    do {
        struct icp_str after = last.length > 0 ? icp_buf_view(&last) : (struct icp_str){0};
        icp_arena_reset(&night->batch);
        if (icp_store_outbox(night->store, run, night->crm, ICP_CONTACT, ICP_BOX_DONE, after, CHUNK,
                             &night->batch, &records, &count, err) != ICP_OK)
            break;
        for (size_t i = 0; i < count && err->status == ICP_OK; i++) {
            struct icp_outbox_row rows[ICP_OWNED_COUNT];
            size_t some = records[i].count < ICP_OWNED_COUNT ? records[i].count : ICP_OWNED_COUNT;
            if (records[i].attempts == 0)
                continue; /* it held its values before the run: there is nothing to put back */
            for (size_t k = 0; k < some; k++) {
                rows[k] = records[i].rows[k];
                rows[k].base = records[i].rows[k].want;
                rows[k].want = records[i].rows[k].base;
            }
            icp_store_plan_add(night->store, night->run.id, night->crm, records[i].object, rows,
                               some, err);
            (*records_planned)++;
        }
        if (count > 0) {
            icp_buf_reset(&last);
            icp_buf_add(&last, records[count - 1].id);
        }
    } while (count > 0 && err->status == ICP_OK);
    icp_buf_finish(&last);
    return err->status;
}

static enum icp_status look(struct icp_night *night, int64_t records, struct icp_err *err)
{
    struct icp_breaker_facts facts = {.undo_records = records};
    struct icp_scope_counts scope;
    struct icp_buf reason;

    if (icp_store_scope(night->store, night->crm, &scope, err) != ICP_OK)
        return err->status;
    facts.people = scope.people;
    icp_buf_open(&reason, 1024);
    if (icp_breaker_look(&night->settings.breaker, &facts, &reason) > 0)
        night->run.reason = icp_arena_copy(&night->arena, icp_buf_view(&reason));
    icp_buf_finish(&reason);
    return ICP_OK;
}

enum icp_status icp_night_undo(struct icp_night *night, int64_t run, struct icp_err *err)
{
    struct icp_str names[ICP_OWNED_COUNT];
    struct icp_run undone, fresh;
    int64_t records = 0;
    bool found;

    if (icp_store_run(night->store, run, &night->arena, &undone, &found, err) != ICP_OK)
        return err->status;
    if (found && icp_store_outcomes(night->store, run, &undone.counts, err) != ICP_OK)
        return err->status;
    if (!found || undone.state == ICP_RUN_OPEN ||
        undone.counts.written + undone.counts.partly == 0) {
        icp_fail(err, ICP_BAD_CONFIG,
                 !found ? "there is no run %lld" : "run %lld wrote nothing, or is not over yet",
                 (long long)run);
        icp_hint(err, "\"icp status\" lists the runs.");
        return err->status;
    }
    fresh = (struct icp_run){.kind = ICP_RUN_UNDO,
                             .as_of = night->run.as_of,
                             .started_ms = night->account.server_ms,
                             .undo_of = run,
                             .approved = -1};
    if (icp_store_open_run(night->store, &fresh, &night->run, err) != ICP_OK)
        return err->status;
    icp_night_owned_names(night, names);
    if (icp_store_own_fields(night->store, names, ICP_OWNED_COUNT, err) != ICP_OK ||
        icp_store_plan_begin(night->store, night->run.id, err) != ICP_OK)
        return err->status;
    if (plan_back(night, run, &records, err) != ICP_OK || look(night, records, err) != ICP_OK) {
        icp_store_plan_cancel(night->store);
        return icp_wrap(err, "planning the way back");
    }
    night->run.counts.planned = records;
    night->run.plan_records = records;
    night->run.stage = ICP_STAGE_PLANNED;
    return icp_store_plan_end(night->store, &night->run, err);
}
