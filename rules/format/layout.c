/*
 * The order in which the reference writes an ICP file: its sections, and the keys of a line at each
 * place. Keys that are not in a table stay behind the key they were written behind, so that a file
 * of a later version of the language is still brought into order.
 */
#include "outline.h"

#include <string.h>

#define KEYS(...) ((const char *const[]){__VA_ARGS__, NULL})

static const struct format_layout layouts[] = {
    {.path = "",
     .keys = KEYS("icp", "name", "version", "owner", "purpose", "review_by", "reasons_in", "about",
                  "applies_when", "fields", "lists", "disqualify", "fit", "points", "engagement",
                  "score", "grade", "tiers", "roles", "account", "parties", "committee",
                  "influence", "tests")},
    {.path = "about", .words = true},
    {.path = "fields", .table = true},
    {.path = "fields.*", .keys = KEYS("type", "scheme")},
    {.path = "lists.*", .keys = KEYS("file", "column")},
    {.path = "disqualify[]", .keys = KEYS("id", "when", "because", "evidence")},
    {.path = "fit", .keys = KEYS("missing", "min_coverage", "criteria", "adjustments")},
    {.path = "fit.criteria[]",
     .keys = KEYS("id", "weight", "field", "bands", "match", "prefix", "any_of", "scale", "titles",
                  "age_days", "cases", "missing", "because", "evidence")},
    {.path = "fit.criteria[].bands", .quoted = true},
    {.path = "fit.criteria[].prefix", .quoted = true},
    {.path = "fit.criteria[].age_days", .quoted = true},
    {.path = "fit.criteria[].cases[]", .keys = KEYS("when", "points", "else")},
    {.path = "fit.criteria[].evidence", .words = true},
    {.path = "fit.adjustments[]", .keys = KEYS("id", "when", "points", "because", "evidence")},
    {.path = "points", .keys = KEYS("max", "lines", "groups")},
    {.path = "points.lines[]",
     .keys = KEYS("id", "signal", "when", "field", "match", "bands", "prefix", "any_of", "titles",
                  "age_days", "decay", "per", "points", "window", "cap", "max_per_day", "half_life",
                  "because", "evidence")},
    {.path = "points.lines[].bands", .quoted = true},
    {.path = "points.lines[].prefix", .quoted = true},
    {.path = "points.lines[].age_days", .quoted = true},
    {.path = "points.groups[]", .keys = KEYS("id", "lines", "cap", "floor", "because")},
    {.path = "engagement", .keys = KEYS("half_life", "groups")},
    {.path = "engagement.groups[]", .keys = KEYS("id", "cap", "floor", "because", "signals")},
    {.path = "engagement.groups[].signals[]",
     .keys = KEYS("signal", "match", "when", "points", "max_per_day", "half_life", "evidence")},
    {.path = "score", .keys = KEYS("fit", "engagement")},
    {.path = "grade", .keys = KEYS("fit", "engagement", "score", "drop_margin"), .table = true},
    {.path = "tiers[]",
     .keys = KEYS("id", "label", "when", "else", "within", "room_per_week", "because")},
    {.path = "tiers[].room_per_week", .keys = KEYS("total", "per_owner")},
    {.path = "roles", .keys = KEYS("use", "add")},
    {.path = "roles.add[]",
     .keys = KEYS("role", "confidence", "when", "titles", "not", "departments", "seniority")},
    {.path = "account", .keys = KEYS("engagement", "role_factor")},
    {.path = "parties", .table = true},
    {.path = "parties.*", .keys = KEYS("when", "else")},
    {.path = "committee", .keys = KEYS("need", "engaged_from", "can_veto", "decides")},
    {.path = "committee.need[]", .keys = KEYS("role", "weight", "party")},
    {.path = "committee.decides[]", .keys = KEYS("when", "else", "by")},
    {.path = "influence[]", .keys = KEYS("from", "to", "blocks")},
    {.path = "tests[]",
     .keys = KEYS("name", "as_of", "time", "calendar", "language", "previous_grade",
                  "previous_tier", "given", "signals", "expect")},
    {.path = "tests[].calendar", .keys = KEYS("time_zone", "working_days", "hours", "holidays")},
    {.path = "tests[].given", .words = true},
    {.path = "tests[].signals[]", .keys = KEYS("signal"), .words = true},
    {.path = "tests[].expect", .words = true},
};
/* Places on the way to those, about which nothing else is known. */
static const struct format_layout ways[] = {
    {.path = "lists"},           {.path = "disqualify"},
    {.path = "fit.criteria"},    {.path = "fit.criteria[].cases"},
    {.path = "fit.adjustments"}, {.path = "points.lines"},
    {.path = "points.groups"},   {.path = "engagement.groups"},
    {.path = "tiers"},           {.path = "engagement.groups[].signals"},
    {.path = "roles.add"},       {.path = "committee.need"},
    {.path = "influence"},       {.path = "committee.decides"},
    {.path = "tests"},           {.path = "tests[].signals"},
};

