/*
 * The state database as a night meets it: stopped before and after every commit, opened twice, by
 * the wrong person, in the wrong version, damaged, and read while a night holds it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store_kit.h"

/* ---- a night, stopped at every commit ------------------------------------------------------- */

static const struct icp_ruleset_row rules = {ICP_STR_INIT("text-1"),
                                             ICP_STR_INIT("rules-1"),
                                             ICP_STR_INIT("a.icp.yaml"),
                                             ICP_STR_INIT("a"),
                                             ICP_STR_INIT("1"),
                                             ICP_STR_INIT("icp: 1\n"),
                                             NULL,
                                             0};

static enum icp_status act_account(struct icp_store *store, struct icp_err *err)
{
    return icp_store_pin_account(store, CRM, ICP_STR("123"), ICP_STR("portal 123"), ICP_STR("UTC"),
                                 err);
}

static enum icp_status act_run(struct icp_store *store, struct icp_err *err)
{
    struct icp_run run, fresh = {.as_of = 20000, .started_ms = 1, .approved = -1};
    return icp_store_open_run(store, &fresh, &run, err);
}

static enum icp_status act_approve(struct icp_store *store, struct icp_err *err)
{
    return icp_store_approve(store, ICP_STR("a.icp.yaml"), &rules, 77, INT32_MAX, 0, err);
}

static enum icp_status act_begin_pull(struct icp_store *store, struct icp_err *err)
{
    struct icp_checkpoint checkpoint = {.all = true, .began_ms = 5000, .request = "r"};
    return icp_store_begin_pull(store, CRM, ICP_CONTACT, &checkpoint, err);
}

static enum icp_status act_page(struct icp_store *store, struct icp_err *err)
{
    struct icp_stored people[] = {kit_person("1", "c", "v1"), kit_person("2", NULL, "v1")};
    struct icp_checkpoint checkpoint = {.all = true, .began_ms = 5000, .position = "page 2"};
    struct icp_page_counts counts;
    return icp_store_page(store, CRM, ICP_CONTACT, people, 2, NULL, 0, &checkpoint, &counts, err);
}

static enum icp_status act_end_pull(struct icp_store *store, struct icp_err *err)
{
    return icp_store_end_pull(store, CRM, ICP_CONTACT, err);
}

static enum icp_status act_score(struct icp_store *store, struct icp_err *err)
{
    struct icp_result_row rows[] = {kit_result("1", 20000, 80, "A"),
                                    kit_result("2", 20000, 20, "C")};
    rows[0].moves_with_time = true;
    return icp_store_results(store, CRM, rows, 2, err);
}

static enum icp_status act_dirty(struct icp_store *store, struct icp_err *err)
{
    int64_t dirty;
    return icp_store_mark_dirty(store, CRM, ICP_STR("rules-1"), (struct icp_str){0}, 20001, &dirty,
                                err);
}

static enum icp_status act_own(struct icp_store *store, struct icp_err *err)
{
    static const struct icp_str names[] = {ICP_STR_INIT("icp_grade"), ICP_STR_INIT("icp_score")};
    return icp_store_own_fields(store, names, 2, err);
}

static enum icp_status act_plan(struct icp_store *store, struct icp_err *err)
{
    static const struct icp_outbox_row rows[] = {
        {ICP_STR_INIT("1"), ICP_STR_INIT("icp_score"), {NULL, 0}, ICP_STR_INIT("80")},
        {ICP_STR_INIT("2"), ICP_STR_INIT("icp_score"), {NULL, 0}, ICP_STR_INIT("20")}};
    struct icp_run run = {.id = 1, .as_of = 20000, .started_ms = 1, .approved = -1};
    if (icp_store_plan_begin(store, 1, err) != ICP_OK ||
        icp_store_plan_add(store, 1, CRM, ICP_CONTACT, rows, 2, err) != ICP_OK)
        return err->status;
    return icp_store_plan_end(store, &run, err);
}

