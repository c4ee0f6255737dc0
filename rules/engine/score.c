/*
 * Scoring a batch: for each record values → fit → engagement → disqualify → score → grade → tier →
 * reasons, in that order, on working memory made once. A pure function of rules, input and as_of.
 */
#include "evaluate.h"

#include <string.h>

/* ---- Grade and tier ------------------------------------------------------------------------- */

static const struct icp_grade_line *line_of(const struct icp_grade_lines *lines, int32_t number)
{
    size_t i = 0;
    while (i + 1 < lines->count && number < lines->lines[i].from)
        i++;
    return &lines->lines[i]; /* the last line is 0 */
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

static void grade(struct icp_work *work, const struct icp_grade_line *digit)
{
    struct icp_result *result = work->result;
    const struct icp_grade_line *letter = line_of(&work->rules->fit_lines, result->fit);
    bool too_little = work->nothing_known || result->coverage < work->rules->min_coverage;
    result->fit_letter = letter->mark;
    if (too_little)
        result->fit_letter = 'U';
    if (result->disqualified)
        result->fit_letter = 'X';
    result->grade[0] = result->fit_letter;
    if (!result->disqualified)
        result->grade[1] = result->engagement_digit = digit->mark;
    note_grade(work, letter, digit);
}

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

static void choose_tier(struct icp_work *work, char digit)
{
    const struct icp_ruleset *rules = work->rules;
    struct icp_result *result = work->result;
    set_number(work, ICP_OUTPUT_SCORE, result->score);
    set_number(work, ICP_OUTPUT_FIT, result->fit);
    set_number(work, ICP_OUTPUT_ENGAGEMENT, result->engagement);
    set_number(work, ICP_OUTPUT_COVERAGE, result->coverage);
    set_number(work, ICP_OUTPUT_ENGAGEMENT_GRADE, digit - '0');
    set_text(work, ICP_OUTPUT_GRADE, result->grade, strlen(result->grade));
    set_text(work, ICP_OUTPUT_FIT_GRADE, &result->fit_letter, 1);
    result->tier = UINT32_MAX;
    for (size_t i = 0; i < rules->tier_count; i++) {
        if (rules->tier_when[i] &&
            !icp_feel_holds(rules->tier_when[i], work->slots, work->input->as_of, work->arena))
            continue;
        result->tier = (uint32_t)i;
        icp_note_place(work, rules->tier_places[i]);
        return;
    }
}

/* ---- The unknown field that matters most ---------------------------------------------------- */

static int64_t swing_of(const struct icp_criterion *criterion)
{
    int32_t now = criterion->missing == ICP_MISSING_ZERO ? 0 : 50;
    int32_t up = criterion->most - now, down = now - criterion->least;
    return (int64_t)criterion->weight * (up > down ? up : down);
}

/* Criteria over the same field add up; of equals the one whose criterion stands first wins. */
static void find_missing(struct icp_work *work)
{
    const struct icp_ruleset *rules = work->rules;
    uint32_t best = ICP_NO_SLOT;
    for (size_t i = 0; i < rules->criterion_count; i++)
        if (work->criteria[i].unknown_slot != ICP_NO_SLOT)
            work->swings[work->criteria[i].unknown_slot] += swing_of(&rules->criteria[i]);
    for (size_t i = 0; i < rules->criterion_count; i++) {
        uint32_t slot = work->criteria[i].unknown_slot;
        if (slot != ICP_NO_SLOT && work->swings[slot] > 0 &&
            (best == ICP_NO_SLOT || work->swings[slot] > work->swings[best]))
            best = slot;
    }
    for (size_t i = 0; i < rules->criterion_count; i++)
        if (work->criteria[i].unknown_slot != ICP_NO_SLOT)
            work->swings[work->criteria[i].unknown_slot] = 0;
    if (best == ICP_NO_SLOT)
        return;
    if (rules->known[best].derived)
        best = rules->known[best].from;
    work->result->missing_field = rules->known[best].name;
    work->result->missing_label =
        icp_phrase_name(work->language, rules->known[best].name, work->arena);
}

/* ---- One record ----------------------------------------------------------------------------- */

static bool is_disqualified(const struct icp_work *work)
{
    const struct icp_ruleset *rules = work->rules;
    for (size_t i = 0; i < rules->disqualify_count; i++)
        if (icp_feel_holds(rules->disqualify[i].when, work->slots, work->input->as_of, work->arena))
            return true;
    return false;
}

static enum icp_status score_record(struct icp_work *work, struct icp_err *err)
{
    const struct icp_ruleset *rules = work->rules;
    struct icp_result *result = work->result;
    *result = (struct icp_result){.moves_with_time = rules->about.time_dependent};
    icp_language_take(work);
    icp_values_take(work);
    icp_fit_evaluate(work);
    if (icp_engagement_evaluate(work, err) != ICP_OK)
        return err->status;
    result->disqualified = is_disqualified(work);
    result->fit = icp_part_round(icp_fit_part(work));
    result->engagement = icp_part_round(icp_engagement_part(work));
    result->coverage = (int32_t)icp_divide_round((icp_wide)100 * work->known_weight, rules->weight);
    result->fit_in_score = icp_part_round(icp_fit_neutral_part(work));
    int64_t parts = (int64_t)rules->fit_percent * result->fit_in_score +
                    (int64_t)rules->engagement_percent * result->engagement;
    result->score = result->disqualified ? 0 : (int32_t)icp_divide_round(parts, 100);
    const struct icp_grade_line *digit = line_of(&rules->engagement_lines, result->engagement);
    grade(work, digit);
    choose_tier(work, digit->mark);
    find_missing(work);
    icp_reasons_make(work);
    return ICP_OK;
}

enum icp_status icp_rules_score(const struct icp_ruleset *rules,
                                const struct icp_rules_input *inputs, size_t count,
                                struct icp_arena *arena, struct icp_result *results,
                                struct icp_err *err)
{
    return icp_rules_score_noting(rules, inputs, count, arena, results, NULL, err);
}

enum icp_status icp_rules_score_noting(const struct icp_ruleset *rules,
                                       const struct icp_rules_input *inputs, size_t count,
                                       struct icp_arena *arena, struct icp_result *results,
                                       bool *reached, struct icp_err *err)
{
    struct icp_work work;
    if (!icp_work_open(&work, rules, arena))
        return icp_fail(err, ICP_BUG, "no memory left to score %zu records", count);
    work.reached = reached;
    for (size_t i = 0; i < count; i++) {
        work.input = &inputs[i];
        work.result = &results[i];
        if (score_record(&work, err) != ICP_OK)
            return err->status;
        if (arena->full)
            return icp_fail(err, ICP_BUG, "no memory left to score record %zu of %zu", i + 1,
                            count);
    }
    return ICP_OK;
}

const char *icp_reach_name(enum icp_reach reach)
{
    static const char *const names[] = {
        [ICP_REACH_OK] = "",
        [ICP_REACH_NO_EMAIL] = "no_email",
        [ICP_REACH_OPTED_OUT] = "opted_out",
        [ICP_REACH_BOUNCED] = "bounced",
    };
    return names[reach];
}
