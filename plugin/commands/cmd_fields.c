/*
 * fields: what a rule file may name without declaring it: the fields of a CRM's dictionary with the
 * places they come from, the fields that are worked out from others, and the signals with their
 * attributes. Needs no CRM, no configuration and no state.
 */
#include <string.h>

#include "commands.h"
#include "files/columns.h"
#include "json_stream.h"
#include "registry.h"

enum { CRM, SEARCH };
static const struct icp_switch switches[] = {
    [CRM] = {"crm", "NAME", "whose names: hubspot; else the configured one's"},
    [SEARCH] = {"search", "WORD", "only those that have it in their name, place, label or words"},
};
enum { OUTPUT_MOST = 1024 * 1024 };

struct listing {
    bool json;
    struct icp_str word; /* no text: everything */
    struct icp_buf out;
};

/* ---- Searching --------------------------------------------------------------------------------
 */

static char small(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c;
}

static bool has_word(struct icp_str text, struct icp_str word)
{
    for (size_t from = 0; from + word.length <= text.length; from++) {
        size_t i = 0;
        while (i < word.length && small(text.data[from + i]) == small(word.data[i]))
            i++;
        if (i == word.length)
            return true;
    }
    return false;
}

/* "companies.numberofemployees" */
static struct icp_str place_of(const struct icp_source *source, char place[256])
{
    int length =
        snprintf(place, 256, "%s.%.*s", source->object == ICP_COMPANY ? "companies" : "contacts",
                 ICP_STR_ARGUMENTS(source->property));
    return icp_str_slice(icp_str_from(place), 0, length > 0 ? (size_t)length : 0);
}

/* What an export calls the column of a place; no text: as the property. */
static struct icp_str label_of(const struct icp_source *source)
{
    char place[256];
    struct icp_str what = place_of(source, place);
    const char *label = icp_files_column(what.data, what.length, 0);
    return label != NULL ? icp_str_from(label) : (struct icp_str){0};
}

static bool is_asked_for(const struct listing *listing, const struct icp_field *field)
{
    if (has_word(field->name, listing->word) || has_word(field->about, listing->word))
        return true;
    for (size_t i = 0; i < field->source_count; i++)
        if (has_word(field->sources[i].property, listing->word) ||
            has_word(label_of(&field->sources[i]), listing->word))
            return true;
    return false;
}

/* ---- As text ----------------------------------------------------------------------------------
 */

static void heading(struct listing *listing, const char *text)
{
    icp_buf_format(&listing->out, "%s%s\n", listing->out.length > 0 ? "\n" : "", text);
}

static void put_about(struct listing *listing, struct icp_str about)
{
    if (listing->word.length > 0 && about.length > 0)
        icp_buf_format(&listing->out, "    %.*s\n", ICP_STR_ARGUMENTS(about));
}

static void put_field(struct listing *listing, const struct icp_field *field)
{
    struct icp_buf *out = &listing->out;
    char place[256];
    icp_buf_format(out, "  %-24.*s  %-8s ", ICP_STR_ARGUMENTS(field->name),
                   icp_type_name(field->type));
    for (size_t i = 0; i < field->source_count; i++) {
        struct icp_str label = label_of(&field->sources[i]);
        struct icp_str what = place_of(&field->sources[i], place);
        icp_buf_format(out, "%s %.*s", i > 0 ? "," : "", ICP_STR_ARGUMENTS(what));
        if (label.length > 0)
            icp_buf_format(out, " (\"%.*s\")", ICP_STR_ARGUMENTS(label));
    }
    icp_buf_add_char(out, '\n');
    put_about(listing, field->about);
}

static void put_signal(struct listing *listing, const struct icp_signal_definition *signal)
{
    struct icp_buf *out = &listing->out;
    char place[256];
    struct icp_str last = place_of(&signal->last, place);
    icp_buf_format(out, "  %-24.*s  %.*s", ICP_STR_ARGUMENTS(signal->name),
                   ICP_STR_ARGUMENTS(last));
    if (signal->count.property.length > 0)
        icp_buf_format(out, ", counted by %.*s", ICP_STR_ARGUMENTS(signal->count.property));
    for (size_t i = 0; i < signal->attribute_count; i++)
        icp_buf_format(out, "%s%.*s", i > 0 ? ", " : "; attributes: ",
                       ICP_STR_ARGUMENTS(signal->attributes[i].name));
    icp_buf_add_char(out, '\n');
    put_about(listing, signal->about);
}

/* ---- As JSON ----------------------------------------------------------------------------------
 */

static void begin_json(struct listing *listing, struct icp_json_writer *json, const char *kind,
                       struct icp_str name)
{
    icp_json_writer_open(json, &listing->out);
    icp_json_begin_object(json);
    icp_json_put_text_member(json, "kind", icp_str_from(kind));
    icp_json_put_text_member(json, "name", name);
}

static void end_json(struct listing *listing, struct icp_json_writer *json, struct icp_str about)
{
    icp_json_put_text_member(json, "about", about);
    icp_json_end_object(json);
    icp_buf_add_char(&listing->out, '\n');
}

