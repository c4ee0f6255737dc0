/*
 * YAML, strictly: the only user of libfyaml, through its event interface. The tree is built here
 * with a stack of our own, so that neither the library nor we recurse over what a file nests.
 * Invariant: a tree that comes out is whole, its scalars are UTF-8, its keys are scalars and
 * unique.
 */
#include "yaml.h"

#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "utf8.h"
#include "yaml_lines.h"

struct frame {
    struct icp_yaml *node;
    size_t allocated;
    bool has_key; /* mapping: a key waits for its value */
    bool drops;   /* mapping: some key is no text (see NO_KEY) and goes with its value at the end */
};

/* A key that was reported and cannot be used: "no text", which no key of a file is. */
#define NO_KEY ((struct icp_str){0})

struct building {
    struct icp_str text;
    struct icp_arena *arena;
    struct icp_diagnostics *list;
    size_t count, errors, warnings; /* of `list` when reading began */
    struct frame stack[ICP_MAX_DEPTH + 1];
    size_t depth;
    struct icp_yaml *root;
    uint32_t line, column; /* of the last thing seen: the place of what has none of its own */
    uint32_t offset, end;  /* likewise, in bytes */
    size_t documents;
    bool stop;
};

const struct icp_yaml *icp_yaml_get(const struct icp_yaml *mapping, const char *key)
{
    if (mapping == NULL || mapping->kind != ICP_YAML_MAPPING)
        return NULL;
    for (size_t i = 0; i < mapping->count; i++)
        if (icp_str_is(mapping->keys[i].text, key))
            return &mapping->values[i];
    return NULL;
}

void icp_yaml_check_keys(const struct icp_yaml *mapping, const char *where,
                         const struct icp_str *names, size_t count, struct icp_diagnostics *list)
{
    for (size_t i = 0; i < mapping->count; i++) {
        struct icp_str key = mapping->keys[i].text, near;
        bool known = false;
        for (size_t k = 0; k < count && !known; k++)
            known = icp_str_equal(names[k], key);
        if (known)
            continue;
        icp_report(list, ICP_ERROR, "unknown-key", mapping->keys[i].line, mapping->keys[i].column,
                   "unknown key \"%.*s\" in %s", ICP_STR_ARGUMENTS(key), where);
        near = icp_str_nearest(key, names, count);
        if (!icp_str_is_null(near))
            icp_report_hint(list, "Did you mean \"%.*s\"?", ICP_STR_ARGUMENTS(near));
    }
}

const char *icp_yaml_kind_name(const struct icp_yaml *node)
{
    static const char *const names[] = {"a text", "a list", "a mapping"};

    return node->kind == ICP_YAML_SCALAR && node->text.length == 0 ? "empty" : names[node->kind];
}

static void fail(struct building *b, const char *code, const char *message, const char *hint)
{
    icp_report(b->list, ICP_ERROR, code, b->line, b->column, "%s", message);
    if (hint != NULL)
        icp_report_hint(b->list, "%s", hint);
}

/* ---- building ------------------------------------------------------------------------------- */

static bool grow(struct building *b, struct frame *frame)
{
    size_t more = frame->allocated == 0 ? 8 : frame->allocated * 2;
    struct icp_yaml *values = ICP_NEW_ARRAY(b->arena, struct icp_yaml, more);
    struct icp_yaml *keys = frame->node->kind == ICP_YAML_MAPPING
                                ? ICP_NEW_ARRAY(b->arena, struct icp_yaml, more)
                                : values;

    if (values == NULL || keys == NULL)
        return false;
    if (frame->node->count > 0)
        memcpy(values, frame->node->values, frame->node->count * sizeof(values[0]));
    if (frame->node->kind == ICP_YAML_MAPPING) {
        if (frame->allocated > 0)
            memcpy(keys, frame->node->keys, frame->allocated * sizeof(keys[0]));
        frame->node->keys = keys;
    }
    frame->node->values = values;
    frame->allocated = more;
    return true;
}

/* Where the next node goes: the root, the value of a waiting key, a new key or a new item. NULL
 * stops. */
static struct icp_yaml *place(struct building *b, bool scalar)
{
    struct frame *frame = b->depth > 0 ? &b->stack[b->depth - 1] : NULL;

    if (frame == NULL)
        return b->root = ICP_NEW(b->arena, struct icp_yaml);
    if (frame->node->count == frame->allocated && !grow(b, frame))
        return NULL;
    if (frame->node->kind == ICP_YAML_SEQUENCE)
        return &frame->node->values[frame->node->count++];
    if (frame->has_key) {
        frame->has_key = false;
        return &frame->node->values[frame->node->count++];
    }
    if (!scalar) {
        fail(b, "yaml-key", "a key must be a text, not a list or a mapping", NULL);
        return NULL;
    }
    frame->has_key = true;
    return &frame->node->keys[frame->node->count];
}

