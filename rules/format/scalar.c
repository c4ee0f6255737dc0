/*
 * How one text is written: as it is where YAML reads it back as the same text in any place, else in
 * quotes. What the author quoted stays quoted, in double quotes unless that would need escapes;
 * conditions stand in single quotes.
 */
#include "outline.h"

#include "utf8.h"

size_t format_width(struct icp_str text)
{
    size_t width = 0;
    for (size_t i = 0; i < text.length; i++)
        width += ((unsigned char)text.data[i] & 0xC0) != 0x80 ? 1 : 0;
    return width;
}

static bool is_one_of(char c, const char *set)
{
    for (; *set; set++)
        if (c == *set)
            return true;
    return false;
}

/* No quotes needed; in brackets less is allowed than on a line of its own. */
static bool is_plain(struct icp_str text, bool in_brackets)
{
    if (text.length == 0 || is_one_of(text.data[0], "-?:,[]{}#&*!|>'\"%@` =~<") ||
        is_one_of(text.data[text.length - 1], ": "))
        return text.length > 1 && text.data[0] == '-' && text.data[1] != ' ' &&
               text.data[1] != '-' && is_plain(icp_str_slice(text, 1, text.length), in_brackets);
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i], before = text.data[i > 0 ? i - 1 : 0];
        if (is_one_of(c, "\n\r\t\"") || (in_brackets && is_one_of(c, ",[]{}")) ||
            (c == '#' && before == ' ') || (c == ' ' && before == ':') || (unsigned char)c < 0x20)
            return false;
    }
    return !icp_str_is(text, "...");
}

static struct icp_str in_single_quotes(struct icp_str text, struct icp_arena *arena)
{
    char *made = icp_arena_take(arena, 2 * text.length + 2, 1, 1);
    size_t length = 0;
    if (!made)
        return ICP_STR("");
    made[length++] = '\'';
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == '\'')
            made[length++] = '\'';
        made[length++] = text.data[i];
    }
    made[length++] = '\'';
    return (struct icp_str){.data = made, .length = length};
}

static size_t escape(char *made, uint32_t c)
{
    static const char digits[] = "0123456789ABCDEF";
    static const struct {
        uint32_t c;
        char letter;
    } short_ones[] = {{'\n', 'n'}, {'\t', 't'}, {'\r', 'r'}, {'"', '"'}, {'\\', '\\'}};
    made[0] = '\\';
    for (size_t i = 0; i < sizeof(short_ones) / sizeof(short_ones[0]); i++)
        if (short_ones[i].c == c) {
            made[1] = short_ones[i].letter;
            return 2;
        }
    made[1] = 'u';
    for (unsigned i = 0; i < 4; i++)
        made[2 + i] = digits[(c >> (12 - 4 * i)) & 15];
    return 6;
}

static bool needs_escape(uint32_t c)
{
    return c < 0x20 || c == '"' || c == '\\' || (c >= 0x7F && c < 0xA0) || c == 0x2028 ||
           c == 0x2029 || c == 0xFEFF || c == 0xFFFE || c == 0xFFFF;
}

static struct icp_str in_double_quotes(struct icp_str text, struct icp_arena *arena)
{
    char *made = icp_arena_take(arena, 6 * text.length + 2, 1, 1);
    size_t length = 0;
    uint32_t c;
    if (!made)
        return ICP_STR("");
    made[length++] = '"';
    for (struct icp_str rest = text; rest.length > 0;) {
        const char *data = rest.data;
        if (!icp_utf8_next(&rest, &c))
            break;
        if (needs_escape(c))
            length += escape(&made[length], c);
        else
            while (data < rest.data)
                made[length++] = *data++;
    }
    made[length++] = '"';
    return (struct icp_str){.data = made, .length = length};
}

/* Inside single quotes only a quote is special; a line end would be folded. */
static bool fits_single(struct icp_str text)
{
    uint32_t c;
    while (text.length > 0) {
        if (!icp_utf8_next(&text, &c))
            return false;
        if (c != '"' && c != '\\' && needs_escape(c))
            return false;
    }
    return true;
}

static bool fits_double(struct icp_str text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] == '"' || text.data[i] == '\\')
            return false;
    return fits_single(text);
}

static struct icp_str quoted(struct icp_str text, struct icp_arena *arena)
{
    return fits_double(text) || !fits_single(text) ? in_double_quotes(text, arena)
                                                   : in_single_quotes(text, arena);
}

struct icp_str format_scalar(const struct format_part *part, bool in_brackets,
                             struct icp_arena *arena)
{
    const struct icp_yaml *node = part->value;
    if (node->plain && node->text.length == 0)
        return ICP_STR("");
    if (format_is_condition(part) && fits_single(node->text))
        return in_single_quotes(node->text, arena);
    return node->plain && is_plain(node->text, in_brackets) ? node->text
                                                            : quoted(node->text, arena);
}

struct icp_str format_key(const struct format_part *part, struct icp_arena *arena)
{
    const struct icp_yaml *key = part->key;
    const struct format_layout *layout = part->parent->layout;
    bool quote = layout && layout->quoted && !icp_str_is(key->text, "else");
    if (!quote && is_plain(key->text, true) && (key->plain || layout))
        return key->text;
    return quoted(key->text, arena);
}
