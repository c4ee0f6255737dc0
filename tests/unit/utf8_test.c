/*
 * Texts as people type them in many languages: malformed bytes are seen, keys make equal what a
 * person would call equal, and globs find what they say without ever running away.
 */
#include <string.h>

#include "check.h"
#include "utf8.h"

#define TEXT(literal) ICP_STR_INIT(literal)

static void test_validity(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct icp_str text;
        bool valid;
    } cases[] = {
        {"ASCII", TEXT("plain"), true},
        {"empty", TEXT(""), true},
        {"two, three and four bytes", TEXT("\xC3\xA6\xE2\x82\xAC\xF0\x9F\x98\x80"), true},
        {"the last code point", TEXT("\xF4\x8F\xBF\xBF"), true},
        {"one beyond it", TEXT("\xF4\x90\x80\x80"), false},
        {"before the surrogates", TEXT("\xED\x9F\xBF"), true},
        {"first surrogate", TEXT("\xED\xA0\x80"), false},
        {"last surrogate", TEXT("\xED\xBF\xBF"), false},
        {"overlong slash", TEXT("\xC0\xAF"), false},
        {"overlong in three", TEXT("\xE0\x80\xAF"), false},
        {"overlong in four", TEXT("\xF0\x80\x80\xAF"), false},
        {"overlong NUL", TEXT("\xC0\x80"), false},
        {"NUL", TEXT("a\0b"), false},
        {"lonely continuation", TEXT("a\x80"), false},
        {"cut short", TEXT("a\xE2\x82"), false},
        {"Latin-1",
         TEXT("K\xF8"
              "benhavn"),
         false},
        {"five bytes", TEXT("\xF8\x88\x80\x80\x80"), false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        check_number(cases[i].why, icp_utf8_valid(cases[i].text), cases[i].valid);
}

/* What is appended is what is read again, for every code point there is. */
static void test_every_code_point_there_and_back(void **state)
{
    (void)state;
    struct icp_buf buf;
    icp_buf_open(&buf, 8);
    for (uint32_t c = 1; c <= 0x110000; c++) {
        uint32_t found = 0;
        bool none = (c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF;
        icp_buf_reset(&buf);
        icp_utf8_append(&buf, c);
        struct icp_str rest = icp_buf_view(&buf);
        if (!icp_utf8_next(&rest, &found) || rest.length != 0 || found != (none ? 0xFFFD : c))
            fail_msg("U+%04X came back as U+%04X", (unsigned int)c, (unsigned int)found);
    }
    icp_buf_finish(&buf);
}

static void test_next_stops_before_malformed_bytes(void **state)
{
    (void)state;
    struct icp_str rest = ICP_STR("\xC3\xA6\xFFz");
    uint32_t c = 0;
    assert_true(icp_utf8_next(&rest, &c));
    assert_int_equal(c, 0xE6);
    assert_false(icp_utf8_next(&rest, &c));
    check_text("nothing was taken", rest, ICP_STR("\xFFz"));
}

static void test_keys(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct icp_str text, key;
    } cases[] = {
        {"lower case", TEXT("Head of IT"), TEXT("head of it")},
        {"trimmed, runs of space made one", TEXT("  Head \t of\nIT "), TEXT("head of it")},
        {"Danish", TEXT("\xC3\x98konomichef"), TEXT("\xC3\xB8konomichef")},
        {"decomposed letters are composed", TEXT("A\xCC\x8Arhus"), TEXT("\xC3\xA5rhus")},
        {"full width", TEXT("\xEF\xBC\xA3\xEF\xBC\xA5\xEF\xBC\xAF"), TEXT("ceo")},
        {"no-break space", TEXT("Head\xC2\xA0of  IT\xC2\xA0"), TEXT("head of it")},
        {"sharp s",
         TEXT("Stra\xC3\x9F"
              "e"),
         TEXT("strasse")},
        {"Greek final sigma", TEXT("\xCE\x9F\xCE\xA3"), TEXT("\xCE\xBF\xCF\x83")},
        {"capitals that NFKC brings", TEXT("\xE2\x84\xA1"), TEXT("tel")},
        {"ligature",
         TEXT("o\xEF\xAC\x83"
              "ce"),
         TEXT("office")},
        {"Polish accents stay",
         TEXT("\xC5\x81\xC3\xB3"
              "d\xC5\xBA"),
         TEXT("\xC5\x82\xC3\xB3"
              "d\xC5\xBA")},
        {"malformed stays itself", TEXT(" A\xFF "), TEXT(" A\xFF ")},
        {"empty", TEXT(""), TEXT("")},
        {"only space", TEXT(" \xC2\xA0 "), TEXT("")},
        {"no text", {NULL, 0}, {NULL, 0}},
    };
    struct icp_arena arena;
    icp_arena_open(&arena, 100000);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct icp_str key = icp_text_key(&arena, cases[i].text);
        check_text(cases[i].why, key, cases[i].key);
        check_text("a key is its own key", icp_text_key(&arena, key), cases[i].key);
    }
    assert_false(arena.full);
    icp_arena_close(&arena);
}

