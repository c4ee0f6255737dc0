/* The NDJSON scanner against the plain reader, on generated lines: every path that this machine
   has, through the fuzz entry, which stops the program at a difference. */
#include "check.h"

#include <string.h>

#include "json_scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t next_number(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 33);
}

/* Objects with the keys that the entry wants, in any order and nesting. */
static void add_value(struct icp_buf *out, uint64_t *state, unsigned depth)
{
    static const char *const scalars[] = {
        "\"x\"",
        "null",
        "true",
        "false",
        "-12.5e3",
        "0",
        "\"\"",
        "\"\\u00e9 \\\"q\\\" \\ud83d\\ude00\"",
        "\"M\xC3\xBCnchen\"",
        ("\"a text that is longer than one look of sixteen, thirty-two or "
         "sixty-four bytes is, so that it has a second one\""),
        " \"spaced\" ",
    };
    static const char *const keys[] = {"id", "properties", "a", "b", "company", "signals", "other"};
    uint32_t kind = next_number(state) % 10;
    uint32_t count = next_number(state) % 5;

    if (kind > 1 || depth > 4) {
        icp_buf_add_cstr(out, scalars[next_number(state) % COUNT_OF(scalars)]);
        return;
    }
    icp_buf_add_char(out, kind == 0 ? '[' : '{');
    for (uint32_t i = 0; i < count; i++) {
        icp_buf_add_cstr(out, i > 0 ? "," : "");
        if (kind == 1)
            icp_buf_format(out, "\"%s\":", keys[next_number(state) % COUNT_OF(keys)]);
        add_value(out, state, depth + 1);
    }
    icp_buf_add_char(out, kind == 0 ? ']' : '}');
}

static void add_line(struct icp_buf *out, uint64_t *state)
{
    static const char *const keys[] = {"id", "properties", "a", "b", "company", "signals", "x"};

    icp_buf_add_char(out, '{');
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        icp_buf_format(out, "%s\"%s\":", i > 0 ? "," : "",
                       next_number(state) % 8 > 0 ? keys[i]
                                                  : keys[next_number(state) % COUNT_OF(keys)]);
        if (next_number(state) % 4 > 0 || i != 1)
            add_value(out, state, 1);
        else
            icp_buf_add_cstr(out, "{\"b\":\"1\",\"a\":2,\"c\":null}");
    }
    icp_buf_add_cstr(out, "}\n");
}

static void run_generated(bool harmed)
{
    static const char harm[] = "\"\\{}[],:\r\t \x01\x80\xC3tfn0-e.u";
    uint64_t state = harmed ? 7 : 3;

    for (int i = 0; i < 1500; i++) {
        struct icp_buf text;
        icp_buf_open(&text, (size_t)1 << 20);
        for (int line = 0; line < 6; line++)
            add_line(&text, &state);
        for (int k = 0; k < 8 && harmed; k++)
            text.data[next_number(&state) % text.length] =
                harm[next_number(&state) % (sizeof(harm) - 1)];
        (void)LLVMFuzzerTestOneInput((const uint8_t *)text.data, text.length);
        icp_buf_finish(&text);
    }
}

static void test_good_lines(void **state)
{
    (void)state;
    run_generated(false);
}

static void test_harmed_lines(void **state)
{
    (void)state;
    run_generated(true);
}

/* Cut after every byte, and with every place of 64 bytes as the start of what is looked at. */
static void test_cut_lines(void **state)
{
    static const char line[] =
        "{\"id\":\"1\",\"properties\":{\"a\":\"\\u0041\",\"b\":[1,\"x\",true]},"
        "\"company\":{\"b\":\"\xE2\x82\xAC\"},\"signals\":[{\"at\":1}]}";
    char text[sizeof(line) + 80];

    (void)state;
    for (size_t shift = 0; shift < 70; shift++) {
        memset(text, ' ', shift);
        memcpy(text + shift, line, sizeof(line) - 1);
        for (size_t end = 0; end < sizeof(line); end += shift == 0 ? 1 : 9)
            (void)LLVMFuzzerTestOneInput((const uint8_t *)text, shift + end);
        (void)LLVMFuzzerTestOneInput((const uint8_t *)text, shift + sizeof(line) - 1);
    }
}

static void test_depth(void **state)
{
    char text[200];

    (void)state;
    for (size_t depth = 60; depth < 70; depth++) {
        memset(text, '[', sizeof(text));
        for (size_t i = 0; i < 5; i++)
            text[i] = "{\"x\":"[i];
        memset(text + 5 + depth, ']', depth);
        text[5 + 2 * depth] = '}';
        (void)LLVMFuzzerTestOneInput((const uint8_t *)text, 6 + 2 * depth);
    }
}

/* What the fuzz entry cannot know: the words of a problem, and where it stands. */
static const struct {
    const char *line, *problem;
    size_t at;
} refused[] = {
    {"[1]", "an object was expected", 0},
    {"{\"a\":1", "the text ends too early", 6},
    {"{\"a\" 1}", "a ':' is missing", 5},
    {"{\"a\":1} x", "something stands behind the value", 8},
    {"{\"a\":tru}", "not a JSON value", 5},
    {"{\"a\":\"\\x\"}", "a bad escape in a text", 6},
    {"{\"a\":{}}", "an object stands where a value was expected", 5},
    {"{\"a\":[[1]]}", "a list holds more than plain values", 5},
};

static void test_problems(void **state)
{
    struct icp_json_names *names = icp_json_names_open();
    struct icp_str path = ICP_STR("a");
    struct icp_json_scan *scan;

    (void)state;
    assert_true(icp_json_names_add(names, &path, 1, 0, 0, ICP_JSON_TEXT));
    scan = icp_json_scan_open(icp_scan_path_best(), names, 1);
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        char text[256] = "";
        struct icp_json_line found;
        size_t length = strlen(refused[i].line);
        memcpy(text, refused[i].line, length);
        text[length] = '\n';
        assert_false(icp_json_scan_line(scan, (struct icp_str){text, length}, &found));
        assert_string_equal(found.problem, refused[i].problem);
        check_number(refused[i].line, (int64_t)found.at, (int64_t)refused[i].at);
    }
    icp_json_scan_close(scan);
    icp_json_names_close(names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_lines), cmocka_unit_test(test_harmed_lines),
        cmocka_unit_test(test_cut_lines),  cmocka_unit_test(test_depth),
        cmocka_unit_test(test_problems),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
