/*
 * Runs the cases of the DMN Technology Compatibility Kit that lie beside the checkout (they are not
 * part of the repository) and counts: cases that compile must give the standard's value, all of
 * them; the rest is counted by the code with which it was refused. Status 77: no cases, skipped.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "date.h"
#include "diagnostics.h"
#include "feel.h"
#include "file.h"
#include "json.h"
#include "number.h"

enum { MOST_INPUTS = 64, MOST_CODES = 16, MOST_FILE = 16 * 1024 * 1024, SKIPPED = 77 };
enum { AS_OF = 20468 };

struct inputs {
    struct icp_feel_symbol symbols[MOST_INPUTS];
    struct icp_value values[MOST_INPUTS];
    size_t count;
};

struct tally {
    unsigned agree, disagree, not_comparable, refused;
    unsigned refused_as_null; /* the standard: null with a reported error; here an error at once */
    struct {
        const char *code;
        unsigned count;
    } codes[MOST_CODES];
};

/* ---- The kit's values ----------------------------------------------------------------------- */

static const struct {
    const char *name;
    enum icp_feel_type type;
    enum icp_type text_type;
} kit_types[] = {
    {"decimal", ICP_FEEL_NUMBER, ICP_TYPE_NUMBER},
    {"boolean", ICP_FEEL_BOOLEAN, ICP_TYPE_BOOLEAN},
    {"string", ICP_FEEL_TEXT, ICP_TYPE_TEXT},
    {"date", ICP_FEEL_DATE, ICP_TYPE_DATE},
    {"dateTime", ICP_FEEL_DATETIME, ICP_TYPE_DATETIME},
};

static bool read_scalar(const struct icp_json *node, struct icp_arena *arena,
                        enum icp_feel_type *type, struct icp_value *value)
{
    struct icp_str name = icp_json_get_text(node, "type");
    struct icp_str text = icp_json_get_text(node, "value");

    *value = (struct icp_value){.kind = ICP_VALUE_NULL};
    *type = ICP_FEEL_ANY;
    if (icp_str_is(name, "null"))
        return true;
    for (size_t i = 0; i < sizeof(kit_types) / sizeof(kit_types[0]); i++) {
        if (!icp_str_is(name, kit_types[i].name))
            continue;
        *type = kit_types[i].type;
        if (*type != ICP_FEEL_TEXT)
            return icp_value_from_text(kit_types[i].text_type, text, arena, value) &&
                   value->kind != ICP_VALUE_NULL;
        *value = (struct icp_value){.kind = ICP_VALUE_TEXT, .as.text = icp_arena_copy(arena, text)};
        if (value->as.text.data == NULL)
            value->as.text = ICP_STR("");
        return true;
    }
    return false;
}

static bool read_texts(const struct icp_json *node, struct icp_arena *arena,
                       struct icp_value *value)
{
    const struct icp_json *array = icp_json_get(node, "value");
    size_t count = icp_json_count(array);
    struct icp_str *items = ICP_NEW_ARRAY(arena, struct icp_str, count + 1);

    if (!icp_str_is(icp_json_get_text(node, "type"), "list") || items == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        enum icp_feel_type type;
        struct icp_value item;
        if (!read_scalar(icp_json_at(array, i), arena, &type, &item) || type != ICP_FEEL_TEXT)
            return false;
        items[i] = item.as.text;
    }
    value->kind = ICP_VALUE_LIST;
    value->as.list.items = items;
    value->as.list.count = count;
    return true;
}

static bool read_inputs(const struct icp_json *object, struct icp_arena *arena,
                        struct inputs *inputs)
{
    void *iterator = NULL;
    struct icp_str key;
    const struct icp_json *node;

    inputs->count = 0;
    while (icp_json_next_member(object, &iterator, &key, &node)) {
        size_t i = inputs->count;
        if (i == MOST_INPUTS)
            return false;
        inputs->symbols[i] = (struct icp_feel_symbol){
            .name = icp_arena_copy(arena, key), .slot = (uint32_t)i, .may_be_null = true};
        if (!read_scalar(node, arena, &inputs->symbols[i].type, &inputs->values[i])) {
            if (!read_texts(node, arena, &inputs->values[i]))
                continue; /* a case that names it is refused: an unknown name */
            inputs->symbols[i].type = ICP_FEEL_LIST;
        }
        inputs->count++;
    }
    return true;
}

static bool same_list(const struct icp_value *left, const struct icp_value *right)
{
    if (left->as.list.count != right->as.list.count)
        return false;
    for (size_t i = 0; i < left->as.list.count; i++)
        if (!icp_str_equal(left->as.list.items[i], right->as.list.items[i]))
            return false;
    return true;
}

