/*
 * Finds negated tests of names that may be unknown and that hold when they are: x != "a",
 * not(x in ["a"]). Such a test says something about records of which nothing is known. Whether it
 * does is worked out by evaluating it over sets of outcomes, with that name null and every other
 * name anything: not(x < 5) is null then, and nothing is said. It is guarded when something beside
 * it in the same conjunction cannot be true while the name is null; it is meant when the unknown
 * value is asked for beside it in the same disjunction (x = null or x != "a"). Tests for null
 * itself are what both are made of and are never reported.
 * "some" and "every" hold through what their items satisfy, so that is looked at as it stands.
 */
#include "feel_internal.h"

/* Sets of outcomes. */
enum { MAY_BE_NULL = 1, MAY_BE_TRUE = 2, MAY_BE_FALSE = 4, MAY_BE_OTHER = 8 };
#define ANY_TRUTH ((unsigned)(MAY_BE_TRUE | MAY_BE_FALSE))

static unsigned outcomes(const struct feel_node *node, uint32_t slot);

/* ---- Outcomes with one name null ------------------------------------------------------------ */

static unsigned outcome_of_constant(const struct feel_value *value)
{
    if (value->kind == FEEL_NULL)
        return MAY_BE_NULL;
    if (value->kind == FEEL_BOOLEAN)
        return value->as.boolean ? MAY_BE_TRUE : MAY_BE_FALSE;
    return MAY_BE_OTHER;
}

static unsigned outcome_of_name(const struct icp_feel_symbol *symbol, uint32_t slot)
{
    unsigned null = symbol == NULL || symbol->may_be_null ? MAY_BE_NULL : 0U;

    if (symbol == NULL) /* of a loop, an item, a context */
        return MAY_BE_NULL | ANY_TRUTH | MAY_BE_OTHER;
    if (symbol->slot == slot)
        return MAY_BE_NULL;
    return null | (symbol->type == ICP_FEEL_BOOLEAN ? ANY_TRUTH : (unsigned)MAY_BE_OTHER);
}

static unsigned swap_truth(unsigned set)
{
    return (set & MAY_BE_NULL) | ((set & MAY_BE_TRUE) != 0 ? MAY_BE_FALSE : 0U) |
           ((set & MAY_BE_FALSE) != 0 ? MAY_BE_TRUE : 0U);
}

static unsigned outcome_of_equality(unsigned left, unsigned right)
{
    if (left == MAY_BE_NULL && right == MAY_BE_NULL)
        return MAY_BE_TRUE;
    if ((left == MAY_BE_NULL && (right & MAY_BE_NULL) == 0) ||
        (right == MAY_BE_NULL && (left & MAY_BE_NULL) == 0))
        return MAY_BE_FALSE;
    return ANY_TRUTH;
}

static unsigned outcome_of_comparison(enum feel_operator operation, unsigned left, unsigned right)
{
    if (operation == FEEL_EQUAL)
        return outcome_of_equality(left, right);
    if (operation == FEEL_NOT_EQUAL)
        return swap_truth(outcome_of_equality(left, right));
    if (left == MAY_BE_NULL || right == MAY_BE_NULL)
        return MAY_BE_NULL;
    return ANY_TRUTH | ((left | right) & MAY_BE_NULL);
}

/* Of "and"; "or" is the same with true and false swapped. */
static unsigned outcome_of_both(unsigned left, unsigned right)
{
    unsigned result = (left | right) & MAY_BE_FALSE;

    if ((left & MAY_BE_TRUE) != 0 && (right & MAY_BE_TRUE) != 0)
        result |= MAY_BE_TRUE;
    if ((left & (MAY_BE_NULL | MAY_BE_TRUE)) != 0 && (right & (MAY_BE_NULL | MAY_BE_TRUE)) != 0 &&
        ((left | right) & MAY_BE_NULL) != 0)
        result |= MAY_BE_NULL;
    return result;
}

static unsigned outcome_of_either(unsigned left, unsigned right)
{
    return swap_truth(outcome_of_both(swap_truth(left), swap_truth(right)));
}

static unsigned outcome_of_chain(const struct feel_node *node, uint32_t slot)
{
    unsigned result = outcomes(node->first, slot);

    for (const struct feel_node *child = node->first->next; child != NULL; child = child->next)
        result = node->kind == FEEL_NODE_AND ? outcome_of_both(result, outcomes(child, slot))
                                             : outcome_of_either(result, outcomes(child, slot));
    return result;
}

static unsigned outcome_of_tests(unsigned value, const struct feel_node *first, uint32_t slot);

