/*
 * The door of the condition language: takes a text through its stages and answers questions about
 * the result. A program exists only when no stage reported anything.
 */
#include "feel_internal.h"

#include <stdio.h>

#include "utf8.h"

/* ---- Places and reports --------------------------------------------------------------------- */

void feel_place(const struct feel_compilation *c, uint32_t offset, uint32_t *line, uint32_t *column)
{
    struct icp_str before = icp_str_slice(c->text, 0, offset);
    uint32_t code_point;

    *line = c->line;
    *column = c->column;
    while (before.length > 0) {
        bool newline = before.data[0] == '\n';
        if (!icp_utf8_next(&before, &code_point))
            before = icp_str_slice(before, 1, before.length); /* malformed: counts as one */
        *line += newline ? 1 : 0;
        *column = newline ? c->scope->indent + 1 : *column + 1;
    }
}

void feel_error(struct feel_compilation *c, const char *code, uint32_t offset, const char *format,
                ...)
{
    uint32_t line, column;
    char message[512];
    va_list arguments;

    feel_place(c, offset, &line, &column);
    va_start(arguments, format);
    int length = vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    icp_report(c->list, ICP_ERROR, code, line, column, "%s", length < 0 ? "" : message);
    c->failed = true;
}

/* ---- Compiling ------------------------------------------------------------------------------- */

static bool check_text(struct feel_compilation *c)
{
    if (c->text.length > ICP_MAX_EXPRESSION) {
        feel_error(c, "feel-too-long", 0, "the condition has %zu bytes, at most %d are read",
                   c->text.length, ICP_MAX_EXPRESSION);
        icp_report_hint(c->list, "Move long lists to the lists section of the file.");
        return false;
    }
    if (icp_utf8_valid(c->text))
        return true;
    feel_error(c, "feel-syntax", 0, "the condition is not valid UTF-8");
    return false;
}

static void note_unguarded(struct feel_compilation *c, struct icp_feel *feel,
                           const struct feel_node *name)
{
    feel->unguarded = name != NULL;
    if (name == NULL)
        return;
    feel->unguarded_name = icp_arena_copy(c->arena, name->symbol->name);
    feel_place(c, name->offset, &feel->unguarded_line, &feel->unguarded_column);
}

static struct icp_feel *compile(struct feel_compilation *c)
{
    bool cut = false;
    struct feel_node *root = check_text(c) ? feel_parse(c) : NULL;

    if (root != NULL)
        feel_check(c, root);
    if (root == NULL || c->failed)
        return NULL;
    feel_tell_compared(c, root);
    const struct feel_node *unguarded = c->lenient ? NULL : feel_find_unguarded(root);
    const struct feel_node name = unguarded == NULL ? (struct feel_node){0} : *unguarded;
    struct icp_str canonical = feel_print(root, c->text, c->arena, &cut);
    struct icp_feel *feel = feel_generate(c, root); /* folds the tree */
    if (feel == NULL || (!c->lenient && !feel_take_apart(c, feel, root)))
        return NULL;
    feel->canonical = canonical;
    feel->line = c->line;
    feel->column = c->column;
    note_unguarded(c, feel, unguarded == NULL ? NULL : &name);
    return cut || c->scratch.full || c->arena->full ? NULL : feel;
}

static const struct icp_feel *compile_text(struct feel_compilation *c)
{
    icp_arena_open(&c->scratch, FEEL_SCRATCH);
    struct icp_feel *feel = compile(c);
    if (feel == NULL && !c->failed)
        feel_error(c, "feel-too-long", 0, "the condition is too large for the memory it may use");
    icp_arena_close(&c->scratch);
    return feel;
}

const struct icp_feel *icp_feel_compile(struct icp_str text, uint32_t line, uint32_t column,
                                        const struct icp_feel_scope *scope, struct icp_arena *arena,
                                        struct icp_diagnostics *list)
{
    struct feel_compilation c = {
        .text = text, .line = line, .column = column, .scope = scope, .arena = arena, .list = list};

    return compile_text(&c);
}

const struct icp_feel *icp_feel_compile_leniently(struct icp_str text,
                                                  const struct icp_feel_scope *scope,
                                                  struct icp_arena *arena,
                                                  struct icp_diagnostics *list)
{
    struct feel_compilation c = {.text = text,
                                 .line = 1,
                                 .column = 1,
                                 .scope = scope,
                                 .arena = arena,
                                 .list = list,
                                 .lenient = true};

    return compile_text(&c);
}

/* ---- Evaluating ----------------------------------------------------------------------------- */

struct feel_value icp_feel_value(const struct icp_feel *feel, const struct icp_value *slots,
                                 int32_t as_of, struct icp_arena *scratch, const char **problem,
                                 bool *stopped)
{
    struct feel_run run = {.scratch = scratch, .as_of = as_of};
    struct feel_value value = feel_run(feel, slots, &run);

    *problem = run.problem;
    *stopped = run.stopped;
    return value;
}

static struct icp_value texts_of(const struct feel_value *value, struct icp_arena *scratch)
{
    size_t count = value->as.list.count;
    struct icp_value result = {.kind = ICP_VALUE_LIST};
    struct icp_str *items;

