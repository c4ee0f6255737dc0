/*
 * Room in a week. Invariant: the same people in the same order give the same answer, whoever else
 * is in the store; nobody is named over who would have fitted with the limits as they are.
 */
#include "room.h"

#include <stdlib.h>

void icp_room_begin(struct icp_room *room, struct icp_arena *arena)
{
    room->arena = arena;
    if (room->per_owner >= 0)
        room->slots = ICP_NEW_ARRAY(arena, struct icp_room_owner, ICP_ROOM_OWNERS);
}

/* The owner's row, made when new; NULL: nobody's, or the table is full. */
static struct icp_room_owner *find_owner(struct icp_room *room, struct icp_str id)
{
    size_t at = (size_t)icp_str_hash(id) & (ICP_ROOM_OWNERS - 1);

    if (room->slots == NULL || icp_str_is_empty(id))
        return NULL;
    while (!icp_str_is_null(room->slots[at].id)) {
        if (icp_str_equal(room->slots[at].id, id))
            return &room->slots[at];
        at = (at + 1) & (ICP_ROOM_OWNERS - 1);
    }
    if (room->slots_used == ICP_ROOM_OWNERS / 2)
        return NULL;
    room->slots_used++;
    room->slots[at].id = icp_arena_copy(room->arena, id);
    return &room->slots[at];
}

static void keep_person(struct icp_room *room, const struct icp_room_person *person,
                        enum icp_room_verdict verdict)
{
    if (room->people == NULL)
        room->people = ICP_NEW_ARRAY(room->arena, struct icp_room_person, ICP_ROOM_PEOPLE);
    if (room->people == NULL || room->people_count == ICP_ROOM_PEOPLE)
        return;
    room->people[room->people_count++] =
        (struct icp_room_person){.id = icp_arena_copy(room->arena, person->id),
                                 .label = icp_arena_copy(room->arena, person->label),
                                 .owner = icp_arena_copy(room->arena, person->owner),
                                 .score = person->score,
                                 .verdict = verdict};
}

static enum icp_room_verdict decide(const struct icp_room *room, const struct icp_room_owner *owner)
{
    if (owner != NULL && owner->fits >= room->per_owner)
        return ICP_ROOM_OVER_OWNER;
    if (room->total >= 0 && room->fits >= room->total)
        return ICP_ROOM_OVER_TOTAL;
    return ICP_ROOM_FITS;
}

enum icp_room_verdict icp_room_take(struct icp_room *room, const struct icp_room_person *person,
                                    bool earlier)
{
    struct icp_room_owner *owner = find_owner(room, person->owner);
    enum icp_room_verdict verdict = decide(room, owner);
    bool fits = verdict == ICP_ROOM_FITS, over = !fits && !earlier;

    *(earlier ? &room->earlier : &room->entered) += 1;
    room->fits += fits;
    room->over += over;
    if (owner != NULL) {
        *(earlier ? &owner->earlier : &owner->entered) += 1;
        owner->fits += fits;
        owner->over += over;
    }
    if (over)
        keep_person(room, person, verdict);
    return verdict;
}

static int order_owners(const void *left, const void *right)
{
    const struct icp_room_owner *a = left, *b = right;

    if (a->over != b->over)
        return a->over > b->over ? -1 : 1;
    return icp_str_compare(a->id, b->id);
}

void icp_room_end(struct icp_room *room)
{
    if (room->slots == NULL)
        return;
    room->owners = room->slots; /* gathered at its front: nobody is looked up any more */
    for (size_t i = 0; i < ICP_ROOM_OWNERS; i++)
        if (room->slots[i].over > 0)
            room->owners[room->owner_count++] = room->slots[i];
    qsort(room->owners, room->owner_count, sizeof(room->owners[0]), order_owners);
}
