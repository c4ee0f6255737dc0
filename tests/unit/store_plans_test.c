/*
 * What becomes of a run's outbox rows: what a plan's hash says, what an outcome leaves behind and
 * an undo finds, what the end of a run accepts, and which approval counts.
 */
#include "store_kit.h"

/* ---- plans --------------------------------------------------------------------------------- */

#define ROW(id, field, base, want)                                                                 \
    {                                                                                              \
        ICP_STR_INIT(id), ICP_STR_INIT(field), base, want                                          \
    }
#define TEXT(text) ICP_STR_INIT(text)
#define EMPTY                                                                                      \
    {                                                                                              \
        NULL, 0                                                                                    \
    }

static const struct icp_outbox_row four_rows[] = {
    ROW("1", "icp_grade", EMPTY, TEXT("A")),
    ROW("1", "icp_score", TEXT("70"), TEXT("80")),
    ROW("2", "icp_grade", TEXT("B"), TEXT("C")),
    ROW("2", "icp_score", TEXT("30"), EMPTY),
};

static void test_the_hash_of_a_plan_is_its_content(void **state)
{
    (void)state;
    struct icp_store *store = kit_scored_people();
    struct icp_outbox_row turned[4], other[4];
    for (size_t i = 0; i < 4; i++) {
        turned[i] = four_rows[3 - i];
        other[i] = four_rows[i];
    }
    other[3].want = ICP_STR("");
    struct icp_run first = kit_run(store), second = kit_run(store), third = kit_run(store);
    kit_plan(store, &first, four_rows, 4);
    check_number("records, not rows", first.plan_records, 2);
    check_number("stage", first.stage, ICP_STAGE_PLANNED);
    kit_plan(store, &second, turned, 4);
    assert_string_equal(first.plan_hash, second.plan_hash); /* not the run, not the order */
    kit_plan(store, &third, other, 4);
    assert_string_not_equal(first.plan_hash, third.plan_hash); /* clearing is not emptying */
    kit_plan(store, &third, four_rows, 4);                     /* the same run, planned again */
    assert_string_equal(first.plan_hash, third.plan_hash);
    icp_store_close(store);
}

static size_t rows_in(struct icp_store *store, struct icp_arena *arena, int64_t run,
                      enum icp_outbox_state state)
{
    struct icp_outbox_record *records;
    struct icp_err err = {0};
    size_t count, rows = 0;
    kit_ok("outbox",
           icp_store_outbox(store, run, CRM, ICP_CONTACT, state, (struct icp_str){0}, 10, arena,
                            &records, &count, &err),
           &err);
    for (size_t i = 0; i < count; i++)
        rows += records[i].count;
    return rows;
}

static void test_a_new_plan_takes_the_place_of_an_old_one(void **state)
{
    struct icp_arena *arena = *state;
    struct icp_store *store = kit_scored_people();
    struct icp_run first = kit_run(store), second = kit_run(store);
    kit_plan(store, &first, four_rows, 4);
    kit_plan(store, &second, four_rows, 2);
    kit_plan(store, &second, four_rows + 2, 2);
    assert_int_equal(rows_in(store, arena, first.id, ICP_BOX_PLANNED), 0);
    assert_int_equal(rows_in(store, arena, first.id, ICP_BOX_SUPERSEDED), 4);
    assert_int_equal(rows_in(store, arena, second.id, ICP_BOX_PLANNED), 2);
    assert_int_equal(rows_in(store, arena, 0, ICP_BOX_PLANNED), 2); /* of any run */
    icp_store_close(store);
}

