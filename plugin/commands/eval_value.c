/*
 * Values of FEEL as JSON, both ways. JSON nests at most ICP_MAX_DEPTH deep, and so does this.
 */
#include "eval_value.h"

#include <string.h>

/* ---- Plain JSON ----------------------------------------------------------------------------- */

static bool refuse(struct icp_err *err, const char *why, struct icp_str what)
{
    (void)icp_fail(err, ICP_ITEM, "%s: \"%.*s\"", why, ICP_STR_ARGUMENTS(what));
    return false;
}

static bool read_plain(struct icp_json_reader *reader, struct feel_run *run,
                       struct feel_value *value, struct icp_err *err);

static bool read_array(struct icp_json_reader *reader, struct feel_run *run,
                       struct feel_value *value, struct icp_err *err)
{
    struct feel_value item;

    *value = feel_list_open();
    while (icp_json_item(reader)) {
        if (!read_plain(reader, run, &item, err))
            return false;
        feel_list_add(run, value, &item);
    }
    return reader->problem == NULL && !run->stopped;
}

static bool read_object(struct icp_json_reader *reader, struct feel_run *run,
                        struct feel_value *value, struct icp_err *err)
{
    struct feel_value names = feel_list_open(), items = feel_list_open(), item;
    struct icp_str key;

    while (icp_json_key(reader, &key)) {
        struct feel_value name = feel_text(icp_arena_copy(run->scratch, key));
        if (!read_plain(reader, run, &item, err))
            return false;
        feel_list_add(run, &names, &name);
        feel_list_add(run, &items, &item);
    }
    size_t count = names.as.list.count;
    struct icp_str *keys = ICP_NEW_ARRAY(run->scratch, struct icp_str, count + 1);
    for (size_t i = 0; keys != NULL && i < count; i++)
        keys[i] = feel_item(&names, i).as.text;
    *value = feel_context_of(run, keys, items.as.list.items, count);
    return reader->problem == NULL && value->kind == FEEL_CONTEXT;
}

static bool read_plain(struct icp_json_reader *reader, struct feel_run *run,
                       struct feel_value *value, struct icp_err *err)
{
    struct icp_str text = {0};

    *value = feel_null();
    switch (icp_json_next(reader, &text)) {
    case ICP_JSON_OBJECT_BEGIN:
        return read_object(reader, run, value, err);
    case ICP_JSON_ARRAY_BEGIN:
        return read_array(reader, run, value, err);
    case ICP_JSON_STRING:
        *value = feel_text(icp_arena_copy(run->scratch, text));
        return value->as.text.data != NULL;
    case ICP_JSON_NUMBER:
        return feel_number_read(text, value) || refuse(err, "not a number", text);
    case ICP_JSON_TRUE:
    case ICP_JSON_FALSE:
        *value = feel_boolean(reader->text.data[reader->at - 2] == 'u');
        return true;
    case ICP_JSON_NULL:
        return true;
    case ICP_JSON_KEY:
    case ICP_JSON_OBJECT_END:
    case ICP_JSON_ARRAY_END:
    case ICP_JSON_FINISHED:
    case ICP_JSON_BAD:
        break;
    }
    return false;
}

/* ---- The typed form ------------------------------------------------------------------------- */

static bool read_boolean(struct icp_str text, struct feel_value *value)
{
    *value = feel_boolean(icp_str_is(text, "true"));
    return value->as.boolean || icp_str_is(text, "false");
}

static bool read_text(struct icp_str text, struct feel_value *value)
{
    *value = feel_text(text);
    return true;
}

static bool read_number(struct icp_str text, struct feel_value *value)
{
    return feel_number_read(
        icp_str_has_prefix(text, ICP_STR("+")) ? icp_str_slice(text, 1, text.length) : text, value);
}

static const struct {
    struct icp_str name;
    enum feel_kind kind;
    bool (*read)(struct icp_str text, struct feel_value *value);
} types[] = {
    {ICP_STR_INIT("decimal"), FEEL_NUMBER, read_number},
    {ICP_STR_INIT("number"), FEEL_NUMBER, read_number},
    {ICP_STR_INIT("boolean"), FEEL_BOOLEAN, read_boolean},
    {ICP_STR_INIT("string"), FEEL_TEXT, read_text},
    {ICP_STR_INIT("date"), FEEL_DATE, feel_read_date},
    {ICP_STR_INIT("time"), FEEL_TIME, feel_read_time},
    {ICP_STR_INIT("dateTime"), FEEL_DATETIME, feel_read_datetime},
    {ICP_STR_INIT("duration"), FEEL_DURATION, feel_read_duration},
    {ICP_STR_INIT("duration"), FEEL_MONTHS, feel_read_duration},
    {ICP_STR_INIT("list"), FEEL_LIST, NULL},
    {ICP_STR_INIT("context"), FEEL_CONTEXT, NULL},
    {ICP_STR_INIT("null"), FEEL_NULL, NULL},
};
enum { TYPES = sizeof(types) / sizeof(types[0]) };

