/*
 * Patterns over job titles, of a criterion or a line of points: read, brought to their normal
 * spelling, and compiled together with the guards that stand beside them.
 */
#include "loader.h"

#include <stdlib.h>

enum { MOST_TITLE_BYTES = 100000 }; /* some 6,000 patterns: 20 MiB of tables */

bool icp_read_title(struct icp_loader *loader, const struct icp_yaml *node, struct icp_str *normal)
{
    struct icp_str text;
    if (!icp_read_text(loader, node, "a pattern", &text))
        return false;
    *normal = icp_titles_normal(text, loader->arena);
    loader->title_bytes += normal->length;
    if (loader->title_bytes > MOST_TITLE_BYTES) {
        icp_report(loader->list, ICP_ERROR, "too-many", node->line, node->column,
                   "more than %d letters of title patterns in one file", MOST_TITLE_BYTES);
        return false;
    }
    if (!icp_str_is_null(*normal))
        return true;
    icp_report(loader->list, ICP_ERROR, "bad-pattern", node->line, node->column,
               "\"%.*s\" matches no title", ICP_STR_ARGUMENTS(text));
    icp_report_hint(loader->list, "Write a word or a phrase; \"*\" stands for any letters of a "
                                  "word: \"*direktør\", \"chief * officer\".");
    return false;
}

static int by_text(const void *left, const void *right)
{
    const struct icp_str *a = left, *b = right;
    return icp_str_compare(*a, *b);
}

void icp_read_guards(struct icp_loader *loader, const struct icp_yaml *node,
                     struct icp_criterion *criterion)
{
    size_t count = node->kind == ICP_YAML_SEQUENCE ? node->count : 1;
    struct icp_str *guards = ICP_NEW_ARRAY(loader->arena, struct icp_str, count + 1);
    if (count == 0) {
        icp_report(loader->list, ICP_ERROR, "no-lines", node->line, node->column,
                   "\"not\" has no lines");
        return;
    }
    if (node->kind == ICP_YAML_MAPPING) {
        icp_wrong_type(loader, node, "\"not\"", "a pattern or a list of patterns");
        return;
    }
    for (size_t i = 0; guards && i < count; i++) {
        const struct icp_yaml *item = node->kind == ICP_YAML_SEQUENCE ? &node->values[i] : node;
        if (icp_read_title(loader, item, &guards[criterion->guard_count]))
            criterion->guard_count++;
    }
    if (guards)
        qsort(guards, criterion->guard_count, sizeof(*guards), by_text);
    criterion->guards = guards;
}

void icp_compile_titles(struct icp_loader *loader, const struct icp_yaml *node,
                        struct icp_criterion *criterion)
{
    size_t count = criterion->count + criterion->guard_count;
    if (criterion->count > ICP_TITLES_LINES) {
        icp_report(loader->list, ICP_ERROR, "too-many", node->line, node->column,
                   "more than %d patterns in one line", ICP_TITLES_LINES);
        return;
    }
    struct icp_titles_pattern *patterns =
        ICP_NEW_ARRAY(loader->arena, struct icp_titles_pattern, count + 1);
    for (size_t i = 0; patterns && i < criterion->count; i++)
        patterns[i] =
            (struct icp_titles_pattern){.normal = criterion->lines[i].key, .line = (uint32_t)i};
    for (size_t i = 0; patterns && i < criterion->guard_count; i++)
        patterns[criterion->count + i] = (struct icp_titles_pattern){
            .normal = criterion->guards[i], .line = ICP_TITLES_EVERY, .guard = true};
    if (patterns)
        criterion->titles = icp_titles_compile(patterns, count, criterion->count, loader->arena);
}
