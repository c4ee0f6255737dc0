/*
 * The room of a run's week: who entered which tier since Monday, out of the store, through room.c.
 * Nothing is stored; asked before or after the plan was sent, the answer is the same.
 */
#include "internal.h"

struct walking {
    const struct icp_night *night;
    struct icp_room *rooms;
    size_t count;
};

bool icp_in_write_scope(const struct icp_night_settings *settings, struct icp_str owner)
{
    if (settings->only_owner_count == 0)
        return true;
    for (size_t i = 0; i < settings->only_owner_count; i++)
        if (icp_str_equal(settings->only_owners[i], owner))
            return true;
    return false;
}

static void take(void *context, const struct icp_entrant *entrant)
{
    struct walking *walking = context;
    const struct icp_room_person person = {.id = entrant->id,
                                           .label = entrant->label,
                                           .owner = entrant->owner,
                                           .score = entrant->score};

    if (!icp_in_write_scope(&walking->night->settings, entrant->owner))
        return;
    for (size_t i = 0; i < walking->count; i++)
        if (icp_str_equal(walking->rooms[i].tier, entrant->tier) &&
            icp_str_equal(walking->rooms[i].profile, entrant->profile))
            (void)icp_room_take(&walking->rooms[i], &person,
                                entrant->since_ms < walking->night->run.started_ms);
}

static size_t list_rooms(const struct icp_night_rules *rules, struct icp_room *rooms,
                         struct icp_arena *arena)
{
    size_t count = 0;

    for (size_t i = 0; i < rules->active_count; i++) {
        const struct icp_rules_about *about = icp_rules_about(rules->active[i]);
        for (size_t k = 0; k < about->tier_count; k++) {
            const struct icp_rules_tier *tier = &about->tiers[k];
            if (tier->room_total < 0 && tier->room_per_owner < 0)
                continue;
            rooms[count] = (struct icp_room){.profile = about->name,
                                             .tier = tier->id,
                                             .label = tier->label,
                                             .total = tier->room_total,
                                             .per_owner = tier->room_per_owner};
            icp_room_begin(&rooms[count++], arena);
        }
    }
    return count;
}

enum icp_status icp_night_week(const struct icp_night *night, struct icp_arena *arena,
                               struct icp_night_week *week, struct icp_err *err)
{
    struct walking walking = {.night = night};
    size_t most = 1;

    *week = (struct icp_night_week){0};
    for (size_t i = 0; i < night->rules->active_count; i++)
        most += icp_rules_about(night->rules->active[i])->tier_count;
    walking.rooms = ICP_NEW_ARRAY(arena, struct icp_room, most);
    if (walking.rooms == NULL)
        return icp_fail(err, ICP_BUG, "no memory for the week's room");
    icp_calendar_week(&night->settings.calendar, night->run.started_ms, &week->year, &week->number);
    walking.count = list_rooms(night->rules, walking.rooms, arena);
    if (walking.count > 0 && icp_store_entrants(night->store, night->crm,
                                                icp_calendar_week_start(&night->settings.calendar,
                                                                        night->run.started_ms),
                                                take, &walking, err) != ICP_OK)
        return err->status;
    for (size_t i = 0; i < walking.count; i++)
        icp_room_end(&walking.rooms[i]);
    week->rooms = walking.rooms;
    week->count = walking.count;
    return ICP_OK;
}
