/*
 * A Pratt parser: what may begin an operand (operands.c) and what may stand behind one are two
 * tables. It stops
 * at the first thing that it cannot read, reports that with its place, and then unwinds (every
 * function returns NULL once `failed` is set). Brackets nest at most ICP_MAX_DEPTH deep.
 */
#include "feel_internal.h"

#include <string.h>

#include "utf8.h"

/* ---- Nodes ---------------------------------------------------------------------------------- */

struct feel_node *feel_new_node(struct feel_compilation *c, enum feel_node_kind kind,
                                uint32_t offset)
{
    struct feel_node *node = ICP_NEW(&c->scratch, struct feel_node);

    if (node == NULL) {
        if (!c->failed)
            feel_error(c, "feel-too-long", offset, "the condition is too large");
        return NULL;
    }
    node->kind = kind;
    node->offset = offset;
    node->end = offset;
    node->height = 1;
    return node;
}

/* Adds a child behind the others. */
bool feel_attach(struct feel_compilation *c, struct feel_node *parent, struct feel_node *child)
{
    if (parent == NULL || child == NULL)
        return false;
    if (parent->last != NULL)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
    parent->children++;
    if (parent->end < child->end)
        parent->end = child->end;
    if (parent->height < child->height + 1)
        parent->height = child->height + 1;
    if (parent->height <= FEEL_MAX_HEIGHT)
        return true;
    feel_error(c, "feel-too-deep", parent->offset, "the condition is nested too deep");
    icp_report_hint(c->list, "Split it into several lines of the file.");
    return false;
}

/* A node over what was read already: it begins where its first child begins. */
struct feel_node *feel_wrap(struct feel_compilation *c, enum feel_node_kind kind,
                            struct feel_node *first)
{
    struct feel_node *node = first == NULL ? NULL : feel_new_node(c, kind, first->offset);

    return feel_attach(c, node, first) ? node : NULL;
}

/* ---- Reports -------------------------------------------------------------------------------- */

struct icp_str feel_token_text(const struct feel_compilation *c)
{
    return icp_utf8_cut(icp_str_slice(c->text, c->token.offset, c->token.end), 40);
}

void feel_unexpected(struct feel_compilation *c, const char *wanted)
{
    struct icp_str shown = feel_token_text(c);

    if (c->failed)
        return;
    if (c->token.kind == FEEL_TOKEN_END)
        feel_error(c, "feel-syntax", c->token.offset, "the condition ends where %s should stand",
                   wanted);
    else
        feel_error(c, "feel-syntax", c->token.offset, "unexpected \"%.*s\" where %s should stand",
                   ICP_STR_ARGUMENTS(shown), wanted);
}

bool feel_expect(struct feel_compilation *c, enum feel_token_kind kind, const char *wanted)
{
    if (c->failed || c->token.kind != kind) {
        feel_unexpected(c, wanted);
        return false;
    }
    feel_next_token(c);
    return !c->failed;
}

/* The close of a bracket: what is missing is told at the place where it was opened. */
bool feel_expect_close(struct feel_compilation *c, enum feel_token_kind kind, uint32_t opened,
                       const char *sign)
{
    if (!c->failed && c->token.kind == FEEL_TOKEN_END) {
        feel_error(c, "feel-syntax", opened, "the bracket opened here is not closed");
        icp_report_hint(c->list, "Close it with %s.", sign);
        return false;
    }
    return feel_expect(c, kind, sign);
}

/* ---- What stands behind an operand ---------------------------------------------------------- */

/* "a and b and c" is one flat node. */
static struct feel_node *parse_chain(struct feel_compilation *c, struct feel_node *left,
                                     enum feel_node_kind kind, int binding)
{
    struct feel_node *node = left->kind == kind ? left : feel_wrap(c, kind, left);

    feel_next_token(c);
    return feel_attach(c, node, feel_parse_expression(c, binding + 1)) ? node : NULL;
}

static struct feel_node *parse_and(struct feel_compilation *c, struct feel_node *left)
{
    return parse_chain(c, left, FEEL_NODE_AND, FEEL_BINDING_AND);
}

static struct feel_node *parse_or(struct feel_compilation *c, struct feel_node *left)
{
    return parse_chain(c, left, FEEL_NODE_OR, FEEL_BINDING_OR);
}

static int operator_binding(enum feel_operator operation)
{
    if (operation <= FEEL_AT_LEAST)
        return FEEL_BINDING_COMPARISON;
    if (operation <= FEEL_SUBTRACT)
        return FEEL_BINDING_SUM;
    return operation == FEEL_POWER ? FEEL_BINDING_POWER : FEEL_BINDING_PRODUCT;
}