static enum icp_status act_compare(struct icp_store *store, struct icp_err *err)
{
    struct icp_settlement both[] = {{.id = ICP_STR("1"), .state = ICP_BOX_INFLIGHT},
                                    {.id = ICP_STR("2"), .state = ICP_BOX_INFLIGHT}};
    struct icp_stored fresh = kit_person("2", NULL, "v1");
    fresh.stamp_ms = 2000;
    return icp_store_compare(store, 1, CRM, ICP_CONTACT, &fresh, 1, both, 2, err);
}

static enum icp_status act_outcome(struct icp_store *store, struct icp_err *err)
{
    struct icp_push_outcome outcomes[] = {
        {.settlement = {.id = ICP_STR("1"), .state = ICP_BOX_DONE}},
        {.settlement = {.id = ICP_STR("2"), .state = ICP_BOX_INFLIGHT}}};
    return icp_store_outcome(store, 1, CRM, ICP_CONTACT, outcomes, 2, 9000, err);
}

static enum icp_status act_settle(struct icp_store *store, struct icp_err *err)
{
    struct icp_settlement one = {.id = ICP_STR("2"), .state = ICP_BOX_DONE};
    return icp_store_settle(store, 1, CRM, ICP_CONTACT, NULL, 0, &one, 1, 9000, err);
}

static enum icp_status act_end(struct icp_store *store, struct icp_err *err)
{
    struct icp_run run = {.id = 1, .as_of = 20000, .started_ms = 1, .approved = -1};
    run.counts.written = 2;
    return icp_store_end_run(store, CRM, &run, NULL, 0, err);
}

static const struct {
    const char *name;
    enum icp_status (*act)(struct icp_store *store, struct icp_err *err);
} night[] = {
    {"account", act_account},  {"run", act_run},
    {"approval", act_approve}, {"pull begin", act_begin_pull},
    {"page", act_page},        {"pull end", act_end_pull},
    {"score", act_score},      {"dirty", act_dirty},
    {"owned fields", act_own}, {"plan", act_plan},
    {"compare", act_compare},  {"outcome", act_outcome},
    {"settle", act_settle},    {"end", act_end},
};

struct seam {
    const char *name; /* stop at this commit */
    bool after;
    int calls; /* steps that came by with this name */
};

static enum icp_status stop_there(void *context, bool after, const char *name, struct icp_err *err)
{
    struct seam *seam = context;
    if (strcmp(seam->name, name) != 0)
        return ICP_OK;
    seam->calls++;
    return after == seam->after ? icp_fail(err, ICP_STOP, "stopped by the test") : ICP_OK;
}

/* One commit in a process of its own that is stopped before or after it. */
static void act_and_stop(size_t step, bool after)
{
    struct seam seam = {night[step].name, after, 0};
    struct icp_store_settings settings = {
        .path = STATE, .create = true, .step = stop_there, .step_context = &seam};
    struct icp_store *store = NULL;
    struct icp_err err = {0}, later = {0};
    int64_t run;
    kit_ok("open", icp_store_open(&settings, &store, &err), &err);
    check_number(night[step].name, night[step].act(store, &err), ICP_STOP);
    check_number("the step is asked before, and after what was committed", seam.calls,
                 after ? 2 : 1);
    check_text("the step's own reason", icp_str_from(err.message), ICP_STR("stopped by the test"));
    check_number("reading is over", icp_store_first_push(store, CRM, &run, &later), ICP_STOP);
    check_number("writing is over", act_dirty(store, &later), ICP_STOP);
    icp_store_close(store);
}

static void open_bufs(struct icp_buf *a, struct icp_buf *b)
{
    icp_buf_open(a, 1 << 20);
    icp_buf_open(b, 1 << 20);
}

static void dump(struct icp_buf *text)
{
    struct icp_err err = {0};
    struct icp_store *store = kit_open();
    icp_buf_reset(text);
    kit_ok("dump", icp_store_dump(store, text, &err), &err);
    icp_store_close(store);
}

