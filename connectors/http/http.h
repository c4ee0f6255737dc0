/*
 * HTTP for connectors. Two parts: one exchange over libcurl, which fills in the exchange of struct
 * icp_host; and the one retry layer (retry.c), a pure decision plus a loop, over whatever exchange
 * the host lends.
 *
 * libcurl and the thirty libraries behind it stand in a module beside the program (http.c, with
 * address.c and headers.c), which module.c loads at the first call of a function of the first part:
 * most commands speak to nobody. Without the module each of them is ICP_STATE, a local file that
 * cannot be used.
 */
#ifndef ICP_HTTP_H
#define ICP_HTTP_H

#include "icp/connector.h"

/* ---- one exchange over libcurl. https only, plain http for loopback addresses only; no redirects,
   no proxy from the environment, no netrc, no cookies; host, port and scheme pinned to base_url. */
struct icp_curl;
struct icp_curl_settings {
    struct icp_str base_url;      /* "https://api.hubapi.com"; a path behind the host is refused */
    int64_t connect_timeout_ms;   /* 0: 10 s */
    int64_t exchange_timeout_ms;  /* 0: 110 s, behind HubSpot's own limit of 100 s */
    const volatile int *stopping; /* nonzero: give up soon; may be NULL */
    const char *user_agent;
};
enum icp_status icp_curl_open(const struct icp_curl_settings *settings, struct icp_curl **ret,
                              struct icp_err *err);
void icp_curl_close(struct icp_curl *curl);
/* For icp_host.exchange; context is the struct icp_curl. */
enum icp_status icp_curl_exchange(void *context, const struct icp_exchange *request,
                                  struct icp_answer *answer, struct icp_err *err);
/* Is this URL one that icp may talk to: https, or http with a loopback host. Fills err with a hint.
 */
enum icp_status icp_url_check(struct icp_str url, struct icp_err *err);

/* ---- the retry layer. */
struct icp_retry_policy {
    int attempts;               /* most attempts of one request; 6 */
    int64_t base_ms, cap_ms;    /* full jitter: random in 0..min(cap, base × 2^n); 1 s and 60 s */
    int64_t retry_after_cap_ms; /* a longer Retry-After is not waited for: ICP_REMOTE; 600 s */
    int budget; /* most retries of one run; max(20, 10 % of calls) is the night's choice */
};
enum icp_retry_verdict { ICP_VERDICT_DONE, ICP_VERDICT_AGAIN, ICP_VERDICT_GIVE_UP };
struct icp_retry_decision {
    enum icp_retry_verdict verdict;
    enum icp_status status; /* when giving up */
    int64_t wait_ms;        /* when trying again */
};

struct icp_http; /* host, policy, what is left of the budget, counters */
struct icp_http_counters {
    uint64_t calls, retries; /* calls counts every exchange, retries included */
};
/* `classify` is the CRM's own reading of an answer: ICP_OK, ICP_RETRY (with err->retry_after_ms),
   ICP_UNKNOWN, ICP_ITEM, ICP_REMOTE…; it may look at the body. May be NULL: 2xx is OK, 429 and 423
   RETRY, 5xx RETRY for a reading and UNKNOWN for a writing request, 401/403 REMOTE, else ITEM. */
typedef enum icp_status icp_http_classify(void *context, const struct icp_exchange *request,
                                          const struct icp_answer *answer, struct icp_err *err);
enum icp_status icp_http_open(const struct icp_host *host, const struct icp_retry_policy *policy,
                              icp_http_classify *classify, void *context, struct icp_http **ret,
                              struct icp_err *err);
void icp_http_close(struct icp_http *http);
/* Sends until classified other than ICP_RETRY, or attempts or budget are used up (then ICP_REMOTE
   for a reading request that may work tomorrow; a writing one that is ICP_RETRY to the end keeps
   ICP_RETRY: nothing happened). The answer's body holds the last answer. */
enum icp_status icp_http_send(struct icp_http *http, const struct icp_exchange *request,
                              struct icp_answer *answer, struct icp_err *err);
struct icp_http_counters icp_http_counters(const struct icp_http *http);
struct icp_retry_decision icp_retry_decide(const struct icp_retry_policy *policy, int attempt,
                                           int budget_left, enum icp_status status,
                                           int64_t retry_after_ms, uint32_t random);

#endif
