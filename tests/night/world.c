/* Owns the in-process wiring of a night; the invariant: nothing here decides anything that the
 * program decides. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "date.h"
#include "dictionary.h"
#include "registry.h"

#define BASE_URL "http://127.0.0.1:9"
enum { TIMEOUT_MS = 110000 };

const char *const world_plain_rules =
    "icp: 1\n"
    "name: Plain\n"
    "version: \"1\"\n"
    "disqualify:\n"
    "  - {id: tiny, when: company.employees < 5, because: Fewer than 5 employees}\n"
    "fit:\n"
    "  min_coverage: 40\n"
    "  criteria:\n"
    "    - {id: size, weight: 50, field: company.employees, bands: {\"20..49\": 50, \"50..249\": "
    "100, \"250..\": 70, else: 0}, because: \"{company.employees} employees\"}\n"
    "    - {id: country, weight: 30, field: company.country, match: {DK: 100, SE: 80, else: 10}, "
    "because: \"Based in {company.country}\"}\n"
    "    - {id: industry, weight: 20, field: company.industry, match: {COMPUTER_SOFTWARE: 100, "
    "BANKING: 60, else: 20}, because: \"Industry {company.industry}\"}\n"
    "engagement:\n"
    "  half_life: 30 days\n"
    "  groups:\n"
    "    - {id: hand_raise, cap: 60, signals: [{signal: form_submit, points: 60}]}\n"
    "    - {id: research, cap: 40, signals: [{signal: page_view, points: 4, max_per_day: 10}]}\n"
    "score: {fit: 60, engagement: 40}\n"
    "grade: {fit: {A: 75, B: 50, C: 25, D: 0}, engagement: {1: 60, 2: 30, 3: 10, 4: 0}}\n"
    "tiers:\n"
    "  - {id: call, label: Call today, when: 'hand_raise >= 40 and fit_grade in [\"A\", \"B\"]', "
    "within: 1 day, room_per_week: {total: 40, per_owner: 4}}\n"
    "  - {id: work, label: Work, when: 'fit_grade in [\"A\", \"B\"]'}\n"
    "  - {id: enrich, label: Enrich, when: 'fit_grade = \"U\"'}\n"
    "  - {id: nurture, label: Nurture, else: true}\n";

/* ---- death ---------------------------------------------------------------------------------- */

static enum icp_status dead(struct icp_err *err)
{
    return icp_fail(err, ICP_STOP, "the process was killed");
}

/* Counts a step; true when the process dies at it, in the way that was asked for. */
static bool dies(struct world *world, enum world_death now)
{
    if (now == WORLD_BEFORE)
        world->steps++;
    if (world->die_at != 0 && world->steps == world->die_at && world->death == now)
        world->dead = true;
    return world->dead;
}

static enum icp_status step(void *context, bool after, const char *name, struct icp_err *err)
{
    struct world *world = context;

    (void)name;
    if (world->dead || dies(world, after ? WORLD_AFTER : WORLD_BEFORE))
        return dead(err);
    return ICP_OK;
}

/* ---- the host ------------------------------------------------------------------------------- */

static void read_header(const struct sim_response *response, const char *name, int64_t *value)
{
    const char *text = sim_response_header(response, name);

    *value = text != NULL ? strtoll(text, NULL, 10) : -1;
}

static void fill_answer(const struct sim_response *response, struct icp_answer *answer)
{
    const char *text = sim_response_header(response, "date");
    size_t length;

    answer->status = response->status;
    answer->server_ms = 0;
    if (text != NULL)
        icp_http_date_parse(icp_str_from(text), &answer->server_ms);
    read_header(response, "retry-after", &answer->retry_after_ms);
    answer->retry_after_ms = answer->retry_after_ms < 0 ? 0 : answer->retry_after_ms * 1000;
    read_header(response, "x-hubspot-ratelimit-remaining", &answer->limit_remaining);
    read_header(response, "x-hubspot-ratelimit-daily-remaining", &answer->daily_remaining);
    text = sim_response_header(response, "content-type");
    length = text != NULL ? strcspn(text, ";") : 0;
    if (length >= sizeof(answer->content_type_text))
        length = sizeof(answer->content_type_text) - 1;
    memcpy(answer->content_type_text, text != NULL ? text : "", length);
    answer->content_type_text[length] = '\0';
    answer->content_type = icp_str_from(answer->content_type_text);
    icp_buf_reset(&answer->body);
    icp_buf_add(&answer->body, icp_buf_view(&response->body));
}

