/*
 * Spelling: every HubSpot value is a text or null, and one meaning has several spellings (a time as
 * ISO text or as milliseconds). Here each becomes the one spelling of icp/record.h. A text that
 * fits its type in no spelling is passed on as it is: the rule engine reports it.
 */
#include "hubspot.h"

#include <string.h>

#include "date.h"
#include "number.h"

static struct icp_str canonical_number(struct icp_str text, struct icp_arena *arena)
{
    char plain[ICP_NUMBER_TEXT];
    int64_t millionths = 0;

    text = icp_str_trim(text);
    if (!memchr(text.data, 'e', text.length) && !memchr(text.data, 'E', text.length))
        return text;
    if (!icp_number_parse(text, &millionths))
        return text;
    return icp_arena_copy(arena, icp_number_format(millionths, plain));
}

static struct icp_str canonical_boolean(struct icp_str text, struct icp_arena *arena)
{
    (void)arena;
    text = icp_str_trim(text);
    if (icp_str_equal_ascii_case(text, ICP_STR("true")))
        return ICP_STR("true");
    if (icp_str_equal_ascii_case(text, ICP_STR("false")))
        return ICP_STR("false");
    return text;
}

static struct icp_str canonical_date(struct icp_str text, struct icp_arena *arena)
{
    char spelled[ICP_TIME_TEXT];
    int32_t days = 0;
    int64_t ms = 0;

    text = icp_str_trim(text);
    if (icp_date_parse(text, &days) || !icp_time_parse(text, &ms))
        return text;
    return icp_arena_copy(arena, icp_date_format(icp_time_to_date(ms), spelled));
}

static struct icp_str canonical_datetime(struct icp_str text, struct icp_arena *arena)
{
    char spelled[ICP_TIME_TEXT];
    int64_t ms = 0;

    text = icp_str_trim(text);
    if (!icp_time_parse(text, &ms))
        return text;
    return icp_arena_copy(arena, icp_time_format(ms, spelled));
}

/* "A;B": empty members and space around members go; HubSpot never repeats a member. */
static struct icp_str canonical_set(struct icp_str text, struct icp_arena *arena)
{
    struct icp_str rest = text, item = {0};
    char *joined = icp_arena_take(arena, text.length + 1, 1, 1);
    size_t length = 0;

    if (!joined)
        return (struct icp_str){0};
    while (icp_str_cut(&rest, ';', &item)) {
        item = icp_str_trim(item);
        if (item.length == 0)
            continue;
        if (length)
            joined[length++] = ';';
        memcpy(joined + length, item.data, item.length);
        length += item.length;
    }
    return (struct icp_str){joined, length};
}

static struct icp_str as_it_is(struct icp_str text, struct icp_arena *arena)
{
    (void)arena;
    return text;
}

static struct icp_str (*const spellings[ICP_TYPE_COUNT])(struct icp_str, struct icp_arena *) = {
    [ICP_TYPE_TEXT] = as_it_is,
    [ICP_TYPE_NUMBER] = canonical_number,
    [ICP_TYPE_BOOLEAN] = canonical_boolean,
    [ICP_TYPE_DATE] = canonical_date,
    [ICP_TYPE_DATETIME] = canonical_datetime,
    [ICP_TYPE_SET] = canonical_set,
    [ICP_TYPE_CODE] = as_it_is,
    [ICP_TYPE_EMAIL] = as_it_is,
    [ICP_TYPE_COUNTRY] = as_it_is,
};

struct icp_str hubspot_canonical(enum icp_type type, struct icp_str text, struct icp_arena *arena)
{
    /* HubSpot has no empty value that differs from an absent one */
    if (icp_str_is_empty(text) || type >= ICP_TYPE_COUNT)
        return (struct icp_str){0};
    return spellings[type](text, arena);
}

/* A whole ISO time ("2026-01-15T…"); no text of ours looks like one. */
static bool is_iso_time(struct icp_str text, int64_t *ms)
{
    return text.length >= sizeof("2026-01-15T00:00Z") - 1 && text.data[4] == '-' &&
           text.data[10] == 'T' && icp_time_parse(text, ms);
}

struct icp_str hubspot_canonical_owned(struct icp_str text, struct icp_arena *arena)
{
    char spelled[ICP_TIME_TEXT];
    int64_t ms = 0;

    if (icp_str_is_empty(text))
        return (struct icp_str){0};
    return is_iso_time(text, &ms) ? icp_arena_copy(arena, icp_time_format(ms, spelled)) : text;
}

static bool is_same_number(struct icp_str a, struct icp_str b)
{
    int64_t left = 0, right = 0;

    return icp_number_parse(a, &left) && icp_number_parse(b, &right) && left == right;
}

/* Does a record hold what was sent, in whichever spelling it is given back? */
bool hubspot_same_value(struct icp_str sent, struct icp_str held, struct icp_arena *arena)
{
    int64_t left = 0, right = 0;

    if (icp_str_is_empty(sent) || icp_str_is_empty(held))
        return icp_str_is_empty(sent) == icp_str_is_empty(held);
    sent = icp_str_trim(hubspot_canonical_owned(sent, arena));
    held = icp_str_trim(hubspot_canonical_owned(held, arena));
    if (icp_str_equal(sent, held) || is_same_number(sent, held))
        return true;
    return is_iso_time(sent, &left) && icp_time_parse(held, &right) && left == right;
}

bool hubspot_is_id(struct icp_str id)
{
    for (size_t i = 0; i < id.length; i++) {
        char c = id.data[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')))
            return false;
    }
    return id.length > 0 && id.length <= HUBSPOT_MAX_ID;
}
