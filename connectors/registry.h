/* The built-in connectors. The only file besides a connector's own that knows them by name. */
#ifndef ICP_REGISTRY_H
#define ICP_REGISTRY_H

#include "icp/connector.h"

/* NULL-terminated, in the order in which help lists them. */
extern const struct icp_connector_ops *const icp_connectors[];
const struct icp_connector_ops *icp_connector_find(struct icp_str name);

#endif
