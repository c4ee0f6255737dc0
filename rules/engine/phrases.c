/*
 * Finding a language, and filling in its phrases. The phrases themselves are data
 * (phrases_*.c); every language has all of them, which a test sees to.
 */
#include "phrases.h"

#include <string.h>

#include "engine.h"

static const struct icp_language *const languages[] = {
    &icp_language_en, &icp_language_da, &icp_language_sv, &icp_language_no,
    &icp_language_de, &icp_language_fi, &icp_language_nl, &icp_language_fr,
    &icp_language_es, &icp_language_it, &icp_language_pl, &icp_language_pt,
};

const struct icp_language *const *icp_languages(size_t *count)
{
    *count = sizeof(languages) / sizeof(languages[0]);
    return languages;
}

const struct icp_language *icp_language_default(void)
{
    return &icp_language_en;
}

const struct icp_language *icp_language_find(struct icp_str code)
{
    for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++)
        if (icp_str_is(code, languages[i]->code))
            return languages[i];
    return NULL;
}

struct icp_str icp_phrase(const struct icp_language *language, enum icp_phrase phrase)
{
    return icp_str_from(language->phrases[phrase]);
}

/* The place that the text begins with: its number from 1, or 0. */
static size_t place_at(struct icp_str text)
{
    bool place = text.length >= 3 && text.data[0] == '{' && text.data[1] >= '1' &&
                 text.data[1] <= '9' && text.data[2] == '}';
    return place ? (size_t)(text.data[1] - '0') : 0;
}

struct icp_str icp_phrase_fill(const struct icp_language *language, enum icp_phrase phrase,
                               const struct icp_str *fills, size_t count, struct icp_arena *arena)
{
    struct icp_str form = icp_phrase(language, phrase);
    size_t length = form.length, at = 0;
    for (size_t i = 0; i < count; i++)
        length += fills[i].length; /* a place is used at most once */
    char *text = icp_arena_take(arena, length + 1, 1, 1);
    if (!text)
        return (struct icp_str){0};
    while (form.length > 0) {
        size_t place = place_at(form);
        if (place == 0) {
            text[at++] = form.data[0];
            form = icp_str_slice(form, 1, form.length);
            continue;
        }
        if (place <= count && fills[place - 1].length > 0) {
            memcpy(text + at, fills[place - 1].data, fills[place - 1].length);
            at += fills[place - 1].length;
        }
        form = icp_str_slice(form, 3, form.length);
    }
    return (struct icp_str){.data = text, .length = at};
}

static struct icp_str date_in(const struct icp_language *language, enum icp_phrase form,
                              int32_t date, struct icp_arena *arena)
{
    int year, month, day;
    icp_date_to_civil(date, &year, &month, &day);
    const struct icp_str parts[] = {
        day == 1 && language->first ? icp_str_from(language->first)
                                    : icp_arena_format(arena, "%d", day),
        icp_str_from(language->phrases[ICP_PHRASE_JANUARY + month - 1]),
        icp_arena_format(arena, "%d", year),
    };
    return icp_phrase_fill(language, form, parts, 3, arena);
}

struct icp_str icp_phrase_date(const struct icp_language *language, int32_t date,
                               struct icp_arena *arena)
{
    return date_in(language, ICP_PHRASE_DATE, date, arena);
}

struct icp_str icp_phrase_day(const struct icp_language *language, int32_t date,
                              struct icp_arena *arena)
{
    return date_in(language, ICP_PHRASE_DAY, date, arena);
}

struct icp_str icp_phrase_name(const struct icp_language *language, struct icp_str name,
                               struct icp_arena *arena)
{
    static const struct {
        const char *name;
        enum icp_phrase phrase;
    } names[] = {
        {"page_view", ICP_PHRASE_PAGE_VIEW},
        {"visit", ICP_PHRASE_VISIT},
        {"form_submit", ICP_PHRASE_FORM_SUBMIT},
        {"email_open", ICP_PHRASE_EMAIL_OPEN},
        {"sales_email_open", ICP_PHRASE_EMAIL_OPEN},
        {"email_click", ICP_PHRASE_EMAIL_CLICK},
        {"sales_email_click", ICP_PHRASE_EMAIL_CLICK},
        {"email_reply", ICP_PHRASE_EMAIL_REPLY},
        {"sales_email_reply", ICP_PHRASE_EMAIL_REPLY},
        {"meeting_booked", ICP_PHRASE_MEETING_BOOKED},
        {"meeting_held", ICP_PHRASE_MEETING_HELD},
        {"meeting_activity", ICP_PHRASE_MEETING_HELD},
        {"document_view", ICP_PHRASE_DOCUMENT_VIEW},
        {"unsubscribe", ICP_PHRASE_UNSUBSCRIBE},
        {"company.employees", ICP_PHRASE_EMPLOYEES},
        {"company.industry", ICP_PHRASE_INDUSTRY},
        {"company.country", ICP_PHRASE_COMPANY_COUNTRY},
        {"company.revenue", ICP_PHRASE_REVENUE},
        {"company.technologies", ICP_PHRASE_TECHNOLOGIES},
        {"company.founded_year", ICP_PHRASE_FOUNDED_YEAR},
        {"contact.title", ICP_PHRASE_TITLE},
        {"contact.seniority", ICP_PHRASE_SENIORITY},
        {"contact.department", ICP_PHRASE_DEPARTMENT},
        {"contact.email", ICP_PHRASE_EMAIL},
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (icp_str_is(name, names[i].name) && language->phrases[names[i].phrase][0] != '\0')
            return icp_phrase(language, names[i].phrase);
    return icp_words(arena, name);
}
