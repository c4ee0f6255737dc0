/*
 * From a stored person to a result: the JSON of the inputs back into the slots of each rule file,
 * what the CRM holds as the record's previous grade and tier, the language of its owner, and the
 * choice between the files. Invariant: the same stored person, files, settings and day give the
 * same verdict, whoever asks: a night, a preview or an explanation.
 */
#include "internal.h"

#include "bounds.h"
#include "date.h"
#include "json_stream.h"

/* ---- JSON to slots -------------------------------------------------------------------------- */

/* The fields of all files together, by name: open addressing, at most half full. */
struct icp_binding {
    struct icp_str *names;
    size_t count;
    uint32_t mask;
    uint32_t *slots;   /* index + 1; 0 is empty */
    uint32_t **places; /* of each file: the index of each of its fields */
    size_t most;       /* fields of one file */
};

/* The place of a name in the table: where it is, or where it belongs. */
static uint32_t place_of(const struct icp_binding *binding, struct icp_str name)
{
    uint32_t at = (uint32_t)icp_str_hash(name) & binding->mask;

    while (binding->slots[at] != 0 && !icp_str_equal(binding->names[binding->slots[at] - 1], name))
        at = (at + 1) & binding->mask;
    return at;
}

static uint32_t add_name(struct icp_binding *binding, struct icp_str name)
{
    uint32_t at = place_of(binding, name);

    if (binding->slots[at] == 0) {
        binding->names[binding->count++] = name;
        binding->slots[at] = (uint32_t)binding->count;
    }
    return binding->slots[at] - 1;
}

static const struct icp_binding *bind_fields(const struct icp_ruleset *const *rules, size_t count,
                                             struct icp_arena *arena)
{
    struct icp_binding *binding = ICP_NEW(arena, struct icp_binding);
    size_t all = 0, fields;
    uint32_t size = 16;

    for (size_t i = 0; i < count; i++) {
        icp_rules_fields(rules[i], &fields);
        all += fields;
    }
    while (size < all * 2)
        size *= 2;
    if (binding == NULL)
        return NULL;
    binding->mask = size - 1;
    binding->slots = ICP_NEW_ARRAY(arena, uint32_t, size);
    binding->names = ICP_NEW_ARRAY(arena, struct icp_str, all + 1);
    binding->places = ICP_NEW_ARRAY(arena, uint32_t *, count + 1);
    if (binding->slots == NULL || binding->names == NULL || binding->places == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        const struct icp_rules_field *field = icp_rules_fields(rules[i], &fields);
        binding->places[i] = ICP_NEW_ARRAY(arena, uint32_t, fields + 1);
        if (binding->places[i] == NULL)
            return NULL;
        for (size_t k = 0; k < fields; k++)
            binding->places[i][k] = add_name(binding, field[k].name);
        binding->most = fields > binding->most ? fields : binding->most;
    }
    return binding;
}

static void read_fields(struct icp_json_reader *json, const struct icp_binding *binding,
                        struct icp_str *values)
{
    struct icp_str key, value;

    if (!icp_json_enter_object(json))
        return;
    while (icp_json_key(json, &key)) {
        uint32_t slot = binding->slots[place_of(binding, key)];
        if (!icp_json_scalar(json, &value))
            return;
        /* A field may come from the person or from the company: the person's own word comes first.
         */
        if (slot != 0 && icp_str_is_null(values[slot - 1]))
            values[slot - 1] = value;
    }
}

static void read_attributes(struct icp_json_reader *json, struct icp_arena *arena,
                            struct icp_signal *signal)
{
    enum { MOST = 16 }; /* attributes of one signal; dictionaries have one or two */
    struct icp_attribute *attributes = ICP_NEW_ARRAY(arena, struct icp_attribute, MOST);
    struct icp_str key, value;

    if (attributes == NULL || !icp_json_enter_object(json))
        return;
    signal->attributes = attributes;
    while (icp_json_key(json, &key)) {
        if (icp_json_scalar(json, &value) && signal->attribute_count < MOST)
            attributes[signal->attribute_count++] = (struct icp_attribute){key, value};
    }
}

static int64_t small_integer(struct icp_str text)
{
    int64_t value = 0;

    for (size_t i = 0; i < text.length && i < 10 && text.data[i] >= '0' && text.data[i] <= '9'; i++)
        value = value * 10 + (text.data[i] - '0');
    return value;
}

static void read_signal(struct icp_json_reader *json, struct icp_arena *arena,
                        struct icp_signal *signal)
{
    struct icp_str key, value;

    *signal = (struct icp_signal){.times = 1};
    if (!icp_json_enter_object(json))
        return;
    while (icp_json_key(json, &key)) {
        if (icp_str_is(key, "attributes")) {
            read_attributes(json, arena, signal);
            continue;
        }
        if (!icp_json_scalar(json, &value))
            return;
        if (icp_str_is(key, "signal"))
            signal->name = value;
        else if (icp_str_is(key, "at"))
            icp_time_parse(value, &signal->at_ms);
        else if (icp_str_is(key, "times"))
            signal->times = (uint32_t)small_integer(value);
        else if (icp_str_is(key, "counted"))
            signal->counted = icp_str_is(value, "true");
    }
}

