/*
 * Exact numbers: the same text gives the same millionths everywhere, halves go away from zero on
 * both sides, and what is not a plain number is unknown instead of something near it.
 */
#include "check.h"
#include "number.h"

#define TEXT(literal) ICP_STR_INIT(literal)
#define MILLION       INT64_C(1000000)
enum { REFUSED = 0, GOOD = 1 };

static const struct {
    const char *why;
    struct icp_str text;
    int good;
    int64_t millionths;
} number_cases[] = {
    {"whole", TEXT("120"), GOOD, 120 * MILLION},
    {"zero is known", TEXT("0"), GOOD, 0},
    {"minus zero is zero", TEXT("-0.0"), GOOD, 0},
    {"decimals", TEXT("12.5"), GOOD, 12500000},
    {"negative", TEXT("-3"), GOOD, -3 * MILLION},
    {"plus", TEXT("+3"), GOOD, 3 * MILLION},
    {"space around", TEXT(" \t7 \n"), GOOD, 7 * MILLION},
    {"no whole part", TEXT(".5"), GOOD, 500000},
    {"leading zeros", TEXT("000000000000000000000000000000000000000012"), GOOD, 12 * MILLION},
    {"half a millionth up", TEXT("0.0000005"), GOOD, 1},
    {"half a millionth down", TEXT("-0.0000005"), GOOD, -1},
    {"just below half", TEXT("0.00000049999999999999999999999999999999999999999999"), GOOD, 0},
    {"just below half, negative", TEXT("-0.0000004999999999"), GOOD, 0},
    {"carry through nines", TEXT("0.9999995"), GOOD, MILLION},
    {"exponent", TEXT("1e3"), GOOD, 1000 * MILLION},
    {"exponent with sign", TEXT("1.5E+3"), GOOD, 1500 * MILLION},
    {"negative exponent", TEXT("5e-1"), GOOD, 500000},
    {"half by exponent", TEXT("5e-7"), GOOD, 1},
    {"below half by exponent", TEXT("4e-7"), GOOD, 0},
    {"tiny", TEXT("1e-99999999999999999999"), GOOD, 0},
    {"zero times anything", TEXT("0e99999999999"), GOOD, 0},
    {"long, but in range", TEXT("1000000000000000000000000000000000000000000e-40"), GOOD,
     100 * MILLION},
    {"the most", TEXT("9200000000000"), GOOD, INT64_C(9200000000000) * MILLION},
    {"the least", TEXT("-9200000000000"), GOOD, INT64_C(-9200000000000) * MILLION},
    {"just too large", TEXT("9200000000000.000001"), REFUSED, 0},
    {"just too small", TEXT("-9200000000000.000001"), REFUSED, 0},
    {"far too large", TEXT("1e99999"), REFUSED, 0},
    {"digits without end",
     TEXT("99999999999999999999999999999999999999999999999999999999999999999999999"), REFUSED, 0},
    {"decimal comma", TEXT("12,5"), REFUSED, 0},
    {"thousands", TEXT("1,200"), REFUSED, 0},
    {"hexadecimal", TEXT("0x10"), REFUSED, 0},
    {"infinity", TEXT("inf"), REFUSED, 0},
    {"not a number", TEXT("nan"), REFUSED, 0},
    {"empty", TEXT(""), REFUSED, 0},
    {"only space", TEXT("  "), REFUSED, 0},
    {"no text", {NULL, 0}, REFUSED, 0},
    {"only a sign", TEXT("-"), REFUSED, 0},
    {"two signs", TEXT("--1"), REFUSED, 0},
    {"only a point", TEXT("."), REFUSED, 0},
    {"point at the end", TEXT("1."), REFUSED, 0},
    {"two points", TEXT("1.2.3"), REFUSED, 0},
    {"exponent without digits", TEXT("1e"), REFUSED, 0},
    {"exponent with a point", TEXT("1e1.5"), REFUSED, 0},
    {"unit", TEXT("5 EUR"), REFUSED, 0},
    {"space inside", TEXT("1 000"), REFUSED, 0},
    {"NUL inside", TEXT("1\0002"), REFUSED, 0},
    {"Arabic-Indic digit", TEXT("\xD9\xA1"), REFUSED, 0},
};

