/*
 * Facts about what comes out: every condition over the score, fit, engagement, coverage or grade is
 * asked for each value these can have, once. So is engagement of a record without a signal.
 */
#include "bulk_internal.h"

#include <string.h>

enum { NUMBERS = 101 };

static void add_facts(struct icp_bulk *bulk, struct icp_work *probe, size_t column, uint64_t *bits)
{
    const struct bulk_facts *facts = &bulk->facts;
    for (size_t i = facts->first[column]; i < facts->first[column + 1]; i++) {
        const struct bulk_fact *fact = &facts->list[facts->order[i]];
        struct icp_value value =
            icp_feel_evaluate(fact->when, probe->slots, bulk->as_of, probe->arena);
        if (value.kind == ICP_VALUE_BOOLEAN && value.as.boolean == fact->want)
            bulk_bit_set(bits, facts->order[i]);
    }
}

static struct icp_value number_of(int32_t number)
{
    return (struct icp_value){.kind = ICP_VALUE_NUMBER, .as.number = number * ICP_NUMBER_SCALE};
}

static struct icp_value text_of(const char *text)
{
    return (struct icp_value){.kind = ICP_VALUE_TEXT, .as.text = icp_str_from(text)};
}

static bool has_facts(const struct icp_bulk *bulk, unsigned column)
{
    size_t index = bulk->field_count + column;
    return bulk->facts.first[index] < bulk->facts.first[index + 1];
}

static bool open_number(struct icp_bulk *bulk, struct icp_work *probe, unsigned column,
                        enum icp_output output)
{
    uint64_t *bits = ICP_NEW_ARRAY(&bulk->arena, uint64_t, NUMBERS * bulk->facts.words);
    if (!bits)
        return false;
    for (int32_t number = 0; number < NUMBERS; number++) {
        probe->slots[bulk->rules->output_base + output] = number_of(number);
        add_facts(bulk, probe, bulk->field_count + column,
                  bits + (size_t)number * bulk->facts.words);
    }
    bulk->output_facts[column] = bits;
    return true;
}

static bool open_grades(struct icp_bulk *bulk, struct icp_work *probe)
{
    static const char letters[] = BULK_LETTERS;
    size_t count = (sizeof(letters) - 1) * BULK_DIGITS;
    uint64_t *bits = ICP_NEW_ARRAY(&bulk->arena, uint64_t, count * bulk->facts.words);
    struct icp_value *outputs = &probe->slots[bulk->rules->output_base];
    if (!bits)
        return false;
    for (size_t i = 0; i < count; i++) {
        char letter[2] = {letters[i / BULK_DIGITS]};
        char grade[3] = {letter[0], letter[0] == 'X' ? '\0' : (char)('1' + i % BULK_DIGITS)};
        outputs[ICP_OUTPUT_GRADE] = text_of(grade);
        outputs[ICP_OUTPUT_FIT_GRADE] = text_of(letter);
        outputs[ICP_OUTPUT_ENGAGEMENT_GRADE] = number_of((int32_t)(i % BULK_DIGITS) + 1);
        add_facts(bulk, probe, bulk->field_count + BULK_COLUMN_GRADE, bits + i * bulk->facts.words);
    }
    bulk->output_facts[BULK_COLUMN_GRADE] = bits;
    return true;
}

static bool open_idle(struct icp_bulk *bulk, struct icp_work *probe)
{
    struct icp_rules_input input = {.as_of = bulk->as_of};
    struct icp_result result = {0};
    struct icp_err err = {0};
    size_t groups = bulk->rules->group_count;
    probe->input = &input;
    probe->result = &result;
    if (icp_engagement_evaluate(probe, &err) != ICP_OK)
        return false;
    bulk->idle_engagement = probe->engagement_nano;
    bulk->idle_groups = ICP_NEW_ARRAY(&bulk->arena, struct icp_group_result, groups + 1);
    if (!bulk->idle_groups)
        return false;
    if (groups > 0)
        memcpy(bulk->idle_groups, probe->groups, groups * sizeof(*probe->groups));
    if (!has_facts(bulk, BULK_COLUMN_GROUPS))
        return true;
    bulk->idle_facts = ICP_NEW_ARRAY(&bulk->arena, uint64_t, bulk->facts.words);
    if (bulk->idle_facts)
        add_facts(bulk, probe, bulk->field_count + BULK_COLUMN_GROUPS, bulk->idle_facts);
    return bulk->idle_facts != NULL;
}

bool bulk_outputs_open(struct icp_bulk *bulk, struct icp_work *probe)
{
    static const struct {
        unsigned column;
        enum icp_output output;
    } numbers[] = {
        {BULK_COLUMN_SCORE, ICP_OUTPUT_SCORE},
        {BULK_COLUMN_FIT, ICP_OUTPUT_FIT},
        {BULK_COLUMN_ENGAGEMENT, ICP_OUTPUT_ENGAGEMENT},
        {BULK_COLUMN_COVERAGE, ICP_OUTPUT_COVERAGE},
    };
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        if (has_facts(bulk, numbers[i].column) &&
            !open_number(bulk, probe, numbers[i].column, numbers[i].output))
            return false;
    if (has_facts(bulk, BULK_COLUMN_GRADE) && !open_grades(bulk, probe))
        return false;
    return open_idle(bulk, probe);
}
