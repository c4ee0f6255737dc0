/*
 * The log: one line an event on standard error, journald priority prefix (<3>…<7>) when the
 * program runs under systemd (JOURNAL_STREAM is set), else the bare line. Control characters are
 * escaped; every registered secret is replaced by value before anything leaves.
 */
#ifndef ICP_LOG_H
#define ICP_LOG_H

#include "icp/base.h"

enum icp_log_level {
    ICP_LOG_ERROR = 3,
    ICP_LOG_WARNING = 4,
    ICP_LOG_NOTICE = 5,
    ICP_LOG_INFO = 6,
    ICP_LOG_DEBUG = 7
};

struct icp_log; /* passed where needed; NULL is a log that keeps quiet */
struct icp_log *icp_log_open(enum icp_log_level most, bool journald); /* writes to standard error */
void icp_log_close(struct icp_log *log);
void icp_log_add_secret(struct icp_log *log, struct icp_str secret); /* copied; wiped at close */
void icp_log_write(struct icp_log *log, enum icp_log_level level, const char *format, ...)
    ICP_PRINTF(3, 4);
/* Replaces every registered secret in a text by "[secret]"; in place, the text only shrinks or
   stays (a secret shorter than 8 bytes is replaced by as many '*'). Used on messages before
   printing. */
void icp_log_scrub(const struct icp_log *log, char *text);

#endif
