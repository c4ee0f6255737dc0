/*
 * The ground floor that every layer stands on: what a call says back, borrowed strings, memory
 * with three lifetimes, and bounded buffers.
 *
 * Ownership, once for the whole program: arguments are borrowed until the call returns; results
 * live in the arena that the caller passed; only a function named *_open gives something that must
 * be closed. Every *_close and *_finish takes NULL or a zeroed value and returns cleanly.
 */
#ifndef ICP_BASE_H
#define ICP_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define ICP_PRINTF(format_index, first_argument)                                                   \
    __attribute__((format(printf, format_index, first_argument)))
#define ICP_MUST_CHECK __attribute__((warn_unused_result))
#else
#define ICP_PRINTF(format_index, first_argument)
#define ICP_MUST_CHECK
#endif

/* Status is what the caller does next; the error object says why. */
enum icp_status {
    ICP_OK = 0,
    ICP_RETRY,   /* nothing happened; the same call may work later: 429, 423, any failed read, or
                    a write that failed before its first body byte was sent. Only the HTTP layer
                    retries, and it retries this one only. */
    ICP_UNKNOWN, /* a write that ended without an outcome per record: 5xx, reset, timeout,
                    truncated answer; the night settles it by reading back by id */
    ICP_ITEM,    /* this record is refused; go on with the next */
    ICP_REMOTE,  /* this CRM is out until a person acts or a quota resets: 401, 403, daily limit */
    ICP_BAD_CONFIG, /* a file that a person wrote is wrong; line and column say where */
    ICP_STATE,      /* the state database, or another local file, cannot be used */
    ICP_STOP,       /* signal or deadline; everything committed so far stands */
    ICP_BUG,        /* broken invariant or limit; never expected */
};

/* "retry", "bad config", …: for logs and tests. Never NULL. */
const char *icp_status_name(enum icp_status status);

/* ---- Strings: a borrowed view, never NUL-terminated by promise, passed by value. data == NULL is
   "no text" (unknown), which differs from the empty text. */
struct icp_str {
    const char *data;
    size_t length;
};

#define ICP_STR_INIT(literal)                                                                      \
    {                                                                                              \
        ("" literal ""), sizeof(literal) - 1                                                       \
    }
#define ICP_STR(literal) ((struct icp_str)ICP_STR_INIT(literal))
/* For printf: "%.*s" with ICP_STR_ARGUMENTS(text). Views longer than INT_MAX are cut. */
#define ICP_STR_ARGUMENTS(text)                                                                    \
    (int)((text).length > 0x7fffffff ? 0x7fffffff : (text).length), ((text).data ? (text).data : "")

struct icp_str icp_str_from(const char *text); /* text may be NULL: then "no text" */
bool icp_str_is_null(struct icp_str text);
bool icp_str_is_empty(struct icp_str text);             /* no text, or length 0 */
bool icp_str_equal(struct icp_str a, struct icp_str b); /* no text equals only no text */
bool icp_str_is(struct icp_str a, const char *b);
bool icp_str_equal_ascii_case(struct icp_str a, struct icp_str b); /* A-Z folded only */
int icp_str_compare(struct icp_str a, struct icp_str b);           /* by bytes; no text first */
bool icp_str_has_prefix(struct icp_str text, struct icp_str prefix);
bool icp_str_has_suffix(struct icp_str text, struct icp_str suffix);
/* Position of the first occurrence, or text.length when there is none. */
size_t icp_str_find(struct icp_str text, struct icp_str needle);
struct icp_str icp_str_slice(struct icp_str text, size_t from, size_t to); /* clamped */
struct icp_str icp_str_trim(struct icp_str text); /* space, tab, CR, LF at both ends */
/* Takes the part of *rest before the separator and moves *rest behind it; false at the end. */
bool icp_str_cut(struct icp_str *rest, char separator, struct icp_str *part);
uint64_t icp_str_hash(struct icp_str text); /* FNV-1a; for tables whose keys we made ourselves */
/* Edit distance (insert, delete, replace, swap of neighbours), at most `limit`; for hints. */
size_t icp_str_distance(struct icp_str a, struct icp_str b, size_t limit);
/* The nearest of `names` for a "did you mean" hint, or no text when none is near enough. */
struct icp_str icp_str_nearest(struct icp_str word, const struct icp_str *names, size_t count);

/* ---- Errors. Lives on the caller's stack and never allocates. The first report wins; a layer
   above adds context with icp_wrap. Only commands/ print. Messages: lower case, the reason, the
   value, no function names; a hint is a whole sentence. Never put a secret or a person's data in.
 */
enum { ICP_ERR_TEXT = 512, ICP_ERR_PATH = 256 };

