/*
 * matches, replace and split. Patterns that are constants were compiled with the expression and
 * come as values of their own; others are compiled here. A pattern that matches the empty text
 * cannot divide or replace, as in XPath.
 */
#include "functions.h"

#include <string.h>

static const struct feel_pattern *pattern_of(struct feel_run *run, const struct feel_value *pattern,
                                             const struct feel_value *flags)
{
    const char *problem = NULL;
    struct feel_pattern *compiled;

    if (pattern->kind == FEEL_FUNCTION && pattern->form == FEEL_COMPILED_PATTERN)
        return pattern->as.pattern;
    bool plain = flags == NULL || flags->kind == FEEL_NULL || flags->kind == FEEL_TEXT;
    if (pattern->kind != FEEL_TEXT || !plain) {
        (void)feel_fail(run, "the pattern or its flags are not a text");
        return NULL;
    }
    /* compiled in the run's memory: about a hundred times the pattern's length */
    if (run->scratch == NULL || !feel_step(run, 50 + pattern->as.text.length) ||
        run->taken + 200 * pattern->as.text.length > FEEL_RUN_MEMORY)
        return NULL;
    size_t before = run->scratch->used;
    compiled = feel_pattern_compile(
        run->scratch, pattern->as.text,
        flags != NULL && flags->kind == FEEL_TEXT ? flags->as.text : ICP_STR(""), &problem);
    run->taken += run->scratch->used - before;
    if (compiled == NULL)
        (void)feel_fail(run, problem);
    return compiled;
}

static bool matches_empty(struct feel_run *run, const struct feel_pattern *pattern)
{
    struct feel_match match;

    if (!feel_pattern_find(run, pattern, ICP_STR(""), 0, &match))
        return false;
    (void)feel_fail(run, "the pattern matches the empty text");
    return true;
}

struct feel_value feel_apply_matches(struct feel_run *run, const struct feel_value *arguments,
                                     size_t count)
{
    struct feel_match match;

    if (arguments[0].kind != FEEL_TEXT)
        return feel_fail(run, "an argument is not a text");
    const struct feel_pattern *pattern =
        pattern_of(run, &arguments[1], count > 2 ? &arguments[2] : NULL);
    if (pattern == NULL)
        return feel_null();
    bool found = feel_pattern_find(run, pattern, arguments[0].as.text, 0, &match);
    return run->stopped ? feel_null() : feel_boolean(found);
}

/* ---- replace -------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void add_group(struct icp_buf *out, struct icp_str text, const struct feel_match *match,
                      size_t group)
{
    if (group <= match->groups && match->places[2 * group] != SIZE_MAX)
        icp_buf_add(out,
                    icp_str_slice(text, match->places[2 * group], match->places[2 * group + 1]));
}

/* The replacement for one match: $1 a group, \$ and \\ themselves. False: it is none. */
static bool add_replacement(struct icp_buf *out, struct icp_str replacement, struct icp_str text,
                            const struct feel_match *match)
{
    for (size_t i = 0; i < replacement.length; i++) {
        char c = replacement.data[i], behind = '\0';
        if (i + 1 < replacement.length)
            behind = replacement.data[i + 1];
        if (c == '\\') {
            if (behind != '\\' && behind != '$')
                return false;
            icp_buf_add_char(out, behind);
            i++;
        } else if (c == '$') {
            if (!is_digit(behind))
                return false;
            size_t group = (size_t)(behind - '0');
            i++;
            while (i + 1 < replacement.length && is_digit(replacement.data[i + 1]) &&
                   group * 10 + (size_t)(replacement.data[i + 1] - '0') <= match->groups)
                group = group * 10 + (size_t)(replacement.data[++i] - '0');
            add_group(out, text, match, group);
        } else {
            icp_buf_add_char(out, c);
        }
    }
    return true;
}

static struct feel_value keep(struct feel_run *run, struct icp_str text)
{
    char *copy = feel_take(run, text.length + 1, 1);

    if (copy == NULL)
        return feel_null();
    if (text.length > 0)
        memcpy(copy, text.data, text.length);
    return feel_text((struct icp_str){copy, text.length});
}

struct feel_value feel_apply_replace(struct feel_run *run, const struct feel_value *arguments,
                                     size_t count)
{
    struct icp_str text = arguments[0].as.text;
    struct feel_match match;
    struct icp_buf out;
    size_t at = 0;
    bool fine = true;

    if (arguments[0].kind != FEEL_TEXT || arguments[2].kind != FEEL_TEXT)
        return feel_fail(run, "an argument is not a text");
    const struct feel_pattern *pattern =
        pattern_of(run, &arguments[1], count > 3 ? &arguments[3] : NULL);
    if (pattern == NULL || matches_empty(run, pattern))
        return feel_null();
    icp_buf_open(&out, FEEL_RUN_MEMORY / 4);
    while (fine && feel_step(run, 1) && feel_pattern_find(run, pattern, text, at, &match) &&
           match.end > match.start) {
        icp_buf_add(&out, icp_str_slice(text, at, match.start));
        fine = add_replacement(&out, arguments[2].as.text, text, &match) && !out.failed;
        at = match.end;
    }
    icp_buf_add(&out, icp_str_slice(text, at, text.length));
    struct feel_value result =
        fine && !out.failed ? keep(run, icp_buf_view(&out))
                            : feel_fail(run, "the replacement is wrong, or the text too long");
    icp_buf_finish(&out);
    return run->stopped ? feel_null() : result;
}

/* ---- split ---------------------------------------------------------------------------------- */

struct feel_value feel_apply_split(struct feel_run *run, const struct feel_value *arguments,
                                   size_t count)
{
    struct icp_str text = arguments[0].as.text;
    struct feel_value result = feel_list_open();
    struct feel_match match;
    size_t at = 0;

    (void)count;
    if (arguments[0].kind != FEEL_TEXT)
        return feel_fail(run, "an argument is not a text");
    const struct feel_pattern *pattern = pattern_of(run, &arguments[1], NULL);
    if (pattern == NULL || matches_empty(run, pattern))
        return feel_null();
    while (feel_step(run, 1) && feel_pattern_find(run, pattern, text, at, &match) &&
           match.end > match.start) {
        struct feel_value part = feel_text(icp_str_slice(text, at, match.start));
        feel_list_add(run, &result, &part);
        at = match.end;
    }
    struct feel_value rest = feel_text(icp_str_slice(text, at, text.length));
    feel_list_add(run, &result, &rest);
    return run->stopped ? feel_null() : result;
}
