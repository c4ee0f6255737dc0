/*
 * What a suggested test is called: in the words of the file and of the record, so that a person who
 * reads the names alone knows what is tested.
 */
#include "suggest.h"

#include <string.h>

enum { NAME_VALUE = 40 }; /* characters of a value */

/* "employees" of company.employees: what a person would call it. */
static struct icp_str label_of(const struct icp_suggest *suggest, uint32_t field)
{
    struct icp_str name = suggest->rules->fields[field].name, object;
    if (!icp_str_cut(&name, '.', &object) || icp_str_is_null(name))
        name = object;
    return icp_words(suggest->arena, name);
}

/* "49 employees", "country DK", "target account": a value in words. */
static struct icp_str value_of(struct icp_suggest *suggest, uint32_t field, struct icp_str value)
{
    struct icp_str label = label_of(suggest, field);
    enum icp_type type = suggest->rules->fields[field].type;
    if (icp_str_is_null(value))
        return icp_arena_format(suggest->arena, "%.*s not known", ICP_STR_ARGUMENTS(label));
    value = value.length > 0 ? icp_utf8_cut(value, NAME_VALUE) : ICP_STR("empty");
    if (type == ICP_TYPE_NUMBER)
        return icp_arena_format(suggest->arena, "%.*s %.*s", ICP_STR_ARGUMENTS(value),
                                ICP_STR_ARGUMENTS(label));
    return icp_arena_format(suggest->arena, "%.*s %.*s", ICP_STR_ARGUMENTS(label),
                            ICP_STR_ARGUMENTS(value));
}

/* What every record of the file gives says nothing about this one. */
static bool is_of_base(const struct icp_suggest *suggest, const struct icp_draft *draft, uint32_t i)
{
    return suggest->base && !icp_str_is_null(suggest->base[i]) &&
           icp_str_equal(draft->values[i], suggest->base[i]);
}

static struct icp_str given(struct icp_suggest *suggest, const struct icp_draft *draft, bool base)
{
    struct icp_str all = ICP_STR("");
    for (uint32_t i = 0; i < suggest->rules->field_count; i++) {
        if (icp_str_is_null(draft->values[i]) || is_of_base(suggest, draft, i) != base)
            continue;
        struct icp_str one = value_of(suggest, i, draft->values[i]);
        all = icp_arena_format(suggest->arena, "%.*s%s%.*s", ICP_STR_ARGUMENTS(all),
                               all.length > 0 ? ", " : "", ICP_STR_ARGUMENTS(one));
    }
    return all;
}

/* "120 employees, country DK": what a draft gives, for the name of its test. */
struct icp_str icp_suggest_given(struct icp_suggest *suggest, const struct icp_draft *draft)
{
    struct icp_str all = given(suggest, draft, false);
    if (all.length == 0)
        all = given(suggest, draft, true);
    return all.length > 0 ? all : ICP_STR("nothing known");
}

struct icp_str icp_suggest_name(struct icp_suggest *suggest, const struct icp_draft *draft,
                                uint32_t place)
{
    const struct icp_rules_line *line = &suggest->rules->places[place - 1];
    struct icp_str given = icp_suggest_given(suggest, draft), owner = line->owner, label;
    struct icp_str rest = given;
    if (icp_str_cut(&rest, ' ', &label) && icp_str_equal(label, owner) && rest.length > 0)
        given = rest; /* "country: DK", not "country: country DK" */
    struct icp_str says = icp_utf8_cut(line->says, NAME_VALUE);
    const char *format = "%.*s: %.*s";
    switch (line->kind) {
    case ICP_LINE_BAND:
        return icp_arena_format(suggest->arena, "%.*s: %.*s is in the band %.*s",
                                ICP_STR_ARGUMENTS(owner), ICP_STR_ARGUMENTS(given),
                                ICP_STR_ARGUMENTS(says));
    case ICP_LINE_ELSE:
        return icp_arena_format(suggest->arena, "%.*s: %.*s is on none of the lines",
                                ICP_STR_ARGUMENTS(owner), ICP_STR_ARGUMENTS(given));
    case ICP_LINE_COVERAGE:
        return ICP_STR("too little is known for a letter");
    case ICP_LINE_APPLIES:
        return icp_arena_format(suggest->arena, "not for this file: %.*s",
                                ICP_STR_ARGUMENTS(given));
    case ICP_LINE_DISQUALIFIER:
        return icp_arena_format(suggest->arena, "%.*s disqualifies: %.*s", ICP_STR_ARGUMENTS(owner),
                                ICP_STR_ARGUMENTS(given));
    case ICP_LINE_CAP:
        format = "%.*s stops at its cap of %.*s";
        break;
    case ICP_LINE_FLOOR:
        format = "%.*s stops at its floor of %.*s";
        break;
    case ICP_LINE_GRADE:
        format = "%.*s makes the grade %.*s";
        break;
    case ICP_LINE_TIER:
        return icp_arena_format(suggest->arena, "gets the tier %.*s", ICP_STR_ARGUMENTS(owner));
    case ICP_LINE_SIGNAL:
        break;
    case ICP_LINE_KEY:
    case ICP_LINE_POINT:
    case ICP_LINE_CASE:
    case ICP_LINE_ADJUSTMENT:
    case ICP_LINE_POINTS:
    case ICP_LINE_KIND_COUNT:
        says = given;
        break;
    }
    /* one of the formats above, each with two texts */
    struct icp_buf text;
    icp_buf_open(&text, 4096);
    const char *gap = strstr(format + 1, "%.*s");
    icp_buf_add(&text, owner);
    icp_buf_add(&text, (struct icp_str){format + 4, (size_t)(gap - format) - 4});
    icp_buf_add(&text, says);
    struct icp_str name = icp_arena_copy(suggest->arena, icp_buf_view(&text));
    icp_buf_finish(&text);
    return name;
}
