/*
 * The lines of a file that can be reasons, numbered in file order, with what stands for them in a
 * list of reasons: "size:+12". The usual tokens are made once, so that writing one is a copy.
 */
#include "bulk_internal.h"

#include <string.h>

static void add(struct bulk_lines *lines, enum icp_reason_kind kind, bool of_engagement,
                struct icp_str id)
{
    lines->lines[lines->count++] =
        (struct bulk_line){.kind = kind, .of_engagement = of_engagement, .id = id};
}

/* A group of the points model is a reason by what its cap takes off. */
static void add_points(struct bulk_lines *lines, const struct icp_ruleset *rules)
{
    lines->first_points = (uint32_t)lines->count;
    for (size_t i = 0; i < rules->points_count; i++)
        add(lines, ICP_REASON_POINTS, false, rules->points[i].id);
    lines->first_held_group = (uint32_t)lines->count;
    for (size_t i = 0; i < rules->group_count; i++) {
        add(lines, ICP_REASON_HELD, false, rules->groups[i].id);
        lines->lines[lines->count - 1].of_group = true;
    }
    lines->held_points = (uint32_t)lines->count;
    add(lines, ICP_REASON_HELD, false, ICP_STR("held"));
}

static void add_all(struct bulk_lines *lines, const struct icp_ruleset *rules)
{
    for (size_t i = 0; i < rules->disqualify_count; i++)
        add(lines, ICP_REASON_DISQUALIFIED, false, rules->disqualify[i].id);
    if (rules->has_points) {
        add_points(lines, rules);
        return;
    }
    lines->first_fit = (uint32_t)lines->count;
    for (size_t i = 0; i < rules->criterion_count; i++)
        add(lines, ICP_REASON_FIT, false, rules->criteria[i].id);
    lines->unknown = (uint32_t)lines->count;
    add(lines, ICP_REASON_UNKNOWN, false, ICP_STR("unknown"));
    lines->first_adjustment = (uint32_t)lines->count;
    for (size_t i = 0; i < rules->adjustment_count; i++)
        add(lines, ICP_REASON_ADJUSTMENT, false, rules->adjustments[i].id);
    lines->held_fit = (uint32_t)lines->count;
    add(lines, ICP_REASON_HELD, false, ICP_STR("held"));
    lines->first_group = (uint32_t)lines->count;
    for (size_t i = 0; i < rules->group_count; i++)
        add(lines, ICP_REASON_ENGAGEMENT, true, rules->groups[i].id);
    lines->held_engagement = (uint32_t)lines->count;
    add(lines, ICP_REASON_HELD, true, ICP_STR("held"));
}

/* ---- Finding one ---------------------------------------------------------------------------- */

static bool is_line_of(const struct bulk_line *line, const struct icp_reason *reason)
{
    if (line->kind != reason->kind)
        return false;
    if (reason->kind == ICP_REASON_UNKNOWN)
        return true;
    if (reason->kind == ICP_REASON_HELD && line->of_group != !icp_str_is_null(reason->id))
        return false;
    if (reason->kind == ICP_REASON_HELD && !line->of_group)
        return line->of_engagement == reason->of_engagement;
    return icp_str_equal(line->id, reason->id);
}

static uint64_t hash_of(enum icp_reason_kind kind, struct icp_str id)
{
    bool named = kind != ICP_REASON_UNKNOWN && kind != ICP_REASON_HELD;
    return icp_str_hash(named ? id : ICP_STR("")) + (uint64_t)kind * 31;
}

static bool index_lines(struct bulk_lines *lines, struct icp_arena *arena)
{
    size_t size = 16;
    while (size < 2 * lines->count)
        size *= 2;
    lines->mask = size - 1;
    lines->table = ICP_NEW_ARRAY(arena, uint32_t, size);
    if (!lines->table)
        return false;
    for (size_t i = 0; i < lines->count; i++) {
        size_t at = (size_t)hash_of(lines->lines[i].kind, lines->lines[i].id) & lines->mask;
        while (lines->table[at] != 0)
            at = (at + 1) & lines->mask;
        lines->table[at] = (uint32_t)i + 1;
    }
    return true;
}

uint32_t bulk_line_of(const struct bulk_lines *lines, const struct icp_reason *reason)
{
    size_t at = (size_t)hash_of(reason->kind, reason->id) & lines->mask;
    for (; lines->table[at] != 0; at = (at + 1) & lines->mask)
        if (is_line_of(&lines->lines[lines->table[at] - 1], reason))
            return lines->table[at] - 1;
    return UINT32_MAX;
}

/* ---- Tokens --------------------------------------------------------------------------------- */

static struct bulk_points points_text(int32_t points)
{
    struct bulk_points made = {.text = {':', points < 0 ? '-' : '+'}, .length = 2};
    uint32_t rest = points < 0 ? 0 - (uint32_t)points : (uint32_t)points;
    char digits[10];
    size_t count = 0;
    do
        digits[count++] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    while (count > 0)
        made.text[made.length++] = digits[--count];
    return made;
}

size_t bulk_token_write(const struct bulk_lines *lines, const struct icp_bulk_reason *reason,
                        char *out)
{
    const struct bulk_line *line = &lines->lines[reason->line];
    struct bulk_points made;
    const struct bulk_points *points = &made;
    size_t length = line->id.length;
    memcpy(out, line->id.data, BULK_SHORT);
    if (length > BULK_SHORT)
        memcpy(out, line->id.data, length);
    if (line->kind == ICP_REASON_DISQUALIFIED) {
        static const char mark[3] = {':', 'D', 'Q'};
        memcpy(out + length, mark, sizeof(mark));
        return length + sizeof(mark);
    }
    if (reason->points >= -BULK_SMALL_POINTS && reason->points < BULK_SMALL_POINTS)
        points = &lines->points[reason->points + BULK_SMALL_POINTS];
    else
        made = points_text(reason->points);
    memcpy(out + length, points->text, sizeof(points->text));
    return length + points->length;
}

/* Ids move to where more may be read than they have. */
static bool widen(struct bulk_lines *lines, struct icp_arena *arena)
{
    lines->room = (size_t)2 * BULK_SHORT;
    for (size_t i = 0; i < lines->count; i++) {
        struct icp_str *id = &lines->lines[i].id;
        char *wide = icp_arena_take(arena, id->length + BULK_SHORT, 1, 1);
        if (!wide)
            return false;
        memcpy(wide, id->data, id->length);
        id->data = wide;
        lines->room += id->length + BULK_POINTS_TEXT + 1;
    }
    for (int32_t i = 0; i < 2 * BULK_SMALL_POINTS; i++)
        lines->points[i] = points_text(i - BULK_SMALL_POINTS);
    return true;
}

bool bulk_lines_open(struct bulk_lines *lines, const struct icp_ruleset *rules,
                     struct icp_arena *arena)
{
    size_t most = rules->disqualify_count + rules->criterion_count + rules->adjustment_count +
                  rules->points_count + rules->group_count + 3;
    lines->lines = ICP_NEW_ARRAY(arena, struct bulk_line, most);
    if (!lines->lines)
        return false;
    add_all(lines, rules);
    return index_lines(lines, arena) && widen(lines, arena);
}
