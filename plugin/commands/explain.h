/*
 * Why a person has their score: what is worked out (cmd_explain.c), and the two ways to show it, as
 * a page for people and as one JSON object for programs. Both read the same struct, so that they
 * cannot tell two stories.
 */
#ifndef ICP_EXPLAIN_H
#define ICP_EXPLAIN_H

#include "commands.h"

struct score_map;

/* One rule file's word about the person. */
struct icp_explained {
    const struct icp_ruleset *rules;
    const struct icp_rules_about *about;
    const char *file;     /* as a person named it */
    const char *standing; /* "approved", "not approved", … */
    struct icp_result result, tomorrow;
    bool has_tomorrow;
};

struct icp_explanation {
    struct icp_str crm, id, name, company, email; /* no text: not known, or no CRM */
    int32_t as_of;
    struct icp_explained by;
    const struct icp_explained *other; /* another rule file beside it; NULL: none was asked for */
    const struct icp_history_row *history; /* newest first */
    size_t history_count;
    struct icp_str call_by; /* by the clocks of the calendar: "2026-11-30T12:00"; no text: none */
    struct icp_str held_grade; /* what the CRM holds, when that is another score; else no text */
    int64_t held_score;
};

/* 80 columns, whole without colour. */
void icp_explain_page(const struct icp_explanation *explanation, bool colour, struct icp_buf *out);
/* One object, no line end; the keys are those of icp(1). */
void icp_explain_json(const struct icp_explanation *explanation, struct icp_buf *out);

/* A record out of a file: given.c. */
struct icp_given {
    struct icp_str id, name, company, email;
    struct icp_rules_input input;
};
struct icp_given_from {
    const char *path;
    struct icp_str id;            /* no text: the only record of the file */
    const struct score_map *maps; /* --map: score_file.h */
    size_t map_count;
    bool quiet;
};
/* The record with this id, or the only one, of a CSV, NDJSON or JSON file; its columns or members
   are found as "icp score FILE" finds them. Tells on standard error which of its values cannot be
   read. ICP_ITEM when there is no record, or several and no id was given. */
enum icp_status icp_given_read(const struct icp_given_from *from, struct icp_ruleset *rules,
                               const struct icp_dictionary *dictionary, struct icp_arena *arena,
                               struct icp_given *given, struct icp_err *err);

#endif
