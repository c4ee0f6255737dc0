/*
 * Records as the store keeps them: what is asked of each object, and the JSON of the inputs.
 * Invariant: the same inputs give the same JSON whatever rule file asked for them first, because
 * fields stand in name order; one that is unknown stands there as null.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "crypto.h"
#include "date.h"
#include "json_stream.h"
#include "utf8.h"

enum { INPUTS_MOST = 1024 * 1024 }; /* one record's JSON: 512 fields, most of them short */

/* ---- what is asked --------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    const struct icp_field *left = a, *right = b;
    return icp_str_compare(left->name, right->name);
}

static bool has_source_on(const struct icp_field *field, enum icp_object object)
{
    for (size_t i = 0; i < field->source_count; i++)
        if (field->sources[i].object == object)
            return true;
    return false;
}

/* Adds the fields of a ruleset with a source on the object that are not there yet. */
static void add_fields(const struct icp_night *night, const struct icp_ruleset *rules,
                       enum icp_object object, struct icp_field *fields, size_t *count)
{
    size_t all;

    if (rules == NULL)
        return;
    icp_rules_fields(rules, &all);
    for (size_t i = 0; i < all; i++) {
        struct icp_field field = icp_rules_field_for(rules, i, night->crm);
        bool there = false;
        for (size_t k = 0; k < *count && !there; k++)
            there = icp_str_equal(fields[k].name, field.name);
        if (!there && has_source_on(&field, object) && *count < ICP_MAX_FIELDS)
            fields[(*count)++] = field;
    }
}

static void add_signals(const struct icp_night *night, const struct icp_ruleset *rules,
                        enum icp_object object, const struct icp_signal_definition **signals,
                        size_t *count)
{
    size_t all;
    const struct icp_str *names;

    if (rules == NULL)
        return;
    names = icp_rules_signals(rules, &all);
    for (size_t i = 0; i < all; i++) {
        const struct icp_signal_definition *one =
            icp_dictionary_signal(night->dictionary, names[i]);
        bool there = false;
        if (one == NULL || one->last.object != object)
            continue;
        for (size_t k = 0; k < *count && !there; k++)
            there = signals[k] == one;
        if (!there)
            signals[(*count)++] = one;
    }
}

static int by_signal_name(const void *a, const void *b)
{
    const struct icp_signal_definition *const *left = a, *const *right = b;
    return icp_str_compare((*left)->name, (*right)->name);
}

static void hash_asked(struct icp_asked *asked, struct icp_str prefix, struct icp_sha256 *hash)
{
    for (size_t i = 0; i < asked->request.field_count; i++) {
        const struct icp_field *field = &asked->request.fields[i];
        icp_sha256_add_field(hash, field->name);
        icp_sha256_add_field(hash, icp_str_from(icp_type_name(field->type)));
        for (size_t k = 0; k < field->source_count; k++)
            icp_sha256_add_field(hash, field->sources[k].property);
    }
    for (size_t i = 0; i < asked->request.signal_count; i++)
        icp_sha256_add_field(hash, asked->request.signals[i]->name);
    icp_sha256_add_field(hash, prefix); /* what is held under another prefix was never read */
    icp_sha256_end(hash, asked->hash);
}

enum icp_status icp_asked_build(const struct icp_night *night, enum icp_object object,
                                struct icp_arena *arena, struct icp_asked *asked,
                                struct icp_err *err)
{
    struct icp_field *fields = ICP_NEW_ARRAY(arena, struct icp_field, ICP_MAX_FIELDS);
    const struct icp_signal_definition **signals = ICP_NEW_ARRAY(
        arena, const struct icp_signal_definition *, night->dictionary->signal_count + 1);
    struct icp_sha256 *hash = icp_sha256_open();

    if (fields == NULL || signals == NULL || hash == NULL)
        return icp_fail(err, ICP_BUG, "no memory for the list of fields to read");
    *asked =
        (struct icp_asked){.request = {.object = object, .fields = fields, .signals = signals}};
    for (size_t i = 0; i < night->rules->count; i++) {
        const struct icp_night_file *file = &night->rules->files[i];
        add_fields(night, file->active, object, fields, &asked->request.field_count);
        add_signals(night, file->active, object, signals, &asked->request.signal_count);
        if (file->file == file->active)
            continue;
        add_fields(night, file->file, object, fields, &asked->request.field_count);
        add_signals(night, file->file, object, signals, &asked->request.signal_count);
    }
    qsort(fields, asked->request.field_count, sizeof(fields[0]), by_name);
    qsort(signals, asked->request.signal_count,
          sizeof(const struct icp_signal_definition *), /* NOLINT(bugprone-sizeof-expression) */
          by_signal_name);
    hash_asked(asked, night->settings.owned_prefix, hash);
    return ICP_OK;
}

/* ---- records to JSON ----------------------------------------------------------------------------
 */

static void put_signal(struct icp_json_writer *json, const struct icp_signal *signal)
{
    char at[ICP_TIME_TEXT];

    icp_json_begin_object(json);
    icp_json_put_text_member(json, "signal", signal->name);
    icp_json_put_text_member(json, "at", icp_time_format(signal->at_ms, at));
    icp_json_put_integer_member(json, "times", signal->times);
    if (signal->counted)
        icp_json_put_boolean_member(json, "counted", true);
    if (signal->attribute_count > 0) {
        icp_json_put_key(json, "attributes");
        icp_json_begin_object(json);
        for (size_t i = 0; i < signal->attribute_count; i++) {
            icp_json_put_key_text(json, signal->attributes[i].name);
            icp_json_put_text(json, signal->attributes[i].value);
        }
        icp_json_end_object(json);
    }
    icp_json_end_object(json);
}

