/*
 * Patterns over job titles: what matches what, as a table; and the automaton against a plain
 * matcher that tries every pattern at every word, on random titles and patterns.
 */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include "draw.h"
#include "titles.h"
#include "utf8.h"

#define TEST_MEMORY ((size_t)64 * 1024 * 1024)

static struct icp_arena arena;

/* ---- One pattern ----------------------------------------------------------------------------- */

static bool matches(const char *pattern, const char *title)
{
    struct icp_titles_pattern one = {.normal = icp_titles_normal(icp_str_from(pattern), &arena)};
    if (icp_str_is_null(one.normal))
        fail_msg("\"%s\" is no pattern", pattern);
    const struct icp_titles *titles = icp_titles_compile(&one, 1, 1, &arena);
    struct icp_str key = icp_text_key(&arena, icp_str_from(title));
    assert_non_null(titles);
    return icp_titles_match(titles, key, NULL, &arena) == 0;
}

static const struct {
    const char *why, *pattern, *title;
    bool want;
} cases[] = {
    {"a whole word", "ceo", "CEO", true},
    {"among others", "ceo", "Founder, CEO and chairman", true},
    {"not a part of one", "ceo", "Ceolan specialist", false},
    {"case and Unicode form", "DIREKTØR", "direktør", true},
    {"a decomposed letter", "Verkställande", "Verksta\xCC\x88llande direktör", true},
    {"the end of a compound", "*direktør", "Salgsdirektør", true},
    {"or the word alone", "*direktør", "Direktør", true},
    {"not the beginning", "*direktør", "Direktørassistent", false},
    {"the beginning of a compound", "økonomi*", "Økonomichef", true},
    {"not its end", "økonomi*", "Samfundsøkonomi", false},
    {"the middle", "*chef*", "Vicechefredaktør", true},
    {"a phrase", "vice president", "Senior Vice President, Sales", true},
    {"over a hyphen", "vice president", "Vice-President", true},
    {"not with a word between", "vice president", "Vice Group President", false},
    {"not over the end of a part", "vice president", "Vice, President", false},
    {"not over an and", "head sales", "Head and Sales", false},
    {"a phrase that reaches into compounds", "*demand gen*", "B2B Demand Generation Lead", true},
    {"both of its words", "*demand gen*", "Demand Planner", false},
    {"a digit is a letter", "b2b", "B2B sales", true},
    {"signs are none", "r", "R&D", true},
    {"a pattern over a split", "r&d", "Head of R&D", true},
    {"however the split is written", "research and development", "Research/Development", true},
    {"but not without one", "r&d", "R D", false},
    {"e-commerce is no and", "e-commerce", "E-commerce Manager", true},
    {"nor is a letter at the end", "plan e", "Plan E", true},
    {"the Italian and splits", "vendite marketing", "Vendite e Marketing", false},
    {"the Swedish and splits", "ägare vd", "Ägare och VD", false},
    {"in is a word", "chef i hr", "Chef i HR", true},
    {"a star between letters", "adm*direktør", "Administrerendedirektør", true},
    {"stays in its word", "adm*direktør", "Adm. direktør", false},
    {"two stars", "s*gs*chef", "Salgschef", true},
    {"a star as a word", "chief * officer", "Chief Revenue Officer", true},
    {"is one word", "chief * officer", "Chief Customer Success Officer", false},
    {"not none", "chief * officer", "Chief Officer", false},
    {"a star as the first word", "* officer", "Officer", false},
    {"takes one", "* officer", "Press Officer", true},
    {"stays in its part", "chief * officer", "Chief, Revenue Officer", false},
    {"stars run together", "**direktør**", "Salgsdirektører", true},
    {"a title of signs", "ceo", "-/-", false},
    {"an empty title", "ceo", "", false},
};

static void what_matches_what(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (matches(cases[i].pattern, cases[i].title) != cases[i].want)
            fail_msg("%s: \"%s\" on \"%s\"", cases[i].why, cases[i].pattern, cases[i].title);
}

