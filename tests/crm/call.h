/* One call while it is being answered: what every route's handler gets. Private to the core. */
#ifndef SIM_CALL_H
#define SIM_CALL_H

#include "json.h"
#include "json_stream.h"
#include "model.h"
#include "transport.h"

struct sim_route;

struct sim_call {
    struct sim_crm *crm;
    const struct sim_request *request;
    struct sim_response *response;
    const struct sim_route *route;
    struct icp_arena *arena; /* the CRM's scratch arena, emptied for every call */
    enum sim_object object, to_object;
    struct icp_str id, name;     /* path parts, decoded */
    const struct icp_json *body; /* NULL when there is none */
    struct icp_json_writer json; /* onto response->body */
    char correlation[40];
};

enum sim_route_flag {
    SIM_NO_LIMIT = 1, /* exempt from the ten-second limit */
    SIM_SEARCH = 2,   /* limited by the second instead, and without rate headers */
    SIM_NO_SCOPE = 4, /* any token may */
    SIM_EITHER = 8,   /* property reads: an object scope serves as well as a schema scope */
};

struct sim_route {
    const char *method;
    const char *path; /* {V} {object} {to} {id} {name} stand for one part each */
    void (*answer)(struct sim_call *call);
    unsigned scope; /* enum sim_scope_kind, or SIM_SCOPE_OWNERS */
    unsigned flags; /* enum sim_route_flag */
};

/* NULL when none fits. Fills object, to_object, id and name of the call. */
const struct sim_route *sim_route_find(const struct sim_route *routes, struct sim_call *call);

/* ---- Requests. */
struct icp_str sim_decode(struct icp_arena *arena, struct icp_str text); /* %xx and + */
/* First value of a query parameter, decoded; no text when absent. */
struct icp_str sim_query(const struct sim_call *call, const char *name);
/* All items of a parameter that may be repeated and holds lists with commas. */
struct sim_names {
    struct icp_str *items;
    size_t count;
};
struct sim_names sim_query_list(const struct sim_call *call, const char *name);
struct sim_names sim_json_list(const struct sim_call *call, const struct icp_json *array);
/* limit of a page; answers 400 and gives 0 when it is not between 1 and most. */
int64_t sim_limit(struct sim_call *call, struct icp_str text, int64_t fallback, int64_t most);
bool sim_parse_id(struct icp_str text, int64_t *id);

/* ---- Answers. */
void sim_header_add(struct sim_response *response, const char *name, const char *format, ...)
    ICP_PRINTF(3, 4);
/* Puts another value under the name. */
void sim_header_set(struct sim_response *response, const char *name, const char *value);
struct sim_problem {
    int status;
    const char *category, *sub_category; /* NULL: left out */
    const char *context_key;             /* NULL: no context */
    struct icp_str context_value;
};
void sim_fail(struct sim_call *call, const struct sim_problem *problem, const char *format, ...)
    ICP_PRINTF(3, 4);
void sim_bad_request(struct sim_call *call, const char *format, ...) ICP_PRINTF(2, 3);
void sim_not_found(struct sim_call *call, const char *format, ...) ICP_PRINTF(2, 3);
void sim_put_stamp(struct icp_json_writer *json, const char *key, int64_t ms);
void sim_put_id(struct icp_json_writer *json, const char *key, int64_t id);
/* "context":{key:[values]} */
void sim_put_context(struct icp_json_writer *json, const char *key, const struct icp_str *values,
                     size_t count);

/* ---- Records in answers. */
struct sim_columns { /* in the order of names, each once, without unknown names */
    uint32_t *items;
    size_t count;
};
/* `names` and the ones that always come; the defaults when none are named. */
struct sim_columns sim_columns_for(struct sim_call *call, struct sim_names names);
void sim_put_record(struct sim_call *call, const struct sim_view *view,
                    const struct sim_columns *columns);
void sim_put_associations(struct sim_call *call, const struct sim_view *view,
                          const struct sim_names *objects);

/* ---- Handlers, a file a resource. */
void sim_list(struct sim_call *call); /* hubspot_objects.c */
void sim_read_one(struct sim_call *call);
void sim_create_one(struct sim_call *call);
void sim_update_one(struct sim_call *call);
void sim_archive_one(struct sim_call *call);
void sim_batch_read(struct sim_call *call); /* hubspot_batch.c */
void sim_batch_update(struct sim_call *call);
void sim_search(struct sim_call *call);          /* hubspot_search.c */
void sim_properties_list(struct sim_call *call); /* hubspot_properties.c */
void sim_property_read(struct sim_call *call);
void sim_property_create(struct sim_call *call);
void sim_property_update(struct sim_call *call);
void sim_property_archive(struct sim_call *call);
void sim_groups_list(struct sim_call *call);
void sim_group_create(struct sim_call *call);
void sim_associations_read(struct sim_call *call); /* hubspot_associations.c */
void sim_associate_default(struct sim_call *call);
void sim_owners_list(struct sim_call *call); /* hubspot_account.c */
void sim_account_details(struct sim_call *call);
void sim_account_usage(struct sim_call *call);

/* Reads {"name":"value"} into changes, checked against the definitions; on a wrong value answers
   400 for the whole request and gives false. */
struct sim_changes {
    struct sim_change *items;
    size_t count;
};
bool sim_read_changes(struct sim_call *call, const struct sim_view *before,
                      const struct icp_json *properties, bool by_system,
                      struct sim_changes *changes);

/* ---- Limits (limits.c). False when the call was answered 429. */
bool sim_within_limits(struct sim_call *call);
void sim_put_limit_headers(struct sim_call *call);
int64_t sim_daily_limit(const struct sim_crm *crm);

/* ---- Control routes (control.c) and the request log (journal.c). */
void sim_control_handle(struct sim_crm *crm, const struct sim_request *request,
                        struct sim_response *response);
/* One request with the pattern of its route (NULL: none) and what was answered. */
void sim_journal_add(struct sim_crm *crm, const struct sim_request *request, const char *pattern,
                     int status);
/* A fault changed what the last request was answered. */
void sim_journal_mark(struct sim_crm *crm, int status);
void sim_journal_reset(struct sim_crm *crm);
void sim_journal_put(struct sim_call *call, bool with_log);

/* The call, ready for a handler: correlation id, writer, date header. */
void sim_call_open(struct sim_call *call, struct sim_crm *crm, const struct sim_request *request,
                   struct sim_response *response);
/* Parses the body; answers 400 and gives false when it is not JSON. Close it behind the call. */
bool sim_call_body(struct sim_call *call, struct icp_json_document **document);

#endif
