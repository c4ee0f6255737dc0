/*
 * What conditions can be, found by trying them: each slot gets a few values that stand for all
 * (check_values.c), and the conditions are decided for every combination. A part that looks at its
 * slots in any other way can be anything, so that what is called impossible is impossible. Too many
 * combinations: nothing is said.
 */
#include "check_values.h"

enum {
    MOST_SLOTS = 8,        /* of one condition that is looked into */
    MOST_COMBINED = 20000, /* combinations of one condition */
    ANYTHING = CAN_BE_TRUE | CAN_BE_FALSE | CAN_BE_NULL,
    NO_VARIABLE = -1,
};

struct leaf {
    const struct icp_feel *feel;
    int variable;      /* NO_VARIABLE: can be anything */
    uint8_t *outcomes; /* along the variable's values */
};

struct condition {
    const struct icp_feel_part *parts; /* NULL: always holds */
    struct leaf *leaves;               /* in the order of a walk */
    size_t leaf_count;
};

struct check_truth {
    struct checker *checker;
    const struct check_scope *scope;
    const struct icp_feel *const *feels;
    struct condition *conditions;
    size_t condition_count;
    struct check_variable *variables;
    size_t variable_count, variable_room;
    struct icp_value *slots; /* a row to evaluate leaves on */
    size_t *chosen;          /* by variable: index of the value, SIZE_MAX: any */
};

/* ---- Variables ---------------------------------------------------------------------------------
 */

static struct check_variable *variable_of(struct check_truth *truth, uint32_t slot)
{
    struct checker *checker = truth->checker;
    for (size_t i = 0; i < truth->variable_count; i++)
        if (truth->variables[i].slot == slot)
            return &truth->variables[i];
    if (truth->variable_count == truth->variable_room)
        return NULL;
    struct check_variable *variable = &truth->variables[truth->variable_count];
    variable->slot = slot;
    if (!truth->scope->slot(checker, slot, &variable->about) ||
        !check_variable_open(variable, checker->arena))
        return NULL;
    truth->variable_count++;
    return variable;
}

/* ---- Leaves ------------------------------------------------------------------------------------
 */

static size_t count_leaves(const struct icp_feel_part *part)
{
    size_t count = part->kind == ICP_FEEL_LEAF ? 1 : 0;
    for (size_t i = 0; part->kind != ICP_FEEL_LEAF && i < part->count; i++)
        count += count_leaves(&part->parts[i]);
    return count;
}

static void add_leaves(struct check_truth *truth, struct condition *condition,
                       const struct icp_feel_part *part)
{
    const uint32_t *slots;
    if (part->kind != ICP_FEEL_LEAF) {
        for (size_t i = 0; i < part->count; i++)
            add_leaves(truth, condition, &part->parts[i]);
        return;
    }
    struct leaf *leaf = &condition->leaves[condition->leaf_count++];
    leaf->feel = part->leaf;
    leaf->variable = NO_VARIABLE;
    if (icp_feel_slots(part->leaf, &slots) != 1)
        return;
    struct check_variable *variable = variable_of(truth, slots[0]);
    if (variable && check_variable_look(variable, part->leaf, truth->checker->arena))
        leaf->variable = (int)(variable - truth->variables);
}

static unsigned outcome_of(struct check_truth *truth, const struct icp_feel *feel)
{
    struct icp_value value = icp_feel_evaluate(feel, truth->slots, 0, truth->checker->arena);
    truth->checker->work -= 10;
    if (value.kind != ICP_VALUE_BOOLEAN)
        return CAN_BE_NULL;
    return value.as.boolean ? CAN_BE_TRUE : CAN_BE_FALSE;
}

/* What a leaf is for each value of its variable; one without slots is always the same. */
static void decide_leaf(struct check_truth *truth, struct leaf *leaf)
{
    const uint32_t *slots;
    if (leaf->variable == NO_VARIABLE) {
        bool constant = icp_feel_slots(leaf->feel, &slots) == 0 && !icp_feel_uses_time(leaf->feel);
        leaf->outcomes = ICP_NEW(truth->checker->arena, uint8_t);
        if (leaf->outcomes)
            *leaf->outcomes = (uint8_t)(constant ? outcome_of(truth, leaf->feel) : ANYTHING);
        return;
    }
    struct check_variable *variable = &truth->variables[leaf->variable];
    leaf->outcomes = ICP_NEW_ARRAY(truth->checker->arena, uint8_t, variable->count);
    for (size_t i = 0; leaf->outcomes && i < variable->count; i++) {
        truth->slots[variable->slot] = variable->values[i];
        leaf->outcomes[i] = (uint8_t)(variable->full ? ANYTHING : outcome_of(truth, leaf->feel));
    }
    truth->slots[variable->slot] = (struct icp_value){.kind = ICP_VALUE_NULL};
}

