/*
 * Sets: rules look at a set by asking which of a few items it has (any_of, list contains). Each
 * such item is a mark; an item of a cell has marks, a cell those of its items, and cells with the
 * same marks have the same outcome. So a set is known by its items, however they are combined. What
 * looks at a set in another way leaves it to be known by its bytes.
 */
#include "bulk_internal.h"

#include <string.h>

/* The leaf asks for one item and nothing else: list contains(company.technologies, "hubspot"). */
static bool asks_for_item(const struct icp_bulk *bulk, const struct bulk_column *column,
                          const struct icp_feel *leaf)
{
    const struct icp_str open = ICP_STR("list contains("), comma = ICP_STR(", \"");
    struct icp_str text = icp_feel_canonical(leaf);
    struct icp_str name = bulk->rules->known[column->slot].name;
    if (!icp_str_has_prefix(text, open))
        return false;
    text = icp_str_slice(text, open.length, text.length);
    if (!icp_str_has_prefix(text, name))
        return false;
    text = icp_str_slice(text, name.length, text.length);
    if (!icp_str_has_prefix(text, comma) || !icp_str_has_suffix(text, ICP_STR("\")")))
        return false;
    text = icp_str_slice(text, comma.length, text.length - 2);
    return icp_str_find(text, ICP_STR("\"")) == text.length;
}

static bool add_mark(struct bulk_column *column, struct bulk_mark mark)
{
    if (column->mark_count == BULK_MOST_MARKS)
        return false;
    column->marks[column->mark_count++] = mark;
    return true;
}

static bool add_condition(const struct icp_bulk *bulk, struct bulk_column *column,
                          const struct icp_feel_part *part)
{
    for (size_t i = 0; i < part->count; i++)
        if (!add_condition(bulk, column, &part->parts[i]))
            return false;
    if (part->kind != ICP_FEEL_LEAF)
        return true;
    return asks_for_item(bulk, column, part->leaf) &&
           add_mark(column, (struct bulk_mark){.leaf = part->leaf});
}

static bool add_criterion(const struct icp_bulk *bulk, struct bulk_column *column,
                          const struct icp_criterion *criterion)
{
    for (size_t i = 0; i < criterion->count; i++) {
        bool added = false;
        if (criterion->kind == ICP_RULE_ANY_OF)
            added =
                add_mark(column, (struct bulk_mark){.criterion = criterion, .line = (uint32_t)i});
        else if (criterion->kind == ICP_RULE_CASES)
            added = add_condition(bulk, column, icp_feel_parts(criterion->lines[i].when));
        if (!added)
            return false;
    }
    return true;
}

void bulk_set_open(struct icp_bulk *bulk, struct bulk_column *column)
{
    const struct bulk_facts *facts = &bulk->facts;
    bool by_items = true;
    column->marks = ICP_NEW_ARRAY(&bulk->arena, struct bulk_mark, BULK_MOST_MARKS);
    for (size_t i = facts->first[column->field];
         column->marks && by_items && i < facts->first[column->field + 1]; i++) {
        const struct bulk_fact *fact = &facts->list[facts->order[i]];
        by_items =
            fact->kind == BULK_FACT_WHEN && add_condition(bulk, column, icp_feel_parts(fact->when));
    }
    for (size_t i = 0; column->marks && by_items && i < column->criterion_count; i++)
        by_items = add_criterion(bulk, column, &bulk->rules->criteria[column->criteria[i]]);
    for (size_t i = 0; column->marks && by_items && i < column->points_count; i++) {
        const struct icp_points_line *line = &bulk->rules->points[column->points[i]];
        if (line->kind == ICP_POINTS_RULE)
            by_items = add_criterion(bulk, column, line->rule);
        else
            by_items = line->kind == ICP_POINTS_WHEN &&
                       add_condition(bulk, column, icp_feel_parts(line->when));
    }
    if (column->marks && by_items)
        column->kind = BULK_CELL_SET;
}

static bool has_mark(struct icp_bulk_work *work, const struct bulk_column *column,
                     const struct bulk_mark *mark, struct icp_str item)
{
    if (mark->criterion) {
        const struct icp_line *line = icp_line_find(mark->criterion->lines, mark->criterion->count,
                                                    icp_text_key(&work->scratch, item));
        return line == &mark->criterion->lines[mark->line];
    }
    struct icp_value *slot = &work->inner.slots[column->slot];
    slot->kind = ICP_VALUE_LIST;
    slot->as.list.items = &item;
    slot->as.list.count = 1;
    bool holds = icp_feel_holds(mark->leaf, work->inner.slots, work->bulk->as_of, &work->scratch);
    slot->kind = ICP_VALUE_NULL;
    return holds;
}

uint32_t bulk_set_marks(struct icp_bulk_work *work, const struct bulk_column *column,
                        struct icp_str item)
{
    uint32_t marks = 0;
    item = icp_str_trim(item);
    for (size_t i = 0; item.length > 0 && i < column->mark_count; i++)
        if (has_mark(work, column, &column->marks[i], item))
            marks |= UINT32_C(1) << i;
    if (work->scratch.used > 0)
        icp_arena_reset(&work->scratch);
    return marks;
}
