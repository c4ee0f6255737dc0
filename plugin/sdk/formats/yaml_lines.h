/* Inside the YAML reader: what is done with the lines of a text before and beside the library. */
#ifndef ICP_YAML_LINES_H
#define ICP_YAML_LINES_H

#include "diagnostics.h"

/* Refuses what no file of ours holds and what would cost the library too much; *text ends at the
   mark "..." afterwards. False: reported. */
bool icp_yaml_check_lines(struct icp_str *text, struct icp_diagnostics *list);
/* Reports what the library says of a text that is no YAML in words for the person who wrote it. */
void icp_yaml_report_syntax(struct icp_str text, uint32_t line, uint32_t column,
                            const char *message, struct icp_diagnostics *list);

#endif
