/*
 * From a cell to the outcome of its value: a number by the range it lies in, a day by a table, an
 * e-mail address by its domain, a set by its items, all else by its bytes. Nothing here knows what
 * an outcome says; what is not found is made by the rule engine. The caches are bounded: a new
 * value takes the place of an old one.
 */
#include "cells.h"
#include "bulk_internal.h"

#include <string.h>

enum {
    SHORT_BYTES = 16,  /* a key that fits two registers */
    MIDDLE_BYTES = 32, /* most domains and titles */
    LONG_BYTES = 64,   /* longer texts are worked out every time */
    DAY_YEARS = 24,    /* of the table: from 20 years before as_of */
    DAY_BEFORE = 20,
    DAYS_A_YEAR = 16 * 32,
    SHORT_BITS = 15,
    MIDDLE_BITS = 13,
    LONG_BITS = 11,
    OUTCOME_UNITS = 4096, /* 256 KiB */
};

struct bulk_entry {
    uint64_t low, high;
    uint32_t tag; /* of its kind, and the length; 0: free */
    uint32_t found;
};
struct bulk_middle_entry {
    uint64_t key[4]; /* the first and the last 16 bytes */
    uint32_t tag;
    uint32_t found;
};
struct bulk_long_entry {
    uint32_t tag;
    uint32_t found;
    char key[LONG_BYTES];
};

enum { PLAIN_UNKNOWN, PLAIN_EMPTY };

/* ---- Memory --------------------------------------------------------------------------------- */

static size_t places_of(const struct bulk_column *column)
{
    if (column->kind == BULK_CELL_NUMBER)
        return column->range_count;
    if (column->kind == BULK_CELL_BOOLEAN)
        return 2;
    return column->kind == BULK_CELL_DATE ? DAY_YEARS * DAYS_A_YEAR : 0;
}

static bool open_places(struct icp_bulk_work *work)
{
    const struct icp_bulk *bulk = work->bulk;
    work->places = icp_allocate(bulk->field_count + 1, sizeof(*work->places));
    work->plain = icp_allocate(bulk->field_count + 1, sizeof(*work->plain));
    if (!work->places || !work->plain)
        return false;
    for (size_t i = 0; i < bulk->field_count; i++) {
        size_t count = places_of(&bulk->columns[i]);
        if (count == 0)
            continue;
        work->places[i] = icp_allocate(count, sizeof(**work->places));
        if (!work->places[i])
            return false;
    }
    return true;
}

unsigned bulk_first_year(int32_t as_of)
{
    int year, month, day;
    icp_date_to_civil(as_of, &year, &month, &day);
    return year > DAY_BEFORE ? (unsigned)(year - DAY_BEFORE) : 0;
}

static bool open_outcomes(struct icp_bulk_work *work)
{
    const struct icp_bulk *bulk = work->bulk;
    size_t units = bulk->outcome_bytes / BULK_OUTCOME_UNIT;
    size_t end = OUTCOME_UNITS, table = 64;
    if (end < (4 * bulk->field_count + 64) * units)
        end = (4 * bulk->field_count + 64) * units;
    while (table < 2 * end / units)
        table *= 2;
    work->outcomes_memory = icp_allocate(end + units + 1, BULK_OUTCOME_UNIT);
    if (!work->outcomes_memory)
        return false;
    uintptr_t off = (uintptr_t)work->outcomes_memory % BULK_OUTCOME_UNIT;
    work->outcomes = work->outcomes_memory + (off > 0 ? BULK_OUTCOME_UNIT - off : 0);
    work->outcome_next = 1;
    work->outcome_end = (uint32_t)end;
    work->outcome_mask = (uint32_t)table - 1;
    work->outcome_table = icp_allocate(table, sizeof(*work->outcome_table));
    return work->outcome_table != NULL;
}

