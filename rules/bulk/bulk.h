/*
 * Scoring whole files: a ruleset compiled for speed. The same numbers and the same reasons as
 * icp_rules_score, byte for byte, without the texts that only people read, and without allocating
 * once a thread has seen its values.
 *
 *     bulk = icp_bulk_open(rules, as_of, &err)      once; immutable, shared by all threads
 *     work = icp_bulk_work_open(bulk, memory, given)    once a thread: its caches, bounded
 *     icp_bulk_score(work, &input, most, &result, &err) once a row
 */
#ifndef ICP_BULK_H
#define ICP_BULK_H

#include "icp/rules.h"

struct icp_bulk;
struct icp_bulk_work;

/* NULL when memory ends (told in err). `rules` outlives it. */
struct icp_bulk *icp_bulk_open(const struct icp_ruleset *rules, int32_t as_of, struct icp_err *err);
void icp_bulk_close(struct icp_bulk *bulk);
/* NULL when memory ends. `memory`: what its caches may take beside what one record's own texts
   take, in bytes; from ICP_BULK_MEMORY_MOST on more is of no use, and a small part of it is always
   taken. What does not find room is worked out again: a question of time alone. `given`: which
   fields a row can have a value of, along icp_rules_fields; the cells of the others are never
   looked at and count as unknown. NULL: all. */
#define ICP_BULK_MEMORY_MOST ((size_t)2 * 1024 * 1024)
struct icp_bulk_work *icp_bulk_work_open(const struct icp_bulk *bulk, size_t memory,
                                         const bool *given);
void icp_bulk_work_close(struct icp_bulk_work *work);
const struct icp_bulk *icp_bulk_of(const struct icp_bulk_work *work);

/* A line of the file and what it gave. `line` counts all lines that can be a reason, from 0; see
   icp_bulk_line_id. `token`: where icp_bulk_reasons_write has it as text; 0: nowhere yet. */
struct icp_bulk_reason {
    uint32_t line;
    int32_t points;
    uint32_t token;
};

struct icp_bulk_result {
    int32_t score, fit, engagement, coverage;
    char grade[4];
    uint32_t tier; /* index into about->tiers; UINT32_MAX: none */
    enum icp_reach reach;
    bool applies; /* `applies_when` holds, or there is none; else only reach and counts are told */
    bool disqualified;
    uint32_t refused_values, future_signals;
    const struct icp_rules_stop *stops; /* as of icp_result; until the next call */
    uint32_t stop_count;
    const struct icp_str *roles; /* as of icp_result; valid until the next call */
    size_t role_count;
    const struct icp_bulk_reason *reasons; /* in the order of icp_result.reasons, lines of 0 points
                                              left out; X: its disqualifiers, 0 points each */
    size_t reason_count;
};

/* `input`: its values as icp_rules_score takes them, surrounding space allowed; data NULL: unknown.
   Behind every value ICP_BULK_SLACK bytes more can be read, whatever stands there: the next cell,
   padding. Its as_of is that of icp_bulk_open. `most`: how many reasons are wanted, the largest of
   those worth naming (neither what is unknown nor what was held); 0: none; SIZE_MAX: all, so that
   they add up. Result and reasons live until the next call on this work; what the input points to
   is borrowed until then as well. */
enum { ICP_BULK_SLACK = 64 };
enum icp_status icp_bulk_score(struct icp_bulk_work *work, const struct icp_rules_input *input,
                               size_t most, struct icp_bulk_result *result, struct icp_err *err);

size_t icp_bulk_line_count(const struct icp_bulk *bulk);
/* Of the file's own, or UNKNOWN or HELD: what is not known, what a cap or the ends took off. */
enum icp_reason_kind icp_bulk_line_kind(const struct icp_bulk *bulk, uint32_t line);
/* "size", or "unknown" (what is not known, counted as neutral), "held". */
struct icp_str icp_bulk_line_id(const struct icp_bulk *bulk, uint32_t line);
/* "size:+12", "dq_competitor:DQ"; lives until the next row of this work. */
struct icp_str icp_bulk_line_token(struct icp_bulk_work *work,
                                   const struct icp_bulk_reason *reason);
/* Writes the tokens of a result's reasons with `separator` between them and returns how many bytes
   that are. `out` has room for icp_bulk_reasons_room bytes, of which those behind the text may be
   overwritten as well. */
size_t icp_bulk_reasons_room(const struct icp_bulk *bulk);
size_t icp_bulk_reasons_write(struct icp_bulk_work *work, const struct icp_bulk_result *result,
                              char separator, char *out);
/* The sentence that people read, of a reason of the last row; lives until the next row. */
struct icp_str icp_bulk_reason_text(struct icp_bulk_work *work,
                                    const struct icp_bulk_reason *reason);

/* For tests and for the curious: how rows were scored so far. */
struct icp_bulk_counts {
    uint64_t rows;
    uint64_t slow_rows;   /* by icp_rules_score */
    uint64_t cells_found; /* looked up */
    uint64_t cells_made;  /* worked out by the rule engine */
};
struct icp_bulk_counts icp_bulk_counts(const struct icp_bulk_work *work);

#endif