static void count_request(struct world *world, struct icp_str path, struct icp_str body)
{
    world->requests++;
    if (icp_str_find(path, ICP_STR("/batch/read")) < path.length)
        world->batch_reads++;
    else if (icp_str_find(path, ICP_STR("/search")) < path.length)
        world->searches++;
    else if (icp_str_find(path, ICP_STR("/batch/update")) < path.length) {
        struct icp_str needle = ICP_STR("\"properties\"");
        for (size_t at; (at = icp_str_find(body, needle)) < body.length;
             body = icp_str_slice(body, at + needle.length, body.length))
            world->writes_sent++;
    } else if (icp_str_find(path, ICP_STR("/objects/")) < path.length)
        world->lists++;
}

static enum icp_status lost(const struct icp_exchange *request, struct icp_err *err,
                            const char *why)
{
    return icp_fail(err, request->writes ? ICP_UNKNOWN : ICP_RETRY, "%s", why);
}

static enum icp_status exchange(void *context, const struct icp_exchange *request,
                                struct icp_answer *answer, struct icp_err *err)
{
    struct world *world = context;
    struct icp_str target = icp_str_slice(request->url, sizeof(BASE_URL) - 1, request->url.length),
                   path;
    struct sim_response response;
    char authorization[600];
    bool answered;

    assert_true(icp_str_has_prefix(request->url, ICP_STR(BASE_URL "/")));
    if (world->dead || dies(world, WORLD_BEFORE))
        return dead(err);
    icp_str_cut(&target, '?', &path);
    (void)snprintf(authorization, sizeof(authorization), "Bearer %.*s",
                   ICP_STR_ARGUMENTS(request->bearer));
    count_request(world, path, request->body);
    sim_response_open(&response);
    answered = sim_exchange(world->crm,
                            &(struct sim_request){.method = icp_str_from(request->method),
                                                  .path = path,
                                                  .query = target,
                                                  .authorization = icp_str_from(authorization),
                                                  .body = request->body},
                            &response);
    if (dies(world, WORLD_AFTER)) {
        sim_response_finish(&response);
        return dead(err);
    }
    if (!answered)
        lost(request, err, "the connection was closed");
    else if (response.transport == SIM_CUT)
        lost(request, err, "the answer was cut short");
    else if (response.delay_ms >= TIMEOUT_MS)
        lost(request, err, "no answer in time");
    else
        fill_answer(&response, answer);
    sim_response_finish(&response);
    return err->status;
}

static enum icp_status wait_ms(void *context, int64_t ms, struct icp_err *err)
{
    struct world *world = context;

    if (world->dead)
        return dead(err);
    sim_advance(world->crm, ms);
    return ICP_OK;
}

static int64_t monotonic_ms(void *context)
{
    return sim_now(((struct world *)context)->crm);
}

static uint32_t random_bits(void *context)
{
    struct world *world = context;

    world->random = world->random * 1664525u + 1013904223u;
    return world->random;
}

static uint64_t calls(void *context)
{
    return ((struct world *)context)->requests;
}

static void notice(void *context, enum icp_status level, const char *text)
{
    struct world *world = context;

    (void)level;
    icp_buf_add_cstr(&world->notices, text);
    icp_buf_add_char(&world->notices, '\n');
}

/* ---- the world ------------------------------------------------------------------------------ */

static void remove_state(const struct world *world)
{
    static const char *const suffixes[] = {"",          "-journal",  ".lock",  ".backup-1",
                                           ".backup-2", ".backup-3", ".status"};

    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        char path[300];
        (void)snprintf(path, sizeof(path), "%s%s", world->state, suffixes[i]);
        (void)unlink(path);
    }
}

