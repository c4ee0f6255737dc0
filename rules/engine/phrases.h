/*
 * The program's own words in an explanation, in every language that explanations are written in. A
 * phrase holds places {1}, {2} … that are filled in; a month is a word or, where a language writes
 * dates in figures, a figure. A text of the rule file itself is the author's (struct icp_template).
 */
#ifndef ICP_PHRASES_H
#define ICP_PHRASES_H

#include "icp/base.h"

#include "date.h"

enum icp_phrase {
    ICP_PHRASE_UNKNOWN, /* the value of a field */
    ICP_PHRASE_NONE,    /* an empty set */
    ICP_PHRASE_YES,
    ICP_PHRASE_NO,
    ICP_PHRASE_NOT_KNOWN_NEUTRAL, /* {1} the fields */
    ICP_PHRASE_NOT_KNOWN_ZERO,
    ICP_PHRASE_AND_MORE, /* {1} a list, {2} how many more */
    ICP_PHRASE_FIT_HELD, /* {1} 0 or 100 */
    ICP_PHRASE_ENGAGEMENT_HELD,
    ICP_PHRASE_SCORE_HELD,
    ICP_PHRASE_GROUP_DID,  /* {1} what it is called, {2} what happened */
    ICP_PHRASE_GROUP_HELD, /* {1} the group's text, {2} its cap or floor */
    ICP_PHRASE_AND,
    ICP_PHRASE_ON, /* {1} an event, {2} its day */
    ICP_PHRASE_LAST_ON,
    ICP_PHRASE_COUNTED_LAST_ON,
    ICP_PHRASE_NO_EMAIL,
    ICP_PHRASE_OPTED_OUT,
    ICP_PHRASE_BOUNCED,
    ICP_PHRASE_MAYBE_LEFT,
    ICP_PHRASE_NEW_JOB,
    ICP_PHRASE_FILL_IN,       /* {1} a field */
    ICP_PHRASE_NOTE,          /* {1} a reach */
    ICP_PHRASE_SMALLER_LINES, /* {1} how many */
    ICP_PHRASE_GRADE_HELD,    /* {1} grade, {2} number, {3} margin, {4} the line */
    ICP_PHRASE_TIER_HELD,     /* {1} label, {2} margin */
    ICP_PHRASE_FALLS,         /* {1} grade, {2} day */
    ICP_PHRASE_BECOMES,
    ICP_PHRASE_LIFT,            /* {1} grade, {2} a reason's text as it would be */
    ICP_PHRASE_LIFT_ENGAGEMENT, /* {1} grade, {2} points */
    ICP_PHRASE_LIFT_ONE,        /* {1} grade */
    ICP_PHRASE_FOR_EXAMPLE,     /* {1} an event */
    ICP_PHRASE_DATE,            /* {1} day, {2} month, {3} year */
    ICP_PHRASE_DAY,             /* {1} day, {2} month */
    ICP_PHRASE_JANUARY,
    ICP_PHRASE_DECEMBER = ICP_PHRASE_JANUARY + 11,
    /* What signals and fields are called; empty in English, whose words are their names. */
    ICP_PHRASE_PAGE_VIEW,
    ICP_PHRASE_VISIT,
    ICP_PHRASE_FORM_SUBMIT,
    ICP_PHRASE_EMAIL_OPEN,
    ICP_PHRASE_EMAIL_CLICK,
    ICP_PHRASE_EMAIL_REPLY,
    ICP_PHRASE_MEETING_BOOKED,
    ICP_PHRASE_MEETING_HELD,
    ICP_PHRASE_DOCUMENT_VIEW,
    ICP_PHRASE_UNSUBSCRIBE,
    ICP_PHRASE_EMPLOYEES,
    ICP_PHRASE_INDUSTRY,
    ICP_PHRASE_COMPANY_COUNTRY,
    ICP_PHRASE_REVENUE,
    ICP_PHRASE_TECHNOLOGIES,
    ICP_PHRASE_FOUNDED_YEAR,
    ICP_PHRASE_TITLE,
    ICP_PHRASE_SENIORITY,
    ICP_PHRASE_DEPARTMENT,
    ICP_PHRASE_EMAIL,
    ICP_PHRASE_COUNT
};

struct icp_language {
    const char *code;  /* ISO 639-1 */
    const char *first; /* day of a month, where it is not written as the others; NULL */
    const char *phrases[ICP_PHRASE_COUNT];
};

/* The one with this code; NULL when explanations are not written in it. */
const struct icp_language *icp_language_find(struct icp_str code);
const struct icp_language *icp_language_default(void); /* English */
/* Their codes, for hints and for the tests; `count` of them. */
const struct icp_language *const *icp_languages(size_t *count);

/* A phrase with its places filled in; no text fills nothing. */
struct icp_str icp_phrase_fill(const struct icp_language *language, enum icp_phrase phrase,
                               const struct icp_str *fills, size_t count, struct icp_arena *arena);
struct icp_str icp_phrase(const struct icp_language *language, enum icp_phrase phrase);
/* "15 Jan 2026", and without its year. */
struct icp_str icp_phrase_date(const struct icp_language *language, int32_t date,
                               struct icp_arena *arena);
struct icp_str icp_phrase_day(const struct icp_language *language, int32_t date,
                              struct icp_arena *arena);
/* A signal's or a field's name in words: "form submit", "company employees". */
struct icp_str icp_phrase_name(const struct icp_language *language, struct icp_str name,
                               struct icp_arena *arena);

extern const struct icp_language icp_language_en, icp_language_da, icp_language_sv, icp_language_no,
    icp_language_de, icp_language_fi, icp_language_nl, icp_language_fr, icp_language_es,
    icp_language_it, icp_language_pl, icp_language_pt;

#endif
