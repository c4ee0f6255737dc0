/*
 * Writes an outline: every part as one line while it fits, else broken up; lists of lines of a kind
 * as tables; comments behind lines that follow each other in one column. First all lines are made,
 * then they are put out, because the column of a comment depends on its neighbours.
 */
#include "print.h"

enum {
    COMMENT_COLUMN = 33,  /* the least, counted from 0: behind most short lines */
    COMMENT_WIDEST = 100, /* a line wider than this keeps its comment close */
};

void format_add_line(struct format_printing *p, struct format_line line)
{
    if (p->count == p->allocated) {
        size_t more = p->allocated ? 2 * p->allocated : 256;
        struct format_line *lines = ICP_NEW_ARRAY(p->arena, struct format_line, more);
        if (!lines)
            return; /* the arena is full, which is asked once */
        for (size_t i = 0; i < p->count; i++)
            lines[i] = p->lines[i];
        p->lines = lines;
        p->allocated = more;
    }
    line.blank_before = line.blank_before && p->count > 0;
    p->lines[p->count++] = line;
}

static struct icp_str indented(struct format_printing *p, size_t indent, struct icp_str text)
{
    return icp_arena_format(p->arena, "%*s%.*s", (int)indent, "", ICP_STR_ARGUMENTS(text));
}

static void add_comment_line(struct format_printing *p, const struct format_comment *comment,
                             size_t indent, bool blank_before)
{
    format_add_line(p, (struct format_line){.text = indented(p, indent, comment->text),
                                            .blank_before = blank_before});
}

/* `first`: nothing stands between them and what they are in, so no empty line either. */
static void add_comments(struct format_printing *p, const struct format_comments *comments,
                         size_t indent, bool first)
{
    for (const struct format_comment *c = comments->first; c; c = c->next)
        add_comment_line(p, c, indent, c->blank_before && !(first && c == comments->first));
}

/* ---- One part -------------------------------------------------------------------------------- */

static bool is_block_text(const struct format_part *part)
{
    const struct icp_yaml *value = part->value;
    bool block = value->style == ICP_YAML_LITERAL || value->style == ICP_YAML_FOLDED;
    struct icp_str text = icp_str_trim(value->text);
    return block && text.length > 0 && !icp_str_has_suffix(value->text, ICP_STR("\n\n")) &&
           !icp_str_has_prefix(value->text, ICP_STR("\n"));
}

static struct icp_str start_of(struct format_printing *p, const struct format_part *part,
                               size_t indent)
{
    if (!part->key)
        return indented(p, indent, ICP_STR("-"));
    struct icp_str key = format_key(part, p->arena);
    return icp_arena_format(p->arena, "%*s%.*s:", (int)indent, "", ICP_STR_ARGUMENTS(key));
}

static void add_comment_behind(struct format_line *line, const struct format_comment *comment)
{
    if (comment)
        line->comment = comment->text;
}

static size_t leading_spaces(struct icp_str line)
{
    size_t count = 0;
    while (count < line.length && line.data[count] == ' ')
        count++;
    return count;
}

/* The lines of a block's text as they are, moved to the new indentation. */
static void add_block_text(struct format_printing *p, const struct format_part *part, size_t indent,
                           struct format_line *header)
{
    const struct icp_yaml *value = part->value;
    struct icp_str raw = icp_str_slice(p->source, value->offset, value->end), line;
    size_t lead = leading_spaces(value->text), moved = leading_spaces(raw) - lead;
    bool ends = icp_str_has_suffix(value->text, ICP_STR("\n"));
    header->text = icp_arena_format(p->arena, "%.*s %c%s%s", ICP_STR_ARGUMENTS(header->text),
                                    value->style == ICP_YAML_LITERAL ? '|' : '>',
                                    lead > 0 ? "2" : "", ends ? "" : "-");
    format_add_line(p, *header);
    while (raw.length > 0 && (raw.data[raw.length - 1] == '\n' || raw.data[raw.length - 1] == ' '))
        raw.length--;
    while (icp_str_cut(&raw, '\n', &line)) {
        if (line.length > 0 && line.data[line.length - 1] == '\r')
            line.length--;
        size_t skip = leading_spaces(line) < moved ? leading_spaces(line) : moved;
        struct icp_str rest = icp_str_slice(line, skip, line.length);
        bool empty = rest.length == 0;
        format_add_line(
            p, (struct format_line){.text = empty ? ICP_STR("") : indented(p, indent, rest)});
    }
}

static void add_children(struct format_printing *p, struct format_part *part, size_t indent);

/* "- " in the place of the first line's indentation. */
static void put_dash(struct format_printing *p, size_t line, size_t indent)
{
    if (line >= p->count)
        return;
    struct icp_str text = p->lines[line].text;
    p->lines[line].text = icp_arena_format(
        p->arena, "%*s- %.*s", (int)indent, "",
        ICP_STR_ARGUMENTS(icp_str_slice(text, indent + FORMAT_INDENT, text.length)));
}

/* Broken up: its children on lines of their own. A comment that stood behind the whole now stands
   behind its key, or before it. */
