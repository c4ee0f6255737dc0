/*
 * Values worth trying, for each field and signal of a file: the ends of bands and what lies beside
 * them, keys and something that is no key, what a condition compares with and its neighbours, and
 * addresses and sites for the fields that are worked out from them. A value stands here only when a
 * test in a file could give it.
 */
#include "suggest.h"

#include "reference.h"

#include <string.h>

enum { MOST_ITEMS = 3 /* of a list of the file: one would do */ };

/* ---- Pools ----------------------------------------------------------------------------------- */

static bool can_be_given(const struct icp_suggest *suggest, enum icp_type type, struct icp_str text)
{
    struct icp_value value;
    if (icp_str_is_empty(text) && type != ICP_TYPE_SET)
        return false;
    if (!icp_value_from_text(type, text, suggest->arena, &value) || !icp_utf8_valid(text))
        return false;
    return type != ICP_TYPE_COUNTRY ||
           !icp_str_is_null(icp_country_code(icp_text_key(suggest->arena, text)));
}

static void add_text(struct icp_suggest *suggest, uint32_t field, struct icp_str text)
{
    struct icp_pool *pool = &suggest->pools[field];
    text = icp_str_trim(text);
    if (pool->count >= ICP_MOST_POOL ||
        !can_be_given(suggest, suggest->rules->fields[field].type, text))
        return;
    for (size_t i = 0; i < pool->count; i++)
        if (icp_str_equal(pool->texts[i], text))
            return;
    if (pool->count == pool->room) {
        size_t room = pool->room > 0 ? 2 * pool->room : 16;
        struct icp_str *texts = ICP_NEW_ARRAY(suggest->arena, struct icp_str, room);
        if (!texts)
            return;
        if (pool->count > 0)
            memcpy(texts, pool->texts, pool->count * sizeof(*texts));
        pool->texts = texts;
        pool->room = room;
    }
    pool->texts[pool->count++] = icp_arena_copy(suggest->arena, text);
}

static void add_form(struct icp_suggest *suggest, uint32_t field, const char *before,
                     struct icp_str text, const char *after)
{
    struct icp_buf made;
    icp_buf_open(&made, ICP_MAX_TEXT);
    icp_buf_add_cstr(&made, before);
    icp_buf_add(&made, text);
    icp_buf_add_cstr(&made, after);
    add_text(suggest, field, icp_buf_view(&made));
    icp_buf_finish(&made);
}

/* Two classes of each section of NACE, A to S, as far as it has two divisions, since a file may
   name the first: those of the section asked for, then all. What does not fit is found out by
   trying. */
static void add_industry(struct icp_suggest *suggest, uint32_t field, struct icp_str text)
{
    static const char *const forms[] = {"", ".01", ".10", ".11", ".20"};
    static const char *const classes[][2] = {
        {"01.11", "02.10"}, {"05.10", "08.11"}, {"28.11", "33.12"}, {"35.11", ""},
        {"38.11", "36.00"}, {"41.20", "43.21"}, {"46.90", "47.11"}, {"49.41", "53.10"},
        {"55.10", "56.10"}, {"62.01", "60.10"}, {"64.19", "66.22"}, {"68.20", ""},
        {"70.22", "74.10"}, {"78.10", "82.11"}, {"84.11", ""},      {"85.42", ""},
        {"86.10", "88.10"}, {"90.01", "93.11"}, {"94.11", "96.09"}};
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
        add_form(suggest, field, "", text, forms[i]);
    for (size_t k = 0; text.length == 1 && text.data[0] >= 'A' && text.data[0] <= 'S' && k < 2; k++)
        add_text(suggest, field, icp_str_from(classes[text.data[0] - 'A'][k]));
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
            add_text(suggest, field, icp_str_from(classes[i][k]));
}

/* What a CRM would hold so that the worked-out field becomes `text`: an address or site of that
   domain. */
