/*
 * Arena and buffer: what is handed out is zeroed, aligned, apart from its neighbours and within the
 * cap; a cap that was reached is remembered; a buffer keeps an unbroken beginning.
 */
#include <string.h>

#include "check.h"

#define KIB ((size_t)1024)

static void test_allocations_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct icp_arena arena;
    icp_arena_open(&arena, 4096 * KIB);
    unsigned char *taken[2000];
    for (int batch = 0; batch < 3; batch++) {
        for (size_t i = 0; i < COUNT_OF(taken); i++) {
            size_t alignment = (size_t)1 << i % 7;
            size_t size = i % 500 == 499 ? 70000 : i % 97 + 1;
            taken[i] = icp_arena_take(&arena, 1, size, alignment);
            assert_non_null(taken[i]);
            assert_int_equal((uintptr_t)taken[i] % alignment, 0);
            for (size_t k = 0; k < size; k++)
                assert_int_equal(taken[i][k], 0);
            memset(taken[i], (int)(i % 251 + 1), size);
        }
        for (size_t i = 0; i < COUNT_OF(taken); i++)
            assert_int_equal(taken[i][i % 97], i % 251 + 1);
        assert_false(arena.full);
        icp_arena_reset(&arena);
        assert_int_equal(arena.used, 0);
    }
    icp_arena_close(&arena);
}

static void test_cap_is_exact_and_sticks(void **state)
{
    (void)state;
    struct icp_arena arena;
    icp_arena_open(&arena, 1000);
    assert_non_null(icp_arena_take(&arena, 10, 60, 1));
    assert_null(icp_arena_take(&arena, 1, 401, 1));
    assert_true(arena.full);
    assert_non_null(icp_arena_take(&arena, 1, 400, 1));
    assert_true(arena.full);
    assert_int_equal(arena.used, 1000);
    icp_arena_reset(&arena);
    assert_false(arena.full);
    assert_non_null(icp_arena_take(&arena, 1, 1000, 1));
    icp_arena_close(&arena);
}

static void test_impossible_requests_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        size_t count, size, alignment;
    } cases[] = {
        {"the product overflows", SIZE_MAX / 2, 3, 1},
        {"the size of the block would overflow", SIZE_MAX, 1, 1},
        {"an alignment above 64", 1, 1, 128},
        {"an alignment that is no power of two", 1, 1, 24},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct icp_arena arena;
        icp_arena_open(&arena, SIZE_MAX);
        if (icp_arena_take(&arena, cases[i].count, cases[i].size, cases[i].alignment) != NULL ||
            !arena.full)
            fail_msg("%s", cases[i].why);
        icp_arena_close(&arena);
    }
}

static void test_nothing_is_still_a_pointer(void **state)
{
    (void)state;
    struct icp_arena arena;
    icp_arena_open(&arena, KIB);
    assert_non_null(ICP_NEW_ARRAY(&arena, uint64_t, 0));
    assert_false(arena.full);
    icp_arena_close(&arena);
    icp_arena_close(&arena); /* zeroed by the first */
    icp_arena_close(NULL);
}

static void test_texts_are_copied(void **state)
{
    (void)state;
    struct icp_arena arena;
    icp_arena_open(&arena, 200 * KIB);
    char source[] = "acme";
    struct icp_str copy = icp_arena_copy(&arena, (struct icp_str){source, 3});
    source[0] = 'x';
    check_text("a copy of its own", copy, ICP_STR("acm"));
    assert_int_equal(copy.data[3], '\0');
    check_text("no text stays no text", icp_arena_copy(&arena, (struct icp_str){NULL, 0}),
               (struct icp_str){NULL, 0});
    check_text("empty stays empty", icp_arena_copy(&arena, ICP_STR("")), ICP_STR(""));
    check_text("formatted", icp_arena_format(&arena, "%d of %s", 3, "ten"), ICP_STR("3 of ten"));
    struct icp_str wide = icp_arena_format(&arena, "%*d", 100000, 7);
    assert_int_equal(wide.length, 100000);
    assert_int_equal(wide.data[99999], '7');
    check_text("a full arena gives no text", icp_arena_format(&arena, "%*d", 150000, 7),
               (struct icp_str){NULL, 0});
    assert_true(arena.full);
    icp_arena_close(&arena);
}

