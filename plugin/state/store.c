/*
 * The handle of the state database: open and close, and the frame that every commit point stands
 * in. The invariant: a store that failed once is given up; nothing it does later reaches the file,
 * so that whatever a caller forgets to check looks to the next night like a process that died.
 */
#include "store_inside.h"

#include <string.h>
#include <sys/stat.h>

#include "bounds.h"

enum {
    APPLICATION_ID = 0x69637073, /* "icps" in the header of the file, as file(1) may know it */
    WRITER_WAIT_MS = 10000,      /* for a reader that is just looking */
    READER_WAIT_MS = 250,        /* a night holds its lock to the end: no use waiting */
};

extern const unsigned char icp_store_schema[]; /* schema.sql, ended by a NUL */
extern const unsigned char icp_store_migrate_2[];

/* ---- the frame of a commit point -------------------------------------------------------------
 */

/* Takes what went wrong out of the database and gives the store up. */
static enum icp_status give_up(struct icp_store *store, struct icp_err *err)
{
    const struct icp_err *problem = icp_database_problem(store->database);
    icp_database_rollback(store->database);
    store->planning = false;
    if (store->later == ICP_OK)
        store->later = ICP_STATE;
    if (err->status == ICP_OK)
        *err = *problem;
    return problem->status;
}

bool icp_store_ready(struct icp_store *store, struct icp_err *err)
{
    if (store->later != ICP_OK) {
        icp_fail(err, store->later, "the state database was given up: %s",
                 icp_database_problem(store->database)->message);
        return false;
    }
    return true;
}

enum icp_status icp_store_read_end(struct icp_store *store, const struct icp_arena *arena,
                                   struct icp_err *err)
{
    if (icp_database_problem(store->database)->status != ICP_OK)
        return give_up(store, err);
    if (arena && arena->full)
        return icp_fail(err, ICP_BUG, "a batch of the state database needs more than %zu bytes",
                        arena->capacity);
    return ICP_OK;
}

bool icp_store_begin(struct icp_store *store, struct icp_err *err)
{
    if (!icp_store_ready(store, err))
        return false;
    if (store->read_only || icp_database_in_transaction(store->database)) {
        icp_fail(err, ICP_BUG,
                 store->read_only ? "the state database is open for reading"
                                  : "a commit inside a plan");
        return false;
    }
    icp_database_script(store->database, "BEGIN IMMEDIATE");
    return icp_store_read_end(store, NULL, err) == ICP_OK;
}

enum icp_status icp_store_take_step(struct icp_store *store, bool after, const char *name,
                                    struct icp_err *err)
{
    struct icp_err reason = {0};
    enum icp_status status =
        store->step ? store->step(store->step_context, after, name, &reason) : ICP_OK;
    if (status == ICP_OK)
        return ICP_OK;
    store->later = status;
    icp_database_fail(store->database, status, "%s",
                      reason.status != ICP_OK ? reason.message : "stopped");
    give_up(store, err);
    return status;
}

enum icp_status icp_store_commit(struct icp_store *store, const char *name, struct icp_err *err)
{
    if (icp_database_problem(store->database)->status != ICP_OK)
        return give_up(store, err);
    if (icp_store_take_step(store, false, name, err) != ICP_OK)
        return store->later;
    icp_database_script(store->database, "COMMIT");
    if (icp_database_problem(store->database)->status != ICP_OK)
        return give_up(store, err);
    return icp_store_take_step(store, true, name, err);
}

/* ---- open and close ------------------------------------------------------------------------ */

static enum icp_status make_schema(struct icp_store *store, struct icp_err *err)
{
    if (!icp_store_begin(store, err))
        return err->status;
    icp_database_script(store->database, (const char *)icp_store_schema);
    icp_database_script(store->database, "PRAGMA application_id=1768124531"); /* APPLICATION_ID */
    icp_database_script(store->database, "PRAGMA user_version=2");
    return icp_store_commit(store, "schema", err);
}

/* One transaction: a database is of one version or of the other. */
static enum icp_status migrate(struct icp_store *store, struct icp_err *err)
{
    if (!icp_store_begin(store, err))
        return err->status;
    icp_database_script(store->database, (const char *)icp_store_migrate_2);
    icp_database_script(store->database, "PRAGMA user_version=2");
    return icp_store_commit(store, "schema", err);
}

