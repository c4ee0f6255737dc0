/*
 * What a test expects: each key a name, a shape and a place in the table below. Numbers may be
 * ranges, "70..80", "70.." or "..80". Ids are those of the file, or they are reported: a slip in an
 * expectation would expect something else.
 */
#include "loader.h"

#include "calendar.h"

enum shape { NUMBER, TEXT, TEXT_OR_NONE, DATE_OR_NONE, TEXTS, MOMENT, POINTS, LATER };

static const struct {
    const char *name;
    enum shape shape;
} expect_keys[] = {
    [ICP_EXPECT_FIT] = {"fit", NUMBER},
    [ICP_EXPECT_ENGAGEMENT] = {"engagement", NUMBER},
    [ICP_EXPECT_COVERAGE] = {"coverage", NUMBER},
    [ICP_EXPECT_SCORE] = {"score", NUMBER},
    [ICP_EXPECT_GRADE] = {"grade", TEXT},
    [ICP_EXPECT_TIER] = {"tier", TEXT},
    [ICP_EXPECT_REACH] = {"reach", TEXT_OR_NONE},
    [ICP_EXPECT_TOP_REASON] = {"top_reason", TEXT},
    [ICP_EXPECT_REASON] = {"reason", TEXT},
    [ICP_EXPECT_REASONS] = {"reasons", TEXTS},
    [ICP_EXPECT_DISQUALIFIED_BY] = {"disqualified_by", TEXTS},
    [ICP_EXPECT_MISSING] = {"missing", TEXT_OR_NONE},
    [ICP_EXPECT_SUMMARY] = {"summary", TEXT},
    [ICP_EXPECT_ROLES] = {"roles", TEXTS},
    [ICP_EXPECT_CALL_BY] = {"call_by", MOMENT},
    [ICP_EXPECT_FALLS_TO] = {"falls_to", TEXT_OR_NONE},
    [ICP_EXPECT_FALLS_ON] = {"falls_on", DATE_OR_NONE},
    [ICP_EXPECT_BECOMES] = {"becomes", TEXT_OR_NONE},
    [ICP_EXPECT_BECOMES_ON] = {"becomes_on", DATE_OR_NONE},
    [ICP_EXPECT_PROFILE] = {"profile", TEXT_OR_NONE},
    [ICP_EXPECT_LIFT] = {"lift", TEXT_OR_NONE},
    [ICP_EXPECT_LIFT_WITH] = {"lift_with", TEXT_OR_NONE},
    [ICP_EXPECT_POINTS] = {"points", POINTS},
    {"party", LATER},
};
enum { KEY_COUNT = sizeof(expect_keys) / sizeof(expect_keys[0]) };

/* ---- Names of the file ----------------------------------------------------------------------- */

static bool check_id(struct icp_loader *loader, const struct icp_yaml *node, const char *what,
                     struct icp_str id, const struct icp_str *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (icp_str_equal(names[i], id))
            return true;
    icp_report(loader->list, ICP_ERROR, "unknown-id", node->line, node->column,
               "no %s \"%.*s\" in this file", what, ICP_STR_ARGUMENTS(id));
    icp_report_nearest(loader, id, names, count);
    return false;
}

void icp_check_tier(struct icp_loader *loader, const struct icp_yaml *node, struct icp_str id)
{
    const struct icp_ruleset *rules = loader->rules;
    struct icp_str *names = ICP_NEW_ARRAY(loader->arena, struct icp_str, rules->tier_count + 1);
    for (size_t i = 0; names && i < rules->tier_count; i++)
        names[i] = rules->tiers[i].id;
    if (names)
        (void)check_id(loader, node, "tier", id, names, rules->tier_count);
}

/* One of the file, or that of people whom it is not for. */
static void check_tier(struct icp_loader *loader, const struct icp_yaml *node, struct icp_str id)
{
    if (!loader->rules->applies_when || !icp_str_is(id, "not_scored"))
        icp_check_tier(loader, node, id);
}

