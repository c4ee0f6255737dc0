/*
 * Checks of patterns over job titles: one that an earlier one hides gives nobody its points.
 * Patterns with the same points are left alone: which of them holds changes nothing.
 */
#include "check.h"

#include "titles.h"

enum { LEFT_FOR_OTHERS = CHECK_WORK / 2 }; /* 2,000 patterns are two million pairs */

/* A guard takes away the part of the title in which a pattern ends, which may be another one. */
static bool may_hide(const struct icp_criterion *criterion, const struct icp_line *line)
{
    return criterion->guard_count == 0 || !icp_titles_crosses(line->key);
}

static struct icp_str written(const struct checker *checker, const struct icp_line *line)
{
    return line->place > 0 ? checker->rules->places[line->place - 1].says : line->key;
}

static void report_hidden(struct checker *checker, const struct icp_line *line,
                          const struct icp_line *by)
{
    struct check_place place = check_place_of(checker, line->place);
    struct icp_str text = written(checker, line), before = written(checker, by);
    icp_report(checker->list, ICP_WARNING, "hidden-line", place.line, place.column,
               "\"%.*s\" gives nobody its points: \"%.*s\" comes first wherever it holds",
               ICP_STR_ARGUMENTS(text), ICP_STR_ARGUMENTS(before));
    icp_report_hint(checker->list, "The first that holds is taken; put the narrower one first.");
}

void check_titles(struct checker *checker, const struct icp_criterion *criterion)
{
    const struct icp_line *lines = criterion->lines;
    if (criterion->kind != ICP_RULE_TITLES)
        return;
    for (size_t i = 1; i < criterion->count; i++) {
        for (size_t k = 0; k < i && may_hide(criterion, &lines[i]); k++) {
            checker->work -= (int64_t)lines[i].key.length;
            if (checker->work < LEFT_FOR_OTHERS)
                return;
            if (!icp_titles_covers(lines[k].key, lines[i].key))
                continue;
            if (lines[k].points != lines[i].points)
                report_hidden(checker, &lines[i], &lines[k]);
            break;
        }
    }
}
