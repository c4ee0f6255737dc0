/*
 * The section `engagement`: groups of signal lines with their half-lives, caps and floors.
 */
#include "loader.h"

struct reading { /* of the groups: what a line needs from around it */
    struct icp_loader *loader;
    int32_t half_life; /* of the section; 0: none */
};

/* ---- Lines ----------------------------------------------------------------------------------- */

enum { SIGNAL, POINTS, HALF_LIFE, MAX_PER_DAY, LINE_MATCH, LINE_WHEN, NOTE, LINE_KEYS };
static const struct icp_key line_keys[LINE_KEYS] = {
    [SIGNAL] = {"signal", ICP_KEY_REQUIRED},
    [POINTS] = {"points", ICP_KEY_REQUIRED},
    [HALF_LIFE] = {"half_life", ICP_KEY_OPTIONAL},
    [MAX_PER_DAY] = {"max_per_day", ICP_KEY_OPTIONAL},
    [LINE_MATCH] = {"match", ICP_KEY_OPTIONAL},
    [LINE_WHEN] = {"when", ICP_KEY_OPTIONAL},
    [NOTE] = {"evidence", ICP_KEY_OPTIONAL},
};

static void read_signal_line(struct reading *reading, const struct icp_yaml *node, uint32_t group)
{
    struct icp_loader *loader = reading->loader;
    const struct icp_yaml *found[LINE_KEYS];
    struct icp_signal_line line = {.group = group};
    int32_t half_life = reading->half_life;
    if (!icp_read_keys(loader, node, "a signal line", line_keys, LINE_KEYS, found))
        return;
    if (found[POINTS])
        (void)icp_read_whole(loader, found[POINTS], "points", -ICP_MAX_SIGNAL_POINTS,
                             ICP_MAX_SIGNAL_POINTS, &line.points);
    if (found[HALF_LIFE])
        (void)icp_read_days(loader, found[HALF_LIFE], "\"half_life\"", ICP_MAX_HALF_LIFE,
                            &half_life);
    struct icp_signal_keys keys = {.signal = found[SIGNAL],
                                   .match = found[LINE_MATCH],
                                   .when = found[LINE_WHEN],
                                   .max_per_day = found[MAX_PER_DAY],
                                   .half_life = half_life,
                                   .owner = loader->rules->groups[group].id};
    (void)icp_add_signal_line(loader, node, &keys, line);
}

/* ---- Groups ---------------------------------------------------------------------------------- */

void icp_add_group_symbol(struct icp_loader *loader, const struct icp_yaml *node, struct icp_str id)
{
    for (size_t i = 0; i < loader->symbol_count; i++) {
        if (!icp_str_equal(loader->symbols[i].name, id))
            continue;
        icp_report(loader->list, ICP_ERROR, "duplicate-id", node->line, node->column,
                   "\"%.*s\" already means something else in conditions", ICP_STR_ARGUMENTS(id));
        return;
    }
    struct icp_feel_symbol *symbol = &loader->symbols[loader->symbol_count++];
    symbol->name = id;
    symbol->type = ICP_FEEL_NUMBER;
    symbol->slot = (uint32_t)(loader->rules->group_base + loader->rules->group_count - 1);
}

enum { GROUP_ID, CAP, FLOOR, SIGNALS, BECAUSE, GROUP_KEYS };
static const struct icp_key group_keys[GROUP_KEYS] = {
    [GROUP_ID] = {"id", ICP_KEY_REQUIRED},     [CAP] = {"cap", ICP_KEY_OPTIONAL},
    [FLOOR] = {"floor", ICP_KEY_OPTIONAL},     [SIGNALS] = {"signals", ICP_KEY_REQUIRED},
    [BECAUSE] = {"because", ICP_KEY_OPTIONAL},
};

