/*
 * Patterns over job titles, many at once. A title is split into parts at "/", "," and "&" and at
 * the word "and" of a language; a part into words, runs of letters and digits. A pattern is a word
 * or a phrase of consecutive words; "*" stands for any letters inside a word: "*direktør",
 * "økonomi*",
 * "*demand gen*". A guard is a pattern that takes its part of the title out of the match.
 */
#ifndef ICP_TITLES_H
#define ICP_TITLES_H

#include "icp/base.h"

struct icp_titles; /* immutable; lives in the arena it was compiled in */

/* All lines: a guard of every one. */
#define ICP_TITLES_EVERY UINT32_MAX
#define ICP_TITLES_NONE  UINT32_MAX

struct icp_titles_pattern {
    struct icp_str normal; /* from icp_titles_normal */
    uint32_t line;         /* that it belongs to, from 0; a guard may belong to every line */
    bool guard;
};

enum { ICP_TITLES_LINES = 2048 }; /* of one set, at most; a rule file has at most 2,000 lines */

/* The spelling that patterns are compared in: the same for all that match the same. No text when
   the pattern holds no word that a title could have, or a "?". */
struct icp_str icp_titles_normal(struct icp_str pattern, struct icp_arena *arena);
/* Does a pattern hold of every title that another one holds of? Both in their normal spelling. */
bool icp_titles_covers(struct icp_str pattern, struct icp_str other);
/* Does it stand in several parts of a title at once? */
bool icp_titles_crosses(struct icp_str normal);
/* NULL at the machine's end. */
const struct icp_titles *icp_titles_compile(const struct icp_titles_pattern *patterns, size_t count,
                                            size_t lines, struct icp_arena *arena);
/* Which lines hold of a title: those with a pattern in some part of it that none of their guards is
   in. `title` is an icp_text_key. Returns the first of them, or ICP_TITLES_NONE. `hits`, when it is
   not NULL, gets one bit a line ((lines + 63) / 64 words). Nothing is allocated, but by a set with
   a
   "*" between letters, which copies the title to the scratch memory. */
uint32_t icp_titles_match(const struct icp_titles *titles, struct icp_str title, uint64_t *hits,
                          struct icp_arena *scratch);

#endif