bool bulk_cells_open(struct icp_bulk_work *work)
{
    work->entry_bits = SHORT_BITS;
    work->middle_bits = MIDDLE_BITS;
    work->long_bits = LONG_BITS;
    work->entries = icp_allocate((size_t)1 << SHORT_BITS, sizeof(*work->entries));
    work->middle_entries = icp_allocate((size_t)1 << MIDDLE_BITS, sizeof(*work->middle_entries));
    work->long_entries = icp_allocate((size_t)1 << LONG_BITS, sizeof(*work->long_entries));
    return work->entries && work->middle_entries && work->long_entries && open_outcomes(work) &&
           open_places(work);
}

void bulk_cells_close(struct icp_bulk_work *work)
{
    for (size_t i = 0; work->places && i < work->bulk->field_count; i++)
        icp_release(work->places[i]);
    icp_release(work->places);
    icp_release(work->plain);
    icp_release(work->outcomes_memory);
    icp_release(work->outcome_table);
    icp_release(work->entries);
    icp_release(work->middle_entries);
    icp_release(work->long_entries);
}

void bulk_cells_make_room(struct icp_bulk_work *work)
{
    const struct icp_bulk *bulk = work->bulk;
    size_t units = bulk->outcome_bytes / BULK_OUTCOME_UNIT;
    if (work->outcome_end - work->outcome_next > (bulk->field_count + 1) * units)
        return;
    work->outcome_next = 1;
    memset(work->outcome_table, 0, ((size_t)work->outcome_mask + 1) * sizeof(uint32_t));
    memset(work->entries, 0, ((size_t)1 << SHORT_BITS) * sizeof(*work->entries));
    memset(work->middle_entries, 0, ((size_t)1 << MIDDLE_BITS) * sizeof(*work->middle_entries));
    memset(work->long_entries, 0, ((size_t)1 << LONG_BITS) * sizeof(*work->long_entries));
    memset(work->plain, 0, bulk->field_count * sizeof(*work->plain));
    for (size_t i = 0; i < bulk->field_count; i++)
        if (work->places[i])
            memset(work->places[i], 0, places_of(&bulk->columns[i]) * sizeof(uint32_t));
}

/* ---- By bytes ------------------------------------------------------------------------------- */

static inline uint64_t mix(uint64_t low, uint64_t high)
{
    return (low ^ (high << 23 | high >> 41)) * 0x9E3779B97F4A7C15u;
}

/* The place of a hash in a table of pairs. Of the two the first is tried first; the second is what
   stood there before it. */
static inline size_t set_of(uint64_t hash, unsigned bits)
{
    return (size_t)(hash >> (65 - bits)) * 2;
}

struct key {
    struct icp_str text, cell; /* the key itself, and the cell that it is part of */
    const struct bulk_column *column;
    const struct bulk_key_kind *kind;
};

/* What stands for a key: the marks of an item, else the outcome of the cell. */
static uint32_t make(struct icp_bulk_work *work, const struct key *key)
{
    return key->kind == &key->column->item_key
               ? bulk_set_marks(work, key->column, key->text)
               : bulk_outcome_make(work, key->column->field, key->cell);
}

static inline bool is_entry(const struct bulk_entry *entry, uint64_t low, uint64_t high,
                            uint32_t tag)
{
    return ((entry->low ^ low) | (entry->high ^ high) | (entry->tag ^ tag)) == 0;
}

static uint32_t keep_short(struct icp_bulk_work *work, struct bulk_entry *set,
                           const struct bulk_entry *wanted, const struct key *key)
{
    uint32_t found = make(work, key);
    if (set[0].tag != 0)
        set[1] = set[0];
    set[0] = *wanted;
    set[0].found = found;
    return found;
}

static inline uint32_t find_short(struct icp_bulk_work *work, const struct key *key)
{
    uint64_t low = cells_load(key->text.data) & cells_first[key->text.length];
    uint64_t high = cells_load(key->text.data + 8) & cells_second[key->text.length];
    uint32_t tag = key->kind->tag + (uint32_t)key->text.length;
    struct bulk_entry *set =
        &work->entries[set_of(mix(low ^ key->kind->salt, high), work->entry_bits)];
    bool first = is_entry(&set[0], low, high, tag), second = is_entry(&set[1], low, high, tag);
    if (first || second)
        return set[first ? 0 : 1].found;
    return keep_short(work, set, &(struct bulk_entry){.low = low, .high = high, .tag = tag}, key);
}

