/*
 * CSV, row by row from a file or a text through one bounded buffer. Invariant: cells of a row point
 * into that buffer until the next call; a row is whole or refused with its line.
 */
#include "csv.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "utf8.h"

enum {
    ROW_MOST = 1024 * 1024, /* one row; a CRM's longest text is 64 KiB */
    CELLS_MOST = 2000,      /* HubSpot allows 1,000 custom properties beside some 400 of its own */
    CHUNK = 64 * 1024,
};

struct icp_csv {
    int file; /* -1: from a text */
    struct icp_str text;
    int problem; /* errno of a failed read */
    bool begun;  /* the byte-order mark was looked for */
    bool ended;  /* no more bytes in the file */
    char *bytes;
    size_t from, to; /* what is read and not used yet */
    struct icp_str *cells;
    uint64_t line;
    char separator;
    char path[ICP_ERR_PATH];
};

static struct icp_csv *open_named(const char *path, struct icp_err *err)
{
    struct icp_csv *csv = icp_allocate(1, sizeof(*csv));
    size_t length = strlen(path);

    if (csv == NULL || (csv->bytes = icp_allocate(ROW_MOST + CHUNK, 1)) == NULL ||
        (csv->cells = icp_allocate(CELLS_MOST, sizeof(csv->cells[0]))) == NULL) {
        icp_fail(err, ICP_BUG, "no memory to read %s", path);
        if (csv != NULL)
            csv->file = -1;
        icp_csv_close(csv);
        return NULL;
    }
    memcpy(csv->path, path, length < sizeof(csv->path) ? length : sizeof(csv->path) - 1);
    csv->line = 1;
    csv->file = -1;
    return csv;
}

struct icp_csv *icp_csv_open_text(struct icp_str text, const char *name, struct icp_err *err)
{
    struct icp_csv *csv = open_named(name, err);

    if (csv != NULL)
        csv->text = text;
    return csv;
}

struct icp_csv *icp_csv_open(const char *path, struct icp_err *err)
{
    struct icp_csv *csv = open_named(path, err);

    if (csv == NULL)
        return NULL;
    csv->file = open(path, O_RDONLY | O_CLOEXEC);
    if (csv->file < 0) {
        icp_fail(err, ICP_BAD_CONFIG, "cannot open %s: %s", path, strerror(errno));
        icp_csv_close(csv);
        return NULL;
    }
    return csv;
}

void icp_csv_close(struct icp_csv *csv)
{
    if (csv == NULL)
        return;
    if (csv->file >= 0)
        (void)close(csv->file);
    icp_release(csv->bytes);
    icp_release(csv->cells);
    icp_release(csv);
}

/* Up to a chunk of the file or text, as read(2). */
static ssize_t read_some(struct icp_csv *csv)
{
    size_t length = csv->text.length < CHUNK ? csv->text.length : CHUNK;
    ssize_t got;

    if (csv->file < 0) {
        if (length > 0)
            memcpy(csv->bytes + csv->to, csv->text.data, length);
        csv->text = icp_str_slice(csv->text, length, csv->text.length);
        return (ssize_t)length;
    }
    do {
        got = read(csv->file, csv->bytes + csv->to, CHUNK);
    } while (got < 0 && errno == EINTR);
    return got;
}

/* Reads more behind what is there; moves it to the front first. False at the end of the file or of
 * the room. */
static bool refill(struct icp_csv *csv)
{
    ssize_t got;

    if (csv->ended)
        return false;
    memmove(csv->bytes, csv->bytes + csv->from, csv->to - csv->from);
    csv->to -= csv->from;
    csv->from = 0;
    if (csv->to >= ROW_MOST)
        return false;
    got = read_some(csv);
    if (got <= 0) {
        csv->problem = got < 0 ? errno : 0;
        csv->ended = true;
        return false;
    }
    csv->to += (size_t)got;
    return true;
}

