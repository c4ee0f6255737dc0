/* Inside base only: one bounded line of a message, for errors and diagnostics alike. */
#ifndef ICP_LINE_H
#define ICP_LINE_H

#include "icp/base.h"

/* Formats into `text`, cut on a character at `size` - 1 bytes. Control characters become spaces: a
   value from a file must neither break the line nor speak to the terminal. */
void icp_line_format(char *text, size_t size, const char *format, va_list arguments)
    ICP_PRINTF(3, 0);
/* Cuts a text that was filled to the brim back to its last whole character. */
void icp_line_cut(char *text);

#endif
