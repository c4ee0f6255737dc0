/* The program's own words in every language: all of them are there, and with the same places. */
#include "check.h"

#include <string.h>

#include "phrases.h"

#define TEST_MEMORY ((size_t)64 * 1024)

static unsigned places_of(const char *phrase)
{
    unsigned places = 0;
    for (const char *at = phrase ? strchr(phrase, '{') : NULL; at; at = strchr(at + 1, '{'))
        places |= 1U << (unsigned)(at[1] - '0');
    return places;
}

static void every_language_says_everything(void **state)
{
    size_t count;
    const struct icp_language *const *languages = icp_languages(&count);
    (void)state;
    assert_true(count >= 12);
    for (size_t i = 0; i < count; i++)
        for (int p = 0; p < ICP_PHRASE_COUNT; p++) {
            const char *phrase = languages[i]->phrases[p];
            if (!phrase || (phrase[0] == '\0' && p < ICP_PHRASE_PAGE_VIEW) ||
                (phrase[0] == '\0' && languages[i] != icp_language_default()))
                fail_msg("%s lacks phrase %d", languages[i]->code, p);
            /* a date in figures has the same places as one in words */
            if (places_of(phrase) != places_of(icp_language_default()->phrases[p]))
                fail_msg("%s: \"%s\" has other places", languages[i]->code, phrase);
        }
}

static void dates_as_each_language_writes_them(void **state)
{
    static const struct {
        const char *code, *date, *day;
    } cases[] = {
        {"en", "5 Mar 2026", "5 Mar"},     {"da", "5. mar. 2026", "5. mar."},
        {"sv", "5 mars 2026", "5 mars"},   {"no", "5. mars 2026", "5. mars"},
        {"de", "5. März 2026", "5. März"}, {"fi", "5.3.2026", "5.3."},
        {"nl", "5 mrt 2026", "5 mrt"},     {"fr", "5 mars 2026", "5 mars"},
        {"es", "5 mar 2026", "5 mar"},     {"it", "5 mar 2026", "5 mar"},
        {"pl", "5 mar 2026", "5 mar"},     {"pt", "5 mar. 2026", "5 mar."},
    };
    struct icp_arena arena;
    int32_t day = 0;
    (void)state;
    icp_arena_open(&arena, TEST_MEMORY);
    assert_true(icp_date_from_civil(2026, 3, 5, &day));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct icp_language *language = icp_language_find(icp_str_from(cases[i].code));
        assert_non_null(language);
        if (!icp_str_is(icp_phrase_date(language, day, &arena), cases[i].date) ||
            !icp_str_is(icp_phrase_day(language, day, &arena), cases[i].day))
            fail_msg("%s", cases[i].code);
    }
    icp_arena_close(&arena);
}

static void the_first_of_a_month(void **state)
{
    struct icp_arena arena;
    const struct icp_language *french = icp_language_find(ICP_STR("fr"));
    int32_t first = 0, last = 0;
    (void)state;
    icp_arena_open(&arena, TEST_MEMORY);
    assert_true(icp_date_from_civil(2026, 3, 1, &first));
    assert_true(icp_date_from_civil(2026, 3, 31, &last));
    assert_true(icp_str_is(icp_phrase_date(french, first, &arena), "1er mars 2026"));
    assert_true(icp_str_is(icp_phrase_day(french, first, &arena), "1er mars"));
    assert_true(icp_str_is(icp_phrase_day(french, last, &arena), "31 mars"));
    assert_true(icp_str_is(icp_phrase_day(icp_language_default(), first, &arena), "1 Mar"));
    icp_arena_close(&arena);
}

static void places_are_filled_in_any_order(void **state)
{
    struct icp_arena arena;
    const struct icp_str fills[] = {ICP_STR("A3"), ICP_STR("14. Feb.")};
    (void)state;
    icp_arena_open(&arena, TEST_MEMORY);
    assert_true(icp_str_is(
        icp_phrase_fill(icp_language_find(ICP_STR("de")), ICP_PHRASE_FALLS, fills, 2, &arena),
        "fällt am 14. Feb. auf A3"));
    /* a place that nothing is given for stays empty, and a filled-in text is not read again */
    const struct icp_str odd[] = {ICP_STR("{2}")};
    assert_true(
        icp_str_is(icp_phrase_fill(icp_language_default(), ICP_PHRASE_FALLS, odd, 1, &arena),
                   "falls to {2} on "));
    icp_arena_close(&arena);
}

static void names_in_words(void **state)
{
    static const struct {
        const char *code, *name, *words;
    } cases[] = {
        {"en", "company.employees", "company employees"},
        {"en", "form_submit", "form submit"},
        {"da", "company.employees", "antal ansatte"},
        {"da", "form_submit", "formular indsendt"},
        {"da", "company.nace", "company nace"},
    };
    struct icp_arena arena;
    (void)state;
    icp_arena_open(&arena, TEST_MEMORY);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (!icp_str_is(icp_phrase_name(icp_language_find(icp_str_from(cases[i].code)),
                                        icp_str_from(cases[i].name), &arena),
                        cases[i].words))
            fail_msg("%s in %s", cases[i].name, cases[i].code);
    icp_arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_language_says_everything),
        cmocka_unit_test(dates_as_each_language_writes_them),
        cmocka_unit_test(the_first_of_a_month),
        cmocka_unit_test(places_are_filled_in_any_order),
        cmocka_unit_test(names_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
