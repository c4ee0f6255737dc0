/*
 * Where a state database may lie and who may write it. It holds fields of persons and decides what
 * is written into a CRM: a file that others can read or change, or that lies on a network file
 * system without reliable locks, is refused before it is opened. One writer at a time, by a lock on
 * a file beside it that the system gives back however the process ends.
 */
#include "store_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

/* File systems whose locks or syncs cannot be relied on: the magic numbers of statfs(2). */
static const struct {
    uint32_t magic;
    const char *name;
} remote_systems[] = {
    {0x6969, "NFS"},        {0x517b, "SMB"},
    {0xff534d42, "CIFS"},   {0xfe534d42, "SMB2"},
    {0x65735546, "FUSE"},   {0x00c36400, "Ceph"},
    {0x5346414f, "AFS"},    {0x6b414653, "AFS"},
    {0x01021997, "9P"},     {0x73757245, "Coda"},
    {0x564c, "NCP"},        {0x47504653, "GPFS"},
    {0x0bd00bd0, "Lustre"}, {0x7461636f, "OCFS2"},
    {0x01161970, "GFS2"},   {0x786f4256, "VirtualBox shared folder"},
};

static enum icp_status check_file_system(const char *path, struct icp_err *err)
{
    struct statfs system;
    if (statfs(path, &system) != 0)
        return icp_fail(err, ICP_STATE, "%s", strerror(errno));
    for (size_t i = 0; i < sizeof(remote_systems) / sizeof(remote_systems[0]); i++) {
        if ((uint32_t)system.f_type != remote_systems[i].magic)
            continue;
        icp_fail(err, ICP_STATE, "the state database cannot lie on %s", remote_systems[i].name);
        icp_hint(err, "Choose a folder on a local disk.");
        return err->status;
    }
    return ICP_OK;
}

enum icp_status icp_place_check(const char *path, bool read_only, struct icp_err *err)
{
    struct stat status;
    if (lstat(path, &status) != 0) {
        icp_fail(err, ICP_STATE, "%s", strerror(errno));
        if (errno == ENOENT)
            icp_hint(err, "There is no state database yet: the first `icp sync` makes it.");
        return err->status;
    }
    if (!S_ISREG(status.st_mode))
        return icp_fail(err, ICP_STATE, "not a regular file");
    /* root may look at the database of the service, but not become the owner of its journal */
    if (status.st_uid != geteuid() && !(read_only && geteuid() == 0)) {
        icp_fail(err, ICP_STATE, "belongs to user %lu", (unsigned long)status.st_uid);
        icp_hint(err, "Run icp as that user.");
        return err->status;
    }
    if ((status.st_mode & 077) != 0) {
        icp_fail(err, ICP_STATE, "mode %04o lets others in", (unsigned)(status.st_mode & 07777));
        icp_hint(err, "Say: chmod 600 %s", path);
        return err->status;
    }
    return check_file_system(path, err);
}

/* After a file could not be made. */
static enum icp_status no_place(struct icp_err *err, const char *what)
{
    icp_fail(err, ICP_STATE, "%s%s", what, strerror(errno));
    icp_hint(err, "\"state\" in the configuration names the state database: its folder must be "
                  "there, and icp must be allowed to write in it.");
    return err->status;
}

enum icp_status icp_place_create(const char *path, struct icp_err *err)
{
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0)
        return errno == EEXIST ? ICP_OK : no_place(err, "");
    (void)close(file);
    return ICP_OK;
}

enum icp_status icp_place_lock(const char *path, int *lock, struct icp_err *err)
{
    char name[4096]; /* PATH_MAX */
    int length = snprintf(name, sizeof(name), "%s.lock", path);
    if (length < 0 || (size_t)length >= sizeof(name))
        return icp_fail(err, ICP_STATE, "path too long");
    int file = open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0)
        return no_place(err, "lock file: ");
    if (flock(file, LOCK_EX | LOCK_NB) == 0) {
        *lock = file;
        return ICP_OK;
    }
    if (errno == EWOULDBLOCK)
        icp_fail(err, ICP_STOP, "another icp is at work on this state database");
    else
        icp_fail(err, ICP_STATE, "lock file: %s", strerror(errno));
    (void)close(file);
    return err->status;
}

void icp_place_unlock(int lock)
{
    if (lock >= 0)
        (void)close(lock);
}
