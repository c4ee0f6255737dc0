/*
 * From HubSpot's property texts to one canonical record: fields by the first source that is known,
 * signals from counters and last dates, our own fields as they stand. Pure: every text that is kept
 * is copied into the arena, so that the answer's buffer may be used again.
 */
#include "hubspot.h"

#include "date.h"
#include "number.h"

enum { MOST_TIMES = 1000000 }; /* a counter above this is a broken counter */

static struct icp_str value_at(const struct icp_str *values, uint16_t slot)
{
    return slot == HUBSPOT_NO_SLOT || icp_str_is_empty(values[slot]) ? (struct icp_str){0}
                                                                     : values[slot];
}

static void fill_values(const struct hubspot_columns *columns, const struct icp_str *values,
                        struct icp_arena *arena, struct icp_record *record)
{
    const struct icp_request *request = columns->request;
    struct icp_str *filled = ICP_NEW_ARRAY(arena, struct icp_str, columns->field_count + 1);
    const uint16_t *slot = columns->field_slots;
    size_t count = 0;

    if (!filled)
        return;
    for (size_t i = 0; i < request->field_count; i++) {
        const struct icp_field *field = &request->fields[i];
        struct icp_str found = {0};
        bool here = false;

        for (size_t s = 0; s < field->source_count; s++) {
            if (field->sources[s].object != columns->object)
                continue;
            here = true;
            if (icp_str_is_null(found))
                found = value_at(values, *slot);
            slot++;
        }
        if (here)
            filled[count++] = icp_arena_copy(arena, hubspot_canonical(field->type, found, arena));
    }
    record->values = filled;
    record->value_count = count;
}

static void fill_owned(const struct hubspot_columns *columns, const struct icp_str *values,
                       struct icp_arena *arena, struct icp_record *record)
{
    size_t count = columns->request->owned_count;
    struct icp_str *owned = ICP_NEW_ARRAY(arena, struct icp_str, count + 1);

    if (!owned)
        return;
    for (size_t i = 0; i < count; i++) {
        struct icp_str text = value_at(values, columns->owned_slots[i]);

        owned[i] = icp_arena_copy(arena, hubspot_canonical_owned(text, arena));
    }
    record->owned = owned;
    record->owned_count = count;
}

/* ---- signals -------------------------------------------------------------------------------- */

/* How many events a counter tells of; a last date without a counter is one event. */
static uint32_t count_times(const struct icp_signal_definition *signal, struct icp_str text)
{
    int64_t millionths = 0;

    if (icp_str_is_empty(signal->count.property) || icp_str_is_null(text) ||
        !icp_number_parse(text, &millionths))
        return 1;
    millionths /= ICP_NUMBER_SCALE;
    if (millionths <= 0)
        return 0;
    return millionths > MOST_TIMES ? MOST_TIMES : (uint32_t)millionths;
}

static size_t fill_attributes(const struct icp_signal_definition *signal,
                              const struct icp_str *values, const uint16_t *slots,
                              struct icp_arena *arena, struct icp_signal *filled)
{
    struct icp_attribute *known =
        ICP_NEW_ARRAY(arena, struct icp_attribute, signal->attribute_count + 1);
    size_t count = 0;

    for (size_t i = 0; known && i < signal->attribute_count; i++) {
        struct icp_str text = value_at(values, slots[i]);

        if (icp_str_is_null(text))
            continue;
        known[count].name = signal->attributes[i].name;
        known[count++].value = icp_arena_copy(arena, text);
    }
    filled->attributes = known;
    filled->attribute_count = count;
    return count;
}

/* One definition gives no signal (never happened, or no date), one, or two: what is known of the
   last event is known of that one alone. */
static size_t fill_signal(const struct icp_signal_definition *signal, const struct icp_str *values,
                          const uint16_t *slots, struct icp_arena *arena, struct icp_signal *filled)
{
    uint32_t times = count_times(signal, value_at(values, slots[0]));
    struct icp_str last = value_at(values, slots[1]);
    int64_t at_ms = 0;
    size_t count = 0;

    if (times == 0 || icp_str_is_null(last) || !icp_time_parse(icp_str_trim(last), &at_ms))
        return 0;
    filled[0] = (struct icp_signal){.name = signal->name,
                                    .at_ms = at_ms,
                                    .times = times,
                                    .counted = !icp_str_is_empty(signal->count.property)};
    count = 1;
    if (fill_attributes(signal, values, slots + 2, arena, &filled[0]) > 0 && times > 1) {
        filled[1] = filled[0];
        filled[1].attributes = NULL;
        filled[1].attribute_count = 0;
        filled[1].times = times - 1;
        filled[0].times = 1;
        count = 2;
    }
    return count;
}

static void fill_signals(const struct hubspot_columns *columns, const struct icp_str *values,
                         struct icp_arena *arena, struct icp_record *record)
{
    const struct icp_request *request = columns->request;
    struct icp_signal *signals =
        ICP_NEW_ARRAY(arena, struct icp_signal, 2 * request->signal_count + 1);
    const uint16_t *slots = columns->signal_slots;

    if (!signals)
        return;
    for (size_t i = 0; i < request->signal_count; i++) {
        const struct icp_signal_definition *signal = request->signals[i];

        record->signal_count +=
            fill_signal(signal, values, slots, arena, &signals[record->signal_count]);
        slots += 2 + signal->attribute_count;
    }
    record->signals = signals;
}

/* ---- what a record is known by -------------------------------------------------------------- */

static struct icp_str lower_case(struct icp_str text, struct icp_arena *arena)
{
    char *lower = icp_arena_take(arena, text.length + 1, 1, 1);

    if (!lower)
        return (struct icp_str){0};
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];

        lower[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    return (struct icp_str){lower, text.length};
}

static struct icp_str person_name(struct icp_str first, struct icp_str last,
                                  struct icp_arena *arena)
{
    first = icp_str_trim(first);
    last = icp_str_trim(last);
    if (icp_str_is_empty(first))
        return icp_arena_copy(arena, icp_str_is_empty(last) ? (struct icp_str){0} : last);
    if (icp_str_is_empty(last))
        return icp_arena_copy(arena, first);
    return icp_arena_format(arena, "%.*s %.*s", ICP_STR_ARGUMENTS(first), ICP_STR_ARGUMENTS(last));
}

void hubspot_fill_record(const struct hubspot_columns *columns, const struct icp_str *values,
                         struct icp_arena *arena, struct icp_record *record)
{
    struct icp_str email = icp_str_trim(value_at(values, columns->email));

    record->complete = true;
    record->owner = icp_arena_copy(arena, value_at(values, columns->owner));
    if (columns->object == ICP_CONTACT) {
        if (!icp_str_is_empty(email))
            record->email = lower_case(email, arena);
        record->label = person_name(value_at(values, columns->first_name),
                                    value_at(values, columns->last_name), arena);
        record->company_id = icp_arena_copy(arena, value_at(values, columns->company));
    } else {
        record->label = icp_arena_copy(arena, icp_str_trim(value_at(values, columns->name)));
    }
    fill_values(columns, values, arena, record);
    fill_signals(columns, values, arena, record);
    fill_owned(columns, values, arena, record);
}
