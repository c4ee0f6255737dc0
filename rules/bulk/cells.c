/*
 * From a cell to the outcome of its value: a number by the range it lies in, a day by a table, an
 * e-mail address by its domain, a set by its items, all else by its bytes. Nothing here knows what
 * an outcome says; what is not found is made by the rule engine. The caches are bounded: a new
 * value takes the place of an old one.
 */
#include "cells_keys.h"

#include <string.h>

enum {
    DAY_YEARS = 12, /* of the table: from 9 years before as_of */
    DAY_BEFORE = 9,
    DAYS_A_YEAR = 16 * 32,
    BITS_LEAST = 5,
    DOMAIN_BITS_MOST = 15, /* 1.3 MiB */
    KEY_BITS_MOST = 13,    /* 320 KiB, of which little is in use all the time */
    LONG_BITS_MOST = 10,
    OUTCOME_UNITS_MOST = 4096,  /* 256 KiB */
    TABLE_TOUCHED = 128 * 1024, /* a table of a small file, which is used all over */
};

/* Places of a column that goes by value, behind those of its values. */
enum { PLACE_EMPTY, PLACE_UNKNOWN, PLACES_MORE };

/* ---- Memory --------------------------------------------------------------------------------- */

enum { DAY_PLACES = DAY_YEARS * DAYS_A_YEAR, BOOLEAN_PLACES = CELLS_NEITHER };

static size_t places_of(const struct bulk_column *column)
{
    if (column->kind == BULK_CELL_NUMBER)
        return column->range_count + PLACES_MORE;
    if (column->kind == BULK_CELL_BOOLEAN)
        return BOOLEAN_PLACES + PLACES_MORE;
    return column->kind == BULK_CELL_DATE ? DAY_PLACES + PLACES_MORE : 0;
}

