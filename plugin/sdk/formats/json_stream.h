/*
 * JSON without a document tree, both ways. The reader pulls tokens out of a text that is in memory
 * (a page, a line); strings without escapes are views into it, others are decoded into the arena.
 * RFC 8259, strict: UTF-8 checked, lone surrogates refused, depth at most ICP_MAX_DEPTH. Errors
 * stick: after the first every call returns ICP_JSON_BAD.
 */
#ifndef ICP_JSON_STREAM_H
#define ICP_JSON_STREAM_H

#include "bounds.h"
#include "icp/base.h"

enum icp_json_token {
    ICP_JSON_OBJECT_BEGIN,
    ICP_JSON_OBJECT_END,
    ICP_JSON_ARRAY_BEGIN,
    ICP_JSON_ARRAY_END,
    ICP_JSON_KEY,
    ICP_JSON_STRING,
    ICP_JSON_NUMBER,
    ICP_JSON_TRUE,
    ICP_JSON_FALSE,
    ICP_JSON_NULL,
    ICP_JSON_FINISHED, /* one whole value was read and only space follows */
    ICP_JSON_BAD,
};

struct icp_json_reader {
    struct icp_str text;
    size_t at;
    struct icp_arena *arena;
    const char *problem; /* static text when BAD */
    size_t depth;
    unsigned char stack[ICP_MAX_DEPTH + 1]; /* private: '{' '[' and what is expected next */
    unsigned char expect;                   /* private */
};

void icp_json_reader_open(struct icp_json_reader *reader, struct icp_str text,
                          struct icp_arena *arena);
/* `text` gets the content of KEY, STRING and NUMBER (number as written); may be NULL. */
enum icp_json_token icp_json_next(struct icp_json_reader *reader, struct icp_str *text);
/* Skips the value that comes next (also a whole object). False when BAD. */
bool icp_json_skip(struct icp_json_reader *reader);
/* Steps for shape-driven reading. object/array: true when the next token opens one. key: true and
   the name, or false at the object's end. item: true when one more item follows (nothing consumed
   but the end mark). All false when BAD, so loops end; look at reader->problem afterwards. */
bool icp_json_enter_object(struct icp_json_reader *reader);
bool icp_json_enter_array(struct icp_json_reader *reader);
bool icp_json_key(struct icp_json_reader *reader, struct icp_str *key);
bool icp_json_item(struct icp_json_reader *reader);
/* A scalar as text: string content, number as written, true/false; JSON null gives "no text". An
   object or array makes the reader BAD. */
bool icp_json_scalar(struct icp_json_reader *reader, struct icp_str *text);

/* The writer appends to a bounded buffer and places the commas. Depth at most ICP_MAX_DEPTH. */
struct icp_json_writer {
    struct icp_buf *out;
    size_t depth;
    unsigned char first[ICP_MAX_DEPTH + 1]; /* private */
    bool after_key;                         /* private */
};

void icp_json_writer_open(struct icp_json_writer *writer, struct icp_buf *out);
void icp_json_begin_object(struct icp_json_writer *writer);
void icp_json_end_object(struct icp_json_writer *writer);
void icp_json_begin_array(struct icp_json_writer *writer);
void icp_json_end_array(struct icp_json_writer *writer);
void icp_json_put_key(struct icp_json_writer *writer, const char *key);
void icp_json_put_key_text(struct icp_json_writer *writer, struct icp_str key);
void icp_json_put_text(struct icp_json_writer *writer, struct icp_str text); /* no text: null */
void icp_json_put_integer(struct icp_json_writer *writer, int64_t value);
void icp_json_put_number(struct icp_json_writer *writer, struct icp_str as_written);
void icp_json_put_boolean(struct icp_json_writer *writer, bool value);
void icp_json_put_null(struct icp_json_writer *writer);
/* Key and value in one. */
void icp_json_put_text_member(struct icp_json_writer *writer, const char *key, struct icp_str text);
void icp_json_put_integer_member(struct icp_json_writer *writer, const char *key, int64_t value);
void icp_json_put_boolean_member(struct icp_json_writer *writer, const char *key, bool value);

#endif
