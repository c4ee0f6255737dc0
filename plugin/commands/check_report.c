/*
 * What `icp check` found, as text, as JSON lines, as SARIF 2.1.0 for code hosts and editors, and as
 * the workflow commands of GitHub, which shows them beside the lines of a pull request.
 */
#include "check_report.h"

#include <string.h>

#include "json_stream.h"

#ifndef ICP_VERSION
#define ICP_VERSION "0.1.0"
#endif

#define REPORT_BYTES ((size_t)16 * 1024 * 1024) /* 100 files × 200 reports × 500 bytes, escaped */

/* ---- JSON lines ------------------------------------------------------------------------------ */

static void put_json(const struct icp_diagnostics *list, const struct icp_diagnostic *one,
                     struct icp_buf *out)
{
    struct icp_json_writer json;
    icp_json_writer_open(&json, out);
    icp_json_begin_object(&json);
    icp_json_put_text_member(&json, "file", icp_str_from(list->file));
    icp_json_put_integer_member(&json, "line", one->line);
    icp_json_put_integer_member(&json, "column", one->column);
    icp_json_put_text_member(&json, "severity", icp_str_from(icp_severity_name(one->severity)));
    icp_json_put_text_member(&json, "code", icp_str_from(one->code));
    icp_json_put_text_member(&json, "message", one->message);
    icp_json_put_text_member(&json, "hint", one->hint);
    icp_json_end_object(&json);
    icp_buf_add_char(out, '\n');
}

/* ---- GitHub ---------------------------------------------------------------------------------- */

/* In a property of a command ':' and ',' are written out too. */
static void put_escaped(struct icp_buf *out, struct icp_str text, bool property)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        bool special = c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','));
        if (special)
            icp_buf_format(out, "%%%02X", (unsigned)(unsigned char)c);
        else
            icp_buf_add_char(out, c);
    }
}

static void put_github(const struct icp_diagnostics *list, const struct icp_diagnostic *one,
                       struct icp_buf *out)
{
    static const char *const commands[] = {
        [ICP_ERROR] = "error", [ICP_WARNING] = "warning", [ICP_NOTE] = "notice"};
    icp_buf_format(out, "::%s file=", commands[one->severity]);
    put_escaped(out, icp_str_from(list->file), true);
    if (one->line > 0)
        icp_buf_format(out, ",line=%u,col=%u", (unsigned)one->line, (unsigned)one->column);
    icp_buf_add_cstr(out, ",title=icp ");
    put_escaped(out, icp_str_from(one->code), true);
    icp_buf_add_cstr(out, "::");
    put_escaped(out, one->message, false);
    if (!icp_str_is_empty(one->hint)) {
        icp_buf_add_cstr(out, "%0A");
        put_escaped(out, one->hint, false);
    }
    icp_buf_add_char(out, '\n');
}

/* ---- SARIF ----------------------------------------------------------------------------------- */

static size_t index_of(const char *code)
{
    for (size_t i = 0; i < icp_check_code_count; i++)
        if (strcmp(icp_check_codes[i].code, code) == 0)
            return i;
    return icp_check_code_count;
}

static void put_message(struct icp_json_writer *json, const char *key, struct icp_str text)
{
    icp_json_put_key(json, key);
    icp_json_begin_object(json);
    icp_json_put_text_member(json, "text", text);
    icp_json_end_object(json);
}

static void put_rules(struct icp_json_writer *json)
{
    icp_json_put_key(json, "rules");
    icp_json_begin_array(json);
    for (size_t i = 0; i < icp_check_code_count; i++) {
        icp_json_begin_object(json);
        icp_json_put_text_member(json, "id", icp_str_from(icp_check_codes[i].code));
        put_message(json, "shortDescription", icp_str_from(icp_check_codes[i].summary));
        icp_json_end_object(json);
    }
    icp_json_end_array(json);
}

static void put_driver(struct icp_json_writer *json)
{
    icp_json_put_key(json, "tool");
    icp_json_begin_object(json);
    icp_json_put_key(json, "driver");
    icp_json_begin_object(json);
    icp_json_put_text_member(json, "name", ICP_STR("icp"));
    icp_json_put_text_member(json, "version", ICP_STR(ICP_VERSION));
    icp_json_put_text_member(json, "semanticVersion", ICP_STR(ICP_VERSION));
    put_rules(json);
    icp_json_end_object(json);
    icp_json_end_object(json);
}

