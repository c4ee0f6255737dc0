/*
 * The condition language as the author of an ICP file meets it: what conditions give for a known
 * and for an unknown record, what is refused and with which place and hint, which negations are
 * told to be unguarded, and how a condition is spelled canonically.
 */
#include <string.h>

#include "bounds.h"
#include "feel_scope.h"

struct world {
    struct icp_arena arena;
    struct icp_diagnostics list;
};

static void open_world(struct world *world)
{
    icp_arena_open(&world->arena, (size_t)64 * 1024 * 1024);
    icp_diagnostics_open(&world->list, &world->arena, "icp.yaml");
}

static const struct icp_feel *compile(struct world *world, const char *text)
{
    icp_diagnostics_open(&world->list, &world->arena, "icp.yaml");
    return icp_feel_compile(icp_str_from(text), 1, 1, &test_scope, &world->arena, &world->list);
}

static const struct icp_feel *must_compile(struct world *world, const char *text)
{
    const struct icp_feel *feel = compile(world, text);

    if (feel == NULL)
        fail_msg("%s: refused: %.*s", text, ICP_STR_ARGUMENTS(world->list.items[0].message));
    return feel;
}

static void check_value(struct world *world, const char *text, bool known, const char *wanted)
{
    struct icp_value values[SLOT_COUNT];
    const struct icp_feel *feel = must_compile(world, text);

    fill_values(values, known);
    struct icp_value value = icp_feel_evaluate(feel, values, TEST_AS_OF, &world->arena);
    check_text(text, show_value(&world->arena, &value), icp_str_from(wanted));
    bool is_true = value.kind == ICP_VALUE_BOOLEAN && value.as.boolean;
    check_number(text, icp_feel_holds(feel, values, TEST_AS_OF, &world->arena), is_true);
}

/* ---- Values --------------------------------------------------------------------------------- */

