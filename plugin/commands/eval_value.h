/*
 * Values of FEEL as JSON, both ways. The typed form is {"type": "decimal", "value": "1.5"}:
 * numbers, dates and durations as text, lists as arrays of typed values, contexts as objects of
 * them. Plain JSON is read as well: numbers, texts, truth, null, arrays, objects.
 */
#ifndef ICP_EVAL_VALUE_H
#define ICP_EVAL_VALUE_H

#include "feel.h"
#include "json_stream.h"
#include "value.h"

/* The value that comes next; false with a report when it is none. */
bool icp_eval_read(struct icp_json_reader *reader, struct feel_run *run, struct feel_value *value,
                   struct icp_err *err);
void icp_eval_write(struct icp_json_writer *json, const struct feel_value *value);

/* The names and values of an object, as what an expression may use. */
bool icp_eval_scope(const struct feel_value *inputs, struct icp_arena *arena,
                    struct icp_feel_scope *scope);

#endif
