/*
 * Runs the flat code on a stack of cells. Jumps only go forward, so that every program ends after
 * at most as many steps as it has instructions; the stack's depth was counted when the code was
 * written. Everything that cannot be computed (a null where a value is needed, an overflow, a slot
 * of another kind than was promised) is null.
 */
#include "feel_internal.h"

struct feel_machine {
    struct feel_cell stack[FEEL_MAX_STACK];
    size_t top;  /* cells on the stack */
    size_t next; /* instruction */
    const struct icp_feel *feel;
    const struct icp_value *slots;
    int32_t as_of;
};

static struct feel_cell from_value(const struct icp_value *value)
{
    switch (value->kind) {
    case ICP_VALUE_BOOLEAN:
        return feel_boolean(value->as.boolean);
    case ICP_VALUE_NUMBER:
        return (struct feel_cell){.kind = FEEL_CELL_NUMBER, .as.number = value->as.number};
    case ICP_VALUE_TEXT:
        return (struct feel_cell){.kind = FEEL_CELL_TEXT, .as.text = value->as.text};
    case ICP_VALUE_DATE:
        return (struct feel_cell){.kind = FEEL_CELL_DATE, .as.date = value->as.date};
    case ICP_VALUE_DATETIME:
        return (struct feel_cell){.kind = FEEL_CELL_DATETIME, .as.ms = value->as.datetime};
    case ICP_VALUE_LIST:
        return (struct feel_cell){.kind = FEEL_CELL_LIST,
                                  .as.list = {value->as.list.items, value->as.list.count}};
    case ICP_VALUE_NULL:
        break;
    }
    return feel_null();
}

static struct icp_value to_value(const struct feel_cell *cell)
{
    struct icp_value value = {.kind = ICP_VALUE_NULL};

    switch (cell->kind) {
    case FEEL_CELL_BOOLEAN:
        value = (struct icp_value){.kind = ICP_VALUE_BOOLEAN, .as.boolean = cell->as.boolean};
        break;
    case FEEL_CELL_NUMBER:
        value = (struct icp_value){.kind = ICP_VALUE_NUMBER, .as.number = cell->as.number};
        break;
    case FEEL_CELL_TEXT:
        value = (struct icp_value){.kind = ICP_VALUE_TEXT, .as.text = cell->as.text};
        break;
    case FEEL_CELL_DATE:
        value = (struct icp_value){.kind = ICP_VALUE_DATE, .as.date = cell->as.date};
        break;
    case FEEL_CELL_DATETIME:
        value = (struct icp_value){.kind = ICP_VALUE_DATETIME, .as.datetime = cell->as.ms};
        break;
    case FEEL_CELL_LIST:
        value.kind = ICP_VALUE_LIST;
        value.as.list.items = cell->as.list.items;
        value.as.list.count = cell->as.list.count;
        break;
    case FEEL_CELL_DURATION:
    case FEEL_CELL_NULL:
        break;
    }
    return value;
}

/* ---- Membership ----------------------------------------------------------------------------- */