static const struct {
    const char *text, *known, *unknown;
} values_of[] = {
    {"company.employees < 5", "false", "null"},
    {"company.employees >= 120", "true", "null"},
    {"company.employees = 120", "true", "false"},
    {"company.employees != 120", "false", "true"},
    {"company.employees = null", "false", "true"},
    {"company.employees != null", "true", "false"},
    {"null = null", "true", "true"},
    {"null != null", "false", "false"},
    {"null < 1", "null", "null"},
    {"company.employees between 100 and 120", "true", "null"},
    {"company.employees between 121 and 200", "false", "null"},
    {"company.employees between null and 100", "false", "null"},
    {"company.employees between null and 200", "null", "null"},
    {"company.employees in [120..200]", "true", "null"},
    {"company.employees in (120..200]", "false", "null"},
    {"company.employees in ]120..200]", "false", "null"},
    {"company.employees in [100..120)", "false", "null"},
    {"company.employees in [100..120[", "false", "null"},
    {"company.employees in (100..120)", "false", "null"},
    {"company.employees in (<5, >100)", "true", "null"},
    {"company.employees in <= 120", "true", "null"},
    {"company.employees in (119, [120..121])", "true", "null"},
    {"company.employees in (!= 120)", "false", "true"},
    {"company.employees in (1, 2)", "false", "false"},
    {"1 in [[2..4], [1..3]]", "true", "true"},
    {"5 in [2, 3, null]", "false", "false"},
    {"company.country in null", "false", "true"},
    {"company.country in \"DK\"", "true", "false"},
    {"company.country in [\"SE\", \"DK\"]", "true", "false"},
    {"company.country in [\"SE\", null]", "false", "true"},
    {"not(company.country in [\"SE\"])", "true", "true"},
    {"company.country in [\"A\",\"B\",\"C\",\"DK\",\"E\",\"F\",\"G\",\"H\",\"I\",\"J\"]", "true",
     "false"},
    {"company.country in [\"J\",\"B\",\"C\",\"D\",\"E\",\"F\",\"G\",\"H\",\"I\",\"A\"]", "false",
     "false"},
    {"company.employees in [9,8,7,6,5,4,3,2,120,1]", "true", "false"},
    {"\"hubspot\" in company.technologies", "true", "null"},
    {"\"HubSpot\" in company.technologies", "false", "null"},
    {"list contains(company.technologies, \"segment\")", "true", "null"},
    {"list contains([\"DK\", \"SE\"], company.country)", "true", "false"},
    {"list contains([], company.country)", "false", "false"},
    {"company.technologies = [\"hubspot\", \"segment\"]", "true", "false"},
    {"company.technologies = []", "false", "false"},
    {"count(company.technologies)", "2", "null"},
    {"count([1, 2, company.employees])", "3", "3"},
    {"\"b.dk\" in competitors", "true", "true"},
    {"\"bb.dk\" in competitors", "false", "false"},
    {"company.country in competitors", "false", "false"},
    {"lower case(\"B.DK\") in competitors", "true", "true"},
    {"contact.email_is_free", "false", "null"},
    {"not(contact.email_is_free)", "true", "null"},
    {"contact.email_is_free = false", "true", "false"},
    {"if company.employees > 100 then \"big\" else \"small\"", "\"big\"", "\"small\""},
    {"if contact.email_is_free then 1 else 2", "2", "2"},
    {"if true then null else 2", "null", "null"},
    {"company.country < \"DKA\"", "true", "null"},
    {"\"a\" < \"B\"", "false", "false"},
    {"\"Z\" < \"Æ\"", "true", "true"},
    {"contact.created = @\"2026-01-05\"", "true", "false"},
    {"contact.created + @\"P10D\" = today()", "true", "false"},
    {"@\"P10D\" + contact.created = today()", "true", "false"},
    {"today() - contact.created = @\"P10D\"", "true", "false"},
    {"today() - contact.created > duration(\"P9DT23H59M\")", "true", "null"},
    {"contact.created > @\"2026-01-05\"", "false", "null"},
    {"contact.created in [@\"2026-01-01\"..@\"2026-01-31\"]", "true", "null"},
    {"date(contact.seen)", "2026-01-14", "null"},
    {"contact.seen", "2026-01-14T01:00:00.000Z", "null"},
    {"now() - contact.seen = @\"PT23H\"", "true", "false"},
    {"contact.seen - contact.created", "null", "null"}, /* a duration is no result */
    {"contact.seen < @\"2026-01-14T02:30:00+01:00\"", "true", "null"},
    {"contact.seen < date and time(\"2026-01-14T02:00:00+01:00\")", "false", "null"},
    {"today()", "2026-01-15", "2026-01-15"},
    {"now()", "2026-01-15T00:00:00.000Z", "2026-01-15T00:00:00.000Z"},
    {"date(2024, 2, 29)", "2024-02-29", "2024-02-29"},
    {"date(2023, 2, 29)", "null", "null"},
    {"date(2023.5, 2, 1)", "null", "null"},
    {"date(contact.title)", "null", "null"},
    {"date and time(contact.created)", "2026-01-05T00:00:00.000Z", "null"},
    {"date(\"9999-12-31\") + @\"P1D\"", "null", "null"},
    {"@\"2026-01-01\" + @\"-PT1H\"", "2025-12-31", "2025-12-31"},
    {"@\"P1D\" / @\"PT6H\"", "4", "4"},
    {"@\"P1D\" * 2 = @\"PT48H\"", "true", "true"},
    {"-@\"P1D\" < @\"PT0S\"", "true", "true"},
    {"company.employees + 1", "121", "null"},
    {"-company.employees * 2 - 3", "-243", "null"},
    {"1 / 3", "0.333333", "0.333333"},
    {"1 / 3 * 3 = 1", "false", "false"}, /* 34 digits, not a fraction */
    {"1 / 8 * 8 = 1", "true", "true"},
    {"9000000000000 * 9000000000000 / 9000000000000", "9000000000000", "9000000000000"},
    {"0.0000001 < score", "true", "true"},
    {"99999999999999 < score", "false", "false"},
    {"2 ** 10", "1024", "1024"},
    {"contact.created.year", "2026", "null"},
    {"contact.seen.hour = 1", "true", "false"},
    {"(today() - contact.created).days", "10", "null"},
    {"matches(contact.title, \"^Øko.*chef$\")", "true", "null"},
    {"some t in company.technologies satisfies starts with(t, \"seg\")", "true", "null"},
    {"every t in company.technologies satisfies string length(t) > 3", "true", "null"},
    {"count(company.technologies[contains(item, \"hub\")])", "1", "0"},
    {"company.technologies[1]", "\"hubspot\"", "null"},
    {"company.technologies[-1]", "\"segment\"", "null"},
    {"for t in company.technologies return upper case(t)", "list of 2", "null"},
    {"sum(for i in 1..4 return i * i)", "30", "30"},
    {"{a: 1, b: a + 1}.b", "2", "2"},
    {"company.country + \"-\" + fit_grade", "\"DK-A\"", "null"},
    {"lower case(company.country)", "\"dk\"", "null"},
    {"contains(string: contact.title, match: \"chef\")", "true", "null"},
    {"score instance of number", "true", "true"},
    {"floor(company.employees / 7, 1)", "17.1", "null"},
    {"@\"2026-01-31\" + @\"P1M\"", "2026-02-28", "2026-02-28"},
    {"years and months duration(contact.created, today()) = @\"P0M\"", "true", "false"},
    {"date and time(\"2026-01-15T12:00:00@Europe/Copenhagen\")", "2026-01-15T11:00:00.000Z",
     "2026-01-15T11:00:00.000Z"},
    {"is(@\"10:00:00Z\", @\"10:00:00+00:00\")", "true", "true"},
    {"mean(1, 2, 6)", "3", "3"},
    {"score in [70..90] and score in (> 79)", "true", "true"},
    {"min([]) = null", "true", "true"},
    {"2 / 3", "0.666667", "0.666667"},
    {"-2 / 3", "-0.666667", "-0.666667"},
    {"1 / 0", "null", "null"},
    {"0.1 + 0.2 = 0.3", "true", "true"},
    {"9000000000000 + 9000000000000", "null", "null"},
    {"9000000000000 * 9000000000000", "null", "null"},
    {"1.5e3", "1500", "1500"},
    {".5 + 1E-1", "0.6", "0.6"},
    {"10 - 3 - 2", "5", "5"},
    {"10 - (3 - 2)", "9", "9"},
    {"2 + 3 * 4", "14", "14"},
    {"--5", "5", "5"},
    {"starts with(contact.title, \"Øk\")", "true", "null"},
    {"ends with(contact.title, \"chef\")", "true", "null"},
    {"contains(contact.title, \"nomi\")", "true", "null"},
    {"contains(contact.title, \"\")", "true", "null"},
    {"contains(\"aab\", \"ab\")", "true", "true"},
    {"contains(\"ab\", \"abc\")", "false", "false"},
    {"contains(lower case(contact.title), \"økonomi\")", "true", "null"},
    {"starts with(upper case(contact.title), \"ØKONOMI\")", "true", "null"},
    {"ends with(lower case(contact.title), lower case(\"CHEF\"))", "true", "null"},
    {"ends with(\"ab\", lower case(\"XXAB\"))", "false", "false"},
    {"lower case(company.country) = \"dk\"", "true", "false"},
    {"lower case(company.country) < \"dka\"", "true", "null"},
    {"lower case(\"ÆØÅ ÉŁŽŸ ЖΩ\")", "\"æøå éłžÿ жω\"", "\"æøå éłžÿ жω\""},
    {"upper case(\"æøå éłžÿ жω ß\")", "\"ÆØÅ ÉŁŽŸ ЖΩ SS\"", "\"ÆØÅ ÉŁŽŸ ЖΩ SS\""},
    {"string length(contact.title)", "11", "null"},
    {"string length(\"\")", "0", "0"},
    {"min(company.employees, 5)", "5", "null"},
    {"max([1, 3, 2])", "3", "3"},
    {"max(\"a\", \"c\", \"b\")", "\"c\"", "\"c\""},
    {"sum(1, 2, company.employees)", "123", "null"},
    {"abs(-2.5)", "2.5", "2.5"},
    {"floor(-1.5)", "-2", "-2"},
    {"ceiling(1.000001)", "2", "2"},
    {"ceiling(-1.5)", "-1", "-1"},
    {"\"a\\\"b\\\\c\\u00e6\\uD83D\\uDE00\"", "\"a\"b\\cæ😀\"", "\"a\"b\\cæ😀\""},
    {"\"\\d\"", "\"\\d\"", "\"\\d\""},
    {"score >= 40 and fit_grade in [\"A\", \"B\"]", "true", "true"},
    {"hand-raise >= 40", "true", "true"},
    {"fit_grade = \"A\" and fit = score", "true", "true"},
    {"1 + // a comment\n 1 /* and\n another */", "2", "2"},
    {"date\n and  time ( \"2026-01-15T00:00:00\" ) = now()", "true", "true"},
    {"((((((1))))))", "1", "1"},
};

