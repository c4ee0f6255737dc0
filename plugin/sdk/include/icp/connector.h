/*
 * The contract of a connector: one const struct of operations for one kind of CRM. The night knows
 * no CRM by name; what a CRM can do (page, batch, overlap) is data in the struct, not a branch
 * elsewhere.
 *
 * A connector is single-threaded, keeps no global state, and reaches the world only through the
 * host: one HTTP exchange, a wait, a monotonic clock, random bits. All arguments are borrowed until
 * return; all results live in the arena of the call. Every operation returns a status as enum
 * icp_status defines it.
 */
#ifndef ICP_CONNECTOR_H
#define ICP_CONNECTOR_H

#include "icp/record.h"

#define ICP_CONNECTOR_API 1u

struct icp_log;

/* ---- What the host lends ------------------------------------------------------------------ */

struct icp_header {
    const char *name; /* ASCII, sent as it is; compared without case in answers */
    struct icp_str value;
};

struct icp_exchange {
    const char *method; /* "GET", "POST", "PATCH", "PUT", "DELETE" */
    struct icp_str url; /* absolute; scheme, host and port must be those the connector was given */
    struct icp_str bearer;    /* secret; sent as Authorization, never logged */
    struct icp_str body;      /* no text: no body */
    const char *content_type; /* of the body */
    bool writes; /* an answer that never came leaves the outcome unknown, not "nothing" */
};

struct icp_answer {
    int status;                  /* HTTP status */
    int64_t server_ms;           /* Date header, 0 when missing or unreadable */
    int64_t retry_after_ms;      /* Retry-After as seconds or date, 0 when missing; not clamped */
    struct icp_str content_type; /* lower case, parameters cut; in the answer's own memory */
    int64_t limit_remaining;     /* ratelimit-remaining style headers: -1 when not sent */
    int64_t daily_remaining;     /* likewise */
    struct icp_buf body;         /* opened by the caller with its limit */
    char content_type_text[64];
};

struct icp_host {
    void *context;
    /* One exchange, no retries. ICP_OK for any complete HTTP answer, whatever its status.
       ICP_RETRY: it failed before the first byte of a writing request left, or at any point of a
       reading one. ICP_UNKNOWN: a writing request failed later. ICP_STOP: the night is being
       stopped. ICP_REMOTE: TLS or address trouble that no retry heals. */
    enum icp_status (*exchange)(void *context, const struct icp_exchange *request,
                                struct icp_answer *answer, struct icp_err *err);
    /* Waits; ICP_STOP when the night is being stopped meanwhile. */
    enum icp_status (*wait)(void *context, int64_t ms, struct icp_err *err);
    int64_t (*monotonic_ms)(void *context);
    uint32_t (*random)(void *context); /* for jitter only */
    struct icp_log *log;
};

/* ---- Options -------------------------------------------------------------------------------- */

enum icp_option_type { ICP_OPTION_TEXT, ICP_OPTION_URL, ICP_OPTION_SECRET, ICP_OPTION_INTEGER };
struct icp_option {
    const char *name; /* key in the configuration: "base_url" */
    enum icp_option_type type;
    bool required;
    const char *fallback; /* NULL: none */
    const char *help;     /* a whole sentence */
};

/* ---- Reading -------------------------------------------------------------------------------- */

struct icp_account {
    struct icp_str id;        /* portal or org id; pinned in the state database */
    struct icp_str label;     /* for people: "portal 123456 (STANDARD, Europe/Copenhagen)" */
    struct icp_str time_zone; /* IANA name, or no text */
    int64_t server_ms;        /* the CRM's clock at the answer; never 0 when ICP_OK */
};

struct icp_choice {
    struct icp_str value, label;
};
struct icp_property {
    struct icp_str name, label, type; /* type: the CRM's own word */
    bool read_only;
    const struct icp_choice *choices;
    size_t choice_count;
};
struct icp_description {
    enum icp_object object;
    const struct icp_property *properties;
    size_t count;
};

/* What to read of one object. The connector asks the CRM for these properties and its `always:`
   ones and for nothing else. Sources on the other object are ignored here. */
struct icp_request {
    enum icp_object object;
    const struct icp_field *fields;
    size_t field_count;
    const struct icp_signal_definition *const *signals; /* those with sources on this object */
    size_t signal_count;
    const struct icp_str *owned; /* our own properties' names in the CRM, present ones only */
    size_t owned_count;
};

enum icp_cursor_mode { ICP_CURSOR_ALL, ICP_CURSOR_CHANGES };
enum { ICP_CURSOR_TEXT = 160 };
struct icp_cursor {
    enum icp_cursor_mode mode;
    int64_t since_ms;               /* changes at or after this time, by the CRM's clock */
    char position[ICP_CURSOR_TEXT]; /* the connector's own; "" at the start; stored by the host
                                       verbatim with the page it stands behind */
};

