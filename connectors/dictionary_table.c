/*
 * icp-dictionary-table CRM SYMBOL INPUT OUTPUT: reads a connector's fields.yaml, with all the
 * checks of the format, and writes it as C, so that no program reads it again whenever it starts.
 * Runs while building; a mistake in the file stops the build at its line.
 */
#include <stdio.h>

#include "dictionary.h"

#include "file.h"

enum { MEMORY = 16 * 1024 * 1024, INPUT_MOST = 1024 * 1024, OUTPUT_MOST = 4 * 1024 * 1024 };

static const char *const objects[ICP_OBJECT_COUNT] = {"ICP_CONTACT", "ICP_COMPANY"};

/* Three octal digits stand for whatever C reads in a way of its own. */
static void put_text(struct icp_buf *out, struct icp_str text)
{
    if (icp_str_is_null(text)) {
        icp_buf_add_cstr(out, "{NULL, 0}");
        return;
    }
    icp_buf_add_cstr(out, "ICP_STR_INIT(\"");
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c < ' ' || c > '~' || c == '"' || c == '\\' || c == '?')
            icp_buf_format(out, "\\%03o", (unsigned)c);
        else
            icp_buf_add_char(out, (char)c);
    }
    icp_buf_add_cstr(out, "\")");
}

static void put_source(struct icp_buf *out, const struct icp_source *source)
{
    icp_buf_format(out, "{%s, ", objects[source->object]);
    put_text(out, source->property);
    icp_buf_add_cstr(out, "}");
}

static void put_fields(struct icp_buf *out, const struct icp_dictionary *dictionary)
{
    for (size_t i = 0; i < dictionary->field_count; i++) {
        icp_buf_format(out, "static const struct icp_source from_%zu[] = {", i);
        for (size_t k = 0; k < dictionary->fields[i].source_count; k++) {
            put_source(out, &dictionary->fields[i].sources[k]);
            icp_buf_add_cstr(out, ", ");
        }
        icp_buf_add_cstr(out, "};\n");
    }
    icp_buf_add_cstr(out, "static const struct icp_field fields[] = {\n");
    for (size_t i = 0; i < dictionary->field_count; i++) {
        const struct icp_field *field = &dictionary->fields[i];
        icp_buf_add_cstr(out, "    {");
        put_text(out, field->name);
        icp_buf_format(out, ", (enum icp_type)%d, from_%zu, %zu, %s, ", (int)field->type, i,
                       field->source_count, field->whole ? "true" : "false");
        put_text(out, field->options);
        icp_buf_add_cstr(out, ", ");
        put_text(out, field->about);
        icp_buf_add_cstr(out, "},\n");
    }
    icp_buf_add_cstr(out, "};\n");
}

/* An array needs one entry at least: behind the last stands an empty one, which nobody counts. */
static void put_signals(struct icp_buf *out, const struct icp_dictionary *dictionary)
{
    for (size_t i = 0; i < dictionary->signal_count; i++) {
        const struct icp_signal_definition *signal = &dictionary->signals[i];
        icp_buf_format(out, "static const struct icp_attribute attributes_%zu[] = {", i);
        for (size_t k = 0; k < signal->attribute_count; k++) {
            icp_buf_add_cstr(out, "{");
            put_text(out, signal->attributes[k].name);
            icp_buf_add_cstr(out, ", ");
            put_text(out, signal->attributes[k].value);
            icp_buf_add_cstr(out, "}, ");
        }
        icp_buf_add_cstr(out, "{{NULL, 0}, {NULL, 0}}};\n");
    }
    icp_buf_add_cstr(out, "static const struct icp_signal_definition signals[] = {\n");
    for (size_t i = 0; i < dictionary->signal_count; i++) {
        const struct icp_signal_definition *signal = &dictionary->signals[i];
        icp_buf_add_cstr(out, "    {");
        put_text(out, signal->name);
        icp_buf_add_cstr(out, ", ");
        put_source(out, &signal->count);
        icp_buf_add_cstr(out, ", ");
        put_source(out, &signal->last);
        icp_buf_format(out, ", attributes_%zu, %zu, ", i, signal->attribute_count);
        put_text(out, signal->about);
        icp_buf_add_cstr(out, "},\n");
    }
    icp_buf_add_cstr(out, "    {{NULL, 0}, {ICP_CONTACT, {NULL, 0}}, {ICP_CONTACT, {NULL, 0}}, "
                          "NULL, 0, {NULL, 0}}};\n");
}

