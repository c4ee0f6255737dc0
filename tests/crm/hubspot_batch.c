/*
 * Batches of up to a hundred records: read and update. Owns the reading of values out of a body.
 * Invariants: a batch with one wrong value is refused whole and changes nothing; ids that do not
 * exist are reported beside the others (207); results come in an order of their own.
 */
#include "call.h"

#include <stdlib.h>

enum { MOST_INPUTS = 100 };

/* ---- Values. */

static struct icp_str value_text(struct sim_call *call, const struct icp_json *value)
{
    struct icp_str text = icp_json_text(value);

    if (!icp_str_is_null(text))
        return text;
    if (icp_json_is_null(value))
        return ICP_STR("");
    return icp_json_id(value, call->arena); /* a whole number; no text for anything else */
}

static void report_value(struct sim_call *call, struct icp_buf *list, struct icp_str name,
                         const struct sim_value_problem *problem)
{
    struct icp_json_writer json;

    if (list->length > 1)
        icp_buf_add_char(list, ',');
    icp_json_writer_open(&json, list);
    icp_json_begin_object(&json);
    icp_json_put_boolean_member(&json, "isValid", false);
    icp_json_put_text_member(&json, "message", problem->message);
    icp_json_put_text_member(&json, "error", icp_str_from(problem->code));
    icp_json_put_text_member(&json, "name", name);
    icp_json_put_text_member(&json, "localizedErrorMessage", problem->message);
    icp_json_put_integer_member(&json, "portalId", 1);
    icp_json_end_object(&json);
    (void)call;
}

static bool check_property(struct sim_call *call, const struct sim_view *before, uint32_t column,
                           struct icp_str name, bool by_system, struct sim_change *change,
                           struct sim_value_problem *problem)
{
    const struct sim_property *property;
    struct icp_str old, text = change->text;

    if (column == SIM_NO_COLUMN || call->crm->tables[call->object].properties[column].archived) {
        problem->code = "PROPERTY_DOESNT_EXIST";
        problem->message = icp_arena_format(call->arena, "Property \"%.*s\" does not exist",
                                            ICP_STR_ARGUMENTS(name));
        return false;
    }
    property = &call->crm->tables[call->object].properties[column];
    if (property->read_only && !by_system) {
        problem->code = "READ_ONLY_VALUE";
        problem->message = icp_arena_format(call->arena,
                                            "\"%.*s\" is a read only property; its value cannot be "
                                            "set.",
                                            ICP_STR_ARGUMENTS(name));
        return false;
    }
    old = sim_view_value(call->crm, call->object, before, column);
    return sim_check_value(call->crm, property, old, text, &change->text, problem);
}

static size_t count_members(const struct icp_json *object)
{
    struct icp_str key;
    const struct icp_json *value;
    void *iterator = NULL;
    size_t count = 0;

    while (icp_json_next_member(object, &iterator, &key, &value))
        count++;
    return count;
}

bool sim_read_changes(struct sim_call *call, const struct sim_view *before,
                      const struct icp_json *properties, bool by_system,
                      struct sim_changes *changes)
{
    struct icp_buf problems = {0};
    struct icp_str key;
    const struct icp_json *value;
    void *iterator = NULL;
    bool right;

    icp_buf_open(&problems, (size_t)1024 * 1024);
    icp_buf_add_char(&problems, '[');
    changes->count = 0;
    changes->items = ICP_NEW_ARRAY(call->arena, struct sim_change, count_members(properties) + 1);
    while (icp_json_next_member(properties, &iterator, &key, &value)) {
        struct sim_change *change = &changes->items[changes->count];
        struct sim_value_problem problem = {"INVALID_VALUE", ICP_STR("the value is not a text")};
        change->column = sim_column(call->crm, call->object, key);
        change->text = value_text(call, value);
        if (!icp_str_is_null(change->text) &&
            check_property(call, before, change->column, key, by_system, change, &problem))
            changes->count++;
        else
            report_value(call, &problems, key, &problem);
    }
    icp_buf_add_char(&problems, ']');
    right = problems.length == 2;
    if (!right)
        sim_bad_request(call, "Property values were not valid: %.*s",
                        ICP_STR_ARGUMENTS(icp_buf_view(&problems)));
    icp_buf_finish(&problems);
    return right;
}

