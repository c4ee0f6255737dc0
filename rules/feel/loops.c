/*
 * Code for what has places of its own on the stack: names, lists, loops, filters, contexts. A loop
 * keeps four values there: what it has made so far, what it walks over, the turn, and the item. Its
 * variable is the item's place, so that reading a variable is reading the stack.
 */
#include "feel_internal.h"

/* Offsets from where a loop begins. */
enum { LOOP_RESULT, LOOP_SOURCE, LOOP_TURN, LOOP_ITEM };

/* ---- Names ---------------------------------------------------------------------------------- */

static void generate_symbol(struct feel_generator *g, const struct icp_feel_symbol *symbol)
{
    if (symbol == NULL)
        feel_emit_problem(g, "the name is not known");
    else if (symbol->value != NULL)
        (void)feel_emit(g, FEEL_CODE_CONSTANT, 0, feel_add_constant(g, *symbol->value), 0, 1);
    else
        (void)feel_emit(g, FEEL_CODE_SLOT, 0, symbol->slot, 0, 1);
}

/* From the innermost filter outwards an item may have an entry of the name; then comes what
   declares it, then the scope. */
void feel_generate_name(struct feel_generator *g, struct feel_node *node)
{
    bool passed_filter;
    const struct feel_frame *frame, *found = feel_find_frame(g->frames, node->name, &passed_filter);
    size_t pending = FEEL_NO_JUMP;

    for (frame = g->frames; frame != found && passed_filter; frame = frame->outer) {
        if (frame->node->kind != FEEL_NODE_FILTER || frame->node->plain_items)
            continue;
        size_t at =
            feel_emit(g, FEEL_CODE_MEMBER, 0, feel_add_constant(g, feel_text(node->name)), 0, 0);
        if (g->code_count == 0)
            return;
        g->code[at].extra = (uint16_t)frame->node->position;
        g->code[at].b = (uint32_t)pending;
        pending = at;
    }
    if (found != NULL)
        (void)feel_emit(g, FEEL_CODE_LOCAL, 0, found->node->position, 0, 1);
    else
        generate_symbol(g, node->symbol);
    feel_land(g, pending);
}

/* ---- Lists ---------------------------------------------------------------------------------- */

/* One of constants is a constant. */
static bool generate_constant_list(struct feel_generator *g, const struct feel_node *node)
{
    struct feel_run run = {0};
    size_t count = 0;

    for (const struct feel_node *child = node->first; child != NULL; child = child->next)
        if (child->kind != FEEL_NODE_CONSTANT || child->problem != NULL)
            return false;
    struct feel_value *items = ICP_NEW_ARRAY(g->c->arena, struct feel_value, node->children + 1);
    if (items == NULL)
        return true; /* the arena is full: the compilation ends without a program */
    for (const struct feel_node *child = node->first; child != NULL; child = child->next)
        items[count++] = child->constant;
    struct feel_value list = feel_list_of(&run, items, count);
    (void)feel_emit(g, FEEL_CODE_CONSTANT, 0, feel_add_constant(g, list), 0, 1);
    return true;
}

void feel_generate_list(struct feel_generator *g, struct feel_node *node)
{
    size_t result = g->depth;

    if (generate_constant_list(g, node))
        return;
    (void)feel_emit(g, FEEL_CODE_LIST, 0, 0, 0, 1);
    for (struct feel_node *child = node->first; child != NULL; child = child->next) {
        feel_generate_node(g, child);
        (void)feel_emit(g, FEEL_CODE_COLLECT, 0, result, 1, 0);
    }
}

/* ---- Loops ---------------------------------------------------------------------------------- */

/* A jump back to where a loop's turn begins. */
static void emit_back(struct feel_generator *g, size_t target)
{
    size_t at = feel_emit(g, FEEL_CODE_JUMP, 0, 0, 0, 0);

    if (g->code_count > 0)
        g->code[at].b = (uint32_t)target;
}

/* A NEXT that leaves the loop to a place not known yet. */
static size_t emit_next(struct feel_generator *g, size_t source)
{
    size_t at = feel_emit(g, FEEL_CODE_NEXT, 0, source, 0, 0);

    if (g->code_count > 0)
        g->code[at].b = (uint32_t)FEEL_NO_JUMP;
    return at;
}

struct loop {
    size_t result; /* place of what is made */
    size_t begins[ICP_MAX_DEPTH], leaves[ICP_MAX_DEPTH], sources[ICP_MAX_DEPTH];
    size_t count;
};

static void open_iterator(struct feel_generator *g, struct loop *loop, struct feel_node *iterator)
{
    size_t source = g->depth;

    for (struct feel_node *child = iterator->first; child != NULL; child = child->next)
        feel_generate_node(g, child);
    if (iterator->children == 2)
        (void)feel_emit(g, FEEL_CODE_SEQUENCE, 0, 0, 2, 1);
    (void)feel_emit(g, FEEL_CODE_ITERATE, 0, loop->result, 1, 3);
    iterator->position = (uint32_t)(source + LOOP_ITEM - LOOP_SOURCE);
    loop->begins[loop->count] = g->code_count;
    loop->leaves[loop->count] = emit_next(g, source);
    loop->sources[loop->count++] = source;
}

