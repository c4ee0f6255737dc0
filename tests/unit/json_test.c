/* Small JSON documents: what is refused, and what reading finds in odd places. */
#include "check.h"

#include <string.h>

#include "bounds.h"
#include "json.h"

static const struct {
    const char *why;
    const char *text;
    size_t length; /* 0: up to the first NUL */
    bool good;
} texts[] = {
    {"object", "{\"a\": [1, null]}", 0, true},
    {"a text alone", "\"x\"", 0, true},
    {"nothing, as in an answer without body", "", 0, false},
    {"an error page", "<html></html>", 0, false},
    {"cut", "{\"a\": [1", 0, false},
    {"two values", "{} {}", 0, false},
    {"a key twice: which one counts is anybody's guess", "{\"a\":1,\"a\":2}", 0, false},
    {"not UTF-8", "\"\xe6\"", 0, false},
    {"escape of NUL", "\"\\u0000\"", 0, false},
    {"a NUL behind the value", "{}\0", 3, false},
    {"lone surrogate", "\"\\ud83d\"", 0, false},
    {"brackets in a text do not nest",
     "\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
     "[[[[[[[[[[[[[[[[[[\\\"[\"",
     0, true},
};

static void test_what_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        size_t length = texts[i].length > 0 ? texts[i].length : strlen(texts[i].text);
        struct icp_err err = {0};
        struct icp_json_document *document =
            icp_json_open((struct icp_str){texts[i].text, length}, &err);
        check_number(texts[i].why, document != NULL, texts[i].good);
        check_number(texts[i].why, err.status, texts[i].good ? ICP_OK : ICP_ITEM);
        icp_json_close(document);
    }
}

static void test_depth(void **state)
{
    char text[2 * ICP_MAX_DEPTH + 2];

    (void)state;
    for (size_t depth = ICP_MAX_DEPTH; depth <= ICP_MAX_DEPTH + 1; depth++) {
        struct icp_err err = {0};
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        struct icp_json_document *document = icp_json_open((struct icp_str){text, 2 * depth}, &err);
        assert_int_equal(document != NULL, depth == ICP_MAX_DEPTH);
        icp_json_close(document);
    }
}

static void test_reading(void **state)
{
    static const char text[] = "{\"id\": 9007199254740993, \"name\": \"\xc3\xa6\", \"on\": true,"
                               " \"none\": null, \"list\": [{\"id\": \"7\"}, 2.5], \"real\": 1e3}";
    struct icp_err err = {0};
    struct icp_arena arena;
    struct icp_json_document *document = icp_json_open(icp_str_from(text), &err);
    const struct icp_json *root = icp_json_root(document), *list = icp_json_get(root, "list");

    (void)state;
    icp_arena_open(&arena, 4096);
    assert_true(icp_json_is_object(root));
    check_text("an id past 2^53 keeps its digits", icp_json_id(icp_json_get(root, "id"), &arena),
               ICP_STR("9007199254740993"));
    check_number("and as a number", icp_json_integer(icp_json_get(root, "id"), -1),
                 INT64_C(9007199254740993));
    check_text("an id as text", icp_json_id(icp_json_get(icp_json_at(list, 0), "id"), &arena),
               ICP_STR("7"));
    check_text("a fraction is no id", icp_json_id(icp_json_at(list, 1), &arena),
               (struct icp_str){0});
    check_number("a real is no integer", icp_json_integer(icp_json_get(root, "real"), -1), -1);
    check_text("text", icp_json_get_text(root, "name"), ICP_STR("\xc3\xa6"));
    check_text("a number is no text", icp_json_get_text(root, "id"), (struct icp_str){0});
    assert_true(icp_json_get_true(root, "on"));
    assert_false(icp_json_get_true(root, "name"));
    assert_true(icp_json_is_null(icp_json_get(root, "none")));
    assert_int_equal(icp_json_count(list), 2);
    assert_null(icp_json_at(list, 2));
    assert_int_equal(icp_json_count(root), 0);
    icp_arena_close(&arena);
    icp_json_close(document);
}

/* An answer of another shape than documented must read as "nothing there", not crash. */
static void test_nothing_there(void **state)
{
    void *iterator = NULL;
    struct icp_str key;
    const struct icp_json *value;

    (void)state;
    assert_null(icp_json_get(NULL, "a"));
    assert_null(icp_json_at(NULL, 0));
    assert_true(icp_json_is_null(NULL));
    assert_false(icp_json_is_object(NULL) || icp_json_is_array(NULL) || icp_json_is_text(NULL));
    assert_int_equal(icp_json_count(NULL), 0);
    assert_int_equal(icp_json_integer(NULL, 5), 5);
    check_text("text of nothing", icp_json_text(NULL), (struct icp_str){0});
    assert_false(icp_json_get_true(NULL, "a"));
    assert_false(icp_json_next_member(NULL, &iterator, &key, &value));
    icp_json_close(NULL);
}

static void test_members(void **state)
{
    struct icp_err err = {0};
    struct icp_json_document *document = icp_json_open(ICP_STR("{\"a\":1,\"b\":2,\"c\":3}"), &err);
    void *iterator = NULL;
    struct icp_str key;
    const struct icp_json *value;
    int64_t sum = 0;
    size_t count = 0;

    (void)state;
    while (icp_json_next_member(icp_json_root(document), &iterator, &key, &value)) {
        check_number("value of its key", icp_json_integer(value, 0), key.data[0] - 'a' + 1);
        sum += icp_json_integer(value, 0);
        count++;
    }
    assert_int_equal(count, 3);
    assert_int_equal(sum, 6);
    icp_json_close(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_refused), cmocka_unit_test(test_depth),
        cmocka_unit_test(test_reading),         cmocka_unit_test(test_nothing_there),
        cmocka_unit_test(test_members),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
