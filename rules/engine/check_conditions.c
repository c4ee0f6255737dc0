/*
 * Checks of conditions: those that can never be true or always are, lines behind one that takes
 * everything, the same condition twice, and tiers that nobody gets, given what scores, grades and
 * groups can be.
 */
#include "check.h"

/* ---- Slots ----------------------------------------------------------------------------------- */

static bool record_slot(const struct checker *checker, uint32_t slot, struct check_slot *about)
{
    *about = (struct check_slot){.type = ICP_TYPE_SET};
    if (slot < checker->rules->known_count)
        about->type = checker->rules->known[slot].type;
    return true;
}

static bool attribute_slot(const struct checker *checker, uint32_t slot, struct check_slot *about)
{
    (void)checker;
    (void)slot;
    *about = (struct check_slot){.type = ICP_TYPE_TEXT};
    return true;
}

static void add_grade(struct icp_str *texts, size_t *count, struct icp_str text)
{
    for (size_t i = 0; i < *count; i++)
        if (icp_str_equal(texts[i], text))
            return;
    texts[(*count)++] = text;
}

/* Every grade, or every letter. */
static void all_grades(const struct checker *checker, bool letters, struct check_slot *about)
{
    const struct icp_rules_about *rules = icp_rules_about(checker->rules);
    struct icp_str *texts = ICP_NEW_ARRAY(checker->arena, struct icp_str, rules->grade_count + 1);
    about->type = ICP_TYPE_TEXT;
    for (size_t i = 0; texts && i < rules->grade_count; i++)
        add_grade(texts, &about->text_count,
                  letters ? icp_str_slice(rules->grades[i], 0, 1) : rules->grades[i]);
    about->texts = texts;
}

static bool output_slot(const struct checker *checker, enum icp_output output,
                        struct check_slot *about)
{
    const struct icp_ruleset *rules = checker->rules;
    *about = (struct check_slot){
        .type = ICP_TYPE_NUMBER, .known = true, .whole = true, .bounded = true, .range = {0, 100}};
    switch (output) {
    case ICP_OUTPUT_SCORE:
        about->name = ICP_STR("score");
        about->range.most = rules->score_most;
        about->narrow = rules->has_points;
        if (rules->has_points) /* 0 also when disqualified */
            about->range.most = check_points_range(rules).most;
        return true;
    case ICP_OUTPUT_COVERAGE:
        about->name = ICP_STR("coverage");
        return true;
    case ICP_OUTPUT_FIT: /* 0 also when nothing is known */
        about->range.most = check_fit_range(checker).most;
        about->name = ICP_STR("fit");
        about->narrow = about->range.most < 100;
        return true;
    case ICP_OUTPUT_ENGAGEMENT:
        about->range = check_engagement_range(rules);
        about->name = ICP_STR("engagement");
        about->narrow = about->range.least > 0 || about->range.most < 100;
        return true;
    case ICP_OUTPUT_ENGAGEMENT_GRADE:
        about->name = ICP_STR("engagement_grade");
        about->range.least = rules->engagement_lines.lines[0].mark - '0';
        about->range.most =
            rules->engagement_lines.lines[rules->engagement_lines.count - 1].mark - '0';
        return true;
    case ICP_OUTPUT_GRADE:
    case ICP_OUTPUT_FIT_GRADE:
        about->whole = about->bounded = false;
        all_grades(checker, output == ICP_OUTPUT_FIT_GRADE, about);
        return about->texts != NULL;
    case ICP_OUTPUT_ROLES: /* a set */
    case ICP_OUTPUT_COUNT:
        break;
    }
    about->type = ICP_TYPE_SET;
    return true;
}

static bool tier_slot(const struct checker *checker, uint32_t slot, struct check_slot *about)
{
    const struct icp_ruleset *rules = checker->rules;
    if (slot >= rules->group_base && slot < rules->group_base + rules->group_count) {
        size_t group = slot - rules->group_base;
        *about = (struct check_slot){.type = ICP_TYPE_NUMBER,
                                     .known = true,
                                     .bounded = true,
                                     .narrow = true,
                                     .range = check_group_range(rules, group),
                                     .name = rules->groups[group].id};
        return true;
    }
    if (slot >= rules->output_base && slot < rules->output_base + ICP_OUTPUT_COUNT)
        return output_slot(checker, (enum icp_output)(slot - rules->output_base), about);
    return record_slot(checker, slot, about);
}

