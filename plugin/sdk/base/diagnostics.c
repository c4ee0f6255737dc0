/*
 * The list of what is wrong with one file. The first ICP_MAX_DIAGNOSTICS reports are kept with
 * their texts in the arena; the rest is only counted, so a hopeless file costs no more than a bad
 * one and the counts are still true.
 */
#include <stdio.h>
#include <string.h>

#include "bounds.h"
#include "diagnostics.h"
#include "line.h"

const char *icp_severity_name(enum icp_severity severity)
{
    static const char *const names[] = {
        [ICP_ERROR] = "error", [ICP_WARNING] = "warning", [ICP_NOTE] = "note"};
    return names[severity];
}

static size_t count_all(const struct icp_diagnostics *list)
{
    return list->errors + list->warnings + list->notes;
}

void icp_diagnostics_open(struct icp_diagnostics *list, struct icp_arena *arena, const char *file)
{
    *list = (struct icp_diagnostics){.arena = arena, .file = file};
}

static bool grow(struct icp_diagnostics *list)
{
    if (list->count >= ICP_MAX_DIAGNOSTICS)
        return false;
    if (list->count < list->allocated)
        return true;
    size_t allocated = list->allocated > 0 ? list->allocated * 2 : 8;
    struct icp_diagnostic *items = ICP_NEW_ARRAY(list->arena, struct icp_diagnostic, allocated);
    if (items == NULL)
        return false;
    if (list->count > 0)
        memcpy(items, list->items, list->count * sizeof(items[0]));
    list->items = items;
    list->allocated = allocated;
    return true;
}

void icp_report(struct icp_diagnostics *list, enum icp_severity severity, const char *code,
                uint32_t line, uint32_t column, const char *format, ...)
{
    char message[ICP_ERR_TEXT];
    if (severity == ICP_ERROR)
        list->errors++;
    else if (severity == ICP_WARNING)
        list->warnings++;
    else
        list->notes++;
    if (!grow(list))
        return;
    va_list arguments;
    va_start(arguments, format);
    icp_line_format(message, sizeof(message), format, arguments);
    va_end(arguments);
    list->items[list->count++] = (struct icp_diagnostic){
        .severity = severity,
        .code = code,
        .line = line,
        .column = column,
        .message = icp_arena_copy(list->arena, icp_str_from(message)),
    };
}

void icp_report_hint(struct icp_diagnostics *list, const char *format, ...)
{
    char hint[ICP_ERR_TEXT];
    /* the last report was only counted: its hint has no place either */
    if (list->count == 0 || count_all(list) > list->count)
        return;
    va_list arguments;
    va_start(arguments, format);
    icp_line_format(hint, sizeof(hint), format, arguments);
    va_end(arguments);
    list->items[list->count - 1].hint = icp_arena_copy(list->arena, icp_str_from(hint));
}

static bool stands_behind(const struct icp_diagnostic *a, const struct icp_diagnostic *b)
{
    return a->line != b->line ? a->line > b->line : a->column > b->column;
}

/* By insertion: at most ICP_MAX_DIAGNOSTICS, mostly in order already. */
void icp_diagnostics_sort(struct icp_diagnostics *list)
{
    for (size_t i = 1; i < list->count; i++) {
        struct icp_diagnostic moved = list->items[i];
        size_t at = i;
        for (; at > 0 && stands_behind(&list->items[at - 1], &moved); at--)
            list->items[at] = list->items[at - 1];
        list->items[at] = moved;
    }
}

static void print_place(const struct icp_diagnostics *list, const struct icp_diagnostic *item,
                        struct icp_buf *out)
{
    icp_buf_add_cstr(out, list->file);
    if (item->line > 0)
        icp_buf_format(out, ":%u", (unsigned int)item->line);
    if (item->line > 0 && item->column > 0)
        icp_buf_format(out, ":%u", (unsigned int)item->column);
}

void icp_diagnostics_print(const struct icp_diagnostics *list, struct icp_buf *out)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct icp_diagnostic *item = &list->items[i];
        print_place(list, item, out);
        icp_buf_format(out, ": %s: ", icp_severity_name(item->severity));
        icp_buf_add(out, item->message);
        icp_buf_format(out, " [%s]\n", item->code);
        if (!icp_str_is_empty(item->hint)) {
            icp_buf_add_cstr(out, "  Hint: ");
            icp_buf_add(out, item->hint);
            icp_buf_add_char(out, '\n');
        }
    }
    size_t hidden = count_all(list) - list->count;
    if (hidden > 0)
        icp_buf_format(out, "%s: %zu more not shown\n", list->file, hidden);
}

static const struct icp_diagnostic *first_error(const struct icp_diagnostics *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].severity == ICP_ERROR)
            return &list->items[i];
    return NULL;
}

enum icp_status icp_diagnostics_status(const struct icp_diagnostics *list, struct icp_err *err)
{
    if (list->errors == 0)
        return ICP_OK;
    const struct icp_diagnostic *first = first_error(list);
    if (first == NULL)
        return icp_fail_at(err, ICP_BAD_CONFIG, list->file, 0, 0, "%zu errors", list->errors);
    if (err->status != ICP_OK)
        return err->status;
    char others[64] = "";
    if (list->errors > 1)
        (void)snprintf(others, sizeof(others), " (and %zu more error%s)", list->errors - 1,
                       list->errors > 2 ? "s" : "");
    (void)icp_fail_at(err, ICP_BAD_CONFIG, list->file, first->line, first->column, "%.*s%s",
                      ICP_STR_ARGUMENTS(first->message), others);
    if (!icp_str_is_empty(first->hint))
        icp_hint(err, "%.*s", ICP_STR_ARGUMENTS(first->hint));
    return err->status;
}
