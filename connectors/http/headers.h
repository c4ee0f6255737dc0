/* Inside the module of http.c: what the headers of one answer say. */
#ifndef ICP_HTTP_HEADERS_H
#define ICP_HTTP_HEADERS_H

#include "address.h"
#include "icp/connector.h"

struct icp_headers {
    struct icp_answer *answer;    /* most of it goes in here */
    int64_t retry_at_ms;          /* Retry-After as a date, 0: none */
    char location[ICP_HOST_TEXT]; /* host that a redirect names */
};

/* Before the first line of an answer. */
void icp_headers_forget(struct icp_headers *headers);
/* Takes one line, with its name; a status line begins anew. */
void icp_headers_note(struct icp_headers *headers, struct icp_str line);

#endif