/* ---- What outputs can be together --------------------------------------------------------------
 */

struct outputs { /* what each can be; all of it where no condition names it */
    struct check_range fit, engagement, score, coverage;
    struct check_range digit; /* 0: of no engagement */
    char letter;              /* of fit_grade; 0: any */
    struct icp_str grade;
};
static const struct outputs any_outputs = {.fit = {0, 100},
                                           .engagement = {0, 100},
                                           .score = {0, INT32_MAX},
                                           .coverage = {0, 100},
                                           .digit = {0, 9}};

static void take_output(const struct checker *checker, uint32_t slot, const struct icp_value *value,
                        const struct check_range *span, struct outputs *all)
{
    if (slot < checker->rules->output_base ||
        slot >= checker->rules->output_base + ICP_OUTPUT_COUNT)
        return;
    switch ((enum icp_output)(slot - checker->rules->output_base)) {
    case ICP_OUTPUT_SCORE:
        all->score = *span;
        break;
    case ICP_OUTPUT_FIT:
        all->fit = *span;
        break;
    case ICP_OUTPUT_ENGAGEMENT:
        all->engagement = *span;
        break;
    case ICP_OUTPUT_COVERAGE:
        all->coverage = *span;
        break;
    case ICP_OUTPUT_ENGAGEMENT_GRADE:
        all->digit = *span;
        break;
    case ICP_OUTPUT_GRADE:
        all->grade = value->as.text;
        break;
    case ICP_OUTPUT_FIT_GRADE:
        all->letter = value->as.text.data[0];
        break;
    case ICP_OUTPUT_ROLES: /* any, whatever the numbers are */
    case ICP_OUTPUT_COUNT:
        break;
    }
}

/* Can one of these numbers have this mark: it reaches its line, or is held within the margin, and
   does not reach the line of a better one. */
static bool can_have(const struct icp_grade_lines *lines, int32_t margin, struct check_range number,
                     char mark)
{
    int32_t below = INT32_MAX; /* the line of the next better one */
    for (size_t i = 0; i < lines->count; i++) {
        if (lines->lines[i].mark == mark)
            return number.most >= lines->lines[i].from - margin && number.least < below;
        below = lines->lines[i].from;
    }
    return false;
}

static char letter_of(const struct outputs *all)
{
    if (all->grade.length > 0)
        return all->grade.data[0];
    return all->letter;
}

/* A digit that all of them allow, or no digit is asked about. */
static bool digit_agrees(const struct icp_ruleset *rules, const struct outputs *all)
{
    struct check_range digit = all->digit;
    if (rules->engagement_lines.count == 0)
        return true;
    if (all->grade.length > 1) {
        int32_t own = all->grade.data[1] - '0';
        digit.least = digit.least > own ? digit.least : own;
        digit.most = digit.most < own ? digit.most : own;
    }
    for (int32_t i = digit.least; i <= digit.most; i++)
        if (can_have(&rules->engagement_lines, rules->drop_margin, all->engagement,
                     (char)('0' + i)))
            return true;
    return false;
}

static bool marks_agree(const struct icp_ruleset *rules, const struct outputs *all)
{
    char letter = letter_of(all);
    bool is_letter = letter >= 'A' && letter <= 'D';
    if (all->grade.length > 0 && all->letter != '\0' && all->grade.data[0] != all->letter)
        return false;
    if (is_letter && !rules->has_points &&
        !can_have(&rules->fit_lines, rules->drop_margin, all->fit, letter))
        return false;
    if (is_letter && all->coverage.most < rules->min_coverage)
        return false;
    return digit_agrees(rules, all);
}

/* The score follows from engagement and from a fit between 0 and 100, or is 0 for X. */
static bool score_agrees(const struct icp_ruleset *rules, const struct outputs *all)
{
    char letter = letter_of(all);
    if (letter == 'X' || (letter == '\0' && all->score.least == 0))
        return all->score.least == 0;
    if (rules->has_points)
        return letter == '\0' ||
               can_have(&rules->fit_lines, rules->drop_margin, all->score, letter);
    int64_t least = (int64_t)rules->engagement_percent * all->engagement.least;
    int64_t most = (int64_t)rules->fit_percent * 100 +
                   (int64_t)rules->engagement_percent * all->engagement.most;
    return all->score.most >= icp_divide_round(least, 100) &&
           all->score.least <= icp_divide_round(most, 100);
}

