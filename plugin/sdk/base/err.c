/*
 * The error object: the first report wins and stays, whoever reports after it. Every text in it is
 * one line, bounded, and ends on a whole character, whatever the values were that went into it.
 */
#include <stdio.h>
#include <string.h>

#include "icp/base.h"
#include "line.h"
#include "utf8.h"

static const char *const status_names[] = {
    [ICP_OK] = "ok",       [ICP_RETRY] = "retry",   [ICP_UNKNOWN] = "unknown",
    [ICP_ITEM] = "item",   [ICP_REMOTE] = "remote", [ICP_BAD_CONFIG] = "bad config",
    [ICP_STATE] = "state", [ICP_STOP] = "stop",     [ICP_BUG] = "bug",
};

const char *icp_status_name(enum icp_status status)
{
    size_t index = (size_t)status;
    if (index >= sizeof(status_names) / sizeof(status_names[0]))
        return "no such status";
    return status_names[index];
}

void icp_line_cut(char *text)
{
    size_t length = strlen(text);
    size_t start = length;
    /* a character has at most 3 bytes behind its first */
    while (start > 0 && length - start < 4) {
        start--;
        if (((unsigned char)text[start] & 0xC0u) != 0x80u)
            break;
    }
    struct icp_str last = {text + start, length - start};
    if (length > start && !icp_utf8_valid(last))
        text[start] = '\0';
}

void icp_line_format(char *text, size_t size, const char *format, va_list arguments)
{
    int length = vsnprintf(text, size, format, arguments);
    if (length < 0)
        text[0] = '\0';
    if (length >= 0 && (size_t)length >= size)
        icp_line_cut(text);
    for (char *c = text; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = ' ';
}

/* ICP_OK is not something to report: whoever does has lost the reason. */
static bool begin(struct icp_err *err, enum icp_status status)
{
    if (err->status != ICP_OK)
        return false;
    err->status = status == ICP_OK ? ICP_BUG : status;
    return true;
}

enum icp_status icp_fail(struct icp_err *err, enum icp_status status, const char *format, ...)
{
    if (!begin(err, status))
        return err->status;
    va_list arguments;
    va_start(arguments, format);
    icp_line_format(err->message, sizeof(err->message), format, arguments);
    va_end(arguments);
    return err->status;
}

enum icp_status icp_fail_at(struct icp_err *err, enum icp_status status, const char *file,
                            uint32_t line, uint32_t column, const char *format, ...)
{
    if (!begin(err, status))
        return err->status;
    err->line = line;
    err->column = column;
    if (file != NULL && snprintf(err->file, sizeof(err->file), "%s", file) >= ICP_ERR_PATH)
        icp_line_cut(err->file);
    va_list arguments;
    va_start(arguments, format);
    icp_line_format(err->message, sizeof(err->message), format, arguments);
    va_end(arguments);
    return err->status;
}

void icp_hint(struct icp_err *err, const char *format, ...)
{
    if (err->hint[0] != '\0')
        return;
    va_list arguments;
    va_start(arguments, format);
    icp_line_format(err->hint, sizeof(err->hint), format, arguments);
    va_end(arguments);
}

enum icp_status icp_wrap(struct icp_err *err, const char *format, ...)
{
    if (err->status == ICP_OK)
        return ICP_OK;
    char context[ICP_ERR_TEXT];
    char message[ICP_ERR_TEXT];
    va_list arguments;
    va_start(arguments, format);
    icp_line_format(context, sizeof(context), format, arguments);
    va_end(arguments);
    memcpy(message, err->message, sizeof(message));
    int length = snprintf(err->message, sizeof(err->message), "%s: %s", context, message);
    if (length >= ICP_ERR_TEXT)
        icp_line_cut(err->message);
    return err->status;
}

void icp_err_clear(struct icp_err *err)
{
    *err = (struct icp_err){.status = ICP_OK};
}