static unsigned outcome_of_test(unsigned value, const struct feel_node *test, uint32_t slot)
{
    if (test->kind == FEEL_NODE_LIST)
        return test->first == NULL ? MAY_BE_FALSE : outcome_of_tests(value, test->first, slot);
    if (test->kind == FEEL_NODE_TEST)
        return outcome_of_comparison(test->operation, value, outcomes(test->first, slot));
    if (test->kind == FEEL_NODE_RANGE)
        return outcome_of_both(
            outcome_of_comparison(FEEL_AT_LEAST, value, outcomes(test->first, slot)),
            outcome_of_comparison(FEEL_AT_MOST, value, outcomes(test->last, slot)));
    unsigned other = outcomes(test, slot);
    if (test->type != ICP_FEEL_LIST)
        return outcome_of_equality(value, other);
    if (other == MAY_BE_NULL)
        return MAY_BE_NULL;
    return (value == MAY_BE_NULL ? (unsigned)MAY_BE_FALSE : ANY_TRUTH) | (other & MAY_BE_NULL);
}

static unsigned outcome_of_tests(unsigned value, const struct feel_node *first, uint32_t slot)
{
    unsigned result = MAY_BE_FALSE;

    for (const struct feel_node *test = first; test != NULL; test = test->next)
        result = outcome_of_either(result, outcome_of_test(value, test, slot));
    return result;
}

static unsigned outcome_of_if(const struct feel_node *node, uint32_t slot)
{
    unsigned condition = outcomes(node->first, slot), result = 0;

    if ((condition & MAY_BE_TRUE) != 0)
        result |= outcomes(node->first->next, slot);
    if ((condition & (MAY_BE_FALSE | MAY_BE_NULL)) != 0)
        result |= outcomes(node->last, slot);
    return result;
}

static unsigned any_outcome(const struct feel_node *node)
{
    if (node->type == ICP_FEEL_ANY)
        return MAY_BE_NULL | ANY_TRUTH | MAY_BE_OTHER;
    return MAY_BE_NULL | (node->type == ICP_FEEL_BOOLEAN ? ANY_TRUTH : (unsigned)MAY_BE_OTHER);
}

/* Of what goes through lists: null when the first of them is, else what an item gives. A list
   without items decides by itself, whatever else is known. */
static unsigned outcome_of_loop(const struct feel_node *node, uint32_t slot)
{
    const struct feel_node *list = node->first->first;

    if (list != NULL && outcomes(list, slot) == MAY_BE_NULL)
        return MAY_BE_NULL;
    if (node->kind == FEEL_NODE_FOR)
        return any_outcome(node);
    unsigned item = outcomes(node->last, slot);
    return (item & (ANY_TRUTH | MAY_BE_NULL)) | ((item & MAY_BE_OTHER) != 0 ? MAY_BE_NULL : 0U);
}

/* Many functions are null when an argument is. */
static unsigned outcome_of_call(const struct feel_node *node, uint32_t slot)
{
    unsigned any = any_outcome(node);

    if (node->function->apply == feel_apply_not)
        return swap_truth(outcomes(node->first, slot));
    if (node->function->apply == feel_apply_list_contains) {
        struct feel_node list = *node->first;
        list.next = NULL;
        return outcome_of_tests(outcomes(node->last, slot), &list, slot);
    }
    for (const struct feel_node *argument = node->function->strict ? node->first : NULL;
         argument != NULL; argument = argument->next)
        if (argument->kind != FEEL_NODE_LIST && outcomes(argument, slot) == MAY_BE_NULL)
            return MAY_BE_NULL;
    return any;
}

static unsigned outcome_of_operands(const struct feel_node *node, uint32_t slot)
{
    for (const struct feel_node *child = node->first; child != NULL; child = child->next)
        if (outcomes(child, slot) == MAY_BE_NULL)
            return MAY_BE_NULL;
    return node->kind == FEEL_NODE_BETWEEN ? MAY_BE_NULL | ANY_TRUTH : MAY_BE_NULL | MAY_BE_OTHER;
}

