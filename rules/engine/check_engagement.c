/*
 * Checks of engagement: lines of a group that an earlier line hides, caps and floors that take away
 * what lines give or do nothing, half-lives nobody means; and what a group and engagement as a
 * whole can be.
 */
#include "check.h"

/* ---- What it can be -------------------------------------------------------------------------- */

struct check_range check_group_range(const struct icp_ruleset *rules, size_t group_index)
{
    const struct icp_group *group = &rules->groups[group_index];
    struct check_range range = {0, 0};
    if (rules->has_points)
        return check_points_group_range(rules, group_index);
    for (size_t i = 0; i < group->line_count; i++) {
        int32_t points = rules->signal_lines[group->first_line + i].points;
        if (points > 0)
            range.most = ICP_MAX_GROUP_POINTS;
        if (points < 0)
            range.least = -ICP_MAX_GROUP_POINTS;
    }
    if (group->has_cap) {
        range.most = range.most > group->cap ? group->cap : range.most;
        range.least = range.least > group->cap ? group->cap : range.least;
    }
    if (group->has_floor) {
        range.most = range.most < group->floor ? group->floor : range.most;
        range.least = range.least < group->floor ? group->floor : range.least;
    }
    return range;
}

static int32_t held(int64_t number)
{
    return (int32_t)(number < 0 ? 0 : (number > 100 ? 100 : number));
}

struct check_range check_engagement_range(const struct icp_ruleset *rules)
{
    int64_t least = 0, most = 0;
    for (size_t i = 0; i < rules->group_count; i++) {
        struct check_range range = check_group_range(rules, i);
        least += range.least;
        most += range.most;
    }
    return (struct check_range){.least = held(least), .most = held(most)};
}

/* ---- Hidden lines ---------------------------------------------------------------------------- */

/* Every text that `narrow` fits is one that `wide` fits too, as far as can be told at a glance:
   '*' of the wide pattern takes whatever stands there, also the marks of the narrow one. */
static bool pattern_covers(struct checker *checker, struct icp_str wide, struct icp_str narrow)
{
    checker->work -= (int64_t)(wide.length + narrow.length);
    if (icp_str_equal(wide, narrow))
        return true;
    return icp_str_find(wide, ICP_STR("?")) == wide.length && icp_glob_match(wide, narrow);
}

static bool match_covers(struct checker *checker, const struct icp_match *wide,
                         const struct icp_match *narrow)
{
    for (size_t i = 0; i < narrow->count; i++) {
        size_t k = 0;
        while (k < wide->count &&
               !pattern_covers(checker, wide->patterns[k], narrow->patterns[i])) {
            if (checker->work < 0)
                return false;
            k++;
        }
        if (k == wide->count)
            return false;
    }
    return true;
}

/* Each condition of the earlier line on an attribute is one that the later line implies. */
static bool line_covers(struct checker *checker, const struct icp_signal_line *earlier,
                        const struct icp_signal_line *later)
{
    checker->work--;
    if (earlier->when && (!later->when || !icp_str_equal(icp_feel_canonical(earlier->when),
                                                         icp_feel_canonical(later->when))))
        return false;
    for (size_t i = 0; i < earlier->match_count; i++) {
        const struct icp_match *wide = &earlier->matches[i];
        size_t k = 0;
        while (k < later->match_count &&
               !(icp_str_equal(wide->attribute, later->matches[k].attribute) &&
                 match_covers(checker, wide, &later->matches[k])))
            k++;
        if (k == later->match_count)
            return false;
    }
    return true;
}

static void check_hidden(struct checker *checker, const struct icp_signal_kind *signal)
{
    const struct icp_signal_line *lines = checker->rules->signal_lines;
    for (size_t i = 1; i < signal->line_count; i++) {
        const struct icp_signal_line *later = &lines[signal->lines[i]];
        for (size_t k = 0; k < i && checker->work > 0; k++) {
            const struct icp_signal_line *earlier = &lines[signal->lines[k]];
            if (earlier->group != later->group || !line_covers(checker, earlier, later))
                continue;
            struct check_place place = check_place_of(checker, later->place);
            struct check_place before = check_place_of(checker, earlier->place);
            icp_report(checker->list, ICP_WARNING, "hidden-line", place.line, place.column,
                       "this line never gets a %.*s: the one in line %u takes them all",
                       ICP_STR_ARGUMENTS(signal->name), (unsigned)before.line);
            icp_report_hint(checker->list,
                            "The first line that fits takes a signal; put the narrower one first.");
            break;
        }
    }
}

/* ---- Points and limits ----------------------------------------------------------------------- */

static const struct icp_yaml *groups_of(const struct checker *checker)
{
    return check_find(checker, "engagement", "groups");
}

