/*
 * The sections `disqualify` and `fit`: who is out, the weighted criteria, and the adjustments after
 * the average. Every criterion that is kept has exactly one kind of rule over a known field.
 */
#include "loader.h"

/* ---- Lines with a condition ------------------------------------------------------------------ */

enum condition_place { IN_DISQUALIFY, IN_ADJUSTMENTS };

static void read_condition_line(struct icp_loader *loader, const struct icp_yaml *node,
                                enum condition_place place, struct icp_condition_line *line)
{
    enum { ID, WHEN, BECAUSE, POINTS, EVIDENCE, KEY_COUNT };
    static const struct icp_key keys[KEY_COUNT] = {
        [ID] = {"id", ICP_KEY_REQUIRED},
        [WHEN] = {"when", ICP_KEY_REQUIRED},
        [BECAUSE] = {"because", ICP_KEY_OPTIONAL},
        [POINTS] = {"points", ICP_KEY_REQUIRED},
        [EVIDENCE] = {"evidence", ICP_KEY_OPTIONAL},
    };
    const struct icp_yaml *found[KEY_COUNT] = {0};
    bool points = place == IN_ADJUSTMENTS;
    if (!icp_read_keys(loader, node, points ? "an adjustment" : "a disqualifier", keys,
                       points ? KEY_COUNT : POINTS, found))
        return;
    if (found[ID] && icp_read_id(loader, found[ID], "the id", &line->id))
        (void)icp_take_id(loader, found[ID], line->id);
    if (found[WHEN])
        line->when = icp_read_condition(loader, found[WHEN],
                                        points ? ICP_NEGATION_WARNS : ICP_NEGATION_REFUSED);
    line->place = icp_place(loader, node, points ? ICP_LINE_ADJUSTMENT : ICP_LINE_DISQUALIFIER,
                            line->id, found[WHEN] ? found[WHEN]->text : ICP_STR(""));
    if (found[BECAUSE])
        (void)icp_read_template(loader, found[BECAUSE], &line->because);
    if (points && found[POINTS])
        (void)icp_read_whole(loader, found[POINTS], "points", -100, 100, &line->points);
}

static struct icp_condition_line *read_condition_lines(struct icp_loader *loader,
                                                       const struct icp_yaml *node,
                                                       enum condition_place place, size_t *count)
{
    *count = 0;
    if (!icp_read_sequence(loader, node,
                           place == IN_ADJUSTMENTS ? "\"adjustments\"" : "\"disqualify\""))
        return NULL;
    struct icp_condition_line *lines =
        ICP_NEW_ARRAY(loader->arena, struct icp_condition_line, node->count + 1);
    for (size_t i = 0; lines && i < node->count; i++)
        if (icp_one_more_line(loader, &node->values[i]))
            read_condition_line(loader, &node->values[i], place, &lines[(*count)++]);
    return lines;
}

void icp_load_disqualify(struct icp_loader *loader, const struct icp_yaml *node)
{
    struct icp_ruleset *rules = loader->rules;
    if (node)
        rules->disqualify =
            read_condition_lines(loader, node, IN_DISQUALIFY, &rules->disqualify_count);
}

/* ---- Criteria -------------------------------------------------------------------------------- */

enum criterion_key {
    BANDS = ICP_RULE_BANDS,
    MATCH = ICP_RULE_MATCH,
    PREFIX = ICP_RULE_PREFIX,
    ANY_OF = ICP_RULE_ANY_OF,
    SCALE = ICP_RULE_SCALE,
    CASES = ICP_RULE_CASES,
    AGE_DAYS = ICP_RULE_AGE_DAYS,
    TITLES = ICP_RULE_TITLES,
    ID = ICP_RULE_COUNT,
    WEIGHT,
    FIELD,
    MISSING,
    BECAUSE,
    EVIDENCE,
    NOT,
    CRITERION_KEYS
};
static const struct icp_key criterion_keys[CRITERION_KEYS] = {
    [BANDS] = {"bands", ICP_KEY_OPTIONAL},
    [MATCH] = {"match", ICP_KEY_OPTIONAL},
    [PREFIX] = {"prefix", ICP_KEY_OPTIONAL},
    [ANY_OF] = {"any_of", ICP_KEY_OPTIONAL},
    [SCALE] = {"scale", ICP_KEY_OPTIONAL},
    [CASES] = {"cases", ICP_KEY_OPTIONAL},
    [ID] = {"id", ICP_KEY_REQUIRED},
    [WEIGHT] = {"weight", ICP_KEY_REQUIRED},
    [FIELD] = {"field", ICP_KEY_OPTIONAL},
    [MISSING] = {"missing", ICP_KEY_OPTIONAL},
    [BECAUSE] = {"because", ICP_KEY_OPTIONAL},
    [EVIDENCE] = {"evidence", ICP_KEY_OPTIONAL},
    [TITLES] = {"titles", ICP_KEY_OPTIONAL},
    [NOT] = {"not", ICP_KEY_OPTIONAL},
    [AGE_DAYS] = {"age_days", ICP_KEY_OPTIONAL},
};

