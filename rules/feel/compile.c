/*
 * From the checked tree to flat code. Constant parts are folded first, by compiling and running
 * them, so that folding and running cannot disagree. Long lists of constants become sorted sets.
 * While code is written the depth of the stack is counted; a program that could need more than
 * FEEL_MAX_STACK cells is refused here and never run.
 */
#include "feel_internal.h"

#include <stdlib.h>
#include <string.h>

#include "utf8.h"

struct generator {
    struct feel_compilation *c;
    struct feel_instruction *code;
    struct feel_cell *constants;
    struct feel_set *sets;
    size_t code_count, constant_count, set_count;
    size_t depth, deepest;
};

static void generate(struct generator *g, const struct feel_node *node);

static size_t count_nodes(const struct feel_node *node)
{
    size_t count = 1;

    for (const struct feel_node *child = node->first; child != NULL; child = child->next)
        count += count_nodes(child);
    return count;
}

/* Room for what the tree can need at most: four instructions and two constants a node. */
static bool open_generator(struct generator *g, struct feel_compilation *c,
                           const struct feel_node *root)
{
    size_t nodes = count_nodes(root);

    *g = (struct generator){.c = c};
    g->code = ICP_NEW_ARRAY(&c->scratch, struct feel_instruction, 4 * nodes + 4);
    g->constants = ICP_NEW_ARRAY(&c->scratch, struct feel_cell, 2 * nodes + 2);
    g->sets = ICP_NEW_ARRAY(&c->scratch, struct feel_set, nodes + 1);
    return g->code != NULL && g->constants != NULL && g->sets != NULL;
}

/* ---- Instructions --------------------------------------------------------------------------- */

/* Writes an instruction that takes `pops` cells off the stack and puts `pushes` on it; its index.
 */
static size_t emit(struct generator *g, enum feel_opcode opcode, unsigned detail, size_t argument,
                   size_t pops, size_t pushes)
{
    g->code[g->code_count] = (struct feel_instruction){
        .opcode = (uint8_t)opcode, .detail = (uint8_t)detail, .argument = (uint32_t)argument};
    g->depth = g->depth - pops + pushes;
    if (g->deepest < g->depth)
        g->deepest = g->depth;
    return g->code_count++;
}

static void emit_constant(struct generator *g, struct feel_cell cell)
{
    g->constants[g->constant_count] = cell;
    (void)emit(g, FEEL_CODE_CONSTANT, 0, g->constant_count++, 0, 1);
}

/* Pending jumps to one place are chained through their arguments until the place is known. */
static const size_t no_jump = UINT32_MAX;

static size_t emit_jump(struct generator *g, enum feel_opcode opcode, size_t pending)
{
    return emit(g, opcode, 0, pending, opcode == FEEL_CODE_UNLESS_TRUE ? 1 : 0, 0);
}

static void land(struct generator *g, size_t pending)
{
    while (pending != no_jump) {
        size_t before = g->code[pending].argument;
        g->code[pending].argument = (uint32_t)g->code_count;
        pending = before;
    }
}

/* ---- Values --------------------------------------------------------------------------------- */

static void generate_children(struct generator *g, const struct feel_node *node)
{
    for (const struct feel_node *child = node->first; child != NULL; child = child->next)
        generate(g, child);
}

static void generate_constant(struct generator *g, const struct feel_node *node)
{
    emit_constant(g, node->constant);
}

static void generate_name(struct generator *g, const struct feel_node *node)
{
    (void)emit(g, FEEL_CODE_SLOT, 0, node->symbol->slot, 0, 1);
}

/* The check lets only texts through. */
static void generate_list(struct generator *g, const struct feel_node *node)
{
    struct icp_str *items = ICP_NEW_ARRAY(g->c->arena, struct icp_str, node->children + 1);
    size_t count = 0;

    for (const struct feel_node *child = node->first; child != NULL && items != NULL;
         child = child->next)
        items[count++] = child->constant.as.text;
    emit_constant(g, (struct feel_cell){.kind = FEEL_CELL_LIST, .as.list = {items, count}});
}

