/* Between score_columns.c, which finds by names, and score_map.c, which says what is looked for. */
#ifndef ICP_SCORE_MAP_H
#define ICP_SCORE_MAP_H

#include "score_file.h"

enum { NAMES_MOST = 24, PATHS_MOST = 4 }; /* columns that one name may find */

struct score_names { /* of one field, signal part or id, best first */
    struct icp_str name[NAMES_MOST];
    enum icp_object object[NAMES_MOST]; /* where it stands in an object of its own */
    size_t count, own;                  /* the first `own` are the field's own names, not a CRM's */
};

struct score_mapping {
    struct score_plan *plan;
    const struct score_options *options;
    const struct icp_csv_row *header; /* NULL: NDJSON */
    struct icp_arena *arena;
    bool *claimed; /* along the header: a contact's field has it by a CRM's name */
    size_t found, missing;
};

void score_add_name(struct score_names *names, struct icp_str name, enum icp_object object);
void score_add_export_names(struct score_names *names, struct icp_str what, enum icp_object object);
void score_add_source(struct score_mapping *m, struct score_names *names,
                      const struct icp_source *source);
/* What --map calls the field; these are its own names. */
void score_add_mapped(const struct score_mapping *m, struct score_names *names,
                      struct icp_str field);
/* All that a field may be called. */
void score_field_names(struct score_mapping *m, const struct icp_field *field,
                       struct score_names *names);

/* As it is written, else by its letters; the count when there is none. */
size_t score_find_column(const struct icp_csv_row *header, struct icp_str name);
uint32_t score_new_slot(struct score_mapping *m);
/* All that the names find feeds the slot, the best first. False: the header has none of them. */
bool score_map_names(struct score_mapping *m, const struct score_names *names, uint32_t slot);

#endif