struct icp_page {
    const struct icp_record *records;
    size_t count;
    struct icp_cursor next;
    bool last; /* the end was reached; `next` is then meaningless */
};

/* ---- Creating and writing our own fields --------------------------------------------------------
 */

enum icp_owned_kind {
    ICP_OWNED_NUMBER,
    ICP_OWNED_CHOICE,
    ICP_OWNED_LINE,
    ICP_OWNED_TEXT,
    ICP_OWNED_TIME
};
struct icp_owned_field {
    struct icp_str name;  /* with its prefix: "icp_score" */
    struct icp_str label; /* "ICP score" */
    struct icp_str about; /* description shown in the CRM */
    enum icp_owned_kind kind;
    const struct icp_choice *choices; /* ICP_OWNED_CHOICE only, in order */
    size_t choice_count;
};

enum icp_setup_action {
    ICP_SETUP_EXISTS,
    ICP_SETUP_CREATE,
    ICP_SETUP_ADD_CHOICES,
    ICP_SETUP_CONFLICT
};
struct icp_setup_step {
    enum icp_object object;
    enum icp_setup_action action;
    struct icp_str what;   /* "property icp_score", "property group icp" */
    struct icp_str reason; /* for people: what exists, what differs, which choices are added */
    bool done;             /* true when applied, or nothing was to do */
};
struct icp_setup_plan {
    const struct icp_setup_step *steps;
    size_t count;
};

struct icp_change {
    struct icp_str id;
    const struct icp_str *names;  /* owned names only; checked again on the serialised body */
    const struct icp_str *values; /* canonical spelling; "" clears */
    size_t count;
};
enum icp_outcome_kind {
    ICP_WRITTEN,
    ICP_GONE,            /* deleted, archived or merged away */
    ICP_REFUSED,         /* this record, for good, with the CRM's reason */
    ICP_LATER,           /* nothing happened to it; may be planned again */
    ICP_OUTCOME_UNKNOWN, /* settle by reading back by id */
};
struct icp_outcome {
    enum icp_outcome_kind kind;
    struct icp_str reason; /* category and property names, never personal data */
};

/* ---- The operations, in the order in which a night calls them ------------------------------- */

struct icp_connector; /* the connector's own handle */
struct icp_dictionary;

struct icp_connector_ops {
    uint32_t api; /* ICP_CONNECTOR_API; new members only at the end */

    const char *name;  /* "hubspot", as in configuration and `fields:` */
    const char *label; /* "HubSpot" */
    const struct icp_option *options;
    size_t option_count;
    const struct icp_dictionary *dictionary; /* its fields.yaml, read while building */
    size_t read_batch;                       /* most ids in one `read` */
    size_t write_batch;                      /* most changes in one `write` */
    int64_t overlap_ms;                      /* how far before the watermark the next poll starts */

    /* Required. Checks the option values (same order as `options`, no text where absent). No
     * request is made. */
    enum icp_status (*open)(const struct icp_host *host, const struct icp_str *option_values,
                            struct icp_connector **ret, struct icp_err *err);
    /* Required. Who we are connected to. */
    enum icp_status (*account)(struct icp_connector *connector, struct icp_arena *arena,
                               struct icp_account *account, struct icp_err *err);
    /* Required. The properties the account really has on an object. */
    enum icp_status (*describe)(struct icp_connector *connector, enum icp_object object,
                                struct icp_arena *arena, struct icp_description *description,
                                struct icp_err *err);
    /* Required. One page after the cursor, oldest first where mode is CHANGES. Records may be
       incomplete (id and stamp only). A record may come twice; one changed meanwhile is never
       missed. */
    enum icp_status (*changed)(struct icp_connector *connector, const struct icp_request *request,
                               const struct icp_cursor *cursor, struct icp_arena *arena,
                               struct icp_page *page, struct icp_err *err);
    /* Required. Complete records by id, in any order, at most read_batch ids. One that is not in
       the answer is gone. */
    enum icp_status (*read)(struct icp_connector *connector, const struct icp_request *request,
                            const struct icp_str *ids, size_t count, struct icp_arena *arena,
                            struct icp_page *page, struct icp_err *err);
    /* May be NULL: then our fields cannot be created by program. Idempotent; without `apply` only
     * tells. */
    enum icp_status (*setup)(struct icp_connector *connector, enum icp_object object,
                             const struct icp_owned_field *fields, size_t count, bool apply,
                             struct icp_arena *arena, struct icp_setup_plan *plan,
                             struct icp_err *err);
    /* May be NULL: a read-only CRM. One outcome a change, whatever happens; ICP_OK when all
       outcomes are settled or refused, else the status that stopped it (outcomes are filled in all
       the same). */
    enum icp_status (*write)(struct icp_connector *connector, enum icp_object object,
                             const struct icp_change *changes, size_t count,
                             struct icp_outcome *outcomes, struct icp_arena *arena,
                             struct icp_err *err);
    void (*close)(struct icp_connector *connector); /* takes NULL */
};

#endif
