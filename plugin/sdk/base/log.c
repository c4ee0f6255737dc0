/*
 * The log and its list of secrets. Invariant: no byte is written before every registered secret, as
 * it is and percent-encoded, has been replaced in the whole text, and only then is the line escaped
 * and cut; so neither a cut nor an escape can let a part of a secret through.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "crypto.h"
#include "log.h"
#include "utf8.h"

enum {
    LINE_MOST = 4096,         /* what journald and a terminal take in one piece */
    TEXT_MOST = 256 * 1024,   /* before secrets are replaced: long enough to fill a line after it */
    SECRETS_MOST = 64,        /* a handful of tokens a CRM, each in up to three spellings */
    SECRET_LENGTH_MOST = 8192 /* private keys in PEM are below 4 KiB */
};

static const char mask[] = "[secret]";

struct secret {
    char *text;
    size_t length;
};

struct icp_log {
    enum icp_log_level most;
    bool journald;
    struct secret secrets[SECRETS_MOST]; /* longest first: one may be a part of another */
    size_t secret_count;
};

struct icp_log *icp_log_open(enum icp_log_level most, bool journald)
{
    struct icp_log *log = icp_allocate(1, sizeof(*log));
    if (log == NULL)
        return NULL;
    log->most = most;
    log->journald = journald;
    return log;
}

void icp_log_close(struct icp_log *log)
{
    if (log == NULL)
        return;
    for (size_t i = 0; i < log->secret_count; i++) {
        icp_wipe(log->secrets[i].text, log->secrets[i].length);
        icp_release(log->secrets[i].text);
    }
    icp_release(log);
}

static bool known(const struct icp_log *log, struct icp_str secret)
{
    for (size_t i = 0; i < log->secret_count; i++)
        if (icp_str_equal(secret, (struct icp_str){log->secrets[i].text, log->secrets[i].length}))
            return true;
    return false;
}

static void remember(struct icp_log *log, struct icp_str secret)
{
    if (log->secret_count == SECRETS_MOST || known(log, secret))
        return;
    char *copy = icp_allocate(secret.length + 1, 1);
    if (copy == NULL)
        return;
    memcpy(copy, secret.data, secret.length);
    size_t at = log->secret_count++;
    while (at > 0 && log->secrets[at - 1].length < secret.length) {
        log->secrets[at] = log->secrets[at - 1];
        at--;
    }
    log->secrets[at] = (struct secret){copy, secret.length};
}

static bool unreserved(unsigned char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~", c) != NULL);
}

static void remember_encoded(struct icp_log *log, struct icp_str secret, const char *digits)
{
    struct icp_buf encoded;
    icp_buf_open(&encoded, secret.length * 3);
    for (size_t i = 0; i < secret.length; i++) {
        unsigned char c = (unsigned char)secret.data[i];
        if (unreserved(c)) {
            icp_buf_add_char(&encoded, (char)c);
            continue;
        }
        icp_buf_add_char(&encoded, '%');
        icp_buf_add_char(&encoded, digits[c >> 4]);
        icp_buf_add_char(&encoded, digits[c & 15]);
    }
    if (!encoded.failed)
        remember(log, icp_buf_view(&encoded));
    if (encoded.data != NULL)
        icp_wipe(encoded.data, encoded.length);
    icp_buf_finish(&encoded);
}

void icp_log_add_secret(struct icp_log *log, struct icp_str secret)
{
    if (log == NULL || icp_str_is_empty(secret) || secret.length > SECRET_LENGTH_MOST)
        return;
    remember(log, secret);
    remember_encoded(log, secret, "0123456789ABCDEF");
    remember_encoded(log, secret, "0123456789abcdef");
}

/* Replaces one secret in place; returns the new length. */
static size_t replace(char *text, size_t length, struct icp_str secret)
{
    size_t to = 0;
    size_t from = 0;
    while (from < length) {
        struct icp_str rest = {text + from, length - from};
        size_t before = icp_str_find(rest, secret);
        memmove(text + to, text + from, before);
        to += before;
        from += before;
        if (from == length)
            break;
        if (secret.length < sizeof(mask) - 1) {
            memset(text + to, '*', secret.length);
            to += secret.length;
        } else {
            memcpy(text + to, mask, sizeof(mask) - 1);
            to += sizeof(mask) - 1;
        }
        from += secret.length;
    }
    text[to] = '\0';
    return to;
}

static size_t scrub(const struct icp_log *log, char *text, size_t length)
{
    for (size_t i = 0; i < log->secret_count; i++)
        length =
            replace(text, length, (struct icp_str){log->secrets[i].text, log->secrets[i].length});
    return length;
}

void icp_log_scrub(const struct icp_log *log, char *text)
{
    if (log != NULL && text != NULL)
        (void)scrub(log, text, strlen(text));
}

/* Escapes one byte, or passes on one printable character; moves `rest` behind it. */
static void escape_next(struct icp_buf *line, struct icp_str *rest)
{
    static const char digits[] = "0123456789abcdef";
    struct icp_str before = *rest;
    uint32_t c = 0;
    if (icp_utf8_next(rest, &c) && c >= 0x20 && (c < 0x7f || c > 0x9f)) {
        icp_buf_add(line, icp_str_slice(before, 0, before.length - rest->length));
        return;
    }
    unsigned char byte = (unsigned char)before.data[0];
    *rest = icp_str_slice(before, 1, before.length);
    if (byte == '\n') {
        icp_buf_add_cstr(line, "\\n");
        return;
    }
    char text[] = {'\\', 'x', digits[byte >> 4], digits[byte & 15], '\0'};
    icp_buf_add_cstr(line, text);
}

static void write_all(struct icp_str bytes)
{
    while (bytes.length > 0) {
        ssize_t written = write(STDERR_FILENO, bytes.data, bytes.length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return; /* nobody listens: a night does not stop for that */
        bytes = icp_str_slice(bytes, (size_t)written, bytes.length);
    }
}

static void write_line(const struct icp_log *log, enum icp_log_level level, struct icp_str text)
{
    enum { LONGEST_ESCAPE = 8, END = sizeof("...\n") };
    struct icp_buf line;
    icp_buf_open(&line, LINE_MOST);
    if (log->journald)
        icp_buf_format(&line, "<%d>", (int)level);
    while (text.length > 0 && line.length < LINE_MOST - LONGEST_ESCAPE - END)
        escape_next(&line, &text);
    icp_buf_add_cstr(&line, text.length > 0 ? "...\n" : "\n");
    write_all(icp_buf_view(&line));
    icp_buf_finish(&line);
}

void icp_log_write(struct icp_log *log, enum icp_log_level level, const char *format, ...)
{
    if (log == NULL || level > log->most)
        return;
    struct icp_buf text;
    icp_buf_open(&text, TEXT_MOST);
    va_list arguments;
    va_start(arguments, format);
    icp_buf_format_list(&text, format, arguments);
    va_end(arguments);
    if (text.data != NULL) {
        bool cut = text.failed;
        size_t longest = log->secret_count > 0 ? log->secrets[0].length : 0;
        text.length = scrub(log, text.data, text.length);
        /* a secret that the cut went through is no longer recognised: take it off too */
        if (cut)
            text.length -= longest < text.length ? longest : text.length;
        write_line(log, level, icp_buf_view(&text));
        icp_wipe(text.data, text.allocated);
    }
    icp_buf_finish(&text);
}