/* Behind the innermost turn: each loop goes on, and when it is over the one around it does. */
static void close_iterators(struct feel_generator *g, const struct loop *loop)
{
    for (size_t i = loop->count; i > 0; i--) {
        emit_back(g, loop->begins[i - 1]);
        feel_land(g, loop->leaves[i - 1]);
        (void)feel_emit(g, FEEL_CODE_CUT, 0, loop->sources[i - 1], 3, 0);
    }
}

void feel_generate_loop(struct feel_generator *g, struct feel_node *node)
{
    struct loop loop = {.result = g->depth};
    struct feel_frame frames[ICP_MAX_DEPTH + 1];
    const struct feel_frame *outer = g->frames;
    bool is_for = node->kind == FEEL_NODE_FOR, every = node->kind == FEEL_NODE_EVERY;
    size_t decided = FEEL_NO_JUMP;

    if (node->children > ICP_MAX_DEPTH) {
        g->deepest = FEEL_MAX_STACK + 1;
        return;
    }
    if (is_for)
        (void)feel_emit(g, FEEL_CODE_LIST, 0, 0, 0, 1);
    else
        (void)feel_emit(g, FEEL_CODE_CONSTANT, 0, feel_add_constant(g, feel_boolean(every)), 0, 1);
    node->position = (uint32_t)loop.result;
    frames[0] = (struct feel_frame){.outer = outer, .node = node};
    g->frames = is_for ? &frames[0] : outer;
    for (struct feel_node *child = node->first; child != node->last; child = child->next) {
        open_iterator(g, &loop, child);
        frames[loop.count] = (struct feel_frame){.outer = g->frames, .node = child};
        g->frames = &frames[loop.count];
    }
    feel_generate_node(g, node->last);
    g->frames = outer;
    size_t at = feel_emit(g, is_for ? FEEL_CODE_COLLECT : FEEL_CODE_QUANTIFY, every ? 1U : 0U,
                          loop.result, 1, 0);
    if (!is_for && g->code_count > 0) {
        g->code[at].b = (uint32_t)FEEL_NO_JUMP;
        decided = at;
    }
    close_iterators(g, &loop);
    feel_land(g, decided);
    (void)feel_emit(g, FEEL_CODE_CUT, 0, loop.result + 1, 0, 0);
}

/* ---- Filters -------------------------------------------------------------------------------- */

void feel_generate_filter(struct feel_generator *g, struct feel_node *node)
{
    struct feel_frame frame = {.outer = g->frames, .node = node};
    size_t result = g->depth;

    if (node->last->type == ICP_FEEL_NUMBER && node->last->kind == FEEL_NODE_CONSTANT) {
        feel_generate_node(g, node->first);
        feel_generate_node(g, node->last);
        (void)feel_emit(g, FEEL_CODE_SELECT, 0, 0, 2, 1);
        return;
    }
    if (node->last->type == ICP_FEEL_NUMBER) /* no item at the position of an empty list */
        (void)feel_emit(g, FEEL_CODE_CONSTANT, 0, feel_add_constant(g, feel_null()), 0, 1);
    else
        (void)feel_emit(g, FEEL_CODE_LIST, 0, 0, 0, 1);
    feel_generate_node(g, node->first);
    (void)feel_emit(g, FEEL_CODE_ITERATE, 1, result, 1, 3);
    node->position = (uint32_t)(result + LOOP_ITEM);
    size_t begin = g->code_count, leave = emit_next(g, result + LOOP_SOURCE);
    g->frames = &frame;
    feel_generate_node(g, node->last);
    g->frames = frame.outer;
    size_t found = feel_emit(g, FEEL_CODE_FILTER, 0, result, 1, 0);
    if (g->code_count > 0)
        g->code[found].b = (uint32_t)leave;
    emit_back(g, begin);
    feel_land(g, found);
    (void)feel_emit(g, FEEL_CODE_CUT, 0, result + 1, 3, 0);
}

/* ---- Contexts ------------------------------------------------------------------------------- */

void feel_generate_context(struct feel_generator *g, struct feel_node *node)
{
    struct feel_frame *frames =
        ICP_NEW_ARRAY(&g->c->scratch, struct feel_frame, node->children + 1);
    struct icp_str *keys = ICP_NEW_ARRAY(g->c->arena, struct icp_str, node->children + 1);
    const struct feel_frame *outer = g->frames;
    struct feel_value list = {.kind = FEEL_LIST, .form = FEEL_TEXTS};
    size_t count = 0;

    if (frames == NULL || keys == NULL)
        return;
    for (struct feel_node *entry = node->first; entry != NULL; entry = entry->next) {
        entry->position = (uint32_t)g->depth;
        feel_generate_node(g, entry->first);
        keys[count] = entry->name;
        frames[count] = (struct feel_frame){.outer = g->frames, .node = entry};
        g->frames = &frames[count++];
    }
    g->frames = outer;
    list.as.list.items = keys;
    list.as.list.count = count;
    size_t at = feel_emit(g, FEEL_CODE_CONTEXT, 0, feel_add_constant(g, list), count, 1);
    if (g->code_count > 0)
        g->code[at].b = (uint32_t)count;
}
