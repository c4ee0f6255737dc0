/*
 * Scores one person with an ICP file and says why: the whole of the library in one page.
 *
 *     cc score.c $(pkg-config --cflags --libs icp) -o score
 *     ./score profile.icp.yaml
 *
 * A ruleset never changes once it is loaded: threads may share one, each with an arena of its own.
 */
#include <icp/rules.h>

#include <stdio.h>
#include <stdlib.h>

#define MEMORY ((size_t)1024 * 1024) /* a result with all its texts takes a few kilobytes */

/* Gives a value to a field. A field that the file does not name needs none. */
static void give(const struct icp_ruleset *rules, struct icp_str *values, struct icp_str field,
                 struct icp_str value)
{
    size_t index = icp_rules_field_index(rules, field);
    if (index != SIZE_MAX)
        values[index] = value;
}

int main(int argc, char **argv)
{
    struct icp_err err = {0};
    struct icp_ruleset *rules;
    struct icp_arena arena;
    struct icp_result result;
    size_t count;

    if (argc != 2)
        return 2;
    if (icp_rules_load(argv[1], "hubspot", &rules, &err) != ICP_OK) {
        fprintf(stderr, "%s:%u:%u: %s\n%s\n", argv[1], err.line, err.column, err.message, err.hint);
        return 1;
    }
    (void)icp_rules_fields(rules, &count);
    icp_arena_open(&arena, MEMORY);

    /* What is known of the person; a value that is left out is unknown, never zero. */
    struct icp_str *values = ICP_NEW_ARRAY(&arena, struct icp_str, count + 1);
    if (!values)
        return 1;
    give(rules, values, ICP_STR("company.employees"), ICP_STR("120"));
    give(rules, values, ICP_STR("company.country"), ICP_STR("Denmark"));
    give(rules, values, ICP_STR("contact.email"), ICP_STR("anna@firma.example"));

    /* What the person did, and when: 2026-01-14 at noon, in milliseconds since 1970. */
    struct icp_attribute form = {ICP_STR("form"), ICP_STR("Demo request")};
    struct icp_signal signal = {.name = ICP_STR("form_submit"),
                                .at_ms = INT64_C(1768392000000),
                                .times = 1,
                                .attributes = &form,
                                .attribute_count = 1};

    /* The day is an input: the same input gives the same bytes, today and in ten years. */
    struct icp_rules_input input = {.values = values,
                                    .signals = &signal,
                                    .signal_count = 1,
                                    .as_of = 20468}; /* 2026-01-15, in days since 1970 */

    if (icp_rules_score(rules, &input, 1, &arena, &result, &err) != ICP_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    struct icp_str summary = icp_rules_summary(rules, &result, &arena);
    struct icp_str reasons = icp_rules_reasons_text(rules, &result, &arena);
    printf("%.*s\n\n%.*s\n", ICP_STR_ARGUMENTS(summary), ICP_STR_ARGUMENTS(reasons));

    icp_arena_close(&arena);
    icp_rules_close(rules);
    return 0;
}
