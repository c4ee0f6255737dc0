/*
 * Working memory of one batch: made once from the caller's arena and cleared a record. The steps
 * are values → fit → engagement (or points) → outcome → reasons, each reading what the earlier ones
 * left here.
 */
#ifndef ICP_EVALUATE_H
#define ICP_EVALUATE_H

#include "engine.h"

/* What a criterion came to. */
struct icp_criterion_result {
    bool known;            /* its weight counts as coverage */
    bool counted;          /* its weight is in the mean: known, or missing: zero or neutral */
    int64_t micro;         /* points × 1e6 */
    uint32_t unknown_slot; /* the field that a person should fill in; ICP_NO_SLOT */
};

struct icp_group_result {
    icp_wide nano; /* points × 1e9, after cap and floor */
    bool held;     /* by cap or floor */
    int64_t off;   /* points model: whole points that its cap or floor adds */
    uint64_t times;
};

struct icp_points_result { /* what a line of the points model came to */
    int32_t points;
    uint32_t unknown_slot; /* the field that a person should fill in; ICP_NO_SLOT */
};

struct icp_taken { /* what a signal line takes of one signal, for days to come */
    uint32_t line;
    int32_t day;
    int64_t points; /* before they fade */
};

struct icp_line_state { /* of a signal line, while a record's signals are walked by day */
    int32_t day;
    uint64_t taken; /* on that day */
    icp_wide nano;
    int32_t last_day;
    uint64_t times; /* counted, all days */
    uint64_t seen;  /* the same without the line's limit a day: what happened, for texts */
    bool counter;
    int32_t what_day;
    struct icp_str what; /* first attribute of the last event that has one: the form's name */
};

/* A reason being made. The exact shares are numerators over the denominators of their part. */
struct icp_share {
    enum icp_reason_kind kind;
    struct icp_str id;
    uint32_t index; /* of the criterion, adjustment or group */
    bool of_fit;
    icp_wide score, own;
    int64_t micro; /* of score, in millionths of a point */
    int32_t points, own_points;
};

struct icp_work {
    const struct icp_ruleset *rules;
    struct icp_arena *arena;
    const struct icp_rules_input *input;
    struct icp_result *result;
    const struct icp_language *language; /* of the texts */
    size_t language_index;               /* of the author's texts: among rules->languages */

    struct icp_value *slots;
    struct icp_str *raw;  /* a field's own text by slot, for texts */
    struct icp_str *keys; /* normalised text by slot, made when first asked for */
    bool *has_key;
    bool *seen; /* lines of one any_of that were hit */

    struct icp_criterion_result *criteria;
    bool *adjusted; /* adjustments that hold */
    int64_t adjustment_points;
    int64_t known_weight, mean_weight; /* coverage; the mean */
    icp_wide mean_sum, neutral_sum; /* Σ weight × micro points; the latter with unknown as 50 */
    bool nothing_known;

    struct icp_points_result *points;
    int64_t points_sum; /* after caps, before it is held to 0..max */

    struct icp_group_result *groups;
    icp_wide engagement_nano; /* before it is held to 0..100 */
    struct icp_line_state *lines;
    struct icp_taken *taken; /* everything that lines take, also of days to come; NULL: nobody asks.
                                Room for icp_taken_most */
    size_t taken_count;
    struct icp_value *attributes;
    struct icp_str *attribute_keys;

    struct icp_share *shares; /* as many as lines can be */
    uint32_t *order, *scratch;
    icp_wide *fractions;

    struct icp_rules_stop stops[ICP_STOPS_MOST]; /* of the record */
    uint32_t stop_count;

    bool *considered;      /* slots whose worth to know was looked at */
    bool quiet;            /* no text is wanted */
    uint32_t assumed_slot; /* a field that is taken to hold assumed_text; ICP_NO_SLOT */
    struct icp_str assumed_text;
    bool *reached; /* by place - 1: lines that took part; NULL: nobody asked */
};

static inline void icp_note_place(const struct icp_work *work, uint32_t place)
{
    if (work->reached && place > 0)
        work->reached[place - 1] = true;
}

bool icp_work_open(struct icp_work *work, const struct icp_ruleset *rules, struct icp_arena *arena);
/* Conditions of the line `id` over any slots; one that meets a limit is noted in work->stops. */
bool icp_condition_holds(struct icp_work *work, struct icp_str id, const struct icp_feel *when,
                         const struct icp_value *slots);
