/*
 * The records of the simulated CRM. Owns tables, values, versions for the search lag, and the
 * clock. Invariants: an id stands once in a table's index; every write goes through sim_write or
 * sim_create, which keep the version before, move the stamp and tick the clock; filling (sim_set,
 * sim_add_record) does none of that.
 */
#include "model.h"

#include "fault_list.h"
#include "number.h"

#include <stdlib.h>
#include <string.h>

/* One request or edit moves the clock by this, so that stamps differ. */
enum { TICK_MS = 1 };
#define DEFINITION_MEMORY ((size_t)64 * 1024 * 1024)
#define REQUEST_MEMORY    ((size_t)256 * 1024 * 1024)
/* HubSpot's ids of new portals are eleven digits; short ones are easier on the eye. */
enum { FIRST_ID = 1001 };

static const struct sim_settings default_settings = {
    .tier = SIM_TIER_PROFESSIONAL,
    .enforce_limits = true,
    .same_value_moves_stamp = true,
    .numeric_association_ids = true,
    .token = "pat-sim-demo-token",
};

static const struct {
    const char *plural, *singular, *type_id;
} object_names[SIM_OBJECT_COUNT] = {
    [SIM_CONTACTS] = {"contacts", "contact", "0-1"},
    [SIM_COMPANIES] = {"companies", "company", "0-2"},
    [SIM_DEALS] = {"deals", "deal", "0-3"},
};

void *sim_must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

void *sim_grow(void *items, size_t *allocated, size_t needed, size_t size)
{
    if (needed <= *allocated)
        return items;
    *allocated = *allocated * 2 > needed ? *allocated * 2 : needed + 16;
    return sim_must(icp_reallocate(items, *allocated, size));
}

struct sim_crm *sim_crm_open(int64_t now_ms)
{
    struct sim_crm *crm = sim_must(icp_allocate(1, sizeof(*crm)));

    crm->now_ms = now_ms;
    crm->settings = default_settings;
    icp_arena_open(&crm->arena, DEFINITION_MEMORY);
    icp_arena_open(&crm->scratch, REQUEST_MEMORY);
    for (size_t i = 0; i < SIM_OBJECT_COUNT; i++) {
        crm->tables[i].next_id = FIRST_ID;
        crm->tables[i].sorted = true;
    }
    crm->faults = sim_fault_list_open();
    sim_define_standard(crm);
    return crm;
}

static void close_record(struct sim_record *record)
{
    struct sim_version *version = record->versions;

    while (version != NULL) {
        struct sim_version *older = version->older;
        icp_release(version);
        version = older;
    }
    for (size_t i = 0; i < SIM_OBJECT_COUNT; i++)
        icp_release(record->links[i].items);
    icp_release(record->values);
}

static void close_table(struct sim_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        close_record(&table->records[i]);
    icp_release(table->records);
    icp_release(table->index);
    icp_release(table->by_id);
    icp_release(table->properties);
    icp_release(table->groups);
}

void sim_crm_close(struct sim_crm *crm)
{
    if (crm == NULL)
        return;
    for (size_t i = 0; i < SIM_OBJECT_COUNT; i++)
        close_table(&crm->tables[i]);
    sim_texts_finish(&crm->texts);
    sim_fault_list_close(crm->faults);
    icp_release(crm->log);
    icp_arena_close(&crm->scratch);
    icp_arena_close(&crm->arena);
    icp_release(crm);
}

int64_t sim_now(const struct sim_crm *crm)
{
    return crm->now_ms;
}

void sim_advance(struct sim_crm *crm, int64_t ms)
{
    if (ms > 0)
        crm->now_ms += ms;
}

struct sim_settings *sim_settings(struct sim_crm *crm)
{
    return &crm->settings;
}

const char *sim_object_name(enum sim_object object)
{
    return object_names[object].plural;
}

bool sim_object_parse(struct icp_str text, enum sim_object *object)
{
    for (size_t i = 0; i < SIM_OBJECT_COUNT; i++) {
        if (icp_str_equal_ascii_case(text, icp_str_from(object_names[i].plural)) ||
            icp_str_equal_ascii_case(text, icp_str_from(object_names[i].singular)) ||
            icp_str_is(text, object_names[i].type_id)) {
            *object = (enum sim_object)i;
            return true;
        }
    }
    return false;
}

/* ---- Finding. */

