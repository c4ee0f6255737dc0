/*
 * The compiled form of an ICP file, shared by the files of this layer: flat tables over slots. A
 * slot is a place in the row of typed values that a record is turned into; conditions, criteria and
 * texts name slots, never fields. Everything lives in the ruleset's own arena and never changes
 * after icp_rules_compile returned it.
 */
#ifndef ICP_ENGINE_H
#define ICP_ENGINE_H

#include "icp/rules.h"

#include "bounds.h"
#include "date.h"
#include "dictionary.h"
#include "feel.h"
#include "number.h"
#include "phrases.h"
#include "titles.h"
#include "utf8.h"

struct icp_yaml;
struct icp_calendar;

typedef icp_int128 icp_wide; /* sums of weights × millionths × percentages */

enum {
    ICP_MAX_WEIGHT = 10000, /* shares; with ICP_MAX_CRITERIA lines every sum stays in 128 bits */
    ICP_MAX_SIGNAL_POINTS =
        1000,                 /* one occurrence; ten times the whole scale is more than enough */
    ICP_MAX_HALF_LIFE = 3650, /* days: ten years; a table has about 31 entries a half-life */
    ICP_MAX_PER_DAY = 100000, /* occurrences of one line and day */
    ICP_MAX_ROOM = 1000000,   /* people a week */
    ICP_MAX_MARGIN = 25,      /* points below a line: a quarter of the scale */
    ICP_MAX_GROUP_POINTS = 1000000, /* a group without a cap is held here, so that the points of all
                                       lines of one reason list stay in 32 bits */
    ICP_MAX_SCORE = 1000, /* `max` of the points model; 100 is usual, other tools go to 500 */
    ICP_REASON_CHARACTERS = 300, /* of one reason: a sentence, not a document */
    ICP_FILL_CHARACTERS = 80,    /* of one {field} in it */
};
#define ICP_NO_SLOT UINT32_MAX
#define ICP_NANO    INT64_C(1000000000) /* decay factors and group sums are counted in 1e-9 points */

/* ---- Fields ---------------------------------------------------------------------------------- */

struct icp_known;
/* A field that is worked out from another one; the table of them is in derived.c. */
struct icp_derived {
    const char *name, *from; /* "contact.email_domain" from "contact.email" */
    enum icp_type type;
    bool of_industry; /* from a declared field with a `scheme` rather, when there is one */
    /* `from` is a known text of the field `source`. Sets *value; leaving it null makes the field
       unknown. *words: what people read in its place, else the value. What is made on the way lives
       in the arena. */
    void (*work_out)(const struct icp_known *source, const struct icp_value *from,
                     struct icp_arena *arena, struct icp_value *value, struct icp_str *words);
};
const struct icp_derived *icp_derived_fields(size_t *count);

struct icp_own_sources { /* a CRM's key under a field that the file declares */
    struct icp_str crm;
    const struct icp_source *sources;
    size_t count;
};

/* Every field that the file could name; its index is its slot. */
struct icp_known {
    struct icp_str name;
    enum icp_type type;
    const struct icp_derived *derived; /* NULL: a field of a CRM */
    uint32_t from;                     /* slot of the field it is worked out from */
    bool declared;                     /* under `fields:` of the file */
    bool used;
    bool has_scheme; /* its codes are of a classification, which is said or follows from its name */
    uint8_t scheme;  /* enum icp_scheme */
    uint32_t index;  /* among the fields that the caller gives values for; not of derived ones */
    uint32_t line, column;
    const struct icp_own_sources *own;
    size_t own_count;
};

struct icp_list {
    struct icp_str name;
    struct icp_str *items;
    size_t count;
    bool used;
};

/* ---- Texts ----------------------------------------------------------------------------------- */

