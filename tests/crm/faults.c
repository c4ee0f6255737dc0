/*
 * The fault script. Owns the list of faults and counts calls for each of them. Invariant: a fault
 * counts every call that matches it, due or not, so that "the third batch update" means what it
 * says whatever else is in the script.
 */
#include "fault_list.h"
#include "model.h"
#include "utf8.h"

struct armed {
    struct sim_fault fault;
    struct icp_str path;
    uint64_t seen;
};

enum { MAX_FAULTS = 1000 }; /* a script is written by a person or a sweep of one fault at a time */

struct sim_fault_list {
    struct armed items[MAX_FAULTS];
    size_t count;
    struct icp_arena texts;
};

#define FAULT_TEXTS ((size_t)1024 * 1024)

struct sim_fault_list *sim_fault_list_open(void)
{
    struct sim_fault_list *list = sim_must(icp_allocate(1, sizeof(*list)));

    icp_arena_open(&list->texts, FAULT_TEXTS);
    return list;
}

void sim_fault_list_close(struct sim_fault_list *list)
{
    if (list == NULL)
        return;
    icp_arena_close(&list->texts);
    icp_release(list);
}

static const char *keep(struct sim_fault_list *list, const char *text)
{
    return text == NULL ? NULL : icp_arena_copy(&list->texts, icp_str_from(text)).data;
}

void sim_fault_add(struct sim_crm *crm, const struct sim_fault *fault)
{
    struct sim_fault_list *list = crm->faults;
    struct armed *armed;

    if (list->count == MAX_FAULTS)
        return;
    armed = &list->items[list->count++];
    *armed = (struct armed){.fault = *fault};
    armed->fault.method = keep(list, fault->method);
    armed->fault.path = keep(list, fault->path);
    armed->fault.retry_after = keep(list, fault->retry_after);
    armed->fault.policy = keep(list, fault->policy);
    armed->path = icp_str_from(armed->fault.path);
}

void sim_fault_clear(struct sim_crm *crm)
{
    crm->faults->count = 0;
    icp_arena_reset(&crm->faults->texts);
}

size_t sim_fault_count(const struct sim_crm *crm)
{
    return crm->faults->count;
}

static bool matches(const struct armed *armed, const struct sim_request *request)
{
    if (armed->fault.method != NULL && !icp_str_is(request->method, armed->fault.method))
        return false;
    return icp_str_is_null(armed->path) || icp_glob_match(armed->path, request->path);
}

static bool is_due(const struct armed *armed)
{
    uint64_t times = armed->fault.times == 0 ? 1 : armed->fault.times;

    if (armed->fault.nth == 0)
        return true;
    return armed->seen >= armed->fault.nth && armed->seen - armed->fault.nth < times;
}

const struct sim_fault *sim_fault_due(struct sim_crm *crm, const struct sim_request *request)
{
    struct sim_fault_list *list = crm->faults;
    const struct sim_fault *due = NULL;

    for (size_t i = 0; i < list->count; i++) {
        struct armed *armed = &list->items[i];
        if (!matches(armed, request))
            continue;
        armed->seen++;
        if (due == NULL && is_due(armed))
            due = &armed->fault;
    }
    return due;
}
