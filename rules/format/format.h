/*
 * An ICP file in canonical form: the same meaning, every comment kept, one way to write it.
 * Sections and the keys of a line stand in the order of the reference, two spaces indent,
 * conditions stand in single quotes. What stands on one line stays on one line while it fits into
 * FORMAT_WIDTH columns; lines of a kind that follow each other are aligned. Formatting twice
 * changes nothing more.
 */
#ifndef ICP_FORMAT_H
#define ICP_FORMAT_H

#include "icp/base.h"

/* The canonical form of a text that is good YAML, into `out` (open, with room for twice the text
   and a page). Before it is handed out it is read again and compared with the text: same values in
   the same places, same comments. ICP_BAD_CONFIG: no YAML, or too large
   for the arena; ICP_BUG: the comparison failed. */
enum icp_status icp_rules_format(struct icp_str text, const char *path, struct icp_arena *arena,
                                 struct icp_buf *out, struct icp_err *err);

#endif