static void test_only_owned_fields_can_be_planned(void **state)
{
    (void)state;
    static const struct icp_outbox_row row = ROW("1", "email", TEXT("a@b.c"), TEXT("x@y.z"));
    struct icp_err err = {0};
    struct icp_store *store = kit_scored_people();
    struct icp_run run = kit_run(store);
    kit_ok("begin", icp_store_plan_begin(store, run.id, &err), &err);
    assert_int_equal(icp_store_plan_add(store, run.id, CRM, ICP_CONTACT, &row, 1, &err), ICP_BUG);
    assert_int_equal(icp_store_plan_end(store, &run, &(struct icp_err){0}), ICP_STATE);
    icp_store_close(store);
    assert_int_equal(kit_by_hand("INSERT INTO outbox (run, crm, object, id, field) VALUES "
                                 "(1, 'hubspot', 'contact', '1', 'email')"),
                     ICP_BUG);
}

static void test_a_field_is_owned_as_long_as_rows_refer_to_it(void **state)
{
    (void)state;
    static const struct icp_str grade = ICP_STR_INIT("icp_grade");
    struct icp_err err = {0};
    struct icp_store *store = kit_scored_people();
    struct icp_run run = kit_run(store);
    kit_plan(store, &run, &four_rows[1], 1); /* icp_score */
    kit_ok("own", icp_store_own_fields(store, NULL, 0, &err), &err);
    icp_store_close(store);
    /* A row for a field that is not in the list breaks the foreign key. */
    assert_int_equal(kit_by_hand("INSERT INTO outbox (run, crm, object, id, field) VALUES "
                                 "(1, 'hubspot', 'contact', '5', 'icp_score')"),
                     ICP_OK);
    assert_int_equal(kit_by_hand("INSERT INTO outbox (run, crm, object, id, field) VALUES "
                                 "(1, 'hubspot', 'contact', '5', 'icp_grade')"),
                     ICP_BUG);
    store = kit_open();
    kit_ok("own", icp_store_own_fields(store, &grade, 1, &err), &err);
    icp_store_close(store);
    assert_int_equal(kit_by_hand("INSERT INTO outbox (run, crm, object, id, field) VALUES "
                                 "(1, 'hubspot', 'contact', '5', 'icp_grade')"),
                     ICP_OK);
}

static void test_settled_rows_and_contents_cannot_be_changed(void **state)
{
    (void)state;
    struct icp_err err = {0};
    struct icp_store *store = kit_scored_people();
    struct icp_run run = kit_run(store);
    struct icp_settlement done = {.id = ICP_STR("1"), .state = ICP_BOX_DONE};
    kit_plan(store, &run, four_rows, 4);
    kit_ok("settle",
           icp_store_settle(store, run.id, CRM, ICP_CONTACT, NULL, 0, &done, 1, 9000, &err), &err);
    icp_store_close(store);
    assert_int_equal(kit_by_hand("UPDATE outbox SET state = 'planned' WHERE id = '1'"), ICP_BUG);
    assert_int_equal(kit_by_hand("UPDATE outbox SET want = '99' WHERE id = '2'"), ICP_BUG);
    assert_int_equal(kit_by_hand("UPDATE outbox SET state = 'gone' WHERE id = '2'"), ICP_OK);
}

/* ---- outcomes ------------------------------------------------------------------------------ */

static struct icp_store *sent_people(struct icp_run *run)
{
    struct icp_err err = {0};
    struct icp_settlement both[] = {{.id = ICP_STR("1"), .state = ICP_BOX_INFLIGHT},
                                    {.id = ICP_STR("2"), .state = ICP_BOX_INFLIGHT}};
    struct icp_store *store = kit_scored_people();
    *run = kit_run(store);
    kit_plan(store, run, four_rows, 4);
    kit_ok("compare", icp_store_compare(store, run->id, CRM, ICP_CONTACT, NULL, 0, both, 2, &err),
           &err);
    return store;
}