static void test_values(void **state)
{
    struct world world;

    (void)state;
    open_world(&world);
    for (size_t i = 0; i < COUNT_OF(values_of); i++) {
        check_value(&world, values_of[i].text, true, values_of[i].known);
        check_value(&world, values_of[i].text, false, values_of[i].unknown);
    }
    icp_arena_close(&world.arena);
}

/* Every row of the truth tables, once with constants (folded) and once with a name in it (run). */
static void test_truth(void **state)
{
    static const char *const words[] = {"true", "false", "null"};
    static const char *const both[3][3] = {
        {"true", "false", "null"}, {"false", "false", "false"}, {"null", "false", "null"}};
    static const char *const either[3][3] = {
        {"true", "true", "true"}, {"true", "false", "null"}, {"true", "null", "null"}};
    static const char *const negated[3] = {"false", "true", "null"};
    /* score is 80: the same three outcomes, not known before it runs */
    static const char *const run[] = {"score = 80", "score = 81", "score < null"};
    struct world world;
    char text[128];

    (void)state;
    open_world(&world);
    for (size_t i = 0; i < 9; i++) {
        size_t left = i / 3, right = i % 3;
        (void)snprintf(text, sizeof(text), "%s and %s", words[left], words[right]);
        check_value(&world, text, true, both[left][right]);
        (void)snprintf(text, sizeof(text), "(%s) and (%s)", run[left], run[right]);
        check_value(&world, text, true, both[left][right]);
        (void)snprintf(text, sizeof(text), "%s or %s", words[left], words[right]);
        check_value(&world, text, true, either[left][right]);
        (void)snprintf(text, sizeof(text), "(%s) or (%s)", run[left], run[right]);
        check_value(&world, text, true, either[left][right]);
    }
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(text, sizeof(text), "not(%s)", words[i]);
        check_value(&world, text, true, negated[i]);
        (void)snprintf(text, sizeof(text), "not(%s)", run[i]);
        check_value(&world, text, true, negated[i]);
    }
    icp_arena_close(&world.arena);
}

