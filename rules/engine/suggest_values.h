/*
 * Inside the search for values worth trying: how they get into the pools (suggest_pools.c) and what
 * conditions ask for (suggest_conditions.c).
 */
#ifndef ICP_SUGGEST_VALUES_H
#define ICP_SUGGEST_VALUES_H

#include "suggest.h"

/* Once, and only what a test could give. */
void icp_pool_add_text(struct icp_suggest *suggest, uint32_t field, struct icp_str text);
/* For the slot of a field: itself, or the field it is worked out from. */
void icp_pool_add_for_slot(struct icp_suggest *suggest, uint32_t slot, struct icp_str text);
/* Whole numbers have whole neighbours; others a neighbour in their last decimal. */
int64_t icp_pool_step_of(int64_t number);
void icp_pool_add_number(struct icp_suggest *suggest, uint32_t slot, int64_t number);
void icp_pool_add_number_and_neighbours(struct icp_suggest *suggest, uint32_t slot, int64_t number);
void icp_pool_add_day(struct icp_suggest *suggest, uint32_t slot, int64_t day);
void icp_pool_add_day_and_neighbours(struct icp_suggest *suggest, uint32_t slot, int64_t day);

/* What a condition, whose text this is, compares with. `when` may be NULL: nothing. */
void icp_pool_add_condition(struct icp_suggest *suggest, const struct icp_feel *when,
                            struct icp_str text);

#endif
