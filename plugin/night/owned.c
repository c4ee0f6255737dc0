/*
 * Our own fields in a CRM: one table with a row a field, from which the definitions for setup, the
 * wanted values and the worth of a write are read. Nothing outside this table is ever written to a
 * CRM.
 */
#include "owned.h"

#include "date.h"
#include "number.h"

/* What a difference in a field means for the question whether to write. */
enum worth {
    DECISION, /* people and workflows act on it: write */
    STEP,     /* the score: write from a step on */
    WORDS,    /* worth a write when the last one is old enough */
    COMPANION /* goes along with other fields, never alone a reason */
};

static const struct {
    const char *suffix, *label, *about;
    enum icp_owned_kind kind;
    enum worth worth;
} table[ICP_OWNED_COUNT] = {
    [ICP_OWNED_SCORE] = {"score", "ICP score",
                         "0 to 100: the one number to sort by. Written by icp.", ICP_OWNED_NUMBER,
                         STEP},
    [ICP_OWNED_GRADE] =
        {"grade", "ICP grade",
         "Letter: how well they fit. Digit: how engaged they are. X: disqualified. Written by icp.",
         ICP_OWNED_CHOICE, DECISION},
    [ICP_OWNED_TIER] = {"tier", "ICP tier", "What to do next. Written by icp.", ICP_OWNED_CHOICE,
                        DECISION},
    [ICP_OWNED_FIT] =
        {"fit", "ICP fit",
         "0 to 100: how well the company and the person fit the profile. Written by icp.",
         ICP_OWNED_NUMBER, WORDS},
    [ICP_OWNED_ENGAGEMENT] = {"engagement", "ICP engagement",
                              "0 to 100: how much they did lately. Written by icp.",
                              ICP_OWNED_NUMBER, WORDS},
    [ICP_OWNED_COVERAGE] = {"coverage", "ICP coverage",
                            "Percent of the profile's weight that is known. Written by icp.",
                            ICP_OWNED_NUMBER, WORDS},
    [ICP_OWNED_SUMMARY] =
        {"summary", "ICP summary",
         "Grade, strongest reasons and what to fill in next, on one line. Written by icp.",
         ICP_OWNED_LINE, WORDS},
    [ICP_OWNED_REASONS] =
        {"reasons", "ICP reasons",
         "Every reason with its points; they add up to the score. Written by icp.", ICP_OWNED_TEXT,
         WORDS},
    [ICP_OWNED_PROFILE] = {"profile", "ICP profile",
                           "The Ideal Customer Profile that was used. Written by icp.",
                           ICP_OWNED_LINE, WORDS},
    [ICP_OWNED_RULES] = {"rules", "ICP rules version",
                         "Name and version of the rules. Written by icp.", ICP_OWNED_LINE,
                         COMPANION},
    [ICP_OWNED_TIER_SINCE] =
        {"tier_since", "ICP tier since",
         "When the tier was entered; empty on the very first run. Written by icp.", ICP_OWNED_TIME,
         WORDS},
    [ICP_OWNED_PREVIOUS_TIER] = {"previous_tier", "ICP previous tier",
                                 "The tier before this one. Written by icp.", ICP_OWNED_LINE,
                                 WORDS},
    [ICP_OWNED_CALL_BY] = {"call_by", "ICP call by",
                           "When to have called, from the tier's own promise. Written by icp.",
                           ICP_OWNED_TIME, WORDS},
    [ICP_OWNED_REACH] =
        {"reach", "ICP reach",
         "Why this person cannot be reached by e-mail; empty when they can. Written by icp.",
         ICP_OWNED_CHOICE, DECISION},
    [ICP_OWNED_SCORED_AT] = {"scored_at", "ICP scored at",
                             "When the values beside were worked out. Written by icp.",
                             ICP_OWNED_TIME, COMPANION},
};

static const struct icp_choice reach_choices[] = {
    {ICP_STR_INIT("no_email"), ICP_STR_INIT("No e-mail address")},
    {ICP_STR_INIT("opted_out"), ICP_STR_INIT("Opted out")},
    {ICP_STR_INIT("bounced"), ICP_STR_INIT("E-mail bounced")},
    {ICP_STR_INIT("maybe_left"), ICP_STR_INIT("May have left")},
    {ICP_STR_INIT("new_job"), ICP_STR_INIT("New job")},
};

enum icp_owned_kind icp_owned_kind_of(enum icp_owned field)
{
    return table[field].kind;
}

/* The choices of several files, each value once, as the first file has it. */
struct choosing {
    struct icp_choice *choices;
    size_t count;
};

static void add_choice(struct choosing *choosing, struct icp_str value, struct icp_str label)
{
    for (size_t i = 0; i < choosing->count; i++)
        if (icp_str_equal(choosing->choices[i].value, value))
            return;
    choosing->choices[choosing->count++] = (struct icp_choice){value, label};
}