static void check_line(struct checker *checker, const struct icp_signal_line *line)
{
    const struct icp_group *group = &checker->rules->groups[line->group];
    struct check_place place = check_place_of(checker, line->place);
    if (group->has_cap && line->points > group->cap) {
        icp_report(checker->list, ICP_WARNING, "cap-below-line", place.line, place.column,
                   "one occurrence gives %d point%s, but the cap of \"%.*s\" is %d",
                   (int)line->points, line->points == 1 ? "" : "s", ICP_STR_ARGUMENTS(group->id),
                   (int)group->cap);
        icp_report_hint(checker->list, "Raise the cap, or write the points that can count.");
    } else if (line->points > 100) {
        icp_report(checker->list, ICP_WARNING, "mixed-scales", place.line, place.column,
                   "one occurrence gives %d points, but engagement ends at 100", (int)line->points);
        icp_report_hint(checker->list,
                        "Engagement goes from 0 to 100; write points on that scale.");
    }
    if (line->points == 0 && line->max_per_day > 0)
        icp_report(checker->list, ICP_NOTE, "no-effect", place.line, place.column,
                   "\"max_per_day\" limits a line that gives 0 points");
}

static void check_limits(struct checker *checker, const struct icp_group *group)
{
    bool gives = false, takes = false;
    for (size_t i = 0; i < group->line_count; i++) {
        int32_t points = checker->rules->signal_lines[group->first_line + i].points;
        gives = gives || points > 0;
        takes = takes || points < 0;
    }
    struct check_place cap = check_place_of(checker, group->cap_place);
    struct check_place floor = check_place_of(checker, group->floor_place);
    if (group->has_cap && group->cap >= 0 && !gives)
        icp_report(checker->list, ICP_WARNING, "no-effect", cap.line, cap.column,
                   "the cap of \"%.*s\" is never reached: no line gives points",
                   ICP_STR_ARGUMENTS(group->id));
    if (group->has_floor && group->floor <= 0 && !takes)
        icp_report(checker->list, ICP_NOTE, "no-effect", floor.line, floor.column,
                   "the floor of \"%.*s\" is never reached: no line takes points off",
                   ICP_STR_ARGUMENTS(group->id));
    if (group->has_floor && group->floor > 0) {
        icp_report(checker->list, ICP_WARNING, "odd-floor", floor.line, floor.column,
                   "everybody has at least %d points in \"%.*s\", whatever they did",
                   (int)group->floor, ICP_STR_ARGUMENTS(group->id));
        icp_report_hint(checker->list, "A floor is meant to be 0 or below.");
    }
    if (group->has_cap && group->cap <= 0 && gives) {
        icp_report(checker->list, ICP_WARNING, "no-effect", cap.line, cap.column,
                   "with a cap of %d no line of \"%.*s\" can give points", (int)group->cap,
                   ICP_STR_ARGUMENTS(group->id));
    }
}

/* Longer than a buying process or shorter than a weekend. */
static void check_half_life(struct checker *checker, const struct icp_yaml *node)
{
    enum { SHORT = 2, LONG = 730 };
    struct icp_str number, rest;
    int64_t days;
    if (!node || node->kind != ICP_YAML_SCALAR)
        return;
    rest = node->text;
    if (!icp_str_cut(&rest, ' ', &number) || !icp_integer_parse(number, &days) ||
        (days >= SHORT && days <= LONG))
        return;
    icp_report(checker->list, ICP_WARNING, "odd-half-life", node->line, node->column,
               days < SHORT ? "after a half-life of %.*s hardly anything is left by the next week"
                            : "with a half-life of %.*s nothing fades while anybody remembers it",
               ICP_STR_ARGUMENTS(node->text));
    icp_report_hint(checker->list, "30 to 180 days suit most ways of selling.");
}

static void check_half_lives(struct checker *checker)
{
    const struct icp_yaml *groups = groups_of(checker);
    bool fades = check_find(checker, "engagement", "half_life") != NULL;
    check_half_life(checker, check_find(checker, "engagement", "half_life"));
    for (size_t i = 0; groups && i < groups->count; i++) {
        const struct icp_yaml *lines = icp_yaml_get(&groups->values[i], "signals");
        for (size_t k = 0; lines && k < lines->count; k++) {
            const struct icp_yaml *half_life = icp_yaml_get(&lines->values[k], "half_life");
            check_half_life(checker, half_life);
            fades = fades || half_life;
        }
    }
    const struct icp_yaml *section = check_find(checker, "engagement", NULL);
    if (fades || !section)
        return;
    icp_report(checker->list, ICP_NOTE, "never-fades", section->line, section->column,
               "nothing fades: what somebody did years ago counts like today");
    icp_report_hint(checker->list, "Add \"half_life: 30 days\" to \"engagement\".");
}

void check_engagement(struct checker *checker)
{
    const struct icp_ruleset *rules = checker->rules;
    for (size_t i = 0; i < rules->signal_count; i++)
        check_hidden(checker, &rules->signals[i]);
    for (size_t i = 0; i < rules->signal_line_count; i++)
        check_line(checker, &rules->signal_lines[i]);
    for (size_t i = 0; i < rules->group_count; i++)
        check_limits(checker, &rules->groups[i]);
    check_half_lives(checker);
}
