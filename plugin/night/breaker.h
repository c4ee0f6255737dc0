/*
 * The breaker: looks at a whole plan before its first write and says whether a person must look
 * first. Pure.
 */
#ifndef ICP_BREAKER_H
#define ICP_BREAKER_H

#include "icp/base.h"

struct icp_breaker_limits {
    int64_t records;         /* 500: fewer changes than this never trip it */
    int64_t percent;         /* 15 of the records scored before */
    int64_t mean_shift;      /* 10 points, mean absolute change of the score */
    int64_t missing_percent; /* 1: (record, field) pairs known before and not now; at least
                                `records` of them */
    int64_t scope_percent;   /* 20: people gained or lost; at least `records` of them */
};
extern const struct icp_breaker_limits icp_breaker_defaults;

struct icp_breaker_facts {
    int64_t based;  /* people in scope that were scored and accepted before */
    int64_t people; /* people in scope now */
    int64_t
        changed_inputs;    /* of `based`: score, grade or tier changed because their data changed */
    int64_t changed_rules; /* of `based`: … because an approved rule file changed */
    int64_t expected_rules;    /* how many of those its approval had seen in the preview */
    int64_t changed_elsewhere; /* … whose result is the same as before, but the CRM holds another:
                                  undone, or edited in the CRM */
    int64_t shift;             /* Σ |score − score before| over changed_inputs */
    int64_t known, lost;  /* pairs of known inputs now; pairs lost since the last accepted run */
    int64_t undo_records; /* records an undo puts back; 0 otherwise */
};
/* 0: let it pass; else the number of reasons, written into `reason` ("; " between), each with its
 * numbers. */
int icp_breaker_look(const struct icp_breaker_limits *limits, const struct icp_breaker_facts *facts,
                     struct icp_buf *reason);

#endif
