/* status, undo and setup. */
#include <string.h>

#include "commands.h"
#include "date.h"
#include "json_stream.h"
#include "number.h"

/* ---- status --------------------------------------------------------------------------------- */

static void print_groups(const char *title, const struct icp_group_count *groups, size_t count)
{
    char text[32];

    (void)printf("\n%s\n", title);
    for (size_t i = 0; i < count; i++)
        (void)printf("  %-12.*s %9s\n",
                     ICP_STR_ARGUMENTS(groups[i].name.length > 0 ? groups[i].name : ICP_STR("-")),
                     icp_thousands(groups[i].count, text).data);
}

static void print_runs(struct icp_session *session, struct icp_err *err)
{
    static const char *const states[] = {"open", "done", "blocked", "closed"};
    struct icp_run *runs;
    size_t count;

    if (icp_store_runs(session->store, 10, &session->app->arena, &runs, &count, err) != ICP_OK)
        return;
    (void)printf("\nRuns\n");
    for (size_t i = 0; i < count; i++) {
        char date[ICP_TIME_TEXT], calls[32], written[32];
        if (runs[i].state != ICP_RUN_DONE &&
            icp_store_outcomes(session->store, runs[i].id, &runs[i].counts, err) != ICP_OK)
            return; /* a run that was stopped has not counted: its outbox has */
        (void)printf("  %4lld  %-11s %-5s %-7s %9s written %9s calls  %.*s\n",
                     (long long)runs[i].id, icp_date_format_short(runs[i].as_of, date).data,
                     runs[i].kind == ICP_RUN_UNDO ? "undo" : "night", states[runs[i].state],
                     icp_thousands(runs[i].counts.written, written).data,
                     icp_thousands(runs[i].counts.calls, calls).data,
                     ICP_STR_ARGUMENTS(runs[i].reason));
    }
}

static void print_refused(struct icp_session *session, struct icp_err *err)
{
    struct icp_outbox_record *records;
    struct icp_run run;
    size_t count;
    bool found;

    if (icp_store_last_run(session->store, ICP_RUN_NIGHT, -1, &session->app->arena, &run, &found,
                           err) != ICP_OK ||
        !found || run.counts.refused == 0 ||
        icp_store_outbox(session->store, run.id, session->night.crm, ICP_CONTACT, ICP_BOX_REFUSED,
                         (struct icp_str){0}, 20, &session->app->arena, &records, &count,
                         err) != ICP_OK)
        return;
    (void)printf("\nRefused by the CRM in run %lld\n", (long long)run.id);
    for (size_t i = 0; i < count; i++) {
        struct icp_person person;
        if (icp_store_person(session->store, session->night.crm, records[i].id,
                             &session->app->arena, &person, &found, err) == ICP_OK &&
            found)
            (void)printf("  %.*s: %.*s\n", ICP_STR_ARGUMENTS(records[i].id),
                         ICP_STR_ARGUMENTS(person.result.refused_reason));
    }
}

/* The last runs, as the page of status has them: which is the last, which the last night that came
   to its end. */
struct last_runs {
    struct icp_run run, good;
    bool ran, any_good;
};

static enum icp_status find_runs(const struct icp_session *session, struct last_runs *last,
                                 struct icp_err *err)
{
    struct icp_arena *arena = &session->app->arena;

    if (icp_store_last_run(session->store, -1, -1, arena, &last->run, &last->ran, err) == ICP_OK &&
        icp_store_last_run(session->store, ICP_RUN_NIGHT, ICP_RUN_DONE, arena, &last->good,
                           &last->any_good, err) == ICP_OK &&
        last->ran && last->run.state != ICP_RUN_DONE)
        icp_store_outcomes(session->store, last->run.id, &last->run.counts, err);
    return err->status;
}

static void put_time(struct icp_json_writer *json, const char *name, int64_t ms)
{
    char text[ICP_TIME_TEXT];

    if (ms > 0)
        icp_json_put_text_member(json, name, icp_time_format(ms, text));
}

