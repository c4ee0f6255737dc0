/* Inside `icp check`: what was found in several files, in the forms that people and programs read.
 */
#ifndef ICP_CHECK_REPORT_H
#define ICP_CHECK_REPORT_H

#include "commands.h"

/* Every code of the program that a rule file can get, with what it means: for SARIF and the pages.
 */
struct icp_check_code {
    const char *code, *summary;
};
extern const struct icp_check_code icp_check_codes[];
extern const size_t icp_check_code_count;

enum icp_check_format { ICP_CHECK_TEXT, ICP_CHECK_JSON, ICP_CHECK_SARIF, ICP_CHECK_GITHUB };
/* Prints the diagnostics of `count` files. */
void icp_check_report(enum icp_check_format format, const struct icp_diagnostics *lists,
                      size_t count);

/* What the CRM says of its properties, as a file:
     {"hubspot": {"companies.industry": {"type": "enumeration", "filled": 82,
                                         "options": ["RETAIL", {"value": "…", "label": "…"}]}}}
   `filled` is the percent of records that have a value. Everything but the names may be left out.
 */
enum icp_status icp_check_read_properties(const char *path, struct icp_arena *arena,
                                          struct icp_rules_checking *checking, struct icp_err *err);

#endif
