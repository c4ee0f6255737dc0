/*
 * The state database as it is read: damaged, from its backups, beside a night that holds it, and
 * after one that was killed.
 */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store_kit.h"
#include "store_night.h"

/* ---- damage -------------------------------------------------------------------------------- */

static size_t read_whole(char *bytes, size_t size)
{
    FILE *file = fopen(STATE, "rb");
    assert_non_null(file);
    size_t length = fread(bytes, 1, size, file);
    assert_int_equal(fclose(file), 0);
    return length;
}

static void write_whole(const char *bytes, size_t length)
{
    FILE *file = fopen(STATE, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

/* Content that only looks different is not found by quick_check; what would make sqlite3 read
   elsewhere is. Whatever is flipped, opening and reading it all ends in OK or ICP_STATE. */
static void test_a_damaged_file_is_refused(void **state)
{
    (void)state;
    static char good[512 * 1024], bad[sizeof(good)];
    struct icp_err err = {0};
    struct icp_buf text;
    size_t refused = 0;
    struct icp_store *store = kit_open();
    for (size_t i = 0; i < STORE_ACTS_READ; i++)
        kit_ok(store_night[i].name, store_night[i].act(store, &err), &err);
    icp_store_close(store);
    icp_buf_open(&text, 1 << 20);
    size_t length = read_whole(good, sizeof(good));
    assert_true(length > 4096 && length < sizeof(good) && length % 4096 == 0);
    for (size_t at = 0; at < length; at += at % 4096 < 12 ? 1 : 211) {
        memcpy(bad, good, length);
        bad[at] = (char)(bad[at] ^ 0x41);
        write_whole(bad, length);
        store = NULL;
        err = (struct icp_err){0};
        struct icp_store_settings settings = {.path = STATE};
        enum icp_status status = icp_store_open(&settings, &store, &err);
        if (status == ICP_OK) {
            icp_buf_reset(&text);
            status = icp_store_dump(store, &text, &err);
            if (status == ICP_BUG) /* a table or a column has another name now */
                status = ICP_STATE;
        }
        refused += status == ICP_STATE;
        if (status != ICP_OK && status != ICP_STATE)
            fail_msg("byte %zu: %s: %s", at, icp_status_name(status), err.message);
        icp_store_close(store);
        if (at % 4096 == 0 && at > 0) /* the kind of a page */
            check_number("a page that is no page", status, ICP_STATE);
    }
    assert_true(refused > length / 4096);
    write_whole(good, length - 4096);
    assert_int_equal(kit_try_open(false, &err), ICP_STATE);
    icp_buf_finish(&text);
}

/* ---- backups and readers ------------------------------------------------------------------- */

static void test_backups_are_kept_in_order_and_can_be_put_back(void **state)
{
    (void)state;
    struct icp_err err = {0};
    struct icp_buf then, now;
    struct icp_arena *arena = *state;
    kit_open_bufs(&then, &now);
    for (int i = 0; i < 5; i++) {
        struct icp_store *store = kit_open();
        kit_ok("run", act_run(store, &err), &err);
        kit_ok("backup", icp_store_backup(store, 3, &err), &err);
        icp_store_close(store);
    }
    assert_int_equal(access(STATE ".backup-4", F_OK), -1);
    assert_int_equal(access(STATE ".backup-new", F_OK), -1);
    kit_content(&now);
    for (int number = 3; number >= 1; number--) {
        static const char *const names[] = {STATE ".backup-1", STATE ".backup-2",
                                            STATE ".backup-3"};
        struct icp_run *runs;
        size_t count;
        assert_int_equal(rename(names[number - 1], STATE), 0);
        struct icp_store *store = kit_open();
        kit_ok("runs", icp_store_runs(store, 10, arena, &runs, &count, &err), &err);
        check_number("an older night the higher the number", (int64_t)count, 6 - number);
        icp_store_close(store);
    }
    kit_content(&then);
    check_text("the newest is what was", icp_buf_view(&then), icp_buf_view(&now));
    icp_buf_finish(&then);
    icp_buf_finish(&now);
}

static void test_a_stopped_backup_leaves_the_last_one(void **state)
{
    (void)state;
    struct kit_seam seam = {"backup", false, 0};
    struct icp_store_settings settings = {
        .path = STATE, .create = true, .step = kit_stop, .step_context = &seam};
    struct icp_err err = {0};
    struct stat before, after;
    struct icp_store *store = kit_open();
    kit_ok("backup", icp_store_backup(store, 2, &err), &err);
    icp_store_close(store);
    assert_int_equal(stat(STATE ".backup-1", &before), 0);
    kit_ok("open", icp_store_open(&settings, &store, &err), &err);
    assert_int_equal(icp_store_backup(store, 2, &err), ICP_STOP);
    icp_store_close(store);
    assert_int_equal(stat(STATE ".backup-1", &after), 0);
    assert_true(before.st_ino == after.st_ino);
}

static int64_t runs_a_reader_sees(struct icp_arena *arena, int64_t *backup_ms)
{
    struct icp_store *store = NULL;
    struct icp_err err = {0}, refused = {0};
    struct icp_run *runs;
    size_t count;
    kit_ok("reader", icp_store_open_for_reading(STATE, &store, backup_ms, &err), &err);
    kit_ok("runs", icp_store_runs(store, 10, arena, &runs, &count, &err), &err);
    assert_int_equal(act_account(store, &refused), ICP_BUG); /* a reader changes nothing */
    icp_store_close(store);
    return (int64_t)count;
}

static void test_readers_beside_a_night(void **state)
{
    struct icp_arena *arena = *state;
    struct icp_err err = {0};
    struct icp_store *store = kit_open(), *reader = NULL;
    int64_t backup_ms;
    kit_ok("run", act_run(store, &err), &err);
    assert_int_equal(icp_store_open_for_reading(STATE, &reader, &backup_ms, &err), ICP_STOP);
    assert_null(reader);
    err = (struct icp_err){0};
    kit_ok("backup", icp_store_backup(store, 3, &err), &err);
    kit_ok("run", act_run(store, &err), &err);
    check_number("the backup while it is held", runs_a_reader_sees(arena, &backup_ms), 1);
    assert_true(backup_ms > 0);
    icp_store_close(store);
    check_number("itself when it is free", runs_a_reader_sees(arena, &backup_ms), 2);
    check_number("itself", backup_ms, 0);
}

/* A run with a long reason lets the file grow, which the limit forbids: the process is killed while
   the commit writes, and its journal stays behind. */
static void grow_and_die(void)
{
    static char reason[1 << 16];
    static const struct rlimit none = {0, 0};
    struct stat status;
    struct icp_store *store = kit_open();
    struct icp_err err = {0};
    struct icp_run run = {.kind = ICP_RUN_NIGHT, .approved = -1};
    memset(reason, 'r', sizeof(reason) - 1);
    run.reason = icp_str_from(reason);
    if (stat(STATE, &status) != 0)
        _exit(1);
    struct rlimit limit = {(rlim_t)status.st_size, (rlim_t)status.st_size};
    if (setrlimit(RLIMIT_CORE, &none) == 0 && setrlimit(RLIMIT_FSIZE, &limit) == 0)
        (void)icp_store_open_run(store, &run, &run, &err);
    _exit(1);
}

static void die_in_a_commit(void)
{
    int result;
    pid_t process = fork();
    assert_true(process >= 0);
    if (process == 0)
        grow_and_die();
    assert_int_equal(waitpid(process, &result, 0), process);
    assert_true(WIFSIGNALED(result));
    assert_int_equal(access(STATE "-journal", F_OK), 0);
}

static void test_a_reader_takes_back_what_a_killed_night_left(void **state)
{
    struct icp_arena *arena = *state;
    struct icp_err err = {0};
    struct icp_store *store = kit_open();
    int64_t backup_ms;
    kit_ok("run", act_run(store, &err), &err);
    icp_store_close(store);
    die_in_a_commit();
    check_number("what was committed, no more", runs_a_reader_sees(arena, &backup_ms), 1);
    check_number("itself", backup_ms, 0);
    assert_int_equal(access(STATE "-journal", F_OK), -1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        STORE_TEST(test_a_damaged_file_is_refused),
        STORE_TEST(test_backups_are_kept_in_order_and_can_be_put_back),
        STORE_TEST(test_a_stopped_backup_leaves_the_last_one),
        STORE_TEST(test_readers_beside_a_night),
        STORE_TEST(test_a_reader_takes_back_what_a_killed_night_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
