/*
 * What the files of the HubSpot connector share. Nothing outside this directory includes it but the
 * connector's own tests; the registry knows hubspot_ops alone.
 */
#ifndef ICP_HUBSPOT_H
#define ICP_HUBSPOT_H

#include "http/http.h"
#include "icp/connector.h"

#include "dictionary.h"
#include "json_stream.h"

extern const struct icp_connector_ops hubspot_ops;

enum {
    HUBSPOT_BATCH = 100,         /* inputs of one batch call, read or update */
    HUBSPOT_LIST_PAGE = 100,     /* records of one list page */
    HUBSPOT_SEARCH_PAGE = 200,   /* records of one search page */
    HUBSPOT_SEARCH_MOST = 10000, /* a search ends here, whatever is left */
    HUBSPOT_SEARCH_OVERLAP = 20, /* results asked for again by the next page of a search */
    HUBSPOT_QUERY_MOST = 6000,   /* bytes of a list's query; 5,116 were seen to work, 16 KB not */
    HUBSPOT_EARLIEST_MS = 1000,  /* a search at the epoch itself is answered with 500 */
    HUBSPOT_RATE_WINDOW_MS = 10000,      /* the rolling window of the rate limit */
    HUBSPOT_RATE_CALLS = 256,            /* most calls of a window (250 with the increase) */
    HUBSPOT_SEARCH_GAP_MS = 250,         /* 4 searches a second of the 5 that all apps share */
    HUBSPOT_MAX_BODY = 16 * 1024 * 1024, /* of a request: 100 changes × 160 KiB */
    HUBSPOT_MAX_PROPERTIES = 2000, /* names of one request: 512 fields with fallbacks and signals */
    HUBSPOT_MAX_ID = 32,           /* ids have at most 19 digits today */
};

/* ---- paths (paths.c) */
enum hubspot_path { HUBSPOT_OBJECTS, HUBSPOT_PROPERTIES, HUBSPOT_GROUPS, HUBSPOT_ACCOUNT };
bool hubspot_version_known(struct icp_str version);
void hubspot_put_path(struct icp_buf *out, enum hubspot_path path, struct icp_str version,
                      enum icp_object object);
const char *hubspot_plural(enum icp_object object);                 /* "contacts" */
const char *hubspot_stamp_name(enum icp_object object);             /* the cursor property */
void hubspot_put_escaped(struct icp_buf *out, struct icp_str text); /* percent-encoding */

/* ---- the handle */

/* A search under way, kept in memory only: an offset means nothing to another process, nor after
   anything else than the page it stands behind. */
struct hubspot_walk {
    char handed[ICP_CURSOR_TEXT];          /* the position that was handed out last; "" none */
    int64_t from_ms;                       /* the search asks for this time and later */
    int64_t safe_ms;                       /* every change before this time was handed out */
    size_t offset;                         /* of the next page, some results before... */
    size_t after;                          /* ...the place where HubSpot would go on */
    uint64_t tail[HUBSPOT_SEARCH_OVERLAP]; /* hashes of the last ids, to see that no record slipped
                                              to the page before */
    size_t tail_count;
    unsigned broken; /* times the pages did not meet since from_ms last moved */
};

struct icp_connector {
    struct icp_host host;
    struct icp_http *http;
    struct icp_arena lasting; /* options and dictionary: as long as the handle */
    struct icp_arena scratch; /* one answer's escaped texts while it is being checked */
    struct icp_str token, base_url, version, owned_prefix;
    const struct icp_dictionary *dictionary;
    struct icp_answer answer;            /* of the call made last; its buffer is used again */
    struct icp_buf url, body;            /* of the call being made */
    const char *expected;                /* member that a good answer must have at its top */
    int64_t limit_remaining;             /* calls left in the window; -1 not known */
    int64_t call_ms[HUBSPOT_RATE_CALLS]; /* ring of the times of our calls */
    size_t call_next;
    int64_t search_ms; /* of the last search; -1 none */
    struct hubspot_walk walks[ICP_OBJECT_COUNT];
};

/* ---- calls (call.c) */
struct hubspot_call {
    const char *method;
    enum hubspot_path path;
    enum icp_object object;
    struct icp_str tail;  /* behind the path, with its own '/' or '?', encoded */
    bool has_body;        /* connector->body is sent */
    bool writes;          /* see icp_exchange */
    bool search;          /* counted against the search limit, not the ordinary one */
    const char *expected; /* top-level member of a good answer: "results" */
};
/* Paces, sends, retries, classifies. ICP_OK: connector->answer is a JSON object with the expected
   member. ICP_ITEM: HubSpot refused it for good, err->http_status says how. */
enum icp_status hubspot_send(struct icp_connector *connector, const struct hubspot_call *call,
                             struct icp_err *err);
/* As hubspot_send where a refusal of the request can only be our mistake or a missing right. */
enum icp_status hubspot_ask(struct icp_connector *connector, const struct hubspot_call *call,
                            struct icp_err *err);
struct icp_json_writer hubspot_begin_body(struct icp_connector *connector);
enum icp_status hubspot_end_body(struct icp_connector *connector, struct icp_err *err);

