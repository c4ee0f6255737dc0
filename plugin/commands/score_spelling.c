/* How exports spell booleans, times, counts and options. Invariant: a text that is understood in no
   other way is passed on unchanged. */
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

/* In memory of its own, with the room behind it that a cell needs. */
static char *room_for(struct icp_arena *arena, size_t length)
{
    return ICP_NEW_ARRAY(arena, char, length + ICP_BULK_SLACK);
}

static struct icp_str kept(struct icp_str text, struct icp_arena *arena)
{
    char *room = room_for(arena, text.length);

    if (room == NULL)
        return (struct icp_str){0};
    memcpy(room, text.data, text.length);
    return (struct icp_str){room, text.length};
}

/* How long the sign between thousands is that stands here; 0: none does. The last two are spaces
   that do not break a line. */
static size_t separator_at(struct icp_str text)
{
    static const char *const separators[] = {".", ",", " ", "'", "\xc2\xa0", "\xe2\x80\xaf"};

    for (size_t i = 0; i < sizeof(separators) / sizeof(separators[0]); i++)
        if (icp_str_has_prefix(text, icp_str_from(separators[i])))
            return strlen(separators[i]);
    return 0;
}

static size_t digits_at(struct icp_str text)
{
    size_t count = 0;

    while (count < text.length && text.data[count] >= '0' && text.data[count] <= '9')
        count++;
    return count;
}

struct icp_str score_spell_whole(struct icp_str text, struct icp_arena *arena)
{
    struct icp_str rest = icp_str_trim(text), separator = {0};
    size_t length = digits_at(rest);
    char *room;

    if (length == 0 || length > 3 || length == rest.length ||
        (room = room_for(arena, rest.length)) == NULL)
        return text;
    memcpy(room, rest.data, length);
    rest = icp_str_slice(rest, length, rest.length);
    separator = icp_str_slice(rest, 0, separator_at(rest));
    while (rest.length > 0) {
        if (separator.length == 0 || !icp_str_has_prefix(rest, separator))
            return text;
        rest = icp_str_slice(rest, separator.length, rest.length);
        if (digits_at(rest) != 3)
            return text;
        memcpy(room + length, rest.data, 3);
        length += 3;
        rest = icp_str_slice(rest, 3, rest.length);
    }
    return (struct icp_str){room, length};
}

static struct icp_str value_of(const struct score_spell *spell, struct icp_str text)
{
    struct icp_str value = icp_option_find(spell->options, spell->option_count, text);

    return icp_str_is_null(value) ? text : value;
}

/* Several stand with semicolons between them; each is a label, or stays as it is. */
static struct icp_str spell_options(const struct score_spell *spell, struct icp_str text,
                                    struct icp_arena *arena)
{
    struct icp_str rest = text, one;
    struct icp_buf joined;

    if (spell->type != ICP_TYPE_SET) {
        one = value_of(spell, text);
        return one.data == text.data ? text : kept(one, arena);
    }
    icp_buf_open(&joined, SCORE_ROW_MOST);
    while (icp_str_cut(&rest, ';', &one)) {
        if (joined.length > 0)
            icp_buf_add_char(&joined, ';');
        icp_buf_add(&joined, value_of(spell, one));
    }
    one = joined.length > 0 ? kept(icp_buf_view(&joined), arena) : text;
    icp_buf_finish(&joined);
    return one;
}

/* TRUE, Yes and 1; 2026-01-15 10:20 and milliseconds; the label of an option; 1.200 employees. What
   fits no spelling is given back as it is: the rule engine refuses it. */
static struct icp_str spell_otherwise(const struct score_spell *spell, struct icp_str text,
                                      struct icp_arena *arena)
{
    char spelled[ICP_TIME_TEXT];
    int64_t ms;

    if (spell->plain != NULL)
        return spell_options(spell, text, arena);
    if (spell->whole)
        return score_spell_whole(text, arena);
    if (spell->type == ICP_TYPE_BOOLEAN)
        return kept(spell_boolean(text), arena);
    if (!score_time_parse(icp_str_trim(text), &ms))
        return text;
    return kept(spell->type == ICP_TYPE_DATE ? icp_date_format(icp_time_to_date(ms), spelled)
                                             : icp_time_format(ms, spelled),
                arena);
}

/* Surely in the canonical spelling already: what nearly every value is. */
static inline bool is_spelled(const struct score_spell *spell, struct icp_str text)
{
    bool good = true;

    if (spell->plain != NULL) {
        for (size_t i = 0; i < text.length; i++) /* to the end: what stops early is guessed wrong */
            good &= spell->plain[(unsigned char)text.data[i]];
        return good;
    }
    if (spell->whole)
        return digits_at(text) == text.length;
    if (spell->type == ICP_TYPE_BOOLEAN)
        return (text.length == 4 && text.data[0] == 't') ||
               (text.length == 5 && text.data[0] == 'f');
    return text.length >= 10 && text.data[4] == '-' &&
           (text.length == 10 || (spell->type == ICP_TYPE_DATETIME && text.data[10] == 'T'));
}

void score_settle(struct score_worker *worker)
{
    const struct score_plan *plan = worker->plan;

    for (size_t i = 0; i < plan->fall_count; i++)
        if (worker->values[plan->falls[i].slot].data == NULL)
            worker->values[plan->falls[i].slot] = worker->values[plan->falls[i].from];
    for (size_t i = 0; i < plan->spell_count; i++) {
        struct icp_str *value = &worker->values[plan->spells[i].slot];
        if (value->data != NULL && !is_spelled(&plan->spells[i], *value))
            *value = spell_otherwise(&plan->spells[i], *value, &worker->arena);
    }
}