/* A '#' behind the scalar on its line, with space before it. */
static bool comment_follows(struct icp_str text, size_t at)
{
    size_t from = at;

    while (at < text.length && (text.data[at] == ' ' || text.data[at] == '\t'))
        at++;
    return at > from && at < text.length && text.data[at] == '#';
}

/* The marks of the library stand behind the '&' or '*', and before the '!'. */
static void fail_at(struct building *b, struct fy_token *token, uint32_t back, const char *code,
                    const char *message, const char *hint)
{
    const struct fy_mark *mark = fy_token_start_mark(token);
    uint32_t line = b->line, column = b->column;

    if (mark != NULL && mark->line >= 0 && mark->column >= 0) {
        b->line = (uint32_t)mark->line + 1;
        b->column = (uint32_t)mark->column + 1;
        b->column -= b->column > back ? back : 0;
    }
    fail(b, code, message, hint);
    b->line = line;
    b->column = column;
}

static void refuse_extras(struct building *b, struct fy_token *anchor, struct fy_token *tag)
{
    if (anchor != NULL)
        fail_at(b, anchor, 1, "yaml-anchor", "anchors (&name) are not allowed",
                "Write the value out where it is needed.");
    if (tag != NULL)
        fail_at(b, tag, 0, "yaml-tag", "tags (!name) are not allowed",
                "If the value is a condition or a text that begins with !, put it in single "
                "quotes.");
}

/* Text of a scalar; an escape such as "\uD800" or "\0" gives what is no text. */
static struct icp_str scalar_text(struct building *b, struct fy_token *token)
{
    size_t length = 0;
    const char *data = token != NULL ? fy_token_get_text(token, &length) : "";
    struct icp_str text = {data != NULL ? data : "", length};

    if (icp_utf8_valid(text))
        return icp_arena_copy(b->arena, text);
    fail(b, "not-text", "the text holds an escape that is no character", NULL);
    return ICP_STR("");
}

static bool is_key(const struct building *b)
{
    const struct frame *frame = b->depth > 0 ? &b->stack[b->depth - 1] : NULL;

    return frame != NULL && frame->node->kind == ICP_YAML_MAPPING && !frame->has_key;
}

/* Keeps the turn of a scalar that was reported: as a key it is dropped, as a value it is empty. */
static void add_nothing(struct building *b)
{
    bool key = is_key(b);
    struct icp_yaml *node = place(b, true);

    if (node == NULL) {
        b->stop = true;
        return;
    }
    *node = (struct icp_yaml){.kind = ICP_YAML_SCALAR,
                              .plain = true,
                              .line = b->line,
                              .column = b->column,
                              .offset = b->offset,
                              .end = b->end,
                              .text = key ? NO_KEY : ICP_STR("")};
    if (key)
        b->stack[b->depth - 1].drops = true;
}

static void set_place(const struct building *b, struct icp_yaml *node)
{
    node->line = b->line;
    node->column = b->column;
    node->offset = b->offset;
    node->end = b->end;
}

static enum icp_yaml_style style_of(struct fy_token *token)
{
    enum fy_scalar_style style = fy_token_scalar_style(token);

    if (style == FYSS_SINGLE_QUOTED)
        return ICP_YAML_SINGLE_QUOTED;
    if (style == FYSS_DOUBLE_QUOTED)
        return ICP_YAML_DOUBLE_QUOTED;
    return style == FYSS_LITERAL ? ICP_YAML_LITERAL : ICP_YAML_FOLDED;
}

static uint32_t spaces_of(struct icp_str text)
{
    uint32_t count = 0;

    while (count < text.length && text.data[count] == ' ')
        count++;
    return count;
}

/* What a block's text is moved by: what its first line with something on it lost in front. */
static uint32_t indent_of(struct icp_str raw, struct icp_str text)
{
    struct icp_str from, line;

    while (icp_str_cut(&raw, '\n', &from) && icp_str_cut(&text, '\n', &line))
        if (icp_str_trim(line).length > 0)
            return spaces_of(from) > spaces_of(line) ? spaces_of(from) - spaces_of(line) : 0;
    return 0;
}

