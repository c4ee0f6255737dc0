/*
 * What is looked for in a file's columns or in the members of its lines: the fields and signals of
 * the rules, the row's id, and what the output carries along.
 */
#include "score_map.h"

#include <limits.h>

/* ---- Fields, signals, id -------------------------------------------------------------------- */

static void say_missing(const struct score_mapping *m, const char *what, struct icp_str name,
                        struct icp_str like)
{
    struct icp_str near, tail = like, part;

    if (m->options->quiet || m->options->labels)
        return; /* of one record that is looked at, what is not known is shown */
    (void)icp_str_cut(&tail, '.', &part);
    near = icp_str_nearest(like, m->header->cells, m->header->count);
    if (icp_str_is_null(near) && tail.length > 0)
        near = icp_str_nearest(tail, m->header->cells, m->header->count);
    (void)fprintf(stderr, "icp: %s: warning: no column for %s %.*s%s%.*s%s\n", m->options->called,
                  what, ICP_STR_ARGUMENTS(name), icp_str_is_null(near) ? "" : " (nearest: \"",
                  ICP_STR_ARGUMENTS(near), icp_str_is_null(near) ? "" : "\")");
}

/* A text that is made of these alone is one of the values, not a label: looked at for every row. */
static const bool *bytes_of(const struct score_mapping *m, const struct score_spell *spell)
{
    bool *plain = ICP_NEW_ARRAY(m->arena, bool, UCHAR_MAX + 1);

    for (size_t i = 0; i < spell->option_count && plain != NULL; i++)
        for (size_t k = 0; k < spell->options[i].value.length; k++)
            plain[(unsigned char)spell->options[i].value.data[k]] = true;
    if (plain != NULL && spell->type == ICP_TYPE_SET)
        plain[';'] = true;
    return plain;
}

/* What a file may spell otherwise than the CRM does. Labels, and signs between thousands, are what
   exports and spreadsheets write; the objects of NDJSON hold values. */
static void map_spelling(struct score_mapping *m, const struct icp_field *field, uint32_t slot)
{
    struct score_spell spell = {.slot = slot, .type = field->type};

    if (m->header != NULL) {
        spell.whole = field->whole;
        spell.options = icp_field_options(field, m->arena, &spell.option_count);
    }
    if (spell.options != NULL)
        spell.plain = bytes_of(m, &spell);
    if (spell.plain != NULL || spell.whole || spell.type == ICP_TYPE_BOOLEAN ||
        spell.type == ICP_TYPE_DATE || spell.type == ICP_TYPE_DATETIME)
        m->plan->spells[m->plan->spell_count++] = spell;
}

/* Every file uses these two to tell who can be reached; most lists of people do not have them. */
static bool is_for_reach(struct icp_str name)
{
    return icp_str_is(name, "contact.opted_out") || icp_str_is(name, "contact.email_bounced");
}

static void map_field(struct score_mapping *m, const struct score_rules *rules, size_t index,
                      bool companies)
{
    struct icp_field field = icp_rules_field_for(rules->rules, index, m->plan->dictionary->crm);
    uint32_t slot = rules->first_slot + (uint32_t)index;
    struct score_names names;

    if (companies != icp_str_has_prefix(rules->fields[index].name, ICP_STR("company.")))
        return;
    field.name = rules->fields[index].name;
    score_field_names(m, &field, &names);
    if (score_map_names(m, &names, slot)) {
        m->found++;
    } else if (!is_for_reach(field.name)) {
        say_missing(m, "field", field.name,
                    field.source_count > 0 ? field.sources[0].property : field.name);
        m->missing++;
    }
    map_spelling(m, &field, slot);
}

static bool map_source(struct score_mapping *m, struct icp_source source, uint32_t slot)
{
    struct score_names names = {.count = 0};

    score_add_source(m, &names, &source);
    return score_map_names(m, &names, slot);
}

