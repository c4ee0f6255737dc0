/*
 * The lines of a YAML text: what is refused before the library sees it, and what a syntax error of
 * the library means to the person who wrote the line. Invariant: a text that passes costs the
 * library time and memory in proportion to its length.
 */
#include "yaml_lines.h"

#include <string.h>

#include "bounds.h"
#include "utf8.h"

struct place {
    struct icp_diagnostics *list;
    uint32_t line, column;
};

static void fail(struct place *b, const char *code, const char *message, const char *hint)
{
    icp_report(b->list, ICP_ERROR, code, b->line, b->column, "%s", message);
    if (hint != NULL)
        icp_report_hint(b->list, "%s", hint);
}

/* Cuts the first line off `rest`; LF, CR LF and CR alone end one, as in the library. */
static bool cut_line(struct icp_str *rest, struct icp_str *line)
{
    size_t end = 0;

    if (rest->length == 0)
        return false;
    while (end < rest->length && rest->data[end] != '\n' && rest->data[end] != '\r')
        end++;
    *line = icp_str_slice(*rest, 0, end);
    if (end + 1 < rest->length && rest->data[end] == '\r' && rest->data[end + 1] == '\n')
        end++;
    *rest = icp_str_slice(*rest, end < rest->length ? end + 1 : end, rest->length);
    return true;
}

static struct icp_str line_of(struct icp_str text, uint32_t line)
{
    struct icp_str part = ICP_STR("");

    for (uint32_t i = 0; i < line; i++)
        if (!cut_line(&text, &part))
            return ICP_STR("");
    return part;
}

/* ---- before the library sees the text ------------------------------------------------------- */

static bool is_character(uint32_t c)
{
    return c == '\t' || (c >= 0x20 && c != 0x7F && !(c >= 0x80 && c < 0xA0) && c != 0xFEFF &&
                         c != 0xFFFE && c != 0xFFFF);
}

/* Bytes that no text file holds. */
static bool holds_text(struct place *b, struct icp_str line)
{
    while (line.length > 0) {
        uint32_t code_point = 0;
        bool whole = icp_utf8_next(&line, &code_point);
        if (!whole) {
            fail(b, "not-text", "the file is not UTF-8 text", "Save the file as UTF-8.");
            return false;
        }
        if (!is_character(code_point)) {
            icp_report(b->list, ICP_ERROR, "not-text", b->line, b->column,
                       "the control character U+%04X stands here", (unsigned)code_point);
            icp_report_hint(b->list, "Take it out, or save the file as plain UTF-8 text.");
            return false;
        }
        b->column++;
    }
    return true;
}

/* Brackets that the line opens or closes outside of quotes and comments, which here end with their
   line: near enough for a bound that no person comes close to. */
static bool is_shallow(struct place *b, struct icp_str line, size_t *open)
{
    /* The library looks far ahead in flow collections, seconds over megabytes of brackets. */
    enum { OPEN_MOST = 16 * ICP_MAX_DEPTH };
    const char no_quote = '\0';
    char quote = no_quote, before = ' ';

    for (size_t i = 0; i < line.length; before = line.data[i++]) {
        char c = line.data[i];
        if (quote != no_quote) {
            if (c == quote)
                quote = no_quote;
        } else if ((c == '\'' || c == '"') && strchr(" \t[{,:\"'", before) != NULL)
            quote = c;
        else if (c == '#' && (before == ' ' || before == '\t'))
            return true;
        else if (c == '[' || c == '{')
            ++*open;
        else if ((c == ']' || c == '}') && *open > 0)
            --*open;
        if (*open <= OPEN_MOST)
            continue;
        b->column = (uint32_t)i + 1;
        fail(b, "yaml-too-deep", "nested too deeply: at most 64 levels are read", NULL);
        return false;
    }
    return true;
}

static bool check_line(struct place *b, struct icp_str line, size_t *open)
{
    b->column = 1;
    if (line.length > 0 && line.data[0] == '%') {
        /* many of them take the library the square of their number */
        fail(b, "yaml-directive", "directives (%) are not allowed", "Take the line out.");
        return false;
    }
    if (!is_shallow(b, line, open))
        return false;
    if (line.length > ICP_MAX_TEXT) {
        /* the library looks ahead a whole line of a flow collection, at 300 bytes a token */
        icp_report(b->list, ICP_ERROR, "yaml-long-line", b->line, 1,
                   "the line is %zu bytes long; at most %d are read", line.length,
                   (int)ICP_MAX_TEXT);
        icp_report_hint(b->list, "Break the line.");
        return false;
    }
    return holds_text(b, line);
}

