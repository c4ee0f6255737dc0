/* sync and its four stages: pull, score, plan, push. */
#include "commands.h"
#include "number.h"

static int end(struct icp_session *session, bool print, struct icp_err *err)
{
    if (session->has_night)
        icp_night_leave(&session->night);
    icp_progress_clear();
    if (print)
        icp_print_night(session);
    icp_session_close(session);
    return icp_exit_of(err);
}

/* A rule file that is not there, and none in force without it: told before anything is read. */
static enum icp_status rules_are_there(const struct icp_session *session, struct icp_err *err)
{
    for (size_t i = 0; i < session->rules.count && session->rules.active_count == 0; i++) {
        const struct icp_night_file *file = &session->rules.files[i];
        if (!file->unreadable)
            continue;
        icp_fail(err, ICP_BAD_CONFIG, "%.*s", ICP_STR_ARGUMENTS(icp_str_trim(file->problem)));
        icp_hint(err, "\"rules\" in %s names the rule file.", session->config.path);
        return err->status;
    }
    return ICP_OK;
}

/* What the night did is worth printing whenever there is a run, also when it stopped. */
static int run_sync(struct icp_app *app, const struct icp_arguments *arguments, struct icp_err *err)
{
    struct icp_session session;
    const char *best = arguments->values[0];
    int64_t most = 0;

    if (best != NULL &&
        (!icp_integer_parse(icp_str_from(best), &most) || most < 0 || most > 1000)) {
        icp_fail(err, ICP_BAD_CONFIG, "--best wants a number of people from 0 to 1000, not \"%s\"",
                 best);
        return ICP_EXIT_USAGE;
    }
    if (icp_session_open(app, ICP_NEEDS_STORE | ICP_NEEDS_RULES | ICP_NEEDS_NETWORK, &session,
                         err) == ICP_OK &&
        rules_are_there(&session, err) == ICP_OK) {
        icp_print_rules_state(&session);
        icp_night_sync(&session.night, err);
        icp_progress_clear();
        icp_print_review(&session);
    }
    if (most > 0 && err->status == ICP_OK) {
        icp_progress_clear();
        icp_print_night(&session);
        icp_print_best(&session, (size_t)most, err);
        return end(&session, false, err);
    }
    return end(&session, session.has_night && session.night.run.id != 0, err);
}

static const struct icp_switch sync_switches[] = {
    {"best", "N", "afterwards, print the N best people with their reasons"},
};
const struct icp_command icp_command_sync = {
    .name = "sync",
    .arguments = "",
    .summary = "The whole night: pull, score, plan, push",
    .help =
        "Reads what changed in the CRM, scores it with the approved rules, works out what the CRM "
        "should\n"
        "hold, and writes what differs enough to matter. A night that was stopped goes on where it "
        "was.\n"
        "A rule file that changed and is not approved is not used; the last approved version is.\n",
    .switches = sync_switches,
    .switch_count = 1,
    .run = run_sync,
};

static int run_pull(struct icp_app *app, const struct icp_arguments *arguments, struct icp_err *err)
{
    struct icp_session session;

    (void)arguments;
    if (icp_session_open(app, ICP_NEEDS_STORE | ICP_NEEDS_RULES | ICP_NEEDS_NETWORK, &session,
                         err) == ICP_OK &&
        rules_are_there(&session, err) == ICP_OK &&
        icp_night_begin(&session.night, true, err) == ICP_OK)
        icp_night_pull(&session.night, err);
    return end(&session, session.has_night && session.night.run.id != 0, err);
}

const struct icp_command icp_command_pull = {
    .name = "pull",
    .arguments = "",
    .summary = "Read what changed in the CRM into the local copy",
    .help = "The first stage of a night. The first time everything is read; later, what changed "
            "since the last\n"
            "pull. Only the fields that the rules name are asked for and kept. Writes nothing to "
            "the CRM.\n",
    .run = run_pull,
};

int icp_score_stage(struct icp_app *app, struct icp_err *err)
{
    struct icp_session session;

    if (icp_session_open(app, ICP_NEEDS_STORE | ICP_NEEDS_RULES, &session, err) == ICP_OK &&
        rules_are_there(&session, err) == ICP_OK) {
        icp_print_rules_state(&session);
        if (icp_night_resume(&session.night, ICP_STAGE_PULLED, err) == ICP_OK)
            icp_night_score(&session.night, err);
    }
    return end(&session, session.has_night && session.night.run.id != 0, err);
}

/* The open run's own plan, when there is one that was scored. */
static void plan_run(struct icp_session *session, struct icp_err *err)
{
    struct icp_err none = {0};

    if (session->rules.active_count == 0)
        return;
    if (icp_night_resume(&session->night, ICP_STAGE_SCORED, &none) != ICP_OK) {
        if (!session->app->json)
            (void)printf("\nNo run is waiting to be sent; \"icp sync\" starts the next one.\n");
        return;
    }
    if (session->night.run.stage < ICP_STAGE_PUSHING && session->night.run.kind == ICP_RUN_NIGHT &&
        icp_night_plan(&session->night, err) != ICP_OK)
        return;
    if (!session->app->json)
        (void)printf("\n");
    icp_print_night(session);
}