static void map_signal(struct score_mapping *m, struct icp_str name)
{
    const struct icp_signal_definition *definition =
        icp_dictionary_signal(m->plan->dictionary, name);
    struct score_signal signal = {.definition = definition, .count = SCORE_NO_SLOT};

    for (size_t i = 0; i < m->plan->signal_count; i++)
        if (m->plan->signals[i].definition == definition)
            return; /* another file scores it too */
    if (definition == NULL)
        return;
    signal.last = score_new_slot(m);
    if (!map_source(m, definition->last, signal.last)) {
        say_missing(m, "signal", name, definition->last.property);
        m->missing++;
        return;
    }
    m->found++;
    if (!icp_str_is_empty(definition->count.property)) {
        signal.count = score_new_slot(m);
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
static void map_id(struct score_mapping *m)
{
    struct score_names names = {.count = 0};

    m->plan->id_slot = score_new_slot(m);
    score_add_mapped(m, &names, ICP_STR("id"));
    score_add_name(&names, ICP_STR("id"), ICP_CONTACT);
    names.own = names.count;
    score_add_export_names(&names, ICP_STR("id"), ICP_CONTACT);
    if (score_map_names(m, &names, m->plan->id_slot) && m->header != NULL)
        return;
    names = (struct score_names){.count = 0};
    score_add_name(&names, ICP_STR("email"), ICP_CONTACT);
    score_add_name(&names, ICP_STR("contact.email"), ICP_CONTACT);
    if (m->header != NULL) {
        (void)score_map_names(m, &names, m->plan->id_slot);
    } else {
        uint32_t from = score_new_slot(m);
        (void)score_map_names(m, &names, from);
        m->plan->falls[m->plan->fall_count++] = (struct score_fall){m->plan->id_slot, from};
    }
}

/* As the CRM's own properties have it, or a person who carries on a result of before. */
static const char *const before_names[SCORE_BEFORE_COUNT][2] = {
    [SCORE_BEFORE_GRADE] = {"previous_grade", "icp_grade"},
    [SCORE_BEFORE_TIER] = {"previous_tier", "icp_tier"},
    [SCORE_BEFORE_PROFILE] = {"previous_profile", "icp_profile"},
};

static void map_before(struct score_mapping *m)
{
    for (size_t r = 0; r < m->plan->rules_count; r++)
        if (icp_rules_about(m->plan->rules[r].rules)->drop_margin > 0)
            m->plan->reads_before = true;
    for (size_t i = 0; i < SCORE_BEFORE_COUNT && m->plan->reads_before; i++) {
        struct icp_str field = icp_str_from(before_names[i][0]);
        struct score_names names = {.count = 0};
        score_add_mapped(m, &names, field);
        score_add_name(&names, field, ICP_CONTACT);
        names.own = names.count;
        score_add_name(&names, icp_str_from(before_names[i][1]), ICP_CONTACT);
        m->plan->before[i] = score_new_slot(m);
        if (!score_map_names(m, &names, m->plan->before[i]))
            m->plan->before[i] = SCORE_NO_SLOT;
    }
}

static bool is_before(struct icp_str field)
{
    for (size_t i = 0; i < SCORE_BEFORE_COUNT; i++)
        if (icp_str_is(field, before_names[i][0]))
            return true;
    return false;
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
    {"falls_to", SCORE_FALLS_TO, true},
    {"falls_on", SCORE_FALLS_ON, true},
    {"lift", SCORE_LIFT, true},
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
static bool carry(struct score_mapping *m, struct icp_str name, struct score_column *column)
{
    struct score_names names = {.count = 0};
    const struct icp_field *known;

    *column = (struct score_column){.kind = SCORE_VALUE, .title = name};
    column->slot = field_slot(m->plan, name);
    if (column->slot != SCORE_NO_SLOT)
        return true;
    column->slot = score_new_slot(m);
    known = icp_dictionary_field(m->plan->dictionary, name);
    if (known != NULL)
        score_field_names(m, known, &names);
    else
        score_add_name(&names, name, ICP_CONTACT);
    if (known == NULL)
        names.own = 1;
    return score_map_names(m, &names, column->slot);
}

static bool output_of(struct score_mapping *m, struct icp_str name, struct score_column *column)
{
    for (size_t i = 0; i < sizeof(outputs) / sizeof(outputs[0]); i++)
        if (icp_str_is(name, outputs[i].name)) {
            *column = (struct score_column){.kind = outputs[i].kind, .title = name};
            m->plan->wants_whole = m->plan->wants_whole || outputs[i].whole;
            return true;
        }
    return carry(m, name, column);
}

/* Who it is, for people; what is not there is no text. */
static void map_labels(struct score_mapping *m)
{
    static const char *const fields[SCORE_LABELS] = {
        [SCORE_LABEL_NAME] = "name",
        [SCORE_LABEL_FIRST] = "contact.first_name",
        [SCORE_LABEL_LAST] = "contact.last_name",
        [SCORE_LABEL_COMPANY] = "company.name",
        [SCORE_LABEL_COMPANY_TYPED] = "contact.company_name",
        [SCORE_LABEL_EMAIL] = "contact.email",
    };

    for (size_t i = 0; i < SCORE_LABELS && m->options->labels; i++) {
        struct score_column column;
        (void)carry(m, icp_str_from(fields[i]), &column);
        m->plan->labels[i] = column.slot;
    }
}

static enum icp_status refuse_column(const struct score_mapping *m, struct icp_str name,
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

static enum icp_status map_outputs(struct score_mapping *m, struct icp_err *err)
{
    struct icp_str rest = m->options->columns, name;
    size_t most = 1;

    for (size_t i = 0; i < rest.length; i++)
        most += rest.data[i] == ',';
    m->plan->columns = ICP_NEW_ARRAY(m->arena, struct score_column, most);
    while (rest.length > 0 && m->plan->columns != NULL && icp_str_cut(&rest, ',', &name)) {
        name = icp_str_trim(name);
        if (name.length == 0 || !output_of(m, name, &m->plan->columns[m->plan->columns_count]))
            return refuse_column(m, name, err);
        m->plan->columns_count++;
    }
    return ICP_OK;
}

/* ---- All of it ------------------------------------------------------------------------------ */

/* Every name finds PATHS_MOST columns at most, and every slot comes from a name. */
static bool make_tables(struct score_mapping *m)
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
    names = fields + signals * 18 + columns + 2 + SCORE_LABELS + SCORE_BEFORE_COUNT;
    /* a signal: last, count, sixteen attributes */
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

/* Of a CSV file is known beforehand which fields it has no column for. */
static void find_given(struct score_mapping *m)
{
    struct score_plan *plan = m->plan;

    for (size_t r = 0; r < plan->rules_count && m->header != NULL; r++) {
        struct score_rules *rules = &plan->rules[r];
        rules->given = ICP_NEW_ARRAY(m->arena, bool, rules->field_count + 1);
        for (size_t i = 0; rules->given != NULL && i < rules->field_count; i++) {
            uint32_t slot = rules->first_slot + (uint32_t)i;
            for (size_t t = 0; t < plan->take_count; t++)
                rules->given[i] = rules->given[i] || plan->takes[t].slot == slot;
            for (size_t f = 0; f < plan->fall_count; f++)
                rules->given[i] = rules->given[i] || plan->falls[f].slot == slot;
        }
    }
}

static void map_all(struct score_mapping *m)
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
    map_before(m);
    plan->signals_slot = score_new_slot(m);
    if (plan->names != NULL &&
        !icp_json_names_add(plan->names, &signals, 1, plan->signals_slot, 0, ICP_JSON_RAW))
        m->arena->full = true;
    plan->signals_most = 2 * plan->signal_count;
}

static enum icp_status judge(const struct score_mapping *m, struct icp_err *err)
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
static enum icp_status check_maps(const struct score_mapping *m, struct icp_err *err)
{
    for (size_t i = 0; i < m->options->map_count; i++) {
        const struct score_map *map = &m->options->maps[i];
        if (!icp_str_is(map->field, "id") && !is_before(map->field) &&
            field_slot(m->plan, map->field) == SCORE_NO_SLOT)
            return icp_fail(err, ICP_ITEM, "--map: the rules use no field \"%.*s\"",
                            ICP_STR_ARGUMENTS(map->field));
        if (m->header != NULL && score_find_column(m->header, map->column) == m->header->count)
            return icp_fail(err, ICP_ITEM, "--map: %s has no column \"%.*s\"", m->options->called,
                            ICP_STR_ARGUMENTS(map->column));
    }
    return ICP_OK;
}

enum icp_status score_plan_make(struct score_plan *plan, const struct score_options *options,
                                const struct icp_csv_row *header, struct icp_arena *arena,
                                struct icp_err *err)
{
    struct score_mapping m = {.plan = plan, .options = options, .header = header, .arena = arena};

    if (!make_tables(&m))
        return icp_fail(err, ICP_BUG, "no memory for the columns");
    plan->column_count = header != NULL ? header->count : 0;
    plan->separator = ',';
    if (header != NULL)
        plan->separator = header->separator;
    if (check_maps(&m, err) != ICP_OK)
        return err->status;
    map_all(&m);
    if (judge(&m, err) != ICP_OK || map_outputs(&m, err) != ICP_OK)
        return err->status;
    map_labels(&m);
    sort_takes(plan);
    find_given(&m);
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
