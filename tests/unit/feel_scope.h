/* The names, and two rows of values, that the tests of the condition language share: one where
   everything is known and one where everything that may be unknown is. */
#ifndef ICP_TEST_FEEL_SCOPE_H
#define ICP_TEST_FEEL_SCOPE_H

#include <inttypes.h>
#include <stdio.h>

#include "check.h"
#include "date.h"
#include "feel.h"
#include "number.h"

enum { SLOT_COUNT = 11 };
static const struct icp_feel_symbol test_symbols[] = {
    {ICP_STR_INIT("company.employees"), ICP_FEEL_NUMBER, 0, true, false, NULL},
    {ICP_STR_INIT("company.country"), ICP_FEEL_TEXT, 1, true, false, NULL},
    {ICP_STR_INIT("company.technologies"), ICP_FEEL_LIST, 2, true, false, NULL},
    {ICP_STR_INIT("contact.created"), ICP_FEEL_DATE, 3, true, false, NULL},
    {ICP_STR_INIT("contact.seen"), ICP_FEEL_DATETIME, 4, true, false, NULL},
    {ICP_STR_INIT("contact.email_is_free"), ICP_FEEL_BOOLEAN, 5, true, false, NULL},
    {ICP_STR_INIT("contact.title"), ICP_FEEL_TEXT, 6, true, false, NULL},
    {ICP_STR_INIT("fit_grade"), ICP_FEEL_TEXT, 7, false, false, NULL},
    {ICP_STR_INIT("score"), ICP_FEEL_NUMBER, 8, false, false, NULL},
    {ICP_STR_INIT("competitors"), ICP_FEEL_LIST, 9, false, true, NULL},
    {ICP_STR_INIT("hand-raise"), ICP_FEEL_NUMBER, 10, false, false, NULL},
    {ICP_STR_INIT("fit"), ICP_FEEL_NUMBER, 8, false, false, NULL},
};
static const struct icp_feel_scope test_scope = {.symbols = test_symbols,
                                                 .count = COUNT_OF(test_symbols)};

static const struct icp_str test_technologies[] = {ICP_STR_INIT("hubspot"),
                                                   ICP_STR_INIT("segment")};
static const struct icp_str test_competitors[] = {ICP_STR_INIT("a.dk"), ICP_STR_INIT("b.dk"),
                                                  ICP_STR_INIT("c.dk")};

enum { TEST_AS_OF = 20468 }; /* 2026-01-15 */

static inline void fill_values(struct icp_value values[SLOT_COUNT], bool known)
{
    for (size_t i = 0; i < SLOT_COUNT; i++)
        values[i] = (struct icp_value){.kind = ICP_VALUE_NULL};
    values[7] = (struct icp_value){.kind = ICP_VALUE_TEXT, .as.text = ICP_STR("A")};
    values[8] = (struct icp_value){.kind = ICP_VALUE_NUMBER, .as.number = 80 * ICP_NUMBER_SCALE};
    values[9].kind = ICP_VALUE_LIST;
    values[9].as.list.items = test_competitors;
    values[9].as.list.count = COUNT_OF(test_competitors);
    values[10] = (struct icp_value){.kind = ICP_VALUE_NUMBER, .as.number = 40 * ICP_NUMBER_SCALE};
    if (!known)
        return;
    values[0] = (struct icp_value){.kind = ICP_VALUE_NUMBER, .as.number = 120 * ICP_NUMBER_SCALE};
    values[1] = (struct icp_value){.kind = ICP_VALUE_TEXT, .as.text = ICP_STR("DK")};
    values[2].kind = ICP_VALUE_LIST;
    values[2].as.list.items = test_technologies;
    values[2].as.list.count = COUNT_OF(test_technologies);
    values[3] = (struct icp_value){.kind = ICP_VALUE_DATE, .as.date = TEST_AS_OF - 10};
    values[4] = (struct icp_value){.kind = ICP_VALUE_DATETIME,
                                   .as.datetime = (TEST_AS_OF - 1) * ICP_MS_PER_DAY + 3600000};
    values[5] = (struct icp_value){.kind = ICP_VALUE_BOOLEAN, .as.boolean = false};
    values[6] = (struct icp_value){.kind = ICP_VALUE_TEXT, .as.text = ICP_STR("Økonomichef")};
}

/* A value as FEEL would write it. */
static inline struct icp_str show_value(struct icp_arena *arena, const struct icp_value *value)
{
    char text[ICP_TIME_TEXT];

    switch (value->kind) {
    case ICP_VALUE_BOOLEAN:
        return icp_str_from(value->as.boolean ? "true" : "false");
    case ICP_VALUE_NUMBER:
        return icp_arena_copy(arena, icp_number_format(value->as.number, text));
    case ICP_VALUE_TEXT:
        return icp_arena_format(arena, "\"%.*s\"", ICP_STR_ARGUMENTS(value->as.text));
    case ICP_VALUE_DATE:
        return icp_arena_copy(arena, icp_date_format(value->as.date, text));
    case ICP_VALUE_DATETIME:
        return icp_arena_copy(arena, icp_time_format(value->as.datetime, text));
    case ICP_VALUE_LIST:
        return icp_arena_format(arena, "list of %zu", value->as.list.count);
    case ICP_VALUE_NULL:
        break;
    }
    return ICP_STR("null");
}

#endif
