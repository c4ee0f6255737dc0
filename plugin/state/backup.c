/*
 * Copies of the state database that were checked after they were made: <path>.backup-1 is the
 * newest. The invariant: once there is a backup-1 there always is one, whole, wherever the work is
 * stopped. Readers fall back to it while a night holds the database.
 */
#include "store_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, MOST_BACKUPS = 100 };

static bool backup_name(char name[PATH_BYTES], const char *path, size_t number)
{
    int length = number > 0 ? snprintf(name, PATH_BYTES, "%s.backup-%zu", path, number)
                            : snprintf(name, PATH_BYTES, "%s.backup-new", path);
    return length > 0 && length < PATH_BYTES;
}

static enum icp_status sync_path(const char *path, int flags, struct icp_err *err)
{
    int file = open(path, flags | O_CLOEXEC);
    if (file < 0)
        return icp_fail(err, ICP_STATE, "backup: %s", strerror(errno));
    int failed = fsync(file) != 0 ? errno : 0;
    (void)close(file);
    return failed ? icp_fail(err, ICP_STATE, "backup: %s", strerror(failed)) : ICP_OK;
}

static enum icp_status sync_folder(const char *path, struct icp_err *err)
{
    char folder[PATH_BYTES];
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) : 1;
    if (length >= sizeof(folder))
        return icp_fail(err, ICP_STATE, "path too long");
    memcpy(folder, slash ? path : ".", length);
    if (slash == path)
        folder[length++] = '/';
    folder[length] = '\0';
    return sync_path(folder, O_RDONLY | O_DIRECTORY, err);
}

static enum icp_status make_copy(struct icp_store *store, const char *name, struct icp_err *err)
{
    (void)unlink(name); /* left by a stopped night */
    int file = open(name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0)
        return icp_fail(err, ICP_STATE, "backup: %s", strerror(errno));
    (void)close(file);
    if (icp_database_copy(store->database, name, err) == ICP_OK &&
        sync_path(name, O_RDWR, err) == ICP_OK)
        return ICP_OK;
    (void)unlink(name);
    return err->status;
}

static bool moved_or_missing(const char *from, const char *to)
{
    return rename(from, to) == 0 || errno == ENOENT;
}

/* Every older copy one further. backup-1 is not moved but linked, so that it never is missing. */
static enum icp_status rotate(const char *path, size_t keep, struct icp_err *err)
{
    char from[PATH_BYTES], to[PATH_BYTES];
    for (size_t number = keep; number >= 3; number--)
        if (!backup_name(from, path, number - 1) || !backup_name(to, path, number) ||
            !moved_or_missing(from, to))
            return icp_fail(err, ICP_STATE, "backup: %s", strerror(errno));
    if (!backup_name(from, path, 1) || !backup_name(to, path, 2))
        return icp_fail(err, ICP_STATE, "path too long");
    if (keep >= 2) {
        (void)unlink(to);
        if (link(from, to) != 0 && errno != ENOENT)
            return icp_fail(err, ICP_STATE, "backup: %s", strerror(errno));
    }
    if (!backup_name(to, path, 0) || rename(to, from) != 0)
        return icp_fail(err, ICP_STATE, "backup: %s", strerror(errno));
    return sync_folder(path, err);
}

enum icp_status icp_store_backup(struct icp_store *store, size_t keep, struct icp_err *err)
{
    char name[PATH_BYTES];
    if (!icp_store_ready(store, err))
        return store->later;
    if (keep < 1 || keep > MOST_BACKUPS || store->read_only || store->planning)
        return icp_fail(err, ICP_BUG, "a backup cannot be made now");
    if (!backup_name(name, store->path, 0))
        return icp_fail(err, ICP_STATE, "path too long");
    enum icp_status status = make_copy(store, name, err);
    if (status != ICP_OK)
        return status;
    status = icp_store_take_step(store, false, "backup", err);
    if (status == ICP_OK)
        status = rotate(store->path, keep, err);
    if (status == ICP_OK)
        status = icp_store_take_step(store, true, "backup", err);
    return status;
}

/* Was a night killed in a commit: there is a journal of what is half done. */
static bool left_half_done(const char *path)
{
    char name[PATH_BYTES];
    struct stat status;
    int length = snprintf(name, sizeof(name), "%s-journal", path);
    return length > 0 && length < (int)sizeof(name) && stat(name, &status) == 0 &&
           status.st_size > 0;
}

/* Only a writer may undo what is half done. False when a night holds the database after all, or
   the file cannot be written. */
static bool undo_half_done(const char *path)
{
    struct icp_store_settings settings = {.path = path};
    struct icp_err ignored = {0};
    struct icp_store *store;
    if (icp_store_open(&settings, &store, &ignored) != ICP_OK)
        return false;
    icp_store_close(store);
    return true;
}

enum icp_status icp_store_open_for_reading(const char *path, struct icp_store **ret,
                                           int64_t *backup_ms, struct icp_err *err)
{
    char name[PATH_BYTES];
    struct stat status;
    struct icp_err problem = {0}, second = {0};
    struct icp_store_settings settings = {.path = path, .read_only = true};
    *backup_ms = 0;
    if (icp_store_open(&settings, ret, &problem) == ICP_OK)
        return ICP_OK;
    bool half_done = left_half_done(path);
    if (half_done && undo_half_done(path) && icp_store_open(&settings, ret, &second) == ICP_OK)
        return ICP_OK;
    settings.path = name;
    second = (struct icp_err){0};
    /* the database is not damaged: the last backup still tells what was */
    if ((half_done || problem.status == ICP_STOP) && backup_name(name, path, 1) &&
        stat(name, &status) == 0 && icp_store_open(&settings, ret, &second) == ICP_OK) {
        *backup_ms = (int64_t)status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1000000;
        return ICP_OK;
    }
    *err = problem;
    return err->status;
}