static void check_disqualifier(struct icp_loader *loader, const struct icp_yaml *node,
                               struct icp_str id)
{
    const struct icp_ruleset *rules = loader->rules;
    struct icp_str *names =
        ICP_NEW_ARRAY(loader->arena, struct icp_str, rules->disqualify_count + 1);
    for (size_t i = 0; names && i < rules->disqualify_count; i++)
        names[i] = rules->disqualify[i].id;
    if (names)
        (void)check_id(loader, node, "disqualifier", id, names, rules->disqualify_count);
}

static void check_reach(struct icp_loader *loader, const struct icp_yaml *node, struct icp_str word)
{
    struct icp_str names[ICP_REACH_BOUNCED];
    for (int i = ICP_REACH_NO_EMAIL; i <= ICP_REACH_BOUNCED; i++) {
        names[i - 1] = icp_str_from(icp_reach_name((enum icp_reach)i));
        if (icp_str_equal(word, names[i - 1]))
            return;
    }
    icp_report(loader->list, ICP_ERROR, "bad-value", node->line, node->column,
               "reach must be no_email, opted_out, bounced or nothing, not \"%.*s\"",
               ICP_STR_ARGUMENTS(word));
    icp_report_nearest(loader, word, names, ICP_REACH_BOUNCED);
}

/* Nothing lifts a record to U or X. */
static void check_lift(struct icp_loader *loader, const struct icp_yaml *node, struct icp_str grade)
{
    if (grade.data[0] != 'U' && grade.data[0] != 'X')
        icp_check_grade(loader, node, grade);
    else
        icp_report(loader->list, ICP_ERROR, "bad-value", node->line, node->column,
                   "\"%.*s\" is not a grade that anything lifts to", ICP_STR_ARGUMENTS(grade));
}

/* A field, a signal, or engagement in all. */
static void check_lift_with(struct icp_loader *loader, const struct icp_yaml *node,
                            struct icp_str name)
{
    const struct icp_ruleset *rules = loader->rules;
    size_t count = 0, most = rules->known_count + rules->signal_count + 1;
    struct icp_str *names = ICP_NEW_ARRAY(loader->arena, struct icp_str, most);
    if (!names)
        return;
    for (size_t i = 0; i < rules->known_count; i++)
        names[count++] = rules->known[i].name;
    for (size_t i = 0; i < rules->signal_count; i++)
        names[count++] = rules->signals[i].name;
    names[count++] = ICP_STR("engagement");
    (void)check_id(loader, node, "field or signal", name, names, count);
}

/* ---- Texts of reasons ------------------------------------------------------------------------ */

static bool is_like_an_id(struct icp_str text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] != '_' && (text.data[i] < 'a' || text.data[i] > 'z') &&
            (text.data[i] < '0' || text.data[i] > '9'))
            return false;
    return true;
}

/* Could the words, with values filled in, come to this text? */
static bool can_say(const struct icp_template *words, struct icp_str text)
{
    if (words->count == 0 || !icp_str_has_prefix(text, words->pieces[0].literal))
        return false;
    return words->pieces[0].slot != ICP_NO_SLOT || words->count > 1 ||
           text.length == words->pieces[0].literal.length;
}

static bool line_can_say(const struct icp_ruleset *rules, const struct icp_template *words,
                         struct icp_str text)
{
    bool can = can_say(words, text);
    for (size_t i = 0; !can && words->others && i < rules->language_count; i++)
        can = can_say(&words->others[i], text);
    return can;
}

static bool file_can_say(const struct icp_ruleset *rules, struct icp_str text)
{
    bool can = false;
    for (size_t i = 0; !can && i < rules->criterion_count; i++)
        can = line_can_say(rules, &rules->criteria[i].because, text);
    for (size_t i = 0; !can && i < rules->adjustment_count; i++)
        can = line_can_say(rules, &rules->adjustments[i].because, text);
    for (size_t i = 0; !can && i < rules->points_count; i++)
        can = line_can_say(rules, &rules->points[i].because, text);
    for (size_t i = 0; !can && i < rules->group_count; i++)
        can = line_can_say(rules, &rules->groups[i].because, text);
    for (size_t i = 0; !can && i < rules->disqualify_count; i++)
        can = line_can_say(rules, &rules->disqualify[i].because, text);
    return can;
}

