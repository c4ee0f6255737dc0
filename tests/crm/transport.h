/*
 * One HTTP exchange with the simulator, without a socket: the core decides what happens on the
 * wire (`transport`), and whoever carries the answer obeys: sim_exchange in process, server.c over
 * TCP.
 */
#ifndef SIM_TRANSPORT_H
#define SIM_TRANSPORT_H

#include "crm.h"

struct sim_request {
    struct icp_str method;        /* "GET", … */
    struct icp_str path;          /* as on the wire, percent-encoded, without query */
    struct icp_str query;         /* behind the '?', or no text */
    struct icp_str authorization; /* the header's value, or no text */
    struct icp_str body;
};

enum sim_transport {
    SIM_ANSWER, /* send the response */
    SIM_CLOSE,  /* close the connection without a byte */
    SIM_CUT,    /* send head and `cut` bytes of the body, then close */
};

enum { SIM_MAX_HEADERS = 12, SIM_HEADER_TEXT = 256 };
struct sim_header {
    const char *name; /* static, lower case */
    char value[SIM_HEADER_TEXT];
};

struct sim_response {
    int status;
    struct sim_header headers[SIM_MAX_HEADERS];
    size_t header_count;
    struct icp_buf body;
    enum sim_transport transport;
    size_t cut;       /* body bytes that arrive when SIM_CUT */
    int64_t delay_ms; /* wait this long before anything is sent */
};

void sim_response_open(struct sim_response *response);
void sim_response_finish(struct sim_response *response);
/* NULL when absent. */
const char *sim_response_header(const struct sim_response *response, const char *name);

/* One request to the core, with the delay spent on the CRM's clock. False: the connection closed
   without an answer. When the body was cut, response->transport says so and `body` is the part
   that arrived. The response must be open; it is emptied first. */
bool sim_exchange(struct sim_crm *crm, const struct sim_request *request,
                  struct sim_response *response);

/* The core alone: decides, does not wait. */
void sim_handle(struct sim_crm *crm, const struct sim_request *request,
                struct sim_response *response);

#endif
