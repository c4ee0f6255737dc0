/*
 * explain: finds the person (in the state database, or in a file), scores them today and tomorrow,
 * by the rules in force and by another file when one is asked for, and hands it to the page or to
 * the JSON. Reads only; without --data it needs a configuration, with it nothing at all.
 */
#include <string.h>
#include <time.h>

#include "bounds.h"
#include "calendar.h"
#include "date.h"
#include "explain.h"
#include "json_stream.h"
#include "number.h"
#include "score_file.h"
#include "utf8.h"

enum { MOST_LISTED = 20, MOST_HISTORY = 20, PAGE_MOST = 1024 * 1024 };

enum { DATA, ID, MAP, RULES, AS_OF, LANGUAGE, SWITCH_COUNT };
static const struct icp_switch switches[SWITCH_COUNT] = {
    [DATA] = {"data", "FILE", "a record out of a CSV, NDJSON or JSON file; needs no state"},
    [ID] = {"id", "ID", "with --data: which record of the file"},
    [MAP] = {"map", "COLUMN=FIELD",
             "with --data: which column feeds a field, or a FILE with such lines; repeatable"},
    [RULES] = {"rules", "FILE", "this rule file too, line by line beside the approved one"},
    [AS_OF] = {"as-of", "DATE", "on this day, with what is known now (YYYY-MM-DD)"},
    [LANGUAGE] = {"language", "CODE", "the reasons in this language, as far as the file has it"},
};

struct request {
    struct icp_app *app;
    const struct icp_arguments *arguments;
    const char *const *values; /* along the switches */
    const char *who;
    int32_t as_of; /* INT32_MIN: not given */
};

/* ---- Scoring and showing -------------------------------------------------------------------- */

/* By one of several files, with what comes next by all of them. */
static enum icp_status score(const struct request *request, const struct icp_ruleset *const *files,
                             size_t count, const struct icp_rules_input *inputs, size_t chosen,
                             struct icp_explained *by, struct icp_err *err)
{
    struct icp_arena *arena = &request->app->arena;
    struct icp_rules_input input = inputs[chosen];
    struct icp_ahead *ahead;
    if (request->values[LANGUAGE] != NULL)
        input.language = icp_str_from(request->values[LANGUAGE]);
    by->rules = files[chosen];
    by->about = icp_rules_about(by->rules);
    if (icp_rules_score(by->rules, &input, 1, arena, &by->result, err) != ICP_OK ||
        icp_rules_ahead_open(files, count, arena, &ahead, err) != ICP_OK ||
        icp_rules_look_ahead(ahead, inputs, chosen, arena, &by->result, err) != ICP_OK)
        return err->status;
    input.as_of++;
    by->has_tomorrow = true;
    return icp_rules_score(by->rules, &input, 1, arena, &by->tomorrow, err);
}

/* By when to call: what the local copy holds of who stays in their tier, `stored`; else as if they
   entered it when the day begins. */
static struct icp_str call_by(const struct icp_explained *by, const struct icp_calendar *calendar,
                              int32_t as_of, const struct icp_result_row *stored,
                              struct icp_arena *arena)
{
    const struct icp_rules_about *about = by->about;
    char text[ICP_LOCAL_TEXT];
    int64_t due_ms = -1;
    if (!by->result.applies || by->result.tier >= about->tier_count)
        return (struct icp_str){0};
    const struct icp_rules_tier *tier = &about->tiers[by->result.tier];
    if (stored != NULL && icp_str_equal(stored->tier, tier->id))
        due_ms = stored->call_by_ms;
    else if (tier->within_days > 0 || tier->within_hours > 0)
        (void)icp_calendar_due(calendar, icp_calendar_instant(calendar, as_of, 0),
                               tier->within_days, tier->within_hours, &due_ms);
    if (due_ms < 0)
        return (struct icp_str){0};
    return icp_arena_copy(arena, icp_calendar_local(calendar, due_ms, text));
}

