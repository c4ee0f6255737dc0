/*
 * Words for people: the text of each reason, the list of reasons that adds up, and what moved a
 * record; the one-line summary is made of them in summary.c. Texts are built in a bounded buffer on
 * the stack and copied into the caller's arena; a record's own words are cut and freed of control
 * characters on the way.
 */
#include "evaluate.h"

#include <inttypes.h>
#include <string.h>

enum {
    REASONS_CHARACTERS = 2000, /* a card shows some twenty lines */
    HELD_CHARACTERS = 300,
    OUTLOOK_LINES = 3,
    OUTLOOK_CHARACTERS = 100, /* a grade, a tier's label and a day */
    NAMED_UNKNOWNS = 5,
    NAMED_SIGNALS = 2,    /* of a group: the next ones add little */
    WHAT_CHARACTERS = 60, /* of a form's name: more does not help */
    PAGE_BYTES = 4 * REASONS_CHARACTERS + 64,
};

struct page { /* text being built; full is cut, never overrun */
    char *data;
    size_t length, size;
};

static void add(struct page *page, struct icp_str text)
{
    size_t room = page->size - page->length;
    size_t length = text.length < room ? text.length : room;
    if (!text.data || length == 0)
        return;
    memcpy(page->data + page->length, text.data, length);
    page->length += length;
}

static void add_cstr(struct page *page, const char *text)
{
    add(page, icp_str_from(text));
}

static struct icp_str view(const struct page *page)
{
    return (struct icp_str){.data = page->data, .length = page->length};
}

/* At most `limit` characters, the last an ellipsis when something was cut. */
static void add_cut(struct page *page, struct icp_str text, size_t limit)
{
    if (icp_characters(text) <= limit) {
        add(page, text);
        return;
    }
    add(page, icp_str_trim(icp_utf8_cut(text, limit - 1)));
    add_cstr(page, "…");
}

/* ---- A record's own words ------------------------------------------------------------------- */

static struct icp_str cleaned(struct icp_arena *arena, struct icp_str text)
{
    char *clean = icp_arena_take(arena, text.length + 1, 1, 1);
    return clean ? icp_str_trim(icp_text_line(text, clean)) : (struct icp_str){0};
}

static void add_phrase(struct page *page, const struct icp_language *language,
                       enum icp_phrase phrase, struct icp_str fill, struct icp_arena *arena)
{
    add(page, icp_phrase_fill(language, phrase, &fill, 1, arena));
}

static void add_list(struct page *page, const struct icp_work *work, const struct icp_value *value)
{
    char data[512];
    struct page list = {.data = data, .size = sizeof(data)};
    for (size_t i = 0; i < value->as.list.count; i++) {
        if (i > 0)
            add_cstr(&list, ", ");
        add_cut(&list, cleaned(work->arena, value->as.list.items[i]), ICP_FILL_CHARACTERS);
    }
    if (value->as.list.count == 0)
        add(&list, icp_phrase(work->language, ICP_PHRASE_NONE));
    add_cut(page, view(&list), ICP_FILL_CHARACTERS);
}

static void add_value(struct page *page, const struct icp_work *work, uint32_t slot)
{
    const struct icp_value *value = &work->slots[slot];
    char number[ICP_NUMBER_TEXT];
    if (value->kind == ICP_VALUE_NULL) {
        add(page, icp_phrase(work->language, ICP_PHRASE_UNKNOWN));
    } else if (value->kind == ICP_VALUE_NUMBER) {
        add(page, icp_number_format(value->as.number, number));
    } else if (value->kind == ICP_VALUE_LIST) {
        add_list(page, work, value);
    } else if (value->kind == ICP_VALUE_BOOLEAN) {
        add(page, icp_phrase(work->language, value->as.boolean ? ICP_PHRASE_YES : ICP_PHRASE_NO));
    } else if (value->kind == ICP_VALUE_DATE) {
        add(page, icp_phrase_date(work->language, value->as.date, work->arena));
    } else if (value->kind == ICP_VALUE_DATETIME) {
        add(page,
            icp_phrase_date(work->language, icp_time_to_date(value->as.datetime), work->arena));
    } else {
        struct icp_str text = cleaned(work->arena, icp_str_slice(work->raw[slot], 0, 1024));
        add_cut(page, text, ICP_FILL_CHARACTERS);
    }
}