static bool open_places(struct icp_bulk_work *work)
{
    const struct icp_bulk *bulk = work->bulk;
    work->places = icp_allocate(bulk->field_count + 1, sizeof(*work->places));
    work->domains = icp_allocate(bulk->field_count + 1, sizeof(*work->domains));
    if (!work->places || !work->domains)
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

static bool open_table(struct bulk_table *table, size_t memory, unsigned most)
{
    unsigned bits = bits_of(memory, sizeof(*table->entries), most);
    table->size = (size_t)1 << bits;
    table->shift = 64 - bits;
    table->entries = icp_allocate(table->size, sizeof(*table->entries));
    if (table->size * sizeof(*table->entries) <= TABLE_TOUCHED)
        icp_touch(table->entries, table->size * sizeof(*table->entries));
    return table->entries != NULL;
}

static bool is_absent(const bool *given, size_t field)
{
    return given && !given[field];
}

static void sort_columns(struct icp_bulk_work *work, const bool *given)
{
    const struct icp_bulk *bulk = work->bulk;
    size_t count = 0;
    for (size_t i = 0; i < bulk->field_count; i++)
        if (is_absent(given, i))
            work->columns[count++] = &bulk->columns[i];
    work->absent_count = count;
    for (size_t kind = 0; kind < BULK_CELL_KINDS; kind++) {
        for (size_t i = 0; i < bulk->field_count; i++)
            if (bulk->columns[i].kind == kind && !is_absent(given, i))
                work->columns[count++] = &bulk->columns[i];
        work->kind_end[kind] = count;
    }
}

bool bulk_cells_open(struct icp_bulk_work *work, size_t memory, const bool *given)
{
    sort_columns(work, given);
    unsigned long_bits = bits_of(memory / 20, sizeof(*work->long_entries), LONG_BITS_MOST);
    work->long_size = (size_t)1 << long_bits;
    work->long_shift = 64 - long_bits;
    work->long_entries = icp_allocate(work->long_size, sizeof(*work->long_entries));
    return open_table(&work->tables[BULK_TABLE_KEYS], memory / 5, KEY_BITS_MOST) &&
           open_table(&work->tables[BULK_TABLE_DOMAINS], memory / 3 * 2, DOMAIN_BITS_MOST) &&
           work->long_entries && open_outcomes(work, memory / 8) && open_places(work);
}

void bulk_cells_close(struct icp_bulk_work *work)
{
    for (size_t i = 0; work->places && i < work->bulk->field_count; i++)
        icp_release(work->places[i]);
    icp_release(work->places);
    icp_release(work->domains);
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
    work->has_base = false;
    memset(work->outcome_table, 0, ((size_t)work->outcome_mask + 1) * sizeof(uint32_t));
    for (size_t i = 0; i < BULK_TABLES; i++)
        memset(work->tables[i].entries, 0, work->tables[i].size * sizeof(*work->tables[i].entries));
    memset(work->long_entries, 0, work->long_size * sizeof(*work->long_entries));
    for (size_t i = 0; i < bulk->field_count; i++)
        if (work->places[i])
            memset(work->places[i], 0, places_of(&bulk->columns[i]) * sizeof(uint32_t));
}

/* ---- By bytes ------------------------------------------------------------------------------- */

/* One copy of it, for all columns that go by it now and then. */
BULK_APART static uint32_t find_bytes(struct icp_bulk_work *work, const struct bulk_column *column,
                                      const struct icp_str *cell)
{
    return keys_find(work, BULK_TABLE_KEYS, column, &column->cell_key, *cell, cell);
}

/* ---- By value ------------------------------------------------------------------------------- */

BULK_APART static uint32_t make_place(struct icp_bulk_work *work, uint32_t field, uint32_t *place,
                                      const struct icp_str *cell)
{
    *place = bulk_outcome_make(work, field, *cell);
    return *place;
}

/* `place` is that of a value, if the cell has one; `count`: how many places values have. */
static inline uint32_t find_place(struct icp_bulk_work *work, uint32_t field, size_t place,
                                  size_t count, const struct icp_str *cell)
{
    size_t without = count + (cell->data ? PLACE_EMPTY : PLACE_UNKNOWN);
    uint32_t *found = &work->places[field][cells_either(cell->length > 0, place, without)];
    return BULK_SELDOM(*found == 0) ? make_place(work, field, found, cell) : *found;
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
        base += cells_either(base[half - 1] < value, half, 0);
        count -= half;
    }
    return (size_t)(base - column->starts) + (*base <= value ? 1 : 0);
}

static inline uint32_t find_number(struct icp_bulk_work *work, const struct bulk_column *column,
                                   const struct icp_str *cell)
{
    struct cells_number number = cells_number(*cell);
    if (BULK_SELDOM(!number.usual))
        return find_bytes(work, column, cell);
    return find_place(work, column->field, range_of(column, number.millionths), column->range_count,
                      cell);
}

/* Days that no month has get a place as well: their outcome is that of a wrong date. */
static inline uint32_t find_day(struct icp_bulk_work *work, const struct bulk_column *column,
                                const struct icp_str *cell)
{
    struct cells_day day = cells_day(*cell);
    unsigned since = day.year - work->bulk->first_year;
    bool odd = !day.usual | (day.month > 15) | (day.day > 31) | (since >= DAY_YEARS);
    if (BULK_SELDOM(odd & (cell->length > 0)))
        return find_bytes(work, column, cell);
    return find_place(work, column->field, since * DAYS_A_YEAR + day.month * 32 + day.day,
                      DAY_PLACES, cell);
}

static inline uint32_t find_boolean(struct icp_bulk_work *work, const struct bulk_column *column,
                                    const struct icp_str *cell)
{
    unsigned value = cells_boolean(*cell);
    if (BULK_SELDOM(value == CELLS_NO_BOOLEAN))
        return find_bytes(work, column, cell);
    return find_place(work, column->field, value, BOOLEAN_PLACES, cell);
}

/* ---- E-mail addresses ----------------------------------------------------------------------- */

/* With something printable before the last @, only what stands behind it counts; else all of it. Of
   all keys domains are the most: theirs is seldom in near memory, so that it is asked for before
   the other cells are looked up. */