static struct feel_node *parse_operator(struct feel_compilation *c, struct feel_node *left)
{
    enum feel_operator operation = c->token.operation;
    struct feel_node *node =
        feel_wrap(c, operation <= FEEL_AT_LEAST ? FEEL_NODE_COMPARE : FEEL_NODE_ARITHMETIC, left);

    if (node == NULL)
        return NULL;
    node->operation = operation;
    feel_next_token(c);
    return feel_attach(c, node, feel_parse_expression(c, operator_binding(operation) + 1)) ? node
                                                                                           : NULL;
}

static struct feel_node *parse_between(struct feel_compilation *c, struct feel_node *left)
{
    struct feel_node *node = feel_wrap(c, FEEL_NODE_BETWEEN, left);

    feel_next_token(c);
    if (!feel_attach(c, node, feel_parse_expression(c, FEEL_BINDING_SUM)) ||
        !feel_expect(c, FEEL_TOKEN_AND, "and") ||
        !feel_attach(c, node, feel_parse_expression(c, FEEL_BINDING_SUM)))
        return NULL;
    return node;
}

/* Behind "in (": tests with commas between, or a range with an open low end. */
static struct feel_node *parse_tests(struct feel_compilation *c, struct feel_node *node,
                                     uint32_t opened)
{
    struct feel_node *first = feel_parse_element(c, FEEL_BINDING_NONE);

    if (first != NULL && c->token.kind == FEEL_TOKEN_DOTS)
        return feel_attach(c, node, feel_parse_range(c, opened, true, first)) ? node : NULL;
    return feel_attach(c, node, first) ? feel_parse_rest(c, node, FEEL_TOKEN_CLOSE, opened, ")")
                                       : NULL;
}

static struct feel_node *parse_in(struct feel_compilation *c, struct feel_node *left)
{
    struct feel_node *node = feel_wrap(c, FEEL_NODE_IN, left);

    feel_next_token(c);
    if (!c->failed && c->token.kind == FEEL_TOKEN_OPEN) {
        uint32_t opened = c->token.offset;
        feel_next_token(c);
        return parse_tests(c, node, opened);
    }
    return feel_attach(c, node, feel_parse_element(c, FEEL_BINDING_SUM)) ? node : NULL;
}

/* Behind a dot: "i.price", "created.year". */
static struct feel_node *parse_path(struct feel_compilation *c, struct feel_node *left)
{
    struct feel_node *node = feel_wrap(c, FEEL_NODE_PATH, left);

    c->position = c->token.end;
    if (node == NULL || !feel_take_property(c, &node->name))
        return NULL;
    node->end = c->token.end;
    feel_next_token(c);
    return node;
}

/* list[condition] */
static struct feel_node *parse_filter(struct feel_compilation *c, struct feel_node *left)
{
    struct feel_node *node = feel_wrap(c, FEEL_NODE_FILTER, left);
    uint32_t opened = c->token.offset;

    feel_next_token(c);
    if (!feel_attach(c, node, feel_parse_element(c, FEEL_BINDING_NONE)))
        return NULL;
    node->end = c->token.end;
    return feel_expect_close(c, FEEL_TOKEN_CLOSE_SQUARE, opened, "]") ? node : NULL;
}

static struct feel_node *parse_instance(struct feel_compilation *c, struct feel_node *left)
{
    struct feel_node *node = feel_wrap(c, FEEL_NODE_INSTANCE, left);

    if (node == NULL)
        return NULL;
    node->position = c->token.offset; /* where the type is written, for printing */
    node->tested = feel_take_type(c);
    node->end = c->token.offset;
    return node->tested == NULL ? NULL : node;
}

static const struct {
    enum feel_token_kind kind;
    int binding; /* of OPERATOR: by the operator */
    struct feel_node *(*parse)(struct feel_compilation *c, struct feel_node *left);
} followers[] = {
    {FEEL_TOKEN_OR, FEEL_BINDING_OR, parse_or},
    {FEEL_TOKEN_AND, FEEL_BINDING_AND, parse_and},
    {FEEL_TOKEN_OPERATOR, FEEL_BINDING_NONE, parse_operator},
    {FEEL_TOKEN_BETWEEN, FEEL_BINDING_COMPARISON, parse_between},
    {FEEL_TOKEN_IN, FEEL_BINDING_COMPARISON, parse_in},
    {FEEL_TOKEN_INSTANCE, FEEL_BINDING_COMPARISON, parse_instance},
    {FEEL_TOKEN_OPEN_SQUARE, FEEL_BINDING_PATH, parse_filter},
    {FEEL_TOKEN_DOT, FEEL_BINDING_PATH, parse_path},
    {FEEL_TOKEN_OPEN, FEEL_BINDING_PATH, feel_parse_invoke},
};
enum { FOLLOWERS = sizeof(followers) / sizeof(followers[0]) };