static inline bool is_middle(const struct bulk_middle_entry *entry, const uint64_t parts[4],
                             uint32_t tag)
{
    return ((entry->key[0] ^ parts[0]) | (entry->key[1] ^ parts[1]) | (entry->key[2] ^ parts[2]) |
            (entry->key[3] ^ parts[3]) | (entry->tag ^ tag)) == 0;
}

static uint32_t keep_middle(struct icp_bulk_work *work, struct bulk_middle_entry *set,
                            const uint64_t parts[4], uint32_t tag, const struct key *key)
{
    if (is_middle(&set[1], parts, tag))
        return set[1].found;
    uint32_t found = make(work, key);
    if (set[0].tag != 0)
        set[1] = set[0];
    set[0] = (struct bulk_middle_entry){.tag = tag, .found = found};
    memcpy(set[0].key, parts, sizeof(set[0].key));
    return found;
}

static inline uint32_t find_middle(struct icp_bulk_work *work, const struct key *key)
{
    const char *start = key->text.data, *end = start + key->text.length;
    const uint64_t parts[4] = {cells_load(start), cells_load(start + 8), cells_load(end - 16),
                               cells_load(end - 8)};
    uint32_t tag = key->kind->tag + (uint32_t)key->text.length;
    uint64_t half = mix(parts[0] ^ key->kind->salt, parts[1]);
    uint64_t hash = mix(parts[2] ^ half ^ half >> 29, parts[3]);
    struct bulk_middle_entry *set = &work->middle_entries[set_of(hash, work->middle_bits)];
    if (is_middle(&set[0], parts, tag))
        return set[0].found;
    return keep_middle(work, set, parts, tag, key);
}

static uint32_t find_long(struct icp_bulk_work *work, const struct key *key)
{
    struct icp_str text = key->text;
    if (text.length > LONG_BYTES)
        return make(work, key);
    uint32_t tag = key->kind->tag + (uint32_t)text.length;
    uint64_t hash = key->kind->salt;
    for (size_t i = 0; i + 16 < text.length; i += 16) {
        hash = mix(cells_load(text.data + i) ^ hash, cells_load(text.data + i + 8));
        hash ^= hash >> 29;
    }
    hash = mix(cells_load(text.data + text.length - 16) ^ hash,
               cells_load(text.data + text.length - 8));
    struct bulk_long_entry *set = &work->long_entries[set_of(hash, work->long_bits)];
    for (int way = 0; way < 2; way++)
        if (set[way].tag == tag && memcmp(set[way].key, text.data, text.length) == 0)
            return set[way].found;
    uint32_t found = make(work, key);
    if (set[0].tag != 0)
        set[1] = set[0];
    set[0].tag = tag;
    set[0].found = found;
    memcpy(set[0].key, text.data, text.length);
    return found;
}

static inline uint32_t find_key(struct icp_bulk_work *work, const struct bulk_column *column,
                                const struct bulk_key_kind *kind, struct icp_str text,
                                struct icp_str cell)
{
    struct key key = {.text = text, .cell = cell, .column = column, .kind = kind};
    if (text.length <= SHORT_BYTES)
        return find_short(work, &key);
    return text.length <= MIDDLE_BYTES ? find_middle(work, &key) : find_long(work, &key);
}

static inline uint32_t find_bytes(struct icp_bulk_work *work, const struct bulk_column *column,
                                  struct icp_str cell)
{
    return find_key(work, column, &column->cell_key, cell, cell);
}

static inline uint32_t find_plain(struct icp_bulk_work *work, uint32_t field, struct icp_str cell)
{
    uint32_t *plain = &work->plain[field][cell.data ? PLAIN_EMPTY : PLAIN_UNKNOWN];
    if (*plain == 0)
        *plain = bulk_outcome_make(work, field, cell);
    return *plain;
}

/* ---- By value ------------------------------------------------------------------------------- */

