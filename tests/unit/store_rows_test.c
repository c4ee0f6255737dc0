/*
 * What becomes of records, results and outbox rows: who is scored anew and who is not, what counts
 * as lost, what a plan's hash says, what an outcome leaves behind, and what an undo finds.
 */
#include <stdio.h>

#include "store_kit.h"

/* ---- who becomes dirty --------------------------------------------------------------------- */

/* Person 1 works for company c, person 2 for nobody; both scored, so both clean. */
static struct icp_store *scored_people(void)
{
    struct icp_store *store = kit_open();
    struct icp_stored company =
        kit_record(ICP_COMPANY, "c", "{\"fields\":{\"size\":\"10\"}}", "v1");
    struct icp_stored people[] = {kit_person("1", "c", "v1"), kit_person("2", NULL, "v1")};
    struct icp_result_row rows[] = {kit_result("1", 20000, 80, "A"),
                                    kit_result("2", 20000, 20, "C")};
    kit_pull(store, &company, 1);
    kit_pull(store, people, 2);
    kit_score(store, rows, 2);
    return store;
}

static void test_who_is_scored_anew(void **state)
{
    struct icp_arena *arena = *state;
    struct icp_stored touched = kit_person("1", "c", "v1"), moved = kit_person("1", "d", "v1"),
                      sold = kit_person("1", "c", "v1"), edited = kit_person("1", "c", "v2");
    touched.stamp_ms = 9999;
    touched.owned = ICP_STR("{\"icp_score\":\"80\"}");
    touched.label = ICP_STR("Another name");
    sold.owner = ICP_STR("77");
    const struct {
        const char *why;
        struct icp_stored record;
        bool first, second; /* dirty afterwards */
        int64_t changed;
    } cases[] = {
        {"our own write comes back", touched, false, false, 0},
        {"an input changed", edited, true, false, 1},
        {"another company", moved, true, false, 1},
        {"another owner", sold, true, false, 1},
        {"the company changed", kit_record(ICP_COMPANY, "c", "{\"fields\":{}}", "v2"), true, false,
         1},
        {"the company did not", kit_record(ICP_COMPANY, "c", "{\"fields\":{}}", "v1"), false, false,
         0},
        {"a company of nobody", kit_record(ICP_COMPANY, "e", "{\"fields\":{}}", "v1"), false, false,
         1},
        {"a new person", kit_person("3", "c", "v1"), false, false, 1},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct icp_store *store = scored_people();
        kit_begin_pull(store, cases[i].record.object, false, 6000);
        struct icp_page_counts counts = kit_page(store, &cases[i].record, 1);
        check_number(cases[i].why, kit_dirty(store, arena, "1"), cases[i].first);
        check_number(cases[i].why, kit_dirty(store, arena, "2"), cases[i].second);
        check_number(cases[i].why, counts.changed, cases[i].changed);
        check_number(cases[i].why, counts.unchanged, 1 - cases[i].changed);
        icp_store_close(store);
        assert_int_equal(remove(STATE), 0);
    }
}

static void test_an_unchanged_record_stays_dirty_and_is_refreshed(void **state)
{
    struct icp_arena *arena = *state;
    struct icp_store *store = scored_people();
    struct icp_stored edited = kit_person("1", "c", "v2");
    kit_pull(store, &edited, 1);
    edited.stamp_ms = 4321;
    edited.owned = ICP_STR("{\"icp_score\":\"1\"}");
    edited.label = ICP_STR("Another name");
    edited.email = ICP_STR("a@example.com");
    kit_pull(store, &edited, 1);
    struct icp_person person = kit_find(store, arena, "A@example.com");
    assert_true(person.record.dirty);
    check_number("stamp", person.record.stamp_ms, 4321);
    check_text("owned", person.record.owned, edited.owned);
    check_text("label", person.record.label, edited.label);
    check_text("company", person.company_inputs, ICP_STR("{\"fields\":{\"size\":\"10\"}}"));
    assert_true(person.has_result && !person.result.has_base);
    icp_store_close(store);
}