static void test_fold(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct icp_str text, folded;
    } cases[] = {
        {"case and accents", TEXT("Österreich"), TEXT("osterreich")},
        {"letters that do not come apart", TEXT("Færøerne, Straße, Łódź"),
         TEXT("faeroerne strasse lodz")},
        {"accents that stand alone", TEXT("O\xCC\x88sterreich"), TEXT("osterreich")},
        {"points of single letters", TEXT("U.S.A."), TEXT("usa")},
        {"points of words", TEXT("St.Lucia"), TEXT("st lucia")},
        {"apostrophes", TEXT("Côte d’Ivoire"), TEXT("cote divoire")},
        {"runs of signs", TEXT(" (DK) -- Denmark_! "), TEXT("dk denmark")},
        {"and", TEXT("Antigua&Barbuda"), TEXT("antigua and barbuda")},
        {"a flag", TEXT("\xF0\x9F\x87\xA9\xF0\x9F\x87\xB0"), TEXT("dk")},
        {"wide letters", TEXT("\xEF\xBC\xA4\xEF\xBC\xAB"), TEXT("dk")},
        {"Turkish capital", TEXT("İsveç"), TEXT("isvec")},
        {"other scripts", TEXT("日本"), TEXT("日本")},
        {"signs alone", TEXT("-"), TEXT("")},
        {"malformed", TEXT("A\xFF"), {NULL, 0}},
        {"no text", {NULL, 0}, {NULL, 0}},
        {"longer than the room", TEXT("abcdefghijklmnopqrstuvwxyzabcdefg"), {NULL, 0}},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char out[32], again[32];
        struct icp_str folded = icp_text_fold(cases[i].text, out, sizeof(out));
        check_text(cases[i].why, folded, cases[i].folded);
        check_text("folded stays", icp_text_fold(folded, again, sizeof(again)), folded);
    }
}

static void test_cut(void **state)
{
    (void)state;
    struct icp_str text = ICP_STR("\xC3\xA6\xE2\x82\xACz");
    check_text("none", icp_utf8_cut(text, 0), ICP_STR(""));
    check_text("one", icp_utf8_cut(text, 1), ICP_STR("\xC3\xA6"));
    check_text("two", icp_utf8_cut(text, 2), ICP_STR("\xC3\xA6\xE2\x82\xAC"));
    check_text("more than there are", icp_utf8_cut(text, 99), text);
    check_text("never behind malformed bytes", icp_utf8_cut(ICP_STR("a\xE2\x82"), 5), ICP_STR("a"));
    assert_int_equal(icp_characters(text), 3);
    assert_int_equal(icp_characters((struct icp_str){NULL, 0}), 0);
    check_text("no text", icp_utf8_cut((struct icp_str){NULL, 0}, 3), (struct icp_str){NULL, 0});
}

static void test_globs(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct icp_str pattern, text;
        bool match;
    } cases[] = {
        {"itself", TEXT("ceo"), TEXT("ceo"), true},
        {"a part is not all", TEXT("ceo"), TEXT("ceo office"), false},
        {"front", TEXT("head of *"), TEXT("head of it"), true},
        {"end", TEXT("*direktor"), TEXT("salgsdirektor"), true},
        {"middle", TEXT("*kon*chef*"), TEXT("okonomichef nord"), true},
        {"star takes nothing", TEXT("a*b"), TEXT("ab"), true},
        {"stars beside each other", TEXT("a***b"), TEXT("axxb"), true},
        {"must give back", TEXT("*ab"), TEXT("aabab"), true},
        {"gives back for nothing", TEXT("*abc"), TEXT("ababab"), false},
        {"one character", TEXT("?"), TEXT("x"), true},
        {"one character of two bytes", TEXT("?"), TEXT("\xC3\xA6"), true},
        {"not two", TEXT("?"), TEXT("xy"), false},
        {"not none", TEXT("?"), TEXT(""), false},
        {"star never stands inside a character", TEXT("*??"), TEXT("\xE2\x82\xAC"), false},
        {"star and two", TEXT("*??"), TEXT("a\xE2\x82\xAC"), true},
        {"all", TEXT("*"), TEXT(""), true},
        {"nothing", TEXT(""), TEXT(""), true},
        {"nothing is not something", TEXT(""), TEXT("a"), false},
        {"path", TEXT("/pricing*"), TEXT("/pricing/eu"), true},
        {"path, elsewhere", TEXT("/pricing*"), TEXT("/blog/pricing"), false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        check_number(cases[i].why, icp_glob_match(cases[i].pattern, cases[i].text), cases[i].match);
}

/* Thirty stars over 60 KB: a matcher that tries each star anew would not end in this life. */
static void test_hostile_globs_end(void **state)
{
    (void)state;
    static char text[60000];
    char pattern[62];
    memset(text, 'a', sizeof(text));
    for (size_t i = 0; i < 60; i++)
        pattern[i] = i % 2 == 0 ? '*' : 'a';
    pattern[60] = '*';
    pattern[61] = 'b';
    struct icp_str all = {text, sizeof(text)};
    assert_false(icp_glob_match((struct icp_str){pattern, 62}, all));
    assert_true(icp_glob_match((struct icp_str){pattern, 61}, all));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_validity),
        cmocka_unit_test(test_every_code_point_there_and_back),
        cmocka_unit_test(test_next_stops_before_malformed_bytes),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_fold),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_globs),
        cmocka_unit_test(test_hostile_globs_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
