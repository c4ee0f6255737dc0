/*
 * What the numbers become: letter, digit and tier, each the best line that holds. A line holds at
 * its number or, when it is not better than what the record had before, down to the margin below
 * it, so that nothing flaps around a line. Invariant: deciding again with the outcome as the
 * previous one gives the same outcome.
 */
#include "evaluate.h"

#include <string.h>

enum {
    MOST_RAISED = 4, /* numbers of one condition that are raised one by one; more: all of them */
};

/* What the record had before; nothing is held after U or X, nor for them, or with a margin of 0. */
struct previous {
    char letter, digit; /* 0: none */
    size_t tier;        /* tier_count: none */
};

static struct previous previous_of(const struct icp_work *work)
{
    const struct icp_ruleset *rules = work->rules;
    struct icp_str grade = work->input->previous_grade;
    struct previous previous = {.tier = rules->tier_count};
    bool was_graded = grade.length > 0 && grade.data[0] != 'U' && grade.data[0] != 'X';
    bool has_none = icp_str_is_empty(grade);
    if (rules->drop_margin == 0 || (!was_graded && !has_none))
        return previous;
    if (was_graded) {
        previous.letter = grade.data[0];
        if (grade.length > 1)
            previous.digit = grade.data[1];
    }
    for (size_t i = 0; i < rules->tier_count; i++)
        if (icp_str_equal(rules->tiers[i].id, work->input->previous_tier))
            previous.tier = i;
    return previous;
}

/* ---- Grade ----------------------------------------------------------------------------------- */

/* The first line that holds. *held: only because of the margin. */
static const struct icp_grade_line *line_of(const struct icp_grade_lines *lines, int32_t number,
                                            char before, int32_t margin, bool *held)
{
    bool not_better = false;
    *held = false;
    for (size_t i = 0; i + 1 < lines->count; i++) {
        const struct icp_grade_line *line = &lines->lines[i];
        not_better = not_better || line->mark == before;
        if (number >= line->from)
            return line;
        if (not_better && number >= line->from - margin) {
            *held = true;
            return line;
        }
    }
    return &lines->lines[lines->count - 1]; /* it starts at 0 */
}

/* Which of the file's lines made the grade. */
static void note_grade(const struct icp_work *work, const struct icp_grade_line *letter,
                       const struct icp_grade_line *digit)
{
    const struct icp_result *result = work->result;
    if (result->disqualified)
        return;
    icp_note_place(work, digit->place);
    if (result->fit_letter != 'U')
        icp_note_place(work, letter->place);
    else if (result->coverage < work->rules->min_coverage)
        icp_note_place(work, work->rules->min_coverage_place);
}

static void add_held(struct icp_work *work, struct icp_str text)
{
    struct icp_str *all = &work->result->held_text;
    *all = icp_str_is_empty(*all)
               ? text
               : icp_arena_format(work->arena, "%.*s; %.*s", ICP_STR_ARGUMENTS(*all),
                                  ICP_STR_ARGUMENTS(text));
}

/* "held at A2: 33 is within 3 of 35". */
static void say_held(struct icp_work *work, const struct icp_grade_line *line, int32_t number)
{
    work->result->grade_held = true;
    if (work->quiet)
        return;
    const struct icp_str parts[] = {icp_str_from(work->result->grade),
                                    icp_arena_format(work->arena, "%d", number),
                                    icp_arena_format(work->arena, "%d", work->rules->drop_margin),
                                    icp_arena_format(work->arena, "%d", line->from)};
    add_held(work, icp_phrase_fill(work->language, ICP_PHRASE_GRADE_HELD, parts, 4, work->arena));
}

/* A letter by the score is all that the points model has. */
static void decide_letter(struct icp_work *work, const struct previous *previous)
{
    const struct icp_ruleset *rules = work->rules;
    struct icp_result *result = work->result;
    bool held;
    const struct icp_grade_line *letter =
        line_of(&rules->fit_lines, result->score, previous->letter,
                result->disqualified ? 0 : rules->drop_margin, &held);
    result->fit_letter = letter->mark;
    if (result->disqualified)
        result->fit_letter = 'X';
    result->grade[0] = result->fit_letter;
    if (held)
        say_held(work, letter, result->score);
    if (!result->disqualified)
        icp_note_place(work, letter->place);
}

/* Returns the digit, which tiers may read also of an X. */
static char decide_grade(struct icp_work *work, const struct previous *previous)
{
    const struct icp_ruleset *rules = work->rules;
    struct icp_result *result = work->result;
    bool too_little = work->nothing_known || result->coverage < rules->min_coverage;
    bool letter_held, digit_held;
    int32_t margin = result->disqualified || too_little ? 0 : rules->drop_margin;
    const struct icp_grade_line *letter =
        line_of(&rules->fit_lines, result->fit, previous->letter, margin, &letter_held);
    const struct icp_grade_line *digit =
        line_of(&rules->engagement_lines, result->engagement, previous->digit, margin, &digit_held);
    result->fit_letter = letter->mark;
    if (too_little)
        result->fit_letter = 'U';
    if (result->disqualified)
        result->fit_letter = 'X';
    result->grade[0] = result->fit_letter;
    if (!result->disqualified)
        result->grade[1] = result->engagement_digit = digit->mark;
    if (letter_held)
        say_held(work, letter, result->fit);
    if (digit_held)
        say_held(work, digit, result->engagement);
    note_grade(work, letter, digit);
    return digit->mark;
}