static void test_what_a_full_pull_does_not_meet_is_gone(void **state)
{
    struct icp_arena *arena = *state;
    struct icp_store *store = scored_people();
    struct icp_stored second = kit_person("2", NULL, "v1"), first = kit_person("1", "c", "v1");
    struct icp_stored other = kit_record(ICP_COMPANY, "d", "{\"fields\":{}}", "v1");
    kit_begin_pull(store, ICP_CONTACT, true, 5000); /* the same second as the pull before it */
    (void)kit_page(store, &second, 1);
    kit_end_pull(store, ICP_CONTACT);
    assert_true(kit_find(store, arena, "1").record.gone);
    assert_false(kit_find(store, arena, "2").record.gone);
    kit_pull(store, &first, 1); /* it comes again */
    assert_false(kit_find(store, arena, "1").record.gone);
    assert_true(kit_dirty(store, arena, "1"));

    struct icp_result_row row = kit_result("1", 20000, 80, "A");
    kit_score(store, &row, 1);
    kit_begin_pull(store, ICP_COMPANY, true, 7000);
    (void)kit_page(store, &other, 1);
    kit_end_pull(store, ICP_COMPANY);
    assert_true(kit_dirty(store, arena, "1")); /* its company is gone */
    assert_true(icp_str_is_null(kit_find(store, arena, "1").company_inputs));
    assert_false(kit_dirty(store, arena, "2"));
    icp_store_close(store);
}

static void test_the_watermark_moves_at_the_end_and_never_back(void **state)
{
    (void)state;
    struct icp_store *store = kit_open();
    struct icp_checkpoint checkpoint = {0};
    struct icp_stored person = kit_person("1", NULL, "v1");
    struct icp_err err = {0};
    bool found;
    static const int64_t began[] = {5000, 4000, 6000}, wanted[] = {5000, 5000, 6000};
    for (size_t i = 0; i < COUNT_OF(began); i++) {
        kit_begin_pull(store, ICP_CONTACT, false, began[i]);
        (void)kit_page(store, &person, 1);
        (void)icp_store_checkpoint(store, CRM, ICP_CONTACT, &checkpoint, &found, &err);
        check_number("not before the end", checkpoint.has_watermark ? checkpoint.watermark_ms : 0,
                     i == 0 ? 0 : wanted[i - 1]);
        assert_true(checkpoint.pulling);
        kit_end_pull(store, ICP_CONTACT);
        (void)icp_store_checkpoint(store, CRM, ICP_CONTACT, &checkpoint, &found, &err);
        check_number("at the end", checkpoint.watermark_ms, wanted[i]);
        assert_false(checkpoint.pulling);
    }
    assert_int_equal(icp_store_end_pull(store, CRM, ICP_CONTACT, &err), ICP_BUG);
    icp_store_close(store);
}

static void test_what_is_known_just_so(void **state)
{
    (void)state;
    static const struct icp_str ids[] = {ICP_STR_INIT("1"), ICP_STR_INIT("1"), ICP_STR_INIT("2"),
                                         ICP_STR_INIT("9")};
    static const int64_t stamps[] = {1000, 1001, 1000, 1000};
    bool known[4];
    struct icp_err err = {0};
    struct icp_page_counts counts;
    struct icp_store *store = scored_people();
    struct icp_checkpoint checkpoint = {0};
    kit_begin_pull(store, ICP_CONTACT, false, 6000);
    kit_ok("gone",
           icp_store_page(store, CRM, ICP_CONTACT, NULL, 0, &ids[2], 1, &checkpoint, &counts, &err),
           &err);
    kit_ok("known", icp_store_known(store, CRM, ICP_CONTACT, ids, stamps, 4, known, &err), &err);
    assert_true(known[0]);
    assert_false(known[1]); /* another stamp */
    assert_false(known[2]); /* gone: read it again */
    assert_false(known[3]); /* never seen */
    icp_store_close(store);
}

/* ---- inputs that were known and are not ----------------------------------------------------- */