static enum icp_missing read_missing(struct icp_loader *loader, const struct icp_yaml *node,
                                     enum icp_missing fallback)
{
    static const struct icp_str names[] = {ICP_STR_INIT("skip"), ICP_STR_INIT("zero"),
                                           ICP_STR_INIT("neutral")};
    struct icp_str text;
    if (!node || !icp_read_text(loader, node, "\"missing\"", &text))
        return fallback;
    for (size_t i = 0; i < 3; i++)
        if (icp_str_equal(text, names[i]))
            return (enum icp_missing)i;
    icp_report(loader->list, ICP_ERROR, "bad-value", node->line, node->column,
               "\"missing\" must be skip, zero or neutral, not \"%.*s\"", ICP_STR_ARGUMENTS(text));
    icp_report_nearest(loader, text, names, 3);
    return fallback;
}

/* The one rule key that is there. ICP_RULE_COUNT: none or two, reported. */
static enum icp_rule_kind find_kind(struct icp_loader *loader, const struct icp_yaml *node,
                                    const struct icp_yaml *const *found)
{
    enum icp_rule_kind kind = ICP_RULE_COUNT;
    for (int i = 0; i < ICP_RULE_COUNT; i++) {
        if (!found[i])
            continue;
        if (kind != ICP_RULE_COUNT) {
            icp_report(loader->list, ICP_ERROR, "two-rules", found[i]->line, found[i]->column,
                       "a criterion has one rule, not both \"%s\" and \"%s\"",
                       criterion_keys[kind].name, criterion_keys[i].name);
            return ICP_RULE_COUNT;
        }
        kind = (enum icp_rule_kind)i;
    }
    if (kind == ICP_RULE_COUNT) {
        icp_report(loader->list, ICP_ERROR, "no-rule", node->line, node->column,
                   "a criterion needs a rule that gives points");
        icp_report_hint(loader->list, "Add bands, match, prefix, any_of, scale, age_days or titles "
                                      "to its field, or cases with conditions.");
    }
    return kind;
}

/* Its field's slot and type. `cases` may do without: with one it is unknown while the field is. */
static bool read_criterion_field(struct icp_loader *loader, const struct icp_yaml *node,
                                 const struct icp_yaml *field, struct icp_criterion *criterion,
                                 enum icp_type *type)
{
    struct icp_str name;
    criterion->slot = ICP_NO_SLOT;
    *type = ICP_TYPE_TEXT;
    if (criterion->kind == ICP_RULE_CASES && !field)
        return true;
    if (!field) {
        icp_report(loader->list, ICP_ERROR, "missing-key", node->line, node->column,
                   "\"%s\" needs \"field\"", criterion_keys[criterion->kind].name);
        return false;
    }
    if (!icp_read_text(loader, field, "\"field\"", &name))
        return false;
    criterion->slot = icp_find_field(loader, name, field->line, icp_text_column(field));
    if (criterion->slot == ICP_NO_SLOT)
        return false;
    icp_mark_used(loader, criterion->slot);
    *type = loader->rules->known[criterion->slot].type;
    return true;
}

/* What bulk has to look at: "company.industry = null". */
static void compile_lack(struct icp_loader *loader, const struct icp_yaml *field,
                         struct icp_criterion *criterion)
{
    struct icp_feel_scope scope = {.symbols = loader->symbols, .count = loader->record_symbols};
    struct icp_str text =
        icp_arena_format(loader->arena, "%.*s = null",
                         ICP_STR_ARGUMENTS(loader->rules->known[criterion->slot].name));
    criterion->lacks = icp_feel_compile(text, field->line, icp_text_column(field), &scope,
                                        loader->arena, loader->list);
}

