/*
 * HTTP/1.1 around the core: the only user of libmicrohttpd. Owns the listening socket and one
 * thread that libmicrohttpd runs, so requests are answered one after the other and the CRM needs
 * no lock. Invariants: only loopback addresses are listened on; the CRM's clock moves with the
 * monotonic clock before each request; nothing else in the program touches the CRM while the
 * server is open.
 */
#include "server.h"

#include "number.h"
#include "transport.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

/* HubSpot refuses bodies far below this; it only keeps a client from filling the memory. */
#define MAX_REQUEST_BODY ((size_t)32 * 1024 * 1024)

enum { IDLE_SECONDS = 120, URL_TEXT = 80 };

struct sim_server {
    struct sim_crm *crm;
    struct MHD_Daemon *daemon;
    int64_t last_ms; /* monotonic time that the CRM's clock has reached */
    char url[URL_TEXT];
};

/* One request while its body arrives. */
struct incoming {
    struct icp_buf uri, body;
};

static int64_t monotonic_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void follow_time(struct sim_server *server)
{
    int64_t now = monotonic_ms();

    sim_advance(server->crm, now - server->last_ms);
    server->last_ms = now;
}

static void wait_ms(int64_t ms)
{
    struct timespec time = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};

    if (ms > 0)
        (void)nanosleep(&time, NULL);
}

/* ---- Receiving. */

/* The library calls this with the URI as it was sent, before anything is decoded. */
static void *begin_request(void *context, const char *uri, struct MHD_Connection *connection)
{
    struct incoming *incoming = icp_allocate(1, sizeof(*incoming));

    (void)context;
    (void)connection;
    if (incoming == NULL)
        return NULL;
    icp_buf_open(&incoming->uri, MAX_REQUEST_BODY);
    icp_buf_open(&incoming->body, MAX_REQUEST_BODY);
    icp_buf_add_cstr(&incoming->uri, uri);
    return incoming;
}

static void end_request(void *context, struct MHD_Connection *connection, void **state,
                        enum MHD_RequestTerminationCode code)
{
    struct incoming *incoming = *state;

    (void)context;
    (void)connection;
    (void)code;
    if (incoming == NULL)
        return;
    icp_buf_finish(&incoming->uri);
    icp_buf_finish(&incoming->body);
    icp_release(incoming);
    *state = NULL;
}

/* ---- Sending. */

struct cut_body { /* a body that ends too early */
    struct icp_buf bytes;
    size_t end;
};

static ssize_t read_cut(void *context, uint64_t position, char *out, size_t most)
{
    const struct cut_body *cut = context;
    size_t at = (size_t)position, left = at < cut->end ? cut->end - at : 0;

    if (left == 0)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    left = left < most ? left : most;
    memcpy(out, cut->bytes.data + at, left);
    return (ssize_t)left;
}

static void free_cut(void *context)
{
    struct cut_body *cut = context;

    icp_buf_finish(&cut->bytes);
    icp_release(cut);
}

/* Announces the whole length and sends a part. Takes the body over. */
static struct MHD_Response *cut_response(struct sim_response *response)
{
    enum { BLOCK = 4096 };
    struct cut_body *cut = icp_allocate(1, sizeof(*cut));
    uint64_t length = response->body.length;

    if (cut == NULL)
        return NULL;
    *cut = (struct cut_body){.bytes = response->body, .end = response->cut};
    response->body = (struct icp_buf){0};
    return MHD_create_response_from_callback(length, BLOCK, read_cut, cut, free_cut);
}

static enum MHD_Result send_response(struct MHD_Connection *connection,
                                     struct sim_response *response)
{
    struct MHD_Response *message;
    enum MHD_Result result;

    if (response->transport == SIM_CUT)
        message = cut_response(response);
    else
        message = MHD_create_response_from_buffer(response->body.length, response->body.data,
                                                  MHD_RESPMEM_MUST_COPY);
    if (message == NULL)
        return MHD_NO;
    for (size_t i = 0; i < response->header_count; i++)
        (void)MHD_add_response_header(message, response->headers[i].name,
                                      response->headers[i].value);
    result = MHD_queue_response(connection, (unsigned)response->status, message);
    MHD_destroy_response(message);
    return result;
}