/* The file lacks the language that was asked for. */
static void say_language(const struct request *request, const struct icp_explained *by)
{
    const char *wanted = request->values[LANGUAGE];
    if (wanted != NULL && !icp_str_is(by->result.language, wanted))
        icp_log_write(request->app->log, ICP_LOG_NOTICE,
                      "%s has no texts in \"%s\"; these are in \"%.*s\"", by->file, wanted,
                      ICP_STR_ARGUMENTS(by->result.language));
}

/* Conditions that are unknown here because they met a limit. */
static void say_stops(const struct request *request, const struct icp_explained *by)
{
    for (uint32_t i = 0; i < by->result.stop_count; i++) {
        const struct icp_rules_stop *stop = &by->result.stops[i];
        icp_log_write(request->app->log, ICP_LOG_WARNING,
                      "%s:%u:%u: \"%.*s\" met a limit and is unknown: %s", by->file,
                      (unsigned)stop->line, (unsigned)stop->column, ICP_STR_ARGUMENTS(stop->id),
                      stop->why);
    }
}

static void show(const struct request *request, const struct icp_explanation *explanation)
{
    struct icp_buf out;
    say_language(request, &explanation->by);
    say_stops(request, &explanation->by);
    if (explanation->other != NULL)
        say_stops(request, explanation->other);
    icp_buf_open(&out, PAGE_MOST);
    if (request->app->json) {
        icp_explain_json(explanation, &out);
        icp_print_json(&out);
    } else {
        icp_explain_page(explanation, icp_wants_colour(), &out);
        (void)fwrite(out.data, 1, out.length, stdout);
    }
    icp_buf_finish(&out);
}

static enum icp_status read_rules(const struct request *request, const char *path,
                                  const struct icp_dictionary *dictionary,
                                  struct icp_ruleset **rules, struct icp_err *err)
{
    struct icp_diagnostics list;
    struct icp_buf text;
    if (icp_rules_from_file(request->app, path, dictionary, &request->app->arena, &list, rules,
                            NULL, err) == ICP_OK)
        return ICP_OK;
    icp_buf_open(&text, PAGE_MOST);
    icp_diagnostics_print(&list, &text);
    if (list.errors > 1 && text.data != NULL)
        (void)fputs(text.data, stderr);
    icp_buf_finish(&text);
    return err->status;
}

/* ---- A record out of a file ----------------------------------------------------------------- */

static enum icp_status explain_given(const struct request *request, struct icp_err *err)
{
    static const struct icp_arguments no_operands = {0};
    struct icp_app *app = request->app;
    struct icp_explanation explanation = {0};
    const struct icp_dictionary *dictionary = icp_rule_dictionary(app);
    const char *path = request->values[RULES];
    struct icp_ruleset *rules = NULL;
    struct score_options maps = {0};
    struct icp_given_from from = {.path = request->values[DATA],
                                  .id = icp_str_from(request->values[ID]),
                                  .quiet = app->quiet};
    const struct icp_ruleset *file;
    struct icp_given given;
    if (path == NULL)
        path = icp_rule_path(app, &no_operands, 0, err);
    if (path == NULL || read_rules(request, path, dictionary, &rules, err) != ICP_OK)
        return err->status;
    if (score_maps_read(request->arguments, MAP, &app->arena, &maps, err) == ICP_OK) {
        from.maps = maps.maps;
        from.map_count = maps.map_count;
    }
    if (err->status == ICP_OK &&
        icp_given_read(&from, rules, dictionary, &app->arena, &given, err) == ICP_OK) {
        explanation.as_of = request->as_of != INT32_MIN
                                ? request->as_of
                                : (int32_t)((int64_t)time(NULL) * 1000 / ICP_MS_PER_DAY);
        given.input.as_of = explanation.as_of;
        explanation.id = given.id;
        explanation.name = given.name;
        explanation.company = given.company;
        explanation.email = given.email;
        explanation.by = (struct icp_explained){.file = path, .standing = "as it is on disk"};
        file = rules;
        const struct icp_calendar calendar = icp_calendar_default();
        if (score(request, &file, 1, &given.input, 0, &explanation.by, err) == ICP_OK) {
            explanation.call_by =
                call_by(&explanation.by, &calendar, explanation.as_of, NULL, &app->arena);
            show(request, &explanation);
        }
    }
    icp_rules_close(rules);
    return err->status;
}

