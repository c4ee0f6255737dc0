/*
 * Takes a compiled condition apart for whoever evaluates many records at once: a tree of and, or,
 * not over leaves, and, for leaves that only compare one slot with constants, where on that slot's
 * line the outcome can change. Works on the checked and folded tree; a leaf's code is generated
 * from its part of it, so that a leaf cannot mean something else than the whole. The recursion is
 * bounded by the height of a tree.
 */
#include "feel_internal.h"

#include <stdlib.h>

/* ---- Parts ---------------------------------------------------------------------------------- */

static bool fill_part(struct feel_compilation *c, struct icp_feel_part *part,
                      struct feel_node *node);

static bool is_not(const struct feel_node *node)
{
    return node->kind == FEEL_NODE_CALL && node->function->apply == feel_apply_not &&
           node->problem == NULL;
}

static bool fill_children(struct feel_compilation *c, struct icp_feel_part *part,
                          const struct feel_node *node)
{
    struct icp_feel_part *parts = ICP_NEW_ARRAY(c->arena, struct icp_feel_part, node->children);

    part->parts = parts;
    for (struct feel_node *child = node->first; child != NULL && parts != NULL; child = child->next)
        if (!fill_part(c, &parts[part->count++], child))
            return false;
    return parts != NULL;
}

/* ---- Constants that one slot is compared with ----------------------------------------------- */

struct points {
    struct feel_compilation *c;
    const struct icp_feel_symbol *symbol;
    struct feel_node **nodes; /* room for every node of the leaf */
    size_t count;
};

static bool reads_names(const struct feel_node *node)
{
    if (node->kind == FEEL_NODE_NAME)
        return true;
    for (const struct feel_node *child = node->first; child != NULL; child = child->next)
        if (reads_names(child))
            return true;
    return false;
}

static size_t count_all(const struct feel_node *node)
{
    size_t count = 1;

    for (const struct feel_node *child = node->first; child != NULL; child = child->next)
        count += count_all(child);
    return count;
}

static bool take_slot(struct points *points, const struct feel_node *node)
{
    if (node->kind != FEEL_NODE_NAME)
        return false;
    if (node->symbol == NULL || node->symbol->value != NULL)
        return false;
    if (points->symbol != NULL && points->symbol->slot != node->symbol->slot)
        return false;
    points->symbol = node->symbol;
    return node->type == ICP_FEEL_NUMBER || node->type == ICP_FEEL_DATE ||
           node->type == ICP_FEEL_DATETIME;
}

/* A value without names, or a test, range or list of such values. */
static bool take_tests(struct points *points, struct feel_node *node)
{
    if (node->kind == FEEL_NODE_TEST || node->kind == FEEL_NODE_RANGE ||
        node->kind == FEEL_NODE_LIST) {
        for (struct feel_node *child = node->first; child != NULL; child = child->next)
            if (!take_tests(points, child))
                return false;
        return true;
    }
    if (reads_names(node))
        return false;
    points->nodes[points->count++] = node;
    return true;
}

static bool take_comparison(struct points *points, const struct feel_node *node)
{
    if (node->kind == FEEL_NODE_COMPARE && node->last->kind == FEEL_NODE_NAME)
        return take_slot(points, node->last) && take_tests(points, node->first);
    if (node->kind != FEEL_NODE_COMPARE && node->kind != FEEL_NODE_BETWEEN &&
        node->kind != FEEL_NODE_IN)
        return false;
    if (!take_slot(points, node->first))
        return false;
    for (struct feel_node *child = node->first->next; child != NULL; child = child->next)
        if (!take_tests(points, child))
            return false;
    return true;
}

static bool note_points(struct feel_compilation *c, struct icp_feel *feel,
                        const struct feel_node *node)
{
    struct points points = {.c = c};

    points.nodes = ICP_NEW_ARRAY(&c->scratch, struct feel_node *, count_all(node));
    if (points.nodes == NULL)
        return false;
    if (!take_comparison(&points, node))
        return true;
    const struct icp_feel **programs =
        ICP_NEW_ARRAY(c->arena, const struct icp_feel *, points.count);
    for (size_t i = 0; i < points.count && programs != NULL; i++) {
        struct feel_node alone = *points.nodes[i];
        alone.next = NULL;
        programs[i] = feel_generate(c, &alone);
        if (programs[i] == NULL)
            return false;
    }
    feel->has_points = programs != NULL;
    feel->point_slot = points.symbol->slot;
    feel->points = programs;
    feel->point_count = points.count;
    return programs != NULL;
}