static bool outputs_agree(const struct checker *checker, const uint32_t *slots,
                          const struct icp_value *values, const struct check_range *spans,
                          size_t count)
{
    struct outputs all = any_outputs;
    for (size_t i = 0; i < count; i++)
        take_output(checker, slots[i], &values[i], &spans[i], &all);
    return marks_agree(checker->rules, &all) && score_agrees(checker->rules, &all);
}

/* ---- Reports -----------------------------------------------------------------------------------
 */

static void report_never(struct checker *checker, struct check_truth *truth, size_t index,
                         const struct icp_yaml *node, const char *what)
{
    struct check_place place = check_place_at(node);
    struct icp_str limits = check_truth_limits(truth, index);
    icp_report(checker->list, ICP_WARNING, "never-true", place.line, place.column,
               "%s can never be true", what);
    if (limits.length > 0)
        icp_report_hint(checker->list, "%.*s.", ICP_STR_ARGUMENTS(limits));
    else
        icp_report_hint(checker->list, "No value fits all of its parts at once.");
}

static void report_impossible(struct checker *checker, struct check_truth *truth, size_t index,
                              const struct icp_yaml *node)
{
    struct check_slot about;
    struct check_place place = check_place_at(node);
    struct icp_str text = check_truth_impossible(truth, index, &about);
    struct icp_str all = {0};
    if (icp_str_is_null(text))
        return;
    for (size_t i = 0; i < about.text_count; i++)
        all = icp_arena_format(checker->arena, "%.*s%s%.*s", ICP_STR_ARGUMENTS(all),
                               i > 0 ? ", " : "", ICP_STR_ARGUMENTS(about.texts[i]));
    icp_report(checker->list, ICP_WARNING, "impossible-value", place.line, place.column,
               "no grade is ever \"%.*s\"", ICP_STR_ARGUMENTS(text));
    icp_report_hint(checker->list, "There are %.*s.", ICP_STR_ARGUMENTS(all));
}

/* One condition by itself. True: it can be true and can be otherwise. */
static bool check_alone(struct checker *checker, struct check_truth *truth, size_t index,
                        const struct icp_yaml *node, const char *what, const char *always)
{
    struct check_place place = check_place_at(node);
    struct check_verdict verdict = check_truth_of(truth, index);
    report_impossible(checker, truth, index, node);
    if (!verdict.decided || verdict.outcomes == 0)
        return verdict.decided;
    if (!(verdict.outcomes & CAN_BE_TRUE)) {
        report_never(checker, truth, index, node, what);
        return false;
    }
    if (verdict.outcomes == CAN_BE_TRUE) {
        icp_report(checker->list, ICP_WARNING, "always-true", place.line, place.column,
                   "%s is always true", what);
        icp_report_hint(checker->list, "%s", always);
    }
    return true;
}

/* ---- Lines over a record -----------------------------------------------------------------------
 */

static void check_single(struct checker *checker, const struct icp_feel *feel,
                         const struct icp_yaml *node, const char *what, const char *always)
{
    struct check_scope scope = {.slot_count = checker->rules->slot_count, .slot = record_slot};
    struct check_truth *truth = feel ? check_truth_open(checker, &scope, &feel, 1) : NULL;
    if (truth)
        (void)check_alone(checker, truth, 0, node, what, always);
}

/* The same condition under two ids. */
static void check_twice(struct checker *checker, const struct icp_condition_line *lines,
                        size_t count, const struct icp_yaml *list, const char *effect)
{
    for (size_t i = 1; i < count; i++) {
        struct icp_str text = lines[i].when ? icp_feel_canonical(lines[i].when) : ICP_STR("");
        for (size_t k = 0; k < i && checker->work > 0; k++) {
            checker->work--;
            if (!lines[i].when || !lines[k].when ||
                !icp_str_equal(text, icp_feel_canonical(lines[k].when)))
                continue;
            struct check_place place = check_place_at(check_item(list, i, "when"));
            icp_report(checker->list, ICP_WARNING, "same-condition", place.line, place.column,
                       "\"%.*s\" has the condition of \"%.*s\"%s", ICP_STR_ARGUMENTS(lines[i].id),
                       ICP_STR_ARGUMENTS(lines[k].id), effect);
            break;
        }
    }
}

