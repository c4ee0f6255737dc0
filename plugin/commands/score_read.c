/*
 * The file, block by block. Invariant: a block holds whole rows; what begins a row that is not
 * whole yet waits in `carry`. A row that has no end (a quote that nobody closes) costs its first
 * line and no more: reading goes on with the next one.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "score_file.h"

/* A row that is not whole yet, what one more read brings, and a line end of our own. */
enum { MEMORY = SCORE_BLOCK + SCORE_ROW_MOST + 3 * ICP_SCAN_ROOM };
enum {
    PEEK = 4096,      /* enough to tell what the file is; the rest goes straight into a block */
    BYTES_A_CELL = 8, /* of usual files, for memory that is asked for before it is needed */
    OUT_PART = 4,     /* likewise: of what is read, what is written */
};

/* One a thread, one being written, and one more so that nobody waits for that. */
size_t score_ring_blocks(size_t threads)
{
    return threads > 1 ? threads + 2 : 1;
}

static size_t block_size(size_t threads)
{
    size_t size = SCORE_BLOCKS / score_ring_blocks(threads);

    if (size > SCORE_BLOCK)
        return SCORE_BLOCK;
    return size < SCORE_BLOCK_LEAST ? SCORE_BLOCK_LEAST : size;
}

/* A small file is one thread's work, and its values need no large caches. */
static void size_up(struct score_reader *reader, struct score_options *options)
{
    struct stat about;
    uint64_t size = UINT64_MAX;

    if (fstat(reader->file, &about) == 0 && S_ISREG(about.st_mode) && about.st_size >= 0)
        size = (uint64_t)about.st_size;
    if (size / SCORE_BLOCK < options->threads)
        options->threads = (size_t)(1 + size / SCORE_BLOCK);
    options->caches = SCORE_CACHES;
    if (size < SCORE_CACHES)
        options->caches = SCORE_CACHES_LEAST + (size_t)size / 2;
    reader->at_once = block_size(options->threads);
    reader->expected = size < reader->at_once ? (size_t)size : reader->at_once;
}

enum icp_status score_reader_open(struct score_reader *reader, struct score_options *options,
                                  struct icp_err *err)
{
    const char *path = options->path;
    bool standard = strcmp(path, "-") == 0;

    *reader = (struct score_reader){.path = standard ? "standard input" : path};
    reader->file = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (reader->file < 0) {
        icp_fail(err, ICP_STATE, "cannot open %s: %s", path, strerror(errno));
        return err->status;
    }
    size_up(reader, options);
    reader->carry = icp_allocate(MEMORY, 1);
    return reader->carry != NULL ? ICP_OK : icp_fail(err, ICP_BUG, "no memory to read %s", path);
}

void score_reader_close(struct score_reader *reader)
{
    if (reader->file > STDIN_FILENO)
        (void)close(reader->file);
    icp_release(reader->carry);
    *reader = (struct score_reader){.file = -1};
}

bool score_block_open(struct score_block *block, const struct score_reader *reader)
{
    memset(block, 0, sizeof(*block));
    block->memory = icp_allocate(MEMORY, 1);
    block->ends = icp_allocate(MEMORY + 1, sizeof(uint32_t));
    block->marks.rows = icp_allocate(MEMORY, sizeof(uint32_t));
    block->out = icp_allocate(SCORE_OUT, 1);
    block->notes = icp_allocate(SCORE_NOTES, 1);
    if (block->memory == NULL || block->ends == NULL)
        return false;
    block->text = block->memory + ICP_SCAN_ROOM;
    block->ends[0] = UINT32_MAX; /* the end before the first cell: one more is 0 */
    block->marks.cells = block->ends + 1;
    icp_touch(block->text, reader->expected);
    icp_touch(block->ends, reader->expected / BYTES_A_CELL * sizeof(uint32_t));
    icp_touch(block->out, reader->expected / OUT_PART);
    return block->marks.rows != NULL && block->out != NULL && block->notes != NULL;
}

void score_block_close(struct score_block *block)
{
    icp_release(block->memory);
    icp_release(block->ends);
    icp_release(block->marks.rows);
    icp_release(block->out);
    icp_release(block->notes);
    icp_release(block->tally);
    memset(block, 0, sizeof(*block));
}

/* ---- bytes ---------------------------------------------------------------------------------- */

/* Reads once behind text[length]; what comes late from a pipe is scored as it comes. */
static enum icp_status read_more(struct score_reader *reader, char *text, size_t *length,
                                 size_t most, struct icp_err *err)
{
    ssize_t got;

    do
        got = read(reader->file, text + *length, most);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return icp_fail(err, ICP_STATE, "cannot read %s: %s", reader->path, strerror(errno));
    reader->ended = got == 0;
    *length += (size_t)got;
    return ICP_OK;
}

