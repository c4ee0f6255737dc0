/*
 * What becomes of a record when nothing happens, against the plainest way to know it: scoring the
 * record on every later day, with what it had the day before, until something is different.
 * Random records over files that use everything that a day can move.
 */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include "bounds.h"
#include "date.h"
#include "diagnostics.h"
#include "dictionary.h"
#include "file.h"
#include "icp/rules.h"

#define TEST_MEMORY ((size_t)64 * 1024 * 1024)

enum {
    AS_OF = 20468 /* 2026-01-15 */,
    RECORDS = 100,
    LIFTED = 1000,
    MOST_SIGNALS = 8,
    MOST_TOGETHER = 2
};

/* ---- Files ----------------------------------------------------------------------------------- */

#define FIELDS                                                                                     \
    "icp: 1\nfields:\n  contact.seen: {type: date, hubspot: contacts.seen}\n"                      \
    "  company.signed: {type: date, hubspot: companies.signed}\n"

static const char *const files[] = {
    FIELDS "name: Fading\n"
           "fit: {criteria: [{id: size, weight: 1, field: company.employees, bands: {\"50..\": "
           "100, else: 40}}]}\n"
           "engagement:\n  half_life: 30 days\n  groups:\n"
           "    - {id: asked, cap: 60, signals: [{signal: form_submit, points: 45}]}\n"
           "    - {id: looked, cap: 25, floor: -20, signals: [{signal: unsubscribe, points: -30, "
           "half_life: 90 days}, {signal: page_view, points: 6, max_per_day: 2, half_life: 7 "
           "days}]}\n"
           "grade: {fit: {A: 75, B: 50, C: 0}, engagement: {1: 60, 2: 30, 3: 10, 4: 0}}\n"
           "tiers:\n  - {id: call, when: 'asked >= 20 and not(fit_grade = \"C\")'}\n"
           "  - {id: warm, when: engagement > 12 or asked - looked > 30}\n"
           "  - {id: rest, else: true}\n",
    FIELDS
    "name: Held\n"
    "fit: {criteria: [{id: size, weight: 1, field: company.employees, bands: {\"50..\": "
    "100, else: 40}}, {id: age, weight: 3, field: contact.seen, age_days: {\"..30\": 100, "
    "\"31..90\": 60, \"91..\": 10}}], min_coverage: 50}\n"
    "engagement:\n  half_life: 20 days\n  groups:\n"
    "    - {id: asked, cap: 60, signals: [{signal: form_submit, match: {form: [\"*demo*\"]}, "
    "points: 45}, {signal: form_submit, points: 15, half_life: 120 days}]}\n"
    "    - {id: looked, signals: [{signal: page_view, points: 5}]}\n"
    "grade: {fit: {A: 75, B: 50, C: 25, D: 0}, engagement: {1: 60, 2: 30, 3: 10, 4: 0}, "
    "drop_margin: 6}\n"
    "tiers:\n  - {id: call, when: 'asked >= 30 and fit >= 40'}\n"
    "  - {id: warm, when: 'score in [40..70] and looked < 20'}\n"
    "  - {id: cool, when: score + looked > 35}\n"
    "  - {id: rest, else: true}\n",
    FIELDS "name: Asking\n"
           "applies_when: 'company.signed = null or company.signed < today() + @\"P200D\"'\n"
           "disqualify: [{id: old, when: 'contact.seen < today() - @\"P250D\"'}]\n"
           "roles: {add: [{role: user, confidence: 80, when: 'contact.seen > today() - "
           "@\"P45D\"'}]}\n"
           "fit:\n  criteria:\n"
           "    - {id: stage, weight: 1, cases: [{when: 'company.signed > today()', points: 90}, "
           "{when: 'list contains(roles, \"user\")', points: 70}, {else: 30}]}\n"
           "  adjustments: [{id: soon, when: 'company.signed in [today()..today() + @\"P20D\"]', "
           "points: 20}]\n"
           "engagement:\n  half_life: 40 days\n  groups:\n"
           "    - {id: asked, signals: [{signal: form_submit, when: 'form = \"late\" and today() > "
           "@\"2026-04-01\"', points: 80}, {signal: form_submit, points: 30}]}\n"
           "grade: {fit: {A: 75, B: 50, C: 0}, engagement: {1: 50, 2: 20, 3: 0}, drop_margin: 2}\n"
           "tiers:\n  - {id: spring, when: 'today() > @\"2026-03-01\" and engagement > 15'}\n"
           "  - {id: rest, else: true}\n",
    FIELDS
    "name: Conditions\n"
    "disqualify: [{id: old, when: 'contact.seen < today() - @\"P300D\"'}]\n"
    "fit:\n  criteria:\n"
    "    - {id: size, weight: 2, field: company.employees, bands: {\"50..\": 100, else: "
    "40}}\n"
    "    - {id: stage, weight: 1, cases: [{when: 'company.signed > today()', points: 90}, "
    "{else: 30}]}\n"
    "  adjustments: [{id: soon, when: 'company.signed < today() - @\"P20D\"', points: -20}]\n"
    "grade: {fit: {A: 75, B: 50, C: 0}}\n"
    "tiers:\n  - {id: good, when: fit > 60}\n  - {id: rest, else: true}\n",
    FIELDS "name: Points\n"
           "points:\n  max: 120\n  lines:\n"
           "    - {id: size, when: company.employees >= 50, points: 30}\n"
           "    - {id: seen, decay: contact.seen, points: 40, window: 90 days}\n"
           "    - {id: stale, field: contact.seen, age_days: \"200..\", points: -25}\n"
           "    - {id: signed, when: 'company.signed > today() - @\"P30D\"', points: 12}\n"
           "    - {id: clicks, signal: email_click, points: 3, half_life: 10 days}\n"
           "    - {id: forms, signal: form_submit, points: 25, cap: 60, half_life: 45 days}\n"
           "  groups: [{id: web, lines: [clicks, forms], cap: 50}]\n"
           "grade: {score: {A: 70, B: 50, C: 30, D: 0}, drop_margin: 4}\n"
           "tiers:\n  - {id: call, when: 'grade in [\"A\", \"B\"] and web > 5'}\n"
           "  - {id: rest, else: true}\n",
};

