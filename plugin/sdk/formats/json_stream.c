/*
 * JSON without a document tree. The reader is a small machine over a text in memory: `expect` says
 * what may come next, `stack` which brackets are open. Invariant: once it is BAD it stays BAD, and
 * no byte behind the text is read.
 */
#include "json_stream.h"

#include <stdio.h>
#include <string.h>

#include "json_escape.h"
#include "utf8.h"

enum expectation {
    EXPECT_VALUE,        /* a value, at the start or behind ':' or ',' of an array */
    EXPECT_VALUE_OR_END, /* just behind '[' */
    EXPECT_KEY,          /* behind ',' of an object */
    EXPECT_KEY_OR_END,   /* just behind '{' */
    EXPECT_COLON,
    EXPECT_COMMA_OR_END, /* behind a value inside something */
    EXPECT_NOTHING,      /* behind the whole value */
    EXPECT_BAD,
};

static enum icp_json_token bad(struct icp_json_reader *reader, const char *problem)
{
    if (reader->problem == NULL)
        reader->problem = problem;
    reader->expect = EXPECT_BAD;
    return ICP_JSON_BAD;
}

static bool refuse(struct icp_json_reader *reader, const char *problem)
{
    bad(reader, problem);
    return false;
}

void icp_json_reader_open(struct icp_json_reader *reader, struct icp_str text,
                          struct icp_arena *arena)
{
    memset(reader, 0, sizeof(*reader));
    reader->text = text;
    reader->arena = arena;
    reader->expect = EXPECT_VALUE;
}

static int peek(struct icp_json_reader *reader)
{
    while (reader->at < reader->text.length) {
        char c = reader->text.data[reader->at];
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t')
            return (unsigned char)c;
        reader->at++;
    }
    return -1;
}

static void after_value(struct icp_json_reader *reader)
{
    reader->expect = reader->depth == 0 ? EXPECT_NOTHING : EXPECT_COMMA_OR_END;
}

static enum icp_json_token open_bracket(struct icp_json_reader *reader, char bracket)
{
    if (reader->depth >= ICP_MAX_DEPTH)
        return bad(reader, "nested too deeply");
    reader->stack[reader->depth++] = (unsigned char)bracket;
    reader->at++;
    reader->expect = bracket == '{' ? EXPECT_KEY_OR_END : EXPECT_VALUE_OR_END;
    return bracket == '{' ? ICP_JSON_OBJECT_BEGIN : ICP_JSON_ARRAY_BEGIN;
}

static enum icp_json_token close_bracket(struct icp_json_reader *reader, int c)
{
    char wanted = '{';

    if (c == ']')
        wanted = '[';
    if (reader->depth == 0 || reader->stack[reader->depth - 1] != (unsigned char)wanted)
        return bad(reader, "a bracket closes what was not opened");
    reader->depth--;
    reader->at++;
    after_value(reader);
    return c == '}' ? ICP_JSON_OBJECT_END : ICP_JSON_ARRAY_END;
}

/* ---- strings -------------------------------------------------------------------------------- */

static bool decode(struct icp_json_reader *reader, struct icp_str raw, struct icp_str *text)
{
    char *out = icp_arena_take(reader->arena, raw.length + 1, 1, 1);
    size_t length = 0;

    if (out == NULL || !icp_json_decode(raw, out, &length))
        return false;
    *text = (struct icp_str){out, length};
    return true;
}

static bool read_string(struct icp_json_reader *reader, struct icp_str *text)
{
    const char *data = reader->text.data;
    size_t from = reader->at + 1, at = from;
    bool escaped = false, ascii = true;

    for (; at < reader->text.length && data[at] != '"'; at++) {
        unsigned char c = (unsigned char)data[at];
        if (c < 0x20)
            return refuse(reader, "a control character in a text");
        ascii = ascii && c < 0x80;
        if (c == '\\') {
            escaped = true;
            at++;
        }
    }
    if (at >= reader->text.length)
        return refuse(reader, "a text has no end");
    *text = (struct icp_str){data + from, at - from};
    reader->at = at + 1;
    if (!ascii && !icp_utf8_valid(*text))
        return refuse(reader, "a text is not UTF-8");
    if (escaped && !decode(reader, *text, text))
        return refuse(reader, reader->arena->full ? "a text does not fit in memory"
                                                  : "a bad escape in a text");
    return true;
}