/* ---- Somebody of the local copy ------------------------------------------------------------- */

static void list_one(const struct icp_app *app, const struct icp_found_person *person)
{
    struct icp_json_writer json;
    struct icp_buf line;
    char score[24] = "";
    if (!app->json) {
        if (person->score >= 0)
            (void)snprintf(score, sizeof(score), "%lld", (long long)person->score);
        (void)printf("  %-14.*s %3s %-3.*s %.*s%s%.*s\n", ICP_STR_ARGUMENTS(person->id), score,
                     ICP_STR_ARGUMENTS(person->grade), ICP_STR_ARGUMENTS(person->label),
                     icp_str_is_empty(person->company) ? "" : ", ",
                     ICP_STR_ARGUMENTS(person->company));
        return;
    }
    icp_buf_open(&line, PAGE_MOST);
    icp_json_writer_open(&json, &line);
    icp_json_begin_object(&json);
    icp_json_put_text_member(&json, "id", person->id);
    icp_json_put_text_member(&json, "name", person->label);
    icp_json_put_text_member(&json, "company", person->company);
    icp_json_put_text_member(&json, "email", person->email);
    icp_json_end_object(&json);
    icp_print_json(&line);
    icp_buf_finish(&line);
}

/* The one person who is called so: the only one with that part in their name, or the only one whose
   whole name it is. NULL: reported, several are listed. */
static const struct icp_found_person *find_named(struct icp_session *session, const char *who,
                                                 struct icp_err *err)
{
    struct icp_arena *arena = &session->app->arena;
    struct icp_found_person *people;
    const struct icp_found_person *whole = NULL;
    size_t count, all, whole_count = 0;
    if (icp_store_find_people(session->store, session->night.crm, icp_str_from(who), MOST_LISTED,
                              arena, &people, &count, &all, err) != ICP_OK)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        if (!icp_str_equal(icp_text_key(arena, people[i].label),
                           icp_text_key(arena, icp_str_from(who))))
            continue;
        whole = &people[i];
        whole_count++;
    }
    if (all == 1 || whole_count == 1)
        return whole_count == 1 ? whole : &people[0];
    if (all == 0) {
        icp_fail(err, ICP_ITEM,
                 "nobody with the id, e-mail address or name \"%s\" is in the local "
                 "copy",
                 who);
        icp_hint(err, "\"icp pull\" reads the CRM.");
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        list_one(session->app, &people[i]);
    icp_fail(err, ICP_ITEM, "%zu people have \"%s\" in their name%s", all, who,
             all > count ? "; these are the first of them" : "");
    icp_hint(err, "Name one by id: icp explain %.*s:%.*s.", ICP_STR_ARGUMENTS(session->night.crm),
             ICP_STR_ARGUMENTS(people[0].id));
    return NULL;
}

/* "hubspot:123", an id, an address, or a part of a name. */
static enum icp_status find_person(struct icp_session *session, const char *who,
                                   struct icp_person *person, struct icp_err *err)
{
    struct icp_str text = icp_str_from(who), crm, id = text;
    bool found = false;
    if (icp_str_cut(&id, ':', &crm) && icp_str_equal(crm, session->night.crm))
        text = id;
    if (icp_store_person(session->store, session->night.crm, text, &session->app->arena, person,
                         &found, err) != ICP_OK ||
        found)
        return err->status;
    if (text.length != strlen(who))
        return icp_fail(err, ICP_ITEM, "no person with the id %.*s is in the local copy of %.*s",
                        ICP_STR_ARGUMENTS(text), ICP_STR_ARGUMENTS(session->night.crm));
    const struct icp_found_person *named = find_named(session, who, err);
    if (named == NULL)
        return err->status;
    return icp_store_person(session->store, session->night.crm, named->id, &session->app->arena,
                            person, &found, err);
}

