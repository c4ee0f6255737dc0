/*
 * Our own cases of the condition language, as the standard evaluates: tests/feel/cases.txt.
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "diagnostics.h"
#include "feel.h"
#include "file.h"
#include "value.h"

enum { AS_OF = 20468 /* 2026-01-15 */, MOST_TABLE = 256 * 1024 };

static struct icp_str show(struct icp_arena *arena, const struct feel_value *value)
{
    struct icp_buf out;
    bool literal = value->kind == FEEL_DATE || value->kind == FEEL_TIME ||
                   value->kind == FEEL_DATETIME || value->kind == FEEL_DURATION ||
                   value->kind == FEEL_MONTHS;

    icp_buf_open(&out, 65536);
    icp_buf_add_cstr(&out, literal ? "@\"" : "");
    feel_write(&out, value, true);
    icp_buf_add_cstr(&out, literal ? "\"" : "");
    struct icp_str text = icp_arena_copy(arena, icp_buf_view(&out));
    icp_buf_finish(&out);
    return text;
}

static void check_case(struct icp_str text, struct icp_str wanted)
{
    static const struct icp_feel_scope nothing;
    struct icp_arena arena;
    struct icp_diagnostics list;
    const char *problem = "it does not compile";
    struct feel_value value = feel_null();
    bool stopped = false, reasoned = icp_str_is(wanted, "null!");
    char name[256];

    icp_arena_open(&arena, (size_t)32 * 1024 * 1024);
    icp_diagnostics_open(&list, &arena, "case");
    const struct icp_feel *feel = icp_feel_compile_leniently(text, &nothing, &arena, &list);
    if (feel != NULL)
        value = icp_feel_value(feel, NULL, AS_OF, &arena, &problem, &stopped);
    (void)snprintf(name, sizeof(name), "%.*s", ICP_STR_ARGUMENTS(text));
    check_text(name, show(&arena, &value), reasoned ? ICP_STR("null") : wanted);
    if (reasoned && problem == NULL)
        fail_msg("%s: null without a reason", name);
    icp_arena_close(&arena);
}

static void test_cases(void **state)
{
    struct icp_err err = {.status = ICP_OK};
    struct icp_buf table;
    struct icp_str rest, line;
    size_t count = 0;

    (void)state;
    icp_buf_open(&table, MOST_TABLE);
    if (icp_file_read(ICP_FEEL_TABLE, MOST_TABLE, &table, &err) != ICP_OK)
        fail_msg("%s", err.message);
    rest = icp_buf_view(&table);
    while (icp_str_cut(&rest, '\n', &line)) {
        size_t at = icp_str_find(line, ICP_STR(" ==> "));
        if (line.length == 0 || line.data[0] == '#')
            continue;
        if (at == line.length)
            fail_msg("a line without ==>: %.*s", ICP_STR_ARGUMENTS(line));
        check_case(icp_str_slice(line, 0, at), icp_str_slice(line, at + 5, line.length));
        count++;
    }
    icp_buf_finish(&table);
    assert_true(count > 250);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
