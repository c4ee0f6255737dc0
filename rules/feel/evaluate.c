/*
 * Runs the flat code on a stack of values. Jumps go forward, except those of loops, whose turns are
 * counted; the stack's depth was counted when the code was written. Everything that cannot be
 * computed (a null where a value is needed, types that do not fit, a slot of another kind than was
 * promised) is null. Comparing, memberships and plain arithmetic take no memory.
 */
#include "feel_internal.h"

#include "date.h"

struct feel_value feel_value_of(const struct icp_value *value)
{
    struct feel_value result = {.kind = FEEL_NULL};
    int64_t day, rest;

    switch (value->kind) {
    case ICP_VALUE_BOOLEAN:
        return feel_boolean(value->as.boolean);
    case ICP_VALUE_NUMBER:
        return feel_number_of_millionths(value->as.number);
    case ICP_VALUE_TEXT:
        return feel_text(value->as.text);
    case ICP_VALUE_DATE:
        return feel_date_of(value->as.date);
    case ICP_VALUE_DATETIME:
        day = value->as.datetime / ICP_MS_PER_DAY;
        rest = value->as.datetime % ICP_MS_PER_DAY;
        day -= rest < 0 ? 1 : 0;
        rest += rest < 0 ? ICP_MS_PER_DAY : 0;
        result = (struct feel_value){.kind = FEEL_DATETIME, .form = FEEL_OFFSET};
        result.as.at.day = day;
        result.as.at.nanos = rest * 1000000;
        return result;
    case ICP_VALUE_LIST:
        result = (struct feel_value){.kind = FEEL_LIST, .form = FEEL_TEXTS, .depth = 1};
        result.as.list.items = value->as.list.items;
        result.as.list.count = value->as.list.count;
        return result;
    case ICP_VALUE_NULL:
        break;
    }
    return result;
}

/* ---- The stack ------------------------------------------------------------------------------ */

static void push(struct feel_machine *machine, struct feel_value value)
{
    machine->stack[machine->top++] = value;
}

/* Replaces the `count` topmost values by one. */
static void replace(struct feel_machine *machine, size_t count, struct feel_value value)
{
    machine->top -= count;
    push(machine, value);
}

/* The n-th value from the top, 1 is the topmost. */
static struct feel_value *peek(struct feel_machine *machine, size_t n)
{
    return &machine->stack[machine->top - n];
}

/* ---- Steps ---------------------------------------------------------------------------------- */

static void step_constant(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    push(machine, machine->feel->constants[instruction->a]);
}

static void step_slot(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    push(machine, feel_value_of(&machine->slots[instruction->a]));
}

static void step_local(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    push(machine, machine->stack[instruction->a]);
}

static void step_problem(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    push(machine, feel_fail(machine->run, machine->feel->problems[instruction->a]));
}

static void step_member(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    const struct feel_value *item = &machine->stack[instruction->extra];
    const struct feel_value *entry = NULL;

    if (item->kind == FEEL_CONTEXT)
        entry = feel_entry(item, machine->feel->constants[instruction->a].as.text);
    if (entry == NULL)
        return;
    push(machine, *entry);
    machine->next = instruction->b;
}

static void step_property(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    struct icp_str name = machine->feel->constants[instruction->a].as.text;

    replace(machine, 1, feel_property(machine->run, peek(machine, 1), name));
}

static void step_negate(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    (void)instruction;
    replace(machine, 1, feel_negate(machine->run, peek(machine, 1)));
}

static void step_arithmetic(struct feel_machine *machine,
                            const struct feel_instruction *instruction)
{
    replace(machine, 2,
            feel_arithmetic(machine->run, (enum feel_operator)instruction->detail, peek(machine, 2),
                            peek(machine, 1)));
}

static void step_compare(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    replace(machine, 2,
            feel_compare(machine->run, (enum feel_operator)instruction->detail, peek(machine, 2),
                         peek(machine, 1)));
}

static void step_between(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    struct feel_value low =
        feel_compare(machine->run, FEEL_AT_LEAST, peek(machine, 3), peek(machine, 2));
    struct feel_value high =
        feel_compare(machine->run, FEEL_AT_MOST, peek(machine, 3), peek(machine, 1));

    (void)instruction;
    replace(machine, 3, feel_and(&low, &high));
}

static void step_and(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    (void)instruction;
    replace(machine, 2, feel_and(peek(machine, 2), peek(machine, 1)));
}

static void step_or(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    (void)instruction;
    replace(machine, 2, feel_or(peek(machine, 2), peek(machine, 1)));
}

static void step_jump(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    machine->next = instruction->b;
}

static void step_jump_if_false(struct feel_machine *machine,
                               const struct feel_instruction *instruction)
{
    const struct feel_value *top = peek(machine, 1);

    if (top->kind == FEEL_BOOLEAN && !top->as.boolean)
        machine->next = instruction->b;
}