char icp_csv_separator(struct icp_str text)
{
    static const char separators[] = {',', ';', '\t'};
    size_t counts[sizeof(separators)] = {0}, best = 0;
    bool quoted = false;

    for (size_t i = 0; i < text.length && (quoted || text.data[i] != '\n'); i++) {
        quoted = text.data[i] == '"' ? !quoted : quoted;
        for (size_t k = 0; k < sizeof(separators) && !quoted; k++)
            counts[k] += text.data[i] == separators[k];
    }
    for (size_t k = 1; k < sizeof(separators); k++)
        best = counts[k] > counts[best] ? k : best;
    return separators[best];
}

enum state { CELL_START, PLAIN, QUOTED, BEHIND_QUOTE };

/* A quote opens only at the start of a cell: elsewhere it is a character, as in 5" pipe. */
static enum state step(enum state state, char c, char separator)
{
    if (state == QUOTED)
        return c == '"' ? BEHIND_QUOTE : QUOTED;
    if (c == separator)
        return CELL_START;
    if (c == '"' && state != PLAIN)
        return QUOTED; /* the first, or the second of a doubled one */
    return state == BEHIND_QUOTE ? BEHIND_QUOTE : PLAIN;
}

/* Where the row that begins at `from` ends (its line end), or `to`; `whole` when the end was seen,
   `open` when it ends inside quotes. */
static size_t find_end(const struct icp_csv *csv, bool *whole, bool *open)
{
    enum state state = CELL_START;

    *whole = false;
    *open = false;
    const char *row = csv->bytes + csv->from;
    const char *newline = memchr(row, '\n', csv->to - csv->from);
    if (newline != NULL && memchr(row, '"', (size_t)(newline - row)) == NULL) {
        *whole = true; /* most rows have no quotes */
        return (size_t)(newline - csv->bytes);
    }
    for (size_t i = csv->from; i < csv->to; i++) {
        if (csv->bytes[i] == '\n' && state != QUOTED) {
            *whole = true;
            *open = false;
            return i;
        }
        state = step(state, csv->bytes[i], csv->separator);
    }
    *open = state == QUOTED;
    return csv->to;
}

/* A cell that begins with a quote: undoubled in place. `at` moves behind the closing quote. */
static struct icp_str quoted_cell(char *bytes, size_t *at, size_t end)
{
    size_t out = ++*at, from = out;

    while (*at < end) {
        if (bytes[*at] == '"') {
            if (*at + 1 < end && bytes[*at + 1] == '"') {
                bytes[out++] = '"';
                *at += 2;
                continue;
            }
            ++*at;
            break;
        }
        bytes[out++] = bytes[(*at)++];
    }
    return (struct icp_str){bytes + from, out - from};
}

static struct icp_str plain_cell(const char *bytes, char separator, size_t *at, size_t end)
{
    size_t from = *at;

    while (*at < end && bytes[*at] != separator)
        (*at)++;
    return (struct icp_str){bytes + from, *at - from};
}

static enum icp_status split(struct icp_csv *csv, size_t end, struct icp_csv_row *row,
                             struct icp_err *err)
{
    size_t at = csv->from;

    row->cells = csv->cells;
    for (;;) {
        struct icp_str cell = at < end && csv->bytes[at] == '"'
                                  ? quoted_cell(csv->bytes, &at, end)
                                  : plain_cell(csv->bytes, csv->separator, &at, end);
        if (row->count >= CELLS_MOST)
            return icp_fail_at(err, ICP_BAD_CONFIG, csv->path, (uint32_t)row->line, 1,
                               "the row has more than %d cells", CELLS_MOST);
        if (!icp_utf8_valid(cell))
            return icp_fail_at(err, ICP_BAD_CONFIG, csv->path, (uint32_t)row->line, 1,
                               "cell %zu is not UTF-8", row->count + 1);
        if (at < end && csv->bytes[at] != csv->separator)
            return icp_fail_at(err, ICP_BAD_CONFIG, csv->path, (uint32_t)row->line, 1,
                               "cell %zu goes on behind its closing quote", row->count + 1);
        csv->cells[row->count++] = cell;
        if (at >= end)
            return ICP_OK;
        at++;
    }
}

static uint64_t count_lines(const struct icp_csv *csv, size_t end)
{
    uint64_t lines = 1;

    for (size_t i = csv->from; i < end; i++)
        lines += csv->bytes[i] == '\n';
    return lines;
}