static void test_a_done_write_is_what_the_record_holds(void **state)
{
    struct icp_arena *arena = *state;
    struct icp_run run;
    struct icp_err err = {0};
    struct icp_store *store = sent_people(&run);
    struct icp_push_outcome outcomes[] = {
        {.settlement = {.id = ICP_STR("1"), .state = ICP_BOX_DONE}},
        {.settlement = {.id = ICP_STR("2"), .state = ICP_BOX_DONE}}};
    struct icp_stored second = kit_person("2", NULL, "v1");
    second.owned = ICP_STR("{\"icp_score\":\"30\",\"icp_tier\":\"\\u00e9\"}");
    kit_pull(store, &second, 1);
    kit_ok("outcome", icp_store_outcome(store, run.id, CRM, ICP_CONTACT, outcomes, 2, 9000, &err),
           &err);
    struct icp_person first = kit_find(store, arena, "1"), other = kit_find(store, arena, "2");
    check_text("put in", first.record.owned, ICP_STR("{\"icp_grade\":\"A\",\"icp_score\":\"80\"}"));
    check_text("cleared, the others stay", other.record.owned,
               ICP_STR("{\"icp_grade\":\"C\",\"icp_tier\":\"\xc3\xa9\"}"));
    check_number("written", first.result.written_ms, 9000);
    check_number("our own write is no reason to score", first.record.dirty, false);
    assert_int_equal(rows_in(store, arena, run.id, ICP_BOX_DONE), 4); /* what an undo finds */
    assert_int_equal(rows_in(store, arena, run.id, ICP_BOX_INFLIGHT), 0);
    icp_store_close(store);
}

static void test_a_refused_write_is_remembered(void **state)
{
    struct icp_arena *arena = *state;
    struct icp_run run;
    struct icp_err err = {0};
    struct icp_store *store = sent_people(&run);
    struct icp_push_outcome outcomes[] = {
        {.settlement = {.id = ICP_STR("1"),
                        .state = ICP_BOX_REFUSED,
                        .reason = ICP_STR("INVALID_OPTION icp_grade")},
         .refused_hash = ICP_STR("wanted-hash")},
        {.settlement = {.id = ICP_STR("2"), .state = ICP_BOX_GONE}}};
    kit_ok("outcome", icp_store_outcome(store, run.id, CRM, ICP_CONTACT, outcomes, 2, 9000, &err),
           &err);
    struct icp_person first = kit_find(store, arena, "1");
    check_text("hash", first.result.refused, ICP_STR("wanted-hash"));
    check_text("reason", first.result.refused_reason, ICP_STR("INVALID_OPTION icp_grade"));
    check_number("not written", first.result.written_ms, -1);
    check_text("nothing held", first.record.owned, ICP_STR("{}"));
    assert_true(kit_find(store, arena, "2").record.gone);
    struct icp_result_row row = kit_result("1", 20001, 81, "A");
    kit_score(store, &row, 1);
    check_text("also after the next scoring", kit_find(store, arena, "1").result.refused,
               ICP_STR("wanted-hash"));
    icp_store_close(store);
}

static void test_an_unknown_outcome_stays_in_flight_until_it_is_read_back(void **state)
{
    struct icp_arena *arena = *state;
    struct icp_run run;
    struct icp_err err = {0};
    struct icp_outbox_record *records;
    size_t count;
    struct icp_store *store = sent_people(&run);
    struct icp_push_outcome unknown = {
        .settlement = {.id = ICP_STR("1"), .state = ICP_BOX_INFLIGHT}};
    struct icp_settlement found[] = {
        {.id = ICP_STR("1"), .field = ICP_STR("icp_score"), .state = ICP_BOX_DONE},
        {.id = ICP_STR("1"), .field = ICP_STR("icp_grade"), .state = ICP_BOX_PLANNED},
        {.id = ICP_STR("2"), .state = ICP_BOX_CONFLICT, .reason = ICP_STR("moved")}};
    struct icp_stored fresh = kit_person("1", "c", "v2"); /* somebody edited an input meanwhile */
    kit_ok("outcome", icp_store_outcome(store, run.id, CRM, ICP_CONTACT, &unknown, 1, 9000, &err),
           &err);
    assert_int_equal(rows_in(store, arena, run.id, ICP_BOX_INFLIGHT), 4);
    kit_ok("settle",
           icp_store_settle(store, run.id, CRM, ICP_CONTACT, &fresh, 1, found, 3, 9000, &err),
           &err);
    assert_true(kit_dirty(store, arena, "1"));
    assert_int_equal(rows_in(store, arena, run.id, ICP_BOX_DONE), 1);
    assert_int_equal(rows_in(store, arena, run.id, ICP_BOX_CONFLICT), 2);
    kit_ok("outbox",
           icp_store_outbox(store, run.id, CRM, ICP_CONTACT, ICP_BOX_PLANNED, (struct icp_str){0},
                            10, arena, &records, &count, &err),
           &err);
    assert_int_equal(count, 1);
    check_text("to be sent again", records[0].rows[0].field, ICP_STR("icp_grade"));
    check_number("tried once", records[0].attempts, 1);
    icp_store_close(store);
}