static size_t id_slot(const struct sim_table *table, int64_t id)
{
    uint64_t mixed = (uint64_t)id * UINT64_C(0x9e3779b97f4a7c15);
    size_t at = (size_t)(mixed >> 32) & (table->index_size - 1);

    while (table->index[at] != 0 && table->records[table->index[at] - 1].id != id)
        at = (at + 1) & (table->index_size - 1);
    return at;
}

static void index_grow(struct sim_table *table)
{
    if ((table->count + 1) * 2 <= table->index_size)
        return;
    table->index_size = table->index_size == 0 ? 1024 : table->index_size * 2;
    icp_release(table->index);
    table->index = sim_must(icp_allocate(table->index_size, sizeof(*table->index)));
    for (size_t i = 0; i < table->count; i++)
        table->index[id_slot(table, table->records[i].id)] = (uint32_t)i + 1;
}

uint32_t sim_find(struct sim_crm *crm, enum sim_object object, int64_t id)
{
    const struct sim_table *table = &crm->tables[object];

    if (table->index_size == 0)
        return SIM_NO_RECORD;
    return table->index[id_slot(table, id)] - 1; /* a free slot wraps to SIM_NO_RECORD */
}

static int compare_places(const void *a, const void *b)
{
    int64_t left = ((const struct sim_place *)a)->id;
    int64_t right = ((const struct sim_place *)b)->id;

    return (left > right) - (left < right);
}

const struct sim_place *sim_by_id(struct sim_crm *crm, enum sim_object object)
{
    struct sim_table *table = &crm->tables[object];

    if (table->sorted)
        return table->by_id;
    icp_release(table->by_id);
    table->by_id = sim_must(icp_allocate(table->count + 1, sizeof(*table->by_id)));
    for (size_t i = 0; i < table->count; i++)
        table->by_id[i] = (struct sim_place){table->records[i].id, (uint32_t)i};
    qsort(table->by_id, table->count, sizeof(*table->by_id), compare_places);
    table->sorted = true;
    return table->by_id;
}

