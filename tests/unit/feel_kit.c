/* A place to compile conditions in. */
#include "feel_kit.h"

void open_world(struct world *world)
{
    icp_arena_open(&world->arena, (size_t)64 * 1024 * 1024);
    icp_diagnostics_open(&world->list, &world->arena, "icp.yaml");
}

const struct icp_feel *compile(struct world *world, const char *text)
{
    icp_diagnostics_open(&world->list, &world->arena, "icp.yaml");
    return icp_feel_compile(icp_str_from(text), 1, 1, &test_scope, &world->arena, &world->list);
}

const struct icp_feel *must_compile(struct world *world, const char *text)
{
    const struct icp_feel *feel = compile(world, text);

    if (feel == NULL)
        fail_msg("%s: refused: %.*s", text, ICP_STR_ARGUMENTS(world->list.items[0].message));
    return feel;
}