static inline uint32_t find_place(struct icp_bulk_work *work, uint32_t field, size_t place,
                                  struct icp_str cell)
{
    uint32_t *found = &work->places[field][place];
    if (*found == 0)
        *found = bulk_outcome_make(work, field, cell);
    return *found;
}

/* How many ranges start at or below the value. */
static inline size_t range_of(const struct bulk_column *column, int64_t value)
{
    const int64_t *base = column->starts;
    size_t count = column->range_count - 1;
    if (count == 0)
        return 0;
    while (count > 1) {
        size_t half = count / 2;
        base += base[half - 1] < value ? half : 0;
        count -= half;
    }
    return (size_t)(base - column->starts) + (*base <= value ? 1 : 0);
}

static inline uint32_t find_number(struct icp_bulk_work *work, const struct bulk_column *column,
                                   struct icp_str cell)
{
    int64_t value;
    if (!cells_number(cell, &value))
        return find_bytes(work, column, cell);
    return find_place(work, column->field, range_of(column, value), cell);
}

/* Days that no month has get a place as well: their outcome is that of a wrong date. */
static inline uint32_t find_day(struct icp_bulk_work *work, const struct bulk_column *column,
                                struct icp_str cell)
{
    unsigned year, month, day;
    if (!cells_day(cell, &year, &month, &day) || month > 15 || day > 31 ||
        year - work->bulk->first_year >= DAY_YEARS)
        return find_bytes(work, column, cell);
    size_t since = year - work->bulk->first_year;
    return find_place(work, column->field, since * DAYS_A_YEAR + month * 32 + day, cell);
}

static inline uint32_t find_boolean(struct icp_bulk_work *work, const struct bulk_column *column,
                                    struct icp_str cell)
{
    int value = cells_boolean(cell);
    return value < 0 ? find_bytes(work, column, cell)
                     : find_place(work, column->field, (size_t)value, cell);
}

/* With something printable before the last @, only what stands behind it counts. */
static inline uint32_t find_email(struct icp_bulk_work *work, const struct bulk_column *column,
                                  struct icp_str cell)
{
    size_t at = cells_domain(cell);
    if (at == 0 || at == cell.length)
        return find_key(work, column, &column->address_key, cell, cell);
    struct icp_str domain = {.data = cell.data + at, .length = cell.length - at};
    return find_key(work, column, &column->cell_key, domain, cell);
}

/* ---- Sets ----------------------------------------------------------------------------------- */

static inline uint32_t marks_between(struct icp_bulk_work *work, const struct bulk_column *column,
                                     const char *start, const char *end)
{
    struct icp_str item = {.data = start, .length = (size_t)(end - start)};
    return item.length == 0 ? 0 : find_key(work, column, &column->item_key, item, item);
}

/* Marks of all items; *plain: letters and signs of ASCII only, so that it is a set. */
static inline uint32_t marks_of(struct icp_bulk_work *work, const struct bulk_column *column,
                                struct icp_str cell, bool *plain)
{
    uint32_t marks = 0;
    const char *start = cell.data;
    *plain = true;
    for (size_t base = 0; base < cell.length; base += CELLS_BLOCK) {
        struct cells_block block = cells_block(cell, base, ';');
        *plain = *plain && !block.odd;
        for (uint64_t rest = block.found; rest != 0; rest &= rest - 1) {
            const char *sign = cell.data + base + __builtin_ctzll(rest);
            marks |= marks_between(work, column, start, sign);
            start = sign + 1;
        }
    }
    return marks | marks_between(work, column, start, cell.data + cell.length);
}

static uint32_t find_set(struct icp_bulk_work *work, const struct bulk_column *column,
                         struct icp_str cell)
{
    bool plain;
    uint64_t marks = marks_of(work, column, cell, &plain);
    const struct bulk_key_kind *kind = &column->marks_key;
    struct key key = {.cell = cell, .column = column, .kind = kind};
    if (!plain)
        return find_bytes(work, column, cell);
    struct bulk_entry *set = &work->entries[set_of(mix(marks ^ kind->salt, 0), work->entry_bits)];
    if (is_entry(&set[0], marks, 0, kind->tag))
        return set[0].found;
    if (is_entry(&set[1], marks, 0, kind->tag))
        return set[1].found;
    return keep_short(work, set, &(struct bulk_entry){.low = marks, .tag = kind->tag}, &key);
}

