/*
 * What travels between a CRM and the rules: records of people and companies, as text. The connector
 * brings each CRM's spelling into one canonical spelling; only the rule engine gives a text its
 * type.
 *
 * Canonical spelling by type: text and code as they are; number plain decimal; boolean "true" or
 * "false"; date "2026-01-15"; datetime "2026-01-15T03:04:05.006Z"; set "A;B" (known and empty: "");
 * email and country as the CRM has them. No text (data == NULL) is unknown. A value that does not
 * fit its type is carried on as it is: the engine reports it and treats it as unknown.
 */
#ifndef ICP_RECORD_H
#define ICP_RECORD_H

#include "icp/base.h"

enum icp_object { ICP_CONTACT, ICP_COMPANY, ICP_OBJECT_COUNT };
const char *icp_object_name(enum icp_object object); /* "contact", "company" */
bool icp_object_from_name(struct icp_str name, enum icp_object *object);

enum icp_type {
    ICP_TYPE_TEXT,
    ICP_TYPE_NUMBER,
    ICP_TYPE_BOOLEAN,
    ICP_TYPE_DATE,
    ICP_TYPE_DATETIME,
    ICP_TYPE_SET,
    ICP_TYPE_CODE,
    ICP_TYPE_EMAIL,
    ICP_TYPE_COUNTRY,
    ICP_TYPE_COUNT
};
const char *icp_type_name(enum icp_type type); /* "text", "number", … as in ICP files */
bool icp_type_from_name(struct icp_str name, enum icp_type *type);

/* One place a value may come from, in one CRM. */
struct icp_source {
    enum icp_object object;
    struct icp_str property; /* the CRM's own name: "numberofemployees" */
};

/* A field as rules name it, with where this CRM keeps it: the sources are tried in order. */
struct icp_field {
    struct icp_str name; /* "company.employees" */
    enum icp_type type;
    const struct icp_source *sources;
    size_t source_count;    /* 0: this CRM does not have it; always unknown */
    bool whole;             /* a number that counts something: it has no fraction */
    struct icp_str options; /* the CRM's own values, as its dictionary lists them: dictionary.h */
    struct icp_str about;   /* what it means, for people; may be no text */
};

/* A typed value, as the engine and FEEL use it. */
enum icp_value_kind {
    ICP_VALUE_NULL,
    ICP_VALUE_BOOLEAN,
    ICP_VALUE_NUMBER,
    ICP_VALUE_TEXT,
    ICP_VALUE_DATE,
    ICP_VALUE_DATETIME,
    ICP_VALUE_LIST /* of text: a set, or a list of the file */
};
struct icp_value {
    enum icp_value_kind kind;
    union {
        bool boolean;
        int64_t number;   /* millionths */
        int32_t date;     /* days since 1970-01-01 */
        int64_t datetime; /* ms since 1970-01-01T00:00Z */
        struct icp_str text;
        struct {
            const struct icp_str *items;
            size_t count;
        } list;
    } as;
};
/* Text in canonical spelling to a value of a type; surrounding space is cut first. Unknown ("no
   text", "", except the known empty set) gives ICP_VALUE_NULL and true; a text that does not fit
   gives ICP_VALUE_NULL and false. Lists are split in the arena. Countries stay text here: the
   engine normalises them. */
bool icp_value_from_text(enum icp_type type, struct icp_str text, struct icp_arena *arena,
                         struct icp_value *value);

/* Something a person did, or a counter of it: `times` events on the day of `at`. */
struct icp_attribute {
    struct icp_str name, value;
};
struct icp_signal {
    struct icp_str name; /* "page_view" */
    int64_t at_ms;       /* of the event, or of the last one when it is a counter */
    uint32_t times;      /* at least 1 */
    bool counted;        /* from a counter and a last date, not from dated events */
    const struct icp_attribute *attributes;
    size_t attribute_count;
};

struct icp_record {
    enum icp_object object;
    bool complete;     /* false: only id and stamp are filled in; `read` brings the rest */
    struct icp_str id; /* opaque text, [0-9A-Za-z]+ */
    struct icp_str
        now_id;       /* set when a record asked for by `id` answered under another id (merged) */
    int64_t stamp_ms; /* last change, by the CRM's clock, 0 when unknown */
    struct icp_str email;      /* contacts: lower case; else no text */
    struct icp_str label;      /* a person's name or a company's name, for lists that people read */
    struct icp_str owner;      /* owner's id in this CRM */
    struct icp_str company_id; /* contacts: id of the primary company */
    const struct icp_str
        *values; /* one a field of the request with a source on this object, in order */
    size_t value_count;
    const struct icp_signal *signals;
    size_t signal_count;
    const struct icp_str
        *owned; /* what the CRM holds in our own fields, in the order of the request */
    size_t owned_count;
};

#endif
