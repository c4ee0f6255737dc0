/*
 * Conditions taken apart. A condition over one column is a fact of that column: a bit in the
 * outcomes of its values. One over several columns becomes terms over facts: it holds when all bits
 * of one of its terms are set. This is exact in three-valued logic, because "is true" and "is
 * false" of an and, or, not are sums of products of "is true" and "is false" of its parts. What
 * compares two columns with each other stays whole and is asked of the rule engine.
 */
#include "bulk_internal.h"

#include <string.h>

/* ---- Columns of conditions ------------------------------------------------------------------ */

static uint32_t column_of_slot(const struct icp_bulk *bulk, uint32_t slot)
{
    const struct icp_ruleset *rules = bulk->rules;
    static const uint32_t of_output[ICP_OUTPUT_COUNT] = {
        [ICP_OUTPUT_ROLES] = BULK_COLUMN_SEVERAL,
        [ICP_OUTPUT_SCORE] = BULK_COLUMN_SCORE,
        [ICP_OUTPUT_FIT] = BULK_COLUMN_FIT,
        [ICP_OUTPUT_ENGAGEMENT] = BULK_COLUMN_ENGAGEMENT,
        [ICP_OUTPUT_COVERAGE] = BULK_COLUMN_COVERAGE,
        [ICP_OUTPUT_GRADE] = BULK_COLUMN_GRADE,
        [ICP_OUTPUT_FIT_GRADE] = BULK_COLUMN_GRADE,
        [ICP_OUTPUT_ENGAGEMENT_GRADE] = BULK_COLUMN_GRADE,
    };
    uint32_t base = (uint32_t)bulk->field_count;
    if (slot < rules->known_count) {
        const struct icp_known *known = &rules->known[slot];
        return known->derived ? rules->known[known->from].index : known->index;
    }
    if (slot < rules->output_base)
        return base + BULK_COLUMN_CONSTANT; /* a list of the file */
    if (slot < rules->group_base)
        return base + of_output[slot - rules->output_base];
    return base + BULK_COLUMN_GROUPS;
}

uint32_t bulk_column_of(const struct icp_bulk *bulk, const struct icp_feel *when)
{
    const uint32_t *slots;
    size_t count = icp_feel_slots(when, &slots);
    uint32_t base = (uint32_t)bulk->field_count, found = base + BULK_COLUMN_CONSTANT;
    for (size_t i = 0; i < count; i++) {
        uint32_t column = column_of_slot(bulk, slots[i]);
        if (column == base + BULK_COLUMN_CONSTANT || column == found)
            continue;
        if (found != base + BULK_COLUMN_CONSTANT)
            return base + BULK_COLUMN_SEVERAL;
        found = column;
    }
    return found;
}

uint32_t bulk_criterion_column(const struct icp_bulk *bulk, const struct icp_criterion *criterion)
{
    uint32_t base = (uint32_t)bulk->field_count, found = base + BULK_COLUMN_CONSTANT;
    if (criterion->slot != ICP_NO_SLOT)
        found = column_of_slot(bulk, criterion->slot);
    if (criterion->kind != ICP_RULE_CASES)
        return found;
    for (size_t i = 0; i < criterion->count; i++) {
        uint32_t column = bulk_column_of(bulk, criterion->lines[i].when);
        if (found == base + BULK_COLUMN_CONSTANT)
            found = column;
        else if (column != found && column != base + BULK_COLUMN_CONSTANT)
            return base + BULK_COLUMN_SEVERAL;
    }
    return found;
}

uint32_t bulk_points_column(const struct icp_bulk *bulk, const struct icp_points_line *line)
{
    if (line->kind == ICP_POINTS_SIGNAL)
        return (uint32_t)bulk->field_count + BULK_COLUMN_SEVERAL;
    return line->kind == ICP_POINTS_WHEN ? bulk_column_of(bulk, line->when)
                                         : column_of_slot(bulk, line->slot);
}

/* ---- Sums of products ----------------------------------------------------------------------- */

struct product { /* of facts; none: true */
    const uint32_t *facts;
    size_t count;
};
struct sum { /* of products; none: false */
    struct product *products;
    size_t count;
};

