/*
 * Which column of a CSV file, or which member of an NDJSON line, feeds which field and signal. Each
 * field has a list of names that it may be called by, best first; a column is found by its letters
 * and digits alone, so that "Job Title", "job_title" and "jobtitle" are one.
 */
#include <string.h>

#include "files/columns.h"
#include "score_file.h"

enum { NAMES_MOST = 24, PATHS_MOST = 4, NAME_BYTES = 128 };

struct names { /* of one field, signal part or id, best first */
    struct icp_str name[NAMES_MOST];
    enum icp_object object[NAMES_MOST]; /* where it stands in an object of its own */
    size_t count, own;                  /* the first `own` are the field's own names, not a CRM's */
};

struct mapping {
    struct score_plan *plan;
    const struct score_options *options;
    const struct icp_csv_row *header; /* NULL: NDJSON */
    struct icp_arena *arena;
    bool *claimed; /* along the header: a contact's field has it by a CRM's name */
    size_t found, missing;
};

static void add_name(struct names *names, struct icp_str name, enum icp_object object)
{
    if (names->count < NAMES_MOST && !icp_str_is_empty(name)) {
        names->object[names->count] = object;
        names->name[names->count++] = name;
    }
}

static void add_export_names(struct names *names, struct icp_str what, enum icp_object object)
{
    const char *name;

    for (size_t i = 0; (name = icp_files_column(what.data, what.length, i)) != NULL; i++)
        add_name(names, icp_str_from(name), object);
}

static void add_source(struct mapping *m, struct names *names, const struct icp_source *source)
{
    struct icp_str whole = icp_arena_format(
        m->arena, "%s.%.*s", source->object == ICP_CONTACT ? "contacts" : "companies",
        ICP_STR_ARGUMENTS(source->property));

    add_name(names, whole, source->object);
    add_name(names, source->property, source->object);
    add_export_names(names, whole, source->object);
}

static void add_mapped(const struct mapping *m, struct names *names, struct icp_str field)
{
    for (size_t i = 0; i < m->options->map_count; i++)
        if (icp_str_equal(m->options->maps[i].field, field))
            add_name(names, m->options->maps[i].column, ICP_CONTACT);
    names->own = names->count;
}

