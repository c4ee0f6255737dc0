/*
 * Associations by API, version 4 shape. Invariant: a record without any is no failure but is
 * reported as one (207, NO_ASSOCIATIONS_FOUND), as HubSpot does.
 */
#include "call.h"

#include "number.h"

enum { MOST_INPUTS = 1000, PAGE = 500 };

/* Type ids of an unlabelled and of a primary edge; 0: there is none. */
static const struct {
    int plain, primary;
} type_ids[SIM_OBJECT_COUNT][SIM_OBJECT_COUNT] = {
    [SIM_CONTACTS] = {{449, 0}, {279, 1}, {4, 0}},
    [SIM_COMPANIES] = {{280, 2}, {450, 0}, {342, 6}},
    [SIM_DEALS] = {{3, 0}, {341, 5}, {451, 0}},
};

static const char *const singular[SIM_OBJECT_COUNT] = {"contact", "company", "deal"};

static void put_type(struct icp_json_writer *json, int type_id, const char *label)
{
    icp_json_begin_object(json);
    icp_json_put_text_member(json, "category", ICP_STR("HUBSPOT_DEFINED"));
    icp_json_put_integer_member(json, "typeId", type_id);
    icp_json_put_text_member(json, "label", icp_str_from(label));
    icp_json_end_object(json);
}

static void put_link(struct sim_call *call, const struct sim_link *link)
{
    struct icp_json_writer *json = &call->json;

    icp_json_begin_object(json);
    if (call->crm->settings.numeric_association_ids)
        icp_json_put_integer_member(json, "toObjectId", link->to);
    else
        sim_put_id(json, "toObjectId", link->to);
    icp_json_put_key(json, "associationTypes");
    icp_json_begin_array(json);
    put_type(json, type_ids[call->object][call->to_object].plain, NULL);
    if (link->primary)
        put_type(json, type_ids[call->object][call->to_object].primary, "Primary");
    icp_json_end_array(json);
    icp_json_end_object(json);
}

/* One `from` with a page of its edges, beginning behind the first `after`. */
static void put_links(struct sim_call *call, struct icp_str id, const struct sim_links *links,
                      uint32_t after)
{
    struct icp_json_writer *json = &call->json;
    uint32_t end = links->count - after > PAGE ? after + PAGE : links->count;

    icp_json_begin_object(json);
    icp_json_put_key(json, "from");
    icp_json_begin_object(json);
    icp_json_put_text_member(json, "id", id);
    icp_json_end_object(json);
    icp_json_put_key(json, "to");
    icp_json_begin_array(json);
    for (uint32_t i = after; i < end; i++)
        put_link(call, &links->items[i]);
    icp_json_end_array(json);
    if (end < links->count) {
        icp_json_put_key(json, "paging");
        icp_json_begin_object(json);
        icp_json_put_key(json, "next");
        icp_json_begin_object(json);
        sim_put_id(json, "after", end);
        icp_json_end_object(json);
        icp_json_end_object(json);
    }
    icp_json_end_object(json);
}

static void put_none(struct sim_call *call, struct icp_str id)
{
    struct icp_json_writer *json = &call->json;
    const char *from = singular[call->object], *to = singular[call->to_object];
    const struct {
        const char *key;
        struct icp_str value;
    } context[] = {
        {"fromObjectId", id},
        {"fromObjectType", icp_str_from(from)},
        {"toObjectType", icp_str_from(to)},
    };

    icp_json_begin_object(json);
    icp_json_put_text_member(json, "status", ICP_STR("error"));
    icp_json_put_text_member(json, "category", ICP_STR("OBJECT_NOT_FOUND"));
    icp_json_put_text_member(json, "subCategory",
                             ICP_STR("crm.associations.NO_ASSOCIATIONS_FOUND"));
    icp_json_put_text_member(json, "message",
                             icp_arena_format(call->arena, "No %s is associated with %s %.*s.", to,
                                              from, ICP_STR_ARGUMENTS(id)));
    icp_json_put_key(json, "context");
    icp_json_begin_object(json);
    for (size_t i = 0; i < sizeof(context) / sizeof(context[0]); i++) {
        icp_json_put_key(json, context[i].key);
        icp_json_begin_array(json);
        icp_json_put_text(json, context[i].value);
        icp_json_end_array(json);
    }
    icp_json_end_object(json);
    icp_json_end_object(json);
}