static enum MHD_Result answer(struct sim_server *server, struct MHD_Connection *connection,
                              const char *method, const struct incoming *incoming)
{
    struct icp_str rest = icp_buf_view(&incoming->uri);
    struct sim_request request = {.method = icp_str_from(method),
                                  .body = icp_buf_view(&incoming->body)};
    struct sim_response response;
    enum MHD_Result result = MHD_NO; /* closes the connection without an answer */

    (void)icp_str_cut(&rest, '?', &request.path);
    request.query = rest;
    request.authorization = icp_str_from(
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_AUTHORIZATION));
    sim_response_open(&response);
    follow_time(server);
    sim_handle(server->crm, &request, &response);
    wait_ms(response.delay_ms);
    if (response.transport != SIM_CLOSE)
        result = send_response(connection, &response);
    sim_response_finish(&response);
    return result;
}

static enum MHD_Result receive(void *context, struct MHD_Connection *connection, const char *url,
                               const char *method, const char *version, const char *upload,
                               size_t *upload_length, void **state)
{
    struct incoming *incoming = *state;

    (void)url;
    (void)version;
    if (incoming == NULL)
        return MHD_NO;
    if (incoming->body.limit == MAX_REQUEST_BODY) {
        /* the first call is made before the body is read; the spent limit marks it as seen */
        incoming->body.limit--;
        return MHD_YES;
    }
    if (*upload_length > 0) {
        icp_buf_add(&incoming->body, (struct icp_str){upload, *upload_length});
        *upload_length = 0;
        return incoming->body.failed ? MHD_NO : MHD_YES;
    }
    return answer(context, connection, method, incoming);
}

/* ---- Opening. */

static bool parse_port(struct icp_str text, uint16_t *port)
{
    int64_t number;

    if (!icp_integer_parse(text, &number) || number < 0 || number > UINT16_MAX)
        return false;
    *port = (uint16_t)number;
    return true;
}

/* Only the two loopback addresses by name: the simulator checks nobody who reaches it. */
static bool parse_address(const char *listen, struct sockaddr_storage *address, bool *version_6)
{
    struct icp_str text = icp_str_from(listen), four = ICP_STR("127.0.0.1:"),
                   six = ICP_STR("[::1]:");
    uint16_t port;

    *version_6 = icp_str_has_prefix(text, six);
    if (!*version_6 && !icp_str_has_prefix(text, four))
        return false;
    text = icp_str_slice(text, *version_6 ? six.length : four.length, text.length);
    if (!parse_port(text, &port))
        return false;
    if (*version_6)
        memcpy(address,
               &(struct sockaddr_in6){.sin6_family = AF_INET6,
                                      .sin6_port = htons(port),
                                      .sin6_addr = IN6ADDR_LOOPBACK_INIT},
               sizeof(struct sockaddr_in6));
    else
        memcpy(address,
               &(struct sockaddr_in){.sin_family = AF_INET,
                                     .sin_port = htons(port),
                                     .sin_addr.s_addr = htonl(INADDR_LOOPBACK)},
               sizeof(struct sockaddr_in));
    return true;
}

struct sim_server *sim_server_open(struct sim_crm *crm, const char *listen, struct icp_err *err)
{
    struct sockaddr_storage address = {0};
    struct sim_server *server;
    const union MHD_DaemonInfo *bound;
    bool version_6;

    if (!parse_address(listen, &address, &version_6)) {
        (void)icp_fail(err, ICP_BAD_CONFIG,
                       "can listen on 127.0.0.1:PORT or [::1]:PORT only, not on \"%s\"", listen);
        return NULL;
    }
    server = icp_allocate(1, sizeof(*server));
    if (server == NULL) {
        (void)icp_fail(err, ICP_BUG, "out of memory");
        return NULL;
    }
    server->crm = crm;
    server->last_ms = monotonic_ms();
    server->daemon = MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_AUTO | MHD_USE_SUPPRESS_DATE_NO_CLOCK |
            (version_6 ? MHD_USE_IPv6 : 0u),
        0, NULL, NULL, receive, server, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
        MHD_OPTION_URI_LOG_CALLBACK, begin_request, server, MHD_OPTION_NOTIFY_COMPLETED,
        end_request, NULL, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_END);
    bound = server->daemon == NULL ? NULL
                                   : MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    if (bound == NULL) {
        (void)icp_fail(err, ICP_STATE, "could not listen on %s", listen);
        sim_server_close(server);
        return NULL;
    }
    (void)snprintf(server->url, sizeof(server->url), "http://%s:%u",
                   version_6 ? "[::1]" : "127.0.0.1", (unsigned)bound->port);
    return server;
}

const char *sim_server_url(const struct sim_server *server)
{
    return server->url;
}

void sim_server_close(struct sim_server *server)
{
    if (server == NULL)
        return;
    if (server->daemon != NULL)
        MHD_stop_daemon(server->daemon);
    icp_release(server);
}