/* ---- Inputs. */

struct input {
    struct icp_str id, trace;
    uint32_t record; /* SIM_NO_RECORD: unknown */
    struct sim_changes changes;
};
struct batch {
    struct input *items;
    size_t count;
    struct icp_str *missing; /* numeric ids without a record */
    size_t missing_count;
};

static bool read_inputs(struct sim_call *call, struct batch *batch)
{
    const struct icp_json *inputs = icp_json_get(call->body, "inputs");
    bool archived = icp_str_is(sim_query(call, "archived"), "true");

    batch->count = icp_json_count(inputs);
    if (batch->count > MOST_INPUTS) {
        sim_bad_request(call, "Batch size of %zu exceeds the maximum of %d", batch->count,
                        MOST_INPUTS);
        return false;
    }
    batch->items = ICP_NEW_ARRAY(call->arena, struct input, batch->count + 1);
    batch->missing = ICP_NEW_ARRAY(call->arena, struct icp_str, batch->count + 1);
    for (size_t i = 0; i < batch->count; i++) {
        const struct icp_json *input = icp_json_at(inputs, i);
        struct input *item = &batch->items[i];
        int64_t id;
        item->id = icp_json_id(icp_json_get(input, "id"), call->arena);
        item->trace = icp_json_get_text(input, "objectWriteTraceId");
        item->record = SIM_NO_RECORD;
        /* what is no number is dropped without a word: HubSpot answers COMPLETE */
        if (icp_str_is_null(item->id) || !sim_parse_id(item->id, &id))
            continue;
        item->record = sim_find(call->crm, call->object, id);
        if (item->record != SIM_NO_RECORD &&
            sim_record_at(call->crm, call->object, item->record)->archived != archived)
            item->record = SIM_NO_RECORD;
        if (item->record == SIM_NO_RECORD)
            batch->missing[batch->missing_count++] = item->id;
    }
    return true;
}

static bool has_no_id_property(struct sim_call *call)
{
    static const char *const type_ids[SIM_OBJECT_COUNT] = {"0-1", "0-2", "0-3"};
    const struct icp_json *inputs = icp_json_get(call->body, "inputs");

    for (size_t i = 0; i < icp_json_count(inputs); i++) {
        struct icp_str name = icp_json_get_text(icp_json_at(inputs, i), "idProperty");
        if (icp_str_is_null(name))
            continue;
        sim_bad_request(call,
                        "Unable to perform update/upsert by non-unique %s property %.*s in portal "
                        "ID 1",
                        type_ids[call->object], ICP_STR_ARGUMENTS(name));
        return false;
    }
    return true;
}

static bool has_no_duplicates(struct sim_call *call, const struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (!icp_str_equal(batch->items[i].id, batch->items[k].id))
                continue;
            sim_fail(call,
                     &(struct sim_problem){.status = 400,
                                           .category = "VALIDATION_ERROR",
                                           .context_key = "ids",
                                           .context_value = batch->items[i].id},
                     "Duplicate IDs found in batch input: [%.*s]. IDs must be unique",
                     ICP_STR_ARGUMENTS(batch->items[i].id));
            return false;
        }
    }
    return true;
}

/* ---- Answer. */

static uint64_t shuffle_key(const struct input *input)
{
    return icp_str_hash(input->id);
}

/* A fixed order that is not the one asked for. */
static int compare_shuffled(const void *a, const void *b)
{
    uint64_t left = shuffle_key(a), right = shuffle_key(b);

    return (left > right) - (left < right);
}

