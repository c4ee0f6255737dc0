/* What the simulator's own files know of each other: the records, definitions and versions behind
   crm.h. Not for tests and not for the generator. */
#ifndef SIM_MODEL_H
#define SIM_MODEL_H

#include "crm.h"
#include "date.h"
#include "icp/base.h"

/* ---- Texts: equal texts are stored once; 0 is "no text". 200,000 people share most of theirs. */
struct sim_texts {
    char **chunks;
    size_t chunk_count, chunk_used; /* used: bytes of the last chunk */
    uint32_t *slots;                /* open addressing; 0 is free */
    size_t slot_count, count;
};
uint32_t sim_intern(struct sim_texts *texts, struct icp_str text); /* empty gives 0 */
struct icp_str sim_text(const struct sim_texts *texts, uint32_t handle);
void sim_texts_finish(struct sim_texts *texts);

/* ---- Definitions. */
enum sim_type {
    SIM_STRING,
    SIM_NUMBER,
    SIM_BOOL,
    SIM_ENUMERATION,
    SIM_DATE,
    SIM_DATETIME,
    SIM_PHONE,
};
enum { SIM_TYPE_COUNT = SIM_PHONE + 1 };
const char *sim_type_name(enum sim_type type);
bool sim_type_parse(struct icp_str text, enum sim_type *type);

/* A property that is not stored but read off the record. */
enum sim_derived { SIM_STORED, SIM_FROM_ID, SIM_FROM_CREATED, SIM_FROM_UPDATED };

struct sim_choice {
    struct icp_str value, label, description;
    int64_t display_order;
    bool hidden;
};
struct sim_property {
    struct icp_str name, label, description, group, field_type;
    enum sim_type type;
    enum sim_derived derived;
    struct sim_choice *choices;
    size_t choice_count;
    int64_t display_order, created_ms, updated_ms;
    bool calculated, read_only, hubspot_defined, archived, hidden, form_field, unique;
};
struct sim_group {
    struct icp_str name, label;
    int64_t display_order;
};

/* ---- Records. */
struct sim_version { /* the record as it was until `replaced_ms`; kept while search may lag */
    struct sim_version *older;
    int64_t replaced_ms, updated_ms;
    bool absent; /* it did not exist yet */
    uint32_t count;
    uint32_t values[];
};
struct sim_link {
    int64_t to;
    bool primary;
};
struct sim_links {
    struct sim_link *items;
    uint32_t count, allocated;
};
struct sim_record {
    int64_t id, created_ms, updated_ms, archived_ms;
    uint32_t *values; /* by column; handles of texts */
    uint32_t value_count;
    bool archived;
    struct sim_version *versions; /* newest first */
    struct sim_links links[SIM_OBJECT_COUNT];
};

struct sim_place {
    int64_t id;
    uint32_t record;
};

enum { SIM_MAX_PROPERTIES = 2000, SIM_PROPERTY_SLOTS = 8192 };

struct sim_table {
    struct sim_property *properties;
    size_t property_count, property_allocated;
    uint16_t slots[SIM_PROPERTY_SLOTS]; /* column + 1 by name; 0 is free */
    struct sim_group *groups;
    size_t group_count, group_allocated;
    struct sim_record *records; /* in the order of adding */
    size_t count, allocated;
    uint32_t *index; /* record + 1 by id; 0 is free */
    size_t index_size;
    struct sim_place *by_id; /* in the order of ids, when `sorted` */
    bool sorted;
    int64_t next_id;
};

/* ---- Requests seen. */
enum { SIM_MAX_LOG = 500000, SIM_MAX_ROUTES = 256, SIM_WINDOW = 512 };
struct sim_log_entry {
    int64_t at_ms;
    uint32_t method, path, route; /* texts */
    int status;                   /* 0: the connection was closed without an answer */
    bool faulted;
};
struct sim_route_count {
    uint32_t route; /* text: "GET /crm/objects/{version}/{object}" */
    int status;
    uint64_t count;
};
struct sim_window { /* times of the last requests, a ring */
    int64_t at[SIM_WINDOW];
    size_t first, count;
};

