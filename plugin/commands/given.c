/*
 * One record out of a file that a person has at hand: CSV, NDJSON or JSON. Every cell or member is
 * a pair of name and text; a field of the rules takes the first of its names that is there: its
 * own, then those of the CRM's properties, with the object in front ("companies.country") before
 * the property alone. Nothing of the state database or of a configuration is needed.
 */
#include <string.h>

#include "csv.h"
#include "date.h"
#include "explain.h"
#include "file.h"
#include "json_stream.h"
#include "number.h"

enum {
    MOST_PAIRS = 4096, /* columns: a HubSpot export with every property has some 400 */
    MOST_FILE = 32 * 1024 * 1024,
    MOST_SIGNALS = 256,
    MOST_ATTRIBUTES = 16,
};

struct pair {
    struct icp_str name, text;
};

struct record {
    struct icp_arena *arena;
    struct pair *pairs;
    size_t count;
    struct icp_signal *signals;
    size_t signal_count;
};

static const char *const id_names[] = {"id", "Id", "ID", "vid", "hs_object_id", "Record ID"};

static void add_pair(struct record *record, struct icp_str name, struct icp_str text)
{
    if (record->count < MOST_PAIRS)
        record->pairs[record->count++] = (struct pair){icp_str_trim(name), text};
}

static struct icp_str find(const struct record *record, struct icp_str name)
{
    for (size_t i = 0; i < record->count; i++)
        if (icp_str_equal_ascii_case(record->pairs[i].name, name) &&
            !icp_str_is_empty(record->pairs[i].text))
            return record->pairs[i].text;
    return (struct icp_str){0};
}

static struct icp_str id_of(const struct record *record)
{
    struct icp_str id = {0};
    for (size_t i = 0; i < sizeof(id_names) / sizeof(id_names[0]) && icp_str_is_null(id); i++)
        id = find(record, icp_str_from(id_names[i]));
    return id;
}

/* ---- From a property of the CRM to a text --------------------------------------------------- */

static struct icp_str find_source(const struct record *record, const struct icp_source *source,
                                  bool bare)
{
    const char *object = source->object == ICP_CONTACT ? "contacts" : "companies";
    struct icp_str whole =
        icp_arena_format(record->arena, "%s.%.*s", object, ICP_STR_ARGUMENTS(source->property));
    struct icp_str text = find(record, whole);
    return icp_str_is_null(text) && bare ? find(record, source->property) : text;
}

/* "country" alone is the person's when both objects have such a property. */
static bool means_contact(const struct icp_dictionary *dictionary, struct icp_str property)
{
    for (size_t i = 0; i < dictionary->field_count; i++)
        for (size_t k = 0; k < dictionary->fields[i].source_count; k++)
            if (dictionary->fields[i].sources[k].object == ICP_CONTACT &&
                icp_str_equal(dictionary->fields[i].sources[k].property, property))
                return true;
    return false;
}

static struct icp_str value_of(const struct record *record, const struct icp_field *field,
                               const struct icp_dictionary *dictionary)
{
    struct icp_str text = find(record, field->name);
    for (size_t i = 0; i < field->source_count && icp_str_is_null(text); i++) {
        const struct icp_source *source = &field->sources[i];
        text = find_source(record, source,
                           source->object == ICP_CONTACT ||
                               !means_contact(dictionary, source->property));
    }
    return text;
}

/* A signal out of a counter and a last date, as the CRM's export has them. */
static void add_counter(struct record *record, const struct icp_signal_definition *definition)
{
    struct icp_str last = find_source(record, &definition->last, true);
    struct icp_str count = {0};
    int64_t times = 1;
    struct icp_signal *signal = &record->signals[record->signal_count];
    bool counted = !icp_str_is_empty(definition->count.property);
    if (counted)
        count = find_source(record, &definition->count, true);
    if (record->signal_count == MOST_SIGNALS || icp_str_is_null(last) ||
        !icp_time_parse(last, &signal->at_ms))
        return;
    if (!icp_str_is_null(count) &&
        (!icp_integer_parse(count, &times) || times < 1 || times > UINT32_MAX))
        return;
    struct icp_attribute *attributes =
        ICP_NEW_ARRAY(record->arena, struct icp_attribute, definition->attribute_count + 1);
    for (size_t i = 0; attributes && i < definition->attribute_count; i++) {
        struct icp_source source = {definition->last.object, definition->attributes[i].value};
        struct icp_str text = find_source(record, &source, true);
        if (!icp_str_is_null(text))
            attributes[signal->attribute_count++] =
                (struct icp_attribute){definition->attributes[i].name, text};
    }
    signal->name = definition->name;
    signal->times = (uint32_t)times;
    signal->counted = counted;
    signal->attributes = attributes;
    record->signal_count++;
}