struct icp_err {
    enum icp_status status;
    int http_status;            /* 0 when no HTTP answer was involved */
    int64_t retry_after_ms;     /* 0 when the other side did not say */
    uint32_t line, column;      /* from 1; 0 when there is no place */
    char file[ICP_ERR_PATH];    /* empty when there is no place */
    char message[ICP_ERR_TEXT]; /* one line, no full stop */
    char hint[ICP_ERR_TEXT];    /* empty or a whole sentence */
};

/* Reports unless something was reported already. Returns the status that now stands in err. */
enum icp_status icp_fail(struct icp_err *err, enum icp_status status, const char *format, ...)
    ICP_PRINTF(3, 4);
enum icp_status icp_fail_at(struct icp_err *err, enum icp_status status, const char *file,
                            uint32_t line, uint32_t column, const char *format, ...)
    ICP_PRINTF(6, 7);
void icp_hint(struct icp_err *err, const char *format, ...) ICP_PRINTF(2, 3); /* first hint wins */
/* Puts "context: " in front of the message; returns err->status. Nothing when there is no error. */
enum icp_status icp_wrap(struct icp_err *err, const char *format, ...) ICP_PRINTF(2, 3);
void icp_err_clear(struct icp_err *err);

/* ---- Arena: memory of one batch or of the process. Allocation fails only by reaching `capacity`
   or the machine's end; then it returns a pointer to NULL and `full` sticks, so that a stage may
   ask once at its end. Under AddressSanitizer a poisoned gap stands behind every allocation. */
struct icp_arena_block;
struct icp_arena {
    struct icp_arena_block *first, *current;
    size_t used;     /* bytes handed out since open or reset */
    size_t capacity; /* hard cap over all blocks */
    bool full;
};

void icp_arena_open(struct icp_arena *arena, size_t capacity);
void icp_arena_reset(struct icp_arena *arena); /* keeps the blocks for the next batch */
void icp_arena_close(struct icp_arena *arena);
/* What was taken behind a mark is given back at once, for work that leaves nothing behind. */
struct icp_arena_mark {
    struct icp_arena_block *block;
    size_t block_used, used;
    bool full;
};
struct icp_arena_mark icp_arena_mark(const struct icp_arena *arena);
void icp_arena_rewind(struct icp_arena *arena, struct icp_arena_mark mark);
/* Zeroed, aligned to `alignment` (a power of two, at most 64). count × size is checked. */
void *icp_arena_take(struct icp_arena *arena, size_t count, size_t size, size_t alignment);
#define ICP_NEW(arena, type) ((type *)icp_arena_take((arena), 1, sizeof(type), _Alignof(type)))
#define ICP_NEW_ARRAY(arena, type, count)                                                          \
    ((type *)icp_arena_take((arena), (count), sizeof(type), _Alignof(type)))
/* Copies, NUL-terminated behind the view. No text gives no text. */
struct icp_str icp_arena_copy(struct icp_arena *arena, struct icp_str text);
struct icp_str icp_arena_format(struct icp_arena *arena, const char *format, ...) ICP_PRINTF(2, 3);

/* ---- Buffer: grows up to `limit`, is always NUL-terminated behind its text, and remembers that it
   was too small, so that a series of appends may be checked once. */
struct icp_buf {
    char *data; /* NULL while empty and never grown */
    size_t length, allocated, limit;
    bool failed; /* the limit or the machine's end was reached; the text is cut there */
};

void icp_buf_open(struct icp_buf *buf, size_t limit);
void icp_buf_reset(struct icp_buf *buf); /* empty again, memory kept, `failed` cleared */
void icp_buf_finish(struct icp_buf *buf);
/* Memory for that much more, or up to the limit, in one go: whoever knows how much will come. */
void icp_buf_reserve(struct icp_buf *buf, size_t more);
void icp_buf_add(struct icp_buf *buf, struct icp_str text);
void icp_buf_add_cstr(struct icp_buf *buf, const char *text);
void icp_buf_add_char(struct icp_buf *buf, char c);
void icp_buf_format(struct icp_buf *buf, const char *format, ...) ICP_PRINTF(2, 3);
void icp_buf_format_list(struct icp_buf *buf, const char *format, va_list arguments)
    ICP_PRINTF(2, 0);
struct icp_str icp_buf_view(const struct icp_buf *buf); /* valid until the next change */

/* The only heap calls outside arena and buffer, for handles that a layer opens and closes (base is
   the only place that may name malloc). Zeroed; NULL at the machine's end or overflow. */
void *icp_allocate(size_t count, size_t size);
void *icp_reallocate(void *memory, size_t count, size_t size); /* not zeroed behind the old end */
void icp_release(void *memory);
/* Asks the system for the pages of memory that will be written soon, all in one go: to meet them
   one by one costs ten times as much. Whole pages only; a hint, which may be without effect. */
void icp_touch(void *memory, size_t bytes);

#endif