static const struct icp_str type_key = ICP_STR_INIT("type"), value_key = ICP_STR_INIT("value");

static bool type_values(struct feel_run *run, struct feel_value *value, struct icp_err *err);

static bool type_items(struct feel_run *run, struct feel_value *list, struct icp_err *err)
{
    struct feel_value result = feel_list_open();

    for (size_t i = 0; i < list->as.list.count; i++) {
        struct feel_value item = feel_item(list, i);
        if (!type_values(run, &item, err))
            return false;
        feel_list_add(run, &result, &item);
    }
    *list = result;
    return !run->stopped;
}

static bool type_entries(struct feel_run *run, struct feel_value *context, struct icp_err *err)
{
    const struct feel_context *entries = context->as.context;
    struct feel_value *values = ICP_NEW_ARRAY(run->scratch, struct feel_value, entries->count + 1);

    for (size_t i = 0; values != NULL && i < entries->count; i++) {
        values[i] = entries->values[i];
        if (!type_values(run, &values[i], err))
            return false;
    }
    *context = feel_context_of(run, entries->keys, values, entries->count);
    return values != NULL && context->kind == FEEL_CONTEXT;
}

/* A text of a type, or what already is of its kind. */
static bool type_scalar(const struct feel_value *type, const struct feel_value *inside,
                        struct feel_value *value, struct icp_err *err)
{
    for (size_t i = 0; i < TYPES; i++) {
        if (!icp_str_equal(types[i].name, type->as.text))
            continue;
        *value = *inside;
        if (inside->kind == types[i].kind || inside->kind == FEEL_NULL)
            return true;
        if (types[i].read != NULL && inside->kind == FEEL_TEXT &&
            types[i].read(inside->as.text, value))
            return true;
        return refuse(err, "the value does not fit its type", type->as.text);
    }
    return refuse(err, "unknown type", type->as.text);
}

/* Turns typed values inside a plain one into what they stand for. */
static bool type_values(struct feel_run *run, struct feel_value *value, struct icp_err *err)
{
    const struct feel_value *type, *inside;
    struct feel_value content;

    if (value->kind == FEEL_LIST)
        return type_items(run, value, err);
    if (value->kind != FEEL_CONTEXT)
        return true;
    type = feel_entry(value, type_key);
    inside = feel_entry(value, value_key);
    if (value->as.context->count != 2 || type == NULL || inside == NULL || type->kind != FEEL_TEXT)
        return type_entries(run, value, err);
    content = *inside;
    if (content.kind == FEEL_LIST && !type_items(run, &content, err))
        return false;
    if (content.kind == FEEL_CONTEXT && !type_entries(run, &content, err))
        return false;
    return type_scalar(type, &content, value, err);
}

bool icp_eval_read(struct icp_json_reader *reader, struct feel_run *run, struct feel_value *value,
                   struct icp_err *err)
{
    if (read_plain(reader, run, value, err) && type_values(run, value, err))
        return true;
    (void)icp_fail(err, ICP_ITEM, "%s",
                   reader->problem != NULL ? reader->problem : "the values are too large");
    return false;
}

/* ---- Writing -------------------------------------------------------------------------------- */

static const char *type_name(const struct feel_value *value)
{
    static const char *const names[FEEL_KIND_COUNT] = {
        [FEEL_NULL] = "null",         [FEEL_BOOLEAN] = "boolean",   [FEEL_NUMBER] = "decimal",
        [FEEL_TEXT] = "string",       [FEEL_DATE] = "date",         [FEEL_TIME] = "time",
        [FEEL_DATETIME] = "dateTime", [FEEL_DURATION] = "duration", [FEEL_MONTHS] = "duration",
        [FEEL_LIST] = "list",         [FEEL_CONTEXT] = "context",   [FEEL_RANGE] = "range",
        [FEEL_FUNCTION] = "function",
    };
    return names[value->kind];
}

