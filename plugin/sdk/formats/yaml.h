/*
 * YAML, strictly: every scalar is text until its place gives it a type; no anchors, aliases, tags,
 * merge keys, directives or second document; a duplicate key is an error. The only user of
 * libfyaml. What cannot be read at all (no text, a line over 64 KiB, too deep, a directive, a
 * second document, a key that is no text) ends the reading; a syntax error is reported alone,
 * beside what the list held before; every other error is reported and reading goes on, without the
 * key.
 */
#ifndef ICP_YAML_H
#define ICP_YAML_H

#include "diagnostics.h"

enum icp_yaml_kind { ICP_YAML_SCALAR, ICP_YAML_SEQUENCE, ICP_YAML_MAPPING };
enum icp_yaml_style {
    ICP_YAML_PLAIN,
    ICP_YAML_SINGLE_QUOTED,
    ICP_YAML_DOUBLE_QUOTED,
    ICP_YAML_LITERAL, /* | */
    ICP_YAML_FOLDED,  /* > */
    ICP_YAML_BLOCK,   /* collections, by indentation */
    ICP_YAML_FLOW,    /* collections in brackets */
};

struct icp_yaml {
    enum icp_yaml_kind kind;
    uint8_t style;         /* enum icp_yaml_style; small, a large file has many nodes */
    bool plain;            /* scalar without quotes or block style */
    bool comment_follows;  /* a '#' comment stands behind this plain scalar on its line */
    uint32_t line, column; /* in characters; of the quote, or of the first line of a block's text */
    uint32_t offset, end;  /* bytes of the text (without a byte order mark): with quotes and
                              brackets; of a block's text without its header line */
    struct icp_str text;   /* scalar only; "" for an empty plain value */
    struct icp_yaml *keys; /* mapping: `count` scalar nodes */
    struct icp_yaml *values; /* mapping: their values; sequence: the items */
    size_t count;
};

/* NULL when nothing usable could be read; look into `list` for why. Nodes live in `arena`. Nesting
   is bounded by ICP_MAX_DEPTH before the library sees it, size by the caller. */
const struct icp_yaml *icp_yaml_parse(struct icp_str text, struct icp_arena *arena,
                                      struct icp_diagnostics *list);
/* The value of a key of a mapping, or NULL. */
const struct icp_yaml *icp_yaml_get(const struct icp_yaml *mapping, const char *key);
/* Reports every key of a mapping that is not among the names, with the nearest one as hint. `where`
   is for the message: "the configuration". */
void icp_yaml_check_keys(const struct icp_yaml *mapping, const char *where,
                         const struct icp_str *names, size_t count, struct icp_diagnostics *list);
const char *icp_yaml_kind_name(const struct icp_yaml *node); /* "a text", "a list", "a mapping" */

#endif
