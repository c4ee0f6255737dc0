/*
 * A condition taken apart means what it meant whole: three-valued logic over the leaves gives the
 * outcome of the whole for every record of a grid, and between two breakpoints of a leaf no value
 * changes its outcome.
 */
#include <string.h>

#include "feel_scope.h"

static const char *const conditions[] = {
    "company.employees < 5",
    "company.employees < 5 and company.country = \"DK\"",
    "not(company.employees in [50..249]) or score > 80 and contact.email_is_free",
    "not(not(company.employees = 120) and not(contact.email_is_free))",
    "(company.employees > 1 or score > 1) and (company.employees > 2 or score > 2)",
    "contact.email_is_free and company.technologies = [\"hubspot\", \"segment\"]",
    "if contact.email_is_free then true else company.employees > 5 or false",
    "\"hubspot\" in company.technologies or company.country in competitors",
    "contains(lower case(contact.title), \"chef\") and score >= 80",
    "true",
    "null",
};

enum outcome { IS_FALSE, IS_NULL, IS_TRUE };

static enum outcome outcome_of(struct icp_arena *arena, const struct icp_feel *feel,
                               const struct icp_value *values)
{
    struct icp_value value = icp_feel_evaluate(feel, values, TEST_AS_OF, arena);

    if (value.kind != ICP_VALUE_BOOLEAN)
        return IS_NULL;
    return value.as.boolean ? IS_TRUE : IS_FALSE;
}

/* Kleene's logic: and is the least, or the greatest, not turns around. */
static enum outcome outcome_of_part(struct icp_arena *arena, const struct icp_feel_part *part,
                                    const struct icp_value *values)
{
    if (part->kind == ICP_FEEL_LEAF)
        return outcome_of(arena, part->leaf, values);
    enum outcome result = outcome_of_part(arena, &part->parts[0], values);
    if (part->kind == ICP_FEEL_NOT)
        return (enum outcome)(IS_TRUE - result);
    for (size_t i = 1; i < part->count; i++) {
        enum outcome other = outcome_of_part(arena, &part->parts[i], values);
        bool less = other < result;
        if (less == (part->kind == ICP_FEEL_AND))
            result = other;
    }
    return result;
}

/* Record `number` of the grid: each of employees, country, free e-mail, title, technologies known
   or not, by its bits. */
static void fill_grid(struct icp_value values[SLOT_COUNT], unsigned number)
{
    static const unsigned slots[] = {0, 1, 2, 5, 6};
    struct icp_value known[SLOT_COUNT];

    fill_values(known, true);
    fill_values(values, false);
    for (unsigned bit = 0; bit < COUNT_OF(slots); bit++)
        if ((number >> bit & 1U) != 0)
            values[slots[bit]] = known[slots[bit]];
    if (values[5].kind == ICP_VALUE_BOOLEAN)
        values[5].as.boolean = (number >> 5 & 1U) != 0;
}

static const struct icp_feel *compile(struct icp_arena *arena, const char *text)
{
    struct icp_diagnostics list;

    icp_diagnostics_open(&list, arena, "icp.yaml");
    const struct icp_feel *feel =
        icp_feel_compile(icp_str_from(text), 1, 1, &test_scope, arena, &list);
    if (feel == NULL)
        fail_msg("%s: refused: %.*s", text, ICP_STR_ARGUMENTS(list.items[0].message));
    return feel;
}

static void test_parts(void **state)
{
    struct icp_arena arena;

    (void)state;
    icp_arena_open(&arena, (size_t)16 * 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(conditions); i++) {
        const struct icp_feel *feel = compile(&arena, conditions[i]);
        for (unsigned number = 0; number < 64; number++) {
            struct icp_value values[SLOT_COUNT];
            fill_grid(values, number);
            check_number(conditions[i], outcome_of_part(&arena, icp_feel_parts(feel), values),
                         outcome_of(&arena, feel, values));
        }
    }
    icp_arena_close(&arena);
}

/* The parts lie flat: alternatives are one OR of as many leaves. */
static void test_shape(void **state)
{
    struct icp_arena arena;

    (void)state;
    icp_arena_open(&arena, (size_t)16 * 1024 * 1024);
    const struct icp_feel_part *part =
        icp_feel_parts(compile(&arena, "score > 1 or not(fit > 2) or fit < 9 and score < 3"));
    assert_int_equal(part->kind, ICP_FEEL_OR);
    assert_int_equal(part->count, 3);
    assert_int_equal(part->parts[0].kind, ICP_FEEL_LEAF);
    assert_int_equal(part->parts[1].kind, ICP_FEEL_NOT);
    assert_int_equal(part->parts[1].count, 1);
    assert_int_equal(part->parts[2].kind, ICP_FEEL_AND);
    const struct icp_feel *whole = compile(&arena, "score > 1");
    assert_ptr_equal(icp_feel_parts(whole)->leaf, whole);
    icp_arena_close(&arena);
}

