/*
 * Functions over texts. Positions count characters, not bytes. Letters are turned by the full
 * Unicode mappings (ß becomes SS). Results are parts of the argument where they can be, so that
 * they cost no memory.
 */
#include "functions.h"

#include <string.h>

#include "utf8.h"

static bool are_texts(const struct feel_value *arguments, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (arguments[i].kind != FEEL_TEXT)
            return false;
    return true;
}

static struct feel_value no_text(struct feel_run *run)
{
    return feel_fail(run, "an argument is not a text");
}

static bool starts_character(char byte)
{
    return ((unsigned char)byte & 0xC0) != 0x80;
}

int64_t feel_text_length(struct icp_str text)
{
    int64_t length = 0;

    for (size_t i = 0; i < text.length; i++)
        length += starts_character(text.data[i]) ? 1 : 0;
    return length;
}

/* Byte offset behind `characters` characters. */
static size_t skip_characters(struct icp_str text, int64_t characters)
{
    size_t at = 0;

    for (; at < text.length; at++) {
        if (!starts_character(text.data[at]))
            continue;
        if (characters == 0)
            return at;
        characters--;
    }
    return at;
}

struct feel_value feel_apply_substring(struct feel_run *run, const struct feel_value *arguments,
                                       size_t count)
{
    struct icp_str text = arguments[0].as.text;
    int64_t start, length = 0, all;

    if (!are_texts(arguments, 1))
        return no_text(run);
    if (arguments[1].kind != FEEL_NUMBER || !feel_number_whole(&arguments[1], &start))
        return feel_fail(run, "the start position is not a number");
    all = feel_text_length(text);
    if (count == 3 && arguments[2].kind != FEEL_NULL) {
        if (arguments[2].kind != FEEL_NUMBER || !feel_number_whole(&arguments[2], &length))
            return feel_fail(run, "the length is not a number");
        if (length < 1)
            return feel_fail(run, "the length is less than 1");
    } else {
        length = all;
    }
    if (start == 0 || start > all || start < -all)
        return feel_fail(run, "the start position lies outside the text");
    start = start < 0 ? all + start : start - 1;
    size_t from = skip_characters(text, start);
    struct icp_str rest = icp_str_slice(text, from, text.length);
    return feel_text(icp_str_slice(rest, 0, skip_characters(rest, length)));
}

struct feel_value feel_apply_string_length(struct feel_run *run, const struct feel_value *arguments,
                                           size_t count)
{
    return are_texts(arguments, count) ? feel_number(feel_text_length(arguments[0].as.text))
                                       : no_text(run);
}

/* ---- Letters -------------------------------------------------------------------------------- */

static struct feel_value turn(struct feel_run *run, const struct feel_value *text, bool upper)
{
    struct icp_str turned;

    if (text->kind != FEEL_TEXT)
        return no_text(run);
    if (icp_text_is_turned(text->as.text, upper))
        return *text;
    /* the longest mapping makes three characters of one */
    if (feel_take(run, text->as.text.length, 3) == NULL)
        return feel_null();
    turned = icp_text_turn(run->scratch, text->as.text, upper);
    return turned.data == NULL ? feel_stop(run, "the expression needs too much memory")
                               : feel_text(turned);
}

struct feel_value feel_apply_upper_case(struct feel_run *run, const struct feel_value *arguments,
                                        size_t count)
{
    (void)count;
    return turn(run, &arguments[0], true);
}

struct feel_value feel_apply_lower_case(struct feel_run *run, const struct feel_value *arguments,
                                        size_t count)
{
    (void)count;
    return turn(run, &arguments[0], false);
}

/* ---- Parts ---------------------------------------------------------------------------------- */

/* Where the part begins; the text's length when it is not in it. Bytes are looked at once in the
   common case; a long part over a long text counts as steps. */
static size_t find(struct feel_run *run, struct icp_str text, struct icp_str part)
{
    if (text.length > 256 && part.length > 16)
        (void)feel_step(run, text.length / 16 * (part.length / 16));
    return run->stopped ? text.length : icp_str_find(text, part);
}

struct feel_value feel_apply_substring_before(struct feel_run *run,
                                              const struct feel_value *arguments, size_t count)
{
    struct icp_str text = arguments[0].as.text;

    if (!are_texts(arguments, count))
        return no_text(run);
    size_t at = find(run, text, arguments[1].as.text);
    return feel_text(at == text.length ? ICP_STR("") : icp_str_slice(text, 0, at));
}

struct feel_value feel_apply_substring_after(struct feel_run *run,
                                             const struct feel_value *arguments, size_t count)
{
    struct icp_str text = arguments[0].as.text, part = arguments[1].as.text;

    if (!are_texts(arguments, count))
        return no_text(run);
    if (part.length == 0)
        return arguments[0];
    size_t at = find(run, text, part);
    return feel_text(at == text.length ? ICP_STR("")
                                       : icp_str_slice(text, at + part.length, text.length));
}

