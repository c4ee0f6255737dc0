/*
 * Collections in brackets on one line, and tables of them: in lines of a kind that follow each
 * other the pairs stand one below the other, as far as all lines begin with the same keys.
 */
#include "print.h"

struct cells { /* of one line in brackets */
    struct icp_str *texts;
    size_t count, width; /* of the whole line */
};

static struct icp_str value_text(struct format_printing *p, const struct format_part *part,
                                 size_t most)
{
    const struct icp_yaml *value = part->value;
    if (value->kind != ICP_YAML_SCALAR)
        return format_flow_text(p, part, most);
    if (value->text.length > 4 * most) /* bytes of so many characters at least */
        return (struct icp_str){0};
    return format_scalar(part, true, p->arena);
}

static bool make_cells(struct format_printing *p, const struct format_part *part, size_t most,
                       struct cells *cells)
{
    const struct icp_yaml *value = part->value;
    *cells = (struct cells){.width = 2};
    /* more than the width: less than nothing was left */
    if (most > FORMAT_WIDTH || value->kind == ICP_YAML_SCALAR || part->noisy ||
        value->count > most || (value->style == ICP_YAML_BLOCK && value->count > 0))
        return false;
    cells->texts = ICP_NEW_ARRAY(p->arena, struct icp_str, value->count + 1);
    for (const struct format_part *child = part->first; cells->texts && child;
         child = child->next) {
        struct icp_str text = value_text(p, child, most - cells->width);
        if (icp_str_is_null(text))
            return false;
        if (child->key) {
            struct icp_str key = format_key(child, p->arena);
            text = icp_arena_format(p->arena, "%.*s: %.*s", ICP_STR_ARGUMENTS(key),
                                    ICP_STR_ARGUMENTS(text));
        }
        cells->texts[cells->count++] = text;
        cells->width += format_width(text) + (cells->count > 1 ? 2 : 0);
        if (cells->width > most)
            return false;
    }
    return cells->texts != NULL;
}

/* `columns` of them padded to `widths`. */
static struct icp_str join(struct format_printing *p, const struct format_part *part,
                           const struct cells *cells, const size_t *widths, size_t columns)
{
    bool mapping = part->value->kind == ICP_YAML_MAPPING;
    struct icp_str text = mapping ? ICP_STR("{") : ICP_STR("[");
    for (size_t i = 0; i < cells->count; i++) {
        struct icp_str cell = cells->texts[i];
        size_t width = format_width(cell);
        size_t pad = i < columns && widths[i] > width ? widths[i] - width : 0;
        bool last = i + 1 == cells->count;
        text = icp_arena_format(p->arena, "%.*s%.*s%s%*s", ICP_STR_ARGUMENTS(text),
                                ICP_STR_ARGUMENTS(cell), last ? "" : ", ", last ? 0 : (int)pad, "");
    }
    return icp_arena_format(p->arena, "%.*s%c", ICP_STR_ARGUMENTS(text), mapping ? '}' : ']');
}

struct icp_str format_flow_text(struct format_printing *p, const struct format_part *part,
                                size_t most)
{
    struct cells cells;
    if (!make_cells(p, part, most, &cells))
        return (struct icp_str){0};
    return join(p, part, &cells, NULL, 0);
}

/* ---- Tables ---------------------------------------------------------------------------------- */

enum { MOST_COLUMNS = 16 };

struct table {
    struct format_printing *p;
    size_t indent;
    size_t label_width; /* of the widest key, with its colon; items have none */
    const struct icp_yaml *keys[MOST_COLUMNS];
    size_t widths[MOST_COLUMNS];
    size_t columns, rows;
};

static bool is_row(const struct table *table, const struct format_part *part, struct cells *cells)
{
    size_t label = part->key ? format_width(format_key(part, table->p->arena)) + 2 : 2;
    return part->value->kind == ICP_YAML_MAPPING && part->value->count > 0 &&
           make_cells(table->p, part, FORMAT_WIDTH - table->indent - label, cells);
}

/* Columns go as far as every row that is longer has the same key there. */
static void take_row(struct table *table, const struct format_part *part, const struct cells *cells)
{
    const struct format_part *child = part->first;
    size_t label = part->key ? format_width(format_key(part, table->p->arena)) + 1 : 1;
    if (label > table->label_width)
        table->label_width = label;
    for (size_t i = 0; i + 1 < cells->count && i < MOST_COLUMNS; i++, child = child->next) {
        if (i < table->columns && !table->keys[i])
            table->keys[i] = child->key;
        if (i >= table->columns || !icp_str_equal(table->keys[i]->text, child->key->text)) {
            table->columns = i < table->columns ? i : table->columns;
            break;
        }
        size_t width = format_width(cells->texts[i]);
        if (width > table->widths[i])
            table->widths[i] = width;
    }
    table->rows++;
}

static struct icp_str row_text(const struct table *table, const struct format_part *part,
                               const struct cells *cells)
{
    struct format_printing *p = table->p;
    struct icp_str label = ICP_STR("-"), row = join(p, part, cells, table->widths, table->columns);
    if (part->key)
        label = icp_arena_format(p->arena, "%.*s:", ICP_STR_ARGUMENTS(format_key(part, p->arena)));
    size_t width = format_width(label);
    size_t pad = table->label_width > width ? table->label_width - width : 0;
    return icp_arena_format(p->arena, "%*s%.*s%*s %.*s", (int)table->indent, "",
                            ICP_STR_ARGUMENTS(label), (int)pad, "", ICP_STR_ARGUMENTS(row));
}

static bool may_be_table(const struct format_part *first)
{
    const struct format_layout *layout = first->parent->layout;
    return !first->key || (layout && layout->table);
}

/* In a table that gets too wide nothing is aligned. */
static bool make_rows(struct table *table, struct format_part *first,
                      const struct format_part *behind)
{
    struct cells cells;
    bool fits = true;
    for (struct format_part *part = first; part != behind; part = part->next) {
        (void)is_row(table, part, &cells);
        part->row = row_text(table, part, &cells);
        fits = fits && format_width(part->row) <= FORMAT_TABLE_WIDTH;
    }
    return fits;
}

struct format_part *format_table(struct format_printing *p, struct format_part *first,
                                 size_t indent)
{
    struct table table = {.p = p, .indent = indent, .columns = MOST_COLUMNS};
    struct format_part *part = first;
    struct cells cells;
    if (!may_be_table(first))
        return first;
    for (; part && is_row(&table, part, &cells); part = part->next) {
        if (part != first && (part->head.first || part->blank_before))
            break;
        take_row(&table, part, &cells);
    }
    if (table.rows < 2)
        return first;
    if (!make_rows(&table, first, part)) {
        table.columns = table.label_width = 0;
        (void)make_rows(&table, first, part);
    }
    return part;
}

struct icp_str format_table_row(const struct format_printing *p, const struct format_part *part)
{
    (void)p;
    return part->row;
}