static void add_source_of(struct icp_suggest *suggest, uint32_t field, struct icp_str text)
{
    static const struct {
        const char *before, *after;
    } forms[] = {{"", ""}, {"anna@", ""}, {"https://www.", "/"}};
    if (text.length > 1 && text.data[0] == '.') /* the end of a domain, or a part of one */
        add_form(suggest, field, "anna@firma", text,
                 text.data[text.length - 1] == '.' ? "example" : "");
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
        add_form(suggest, field, forms[i].before, text, forms[i].after);
}

/* For the slot of a field: itself, or the field it is worked out from. */
static void add_for_slot(struct icp_suggest *suggest, uint32_t slot, struct icp_str text)
{
    const struct icp_ruleset *rules = suggest->rules;
    const struct icp_derived *derived = NULL;
    if (slot >= rules->known_count)
        return;
    while (rules->known[slot].derived) {
        derived = rules->known[slot].derived;
        slot = rules->known[slot].from;
    }
    if (!rules->known[slot].used)
        return;
    if (derived && derived->of_industry)
        add_industry(suggest, rules->known[slot].index, text);
    else if (derived)
        add_source_of(suggest, rules->known[slot].index, text);
    else
        add_text(suggest, rules->known[slot].index, text);
}

static void add_number(struct icp_suggest *suggest, uint32_t slot, int64_t number)
{
    char text[ICP_NUMBER_TEXT];
    const int64_t most = INT64_C(9000000000000) * ICP_NUMBER_SCALE; /* as far as bands go */
    if (number > -most && number < most)
        add_for_slot(suggest, slot, icp_number_format(number, text));
}

/* Whole numbers have whole neighbours; others a neighbour in their last decimal. */
static int64_t step_of(int64_t number)
{
    int64_t step = ICP_NUMBER_SCALE;
    while (step > 1 && number % step != 0)
        step /= 10;
    return step;
}

static void add_number_and_neighbours(struct icp_suggest *suggest, uint32_t slot, int64_t number)
{
    int64_t step = step_of(number);
    add_number(suggest, slot, number);
    add_number(suggest, slot, number - step);
    add_number(suggest, slot, number + step);
}

static void add_day(struct icp_suggest *suggest, uint32_t slot, int64_t day)
{
    char text[ICP_TIME_TEXT];
    if (day > -719162 && day < 2932896)
        add_for_slot(suggest, slot, icp_date_format((int32_t)day, text));
}

static void add_day_and_neighbours(struct icp_suggest *suggest, uint32_t slot, int64_t day)
{
    add_day(suggest, slot, day);
    add_day(suggest, slot, day - 1);
    add_day(suggest, slot, day + 1);
}

/* ---- Lines of a rule ------------------------------------------------------------------------- */

static void add_band(struct icp_suggest *suggest, const struct icp_criterion *criterion,
                     const struct icp_line *line)
{
    if (line->from != INT64_MIN) {
        add_number(suggest, criterion->slot, line->from);
        add_number(suggest, criterion->slot, line->from - step_of(line->from));
    }
    if (line->to == INT64_MAX)
        return;
    /* "a..b" reaches up to all that begins with b; a person tries b itself */
    int64_t to =
        line->to - (line->to % ICP_NUMBER_SCALE == ICP_NUMBER_SCALE - 1 ? ICP_NUMBER_SCALE - 1 : 0);
    add_number(suggest, criterion->slot, to);
    add_number(suggest, criterion->slot, to + step_of(to));
}

static void add_age(struct icp_suggest *suggest, const struct icp_criterion *criterion,
                    const struct icp_line *line)
{
    int64_t from = line->from == INT64_MIN ? 0 : line->from / ICP_NUMBER_SCALE;
    int64_t to = line->to == INT64_MAX ? from + 1 : line->to / ICP_NUMBER_SCALE;
    add_day_and_neighbours(suggest, criterion->slot, suggest->as_of - from);
    add_day_and_neighbours(suggest, criterion->slot, suggest->as_of - to);
}

static void add_condition(struct icp_suggest *suggest, const struct icp_feel *when,
                          struct icp_str text);