static void what_is_no_pattern(void **state)
{
    static const char *const patterns[] = {"", "*", "* *", "&", " / ", "c?o", "-", "\xFF"};
    (void)state;
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
        if (!icp_str_is_null(icp_titles_normal(icp_str_from(patterns[i]), &arena)))
            fail_msg("\"%s\" is taken for a pattern", patterns[i]);
}

static void equal_patterns_are_spelled_the_same(void **state)
{
    static const char *const pairs[][2] = {{"CEO", " ceo "},
                                           {"vice-president", "Vice  President"},
                                           {"**x*", "*x**"},
                                           {"r&d", "R and D"},
                                           {"a / b", "a, b"}};
    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        check_text(pairs[i][0], icp_titles_normal(icp_str_from(pairs[i][0]), &arena),
                   icp_titles_normal(icp_str_from(pairs[i][1]), &arena));
}

/* ---- Guards ---------------------------------------------------------------------------------- */

static uint32_t guarded(const char *title, uint64_t *hits)
{
    const struct icp_titles_pattern patterns[] = {
        {.normal = icp_titles_normal(ICP_STR("ceo"), &arena), .line = 0},
        {.normal = icp_titles_normal(ICP_STR("*direktør"), &arena), .line = 1},
        {.normal = icp_titles_normal(ICP_STR("assistant"), &arena),
         .line = ICP_TITLES_EVERY,
         .guard = true},
        {.normal = icp_titles_normal(ICP_STR("vice*"), &arena), .line = 1, .guard = true},
        {.normal = icp_titles_normal(ICP_STR("chief * officer"), &arena), .line = 2},
        {.normal = icp_titles_normal(ICP_STR("to the * office"), &arena), .line = 2, .guard = true},
    };
    const struct icp_titles *titles =
        icp_titles_compile(patterns, sizeof(patterns) / sizeof(patterns[0]), 3, &arena);
    return icp_titles_match(titles, icp_text_key(&arena, icp_str_from(title)), hits, &arena);
}