/* ---- A row ---------------------------------------------------------------------------------- */

static inline uint32_t find(struct icp_bulk_work *work, const struct bulk_column *column,
                            struct icp_str cell)
{
    if (cell.length == 0 || !cell.data)
        return find_plain(work, column->field, cell);
    switch (column->kind) {
    case BULK_CELL_NUMBER:
        return find_number(work, column, cell);
    case BULK_CELL_DATE:
        return find_day(work, column, cell);
    case BULK_CELL_BOOLEAN:
        return find_boolean(work, column, cell);
    case BULK_CELL_EMAIL:
        return find_email(work, column, cell);
    case BULK_CELL_SET:
        return find_set(work, column, cell);
    case BULK_CELL_TEXT:
        break;
    }
    return find_bytes(work, column, cell);
}

enum { FIRST_WORDS = 4 }; /* that always lie in an outcome's first cache line */
_Static_assert(sizeof(struct bulk_outcome) + FIRST_WORDS * sizeof(uint64_t) <= BULK_OUTCOME_UNIT,
               "so that they can be read whether they are in use or not");

/* Everything is summed up in registers and stored once. */
static void add_first(struct icp_bulk_work *work)
{
    struct bulk_outcome *const *taken = work->taken, *sum = work->sum;
    int64_t refused = 0, dynamic = 0, whole = 0;
    uint64_t a = 0, b = 0, c = 0, d = 0;
    for (size_t i = 0; i < work->bulk->field_count; i++) {
        const struct bulk_outcome *outcome = taken[i];
        refused += outcome->sums[BULK_SUM_REFUSED];
        dynamic += outcome->sums[BULK_SUM_DYNAMIC];
        whole += outcome->sums[BULK_SUM_WHOLE];
        a |= outcome->bits[0];
        b |= outcome->bits[1];
        c |= outcome->bits[2];
        d |= outcome->bits[3];
    }
    sum->sums[BULK_SUM_REFUSED] = refused;
    sum->sums[BULK_SUM_DYNAMIC] = dynamic;
    sum->sums[BULK_SUM_WHOLE] = whole;
    sum->bits[0] = a;
    sum->bits[1] = b;
    sum->bits[2] = c;
    sum->bits[3] = d;
}

static void add_more_bits(struct icp_bulk_work *work)
{
    size_t fields = work->bulk->field_count;
    for (size_t w = FIRST_WORDS; w < work->bulk->words; w++) {
        uint64_t a = 0;
        for (size_t i = 0; i < fields; i++)
            a |= work->taken[i]->bits[w];
        work->sum->bits[w] = a;
    }
}

static void add_parts(struct icp_bulk_work *work)
{
    int64_t a = 0, b = 0, c = 0, d = 0, e = 0;
    for (size_t i = 0; i < work->bulk->field_count; i++) {
        const int64_t *parts = bulk_parts(work->bulk, work->taken[i]);
        a += parts[0];
        b += parts[1];
        c += parts[2];
        d += parts[3];
        e += parts[4];
    }
    int64_t *sum = bulk_parts(work->bulk, work->sum);
    sum[0] = a;
    sum[1] = b;
    sum[2] = c;
    sum[3] = d;
    sum[4] = e;
}
_Static_assert(BULK_PART_COUNT == 5 && BULK_SUM_COUNT == 3, "each sum is written out here");

void bulk_cells_add(struct icp_bulk_work *work, const struct icp_str *cells)
{
    const struct icp_bulk *bulk = work->bulk;
    for (size_t i = 0; i < bulk->field_count; i++)
        work->taken[i] = bulk_outcome_at(work, find(work, &bulk->columns[i], cells[i]));
    add_first(work);
    add_more_bits(work);
    if (bulk->part_count > 0)
        add_parts(work);
    work->counts.cells_found += bulk->field_count;
}