void icp_read_limits(struct icp_loader *loader, const struct icp_yaml *cap,
                     const struct icp_yaml *floor, struct icp_group *group)
{
    if (cap)
        group->has_cap = icp_read_whole(loader, cap, "\"cap\"", -ICP_MAX_SIGNAL_POINTS,
                                        ICP_MAX_SIGNAL_POINTS, &group->cap);
    if (floor)
        group->has_floor = icp_read_whole(loader, floor, "\"floor\"", -ICP_MAX_SIGNAL_POINTS,
                                          ICP_MAX_SIGNAL_POINTS, &group->floor);
    if (cap && group->has_cap)
        group->cap_place = icp_place(loader, cap, ICP_LINE_CAP, group->id, cap->text);
    if (floor && group->has_floor)
        group->floor_place = icp_place(loader, floor, ICP_LINE_FLOOR, group->id, floor->text);
    if (cap && group->has_cap && group->has_floor && group->cap < group->floor)
        icp_report(loader->list, ICP_ERROR, "out-of-range", cap->line, cap->column,
                   "the cap %d is below the floor %d", group->cap, group->floor);
}

static void read_group(struct reading *reading, const struct icp_yaml *node)
{
    struct icp_loader *loader = reading->loader;
    struct icp_ruleset *rules = loader->rules;
    uint32_t index = (uint32_t)rules->group_count;
    struct icp_group *group = &rules->groups[rules->group_count++];
    const struct icp_yaml *found[GROUP_KEYS];
    if (!icp_read_keys(loader, node, "a group", group_keys, GROUP_KEYS, found))
        return;
    if (found[GROUP_ID] && icp_read_id(loader, found[GROUP_ID], "the id", &group->id) &&
        icp_take_id(loader, found[GROUP_ID], group->id))
        icp_add_group_symbol(loader, found[GROUP_ID], group->id);
    icp_read_limits(loader, found[CAP], found[FLOOR], group);
    if (found[BECAUSE])
        (void)icp_read_template(loader, found[BECAUSE], &group->because);
    if (!found[SIGNALS] || !icp_read_sequence(loader, found[SIGNALS], "\"signals\""))
        return;
    group->first_line = (uint32_t)rules->signal_line_count;
    for (size_t i = 0; i < found[SIGNALS]->count; i++)
        if (icp_one_more_line(loader, &found[SIGNALS]->values[i]))
            read_signal_line(reading, &found[SIGNALS]->values[i], index);
    group->line_count = (uint32_t)rules->signal_line_count - group->first_line;
    if (found[SIGNALS]->count == 0)
        icp_report(loader->list, ICP_ERROR, "no-lines", found[SIGNALS]->line,
                   found[SIGNALS]->column, "\"signals\" has no lines");
}

void icp_load_engagement(struct icp_loader *loader, const struct icp_yaml *node)
{
    enum { SECTION_HALF_LIFE, GROUPS, KEY_COUNT };
    static const struct icp_key keys[KEY_COUNT] = {
        [SECTION_HALF_LIFE] = {"half_life", ICP_KEY_OPTIONAL},
        [GROUPS] = {"groups", ICP_KEY_REQUIRED},
    };
    struct icp_ruleset *rules = loader->rules;
    struct reading reading = {.loader = loader};
    const struct icp_yaml *found[KEY_COUNT];
    rules->has_engagement = node != NULL;
    if (!node || !icp_read_keys(loader, node, "\"engagement\"", keys, KEY_COUNT, found))
        return;
    if (found[SECTION_HALF_LIFE])
        (void)icp_read_days(loader, found[SECTION_HALF_LIFE], "\"half_life\"", ICP_MAX_HALF_LIFE,
                            &reading.half_life);
    if (!found[GROUPS] || !icp_read_sequence(loader, found[GROUPS], "\"groups\""))
        return;
    rules->groups = ICP_NEW_ARRAY(loader->arena, struct icp_group, found[GROUPS]->count + 1);
    if (!rules->groups || !icp_open_signals(loader))
        return;
    for (size_t i = 0; i < found[GROUPS]->count; i++)
        if (icp_one_more_line(loader, &found[GROUPS]->values[i]))
            read_group(&reading, &found[GROUPS]->values[i]);
    rules->slot_count = rules->group_base + rules->group_count;
    icp_index_signals(loader);
}
