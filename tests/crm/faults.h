/* The fault script: what goes wrong at which call. */
#ifndef SIM_FAULTS_H
#define SIM_FAULTS_H

#include "crm.h"

enum sim_fault_body {
    SIM_BODY_JSON, /* HubSpot's error shape for the status */
    SIM_BODY_HTML, /* what a proxy in front of it says */
    SIM_BODY_EMPTY,
};
enum sim_fault_kind {
    SIM_FAULT_DELAY,        /* nothing but the delay */
    SIM_FAULT_STATUS,       /* `status` instead of the real answer */
    SIM_FAULT_CLOSE_BEFORE, /* closes; the call did not reach the CRM */
    SIM_FAULT_CLOSE_AFTER,  /* closes; the call was done */
    SIM_FAULT_TRUNCATE,     /* done, but half the body arrives */
    SIM_FAULT_GARBAGE,      /* done, but the body is not JSON */
    SIM_FAULT_WRONG_JSON,   /* done, but the body is JSON of another shape */
};

struct sim_fault {
    const char *method; /* NULL: any */
    const char *path;   /* glob with '*' and '?'; NULL: any */
    uint64_t nth;       /* from 1, counted over the calls that match; 0: every one */
    uint64_t times;     /* from the nth on this many calls; 0 counts as 1 (ignored when nth is 0) */
    enum sim_fault_kind kind;
    int status;
    enum sim_fault_body body;
    bool apply;              /* STATUS: the call is done first, its answer is lost */
    const char *retry_after; /* header as sent, or NULL */
    const char *policy;      /* 429: policyName, NULL: TEN_SECONDLY_ROLLING */
    int64_t delay_ms;
};

void sim_fault_add(struct sim_crm *crm, const struct sim_fault *fault); /* copied */
void sim_fault_clear(struct sim_crm *crm);

#endif
