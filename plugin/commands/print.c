/*
 * How things look to a person, and as JSON to a program. Nothing here decides anything.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "date.h"
#include "explain.h"
#include "json_stream.h"
#include "number.h"
#include "utf8.h"

/* A tier's room has up to 4,096 owners and names 1,000 people: half a MiB; files have a few. */
#define WEEK_MEMORY ((size_t)16 * 1024 * 1024)
enum { NIGHT_JSON = 8 * 1024 * 1024 };

void icp_print_json(struct icp_buf *line)
{
    icp_buf_add_char(line, '\n');
    (void)fwrite(line->data, 1, line->length, stdout);
    icp_buf_reset(line);
}

/* Colour is for a person at a terminal who has not said no (https://no-color.org). */
bool icp_wants_colour(void)
{
    const char *never = getenv("NO_COLOR"), *terminal = getenv("TERM");
    return isatty(STDOUT_FILENO) && (never == NULL || never[0] == '\0') && terminal != NULL &&
           strcmp(terminal, "dumb") != 0;
}

/* ---- a run ---------------------------------------------------------------------------------- */

static const char *const stage_names[] = {"opened",  "pulled",  "scored",
                                          "planned", "pushing", "pushed"};
static const char *const state_names[] = {"open", "done", "blocked", "closed"};

/* The week's room for a night that was scored; empty otherwise, or when the store is out. */
static struct icp_night_week week_of(const struct icp_session *session, struct icp_arena *arena)
{
    const struct icp_run *run = &session->night.run;
    struct icp_night_week week = {0};
    struct icp_err ignored = {0};

    if (run->kind == ICP_RUN_NIGHT && run->stage >= ICP_STAGE_SCORED && session->has_rules &&
        icp_night_week(&session->night, arena, &week, &ignored) != ICP_OK)
        return (struct icp_night_week){0};
    return week;
}

static void night_json(const struct icp_session *session, const struct icp_night_week *week)
{
    const struct icp_run *run = &session->night.run;
    const struct icp_run_counts *counts = &run->counts;
    const struct {
        const char *name;
        int64_t value;
    } numbers[] = {
        {"run", run->id},
        {"read", counts->read},
        {"companies_read", counts->companies_read},
        {"unchanged", counts->unchanged},
        {"scored", counts->scored},
        {"changed", counts->changed},
        {"planned", counts->planned},
        {"written", counts->written},
        {"partly", counts->partly},
        {"conflicts", counts->conflicts},
        {"superseded", counts->superseded},
        {"refused", counts->refused},
        {"gone", counts->gone},
        {"calls", counts->calls},
        {"refused_values", counts->refused_values},
        {"future_signals", counts->future_signals},
    };
    struct icp_json_writer json;
    struct icp_buf line;
    char date[ICP_TIME_TEXT];

    icp_buf_open(&line, NIGHT_JSON);
    icp_json_writer_open(&json, &line);
    icp_json_begin_object(&json);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        icp_json_put_integer_member(&json, numbers[i].name, numbers[i].value);
    icp_json_put_text_member(&json, "kind",
                             run->kind == ICP_RUN_UNDO ? ICP_STR("undo") : ICP_STR("night"));
    icp_json_put_text_member(&json, "stage", icp_str_from(stage_names[run->stage]));
    icp_json_put_text_member(&json, "state", icp_str_from(state_names[run->state]));
    icp_json_put_text_member(&json, "as_of", icp_date_format(run->as_of, date));
    if (!icp_str_is_empty(run->reason))
        icp_json_put_text_member(&json, "reason", run->reason);
    if (week->count > 0)
        icp_json_week(&json, week);
    icp_json_end_object(&json);
    icp_print_json(&line);
    icp_buf_finish(&line);
}

static void count_line(const char *what, int64_t value, const char *unit)
{
    char text[32];

    (void)printf("  %-11s %9s %s\n", what, icp_thousands(value, text).data, unit);
}

