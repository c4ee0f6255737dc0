/*
 * From the checked tree to flat code. Constant parts are folded first, by compiling and running
 * them, so that folding and running cannot disagree; a constant part that is null for a reason
 * stays code, so that the reason is told. Long lists of constants become sorted sets, constant
 * patterns are compiled. While code is written the depth of the stack is counted; a program that
 * could need more than FEEL_MAX_STACK values is refused here and never run.
 */
#include "feel_internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- Instructions --------------------------------------------------------------------------- */

/* Room for one more in an array that doubles; false: the scratch memory ended. */
static bool has_room(struct feel_generator *g, void *array, size_t count, size_t size)
{
    void *old = NULL, *larger = NULL;

    if (count > 0 && (count & (count - 1)) != 0)
        return true; /* not at a power of two: there is room */
    memcpy(&old, array, sizeof(old));
    larger =
        icp_arena_take(&g->c->scratch, count == 0 ? 1 : 2 * count, size, _Alignof(max_align_t));
    if (larger != NULL && count > 0)
        memcpy(larger, old, count * size);
    if (larger != NULL)
        memcpy(array, &larger, sizeof(larger));
    return larger != NULL;
}

/* Writes an instruction that takes `pops` values off the stack and puts `pushes` on it; its index.
 */
size_t feel_emit(struct feel_generator *g, enum feel_opcode opcode, unsigned detail, size_t a,
                 size_t pops, size_t pushes)
{
    if (!has_room(g, &g->code, g->code_count, sizeof(g->code[0]))) {
        g->code_count = 0; /* the compilation ends without a program */
        return 0;
    }
    g->code[g->code_count] = (struct feel_instruction){
        .opcode = (uint8_t)opcode, .detail = (uint8_t)detail, .a = (uint32_t)a};
    g->depth = g->depth - pops + pushes;
    if (g->deepest < g->depth)
        g->deepest = g->depth;
    return g->code_count++;
}

uint32_t feel_add_constant(struct feel_generator *g, struct feel_value value)
{
    if (!has_room(g, &g->constants, g->constant_count, sizeof(g->constants[0])))
        return 0;
    g->constants[g->constant_count] = value;
    return (uint32_t)g->constant_count++;
}

static void emit_constant(struct feel_generator *g, struct feel_value value)
{
    (void)feel_emit(g, FEEL_CODE_CONSTANT, 0, feel_add_constant(g, value), 0, 1);
}

void feel_emit_problem(struct feel_generator *g, const char *problem)
{
    if (!has_room(g, &g->problems, g->problem_count, sizeof(g->problems[0])))
        return;
    g->problems[g->problem_count] = problem;
    (void)feel_emit(g, FEEL_CODE_PROBLEM, 0, g->problem_count++, 0, 1);
}

size_t feel_emit_jump(struct feel_generator *g, enum feel_opcode opcode, size_t pending)
{
    size_t at = feel_emit(g, opcode, 0, 0, opcode == FEEL_CODE_UNLESS_TRUE ? 1 : 0, 0);

    if (g->code_count > 0)
        g->code[at].b = (uint32_t)pending;
    return at;
}

void feel_land(struct feel_generator *g, size_t pending)
{
    while (pending != FEEL_NO_JUMP && pending < g->code_count) {
        size_t before = g->code[pending].b;
        g->code[pending].b = (uint32_t)g->code_count;
        pending = before;
    }
}

/* ---- Values --------------------------------------------------------------------------------- */

static void generate_children(struct feel_generator *g, struct feel_node *node)
{
    for (struct feel_node *child = node->first; child != NULL; child = child->next)
        feel_generate_node(g, child);
}

static void generate_constant(struct feel_generator *g, struct feel_node *node)
{
    emit_constant(g, node->constant);
}

