/*
 * A connector's dictionary. Invariant: names are unique, every source has an object and a property,
 * and what the format does not know is an error with its place.
 */
#include "dictionary.h"

#include <stdlib.h>

#include "utf8.h"
#include "yaml.h"

struct reading {
    struct icp_arena *arena;
    struct icp_diagnostics *list;
    struct icp_dictionary *dictionary;
};

bool icp_source_parse(struct icp_str text, struct icp_source *source)
{
    struct icp_str object;

    text = icp_str_trim(text);
    if (!icp_str_cut(&text, '.', &object) || text.length == 0)
        return false;
    if (icp_str_is(object, "contacts"))
        source->object = ICP_CONTACT;
    else if (icp_str_is(object, "companies"))
        source->object = ICP_COMPANY;
    else
        return false;
    source->property = text;
    return true;
}

static void bad_source(struct reading *r, const struct icp_yaml *node)
{
    icp_report(r->list, ICP_ERROR, "bad-source", node->line, node->column,
               "\"%.*s\" does not name a property", ICP_STR_ARGUMENTS(node->text));
    icp_report_hint(r->list,
                    "Write the object and the property, such as companies.numberofemployees.");
}

static bool is_mapping(struct reading *r, const struct icp_yaml *node, struct icp_str name)
{
    if (node->kind == ICP_YAML_MAPPING)
        return true;
    icp_report(r->list, ICP_ERROR, "wrong-type", node->line, node->column,
               "\"%.*s\" must be a mapping, not %s", ICP_STR_ARGUMENTS(name),
               icp_yaml_kind_name(node));
    return false;
}

/* One source, or a list of them that are tried in order. */
static void read_sources(struct reading *r, const struct icp_yaml *node, struct icp_field *field)
{
    size_t count = node->kind == ICP_YAML_SEQUENCE ? node->count : 1;
    struct icp_source *sources = ICP_NEW_ARRAY(r->arena, struct icp_source, count);

    for (size_t i = 0; sources != NULL && i < count; i++) {
        const struct icp_yaml *one = node->kind == ICP_YAML_SEQUENCE ? &node->values[i] : node;
        if (one->kind != ICP_YAML_SCALAR || !icp_source_parse(one->text, &sources[i]))
            bad_source(r, one);
    }
    field->sources = sources;
    field->source_count = count;
}

/* What is known of a field's values. */
static void read_values(struct reading *r, const struct icp_yaml *node, struct icp_field *field)
{
    const struct icp_yaml *whole = icp_yaml_get(node, "whole");
    const struct icp_yaml *options = icp_yaml_get(node, "options");

    if (whole != NULL && (whole->kind != ICP_YAML_SCALAR || !icp_str_is(whole->text, "true") ||
                          field->type != ICP_TYPE_NUMBER))
        icp_report(r->list, ICP_ERROR, "bad-value", whole->line, whole->column,
                   "\"whole\" can only be true, of a number");
    field->whole = whole != NULL;
    if (options != NULL && options->kind != ICP_YAML_SCALAR)
        icp_report(r->list, ICP_ERROR, "bad-value", options->line, options->column,
                   "\"options\" must be one text with commas between the values");
    else if (options != NULL)
        field->options = options->text;
}

static void read_field(struct reading *r, const struct icp_yaml *key, const struct icp_yaml *node,
                       struct icp_field *field)
{
    static const struct icp_str names[] = {ICP_STR_INIT("type"), ICP_STR_INIT("from"),
                                           ICP_STR_INIT("about"), ICP_STR_INIT("whole"),
                                           ICP_STR_INIT("options")};
    const struct icp_yaml *type, *from;

