/* The JSON reader against the corners of RFC 8259, and the writer's spelling. */
#include "check.h"

#include <string.h>

#include "json_stream.h"

static const struct {
    const char *why;
    const char *text;
    size_t length; /* 0: up to the first NUL */
    bool good;
} texts[] = {
    {"empty object", "{}", 0, true},
    {"empty list", "[ ]", 0, true},
    {"a text alone is a JSON text", "\"x\"", 0, true},
    {"a number alone", " -0.5e-10 ", 0, true},
    {"all four kinds of space", " \t\r\n[1]\n", 0, true},
    {"form feed is no space", "\f1", 0, false},
    {"nothing", "", 0, false},
    {"space only", "  ", 0, false},
    {"minus zero", "-0", 0, true},
    {"leading zero", "01", 0, false},
    {"leading zero behind minus", "-01", 0, false},
    {"leading plus", "+1", 0, false},
    {"no digit behind the point", "1.", 0, false},
    {"no digit before the point", ".5", 0, false},
    {"no digit in the exponent", "1e+", 0, false},
    {"minus alone", "-", 0, false},
    {"hexadecimal", "0x10", 0, false},
    {"not a number", "NaN", 0, false},
    {"infinity", "-Infinity", 0, false},
    {"a number of many digits is kept as written", "123456789012345678901234567890", 0, true},
    {"upper case words", "True", 0, false},
    {"half a word", "tru", 0, false},
    {"a word with a tail", "nullx", 0, false},
    {"comma before the end of a list", "[1,]", 0, false},
    {"comma alone", "[,]", 0, false},
    {"comma missing", "[1 2]", 0, false},
    {"comma before the end of an object", "{\"a\":1,}", 0, false},
    {"colon missing", "{\"a\" 1}", 0, false},
    {"value missing", "{\"a\":}", 0, false},
    {"key without quotes", "{a:1}", 0, false},
    {"number as key", "{1:1}", 0, false},
    {"single quotes", "{'a':1}", 0, false},
    {"comment", "[1/*x*/]", 0, false},
    {"two values", "1 2", 0, false},
    {"a NUL behind the value", "1\0", 2, false},
    {"brackets that do not match", "[}", 0, false},
    {"a bracket too many", "[]]", 0, false},
    {"byte-order mark", "\xef\xbb\xbf[]", 0, false},
    {"control character in a text", "\"a\nb\"", 0, false},
    {"NUL in a text", "\"a\0b\"", 5, false},
    {"DEL in a text is allowed", "\"\x7f\"", 0, true},
    {"unknown escape", "\"\\a\"", 0, false},
    {"escape of NUL, which no text of ours holds", "\"\\u0000\"", 0, false},
    {"short unicode escape", "\"\\u12\"", 0, false},
    {"unicode escape that is no hexadecimal", "\"\\u12g4\"", 0, false},
    {"high surrogate alone", "\"\\ud83d\"", 0, false},
    {"high surrogate before a character", "\"\\ud83dx12345\"", 0, false},
    {"low surrogate alone", "\"\\ude00\"", 0, false},
    {"surrogates in the wrong order", "\"\\ude00\\ud83d\"", 0, false},
    {"cut UTF-8", "\"\xc3\"", 0, false},
    {"overlong UTF-8", "\"\xc0\xaf\"", 0, false},
    {"a surrogate in UTF-8", "\"\xed\xa0\x80\"", 0, false},
    {"past the last code point", "\"\xf4\x90\x80\x80\"", 0, false},
    {"Latin-1 in a key", "{\"\xe6\":1}", 0, false},
    {"backslash at the end", "\"\\", 0, false},
    {"a key twice is left to whoever reads it", "{\"a\":1,\"a\":2}", 0, true},
};

static bool is_good(struct icp_str text, struct icp_arena *arena)
{
    struct icp_json_reader reader;
    enum icp_json_token token;

    icp_json_reader_open(&reader, text, arena);
    do
        token = icp_json_next(&reader, NULL);
    while (token != ICP_JSON_FINISHED && token != ICP_JSON_BAD);
    assert_int_equal(icp_json_next(&reader, NULL), token); /* what was said stays */
    assert_int_equal(token == ICP_JSON_BAD, reader.problem != NULL);
    return token == ICP_JSON_FINISHED;
}

static void test_what_is_json(void **state)
{
    struct icp_arena arena;

    (void)state;
    icp_arena_open(&arena, 65536);
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        size_t length = texts[i].length > 0 ? texts[i].length : strlen(texts[i].text);
        /* a copy of just these bytes, so that a sanitizer sees a read behind them */
        char *copy = icp_allocate(length + 1, 1);
        memcpy(copy, texts[i].text, length);
        copy = icp_reallocate(copy, length > 0 ? length : 1, 1);
        check_number(texts[i].why, is_good((struct icp_str){copy, length}, &arena), texts[i].good);
        icp_release(copy);
    }
    icp_arena_close(&arena);
}