static void field_names(struct mapping *m, const struct icp_field *field, struct names *names)
{
    bool company = icp_str_has_prefix(field->name, ICP_STR("company."));

    *names = (struct names){.count = 0};
    add_mapped(m, names, field->name);
    add_name(names, field->name, company ? ICP_COMPANY : ICP_CONTACT);
    names->own = names->count;
    for (size_t i = 0; i < field->source_count; i++)
        add_source(m, names, &field->sources[i]);
    add_export_names(names, field->name, company ? ICP_COMPANY : ICP_CONTACT);
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

static bool same_letters(struct icp_str a, struct icp_str b)
{
    char left[NAME_BYTES], right[NAME_BYTES];
    size_t length = letters_of(a, left);

    return length > 0 && length == letters_of(b, right) && memcmp(left, right, length) == 0;
}

/* As it is written, else by its letters; the count when there is none. */
static size_t find_column(const struct icp_csv_row *header, struct icp_str name)
{
    size_t i = 0;

    while (i < header->count && !icp_str_equal(header->cells[i], name))
        i++;
    if (i < header->count)
        return i;
    for (i = 0; i < header->count; i++)
        if (same_letters(header->cells[i], name))
            break;
    return i;
}

static uint32_t new_slot(struct mapping *m)
{
    return (uint32_t)m->plan->slot_count++;
}

static void take(struct mapping *m, size_t column, uint32_t slot)
{
    m->plan->takes[m->plan->take_count++] =
        (struct score_take){.column = (uint32_t)column, .slot = slot};
}

/* A column that bears a person's name in the CRM is not a company's as well. */
static bool may_take(const struct mapping *m, const struct names *names, size_t name, size_t column)
{
    return name < names->own || names->object[name] == ICP_CONTACT || !m->claimed[column];
}

/* All columns that the names find feed the slot, the best first. */
static bool map_columns(struct mapping *m, const struct names *names, uint32_t slot)
{
    size_t taken[NAMES_MOST], count = 0;

    for (size_t i = 0; i < names->count && count < PATHS_MOST; i++) {
        size_t column = find_column(m->header, names->name[i]), k = 0;
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
            uint32_t from = new_slot(m);
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

static void add_path(struct mapping *m, const char *above, const char *inner, struct icp_str name,
                     uint32_t slot, unsigned rank)
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
static void add_parts(struct mapping *m, struct icp_str name, uint32_t slot, unsigned rank)
{
    struct icp_str path[2], rest = name;

    if (!icp_str_cut(&rest, '.', &path[0]) || rest.length == 0)
        return;
    path[1] = rest;
    if (!icp_json_names_add(m->plan->names, path, 2, slot, rank, ICP_JSON_TEXT))
        m->arena->full = true;
}

/* The shapes of an object: flat; a CRM's, with its properties inside; our own, with its fields. */
static void map_paths(struct mapping *m, const struct names *names, uint32_t slot)
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

static bool map_names(struct mapping *m, const struct names *names, uint32_t slot)
{
    if (m->header != NULL)
        return map_columns(m, names, slot);
    map_paths(m, names, slot);
    return true;
}

/* ---- Fields, signals, id -------------------------------------------------------------------- */

static void say_missing(const struct mapping *m, const char *what, struct icp_str name,
                        struct icp_str like)
{
    struct icp_str near, tail = like, part;

    if (m->options->quiet)
        return;
    (void)icp_str_cut(&tail, '.', &part);
    near = icp_str_nearest(like, m->header->cells, m->header->count);
    if (icp_str_is_null(near) && tail.length > 0)
        near = icp_str_nearest(tail, m->header->cells, m->header->count);
    (void)fprintf(stderr, "icp: %s: warning: no column for %s %.*s%s%.*s%s\n", m->options->called,
                  what, ICP_STR_ARGUMENTS(name), icp_str_is_null(near) ? "" : " (nearest: \"",
                  ICP_STR_ARGUMENTS(near), icp_str_is_null(near) ? "" : "\")");
}

static bool needs_spelling(enum icp_type type)
{
    return type == ICP_TYPE_BOOLEAN || type == ICP_TYPE_DATE || type == ICP_TYPE_DATETIME;
}

/* Every file uses these two to tell who can be reached; most lists of people do not have them. */
static bool is_for_reach(struct icp_str name)
{
    return icp_str_is(name, "contact.opted_out") || icp_str_is(name, "contact.email_bounced");
}

static void map_field(struct mapping *m, const struct score_rules *rules, size_t index,
                      bool companies)
{
    struct icp_field field = icp_rules_field_for(rules->rules, index, m->plan->dictionary->crm);
    uint32_t slot = rules->first_slot + (uint32_t)index;
    struct names names;

    if (companies != icp_str_has_prefix(rules->fields[index].name, ICP_STR("company.")))
        return;
    field.name = rules->fields[index].name;
    field_names(m, &field, &names);
    if (map_names(m, &names, slot)) {
        m->found++;
    } else if (!is_for_reach(field.name)) {
        say_missing(m, "field", field.name,
                    field.source_count > 0 ? field.sources[0].property : field.name);
        m->missing++;
    }
    if (needs_spelling(rules->fields[index].type))
        m->plan->spells[m->plan->spell_count++] =
            (struct score_spell){slot, rules->fields[index].type};
}

static bool map_source(struct mapping *m, struct icp_source source, uint32_t slot)
{
    struct names names = {.count = 0};

    add_source(m, &names, &source);
    return map_names(m, &names, slot);
}

static void map_signal(struct mapping *m, struct icp_str name)
{
    const struct icp_signal_definition *definition =
        icp_dictionary_signal(m->plan->dictionary, name);
    struct score_signal signal = {.definition = definition, .count = SCORE_NO_SLOT};

    for (size_t i = 0; i < m->plan->signal_count; i++)
        if (m->plan->signals[i].definition == definition)
            return; /* another file scores it too */
    if (definition == NULL)
        return;
    signal.last = new_slot(m);
    if (!map_source(m, definition->last, signal.last)) {
        say_missing(m, "signal", name, definition->last.property);
        m->missing++;
        return;
    }
    m->found++;
    if (!icp_str_is_empty(definition->count.property)) {
        signal.count = new_slot(m);
        (void)map_source(m, definition->count, signal.count);
    }
    signal.first_attribute = (uint32_t)m->plan->slot_count;
    m->plan->slot_count += definition->attribute_count;
    for (size_t i = 0; i < definition->attribute_count; i++)
        (void)map_source(
            m, (struct icp_source){definition->last.object, definition->attributes[i].value},
            signal.first_attribute + (uint32_t)i);
    m->plan->signals[m->plan->signal_count++] = signal;
}

/* The record's own id; else what else tells people apart. */
static void map_id(struct mapping *m)
{
    struct names names = {.count = 0};

    m->plan->id_slot = new_slot(m);
    add_mapped(m, &names, ICP_STR("id"));
    add_name(&names, ICP_STR("id"), ICP_CONTACT);
    names.own = names.count;
    add_export_names(&names, ICP_STR("id"), ICP_CONTACT);
    if (map_names(m, &names, m->plan->id_slot) && m->header != NULL)
        return;
    names = (struct names){.count = 0};
    add_name(&names, ICP_STR("email"), ICP_CONTACT);
    add_name(&names, ICP_STR("contact.email"), ICP_CONTACT);
    if (m->header != NULL) {
        (void)map_columns(m, &names, m->plan->id_slot);
    } else {
        uint32_t from = new_slot(m);
        map_paths(m, &names, from);
        m->plan->falls[m->plan->fall_count++] = (struct score_fall){m->plan->id_slot, from};
    }
}

/* ---- Output columns ------------------------------------------------------------------------- */

static const struct {
    const char *name;
    enum score_kind kind;
    bool whole; /* only the rule engine's own result has it */
} outputs[] = {
    {"id", SCORE_ID, false},
    {"score", SCORE_SCORE, false},
    {"grade", SCORE_GRADE, false},
    {"tier", SCORE_TIER, false},
    {"fit", SCORE_FIT, false},
    {"engagement", SCORE_ENGAGEMENT, false},
    {"coverage", SCORE_COVERAGE, false},
    {"roles", SCORE_ROLES, false},
    {"reasons", SCORE_REASONS, false},
    {"reach", SCORE_REACH, false},
    {"summary", SCORE_SUMMARY, true},
    {"profile", SCORE_PROFILE, false},
    {"missing", SCORE_MISSING, true},
    {"refused", SCORE_REFUSED, false},
};

static uint32_t field_slot(const struct score_plan *plan, struct icp_str name)
{
    for (size_t r = 0; r < plan->rules_count; r++)
        for (size_t i = 0; i < plan->rules[r].field_count; i++)
            if (icp_str_equal(plan->rules[r].fields[i].name, name))
                return plan->rules[r].first_slot + (uint32_t)i;
    return SCORE_NO_SLOT;
}

/* Something of the input to carry along: a field of the rules, else a column as it stands. */
static bool carry(struct mapping *m, struct icp_str name, struct score_column *column)
{
    struct names names = {.count = 0};

    *column = (struct score_column){.kind = SCORE_VALUE, .title = name};
    column->slot = field_slot(m->plan, name);
    if (column->slot != SCORE_NO_SLOT)
        return true;
    column->slot = new_slot(m);
    add_name(&names, name, ICP_CONTACT);
    names.own = 1;
    return map_names(m, &names, column->slot);
}

static bool output_of(struct mapping *m, struct icp_str name, struct score_column *column)
{
    for (size_t i = 0; i < sizeof(outputs) / sizeof(outputs[0]); i++)
        if (icp_str_is(name, outputs[i].name)) {
            *column = (struct score_column){.kind = outputs[i].kind, .title = name};
            m->plan->wants_whole = m->plan->wants_whole || outputs[i].whole;
            return true;
        }
    return carry(m, name, column);
}

static enum icp_status refuse_column(const struct mapping *m, struct icp_str name,
                                     struct icp_err *err)
{
    struct icp_str known[sizeof(outputs) / sizeof(outputs[0])], near;
    size_t count = sizeof(outputs) / sizeof(outputs[0]);

    for (size_t i = 0; i < count; i++)
        known[i] = icp_str_from(outputs[i].name);
    icp_fail(err, ICP_ITEM, "--columns: \"%.*s\" is neither an output nor a column of the input",
             ICP_STR_ARGUMENTS(name));
    near = icp_str_nearest(name, known, count);
    if (icp_str_is_null(near) && m->header != NULL)
        near = icp_str_nearest(name, m->header->cells, m->header->count);
    if (!icp_str_is_null(near))
        icp_hint(err, "Did you mean \"%.*s\"?", ICP_STR_ARGUMENTS(near));
    return err->status;
}

static enum icp_status map_outputs(struct mapping *m, struct icp_err *err)
{
    struct icp_str rest = m->options->columns, name;
    size_t most = 1;

    for (size_t i = 0; i < rest.length; i++)
        most += rest.data[i] == ',';
    m->plan->columns = ICP_NEW_ARRAY(m->arena, struct score_column, most);
    while (m->plan->columns != NULL && icp_str_cut(&rest, ',', &name)) {
        name = icp_str_trim(name);
        if (name.length == 0 || !output_of(m, name, &m->plan->columns[m->plan->columns_count]))
            return refuse_column(m, name, err);
        m->plan->columns_count++;
    }
    return ICP_OK;
}

/* ---- All of it ------------------------------------------------------------------------------ */

/* Every name finds PATHS_MOST columns at most, and every slot comes from a name. */
static bool make_tables(struct mapping *m)
{
    struct score_plan *plan = m->plan;
    size_t fields = 0, names, signals = 0, columns = 2;

    for (size_t r = 0; r < plan->rules_count; r++) {
        size_t count;
        fields += plan->rules[r].field_count;
        (void)icp_rules_signals(plan->rules[r].rules, &count);
        signals += count;
    }
    for (size_t i = 0; i < m->options->columns.length; i++)
        columns += m->options->columns.data[i] == ',';
    names = fields + signals * 18 + columns + 2; /* a signal: last, count, sixteen attributes */
    plan->takes = ICP_NEW_ARRAY(m->arena, struct score_take, names * PATHS_MOST);
    plan->falls = ICP_NEW_ARRAY(m->arena, struct score_fall, names * PATHS_MOST);
    plan->spells = ICP_NEW_ARRAY(m->arena, struct score_spell, fields + 1);
    plan->signals = ICP_NEW_ARRAY(m->arena, struct score_signal, signals + 1);
    m->claimed =
        ICP_NEW_ARRAY(m->arena, bool, m->header != NULL ? m->header->count + 1 : (size_t)1);
    plan->slot_count = fields;
    if (m->header == NULL)
        plan->names = icp_json_names_open();
    return !m->arena->full && (m->header != NULL || plan->names != NULL);
}

static void sort_takes(struct score_plan *plan)
{
    for (size_t i = 1; i < plan->take_count; i++) {
        struct score_take take = plan->takes[i];
        size_t k = i;
        for (; k > 0 && plan->takes[k - 1].column > take.column; k--)
            plan->takes[k] = plan->takes[k - 1];
        plan->takes[k] = take;
    }
    for (size_t i = 0, same = 0; i < plan->take_count; i++) {
        same = i > 0 && plan->takes[i - 1].column == plan->takes[i].column ? same + 1 : 1;
        plan->copies = same > plan->copies ? same : plan->copies;
    }
}

static void map_all(struct mapping *m)
{
    struct score_plan *plan = m->plan;
    struct icp_str signals = ICP_STR("signals");

    for (int companies = 0; companies < 2; companies++) /* people's names come first */
        for (size_t r = 0; r < plan->rules_count; r++)
            for (size_t i = 0; i < plan->rules[r].field_count; i++)
                map_field(m, &plan->rules[r], i, companies == 1);
    for (size_t r = 0; r < plan->rules_count; r++) {
        size_t count;
        const struct icp_str *names = icp_rules_signals(plan->rules[r].rules, &count);
        for (size_t i = 0; i < count; i++)
            map_signal(m, names[i]);
    }
    map_id(m);
    plan->signals_slot = new_slot(m);
    if (plan->names != NULL &&
        !icp_json_names_add(plan->names, &signals, 1, plan->signals_slot, 0, ICP_JSON_RAW))
        m->arena->full = true;
    plan->signals_most = 2 * plan->signal_count;
}

static enum icp_status judge(const struct mapping *m, struct icp_err *err)
{
    if (m->header == NULL)
        return ICP_OK;
    if (m->found == 0 && m->missing > 0) {
        icp_fail(err, ICP_ITEM, "no column of %s is one that the rules name", m->options->called);
        icp_hint(err,
                 "Say which column is which: --map \"COLUMN=company.employees\", or --map FILE "
                 "with such lines.");
    } else if (m->missing > 0 && m->options->strict) {
        icp_fail(err, ICP_ITEM, "%s lacks %zu of the columns that the rules need",
                 m->options->called, m->missing);
    }
    return err->status;
}

/* A --map that names nothing is a slip of the pen. */
static enum icp_status check_maps(const struct mapping *m, struct icp_err *err)
{
    for (size_t i = 0; i < m->options->map_count; i++) {
        const struct score_map *map = &m->options->maps[i];
        if (!icp_str_is(map->field, "id") && field_slot(m->plan, map->field) == SCORE_NO_SLOT)
            return icp_fail(err, ICP_ITEM, "--map: the rules use no field \"%.*s\"",
                            ICP_STR_ARGUMENTS(map->field));
        if (m->header != NULL && find_column(m->header, map->column) == m->header->count)
            return icp_fail(err, ICP_ITEM, "--map: %s has no column \"%.*s\"", m->options->called,
                            ICP_STR_ARGUMENTS(map->column));
    }
    return ICP_OK;
}

enum icp_status score_plan_make(struct score_plan *plan, const struct score_options *options,
                                const struct icp_csv_row *header, struct icp_arena *arena,
                                struct icp_err *err)
{
    struct mapping m = {.plan = plan, .options = options, .header = header, .arena = arena};

    if (!make_tables(&m))
        return icp_fail(err, ICP_BUG, "no memory for the columns");
    plan->column_count = header != NULL ? header->count : 0;
    if (check_maps(&m, err) != ICP_OK)
        return err->status;
    map_all(&m);
    if (judge(&m, err) != ICP_OK || map_outputs(&m, err) != ICP_OK)
        return err->status;
    sort_takes(plan);
    return arena->full ? icp_fail(err, ICP_BUG, "no memory for the columns") : ICP_OK;
}

void score_plan_finish(struct score_plan *plan)
{
    for (size_t r = 0; r < plan->rules_count; r++) {
        icp_bulk_close(plan->rules[r].bulk);
        icp_rules_close(plan->rules[r].rules);
    }
    icp_json_names_close(plan->names);
}