static void put_always(struct icp_buf *out, const struct icp_dictionary *dictionary)
{
    icp_buf_add_cstr(out, "static const struct icp_source always[] = {\n");
    for (size_t i = 0; i < dictionary->always_count; i++) {
        icp_buf_add_cstr(out, "    ");
        put_source(out, &dictionary->always[i]);
        icp_buf_add_cstr(out, ",\n");
    }
    icp_buf_add_cstr(out, "    {ICP_CONTACT, {NULL, 0}}};\n");
}

static void put_dictionary(struct icp_buf *out, const struct icp_dictionary *dictionary,
                           const char *symbol)
{
    icp_buf_add_cstr(out, "/* Made by the build from a connector's fields.yaml. */\n"
                          "#include \"dictionary.h\"\n");
    icp_buf_format(out, "extern const struct icp_dictionary %s;\n", symbol);
    put_fields(out, dictionary);
    put_signals(out, dictionary);
    put_always(out, dictionary);
    icp_buf_format(out, "const struct icp_dictionary %s = {", symbol);
    put_text(out, dictionary->crm);
    icp_buf_format(out, ", fields, %zu, signals, %zu, always, %zu};\n", dictionary->field_count,
                   dictionary->signal_count, dictionary->always_count);
}

/* arguments: CRM, symbol, input, output. */
static enum icp_status generate(char **arguments, struct icp_arena *arena, struct icp_err *err)
{
    const struct icp_dictionary *dictionary;
    struct icp_diagnostics list;
    struct icp_buf text, out;

    icp_buf_open(&text, INPUT_MOST);
    icp_buf_open(&out, OUTPUT_MOST);
    icp_diagnostics_open(&list, arena, arguments[2]);
    if (icp_file_read(arguments[2], INPUT_MOST, &text, err) != ICP_OK)
        goto out;
    dictionary =
        icp_dictionary_parse(icp_str_from(arguments[0]), icp_buf_view(&text), arena, &list);
    if (dictionary == NULL || dictionary->field_count == 0) {
        if (icp_diagnostics_status(&list, err) == ICP_OK)
            icp_fail(err, ICP_BAD_CONFIG, "%s names no field", arguments[2]);
        goto out;
    }
    put_dictionary(&out, dictionary, arguments[1]);
    if (out.failed)
        icp_fail(err, ICP_BAD_CONFIG, "%s holds too much", arguments[2]);
    else if (icp_file_replace(arguments[3], icp_buf_view(&out), err) != ICP_OK)
        goto out;
out:
    icp_buf_finish(&text);
    icp_buf_finish(&out);
    return err->status;
}

int main(int count, char **arguments)
{
    struct icp_arena arena;
    struct icp_err err = {0};

    if (count != 5) {
        (void)fprintf(stderr, "usage: %s CRM SYMBOL INPUT OUTPUT\n", arguments[0]);
        return 2;
    }
    icp_arena_open(&arena, MEMORY);
    (void)generate(arguments + 1, &arena, &err);
    icp_arena_close(&arena);
    if (err.status != ICP_OK)
        (void)fprintf(stderr, "%s:%u:%u: %s\n", err.file, (unsigned)err.line, (unsigned)err.column,
                      err.message);
    return err.status == ICP_OK ? 0 : 1;
}
