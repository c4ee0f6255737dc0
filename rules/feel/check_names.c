/*
 * Checks of what has to do with names: symbols of the scope, variables of loops, entries of
 * contexts and of the items that a filter looks at, properties. An unknown name is an error with
 * the nearest known one, except where it can be an entry of an item whose entries nobody knows
 * before it runs.
 */
#include "feel_internal.h"

#include "utf8.h"

/* ---- Frames --------------------------------------------------------------------------------- */

static bool declares(const struct feel_node *node, struct icp_str name)
{
    if (node->kind == FEEL_NODE_FOR)
        return icp_str_is(name, "partial");
    if (node->kind == FEEL_NODE_FILTER)
        return icp_str_is(name, "item");
    return icp_str_equal(node->name, name);
}

const struct feel_frame *feel_find_frame(const struct feel_frame *frames, struct icp_str name,
                                         bool *passed_filter)
{
    *passed_filter = false;
    for (; frames != NULL; frames = frames->outer) {
        if (declares(frames->node, name))
            return frames;
        if (frames->node->kind == FEEL_NODE_FILTER && !frames->node->plain_items)
            *passed_filter = true;
    }
    return NULL;
}

/* ---- Names ---------------------------------------------------------------------------------- */

static struct icp_str nearest_name(struct feel_compilation *c, struct icp_str word)
{
    if (c->nearest == NULL && c->scope->count > 0) {
        c->nearest = ICP_NEW_ARRAY(&c->scratch, struct icp_str, c->scope->count);
        for (size_t i = 0; c->nearest != NULL && i < c->scope->count; i++)
            c->nearest[i] = c->scope->symbols[i].name;
    }
    return c->nearest == NULL ? (struct icp_str){0}
                              : icp_str_nearest(word, c->nearest, c->scope->count);
}

/* In the lenient form a function without its arguments is a value of its own. */
static bool is_function(struct feel_compilation *c, struct feel_node *node)
{
    const struct feel_function *function =
        c->lenient && node->kind == FEEL_NODE_NAME ? feel_function_named(node->name) : NULL;
    struct feel_signature *signature =
        function == NULL ? NULL : ICP_NEW(c->arena, struct feel_signature);

    if (signature == NULL)
        return false;
    signature->parameters = function->least;
    node->kind = FEEL_NODE_FUNCTION;
    node->type = ICP_FEEL_FUNCTION;
    node->constant = (struct feel_value){.kind = FEEL_FUNCTION, .as.function = signature};
    return true;
}

/* What to do about an unknown name that is near to no other. */
static void hint_unknown(struct feel_compilation *c, const struct feel_node *node,
                         struct icp_str word)
{
    struct icp_str before = icp_str_trim(icp_str_slice(c->text, 0, node->offset));
    struct icp_str shown = icp_utf8_cut(word, 80);
    bool in = before.length > 2 &&
              icp_str_is(icp_str_slice(before, before.length - 3, before.length), " in");

    if (icp_str_find(word, ICP_STR(".")) < word.length)
        return;
    if (in)
        icp_report_hint(c->list, "Declare it under \"lists\", or put it in double quotes if it is "
                                 "a text.");
    else
        icp_report_hint(c->list, "Put it in double quotes if it is a text: \"%.*s\".",
                        ICP_STR_ARGUMENTS(shown));
}

static void report_unknown(struct feel_compilation *c, struct feel_node *node)
{
    struct icp_str word = icp_str_slice(c->text, node->offset, node->end);
    struct icp_str shown = icp_utf8_cut(word, 80);

    if (is_function(c, node))
        return;
    node->problem = "the name is not known";
    if (c->lenient)
        return;
    const char *known =
        c->scope->unknown != NULL ? c->scope->unknown(c->scope->context, word) : NULL;
    struct icp_str nearest = nearest_name(c, word);
    feel_error(c, "feel-unknown-name", node->offset, "unknown name \"%.*s\"",
               ICP_STR_ARGUMENTS(shown));
    if (known != NULL)
        icp_report_hint(c->list, "%s", known);
    else if (nearest.length > 0)
        icp_report_hint(c->list, "Did you mean \"%.*s\"?", ICP_STR_ARGUMENTS(nearest));
    else
        hint_unknown(c, node, word);
}

static enum icp_feel_type type_of_items(enum icp_feel_type list)
{
    return list == ICP_FEEL_LIST ? ICP_FEEL_TEXT : ICP_FEEL_ANY;
}

static enum icp_feel_type declared_type(const struct feel_node *node)
{
    if (node->kind == FEEL_NODE_FOR)
        return ICP_FEEL_VALUES;
    if (node->kind == FEEL_NODE_ENTRY)
        return node->first->type;
    if (node->kind == FEEL_NODE_ITERATOR && node->children == 2)
        return node->first->type;
    return type_of_items(node->first->type);
}