static void test_buffer_grows_to_its_limit(void **state)
{
    (void)state;
    struct icp_buf buf;
    icp_buf_open(&buf, 1000);
    check_text("empty", icp_buf_view(&buf), ICP_STR(""));
    for (int i = 0; i < 1000; i++)
        icp_buf_add_char(&buf, (char)('a' + i % 26));
    assert_false(buf.failed);
    assert_int_equal(buf.length, 1000);
    assert_int_equal(buf.data[1000], '\0');
    assert_true(buf.allocated <= 1001);
    icp_buf_add_char(&buf, 'x');
    assert_true(buf.failed);
    assert_int_equal(buf.length, 1000);
    icp_buf_reset(&buf);
    assert_false(buf.failed);
    icp_buf_add_cstr(&buf, "again");
    check_text("after reset", icp_buf_view(&buf), ICP_STR("again"));
    icp_buf_finish(&buf);
    icp_buf_finish(&buf);
    icp_buf_finish(NULL);
}

static void test_buffer_keeps_an_unbroken_beginning(void **state)
{
    (void)state;
    struct icp_buf buf;
    icp_buf_open(&buf, 8);
    icp_buf_add(&buf, ICP_STR("12345"));
    icp_buf_format(&buf, "%s-%d", "6789", 5);
    assert_true(buf.failed);
    check_text("cut at the limit", icp_buf_view(&buf), ICP_STR("12345678"));
    icp_buf_finish(&buf);

    icp_buf_open(&buf, 4);
    icp_buf_add(&buf, ICP_STR("123456"));
    buf.limit = 100;
    icp_buf_add(&buf, ICP_STR("7"));
    check_text("nothing is added behind a hole", icp_buf_view(&buf), ICP_STR("1234"));
    icp_buf_finish(&buf);

    icp_buf_open(&buf, 0);
    icp_buf_add_cstr(&buf, "");
    assert_false(buf.failed);
    icp_buf_add_cstr(&buf, "a");
    assert_true(buf.failed);
    icp_buf_finish(&buf);
}

static void test_buffer_formats(void **state)
{
    (void)state;
    struct icp_buf buf;
    icp_buf_open(&buf, 100 * KIB);
    icp_buf_format(&buf, "%s=%d;", "a", 1);
    icp_buf_format(&buf, "%s", "");
    icp_buf_format(&buf, "%0*d", 50000, 1);
    assert_int_equal(buf.length, 50004);
    assert_true(icp_str_has_prefix(icp_buf_view(&buf), ICP_STR("a=1;000")));
    assert_false(buf.failed);
    icp_buf_add(&buf, (struct icp_str){"\0x", 2});
    assert_int_equal(buf.data[50005], 'x');
    icp_buf_finish(&buf);
}

static void test_heap_calls_check_their_product(void **state)
{
    (void)state;
    assert_null(icp_allocate(SIZE_MAX / 2, 4));
    void *memory = icp_allocate(0, 8);
    assert_non_null(memory);
    assert_null(icp_reallocate(memory, SIZE_MAX / 2, 4));
    icp_release(memory); /* still ours: a refused growth takes nothing away */
    icp_release(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_allocations_are_zeroed_aligned_and_apart),
        cmocka_unit_test(test_cap_is_exact_and_sticks),
        cmocka_unit_test(test_impossible_requests_are_refused),
        cmocka_unit_test(test_nothing_is_still_a_pointer),
        cmocka_unit_test(test_texts_are_copied),
        cmocka_unit_test(test_buffer_grows_to_its_limit),
        cmocka_unit_test(test_buffer_keeps_an_unbroken_beginning),
        cmocka_unit_test(test_buffer_formats),
        cmocka_unit_test(test_heap_calls_check_their_product),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
