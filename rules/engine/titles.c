/*
 * Job titles against many patterns in one pass. Patterns and titles are brought to the same string
 * of symbols: words with an edge between them and at both ends, and a mark where a part ends. So a
 * whole word is "edge, letters, edge", a "*" at an end of a pattern just leaves the edge out, and
 * one Aho-Corasick automaton over bytes finds words, beginnings, ends and phrases alike. Patterns
 * with a "*" between letters are tried one by one. Invariant: EDGE and SPLIT are bytes that no
 * folded text holds.
 */
#include "titles.h"

#include <string.h>

#include "utf8.h"

enum {
    EDGE = 1,  /* of a word */
    SPLIT = 2, /* between two parts, an edge on either side */
    STAR = 3,  /* in a normal pattern: any letters of one word */
    LINE_WORDS = ICP_TITLES_LINES / 64,
};

/* What a state finds, besides what its `shorter` state finds. */
struct find {
    uint32_t line;
    bool guard;
    uint32_t next; /* of the same state: index + 1, 0: none */
};

struct icp_titles {
    uint8_t classes[256]; /* of a byte; 0: in no pattern */
    size_t class_count;
    uint32_t *next;    /* state × class → state, with FOUND when it finds something */
    uint32_t *first;   /* of a state: index of its finds + 1 */
    uint32_t *shorter; /* of a state: the longest shorter one that finds something; 0: none */
    struct find *finds;
    const struct icp_titles_pattern *slow; /* with a star between letters */
    size_t slow_count;
    size_t line_count, words;
};
#define FOUND UINT32_C(0x80000000)

/* ---- Symbols --------------------------------------------------------------------------------- */

/* "and" in languages of Europe; it splits only with a space on either side ("e-commerce"). Left out
   are the words that titles need in other languages: "i" is "in", "a" an article. */
static bool is_and(struct icp_str word)
{
    static const char *const words[] = {"and", "og", "och", "und", "ja", "sekä",
                                        "et",  "en", "y",   "e",   "ed", "oraz"};
    for (size_t i = 0; word.length <= 5 && i < sizeof(words) / sizeof(words[0]); i++)
        if (icp_str_is(word, words[i]))
            return true;
    return false;
}

static bool is_splitter(char c)
{
    return c == '/' || c == ',' || c == '&';
}

/* Words of a text, one after the other. */
struct words {
    struct icp_str text;
    size_t at;
    bool stars; /* "*" is a letter */
    bool split; /* a part ended before this word */
    struct icp_str word;
};

/* Length of the character that stands next, and whether words are made of it. */
static size_t look(const struct words *words, bool *of_word)
{
    unsigned char c = (unsigned char)words->text.data[words->at];
    if (c < 0x80) {
        *of_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                   (c == '*' && words->stars);
        return 1;
    }
    struct icp_str rest = icp_str_slice(words->text, words->at, words->text.length);
    uint32_t point = 0;
    bool valid = icp_utf8_next(&rest, &point);
    *of_word = valid && icp_utf8_is_word(point);
    return valid ? words->text.length - words->at - rest.length : 1;
}

static void skip_signs(struct words *words)
{
    bool of_word = false;
    while (words->at < words->text.length) {
        size_t length = look(words, &of_word);
        if (of_word)
            return;
        words->split = words->split || is_splitter(words->text.data[words->at]);
        words->at += length;
    }
}

static void take_letters(struct words *words)
{
    size_t from = words->at;
    bool of_word = true;
    while (words->at < words->text.length) {
        size_t length = look(words, &of_word);
        if (!of_word)
            break;
        words->at += length;
    }
    words->word = icp_str_slice(words->text, from, words->at);
}

/* The word that was taken joins two parts. */
static bool joins(const struct words *words)
{
    size_t from = words->at - words->word.length;
    return from > 0 && words->text.data[from - 1] == ' ' && words->at < words->text.length &&
           words->text.data[words->at] == ' ' && is_and(words->word);
}