static void test_lost_inputs_are_counted_until_a_run_is_accepted(void **state)
{
    static const struct {
        const char *why, *fields;
        bool accept; /* a run is accepted afterwards */
        int64_t lost;
    } nights[] = {
        {"new: nothing to lose", "{\"a\":\"1\",\"b\":\"2\",\"c\":null}", false, 0},
        {"null is unknown", "{\"a\":\"1\",\"b\":null,\"c\":null}", false, 1},
        {"a second one; the first still counts", "{\"a\":null,\"b\":null,\"c\":\"3\"}", false, 2},
        {"known again", "{\"a\":\"9\",\"b\":null,\"c\":\"3\"}", false, 1},
        {"another one known does not make up for it",
         "{\"a\":\"9\",\"b\":null,\"c\":\"3\",\"d\":\"4\"}", true, 1},
        {"after an accepted run what is missing is normal",
         "{\"a\":\"9\",\"b\":null,\"c\":\"5\",\"d\":\"4\"}", false, 0},
        {"order does not matter", "{\"d\":\"4\",\"c\":\"6\",\"b\":null,\"a\":\"9\"}", false, 0},
        {"empty text is known", "{\"d\":\"\",\"c\":\"7\",\"b\":null,\"a\":\"\"}", false, 0},
        {"no longer asked for is not lost", "{\"d\":\"4\"}", false, 0},
        {"all that is left", "{\"d\":null}", false, 1},
    };
    struct icp_arena *arena = *state;
    struct icp_err err = {0};
    struct icp_store *store = kit_open();
    for (size_t i = 0; i < COUNT_OF(nights); i++) {
        struct icp_str inputs =
            icp_arena_format(arena, "{\"signals\":[{\"x\":[1]}],\"fields\":%s}", nights[i].fields);
        struct icp_str hash = icp_arena_format(arena, "hash %zu", i);
        struct icp_stored record = kit_record(ICP_CONTACT, "1", inputs.data, hash.data);
        kit_pull(store, &record, 1);
        check_number(nights[i].why, kit_find(store, arena, "1").record.lost, nights[i].lost);
        kit_pull(store, &record, 1); /* the same again changes nothing */
        check_number(nights[i].why, kit_find(store, arena, "1").record.lost, nights[i].lost);
        if (!nights[i].accept)
            continue;
        struct icp_run run = kit_run(store);
        kit_ok("end", icp_store_end_run(store, CRM, &run, NULL, 0, &err), &err);
    }
    icp_store_close(store);
}

/* ---- scoring ------------------------------------------------------------------------------- */

static void test_who_is_marked_for_scoring(void **state)
{
    static const struct {
        const char *why, *rules;
        int32_t as_of;
        int64_t dirty;
    } cases[] = {
        {"nothing changed", "rules-1", 20000, 1}, /* person 3 has no result */
        {"a day later only what moves with time", "rules-1", 20001, 2},
        {"other rules score everybody", "rules-2", 20000, 3},
    };
    struct icp_arena *arena = *state;
    struct icp_err err = {0};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct icp_store *store = scored_people();
        struct icp_stored third = kit_person("3", NULL, "v1");
        struct icp_result_row row = kit_result("1", 20000, 80, "A");
        struct icp_person *people;
        int64_t dirty;
        size_t count;
        row.moves_with_time = true;
        kit_score(store, &row, 1);
        kit_pull(store, &third, 1);
        kit_ok("mark",
               icp_store_mark_dirty(store, CRM, icp_str_from(cases[i].rules), (struct icp_str){0},
                                    cases[i].as_of, &dirty, &err),
               &err);
        check_number(cases[i].why, dirty, cases[i].dirty);
        kit_ok("people",
               icp_store_people(store, CRM, true, (struct icp_str){0}, 10, arena, &people, &count,
                                &err),
               &err);
        check_number(cases[i].why, (int64_t)count, cases[i].dirty);
        icp_store_close(store);
        assert_int_equal(remove(STATE), 0);
    }
}

static void test_people_come_in_chunks_by_id(void **state)
{
    struct icp_arena *arena = *state;
    struct icp_stored people[25];
    struct icp_err err = {0};
    struct icp_store *store = kit_open();
    struct icp_str after = {0};
    struct icp_person *chunk;
    size_t count, total = 0;
    for (size_t i = 0; i < 25; i++)
        people[i] = kit_person(icp_arena_format(arena, "%zu", 100 + i).data, "c", "v1");
    kit_pull(store, people, 25);
    do {
        kit_ok("chunk", icp_store_people(store, CRM, false, after, 10, arena, &chunk, &count, &err),
               &err);
        for (size_t i = 0; i < count; i++)
            check_text("in order, each once", chunk[i].record.id, people[total++].id);
        if (count > 0)
            after = chunk[count - 1].record.id;
    } while (count > 0);
    check_number("all of them", (int64_t)total, 25);
    icp_store_close(store);
}

