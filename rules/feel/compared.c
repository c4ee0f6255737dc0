/*
 * Tells whoever compiles a condition which texts a name is compared with: by = and !=, as an
 * element of a list that stands there, or of a list of the file; and which texts are sought in a
 * name that is a list. Only that they are compared is known here; what a name can be is known to
 * its owner.
 */
#include "feel_internal.h"

struct telling {
    struct feel_compilation *c;
    const struct icp_feel_symbol *symbol; /* that is compared */
};

static void tell(const struct telling *telling, const struct feel_node *node, struct icp_str text,
                 const struct icp_feel_symbol *list)
{
    struct icp_feel_comparison comparison = {.symbol = telling->symbol, .text = text, .list = list};

    feel_place(telling->c, node->offset, &comparison.line, &comparison.column);
    telling->c->scope->compared(telling->c->scope->context, &comparison);
}

/* A text, a list of the file, or tests and lists of these. */
static void tell_all(const struct telling *telling, const struct feel_node *node)
{
    if (feel_is_text_constant(node)) {
        tell(telling, node, node->constant.as.text, NULL);
    } else if (node->kind == FEEL_NODE_NAME && node->type == ICP_FEEL_LIST &&
               node->symbol != NULL) {
        tell(telling, node, (struct icp_str){0}, node->symbol);
    } else if (node->kind == FEEL_NODE_LIST ||
               (node->kind == FEEL_NODE_TEST &&
                (node->operation == FEEL_EQUAL || node->operation == FEEL_NOT_EQUAL))) {
        for (const struct feel_node *child = node->first; child != NULL; child = child->next)
            tell_all(telling, child);
    }
}

static bool names(const struct feel_node *node, enum icp_feel_type type, struct telling *telling)
{
    if (node->kind != FEEL_NODE_NAME || node->symbol == NULL || node->type != type)
        return false;
    telling->symbol = node->symbol;
    return true;
}

static void look(struct telling *telling, const struct feel_node *node)
{
    if (node->kind == FEEL_NODE_COMPARE &&
        (node->operation == FEEL_EQUAL || node->operation == FEEL_NOT_EQUAL)) {
        if (names(node->first, ICP_FEEL_TEXT, telling))
            tell_all(telling, node->last);
        else if (names(node->last, ICP_FEEL_TEXT, telling))
            tell_all(telling, node->first);
    } else if (node->kind == FEEL_NODE_IN && names(node->first, ICP_FEEL_TEXT, telling)) {
        for (const struct feel_node *test = node->first->next; test != NULL; test = test->next)
            tell_all(telling, test);
    } else if (node->kind == FEEL_NODE_CALL && node->children == 2 &&
               node->function->apply == feel_apply_list_contains) {
        if (names(node->last, ICP_FEEL_TEXT, telling))
            tell_all(telling, node->first);
        else if (feel_is_text_constant(node->last) && names(node->first, ICP_FEEL_LIST, telling))
            tell_all(telling, node->last);
    }
}

static void walk(struct telling *telling, const struct feel_node *node)
{
    look(telling, node);
    for (const struct feel_node *child = node->first; child != NULL; child = child->next)
        walk(telling, child);
}

void feel_tell_compared(struct feel_compilation *c, const struct feel_node *root)
{
    struct telling telling = {.c = c};

    if (c->scope != NULL && c->scope->compared != NULL)
        walk(&telling, root);
}