static void put_run(struct icp_json_writer *json, const struct icp_run *run)
{
    static const char *const states[] = {"open", "done", "blocked", "closed"};

    icp_json_put_integer_member(json, "run", run->id);
    icp_json_put_text_member(json, "kind",
                             run->kind == ICP_RUN_UNDO ? ICP_STR("undo") : ICP_STR("night"));
    icp_json_put_text_member(json, "state", icp_str_from(states[run->state]));
    put_time(json, "began", run->started_ms);
    icp_json_put_integer_member(json, "planned", run->counts.planned);
    icp_json_put_integer_member(json, "written", run->counts.written);
    icp_json_put_integer_member(json, "calls", run->counts.calls);
    icp_json_put_text_member(json, "reason", run->reason);
}

static void status_json(const struct icp_session *session, const struct icp_scope_counts *scope,
                        const struct last_runs *last)
{
    static const char *const rules[] = {"none", "current", "pending", "red", "broken"};
    struct icp_json_writer json;
    struct icp_buf line;

    icp_buf_open(&line, 65536);
    icp_json_writer_open(&json, &line);
    icp_json_begin_object(&json);
    icp_json_put_text_member(&json, "crm", session->night.crm);
    icp_json_put_integer_member(&json, "people", scope->people);
    icp_json_put_integer_member(&json, "companies", scope->companies);
    icp_json_put_integer_member(&json, "to_score", scope->dirty);
    icp_json_put_integer_member(&json, "scored", scope->scored);
    icp_json_put_integer_member(&json, "values_planned", scope->planned);
    icp_json_put_integer_member(&json, "values_in_flight", scope->inflight);
    icp_json_put_text_member(&json, "rules", icp_str_from(rules[session->rules.state]));
    icp_json_put_boolean_member(&json, "review_due", icp_review_due(session));
    if (last->ran)
        put_run(&json, &last->run);
    if (last->any_good) {
        icp_json_put_integer_member(&json, "last_good_night", last->good.id);
        put_time(&json, "last_good_night_began", last->good.started_ms);
    }
    icp_json_end_object(&json);
    icp_print_json(&line);
    icp_buf_finish(&line);
}

static void print_rules(const struct icp_session *session)
{
    if (session->rules.active_count == 0)
        (void)printf("Rules: nothing approved\n");
    for (size_t i = 0; i < session->rules.count; i++) {
        const struct icp_ruleset_row *row = &session->rules.files[i].active_row;
        if (session->rules.files[i].active != NULL)
            (void)printf("Rules: \"%.*s\" %.*s (%.8s) approved\n", ICP_STR_ARGUMENTS(row->name),
                         ICP_STR_ARGUMENTS(row->version), row->score_hash.data);
    }
}

static void status_text(struct icp_session *session, const struct icp_scope_counts *scope,
                        struct icp_err *err)
{
    struct icp_group_count *groups;
    char a[32], b[32], c[32];
    size_t count;

    (void)printf("%s: %s people and %s companies in the local copy, %s scored\n",
                 session->config.crm->label, icp_thousands(scope->people, a).data,
                 icp_thousands(scope->companies, b).data, icp_thousands(scope->scored, c).data);
    print_rules(session);
    if (icp_store_by_grade(session->store, session->night.crm, &session->app->arena, &groups,
                           &count, err) == ICP_OK &&
        count > 0)
        print_groups("Grades", groups, count);
    if (err->status == ICP_OK &&
        icp_store_by_tier(session->store, session->night.crm, &session->app->arena, &groups, &count,
                          err) == ICP_OK &&
        count > 0)
        print_groups("Tiers", groups, count);
    if (err->status == ICP_OK)
        print_runs(session, err);
    if (err->status == ICP_OK)
        print_refused(session, err);
}

static int run_status(struct icp_app *app, const struct icp_arguments *arguments,
                      struct icp_err *err)
{
    struct icp_scope_counts scope;
    struct icp_session session;
    struct last_runs last;

