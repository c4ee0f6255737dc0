/*
 * From a record's texts to typed slots: one pass over the fields that the rules use. A text that
 * does not fit its type is counted and unknown; nothing later sees it but the person who reads
 * "unknown". Reach is worked out here, for it depends on values alone.
 */
#include "evaluate.h"

#include "reference.h"

#include <string.h>

bool icp_work_open(struct icp_work *work, const struct icp_ruleset *rules, struct icp_arena *arena)
{
    size_t slots = rules->slot_count + 1;
    size_t shares = rules->criterion_count + rules->adjustment_count + rules->group_count +
                    rules->disqualify_count + rules->points_count + 4;
    *work = (struct icp_work){.rules = rules, .arena = arena, .assumed_slot = ICP_NO_SLOT};
    work->slots = ICP_NEW_ARRAY(arena, struct icp_value, slots);
    work->raw = ICP_NEW_ARRAY(arena, struct icp_str, slots);
    work->keys = ICP_NEW_ARRAY(arena, struct icp_str, slots);
    work->has_key = ICP_NEW_ARRAY(arena, bool, slots);
    work->considered = ICP_NEW_ARRAY(arena, bool, slots);
    work->seen = ICP_NEW_ARRAY(arena, bool, rules->most_lines + 1);
    work->criteria = ICP_NEW_ARRAY(arena, struct icp_criterion_result, rules->criterion_count + 1);
    work->points = ICP_NEW_ARRAY(arena, struct icp_points_result, rules->points_count + 1);
    work->adjusted = ICP_NEW_ARRAY(arena, bool, rules->adjustment_count + 1);
    work->groups = ICP_NEW_ARRAY(arena, struct icp_group_result, rules->group_count + 1);
    work->lines = ICP_NEW_ARRAY(arena, struct icp_line_state, rules->signal_line_count + 1);
    work->attributes = ICP_NEW_ARRAY(arena, struct icp_value, rules->most_attributes + 1);
    work->attribute_keys = ICP_NEW_ARRAY(arena, struct icp_str, rules->most_attributes + 1);
    work->shares = ICP_NEW_ARRAY(arena, struct icp_share, shares);
    size_t indexes = shares > ICP_MAX_SIGNALS ? shares : ICP_MAX_SIGNALS;
    work->order = ICP_NEW_ARRAY(arena, uint32_t, indexes);
    work->scratch = ICP_NEW_ARRAY(arena, uint32_t, indexes);
    work->fractions = ICP_NEW_ARRAY(arena, icp_wide, shares);
    if (arena->full)
        return false;
    for (size_t i = 0; i < rules->list_count; i++) {
        struct icp_value *value = &work->slots[rules->list_base + i];
        value->kind = ICP_VALUE_LIST;
        value->as.list.items = rules->lists[i].items;
        value->as.list.count = rules->lists[i].count;
    }
    return true;
}

static void take_country(struct icp_work *work, uint32_t slot)
{
    struct icp_value *value = &work->slots[slot];
    if (value->kind != ICP_VALUE_TEXT)
        return;
    struct icp_str code = icp_country_code(value->as.text);
    if (icp_str_is_null(code)) {
        value->kind = ICP_VALUE_NULL;
        work->result->refused_values++;
    } else {
        value->as.text = code;
    }
}

void icp_value_derive(struct icp_work *work, uint32_t slot)
{
    const struct icp_known *known = &work->rules->known[slot];
    struct icp_value *value = &work->slots[slot];
    *value = (struct icp_value){.kind = ICP_VALUE_NULL};
    work->raw[slot] = (struct icp_str){0};
    work->has_key[slot] = false;
    struct icp_str words = {0};
    if (work->slots[known->from].kind == ICP_VALUE_TEXT)
        known->derived->work_out(&work->rules->known[known->from], &work->slots[known->from],
                                 work->arena, value, &words);
    if (value->kind == ICP_VALUE_TEXT)
        work->raw[slot] = icp_str_is_null(words) ? value->as.text : words;
}

bool icp_value_is_set(const struct icp_work *work, uint32_t slot)
{
    if (slot == ICP_NO_SLOT)
        return false;
    const struct icp_value *value = &work->slots[slot];
    if (value->kind == ICP_VALUE_BOOLEAN)
        return value->as.boolean;
    if (value->kind == ICP_VALUE_NUMBER)
        return value->as.number > 0;
    return value->kind != ICP_VALUE_NULL;
}