static void generate_chain(struct feel_generator *g, struct feel_node *node)
{
    bool both = node->kind == FEEL_NODE_AND;
    size_t pending = FEEL_NO_JUMP;

    feel_generate_node(g, node->first);
    for (struct feel_node *child = node->first->next; child != NULL; child = child->next) {
        pending =
            feel_emit_jump(g, both ? FEEL_CODE_JUMP_IF_FALSE : FEEL_CODE_JUMP_IF_TRUE, pending);
        feel_generate_node(g, child);
        (void)feel_emit(g, both ? FEEL_CODE_AND : FEEL_CODE_OR, 0, 0, 2, 1);
    }
    feel_land(g, pending);
}

static void generate_negate(struct feel_generator *g, struct feel_node *node)
{
    generate_children(g, node);
    (void)feel_emit(g, FEEL_CODE_NEGATE, 0, 0, 1, 1);
}

static void generate_pair(struct feel_generator *g, struct feel_node *node)
{
    generate_children(g, node);
    (void)feel_emit(g, node->kind == FEEL_NODE_COMPARE ? FEEL_CODE_COMPARE : FEEL_CODE_ARITHMETIC,
                    (unsigned)node->operation, 0, 2, 1);
}

static void generate_between(struct feel_generator *g, struct feel_node *node)
{
    generate_children(g, node);
    (void)feel_emit(g, FEEL_CODE_BETWEEN, 0, 0, 3, 1);
}

static void generate_if(struct feel_generator *g, struct feel_node *node)
{
    feel_generate_node(g, node->first);
    size_t otherwise = feel_emit_jump(g, FEEL_CODE_UNLESS_TRUE, FEEL_NO_JUMP);
    feel_generate_node(g, node->first->next);
    size_t end = feel_emit_jump(g, FEEL_CODE_JUMP, FEEL_NO_JUMP);
    feel_land(g, otherwise);
    g->depth--; /* either branch leaves one value, not both */
    feel_generate_node(g, node->last);
    feel_land(g, end);
}

static unsigned open_ends(const struct feel_node *node)
{
    return (node->open_low ? (unsigned)FEEL_OPEN_LOW : 0U) |
           (node->open_high ? (unsigned)FEEL_OPEN_HIGH : 0U);
}

static void generate_range(struct feel_generator *g, struct feel_node *node)
{
    generate_children(g, node);
    if (node->kind == FEEL_NODE_RANGE)
        (void)feel_emit(g, FEEL_CODE_RANGE, open_ends(node), 0, 2, 1);
    else
        (void)feel_emit(g, FEEL_CODE_RANGE_TEST, (unsigned)node->operation, 0, 1, 1);
}

static void generate_path(struct feel_generator *g, struct feel_node *node)
{
    generate_children(g, node);
    (void)feel_emit(g, FEEL_CODE_PROPERTY, 0, feel_add_constant(g, feel_text(node->name)), 1, 1);
}

static void generate_instance(struct feel_generator *g, struct feel_node *node)
{
    generate_children(g, node);
    if (!has_room(g, &g->types, g->type_count, sizeof(const struct feel_type *)))
        return;
    g->types[g->type_count] = node->tested;
    (void)feel_emit(g, FEEL_CODE_INSTANCE, 0, g->type_count++, 1, 1);
}

/* ---- in ------------------------------------------------------------------------------------- */

static int order_values(const void *left, const void *right)
{
    int order = 0;

    (void)feel_order(left, right, &order);
    return order;
}

/* Constants of one kind that has an order, more than a few. */
static bool is_set(const struct feel_node *list)
{
    int order;

    if (list->children <= FEEL_SMALL_SET)
        return false;
    const struct feel_value *first = &list->first->constant;
    for (const struct feel_node *child = list->first; child != NULL; child = child->next)
        if (child->kind != FEEL_NODE_CONSTANT || child->constant.kind != first->kind ||
            !feel_order(first, &child->constant, &order))
            return false;
    return true;
}

