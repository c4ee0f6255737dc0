/*
 * The body of the CSV scanner's vector paths, included by one file a path, which says beforehand
 * how its machine looks at 64 bytes:
 *
 *   struct seen look(const char *at, char separator)   a bit a byte: quotes, separators, line ends,
 *                                          bytes that are NUL or not ASCII
 *   uint64_t prefix_xor(uint64_t bits)     bit n = xor of bits 0..n
 *   bool is_utf8(const char *at)           64 bytes and the three before them; false: perhaps not
 *   uint32_t *put_places(uint32_t *out, uint64_t bits, uint32_t base)   may write ICP_SCAN_ROOM
 *
 * Quotes are paired by the running xor. That is right as long as each opening quote stands at the
 * start of a cell or doubles a closing one, and only an end follows a closing one; 64 bytes where
 * that does not hold go through icp_csv_step.
 */
#include "csv_scan_inside.h"

#include <string.h>

/* The byte behind a closing quote may be a CR when LF follows; anything else has been seen. */
static bool only_line_ends(struct icp_str text, size_t at, uint64_t bits)
{
    for (; bits != 0; bits &= bits - 1) {
        size_t place = at + (size_t)__builtin_ctzll(bits);
        if (place + 1 >= text.length || text.data[place] != '\r' || text.data[place + 1] != '\n')
            return false;
    }
    return true;
}

static enum icp_csv_state state_at_end(uint64_t inside, uint64_t ends, uint64_t closing)
{
    const uint64_t last = (uint64_t)1 << 63;

    if (inside & last)
        return ICP_CSV_IN_QUOTES;
    if (ends & last)
        return ICP_CSV_CELL_START;
    return closing & last ? ICP_CSV_QUOTE_END : ICP_CSV_IN_PLAIN;
}

/* The ends of cells among 64 bytes at text[at]. */
static inline uint64_t find_ends(struct icp_str text, size_t at, const struct seen *seen,
                                 struct icp_csv_carry *carry, struct icp_csv_marks *marks)
{
    uint64_t before = carry->state == ICP_CSV_IN_QUOTES ? ~UINT64_C(0) : 0;
    uint64_t inside = prefix_xor(seen->quotes) ^ before;
    uint64_t ends = (seen->separators | seen->lines) & ~inside;
    uint64_t opening = seen->quotes & inside, closing = seen->quotes & ~inside;
    uint64_t may_open = (ends | closing) << 1 |
                        (carry->state == ICP_CSV_CELL_START || carry->state == ICP_CSV_QUOTE_END);
    uint64_t behind = closing << 1 | (carry->state == ICP_CSV_QUOTE_END);
    uint64_t odd = behind & ~(ends | seen->quotes);

    if (__builtin_expect(((opening & ~may_open) | odd) != 0, 0) &&
        ((opening & ~may_open) != 0 || !only_line_ends(text, at, odd)))
        return icp_csv_step(text, at, 64, carry, marks);
    carry->state = state_at_end(inside, ends, closing);
    return ends;
}

/* Which of the ends are ends of rows: nearly always none or one in 64 bytes. */
static inline void put_rows(struct icp_csv_marks *marks, uint64_t ends, uint64_t lines)
{
    uint32_t *rows = marks->rows + marks->row_count;

    marks->row_count += (size_t)__builtin_popcountll(lines);
    do { /* the first is written also when there is none: its place is overwritten later */
        uint64_t upto = lines ^ (lines - 1);
        *rows++ = (uint32_t)marks->cell_count + (uint32_t)__builtin_popcountll(ends & upto);
        lines &= lines - 1;
    } while (__builtin_expect(lines != 0, 0));
}

static inline void note(size_t at, const char *bytes, const struct seen *seen, uint64_t ends,
                        struct icp_csv_carry *carry, struct icp_csv_marks *marks)
{
    bool odd = seen->odd != 0;

    if ((odd || carry->odd) && marks->doubt > at && !is_utf8(bytes))
        marks->doubt = at;
    carry->odd = odd;
    marks->quotes |= seen->quotes != 0;
    marks->lines += (size_t)__builtin_popcountll(seen->lines);
    put_rows(marks, ends, ends & seen->lines);
    put_places(marks->cells + marks->cell_count, ends, (uint32_t)at);
    marks->cell_count += (size_t)__builtin_popcountll(ends);
}

/* The last bytes, with spaces behind them: spaces end nothing, and a character that was cut shows.
   The state has to be that of the text's end, so the machine moves it. */
static void scan_rest(struct icp_str text, size_t at, struct icp_csv_carry *carry,
                      struct icp_csv_marks *marks)
{
    char bytes[64 + 64];
    size_t count = text.length - at;
    struct seen seen;
    uint64_t ends;

    memcpy(bytes + 48, text.data + at - 16, 16);
    memcpy(bytes + 64, text.data + at, count);
    memset(bytes + 64 + count, ' ', 64 - count);
    seen = look(bytes + 64, marks->separator);
    ends = icp_csv_step(text, at, count, carry, marks);
    note(at, bytes + 64, &seen, ends, carry, marks);
}

static void scan(struct icp_str text, struct icp_csv_marks *marks)
{
    struct icp_csv_carry carry = {.state = ICP_CSV_CELL_START};
    struct icp_csv_marks local = *marks; /* in registers: nobody else sees it while it changes */
    size_t at = 0;

    for (; at + 64 <= text.length; at += 64) {
        struct seen seen = look(text.data + at, local.separator);
        uint64_t ends = find_ends(text, at, &seen, &carry, &local);
        note(at, text.data + at, &seen, ends, &carry, &local);
    }
    if (at < text.length)
        scan_rest(text, at, &carry, &local);
    local.open = carry.state == ICP_CSV_IN_QUOTES;
    *marks = local;
}