static void test_every_commit_is_whole_or_not_there(void **state)
{
    (void)state;
    struct icp_buf before, after;
    open_bufs(&before, &after);
    icp_store_close(kit_open());
    for (size_t i = 0; i < COUNT_OF(night); i++) {
        kit_content(&before);
        act_and_stop(i, false);
        kit_content(&after);
        check_text(night[i].name, icp_buf_view(&after), icp_buf_view(&before));
        act_and_stop(i, true);
        kit_content(&after);
        if (icp_str_equal(icp_buf_view(&after), icp_buf_view(&before)))
            fail_msg("%s left no trace", night[i].name);
    }
    dump(&before); /* of the night that was stopped at every step … */
    assert_int_equal(unlink(STATE), 0);
    struct icp_store *store = kit_open();
    struct icp_err err = {0};
    for (size_t i = 0; i < COUNT_OF(night); i++)
        kit_ok(night[i].name, night[i].act(store, &err), &err);
    icp_store_close(store);
    dump(&after); /* … and of one that went through */
    check_text("both nights end alike", icp_buf_view(&before), icp_buf_view(&after));
    icp_buf_finish(&before);
    icp_buf_finish(&after);
}

static void test_a_database_is_made_whole_or_not_at_all(void **state)
{
    (void)state;
    for (int after = 0; after < 2; after++) {
        struct seam seam = {"schema", after != 0, 0};
        struct icp_store_settings settings = {
            .path = STATE, .create = true, .step = stop_there, .step_context = &seam};
        struct icp_store *store = NULL;
        struct icp_err err = {0};
        assert_int_equal(icp_store_open(&settings, &store, &err), ICP_STOP);
        assert_int_equal(seam.calls, after + 1);
    }
    icp_store_close(kit_open());
}

/* A close in the middle of a plan is what a killed process is. */
static void test_an_unfinished_plan_is_forgotten(void **state)
{
    (void)state;
    static const struct icp_outbox_row row = {
        ICP_STR_INIT("1"), ICP_STR_INIT("icp_score"), {NULL, 0}, ICP_STR_INIT("80")};
    struct icp_buf before, after;
    struct icp_err err = {0}, refused = {0};
    open_bufs(&before, &after);
    struct icp_store *store = kit_open();
    kit_ok("run", act_run(store, &err), &err);
    kit_ok("own", act_own(store, &err), &err);
    icp_store_close(store);
    kit_content(&before);
    for (int cancelled = 0; cancelled < 2; cancelled++) {
        store = kit_open();
        kit_ok("begin", icp_store_plan_begin(store, 1, &err), &err);
        kit_ok("add", icp_store_plan_add(store, 1, CRM, ICP_CONTACT, &row, 1, &err), &err);
        assert_int_equal(act_account(store, &refused), ICP_BUG); /* no commit inside a plan */
        if (cancelled) {
            icp_store_plan_cancel(store);
            kit_ok("a commit after it", act_own(store, &err), &err);
        }
        icp_store_close(store);
        kit_content(&after);
        check_text("nothing planned", icp_buf_view(&after), icp_buf_view(&before));
    }
    icp_buf_finish(&before);
    icp_buf_finish(&after);
}

/* ---- who may open it ----------------------------------------------------------------------- */

static enum icp_status try_open(bool create, struct icp_err *err)
{
    struct icp_store *store = NULL;
    struct icp_store_settings settings = {.path = STATE, .create = create};
    *err = (struct icp_err){0};
    enum icp_status status = icp_store_open(&settings, &store, err);
    icp_store_close(store);
    return status;
}

static void test_one_writer_at_a_time(void **state)
{
    (void)state;
    struct icp_err err;
    struct icp_store *store = kit_open();
    assert_int_equal(try_open(true, &err), ICP_STOP);
    assert_non_null(strstr(err.message, "another icp"));
    icp_store_close(store);
    assert_int_equal(try_open(false, &err), ICP_OK);
}

