/*
 * The section `roles`: lines that say which part of a buying decision a person plays, by words of
 * their title, by department, or by a condition. What a name stands for is one table, shared with
 * the sections about accounts and committees.
 */
#include "loader.h"

static const char *const role_names[ICP_ROLE_COUNT] = {
    [ICP_ROLE_DECISION_MAKER] = "decision_maker",
    [ICP_ROLE_PAYER] = "payer",
    [ICP_ROLE_USER] = "user",
    [ICP_ROLE_INFLUENCER] = "influencer",
    [ICP_ROLE_GATEKEEPER] = "gatekeeper",
};

struct icp_str icp_role_name(enum icp_role role)
{
    return icp_str_from(role_names[role]);
}

bool icp_read_role_name(struct icp_loader *loader, const struct icp_yaml *node, struct icp_str text,
                        enum icp_role *role)
{
    struct icp_str names[ICP_ROLE_COUNT];
    for (int i = 0; i < ICP_ROLE_COUNT; i++) {
        names[i] = icp_role_name((enum icp_role)i);
        if (icp_str_equal(names[i], text)) {
            *role = (enum icp_role)i;
            return true;
        }
    }
    icp_report(loader->list, ICP_ERROR, "unknown-role", node->line, node->column,
               "\"%.*s\" is no role", ICP_STR_ARGUMENTS(text));
    icp_report_nearest(loader, text, names, ICP_ROLE_COUNT);
    icp_report_hint(loader->list,
                    "Roles are decision_maker, payer, user, influencer and gatekeeper.");
    return false;
}

bool icp_read_role(struct icp_loader *loader, const struct icp_yaml *node, enum icp_role *role)
{
    struct icp_str text;
    return icp_read_text(loader, node, "the role", &text) &&
           icp_read_role_name(loader, node, text, role);
}

/* ---- One line -------------------------------------------------------------------------------- */

enum { ROLE, CONFIDENCE, TITLES, NOT, DEPARTMENTS, WHEN, LINE_KEYS };
static const struct icp_key line_keys[LINE_KEYS] = {
    [ROLE] = {"role", ICP_KEY_REQUIRED},     [CONFIDENCE] = {"confidence", ICP_KEY_REQUIRED},
    [TITLES] = {"titles", ICP_KEY_OPTIONAL}, [NOT] = {"not", ICP_KEY_OPTIONAL},
    [WHEN] = {"when", ICP_KEY_OPTIONAL},     [DEPARTMENTS] = {"departments", ICP_KEY_OPTIONAL},
};

/* A pattern, or a list of them, behind those that are there. */
static void add_patterns(struct icp_loader *loader, const struct icp_yaml *node, bool guards,
                         struct icp_titles_pattern *patterns, struct icp_str *said, size_t *count)
{
    size_t items = node->kind == ICP_YAML_SEQUENCE ? node->count : 1;
    if (node->kind == ICP_YAML_MAPPING || items == 0) {
        icp_wrong_type(loader, node, guards ? "\"not\"" : "\"titles\"",
                       "a pattern or a list of patterns");
        return;
    }
    for (size_t i = 0; i < items; i++) {
        const struct icp_yaml *item = node->kind == ICP_YAML_SEQUENCE ? &node->values[i] : node;
        struct icp_titles_pattern *pattern = &patterns[*count];
        pattern->guard = guards;
        said[*count] = icp_str_trim(item->text);
        if (icp_read_title(loader, item, &pattern->normal))
            (*count)++;
    }
}

static size_t items_of(const struct icp_yaml *node)
{
    return !node ? 0 : node->kind == ICP_YAML_SEQUENCE ? node->count : 1;
}

static uint32_t use_field(struct icp_loader *loader, const struct icp_yaml *node, const char *name)
{
    uint32_t slot = icp_find_field(loader, icp_str_from(name), node->line, node->column);
    if (slot != ICP_NO_SLOT)
        icp_mark_used(loader, slot);
    return slot;
}

