/*
 * Checks of fit: criteria that change nothing, points on another scale than the rest, lines that
 * are covered by others; and what fit can be at best and at worst, which tells the grades that
 * nobody gets. The range is never too narrow: a grade that is called out of reach is out of reach.
 */
#include "check.h"

static const struct icp_yaml *criteria_of(const struct checker *checker)
{
    return check_find(checker, "fit", "criteria");
}

/* ---- What fit can be ------------------------------------------------------------------------- */

struct mean {
    int64_t points, weight; /* Σ weight × points, Σ weight */
};

static int32_t for_unknown(const struct icp_criterion *criterion)
{
    return criterion->missing == ICP_MISSING_NEUTRAL ? 50 : 0;
}

static int32_t extreme_of(const struct icp_criterion *criterion, bool best)
{
    int32_t points = best ? criterion->most : criterion->least;
    if (criterion->missing == ICP_MISSING_SKIP)
        return points;
    int32_t unknown = for_unknown(criterion);
    return (best ? unknown > points : unknown < points) ? unknown : points;
}

/* Enough weight for a letter, rounded as people see it. */
static bool is_enough(const struct icp_ruleset *rules, int64_t weight)
{
    return weight > 0 && 200 * weight >= (2 * (int64_t)rules->min_coverage - 1) * rules->weight;
}

/* The best of the criteria that are not taken yet, or the worst; SIZE_MAX: none is left. */
static size_t next_extreme(const struct icp_ruleset *rules, const bool *taken, bool best)
{
    size_t next = SIZE_MAX;
    for (size_t i = 0; i < rules->criterion_count; i++) {
        const struct icp_criterion *one = &rules->criteria[i];
        if (!taken[i] && (next == SIZE_MAX || (best ? one->most > rules->criteria[next].most
                                                    : one->least < rules->criteria[next].least)))
            next = i;
    }
    return next;
}

static void add_to_mean(struct mean *mean, const struct icp_criterion *criterion, int64_t points)
{
    mean->points += points * criterion->weight;
    mean->weight += criterion->weight;
}

/* The best mean takes the best criteria until enough is known, and leaves the others unknown. */
static struct mean extreme_mean(const struct checker *checker, bool best)
{
    const struct icp_ruleset *rules = checker->rules;
    struct mean mean = {0};
    bool *taken = ICP_NEW_ARRAY(checker->arena, bool, rules->criterion_count + 1);
    if (!taken)
        return mean;
    for (size_t i = 0; i < rules->criterion_count; i++) {
        taken[i] = rules->criteria[i].missing != ICP_MISSING_SKIP;
        if (taken[i])
            add_to_mean(&mean, &rules->criteria[i], extreme_of(&rules->criteria[i], best));
    }
    for (size_t next; (next = next_extreme(rules, taken, best)) != SIZE_MAX;) {
        int64_t points = best ? rules->criteria[next].most : rules->criteria[next].least;
        bool helps = best ? points * mean.weight > mean.points : points * mean.weight < mean.points;
        if (is_enough(rules, mean.weight) && !helps)
            break;
        taken[next] = true;
        add_to_mean(&mean, &rules->criteria[next], points);
    }
    return mean;
}

static int32_t held(int64_t number)
{
    return (int32_t)(number < 0 ? 0 : (number > 100 ? 100 : number));
}

struct check_range check_fit_range(const struct checker *checker)
{
    const struct icp_ruleset *rules = checker->rules;
    struct mean best = extreme_mean(checker, true), worst = extreme_mean(checker, false);
    int64_t up = 0, down = 0;
    for (size_t i = 0; i < rules->adjustment_count; i++) {
        up += rules->adjustments[i].points > 0 ? rules->adjustments[i].points : 0;
        down += rules->adjustments[i].points < 0 ? rules->adjustments[i].points : 0;
    }
    if (best.weight == 0 || worst.weight == 0)
        return (struct check_range){0, 100};
    return (struct check_range){
        .least = held((int64_t)icp_divide_round(worst.points, worst.weight) + down),
        .most = held((int64_t)icp_divide_round(best.points, best.weight) + up)};
}

