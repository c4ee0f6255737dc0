/*
 * Ideal Customer Profile files: compile one, score records against it, explain the result.
 *
 * A pure library: nothing here reads a clock, a locale, the environment or (but for the file's own
 * text, which the caller brings) the disk. (rules, values, signals, as_of) → result; same input,
 * same bytes. A compiled ruleset is immutable and may be used from many threads, each with its own
 * arena.
 *
 * Meaning of the numbers: the ICP file language, section "Semantics" of rules/library/README.md.
 */
#ifndef ICP_RULES_H
#define ICP_RULES_H

#include "icp/record.h"

struct icp_dictionary;
struct icp_diagnostics;
struct icp_ruleset;

/* ---- Compiling ----------------------------------------------------------------------------------
 */

/* `dictionaries`: those of the CRMs in use; the fields and signals that rules may name without
   declaring them. A field with no source in one of them is allowed (always unknown there); an
   unknown name is an error with the nearest names. On errors *ret is NULL, the list says all of
   them and ICP_BAD_CONFIG is returned. `path` is how the person named the file. Close with
   icp_rules_close. */
enum icp_status icp_rules_compile(struct icp_str text, const char *path,
                                  const struct icp_dictionary *const *dictionaries,
                                  size_t dictionary_count, struct icp_diagnostics *list,
                                  struct icp_ruleset **ret, struct icp_err *err);
/* The same for a file whose lists are kept in other files. `source` brings their bytes, by the path
   that the rules write, below the folder of the rule file; NULL: such a list is an error. A text is
   borrowed until the call returns. What a list holds is a part of the rules: an edit there is a new
   version, as one in the file itself. */
struct icp_rules_file {
    struct icp_str path, text;
};
struct icp_rules_source {
    enum icp_status (*read)(void *context, struct icp_str path, struct icp_str *text,
                            struct icp_err *err);
    void *context;
};
enum icp_status icp_rules_compile_from(struct icp_str text, const char *path,
                                       const struct icp_rules_source *source,
                                       const struct icp_dictionary *const *dictionaries,
                                       size_t dictionary_count, struct icp_diagnostics *list,
                                       struct icp_ruleset **ret, struct icp_err *err);
void icp_rules_close(struct icp_ruleset *rules);

/* The short way, for a program that embeds the rules (pkg-config: icp): reads a file and compiles
   it. `crm`: whose standard fields and signals the file may name, "hubspot" in this version.
   ICP_BAD_CONFIG with file, line and column of the first error, the number of the others in the
   message. Close with icp_rules_close. */
enum icp_status icp_rules_load(const char *path, const char *crm, struct icp_ruleset **ret,
                               struct icp_err *err);

/* A field that this file names, with the sources for one CRM: the file's own `fields:` first, else
   the CRM's dictionary. Order = slot of the values given to icp_rules_score. Includes fields behind
   derived ones: contact.email for contact.email_domain. */
struct icp_rules_field {
    struct icp_str name;
    enum icp_type type;
};
const struct icp_rules_field *icp_rules_fields(const struct icp_ruleset *rules, size_t *count);
/* Index of a field in that order; SIZE_MAX when the file does not name it. */
size_t icp_rules_field_index(const struct icp_ruleset *rules, struct icp_str name);
/* Whether field `index` would be known by this text on the day `as_of`: false for what scoring
   counts in icp_result.refused_values, such as a country that is none or a date to come where an
   age is wanted. No text is unknown and nothing to refuse. `arena` is scratch. */
bool icp_rules_reads(const struct icp_ruleset *rules, size_t index, struct icp_str text,
                     int32_t as_of, struct icp_arena *arena);
/* Sources of field `index` in the CRM called `crm`; living as long as rules and dictionaries. */
struct icp_field icp_rules_field_for(const struct icp_ruleset *rules, size_t index,
                                     struct icp_str crm);
/* Fields that are worked out from another one, without a property in the CRM. */
struct icp_rules_derived {
    const char *name, *from; /* "contact.email_domain" from "contact.email" */
    enum icp_type type;
    const char *about; /* a whole sentence */
};
const struct icp_rules_derived *icp_rules_derived_fields(size_t *count);
/* Names of the signals it scores, each once. */
const struct icp_str *icp_rules_signals(const struct icp_ruleset *rules, size_t *count);