    (void)arguments;
    if (icp_session_open(app, ICP_NEEDS_READING | ICP_NEEDS_RULES, &session, err) == ICP_OK &&
        icp_store_scope(session.store, session.night.crm, &scope, err) == ICP_OK &&
        find_runs(&session, &last, err) == ICP_OK) {
        icp_session_say_backup(&session);
        icp_print_rules_state(&session);
        icp_print_review(&session);
        if (app->json)
            status_json(&session, &scope, &last);
        else
            status_text(&session, &scope, err);
    }
    icp_session_close(&session);
    return ICP_EXIT_DONE;
}

const struct icp_command icp_command_status = {
    .name = "status",
    .arguments = "",
    .summary = "What is in the local copy, which rules are in force, what the last runs did",
    .help =
        "Without a call. While a night is running the last backup is read, and its time is said.\n",
    .run = run_status,
};

/* ---- undo ----------------------------------------------------------------------------------- */

static void undo(struct icp_session *session, int64_t run, bool only_plan, struct icp_err *err)
{
    if (icp_night_begin_undo(&session->night, run, err) == ICP_OK && !only_plan)
        icp_night_push(&session->night, -1, err);
    icp_night_leave(&session->night);
    icp_progress_clear();
    if (session->night.run.id != 0)
        icp_print_night(session);
}

static int run_undo(struct icp_app *app, const struct icp_arguments *arguments, struct icp_err *err)
{
    struct icp_session session;
    bool drop = arguments->values[1] != NULL;
    int64_t run = 0;

    if (drop != (arguments->count == 0) ||
        (!drop && (!icp_integer_parse(icp_str_from(arguments->operands[0]), &run) || run <= 0))) {
        icp_fail(err, ICP_BAD_CONFIG, "\"icp undo\" wants the number of a run, or --drop alone");
        icp_hint(err, "\"icp status\" lists the runs.");
        return ICP_EXIT_USAGE;
    }
    if (icp_session_open(app, ICP_NEEDS_STORE | ICP_NEEDS_RULES | ICP_NEEDS_NETWORK, &session,
                         err) == ICP_OK) {
        if (!drop)
            undo(&session, run, arguments->values[0] != NULL, err);
        else if (icp_night_drop_undo(&session.night, err) == ICP_OK && !app->json)
            (void)printf("The undo that was waiting is given up.\n");
    }
    icp_session_close(&session);
    return ICP_EXIT_DONE;
}

static const struct icp_switch undo_switches[] = {
    {"plan", NULL, "only plan the way back; \"icp push\" sends it"},
    {"drop", NULL, "give up an undo that waits for approval or was stopped"},
};
const struct icp_command icp_command_undo = {
    .name = "undo",
    .arguments = "RUN | --drop",
    .summary = "Put back what a run wrote, where nobody touched it since",
    .help = "An ordinary plan with the old values as the wanted ones; the breaker looks at it as "
            "at any other.\n"
            "The approval of the rules that the run used is withdrawn, so that the next night does "
            "not write it again.\n",
    .switches = undo_switches,
    .switch_count = 2,
    .most = 1,
    .run = run_undo,
};

/* ---- setup ---------------------------------------------------------------------------------- */

static void print_step(const struct icp_app *app, const struct icp_setup_step *step)
{
    static const char *const actions[] = {"exists", "create", "add options", "CONFLICT"};
    struct icp_json_writer json;
    struct icp_buf line;

    if (!app->json) {
        (void)printf("  %-12s %-28.*s %.*s%s\n", actions[step->action],
                     ICP_STR_ARGUMENTS(step->what), ICP_STR_ARGUMENTS(step->reason),
                     step->action != ICP_SETUP_EXISTS && step->done ? " - done" : "");
        return;
    }
    icp_buf_open(&line, 65536);
    icp_json_writer_open(&json, &line);
    icp_json_begin_object(&json);
    icp_json_put_text_member(&json, "object", icp_str_from(icp_object_name(step->object)));
    icp_json_put_text_member(&json, "action", icp_str_from(actions[step->action]));
    icp_json_put_text_member(&json, "what", step->what);
    icp_json_put_text_member(&json, "reason", step->reason);
    icp_json_put_boolean_member(&json, "done", step->done);
    icp_json_end_object(&json);
    icp_print_json(&line);
    icp_buf_finish(&line);
}

