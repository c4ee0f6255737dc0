/*
 * Scoring from the local copy: no request is made. Invariant: a person's result, its history and
 * the mark "to be scored" change in one commit, so that a night stopped anywhere scores exactly
 * those who are left.
 */
#include "internal.h"

#include <string.h>

#include "bounds.h"
#include "crypto.h"
#include "json_stream.h"

enum {
    CHUNK = 500,            /* people a commit: about 1 MB in memory, some 10 ms of work */
    LINES_MOST = 64 * 1024, /* JSON of one result's reasons */
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
        icp_json_put_text_member(&json, "kind", icp_str_from(icp_reason_kind_name(reason->kind)));
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
    struct icp_scorer scorer;
    struct icp_str rules, words; /* hashes of what it is done with */
    const struct icp_run *run;
    bool first_push; /* nothing was ever written to this account: tier dates stay empty */
};

/* Hash of what the texts are made from beside the person: the files' own words, and whose language
   is which. An edit of them makes the texts anew, and needs no approval. */
static struct icp_str hash_words(const struct icp_night *night, struct icp_arena *arena)
{
    const struct icp_night_settings *settings = &night->settings;
    struct icp_sha256 *hash = icp_sha256_open();
    char hex[ICP_SHA256_HEX];

    if (hash == NULL)
        return (struct icp_str){0};
    icp_sha256_add_field(hash, settings->language);
    for (size_t i = 0; i < settings->owner_language_count; i++) {
        icp_sha256_add_field(hash, settings->owner_languages[i].owner);
        icp_sha256_add_field(hash, settings->owner_languages[i].language);
    }
    for (size_t i = 0; i < night->rules->active_count; i++)
        icp_sha256_add_field(hash,
                             icp_str_from(icp_rules_about(night->rules->active[i])->text_hash));
    icp_sha256_end(hash, hex);
    return icp_arena_copy(arena, icp_str_from(hex));
}

/* A person that no file applies to: nothing but the tier that says so. */
static struct icp_result_row row_of_nobody(const struct scoring *scoring,
                                           const struct icp_person *person, struct icp_arena *arena)
{
    return (struct icp_result_row){
        .id = person->record.id,
        .rules = scoring->rules,
        .words = scoring->words,
        .effective_hash = icp_effective_hash(person, arena),
        .as_of = scoring->run->as_of,
        .grade = ICP_STR(""),
        .tier = ICP_NOT_SCORED,
        .reach = ICP_STR(""),
        .summary = ICP_STR(""),
        .reasons = ICP_STR(""),
        .lines = ICP_STR("[]"),
        .tier_since_ms = -1,
        .call_by_ms = -1,
    };
}

static struct icp_result_row row_of(const struct scoring *scoring, const struct icp_person *person,
                                    const struct icp_verdict *verdict, struct icp_arena *arena)
{
    const struct icp_result *result = &verdict->result;
    const struct icp_rules_about *about;
    const struct icp_rules_tier *tier;
    struct icp_tier_dates dates;

    if (verdict->rules == NULL)
        return row_of_nobody(scoring, person, arena);
    about = icp_rules_about(verdict->rules);
    tier = result->tier < about->tier_count ? &about->tiers[result->tier] : NULL;
    dates = icp_tier_dates_decide(&person->result, person->has_result, scoring->first_push, tier,
                                  scoring->run->started_ms, &scoring->scorer.settings->calendar);
    return (struct icp_result_row){
        .id = person->record.id,
        .rules = scoring->rules,
        .words = scoring->words,
        .profile = about->name,
        .effective_hash = icp_effective_hash(person, arena),
        .as_of = scoring->run->as_of,
        .score = result->score,
        .fit = result->fit,
        .engagement = result->engagement,
        .coverage = result->coverage,
        .grade = icp_str_from(result->grade),
        .tier = tier != NULL ? tier->id : ICP_STR(""),
        .reach = icp_str_from(icp_reach_name(result->reach)),
        .summary = icp_rules_summary(verdict->rules, result, arena),
        .reasons = icp_rules_reasons_text(verdict->rules, result, arena),
        .lines = lines_json(result, arena),
        .moves_with_time = result->moves_with_time,
        .tier_since_ms = dates.since_ms,
        .call_by_ms = dates.call_by_ms,
        .previous_tier = dates.previous,
    };
}

/* Once a rule, behind the scoring: what it counted as unknown and on how many. */
static void say_stops(const struct icp_night *night, const struct icp_stop_tally *stops,
                      struct icp_arena *arena)
{
    const char *paths[ICP_MAX_FILES];
    size_t count = 0;

