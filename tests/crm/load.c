/*
 * The CRM as CSV files: DIR/hubspot/{contacts,companies,deals,associations}.csv. Invariant: what
 * sim_save writes, sim_load reads into an equal CRM; ids, stamps and primary companies included.
 */
#include "model.h"

#include "csv.h"
#include "file.h"
#include "number.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_PATH = 4096 };
/* 200,000 people with 40 values are about 150 MB of text. */
#define MAX_FILE ((size_t)2 * 1024 * 1024 * 1024)

static bool path_of(const char *directory, const char *name, char path[MAX_PATH])
{
    int length = snprintf(path, MAX_PATH, "%s/hubspot/%s.csv", directory, name);

    return length > 0 && length < MAX_PATH;
}

/* ---- Reading. */

struct header {
    const char **names; /* of the columns behind the id */
    size_t count;
};

static enum icp_status read_header(struct icp_csv *csv, struct icp_arena *arena, const char *path,
                                   struct header *header, struct icp_err *err)
{
    struct icp_csv_row row;

    if (icp_csv_next(csv, &row, err) != ICP_OK)
        return err->status;
    if (row.count == 0 || !icp_str_is(row.cells[0], "id"))
        return icp_fail_at(err, ICP_BAD_CONFIG, path, 1, 1, "the first column must be \"id\"");
    header->count = row.count;
    header->names = ICP_NEW_ARRAY(arena, const char *, row.count);
    for (size_t i = 0; i < row.count; i++)
        header->names[i] = icp_arena_copy(arena, row.cells[i]).data;
    return ICP_OK;
}

static enum icp_status add_row(struct sim_crm *crm, enum sim_object object, const char *path,
                               const struct header *header, const struct icp_csv_row *row,
                               struct icp_err *err)
{
    uint32_t record;
    int64_t id;

    if (!icp_integer_parse(row->cells[0], &id) || id <= 0)
        return icp_fail_at(err, ICP_BAD_CONFIG, path, (uint32_t)row->line, 1,
                           "\"%.*s\" is not a record id", ICP_STR_ARGUMENTS(row->cells[0]));
    if (row->count > header->count)
        return icp_fail_at(err, ICP_BAD_CONFIG, path, (uint32_t)row->line, 1,
                           "%zu cells, the header has %zu", row->count, header->count);
    record = sim_add_record(crm, object, id, crm->now_ms, crm->now_ms);
    for (size_t i = 1; i < row->count; i++)
        if (!icp_str_is_empty(row->cells[i]))
            sim_set(crm, object, record, header->names[i], row->cells[i]);
    return ICP_OK;
}

static enum icp_status load_object(struct sim_crm *crm, enum sim_object object, const char *path,
                                   struct icp_err *err)
{
    struct icp_csv *csv = icp_csv_open(path, err);
    struct header header = {0};
    struct icp_csv_row row;

    if (csv == NULL)
        return err->status;
    icp_arena_reset(&crm->scratch);
    if (read_header(csv, &crm->scratch, path, &header, err) != ICP_OK)
        goto out;
    while (icp_csv_next(csv, &row, err) == ICP_OK && row.count > 0)
        if (add_row(crm, object, path, &header, &row, err) != ICP_OK)
            break;
out:
    icp_csv_close(csv);
    return err->status;
}

static enum icp_status add_edge(struct sim_crm *crm, const char *path,
                                const struct icp_csv_row *row, struct icp_err *err)
{
    enum sim_object from, to;
    int64_t from_id, to_id;

    if (row->count < 5 || !sim_object_parse(row->cells[0], &from) ||
        !icp_integer_parse(row->cells[1], &from_id) || !sim_object_parse(row->cells[2], &to) ||
        !icp_integer_parse(row->cells[3], &to_id))
        return icp_fail_at(err, ICP_BAD_CONFIG, path, (uint32_t)row->line, 1,
                           "expected from_type,from_id,to_type,to_id,primary");
    sim_associate(crm, from, from_id, to, to_id,
                  icp_str_is(row->cells[4], "true") || icp_str_is(row->cells[4], "1"));
    return ICP_OK;
}

static enum icp_status load_associations(struct sim_crm *crm, const char *path, struct icp_err *err)
{
    struct icp_csv *csv = icp_csv_open(path, err);
    struct icp_csv_row row;

    if (csv == NULL)
        return err->status;
    if (icp_csv_next(csv, &row, err) == ICP_OK) /* the header */
        while (icp_csv_next(csv, &row, err) == ICP_OK && row.count > 0)
            if (add_edge(crm, path, &row, err) != ICP_OK)
                break;
    icp_csv_close(csv);
    return err->status;
}

enum icp_status sim_load(struct sim_crm *crm, const char *directory, struct icp_err *err)
{
    /* companies first: a contact's associatedcompanyid makes an edge to one */
    static const enum sim_object order[] = {SIM_COMPANIES, SIM_CONTACTS, SIM_DEALS};
    char path[MAX_PATH];
    bool found = false;

