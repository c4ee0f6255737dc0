/*
 * The formatter's entry. Invariant: nothing is handed out that does not read back as the same file:
 * the text made is parsed again and compared, part by part and comment by comment.
 */
#include "format.h"

#include <stdlib.h>

#include "outline.h"

static bool same_node(const struct icp_yaml *a, const struct icp_yaml *b)
{
    return a->kind == b->kind && a->count == b->count && icp_str_equal(a->text, b->text) &&
           (a->kind != ICP_YAML_SCALAR || a->text.length > 0 || a->plain == b->plain);
}

static bool same_parts(const struct format_part *a, const struct format_part *b)
{
    if (!same_node(a->value, b->value) || (a->key != NULL) != (b->key != NULL) ||
        (a->key && !icp_str_equal(a->key->text, b->key->text)))
        return false;
    const struct format_part *left = a->first, *right = b->first;
    for (; left && right; left = left->next, right = right->next)
        if (!same_parts(left, right))
            return false;
    return !left && !right;
}

/* ---- All comments, in any order -------------------------------------------------------------- */

struct gathered {
    struct icp_str *texts;
    size_t count;
};

static void gather(struct gathered *all, const struct format_comments *comments)
{
    for (const struct format_comment *c = comments->first; c; c = c->next)
        all->texts[all->count++] = c->text;
}

static void gather_part(struct gathered *all, const struct format_part *part)
{
    gather(all, &part->head);
    gather(all, &part->foot);
    if (part->opening)
        all->texts[all->count++] = part->opening->text;
    if (part->trailing)
        all->texts[all->count++] = part->trailing->text;
}

static int by_text(const void *left, const void *right)
{
    const struct icp_str *a = left, *b = right;
    return icp_str_compare(*a, *b);
}

static bool gather_all(const struct format_outline *outline, struct gathered *all)
{
    *all = (struct gathered){
        .texts = ICP_NEW_ARRAY(outline->arena, struct icp_str, outline->comment_count + 1)};
    if (!all->texts)
        return false;
    gather(all, &outline->comments);
    gather_part(all, outline->root);
    for (size_t i = 0; i < outline->part_count; i++)
        gather_part(all, outline->parts[i]);
    qsort(all->texts, all->count, sizeof(all->texts[0]), by_text);
    return all->count == outline->comment_count;
}

/* ---- The whole ------------------------------------------------------------------------------- */

static bool read(struct icp_str text, const char *path, struct icp_arena *arena,
                 struct format_outline *outline, struct icp_err *err)
{
    struct icp_diagnostics list;
    icp_diagnostics_open(&list, arena, path);
    if (icp_str_has_prefix(text, ICP_STR("\xEF\xBB\xBF")))
        text = icp_str_slice(text, 3, text.length);
    const struct icp_yaml *root = icp_yaml_parse(text, arena, &list);
    if (!root || list.errors > 0) {
        (void)icp_diagnostics_status(&list, err);
        return false;
    }
    if (root->kind != ICP_YAML_MAPPING || root->count == 0) {
        icp_fail(err, ICP_BAD_CONFIG, "%s is no ICP file", path);
        return false;
    }
    if (!format_outline(outline, text, root, arena)) {
        icp_fail(err, ICP_BAD_CONFIG, "%s is too large to format", path);
        return false;
    }
    format_layout_sort(outline);
    return true;
}

enum icp_status icp_rules_format(struct icp_str text, const char *path, struct icp_arena *arena,
                                 struct icp_buf *out, struct icp_err *err)
{
    struct format_outline before, after;
    struct gathered comments, kept;
    struct icp_err again = {0};
    if (!read(text, path, arena, &before, err))
        return err->status;
    bool gathered = gather_all(&before, &comments); /* printing moves some of them */
    if (!format_print(&before, out))
        return icp_fail(err, ICP_BAD_CONFIG, "%s is too large to format", path);
    bool same = gathered && read(icp_buf_view(out), path, arena, &after, &again) &&
                same_parts(before.root, after.root) && gather_all(&after, &kept) &&
                kept.count == comments.count;
    for (size_t i = 0; same && i < kept.count; i++)
        same = icp_str_equal(kept.texts[i], comments.texts[i]);
    if (same)
        return ICP_OK;
    icp_buf_reset(out);
    if (arena->full)
        return icp_fail(err, ICP_BAD_CONFIG, "%s is too large to format", path);
    icp_fail(err, ICP_BUG, "%s cannot be formatted without a change of its meaning", path);
    icp_hint(err, "The file is as it was. Please report it with the file.");
    return err->status;
}