struct sim_fault_list;

struct sim_crm {
    int64_t now_ms;
    struct sim_settings settings;
    struct icp_arena arena;   /* definitions */
    struct icp_arena scratch; /* one request */
    struct sim_texts texts;
    struct sim_table tables[SIM_OBJECT_COUNT];
    char stamp[4][ICP_TIME_TEXT]; /* formatted values handed out, in turn */
    size_t next_stamp;
    uint64_t request_number;
    struct sim_window ten_seconds, search_second;
    int64_t day;          /* days since 1970 of the daily counter */
    uint64_t daily_count; /* requests of that day */
    struct sim_log_entry *log;
    size_t log_count, log_allocated;
    struct sim_route_count routes[SIM_MAX_ROUTES];
    size_t route_count;
    uint64_t request_total; /* since the log was reset */
    struct sim_log_entry last;
    struct sim_fault_list *faults;
};

void *sim_must(void *memory); /* ends the program at the machine's end */
void *sim_grow(void *items, size_t *allocated, size_t needed, size_t size);

struct icp_str sim_id_format(int64_t id, char text[ICP_TIME_TEXT]); /* id >= 0, decimal */

/* A record as somebody sees it: now, or as the search index has it. */
struct sim_view {
    const struct sim_record *record;
    const uint32_t *values;
    uint32_t count;
    int64_t updated_ms;
};
struct sim_view sim_view_now(const struct sim_record *record);
/* False when search does not know the record (yet, or any more). */
bool sim_view_search(const struct sim_crm *crm, const struct sim_record *record,
                     struct sim_view *view);
struct icp_str sim_view_value(struct sim_crm *crm, enum sim_object object,
                              const struct sim_view *view, uint32_t column);

#define SIM_NO_COLUMN UINT32_MAX
uint32_t sim_column(const struct sim_crm *crm, enum sim_object object, struct icp_str name);
struct sim_property *sim_property_add(struct sim_crm *crm, enum sim_object object,
                                      struct icp_str name);
struct sim_group *sim_group_find(struct sim_crm *crm, enum sim_object object, struct icp_str name);
void sim_define_standard(struct sim_crm *crm);          /* standard.c */
const char *sim_stamp_property(enum sim_object object); /* lastmodifieddate, hs_lastmodifieddate */
const char *const *sim_default_properties(enum sim_object object); /* ends with NULL */

const struct sim_place *sim_by_id(struct sim_crm *crm,
                                  enum sim_object object); /* table.count entries */
/* First place in sim_by_id whose id is at least `id`. */
size_t sim_lower_bound(struct sim_crm *crm, enum sim_object object, int64_t id);
struct sim_record *sim_record_at(struct sim_crm *crm, enum sim_object object, uint32_t record);

/* Checks a value as HubSpot does and gives the text that it would store. NULL when right, else the
   error code (INVALID_OPTION …) and a message in the scratch arena. `old` is what is stored now:
   ";A" appends to it. */
struct sim_value_problem {
    const char *code;
    struct icp_str message;
};
bool sim_check_value(struct sim_crm *crm, const struct sim_property *property, struct icp_str old,
                     struct icp_str text, struct icp_str *stored,
                     struct sim_value_problem *problem);

/* The value alone, without association, version or stamp. */
void sim_store(struct sim_crm *crm, enum sim_object object, struct sim_record *record,
               uint32_t column, struct icp_str text);

struct sim_change {
    uint32_t column;
    struct icp_str text;
};
/* One write of one record: keeps the version before, moves the stamp, ticks the clock. */
void sim_write(struct sim_crm *crm, enum sim_object object, uint32_t record,
               const struct sim_change *changes, size_t count);
uint32_t sim_create(struct sim_crm *crm, enum sim_object object); /* as an API or person does */
void sim_dissociate(struct sim_crm *crm, enum sim_object from, int64_t from_id, enum sim_object to,
                    int64_t to_id);

#endif
