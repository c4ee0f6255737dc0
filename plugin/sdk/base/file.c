/*
 * Small files, read whole and replaced whole. A file is opened once and judged by what was opened,
 * never by its name again; a reader of a replaced file sees the old bytes or the new ones.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto.h"
#include "file.h"

enum { PATH_BYTES = 4096, CHUNK_BYTES = 16384 };

static int open_again(const char *path, int flags, mode_t mode)
{
    int fd = -1;
    do
        fd = open(path, flags | O_CLOEXEC | O_NOCTTY, mode);
    while (fd < 0 && errno == EINTR);
    return fd;
}

static enum icp_status refuse(struct icp_err *err, const char *path, const char *reason)
{
    return icp_fail(err, ICP_BAD_CONFIG, "cannot read %s: %s", path, reason);
}

static enum icp_status too_large(struct icp_err *err, const char *path, size_t limit)
{
    return icp_fail(err, ICP_BAD_CONFIG, "cannot read %s: larger than %zu bytes", path, limit);
}

/* The size that fstat told, `expected`, is not trusted: a file may grow while it is read. */
static enum icp_status read_all(int fd, const char *path, size_t expected, size_t limit,
                                struct icp_buf *buf, struct icp_err *err)
{
    char chunk[CHUNK_BYTES];
    enum icp_status status = ICP_OK;
    icp_buf_reserve(buf, expected);
    for (;;) {
        ssize_t got = read(fd, chunk, sizeof(chunk));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            status = refuse(err, path, strerror(errno));
        if (got <= 0)
            break;
        icp_buf_add(buf, (struct icp_str){chunk, (size_t)got});
        if (buf->failed || buf->length > limit) {
            status = too_large(err, path, limit);
            break;
        }
    }
    icp_wipe(chunk, sizeof(chunk));
    return status;
}

/* O_NONBLOCK: a pipe in the place of a file must be refused, not waited for. */
static enum icp_status read_file(const char *path, size_t limit, bool secret, struct icp_buf *buf,
                                 struct icp_err *err)
{
    struct stat facts;
    enum icp_status status = ICP_OK;
    icp_buf_reset(buf);
    int fd = open_again(path, O_RDONLY | O_NONBLOCK | (secret ? O_NOFOLLOW : 0), 0);
    if (fd < 0 && secret && errno == ELOOP)
        return refuse(err, path, "a secret may not be a symbolic link");
    if (fd < 0)
        return refuse(err, path, strerror(errno));
    if (fstat(fd, &facts) != 0)
        status = refuse(err, path, strerror(errno));
    else if (!S_ISREG(facts.st_mode))
        status = refuse(err, path, "not a regular file");
    else if (facts.st_size < 0 || (uintmax_t)facts.st_size > limit)
        status = too_large(err, path, limit);
    else if (secret && (facts.st_mode & 077) != 0) {
        status = refuse(err, path, "others than its owner may read or write it");
        icp_hint(err, "Take the permissions of others away: chmod 600 %s", path);
    } else if (secret && facts.st_uid != geteuid() && facts.st_uid != 0) {
        status = refuse(err, path, "it belongs to somebody else");
        icp_hint(err, "Make it your own: chown \"$(id -un)\" %s", path);
    } else
        status = read_all(fd, path, (size_t)facts.st_size, limit, buf, err);
    (void)close(fd);
    if (status != ICP_OK && buf->data != NULL) {
        icp_wipe(buf->data, buf->allocated);
        icp_buf_reset(buf);
    }
    return status;
}

enum icp_status icp_file_read(const char *path, size_t limit, struct icp_buf *buf,
                              struct icp_err *err)
{
    return read_file(path, limit, false, buf, err);
}

enum icp_status icp_file_read_beside(const char *beside, struct icp_str path, size_t limit,
                                     struct icp_buf *buf, struct icp_err *err)
{
    char whole[PATH_BYTES];
    const char *slash = strrchr(beside, '/');
    int folder = slash != NULL ? (int)(slash - beside) + 1 : 0;
    int length =
        snprintf(whole, sizeof(whole), "%.*s%.*s", folder, beside, ICP_STR_ARGUMENTS(path));
    if (length < 0 || (size_t)length >= sizeof(whole))
        return icp_fail(err, ICP_BAD_CONFIG, "cannot read %.200s: the path is too long", path.data);
    return icp_file_read(whole, limit, buf, err);
}

