/*
 * What is known of each column before the first row: which criteria it decides alone, and how its
 * cells are looked up. Numbers lie in ranges: between two neighbouring constants of the rules every
 * number has the same outcome. Days have a table. All else is known by its bytes; of an e-mail
 * address, where rules look at nothing else, by those of its domain.
 */
#include "bulk_internal.h"

#include <stdlib.h>
#include <string.h>

struct edges { /* where a number's outcome may change */
    int64_t *starts;
    size_t count, room;
    bool failed; /* something looks at it in another way */
};

static void add_start(struct edges *edges, int64_t start)
{
    if (edges->starts && edges->count < edges->room)
        edges->starts[edges->count++] = start;
    else
        edges->failed = true;
}

/* The value itself may have an outcome of its own. */
static void add_point(struct edges *edges, int64_t value)
{
    add_start(edges, value);
    if (value < INT64_MAX)
        add_start(edges, value + 1);
}

static void add_condition(const struct icp_bulk *bulk, struct edges *edges,
                          const struct icp_feel_part *part, uint32_t slot, struct icp_arena *arena)
{
    const int64_t *values;
    size_t count;
    for (size_t i = 0; i < part->count; i++)
        add_condition(bulk, edges, &part->parts[i], slot, arena);
    if (part->kind != ICP_FEEL_LEAF)
        return;
    if (bulk_column_of(bulk, part->leaf) == bulk->field_count + BULK_COLUMN_CONSTANT)
        return;
    if (!icp_feel_breakpoints(part->leaf, slot, bulk->as_of, arena, &values, &count)) {
        edges->failed = true;
        return;
    }
    for (size_t i = 0; i < count; i++)
        add_point(edges, values[i]);
}

static void add_fact(const struct icp_bulk *bulk, struct edges *edges, const struct bulk_fact *fact,
                     uint32_t slot, struct icp_arena *arena)
{
    if (fact->kind == BULK_FACT_WHEN)
        add_condition(bulk, edges, icp_feel_parts(fact->when), slot, arena);
    else
        edges->failed = true; /* a number that roles take for a title */
}

static void add_criterion(const struct icp_bulk *bulk, struct edges *edges,
                          const struct icp_criterion *criterion, uint32_t slot,
                          struct icp_arena *arena)
{
    for (size_t i = 0; i < criterion->count; i++) {
        const struct icp_line *line = &criterion->lines[i];
        int64_t value;
        if (criterion->kind == ICP_RULE_BANDS) {
            add_start(edges, line->from);
            if (line->to < INT64_MAX)
                add_start(edges, line->to + 1);
        } else if (criterion->kind == ICP_RULE_MATCH) {
            if (icp_number_parse(line->key, &value))
                add_point(edges, value);
        } else if (criterion->kind == ICP_RULE_CASES) {
            add_condition(bulk, edges, icp_feel_parts(line->when), slot, arena);
        } else {
            edges->failed = true;
        }
    }
}

/* So many a unit, up to a cap: the outcome changes at whole units until the cap is reached. */
static void add_units(struct edges *edges, const struct icp_points_line *line)
{
    int64_t points = line->points < 0 ? -(int64_t)line->points : line->points;
    int64_t cap = line->cap < 0 ? -(int64_t)line->cap : line->cap;
    if (points == 0)
        return;
    if (!line->has_cap || cap / points > BULK_MOST_UNITS)
        edges->failed = true;
    for (int64_t unit = 1; !edges->failed && unit <= cap / points + 1; unit++)
        add_start(edges, unit * ICP_NUMBER_SCALE);
}

static void add_points(const struct icp_bulk *bulk, struct edges *edges,
                       const struct icp_points_line *line, struct icp_arena *arena)
{
    if (line->kind == ICP_POINTS_WHEN)
        add_condition(bulk, edges, icp_feel_parts(line->when),
                      bulk->rules->field_slots[bulk_points_column(bulk, line)], arena);
    else if (line->kind == ICP_POINTS_RULE)
        add_criterion(bulk, edges, line->rule, line->slot, arena);
    else if (line->kind == ICP_POINTS_PER)
        add_units(edges, line);
    else
        edges->failed = true;
}

