/*
 * Divisions and sections of NACE Rev. 2 and the table of everything that stands for one; written by
 * the build from rules/library/industries.csv. A text of the table is "scheme=key"; "=key" is a
 * name whose schemes agree.
 */
#ifndef ICP_INDUSTRY_TABLE_H
#define ICP_INDUSTRY_TABLE_H

#include "name_table.h"

enum {
    ICP_DIVISIONS = 100,        /* values below: a division */
    ICP_SECTION_ALONE = 100,    /* + 0 for A: a section */
    ICP_SECTIONS = 21,          /* A to U */
    ICP_NO_SOUND_MAPPING = 200, /* known, but in no section */
    ICP_INDUSTRY_KEY = 160,     /* bytes of a key; the longest name has 70 */
};
struct icp_division {
    char code[3];    /* empty: there is no such division */
    char section[2]; /* "J" */
    char name[72];
};
struct icp_section {
    char code[2];
    char name[72];
};
extern const struct icp_division icp_division_table[ICP_DIVISIONS];
extern const struct icp_section icp_section_table[ICP_SECTIONS];
extern const struct icp_name_table icp_industry_names;

/* A name or token as it stands in the table: bare letters and digits, without the word "and", which
   some write as a sign and some leave out. No text when it is too long. */
struct icp_str icp_industry_key(struct icp_str text, char out[ICP_INDUSTRY_KEY]);

#endif
