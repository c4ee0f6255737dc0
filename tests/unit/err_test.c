/*
 * What a person is told when something is wrong: the first reason wins, context stands in front of
 * it, and however long or strange the values are, each report is one whole line.
 */
#include <string.h>

#include "bounds.h"
#include "check.h"
#include "diagnostics.h"
#include "utf8.h"

static void test_first_report_wins(void **state)
{
    (void)state;
    struct icp_err err = {0};
    assert_int_equal(icp_wrap(&err, "nothing to wrap"), ICP_OK);
    assert_string_equal(err.message, "");
    assert_int_equal(
        icp_fail_at(&err, ICP_BAD_CONFIG, "a.yaml", 14, 9, "unknown key \"%s\"", "fti"),
        ICP_BAD_CONFIG);
    assert_int_equal(icp_fail(&err, ICP_STATE, "later"), ICP_BAD_CONFIG);
    icp_hint(&err, "Did you mean \"%s\"?", "fit");
    icp_hint(&err, "Something else?");
    assert_int_equal(icp_wrap(&err, "profile %d", 2), ICP_BAD_CONFIG);
    assert_string_equal(err.message, "profile 2: unknown key \"fti\"");
    assert_string_equal(err.hint, "Did you mean \"fit\"?");
    assert_string_equal(err.file, "a.yaml");
    assert_int_equal(err.line, 14);
    assert_int_equal(err.column, 9);
    icp_err_clear(&err);
    assert_int_equal(icp_fail(&err, ICP_RETRY, "busy"), ICP_RETRY);
    assert_string_equal(err.message, "busy");
    assert_string_equal(err.hint, "");
    assert_int_equal(err.line, 0);
}

static void test_failing_with_ok_is_a_bug(void **state)
{
    (void)state;
    struct icp_err err = {0};
    assert_int_equal(icp_fail(&err, ICP_OK, "who said so"), ICP_BUG);
}

static void test_status_names(void **state)
{
    (void)state;
    assert_string_equal(icp_status_name(ICP_OK), "ok");
    assert_string_equal(icp_status_name(ICP_BAD_CONFIG), "bad config");
    assert_string_equal(icp_status_name(ICP_BUG), "bug");
    assert_non_null(icp_status_name((enum icp_status)99));
}