static size_t most_leaves(const struct icp_feel *const *conditions, size_t count)
{
    size_t leaves = 0;
    for (size_t i = 0; i < count; i++)
        leaves += conditions[i] ? count_leaves(icp_feel_parts(conditions[i])) : 0;
    return leaves;
}

struct check_truth *check_truth_open(struct checker *checker, const struct check_scope *scope,
                                     const struct icp_feel *const *conditions, size_t count)
{
    struct check_truth *truth = ICP_NEW(checker->arena, struct check_truth);
    if (!truth)
        return NULL;
    *truth = (struct check_truth){
        .checker = checker, .scope = scope, .feels = conditions, .condition_count = count};
    truth->variable_room = most_leaves(conditions, count);
    truth->conditions = ICP_NEW_ARRAY(checker->arena, struct condition, count + 1);
    truth->variables =
        ICP_NEW_ARRAY(checker->arena, struct check_variable, truth->variable_room + 1);
    truth->chosen = ICP_NEW_ARRAY(checker->arena, size_t, truth->variable_room + 1);
    truth->slots = ICP_NEW_ARRAY(checker->arena, struct icp_value, scope->slot_count + 1);
    if (!truth->conditions || !truth->variables || !truth->chosen || !truth->slots)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        if (!conditions[i])
            continue;
        struct condition *condition = &truth->conditions[i];
        condition->parts = icp_feel_parts(conditions[i]);
        condition->leaves =
            ICP_NEW_ARRAY(checker->arena, struct leaf, count_leaves(condition->parts));
        if (condition->leaves)
            add_leaves(truth, condition, condition->parts);
    }
    for (size_t i = 0; i < truth->variable_count && !checker->arena->full; i++)
        check_variable_end(&truth->variables[i]);
    for (size_t i = 0; i < count && !checker->arena->full; i++)
        for (size_t k = 0; k < truth->conditions[i].leaf_count; k++)
            decide_leaf(truth, &truth->conditions[i].leaves[k]);
    return checker->arena->full ? NULL : truth;
}

unsigned check_truth_of_nothing(struct check_truth *truth, size_t index)
{
    const struct icp_ruleset *rules = truth->checker->rules;
    for (size_t i = 0; i < rules->list_count; i++) {
        struct icp_value *value = &truth->slots[rules->list_base + i];
        value->kind = ICP_VALUE_LIST;
        value->as.list.items = rules->lists[i].items;
        value->as.list.count = rules->lists[i].count;
    }
    return outcome_of(truth, truth->feels[index]);
}

/* ---- Deciding ----------------------------------------------------------------------------------
 */

static unsigned turned(unsigned set)
{
    return (set & CAN_BE_NULL) | ((set & CAN_BE_TRUE) ? CAN_BE_FALSE : 0u) |
           ((set & CAN_BE_FALSE) ? CAN_BE_TRUE : 0u);
}

/* Of "and", when every part is decided on its own. */
static unsigned both(unsigned a, unsigned b)
{
    unsigned result = (a | b) & CAN_BE_FALSE;
    if ((a & CAN_BE_TRUE) && (b & CAN_BE_TRUE))
        result |= CAN_BE_TRUE;
    if ((a & (CAN_BE_TRUE | CAN_BE_NULL)) && (b & (CAN_BE_TRUE | CAN_BE_NULL)) &&
        ((a | b) & CAN_BE_NULL))
        result |= CAN_BE_NULL;
    return result;
}

static unsigned outcome_of_leaf(const struct check_truth *truth, const struct leaf *leaf)
{
    if (leaf->variable == NO_VARIABLE)
        return *leaf->outcomes;
    size_t chosen = truth->chosen[leaf->variable];
    return chosen == SIZE_MAX ? ANYTHING : leaf->outcomes[chosen];
}