static void add_scalar(struct building *b, const struct fy_event *event)
{
    struct fy_token *token = event->scalar.value;
    bool plain = token == NULL || fy_token_scalar_style(token) == FYSS_PLAIN;
    struct icp_str text = scalar_text(b, token);
    struct icp_yaml *node;

    refuse_extras(b, event->scalar.anchor, event->scalar.tag);
    if (plain && is_key(b) && icp_str_is(text, "<<")) {
        fail(b, "yaml-merge", "merge keys (<<) are not allowed", "Write the keys out.");
        add_nothing(b);
        return;
    }
    node = place(b, true);
    if (node == NULL) {
        b->stop = true;
        return;
    }
    node->kind = ICP_YAML_SCALAR;
    set_place(b, node);
    node->style = (uint8_t)(plain ? ICP_YAML_PLAIN : style_of(token));
    node->plain = plain;
    node->text = text;
    if (node->style == ICP_YAML_LITERAL || node->style == ICP_YAML_FOLDED)
        node->column = 1 + indent_of(icp_str_slice(b->text, b->offset, b->end), text);
    if (node->plain && token != NULL && fy_token_end_mark(token) != NULL)
        node->comment_follows = comment_follows(b->text, fy_token_end_mark(token)->input_pos);
}

static void open_collection(struct building *b, enum icp_yaml_kind kind, struct fy_token *anchor,
                            struct fy_token *tag)
{
    struct icp_yaml *node;

    refuse_extras(b, anchor, tag);
    if (b->depth >= ICP_MAX_DEPTH) {
        fail(b, "yaml-too-deep", "nested too deeply: at most 64 levels are read", NULL);
        b->stop = true;
        return;
    }
    node = place(b, false);
    if (node == NULL) {
        b->stop = true;
        return;
    }
    node->kind = kind;
    set_place(b, node);
    node->style = (uint8_t)(b->end > b->offset ? ICP_YAML_FLOW : ICP_YAML_BLOCK);
    b->stack[b->depth++] = (struct frame){.node = node};
}

static int by_key(const void *a, const void *b)
{
    const struct icp_yaml *const *left = a, *const *right = b;
    int order = icp_str_compare((*left)->text, (*right)->text);

    if (order != 0)
        return order;
    return (*left)->line != (*right)->line ? ((*left)->line < (*right)->line ? -1 : 1)
                                           : ((*left)->column < (*right)->column ? -1 : 1);
}

/* Sorted, so that a mapping of 100,000 keys does not take the square of it. */
static void check_keys(struct building *b, const struct icp_yaml *mapping)
{
    const struct icp_yaml **keys =
        ICP_NEW_ARRAY(b->arena, const struct icp_yaml *, mapping->count + 1);
    const struct icp_yaml *first;

    if (keys == NULL || mapping->count == 0)
        return;
    for (size_t i = 0; i < mapping->count; i++)
        keys[i] = &mapping->keys[i];
    qsort(keys, mapping->count, sizeof(const struct icp_yaml *), by_key);
    first = keys[0];
    for (size_t i = 1; i < mapping->count; i++) {
        if (!icp_str_equal(keys[i]->text, first->text)) {
            first = keys[i];
            continue;
        }
        icp_report(b->list, ICP_ERROR, "duplicate-key", keys[i]->line, keys[i]->column,
                   "the key \"%.*s\" stands here again, first in line %u",
                   ICP_STR_ARGUMENTS(first->text), (unsigned)first->line);
    }
}

static void drop_pairs(struct icp_yaml *mapping)
{
    size_t kept = 0;

    for (size_t i = 0; i < mapping->count; i++) {
        if (icp_str_is_null(mapping->keys[i].text))
            continue;
        mapping->keys[kept] = mapping->keys[i];
        mapping->values[kept++] = mapping->values[i];
    }
    mapping->count = kept;
}

static void close_collection(struct building *b)
{
    struct frame *frame;

    if (b->depth == 0)
        return;
    frame = &b->stack[--b->depth];
    if (frame->drops)
        drop_pairs(frame->node);
    if (frame->node->style == ICP_YAML_FLOW)
        frame->node->end = b->end;
    else if (frame->node->count > 0)
        frame->node->end = frame->node->values[frame->node->count - 1].end;
    if (frame->node->kind == ICP_YAML_MAPPING)
        check_keys(b, frame->node);
}

/* The library's mark stands behind what opens these. */
static bool has_opening(const struct fy_event *event)
{
    struct fy_token *token = event->type == FYET_SCALAR ? event->scalar.value : NULL;
    enum fy_scalar_style style = token != NULL ? fy_token_scalar_style(token) : FYSS_PLAIN;

    return event->type == FYET_ALIAS || style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
}

