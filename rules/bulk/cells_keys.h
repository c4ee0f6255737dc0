/*
 * What stands for a value, found again by the value's bytes: the outcome of a cell, the marks of a
 * set's item. Tables of few ways and fixed size. Keys that came first stay, for they are the usual
 * ones; a new one takes the first free way, else always the same. A key of up to 32 bytes is looked
 * up in one way, whatever its length, with no branch that depends on it: of values that come in no
 * order a processor cannot foretell the length, nor whether there is one at all.
 *
 * Included by cells.c alone, whose loops these functions become part of.
 */
#ifndef ICP_BULK_CELLS_KEYS_H
#define ICP_BULK_CELLS_KEYS_H

#include "bulk_internal.h"
#include "cells.h"

enum {
    KEYS_BYTES = CELLS_KEY, /* nearly all domains and titles */
    KEYS_LONG = 64,         /* longer texts are worked out every time */
    KEYS_WAYS = 4,
    KEYS_UNKNOWN = 127, /* in place of a length: there is no value */
};

struct bulk_entry {
    uint64_t key[KEYS_BYTES / 8]; /* 0 behind its length */
    uint32_t tag;                 /* of its kind, and the length; 0: free */
    uint32_t found;
};
struct bulk_long_entry {
    uint32_t tag;
    uint32_t found;
    char key[KEYS_LONG];
};

/* A key as it is looked up. */
struct keys_wanted {
    uint64_t parts[KEYS_BYTES / 8];
    uint32_t tag;
    uint64_t place; /* of the way to look at first: not the same for all keys of a set */
};

static inline uint64_t keys_mix(uint64_t low, uint64_t high)
{
    return (low ^ (high << 23 | high >> 41)) * 0x9E3779B97F4A7C15u;
}

/* A text of at most KEYS_BYTES. */
static inline void keys_want(struct keys_wanted *wanted, const struct bulk_table *table,
                             const struct bulk_key_kind *kind, struct icp_str key)
{
    const uint64_t *inside = cells_inside[key.length];
    const char *data = cells_data(key);
    uint64_t *parts = wanted->parts;
    parts[0] = cells_load(data) & inside[0];
    parts[1] = cells_load(data + 8) & inside[1];
    parts[2] = cells_load(data + 16) & inside[2];
    parts[3] = cells_load(data + 24) & inside[3];
    wanted->tag = kind->tag + (uint32_t)key.length;
    wanted->tag += KEYS_UNKNOWN * (uint32_t)(key.data == NULL);
    uint64_t rest = parts[2] ^ (parts[3] << 31 | parts[3] >> 33);
    uint64_t hash = keys_mix(parts[0] ^ kind->salt, parts[1] + (rest << 13 | rest >> 51));
    wanted->place = hash >> table->shift;
}

/* The ways of a set are met in an order that begins with the key's own place. */
static inline const struct bulk_entry *keys_way(const struct bulk_table *table,
                                                const struct keys_wanted *wanted, uint32_t way)
{
    return &table->entries[wanted->place ^ way];
}
_Static_assert(KEYS_WAYS == 4, "every way is met once by turning bits of the first");

static inline bool keys_is(const struct keys_wanted *wanted, const struct bulk_entry *entry)
{
    const uint64_t *parts = wanted->parts;
    return ((entry->key[0] ^ parts[0]) | (entry->key[1] ^ parts[1]) | (entry->key[2] ^ parts[2]) |
            (entry->key[3] ^ parts[3]) | (entry->tag ^ wanted->tag)) == 0;
}

static uint32_t keys_keep(const struct bulk_table *table, const struct keys_wanted *wanted,
                          uint32_t found)
{
    struct bulk_entry *entry = &table->entries[wanted->place | (KEYS_WAYS - 1)];
    for (uint32_t way = 0; way < KEYS_WAYS; way++) {
        struct bulk_entry *candidate = &table->entries[wanted->place ^ way];
        if (candidate->tag == 0) {
            entry = candidate;
            break;
        }
    }
    memcpy(entry->key, wanted->parts, sizeof(entry->key));
    entry->tag = wanted->tag;
    entry->found = found;
    return found;
}

/* What stands for a key that is not there yet. */
static uint32_t keys_make(struct icp_bulk_work *work, const struct bulk_column *column,
                          const struct bulk_key_kind *kind, struct icp_str key,
                          const struct icp_str *cell)
{
    return kind == &column->item_key ? bulk_set_marks(work, column, key)
                                     : bulk_outcome_make(work, column->field, *cell);
}

BULK_APART static uint32_t keys_find_other(struct icp_bulk_work *work,
                                           const struct bulk_table *table,
                                           const struct bulk_column *column,
                                           const struct bulk_key_kind *kind, struct icp_str key,
                                           const struct icp_str *cell)
{
    struct keys_wanted wanted;
    keys_want(&wanted, table, kind, key);
    for (uint32_t way = 1; way < KEYS_WAYS; way++)
        if (keys_is(&wanted, keys_way(table, &wanted, way)))
            return keys_way(table, &wanted, way)->found;
    return keys_keep(table, &wanted, keys_make(work, column, kind, key, cell));
}

BULK_APART static uint32_t keys_find_long(struct icp_bulk_work *work,
                                          const struct bulk_column *column,
                                          const struct bulk_key_kind *kind, struct icp_str key,
                                          const struct icp_str *cell)
{
    if (key.length > KEYS_LONG)
        return keys_make(work, column, kind, key, cell);
    uint32_t tag = kind->tag + (uint32_t)key.length;
    uint64_t hash = kind->salt;
    for (size_t i = 0; i + 16 < key.length; i += 16) {
        hash = keys_mix(cells_load(key.data + i) ^ hash, cells_load(key.data + i + 8));
        hash ^= hash >> 29;
    }
    hash = keys_mix(cells_load(key.data + key.length - 16) ^ hash,
                    cells_load(key.data + key.length - 8));
    struct bulk_long_entry *set =
        &work->long_entries[(hash >> work->long_shift) / KEYS_WAYS * KEYS_WAYS];
    struct bulk_long_entry *free_entry = &set[KEYS_WAYS - 1];
    for (size_t way = KEYS_WAYS; way-- > 0;) {
        if (set[way].tag == tag && memcmp(set[way].key, key.data, key.length) == 0)
            return set[way].found;
        if (set[way].tag == 0)
            free_entry = &set[way];
    }
    uint32_t found = keys_make(work, column, kind, key, cell);
    free_entry->tag = tag;
    free_entry->found = found;
    memcpy(free_entry->key, key.data, key.length);
    return found;
}

static inline uint32_t keys_find(struct icp_bulk_work *work, size_t which,
                                 const struct bulk_column *column, const struct bulk_key_kind *kind,
                                 struct icp_str key, const struct icp_str *cell)
{
    const struct bulk_table *table = &work->tables[which];
    if (BULK_SELDOM(key.length > KEYS_BYTES))
        return keys_find_long(work, column, kind, key, cell);
    struct keys_wanted wanted;
    keys_want(&wanted, table, kind, key);
    const struct bulk_entry *first = keys_way(table, &wanted, 0);
    if (BULK_SELDOM(!keys_is(&wanted, first)))
        return keys_find_other(work, table, column, kind, key, cell);
    return first->found;
}

#endif