/* What stands on the record, when that is another score: a small change is not written at once. */
static void look_at_held(const struct icp_session *session, const struct icp_person *person,
                         struct icp_explanation *explanation)
{
    struct icp_str names[ICP_OWNED_COUNT], held[ICP_OWNED_COUNT];
    struct icp_owned_field fields[ICP_OWNED_COUNT];
    struct icp_err ignored = {0};
    icp_owned_fields(session->config.settings.owned_prefix, NULL, 0, &session->app->arena, fields);
    for (size_t i = 0; i < ICP_OWNED_COUNT; i++)
        names[i] = fields[i].name;
    if (icp_held_read(person->record.owned, names, &session->app->arena, held, &ignored) ==
            ICP_OK &&
        icp_integer_parse(held[ICP_OWNED_SCORE], &explanation->held_score) &&
        explanation->held_score != explanation->by.result.score)
        explanation->held_grade = held[ICP_OWNED_GRADE];
}

/* The rules that a person is explained by: one file, or those in force together. */
struct standing_rules {
    const struct icp_ruleset *const *rules;
    size_t count;
    const char *standing;
    const char *file; /* of one file alone; else looked up */
};

static const char *path_of(const struct icp_session *session, const struct icp_ruleset *rules)
{
    for (size_t i = 0; i < session->rules.count; i++) {
        const struct icp_night_file *file = &session->rules.files[i];
        if (file->active == rules)
            return file->active_row.path.data;
        if (file->file == rules)
            return file->path;
    }
    return "";
}

static enum icp_status score_person(const struct request *request,
                                    const struct icp_session *session,
                                    const struct icp_person *person, int32_t as_of,
                                    const struct standing_rules *by_rules, struct icp_explained *by,
                                    struct icp_err *err)
{
    struct icp_arena *arena = &request->app->arena;
    struct icp_rules_input inputs[ICP_MAX_FILES];
    struct icp_verdict verdict;
    struct icp_scorer scorer;
    if (icp_scorer_open(&scorer, by_rules->rules, by_rules->count, &session->config.settings, as_of,
                        arena, err) != ICP_OK ||
        icp_score_people(&scorer, person, 1, arena, &verdict, err) != ICP_OK ||
        icp_scorer_inputs(&scorer, person, arena, inputs, err) != ICP_OK)
        return err->status;
    size_t file = verdict.file == ICP_NO_FILE ? 0 : verdict.file;
    *by = (struct icp_explained){.standing = by_rules->standing};
    by->file = by_rules->file != NULL ? by_rules->file : path_of(session, by_rules->rules[file]);
    return score(request, by_rules->rules, by_rules->count, inputs, file, by, err);
}

static enum icp_status explain_person(const struct request *request, struct icp_session *session,
                                      const struct standing_rules *by,
                                      const struct standing_rules *other, struct icp_err *err)
{
    struct icp_explanation explanation = {.crm = session->night.crm};
    struct icp_explained beside;
    struct icp_person person;
    struct icp_history_row *history;
    if (find_person(session, request->who, &person, err) != ICP_OK)
        return err->status;
    explanation.as_of = request->as_of != INT32_MIN ? request->as_of : icp_session_day(session);
    explanation.id = person.record.id;
    explanation.name = person.record.label;
    explanation.company = person.company_label;
    explanation.email = person.record.email;
    if (score_person(request, session, &person, explanation.as_of, by, &explanation.by, err) !=
        ICP_OK)
        return err->status;
    if (other->count > 0) {
        if (score_person(request, session, &person, explanation.as_of, other, &beside, err) !=
            ICP_OK)
            return err->status;
        explanation.other = &beside;
    }
    explanation.call_by =
        call_by(&explanation.by, &session->config.settings.calendar, explanation.as_of,
                person.has_result ? &person.result : NULL, &request->app->arena);
    if (request->as_of == INT32_MIN)
        look_at_held(session, &person, &explanation);
    if (icp_store_history(session->store, session->night.crm, person.record.id, MOST_HISTORY,
                          &request->app->arena, &history, &explanation.history_count,
                          err) != ICP_OK)
        return err->status;
    explanation.history = history;
    show(request, &explanation);
    return ICP_OK;
}

