/*
 * One HTTP exchange over libcurl; with the addresses (address.c), the headers of the answer
 * (headers.c) and module.h's table at its end the whole of the module that module.c loads. It owns
 * one easy handle, kept for its connection, and holds to one invariant: bytes go to the scheme,
 * host and port of base_url and nowhere else, and an answer is either whole or not an answer. It
 * decides nothing about repeating (retry.c does) but tells precisely whether a writing request may
 * have reached the other side.
 */
#include "http/http.h"

#include <string.h>
#include <time.h>

#include <curl/curl.h>

#include "address.h"
#include "crypto.h"
#include "headers.h"
#include "module.h"

enum {
    CONNECT_TIMEOUT_MS = 10000,   /* a CRM that cannot be reached in 10 s is down */
    EXCHANGE_TIMEOUT_MS = 110000, /* HubSpot itself gives up at 100 s */
    LOW_SPEED_BYTES = 100,        /* slower than this for LOW_SPEED_SECONDS is a stalled server */
    LOW_SPEED_SECONDS = 30,
    CONNECTION_LIFETIME_S = 3600,
    STOP_GRACE_MS = 10000, /* a write under way may still hear its outcome when the night stops */
};

struct icp_curl {
    CURL *easy;
    struct icp_address home;
    const volatile int *stopping;
    int64_t connect_timeout_ms, exchange_timeout_ms;
    char user_agent[64];
    char problem[CURL_ERROR_SIZE];
};

struct transfer { /* one exchange under way */
    struct icp_curl *curl;
    const struct icp_exchange *request;
    struct icp_answer *answer;
    struct icp_headers headers; /* of that answer */
    size_t handed;              /* body bytes given to libcurl; from then on they may have left */
    int64_t stop_seen_ms;       /* monotonic, 0: not stopping */
    bool stopped, wrong_peer;   /* why a callback broke the transfer off */
};

static int64_t monotonic_ms(void)
{
    struct timespec now = {0};

    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 1;
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- headers, bodies and stopping ----------------------------------------------------------- */

/* NOLINTNEXTLINE(readability-non-const-parameter): the type is libcurl's */
static size_t on_header(char *data, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;

    icp_headers_note(&transfer->headers, (struct icp_str){data, size * count});
    return size * count;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the type is libcurl's */
static size_t on_body(char *data, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;

    /* Decoded bytes: the caller's limit holds against a compressed flood too. */
    icp_buf_add(&transfer->answer->body, (struct icp_str){data, size * count});
    return transfer->answer->body.failed ? 0 : size * count;
}

static size_t on_upload(char *data, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    struct icp_str body = transfer->request->body;
    size_t room = size * count, left = body.length - transfer->handed;
    size_t take = left < room ? left : room;

    if (take)
        memcpy(data, body.data + transfer->handed, take);
    transfer->handed += take;
    return take;
}

/* libcurl repeats a request on a fresh connection when a kept one turns out to be dead. That needs
   this rewind, which only reading requests offer: a write is never sent twice behind our back. */
static int on_rewind(void *context, curl_off_t offset, int origin)
{
    struct transfer *transfer = context;

    if (origin != SEEK_SET || offset != 0)
        return CURL_SEEKFUNC_CANTSEEK;
    transfer->handed = 0;
    return CURL_SEEKFUNC_OK;
}

static int on_progress(void *context, curl_off_t down_total, curl_off_t down, curl_off_t up_total,
                       curl_off_t up)
{
    struct transfer *transfer = context;
    const volatile int *stopping = transfer->curl->stopping;

    (void)down_total, (void)down, (void)up_total, (void)up;
    if (!stopping || !*stopping)
        return 0;
    if (transfer->request->writes && transfer->handed > 0) {
        if (transfer->stop_seen_ms == 0)
            transfer->stop_seen_ms = monotonic_ms();
        if (monotonic_ms() - transfer->stop_seen_ms < STOP_GRACE_MS)
            return 0;
    }
    transfer->stopped = true;
    return 1;
}

/* Plain http stays on this machine whatever a resolver says. */
/* NOLINTNEXTLINE(readability-non-const-parameter): the type is libcurl's */
static int on_connected(void *context, char *remote, char *local, int remote_port, int local_port)
{
    struct transfer *transfer = context;

    (void)local, (void)remote_port, (void)local_port;
    if (strcmp(transfer->curl->home.scheme, "https") == 0 || icp_address_is_loopback(remote))
        return CURL_PREREQFUNC_OK;
    transfer->wrong_peer = true;
    return CURL_PREREQFUNC_ABORT;
}

/* ---- preparing the request ------------------------------------------------------------------ */

static const struct {
    CURLoption option;
    long value;
} fixed_options[] = {
    {CURLOPT_NOSIGNAL, 1},
    {CURLOPT_NOPROGRESS, 0},
    {CURLOPT_FOLLOWLOCATION, 0},
    {CURLOPT_MAXREDIRS, 0},
    {CURLOPT_UNRESTRICTED_AUTH, 0},
    {CURLOPT_NETRC, CURL_NETRC_IGNORED},
    {CURLOPT_SSL_VERIFYPEER, 1},
    {CURLOPT_SSL_VERIFYHOST, 2},
    {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
    {CURLOPT_DISALLOW_USERNAME_IN_URL, 1},
    {CURLOPT_HTTP09_ALLOWED, 0},
    {CURLOPT_TCP_KEEPALIVE, 1},
    {CURLOPT_MAXCONNECTS, 2},
    {CURLOPT_MAXLIFETIME_CONN, CONNECTION_LIFETIME_S},
    {CURLOPT_LOW_SPEED_LIMIT, LOW_SPEED_BYTES},
    {CURLOPT_LOW_SPEED_TIME, LOW_SPEED_SECONDS},
};

static bool set_fixed(CURL *easy)
{
    bool set = true;

    for (size_t i = 0; i < sizeof(fixed_options) / sizeof(fixed_options[0]); i++)
        set = curl_easy_setopt(easy, fixed_options[i].option, fixed_options[i].value) == CURLE_OK &&
              set;
    return set;
}

static bool set_texts(struct icp_curl *curl, const char *url)
{
    CURL *easy = curl->easy;

    curl->problem[0] = '\0';
    return curl_easy_setopt(easy, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, curl->home.scheme) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "https") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_USERAGENT, curl->user_agent) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, curl->problem) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)curl->connect_timeout_ms) ==
               CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)curl->exchange_timeout_ms) == CURLE_OK;
}