/* A path as a URI reference: what is no letter, digit or "-._~/" is written out. */
static struct icp_str uri_of(const char *path, struct icp_buf *text)
{
    static const char plain[] = "-._~/";
    icp_buf_reset(text);
    if (path[0] == '/')
        icp_buf_add_cstr(text, "file://");
    else if (path[0] == '.' && path[1] == '/')
        path += 2;
    for (; *path; path++) {
        char c = *path;
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (letter || strchr(plain, c))
            icp_buf_add_char(text, c);
        else
            icp_buf_format(text, "%%%02X", (unsigned)(unsigned char)c);
    }
    return icp_buf_view(text);
}

static void put_location(struct icp_json_writer *json, const struct icp_diagnostics *list,
                         const struct icp_diagnostic *one)
{
    struct icp_buf uri;
    icp_buf_open(&uri, 65536);
    icp_json_put_key(json, "locations");
    icp_json_begin_array(json);
    icp_json_begin_object(json);
    icp_json_put_key(json, "physicalLocation");
    icp_json_begin_object(json);
    icp_json_put_key(json, "artifactLocation");
    icp_json_begin_object(json);
    icp_json_put_text_member(json, "uri", uri_of(list->file, &uri));
    icp_json_end_object(json);
    if (one->line > 0) {
        icp_json_put_key(json, "region");
        icp_json_begin_object(json);
        icp_json_put_integer_member(json, "startLine", one->line);
        icp_json_put_integer_member(json, "startColumn", one->column > 0 ? one->column : 1);
        icp_json_end_object(json);
    }
    icp_json_end_object(json);
    icp_json_end_object(json);
    icp_json_end_array(json);
    icp_buf_finish(&uri);
}

static void put_result(struct icp_json_writer *json, const struct icp_diagnostics *list,
                       const struct icp_diagnostic *one)
{
    size_t index = index_of(one->code);
    struct icp_buf text;
    icp_buf_open(&text, 65536);
    icp_buf_add(&text, one->message);
    if (!icp_str_is_empty(one->hint)) {
        icp_buf_add_cstr(&text, ". ");
        icp_buf_add(&text, one->hint);
    }
    icp_json_begin_object(json);
    icp_json_put_text_member(json, "ruleId", icp_str_from(one->code));
    if (index < icp_check_code_count)
        icp_json_put_integer_member(json, "ruleIndex", (int64_t)index);
    icp_json_put_text_member(json, "level", icp_str_from(icp_severity_name(one->severity)));
    put_message(json, "message", icp_buf_view(&text));
    put_location(json, list, one);
    icp_json_end_object(json);
    icp_buf_finish(&text);
}

static void put_sarif(const struct icp_diagnostics *lists, size_t count, struct icp_buf *out)
{
    struct icp_json_writer json;
    icp_json_writer_open(&json, out);
    icp_json_begin_object(&json);
    icp_json_put_text_member(&json, "$schema",
                             ICP_STR("https://json.schemastore.org/sarif-2.1.0.json"));
    icp_json_put_text_member(&json, "version", ICP_STR("2.1.0"));
    icp_json_put_key(&json, "runs");
    icp_json_begin_array(&json);
    icp_json_begin_object(&json);
    put_driver(&json);
    icp_json_put_text_member(&json, "columnKind", ICP_STR("unicodeCodePoints"));
    icp_json_put_key(&json, "results");
    icp_json_begin_array(&json);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < lists[i].count; k++)
            put_result(&json, &lists[i], &lists[i].items[k]);
    icp_json_end_array(&json);
    icp_json_end_object(&json);
    icp_json_end_array(&json);
    icp_json_end_object(&json);
    icp_buf_add_char(out, '\n');
}

/* ---- All ------------------------------------------------------------------------------------- */

static void put_list(enum icp_check_format format, const struct icp_diagnostics *list,
                     struct icp_buf *out)
{
    if (format == ICP_CHECK_TEXT) {
        icp_diagnostics_print(list, out);
        return;
    }
    for (size_t i = 0; i < list->count; i++)
        if (format == ICP_CHECK_JSON)
            put_json(list, &list->items[i], out);
        else
            put_github(list, &list->items[i], out);
}

void icp_check_report(enum icp_check_format format, const struct icp_diagnostics *lists,
                      size_t count)
{
    struct icp_buf out;
    icp_buf_open(&out, REPORT_BYTES);
    if (format == ICP_CHECK_SARIF)
        put_sarif(lists, count, &out);
    for (size_t i = 0; format != ICP_CHECK_SARIF && i < count; i++)
        put_list(format, &lists[i], &out);
    if (out.length > 0)
        (void)fwrite(out.data, 1, out.length, stdout);
    icp_buf_finish(&out);
}