/* ---- Grades ---------------------------------------------------------------------------------- */

static void report_grade(struct checker *checker, const struct icp_grade_line *line,
                         const char *part, const char *which, int32_t number)
{
    struct check_place place = check_place_of(checker, line->place);
    icp_report(checker->list, ICP_WARNING, "unreachable-grade", place.line, place.column,
               "nobody can get %c: the %s %s that these rules give is %d", line->mark, which, part,
               (int)number);
    icp_report_hint(checker->list, "Change the lines of the grade, or the points.");
}

static void check_lines(struct checker *checker, const struct icp_grade_lines *lines,
                        struct check_range range, const char *part)
{
    for (size_t i = 0; i < lines->count; i++) {
        if (lines->lines[i].from > range.most)
            report_grade(checker, &lines->lines[i], part, "highest", range.most);
        else if (i > 0 && lines->lines[i - 1].from - checker->rules->drop_margin <= range.least)
            report_grade(checker, &lines->lines[i], part, "lowest", range.least);
    }
}

void check_grades(struct checker *checker)
{
    const struct icp_ruleset *rules = checker->rules;
    if (rules->has_points) {
        check_lines(checker, &rules->fit_lines, check_points_range(rules), "score");
        return;
    }
    if (rules->criterion_count > 0)
        check_lines(checker, &rules->fit_lines, check_fit_range(checker), "fit");
    if (rules->has_engagement)
        check_lines(checker, &rules->engagement_lines, check_engagement_range(rules), "engagement");
}

/* ---- Criteria -------------------------------------------------------------------------------- */

static void check_effect(struct checker *checker, size_t index)
{
    const struct icp_criterion *criterion = &checker->rules->criteria[index];
    const struct icp_yaml *node = check_item(criteria_of(checker), index, NULL);
    if (criterion->least != criterion->most || criterion->count == 0)
        return;
    icp_report(checker->list, ICP_WARNING, "no-effect", node->line, node->column,
               "\"%.*s\" gives %d points whatever the value is", ICP_STR_ARGUMENTS(criterion->id),
               (int)criterion->most);
    icp_report_hint(checker->list, "Give its lines different points, or leave the criterion out.");
}

/* Points that look like 0..1 or 0..10 beside others that go up to 100. */
static void check_scale(struct checker *checker, size_t index, int32_t usual)
{
    enum { SMALL = 10, LARGE = 50 };
    const struct icp_criterion *criterion = &checker->rules->criteria[index];
    const struct icp_yaml *node = check_item(criteria_of(checker), index, NULL);
    if (criterion->most > SMALL || criterion->most == criterion->least || usual < LARGE)
        return;
    icp_report(checker->list, ICP_WARNING, "mixed-scales", node->line, node->column,
               "\"%.*s\" gives at most %d points, other criteria up to %d",
               ICP_STR_ARGUMENTS(criterion->id), (int)criterion->most, (int)usual);
    icp_report_hint(checker->list, "Points go from 0 to 100 in every criterion; how much one "
                                   "counts is its weight.");
}

static void check_unused_else(struct checker *checker, size_t index)
{
    const struct icp_criterion *criterion = &checker->rules->criteria[index];
    bool covered = criterion->has_otherwise && criterion->count > 0;
    if (criterion->kind == ICP_RULE_BANDS) {
        const struct icp_line *lines = criterion->lines;
        covered =
            covered && lines[0].from == INT64_MIN && lines[criterion->count - 1].to == INT64_MAX;
        for (size_t i = 1; covered && i < criterion->count; i++)
            covered = lines[i - 1].to >= lines[i].from - 1;
    } else {
        covered = covered && criterion->kind == ICP_RULE_MATCH && criterion->count == 2 &&
                  criterion->slot < checker->rules->known_count &&
                  checker->rules->known[criterion->slot].type == ICP_TYPE_BOOLEAN;
    }
    if (!covered)
        return;
    struct check_place place = check_place_of(checker, criterion->otherwise_place);
    icp_report(checker->list, ICP_NOTE, "unused-else", place.line, place.column,
               "no value is left for \"else\"");
}