/* Every length around the bound, with characters of one to four bytes across it. */
static void test_long_messages_end_on_a_character(void **state)
{
    (void)state;
    static const char *const characters[] = {"a", "\xC3\xA6", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
    for (size_t i = 0; i < COUNT_OF(characters); i++) {
        for (int lead = 0; lead < 4; lead++) {
            struct icp_err err = {0};
            char text[2048] = "";
            size_t step = strlen(characters[i]);
            for (size_t at = 0; at + step < sizeof(text); at += step)
                memcpy(text + at, characters[i], step + 1);
            (void)icp_fail(&err, ICP_ITEM, "%.*s%s", lead, "xxxx", text);
            assert_true(strlen(err.message) >= ICP_ERR_TEXT - 4);
            assert_true(icp_utf8_valid(icp_str_from(err.message)));
            (void)icp_wrap(&err, "%.*s", lead + 1, "yyyyy");
            assert_true(icp_str_has_prefix(icp_str_from(err.message), ICP_STR("y")));
            assert_true(strlen(err.message) >= ICP_ERR_TEXT - 4);
            assert_true(icp_utf8_valid(icp_str_from(err.message)));
        }
    }
}

static void test_messages_stay_one_line(void **state)
{
    (void)state;
    struct icp_err err = {0};
    (void)icp_fail(&err, ICP_ITEM, "bad value \"%s\"", "a\nb\x1b[31m\tc\x7f");
    assert_string_equal(err.message, "bad value \"a b [31m c \"");
}

static void test_diagnostics_print_in_order_of_place(void **state)
{
    (void)state;
    struct icp_arena arena;
    struct icp_diagnostics list;
    struct icp_buf out;
    icp_arena_open(&arena, 100000);
    icp_buf_open(&out, 100000);
    icp_diagnostics_open(&list, &arena, "a.yaml");
    icp_report(&list, ICP_WARNING, "late", 9, 1, "last \"%s\"", "x\ny");
    icp_report(&list, ICP_ERROR, "unknown-key", 2, 5, "unknown key \"%s\"", "wieght");
    icp_report_hint(&list, "Did you mean \"%s\"?", "weight");
    icp_report(&list, ICP_ERROR, "first", 2, 3, "first");
    icp_report(&list, ICP_ERROR, "same-place", 2, 5, "reported second");
    icp_report(&list, ICP_ERROR, "no-place", 0, 0, "whole file");
    icp_report(&list, ICP_ERROR, "line-only", 1, 0, "whole line");
    icp_diagnostics_sort(&list);
    icp_diagnostics_print(&list, &out);
    check_text("by place, stable, as compilers print", icp_buf_view(&out),
               ICP_STR("a.yaml: error: whole file [no-place]\n"
                       "a.yaml:1: error: whole line [line-only]\n"
                       "a.yaml:2:3: error: first [first]\n"
                       "a.yaml:2:5: error: unknown key \"wieght\" [unknown-key]\n"
                       "  Hint: Did you mean \"weight\"?\n"
                       "a.yaml:2:5: error: reported second [same-place]\n"
                       "a.yaml:9:1: warning: last \"x y\" [late]\n"));
    icp_buf_finish(&out);
    icp_arena_close(&arena);
}

static void test_diagnostics_status(void **state)
{
    (void)state;
    struct icp_arena arena;
    struct icp_diagnostics list;
    struct icp_err err = {0};
    icp_arena_open(&arena, 100000);
    icp_diagnostics_open(&list, &arena, "a.yaml");
    icp_report(&list, ICP_WARNING, "w", 1, 1, "only a warning");
    assert_int_equal(icp_diagnostics_status(&list, &err), ICP_OK);
    icp_report(&list, ICP_ERROR, "e", 3, 4, "band gap at 50");
    icp_report_hint(&list, "Add an else.");
    assert_int_equal(icp_diagnostics_status(&list, &err), ICP_BAD_CONFIG);
    assert_string_equal(err.message, "band gap at 50");
    assert_string_equal(err.hint, "Add an else.");
    assert_int_equal(err.line, 3);
    icp_report(&list, ICP_ERROR, "e", 5, 1, "other");
    icp_report(&list, ICP_ERROR, "e", 6, 1, "third");
    icp_err_clear(&err);
    assert_int_equal(icp_diagnostics_status(&list, &err), ICP_BAD_CONFIG);
    assert_string_equal(err.message, "band gap at 50 (and 2 more errors)");
    icp_err_clear(&err);
    (void)icp_fail(&err, ICP_STATE, "earlier");
    assert_int_equal(icp_diagnostics_status(&list, &err), ICP_STATE);
    assert_string_equal(err.message, "earlier");
    icp_arena_close(&arena);
}

static void test_a_hopeless_file_is_counted_not_kept(void **state)
{
    (void)state;
    struct icp_arena arena;
    struct icp_diagnostics list;
    struct icp_buf out;
    icp_arena_open(&arena, 1000000);
    icp_buf_open(&out, 1000000);
    icp_diagnostics_open(&list, &arena, "a.yaml");
    for (uint32_t i = 1; i <= ICP_MAX_DIAGNOSTICS + 7; i++)
        icp_report(&list, ICP_ERROR, "e", i, 1, "number %u", (unsigned int)i);
    icp_report_hint(&list, "For a report that is not kept.");
    assert_int_equal(list.count, ICP_MAX_DIAGNOSTICS);
    assert_int_equal(list.errors, ICP_MAX_DIAGNOSTICS + 7);
    check_text("the last kept one keeps its own hint", list.items[list.count - 1].hint,
               (struct icp_str){NULL, 0});
    icp_diagnostics_print(&list, &out);
    assert_true(icp_str_has_suffix(icp_buf_view(&out), ICP_STR("a.yaml: 7 more not shown\n")));
    icp_buf_finish(&out);
    icp_arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_report_wins),
        cmocka_unit_test(test_failing_with_ok_is_a_bug),
        cmocka_unit_test(test_status_names),
        cmocka_unit_test(test_long_messages_end_on_a_character),
        cmocka_unit_test(test_messages_stay_one_line),
        cmocka_unit_test(test_diagnostics_print_in_order_of_place),
        cmocka_unit_test(test_diagnostics_status),
        cmocka_unit_test(test_a_hopeless_file_is_counted_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