static void count_line_if(const char *what, int64_t value, const char *unit)
{
    if (value > 0)
        count_line(what, value, unit);
}

static void print_writes(const struct icp_run *run)
{
    const struct icp_run_counts *counts = &run->counts;

    if (run->stage < ICP_STAGE_PLANNED)
        return;
    count_line("changed", counts->changed,
               "people with another score, grade or tier than last time");
    count_line("planned", counts->planned, "people whose fields in the CRM should change");
    if (run->stage < ICP_STAGE_PUSHING)
        return;
    count_line("written", counts->written, "people");
    count_line_if("left", counts->conflicts,
                  run->kind == ICP_RUN_UNDO
                      ? "people: somebody changed our fields since; what they changed stays"
                      : "people: somebody changed our fields since the plan; looked at again next "
                        "time");
    count_line_if("", counts->partly, "of them had their other fields put back");
    count_line_if("moved on", counts->superseded,
                  "people: their data changed since they were scored; scored again next time");
    count_line_if("refused", counts->refused,
                  "people: the CRM refused the values (icp status says why)");
    count_line_if("gone", counts->gone, "records that are no longer in the CRM");
}

static void print_night(const struct icp_session *session, const struct icp_night_week *week)
{
    const struct icp_run *run = &session->night.run;
    const struct icp_run_counts *counts = &run->counts;
    char date[ICP_TIME_TEXT];

    (void)printf("%s %lld of %s, %s\n", run->kind == ICP_RUN_UNDO ? "Undo" : "Night",
                 (long long)run->id, icp_date_format_short(run->as_of, date).data,
                 session->config.crm->label);
    if (run->kind == ICP_RUN_NIGHT && run->stage >= ICP_STAGE_PULLED) {
        count_line("read", counts->read, "people");
        count_line("", counts->companies_read, "companies");
    }
    if (run->kind == ICP_RUN_NIGHT && run->stage >= ICP_STAGE_SCORED)
        count_line("scored", counts->scored, "people");
    print_writes(run);
    count_line("API calls", counts->calls, "");
    count_line_if("unreadable", counts->refused_values,
                  "values did not fit their field's type and count as unknown");
    count_line_if("future", counts->future_signals, "signals lie in the future and were ignored");
    icp_print_week(week);
    if (run->state == ICP_RUN_DONE && counts->written + counts->partly == 0)
        (void)printf(run->kind == ICP_RUN_UNDO
                         ? "Nothing was left to put back.\n"
                         : "Nothing was written: the CRM already holds what it should.\n");
    if (run->stage == ICP_STAGE_PLANNED && !icp_str_is_empty(run->reason))
        (void)printf("The breaker will stop this plan: %.*s.\nTo send it as it is: icp push "
                     "--approve %lld\n",
                     ICP_STR_ARGUMENTS(run->reason), (long long)run->plan_records);
}

void icp_print_night(const struct icp_session *session)
{
    struct icp_night_week week;
    struct icp_arena arena;

    icp_arena_open(&arena, WEEK_MEMORY);
    week = week_of(session, &arena);
    if (session->app->json)
        night_json(session, &week);
    else
        print_night(session, &week);
    icp_arena_close(&arena);
}

static void say_none(struct icp_log *log, const struct icp_night_rules *rules,
                     const struct icp_night_file *file)
{
    if (file->unreadable)
        icp_log_write(log, ICP_LOG_WARNING, "%.*s", ICP_STR_ARGUMENTS(icp_str_trim(file->problem)));
    else if (rules->active_count > 0)
        icp_log_write(log, ICP_LOG_WARNING,
                      "%s is not approved and takes no part: \"icp plan\" shows who would move, "
                      "\"icp approve %s\" lets it take effect",
                      file->path, file->path);
    else
        icp_log_write(
            log, ICP_LOG_WARNING,
            "no approved rules are in force: \"icp plan\" shows who would get which grade, "
            "\"icp approve %s\" lets the file take effect",
            file->path);
}

