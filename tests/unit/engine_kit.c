/*
 * A dictionary, and whatever is being compiled over it; and what holds of every result.
 */
#include "engine_kit.h"

#include "file.h"

int open_bench(void **state)
{
    static struct bench bench;
    struct icp_err err = {0};
    icp_arena_open(&bench.arena, TEST_MEMORY);
    icp_diagnostics_open(&bench.list, &bench.arena, "fields.yaml");
    icp_buf_open(&bench.yaml, 65536);
    if (icp_file_read(ICP_SOURCE_DIR "/tests/rules/fields.yaml", 65536, &bench.yaml, &err) !=
        ICP_OK)
        return 1;
    bench.dictionary = icp_dictionary_parse(ICP_STR("hubspot"), icp_buf_view(&bench.yaml),
                                            &bench.arena, &bench.list);
    *state = &bench;
    return bench.dictionary ? 0 : 1;
}

int close_bench(void **state)
{
    struct bench *bench = *state;
    icp_buf_finish(&bench->yaml);
    icp_arena_close(&bench->arena);
    return 0;
}

struct icp_ruleset *compile(struct bench *bench, struct icp_str text)
{
    struct icp_ruleset *rules = NULL;
    struct icp_err err = {0};
    icp_diagnostics_open(&bench->list, &bench->arena, "rules");
    (void)icp_rules_compile(text, "rules", &bench->dictionary, 1, &bench->list, &rules, &err);
    return rules;
}

struct icp_ruleset *must_compile(struct bench *bench, struct icp_str text)
{
    struct icp_ruleset *rules = compile(bench, text);
    if (!rules) {
        struct icp_buf out;
        icp_buf_open(&out, 65536);
        icp_diagnostics_print(&bench->list, &out);
        print_error("%s\n%.*s\n", out.data ? out.data : "", ICP_STR_ARGUMENTS(text));
        icp_buf_finish(&out);
        fail_msg("a good file was refused");
    }
    return rules;
}

void check_sums(const struct icp_result *result)
{
    int64_t points = 0, own = 0;
    for (size_t i = 0; i < result->reason_count; i++) {
        points += result->reasons[i].points;
        own += result->reasons[i].own_points;
    }
    if (result->disqualified) {
        check_number("a disqualified record has score 0", result->score, 0);
        check_number("a disqualified record's reasons have no points", points, 0);
        return;
    }
    check_number("reasons add up to the score", points, result->score);
    check_number("own points add up to fit and engagement", own,
                 (int64_t)result->fit + result->engagement);
    for (size_t i = 1; i < result->reason_count; i++) {
        int32_t a = result->reasons[i - 1].points, b = result->reasons[i].points;
        if ((a < 0 ? -a : a) < (b < 0 ? -b : b))
            fail_msg("reasons are not in the order of their size");
    }
}