static void guards_take_their_part_out(void **state)
{
    static const struct {
        const char *title;
        uint64_t want;
    } rows[] = {
        {"CEO", 1},
        {"Salgsdirektør & CEO", 3},
        {"Executive Assistant to the CEO", 0},
        {"Executive Assistant, CEO of my own company", 1},
        {"Vicedirektør", 0},
        {"Vicedirektør/direktør", 2},
        {"Vicedirektør, CEO", 1},
        {"CEO vicedirektør", 1},
        {"Chief Sales Officer", 4},
        {"Chief Sales Officer to the president office", 0},
        {"Chief Sales Officer, to the president office", 4},
        {"Chief Sales Officer's assistant and CEO", 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint64_t hits = 99;
        uint32_t first = guarded(rows[i].title, &hits);
        if (hits != rows[i].want)
            fail_msg("%s: %llu", rows[i].title, (unsigned long long)hits);
        check_number(rows[i].title, first == ICP_TITLES_NONE ? -1 : (int64_t)first,
                     rows[i].want == 0 ? -1 : __builtin_ctzll(rows[i].want));
    }
}

/* ---- Against a plain matcher ----------------------------------------------------------------- */

enum { MOST_WORDS = 12, WORD_BYTES = 16 };
struct phrase { /* words of three letters of the alphabet, and where a part ends before one */
    char words[MOST_WORDS][WORD_BYTES];
    bool split[MOST_WORDS];
    size_t count;
};

static void make_phrase(struct phrase *phrase, size_t most, bool stars, uint64_t *seed)
{
    memset(phrase, 0, sizeof(*phrase));
    phrase->count = 1 + draw(seed, (uint32_t)most);
    for (size_t i = 0; i < phrase->count; i++) {
        size_t length = 1 + draw(seed, 4);
        for (size_t j = 0; j < length; j++)
            phrase->words[i][j] = (char)('a' + draw(seed, 2));
        for (uint32_t k = 0; stars && k < 2; k++)
            if (draw(seed, 3) == 0)
                phrase->words[i][draw(seed, (uint32_t)length)] = '*';
        phrase->split[i] = i > 0 && draw(seed, stars ? 9 : 4) == 0;
    }
}

static const char *written(const struct phrase *phrase)
{
    static char texts[4][MOST_WORDS * (WORD_BYTES + 4)];
    static size_t turn;
    char *text = texts[turn++ % 4];
    text[0] = '\0';
    for (size_t i = 0; i < phrase->count; i++)
        (void)snprintf(text + strlen(text), sizeof(texts[0]) - strlen(text), "%s%s",
                       i == 0             ? ""
                       : phrase->split[i] ? " / "
                                          : " ",
                       phrase->words[i]);
    return text;
}

/* Letters only: does a word with stars match a word? */
static bool word_matches(const char *pattern, const char *word)
{
    if (*pattern == '\0')
        return *word == '\0';
    if (*pattern == '*')
        return word_matches(pattern + 1, word) ||
               (*word != '\0' && word_matches(pattern, word + 1));
    return *pattern == *word && word_matches(pattern + 1, word + 1);
}

static bool plainly_at(const struct phrase *pattern, const struct phrase *title, size_t at)
{
    if (at + pattern->count > title->count)
        return false;
    for (size_t i = 0; i < pattern->count; i++)
        if (!word_matches(pattern->words[i], title->words[at + i]) ||
            (i > 0 && pattern->split[i] != title->split[at + i]))
            return false;
    return true;
}

static bool plainly(const struct phrase *pattern, const struct phrase *title)
{
    for (size_t at = 0; at < title->count; at++)
        if (plainly_at(pattern, title, at))
            return true;
    return false;
}

static bool has_letter(const struct phrase *pattern)
{
    for (size_t i = 0; i < pattern->count; i++)
        for (const char *c = pattern->words[i]; *c; c++)
            if (*c != '*')
                return true;
    return false;
}

enum { PATTERNS = 70, TITLES = 60, ROUNDS = 40 };

static void check_round(uint64_t *seed)
{
    struct phrase sources[PATTERNS], title;
    struct icp_titles_pattern patterns[PATTERNS];
    size_t count = 1 + draw(seed, PATTERNS);
    icp_arena_reset(&arena);
    for (size_t i = 0; i < count; i++) {
        do
            make_phrase(&sources[i], 3, draw(seed, 2) == 0, seed);
        while (!has_letter(&sources[i]));
        patterns[i] = (struct icp_titles_pattern){
            .normal = icp_titles_normal(icp_str_from(written(&sources[i])), &arena),
            .line = (uint32_t)i};
    }
    const struct icp_titles *titles = icp_titles_compile(patterns, count, count, &arena);
    for (size_t t = 0; t < TITLES; t++) {
        uint64_t hits[(PATTERNS + 63) / 64];
        make_phrase(&title, MOST_WORDS, false, seed);
        (void)icp_titles_match(titles, icp_str_from(written(&title)), hits, &arena);
        for (size_t i = 0; i < count; i++)
            if ((hits[i / 64] >> (i % 64) & 1) != plainly(&sources[i], &title))
                fail_msg("\"%s\" on \"%s\": %d is wrong", written(&sources[i]), written(&title),
                         (int)(hits[i / 64] >> (i % 64) & 1));
    }
}

static void the_automaton_agrees_with_a_plain_matcher(void **state)
{
    uint64_t seed = UINT64_C(88172645463325252);
    (void)state;
    for (size_t i = 0; i < ROUNDS; i++)
        check_round(&seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_matches_what),
        cmocka_unit_test(what_is_no_pattern),
        cmocka_unit_test(equal_patterns_are_spelled_the_same),
        cmocka_unit_test(guards_take_their_part_out),
        cmocka_unit_test(the_automaton_agrees_with_a_plain_matcher),
    };
    icp_arena_open(&arena, TEST_MEMORY);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    icp_arena_close(&arena);
    return failed;
}