static void test_every_prefix_is_bad(void **state)
{
    static const struct icp_str text =
        ICP_STR_INIT("{\"a\\u00e6\\ud83d\\ude00\":[true,false,null,-1.5e+7,\"x\"],\"b\":{}}");
    struct icp_arena arena;

    (void)state;
    icp_arena_open(&arena, (size_t)1 << 20);
    assert_true(is_good(text, &arena));
    for (size_t length = 0; length < text.length; length++) {
        char *copy = icp_allocate(length + 1, 1);
        memcpy(copy, text.data, length);
        copy = icp_reallocate(copy, length > 0 ? length : 1, 1);
        if (is_good((struct icp_str){copy, length}, &arena))
            fail_msg("the first %zu bytes are read as a whole", length);
        icp_release(copy);
    }
    icp_arena_close(&arena);
}

static const struct {
    const char *why;
    const char *json;
    const char *text;
} contents[] = {
    {"all short escapes", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
    {"one, two and three bytes", "\"\\u0041\\u00E6\\u65e5\"", "A\xc3\xa6\xe6\x97\xa5"},
    {"a pair of surrogates", "\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80"},
    {"the last code point", "\"\\udbff\\udfff\"", "\xf4\x8f\xbf\xbf"},
    {"UTF-8 as it stands", "\"\xc3\xa6\"", "\xc3\xa6"},
    {"an empty text is a text", "\"\"", ""},
    {"a number as written", "-1.50E+3", "-1.50E+3"},
    {"true", "true", "true"},
    {"false", "false", "false"},
    {"null is no text", "null", NULL},
};

static void test_scalars(void **state)
{
    struct icp_arena arena;

    (void)state;
    icp_arena_open(&arena, 65536);
    for (size_t i = 0; i < COUNT_OF(contents); i++) {
        struct icp_json_reader reader;
        struct icp_str text = ICP_STR("untouched");
        icp_json_reader_open(&reader, icp_str_from(contents[i].json), &arena);
        if (!icp_json_scalar(&reader, &text))
            fail_msg("%s: not read", contents[i].why);
        check_text(contents[i].why, text, icp_str_from(contents[i].text));
    }
    icp_arena_close(&arena);
}

/* The way a page of records is read: known keys are taken, the others skipped. */
static void test_steps(void **state)
{
    static const char page[] =
        "{\"skip\":{\"deep\":[1,[2],{\"id\":\"no\"}]},\"results\":[{\"id\":\"1\"},{\"id\":2}]}";
    struct icp_json_reader reader;
    struct icp_arena arena;
    struct icp_str key, ids[3] = {{0}};
    size_t count = 0;

    (void)state;
    icp_arena_open(&arena, 65536);
    icp_json_reader_open(&reader, icp_str_from(page), &arena);
    assert_true(icp_json_enter_object(&reader));
    while (icp_json_key(&reader, &key)) {
        if (!icp_str_is(key, "results")) {
            assert_true(icp_json_skip(&reader));
            continue;
        }
        assert_true(icp_json_enter_array(&reader));
        while (icp_json_item(&reader)) {
            assert_true(icp_json_enter_object(&reader));
            while (icp_json_key(&reader, &key) && count < COUNT_OF(ids))
                assert_true(icp_json_scalar(&reader, &ids[count++]));
        }
    }
    assert_null(reader.problem);
    assert_int_equal(icp_json_next(&reader, NULL), ICP_JSON_FINISHED);
    assert_int_equal(count, 2);
    check_text("an id as text", ids[0], ICP_STR("1"));
    check_text("an id as number", ids[1], ICP_STR("2"));
    icp_arena_close(&arena);
}

static const struct {
    const char *why;
    const char *text;
} shapes[] = {
    {"a list where an object is expected", "[1]"},
    {"cut inside the list", "{\"results\":[{\"id\":\"1\"}"},
    {"cut behind a comma", "{\"results\":[{\"id\":\"1\"},"},
    {"comma before the end of the list", "{\"results\":[{\"id\":\"1\"},]}"},
    {"comma at the start of the list", "{\"results\":[,{\"id\":\"1\"}]}"},
    {"an object for a list", "{\"results\":{\"id\":\"1\"}}"},
    {"a list for an id", "{\"results\":[{\"id\":[\"1\"]}]}"},
    {"a text in the list", "{\"results\":[\"1\"]}"},
};

static void test_steps_end_in_other_shapes(void **state)
{
    struct icp_arena arena;

    (void)state;
    icp_arena_open(&arena, 65536);
    for (size_t i = 0; i < COUNT_OF(shapes); i++) {
        struct icp_json_reader reader;
        struct icp_str key;
        icp_json_reader_open(&reader, icp_str_from(shapes[i].text), &arena);
        if (icp_json_enter_object(&reader) && icp_json_key(&reader, &key) &&
            icp_json_enter_array(&reader))
            while (icp_json_item(&reader) && icp_json_enter_object(&reader))
                while (icp_json_key(&reader, &key))
                    (void)icp_json_scalar(&reader, &key);
        if (reader.problem == NULL)
            fail_msg("%s: no problem was seen", shapes[i].why);
        assert_int_equal(icp_json_next(&reader, NULL), ICP_JSON_BAD);
        assert_false(icp_json_item(&reader));
        assert_false(icp_json_skip(&reader));
    }
    icp_arena_close(&arena);
}

static void test_depth(void **state)
{
    struct icp_arena arena;
    char text[2 * ICP_MAX_DEPTH + 2];

    (void)state;
    icp_arena_open(&arena, 65536);
    for (size_t depth = ICP_MAX_DEPTH; depth <= ICP_MAX_DEPTH + 1; depth++) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        assert_int_equal(is_good((struct icp_str){text, 2 * depth}, &arena),
                         depth == ICP_MAX_DEPTH);
    }
    icp_arena_close(&arena);
}