static void read_criterion(struct icp_loader *loader, const struct icp_yaml *node,
                           enum icp_missing missing, struct icp_criterion *criterion)
{
    const struct icp_yaml *found[CRITERION_KEYS];
    enum icp_type type;
    if (!icp_read_keys(loader, node, "a criterion", criterion_keys, CRITERION_KEYS, found))
        return;
    if (found[ID] && icp_read_id(loader, found[ID], "the id", &criterion->id))
        (void)icp_take_id(loader, found[ID], criterion->id);
    if (found[WEIGHT] &&
        icp_read_whole(loader, found[WEIGHT], "the weight", 1, ICP_MAX_WEIGHT, &criterion->weight))
        loader->rules->weight += criterion->weight;
    criterion->missing = read_missing(loader, found[MISSING], missing);
    criterion->most_sum = 100;
    if (found[BECAUSE])
        (void)icp_read_template(loader, found[BECAUSE], &criterion->because);
    criterion->kind = find_kind(loader, node, found);
    if (criterion->kind == ICP_RULE_COUNT)
        return;
    if (found[NOT] && criterion->kind != ICP_RULE_TITLES)
        icp_report(loader->list, ICP_ERROR, "unexpected-key", found[NOT]->line, found[NOT]->column,
                   "\"not\" stands beside \"titles\" only");
    else if (found[NOT])
        icp_read_guards(loader, found[NOT], criterion);
    if (!read_criterion_field(loader, node, found[FIELD], criterion, &type))
        return;
    if (criterion->kind == ICP_RULE_CASES && criterion->slot != ICP_NO_SLOT)
        compile_lack(loader, found[FIELD], criterion);
    icp_load_lines(loader, found[criterion->kind], &icp_fit_lines, criterion, type);
}

static void read_criteria(struct icp_loader *loader, const struct icp_yaml *node,
                          enum icp_missing missing)
{
    struct icp_ruleset *rules = loader->rules;
    if (!icp_read_sequence(loader, node, "\"criteria\""))
        return;
    if (node->count == 0)
        icp_report(loader->list, ICP_ERROR, "no-lines", node->line, node->column,
                   "\"criteria\" has no lines");
    rules->criteria = ICP_NEW_ARRAY(loader->arena, struct icp_criterion, node->count + 1);
    for (size_t i = 0; rules->criteria && i < node->count; i++)
        if (icp_one_more_line(loader, &node->values[i]))
            read_criterion(loader, &node->values[i], missing,
                           &rules->criteria[rules->criterion_count++]);
}

void icp_load_fit(struct icp_loader *loader, const struct icp_yaml *node)
{
    enum { CRITERIA, FIT_MISSING, MIN_COVERAGE, ADJUSTMENTS, KEY_COUNT };
    static const struct icp_key keys[KEY_COUNT] = {
        [CRITERIA] = {"criteria", ICP_KEY_REQUIRED},
        [FIT_MISSING] = {"missing", ICP_KEY_OPTIONAL},
        [MIN_COVERAGE] = {"min_coverage", ICP_KEY_OPTIONAL},
        [ADJUSTMENTS] = {"adjustments", ICP_KEY_OPTIONAL},
    };
    struct icp_ruleset *rules = loader->rules;
    const struct icp_yaml *found[KEY_COUNT];
    if (!node || !icp_read_keys(loader, node, "\"fit\"", keys, KEY_COUNT, found))
        return;
    enum icp_missing missing = read_missing(loader, found[FIT_MISSING], ICP_MISSING_SKIP);
    if (found[MIN_COVERAGE])
        (void)icp_read_whole(loader, found[MIN_COVERAGE], "\"min_coverage\"", 0, 100,
                             &rules->min_coverage);
    if (found[MIN_COVERAGE] && rules->min_coverage > 0)
        rules->min_coverage_place = icp_place(loader, found[MIN_COVERAGE], ICP_LINE_COVERAGE,
                                              ICP_STR("min_coverage"), found[MIN_COVERAGE]->text);
    if (found[CRITERIA])
        read_criteria(loader, found[CRITERIA], missing);
    if (found[ADJUSTMENTS])
        rules->adjustments = read_condition_lines(loader, found[ADJUSTMENTS], IN_ADJUSTMENTS,
                                                  &rules->adjustment_count);
}