/* Index of the follower at the token and how strongly it binds; FOLLOWERS when there is none. */
static size_t find_follower(const struct feel_compilation *c, int *binding)
{
    size_t i = 0;

    while (i < FOLLOWERS && followers[i].kind != c->token.kind)
        i++;
    *binding = i == FOLLOWERS                         ? FEEL_BINDING_NONE
               : c->token.kind == FEEL_TOKEN_OPERATOR ? operator_binding(c->token.operation)
                                                      : followers[i].binding;
    return i;
}

/* In `]1..5[` the last bracket ends a range and is no filter: nothing that a filter could begin
   with stands behind it. */
static bool ends_range(const struct feel_compilation *c)
{
    static const char *const words[] = {"and",     "or",       "then",   "else",     "in",
                                        "between", "instance", "return", "satisfies"};
    struct icp_str rest = icp_str_trim(icp_str_slice(c->text, c->token.end, c->text.length));
    size_t length = 0;

    if (c->range_depth != c->depth + 1)
        return false;
    while (length < rest.length && rest.data[length] >= 'a' && rest.data[length] <= 'z')
        length++;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (icp_str_is(icp_str_slice(rest, 0, length), words[i]))
            return true;
    return rest.length == 0 || strchr("=!<>,)]}+*/.", rest.data[0]) != NULL;
}

struct feel_node *feel_parse_expression(struct feel_compilation *c, int binding)
{
    struct feel_node *left = feel_parse_operand(c);
    bool compared = false;
    int strength;

    while (left != NULL && !c->failed) {
        size_t follower = find_follower(c, &strength);
        if (follower == FOLLOWERS || strength < binding)
            return left;
        if (strength == FEEL_BINDING_COMPARISON && compared && !c->lenient) {
            feel_error(c, "feel-syntax", c->token.offset, "comparisons cannot be chained");
            icp_report_hint(c->list, "Write x between 1 and 5, or put and between them.");
            return NULL;
        }
        if (c->token.kind == FEEL_TOKEN_OPEN_SQUARE && ends_range(c))
            return left;
        compared = compared || strength == FEEL_BINDING_COMPARISON;
        left = followers[follower].parse(c, left);
    }
    return c->failed ? NULL : left;
}

/* ---- The whole text ------------------------------------------------------------------------- */

static const struct {
    const char *word, *hint;
} misplaced_words[] = {
    {"is", "Write = instead of is."},
    {"not", "Write not(…) around the test."},
    {"contains", "Write contains(text, \"part\"), or \"element\" in list."},
    {"like", "Write contains(text, \"part\")."},
    {"equals", "Write =."},
    {"starts", "Write starts with(text, \"part\")."},
    {"ends", "Write ends with(text, \"part\")."},
};

static void report_rest(struct feel_compilation *c)
{
    struct icp_str shown = feel_token_text(c);

    feel_error(c, "feel-syntax", c->token.offset, "unexpected \"%.*s\" behind a complete condition",
               ICP_STR_ARGUMENTS(shown));
    for (size_t i = 0; i < sizeof(misplaced_words) / sizeof(misplaced_words[0]); i++) {
        if (icp_str_equal_ascii_case(shown, icp_str_from(misplaced_words[i].word))) {
            icp_report_hint(c->list, "%s", misplaced_words[i].hint);
            return;
        }
    }
    if (c->token.kind == FEEL_TOKEN_CLOSE || c->token.kind == FEEL_TOKEN_CLOSE_SQUARE)
        icp_report_hint(c->list, "Take this bracket out, or open it before.");
    else
        icp_report_hint(c->list, "Put and or or between two tests, and texts in double quotes.");
}

struct feel_node *feel_parse(struct feel_compilation *c)
{
    feel_next_token(c);
    if (!c->failed && c->token.kind == FEEL_TOKEN_END) {
        feel_error(c, "feel-syntax", 0, "the condition is empty");
        return NULL;
    }
    struct feel_node *root = feel_parse_expression(c, FEEL_BINDING_NONE);
    if (root != NULL && c->token.kind != FEEL_TOKEN_END) {
        report_rest(c);
        return NULL;
    }
    return c->failed ? NULL : root;
}