/* ---- numbers and words ---------------------------------------------------------------------- */

static size_t digits(struct icp_str text, size_t at)
{
    size_t from = at;

    while (at < text.length && text.data[at] >= '0' && text.data[at] <= '9')
        at++;
    return at - from;
}

static int at_or_0(struct icp_str text, size_t at)
{
    return at < text.length ? (unsigned char)text.data[at] : 0;
}

/* Length of the number at `at` by the grammar of RFC 8259, 0 when there is none. */
static size_t number_length(struct icp_str text, size_t at)
{
    size_t from = at, some;

    at += at_or_0(text, at) == '-';
    some = digits(text, at);
    if (some == 0 || (some > 1 && text.data[at] == '0'))
        return 0;
    at += some;
    if (at_or_0(text, at) == '.') {
        some = digits(text, at + 1);
        if (some == 0)
            return 0;
        at += some + 1;
    }
    if (at_or_0(text, at) == 'e' || at_or_0(text, at) == 'E') {
        at++;
        at += at_or_0(text, at) == '+' || at_or_0(text, at) == '-';
        some = digits(text, at);
        if (some == 0)
            return 0;
        at += some;
    }
    return at - from;
}

static enum icp_json_token read_number(struct icp_json_reader *reader, struct icp_str *text)
{
    size_t length = number_length(reader->text, reader->at);

    if (length == 0)
        return bad(reader, "not a JSON value");
    *text = (struct icp_str){reader->text.data + reader->at, length};
    reader->at += length;
    after_value(reader);
    return ICP_JSON_NUMBER;
}

static enum icp_json_token read_word(struct icp_json_reader *reader, const char *word,
                                     enum icp_json_token token)
{
    size_t length = strlen(word);

    if (reader->text.length - reader->at < length ||
        memcmp(reader->text.data + reader->at, word, length) != 0)
        return bad(reader, "not a JSON value");
    reader->at += length;
    after_value(reader);
    return token;
}

static enum icp_json_token read_value(struct icp_json_reader *reader, int c, struct icp_str *text)
{
    switch (c) {
    case '{':
    case '[':
        return open_bracket(reader, (char)c);
    case '"':
        if (!read_string(reader, text))
            return ICP_JSON_BAD;
        after_value(reader);
        return ICP_JSON_STRING;
    case 't':
        return read_word(reader, "true", ICP_JSON_TRUE);
    case 'f':
        return read_word(reader, "false", ICP_JSON_FALSE);
    case 'n':
        return read_word(reader, "null", ICP_JSON_NULL);
    default:
        return read_number(reader, text);
    }
}

static enum icp_json_token read_key(struct icp_json_reader *reader, int c, struct icp_str *text)
{
    if (c != '"')
        return bad(reader, "a key is missing");
    if (!read_string(reader, text))
        return ICP_JSON_BAD;
    if (peek(reader) != ':')
        return bad(reader, "a ':' is missing");
    reader->at++;
    reader->expect = EXPECT_VALUE;
    return ICP_JSON_KEY;
}

/* Behind a value inside something: a comma leads to the next, a bracket ends. */
static enum icp_json_token after_comma(struct icp_json_reader *reader, int c, struct icp_str *text)
{
    if (c == '}' || c == ']')
        return close_bracket(reader, c);
    if (c != ',')
        return bad(reader, "a ',' is missing");
    reader->at++;
    c = peek(reader);
    if (c < 0)
        return bad(reader, "the text ends too early");
    return reader->stack[reader->depth - 1] == '{' ? read_key(reader, c, text)
                                                   : read_value(reader, c, text);
}

