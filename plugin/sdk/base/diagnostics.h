/*
 * What is wrong with a file that a person wrote: every error and warning of it, in the order of
 * their places, each with a stable code, the place, the value and a hint.
 */
#ifndef ICP_DIAGNOSTICS_H
#define ICP_DIAGNOSTICS_H

#include "icp/base.h"

/* An error keeps the file from being used. A warning is likely a slip. A note is worth knowing and
   may well be meant. */
enum icp_severity { ICP_ERROR, ICP_WARNING, ICP_NOTE };

struct icp_diagnostic {
    enum icp_severity severity;
    const char *code; /* static, kebab-case: "unknown-key", "band-gap", "not-supported" */
    uint32_t line, column;
    struct icp_str message; /* lower case, with the value, no full stop */
    struct icp_str hint;    /* no text, or a whole sentence */
};

struct icp_diagnostics {
    struct icp_arena *arena; /* where the texts live */
    const char *file;        /* as the person named it */
    struct icp_diagnostic *items;
    size_t count, allocated;
    size_t errors, warnings, notes; /* all of them, also those past ICP_MAX_DIAGNOSTICS */
};

void icp_diagnostics_open(struct icp_diagnostics *list, struct icp_arena *arena, const char *file);
void icp_report(struct icp_diagnostics *list, enum icp_severity severity, const char *code,
                uint32_t line, uint32_t column, const char *format, ...) ICP_PRINTF(6, 7);
/* Adds a hint to the report made last. */
void icp_report_hint(struct icp_diagnostics *list, const char *format, ...) ICP_PRINTF(2, 3);
void icp_diagnostics_sort(struct icp_diagnostics *list);   /* by place, stable */
const char *icp_severity_name(enum icp_severity severity); /* "error", "warning", "note" */
/* "file:line:column: error: message [code]\n  Hint: …\n" for each, in the form compilers use. */
void icp_diagnostics_print(const struct icp_diagnostics *list, struct icp_buf *out);
/* ICP_OK, or ICP_BAD_CONFIG with the first error in err and the count of the others in its message.
 */
enum icp_status icp_diagnostics_status(const struct icp_diagnostics *list, struct icp_err *err);

#endif
