/*
 * Working memory of looking ahead, shared by what time moves (ahead.c) and by what would lift a
 * grade (lift.c): for each file a record of its own, scored again and again.
 */
#ifndef ICP_AHEAD_H
#define ICP_AHEAD_H

#include "evaluate.h"

struct icp_watch { /* a number that conditions of tiers compare with constants */
    uint32_t slot;
    int64_t *edges; /* ascending; between two neighbours every condition stays as it is */
    size_t count, room;
    size_t place; /* where the number is: twice the edges below it, and 1 more when it is on one */
};

struct icp_indexes { /* of lines that look at the day */
    uint32_t *items;
    size_t count;
};

struct icp_ahead_file {
    const struct icp_ruleset *rules;
    struct icp_work work;
    struct icp_rules_input input; /* of the day that is looked at */
    struct icp_result result;     /* on that day */
    char before[4];               /* grade on the day before */
    struct icp_indexes criteria, adjustments, points;
    bool whole;        /* the day decides who is scored, a role, or where a signal goes */
    bool disqualifies; /* a disqualifier asks for the day */
    bool tiers_ask;    /* a tier does, or compares numbers in a way that is not watched */
    struct icp_watch *watches;
    size_t watch_count;
};

struct icp_ahead {
    struct icp_ahead_file *files;
    size_t count;
};

/* A record's outcome on its own day: everything is taken from its input. */
enum icp_status icp_ahead_begin(struct icp_ahead_file *file, const struct icp_rules_input *input,
                                struct icp_arena *arena, struct icp_err *err);
/* Whose outcome counts now; ICP_NO_FILE: none applies. */
size_t icp_ahead_choose(const struct icp_ahead *ahead);
/* The one change that would make the grade of `result` better, into its outlook. The inputs are
   those that gave the result. */
enum icp_status icp_lift_find(struct icp_ahead *ahead, const struct icp_rules_input *inputs,
                              size_t chosen, struct icp_arena *arena, struct icp_result *result,
                              struct icp_err *err);

#endif