static int by_value(const void *left, const void *right)
{
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static void sort_edges(struct edges *edges)
{
    size_t kept = 0;
    qsort(edges->starts, edges->count, sizeof(*edges->starts), by_value);
    for (size_t i = 0; i < edges->count; i++)
        if (kept == 0 || edges->starts[i] != edges->starts[kept - 1])
            edges->starts[kept++] = edges->starts[i];
    edges->count = kept;
}

static void find_ranges(struct icp_bulk *bulk, struct bulk_column *column)
{
    struct icp_arena arena;
    icp_arena_open(&arena, (size_t)4 * 1024 * 1024);
    struct edges edges = {.starts = ICP_NEW_ARRAY(&arena, int64_t, BULK_MOST_RANGES),
                          .room = BULK_MOST_RANGES - 2};
    edges.failed = !edges.starts;
    for (size_t i = bulk->facts.first[column->field];
         !edges.failed && i < bulk->facts.first[column->field + 1]; i++)
        add_fact(bulk, &edges, &bulk->facts.list[bulk->facts.order[i]], column->slot, &arena);
    for (size_t i = 0; !edges.failed && i < column->criterion_count; i++)
        add_criterion(bulk, &edges, &bulk->rules->criteria[column->criteria[i]], column->slot,
                      &arena);
    for (size_t i = 0; !edges.failed && i < column->points_count; i++)
        add_points(bulk, &edges, &bulk->rules->points[column->points[i]], &arena);
    if (column->slot == bulk->rules->opted_out_slot || column->slot == bulk->rules->bounced_slot)
        add_start(&edges, 1); /* a counter above 0 */
    int64_t *starts = NULL;
    if (!edges.failed) {
        sort_edges(&edges);
        starts = ICP_NEW_ARRAY(&bulk->arena, int64_t, edges.count + 1);
    }
    if (starts) {
        memcpy(starts, edges.starts, edges.count * sizeof(*starts));
        column->kind = BULK_CELL_NUMBER;
        column->starts = starts;
        column->range_count = edges.count + 1;
    }
    icp_arena_close(&arena);
}

/* ---- E-mail addresses ----------------------------------------------------------------------- */

static bool reads_slot(const struct icp_feel *when, uint32_t slot)
{
    const uint32_t *slots;
    size_t count = icp_feel_slots(when, &slots);
    for (size_t i = 0; i < count; i++)
        if (slots[i] == slot)
            return true;
    return false;
}

static bool criterion_reads(const struct icp_criterion *criterion, uint32_t slot)
{
    for (size_t i = 0; criterion->kind == ICP_RULE_CASES && i < criterion->count; i++)
        if (reads_slot(criterion->lines[i].when, slot))
            return true;
    return criterion->slot == slot;
}

static bool rules_read(const struct icp_bulk *bulk, const struct bulk_column *column)
{
    const struct icp_ruleset *rules = bulk->rules;
    const struct bulk_facts *facts = &bulk->facts;
    for (size_t i = facts->first[column->field]; i < facts->first[column->field + 1]; i++)
        if (facts->list[facts->order[i]].kind != BULK_FACT_WHEN ||
            reads_slot(facts->list[facts->order[i]].when, column->slot))
            return true;
    for (size_t i = 0; i < column->criterion_count; i++)
        if (criterion_reads(&rules->criteria[column->criteria[i]], column->slot))
            return true;
    for (size_t i = 0; i < column->points_count; i++) {
        const struct icp_points_line *line = &rules->points[column->points[i]];
        if (line->kind == ICP_POINTS_WHEN ? reads_slot(line->when, column->slot)
                                          : line->slot == column->slot)
            return true;
    }
    return false;
}

/* Everything that looks at the address looks at its domain alone. */
static bool only_domain_matters(const struct icp_bulk *bulk, const struct bulk_column *column)
{
    const struct icp_ruleset *rules = bulk->rules;
    if (column->slot != rules->email_slot)
        return false;
    for (size_t i = 0; i < column->derived_count; i++)
        if (!icp_str_has_prefix(rules->known[column->derived[i]].name, ICP_STR("contact.email_")))
            return false;
    return !rules_read(bulk, column);
}

/* ---- All of them ---------------------------------------------------------------------------- */

static bool take_criteria(struct icp_bulk *bulk, struct bulk_column *column)
{
    const struct icp_ruleset *rules = bulk->rules;
    uint32_t *criteria = ICP_NEW_ARRAY(&bulk->arena, uint32_t, rules->criterion_count + 1);
    column->criteria = criteria;
    for (size_t i = 0; criteria && i < rules->criterion_count; i++)
        if (bulk_criterion_column(bulk, &rules->criteria[i]) == column->field)
            criteria[column->criterion_count++] = (uint32_t)i;
    return criteria != NULL;
}

static bool take_points(struct icp_bulk *bulk, struct bulk_column *column)
{
    const struct icp_ruleset *rules = bulk->rules;
    uint32_t *points = ICP_NEW_ARRAY(&bulk->arena, uint32_t, rules->points_count + 1);
    column->points = points;
    for (size_t i = 0; points && i < rules->points_count; i++)
        if (bulk_points_column(bulk, &rules->points[i]) == column->field)
            points[column->points_count++] = (uint32_t)i;
    return points != NULL;
}

static bool take_derived(struct icp_bulk *bulk, struct bulk_column *column)
{
    const struct icp_ruleset *rules = bulk->rules;
    uint32_t *derived = ICP_NEW_ARRAY(&bulk->arena, uint32_t, rules->known_count + 1);
    column->derived = derived;
    for (size_t i = 0; derived && i < rules->known_count; i++)
        if (rules->known[i].derived && rules->known[i].used && rules->known[i].from == column->slot)
            derived[column->derived_count++] = (uint32_t)i;
    return derived != NULL;
}

static struct bulk_key_kind key_kind(uint32_t number)
{
    return (struct bulk_key_kind){.tag = (number + 1) * 128,
                                  .salt = (number + 1) * UINT64_C(0xA0761D6478BD642F)};
}

static void take_domains(struct bulk_column *column)
{
    column->kind = BULK_CELL_EMAIL;
}

bool bulk_columns_open(struct icp_bulk *bulk)
{
    const struct icp_ruleset *rules = bulk->rules;
    bulk->columns = ICP_NEW_ARRAY(&bulk->arena, struct bulk_column, bulk->field_count + 1);
    if (!bulk->columns)
        return false;
    for (uint32_t i = 0; i < bulk->field_count; i++) {
        struct bulk_column *column = &bulk->columns[i];
        *column =
            (struct bulk_column){.kind = BULK_CELL_TEXT, .field = i, .slot = rules->field_slots[i]};
        column->cell_key = key_kind(4 * i);
        column->item_key = key_kind(4 * i + 1);
        column->marks_key = key_kind(4 * i + 2);
        column->address_key = key_kind(4 * i + 3);
        if (!take_criteria(bulk, column) || !take_points(bulk, column) ||
            !take_derived(bulk, column))
            return false;
        if (rules->fields[i].type == ICP_TYPE_NUMBER)
            find_ranges(bulk, column);
        else if (rules->fields[i].type == ICP_TYPE_BOOLEAN)
            column->kind = BULK_CELL_BOOLEAN;
        else if (rules->fields[i].type == ICP_TYPE_DATE)
            column->kind = BULK_CELL_DATE;
        else if (rules->fields[i].type == ICP_TYPE_SET)
            bulk_set_open(bulk, column);
        else if (only_domain_matters(bulk, column))
            take_domains(column);
    }
    return !bulk->arena.full;
}