struct icp_rules_tier {
    struct icp_str id, label;
    const struct icp_str *labels; /* one a language of the file; NULL: `label` in all of them */
    int32_t within_days;          /* working days to call in; -1: none, or hours */
    int32_t room_total;           /* per week, -1: none */
    int32_t room_per_owner;
    int32_t within_hours; /* working hours to call in; -1: none, or days */
};
#define ICP_NO_DAY INT32_MIN

struct icp_rules_about {
    struct icp_str name, version, owner, purpose;
    const struct icp_str
        *languages; /* of `reasons_in`, the default first; none: one text for all */
    size_t language_count;
    const struct icp_rules_tier *tiers; /* in file order */
    size_t tier_count;
    const struct icp_str
        *grades; /* every grade a record can get, best first: A1 … D4, U1 … U4, X */
    size_t grade_count;
    char score_hash[65]; /* SHA-256 of what can change a score, grade or tier: not because, labels,
                            about, comments */
    char text_hash[65];  /* SHA-256 of the bytes, those of list files included */
    bool time_dependent; /* some line looks at the day: today(), an age, a date that fades */
    int32_t fit_percent, engagement_percent; /* of the score; both 0 in the points model */
    bool points_model;   /* the file holds `points`: no fit, no engagement, no coverage; the grade
                            is a letter */
    int32_t score_most;  /* the score is 0..this: 100, or `max` of the points model */
    bool selective;      /* it has `applies_when` */
    int32_t drop_margin; /* 0: what the record had before is of no matter */
    int32_t review_by;   /* UTC date after which somebody should look at the file; ICP_NO_DAY */
};
const struct icp_rules_about *icp_rules_about(const struct icp_ruleset *rules);
/* Are explanations written in it at all: "da" yes, "xx" no. */
bool icp_rules_language_known(struct icp_str language);
/* What people read for a tier, in a language. */
struct icp_str icp_rules_tier_label(const struct icp_ruleset *rules, size_t tier,
                                    struct icp_str language);

/* ---- Scoring -------------------------------------------------------------------------------- */

struct icp_rules_input {
    const struct icp_str
        *values; /* one a field, in the order of icp_rules_fields, canonical spelling */
    const struct icp_signal *signals;
    size_t signal_count;
    int32_t as_of; /* UTC date, days since 1970-01-01 */
    /* What the record had before: what the CRM holds, and only when it holds it for this very file.
       `grade: {drop_margin: …}` holds a grade or tier that its number fell little below. No text:
       nothing before. */
    struct icp_str previous_grade; /* "A2" */
    struct icp_str previous_tier;  /* id */
    struct icp_str
        language; /* of the texts: "da"; no text, or one that the file lacks: its first language */
};

enum icp_reason_kind {
    ICP_REASON_DISQUALIFIED, /* no points */
    ICP_REASON_FIT,
    ICP_REASON_ADJUSTMENT,
    ICP_REASON_ENGAGEMENT, /* a group */
    ICP_REASON_UNKNOWN,    /* all unknown weight: "not known: …, counted as neutral" */
    ICP_REASON_HELD,   /* "held at 100", "held at 0"; points model: a group's too, with its id */
    ICP_REASON_POINTS, /* a line of the points model */
};
/* "fit", "unknown", …: the word that programs read, in the state database and in JSON. */
const char *icp_reason_kind_name(enum icp_reason_kind kind);
struct icp_reason {
    enum icp_reason_kind kind;
    struct icp_str id;   /* of the criterion, adjustment, group or line; none for UNKNOWN, HELD */
    struct icp_str text; /* because, filled in; else the id in words */
    struct icp_str own_text; /* the same beside own_points: UNKNOWN names only what these count */
    int32_t points;          /* whole points of the score; all lines add up to it exactly */
    int32_t own_points; /* in points of its own part (fit or engagement); these add up to that part.
                           In the points model the same as points */
    int64_t micro;      /* its exact share of the score in millionths of a point, rounded down: what
                           the whole points were made of */
    bool of_engagement; /* which part its own points belong to: fit otherwise */
};