/* ---- the end of a run, approvals ------------------------------------------------------------ */

static void test_the_end_of_a_run_accepts_its_results(void **state)
{
    struct icp_arena *arena = *state;
    struct icp_run run, found_run;
    struct icp_err err = {0};
    struct icp_scope_counts scope;
    int64_t first_push;
    bool found;
    struct icp_store *store = sent_people(&run);
    kit_ok("account",
           icp_store_pin_account(store, CRM, ICP_STR("1"), ICP_STR("portal"), ICP_STR("UTC"), &err),
           &err);
    kit_ok("end", icp_store_end_run(store, CRM, &run, NULL, 0, &err), &err);
    kit_ok("first", icp_store_first_push(store, CRM, &first_push, &err), &err);
    check_number("nothing written, nothing pushed", first_push, 0);
    struct icp_person person = kit_find(store, arena, "1");
    assert_true(person.result.has_base);
    check_number("base", person.result.base_score, 80);
    check_text("base", person.result.base_hash, ICP_STR("effective"));
    run.counts.written = 2;
    run.counts.future_signals = -7;
    kit_ok("end", icp_store_end_run(store, CRM, &run, NULL, 0, &err), &err);
    kit_ok("first", icp_store_first_push(store, CRM, &first_push, &err), &err);
    check_number("first push", first_push, run.id);
    kit_ok("run",
           icp_store_last_run(store, ICP_RUN_NIGHT, ICP_RUN_DONE, arena, &found_run, &found, &err),
           &err);
    assert_true(found);
    assert_memory_equal(&found_run.counts, &run.counts, sizeof(run.counts));
    assert_string_equal(found_run.plan_hash, run.plan_hash);
    kit_ok("scope", icp_store_scope(store, CRM, &scope, &err), &err);
    check_number("people", scope.people, 2);
    check_number("companies", scope.companies, 1);
    check_number("scored", scope.scored, 2);
    check_number("based", scope.based, 2);
    check_number("known", scope.known, 3);
    check_number("in flight", scope.inflight, 4);
    check_number("planned", scope.planned, 0);
    icp_store_close(store);
}

static void check_in_force(const char *why, struct icp_store *store, struct icp_arena *arena,
                           int32_t day, const char *wanted)
{
    struct icp_approval approval = {0};
    struct icp_err err = {0};
    bool found, approved;
    kit_ok(why,
           icp_store_approved(store, ICP_STR("a.icp.yaml"), true, (struct icp_str){0}, day, arena,
                              &approval, &found, &err),
           &err);
    check_text(why, found ? approval.rules.score_hash : ICP_STR("none"), icp_str_from(wanted));
    kit_ok(why, icp_store_is_approved(store, icp_str_from(wanted), day, &approved, &err), &err);
    check_number(why, approved, found);
}

