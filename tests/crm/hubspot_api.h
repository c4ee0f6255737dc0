/* HubSpot's API over the simulated CRM: paths of version 2026-09, 2026-03 and v3/v4. */
#ifndef SIM_HUBSPOT_API_H
#define SIM_HUBSPOT_API_H

#include "crm.h"
#include "transport.h"

/* Scopes of the token; a bit set in sim_settings.scopes_off takes one away. */
enum sim_scope_kind {
    SIM_SCOPE_READ,
    SIM_SCOPE_WRITE,
    SIM_SCOPE_SCHEMA_READ,
    SIM_SCOPE_SCHEMA_WRITE
};
enum { SIM_SCOPE_KINDS = 4, SIM_SCOPE_OWNERS = 12, SIM_SCOPE_COUNT = 13 };
#define SIM_SCOPE(object, kind) (1u << ((unsigned)(object)*SIM_SCOPE_KINDS + (unsigned)(kind)))
/* "crm.objects.contacts.read" …; index is the bit's number. */
const char *sim_scope_name(unsigned index);
/* The bit of a name, 0 when unknown. */
uint32_t sim_scope_bit(struct icp_str name);

/* Answers one request; faults are not looked at here. */
void sim_hubspot_handle(struct sim_crm *crm, const struct sim_request *request,
                        struct sim_response *response);

/* The pattern of the route that would answer, or NULL. */
const char *sim_hubspot_route(struct sim_crm *crm, const struct sim_request *request);

#endif
