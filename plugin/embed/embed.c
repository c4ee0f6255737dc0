/*
 * The short way into the rules for a program that embeds them: one call from a file to a ruleset.
 * Knows the dictionaries of the built-in CRMs as the registry knows their connectors, and links no
 * connector: a program that only scores needs no network library.
 */
#include "icp/rules.h"

#include "bounds.h"
#include "diagnostics.h"
#include "dictionary.h"
#include "engine.h"
#include "file.h"

extern const struct icp_dictionary icp_embedded_hubspot;

/* The diagnostics of a bad file. */
#define KEPT_MEMORY ((size_t)4 * 1024 * 1024)

static const struct icp_dictionary *find_dictionary(const char *crm, struct icp_err *err)
{
    if (icp_str_is(ICP_STR("hubspot"), crm))
        return &icp_embedded_hubspot;
    icp_fail(err, ICP_BAD_CONFIG, "no CRM is called \"%s\"", crm);
    icp_hint(err, "This version knows \"hubspot\".");
    return NULL;
}

struct beside { /* the lists of a rule file */
    const char *path;
    struct icp_arena *arena;
};

static enum icp_status read_beside(void *context, struct icp_str path, struct icp_str *text,
                                   struct icp_err *err)
{
    const struct beside *beside = context;
    struct icp_buf body;
    icp_buf_open(&body, ICP_MAX_LIST_FILE);
    if (icp_file_read_beside(beside->path, path, ICP_MAX_LIST_FILE, &body, err) == ICP_OK)
        *text = icp_arena_copy(beside->arena, body.data ? icp_buf_view(&body) : ICP_STR(""));
    icp_buf_finish(&body);
    return err->status;
}

enum icp_status icp_rules_load(const char *path, const char *crm, struct icp_ruleset **ret,
                               struct icp_err *err)
{
    struct icp_arena kept;
    struct icp_buf text;
    struct icp_diagnostics list;
    struct icp_arena lists;
    struct beside beside = {.path = path, .arena = &lists};
    const struct icp_rules_source source = {.read = read_beside, .context = &beside};
    *ret = NULL;
    icp_arena_open(&kept, KEPT_MEMORY);
    icp_arena_open(&lists, (size_t)ICP_MAX_LIST_FILES * ICP_MAX_LIST_FILE);
    icp_buf_open(&text, ICP_MAX_RULE_FILE);
    icp_diagnostics_open(&list, &kept, path);
    const struct icp_dictionary *dictionary = find_dictionary(crm, err);
    if (dictionary && icp_file_read(path, ICP_MAX_RULE_FILE, &text, err) == ICP_OK)
        icp_rules_compile_from(icp_buf_view(&text), path, &source, &dictionary, 1, &list, ret, err);
    icp_buf_finish(&text);
    icp_arena_close(&lists);
    if (*ret)
        icp_rules_adopt(*ret, &kept);
    else
        icp_arena_close(&kept);
    return err->status;
}