static void take_place(struct building *b, struct fy_event *event)
{
    const struct fy_mark *mark = fy_event_start_mark(event), *end = fy_event_end_mark(event);

    if (mark == NULL || mark->line < 0 || mark->column < 0) {
        b->offset = b->end; /* an empty value stands behind what came last */
        return;
    }
    b->line = (uint32_t)mark->line + 1;
    b->column = (uint32_t)mark->column + 1;
    b->offset = (uint32_t)mark->input_pos;
    b->end = end != NULL ? (uint32_t)end->input_pos : b->offset;
    if (b->column > 1 && has_opening(event)) {
        b->column--;
        b->offset--;
        b->end += event->type == FYET_SCALAR ? 1U : 0U;
    }
}

static void add_event(struct building *b, struct fy_event *event)
{
    take_place(b, event);
    switch (event->type) {
    case FYET_SCALAR:
        add_scalar(b, event);
        break;
    case FYET_SEQUENCE_START:
        open_collection(b, ICP_YAML_SEQUENCE, event->sequence_start.anchor,
                        event->sequence_start.tag);
        break;
    case FYET_MAPPING_START:
        open_collection(b, ICP_YAML_MAPPING, event->mapping_start.anchor, event->mapping_start.tag);
        break;
    case FYET_SEQUENCE_END:
    case FYET_MAPPING_END:
        close_collection(b);
        break;
    case FYET_ALIAS:
        fail(b, "yaml-alias", "aliases (*name) are not allowed",
             "If the value begins with *, put it in quotes; else write it out.");
        add_nothing(b);
        break;
    case FYET_DOCUMENT_START:
        if (++b->documents > 1) {
            fail(b, "yaml-second-document", "a second document begins here; a file holds one",
                 NULL);
            b->stop = true;
        }
        break;
    case FYET_NONE:
    case FYET_STREAM_START:
    case FYET_STREAM_END:
    case FYET_DOCUMENT_END:
        break;
    }
}

/* ---- the parser ----------------------------------------------------------------------------- */

static void report_syntax(struct building *b, struct fy_diag *diag)
{
    void *iterator = NULL;
    struct fy_diag_error *error = fy_diag_errors_iterate(diag, &iterator);
    uint32_t line = b->line > 0 ? b->line : 1, column = b->column > 0 ? b->column : 1;
    const char *message = "cannot be read";

    if (error != NULL && error->line > 0) {
        line = (uint32_t)error->line;
        column = error->column > 0 ? (uint32_t)error->column : 1;
    }
    if (error != NULL && error->msg != NULL)
        message = error->msg;
    icp_yaml_report_syntax(b->text, line, column, message, b->list);
}

static void run(struct building *b, struct fy_diag *diag)
{
    struct fy_parse_cfg settings = {
        .search_path = "", .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG, .diag = diag};
    struct fy_parser *parser = fy_parser_create(&settings);
    bool whole = false;

    if (parser == NULL || fy_parser_set_string(parser, b->text.data, b->text.length) != 0) {
        fail(b, "yaml-syntax", "cannot be read", NULL);
        fy_parser_destroy(parser);
        return;
    }
    while (!b->stop && !whole) {
        struct fy_event *event = fy_parser_parse(parser);
        if (event == NULL)
            break;
        whole = event->type == FYET_STREAM_END;
        add_event(b, event);
        fy_parser_event_free(parser, event);
    }
    if (!whole && !b->stop) {
        b->root = NULL;
        b->list->count = b->count; /* a syntax error is reported alone */
        b->list->errors = b->errors;
        b->list->warnings = b->warnings;
        report_syntax(b, diag);
    }
    if (b->stop)
        b->root = NULL;
    fy_parser_destroy(parser);
}

const struct icp_yaml *icp_yaml_parse(struct icp_str text, struct icp_arena *arena,
                                      struct icp_diagnostics *list)
{
    struct building b = {.text = text,
                         .arena = arena,
                         .list = list,
                         .count = list->count,
                         .errors = list->errors,
                         .warnings = list->warnings};
    struct fy_diag_cfg settings;
    struct fy_diag *diag;

    if (icp_str_has_prefix(text, ICP_STR("\xEF\xBB\xBF")))
        b.text = icp_str_slice(text, 3, text.length);
    if (!icp_yaml_check_lines(&b.text, list))
        return NULL;
    b.line = b.column = 1;
    fy_diag_cfg_default(&settings);
    settings.fp = NULL;
    diag = fy_diag_create(&settings);
    if (diag == NULL)
        return NULL;
    fy_diag_set_collect_errors(diag, true);
    run(&b, diag);
    fy_diag_destroy(diag);
    if (b.root == NULL && list->errors == b.errors) {
        b.line = b.column = 1;
        fail(&b, "yaml-empty", "the file is empty", NULL);
    }
    if (arena->full) {
        fail(&b, "too-large", "the file is too large", NULL);
        return NULL;
    }
    return b.root;
}