void world_open(struct world *world)
{
    int32_t day;

    assert_true(icp_date_from_civil(2026, 10, 5, &day));
    world_open_on(world, day);
}

void world_open_on(struct world *world, int32_t day)
{
    *world = (struct world){.random = 7};
    world->crm = sim_crm_open((int64_t)day * ICP_MS_PER_DAY + 2 * HOUR);
    (void)snprintf(world->folder, sizeof(world->folder), "%s/icp-night.XXXXXX",
                   getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
    assert_non_null(mkdtemp(world->folder));
    (void)snprintf(world->state, sizeof(world->state), "%s/state.db", world->folder);
    world->rules = icp_str_from(world_plain_rules);
    world->settings = (struct icp_night_settings){
        .calendar = icp_calendar_default(),
        .owned_prefix = ICP_STR("icp_"),
        .policy = {.score_step = 5, .reasons_every_ms = 14 * ICP_MS_PER_DAY},
        .breaker = icp_breaker_defaults,
        .backups = 1,
    };
    icp_buf_open(&world->notices, (size_t)1024 * 1024);
}

void world_close(struct world *world)
{
    world_end(world);
    remove_state(world);
    assert_int_equal(rmdir(world->folder), 0);
    icp_buf_finish(&world->notices);
    sim_crm_close(world->crm);
}

void world_rules(struct world *world, const char *text)
{
    world->rules = icp_str_from(text);
}

void world_rules_view(struct world *world, struct icp_str text)
{
    world->rules = text;
}

/* ---- a process ------------------------------------------------------------------------------ */

static int32_t day_of(struct world *world)
{
    struct icp_err ignored = {0};
    struct icp_run run;
    bool found = false;

    if (icp_store_last_run(world->store, -1, -1, &world->arena, &run, &found, &ignored) == ICP_OK &&
        found)
        return run.as_of;
    return icp_time_to_date(sim_now(world->crm));
}

static enum icp_status read_list(void *context, struct icp_str path, struct icp_str *text,
                                 struct icp_err *err)
{
    const struct world *world = context;

    if (icp_str_is_null(world->list))
        return icp_fail(err, ICP_BAD_CONFIG, "cannot read %.*s", ICP_STR_ARGUMENTS(path));
    *text = world->list;
    return ICP_OK;
}

static enum icp_status open_rules(struct world *world, struct icp_err *err)
{
    const struct icp_rules_source lists = {.read = read_list, .context = world};
    const struct icp_rules_text texts[] = {
        {.key = ICP_STR("plain.icp.yaml"),
         .path = "plain.icp.yaml",
         .text = world->rules,
         .lists = &lists},
        {.key = ICP_STR("second.icp.yaml"), .path = "second.icp.yaml", .text = world->second},
    };

    return icp_night_rules_open(world->store, texts, icp_str_is_null(world->second) ? 1 : 2,
                                &world->dictionary, 1, day_of(world), &world->arena,
                                &world->night_rules, err);
}

static enum icp_status open_all(struct world *world, struct icp_err *err)
{
    const struct icp_connector_ops *ops = icp_connector_find(ICP_STR("hubspot"));
    struct icp_str options[16] = {{0}};

    assert_non_null(ops);
    world->ops = *ops;
    if (world->read_batch != 0)
        world->ops.read_batch = world->read_batch;
    if (world->write_batch != 0)
        world->ops.write_batch = world->write_batch;
    for (size_t i = 0; i < ops->option_count; i++) {
        options[i] = icp_str_from(ops->options[i].fallback);
        if (strcmp(ops->options[i].name, "token") == 0)
            options[i] = icp_str_from(sim_settings(world->crm)->token);
        if (strcmp(ops->options[i].name, "owned_prefix") == 0)
            options[i] = world->settings.owned_prefix;
        if (strcmp(ops->options[i].name, "base_url") == 0)
            options[i] = ICP_STR(BASE_URL);
    }
    world->dictionary = ops->dictionary;
    if (icp_store_open(
            &(struct icp_store_settings){
                .path = world->state, .create = true, .step = step, .step_context = world},
            &world->store, err) != ICP_OK)
        return err->status;
    if (open_rules(world, err) != ICP_OK)
        return err->status;
    world->host = (struct icp_host){.context = world,
                                    .exchange = exchange,
                                    .wait = wait_ms,
                                    .monotonic_ms = monotonic_ms,
                                    .random = random_bits};
    return ops->open(&world->host, options, &world->connector, err);
}

enum icp_status world_start(struct world *world, struct icp_err *err)
{
    icp_arena_open(&world->arena, (size_t)32 * 1024 * 1024);
    world->running = true;
    world->dead = false;
    world->steps = 0;
    if (open_all(world, err) != ICP_OK)
        return err->status;
    world->night = (struct icp_night){.store = world->store,
                                      .ops = &world->ops,
                                      .connector = world->connector,
                                      .dictionary = world->dictionary,
                                      .settings = world->settings,
                                      .rules = &world->night_rules,
                                      .calls = calls,
                                      .calls_context = world,
                                      .notice = notice,
                                      .people_context = world};
    icp_night_init(&world->night);
    return ICP_OK;
}

void world_end(struct world *world)
{
    if (!world->running)
        return;
    icp_night_finish(&world->night);
    world->ops.close(world->connector);
    icp_night_rules_close(&world->night_rules);
    icp_store_close(world->store);
    icp_arena_close(&world->arena);
    world->connector = NULL;
    world->store = NULL;
    world->running = false;
    memset(&world->night, 0, sizeof(world->night));
}

static enum icp_status end(struct world *world, struct icp_err *err)
{
    world_end(world);
    return err->status;
}

enum icp_status world_sync(struct world *world, struct icp_err *err)
{
    if (world_start(world, err) == ICP_OK)
        icp_night_sync(&world->night, err);
    return end(world, err);
}

enum icp_status world_setup(struct world *world, struct icp_err *err)
{
    struct icp_owned_field fields[ICP_OWNED_COUNT];
    struct icp_setup_plan plan;

    if (world_start(world, err) == ICP_OK) {
        size_t count;
        const struct icp_ruleset *const *rules =
            icp_night_rules_after(&world->night_rules, UINT32_MAX, &world->arena, &count);
        icp_owned_fields(world->settings.owned_prefix, rules, count, &world->arena, fields);
        world->ops.setup(world->connector, ICP_CONTACT, fields, ICP_OWNED_COUNT, true,
                         &world->arena, &plan, err);
    }
    return end(world, err);
}

enum icp_status world_preview(struct world *world, size_t file, struct icp_preview *preview,
                              struct icp_err *err)
{
    struct icp_comparison comparison = {.before = world->night_rules.active,
                                        .before_count = world->night_rules.active_count,
                                        .settings = &world->settings,
                                        .as_of = day_of(world)};

    comparison.after = icp_night_rules_after(&world->night_rules, UINT32_C(1) << file,
                                             &world->arena, &comparison.after_count);
    return icp_preview(world->store, ICP_STR("hubspot"), &comparison, &world->arena, preview, NULL,
                       NULL, err);
}

enum icp_status world_approve_file(struct world *world, size_t file, struct icp_err *err)
{
    struct icp_preview preview;

    if (world_start(world, err) == ICP_OK && world_preview(world, file, &preview, err) == ICP_OK)
        icp_store_approve(world->store, world->night_rules.files[file].key,
                          &world->night_rules.files[file].file_row, sim_now(world->crm), INT32_MAX,
                          preview.changed, err);
    return end(world, err);
}

enum icp_status world_approve(struct world *world, struct icp_err *err)
{
    return world_approve_file(world, 0, err);
}

enum icp_status world_push(struct world *world, int64_t approve, struct icp_err *err)
{
    if (world_start(world, err) == ICP_OK &&
        icp_night_resume(&world->night, ICP_STAGE_PLANNED, err) == ICP_OK)
        icp_night_push(&world->night, approve, err);
    return end(world, err);
}

enum icp_status world_undo(struct world *world, int64_t run, struct icp_err *err)
{
    if (world_start(world, err) == ICP_OK &&
        icp_night_begin_undo(&world->night, run, err) == ICP_OK)
        icp_night_push(&world->night, -1, err);
    return end(world, err);
}
