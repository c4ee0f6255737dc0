/*
 * Names: the fields that a file may use (its own, then those of the CRMs' dictionaries, then the
 * derived ones), its lists, and the conditions that mention them. A field's place in the table of
 * known fields is its slot; only fields that something marks as used are ever asked of a CRM.
 */
#include "loader.h"

#include "reference.h"

#include <stdlib.h>

static const struct {
    const char *name;
    enum icp_feel_type type;
    bool of_points; /* the points model has it too */
} outputs[ICP_OUTPUT_COUNT] = {
    [ICP_OUTPUT_ROLES] = {"roles", ICP_FEEL_LIST, true},
    [ICP_OUTPUT_SCORE] = {"score", ICP_FEEL_NUMBER, true},
    [ICP_OUTPUT_FIT] = {"fit", ICP_FEEL_NUMBER, false},
    [ICP_OUTPUT_ENGAGEMENT] = {"engagement", ICP_FEEL_NUMBER, false},
    [ICP_OUTPUT_COVERAGE] = {"coverage", ICP_FEEL_NUMBER, false},
    [ICP_OUTPUT_GRADE] = {"grade", ICP_FEEL_TEXT, true},
    [ICP_OUTPUT_FIT_GRADE] = {"fit_grade", ICP_FEEL_TEXT, false},
    [ICP_OUTPUT_ENGAGEMENT_GRADE] = {"engagement_grade", ICP_FEEL_NUMBER, false},
};

static enum icp_feel_type feel_type(enum icp_type type)
{
    static const enum icp_feel_type types[ICP_TYPE_COUNT] = {
        [ICP_TYPE_TEXT] = ICP_FEEL_TEXT,         [ICP_TYPE_NUMBER] = ICP_FEEL_NUMBER,
        [ICP_TYPE_BOOLEAN] = ICP_FEEL_BOOLEAN,   [ICP_TYPE_DATE] = ICP_FEEL_DATE,
        [ICP_TYPE_DATETIME] = ICP_FEEL_DATETIME, [ICP_TYPE_SET] = ICP_FEEL_LIST,
        [ICP_TYPE_CODE] = ICP_FEEL_TEXT,         [ICP_TYPE_EMAIL] = ICP_FEEL_TEXT,
        [ICP_TYPE_COUNTRY] = ICP_FEEL_TEXT,
    };
    return types[type];
}

uint32_t icp_known_slot(const struct icp_ruleset *rules, struct icp_str name)
{
    for (size_t i = 0; i < rules->known_count; i++)
        if (icp_str_equal(rules->known[i].name, name))
            return (uint32_t)i;
    return ICP_NO_SLOT;
}