static void step_jump_if_true(struct feel_machine *machine,
                              const struct feel_instruction *instruction)
{
    if (feel_is_true(peek(machine, 1)))
        machine->next = instruction->b;
}

static void step_unless_true(struct feel_machine *machine,
                             const struct feel_instruction *instruction)
{
    if (!feel_is_true(peek(machine, 1)))
        machine->next = instruction->b;
    machine->top--;
}

/* ---- Membership: value, sum, operands → value, sum ------------------------------------------ */

static void add_test(struct feel_machine *machine, size_t operands, struct feel_value test)
{
    struct feel_value *sum = peek(machine, operands + 1);

    *sum = feel_or(sum, &test);
    machine->top -= operands;
}

static void step_test(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    add_test(machine, 1,
             feel_compare(machine->run, (enum feel_operator)instruction->detail, peek(machine, 3),
                          peek(machine, 1)));
}

/* An element of a list that stands behind `in`: as feel_in has it for lists. */
static void step_test_element(struct feel_machine *machine,
                              const struct feel_instruction *instruction)
{
    const struct feel_value *value = peek(machine, 3), *element = peek(machine, 1);
    struct feel_value test;

    (void)instruction;
    if (element->kind == FEEL_RANGE && value->kind != FEEL_RANGE)
        test = feel_range_includes(machine->run, element->as.range, value);
    else
        test = feel_boolean(feel_same(value, element));
    add_test(machine, 1, test);
}

static void step_test_range(struct feel_machine *machine,
                            const struct feel_instruction *instruction)
{
    struct feel_range range = {.low = *peek(machine, 2),
                               .high = *peek(machine, 1),
                               .open_low = (instruction->detail & FEEL_OPEN_LOW) != 0,
                               .open_high = (instruction->detail & FEEL_OPEN_HIGH) != 0};
    const struct feel_value *value = peek(machine, 4);
    struct feel_value low = feel_compare(
        machine->run, range.open_low ? FEEL_GREATER : FEEL_AT_LEAST, value, &range.low);
    struct feel_value high =
        feel_compare(machine->run, range.open_high ? FEEL_LESS : FEEL_AT_MOST, value, &range.high);

    add_test(machine, 2, feel_and(&low, &high));
}

static bool in_sorted_texts(const struct icp_str *items, size_t count, struct icp_str text)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = icp_str_compare(items[middle], text);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static bool in_texts(const struct icp_str *items, size_t count, struct icp_str text)
{
    for (size_t i = 0; i < count; i++)
        if (items[i].length == text.length && icp_str_compare(items[i], text) == 0)
            return true;
    return false;
}

/* An unknown list is null, not an empty one. An unknown value is in no list of texts. */
static void step_test_list(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    const struct feel_value *value = peek(machine, 3), *list = peek(machine, 1);
    struct feel_value test;

    if (list->kind != FEEL_LIST)
        test = feel_fail(machine->run, "the list is unknown");
    else if (list->form != FEEL_TEXTS)
        test = feel_in(machine->run, value, list);
    else if (value->kind != FEEL_TEXT)
        test = feel_boolean(false);
    else if (instruction->detail == 1)
        test =
            feel_boolean(in_sorted_texts(list->as.list.items, list->as.list.count, value->as.text));
    else
        test = feel_boolean(in_texts(list->as.list.items, list->as.list.count, value->as.text));
    add_test(machine, 1, test);
}

static void step_test_value(struct feel_machine *machine,
                            const struct feel_instruction *instruction)
{
    (void)instruction;
    add_test(machine, 1, feel_in(machine->run, peek(machine, 3), peek(machine, 1)));
}

