/*
 * Small JSON documents as a tree (error bodies, property lists, stored rows): the only user of
 * jansson. Big streams go through json_stream.h. Nodes belong to the document.
 */
#ifndef ICP_JSON_H
#define ICP_JSON_H

#include "icp/base.h"

struct icp_json_document;
struct icp_json; /* borrowed node; NULL is "nothing there", and every reader takes it */

/* NULL with a report in err (ICP_ITEM, position in the message) when the text is not one JSON
   value. Duplicate keys and nesting over ICP_MAX_DEPTH are refused. */
struct icp_json_document *icp_json_open(struct icp_str text, struct icp_err *err);
void icp_json_close(struct icp_json_document *document);
const struct icp_json *icp_json_root(const struct icp_json_document *document);

bool icp_json_is_object(const struct icp_json *node);
bool icp_json_is_array(const struct icp_json *node);
bool icp_json_is_text(const struct icp_json *node);
bool icp_json_is_null(const struct icp_json *node); /* JSON null, or nothing there */
const struct icp_json *icp_json_get(const struct icp_json *object, const char *key);
size_t icp_json_count(const struct icp_json *array); /* 0 for what is not an array */
const struct icp_json *icp_json_at(const struct icp_json *array, size_t index);
struct icp_str icp_json_text(const struct icp_json *node); /* no text when it is not a string */
struct icp_str icp_json_get_text(const struct icp_json *object, const char *key);
bool icp_json_get_true(const struct icp_json *object, const char *key);
int64_t icp_json_integer(const struct icp_json *node, int64_t fallback);
/* An id may be a JSON number or a string: decimal text of either, in the arena; else no text. */
struct icp_str icp_json_id(const struct icp_json *node, struct icp_arena *arena);
/* Walks the members of an object: start with *iterator = NULL; false at the end. */
bool icp_json_next_member(const struct icp_json *object, void **iterator, struct icp_str *key,
                          const struct icp_json **value);

#endif
