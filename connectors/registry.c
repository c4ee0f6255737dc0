/* The built-in connectors, the only place outside a connector's own directory that names them. */
#include "registry.h"

extern const struct icp_connector_ops hubspot_ops;

const struct icp_connector_ops *const icp_connectors[] = {&hubspot_ops, NULL};

const struct icp_connector_ops *icp_connector_find(struct icp_str name)
{
    for (const struct icp_connector_ops *const *each = icp_connectors; *each; each++)
        if (icp_str_is(name, (*each)->name))
            return *each;
    return NULL;
}
