/*
 * Regular expressions: those of XPath (which the standard asks for), translated to PCRE2, whose
 * only user this file is. Everything that XPath does not have is an error, so that a pattern means
 * the same in every FEEL. Matching is bounded in steps, depth and memory; a run that reaches a
 * limit is stopped. A compiled pattern lives in an arena and is immutable.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "value.h"

#include <string.h>

enum {
    MATCH_STEPS = 200000, /* some milliseconds; a sane pattern on a long title needs hundreds */
    MATCH_DEPTH = 2000,
    MATCH_HEAP_KIB = 512,
    MOST_GROUPS = 99,
    MOST_DEPTH = 64,     /* groups inside each other */
    MOST_PATTERN = 4096, /* bytes; translated at most 64 times as long */
};

struct feel_pattern {
    pcre2_code *code;
    size_t groups;
};

/* ---- Translating ---------------------------------------------------------------------------- */

struct translation {
    struct icp_str rest;
    struct icp_buf *out;
    bool single_line; /* flag s: . is any character */
    unsigned opened, closed;
    unsigned open[MOST_DEPTH];
    size_t depth;
    bool is_closed[MOST_GROUPS + 1];
    const char *problem;
};

static const char initial[] = "\\p{L}\\p{Nl}_:",
                  name_part[] = "\\p{L}\\p{Nl}_:\\-.\\p{Nd}\\p{M}\\x{b7}";

/* Behind the backslash: what it stands for inside a class, and outside when that differs. */
static const struct {
    char letter;
    const char *inside, *outside;
} escapes[] = {
    {'n', "\\n", "\\n"},
    {'r', "\\r", "\\r"},
    {'t', "\\t", "\\t"},
    {'d', "\\p{Nd}", "\\p{Nd}"},
    {'D', "\\P{Nd}", "\\P{Nd}"},
    {'s', " \\t\\n\\r", "[ \\t\\n\\r]"},
    {'S', "\\x{1}-\\x{8}\\x{b}\\x{c}\\x{e}-\\x{1f}\\x{21}-\\x{10ffff}", "[^ \\t\\n\\r]"},
    {'w', "\\p{L}\\p{M}\\p{N}\\p{S}", "[\\p{L}\\p{M}\\p{N}\\p{S}]"},
    {'W', "\\p{P}\\p{Z}\\p{C}", "[\\p{P}\\p{Z}\\p{C}]"},
};

static bool fails(struct translation *t, const char *problem)
{
    if (t->problem == NULL)
        t->problem = problem;
    return false;
}

static void add(struct translation *t, const char *text)
{
    icp_buf_add_cstr(t->out, text);
}

static char next(const struct translation *t)
{
    if (t->rest.length == 0)
        return '\0';
    return t->rest.data[0];
}

