/*
 * Checks of the points model: lines that add nothing or that a cap cuts short, conditions that are
 * never or always true, and what the score can be, which tells the grades that nobody gets.
 */
#include "check.h"

/* ---- What it can be -------------------------------------------------------------------------- */

struct wide_range {
    int64_t least, most;
};

static void take(struct wide_range *range, int64_t points)
{
    range->least = points < range->least ? points : range->least;
    range->most = points > range->most ? points : range->most;
}

static struct wide_range rule_range(const struct icp_criterion *rule)
{
    struct wide_range range = {0, 0}, sum = {0, 0}; /* an unknown value adds nothing */
    for (size_t i = 0; rule && i < rule->count; i++) {
        int32_t points = rule->lines[i].points;
        take(&range, points);
        sum.least += points < 0 ? points : 0;
        sum.most += points > 0 ? points : 0;
    }
    if (!rule || rule->kind == ICP_RULE_ANY_OF)
        return sum;
    take(&range, rule->otherwise);
    return range;
}

static struct wide_range line_range(const struct icp_points_line *line)
{
    struct wide_range range = {0, 0};
    if (line->kind == ICP_POINTS_RULE)
        range = rule_range(line->rule);
    else
        take(&range, line->points);
    if (line->kind == ICP_POINTS_PER || line->kind == ICP_POINTS_SIGNAL) { /* any number of times */
        range.least *= ICP_MAX_GROUP_POINTS;
        range.most *= ICP_MAX_GROUP_POINTS;
    }
    if (line->has_cap && line->cap >= 0 && range.most > line->cap)
        range.most = line->cap;
    if (line->has_cap && line->cap < 0 && range.least < line->cap)
        range.least = line->cap;
    if (range.most > ICP_MAX_GROUP_POINTS)
        range.most = ICP_MAX_GROUP_POINTS;
    if (range.least < -ICP_MAX_GROUP_POINTS)
        range.least = -ICP_MAX_GROUP_POINTS;
    return range;
}

static void hold(struct wide_range *range, const struct icp_group *group)
{
    if (group->has_cap) {
        range->most = range->most > group->cap ? group->cap : range->most;
        range->least = range->least > group->cap ? group->cap : range->least;
    }
    if (group->has_floor) {
        range->most = range->most < group->floor ? group->floor : range->most;
        range->least = range->least < group->floor ? group->floor : range->least;
    }
}

static struct wide_range sum_of(const struct icp_ruleset *rules, uint32_t group)
{
    struct wide_range sum = {0, 0};
    for (size_t i = 0; i < rules->points_count; i++) {
        if (rules->points[i].group != group)
            continue;
        struct wide_range range = line_range(&rules->points[i]);
        sum.least += range.least;
        sum.most += range.most;
    }
    if (group != ICP_NO_GROUP)
        hold(&sum, &rules->groups[group]);
    return sum;
}

static struct check_range narrowed(struct wide_range range, int64_t least, int64_t most)
{
    return (struct check_range){
        .least = (int32_t)(range.least < least ? least : (range.least > most ? most : range.least)),
        .most = (int32_t)(range.most < least ? least : (range.most > most ? most : range.most))};
}

struct check_range check_points_group_range(const struct icp_ruleset *rules, size_t group)
{
    return narrowed(sum_of(rules, (uint32_t)group), -ICP_MAX_GROUP_POINTS, ICP_MAX_GROUP_POINTS);
}

struct check_range check_points_range(const struct icp_ruleset *rules)
{
    struct wide_range all = sum_of(rules, ICP_NO_GROUP);
    for (size_t i = 0; i < rules->group_count; i++) {
        struct wide_range group = sum_of(rules, (uint32_t)i);
        all.least += group.least;
        all.most += group.most;
    }
    return narrowed(all, 0, rules->score_most);
}

/* ---- Lines ----------------------------------------------------------------------------------- */

static void check_cap(struct checker *checker, const struct icp_points_line *line)
{
    const struct icp_ruleset *rules = checker->rules;
    const struct icp_group *group =
        line->group != ICP_NO_GROUP ? &rules->groups[line->group] : NULL;
    struct check_place place = check_place_of(checker, line->place);
    bool repeated = line->kind == ICP_POINTS_PER || line->kind == ICP_POINTS_SIGNAL;
    bool past = line->points > 0 ? line->points > line->cap : line->points < line->cap;
    if (repeated && line->has_cap && past) {
        icp_report(checker->list, ICP_WARNING, "cap-below-line", place.line, place.column,
                   "one occurrence gives %d points, but the cap of \"%.*s\" is %d",
                   (int)line->points, ICP_STR_ARGUMENTS(line->id), (int)line->cap);
    } else if (group && group->has_cap && line->kind != ICP_POINTS_RULE &&
               line->points > group->cap) {
        icp_report(checker->list, ICP_WARNING, "cap-below-line", place.line, place.column,
                   "\"%.*s\" gives %d points, but the cap of its group \"%.*s\" is %d",
                   ICP_STR_ARGUMENTS(line->id), (int)line->points, ICP_STR_ARGUMENTS(group->id),
                   (int)group->cap);
    } else {
        return;
    }
    icp_report_hint(checker->list, "Raise the cap, or write the points that can count.");
}

static void check_effect(struct checker *checker, const struct icp_points_line *line)
{
    struct wide_range range = line_range(line);
    struct check_place place = check_place_of(checker, line->place);
    if (range.least != 0 || range.most != 0 || line->kind == ICP_POINTS_SIGNAL)
        return; /* a signal line of 0 points keeps its signal from nobody, but says so */
    icp_report(checker->list, ICP_WARNING, "no-effect", place.line, place.column,
               "\"%.*s\" never adds a point", ICP_STR_ARGUMENTS(line->id));
}

/* A group whose lines cannot reach its cap together. */
static void check_group(struct checker *checker, size_t index)
{
    const struct icp_ruleset *rules = checker->rules;
    const struct icp_group *group = &rules->groups[index];
    struct check_place place = check_place_of(checker, group->cap_place);
    int64_t most = 0;
    for (size_t i = 0; i < rules->points_count; i++)
        if (rules->points[i].group == index)
            most += line_range(&rules->points[i]).most;
    if (group->has_cap && group->cap >= 0 && most <= group->cap)
        icp_report(checker->list, ICP_NOTE, "no-effect", place.line, place.column,
                   "the cap of \"%.*s\" is never reached: its lines give at most %d points",
                   ICP_STR_ARGUMENTS(group->id), (int)most);
}

void check_points(struct checker *checker)
{
    const struct icp_ruleset *rules = checker->rules;
    for (size_t i = 0; i < rules->points_count; i++) {
        check_cap(checker, &rules->points[i]);
        if (rules->points[i].rule)
            check_titles(checker, rules->points[i].rule);
        check_effect(checker, &rules->points[i]);
    }
    for (size_t i = 0; rules->has_points && i < rules->group_count; i++)
        check_group(checker, i);
}