void feel_check_name(struct feel_compilation *c, struct feel_node *node)
{
    bool passed_filter;
    const struct feel_frame *frame = feel_find_frame(c->frames, node->name, &passed_filter);

    if (frame != NULL) {
        node->symbol = NULL;
        node->type = passed_filter ? ICP_FEEL_ANY : declared_type(frame->node);
        return;
    }
    if (node->symbol != NULL && !passed_filter)
        node->type = node->symbol->type;
    if (node->symbol == NULL && !passed_filter)
        report_unknown(c, node);
}

/* ---- Properties ----------------------------------------------------------------------------- */

static const struct {
    const char *name;
    unsigned of;
    enum icp_feel_type type;
} properties[] = {
    {"year", FEEL_TYPE(ICP_FEEL_DATE) | FEEL_TYPE(ICP_FEEL_DATETIME), ICP_FEEL_NUMBER},
    {"month", FEEL_TYPE(ICP_FEEL_DATE) | FEEL_TYPE(ICP_FEEL_DATETIME), ICP_FEEL_NUMBER},
    {"day", FEEL_TYPE(ICP_FEEL_DATE) | FEEL_TYPE(ICP_FEEL_DATETIME), ICP_FEEL_NUMBER},
    {"weekday", FEEL_TYPE(ICP_FEEL_DATE) | FEEL_TYPE(ICP_FEEL_DATETIME), ICP_FEEL_NUMBER},
    {"hour", FEEL_TYPE(ICP_FEEL_TIME) | FEEL_TYPE(ICP_FEEL_DATETIME), ICP_FEEL_NUMBER},
    {"minute", FEEL_TYPE(ICP_FEEL_TIME) | FEEL_TYPE(ICP_FEEL_DATETIME), ICP_FEEL_NUMBER},
    {"second", FEEL_TYPE(ICP_FEEL_TIME) | FEEL_TYPE(ICP_FEEL_DATETIME), ICP_FEEL_NUMBER},
    {"time offset", FEEL_TYPE(ICP_FEEL_TIME) | FEEL_TYPE(ICP_FEEL_DATETIME), ICP_FEEL_DURATION},
    {"timezone", FEEL_TYPE(ICP_FEEL_TIME) | FEEL_TYPE(ICP_FEEL_DATETIME), ICP_FEEL_TEXT},
    {"days", FEEL_TYPE(ICP_FEEL_DURATION), ICP_FEEL_NUMBER},
    {"hours", FEEL_TYPE(ICP_FEEL_DURATION), ICP_FEEL_NUMBER},
    {"minutes", FEEL_TYPE(ICP_FEEL_DURATION), ICP_FEEL_NUMBER},
    {"seconds", FEEL_TYPE(ICP_FEEL_DURATION), ICP_FEEL_NUMBER},
    {"years", FEEL_TYPE(ICP_FEEL_MONTHS), ICP_FEEL_NUMBER},
    {"months", FEEL_TYPE(ICP_FEEL_MONTHS), ICP_FEEL_NUMBER},
    {"start", FEEL_TYPE(ICP_FEEL_RANGE), ICP_FEEL_ANY},
    {"end", FEEL_TYPE(ICP_FEEL_RANGE), ICP_FEEL_ANY},
    {"start included", FEEL_TYPE(ICP_FEEL_RANGE), ICP_FEEL_BOOLEAN},
    {"end included", FEEL_TYPE(ICP_FEEL_RANGE), ICP_FEEL_BOOLEAN},
};

/* Is the whole path the spelling of an unknown dotted name: company.contry. */
static bool is_unknown_path(const struct feel_compilation *c, const struct feel_node *node)
{
    bool passed_filter;

    while (node->kind == FEEL_NODE_PATH)
        node = node->first;
    return node->kind == FEEL_NODE_NAME && node->symbol == NULL &&
           feel_find_frame(c->frames, node->name, &passed_filter) == NULL && !passed_filter;
}

void feel_check_path(struct feel_compilation *c, struct feel_node *node)
{
    if (is_unknown_path(c, node)) {
        report_unknown(c, node);
        return;
    }
    feel_check_value(c, node->first);
    enum icp_feel_type of = node->first->type;
    if (of == ICP_FEEL_VALUES || of == ICP_FEEL_LIST)
        node->type = ICP_FEEL_VALUES;
    if (of == ICP_FEEL_ANY || of == ICP_FEEL_CONTEXT || of == ICP_FEEL_VALUES)
        return;
    for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++) {
        if (icp_str_is(node->name, properties[i].name) && (properties[i].of & FEEL_TYPE(of)) != 0) {
            node->type = properties[i].type;
            return;
        }
    }
    if (c->lenient)
        return;
    struct icp_str source = feel_source(c, node->first);
    feel_error(c, "feel-type", node->offset, "\"%.*s\" is %s and has no \"%.*s\"",
               ICP_STR_ARGUMENTS(source), feel_type_words(of), ICP_STR_ARGUMENTS(node->name));
}

