/* HTTP: what is retried and how long is waited; which addresses are talked to; and, over a real
   socket, that an answer is whole or no answer at all. */
#include "http/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void decides(void **state)
{
    const struct icp_retry_policy policy = {
        .attempts = 6, .base_ms = 1000, .cap_ms = 60000, .retry_after_cap_ms = 600000};
    static const struct {
        const char *why;
        int attempt, budget;
        enum icp_status status;
        int64_t retry_after_ms;
        enum icp_retry_verdict verdict;
        enum icp_status ends;
        int64_t least_ms, most_ms;
    } cases[] = {
        {"good is done", 1, 20, ICP_OK, 0, ICP_VERDICT_DONE, ICP_OK, 0, 0},
        {"a refusal is never repeated", 1, 20, ICP_ITEM, 0, ICP_VERDICT_GIVE_UP, ICP_ITEM, 0, 0},
        {"an unknown outcome is never repeated here", 1, 20, ICP_UNKNOWN, 0, ICP_VERDICT_GIVE_UP,
         ICP_UNKNOWN, 0, 0},
        {"the first wait is at most a second", 1, 20, ICP_RETRY, 0, ICP_VERDICT_AGAIN, ICP_RETRY, 0,
         1000},
        {"the wait doubles", 4, 20, ICP_RETRY, 0, ICP_VERDICT_AGAIN, ICP_RETRY, 0, 8000},
        {"attempts end", 6, 20, ICP_RETRY, 0, ICP_VERDICT_GIVE_UP, ICP_RETRY, 0, 0},
        {"the budget ends", 1, 0, ICP_RETRY, 0, ICP_VERDICT_GIVE_UP, ICP_RETRY, 0, 0},
        {"a named wait is obeyed", 1, 20, ICP_RETRY, 10000, ICP_VERDICT_AGAIN, ICP_RETRY, 10000,
         11000},
        {"a wait of a day is not waited for", 1, 20, ICP_RETRY, 86400000, ICP_VERDICT_GIVE_UP,
         ICP_REMOTE, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        for (uint32_t random = 0; random < 5; random++) {
            struct icp_retry_decision got =
                icp_retry_decide(&policy, cases[i].attempt, cases[i].budget, cases[i].status,
                                 cases[i].retry_after_ms, random * 1234567891u);

            if (got.verdict != cases[i].verdict || got.status != cases[i].ends ||
                got.wait_ms < cases[i].least_ms || got.wait_ms > cases[i].most_ms)
                fail_msg("%s: waits %lld ms", cases[i].why, (long long)got.wait_ms);
        }
}

static void checks_addresses(void **state)
{
    static const struct {
        const char *url;
        bool good;
    } cases[] = {
        {"https://api.hubapi.com", true},
        {"http://127.0.0.1:8080", true},
        {"http://127.9.9.9", true},
        {"http://[::1]:80/x?y=1", true},
        {"http://localhost:1234", true},
        {"http://api.hubapi.com", false},
        {"http://169.254.169.254", false},
        {"http://127.0.0.1.evil.test", false},
        {"http://localhost.evil.test", false},
        {"http://[::ffff:10.0.0.1]", false},
        {"https://user:secret@api.hubapi.com", false},
        {"http://127.0.0.1@evil.test", false},
        {"https://api.hubapi.com\\@evil.test", false},
        {"https://api.hubapi.com/a b", false},
        {"ftp://127.0.0.1", false},
        {"file:///etc/passwd", false},
        {"api.hubapi.com", false},
        {"//evil.test", false},
        {"", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct icp_err err = {0};

        if ((icp_url_check(icp_str_from(cases[i].url), &err) == ICP_OK) != cases[i].good)
            fail_msg("%s", cases[i].url);
        if (strstr(err.message, "secret"))
            fail_msg("a password stands in the message: %s", err.message);
    }
}

/* A server for one connection in a child process: reads a head, sends the answer, closes. */
static pid_t serve(const char *answer, int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    char got[4096];
    pid_t child = 0;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    *port = ntohs(address.sin_port);
    child = fork();
    if (child == 0) {
        int peer = accept(listener, NULL, NULL);
        ssize_t size = read(peer, got, sizeof(got));

        if (size > 0)
            size = write(peer, answer, strlen(answer));
        (void)shutdown(peer, SHUT_WR);
        while (size > 0)
            size = read(peer, got, sizeof(got));
        _exit(0);
    }
    (void)close(listener);
    return child;
}

static void answers_are_whole(void **state)
{
    static const struct {
        const char *why, *answer;
        bool writes;
        enum icp_status want;
    } cases[] = {
        {"a whole answer", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false, ICP_OK},
        {"an error is an answer", "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", true, ICP_OK},
        {"a short body, reading", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{}", false,
         ICP_RETRY},
        {"a short body, writing", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{}", true,
         ICP_UNKNOWN},
        {"a broken chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{}", false,
         ICP_RETRY},
        {"no answer to a write", "", true, ICP_UNKNOWN},
        {"no answer to a read", "", false, ICP_RETRY},
        {"a redirect is never followed",
         "HTTP/1.1 302 Go\r\nLocation: https://evil.test/x\r\nContent-Length: 0\r\n\r\n", false,
         ICP_REMOTE},
        {"more than the limit",
         "HTTP/1.1 200 OK\r\nContent-Length: 70\r\n\r\n"
         "0123456789012345678901234567890123456789012345678901234567890123456789",
         false, ICP_REMOTE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct icp_curl *curl = NULL;
        struct icp_err err = {0};
        struct icp_answer answer = {0};
        char base[64], url[80];
        int port = 0, status = 0;
        pid_t child = serve(cases[i].answer, &port);

        (void)snprintf(base, sizeof(base), "http://127.0.0.1:%d", port);
        (void)snprintf(url, sizeof(url), "%s/x", base);
        const struct icp_curl_settings settings = {.base_url = icp_str_from(base)};
        const struct icp_exchange request = {.method = "POST",
                                             .url = icp_str_from(url),
                                             .bearer = ICP_STR("canary-token"),
                                             .body = ICP_STR("{\"a\":1}"),
                                             .content_type = "application/json",
                                             .writes = cases[i].writes};

        icp_buf_open(&answer.body, 64);
        assert_int_equal(icp_curl_open(&settings, &curl, &err), ICP_OK);
        if (icp_curl_exchange(curl, &request, &answer, &err) != cases[i].want)
            fail_msg("%s: %s %s", cases[i].why, icp_status_name(err.status), err.message);
        if (strstr(err.message, "canary"))
            fail_msg("the token stands in the message: %s", err.message);
        if (cases[i].want == ICP_REMOTE && answer.status == 302)
            assert_non_null(strstr(err.message, "evil.test"));
        icp_curl_close(curl);
        icp_buf_finish(&answer.body);
        (void)waitpid(child, &status, 0);
    }
}

static void reads_headers(void **state)
{
    struct icp_curl *curl = NULL;
    struct icp_err err = {0};
    struct icp_answer answer = {0};
    char base[64];
    int port = 0, status = 0;
    pid_t child = serve("HTTP/1.1 429 Slow\r\nDATE: Sun, 22 Nov 2026 08:00:00 GMT\r\n"
                        "retry-after: Sun, 22 Nov 2026 08:00:07 GMT\r\n"
                        "Content-Type: Application/JSON;charset=utf-8\r\n"
                        "X-HubSpot-RateLimit-Remaining: 3\r\n"
                        "x-hubspot-ratelimit-secondly-remaining: 9\r\n"
                        "x-hubspot-ratelimit-daily-remaining: 77\r\nContent-Length: 0\r\n\r\n",
                        &port);

    (void)state;
    (void)snprintf(base, sizeof(base), "http://localhost:%d", port);
    const struct icp_curl_settings settings = {.base_url = icp_str_from(base)};
    const struct icp_exchange request = {.method = "GET", .url = icp_str_from(base)};
    const struct icp_exchange elsewhere = {.method = "GET", .url = ICP_STR("http://127.0.0.1:9/")};

    icp_buf_open(&answer.body, 64);
    assert_int_equal(icp_curl_open(&settings, &curl, &err), ICP_OK);
    assert_int_equal(icp_curl_exchange(curl, &request, &answer, &err), ICP_OK);
    assert_int_equal(answer.status, 429);
    assert_int_equal(answer.server_ms, INT64_C(1795334400000));
    assert_int_equal(answer.retry_after_ms, 7000);
    assert_true(icp_str_is(answer.content_type, "application/json"));
    assert_int_equal(answer.limit_remaining, 3);
    assert_int_equal(answer.daily_remaining, 77);
    assert_int_equal(icp_curl_exchange(curl, &elsewhere, &answer, &err), ICP_BUG);
    icp_curl_close(curl);
    icp_buf_finish(&answer.body);
    (void)waitpid(child, &status, 0);
}

/* Nobody listens: not a byte has left, so even a write has certainly not happened. */
static void refused_connection_is_no_write(void **state)
{
    const struct icp_curl_settings settings = {.base_url = ICP_STR("http://127.0.0.1:1")};
    const struct icp_exchange request = {.method = "POST",
                                         .url = ICP_STR("http://127.0.0.1:1/x"),
                                         .body = ICP_STR("{}"),
                                         .content_type = "application/json",
                                         .writes = true};
    struct icp_curl *curl = NULL;
    struct icp_err err = {0};
    struct icp_answer answer = {0};

    (void)state;
    icp_buf_open(&answer.body, 64);
    assert_int_equal(icp_curl_open(&settings, &curl, &err), ICP_OK);
    assert_int_equal(icp_curl_exchange(curl, &request, &answer, &err), ICP_RETRY);
    icp_curl_close(curl);
    icp_buf_finish(&answer.body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decides),
        cmocka_unit_test(checks_addresses),
        cmocka_unit_test(answers_are_whole),
        cmocka_unit_test(reads_headers),
        cmocka_unit_test(refused_connection_is_no_write),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