static bool fill_leaf(struct feel_compilation *c, struct icp_feel_part *part,
                      const struct feel_node *node)
{
    struct feel_node alone = *node;

    alone.next = NULL;
    struct icp_feel *leaf = feel_generate(c, &alone);
    bool cut = false;
    if (leaf == NULL || !note_points(c, leaf, &alone))
        return false;
    leaf->canonical = feel_print(&alone, c->text, c->arena, &cut); /* for checks of rule files */
    if (cut)
        return false;
    part->kind = ICP_FEEL_LEAF;
    part->leaf = leaf;
    leaf->parts = part;
    return true;
}

static bool fill_part(struct feel_compilation *c, struct icp_feel_part *part,
                      struct feel_node *node)
{
    if (node->kind != FEEL_NODE_AND && node->kind != FEEL_NODE_OR && !is_not(node))
        return fill_leaf(c, part, node);
    part->kind = node->kind == FEEL_NODE_AND  ? ICP_FEEL_AND
                 : node->kind == FEEL_NODE_OR ? ICP_FEEL_OR
                                              : ICP_FEEL_NOT;
    return fill_children(c, part, node);
}

bool feel_take_apart(struct feel_compilation *c, struct icp_feel *feel, struct feel_node *root)
{
    struct icp_feel_part *part = ICP_NEW(c->arena, struct icp_feel_part);

    if (part == NULL || !fill_part(c, part, root))
        return false;
    if (part->kind == ICP_FEEL_LEAF) { /* the whole is its own leaf */
        feel->has_points = part->leaf->has_points;
        feel->point_slot = part->leaf->point_slot;
        feel->points = part->leaf->points;
        feel->point_count = part->leaf->point_count;
        part->leaf = feel;
    }
    feel->parts = part;
    return true;
}

const struct icp_feel_part *icp_feel_parts(const struct icp_feel *feel)
{
    return feel->parts;
}

/* ---- Where the outcome can change ----------------------------------------------------------- */

/* On a slot's line: a number's, a date's, a datetime's. A constant of another kind makes the
   outcome null for every value, which is no change. A constant between two places of the line (a
   number finer than a millionth) is both: `exact` is false then. False: not on the line. */
static bool place_of(const struct feel_value *value, int64_t *place, bool *exact)
{
    struct feel_value again;
    feel_wide instant;

    *exact = true;
    if (value->kind == FEEL_NUMBER) {
        if (!feel_number_millionths(value, place))
            return false; /* beyond what a slot can hold: no change there */
        again = feel_number_of_millionths(*place);
        *exact = feel_number_order(value, &again) == 0;
        return true;
    }
    if (value->kind == FEEL_DATE) {
        *place = value->as.at.day;
        return true;
    }
    if (value->kind != FEEL_DATETIME)
        return false;
    instant = feel_instant(value);
    feel_wide ms = instant / 1000000 - (instant % 1000000 < 0 ? 1 : 0);
    *exact = ms * 1000000 == instant;
    *place = (int64_t)ms;
    return ms > INT64_MIN && ms < INT64_MAX;
}

/* Is a range or a list among the constants, whose ends would be missed. */
static bool is_composite(const struct feel_value *value)
{
    return value->kind == FEEL_RANGE || value->kind == FEEL_LIST || value->kind == FEEL_CONTEXT;
}

static int order_values(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

bool icp_feel_breakpoints(const struct icp_feel *leaf, uint32_t slot, int32_t as_of,
                          struct icp_arena *arena, const int64_t **values, size_t *count)
{
    size_t found = 0, kept = 0;

    if (!leaf->has_points || leaf->point_slot != slot)
        return false;
    int64_t *all = ICP_NEW_ARRAY(arena, int64_t, 3 * leaf->point_count + 1);
    if (all == NULL)
        return false;
    for (size_t i = 0; i < leaf->point_count; i++) {
        struct feel_run run = {.scratch = arena, .as_of = as_of};
        struct feel_value value = feel_run(leaf->points[i], NULL, &run);
        int64_t place;
        bool exact;
        if (run.stopped || is_composite(&value))
            return false;
        if (!place_of(&value, &place, &exact))
            continue;
        all[found++] = place;
        if (!exact) { /* rounded one way or the other */
            all[found++] = place - 1;
            all[found++] = place + 1;
        }
    }
    qsort(all, found, sizeof(all[0]), order_values);
    for (size_t i = 0; i < found; i++)
        if (kept == 0 || all[kept - 1] != all[i])
            all[kept++] = all[i];
    *values = all;
    *count = kept;
    return true;
}
