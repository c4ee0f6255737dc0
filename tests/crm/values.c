/*
 * What HubSpot accepts as a value of each property type, and the text that it then stores. Pure:
 * looks at the definition and the texts only. Invariant: a value that was stored passes again.
 */
#include "model.h"

#include "bounds.h"
#include "number.h"

struct check {
    struct sim_crm *crm;
    const struct sim_property *property;
    struct icp_str old, text;
    struct icp_str *stored;
    struct sim_value_problem *problem;
};

static bool refuse(const struct check *check, const char *code, const char *what)
{
    check->problem->code = code;
    check->problem->message =
        icp_arena_format(&check->crm->scratch, "%.*s %s", ICP_STR_ARGUMENTS(check->text), what);
    return false;
}

static bool check_text(const struct check *check)
{
    if (check->text.length > ICP_MAX_TEXT)
        return refuse(check, "PROPERTY_VALUE_TOO_LONG", "is longer than 65536 characters");
    if (icp_str_is(check->property->name, "email") &&
        icp_str_find(check->text, ICP_STR("@")) == check->text.length)
        return refuse(check, "INVALID_EMAIL", "is not a valid email address");
    return true;
}

static bool check_number(const struct check *check)
{
    int64_t millionths;

    if (!icp_number_parse(check->text, &millionths))
        return refuse(check, "INVALID_FLOAT", "was not a valid number.");
    return true;
}

static bool check_bool(const struct check *check)
{
    if (!icp_str_is(check->text, "true") && !icp_str_is(check->text, "false"))
        return refuse(check, "INVALID_BOOLEAN",
                      "was not one of the allowed options: [true, false]");
    return true;
}

static bool is_option(const struct sim_property *property, struct icp_str value)
{
    for (size_t i = 0; i < property->choice_count; i++)
        if (icp_str_equal(property->choices[i].value, value))
            return true;
    /* owners and other external lists are not in the definition */
    return property->choice_count == 0;
}

static bool has_item(struct icp_str list, struct icp_str item)
{
    struct icp_str rest = list, part;

    while (icp_str_cut(&rest, ';', &part))
        if (icp_str_equal(part, item))
            return true;
    return false;
}

/* "A;B" replaces, ";C" appends to what is there. */
static bool check_options(const struct check *check)
{
    struct icp_str rest = check->text, part, result = {0};
    struct icp_arena *arena = &check->crm->scratch;

    if (icp_str_has_prefix(check->text, ICP_STR(";"))) {
        rest = icp_str_slice(rest, 1, rest.length);
        result = check->old;
    }
    while (icp_str_cut(&rest, ';', &part)) {
        if (icp_str_is_empty(part))
            continue;
        if (!is_option(check->property, part))
            return refuse(check, "INVALID_OPTION", "was not one of the allowed options");
        if (icp_str_is_empty(result))
            result = part;
        else if (!has_item(result, part))
            result = icp_arena_format(arena, "%.*s;%.*s", ICP_STR_ARGUMENTS(result),
                                      ICP_STR_ARGUMENTS(part));
    }
    *check->stored = result;
    return true;
}

static bool check_enumeration(const struct check *check)
{
    if (icp_str_is(check->property->field_type, "checkbox"))
        return check_options(check);
    if (!is_option(check->property, check->text))
        return refuse(check, "INVALID_OPTION", "was not one of the allowed options");
    return true;
}

static bool check_date(const struct check *check)
{
    char text[ICP_TIME_TEXT];
    int32_t days;
    int64_t ms;

    if (icp_date_parse(check->text, &days))
        return true;
    if (!icp_integer_parse(check->text, &ms) || ms % ICP_MS_PER_DAY != 0)
        return refuse(check, "INVALID_DATE", "is not at midnight UTC.");
    *check->stored =
        icp_arena_copy(&check->crm->scratch, icp_date_format(icp_time_to_date(ms), text));
    return true;
}

/* Stored without a fraction when it is zero, as HubSpot shows it. */
static bool check_datetime(const struct check *check)
{
    char text[ICP_TIME_TEXT];
    struct icp_str whole;
    int64_t ms;

    if (!icp_time_parse(check->text, &ms))
        return refuse(check, "INVALID_LONG", "was not a valid long.");
    whole = icp_arena_copy(&check->crm->scratch, icp_time_format(ms, text));
    if (icp_str_has_suffix(whole, ICP_STR(".000Z")))
        whole = icp_arena_format(&check->crm->scratch, "%.*sZ", (int)whole.length - 5, whole.data);
    *check->stored = whole;
    return true;
}

static bool (*const checks[SIM_TYPE_COUNT])(const struct check *) = {
    [SIM_STRING] = check_text, [SIM_NUMBER] = check_number,
    [SIM_BOOL] = check_bool,   [SIM_ENUMERATION] = check_enumeration,
    [SIM_DATE] = check_date,   [SIM_DATETIME] = check_datetime,
    [SIM_PHONE] = check_text,
};

bool sim_check_value(struct sim_crm *crm, const struct sim_property *property, struct icp_str old,
                     struct icp_str text, struct icp_str *stored, struct sim_value_problem *problem)
{
    struct check check = {crm, property, old, text, stored, problem};

    *stored = text;
    *problem = (struct sim_value_problem){0};
    return icp_str_is_empty(text) || checks[property->type](&check);
}