static void test_the_newest_approval_counts_until_its_date_or_an_undo(void **state)
{
    const struct icp_str withdrawn = ICP_STR("s2");
    static const struct icp_ruleset_row first = {ICP_STR_INIT("t1"),
                                                 ICP_STR_INIT("s1"),
                                                 ICP_STR_INIT("p"),
                                                 ICP_STR_INIT("n"),
                                                 ICP_STR_INIT("1"),
                                                 ICP_STR_INIT("b"),
                                                 NULL,
                                                 0},
                                        second = {ICP_STR_INIT("t2"),
                                                  ICP_STR_INIT("s2"),
                                                  ICP_STR_INIT("p"),
                                                  ICP_STR_INIT("n"),
                                                  ICP_STR_INIT("2"),
                                                  ICP_STR_INIT("b"),
                                                  NULL,
                                                  0};
    struct icp_arena *arena = *state;
    struct icp_err err = {0};
    struct icp_store *store = kit_open();
    check_in_force("none yet", store, arena, 20000, "none");
    kit_ok("approve",
           icp_store_approve(store, ICP_STR("a.icp.yaml"), &first, 1, INT32_MAX, 0, &err), &err);
    kit_ok("approve", icp_store_approve(store, ICP_STR("a.icp.yaml"), &second, 2, 20010, 0, &err),
           &err);
    check_in_force("the newest", store, arena, 20010, "s2");
    check_in_force("past its date", store, arena, 20011, "s1");
    struct icp_run run = kit_run(store);
    kit_ok("end", icp_store_end_run(store, CRM, &run, &withdrawn, 1, &err), &err);
    check_in_force("withdrawn by an undo", store, arena, 20000, "s1");
    kit_ok("approve",
           icp_store_approve(store, ICP_STR("a.icp.yaml"), &second, 3, INT32_MAX, 0, &err), &err);
    check_in_force("approved once more", store, arena, 20000, "s2");
    icp_store_close(store);
}

static void test_a_version_keeps_its_list_files(void **state)
{
    static const struct icp_list_row kept[] = {{ICP_STR_INIT("lists/a.csv"), ICP_STR_INIT("x\n1")},
                                               {ICP_STR_INIT("lists/b.txt"), ICP_STR_INIT("2\n")}};
    struct icp_ruleset_row version = {.text_hash = ICP_STR("t1"),
                                      .score_hash = ICP_STR("s1"),
                                      .path = ICP_STR("p"),
                                      .name = ICP_STR("n"),
                                      .body = ICP_STR("b"),
                                      .lists = kept,
                                      .list_count = 2};
    struct icp_list_row *lists;
    size_t count;
    struct icp_arena *arena = *state;
    struct icp_err err = {0};
    struct icp_store *store = kit_open();
    for (int64_t i = 0; i < 2; i++) /* the second time nothing changes */
        kit_ok("approve",
               icp_store_approve(store, ICP_STR("a.icp.yaml"), &version, i, INT32_MAX, 0, &err),
               &err);
    kit_ok("lists", icp_store_lists(store, ICP_STR("t1"), arena, &lists, &count, &err), &err);
    check_number("both", (int64_t)count, 2);
    check_text("path", lists[1].path, ICP_STR("lists/b.txt"));
    check_text("bytes", lists[0].body, ICP_STR("x\n1"));
    kit_ok("lists", icp_store_lists(store, ICP_STR("t2"), arena, &lists, &count, &err), &err);
    check_number("of another version", (int64_t)count, 0);
    icp_store_close(store);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        STORE_TEST(test_the_hash_of_a_plan_is_its_content),
        STORE_TEST(test_a_new_plan_takes_the_place_of_an_old_one),
        STORE_TEST(test_only_owned_fields_can_be_planned),
        STORE_TEST(test_a_field_is_owned_as_long_as_rows_refer_to_it),
        STORE_TEST(test_settled_rows_and_contents_cannot_be_changed),
        STORE_TEST(test_a_done_write_is_what_the_record_holds),
        STORE_TEST(test_a_refused_write_is_remembered),
        STORE_TEST(test_an_unknown_outcome_stays_in_flight_until_it_is_read_back),
        STORE_TEST(test_the_end_of_a_run_accepts_its_results),
        STORE_TEST(test_the_newest_approval_counts_until_its_date_or_an_undo),
        STORE_TEST(test_a_version_keeps_its_list_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