static void generate_set(struct feel_generator *g, const struct feel_node *list)
{
    struct feel_value *values = ICP_NEW_ARRAY(g->c->arena, struct feel_value, list->children);
    size_t count = 0;

    if (values == NULL || !has_room(g, &g->sets, g->set_count, sizeof(g->sets[0])))
        return; /* the arena is full: the compilation ends without a program */
    for (const struct feel_node *child = list->first; child != NULL; child = child->next)
        values[count++] = child->constant;
    qsort(values, count, sizeof(values[0]), order_values);
    g->sets[g->set_count] = (struct feel_set){values, count};
    (void)feel_emit(g, FEEL_CODE_TEST_SET, 0, g->set_count++, 0, 0);
}

static bool is_sorted_symbol(const struct feel_node *node)
{
    return node->kind == FEEL_NODE_NAME && node->symbol != NULL && node->symbol->sorted;
}

/* The value and the sum of the tests so far lie on the stack; they stay there. */
static size_t generate_test(struct feel_generator *g, struct feel_node *test, bool element,
                            size_t pending);

static size_t generate_tests(struct feel_generator *g, struct feel_node *first, bool element,
                             size_t pending)
{
    for (struct feel_node *test = first; test != NULL; test = test->next) {
        pending = generate_test(g, test, element, pending);
        if (test->next != NULL)
            pending = feel_emit_jump(g, FEEL_CODE_JUMP_IF_TRUE, pending);
    }
    return pending;
}

/* A value: a list of texts for certain, a scalar for certain, or whatever it turns out to be. */
static void generate_value_test(struct feel_generator *g, struct feel_node *test, bool element)
{
    enum icp_feel_type type = test->type;

    feel_generate_node(g, test);
    if (element)
        (void)feel_emit(g, FEEL_CODE_TEST_ELEMENT, 0, 0, 1, 0);
    else if (type == ICP_FEEL_LIST)
        (void)feel_emit(g, FEEL_CODE_TEST_LIST, is_sorted_symbol(test) ? 1U : 0U, 0, 1, 0);
    else
        (void)feel_emit(g, FEEL_CODE_TEST_VALUE, 0, 0, 1, 0);
}

static size_t generate_test(struct feel_generator *g, struct feel_node *test, bool element,
                            size_t pending)
{
    if (test->kind == FEEL_NODE_LIST && !element && !is_set(test) && test->lists == 0)
        return generate_tests(g, test->first, true, pending);
    if (test->kind == FEEL_NODE_LIST && !element && is_set(test)) {
        generate_set(g, test);
    } else if (test->kind == FEEL_NODE_RANGE) {
        generate_children(g, test);
        (void)feel_emit(g, FEEL_CODE_TEST_RANGE, open_ends(test), 0, 2, 0);
    } else if (test->kind == FEEL_NODE_TEST) {
        generate_children(g, test);
        (void)feel_emit(g, FEEL_CODE_TEST, (unsigned)test->operation, 0, 1, 0);
    } else {
        generate_value_test(g, test, element);
    }
    return pending;
}

static void generate_in(struct feel_generator *g, struct feel_node *node)
{
    feel_generate_node(g, node->first);
    emit_constant(g, feel_boolean(false));
    size_t pending = generate_tests(g, node->first->next, false, FEEL_NO_JUMP);
    feel_land(g, pending);
    (void)feel_emit(g, FEEL_CODE_TEST_END, 0, 0, 2, 1);
}

/* ---- Functions ------------------------------------------------------------------------------ */

/* A constant pattern with constant flags, compiled once. */
static void compile_pattern(struct feel_generator *g, const struct feel_node *call)
{
    feel_apply *apply = call->function->apply;
    size_t flags_at = apply == feel_apply_matches ? 3 : 4;
    struct feel_node *pattern = call->first == NULL ? NULL : call->first->next;
    const struct feel_node *flags =
        apply != feel_apply_split && call->children == flags_at ? call->last : NULL;
    const char *problem;

    if (pattern == NULL || !feel_is_text_constant(pattern) ||
        (flags != NULL && !feel_is_text_constant(flags)))
        return;
    struct feel_pattern *compiled =
        feel_pattern_compile(g->c->arena, pattern->constant.as.text,
                             flags == NULL ? ICP_STR("") : flags->constant.as.text, &problem);
    if (compiled != NULL)
        pattern->constant = (struct feel_value){
            .kind = FEEL_FUNCTION, .form = FEEL_COMPILED_PATTERN, .as.pattern = compiled};
}

