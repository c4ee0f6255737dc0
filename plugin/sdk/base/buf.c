/*
 * Buffers that grow by doubling up to a limit that their owner set. While `data` is not NULL it
 * ends with a NUL at `length`, which never exceeds `limit`. After a failure nothing is added any
 * more, so what stands there is always an unbroken beginning of what was meant.
 */
#include <stdio.h>
#include <string.h>

#include "icp/base.h"

enum { FIRST_BYTES = 64 };

void icp_buf_open(struct icp_buf *buf, size_t limit)
{
    *buf = (struct icp_buf){.limit = limit};
}

void icp_buf_reset(struct icp_buf *buf)
{
    buf->length = 0;
    buf->failed = false;
    if (buf->data != NULL)
        buf->data[0] = '\0';
}

void icp_buf_finish(struct icp_buf *buf)
{
    if (buf == NULL)
        return;
    icp_release(buf->data);
    *buf = (struct icp_buf){0};
}

/* Room for `more` bytes and the NUL, or as many as the limit leaves. Returns how many fit. */
static size_t make_room(struct icp_buf *buf, size_t more)
{
    if (buf->failed)
        return 0;
    if (more > buf->limit - buf->length) {
        buf->failed = true;
        more = buf->limit - buf->length;
    }
    size_t needed = buf->length + more;
    if (buf->data != NULL && needed < buf->allocated)
        return more;
    if (needed == SIZE_MAX) {
        buf->failed = true;
        return 0;
    }
    size_t size = buf->allocated > 0 ? buf->allocated : FIRST_BYTES;
    while (size <= needed)
        size = size > SIZE_MAX / 2 ? SIZE_MAX : size * 2;
    if (buf->limit < size - 1)
        size = buf->limit + 1;
    char *grown = icp_reallocate(buf->data, size, 1);
    if (grown == NULL) {
        buf->failed = true;
        return 0;
    }
    buf->data = grown;
    buf->allocated = size;
    return more;
}

void icp_buf_add(struct icp_buf *buf, struct icp_str text)
{
    if (text.length == 0)
        return;
    size_t room = make_room(buf, text.length);
    if (room == 0)
        return;
    memcpy(buf->data + buf->length, text.data, room);
    buf->length += room;
    buf->data[buf->length] = '\0';
}

void icp_buf_reserve(struct icp_buf *buf, size_t more)
{
    size_t most = buf->limit - buf->length;
    size_t room = make_room(buf, more < most ? more : most);

    if (room > 0)
        icp_touch(buf->data + buf->length, room);
}

void icp_buf_add_cstr(struct icp_buf *buf, const char *text)
{
    icp_buf_add(buf, icp_str_from(text));
}

void icp_buf_add_char(struct icp_buf *buf, char c)
{
    icp_buf_add(buf, (struct icp_str){&c, 1});
}

void icp_buf_format_list(struct icp_buf *buf, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0) {
        buf->failed = true;
        return;
    }
    size_t room = make_room(buf, (size_t)length);
    if (room == 0)
        return;
    length = vsnprintf(buf->data + buf->length, room + 1, format, arguments);
    if (length < 0)
        buf->data[buf->length] = '\0';
    else
        buf->length += room;
}

void icp_buf_format(struct icp_buf *buf, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    icp_buf_format_list(buf, format, arguments);
    va_end(arguments);
}

struct icp_str icp_buf_view(const struct icp_buf *buf)
{
    return (struct icp_str){buf->data ? buf->data : "", buf->length};
}