/* ---- Errors --------------------------------------------------------------------------------- */

static const struct {
    const char *text, *code;
    uint32_t column;
    const char *hint; /* a part of it; NULL: any */
} errors[] = {
    {"", "feel-syntax", 1, NULL},
    {"  ", "feel-syntax", 1, NULL},
    {"company.country = 'DK'", "feel-syntax", 19, "double quotes"},
    {"company.country = “DK”", "feel-syntax", 19, "straight double quotes"},
    {"company.country == \"DK\"", "feel-syntax", 17, "single ="},
    {"score > 1 && score < 5", "feel-syntax", 11, "Write and."},
    {"score > 1 || score < 5", "feel-syntax", 11, "Write or."},
    {"!contact.email_is_free", "feel-syntax", 1, "not("},
    {"score <> 5", "feel-syntax", 7, "Write !=."},
    {"score ≥ 5", "feel-syntax", 7, "Write >=."},
    {"score => 5", "feel-syntax", 7, "Write >=."},
    {"score > 1 AND score < 5", "feel-syntax", 11, "Write and."},
    {"score > 1 Or score < 5", "feel-syntax", 11, "Write or."},
    {"score = NULL", "feel-syntax", 9, "Write null."},
    {"contact.email_is_free = True", "feel-syntax", 25, "Write true."},
    {"company.country = \"DK", "feel-syntax", 19, "double quote"},
    {"(score > 1", "feel-syntax", 1, "Close it with )."},
    {"score in [1, 2", "feel-syntax", 10, "Close it with ]."},
    {"score in [1..2", "feel-syntax", 10, NULL},
    {"not(score > 1", "feel-syntax", 4, "Close it with )."},
    {"score > 1)", "feel-syntax", 10, "bracket"},
    {"score > 1 score < 5", "feel-syntax", 11, "and"},
    {"company.country is null", "feel-syntax", 17, "Write = "},
    {"company.country not in [\"DK\"]", "feel-syntax", 17, "not("},
    {"not company.email_is_free", "feel-syntax", 1, "not("},
    {"score >", "feel-syntax", 8, NULL},
    {"1 < score < 5", "feel-syntax", 11, "between"},
    {"score between 1", "feel-syntax", 16, NULL},
    {"if score > 1 then 2", "feel-syntax", 20, NULL},
    {"score # 1", "feel-syntax", 7, NULL},
    {"score /* no end", "feel-syntax", 7, "*/"},
    {"\"\\uD800\" = fit_grade", "feel-syntax", 2, "hexadecimal"},
    {"contact.created > @\"2026-02-30\"", "feel-syntax", 19, "@\"2026-01-15\""},
    {"date(\"2026-13-01\")", "feel-syntax", 6, NULL},
    {"@ 5", "feel-syntax", 1, "@\"2026-01-15\""},
    {"company.employees = \"5\"", "feel-type", 21, "Put 5 without quotes."},
    {"\"5\" = company.employees", "feel-type", 1, "Put 5 without quotes."},
    {"company.employees > \"many\"", "feel-type", 21, NULL},
    {"company.country = 5", "feel-type", 19, "in quotes: \"5\""},
    {"contact.email_is_free = \"true\"", "feel-type", 25, "Put true without quotes."},
    {"contact.created > \"2026-01-01\"", "feel-type", 19, "@\"2026-01-01\""},
    {"contact.seen > @\"2026-01-01\"", "feel-type", 16, "date(contact.seen)"},
    {"company.technologies = \"hubspot\"", "feel-type", 24, "\"hubspot\" in company.technologies"},
    {"company.technologies in [\"a\"]", "feel-type", 1, "\"a\" in company.technologies"},
    {"5 in company.technologies", "feel-type", 1, "in quotes"},
    {"contains(company.technologies, \"a\")", "feel-type", 10, "list contains"},
    {"list contains(company.country, \"a\")", "feel-type", 15, "contains(text"},
    {"contact.created - 5 = null", "feel-type", 19, "@\"P30D\""},
    {"company.employees in [\"a\"..\"b\"]", "feel-type", 23, NULL},
    {"company.employees in (1, \"2\")", "feel-type", 26, "without quotes"},
    {"contact.email_is_free < true", "feel-type", 1, "Use = or !=."},
    {"company.technologies > 5", "feel-type", 24, NULL},
    {"company.country = \"DK\" or \"SE\"", "feel-type", 27, "whole test"},
    {"not(5)", "feel-type", 5, NULL},
    {"if score then 1 else 2", "feel-type", 4, NULL},
    {"starts with(\"a\")", "feel-type", 1, NULL},
    {"-company.country = null", "feel-type", 1, NULL},
    {"company.contry = \"DK\"", "feel-unknown-name", 1, "\"company.country\""},
    {"company.country = DK", "feel-unknown-name", 19, "double quotes"},
    {"containz(company.country, \"a\")", "feel-unknown-name", 1, "\"contains\""},
    {"matches(company.country, \"(a\")", "feel-syntax", 26, NULL},
    {"matches(company.country, \"a\", \"q\")", "feel-syntax", 26, NULL},
    {"sort(company.technologies, 1)", "feel-not-supported", 1, NULL},
    {"random number() > 0.5", "feel-not-supported", 1, NULL},
    {"function(a) a", "feel-not-supported", 1, NULL},
    {"? > 5", "feel-not-supported", 1, NULL},
    {"some x in company.technologies satisfies x = 5", "feel-type", 46, "in quotes"},
    {"some x in company.technologies satisfies y = \"a\"", "feel-unknown-name", 42, NULL},
    {"some x in company.employees satisfies x = 1", "feel-type", 11, NULL},
    {"for x in [1] satisfies x", "feel-syntax", 14, NULL},
    {"company.technologies[itm = \"a\"] = []", "feel-unknown-name", 22, NULL},
    {"company.technologies[\"a\"] = []", "feel-type", 22, NULL},
    {"contact.created.hour = 1", "feel-type", 1, NULL},
    {"company.country.year = 1", "feel-type", 1, NULL},
    {"contact.created - @\"10:00:00\" = null", "feel-type", 19, NULL},
    {"contains(text: \"a\", match: \"b\")", "feel-type", 10, "string,match"},
    {"contains(string: \"a\")", "feel-type", 1, NULL},
    {"score = [1..2]", "feel-type", 9, NULL},
    {"score instance of nmber", "feel-unknown-name", 19, NULL},
    {"{a: 1, a: 2} = null", "feel-type", 1, NULL},
    {"score + fit_grade > 1", "feel-type", 9, NULL},
    {"fit_grade ** 2 = 1", "feel-type", 14, NULL},
    {"list contains(company.technologies, 5)", "feel-type", 37, NULL},
    {"1(2) = 1", "feel-syntax", 2, NULL},
};

