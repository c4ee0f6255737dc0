/*
 * The score hash: SHA-256 over a canonical form of the compiled rules, holding all that can change
 * a score, a grade, a tier or the day to call by, and nothing else. Tables are hashed as they are
 * searched (sorted), conditions in FEEL's canonical spelling. A change of what a rule means in the
 * program changes the salt.
 */
#include "engine.h"

#include "crypto.h"

static void add_number(struct icp_sha256 *hash, int64_t number)
{
    unsigned char bytes[8];
    for (unsigned i = 0; i < 8; i++)
        bytes[i] = (unsigned char)((uint64_t)number >> (8 * i));
    icp_sha256_add(hash, (struct icp_str){.data = (const char *)bytes, .length = sizeof(bytes)});
}

static void add_condition(struct icp_sha256 *hash, const struct icp_feel *when)
{
    icp_sha256_add_field(hash, when ? icp_feel_canonical(when) : (struct icp_str){0});
}

static void add_slot(struct icp_sha256 *hash, const struct icp_ruleset *rules, uint32_t slot)
{
    icp_sha256_add_field(hash, slot == ICP_NO_SLOT ? (struct icp_str){0} : rules->known[slot].name);
}

/* Fields with the places that the file itself gives them. */
static void add_fields(struct icp_sha256 *hash, const struct icp_ruleset *rules)
{
    add_number(hash, (int64_t)rules->field_count);
    for (size_t i = 0; i < rules->field_count; i++) {
        const struct icp_known *known = &rules->known[rules->field_slots[i]];
        icp_sha256_add_field(hash, known->name);
        add_number(hash, known->type);
        add_number(hash, known->has_scheme ? known->scheme : -1);
        add_number(hash, (int64_t)known->own_count);
        for (size_t j = 0; j < known->own_count; j++) {
            icp_sha256_add_field(hash, known->own[j].crm);
            add_number(hash, (int64_t)known->own[j].count);
            for (size_t k = 0; k < known->own[j].count; k++) {
                add_number(hash, known->own[j].sources[k].object);
                icp_sha256_add_field(hash, known->own[j].sources[k].property);
            }
        }
    }
    for (size_t i = 0; i < rules->list_count; i++) {
        if (!rules->lists[i].used)
            continue;
        icp_sha256_add_field(hash, rules->lists[i].name);
        add_number(hash, (int64_t)rules->lists[i].count);
        for (size_t j = 0; j < rules->lists[i].count; j++)
            icp_sha256_add_field(hash, rules->lists[i].items[j]);
    }
}

static void add_condition_lines(struct icp_sha256 *hash, const struct icp_condition_line *lines,
                                size_t count)
{
    add_number(hash, (int64_t)count);
    for (size_t i = 0; i < count; i++) {
        icp_sha256_add_field(hash, lines[i].id);
        add_condition(hash, lines[i].when);
        add_number(hash, lines[i].points);
    }
}

static void add_criterion(struct icp_sha256 *hash, const struct icp_ruleset *rules,
                          const struct icp_criterion *criterion)
{
    icp_sha256_add_field(hash, criterion->id);
    add_number(hash, criterion->weight);
    add_number(hash, criterion->kind);
    add_number(hash, criterion->missing);
    add_slot(hash, rules, criterion->slot);
    add_number(hash, criterion->has_otherwise);
    add_number(hash, criterion->otherwise);
    add_number(hash, (int64_t)criterion->count);
    for (size_t j = 0; j < criterion->count; j++) {
        add_number(hash, criterion->lines[j].from);
        add_number(hash, criterion->lines[j].to);
        icp_sha256_add_field(hash, criterion->lines[j].key);
        add_condition(hash, criterion->lines[j].when);
        add_number(hash, criterion->lines[j].points);
    }
    for (size_t j = 0; j < criterion->guard_count; j++)
        icp_sha256_add_field(hash, criterion->guards[j]);
}

static void add_criteria(struct icp_sha256 *hash, const struct icp_ruleset *rules)
{
    add_number(hash, (int64_t)rules->criterion_count);
    for (size_t i = 0; i < rules->criterion_count; i++)
        add_criterion(hash, rules, &rules->criteria[i]);
    add_number(hash, rules->min_coverage);
    add_condition_lines(hash, rules->adjustments, rules->adjustment_count);
}

static void add_signal_line(struct icp_sha256 *hash, const struct icp_ruleset *rules,
                            const struct icp_signal_line *line)
{
    add_number(hash, line->group);
    icp_sha256_add_field(hash, rules->signals[line->signal].name);
    add_number(hash, line->points);
    add_number(hash, line->max_per_day);
    add_number(hash, line->decay ? line->decay->half_life : 0);
    add_condition(hash, line->when);
    add_number(hash, (int64_t)line->match_count);
    for (size_t i = 0; i < line->match_count; i++) {
        icp_sha256_add_field(hash, line->matches[i].attribute);
        add_number(hash, (int64_t)line->matches[i].count);
        for (size_t j = 0; j < line->matches[i].count; j++)
            icp_sha256_add_field(hash, line->matches[i].patterns[j]);
    }
}

