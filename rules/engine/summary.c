/*
 * The one-line summary of a result: grade and score, the strongest reasons, what comes next and
 * what to fill in. Invariant: it has at most 255 characters, and nothing is cut while there is
 * room.
 */
#include "evaluate.h"

#include <string.h>

#include "utf8.h"

enum {
    SUMMARY_CHARACTERS = 255, /* a single-line property of HubSpot and of Salesforce */
    SUMMARY_BYTES = 4 * SUMMARY_CHARACTERS + 64,
    SUMMARY_REASONS = 3,
    SUMMARY_PARTS = 5 + SUMMARY_REASONS,
    LEAST_CHARACTERS = 30,  /* of a reason: less says nothing */
    NAME_CHARACTERS = 12,   /* of a name in quotes, before anything else is cut */
    LABEL_CHARACTERS = 50,  /* of the field to fill in */
    AHEAD_CHARACTERS = 100, /* a grade, a tier's label and a day */
};

/* Parts of one summary, in their order; those that may be cut share the room that is left. */
struct summary {
    struct summary_part {
        struct icp_str text;
        size_t length; /* in characters */
        bool follows;  /* a reason behind another one */
        bool may_be_cut;
    } parts[SUMMARY_PARTS];
    size_t count;
};

static void add_part(struct summary *summary, struct icp_str text, bool follows, bool may_be_cut)
{
    if (!icp_str_is_empty(text))
        summary->parts[summary->count++] = (struct summary_part){.text = text,
                                                                 .length = icp_characters(text),
                                                                 .follows = follows,
                                                                 .may_be_cut = may_be_cut};
}

static bool worth_naming(const struct icp_reason *reason)
{
    return reason->kind == ICP_REASON_DISQUALIFIED ||
           (reason->points != 0 && reason->kind != ICP_REASON_UNKNOWN &&
            reason->kind != ICP_REASON_HELD);
}