static enum icp_status check_version(struct icp_store *store, struct icp_err *err)
{
    int64_t application = icp_database_pragma(store->database, "PRAGMA application_id");
    int64_t version = icp_database_pragma(store->database, "PRAGMA user_version");
    if (icp_store_read_end(store, NULL, err) != ICP_OK)
        return err->status;
    if (application != APPLICATION_ID) {
        icp_fail(err, ICP_STATE, "not a state database of icp");
        icp_hint(err, ICP_NO_DATABASE);
        return err->status;
    }
    if (version == ICP_STORE_SCHEMA)
        return ICP_OK;
    if (version == ICP_STORE_OLDEST && !store->read_only)
        return migrate(store, err);
    icp_fail(err, ICP_STATE, "schema version %lld, this icp knows %d", (long long)version,
             ICP_STORE_SCHEMA);
    icp_hint(err, version > ICP_STORE_SCHEMA ? "It was written by a newer icp: install that one."
                  : version == ICP_STORE_OLDEST
                      ? "It was written by an older icp: \"icp plan\" brings it up to date."
                      : "It was written by an older icp: remove it and read the CRM again.");
    return err->status;
}

static enum icp_status check_content(struct icp_store *store,
                                     const struct icp_store_settings *settings, struct icp_err *err)
{
    if (settings->create && icp_database_pragma(store->database, "PRAGMA schema_version") == 0 &&
        make_schema(store, err) != ICP_OK)
        return err->status;
    if (check_version(store, err) != ICP_OK)
        return err->status;
    if (settings->read_only) /* one view of it, to the end */
        icp_database_script(store->database, "BEGIN; SELECT count(*) FROM owned_field");
    else
        icp_database_check(store->database);
    return icp_store_read_end(store, NULL, err);
}

/* Somebody's other file, named by mistake: known before anything is put beside it. */
static enum icp_status check_kind(const char *path, struct icp_err *err)
{
    struct stat status;
    if (lstat(path, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0 ||
        !icp_database_is_foreign(path))
        return ICP_OK;
    icp_fail(err, ICP_STATE, "not a state database");
    icp_hint(err, ICP_NO_DATABASE);
    return err->status;
}

static enum icp_status reach_file(struct icp_store *store,
                                  const struct icp_store_settings *settings, struct icp_err *err)
{
    if (check_kind(settings->path, err) != ICP_OK)
        return err->status;
    if (!settings->read_only && icp_place_lock(settings->path, &store->lock, err) != ICP_OK)
        return err->status;
    if (settings->create && icp_place_create(settings->path, err) != ICP_OK)
        return err->status;
    if (icp_place_check(settings->path, settings->read_only, err) != ICP_OK)
        return err->status;
    struct icp_database_settings database = {
        .path = settings->path,
        .read_only = settings->read_only,
        .busy_ms = settings->read_only ? READER_WAIT_MS : WRITER_WAIT_MS,
    };
    return icp_database_open(&database, &store->database, err);
}

enum icp_status icp_store_open(const struct icp_store_settings *settings, struct icp_store **ret,
                               struct icp_err *err)
{
    struct icp_store *store = icp_allocate(1, sizeof(*store));
    size_t length = strlen(settings->path);
    char *path = icp_allocate(length + 1, 1);
    if (!store || !path) {
        icp_release(path);
        icp_release(store);
        return icp_fail(err, ICP_STATE, "out of memory");
    }
    memcpy(path, settings->path, length);
    *store = (struct icp_store){.path = path,
                                .lock = -1,
                                .read_only = settings->read_only,
                                .step = settings->step,
                                .step_context = settings->step_context};
    icp_arena_open(&store->scratch, ICP_BATCH_MEMORY);
    icp_buf_open(&store->text, ICP_MAX_RESPONSE);
    enum icp_status status = reach_file(store, settings, err);
    if (status == ICP_OK)
        status = check_content(store, settings, err);
    if (status == ICP_OK) {
        *ret = store;
        return ICP_OK;
    }
    icp_store_close(store);
    if (err->status == ICP_BUG) /* a schema that is not ours */
        err->status = ICP_STATE;
    return icp_wrap(err, "%s", settings->path);
}

void icp_store_close(struct icp_store *store)
{
    if (!store)
        return;
    icp_database_close(store->database);
    icp_place_unlock(store->lock);
    icp_arena_close(&store->scratch);
    icp_buf_finish(&store->text);
    icp_release(store->path);
    icp_release(store);
}