static void read_titles(struct icp_loader *loader, const struct icp_yaml *const *found,
                        struct icp_role_line *line)
{
    size_t most = items_of(found[TITLES]) + items_of(found[NOT]);
    struct icp_titles_pattern *patterns =
        ICP_NEW_ARRAY(loader->arena, struct icp_titles_pattern, most + 1);
    struct icp_str *said = ICP_NEW_ARRAY(loader->arena, struct icp_str, most + 1);
    if (!patterns || !said)
        return;
    add_patterns(loader, found[TITLES], false, patterns, said, &line->pattern_count);
    if (found[NOT])
        add_patterns(loader, found[NOT], true, patterns, said, &line->pattern_count);
    line->patterns = patterns;
    line->said = said;
    line->titles = icp_titles_compile(patterns, line->pattern_count, 1, loader->arena);
    loader->rules->title_slot = use_field(loader, found[TITLES], "contact.title");
}

static void read_departments(struct icp_loader *loader, const struct icp_yaml *node,
                             struct icp_role_line *line)
{
    const struct icp_str *texts;
    size_t count;
    if (!icp_read_texts(loader, node, "a department", &texts, &count))
        return;
    struct icp_str *keys = ICP_NEW_ARRAY(loader->arena, struct icp_str, count);
    for (size_t i = 0; keys && i < count; i++)
        keys[i] = icp_text_key(loader->arena, texts[i]);
    line->departments = keys;
    line->department_count = keys ? count : 0;
    loader->rules->department_slot = use_field(loader, node, "contact.department");
}

static void read_line(struct icp_loader *loader, const struct icp_yaml *node,
                      struct icp_role_line *line)
{
    const struct icp_yaml *found[LINE_KEYS];
    if (!icp_read_keys(loader, node, "a line of roles", line_keys, LINE_KEYS, found))
        return;
    if (found[ROLE])
        (void)icp_read_role(loader, found[ROLE], &line->role);
    if (found[CONFIDENCE])
        (void)icp_read_whole(loader, found[CONFIDENCE], "the confidence", 1, 100,
                             &line->confidence);
    if (found[WHEN])
        line->when = icp_read_condition(loader, found[WHEN], ICP_NEGATION_WARNS);
    if (found[TITLES])
        read_titles(loader, found, line);
    if (found[DEPARTMENTS])
        read_departments(loader, found[DEPARTMENTS], line);
    if (!found[TITLES] && found[NOT])
        icp_report(loader->list, ICP_ERROR, "missing-key", found[NOT]->line, found[NOT]->column,
                   "\"not\" needs \"titles\" beside it");
    if (!found[TITLES] && !found[DEPARTMENTS] && !found[WHEN])
        icp_report(loader->list, ICP_ERROR, "no-rule", node->line, node->column,
                   "a line of roles needs \"titles\", \"departments\" or \"when\"");
}

/* ---- The section ----------------------------------------------------------------------------- */

static void refuse_libraries(struct icp_loader *loader, const struct icp_yaml *node)
{
    const struct icp_str *names;
    size_t count;
    if (icp_read_texts(loader, node, "\"use\"", &names, &count) && count > 0)
        icp_report(loader->list, ICP_ERROR, "not-supported", node->line, node->column,
                   "the library \"%.*s\" is not supported in this version",
                   ICP_STR_ARGUMENTS(names[0]));
}

void icp_load_roles(struct icp_loader *loader, const struct icp_yaml *node)
{
    enum { USE, ADD, KEY_COUNT };
    static const struct icp_key keys[KEY_COUNT] = {
        [USE] = {"use", ICP_KEY_OPTIONAL},
        [ADD] = {"add", ICP_KEY_OPTIONAL},
    };
    struct icp_ruleset *rules = loader->rules;
    const struct icp_yaml *found[KEY_COUNT];
    loader->record_symbols++; /* from here on conditions may ask for `roles`, the first output */
    if (!node || !icp_read_keys(loader, node, "\"roles\"", keys, KEY_COUNT, found))
        return;
    loader->record_symbols--; /* but not those that make them */
    if (found[USE])
        refuse_libraries(loader, found[USE]);
    if (found[ADD] && icp_read_sequence(loader, found[ADD], "\"add\"")) {
        rules->role_lines =
            ICP_NEW_ARRAY(loader->arena, struct icp_role_line, found[ADD]->count + 1);
        for (size_t i = 0; rules->role_lines && i < found[ADD]->count; i++)
            if (icp_one_more_line(loader, &found[ADD]->values[i]))
                read_line(loader, &found[ADD]->values[i],
                          &rules->role_lines[rules->role_line_count++]);
    }
    if (!found[USE] && !found[ADD])
        icp_report(loader->list, ICP_ERROR, "missing-key", node->line, node->column,
                   "\"roles\" needs \"add\"");
    loader->record_symbols++;
}