    result.as.list.items = value->as.list.items;
    result.as.list.count = count;
    if (value->form == FEEL_TEXTS)
        return result;
    items = ICP_NEW_ARRAY(scratch, struct icp_str, count + 1);
    for (size_t i = 0; i < count && items != NULL; i++) {
        struct feel_value item = feel_item(value, i);
        if (item.kind != FEEL_TEXT)
            return (struct icp_value){.kind = ICP_VALUE_NULL};
        items[i] = item.as.text;
    }
    result.as.list.items = items;
    return items == NULL ? (struct icp_value){.kind = ICP_VALUE_NULL} : result;
}

/* Dates outside are values on the way, but not for a field. */
static bool is_common_day(int64_t day)
{
    return day >= feel_day_of(1, 1, 1) && day <= feel_day_of(9999, 12, 31);
}

static struct icp_value datetime_of(const struct feel_value *value)
{
    feel_wide instant = feel_instant(value), ms = instant / 1000000;

    ms -= instant % 1000000 < 0 ? 1 : 0;
    return (struct icp_value){.kind = ICP_VALUE_DATETIME, .as.datetime = (int64_t)ms};
}

static struct icp_value to_value(const struct feel_value *value, struct icp_arena *scratch)
{
    struct icp_value result = {.kind = ICP_VALUE_NULL};
    int64_t millionths;

    if (value->kind == FEEL_BOOLEAN)
        result = (struct icp_value){.kind = ICP_VALUE_BOOLEAN, .as.boolean = value->as.boolean};
    else if (value->kind == FEEL_NUMBER && feel_number_millionths(value, &millionths))
        result = (struct icp_value){.kind = ICP_VALUE_NUMBER, .as.number = millionths};
    else if (value->kind == FEEL_TEXT)
        result = (struct icp_value){.kind = ICP_VALUE_TEXT, .as.text = value->as.text};
    else if (value->kind == FEEL_DATE && is_common_day(value->as.at.day))
        result = (struct icp_value){.kind = ICP_VALUE_DATE, .as.date = (int32_t)value->as.at.day};
    else if (value->kind == FEEL_DATETIME && is_common_day(value->as.at.day))
        result = datetime_of(value);
    else if (value->kind == FEEL_LIST)
        result = texts_of(value, scratch);
    return result;
}

static bool needs_memory(const struct feel_value *value)
{
    return value->kind == FEEL_TEXT || value->kind == FEEL_LIST;
}

struct icp_value icp_feel_evaluate_watched(const struct icp_feel *feel,
                                           const struct icp_value *slots, int32_t as_of,
                                           struct icp_arena *scratch, const char **stopped)
{
    struct feel_run run = {.scratch = scratch, .as_of = as_of};
    struct icp_arena_mark mark = icp_arena_mark(scratch);
    struct feel_value value = feel_run(feel, slots, &run);

    *stopped = run.stopped ? run.problem : NULL;
    if (run.taken > 0 && !needs_memory(&value))
        icp_arena_rewind(scratch, mark);
    return to_value(&value, scratch);
}

struct icp_value icp_feel_evaluate(const struct icp_feel *feel, const struct icp_value *slots,
                                   int32_t as_of, struct icp_arena *scratch)
{
    const char *stopped;

    return icp_feel_evaluate_watched(feel, slots, as_of, scratch, &stopped);
}

bool icp_feel_holds_watched(const struct icp_feel *feel, const struct icp_value *slots,
                            int32_t as_of, struct icp_arena *scratch, const char **stopped)
{
    struct feel_run run = {.scratch = scratch, .as_of = as_of};
    struct icp_arena_mark mark = icp_arena_mark(scratch);
    struct feel_value value = feel_run(feel, slots, &run);

    *stopped = run.stopped ? run.problem : NULL;
    if (run.taken > 0)
        icp_arena_rewind(scratch, mark);
    return feel_is_true(&value);
}

bool icp_feel_holds(const struct icp_feel *feel, const struct icp_value *slots, int32_t as_of,
                    struct icp_arena *scratch)
{
    const char *stopped;

    return icp_feel_holds_watched(feel, slots, as_of, scratch, &stopped);
}

void icp_feel_place(const struct icp_feel *feel, uint32_t *line, uint32_t *column)
{
    *line = feel->line;
    *column = feel->column;
}

enum icp_feel_type icp_feel_type_of(const struct icp_feel *feel)
{
    return feel->type;
}

bool icp_feel_uses_time(const struct icp_feel *feel)
{
    return feel->uses_time;
}

size_t icp_feel_slots(const struct icp_feel *feel, const uint32_t **slots)
{
    *slots = feel->slots;
    return feel->slot_count;
}

bool icp_feel_unguarded(const struct icp_feel *feel, struct icp_str *name, uint32_t *line,
                        uint32_t *column)
{
    *name = feel->unguarded_name;
    *line = feel->unguarded_line;
    *column = feel->unguarded_column;
    return feel->unguarded;
}

struct icp_str icp_feel_canonical(const struct icp_feel *feel)
{
    return feel->canonical;
}