struct icp_str icp_template_fill(const struct icp_work *work, const struct icp_template *template)
{
    char data[4 * ICP_REASON_CHARACTERS + 64];
    struct page page = {.data = data, .size = sizeof(data)};
    if (template->others && template->others[work->language_index].count > 0)
        template = &template->others[work->language_index];
    for (size_t i = 0; i < template->count; i++) {
        add_cut(&page, template->pieces[i].literal, ICP_REASON_CHARACTERS);
        if (template->pieces[i].slot != ICP_NO_SLOT)
            add_value(&page, work, template->pieces[i].slot);
    }
    return icp_arena_copy(work->arena,
                          icp_utf8_cut(cleaned(work->arena, view(&page)), ICP_REASON_CHARACTERS));
}

/* ---- The text of a reason ------------------------------------------------------------------- */

/* What a person should fill in; a criterion of conditions alone has only its id. */
static struct icp_str words_of_unknown(const struct icp_work *work, size_t criterion)
{
    uint32_t slot = work->criteria[criterion].unknown_slot;
    if (slot == ICP_NO_SLOT)
        return icp_words(work->arena, work->rules->criteria[criterion].id);
    return icp_phrase_name(work->language, work->rules->known[slot].name, work->arena);
}

struct icp_str icp_unknown_text(const struct icp_work *work, bool of_fit)
{
    const struct icp_ruleset *rules = work->rules;
    char data[4 * ICP_REASON_CHARACTERS];
    struct page page = {.data = data, .size = sizeof(data)};
    size_t named = 0;
    for (size_t i = 0; i < rules->criterion_count; i++) {
        if (work->criteria[i].known || rules->criteria[i].missing == ICP_MISSING_ZERO ||
            (of_fit && rules->criteria[i].missing == ICP_MISSING_SKIP))
            continue;
        if (named++ >= NAMED_UNKNOWNS)
            continue;
        if (named > 1)
            add_cstr(&page, ", ");
        add_cut(&page, words_of_unknown(work, i), 40);
    }
    struct icp_str list[] = {view(&page), {0}};
    if (named > NAMED_UNKNOWNS) {
        list[1] = icp_arena_format(work->arena, "%zu", named - NAMED_UNKNOWNS);
        list[0] = icp_phrase_fill(work->language, ICP_PHRASE_AND_MORE, list, 2, work->arena);
    }
    return icp_phrase_fill(work->language, ICP_PHRASE_NOT_KNOWN_NEUTRAL, list, 1, work->arena);
}

/* Of the whole score, or of a group by its cap or floor. */
static struct icp_str held_points_text(const struct icp_work *work, const struct icp_share *share)
{
    bool whole = icp_str_is_null(share->id);
    int32_t at =
        whole ? work->result->score : (int32_t)(work->groups[share->index].nano / ICP_NANO);
    struct icp_str limit = icp_arena_format(work->arena, "%d", at);
    const struct icp_str group[] = {icp_words(work->arena, share->id), limit};
    return whole ? icp_phrase_fill(work->language, ICP_PHRASE_SCORE_HELD, &limit, 1, work->arena)
                 : icp_phrase_fill(work->language, ICP_PHRASE_GROUP_HELD, group, 2, work->arena);
}

static struct icp_str held_text(const struct icp_work *work, const struct icp_share *share)
{
    if (work->rules->has_points)
        return held_points_text(work, share);
    bool high = share->score < 0 || (share->score == 0 && share->own < 0);
    struct icp_str limit = high ? ICP_STR("100") : ICP_STR("0");
    return icp_phrase_fill(work->language,
                           share->of_fit ? ICP_PHRASE_FIT_HELD : ICP_PHRASE_ENGAGEMENT_HELD, &limit,
                           1, work->arena);
}

/* Of the lines that gave a group points, the strongest first; ties in file order. */
static size_t strongest_lines(const struct icp_work *work, const struct icp_group *group,
                              uint32_t lines[NAMED_SIGNALS])
{
    size_t count = 0;
    for (uint32_t i = group->first_line; i < group->first_line + group->line_count; i++) {
        icp_wide size = work->lines[i].nano < 0 ? -work->lines[i].nano : work->lines[i].nano;
        size_t at = count;
        if (size == 0)
            continue;
        for (; at > 0; at--) {
            icp_wide other = work->lines[lines[at - 1]].nano;
            if ((other < 0 ? -other : other) >= size)
                break;
            if (at < NAMED_SIGNALS)
                lines[at] = lines[at - 1];
        }
        if (at < NAMED_SIGNALS)
            lines[at] = i;
        count += count < NAMED_SIGNALS ? 1 : 0;
    }
    return count;
}