static void test_errors(void **state)
{
    struct world world;

    (void)state;
    open_world(&world);
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        const char *text = errors[i].text;
        if (compile(&world, text) != NULL)
            fail_msg("%s: compiled", text);
        check_number(text, (int64_t)world.list.count, 1);
        const struct icp_diagnostic *found = &world.list.items[0];
        check_text(text, icp_str_from(found->code), icp_str_from(errors[i].code));
        check_number(text, found->line, 1);
        check_number(text, found->column, errors[i].column);
        if (errors[i].hint != NULL &&
            icp_str_find(found->hint, icp_str_from(errors[i].hint)) == found->hint.length)
            fail_msg("%s: hint \"%.*s\"", text, ICP_STR_ARGUMENTS(found->hint));
    }
    icp_arena_close(&world.arena);
}

static void test_several_errors_and_places(void **state)
{
    struct world world;

    (void)state;
    open_world(&world);
    assert_null(icp_feel_compile(ICP_STR("company.contry = 1 and\n  score = \"a\"\nor æ = 1"), 7,
                                 30, &test_scope, &world.arena, &world.list));
    assert_int_equal(world.list.count, 3);
    assert_int_equal(world.list.items[0].line, 7);
    assert_int_equal(world.list.items[0].column, 30);
    assert_int_equal(world.list.items[1].line, 8);
    assert_int_equal(world.list.items[1].column, 11);
    assert_int_equal(world.list.items[2].line, 9);
    assert_int_equal(world.list.items[2].column, 4);
    icp_arena_close(&world.arena);
}

