/* What stops a whole plan, and what does not, with the numbers on both sides of each line. */
#include "breaker.h"

#include "check.h"

static const struct {
    const char *why;
    struct icp_breaker_facts facts;
    const char *says;
    int reasons;
} cases[] = {
    {"a quiet night", {.based = 10000, .people = 10000}, "", 0},
    {"the very first night: nobody was scored before", {.people = 200000}, "", 0},
    {"500 changes pass in any CRM", {.based = 600, .people = 600, .changed_inputs = 500}, "", 0},
    {"one more than 500 and than 15 %",
     {.based = 600, .people = 600, .changed_inputs = 501},
     "501 of 600",
     1},
    {"15 % of a large CRM pass", {.based = 10000, .people = 10000, .changed_inputs = 1500}, "", 0},
    {"one more than 15 %",
     {.based = 10000, .people = 10000, .changed_inputs = 1501},
     "more than 1500",
     1},
    {"a mean shift of 10 points passes",
     {.based = 10000, .people = 10000, .changed_inputs = 1000, .shift = 100000},
     "",
     0},
    {"a larger one does not",
     {.based = 10000, .people = 10000, .changed_inputs = 1000, .shift = 100001},
     "mean score",
     1},
    {"a few who move far are no crowd",
     {.based = 20, .people = 20, .changed_inputs = 20, .shift = 2000},
     "",
     0},
    {"1 % of the known values may go",
     {.based = 10000, .people = 10000, .known = 99000, .lost = 1000},
     "",
     0},
    {"one more value",
     {.based = 10000, .people = 10000, .known = 98999, .lost = 1001},
     "1001 known values",
     1},
    {"an approved rule file may change whom its approval showed",
     {.based = 10000, .people = 10000, .changed_rules = 9000, .expected_rules = 9000},
     "",
     0},
    {"and some more, as data moves meanwhile",
     {.based = 10000, .people = 10000, .changed_rules = 10500, .expected_rules = 9000},
     "",
     0},
    {"but not many more",
     {.based = 10000, .people = 10000, .changed_rules = 10501, .expected_rules = 9000},
     "the approval had seen 9000",
     1},
    {"what was undone or edited in the CRM counts as well",
     {.based = 1000, .people = 1000, .changed_elsewhere = 501},
     "501 people hold another",
     1},
    {"people may come by 20 %", {.based = 10000, .people = 12000}, "", 0},
    {"not by more", {.based = 10000, .people = 12001}, "from 10000 to 12001", 1},
    {"nor go", {.based = 10000, .people = 7999}, "from 10000 to 7999", 1},
    {"two reasons are both said",
     {.based = 10000, .people = 2000, .changed_inputs = 1501},
     "; ",
     2},
    {"an undo within the lines", {.people = 10000, .undo_records = 1500}, "", 0},
    {"a larger undo", {.people = 10000, .undo_records = 1501}, "1501 records", 1},
};

static void what_stops_a_plan(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct icp_buf reason;
        struct icp_str said;
        icp_buf_open(&reason, 1024);
        check_number(cases[i].why,
                     icp_breaker_look(&icp_breaker_defaults, &cases[i].facts, &reason),
                     cases[i].reasons);
        said = icp_buf_view(&reason);
        if (cases[i].says[0] != '\0' &&
            icp_str_find(said, icp_str_from(cases[i].says)) >= said.length)
            fail_msg("%s: it says \"%.*s\"", cases[i].why, ICP_STR_ARGUMENTS(said));
        icp_buf_finish(&reason);
    }
}

static void limits_are_the_operators_own(void **state)
{
    struct icp_breaker_limits strict = icp_breaker_defaults;
    struct icp_breaker_facts facts = {.based = 100, .people = 100, .changed_inputs = 1};
    struct icp_buf reason;

    (void)state;
    strict.records = 0;
    strict.percent = 0;
    icp_buf_open(&reason, 1024);
    assert_int_equal(icp_breaker_look(&strict, &facts, &reason), 1);
    icp_buf_finish(&reason);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_stops_a_plan),
        cmocka_unit_test(limits_are_the_operators_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