static void put_missing(struct sim_call *call, const struct batch *batch)
{
    static const char *const names[SIM_OBJECT_COUNT] = {"CONTACT", "COMPANY", "DEAL"};
    struct icp_json_writer *json = &call->json;

    if (batch->missing_count == 0)
        return;
    call->response->status = 207;
    icp_json_put_integer_member(json, "numErrors", 1);
    icp_json_put_key(json, "errors");
    icp_json_begin_array(json);
    icp_json_begin_object(json);
    icp_json_put_text_member(json, "status", ICP_STR("error"));
    icp_json_put_text_member(json, "category", ICP_STR("OBJECT_NOT_FOUND"));
    icp_json_put_text_member(
        json, "message",
        icp_arena_format(call->arena,
                         "Could not get some %s objects, they may be deleted or not exist. Check "
                         "that ids are valid.",
                         names[call->object]));
    sim_put_context(json, "ids", batch->missing, batch->missing_count);
    icp_json_end_object(json);
    icp_json_end_array(json);
}

static struct sim_columns written_columns(struct sim_call *call, const struct input *input)
{
    const struct sim_table *table = &call->crm->tables[call->object];
    struct sim_names names = {ICP_NEW_ARRAY(call->arena, struct icp_str, input->changes.count + 1),
                              0};

    for (size_t i = 0; i < input->changes.count; i++)
        names.items[names.count++] = table->properties[input->changes.items[i].column].name;
    if (names.count == 0)
        names.items[names.count++] = ICP_STR("hs_object_id");
    return sim_columns_for(call, names);
}

/* `columns` NULL: each record shows what was written to it. */
static void put_batch(struct sim_call *call, struct batch *batch, const struct sim_columns *columns,
                      int64_t started_ms)
{
    struct icp_json_writer *json = &call->json;

    icp_json_begin_object(json);
    icp_json_put_text_member(json, "status", ICP_STR("COMPLETE"));
    icp_json_put_key(json, "results");
    icp_json_begin_array(json);
    qsort(batch->items, batch->count, sizeof(*batch->items), compare_shuffled);
    for (size_t i = 0; i < batch->count; i++) {
        const struct input *input = &batch->items[i];
        struct sim_columns own;
        struct sim_view view;
        if (input->record == SIM_NO_RECORD ||
            (i > 0 && input->record == batch->items[i - 1].record))
            continue;
        view = sim_view_now(sim_record_at(call->crm, call->object, input->record));
        if (columns == NULL)
            own = written_columns(call, input);
        sim_put_record(call, &view, columns == NULL ? &own : columns);
    }
    icp_json_end_array(json);
    put_missing(call, batch);
    sim_put_stamp(json, "startedAt", started_ms);
    sim_put_stamp(json, "completedAt", sim_now(call->crm));
    icp_json_end_object(json);
}

void sim_batch_read(struct sim_call *call)
{
    struct sim_columns columns =
        sim_columns_for(call, sim_json_list(call, icp_json_get(call->body, "properties")));
    struct batch batch = {0};

    if (read_inputs(call, &batch))
        put_batch(call, &batch, &columns, sim_now(call->crm));
}

static bool read_all_changes(struct sim_call *call, struct batch *batch)
{
    static const struct sim_record nothing = {0};
    const struct icp_json *inputs = icp_json_get(call->body, "inputs");

    for (size_t i = 0; i < batch->count; i++) {
        struct input *input = &batch->items[i];
        const struct sim_record *record =
            input->record == SIM_NO_RECORD ? &nothing
                                           : sim_record_at(call->crm, call->object, input->record);
        struct sim_view view = sim_view_now(record);
        if (!sim_read_changes(call, &view, icp_json_get(icp_json_at(inputs, i), "properties"),
                              false, &input->changes))
            return false;
    }
    return true;
}

void sim_batch_update(struct sim_call *call)
{
    int64_t started_ms = sim_now(call->crm);
    struct batch batch = {0};

    if (!read_inputs(call, &batch) || !has_no_id_property(call) ||
        !has_no_duplicates(call, &batch) || !read_all_changes(call, &batch))
        return;
    for (size_t i = 0; i < batch.count; i++)
        if (batch.items[i].record != SIM_NO_RECORD)
            sim_write(call->crm, call->object, batch.items[i].record, batch.items[i].changes.items,
                      batch.items[i].changes.count);
    put_batch(call, &batch, NULL, started_ms);
}