static const struct sim_links *links_of(struct sim_call *call, struct icp_str id_text)
{
    static const struct sim_links none = {0};
    uint32_t record;
    int64_t id;

    if (!sim_parse_id(id_text, &id))
        return &none;
    record = sim_find(call->crm, call->object, id);
    return record == SIM_NO_RECORD
               ? &none
               : &sim_record_at(call->crm, call->object, record)->links[call->to_object];
}

static void put_results(struct sim_call *call, const struct icp_json *inputs, struct icp_str *none,
                        size_t *none_count)
{
    icp_json_put_key(&call->json, "results");
    icp_json_begin_array(&call->json);
    for (size_t i = 0; i < icp_json_count(inputs); i++) {
        const struct icp_json *input = icp_json_at(inputs, i);
        struct icp_str id = icp_json_id(icp_json_get(input, "id"), call->arena);
        struct icp_str after_text = icp_json_id(icp_json_get(input, "after"), call->arena);
        const struct sim_links *links = links_of(call, id);
        int64_t after = 0;
        if (!icp_integer_parse(after_text, &after) || after < 0 || after > links->count)
            after = 0;
        if (links->count > 0)
            put_links(call, id, links, (uint32_t)after);
        else
            none[(*none_count)++] = id;
    }
    icp_json_end_array(&call->json);
}

void sim_associations_read(struct sim_call *call)
{
    const struct icp_json *inputs = icp_json_get(call->body, "inputs");
    size_t count = icp_json_count(inputs), none_count = 0;
    struct icp_str *none = ICP_NEW_ARRAY(call->arena, struct icp_str, count + 1);
    struct icp_json_writer *json = &call->json;

    if (count > MOST_INPUTS) {
        sim_bad_request(call, "Batch size of %zu exceeds the maximum of %d", count, MOST_INPUTS);
        return;
    }
    icp_json_begin_object(json);
    icp_json_put_text_member(json, "status", ICP_STR("COMPLETE"));
    put_results(call, inputs, none, &none_count);
    if (none_count > 0) {
        call->response->status = 207;
        icp_json_put_integer_member(json, "numErrors", (int64_t)none_count);
        icp_json_put_key(json, "errors");
        icp_json_begin_array(json);
        for (size_t i = 0; i < none_count; i++)
            put_none(call, none[i]);
        icp_json_end_array(json);
    }
    sim_put_stamp(json, "startedAt", sim_now(call->crm));
    sim_put_stamp(json, "completedAt", sim_now(call->crm));
    icp_json_end_object(json);
}

/* PUT …/{id}/associations/default/{to}/{toId}: the first company becomes the primary one. */
void sim_associate_default(struct sim_call *call)
{
    enum sim_object owner = call->object == SIM_COMPANIES ? call->to_object : call->object;
    int64_t from, to;
    uint32_t record;

    if (!sim_parse_id(call->id, &from) || !sim_parse_id(call->name, &to) ||
        sim_find(call->crm, call->object, from) == SIM_NO_RECORD ||
        sim_find(call->crm, call->to_object, to) == SIM_NO_RECORD) {
        sim_not_found(call, "Object not found.  objectId are usually numeric.");
        return;
    }
    record = sim_find(call->crm, owner, owner == call->object ? from : to);
    sim_associate(call->crm, call->object, from, call->to_object, to,
                  sim_record_at(call->crm, owner, record)->links[SIM_COMPANIES].count == 0);
    icp_json_begin_object(&call->json);
    icp_json_put_text_member(&call->json, "status", ICP_STR("COMPLETE"));
    icp_json_put_key(&call->json, "results");
    icp_json_begin_array(&call->json);
    icp_json_end_array(&call->json);
    icp_json_end_object(&call->json);
}
