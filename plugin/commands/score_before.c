/*
 * What a record had before, as an earlier run wrote it into the row: only that keeps a grade or
 * tier whose number fell little below its line. Invariant: it counts for the very rule file that
 * gave it and for no other.
 */
#include "score_file.h"

static struct icp_str before_of(const struct score_worker *worker, const struct score_row *row,
                                enum score_before which)
{
    uint32_t slot = worker->plan->before[which];

    return slot == SCORE_NO_SLOT ? (struct icp_str){0} : icp_str_trim(row->values[slot]);
}

/* Without a column that says whose it is, it is that of the only file there is. */
static bool is_of(const struct score_worker *worker, const struct score_row *row,
                  const struct icp_rules_about *about)
{
    struct icp_str profile = before_of(worker, row, SCORE_BEFORE_PROFILE);

    if (worker->plan->before[SCORE_BEFORE_PROFILE] == SCORE_NO_SLOT ||
        (worker->plan->names != NULL && icp_str_is_empty(profile)))
        return worker->plan->rules_count == 1;
    return icp_str_equal(profile, about->name);
}

/* The id of a tier, which a CRM holds; exports may show what people read instead. */
static struct icp_str tier_id(const struct icp_ruleset *rules, struct icp_str text)
{
    const struct icp_rules_about *about = icp_rules_about(rules);

    for (size_t i = 0; i < about->tier_count; i++)
        if (icp_str_equal(about->tiers[i].id, text))
            return text;
    for (size_t i = 0; i < about->tier_count; i++) {
        if (icp_str_equal(about->tiers[i].label, text))
            return about->tiers[i].id;
        for (size_t k = 0; k < about->language_count; k++)
            if (icp_str_equal(icp_rules_tier_label(rules, i, about->languages[k]), text))
                return about->tiers[i].id;
    }
    return text;
}

struct icp_rules_input score_input(const struct score_worker *worker, const struct score_row *row,
                                   const struct score_rules *rules)
{
    struct icp_rules_input input = {.values = row->values + rules->first_slot,
                                    .signals = row->signals,
                                    .signal_count = row->signal_count,
                                    .as_of = worker->options->as_of};
    const struct icp_rules_about *about;

    if (!worker->plan->reads_before)
        return input;
    about = icp_rules_about(rules->rules);
    if (about->drop_margin == 0 || !is_of(worker, row, about))
        return input;
    input.previous_grade = before_of(worker, row, SCORE_BEFORE_GRADE);
    input.previous_tier = before_of(worker, row, SCORE_BEFORE_TIER);
    if (!icp_str_is_empty(input.previous_tier))
        input.previous_tier = tier_id(rules->rules, input.previous_tier);
    return input;
}
