/*
 * What the commands about rule files share: which file, which CRM's names it may use, and how what
 * is wrong with it is shown.
 */

#include "check_report.h"
#include "commands.h"
#include "file.h"
#include "registry.h"

const struct icp_dictionary *icp_rule_dictionary(struct icp_app *app)
{
    struct icp_diagnostics list;
    struct icp_config config;
    struct icp_err ignored = {0};
    const struct icp_connector_ops *crm = icp_connectors[0];

    if (icp_config_load(app->config_path, &app->arena, &list, &config, &ignored) == ICP_OK)
        crm = config.crm;
    return crm->dictionary;
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
        icp_hint(err,
                 "Name a rule file (icp score: --rules FILE), or a configuration with --config.");
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

void icp_print_diagnostics(const struct icp_app *app, const struct icp_diagnostics *list)
{
    icp_check_report(app->json ? ICP_CHECK_JSON : ICP_CHECK_TEXT, list, 1);
}
