/*
 * Inside the checks of conditions: one slot and the values that stand for all it can have, so that
 * what is true of none of them is true of nothing (check_values.c finds them, check_truth.c tries
 * them).
 */
#ifndef ICP_CHECK_VALUES_H
#define ICP_CHECK_VALUES_H

#include "check.h"

enum { CHECK_VALUES = 128 }; /* of one slot */

struct check_variable {
    uint32_t slot;
    struct check_slot about;
    struct icp_value *values;
    struct check_range *spans; /* bounded: the whole numbers around what the value stands for */
    size_t count;
    int64_t *points; /* at which some condition can change, in the slot's own unit */
    size_t point_count;
    bool full; /* too many values: what looks at it can be anything */
};

/* With `slot` and `about` set. */
bool check_variable_open(struct check_variable *variable, struct icp_arena *arena);
/* Takes what a condition over this slot alone distinguishes. False: it can be anything. */
bool check_variable_look(struct check_variable *variable, const struct icp_feel *feel,
                         struct icp_arena *arena);
/* When every condition has been looked at: fills in the values of numbers and dates. */
void check_variable_end(struct check_variable *variable);

/* Only "=", "!=" and "in" of one name with texts, in canonical spelling: nothing else is left
   between the literals. */
bool check_compares_texts(struct icp_str text);
/* The next text literal of such a condition, from *at on. Literals with escapes end the search:
 *simple becomes false. */
bool check_next_literal(struct icp_str text, size_t *at, struct icp_str *literal, bool *simple);

#endif
