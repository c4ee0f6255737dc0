/*
 * The condition language as the author of an ICP file meets it: what conditions give for a known
 * and for an unknown record, how a condition is spelled canonically, and what it is made of.
 */
#include "feel_kit.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_truth),
        cmocka_unit_test(test_canonical),
        cmocka_unit_test(test_slots_and_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