/* Letters and digits alone, in lower case: "Number of Employees" is "numberofemployees". */
static struct icp_str squeezed(struct icp_loader *loader, struct icp_str text)
{
    char *made = icp_arena_take(loader->arena, text.length + 1, 1, 1);
    size_t length = 0;
    for (size_t i = 0; made && i < text.length; i++) {
        char c = text.data[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            made[length++] = c;
    }
    return (struct icp_str){.data = made, .length = length};
}

/* The field that a CRM calls so, by its property; whoever writes the file sees that name there, or
   a label of the same letters. No text: none. */
static struct icp_str field_of_property(struct icp_loader *loader, struct icp_str name)
{
    const struct icp_ruleset *rules = loader->rules;
    struct icp_str object = name, last = name;
    while (icp_str_find(last, ICP_STR(".")) < last.length)
        (void)icp_str_cut(&last, '.', &object);
    struct icp_str word = squeezed(loader, last);
    for (size_t i = 0; i < rules->dictionary_count && word.length > 0; i++)
        for (size_t f = 0; f < rules->dictionaries[i]->field_count; f++) {
            const struct icp_field *field = &rules->dictionaries[i]->fields[f];
            for (size_t k = 0; k < field->source_count; k++)
                if (icp_str_equal(squeezed(loader, field->sources[k].property), word))
                    return field->name;
        }
    return (struct icp_str){0};
}

uint32_t icp_find_field(struct icp_loader *loader, struct icp_str name, uint32_t line,
                        uint32_t column)
{
    const struct icp_ruleset *rules = loader->rules;
    uint32_t slot = icp_known_slot(rules, name);
    if (slot != ICP_NO_SLOT)
        return slot;
    struct icp_str *names = ICP_NEW_ARRAY(loader->arena, struct icp_str, rules->known_count + 1);
    icp_report(loader->list, ICP_ERROR, "unknown-field", line, column, "unknown field \"%.*s\"",
               ICP_STR_ARGUMENTS(name));
    struct icp_str meant = field_of_property(loader, name);
    if (!icp_str_is_null(meant)) {
        icp_report_hint(loader->list, "Did you mean \"%.*s\"? \"icp fields\" lists them.",
                        ICP_STR_ARGUMENTS(meant));
        return ICP_NO_SLOT;
    }
    if (!names)
        return ICP_NO_SLOT;
    for (size_t i = 0; i < rules->known_count; i++)
        names[i] = rules->known[i].name;
    icp_report_nearest(loader, name, names, rules->known_count);
    return ICP_NO_SLOT;
}

void icp_mark_used(struct icp_loader *loader, uint32_t slot)
{
    struct icp_ruleset *rules = loader->rules;
    if (slot >= rules->known_count) {
        if (slot < rules->output_base)
            rules->lists[slot - rules->list_base].used = true;
        else if (slot == rules->output_base + ICP_OUTPUT_ROLES)
            rules->uses_roles = true;
        return;
    }
    rules->known[slot].used = true;
    if (rules->known[slot].derived)
        rules->known[rules->known[slot].from].used = true;
}

/* ---- The `fields` section -------------------------------------------------------------------- */

static const struct icp_dictionary *dictionary_of(const struct icp_ruleset *rules,
                                                  struct icp_str crm)
{
    for (size_t i = 0; i < rules->dictionary_count; i++)
        if (icp_str_equal(rules->dictionaries[i]->crm, crm))
            return rules->dictionaries[i];
    return NULL;
}

/* A key that is nearly "type" or nearly the name of a CRM in use is a slip, not another CRM. */
static bool is_slip(struct icp_loader *loader, const struct icp_yaml *key)
{
    struct icp_str names[8] = {ICP_STR_INIT("type"), ICP_STR_INIT("about"), ICP_STR_INIT("scheme"),
                               ICP_STR_INIT("special_category")};
    size_t count = 4;
    for (size_t i = 0; i < loader->rules->dictionary_count && count < 8; i++)
        names[count++] = loader->rules->dictionaries[i]->crm;
    if (icp_str_is_null(icp_str_nearest(key->text, names, count)))
        return false;
    icp_report(loader->list, ICP_ERROR, "unknown-key", key->line, key->column,
               "unknown key \"%.*s\" in a field", ICP_STR_ARGUMENTS(key->text));
    icp_report_nearest(loader, key->text, names, count);
    return true;
}

/* about: Small, but dear. */
static bool is_half_a_text(struct icp_loader *loader, const struct icp_yaml *key,
                           const struct icp_yaml *value)
{
    size_t space = icp_str_find(key->text, ICP_STR(" "));
    if (!value->plain || value->text.length > 0 || space == key->text.length)
        return false;
    icp_report(loader->list, ICP_ERROR, "unknown-key", key->line, key->column,
               "unknown key \"%.*s\" in a field", ICP_STR_ARGUMENTS(key->text));
    return icp_hint_at_comma(loader, value);
}

/* Sources of a CRM in use are read; those of another CRM only have to be texts. */
static void read_sources(struct icp_loader *loader, const struct icp_yaml *node,
                         struct icp_own_sources *own)
{
    const struct icp_str *texts;
    size_t count;
    if (!icp_read_texts(loader, node, "the place of a field", &texts, &count))
        return;
    if (!dictionary_of(loader->rules, own->crm))
        return;
    struct icp_source *sources = ICP_NEW_ARRAY(loader->arena, struct icp_source, count);
    if (!sources)
        return;
    for (size_t i = 0; i < count; i++) {
        if (icp_source_parse(texts[i], &sources[i]))
            continue;
        icp_report(loader->list, ICP_ERROR, "bad-source", node->line, node->column,
                   "\"%.*s\" is not a place in the CRM", ICP_STR_ARGUMENTS(texts[i]));
        icp_report_hint(loader->list, "Write it as \"companies.property_name\" or "
                                      "\"contacts.property_name\".");
        return;
    }
    own->sources = sources;
    own->count = count;
}

/* `scheme: nace`. A field that is called like a classification holds its codes. */
static void read_scheme(struct icp_loader *loader, const struct icp_yaml *node,
                        struct icp_known *known)
{
    struct icp_str name = known->name;
    enum icp_scheme scheme = ICP_SCHEME_ANY;
    if (!node) {
        bool of_company = icp_str_has_prefix(name, ICP_STR("company."));
        known->has_scheme = of_company &&
                            icp_scheme_from_name(icp_str_slice(name, 8, name.length), &scheme) &&
                            scheme <= ICP_SCHEME_SIC; /* "company.linkedin" is a page */
    } else if (icp_read_text(loader, node, "the scheme of a field", &name)) {
        known->has_scheme = icp_scheme_from_name(name, &scheme);
        if (!known->has_scheme) {
            icp_report(loader->list, ICP_ERROR, "unknown-scheme", node->line, node->column,
                       "unknown scheme \"%.*s\"", ICP_STR_ARGUMENTS(name));
            icp_report_hint(loader->list, "Schemes are %s.", icp_scheme_names());
        } else if (known->type != ICP_TYPE_CODE && known->type != ICP_TYPE_TEXT) {
            icp_report(loader->list, ICP_ERROR, "bad-scheme", node->line, node->column,
                       "a field with a scheme is a code, not a %s", icp_type_name(known->type));
        }
    }
    known->scheme = (uint8_t)(known->has_scheme ? scheme : ICP_SCHEME_ANY);
}

static void read_field(struct icp_loader *loader, const struct icp_yaml *node,
                       struct icp_known *known)
{
    struct icp_str name;
    const struct icp_yaml *type = NULL, *scheme = NULL;
    struct icp_own_sources *own = ICP_NEW_ARRAY(loader->arena, struct icp_own_sources, node->count);
    if (!own)
        return;
    known->own = own;
    for (size_t i = 0; i < node->count; i++) {
        const struct icp_yaml *key = &node->keys[i];
        if (icp_str_is(key->text, "type")) {
            type = &node->values[i];
        } else if (icp_str_is(key->text, "special_category")) {
            struct icp_str reason; /* why a field about protected data may be used; for people */
            (void)icp_read_text(loader, &node->values[i], "\"special_category\"", &reason);
        } else if (icp_str_is(key->text, "scheme")) {
            scheme = &node->values[i];
        } else if (!icp_str_is(key->text, "about") &&
                   is_half_a_text(loader, key, &node->values[i])) {
            continue;
        } else if (!icp_str_is(key->text, "about") &&
                   (dictionary_of(loader->rules, key->text) || !is_slip(loader, key))) {
            own[known->own_count].crm = key->text;
            read_sources(loader, &node->values[i], &own[known->own_count++]);
        }
    }
    if (!type) {
        icp_report(loader->list, ICP_ERROR, "missing-key", node->line, node->column,
                   "a field needs \"type\"");
    } else if (icp_read_text(loader, type, "the type of a field", &name) &&
               !icp_type_from_name(name, &known->type)) {
        icp_report(loader->list, ICP_ERROR, "unknown-type", type->line, type->column,
                   "unknown type \"%.*s\"", ICP_STR_ARGUMENTS(name));
        icp_report_hint(loader->list, "Types are text, number, boolean, date, datetime, set, code, "
                                      "email and country.");
    }
    read_scheme(loader, scheme, known);
}

static bool good_field_name(struct icp_loader *loader, const struct icp_yaml *key)
{
    if (icp_str_has_prefix(key->text, ICP_STR("deal."))) {
        icp_report(loader->list, ICP_ERROR, "not-supported", key->line, key->column,
                   "\"%.*s\": fields of deals are not supported in this version",
                   ICP_STR_ARGUMENTS(key->text));
        return false;
    }
    size_t derived_count;
    const struct icp_derived *derived = icp_derived_fields(&derived_count);
    for (size_t i = 0; i < derived_count; i++)
        if (icp_str_is(key->text, derived[i].name)) {
            icp_report(loader->list, ICP_ERROR, "bad-field-name", key->line, key->column,
                       "\"%.*s\" is worked out from %s and cannot be declared",
                       ICP_STR_ARGUMENTS(key->text), derived[i].from);
            return false;
        }
    size_t dot = icp_str_find(key->text, ICP_STR("."));
    struct icp_str object = icp_str_slice(key->text, 0, dot);
    struct icp_str rest = icp_str_slice(key->text, dot + 1, key->text.length);
    bool good = (icp_str_is(object, "contact") || icp_str_is(object, "company")) && rest.length > 0;
    for (size_t i = 0; i < rest.length; i++) {
        char c = rest.data[i];
        good = good && ((c >= 'a' && c <= 'z') || c == '_' || (i > 0 && c >= '0' && c <= '9'));
    }
    if (!good) {
        icp_report(loader->list, ICP_ERROR, "bad-field-name", key->line, key->column,
                   "\"%.*s\" is not the name of a field", ICP_STR_ARGUMENTS(key->text));
        icp_report_hint(loader->list,
                        "Write contact.name or company.name, in letters a-z, digits and _.");
    }
    return good;
}

static void add_declared(struct icp_loader *loader, const struct icp_yaml *node)
{
    struct icp_ruleset *rules = loader->rules;
    for (size_t i = 0; i < node->count; i++) {
        struct icp_known *known = &rules->known[rules->known_count];
        const struct icp_yaml *key = &node->keys[i];
        if (rules->known_count >= ICP_MAX_FIELDS) {
            icp_report(loader->list, ICP_ERROR, "too-many", key->line, key->column,
                       "more than %d fields", ICP_MAX_FIELDS);
            return;
        }
        if (!good_field_name(loader, key) || !icp_read_mapping(loader, &node->values[i], "a field"))
            continue;
        known->name = key->text;
        known->declared = true;
        known->line = key->line;
        known->column = key->column;
        read_field(loader, &node->values[i], known);
        rules->known_count++;
    }
}

static uint32_t add_known(struct icp_ruleset *rules, struct icp_str name, enum icp_type type)
{
    uint32_t slot = icp_known_slot(rules, name);
    if (slot == ICP_NO_SLOT) {
        slot = (uint32_t)rules->known_count++;
        rules->known[slot].name = name;
        rules->known[slot].type = type;
    }
    return slot;
}

/* The first field that the file declares with the codes of a classification, else `otherwise`. */
static uint32_t industry_source(const struct icp_ruleset *rules, uint32_t otherwise)
{
    for (uint32_t i = 0; i < rules->known_count; i++)
        if (rules->known[i].declared && rules->known[i].has_scheme)
            return i;
    return otherwise;
}

/* Behind the fields that they are worked out from; a field that no CRM has is always unknown. */
static void add_derived(struct icp_ruleset *rules)
{
    size_t count;
    const struct icp_derived *derived = icp_derived_fields(&count);
    for (size_t i = 0; i < count; i++) {
        uint32_t from = add_known(rules, icp_str_from(derived[i].from), ICP_TYPE_TEXT);
        if (derived[i].of_industry)
            from = industry_source(rules, from);
        uint32_t slot = add_known(rules, icp_str_from(derived[i].name), derived[i].type);
        rules->known[slot].derived = &derived[i];
        rules->known[slot].from = from;
    }
}

static void add_symbols(struct icp_loader *loader)
{
    const struct icp_ruleset *rules = loader->rules;
    for (size_t i = 0; i < rules->known_count; i++) {
        struct icp_feel_symbol *symbol = &loader->symbols[i];
        symbol->name = rules->known[i].name;
        symbol->type = feel_type(rules->known[i].type);
        symbol->slot = (uint32_t)i;
        symbol->may_be_null = true;
    }
    loader->record_symbols = loader->symbol_count = rules->known_count;
}

/* Reach is always worked out, from whatever of these somebody has. */
static void find_reach_fields(struct icp_loader *loader)
{
    struct icp_ruleset *rules = loader->rules;
    rules->opted_out_slot = icp_known_slot(rules, ICP_STR("contact.opted_out"));
    rules->bounced_slot = icp_known_slot(rules, ICP_STR("contact.email_bounced"));
    if (rules->bounced_slot == ICP_NO_SLOT) /* a counter does as well */
        rules->bounced_slot = icp_known_slot(rules, ICP_STR("contact.email_bounces"));
    if (rules->opted_out_slot != ICP_NO_SLOT)
        rules->known[rules->opted_out_slot].used = true;
    if (rules->bounced_slot != ICP_NO_SLOT)
        rules->known[rules->bounced_slot].used = true;
}

void icp_load_fields(struct icp_loader *loader, const struct icp_yaml *node)
{
    struct icp_ruleset *rules = loader->rules;
    size_t derived_count;
    size_t most = (size_t)ICP_MAX_FIELDS + 1;
    (void)icp_derived_fields(&derived_count);
    most += 2 * derived_count;
    for (size_t i = 0; i < rules->dictionary_count; i++)
        most += rules->dictionaries[i]->field_count;
    rules->known = ICP_NEW_ARRAY(loader->arena, struct icp_known, most);
    loader->symbols = ICP_NEW_ARRAY(loader->arena, struct icp_feel_symbol,
                                    most + ICP_OUTPUT_COUNT + (size_t)2 * ICP_MAX_CRITERIA);
    if (!rules->known || !loader->symbols)
        return;
    if (node && icp_read_mapping(loader, node, "\"fields\""))
        add_declared(loader, node);
    for (size_t i = 0; i < rules->dictionary_count; i++)
        for (size_t j = 0; j < rules->dictionaries[i]->field_count; j++)
            add_known(rules, rules->dictionaries[i]->fields[j].name,
                      rules->dictionaries[i]->fields[j].type);
    bool has_email = icp_known_slot(rules, ICP_STR("contact.email")) != ICP_NO_SLOT;
    rules->email_slot = add_known(rules, ICP_STR("contact.email"), ICP_TYPE_EMAIL);
    rules->known[rules->email_slot].used = has_email;
    add_derived(rules);
    find_reach_fields(loader);
    rules->list_base = rules->output_base = rules->known_count;
    add_symbols(loader);
}

/* ---- Outputs -------------------------------------------------------------------------------- */

static void add_outputs(struct icp_loader *loader)
{
    for (size_t i = 0; i < ICP_OUTPUT_COUNT; i++) {
        if (loader->rules->has_points && !outputs[i].of_points)
            continue;
        struct icp_feel_symbol *symbol = &loader->symbols[loader->symbol_count++];
        symbol->name = icp_str_from(outputs[i].name);
        symbol->type = outputs[i].type;
        symbol->slot = (uint32_t)(loader->rules->output_base + i);
    }
}

/* Behind the lists. */
void icp_load_outputs(struct icp_loader *loader)
{
    struct icp_ruleset *rules = loader->rules;
    rules->output_base = rules->list_base + rules->list_count;
    rules->group_base = rules->slot_count = rules->output_base + ICP_OUTPUT_COUNT;
    add_outputs(loader);
}

/* ---- Conditions ------------------------------------------------------------------------------ */

static void check_negation(struct icp_loader *loader, const struct icp_feel *feel,
                           const struct icp_yaml *node, enum icp_negation negation)
{
    struct icp_str name;
    uint32_t line = node->line, column = node->column;
    if (!icp_feel_unguarded(feel, &name, &line, &column))
        return;
    enum icp_severity severity = negation == ICP_NEGATION_REFUSED ? ICP_ERROR : ICP_WARNING;
    icp_report(loader->list, severity, "unguarded-negation", line, column,
               "this also holds when \"%.*s\" is unknown", ICP_STR_ARGUMENTS(name));
    icp_report_hint(loader->list,
                    "Put \"%.*s != null and\" in front if an unknown value should "
                    "not count.",
                    ICP_STR_ARGUMENTS(name));
}

/* Is it the id of a group, which is read later than most conditions. */
static bool is_group(const struct icp_loader *loader, struct icp_str name)
{
    static const char *const sections[] = {"engagement", "points"};
    for (size_t s = 0; s < sizeof(sections) / sizeof(sections[0]); s++) {
        const struct icp_yaml *section = icp_yaml_get(loader->rules->root, sections[s]);
        const struct icp_yaml *groups =
            section && section->kind == ICP_YAML_MAPPING ? icp_yaml_get(section, "groups") : NULL;
        for (size_t i = 0; groups && groups->kind == ICP_YAML_SEQUENCE && i < groups->count; i++) {
            const struct icp_yaml *id = groups->values[i].kind == ICP_YAML_MAPPING
                                            ? icp_yaml_get(&groups->values[i], "id")
                                            : NULL;
            if (id && id->kind == ICP_YAML_SCALAR && icp_str_equal(id->text, name))
                return true;
        }
    }
    return false;
}

/* Names that exist, but not where the condition stands. */
static const char *hint_unknown(void *context, struct icp_str name)
{
    const struct icp_loader *loader = context;
    for (size_t i = 0; i < ICP_OUTPUT_COUNT; i++)
        if (icp_str_is(name, outputs[i].name))
            return loader->rules->has_points && !outputs[i].of_points
                       ? "A file with \"points\" has a score and a grade, but not this."
                       : "It is not worked out yet here; tiers can use it.";
    return is_group(loader, name)
               ? "The points of a group are not worked out yet here; tiers can use them."
               : NULL;
}

const struct icp_feel *icp_read_condition_in(struct icp_loader *loader, const struct icp_yaml *node,
                                             const struct icp_feel_scope *scope,
                                             enum icp_negation negation)
{
    struct icp_str text;
    if (!icp_read_text(loader, node, "a condition", &text))
        return NULL;
    if (node->comment_follows) {
        icp_report(loader->list, ICP_WARNING, "comment-after-condition", node->line, node->column,
                   "a comment follows the condition on its line");
        icp_report_hint(loader->list,
                        "Put the condition in single quotes, or the comment on a line of its own.");
    }
    struct icp_feel_scope placed = *scope;
    if (node->style == ICP_YAML_LITERAL)
        placed.indent = node->column - 1;    /* its lines stand below each other */
    if (scope->symbols == loader->symbols) { /* of the record, not of a signal */
        placed.compared = icp_check_compared;
        placed.unknown = hint_unknown;
        placed.context = loader;
    }
    const struct icp_feel *feel = icp_feel_compile(node->text, node->line, icp_text_column(node),
                                                   &placed, loader->arena, loader->list);
    if (!feel)
        return NULL;
    enum icp_feel_type type = icp_feel_type_of(feel);
    if (type != ICP_FEEL_BOOLEAN && type != ICP_FEEL_ANY) {
        icp_report(loader->list, ICP_ERROR, "not-a-condition", node->line, icp_text_column(node),
                   "\"%.*s\" is neither true nor false", ICP_STR_ARGUMENTS(text));
        return NULL;
    }
    check_negation(loader, feel, node, negation);
    if (icp_feel_uses_time(feel))
        loader->rules->about.time_dependent = loader->rules->reads_today = true;
    return feel;
}

const struct icp_feel *icp_read_condition(struct icp_loader *loader, const struct icp_yaml *node,
                                          enum icp_negation negation)
{
    struct icp_feel_scope scope = {.symbols = loader->symbols, .count = loader->record_symbols};
    const struct icp_feel *feel = icp_read_condition_in(loader, node, &scope, negation);
    if (!feel)
        return NULL;
    const uint32_t *slots;
    size_t count = icp_feel_slots(feel, &slots);
    for (size_t i = 0; i < count; i++)
        icp_mark_used(loader, slots[i]);
    return feel;
}