static bool same_value(const struct icp_value *left, const struct icp_value *right)
{
    if (left->kind != right->kind)
        return false;
    switch (left->kind) {
    case ICP_VALUE_BOOLEAN:
        return left->as.boolean == right->as.boolean;
    case ICP_VALUE_NUMBER:
        return left->as.number == right->as.number;
    case ICP_VALUE_TEXT:
        return icp_str_equal(left->as.text, right->as.text);
    case ICP_VALUE_DATE:
        return left->as.date == right->as.date;
    case ICP_VALUE_DATETIME:
        return left->as.datetime == right->as.datetime;
    case ICP_VALUE_LIST:
        return same_list(left, right);
    case ICP_VALUE_NULL:
        break;
    }
    return true;
}

/* ---- One case ------------------------------------------------------------------------------- */

static void count_code(struct tally *tally, const char *code)
{
    size_t i = 0;

    tally->refused++;
    while (i < MOST_CODES - 1 && tally->codes[i].code != NULL &&
           strcmp(tally->codes[i].code, code) != 0)
        i++;
    tally->codes[i].code = code;
    tally->codes[i].count++;
}

/* What these cases give depends on the declared type of the decision around the expression, which
   is not part of a case. */
static bool depends_on_declaration(const struct icp_json *test)
{
    return icp_str_is(icp_json_get_text(test, "suite"), "0082-feel-coercion");
}

static void run_case(const struct icp_json *test, struct icp_arena *arena, struct tally *tally)
{
    struct inputs inputs;
    struct icp_diagnostics list;
    struct icp_value wanted = {.kind = ICP_VALUE_NULL};
    enum icp_feel_type type;
    struct icp_str text = icp_json_get_text(test, "expression");
    const struct icp_json *expected = icp_json_get(test, "expected");
    bool null = icp_str_is(icp_json_get_text(expected, "type"), "null");

    icp_diagnostics_open(&list, arena, "case");
    if (depends_on_declaration(test) ||
        !read_inputs(icp_json_get(test, "inputs"), arena, &inputs)) {
        tally->not_comparable++;
        return;
    }
    struct icp_feel_scope scope = {inputs.symbols, inputs.count};
    const struct icp_feel *feel = icp_feel_compile(text, 1, 1, &scope, arena, &list);
    if (feel == NULL) {
        tally->refused_as_null += null ? 1U : 0U;
        count_code(tally, list.items[0].code);
        return;
    }
    struct icp_value found = icp_feel_evaluate(feel, inputs.values, AS_OF, arena);
    bool readable =
        read_scalar(expected, arena, &type, &wanted) || read_texts(expected, arena, &wanted);
    if (icp_feel_type_of(feel) == ICP_FEEL_DURATION && !null) {
        tally->not_comparable++; /* the interface has no durations as results */
    } else if (readable && same_value(&found, &wanted)) {
        tally->agree++;
    } else {
        tally->disagree++;
        printf("disagree: %.*s: %.*s wants %.*s\n",
               ICP_STR_ARGUMENTS(icp_json_get_text(test, "id")), ICP_STR_ARGUMENTS(text),
               ICP_STR_ARGUMENTS(icp_json_get_text(expected, "value")));
    }
}

static bool run_line(struct icp_str line, struct icp_arena *arena, struct tally *tally)
{
    struct icp_err err = {.status = ICP_OK};
    struct icp_json_document *document = icp_json_open(line, &err);

    if (document == NULL) {
        printf("unreadable case: %s\n", err.message);
        return false;
    }
    run_case(icp_json_root(document), arena, tally);
    icp_json_close(document);
    icp_arena_reset(arena);
    return true;
}

static int report(const struct tally *tally)
{
    printf("supported and agree: %u\nsupported and disagree: %u\n", tally->agree, tally->disagree);
    printf("not comparable here (durations as results, declared types): %u\n",
           tally->not_comparable);
    printf("refused: %u, of these the standard gives null: %u\n", tally->refused,
           tally->refused_as_null);
    for (size_t i = 0; i < MOST_CODES && tally->codes[i].code != NULL; i++)
        printf("  %s: %u\n", tally->codes[i].code, tally->codes[i].count);
    return tally->disagree == 0 && tally->agree > 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : ICP_FEEL_CASES;
    struct icp_err err = {.status = ICP_OK};
    struct icp_arena arena;
    struct icp_buf buf;
    struct tally tally = {0};
    struct icp_str rest, line;
    bool readable = true;

    icp_buf_open(&buf, MOST_FILE);
    if (icp_file_read(path, MOST_FILE, &buf, &err) != ICP_OK) {
        printf("skipped: no cases (%s)\n", err.message);
        icp_buf_finish(&buf);
        return SKIPPED;
    }
    icp_arena_open(&arena, (size_t)32 * 1024 * 1024);
    rest = icp_buf_view(&buf);
    while (icp_str_cut(&rest, '\n', &line))
        readable = (line.length == 0 || run_line(line, &arena, &tally)) && readable;
    icp_arena_close(&arena);
    icp_buf_finish(&buf);
    return readable ? report(&tally) : 1;
}