/* The next word that is no "and". */
static bool next_word(struct words *words)
{
    words->split = false;
    for (;;) {
        skip_signs(words);
        if (words->at >= words->text.length)
            return false;
        take_letters(words);
        if (!joins(words))
            return true;
        words->split = true;
    }
}

/* ---- Patterns -------------------------------------------------------------------------------- */

static bool has_letter(struct icp_str word)
{
    for (size_t i = 0; i < word.length; i++)
        if (word.data[i] != '*')
            return true;
    return false;
}

/* A word's letters, runs of stars made one. */
static size_t put_word(char *out, size_t length, struct icp_str word)
{
    for (size_t i = 0; i < word.length; i++) {
        char c = word.data[i];
        if (c == '*')
            c = (char)STAR;
        if (c != (char)STAR || length == 0 || out[length - 1] != (char)STAR)
            out[length++] = c;
    }
    return length;
}

/* A star at an end, inside a word, is said by leaving out the edge. */
static struct icp_str without_end_stars(const char *made, size_t length)
{
    size_t from = 0;
    if (length > 2 && made[1] == (char)STAR && made[2] != (char)EDGE)
        from = 2;
    if (length > from + 2 && made[length - 2] == (char)STAR && made[length - 3] != (char)EDGE)
        length -= 2;
    return (struct icp_str){.data = made + from, .length = length - from};
}

struct icp_str icp_titles_normal(struct icp_str pattern, struct icp_arena *arena)
{
    struct icp_str key = icp_text_key(arena, pattern);
    struct words words = {.text = key, .stars = true};
    bool good = false, first = true;
    if (icp_str_is_empty(key) || !icp_utf8_valid(key) || memchr(key.data, '?', key.length))
        return (struct icp_str){0};
    char *made = icp_arena_take(arena, 3 * key.length + 3, 1, 1);
    size_t length = 0;
    if (!made)
        return (struct icp_str){0};
    made[length++] = (char)EDGE;
    while (next_word(&words)) {
        if (words.split && !first) {
            made[length++] = (char)SPLIT;
            made[length++] = (char)EDGE;
        }
        length = put_word(made, length, words.word);
        made[length++] = (char)EDGE;
        good = good || has_letter(words.word);
        first = false;
    }
    return good ? without_end_stars(made, length) : (struct icp_str){0};
}

/* ---- The automaton --------------------------------------------------------------------------- */

static bool is_slow(struct icp_str normal)
{
    return memchr(normal.data, STAR, normal.length) != NULL;
}

static void choose_classes(struct icp_titles *titles, const struct icp_titles_pattern *patterns,
                           size_t count)
{
    titles->class_count = 1;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < patterns[i].normal.length; j++) {
            uint8_t *class = &titles->classes[(unsigned char)patterns[i].normal.data[j]];
            if (*class == 0 && !is_slow(patterns[i].normal))
                *class = (uint8_t)titles->class_count++;
        }
}

/* The state of a pattern's whole text; makes those on the way. */
static uint32_t add_path(struct icp_titles *titles, struct icp_str normal, uint32_t *state_count)
{
    uint32_t state = 0;
    for (size_t i = 0; i < normal.length; i++) {
        size_t class = titles->classes[(unsigned char)normal.data[i]];
        uint32_t *next = &titles->next[state * titles->class_count + class];
        if (*next == 0)
            *next = (*state_count)++;
        state = *next;
    }
    return state;
}

/* Breadth first: a missing step goes where the next shorter text would go. */
static void complete(struct icp_titles *titles, uint32_t *fail, uint32_t *queue)
{
    size_t head = 0, tail = 0, width = titles->class_count;
    for (size_t class = 1; class < width; class ++)
        if (titles->next[class] != 0)
            queue[tail++] = titles->next[class];
    while (head < tail) {
        uint32_t state = queue[head++];
        uint32_t back = fail[state];
        titles->shorter[state] = titles->first[back] != 0 ? back : titles->shorter[back];
        for (size_t class = 1; class < width; class ++) {
            uint32_t *next = &titles->next[state * width + class];
            uint32_t other = titles->next[back * width + class];
            if (*next == 0) {
                *next = other;
                continue;
            }
            fail[*next] = other;
            queue[tail++] = *next;
        }
    }
}

