/* The CSV scanner against the plain reader, on generated texts: every path that this machine has,
   through the fuzz entry, which stops the program at a difference. */
#include "check.h"

#include <string.h>

#include "csv_scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t next_number(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 33);
}

/* Pieces by how a text may go wrong: quotes and ends first, then characters of two to four bytes,
   and halves of them. */
static const struct icp_str pieces[] = {
    ICP_STR_INIT("\""),
    ICP_STR_INIT(","),
    ICP_STR_INIT("\n"),
    ICP_STR_INIT("\r\n"),
    ICP_STR_INIT("\"\""),
    ICP_STR_INIT(",\""),
    ICP_STR_INIT("\","),
    ICP_STR_INIT("\"\n"),
    ICP_STR_INIT("\r"),
    ICP_STR_INIT("a"),
    ICP_STR_INIT(";"),
    ICP_STR_INIT("\t"),
    ICP_STR_INIT(";\""),
    ICP_STR_INIT("\";"),
    ICP_STR_INIT("words of "),
    ICP_STR_INIT("\xC3\xA9"),
    ICP_STR_INIT("\xE2\x82\xAC"),
    ICP_STR_INIT("\xF0\x9F\x98\x80"),
    ICP_STR_INIT("\xC3"),
    ICP_STR_INIT("\x80"),
    ICP_STR_INIT("\xED\xA0\x80"),
    ICP_STR_INIT("\xF4\x90\x80\x80"),
    ICP_STR_INIT("\xE0\x80\x80"),
    {"\0", 1},
};

/* `harm`: how many of the pieces at the end, which are never right, are used. */
static size_t make_text(uint64_t *state, size_t most, size_t harm, char *text)
{
    size_t length = 0, wanted = next_number(state) % most;
    size_t usable = COUNT_OF(pieces) - 6 + harm;

    while (length < wanted) {
        struct icp_str piece = pieces[next_number(state) % usable];
        memcpy(text + length, piece.data, piece.length);
        length += piece.length;
    }
    return length;
}

static void run_texts(size_t count, size_t most, size_t harm)
{
    uint64_t state = most * 31 + harm;
    char text[8192 + 16];

    for (size_t i = 0; i < count; i++)
        (void)LLVMFuzzerTestOneInput((const uint8_t *)text, make_text(&state, most, harm, text));
}

static void test_short(void **state)
{
    (void)state;
    run_texts(2000, 40, 0);
    run_texts(1000, 80, 6);
}

static void test_long(void **state)
{
    (void)state;
    run_texts(1500, 400, 0);
    run_texts(1500, 400, 6);
    run_texts(100, 8192, 0);
}

/* Rows as people write them, shifted through every place in 64 bytes. */
static void test_shifted(void **state)
{
    static const char rows[] = "7,\"Acme, \"\"Inc\"\"\",M\xC3\xBCnchen,\"two\nlines\",\r\n"
                               "8,5\" pipe,\xE6\x9D\xB1\xE4\xBA\xAC,\"\",x\n"
                               "9,\"last\",\xF0\x9F\x98\x80,-,\"\"\r\n";
    char text[256 + 64];

    (void)state;
    for (size_t shift = 0; shift < 130; shift++) {
        memset(text, 'x', shift);
        memcpy(text + shift, rows, sizeof(rows) - 1);
        (void)LLVMFuzzerTestOneInput((const uint8_t *)text, shift + sizeof(rows) - 1);
        for (size_t cut = 1; cut < sizeof(rows) - 1 && shift < 64; cut += 7)
            (void)LLVMFuzzerTestOneInput((const uint8_t *)text, shift + cut);
    }
}

/* A character cut off at every place, with nothing but ASCII behind it: the fault may show in the
   next 64 bytes only. */
static void test_cut_characters(void **state)
{
    static const struct icp_str cuts[] = {ICP_STR_INIT("\xC3"), ICP_STR_INIT("\xE2\x82"),
                                          ICP_STR_INIT("\xF0\x9F\x98")};
    char text[300];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cuts); i++)
        for (size_t at = 0; at < 130; at++)
            for (size_t end = at + cuts[i].length; end < at + 80; end += 3) {
                memset(text, 'x', sizeof(text));
                memcpy(text + at, cuts[i].data, cuts[i].length);
                text[end] = '\n';
                (void)LLVMFuzzerTestOneInput((const uint8_t *)text, end + 70);
            }
}

static void test_paths(void **state)
{
    (void)state;
    assert_true(icp_scan_path_usable(ICP_SCAN_PLAIN));
    assert_true(icp_scan_path_usable(icp_scan_path_best()));
    assert_string_equal(icp_scan_path_name(ICP_SCAN_AVX2), "avx2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_short),   cmocka_unit_test(test_long),
        cmocka_unit_test(test_shifted), cmocka_unit_test(test_cut_characters),
        cmocka_unit_test(test_paths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