static void take(struct record *record, const struct icp_ruleset *rules,
                 const struct icp_dictionary *dictionary, struct icp_given *given)
{
    size_t count;
    struct icp_str first = find(record, ICP_STR("firstname")),
                   last = find(record, ICP_STR("lastname"));
    (void)icp_rules_fields(rules, &count);
    struct icp_str *values = ICP_NEW_ARRAY(record->arena, struct icp_str, count + 1);
    for (size_t i = 0; values && i < count; i++) {
        struct icp_field field = icp_rules_field_for(rules, i, dictionary->crm);
        values[i] = value_of(record, &field, dictionary);
    }
    for (size_t i = 0; i < dictionary->signal_count; i++)
        add_counter(record, &dictionary->signals[i]);
    given->input = (struct icp_rules_input){
        .values = values, .signals = record->signals, .signal_count = record->signal_count};
    given->id = id_of(record);
    given->name = find(record, ICP_STR("name"));
    if (icp_str_is_null(given->name) && (first.length > 0 || last.length > 0))
        given->name = icp_str_trim(icp_arena_format(
            record->arena, "%.*s %.*s", ICP_STR_ARGUMENTS(first), ICP_STR_ARGUMENTS(last)));
    given->company = find(record, ICP_STR("company.name"));
    if (icp_str_is_null(given->company))
        given->company = find(record, ICP_STR("company"));
    given->email = find(record, ICP_STR("contact.email"));
    if (icp_str_is_null(given->email))
        given->email = find(record, ICP_STR("email"));
}

/* ---- JSON ----------------------------------------------------------------------------------- */

static struct icp_str joined(struct icp_json_reader *json, struct icp_arena *arena)
{
    struct icp_str all = ICP_STR(""), item;
    bool first = true;
    if (!icp_json_enter_array(json))
        return all;
    while (icp_json_item(json) && icp_json_scalar(json, &item)) {
        all = icp_arena_format(arena, "%.*s%s%.*s", ICP_STR_ARGUMENTS(all), first ? "" : ";",
                               ICP_STR_ARGUMENTS(item));
        first = false;
    }
    return all;
}

static void read_signal(struct icp_json_reader *json, struct record *record)
{
    struct icp_signal *signal = &record->signals[record->signal_count];
    struct icp_attribute *attributes =
        ICP_NEW_ARRAY(record->arena, struct icp_attribute, MOST_ATTRIBUTES);
    struct icp_str key, value;
    int64_t times = 1;
    if (attributes == NULL || !icp_json_enter_object(json))
        return;
    *signal = (struct icp_signal){.times = 1, .attributes = attributes};
    while (icp_json_key(json, &key)) {
        if (!icp_json_scalar(json, &value))
            return;
        if (icp_str_is(key, "signal"))
            signal->name = value;
        else if (icp_str_is(key, "at"))
            (void)icp_time_parse(value, &signal->at_ms);
        else if (icp_str_is(key, "times") && icp_integer_parse(value, &times) && times > 0 &&
                 times <= UINT32_MAX)
            signal->times = (uint32_t)times;
        else if (signal->attribute_count < MOST_ATTRIBUTES)
            attributes[signal->attribute_count++] = (struct icp_attribute){key, value};
    }
    record->signal_count += !icp_str_is_null(signal->name) && record->signal_count < MOST_SIGNALS;
}

static void read_object(struct icp_json_reader *json, struct record *record, struct icp_str above);

/* "properties" and objects named after a CRM's object are looked through. */
static void read_member(struct icp_json_reader *json, struct record *record, struct icp_str key,
                        struct icp_str above)
{
    struct icp_json_reader ahead = *json;
    enum icp_json_token next = icp_json_next(&ahead, NULL);
    struct icp_str text;
    struct icp_str name = icp_str_is_empty(above)
                              ? key
                              : icp_arena_format(record->arena, "%.*s.%.*s",
                                                 ICP_STR_ARGUMENTS(above), ICP_STR_ARGUMENTS(key));
    if (next == ICP_JSON_ARRAY_BEGIN && icp_str_is(name, "signals")) {
        if (icp_json_enter_array(json))
            while (icp_json_item(json))
                read_signal(json, record);
    } else if (next == ICP_JSON_ARRAY_BEGIN) {
        add_pair(record, name, joined(json, record->arena));
    } else if (next == ICP_JSON_OBJECT_BEGIN) {
        read_object(json, record, icp_str_is(key, "properties") ? above : name);
    } else if (icp_json_scalar(json, &text)) {
        add_pair(record, name, text);
    }
}

static void read_object(struct icp_json_reader *json, struct record *record, struct icp_str above)
{
    struct icp_str key;
    if (!icp_json_enter_object(json))
        return;
    while (icp_json_key(json, &key))
        read_member(json, record, key, above);
}

/* ---- Files ---------------------------------------------------------------------------------- */

struct search { /* the record that is wanted, among those of a file */
    const char *path;
    struct icp_str id;
    struct record record;
    size_t fitting;
};

static bool wanted(const struct search *search, const struct record *record)
{
    return icp_str_is_empty(search->id) || icp_str_equal(id_of(record), search->id);
}

