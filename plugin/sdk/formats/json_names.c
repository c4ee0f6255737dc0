/* Which members of an object are wanted. Invariant: after each addition every entry can be found,
   so the tables may be used at any time. */
#include "json_scan_inside.h"

#include <string.h>

static size_t hash_of(int32_t node, struct icp_str key)
{
    uint64_t hash = icp_str_hash(key) ^ (uint64_t)(uint32_t)node * UINT64_C(0x9E3779B97F4A7C15);

    return (size_t)(hash ^ hash >> 29);
}

int32_t icp_json_names_find(const struct icp_json_names *names, int32_t node, struct icp_str key)
{
    for (size_t at = hash_of(node, key);; at++) {
        int32_t index = names->places[at & names->mask];
        if (index == ICP_JSON_NONE ||
            (names->entries[index].node == node && icp_str_equal(names->entries[index].key, key)))
            return index;
    }
}

static void put_place(struct icp_json_names *names, int32_t index)
{
    size_t at = hash_of(names->entries[index].node, names->entries[index].key);

    while (names->places[at & names->mask] != ICP_JSON_NONE)
        at++;
    names->places[at & names->mask] = index;
}

/* Twice as many places as entries may come, so that a look-up always ends soon. */
static bool make_places(struct icp_json_names *names, size_t entries)
{
    size_t size = 16;

    while (size < entries * 2)
        size *= 2;
    icp_release(names->places);
    names->places = icp_allocate(size, sizeof(names->places[0]));
    if (names->places == NULL)
        return false;
    names->mask = size - 1;
    memset(names->places, 0xFF, size * sizeof(names->places[0]));
    for (size_t i = 0; i < names->entry_count; i++)
        put_place(names, (int32_t)i);
    return true;
}

struct icp_json_names *icp_json_names_open(void)
{
    struct icp_json_names *names = icp_allocate(1, sizeof(*names));

    if (names == NULL)
        return NULL;
    names->node_count = 1;
    if (make_places(names, 1))
        return names;
    icp_json_names_close(names);
    return NULL;
}

void icp_json_names_close(struct icp_json_names *names)
{
    if (names == NULL)
        return;
    icp_release(names->entries);
    icp_release(names->targets);
    icp_release(names->places);
    icp_release(names);
}

static struct icp_json_entry *add_entry(struct icp_json_names *names, int32_t node,
                                        struct icp_str key)
{
    int32_t found = icp_json_names_find(names, node, key);
    struct icp_json_entry *entries;

    if (found != ICP_JSON_NONE)
        return &names->entries[found];
    entries = icp_reallocate(names->entries, names->entry_count + 1, sizeof(entries[0]));
    if (entries == NULL)
        return NULL;
    names->entries = entries;
    entries[names->entry_count] = (struct icp_json_entry){
        .key = key, .node = node, .child = ICP_JSON_NONE, .target = ICP_JSON_NONE};
    names->entry_count++;
    if (names->entry_count * 2 > names->mask) {
        if (!make_places(names, names->entry_count * 2))
            return NULL;
    } else {
        put_place(names, (int32_t)names->entry_count - 1);
    }
    return &entries[names->entry_count - 1];
}

bool icp_json_names_add(struct icp_json_names *names, const struct icp_str *path, size_t depth,
                        size_t slot, unsigned rank, enum icp_json_kind kind)
{
    struct icp_json_entry *entry = NULL;
    struct icp_json_target *targets;
    int32_t node = 0;

    for (size_t i = 0; i < depth; i++) {
        if (entry != NULL && entry->child == ICP_JSON_NONE)
            entry->child = names->node_count++;
        node = entry != NULL ? entry->child : 0;
        entry = add_entry(names, node, path[i]);
        if (entry == NULL)
            return false;
    }
    targets = icp_reallocate(names->targets, names->target_count + 1, sizeof(targets[0]));
    if (targets == NULL || entry == NULL)
        return false;
    names->targets = targets;
    targets[names->target_count] = (struct icp_json_target){.slot = (uint32_t)slot,
                                                            .rank = (uint8_t)rank,
                                                            .raw = kind == ICP_JSON_RAW,
                                                            .next = entry->target};
    entry->target = (int32_t)names->target_count++;
    return true;
}
