/* Values as files spell them, brought into the one spelling of icp/record.h and of the CRM. */
#ifndef ICP_SCORE_SPELLING_H
#define ICP_SCORE_SPELLING_H

#include "score_file.h"

/* A row's values as the engine takes them: from the column that has one, in its spelling. */
void score_settle(struct score_worker *worker);
/* A count: "1.200", "1,200", "1 200" and "1'200" are all twelve hundred, for it has no fraction. */
struct icp_str score_spell_whole(struct icp_str text, struct icp_arena *arena);
/* As icp_time_parse, and with a space between day and time. */
bool score_time_parse(struct icp_str text, int64_t *ms);

#endif