/* ---- Filters, loops, contexts --------------------------------------------------------------- */

void feel_check_filter(struct feel_compilation *c, struct feel_node *node)
{
    struct feel_frame frame = {.outer = c->frames, .node = node};

    feel_check_value(c, node->first);
    node->plain_items = node->first->type != ICP_FEEL_ANY && node->first->type != ICP_FEEL_VALUES &&
                        node->first->type != ICP_FEEL_CONTEXT;
    c->frames = &frame;
    feel_check_value(c, node->last);
    c->frames = frame.outer;
    bool position = node->last->type == ICP_FEEL_NUMBER;
    bool condition = node->last->type == ICP_FEEL_BOOLEAN || node->last->type == ICP_FEEL_ANY;
    if (position)
        node->type = type_of_items(node->first->type);
    else if (node->last->type == ICP_FEEL_BOOLEAN)
        node->type = node->first->type == ICP_FEEL_LIST ? ICP_FEEL_LIST : ICP_FEEL_VALUES;
    if (!position && !condition && !c->lenient)
        feel_error(c, "feel-type", node->last->offset,
                   "a filter needs a condition or a position, not %s",
                   feel_type_words(node->last->type));
}

static void check_iterator(struct feel_compilation *c, struct feel_node *node)
{
    enum icp_feel_type type;

    feel_check_children(c, node);
    type = node->first->type;
    if (c->lenient || type == ICP_FEEL_ANY)
        return;
    bool ends = node->children == 2 && (type == ICP_FEEL_NUMBER || type == ICP_FEEL_DATE) &&
                feel_type_fits(type, node->last->type);
    bool list = node->children == 1 &&
                (type == ICP_FEEL_LIST || type == ICP_FEEL_VALUES || type == ICP_FEEL_RANGE);
    if (!ends && !list)
        feel_error(c, "feel-type", node->first->offset, "%s is not a list to go through",
                   feel_type_words(type));
}

/* Iterators see those before them; the last child sees all. */
void feel_check_loop(struct feel_compilation *c, struct feel_node *node)
{
    const struct feel_frame *outer = c->frames;
    struct feel_frame *frames = ICP_NEW_ARRAY(&c->scratch, struct feel_frame, node->children + 1);
    size_t count = 0;

    if (frames == NULL)
        return;
    if (node->kind == FEEL_NODE_FOR) {
        frames[count] = (struct feel_frame){.outer = c->frames, .node = node};
        c->frames = &frames[count++];
    }
    for (struct feel_node *child = node->first; child != node->last; child = child->next) {
        check_iterator(c, child);
        frames[count] = (struct feel_frame){.outer = c->frames, .node = child};
        c->frames = &frames[count++];
    }
    feel_check_value(c, node->last);
    c->frames = outer;
    node->type = node->kind == FEEL_NODE_FOR ? ICP_FEEL_VALUES : ICP_FEEL_BOOLEAN;
    if (node->kind == FEEL_NODE_FOR && node->last->type == ICP_FEEL_TEXT)
        node->type = ICP_FEEL_LIST;
    if (node->kind != FEEL_NODE_FOR && !c->lenient &&
        !feel_type_fits(node->last->type, ICP_FEEL_BOOLEAN))
        feel_error(c, "feel-type", node->last->offset, "satisfies needs true or false, not %s",
                   feel_type_words(node->last->type));
}

void feel_check_context(struct feel_compilation *c, struct feel_node *node)
{
    const struct feel_frame *outer = c->frames;
    struct feel_frame *frames = ICP_NEW_ARRAY(&c->scratch, struct feel_frame, node->children + 1);
    size_t count = 0;

    if (frames == NULL)
        return;
    for (struct feel_node *entry = node->first; entry != NULL; entry = entry->next) {
        feel_check_value(c, entry->first);
        frames[count] = (struct feel_frame){.outer = c->frames, .node = entry};
        c->frames = &frames[count++];
    }
    c->frames = outer;
    node->type = ICP_FEEL_CONTEXT;
    if (node->problem != NULL && !c->lenient)
        feel_error(c, "feel-type", node->offset, "%s", node->problem);
}
