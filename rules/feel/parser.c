/*
 * A Pratt parser: what may begin an operand and what may stand behind one are two tables. It stops
 * at the first thing that it cannot read, reports that with its place, and then unwinds (every
 * function returns NULL once `failed` is set). Brackets nest at most ICP_MAX_DEPTH deep.
 */
#include "feel_internal.h"

#include "utf8.h"

enum binding {
    BINDING_NONE = 0,
    BINDING_OR = 10,
    BINDING_AND = 20,
    BINDING_COMPARISON = 30,
    BINDING_SUM = 40,
    BINDING_PRODUCT = 50,
    BINDING_POWER = 60,
    BINDING_NEGATION = 70,
    BINDING_PATH = 80,
};

static struct feel_node *parse_expression(struct feel_compilation *c, int binding);

/* ---- Nodes ---------------------------------------------------------------------------------- */

static struct feel_node *new_node(struct feel_compilation *c, enum feel_node_kind kind,
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
static bool attach(struct feel_compilation *c, struct feel_node *parent, struct feel_node *child)
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
static struct feel_node *wrap(struct feel_compilation *c, enum feel_node_kind kind,
                              struct feel_node *first)
{
    struct feel_node *node = first == NULL ? NULL : new_node(c, kind, first->offset);

    return attach(c, node, first) ? node : NULL;
}

/* ---- Reports -------------------------------------------------------------------------------- */

static struct icp_str token_text(const struct feel_compilation *c)
{
    return icp_utf8_cut(icp_str_slice(c->text, c->token.offset, c->token.end), 40);
}

static void unexpected(struct feel_compilation *c, const char *wanted)
{
    struct icp_str shown = token_text(c);

    if (c->failed)
        return;
    if (c->token.kind == FEEL_TOKEN_END)
        feel_error(c, "feel-syntax", c->token.offset, "the condition ends where %s should stand",
                   wanted);
    else
        feel_error(c, "feel-syntax", c->token.offset, "unexpected \"%.*s\" where %s should stand",
                   ICP_STR_ARGUMENTS(shown), wanted);
}

static bool expect(struct feel_compilation *c, enum feel_token_kind kind, const char *wanted)
{
    if (c->failed || c->token.kind != kind) {
        unexpected(c, wanted);
        return false;
    }
    feel_next_token(c);
    return !c->failed;
}

/* The close of a bracket: what is missing is told at the place where it was opened. */
static bool expect_close(struct feel_compilation *c, enum feel_token_kind kind, uint32_t opened,
                         const char *sign)
{
    if (!c->failed && c->token.kind == FEEL_TOKEN_END) {
        feel_error(c, "feel-syntax", opened, "the bracket opened here is not closed");
        icp_report_hint(c->list, "Close it with %s.", sign);
        return false;
    }
    return expect(c, kind, sign);
}

static struct feel_node *not_supported(struct feel_compilation *c, const char *what)
{
    if (!c->failed)
        feel_not_supported(c, c->token.offset, what);
    return NULL;
}

/* ---- Operands ------------------------------------------------------------------------------- */

static struct feel_node *parse_constant(struct feel_compilation *c)
{
    struct feel_node *node = new_node(c, FEEL_NODE_CONSTANT, c->token.offset);

    if (node == NULL)
        return NULL;
    node->constant = c->token.constant;
    node->end = c->token.end;
    feel_next_token(c);
    return node;
}

static struct feel_node *parse_symbol(struct feel_compilation *c)
{
    struct feel_node *node = new_node(c, FEEL_NODE_NAME, c->token.offset);

    if (node == NULL)
        return NULL;
    node->symbol = c->token.symbol;
    node->end = c->token.end;
    feel_next_token(c);
    return node;
}

/* An unknown name stays in the tree without a symbol, so that the check can report it together with
   everything else that is wrong. */
static struct feel_node *parse_word(struct feel_compilation *c)
{
    struct icp_str word = token_text(c);

    if (icp_str_equal_ascii_case(word, ICP_STR("not"))) {
        feel_error(c, "feel-syntax", c->token.offset, "not needs parentheses");
        icp_report_hint(c->list, "Write not(…).");
        return NULL;
    }
    struct feel_node *node = new_node(c, FEEL_NODE_NAME, c->token.offset);
    if (node == NULL)
        return NULL;
    node->end = c->token.end;
    feel_next_token(c);
    if (c->failed || c->token.kind != FEEL_TOKEN_OPEN)
        return node;
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
        unexpected(c, "a value");
        return NULL;
    }
    struct feel_node *node = new_node(c, FEEL_NODE_NEGATE, c->token.offset);
    feel_next_token(c);
    return attach(c, node, parse_expression(c, BINDING_NEGATION)) ? node : NULL;
}