static void give_choices(const struct choosing *choosing, struct icp_owned_field *field)
{
    field->choices = choosing->choices;
    field->choice_count = choosing->count;
}

static void choose(const struct icp_ruleset *const *rules, size_t count, struct icp_arena *arena,
                   struct icp_owned_field fields[ICP_OWNED_COUNT])
{
    struct choosing grades = {0}, tiers = {0};
    size_t most_grades = 0, most_tiers = 1;

    for (size_t i = 0; i < count; i++) {
        most_grades += icp_rules_about(rules[i])->grade_count;
        most_tiers += icp_rules_about(rules[i])->tier_count;
    }
    grades.choices = ICP_NEW_ARRAY(arena, struct icp_choice, most_grades + 1);
    tiers.choices = ICP_NEW_ARRAY(arena, struct icp_choice, most_tiers);
    if (grades.choices == NULL || tiers.choices == NULL)
        return;
    for (size_t i = 0; i < count; i++) {
        const struct icp_rules_about *about = icp_rules_about(rules[i]);
        for (size_t k = 0; k < about->grade_count; k++)
            add_choice(&grades, about->grades[k], about->grades[k]);
        for (size_t k = 0; k < about->tier_count; k++)
            add_choice(&tiers, about->tiers[k].id, about->tiers[k].label);
    }
    add_choice(&tiers, ICP_NOT_SCORED, ICP_STR("Not scored"));
    give_choices(&grades, &fields[ICP_OWNED_GRADE]);
    give_choices(&tiers, &fields[ICP_OWNED_TIER]);
}

void icp_owned_fields(struct icp_str prefix, const struct icp_ruleset *const *rules, size_t count,
                      struct icp_arena *arena, struct icp_owned_field fields[ICP_OWNED_COUNT])
{
    for (size_t i = 0; i < ICP_OWNED_COUNT; i++) {
        fields[i] = (struct icp_owned_field){
            .name = icp_arena_format(arena, "%.*s%s", ICP_STR_ARGUMENTS(prefix), table[i].suffix),
            .label = icp_str_from(table[i].label),
            .about = icp_str_from(table[i].about),
            .kind = table[i].kind,
        };
    }
    fields[ICP_OWNED_REACH].choices = reach_choices;
    fields[ICP_OWNED_REACH].choice_count = sizeof(reach_choices) / sizeof(reach_choices[0]);
    if (count > 0)
        choose(rules, count, arena, fields);
}

static struct icp_str number_text(int64_t value, struct icp_arena *arena)
{
    return icp_arena_format(arena, "%lld", (long long)value);
}

/* The points model has no fit, engagement or coverage: −1, and the field stays empty. */
static struct icp_str part_text(int64_t value, struct icp_arena *arena)
{
    return value < 0 ? (struct icp_str){0} : number_text(value, arena);
}

static struct icp_str time_text(int64_t ms, struct icp_arena *arena)
{
    char text[ICP_TIME_TEXT];

    if (ms < 0)
        return (struct icp_str){0};
    return icp_arena_copy(arena, icp_time_format(ms, text));
}

static struct icp_str not_empty(struct icp_str text)
{
    return text.length == 0 ? (struct icp_str){0} : text;
}

static struct icp_str rules_text(const struct icp_rules_about *about, struct icp_arena *arena)
{
    if (icp_str_is_empty(about->version))
        return icp_arena_format(arena, "%.*s (%.8s)", ICP_STR_ARGUMENTS(about->name),
                                about->score_hash);
    return icp_arena_format(arena, "%.*s %.*s (%.8s)", ICP_STR_ARGUMENTS(about->name),
                            ICP_STR_ARGUMENTS(about->version), about->score_hash);
}

void icp_owned_wanted(const struct icp_result_row *result, const struct icp_rules_about *about,
                      int64_t started_ms, struct icp_arena *arena,
                      struct icp_str wanted[ICP_OWNED_COUNT])
{
    for (size_t i = 0; i < ICP_OWNED_COUNT; i++)
        wanted[i] = (struct icp_str){0};
    wanted[ICP_OWNED_TIER] = not_empty(result->tier);
    if (about == NULL)
        return;
    wanted[ICP_OWNED_SCORE] = number_text(result->score, arena);
    wanted[ICP_OWNED_GRADE] = not_empty(result->grade);
    wanted[ICP_OWNED_FIT] = part_text(result->fit, arena);
    wanted[ICP_OWNED_ENGAGEMENT] = part_text(result->engagement, arena);
    wanted[ICP_OWNED_COVERAGE] = part_text(result->coverage, arena);
    wanted[ICP_OWNED_SUMMARY] = not_empty(result->summary);
    wanted[ICP_OWNED_REASONS] = not_empty(result->reasons);
    wanted[ICP_OWNED_PROFILE] = not_empty(about->name);
    wanted[ICP_OWNED_RULES] = rules_text(about, arena);
    wanted[ICP_OWNED_TIER_SINCE] = time_text(result->tier_since_ms, arena);
    wanted[ICP_OWNED_PREVIOUS_TIER] = not_empty(result->previous_tier);
    wanted[ICP_OWNED_CALL_BY] = time_text(result->call_by_ms, arena);
    wanted[ICP_OWNED_REACH] = not_empty(result->reach);
    wanted[ICP_OWNED_SCORED_AT] = time_text(started_ms, arena);
}

