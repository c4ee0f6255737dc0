/*
 * What is allowed in an ICP file but hardly meant. This file holds the order of the checks and
 * those about the file as a whole; check_words.c looks at the words of a text that may still have
 * errors, the other check_*.c at a ruleset that compiled.
 */
#include "check.h"

#define CHECK_MEMORY ((size_t)16 * 1024 * 1024) /* when it is full, checks end early */

struct check_place check_place_of(const struct checker *checker, uint32_t place)
{
    const struct icp_rules_line *line;
    if (place == 0 || place > checker->rules->place_count)
        return (struct check_place){1, 1};
    line = &checker->rules->places[place - 1];
    return (struct check_place){line->line, line->column};
}

struct check_place check_place_at(const struct icp_yaml *node)
{
    return node ? (struct check_place){node->line, node->column} : (struct check_place){1, 1};
}

const struct icp_yaml *check_find(const struct checker *checker, const char *section,
                                  const char *key)
{
    const struct icp_yaml *node = icp_yaml_get(checker->root, section);
    return node && key ? icp_yaml_get(node, key) : node;
}

const struct icp_yaml *check_item(const struct icp_yaml *list, size_t index, const char *key)
{
    if (!list || list->kind != ICP_YAML_SEQUENCE || index >= list->count)
        return list;
    const struct icp_yaml *item = &list->values[index];
    const struct icp_yaml *value = key ? icp_yaml_get(item, key) : NULL;
    return value ? value : item;
}

/* ---- The file as a whole --------------------------------------------------------------------- */

static void check_review(struct checker *checker)
{
    const struct icp_yaml *node = check_find(checker, "review_by", NULL);
    int32_t day;
    if (!node || checker->with->today == ICP_NO_DAY || !icp_date_parse(node->text, &day) ||
        day >= checker->with->today)
        return;
    icp_report(checker->list, ICP_WARNING, "review-due", node->line, node->column,
               "this was to be reviewed by %.*s", ICP_STR_ARGUMENTS(node->text));
    icp_report_hint(checker->list,
                    "Look at won and lost deals since then, change what is no longer so, and set "
                    "a new date.");
}

static void check_tests(struct checker *checker)
{
    if (checker->rules->test_count > 0)
        return;
    icp_report(checker->list, ICP_NOTE, "no-tests", 1, 1, "the file has no tests");
    icp_report_hint(checker->list,
                    "A handful of people whom your team knows, with the grade they should get, "
                    "find most slips.");
}

void icp_rules_check(const struct icp_ruleset *rules, const struct icp_rules_checking *with,
                     struct icp_diagnostics *list)
{
    struct icp_arena arena;
    struct checker checker = {.rules = rules,
                              .root = rules->root,
                              .with = with,
                              .list = list,
                              .arena = &arena,
                              .work = CHECK_WORK};
    icp_arena_open(&arena, CHECK_MEMORY);
    check_review(&checker);
    check_tests(&checker);
    check_fit(&checker);
    check_grades(&checker);
    if (rules->has_points)
        check_points(&checker);
    else
        check_engagement(&checker);
    check_conditions(&checker);
    check_tiers(&checker);
    check_properties(&checker);
    icp_arena_close(&arena);
}