static void generate_chain(struct generator *g, const struct feel_node *node)
{
    bool both = node->kind == FEEL_NODE_AND;
    size_t pending = no_jump;

    generate(g, node->first);
    for (const struct feel_node *child = node->first->next; child != NULL; child = child->next) {
        pending = emit_jump(g, both ? FEEL_CODE_JUMP_IF_FALSE : FEEL_CODE_JUMP_IF_TRUE, pending);
        generate(g, child);
        (void)emit(g, both ? FEEL_CODE_AND : FEEL_CODE_OR, 0, 0, 2, 1);
    }
    land(g, pending);
}

static void generate_negate(struct generator *g, const struct feel_node *node)
{
    generate_children(g, node);
    (void)emit(g, FEEL_CODE_NEGATE, 0, 0, 1, 1);
}

static void generate_pair(struct generator *g, const struct feel_node *node)
{
    generate_children(g, node);
    (void)emit(g, node->kind == FEEL_NODE_COMPARE ? FEEL_CODE_COMPARE : FEEL_CODE_ARITHMETIC,
               (unsigned)node->operation, 0, 2, 1);
}

static void generate_between(struct generator *g, const struct feel_node *node)
{
    generate_children(g, node);
    (void)emit(g, FEEL_CODE_BETWEEN, 0, 0, 3, 1);
}

static void generate_if(struct generator *g, const struct feel_node *node)
{
    generate(g, node->first);
    size_t otherwise = emit_jump(g, FEEL_CODE_UNLESS_TRUE, no_jump);
    generate(g, node->first->next);
    size_t end = emit_jump(g, FEEL_CODE_JUMP, no_jump);
    land(g, otherwise);
    g->depth--; /* either branch leaves one cell, not both */
    generate(g, node->last);
    land(g, end);
}

/* ---- in ------------------------------------------------------------------------------------- */

static int order_cells(const void *left, const void *right)
{
    return feel_order(left, right);
}

/* Constants of one ordered kind, more than a few. */
static bool is_set(const struct feel_node *list)
{
    if (list->children <= FEEL_SMALL_SET)
        return false;
    enum feel_cell_kind kind = list->first->constant.kind;
    if (kind == FEEL_CELL_NULL || kind == FEEL_CELL_BOOLEAN || kind == FEEL_CELL_LIST)
        return false;
    for (const struct feel_node *child = list->first; child != NULL; child = child->next)
        if (child->kind != FEEL_NODE_CONSTANT || child->constant.kind != kind)
            return false;
    return true;
}

static void generate_set(struct generator *g, const struct feel_node *list)
{
    struct feel_cell *cells = ICP_NEW_ARRAY(g->c->arena, struct feel_cell, list->children);
    size_t count = 0;

    if (cells == NULL)
        return; /* the arena is full: the compilation ends without a program */
    for (const struct feel_node *child = list->first; child != NULL; child = child->next)
        cells[count++] = child->constant;
    qsort(cells, count, sizeof(cells[0]), order_cells);
    g->sets[g->set_count] = (struct feel_set){cells, count};
    (void)emit(g, FEEL_CODE_TEST_SET, 0, g->set_count++, 0, 0);
}

static bool is_sorted_symbol(const struct feel_node *node)
{
    return node->kind == FEEL_NODE_NAME && node->symbol->sorted;
}

/* The value and the sum of the tests so far lie on the stack; they stay there. */
static size_t generate_test(struct generator *g, const struct feel_node *test, size_t pending);

static size_t generate_tests(struct generator *g, const struct feel_node *first, size_t pending)
{
    for (const struct feel_node *test = first; test != NULL; test = test->next) {
        pending = generate_test(g, test, pending);
        if (test->next != NULL)
            pending = emit_jump(g, FEEL_CODE_JUMP_IF_TRUE, pending);
    }
    return pending;
}