struct signal_list {
    struct icp_signal *items;
    size_t count;
};

static void read_signals(struct icp_json_reader *json, struct icp_arena *arena,
                         struct signal_list *list)
{
    if (!icp_json_enter_array(json))
        return;
    while (icp_json_item(json)) {
        struct icp_signal signal;
        read_signal(json, arena, &signal);
        if (list->items != NULL && list->count < ICP_MAX_SIGNALS)
            list->items[list->count++] = signal;
    }
}

static enum icp_status read_inputs(struct icp_str text, const struct icp_binding *binding,
                                   struct icp_arena *arena, struct icp_str *values,
                                   struct signal_list *signals, struct icp_err *err)
{
    struct icp_json_reader json;
    struct icp_str key;

    icp_json_reader_open(&json, text, arena);
    if (!icp_json_enter_object(&json))
        return icp_fail(err, ICP_STATE, "the state database holds a damaged record");
    while (icp_json_key(&json, &key)) {
        if (icp_str_is(key, "fields"))
            read_fields(&json, binding, values);
        else if (icp_str_is(key, "signals"))
            read_signals(&json, arena, signals);
        else
            icp_json_skip(&json);
    }
    if (json.problem != NULL)
        return icp_fail(err, ICP_STATE, "the state database holds a damaged record: %s",
                        json.problem);
    return ICP_OK;
}

/* How many signals a JSON text can hold at most: one a `"signal"` key. */
static size_t signals_at_most(struct icp_str text)
{
    size_t count = 0;
    struct icp_str needle = ICP_STR("\"signal\":");

    for (;;) {
        size_t at = icp_str_find(text, needle);
        if (at >= text.length)
            return count < ICP_MAX_SIGNALS ? count : ICP_MAX_SIGNALS;
        count++;
        text = icp_str_slice(text, at + needle.length, text.length);
    }
}

/* ---- what the record had before, and whose language it is in --------------------------------- */

struct icp_str icp_language_of(const struct icp_night_settings *settings, struct icp_str owner)
{
    for (size_t i = 0; i < settings->owner_language_count; i++)
        if (icp_str_equal(settings->owner_languages[i].owner, owner))
            return settings->owner_languages[i].language;
    return settings->language;
}

static bool any_margin(const struct icp_scorer *scorer)
{
    for (size_t i = 0; i < scorer->count; i++)
        if (icp_rules_about(scorer->rules[i])->drop_margin > 0)
            return true;
    return false;
}

enum icp_status icp_scorer_open(struct icp_scorer *scorer, const struct icp_ruleset *const *rules,
                                size_t count, const struct icp_night_settings *settings,
                                int32_t as_of, struct icp_arena *arena, struct icp_err *err)
{
    struct icp_owned_field fields[ICP_OWNED_COUNT];

    *scorer =
        (struct icp_scorer){.rules = rules, .count = count, .settings = settings, .as_of = as_of};
    scorer->binding = bind_fields(rules, count, arena);
    if (scorer->binding == NULL)
        return icp_fail(err, ICP_BUG, "no memory to score with %zu rule files", count);
    scorer->reads_previous = any_margin(scorer);
    icp_owned_fields(settings->owned_prefix, NULL, 0, arena, fields);
    for (size_t i = 0; i < ICP_OWNED_COUNT; i++)
        scorer->names[i] = fields[i].name;
    return ICP_OK;
}

/* ---- scoring --------------------------------------------------------------------------------- */

/* A person's own words, once for all files. */
struct material {
    struct icp_str *values; /* by the binding's names */
    struct signal_list signals;
    struct icp_str held[ICP_OWNED_COUNT];
};

static enum icp_status read_person(const struct icp_scorer *scorer, const struct icp_person *person,
                                   struct icp_arena *arena, struct material *material,
                                   struct icp_err *err)
{
    size_t most = signals_at_most(person->record.inputs) + signals_at_most(person->company_inputs);

    *material = (struct material){
        .values = ICP_NEW_ARRAY(arena, struct icp_str, scorer->binding->count + 1),
        .signals.items = ICP_NEW_ARRAY(arena, struct icp_signal, most + 1)};
    if (material->values == NULL || material->signals.items == NULL)
        return icp_fail(err, ICP_BUG, "no memory to score a chunk of people");
    if (read_inputs(person->record.inputs, scorer->binding, arena, material->values,
                    &material->signals, err) != ICP_OK)
        return err->status;
    if (!icp_str_is_null(person->company_inputs) &&
        read_inputs(person->company_inputs, scorer->binding, arena, material->values,
                    &material->signals, err) != ICP_OK)
        return err->status;
    if (scorer->reads_previous)
        return icp_held_read(person->record.owned, scorer->names, arena, material->held, err);
    return ICP_OK;
}

/* The material in the slots of one file. */
static enum icp_status make_input(const struct icp_scorer *scorer, size_t file,
                                  const struct icp_person *person, const struct material *material,
                                  struct icp_arena *arena, struct icp_rules_input *input,
                                  struct icp_err *err)
{
    size_t fields;
    struct icp_str *values;

