/*
 * Roles of a row. A line of roles is a condition and bits of the title's and of the department's
 * outcomes; one that is sure enough makes its role, however strong the others are.
 */
#include "bulk_internal.h"

static bool has(const struct icp_bulk_work *work, struct bulk_need need)
{
    return (work->sum->bits[need.word] & need.mask) != 0;
}

void bulk_roles_take(struct icp_bulk_work *work, struct icp_bulk_result *result)
{
    const struct icp_bulk *bulk = work->bulk;
    bool plays[ICP_ROLE_COUNT] = {false};
    for (size_t i = 0; i < bulk->role_count; i++) {
        const struct bulk_role_line *line = &bulk->roles[i];
        if (plays[line->role] ||
            !(line->by_condition || has(work, line->title) || has(work, line->department)))
            continue;
        plays[line->role] = bulk_holds(work, &line->when);
    }
    for (int role = 0; role < ICP_ROLE_COUNT; role++)
        if (plays[role])
            work->roles[result->role_count++] = icp_role_name((enum icp_role)role);
    result->roles = work->roles;
}