struct icp_piece {
    struct icp_str literal;
    uint32_t slot; /* filled in behind the literal; ICP_NO_SLOT: nothing */
};
struct icp_template { /* in the first language of the file */
    const struct icp_piece *pieces;
    size_t count;
    const struct icp_template *others; /* by language; one without pieces: the first's; NULL: one
                                          text for all */
};

/* ---- Fit ------------------------------------------------------------------------------------- */

enum icp_missing { ICP_MISSING_SKIP, ICP_MISSING_ZERO, ICP_MISSING_NEUTRAL };

enum icp_rule_kind {
    ICP_RULE_BANDS,
    ICP_RULE_MATCH,
    ICP_RULE_PREFIX,
    ICP_RULE_ANY_OF,
    ICP_RULE_SCALE,
    ICP_RULE_CASES,
    ICP_RULE_AGE_DAYS,
    ICP_RULE_TITLES,
    ICP_RULE_COUNT
};

/* One line of a rule; which members count depends on the kind. */
struct icp_line {
    int64_t from, to;            /* bands, age_days: millionths, from <= x <= to. scale: x = from */
    struct icp_str key;          /* match, prefix, any_of: normalised. titles: icp_titles_normal */
    const struct icp_feel *when; /* cases */
    int32_t points;
    uint32_t place; /* in the file; see icp_ruleset.places */
};

struct icp_criterion {
    struct icp_str id;
    int32_t weight;
    enum icp_rule_kind kind;
    enum icp_missing missing;
    uint32_t slot;                /* ICP_NO_SLOT for cases without a field */
    const struct icp_feel *lacks; /* cases with a field: it is unknown */
    struct icp_line *lines;       /* bands, age_days, scale by `from`; match, any_of by key; prefix
                                     longest first; titles in file order, the first that holds counts */
    size_t count;
    int32_t otherwise; /* `else` */
    bool has_otherwise;
    uint32_t otherwise_place;
    int32_t least, most; /* points it can give */
    bool ahead_is_zero;  /* age_days: a date of the future is 0 days old, as the points model
                            says; else more than a day ahead is unknown */
    const struct icp_titles *titles; /* titles: all lines, and the guards of every one */
    const struct icp_str *guards;    /* `not`: normal patterns, sorted */
    size_t guard_count;
    int32_t least_sum, most_sum; /* any_of: its sum is held to these; 0 and 100 in fit */
    struct icp_template because;
};

struct icp_condition_line { /* of `disqualify` and of `adjustments` */
    struct icp_str id;
    const struct icp_feel *when;
    int32_t points; /* adjustments only */
    uint32_t place;
    struct icp_template because;
};

/* ---- Engagement ------------------------------------------------------------------------------ */

struct icp_decay {     /* 0.5^(age / half_life) × 1e9, rounded, up to the age where that gives 0 */
    int32_t half_life; /* days */
    const uint32_t *factors;
    size_t count;
};

struct icp_match { /* globs on one attribute; any of them */
    struct icp_str attribute;
    const struct icp_str *patterns; /* normalised */
    size_t count;
};

struct icp_signal_line {
    uint32_t group, signal; /* indexes. Points model: group is the line's own index, so that every
                               line counts by itself */
    int32_t points;
    uint32_t max_per_day;            /* 0: no limit */
    const struct icp_decay *decay;   /* NULL: never fades */
    const struct icp_match *matches; /* all of them */
    size_t match_count;
    const struct icp_feel *when; /* over the attributes of its signal */
    uint32_t place;
};

struct icp_group {
    struct icp_str id;
    int32_t cap, floor;
    bool has_cap, has_floor;
    uint32_t cap_place, floor_place;
    uint32_t first_line, line_count; /* of signal_lines; not in the points model */
    struct icp_template because;     /* what it is called; count 0: its id in words */
};

/* A signal name that some line scores, with its lines in file order (so by group). */
struct icp_signal_kind {
    struct icp_str name;
    const uint32_t *lines;
    size_t line_count;
    const struct icp_str *attributes; /* every CRM's; order = slots of `when` on its lines */
    size_t attribute_count;
};

