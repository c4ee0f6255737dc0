/*
 * What the commands about rule files share: which file, which CRM's names it may use, and how what
 * is wrong with it is shown.
 */
#include <string.h>

#include "commands.h"
#include "json_stream.h"
#include "registry.h"

const struct icp_dictionary *icp_rule_dictionary(struct icp_app *app, struct icp_err *err)
{
    struct icp_diagnostics list;
    struct icp_config config;
    struct icp_err ignored = {0};
    const struct icp_connector_ops *crm = icp_connectors[0];

    if (icp_config_load(app->config_path, &app->arena, &list, &config, &ignored) == ICP_OK)
        crm = config.crm;
    return icp_dictionary_of(crm, &app->arena, err);
}

const char *const *icp_rule_paths(struct icp_app *app, const struct icp_arguments *arguments,
                                  size_t *count, struct icp_err *err)
{
    struct icp_diagnostics list;
    struct icp_config config;
    const char **paths;

    *count = arguments->count;
    if (arguments->count > 0)
        return arguments->operands;
    if (icp_config_load(app->config_path, &app->arena, &list, &config, err) != ICP_OK) {
        icp_hint(err, "Name the rule file: icp check FILE.");
        return NULL;
    }
    paths = ICP_NEW_ARRAY(&app->arena, const char *, config.rules_count + 1);
    for (; paths != NULL && *count < config.rules_count; (*count)++)
        paths[*count] = config.rules[*count].path;
    return paths;
}

const char *icp_rule_path(struct icp_app *app, const struct icp_arguments *arguments, size_t index,
                          struct icp_err *err)
{
    size_t count;
    const char *const *paths = icp_rule_paths(app, arguments, &count, err);

    return index < count ? paths[index] : paths != NULL ? paths[0] : NULL;
}

static void diagnostics_json(const struct icp_diagnostics *list)
{
    struct icp_json_writer json;
    struct icp_buf line;

    icp_buf_open(&line, 65536);
    for (size_t i = 0; i < list->count; i++) {
        const struct icp_diagnostic *one = &list->items[i];
        icp_json_writer_open(&json, &line);
        icp_json_begin_object(&json);
        icp_json_put_text_member(&json, "file", icp_str_from(list->file));
        icp_json_put_integer_member(&json, "line", one->line);
        icp_json_put_integer_member(&json, "column", one->column);
        icp_json_put_text_member(&json, "severity", icp_str_from(icp_severity_name(one->severity)));
        icp_json_put_text_member(&json, "code", icp_str_from(one->code));
        icp_json_put_text_member(&json, "message", one->message);
        icp_json_put_text_member(&json, "hint", one->hint);
        icp_json_end_object(&json);
        icp_print_json(&line);
    }
    icp_buf_finish(&line);
}

void icp_print_diagnostics(const struct icp_app *app, const struct icp_diagnostics *list)
{
    struct icp_buf text;

    if (app->json) {
        diagnostics_json(list);
        return;
    }
    icp_buf_open(&text, (size_t)1024 * 1024);
    icp_diagnostics_print(list, &text);
    if (text.length > 0)
        (void)fwrite(text.data, 1, text.length, stdout);
    icp_buf_finish(&text);
}
