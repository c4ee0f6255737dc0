/*
 * Any bytes as HubSpot's answer to each operation: the first byte picks the operation, the second
 * the HTTP status, the rest is the body. The connector may refuse it, but keeps its memory and says
 * "written" only of records that the answer names.
 */
#include <stdlib.h>

#include "hubspot/hubspot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct script {
    struct icp_str body;
    int status;
    size_t calls;
};

static enum icp_status exchange(void *context, const struct icp_exchange *request,
                                struct icp_answer *answer, struct icp_err *err)
{
    struct script *script = context;

    if (++script->calls > 40) /* a walk or a bisection that would go on with the same answer */
        return icp_fail(err, request->writes ? ICP_UNKNOWN : ICP_REMOTE, "enough");
    answer->status = script->status;
    answer->server_ms = 1793527200000;
    answer->retry_after_ms = 0;
    answer->limit_remaining = -1;
    answer->daily_remaining = -1;
    answer->content_type = ICP_STR("application/json");
    icp_buf_reset(&answer->body);
    icp_buf_add(&answer->body, script->body);
    return ICP_OK;
}

static enum icp_status wait_ms(void *context, int64_t ms, struct icp_err *err)
{
    (void)context, (void)ms, (void)err;
    return ICP_OK;
}

static int64_t monotonic_ms(void *context)
{
    (void)context;
    return 1000000;
}

static uint32_t random_bits(void *context)
{
    (void)context;
    return 1;
}

static const struct icp_source source = {ICP_CONTACT, ICP_STR_INIT("email")};
static const struct icp_field fields[] = {{.name = ICP_STR_INIT("contact.email"),
                                           .type = ICP_TYPE_SET,
                                           .sources = &source,
                                           .source_count = 1}};
static const struct icp_str owned[] = {ICP_STR_INIT("icp_score")};
static const struct icp_str ids[] = {ICP_STR_INIT("101"), ICP_STR_INIT("999")};
static const struct icp_request request = {
    .object = ICP_CONTACT, .fields = fields, .field_count = 1, .owned = owned, .owned_count = 1};

static void write_two(struct icp_connector *connector, struct icp_arena *arena,
                      const struct script *script, struct icp_err *err)
{
    static const struct icp_str value = ICP_STR_INIT("87");
    const struct icp_change changes[] = {{ids[0], owned, &value, 1}, {ids[1], owned, &value, 1}};
    struct icp_outcome outcomes[2];

    (void)hubspot_ops.write(connector, ICP_CONTACT, changes, 2, outcomes, arena, err);
    for (size_t i = 0; i < 2; i++)
        if (outcomes[i].kind == ICP_WRITTEN &&
            (script->status / 100 != 2 || script->body.length < ids[i].length))
            abort();
}

static void run(struct icp_connector *connector, struct icp_arena *arena,
                const struct script *script, unsigned operation)
{
    struct icp_owned_field field = {.name = owned[0], .kind = ICP_OWNED_NUMBER};
    struct icp_cursor cursor = {.mode = operation % 6 ? ICP_CURSOR_CHANGES : ICP_CURSOR_ALL};
    struct icp_err err = {0};
    struct icp_page page = {0};
    struct icp_setup_plan plan = {0};
    struct icp_account account = {0};

    switch (operation % 6) {
    case 0:
    case 1:
        (void)hubspot_ops.changed(connector, &request, &cursor, arena, &page, &err);
        break;
    case 2:
        (void)hubspot_ops.read(connector, &request, ids, 2, arena, &page, &err);
        break;
    case 3:
        (void)hubspot_ops.setup(connector, ICP_CONTACT, &field, 1, true, arena, &plan, &err);
        break;
    case 4:
        (void)hubspot_ops.account(connector, arena, &account, &err);
        break;
    default:
        write_two(connector, arena, script, &err);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int statuses[] = {200, 207, 400, 404, 409, 429, 500, 201};
    const struct icp_str values[] = {ICP_STR("pat"), ICP_STR("http://127.0.0.1:9"), {0}, {0}};
    struct script script = {0};
    struct icp_host host = {.context = &script,
                            .exchange = exchange,
                            .wait = wait_ms,
                            .monotonic_ms = monotonic_ms,
                            .random = random_bits};
    struct icp_connector *connector = NULL;
    struct icp_arena arena;
    struct icp_err err = {0};

    if (size < 2)
        return 0;
    script.status = statuses[data[1] % 8];
    script.body = (struct icp_str){(const char *)data + 2, size - 2};
    icp_arena_open(&arena, (size_t)1 << 20);
    if (hubspot_ops.open(&host, values, &connector, &err) == ICP_OK)
        run(connector, &arena, &script, data[0]);
    hubspot_ops.close(connector);
    icp_arena_close(&arena);
    return 0;
}
