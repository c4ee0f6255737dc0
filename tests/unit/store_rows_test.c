/*
 * What becomes of records and results: who is scored anew and who is not, what counts as lost, what
 * the history keeps, and how people are counted.
 */
#include <stdio.h>

#include "store_kit.h"

/* ---- who becomes dirty --------------------------------------------------------------------- */

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
        struct icp_store *store = kit_scored_people();
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
    struct icp_store *store = kit_scored_people();
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
    struct icp_store *store = kit_scored_people();
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
    struct icp_store *store = kit_scored_people();
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
        struct icp_store *store = kit_scored_people();
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
    struct icp_store *store = kit_scored_people();
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

/* ---- counts --------------------------------------------------------------------------------- */

static void test_groups_and_the_best(void **state)
{
    struct icp_arena *arena = *state;
    struct icp_err err = {0};
    struct icp_group_count *groups;
    struct icp_person *best;
    size_t count;
    struct icp_store *store = kit_scored_people();
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
        STORE_TEST(test_groups_and_the_best),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