static enum icp_status begin(struct score_reader *reader, struct icp_err *err)
{
    while (!reader->begun && !reader->ended && reader->carried < 4)
        if (read_more(reader, reader->carry, &reader->carried, PEEK, err) != ICP_OK)
            return err->status;
    if (!reader->begun && reader->carried >= 3 &&
        memcmp(reader->carry, "\xEF\xBB\xBF", 3) == 0) { /* the mark that spreadsheets write */
        reader->carried -= 3;
        memmove(reader->carry, reader->carry + 3, reader->carried);
    }
    reader->begun = true;
    return ICP_OK;
}

enum icp_status score_reader_peek(struct score_reader *reader, struct icp_str *bytes,
                                  struct icp_err *err)
{
    enum icp_status status = begin(reader, err);

    *bytes = (struct icp_str){reader->carry, reader->carried};
    return status;
}

static void keep(struct score_reader *reader, const struct score_block *block, size_t from,
                 size_t length)
{
    reader->carried = length - from;
    memcpy(reader->carry, block->text + from, reader->carried);
}

/* The rest of a line that was too long for a row. */
static void skip(struct score_reader *reader, struct score_block *block, size_t *length)
{
    const char *line = memchr(block->text, '\n', *length);
    size_t gone = line != NULL ? (size_t)(line - block->text) + 1 : *length;

    reader->skipping = line == NULL;
    block->before += line != NULL;
    *length -= gone;
    memmove(block->text, block->text + gone, *length);
}

/* ---- rows ----------------------------------------------------------------------------------- */

struct broken { /* why a row can never be whole; no reason: it may be yet */
    const char *reason;
    enum score_bad as;
};

static size_t rows_end(const struct score_block *block)
{
    const struct icp_csv_marks *marks = &block->marks;

    return marks->row_count > 0 ? marks->cells[marks->rows[marks->row_count - 1] - 1] + (size_t)1
                                : 0;
}

/* Text behind a closing quote in a row of several lines: the quote was most likely never meant to
   open. The rows before it are kept, and the row is broken at its first line. */
static bool cut_at_garbage(struct score_block *block, size_t length)
{
    struct icp_csv_marks *marks = &block->marks;
    size_t rows = marks->row_count, row = 0, start, end;

    while (row < rows && marks->cells[marks->rows[row] - 1] < marks->garbage)
        row++;
    end = row < rows ? marks->cells[marks->rows[row] - 1] : length;
    marks->row_count = row;
    start = rows_end(block);
    if (memchr(block->text + start, '\n', end - start) != NULL)
        return true;
    marks->row_count = rows; /* a bad row of one line hurts nobody else */
    return false;
}