static unsigned outcomes(const struct feel_node *node, uint32_t slot)
{
    switch (node->kind) {
    case FEEL_NODE_CONSTANT:
        return outcome_of_constant(&node->constant);
    case FEEL_NODE_NAME:
        return outcome_of_name(node->symbol, slot);
    case FEEL_NODE_COMPARE:
        return outcome_of_comparison(node->operation, outcomes(node->first, slot),
                                     outcomes(node->last, slot));
    case FEEL_NODE_AND:
    case FEEL_NODE_OR:
        return outcome_of_chain(node, slot);
    case FEEL_NODE_IN:
        return outcome_of_tests(outcomes(node->first, slot), node->first->next, slot);
    case FEEL_NODE_IF:
        return outcome_of_if(node, slot);
    case FEEL_NODE_CALL:
        return outcome_of_call(node, slot);
    case FEEL_NODE_NEGATE:
    case FEEL_NODE_ARITHMETIC:
    case FEEL_NODE_BETWEEN:
        return outcome_of_operands(node, slot);
    case FEEL_NODE_PATH:
        return outcomes(node->first, slot) == MAY_BE_NULL ? (unsigned)MAY_BE_NULL
                                                          : any_outcome(node);
    case FEEL_NODE_FOR:
    case FEEL_NODE_SOME:
    case FEEL_NODE_EVERY:
        return outcome_of_loop(node, slot);
    case FEEL_NODE_FILTER:
    case FEEL_NODE_INVOKE:
        return any_outcome(node);
    case FEEL_NODE_INSTANCE: /* null is of no type */
        return outcomes(node->first, slot) == MAY_BE_NULL ? (unsigned)MAY_BE_FALSE : ANY_TRUTH;
    case FEEL_NODE_LIST:
    case FEEL_NODE_RANGE:
    case FEEL_NODE_TEST:
    case FEEL_NODE_ITERATOR:
    case FEEL_NODE_CONTEXT:
    case FEEL_NODE_ENTRY:
    case FEEL_NODE_FUNCTION:
    case FEEL_NODE_KIND_COUNT:
        break;
    }
    return MAY_BE_OTHER;
}

/* ---- The walk ------------------------------------------------------------------------------- */

/* A chain around the place: in a conjunction its other parts may guard, in a disjunction they may
   ask for the unknown value. */
struct frame {
    const struct frame *outer;
    const struct feel_node *first; /* the parts */
    const struct feel_node *here;  /* the part in which the place lies */
    const struct feel_node *end;   /* behind the last part, NULL: all */
    unsigned wanted;               /* outcomes of a part with which the whole can hold */
    bool conjunction;
};

struct search {
    const struct feel_node *found; /* the name, first in the text */
};

/* `wanted`: outcomes of the node with which the whole can hold. Negated: true is none of them. */
static void walk(struct search *search, const struct feel_node *node, const struct frame *frame,
                 unsigned wanted);

static bool is_negated(unsigned wanted)
{
    return (wanted & MAY_BE_TRUE) == 0;
}

static bool is_null(const struct feel_node *node)
{
    return node->kind == FEEL_NODE_CONSTANT && node->constant.kind == FEEL_NULL;
}

static bool is_name(const struct feel_node *node, uint32_t slot)
{
    return node->kind == FEEL_NODE_NAME && node->symbol != NULL && node->symbol->slot == slot;
}

static bool is_not(const struct feel_node *node)
{
    return node->kind == FEEL_NODE_CALL && node->function->apply == feel_apply_not;
}

/* x = null, x in null, not(x != null): whoever writes it knows that it may be unknown. */
static bool asks_for_null(const struct feel_node *node, uint32_t slot, bool negated)
{
    while (is_not(node)) {
        node = node->first;
        negated = !negated;
    }
    if (node->kind == FEEL_NODE_COMPARE)
        return node->operation == (negated ? FEEL_NOT_EQUAL : FEEL_EQUAL) &&
               ((is_name(node->first, slot) && is_null(node->last)) ||
                (is_name(node->last, slot) && is_null(node->first)));
    return node->kind == FEEL_NODE_IN && !negated && node->children == 2 &&
           is_name(node->first, slot) && is_null(node->first->next);
}

static bool settles(const struct frame *frame, const struct feel_node *part, uint32_t slot)
{
    if (!frame->conjunction)
        return asks_for_null(part, slot, is_negated(frame->wanted));
    return (outcomes(part, slot) & frame->wanted) == 0;
}

static bool is_settled(const struct frame *frame, uint32_t slot)
{
    for (; frame != NULL; frame = frame->outer)
        for (const struct feel_node *part = frame->first; part != frame->end; part = part->next)
            if (part != frame->here && settles(frame, part, slot))
                return true;
    return false;
}

/* A test that can have a wanted outcome with one of its names null, and what it is. */
struct negated_test {
    const struct feel_node *node;
    const struct frame *frame;
    unsigned wanted;
};