    icp_rules_fields(scorer->rules[file], &fields);
    values = ICP_NEW_ARRAY(arena, struct icp_str, fields + 1);
    if (values == NULL)
        return icp_fail(err, ICP_BUG, "no memory to score a chunk of people");
    for (size_t i = 0; i < fields; i++)
        values[i] = material->values[scorer->binding->places[file][i]];
    *input = (struct icp_rules_input){.values = values,
                                      .signals = material->signals.items,
                                      .signal_count = material->signals.count,
                                      .as_of = scorer->as_of,
                                      .language =
                                          icp_language_of(scorer->settings, person->record.owner)};
    if (scorer->reads_previous && icp_str_equal(material->held[ICP_OWNED_PROFILE],
                                                icp_rules_about(scorer->rules[file])->name)) {
        input->previous_grade = material->held[ICP_OWNED_GRADE];
        input->previous_tier = material->held[ICP_OWNED_TIER];
    }
    return ICP_OK;
}

enum icp_status icp_scorer_inputs(const struct icp_scorer *scorer, const struct icp_person *person,
                                  struct icp_arena *arena, struct icp_rules_input *inputs,
                                  struct icp_err *err)
{
    struct material material;

    if (read_person(scorer, person, arena, &material, err) != ICP_OK)
        return icp_wrap(err, "person %.*s", ICP_STR_ARGUMENTS(person->record.id));
    for (size_t file = 0; file < scorer->count; file++)
        if (make_input(scorer, file, person, &material, arena, &inputs[file], err) != ICP_OK)
            return err->status;
    return ICP_OK;
}

static void choose(const struct icp_scorer *scorer, const struct icp_result *results, size_t people,
                   size_t person, struct icp_verdict *verdict)
{
    const struct icp_result *of_person[ICP_MAX_FILES];

    for (size_t file = 0; file < scorer->count; file++)
        of_person[file] = &results[file * people + person];
    size_t best = icp_rules_choose(of_person, scorer->count);
    *verdict = (struct icp_verdict){.file = best};
    if (scorer->count > 0)
        verdict->result = *of_person[best == ICP_NO_FILE ? 0 : best];
    if (best != ICP_NO_FILE)
        verdict->rules = scorer->rules[best];
}

/* What comes next for everybody whom a file applies to. */
static enum icp_status look_ahead(const struct icp_scorer *scorer,
                                  const struct icp_rules_input *inputs, size_t count,
                                  struct icp_arena *arena, struct icp_verdict *verdicts,
                                  struct icp_err *err)
{
    struct icp_rules_input of_person[ICP_MAX_FILES];
    struct icp_ahead *ahead;

    if (scorer->count == 0)
        return ICP_OK;
    if (icp_rules_ahead_open(scorer->rules, scorer->count, arena, &ahead, err) != ICP_OK)
        return err->status;
    for (size_t i = 0; i < count; i++) {
        if (verdicts[i].rules == NULL)
            continue;
        for (size_t file = 0; file < scorer->count; file++)
            of_person[file] = inputs[file * count + i];
        if (icp_rules_look_ahead(ahead, of_person, verdicts[i].file, arena, &verdicts[i].result,
                                 err) != ICP_OK)
            return err->status;
    }
    return ICP_OK;
}

enum icp_status icp_score_people(const struct icp_scorer *scorer, const struct icp_person *people,
                                 size_t count, struct icp_arena *arena,
                                 struct icp_verdict *verdicts, struct icp_err *err)
{
    struct icp_rules_input *inputs =
        ICP_NEW_ARRAY(arena, struct icp_rules_input, count * scorer->count + 1);
    struct icp_result *results = ICP_NEW_ARRAY(arena, struct icp_result, count * scorer->count + 1);
    struct icp_rules_input of_person[ICP_MAX_FILES];

    if (inputs == NULL || results == NULL || scorer->count > ICP_MAX_FILES)
        return icp_fail(err, ICP_BUG, "no memory to score a chunk of people");
    for (size_t i = 0; i < count; i++) {
        if (icp_scorer_inputs(scorer, &people[i], arena, of_person, err) != ICP_OK)
            return err->status;
        for (size_t file = 0; file < scorer->count; file++)
            inputs[file * count + i] = of_person[file];
    }
    for (size_t file = 0; file < scorer->count; file++)
        if (icp_rules_score(scorer->rules[file], &inputs[file * count], count, arena,
                            &results[file * count], err) != ICP_OK)
            return err->status;
    for (size_t i = 0; i < count; i++) {
        choose(scorer, results, count, i, &verdicts[i]);
        for (size_t file = 0; scorer->stops != NULL && file < scorer->count; file++)
            icp_stops_add(scorer->stops, file, results[file * count + i].stops,
                          results[file * count + i].stop_count, people[i].record.id, 0);
    }
    return scorer->looks_ahead ? look_ahead(scorer, inputs, count, arena, verdicts, err) : ICP_OK;
}
