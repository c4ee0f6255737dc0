/*
 * Constructs that bring names of their own: calls with arguments by place or by name, for, some,
 * every, contexts, and functions. A function defined in an expression is a value that cannot be
 * called: rule files have none.
 */
#include "feel_internal.h"

/* ---- Calls ---------------------------------------------------------------------------------- */

/* A name in front of a colon: "start position: …". The token is at its first word. */
static bool take_argument_name(struct feel_compilation *c, struct icp_str *name)
{
    size_t at = c->token.offset;
    struct icp_str text = c->text;

    while (at < text.length && text.data[at] != ':') {
        char sign = text.data[at];
        bool part = (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z') ||
                    (sign >= '0' && sign <= '9') || sign == '_' || sign == ' ';
        if (!part)
            return false;
        at++;
    }
    *name = icp_str_trim(icp_str_slice(text, c->token.offset, at));
    if (at == text.length || name->length == 0 || (name->data[0] >= '0' && name->data[0] <= '9'))
        return false;
    c->position = at + 1;
    feel_next_token(c);
    return !c->failed;
}

static void call_problem(struct feel_compilation *c, struct feel_node *call, uint32_t offset,
                         struct icp_str name)
{
    if (c->lenient) {
        call->problem = "the function has no parameter of this name, or it is given twice";
        return;
    }
    feel_error(c, "feel-type", offset, "%.*s has no parameter \"%.*s\", or it is given twice",
               ICP_STR_ARGUMENTS(call->function->name), ICP_STR_ARGUMENTS(name));
    icp_report_hint(c->list, "Its parameters are %s.", call->function->parameters);
}

/* Puts arguments given by name into the order of the parameters, null for those left out between
   others. */
static struct feel_node *order_arguments(struct feel_compilation *c, struct feel_node *call,
                                         struct feel_node *arguments[FEEL_MAX_PARAMETERS])
{
    size_t count = FEEL_MAX_PARAMETERS;

    while (count > 0 && arguments[count - 1] == NULL)
        count--;
    for (size_t i = 0; i < count; i++) {
        bool missing = arguments[i] == NULL;
        if (missing && i < call->function->least && call->problem == NULL) {
            call_problem(c, call, call->offset, call->function->name);
            if (c->failed)
                return NULL;
        }
        if (missing)
            arguments[i] = feel_new_node(c, FEEL_NODE_CONSTANT, call->offset);
        if (!feel_attach(c, call, arguments[i]))
            return NULL;
    }
    return call;
}

static struct feel_node *parse_named(struct feel_compilation *c, struct feel_node *call,
                                     struct icp_str name, uint32_t opened, uint32_t offset)
{
    struct feel_node *arguments[FEEL_MAX_PARAMETERS] = {NULL};
    size_t index;

    for (;;) {
        bool known = feel_parameter_find(call->function, name, &index) &&
                     index < FEEL_MAX_PARAMETERS && arguments[index] == NULL;
        if (!known)
            call_problem(c, call, offset, name);
        struct feel_node *value = feel_parse_element(c, FEEL_BINDING_NONE);
        if (value == NULL)
            return NULL;
        if (known)
            arguments[index] = value;
        if (c->token.kind != FEEL_TOKEN_COMMA)
            break;
        feel_next_token(c);
        offset = c->token.offset;
        if (!take_argument_name(c, &name)) {
            feel_unexpected(c, "an argument with its name");
            return NULL;
        }
    }
    call->end = c->token.end;
    return feel_expect_close(c, FEEL_TOKEN_CLOSE, opened, ")") ? order_arguments(c, call, arguments)
                                                               : NULL;
}

struct feel_node *feel_parse_call(struct feel_compilation *c)
{
    const struct feel_function *function = c->token.function;
    struct feel_node *node = feel_new_node(c, FEEL_NODE_CALL, c->token.offset);
    struct icp_str name;

    if (function->apply == NULL && !c->lenient) {
        feel_error(c, "feel-not-supported", c->token.offset,
                   "the function %.*s is not supported: its result would need a function "
                   "written in the condition, or be another one every time",
                   ICP_STR_ARGUMENTS(function->name));
        return NULL;
    }
    feel_next_token(c);
    uint32_t opened = c->token.offset;
    if (node == NULL || !feel_expect(c, FEEL_TOKEN_OPEN, "("))
        return NULL;
    node->function = function;
    uint32_t first = c->token.offset;
    if (take_argument_name(c, &name))
        return parse_named(c, node, name, opened, first);
    if (c->failed || (c->token.kind != FEEL_TOKEN_CLOSE &&
                      !feel_attach(c, node, feel_parse_element(c, FEEL_BINDING_NONE))))
        return NULL;
    return feel_parse_rest(c, node, FEEL_TOKEN_CLOSE, opened, ")");
}

/* Anything else in front of brackets: null, in the lenient form. */
struct feel_node *feel_parse_invoke(struct feel_compilation *c, struct feel_node *left)
{
    struct feel_node *node = feel_wrap(c, FEEL_NODE_INVOKE, left);
    uint32_t opened = c->token.offset;
    struct icp_str name;

    if (!c->lenient) {
        feel_error(c, "feel-syntax", c->token.offset, "this cannot be called as a function");
        return NULL;
    }
    feel_next_token(c);
    if (c->failed || node == NULL)
        return NULL;
    struct icp_str near =
        left->kind == FEEL_NODE_NAME ? feel_function_nearest(left->name) : (struct icp_str){0};
    struct icp_str problem =
        icp_str_is_null(near)
            ? ICP_STR("only functions can be called")
            : icp_arena_format(c->arena, "there is no function %.*s; did you mean %.*s(…)?",
                               ICP_STR_ARGUMENTS(left->name), ICP_STR_ARGUMENTS(near));
    node->problem = icp_str_is_null(problem) ? "only functions can be called" : problem.data;
    if (c->token.kind == FEEL_TOKEN_CLOSE)
        return feel_parse_rest(c, node, FEEL_TOKEN_CLOSE, opened, ")");
    do {
        if (c->token.kind == FEEL_TOKEN_COMMA)
            feel_next_token(c);
        (void)take_argument_name(c, &name);
        if (!feel_attach(c, node, feel_parse_element(c, FEEL_BINDING_NONE)))
            return NULL;
    } while (c->token.kind == FEEL_TOKEN_COMMA);
    return feel_expect_close(c, FEEL_TOKEN_CLOSE, opened, ")") ? node : NULL;
}

/* ---- Loops ---------------------------------------------------------------------------------- */

/* "x in list", "x in 1..5"; the token is at the name. */
static struct feel_node *parse_iterator(struct feel_compilation *c)
{
    struct feel_node *node = feel_new_node(c, FEEL_NODE_ITERATOR, c->token.offset);

    if (node == NULL || !feel_take_declared(c, "in", &node->name) ||
        !feel_expect(c, FEEL_TOKEN_IN, "in") ||
        !feel_attach(c, node, feel_parse_expression(c, FEEL_BINDING_NONE)))
        return NULL;
    if (c->token.kind != FEEL_TOKEN_DOTS)
        return node;
    feel_next_token(c);
    return feel_attach(c, node, feel_parse_expression(c, FEEL_BINDING_NONE)) ? node : NULL;
}

static struct feel_node *parse_loop(struct feel_compilation *c, enum feel_node_kind kind,
                                    enum feel_token_kind word, const char *text)
{
    struct feel_node *node = feel_new_node(c, kind, c->token.offset);

    do {
        feel_next_token(c);
        if (c->failed || !feel_attach(c, node, parse_iterator(c)))
            return NULL;
    } while (c->token.kind == FEEL_TOKEN_COMMA);
    if (!feel_expect(c, word, text))
        return NULL;
    return feel_attach(c, node, feel_parse_expression(c, FEEL_BINDING_NONE)) ? node : NULL;
}

struct feel_node *feel_parse_for(struct feel_compilation *c)
{
    return parse_loop(c, FEEL_NODE_FOR, FEEL_TOKEN_RETURN, "return");
}

struct feel_node *feel_parse_quantified(struct feel_compilation *c)
{
    bool every = c->token.kind == FEEL_TOKEN_EVERY;

    return parse_loop(c, every ? FEEL_NODE_EVERY : FEEL_NODE_SOME, FEEL_TOKEN_SATISFIES,
                      "satisfies");
}

/* ---- Contexts ------------------------------------------------------------------------------- */

static struct feel_node *parse_entry(struct feel_compilation *c)
{
    struct feel_node *node = feel_new_node(c, FEEL_NODE_ENTRY, c->token.offset);

    if (node == NULL)
        return NULL;
    if (c->token.kind == FEEL_TOKEN_CONSTANT && c->token.constant.kind == FEEL_TEXT) {
        node->name = c->token.constant.as.text;
        if (!feel_remember_name(c, node->name))
            return NULL;
        feel_next_token(c);
    } else if (!feel_take_declared(c, ":", &node->name)) {
        return NULL;
    }
    if (!feel_expect(c, FEEL_TOKEN_COLON, ":"))
        return NULL;
    return feel_attach(c, node, feel_parse_element(c, FEEL_BINDING_NONE)) ? node : NULL;
}

struct feel_node *feel_parse_context(struct feel_compilation *c)
{
    uint32_t opened = c->token.offset;
    struct feel_node *node = feel_new_node(c, FEEL_NODE_CONTEXT, opened);

    feel_next_token(c);
    while (!c->failed && c->token.kind != FEEL_TOKEN_CLOSE_CURLY) {
        struct feel_node *entry = parse_entry(c);
        for (const struct feel_node *other = node == NULL ? NULL : node->first;
             other != NULL && entry != NULL; other = other->next)
            if (icp_str_equal(other->name, entry->name))
                node->problem = "the context has an entry twice";
        if (!feel_attach(c, node, entry))
            return NULL;
        if (c->token.kind != FEEL_TOKEN_COMMA)
            break;
        feel_next_token(c);
    }
    if (node != NULL && !c->failed)
        node->end = c->token.end;
    return feel_expect_close(c, FEEL_TOKEN_CLOSE_CURLY, opened, "}") ? node : NULL;
}

/* ---- Functions ------------------------------------------------------------------------------ */

/* Where the brackets with the parameters close; how many parameters there are. */
static size_t skip_parameters(struct icp_str text, size_t at, size_t *parameters)
{
    size_t depth = 0;
    bool part = false;

    while (at < text.length && text.data[at] != '(')
        at++;
    for (; at < text.length; at++) {
        char sign = text.data[at];
        bool closes = sign == ')' || (sign == '>' && text.data[at - 1] != '-');
        if (sign == '(' || sign == '<')
            depth++;
        else if (closes && depth > 0)
            depth--;
        else
            part = part || sign != ' ';
        if (sign == ',' && depth == 1)
            ++*parameters;
        if (depth == 0)
            break;
    }
    *parameters += part ? 1 : 0;
    return at < text.length ? at + 1 : at;
}

/* "function(a, b: number) a + b": the body is read, so that its end is known, and dropped. */
struct feel_node *feel_parse_function(struct feel_compilation *c)
{
    struct feel_node *node = feel_new_node(c, FEEL_NODE_FUNCTION, c->token.offset);
    struct feel_signature *signature = ICP_NEW(c->arena, struct feel_signature);

    if (node == NULL || signature == NULL)
        return NULL;
    if (!c->lenient) {
        feel_error(c, "feel-not-supported", c->token.offset,
                   "functions written in a condition are not supported");
        return NULL;
    }
    c->position = skip_parameters(c->text, c->token.end, &signature->parameters);
    node->constant = (struct feel_value){.kind = FEEL_FUNCTION, .as.function = signature};
    feel_next_token(c);
    struct feel_node *body = feel_parse_expression(c, FEEL_BINDING_NONE);
    if (body == NULL)
        return NULL;
    node->end = body->end;
    return node;
}