    field->name = key->text;
    if (!is_mapping(r, node, key->text))
        return;
    icp_yaml_check_keys(node, "the dictionary", names, 5, r->list);
    if (icp_yaml_get(node, "about") != NULL)
        field->about = icp_yaml_get(node, "about")->text;
    type = icp_yaml_get(node, "type");
    from = icp_yaml_get(node, "from");
    if (type == NULL || type->kind != ICP_YAML_SCALAR ||
        !icp_type_from_name(type->text, &field->type))
        icp_report(r->list, ICP_ERROR, "bad-type", node->line, node->column,
                   "field \"%.*s\" needs a type", ICP_STR_ARGUMENTS(key->text));
    if (from == NULL || from->kind == ICP_YAML_MAPPING)
        icp_report(r->list, ICP_ERROR, "missing-key", node->line, node->column,
                   "field \"%.*s\" does not say where it comes from", ICP_STR_ARGUMENTS(key->text));
    else
        read_sources(r, from, field);
    read_values(r, node, field);
}

static void read_source(struct reading *r, const struct icp_yaml *node, struct icp_source *source)
{
    if (node != NULL && (node->kind != ICP_YAML_SCALAR || !icp_source_parse(node->text, source)))
        bad_source(r, node);
}

static void read_attributes(struct reading *r, const struct icp_yaml *node,
                            struct icp_signal_definition *signal)
{
    struct icp_attribute *attributes =
        ICP_NEW_ARRAY(r->arena, struct icp_attribute, node->count + 1);

    if (!is_mapping(r, node, ICP_STR("attributes")) || attributes == NULL)
        return;
    for (size_t i = 0; i < node->count; i++) {
        struct icp_source source = {0};
        read_source(r, &node->values[i], &source);
        attributes[i] = (struct icp_attribute){node->keys[i].text, source.property};
    }
    signal->attributes = attributes;
    signal->attribute_count = node->count;
}

static void read_signal(struct reading *r, const struct icp_yaml *key, const struct icp_yaml *node,
                        struct icp_signal_definition *signal)
{
    static const struct icp_str names[] = {ICP_STR_INIT("count"), ICP_STR_INIT("last"),
                                           ICP_STR_INIT("attributes"), ICP_STR_INIT("about")};
    const struct icp_yaml *attributes;

    signal->name = key->text;
    if (!is_mapping(r, node, key->text))
        return;
    icp_yaml_check_keys(node, "the dictionary", names, 4, r->list);
    if (icp_yaml_get(node, "about") != NULL)
        signal->about = icp_yaml_get(node, "about")->text;
    if (icp_yaml_get(node, "last") == NULL)
        icp_report(r->list, ICP_ERROR, "missing-key", node->line, node->column,
                   "signal \"%.*s\" has no \"last\" date", ICP_STR_ARGUMENTS(key->text));
    read_source(r, icp_yaml_get(node, "last"), &signal->last);
    read_source(r, icp_yaml_get(node, "count"), &signal->count);
    attributes = icp_yaml_get(node, "attributes");
    if (attributes != NULL)
        read_attributes(r, attributes, signal);
}

static void read_fields(struct reading *r, const struct icp_yaml *node)
{
    struct icp_field *fields = ICP_NEW_ARRAY(r->arena, struct icp_field, node->count + 1);

    for (size_t i = 0; fields != NULL && i < node->count; i++)
        read_field(r, &node->keys[i], &node->values[i], &fields[i]);
    r->dictionary->fields = fields;
    r->dictionary->field_count = fields != NULL ? node->count : 0;
}

static void read_signals(struct reading *r, const struct icp_yaml *node)
{
    struct icp_signal_definition *signals =
        ICP_NEW_ARRAY(r->arena, struct icp_signal_definition, node->count + 1);

    for (size_t i = 0; signals != NULL && i < node->count; i++)
        read_signal(r, &node->keys[i], &node->values[i], &signals[i]);
    r->dictionary->signals = signals;
    r->dictionary->signal_count = signals != NULL ? node->count : 0;
}

static void read_always(struct reading *r, const struct icp_yaml *node)
{
    struct icp_source *always = ICP_NEW_ARRAY(r->arena, struct icp_source, node->count + 1);

    for (size_t i = 0; always != NULL && i < node->count; i++)
        if (!icp_source_parse(node->keys[i].text, &always[i]))
            bad_source(r, &node->keys[i]);
    r->dictionary->always = always;
    r->dictionary->always_count = always != NULL ? node->count : 0;
}

