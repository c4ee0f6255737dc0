/*
 * Borrowed strings as the rest of the program leans on them: no text differs from the empty text,
 * slices never leave their text, and "did you mean" suggests what a person would have meant.
 */
#include <string.h>

#include "check.h"

#define TEXT(literal) ICP_STR_INIT(literal)

static void test_equality(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct icp_str a, b;
        bool equal, equal_case;
        int order;
    } cases[] = {
        {"no text is no text", {NULL, 0}, {NULL, 0}, true, true, 0},
        {"no text is not the empty text", {NULL, 0}, TEXT(""), false, false, -1},
        {"the empty text is not no text", TEXT(""), {NULL, 0}, false, false, 1},
        {"same bytes", TEXT("acme.com"), TEXT("acme.com"), true, true, 0},
        {"a prefix is not equal and comes first", TEXT("acme"), TEXT("acme.com"), false, false, -1},
        {"case counts, unless asked", TEXT("Acme"), TEXT("aCME"), false, true, -1},
        {"only A-Z is folded", TEXT("\xC3\x86"), TEXT("\xC3\xA6"), false, false, -1},
        {"bytes compare without a sign", TEXT("\xC3\xA6"), TEXT("z"), false, false, 1},
        {"@ and ` are no letters", TEXT("@"), TEXT("`"), false, false, -1},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        check_number(cases[i].why, icp_str_equal(cases[i].a, cases[i].b), cases[i].equal);
        check_number(cases[i].why, icp_str_equal_ascii_case(cases[i].a, cases[i].b),
                     cases[i].equal_case);
        check_number(cases[i].why, icp_str_compare(cases[i].a, cases[i].b), cases[i].order);
    }
}

static void test_find_and_ends(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct icp_str text, part;
        size_t at;
        bool prefix, suffix;
    } cases[] = {
        {"at the front", TEXT("abcabc"), TEXT("abc"), 0, true, true},
        {"at the end only", TEXT("xxabc"), TEXT("abc"), 2, false, true},
        {"behind a false start", TEXT("aaab"), TEXT("aab"), 1, false, true},
        {"nowhere gives the length", TEXT("abc"), TEXT("abd"), 3, false, false},
        {"longer than the text", TEXT("ab"), TEXT("abc"), 2, false, false},
        {"nothing is found at once", TEXT("ab"), TEXT(""), 0, true, true},
        {"in no text there is nothing", {NULL, 0}, TEXT("a"), 0, false, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        check_number(cases[i].why, (int64_t)icp_str_find(cases[i].text, cases[i].part),
                     (int64_t)cases[i].at);
        check_number(cases[i].why, icp_str_has_prefix(cases[i].text, cases[i].part),
                     cases[i].prefix);
        check_number(cases[i].why, icp_str_has_suffix(cases[i].text, cases[i].part),
                     cases[i].suffix);
    }
}

static void test_slices(void **state)
{
    (void)state;
    struct icp_str none = {NULL, 0};
    check_text("inside", icp_str_slice(ICP_STR("abcdef"), 1, 3), ICP_STR("bc"));
    check_text("clamped to the end", icp_str_slice(ICP_STR("abc"), 1, SIZE_MAX), ICP_STR("bc"));
    check_text("backwards is empty", icp_str_slice(ICP_STR("abc"), 2, 1), ICP_STR(""));
    check_text("of no text is no text", icp_str_slice(none, 0, 4), none);
    check_text("trimmed at both ends", icp_str_trim(ICP_STR(" \t\r\na b\n ")), ICP_STR("a b"));
    check_text("only space becomes empty", icp_str_trim(ICP_STR(" \t ")), ICP_STR(""));
    check_text("trimmed no text stays unknown", icp_str_trim(none), none);
}

static void test_cut(void **state)
{
    (void)state;
    struct icp_str rest = ICP_STR("a;;b;");
    static const struct icp_str wanted[] = {TEXT("a"), TEXT(""), TEXT("b"), TEXT("")};
    struct icp_str part = {NULL, 0};
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        assert_true(icp_str_cut(&rest, ';', &part));
        check_text("one part behind another, empty ones too", part, wanted[i]);
    }
    assert_false(icp_str_cut(&rest, ';', &part));
    rest = ICP_STR("");
    assert_true(icp_str_cut(&rest, ';', &part));
    check_text("the empty text is one empty part", part, ICP_STR(""));
}

