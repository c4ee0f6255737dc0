/*
 * The rules whose conditions met a limit of FEEL while many records were scored: each once, with
 * how often and on whom first. Pure bookkeeping, bounded: what finds no room is counted.
 */
#ifndef ICP_STOPS_H
#define ICP_STOPS_H

#include "icp/rules.h"

enum {
    ICP_STOP_RULES = 32,      /* a file has one such condition or none; all of them is a disaster */
    ICP_STOP_RECORD_TEXT = 64 /* of an id; a longer one is cut */
};
struct icp_stop_note {
    size_t file; /* as the caller counts them */
    struct icp_rules_stop stop;
    uint64_t records;
    uint64_t place; /* of the first one among the records; for those who count in parts */
    char first[ICP_STOP_RECORD_TEXT];
};
struct icp_stop_tally {
    struct icp_stop_note notes[ICP_STOP_RULES];
    size_t count;
    uint64_t others; /* times a rule found no room */
};

/* What one record's result of a file says, for the record `id` at a place. Ids of stops are lent by
   the rules. */
void icp_stops_add(struct icp_stop_tally *tally, size_t file, const struct icp_rules_stop *stops,
                   size_t count, struct icp_str id, uint64_t place);
/* Adds what another tally has. */
void icp_stops_merge(struct icp_stop_tally *tally, const struct icp_stop_tally *other);
/* One line: "profile.icp.yaml:14:9: \"school\" met a limit on 12 records, the first 5012: the
   pattern takes too many steps on this text; it counts as unknown there". */
struct icp_str icp_stops_text(const struct icp_stop_note *note, const char *path,
                              struct icp_arena *arena);

#endif
