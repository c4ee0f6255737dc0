/*
 * The state database as a night meets it: stopped before and after every commit, opened twice, by
 * the wrong person, in the wrong version, for another account.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store_kit.h"
#include "store_night.h"

/* ---- a night, stopped at every commit ------------------------------------------------------- */

/* One commit in a process of its own that is stopped before or after it. */
static void act_and_stop(size_t step, bool after)
{
    struct kit_seam seam = {store_night[step].name, after, 0};
    struct icp_store_settings settings = {
        .path = STATE, .create = true, .step = kit_stop, .step_context = &seam};
    struct icp_store *store = NULL;
    struct icp_err err = {0}, later = {0};
    int64_t run;
    kit_ok("open", icp_store_open(&settings, &store, &err), &err);
    check_number(store_night[step].name, store_night[step].act(store, &err), ICP_STOP);
    check_number("the step is asked before, and after what was committed", seam.calls,
                 after ? 2 : 1);
    check_text("the step's own reason", icp_str_from(err.message), ICP_STR("stopped by the test"));
    check_number("reading is over", icp_store_first_push(store, CRM, &run, &later), ICP_STOP);
    check_number("writing is over", act_dirty(store, &later), ICP_STOP);
    icp_store_close(store);
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
    kit_open_bufs(&before, &after);
    icp_store_close(kit_open());
    for (size_t i = 0; i < STORE_ACTS; i++) {
        kit_content(&before);
        act_and_stop(i, false);
        kit_content(&after);
        check_text(store_night[i].name, icp_buf_view(&after), icp_buf_view(&before));
        act_and_stop(i, true);
        kit_content(&after);
        if (icp_str_equal(icp_buf_view(&after), icp_buf_view(&before)))
            fail_msg("%s left no trace", store_night[i].name);
    }
    dump(&before); /* of the night that was stopped at every step … */
    assert_int_equal(unlink(STATE), 0);
    struct icp_store *store = kit_open();
    struct icp_err err = {0};
    for (size_t i = 0; i < STORE_ACTS; i++)
        kit_ok(store_night[i].name, store_night[i].act(store, &err), &err);
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
        struct kit_seam seam = {"schema", after != 0, 0};
        struct icp_store_settings settings = {
            .path = STATE, .create = true, .step = kit_stop, .step_context = &seam};
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
    kit_open_bufs(&before, &after);
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

static void test_one_writer_at_a_time(void **state)
{
    (void)state;
    struct icp_err err;
    struct icp_store *store = kit_open();
    assert_int_equal(kit_try_open(true, &err), ICP_STOP);
    assert_non_null(strstr(err.message, "another icp"));
    icp_store_close(store);
    assert_int_equal(kit_try_open(false, &err), ICP_OK);
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
        check_number(cases[i].why, kit_try_open(true, &err), ICP_STATE);
        if (!strstr(err.message, cases[i].message))
            fail_msg("%s: %s", cases[i].why, err.message);
        assert_int_equal(unlink(STATE), 0);
    }
    assert_int_equal(kit_try_open(false, &err), ICP_STATE);
    assert_non_null(strstr(err.hint, "icp sync"));
    assert_int_equal(symlink("elsewhere", STATE), 0);
    assert_int_equal(kit_try_open(true, &err), ICP_STATE);
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
    static const struct CMUnitTest tests[] = {
        STORE_TEST(test_every_commit_is_whole_or_not_there),
        STORE_TEST(test_a_database_is_made_whole_or_not_at_all),
        STORE_TEST(test_an_unfinished_plan_is_forgotten),
        STORE_TEST(test_one_writer_at_a_time),
        STORE_TEST(test_what_is_refused),
        STORE_TEST(test_an_older_one_is_brought_up_to_date),
        STORE_TEST(test_the_file_is_for_its_owner_alone),
        STORE_TEST(test_another_account_is_refused_and_nothing_else_happens),
        STORE_TEST(test_another_file_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