    for (size_t i = 0; i < night->rules->count; i++)
        if (night->rules->files[i].active != NULL)
            paths[count++] = night->rules->files[i].path;
    for (size_t i = 0; i < stops->count; i++)
        if (stops->notes[i].file < count)
            icp_night_say(night, ICP_OK, "%.*s",
                          ICP_STR_ARGUMENTS(icp_stops_text(&stops->notes[i],
                                                           paths[stops->notes[i].file], arena)));
}

static enum icp_status score_chunk(struct icp_night *night, const struct scoring *scoring,
                                   size_t *count, struct icp_err *err)
{
    struct icp_person *people;
    struct icp_verdict *verdicts;
    struct icp_result_row *rows;

    icp_arena_reset(&night->batch);
    if (icp_store_people(night->store, night->crm, true, (struct icp_str){0}, CHUNK, &night->batch,
                         &people, count, err) != ICP_OK ||
        *count == 0)
        return err->status;
    verdicts = ICP_NEW_ARRAY(&night->batch, struct icp_verdict, *count);
    rows = ICP_NEW_ARRAY(&night->batch, struct icp_result_row, *count);
    if (verdicts == NULL || rows == NULL)
        return icp_fail(err, ICP_BUG, "no memory to score a chunk of people");
    if (icp_score_people(&scoring->scorer, people, *count, &night->batch, verdicts, err) != ICP_OK)
        return err->status;
    for (size_t i = 0; i < *count; i++) {
        rows[i] = row_of(scoring, &people[i], &verdicts[i], &night->batch);
        night->run.counts.refused_values += verdicts[i].result.refused_values;
        night->run.counts.future_signals += verdicts[i].result.future_signals;
    }
    if (night->batch.full)
        return icp_fail(err, ICP_BUG, "a chunk of %zu people does not fit in memory", *count);
    return icp_store_results(night->store, night->crm, rows, *count, err);
}

static enum icp_status nothing_in_force(const struct icp_night *night, struct icp_err *err)
{
    icp_fail(err, ICP_BAD_CONFIG,
             "no approved rules are in force, so nobody is scored and nothing is written");
    icp_hint(err,
             "See who would get which grade with \"icp plan\", then let the file take effect with "
             "\"icp approve %s\".",
             night->rules->files[0].path);
    return err->status;
}

/* The versions in force, as the store keeps them with the run. */
static enum icp_status note_rules(struct icp_night *night, struct icp_err *err)
{
    struct icp_ruleset_row rows[ICP_MAX_FILES];
    size_t count = 0;

    for (size_t i = 0; i < night->rules->count; i++)
        if (night->rules->files[i].active != NULL)
            rows[count++] = night->rules->files[i].active_row;
    return icp_store_set_run_rules(night->store, night->run.id, rows, count, err);
}

enum icp_status icp_night_score(struct icp_night *night, struct icp_err *err)
{
    struct scoring scoring = {.run = &night->run,
                              .rules = icp_str_from(night->rules->hash),
                              .words = hash_words(night, &night->arena)};
    struct icp_stop_tally stops = {0};
    int64_t first_push_run, dirty = 0, done = 0;
    size_t count;

    if (night->rules->active_count == 0)
        return nothing_in_force(night, err);
    if (night->run.kind != ICP_RUN_NIGHT || night->run.stage >= ICP_STAGE_PUSHING)
        return icp_fail(err, ICP_BAD_CONFIG, "run %lld is being sent and cannot be scored again",
                        (long long)night->run.id);
    if (icp_scorer_open(&scoring.scorer, night->rules->active, night->rules->active_count,
                        &night->settings, night->run.as_of, &night->arena, err) != ICP_OK ||
        icp_store_first_push(night->store, night->crm, &first_push_run, err) != ICP_OK ||
        note_rules(night, err) != ICP_OK ||
        icp_store_mark_dirty(night->store, night->crm, scoring.rules, scoring.words,
                             night->run.as_of, &dirty, err) != ICP_OK)
        return err->status;
    scoring.scorer.looks_ahead = true; /* summaries and reasons name it */
    scoring.scorer.stops = &stops;
    scoring.first_push = first_push_run == 0 || first_push_run == night->run.id;
    do {
        if (score_chunk(night, &scoring, &count, err) != ICP_OK)
            return icp_wrap(err, "scoring");
        done += (int64_t)count;
        icp_night_show(night, "scoring", done, dirty);
    } while (count > 0);
    say_stops(night, &stops, &night->arena);
    night->run.counts.scored += done;
    memcpy(night->run.rules, night->rules->hash, sizeof(night->run.rules));
    night->run.stage = ICP_STAGE_SCORED;
    return icp_night_save(night, err);
}