static const struct icp_feel **conditions_of(struct checker *checker,
                                             const struct icp_criterion *criterion)
{
    const struct icp_feel **all =
        ICP_NEW_ARRAY(checker->arena, const struct icp_feel *, criterion->count + 1);
    for (size_t i = 0; all && i < criterion->count; i++)
        all[i] = criterion->lines[i].when;
    return all;
}

static void report_hidden(struct checker *checker, const struct icp_yaml *node, const char *code,
                          const char *what, struct icp_str by)
{
    struct check_place place = check_place_at(node);
    if (by.length > 0)
        icp_report(checker->list, ICP_WARNING, code, place.line, place.column,
                   "%s: %.*s comes first wherever this holds", what, ICP_STR_ARGUMENTS(by));
    else
        icp_report(checker->list, ICP_WARNING, code, place.line, place.column,
                   "%s: those before it come first wherever this holds", what);
    icp_report_hint(checker->list, "The first that holds is taken; put the narrower one first.");
}

/* "=" and "in" are false of what is unknown, not undecided: with nothing but those, "else" is taken
   of somebody of whom nothing is known. */
static void check_else_of_unknown(struct checker *checker, size_t index, struct check_truth *truth)
{
    const struct icp_ruleset *rules = checker->rules;
    const struct icp_criterion *criterion = &rules->criteria[index];
    const uint32_t *slots = NULL;
    size_t count = 0;
    if (criterion->slot != ICP_NO_SLOT || !criterion->has_otherwise)
        return;
    for (size_t i = 0; i < criterion->count; i++)
        if (check_truth_of_nothing(truth, i) != CAN_BE_FALSE)
            return;
    if (criterion->count > 0)
        count = icp_feel_slots(criterion->lines[0].when, &slots);
    size_t first = 0;
    while (first < count && slots[first] >= rules->known_count)
        first++;
    if (first == count)
        return;
    struct icp_str name = rules->known[slots[first]].name;
    struct check_place place = check_place_of(checker, criterion->otherwise_place);
    icp_report(checker->list, ICP_WARNING, "unknown-is-else", place.line, place.column,
               "this also counts when \"%.*s\" is unknown, as if it were known",
               ICP_STR_ARGUMENTS(name));
    icp_report_hint(checker->list,
                    "Add \"field: %.*s\" beside \"cases\": the criterion is then unknown as long "
                    "as that field is.",
                    ICP_STR_ARGUMENTS(name));
}

static void check_cases(struct checker *checker, size_t index)
{
    const struct icp_criterion *criterion = &checker->rules->criteria[index];
    const struct icp_yaml *cases =
        check_item(check_find(checker, "fit", "criteria"), index, "cases");
    struct check_scope scope = {.slot_count = checker->rules->slot_count, .slot = record_slot};
    const struct icp_feel **all = conditions_of(checker, criterion);
    struct check_truth *truth =
        all ? check_truth_open(checker, &scope, all, criterion->count) : NULL;
    for (size_t i = 0; truth && i < criterion->count; i++) {
        const struct icp_yaml *node = check_item(cases, i, "when");
        if (!check_alone(checker, truth, i, node, "this case",
                         "The cases behind it are never looked at."))
            continue;
        struct check_verdict verdict = check_truth_of(truth, i);
        struct icp_str by = {0};
        if (!verdict.decided || verdict.reached)
            continue;
        if (verdict.hidden_by < criterion->count)
            by = icp_arena_format(
                checker->arena, "the case in line %u",
                (unsigned)check_place_at(check_item(cases, verdict.hidden_by, "when")).line);
        report_hidden(checker, node, "hidden-line", "this case gives no points", by);
    }
    if (truth)
        check_else_of_unknown(checker, index, truth);
}

static void check_signal_condition(struct checker *checker, const struct icp_signal_line *line,
                                   const struct icp_yaml *node)
{
    struct check_scope scope = {.slot_count = checker->rules->most_attributes,
                                .slot = attribute_slot};
    struct check_truth *truth =
        line->when ? check_truth_open(checker, &scope, &line->when, 1) : NULL;
    if (truth)
        (void)check_alone(checker, truth, 0, node, "this condition",
                          "The line takes every signal of its kind.");
}

