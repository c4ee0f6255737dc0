/*
 * What a command has open: configuration, state, connector, rules, a night. Invariant: whatever was
 * opened is closed in reverse, also when opening stopped half-way; the secret is wiped.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bounds.h"
#include "commands.h"
#include "crypto.h"
#include "date.h"
#include "file.h"
#include "http.h"

/* The way to the CRM: curl behind a counter and the stop flag. */
struct icp_session_network {
    struct icp_curl *curl;
    struct icp_connector *connector;
    struct icp_host host;
    const struct icp_connector_ops *ops;
    const volatile int *stopping;
    uint64_t calls;
};

static enum icp_status stopped(struct icp_err *err)
{
    return icp_fail(
        err, ICP_STOP,
        "stopped by a signal; everything that was finished is kept, run it again to go on");
}

static enum icp_status exchange(void *context, const struct icp_exchange *request,
                                struct icp_answer *answer, struct icp_err *err)
{
    struct icp_session_network *network = context;

    if (network->stopping != NULL && *network->stopping)
        return stopped(err);
    network->calls++;
    return icp_curl_exchange(network->curl, request, answer, err);
}

static enum icp_status wait_ms(void *context, int64_t ms, struct icp_err *err)
{
    struct icp_session_network *network = context;

    for (int64_t left = ms; left > 0; left -= 100) {
        int64_t slice = left < 100 ? left : 100;
        struct timespec time = {.tv_sec = 0, .tv_nsec = (long)(slice * 1000000)};
        if (network->stopping != NULL && *network->stopping)
            return stopped(err);
        (void)nanosleep(&time, NULL);
    }
    return ICP_OK;
}