/* Which of them score the same people. */
static const struct {
    const char *why;
    size_t files[MOST_TOGETHER], count;
} sets[] = {
    {"signals that fade", {0}, 1},
    {"a margin, ages and tiers over several numbers", {1}, 1},
    {"who is scored, roles and signals by the day", {2}, 1},
    {"conditions by the day", {3}, 1},
    {"the points model", {4}, 1},
    {"two files, one of them with a margin", {0, 1}, 2},
    {"two files, one of them for a while", {1, 2}, 2},
};

/* ---- Records --------------------------------------------------------------------------------- */

struct bench {
    struct icp_arena arena, day; /* of a record, of a day */
    struct icp_arena kept;
    struct icp_diagnostics list;
    const struct icp_dictionary *dictionary;
    struct icp_ruleset *rules[COUNT_OF(files)];
    uint64_t state;
    const struct icp_ruleset *together[MOST_TOGETHER];
    struct icp_rules_input inputs[MOST_TOGETHER];
    size_t count;
};

static uint32_t draw(struct bench *bench, uint32_t below)
{
    bench->state = bench->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(bench->state >> 33) % below;
}

static struct icp_str some_day(struct bench *bench)
{
    char text[ICP_TIME_TEXT];
    int32_t day = AS_OF - 310 + (int32_t)draw(bench, 600);
    return icp_arena_copy(&bench->arena, icp_date_format(day, text));
}

static struct icp_str some_value(struct bench *bench, struct icp_str field)
{
    if (draw(bench, 5) == 0)
        return (struct icp_str){0};
    if (icp_str_is(field, "company.employees"))
        return draw(bench, 2) == 0 ? ICP_STR("20") : ICP_STR("80");
    if (icp_str_is(field, "contact.seen") || icp_str_is(field, "company.signed"))
        return some_day(bench);
    return ICP_STR("a@firma.example");
}