/* ---- errors (refusal.c) */
icp_http_classify hubspot_classify;
/* What an error body or one member of `errors` says without personal data: category, properties
   and codes: "VALIDATION_ERROR: icp_score INVALID_INTEGER". */
struct icp_json;
void hubspot_describe_refusal(const struct icp_json *error, struct icp_buf *out);
/* One of the properties that the refusal names does not exist (any more, or not yet). */
bool hubspot_is_missing_property(struct icp_str refusal);

/* ---- one request's properties and where each value goes (columns.c) */
enum { HUBSPOT_NO_SLOT = 0xffff };
struct hubspot_columns {
    enum icp_object object;
    const struct icp_request *request;
    struct icp_str *names; /* each property once */
    size_t count;
    uint16_t *table; /* open addressing, slot + 1; a power of two */
    size_t table_size;
    uint16_t *field_slots; /* for each field and source on this object, in order */
    size_t field_count;    /* fields with a source on this object */
    uint16_t *owned_slots;
    /* of signals: count, last, then the attributes */
    uint16_t *signal_slots;
    uint16_t stamp, email, first_name, last_name, name, owner, company, merged, merged_vids;
};
/* False when the arena is full or too many properties are asked for. */
bool hubspot_columns_make(const struct icp_connector *connector, const struct icp_request *request,
                          struct icp_arena *arena, struct hubspot_columns *columns);
uint16_t hubspot_columns_find(const struct hubspot_columns *columns, struct icp_str name);

/* ---- a record from its properties' texts (records.c) */
/* values: one text a slot, still borrowed from the answer; everything kept is copied. */
void hubspot_fill_record(const struct hubspot_columns *columns, const struct icp_str *values,
                         struct icp_arena *arena, struct icp_record *record);

/* ---- records from an answer (page.c) */
struct hubspot_page {
    struct icp_record *records;
    size_t room, count;     /* more records than `room` are an error */
    struct icp_str after;   /* paging.next.after; no text: the end */
    struct icp_str *merged; /* beside each record: its merged ids, "1;2:ts;…", or no text */
    bool trouble;           /* an error that does not say that records do not exist */
    struct icp_str *failed; /* ids named by `errors` */
    size_t failed_count;
};
/* Reads connector->answer. Without columns only id and stamp. */
enum icp_status hubspot_page_read(struct icp_connector *connector,
                                  const struct hubspot_columns *columns, enum icp_object object,
                                  size_t room, struct icp_arena *arena, struct hubspot_page *page,
                                  struct icp_err *err);

/* ---- spelling (values.c) */
/* The canonical spelling of a HubSpot text for a type; "" becomes no text. Lives in the text itself
   or in the arena. */
struct icp_str hubspot_canonical(enum icp_type type, struct icp_str text, struct icp_arena *arena);
/* Our own fields: a time in any of HubSpot's spellings as we write it; anything else as it is. */
struct icp_str hubspot_canonical_owned(struct icp_str text, struct icp_arena *arena);
bool hubspot_same_value(struct icp_str sent, struct icp_str held, struct icp_arena *arena);
bool hubspot_is_id(struct icp_str id);

/* ---- the operations that have a file of their own */
enum icp_status hubspot_changed(struct icp_connector *connector, const struct icp_request *request,
                                const struct icp_cursor *cursor, struct icp_arena *arena,
                                struct icp_page *page, struct icp_err *err);
enum icp_status hubspot_search(struct icp_connector *connector, const struct icp_request *request,
                               const struct icp_cursor *cursor, struct icp_arena *arena,
                               struct icp_page *page, struct icp_err *err);
enum icp_status hubspot_read(struct icp_connector *connector, const struct icp_request *request,
                             const struct icp_str *ids, size_t count, struct icp_arena *arena,
                             struct icp_page *page, struct icp_err *err);
enum icp_status hubspot_setup(struct icp_connector *connector, enum icp_object object,
                              const struct icp_owned_field *fields, size_t count, bool apply,
                              struct icp_arena *arena, struct icp_setup_plan *plan,
                              struct icp_err *err);
enum icp_status hubspot_write(struct icp_connector *connector, enum icp_object object,
                              const struct icp_change *changes, size_t count,
                              struct icp_outcome *outcomes, struct icp_arena *arena,
                              struct icp_err *err);

/* ---- property definitions (properties.c) */
struct hubspot_choice {
    struct icp_str value, label, description;
    int64_t display_order;
    bool hidden;
};
struct hubspot_property {
    struct icp_str name, label, type, field_type, group;
    bool read_only; /* calculated, or its value is not ours to set */
    struct hubspot_choice *choices;
    size_t choice_count, choices_allocated;
};
struct hubspot_properties {
    struct hubspot_property *items;
    size_t count, allocated;
};
/* All properties of an object that are not archived. */
enum icp_status hubspot_properties_read(struct icp_connector *connector, enum icp_object object,
                                        struct icp_arena *arena,
                                        struct hubspot_properties *properties, struct icp_err *err);

#endif