static void mark_found(struct icp_titles *titles, uint32_t state_count)
{
    for (size_t i = 0; i < state_count * titles->class_count; i++) {
        uint32_t state = titles->next[i];
        if (titles->first[state] != 0 || titles->shorter[state] != 0)
            titles->next[i] = state | FOUND;
    }
}

static bool build(struct icp_titles *titles, const struct icp_titles_pattern *patterns,
                  size_t count, struct icp_arena *arena)
{
    size_t most = 1;
    for (size_t i = 0; i < count; i++)
        most += is_slow(patterns[i].normal) ? 0 : patterns[i].normal.length;
    titles->next = ICP_NEW_ARRAY(arena, uint32_t, most * titles->class_count);
    titles->first = ICP_NEW_ARRAY(arena, uint32_t, most);
    titles->shorter = ICP_NEW_ARRAY(arena, uint32_t, most);
    titles->finds = ICP_NEW_ARRAY(arena, struct find, count + 1);
    uint32_t *fail = icp_allocate(2 * most, sizeof(*fail)), state_count = 1;
    if (arena->full || !fail) {
        icp_release(fail);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (is_slow(patterns[i].normal))
            continue;
        uint32_t state = add_path(titles, patterns[i].normal, &state_count);
        titles->finds[i] = (struct find){
            .line = patterns[i].line, .guard = patterns[i].guard, .next = titles->first[state]};
        titles->first[state] = (uint32_t)i + 1;
    }
    complete(titles, fail, fail + most);
    mark_found(titles, state_count);
    icp_release(fail);
    return true;
}

const struct icp_titles *icp_titles_compile(const struct icp_titles_pattern *patterns, size_t count,
                                            size_t lines, struct icp_arena *arena)
{
    struct icp_titles *titles = ICP_NEW(arena, struct icp_titles);
    struct icp_titles_pattern *slow = ICP_NEW_ARRAY(arena, struct icp_titles_pattern, count + 1);
    if (!titles || !slow || lines > ICP_TITLES_LINES)
        return NULL;
    titles->line_count = lines;
    titles->words = (lines + 63) / 64;
    titles->slow = slow;
    for (size_t i = 0; i < count; i++)
        if (is_slow(patterns[i].normal))
            slow[titles->slow_count++] = patterns[i];
    choose_classes(titles, patterns, count);
    return build(titles, patterns, count, arena) ? titles : NULL;
}

/* ---- Matching -------------------------------------------------------------------------------- */

struct match {
    const struct icp_titles *titles;
    uint32_t state;
    bool guarded; /* this part, for every line */
    uint64_t hits[LINE_WORDS], part[LINE_WORDS], guards[LINE_WORDS];
    char *copy; /* of the symbols, for the slow patterns; NULL: there are none */
    size_t copied, part_start;
};

static void take(struct match *match, uint32_t line, bool guard)
{
    if (guard && line == ICP_TITLES_EVERY)
        match->guarded = true;
    else
        (guard ? match->guards : match->part)[line / 64] |= UINT64_C(1) << (line % 64);
}

static void take_finds(struct match *match, uint32_t state)
{
    const struct icp_titles *titles = match->titles;
    for (; state != 0; state = titles->shorter[state])
        for (uint32_t i = titles->first[state]; i != 0; i = titles->finds[i - 1].next)
            take(match, titles->finds[i - 1].line, titles->finds[i - 1].guard);
}

static void feed(struct match *match, unsigned char c)
{
    const struct icp_titles *titles = match->titles;
    uint32_t next = titles->next[match->state * titles->class_count + titles->classes[c]];
    match->state = next & ~FOUND;
    if (next & FOUND)
        take_finds(match, match->state);
    if (match->copy)
        match->copy[match->copied++] = (char)c;
}

