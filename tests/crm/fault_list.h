/* How the core looks at the fault script. */
#ifndef SIM_FAULT_LIST_H
#define SIM_FAULT_LIST_H

#include "faults.h"
#include "transport.h"

struct sim_fault_list;
struct sim_fault_list *sim_fault_list_open(void);
void sim_fault_list_close(struct sim_fault_list *list);
/* Counts the call in every fault that matches it; the first one that is due, or NULL. */
const struct sim_fault *sim_fault_due(struct sim_crm *crm, const struct sim_request *request);
size_t sim_fault_count(const struct sim_crm *crm);

#endif