static void call_for_email(struct icp_bulk_work *work, const struct bulk_column *column,
                           const struct icp_str *cell, struct icp_str *domain)
{
    size_t at = cells_domain(*cell);
    *domain = *cell;
    if (at == 0 || at == cell->length || cell->length - at > KEYS_BYTES)
        return;
    *domain = (struct icp_str){cell->data + at, cell->length - at};
    const struct bulk_table *table = &work->tables[BULK_TABLE_DOMAINS];
    struct keys_wanted wanted;
    keys_want(&wanted, table, &column->cell_key, *domain);
    const char *set = (const char *)&table->entries[wanted.place / KEYS_WAYS * KEYS_WAYS];
    for (size_t i = 0; i < KEYS_WAYS * sizeof(struct bulk_entry); i += BULK_OUTCOME_UNIT)
        __builtin_prefetch(set + i);
}

static uint32_t find_email(struct icp_bulk_work *work, const struct bulk_column *column,
                           const struct icp_str *cell, struct icp_str domain)
{
    const struct bulk_key_kind *kind =
        domain.data == cell->data ? &column->address_key : &column->cell_key;
    return keys_find(work, BULK_TABLE_DOMAINS, column, kind, domain, cell);
}

/* ---- Sets ----------------------------------------------------------------------------------- */

static inline uint32_t marks_between(struct icp_bulk_work *work, const struct bulk_column *column,
                                     const struct icp_str *cell, const char *start, const char *end)
{
    struct icp_str item = {.data = start, .length = (size_t)(end - start)};
    return item.length == 0
               ? 0
               : keys_find(work, BULK_TABLE_KEYS, column, &column->item_key, item, cell);
}

/* A cell without a value is no set without items: they have keys of their own. */
static inline uint32_t find_marks(struct icp_bulk_work *work, const struct bulk_column *column,
                                  uint64_t marks, const struct icp_str *cell)
{
    uint64_t without = cell->length == 0 ? (cell->data ? 1 : 2) : 0;
    char text[KEYS_BYTES] = {0};
    marks |= without << 32;
    memcpy(text, &marks, sizeof(marks));
    return keys_find(work, BULK_TABLE_KEYS, column, &column->marks_key,
                     (struct icp_str){text, sizeof(marks)}, cell);
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
    if (cell->length > 0)
        marks |= marks_between(work, column, cell, start, cell->data + cell->length);
    return BULK_SELDOM(odd != 0) ? find_bytes(work, column, cell)
                                 : find_marks(work, column, marks, cell);
}

/* ---- A row ---------------------------------------------------------------------------------- */

/* Of `columns`, the first of a kind. */
static inline size_t first_of(const struct icp_bulk_work *work, enum bulk_column_kind kind)
{
    return kind > 0 ? work->kind_end[kind - 1] : work->absent_count;
}

/* One loop a kind, so that each is small and its branches are its own. */
#define TAKE_ALL(name, kind, find)                                                                 \
    static void name(struct icp_bulk_work *work, const struct icp_str *cells)                      \
    {                                                                                              \
        const size_t first = first_of(work, (kind)), end = work->kind_end[(kind)];                 \
        for (size_t i = first; i < end; i++) {                                                     \
            const struct bulk_column *column = work->columns[i];                                   \
            const struct icp_str *cell = &cells[column->field];                                    \
            work->taken[i] = bulk_outcome_at(work, (find));                                        \
        }                                                                                          \
    }
TAKE_ALL(take_numbers, BULK_CELL_NUMBER, find_number(work, column, cell))
TAKE_ALL(take_days, BULK_CELL_DATE, find_day(work, column, cell))
TAKE_ALL(take_booleans, BULK_CELL_BOOLEAN, find_boolean(work, column, cell))
TAKE_ALL(take_sets, BULK_CELL_SET, find_set(work, column, cell))
TAKE_ALL(take_emails, BULK_CELL_EMAIL, find_email(work, column, cell, work->domains[i - first]))
TAKE_ALL(take_texts, BULK_CELL_TEXT,
         keys_find(work, BULK_TABLE_KEYS, column, &column->cell_key, *cell, cell))