/* ---- Points model ---------------------------------------------------------------------------- */

enum icp_points_kind {
    ICP_POINTS_WHEN,   /* `points` when the condition is true */
    ICP_POINTS_RULE,   /* what `rule` gives for the value of its field */
    ICP_POINTS_DECAY,  /* floor(points × (window − age) / window), 0 from the window on */
    ICP_POINTS_PER,    /* points × the number, rounded down, at least 0; then the cap */
    ICP_POINTS_SIGNAL, /* the sum of a signal line after it faded; the cap; rounded once */
    ICP_POINTS_KINDS
};

/* A line is worth whole points. An unknown value adds nothing. */
struct icp_points_line {
    struct icp_str id;
    enum icp_points_kind kind;
    int32_t points;
    int32_t cap; /* PER, SIGNAL: of the same sign as points */
    bool has_cap;
    int32_t window;       /* DECAY: days */
    int32_t swing;        /* the most points that knowing its field could add or take, for hints */
    uint32_t group;       /* ICP_NO_GROUP: none */
    uint32_t slot;        /* DECAY: a date or datetime. PER: a number. RULE: as in the rule */
    uint32_t signal_line; /* SIGNAL: index into signal_lines */
    const struct icp_feel *when;      /* WHEN */
    const struct icp_criterion *rule; /* RULE: its weight and missing are not used; a value that no
                                         line takes gets `otherwise` */
    uint32_t place, cap_place;
    struct icp_template because; /* count 0: made from the id */
};
#define ICP_NO_GROUP UINT32_MAX

/* ---- Outcome --------------------------------------------------------------------------------- */

struct icp_grade_line {
    char mark; /* 'A'..'D' or '1'..'4' */
    int32_t from;
    uint32_t place;
};
struct icp_grade_lines { /* best first; the last starts at 0 */
    struct icp_grade_line lines[4];
    size_t count;
};

/* Names that tiers may use besides fields, lists and groups; order = slots. */
enum icp_output {
    ICP_OUTPUT_ROLES, /* first: conditions over a record may ask for it too */
    ICP_OUTPUT_SCORE,
    ICP_OUTPUT_FIT,
    ICP_OUTPUT_ENGAGEMENT,
    ICP_OUTPUT_COVERAGE,
    ICP_OUTPUT_GRADE,
    ICP_OUTPUT_FIT_GRADE,
    ICP_OUTPUT_ENGAGEMENT_GRADE,
    ICP_OUTPUT_COUNT
};

/* ---- Roles, accounts, committees --------------------------------------------------------------
 */

enum icp_role {
    ICP_ROLE_DECISION_MAKER,
    ICP_ROLE_PAYER,
    ICP_ROLE_USER,
    ICP_ROLE_INFLUENCER,
    ICP_ROLE_GATEKEEPER,
    ICP_ROLE_COUNT
};
enum { ICP_ROLE_LEAST_CONFIDENCE = 40 }; /* below it no role is written */
struct icp_str icp_role_name(enum icp_role role);

struct icp_role_line {
    enum icp_role role;
    int32_t confidence; /* 1..100 */
    const struct icp_feel *when;
    const struct icp_titles *titles; /* NULL: it does not look at the title */
    const struct icp_titles_pattern *patterns;
    const struct icp_str *said; /* the patterns as they are written */
    size_t pattern_count;
    const struct icp_str *departments; /* icp_text_key */
    size_t department_count;
};