static void say_state(struct icp_log *log, const struct icp_night_rules *rules,
                      const struct icp_night_file *file)
{
    switch (file->state) {
    case ICP_RULES_CURRENT:
        break;
    case ICP_RULES_NONE:
        say_none(log, rules, file);
        break;
    case ICP_RULES_PENDING:
        icp_log_write(
            log, ICP_LOG_WARNING,
            "%s has changed and is not approved: going on with the approved version of \"%.*s\" "
            "(%.8s); \"icp plan\" shows who would move, \"icp approve %s\" lets it take effect",
            file->path, ICP_STR_ARGUMENTS(file->active_row.name), file->active_row.score_hash.data,
            file->path);
        break;
    case ICP_RULES_RED:
        icp_log_write(log, ICP_LOG_WARNING,
                      "%zu of %zu tests in %s fail: going on with the approved version of \"%.*s\" "
                      "(%.8s); \"icp test %s\" shows them",
                      file->tests_failed, file->tests, file->path,
                      ICP_STR_ARGUMENTS(file->active_row.name), file->active_row.score_hash.data,
                      file->path);
        break;
    case ICP_RULES_BROKEN:
        icp_log_write(log, ICP_LOG_WARNING,
                      "%s cannot be used: going on with the approved version of \"%.*s\" (%.8s); "
                      "\"icp check %s\" shows why",
                      file->path, ICP_STR_ARGUMENTS(file->active_row.name),
                      file->active_row.score_hash.data, file->path);
        break;
    }
}

void icp_print_rules_state(const struct icp_session *session)
{
    for (size_t i = 0; i < session->rules.count; i++)
        say_state(session->app->log, &session->rules, &session->rules.files[i]);
}

/* The day that has passed by which a file was to be reviewed; ICP_NO_DAY: none. */
static int32_t overdue_since(const struct icp_session *session, const struct icp_night_file *file)
{
    const struct icp_ruleset *rules = file->file != NULL ? file->file : file->active;
    int32_t by = rules != NULL ? icp_rules_about(rules)->review_by : ICP_NO_DAY;

    return by != ICP_NO_DAY && by < icp_session_day(session) ? by : ICP_NO_DAY;
}

bool icp_review_due(const struct icp_session *session)
{
    for (size_t i = 0; i < session->rules.count; i++)
        if (overdue_since(session, &session->rules.files[i]) != ICP_NO_DAY)
            return true;
    return false;
}

void icp_print_review(const struct icp_session *session)
{
    for (size_t i = 0; i < session->rules.count; i++) {
        const struct icp_night_file *file = &session->rules.files[i];
        int32_t by = overdue_since(session, file);
        char date[ICP_TIME_TEXT];
        if (by != ICP_NO_DAY)
            icp_log_write(session->app->log, ICP_LOG_WARNING,
                          "%s was to be reviewed by %s: see that it still says who suits you, then "
                          "set \"review_by\" anew",
                          file->path, icp_date_format_short(by, date).data);
    }
}

bool icp_print_problems(const struct icp_session *session)
{
    bool any = false;

    for (size_t i = 0; i < session->rules.count; i++) {
        struct icp_str problem = session->rules.files[i].problem;
        if (icp_str_is_empty(problem))
            continue;
        (void)fprintf(stderr, "%s%.*s", session->rules.files[i].unreadable ? "icp: " : "",
                      ICP_STR_ARGUMENTS(problem));
        any = true;
    }
    return any;
}

/* ---- who would move ------------------------------------------------------------------------- */