static unsigned outcome_of_part(struct check_truth *truth, const struct icp_feel_part *part,
                                const struct leaf **leaf)
{
    truth->checker->work--;
    if (part->kind == ICP_FEEL_LEAF)
        return outcome_of_leaf(truth, (*leaf)++);
    unsigned result = outcome_of_part(truth, &part->parts[0], leaf);
    if (part->kind == ICP_FEEL_NOT)
        return turned(result);
    for (size_t i = 1; i < part->count; i++) {
        unsigned other = outcome_of_part(truth, &part->parts[i], leaf);
        result = part->kind == ICP_FEEL_AND ? both(result, other)
                                            : turned(both(turned(result), turned(other)));
    }
    return result;
}

static unsigned outcome_of_condition(struct check_truth *truth, size_t index)
{
    const struct condition *condition = &truth->conditions[index];
    const struct leaf *leaf = condition->leaves;
    return condition->parts ? outcome_of_part(truth, condition->parts, &leaf) : CAN_BE_TRUE;
}

/* ---- Combinations ------------------------------------------------------------------------------
 */

struct combining {
    int variables[MOST_SLOTS];
    size_t count, product;
};

static bool take_variable(const struct check_truth *truth, int variable, struct combining *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->variables[i] == variable)
            return true;
    size_t values = truth->variables[variable].count;
    if (all->count == MOST_SLOTS || values == 0 || all->product > MOST_COMBINED / values)
        return false;
    all->product *= values;
    all->variables[all->count++] = variable;
    return true;
}

/* The variables of a condition; and of those before it, as far as there is room, those that hang
   together with its own, which are the grades. */
static bool take_variables(const struct check_truth *truth, size_t index, struct combining *all)
{
    *all = (struct combining){.product = 1};
    for (size_t i = 0; i < truth->conditions[index].leaf_count; i++) {
        int variable = truth->conditions[index].leaves[i].variable;
        if (variable != NO_VARIABLE && !take_variable(truth, variable, all))
            return false;
    }
    for (size_t c = 0; c < index && truth->scope->feasible; c++)
        for (size_t i = 0; i < truth->conditions[c].leaf_count; i++) {
            int variable = truth->conditions[c].leaves[i].variable;
            if (variable != NO_VARIABLE && truth->variables[variable].about.texts)
                (void)take_variable(truth, variable, all);
        }
    return true;
}

/* To the next combination; false behind the last. */
static bool step(struct check_truth *truth, const struct combining *all)
{
    for (size_t i = 0; i < all->count; i++) {
        size_t *chosen = &truth->chosen[all->variables[i]];
        if (++*chosen < truth->variables[all->variables[i]].count)
            return true;
        *chosen = 0;
    }
    return false;
}

static bool is_feasible(const struct check_truth *truth, const struct combining *all)
{
    uint32_t slots[MOST_SLOTS];
    struct icp_value values[MOST_SLOTS];
    struct check_range spans[MOST_SLOTS];
    if (!truth->scope->feasible)
        return true;
    for (size_t i = 0; i < all->count; i++) {
        const struct check_variable *variable = &truth->variables[all->variables[i]];
        slots[i] = variable->slot;
        values[i] = variable->values[truth->chosen[all->variables[i]]];
        spans[i] = variable->spans[truth->chosen[all->variables[i]]];
    }
    return truth->scope->feasible(truth->checker, slots, values, spans, all->count);
}

/* The first condition before `index` that is true for certain here; SIZE_MAX: none. `hidden` is
   the one that was so far, which is preferred so that one can be named. */
static size_t taken_before(struct check_truth *truth, size_t index, size_t hidden)
{
    if (hidden != SIZE_MAX && outcome_of_condition(truth, hidden) == CAN_BE_TRUE)
        return hidden;
    for (size_t i = 0; i < index && truth->checker->work > 0; i++)
        if (outcome_of_condition(truth, i) == CAN_BE_TRUE)
            return i;
    return SIZE_MAX;
}

static void look(struct check_truth *truth, size_t index, struct check_verdict *verdict,
                 bool *several)
{
    unsigned outcome = outcome_of_condition(truth, index);
    verdict->outcomes |= outcome;
    if (!(outcome & CAN_BE_TRUE) || verdict->reached)
        return;
    size_t before = taken_before(truth, index, verdict->hidden_by);
    if (before == SIZE_MAX)
        verdict->reached = true;
    else if (verdict->hidden_by != SIZE_MAX && verdict->hidden_by != before)
        *several = true;
    verdict->hidden_by = before;
}

