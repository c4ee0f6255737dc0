/* A place to compile conditions in, over the names of feel_scope.h. */
#ifndef ICP_TEST_FEEL_KIT_H
#define ICP_TEST_FEEL_KIT_H

#include "feel_scope.h"

struct world {
    struct icp_arena arena;
    struct icp_diagnostics list;
};

void open_world(struct world *world);
/* NULL: refused, with what was said in world->list. */
const struct icp_feel *compile(struct world *world, const char *text);
const struct icp_feel *must_compile(struct world *world, const char *text);

#endif
