/*
 * The section `tests`: examples with the outcome that the author expects. Read as strictly as the
 * rules, for a slip in a test is a test of something else; compiled into inputs of the scoring
 * function.
 */
#include "loader.h"

#include "calendar.h"
#include "reference.h"

/* ---- given ----------------------------------------------------------------------------------- */

static struct icp_str joined(struct icp_arena *arena, const struct icp_str *texts, size_t count)
{
    struct icp_str all = ICP_STR("");
    for (size_t i = 0; i < count; i++)
        all = icp_arena_format(arena, "%.*s%s%.*s", ICP_STR_ARGUMENTS(all), i > 0 ? ";" : "",
                               ICP_STR_ARGUMENTS(texts[i]));
    return all;
}

static void check_value(struct icp_loader *loader, const struct icp_yaml *node, enum icp_type type,
                        struct icp_str text)
{
    struct icp_value value;
    if (!icp_value_from_text(type, text, loader->arena, &value))
        icp_report(loader->list, ICP_ERROR, "bad-value", node->line, node->column,
                   "\"%.*s\" is not a %s", ICP_STR_ARGUMENTS(text), icp_type_name(type));
    else if (type == ICP_TYPE_COUNTRY && value.kind != ICP_VALUE_NULL &&
             icp_str_is_null(icp_country_code(text)))
        icp_report_country(loader, node->text, node->line, node->column);
}

static void read_value(struct icp_loader *loader, const struct icp_yaml *node,
                       const struct icp_known *known, struct icp_str *value)
{
    const struct icp_str *texts;
    size_t count;
    if (node->kind == ICP_YAML_SEQUENCE && known->type == ICP_TYPE_SET) {
        *value = ICP_STR("");
        if (node->count > 0 && icp_read_texts(loader, node, "an entry", &texts, &count))
            *value = joined(loader->arena, texts, count);
        return;
    }
    if (node->kind != ICP_YAML_SCALAR) {
        icp_wrong_type(loader, node, "the value of a field", "a text");
        return;
    }
    struct icp_str text = icp_str_trim(node->text);
    if (node->plain && text.length == 0)
        return; /* unknown */
    if (node->plain && (icp_str_is(text, "null") || icp_str_is(text, "~"))) {
        icp_report(loader->list, ICP_ERROR, "bad-value", node->line, node->column,
                   "\"%.*s\" would be a text here", ICP_STR_ARGUMENTS(text));
        icp_report_hint(loader->list, "Leave the value empty when it is unknown.");
        return;
    }
    check_value(loader, node, known->type, text);
    *value = text;
}

static void read_given(struct icp_loader *loader, const struct icp_yaml *node,
                       struct icp_file_test *test)
{
    const struct icp_ruleset *rules = loader->rules;
    if (!icp_read_mapping(loader, node, "\"given\""))
        return;
    for (size_t i = 0; i < node->count; i++) {
        const struct icp_yaml *key = &node->keys[i];
        uint32_t slot = icp_find_field(loader, key->text, key->line, key->column);
        if (slot == ICP_NO_SLOT)
            continue;
        if (!rules->known[slot].derived) {
            read_value(loader, &node->values[i], &rules->known[slot], &test->known_values[slot]);
            continue;
        }
        icp_report(loader->list, ICP_ERROR, "bad-value", key->line, key->column,
                   "\"%.*s\" is worked out, not given", ICP_STR_ARGUMENTS(key->text));
        icp_report_hint(loader->list, "Give %.*s.",
                        ICP_STR_ARGUMENTS(rules->known[rules->known[slot].from].name));
    }
}

/* ---- signals --------------------------------------------------------------------------------- */

static bool read_time(struct icp_loader *loader, const struct icp_yaml *node, int64_t *at_ms)
{
    struct icp_str text;
    if (!icp_read_text(loader, node, "\"at\"", &text))
        return false;
    if (icp_time_parse(text, at_ms))
        return true;
    icp_report(loader->list, ICP_ERROR, "bad-date", node->line, node->column,
               "\"at\" must be a date or a time, not \"%.*s\"", ICP_STR_ARGUMENTS(text));
    icp_report_hint(loader->list, "Write it as 2026-01-15 or 2026-01-15T09:30:00Z.");
    return false;
}

static void read_signal_key(struct icp_loader *loader, const struct icp_yaml *key,
                            const struct icp_yaml *value, struct icp_signal *signal,
                            struct icp_attribute *attribute)
{
    int32_t times = 1;
    if (icp_str_is(key->text, "signal"))
        return;
    if (icp_str_is(key->text, "at")) {
        (void)read_time(loader, value, &signal->at_ms);
    } else if (icp_str_is(key->text, "times")) {
        if (icp_read_whole(loader, value, "\"times\"", 1, ICP_MAX_PER_DAY, &times))
            signal->times = (uint32_t)times;
    } else if (icp_check_attribute(loader, key, signal->name, false) &&
               icp_read_text(loader, value, "an attribute", &attribute->value)) {
        attribute->name = key->text;
        signal->attribute_count++;
    }
}

