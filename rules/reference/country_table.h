/* Countries by their place, which is what the table of names gives. Written by the build. */
#ifndef ICP_COUNTRY_TABLE_H
#define ICP_COUNTRY_TABLE_H

#include "name_table.h"

struct icp_country {
    char code[3];
    char english[60];
};
extern const uint16_t icp_countries;
extern const struct icp_country icp_country_table[];
extern const struct icp_name_table icp_country_names;

#endif
