/*
 * Takes a text apart: the tree of the YAML reader becomes parts, and every comment between them is
 * hung on the part that a person would say it belongs to. A comment on a line of its own belongs to
 * what follows, unless it is indented deeper than that; then it ends the section before. A comment
 * behind something belongs to it. Invariant: no comment is lost or hung twice.
 */
#include "outline.h"

#include "bounds.h"

static bool is_newline(char c)
{
    return c == '\n' || c == '\r';
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

/* ---- Parts ----------------------------------------------------------------------------------- */

static size_t count_nodes(const struct icp_yaml *node)
{
    size_t count = node->count;
    for (size_t i = 0; i < node->count; i++)
        count += count_nodes(&node->values[i]);
    return count;
}

static uint32_t line_start(struct icp_str text, uint32_t offset)
{
    while (offset > 0 && !is_newline(text.data[offset - 1]))
        offset--;
    return offset;
}

/* Is the line before the one that holds `offset` empty? */
static bool follows_blank(struct icp_str text, uint32_t offset)
{
    uint32_t at = line_start(text, offset);
    if (at == 0)
        return false;
    at--;
    if (text.data[at] == '\n' && at > 0 && text.data[at - 1] == '\r')
        at--;
    uint32_t end = at;
    while (at > 0 && is_space(text.data[at - 1]))
        at--;
    return at == 0 ? end == 0 : is_newline(text.data[at - 1]);
}

static void add_parts(struct format_outline *outline, struct format_part *parent)
{
    const struct icp_yaml *node = parent->value;
    struct format_part *parts = ICP_NEW_ARRAY(outline->arena, struct format_part, node->count);
    struct format_part **place = &parent->first;
    if (!parts)
        return;
    for (size_t i = 0; i < node->count; i++) {
        struct format_part *part = &parts[i];
        const struct icp_yaml *key = node->kind == ICP_YAML_MAPPING ? &node->keys[i] : NULL;
        part->key = key;
        part->value = &node->values[i];
        part->parent = parent;
        part->start = key ? key->offset : part->value->offset;
        part->end = part->value->end;
        if (key && part->end < key->end)
            part->end = key->end;
        part->column = key ? key->column : part->value->column;
        if (!key && node->style == ICP_YAML_BLOCK)
            part->column = node->column; /* of the dash */
        part->blank_before = follows_blank(outline->text, part->start);
        outline->parts[outline->part_count++] = part;
        *place = part;
        place = &part->next;
        if (part->value->count > 0)
            add_parts(outline, part);
    }
}

/* ---- Comments -------------------------------------------------------------------------------- */

static void hang(struct format_comments *comments, struct format_comment *comment)
{
    if (comments->last)
        comments->last->next = comment;
    else
        comments->first = comment;
    comments->last = comment;
}

static bool is_inside(const struct format_part *part, uint32_t offset)
{
    return part->value->style == ICP_YAML_FLOW && part->value->offset < offset &&
           offset < part->value->end;
}

static bool has_newline(struct icp_str text, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        if (is_newline(text.data[i]))
            return true;
    return false;
}

static bool is_below(const struct format_part *part, const struct format_part *above)
{
    for (; part; part = part->parent)
        if (part == above)
            return true;
    return false;
}

/* On a line of its own, or in front of something. `before` is the last part that starts before it,
   `next` the first that starts behind it; either may be NULL. */
static void hang_between(struct format_outline *outline, struct format_comment *comment,
                         struct format_part *before, struct format_part *next)
{
    struct format_part *part = before ? before : outline->root;
    while (part != outline->root && !is_inside(part, comment->offset))
        part = part->parent;
    if (part != outline->root || is_inside(part, comment->offset)) { /* in brackets */
        hang(next && is_below(next, part) ? &next->head : &part->foot, comment);
        return;
    }
    for (part = before; part && part != outline->root; part = part->parent) {
        if (next && is_below(next, part))
            break;
        if (part->value->style == ICP_YAML_BLOCK && part->first &&
            part->first->column <= comment->column &&
            (!next || part->first->column > next->column)) {
            hang(&part->foot, comment);
            return;
        }
    }
    hang(next ? &next->head : &outline->root->foot, comment);
}

/* Behind something on its line. */
static void hang_behind(struct format_outline *outline, struct format_comment *comment,
                        struct format_part *before, struct format_part *next)
{
    const struct icp_yaml *value = before->value;
    bool text = value->style == ICP_YAML_LITERAL || value->style == ICP_YAML_FOLDED;
    bool opens = (value->offset > comment->offset && (value->count > 0 || text)) ||
                 is_inside(before, comment->offset);
    if (opens && !before->opening && !has_newline(outline->text, before->start, comment->offset)) {
        before->opening = comment;
        return;
    }
    if (value->offset > comment->offset) { /* between a key and its text */
        hang(&before->head, comment);
        return;
    }
    while (before->parent != outline->root && before->parent->value->style == ICP_YAML_FLOW &&
           before->parent->end <= comment->offset)
        before = before->parent;
    if (before->end <= comment->offset && !before->trailing &&
        !has_newline(outline->text, before->end, comment->offset))
        before->trailing = comment;
    else
        hang_between(outline, comment, before, next);
}

struct scan {
    struct format_outline *outline;
    size_t next_part; /* the first that starts behind the place */
    uint32_t at;
    bool own_line; /* nothing but spaces so far */
};

static void take_comment(struct scan *scan)
{
    struct format_outline *outline = scan->outline;
    struct icp_str text = outline->text;
    struct format_comment *comment = ICP_NEW(outline->arena, struct format_comment);
    uint32_t start = line_start(text, scan->at), end = scan->at;
    while (end < text.length && !is_newline(text.data[end]))
        end++;
    if (!comment)
        return;
    comment->text = icp_str_trim(icp_str_slice(text, scan->at, end));
    comment->offset = scan->at;
    comment->column = scan->at - start + 1;
    comment->own_line = scan->own_line;
    comment->blank_before = follows_blank(text, scan->at);
    outline->comment_count++;
    scan->at = end;
    struct format_part *before = scan->next_part > 0 ? outline->parts[scan->next_part - 1] : NULL;
    struct format_part *next =
        scan->next_part < outline->part_count ? outline->parts[scan->next_part] : NULL;
    if (!before && !is_inside(outline->root, comment->offset))
        hang(&outline->comments, comment);
    else if (comment->own_line || !before)
        hang_between(outline, comment, before, next);
    else
        hang_behind(outline, comment, before, next);
}

/* The end of the scalar that begins at `at`, or 0. Keys come before their values. */
static uint32_t scalar_end(struct scan *scan, const struct format_part *part)
{
    uint32_t at = scan->at;
    if (part->key && part->key->offset <= at && at < part->key->end)
        return part->key->end;
    if (part->value->kind == ICP_YAML_SCALAR && part->value->offset <= at && at < part->value->end)
        return part->value->end;
    return 0;
}

static void step(struct scan *scan)
{
    struct format_outline *outline = scan->outline;
    char c = outline->text.data[scan->at];
    char before = '\n';
    if (scan->at > 0)
        before = outline->text.data[scan->at - 1];
    while (scan->next_part < outline->part_count &&
           outline->parts[scan->next_part]->start <= scan->at)
        scan->next_part++;
    uint32_t end = scan->next_part > 0 ? scalar_end(scan, outline->parts[scan->next_part - 1]) : 0;
    if (end > scan->at) {
        scan->own_line = end > 0 && is_newline(outline->text.data[end - 1]); /* a block's text */
        scan->at = end;
    } else if (c == '#' && (is_space(before) || is_newline(before))) {
        take_comment(scan);
    } else {
        scan->own_line = is_newline(c) || (scan->own_line && is_space(c));
        scan->at++;
    }
}

/* The comments before the first part belong to the file when they stand at its very top. */
static void find_head(struct format_outline *outline)
{
    if (outline->part_count > 0 && outline->comments.first)
        outline->blank_behind_head = outline->parts[0]->blank_before;
    if (outline->part_count > 0)
        outline->parts[0]->blank_before = false;
}

static bool mark_noisy(struct format_part *part)
{
    part->noisy = part->opening || part->foot.first;
    for (struct format_part *child = part->first; child; child = child->next) {
        bool below = mark_noisy(child);
        part->noisy = part->noisy || below || child->head.first || child->trailing;
    }
    return part->noisy;
}

bool format_outline(struct format_outline *outline, struct icp_str text,
                    const struct icp_yaml *root, struct icp_arena *arena)
{
    *outline = (struct format_outline){.text = text, .arena = arena};
    outline->parts = ICP_NEW_ARRAY(arena, struct format_part *, count_nodes(root) + 1);
    outline->root = ICP_NEW(arena, struct format_part);
    if (!outline->parts || !outline->root)
        return false;
    outline->root->value = root;
    outline->root->start = root->offset;
    outline->root->end = root->end;
    outline->root->layout = format_layout_root();
    add_parts(outline, outline->root);
    struct scan scan = {.outline = outline, .own_line = true};
    while (scan.at < text.length && !arena->full)
        step(&scan);
    find_head(outline);
    (void)mark_noisy(outline->root);
    return !arena->full;
}
