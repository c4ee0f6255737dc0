/*
 * Several ICP files over the same people: whose result counts, and whether the files agree about
 * the fields that they share. Invariant: the choice depends on the results and the order of the
 * files alone.
 */
#include "engine.h"

#include <string.h>

/* ---- Whose result ---------------------------------------------------------------------------- */

/* X before all, then A to D, then U. */
static int rank_of(char letter)
{
    static const char order[] = "XABCDU";
    const char *at = letter != '\0' ? strchr(order, letter) : NULL;
    return at ? (int)(at - order) : (int)sizeof(order);
}

/* The points model has no fit: its score stands in. */
static int32_t number_of(const struct icp_result *result)
{
    return result->fit >= 0 ? result->fit : result->score;
}

static bool is_better(const struct icp_result *result, const struct icp_result *than)
{
    int rank = rank_of(result->fit_letter), other = rank_of(than->fit_letter);
    if (rank != other)
        return rank < other;
    return !result->disqualified && number_of(result) > number_of(than);
}

size_t icp_rules_choose(const struct icp_result *const *results, size_t count)
{
    size_t best = ICP_NO_FILE;
    for (size_t i = 0; i < count; i++)
        if (results[i]->applies && (best == ICP_NO_FILE || is_better(results[i], results[best])))
            best = i;
    return best;
}

/* ---- Do they agree --------------------------------------------------------------------------- */

static bool same_sources(const struct icp_field *a, const struct icp_field *b)
{
    if (a->source_count != b->source_count)
        return false;
    for (size_t i = 0; i < a->source_count; i++)
        if (a->sources[i].object != b->sources[i].object ||
            !icp_str_equal(a->sources[i].property, b->sources[i].property))
            return false;
    return true;
}

struct side { /* a field in one of the files */
    const struct icp_ruleset *rules;
    const char *path;
    size_t field; /* index */
};

static const struct icp_known *known_of(const struct side *side)
{
    return &side->rules->known[side->rules->field_slots[side->field]];
}

/* "first.icp.yaml:7:3", or where a field comes from that no file declares. */
static struct icp_str place_of(const struct side *side, struct icp_arena *arena)
{
    const struct icp_known *known = known_of(side);
    if (!known->declared)
        return icp_arena_format(arena, "the CRM's dictionary, which %s uses", side->path);
    return icp_arena_format(arena, "%s:%u:%u", side->path, known->line, known->column);
}

static bool compare_field(const struct side *first, const struct side *later,
                          struct icp_diagnostics *list)
{
    const struct icp_known *a = known_of(first), *b = known_of(later);
    const char *what = NULL;
    if (a->type != b->type)
        what = "type";
    for (size_t i = 0; !what && i < later->rules->dictionary_count; i++) {
        struct icp_str crm = later->rules->dictionaries[i]->crm;
        struct icp_field left = icp_rules_field_for(first->rules, first->field, crm);
        struct icp_field right = icp_rules_field_for(later->rules, later->field, crm);
        if (!same_sources(&left, &right))
            what = "place in the CRM";
    }
    if (!what)
        return true;
    struct icp_str here = place_of(later, list->arena), there = place_of(first, list->arena);
    icp_report(list, ICP_ERROR, "fields-differ", b->line, b->column,
               "field \"%.*s\" has another %s in %.*s than in %.*s", ICP_STR_ARGUMENTS(b->name),
               what, ICP_STR_ARGUMENTS(here), ICP_STR_ARGUMENTS(there));
    icp_report_hint(list, "Declare it the same way in both files.");
    return false;
}

/* Fields stand in the order of their names in both. */
static bool compare_files(const struct icp_ruleset *a, const char *path_a,
                          const struct icp_ruleset *b, const char *path_b,
                          struct icp_diagnostics *list)
{
    bool agree = !icp_str_equal(a->about.name, b->about.name);
    if (!agree)
        icp_report(list, ICP_ERROR, "duplicate-name", 1, 1, "%s and %s are both named \"%.*s\"",
                   path_a, path_b, ICP_STR_ARGUMENTS(b->about.name));
    size_t i = 0, j = 0;
    while (i < a->field_count && j < b->field_count) {
        int order = icp_str_compare(a->fields[i].name, b->fields[j].name);
        if (order == 0) {
            struct side first = {a, path_a, i}, later = {b, path_b, j};
            agree = compare_field(&first, &later, list) && agree;
        }
        i += order <= 0 ? 1 : 0;
        j += order >= 0 ? 1 : 0;
    }
    return agree;
}

bool icp_rules_agree(const struct icp_ruleset *const *files, const char *const *paths, size_t count,
                     struct icp_diagnostics *list)
{
    bool agree = true;
    for (size_t later = 1; later < count; later++)
        for (size_t first = 0; first < later; first++)
            agree = compare_files(files[first], paths[first], files[later], paths[later], list) &&
                    agree;
    return agree;
}