struct builder {
    struct icp_bulk *bulk;
    struct icp_work *probe;
    struct icp_arena *arena;
    bool slow; /* it cannot be taken apart */
};

static uint32_t add_fact(struct builder *builder, const struct icp_feel *when, bool want,
                         uint32_t column)
{
    struct bulk_facts *facts = &builder->bulk->facts;
    if (facts->count == facts->room) {
        size_t room = facts->room * 2 + 64;
        struct bulk_fact *list = ICP_NEW_ARRAY(&builder->bulk->arena, struct bulk_fact, room);
        if (!list)
            return 0;
        if (facts->count > 0)
            memcpy(list, facts->list, facts->count * sizeof(*list));
        facts->list = list;
        facts->room = room;
    }
    facts->list[facts->count] = (struct bulk_fact){.when = when, .want = want, .column = column};
    return (uint32_t)facts->count++;
}

/* The bit of a line of roles in the outcomes of titles or departments. */
static struct bulk_need need_of_role(struct builder *builder, enum bulk_fact_kind kind,
                                     const struct icp_role_line *line, uint32_t slot)
{
    uint32_t fact = add_fact(builder, NULL, true, column_of_slot(builder->bulk, slot));
    struct bulk_fact *made = &builder->bulk->facts.list[fact];
    made->kind = kind;
    made->role = line;
    return (struct bulk_need){.word = fact / 64, .mask = UINT64_C(1) << (fact % 64)};
}

static bool outcome_is(struct icp_work *probe, int32_t as_of, const struct icp_feel *when,
                       bool want)
{
    struct icp_value value = icp_feel_evaluate(when, probe->slots, as_of, probe->arena);
    return value.kind == ICP_VALUE_BOOLEAN && value.as.boolean == want;
}

static struct sum one(struct builder *builder, const uint32_t *facts, size_t count)
{
    struct sum sum = {.products = ICP_NEW(builder->arena, struct product), .count = 1};
    if (!sum.products)
        return (struct sum){0};
    sum.products[0] = (struct product){.facts = facts, .count = count};
    return sum;
}

static struct sum sum_of_leaf(struct builder *builder, const struct icp_feel *leaf, bool want)
{
    struct icp_bulk *bulk = builder->bulk;
    uint32_t column = bulk_column_of(bulk, leaf), base = (uint32_t)bulk->field_count;
    if (column == base + BULK_COLUMN_SEVERAL) {
        builder->slow = true;
        return (struct sum){0};
    }
    if (column == base + BULK_COLUMN_CONSTANT)
        return outcome_is(builder->probe, bulk->as_of, leaf, want) ? one(builder, NULL, 0)
                                                                   : (struct sum){0};
    uint32_t *fact = ICP_NEW(builder->arena, uint32_t);
    if (!fact)
        return (struct sum){0};
    *fact = add_fact(builder, leaf, want, column);
    return one(builder, fact, 1);
}

static struct sum either(struct builder *builder, struct sum a, struct sum b)
{
    struct sum sum = {.count = a.count + b.count};
    sum.products = ICP_NEW_ARRAY(builder->arena, struct product, sum.count);
    if (!sum.products || sum.count > BULK_MOST_TERMS) {
        builder->slow = true;
        return (struct sum){0};
    }
    for (size_t i = 0; i < sum.count; i++)
        sum.products[i] = i < a.count ? a.products[i] : b.products[i - a.count];
    return sum;
}

static struct sum both(struct builder *builder, struct sum a, struct sum b)
{
    struct sum sum = {.count = a.count * b.count};
    if (sum.count > BULK_MOST_TERMS) {
        builder->slow = true;
        return (struct sum){0};
    }
    sum.products = ICP_NEW_ARRAY(builder->arena, struct product, sum.count);
    for (size_t i = 0; sum.products && i < sum.count; i++) {
        struct product left = a.products[i / b.count], right = b.products[i % b.count];
        uint32_t *facts = ICP_NEW_ARRAY(builder->arena, uint32_t, left.count + right.count);
        if (!facts)
            break;
        for (size_t f = 0; f < left.count + right.count; f++)
            facts[f] = f < left.count ? left.facts[f] : right.facts[f - left.count];
        sum.products[i] = (struct product){.facts = facts, .count = left.count + right.count};
    }
    return sum;
}