static size_t generate_test(struct generator *g, const struct feel_node *test, size_t pending)
{
    if (test->kind == FEEL_NODE_LIST && !is_set(test))
        return generate_tests(g, test->first, pending);
    if (test->kind == FEEL_NODE_LIST) {
        generate_set(g, test);
    } else if (test->kind == FEEL_NODE_RANGE) {
        generate_children(g, test);
        (void)emit(g, FEEL_CODE_TEST_RANGE,
                   (test->open_low ? (unsigned)FEEL_OPEN_LOW : 0U) |
                       (test->open_high ? (unsigned)FEEL_OPEN_HIGH : 0U),
                   0, 2, 0);
    } else if (test->kind == FEEL_NODE_TEST) {
        generate_children(g, test);
        (void)emit(g, FEEL_CODE_TEST, (unsigned)test->operation, 0, 1, 0);
    } else {
        bool list = test->type == ICP_FEEL_LIST;
        generate(g, test);
        (void)emit(g, list ? FEEL_CODE_TEST_LIST : FEEL_CODE_TEST,
                   list ? (is_sorted_symbol(test) ? 1U : 0U) : (unsigned)FEEL_EQUAL, 0, 1, 0);
    }
    return pending;
}

static void generate_membership(struct generator *g, const struct feel_node *value,
                                const struct feel_node *tests)
{
    generate(g, value);
    emit_constant(g, feel_boolean(false));
    size_t pending = generate_tests(g, tests, no_jump);
    land(g, pending);
    (void)emit(g, FEEL_CODE_TEST_END, 0, 0, 2, 1);
}

static void generate_in(struct generator *g, const struct feel_node *node)
{
    generate_membership(g, node->first, node->first->next);
}

/* ---- Functions ------------------------------------------------------------------------------ */

static void generate_call(struct generator *g, const struct feel_node *node)
{
    if (node->function->id == FEEL_FUNCTION_LIST_CONTAINS && node->first != NULL) {
        struct feel_node list = *node->first;
        list.next = NULL;
        generate_membership(g, node->last, &list);
        return;
    }
    if (node->function->id == FEEL_FUNCTION_COUNT && node->first != NULL &&
        node->first->kind == FEEL_NODE_LIST) {
        emit_constant(g, (struct feel_cell){.kind = FEEL_CELL_NUMBER,
                                            .as.number = node->first->children * INT64_C(1000000)});
        return;
    }
    generate_children(g, node);
    (void)emit(g, FEEL_CODE_CALL, (unsigned)node->function->id, node->children, node->children, 1);
}

static void generate(struct generator *g, const struct feel_node *node)
{
    static void (*const generators[FEEL_NODE_KIND_COUNT])(struct generator *,
                                                          const struct feel_node *) = {
        [FEEL_NODE_CONSTANT] = generate_constant,
        [FEEL_NODE_NAME] = generate_name,
        [FEEL_NODE_LIST] = generate_list,
        [FEEL_NODE_RANGE] = generate_children, /* only behind in */
        [FEEL_NODE_TEST] = generate_children,
        [FEEL_NODE_AND] = generate_chain,
        [FEEL_NODE_OR] = generate_chain,
        [FEEL_NODE_NEGATE] = generate_negate,
        [FEEL_NODE_ARITHMETIC] = generate_pair,
        [FEEL_NODE_COMPARE] = generate_pair,
        [FEEL_NODE_BETWEEN] = generate_between,
        [FEEL_NODE_IN] = generate_in,
        [FEEL_NODE_IF] = generate_if,
        [FEEL_NODE_CALL] = generate_call,
    };

    generators[node->kind](g, node);
}

/* ---- Folding -------------------------------------------------------------------------------- */

static bool is_constant(const struct feel_node *node)
{
    if (node->kind == FEEL_NODE_CONSTANT)
        return true;
    if (node->kind != FEEL_NODE_LIST && node->kind != FEEL_NODE_RANGE &&
        node->kind != FEEL_NODE_TEST)
        return false; /* it was tried before its parent and is none */
    for (const struct feel_node *child = node->first; child != NULL; child = child->next)
        if (!is_constant(child))
            return false;
    return true;
}

/* A text in other case becomes a text of its own. */
static void settle_case(struct feel_compilation *c, struct feel_cell *cell)
{
    struct icp_str rest = cell->as.text;
    struct icp_buf buf;
    uint32_t code_point;

    if (cell->kind != FEEL_CELL_TEXT || cell->letters == FEEL_CASE_AS_IS)
        return;
    icp_buf_open(&buf, (size_t)2 * ICP_MAX_EXPRESSION);
    while (icp_utf8_next(&rest, &code_point))
        icp_utf8_append(&buf, feel_turn(code_point, cell->letters));
    if (buf.length > 0)
        cell->as.text = icp_arena_copy(c->arena, icp_buf_view(&buf));
    cell->letters = FEEL_CASE_AS_IS;
    icp_buf_finish(&buf);
}