    for (size_t i = 0; i < SIM_OBJECT_COUNT; i++) {
        if (!path_of(directory, sim_object_name(order[i]), path))
            return icp_fail(err, ICP_BAD_CONFIG, "the path of the data is too long");
        if (access(path, F_OK) != 0)
            continue;
        found = true;
        if (load_object(crm, order[i], path, err) != ICP_OK)
            return err->status;
    }
    if (!found)
        return icp_fail(err, ICP_BAD_CONFIG,
                        "no contacts.csv, companies.csv or deals.csv in "
                        "%s/hubspot",
                        directory);
    if (path_of(directory, "associations", path) && access(path, F_OK) == 0)
        return load_associations(crm, path, err);
    return ICP_OK;
}

/* ---- Writing. */

static void put_header(struct icp_buf *out, const struct sim_table *table)
{
    icp_csv_put_cell(out, ICP_STR("id"), true, false);
    for (size_t i = 0; i < table->property_count; i++)
        if (table->properties[i].derived != SIM_FROM_ID)
            icp_csv_put_cell(out, table->properties[i].name, false, false);
    icp_buf_add_char(out, '\n');
}

static void put_row(struct sim_crm *crm, enum sim_object object, const struct sim_record *record,
                    struct icp_buf *out)
{
    const struct sim_table *table = &crm->tables[object];
    struct sim_view view = sim_view_now(record);
    char id[ICP_TIME_TEXT];

    icp_csv_put_cell(out, sim_id_format(record->id, id), true, false);
    for (uint32_t i = 0; i < table->property_count; i++) {
        struct icp_str value;
        if (table->properties[i].derived == SIM_FROM_ID)
            continue;
        value = sim_view_value(crm, object, &view, i);
        icp_csv_put_cell(out, icp_str_is_null(value) ? ICP_STR("") : value, false, false);
    }
    icp_buf_add_char(out, '\n');
}

static enum icp_status write_file(const char *directory, const char *name, struct icp_buf *out,
                                  struct icp_err *err)
{
    char path[MAX_PATH];

    if (out->failed || !path_of(directory, name, path))
        return icp_fail(err, ICP_STATE, "%s.csv is too large, or its path too long", name);
    return icp_file_replace(path, icp_buf_view(out), err);
}

static enum icp_status save_object(struct sim_crm *crm, enum sim_object object,
                                   const char *directory, struct icp_err *err)
{
    const struct sim_table *table = &crm->tables[object];
    const struct sim_place *places = sim_by_id(crm, object);
    struct icp_buf out = {0};

    icp_buf_open(&out, MAX_FILE);
    put_header(&out, table);
    for (size_t i = 0; i < table->count; i++)
        if (!table->records[places[i].record].archived)
            put_row(crm, object, &table->records[places[i].record], &out);
    (void)write_file(directory, sim_object_name(object), &out, err);
    icp_buf_finish(&out);
    return err->status;
}

static void put_edges(struct sim_crm *crm, enum sim_object from, enum sim_object to,
                      struct icp_buf *out)
{
    const struct sim_table *table = &crm->tables[from];
    const struct sim_place *places = sim_by_id(crm, from);

    for (size_t i = 0; i < table->count; i++) {
        const struct sim_record *record = &table->records[places[i].record];
        const struct sim_links *links = &record->links[to];
        for (uint32_t k = 0; k < links->count && !record->archived; k++)
            icp_buf_format(out, "%s,%lld,%s,%lld,%s\n", sim_object_name(from),
                           (long long)record->id, sim_object_name(to),
                           (long long)links->items[k].to,
                           links->items[k].primary ? "true" : "false");
    }
}

static enum icp_status save_associations(struct sim_crm *crm, const char *directory,
                                         struct icp_err *err)
{
    struct icp_buf out = {0};

    icp_buf_open(&out, MAX_FILE);
    icp_buf_add_cstr(&out, "from_type,from_id,to_type,to_id,primary\n");
    put_edges(crm, SIM_CONTACTS, SIM_COMPANIES, &out);
    put_edges(crm, SIM_DEALS, SIM_COMPANIES, &out);
    put_edges(crm, SIM_DEALS, SIM_CONTACTS, &out);
    (void)write_file(directory, "associations", &out, err);
    icp_buf_finish(&out);
    return err->status;
}

static bool make_directory(const char *path)
{
    return mkdir(path, 0755) == 0 || errno == EEXIST;
}

enum icp_status sim_save(struct sim_crm *crm, const char *directory, struct icp_err *err)
{
    char path[MAX_PATH];
    int length = snprintf(path, sizeof(path), "%s/hubspot", directory);

    if (length < 0 || length >= (int)sizeof(path) || !make_directory(directory) ||
        !make_directory(path))
        return icp_fail(err, ICP_STATE, "could not make the directory %s/hubspot", directory);
    for (size_t i = 0; i < SIM_OBJECT_COUNT; i++)
        if (save_object(crm, (enum sim_object)i, directory, err) != ICP_OK)
            return err->status;
    return save_associations(crm, directory, err);
}