/* A part whose slots lie in one column is one fact, whatever it is made of. The tree's depth is
   bounded by that of conditions. */
static struct sum sum_of(struct builder *builder, const struct icp_feel_part *part, bool want)
{
    if (part->kind == ICP_FEEL_LEAF)
        return sum_of_leaf(builder, part->leaf, want);
    if (part->kind == ICP_FEEL_NOT)
        return sum_of(builder, &part->parts[0], !want);
    bool product = (part->kind == ICP_FEEL_AND) == want;
    struct sum sum = sum_of(builder, &part->parts[0], want);
    for (size_t i = 1; i < part->count && !builder->slow; i++) {
        struct sum next = sum_of(builder, &part->parts[i], want);
        if (!builder->slow)
            sum = product ? both(builder, sum, next) : either(builder, sum, next);
    }
    return sum;
}

/* ---- Conditions ----------------------------------------------------------------------------- */

static struct bulk_need need_of(uint32_t fact)
{
    return (struct bulk_need){.word = fact / 64, .mask = UINT64_C(1) << (fact % 64)};
}

static struct bulk_term term_of(struct icp_arena *arena, struct product product)
{
    struct bulk_need *needs = ICP_NEW_ARRAY(arena, struct bulk_need, product.count + 1);
    struct bulk_term term = {.needs = needs};
    for (size_t i = 0; needs && i < product.count; i++) {
        struct bulk_need need = need_of(product.facts[i]);
        size_t at = 0;
        while (at < term.count && needs[at].word != need.word)
            at++;
        if (at == term.count)
            needs[term.count++] = need;
        else
            needs[at].mask |= need.mask;
    }
    return term;
}

static void set_terms(struct builder *builder, struct bulk_condition *condition, struct sum sum)
{
    struct bulk_term *terms = ICP_NEW_ARRAY(&builder->bulk->arena, struct bulk_term, sum.count + 1);
    condition->kind = BULK_TERMS;
    condition->terms = terms;
    condition->count = sum.count;
    if (sum.count == 0)
        condition->kind = BULK_NEVER;
    for (size_t i = 0; terms && i < sum.count; i++) {
        terms[i] = term_of(&builder->bulk->arena, sum.products[i]);
        if (terms[i].count == 0)
            condition->kind = BULK_ALWAYS;
    }
}

static struct bulk_condition take_apart(struct builder *builder, const struct icp_feel *when,
                                        bool want)
{
    struct icp_bulk *bulk = builder->bulk;
    struct bulk_condition condition = {.kind = BULK_ALWAYS, .when = when, .want = want};
    if (!when)
        return condition; /* else */
    uint32_t column = bulk_column_of(bulk, when), base = (uint32_t)bulk->field_count;
    if (column < base + BULK_COLUMN_CONSTANT) {
        condition.kind = BULK_FACT;
        condition.fact = need_of(add_fact(builder, when, want, column));
        return condition;
    }
    struct icp_arena arena;
    icp_arena_open(&arena, (size_t)4 * 1024 * 1024);
    builder->arena = &arena;
    builder->slow = false;
    size_t before = bulk->facts.count;
    struct sum sum = sum_of(builder, icp_feel_parts(when), want);
    if (builder->slow || arena.full) {
        bulk->facts.count = before;
        condition.kind = BULK_SLOW;
    } else {
        set_terms(builder, &condition, sum);
    }
    builder->arena = NULL;
    icp_arena_close(&arena);
    return condition;
}

