/* How exports spell booleans and times. Invariant: a text that is understood in no other way is
   passed on unchanged. */
#include "score_spelling.h"

#include <string.h>

#include "date.h"

bool score_time_parse(struct icp_str text, int64_t *ms)
{
    char joined[ICP_TIME_TEXT] = {0};

    if (icp_time_parse(text, ms))
        return true;
    if (text.length < 16 || text.length + 3 >= sizeof(joined) || text.data[10] != ' ')
        return false;
    memcpy(joined, text.data, text.length);
    joined[10] = 'T';
    if (text.length == 16) { /* 2026-01-15 10:20, as exports have it, is the minute's start */
        memcpy(joined + 16, ":00", sizeof(":00"));
        return icp_time_parse((struct icp_str){joined, 19}, ms);
    }
    return icp_time_parse((struct icp_str){joined, text.length}, ms);
}

static struct icp_str spell_boolean(struct icp_str text)
{
    static const struct {
        struct icp_str written;
        bool means;
    } words[] = {
        {ICP_STR_INIT("true"), true}, {ICP_STR_INIT("false"), false}, {ICP_STR_INIT("yes"), true},
        {ICP_STR_INIT("no"), false},  {ICP_STR_INIT("1"), true},      {ICP_STR_INIT("0"), false},
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (icp_str_equal_ascii_case(icp_str_trim(text), words[i].written))
            return words[i].means ? ICP_STR("true") : ICP_STR("false");
    return text;
}

struct icp_str score_spell(enum icp_type type, struct icp_str text, struct icp_arena *arena)
{
    char spelled[ICP_TIME_TEXT];
    int64_t ms;

    if (type == ICP_TYPE_BOOLEAN)
        return spell_boolean(text);
    if (!score_time_parse(icp_str_trim(text), &ms))
        return text;
    return icp_arena_copy(arena, type == ICP_TYPE_DATE
                                     ? icp_date_format(icp_time_to_date(ms), spelled)
                                     : icp_time_format(ms, spelled));
}