/* The line whose place in the file comes next; lines are sorted for searching. */
static const struct icp_line *next_line(const struct icp_criterion *criterion, uint32_t after)
{
    const struct icp_line *next = NULL;
    for (size_t i = 0; i < criterion->count; i++)
        if (criterion->lines[i].place > after && (!next || criterion->lines[i].place < next->place))
            next = &criterion->lines[i];
    return next;
}

/* On the way from a point of a scale to the next. */
static void add_between(struct icp_suggest *suggest, const struct icp_criterion *criterion,
                        const struct icp_line *line)
{
    const struct icp_line *next = line + 1;
    if (next >= criterion->lines + criterion->count)
        return;
    for (int64_t part = 1; part < 8; part++) {
        int64_t number = line->from + (next->from - line->from) / 8 * part;
        add_number(suggest, criterion->slot, number - number % step_of(line->from));
    }
}

/* All entries at once, then those that add points. */
static void add_whole_set(struct icp_suggest *suggest, const struct icp_criterion *criterion)
{
    const struct icp_ruleset *rules = suggest->rules;
    struct icp_buf all;
    icp_buf_open(&all, ICP_MAX_TEXT);
    for (int only_good = 0; only_good < 2; only_good++) {
        icp_buf_reset(&all);
        for (size_t i = 0; i < criterion->count; i++) {
            if (only_good && criterion->lines[i].points <= 0)
                continue;
            if (all.length > 0)
                icp_buf_add_char(&all, ';');
            icp_buf_add(&all, rules->places[criterion->lines[i].place - 1].says);
        }
        add_for_slot(suggest, criterion->slot, icp_buf_view(&all));
    }
    icp_buf_finish(&all);
}

static void add_lines(struct icp_suggest *suggest, const struct icp_criterion *criterion)
{
    const struct icp_ruleset *rules = suggest->rules;
    const struct icp_line *line = NULL;
    while ((line = next_line(criterion, line ? line->place : 0)) != NULL) {
        struct icp_str says = line->place > 0 ? rules->places[line->place - 1].says : line->key;
        switch ((int)criterion->kind) {
        case ICP_RULE_BANDS:
            add_band(suggest, criterion, line);
            break;
        case ICP_RULE_SCALE:
            add_number_and_neighbours(suggest, criterion->slot, line->from);
            add_between(suggest, criterion, line);
            break;
        case ICP_RULE_CASES:
            add_condition(suggest, line->when, says);
            break;
        case ICP_RULE_AGE_DAYS:
            add_age(suggest, criterion, line);
            break;
        case ICP_RULE_TITLES:
            add_for_slot(suggest, criterion->slot, icp_suggest_title(suggest, says));
            break;
        default:
            add_for_slot(suggest, criterion->slot, says);
            break;
        }
    }
    if (criterion->kind == ICP_RULE_ANY_OF)
        add_whole_set(suggest, criterion);
}

struct icp_pool icp_suggest_rule_values(struct icp_suggest *suggest,
                                        const struct icp_criterion *rule, uint32_t field)
{
    struct icp_pool whole = suggest->pools[field];
    suggest->pools[field] = (struct icp_pool){0};
    add_lines(suggest, rule);
    struct icp_pool own = suggest->pools[field];
    suggest->pools[field] = whole;
    return own;
}

/* ---- Conditions ------------------------------------------------------------------------------ */

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
            add_for_slot(reading->suggest, reading->slots[i], text);
    /* "P30D": so many days before the day of the test */
    if (text.length < 3 || text.data[0] != 'P' || text.data[text.length - 1] != 'D')
        return;
    rest = icp_str_slice(text, 1, text.length - 1);
    for (size_t i = 0; icp_integer_parse(rest, &days) && i < reading->count; i++) {
        if (!is_type(rules, reading->slots[i], DAYS))
            continue;
        add_day_and_neighbours(reading->suggest, reading->slots[i], reading->suggest->as_of - days);
        add_day_and_neighbours(reading->suggest, reading->slots[i], reading->suggest->as_of + days);
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
                add_number_and_neighbours(reading->suggest, reading->slots[k], number);
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
                add_number_and_neighbours(reading->suggest, slot, values[k]);
            else
                add_day_and_neighbours(reading->suggest, slot,
                                       rules->known[slot].type == ICP_TYPE_DATE
                                           ? values[k]
                                           : icp_time_to_date(values[k]));
        }
    }
}

