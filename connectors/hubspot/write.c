/*
 * Writing our own properties by batch update, with one outcome a record. The invariant: nothing but
 * ids and owned properties ever leaves, which is checked on the very bytes that are sent; and
 * "written" is said only of a record whose answer shows the values that were sent.
 */
#include "hubspot.h"

#include "json.h"

struct batch {
    struct icp_connector *connector;
    enum icp_object object;
    const struct icp_change *changes;
    struct icp_outcome *outcomes;
    struct icp_arena *arena;
    struct icp_err *err;
};

/* ---- what may be sent ----------------------------------------------------------------------- */

static bool is_owned_name(const struct icp_connector *connector, struct icp_str name)
{
    for (size_t i = 0; i < name.length; i++) {
        char c = name.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    return name.length > connector->owned_prefix.length &&
           icp_str_has_prefix(name, connector->owned_prefix) &&
           !icp_str_has_prefix(name, ICP_STR("hs_"));
}

static enum icp_status check_changes(const struct batch *batch, size_t count)
{
    const struct icp_change *changes = batch->changes;

    if (count > HUBSPOT_BATCH)
        return icp_fail(batch->err, ICP_BUG, "%zu changes in a batch of %d", count, HUBSPOT_BATCH);
    for (size_t i = 0; i < count; i++) {
        if (!hubspot_is_id(changes[i].id))
            return icp_fail(batch->err, ICP_BUG, "a record id that HubSpot cannot have given");
        if (changes[i].count == 0)
            return icp_fail(batch->err, ICP_BUG, "an empty change of record %.*s",
                            ICP_STR_ARGUMENTS(changes[i].id));
        for (size_t j = 0; j < i; j++)
            if (icp_str_equal(changes[j].id, changes[i].id))
                return icp_fail(batch->err, ICP_BUG, "record %.*s stands twice in one batch",
                                ICP_STR_ARGUMENTS(changes[i].id));
    }
    return ICP_OK;
}

static void make_body(const struct batch *batch, size_t from, size_t count)
{
    struct icp_json_writer writer = hubspot_begin_body(batch->connector);

    icp_json_begin_object(&writer);
    icp_json_put_key(&writer, "inputs");
    icp_json_begin_array(&writer);
    for (size_t i = from; i < from + count; i++) {
        const struct icp_change *change = &batch->changes[i];

        icp_json_begin_object(&writer);
        icp_json_put_text_member(&writer, "id", change->id);
        icp_json_put_key(&writer, "properties");
        icp_json_begin_object(&writer);
        for (size_t v = 0; v < change->count; v++) {
            struct icp_str value = change->values[v];

            icp_json_put_key_text(&writer, change->names[v]);
            icp_json_put_text(&writer, icp_str_is_null(value) ? ICP_STR("") : value);
        }
        icp_json_end_object(&writer);
        icp_json_end_object(&writer);
    }
    icp_json_end_array(&writer);
    icp_json_end_object(&writer);
}

static bool input_is_allowed(const struct icp_connector *connector, struct icp_json_reader *reader)
{
    struct icp_str key = {0}, name = {0}, value = {0};

    if (!icp_json_enter_object(reader))
        return false;
    while (icp_json_key(reader, &key)) {
        if (icp_str_is(key, "id")) {
            if (!icp_json_scalar(reader, &value) || !hubspot_is_id(value))
                return false;
            continue;
        }
        if (!icp_str_is(key, "properties") || !icp_json_enter_object(reader))
            return false;
        while (icp_json_key(reader, &name))
            if (!is_owned_name(connector, name) || !icp_json_scalar(reader, &value))
                return false;
    }
    return reader->problem == NULL;
}

/* The last check before the bytes leave, made on the bytes: {"inputs": [{id, properties: owned}]}
   and nothing else. */
static bool body_is_allowed(struct icp_connector *connector, size_t count)
{
    struct icp_json_reader reader;
    struct icp_str key = {0};
    size_t seen = 0;

    icp_arena_reset(&connector->scratch);
    icp_json_reader_open(&reader, icp_buf_view(&connector->body), &connector->scratch);
    if (!icp_json_enter_object(&reader) || !icp_json_key(&reader, &key) ||
        !icp_str_is(key, "inputs") || !icp_json_enter_array(&reader))
        return false;
    while (icp_json_item(&reader)) {
        if (!input_is_allowed(connector, &reader))
            return false;
        seen++;
    }
    return !icp_json_key(&reader, &key) && icp_json_next(&reader, NULL) == ICP_JSON_FINISHED &&
           seen == count;
}

/* ---- what came back ------------------------------------------------------------------------- */

static void settle(const struct batch *batch, size_t from, size_t count, enum icp_outcome_kind kind,
                   struct icp_str reason)
{
    for (size_t i = from; i < from + count; i++)
        batch->outcomes[i] = (struct icp_outcome){kind, reason};
}

static size_t find_change(const struct batch *batch, size_t from, size_t count, struct icp_str id)
{
    for (size_t i = from; i < from + count; i++)
        if (icp_str_equal(batch->changes[i].id, id))
            return i;
    return SIZE_MAX;
}

static void take_result(const struct batch *batch, size_t from, size_t count,
                        const struct icp_json *result)
{
    struct icp_str id = icp_json_id(icp_json_get(result, "id"), batch->arena);
    const struct icp_json *properties = icp_json_get(result, "properties");
    size_t at = find_change(batch, from, count, id);
    const struct icp_change *change = NULL;

    if (at == SIZE_MAX)
        return; /* a record we did not name: its own id stays unanswered and is read back */
    change = &batch->changes[at];
    for (size_t v = 0; v < change->count; v++) {
        struct icp_str name = icp_arena_copy(batch->arena, change->names[v]);
        struct icp_str held =
            icp_str_is_null(name) ? name : icp_json_get_text(properties, name.data);

        if (hubspot_same_value(change->values[v], held, batch->arena))
            continue;
        settle(batch, at, 1, ICP_OUTCOME_UNKNOWN,
               icp_arena_format(batch->arena, "the answer shows another value of %.*s",
                                ICP_STR_ARGUMENTS(name)));
        return;
    }
    settle(batch, at, 1, ICP_WRITTEN, (struct icp_str){0});
}

/* Categories of one row's error in a 207; any other is settled by reading back. */
static const struct {
    const char *category;
    enum icp_outcome_kind kind;
} row_errors[] = {
    {"OBJECT_NOT_FOUND", ICP_GONE},
    {"VALIDATION_ERROR", ICP_REFUSED},
    {"MISSING_REQUIRED_PROPERTY", ICP_REFUSED},
    {"MISSING_CONDITIONAL_REQUIRED_PROPERTY", ICP_REFUSED},
    {"OBJECT_ALREADY_EXISTS", ICP_REFUSED},
    {"CONFLICT", ICP_REFUSED},
    {"MISSING_SCOPES", ICP_REFUSED},
    {"RATE_LIMITS", ICP_LATER},
    {"RATE_LIMIT", ICP_LATER},
};

static enum icp_outcome_kind kind_of_error(const struct icp_json *error)
{
    struct icp_str category = icp_json_get_text(error, "category");

    for (size_t i = 0; i < sizeof(row_errors) / sizeof(row_errors[0]); i++)
        if (icp_str_is(category, row_errors[i].category))
            return row_errors[i].kind;
    return ICP_OUTCOME_UNKNOWN;
}

static struct icp_str refusal_text(const struct batch *batch, const struct icp_json *error)
{
    struct icp_buf text;
    struct icp_str copy = {0};

    icp_buf_open(&text, 300);
    hubspot_describe_refusal(error, &text);
    copy = icp_arena_copy(batch->arena, icp_buf_view(&text));
    icp_buf_finish(&text);
    return copy;
}

static void take_error(const struct batch *batch, size_t from, size_t count,
                       const struct icp_json *error)
{
    const struct icp_json *ids = icp_json_get(icp_json_get(error, "context"), "ids");
    struct icp_str id = icp_json_id(icp_json_get(error, "id"), batch->arena);
    enum icp_outcome_kind kind = kind_of_error(error);
    struct icp_str reason = refusal_text(batch, error);
    size_t at = find_change(batch, from, count, id);

    if (!icp_str_is_null(id) && at != SIZE_MAX)
        settle(batch, at, 1, kind, reason);
    for (size_t i = 0; i < icp_json_count(ids); i++) {
        at = find_change(batch, from, count, icp_json_id(icp_json_at(ids, i), batch->arena));
        if (at != SIZE_MAX)
            settle(batch, at, 1, kind, reason);
    }
}

/* The status that outcomes left open give to the whole call. */
static enum icp_status judge_outcomes(const struct batch *batch, size_t from, size_t count)
{
    size_t unknown = 0, later = 0;

    for (size_t i = from; i < from + count; i++) {
        unknown += batch->outcomes[i].kind == ICP_OUTCOME_UNKNOWN;
        later += batch->outcomes[i].kind == ICP_LATER;
    }
    if (unknown)
        return icp_fail(batch->err, ICP_UNKNOWN,
                        "the answer to a batch of %zu leaves %zu records without an outcome", count,
                        unknown);
    if (later)
        return icp_fail(batch->err, ICP_RETRY, "HubSpot put %zu records of a batch off", later);
    return ICP_OK;
}

static enum icp_status take_answer(const struct batch *batch, size_t from, size_t count)
{
    struct icp_json_document *document =
        icp_json_open(icp_buf_view(&batch->connector->answer.body), batch->err);
    const struct icp_json *root = icp_json_root(document);
    const struct icp_json *results = icp_json_get(root, "results");
    const struct icp_json *errors = icp_json_get(root, "errors");

    settle(batch, from, count, ICP_OUTCOME_UNKNOWN, ICP_STR("not in the answer"));
    if (!document) {
        batch->err->status = ICP_UNKNOWN;
        return ICP_UNKNOWN;
    }
    for (size_t i = 0; i < icp_json_count(errors); i++)
        take_error(batch, from, count, icp_json_at(errors, i));
    for (size_t i = 0; i < icp_json_count(results); i++)
        take_result(batch, from, count, icp_json_at(results, i));
    icp_json_close(document);
    return judge_outcomes(batch, from, count);
}

/* ---- refused whole -------------------------------------------------------------------------- */

static struct icp_str whole_refusal(const struct batch *batch, bool *not_found)
{
    struct icp_err ignored = {0};
    struct icp_json_document *document =
        icp_json_open(icp_buf_view(&batch->connector->answer.body), &ignored);
    const struct icp_json *root = icp_json_root(document);
    struct icp_str text = {0};

    *not_found = false;
    if (icp_json_is_object(root)) {
        *not_found = icp_str_is(icp_json_get_text(root, "category"), "OBJECT_NOT_FOUND");
        text = refusal_text(batch, root);
    }
    icp_json_close(document);
    return text;
}

/* The request never reached a decision about its records. */
static enum icp_status stop_batch(const struct batch *batch, size_t from, size_t count)
{
    bool unknown = batch->err->status == ICP_UNKNOWN || batch->err->status == ICP_STOP;

    settle(batch, from, count, unknown ? ICP_OUTCOME_UNKNOWN : ICP_LATER, (struct icp_str){0});
    return batch->err->status;
}

/* ICP_OK: a smaller part of it may be tried. */
static enum icp_status judge_refusal(const struct batch *batch, size_t from, size_t count,
                                     struct icp_str reason, bool not_found)
{
    int status = batch->err->http_status;

    if (icp_str_is_null(reason) && status != 413) {
        batch->err->status = ICP_REMOTE; /* not HubSpot's own words: a wrong address, a proxy */
        return stop_batch(batch, from, count);
    }
    if (hubspot_is_missing_property(reason)) {
        batch->err->status = ICP_RETRY; /* a new property can be written a moment later */
        icp_hint(batch->err, "Run icp setup --apply; a property that was just created can be "
                             "written after a few seconds.");
        settle(batch, from, count, ICP_LATER, reason);
        return ICP_RETRY;
    }
    icp_err_clear(batch->err);
    if (count == 1)
        settle(batch, from, 1, not_found ? ICP_GONE : ICP_REFUSED, reason);
    return ICP_OK;
}

/* Sends one part. *split: it was refused whole and holds more than one record. */
static enum icp_status write_part(const struct batch *batch, size_t from, size_t count, bool *split)
{
    const struct hubspot_call call = {.method = "POST",
                                      .path = HUBSPOT_OBJECTS,
                                      .object = batch->object,
                                      .tail = ICP_STR("/batch/update"),
                                      .has_body = true,
                                      .writes = true,
                                      .expected = "results"};
    struct icp_str reason = {0};
    bool not_found = false;

    *split = false;
    make_body(batch, from, count);
    if (hubspot_end_body(batch->connector, batch->err) != ICP_OK)
        return batch->err->status;
    if (!body_is_allowed(batch->connector, count)) {
        icp_fail(batch->err, ICP_BUG,
                 "a write names a property that is not ours; nothing was sent");
        return batch->err->status;
    }
    if (hubspot_send(batch->connector, &call, batch->err) == ICP_OK)
        return take_answer(batch, from, count);
    if (batch->err->status != ICP_ITEM)
        return stop_batch(batch, from, count);
    reason = whole_refusal(batch, &not_found);
    if (judge_refusal(batch, from, count, reason, not_found) != ICP_OK)
        return batch->err->status;
    *split = count > 1;
    return ICP_OK;
}

/* Halves of what was refused, first half first, until the bad records stand alone. The stack holds
   at most one waiting half for each halving of HUBSPOT_BATCH. */
static enum icp_status write_parts(const struct batch *batch, size_t count)
{
    struct part {
        size_t from, count;
    } waiting[16] = {{0, count}};
    size_t depth = 1;

    while (depth > 0) {
        struct part part = waiting[--depth];
        bool split = false;

        if (write_part(batch, part.from, part.count, &split) != ICP_OK)
            return batch->err->status; /* the halves that wait stay as "later" */
        if (!split)
            continue;
        waiting[depth++] = (struct part){part.from + part.count / 2, part.count - part.count / 2};
        waiting[depth++] = (struct part){part.from, part.count / 2};
    }
    return ICP_OK;
}

enum icp_status hubspot_write(struct icp_connector *connector, enum icp_object object,
                              const struct icp_change *changes, size_t count,
                              struct icp_outcome *outcomes, struct icp_arena *arena,
                              struct icp_err *err)
{
    const struct batch batch = {connector, object, changes, outcomes, arena, err};

    settle(&batch, 0, count, ICP_LATER, (struct icp_str){0});
    if (count == 0)
        return ICP_OK;
    if (check_changes(&batch, count) != ICP_OK)
        return err->status;
    return write_parts(&batch, count);
}
