/*
 * Texts that patterns hold for: what a record must say so that the line of a pattern is reached. A
 * pattern itself is never such a text: nobody's title is "head of *".
 */
#include "suggest.h"

static bool is_gap(struct icp_str pattern, size_t at)
{
    return at >= pattern.length || (unsigned char)pattern.data[at] <= ' ';
}

struct icp_str icp_suggest_plain(struct icp_suggest *suggest, struct icp_str pattern)
{
    char *made = icp_arena_take(suggest->arena, pattern.length + 1, 1, 1);
    size_t length = 0;
    for (size_t i = 0; made && i < pattern.length; i++) {
        if (pattern.data[i] == '?')
            made[length++] = 'x';
        else if (pattern.data[i] != '*')
            made[length++] = pattern.data[i];
    }
    return (struct icp_str){.data = made, .length = length};
}

/* A star inside a word is no letter at all, one alone a word; what splits a title in the normal
   spelling of a pattern is a space again. */
struct icp_str icp_suggest_title(struct icp_suggest *suggest, struct icp_str pattern)
{
    static const char word[] = {'i', 't'};
    char *made = icp_arena_take(suggest->arena, 2 * pattern.length + 1, 1, 1);
    size_t length = 0;
    for (size_t i = 0; made && i < pattern.length; i++) {
        bool alone =
            pattern.data[i] == '*' && (i == 0 || is_gap(pattern, i - 1)) && is_gap(pattern, i + 1);
        for (size_t k = 0; alone && k < sizeof(word); k++)
            made[length++] = word[k];
        if (pattern.data[i] != '*')
            made[length++] = (char)(is_gap(pattern, i) ? ' ' : pattern.data[i]);
    }
    return (struct icp_str){.data = made, .length = length};
}
