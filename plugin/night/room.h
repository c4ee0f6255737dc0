/*
 * How many of those who enter a tier fit into the week that it has room for, and who is over. Pure:
 * it ranks and says, it moves nobody. Those who entered earlier in the week come first, for they
 * were promised a call; then who enters in this run, best score first, ties by id. Somebody fits
 * while the team has room left and their owner has; who does not fit takes nobody's room.
 */
#ifndef ICP_ROOM_H
#define ICP_ROOM_H

#include "icp/base.h"

enum {
    ICP_ROOM_PEOPLE = 1000, /* over, by name; the others are counted */
    ICP_ROOM_OWNERS = 4096, /* slots, a power of two, at most half full: a portal has some hundred
                               owners; those beyond have no limit of their own */
};
enum icp_room_verdict {
    ICP_ROOM_FITS,
    ICP_ROOM_OVER_OWNER, /* their owner has no room */
    ICP_ROOM_OVER_TOTAL, /* the team has none */
};
struct icp_room_owner {
    struct icp_str id;
    int64_t earlier, entered, fits, over; /* over: of this run, for either reason */
};
struct icp_room_person {
    struct icp_str id, label, owner;
    int64_t score;
    enum icp_room_verdict verdict;
};
struct icp_room { /* of one tier of one file; texts in the arena */
    struct icp_str profile, tier, label;
    int64_t total, per_owner; /* −1: no limit */
    int64_t earlier, entered, fits, over;
    struct icp_room_owner *owners; /* those with somebody over, most first; ties by id */
    size_t owner_count;
    struct icp_room_person *people; /* over, in rank order */
    size_t people_count;

    struct icp_arena *arena;
    struct icp_room_owner *slots;
    size_t slots_used;
};

/* Limits and names are set by the caller, the rest is zero. */
void icp_room_begin(struct icp_room *room, struct icp_arena *arena);
/* The next one in rank order; `earlier`: entered before this run. Texts are borrowed. */
enum icp_room_verdict icp_room_take(struct icp_room *room, const struct icp_room_person *person,
                                    bool earlier);
void icp_room_end(struct icp_room *room);

#endif