static void test_hash(void **state)
{
    (void)state;
    /* published FNV-1a values */
    assert_true(icp_str_hash(ICP_STR("")) == UINT64_C(0xcbf29ce484222325));
    assert_true(icp_str_hash(ICP_STR("a")) == UINT64_C(0xaf63dc4c8601ec8c));
    assert_true(icp_str_hash(ICP_STR("foobar")) == UINT64_C(0x85944171f73967e8));
}

static void test_distance(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct icp_str a, b;
        size_t limit, distance;
    } cases[] = {
        {"same", TEXT("weight"), TEXT("weight"), 9, 0},
        {"one left out", TEXT("wight"), TEXT("weight"), 9, 1},
        {"one too many", TEXT("weeight"), TEXT("weight"), 9, 1},
        {"one wrong", TEXT("weighs"), TEXT("weight"), 9, 1},
        {"neighbours swapped is one step", TEXT("wieght"), TEXT("weight"), 9, 1},
        {"optimal alignment: a swapped pair is not edited again", TEXT("ca"), TEXT("abc"), 9, 3},
        {"classic", TEXT("kitten"), TEXT("sitting"), 9, 3},
        {"against nothing", TEXT(""), TEXT("abc"), 9, 3},
        {"held at the limit", TEXT("kitten"), TEXT("sitting"), 2, 2},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        check_number(cases[i].why,
                     (int64_t)icp_str_distance(cases[i].a, cases[i].b, cases[i].limit),
                     (int64_t)cases[i].distance);
        check_number(cases[i].why,
                     (int64_t)icp_str_distance(cases[i].b, cases[i].a, cases[i].limit),
                     (int64_t)cases[i].distance);
    }
}

static void test_distance_of_long_texts_is_bounded(void **state)
{
    (void)state;
    char a[400];
    char b[400];
    memset(a, 'a', sizeof(a));
    memset(b, 'b', sizeof(b));
    assert_int_equal(icp_str_distance((struct icp_str){a, 400}, (struct icp_str){b, 400}, 7), 7);
    a[200] = 'x';
    struct icp_str near = {a, 400};
    char c[400];
    memset(c, 'a', sizeof(c));
    assert_int_equal(icp_str_distance(near, (struct icp_str){c, 400}, 7), 1);
}

static void test_did_you_mean(void **state)
{
    (void)state;
    static const struct icp_str names[] = {
        TEXT("company.employees"),
        TEXT("company.industry"),
        TEXT("company.country"),
        TEXT("contact.country"),
        TEXT("contact.title"),
        TEXT("score"),
        TEXT("weight"),
    };
    static const struct {
        const char *why;
        struct icp_str word, wanted;
    } cases[] = {
        {"a letter left out", TEXT("company.employes"), TEXT("company.employees")},
        {"the part before the dot is wrong", TEXT("c.industry"), TEXT("company.industry")},
        {"the part before the dot is missing", TEXT("employees"), TEXT("company.employees")},
        {"missing and misspelt", TEXT("industri"), TEXT("company.industry")},
        {"the object's own field wins", TEXT("contact.contry"), TEXT("contact.country")},
        {"a part behind the dot too many", TEXT("score.fit"), TEXT("score")},
        {"swapped letters", TEXT("wieght"), TEXT("weight")},
        {"another case", TEXT("Company.Employees"), TEXT("company.employees")},
        {"nothing like it", TEXT("revenue"), {NULL, 0}},
        {"too short to guess", TEXT("x"), {NULL, 0}},
        {"nothing", TEXT(""), {NULL, 0}},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        check_text(cases[i].why, icp_str_nearest(cases[i].word, names, COUNT_OF(names)),
                   cases[i].wanted);
    check_text("no names, no hint", icp_str_nearest(ICP_STR("weight"), NULL, 0),
               (struct icp_str){NULL, 0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equality),
        cmocka_unit_test(test_find_and_ends),
        cmocka_unit_test(test_slices),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_hash),
        cmocka_unit_test(test_distance),
        cmocka_unit_test(test_distance_of_long_texts_is_bounded),
        cmocka_unit_test(test_did_you_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