static bool is_mark(struct icp_str line, const char *mark)
{
    return icp_str_has_prefix(line, icp_str_from(mark)) &&
           (line.length == 3 || line.data[3] == ' ' || line.data[3] == '\t');
}

/* Checks every line, and ends the text at the mark "...": the library never sees what follows, and
   what follows may only be comments. */
bool icp_yaml_check_lines(struct icp_str *text, struct icp_diagnostics *list)
{
    struct place place = {.list = list}, *b = &place;
    struct icp_str rest = *text, line;
    size_t open = 0, end = text->length;

    for (b->line = 1; cut_line(&rest, &line); b->line++) {
        struct icp_str content = icp_str_trim(line);
        if (!check_line(b, line, &open))
            return false;
        if (is_mark(line, "...")) {
            if (end == text->length)
                end = (size_t)(line.data - text->data);
        } else if (end < text->length && content.length > 0 && content.data[0] != '#') {
            b->column = 1;
            fail(b, "yaml-second-document", "a second document begins here; a file holds one",
                 NULL);
            return false;
        }
    }
    *text = icp_str_slice(*text, 0, end);
    return true;
}

/* ---- syntax errors -------------------------------------------------------------------------- */

/* What the library says, what it means, and what to do. `condition`: an unquoted condition or text
   is the likely cause, and is looked for first. */
static const struct {
    const char *says, *means, *hint;
    bool condition;
} slips[] = {
    {"missing comma in flow mapping", "a comma or a closing } is missing before this",
     "Separate the pairs inside { } with commas; put a text that holds \", [, ], {, } or a comma "
     "in "
     "quotes.",
     true},
    {"missing comma in flow sequence", "a comma or a closing ] is missing before this",
     "Separate the entries inside [ ] with commas; put a text that holds \", [, ], {, } or a comma "
     "in quotes.",
     true},
    {"invalid nested block mapping on the same line", "a second \": \" stands on this line",
     "Put a text that holds \": \" in quotes.", true},
    {"invalid trailing content after", "something stands behind the closing quote",
     "Put the whole text in quotes, and write a quote inside single quotes twice: 'it''s'.", true},
    {"invalid value after mapping", "something stands behind the closing bracket",
     "Put a text that begins with { or [ in double quotes, such as because: \"{company.name} "
     "grows\".",
     true},
    {"invalid scalar at the end of block sequence", "a list ends here without a key before it",
     "Check the indentation: a key begins where the other keys of its section begin.", false},
    {"tab character may not be used as indentation", "the line is indented with a tab",
     "Indent with spaces, two for each level.", false},
    {"invalid tab used as indentation", "the line is indented with a tab",
     "Indent with spaces, two for each level.", false},
    {"invalid multiline plain key", "this text runs on into a line that holds a key", NULL, false},
    {"could not find expected ':'", "a key is expected here, with a colon and a space behind it",
     NULL, false},
    {"did not find expected key", "a key is expected here",
     "Check the brackets and quotes before this place, and that list items and keys are not mixed.",
     false},
    {"invalid indentation in mapping", "the line is indented differently from the keys beside it",
     "Keys of one section begin in the same column; indent with two spaces for each level.", false},
    {"invalid indentation in sequence", "the line is indented differently from the items beside it",
     "The dashes of one list stand in the same column.", false},
    {"flow sequence without a closing bracket", "the [ before this is not closed",
     "Close it with ] on the same line.", true},
    {"flow mapping without a closing brace", "the { before this is not closed",
     "Close it with } on the same line.", true},
    {"end in flow mode", "the closing bracket stands too far to the left",
     "Put it behind the last entry.", false},
    {"invalid extra closing brace", "this } closes nothing", "Take it out, or open it with {.",
     true},
    {"invalid extra closing bracket", "this ] closes nothing", "Take it out, or open it with [.",
     true},
    {"wrongly indented double-quoted scalar", "the text is not closed with \" on its line",
     "Close it, or indent the lines it runs on to.", false},
    {"wrongly indented single-quoted scalar", "the text is not closed with ' on its line",
     "Close it, or indent the lines it runs on to.", false},
    {"without closing quote", "the text is not closed with a quote", "Close it.", false},
    {"plain scalar cannot start with", "a text cannot begin with this character without quotes",
     "Put the text in quotes.", true},
    {"block scalar no linebreak found", "a text cannot begin with > or | without quotes",
     "Put the text in quotes.", true},
    {"block sequence on the same line as a mapping key", "a list item stands behind a key",
     "Put each item on a line of its own under the key, or write [a, b].", false},
    {"expected '-' indicator", "the line belongs neither to the item before it nor to a new one",
     "The keys of an item stand in the same column as its first key.", false},
    {"invalid UTF8 escape", "an escape in double quotes stands for no character", NULL, false},
    {"invalid escape", "a \\ in double quotes begins an escape, and this is none",
     "Write \\\\ for one backslash, or put the text in single quotes.", false},
};

