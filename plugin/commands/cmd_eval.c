/*
 * eval: one FEEL expression by itself, or many from standard input. What has no meaning is null, as
 * the standard evaluates; the strict check of conditions is `icp check`.
 */
#include <string.h>
#include <time.h>

#include "commands.h"
#include "date.h"
#include "eval_value.h"

enum { SWITCH_WITH, SWITCH_AS_OF, SWITCH_LINES };
enum { CHUNK = 65536 };
#define LINE_MEMORY ((size_t)32 * 1024 * 1024)
#define MOST_LINE   ((size_t)4 * 1024 * 1024)

struct evaluation {
    struct icp_arena *arena;
    int32_t as_of;
    struct feel_value value;
    const char *problem; /* static, or in the arena */
};

static void evaluate(struct evaluation *e, struct icp_str text, const struct feel_value *inputs)
{
    struct icp_diagnostics list;
    struct icp_feel_scope scope = {0};
    bool stopped;

    e->value = feel_null();
    e->problem = NULL;
    icp_diagnostics_open(&list, e->arena, "expression");
    if (inputs->kind == FEEL_CONTEXT && !icp_eval_scope(inputs, e->arena, &scope)) {
        e->problem = "the values are too large";
        return;
    }
    const struct icp_feel *feel = icp_feel_compile_leniently(text, &scope, e->arena, &list);
    if (feel == NULL) {
        const struct icp_diagnostic *first = &list.items[0];
        e->problem = icp_arena_format(e->arena, "%u:%u: %.*s", (unsigned)first->line,
                                      (unsigned)first->column, ICP_STR_ARGUMENTS(first->message))
                         .data;
        return;
    }
    e->value = icp_feel_value(feel, NULL, e->as_of, e->arena, &e->problem, &stopped);
    if (e->value.kind == FEEL_FUNCTION) {
        e->value = feel_null();
        e->problem = "the result is a function";
    }
}

static struct feel_value no_inputs(struct feel_run *run)
{
    return feel_context_of(run, NULL, NULL, 0);
}

/* ---- Many ----------------------------------------------------------------------------------- */

static void write_outcome(const struct evaluation *e, struct icp_str id)
{
    struct icp_json_writer json;
    struct icp_buf line;

    icp_buf_open(&line, (size_t)4 * FEEL_RUN_MEMORY);
    icp_json_writer_open(&json, &line);
    icp_json_begin_object(&json);
    if (!icp_str_is_null(id))
        icp_json_put_text_member(&json, "id", id);
    icp_json_put_key(&json, "value");
    icp_eval_write(&json, &e->value);
    if (e->value.kind == FEEL_NULL && e->problem != NULL)
        icp_json_put_text_member(&json, "error", icp_str_from(e->problem));
    icp_json_end_object(&json);
    icp_print_json(&line);
    icp_buf_finish(&line);
}

/* {"id", "expression", "inputs"} */
static bool read_request(struct icp_str line, struct feel_run *run, struct icp_str *id,
                         struct icp_str *text, struct feel_value *inputs, struct icp_err *err)
{
    struct icp_json_reader reader;
    struct icp_str key;

    icp_json_reader_open(&reader, line, run->scratch);
    *inputs = no_inputs(run);
    if (!icp_json_enter_object(&reader))
        return false;
    while (icp_json_key(&reader, &key)) {
        struct icp_str *into = icp_str_is(key, "id")           ? id
                               : icp_str_is(key, "expression") ? text
                                                               : NULL;
        if (into != NULL) {
            struct icp_str found;
            if (!icp_json_scalar(&reader, &found))
                return false;
            *into = icp_arena_copy(run->scratch, found);
        } else if (icp_str_is(key, "inputs")) {
            if (!icp_eval_read(&reader, run, inputs, err))
                return false;
        } else if (!icp_json_skip(&reader)) {
            return false;
        }
    }
    return reader.problem == NULL;
}

static void evaluate_line(struct evaluation *e, struct icp_str line)
{
    struct icp_str id = {0}, text = {0};
    struct feel_run run = {.scratch = e->arena};
    struct feel_value inputs;
    struct icp_err err = {.status = ICP_OK};

    if (icp_str_trim(line).length == 0)
        return;
    if (!read_request(line, &run, &id, &text, &inputs, &err) || icp_str_is_null(text)) {
        e->value = feel_null();
        e->problem = err.status != ICP_OK
                         ? icp_arena_format(e->arena, "%s", err.message).data
                         : "the line is not an object with \"expression\" and \"inputs\"";
    } else {
        evaluate(e, text, &inputs);
    }
    write_outcome(e, id);
    icp_arena_reset(e->arena);
}

