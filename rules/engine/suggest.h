/*
 * Suggesting tests for a file: values worth trying for each field and signal (suggest_values.c,
 * with suggest_conditions.c and suggest_pools.c), the search for records that reach lines
 * (suggest.c), and the tests as text (suggest_write.c). The search knows nothing of the rules but
 * which lines a record reached, so that it cannot be wrong about them: what is written down is what
 * scoring said.
 */
#ifndef ICP_SUGGEST_H
#define ICP_SUGGEST_H

#include "engine.h"

enum {
    ICP_DRAFT_SIGNALS = 48,
    ICP_MOST_POOL = 4096, /* values of one field: a match of 2,000 keys, each with a neighbour */
};

struct icp_pool { /* values of one field worth trying, in canonical spelling */
    struct icp_str *texts;
    size_t count, room;
};

struct icp_draft {          /* a record being thought of */
    struct icp_str *values; /* by field index; no text: not known */
    struct icp_signal signals[ICP_DRAFT_SIGNALS];
    size_t signal_count;
};

struct icp_suggested { /* one that is kept */
    struct icp_draft draft;
    struct icp_str name;
};

struct icp_suggest {
    const struct icp_ruleset *rules;
    struct icp_arena *arena;  /* of all that is kept */
    struct icp_arena scratch; /* of one try */
    int32_t as_of;
    const struct icp_str *base; /* values that the file applies to; NULL: it does to everybody */
    struct icp_pool *pools;     /* by field index */
    struct icp_signal *signals; /* worth trying, at as_of, once */
    size_t signal_count;
    bool *reached; /* by place - 1: by the file's tests or by what is kept */
    bool *now;     /* by the last try */
    struct icp_result result;
    size_t tries;
    struct icp_suggested *kept;
    size_t count, room;
    uint64_t seed;
    bool all;
};

/* Fills pools and signals from every line and condition of the file. */
void icp_suggest_values(struct icp_suggest *suggest);
/* Only those that the lines of one rule over a field ask for. */
struct icp_pool icp_suggest_rule_values(struct icp_suggest *suggest,
                                        const struct icp_criterion *rule, uint32_t field);
/* Fields (as indexes) that a condition over a record depends on, also by way of derived ones. */
size_t icp_suggest_fields(const struct icp_ruleset *rules, const struct icp_feel *when,
                          uint32_t *fields, size_t most);
/* "120 employees, country DK": what a draft gives. */
struct icp_str icp_suggest_given(struct icp_suggest *suggest, const struct icp_draft *draft);
/* A name for the test of a draft that reaches this place. */
struct icp_str icp_suggest_name(struct icp_suggest *suggest, const struct icp_draft *draft,
                                uint32_t place);
/* The line of the same rule that takes the very value which an unreached key names; 0: none does,
   or only `else`, which says nothing about why. */
uint32_t icp_suggest_taker(struct icp_suggest *suggest, uint32_t place);
/* A text for a pattern over attributes: without its stars. */
struct icp_str icp_suggest_plain(struct icp_suggest *suggest, struct icp_str pattern);
/* A title for a pattern over titles. */
struct icp_str icp_suggest_title(struct icp_suggest *suggest, struct icp_str pattern);
/* The kept tests as items below `tests:`, then a comment for each line that none reaches. */
void icp_suggest_write(struct icp_suggest *suggest, struct icp_buf *out);

#endif
