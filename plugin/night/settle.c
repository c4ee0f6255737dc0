/*
 * What became of writes whose outcome was never heard: read back by id (never by search, whose
 * index lags) and decided field by field. Invariant: running it twice, or being killed in it,
 * changes nothing but what is known.
 */
#include "internal.h"

static enum icp_outbox_state verdict(const struct icp_outbox_row *row,
                                     const struct icp_str names[ICP_OWNED_COUNT],
                                     const struct icp_str held[ICP_OWNED_COUNT], bool send_again)
{
    for (size_t i = 0; i < ICP_OWNED_COUNT; i++) {
        enum icp_owned_kind kind = icp_owned_kind_of((enum icp_owned)i);
        if (!icp_str_equal(names[i], row->field))
            continue;
        if (icp_owned_equal(kind, held[i], row->want))
            return ICP_BOX_DONE;
        if (icp_owned_equal(kind, held[i], row->base))
            return send_again ? ICP_BOX_PLANNED : ICP_BOX_SUPERSEDED;
        return ICP_BOX_CONFLICT;
    }
    return ICP_BOX_CONFLICT; /* a field that is no longer ours */
}

static enum icp_status settle_record(struct icp_night *night, const struct icp_outbox_record *box,
                                     const struct icp_stored *fresh,
                                     const struct icp_str names[ICP_OWNED_COUNT], bool send_again,
                                     struct icp_settlement *settlements, size_t *count,
                                     struct icp_err *err)
{
    struct icp_str held[ICP_OWNED_COUNT];
    size_t done = 0;

    if (fresh == NULL) {
        settlements[(*count)++] = (struct icp_settlement){
            .id = box->id, .state = ICP_BOX_GONE, .reason = ICP_STR("not in the CRM any more")};
        return ICP_OK;
    }
    if (icp_held_read(fresh->owned, names, &night->batch, held, err) != ICP_OK)
        return err->status;
    for (size_t i = 0; i < box->count; i++) {
        struct icp_settlement *one = &settlements[(*count)++];
        *one = (struct icp_settlement){.id = box->id,
                                       .field = box->rows[i].field,
                                       .state = verdict(&box->rows[i], names, held, send_again)};
        if (one->state == ICP_BOX_CONFLICT)
            one->reason = ICP_STR("changed by somebody while it was being written");
        done += one->state == ICP_BOX_DONE;
    }
    if (done == box->count)
        night->run.counts.written++;
    return ICP_OK;
}

static enum icp_status settle_batch(struct icp_night *night, const struct icp_run *run,
                                    const struct icp_outbox_record *records, size_t count,
                                    const struct icp_str names[ICP_OWNED_COUNT], bool send_again,
                                    struct icp_err *err)
{
    struct icp_settlement *settlements =
        ICP_NEW_ARRAY(&night->batch, struct icp_settlement, count * ICP_OWNED_COUNT);
    struct icp_str *ids = ICP_NEW_ARRAY(&night->batch, struct icp_str, count), *gone;
    struct icp_stored *fresh;
    size_t fresh_count, gone_count, settled = 0;

    if (settlements == NULL || ids == NULL)
        return icp_fail(err, ICP_BUG, "no memory to settle %zu records", count);
    for (size_t i = 0; i < count; i++)
        ids[i] = records[i].id;
    if (icp_night_read(night, ICP_CONTACT, ids, count, &fresh, &fresh_count, &gone, &gone_count,
                       err) != ICP_OK)
        return err->status;
    for (size_t i = 0; i < count; i++) {
        const struct icp_stored *row = NULL;
        for (size_t k = 0; k < fresh_count && row == NULL; k++)
            if (icp_str_equal(fresh[k].id, records[i].id))
                row = &fresh[k];
        if (settle_record(night, &records[i], row, names, send_again, settlements, &settled, err) !=
            ICP_OK)
            return err->status;
    }
    return icp_store_settle(night->store, run->id, night->crm, ICP_CONTACT, fresh, fresh_count,
                            settlements, settled, night->run.started_ms, err);
}

enum icp_status icp_night_settle(struct icp_night *night, const struct icp_run *run,
                                 bool send_again, struct icp_err *err)
{
    struct icp_str names[ICP_OWNED_COUNT];
    struct icp_arena list; /* the batch arena may still hold the caller's batch */
    struct icp_outbox_record *records;
    size_t count = 0;

    if (icp_night_prepare(night, err) != ICP_OK)
        return err->status;
    icp_night_owned_names(night, names);
    icp_arena_open(&list, (size_t)8 * 1024 * 1024);
    do {
        icp_arena_reset(&list);
        if (icp_store_outbox(night->store, run->id, night->crm, ICP_CONTACT, ICP_BOX_INFLIGHT,
                             (struct icp_str){0}, night->ops->read_batch, &list, &records, &count,
                             err) != ICP_OK ||
            count == 0)
            break;
    } while (settle_batch(night, run, records, count, names, send_again, err) == ICP_OK);
    icp_arena_close(&list);
    return err->status == ICP_OK ? ICP_OK : icp_wrap(err, "settling what was in flight");
}