/* ---- Breakpoints ---------------------------------------------------------------------------- */

static const struct {
    const char *text;
    uint32_t slot;
    const char *points; /* NULL: not of the form */
} breakpoints[] = {
    {"company.employees < 5", 0, "5000000"},
    {"5.5 >= company.employees", 0, "5500000"},
    {"company.employees != 3 - 1", 0, "2000000"},
    {"company.employees between 2 and 1", 0, "1000000 2000000"},
    {"company.employees in (<5, >100, 50, [60..70), null)", 0,
     "5000000 50000000 60000000 70000000 100000000"},
    {"company.employees in [9,8,7,6,5,4,3,2,9,1]", 0,
     "1000000 2000000 3000000 4000000 5000000 6000000 7000000 8000000 9000000"},
    {"company.employees = null", 0, ""},
    {"contact.created > today() - @\"P30D\"", 3, "20438"},
    {"contact.created in [@\"2026-01-01\"..today()]", 3, "20454 20468"},
    {"contact.seen < now()", 4, "1768435200000"},
    {"company.employees < score", 0, NULL},
    {"company.employees + 1 < 5", 0, NULL},
    {"company.employees < 5 or company.employees > 9", 0, NULL},
    {"company.country = \"DK\"", 1, NULL},
    {"company.employees < 5", 8, NULL},
    {"contact.email_is_free", 5, NULL},
};

static struct icp_value value_at(uint32_t slot, int64_t place)
{
    if (slot == 3)
        return (struct icp_value){.kind = ICP_VALUE_DATE, .as.date = (int32_t)place};
    if (slot == 4)
        return (struct icp_value){.kind = ICP_VALUE_DATETIME, .as.datetime = place};
    return (struct icp_value){.kind = ICP_VALUE_NUMBER, .as.number = place};
}

/* Between two points the outcome is the same at both ends of the gap and in its middle. */
static void check_gaps(struct icp_arena *arena, const struct icp_feel *feel, uint32_t slot,
                       const int64_t *points, size_t count)
{
    for (size_t i = 0; i <= count && count > 0; i++) {
        int64_t low = i == 0 ? points[0] - 1000 : points[i - 1] + 1;
        int64_t high = i == count ? points[count - 1] + 1000 : points[i] - 1;
        struct icp_value values[SLOT_COUNT];
        fill_values(values, true);
        if (low > high)
            continue;
        values[slot] = value_at(slot, low);
        enum outcome first = outcome_of(arena, feel, values);
        values[slot] = value_at(slot, low + (high - low) / 2);
        assert_int_equal(outcome_of(arena, feel, values), first);
        values[slot] = value_at(slot, high);
        assert_int_equal(outcome_of(arena, feel, values), first);
    }
}

static void test_breakpoints(void **state)
{
    struct icp_arena arena;
    struct icp_buf shown;

    (void)state;
    icp_arena_open(&arena, (size_t)16 * 1024 * 1024);
    icp_buf_open(&shown, 1024);
    for (size_t i = 0; i < COUNT_OF(breakpoints); i++) {
        const char *text = breakpoints[i].text;
        const struct icp_feel *feel = compile(&arena, text);
        const int64_t *points = NULL;
        size_t count = 0;
        bool found =
            icp_feel_breakpoints(feel, breakpoints[i].slot, TEST_AS_OF, &arena, &points, &count);
        check_number(text, found, breakpoints[i].points != NULL);
        if (!found)
            continue;
        icp_buf_reset(&shown);
        for (size_t k = 0; k < count; k++)
            icp_buf_format(&shown, "%s%" PRId64, k == 0 ? "" : " ", points[k]);
        check_text(text, count == 0 ? ICP_STR("") : icp_buf_view(&shown),
                   icp_str_from(breakpoints[i].points));
        check_gaps(&arena, feel, breakpoints[i].slot, points, count);
    }
    icp_buf_finish(&shown);
    icp_arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_shape),
        cmocka_unit_test(test_breakpoints),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