/* The next character of a text as CRMs keep it: CR LF and CR as LF. −1 at the end. */
static int next_kept(struct icp_str text, size_t *at)
{
    if (*at >= text.length)
        return -1;
    if (text.data[*at] == '\r') {
        *at += *at + 1 < text.length && text.data[*at + 1] == '\n' ? 2 : 1;
        return '\n';
    }
    return (unsigned char)text.data[(*at)++];
}

static bool texts_equal(struct icp_str a, struct icp_str b)
{
    size_t at_a = 0, at_b = 0;

    a = icp_str_trim(a);
    b = icp_str_trim(b);
    for (;;) {
        int from_a = next_kept(a, &at_a), from_b = next_kept(b, &at_b);
        if (from_a != from_b)
            return false;
        if (from_a < 0)
            return true;
    }
}

bool icp_owned_equal(enum icp_owned_kind kind, struct icp_str a, struct icp_str b)
{
    int64_t left, right;

    if (icp_str_is_empty(a) || icp_str_is_empty(b))
        return icp_str_is_empty(a) == icp_str_is_empty(b);
    if (kind == ICP_OWNED_NUMBER && icp_number_parse(a, &left) && icp_number_parse(b, &right))
        return left == right;
    if (kind == ICP_OWNED_TIME && icp_time_parse(a, &left) && icp_time_parse(b, &right))
        return left == right;
    return texts_equal(a, b);
}

/* The score moved by at least a step; a held value that is no number counts as moved. */
static bool score_moved(struct icp_str wanted, struct icp_str held, int64_t step)
{
    int64_t left, right;

    if (!icp_number_parse(wanted, &left) || !icp_number_parse(held, &right))
        return true;
    return left - right >= step * ICP_NUMBER_SCALE || right - left >= step * ICP_NUMBER_SCALE;
}

static bool nothing_held(const struct icp_str held[ICP_OWNED_COUNT])
{
    for (size_t i = 0; i < ICP_OWNED_COUNT; i++)
        if (!icp_str_is_empty(held[i]))
            return false;
    return true;
}

enum icp_write_reason icp_write_decide(const struct icp_str wanted[ICP_OWNED_COUNT],
                                       const struct icp_str held[ICP_OWNED_COUNT],
                                       int64_t written_ms, int64_t now_ms,
                                       const struct icp_write_policy *policy)
{
    bool words = false;

    if (nothing_held(held)) /* who was never scored has nothing to clear */
        return icp_str_is_empty(wanted[ICP_OWNED_SCORE]) ? ICP_WRITE_NOT : ICP_WRITE_FIRST;
    for (size_t i = 0; i < ICP_OWNED_COUNT; i++) {
        if (icp_owned_equal(table[i].kind, wanted[i], held[i]))
            continue;
        if (table[i].worth == DECISION)
            return ICP_WRITE_DECISION;
        words = words || table[i].worth == WORDS;
    }
    if (!icp_owned_equal(ICP_OWNED_NUMBER, wanted[ICP_OWNED_SCORE], held[ICP_OWNED_SCORE])) {
        if (score_moved(wanted[ICP_OWNED_SCORE], held[ICP_OWNED_SCORE], policy->score_step))
            return ICP_WRITE_SCORE;
        words = true;
    }
    if (words && (written_ms < 0 || now_ms - written_ms >= policy->reasons_every_ms))
        return ICP_WRITE_WORDS;
    return ICP_WRITE_NOT;
}

struct icp_tier_dates icp_tier_dates_decide(const struct icp_result_row *before, bool has_before,
                                            bool first_push, const struct icp_rules_tier *tier,
                                            int64_t started_ms, const struct icp_calendar *calendar)
{
    struct icp_tier_dates dates = {.since_ms = -1, .call_by_ms = -1};

    if (has_before && before->has_base && tier != NULL &&
        icp_str_equal(before->base_tier, tier->id)) {
        dates.since_ms = before->base_tier_since_ms;
        dates.call_by_ms = before->base_call_by_ms;
        dates.previous = before->base_previous_tier;
        return dates;
    }
    if (first_push)
        return dates;
    dates.since_ms = started_ms;
    if (has_before && before->has_base)
        dates.previous = before->base_tier;
    if (tier != NULL && (tier->within_days > 0 || tier->within_hours > 0))
        (void)icp_calendar_due(calendar, started_ms, tier->within_days, tier->within_hours,
                               &dates.call_by_ms);
    return dates;
}