static void make_signals(struct bench *bench, struct icp_rules_input *input)
{
    static const char *const names[] = {"form_submit", "page_view", "email_click", "unsubscribe"};
    static const char *const forms[] = {"Demo request", "late", "newsletter"};
    struct icp_signal *signals = ICP_NEW_ARRAY(&bench->arena, struct icp_signal, MOST_SIGNALS);
    input->signal_count = draw(bench, MOST_SIGNALS + 1);
    for (size_t i = 0; i < input->signal_count; i++) {
        struct icp_attribute *form = ICP_NEW(&bench->arena, struct icp_attribute);
        int32_t age = draw(bench, 6) == 0 ? -(int32_t)draw(bench, 60) : (int32_t)draw(bench, 150);
        signals[i].name = icp_str_from(names[draw(bench, 4)]);
        signals[i].at_ms = (int64_t)(AS_OF - age) * ICP_MS_PER_DAY;
        signals[i].times = 1 + draw(bench, 3);
        signals[i].counted = draw(bench, 3) == 0;
        *form = (struct icp_attribute){ICP_STR("form"), icp_str_from(forms[draw(bench, 3)])};
        if (icp_str_is(signals[i].name, "form_submit")) {
            signals[i].attributes = form;
            signals[i].attribute_count = 1;
        }
    }
    input->signals = signals;
}

/* The same record for each file of the set; the first may hold something of before. */
static void make_record(struct bench *bench)
{
    static const char *const grades[] = {"", "A1", "B2", "C3", "A", "U4"};
    struct icp_rules_input one = {.as_of = AS_OF};
    struct icp_str known[8], names[8];
    size_t known_count = 0;
    make_signals(bench, &one);
    for (size_t f = 0; f < bench->count; f++) {
        size_t count;
        const struct icp_rules_field *fields = icp_rules_fields(bench->together[f], &count);
        struct icp_str *values = ICP_NEW_ARRAY(&bench->arena, struct icp_str, count + 1);
        for (size_t i = 0; i < count; i++) {
            size_t k = 0;
            while (k < known_count && !icp_str_equal(names[k], fields[i].name))
                k++;
            if (k == known_count && known_count < COUNT_OF(known)) {
                names[known_count] = fields[i].name;
                known[known_count++] = some_value(bench, fields[i].name);
            }
            values[i] = known[k];
        }
        bench->inputs[f] = one;
        bench->inputs[f].values = values;
    }
    bench->inputs[0].previous_grade = icp_str_from(grades[draw(bench, COUNT_OF(grades))]);
    bench->inputs[0].previous_tier = draw(bench, 2) == 0 ? ICP_STR("call") : ICP_STR("warm");
}

/* ---- Day by day ------------------------------------------------------------------------------ */

struct lived { /* what a record is on a day */
    char grade[4];
    struct icp_str tier;
    size_t file;
};

static struct lived live(struct bench *bench, int32_t day, const struct lived *before)
{
    struct icp_err err = {0};
    struct icp_result results[MOST_TOGETHER];
    const struct icp_result *all[MOST_TOGETHER];
    struct lived lived = {.tier = {0}};
    icp_arena_reset(&bench->day);
    for (size_t f = 0; f < bench->count; f++) {
        struct icp_rules_input input = bench->inputs[f];
        input.as_of = day;
        if (before) {
            bool is_its = before->file == f;
            input.previous_grade =
                is_its ? icp_arena_copy(&bench->day, icp_str_from(before->grade)) : ICP_STR("");
            input.previous_tier = is_its ? before->tier : ICP_STR("");
        }
        assert_int_equal(
            icp_rules_score(bench->together[f], &input, 1, &bench->day, &results[f], &err), ICP_OK);
        all[f] = &results[f];
    }
    lived.file = icp_rules_choose(all, bench->count);
    if (lived.file == ICP_NO_FILE)
        return lived;
    const struct icp_rules_about *about = icp_rules_about(bench->together[lived.file]);
    memcpy(lived.grade, results[lived.file].grade, sizeof(lived.grade));
    if (results[lived.file].tier < about->tier_count)
        lived.tier = about->tiers[results[lived.file].tier].id;
    return lived;
}