/* ---- Negations ------------------------------------------------------------------------------ */

static const struct {
    const char *text, *name; /* NULL: guarded, or nothing negated */
    uint32_t column;
} negations[] = {
    {"company.country = \"DK\"", NULL, 0},
    {"company.country != \"DK\"", "company.country", 1},
    {"\"DK\" != company.country", "company.country", 9},
    {"company.country != null", NULL, 0},
    {"not(company.country = null)", NULL, 0},
    {"company.country != null and company.country != \"DK\"", NULL, 0},
    {"company.country != \"DK\" and company.country != null", NULL, 0},
    {"company.country < \"X\" and company.country != \"DK\"", NULL, 0},
    {"company.employees > 5 and company.country != \"DK\"", "company.country", 27},
    {"company.country != null or company.country != \"DK\"", "company.country", 28},
    {"not(company.country in [\"DK\"])", "company.country", 5},
    {"not(company.employees < 5)", NULL, 0},
    {"not(company.employees = 5)", "company.employees", 5},
    {"not(company.employees between 5 and 10)", NULL, 0},
    {"not(company.employees in [5..10])", NULL, 0},
    {"not(company.employees in [5, 10])", "company.employees", 5},
    {"not(company.employees + 1 = 5)", "company.employees", 5},
    {"not(contact.email_is_free)", NULL, 0},
    {"not(contains(company.country, \"D\"))", NULL, 0},
    {"not(upper case(company.country) = \"DK\")", "company.country", 16},
    {"not(some t in company.technologies satisfies t = \"hubspot\")", NULL, 0},
    {"company.country = null or company.country != \"DK\"", NULL, 0},
    {"company.country != \"DK\" or company.country in (null)", NULL, 0},
    {"not(company.country != null and company.country = \"DK\")", NULL, 0},
    {"company.employees = null or company.country != \"DK\"", "company.country", 29},
    {"company.country = null and score > 5 or company.country != \"DK\"", "company.country", 41},
    {"if company.employees < 5 then false else true", "company.employees", 4},
    {"if company.employees < 5 or score < 5 then false else true", "company.employees", 4},
    {"(company.employees < 5) = false", NULL, 0},
    {"not(not(company.country = \"DK\"))", NULL, 0},
    {"not(company.country != \"DK\")", NULL, 0},
    {"not(company.country = null or company.country = \"DK\")", NULL, 0},
    {"not(company.country = \"DK\" and company.employees > 5)", "company.country", 5},
    {"company.employees != null and (score > 5 or not(company.employees > 5))", NULL, 0},
    {"(company.country = \"SE\" or company.country = \"NO\") and company.country != \"DK\"", NULL,
     0},
    {"company.country in (!= \"DK\")", "company.country", 1},
    {"(company.country = \"DK\") = false", "company.country", 2},
    {"if company.country != null then company.country != \"DK\" else false", NULL, 0},
    {"if company.country = \"DK\" then false else true", "company.country", 4},
    {"fit_grade != \"A\"", NULL, 0},
    {"not(fit_grade in [\"D\", \"X\"])", NULL, 0},
    {"not(\"a.dk\" in competitors)", NULL, 0},
    {"not(\"hubspot\" in company.technologies)", NULL, 0},
    {"some word in competitors satisfies contains(contact.title, word)", NULL, 0},
    {"every word in competitors satisfies starts with(contact.title, word)", NULL, 0},
    {"some word in competitors satisfies contact.title != word", "contact.title", 36},
    {"every word in competitors satisfies not(contains(contact.title, word))", NULL, 0},
    {"not(some word in competitors satisfies contains(contact.title, word))", NULL, 0},
    {"not(some word in competitors satisfies contact.title = word)", "contact.title", 40},
    {"contact.title != null and every word in competitors satisfies contact.title != word", NULL,
     0},
};

