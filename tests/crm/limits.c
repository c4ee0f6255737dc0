/*
 * HubSpot's rate limits on the CRM's clock: so many calls in any ten seconds, so many a day, five
 * searches in any second. Invariant: a refused call does not count against the rolling windows.
 */
#include "call.h"

static const struct {
    int64_t ten_seconds, day;
} tiers[] = {
    [SIM_TIER_STARTER] = {100, 250000},
    [SIM_TIER_PROFESSIONAL] = {190, 625000},
    [SIM_TIER_ENTERPRISE] = {190, 1000000},
};

enum { TEN_SECONDS_MS = 10000, SECOND_MS = 1000, SEARCHES_A_SECOND = 5 };

int64_t sim_daily_limit(const struct sim_crm *crm)
{
    return tiers[crm->settings.tier].day;
}

static void forget(struct sim_window *window, int64_t before)
{
    while (window->count > 0 && window->at[window->first] <= before) {
        window->first = (window->first + 1) % SIM_WINDOW;
        window->count--;
    }
}

static void remember(struct sim_window *window, int64_t now)
{
    if (window->count == SIM_WINDOW)
        forget(window, window->at[window->first]);
    window->at[(window->first + window->count) % SIM_WINDOW] = now;
    window->count++;
}

static bool refuse(struct sim_call *call, const char *policy, const char *message)
{
    struct icp_json_writer *json = &call->json;

    call->response->status = 429;
    icp_json_begin_object(json);
    icp_json_put_text_member(json, "status", ICP_STR("error"));
    icp_json_put_text_member(json, "message", icp_str_from(message));
    icp_json_put_text_member(json, "errorType", ICP_STR("RATE_LIMIT"));
    icp_json_put_text_member(json, "correlationId", icp_str_from(call->correlation));
    icp_json_put_text_member(json, "policyName", icp_str_from(policy));
    icp_json_end_object(json);
    return false;
}

static void start_day(struct sim_crm *crm)
{
    int64_t today = icp_time_to_date(crm->now_ms);

    if (today != crm->day) {
        crm->day = today;
        crm->daily_count = 0;
    }
}

bool sim_within_limits(struct sim_call *call)
{
    struct sim_crm *crm = call->crm;
    unsigned flags = call->route == NULL ? 0 : call->route->flags;
    bool enforce = crm->settings.enforce_limits;

    start_day(crm);
    forget(&crm->ten_seconds, crm->now_ms - TEN_SECONDS_MS);
    forget(&crm->search_second, crm->now_ms - SECOND_MS);
    if (enforce && crm->daily_count >= (uint64_t)sim_daily_limit(crm))
        return refuse(call, "DAILY", "You have reached your daily limit.");
    if ((flags & SIM_SEARCH) != 0) {
        if (enforce && crm->search_second.count >= SEARCHES_A_SECOND)
            return refuse(call, "SECONDLY", "You have reached your secondly limit.");
        remember(&crm->search_second, crm->now_ms);
    } else if ((flags & SIM_NO_LIMIT) == 0) {
        if (enforce && (int64_t)crm->ten_seconds.count >= tiers[crm->settings.tier].ten_seconds)
            return refuse(call, "TEN_SECONDLY_ROLLING",
                          "You have reached your ten_secondly_rolling limit.");
        remember(&crm->ten_seconds, crm->now_ms);
    }
    crm->daily_count++;
    return true;
}

void sim_put_limit_headers(struct sim_call *call)
{
    struct sim_crm *crm = call->crm;
    int64_t most = tiers[crm->settings.tier].ten_seconds;
    int64_t left = most - (int64_t)crm->ten_seconds.count;
    int64_t today = sim_daily_limit(crm) - (int64_t)crm->daily_count;

    if (call->route != NULL && (call->route->flags & SIM_SEARCH) != 0)
        return;
    sim_header_add(call->response, "x-hubspot-ratelimit-max", "%lld", (long long)most);
    sim_header_add(call->response, "x-hubspot-ratelimit-remaining", "%lld",
                   (long long)(left < 0 ? 0 : left));
    sim_header_add(call->response, "x-hubspot-ratelimit-interval-milliseconds", "%d",
                   TEN_SECONDS_MS);
    sim_header_add(call->response, "x-hubspot-ratelimit-daily", "%lld",
                   (long long)sim_daily_limit(crm));
    sim_header_add(call->response, "x-hubspot-ratelimit-daily-remaining", "%lld",
                   (long long)(today < 0 ? 0 : today));
}
