/*
 * The rule engine over any file and record (random ones, made from a fixed seed): the reasons add
 * up, nothing flaps, and a record gets the same bytes alone and in a batch.
 */
#include "engine_kit.h"
#include "random_rules.h"

/* ---- Random files and records --------------------------------------------------------------- */

static void write_rule(struct icp_buf *out, uint64_t *seed)
{
    uint32_t a = draw(seed, 101), b = draw(seed, 101), c = draw(seed, 101), kind = draw(seed, 7);
    if (random_lookup(out, kind, a, b, c))
        return;
    if (kind == 0)
        icp_buf_format(out,
                       "field: company.employees, bands: {\"..9\": %u, \"10..49\": %u, else: %u}",
                       a, b, c);
    else
        icp_buf_format(out,
                       "cases: [{when: company.employees > 20 and company.is_target, points: %u}, "
                       "{when: company.revenue > 3, points: %u}, {else: %u}]",
                       a, b, c);
}

static void write_fit(struct icp_buf *out, uint64_t *seed)
{
    uint32_t criteria = 1 + draw(seed, 9), adjustments = draw(seed, 3);
    random_criteria(out, seed, criteria, write_rule);
    icp_buf_add_cstr(out, "  adjustments:\n");
    for (uint32_t i = 0; i < adjustments; i++)
        icp_buf_format(out, "    - {id: a%u, when: company.employees > %u, points: %d}\n", i,
                       draw(seed, 60), (int)draw(seed, 201) - 100);
    icp_buf_add_cstr(out, "    - {id: free, when: contact.email_is_free, points: -7}\n");
}

static void write_file(struct icp_buf *out, uint64_t *seed)
{
    uint32_t share = draw(seed, 101), groups = 1 + draw(seed, 3);
    icp_buf_add_cstr(out, "icp: 1\nname: Random\n");
    if (draw(seed, 3) == 0)
        icp_buf_add_cstr(out, "disqualify:\n  - {id: tiny, when: company.employees < 3}\n");
    write_fit(out, seed);
    random_engagement(out, seed, groups);
    icp_buf_format(out, "score: {fit: %u, engagement: %u}\n", share, 100 - share);
    icp_buf_add_cstr(out, "grade: {fit: {A: 75, B: 50, C: 25, D: 0}, "
                          "engagement: {1: 60, 2: 30, 3: 10, 4: 0}, ");
    icp_buf_format(out, "drop_margin: %u}\n", draw(seed, 12));
    icp_buf_add_cstr(out, "tiers:\n  - {id: hot, when: g0 > 10 or score > 60}\n"
                          "  - {id: warm, when: 'fit >= 40 and fit_grade != \"U\"'}\n"
                          "  - {id: rest, else: true}\n");
}

static const struct {
    const char *field;
    struct icp_str values[6];
} pool[] = {
    {"company.employees",
     {{0},
      ICP_STR_INIT("0"),
      ICP_STR_INIT("9.999999"),
      ICP_STR_INIT("49"),
      ICP_STR_INIT("many"),
      ICP_STR_INIT("1000000")}},
    {"company.country",
     {{0},
      ICP_STR_INIT("Danmark"),
      ICP_STR_INIT("SWE"),
      ICP_STR_INIT("?"),
      ICP_STR_INIT(""),
      ICP_STR_INIT("Norge")}},
    {"company.industry",
     {{0},
      ICP_STR_INIT("6"),
      ICP_STR_INIT("62.01"),
      ICP_STR_INIT("X"),
      ICP_STR_INIT(" 62"),
      ICP_STR_INIT("5")}},
    {"company.technologies",
     {{0},
      ICP_STR_INIT(""),
      ICP_STR_INIT("a;b;c"),
      ICP_STR_INIT("A;a"),
      ICP_STR_INIT("z"),
      ICP_STR_INIT("b")}},
    {"company.revenue",
     {{0},
      ICP_STR_INIT("-3"),
      ICP_STR_INIT("1.333333"),
      ICP_STR_INIT("4.5"),
      ICP_STR_INIT("1e12"),
      ICP_STR_INIT("-0.000001")}},
    {"company.is_target",
     {{0},
      ICP_STR_INIT("true"),
      ICP_STR_INIT("false"),
      ICP_STR_INIT("maybe"),
      {0},
      ICP_STR_INIT("true")}},
    {"contact.email",
     {{0},
      ICP_STR_INIT("a@gmail.com"),
      ICP_STR_INIT("b@firma.dk"),
      ICP_STR_INIT("@"),
      ICP_STR_INIT("c@d"),
      ICP_STR_INIT("x@y.z@w.dk")}},
};

static struct icp_str pick(struct icp_str field, uint64_t *seed)
{
    for (size_t i = 0; i < COUNT_OF(pool); i++)
        if (icp_str_is(field, pool[i].field))
            return pool[i].values[draw(seed, 6)];
    return (struct icp_str){0};
}

enum { RECORDS = 60, MOST_SIGNALS = 12 };

