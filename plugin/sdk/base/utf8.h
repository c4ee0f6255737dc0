/* UTF-8: validation and simple comparison keys. Malformed input is never passed on as text. */
#ifndef ICP_UTF8_H
#define ICP_UTF8_H

#include "icp/base.h"

bool icp_utf8_valid(struct icp_str text); /* RFC 3629: no surrogates, no overlong forms, no NUL */
/* One code point and the bytes it took; false at the end or at a malformed byte. */
bool icp_utf8_next(struct icp_str *rest, uint32_t *code_point);
void icp_utf8_append(struct icp_buf *buf, uint32_t code_point);
/* Key under which texts count as equal: trimmed, runs of space made one, NFKC and case folded
   (libunistring). Malformed text gives its own bytes. */
struct icp_str icp_text_key(struct icp_arena *arena, struct icp_str text);
/* The bare letters and digits of a text: lower case, accents and apostrophes off (ø is o, æ is ae,
   ß is ss), every other run of signs one space, "&" the word "and", the points of "U.S.A." nothing.
   For tables of names, where spellings differ. Into `out`, without allocation; no text when it does
   not fit or is malformed. */
struct icp_str icp_text_fold(struct icp_str text, char *out, size_t room);
/* In capitals or small letters by the full mappings of Unicode, no language's own rules; malformed
   text gives its own bytes. No text: the arena is full. */
struct icp_str icp_text_turn(struct icp_arena *arena, struct icp_str text, bool upper);
/* Certainly written so already: plain ASCII without a letter of the other case. */
bool icp_text_is_turned(struct icp_str text, bool upper);
/* Longest prefix of at most `limit` characters (code points) that ends on a character. */
struct icp_str icp_utf8_cut(struct icp_str text, size_t limit);
/* How many characters (code points) a text has; what malformed bytes count for is left open. */
size_t icp_characters(struct icp_str text);
/* For a terminal or a log: one line. Control characters, line and paragraph separators and what
   turns the direction of writing become spaces; malformed bytes end it. Into `out`, which has as
   many bytes as the text. */
struct icp_str icp_text_line(struct icp_str text, char *out);
/* Words are made of it: a letter, a digit, or a mark on one. */
bool icp_utf8_is_word(uint32_t code_point);
/* Glob over already folded text: '*' any run, '?' one character. Linear time. */
bool icp_glob_match(struct icp_str pattern, struct icp_str text);

#endif