struct check_verdict check_truth_of(struct check_truth *truth, size_t index)
{
    struct check_verdict verdict = {.hidden_by = SIZE_MAX};
    struct combining all;
    bool several = false;
    for (size_t i = 0; i < truth->variable_count; i++)
        truth->chosen[i] = SIZE_MAX;
    if (!take_variables(truth, index, &all))
        return verdict;
    for (size_t i = 0; i < all.count; i++)
        truth->chosen[all.variables[i]] = 0;
    do {
        if (is_feasible(truth, &all))
            look(truth, index, &verdict, &several);
    } while (step(truth, &all) && truth->checker->work > 0);
    verdict.decided = truth->checker->work > 0;
    if (several)
        verdict.hidden_by = SIZE_MAX;
    return verdict;
}

/* ---- In words ----------------------------------------------------------------------------------
 */

/* Is some comparison with it alone always the same, whatever it is: the reason is its limits. */
static bool is_settled(const struct check_truth *truth, size_t index, int variable)
{
    const struct condition *condition = &truth->conditions[index];
    size_t values = truth->variables[variable].count;
    for (size_t i = 0; i < condition->leaf_count; i++) {
        const struct leaf *leaf = &condition->leaves[i];
        size_t same = 0;
        if (leaf->variable != variable)
            continue;
        while (same < values && leaf->outcomes[same] == leaf->outcomes[0])
            same++;
        if (same == values)
            return true;
    }
    return false;
}

/* "fit goes from 0 to 100", "score is at most 90", behind what was said before. */
static struct icp_str add_limit(struct icp_arena *arena, struct icp_str text,
                                const struct check_slot *about)
{
    const char *comma = text.length > 0 ? ", " : "";
    bool low = about->range.least > -ICP_MAX_GROUP_POINTS;
    bool high = about->range.most < ICP_MAX_GROUP_POINTS;
    if (!about->bounded || icp_str_is_null(about->name) || !(low || high))
        return text;
    if (low && high)
        return icp_arena_format(arena, "%.*s%s%.*s goes from %d to %d", ICP_STR_ARGUMENTS(text),
                                comma, ICP_STR_ARGUMENTS(about->name), (int)about->range.least,
                                (int)about->range.most);
    return icp_arena_format(arena, "%.*s%s%.*s is at %s %d", ICP_STR_ARGUMENTS(text), comma,
                            ICP_STR_ARGUMENTS(about->name), low ? "least" : "most",
                            low ? (int)about->range.least : (int)about->range.most);
}

struct icp_str check_truth_limits(struct check_truth *truth, size_t index)
{
    struct icp_arena *arena = truth->checker->arena;
    struct combining all;
    struct icp_str text = {0};
    if (!take_variables(truth, index, &all))
        return text;
    bool settled = false;
    for (size_t i = 0; i < all.count; i++)
        settled = settled || is_settled(truth, index, all.variables[i]);
    for (size_t i = 0; i < all.count; i++) {
        const struct check_slot *about = &truth->variables[all.variables[i]].about;
        if (settled ? !is_settled(truth, index, all.variables[i]) : !about->narrow)
            continue;
        text = add_limit(arena, text, about);
    }
    return text;
}

struct icp_str check_truth_impossible(struct check_truth *truth, size_t index,
                                      struct check_slot *about)
{
    const struct condition *condition = &truth->conditions[index];
    for (size_t i = 0; i < condition->leaf_count; i++) {
        const struct leaf *leaf = &condition->leaves[i];
        struct icp_str literal, text = icp_feel_canonical(leaf->feel);
        bool simple = true;
        size_t at = 0;
        if (leaf->variable == NO_VARIABLE)
            continue;
        *about = truth->variables[leaf->variable].about;
        if (!about->texts || !check_compares_texts(text))
            continue;
        while (check_next_literal(text, &at, &literal, &simple)) {
            size_t k = 0;
            while (k < about->text_count && !icp_str_equal(about->texts[k], literal))
                k++;
            if (k == about->text_count)
                return literal;
        }
    }
    return (struct icp_str){0};
}