/* The event's own name says more than its kind: "3 × form submit, "Demo" on 12 Jan 2026"; a counter
   says that it is one: "45 × page view, counted, last on 12 Jan 2026". */
static struct icp_str signal_text(const struct icp_work *work, uint32_t line)
{
    const struct icp_line_state *state = &work->lines[line];
    const struct icp_ruleset *rules = work->rules;
    char data[4 * (WHAT_CHARACTERS + ICP_REASON_CHARACTERS)];
    struct page page = {.data = data, .size = sizeof(data)};
    struct icp_str name = rules->signals[rules->signal_lines[line].signal].name;
    bool named = !icp_str_is_empty(state->what) && state->what_day == state->last_day;
    if (state->seen > 1)
        add(&page, icp_arena_format(work->arena, "%" PRIu64 " × ", state->seen));
    if (!named || state->seen > 1)
        add_cut(&page, icp_phrase_name(work->language, name, work->arena), WHAT_CHARACTERS);
    if (named) {
        add_cstr(&page, state->seen > 1 ? ", \"" : "\"");
        add_cut(&page, cleaned(work->arena, state->what), WHAT_CHARACTERS);
        add_cstr(&page, "\"");
    }
    struct icp_str parts[] = {view(&page),
                              icp_phrase_date(work->language, state->last_day, work->arena)};
    return icp_phrase_fill(work->language,
                           named || state->seen == 1 ? ICP_PHRASE_ON
                           : state->counter          ? ICP_PHRASE_COUNTED_LAST_ON
                                                     : ICP_PHRASE_LAST_ON,
                           parts, 2, work->arena);
}

/* What its author calls a line, else its id in words. */
static struct icp_str head_of(const struct icp_work *work, const struct icp_share *share,
                              const struct icp_template *because)
{
    return because->count > 0 ? icp_template_fill(work, because)
                              : icp_words(work->arena, share->id);
}

/* "Asked for us: "Demo request" on 12 Jan 2026". */
static struct icp_str head_and_event(const struct icp_work *work, struct icp_str head,
                                     struct icp_str event)
{
    struct icp_str parts[] = {head, event};
    return icp_phrase_fill(work->language, ICP_PHRASE_GROUP_DID, parts, 2, work->arena);
}

/* "hand raise: "Demo request" on 12 Jan 2026 and meeting booked on 9 Jan 2026 (held at 60)". */
static struct icp_str group_text(const struct icp_work *work, const struct icp_share *share)
{
    const struct icp_group *group = &work->rules->groups[share->index];
    uint32_t lines[NAMED_SIGNALS];
    size_t count = strongest_lines(work, group, lines);
    struct icp_str text = head_of(work, share, &group->because), events[NAMED_SIGNALS];
    for (size_t i = 0; i < count; i++)
        events[i] = signal_text(work, lines[i]);
    if (count == NAMED_SIGNALS)
        events[0] = icp_phrase_fill(work->language, ICP_PHRASE_AND, events, count, work->arena);
    if (count > 0)
        text = head_and_event(work, text, events[0]);
    if (work->groups[share->index].held) {
        struct icp_str parts[] = {
            text,
            icp_arena_format(work->arena, "%d", (int)(work->groups[share->index].nano / ICP_NANO))};
        text = icp_phrase_fill(work->language, ICP_PHRASE_GROUP_HELD, parts, 2, work->arena);
    }
    return icp_utf8_cut(text, ICP_REASON_CHARACTERS);
}

/* "forms: "Demo request" on 12 Jan 2026". */
static struct icp_str signal_points_text(const struct icp_work *work, const struct icp_share *share)
{
    const struct icp_points_line *line = &work->rules->points[share->index];
    return icp_utf8_cut(head_and_event(work, head_of(work, share, &line->because),
                                       signal_text(work, line->signal_line)),
                        ICP_REASON_CHARACTERS);
}

static const struct icp_template *template_of(const struct icp_work *work,
                                              const struct icp_share *share)
{
    const struct icp_ruleset *rules = work->rules;
    static const struct icp_template none = {0};
    switch (share->kind) {
    case ICP_REASON_DISQUALIFIED:
        return &rules->disqualify[share->index].because;
    case ICP_REASON_FIT:
        return &rules->criteria[share->index].because;
    case ICP_REASON_ADJUSTMENT:
        return &rules->adjustments[share->index].because;
    case ICP_REASON_ENGAGEMENT:
        return &rules->groups[share->index].because;
    case ICP_REASON_POINTS:
        return &rules->points[share->index].because;
    case ICP_REASON_UNKNOWN:
    case ICP_REASON_HELD:
        break;
    }
    return &none;
}