/* The files on disk that are not approved as they are, and could be: a bit a file. */
static uint32_t files_to_approve(const struct icp_night_rules *rules)
{
    uint32_t which = 0;

    for (size_t i = 0; i < rules->count; i++)
        if (rules->files[i].file != NULL && rules->files[i].state != ICP_RULES_CURRENT)
            which |= UINT32_C(1) << i;
    return which;
}

static void say_what_next(const struct icp_session *session, uint32_t which)
{
    for (size_t i = 0; i < session->rules.count; i++) {
        const struct icp_night_file *file = &session->rules.files[i];
        if ((which >> i & 1U) != 0)
            (void)printf(file->tests_failed > 0
                             ? "\n%s has failing tests; once they pass: icp approve %s\n"
                             : "\n%s needs approval before it takes effect: icp approve %s\n",
                         file->path, file->path);
    }
}

static void preview_files(struct icp_session *session, uint32_t which, struct icp_err *err)
{
    struct icp_arena *arena = &session->app->arena;
    struct icp_comparison comparison = {.before = session->rules.active,
                                        .before_count = session->rules.active_count,
                                        .settings = &session->config.settings,
                                        .as_of = icp_session_day(session)};
    struct icp_preview preview;

    comparison.after =
        icp_night_rules_after(&session->rules, which, arena, &comparison.after_count);
    if (icp_night_rules_agree(&session->rules, which, arena, err) != ICP_OK ||
        icp_preview(session->store, session->night.crm, &comparison, arena, &preview,
                    session->night.progress, session->night.people_context, err) != ICP_OK)
        return;
    icp_progress_clear();
    icp_print_preview(session, &preview, comparison.before_count > 0);
    if (!session->app->json)
        say_what_next(session, which);
}

static int run_plan(struct icp_app *app, const struct icp_arguments *arguments, struct icp_err *err)
{
    struct icp_session session;
    int status = ICP_EXIT_DONE;
    uint32_t which;

    (void)arguments;
    if (icp_session_open(app, ICP_NEEDS_STORE | ICP_NEEDS_RULES, &session, err) == ICP_OK &&
        rules_are_there(&session, err) == ICP_OK) {
        if (icp_print_problems(&session))
            status = ICP_EXIT_FOUND;
        for (size_t i = 0; i < session.rules.count; i++)
            if (session.rules.files[i].unreadable)
                status = ICP_EXIT_CONFIG;
        which = files_to_approve(&session.rules);
        if (which != 0)
            preview_files(&session, which, err);
        for (size_t i = 0; i < session.rules.count && !app->json; i++)
            if (session.rules.files[i].state == ICP_RULES_CURRENT)
                (void)printf("%s is the approved version; nobody moves because of it.\n",
                             session.rules.files[i].path);
        if (err->status == ICP_OK)
            plan_run(&session, err);
        icp_print_review(&session);
    }
    icp_progress_clear();
    icp_session_close(&session);
    return err->status != ICP_OK ? ICP_EXIT_DONE : status;
}

const struct icp_command icp_command_plan = {
    .name = "plan",
    .arguments = "",
    .summary = "Show who would move and what would be written; send nothing",
    .help = "When the rule file on disk differs from the approved one, everybody in the local copy "
            "is scored by\n"
            "both: counts by grade, tiers against their room, the largest movers with what moved "
            "them. When a\n"
            "run has been scored, its plan is worked out: what would be written, who is more than "
            "a tier's week\n"
            "has room for, and what the breaker says.\n"
            "No call is made to the CRM.\n",
    .run = run_plan,
};

static int run_push(struct icp_app *app, const struct icp_arguments *arguments, struct icp_err *err)
{
    struct icp_session session;
    int64_t approve = -1;

    if (arguments->values[0] != NULL &&
        (!icp_integer_parse(icp_str_from(arguments->values[0]), &approve) || approve < 0)) {
        icp_fail(err, ICP_BAD_CONFIG,
                 "--approve wants the number of records that may change, not \"%s\"",
                 arguments->values[0]);
        return ICP_EXIT_USAGE;
    }
    if (icp_session_open(app, ICP_NEEDS_STORE | ICP_NEEDS_RULES | ICP_NEEDS_NETWORK, &session,
                         err) == ICP_OK &&
        icp_night_resume(&session.night, ICP_STAGE_PLANNED, err) == ICP_OK)
        icp_night_push(&session.night, approve, err);
    return end(&session, session.has_night && session.night.run.id != 0, err);
}

static const struct icp_switch push_switches[] = {
    {"approve", "N", "send a plan that the breaker stopped, if it changes at most N records"},
};
const struct icp_command icp_command_push = {
    .name = "push",
    .arguments = "",
    .summary = "Send the plan of the open run",
    .help = "The last stage of a night. Every record is read back just before it is written; one "
            "whose fields or\n"
            "data moved since the plan is left for the next one. Only fields that icp owns are "
            "ever written.\n",
    .switches = push_switches,
    .switch_count = 1,
    .run = run_push,
};