struct icp_value icp_condition_evaluate(struct icp_work *work, struct icp_str id,
                                        const struct icp_feel *when, const struct icp_value *slots);
void icp_language_take(struct icp_work *work);
void icp_values_take(struct icp_work *work); /* input → slots, and reach */
/* The steps of it: one field, a slot that is worked out from one. */
void icp_value_take(struct icp_work *work, size_t field);
void icp_value_derive(struct icp_work *work, uint32_t slot);
/* A flag, or a counter above 0, or anything else that the CRM states. */
bool icp_value_is_set(const struct icp_work *work, uint32_t slot);
struct icp_str icp_value_key(struct icp_work *work, uint32_t slot);
void icp_criterion_evaluate(struct icp_work *work, size_t index);   /* into work->criteria */
void icp_points_line_evaluate(struct icp_work *work, size_t index); /* into work->points */
void icp_roles_evaluate(struct icp_work *work);
/* The two that a line may look at, each by itself. */
bool icp_role_title_holds(struct icp_work *work, const struct icp_role_line *line);
bool icp_role_department_holds(struct icp_work *work, const struct icp_role_line *line);
void icp_fit_evaluate(struct icp_work *work);
void icp_adjustment_evaluate(struct icp_work *work, size_t index); /* into work->adjusted */
void icp_fit_sum(struct icp_work *work); /* what the criteria and adjustments came to */
enum icp_status icp_engagement_evaluate(struct icp_work *work, struct icp_err *err);
/* Signals to lines: work->lines. Engagement sums them by group, points by line. */
enum icp_status icp_signals_walk(struct icp_work *work, struct icp_err *err);
void icp_engagement_sum(struct icp_work *work); /* what the lines came to, by group */
void icp_points_sum(struct icp_work *work);     /* what the lines of the points model came to */
enum icp_status icp_points_evaluate(struct icp_work *work, struct icp_err *err);
int32_t icp_points_score(const struct icp_work *work); /* held to 0..max */
/* Is the value of its field known? An age needs a date that is not of the future. */
bool icp_rule_knows(struct icp_work *work, const struct icp_criterion *criterion);
/* Whole UTC days from a known date or datetime to as_of; negative ahead of it. */
int64_t icp_age_of(const struct icp_work *work, uint32_t slot);
/* Millionths of points that a known value gets. */
int64_t icp_rule_points(struct icp_work *work, const struct icp_criterion *criterion);
/* The first field that a condition reads and nobody knows, or ICP_NO_SLOT. */
uint32_t icp_unknown_slot(const struct icp_work *work, const struct icp_feel *when);
/* Nano points of a group, held to its cap and floor. */
icp_wide icp_group_hold(icp_wide nano, const struct icp_group *group);
bool icp_record_applies(struct icp_work *work);
bool icp_record_disqualified(struct icp_work *work);
/* The sums → the numbers of the result; disqualified or not must be known. */
void icp_numbers_make(struct icp_work *work);
/* The input → the numbers, grade and tier of the result: all but missing field and reasons. */
enum icp_status icp_record_decide(struct icp_work *work, struct icp_err *err);
void icp_outcome_decide(struct icp_work *work); /* the numbers of the result → grade and tier */
void icp_outcome_grade(struct icp_work *work);  /* the steps of it */
void icp_outcome_tier(struct icp_work *work);
void icp_missing_find(struct icp_work *work); /* missing_field and missing_label of the result */
void icp_reasons_make(struct icp_work *work);
/* Text of a reason whose line has none of its own, or has. */
/* "not known: …, counted as neutral"; of_fit: only what the own points of fit count so. */
struct icp_str icp_unknown_text(const struct icp_work *work, bool of_fit);
struct icp_str icp_reason_text(const struct icp_work *work, const struct icp_share *share);
/* A part's exact value before it is held to 0..100, as numerator over `denominator`. */
struct icp_part {
    icp_wide numerator, denominator;
};
struct icp_part icp_fit_part(const struct icp_work *work);         /* the fit that people see */
struct icp_part icp_fit_neutral_part(const struct icp_work *work); /* that the score uses */
struct icp_part icp_engagement_part(const struct icp_work *work);
int32_t icp_part_round(struct icp_part part); /* held to 0..100, half away from zero */

#endif