static bool in_sorted_list(const struct feel_list *list, struct icp_str text)
{
    size_t low = 0, high = list->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = icp_str_compare(list->items[middle], text);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static bool in_list(const struct feel_list *list, const struct feel_cell *text, bool sorted)
{
    if (sorted && text->letters == FEEL_CASE_AS_IS)
        return in_sorted_list(list, text->as.text);
    for (size_t i = 0; i < list->count; i++) {
        struct feel_cell item = {.kind = FEEL_CELL_TEXT, .as.text = list->items[i]};
        if (feel_text_order(&item, text) == 0)
            return true;
    }
    return false;
}

/* An unknown list is null, not an empty one. An unknown value is in no list of texts. */
static struct feel_cell test_list(const struct feel_cell *value, const struct feel_cell *list,
                                  bool sorted)
{
    if (list->kind != FEEL_CELL_LIST)
        return feel_null();
    if (value->kind == FEEL_CELL_NULL)
        return feel_boolean(false);
    if (value->kind != FEEL_CELL_TEXT)
        return feel_null();
    return feel_boolean(in_list(&list->as.list, value, sorted));
}

static struct feel_cell test_set(const struct feel_cell *value, const struct feel_set *set)
{
    size_t low = 0, high = set->count;

    if (value->kind == FEEL_CELL_NULL)
        return feel_boolean(false);
    if (value->kind != set->cells[0].kind)
        return feel_null();
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = feel_order(&set->cells[middle], value);
        if (order == 0)
            return feel_boolean(true);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return feel_boolean(false);
}

static struct feel_cell test_range(const struct feel_cell *value, const struct feel_cell *low,
                                   const struct feel_cell *high, unsigned open)
{
    return feel_and(
        feel_compare((open & FEEL_OPEN_LOW) != 0 ? FEEL_GREATER : FEEL_AT_LEAST, value, low),
        feel_compare((open & FEEL_OPEN_HIGH) != 0 ? FEEL_LESS : FEEL_AT_MOST, value, high));
}

/* ---- Instructions --------------------------------------------------------------------------- */

typedef void step(struct feel_machine *machine, const struct feel_instruction *instruction);

/* The cell `depth` below the top; 0 is the top. */
static struct feel_cell *peek(struct feel_machine *machine, size_t depth)
{
    return &machine->stack[machine->top - 1 - depth];
}

static void push(struct feel_machine *machine, struct feel_cell cell)
{
    machine->stack[machine->top++] = cell;
}

/* `count` cells give way to one. */
static void replace(struct feel_machine *machine, size_t count, struct feel_cell cell)
{
    machine->top -= count;
    push(machine, cell);
}

static void step_constant(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    push(machine, machine->feel->constants[instruction->argument]);
}

static void step_slot(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    push(machine, from_value(&machine->slots[instruction->argument]));
}

static void step_negate(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    struct feel_cell zero = {.kind = peek(machine, 0)->kind};

    (void)instruction;
    if (zero.kind == FEEL_CELL_NUMBER || zero.kind == FEEL_CELL_DURATION)
        replace(machine, 1, feel_arithmetic(FEEL_SUBTRACT, &zero, peek(machine, 0)));
    else
        replace(machine, 1, feel_null());
}

static void step_arithmetic(struct feel_machine *machine,
                            const struct feel_instruction *instruction)
{
    replace(machine, 2,
            feel_arithmetic((enum feel_operator)instruction->detail, peek(machine, 1),
                            peek(machine, 0)));
}

static void step_compare(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    replace(
        machine, 2,
        feel_compare((enum feel_operator)instruction->detail, peek(machine, 1), peek(machine, 0)));
}

static void step_between(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    (void)instruction;
    replace(machine, 3, test_range(peek(machine, 2), peek(machine, 1), peek(machine, 0), 0));
}

static void step_and(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    (void)instruction;
    replace(machine, 2, feel_and(*peek(machine, 1), *peek(machine, 0)));
}

static void step_or(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    (void)instruction;
    replace(machine, 2, feel_or(*peek(machine, 1), *peek(machine, 0)));
}

static void step_jump(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    machine->next = instruction->argument;
}

static void step_jump_if_false(struct feel_machine *machine,
                               const struct feel_instruction *instruction)
{
    const struct feel_cell *top = peek(machine, 0);

    if (top->kind == FEEL_CELL_BOOLEAN && !top->as.boolean)
        machine->next = instruction->argument;
}

static void step_jump_if_true(struct feel_machine *machine,
                              const struct feel_instruction *instruction)
{
    if (feel_is_true(*peek(machine, 0)))
        machine->next = instruction->argument;
}

static void step_unless_true(struct feel_machine *machine,
                             const struct feel_instruction *instruction)
{
    if (!feel_is_true(*peek(machine, 0)))
        machine->next = instruction->argument;
    machine->top--;
}

/* The three tests add their outcome to the sum that stands above the value. */
static void add_test(struct feel_machine *machine, size_t operands, struct feel_cell outcome)
{
    machine->top -= operands;
    *peek(machine, 0) = feel_or(*peek(machine, 0), outcome);
}

static void step_test(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    add_test(
        machine, 1,
        feel_compare((enum feel_operator)instruction->detail, peek(machine, 2), peek(machine, 0)));
}

static void step_test_range(struct feel_machine *machine,
                            const struct feel_instruction *instruction)
{
    add_test(machine, 2,
             test_range(peek(machine, 3), peek(machine, 1), peek(machine, 0), instruction->detail));
}

static void step_test_list(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    add_test(machine, 1, test_list(peek(machine, 2), peek(machine, 0), instruction->detail != 0));
}

static void step_test_set(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    add_test(machine, 0, test_set(peek(machine, 1), &machine->feel->sets[instruction->argument]));
}

static void step_test_end(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    (void)instruction;
    replace(machine, 2, *peek(machine, 0));
}

static void step_call(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    size_t count = instruction->argument;
    struct feel_cell result =
        feel_call((enum feel_function_id)instruction->detail, &machine->stack[machine->top - count],
                  count, machine->as_of);

    replace(machine, count, result);
}

static step *const steps[] = {
    [FEEL_CODE_CONSTANT] = step_constant,
    [FEEL_CODE_SLOT] = step_slot,
    [FEEL_CODE_NEGATE] = step_negate,
    [FEEL_CODE_ARITHMETIC] = step_arithmetic,
    [FEEL_CODE_COMPARE] = step_compare,
    [FEEL_CODE_BETWEEN] = step_between,
    [FEEL_CODE_AND] = step_and,
    [FEEL_CODE_OR] = step_or,
    [FEEL_CODE_JUMP] = step_jump,
    [FEEL_CODE_JUMP_IF_FALSE] = step_jump_if_false,
    [FEEL_CODE_JUMP_IF_TRUE] = step_jump_if_true,
    [FEEL_CODE_UNLESS_TRUE] = step_unless_true,
    [FEEL_CODE_TEST] = step_test,
    [FEEL_CODE_TEST_RANGE] = step_test_range,
    [FEEL_CODE_TEST_LIST] = step_test_list,
    [FEEL_CODE_TEST_SET] = step_test_set,
    [FEEL_CODE_TEST_END] = step_test_end,
    [FEEL_CODE_CALL] = step_call,
};

struct feel_cell feel_run(const struct icp_feel *feel, const struct icp_value *slots, int32_t as_of)
{
    struct feel_machine machine;

    machine.stack[0] = feel_null(); /* the rest is written before it is read */
    machine.top = 0;
    machine.next = 0;
    machine.feel = feel;
    machine.slots = slots;
    machine.as_of = as_of;
    while (machine.next < feel->code_count) {
        const struct feel_instruction *instruction = &feel->code[machine.next++];
        steps[instruction->opcode](&machine, instruction);
    }
    return machine.stack[0];
}

struct icp_value icp_feel_evaluate(const struct icp_feel *feel, const struct icp_value *slots,
                                   int32_t as_of, struct icp_arena *scratch)
{
    (void)scratch; /* nothing is made on the way yet */
    struct feel_cell result = feel_run(feel, slots, as_of);

    return to_value(&result);
}

bool icp_feel_holds(const struct icp_feel *feel, const struct icp_value *slots, int32_t as_of,
                    struct icp_arena *scratch)
{
    (void)scratch;
    return feel_is_true(feel_run(feel, slots, as_of));
}