static void make_inputs(const struct icp_ruleset *rules, struct icp_arena *arena, uint64_t *seed,
                        struct icp_rules_input *inputs)
{
    static const struct icp_attribute url = {ICP_STR_INIT("url"), ICP_STR_INIT("/X/pricing")};
    size_t count;
    const struct icp_rules_field *fields = icp_rules_fields(rules, &count);
    for (size_t r = 0; r < RECORDS; r++) {
        struct icp_str *values = ICP_NEW_ARRAY(arena, struct icp_str, count + 1);
        struct icp_signal *signals = ICP_NEW_ARRAY(arena, struct icp_signal, MOST_SIGNALS);
        inputs[r] = (struct icp_rules_input){.values = values, .signals = signals, .as_of = 20000};
        for (size_t i = 0; i < count; i++)
            values[i] = pick(fields[i].name, seed);
        inputs[r].signal_count = draw(seed, MOST_SIGNALS);
        for (size_t i = 0; i < inputs[r].signal_count; i++) {
            signals[i].name = draw(seed, 2) ? ICP_STR("page_view") : ICP_STR("email_click");
            signals[i].at_ms =
                (20003 - (int64_t)draw(seed, draw(seed, 3) == 0 ? 2000 : 9)) * ICP_MS_PER_DAY;
            signals[i].times = 1 + draw(seed, 30);
            signals[i].counted = draw(seed, 2) == 0;
            signals[i].attributes = &url;
            signals[i].attribute_count = draw(seed, 2);
        }
    }
}

static void give_previous(uint64_t *seed, struct icp_rules_input *input)
{
    static const struct icp_str grades[] = {{0},
                                            ICP_STR_INIT("A1"),
                                            ICP_STR_INIT("B2"),
                                            ICP_STR_INIT("C3"),
                                            ICP_STR_INIT("U2"),
                                            ICP_STR_INIT("X")};
    static const struct icp_str tiers[] = {{0}, ICP_STR_INIT("hot"), ICP_STR_INIT("warm")};
    input->previous_grade = grades[draw(seed, 6)];
    input->previous_tier = tiers[draw(seed, 3)];
}

/* What is decided with the outcome as the previous one is the same outcome: nothing flaps. */
static void check_settled(const struct icp_ruleset *rules, const struct icp_rules_input *input,
                          const struct icp_result *result, struct icp_arena *arena)
{
    struct icp_rules_input again = *input;
    struct icp_result settled;
    struct icp_err err = {0};
    again.previous_grade = icp_str_from(result->grade);
    again.previous_tier = icp_rules_about(rules)->tiers[result->tier].id;
    assert_int_equal(icp_rules_score(rules, &again, 1, arena, &settled, &err), ICP_OK);
    assert_string_equal(settled.grade, result->grade);
    check_number("the tier stays", settled.tier, result->tier);
}

static struct icp_str as_text(const struct icp_ruleset *rules, const struct icp_result *result,
                              struct icp_arena *arena)
{
    struct icp_str reasons = icp_rules_reasons_text(rules, result, arena);
    struct icp_str summary = icp_rules_summary(rules, result, arena);
    return icp_arena_format(
        arena, "%d %d %d %d %s %u %d %.*s %u %u %d\n%.*s\n%.*s", result->score, result->fit,
        result->engagement, result->coverage, result->grade, result->tier, (int)result->reach,
        ICP_STR_ARGUMENTS(result->missing_field), result->refused_values, result->future_signals,
        result->moves_with_time, ICP_STR_ARGUMENTS(summary), ICP_STR_ARGUMENTS(reasons));
}

static void check_file(struct bench *bench, uint64_t *seed)
{
    struct icp_buf text;
    struct icp_arena arena;
    struct icp_rules_input inputs[RECORDS];
    struct icp_result together[RECORDS], alone;
    struct icp_err err = {0};
    icp_buf_open(&text, 65536);
    icp_arena_open(&arena, TEST_MEMORY);
    write_file(&text, seed);
    struct icp_ruleset *rules = must_compile(bench, icp_buf_view(&text));
    make_inputs(rules, &arena, seed, inputs);
    for (size_t i = 0; i < RECORDS; i++)
        give_previous(seed, &inputs[i]);
    assert_int_equal(icp_rules_score(rules, inputs, RECORDS, &arena, together, &err), ICP_OK);
    for (size_t i = RECORDS; i-- > 0;) {
        check_sums(&together[i]);
        check_settled(rules, &inputs[i], &together[i], &arena);
        assert_int_equal(icp_rules_score(rules, &inputs[i], 1, &arena, &alone, &err), ICP_OK);
        check_text("the same bytes alone and in a batch, in any order",
                   as_text(rules, &alone, &arena), as_text(rules, &together[i], &arena));
    }
    icp_rules_close(rules);
    icp_arena_close(&arena);
    icp_buf_finish(&text);
}

static void any_file_and_record_add_up(void **state)
{
    uint64_t seed = 88172645463325252u;
    for (int i = 0; i < 200; i++)
        check_file(*state, &seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(any_file_and_record_add_up)};
    return cmocka_run_group_tests(tests, open_bench, close_bench);
}
