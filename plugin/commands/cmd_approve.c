/* approve: what lets a rule file take effect. */
#include <time.h>

#include "commands.h"
#include "date.h"
#include "number.h"

static const struct icp_switch approve_switches[] = {
    {"max-grade-changes", "N", "refuse when more than N people would change grade"},
    {"until", "DATE", "the approval counts up to and including this date (YYYY-MM-DD)"},
};

static int64_t now_ms(void)
{
    return (int64_t)time(NULL) * 1000;
}

static enum icp_status may_be_approved(const struct icp_session *session, const char *path,
                                       struct icp_err *err)
{
    const struct icp_night_file *file = &session->rules.files[session->file];

    if (file->file == NULL) {
        icp_fail(err, ICP_BAD_CONFIG, "%s cannot be approved: it has errors", path);
        (void)fprintf(stderr, "%.*s", ICP_STR_ARGUMENTS(file->problem));
        icp_hint(err, "\"icp check %s\" shows them.", path);
    } else if (file->tests_failed > 0) {
        icp_fail(err, ICP_BAD_CONFIG, "%s cannot be approved: %zu of its %zu tests fail", path,
                 file->tests_failed, file->tests);
        icp_hint(err, "\"icp test %s\" shows them.", path);
    }
    return err->status;
}

static bool has_tier(const struct icp_night_rules *rules, struct icp_str id)
{
    for (size_t i = 0; i < rules->active_count; i++) {
        const struct icp_rules_about *about = icp_rules_about(rules->active[i]);
        for (size_t k = 0; k < about->tier_count; k++)
            if (icp_str_equal(about->tiers[k].id, id))
                return true;
    }
    return false;
}

/* Options that the CRM will lack: tiers of the new file that the approved ones have not. */
static void say_new_tiers(const struct icp_session *session)
{
    const struct icp_rules_about *after = icp_rules_about(session->rules.files[session->file].file);

    if (session->rules.active_count == 0 || session->app->json)
        return;
    for (size_t i = 0; i < after->tier_count; i++)
        if (!has_tier(&session->rules, after->tiers[i].id))
            (void)printf(
                "\nThe tier \"%.*s\" is new: run \"icp setup --apply\" before the next night.\n",
                ICP_STR_ARGUMENTS(after->tiers[i].id));
}

static enum icp_status compare(struct icp_session *session, struct icp_preview *preview,
                               struct icp_err *err)
{
    struct icp_arena *arena = &session->app->arena;
    uint32_t which = UINT32_C(1) << session->file;
    struct icp_comparison comparison = {.before = session->rules.active,
                                        .before_count = session->rules.active_count,
                                        .settings = &session->config.settings,
                                        .as_of = icp_session_day(session)};

    comparison.after =
        icp_night_rules_after(&session->rules, which, arena, &comparison.after_count);
    if (icp_night_rules_agree(&session->rules, which, arena, err) != ICP_OK ||
        icp_preview(session->store, session->night.crm, &comparison, arena, preview,
                    session->night.progress, session->night.people_context, err) != ICP_OK)
        return err->status;
    icp_progress_clear();
    icp_print_preview(session, preview, comparison.before_count > 0);
    return ICP_OK;
}

static enum icp_status approve(struct icp_session *session, const char *path, int64_t most,
                               int32_t until, struct icp_err *err)
{
    const struct icp_night_file *file = &session->rules.files[session->file];
    struct icp_preview preview = {0};

    if (may_be_approved(session, path, err) != ICP_OK || compare(session, &preview, err) != ICP_OK)
        return err->status;
    say_new_tiers(session);
    if (most >= 0 && preview.grade_changes > most) {
        icp_fail(err, ICP_BAD_CONFIG,
                 "not approved: %lld people would change grade, more than %lld",
                 (long long)preview.grade_changes, (long long)most);
        icp_hint(
            err,
            "Look at \"icp plan\", then approve with a larger --max-grade-changes or without it.");
        return err->status;
    }
    /* When no night has used the approval in force, the next one will bring both changes. */
    return icp_store_approve(session->store, file->key, &file->file_row, now_ms(), until,
                             preview.changed + file->expected, err);
}

static int run_approve(struct icp_app *app, const struct icp_arguments *arguments,
                       struct icp_err *err)
{
    struct icp_session session;
    const char *path = arguments->operands[0];
    int32_t until = INT32_MAX;
    int64_t most = -1;

    if ((arguments->values[0] != NULL &&
         (!icp_integer_parse(icp_str_from(arguments->values[0]), &most) || most < 0)) ||
        (arguments->values[1] != NULL &&
         !icp_date_parse(icp_str_from(arguments->values[1]), &until))) {
        icp_fail(err, ICP_BAD_CONFIG,
                 "--max-grade-changes wants a number and --until a date such as 2027-01-31");
        return ICP_EXIT_USAGE;
    }
    if ((int64_t)until < now_ms() / ICP_MS_PER_DAY) {
        icp_fail(err, ICP_BAD_CONFIG, "--until %s is past", arguments->values[1]);
        return ICP_EXIT_USAGE;
    }
    if (icp_session_open_with_rules(app, ICP_NEEDS_STORE, path, &session, err) == ICP_OK &&
        approve(&session, path, most, until, err) == ICP_OK && !app->json)
        (void)printf("\nApproved%s%s: \"%.*s\" (%.8s). The next \"icp sync\" uses it.\n",
                     arguments->values[1] != NULL ? " until " : "",
                     arguments->values[1] != NULL ? arguments->values[1] : "",
                     ICP_STR_ARGUMENTS(session.rules.files[session.file].file_row.name),
                     session.rules.files[session.file].file_row.score_hash.data);
    icp_session_close(&session);
    return ICP_EXIT_DONE;
}

const struct icp_command icp_command_approve = {
    .name = "approve",
    .arguments = "FILE",
    .summary = "Let a rule file take effect, after showing who moves",
    .help = "Approval belongs to a version of the file, not to a night: nights run with the last "
            "approved version.\n"
            "Edits that cannot change a score (texts, labels, comments) need none. A file with "
            "errors or a failing\n"
            "test is refused. Can be called from a pipeline after review, with --max-grade-changes "
            "as its guard.\n",
    .switches = approve_switches,
    .switch_count = 2,
    .least = 1,
    .most = 1,
    .run = run_approve,
};