static void preview_json(const struct icp_preview *preview)
{
    struct icp_json_writer json;
    struct icp_buf line;

    icp_buf_open(&line, (size_t)1024 * 1024);
    icp_json_writer_open(&json, &line);
    icp_json_begin_object(&json);
    icp_json_put_integer_member(&json, "people", preview->people);
    icp_json_put_integer_member(&json, "changed", preview->changed);
    icp_json_put_integer_member(&json, "grade_changes", preview->grade_changes);
    icp_json_put_integer_member(&json, "tier_changes", preview->tier_changes);
    icp_json_put_key(&json, "grades");
    icp_json_begin_array(&json);
    for (size_t i = 0; i < preview->grade_count; i++) {
        icp_json_begin_object(&json);
        icp_json_put_text_member(&json, "grade", preview->grades[i].grade);
        icp_json_put_integer_member(&json, "before", preview->grades[i].before);
        icp_json_put_integer_member(&json, "after", preview->grades[i].after);
        icp_json_end_object(&json);
    }
    icp_json_end_array(&json);
    icp_json_put_key(&json, "tiers");
    icp_json_begin_array(&json);
    for (size_t i = 0; i < preview->tier_count; i++) {
        icp_json_begin_object(&json);
        icp_json_put_text_member(&json, "tier", preview->tiers[i].id);
        icp_json_put_integer_member(&json, "before", preview->tiers[i].before);
        icp_json_put_integer_member(&json, "after", preview->tiers[i].after);
        icp_json_put_integer_member(&json, "enter", preview->tiers[i].enter);
        icp_json_put_integer_member(&json, "leave", preview->tiers[i].leave);
        if (preview->tiers[i].room_total >= 0)
            icp_json_put_integer_member(&json, "room_per_week", preview->tiers[i].room_total);
        if (preview->tiers[i].room_per_owner >= 0) {
            icp_json_put_integer_member(&json, "room_per_owner", preview->tiers[i].room_per_owner);
            icp_json_put_integer_member(&json, "owners_over", preview->tiers[i].owners_over);
        }
        icp_json_end_object(&json);
    }
    icp_json_end_array(&json);
    icp_json_put_key(&json, "movers");
    icp_json_begin_array(&json);
    for (size_t i = 0; i < preview->mover_count; i++) {
        const struct icp_mover *mover = &preview->movers[i];
        icp_json_begin_object(&json);
        icp_json_put_text_member(&json, "id", mover->id);
        icp_json_put_text_member(&json, "name", mover->label);
        icp_json_put_integer_member(&json, "score_before", mover->score_before);
        icp_json_put_integer_member(&json, "score_after", mover->score_after);
        icp_json_put_text_member(&json, "grade_before", icp_str_from(mover->grade_before));
        icp_json_put_text_member(&json, "grade_after", icp_str_from(mover->grade_after));
        icp_json_put_text_member(&json, "tier_before", mover->tier_before);
        icp_json_put_text_member(&json, "tier_after", mover->tier_after);
        icp_json_put_text_member(&json, "reason", mover->reason);
        icp_json_end_object(&json);
    }
    icp_json_end_array(&json);
    icp_json_end_object(&json);
    icp_print_json(&line);
    icp_buf_finish(&line);
}

static void print_grades(const struct icp_preview *preview, bool compared)
{
    (void)printf("\n  Grade %s    after\n", compared ? " before " : "");
    for (size_t i = 0; i < preview->grade_count; i++) {
        const struct icp_preview_grade *grade = &preview->grades[i];
        char a[32], b[32];
        if (grade->before == 0 && grade->after == 0)
            continue;
        if (compared)
            (void)printf("  %-5.*s %8s %8s %+8lld\n", ICP_STR_ARGUMENTS(grade->grade),
                         icp_thousands(grade->before, a).data, icp_thousands(grade->after, b).data,
                         (long long)(grade->after - grade->before));
        else
            (void)printf("  %-5.*s %8s\n", ICP_STR_ARGUMENTS(grade->grade),
                         icp_thousands(grade->after, b).data);
    }
}

static void print_room(const struct icp_preview_tier *tier)
{
    if (tier->room_total >= 0)
        (void)printf("  room for %lld a week%s", (long long)tier->room_total,
                     tier->enter > tier->room_total ? " - TOO MANY" : "");
    if (tier->owners_over > 0)
        (void)printf("  %lld %s more than %lld: owner %.*s gets %lld", (long long)tier->owners_over,
                     tier->owners_over == 1 ? "owner gets" : "owners get",
                     (long long)tier->room_per_owner, ICP_STR_ARGUMENTS(tier->fullest_owner_id),
                     (long long)tier->fullest_owner);
}

