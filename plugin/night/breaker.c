/*
 * The breaker. It sees the whole plan as numbers and answers with the reasons for which a person
 * must look first. Changes that time alone brings are not among its facts, and what an approved
 * rule file changes counts only beyond what its approval had seen.
 */
#include "breaker.h"

const struct icp_breaker_limits icp_breaker_defaults = {
    .records = 500,
    .percent = 15,
    .mean_shift = 10,
    .missing_percent = 1,
    .scope_percent = 20,
};

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t share(int64_t whole, int64_t percent)
{
    return whole / 100 * percent + whole % 100 * percent / 100;
}

/* Starts a reason: "; " between two. */
static int reason_begin(struct icp_buf *reason)
{
    if (reason->length > 0)
        icp_buf_add_cstr(reason, "; ");
    return 1;
}

static int look_at_inputs(const struct icp_breaker_limits *limits,
                          const struct icp_breaker_facts *facts, struct icp_buf *reason)
{
    int reasons = 0;
    int64_t most = larger(limits->records, share(facts->based, limits->percent));

    if (facts->changed_inputs > most) {
        reasons += reason_begin(reason);
        icp_buf_format(reason,
                       "%lld of %lld people change because their data changed, more than %lld",
                       (long long)facts->changed_inputs, (long long)facts->based, (long long)most);
    }
    /* A few people moving far is an ordinary night; the mean needs a crowd to mean anything. */
    if (facts->changed_inputs > limits->records &&
        facts->shift > facts->based * limits->mean_shift) {
        reasons += reason_begin(reason);
        icp_buf_format(reason, "the mean score moves by more than %lld points",
                       (long long)limits->mean_shift);
    }
    if (facts->lost >
        larger(limits->records, share(facts->known + facts->lost, limits->missing_percent))) {
        reasons += reason_begin(reason);
        icp_buf_format(
            reason, "%lld known values are missing all at once, perhaps a read permission is gone",
            (long long)facts->lost);
    }
    return reasons;
}

static int look_at_rules(const struct icp_breaker_limits *limits,
                         const struct icp_breaker_facts *facts, struct icp_buf *reason)
{
    int64_t most =
        facts->expected_rules + larger(limits->records, share(facts->based, limits->percent));

    if (facts->changed_rules <= most)
        return 0;
    reason_begin(reason);
    icp_buf_format(reason, "the approved rules change %lld people, the approval had seen %lld",
                   (long long)facts->changed_rules, (long long)facts->expected_rules);
    return 1;
}

static int look_at_the_crm(const struct icp_breaker_limits *limits,
                           const struct icp_breaker_facts *facts, struct icp_buf *reason)
{
    int64_t most = larger(limits->records, share(facts->based, limits->percent));

    if (facts->changed_elsewhere <= most)
        return 0;
    reason_begin(reason);
    icp_buf_format(reason,
                   "%lld people hold another score, grade or tier in the CRM than icp gave them "
                   "last (undone, or edited there)",
                   (long long)facts->changed_elsewhere);
    return 1;
}

static int look_at_scope(const struct icp_breaker_limits *limits,
                         const struct icp_breaker_facts *facts, struct icp_buf *reason)
{
    int64_t moved = facts->people - facts->based;

    if (facts->based == 0)
        return 0;
    if (moved < 0)
        moved = -moved;
    if (moved <= larger(limits->records, share(facts->based, limits->scope_percent)))
        return 0;
    reason_begin(reason);
    icp_buf_format(reason, "the number of people went from %lld to %lld", (long long)facts->based,
                   (long long)facts->people);
    return 1;
}

static int look_at_undo(const struct icp_breaker_limits *limits,
                        const struct icp_breaker_facts *facts, struct icp_buf *reason)
{
    int64_t most = larger(limits->records, share(facts->people, limits->percent));

    if (facts->undo_records <= most)
        return 0;
    reason_begin(reason);
    icp_buf_format(reason, "the undo puts back %lld records, more than %lld",
                   (long long)facts->undo_records, (long long)most);
    return 1;
}

int icp_breaker_look(const struct icp_breaker_limits *limits, const struct icp_breaker_facts *facts,
                     struct icp_buf *reason)
{
    if (facts->undo_records > 0)
        return look_at_undo(limits, facts, reason);
    return look_at_inputs(limits, facts, reason) + look_at_rules(limits, facts, reason) +
           look_at_the_crm(limits, facts, reason) + look_at_scope(limits, facts, reason);
}
