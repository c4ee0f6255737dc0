/*
 * From a cell to the outcome of its value: a number by the range it lies in, a day by a table, an
 * e-mail address by its domain, all else by its bytes. Nothing here knows what an outcome says;
 * what is not found is made by the rule engine. The caches are bounded: a new value takes the place
 * of an old one.
 */
#include "bulk_internal.h"

#include <string.h>

enum {
    SHORT_BYTES = 16, /* a key that fits two registers */
    LONG_BYTES = 64,  /* longer texts are worked out every time */
    DAY_YEARS = 24,   /* of the table: from 20 years before as_of */
    DAY_BEFORE = 20,
    DAYS_A_YEAR = 16 * 32,
    SHORT_BITS = 14,
    LONG_BITS = 12,
    OUTCOME_BYTES = 512 * 1024,
};

struct bulk_entry {
    uint64_t low, high;
    uint32_t tag_length; /* tag × 32 + length + 1; 0: free */
    uint32_t found;
};
struct bulk_long_entry {
    uint32_t tag_length; /* tag × 128 + length; 0: free */
    uint32_t found;
    char key[LONG_BYTES];
};

enum { PLAIN_UNKNOWN, PLAIN_EMPTY, PLAIN_TRUE, PLAIN_FALSE };

/* ---- Memory --------------------------------------------------------------------------------- */

