/* The table of time zones that cmake/zones.c writes while building. */
#ifndef ICP_FEEL_ZONE_TABLE_H
#define ICP_FEEL_ZONE_TABLE_H

#include "icp/base.h"

struct feel_zone_change {
    int64_t from;   /* second since 1970 from which on the offset holds */
    int32_t offset; /* seconds east of UTC */
};
struct feel_zone {
    struct icp_str name;
    uint32_t first, count; /* of its changes */
};
extern const struct feel_zone_change feel_zone_changes[];
extern const struct feel_zone feel_zones[]; /* by name */
extern const size_t feel_zone_count;

#endif