static void add_condition(struct icp_suggest *suggest, const struct icp_feel *when,
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

/* ---- What any field of a type may be --------------------------------------------------------- */

static void add_common(struct icp_suggest *suggest, uint32_t field)
{
    static const char *const emails[] = {"anna@firma.example", "anna@gmail.com",
                                         "anna@mailinator.com"};
    static const char *const countries[] = {"DK", "US", "BR", "JP"};
    switch (suggest->rules->fields[field].type) {
    case ICP_TYPE_BOOLEAN:
        add_text(suggest, field, ICP_STR("true"));
        add_text(suggest, field, ICP_STR("false"));
        break;
    case ICP_TYPE_EMAIL:
        for (size_t i = 0; i < 3; i++)
            add_text(suggest, field, icp_str_from(emails[i]));
        break;
    case ICP_TYPE_COUNTRY:
        for (size_t i = 0; i < 4; i++)
            add_text(suggest, field, icp_str_from(countries[i]));
        break;
    case ICP_TYPE_NUMBER:
        add_text(suggest, field, ICP_STR("0"));
        add_text(suggest, field, ICP_STR("1"));
        add_text(suggest, field, ICP_STR("1000000"));
        break;
    case ICP_TYPE_SET:
        add_text(suggest, field, ICP_STR("something_else"));
        add_text(suggest, field, ICP_STR(""));
        break;
    case ICP_TYPE_DATE:
    case ICP_TYPE_DATETIME:
    case ICP_TYPE_TEXT:
    case ICP_TYPE_CODE:
    case ICP_TYPE_COUNT:
        add_text(suggest, field, ICP_STR("something else"));
        break;
    }
}

/* ---- Signals --------------------------------------------------------------------------------- */

static void add_signal(struct icp_suggest *suggest, const struct icp_signal *signal)
{
    suggest->signals[suggest->signal_count++] = *signal;
}

/* What the attributes must be for the line: the first pattern of each, or what its condition
   compares with. */
static void add_signal_line(struct icp_suggest *suggest, const struct icp_signal_line *line)
{
    const struct icp_ruleset *rules = suggest->rules;
    const struct icp_signal_kind *kind = &rules->signals[line->signal];
    struct icp_signal signal = {
        .name = kind->name, .at_ms = (int64_t)suggest->as_of * ICP_MS_PER_DAY, .times = 1};
    struct icp_attribute *attributes =
        ICP_NEW_ARRAY(suggest->arena, struct icp_attribute, line->match_count + 1);
    if (!attributes)
        return;
    for (size_t i = 0; i < line->match_count; i++) {
        struct icp_str text = icp_suggest_plain(suggest, line->matches[i].patterns[0]);
        attributes[i].name = line->matches[i].attribute;
        attributes[i].value = text.length > 0 ? text : ICP_STR("something");
    }
    signal.attributes = attributes;
    signal.attribute_count = line->match_count;
    add_signal(suggest, &signal);
}

/* Each text that a condition over attributes names, in each attribute. */
static void add_signal_condition(struct icp_suggest *suggest, const struct icp_signal_line *line)
{
    const struct icp_ruleset *rules = suggest->rules;
    const struct icp_signal_kind *kind = &rules->signals[line->signal];
    struct icp_str text = line->place > 0 ? rules->places[line->place - 1].says : ICP_STR("");
    size_t open = text.length;
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] != '"')
            continue;
        if (open == text.length) {
            open = i;
            continue;
        }
        for (size_t a = 0; a < kind->attribute_count; a++) {
            struct icp_attribute *attribute = ICP_NEW(suggest->arena, struct icp_attribute);
            if (!attribute || suggest->signal_count >= ICP_MOST_POOL)
                return;
            *attribute = (struct icp_attribute){.name = kind->attributes[a],
                                                .value = icp_str_slice(text, open + 1, i)};
            add_signal(suggest,
                       &(struct icp_signal){.name = kind->name,
                                            .at_ms = (int64_t)suggest->as_of * ICP_MS_PER_DAY,
                                            .times = 1,
                                            .attributes = attribute,
                                            .attribute_count = 1});
        }
        open = text.length;
    }
}