static void check_signal_conditions(struct checker *checker)
{
    const struct icp_ruleset *rules = checker->rules;
    const struct icp_yaml *groups = check_find(checker, "engagement", "groups");
    for (size_t i = 0; i < rules->signal_line_count; i++) {
        const struct icp_signal_line *line = &rules->signal_lines[i];
        const struct icp_group *group = &rules->groups[line->group];
        const struct icp_yaml *lines = check_item(groups, line->group, "signals");
        check_signal_condition(checker, line, check_item(lines, i - group->first_line, "when"));
    }
}

static void check_points_conditions(struct checker *checker)
{
    const struct icp_ruleset *rules = checker->rules;
    const struct icp_yaml *lines = check_find(checker, "points", "lines");
    for (size_t i = 0; i < rules->points_count; i++) {
        const struct icp_points_line *line = &rules->points[i];
        const struct icp_yaml *node = check_item(lines, i, "when");
        if (line->kind == ICP_POINTS_WHEN)
            check_single(checker, line->when, node, "this condition",
                         "Everybody gets the same points for it.");
        if (line->kind == ICP_POINTS_SIGNAL)
            check_signal_condition(checker, &rules->signal_lines[line->signal_line], node);
    }
}

void check_conditions(struct checker *checker)
{
    const struct icp_ruleset *rules = checker->rules;
    const struct icp_yaml *disqualify = check_find(checker, "disqualify", NULL);
    const struct icp_yaml *adjustments = check_find(checker, "fit", "adjustments");
    check_single(checker, rules->applies_when, check_find(checker, "applies_when", NULL),
                 "this condition", "The file applies to everybody; leave it out.");
    for (size_t i = 0; i < rules->disqualify_count; i++)
        check_single(checker, rules->disqualify[i].when, check_item(disqualify, i, "when"),
                     "this condition", "It disqualifies everybody.");
    for (size_t i = 0; i < rules->adjustment_count; i++)
        check_single(checker, rules->adjustments[i].when, check_item(adjustments, i, "when"),
                     "this condition", "It adjusts everybody by the same points.");
    check_twice(checker, rules->disqualify, rules->disqualify_count, disqualify, "");
    check_twice(checker, rules->adjustments, rules->adjustment_count, adjustments, ": both count");
    for (size_t i = 0; i < rules->criterion_count; i++)
        if (rules->criteria[i].kind == ICP_RULE_CASES)
            check_cases(checker, i);
    if (rules->has_points)
        check_points_conditions(checker);
    else
        check_signal_conditions(checker);
}

/* ---- Tiers -------------------------------------------------------------------------------------
 */

static void check_tier(struct checker *checker, struct check_truth *truth, size_t index,
                       const struct icp_yaml *node)
{
    const struct icp_ruleset *rules = checker->rules;
    struct check_verdict verdict = check_truth_of(truth, index);
    struct check_place place = check_place_at(node);
    struct icp_str by = {0}, limits = check_truth_limits(truth, index);
    report_impossible(checker, truth, index, node);
    if (!verdict.decided || verdict.reached)
        return;
    if (verdict.outcomes & CAN_BE_TRUE) {
        if (verdict.hidden_by < rules->tier_count)
            by = icp_arena_format(checker->arena, "\"%.*s\"",
                                  ICP_STR_ARGUMENTS(rules->tiers[verdict.hidden_by].id));
        report_hidden(checker, node, "unreachable-tier", "nobody gets this tier", by);
        return;
    }
    icp_report(checker->list, ICP_WARNING, "unreachable-tier", place.line, place.column,
               "nobody gets this tier: its condition can never be true");
    if (limits.length > 0)
        icp_report_hint(checker->list, "%.*s.", ICP_STR_ARGUMENTS(limits));
    else
        icp_report_hint(checker->list, "With these lines of the grades and these points its parts "
                                       "exclude each other.");
}

/* The last tier, for all the others, may well be empty. */
void check_tiers(struct checker *checker)
{
    const struct icp_ruleset *rules = checker->rules;
    const struct icp_yaml *tiers = check_find(checker, "tiers", NULL);
    struct check_scope scope = {
        .slot_count = rules->slot_count, .slot = tier_slot, .feasible = outputs_agree};
    struct check_truth *truth =
        check_truth_open(checker, &scope, rules->tier_when, rules->tier_count);
    for (size_t i = 0; truth && i < rules->tier_count; i++)
        if (rules->tier_when[i])
            check_tier(checker, truth, i, check_item(tiers, i, "when"));
}