enum icp_status icp_file_read_secret(const char *path, size_t limit, struct icp_buf *buf,
                                     struct icp_err *err)
{
    enum icp_status status = read_file(path, limit, true, buf, err);
    if (status != ICP_OK || buf->length == 0 || buf->data[buf->length - 1] != '\n')
        return status;
    buf->length--;
    if (buf->length > 0 && buf->data[buf->length - 1] == '\r')
        buf->length--;
    buf->data[buf->length] = '\0';
    return status;
}

/* ---- Replacing */

static bool write_all(int fd, struct icp_str bytes)
{
    while (bytes.length > 0) {
        ssize_t written = write(fd, bytes.data, bytes.length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes = icp_str_slice(bytes, (size_t)written, bytes.length);
    }
    return true;
}

static bool sync_again(int fd)
{
    int result = -1;
    do
        result = fsync(fd);
    while (result != 0 && errno == EINTR);
    return result == 0;
}

/* A name of its own, so that two writers never share a half-written file. */
static bool temporary_name(const char *path, char *name, size_t size)
{
    uint32_t random = 0;
    if (!icp_random_bytes(&random, sizeof(random)))
        return false;
    int length = snprintf(name, size, "%s.%08x.tmp", path, (unsigned int)random);
    return length > 0 && (size_t)length < size;
}

/* The mode before anybody can see the name: later it could be another file's. */
static bool write_new(const char *name, struct icp_str bytes, mode_t mode)
{
    int fd = open_again(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    if (fd < 0)
        return false;
    bool good = write_all(fd, bytes) && fchmod(fd, mode) == 0 && sync_again(fd);
    int reason = errno;
    if (close(fd) != 0 && good) {
        good = false;
        reason = errno;
    }
    if (!good)
        (void)unlink(name);
    errno = reason;
    return good;
}

/* Without this the new name may be gone after a power cut, though the bytes are there. */
static bool sync_directory(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash == path)
        path[1] = '\0';
    else if (slash != NULL)
        *slash = '\0';
    int fd = open_again(slash == NULL ? "." : path, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0)
        return false;
    bool good = sync_again(fd);
    int reason = errno;
    (void)close(fd);
    errno = reason;
    return good;
}

static enum icp_status replace(const char *path, struct icp_str bytes, mode_t mode,
                               struct icp_err *err)
{
    char name[PATH_BYTES];
    if (!temporary_name(path, name, sizeof(name)))
        return icp_fail(err, ICP_STATE, "could not write %s: no temporary name", path);
    if (!write_new(name, bytes, mode))
        return icp_fail(err, ICP_STATE, "could not write %s: %s", path, strerror(errno));
    if (rename(name, path) != 0) {
        int reason = errno;
        (void)unlink(name);
        return icp_fail(err, ICP_STATE, "could not write %s: %s", path, strerror(reason));
    }
    if (!sync_directory(name))
        return icp_fail(err, ICP_STATE, "could not write %s: %s", path, strerror(errno));
    return ICP_OK;
}

/* A link would become a file and leave its target as it was, a device would be gone. */
static enum icp_status replace_file(const char *path, struct icp_str bytes, bool must_be_there,
                                    struct icp_err *err)
{
    struct stat status;
    bool there = lstat(path, &status) == 0;

    if (!there && (must_be_there || errno != ENOENT))
        return icp_fail(err, ICP_STATE, "could not write %s: %s", path, strerror(errno));
    if (there && !S_ISREG(status.st_mode)) {
        icp_fail(err, ICP_STATE, "%s is not a regular file", path);
        icp_hint(err, "Name the file itself, not a link to it.");
        return err->status;
    }
    return replace(path, bytes, must_be_there ? status.st_mode & 07777 : 0600, err);
}

enum icp_status icp_file_replace(const char *path, struct icp_str bytes, struct icp_err *err)
{
    return replace_file(path, bytes, false, err);
}

enum icp_status icp_file_rewrite(const char *path, struct icp_str bytes, struct icp_err *err)
{
    return replace_file(path, bytes, true, err);
}

bool icp_file_is_same(const char *one, const char *other)
{
    struct stat left, right;

    return stat(one, &left) == 0 && stat(other, &right) == 0 && left.st_dev == right.st_dev &&
           left.st_ino == right.st_ino;
}