static void check_change(const char *why, size_t record, const char *what,
                         const struct icp_forecast *said, int32_t on, const struct lived *then)
{
    if (said->on != on)
        fail_msg("%s, record %zu: another %s is said for day %d, it comes on day %d", why, record,
                 what, said->on == ICP_NO_DAY ? 0 : said->on - AS_OF,
                 on == ICP_NO_DAY ? 0 : on - AS_OF);
    if (on != ICP_NO_DAY && strcmp(said->grade, then->grade) != 0)
        fail_msg("%s, record %zu: %s is said, it is %s", why, record, said->grade, then->grade);
    if (on != ICP_NO_DAY && !icp_str_equal(said->tier, then->tier))
        fail_msg("%s, record %zu: %.*s is said, it is %.*s", why, record,
                 ICP_STR_ARGUMENTS(said->tier), ICP_STR_ARGUMENTS(then->tier));
}

/* The first days of another grade and of another tier; returns how many of them there are. */
static size_t check_record(struct bench *bench, const char *why, size_t record,
                           struct icp_ahead *ahead)
{
    struct icp_err err = {0};
    struct lived today = live(bench, AS_OF, NULL), now = today;
    struct lived grade = {.tier = {0}}, tier = {.tier = {0}};
    int32_t grade_on = ICP_NO_DAY, tier_on = ICP_NO_DAY;
    struct icp_result result;
    if (today.file == ICP_NO_FILE)
        return 0;
    assert_int_equal(icp_rules_score(bench->together[today.file], &bench->inputs[today.file], 1,
                                     &bench->arena, &result, &err),
                     ICP_OK);
    assert_int_equal(
        icp_rules_look_ahead(ahead, bench->inputs, today.file, &bench->arena, &result, &err),
        ICP_OK);
    for (int32_t day = AS_OF + 1; day <= AS_OF + ICP_AHEAD_DAYS; day++) {
        now = live(bench, day, &now);
        if (grade_on == ICP_NO_DAY && strcmp(now.grade, today.grade) != 0) {
            grade_on = day;
            grade = now;
        }
        if (tier_on == ICP_NO_DAY && !icp_str_equal(now.tier, today.tier)) {
            tier_on = day;
            tier = now;
        }
    }
    check_change(why, record, "grade", &result.outlook.grade, grade_on, &grade);
    check_change(why, record, "tier", &result.outlook.tier, tier_on, &tier);
    return (grade_on != ICP_NO_DAY ? 1U : 0U) + (tier_on != ICP_NO_DAY ? 1U : 0U);
}

/* ---- The tests ------------------------------------------------------------------------------- */

static void open_bench(struct bench *bench)
{
    struct icp_err err = {0};
    struct icp_buf text;
    *bench = (struct bench){.state = 7};
    icp_arena_open(&bench->kept, TEST_MEMORY);
    icp_arena_open(&bench->arena, TEST_MEMORY);
    icp_arena_open(&bench->day, TEST_MEMORY);
    icp_diagnostics_open(&bench->list, &bench->kept, "fields.yaml");
    icp_buf_open(&text, 65536);
    assert_int_equal(icp_file_read(ICP_SOURCE_DIR "/tests/rules/fields.yaml", 65536, &text, &err),
                     ICP_OK);
    bench->dictionary =
        icp_dictionary_parse(ICP_STR("hubspot"), icp_arena_copy(&bench->kept, icp_buf_view(&text)),
                             &bench->kept, &bench->list);
    icp_buf_finish(&text);
    assert_non_null(bench->dictionary);
}

static struct icp_ruleset *compile(struct bench *bench, const char *text)
{
    struct icp_ruleset *rules = NULL;
    struct icp_err err = {0};
    icp_diagnostics_open(&bench->list, &bench->kept, "ahead.icp.yaml");
    (void)icp_rules_compile(icp_str_from(text), "ahead.icp.yaml", &bench->dictionary, 1,
                            &bench->list, &rules, &err);
    if (!rules)
        fail_msg("%s", err.message);
    return rules;
}

static void close_bench(struct bench *bench)
{
    for (size_t i = 0; i < COUNT_OF(files); i++)
        icp_rules_close(bench->rules[i]);
    icp_arena_close(&bench->kept);
    icp_arena_close(&bench->arena);
    icp_arena_close(&bench->day);
}

