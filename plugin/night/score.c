/*
 * Scoring from the local copy: no request is made. Invariant: a person's result, its history and
 * the mark "to be scored" change in one commit, so that a night stopped anywhere scores exactly
 * those who are left.
 */
#include "internal.h"

#include <string.h>

#include "json_stream.h"

enum {
    CHUNK = 500,            /* people a commit: about 1 MB in memory, some 10 ms of work */
    LINES_MOST = 64 * 1024, /* JSON of one result's reasons */
};

static const char *const kind_names[] = {
    [ICP_REASON_DISQUALIFIED] = "disqualified",
    [ICP_REASON_FIT] = "fit",
    [ICP_REASON_ADJUSTMENT] = "adjustment",
    [ICP_REASON_ENGAGEMENT] = "engagement",
    [ICP_REASON_UNKNOWN] = "unknown",
    [ICP_REASON_HELD] = "held",
    [ICP_REASON_POINTS] = "points",
};

static struct icp_str lines_json(const struct icp_result *result, struct icp_arena *arena)
{
    struct icp_json_writer json;
    struct icp_buf text;
    struct icp_str lines;

    icp_buf_open(&text, LINES_MOST);
    icp_json_writer_open(&json, &text);
    icp_json_begin_array(&json);
    for (size_t i = 0; i < result->reason_count; i++) {
        const struct icp_reason *reason = &result->reasons[i];
        icp_json_begin_object(&json);
        icp_json_put_text_member(&json, "kind", icp_str_from(kind_names[reason->kind]));
        if (!icp_str_is_empty(reason->id))
            icp_json_put_text_member(&json, "id", reason->id);
        icp_json_put_text_member(&json, "text", reason->text);
        if (reason->kind != ICP_REASON_DISQUALIFIED) {
            icp_json_put_integer_member(&json, "points", reason->points);
            icp_json_put_integer_member(&json, "own_points", reason->own_points);
        }
        icp_json_end_object(&json);
    }
    icp_json_end_array(&json);
    lines = icp_arena_copy(arena, icp_buf_view(&text));
    icp_buf_finish(&text);
    return lines;
}

/* What the scoring of a run is about, the same for every person. */
struct scoring {
    const struct icp_ruleset *rules;
    const struct icp_rules_about *about;
    const struct icp_binding *binding;
    const struct icp_run *run;
    bool first_push; /* nothing was ever written to this account: tier dates stay empty */
};

static struct icp_result_row row_of(const struct scoring *scoring, const struct icp_person *person,
                                    const struct icp_result *result, struct icp_arena *arena)
{
    const struct icp_rules_tier *tier =
        result->tier < scoring->about->tier_count ? &scoring->about->tiers[result->tier] : NULL;
    struct icp_tier_dates dates = icp_tier_dates_decide(
        &person->result, person->has_result, scoring->first_push, tier, scoring->run->started_ms);

    return (struct icp_result_row){
        .id = person->record.id,
        .rules = icp_str_from(scoring->about->score_hash),
        .effective_hash = icp_effective_hash(person, arena),
        .as_of = scoring->run->as_of,
        .score = result->score,
        .fit = result->fit,
        .engagement = result->engagement,
        .coverage = result->coverage,
        .grade = icp_str_from(result->grade),
        .tier = tier != NULL ? tier->id : ICP_STR(""),
        .reach = icp_str_from(icp_reach_name(result->reach)),
        .summary = icp_rules_summary(scoring->rules, result, arena),
        .reasons = icp_rules_reasons_text(scoring->rules, result, arena),
        .lines = lines_json(result, arena),
        .moves_with_time = result->moves_with_time,
        .tier_since_ms = dates.since_ms,
        .call_by_ms = dates.call_by_ms,
        .previous_tier = dates.previous,
    };
}

static enum icp_status score_chunk(struct icp_night *night, const struct scoring *scoring,
                                   size_t *count, struct icp_err *err)
{
    struct icp_person *people;
    struct icp_result *results;
    struct icp_result_row *rows;

    icp_arena_reset(&night->batch);
    if (icp_store_people(night->store, night->crm, true, (struct icp_str){0}, CHUNK, &night->batch,
                         &people, count, err) != ICP_OK ||
        *count == 0)
        return err->status;
    results = ICP_NEW_ARRAY(&night->batch, struct icp_result, *count);
    rows = ICP_NEW_ARRAY(&night->batch, struct icp_result_row, *count);
    if (results == NULL || rows == NULL)
        return icp_fail(err, ICP_BUG, "no memory to score a chunk of people");
    if (icp_score_people(scoring->rules, scoring->binding, people, *count, scoring->run->as_of,
                         &night->batch, results, err) != ICP_OK)
        return err->status;
    for (size_t i = 0; i < *count; i++) {
        rows[i] = row_of(scoring, &people[i], &results[i], &night->batch);
        night->run.counts.refused_values += results[i].refused_values;
        night->run.counts.future_signals += results[i].future_signals;
    }
    if (night->batch.full)
        return icp_fail(err, ICP_BUG, "a chunk of %zu people does not fit in memory", *count);
    return icp_store_results(night->store, night->crm, rows, *count, err);
}

enum icp_status icp_night_score(struct icp_night *night, struct icp_err *err)
{
    struct scoring scoring = {.rules = night->rules->active, .run = &night->run};
    int64_t first_push_run, dirty = 0, done = 0;
    size_t count;

    if (scoring.rules == NULL) {
        icp_fail(err, ICP_BAD_CONFIG,
                 "no approved rules are in force, so nobody is scored and nothing is written");
        icp_hint(err,
                 "See who would get which grade with \"icp plan\", then let the file take effect "
                 "with \"icp approve %.*s\".",
                 ICP_STR_ARGUMENTS(night->rules->file_row.path));
        return err->status;
    }
    if (night->run.kind != ICP_RUN_NIGHT || night->run.stage >= ICP_STAGE_PUSHING)
        return icp_fail(err, ICP_BAD_CONFIG, "run %lld is being sent and cannot be scored again",
                        (long long)night->run.id);
    scoring.about = icp_rules_about(scoring.rules);
    scoring.binding = icp_binding_open(scoring.rules, &night->arena);
    if (icp_store_first_push(night->store, night->crm, &first_push_run, err) != ICP_OK ||
        icp_store_save_ruleset(night->store, &night->rules->active_row, err) != ICP_OK ||
        icp_store_mark_dirty(night->store, night->crm, icp_str_from(scoring.about->score_hash),
                             night->run.as_of, &dirty, err) != ICP_OK)
        return err->status;
    scoring.first_push = first_push_run == 0 || first_push_run == night->run.id;
    do {
        if (score_chunk(night, &scoring, &count, err) != ICP_OK)
            return icp_wrap(err, "scoring");
        done += (int64_t)count;
        icp_night_show(night, "scoring", done, dirty);
    } while (count > 0);
    night->run.counts.scored += done;
    memcpy(night->run.rules, scoring.about->text_hash, sizeof(night->run.rules));
    night->run.stage = ICP_STAGE_SCORED;
    return icp_night_save(night, err);
}