/* What is said of a condition over a single name is what comes out when nothing is known. */
static void test_unguarded(void **state)
{
    static const struct icp_value nothing[32]; /* zeroed: null */
    struct world world;

    (void)state;
    open_world(&world);
    for (size_t i = 0; i < COUNT_OF(negations); i++) {
        struct icp_str name;
        uint32_t line, column;
        const char *text = negations[i].text;
        const struct icp_feel *feel = must_compile(&world, text);
        const uint32_t *slots;
        bool found = icp_feel_unguarded(feel, &name, &line, &column);
        check_number(text, found, negations[i].name != NULL);
        if (!found)
            continue;
        if (icp_feel_slots(feel, &slots) == 1)
            check_number(text, icp_feel_holds(feel, nothing, 0, &world.arena), true);
        check_text(text, name, icp_str_from(negations[i].name));
        check_number(text, line, 1);
        check_number(text, column, negations[i].column);
    }
    icp_arena_close(&world.arena);
}

/* ---- Canonical spelling, slots, types ------------------------------------------------------- */

static const struct {
    const char *text, *canonical;
} spellings[] = {
    {"score>1", "score > 1"},
    {" ( score  >  ( 1 ) ) // why", "score > 1"},
    {"(score > 1 and fit > 2) and fit < 9", "score > 1 and fit > 2 and fit < 9"},
    {"(score > 1 or fit > 2) and fit < 9", "(score > 1 or fit > 2) and fit < 9"},
    {"(score > 1 and fit > 2) or fit < 9", "score > 1 and fit > 2 or fit < 9"},
    {"score = 10-(3-2)", "score = 10 - (3 - 2)"},
    {"score = (10-3)-2", "score = 10 - 3 - 2"},
    {"score = (2+3)*4/(2*1)", "score = (2 + 3) * 4 / (2 * 1)"},
    {"score = -(2+3)", "score = -(2 + 3)"},
    {"score = 1.50", "score = 1.5"},
    {"(score = 1) = true", "(score = 1) = true"},
    {"score in ]1 .. 2[", "score in (1..2)"},
    {"score in (<1,>2)", "score in (< 1, > 2)"},
    {"score in <1", "score in < 1"},
    {"((< 1)) = null", "(< 1) = null"},
    {"fit_grade in ( [\"A\",\"B\"] )", "fit_grade in [\"A\", \"B\"]"},
    {"fit_grade = \"a\\u0062\\n\"", "fit_grade = \"ab\\n\""},
    {"contact.created>@\"2026-01-15\"", "contact.created > @\"2026-01-15\""},
    {"if(score>1)then(1)else 2", "if score > 1 then 1 else 2"},
    {"(if score > 1 then 1 else 2) = 1", "(if score > 1 then 1 else 2) = 1"},
    {"score between(1)and 2", "score between 1 and 2"},
    {"starts  with( fit_grade,\"A\" )", "starts with(fit_grade, \"A\")"},
};

/* What is printed means the same and prints the same again. */
static void test_canonical(void **state)
{
    struct world world;

    (void)state;
    open_world(&world);
    for (size_t i = 0; i < COUNT_OF(spellings); i++) {
        struct icp_str found = icp_feel_canonical(must_compile(&world, spellings[i].text));
        check_text(spellings[i].text, found, icp_str_from(spellings[i].canonical));
    }
    for (size_t i = 0; i < COUNT_OF(values_of); i++) {
        struct icp_str once = icp_feel_canonical(must_compile(&world, values_of[i].text));
        const struct icp_feel *again = must_compile(&world, once.data);
        check_text(values_of[i].text, icp_feel_canonical(again), once);
        check_value(&world, once.data, true, values_of[i].known);
        check_value(&world, once.data, false, values_of[i].unknown);
    }
    icp_arena_close(&world.arena);
}

