/*
 * Cuts the text of a condition into tokens, one at a time, and keeps its places. Names are matched
 * longest first: names of the scope (which may hold dots, spaces and dashes), then built-in
 * functions, then single words. What people write from habit (==, &&, 'text', “text”, AND) is
 * refused here with the right spelling as hint.
 */
#include "feel_internal.h"

#include "utf8.h"

/* ---- Characters ----------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Letters of other scripts are all bytes from 0x80; the few that are signs are dealt with before.
 */
static bool is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_name_part(char c)
{
    return is_name_start(c) || is_digit(c);
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct icp_str rest_of(const struct feel_compilation *c)
{
    return icp_str_slice(c->text, c->position, c->text.length);
}

static bool at_text(const struct feel_compilation *c, const char *literal)
{
    return icp_str_has_prefix(rest_of(c), icp_str_from(literal));
}

/* Unicode spaces that copied text brings along: no-break spaces, U+2000..200B, byte order mark. */
static size_t wide_space(struct icp_str rest)
{
    uint32_t code_point = 0;
    struct icp_str behind = rest;

    if (rest.length == 0 || (unsigned char)rest.data[0] < 0x80 ||
        !icp_utf8_next(&behind, &code_point))
        return 0;
    bool space = code_point == 0xA0 || (code_point >= 0x2000 && code_point <= 0x200B) ||
                 code_point == 0x2028 || code_point == 0x2029 || code_point == 0x202F ||
                 code_point == 0x205F || code_point == 0x3000 || code_point == 0xFEFF ||
                 code_point == 0x85 || code_point == 0x1680;
    return space ? rest.length - behind.length : 0;
}

size_t feel_blank_length(struct icp_str rest)
{
    return rest.length > 0 && is_blank(rest.data[0]) ? 1 : wide_space(rest);
}

/* Length of a comment at the start of the rest; 0: none; SIZE_MAX: it never ends. */
static size_t comment_length(struct icp_str rest)
{
    if (icp_str_has_prefix(rest, ICP_STR("//")))
        return icp_str_find(rest, ICP_STR("\n"));
    if (!icp_str_has_prefix(rest, ICP_STR("/*")))
        return 0;
    size_t end = icp_str_find(icp_str_slice(rest, 2, rest.length), ICP_STR("*/"));
    return end == rest.length - 2 ? SIZE_MAX : end + 4;
}

static bool skip_blank(struct feel_compilation *c)
{
    for (;;) {
        size_t length = feel_blank_length(rest_of(c));
        if (length == 0)
            length = comment_length(rest_of(c));
        if (length == 0)
            return true;
        if (length == SIZE_MAX) {
            feel_error(c, "feel-syntax", (uint32_t)c->position, "the comment has no end");
            icp_report_hint(c->list, "Close it with */.");
            return false;
        }
        c->position += length;
    }
}

/* ---- Habits of other languages -------------------------------------------------------------- */

static const struct {
    const char *written, *message, *hint;
} habits[] = {
    {"==", "\"==\" is not an operator here", "Write a single =."},
    {"=>", "\"=>\" is not an operator", "Write >=."},
    {"=<", "\"=<\" is not an operator", "Write <=."},
    {"<>", "\"<>\" is not an operator", "Write !=."},
    {"&&", "\"&&\" is not an operator", "Write and."},
    {"||", "\"||\" is not an operator", "Write or."},
    {"!", "\"!\" is not an operator", "Write not(…)."},
    {"'", "single quotes do not make a text", "Put the text in double quotes: \"…\"."},
    {"`", "this quote does not make a text", "Put the text in double quotes: \"…\"."},
    {"“", "curly quotes do not make a text", "Put the text in straight double quotes: \"…\"."},
    {"”", "curly quotes do not make a text", "Put the text in straight double quotes: \"…\"."},
    {"„", "curly quotes do not make a text", "Put the text in straight double quotes: \"…\"."},
    {"‘", "curly quotes do not make a text", "Put the text in straight double quotes: \"…\"."},
    {"’", "curly quotes do not make a text", "Put the text in straight double quotes: \"…\"."},
    {"‚", "curly quotes do not make a text", "Put the text in straight double quotes: \"…\"."},
    {"«", "curly quotes do not make a text", "Put the text in straight double quotes: \"…\"."},
    {"»", "curly quotes do not make a text", "Put the text in straight double quotes: \"…\"."},
    {"≥", "\"≥\" is not an operator", "Write >=."},
    {"≤", "\"≤\" is not an operator", "Write <=."},
    {"≠", "\"≠\" is not an operator", "Write !=."},
    {"×", "\"×\" is not an operator", "Write *."},
    {"−", "this dash is not a minus sign", "Write -."},
    {"–", "this dash is not a minus sign", "Write -."},
    {"…", "\"…\" is not an operator", "Write a range with two dots: [1..5]."},
    {"%", "\"%\" is not an operator", "Write percentages as plain numbers."},
    {";", "\";\" has no meaning here", "Separate with commas."},
};

static bool refuse_habit(struct feel_compilation *c)
{
    for (size_t i = 0; i < sizeof(habits) / sizeof(habits[0]); i++) {
        if (!at_text(c, habits[i].written))
            continue;
        feel_error(c, "feel-syntax", (uint32_t)c->position, "%s", habits[i].message);
        icp_report_hint(c->list, "%s", habits[i].hint);
        return true;
    }
    return false;
}

/* ---- Texts ---------------------------------------------------------------------------------- */

static int hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool read_hex(struct icp_str text, size_t digits, uint32_t *value)
{
    *value = 0;
    if (text.length < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        int digit = hex_value(text.data[i]);
        if (digit < 0)
            return false;
        *value = *value * 16 + (uint32_t)digit;
    }
    return true;
}

/* \uXXXX, a pair of them for what lies beyond U+FFFF, \u{X…} or \UXXXXXX. Gives the bytes taken, 0
   when it is no character. */
static size_t read_code_point(struct icp_str text, uint32_t *code_point)
{
    uint32_t low;
    size_t digits = text.data[1] == 'U' ? 6 : 4;
    size_t taken = 2 + digits, from = 2;

    if (text.length > 2 && text.data[2] == '{') {
        digits = icp_str_find(text, ICP_STR("}")) - 3;
        from = 3;
        taken = 4 + digits;
        if (digits < 1 || digits > 6)
            return 0;
    }
    if (!read_hex(icp_str_slice(text, from, text.length), digits, code_point))
        return 0;
    if (*code_point >= 0xD800 && *code_point < 0xDC00 &&
        icp_str_has_prefix(icp_str_slice(text, taken, text.length), ICP_STR("\\u")) &&
        read_hex(icp_str_slice(text, taken + 2, text.length), 4, &low) && low >= 0xDC00 &&
        low < 0xE000) {
        *code_point = 0x10000 + ((*code_point - 0xD800) << 10) + (low - 0xDC00);
        taken += 6;
    }
    bool valid = *code_point > 0 && *code_point <= 0x10FFFF &&
                 (*code_point < 0xD800 || *code_point >= 0xE000);
    return valid ? taken : 0;
}

/* One escape at the start of `text` into buf; the bytes taken, 0 when it is wrong. A backslash
   before any other character is itself, as the standard has it. */
static size_t read_escape(struct icp_str text, struct icp_buf *buf)
{
    static const char names[] = "nrt\"'\\", values[] = "\n\r\t\"'\\";
    uint32_t code_point = 0;

    if (text.length < 2)
        return 0;
    for (size_t i = 0; names[i] != '\0'; i++) {
        if (text.data[1] == names[i]) {
            icp_buf_add_char(buf, values[i]);
            return 2;
        }
    }
    if (text.data[1] == 'u' || text.data[1] == 'U') {
        size_t taken = read_code_point(text, &code_point);
        if (taken > 0)
            icp_utf8_append(buf, code_point);
        return taken;
    }
    icp_buf_add_char(buf, '\\');
    return 1;
}

static struct icp_str unescape(struct feel_compilation *c, struct icp_str inside, uint32_t offset)
{
    struct icp_buf buf;
    struct icp_str result = {0};

    icp_buf_open(&buf, ICP_MAX_EXPRESSION);
    for (size_t at = 0; at < inside.length;) {
        size_t taken = 1;
        if (inside.data[at] == '\\')
            taken = read_escape(icp_str_slice(inside, at, inside.length), &buf);
        else
            icp_buf_add_char(&buf, inside.data[at]);
        if (taken == 0) {
            feel_error(c, "feel-syntax", offset + (uint32_t)at,
                       "the escape in the text is not a character");
            icp_report_hint(c->list, "Write \\uXXXX with four hexadecimal digits.");
            break;
        }
        at += taken;
    }
    if (!c->failed)
        result = icp_arena_copy(c->arena, icp_buf_view(&buf));
    if (result.data == NULL && !c->failed)
        result = ICP_STR("");
    icp_buf_finish(&buf);
    return result;
}

/* The text between the quote at `position` and its partner; moves behind it. */
static bool read_quoted(struct feel_compilation *c, struct icp_str *inside)
{
    size_t start = c->position, at = start + 1;

    while (at < c->text.length && c->text.data[at] != '"' &&
           (c->lenient || c->text.data[at] != '\n'))
        at += c->text.data[at] == '\\' && at + 1 < c->text.length ? 2 : 1;
    if (at >= c->text.length || c->text.data[at] != '"') {
        feel_error(c, "feel-syntax", (uint32_t)start, "the text that starts here has no end");
        icp_report_hint(c->list, "Close it with a double quote on the same line.");
        return false;
    }
    *inside = icp_str_slice(c->text, start + 1, at);
    c->position = at + 1;
    return true;
}

static enum feel_token_kind read_text(struct feel_compilation *c)
{
    uint32_t offset = (uint32_t)c->position;
    struct icp_str inside;

    if (!read_quoted(c, &inside))
        return FEEL_TOKEN_BAD;
    struct icp_str text = unescape(c, inside, offset + 1);
    c->token.constant = feel_text(text);
    return c->failed ? FEEL_TOKEN_BAD : FEEL_TOKEN_CONSTANT;
}

/* @"2026-01-15" */
static enum feel_token_kind read_at_literal(struct feel_compilation *c)
{
    uint32_t offset = (uint32_t)c->position;
    struct icp_str inside;

    c->position++;
    if (c->position >= c->text.length || c->text.data[c->position] != '"') {
        feel_error(c, "feel-syntax", offset, "a text must follow @");
        icp_report_hint(c->list, "Write a date as @\"2026-01-15\".");
        return FEEL_TOKEN_BAD;
    }
    if (!read_quoted(c, &inside))
        return FEEL_TOKEN_BAD;
    if (feel_read_at(inside, &c->token.constant))
        return FEEL_TOKEN_CONSTANT;
    c->token.wrong_literal = true;
    if (c->lenient)
        return FEEL_TOKEN_CONSTANT;
    inside = icp_utf8_cut(inside, 40);
    feel_error(c, "feel-syntax", offset, "\"%.*s\" is not a date, a time or a duration",
               ICP_STR_ARGUMENTS(inside));
    icp_report_hint(c->list, "Write @\"2026-01-15\", @\"2026-01-15T10:00:00Z\" or @\"P30D\".");
    return FEEL_TOKEN_BAD;
}

/* ---- Numbers -------------------------------------------------------------------------------- */

/* The bytes of a number: digits, one dot that is not the start of "..", an exponent. */
static size_t number_length(struct icp_str rest)
{
    size_t at = 0;

    while (at < rest.length && is_digit(rest.data[at]))
        at++;
    if (at + 1 < rest.length && rest.data[at] == '.' && is_digit(rest.data[at + 1])) {
        at++;
        while (at < rest.length && is_digit(rest.data[at]))
            at++;
    }
    if (at < rest.length && (rest.data[at] == 'e' || rest.data[at] == 'E')) {
        size_t digits = at + 1;
        if (digits < rest.length && (rest.data[digits] == '+' || rest.data[digits] == '-'))
            digits++;
        size_t end = digits;
        while (end < rest.length && is_digit(rest.data[end]))
            end++;
        at = end > digits ? end : at;
    }
    return at;
}

static enum feel_token_kind read_number(struct feel_compilation *c)
{
    struct icp_str rest = rest_of(c);
    struct icp_str text = icp_str_slice(rest, 0, number_length(rest));

    if (!feel_number_read(text, &c->token.constant)) {
        feel_error(c, "feel-syntax", (uint32_t)c->position,
                   "the number has more than 100 digits or is too large");
        return FEEL_TOKEN_BAD;
    }
    c->position += text.length;
    return FEEL_TOKEN_CONSTANT;
}

/* ---- Names ---------------------------------------------------------------------------------- */

/* Length of a scope's name at the start of the rest, else 0. Spaces in the name match any blanks;
   behind it no letter or digit may follow. */
static size_t match_symbol(struct icp_str rest, struct icp_str name)
{
    size_t at = 0;

    for (size_t i = 0; i < name.length; i++) {
        if (name.data[i] == ' ') {
            size_t blanks = 0, one;
            while ((one = feel_blank_length(icp_str_slice(rest, at + blanks, rest.length))) > 0)
                blanks += one;
            if (blanks == 0)
                return 0;
            at += blanks;
        } else if (at < rest.length && rest.data[at] == name.data[i]) {
            at++;
        } else {
            return 0;
        }
    }
    if (at < rest.length && is_name_part(rest.data[at]) &&
        wide_space(icp_str_slice(rest, at, rest.length)) == 0)
        return 0;
    return at;
}

static const struct icp_feel_symbol *longest_symbol(const struct feel_compilation *c,
                                                    size_t *length)
{
    const struct icp_feel_symbol *best = NULL;
    struct icp_str rest = rest_of(c);

    *length = 0;
    for (size_t i = 0; i < c->scope->count; i++) {
        size_t matched = match_symbol(rest, c->scope->symbols[i].name);
        if (matched > *length) {
            *length = matched;
            best = &c->scope->symbols[i];
        }
    }
    return best;
}

/* The longest name that the text itself declared or the scope's values have, "first name". */
static size_t longest_word(const struct feel_compilation *c, struct icp_str *name)
{
    struct icp_str rest = rest_of(c);
    size_t best = 0;

    for (const struct feel_word *word = c->words; word != NULL; word = word->next) {
        size_t matched = match_symbol(rest, word->name);
        if (matched > best) {
            best = matched;
            *name = word->name;
        }
    }
    for (size_t i = 0; i < c->scope->word_count; i++) {
        size_t matched = match_symbol(rest, c->scope->words[i]);
        if (matched > best) {
            best = matched;
            *name = c->scope->words[i];
        }
    }
    return best;
}

/* Letters, digits, underscores. */
static size_t word_length(struct icp_str rest)
{
    size_t at = 0;

    while (at < rest.length && is_name_part(rest.data[at]) &&
           wide_space(icp_str_slice(rest, at, rest.length)) == 0)
        at++;
    return at;
}

static const struct {
    const char *word;
    enum feel_token_kind kind;
    enum feel_kind constant;
    bool truth;
} keywords[] = {
    {"and", FEEL_TOKEN_AND, FEEL_NULL, false},
    {"or", FEEL_TOKEN_OR, FEEL_NULL, false},
    {"between", FEEL_TOKEN_BETWEEN, FEEL_NULL, false},
    {"in", FEEL_TOKEN_IN, FEEL_NULL, false},
    {"if", FEEL_TOKEN_IF, FEEL_NULL, false},
    {"then", FEEL_TOKEN_THEN, FEEL_NULL, false},
    {"else", FEEL_TOKEN_ELSE, FEEL_NULL, false},
    {"true", FEEL_TOKEN_CONSTANT, FEEL_BOOLEAN, true},
    {"false", FEEL_TOKEN_CONSTANT, FEEL_BOOLEAN, false},
    {"null", FEEL_TOKEN_CONSTANT, FEEL_NULL, false},
    {"instance", FEEL_TOKEN_INSTANCE, FEEL_NULL, false},
    {"for", FEEL_TOKEN_FOR, FEEL_NULL, false},
    {"return", FEEL_TOKEN_RETURN, FEEL_NULL, false},
    {"some", FEEL_TOKEN_SOME, FEEL_NULL, false},
    {"every", FEEL_TOKEN_EVERY, FEEL_NULL, false},
    {"satisfies", FEEL_TOKEN_SATISFIES, FEEL_NULL, false},
    {"function", FEEL_TOKEN_FUNCTION_WORD, FEEL_NULL, false},
};
enum { KEYWORDS = sizeof(keywords) / sizeof(keywords[0]) };

static enum feel_token_kind read_word(struct feel_compilation *c, struct icp_str word,
                                      bool may_be_symbol)
{
    for (size_t i = 0; i < KEYWORDS; i++) {
        if (icp_str_is(word, keywords[i].word)) {
            c->token.constant = keywords[i].constant == FEEL_BOOLEAN
                                    ? feel_boolean(keywords[i].truth)
                                    : feel_null();
            return keywords[i].kind;
        }
    }
    for (size_t i = 0; i < KEYWORDS && !may_be_symbol && !c->lenient; i++) {
        if (icp_str_equal_ascii_case(word, icp_str_from(keywords[i].word))) {
            feel_error(c, "feel-syntax", c->token.offset, "\"%.*s\" is not known in capitals",
                       ICP_STR_ARGUMENTS(word));
            icp_report_hint(c->list, "Write %s.", keywords[i].word);
            return FEEL_TOKEN_BAD;
        }
    }
    return FEEL_TOKEN_WORD;
}

static enum feel_token_kind read_name(struct feel_compilation *c)
{
    size_t symbol_length, function_length, words = word_length(rest_of(c));
    struct icp_str word = icp_str_slice(rest_of(c), 0, words), declared = {0};
    const struct icp_feel_symbol *symbol = longest_symbol(c, &symbol_length);
    const struct feel_function *function = feel_function_at(rest_of(c), &function_length);
    size_t declared_length = longest_word(c, &declared);

    if (function != NULL && function_length >= symbol_length &&
        function_length >= declared_length) {
        c->token.function = function;
        c->position += function_length;
        return FEEL_TOKEN_FUNCTION;
    }
    if (symbol_length <= words && declared_length <= words) {
        enum feel_token_kind kind = read_word(c, word, symbol != NULL);
        if (kind != FEEL_TOKEN_WORD) {
            c->position += words;
            return kind;
        }
    }
    if (declared_length > symbol_length) {
        c->token.name = declared;
        c->position += declared_length;
        return FEEL_TOKEN_WORD;
    }
    if (symbol != NULL && (symbol_length >= words || symbol_length > declared_length)) {
        c->token.symbol = symbol;
        c->token.name = symbol->name;
        c->position += symbol_length;
        return FEEL_TOKEN_SYMBOL;
    }
    c->token.name = word;
    c->position += words;
    return FEEL_TOKEN_WORD;
}

/* ---- Signs ---------------------------------------------------------------------------------- */

static const struct {
    const char *written; /* longer ones first */
    enum feel_token_kind kind;
    enum feel_operator operation;
} signs[] = {
    {"!=", FEEL_TOKEN_OPERATOR, FEEL_NOT_EQUAL}, {"<=", FEEL_TOKEN_OPERATOR, FEEL_AT_MOST},
    {">=", FEEL_TOKEN_OPERATOR, FEEL_AT_LEAST},  {"**", FEEL_TOKEN_OPERATOR, FEEL_POWER},
    {"..", FEEL_TOKEN_DOTS, FEEL_EQUAL},         {"=", FEEL_TOKEN_OPERATOR, FEEL_EQUAL},
    {"<", FEEL_TOKEN_OPERATOR, FEEL_LESS},       {">", FEEL_TOKEN_OPERATOR, FEEL_GREATER},
    {"+", FEEL_TOKEN_OPERATOR, FEEL_ADD},        {"-", FEEL_TOKEN_OPERATOR, FEEL_SUBTRACT},
    {"*", FEEL_TOKEN_OPERATOR, FEEL_MULTIPLY},   {"/", FEEL_TOKEN_OPERATOR, FEEL_DIVIDE},
    {"(", FEEL_TOKEN_OPEN, FEEL_EQUAL},          {")", FEEL_TOKEN_CLOSE, FEEL_EQUAL},
    {"[", FEEL_TOKEN_OPEN_SQUARE, FEEL_EQUAL},   {"]", FEEL_TOKEN_CLOSE_SQUARE, FEEL_EQUAL},
    {"{", FEEL_TOKEN_OPEN_CURLY, FEEL_EQUAL},    {"}", FEEL_TOKEN_CLOSE_CURLY, FEEL_EQUAL},
    {",", FEEL_TOKEN_COMMA, FEEL_EQUAL},         {":", FEEL_TOKEN_COLON, FEEL_EQUAL},
    {".", FEEL_TOKEN_DOT, FEEL_EQUAL},           {"?", FEEL_TOKEN_QUESTION, FEEL_EQUAL},
};

static enum feel_token_kind read_sign(struct feel_compilation *c)
{
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        if (at_text(c, signs[i].written)) {
            c->token.operation = signs[i].operation;
            c->position += icp_str_from(signs[i].written).length;
            return signs[i].kind;
        }
    }
    struct icp_str shown = icp_utf8_cut(rest_of(c), 1);
    feel_error(c, "feel-syntax", (uint32_t)c->position, "unexpected character \"%.*s\"",
               ICP_STR_ARGUMENTS(shown));
    return FEEL_TOKEN_BAD;
}

static enum feel_token_kind read_token(struct feel_compilation *c)
{
    if (c->position >= c->text.length)
        return FEEL_TOKEN_END;
    char first = c->text.data[c->position];
    struct icp_str behind = icp_str_slice(c->text, c->position + 1, c->text.length);

    if (!at_text(c, "!=") && refuse_habit(c))
        return FEEL_TOKEN_BAD;
    if (first == '"')
        return read_text(c);
    if (first == '@')
        return read_at_literal(c);
    if (is_digit(first) || (first == '.' && behind.length > 0 && is_digit(behind.data[0])))
        return read_number(c);
    return is_name_start(first) ? read_name(c) : read_sign(c);
}

void feel_next_token(struct feel_compilation *c)
{
    c->token = (struct feel_token){.kind = FEEL_TOKEN_BAD};
    if (c->failed || !skip_blank(c))
        return;
    c->token.offset = (uint32_t)c->position;
    c->token.kind = read_token(c);
    c->token.end = (uint32_t)c->position;
}
