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
    MIDDLE_BYTES = 32, /* four: most domains and titles */
    LONG_BYTES = 64,   /* longer texts are worked out every time */
    WAYS = 4,          /* places of a key */
    DAY_YEARS = 12,    /* of the table: from 9 years before as_of */
    DAY_BEFORE = 9,
    DAYS_A_YEAR = 16 * 32,
    BITS_LEAST = 5,
    DOMAIN_BITS_MOST = 15, /* 1.3 MiB */
    KEY_BITS_MOST = 13,    /* 320 KiB, of which little is in use all the time */
    LONG_BITS_MOST = 10,
    OUTCOME_UNITS_MOST = 4096, /* 256 KiB */
};

struct bulk_entry {
    uint64_t key[MIDDLE_BYTES / 8];
    uint32_t tag; /* of its kind, and the length; 0: free */
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

/* The largest table of so many bytes. */
static unsigned bits_of(size_t memory, size_t entry, unsigned most)
{
    unsigned bits = BITS_LEAST;
    while (bits < most && (entry << (bits + 1)) <= memory)
        bits++;
    return bits;
}

static bool open_outcomes(struct icp_bulk_work *work, size_t memory)
{
    const struct icp_bulk *bulk = work->bulk;
    size_t units = bulk->outcome_bytes / BULK_OUTCOME_UNIT;
    size_t end = memory / BULK_OUTCOME_UNIT, table = 64;
    if (end > OUTCOME_UNITS_MOST)
        end = OUTCOME_UNITS_MOST;
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

bool bulk_cells_open(struct icp_bulk_work *work, size_t memory)
{
    work->tables[BULK_TABLE_KEYS].bits =
        bits_of(memory / 5, sizeof(struct bulk_entry), KEY_BITS_MOST);
    work->tables[BULK_TABLE_DOMAINS].bits =
        bits_of(memory / 3 * 2, sizeof(struct bulk_entry), DOMAIN_BITS_MOST);
    work->long_bits = bits_of(memory / 20, sizeof(*work->long_entries), LONG_BITS_MOST);
    for (size_t i = 0; i < BULK_TABLES; i++) {
        struct bulk_table *table = &work->tables[i];
        table->size = (size_t)1 << table->bits;
        table->entries = icp_allocate(table->size, sizeof(*table->entries));
        if (!table->entries)
            return false;
    }
    work->long_entries = icp_allocate((size_t)1 << work->long_bits, sizeof(*work->long_entries));
    return work->long_entries && open_outcomes(work, memory / 8) && open_places(work);
}

void bulk_cells_close(struct icp_bulk_work *work)
{
    for (size_t i = 0; work->places && i < work->bulk->field_count; i++)
        icp_release(work->places[i]);
    icp_release(work->places);
    icp_release(work->plain);
    icp_release(work->outcomes_memory);
    icp_release(work->outcome_table);
    for (size_t i = 0; i < BULK_TABLES; i++)
        icp_release(work->tables[i].entries);
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
    for (size_t i = 0; i < BULK_TABLES; i++)
        memset(work->tables[i].entries, 0, work->tables[i].size * sizeof(*work->tables[i].entries));
    memset(work->long_entries, 0, ((size_t)1 << work->long_bits) * sizeof(*work->long_entries));
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

/* Where a hash's places begin. Keys that came first stay first, for they are the usual ones; a new
   one takes the first free place, else the last. */
static inline size_t set_of(uint64_t hash, unsigned bits)
{
    return (size_t)(hash >> (66 - bits)) * WAYS;
}
_Static_assert(WAYS == 4, "two bits of a place are no part of the hash");

/* What stands for a key: the marks of an item, else the outcome of the cell. */
static uint32_t make(struct icp_bulk_work *work, const struct bulk_column *column,
                     const struct bulk_key_kind *kind, struct icp_str key,
                     const struct icp_str *cell)
{
    return kind == &column->item_key ? bulk_set_marks(work, column, key)
                                     : bulk_outcome_make(work, column->field, *cell);
}

static uint32_t keep(struct bulk_entry *set, const uint64_t parts[4], uint32_t tag, uint32_t found)
{
    size_t way = 0;
    while (way + 1 < WAYS && set[way].tag != 0)
        way++;
    memcpy(set[way].key, parts, sizeof(set[way].key));
    set[way].tag = tag;
    set[way].found = found;
    return found;
}

static inline bool is_short(const struct bulk_entry *entry, uint64_t low, uint64_t high,
                            uint32_t tag)
{
    return ((entry->key[0] ^ low) | (entry->key[1] ^ high) | (entry->tag ^ tag)) == 0;
}

static inline struct bulk_entry *short_set(const struct bulk_table *table, uint64_t salt,
                                           uint64_t low, uint64_t high)
{
    return &table->entries[set_of(mix(low ^ salt, high), table->bits)];
}

BULK_APART static uint32_t find_other_way(struct icp_bulk_work *work,
                                          const struct bulk_column *column,
                                          const struct bulk_key_kind *kind, struct icp_str key,
                                          const struct icp_str *cell)
{
    const uint64_t *inside = cells_inside[key.length];
    const uint64_t parts[4] = {cells_load(key.data) & inside[0],
                               cells_load(key.data + 8) & inside[1]};
    uint32_t tag = kind->tag + (uint32_t)key.length;
    struct bulk_entry *set = short_set(&work->tables[kind->table], kind->salt, parts[0], parts[1]);
    for (size_t way = 1; way < WAYS; way++)
        if (is_short(&set[way], parts[0], parts[1], tag))
            return set[way].found;
    return keep(set, parts, tag, make(work, column, kind, key, cell));
}

/* At most 16 bytes: what lies behind them is 0 in every entry of that length. */
static inline uint32_t find_short(struct icp_bulk_work *work, const struct bulk_column *column,
                                  const struct bulk_key_kind *kind, struct icp_str key,
                                  const struct icp_str *cell)
{
    const uint64_t *inside = cells_inside[key.length];
    uint64_t low = cells_load(key.data) & inside[0], high = cells_load(key.data + 8) & inside[1];
    const struct bulk_entry *set = short_set(&work->tables[kind->table], kind->salt, low, high);
    if (is_short(set, low, high, kind->tag + (uint32_t)key.length))
        return set->found;
    return find_other_way(work, column, kind, key, cell);
}

/* 17 to 32 bytes: the first 16 and the last. */
static inline size_t middle_set(const struct bulk_table *table, uint64_t salt, struct icp_str key,
                                uint64_t parts[4])
{
    const char *end = key.data + key.length;
    parts[0] = cells_load(key.data);
    parts[1] = cells_load(key.data + 8);
    parts[2] = cells_load(end - 16);
    parts[3] = cells_load(end - 8);
    uint64_t half = mix(parts[0] ^ salt, parts[1]);
    return set_of(mix(parts[2] ^ half ^ half >> 29, parts[3]), table->bits);
}

static inline bool is_middle(const struct bulk_entry *entry, const uint64_t parts[4], uint32_t tag)
{
    return ((entry->key[0] ^ parts[0]) | (entry->key[1] ^ parts[1]) | (entry->key[2] ^ parts[2]) |
            (entry->key[3] ^ parts[3]) | (entry->tag ^ tag)) == 0;
}

static inline uint32_t find_middle(struct icp_bulk_work *work, const struct bulk_column *column,
                                   const struct bulk_key_kind *kind, struct icp_str key,
                                   const struct icp_str *cell)
{
    uint64_t parts[4];
    const struct bulk_table *table = &work->tables[kind->table];
    struct bulk_entry *set = &table->entries[middle_set(table, kind->salt, key, parts)];
    uint32_t tag = kind->tag + (uint32_t)key.length;
    for (size_t way = 0; way < WAYS; way++)
        if (is_middle(&set[way], parts, tag))
            return set[way].found;
    return keep(set, parts, tag, make(work, column, kind, key, cell));
}

static uint32_t find_long(struct icp_bulk_work *work, const struct bulk_column *column,
                          const struct bulk_key_kind *kind, struct icp_str key,
                          const struct icp_str *cell)
{
    if (key.length > LONG_BYTES)
        return make(work, column, kind, key, cell);
    uint32_t tag = kind->tag + (uint32_t)key.length;
    uint64_t hash = kind->salt;
    for (size_t i = 0; i + 16 < key.length; i += 16) {
        hash = mix(cells_load(key.data + i) ^ hash, cells_load(key.data + i + 8));
        hash ^= hash >> 29;
    }
    hash =
        mix(cells_load(key.data + key.length - 16) ^ hash, cells_load(key.data + key.length - 8));
    struct bulk_long_entry *set = &work->long_entries[set_of(hash, work->long_bits)];
    for (size_t way = 0; way < WAYS; way++)
        if (set[way].tag == tag && memcmp(set[way].key, key.data, key.length) == 0)
            return set[way].found;
    uint32_t found = make(work, column, kind, key, cell);
    size_t free_way = 0;
    while (free_way + 1 < WAYS && set[free_way].tag != 0)
        free_way++;
    set[free_way].tag = tag;
    set[free_way].found = found;
    memcpy(set[free_way].key, key.data, key.length);
    return found;
}

BULK_APART static uint32_t find_far(struct icp_bulk_work *work, const struct bulk_column *column,
                                    const struct bulk_key_kind *kind, struct icp_str key,
                                    const struct icp_str *cell)
{
    return key.length <= MIDDLE_BYTES ? find_middle(work, column, kind, key, cell)
                                      : find_long(work, column, kind, key, cell);
}

static inline uint32_t find_key(struct icp_bulk_work *work, const struct bulk_column *column,
                                const struct bulk_key_kind *kind, struct icp_str key,
                                const struct icp_str *cell)
{
    if (key.length <= SHORT_BYTES)
        return find_short(work, column, kind, key, cell);
    return find_far(work, column, kind, key, cell);
}

/* One copy of it, for all columns that go by it now and then. */
BULK_APART static uint32_t find_bytes(struct icp_bulk_work *work, const struct bulk_column *column,
                                      const struct icp_str *cell)
{
    return find_key(work, column, &column->cell_key, *cell, cell);
}

BULK_APART static uint32_t find_plain(struct icp_bulk_work *work, uint32_t field,
                                      const struct icp_str *cell)
{
    uint32_t *plain = &work->plain[field][cell->data ? PLAIN_EMPTY : PLAIN_UNKNOWN];
    if (*plain == 0)
        *plain = bulk_outcome_make(work, field, *cell);
    return *plain;
}

/* ---- By value ------------------------------------------------------------------------------- */

static inline uint32_t find_place(struct icp_bulk_work *work, uint32_t field, size_t place,
                                  const struct icp_str *cell)
{
    uint32_t *found = &work->places[field][place];
    if (*found == 0)
        *found = bulk_outcome_make(work, field, *cell);
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
                                   const struct icp_str *cell)
{
    struct cells_number number = cells_number(*cell);
    if (!number.usual)
        return find_bytes(work, column, cell);
    return find_place(work, column->field, range_of(column, number.millionths), cell);
}

/* Days that no month has get a place as well: their outcome is that of a wrong date. */
static inline uint32_t find_day(struct icp_bulk_work *work, const struct bulk_column *column,
                                const struct icp_str *cell)
{
    struct cells_day day = cells_day(*cell);
    unsigned since = day.year - work->bulk->first_year;
    if (!day.usual || day.month > 15 || day.day > 31 || since >= DAY_YEARS)
        return find_bytes(work, column, cell);
    return find_place(work, column->field, since * DAYS_A_YEAR + day.month * 32 + day.day, cell);
}

static inline uint32_t find_boolean(struct icp_bulk_work *work, const struct bulk_column *column,
                                    const struct icp_str *cell)
{
    int value = cells_boolean(*cell);
    return value < 0 ? find_bytes(work, column, cell)
                     : find_place(work, column->field, (size_t)value, cell);
}

/* ---- E-mail addresses ----------------------------------------------------------------------- */

/* With something printable before the last @, only what stands behind it counts; else all of it. */
static inline struct icp_str domain_of(const struct icp_str *cell)
{
    size_t at = cells_domain(*cell);
    return at == cell->length ? *cell : (struct icp_str){cell->data + at, cell->length - at};
}

static uint32_t find_email(struct icp_bulk_work *work, const struct bulk_column *column,
                           const struct icp_str *cell)
{
    struct icp_str domain = domain_of(cell);
    const struct bulk_key_kind *kind =
        domain.data == cell->data ? &column->address_key : &column->cell_key;
    return find_key(work, column, kind, domain, cell);
}

/* Of all keys domains are the most: theirs is seldom in near memory. So it is asked for before the
   other cells are looked up. */
static void call_for_email(struct icp_bulk_work *work, const struct bulk_column *column,
                           const struct icp_str *cell)
{
    struct icp_str domain = domain_of(cell);
    const struct bulk_key_kind *kind = &column->cell_key;
    uint64_t parts[4];
    if (domain.data == cell->data || domain.length > MIDDLE_BYTES)
        return;
    const uint64_t *inside = cells_inside[domain.length <= SHORT_BYTES ? domain.length : 0];
    const struct bulk_table *table = &work->tables[kind->table];
    const struct bulk_entry *set =
        domain.length > SHORT_BYTES
            ? &table->entries[middle_set(table, kind->salt, domain, parts)]
            : short_set(table, kind->salt, cells_load(domain.data) & inside[0],
                        cells_load(domain.data + 8) & inside[1]);
    for (size_t i = 0; i < WAYS * sizeof(struct bulk_entry); i += BULK_OUTCOME_UNIT)
        __builtin_prefetch((const char *)set + i);
}

/* ---- Sets ----------------------------------------------------------------------------------- */

static inline uint32_t marks_between(struct icp_bulk_work *work, const struct bulk_column *column,
                                     const struct icp_str *cell, const char *start, const char *end)
{
    struct icp_str item = {.data = start, .length = (size_t)(end - start)};
    return item.length == 0 ? 0 : find_key(work, column, &column->item_key, item, cell);
}

BULK_APART static uint32_t find_marks(struct icp_bulk_work *work, const struct bulk_column *column,
                                      uint64_t marks, const struct icp_str *cell)
{
    const struct bulk_key_kind *kind = &column->marks_key;
    const uint64_t parts[4] = {marks};
    struct bulk_entry *set = short_set(&work->tables[kind->table], kind->salt, marks, 0);
    for (size_t way = 0; way < WAYS; way++)
        if (is_short(&set[way], marks, 0, kind->tag))
            return set[way].found;
    return keep(set, parts, kind->tag, bulk_outcome_make(work, column->field, *cell));
}

/* The marks of all items. Letters and signs of ASCII alone, so that it is a set for certain; else
   the cell goes by its bytes. */
static inline uint32_t find_set(struct icp_bulk_work *work, const struct bulk_column *column,
                                const struct icp_str *cell)
{
    uint32_t marks = 0;
    uint64_t odd = 0;
    const char *start = cell->data;
    for (size_t base = 0; base < cell->length; base += CELLS_BLOCK) {
        struct cells_block block = cells_block(*cell, base, ';');
        odd |= block.odd;
        for (uint64_t rest = block.found; rest != 0; rest &= rest - 1) {
            const char *sign = cell->data + base + __builtin_ctzll(rest);
            marks |= marks_between(work, column, cell, start, sign);
            start = sign + 1;
        }
    }
    marks |= marks_between(work, column, cell, start, cell->data + cell->length);
    return odd != 0 ? find_bytes(work, column, cell) : find_marks(work, column, marks, cell);
}

/* ---- A row ---------------------------------------------------------------------------------- */

/* One loop a kind, so that each is small and its branches are its own. */
#define TAKE_ALL(name, wanted, find)                                                               \
    static void name(struct icp_bulk_work *work, const struct icp_str *cells)                      \
    {                                                                                              \
        const struct bulk_columns_of *of = &work->bulk->by_kind[(wanted)];                         \
        for (size_t i = 0; i < of->count; i++) {                                                   \
            const struct bulk_column *column = of->columns[i];                                     \
            const struct icp_str *cell = &cells[column->field];                                    \
            uint32_t found = cell->length == 0 ? find_plain(work, column->field, cell) : (find);   \
            work->taken[column->field] = bulk_outcome_at(work, found);                             \
        }                                                                                          \
    }
TAKE_ALL(take_numbers, BULK_CELL_NUMBER, find_number(work, column, cell))
TAKE_ALL(take_days, BULK_CELL_DATE, find_day(work, column, cell))
TAKE_ALL(take_booleans, BULK_CELL_BOOLEAN, find_boolean(work, column, cell))
TAKE_ALL(take_sets, BULK_CELL_SET, find_set(work, column, cell))
TAKE_ALL(take_emails, BULK_CELL_EMAIL, find_email(work, column, cell))
TAKE_ALL(take_texts, BULK_CELL_TEXT, find_key(work, column, &column->cell_key, *cell, cell))

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
    const struct bulk_columns_of *emails = &bulk->by_kind[BULK_CELL_EMAIL];
    for (size_t i = 0; i < emails->count; i++)
        if (cells[emails->columns[i]->field].length > 0)
            call_for_email(work, emails->columns[i], &cells[emails->columns[i]->field]);
    take_numbers(work, cells);
    take_days(work, cells);
    take_booleans(work, cells);
    take_texts(work, cells);
    take_sets(work, cells);
    take_emails(work, cells);
    add_first(work);
    add_more_bits(work);
    if (bulk->part_count > 0)
        add_parts(work);
    work->counts.cells_found += bulk->field_count;
}
