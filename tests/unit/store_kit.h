/* A state database in a folder of its own, and rows to put into it. */
#ifndef ICP_TEST_STORE_KIT_H
#define ICP_TEST_STORE_KIT_H

#include "check.h"
#include "store.h"

#define STATE "state.db"
#define CRM   ICP_STR("hubspot")

int kit_enter(void **state); /* a new folder, and the arena in *state */
int kit_leave(void **state); /* removes both */
#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, kit_enter, kit_leave)

/* Opens, makes when missing; fails the test when it cannot. */
struct icp_store *kit_open(void);
/* The same without failing: the status of opening; closed again. */
enum icp_status kit_try_open(bool create, struct icp_err *err);
void kit_ok(const char *why, enum icp_status status, const struct icp_err *err);

/* A step of icp_store_settings that stops at a commit. */
struct kit_seam {
    const char *name; /* stop at this commit */
    bool after;
    int calls; /* steps that came by with this name */
};
enum icp_status kit_stop(void *context, bool after, const char *name, struct icp_err *err);

/* Two of them, for a content before and after. */
void kit_open_bufs(struct icp_buf *a, struct icp_buf *b);
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
/* Person 1 works for company c, person 2 for nobody; both scored, so both clean. */
struct icp_store *kit_scored_people(void);

#endif