static bool may_fold(const struct feel_node *node)
{
    if (node->kind == FEEL_NODE_CONSTANT || node->kind == FEEL_NODE_NAME ||
        node->kind == FEEL_NODE_LIST || node->kind == FEEL_NODE_RANGE ||
        node->kind == FEEL_NODE_TEST)
        return false;
    if (node->kind == FEEL_NODE_CALL &&
        (node->function->id == FEEL_FUNCTION_TODAY || node->function->id == FEEL_FUNCTION_NOW))
        return false;
    for (const struct feel_node *child = node->first; child != NULL; child = child->next)
        if (!is_constant(child))
            return false;
    return true;
}

static void fold(struct feel_compilation *c, struct feel_node *node)
{
    struct generator g;

    for (struct feel_node *child = node->first; child != NULL; child = child->next)
        fold(c, child);
    if (!may_fold(node) || !open_generator(&g, c, node))
        return;
    generate(&g, node);
    if (g.deepest > FEEL_MAX_STACK || c->arena->full)
        return;
    struct icp_feel part = {
        .code = g.code, .code_count = g.code_count, .constants = g.constants, .sets = g.sets};
    node->constant = feel_run(&part, NULL, 0);
    settle_case(c, &node->constant);
    node->kind = FEEL_NODE_CONSTANT;
    node->first = node->last = NULL;
    node->children = 0;
}

/* ---- The program ---------------------------------------------------------------------------- */

static int order_slots(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

    return (a > b) - (a < b);
}

static void collect_uses(struct generator *g, struct icp_feel *feel)
{
    uint32_t *slots = ICP_NEW_ARRAY(g->c->arena, uint32_t, g->code_count);
    size_t found = 0, count = 0;

    if (slots == NULL)
        return;
    for (size_t i = 0; i < g->code_count; i++) {
        if (g->code[i].opcode == FEEL_CODE_SLOT)
            slots[found++] = g->code[i].argument;
        if (g->code[i].opcode == FEEL_CODE_CALL &&
            (g->code[i].detail == FEEL_FUNCTION_TODAY || g->code[i].detail == FEEL_FUNCTION_NOW))
            feel->uses_time = true;
    }
    qsort(slots, found, sizeof(slots[0]), order_slots);
    for (size_t i = 0; i < found; i++)
        if (count == 0 || slots[count - 1] != slots[i])
            slots[count++] = slots[i];
    feel->slots = slots;
    feel->slot_count = count;
}

static void *keep(struct feel_compilation *c, const void *from, size_t count, size_t size)
{
    void *copy = icp_arena_take(c->arena, count + 1, size, _Alignof(max_align_t));

    if (copy != NULL && count > 0)
        memcpy(copy, from, count * size);
    return copy;
}

struct icp_feel *feel_generate(struct feel_compilation *c, struct feel_node *root)
{
    struct icp_feel *feel = ICP_NEW(c->arena, struct icp_feel);
    struct generator g;

    fold(c, root);
    if (root->turned && root->kind != FEEL_NODE_CONSTANT) {
        feel_not_supported(c, root->offset, "a text in other case as the result is");
        icp_report_hint(c->list, "Compare it with something.");
        return NULL;
    }
    if (feel == NULL || !open_generator(&g, c, root))
        return NULL;
    generate(&g, root);
    if (g.deepest > FEEL_MAX_STACK) {
        feel_error(c, "feel-too-deep", root->offset, "the condition is nested too deep");
        icp_report_hint(c->list, "Split it into several lines of the file.");
        return NULL;
    }
    feel->type = root->type;
    feel->code = keep(c, g.code, g.code_count, sizeof(g.code[0]));
    feel->code_count = g.code_count;
    feel->constants = keep(c, g.constants, g.constant_count, sizeof(g.constants[0]));
    feel->sets = keep(c, g.sets, g.set_count, sizeof(g.sets[0]));
    collect_uses(&g, feel);
    return feel;
}
