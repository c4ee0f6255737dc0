/*
 * Which roles a person plays, from the file's own lines: a line holds when its condition does and
 * its titles or departments are met. A role has the confidence of its strongest line; below 40 it
 * is not written, for "unresolved" is better than a guess.
 */
#include "evaluate.h"

bool icp_role_title_holds(struct icp_work *work, const struct icp_role_line *line)
{
    uint32_t slot = work->rules->title_slot;
    return line->titles && work->slots[slot].kind != ICP_VALUE_NULL &&
           icp_titles_match(line->titles, icp_value_key(work, slot), NULL, work->arena) !=
               ICP_TITLES_NONE;
}

bool icp_role_department_holds(struct icp_work *work, const struct icp_role_line *line)
{
    uint32_t slot = work->rules->department_slot;
    if (line->department_count == 0 || work->slots[slot].kind == ICP_VALUE_NULL)
        return false;
    for (size_t i = 0; i < line->department_count; i++)
        if (icp_str_equal(line->departments[i], icp_value_key(work, slot)))
            return true;
    return false;
}

static bool line_holds(struct icp_work *work, const struct icp_role_line *line)
{
    if (line->when &&
        !icp_condition_holds(work, icp_role_name(line->role), line->when, work->slots))
        return false;
    return (!line->titles && line->department_count == 0) || icp_role_title_holds(work, line) ||
           icp_role_department_holds(work, line);
}

void icp_roles_evaluate(struct icp_work *work)
{
    const struct icp_ruleset *rules = work->rules;
    struct icp_value *slot = &work->slots[rules->output_base + ICP_OUTPUT_ROLES];
    int32_t confidence[ICP_ROLE_COUNT] = {0};
    *slot = (struct icp_value){.kind = ICP_VALUE_LIST};
    if (rules->role_line_count == 0)
        return;
    for (size_t i = 0; i < rules->role_line_count; i++) {
        const struct icp_role_line *line = &rules->role_lines[i];
        if (line->confidence > confidence[line->role] && line_holds(work, line))
            confidence[line->role] = line->confidence;
    }
    struct icp_str *names = ICP_NEW_ARRAY(work->arena, struct icp_str, ICP_ROLE_COUNT);
    size_t count = 0;
    for (int role = 0; names && role < ICP_ROLE_COUNT; role++)
        if (confidence[role] >= ICP_ROLE_LEAST_CONFIDENCE)
            names[count++] = icp_role_name((enum icp_role)role);
    slot->as.list.items = work->result->roles = names;
    slot->as.list.count = work->result->role_count = count;
}