static void collect_names(struct search *search, const struct negated_test *test,
                          const struct feel_node *node)
{
    if (node->kind == FEEL_NODE_NAME && node->symbol != NULL && node->symbol->may_be_null &&
        (search->found == NULL || node->offset < search->found->offset) &&
        (outcomes(test->node, node->symbol->slot) & test->wanted) != 0 &&
        !is_settled(test->frame, node->symbol->slot))
        search->found = node;
    for (const struct feel_node *child = node->first; child != NULL; child = child->next)
        collect_names(search, test, child);
}

static bool has_not_equal(const struct feel_node *first)
{
    for (const struct feel_node *test = first; test != NULL; test = test->next) {
        if (test->kind == FEEL_NODE_TEST && test->operation == FEEL_NOT_EQUAL &&
            !is_null(test->first))
            return true;
        if (test->kind == FEEL_NODE_LIST && has_not_equal(test->first))
            return true;
    }
    return false;
}

/* Parts that are conditions of their own: (x = 5) = false. Either way round is possible there. */
static void walk_inner(struct search *search, const struct feel_node *node,
                       const struct frame *frame)
{
    for (const struct feel_node *child = node->first; child != NULL; child = child->next) {
        if (child->type != ICP_FEEL_BOOLEAN || child->kind == FEEL_NODE_NAME)
            continue;
        walk(search, child, frame, MAY_BE_TRUE);
        walk(search, child, frame, MAY_BE_FALSE);
    }
}

static void walk_chain(struct search *search, const struct feel_node *node,
                       const struct frame *frame, unsigned wanted)
{
    struct frame inner = {.outer = frame,
                          .first = node->first,
                          .wanted = wanted,
                          .conjunction = (node->kind == FEEL_NODE_AND) != is_negated(wanted)};

    for (const struct feel_node *child = node->first; child != NULL; child = child->next) {
        inner.here = child;
        walk(search, child, &inner, wanted);
    }
}

static bool cannot_be_true(const struct feel_node *node)
{
    return node->kind == FEEL_NODE_CONSTANT && !feel_is_true(&node->constant);
}

/* The condition of an if guards its branches; it is negated itself where else can be true, which
   is taken also when the condition is null. */
static void walk_if(struct search *search, const struct feel_node *node, const struct frame *frame,
                    unsigned wanted)
{
    const struct feel_node *then = node->first->next;
    struct frame inner = {.outer = frame,
                          .first = node->first,
                          .here = then,
                          .end = then,
                          .wanted = MAY_BE_TRUE,
                          .conjunction = true};

    walk(search, node->first, frame, MAY_BE_TRUE);
    if (is_negated(wanted) || !cannot_be_true(node->last))
        walk(search, node->first, frame, MAY_BE_FALSE | MAY_BE_NULL);
    walk(search, then, &inner, wanted);
    inner.wanted = MAY_BE_FALSE | MAY_BE_NULL;
    walk(search, node->last, &inner, wanted);
}

static bool is_negated_test(const struct feel_node *node, unsigned wanted)
{
    if (node->kind == FEEL_NODE_COMPARE && (is_null(node->first) || is_null(node->last)))
        return false;
    if (node->kind == FEEL_NODE_COMPARE && node->operation == FEEL_NOT_EQUAL)
        return !is_negated(wanted);
    if (node->kind == FEEL_NODE_IN && is_null(node->first->next) && node->children == 2)
        return false;
    if (node->kind == FEEL_NODE_IN && has_not_equal(node->first->next))
        return true;
    return is_negated(wanted);
}

static void walk(struct search *search, const struct feel_node *node, const struct frame *frame,
                 unsigned wanted)
{
    const struct negated_test test = {.node = node, .frame = frame, .wanted = wanted};

    if (node->kind == FEEL_NODE_AND || node->kind == FEEL_NODE_OR) {
        walk_chain(search, node, frame, wanted);
    } else if (node->kind == FEEL_NODE_IF) {
        walk_if(search, node, frame, wanted);
    } else if (is_not(node)) {
        walk(search, node->first, frame, swap_truth(wanted));
    } else if (is_negated_test(node, wanted)) {
        collect_names(search, &test, node);
    } else if (node->kind == FEEL_NODE_SOME || node->kind == FEEL_NODE_EVERY) {
        walk(search, node->last, frame, MAY_BE_TRUE);
    } else {
        walk_inner(search, node, frame);
    }
}

const struct feel_node *feel_find_unguarded(const struct feel_node *root)
{
    struct search search = {0};

    if (root->type == ICP_FEEL_BOOLEAN) /* only a condition can hold */
        walk(&search, root, NULL, MAY_BE_TRUE);
    return search.found;
}