static void begin_record(struct search *search, struct record *record)
{
    struct icp_arena *arena = search->record.arena;
    *record = (struct record){.arena = arena,
                              .pairs = ICP_NEW_ARRAY(arena, struct pair, MOST_PAIRS),
                              .signals = ICP_NEW_ARRAY(arena, struct icp_signal, MOST_SIGNALS)};
}

static enum icp_status read_csv(struct search *search, struct icp_err *err)
{
    struct icp_csv *csv = icp_csv_open(search->path, err);
    struct icp_arena *arena = search->record.arena;
    struct icp_csv_row row;
    struct icp_str *names = NULL;
    size_t columns = 0;
    struct record *kept = &search->record;
    struct record one;
    begin_record(search, &one);
    while (csv != NULL && one.signals != NULL && icp_csv_next(csv, &row, err) == ICP_OK &&
           row.count > 0 && search->fitting < 2) {
        if (names == NULL) {
            names = ICP_NEW_ARRAY(arena, struct icp_str, row.count);
            columns = row.count;
            for (size_t i = 0; names != NULL && i < columns; i++)
                names[i] = icp_arena_copy(arena, row.cells[i]);
            continue;
        }
        one.count = 0;
        for (size_t i = 0; i < row.count && i < columns; i++)
            add_pair(&one, names[i], row.cells[i]);
        if (!wanted(search, &one))
            continue;
        search->fitting++;
        for (size_t i = 0; i < one.count; i++)
            one.pairs[i].text = icp_arena_copy(arena, one.pairs[i].text);
        *kept = one;
        begin_record(search, &one);
    }
    icp_csv_close(csv);
    return err->status;
}

static bool parse_object(struct icp_str text, struct record *record, struct icp_json_reader *json)
{
    record->count = record->signal_count = 0;
    icp_json_reader_open(json, text, record->arena);
    read_object(json, record, ICP_STR(""));
    return json->problem == NULL && icp_json_next(json, NULL) == ICP_JSON_FINISHED;
}

/* One object a line when the first line is one, else one object. */
static enum icp_status read_objects(struct search *search, struct icp_str text, struct icp_err *err)
{
    struct icp_json_reader json;
    struct record one;
    struct icp_str line, rest = text;
    uint32_t number = 0;
    begin_record(search, &one);
    (void)icp_str_cut(&rest, '\n', &line);
    bool lines = one.signals != NULL && parse_object(line, &one, &json);
    rest = text;
    while (one.signals != NULL && search->fitting < 2 && rest.length > 0) {
        line = rest;
        if (lines)
            (void)icp_str_cut(&rest, '\n', &line);
        else
            rest = icp_str_slice(rest, rest.length, rest.length);
        number++;
        if (icp_str_trim(line).length == 0)
            continue;
        if (!parse_object(line, &one, &json))
            return icp_fail_at(err, ICP_ITEM, search->path, lines ? number : 1,
                               (uint32_t)json.at + 1, "%s",
                               json.problem != NULL ? json.problem : "not one JSON object");
        if (!wanted(search, &one))
            continue;
        search->fitting++;
        search->record = one;
        begin_record(search, &one);
    }
    return err->status;
}

static enum icp_status read_json(struct search *search, struct icp_err *err)
{
    struct icp_buf text;
    icp_buf_open(&text, MOST_FILE);
    if (icp_file_read(search->path, MOST_FILE, &text, err) == ICP_OK)
        (void)read_objects(
            search, icp_str_trim(icp_arena_copy(search->record.arena, icp_buf_view(&text))), err);
    icp_buf_finish(&text);
    return err->status;
}

enum icp_status icp_given_read(const char *path, struct icp_str id, const struct icp_ruleset *rules,
                               const struct icp_dictionary *dictionary, struct icp_arena *arena,
                               struct icp_given *given, struct icp_err *err)
{
    struct search search = {.path = path, .id = id, .record = {.arena = arena}};
    bool csv = icp_str_has_suffix(icp_str_from(path), ICP_STR(".csv"));
    *given = (struct icp_given){0};
    if ((csv ? read_csv(&search, err) : read_json(&search, err)) != ICP_OK)
        return err->status;
    if (search.fitting == 0 && !icp_str_is_empty(id))
        return icp_fail(err, ICP_ITEM, "%s has no record with the id \"%.*s\"", path,
                        ICP_STR_ARGUMENTS(id));
    if (search.fitting == 0)
        return icp_fail(err, ICP_ITEM, "%s has no record", path);
    if (search.fitting > 1) {
        icp_fail(err, ICP_ITEM, "%s has more than one record%s", path,
                 icp_str_is_empty(id) ? "" : " with that id");
        icp_hint(err, "Pick one with --id ID.");
        return err->status;
    }
    take(&search.record, rules, dictionary, given);
    if (arena->full)
        return icp_fail(err, ICP_BUG, "no memory left for a record of %s", path);
    return ICP_OK;
}