/* ---- The whole ------------------------------------------------------------------------------- */

static void add_points_line(struct icp_suggest *suggest, const struct icp_points_line *line)
{
    switch (line->kind) {
    case ICP_POINTS_WHEN:
        add_condition(suggest, line->when, suggest->rules->places[line->place - 1].says);
        break;
    case ICP_POINTS_RULE:
        add_lines(suggest, line->rule);
        break;
    case ICP_POINTS_DECAY:
        add_day_and_neighbours(suggest, line->slot, suggest->as_of);
        add_day_and_neighbours(suggest, line->slot, (int64_t)suggest->as_of - line->window);
        add_day(suggest, line->slot, (int64_t)suggest->as_of - line->window / 2);
        break;
    case ICP_POINTS_PER:
        add_number(suggest, line->slot, ICP_NUMBER_SCALE);
        if (line->has_cap && line->points != 0)
            add_number_and_neighbours(suggest, line->slot,
                                      line->cap / line->points * ICP_NUMBER_SCALE);
        break;
    case ICP_POINTS_SIGNAL:
    case ICP_POINTS_KINDS:
        break;
    }
}

/* A title and a department that give a role, and what its condition asks for. */
static void add_role(struct icp_suggest *suggest, const struct icp_role_line *line)
{
    for (size_t i = 0; i < line->pattern_count; i++)
        if (!line->patterns[i].guard)
            add_for_slot(suggest, suggest->rules->title_slot,
                         icp_suggest_title(suggest, line->said[i]));
    for (size_t i = 0; i < line->department_count; i++)
        add_for_slot(suggest, suggest->rules->department_slot, line->departments[i]);
    if (line->when)
        add_condition(suggest, line->when, icp_feel_canonical(line->when));
}

static void add_conditions(struct icp_suggest *suggest)
{
    const struct icp_ruleset *rules = suggest->rules;
    for (size_t i = 0; i < rules->disqualify_count; i++)
        add_condition(suggest, rules->disqualify[i].when,
                      rules->places[rules->disqualify[i].place - 1].says);
    for (size_t i = 0; i < rules->adjustment_count; i++)
        add_condition(suggest, rules->adjustments[i].when,
                      rules->places[rules->adjustments[i].place - 1].says);
    for (size_t i = 0; i < rules->tier_count; i++)
        add_condition(suggest, rules->tier_when[i], rules->places[rules->tier_places[i] - 1].says);
    if (rules->applies_when)
        add_condition(suggest, rules->applies_when, rules->places[rules->applies_place - 1].says);
    for (size_t i = 0; i < rules->role_line_count; i++)
        add_role(suggest, &rules->role_lines[i]);
}

void icp_suggest_values(struct icp_suggest *suggest)
{
    const struct icp_ruleset *rules = suggest->rules;
    suggest->pools = ICP_NEW_ARRAY(suggest->arena, struct icp_pool, rules->field_count + 1);
    suggest->signals = ICP_NEW_ARRAY(suggest->arena, struct icp_signal,
                                     rules->signal_line_count + ICP_MOST_POOL + 64);
    if (!suggest->pools || !suggest->signals)
        return;
    for (size_t i = 0; i < rules->criterion_count; i++)
        add_lines(suggest, &rules->criteria[i]);
    for (size_t i = 0; i < rules->points_count; i++)
        add_points_line(suggest, &rules->points[i]);
    add_conditions(suggest);
    for (uint32_t i = 0; i < rules->field_count; i++)
        add_common(suggest, i);
    for (size_t i = 0; i < rules->signal_line_count; i++) {
        add_signal_line(suggest, &rules->signal_lines[i]);
        if (rules->signal_lines[i].when)
            add_signal_condition(suggest, &rules->signal_lines[i]);
    }
}