static bool is_membership(const struct feel_node *node)
{
    return node->function->apply == feel_apply_list_contains && node->children == 2 &&
           node->first != NULL &&
           (node->first->type == ICP_FEEL_LIST || node->first->kind == FEEL_NODE_LIST);
}

/* list contains over a list of texts, or one that stands there, is what `in` is. */
static void generate_membership(struct feel_generator *g, struct feel_node *node)
{
    struct feel_node list = *node->first;

    list.next = NULL;
    feel_generate_node(g, node->last);
    emit_constant(g, feel_boolean(false));
    size_t pending = FEEL_NO_JUMP;
    if (list.kind == FEEL_NODE_LIST && list.lists == 0 && list.ranges == 0)
        pending = generate_test(g, &list, false, pending);
    else
        generate_value_test(g, &list, false);
    feel_land(g, pending);
    (void)feel_emit(g, FEEL_CODE_TEST_END, 0, 0, 2, 1);
}

static void generate_call(struct feel_generator *g, struct feel_node *node)
{
    feel_apply *apply = node->function->apply;

    if (node->first != NULL && is_membership(node) && node->first->lists == 0 &&
        node->first->ranges == 0) {
        generate_membership(g, node);
        return;
    }
    if (apply == feel_apply_matches || apply == feel_apply_replace || apply == feel_apply_split)
        compile_pattern(g, node);
    if (node->children > FEEL_MAX_STACK) {
        g->deepest = node->children;
        return;
    }
    generate_children(g, node);
    size_t at =
        feel_emit(g, FEEL_CODE_CALL, 0, feel_function_index(node->function), node->children, 1);
    if (g->code_count > 0)
        g->code[at].b = node->children;
}

void feel_generate_node(struct feel_generator *g, struct feel_node *node)
{
    static void (*const generators[FEEL_NODE_KIND_COUNT])(struct feel_generator *,
                                                          struct feel_node *) = {
        [FEEL_NODE_CONSTANT] = generate_constant,
        [FEEL_NODE_NAME] = feel_generate_name,
        [FEEL_NODE_LIST] = feel_generate_list,
        [FEEL_NODE_RANGE] = generate_range,
        [FEEL_NODE_TEST] = generate_range,
        [FEEL_NODE_AND] = generate_chain,
        [FEEL_NODE_OR] = generate_chain,
        [FEEL_NODE_NEGATE] = generate_negate,
        [FEEL_NODE_ARITHMETIC] = generate_pair,
        [FEEL_NODE_COMPARE] = generate_pair,
        [FEEL_NODE_BETWEEN] = generate_between,
        [FEEL_NODE_IN] = generate_in,
        [FEEL_NODE_IF] = generate_if,
        [FEEL_NODE_CALL] = generate_call,
        [FEEL_NODE_PATH] = generate_path,
        [FEEL_NODE_FILTER] = feel_generate_filter,
        [FEEL_NODE_FOR] = feel_generate_loop,
        [FEEL_NODE_SOME] = feel_generate_loop,
        [FEEL_NODE_EVERY] = feel_generate_loop,
        [FEEL_NODE_ITERATOR] = generate_children,
        [FEEL_NODE_CONTEXT] = feel_generate_context,
        [FEEL_NODE_ENTRY] = generate_children,
        [FEEL_NODE_INSTANCE] = generate_instance,
        [FEEL_NODE_FUNCTION] = generate_constant,
        [FEEL_NODE_INVOKE] = generate_children,
    };

    if (node->problem != NULL)
        feel_emit_problem(g, node->problem);
    else
        generators[node->kind](g, node);
}

/* ---- Folding -------------------------------------------------------------------------------- */

/* Kinds whose children stand for themselves when they are constants, and kinds that give a value.
 */