static void read_signal(struct icp_loader *loader, const struct icp_yaml *node,
                        struct icp_signal *signal)
{
    if (!icp_read_mapping(loader, node, "a signal"))
        return;
    const struct icp_yaml *name = icp_yaml_get(node, "signal");
    struct icp_attribute *attributes =
        ICP_NEW_ARRAY(loader->arena, struct icp_attribute, node->count + 1);
    signal->times = 1;
    signal->attributes = attributes;
    if (!name || !icp_yaml_get(node, "at")) {
        icp_report(loader->list, ICP_ERROR, "missing-key", node->line, node->column,
                   "a signal of a test needs \"%s\"", name ? "at" : "signal");
        return;
    }
    if (!attributes || !icp_read_text(loader, name, "the signal", &signal->name) ||
        !icp_check_signal(loader, name, signal->name, false))
        return;
    for (size_t i = 0; i < node->count; i++)
        read_signal_key(loader, &node->keys[i], &node->values[i], signal,
                        &attributes[signal->attribute_count]);
}

static void read_signals(struct icp_loader *loader, const struct icp_yaml *node,
                         struct icp_file_test *test)
{
    if (!icp_read_sequence(loader, node, "\"signals\""))
        return;
    struct icp_signal *signals = ICP_NEW_ARRAY(loader->arena, struct icp_signal, node->count + 1);
    for (size_t i = 0; signals && i < node->count && i < ICP_MAX_SIGNALS; i++)
        read_signal(loader, &node->values[i], &signals[test->signal_count++]);
    test->signals = signals;
}

/* ---- previous_grade and previous_tier -------------------------------------------------------- */

static bool has_mark(const struct icp_grade_lines *lines, char mark)
{
    for (size_t i = 0; i < lines->count; i++)
        if (lines->lines[i].mark == mark)
            return true;
    return false;
}

static struct icp_str marks_of(struct icp_arena *arena, const struct icp_grade_lines *lines)
{
    struct icp_str marks = ICP_STR("");
    for (size_t i = 0; i < lines->count; i++)
        marks = icp_arena_format(arena, "%.*s%s%c", ICP_STR_ARGUMENTS(marks), i > 0 ? ", " : "",
                                 lines->lines[i].mark);
    return marks;
}

static void hint_marks(struct icp_loader *loader, bool plain)
{
    const struct icp_ruleset *rules = loader->rules;
    struct icp_str letters = marks_of(loader->arena, &rules->fit_lines);
    struct icp_str digits = marks_of(loader->arena, &rules->engagement_lines);
    const char *unknown = rules->has_points ? "" : ", U";
    if (plain)
        icp_report_hint(loader->list, "A grade is one of %.*s%s and X.", ICP_STR_ARGUMENTS(letters),
                        unknown);
    else
        icp_report_hint(loader->list, "A grade is one of %.*s%s with one of %.*s, or X.",
                        ICP_STR_ARGUMENTS(letters), unknown, ICP_STR_ARGUMENTS(digits));
}

void icp_check_grade(struct icp_loader *loader, const struct icp_yaml *node, struct icp_str grade)
{
    const struct icp_ruleset *rules = loader->rules;
    char letter = grade.data[0];
    bool known = (letter == 'U' && !rules->has_points) || has_mark(&rules->fit_lines, letter);
    bool plain = rules->engagement_lines.count == 0;
    if (icp_str_is(grade, "X") || rules->fit_lines.count == 0) /* or the lines have errors */
        return;
    if (known && (plain ? grade.length == 1
                        : grade.length == 2 && has_mark(&rules->engagement_lines, grade.data[1])))
        return;
    icp_report(loader->list, ICP_ERROR, "bad-value", node->line, node->column,
               "\"%.*s\" is not a grade of this file", ICP_STR_ARGUMENTS(grade));
    if (known && !plain && grade.length == 1)
        icp_report_hint(loader->list, "A grade is a letter and a digit: \"%c%c\".", letter,
                        rules->engagement_lines.lines[rules->engagement_lines.count - 1].mark);
    else if (known && plain)
        icp_report_hint(loader->list, "A grade is a letter here: \"%c\".", letter);
    else
        hint_marks(loader, plain);
}

static void read_previous_grade(struct icp_loader *loader, const struct icp_yaml *node,
                                struct icp_file_test *test)
{
    if (icp_read_text(loader, node, "\"previous_grade\"", &test->previous_grade))
        icp_check_grade(loader, node, test->previous_grade);
}

static void read_previous_tier(struct icp_loader *loader, const struct icp_yaml *node,
                               struct icp_file_test *test)
{
    if (icp_read_text(loader, node, "\"previous_tier\"", &test->previous_tier))
        icp_check_tier(loader, node, test->previous_tier);
}

static void read_previous(struct icp_loader *loader, const struct icp_yaml *grade,
                          const struct icp_yaml *tier, struct icp_file_test *test)
{
    if (grade)
        read_previous_grade(loader, grade, test);
    if (tier)
        read_previous_tier(loader, tier, test);
}

/* ---- time and calendar, for call_by ---------------------------------------------------------- */

