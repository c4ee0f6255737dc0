/*
 * What is read out of conditions: what they compare with (texts in quotes, numbers, days, entries
 * of lists) and where they change their mind, for the fields they depend on.
 */
#include "suggest_values.h"

enum { MOST_ITEMS = 3 /* of a list of the file: one would do */ };

struct reading { /* a condition's text, for the values it compares with */
    struct icp_suggest *suggest;
    const uint32_t *slots;
    size_t count;
};

static bool is_type(const struct icp_ruleset *rules, uint32_t slot, unsigned types)
{
    return slot < rules->known_count && (types & (1u << rules->known[slot].type)) != 0;
}

enum {
    DAYS = 1u << ICP_TYPE_DATE | 1u << ICP_TYPE_DATETIME,
    NUMBERS = 1u << ICP_TYPE_NUMBER | DAYS, /* of days ago */
};

/* A key that is worked out from codes has neighbours too: division 11 beside "10". */
static bool takes_numbers(const struct icp_ruleset *rules, uint32_t slot)
{
    return is_type(rules, slot, NUMBERS) ||
           (is_type(rules, slot, 1u << ICP_TYPE_CODE) && rules->known[slot].derived != NULL);
}

/* `moment`: written with an @ before it, which no text is compared with. */
static void add_text_literal(const struct reading *reading, struct icp_str text, bool moment)
{
    const struct icp_ruleset *rules = reading->suggest->rules;
    struct icp_str rest;
    int64_t days;
    for (size_t i = 0; i < reading->count; i++)
        if (!moment || is_type(rules, reading->slots[i], DAYS))
            icp_pool_add_for_slot(reading->suggest, reading->slots[i], text);
    /* "P30D": so many days before the day of the test */
    if (text.length < 3 || text.data[0] != 'P' || text.data[text.length - 1] != 'D')
        return;
    rest = icp_str_slice(text, 1, text.length - 1);
    for (size_t i = 0; icp_integer_parse(rest, &days) && i < reading->count; i++) {
        if (!is_type(rules, reading->slots[i], DAYS))
            continue;
        icp_pool_add_day_and_neighbours(reading->suggest, reading->slots[i],
                                        reading->suggest->as_of - days);
        icp_pool_add_day_and_neighbours(reading->suggest, reading->slots[i],
                                        reading->suggest->as_of + days);
    }
}

/* Every text in quotes. */
static void read_literals(const struct reading *reading, struct icp_str text)
{
    size_t open = text.length;
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] != '"')
            continue;
        if (open == text.length) {
            open = i;
            continue;
        }
        add_text_literal(reading, icp_str_slice(text, open + 1, i),
                         open > 0 && text.data[open - 1] == '@');
        open = text.length;
    }
}

static bool digit_at(struct icp_str text, size_t at)
{
    return at < text.length && text.data[at] >= '0' && text.data[at] <= '9';
}

/* Where the digits that begin here end, with a point among them. */
static size_t number_end(struct icp_str text, size_t from)
{
    size_t i = from;
    while (digit_at(text, i) ||
           (i > from && i < text.length && text.data[i] == '.' && digit_at(text, i + 1)))
        i++;
    return i;
}

/* Every number, also as so many days ago. */
static void read_numbers(const struct reading *reading, struct icp_str text)
{
    for (size_t from = 0, end; from<text.length; from = end> from ? end : from + 1) {
        int64_t number;
        end = number_end(text, from);
        if (end == from || !icp_number_parse(icp_str_slice(text, from, end), &number))
            continue;
        if (from > 0 && text.data[from - 1] == '-')
            number = -number;
        for (size_t k = 0; k < reading->count; k++)
            if (takes_numbers(reading->suggest->rules, reading->slots[k]))
                icp_pool_add_number_and_neighbours(reading->suggest, reading->slots[k], number);
    }
}

/* Where a part of the condition changes its mind about a number or day. */
static void read_breakpoints(const struct reading *reading, const struct icp_feel_part *part)
{
    const struct icp_ruleset *rules = reading->suggest->rules;
    for (size_t i = 0; part->kind != ICP_FEEL_LEAF && i < part->count; i++)
        read_breakpoints(reading, &part->parts[i]);
    for (size_t i = 0; part->kind == ICP_FEEL_LEAF && i < reading->count; i++) {
        uint32_t slot = reading->slots[i];
        const int64_t *values;
        size_t count;
        if (slot >= rules->known_count ||
            !icp_feel_breakpoints(part->leaf, slot, reading->suggest->as_of,
                                  reading->suggest->arena, &values, &count))
            continue;
        for (size_t k = 0; k < count; k++) {
            if (rules->known[slot].type == ICP_TYPE_NUMBER)
                icp_pool_add_number_and_neighbours(reading->suggest, slot, values[k]);
            else
                icp_pool_add_day_and_neighbours(reading->suggest, slot,
                                                rules->known[slot].type == ICP_TYPE_DATE
                                                    ? values[k]
                                                    : icp_time_to_date(values[k]));
        }
    }
}

void icp_pool_add_condition(struct icp_suggest *suggest, const struct icp_feel *when,
                            struct icp_str text)
{
    const struct icp_ruleset *rules = suggest->rules;
    struct reading reading = {.suggest = suggest};
    if (!when)
        return;
    reading.count = icp_feel_slots(when, &reading.slots);
    read_literals(&reading, text);
    read_numbers(&reading, text);
    read_breakpoints(&reading, icp_feel_parts(when));
    for (size_t i = 0; i < reading.count; i++) {
        uint32_t slot = reading.slots[i];
        if (slot < rules->list_base || slot >= rules->list_base + rules->list_count)
            continue;
        const struct icp_list *list = &rules->lists[slot - rules->list_base];
        for (size_t k = 0; k < list->count && k < MOST_ITEMS; k++)
            add_text_literal(&reading, list->items[k], false);
    }
}

/* A field to vary, once: the one behind it when it is worked out. */
static void add_field(const struct icp_ruleset *rules, uint32_t slot, uint32_t *fields,
                      size_t *found, size_t most)
{
    size_t k = 0;
    while (rules->known[slot].derived)
        slot = rules->known[slot].from;
    while (k < *found && fields[k] != rules->known[slot].index)
        k++;
    if (k == *found && *found < most)
        fields[(*found)++] = rules->known[slot].index;
}

size_t icp_suggest_fields(const struct icp_ruleset *rules, const struct icp_feel *when,
                          uint32_t *fields, size_t most)
{
    const uint32_t *slots;
    size_t count = when ? icp_feel_slots(when, &slots) : 0, found = 0;
    for (size_t i = 0; i < count; i++) {
        if (slots[i] < rules->known_count)
            add_field(rules, slots[i], fields, &found, most);
        for (size_t k = 0;
             slots[i] == rules->output_base + ICP_OUTPUT_ROLES && k < rules->role_line_count; k++) {
            if (rules->role_lines[k].titles)
                add_field(rules, rules->title_slot, fields, &found, most);
            if (rules->role_lines[k].department_count > 0)
                add_field(rules, rules->department_slot, fields, &found, most);
        }
    }
    return found;
}
