/*
 * The unknown field that matters most: the one whose knowledge could move the score furthest, up or
 * down. A field moves what looks it up, and what a condition makes of it: a condition is taken
 * apart, and every leaf that reads the field may come out either way while the others stay as they
 * are. So "could" is never too narrow; it may be wider than a value would show.
 */
#include "evaluate.h"

#include <string.h>

enum { CAN_HOLD = 1, CAN_FAIL = 2, CAN_BE_NULL = 4 }; /* outcomes of a condition, as a set */

struct wanted { /* a field that nobody knows, and what could become of the score with it */
    const struct icp_work *work;
    uint32_t slot;
    icp_wide up, down; /* in weight × millionths; in points of the points model */
};

/* An empty yes-or-no of a CRM is mostly a no, which nobody needs to fill in: it counts where a rule
   cannot decide without it, and not for what a condition would add. */
static bool is_flag(const struct wanted *wanted)
{
    return wanted->work->rules->known[wanted->slot].type == ICP_TYPE_BOOLEAN;
}

/* ---- What a condition could come to ---------------------------------------------------------- */

/* The field itself, or one that is worked out from it. */
static bool is_free(const struct wanted *wanted, uint32_t slot)
{
    const struct icp_ruleset *rules = wanted->work->rules;
    return slot < rules->known_count && wanted->work->slots[slot].kind == ICP_VALUE_NULL &&
           (slot == wanted->slot ||
            (rules->known[slot].derived && rules->known[slot].from == wanted->slot));
}

static bool reads(const struct wanted *wanted, const struct icp_feel *when)
{
    const uint32_t *slots;
    size_t count = icp_feel_slots(when, &slots);
    for (size_t i = 0; i < count; i++)
        if (is_free(wanted, slots[i]))
            return true;
    return false;
}

static unsigned outcome_of(const struct icp_work *work, const struct icp_feel *when)
{
    struct icp_value value = icp_feel_evaluate(when, work->slots, work->input->as_of, work->arena);
    if (value.kind != ICP_VALUE_BOOLEAN)
        return CAN_BE_NULL;
    return value.as.boolean ? CAN_HOLD : CAN_FAIL;
}

static unsigned leaf_can(const struct wanted *wanted, const struct icp_feel *leaf)
{
    const uint32_t *slots;
    size_t count = icp_feel_slots(leaf, &slots);
    unsigned can = CAN_HOLD | CAN_FAIL;
    if (!reads(wanted, leaf))
        return outcome_of(wanted->work, leaf);
    for (size_t i = 0; i < count; i++)
        if (slots[i] < wanted->work->rules->known_count && !is_free(wanted, slots[i]) &&
            wanted->work->slots[slots[i]].kind == ICP_VALUE_NULL)
            can |= CAN_BE_NULL;
    return can;
}

/* `and` of two sets; `or` is the same with true and false changed over. */
static unsigned both(unsigned a, unsigned b)
{
    unsigned can = (a | b) & CAN_FAIL;
    if ((a & CAN_HOLD) && (b & CAN_HOLD))
        can |= CAN_HOLD;
    if (((a & CAN_BE_NULL) && (b & (CAN_HOLD | CAN_BE_NULL))) ||
        ((b & CAN_BE_NULL) && (a & CAN_HOLD)))
        can |= CAN_BE_NULL;
    return can;
}

static unsigned opposite(unsigned can)
{
    return (can & CAN_BE_NULL) | ((can & CAN_HOLD) ? CAN_FAIL : 0U) |
           ((can & CAN_FAIL) ? CAN_HOLD : 0U);
}