static void the_day_is_the_first_of_change(void **state)
{
    struct bench bench;
    (void)state;
    open_bench(&bench);
    for (size_t i = 0; i < COUNT_OF(files); i++)
        bench.rules[i] = compile(&bench, files[i]);
    for (size_t s = 0; s < COUNT_OF(sets); s++) {
        struct icp_err err = {0};
        struct icp_ahead *ahead;
        size_t changes = 0;
        bench.count = sets[s].count;
        for (size_t f = 0; f < bench.count; f++)
            bench.together[f] = bench.rules[sets[s].files[f]];
        icp_arena_reset(&bench.arena);
        assert_int_equal(
            icp_rules_ahead_open(bench.together, bench.count, &bench.kept, &ahead, &err), ICP_OK);
        for (size_t i = 0; i < RECORDS; i++) {
            icp_arena_reset(&bench.arena);
            make_record(&bench);
            changes += check_record(&bench, sets[s].why, i, ahead);
        }
        if (changes < RECORDS / 2)
            fail_msg("%s: only %zu changes were looked at", sets[s].why, changes);
    }
    close_bench(&bench);
}

/* The change that is named, made: the record must have the better grade that was said. */
static bool check_lift(struct bench *bench, size_t record, struct icp_ahead *ahead)
{
    struct icp_err err = {0};
    const struct icp_ruleset *rules = bench->together[0];
    struct icp_rules_input input = bench->inputs[0];
    struct icp_result before, after;
    struct icp_str values[16];
    struct icp_signal signals[MOST_SIGNALS + 1];
    size_t count;
    assert_int_equal(icp_rules_score(rules, &input, 1, &bench->arena, &before, &err), ICP_OK);
    assert_int_equal(icp_rules_look_ahead(ahead, &input, 0, &bench->arena, &before, &err), ICP_OK);
    const struct icp_outlook *outlook = &before.outlook;
    if (outlook->lift_grade[0] == '\0' || icp_str_is(outlook->lift_with, "engagement"))
        return false;
    (void)icp_rules_fields(rules, &count);
    assert_true(count <= COUNT_OF(values));
    memcpy(values, input.values, count * sizeof(*values));
    if (input.signal_count > 0)
        memcpy(signals, input.signals, input.signal_count * sizeof(*signals));
    size_t field = icp_rules_field_index(rules, outlook->lift_with);
    struct icp_attribute form = {ICP_STR_INIT("form"), outlook->lift_value};
    if (field != SIZE_MAX)
        values[field] = outlook->lift_value;
    else
        signals[input.signal_count++] =
            (struct icp_signal){.name = outlook->lift_with,
                                .at_ms = AS_OF * ICP_MS_PER_DAY,
                                .times = 1,
                                .attributes = &form,
                                .attribute_count = icp_str_is_null(outlook->lift_value) ? 0 : 1};
    input.values = values;
    input.signals = signals;
    input.previous_grade = icp_str_from(before.grade);
    input.previous_tier = ICP_STR("");
    assert_int_equal(icp_rules_score(rules, &input, 1, &bench->arena, &after, &err), ICP_OK);
    if (strcmp(after.grade, outlook->lift_grade) != 0 || strcmp(after.grade, before.grade) == 0)
        fail_msg("record %zu is %s and would be %s with %.*s; it is %s", record, before.grade,
                 outlook->lift_grade, ICP_STR_ARGUMENTS(outlook->lift), after.grade);
    return true;
}

static void what_lifts_lifts(void **state)
{
    struct bench bench;
    (void)state;
    open_bench(&bench);
    for (size_t f = 0; f < COUNT_OF(files); f++) {
        struct icp_err err = {0};
        struct icp_ahead *ahead;
        size_t lifted = 0;
        bench.rules[f] = compile(&bench, files[f]);
        bench.together[0] = bench.rules[f];
        bench.count = 1;
        assert_int_equal(icp_rules_ahead_open(bench.together, 1, &bench.kept, &ahead, &err),
                         ICP_OK);
        for (size_t i = 0; i < LIFTED; i++) {
            icp_arena_reset(&bench.arena);
            make_record(&bench);
            lifted += check_lift(&bench, i, ahead) ? 1 : 0;
        }
        if (lifted < LIFTED / 20)
            fail_msg("file %zu: only %zu were lifted", f, lifted);
    }
    close_bench(&bench);
}