static void add_broken(struct format_printing *p, struct format_part *part, size_t indent,
                       struct format_line line)
{
    const struct format_comment *opening = part->opening;
    if (part->key) {
        if (!opening)
            opening = part->trailing;
        line.text = start_of(p, part, indent);
        add_comment_behind(&line, opening);
        format_add_line(p, line);
        add_children(p, part, indent + FORMAT_INDENT);
        return;
    }
    add_comments(p, &part->first->head, indent, !line.blank_before);
    part->first->head.first = NULL;
    size_t first = p->count;
    add_children(p, part, indent + FORMAT_INDENT);
    put_dash(p, first, indent);
    if (first < p->count)
        p->lines[first].blank_before = line.blank_before;
}

static bool is_broken(struct format_printing *p, const struct format_part *part, size_t before,
                      struct icp_str *text)
{
    const struct icp_yaml *value = part->value;
    if (value->kind == ICP_YAML_SCALAR) {
        *text = format_scalar(part, false, p->arena);
        return false;
    }
    if (value->count == 0) {
        *text = value->kind == ICP_YAML_MAPPING ? ICP_STR("{}") : ICP_STR("[]");
        return false;
    }
    *text = format_flow_text(p, part, FORMAT_WIDTH - before);
    return icp_str_is_null(*text);
}

/* Comments that have no place of their own in what is printed go before it. */
static void add_homeless(struct format_printing *p, const struct format_part *part, size_t indent,
                         bool broken)
{
    if (part->trailing && ((broken && (!part->key || part->opening)) || (!broken && part->opening)))
        add_comment_line(p, part->trailing, indent, false);
    if (broken && !part->key && part->opening)
        add_comment_line(p, part->opening, indent, false);
    if (!broken)
        add_comments(p, &part->foot, indent, true);
}

static void add_part(struct format_printing *p, struct format_part *part, size_t indent, bool first)
{
    struct format_line line = {.text = start_of(p, part, indent)};
    struct icp_str text;
    bool block_text = is_block_text(part);
    bool broken = !block_text && is_broken(p, part, format_width(line.text) + 1, &text);
    size_t count = p->count;
    add_comments(p, &part->head, indent, first);
    add_homeless(p, part, indent, broken);
    line.blank_before = part->blank_before && !(first && p->count == count);
    if (broken) {
        add_broken(p, part, indent, line);
        return;
    }
    add_comment_behind(&line, part->opening ? part->opening : part->trailing);
    if (block_text) {
        add_block_text(p, part, indent + FORMAT_INDENT, &line);
        return;
    }
    if (text.length > 0)
        line.text = icp_arena_format(p->arena, "%.*s %.*s", ICP_STR_ARGUMENTS(line.text),
                                     ICP_STR_ARGUMENTS(text));
    format_add_line(p, line);
}

static void add_children(struct format_printing *p, struct format_part *part, size_t indent)
{
    for (struct format_part *child = part->first; child && !p->arena->full;) {
        struct format_part *behind = format_table(p, child, indent);
        if (behind == child) {
            add_part(p, child, indent, child == part->first);
            child = child->next;
            continue;
        }
        for (; child != behind; child = child->next) {
            struct format_line line = {.text = format_table_row(p, child)};
            size_t count = p->count;
            add_comments(p, &child->head, indent, child == part->first);
            line.blank_before = child->blank_before && !(child == part->first && p->count == count);
            add_comment_behind(&line, child->trailing);
            format_add_line(p, line);
        }
    }
    add_comments(p, &part->foot, indent, part->first == NULL);
}

/* ---- The whole ------------------------------------------------------------------------------- */

static bool is_wide(const struct format_line *line)
{
    return format_width(line->text) > COMMENT_WIDEST;
}

/* Lines that follow each other with a comment behind each: from `first`, how many. */
static size_t run_of(const struct format_printing *p, size_t first, size_t *column)
{
    size_t i = first;
    *column = COMMENT_COLUMN;
    for (; i < p->count && !icp_str_is_null(p->lines[i].comment); i++) {
        size_t width = format_width(p->lines[i].text) + 2;
        if (i > first && p->lines[i].blank_before)
            break;
        if (!is_wide(&p->lines[i]) && width > *column)
            *column = width;
    }
    return i - first;
}

static void put_line(const struct format_line *line, size_t column, struct icp_buf *out)
{
    if (line->blank_before)
        icp_buf_add_char(out, '\n');
    icp_buf_add(out, line->text);
    if (!icp_str_is_null(line->comment)) {
        size_t width = format_width(line->text);
        size_t spaces = width + 2 > column ? 2 : column - width;
        icp_buf_format(out, "%*s%.*s", (int)spaces, "", ICP_STR_ARGUMENTS(line->comment));
    }
    icp_buf_add_char(out, '\n');
}

bool format_print(const struct format_outline *outline, struct icp_buf *out)
{
    struct format_printing p = {.arena = outline->arena, .source = outline->text};
    size_t column = 0, run = 0;
    add_comments(&p, &outline->comments, 0, true);
    size_t head = p.count;
    add_children(&p, outline->root, 0);
    if (head > 0 && head < p.count)
        p.lines[head].blank_before = outline->blank_behind_head;
    for (size_t i = 0; i < p.count; i++) {
        if (run == 0)
            run = run_of(&p, i, &column);
        put_line(&p.lines[i], column, out);
        run -= run > 0 ? 1 : 0;
    }
    return !p.arena->full && !out->failed;
}