/* Does the line hold what is likely a condition without quotes. */
static bool holds_condition(struct icp_str line)
{
    static const struct icp_str words[] = {ICP_STR_INIT("when: '"),  ICP_STR_INIT("when:"),
                                           ICP_STR_INIT(" in ["),    ICP_STR_INIT(" in ("),
                                           ICP_STR_INIT("not("),     ICP_STR_INIT("fit_grade"),
                                           ICP_STR_INIT("contains(")};

    if (icp_str_find(line, words[0]) < line.length) /* in quotes already */
        return false;
    for (size_t i = 1; i < sizeof(words) / sizeof(words[0]); i++)
        if (icp_str_find(line, words[i]) < line.length)
            return true;
    return false;
}

/* "weight:30": a colon between a word and what looks like its value. */
static bool lacks_space(struct icp_str line)
{
    size_t colon = icp_str_find(line, ICP_STR(":"));
    struct icp_str word = icp_str_trim(icp_str_slice(line, 0, colon));

    if (icp_str_has_prefix(word, ICP_STR("- ")))
        word = icp_str_trim(icp_str_slice(word, 2, word.length));
    if (colon + 1 >= line.length || line.data[colon + 1] == ' ' || word.length == 0)
        return false;
    for (size_t i = 0; i < word.length; i++) {
        char c = word.data[i];
        if (!(c == '_' || c == '.' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
            return false;
    }
    return true;
}

static void hint_at(struct icp_str text, uint32_t line, const char *hint, bool condition,
                    struct icp_diagnostics *list)
{
    struct icp_str here = line_of(text, line), before = line > 1 ? line_of(text, line - 1) : here;

    if (condition && (holds_condition(here) || holds_condition(before)))
        icp_report_hint(list, "Put the condition in single quotes.");
    else if (lacks_space(here) || lacks_space(before))
        icp_report_hint(list, "Put a space behind the colon: \"key: value\".");
    else if (hint != NULL)
        icp_report_hint(list, "%s", hint);
    else
        icp_report_hint(list, "Check the quotes, the colon and the indentation of this line and "
                              "of the one before it.");
}

/* Column of the first character behind `bytes` of a line. */
static uint32_t column_behind(struct icp_str line, size_t bytes)
{
    struct icp_str before = icp_str_slice(line, 0, bytes);
    uint32_t column = 1, code_point;
    while (before.length > 0) {
        if (!icp_utf8_next(&before, &code_point))
            break;
        column++;
    }
    return column;
}

/* A no-break space looks like a space and is none; it comes with text copied from elsewhere. */
static bool report_no_break_space(struct icp_str text, uint32_t line, struct icp_diagnostics *list)
{
    struct icp_str here = line_of(text, line);
    size_t at = icp_str_find(here, ICP_STR("\xC2\xA0"));
    if (at == here.length)
        return false;
    icp_report(list, ICP_ERROR, "yaml-syntax", line, column_behind(here, at),
               "not YAML: a no-break space (U+00A0) stands here");
    icp_report_hint(list, "Type an ordinary space in its place.");
    return true;
}

/* Whether a bracket is closed only in the comment that begins here. */
static bool takes_bracket_in(struct icp_str comment, size_t open)
{
    return open > 0 && (icp_str_find(comment, ICP_STR("}")) < comment.length ||
                        icp_str_find(comment, ICP_STR("]")) < comment.length);
}

/* The quote that is open behind a character: none, the same, or one that begins. */
static char quote_behind(char quote, char before, char c)
{
    if (quote != '\0' && c == quote)
        return '\0';
    if (quote == '\0' && (c == '\'' || c == '"') && strchr(" \t[{,:", before) != NULL)
        return c;
    return quote;
}

/* Where a comment begins inside of brackets that the line opened, and takes the closing one in:
   "{weight: 1 # note}". The line's length: nowhere. */
static size_t find_swallowing(struct icp_str line)
{
    char quote = '\0', before = ' ';
    size_t open = 0;

    for (size_t i = 0; i < line.length; before = line.data[i++]) {
        char c = line.data[i], was = quote;
        quote = quote_behind(quote, before, c);
        if (quote != '\0' || was != '\0')
            continue;
        if (c == '[' || c == '{')
            open++;
        else if ((c == ']' || c == '}') && open > 0)
            open--;
        else if (c == '#' && (before == ' ' || before == '\t'))
            return takes_bracket_in(icp_str_slice(line, i, line.length), open) ? i : line.length;
    }
    return line.length;
}

static bool report_swallowed(struct icp_str text, uint32_t line, struct icp_diagnostics *list)
{
    struct icp_str here = line_of(text, line);
    size_t at = find_swallowing(here);
    if (at == here.length)
        return false;
    icp_report(list, ICP_ERROR, "yaml-syntax", line, column_behind(here, at),
               "not YAML: the # begins a comment, and the closing bracket is in it");
    icp_report_hint(list, "Put the comment behind the bracket, or the text with the # in quotes.");
    return true;
}

static size_t indent_of(struct icp_str line)
{
    size_t at = 0;
    while (at < line.length && line.data[at] == ' ')
        at++;
    return at;
}

/* A line that holds nothing but "|" or ">", with or without "-", "+" or an indentation. */
static bool is_bar(struct icp_str line)
{
    struct icp_str bar = icp_str_trim(line);
    if (bar.length == 0 || (bar.data[0] != '|' && bar.data[0] != '>'))
        return false;
    for (size_t i = 1; i < bar.length; i++)
        if (strchr("-+123456789", bar.data[i]) == NULL)
            return false;
    return true;
}

/* YAML allows it, the parser does not. */
static bool report_deep_bar(struct icp_str text, uint32_t line, struct icp_diagnostics *list)
{
    struct icp_str bar = line_of(text, line), below = line_of(text, line + 1);
    if (!is_bar(bar) || icp_str_is_empty(icp_str_trim(below)) || indent_of(below) >= indent_of(bar))
        return false;
    icp_report(list, ICP_ERROR, "yaml-syntax", line, (uint32_t)indent_of(bar) + 1,
               "the %c stands deeper than the text below it", icp_str_trim(bar).data[0]);
    icp_report_hint(list, "Put it behind its key, such as \"when: |\", with the text on the lines "
                          "below.");
    return true;
}

/* An unclosed bracket is noticed in a later line. */
enum { LINES_BACK = 4 };

void icp_yaml_report_syntax(struct icp_str text, uint32_t line, uint32_t column,
                            const char *message, struct icp_diagnostics *list)
{
    for (uint32_t back = 0; back < LINES_BACK && back < line; back++)
        if (report_deep_bar(text, line - back, list) || report_swallowed(text, line - back, list) ||
            report_no_break_space(text, line - back, list))
            return;
    struct icp_str says = icp_str_from(message);
    size_t i = 0, count = sizeof(slips) / sizeof(slips[0]);

    while (i < count && icp_str_find(says, icp_str_from(slips[i].says)) == says.length)
        i++;
    icp_report(list, ICP_ERROR, "yaml-syntax", line, column, "not YAML: %s",
               i < count ? slips[i].means : message);
    hint_at(text, line, i < count ? slips[i].hint : NULL, i == count || slips[i].condition, list);
}