static void add_engagement(struct icp_sha256 *hash, const struct icp_ruleset *rules)
{
    add_number(hash, (int64_t)rules->group_count);
    for (size_t i = 0; i < rules->group_count; i++) {
        const struct icp_group *group = &rules->groups[i];
        icp_sha256_add_field(hash, group->id);
        add_number(hash, group->has_cap);
        add_number(hash, group->cap);
        add_number(hash, group->has_floor);
        add_number(hash, group->floor);
    }
    add_number(hash, (int64_t)rules->signal_line_count);
    for (size_t i = 0; i < rules->signal_line_count; i++)
        add_signal_line(hash, rules, &rules->signal_lines[i]);
}

static void add_points_line(struct icp_sha256 *hash, const struct icp_ruleset *rules,
                            const struct icp_points_line *line)
{
    icp_sha256_add_field(hash, line->id);
    add_number(hash, line->kind);
    add_number(hash, line->points);
    add_number(hash, line->has_cap);
    add_number(hash, line->cap);
    add_number(hash, line->window);
    add_number(hash, line->group == ICP_NO_GROUP ? -1 : (int64_t)line->group);
    add_slot(hash, rules, line->slot);
    add_condition(hash, line->when);
    if (line->rule) {
        add_criterion(hash, rules, line->rule);
        add_number(hash, line->rule->least_sum);
        add_number(hash, line->rule->most_sum);
    }
    if (line->kind == ICP_POINTS_SIGNAL)
        add_number(hash, line->signal_line);
}

/* Groups and signal lines are those of add_engagement. */
static void add_points(struct icp_sha256 *hash, const struct icp_ruleset *rules)
{
    icp_sha256_add_field(hash, ICP_STR("points"));
    add_number(hash, rules->score_most);
    add_number(hash, (int64_t)rules->points_count);
    for (size_t i = 0; i < rules->points_count; i++)
        add_points_line(hash, rules, &rules->points[i]);
}

static void add_grade_lines(struct icp_sha256 *hash, const struct icp_grade_lines *lines)
{
    add_number(hash, (int64_t)lines->count);
    for (size_t i = 0; i < lines->count; i++) {
        add_number(hash, lines->lines[i].mark);
        add_number(hash, lines->lines[i].from);
    }
}

static void add_outcome(struct icp_sha256 *hash, const struct icp_ruleset *rules)
{
    add_number(hash, rules->fit_percent);
    add_number(hash, rules->engagement_percent);
    add_grade_lines(hash, &rules->fit_lines);
    add_grade_lines(hash, &rules->engagement_lines);
    if (rules->drop_margin > 0)
        add_number(hash, rules->drop_margin);
    add_number(hash, (int64_t)rules->tier_count);
    for (size_t i = 0; i < rules->tier_count; i++) {
        icp_sha256_add_field(hash, rules->tiers[i].id);
        add_condition(hash, rules->tier_when[i]);
        add_number(hash, rules->tiers[i].within_days);
        if (rules->tiers[i].within_hours > 0) { /* files without hours keep the hash they had */
            icp_sha256_add_field(hash, ICP_STR(" hours"));
            add_number(hash, rules->tiers[i].within_hours);
        }
    }
}

/* Conditions may ask for roles. */
static void add_roles(struct icp_sha256 *hash, const struct icp_ruleset *rules)
{
    for (size_t i = 0; i < rules->role_line_count; i++) {
        const struct icp_role_line *line = &rules->role_lines[i];
        icp_sha256_add_field(hash, icp_role_name(line->role));
        add_number(hash, line->confidence);
        add_condition(hash, line->when);
        add_number(hash, (int64_t)line->pattern_count);
        for (size_t j = 0; j < line->pattern_count; j++) {
            icp_sha256_add_field(hash, line->patterns[j].normal);
            add_number(hash, line->patterns[j].guard);
        }
        add_number(hash, (int64_t)line->department_count);
        for (size_t j = 0; j < line->department_count; j++)
            icp_sha256_add_field(hash, line->departments[j]);
    }
}

bool icp_rules_hash(const struct icp_ruleset *rules, char hex[65])
{
    struct icp_sha256 *hash = icp_sha256_open();
    if (!hash)
        return false;
    icp_sha256_add_field(hash, ICP_STR("icp rules, meaning 1"));
    add_fields(hash, rules);
    add_roles(hash, rules);
    if (rules->applies_when)
        add_condition(hash, rules->applies_when);
    add_condition_lines(hash, rules->disqualify, rules->disqualify_count);
    add_criteria(hash, rules);
    add_engagement(hash, rules);
    if (rules->has_points)
        add_points(hash, rules);
    add_outcome(hash, rules);
    icp_sha256_end(hash, hex);
    return true;
}