static void test_parse_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(number_cases); i++) {
        int64_t found = 12345;
        bool good = icp_number_parse(number_cases[i].text, &found);
        check_number(number_cases[i].why, good, number_cases[i].good);
        check_number(number_cases[i].why, found, good ? number_cases[i].millionths : 12345);
    }
}

static void test_format_numbers(void **state)
{
    (void)state;
    static const struct {
        int64_t millionths;
        const char *text;
    } cases[] = {
        {0, "0"},
        {120 * MILLION, "120"},
        {-500000, "-0.5"},
        {1, "0.000001"},
        {-1, "-0.000001"},
        {12340000, "12.34"},
        {100 * MILLION + 10, "100.00001"},
        {INT64_C(9200000000000) * MILLION, "9200000000000"},
        {INT64_MAX, "9223372036854.775807"},
        {INT64_MIN, "-9223372036854.775808"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[ICP_NUMBER_TEXT];
        struct icp_str found = icp_number_format(cases[i].millionths, text);
        check_text(cases[i].text, found, icp_str_from(cases[i].text));
        assert_int_equal(found.data[found.length], '\0');
        int64_t again = 0;
        if (i < COUNT_OF(cases) - 2) {
            assert_true(icp_number_parse(found, &again));
            check_number(cases[i].text, again, cases[i].millionths);
        }
    }
}

static void test_rounding_goes_away_from_zero(void **state)
{
    (void)state;
    static const struct {
        int64_t numerator, denominator, wanted;
    } cases[] = {
        {117, 2, 59},
        {-117, 2, -59},
        {1, 3, 0},
        {-1, 3, 0},
        {2, 3, 1},
        {-2, 3, -1},
        {0, 7, 0},
        {7, 7, 1},
        {5, 10, 1},
        {-5, 10, -1},
        {4, 10, 0},
        {1, 1, 1},
        {INT64_MAX, 1, INT64_MAX},
        {INT64_MIN, 1, INT64_MIN},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        check_number("numerator / denominator",
                     icp_divide_round(cases[i].numerator, cases[i].denominator), cases[i].wanted);
    icp_int128 large = (icp_int128)INT64_MAX * INT64_MAX;
    check_number("128 bits inside", icp_divide_round(large, INT64_MAX), INT64_MAX);
}

static void test_integers(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct icp_str text;
        int good;
        int64_t value;
    } cases[] = {
        {"plain", TEXT("42"), GOOD, 42},
        {"negative", TEXT("-42"), GOOD, -42},
        {"plus", TEXT("+42"), GOOD, 42},
        {"largest", TEXT("9223372036854775807"), GOOD, INT64_MAX},
        {"smallest", TEXT("-9223372036854775808"), GOOD, INT64_MIN},
        {"one above", TEXT("9223372036854775808"), REFUSED, 0},
        {"one below", TEXT("-9223372036854775809"), REFUSED, 0},
        {"ten times above", TEXT("92233720368547758070"), REFUSED, 0},
        {"decimal", TEXT("1.0"), REFUSED, 0},
        {"space", TEXT(" 1"), REFUSED, 0},
        {"sign only", TEXT("-"), REFUSED, 0},
        {"empty", TEXT(""), REFUSED, 0},
        {"no text", {NULL, 0}, REFUSED, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t found = 12345;
        bool good = icp_integer_parse(cases[i].text, &found);
        check_number(cases[i].why, good, cases[i].good);
        check_number(cases[i].why, found, good ? cases[i].value : 12345);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse_numbers),
        cmocka_unit_test(test_format_numbers),
        cmocka_unit_test(test_rounding_goes_away_from_zero),
        cmocka_unit_test(test_integers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