enum icp_json_token icp_json_next(struct icp_json_reader *reader, struct icp_str *text)
{
    struct icp_str ignored;
    int c = peek(reader);

    if (text == NULL)
        text = &ignored;
    *text = (struct icp_str){0};
    if (reader->expect == EXPECT_BAD)
        return ICP_JSON_BAD;
    if (reader->expect == EXPECT_NOTHING)
        return c < 0 ? ICP_JSON_FINISHED : bad(reader, "something stands behind the value");
    if (c < 0)
        return bad(reader, "the text ends too early");
    switch (reader->expect) {
    case EXPECT_VALUE:
        return read_value(reader, c, text);
    case EXPECT_VALUE_OR_END:
        return c == ']' ? close_bracket(reader, c) : read_value(reader, c, text);
    case EXPECT_KEY_OR_END:
        return c == '}' ? close_bracket(reader, c) : read_key(reader, c, text);
    default:
        return after_comma(reader, c, text);
    }
}

/* ---- steps ---------------------------------------------------------------------------------- */

bool icp_json_skip(struct icp_json_reader *reader)
{
    size_t depth = reader->depth;

    do {
        enum icp_json_token token = icp_json_next(reader, NULL);
        if (token == ICP_JSON_BAD || token == ICP_JSON_FINISHED)
            return false;
    } while (reader->depth > depth);
    return true;
}

bool icp_json_enter_object(struct icp_json_reader *reader)
{
    if (reader->expect == EXPECT_BAD)
        return false;
    if (icp_json_next(reader, NULL) == ICP_JSON_OBJECT_BEGIN)
        return true;
    bad(reader, "an object was expected");
    return false;
}

bool icp_json_enter_array(struct icp_json_reader *reader)
{
    if (reader->expect == EXPECT_BAD)
        return false;
    if (icp_json_next(reader, NULL) == ICP_JSON_ARRAY_BEGIN)
        return true;
    bad(reader, "a list was expected");
    return false;
}

bool icp_json_key(struct icp_json_reader *reader, struct icp_str *key)
{
    enum icp_json_token token = icp_json_next(reader, key);

    if (token == ICP_JSON_KEY)
        return true;
    if (token != ICP_JSON_OBJECT_END)
        bad(reader, "a key was expected");
    return false;
}

bool icp_json_item(struct icp_json_reader *reader)
{
    int c = peek(reader);

    if (reader->expect == EXPECT_BAD || reader->depth == 0 ||
        reader->stack[reader->depth - 1] != '[')
        return false;
    if (c == ']' && reader->expect != EXPECT_VALUE) {
        close_bracket(reader, c);
        return false;
    }
    if (reader->expect == EXPECT_COMMA_OR_END) {
        if (c != ',') {
            bad(reader, "a ',' is missing");
            return false;
        }
        reader->at++;
        reader->expect = EXPECT_VALUE;
    }
    return true;
}

bool icp_json_scalar(struct icp_json_reader *reader, struct icp_str *text)
{
    switch (icp_json_next(reader, text)) {
    case ICP_JSON_STRING:
    case ICP_JSON_NUMBER:
        return true;
    case ICP_JSON_TRUE:
        *text = ICP_STR("true");
        return true;
    case ICP_JSON_FALSE:
        *text = ICP_STR("false");
        return true;
    case ICP_JSON_NULL:
        *text = (struct icp_str){0};
        return true;
    case ICP_JSON_OBJECT_BEGIN:
    case ICP_JSON_OBJECT_END:
    case ICP_JSON_ARRAY_BEGIN:
    case ICP_JSON_ARRAY_END:
    case ICP_JSON_KEY:
    case ICP_JSON_FINISHED:
    case ICP_JSON_BAD:
        break;
    }
    bad(reader, "a single value was expected");
    return false;
}

/* ---- the writer ----------------------------------------------------------------------------- */

