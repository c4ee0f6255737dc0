/*
 * A fixed table of texts that the build wrote: open addressing, at most half full, found without
 * allocation. What a text stands for is up to the table's owner.
 */
#ifndef ICP_NAME_TABLE_H
#define ICP_NAME_TABLE_H

#include "icp/base.h"

enum { ICP_NAME_NONE = 0xFFFF };
/* Values in tables of domains. */
enum { ICP_DOMAIN_ALONE = 1, ICP_DOMAIN_AND_BELOW = 2 };

struct icp_name_slot {
    uint32_t at;     /* where the text begins in `texts` */
    uint16_t length; /* 0: nobody lives here */
    uint16_t value;
};
struct icp_name_table {
    const unsigned char *texts;
    const struct icp_name_slot *slots; /* mask + 1 of them, a power of two */
    uint32_t mask;
};

/* The value of exactly this text, or ICP_NAME_NONE. */
uint16_t icp_name_find(const struct icp_name_table *table, struct icp_str text);

#endif