static size_t places_of(const struct bulk_column *column)
{
    if (column->kind == BULK_CELL_NUMBER)
        return column->range_count;
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

bool bulk_cells_open(struct icp_bulk_work *work)
{
    const struct icp_bulk *bulk = work->bulk;
    size_t room = OUTCOME_BYTES / bulk->outcome_bytes;
    if (room < 4 * bulk->field_count + 64)
        room = 4 * bulk->field_count + 64;
    size_t table = 64;
    while (table < 2 * room)
        table *= 2;
    work->outcome_room = (uint32_t)room;
    work->outcome_count = 1;
    work->outcome_mask = (uint32_t)table - 1;
    work->entry_bits = SHORT_BITS;
    work->long_bits = LONG_BITS;
    work->outcomes = icp_allocate(room + 1, bulk->outcome_bytes);
    work->outcome_table = icp_allocate(table, sizeof(*work->outcome_table));
    work->entries = icp_allocate((size_t)1 << SHORT_BITS, sizeof(*work->entries));
    work->long_entries = icp_allocate((size_t)1 << LONG_BITS, sizeof(*work->long_entries));
    return work->outcomes && work->outcome_table && work->entries && work->long_entries &&
           open_places(work);
}

void bulk_cells_close(struct icp_bulk_work *work)
{
    for (size_t i = 0; work->places && i < work->bulk->field_count; i++)
        icp_release(work->places[i]);
    icp_release(work->places);
    icp_release(work->plain);
    icp_release(work->outcomes);
    icp_release(work->outcome_table);
    icp_release(work->entries);
    icp_release(work->long_entries);
}

void bulk_cells_make_room(struct icp_bulk_work *work)
{
    const struct icp_bulk *bulk = work->bulk;
    if (work->outcome_room - work->outcome_count > bulk->field_count)
        return;
    work->outcome_count = 1;
    memset(work->outcome_table, 0, ((size_t)work->outcome_mask + 1) * sizeof(uint32_t));
    memset(work->entries, 0, ((size_t)1 << SHORT_BITS) * sizeof(*work->entries));
    memset(work->long_entries, 0, ((size_t)1 << LONG_BITS) * sizeof(*work->long_entries));
    memset(work->plain, 0, bulk->field_count * sizeof(*work->plain));
    for (size_t i = 0; i < bulk->field_count; i++)
        if (work->places[i])
            memset(work->places[i], 0, places_of(&bulk->columns[i]) * sizeof(uint32_t));
}

/* ---- By bytes ------------------------------------------------------------------------------- */

static const uint64_t first_bytes[9] = {0,          0xFF,         0xFFFF,         0xFFFFFF,
                                        0xFFFFFFFF, 0xFFFFFFFFFF, 0xFFFFFFFFFFFF, 0xFFFFFFFFFFFFFF,
                                        UINT64_MAX};

static inline uint64_t load(const char *data)
{
    uint64_t bytes;
    memcpy(&bytes, data, sizeof(bytes));
    return bytes;
}

static inline uint64_t mix(uint64_t low, uint64_t high, uint64_t more)
{
    uint64_t hash = (low ^ (more << 56) ^ more) * 0x9E3779B97F4A7C15u;
    hash ^= (high ^ (hash >> 32)) * 0xD6E8FEB86659FD93u;
    return hash ^ (hash >> 29);
}

static inline uint32_t *plain_of(struct icp_bulk_work *work, uint32_t field, unsigned which)
{
    return &work->plain[field][which];
}

/* What stands for a key. Its tag says of what kind it is: fields have their cells' outcomes, behind
   them come the marks of their items. */
static uint32_t make(struct icp_bulk_work *work, uint32_t tag, struct icp_str key,
                     struct icp_str cell)
{
    uint32_t fields = (uint32_t)work->bulk->field_count;
    return tag < fields ? bulk_outcome_make(work, tag, cell)
                        : bulk_set_marks(work, &work->bulk->columns[tag - fields], key);
}

static inline struct bulk_entry *set_of(struct icp_bulk_work *work, uint64_t low, uint64_t high,
                                        uint32_t tag_length)
{
    size_t mask = (((size_t)1 << work->entry_bits) - 1) & ~(size_t)1;
    return &work->entries[(size_t)(mix(low, high, tag_length) >> 20) & mask];
}

static inline bool is_key(const struct bulk_entry *entry, uint64_t low, uint64_t high,
                          uint32_t tag_length)
{
    return entry->low == low && entry->high == high && entry->tag_length == tag_length;
}

static uint32_t keep(struct bulk_entry *set, uint64_t low, uint64_t high, uint32_t tag_length,
                     uint32_t found)
{
    if (set[0].tag_length != 0)
        set[1] = set[0];
    set[0] =
        (struct bulk_entry){.low = low, .high = high, .tag_length = tag_length, .found = found};
    return found;
}

static uint32_t find_short(struct icp_bulk_work *work, uint32_t tag, struct icp_str key,
                           struct icp_str cell)
{
    size_t in_low = key.length < 8 ? key.length : 8;
    uint64_t low = load(key.data) & first_bytes[in_low];
    uint64_t high = load(key.data + 8) & first_bytes[key.length - in_low];
    uint32_t tag_length = tag * 32 + (uint32_t)key.length + 1;
    struct bulk_entry *set = set_of(work, low, high, tag_length);
    if (is_key(&set[0], low, high, tag_length))
        return set[0].found;
    if (is_key(&set[1], low, high, tag_length))
        return set[1].found;
    return keep(set, low, high, tag_length, make(work, tag, key, cell));
}

static uint32_t find_long(struct icp_bulk_work *work, uint32_t tag, struct icp_str key,
                          struct icp_str cell)
{
    if (key.length > LONG_BYTES)
        return make(work, tag, key, cell);
    uint32_t tag_length = tag * 128 + (uint32_t)key.length;
    uint64_t hash = tag_length;
    for (size_t i = 0; i + 16 < key.length; i += 16)
        hash = mix(load(key.data + i) ^ hash, load(key.data + i + 8), hash);
    hash = mix(load(key.data + key.length - 16) ^ hash, load(key.data + key.length - 8), hash);
    size_t at = (size_t)(hash >> 20) & (((size_t)1 << work->long_bits) - 1) & ~(size_t)1;
    struct bulk_long_entry *set = &work->long_entries[at];
    for (int way = 0; way < 2; way++)
        if (set[way].tag_length == tag_length && memcmp(set[way].key, key.data, key.length) == 0)
            return set[way].found;
    uint32_t found = make(work, tag, key, cell);
    if (set[0].tag_length != 0)
        set[1] = set[0];
    set[0].tag_length = tag_length;
    set[0].found = found;
    memcpy(set[0].key, key.data, key.length);
    return found;
}

static inline uint32_t find_bytes(struct icp_bulk_work *work, uint32_t tag, struct icp_str key,
                                  struct icp_str cell)
{
    return key.length <= SHORT_BYTES ? find_short(work, tag, key, cell)
                                     : find_long(work, tag, key, cell);
}

static uint32_t find_plain(struct icp_bulk_work *work, uint32_t field, struct icp_str cell)
{
    uint32_t *plain = plain_of(work, field, cell.data ? PLAIN_EMPTY : PLAIN_UNKNOWN);
    if (*plain == 0)
        *plain = bulk_outcome_make(work, field, cell);
    return *plain;
}

/* ---- Numbers -------------------------------------------------------------------------------- */

/* A plain decimal of at most 12 digits, 6 of them behind the point; all else is left to the rule
   engine. */
static inline bool read_number(struct icp_str cell, int64_t *millionths)
{
    static const int64_t tens[7] = {1000000, 100000, 10000, 1000, 100, 10, 1};
    size_t at = 0, digits = 0, decimals = 0;
    bool negative = cell.data[0] == '-', point = false;
    int64_t value = 0;
    if (cell.length > 14)
        return false;
    for (at = negative ? 1 : 0; at < cell.length; at++) {
        unsigned digit = (unsigned)(unsigned char)cell.data[at] - '0';
        if (digit > 9) {
            if (point || cell.data[at] != '.')
                return false;
            point = true;
            continue;
        }
        value = value * 10 + (int64_t)digit;
        digits++;
        decimals += point ? 1 : 0;
    }
    if (digits == 0 || digits > 12 || decimals > 6 || (point && decimals == 0))
        return false;
    value *= tens[decimals];
    *millionths = negative ? -value : value;
    return true;
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

static uint32_t find_number(struct icp_bulk_work *work, const struct bulk_column *column,
                            struct icp_str cell)
{
    int64_t value;
    if (!read_number(cell, &value))
        return find_bytes(work, column->field, cell, cell);
    uint32_t *place = &work->places[column->field][range_of(column, value)];
    if (*place == 0)
        *place = bulk_outcome_make(work, column->field, cell);
    return *place;
}

/* ---- Days ----------------------------------------------------------------------------------- */

/* Of "2026-01-15" what stands for it in the table; SIZE_MAX: another shape. Days that no month has
   get a place as well: their outcome is that of a wrong date. */
static inline size_t day_of(const struct icp_bulk *bulk, struct icp_str cell)
{
    const char *text = cell.data;
    if (cell.length != 10 || text[4] != '-' || text[7] != '-')
        return SIZE_MAX;
    static const unsigned char where[8] = {0, 1, 2, 3, 5, 6, 8, 9};
    unsigned digit[8], wrong = 0;
    for (size_t i = 0; i < 8; i++) {
        digit[i] = (unsigned)(unsigned char)text[where[i]] - '0';
        wrong |= digit[i] > 9 ? 1 : 0;
    }
    unsigned year = digit[0] * 1000 + digit[1] * 100 + digit[2] * 10 + digit[3];
    unsigned month = digit[4] * 10 + digit[5], day = digit[6] * 10 + digit[7];
    unsigned since = year - bulk->first_year;
    if (wrong || since >= DAY_YEARS || month > 15 || day > 31)
        return SIZE_MAX;
    return (size_t)since * DAYS_A_YEAR + month * 32 + day;
}

static uint32_t find_day(struct icp_bulk_work *work, uint32_t field, struct icp_str cell)
{
    size_t day = day_of(work->bulk, cell);
    if (day == SIZE_MAX)
        return find_bytes(work, field, cell, cell);
    uint32_t *place = &work->places[field][day];
    if (*place == 0)
        *place = bulk_outcome_make(work, field, cell);
    return *place;
}

/* ---- E-mail addresses ----------------------------------------------------------------------- */

/* With something printable before the last @, only what stands behind it counts. */
static uint32_t find_email(struct icp_bulk_work *work, uint32_t field, struct icp_str cell)
{
    size_t at = cell.length;
    bool plain = true;
    while (at > 0 && cell.data[at - 1] != '@')
        at--;
    for (size_t i = 0; i + 1 < at; i++)
        plain = plain && cell.data[i] > ' ' && cell.data[i] < 0x7F;
    if (at < 2 || !plain || at == cell.length)
        return bulk_outcome_make(work, field, cell);
    return find_bytes(work, field, icp_str_slice(cell, at, cell.length), cell);
}

/* ---- Sets ----------------------------------------------------------------------------------- */

/* Marks of all items; *plain: letters and signs of ASCII only, so that it is a set. */
static uint32_t marks_of(struct icp_bulk_work *work, uint32_t field, struct icp_str cell,
                         bool *plain)
{
    uint32_t marks = 0, tag = (uint32_t)work->bulk->field_count + field;
    size_t start = 0;
    unsigned char high = 0;
    bool has_nul = false;
    for (size_t i = 0; i < cell.length; i++) {
        high |= (unsigned char)cell.data[i];
        has_nul = has_nul || cell.data[i] == '\0';
        if (cell.data[i] != ';')
            continue;
        if (i > start)
            marks |= find_bytes(work, tag, icp_str_slice(cell, start, i), cell);
        start = i + 1;
    }
    if (cell.length > start)
        marks |= find_bytes(work, tag, icp_str_slice(cell, start, cell.length), cell);
    *plain = high < 0x80 && !has_nul;
    return marks;
}

static uint32_t find_set(struct icp_bulk_work *work, uint32_t field, struct icp_str cell)
{
    bool plain;
    uint64_t marks = marks_of(work, field, cell, &plain);
    uint32_t tag_length = (2 * (uint32_t)work->bulk->field_count + field) * 32 + 1;
    if (!plain)
        return find_bytes(work, field, cell, cell);
    struct bulk_entry *set = set_of(work, marks, 0, tag_length);
    if (is_key(&set[0], marks, 0, tag_length))
        return set[0].found;
    if (is_key(&set[1], marks, 0, tag_length))
        return set[1].found;
    return keep(set, marks, 0, tag_length, bulk_outcome_make(work, field, cell));
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
        return find_day(work, column->field, cell);
    case BULK_CELL_EMAIL:
        return find_email(work, column->field, cell);
    case BULK_CELL_SET:
        return find_set(work, column->field, cell);
    case BULK_CELL_TEXT:
        break;
    }
    return find_bytes(work, column->field, cell, cell);
}

void bulk_cells_add(struct icp_bulk_work *work, const struct icp_str *cells)
{
    const struct icp_bulk *bulk = work->bulk;
    struct bulk_outcome *sum = work->sum;
    memset(sum, 0, sizeof(*sum) + bulk->words * sizeof(uint64_t));
    for (size_t i = 0; i < bulk->field_count; i++) {
        const struct bulk_outcome *outcome =
            bulk_outcome_at(work, find(work, &bulk->columns[i], cells[i]));
        work->taken[i] = outcome;
        for (size_t s = 0; s < BULK_SUM_COUNT; s++)
            sum->sums[s] += outcome->sums[s];
        for (size_t w = 0; w < bulk->words; w++)
            sum->bits[w] |= outcome->bits[w];
    }
    work->counts.cells_found += bulk->field_count;
}