static void read_root(struct reading *r, const struct icp_yaml *root)
{
    static const struct icp_str names[] = {ICP_STR_INIT("fields"), ICP_STR_INIT("signals"),
                                           ICP_STR_INIT("always")};
    static void (*const readers[])(struct reading *, const struct icp_yaml *) = {
        read_fields, read_signals, read_always};

    if (!is_mapping(r, root, ICP_STR("dictionary")))
        return;
    icp_yaml_check_keys(root, "the dictionary", names, 3, r->list);
    for (size_t i = 0; i < 3; i++) {
        const struct icp_yaml *section = icp_yaml_get(root, names[i].data);
        if (section != NULL && is_mapping(r, section, names[i]))
            readers[i](r, section);
    }
}

const struct icp_dictionary *icp_dictionary_parse(struct icp_str crm, struct icp_str text,
                                                  struct icp_arena *arena,
                                                  struct icp_diagnostics *list)
{
    struct reading r = {
        .arena = arena, .list = list, .dictionary = ICP_NEW(arena, struct icp_dictionary)};
    const struct icp_yaml *root = icp_yaml_parse(text, arena, list);

    if (root == NULL || r.dictionary == NULL)
        return NULL;
    r.dictionary->crm = crm;
    read_root(&r, root);
    return list->errors == 0 && !arena->full ? r.dictionary : NULL;
}

const struct icp_field *icp_dictionary_field(const struct icp_dictionary *dictionary,
                                             struct icp_str name)
{
    for (size_t i = 0; i < dictionary->field_count; i++)
        if (icp_str_equal(dictionary->fields[i].name, name))
            return &dictionary->fields[i];
    return NULL;
}

const struct icp_signal_definition *icp_dictionary_signal(const struct icp_dictionary *dictionary,
                                                          struct icp_str name)
{
    for (size_t i = 0; i < dictionary->signal_count; i++)
        if (icp_str_equal(dictionary->signals[i].name, name))
            return &dictionary->signals[i];
    return NULL;
}

/* ---- Options -------------------------------------------------------------------------------- */

enum { LETTERS_MOST = 128 }; /* the longest label has 55 */

/* Letters and digits alone, in one case and without accents; none when they do not fit. */
static struct icp_str letters_of(struct icp_str text, char out[LETTERS_MOST])
{
    struct icp_str folded = icp_text_fold(text, out, LETTERS_MOST);
    size_t length = 0;

    for (size_t i = 0; i < folded.length; i++)
        if (out[i] != ' ')
            out[length++] = out[i];
    return (struct icp_str){out, length};
}

static int compare_options(const void *left, const void *right)
{
    const struct icp_field_option *a = left, *b = right;

    return icp_str_compare(a->letters, b->letters);
}

const struct icp_field_option *icp_field_options(const struct icp_field *field,
                                                 struct icp_arena *arena, size_t *count)
{
    struct icp_str rest = field->options, one;
    struct icp_field_option *options;
    char letters[LETTERS_MOST];
    size_t most = 1;

    *count = 0;
    for (size_t i = 0; i < rest.length; i++)
        most += rest.data[i] == ',';
    options = ICP_NEW_ARRAY(arena, struct icp_field_option, most);
    while (options != NULL && icp_str_cut(&rest, ',', &one)) {
        struct icp_str label = one, value;
        (void)icp_str_cut(&label, '=', &value);
        if (icp_str_is_null(label))
            label = value;
        options[*count] = (struct icp_field_option){
            icp_arena_copy(arena, letters_of(label, letters)), icp_str_trim(value)};
        *count += 1;
    }
    if (options == NULL || *count == 0 || arena->full)
        return NULL;
    qsort(options, *count, sizeof(options[0]), compare_options);
    return options;
}

struct icp_str icp_option_find(const struct icp_field_option *options, size_t count,
                               struct icp_str text)
{
    char room[LETTERS_MOST];
    struct icp_field_option wanted = {.letters = letters_of(text, room)};
    const struct icp_field_option *found =
        count > 0 && wanted.letters.length > 0
            ? bsearch(&wanted, options, count, sizeof(options[0]), compare_options)
            : NULL;

    return found != NULL ? found->value : (struct icp_str){0};
}