static char take(struct translation *t)
{
    char c = next(t);

    t->rest = icp_str_slice(t->rest, 1, t->rest.length);
    return c;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alphanumeric(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void add_literal(struct translation *t, char c)
{
    if ((unsigned char)c < 0x80 && !is_alphanumeric(c) && c > ' ')
        icp_buf_add_char(t->out, '\\');
    icp_buf_add_char(t->out, c);
}

/* \p{Lu}: categories only. Behind the p. */
static bool translate_category(struct translation *t, char kind)
{
    char name[4] = {0};
    size_t length = 0;

    if (take(t) != '{')
        return fails(t, "\\p needs a category in braces");
    while (is_alphanumeric(next(t)) && length < sizeof(name) - 1)
        name[length++] = take(t);
    if (take(t) != '}' || length == 0 || length > 2)
        return fails(t, "blocks of characters (\\p{Is…}) are not supported in patterns");
    icp_buf_format(t->out, "\\%c{%s}", kind, name);
    return true;
}

static bool translate_reference(struct translation *t, char first)
{
    unsigned group = (unsigned)(first - '0');

    while (is_digit(next(t)) && group * 10 + (unsigned)(next(t) - '0') <= t->opened)
        group = group * 10 + (unsigned)(take(t) - '0');
    if (group == 0 || group > t->opened || !t->is_closed[group])
        return fails(t, "the pattern refers to a group that is not closed before");
    icp_buf_format(t->out, "\\g{%u}", group);
    return true;
}

/* \i, \c, \I, \C: what XML names begin with and are made of, and everything else. */
static bool translate_name_set(struct translation *t, char letter, bool inside)
{
    bool negated = letter == 'I' || letter == 'C';

    if (inside && negated)
        return fails(t, "\\I and \\C inside a class are not supported");
    if (!inside)
        add(t, negated ? "[^" : "[");
    add(t, letter == 'i' || letter == 'I' ? initial : name_part);
    if (!inside)
        add(t, "]");
    return true;
}

static bool is_one_of(char letter, const char *letters)
{
    return letter != '\0' && strchr(letters, letter) != NULL;
}

/* At the character behind a backslash. */
static bool translate_escape(struct translation *t, bool inside)
{
    char letter = take(t);

    for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
        if (escapes[i].letter == letter) {
            add(t, inside ? escapes[i].inside : escapes[i].outside);
            return true;
        }
    }
    if (is_one_of(letter, "pP"))
        return translate_category(t, letter);
    if (is_one_of(letter, "icIC"))
        return translate_name_set(t, letter, inside);
    if (is_digit(letter) && !inside)
        return translate_reference(t, letter);
    if (!is_one_of(letter, "\\|.-^?*+{}()[]$"))
        return fails(t, "the pattern has an unknown escape");
    add_literal(t, letter);
    return true;
}

/* [a-z-[aeiou]] as (?:(?![aeiou])[a-z]): what is taken away is looked at first. Behind the '['. */
static bool translate_class(struct translation *t, size_t nesting);

/* At the bracket behind the minus sign. */
static bool translate_subtracted(struct translation *t, struct icp_buf *subtracted, size_t nesting)
{
    struct icp_buf *out = t->out;

    (void)take(t);
    t->out = subtracted;
    bool fine = translate_class(t, nesting + 1);
    t->out = out;
    return fine && (next(t) == ']' || fails(t, "a class ends behind what is taken away"));
}

/* One member that is no escape; a minus sign first or last is itself, else it makes a range. */
static bool translate_member(struct translation *t, char c, bool first)
{
    if (c == '\0' || c == ']')
        return fails(t, "a class in the pattern is empty or not closed");
    if (c == '[')
        return fails(t, "[ inside a class needs a backslash");
    if (c == '-')
        add(t, first || next(t) == ']' ? "\\-" : "-");
    else
        add_literal(t, c);
    return true;
}

static bool translate_members(struct translation *t, struct icp_buf *subtracted, size_t nesting)
{
    for (bool first = true; next(t) != ']' || first; first = false) {
        char c = take(t);
        if (c == '-' && next(t) == '[')
            return translate_subtracted(t, subtracted, nesting);
        if (!(c == '\\' ? translate_escape(t, true) : translate_member(t, c, first)))
            return false;
    }
    return true;
}

static bool translate_class(struct translation *t, size_t nesting)
{
    struct icp_buf subtracted, members, *out = t->out;
    bool negated = next(t) == '^', fine;

    if (nesting > 8)
        return fails(t, "classes in the pattern nest too deep");
    if (negated)
        (void)take(t);
    icp_buf_open(&subtracted, (size_t)64 * MOST_PATTERN);
    icp_buf_open(&members, (size_t)64 * MOST_PATTERN);
    t->out = &members;
    fine = translate_members(t, &subtracted, nesting);
    t->out = out;
    (void)take(t);
    if (subtracted.length > 0)
        icp_buf_format(out, "(?:(?!%s)", subtracted.data);
    icp_buf_format(out, "[%s%s]", negated ? "^" : "", members.length > 0 ? members.data : "");
    if (subtracted.length > 0)
        add(t, ")");
    icp_buf_finish(&members);
    icp_buf_finish(&subtracted);
    return fine;
}

/* {2}, {2,}, {2,5}: behind the brace. */
static bool translate_count(struct translation *t)
{
    size_t digits = 0;
    bool comma = false;

    add(t, "{");
    while (is_digit(next(t)) || (next(t) == ',' && !comma && digits > 0)) {
        comma = comma || next(t) == ',';
        digits++;
        icp_buf_add_char(t->out, take(t));
    }
    add(t, "}");
    return (digits > 0 && take(t) == '}') || fails(t, "{ needs a number, or a backslash");
}

static bool translate_quantifier(struct translation *t, char c)
{
    if (c == '{' && !translate_count(t))
        return false;
    if (c != '{')
        icp_buf_add_char(t->out, c);
    if (next(t) == '?')
        icp_buf_add_char(t->out, take(t));
    if (next(t) == '+' || next(t) == '*' || next(t) == '?')
        return fails(t, "a repetition repeats nothing");
    return true;
}

static bool translate_open(struct translation *t)
{
    unsigned group = 0;

    if (t->depth == MOST_DEPTH || t->opened == MOST_GROUPS)
        return fails(t, "the pattern has too many groups");
    if (next(t) == '?') {
        (void)take(t);
        if (take(t) != ':')
            return fails(t, "(? is not known in patterns");
        add(t, "(?:");
    } else {
        group = ++t->opened;
        add(t, "(");
    }
    t->open[t->depth++] = group;
    return true;
}

static bool translate_close(struct translation *t)
{
    if (t->depth == 0)
        return fails(t, "a bracket in the pattern was not opened");
    t->is_closed[t->open[--t->depth]] = true;
    add(t, ")");
    return true;
}

static bool translate_one(struct translation *t)
{
    char c = take(t);

    switch (c) {
    case '\\':
        return translate_escape(t, false);
    case '[':
        return translate_class(t, 0);
    case '(':
        return translate_open(t);
    case ')':
        return translate_close(t);
    case '{':
    case '?':
    case '*':
    case '+':
        return translate_quantifier(t, c);
    case '.':
        add(t, t->single_line ? "(?s:.)" : "[^\\n\\r]");
        return true;
    case ']':
    case '}':
        return fails(t, "a bracket in the pattern needs a backslash");
    case '^':
    case '$':
    case '|':
        icp_buf_add_char(t->out, c);
        return true;
    default:
        add_literal(t, c);
        return true;
    }
}

/* ---- Compiling ------------------------------------------------------------------------------ */

static void *allocate(size_t size, void *arena)
{
    return icp_arena_take(arena, size, 1, _Alignof(max_align_t));
}

/* An arena gives nothing back. */
static void release(void *memory, void *arena)
{
    (void)memory;
    (void)arena;
}

static bool read_flags(struct icp_str flags, uint32_t *options, bool *single_line, bool *expanded)
{
    *options =
        PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_MATCH_UNSET_BACKREF | PCRE2_NEVER_BACKSLASH_C;
    for (size_t i = 0; i < flags.length; i++) {
        if (flags.data[i] == 'i')
            *options |= PCRE2_CASELESS;
        else if (flags.data[i] == 'm')
            *options |= PCRE2_MULTILINE;
        else if (flags.data[i] == 's')
            *single_line = true;
        else if (flags.data[i] == 'x')
            *expanded = true;
        else
            return false;
    }
    return true;
}

/* Flag x: blanks outside classes mean nothing, also behind a backslash. */
static void strip_blanks(struct icp_str pattern, struct icp_buf *out)
{
    size_t nesting = 0;

    for (size_t i = 0; i < pattern.length; i++) {
        char c = pattern.data[i];
        bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (blank && nesting == 0)
            continue;
        icp_buf_add_char(out, c);
        if (c == '\\' && i + 1 < pattern.length && (nesting > 0 || pattern.data[i + 1] > ' '))
            icp_buf_add_char(out, pattern.data[++i]);
        else if (c == '[')
            nesting++;
        else if (c == ']' && nesting > 0)
            nesting--;
    }
}

static const char *compile(struct icp_arena *arena, struct icp_buf *translated, uint32_t options,
                           struct feel_pattern *pattern)
{
    int error = 0;
    size_t offset = 0;
    pcre2_general_context *memory = pcre2_general_context_create(allocate, release, arena);
    pcre2_compile_context *context = memory == NULL ? NULL : pcre2_compile_context_create(memory);

    if (context == NULL || translated->failed)
        return "the pattern is too long";
    (void)pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    (void)pcre2_set_parens_nest_limit(context, MOST_DEPTH + 16);
    pattern->code = pcre2_compile((PCRE2_SPTR)(translated->length > 0 ? translated->data : ""),
                                  translated->length, options, &error, &offset, context);
    return pattern->code == NULL ? "the pattern is not a regular expression" : NULL;
}

struct feel_pattern *feel_pattern_compile(struct icp_arena *arena, struct icp_str text,
                                          struct icp_str flags, const char **problem)
{
    struct feel_pattern *pattern = ICP_NEW(arena, struct feel_pattern);
    struct icp_buf stripped, translated;
    uint32_t options = 0;
    bool expanded = false;
    struct translation t = {.rest = text, .out = &translated};

    *problem = NULL;
    if (!read_flags(flags, &options, &t.single_line, &expanded))
        *problem = "flags of a pattern are s, m, i and x";
    if (text.length > MOST_PATTERN || pattern == NULL)
        *problem = "the pattern is too long";
    if (*problem != NULL)
        return NULL;
    icp_buf_open(&stripped, MOST_PATTERN + 1);
    icp_buf_open(&translated, (size_t)64 * MOST_PATTERN);
    if (expanded) {
        strip_blanks(text, &stripped);
        t.rest = icp_buf_view(&stripped);
    }
    while (t.rest.length > 0 && translate_one(&t))
        ;
    if (t.depth > 0)
        (void)fails(&t, "a bracket in the pattern is not closed");
    *problem = t.problem != NULL ? t.problem : compile(arena, &translated, options, pattern);
    pattern->groups = t.opened;
    icp_buf_finish(&translated);
    icp_buf_finish(&stripped);
    return *problem == NULL ? pattern : NULL;
}

/* ---- Matching ------------------------------------------------------------------------------- */

static void *allocate_in_run(size_t size, void *run)
{
    return feel_take(run, size, 1);
}

bool feel_pattern_find(struct feel_run *run, const struct feel_pattern *pattern,
                       struct icp_str text, size_t from, struct feel_match *match)
{
    pcre2_general_context *memory = pcre2_general_context_create(allocate_in_run, release, run);
    pcre2_match_context *limits = memory == NULL ? NULL : pcre2_match_context_create(memory);
    pcre2_match_data *data =
        memory == NULL ? NULL : pcre2_match_data_create_from_pattern(pattern->code, memory);

    if (limits == NULL || data == NULL)
        return false;
    (void)pcre2_set_match_limit(limits, MATCH_STEPS);
    (void)pcre2_set_depth_limit(limits, MATCH_DEPTH);
    (void)pcre2_set_heap_limit(limits, MATCH_HEAP_KIB);
    int found = pcre2_match(pattern->code, (PCRE2_SPTR)(text.length > 0 ? text.data : ""),
                            text.length, from, 0, data, limits);
    if (found < 0 && found != PCRE2_ERROR_NOMATCH)
        (void)feel_stop(run, "the pattern takes too many steps on this text");
    if (found <= 0)
        return false;
    const size_t *places = pcre2_get_ovector_pointer(data);
    *match = (struct feel_match){
        .start = places[0], .end = places[1], .groups = pattern->groups, .places = places};
    return true;
}