static bool set_callbacks(CURL *easy, struct transfer *transfer)
{
    return curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_XFERINFODATA, transfer) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_connected) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer) == CURLE_OK;
}

static bool set_upload(CURL *easy, struct transfer *transfer)
{
    const struct icp_exchange *request = transfer->request;
    bool has_body = request->body.data != NULL;
    bool plain_post = strcmp(request->method, "POST") == 0;
    bool set = curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L) == CURLE_OK;

    if (has_body || plain_post) {
        set = set && curl_easy_setopt(easy, CURLOPT_POST, 1L) == CURLE_OK &&
              curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                               (curl_off_t)request->body.length) == CURLE_OK &&
              curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_upload) == CURLE_OK &&
              curl_easy_setopt(easy, CURLOPT_READDATA, transfer) == CURLE_OK;
        if (!request->writes)
            set = set && curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_rewind) == CURLE_OK &&
                  curl_easy_setopt(easy, CURLOPT_SEEKDATA, transfer) == CURLE_OK;
    }
    if (!plain_post && strcmp(request->method, "GET") != 0)
        set = set && curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method) == CURLE_OK;
    return set;
}

static bool add_header(struct curl_slist **headers, const char *name, struct icp_str value)
{
    struct icp_buf line;
    struct curl_slist *grown = NULL;

    icp_buf_open(&line, value.length + 64);
    icp_buf_format(&line, "%s: ", name);
    icp_buf_add(&line, value);
    if (!line.failed && line.data)
        grown = curl_slist_append(*headers, line.data);
    if (line.data)
        icp_wipe(line.data, line.length);
    icp_buf_finish(&line);
    if (grown)
        *headers = grown;
    return grown != NULL;
}

static struct curl_slist *make_headers(const struct icp_exchange *request)
{
    struct curl_slist *headers = curl_slist_append(NULL, "Accept: application/json");
    struct curl_slist *grown = NULL;
    struct icp_buf bearer;
    bool made = headers != NULL;

    /* no 100-continue: it would cost a round trip for each large batch */
    grown = made ? curl_slist_append(headers, "Expect:") : NULL;
    made = grown != NULL;
    if (made && request->body.data && request->content_type)
        made = add_header(&headers, "Content-Type", icp_str_from(request->content_type));
    if (made && !icp_str_is_empty(request->bearer)) {
        icp_buf_open(&bearer, request->bearer.length + 16);
        icp_buf_add_cstr(&bearer, "Bearer ");
        icp_buf_add(&bearer, request->bearer);
        made = !bearer.failed && add_header(&headers, "Authorization", icp_buf_view(&bearer));
        if (bearer.data)
            icp_wipe(bearer.data, bearer.length);
        icp_buf_finish(&bearer);
    }
    if (made)
        return headers;
    curl_slist_free_all(headers);
    return NULL;
}

