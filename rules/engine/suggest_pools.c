/*
 * The pools of values worth trying: what may go into them, once each, and in which forms: a number
 * or day with its neighbours, and addresses, sites and classes for the fields that are worked out
 * from them.
 */
#include "suggest_values.h"

#include "reference.h"

#include <string.h>

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

void icp_pool_add_text(struct icp_suggest *suggest, uint32_t field, struct icp_str text)
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
    icp_pool_add_text(suggest, field, icp_buf_view(&made));
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
        icp_pool_add_text(suggest, field, icp_str_from(classes[text.data[0] - 'A'][k]));
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
            icp_pool_add_text(suggest, field, icp_str_from(classes[i][k]));
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

void icp_pool_add_for_slot(struct icp_suggest *suggest, uint32_t slot, struct icp_str text)
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
        icp_pool_add_text(suggest, rules->known[slot].index, text);
}

void icp_pool_add_number(struct icp_suggest *suggest, uint32_t slot, int64_t number)
{
    char text[ICP_NUMBER_TEXT];
    const int64_t most = INT64_C(9000000000000) * ICP_NUMBER_SCALE; /* as far as bands go */
    if (number > -most && number < most)
        icp_pool_add_for_slot(suggest, slot, icp_number_format(number, text));
}

int64_t icp_pool_step_of(int64_t number)
{
    int64_t step = ICP_NUMBER_SCALE;
    while (step > 1 && number % step != 0)
        step /= 10;
    return step;
}

void icp_pool_add_number_and_neighbours(struct icp_suggest *suggest, uint32_t slot, int64_t number)
{
    int64_t step = icp_pool_step_of(number);
    icp_pool_add_number(suggest, slot, number);
    icp_pool_add_number(suggest, slot, number - step);
    icp_pool_add_number(suggest, slot, number + step);
}

void icp_pool_add_day(struct icp_suggest *suggest, uint32_t slot, int64_t day)
{
    char text[ICP_TIME_TEXT];
    if (day > -719162 && day < 2932896)
        icp_pool_add_for_slot(suggest, slot, icp_date_format((int32_t)day, text));
}

void icp_pool_add_day_and_neighbours(struct icp_suggest *suggest, uint32_t slot, int64_t day)
{
    icp_pool_add_day(suggest, slot, day);
    icp_pool_add_day(suggest, slot, day - 1);
    icp_pool_add_day(suggest, slot, day + 1);
}
