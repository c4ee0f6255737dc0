/*
 * The instructions of loops and filters. What a loop walks over is a list, or a sequence from one
 * end to the other that is never written out: whole steps of one between numbers, days between
 * dates, downwards when the first end is the larger. Every turn is counted.
 */
#include "feel_internal.h"

/* From the source's place. */
enum { SOURCE, TURN, ITEM };

void feel_step_list(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    (void)instruction;
    machine->stack[machine->top++] = feel_list_open();
}

void feel_step_collect(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    struct feel_value item = machine->stack[--machine->top];

    feel_list_add(machine->run, &machine->stack[instruction->a], &item);
}

static bool is_walked(const struct feel_value *low, const struct feel_value *high)
{
    return low->kind == high->kind && (low->kind == FEEL_NUMBER || low->kind == FEEL_DATE);
}

void feel_step_sequence(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    struct feel_range range = {.low = machine->stack[machine->top - 2],
                               .high = machine->stack[machine->top - 1]};

    (void)instruction;
    machine->top -= 2;
    machine->stack[machine->top++] =
        is_walked(&range.low, &range.high)
            ? feel_range_of(machine->run, &range)
            : feel_fail(machine->run, "a sequence needs two numbers or two dates");
}

void feel_step_iterate(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    struct feel_value *source = &machine->stack[machine->top - 1];
    bool filter = instruction->detail == 1;

    bool sequence = !filter && source->kind == FEEL_RANGE &&
                    is_walked(&source->as.range->low, &source->as.range->high);
    bool nothing =
        !filter && !sequence && (source->kind == FEEL_NULL || source->kind == FEEL_RANGE);

    if (nothing) {
        machine->stack[instruction->a] = feel_fail(machine->run, "there is nothing to go through");
        *source = feel_list_open();
    } else if (!sequence) { /* a sequence is walked over as it is */
        *source = feel_as_list(machine->run, source);
    }
    machine->stack[machine->top++] = feel_number_of_millionths(0); /* a plain count of turns */
    machine->stack[machine->top++] = feel_null();
}

/* Item `turn` of a sequence; false behind its end. */
static bool sequence_item(struct feel_run *run, const struct feel_range *range, int64_t turn,
                          struct feel_value *item)
{
    struct feel_value step = feel_number(turn);
    int direction = 0, order = 0;

    (void)feel_order(&range->low, &range->high, &direction);
    bool down = direction > 0;
    if (range->low.kind == FEEL_DATE)
        *item = feel_date_of(range->low.as.at.day + (down ? -turn : turn));
    else
        *item = feel_number_calculate(run, down ? FEEL_SUBTRACT : FEEL_ADD, &range->low, &step);
    if (!feel_order(item, &range->high, &order))
        return false;
    if (order == 0 && range->open_high)
        return false;
    return down ? order >= 0 : order <= 0;
}

void feel_step_next(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    struct feel_value *place = &machine->stack[instruction->a];
    const struct feel_value *source = &place[SOURCE];
    int64_t turn = place[TURN].as.millionths++;
    bool more = feel_step(machine->run, 1);

    if (source->kind == FEEL_RANGE) {
        bool skips = source->as.range->open_low;
        more = more &&
               sequence_item(machine->run, source->as.range, turn + (skips ? 1 : 0), &place[ITEM]);
    } else {
        more = more && source->kind == FEEL_LIST && (size_t)turn < source->as.list.count;
        if (more)
            place[ITEM] = feel_item(source, (size_t)turn);
    }
    machine->top = instruction->a + ITEM + 1;
    if (!more)
        machine->next = instruction->b;
}

/* ---- Filters -------------------------------------------------------------------------------- */

static struct feel_value select(struct feel_run *run, const struct feel_value *list,
                                const struct feel_value *number)
{
    int64_t position, count = (int64_t)list->as.list.count;

    if (list->kind != FEEL_LIST || !feel_number_whole(number, &position))
        return feel_null();
    if (position < 0)
        position += count + 1;
    if (position < 1 || position > count)
        return feel_fail(run, "the position lies outside the list");
    return feel_item(list, (size_t)position - 1);
}

void feel_step_select(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    struct feel_value list = feel_as_list(machine->run, &machine->stack[machine->top - 2]);

    (void)instruction;
    machine->stack[machine->top - 2] =
        select(machine->run, &list, &machine->stack[machine->top - 1]);
    machine->top--;
}

void feel_step_filter(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    struct feel_value *place = &machine->stack[instruction->a];
    struct feel_value outcome = machine->stack[--machine->top];

    if (outcome.kind == FEEL_NUMBER) {
        place[0] = select(machine->run, &place[1 + SOURCE], &outcome);
        machine->next = instruction->b;
    } else if (feel_is_true(&outcome)) {
        feel_list_add(machine->run, &place[0], &place[1 + ITEM]);
    } else if (outcome.kind != FEEL_BOOLEAN && outcome.kind != FEEL_NULL) {
        place[0] = feel_fail(machine->run, "a filter needs a condition or a position");
        machine->next = instruction->b;
    }
}

void feel_step_quantify(struct feel_machine *machine, const struct feel_instruction *instruction)
{
    struct feel_value *sum = &machine->stack[instruction->a];
    struct feel_value outcome = machine->stack[--machine->top];
    bool every = instruction->detail == 1;

    *sum = every ? feel_and(sum, &outcome) : feel_or(sum, &outcome);
    if (sum->kind == FEEL_BOOLEAN && sum->as.boolean != every)
        machine->next = instruction->b;
}