static void check_words(const char *why, struct icp_str found, const char *wanted)
{
    check_text(why, icp_str_is_empty(found) ? ICP_STR("") : found, icp_str_from(wanted));
}

/* A form that was filled in on 2026-01-15, 45 points with a half-life of 30 days: 3 from 30 on, 18
   days later; a tier from 20 on. */
static const char words_file[] =
    "icp: 1\nname: Words\nreasons_in: [en, da, de]\n"
    "fit: {criteria: [{id: size, weight: 1, field: company.employees, bands: {\"50..\": 100, "
    "else: 40}}]}\n"
    "engagement:\n  half_life: 30 days\n  groups:\n"
    "    - {id: asked, signals: [{signal: form_submit, points: 45}, {signal: unsubscribe, "
    "points: -60, half_life: 10 days}]}\n"
    "grade: {fit: {A: 75, B: 0}, engagement: {1: 60, 2: 30, 3: 10, 4: 0}}\n"
    "tiers:\n  - {id: call, label: {en: Call, da: Ring, de: Anrufen}, when: asked >= %s}\n"
    "  - {id: rest, label: {en: Rest, da: Resten, de: \"Übrige\"}, else: true}\n";
static const struct {
    const char *why, *language, *edge, *signal;
    const char *text, *later;
} in_words_cases[] = {
    {"the grade, then the tier", "en", "20", "form_submit", "falls to A3 on 3 Feb",
     "becomes Rest on 20 Feb"},
    {"the tier, then the grade", "en", "40", "form_submit", "becomes Rest on 21 Jan",
     "falls to A3 on 3 Feb"},
    {"both on one day", "en", "29.5", "form_submit", "falls to A3 (Rest) on 3 Feb", ""},
    {"in Danish", "da", "20", "form_submit", "falder til A3 den 3. feb.",
     "bliver Resten den 20. feb."},
    {"in German, the other way round", "de", "20", "form_submit", "fällt am 3. Feb. auf A3",
     "wird am 20. Feb. zu Übrige"},
    {"a tier alone", "en", "-3", "unsubscribe", "becomes Call on 28 Feb", ""},
    {"nothing moves", "en", "20", "page_view", "", ""},
};

static void in_words(void **state)
{
    struct bench bench;
    (void)state;
    open_bench(&bench);
    for (size_t i = 0; i < COUNT_OF(in_words_cases); i++) {
        struct icp_err err = {0};
        struct icp_ahead *ahead;
        struct icp_result result;
        struct icp_signal signal = {.name = icp_str_from(in_words_cases[i].signal),
                                    .at_ms = AS_OF * ICP_MS_PER_DAY,
                                    .times = 1};
        char *at = strstr(words_file, "%s");
        struct icp_ruleset *rules =
            compile(&bench, icp_arena_format(&bench.arena, "%.*s%s%s", (int)(at - words_file),
                                             words_file, in_words_cases[i].edge, at + 2)
                                .data);
        const struct icp_ruleset *one = rules;
        struct icp_str values[4] = {ICP_STR_INIT(""), ICP_STR_INIT(""), ICP_STR_INIT(""),
                                    ICP_STR_INIT("")};
        size_t size = icp_rules_field_index(rules, ICP_STR("company.employees"));
        struct icp_rules_input input = {.values = values,
                                        .signals = &signal,
                                        .signal_count = 1,
                                        .as_of = AS_OF,
                                        .language = icp_str_from(in_words_cases[i].language)};
        assert_true(size < COUNT_OF(values));
        values[size] = ICP_STR("80");
        assert_int_equal(icp_rules_score(rules, &input, 1, &bench.arena, &result, &err), ICP_OK);
        assert_int_equal(icp_rules_ahead_open(&one, 1, &bench.arena, &ahead, &err), ICP_OK);
        assert_int_equal(icp_rules_look_ahead(ahead, &input, 0, &bench.arena, &result, &err),
                         ICP_OK);
        check_words(in_words_cases[i].why, result.outlook.text, in_words_cases[i].text);
        check_words(in_words_cases[i].why, result.outlook.later, in_words_cases[i].later);
        icp_rules_close(rules);
    }
    close_bench(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_day_is_the_first_of_change),
        cmocka_unit_test(what_lifts_lifts),
        cmocka_unit_test(in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
