/*
 * Any bytes as a condition: they are refused with a report, or compiled; then they run on a known
 * and on an unknown record, and their canonical spelling compiles to the same spelling again.
 */
#include <stdlib.h>

#include "feel.h"
#include "number.h"
#include "value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct icp_feel_symbol symbols[] = {
    {ICP_STR_INIT("n"), ICP_FEEL_NUMBER, 0, true, false, NULL},
    {ICP_STR_INIT("t"), ICP_FEEL_TEXT, 1, true, false, NULL},
    {ICP_STR_INIT("l"), ICP_FEEL_LIST, 2, true, true, NULL},
    {ICP_STR_INIT("d"), ICP_FEEL_DATE, 3, true, false, NULL},
    {ICP_STR_INIT("c.x"), ICP_FEEL_DATETIME, 4, true, false, NULL},
    {ICP_STR_INIT("b"), ICP_FEEL_BOOLEAN, 5, true, false, NULL},
};
static const struct icp_str items[] = {ICP_STR_INIT("a"), ICP_STR_INIT("b")};

static void run(const struct icp_feel *feel, struct icp_arena *arena)
{
    struct icp_value values[6] = {{.kind = ICP_VALUE_NULL}};

    (void)icp_feel_evaluate(feel, values, 0, arena);
    values[0] = (struct icp_value){.kind = ICP_VALUE_NUMBER, .as.number = INT64_MIN};
    values[1] = (struct icp_value){.kind = ICP_VALUE_TEXT, .as.text = ICP_STR("Ærø")};
    values[2].kind = ICP_VALUE_LIST;
    values[2].as.list.items = items;
    values[2].as.list.count = 2;
    values[3] = (struct icp_value){.kind = ICP_VALUE_DATE, .as.date = INT32_MAX};
    values[4] = (struct icp_value){.kind = ICP_VALUE_DATETIME, .as.datetime = INT64_MIN};
    values[5] = (struct icp_value){.kind = ICP_VALUE_BOOLEAN, .as.boolean = true};
    (void)icp_feel_evaluate(feel, values, INT32_MIN, arena);
}

/* The lenient form takes what the strict one refuses; its value can be written. */
static void run_leniently(struct icp_str text, struct icp_arena *arena)
{
    static const struct icp_feel_scope nothing;
    struct icp_diagnostics list;
    const char *problem;
    bool stopped;
    struct icp_buf out;

    icp_diagnostics_open(&list, arena, "fuzz");
    const struct icp_feel *feel = icp_feel_compile_leniently(text, &nothing, arena, &list);
    if ((feel == NULL) != (list.errors > 0))
        abort();
    if (feel == NULL)
        return;
    struct feel_value value = icp_feel_value(feel, NULL, 20468, arena, &problem, &stopped);
    if (stopped && (value.kind != FEEL_NULL || problem == NULL))
        abort();
    icp_buf_open(&out, FEEL_RUN_MEMORY);
    feel_write(&out, &value, true);
    icp_buf_finish(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct icp_feel_scope scope = {.symbols = symbols,
                                                .count = sizeof(symbols) / sizeof(symbols[0])};
    struct icp_arena arena;
    struct icp_diagnostics list;

    icp_arena_open(&arena, (size_t)32 * 1024 * 1024);
    icp_diagnostics_open(&list, &arena, "fuzz");
    const struct icp_feel *feel =
        icp_feel_compile((struct icp_str){(const char *)data, size}, 1, 1, &scope, &arena, &list);
    if ((feel == NULL) != (list.errors > 0))
        abort();
    if (feel != NULL) {
        run(feel, &arena);
        struct icp_str once = icp_feel_canonical(feel);
        const struct icp_feel *again = icp_feel_compile(once, 1, 1, &scope, &arena, &list);
        if (again != NULL && !icp_str_equal(once, icp_feel_canonical(again)))
            abort();
        if (again == NULL && once.length <= 4096)
            abort();
    }
    run_leniently((struct icp_str){(const char *)data, size}, &arena);
    icp_arena_close(&arena);
    return 0;
}