static void print_tiers(const struct icp_preview *preview, bool compared)
{
    (void)printf("\n  Tier\n");
    for (size_t i = 0; i < preview->tier_count; i++) {
        const struct icp_preview_tier *tier = &preview->tiers[i];
        char a[32], b[32];
        if (compared)
            (void)printf("  %-16.*s %8s -> %-8s %lld enter, %lld leave",
                         ICP_STR_ARGUMENTS(tier->label), icp_thousands(tier->before, a).data,
                         icp_thousands(tier->after, b).data, (long long)tier->enter,
                         (long long)tier->leave);
        else
            (void)printf("  %-16.*s %8s", ICP_STR_ARGUMENTS(tier->label),
                         icp_thousands(tier->after, b).data);
        print_room(tier);
        (void)printf("\n");
    }
}

/* A text padded to a width in characters: names are not ASCII. */
static void print_padded(struct icp_str text, size_t width)
{
    size_t characters = 0;

    text = icp_utf8_cut(text, width);
    for (size_t i = 0; i < text.length; i++)
        characters += ((unsigned char)text.data[i] & 0xC0) != 0x80;
    (void)printf("%.*s%*s", ICP_STR_ARGUMENTS(text), (int)(width - characters), "");
}

static void print_movers(const struct icp_preview *preview)
{
    if (preview->mover_count == 0)
        return;
    (void)printf("\n  Largest movers\n");
    for (size_t i = 0; i < preview->mover_count; i++) {
        const struct icp_mover *mover = &preview->movers[i];
        (void)printf("  %3lld %-3s -> %3lld %-3s  ", (long long)mover->score_before,
                     mover->grade_before, (long long)mover->score_after, mover->grade_after);
        print_padded(icp_str_is_empty(mover->label) ? mover->id : mover->label, 28);
        (void)printf(" %.*s", ICP_STR_ARGUMENTS(mover->reason));
        if (!icp_str_equal(mover->tier_before, mover->tier_after))
            (void)printf("  [%.*s -> %.*s]", ICP_STR_ARGUMENTS(mover->tier_before),
                         ICP_STR_ARGUMENTS(mover->tier_after));
        (void)printf("\n");
    }
}

/* Once a rule, on standard error: which conditions met a limit on how many. */
static void say_stops(const struct icp_session *session, const struct icp_preview *preview)
{
    for (size_t i = 0; i < preview->stops.count; i++) {
        const struct icp_stop_note *note = &preview->stops.notes[i];
        const struct icp_ruleset *rules = preview->files[note->file];
        for (size_t k = 0; k < session->rules.count; k++)
            if (session->rules.files[k].file == rules || session->rules.files[k].active == rules) {
                icp_log_write(session->app->log, ICP_LOG_WARNING, "%.*s",
                              ICP_STR_ARGUMENTS(icp_stops_text(note, session->rules.files[k].path,
                                                               &session->app->arena)));
                break;
            }
    }
}

void icp_print_preview(const struct icp_session *session, const struct icp_preview *preview,
                       bool compared)
{
    char a[32], b[32];

    say_stops(session, preview);
    if (session->app->json) {
        preview_json(preview);
        return;
    }
    if (compared)
        (void)printf("%s of %s people would change; %lld change grade, %lld change tier; the mean "
                     "score moves by %lld.%lld points.\n",
                     icp_thousands(preview->changed, a).data,
                     icp_thousands(preview->people, b).data, (long long)preview->grade_changes,
                     (long long)preview->tier_changes, (long long)(preview->mean_shift_tenths / 10),
                     (long long)(preview->mean_shift_tenths % 10));
    else
        (void)printf("%s people would be scored for the first time.\n",
                     icp_thousands(preview->people, a).data);
    print_grades(preview, compared);
    print_tiers(preview, compared);
    print_movers(preview);
}