struct icp_str icp_reason_text(const struct icp_work *work, const struct icp_share *share)
{
    const struct icp_template *template = template_of(work, share);
    if (share->kind == ICP_REASON_UNKNOWN)
        return icp_unknown_text(work, false);
    if (share->kind == ICP_REASON_HELD)
        return held_text(work, share);
    if (share->kind == ICP_REASON_FIT && !work->criteria[share->index].known) {
        struct icp_str words = words_of_unknown(work, share->index);
        return icp_phrase_fill(work->language, ICP_PHRASE_NOT_KNOWN_ZERO, &words, 1, work->arena);
    }
    if (share->kind == ICP_REASON_ENGAGEMENT && work->groups[share->index].times > 0)
        return group_text(work, share);
    if (share->kind == ICP_REASON_POINTS &&
        work->rules->points[share->index].kind == ICP_POINTS_SIGNAL)
        return signal_points_text(work, share);
    return head_of(work, share, template);
}

/* ---- Texts of a whole result ---------------------------------------------------------------- */

/* The language of a text that was asked for in `code`. */
static const struct icp_language *language_of(struct icp_str code)
{
    const struct icp_language *language = icp_language_find(code);
    return language ? language : icp_language_default();
}

struct icp_str icp_reach_words(enum icp_reach reach, struct icp_str language)
{
    static const enum icp_phrase phrases[] = {
        [ICP_REACH_NO_EMAIL] = ICP_PHRASE_NO_EMAIL,
        [ICP_REACH_OPTED_OUT] = ICP_PHRASE_OPTED_OUT,
        [ICP_REACH_BOUNCED] = ICP_PHRASE_BOUNCED,
    };
    if (reach == ICP_REACH_OK)
        return ICP_STR("");
    return icp_phrase(language_of(language), phrases[reach]);
}

bool icp_rules_language_known(struct icp_str language)
{
    return icp_language_find(language) != NULL;
}

/* The first language of the file, unless it has the wanted one; a file that names none has one
   text for all, and the program's own words follow the wish. */
void icp_language_take(struct icp_work *work)
{
    const struct icp_ruleset *rules = work->rules;
    struct icp_str wanted = work->input->language;
    work->language = icp_language_find(wanted);
    work->language_index = 0;
    if (rules->language_count == 0 && !work->language)
        work->language = icp_language_default();
    if (rules->language_count > 0) {
        for (size_t i = 0; i < rules->language_count; i++)
            if (rules->languages[i] == work->language)
                work->language_index = i;
        work->language = rules->languages[work->language_index];
    }
    work->result->language = icp_str_from(work->language->code);
}

struct icp_str icp_rules_tier_label(const struct icp_ruleset *rules, size_t tier,
                                    struct icp_str language)
{
    if (tier >= rules->tier_count)
        return (struct icp_str){0};
    for (size_t i = 0; rules->tiers[tier].labels && i < rules->language_count; i++)
        if (icp_str_equal(rules->about.languages[i], language))
            return rules->tiers[tier].labels[i];
    return rules->tiers[tier].label;
}

/* One line; false when it does not fit before `limit` characters. */
static bool add_reason(struct page *page, const struct icp_reason *reason, struct icp_arena *arena,
                       size_t limit)
{
    struct icp_str line = reason->kind == ICP_REASON_DISQUALIFIED
                              ? icp_arena_format(arena, "%.*s\n", ICP_STR_ARGUMENTS(reason->text))
                              : icp_arena_format(arena, "%+d  %.*s\n", reason->points,
                                                 ICP_STR_ARGUMENTS(reason->text));
    if (icp_characters(view(page)) + icp_characters(line) > limit)
        return false;
    add(page, line);
    return true;
}

/* A line of its own below what is there; no text: none. */
static void add_line(struct page *page, struct icp_str text, size_t limit)
{
    if (icp_str_is_empty(text))
        return;
    add_cstr(page, "\n");
    add_cut(page, text, limit);
}

/* A part that was held by less than half a point of the score says nothing to a reader of the sum.
 */
static bool rounds_away(const struct icp_reason *reason)
{
    return (reason->kind == ICP_REASON_HELD || reason->kind == ICP_REASON_ENGAGEMENT) &&
           reason->points == 0;
}