/* An id, or a text: what looks like an id and is what no line says is a slip. */
static void check_reason(struct icp_loader *loader, const struct icp_yaml *node,
                         struct icp_str reason)
{
    if (is_like_an_id(reason) && !file_can_say(loader->rules, reason))
        (void)check_id(loader, node, "line", reason, loader->ids, loader->id_count);
}

/* ---- Numbers --------------------------------------------------------------------------------- */

/* "70..80": both ends, one of which may be left out. */
static bool read_range(struct icp_loader *loader, const struct icp_yaml *node, const char *what,
                       int32_t least, int32_t most, struct icp_expectation *expectation)
{
    struct icp_str text;
    if (!icp_read_text(loader, node, what, &text))
        return false;
    expectation->want = text = icp_str_trim(text);
    size_t dots = icp_str_find(text, ICP_STR(".."));
    if (dots == text.length) {
        bool good = icp_read_whole(loader, node, what, least, most, &expectation->from);
        expectation->to = expectation->from;
        return good;
    }
    struct icp_str left = icp_str_trim(icp_str_slice(text, 0, dots));
    struct icp_str right = icp_str_trim(icp_str_slice(text, dots + 2, text.length));
    int64_t from = least, to = most;
    bool good = (left.length > 0 || right.length > 0) &&
                (left.length == 0 || icp_integer_parse(left, &from)) &&
                (right.length == 0 || icp_integer_parse(right, &to));
    if (good && from <= to && from >= least && to <= most) {
        expectation->from = (int32_t)from;
        expectation->to = (int32_t)to;
        return true;
    }
    if (good)
        icp_report(loader->list, ICP_ERROR, "out-of-range", node->line, node->column,
                   "%s must lie from %d to %d, the smaller number first, not \"%.*s\"", what, least,
                   most, ICP_STR_ARGUMENTS(text));
    else
        icp_report(loader->list, ICP_ERROR, "bad-number", node->line, node->column,
                   "%s must be a whole number or a range such as 70..80, not \"%.*s\"", what,
                   ICP_STR_ARGUMENTS(text));
    return false;
}

/* ---- Shapes ---------------------------------------------------------------------------------- */

/* One that can occur at all. */
static void check_text(struct icp_loader *loader, const struct icp_yaml *node,
                       const struct icp_expectation *expectation)
{
    struct icp_str want = expectation->want;
    switch ((int)expectation->key) {
    case ICP_EXPECT_TIER:
    case ICP_EXPECT_BECOMES:
        check_tier(loader, node, want);
        break;
    case ICP_EXPECT_GRADE:
    case ICP_EXPECT_FALLS_TO:
        icp_check_grade(loader, node, want);
        break;
    case ICP_EXPECT_TOP_REASON:
        (void)check_id(loader, node, "line", want, loader->ids, loader->id_count);
        break;
    case ICP_EXPECT_MISSING:
        (void)icp_find_field(loader, want, node->line, node->column);
        break;
    case ICP_EXPECT_REACH:
        check_reach(loader, node, want);
        break;
    case ICP_EXPECT_LIFT:
        check_lift(loader, node, want);
        break;
    case ICP_EXPECT_LIFT_WITH:
        check_lift_with(loader, node, want);
        break;
    default:
        break;
    }
}

static bool read_one_text(struct icp_loader *loader, const struct icp_yaml *node, const char *what,
                          struct icp_expectation *expectation)
{
    if (!icp_read_text(loader, node, what, &expectation->want))
        return false;
    check_text(loader, node, expectation);
    return true;
}

/* An empty value is "none": nobody is out of reach, no field is missing. */
static bool read_text_or_none(struct icp_loader *loader, const struct icp_yaml *node,
                              const char *what, struct icp_expectation *expectation)
{
    expectation->want = ICP_STR("");
    if (node->kind == ICP_YAML_SCALAR && node->text.length == 0)
        return true;
    if (!icp_read_text(loader, node, what, &expectation->want))
        return false;
    check_text(loader, node, expectation);
    return true;
}