static void wipe_headers(struct curl_slist *headers)
{
    for (struct curl_slist *each = headers; each; each = each->next)
        icp_wipe(each->data, strlen(each->data));
    curl_slist_free_all(headers);
}

static enum icp_status check_request(struct icp_curl *curl, const struct icp_exchange *request,
                                     struct icp_err *err)
{
    static const char *const methods[] = {"GET", "POST", "PATCH", "PUT", "DELETE"};
    struct icp_address address;
    bool known = false;

    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
        known = known || strcmp(request->method, methods[i]) == 0;
    if (!known)
        return icp_fail(err, ICP_BUG, "unknown HTTP method");
    if (!icp_address_find(request->url, &address) || !icp_address_is_same(&address, &curl->home))
        return icp_fail(err, ICP_BUG, "a request was made for another host than %s",
                        curl->home.host);
    for (size_t i = 0; i < request->bearer.length; i++)
        if (request->bearer.data[i] <= ' ' || request->bearer.data[i] >= 0x7f)
            return icp_fail(err, ICP_BAD_CONFIG,
                            "the token holds a character that no token can hold");
    return ICP_OK;
}

/* ---- the outcome ---------------------------------------------------------------------------- */

/* Trouble that another attempt does not heal; everything else may. */
static bool is_lasting(CURLcode code)
{
    static const CURLcode lasting[] = {
        CURLE_PEER_FAILED_VERIFICATION,
        CURLE_SSL_CERTPROBLEM,
        CURLE_SSL_CIPHER,
        CURLE_SSL_CACERT_BADFILE,
        CURLE_SSL_ISSUER_ERROR,
        CURLE_SSL_INVALIDCERTSTATUS,
        CURLE_UNSUPPORTED_PROTOCOL,
        CURLE_URL_MALFORMAT,
        CURLE_NOT_BUILT_IN,
        CURLE_WRITE_ERROR,
    };

    for (size_t i = 0; i < sizeof(lasting) / sizeof(lasting[0]); i++)
        if (code == lasting[i])
            return true;
    return false;
}

/* Could the other side have acted on a writing request? Only a whole body can be acted on, but once
   libcurl holds bytes of it nobody can tell how many have left. */
static bool may_have_written(const struct transfer *transfer)
{
    long sent = 0;

    if (!transfer->request->writes)
        return false;
    if (transfer->request->body.length > 0)
        return transfer->handed > 0;
    return curl_easy_getinfo(transfer->curl->easy, CURLINFO_REQUEST_SIZE, &sent) != CURLE_OK ||
           sent > 0;
}

static enum icp_status report_failure(const struct transfer *transfer, CURLcode code,
                                      struct icp_err *err)
{
    const struct icp_curl *curl = transfer->curl;
    const char *why = curl->problem[0] ? curl->problem : curl_easy_strerror(code);
    enum icp_status status = is_lasting(code) ? ICP_REMOTE : ICP_RETRY;

    if (transfer->wrong_peer)
        return icp_fail(err, ICP_REMOTE, "%s did not lead to this machine; plain http stops here",
                        curl->home.host);
    if (may_have_written(transfer))
        status = ICP_UNKNOWN;
    if (transfer->stopped)
        return icp_fail(err, ICP_STOP, "stopped while waiting for %s", curl->home.host);
    if (code == CURLE_OUT_OF_MEMORY)
        return icp_fail(err, status == ICP_UNKNOWN ? status : ICP_BUG, "out of memory");
    if (code == CURLE_WRITE_ERROR)
        why = "the answer is larger than the limit";
    icp_fail(err, status, "could not finish a request to %s: %s", curl->home.host, why);
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        icp_hint(err,
                 "The certificate of %s is not trusted; check the address and the system's CA "
                 "certificates.",
                 curl->home.host);
    return err->status;
}

static enum icp_status finish_answer(struct transfer *transfer, struct icp_err *err)
{
    struct icp_answer *answer = transfer->answer;
    long status = 0;

