/*
 * The one retry layer: a pure decision (icp_retry_decide) and the loop around it. It repeats what
 * ICP_RETRY means, "nothing happened", and nothing else, within a number of attempts a request and
 * a budget a run, so that a bad hour of the CRM ends in a clear stop and never in a storm.
 */
#include "http/http.h"

#include "log.h"

enum {
    ATTEMPTS = 6,
    BASE_MS = 1000,
    CAP_MS = 60000,
    RETRY_AFTER_CAP_MS = 600000,
    BUDGET_LEAST = 20, /* with budget 0: the larger of this and a tenth of the calls made so far */
};

struct icp_http {
    struct icp_host host;
    struct icp_retry_policy policy;
    icp_http_classify *classify;
    void *context;
    struct icp_http_counters counters;
};

static bool is_success(int status)
{
    return status >= 200 && status < 300;
}

/* What an answer means where the CRM has no opinion of its own. */
static enum icp_status classify_plainly(void *context, const struct icp_exchange *request,
                                        const struct icp_answer *answer, struct icp_err *err)
{
    int status = answer->status;
    enum icp_status verdict = ICP_ITEM;

    (void)context;
    if (is_success(status))
        return ICP_OK;
    if (status == 429 || status == 423)
        verdict = ICP_RETRY;
    else if (status >= 500)
        verdict = request->writes ? ICP_UNKNOWN : ICP_RETRY;
    else if (status == 401 || status == 403 || (status >= 300 && status < 400))
        verdict = ICP_REMOTE;
    icp_fail(err, verdict, "the answer was HTTP status %d", status);
    err->http_status = status;
    err->retry_after_ms = answer->retry_after_ms;
    return err->status;
}

enum icp_status icp_http_open(const struct icp_host *host, const struct icp_retry_policy *policy,
                              icp_http_classify *classify, void *context, struct icp_http **ret,
                              struct icp_err *err)
{
    struct icp_http *http = icp_allocate(1, sizeof(*http));

    *ret = NULL;
    if (!http)
        return icp_fail(err, ICP_BUG, "out of memory");
    http->host = *host;
    if (policy)
        http->policy = *policy;
    if (http->policy.attempts <= 0)
        http->policy.attempts = ATTEMPTS;
    if (http->policy.base_ms <= 0)
        http->policy.base_ms = BASE_MS;
    if (http->policy.cap_ms <= 0)
        http->policy.cap_ms = CAP_MS;
    if (http->policy.retry_after_cap_ms <= 0)
        http->policy.retry_after_cap_ms = RETRY_AFTER_CAP_MS;
    http->classify = classify ? classify : classify_plainly;
    http->context = context;
    *ret = http;
    return ICP_OK;
}

void icp_http_close(struct icp_http *http)
{
    icp_release(http);
}

struct icp_http_counters icp_http_counters(const struct icp_http *http)
{
    return http->counters;
}

static int budget_left(const struct icp_http *http)
{
    uint64_t budget = http->counters.calls / 10;

    if (http->policy.budget > 0)
        budget = (uint64_t)http->policy.budget;
    else if (budget < BUDGET_LEAST)
        budget = BUDGET_LEAST;
    if (budget <= http->counters.retries)
        return 0;
    budget -= http->counters.retries;
    return budget > 1000000 ? 1000000 : (int)budget;
}

/* Full jitter: anywhere between 0 and the step, so that many clients do not come back together. */
static int64_t jitter(int64_t most, uint32_t random)
{
    return most <= 0 ? 0 : (int64_t)(random % ((uint64_t)most + 1));
}

struct icp_retry_decision icp_retry_decide(const struct icp_retry_policy *policy, int attempt,
                                           int budget_left, enum icp_status status,
                                           int64_t retry_after_ms, uint32_t random)
{
    int64_t step = policy->base_ms;

    if (status == ICP_OK)
        return (struct icp_retry_decision){ICP_VERDICT_DONE, ICP_OK, 0};
    if (status != ICP_RETRY)
        return (struct icp_retry_decision){ICP_VERDICT_GIVE_UP, status, 0};
    if (retry_after_ms > policy->retry_after_cap_ms)
        return (struct icp_retry_decision){ICP_VERDICT_GIVE_UP, ICP_REMOTE, 0};
    if (attempt >= policy->attempts || budget_left <= 0)
        return (struct icp_retry_decision){ICP_VERDICT_GIVE_UP, ICP_RETRY, 0};
    for (int i = 1; i < attempt && step < policy->cap_ms; i++)
        step *= 2;
    if (step > policy->cap_ms)
        step = policy->cap_ms;
    /* A wait that the other side names is a lower bound; a little more keeps clients apart. */
    if (retry_after_ms > 0)
        return (struct icp_retry_decision){ICP_VERDICT_AGAIN, ICP_RETRY,
                                           retry_after_ms + jitter(policy->base_ms, random)};
    return (struct icp_retry_decision){ICP_VERDICT_AGAIN, ICP_RETRY, jitter(step, random)};
}

static enum icp_status give_up(struct icp_http *http, const struct icp_exchange *request,
                               enum icp_status status, int attempt, struct icp_err *err)
{
    if (err->status != ICP_RETRY)
        return err->status;
    if (status == ICP_REMOTE) {
        err->status = ICP_REMOTE;
        return icp_wrap(err, "asked to wait %lld s", (long long)(err->retry_after_ms / 1000));
    }
    if (budget_left(http) <= 0)
        icp_hint(err,
                 "The retries of this run are used up (%llu); it goes on where it stopped "
                 "when it is run again.",
                 (unsigned long long)http->counters.retries);
    /* Nothing happened, but going on would only meet the same wall: for a reading request that
       ends the night for this CRM; a writing one tells its caller that nothing was changed. */
    err->status = request->writes ? ICP_RETRY : ICP_REMOTE;
    return icp_wrap(err, "gave up after %d attempts", attempt);
}

enum icp_status icp_http_send(struct icp_http *http, const struct icp_exchange *request,
                              struct icp_answer *answer, struct icp_err *err)
{
    for (int attempt = 1;; attempt++) {
        struct icp_retry_decision decision = {0};
        enum icp_status status = ICP_OK;

        http->counters.calls++;
        status = http->host.exchange(http->host.context, request, answer, err);
        if (status == ICP_OK)
            status = http->classify(http->context, request, answer, err);
        decision = icp_retry_decide(&http->policy, attempt, budget_left(http), status,
                                    err->retry_after_ms, http->host.random(http->host.context));
        if (decision.verdict == ICP_VERDICT_DONE)
            return ICP_OK;
        if (decision.verdict == ICP_VERDICT_GIVE_UP)
            return give_up(http, request, decision.status, attempt, err);
        icp_log_write(http->host.log, ICP_LOG_INFO, "%s; attempt %d follows in %lld ms",
                      err->message, attempt + 1, (long long)decision.wait_ms);
        icp_err_clear(err);
        http->counters.retries++;
        if (http->host.wait(http->host.context, decision.wait_ms, err) != ICP_OK)
            return err->status;
    }
}
