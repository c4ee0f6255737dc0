/*
 * Facts about what comes out: every condition over the score, fit, engagement, coverage or grade is
 * asked for each value these can have, once. So is engagement of a record without a signal.
 */
#include "bulk_internal.h"

#include <string.h>

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
    int32_t most = output == ICP_OUTPUT_SCORE ? bulk->rules->score_most : 100;
    uint64_t *bits = ICP_NEW_ARRAY(&bulk->arena, uint64_t, ((size_t)most + 1) * bulk->facts.words);
    if (!bits)
        return false;
    for (int32_t number = 0; number <= most; number++) {
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
        bool alone = letter[0] == 'X' || bulk->rules->has_points;
        char grade[3] = {letter[0], (char)(alone ? '\0' : '1' + (int)(i % BULK_DIGITS))};
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
    return bulk->rules->has_points || open_idle(bulk, probe);
}

/* ---- A row ---------------------------------------------------------------------------------- */

void bulk_group_facts(struct icp_bulk_work *work)
{
    const struct icp_bulk *bulk = work->bulk;
    size_t column = bulk->field_count + BULK_COLUMN_GROUPS;
    for (size_t i = bulk->facts.first[column]; i < bulk->facts.first[column + 1]; i++) {
        const struct bulk_fact *fact = &bulk->facts.list[bulk->facts.order[i]];
        struct icp_value value = icp_condition_evaluate(&work->inner, (struct icp_str){0},
                                                        fact->when, work->inner.slots);
        if (value.kind == ICP_VALUE_BOOLEAN && value.as.boolean == fact->want)
            bulk_bit_set(work->sum->bits, bulk->facts.order[i]);
    }
}

static void add_output(struct icp_bulk_work *work, unsigned column, size_t index)
{
    const struct icp_bulk *bulk = work->bulk;
    const uint64_t *facts = bulk->output_facts[column];
    for (size_t i = 0; facts && i < bulk->facts.words; i++)
        work->sum->bits[i] |= facts[index * bulk->facts.words + i];
}

void bulk_tier_choose(struct icp_bulk_work *work, size_t letter, size_t digit,
                      struct icp_bulk_result *result)
{
    const struct icp_bulk *bulk = work->bulk;
    add_output(work, BULK_COLUMN_SCORE, (size_t)result->score);
    add_output(work, BULK_COLUMN_GRADE, letter * BULK_DIGITS + digit);
    if (!bulk->rules->has_points) {
        add_output(work, BULK_COLUMN_FIT, (size_t)result->fit);
        add_output(work, BULK_COLUMN_ENGAGEMENT, (size_t)result->engagement);
        add_output(work, BULK_COLUMN_COVERAGE, (size_t)result->coverage);
    }
    result->tier = UINT32_MAX;
    for (size_t i = 0; i < bulk->rules->tier_count; i++) {
        if (bulk_holds(work, &bulk->tiers[i])) {
            result->tier = (uint32_t)i;
            return;
        }
    }
}

enum icp_reach bulk_reach_of(const struct icp_bulk_work *work)
{
    const struct icp_ruleset *rules = work->bulk->rules;
    const uint64_t *bits = work->sum->bits;
    if (bulk_bit(bits, BULK_FACT_OPTED_OUT))
        return ICP_REACH_OPTED_OUT;
    if (bulk_bit(bits, BULK_FACT_BOUNCED))
        return ICP_REACH_BOUNCED;
    if (rules->known[rules->email_slot].used && !bulk_bit(bits, BULK_FACT_HAS_EMAIL))
        return ICP_REACH_NO_EMAIL;
    return ICP_REACH_OK;
}

bool bulk_disqualified(struct icp_bulk_work *work)
{
    const struct icp_bulk *bulk = work->bulk;
    uint64_t hit = 0;
    for (size_t i = 0; i < bulk->facts.words; i++)
        hit |= work->sum->bits[i] & bulk->disqualify_facts[i];
    for (size_t i = 0; hit == 0 && i < bulk->disqualify_other_count; i++)
        if (bulk_holds(work, &bulk->disqualify[bulk->disqualify_others[i]]))
            return true;
    return hit != 0;
}

void bulk_disqualifiers_list(struct icp_bulk_work *work, size_t most,
                             struct icp_bulk_result *result)
{
    size_t count = 0;
    for (size_t i = 0; i < work->bulk->rules->disqualify_count && count < most; i++)
        if (bulk_holds(work, &work->bulk->disqualify[i]))
            work->reasons[count++] = (struct icp_bulk_reason){.line = (uint32_t)i};
    result->reasons = work->reasons;
    result->reason_count = count;
}