/* The first day on which a record's grade, or its tier, is another one although nothing happens. */
struct icp_forecast {
    int32_t on;                /* UTC date; ICP_NO_DAY: none within ICP_AHEAD_DAYS */
    char grade[4];             /* on that day; no text when no file applies any more */
    struct icp_str tier;       /* id on that day; no text likewise */
    struct icp_str tier_label; /* in the result's language */
    bool falls; /* the grade is worse then: in a part, and better in none. X is worse than all; U
                   is neither worse nor better than a letter */
};
/* What icp_rules_look_ahead works out. */
struct icp_outlook {
    bool looked; /* else nothing of it is known */
    struct icp_forecast grade, tier;
    struct icp_str text;  /* the sooner of the two: "falls to A3 on 14 Feb"; may be no text */
    struct icp_str later; /* the other one, on another day: "becomes Nurture on 3 Mar" */
    /* The smallest single change that would lift the grade today, of those that a rep can learn or
       bring about: an unknown field with the value that suits best, else the signal with the fewest
       points that is enough, else points of engagement in all. Rules: "What would lift it". */
    char lift_grade[4];        /* what it would be; no text: nothing single would */
    struct icp_str lift_with;  /* name of the field or signal; "engagement" */
    struct icp_str lift_value; /* one that would do: of the field, as a CRM holds it; of the
                                  signal's first attribute; may be no text */
    struct icp_str lift;       /* in words: "A2 with company employees 50..249" */
};

enum icp_reach { ICP_REACH_OK, ICP_REACH_NO_EMAIL, ICP_REACH_OPTED_OUT, ICP_REACH_BOUNCED };
const char *icp_reach_name(enum icp_reach reach); /* "", "no_email", "opted_out", "bounced" */

/* "", "no e-mail address", "opted out of e-mail", "e-mail bounced": for people, in a language
   ("da"; no text: English). */
struct icp_str icp_reach_words(enum icp_reach reach, struct icp_str language);

/* A condition that met a limit (steps, memory, the work of a pattern) on this record: unknown. */
struct icp_rules_stop {
    struct icp_str id; /* of the line, role or tier it stands in; "applies_when" */
    uint32_t line, column;
    const char *why; /* static: "the pattern takes too many steps on this text" */
};
enum { ICP_STOPS_MOST = 8 }; /* told of one record; a file has one such condition or none */

struct icp_result {
    struct icp_str language;           /* that its texts are in: "en" */
    int32_t score;                     /* 0..about->score_most, as people see it */
    int32_t fit, engagement, coverage; /* 0..100; all -1 in the points model: it has none */
    bool applies; /* `applies_when` holds, or there is none; else nothing else is worked out but
                     reach, and the tier is none */
    bool disqualified;
    bool moves_with_time; /* the result may change on another day although nothing else does */
    bool grade_held, tier_held;  /* only the margin keeps it: held_text */
    char grade[4];               /* "A2", "U4", "X"; points model: "A", "X" */
    char fit_letter;             /* A..D, U, X; of the score in the points model */
    char engagement_digit;       /* '1'..'4'; 0 when X, and in the points model */
    uint32_t tier;               /* index into about->tiers; UINT32_MAX when no line holds */
    const struct icp_str *roles; /* by the file's own lines: "decision_maker", "payer", "user",
                                    "influencer", "gatekeeper", in this order */
    size_t role_count;
    struct icp_str held_text; /* "held at A2: 33 is within 3 of 35"; no text: nothing is held */
    const struct icp_reason
        *reasons; /* largest first by absolute points; X: its disqualifiers only */
    size_t reason_count;
    struct icp_str missing_field; /* the unknown field whose knowledge could change the score most;
                                     no text: none */
    struct icp_str missing_label; /* in words for people: "company employees" */
    enum icp_reach reach;
    uint32_t refused_values;            /* values that did not fit their type, taken as unknown */
    uint32_t future_signals;            /* ignored: more than a day ahead of as_of */
    const struct icp_rules_stop *stops; /* each condition once, the first ICP_STOPS_MOST */
    uint32_t stop_count;
    int32_t fit_in_score; /* fit with all that is not known counted as 50: what the score is made
                             of; -1 in the points model */
    struct icp_outlook outlook; /* only after icp_rules_look_ahead */
};

