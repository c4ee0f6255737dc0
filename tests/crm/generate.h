/* A plausible, messy Nordic and European B2B CRM in HubSpot's shape, made from a seed. */
#ifndef ICP_SIM_GENERATE_H
#define ICP_SIM_GENERATE_H

#include "crm.h"

enum { SIM_MAX_GENERATED_CONTACTS = 2000000 }; /* about 2 GB in memory */

/* Fills an empty CRM with `contacts` people, a quarter as many companies and a tenth as many deals.
   The same count, seed and clock of the CRM give the same bytes on every machine. */
enum icp_status sim_generate(struct sim_crm *crm, uint32_t contacts, uint64_t seed,
                             struct icp_err *err) ICP_MUST_CHECK;

#endif