static void add_reasons(struct summary *summary, const struct icp_result *result)
{
    size_t named = 0;
    for (size_t i = 0; i < result->reason_count && named < SUMMARY_REASONS; i++)
        if (worth_naming(&result->reasons[i]))
            add_part(summary, result->reasons[i].text, named++ > 0, true);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many characters the summary has when none of what may be cut is longer than `limit`. */
static size_t length_with(const struct summary *summary, size_t limit)
{
    size_t length = 0;
    for (size_t i = 0; i < summary->count; i++) {
        size_t own = summary->parts[i].length;
        length += i == 0 ? 0 : summary->parts[i].follows ? strlen(", ") : strlen(" . ");
        length += summary->parts[i].may_be_cut ? least(own, limit) : own;
    }
    return length;
}

/* The longest text in quotes from `at` on, without them; none: length 0. */
static struct icp_str longest_quoted(struct icp_str text)
{
    struct icp_str longest = {0};
    for (size_t from = 0; from < text.length;) {
        size_t open = from + icp_str_find(icp_str_slice(text, from, text.length), ICP_STR("\""));
        struct icp_str rest = icp_str_slice(text, open + 1, text.length);
        size_t length = icp_str_find(rest, ICP_STR("\""));
        if (open >= text.length || length == rest.length)
            break;
        struct icp_str inside = icp_str_slice(rest, 0, length);
        if (icp_characters(inside) > icp_characters(longest))
            longest = inside;
        from = open + length + 2;
    }
    return longest;
}

static bool leaves_a_quote_open(struct icp_str text)
{
    bool open = false;
    for (size_t i = 0; i < text.length; i++)
        open = open != (text.data[i] == '"');
    return open;
}

/* At most `limit` characters. What stands in quotes, such as the name of a form, gives way first,
   so that the day behind it stays. */
static struct icp_str shortened(struct icp_str text, size_t limit, struct icp_arena *arena)
{
    while (icp_characters(text) > limit) {
        struct icp_str name = longest_quoted(text);
        size_t own = icp_characters(name), excess = icp_characters(text) - limit;
        if (own <= NAME_CHARACTERS)
            break;
        size_t keep = own - least(excess, own - NAME_CHARACTERS);
        size_t before = (size_t)(name.data - text.data);
        struct icp_str cut = icp_str_trim(icp_utf8_cut(name, keep - 1));
        struct icp_str behind = icp_str_slice(text, before + name.length, text.length);
        text = icp_arena_format(arena, "%.*s%.*s…%.*s", (int)before, text.data,
                                ICP_STR_ARGUMENTS(cut), ICP_STR_ARGUMENTS(behind));
    }
    if (icp_characters(text) <= limit)
        return text;
    struct icp_str cut = icp_str_trim(icp_utf8_cut(text, limit - 2));
    return icp_arena_format(arena, "%.*s…%s", ICP_STR_ARGUMENTS(cut),
                            leaves_a_quote_open(cut) ? "\"" : "");
}

static bool drop_last_reason(struct summary *summary)
{
    size_t i = summary->count;
    while (i > 0 && !summary->parts[i - 1].follows)
        i--;
    if (i == 0)
        return false;
    summary->count--;
    memmove(&summary->parts[i - 1], &summary->parts[i],
            (summary->count - (i - 1)) * sizeof(summary->parts[0]));
    return true;
}

/* The most characters that a part may have: nothing is cut that fits, else the longest are, to one
   length; before that length says nothing the last reason goes. */
static size_t limit_of(struct summary *summary)
{
    size_t limit = SUMMARY_CHARACTERS;
    while (limit > LEAST_CHARACTERS && length_with(summary, limit) > SUMMARY_CHARACTERS) {
        limit--;
        if (limit == LEAST_CHARACTERS && drop_last_reason(summary))
            limit = SUMMARY_CHARACTERS;
    }
    return limit;
}

/* Behind what is there, as far as there is room. */
static size_t put(char *data, size_t length, struct icp_str text)
{
    size_t count = least(text.length, SUMMARY_BYTES - length);
    if (count > 0)
        memcpy(data + length, text.data, count);
    return length + count;
}

static struct icp_str joined(struct summary *summary, struct icp_arena *arena)
{
    char data[SUMMARY_BYTES];
    size_t limit = limit_of(summary), length = 0;
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_part *part = &summary->parts[i];
        if (i > 0)
            length = put(data, length, part->follows ? ICP_STR(", ") : ICP_STR(" · "));
        length =
            put(data, length, part->may_be_cut ? shortened(part->text, limit, arena) : part->text);
    }
    struct icp_str text = {.data = data, .length = length};
    return icp_arena_copy(arena, icp_utf8_cut(text, SUMMARY_CHARACTERS));
}

struct icp_str icp_rules_summary(const struct icp_ruleset *rules, const struct icp_result *result,
                                 struct icp_arena *arena)
{
    const struct icp_language *language = icp_language_find(result->language);
    struct icp_str label = icp_utf8_cut(result->missing_label, LABEL_CHARACTERS);
    struct summary summary = {.count = 0};
    (void)rules;
    add_part(&summary, icp_arena_format(arena, "%s · %d", result->grade, result->score), false,
             false);
    if (result->disqualified) /* what puts them out says more than how to reach them */
        add_reasons(&summary, result);
    add_part(&summary, icp_reach_words(result->reach, result->language), false, false);
    add_part(&summary, result->held_text, false, true);
    if (!result->disqualified)
        add_reasons(&summary, result);
    add_part(&summary, icp_utf8_cut(result->outlook.text, AHEAD_CHARACTERS), false, false);
    if (!result->disqualified && label.length > 0)
        add_part(&summary,
                 icp_phrase_fill(language ? language : icp_language_default(), ICP_PHRASE_FILL_IN,
                                 &label, 1, arena),
                 false, false);
    return joined(&summary, arena);
}