    if (curl_easy_getinfo(transfer->curl->easy, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK ||
        status < 200 || status > 999)
        return icp_fail(err, transfer->request->writes ? ICP_UNKNOWN : ICP_RETRY,
                        "%s answered without an HTTP status", transfer->curl->home.host);
    answer->status = (int)status;
    if (transfer->headers.retry_at_ms > 0 && answer->server_ms > 0 &&
        transfer->headers.retry_at_ms > answer->server_ms)
        answer->retry_after_ms = transfer->headers.retry_at_ms - answer->server_ms;
    if (status >= 300 && status < 400) {
        err->http_status = err->status == ICP_OK ? (int)status : err->http_status;
        icp_fail(err, ICP_REMOTE, "%s redirects to %s, which is not followed",
                 transfer->curl->home.host,
                 transfer->headers.location[0] ? transfer->headers.location : "another address");
        icp_hint(err, "Check base_url; the token is never sent to another host.");
        return err->status;
    }
    return ICP_OK;
}

static enum icp_status exchange(void *context, const struct icp_exchange *request,
                                struct icp_answer *answer, struct icp_err *err)
{
    struct icp_curl *curl = context;
    struct transfer transfer = {
        .curl = curl, .request = request, .answer = answer, .headers = {.answer = answer}};
    struct curl_slist *headers = NULL;
    struct icp_buf url;
    CURLcode code = CURLE_OK;

    icp_buf_reset(&answer->body);
    icp_headers_forget(&transfer.headers);
    if (check_request(curl, request, err) != ICP_OK)
        return err->status;
    icp_buf_open(&url, request->url.length + 1);
    icp_buf_add(&url, request->url);
    headers = make_headers(request);
    curl_easy_reset(curl->easy); /* options only: connections and sessions stay */
    if (url.failed || !headers || !set_fixed(curl->easy) || !set_texts(curl, url.data) ||
        !set_callbacks(curl->easy, &transfer) || !set_upload(curl->easy, &transfer) ||
        curl_easy_setopt(curl->easy, CURLOPT_HTTPHEADER, headers) != CURLE_OK) {
        icp_fail(err, ICP_BUG, "could not prepare a request to %s", curl->home.host);
        goto out;
    }
    code = curl_easy_perform(curl->easy);
    if (code != CURLE_OK)
        report_failure(&transfer, code, err);
    else
        finish_answer(&transfer, err);
    curl_easy_reset(curl->easy); /* forget the pointers into this stack frame */
out:
    wipe_headers(headers);
    icp_buf_finish(&url);
    return err->status;
}

/* ---- opening -------------------------------------------------------------------------------- */

static void copy_text(char *to, size_t size, const char *from)
{
    size_t length = strlen(from);

    if (length >= size)
        length = size - 1;
    memcpy(to, from, length);
    to[length] = '\0';
}

static enum icp_status open_curl(const struct icp_curl_settings *settings, struct icp_curl **ret,
                                 struct icp_err *err)
{
    struct icp_curl *curl = NULL;

    *ret = NULL;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return icp_fail(err, ICP_BUG, "could not start libcurl");
    curl = icp_allocate(1, sizeof(*curl));
    if (curl)
        curl->easy = curl_easy_init();
    if (!curl || !curl->easy) {
        icp_fail(err, ICP_BUG, "out of memory");
        goto failed;
    }
    if (icp_address_check(settings->base_url, &curl->home, err) != ICP_OK)
        goto failed;
    if (!curl->home.bare) {
        icp_fail(err, ICP_BAD_CONFIG, "the address of %s has a path behind the host",
                 curl->home.host);
        icp_hint(err, "Write only %s://%s.", curl->home.scheme, curl->home.host);
        goto failed;
    }
    curl->stopping = settings->stopping;
    curl->connect_timeout_ms =
        settings->connect_timeout_ms > 0 ? settings->connect_timeout_ms : CONNECT_TIMEOUT_MS;
    curl->exchange_timeout_ms =
        settings->exchange_timeout_ms > 0 ? settings->exchange_timeout_ms : EXCHANGE_TIMEOUT_MS;
    copy_text(curl->user_agent, sizeof(curl->user_agent),
              settings->user_agent ? settings->user_agent : "icp");
    *ret = curl;
    return ICP_OK;
failed:
    if (curl)
        curl_easy_cleanup(curl->easy);
    icp_release(curl);
    curl_global_cleanup();
    return err->status;
}

static void close_curl(struct icp_curl *curl)
{
    if (!curl)
        return;
    curl_easy_cleanup(curl->easy);
    icp_release(curl);
    curl_global_cleanup();
}

/* ---- the table ------------------------------------------------------------------------------ */

static enum icp_status check_url(struct icp_str url, struct icp_err *err)
{
    struct icp_address address;

    return icp_address_check(url, &address, err);
}

ICP_HTTP_MODULE_EXPORT const struct icp_http_module icp_http_module = {
    .version = ICP_VERSION,
    .check_url = check_url,
    .open = open_curl,
    .exchange = exchange,
    .close = close_curl,
};
