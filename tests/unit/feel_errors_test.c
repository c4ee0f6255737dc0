/*
 * What the author of an ICP file is told about a condition: what is refused and with which place
 * and hint, which negations are unguarded, and where the bounds of length, depth and memory are.
 */
#include <string.h>

#include "bounds.h"
#include "feel_kit.h"

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
        cmocka_unit_test(test_errors),      cmocka_unit_test(test_several_errors_and_places),
        cmocka_unit_test(test_unguarded),   cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_memory_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
