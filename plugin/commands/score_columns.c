/*
 * Columns of a CSV file and members of an NDJSON line by the names that something may be called by,
 * best first. A column is found by its letters and digits alone, so that "Job Title", "job_title"
 * and "jobtitle" are one.
 */
#include <string.h>

#include "files/columns.h"
#include "score_map.h"

enum { NAME_BYTES = 128 };

void score_add_name(struct score_names *names, struct icp_str name, enum icp_object object)
{
    if (names->count < NAMES_MOST && !icp_str_is_empty(name)) {
        names->object[names->count] = object;
        names->name[names->count++] = name;
    }
}

void score_add_export_names(struct score_names *names, struct icp_str what, enum icp_object object)
{
    const char *name;

    for (size_t i = 0; (name = icp_files_column(what.data, what.length, i)) != NULL; i++)
        score_add_name(names, icp_str_from(name), object);
}

void score_add_source(struct score_mapping *m, struct score_names *names,
                      const struct icp_source *source)
{
    struct icp_str whole = icp_arena_format(
        m->arena, "%s.%.*s", source->object == ICP_CONTACT ? "contacts" : "companies",
        ICP_STR_ARGUMENTS(source->property));

    score_add_name(names, whole, source->object);
    score_add_name(names, source->property, source->object);
    score_add_export_names(names, whole, source->object);
}

void score_add_mapped(const struct score_mapping *m, struct score_names *names,
                      struct icp_str field)
{
    for (size_t i = 0; i < m->options->map_count; i++)
        if (icp_str_equal(m->options->maps[i].field, field))
            score_add_name(names, m->options->maps[i].column, ICP_CONTACT);
    names->own = names->count;
}

void score_field_names(struct score_mapping *m, const struct icp_field *field,
                       struct score_names *names)
{
    bool company = icp_str_has_prefix(field->name, ICP_STR("company."));

    *names = (struct score_names){.count = 0};
    score_add_mapped(m, names, field->name);
    score_add_name(names, field->name, company ? ICP_COMPANY : ICP_CONTACT);
    names->own = names->count;
    for (size_t i = 0; i < field->source_count; i++)
        score_add_source(m, names, &field->sources[i]);
    score_add_export_names(names, field->name, company ? ICP_COMPANY : ICP_CONTACT);
}

/* ---- CSV: finding columns ------------------------------------------------------------------- */

static char letter_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80)
        return c;
    return '\0';
}

static size_t letters_of(struct icp_str name, char letters[NAME_BYTES])
{
    size_t length = 0;

    for (size_t i = 0; i < name.length && length < NAME_BYTES; i++)
        if (letter_of(name.data[i]) != '\0')
            letters[length++] = letter_of(name.data[i]);
    return length;
}

/* Most names part at their first letter. */
static bool has_letters(struct icp_str name, const char *letters, size_t length)
{
    size_t at = 0;

    for (size_t i = 0; i < name.length && at < NAME_BYTES; i++) {
        char letter = letter_of(name.data[i]);
        if (letter == '\0')
            continue;
        if (at == length || letter != letters[at])
            return false;
        at++;
    }
    return at == length;
}

size_t score_find_column(const struct icp_csv_row *header, struct icp_str name)
{
    char letters[NAME_BYTES];
    size_t i = 0, length;

    while (i < header->count && !icp_str_equal(header->cells[i], name))
        i++;
    if (i < header->count)
        return i;
    length = letters_of(name, letters);
    i = length > 0 ? 0 : header->count;
    while (i < header->count && !has_letters(header->cells[i], letters, length))
        i++;
    return i;
}

uint32_t score_new_slot(struct score_mapping *m)
{
    return (uint32_t)m->plan->slot_count++;
}

static void take(struct score_mapping *m, size_t column, uint32_t slot)
{
    m->plan->takes[m->plan->take_count++] =
        (struct score_take){.column = (uint32_t)column, .slot = slot};
}

/* A column that bears a person's name in the CRM is not a company's as well. */
static bool may_take(const struct score_mapping *m, const struct score_names *names, size_t name,
                     size_t column)
{
    return name < names->own || names->object[name] == ICP_CONTACT || !m->claimed[column];
}

/* All columns that the names find feed the slot, the best first. */
static bool map_columns(struct score_mapping *m, const struct score_names *names, uint32_t slot)
{
    size_t taken[NAMES_MOST], count = 0;

    for (size_t i = 0; i < names->count && count < PATHS_MOST; i++) {
        size_t column = score_find_column(m->header, names->name[i]), k = 0;
        if (column == m->header->count || !may_take(m, names, i, column))
            continue;
        while (k < count && taken[k] != column)
            k++;
        if (k < count)
            continue;
        taken[count] = column;
        if (count++ == 0) {
            take(m, column, slot);
        } else {
            uint32_t from = score_new_slot(m);
            take(m, column, from);
            m->plan->falls[m->plan->fall_count++] = (struct score_fall){slot, from};
        }
        if (i >= names->own && names->object[i] == ICP_CONTACT)
            m->claimed[column] = true;
        if (i < names->own)
            break; /* by its own name: nothing else is meant */
    }
    return count > 0;
}

/* ---- NDJSON: paths -------------------------------------------------------------------------- */

static void add_path(struct score_mapping *m, const char *above, const char *inner,
                     struct icp_str name, uint32_t slot, unsigned rank)
{
    struct icp_str path[3];
    size_t depth = 0;

    if (above != NULL)
        path[depth++] = icp_str_from(above);
    if (inner != NULL)
        path[depth++] = icp_str_from(inner);
    path[depth++] = name;
    if (!icp_json_names_add(m->plan->names, path, depth, slot, rank, ICP_JSON_TEXT))
        m->arena->full = true;
}

/* "company.employees" may also stand as {"company": {"employees": …}}. */
static void add_parts(struct score_mapping *m, struct icp_str name, uint32_t slot, unsigned rank)
{
    struct icp_str path[2], rest = name;

    if (!icp_str_cut(&rest, '.', &path[0]) || rest.length == 0)
        return;
    path[1] = rest;
    if (!icp_json_names_add(m->plan->names, path, 2, slot, rank, ICP_JSON_TEXT))
        m->arena->full = true;
}

/* The shapes of an object: flat; a CRM's, with its properties inside; our own, with its fields. */
static void map_paths(struct score_mapping *m, const struct score_names *names, uint32_t slot)
{
    for (size_t i = 0; i < names->count; i++) {
        unsigned rank = (unsigned)i;
        bool company = names->object[i] == ICP_COMPANY;
        if (i < names->own) {
            add_path(m, NULL, NULL, names->name[i], slot, rank);
            add_path(m, "fields", NULL, names->name[i], slot, rank);
            add_path(m, "values", NULL, names->name[i], slot, rank);
            add_path(m, "properties", NULL, names->name[i], slot, rank);
            add_parts(m, names->name[i], slot, rank);
            continue;
        }
        add_path(m, company ? "company" : "contact", "properties", names->name[i], slot, rank);
        add_path(m, company ? "company" : "contact", NULL, names->name[i], slot, rank);
        add_path(m, "properties", NULL, names->name[i], slot, rank + (company ? NAMES_MOST : 0));
        add_path(m, NULL, NULL, names->name[i], slot, rank + (company ? NAMES_MOST : 0));
        add_parts(m, names->name[i], slot, rank);
    }
}

bool score_map_names(struct score_mapping *m, const struct score_names *names, uint32_t slot)
{
    if (m->header != NULL)
        return map_columns(m, names, slot);
    map_paths(m, names, slot);
    return true;
}
