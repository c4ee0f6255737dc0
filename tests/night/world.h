/*
 * A whole night in one process: the real connector, store, rules and night against the simulator's
 * core, on the simulator's clock. Every commit point and every request is a numbered step at which
 * the "process" can be killed.
 */
#ifndef TEST_WORLD_H
#define TEST_WORLD_H

#include "night.h"
#include "transport.h"

#define MINUTE    INT64_C(60000)
#define HOUR      (60 * MINUTE)
#define DAY       (24 * HOUR)
#define DUMP_MOST ((size_t)64 * 1024 * 1024) /* a whole simulated CRM as text */

enum world_death {
    WORLD_BEFORE,
    WORLD_AFTER
}; /* a request: not sent at all, or done but its answer never heard */

struct world {
    struct sim_crm *crm;
    char state[256], folder[200];
    struct icp_str rules;  /* the text of the rule file on disk */
    struct icp_str list;   /* of every list file that the rules name */
    struct icp_str second; /* of a second one; no text: there is none */
    struct icp_night_settings settings;
    size_t read_batch, write_batch; /* 0: the connector's own */

    /* counters and death */
    uint64_t steps, die_at; /* die_at 0: live */
    enum world_death death;
    bool dead;
    uint64_t requests, writes_sent; /* records in batch updates that reached the CRM */
    uint64_t batch_reads, searches, lists;
    uint32_t random;

    /* one process */
    struct icp_arena arena;
    struct icp_connector_ops ops;
    struct icp_host host;
    struct icp_connector *connector;
    struct icp_store *store;
    const struct icp_dictionary *dictionary;
    struct icp_night_rules night_rules;
    struct icp_night night;
    struct icp_buf notices;
    bool running;
};

void world_open(
    struct world *world); /* an empty CRM on 2026-10-05 at 02:00 UTC, a fresh state folder */
void world_open_on(struct world *world, int32_t day); /* the same on another date */
void world_close(struct world *world);
/* `companies` firms and `people` people by a plain pattern; ids from 1001 and 5001. */
void world_people(struct world *world, size_t companies, size_t people);
void world_rules(struct world *world, const char *text);
void world_rules_view(struct world *world, struct icp_str text);

/* A process: opens store, rules, connector and night. Returns the status of opening. */
enum icp_status world_start(struct world *world, struct icp_err *err);
void world_end(struct world *world);
/* start, one stage or command, end. */
enum icp_status world_sync(struct world *world, struct icp_err *err);
enum icp_status world_setup(struct world *world, struct icp_err *err);
enum icp_status world_approve(struct world *world, struct icp_err *err);
enum icp_status world_approve_file(struct world *world, size_t file, struct icp_err *err);
/* Who would move if this file were approved; in a running process. */
enum icp_status world_preview(struct world *world, size_t file, struct icp_preview *preview,
                              struct icp_err *err);
enum icp_status world_push(struct world *world, int64_t approve, struct icp_err *err);
enum icp_status world_undo(struct world *world, int64_t run, struct icp_err *err);

/* All records of the CRM as text, without the stamps of change (and, if asked, without our own
 * fields). */
void world_dump_crm(struct world *world, struct icp_buf *out, bool without_owned);
/* What a state database holds, run bookkeeping aside. */
void world_dump_state(struct world *world, struct icp_buf *out);
struct icp_str world_get(struct world *world, int64_t contact, const char *property);
void world_edit(struct world *world, enum sim_object object, int64_t id, const char *property,
                const char *text);
void world_forget_counts(struct world *world);

extern const char
    *const world_plain_rules; /* size, country, industry; form_submit, page_view; five tiers */

#endif