struct feel_value feel_apply_contains(struct feel_run *run, const struct feel_value *arguments,
                                      size_t count)
{
    struct icp_str text = arguments[0].as.text, part = arguments[1].as.text;

    if (!are_texts(arguments, count))
        return no_text(run);
    return feel_boolean(part.length == 0 || find(run, text, part) < text.length);
}

struct feel_value feel_apply_starts_with(struct feel_run *run, const struct feel_value *arguments,
                                         size_t count)
{
    return are_texts(arguments, count)
               ? feel_boolean(icp_str_has_prefix(arguments[0].as.text, arguments[1].as.text))
               : no_text(run);
}

struct feel_value feel_apply_ends_with(struct feel_run *run, const struct feel_value *arguments,
                                       size_t count)
{
    return are_texts(arguments, count)
               ? feel_boolean(icp_str_has_suffix(arguments[0].as.text, arguments[1].as.text))
               : no_text(run);
}

/* ---- Texts made ----------------------------------------------------------------------------- */

/* What was written, kept in the run's memory. */
static struct feel_value keep(struct feel_run *run, struct icp_buf *out)
{
    struct icp_str text = {0};
    bool failed = out->failed;

    if (!failed) {
        char *copy = feel_take(run, out->length + 1, 1);
        if (copy != NULL && out->length > 0)
            memcpy(copy, out->data, out->length);
        text = (struct icp_str){copy, out->length};
        failed = copy == NULL;
    }
    icp_buf_finish(out);
    return failed ? feel_stop(run, "the expression needs too much memory") : feel_text(text);
}

static bool is_left_out(const struct feel_value *arguments, size_t count, size_t index)
{
    return index >= count || arguments[index].kind == FEEL_NULL;
}

struct feel_value feel_apply_string_join(struct feel_run *run, const struct feel_value *arguments,
                                         size_t count)
{
    struct feel_value list = feel_as_list(run, &arguments[0]);
    struct icp_buf out;
    bool first = true, wrong = false;

    if (arguments[0].kind == FEEL_NULL || list.kind != FEEL_LIST)
        return feel_fail(run, "string join needs a list");
    if (!is_left_out(arguments, count, 1) && arguments[1].kind != FEEL_TEXT)
        return no_text(run);
    icp_buf_open(&out, FEEL_RUN_MEMORY);
    for (size_t i = 0; i < list.as.list.count && feel_step(run, 1); i++) {
        struct feel_value item = feel_item(&list, i);
        wrong = wrong || (item.kind != FEEL_TEXT && item.kind != FEEL_NULL);
        if (item.kind != FEEL_TEXT)
            continue;
        if (!first && !is_left_out(arguments, count, 1))
            icp_buf_add(&out, arguments[1].as.text);
        first = false;
        icp_buf_add(&out, item.as.text);
    }
    struct feel_value result = keep(run, &out);
    return wrong ? feel_fail(run, "an item of the list is not a text") : result;
}

struct feel_value feel_apply_string(struct feel_run *run, const struct feel_value *arguments,
                                    size_t count)
{
    struct icp_buf out;

    (void)count;
    if (arguments[0].kind == FEEL_NULL)
        return feel_fail(run, "null has no text");
    if (arguments[0].kind == FEEL_TEXT)
        return arguments[0];
    icp_buf_open(&out, FEEL_RUN_MEMORY);
    feel_write(&out, &arguments[0], false);
    return keep(run, &out);
}

/* ---- Numbers from texts --------------------------------------------------------------------- */

static bool is_separator(const struct feel_value *value, const char *const *allowed, size_t count)
{
    if (value->kind == FEEL_NULL)
        return true;
    for (size_t i = 0; i < count && value->kind == FEEL_TEXT; i++)
        if (icp_str_is(value->as.text, allowed[i]))
            return true;
    return false;
}

struct feel_value feel_apply_number(struct feel_run *run, const struct feel_value *arguments,
                                    size_t count)
{
    static const char *const groupings[] = {" ", ",", "."}, *const points[] = {".", ","};
    struct feel_value grouping = count > 1 ? arguments[1] : feel_null();
    struct feel_value point = count > 2 ? arguments[2] : feel_null(), number;
    struct icp_buf out;

    if (arguments[0].kind != FEEL_TEXT)
        return no_text(run);
    if (!is_separator(&grouping, groupings, 3) || !is_separator(&point, points, 2))
        return feel_fail(run, "a separator is not one of space, comma, point");
    if (grouping.kind == FEEL_TEXT && point.kind == FEEL_TEXT && feel_same(&grouping, &point))
        return feel_fail(run, "both separators are the same");
    struct icp_str text = arguments[0].as.text;
    icp_buf_open(&out, text.length + 2);
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (grouping.kind == FEEL_TEXT && c == grouping.as.text.data[0])
            continue;
        if (point.kind == FEEL_TEXT && c == point.as.text.data[0])
            c = '.';
        else if (c == '.' && point.kind == FEEL_TEXT)
            c = '?'; /* a point that separates nothing */
        icp_buf_add_char(&out, c);
    }
    bool fine = feel_number_read(icp_buf_view(&out), &number);
    icp_buf_finish(&out);
    return fine ? number : feel_fail(run, "the text is not a number");
}