const struct format_layout *format_layout_root(void)
{
    return &layouts[0];
}

static const struct format_layout *find(struct icp_str path)
{
    for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
        if (icp_str_is(path, layouts[i].path))
            return &layouts[i];
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
        if (icp_str_is(path, ways[i].path))
            return &ways[i];
    return NULL;
}

const struct format_layout *format_layout_below(const struct format_layout *parent,
                                                const struct format_part *part,
                                                struct icp_arena *arena)
{
    if (!parent || part->value->count == 0)
        return NULL;
    if (parent->words) /* and all that is below */
        return parent;
    if (!part->key)
        return find(icp_arena_format(arena, "%s[]", parent->path));
    const char *dot = parent->path[0] != '\0' ? "." : "";
    const struct format_layout *layout = find(
        icp_arena_format(arena, "%s%s%.*s", parent->path, dot, ICP_STR_ARGUMENTS(part->key->text)));
    return layout ? layout : find(icp_arena_format(arena, "%s%s*", parent->path, dot));
}

bool format_is_condition(const struct format_part *part)
{
    const struct format_layout *layout = part->parent ? part->parent->layout : NULL;
    if (!part->key || !layout || layout->words)
        return false;
    return icp_str_is(part->key->text, "when") || icp_str_is(part->key->text, "applies_when");
}

/* ---- Order ----------------------------------------------------------------------------------- */

static size_t rank_of(const struct format_layout *layout, struct icp_str key, size_t fallback)
{
    for (size_t i = 0; layout->keys[i]; i++)
        if (icp_str_is(key, layout->keys[i]))
            return i + 1;
    return fallback;
}

/* By insertion, stable: mappings with an order have a few dozen keys at most. */
static void sort_children(struct format_part *part)
{
    enum { MOST_SORTED = 64 };
    struct format_part *sorted[MOST_SORTED];
    size_t ranks[MOST_SORTED], count = 0, rank = 0;
    for (struct format_part *child = part->first; child; child = child->next) {
        size_t place = count;
        if (count == MOST_SORTED)
            return;
        rank = rank_of(part->layout, child->key->text, rank);
        for (; place > 0 && ranks[place - 1] > rank; place--) {
            sorted[place] = sorted[place - 1];
            ranks[place] = ranks[place - 1];
        }
        sorted[place] = child;
        ranks[place] = rank;
        count++;
    }
    struct format_part **place = &part->first;
    for (size_t i = 0; i < count; i++) {
        *place = sorted[i];
        place = &sorted[i]->next;
    }
    *place = NULL;
}

static bool has_order(const struct format_part *part)
{
    return part->layout && part->layout->keys && part->value->kind == ICP_YAML_MAPPING;
}

void format_layout_sort(struct format_outline *outline)
{
    if (has_order(outline->root))
        sort_children(outline->root);
    for (size_t i = 0; i < outline->part_count; i++) { /* parents stand before their children */
        struct format_part *part = outline->parts[i];
        part->layout = format_layout_below(part->parent->layout, part, outline->arena);
        if (has_order(part))
            sort_children(part);
    }
}