/* A value, or a test such as "< 5". */
static struct feel_node *parse_element(struct feel_compilation *c, int binding)
{
    if (c->failed || c->token.kind != FEEL_TOKEN_OPERATOR || c->token.operation > FEEL_AT_LEAST)
        return parse_expression(c, binding);
    struct feel_node *node = new_node(c, FEEL_NODE_TEST, c->token.offset);
    if (node != NULL)
        node->operation = c->token.operation;
    feel_next_token(c);
    return attach(c, node, parse_expression(c, BINDING_SUM)) ? node : NULL;
}

/* Behind the low end of a range, at "..". */
static struct feel_node *parse_range(struct feel_compilation *c, uint32_t opened, bool open_low,
                                     struct feel_node *low)
{
    struct feel_node *node = new_node(c, FEEL_NODE_RANGE, opened);

    feel_next_token(c);
    if (!attach(c, node, low) || !attach(c, node, parse_expression(c, BINDING_SUM)))
        return NULL;
    node->open_low = open_low;
    node->open_high = c->token.kind == FEEL_TOKEN_CLOSE || c->token.kind == FEEL_TOKEN_OPEN_SQUARE;
    node->end = c->token.end;
    if (node->open_high)
        feel_next_token(c);
    else if (!expect_close(c, FEEL_TOKEN_CLOSE_SQUARE, opened, "] or )"))
        return NULL;
    return c->failed ? NULL : node;
}

/* Behind one element, further ones up to the close, all into `parent`. */
static struct feel_node *parse_rest(struct feel_compilation *c, struct feel_node *parent,
                                    enum feel_token_kind close, uint32_t opened, const char *sign)
{
    while (!c->failed && c->token.kind == FEEL_TOKEN_COMMA) {
        feel_next_token(c);
        if (!attach(c, parent, parse_element(c, BINDING_NONE)))
            return NULL;
    }
    if (parent != NULL)
        parent->end = c->token.end;
    return expect_close(c, close, opened, sign) ? parent : NULL;
}

/* [1, 2], [1..2], [] */
static struct feel_node *parse_square(struct feel_compilation *c)
{
    uint32_t opened = c->token.offset;
    struct feel_node *list = new_node(c, FEEL_NODE_LIST, opened);

    feel_next_token(c);
    if (!c->failed && c->token.kind == FEEL_TOKEN_CLOSE_SQUARE)
        return parse_rest(c, list, FEEL_TOKEN_CLOSE_SQUARE, opened, "]");
    struct feel_node *first = parse_element(c, BINDING_NONE);
    if (first != NULL && c->token.kind == FEEL_TOKEN_DOTS)
        return parse_range(c, opened, false, first);
    return attach(c, list, first) ? parse_rest(c, list, FEEL_TOKEN_CLOSE_SQUARE, opened, "]")
                                  : NULL;
}

/* ]1..2] */
static struct feel_node *parse_open_range(struct feel_compilation *c)
{
    uint32_t opened = c->token.offset;

    feel_next_token(c);
    struct feel_node *low = parse_expression(c, BINDING_SUM);
    if (low == NULL)
        return NULL;
    if (c->token.kind != FEEL_TOKEN_DOTS) {
        unexpected(c, "..");
        return NULL;
    }
    return parse_range(c, opened, true, low);
}

/* (x), (1..2] */
static struct feel_node *parse_parenthesis(struct feel_compilation *c)
{
    uint32_t opened = c->token.offset;

    feel_next_token(c);
    if (!c->failed && c->token.kind == FEEL_TOKEN_OPERATOR && c->token.operation <= FEEL_AT_LEAST)
        return not_supported(c, "a test as a value is");
    struct feel_node *inside = parse_expression(c, BINDING_NONE);
    if (inside != NULL && c->token.kind == FEEL_TOKEN_DOTS)
        return parse_range(c, opened, true, inside);
    return inside != NULL && expect_close(c, FEEL_TOKEN_CLOSE, opened, ")") ? inside : NULL;
}

static struct feel_node *parse_if(struct feel_compilation *c)
{
    struct feel_node *node = new_node(c, FEEL_NODE_IF, c->token.offset);

    feel_next_token(c);
    if (!attach(c, node, parse_expression(c, BINDING_NONE)) ||
        !expect(c, FEEL_TOKEN_THEN, "then") ||
        !attach(c, node, parse_expression(c, BINDING_NONE)) ||
        !expect(c, FEEL_TOKEN_ELSE, "else") || !attach(c, node, parse_expression(c, BINDING_NONE)))
        return NULL;
    return node;
}

/* A name in front of a colon: "string: …". */
static bool at_named_argument(const struct feel_compilation *c)
{
    struct icp_str rest = icp_str_slice(c->text, c->token.end, c->text.length);

    rest = icp_str_trim(rest);
    return (c->token.kind == FEEL_TOKEN_WORD || c->token.kind == FEEL_TOKEN_SYMBOL) &&
           rest.length > 0 && rest.data[0] == ':';
}