/* A day; an empty value is "never", or not as far as icp looks. */
static bool read_date_or_none(struct icp_loader *loader, const struct icp_yaml *node,
                              const char *what, struct icp_expectation *expectation)
{
    int32_t date;
    expectation->want = ICP_STR("");
    if (node->kind == ICP_YAML_SCALAR && node->text.length == 0)
        return true;
    if (!icp_read_text(loader, node, what, &expectation->want))
        return false;
    if (icp_date_parse(expectation->want, &date))
        return true;
    icp_report(loader->list, ICP_ERROR, "bad-date", node->line, node->column,
               "%s must be a date such as 2026-01-15, not \"%.*s\"", what,
               ICP_STR_ARGUMENTS(expectation->want));
    return false;
}

/* "2026-11-30", "2026-11-30T12:00", or nothing. */
static bool read_moment(struct icp_loader *loader, const struct icp_yaml *node, const char *what,
                        struct icp_expectation *expectation)
{
    int32_t day, minute = 0;
    expectation->want = ICP_STR("");
    if (node->kind == ICP_YAML_SCALAR && node->text.length == 0)
        return true;
    if (!icp_read_text(loader, node, what, &expectation->want))
        return false;
    struct icp_str text = expectation->want;
    size_t mark = icp_str_find(text, ICP_STR("T"));
    bool timed = mark < text.length;
    if (icp_date_parse(icp_str_slice(text, 0, mark), &day) &&
        (!timed || icp_calendar_minute_parse(icp_str_slice(text, mark + 1, text.length), &minute)))
        return true;
    icp_report(loader->list, ICP_ERROR, "bad-date", node->line, node->column,
               "\"%s\" must be a day or a time of it, not \"%.*s\"", what, ICP_STR_ARGUMENTS(text));
    icp_report_hint(loader->list, "Write it as 2026-11-30 or 2026-11-30T12:00, by the clocks of "
                                  "the test's calendar.");
    return false;
}

static struct icp_str listed(struct icp_arena *arena, const struct icp_str *texts, size_t count)
{
    struct icp_str all = ICP_STR("");
    for (size_t i = 0; i < count; i++)
        all = icp_arena_format(arena, "%.*s%s%.*s", ICP_STR_ARGUMENTS(all), i > 0 ? ", " : "",
                               ICP_STR_ARGUMENTS(texts[i]));
    return count > 0 ? all : ICP_STR("none");
}

static bool read_list(struct icp_loader *loader, const struct icp_yaml *node, const char *what,
                      struct icp_expectation *expectation)
{
    if (node->kind == ICP_YAML_SEQUENCE && node->count == 0 &&
        (expectation->key == ICP_EXPECT_DISQUALIFIED_BY || expectation->key == ICP_EXPECT_ROLES)) {
        expectation->want = ICP_STR("none");
        return true;
    }
    if (!icp_read_texts(loader, node, what, &expectation->texts, &expectation->text_count))
        return false;
    expectation->want = listed(loader->arena, expectation->texts, expectation->text_count);
    for (size_t i = 0; i < expectation->text_count; i++) {
        const struct icp_yaml *one = node->kind == ICP_YAML_SEQUENCE ? &node->values[i] : node;
        enum icp_role role;
        if (expectation->key == ICP_EXPECT_DISQUALIFIED_BY)
            check_disqualifier(loader, one, expectation->texts[i]);
        else if (expectation->key == ICP_EXPECT_ROLES)
            (void)icp_read_role_name(loader, one, expectation->texts[i], &role);
        else
            check_reason(loader, one, expectation->texts[i]);
    }
    return true;
}

/* `points`: an expectation for each of its lines. */
static void read_points(struct icp_loader *loader, const struct icp_yaml *node,
                        struct icp_file_test *test, struct icp_expectation *all)
{
    enum { MOST = 1000000 };
    if (!icp_read_mapping(loader, node, "\"points\""))
        return;
    for (size_t i = 0; i < node->count; i++) {
        const struct icp_yaml *key = &node->keys[i];
        struct icp_expectation *one = &all[test->expectation_count];
        *one = (struct icp_expectation){.key = ICP_EXPECT_POINTS,
                                        .id = key->text,
                                        .line = node->values[i].line,
                                        .column = node->values[i].column};
        one->name = icp_arena_format(loader->arena, "points of %.*s", ICP_STR_ARGUMENTS(key->text));
        if (check_id(loader, key, "line", key->text, loader->ids, loader->id_count) &&
            read_range(loader, &node->values[i], "points", -MOST, MOST, one))
            test->expectation_count++;
    }
}

