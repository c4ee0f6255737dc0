/*
 * What may begin an operand: constants, names, brackets, signs, if. Constructs with names of their
 * own (calls, loops, contexts, functions) are in constructs.c.
 */
#include "feel_internal.h"

#include "utf8.h"

/* ---- Operands ------------------------------------------------------------------------------- */

static struct feel_node *parse_constant(struct feel_compilation *c)
{
    struct feel_node *node = feel_new_node(c, FEEL_NODE_CONSTANT, c->token.offset);

    if (node == NULL)
        return NULL;
    node->constant = c->token.constant;
    if (c->token.wrong_literal)
        node->problem = "the text behind @ is not a date, a time or a duration";
    node->end = c->token.end;
    feel_next_token(c);
    return node;
}

static struct feel_node *parse_symbol(struct feel_compilation *c)
{
    struct feel_node *node = feel_new_node(c, FEEL_NODE_NAME, c->token.offset);

    if (node == NULL)
        return NULL;
    node->symbol = c->token.symbol;
    node->name = c->token.name;
    node->end = c->token.end;
    feel_next_token(c);
    return node;
}

/* A name of the text itself, or an unknown one: the check tells which. */
static struct feel_node *parse_word(struct feel_compilation *c)
{
    struct icp_str word = feel_token_text(c);

    if (icp_str_equal_ascii_case(word, ICP_STR("not")) && !c->lenient) {
        feel_error(c, "feel-syntax", c->token.offset, "not needs parentheses");
        icp_report_hint(c->list, "Write not(…).");
        return NULL;
    }
    struct feel_node *node = feel_new_node(c, FEEL_NODE_NAME, c->token.offset);
    if (node == NULL)
        return NULL;
    node->end = c->token.end;
    node->name = icp_arena_copy(c->arena, c->token.name);
    feel_next_token(c);
    if (c->failed || c->token.kind != FEEL_TOKEN_OPEN)
        return node;
    if (c->lenient)
        return node; /* calling it is null */
    struct icp_str nearest = feel_function_nearest(word);
    feel_error(c, "feel-unknown-name", node->offset, "unknown function \"%.*s\"",
               ICP_STR_ARGUMENTS(word));
    if (nearest.length > 0)
        icp_report_hint(c->list, "Did you mean \"%.*s\"?", ICP_STR_ARGUMENTS(nearest));
    return NULL;
}

static struct feel_node *parse_negation(struct feel_compilation *c)
{
    if (c->token.operation != FEEL_SUBTRACT) {
        feel_unexpected(c, "a value");
        return NULL;
    }
    struct feel_node *node = feel_new_node(c, FEEL_NODE_NEGATE, c->token.offset);
    feel_next_token(c);
    return feel_attach(c, node, feel_parse_expression(c, FEEL_BINDING_NEGATION)) ? node : NULL;
}

/* A value, or a test such as "< 5". */
struct feel_node *feel_parse_element(struct feel_compilation *c, int binding)
{
    if (c->failed || c->token.kind != FEEL_TOKEN_OPERATOR || c->token.operation > FEEL_AT_LEAST)
        return feel_parse_expression(c, binding);
    struct feel_node *node = feel_new_node(c, FEEL_NODE_TEST, c->token.offset);
    if (node != NULL)
        node->operation = c->token.operation;
    feel_next_token(c);
    return feel_attach(c, node, feel_parse_expression(c, FEEL_BINDING_SUM)) ? node : NULL;
}

/* Behind the low end of a range, at "..". */
struct feel_node *feel_parse_range(struct feel_compilation *c, uint32_t opened, bool open_low,
                                   struct feel_node *low)
{
    struct feel_node *node = feel_new_node(c, FEEL_NODE_RANGE, opened);

    unsigned outer = c->range_depth;

    feel_next_token(c);
    c->range_depth = c->depth + 1;
    struct feel_node *high = feel_parse_expression(c, FEEL_BINDING_SUM);
    c->range_depth = outer;
    if (!feel_attach(c, node, low) || !feel_attach(c, node, high))
        return NULL;
    node->open_low = open_low;
    node->open_high = c->token.kind == FEEL_TOKEN_CLOSE || c->token.kind == FEEL_TOKEN_OPEN_SQUARE;
    node->end = c->token.end;
    if (node->open_high)
        feel_next_token(c);
    else if (!feel_expect_close(c, FEEL_TOKEN_CLOSE_SQUARE, opened, "] or )"))
        return NULL;
    return c->failed ? NULL : node;
}

/* Behind one element, further ones up to the close, all into `parent`. */
struct feel_node *feel_parse_rest(struct feel_compilation *c, struct feel_node *parent,
                                  enum feel_token_kind close, uint32_t opened, const char *sign)
{
    while (!c->failed && c->token.kind == FEEL_TOKEN_COMMA) {
        feel_next_token(c);
        if (!feel_attach(c, parent, feel_parse_element(c, FEEL_BINDING_NONE)))
            return NULL;
    }
    if (parent != NULL)
        parent->end = c->token.end;
    return feel_expect_close(c, close, opened, sign) ? parent : NULL;
}