struct icp_str icp_rules_reasons_text(const struct icp_ruleset *rules,
                                      const struct icp_result *result, struct icp_arena *arena)
{
    char data[PAGE_BYTES];
    struct page page = {.data = data, .size = sizeof(data)};
    const struct icp_language *language = language_of(result->language);
    char purpose_data[1024];
    struct page purpose = {.data = purpose_data, .size = sizeof(purpose_data)};
    if (!icp_str_is_empty(rules->about.purpose)) {
        add_cstr(&purpose, "\n");
        add_cut(&purpose, cleaned(arena, rules->about.purpose), 250);
    }
    size_t limit =
        REASONS_CHARACTERS - 60 - icp_characters(view(&purpose)); /* the rest and the sum */
    if (!icp_str_is_empty(result->held_text))
        limit -= HELD_CHARACTERS + 1;
    if (result->outlook.looked)
        limit -= (size_t)OUTLOOK_LINES * (OUTLOOK_CHARACTERS + 1);
    if (result->reach != ICP_REACH_OK) {
        add_phrase(&page, language, ICP_PHRASE_NOTE,
                   icp_reach_words(result->reach, result->language), arena);
        add_cstr(&page, "\n");
    }
    size_t i = 0;
    while (i < result->reason_count && (rounds_away(&result->reasons[i]) ||
                                        add_reason(&page, &result->reasons[i], arena, limit)))
        i++;
    int32_t rest = 0;
    for (size_t j = i; j < result->reason_count; j++)
        rest += result->reasons[j].points;
    if (i < result->reason_count) {
        add(&page, icp_arena_format(arena, "%+d  ", rest));
        add_phrase(&page, language, ICP_PHRASE_SMALLER_LINES,
                   icp_arena_format(arena, "%zu", result->reason_count - i), arena);
        add_cstr(&page, "\n");
    }
    add(&page, icp_arena_format(arena, "= %d", result->score));
    add_line(&page, result->held_text, HELD_CHARACTERS);
    add_line(&page, result->outlook.text, OUTLOOK_CHARACTERS);
    add_line(&page, result->outlook.later, OUTLOOK_CHARACTERS);
    add_line(&page, result->outlook.lift, OUTLOOK_CHARACTERS);
    add(&page, view(&purpose));
    return icp_arena_copy(arena, view(&page));
}

/* ---- What moved a record -------------------------------------------------------------------- */

static const struct icp_reason *same_line(const struct icp_result *result,
                                          const struct icp_reason *reason)
{
    for (size_t i = 0; i < result->reason_count; i++)
        if (result->reasons[i].kind == reason->kind &&
            icp_str_equal(result->reasons[i].id, reason->id) &&
            (reason->kind != ICP_REASON_HELD ||
             icp_str_equal(result->reasons[i].text, reason->text)))
            return &result->reasons[i];
    return NULL;
}

struct movement {
    const struct icp_reason *reason; /* after, else before */
    int32_t from, to, size;
};

static void consider(struct movement *most, const struct icp_reason *reason, int32_t from,
                     int32_t to)
{
    int32_t size = to > from ? to - from : from - to;
    if (size > most->size)
        *most = (struct movement){.reason = reason, .from = from, .to = to, .size = size};
}

struct icp_str icp_rules_moved_by(const struct icp_result *before, const struct icp_result *after,
                                  struct icp_arena *arena)
{
    struct movement most = {0};
    if (before->disqualified != after->disqualified) {
        const struct icp_result *out = after->disqualified ? after : before;
        struct icp_str text = out->reason_count > 0 ? out->reasons[0].text : ICP_STR("a rule");
        return icp_arena_format(arena, "%s: %.*s",
                                after->disqualified ? "disqualified" : "no longer disqualified",
                                ICP_STR_ARGUMENTS(text));
    }
    for (size_t i = 0; i < after->reason_count; i++) {
        const struct icp_reason *old = same_line(before, &after->reasons[i]);
        consider(&most, &after->reasons[i], old ? old->points : 0, after->reasons[i].points);
    }
    for (size_t i = 0; i < before->reason_count; i++)
        if (!same_line(after, &before->reasons[i]))
            consider(&most, &before->reasons[i], before->reasons[i].points, 0);
    if (!most.reason)
        return (struct icp_str){0};
    if (icp_str_is_empty(most.reason->id))
        return icp_arena_format(arena, "%.*s %d → %d", ICP_STR_ARGUMENTS(most.reason->text),
                                most.from, most.to);
    return icp_arena_format(arena, "%.*s %d → %d (%.*s)", ICP_STR_ARGUMENTS(most.reason->id),
                            most.from, most.to, ICP_STR_ARGUMENTS(most.reason->text));
}