/* ---- Tier ------------------------------------------------------------------------------------ */

static void set_number(struct icp_work *work, enum icp_output output, int32_t number)
{
    struct icp_value *slot = &work->slots[work->rules->output_base + output];
    slot->kind = ICP_VALUE_NUMBER;
    slot->as.number = number * ICP_NUMBER_SCALE;
}

static void set_text(struct icp_work *work, enum icp_output output, const char *data, size_t length)
{
    struct icp_value *slot = &work->slots[work->rules->output_base + output];
    slot->kind = ICP_VALUE_TEXT;
    slot->as.text = (struct icp_str){.data = data, .length = length};
}

/* What only the weighted model's tiers may name. */
static void set_parts(struct icp_work *work, char digit)
{
    const struct icp_result *result = work->result;
    set_number(work, ICP_OUTPUT_FIT, result->fit);
    set_number(work, ICP_OUTPUT_ENGAGEMENT, result->engagement);
    set_number(work, ICP_OUTPUT_COVERAGE, result->coverage);
    set_number(work, ICP_OUTPUT_ENGAGEMENT_GRADE, digit - '0');
    set_text(work, ICP_OUTPUT_FIT_GRADE, &result->fit_letter, 1);
}

static bool tier_holds(struct icp_work *work, size_t tier)
{
    const struct icp_feel *when = work->rules->tier_when[tier];
    return !when || icp_condition_holds(work, work->rules->tiers[tier].id, when, work->slots);
}

/* Is the slot a number that engagement or fit move: coverage and grades are none. */
static bool may_be_raised(const struct icp_ruleset *rules, uint32_t slot)
{
    size_t base = rules->output_base;
    return slot >= rules->group_base || slot == base + ICP_OUTPUT_SCORE ||
           slot == base + ICP_OUTPUT_FIT || slot == base + ICP_OUTPUT_ENGAGEMENT;
}

static bool holds_raised(struct icp_work *work, size_t tier, const uint32_t *slots, size_t count,
                         unsigned chosen, int32_t by)
{
    for (size_t i = 0; i < count; i++)
        if (count > MOST_RAISED || (chosen >> i & 1U))
            work->slots[slots[i]].as.number += by * ICP_NUMBER_SCALE;
    bool holds = tier_holds(work, tier);
    for (size_t i = 0; i < count; i++)
        if (count > MOST_RAISED || (chosen >> i & 1U))
            work->slots[slots[i]].as.number -= by * ICP_NUMBER_SCALE;
    return holds;
}

/* Would the tier hold if some of its numbers were higher by at most the margin. */
static bool holds_within_margin(struct icp_work *work, size_t tier)
{
    const struct icp_ruleset *rules = work->rules;
    uint32_t numbers[2 * MOST_RAISED];
    const uint32_t *slots;
    size_t count = 0, all = icp_feel_slots(rules->tier_when[tier], &slots);
    for (size_t i = 0; i < all && count < sizeof(numbers) / sizeof(numbers[0]); i++)
        if (may_be_raised(rules, slots[i]))
            numbers[count++] = slots[i];
    unsigned subsets = count > MOST_RAISED ? 1 : (1U << count) - 1;
    for (int32_t by = 1; by <= rules->drop_margin; by++)
        for (unsigned chosen = subsets; chosen > 0; chosen--)
            if (holds_raised(work, tier, numbers, count, chosen, by))
                return true;
    return false;
}

static void hold_tier(struct icp_work *work, size_t before)
{
    const struct icp_ruleset *rules = work->rules;
    struct icp_result *result = work->result;
    for (size_t i = before; i < result->tier && i < rules->tier_count; i++) {
        if (!rules->tier_when[i] || !holds_within_margin(work, i))
            continue;
        result->tier = (uint32_t)i;
        result->tier_held = true;
        if (work->quiet)
            return;
        const struct icp_str parts[] = {icp_rules_tier_label(rules, i, result->language),
                                        icp_arena_format(work->arena, "%d", rules->drop_margin)};
        add_held(work,
                 icp_phrase_fill(work->language, ICP_PHRASE_TIER_HELD, parts, 2, work->arena));
    }
}

void icp_outcome_tier(struct icp_work *work)
{
    const struct icp_ruleset *rules = work->rules;
    struct icp_result *result = work->result;
    struct previous previous = previous_of(work);
    set_number(work, ICP_OUTPUT_SCORE, result->score);
    set_text(work, ICP_OUTPUT_GRADE, result->grade, strlen(result->grade));
    result->tier = UINT32_MAX;
    for (size_t i = 0; i < rules->tier_count && result->tier == UINT32_MAX; i++)
        if (tier_holds(work, i))
            result->tier = (uint32_t)i;
    if (result->fit_letter != 'X' && result->fit_letter != 'U')
        hold_tier(work, previous.tier);
    if (result->tier < rules->tier_count)
        icp_note_place(work, rules->tier_places[result->tier]);
}

void icp_outcome_grade(struct icp_work *work)
{
    struct previous previous = previous_of(work);
    if (work->rules->has_points)
        decide_letter(work, &previous);
    else
        set_parts(work, decide_grade(work, &previous));
}

void icp_outcome_decide(struct icp_work *work)
{
    icp_outcome_grade(work);
    icp_outcome_tier(work);
}