/* Criteria of conditions that look at several columns. */
static void take_criteria(struct builder *builder)
{
    struct icp_bulk *bulk = builder->bulk;
    const struct icp_ruleset *rules = bulk->rules;
    bulk->several = ICP_NEW_ARRAY(&bulk->arena, struct bulk_criterion, rules->criterion_count + 1);
    for (size_t i = 0; bulk->several && i < rules->criterion_count; i++) {
        const struct icp_criterion *criterion = &rules->criteria[i];
        struct bulk_condition *conditions;
        if (bulk_criterion_column(bulk, criterion) < bulk->field_count)
            continue;
        conditions = ICP_NEW_ARRAY(&bulk->arena, struct bulk_condition, 2 * criterion->count + 1);
        for (size_t k = 0; conditions && k < criterion->count; k++) {
            conditions[k] = take_apart(builder, criterion->lines[k].when, true);
            conditions[criterion->count + k] = take_apart(builder, criterion->lines[k].when, false);
            if (icp_feel_type_of(criterion->lines[k].when) != ICP_FEEL_BOOLEAN)
                bulk->slow = true;
        }
        if (conditions && criterion->lacks)
            conditions[2 * criterion->count] = take_apart(builder, criterion->lacks, true);
        bulk->several[bulk->several_count++] = (struct bulk_criterion){
            .index = (uint32_t)i,
            .holds = conditions,
            .fails = conditions + criterion->count,
            .lacks = criterion->lacks ? conditions + 2 * criterion->count : NULL};
    }
}

/* Lines of the points model that no single column decides. */
static void take_points(struct builder *builder)
{
    struct icp_bulk *bulk = builder->bulk;
    const struct icp_ruleset *rules = bulk->rules;
    bulk->several_points =
        ICP_NEW_ARRAY(&bulk->arena, struct bulk_points_line, rules->points_count + 1);
    bulk->signal_points = ICP_NEW_ARRAY(&bulk->arena, uint32_t, rules->points_count + 1);
    if (!bulk->several_points || !bulk->signal_points)
        return;
    for (uint32_t i = 0; i < rules->points_count; i++) {
        const struct icp_points_line *line = &rules->points[i];
        if (bulk_points_column(bulk, line) < bulk->field_count)
            continue;
        if (line->kind == ICP_POINTS_SIGNAL)
            bulk->signal_points[bulk->signal_points_count++] = i;
        else if (line->kind == ICP_POINTS_WHEN)
            bulk->several_points[bulk->several_points_count++] = (struct bulk_points_line){
                .index = i, .holds = take_apart(builder, line->when, true)};
        else
            bulk->slow = true;
    }
}

static void take_roles(struct builder *builder)
{
    struct icp_bulk *bulk = builder->bulk;
    const struct icp_ruleset *rules = bulk->rules;
    bulk->roles = ICP_NEW_ARRAY(&bulk->arena, struct bulk_role_line, rules->role_line_count + 1);
    for (size_t i = 0; bulk->roles && i < rules->role_line_count; i++) {
        const struct icp_role_line *line = &rules->role_lines[i];
        struct bulk_role_line *role = &bulk->roles[bulk->role_count];
        if (line->confidence < ICP_ROLE_LEAST_CONFIDENCE)
            continue;
        *role =
            (struct bulk_role_line){.role = line->role,
                                    .when = take_apart(builder, line->when, true),
                                    .by_condition = !line->titles && line->department_count == 0};
        if (line->titles)
            role->title = need_of_role(builder, BULK_FACT_TITLE, line, rules->title_slot);
        if (line->department_count > 0)
            role->department =
                need_of_role(builder, BULK_FACT_DEPARTMENT, line, rules->department_slot);
        bulk->role_count++;
    }
}

/* Disqualifiers that are one fact are looked at all at once. */
static bool gather_disqualifiers(struct icp_bulk *bulk)
{
    size_t count = bulk->rules->disqualify_count;
    bulk->disqualify_facts = ICP_NEW_ARRAY(&bulk->arena, uint64_t, bulk->facts.words + 1);
    bulk->disqualify_others = ICP_NEW_ARRAY(&bulk->arena, uint32_t, count + 1);
    if (!bulk->disqualify_facts || !bulk->disqualify_others)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        const struct bulk_condition *condition = &bulk->disqualify[i];
        if (condition->kind == BULK_FACT)
            bulk->disqualify_facts[condition->fact.word] |= condition->fact.mask;
        else
            bulk->disqualify_others[bulk->disqualify_other_count++] = i;
    }
    return true;
}