static void read_minute(struct icp_loader *loader, const struct icp_yaml *node,
                        struct icp_file_test *test)
{
    struct icp_str text;
    if (!icp_read_text(loader, node, "\"time\"", &text) ||
        (icp_calendar_minute_parse(text, &test->minute) && test->minute < 1440))
        return;
    icp_report(loader->list, ICP_ERROR, "bad-hours", node->line, node->column,
               "\"time\" must be a time of the day, not \"%.*s\"", ICP_STR_ARGUMENTS(text));
    icp_report_hint(loader->list, "Write it as \"16:00\", by the clocks of the test's calendar.");
}

static void read_clock(struct icp_loader *loader, const struct icp_yaml *minute,
                       const struct icp_yaml *section, struct icp_file_test *test)
{
    struct icp_calendar *calendar = ICP_NEW(loader->arena, struct icp_calendar);
    if (!calendar)
        return;
    *calendar = icp_calendar_default();
    test->calendar = calendar;
    if (minute)
        read_minute(loader, minute, test);
    if (section)
        (void)icp_calendar_read(section, NULL, loader->arena, loader->list, calendar);
}

static bool expects_call_by(const struct icp_file_test *test)
{
    for (size_t i = 0; i < test->expectation_count; i++)
        if (test->expectations[i].key == ICP_EXPECT_CALL_BY)
            return true;
    return false;
}

static void check_as_of(struct icp_loader *loader, const struct icp_yaml *node, bool signals,
                        const struct icp_file_test *test)
{
    const char *why = signals                               ? "signals"
                      : loader->rules->about.time_dependent ? "rules that look at the day"
                      : expects_call_by(test)               ? "a call_by to expect"
                                                            : NULL;
    if (!why)
        return;
    icp_report(loader->list, ICP_ERROR, "missing-key", node->line, node->column,
               "a test with %s needs \"as_of\"", why);
    icp_report_hint(loader->list, "Add the day that the test is about: as_of: 2026-01-15.");
}

/* ---- A test ---------------------------------------------------------------------------------- */

static void read_test(struct icp_loader *loader, const struct icp_yaml *node,
                      struct icp_file_test *test)
{
    enum {
        NAME,
        AS_OF,
        LANGUAGE,
        TIME,
        CALENDAR,
        GIVEN,
        SIGNALS,
        EXPECT,
        PREVIOUS_GRADE,
        PREVIOUS_TIER,
        KEY_COUNT
    };
    static const struct icp_key keys[KEY_COUNT] = {
        [NAME] = {"name", ICP_KEY_REQUIRED},
        [AS_OF] = {"as_of", ICP_KEY_OPTIONAL},
        [LANGUAGE] = {"language", ICP_KEY_OPTIONAL},
        [TIME] = {"time", ICP_KEY_OPTIONAL},
        [CALENDAR] = {"calendar", ICP_KEY_OPTIONAL},
        [GIVEN] = {"given", ICP_KEY_OPTIONAL},
        [SIGNALS] = {"signals", ICP_KEY_OPTIONAL},
        [EXPECT] = {"expect", ICP_KEY_REQUIRED},
        [PREVIOUS_GRADE] = {"previous_grade", ICP_KEY_OPTIONAL},
        [PREVIOUS_TIER] = {"previous_tier", ICP_KEY_OPTIONAL},
    };
    const struct icp_yaml *found[KEY_COUNT];
    test->line = node->line;
    test->column = node->column;
    if (!icp_read_keys(loader, node, "a test", keys, KEY_COUNT, found))
        return;
    if (found[NAME])
        (void)icp_read_text(loader, found[NAME], "\"name\"", &test->name);
    if (found[AS_OF])
        (void)icp_read_date(loader, found[AS_OF], "\"as_of\"", &test->as_of);
    if (found[LANGUAGE])
        icp_read_language(loader, found[LANGUAGE], &test->language);
    read_clock(loader, found[TIME], found[CALENDAR], test);
    if (found[GIVEN])
        read_given(loader, found[GIVEN], test);
    if (found[SIGNALS])
        read_signals(loader, found[SIGNALS], test);
    read_previous(loader, found[PREVIOUS_GRADE], found[PREVIOUS_TIER], test);
    if (found[EXPECT])
        icp_load_expect(loader, found[EXPECT], test);
    if (!found[AS_OF])
        check_as_of(loader, node, found[SIGNALS] != NULL, test);
}

void icp_load_tests(struct icp_loader *loader, const struct icp_yaml *node)
{
    struct icp_ruleset *rules = loader->rules;
    if (!node || (node->kind == ICP_YAML_SCALAR && node->plain && node->text.length == 0))
        return; /* nothing behind the colon: none yet */
    if (!icp_read_sequence(loader, node, "\"tests\""))
        return;
    rules->tests = ICP_NEW_ARRAY(loader->arena, struct icp_file_test, node->count + 1);
    for (size_t i = 0; rules->tests && i < node->count; i++) {
        struct icp_file_test *test = &rules->tests[i];
        test->known_values = ICP_NEW_ARRAY(loader->arena, struct icp_str, rules->known_count + 1);
        rules->test_count++;
        if (test->known_values && icp_one_more_line(loader, &node->values[i]))
            read_test(loader, &node->values[i], test);
    }
}
