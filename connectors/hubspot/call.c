/*
 * One call of the HubSpot API: its URL, its pace, its retries, its meaning. Pacing keeps below the
 * rolling ten-second limit by what HubSpot says is left, and below the account's search limit by
 * the clock, rather than to provoke 429: errors count against the account.
 */
#include "hubspot.h"

#include "bounds.h"
#include "log.h"

enum { LEAST_LEFT = 1 }; /* with this many calls left in the window, wait for one to leave it */

static int64_t now_ms(const struct icp_connector *connector)
{
    return connector->host.monotonic_ms(connector->host.context);
}

static enum icp_status pause_for(struct icp_connector *connector, int64_t ms, struct icp_err *err)
{
    if (ms <= 0)
        return ICP_OK;
    return connector->host.wait(connector->host.context, ms, err);
}

/* When the oldest of our calls that still counts leaves the window. Calls of another process with
   the same token are not known here: then a second is waited. */
static int64_t window_wait_ms(const struct icp_connector *connector, int64_t now)
{
    int64_t oldest = -1;

    for (size_t i = 0; i < HUBSPOT_RATE_CALLS; i++) {
        int64_t at = connector->call_ms[i];

        if (at >= 0 && now - at < HUBSPOT_RATE_WINDOW_MS && (oldest < 0 || at < oldest))
            oldest = at;
    }
    return oldest < 0 ? 1000 : oldest + HUBSPOT_RATE_WINDOW_MS - now;
}

static enum icp_status pace(struct icp_connector *connector, const struct hubspot_call *call,
                            struct icp_err *err)
{
    int64_t now = now_ms(connector);

    if (call->search)
        return connector->search_ms < 0
                   ? ICP_OK
                   : pause_for(connector, connector->search_ms + HUBSPOT_SEARCH_GAP_MS - now, err);
    if (connector->limit_remaining < 0 || connector->limit_remaining > LEAST_LEFT)
        return ICP_OK;
    connector->limit_remaining = -1;
    return pause_for(connector, window_wait_ms(connector, now), err);
}

static void note_call(struct icp_connector *connector, const struct hubspot_call *call)
{
    int64_t now = now_ms(connector);

    if (call->search) {
        connector->search_ms = now;
        return;
    }
    connector->call_ms[connector->call_next] = now;
    connector->call_next = (connector->call_next + 1) % HUBSPOT_RATE_CALLS;
    connector->limit_remaining = connector->answer.limit_remaining;
}

static enum icp_status make_url(struct icp_connector *connector, const struct hubspot_call *call,
                                struct icp_err *err)
{
    icp_buf_reset(&connector->url);
    icp_buf_add(&connector->url, connector->base_url);
    hubspot_put_path(&connector->url, call->path, connector->version, call->object);
    icp_buf_add(&connector->url, call->tail);
    if (connector->url.failed)
        return icp_fail(err, ICP_BUG, "a URL of more than %zu bytes", connector->url.limit);
    return ICP_OK;
}

enum icp_status hubspot_send(struct icp_connector *connector, const struct hubspot_call *call,
                             struct icp_err *err)
{
    struct icp_exchange exchange = {.method = call->method,
                                    .bearer = connector->token,
                                    .content_type = "application/json",
                                    .writes = call->writes};
    struct icp_buf where;

    if (make_url(connector, call, err) != ICP_OK || pace(connector, call, err) != ICP_OK)
        return err->status;
    exchange.url = icp_buf_view(&connector->url);
    if (call->has_body)
        exchange.body = icp_buf_view(&connector->body);
    connector->expected = call->expected;
    icp_http_send(connector->http, &exchange, &connector->answer, err);
    note_call(connector, call);
    if (err->status == ICP_OK)
        return ICP_OK;
    icp_buf_open(&where, 200); /* the path tells which call it was; the query may be long */
    hubspot_put_path(&where, call->path, connector->version, call->object);
    icp_wrap(err, "%s %.*s", call->method, ICP_STR_ARGUMENTS(icp_buf_view(&where)));
    icp_buf_finish(&where);
    return err->status;
}

enum icp_status hubspot_ask(struct icp_connector *connector, const struct hubspot_call *call,
                            struct icp_err *err)
{
    /* Other calls would be refused as well: that ends the night for this CRM. */
    if (hubspot_send(connector, call, err) == ICP_ITEM)
        err->status = ICP_REMOTE;
    return err->status;
}

struct icp_json_writer hubspot_begin_body(struct icp_connector *connector)
{
    struct icp_json_writer writer;

    icp_buf_reset(&connector->body);
    icp_json_writer_open(&writer, &connector->body);
    return writer;
}

enum icp_status hubspot_end_body(struct icp_connector *connector, struct icp_err *err)
{
    if (connector->body.failed)
        return icp_fail(err, ICP_BUG, "a request body of more than %zu bytes",
                        connector->body.limit);
    return ICP_OK;
}
