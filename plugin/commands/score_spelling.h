/* Values as files spell them, brought into the one spelling of icp/record.h. */
#ifndef ICP_SCORE_SPELLING_H
#define ICP_SCORE_SPELLING_H

#include "icp/record.h"

/* Surely in the canonical spelling already: what nearly every value is. */
static inline bool score_is_spelled(enum icp_type type, struct icp_str text)
{
    if (type == ICP_TYPE_BOOLEAN)
        return (text.length == 4 && text.data[0] == 't') ||
               (text.length == 5 && text.data[0] == 'f');
    return text.length >= 10 && text.data[4] == '-' &&
           (text.length == 10 || (type == ICP_TYPE_DATETIME && text.data[10] == 'T'));
}

/* TRUE, Yes and 1; 2026-01-15 10:20 and milliseconds. What fits no spelling is given back as it
   is: the rule engine refuses it. */
struct icp_str score_spell(enum icp_type type, struct icp_str text, struct icp_arena *arena);
/* As icp_time_parse, and with a space between day and time. */
bool score_time_parse(struct icp_str text, int64_t *ms);

#endif