size_t sim_lower_bound(struct sim_crm *crm, enum sim_object object, int64_t id)
{
    const struct sim_place *places = sim_by_id(crm, object);
    size_t low = 0, high = crm->tables[object].count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (places[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t sim_record_count(const struct sim_crm *crm, enum sim_object object)
{
    return crm->tables[object].count;
}

struct sim_record *sim_record_at(struct sim_crm *crm, enum sim_object object, uint32_t record)
{
    return &crm->tables[object].records[record];
}

int64_t sim_record_id(const struct sim_crm *crm, enum sim_object object, uint32_t record)
{
    return crm->tables[object].records[record].id;
}

/* ---- Reading. */

struct icp_str sim_id_format(int64_t id, char text[ICP_TIME_TEXT])
{
    size_t at = ICP_TIME_TEXT;

    for (int64_t rest = id; at == ICP_TIME_TEXT || rest > 0; rest /= 10)
        text[--at] = (char)('0' + rest % 10);
    return (struct icp_str){text + at, ICP_TIME_TEXT - at};
}

struct sim_view sim_view_now(const struct sim_record *record)
{
    return (struct sim_view){record, record->values, record->value_count, record->updated_ms};
}

bool sim_view_search(const struct sim_crm *crm, const struct sim_record *record,
                     struct sim_view *view)
{
    int64_t indexed_until = crm->now_ms - crm->settings.search_lag_ms;
    const struct sim_version *seen = NULL;

    *view = sim_view_now(record);
    if (record->archived)
        return false;
    for (const struct sim_version *version = record->versions;
         version != NULL && version->replaced_ms > indexed_until; version = version->older)
        seen = version;
    if (seen == NULL)
        return true;
    *view = (struct sim_view){record, seen->values, seen->count, seen->updated_ms};
    return !seen->absent;
}

/* A text of the CRM's own that lives until three more of them were asked for. */
static struct icp_str hand_out(struct sim_crm *crm, struct icp_str text)
{
    char *slot = crm->stamp[crm->next_stamp];

    crm->next_stamp = (crm->next_stamp + 1) % 4;
    text = icp_str_slice(text, 0, sizeof(crm->stamp[0]) - 1);
    memcpy(slot, text.data, text.length);
    slot[text.length] = '\0';
    return (struct icp_str){slot, text.length};
}

static struct icp_str derived_value(struct sim_crm *crm, const struct sim_view *view,
                                    enum sim_derived derived)
{
    char text[ICP_TIME_TEXT];

    if (derived == SIM_FROM_CREATED)
        return hand_out(crm, icp_time_format(view->record->created_ms, text));
    if (derived == SIM_FROM_UPDATED)
        return hand_out(crm, icp_time_format(view->updated_ms, text));
    return hand_out(crm, sim_id_format(view->record->id, text));
}

struct icp_str sim_view_value(struct sim_crm *crm, enum sim_object object,
                              const struct sim_view *view, uint32_t column)
{
    enum sim_derived derived = crm->tables[object].properties[column].derived;

    if (derived != SIM_STORED)
        return derived_value(crm, view, derived);
    return column < view->count ? sim_text(&crm->texts, view->values[column]) : (struct icp_str){0};
}

struct icp_str sim_get(struct sim_crm *crm, enum sim_object object, uint32_t record,
                       const char *property)
{
    uint32_t column = sim_column(crm, object, icp_str_from(property));
    struct sim_view view;

    if (column == SIM_NO_COLUMN || record >= crm->tables[object].count)
        return (struct icp_str){0};
    view = sim_view_now(&crm->tables[object].records[record]);
    return sim_view_value(crm, object, &view, column);
}

/* ---- Filling. */

uint32_t sim_add_record(struct sim_crm *crm, enum sim_object object, int64_t id, int64_t created_ms,
                        int64_t updated_ms)
{
    struct sim_table *table = &crm->tables[object];
    uint32_t there;

    if (id <= 0)
        id = table->next_id;
    index_grow(table);
    there = sim_find(crm, object, id);
    if (there != SIM_NO_RECORD)
        return there;
    table->records =
        sim_grow(table->records, &table->allocated, table->count + 1, sizeof(*table->records));
    table->sorted = false;
    if (id >= table->next_id)
        table->next_id = id + 1;
    table->records[table->count] = (struct sim_record){
        .id = id,
        .created_ms = created_ms,
        .updated_ms = updated_ms != 0 ? updated_ms : created_ms,
    };
    /* the slot is looked for before the record counts, so that it cannot find itself */
    table->index[id_slot(table, id)] = (uint32_t)table->count + 1;
    return (uint32_t)table->count++;
}

void sim_store(struct sim_crm *crm, enum sim_object object, struct sim_record *record,
               uint32_t column, struct icp_str text)
{
    uint32_t handle = sim_intern(&crm->texts, text);

    if (column >= record->value_count) {
        uint32_t count = (uint32_t)crm->tables[object].property_count;
        if (handle == 0)
            return;
        record->values = sim_must(icp_reallocate(record->values, count, sizeof(*record->values)));
        memset(record->values + record->value_count, 0,
               (count - record->value_count) * sizeof(*record->values));
        record->value_count = count;
    }
    record->values[column] = handle;
}

static bool is_primary_company(enum sim_object object, const struct sim_property *property)
{
    return object == SIM_CONTACTS && icp_str_is(property->name, "associatedcompanyid");
}

static void set_column(struct sim_crm *crm, enum sim_object object, struct sim_record *record,
                       uint32_t column, struct icp_str text)
{
    const struct sim_property *property = &crm->tables[object].properties[column];
    int64_t number;

    if (property->derived == SIM_FROM_CREATED && icp_time_parse(text, &number))
        record->created_ms = number;
    if (property->derived == SIM_FROM_UPDATED && icp_time_parse(text, &number))
        record->updated_ms = number;
    if (property->derived != SIM_STORED)
        return;
    if (is_primary_company(object, property)) {
        int64_t before = 0, after = 0;
        if (column < record->value_count)
            (void)icp_integer_parse(sim_text(&crm->texts, record->values[column]), &before);
        (void)icp_integer_parse(text, &after);
        if (after == 0 && before != 0)
            sim_dissociate(crm, SIM_CONTACTS, record->id, SIM_COMPANIES, before);
        if (after != 0)
            sim_associate(crm, SIM_CONTACTS, record->id, SIM_COMPANIES, after, true);
    }
    sim_store(crm, object, record, column, text);
}

void sim_set(struct sim_crm *crm, enum sim_object object, uint32_t record, const char *property,
             struct icp_str text)
{
    uint32_t column = sim_column(crm, object, icp_str_from(property));

    if (column == SIM_NO_COLUMN) {
        sim_define_property(crm, object, &(struct sim_definition){.name = property});
        column = sim_column(crm, object, icp_str_from(property));
    }
    if (column != SIM_NO_COLUMN && record < crm->tables[object].count)
        set_column(crm, object, &crm->tables[object].records[record], column, text);
}

/* ---- Writing. */

/* Versions that even the search index has forgotten. */
static void drop_old_versions(const struct sim_crm *crm, struct sim_record *record)
{
    int64_t indexed_until = crm->now_ms - crm->settings.search_lag_ms;
    struct sim_version **link = &record->versions;

    while (*link != NULL && (*link)->replaced_ms > indexed_until)
        link = &(*link)->older;
    for (struct sim_version *version = *link; version != NULL;) {
        struct sim_version *older = version->older;
        icp_release(version);
        version = older;
    }
    *link = NULL;
}

static void keep_version(const struct sim_crm *crm, struct sim_record *record, bool absent)
{
    size_t size = sizeof(struct sim_version) + record->value_count * sizeof(uint32_t);
    struct sim_version *version;

    drop_old_versions(crm, record);
    if (crm->settings.search_lag_ms <= 0)
        return;
    version = sim_must(icp_allocate(1, size));
    version->older = record->versions;
    version->replaced_ms = crm->now_ms;
    version->updated_ms = record->updated_ms;
    version->absent = absent;
    version->count = record->value_count;
    if (record->value_count > 0)
        memcpy(version->values, record->values, record->value_count * sizeof(uint32_t));
    record->versions = version;
}

/* Calculated values move without the stamp, which is why pollers miss them. */
static bool moves_stamp(struct sim_crm *crm, enum sim_object object,
                        const struct sim_record *record, const struct sim_change *changes,
                        size_t count)
{
    struct sim_view view = sim_view_now(record);

    for (size_t i = 0; i < count; i++) {
        struct icp_str old = sim_view_value(crm, object, &view, changes[i].column);
        bool same = icp_str_equal(old, changes[i].text) ||
                    (icp_str_is_empty(old) && icp_str_is_empty(changes[i].text));

        if (crm->tables[object].properties[changes[i].column].calculated)
            continue;
        if (!same || crm->settings.same_value_moves_stamp)
            return true;
    }
    return false;
}

void sim_write(struct sim_crm *crm, enum sim_object object, uint32_t record,
               const struct sim_change *changes, size_t count)
{
    struct sim_record *written = &crm->tables[object].records[record];
    bool moves = moves_stamp(crm, object, written, changes, count);

    crm->now_ms += TICK_MS;
    keep_version(crm, written, false);
    for (size_t i = 0; i < count; i++)
        set_column(crm, object, written, changes[i].column, changes[i].text);
    if (moves)
        written->updated_ms = crm->now_ms;
}

uint32_t sim_create(struct sim_crm *crm, enum sim_object object)
{
    uint32_t record;

    crm->now_ms += TICK_MS;
    record = sim_add_record(crm, object, 0, crm->now_ms, crm->now_ms);
    keep_version(crm, &crm->tables[object].records[record], true);
    return record;
}

static enum icp_status find_for_edit(struct sim_crm *crm, enum sim_object object, int64_t id,
                                     uint32_t *record, struct icp_err *err)
{
    *record = sim_find(crm, object, id);
    if (*record == SIM_NO_RECORD || crm->tables[object].records[*record].archived)
        return icp_fail(err, ICP_ITEM, "no record %lld in %s", (long long)id,
                        sim_object_name(object));
    return ICP_OK;
}

enum icp_status sim_edit(struct sim_crm *crm, enum sim_object object, int64_t id,
                         const char *property, struct icp_str text, struct icp_err *err)
{
    uint32_t column = sim_column(crm, object, icp_str_from(property)), record;
    struct sim_change change = {.column = column};
    struct sim_value_problem problem;
    const struct sim_property *definition;

    if (find_for_edit(crm, object, id, &record, err) != ICP_OK)
        return err->status;
    if (column == SIM_NO_COLUMN)
        return icp_fail(err, ICP_ITEM, "no property \"%s\" in %s", property,
                        sim_object_name(object));
    definition = &crm->tables[object].properties[column];
    if (!sim_check_value(crm, definition, sim_get(crm, object, record, property), text,
                         &change.text, &problem))
        return icp_fail(err, ICP_ITEM, "%s: %.*s", problem.code,
                        ICP_STR_ARGUMENTS(problem.message));
    sim_write(crm, object, record, &change, 1);
    return ICP_OK;
}

enum icp_status sim_archive(struct sim_crm *crm, enum sim_object object, int64_t id,
                            struct icp_err *err)
{
    uint32_t record;

    if (find_for_edit(crm, object, id, &record, err) != ICP_OK)
        return err->status;
    crm->now_ms += TICK_MS;
    crm->tables[object].records[record].archived = true;
    crm->tables[object].records[record].archived_ms = crm->now_ms;
    return ICP_OK;
}