static unsigned part_can(const struct wanted *wanted, const struct icp_feel_part *part)
{
    if (part->kind == ICP_FEEL_LEAF)
        return leaf_can(wanted, part->leaf);
    if (part->kind == ICP_FEEL_NOT)
        return opposite(part_can(wanted, &part->parts[0]));
    unsigned can = CAN_HOLD; /* nothing at all, for `and` */
    for (size_t i = 0; i < part->count; i++) {
        unsigned one = part_can(wanted, &part->parts[i]);
        can = both(can, part->kind == ICP_FEEL_AND ? one : opposite(one));
    }
    return part->kind == ICP_FEEL_AND ? can : opposite(can);
}

static unsigned condition_can(const struct wanted *wanted, const struct icp_feel *when)
{
    return part_can(wanted, icp_feel_parts(when));
}

/* ---- What the score could become ------------------------------------------------------------- */

static void could_be(struct wanted *wanted, icp_wide change)
{
    if (change > wanted->up)
        wanted->up = change;
    if (-change > wanted->down)
        wanted->down = -change;
}

/* Of several lines over one field all count: a value is good or bad for each. */
static void add(struct wanted *wanted, const struct wanted *one)
{
    wanted->up += one->up;
    wanted->down += one->down;
}

static void add_cases(const struct wanted *wanted, const struct icp_criterion *criterion,
                      int64_t now, struct wanted *one)
{
    unsigned can = 0;
    bool known = true;
    for (size_t i = 0; i < criterion->count; i++) {
        can = condition_can(wanted, criterion->lines[i].when);
        if (can & CAN_HOLD)
            could_be(one, (icp_wide)criterion->weight *
                              (criterion->lines[i].points * ICP_NUMBER_SCALE - now));
        if (can == CAN_HOLD)
            return;
        known = known && (can & CAN_FAIL);
    }
    if (known)
        could_be(one,
                 (icp_wide)criterion->weight * (criterion->otherwise * ICP_NUMBER_SCALE - now));
}

static void add_criterion(struct wanted *wanted, size_t index)
{
    const struct icp_criterion *criterion = &wanted->work->rules->criteria[index];
    const struct icp_criterion_result *result = &wanted->work->criteria[index];
    struct wanted one = {.work = wanted->work};
    bool asked = false;
    if (criterion->kind != ICP_RULE_CASES) {
        /* also a date of the future, which has no age */
        if (!result->known &&
            (criterion->slot == wanted->slot || is_free(wanted, criterion->slot))) {
            could_be(&one, criterion->weight *
                               ((icp_wide)criterion->most * ICP_NUMBER_SCALE - result->micro));
            could_be(&one, criterion->weight *
                               ((icp_wide)criterion->least * ICP_NUMBER_SCALE - result->micro));
        }
    } else {
        for (size_t i = 0; i < criterion->count; i++)
            asked = asked || reads(wanted, criterion->lines[i].when);
        if (asked && (!result->known || !is_flag(wanted)))
            add_cases(wanted, criterion, result->micro, &one);
    }
    add(wanted, &one);
}

/* A condition that now holds or does not, and its worth when it holds. */
static void add_condition(struct wanted *wanted, const struct icp_feel *when, bool holds,
                          icp_wide worth, struct wanted *into)
{
    if (!reads(wanted, when))
        return;
    unsigned can = condition_can(wanted, when);
    if (!holds && (can & CAN_HOLD))
        could_be(into, worth);
    if (holds && (can & (CAN_FAIL | CAN_BE_NULL)))
        could_be(into, -worth);
}

static void add_fit(struct wanted *wanted)
{
    const struct icp_work *work = wanted->work;
    const struct icp_ruleset *rules = work->rules;
    for (size_t i = 0; i < rules->criterion_count; i++)
        add_criterion(wanted, i);
    for (size_t i = 0; i < rules->adjustment_count; i++) {
        struct wanted one = {.work = work};
        if (is_flag(wanted))
            continue;
        add_condition(wanted, rules->adjustments[i].when, work->adjusted[i],
                      (icp_wide)rules->adjustments[i].points * ICP_NUMBER_SCALE * rules->weight,
                      &one);
        add(wanted, &one);
    }
}