/* By the approved rules, else by the files on disk. */
static enum icp_status choose_rules(const struct icp_session *session, struct standing_rules *by,
                                    struct icp_err *err)
{
    bool approved = session->rules.active_count > 0;
    *by = (struct standing_rules){.rules = session->rules.active,
                                  .count = session->rules.active_count,
                                  .standing = approved ? "approved" : "not approved"};
    if (!approved)
        by->rules =
            icp_night_rules_after(&session->rules, UINT32_MAX, &session->app->arena, &by->count);
    if (by->count > 0)
        return ICP_OK;
    return icp_fail(err, ICP_BAD_CONFIG,
                    "there are no rules to explain with: %s has errors and nothing is approved",
                    session->config.rules[0].path);
}

static enum icp_status explain_stored(const struct request *request, struct icp_err *err)
{
    struct standing_rules by = {0}, other = {.file = request->values[RULES], .standing = "with it"};
    struct icp_ruleset *rules = NULL;
    const struct icp_ruleset *beside;
    struct icp_session session;
    if (icp_session_open(request->app, ICP_NEEDS_READING | ICP_NEEDS_RULES, &session, err) ==
            ICP_OK &&
        choose_rules(&session, &by, err) == ICP_OK &&
        (other.file == NULL ||
         read_rules(request, other.file, session.dictionary, &rules, err) == ICP_OK)) {
        icp_session_say_backup(&session);
        beside = rules;
        other.rules = &beside;
        other.count = rules != NULL ? 1 : 0;
        explain_person(request, &session, &by, &other, err);
    }
    icp_rules_close(rules);
    icp_session_close(&session);
    return err->status;
}

/* ---- The command ---------------------------------------------------------------------------- */

static bool read_request(const struct icp_arguments *arguments, struct request *request,
                         struct icp_err *err)
{
    const char *day = request->values[AS_OF], *language = request->values[LANGUAGE];
    request->as_of = INT32_MIN;
    request->who = arguments->count > 0 ? arguments->operands[0] : NULL;
    if ((request->who != NULL) == (request->values[DATA] != NULL)) {
        icp_fail(err, ICP_BAD_CONFIG, "explain needs either WHO or --data FILE");
        icp_hint(err, "WHO is an id, hubspot:ID, an e-mail address or a part of a name.");
    } else if (request->values[ID] != NULL && request->values[DATA] == NULL) {
        icp_fail(err, ICP_BAD_CONFIG, "--id picks a record of --data FILE");
    } else if (request->values[MAP] != NULL && request->values[DATA] == NULL) {
        icp_fail(err, ICP_BAD_CONFIG, "--map names columns of --data FILE");
    } else if (day != NULL && !icp_date_parse(icp_str_from(day), &request->as_of)) {
        icp_fail(err, ICP_BAD_CONFIG, "--as-of wants a date such as 2027-01-31, not \"%s\"", day);
    } else if (language != NULL && !icp_rules_language_known(icp_str_from(language))) {
        icp_fail(err, ICP_BAD_CONFIG, "no texts are written in the language \"%s\"", language);
        icp_hint(err, "Use a code such as en, da, sv, nb, fi or de.");
    }
    return err->status == ICP_OK;
}

static int run_explain(struct icp_app *app, const struct icp_arguments *arguments,
                       struct icp_err *err)
{
    struct request request = {.app = app, .arguments = arguments, .values = arguments->values};
    if (!read_request(arguments, &request, err))
        return ICP_EXIT_USAGE;
    if (request.values[DATA] != NULL)
        explain_given(&request, err);
    else if (request.who != NULL)
        explain_stored(&request, err);
    return ICP_EXIT_DONE;
}

const struct icp_command icp_command_explain = {
    .name = "explain",
    .arguments = "WHO | --data FILE",
    .summary = "Say why a person has their score",
    .help =
        "WHO is an id of the CRM (123 or hubspot:123), an e-mail address, or a part of a name; "
        "several people\n"
        "with that part are listed. From the local copy, without a call. The page says: why, line "
        "by line, adding\n"
        "up to the score; what to fill in; what changes tomorrow; the history; the two parts in "
        "their own points.\n"
        "\n"
        "With --data a record of a file is explained by --rules FILE, else by the configured one: "
        "columns are\n"
        "found as \"icp score FILE\" finds them, by the names of fields, properties and exports, "
        "or "
        "by --map.\n",
    .switches = switches,
    .switch_count = SWITCH_COUNT,
    .most = 1,
    .run = run_explain,
};
