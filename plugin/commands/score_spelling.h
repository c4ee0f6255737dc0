/* Values as files spell them, brought into the one spelling of icp/record.h and of the CRM. */
#ifndef ICP_SCORE_SPELLING_H
#define ICP_SCORE_SPELLING_H

#include "score_file.h"

/* Surely in the canonical spelling already: what nearly every value is. */
static inline bool score_is_spelled(const struct score_spell *spell, struct icp_str text)
{
    if (spell->plain != NULL || spell->whole) {
        for (size_t i = 0; i < text.length; i++)
            if (spell->plain != NULL ? !spell->plain[(unsigned char)text.data[i]]
                                     : text.data[i] < '0' || text.data[i] > '9')
                return false;
        return true;
    }
    if (spell->type == ICP_TYPE_BOOLEAN)
        return (text.length == 4 && text.data[0] == 't') ||
               (text.length == 5 && text.data[0] == 'f');
    return text.length >= 10 && text.data[4] == '-' &&
           (text.length == 10 || (spell->type == ICP_TYPE_DATETIME && text.data[10] == 'T'));
}

/* TRUE, Yes and 1; 2026-01-15 10:20 and milliseconds; the label of an option; 1.200 employees. What
   fits no spelling is given back as it is: the rule engine refuses it. */
struct icp_str score_spell(const struct score_spell *spell, struct icp_str text,
                           struct icp_arena *arena);
/* A count: "1.200", "1,200", "1 200" and "1'200" are all twelve hundred, for it has no fraction. */
struct icp_str score_spell_whole(struct icp_str text, struct icp_arena *arena);
/* As icp_time_parse, and with a space between day and time. */
bool score_time_parse(struct icp_str text, int64_t *ms);

#endif