static struct feel_node *parse_call(struct feel_compilation *c)
{
    const struct feel_function *function = c->token.function;
    struct feel_node *node = new_node(c, FEEL_NODE_CALL, c->token.offset);

    if (function->id == FEEL_FUNCTION_NONE) {
        feel_error(c, "feel-not-supported", c->token.offset,
                   "the function %.*s is not supported in this version",
                   ICP_STR_ARGUMENTS(function->name));
        return NULL;
    }
    feel_next_token(c);
    uint32_t opened = c->token.offset;
    if (node == NULL || !expect(c, FEEL_TOKEN_OPEN, "("))
        return NULL;
    node->function = function;
    if (at_named_argument(c))
        return not_supported(c, "arguments by name are");
    if (c->token.kind != FEEL_TOKEN_CLOSE && !attach(c, node, parse_expression(c, BINDING_NONE)))
        return NULL;
    return parse_rest(c, node, FEEL_TOKEN_CLOSE, opened, ")");
}

static struct feel_node *refuse_iteration(struct feel_compilation *c)
{
    return not_supported(c, "for, some, every and function are");
}

static struct feel_node *refuse_context(struct feel_compilation *c)
{
    return not_supported(c, "contexts { … } are");
}

static struct feel_node *refuse_question(struct feel_compilation *c)
{
    return not_supported(c, "the value ? is");
}

static const struct {
    enum feel_token_kind kind;
    struct feel_node *(*parse)(struct feel_compilation *c);
} operands[] = {
    {FEEL_TOKEN_CONSTANT, parse_constant},
    {FEEL_TOKEN_SYMBOL, parse_symbol},
    {FEEL_TOKEN_WORD, parse_word},
    {FEEL_TOKEN_FUNCTION, parse_call},
    {FEEL_TOKEN_OPERATOR, parse_negation},
    {FEEL_TOKEN_OPEN, parse_parenthesis},
    {FEEL_TOKEN_OPEN_SQUARE, parse_square},
    {FEEL_TOKEN_CLOSE_SQUARE, parse_open_range},
    {FEEL_TOKEN_IF, parse_if},
    {FEEL_TOKEN_FOR, refuse_iteration},
    {FEEL_TOKEN_OPEN_CURLY, refuse_context},
    {FEEL_TOKEN_QUESTION, refuse_question},
};

static struct feel_node *parse_operand(struct feel_compilation *c)
{
    struct feel_node *(*parse)(struct feel_compilation *) = NULL;
    struct feel_node *node = NULL;