static bool in_set(const struct feel_set *set, const struct feel_value *value)
{
    size_t low = 0, high = set->count;
    int order;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (!feel_order(&set->values[middle], value, &order))
            return false;
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static void step_test_set(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    add_test(machine, 0,
             feel_boolean(in_set(&machine->feel->sets[instruction->a], peek(machine, 2))));
}

static void step_test_end(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    struct feel_value sum = *peek(machine, 1);

    (void)instruction;
    replace(machine, 2, sum);
}

/* ---- Making values -------------------------------------------------------------------------- */

static void step_call(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    const struct feel_function *function = feel_function_of(instruction->a);
    const struct feel_value *arguments = &machine->stack[machine->top - instruction->b];
    size_t count = instruction->b;
    struct feel_value list;

    if (function->spreads) {
        bool one = count == 1 && arguments[0].kind == FEEL_LIST;
        /* one value that is no list is the list of it; null is a list of one null only beside
           others */
        list = one ? arguments[0]
               : count == 1 && arguments[0].kind == FEEL_NULL
                   ? feel_null()
                   : feel_list_of(machine->run, arguments, count);
        replace(machine, count, function->apply(machine->run, &list, 1));
        return;
    }
    replace(machine, count, function->apply(machine->run, arguments, count));
}

static void step_range(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    struct feel_range range = {.low = *peek(machine, 2),
                               .high = *peek(machine, 1),
                               .open_low = (instruction->detail & FEEL_OPEN_LOW) != 0,
                               .open_high = (instruction->detail & FEEL_OPEN_HIGH) != 0};
    int order;
    bool ends = range.low.kind != FEEL_NULL && range.high.kind != FEEL_NULL;

    if (ends && !feel_order(&range.low, &range.high, &order))
        replace(machine, 2, feel_fail(machine->run, "the ends of the range have no order"));
    else
        replace(machine, 2, feel_range_of(machine->run, &range));
}

static void step_range_test(struct feel_machine *machine,
                            const struct feel_instruction *instruction)
{
    enum feel_operator operation = (enum feel_operator)instruction->detail;
    bool from = operation == FEEL_GREATER || operation == FEEL_AT_LEAST;
    bool is_test = operation == FEEL_EQUAL || operation == FEEL_NOT_EQUAL;
    struct feel_range range = {.is_test = is_test, .is_not_equal = operation == FEEL_NOT_EQUAL};

    if (from || is_test)
        range.low = *peek(machine, 1);
    else
        range.high = *peek(machine, 1);
    range.open_low = from ? operation == FEEL_GREATER : !is_test;
    range.open_high = from || operation == FEEL_LESS;
    replace(machine, 1, feel_range_of(machine->run, &range));
}

static void step_instance(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    const struct feel_type *type = machine->feel->types[instruction->a];

    replace(machine, 1, feel_boolean(feel_type_holds(type, peek(machine, 1))));
}

static void step_context(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    size_t count = instruction->b;
    struct feel_value *values = feel_take(machine->run, count + 1, sizeof(*values));

    for (size_t i = 0; i < count && values != NULL; i++)
        values[i] = machine->stack[machine->top - count + i];
    const struct icp_str *keys = machine->feel->constants[instruction->a].as.list.items;
    replace(machine, count,
            values == NULL ? feel_null() : feel_context_of(machine->run, keys, values, count));
}

static void step_cut(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    machine->top = instruction->a;
}

static feel_instruction_step *const steps[] = {
    [FEEL_CODE_CONSTANT] = step_constant,
    [FEEL_CODE_SLOT] = step_slot,
    [FEEL_CODE_LOCAL] = step_local,
    [FEEL_CODE_PROBLEM] = step_problem,
    [FEEL_CODE_MEMBER] = step_member,
    [FEEL_CODE_PROPERTY] = step_property,
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
    [FEEL_CODE_TEST_ELEMENT] = step_test_element,
    [FEEL_CODE_TEST_RANGE] = step_test_range,
    [FEEL_CODE_TEST_LIST] = step_test_list,
    [FEEL_CODE_TEST_VALUE] = step_test_value,
    [FEEL_CODE_TEST_SET] = step_test_set,
    [FEEL_CODE_TEST_END] = step_test_end,
    [FEEL_CODE_CALL] = step_call,
    [FEEL_CODE_RANGE] = step_range,
    [FEEL_CODE_RANGE_TEST] = step_range_test,
    [FEEL_CODE_INSTANCE] = step_instance,
    [FEEL_CODE_CONTEXT] = step_context,
    [FEEL_CODE_LIST] = feel_step_list,
    [FEEL_CODE_COLLECT] = feel_step_collect,
    [FEEL_CODE_SEQUENCE] = feel_step_sequence,
    [FEEL_CODE_ITERATE] = feel_step_iterate,
    [FEEL_CODE_NEXT] = feel_step_next,
    [FEEL_CODE_FILTER] = feel_step_filter,
    [FEEL_CODE_QUANTIFY] = feel_step_quantify,
    [FEEL_CODE_SELECT] = feel_step_select,
    [FEEL_CODE_CUT] = step_cut,
};

struct feel_value feel_run(const struct icp_feel *feel, const struct icp_value *slots,
                           struct feel_run *run)
{
    struct feel_machine machine;

    machine.stack[0] = feel_null(); /* the rest is written before it is read */
    machine.top = 0;
    machine.next = 0;
    machine.feel = feel;
    machine.slots = slots;
    machine.run = run;
    while (machine.next < feel->code_count && !run->stopped) {
        const struct feel_instruction *instruction = &feel->code[machine.next++];
        steps[instruction->opcode](&machine, instruction);
    }
    return run->stopped ? feel_null() : machine.stack[0];
}