static void put_inputs(struct icp_buf *out, const struct icp_record *record,
                       const struct icp_asked *asked, int64_t *known_count)
{
    struct icp_json_writer json;

    *known_count = 0;
    icp_json_writer_open(&json, out);
    icp_json_begin_object(&json);
    icp_json_put_key(&json, "fields");
    icp_json_begin_object(&json);
    for (size_t i = 0; i < record->value_count && i < asked->request.field_count; i++) {
        const struct icp_field *field = &asked->request.fields[i];
        struct icp_str value = record->values[i];
        bool known = !icp_str_is_null(value) && (value.length > 0 || field->type == ICP_TYPE_SET);
        icp_json_put_key_text(&json, field->name);
        icp_json_put_text(&json, known ? value : (struct icp_str){0}); /* null: asked, unknown */
        *known_count += known;
    }
    icp_json_end_object(&json);
    icp_json_put_key(&json, "signals");
    icp_json_begin_array(&json);
    for (size_t i = 0; i < record->signal_count; i++)
        put_signal(&json, &record->signals[i]);
    icp_json_end_array(&json);
    icp_json_end_object(&json);
}

static void put_owned(struct icp_buf *out, const struct icp_record *record,
                      const struct icp_str *names)
{
    struct icp_json_writer json;

    icp_json_writer_open(&json, out);
    icp_json_begin_object(&json);
    for (size_t i = 0; i < record->owned_count; i++) {
        if (icp_str_is_empty(record->owned[i]))
            continue;
        icp_json_put_key_text(&json, names[i]);
        icp_json_put_text(&json, record->owned[i]);
    }
    icp_json_end_object(&json);
}

/* A name for people's eyes: control characters and marks that turn the writing direction become
   spaces, so that a name cannot talk to a terminal. */
static struct icp_str plain_label(struct icp_arena *arena, struct icp_str text)
{
    struct icp_str rest = text, copy;
    struct icp_buf plain;
    uint32_t point;

    if (icp_str_is_null(text))
        return text;
    icp_buf_open(&plain, ICP_MAX_TEXT);
    while (icp_utf8_next(&rest, &point)) {
        bool strange = point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x2028 ||
                       point == 0x2029 || (point >= 0x202A && point <= 0x202E) ||
                       (point >= 0x2066 && point <= 0x2069);
        icp_utf8_append(&plain, strange ? ' ' : point);
    }
    copy = icp_arena_copy(arena, icp_str_trim(icp_buf_view(&plain)));
    icp_buf_finish(&plain);
    return copy;
}

enum icp_status icp_stored_from(const struct icp_record *record, const struct icp_asked *asked,
                                const struct icp_str *owned_names, struct icp_arena *arena,
                                struct icp_stored *stored, struct icp_err *err)
{
    struct icp_buf text;
    char hash[ICP_SHA256_HEX];
    bool failed;

    *stored = (struct icp_stored){.object = record->object,
                                  .id = icp_arena_copy(arena, record->id),
                                  .stamp_ms = record->stamp_ms,
                                  .email = plain_label(arena, record->email),
                                  .label = plain_label(arena, record->label),
                                  .owner = icp_arena_copy(arena, record->owner),
                                  .company_id = icp_arena_copy(arena, record->company_id)};
    icp_buf_open(&text, INPUTS_MOST);
    put_inputs(&text, record, asked, &stored->known);
    stored->inputs = icp_arena_copy(arena, icp_buf_view(&text));
    failed = text.failed;
    icp_buf_reset(&text);
    put_owned(&text, record, owned_names);
    stored->owned = icp_arena_copy(arena, icp_buf_view(&text));
    failed = failed || text.failed;
    icp_buf_finish(&text);
    icp_sha256_hex(stored->inputs, hash);
    stored->input_hash = icp_arena_copy(arena, icp_str_from(hash));
    if (failed || arena->full)
        return icp_fail(err, ICP_BUG, "a record is larger than %d bytes", INPUTS_MOST);
    return ICP_OK;
}

enum icp_status icp_held_read(struct icp_str owned, const struct icp_str names[ICP_OWNED_COUNT],
                              struct icp_arena *arena, struct icp_str held[ICP_OWNED_COUNT],
                              struct icp_err *err)
{
    struct icp_json_reader json;
    struct icp_str key;

    memset(held, 0, sizeof(held[0]) * ICP_OWNED_COUNT);
    icp_json_reader_open(&json, owned, arena);
    if (!icp_json_enter_object(&json))
        return icp_fail(err, ICP_STATE, "the state database holds a damaged record");
    while (icp_json_key(&json, &key)) {
        struct icp_str value;
        icp_json_scalar(&json, &value);
        for (size_t i = 0; i < ICP_OWNED_COUNT; i++)
            if (icp_str_equal(key, names[i]))
                held[i] = value;
    }
    if (json.problem != NULL)
        return icp_fail(err, ICP_STATE, "the state database holds a damaged record: %s",
                        json.problem);
    return ICP_OK;
}

struct icp_str icp_effective_hash(const struct icp_person *person, struct icp_arena *arena)
{
    struct icp_sha256 *hash = icp_sha256_open();
    char hex[ICP_SHA256_HEX];

    if (hash == NULL)
        return (struct icp_str){0};
    icp_sha256_add_field(hash, person->record.input_hash);
    icp_sha256_add_field(hash, person->company_hash);
    icp_sha256_end(hash, hex);
    return icp_arena_copy(arena, icp_str_from(hex));
}
