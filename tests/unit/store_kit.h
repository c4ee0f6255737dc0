/* A state database in a folder of its own, and rows to put into it. */
#ifndef ICP_TEST_STORE_KIT_H
#define ICP_TEST_STORE_KIT_H

#include "check.h"
#include "store.h"

#define STATE "state.db"
#define CRM   ICP_STR("hubspot")

int kit_enter(void **state); /* a new folder, and the arena in *state */
int kit_leave(void **state); /* removes both */

/* Opens, makes when missing; fails the test when it cannot. */
struct icp_store *kit_open(void);
void kit_ok(const char *why, enum icp_status status, const struct icp_err *err);
/* Every cell of every table, bookkeeping too, in `text`; the store must be closed. */
void kit_content(struct icp_buf *text);
/* A statement by hand, as a person with a tool could run it; the status it ended with. */
enum icp_status kit_by_hand(const char *sql);

/* A contact or company whose inputs are {"fields":<fields>}; the hash is made of `version`. */
struct icp_stored kit_record(enum icp_object object, const char *id, const char *fields,
                             const char *version);
struct icp_stored kit_person(const char *id, const char *company, const char *version);
void kit_begin_pull(struct icp_store *store, enum icp_object object, bool all, int64_t began_ms);
struct icp_page_counts kit_page(struct icp_store *store, const struct icp_stored *records,
                                size_t count);
void kit_end_pull(struct icp_store *store, enum icp_object object);
/* A whole pull of these records, changes only. */
void kit_pull(struct icp_store *store, const struct icp_stored *records, size_t count);

struct icp_result_row kit_result(const char *id, int32_t as_of, int64_t score, const char *grade);
void kit_score(struct icp_store *store, const struct icp_result_row *rows, size_t count);
struct icp_run kit_run(struct icp_store *store);
/* Plans these rows for the run, owning icp_score and icp_grade. */
void kit_plan(struct icp_store *store, struct icp_run *run, const struct icp_outbox_row *rows,
              size_t count);
struct icp_person kit_find(struct icp_store *store, struct icp_arena *arena, const char *id);
bool kit_dirty(struct icp_store *store, struct icp_arena *arena, const char *id);

#endif
