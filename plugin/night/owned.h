/*
 * The fields that icp owns in a CRM: the one table of them, what each should hold, when two values
 * count as the same, and when a difference is worth a write. Pure: nothing here acts.
 */
#ifndef ICP_OWNED_H
#define ICP_OWNED_H

#include "calendar.h"
#include "icp/connector.h"
#include "icp/rules.h"
#include "store.h"

enum icp_owned {
    ICP_OWNED_SCORE,
    ICP_OWNED_GRADE,
    ICP_OWNED_TIER,
    ICP_OWNED_FIT,
    ICP_OWNED_ENGAGEMENT,
    ICP_OWNED_COVERAGE,
    ICP_OWNED_SUMMARY,
    ICP_OWNED_REASONS,
    ICP_OWNED_PROFILE,
    ICP_OWNED_RULES,
    ICP_OWNED_TIER_SINCE,
    ICP_OWNED_PREVIOUS_TIER,
    ICP_OWNED_CALL_BY,
    ICP_OWNED_REACH,
    ICP_OWNED_SCORED_AT,
    ICP_OWNED_COUNT
};

/* The definitions for `setup`, names with the prefix ("icp_"), choices from the rules: the grades
   and tiers of all files together. No files: names alone. */
void icp_owned_fields(struct icp_str prefix, const struct icp_ruleset *const *rules, size_t count,
                      struct icp_arena *arena, struct icp_owned_field fields[ICP_OWNED_COUNT]);

/* The tier of a record that no file applies to. */
#define ICP_NOT_SCORED ICP_STR("not_scored")
/* What the CRM should hold for a result of the file `about`; no text: empty. about NULL: no file
   applies, so all is cleared but the tier. `started_ms` is the run's pinned time. */
void icp_owned_wanted(const struct icp_result_row *result, const struct icp_rules_about *about,
                      int64_t started_ms, struct icp_arena *arena,
                      struct icp_str wanted[ICP_OWNED_COUNT]);

/* Equal after normalising as CRMs normalise: numbers by value, times by instant, texts without
   trailing space and with one kind of line end; "" is no text. */
bool icp_owned_equal(enum icp_owned_kind kind, struct icp_str a, struct icp_str b);
enum icp_owned_kind icp_owned_kind_of(enum icp_owned field);

struct icp_write_policy {
    int64_t score_step;       /* 5 */
    int64_t reasons_every_ms; /* 14 days */
};
enum icp_write_reason {
    ICP_WRITE_NOT,
    ICP_WRITE_FIRST,
    ICP_WRITE_DECISION /* grade, tier, reach */,
    ICP_WRITE_SCORE,
    ICP_WRITE_WORDS
};
/* Is the difference between wanted and held worth a write. written_ms −1: never written. */
enum icp_write_reason icp_write_decide(const struct icp_str wanted[ICP_OWNED_COUNT],
                                       const struct icp_str held[ICP_OWNED_COUNT],
                                       int64_t written_ms, int64_t now_ms,
                                       const struct icp_write_policy *policy);

/* When a tier was entered, what it was before and by when to call: from the result last accepted.
   All empty while nothing was ever written to this account. Times −1 where empty. */
struct icp_tier_dates {
    int64_t since_ms, call_by_ms;
    struct icp_str previous;
};
struct icp_tier_dates icp_tier_dates_decide(const struct icp_result_row *before, bool has_before,
                                            bool first_push, const struct icp_rules_tier *tier,
                                            int64_t started_ms,
                                            const struct icp_calendar *calendar);

#endif