/* Scores `count` inputs. Results and their texts live in the arena. Of several inputs nothing else
   does: what they are worked out with has memory of its own, with the same cap, for as long as the
   call takes. ICP_BUG when the arena is full. */
enum icp_status icp_rules_score(const struct icp_ruleset *rules,
                                const struct icp_rules_input *inputs, size_t count,
                                struct icp_arena *arena, struct icp_result *results,
                                struct icp_err *err);

/* ---- What comes next --------------------------------------------------------------------------
 */

enum {
    ICP_AHEAD_DAYS = 364, /* 52 weeks: nobody plans further, and within them a day and a month say
                             which day it is */
};
/* Working memory of looking ahead with files that score the same people, for one thread; lives as
   long as the arena. */
struct icp_ahead;
enum icp_status icp_rules_ahead_open(const struct icp_ruleset *const *files, size_t count,
                                     struct icp_arena *arena, struct icp_ahead **ret,
                                     struct icp_err *err);
/* Fills in result->outlook. `inputs`: the record's, one a file, as they were scored; `chosen`:
   whose result it is (icp_rules_choose; 0 with one file). The days to come are those of
   icp_rules_score with the same values and signals, one night after the other: what a record had
   the day before is its previous grade and tier, which matters with a drop_margin, and of several
   files the best counts each day. Texts live in the arena. */
enum icp_status icp_rules_look_ahead(struct icp_ahead *ahead, const struct icp_rules_input *inputs,
                                     size_t chosen, struct icp_arena *arena,
                                     struct icp_result *result, struct icp_err *err);

/* ---- Lines that records reach ----------------------------------------------------------------
 */

enum icp_line_kind {
    ICP_LINE_BAND,  /* of bands or age_days */
    ICP_LINE_KEY,   /* of match, prefix, any_of, titles */
    ICP_LINE_POINT, /* of a scale; it takes part for values on either side of it */
    ICP_LINE_CASE,
    ICP_LINE_ELSE,
    ICP_LINE_APPLIES, /* applies_when: takes part when it keeps somebody out */
    ICP_LINE_DISQUALIFIER,
    ICP_LINE_ADJUSTMENT,
    ICP_LINE_COVERAGE, /* min_coverage: takes part when it makes the letter U */
    ICP_LINE_SIGNAL,
    ICP_LINE_CAP, /* of a group, or of a line of points: takes part when it holds the sum */
    ICP_LINE_FLOOR,
    ICP_LINE_POINTS, /* of the points model */
    ICP_LINE_GRADE,
    ICP_LINE_TIER,
    ICP_LINE_KIND_COUNT
};
/* A line of the file that can take part in a result. */
struct icp_rules_line {
    uint32_t line, column;
    enum icp_line_kind kind;
    struct icp_str
        owner; /* id of the criterion, group, … that it stands in; "fit" for the letters */
    struct icp_str says; /* what it holds for, as the file writes it: "20..49", a condition, "A" */
};
/* Not in the order of the file: in that of the sections, as they are compiled. */
const struct icp_rules_line *icp_rules_lines(const struct icp_ruleset *rules, size_t *count);
/* As icp_rules_score; sets reached[i] when line i of icp_rules_lines took part in a result, and
   leaves the others as they are. */
enum icp_status icp_rules_score_noting(const struct icp_ruleset *rules,
                                       const struct icp_rules_input *inputs, size_t count,
                                       struct icp_arena *arena, struct icp_result *results,
                                       bool *reached, struct icp_err *err);

/* One line of at most 255 characters: grade, the two or three strongest reasons, what to fill in
 * next. */
struct icp_str icp_rules_summary(const struct icp_ruleset *rules, const struct icp_result *result,
                                 struct icp_arena *arena);
/* One reason a line with its signed points, then the sum; at most 2,000 characters; names dates,
 * never ages. */