static void test_slots_and_types(void **state)
{
    struct world world;
    const uint32_t *slots = NULL;

    (void)state;
    open_world(&world);
    const struct icp_feel *feel = must_compile(
        &world,
        "score > 1 and company.country in [fit_grade, \"x\"] and score < company.employees");
    assert_int_equal(icp_feel_slots(feel, &slots), 4);
    assert_int_equal(slots[0], 0);
    assert_int_equal(slots[1], 1);
    assert_int_equal(slots[2], 7);
    assert_int_equal(slots[3], 8);
    assert_int_equal(icp_feel_type_of(feel), ICP_FEEL_BOOLEAN);
    assert_false(icp_feel_uses_time(feel));
    assert_int_equal(icp_feel_type_of(must_compile(&world, "today() - @\"P1D\"")), ICP_FEEL_DATE);
    assert_true(
        icp_feel_uses_time(must_compile(&world, "score > 1 and today() > @\"2026-01-15\"")));
    assert_int_equal(icp_feel_type_of(must_compile(&world, "if score > 1 then null else 1")),
                     ICP_FEEL_NUMBER);
    icp_arena_close(&world.arena);
}

/* ---- Bounds --------------------------------------------------------------------------------- */

static void repeat(struct icp_buf *buf, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        icp_buf_add_cstr(buf, text);
}

static void check_built(struct world *world, struct icp_buf *buf, const char *why, const char *code)
{
    icp_diagnostics_open(&world->list, &world->arena, "icp.yaml");
    const struct icp_feel *feel =
        icp_feel_compile(icp_buf_view(buf), 1, 1, &test_scope, &world->arena, &world->list);
    if (code == NULL && feel == NULL)
        fail_msg("%s: %.*s", why, ICP_STR_ARGUMENTS(world->list.items[0].message));
    if (code != NULL && (feel != NULL || strcmp(world->list.items[0].code, code) != 0))
        fail_msg("%s: not refused with %s", why, code);
    icp_buf_reset(buf);
}

static void test_bounds(void **state)
{
    struct world world;
    struct icp_buf buf;

    (void)state;
    open_world(&world);
    icp_buf_open(&buf, (size_t)4 * ICP_MAX_EXPRESSION);
    repeat(&buf, "(", 60);
    repeat(&buf, "1", 1);
    repeat(&buf, ")", 60);
    check_built(&world, &buf, "sixty brackets are nested deep and fine", NULL);
    repeat(&buf, "(", 16000);
    check_built(&world, &buf, "a flood of brackets", "feel-too-deep");
    repeat(&buf, "-", 16000);
    check_built(&world, &buf, "a flood of signs", "feel-too-deep");
    repeat(&buf, "[", 16000);
    check_built(&world, &buf, "a flood of lists", "feel-too-deep");
    repeat(&buf, "1+", 8000);
    repeat(&buf, "1", 1);
    check_built(&world, &buf, "a sum of 8,000 parts", "feel-too-deep");
    repeat(&buf, "score>1 or ", 1400);
    repeat(&buf, "score>2", 1);
    check_built(&world, &buf, "1,400 alternatives lie flat", NULL);
    repeat(&buf, "score in [1", 1);
    repeat(&buf, ",2", 8000);
    repeat(&buf, "]", 1);
    check_built(&world, &buf, "a list of 8,000", NULL);
    repeat(&buf, "min(score", 1);
    repeat(&buf, ",2", 4000);
    repeat(&buf, ")", 1);
    check_built(&world, &buf, "more arguments than the stack holds", "feel-too-deep");
    repeat(&buf, " ", ICP_MAX_EXPRESSION);
    repeat(&buf, "1", 1);
    check_built(&world, &buf, "one byte too long", "feel-too-long");
    repeat(&buf, "\xff", 1);
    check_built(&world, &buf, "not UTF-8", "feel-syntax");
    icp_buf_finish(&buf);
    icp_arena_close(&world.arena);
}

/* A small arena gives no program and no crash, wherever it ends. */
static void test_memory_ends(void **state)
{
    (void)state;
    for (size_t capacity = 0; capacity < 4096; capacity += 64) {
        struct icp_arena program;
        struct world world;
        open_world(&world);
        icp_arena_open(&program, capacity);
        const struct icp_feel *feel = icp_feel_compile(
            ICP_STR(
                "company.country in [\"A\",\"B\",\"C\",\"D\",\"E\",\"F\",\"G\",\"H\",\"I\"] and "
                "upper case(\"a\") = \"A\" or company.technologies = [\"x\"]"),
            1, 1, &test_scope, &program, &world.list);
        if ((feel == NULL) != (world.list.errors == 1))
            fail_msg("a failure of memory is reported, once");
        icp_arena_close(&program);
        icp_arena_close(&world.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),          cmocka_unit_test(test_truth),
        cmocka_unit_test(test_errors),          cmocka_unit_test(test_several_errors_and_places),
        cmocka_unit_test(test_unguarded),       cmocka_unit_test(test_canonical),
        cmocka_unit_test(test_slots_and_types), cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_memory_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
