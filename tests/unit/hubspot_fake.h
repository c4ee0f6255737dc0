/* A host whose exchange answers from a script or a function: for tests of the HubSpot connector. */
#ifndef ICP_HUBSPOT_FAKE_H
#define ICP_HUBSPOT_FAKE_H

#include "hubspot/hubspot.h"

/* NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): in the order in which one reads it */
struct fake_answer {
    const char *wanted; /* must stand in "METHOD url body" of the request; NULL: any */
    int status;         /* 0: the exchange itself fails with `fails` */
    const char *body;
    const char *type; /* NULL: application/json */
    enum icp_status fails;
};

struct fake {
    const struct fake_answer *script;
    size_t script_count, at;
    /* or, when set, this answers everything */
    void (*answer)(struct fake *fake, const struct icp_exchange *request,
                   struct icp_answer *answer);
    void *context;
    size_t calls;
    int64_t clock_ms, waited_ms;
    struct icp_buf last; /* "METHOD url body" of the request made last */
    struct icp_connector *connector;
    struct icp_arena arena;
    struct icp_err err;
};

void fake_open(struct fake *fake, const struct fake_answer *script, size_t count);
void fake_close(struct fake *fake);

#endif
