/*
 * Whose mailboxes a domain holds: two tables made from rules/library/lists. Below a domain of free
 * mailboxes somebody else may live ("senate.berlin.de"), unless the list says otherwise; below one
 * of throw-away mailboxes nobody does. A neighbour ("notgmail.com") is another domain.
 */
#include "reference.h"

#include "name_table.h"

extern const struct icp_name_table icp_free_domains, icp_disposable_domains;

static struct icp_str above(struct icp_str domain)
{
    return icp_str_slice(domain, icp_str_find(domain, ICP_STR(".")) + 1, domain.length);
}

bool icp_domain_is_free(struct icp_str domain)
{
    if (icp_name_find(&icp_free_domains, domain) != ICP_NAME_NONE)
        return true;
    for (domain = above(domain); domain.length > 0; domain = above(domain))
        if (icp_name_find(&icp_free_domains, domain) == ICP_DOMAIN_AND_BELOW)
            return true;
    return false;
}

bool icp_domain_is_disposable(struct icp_str domain)
{
    for (; domain.length > 0; domain = above(domain))
        if (icp_name_find(&icp_disposable_domains, domain) != ICP_NAME_NONE)
            return true;
    return false;
}
