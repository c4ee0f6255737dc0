/* Rules that met a limit: each once, the first record by its place, and a bound. */
#include "stops.h"

#include <string.h>

#include "check.h"

static void a_rule_stands_once(void **state)
{
    const struct icp_rules_stop school = {ICP_STR_INIT("school"), 14, 9, "too many steps"};
    const struct icp_rules_stop domain = {ICP_STR_INIT("domain"), 3, 5, "too much memory"};
    struct icp_stop_tally one = {0}, two = {0};
    struct icp_arena arena;

    (void)state;
    icp_arena_open(&arena, (size_t)64 * 1024);
    icp_stops_add(&one, 0, &school, 1, ICP_STR("5012"), 7);
    icp_stops_add(&two, 0, &school, 1, ICP_STR("5002"), 2);
    icp_stops_add(&two, 1, &school, 1, ICP_STR("5003"), 3);
    icp_stops_add(&two, 0, &domain, 1, ICP_STR("5003"), 3);
    icp_stops_merge(&one, &two);
    check_number("of two files, and two of one", (int64_t)one.count, 3);
    check_text("counted, with the first by place",
               icp_stops_text(&one.notes[0], "p.icp.yaml", &arena),
               ICP_STR("p.icp.yaml:14:9: \"school\" met a limit on 2 records, the first 5002: too "
                       "many steps; it counts as unknown there"));
    check_text("one record", icp_stops_text(&one.notes[2], "p.icp.yaml", &arena),
               ICP_STR("p.icp.yaml:3:5: \"domain\" met a limit on 1 record, 5003: too much "
                       "memory; it counts as unknown there"));
    icp_arena_close(&arena);
}

static void what_finds_no_room_is_counted(void **state)
{
    struct icp_stop_tally tally = {0};
    char long_id[3 * ICP_STOP_RECORD_TEXT];

    (void)state;
    memset(long_id, 'x', sizeof(long_id));
    for (uint32_t line = 1; line <= ICP_STOP_RULES + 5; line++) {
        const struct icp_rules_stop stop = {ICP_STR_INIT("id"), line, 1, "why"};
        icp_stops_add(&tally, 0, &stop, 1, (struct icp_str){long_id, sizeof(long_id)}, line);
    }
    check_number("rules", (int64_t)tally.count, ICP_STOP_RULES);
    check_number("others", (int64_t)tally.others, 5);
    check_number("a long id is cut", (int64_t)strlen(tally.notes[0].first),
                 ICP_STOP_RECORD_TEXT - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_rule_stands_once),
                                       cmocka_unit_test(what_finds_no_room_is_counted)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
