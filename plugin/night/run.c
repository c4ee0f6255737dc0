/*
 * What every stage of a run needs: who is at the other end, a word to the person who looks on, the
 * counts and the run's row. Nothing here decides anything.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"

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

enum icp_status icp_night_connect(struct icp_night *night, struct icp_err *err)
{
    if (night->account.server_ms != 0)
        return ICP_OK;
    if (night->ops->account(night->connector, &night->arena, &night->account, err) != ICP_OK)
        return icp_wrap(err, "connecting to %s", night->ops->label);
    return icp_store_pin_account(night->store, night->crm, night->account.id, night->account.label,
                                 night->account.time_zone, err);
}

/* Is what would be asked of people the same as when they were read. */
enum icp_status icp_night_reads_the_same(struct icp_night *night, bool *same, struct icp_err *err)
{
    struct icp_checkpoint checkpoint;
    bool found;

    *same = true;
    for (int object = 0; object < ICP_OBJECT_COUNT; object++) {
        if (icp_store_checkpoint(night->store, night->crm, (enum icp_object)object, &checkpoint,
                                 &found, err) != ICP_OK)
            return err->status;
        *same =
            *same && found && strcmp(checkpoint.request, night->requests->asked[object].hash) == 0;
    }
    return ICP_OK;
}