/* Of lines over one field the largest counts: a value seldom earns the points of several. */
static void add_points(struct wanted *wanted)
{
    const struct icp_work *work = wanted->work;
    for (size_t i = 0; i < work->rules->points_count; i++) {
        const struct icp_points_line *line = &work->rules->points[i];
        bool decided = work->points[i].unknown_slot == ICP_NO_SLOT;
        if (line->kind == ICP_POINTS_WHEN && decided && is_flag(wanted))
            continue;
        if (line->kind == ICP_POINTS_WHEN)
            add_condition(wanted, line->when, work->points[i].points != 0, line->points, wanted);
        else if (!decided && is_free(wanted, work->points[i].unknown_slot))
            could_be(wanted, line->swing);
    }
}

/* The furthest that the score could move. What could only put the record out, as hardly anybody is,
   moves nothing: nobody is asked to look for it. */
static icp_wide swing_of(const struct icp_work *work, uint32_t slot)
{
    struct wanted wanted = {.work = work, .slot = slot};
    if (work->rules->has_points)
        add_points(&wanted);
    else
        add_fit(&wanted);
    return wanted.up > wanted.down ? wanted.up : wanted.down;
}

/* ---- The field ------------------------------------------------------------------------------- */

struct best {
    uint32_t slot;
    icp_wide swing;
};

/* What a known value does not tell, such as the employer behind a private address, nobody fills in:
   then the field behind it is known. Of equals the first that is asked for wins. */
static void consider(const struct icp_work *work, uint32_t slot, bool undecided, struct best *best)
{
    const struct icp_ruleset *rules = work->rules;
    if (slot >= rules->known_count || (!undecided && work->slots[slot].kind != ICP_VALUE_NULL))
        return;
    if (rules->known[slot].derived) {
        slot = rules->known[slot].from;
        undecided = false;
    }
    if (work->considered[slot] || (!undecided && work->slots[slot].kind != ICP_VALUE_NULL))
        return;
    work->considered[slot] = true;
    icp_wide swing = swing_of(work, slot);
    if (swing > best->swing)
        *best = (struct best){.slot = slot, .swing = swing};
}

static void consider_condition(const struct icp_work *work, const struct icp_feel *when,
                               struct best *best)
{
    const uint32_t *slots;
    size_t count = icp_feel_slots(when, &slots);
    for (size_t i = 0; i < count; i++)
        consider(work, slots[i], false, best);
}

static void consider_criterion(const struct icp_work *work, size_t index, struct best *best)
{
    const struct icp_criterion *criterion = &work->rules->criteria[index];
    if (criterion->kind != ICP_RULE_CASES)
        consider(work, criterion->slot, !work->criteria[index].known, best);
    for (size_t i = 0; criterion->kind == ICP_RULE_CASES && i < criterion->count; i++)
        consider_condition(work, criterion->lines[i].when, best);
}

void icp_missing_find(struct icp_work *work)
{
    const struct icp_ruleset *rules = work->rules;
    struct best best = {.slot = ICP_NO_SLOT};
    if (work->result->disqualified) /* nothing could change it */
        return;
    memset(work->considered, 0, rules->slot_count);
    for (size_t i = 0; i < rules->criterion_count; i++)
        consider_criterion(work, i, &best);
    for (size_t i = 0; i < rules->points_count; i++) {
        if (rules->points[i].kind == ICP_POINTS_WHEN)
            consider_condition(work, rules->points[i].when, &best);
        else if (work->points[i].unknown_slot != ICP_NO_SLOT)
            consider(work, work->points[i].unknown_slot, false, &best);
    }
    for (size_t i = 0; i < rules->adjustment_count; i++)
        consider_condition(work, rules->adjustments[i].when, &best);
    if (best.slot == ICP_NO_SLOT)
        return;
    work->result->missing_field = rules->known[best.slot].name;
    work->result->missing_label =
        icp_phrase_name(work->language, rules->known[best.slot].name, work->arena);
}