/* How many symbols from the beginning the pattern takes; 0: it is not there. A star takes no edge
   and no split, so only the last one ever has to give back. */
static size_t taken(struct icp_str pattern, struct icp_str symbols)
{
    struct icp_str behind_star = {0};
    size_t at = 0, retry = 0;
    while (pattern.length > 0) {
        if (pattern.data[0] == (char)STAR) {
            behind_star = pattern = icp_str_slice(pattern, 1, pattern.length);
            retry = at;
        } else if (at < symbols.length && pattern.data[0] == symbols.data[at]) {
            pattern = icp_str_slice(pattern, 1, pattern.length);
            at++;
        } else if (behind_star.data && retry < symbols.length &&
                   symbols.data[retry] != (char)EDGE && symbols.data[retry] != (char)SPLIT) {
            at = ++retry;
            pattern = behind_star;
        } else {
            return 0;
        }
    }
    return at;
}

/* What stands for any letters in the other one is taken by a star alone. */
bool icp_titles_covers(struct icp_str pattern, struct icp_str other)
{
    for (size_t at = 0; at < other.length; at++)
        if (taken(pattern, icp_str_slice(other, at, other.length)) > 0)
            return true;
    return false;
}

bool icp_titles_crosses(struct icp_str pattern)
{
    return memchr(pattern.data, SPLIT, pattern.length) != NULL;
}

/* The slow patterns that end in this part. */
static void try_slow(struct match *match)
{
    const struct icp_titles *titles = match->titles;
    struct icp_str all = {.data = match->copy, .length = match->copied};
    for (size_t i = 0; i < titles->slow_count; i++) {
        struct icp_str normal = titles->slow[i].normal;
        bool crosses = icp_titles_crosses(normal), found = false;
        for (size_t at = crosses ? 0 : match->part_start; at < all.length && !found; at++) {
            size_t length = taken(normal, icp_str_slice(all, at, all.length));
            found = length > 0 && at + length > match->part_start;
        }
        if (found)
            take(match, titles->slow[i].line, titles->slow[i].guard);
    }
}

static void end_part(struct match *match)
{
    if (match->copy)
        try_slow(match);
    for (size_t i = 0; i < match->titles->words; i++) {
        if (!match->guarded)
            match->hits[i] |= match->part[i] & ~match->guards[i];
        match->part[i] = match->guards[i] = 0;
    }
    match->guarded = false;
}

static uint32_t first_line(const struct match *match)
{
    for (size_t i = 0; i < match->titles->words; i++)
        if (match->hits[i] != 0)
            return (uint32_t)(64 * i) + (uint32_t)__builtin_ctzll(match->hits[i]);
    return ICP_TITLES_NONE;
}

uint32_t icp_titles_match(const struct icp_titles *titles, struct icp_str title, uint64_t *hits,
                          struct icp_arena *scratch)
{
    struct match match;
    struct words words = {.text = title};
    bool first = true;
    match.titles = titles;
    match.state = 0;
    match.guarded = false;
    match.copied = match.part_start = 0;
    match.copy = titles->slow_count > 0 && !icp_str_is_empty(title)
                     ? icp_arena_take(scratch, 3 * title.length + 3, 1, 1)
                     : NULL;
    for (size_t i = 0; i < titles->words; i++)
        match.hits[i] = match.part[i] = match.guards[i] = 0;
    while (!icp_str_is_empty(title) && next_word(&words)) {
        if (words.split && !first) {
            end_part(&match);
            feed(&match, SPLIT);
            match.part_start = match.copied;
        }
        if (first || words.split)
            feed(&match, EDGE);
        for (size_t i = 0; i < words.word.length; i++)
            feed(&match, (unsigned char)words.word.data[i]);
        feed(&match, EDGE);
        first = false;
    }
    end_part(&match);
    for (size_t i = 0; hits && i < titles->words; i++)
        hits[i] = match.hits[i];
    return first_line(&match);
}
