/*
 * Waiting for a file to change. What decides is the file's stamp (inode, size, time of change): the
 * system's notifications of its folder only say when to look, so that an editor that writes a new
 * file and renames it is noticed as well as one that writes in place, and a system without
 * notifications is merely slower.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "test.h"

enum {
    MOST_ADDED = 100, /* lists of rule files */
    LOOK_MS = 500,    /* without notifications */
    CALM_MS = 50,     /* an editor writes in several steps: wait until it is done */
    NOTICE_BYTES = 4096,
};

struct stamp {
    bool there;
    ino_t inode;
    off_t size;
    struct timespec time;
};

struct watch_file {
    const char *path;
    struct stamp stamp;
};

struct icp_watch {
    struct icp_arena *arena;
    struct watch_file *files;
    size_t count, room;
    int notices; /* -1: the system cannot notify */
    const volatile int *stopping;
};

static struct stamp look(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return (struct stamp){0};
    return (struct stamp){
        .there = true, .inode = status.st_ino, .size = status.st_size, .time = status.st_mtim};
}

static bool same(const struct stamp *a, const struct stamp *b)
{
    return a->there == b->there && a->inode == b->inode && a->size == b->size &&
           a->time.tv_sec == b->time.tv_sec && a->time.tv_nsec == b->time.tv_nsec;
}

/* Notices of everything in the folder of the file; a folder that is watched already stays so. */
static bool notify_folder(int notices, struct icp_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct icp_str folder = ICP_STR(".");
    if (slash != NULL)
        folder = icp_arena_format(arena, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    return folder.data != NULL &&
           inotify_add_watch(notices, folder.data,
                             IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_ATTRIB) >= 0;
}

enum icp_status icp_watch_open(struct icp_arena *arena, const char *const *paths, size_t count,
                               const volatile int *stopping, struct icp_watch **ret,
                               struct icp_err *err)
{
    struct icp_watch *watch = ICP_NEW(arena, struct icp_watch);
    *ret = watch;
    if (watch != NULL)
        watch->files = ICP_NEW_ARRAY(arena, struct watch_file, count + MOST_ADDED);
    if (watch == NULL || watch->files == NULL)
        return icp_fail(err, ICP_BUG, "no memory left to watch %zu files", count);
    watch->stopping = stopping;
    watch->arena = arena;
    watch->room = count + MOST_ADDED;
    watch->notices = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    for (size_t i = 0; i < count; i++)
        icp_watch_add(watch, icp_str_from(paths[i]));
    return ICP_OK;
}

void icp_watch_add(struct icp_watch *watch, struct icp_str path)
{
    for (size_t i = 0; i < watch->count; i++)
        if (icp_str_is(path, watch->files[i].path))
            return;
    struct icp_str own = icp_arena_copy(watch->arena, path);
    if (icp_str_is_null(own) || watch->count == watch->room)
        return;
    watch->files[watch->count++] = (struct watch_file){.path = own.data, .stamp = look(own.data)};
    if (watch->notices < 0 || notify_folder(watch->notices, watch->arena, own.data))
        return;
    (void)close(watch->notices); /* then it looks now and then */
    watch->notices = -1;
}

void icp_watch_close(struct icp_watch *watch)
{
    if (watch != NULL && watch->notices >= 0)
        (void)close(watch->notices);
}

/* Sleeps until something happened in a folder, or for a while. */
static void wait_for_notice(struct icp_watch *watch, int ms)
{
    char notices[NOTICE_BYTES];
    struct pollfd wait = {.fd = watch->notices, .events = POLLIN};
    if (poll(&wait, watch->notices >= 0 ? 1 : 0, ms) <= 0)
        return;
    while (read(watch->notices, notices, sizeof(notices)) > 0)
        continue;
}

static const char *find_changed(struct icp_watch *watch)
{
    const char *changed = NULL;
    for (size_t i = 0; i < watch->count; i++) {
        struct stamp now = look(watch->files[i].path);
        if (same(&now, &watch->files[i].stamp))
            continue;
        watch->files[i].stamp = now;
        changed = watch->files[i].path;
    }
    return changed;
}

enum icp_status icp_watch_wait(struct icp_watch *watch, const char **changed, struct icp_err *err)
{
    *changed = NULL;
    while (*changed == NULL) {
        if (watch->stopping != NULL && *watch->stopping)
            return icp_fail(err, ICP_STOP, "stopped");
        *changed = find_changed(watch);
        if (*changed == NULL)
            wait_for_notice(watch, LOOK_MS);
    }
    /* Until the files rest, or an editor's half-written file would be tested. */
    do
        wait_for_notice(watch, CALM_MS);
    while (find_changed(watch) != NULL);
    return ICP_OK;
}