static bool may_fold(const struct feel_node *node)
{
    bool never = node->kind == FEEL_NODE_CONSTANT || node->kind == FEEL_NODE_NAME ||
                 node->kind == FEEL_NODE_LIST || node->kind == FEEL_NODE_RANGE ||
                 node->kind == FEEL_NODE_TEST || node->kind == FEEL_NODE_ITERATOR ||
                 node->kind == FEEL_NODE_ENTRY || node->kind == FEEL_NODE_CONTEXT ||
                 node->kind == FEEL_NODE_FUNCTION || node->kind == FEEL_NODE_FOR ||
                 node->kind == FEEL_NODE_SOME || node->kind == FEEL_NODE_EVERY ||
                 node->kind == FEEL_NODE_FILTER || node->problem != NULL;

    return !never && node->varies == 0;
}

/* Counts what a value depends on, and what kinds of elements a list has. */
static void note_children(struct feel_node *node)
{
    node->varies = node->kind == FEEL_NODE_NAME || node->problem != NULL ? 1 : 0;
    if (node->kind == FEEL_NODE_CALL &&
        (node->function->apply == feel_apply_today || node->function->apply == feel_apply_now))
        node->varies = 1;
    node->lists = node->ranges = 0;
    for (const struct feel_node *child = node->first; child != NULL; child = child->next) {
        bool text = child->type == ICP_FEEL_TEXT || child->type == ICP_FEEL_NUMBER ||
                    child->type == ICP_FEEL_DATE || child->type == ICP_FEEL_DATETIME ||
                    child->type == ICP_FEEL_BOOLEAN || child->type == ICP_FEEL_DURATION ||
                    child->kind == FEEL_NODE_CONSTANT;
        node->varies = (uint8_t)(node->varies | child->varies);
        node->ranges |= child->kind == FEEL_NODE_RANGE || child->kind == FEEL_NODE_TEST;
        node->lists |= child->kind == FEEL_NODE_LIST;
        node->lists |= !text && child->kind != FEEL_NODE_RANGE && child->kind != FEEL_NODE_TEST;
    }
}

static void fold(struct feel_compilation *c, struct feel_node *node)
{
    struct feel_generator g = {.c = c};
    struct feel_run run = {.scratch = c->arena};

    for (struct feel_node *child = node->first; child != NULL; child = child->next)
        fold(c, child);
    note_children(node);
    if (c->lenient || !may_fold(node))
        return;
    feel_generate_node(&g, node);
    if (g.deepest > FEEL_MAX_STACK || g.code_count == 0 || c->arena->full || c->scratch.full)
        return;
    struct icp_feel part = {.code = g.code,
                            .code_count = g.code_count,
                            .constants = g.constants,
                            .sets = g.sets,
                            .problems = g.problems,
                            .types = g.types};
    struct feel_value value = feel_run(&part, NULL, &run);
    if (run.stopped || (value.kind == FEEL_NULL && run.problem != NULL))
        return;
    node->constant = value;
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

static void collect_uses(struct feel_generator *g, struct icp_feel *feel)
{
    uint32_t *slots = ICP_NEW_ARRAY(g->c->arena, uint32_t, g->code_count);
    size_t found = 0, count = 0;

    if (slots == NULL)
        return;
    for (size_t i = 0; i < g->code_count; i++) {
        if (g->code[i].opcode == FEEL_CODE_SLOT)
            slots[found++] = g->code[i].a;
        if (g->code[i].opcode != FEEL_CODE_CALL)
            continue;
        feel_apply *apply = feel_function_of(g->code[i].a)->apply;
        feel->uses_time = feel->uses_time || apply == feel_apply_today || apply == feel_apply_now;
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
    struct feel_generator g = {.c = c};

    fold(c, root);
    if (feel == NULL)
        return NULL;
    feel_generate_node(&g, root);
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
    feel->problems = keep(c, g.problems, g.problem_count, sizeof(g.problems[0]));
    feel->types = keep(c, g.types, g.type_count, sizeof(const struct feel_type *));
    collect_uses(&g, feel);
    return feel;
}