static void test_writer(void **state)
{
    struct icp_json_writer writer;
    struct icp_buf out;

    (void)state;
    icp_buf_open(&out, 4096);
    icp_json_writer_open(&writer, &out);
    icp_json_begin_object(&writer);
    icp_json_put_text_member(&writer, "text", ICP_STR("a\"\\/\b\f\n\r\t\x01\x1f\x7f\xc3\xa6"));
    icp_json_put_text_member(&writer, "none", (struct icp_str){0});
    icp_json_put_text_member(&writer, "empty", ICP_STR(""));
    icp_json_put_integer_member(&writer, "least", INT64_MIN);
    icp_json_put_boolean_member(&writer, "yes", true);
    icp_json_put_key_text(&writer, ICP_STR("a \"key\""));
    icp_json_begin_array(&writer);
    icp_json_put_number(&writer, ICP_STR("1.50"));
    icp_json_put_null(&writer);
    icp_json_begin_object(&writer);
    icp_json_end_object(&writer);
    icp_json_begin_array(&writer);
    icp_json_end_array(&writer);
    icp_json_put_boolean(&writer, false);
    icp_json_end_array(&writer);
    icp_json_put_key(&writer, "last");
    icp_json_put_integer(&writer, 0);
    icp_json_end_object(&writer);
    check_text("commas, escapes and words", icp_buf_view(&out),
               ICP_STR("{\"text\":\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\xc3\xa6\","
                       "\"none\":null,\"empty\":\"\",\"least\":-9223372036854775808,\"yes\":true,"
                       "\"a \\\"key\\\"\":[1.50,null,{},[],false],\"last\":0}"));
    icp_buf_finish(&out);
}

static void test_writer_says_that_it_was_too_small(void **state)
{
    struct icp_json_writer writer;
    struct icp_buf out;

    (void)state;
    icp_buf_open(&out, 8);
    icp_json_writer_open(&writer, &out);
    icp_json_put_text(&writer, ICP_STR("longer than eight"));
    assert_true(out.failed);
    icp_buf_finish(&out);
    icp_buf_open(&out, 4096);
    icp_json_writer_open(&writer, &out);
    for (int i = 0; i <= ICP_MAX_DEPTH; i++)
        icp_json_begin_array(&writer);
    assert_true(out.failed);
    icp_buf_finish(&out);
}

static void test_memory_that_is_too_small(void **state)
{
    struct icp_json_reader reader;
    struct icp_arena arena;
    struct icp_buf text;

    (void)state;
    icp_buf_open(&text, (size_t)1 << 20);
    icp_buf_add_cstr(&text, "\"\\n");
    while (text.length < 100000)
        icp_buf_add_char(&text, 'x');
    icp_buf_add_char(&text, '"');
    icp_arena_open(&arena, 4096);
    icp_json_reader_open(&reader, icp_buf_view(&text), &arena);
    assert_int_equal(icp_json_next(&reader, NULL), ICP_JSON_BAD);
    assert_string_equal(reader.problem, "a text does not fit in memory");
    icp_arena_close(&arena);
    icp_buf_finish(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_json),
        cmocka_unit_test(test_every_prefix_is_bad),
        cmocka_unit_test(test_scalars),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_steps_end_in_other_shapes),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_writer),
        cmocka_unit_test(test_writer_says_that_it_was_too_small),
        cmocka_unit_test(test_memory_that_is_too_small),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