static void write_text(struct icp_json_writer *json, const struct feel_value *value)
{
    struct icp_buf text;

    icp_buf_open(&text, FEEL_RUN_MEMORY);
    feel_write(&text, value, false);
    icp_json_put_text(json, text.length > 0 ? icp_buf_view(&text) : ICP_STR(""));
    icp_buf_finish(&text);
}

void icp_eval_write(struct icp_json_writer *json, const struct feel_value *value)
{
    icp_json_begin_object(json);
    icp_json_put_text_member(json, "type", icp_str_from(type_name(value)));
    icp_json_put_key(json, "value");
    if (value->kind == FEEL_LIST && json->depth + 2 < ICP_MAX_DEPTH) {
        icp_json_begin_array(json);
        for (size_t i = 0; i < value->as.list.count; i++) {
            struct feel_value item = feel_item(value, i);
            icp_eval_write(json, &item);
        }
        icp_json_end_array(json);
    } else if (value->kind == FEEL_CONTEXT && json->depth + 2 < ICP_MAX_DEPTH) {
        const struct feel_context *context = value->as.context;
        icp_json_begin_object(json);
        for (size_t i = 0; i < context->count; i++) {
            icp_json_put_key_text(json, context->keys[i]);
            icp_eval_write(json, &context->values[i]);
        }
        icp_json_end_object(json);
    } else if (value->kind == FEEL_NULL) {
        icp_json_put_null(json);
    } else {
        write_text(json, value);
    }
    icp_json_end_object(json);
}

/* ---- What an expression may use ------------------------------------------------------------- */

enum { MOST_WORDS = 512 }; /* names of entries with blanks or signs */

static bool is_plain(struct icp_str name)
{
    for (size_t i = 0; i < name.length; i++) {
        char c = name.data[i];
        bool part = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '_' || (unsigned char)c >= 0x80;
        if (!part)
            return false;
    }
    return true;
}

static void collect_words(const struct feel_value *value, struct icp_str *words, size_t *count)
{
    if (value->kind == FEEL_LIST) {
        for (size_t i = 0; i < value->as.list.count; i++) {
            struct feel_value item = feel_item(value, i);
            collect_words(&item, words, count);
        }
    }
    if (value->kind != FEEL_CONTEXT)
        return;
    const struct feel_context *context = value->as.context;
    for (size_t i = 0; i < context->count; i++) {
        bool known = is_plain(context->keys[i]);
        for (size_t k = 0; k < *count && !known; k++)
            known = icp_str_equal(words[k], context->keys[i]);
        if (!known && *count < MOST_WORDS)
            words[(*count)++] = context->keys[i];
        collect_words(&context->values[i], words, count);
    }
}

/* What is not known before it runs is any type; a value is of its own. */
static enum icp_feel_type type_of(const struct feel_value *value)
{
    static const enum icp_feel_type of[FEEL_KIND_COUNT] = {
        [FEEL_BOOLEAN] = ICP_FEEL_BOOLEAN,   [FEEL_NUMBER] = ICP_FEEL_NUMBER,
        [FEEL_TEXT] = ICP_FEEL_TEXT,         [FEEL_DATE] = ICP_FEEL_DATE,
        [FEEL_TIME] = ICP_FEEL_TIME,         [FEEL_DATETIME] = ICP_FEEL_DATETIME,
        [FEEL_DURATION] = ICP_FEEL_DURATION, [FEEL_MONTHS] = ICP_FEEL_MONTHS,
        [FEEL_LIST] = ICP_FEEL_VALUES,       [FEEL_CONTEXT] = ICP_FEEL_CONTEXT,
    };
    return of[value->kind];
}

bool icp_eval_scope(const struct feel_value *inputs, struct icp_arena *arena,
                    struct icp_feel_scope *scope)
{
    const struct feel_context *context = inputs->as.context;
    struct icp_feel_symbol *symbols =
        ICP_NEW_ARRAY(arena, struct icp_feel_symbol, context->count + 1);
    struct icp_str *words = ICP_NEW_ARRAY(arena, struct icp_str, MOST_WORDS);
    size_t count = 0;

    if (symbols == NULL || words == NULL)
        return false;
    for (size_t i = 0; i < context->count; i++) {
        symbols[i] = (struct icp_feel_symbol){.name = context->keys[i],
                                              .type = type_of(&context->values[i]),
                                              .may_be_null = true,
                                              .value = &context->values[i]};
        collect_words(&context->values[i], words, &count);
    }
    *scope = (struct icp_feel_scope){
        .symbols = symbols, .count = context->count, .words = words, .word_count = count};
    return true;
}