void icp_json_writer_open(struct icp_json_writer *writer, struct icp_buf *out)
{
    memset(writer, 0, sizeof(*writer));
    writer->out = out;
    writer->first[0] = 1;
}

static void separate(struct icp_json_writer *writer)
{
    if (writer->after_key)
        writer->after_key = false;
    else if (writer->first[writer->depth])
        writer->first[writer->depth] = 0;
    else
        icp_buf_add_char(writer->out, ',');
}

static void begin(struct icp_json_writer *writer, char bracket)
{
    separate(writer);
    icp_buf_add_char(writer->out, bracket);
    if (writer->depth < ICP_MAX_DEPTH)
        writer->first[++writer->depth] = 1;
    else
        writer->out->failed = true;
}

static void end(struct icp_json_writer *writer, char bracket)
{
    icp_buf_add_char(writer->out, bracket);
    if (writer->depth > 0)
        writer->depth--;
}

void icp_json_begin_object(struct icp_json_writer *writer)
{
    begin(writer, '{');
}

void icp_json_end_object(struct icp_json_writer *writer)
{
    end(writer, '}');
}

void icp_json_begin_array(struct icp_json_writer *writer)
{
    begin(writer, '[');
}

void icp_json_end_array(struct icp_json_writer *writer)
{
    end(writer, ']');
}

static void put_escaped(struct icp_buf *out, unsigned char c)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *found = c == '\0' ? NULL : strchr(from, c);

    if (found != NULL) {
        icp_buf_add_char(out, '\\');
        icp_buf_add_char(out, to[found - from]);
    } else {
        icp_buf_format(out, "\\u%04x", (unsigned)c);
    }
}

static void put_string(struct icp_buf *out, struct icp_str text)
{
    size_t from = 0;

    icp_buf_add_char(out, '"');
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        icp_buf_add(out, icp_str_slice(text, from, i));
        put_escaped(out, c);
        from = i + 1;
    }
    icp_buf_add(out, icp_str_slice(text, from, text.length));
    icp_buf_add_char(out, '"');
}

void icp_json_put_key_text(struct icp_json_writer *writer, struct icp_str key)
{
    separate(writer);
    put_string(writer->out, key);
    icp_buf_add_char(writer->out, ':');
    writer->after_key = true;
}

void icp_json_put_key(struct icp_json_writer *writer, const char *key)
{
    icp_json_put_key_text(writer, icp_str_from(key));
}

void icp_json_put_text(struct icp_json_writer *writer, struct icp_str text)
{
    separate(writer);
    if (icp_str_is_null(text))
        icp_buf_add_cstr(writer->out, "null");
    else
        put_string(writer->out, text);
}

void icp_json_put_integer(struct icp_json_writer *writer, int64_t value)
{
    separate(writer);
    icp_buf_format(writer->out, "%lld", (long long)value);
}

void icp_json_put_number(struct icp_json_writer *writer, struct icp_str as_written)
{
    separate(writer);
    icp_buf_add(writer->out, as_written);
}

void icp_json_put_boolean(struct icp_json_writer *writer, bool value)
{
    separate(writer);
    icp_buf_add_cstr(writer->out, value ? "true" : "false");
}

void icp_json_put_null(struct icp_json_writer *writer)
{
    separate(writer);
    icp_buf_add_cstr(writer->out, "null");
}

void icp_json_put_text_member(struct icp_json_writer *writer, const char *key, struct icp_str text)
{
    icp_json_put_key(writer, key);
    icp_json_put_text(writer, text);
}

void icp_json_put_integer_member(struct icp_json_writer *writer, const char *key, int64_t value)
{
    icp_json_put_key(writer, key);
    icp_json_put_integer(writer, value);
}

void icp_json_put_boolean_member(struct icp_json_writer *writer, const char *key, bool value)
{
    icp_json_put_key(writer, key);
    icp_json_put_boolean(writer, value);
}
