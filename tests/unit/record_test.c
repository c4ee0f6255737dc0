/*
 * The one place where a record's text gets its type: known and empty, unknown, and "does not fit"
 * are three different things, and only canonical spellings become values.
 */
#include "check.h"
#include "icp/record.h"

#define TEXT(literal) ICP_STR_INIT(literal)
#define NONE                                                                                       \
    {                                                                                              \
        NULL, 0                                                                                    \
    }

static void test_names_there_and_back(void **state)
{
    (void)state;
    for (int i = 0; i < ICP_OBJECT_COUNT; i++) {
        enum icp_object object = ICP_OBJECT_COUNT;
        assert_true(
            icp_object_from_name(icp_str_from(icp_object_name((enum icp_object)i)), &object));
        assert_int_equal(object, i);
    }
    for (int i = 0; i < ICP_TYPE_COUNT; i++) {
        enum icp_type type = ICP_TYPE_COUNT;
        assert_true(icp_type_from_name(icp_str_from(icp_type_name((enum icp_type)i)), &type));
        assert_int_equal(type, i);
    }
    enum icp_type type = ICP_TYPE_SET;
    assert_false(icp_type_from_name(ICP_STR("Number"), &type));
    assert_false(icp_type_from_name((struct icp_str)NONE, &type));
    assert_int_equal(type, ICP_TYPE_SET);
    assert_string_equal(icp_type_name(ICP_TYPE_DATETIME), "datetime");
    assert_string_equal(icp_object_name(ICP_COMPANY), "company");
}

static void test_values(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        enum icp_type type;
        struct icp_str text;
        bool fits;
        enum icp_value_kind kind;
        int64_t number; /* or boolean, day, instant, count */
    } cases[] = {
        {"no text is unknown", ICP_TYPE_NUMBER, NONE, true, ICP_VALUE_NULL, 0},
        {"empty is unknown", ICP_TYPE_TEXT, TEXT(""), true, ICP_VALUE_NULL, 0},
        {"space is unknown", ICP_TYPE_BOOLEAN, TEXT("  "), true, ICP_VALUE_NULL, 0},
        {"zero is known", ICP_TYPE_NUMBER, TEXT("0"), true, ICP_VALUE_NUMBER, 0},
        {"number", ICP_TYPE_NUMBER, TEXT(" 12.5 "), true, ICP_VALUE_NUMBER, 12500000},
        {"no number", ICP_TYPE_NUMBER, TEXT("12,5"), false, ICP_VALUE_NULL, 0},
        {"true", ICP_TYPE_BOOLEAN, TEXT("true"), true, ICP_VALUE_BOOLEAN, 1},
        {"false is known", ICP_TYPE_BOOLEAN, TEXT("false"), true, ICP_VALUE_BOOLEAN, 0},
        {"yes is not canonical", ICP_TYPE_BOOLEAN, TEXT("yes"), false, ICP_VALUE_NULL, 0},
        {"date", ICP_TYPE_DATE, TEXT("2026-01-15"), true, ICP_VALUE_DATE, 20468},
        {"no such day", ICP_TYPE_DATE, TEXT("2026-02-30"), false, ICP_VALUE_NULL, 0},
        {"datetime", ICP_TYPE_DATETIME, TEXT("1970-01-02T00:00:00.007Z"), true, ICP_VALUE_DATETIME,
         86400007},
        {"no datetime", ICP_TYPE_DATETIME, TEXT("tomorrow"), false, ICP_VALUE_NULL, 0},
        {"unknown set", ICP_TYPE_SET, NONE, true, ICP_VALUE_NULL, 0},
        {"a set known to be empty", ICP_TYPE_SET, TEXT(""), true, ICP_VALUE_LIST, 0},
        {"set of one", ICP_TYPE_SET, TEXT("A"), true, ICP_VALUE_LIST, 1},
        {"empty parts say nothing", ICP_TYPE_SET, TEXT(";A; ;B;"), true, ICP_VALUE_LIST, 2},
        {"malformed bytes are no text", ICP_TYPE_TEXT, TEXT("a\xFF"), false, ICP_VALUE_NULL, 0},
        {"malformed set", ICP_TYPE_SET, TEXT("A;\xFF"), false, ICP_VALUE_NULL, 0},
        {"no such type", ICP_TYPE_COUNT, TEXT("a"), false, ICP_VALUE_NULL, 0},
    };
    struct icp_arena arena;
    icp_arena_open(&arena, 10000);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct icp_value value = {.kind = ICP_VALUE_TEXT};
        check_number(cases[i].why,
                     icp_value_from_text(cases[i].type, cases[i].text, &arena, &value),
                     cases[i].fits);
        check_number(cases[i].why, value.kind, cases[i].kind);
        int64_t found = 0;
        if (value.kind == ICP_VALUE_NUMBER)
            found = value.as.number;
        else if (value.kind == ICP_VALUE_BOOLEAN)
            found = value.as.boolean;
        else if (value.kind == ICP_VALUE_DATE)
            found = value.as.date;
        else if (value.kind == ICP_VALUE_DATETIME)
            found = value.as.datetime;
        else if (value.kind == ICP_VALUE_LIST)
            found = (int64_t)value.as.list.count;
        check_number(cases[i].why, found, cases[i].number);
    }
    icp_arena_close(&arena);
}

static void test_texts_and_sets(void **state)
{
    (void)state;
    struct icp_arena arena;
    struct icp_value value;
    icp_arena_open(&arena, 10000);
    static const enum icp_type texts[] = {ICP_TYPE_TEXT, ICP_TYPE_CODE, ICP_TYPE_EMAIL,
                                          ICP_TYPE_COUNTRY};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        assert_true(icp_value_from_text(texts[i], ICP_STR(" 00620 DK "), &arena, &value));
        assert_int_equal(value.kind, ICP_VALUE_TEXT);
        check_text("space cut, the rest as it is", value.as.text, ICP_STR("00620 DK"));
    }
    assert_true(icp_value_from_text(ICP_TYPE_SET, ICP_STR("CRM; ERP ;"), &arena, &value));
    assert_int_equal(value.as.list.count, 2);
    check_text("first", value.as.list.items[0], ICP_STR("CRM"));
    check_text("second, space cut", value.as.list.items[1], ICP_STR("ERP"));
    icp_arena_close(&arena);
    icp_arena_open(&arena, 20);
    assert_false(icp_value_from_text(ICP_TYPE_SET, ICP_STR("A;B;C;D"), &arena, &value));
    assert_int_equal(value.kind, ICP_VALUE_NULL);
    assert_true(arena.full);
    icp_arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_there_and_back),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_texts_and_sets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