struct icp_party { /* who plays a part when the parts are in different organisations */
    struct icp_str name;
    const struct icp_feel *when; /* NULL: all the others */
};
struct icp_committee_need {
    enum icp_role role;
    int32_t weight;
    uint32_t party; /* index; ICP_NO_SLOT: any */
};
enum icp_decides { ICP_DECIDES_ONE, ICP_DECIDES_CONSENSUS };
struct icp_decision {
    const struct icp_feel *when; /* NULL: all the others */
    enum icp_decides by;
};
struct icp_influence {
    enum icp_role from, to;
    bool blocks;
};
/* Checked and kept; nothing is worked out from it yet. Percentages are of 100. */
struct icp_committee {
    int32_t engagement[3];               /* of the account's best three people */
    int32_t role_factor[ICP_ROLE_COUNT]; /* percent, before ranking */
    const struct icp_party *parties;
    size_t party_count;
    const struct icp_committee_need *needs;
    size_t need_count;
    int32_t engaged_from;
    bool can_veto[ICP_ROLE_COUNT];
    const struct icp_decision *decides;
    size_t decision_count;
    const struct icp_influence *influence;
    size_t influence_count;
};

/* ---- The file's own tests -------------------------------------------------------------------- */

/* What a test may expect, in the order of the table in load_expect.c. */
enum icp_expect {
    ICP_EXPECT_FIT,
    ICP_EXPECT_ENGAGEMENT,
    ICP_EXPECT_COVERAGE,
    ICP_EXPECT_SCORE,
    ICP_EXPECT_GRADE,
    ICP_EXPECT_TIER,
    ICP_EXPECT_REACH,
    ICP_EXPECT_TOP_REASON,
    ICP_EXPECT_REASON,
    ICP_EXPECT_REASONS,
    ICP_EXPECT_DISQUALIFIED_BY,
    ICP_EXPECT_MISSING,
    ICP_EXPECT_SUMMARY,
    ICP_EXPECT_ROLES,
    ICP_EXPECT_CALL_BY,
    ICP_EXPECT_FALLS_TO,
    ICP_EXPECT_FALLS_ON,
    ICP_EXPECT_BECOMES,
    ICP_EXPECT_BECOMES_ON,
    ICP_EXPECT_PROFILE,
    ICP_EXPECT_LIFT,
    ICP_EXPECT_LIFT_WITH,
    ICP_EXPECT_POINTS,
    ICP_EXPECT_COUNT
};
struct icp_expectation {
    enum icp_expect key;
    struct icp_str name; /* for people: "fit", "points of size" */
    struct icp_str want; /* as the file writes it */
    int32_t from, to;    /* of numbers: both included */
    struct icp_str id;   /* of points: the line */
    const struct icp_str *texts;
    size_t text_count; /* of the lists */
    uint32_t line, column;
};
struct icp_file_test {
    struct icp_str name;
    uint32_t line, column;
    int32_t as_of;
    struct icp_str language;             /* of the texts that it expects; none: the first */
    int32_t minute;                      /* of the day as_of, by the calendar's clocks */
    const struct icp_calendar *calendar; /* for call_by */
    struct icp_str previous_grade, previous_tier;
    struct icp_str *known_values; /* by slot; later gathered into `values` by field index */
    const struct icp_str *values;
    const struct icp_signal *signals;
    size_t signal_count;
    const struct icp_expectation *expectations;
    size_t expectation_count;
};

/* ---- The whole ------------------------------------------------------------------------------- */

struct icp_compared { /* a field of a condition with a text, or with the texts of a list */
    uint32_t slot;
    struct icp_str text;
    uint32_t list; /* its index; ICP_NO_SLOT: the text */
    uint32_t line, column;
};

struct icp_ruleset {
    struct icp_arena arena;
    struct icp_arena adopted; /* of the caller's, closed with the ruleset: icp_rules_adopt */
    const struct icp_dictionary *const *dictionaries;
    size_t dictionary_count;
    struct icp_rules_about about;

    const struct icp_language *const *languages; /* of `reasons_in`; none: any, default English */
    size_t language_count;

    struct icp_known *known;
    size_t known_count;
    struct icp_rules_field *fields; /* those used, by name */
    uint32_t *field_slots;
    size_t field_count;
    uint32_t email_slot, opted_out_slot, bounced_slot; /* ICP_NO_SLOT: nobody has it */