struct icp_str icp_rules_reasons_text(const struct icp_ruleset *rules,
                                      const struct icp_result *result, struct icp_arena *arena);
/* What moved a record between two results (of the same or of two rule files): the line that changed
   most, with both points: "size 12 → 4 (120 employees)". */
struct icp_str icp_rules_moved_by(const struct icp_result *before, const struct icp_result *after,
                                  struct icp_arena *arena);

/* ---- Several files ---------------------------------------------------------------------------
 */

#define ICP_NO_FILE SIZE_MAX
/* Which of one record's results, one a file in the order of the files, is the record's: of those
   that apply, X in any of them; else the best letter, A to D and then U, then the higher fit
   (score, in the points model), then the first file. ICP_NO_FILE: none applies. */
size_t icp_rules_choose(const struct icp_result *const *results, size_t count);
/* Do files that score the same people agree: names of their own, and one type and one place in the
   CRM for a field that several of them use. What differs is reported into `list`, at its place in
   the later file; `paths` along the files. False when something was. */
bool icp_rules_agree(const struct icp_ruleset *const *files, const char *const *paths, size_t count,
                     struct icp_diagnostics *list);

/* ---- Checking -------------------------------------------------------------------------------- */

/* What a CRM says of one of its properties. */
struct icp_rules_option {
    struct icp_str value, label; /* label: what people see; may be no text */
};
struct icp_rules_property {
    struct icp_str crm;
    enum icp_object object;
    struct icp_str name;
    struct icp_str type; /* the CRM's word: "enumeration", "number", "string", …; may be no text */
    const struct icp_rules_option *options;
    size_t option_count;
    int32_t filled; /* percent of the records; -1: not known */
};
struct icp_rules_checking {
    int32_t today; /* for `review_by`; ICP_NO_DAY: not looked at */
    const struct icp_rules_property *properties;
    size_t property_count;
};
/* What is allowed but hardly meant, as warnings and notes into `list`, unsorted: lines that are
   hidden by others, conditions that are never or always true, grades and tiers out of reach, caps
   that take away what a line gives, values that a property does not have, … */
void icp_rules_check(const struct icp_ruleset *rules, const struct icp_rules_checking *with,
                     struct icp_diagnostics *list);
/* The same of the words of a file that may still have errors: weights, protected data. */
void icp_rules_check_text(struct icp_str text, struct icp_diagnostics *list);

/* ---- The file's own tests ------------------------------------------------------------------- */

struct icp_rules_failure { /* an expectation that did not hold */
    struct icp_str what;   /* "grade", "points of size" */
    struct icp_str expected, got;
    uint32_t line, column;
};
struct icp_rules_test {
    struct icp_str name;
    uint32_t line, column; /* of the test, or of the first expectation that failed */
    bool passed;
    struct icp_str failure; /* "grade: expected A2, got B4", all of them, "; " between */
    const struct icp_rules_failure *failures;
    size_t failure_count;
    int32_t as_of;
    const struct icp_result *result; /* what came out, with its reasons */
};
/* The lines that some test reaches, as icp_rules_score_noting marks them. */
enum icp_status icp_rules_cover(const struct icp_ruleset *rules, struct icp_arena *arena,
                                bool *reached, struct icp_err *err);
enum icp_status icp_rules_run_tests(const struct icp_ruleset *rules, struct icp_arena *arena,
                                    const struct icp_rules_test **tests, size_t *count,
                                    size_t *failed, struct icp_err *err);

/* Tests for the lines that no test of the file reaches, with what comes out now as expectations:
   YAML items that stand below `tests:` as they are, and a comment for each line that could not be
   reached. `all`: also for lines that are reached, with the ends of each band and what lies just
   outside each condition. Same file, same bytes. */
struct icp_rules_suggestion {
    size_t tests;     /* that were written */
    size_t unreached; /* lines that even with them no test reaches */
    size_t tries;     /* records that were looked at */
};
enum icp_status icp_rules_suggest(const struct icp_ruleset *rules, bool all,
                                  struct icp_arena *arena, struct icp_buf *out,
                                  struct icp_rules_suggestion *suggestion, struct icp_err *err);

#endif
