/*
 * Inside the checks: what they share. A check looks at a compiled ruleset and at the tree of its
 * text, which tells the places, and reports what is allowed but hardly meant. Checks change
 * nothing and cost bounded work.
 */
#ifndef ICP_CHECK_H
#define ICP_CHECK_H

#include "engine.h"

#include "yaml.h"

struct checker {
    const struct icp_ruleset *rules;
    const struct icp_yaml *root;
    const struct icp_rules_checking *with;
    struct icp_diagnostics *list;
    struct icp_arena *arena;
    int64_t work; /* left for checks that compare everything with everything */
};
enum {
    CHECK_WORK = 10000000, /* steps of such checks: well under a second */
};

/* "warning" at the place of a line of the file, or of a node of its tree. */
struct check_place {
    uint32_t line, column;
};
struct check_place check_place_of(const struct checker *checker, uint32_t place);
struct check_place check_place_at(const struct icp_yaml *node);
/* The node at a way of keys from the root, "fit", "criteria"; NULL when it is not there. */
const struct icp_yaml *check_find(const struct checker *checker, const char *section,
                                  const char *key);
/* The value of a key of item `index` of a list, else the item, else the list. */
const struct icp_yaml *check_item(const struct icp_yaml *list, size_t index, const char *key);

/* What a part of the score can be, whatever is known of a record. */
struct check_range {
    int32_t least, most;
};
struct check_range check_fit_range(const struct checker *checker);
struct check_range check_group_range(const struct icp_ruleset *rules, size_t group_index);
struct check_range check_engagement_range(const struct icp_ruleset *rules);
/* The same in the points model: of the whole score, of a group. */
struct check_range check_points_range(const struct icp_ruleset *rules);
struct check_range check_points_group_range(const struct icp_ruleset *rules, size_t group);

void check_fit(struct checker *checker);
/* Patterns that an earlier one of the same line hides. */
void check_titles(struct checker *checker, const struct icp_criterion *criterion);
void check_grades(struct checker *checker);
void check_engagement(struct checker *checker);
void check_points(struct checker *checker);
void check_conditions(struct checker *checker);
void check_tiers(struct checker *checker);
void check_properties(struct checker *checker);

/* ---- truth.c: what a condition can be ---------------------------------------------------------
 */

enum { CAN_BE_TRUE = 1, CAN_BE_FALSE = 2, CAN_BE_NULL = 4 };

/* Conditions over the same slots that are tried in order, such as tiers or cases. */
struct check_truth;
/* How the slots of a condition behave. */
struct check_slot {
    enum icp_type type; /* of its values; ICP_TYPE_SET: nothing is known about it */
    bool known;         /* never null */
    bool whole;         /* numbers are whole */
    bool bounded;
    struct check_range range;    /* of a number, both ends included */
    const struct icp_str *texts; /* all values that a text can have; NULL: any text */
    size_t text_count;
    struct icp_str name; /* of an output or group, for hints; no text: a field */
    bool narrow;         /* this file leaves less than it could be */
};
typedef bool check_slot_reader(const struct checker *checker, uint32_t slot,
                               struct check_slot *about);
/* Can something of what these values stand for be together? `values` along `slots`; `spans`: of a
   bounded number, the whole numbers that it stands for. */
typedef bool check_feasible(const struct checker *checker, const uint32_t *slots,
                            const struct icp_value *values, const struct check_range *spans,
                            size_t count);
struct check_scope {
    size_t slot_count;
    check_slot_reader *slot;
    check_feasible *feasible; /* NULL: always */
};
/* Up to `count` conditions, NULL for one that always holds. NULL at the arena's end. */
struct check_truth *check_truth_open(struct checker *checker, const struct check_scope *scope,
                                     const struct icp_feel *const *conditions, size_t count);
struct check_verdict {
    bool decided;      /* false: too much to look at; nothing is said */
    unsigned outcomes; /* CAN_BE_… of the condition by itself */
    bool reached;      /* true somewhere where none before it is true */
    size_t hidden_by;  /* not reached: the one condition that is true wherever this one is, or
                          SIZE_MAX */
};
struct check_verdict check_truth_of(struct check_truth *truth, size_t index);
/* What a condition over a record's fields is when none of them is known: one of CAN_BE_…. */
unsigned check_truth_of_nothing(struct check_truth *truth, size_t index);
/* What the slots of a condition can be, in words: "hand_raise goes from 0 to 60". No text when
   there is nothing to say. */
struct icp_str check_truth_limits(struct check_truth *truth, size_t index);
/* The texts in a condition that its slot never has: the first, or no text. */
struct icp_str check_truth_impossible(struct check_truth *truth, size_t index,
                                      struct check_slot *about);

#endif