static void put_json_field(struct listing *listing, const struct icp_field *field)
{
    struct icp_json_writer json;
    char place[256];
    begin_json(listing, &json, "field", field->name);
    icp_json_put_text_member(&json, "type", icp_str_from(icp_type_name(field->type)));
    icp_json_put_key(&json, "from");
    icp_json_begin_array(&json);
    for (size_t i = 0; i < field->source_count; i++)
        icp_json_put_text(&json, place_of(&field->sources[i], place));
    icp_json_end_array(&json);
    icp_json_put_key(&json, "labels");
    icp_json_begin_array(&json);
    for (size_t i = 0; i < field->source_count; i++)
        if (label_of(&field->sources[i]).length > 0)
            icp_json_put_text(&json, label_of(&field->sources[i]));
    icp_json_end_array(&json);
    end_json(listing, &json, field->about);
}

static void put_json_derived(struct listing *listing, const struct icp_rules_derived *derived)
{
    struct icp_json_writer json;
    begin_json(listing, &json, "derived", icp_str_from(derived->name));
    icp_json_put_text_member(&json, "type", icp_str_from(icp_type_name(derived->type)));
    icp_json_put_text_member(&json, "from", icp_str_from(derived->from));
    end_json(listing, &json, icp_str_from(derived->about));
}

static void put_json_signal(struct listing *listing, const struct icp_signal_definition *signal)
{
    struct icp_json_writer json;
    begin_json(listing, &json, "signal", signal->name);
    icp_json_put_key(&json, "attributes");
    icp_json_begin_array(&json);
    for (size_t i = 0; i < signal->attribute_count; i++)
        icp_json_put_text(&json, signal->attributes[i].name);
    icp_json_end_array(&json);
    end_json(listing, &json, signal->about);
}

/* ---- All of it --------------------------------------------------------------------------------
 */

static size_t list_fields(struct listing *listing, const struct icp_dictionary *dictionary)
{
    size_t found = 0;
    for (size_t i = 0; i < dictionary->field_count; i++) {
        const struct icp_field *field = &dictionary->fields[i];
        if (!is_asked_for(listing, field))
            continue;
        if (listing->json) {
            put_json_field(listing, field);
        } else {
            if (found == 0)
                heading(listing,
                        "Fields: name, type, where it comes from (its label in an export)");
            put_field(listing, field);
        }
        found++;
    }
    return found;
}

static size_t list_derived(struct listing *listing)
{
    size_t count, found = 0;
    const struct icp_rules_derived *all = icp_rules_derived_fields(&count);
    for (size_t i = 0; i < count; i++) {
        struct icp_str name = icp_str_from(all[i].name), about = icp_str_from(all[i].about);
        if (!has_word(name, listing->word) && !has_word(about, listing->word))
            continue;
        if (listing->json) {
            put_json_derived(listing, &all[i]);
        } else {
            if (found == 0)
                heading(listing, "Worked out from another field");
            icp_buf_format(&listing->out, "  %-28s  %-8s  %s\n", all[i].name,
                           icp_type_name(all[i].type), all[i].from);
            put_about(listing, about);
        }
        found++;
    }
    return found;
}

static size_t list_signals(struct listing *listing, const struct icp_dictionary *dictionary)
{
    size_t found = 0;
    for (size_t i = 0; i < dictionary->signal_count; i++) {
        const struct icp_signal_definition *signal = &dictionary->signals[i];
        if (!has_word(signal->name, listing->word) && !has_word(signal->about, listing->word))
            continue;
        if (listing->json) {
            put_json_signal(listing, signal);
        } else {
            if (found == 0)
                heading(listing, "Signals: name, where its last day stands");
            put_signal(listing, signal);
        }
        found++;
    }
    return found;
}

static const struct icp_dictionary *find_dictionary(struct icp_app *app, const char *name,
                                                    struct icp_err *err)
{
    if (name == NULL)
        return icp_rule_dictionary(app);
    const struct icp_connector_ops *crm = icp_connector_find(icp_str_from(name));
    if (crm != NULL)
        return crm->dictionary;
    icp_fail(err, ICP_BAD_CONFIG, "there is no CRM \"%s\"", name);
    icp_hint(err, "This version knows %s.", icp_connectors[0]->name);
    return NULL;
}

static int run_fields(struct icp_app *app, const struct icp_arguments *arguments,
                      struct icp_err *err)
{
    const char *word = arguments->values[SEARCH];
    struct listing listing = {.json = app->json,
                              .word = icp_str_trim(icp_str_from(word != NULL ? word : ""))};
    const struct icp_dictionary *dictionary = find_dictionary(app, arguments->values[CRM], err);
    if (dictionary == NULL)
        return ICP_EXIT_DONE;
    icp_buf_open(&listing.out, OUTPUT_MOST);
    size_t found = list_fields(&listing, dictionary);
    found += list_derived(&listing);
    found += list_signals(&listing, dictionary);
    if (listing.out.length > 0)
        (void)fwrite(listing.out.data, 1, listing.out.length, stdout);
    icp_buf_finish(&listing.out);
    if (found > 0)
        return ICP_EXIT_DONE;
    icp_log_write(app->log, ICP_LOG_NOTICE,
                  "no field or signal has \"%s\"; one of your own is declared under \"fields\" of "
                  "the rule file",
                  word);
    return ICP_EXIT_FOUND;
}

const struct icp_command icp_command_fields = {
    .name = "fields",
    .arguments = "",
    .summary = "List the fields and signals that rule files may name",
    .help =
        "Those of the CRM's standard properties; a property of your own is declared in the rule "
        "file, under\n"
        "\"fields\". Asks no CRM. With --search also what each one means; ends with 1 when there "
        "is none.\n",
    .switches = switches,
    .switch_count = sizeof(switches) / sizeof(switches[0]),
    .run = run_fields,
};