static void test_history_has_a_row_a_change(void **state)
{
    static const struct {
        const char *why;
        int32_t as_of;
        int64_t score;
        const char *grade;
        size_t rows;
    } nights[] = {
        {"the first", 20000, 50, "B", 1},
        {"the same", 20001, 50, "B", 1},
        {"another score", 20002, 60, "B", 2},
        {"scored again that day", 20002, 61, "B", 2},
        {"and back to what it was", 20002, 50, "B", 1},
        {"another grade", 20003, 50, "A", 2},
    };
    struct icp_arena *arena = *state;
    struct icp_err err = {0};
    struct icp_history_row *rows = NULL;
    struct icp_store *store = scored_people();
    for (size_t i = 0; i < COUNT_OF(nights); i++) {
        struct icp_result_row row =
            kit_result("7", nights[i].as_of, nights[i].score, nights[i].grade);
        size_t count;
        kit_score(store, &row, 1);
        kit_ok("history",
               icp_store_history(store, CRM, ICP_STR("7"), 10, arena, &rows, &count, &err), &err);
        check_number(nights[i].why, (int64_t)count, (int64_t)nights[i].rows);
    }
    check_number("newest first", rows[0].as_of, 20003);
    check_text("newest first", rows[0].grade, ICP_STR("A"));
    icp_store_close(store);
}

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
    struct icp_store *store = scored_people();
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
    struct icp_store *store = scored_people();
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
    struct icp_store *store = scored_people();
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
    struct icp_store *store = scored_people();
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
    struct icp_store *store = scored_people();
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
    struct icp_store *store = scored_people();
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

/* ---- the end of a run, approvals, counts ---------------------------------------------------- */

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

static void test_groups_and_the_best(void **state)
{
    struct icp_arena *arena = *state;
    struct icp_err err = {0};
    struct icp_group_count *groups;
    struct icp_person *best;
    size_t count;
    struct icp_store *store = scored_people();
    struct icp_stored more[] = {kit_person("3", NULL, "v1"), kit_person("4", "c", "v1")};
    struct icp_result_row rows[] = {kit_result("3", 20000, 95, "A"),
                                    kit_result("4", 20000, 80, "A")};
    kit_pull(store, more, 2);
    kit_score(store, rows, 2);
    kit_ok("grades", icp_store_by_grade(store, CRM, arena, &groups, &count, &err), &err);
    assert_int_equal(count, 2);
    check_number("grade A", groups[0].count, 3);
    kit_ok("tiers", icp_store_by_tier(store, CRM, arena, &groups, &count, &err), &err);
    check_number("one tier", groups[0].count, 4);
    kit_ok("best", icp_store_best(store, CRM, 3, arena, &best, &count, &err), &err);
    static const char *const wanted[] = {"3", "1", "4"};
    assert_int_equal(count, 3);
    for (size_t i = 0; i < 3; i++)
        check_text("by score, then id", best[i].record.id, icp_str_from(wanted[i]));
    icp_store_close(store);
}

int main(void)
{
#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, kit_enter, kit_leave)
    static const struct CMUnitTest tests[] = {
        STORE_TEST(test_who_is_scored_anew),
        STORE_TEST(test_an_unchanged_record_stays_dirty_and_is_refreshed),
        STORE_TEST(test_what_a_full_pull_does_not_meet_is_gone),
        STORE_TEST(test_the_watermark_moves_at_the_end_and_never_back),
        STORE_TEST(test_what_is_known_just_so),
        STORE_TEST(test_lost_inputs_are_counted_until_a_run_is_accepted),
        STORE_TEST(test_who_is_marked_for_scoring),
        STORE_TEST(test_people_come_in_chunks_by_id),
        STORE_TEST(test_history_has_a_row_a_change),
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
        STORE_TEST(test_groups_and_the_best),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
