/* What the files of the night share with one another and with nobody else. */
#ifndef ICP_NIGHT_INTERNAL_H
#define ICP_NIGHT_INTERNAL_H

#include "night.h"

/* inputs.c: records <-> the JSON that the store keeps. */

/* What is asked of one object: fields in name order, so that equal inputs give equal JSON and equal
 * hashes. */
struct icp_asked {
    struct icp_request request;
    char hash[65]; /* of the names and sources asked for */
};
/* The request for an object: fields and signals that the active rules or the file on disk name. */
enum icp_status icp_asked_build(const struct icp_night *night, enum icp_object object,
                                struct icp_arena *arena, struct icp_asked *asked,
                                struct icp_err *err);
/* A record as the store keeps it; texts in the arena. `owned` names run along record->owned. */
enum icp_status icp_stored_from(const struct icp_record *record, const struct icp_asked *asked,
                                const struct icp_str *owned_names, struct icp_arena *arena,
                                struct icp_stored *stored, struct icp_err *err);
/* One hash for what a person's score rests on. */
struct icp_str icp_effective_hash(const struct icp_person *person, struct icp_arena *arena);

/* pull.c */
struct icp_pull_requests {
    struct icp_asked asked[ICP_OBJECT_COUNT];
    struct icp_owned_field owned[ICP_OWNED_COUNT];
    struct icp_str present_names[ICP_OWNED_COUNT];
    size_t present_count;
};
/* Asks the CRM what it has and works out what to read; once a process. */
enum icp_status icp_night_prepare(struct icp_night *night, struct icp_err *err);
/* The names of our own fields, without asking anybody. */
void icp_night_owned_names(struct icp_night *night, struct icp_str names[ICP_OWNED_COUNT]);
/* Reads by id into store rows (batch arena), at most read_batch ids; those not answered are the
   gone ones. A person answered under another id counts as gone under the old one. */
enum icp_status icp_night_read(struct icp_night *night, enum icp_object object,
                               const struct icp_str *ids, size_t count, struct icp_stored **rows,
                               size_t *row_count, struct icp_str **gone, size_t *gone_count,
                               struct icp_err *err);

/* plan.c */
/* Why our fields cannot be written, when prepare found something: ICP_BAD_CONFIG that names `icp
 * setup --apply`. */
enum icp_status icp_night_check_owned(const struct icp_night *night, struct icp_err *err);
/* Identifies the values wanted for a result, so that what the CRM refused is not sent again as it
 * is. */
struct icp_str icp_night_refused_hash(const struct icp_result_row *result,
                                      const struct icp_rules_about *about, int64_t started_ms,
                                      struct icp_arena *arena);

/* undo.c: a run of kind undo with its plan; the night is connected. */
enum icp_status icp_night_undo(struct icp_night *night, int64_t run, struct icp_err *err);

/* settle.c: reads back what is in flight in a run and says what became of it. */
enum icp_status icp_night_settle(struct icp_night *night, const struct icp_run *run,
                                 bool send_again, struct icp_err *err);

void icp_night_say(const struct icp_night *night, enum icp_status level, const char *format, ...)
    ICP_PRINTF(3, 4);
void icp_night_show(const struct icp_night *night, const char *what, int64_t done, int64_t total);
/* run.c */
/* Who is at the other end; once a process. */
enum icp_status icp_night_connect(struct icp_night *night, struct icp_err *err);
/* Is what would be asked of people the same as when they were read. */
enum icp_status icp_night_reads_the_same(struct icp_night *night, bool *same, struct icp_err *err);
/* Puts the calls made since the last count into the run's counts. */
void icp_night_count_calls(struct icp_night *night);
/* Stores the run with the calls made so far. */
enum icp_status icp_night_save(struct icp_night *night, struct icp_err *err);

#endif