static bool sort_by_column(struct icp_bulk *bulk)
{
    struct bulk_facts *facts = &bulk->facts;
    size_t columns = bulk->field_count + BULK_COLUMN_COUNT;
    size_t *next = ICP_NEW_ARRAY(&bulk->arena, size_t, columns + 1);
    facts->words = (facts->count + 63) / 64;
    facts->first = ICP_NEW_ARRAY(&bulk->arena, size_t, columns + 1);
    facts->order = ICP_NEW_ARRAY(&bulk->arena, uint32_t, facts->count + 1);
    if (!facts->first || !facts->order || !next)
        return false;
    for (size_t i = 0; i < facts->count; i++)
        facts->first[facts->list[i].column + 1]++;
    for (size_t c = 0; c < columns; c++)
        facts->first[c + 1] += facts->first[c];
    memcpy(next, facts->first, columns * sizeof(*next));
    for (size_t i = 0; i < facts->count; i++)
        facts->order[next[facts->list[i].column]++] = (uint32_t)i;
    return true;
}

bool bulk_facts_open(struct icp_bulk *bulk, struct icp_work *probe)
{
    const struct icp_ruleset *rules = bulk->rules;
    struct builder builder = {.bulk = bulk, .probe = probe};
    struct icp_arena *arena = &bulk->arena;
    for (uint32_t i = 0; i < BULK_FACT_FIRST; i++)
        (void)add_fact(&builder, NULL, true, (uint32_t)bulk->field_count + BULK_COLUMN_SEVERAL);
    bulk->disqualify = ICP_NEW_ARRAY(arena, struct bulk_condition, rules->disqualify_count + 1);
    bulk->adjustments = ICP_NEW_ARRAY(arena, struct bulk_condition, rules->adjustment_count + 1);
    bulk->tiers = ICP_NEW_ARRAY(arena, struct bulk_condition, rules->tier_count + 1);
    if (!bulk->disqualify || !bulk->adjustments || !bulk->tiers)
        return false;
    if (rules->uses_roles)
        bulk->slow = true; /* only the rule engine works them out */
    bulk->applies = take_apart(&builder, rules->applies_when, true);
    for (size_t i = 0; i < rules->disqualify_count; i++)
        bulk->disqualify[i] = take_apart(&builder, rules->disqualify[i].when, true);
    for (size_t i = 0; i < rules->adjustment_count; i++)
        bulk->adjustments[i] = take_apart(&builder, rules->adjustments[i].when, true);
    for (size_t i = 0; i < rules->tier_count; i++) {
        bulk->tiers[i] = take_apart(&builder, rules->tier_when[i], true);
        if (bulk->tiers[i].kind == BULK_SLOW)
            bulk->slow = true; /* it may read what only the rule engine works out */
    }
    take_criteria(&builder);
    take_points(&builder);
    take_roles(&builder);
    return sort_by_column(bulk) && gather_disqualifiers(bulk) && !arena->full;
}

/* ---- A row ---------------------------------------------------------------------------------- */

static bool term_holds(const struct bulk_term *term, const uint64_t *bits)
{
    for (size_t i = 0; i < term->count; i++)
        if ((bits[term->needs[i].word] & term->needs[i].mask) != term->needs[i].mask)
            return false;
    return true;
}

static bool ask(struct icp_bulk_work *work, const struct bulk_condition *condition)
{
    bulk_slots_take(work);
    struct icp_value value = icp_condition_evaluate(&work->inner, (struct icp_str){0},
                                                    condition->when, work->inner.slots);
    return value.kind == ICP_VALUE_BOOLEAN && value.as.boolean == condition->want;
}

bool bulk_holds_otherwise(struct icp_bulk_work *work, const struct bulk_condition *condition)
{
    const uint64_t *bits = work->sum->bits;
    switch (condition->kind) {
    case BULK_NEVER:
        return false;
    case BULK_ALWAYS:
        return true;
    case BULK_FACT:
        return (bits[condition->fact.word] & condition->fact.mask) != 0;
    case BULK_TERMS:
        for (size_t i = 0; i < condition->count; i++)
            if (term_holds(&condition->terms[i], bits))
                return true;
        return false;
    case BULK_SLOW:
        break;
    }
    return ask(work, condition);
}