/* A longer prefix that gives what the shorter one gives anyway. */
static void check_prefixes(struct checker *checker, const struct icp_criterion *criterion)
{
    const struct icp_line *lines = criterion->lines;
    for (size_t i = 0; i < criterion->count; i++) {
        size_t k = i + 1; /* longest first: the next that fits is what would hold without it */
        while (k < criterion->count && !icp_str_has_prefix(lines[i].key, lines[k].key))
            k++;
        checker->work -= (int64_t)(k - i);
        if (checker->work < 0)
            return;
        if (k == criterion->count || lines[k].points != lines[i].points)
            continue;
        struct check_place place = check_place_of(checker, lines[i].place);
        icp_report(checker->list, ICP_NOTE, "no-effect", place.line, place.column,
                   "\"%.*s\" gives the same %d points as the shorter \"%.*s\"",
                   ICP_STR_ARGUMENTS(lines[i].key), (int)lines[i].points,
                   ICP_STR_ARGUMENTS(lines[k].key));
    }
}

/* Texts that the field never has, whatever the record. */
static const char *why_impossible(struct icp_str field, struct icp_str key)
{
    bool domain = icp_str_is(field, "contact.email_domain") || icp_str_is(field, "company.domain");
    bool dot = icp_str_find(key, ICP_STR(".")) < key.length;
    for (size_t i = 0; domain && i < key.length; i++)
        if (key.data[i] == '@' || key.data[i] == '/' || key.data[i] == ':' || key.data[i] == ' ' ||
            key.data[i] == '*')
            return "Write the domain alone, such as firma.dk.";
    if (domain && !dot)
        return "A domain has a dot, such as firma.dk.";
    if (icp_str_is(field, "contact.email") && icp_str_find(key, ICP_STR("@")) == key.length)
        return "An address has an @; contact.email_domain is what stands behind it.";
    return NULL;
}

static void check_keys(struct checker *checker, const struct icp_criterion *criterion)
{
    const struct icp_ruleset *rules = checker->rules;
    if (criterion->kind != ICP_RULE_MATCH || criterion->slot >= rules->known_count)
        return;
    for (size_t i = 0; i < criterion->count; i++) {
        struct icp_str field = rules->known[criterion->slot].name;
        const char *hint = why_impossible(field, criterion->lines[i].key);
        if (!hint)
            continue;
        struct check_place place = check_place_of(checker, criterion->lines[i].place);
        icp_report(checker->list, ICP_WARNING, "impossible-value", place.line, place.column,
                   "\"%.*s\" is never \"%.*s\"", ICP_STR_ARGUMENTS(field),
                   ICP_STR_ARGUMENTS(criterion->lines[i].key));
        icp_report_hint(checker->list, "%s", hint);
    }
}

static void check_adjustment(struct checker *checker, const struct icp_condition_line *line)
{
    if (line->points != 0)
        return;
    struct check_place place = check_place_of(checker, line->place);
    icp_report(checker->list, ICP_WARNING, "no-effect", place.line, place.column,
               "the adjustment \"%.*s\" adds 0 points", ICP_STR_ARGUMENTS(line->id));
}

void check_fit(struct checker *checker)
{
    const struct icp_ruleset *rules = checker->rules;
    int32_t usual = 0;
    for (size_t i = 0; i < rules->criterion_count; i++)
        usual = rules->criteria[i].most > usual ? rules->criteria[i].most : usual;
    for (size_t i = 0; i < rules->criterion_count; i++) {
        check_effect(checker, i);
        check_scale(checker, i, usual);
        check_unused_else(checker, i);
        check_keys(checker, &rules->criteria[i]);
        check_titles(checker, &rules->criteria[i]);
        if (rules->criteria[i].kind == ICP_RULE_PREFIX)
            check_prefixes(checker, &rules->criteria[i]);
    }
    for (size_t i = 0; i < rules->adjustment_count; i++)
        check_adjustment(checker, &rules->adjustments[i]);
}