/* [1, 2], [1..2], [] */
static struct feel_node *parse_square(struct feel_compilation *c)
{
    uint32_t opened = c->token.offset;
    struct feel_node *list = feel_new_node(c, FEEL_NODE_LIST, opened);

    feel_next_token(c);
    if (!c->failed && c->token.kind == FEEL_TOKEN_CLOSE_SQUARE)
        return feel_parse_rest(c, list, FEEL_TOKEN_CLOSE_SQUARE, opened, "]");
    struct feel_node *first = feel_parse_element(c, FEEL_BINDING_NONE);
    if (first != NULL && c->token.kind == FEEL_TOKEN_DOTS)
        return feel_parse_range(c, opened, false, first);
    return feel_attach(c, list, first)
               ? feel_parse_rest(c, list, FEEL_TOKEN_CLOSE_SQUARE, opened, "]")
               : NULL;
}

/* ]1..2] */
static struct feel_node *parse_open_range(struct feel_compilation *c)
{
    uint32_t opened = c->token.offset;

    feel_next_token(c);
    struct feel_node *low = feel_parse_expression(c, FEEL_BINDING_SUM);
    if (low == NULL)
        return NULL;
    if (c->token.kind != FEEL_TOKEN_DOTS) {
        feel_unexpected(c, "..");
        return NULL;
    }
    return feel_parse_range(c, opened, true, low);
}

/* (x), (1..2] */
static struct feel_node *parse_parenthesis(struct feel_compilation *c)
{
    uint32_t opened = c->token.offset;

    feel_next_token(c);
    struct feel_node *inside = feel_parse_element(c, FEEL_BINDING_NONE);
    if (inside != NULL && c->token.kind == FEEL_TOKEN_DOTS)
        return feel_parse_range(c, opened, true, inside);
    return inside != NULL && feel_expect_close(c, FEEL_TOKEN_CLOSE, opened, ")") ? inside : NULL;
}

static struct feel_node *parse_if(struct feel_compilation *c)
{
    struct feel_node *node = feel_new_node(c, FEEL_NODE_IF, c->token.offset);

    feel_next_token(c);
    if (!feel_attach(c, node, feel_parse_expression(c, FEEL_BINDING_NONE)) ||
        !feel_expect(c, FEEL_TOKEN_THEN, "then") ||
        !feel_attach(c, node, feel_parse_expression(c, FEEL_BINDING_NONE)) ||
        !feel_expect(c, FEEL_TOKEN_ELSE, "else") ||
        !feel_attach(c, node, feel_parse_expression(c, FEEL_BINDING_NONE)))
        return NULL;
    return node;
}

static struct feel_node *parse_question(struct feel_compilation *c)
{
    struct feel_node *node = feel_new_node(c, FEEL_NODE_CONSTANT, c->token.offset);

    if (node == NULL)
        return NULL;
    if (!c->lenient) {
        feel_error(c, "feel-not-supported", c->token.offset,
                   "? has a value in decision tables only");
        return NULL;
    }
    node->problem = "? has a value in decision tables only";
    node->end = c->token.end;
    feel_next_token(c);
    return node;
}

static const struct {
    enum feel_token_kind kind;
    struct feel_node *(*parse)(struct feel_compilation *c);
} operands[] = {
    {FEEL_TOKEN_CONSTANT, parse_constant},
    {FEEL_TOKEN_SYMBOL, parse_symbol},
    {FEEL_TOKEN_WORD, parse_word},
    {FEEL_TOKEN_FUNCTION, feel_parse_call},
    {FEEL_TOKEN_OPERATOR, parse_negation},
    {FEEL_TOKEN_OPEN, parse_parenthesis},
    {FEEL_TOKEN_OPEN_SQUARE, parse_square},
    {FEEL_TOKEN_CLOSE_SQUARE, parse_open_range},
    {FEEL_TOKEN_OPEN_CURLY, feel_parse_context},
    {FEEL_TOKEN_IF, parse_if},
    {FEEL_TOKEN_FOR, feel_parse_for},
    {FEEL_TOKEN_SOME, feel_parse_quantified},
    {FEEL_TOKEN_EVERY, feel_parse_quantified},
    {FEEL_TOKEN_FUNCTION_WORD, feel_parse_function},
    {FEEL_TOKEN_QUESTION, parse_question},
};

struct feel_node *feel_parse_operand(struct feel_compilation *c)
{
    struct feel_node *(*parse)(struct feel_compilation *) = NULL;
    struct feel_node *node = NULL;

    if (c->failed)
        return NULL;
    for (size_t i = 0; i < sizeof(operands) / sizeof(operands[0]); i++)
        if (operands[i].kind == c->token.kind)
            parse = operands[i].parse;
    if (parse == NULL) {
        feel_unexpected(c, "a value");
        return NULL;
    }
    if (c->depth >= ICP_MAX_DEPTH) {
        feel_error(c, "feel-too-deep", c->token.offset, "more than %d brackets inside each other",
                   ICP_MAX_DEPTH);
        icp_report_hint(c->list, "Split the condition into several lines of the file.");
        return NULL;
    }
    c->depth++;
    node = parse(c);
    c->depth--;
    return c->failed ? NULL : node;
}
