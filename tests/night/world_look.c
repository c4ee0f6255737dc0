/* Looks into a world between two processes, and edits in it as a person in the CRM would. */
#include "world.h"

#include "check.h"
#include "json_stream.h"

static bool left_out(struct icp_str key, bool without_owned)
{
    return icp_str_has_suffix(key, ICP_STR("lastmodifieddate")) || icp_str_is(key, "updatedAt") ||
           (without_owned && icp_str_has_prefix(key, ICP_STR("icp_")));
}

/* Every key with its value on a line of its own. */
static void dump_answer(struct icp_str body, struct icp_buf *out, bool without_owned)
{
    struct icp_json_reader json;
    struct icp_str key = {0}, text;
    struct icp_arena arena;
    enum icp_json_token token;

    icp_arena_open(&arena, (size_t)64 * 1024 * 1024);
    icp_json_reader_open(&json, body, &arena);
    while ((token = icp_json_next(&json, &text)) != ICP_JSON_FINISHED) {
        assert_int_not_equal(token, ICP_JSON_BAD);
        if (token == ICP_JSON_KEY)
            key = text;
        else if ((token == ICP_JSON_STRING || token == ICP_JSON_NUMBER) &&
                 !left_out(key, without_owned))
            icp_buf_format(out, "%.*s = %.*s\n", ICP_STR_ARGUMENTS(key), ICP_STR_ARGUMENTS(text));
    }
    icp_arena_close(&arena);
}

void world_dump_crm(struct world *world, struct icp_buf *out, bool without_owned)
{
    static const char *const paths[] = {"/sim/records/contacts", "/sim/records/companies",
                                        "/sim/records/deals"};

    for (size_t i = 0; i < 3; i++) {
        struct sim_response response;
        sim_response_open(&response);
        assert_true(sim_exchange(
            world->crm,
            &(struct sim_request){.method = ICP_STR("GET"), .path = icp_str_from(paths[i])},
            &response));
        assert_int_equal(response.status, 200);
        dump_answer(icp_buf_view(&response.body), out, without_owned);
        sim_response_finish(&response);
    }
    assert_false(out->failed);
}

void world_dump_state(struct world *world, struct icp_buf *out)
{
    struct icp_err err = {0};
    struct icp_store *store;

    assert_int_equal(
        icp_store_open(&(struct icp_store_settings){.path = world->state}, &store, &err), ICP_OK);
    assert_int_equal(icp_store_dump(store, out, &err), ICP_OK);
    icp_store_close(store);
}

struct icp_str world_get(struct world *world, int64_t contact, const char *property)
{
    uint32_t record = sim_find(world->crm, SIM_CONTACTS, contact);

    assert_int_not_equal(record, SIM_NO_RECORD);
    return sim_get(world->crm, SIM_CONTACTS, record, property);
}

void world_edit(struct world *world, enum sim_object object, int64_t id, const char *property,
                const char *text)
{
    struct icp_err err = {0};

    assert_int_equal(sim_edit(world->crm, object, id, property, icp_str_from(text), &err), ICP_OK);
}

void world_forget_counts(struct world *world)
{
    world->requests = world->writes_sent = world->batch_reads = world->searches = world->lists = 0;
    icp_buf_reset(&world->notices);
}