static size_t count_lines(const char *text, size_t length)
{
    size_t lines = 0;

    for (const char *at = text, *end = text + length;
         (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
        lines++;
    return lines;
}

/* The row at the front has no end: its first line goes, with the reason. */
static void break_row(struct score_reader *reader, struct score_block *block, size_t length,
                      const struct broken *why)
{
    const char *line = memchr(block->text, '\n', length);
    size_t gone = line != NULL ? (size_t)(line - block->text) + 1 : length;

    block->broken = why->reason;
    block->broken_as = why->as;
    block->length = 0;
    block->marks.row_count = 0;
    block->lines = line != NULL;
    reader->skipping = line == NULL;
    keep(reader, block, gone, length);
}

static bool mark_csv(struct score_reader *reader, enum icp_scan_path path,
                     struct score_block *block, size_t length, struct broken *broken)
{
    struct icp_csv_marks *marks = &block->marks;
    size_t rows;

    if (!reader->headed)
        reader->separator = icp_csv_separator((struct icp_str){block->text, length});
    marks->separator = reader->separator;
    icp_csv_scan(path, (struct icp_str){block->text, length}, marks);
    rows = marks->row_count;
    if (marks->garbage < length && cut_at_garbage(block, length))
        *broken = (struct broken){"text stands behind a closing quote", SCORE_BAD_QUOTE};
    if (marks->row_count == 0 && broken->reason == NULL && reader->ended)
        *broken = (struct broken){"a quote of this row is not closed", SCORE_BAD_QUOTE};
    if (marks->row_count == 0 && broken->reason == NULL && length >= SCORE_ROW_MOST)
        *broken = (struct broken){"the row is longer than a mebibyte; is a quote not closed",
                                  SCORE_BAD_LONG};
    block->length = rows_end(block);
    block->lines =
        marks->row_count == rows && rows > 0
            ? marks->lines - count_lines(block->text + block->length, length - block->length)
            : count_lines(block->text, block->length);
    reader->headed = reader->headed || block->length > 0;
    return block->length > 0;
}

static bool mark_lines(struct score_block *block, size_t length, struct broken *broken)
{
    size_t end = length;

    while (end > 0 && block->text[end - 1] != '\n')
        end--;
    if (end == 0 && length >= SCORE_ROW_MOST)
        *broken = (struct broken){"the line is longer than a mebibyte", SCORE_BAD_LONG};
    block->length = end;
    block->lines = count_lines(block->text, end);
    return end > 0;
}

/* One more look at what was read: true when the block is made. */
static bool make_block(struct score_reader *reader, enum icp_scan_path path,
                       struct score_block *block, size_t *length)
{
    struct broken broken = {NULL, SCORE_BAD_QUOTE};
    bool whole;

    if (reader->skipping)
        skip(reader, block, length);
    if (*length == 0)
        return reader->ended;
    if (reader->ended && block->text[*length - 1] != '\n')
        block->text[(*length)++] = '\n';
    whole = reader->format == SCORE_CSV ? mark_csv(reader, path, block, *length, &broken)
                                        : mark_lines(block, *length, &broken);
    if (whole)
        keep(reader, block, block->length, *length);
    else if (broken.reason != NULL)
        break_row(reader, block, *length, &broken);
    return whole || broken.reason != NULL;
}

/* Reads on until a row is whole. What is carried may be a good deal already, behind a broken row.
 */
static enum icp_status gather(struct score_reader *reader, enum icp_scan_path path,
                              struct score_block *block, struct icp_err *err)
{
    size_t length = reader->carried;

    memcpy(block->text, reader->carry, length);
    reader->carried = 0;
    if (length >= reader->at_once / 2 && make_block(reader, path, block, &length))
        return ICP_OK;
    for (;;) {
        if (!reader->ended &&
            read_more(reader, block->text, &length, reader->at_once, err) != ICP_OK)
            return err->status;
        if (make_block(reader, path, block, &length))
            return ICP_OK;
    }
}

enum icp_status score_reader_fill(struct score_reader *reader, enum icp_scan_path path,
                                  struct score_block *block, bool *more, struct icp_err *err)
{
    block->length = block->first_row = block->out_used = block->notes_used = 0;
    block->marks.row_count = 0;
    block->lines = block->before = 0;
    block->broken = NULL;
    block->stop = false;
    memset(&block->counts, 0, sizeof(block->counts));
    if (begin(reader, err) != ICP_OK || gather(reader, path, block, err) != ICP_OK)
        return err->status;
    *more = block->length > 0 || block->broken != NULL;
    return ICP_OK;
}

enum icp_status score_reader_rest(struct score_reader *reader, const struct score_block *block,
                                  struct icp_buf *text, struct icp_err *err)
{
    icp_buf_add(text, (struct icp_str){block->text, block->length});
    icp_buf_add(text, (struct icp_str){reader->carry, reader->carried});
    while (!reader->ended && !text->failed) {
        size_t length = 0;
        if (read_more(reader, reader->carry, &length, SCORE_BLOCK, err) != ICP_OK)
            return err->status;
        icp_buf_add(text, (struct icp_str){reader->carry, length});
    }
    reader->carried = 0;
    return text->failed ? icp_fail(err, ICP_ITEM, "%s is too long for one object", reader->path)
                        : ICP_OK;
}

enum icp_status score_header(const struct score_reader *reader, const struct score_block *block,
                             struct icp_arena *arena, struct icp_csv_row *row, struct icp_err *err)
{
    const struct icp_csv_marks *marks = &block->marks;
    size_t count = marks->row_count > 0 ? marks->rows[0] : 0, from = 0, cell = 0;
    struct icp_str *cells = ICP_NEW_ARRAY(arena, struct icp_str, count + 1);
    struct icp_str line;

    if (count == 0 || cells == NULL || count > SCORE_COLUMNS_MOST)
        return icp_fail_at(err, ICP_ITEM, reader->path, 1, 1,
                           count > 0 ? "the header has too many columns"
                                     : "the header cannot be read");
    line = icp_str_slice((struct icp_str){block->text, block->length}, 0, marks->cells[count - 1]);
    if (line.length > 0 && line.data[line.length - 1] == '\r')
        line.length--;
    if (icp_csv_row_problem(line, reader->separator, &cell) != ICP_CSV_FINE)
        return icp_fail_at(err, ICP_ITEM, reader->path, 1, 1,
                           "column %zu of the header is not UTF-8, or goes on behind its quote",
                           cell);
    for (size_t i = 0; i < count; i++) {
        size_t end = marks->cells[i] < line.length ? marks->cells[i] : line.length;
        struct icp_str text = icp_str_slice(line, from, end);
        char *room = icp_arena_take(arena, text.length + 1, 1, 1);
        if (room != NULL && text.length > 0 && text.data[0] == '"')
            text = icp_csv_unquote(text, room);
        cells[i] = icp_str_trim(icp_arena_copy(arena, text));
        from = (size_t)marks->cells[i] + 1;
    }
    *row = (struct icp_csv_row){
        .cells = cells, .count = count, .line = 1, .separator = reader->separator};
    return arena->full ? icp_fail(err, ICP_BUG, "no memory for the header") : ICP_OK;
}