/* ---- people --------------------------------------------------------------------------------- */

static void print_head(const struct icp_person *person, const struct icp_verdict *verdict)
{
    const struct icp_result *result = &verdict->result;
    struct icp_str name =
        icp_str_is_empty(person->record.label) ? person->record.id : person->record.label;
    struct icp_str tier = verdict->rules != NULL
                              ? icp_rules_tier_label(verdict->rules, result->tier, result->language)
                              : ICP_STR("Not scored");

    (void)printf("%3lld  %-3s %-16.*s %.*s", (long long)result->score, result->grade,
                 ICP_STR_ARGUMENTS(tier), ICP_STR_ARGUMENTS(name));
    if (!icp_str_is_empty(person->company_label))
        (void)printf(", %.*s", ICP_STR_ARGUMENTS(person->company_label));
    (void)printf("  (id %.*s)\n", ICP_STR_ARGUMENTS(person->record.id));
}

static void print_reasons(const struct icp_result *result)
{
    if (result->reach != ICP_REACH_OK)
        (void)printf("      note: %.*s\n",
                     ICP_STR_ARGUMENTS(icp_reach_words(result->reach, result->language)));
    for (size_t i = 0; i < result->reason_count; i++) {
        const struct icp_reason *reason = &result->reasons[i];
        if ((reason->kind == ICP_REASON_HELD || reason->kind == ICP_REASON_ENGAGEMENT) &&
            reason->points == 0)
            continue; /* it concerns the parts below only */
        if (reason->kind == ICP_REASON_DISQUALIFIED)
            (void)printf("      disqualified: %.*s\n", ICP_STR_ARGUMENTS(reason->text));
        else
            (void)printf("      %+4d  %.*s\n", (int)reason->points,
                         ICP_STR_ARGUMENTS(reason->text));
    }
    (void)printf("      = %2d\n", (int)result->score);
}

/* As "icp explain --json", as far as it is known here. */
static void print_json(const struct icp_session *session, const struct icp_person *person,
                       const struct icp_verdict *verdict)
{
    struct icp_explanation explanation = {
        .crm = session->night.crm,
        .id = person->record.id,
        .name = person->record.label,
        .company = person->company_label,
        .email = person->record.email,
        .as_of = icp_session_day(session),
        .by = {.rules = verdict->rules,
               .about = icp_rules_about(verdict->rules),
               .standing = "approved",
               .result = verdict->result},
    };
    struct icp_buf line;

    for (size_t i = 0; i < session->rules.count; i++)
        if (session->rules.files[i].active == verdict->rules)
            explanation.by.file = session->rules.files[i].path;
    icp_buf_open(&line, (size_t)1024 * 1024);
    icp_explain_json(&explanation, &line);
    icp_print_json(&line);
    icp_buf_finish(&line);
}

void icp_print_best(struct icp_session *session, size_t most, struct icp_err *err)
{
    struct icp_arena *arena = &session->night.batch;
    struct icp_scorer scorer;
    struct icp_person *people;
    struct icp_verdict *verdicts;
    size_t count;

    if (session->rules.active_count == 0)
        return;
    icp_arena_reset(arena);
    if (icp_store_best(session->store, session->night.crm, most, arena, &people, &count, err) !=
        ICP_OK)
        return;
    verdicts = ICP_NEW_ARRAY(arena, struct icp_verdict, count + 1);
    if (verdicts == NULL ||
        icp_scorer_open(&scorer, session->rules.active, session->rules.active_count,
                        &session->config.settings, icp_session_day(session), arena,
                        err) != ICP_OK ||
        icp_score_people(&scorer, people, count, arena, verdicts, err) != ICP_OK)
        return;
    for (size_t i = 0; i < count; i++) {
        if (verdicts[i].rules == NULL)
            continue;
        if (session->app->json) {
            print_json(session, &people[i], &verdicts[i]);
            continue;
        }
        print_head(&people[i], &verdicts[i]);
        print_reasons(&verdicts[i].result);
    }
}
