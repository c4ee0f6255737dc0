/*
 * The CRM simulator's memory: contacts, companies and deals with properties, property definitions
 * and associations, on an injected clock. This header is what the data generator, the loader and
 * tests use; the HTTP shapes are in hubspot.h, the in-process exchange in transport.h.
 *
 * Texts are copied (and shared: equal texts are stored once). Handles stay valid until
 * sim_crm_close. Running out of memory ends the program: this is a test tool.
 */
#ifndef SIM_CRM_H
#define SIM_CRM_H

#include "icp/base.h"

enum sim_object { SIM_CONTACTS, SIM_COMPANIES, SIM_DEALS };
enum { SIM_OBJECT_COUNT = 3 };
#define SIM_NO_RECORD UINT32_MAX

struct sim_crm;

struct sim_crm *sim_crm_open(int64_t now_ms); /* empty, with the standard properties defined */
void sim_crm_close(struct sim_crm *crm);

/* The clock stands still but for these and for 1 ms a request or edit, so that stamps differ. */
int64_t sim_now(const struct sim_crm *crm);
void sim_advance(struct sim_crm *crm, int64_t ms); /* a negative step counts as 0 */

/* "contacts", "companies", "deals"; the parser also knows "contact" and "0-1" and so on. */
const char *sim_object_name(enum sim_object object);
bool sim_object_parse(struct icp_str text, enum sim_object *object);

/* ---- Property definitions. type: string number bool enumeration date datetime phone_number.
   fieldType: text textarea number select radio checkbox booleancheckbox date phonenumber html. */
struct sim_option {
    const char *value, *label; /* label NULL: the value */
};
struct sim_definition {
    const char *name;
    const char *label;      /* NULL: the name */
    const char *type;       /* NULL: string */
    const char *field_type; /* NULL: the usual one of the type */
    const char *group;      /* NULL: the object's own information group */
    const char *description;
    const struct sim_option *options; /* ends with a NULL value; may be NULL */
    bool calculated;                  /* read-only by API, and changes do not move the stamp */
    bool read_only;
    bool hubspot_defined;
};

/* Defines or redefines. Values that records hold already are kept as they are. */
void sim_define_property(struct sim_crm *crm, enum sim_object object,
                         const struct sim_definition *definition);
bool sim_has_property(const struct sim_crm *crm, enum sim_object object, const char *name);
void sim_define_group(struct sim_crm *crm, enum sim_object object, struct icp_str name,
                      struct icp_str label);

/* ---- Filling: no checks of type or options (real CRMs are dirty too), no stamps moved, no lag. */
/* id 0: the next free one. The same id twice gives the record that is there. updated 0: created. */
uint32_t sim_add_record(struct sim_crm *crm, enum sim_object object, int64_t id, int64_t created_ms,
                        int64_t updated_ms);
/* An unknown property name is defined as a string property. Empty text or no text clears.
   hs_object_id, createdate and the last-modified property are kept by the CRM: createdate and
   last-modified set the stamp of the record, hs_object_id is left alone. `associatedcompanyid` of a
   contact makes that company its primary one. */
void sim_set(struct sim_crm *crm, enum sim_object object, uint32_t record, const char *property,
             struct icp_str text);
/* Both directions at once. A contact's or deal's primary company replaces the primary before it
   (the old one stays as an ordinary association). */
void sim_associate(struct sim_crm *crm, enum sim_object from, int64_t from_id, enum sim_object to,
                   int64_t to_id, bool primary);

/* ---- Looking. */
size_t sim_record_count(const struct sim_crm *crm, enum sim_object object); /* archived ones too */
uint32_t sim_find(struct sim_crm *crm, enum sim_object object, int64_t id); /* or SIM_NO_RECORD */
int64_t sim_record_id(const struct sim_crm *crm, enum sim_object object, uint32_t record);
/* The value, no text when empty or unknown. Stamps are formatted into a buffer of the CRM's: valid
   until the next call. */
struct icp_str sim_get(struct sim_crm *crm, enum sim_object object, uint32_t record,
                       const char *property);

/* ---- A person's edit: checked, stamped and seen by search after the lag. */
enum icp_status sim_edit(struct sim_crm *crm, enum sim_object object, int64_t id,
                         const char *property, struct icp_str text, struct icp_err *err);
enum icp_status sim_archive(struct sim_crm *crm, enum sim_object object, int64_t id,
                            struct icp_err *err);

/* ---- How this CRM behaves; tests change it between requests. */
enum sim_tier { SIM_TIER_STARTER, SIM_TIER_PROFESSIONAL, SIM_TIER_ENTERPRISE };
enum { SIM_MAX_TOKEN = 255 };
struct sim_settings {
    int64_t search_lag_ms;         /* search sees a record as it was this long ago; default 0 */
    enum sim_tier tier;            /* default professional: 190 per 10 s, 625,000 a day */
    bool enforce_limits;           /* default true */
    bool same_value_moves_stamp;   /* default true: writing what is there moves the stamp */
    bool numeric_association_ids;  /* default true: toObjectId is a number, else a string */
    char token[SIM_MAX_TOKEN + 1]; /* default pat-sim-demo-token */
    uint32_t scopes_off;           /* bits of enum sim_scope in hubspot.h; default 0 */
};
struct sim_settings *sim_settings(struct sim_crm *crm);

/* Reading and writing DIR/hubspot/{contacts,companies,deals,associations}.csv. A missing object
   file is an empty object. */
enum icp_status sim_load(struct sim_crm *crm, const char *directory,
                         struct icp_err *err) ICP_MUST_CHECK;
enum icp_status sim_save(struct sim_crm *crm, const char *directory,
                         struct icp_err *err) ICP_MUST_CHECK;

/* generate.h (made beside this file) declares:
   void sim_generate(struct sim_crm *crm, size_t contacts, uint64_t seed); */

#endif
