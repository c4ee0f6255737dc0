/* The fake host: answers in order, keeps the request made last, and lets waiting cost nothing. */
#include "hubspot_fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static enum icp_status exchange(void *context, const struct icp_exchange *request,
                                struct icp_answer *answer, struct icp_err *err)
{
    struct fake *fake = context;
    const struct fake_answer *next = NULL;

    fake->calls++;
    icp_buf_reset(&fake->last);
    icp_buf_format(&fake->last, "%s %.*s %.*s", request->method, ICP_STR_ARGUMENTS(request->url),
                   ICP_STR_ARGUMENTS(request->body));
    icp_buf_reset(&answer->body);
    answer->status = 200;
    answer->server_ms = 1793527200000;
    answer->retry_after_ms = 0;
    answer->content_type = ICP_STR("application/json");
    answer->limit_remaining = 100;
    answer->daily_remaining = 1000;
    if (fake->answer) {
        fake->answer(fake, request, answer);
        return ICP_OK;
    }
    if (fake->at >= fake->script_count)
        fail_msg("one request more than expected: %s", fake->last.data);
    next = &fake->script[fake->at++];
    if (next->wanted) {
        struct icp_str seen = icp_buf_view(&fake->last);

        if (icp_str_find(seen, icp_str_from(next->wanted)) == seen.length)
            fail_msg("request %zu lacks %s: %s", fake->at, next->wanted, fake->last.data);
    }
    if (next->status == 0)
        return icp_fail(err, next->fails, "the fake connection broke");
    answer->status = next->status;
    if (next->type)
        answer->content_type = icp_str_from(next->type);
    icp_buf_add_cstr(&answer->body, next->body);
    return ICP_OK;
}

static enum icp_status wait(void *context, int64_t ms, struct icp_err *err)
{
    struct fake *fake = context;

    (void)err;
    fake->waited_ms += ms;
    fake->clock_ms += ms;
    return ICP_OK;
}

static int64_t monotonic_ms(void *context)
{
    struct fake *fake = context;

    return fake->clock_ms;
}

static uint32_t random_bits(void *context)
{
    (void)context;
    return 7;
}

void fake_open(struct fake *fake, const struct fake_answer *script, size_t count)
{
    const struct icp_str values[] = {
        ICP_STR("pat-canary"), ICP_STR("http://127.0.0.1:9"), {0}, {0}};
    const struct icp_host host = {.context = fake,
                                  .exchange = exchange,
                                  .wait = wait,
                                  .monotonic_ms = monotonic_ms,
                                  .random = random_bits};

    *fake = (struct fake){.script = script, .script_count = count, .clock_ms = 1000};
    icp_arena_open(&fake->arena, (size_t)64 << 20);
    icp_buf_open(&fake->last, (size_t)1 << 20);
    if (hubspot_ops.open(&host, values, &fake->connector, &fake->err) != ICP_OK)
        fail_msg("open: %s", fake->err.message);
}

void fake_close(struct fake *fake)
{
    if (!fake->answer && fake->at != fake->script_count)
        fail_msg("%zu of %zu expected requests were made", fake->at, fake->script_count);
    hubspot_ops.close(fake->connector);
    icp_buf_finish(&fake->last);
    icp_arena_close(&fake->arena);
}