static void test_what_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *why, *sql;
        mode_t mode;
        const char *message;
    } cases[] = {
        {"the group may read it", NULL, 0640, "mode 0640"},
        {"others may write it", NULL, 0602, "mode 0602"},
        {"a newer schema", "PRAGMA user_version=3", 0600, "schema version 3"},
        {"an older schema", "PRAGMA user_version=0", 0600, "schema version 0"},
        {"another program's", "PRAGMA application_id=5", 0600, "not a state database"},
    };
    struct icp_err err;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        icp_store_close(kit_open());
        if (cases[i].sql)
            assert_int_equal(kit_by_hand(cases[i].sql), ICP_OK);
        assert_int_equal(chmod(STATE, cases[i].mode), 0);
        check_number(cases[i].why, try_open(true, &err), ICP_STATE);
        if (!strstr(err.message, cases[i].message))
            fail_msg("%s: %s", cases[i].why, err.message);
        assert_int_equal(unlink(STATE), 0);
    }
    assert_int_equal(try_open(false, &err), ICP_STATE);
    assert_non_null(strstr(err.hint, "icp sync"));
    assert_int_equal(symlink("elsewhere", STATE), 0);
    assert_int_equal(try_open(true, &err), ICP_STATE);
    assert_non_null(strstr(err.message, "not a regular file"));
}

/* What a database of schema 1 held is there afterwards, for one rule file was all there was. */
static void test_an_older_one_is_brought_up_to_date(void **state)
{
    static const char back[] =
        "DROP TABLE run_rules; DROP TABLE ruleset_list; ALTER TABLE approval DROP COLUMN file; "
        "ALTER TABLE result DROP "
        "COLUMN words; ALTER TABLE result DROP COLUMN profile; UPDATE run SET rules = 't1'; UPDATE "
        "result SET rules = 's1'; PRAGMA user_version=1";
    static const struct icp_ruleset_row version = {ICP_STR_INIT("t1"),
                                                   ICP_STR_INIT("s1"),
                                                   ICP_STR_INIT("p"),
                                                   ICP_STR_INIT("Nordic"),
                                                   ICP_STR_INIT("1"),
                                                   ICP_STR_INIT("b"),
                                                   NULL,
                                                   0};
    struct icp_arena *arena = *state;
    struct icp_stored people[] = {kit_person("1", NULL, "v1")};
    struct icp_result_row results[] = {kit_result("1", 20000, 80, "A")};
    struct icp_ruleset_row *used;
    struct icp_approval approval;
    struct icp_err err = {0};
    bool found;
    size_t count;
    struct icp_store *store = kit_open();
    kit_pull(store, people, 1);
    kit_score(store, results, 1);
    struct icp_run run = kit_run(store);
    kit_ok("approve", icp_store_approve(store, ICP_STR("x"), &version, 1, INT32_MAX, 0, &err),
           &err);
    icp_store_close(store);
    assert_int_equal(kit_by_hand(back), ICP_OK);

    assert_int_equal(icp_store_open(&(struct icp_store_settings){.path = STATE, .read_only = true},
                                    &store, &err),
                     ICP_STATE);
    assert_non_null(strstr(err.hint, "icp plan"));
    store = kit_open();
    check_text("profile", kit_find(store, arena, "1").result.profile, ICP_STR("Nordic"));
    err = (struct icp_err){0};
    kit_ok("rules", icp_store_run_rules(store, run.id, arena, &used, &count, &err), &err);
    check_number("versions of the run", (int64_t)count, 1);
    check_text("version", used[0].score_hash, ICP_STR("s1"));
    kit_ok("first file",
           icp_store_approved(store, ICP_STR("a"), true, (struct icp_str){0}, 20000, arena,
                              &approval, &found, &err),
           &err);
    assert_true(found);
    kit_ok("second file",
           icp_store_approved(store, ICP_STR("b"), false, (struct icp_str){0}, 20000, arena,
                              &approval, &found, &err),
           &err);
    assert_false(found);
    icp_store_close(store);
}

