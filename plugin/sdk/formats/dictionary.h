/*
 * A connector's dictionary (its fields.yaml): which fields rules may name without declaring them,
 * their types and where this CRM keeps them; which signals exist with which attributes; and the
 * properties that are always read, each with its reason.
 *
 *   fields:
 *     company.employees: {type: number, from: companies.numberofemployees, about: "…"}
 *     company.country:   {type: country, from: [companies.hs_country_code, companies.country]}
 *     contact.page_views: {type: number, whole: true, from: contacts.hs_analytics_num_page_views}
 *     contact.source: {type: text, from: contacts.hs_analytics_source,
 *                      options: "DIRECT_TRAFFIC, OFFLINE = Offline Sources"}
 *   signals:
 *     page_view: {count: contacts.hs_analytics_num_page_views, last: contacts.hs_…, about: "…"}
 *     form_submit: {count: …, last: …, attributes: {form: contacts.recent_conversion_event_name}}
 *   always:
 *     contacts.email: "to find a person by address, and to tell who cannot be reached"
 *
 * A built-in connector's is read while building and compiled in as a table
 * (connectors/dictionary_table.c).
 *
 * The part before the dot of a source is the CRM's plural object name; `contacts` and `companies`
 * here. `options` are the values that a CRM ships with a property, each with its label where that
 * has other letters than the value: an export may hold either. `whole` is a number that counts.
 */
#ifndef ICP_DICTIONARY_H
#define ICP_DICTIONARY_H

#include "diagnostics.h"
#include "icp/record.h"

struct icp_signal_definition {
    struct icp_str name;
    struct icp_source count; /* property empty: each occurrence counts once (a last date alone) */
    struct icp_source last;
    const struct icp_attribute
        *attributes; /* name → property on the same object; known of the last event only */
    size_t attribute_count;
    struct icp_str about; /* for people; may be no text */
};

struct icp_dictionary {
    struct icp_str crm; /* "hubspot" */
    const struct icp_field *fields;
    size_t field_count;
    const struct icp_signal_definition *signals;
    size_t signal_count;
    const struct icp_source *always;
    size_t always_count;
};

/* Everything lives in `arena`. NULL when the list holds errors. */
const struct icp_dictionary *icp_dictionary_parse(struct icp_str crm, struct icp_str text,
                                                  struct icp_arena *arena,
                                                  struct icp_diagnostics *list);
const struct icp_field *icp_dictionary_field(const struct icp_dictionary *dictionary,
                                             struct icp_str name);
const struct icp_signal_definition *icp_dictionary_signal(const struct icp_dictionary *dictionary,
                                                          struct icp_str name);

/* A value of an enumeration and the letters that its label, or itself, is known by. */
struct icp_field_option {
    struct icp_str letters, value;
};
/* The options of a field, sorted by their letters; NULL when it has none or the arena is full.
   Values are pieces of field->options. */
const struct icp_field_option *icp_field_options(const struct icp_field *field,
                                                 struct icp_arena *arena, size_t *count);
/* The value that a text, a label or a value in any case, stands for; no text: it is none of them.
   "Marketing Qualified Lead" is marketingqualifiedlead, "Legal & Compliance" LEGAL_AND_COMPLIANCE.
 */
struct icp_str icp_option_find(const struct icp_field_option *options, size_t count,
                               struct icp_str text);
/* "companies.numberofemployees" → object and property. False when the form is another. */
bool icp_source_parse(struct icp_str text, struct icp_source *source);

#endif
