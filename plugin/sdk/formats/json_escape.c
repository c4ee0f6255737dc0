/* The escapes of JSON texts. Invariant: what comes out is UTF-8 when what went in was. */
#include "json_escape.h"

#include <string.h>

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool read_unit(struct icp_str raw, size_t at, uint32_t *unit)
{
    *unit = 0;
    if (at + 4 > raw.length)
        return false;
    for (size_t i = 0; i < 4; i++) {
        int digit = hex_digit(raw.data[at + i]);
        if (digit < 0)
            return false;
        *unit = *unit * 16 + (uint32_t)digit;
    }
    return true;
}

/* \uXXXX, or a pair of surrogates; `at` stands on the 'u' and moves behind. U+0000 is refused: no
   text of ours may hold it. */
static bool read_unicode(struct icp_str raw, size_t *at, uint32_t *code_point)
{
    uint32_t low;

    if (!read_unit(raw, *at + 1, code_point) || *code_point == 0)
        return false;
    *at += 5;
    if (*code_point >= 0xDC00 && *code_point <= 0xDFFF)
        return false;
    if (*code_point < 0xD800 || *code_point > 0xDBFF)
        return true;
    if (*at + 6 > raw.length || raw.data[*at] != '\\' || raw.data[*at + 1] != 'u' ||
        !read_unit(raw, *at + 2, &low) || low < 0xDC00 || low > 0xDFFF)
        return false;
    *code_point = 0x10000 + ((*code_point - 0xD800) << 10) + (low - 0xDC00);
    *at += 6;
    return true;
}

static size_t encode(uint32_t code_point, char *out)
{
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        out[0] = (char)(0xC0 | code_point >> 6);
        out[1] = (char)(0x80 | (code_point & 0x3F));
        return 2;
    }
    if (code_point < 0x10000) {
        out[0] = (char)(0xE0 | code_point >> 12);
        out[1] = (char)(0x80 | (code_point >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code_point & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | code_point >> 18);
    out[1] = (char)(0x80 | (code_point >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code_point >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code_point & 0x3F));
    return 4;
}

/* One escape; `at` stands behind the backslash. 0 when it is none. */
static size_t decode_escape(struct icp_str raw, size_t *at, char *out)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *found = raw.data[*at] == '\0' ? NULL : strchr(from, raw.data[*at]);
    uint32_t code_point;

    if (found != NULL) {
        out[0] = to[found - from];
        (*at)++;
        return 1;
    }
    if (raw.data[*at] == 'u' && read_unicode(raw, at, &code_point))
        return encode(code_point, out);
    return 0;
}

bool icp_json_decode(struct icp_str raw, char *out, size_t *length)
{
    *length = 0;
    for (size_t at = 0; at < raw.length;) {
        size_t some;
        if (raw.data[at] != '\\') {
            out[(*length)++] = raw.data[at++];
            continue;
        }
        at++;
        some = at < raw.length ? decode_escape(raw, &at, out + *length) : 0;
        if (some == 0)
            return false;
        *length += some;
    }
    return true;
}