static int64_t monotonic_ms(void *context)
{
    struct timespec time;

    (void)context;
    if (clock_gettime(CLOCK_MONOTONIC, &time) != 0)
        return 0;
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static uint32_t random_bits(void *context)
{
    uint32_t bits = 0;

    (void)context;
    (void)icp_random_bytes(&bits, sizeof(bits)); /* without them there is no jitter, no more */
    return bits;
}

static uint64_t calls_made(void *context)
{
    return ((const struct icp_session_network *)context)->calls;
}

static struct icp_str option_value(const struct icp_config *config, const char *name)
{
    for (size_t i = 0; i < config->crm->option_count; i++)
        if (strcmp(config->crm->options[i].name, name) == 0)
            return config->options[i];
    return (struct icp_str){0};
}

static enum icp_status open_network(struct icp_session *session, struct icp_err *err)
{
    struct icp_app *app = session->app;
    struct icp_session_network *network = ICP_NEW(&app->arena, struct icp_session_network);
    struct icp_curl_settings settings = {.base_url = option_value(&session->config, "base_url"),
                                         .stopping = app->stopping,
                                         .user_agent = "icp/0.1"};

    if (network == NULL)
        return icp_fail(err, ICP_BUG, "no memory for the connection");
    session->network = network;
    network->ops = session->config.crm;
    network->stopping = app->stopping;
    network->host = (struct icp_host){.context = network,
                                      .exchange = exchange,
                                      .wait = wait_ms,
                                      .monotonic_ms = monotonic_ms,
                                      .random = random_bits,
                                      .log = app->log};
    if (icp_config_secrets(&session->config, app->log, &app->arena, err) != ICP_OK ||
        icp_curl_open(&settings, &network->curl, err) != ICP_OK)
        return err->status;
    return network->ops->open(&network->host, session->config.options, &network->connector, err);
}

/* Commit points at which a stop is heard: between two things that are each finished. What follows a
   write to the CRM (its outcome) is always committed first. */
static bool may_stop_before(const char *name)
{
    static const char *const names[] = {"pull begin", "page", "dirty", "score", "plan", "compare"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* The kill switch of operations: a file STOP beside the database. */
static bool told_to_stop(const struct icp_session *session)
{
    const char *slash = strrchr(session->config.state, '/');
    char path[4096];
    int length = slash != NULL ? (int)(slash - session->config.state) + 1 : 0;

    if (snprintf(path, sizeof(path), "%.*sSTOP", length, session->config.state) >=
        (int)sizeof(path))
        return false;
    return access(path, F_OK) == 0;
}

static enum icp_status step(void *context, bool after, const char *name, struct icp_err *err)
{
    const struct icp_session *session = context;

    if (after || !may_stop_before(name))
        return ICP_OK;
    if (session->app->stopping != NULL && *session->app->stopping)
        return stopped(err);
    if (told_to_stop(session))
        return icp_fail(err, ICP_STOP,
                        "a file STOP stands beside the state database; remove it and run again");
    return ICP_OK;
}

/* A database that is gone while its backups are there was lost, not never made. */
static enum icp_status look_for_loss(const struct icp_session *session, struct icp_err *err)
{
    char backup[4096];

    if (access(session->config.state, F_OK) == 0 ||
        snprintf(backup, sizeof(backup), "%s.backup-1", session->config.state) >=
            (int)sizeof(backup) ||
        access(backup, F_OK) != 0)
        return ICP_OK;
    icp_fail(err, ICP_STATE, "%s is gone, but its backup %s is there", session->config.state,
             backup);
    icp_hint(err, "Copy the backup to %s, or remove the backups to begin with nothing.",
             session->config.state);
    return err->status;
}

static enum icp_status open_store(struct icp_session *session, bool reading, struct icp_err *err)
{
    struct icp_store_settings settings = {
        .path = session->config.state, .create = true, .step = step, .step_context = session};

    if (look_for_loss(session, err) != ICP_OK)
        return err->status;
    if (reading)
        return icp_store_open_for_reading(session->config.state, &session->store,
                                          &session->backup_ms, err);
    return icp_store_open(&settings, &session->store, err);
}

int32_t icp_session_day(const struct icp_session *session)
{
    struct icp_arena arena;
    struct icp_err ignored = {0};
    struct icp_run run;
    bool found = false;
    int32_t day = (int32_t)((int64_t)time(NULL) / 86400);

    icp_arena_open(&arena, 65536);
    if (session->store != NULL &&
        icp_store_last_run(session->store, -1, -1, &arena, &run, &found, &ignored) == ICP_OK &&
        found)
        day = run.as_of;
    icp_arena_close(&arena);
    return day;
}

void icp_session_say_backup(const struct icp_session *session)
{
    char text[ICP_TIME_TEXT];
    if (session->backup_ms > 0)
        icp_log_write(session->app->log, ICP_LOG_NOTICE,
                      "a night is running; this is from the backup of %s",
                      icp_time_format(session->backup_ms, text).data);
}

/* The day for which an approval is looked up: the last run's, or today when that is later, so that
   an approval that ran out since gives way to the one before it. */
static int32_t approval_day(const struct icp_session *session)
{
    int32_t last = icp_session_day(session), today = (int32_t)((int64_t)time(NULL) / 86400);

    return last > today ? last : today;
}

/* ---- files beside a rule file ---------------------------------------------------------------- */

struct icp_beside {
    const char *path; /* of the rule file */
    struct icp_arena *arena;
    const struct icp_app *app; /* that is told; NULL: nobody */
};

static void tell_beside(const struct icp_beside *beside, struct icp_str path)
{
    const char *slash = strrchr(beside->path, '/');
    int folder = slash != NULL ? (int)(slash - beside->path) + 1 : 0;

    if (beside->app != NULL && beside->app->beside != NULL)
        beside->app->beside(beside->app->beside_context,
                            icp_arena_format(beside->arena, "%.*s%.*s", folder, beside->path,
                                             ICP_STR_ARGUMENTS(path)));
}

static enum icp_status read_beside(void *context, struct icp_str path, struct icp_str *text,
                                   struct icp_err *err)
{
    const struct icp_beside *beside = context;
    struct icp_buf body;

    tell_beside(beside, path);
    icp_buf_open(&body, ICP_MAX_LIST_FILE);
    if (icp_file_read_beside(beside->path, path, ICP_MAX_LIST_FILE, &body, err) == ICP_OK) {
        *text =
            icp_arena_copy(beside->arena, body.data != NULL ? icp_buf_view(&body) : ICP_STR(""));
        if (icp_str_is_null(*text))
            icp_fail(err, ICP_BUG, "no memory to read %.*s", ICP_STR_ARGUMENTS(path));
    }
    icp_buf_finish(&body);
    return err->status;
}

static const struct icp_rules_source *lists_beside(const struct icp_app *app, const char *path,
                                                   struct icp_arena *arena)
{
    struct icp_beside *beside = ICP_NEW(arena, struct icp_beside);
    struct icp_rules_source *source = ICP_NEW(arena, struct icp_rules_source);

    if (beside == NULL || source == NULL)
        return NULL;
    *beside = (struct icp_beside){.path = path, .arena = arena, .app = app};
    *source = (struct icp_rules_source){.read = read_beside, .context = beside};
    return source;
}

static struct icp_rules_text read_text(const struct icp_session *session,
                                       const struct icp_config_rules *rules)
{
    struct icp_arena *arena = &session->app->arena;
    struct icp_rules_text text = {
        .key = rules->key, .path = rules->path, .lists = lists_beside(NULL, rules->path, arena)};
    struct icp_err unreadable = {0};
    struct icp_buf body;

    icp_buf_open(&body, ICP_MAX_RULE_FILE);
    if (icp_file_read(rules->path, ICP_MAX_RULE_FILE, &body, &unreadable) == ICP_OK)
        text.text = icp_arena_copy(arena, body.data != NULL ? icp_buf_view(&body) : ICP_STR(""));
    else
        text.unreadable = icp_arena_format(arena, "%s\n", unreadable.message);
    icp_buf_finish(&body);
    return text;
}

static enum icp_status open_rules(struct icp_session *session, struct icp_err *err)
{
    struct icp_rules_text texts[ICP_MAX_FILES];
    const struct icp_config *config = &session->config;

    for (size_t i = 0; i < config->rules_count; i++)
        texts[i] = read_text(session, &config->rules[i]);
    session->has_rules = true;
    return icp_night_rules_open(session->store, texts, config->rules_count, &session->dictionary, 1,
                                approval_day(session), &session->app->arena, &session->rules, err);
}

static void say(void *context, enum icp_status level, const char *text)
{
    const struct icp_app *app = context;

    (void)level;
    icp_progress_clear();
    icp_log_write(app->log, ICP_LOG_NOTICE, "%s", text);
}

/* A calendar without a time zone has that of the account, as far as it is known. */
static enum icp_status lend_zone(struct icp_session *session, struct icp_err *err)
{
    struct icp_calendar *calendar = &session->config.settings.calendar;
    struct icp_str zone;

    if (calendar->zone_given)
        return ICP_OK;
    if (icp_store_account_zone(session->store, icp_str_from(session->config.crm->name),
                               &session->app->arena, &zone, err) != ICP_OK)
        return err->status;
    if (!icp_str_is_empty(zone))
        (void)icp_calendar_set_zone(calendar, zone);
    return ICP_OK;
}

static void lend_night(struct icp_session *session)
{
    bool person_looks = isatty(STDERR_FILENO) && !session->app->quiet;

    session->night = (struct icp_night){
        .store = session->store,
        .ops = session->config.crm,
        .connector = session->network != NULL ? session->network->connector : NULL,
        .dictionary = session->dictionary,
        .settings = session->config.settings,
        .rules = &session->rules,
        .calls = session->network != NULL ? calls_made : NULL,
        .calls_context = session->network,
        .progress = person_looks ? icp_progress_print : NULL,
        .notice = say,
        .people_context = session->app,
    };
    icp_night_init(&session->night);
    session->has_night = true;
}

static enum icp_status open_config(struct icp_session *session, struct icp_err *err)
{
    struct icp_diagnostics list;
    struct icp_buf text;

    if (icp_config_load(session->app->config_path, &session->app->arena, &list, &session->config,
                        err) == ICP_OK)
        return ICP_OK;
    if (list.errors > 1) { /* main prints the first; here are all of them, with their places */
        icp_buf_open(&text, (size_t)64 * 1024);
        icp_diagnostics_print(&list, &text);
        (void)fputs(text.data != NULL ? text.data : "", stderr);
        icp_buf_finish(&text);
    } else if (list.errors == 0 && access(session->app->config_path, F_OK) == 0) {
        icp_hint(err,
                 "The configuration is there: icp, running as user %lu, must be able to read it.",
                 (unsigned long)geteuid());
    } else if (list.errors == 0) {
        icp_hint(err, "\"icp init\" writes a commented configuration to start from; --config FILE "
                      "names another one.");
    }
    return err->status;
}

static bool same_file(const char *a, const char *b)
{
    struct stat left, right;

    return stat(a, &left) == 0 && stat(b, &right) == 0 && left.st_dev == right.st_dev &&
           left.st_ino == right.st_ino;
}

/* Another file in the place of a configured one: its own, or of the only one there is. */
static enum icp_status put_file(struct icp_session *session, const char *path, struct icp_err *err)
{
    struct icp_config *config = &session->config;
    size_t place = 0;

    while (place < config->rules_count && !same_file(config->rules[place].path, path))
        place++;
    if (place == config->rules_count && config->rules_count == 1)
        place = 0;
    if (place < config->rules_count) {
        config->rules[place].path = path;
        session->file = place;
        return ICP_OK;
    }
    icp_fail(err, ICP_BAD_CONFIG, "%s is none of the %zu rule files of the configuration", path,
             config->rules_count);
    icp_hint(err, "Name one of them, or add it to \"rules\" in %s.", config->path);
    return err->status;
}

enum icp_status icp_session_open_with_rules(struct icp_app *app, unsigned needs, const char *path,
                                            struct icp_session *session, struct icp_err *err)
{
    *session = (struct icp_session){.app = app};
    if (open_config(session, err) != ICP_OK)
        return err->status;
    if (path != NULL) {
        if (put_file(session, path, err) != ICP_OK)
            return err->status;
        needs |= ICP_NEEDS_RULES;
    }
    session->dictionary = session->config.crm->dictionary;
    if ((needs & (ICP_NEEDS_STORE | ICP_NEEDS_READING)) != 0 &&
        open_store(session, (needs & ICP_NEEDS_STORE) == 0, err) != ICP_OK)
        return err->status;
    if ((needs & ICP_NEEDS_RULES) != 0 && open_rules(session, err) != ICP_OK)
        return err->status;
    if ((needs & ICP_NEEDS_NETWORK) != 0 && open_network(session, err) != ICP_OK)
        return err->status;
    if (session->store == NULL)
        return ICP_OK;
    if (lend_zone(session, err) != ICP_OK)
        return err->status;
    lend_night(session);
    return ICP_OK;
}

enum icp_status icp_session_open(struct icp_app *app, unsigned needs, struct icp_session *session,
                                 struct icp_err *err)
{
    return icp_session_open_with_rules(app, needs, NULL, session, err);
}

void icp_session_close(struct icp_session *session)
{
    if (session->has_night)
        icp_night_finish(&session->night);
    if (session->network != NULL) {
        session->network->ops->close(session->network->connector);
        icp_curl_close(session->network->curl);
    }
    if (session->has_rules)
        icp_night_rules_close(&session->rules);
    icp_store_close(session->store);
    icp_config_wipe(&session->config);
}

enum icp_status icp_rules_from_text(struct icp_app *app, const char *path, struct icp_str text,
                                    const struct icp_dictionary *dictionary,
                                    struct icp_arena *arena, struct icp_diagnostics *list,
                                    struct icp_ruleset **rules, struct icp_err *err)
{
    *rules = NULL;
    icp_diagnostics_open(list, arena, path);
    return icp_rules_compile_from(text, path, lists_beside(app, path, arena), &dictionary, 1, list,
                                  rules, err);
}

enum icp_status icp_rules_from_file(struct icp_app *app, const char *path,
                                    const struct icp_dictionary *dictionary,
                                    struct icp_arena *arena, struct icp_diagnostics *list,
                                    struct icp_ruleset **rules, struct icp_ruleset_row *row,
                                    struct icp_err *err)
{
    struct icp_buf text;
    struct icp_str body;

    (void)app;
    *rules = NULL;
    icp_diagnostics_open(list, arena, path);
    icp_buf_open(&text, ICP_MAX_RULE_FILE);
    if (icp_file_read(path, ICP_MAX_RULE_FILE, &text, err) != ICP_OK) {
        icp_buf_finish(&text);
        return err->status;
    }
    body = icp_arena_copy(arena, text.data != NULL ? icp_buf_view(&text) : ICP_STR(""));
    icp_buf_finish(&text);
    if (icp_rules_compile_from(body, path, lists_beside(app, path, arena), &dictionary, 1, list,
                               rules, err) != ICP_OK)
        return err->status;
    if (row != NULL) {
        const struct icp_rules_about *about = icp_rules_about(*rules);
        *row = (struct icp_ruleset_row){.text_hash = icp_str_from(about->text_hash),
                                        .score_hash = icp_str_from(about->score_hash),
                                        .path = icp_str_from(path),
                                        .name = about->name,
                                        .version = about->version,
                                        .body = body};
    }
    return ICP_OK;
}