/* The strongest reason first: who asked to be left alone, then what bounced, then no address. */
static enum icp_reach reach_of(const struct icp_work *work)
{
    const struct icp_ruleset *rules = work->rules;
    if (icp_value_is_set(work, rules->opted_out_slot))
        return ICP_REACH_OPTED_OUT;
    if (icp_value_is_set(work, rules->bounced_slot))
        return ICP_REACH_BOUNCED;
    if (rules->known[rules->email_slot].used && !icp_value_is_set(work, rules->email_slot))
        return ICP_REACH_NO_EMAIL;
    return ICP_REACH_OK;
}

static void take_text(struct icp_work *work, uint32_t slot, enum icp_type type, struct icp_str text)
{
    work->slots[slot] = (struct icp_value){.kind = ICP_VALUE_NULL};
    work->raw[slot] = text;
    work->has_key[slot] = false;
    if (icp_str_is_null(text))
        return;
    if (!icp_utf8_valid(text) ||
        !icp_value_from_text(type, text, work->arena, &work->slots[slot])) {
        work->slots[slot].kind = ICP_VALUE_NULL;
        work->result->refused_values++;
    } else if (type == ICP_TYPE_COUNTRY) {
        take_country(work, slot);
    }
}

static bool wants_age(const struct icp_ruleset *rules, uint32_t slot)
{
    for (size_t i = 0; i < rules->criterion_count; i++)
        if (rules->criteria[i].kind == ICP_RULE_AGE_DAYS && rules->criteria[i].slot == slot)
            return true;
    return false;
}

bool icp_rules_reads(const struct icp_ruleset *rules, size_t index, struct icp_str text,
                     int32_t as_of, struct icp_arena *arena)
{
    struct icp_value value;
    if (icp_str_is_null(text))
        return true;
    if (!icp_utf8_valid(text) ||
        !icp_value_from_text(rules->fields[index].type, text, arena, &value))
        return false;
    if (rules->fields[index].type == ICP_TYPE_COUNTRY && value.kind == ICP_VALUE_TEXT)
        return !icp_str_is_null(icp_country_code(value.as.text));
    if ((value.kind != ICP_VALUE_DATE && value.kind != ICP_VALUE_DATETIME) ||
        !wants_age(rules, rules->field_slots[index]))
        return true;
    return (value.kind == ICP_VALUE_DATE ? value.as.date : icp_time_to_date(value.as.datetime)) <=
           as_of + 1;
}

void icp_value_take(struct icp_work *work, size_t field)
{
    take_text(work, work->rules->field_slots[field], work->rules->fields[field].type,
              work->input->values[field]);
}

void icp_values_take(struct icp_work *work)
{
    const struct icp_ruleset *rules = work->rules;
    for (size_t i = 0; i < rules->field_count; i++)
        icp_value_take(work, i);
    if (work->assumed_slot != ICP_NO_SLOT)
        take_text(work, work->assumed_slot, rules->known[work->assumed_slot].type,
                  work->assumed_text);
    for (uint32_t slot = 0; slot < rules->known_count; slot++)
        if (rules->known[slot].derived && rules->known[slot].used && slot != work->assumed_slot)
            icp_value_derive(work, slot);
    work->result->reach = reach_of(work);
}

struct icp_str icp_value_key(struct icp_work *work, uint32_t slot)
{
    if (work->has_key[slot])
        return work->keys[slot];
    const struct icp_value *value = &work->slots[slot];
    struct icp_str key = {0};
    char number[ICP_NUMBER_TEXT];
    if (value->kind == ICP_VALUE_TEXT)
        key = icp_text_key(work->arena, value->as.text);
    else if (value->kind == ICP_VALUE_NUMBER)
        key = icp_arena_copy(work->arena, icp_number_format(value->as.number, number));
    else if (value->kind == ICP_VALUE_BOOLEAN)
        key = value->as.boolean ? ICP_STR("true") : ICP_STR("false");
    work->keys[slot] = key;
    work->has_key[slot] = true;
    return key;
}