    if (c->failed)
        return NULL;
    for (size_t i = 0; i < sizeof(operands) / sizeof(operands[0]); i++)
        if (operands[i].kind == c->token.kind)
            parse = operands[i].parse;
    if (parse == NULL) {
        unexpected(c, "a value");
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

/* ---- What stands behind an operand ---------------------------------------------------------- */

/* "a and b and c" is one flat node. */
static struct feel_node *parse_chain(struct feel_compilation *c, struct feel_node *left,
                                     enum feel_node_kind kind, int binding)
{
    struct feel_node *node = left->kind == kind ? left : wrap(c, kind, left);

    feel_next_token(c);
    return attach(c, node, parse_expression(c, binding + 1)) ? node : NULL;
}

static struct feel_node *parse_and(struct feel_compilation *c, struct feel_node *left)
{
    return parse_chain(c, left, FEEL_NODE_AND, BINDING_AND);
}

static struct feel_node *parse_or(struct feel_compilation *c, struct feel_node *left)
{
    return parse_chain(c, left, FEEL_NODE_OR, BINDING_OR);
}

static int operator_binding(enum feel_operator operation)
{
    if (operation <= FEEL_AT_LEAST)
        return BINDING_COMPARISON;
    return operation <= FEEL_SUBTRACT ? BINDING_SUM : BINDING_PRODUCT;
}

static struct feel_node *parse_operator(struct feel_compilation *c, struct feel_node *left)
{
    enum feel_operator operation = c->token.operation;
    struct feel_node *node =
        wrap(c, operation <= FEEL_AT_LEAST ? FEEL_NODE_COMPARE : FEEL_NODE_ARITHMETIC, left);

    if (node == NULL)
        return NULL;
    node->operation = operation;
    feel_next_token(c);
    return attach(c, node, parse_expression(c, operator_binding(operation) + 1)) ? node : NULL;
}

static struct feel_node *parse_between(struct feel_compilation *c, struct feel_node *left)
{
    struct feel_node *node = wrap(c, FEEL_NODE_BETWEEN, left);

    feel_next_token(c);
    if (!attach(c, node, parse_expression(c, BINDING_SUM)) || !expect(c, FEEL_TOKEN_AND, "and") ||
        !attach(c, node, parse_expression(c, BINDING_SUM)))
        return NULL;
    return node;
}

/* Behind "in (": tests with commas between, or a range with an open low end. */
static struct feel_node *parse_tests(struct feel_compilation *c, struct feel_node *node,
                                     uint32_t opened)
{
    struct feel_node *first = parse_element(c, BINDING_NONE);

    if (first != NULL && c->token.kind == FEEL_TOKEN_DOTS)
        return attach(c, node, parse_range(c, opened, true, first)) ? node : NULL;
    return attach(c, node, first) ? parse_rest(c, node, FEEL_TOKEN_CLOSE, opened, ")") : NULL;
}

static struct feel_node *parse_in(struct feel_compilation *c, struct feel_node *left)
{
    struct feel_node *node = wrap(c, FEEL_NODE_IN, left);

    feel_next_token(c);
    if (!c->failed && c->token.kind == FEEL_TOKEN_OPEN) {
        uint32_t opened = c->token.offset;
        feel_next_token(c);
        return parse_tests(c, node, opened);
    }
    return attach(c, node, parse_element(c, BINDING_SUM)) ? node : NULL;
}

static struct feel_node *refuse_power(struct feel_compilation *c, struct feel_node *left)
{
    (void)left;
    return not_supported(c, "the operator ** is");
}

static struct feel_node *refuse_filter(struct feel_compilation *c, struct feel_node *left)
{
    (void)left;
    return not_supported(c, "filters behind a value are");
}

static struct feel_node *refuse_path(struct feel_compilation *c, struct feel_node *left)
{
    (void)left;
    return not_supported(c, "properties of values (.year) are");
}

static struct feel_node *refuse_instance(struct feel_compilation *c, struct feel_node *left)
{
    (void)left;
    return not_supported(c, "instance of is");
}

static const struct {
    enum feel_token_kind kind;
    int binding; /* of OPERATOR: by the operator */
    struct feel_node *(*parse)(struct feel_compilation *c, struct feel_node *left);
} followers[] = {
    {FEEL_TOKEN_OR, BINDING_OR, parse_or},
    {FEEL_TOKEN_AND, BINDING_AND, parse_and},
    {FEEL_TOKEN_OPERATOR, BINDING_NONE, parse_operator},
    {FEEL_TOKEN_BETWEEN, BINDING_COMPARISON, parse_between},
    {FEEL_TOKEN_IN, BINDING_COMPARISON, parse_in},
    {FEEL_TOKEN_INSTANCE, BINDING_COMPARISON, refuse_instance},
    {FEEL_TOKEN_POWER, BINDING_POWER, refuse_power},
    {FEEL_TOKEN_OPEN_SQUARE, BINDING_PATH, refuse_filter},
    {FEEL_TOKEN_DOT, BINDING_PATH, refuse_path},
};
enum { FOLLOWERS = sizeof(followers) / sizeof(followers[0]) };

/* Index of the follower at the token and how strongly it binds; FOLLOWERS when there is none. */
static size_t find_follower(const struct feel_compilation *c, int *binding)
{
    size_t i = 0;

    while (i < FOLLOWERS && followers[i].kind != c->token.kind)
        i++;
    *binding = i == FOLLOWERS                         ? BINDING_NONE
               : c->token.kind == FEEL_TOKEN_OPERATOR ? operator_binding(c->token.operation)
                                                      : followers[i].binding;
    return i;
}

static struct feel_node *parse_expression(struct feel_compilation *c, int binding)
{
    struct feel_node *left = parse_operand(c);
    bool compared = false;
    int strength;

    while (left != NULL && !c->failed) {
        size_t follower = find_follower(c, &strength);
        if (follower == FOLLOWERS || strength < binding)
            return left;
        if (strength == BINDING_COMPARISON && compared) {
            feel_error(c, "feel-syntax", c->token.offset, "comparisons cannot be chained");
            icp_report_hint(c->list, "Write x between 1 and 5, or put and between them.");
            return NULL;
        }
        /* in `]1..5[` the last bracket ends a range and is no filter */
        if (c->token.kind == FEEL_TOKEN_OPEN_SQUARE && binding == BINDING_SUM)
            return left;
        compared = compared || strength == BINDING_COMPARISON;
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
    struct icp_str shown = token_text(c);

    if (c->token.kind == FEEL_TOKEN_OPEN_SQUARE) {
        (void)refuse_filter(c, NULL);
        return;
    }
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
    struct feel_node *root = parse_expression(c, BINDING_NONE);
    if (root != NULL && c->token.kind != FEEL_TOKEN_END) {
        report_rest(c);
        return NULL;
    }
    return c->failed ? NULL : root;
}