static int evaluate_lines(struct icp_app *app, struct evaluation *e, struct icp_err *err)
{
    static char chunk[CHUNK];
    struct icp_buf pending;
    size_t count;

    (void)app;
    icp_buf_open(&pending, MOST_LINE);
    while ((count = fread(chunk, 1, sizeof(chunk), stdin)) > 0) {
        struct icp_str rest = {chunk, count};
        for (;;) {
            size_t end = icp_str_find(rest, ICP_STR("\n"));
            icp_buf_add(&pending, icp_str_slice(rest, 0, end));
            if (end == rest.length)
                break;
            evaluate_line(e, icp_buf_view(&pending));
            icp_buf_reset(&pending);
            rest = icp_str_slice(rest, end + 1, rest.length);
        }
        if (pending.failed) {
            (void)icp_fail(err, ICP_ITEM, "a line is longer than %zu bytes", MOST_LINE);
            break;
        }
    }
    if (pending.length > 0 && !pending.failed)
        evaluate_line(e, icp_buf_view(&pending));
    icp_buf_finish(&pending);
    return ICP_EXIT_DONE;
}

/* ---- One ------------------------------------------------------------------------------------ */

static void print_value(const struct evaluation *e)
{
    struct icp_buf text;

    icp_buf_open(&text, (size_t)2 * FEEL_RUN_MEMORY);
    feel_write(&text, &e->value, true);
    icp_buf_add_char(&text, '\n');
    (void)fwrite(text.data, 1, text.length, stdout);
    icp_buf_finish(&text);
    if (e->value.kind == FEEL_NULL && e->problem != NULL)
        (void)fprintf(stderr, "icp: null because %s\n", e->problem);
}

static int evaluate_one(struct icp_app *app, struct evaluation *e, const char *text,
                        const char *with, struct icp_err *err)
{
    struct feel_run run = {.scratch = e->arena};
    struct feel_value inputs = no_inputs(&run);
    struct icp_json_reader reader;

    if (with != NULL) {
        icp_json_reader_open(&reader, icp_str_from(with), e->arena);
        if (!icp_eval_read(&reader, &run, &inputs, err) || inputs.kind != FEEL_CONTEXT ||
            icp_json_next(&reader, NULL) != ICP_JSON_FINISHED) {
            (void)icp_fail(err, ICP_ITEM, "--with is not a JSON object");
            icp_hint(err, "Write --with '{\"name\": 5, \"day\": {\"type\": \"date\", \"value\": "
                          "\"2026-01-15\"}}'.");
            return ICP_EXIT_DATA;
        }
    }
    evaluate(e, icp_str_from(text), &inputs);
    if (app->json)
        write_outcome(e, (struct icp_str){0});
    else
        print_value(e);
    return e->value.kind == FEEL_NULL && e->problem != NULL ? ICP_EXIT_FOUND : ICP_EXIT_DONE;
}

static int run_eval(struct icp_app *app, const struct icp_arguments *arguments, struct icp_err *err)
{
    bool lines = arguments->values[SWITCH_LINES] != NULL;
    const char *as_of = arguments->values[SWITCH_AS_OF];
    struct icp_arena arena;
    struct evaluation e = {.arena = &arena, .as_of = icp_time_to_date((int64_t)time(NULL) * 1000)};
    int status;

    if (as_of != NULL && !icp_date_parse(icp_str_from(as_of), &e.as_of)) {
        (void)fprintf(stderr, "icp: --as-of \"%s\" is not a date such as 2026-01-15\n", as_of);
        return ICP_EXIT_USAGE;
    }
    if (lines == (arguments->count == 1)) {
        (void)fprintf(stderr, "icp: eval takes one expression, or --lines\n");
        return ICP_EXIT_USAGE;
    }
    icp_arena_open(&arena, LINE_MEMORY);
    status =
        lines ? evaluate_lines(app, &e, err)
              : evaluate_one(app, &e, arguments->operands[0], arguments->values[SWITCH_WITH], err);
    icp_arena_close(&arena);
    return status;
}

static const struct icp_switch switches[] = {
    {"with", "JSON", "names the expression may use: {\"employees\": 120}"},
    {"as-of", "DATE", "the day that today() and now() give; else this machine's, UTC"},
    {"lines", NULL, "many: {\"id\", \"expression\", \"inputs\"} a line on standard input"},
};

const struct icp_command icp_command_eval = {
    .name = "eval",
    .arguments = "[EXPRESSION]",
    .summary = "Evaluate a FEEL expression",
    .help =
        "Prints the value as FEEL spells it, with --json as {\"value\": {\"type\", \"value\"}}. "
        "As\n"
        "the standard has it, what has no meaning is null; the reason goes to standard error, and\n"
        "the exit status is then 1. --lines writes one object a line: {\"id\", \"value\"} and, "
        "when\n"
        "the value is null for a reason, \"error\".\n",
    .switches = switches,
    .switch_count = sizeof(switches) / sizeof(switches[0]),
    .most = 1,
    .run = run_eval,
};