    struct icp_list *lists;
    size_t list_count;
    /* slots: known fields, then lists, then enum icp_output, then groups */
    size_t list_base, output_base, group_base, slot_count;

    const struct icp_feel *applies_when; /* NULL: to everybody */
    uint32_t applies_place;
    struct icp_condition_line *disqualify;
    size_t disqualify_count;
    struct icp_role_line *role_lines;
    size_t role_line_count;
    bool uses_roles; /* some condition asks for them */
    uint32_t title_slot, department_slot;
    struct icp_committee committee;

    struct icp_criterion *criteria;
    size_t criterion_count;
    int64_t weight; /* of all criteria */
    int32_t min_coverage;
    uint32_t min_coverage_place;
    struct icp_condition_line *adjustments;
    size_t adjustment_count;
    size_t most_lines; /* of one any_of */

    bool has_points; /* `points` instead of `fit` and `engagement` */
    struct icp_points_line *points;
    size_t points_count;
    int32_t score_most; /* 100, or `max` of the points model */
    bool reads_today;   /* a condition does, so that any result may change with the day */

    bool has_engagement;
    struct icp_group *groups; /* of engagement, or of the points model */
    size_t group_count;
    struct icp_signal_line *signal_lines;
    size_t signal_line_count;
    struct icp_signal_kind *signals;
    size_t signal_count;
    struct icp_str *signal_names;
    size_t most_attributes; /* of one signal */

    int32_t fit_percent, engagement_percent;
    struct icp_grade_lines fit_lines; /* letters: by fit, in the points model by score */
    struct icp_grade_lines engagement_lines;
    int32_t drop_margin;               /* 0: a line is lost at once */
    const struct icp_feel **tier_when; /* NULL: else */
    uint32_t *tier_places;
    struct icp_rules_tier *tiers;
    size_t tier_count;

    struct icp_file_test *tests;
    size_t test_count;

    struct icp_compared *compared; /* what the file's conditions compare fields with */
    size_t compared_count, compared_room;

    const struct icp_yaml *root; /* the file's tree, for the places that checks report */

    /* Lines of the file that a record can reach. The compiled lines above carry their place: the
       index into these + 1, or 0 for a line that the file does not write. */
    struct icp_rules_line *places;
    size_t place_count, place_room;
};

/* ---- Small helpers --------------------------------------------------------------------------- */

/* "company.employees" → "company employees", "hand_raise" → "hand raise". */
struct icp_str icp_words(struct icp_arena *arena, struct icp_str name);
/* Stable merge sort of an index; `scratch` as long as `index`. Nothing is allocated. */
typedef bool icp_index_before(const void *context, uint32_t a, uint32_t b);
void icp_index_sort(uint32_t *index, uint32_t *scratch, size_t count, icp_index_before *before,
                    const void *context);
/* The line with this key among lines sorted by key, or NULL. */
const struct icp_line *icp_line_find(const struct icp_line *lines, size_t count,
                                     struct icp_str key);
/* The slot of a field that the file could name; ICP_NO_SLOT. */
uint32_t icp_known_slot(const struct icp_ruleset *rules, struct icp_str name);
/* Gives an arena that the ruleset points into (its dictionary's) into the ruleset's keeping. */
void icp_rules_adopt(struct icp_ruleset *rules, struct icp_arena *arena);
/* SHA-256 of the canonical form of everything that can change a score, grade, tier or date to call
   by. False at the machine's end. */
bool icp_rules_hash(const struct icp_ruleset *rules, char hex[65]);
/* Fills in a template from a record's slots and own texts. */
struct icp_work;
struct icp_str icp_template_fill(const struct icp_work *work, const struct icp_template *template);

/* Table of one half-life, in whole days, at least 1. */
const struct icp_decay *icp_decay_table(struct icp_arena *arena, int32_t half_life);

#endif