static void test_the_file_is_for_its_owner_alone(void **state)
{
    (void)state;
    struct stat status;
    struct icp_err err = {0};
    mode_t mask = umask(0);
    struct icp_store *store = kit_open();
    kit_ok("account", act_account(store, &err), &err);
    kit_ok("backup", icp_store_backup(store, 3, &err), &err);
    static const char *const names[] = {STATE, STATE "-journal", STATE ".lock", STATE ".backup-1"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        check_number(names[i], stat(names[i], &status), 0);
        check_number(names[i], status.st_mode & 0777, 0600);
    }
    icp_store_close(store);
    (void)umask(mask);
}

static void test_another_account_is_refused_and_nothing_else_happens(void **state)
{
    (void)state;
    struct icp_err err = {0};
    struct icp_store *store = kit_open();
    kit_ok("first contact", act_account(store, &err), &err);
    kit_ok("again", act_account(store, &err), &err);
    assert_int_equal(
        icp_store_pin_account(store, CRM, ICP_STR("456"), ICP_STR("x"), ICP_STR(""), &err),
        ICP_BAD_CONFIG);
    err = (struct icp_err){0};
    kit_ok("the store goes on", act_account(store, &err), &err);
    icp_store_close(store);
}

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
    for (size_t i = 0; i < 6; i++)
        kit_ok(night[i].name, night[i].act(store, &err), &err);
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
    assert_int_equal(try_open(false, &err), ICP_STATE);
    icp_buf_finish(&text);
}

/* ---- backups and readers ------------------------------------------------------------------- */

static void test_backups_are_kept_in_order_and_can_be_put_back(void **state)
{
    (void)state;
    struct icp_err err = {0};
    struct icp_buf then, now;
    struct icp_arena *arena = *state;
    open_bufs(&then, &now);
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
    struct seam seam = {"backup", false, 0};
    struct icp_store_settings settings = {
        .path = STATE, .create = true, .step = stop_there, .step_context = &seam};
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

static void test_another_file_is_left_alone(void **state)
{
    static const char text[] = "icp: 1\nname: somebody's rules, named as the state by mistake\n";
    struct icp_store_settings settings = {.path = STATE, .create = true};
    struct icp_store *store = NULL;
    struct icp_err err = {0};
    int64_t backup_ms;
    (void)state;
    FILE *file = fopen(STATE, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0 && fclose(file) == 0);
    assert_int_equal(icp_store_open(&settings, &store, &err), ICP_STATE);
    assert_non_null(strstr(err.message, "not a state database"));
    assert_non_null(strstr(err.hint, "\"state\" in the configuration"));
    assert_null(strstr(err.hint, "remove"));
    assert_int_equal(access(STATE ".lock", F_OK), -1);
    err = (struct icp_err){0};
    assert_int_equal(icp_store_open_for_reading(STATE, &store, &backup_ms, &err), ICP_STATE);
    assert_non_null(strstr(err.message, "not a state database"));
}

int main(void)
{
#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, kit_enter, kit_leave)
    static const struct CMUnitTest tests[] = {
        STORE_TEST(test_every_commit_is_whole_or_not_there),
        STORE_TEST(test_a_database_is_made_whole_or_not_at_all),
        STORE_TEST(test_an_unfinished_plan_is_forgotten),
        STORE_TEST(test_one_writer_at_a_time),
        STORE_TEST(test_what_is_refused),
        STORE_TEST(test_an_older_one_is_brought_up_to_date),
        STORE_TEST(test_the_file_is_for_its_owner_alone),
        STORE_TEST(test_another_account_is_refused_and_nothing_else_happens),
        STORE_TEST(test_a_damaged_file_is_refused),
        STORE_TEST(test_backups_are_kept_in_order_and_can_be_put_back),
        STORE_TEST(test_a_stopped_backup_leaves_the_last_one),
        STORE_TEST(test_readers_beside_a_night),
        STORE_TEST(test_a_reader_takes_back_what_a_killed_night_left),
        STORE_TEST(test_another_file_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