/* ---- The whole ------------------------------------------------------------------------------- */

static size_t find_key(struct icp_loader *loader, const struct icp_yaml *key)
{
    struct icp_str names[KEY_COUNT];
    size_t k = 0;
    while (k < KEY_COUNT && !icp_str_is(key->text, expect_keys[k].name))
        k++;
    if (k < KEY_COUNT && expect_keys[k].shape != LATER)
        return k;
    if (k < KEY_COUNT) {
        icp_report(loader->list, ICP_ERROR, "not-supported", key->line, key->column,
                   "\"%.*s\" is not supported in this version", ICP_STR_ARGUMENTS(key->text));
        return KEY_COUNT;
    }
    for (size_t i = 0; i < KEY_COUNT; i++)
        names[i] = icp_str_from(expect_keys[i].name);
    icp_report(loader->list, ICP_ERROR, "unknown-key", key->line, key->column,
               "unknown key \"%.*s\" in \"expect\"", ICP_STR_ARGUMENTS(key->text));
    icp_report_nearest(loader, key->text, names, KEY_COUNT);
    return KEY_COUNT;
}

/* A number of the weighted model cannot be expected of the points model. */
static bool read_number(struct icp_loader *loader, const struct icp_yaml *key,
                        const struct icp_yaml *value, struct icp_expectation *one)
{
    const struct icp_ruleset *rules = loader->rules;
    bool score = one->key == ICP_EXPECT_SCORE;
    if (score || !rules->has_points)
        return read_range(loader, value, expect_keys[one->key].name, 0,
                          score ? rules->score_most : 100, one);
    icp_report(loader->list, ICP_ERROR, "two-models", key->line, key->column,
               "a file with \"points\" has no \"%.*s\" to expect", ICP_STR_ARGUMENTS(key->text));
    return false;
}

static void read_expectation(struct icp_loader *loader, const struct icp_yaml *key,
                             const struct icp_yaml *value, struct icp_file_test *test,
                             struct icp_expectation *all)
{
    size_t k = find_key(loader, key);
    struct icp_expectation *one = &all[test->expectation_count];
    bool good = false;
    if (k == KEY_COUNT)
        return;
    *one = (struct icp_expectation){
        .key = (enum icp_expect)k, .name = key->text, .line = value->line, .column = value->column};
    const char *what = expect_keys[k].name;
    switch (expect_keys[k].shape) {
    case NUMBER:
        good = read_number(loader, key, value, one);
        break;
    case TEXT:
        good = read_one_text(loader, value, what, one);
        break;
    case TEXT_OR_NONE:
        good = read_text_or_none(loader, value, what, one);
        break;
    case DATE_OR_NONE:
        good = read_date_or_none(loader, value, what, one);
        break;
    case TEXTS:
        good = read_list(loader, value, what, one);
        break;
    case MOMENT:
        good = read_moment(loader, value, what, one);
        break;
    case POINTS:
        read_points(loader, value, test, all);
        break;
    case LATER:
        break;
    }
    test->expectation_count += good ? 1 : 0;
}

void icp_load_expect(struct icp_loader *loader, const struct icp_yaml *node,
                     struct icp_file_test *test)
{
    if (!icp_read_mapping(loader, node, "\"expect\""))
        return;
    size_t most = node->count + 1;
    for (size_t i = 0; i < node->count; i++)
        most += node->values[i].count;
    struct icp_expectation *all = ICP_NEW_ARRAY(loader->arena, struct icp_expectation, most);
    for (size_t i = 0; all && i < node->count; i++)
        read_expectation(loader, &node->keys[i], &node->values[i], test, all);
    test->expectations = all;
    if (node->count == 0)
        icp_report(loader->list, ICP_ERROR, "no-lines", node->line, node->column,
                   "\"expect\" has no lines");
}