/* The mark at the front, and what the first row says stands between cells. */
static void begin(struct icp_csv *csv)
{
    while (memchr(csv->bytes, '\n', csv->to) == NULL && refill(csv))
        ;
    if (csv->to >= 3 && memcmp(csv->bytes, "\xEF\xBB\xBF", 3) == 0)
        csv->from = 3;
    csv->separator =
        icp_csv_separator((struct icp_str){csv->bytes + csv->from, csv->to - csv->from});
    csv->begun = true;
}

/* Reads until the row is whole in memory; `end` is its line end or the file's. */
static enum icp_status gather(struct icp_csv *csv, size_t *end, bool *whole, struct icp_err *err)
{
    bool open = false;

    if (!csv->begun)
        begin(csv);
    while ((*end = find_end(csv, whole, &open)), !*whole && refill(csv))
        ;
    if (!*whole)
        *end = csv->to; /* the last refill moved what is there, even when it found no more */
    if (csv->problem != 0)
        return icp_fail(err, ICP_BAD_CONFIG, "cannot read %s: %s", csv->path,
                        strerror(csv->problem));
    if (!*whole && !csv->ended)
        return icp_fail_at(err, ICP_BAD_CONFIG, csv->path, (uint32_t)csv->line, 1,
                           "the row is longer than %d bytes; is a quote not closed", ROW_MOST);
    if (open)
        return icp_fail_at(err, ICP_BAD_CONFIG, csv->path, (uint32_t)csv->line, 1,
                           "a quote of this row is not closed");
    return ICP_OK;
}

enum icp_status icp_csv_next(struct icp_csv *csv, struct icp_csv_row *row, struct icp_err *err)
{
    bool whole = false;
    size_t end = 0, last;
    uint64_t lines;
    enum icp_status status;

    *row = (struct icp_csv_row){.line = csv->line};
    status = gather(csv, &end, &whole, err);
    row->separator = csv->separator;
    if (status != ICP_OK || csv->from >= csv->to)
        return status;
    last = end > csv->from && csv->bytes[end - 1] == '\r' ? end - 1 : end;
    lines = count_lines(csv, end);
    status = split(csv, last, row, err);
    if (status != ICP_OK)
        return status;
    csv->line += lines;
    csv->from = whole ? end + 1 : end;
    return ICP_OK;
}

static bool looks_like_formula(struct icp_str text)
{
    bool number = text.length > 1;

    if (text.length == 0 || strchr("=+-@\t\r", text.data[0]) == NULL)
        return false;
    for (size_t i = 1; i < text.length; i++)
        number = number && ((text.data[i] >= '0' && text.data[i] <= '9') || text.data[i] == '.');
    return !number;
}

/* Whoever opens the file with another separator in mind sees a cell begin inside this one. */
static bool begins_inside(struct icp_str text, size_t at)
{
    char c = text.data[at], next = ' ';

    if (at == 0 || strchr(",;\t\r\n", text.data[at - 1]) == NULL)
        return false;
    if (at + 1 < text.length)
        next = text.data[at + 1];
    return c == '=' || c == '@' || ((c == '+' || c == '-') && (next < '0' || next > '9'));
}

void icp_csv_put_cell(struct icp_buf *out, struct icp_str text, bool first, bool guard)
{
    /* at the start of a file a mark would be taken off again */
    bool quote = first && icp_str_has_prefix(text, ICP_STR("\xEF\xBB\xBF"));

    if (!first)
        icp_buf_add_char(out, ',');
    for (size_t i = 0; i < text.length && !quote; i++)
        quote = strchr(",;\t\"\r\n", text.data[i]) != NULL;
    bool formula = guard && looks_like_formula(text);
    if (!quote && !formula) {
        icp_buf_add(out, text);
        return;
    }
    icp_buf_add_char(out, '"');
    if (formula)
        icp_buf_add_char(out, '\'');
    for (size_t i = 0; i < text.length; i++) {
        if (guard && begins_inside(text, i))
            icp_buf_add_char(out, '\'');
        if (text.data[i] == '"')
            icp_buf_add_char(out, '"');
        icp_buf_add_char(out, text.data[i]);
    }
    icp_buf_add_char(out, '"');
}