enum { FIRST_WORDS = 4 }; /* that always lie in an outcome's first cache line */
_Static_assert(sizeof(struct bulk_outcome) + FIRST_WORDS * sizeof(uint64_t) <= BULK_OUTCOME_UNIT,
               "so that they can be read whether they are in use or not");

/* Everything is summed up in registers and stored once. */
static void add_first(const struct icp_bulk_work *work, size_t from, size_t end,
                      struct bulk_outcome *sum)
{
    struct bulk_outcome *const *taken = work->taken;
    const struct bulk_outcome *base = work->base;
    int64_t refused = base->sums[BULK_SUM_REFUSED], dynamic = base->sums[BULK_SUM_DYNAMIC];
    int64_t whole = base->sums[BULK_SUM_WHOLE];
    uint64_t a = base->bits[0], b = base->bits[1], c = base->bits[2], d = base->bits[3];
    for (size_t i = from; i < end; i++) {
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

static void add_more_bits(const struct icp_bulk_work *work, size_t from, size_t end,
                          struct bulk_outcome *sum)
{
    for (size_t w = FIRST_WORDS; w < work->bulk->words; w++) {
        uint64_t a = work->base->bits[w];
        for (size_t i = from; i < end; i++)
            a |= work->taken[i]->bits[w];
        sum->bits[w] = a;
    }
}

static void add_parts(const struct icp_bulk_work *work, size_t from, size_t end,
                      struct bulk_outcome *sum)
{
    const int64_t *base = bulk_parts(work->bulk, work->base);
    int64_t a = base[0], b = base[1], c = base[2], d = base[3], e = base[4];
    for (size_t i = from; i < end; i++) {
        const int64_t *parts = bulk_parts(work->bulk, work->taken[i]);
        a += parts[0];
        b += parts[1];
        c += parts[2];
        d += parts[3];
        e += parts[4];
    }
    int64_t *out = bulk_parts(work->bulk, sum);
    out[0] = a;
    out[1] = b;
    out[2] = c;
    out[3] = d;
    out[4] = e;
}
_Static_assert(BULK_PART_COUNT == 5 && BULK_SUM_COUNT == 3, "each sum is written out here");

/* Of `columns` those from `from` to `end`, and the base. */
static void add_taken(const struct icp_bulk_work *work, size_t from, size_t end,
                      struct bulk_outcome *sum)
{
    add_first(work, from, end, sum);
    add_more_bits(work, from, end, sum);
    if (work->bulk->part_count > 0)
        add_parts(work, from, end, sum);
}

/* What is never given is unknown in every row. */
BULK_APART static void make_base(struct icp_bulk_work *work)
{
    const struct icp_str unknown = {0};
    for (size_t i = 0; i < work->absent_count; i++)
        work->taken[i] =
            bulk_outcome_at(work, bulk_outcome_make(work, work->columns[i]->field, unknown));
    memset(work->base, 0, work->bulk->outcome_bytes);
    add_taken(work, 0, work->absent_count, work->base);
    work->has_base = true;
}

void bulk_cells_add(struct icp_bulk_work *work, const struct icp_str *cells)
{
    const size_t emails = first_of(work, BULK_CELL_EMAIL);
    if (BULK_SELDOM(!work->has_base))
        make_base(work);
    for (size_t i = emails; i < work->kind_end[BULK_CELL_EMAIL]; i++)
        call_for_email(work, work->columns[i], &cells[work->columns[i]->field],
                       &work->domains[i - emails]);
    take_numbers(work, cells);
    take_days(work, cells);
    take_booleans(work, cells);
    take_texts(work, cells);
    take_sets(work, cells);
    take_emails(work, cells);
    add_taken(work, work->absent_count, work->bulk->field_count, work->sum);
    work->counts.cells_found += work->bulk->field_count;
}