static int setup(struct icp_session *session, bool apply, struct icp_err *err)
{
    struct icp_arena *arena = &session->app->arena;
    const struct icp_ruleset *const *rules;
    struct icp_owned_field fields[ICP_OWNED_COUNT];
    struct icp_setup_plan plan = {0};
    size_t left = 0, conflicts = 0, count;

    rules = icp_night_rules_after(&session->rules, UINT32_MAX, arena, &count);
    if (rules == NULL || count == 0) {
        icp_print_problems(session);
        icp_fail(err, ICP_BAD_CONFIG,
                 "the options of grade and tier come from the rule file, and %s cannot be used",
                 session->config.rules[0].path);
        return ICP_EXIT_DONE;
    }
    icp_owned_fields(session->config.settings.owned_prefix, rules, count, arena, fields);
    if (session->night.ops->account(session->night.connector, &session->app->arena,
                                    &session->night.account, err) != ICP_OK ||
        icp_store_pin_account(session->store, session->night.crm, session->night.account.id,
                              session->night.account.label, session->night.account.time_zone,
                              err) != ICP_OK)
        return ICP_EXIT_DONE;
    if (!session->app->json)
        (void)printf("%s, %.*s\n", session->config.crm->label,
                     ICP_STR_ARGUMENTS(session->night.account.label));
    session->night.ops->setup(session->night.connector, ICP_CONTACT, fields, ICP_OWNED_COUNT, apply,
                              &session->app->arena, &plan, err);
    for (size_t i = 0; i < plan.count; i++) {
        print_step(session->app, &plan.steps[i]);
        left += !plan.steps[i].done && plan.steps[i].action != ICP_SETUP_CONFLICT;
        conflicts += plan.steps[i].action == ICP_SETUP_CONFLICT;
    }
    if (err->status != ICP_OK)
        return ICP_EXIT_DONE;
    if (conflicts > 0)
        icp_fail(err, ICP_BAD_CONFIG,
                 "%zu propert%s of ours exist%s with another meaning; nothing of that is touched",
                 conflicts, conflicts == 1 ? "y" : "ies", conflicts == 1 ? "s" : "");
    if (conflicts > 0)
        icp_hint(
            err,
            "Choose another prefix in the configuration (write: {prefix: …}) or rename theirs.");
    else if (left > 0 && !session->app->json)
        (void)printf("Nothing was changed. To do it: icp setup --apply\n");
    else if (!session->app->json)
        (void)printf("Everything is in place.\n");
    return ICP_EXIT_DONE;
}

static int run_setup(struct icp_app *app, const struct icp_arguments *arguments,
                     struct icp_err *err)
{
    struct icp_session session;

    if (icp_session_open(app, ICP_NEEDS_STORE | ICP_NEEDS_RULES | ICP_NEEDS_NETWORK, &session,
                         err) == ICP_OK)
        setup(&session, arguments->values[0] != NULL, err);
    icp_session_close(&session);
    return ICP_EXIT_DONE;
}

static const struct icp_switch setup_switches[] = {
    {"apply", NULL, "create what is missing; without it the plan is only shown"},
};
const struct icp_command icp_command_setup = {
    .name = "setup",
    .arguments = "",
    .summary = "Create icp's own fields in the CRM",
    .help = "Shows the group, properties and options that would be created and what exists "
            "already; --apply does\n"
            "it. Running it again does nothing. A property of somebody else is never touched.\n",
    .switches = setup_switches,
    .switch_count = 1,
    .run = run_setup,
};
