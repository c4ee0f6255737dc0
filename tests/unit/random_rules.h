/*
 * Parts of random rule files over the fields of tests/rules/fields.yaml, for those who write whole
 * ones: engine_random_test.c with few kinds of lines, bulk_files.c with all of them.
 */
#ifndef ICP_TEST_RANDOM_RULES_H
#define ICP_TEST_RANDOM_RULES_H

#include "draw.h"
#include "icp/base.h"

/* What a criterion says of one field that is looked up, with its points in the order of the text.
   False: `kind` is not from 1 to 5, nothing is written. */
bool random_lookup(struct icp_buf *out, uint32_t kind, uint32_t a, uint32_t b, uint32_t c);
/* The head of a fit and so many criteria; `write_rule` writes what each says of its field. */
void random_criteria(struct icp_buf *out, uint64_t *seed, uint32_t criteria,
                     void (*write_rule)(struct icp_buf *out, uint64_t *seed));
/* An engagement with the groups g0, g1, …. */
void random_engagement(struct icp_buf *out, uint64_t *seed, uint32_t groups);

#endif
