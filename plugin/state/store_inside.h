/* What the files of the store share: the handle, the frame of a commit point, and rows of records.
 */
#ifndef ICP_STORE_INSIDE_H
#define ICP_STORE_INSIDE_H

#include "database.h"
#include "store.h"

struct icp_store {
    struct icp_database *database;
    char *path;
    int lock;      /* descriptor of the lock file, -1 for readers */
    bool planning; /* between plan_begin and plan_end: one transaction */
    bool read_only;
    enum icp_status later; /* what every call returns once the store was given up */
    icp_store_step *step;
    void *step_context;
    struct icp_arena scratch; /* of one record; reset by whoever uses it */
    struct icp_buf text;      /* likewise */
};

/* The frame of a commit point: begin, statements, commit. What goes wrong in between sticks in the
   database and comes out of commit, after a rollback. */
bool icp_store_begin(struct icp_store *store, struct icp_err *err);
enum icp_status icp_store_commit(struct icp_store *store, const char *name, struct icp_err *err);
/* The seam for a step that is no transaction (the backup). */
enum icp_status icp_store_take_step(struct icp_store *store, bool after, const char *name,
                                    struct icp_err *err);
/* The frame of a read: false when the store was given up; at the end a failure of the file, or an
   arena (may be NULL) that was too small. */
bool icp_store_ready(struct icp_store *store, struct icp_err *err);
enum icp_status icp_store_read_end(struct icp_store *store, const struct icp_arena *arena,
                                   struct icp_err *err);

/* place.c: where a state database may lie, and who may write it. */
enum icp_status icp_place_check(const char *path, bool read_only, struct icp_err *err);
/* Makes an empty file of mode 0600 when there is none. */
enum icp_status icp_place_create(const char *path, struct icp_err *err);
enum icp_status icp_place_lock(const char *path, int *lock, struct icp_err *err);
void icp_place_unlock(int lock);

/* records.c: rows of `record`, inside a transaction. `pull` 0: not met by a pull, `seen` stays. */
bool icp_record_put(struct icp_store *store, struct icp_str crm, const struct icp_stored *record,
                    int64_t pull); /* true: it changed */
void icp_record_set_gone(struct icp_store *store, struct icp_str crm, enum icp_object object,
                         struct icp_str id);
/* The crm and name of an object, bound in this order. */
void icp_bind_object(struct icp_statement *statement, struct icp_str crm, enum icp_object object);

/* runs.c: the row of a run inside a transaction. */
void icp_run_put(struct icp_store *store, const struct icp_run *run);

#endif
