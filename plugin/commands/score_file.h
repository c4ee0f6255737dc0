/*
 * Scoring a file (`icp score FILE`), in five steps that know only their neighbours:
 *
 *   score_map.c    which column or member feeds which field; what is written (by score_columns.c;
 *                  score_input.c: what a person says of it)
 *   score_read.c   the file, block by block, cut where rows end
 *   score_rows.c   a block's rows to values, values to results (score_before.c: what was before)
 *   score_write.c  a result to a row of the output
 *   score_tell.c   what could not be read: the first of each kind, and how many of each
 *   score_run.c    threads over a ring of blocks; writes them in the order in which they were read
 *
 * Memory is bounded by the ring and by the threads' caches, whatever the size of the file; both are
 * shared out among the threads, so that more of them take no more.
 */
#ifndef ICP_SCORE_FILE_H
#define ICP_SCORE_FILE_H

#include "bulk.h"
#include "commands.h"
#include "csv.h"
#include "csv_scan.h"
#include "json_scan.h"

enum {
    SCORE_BLOCK = 256 * 1024,      /* read at once: with its marks it stays in a core's own cache */
    SCORE_BLOCK_LEAST = 64 * 1024, /* below this, handing blocks over begins to show */
    SCORE_BLOCKS = 1024 * 1024,    /* all blocks of the ring together */
    SCORE_CACHES = 4 * 1024 * 1024, /* all threads' caches of values together, and */
    SCORE_CACHES_LEAST = 64 * 1024, /* of a small file */
    SCORE_ROW_MOST = 1024 * 1024,   /* one row or line; a CRM's longest text is 64 KiB */
    SCORE_COLUMNS_MOST = 2000,      /* as csv.c */
    SCORE_OUT = 256 * 1024,         /* output of a block before it has to be written */
    SCORE_NOTES = 64 * 1024,        /* what is to be told of a block, likewise */
    SCORE_THREADS_MOST = 64,
    SCORE_THREADS_USED = 16, /* reading is one thread's work at a time: more would wait for it */
    SCORE_RULES_MOST = 16,   /* rule files at once */
    SCORE_MAPS_MOST = 256,
    SCORE_TOP_MOST = 1000,
    SCORE_TOLD_MOST = 5, /* lines told of one kind: a column that is all wrong shows by a few */
};
#define SCORE_NO_SLOT UINT32_MAX

enum score_format { SCORE_CSV, SCORE_NDJSON };

struct score_map { /* --map COLUMN=FIELD */
    struct icp_str column, field;
};

struct score_options {
    const char *path;   /* "-": standard input */
    const char *called; /* for people */
    const char *output;
    enum score_format from, to;
    bool from_given, to_given, strict, texts, quiet;
    bool labels;    /* who it is, for people */
    bool own_lines; /* reasons are lines of the file alone, not what is unknown or held */
    size_t threads, top;
    size_t caches; /* all threads' caches of values together */
    int32_t as_of;
    struct icp_str columns; /* names with commas between them */
    const struct score_map *maps;
    size_t map_count;
    enum icp_scan_path scan;
};

/* --map, of which `which` is the number among the command's switches: COLUMN=FIELD, or a file with
   such lines. */
enum icp_status score_maps_read(const struct icp_arguments *arguments, size_t which,
                                struct icp_arena *arena, struct score_options *options,
                                struct icp_err *err);

/* ---- The plan: made before the first row, shared by all threads. ---------------------------- */

struct score_take { /* CSV: a cell to a slot */
    uint32_t column, slot;
};
struct score_fall { /* a slot that takes the value of another while it has none */
    uint32_t slot, from;
};
struct score_spell { /* a slot whose text may need another spelling before it fits its type */
    uint32_t slot;
    enum icp_type type;
    bool whole;                             /* a number without a fraction */
    const struct icp_field_option *options; /* what the CRM's own values are; NULL: not known */
    size_t option_count;
    const bool *plain; /* along bytes: those of the options' values */
};
struct score_signal { /* a counter and a last date */
    const struct icp_signal_definition *definition;
    uint32_t last, count;     /* SCORE_NO_SLOT: none */
    uint32_t first_attribute; /* slots of the attributes, one after the other */
};

enum score_kind {
    SCORE_ID,
    SCORE_SCORE,
    SCORE_GRADE,
    SCORE_TIER,
    SCORE_FIT,
    SCORE_ENGAGEMENT,
    SCORE_COVERAGE,
    SCORE_ROLES,
    SCORE_REASONS,
    SCORE_REACH,
    SCORE_SUMMARY,
    SCORE_PROFILE,
    SCORE_MISSING,
    SCORE_FALLS_TO,
    SCORE_FALLS_ON,
    SCORE_LIFT,
    SCORE_REFUSED,
    SCORE_VALUE, /* what stood in the input */
};
struct score_column {
    enum score_kind kind;
    uint32_t slot; /* VALUE */
    struct icp_str title;
};

enum score_before { /* what an earlier run wrote */
                    SCORE_BEFORE_GRADE,
                    SCORE_BEFORE_TIER,
                    SCORE_BEFORE_PROFILE,
                    SCORE_BEFORE_COUNT
};
enum score_label {
    SCORE_LABEL_NAME,
    SCORE_LABEL_FIRST,
    SCORE_LABEL_LAST,
    SCORE_LABEL_COMPANY,
    SCORE_LABEL_COMPANY_TYPED, /* on the person */
    SCORE_LABEL_EMAIL,
    SCORE_LABELS
};

struct score_rules {
    const char *path;
    struct icp_ruleset *rules;
    struct icp_bulk *bulk; /* NULL: rows are looked at, not scored */
    uint32_t first_slot;   /* of its fields: their values are its cells */
    const struct icp_rules_field *fields;
    size_t field_count, reasons_room;
    size_t most;     /* reasons to ask for */
    const bool *own; /* along its lines: of the file, not what is unknown or held */
    bool *given;     /* along its fields: something in the file feeds it; NULL: all may be */
};

struct score_plan {
    struct score_rules rules[SCORE_RULES_MOST];
    size_t rules_count;
    const struct icp_dictionary *dictionary;
    size_t slot_count;
    size_t column_count; /* CSV: cells of every row */
    char separator;      /* CSV: what stands between them, in the output as in the input */
    struct score_take *takes;
    size_t take_count;
    size_t copies; /* how often one column is taken at most */
    struct score_fall *falls;
    size_t fall_count;
    struct score_spell *spells;
    size_t spell_count;
    struct score_signal *signals;
    size_t signal_count, signals_most; /* a row's signals at most: two of each */
    uint32_t id_slot, signals_slot;    /* signals: the list of our own shape, NDJSON */
    struct icp_json_names *names;
    struct score_column *columns;
    size_t columns_count;
    bool reads_before; /* some file has a margin, and some row may say what was before */
    uint32_t before[SCORE_BEFORE_COUNT]; /* slots of what the record had before */
    uint32_t labels[SCORE_LABELS];       /* their slots, when they are wanted */
    bool wants_whole;                    /* some column needs the rule engine's own result */
};

/* `header`: the first row of a CSV file; NULL for NDJSON. Says on standard error what is missing
   and what is nearest. ICP_ITEM when nothing fits, or, strictly, when something is missing. */
enum icp_status score_plan_make(struct score_plan *plan, const struct score_options *options,
                                const struct icp_csv_row *header, struct icp_arena *arena,
                                struct icp_err *err);
void score_plan_finish(struct score_plan *plan);
/* ---- Blocks --------------------------------------------------------------------------------- */

struct score_counts {
    uint64_t rows, bad, refused, future, stopped;
};

/* Kinds of what cannot be read: these rows, and behind them one for the values of each slot, and
   one for the conditions of each rule file that met a limit. */
enum score_bad {
    SCORE_BAD_CELLS,
    SCORE_BAD_BYTES,
    SCORE_BAD_QUOTE,
    SCORE_BAD_LONG,
    SCORE_BAD_JSON,
    SCORE_BAD_SIGNALS,
    SCORE_BAD_KINDS
};

struct score_block {
    char *memory, *text; /* text: whole rows, with room before and behind it */
    size_t length;
    uint32_t *ends; /* what marks.cells is in, with one place more before it */
    struct icp_csv_marks marks;
    size_t first_row;   /* 1 in the block that begins with the header */
    uint64_t before;    /* line ends of what was left out before it: a line that was too long */
    uint64_t lines;     /* line ends in it, and of a broken row's line */
    uint64_t line;      /* where it begins, from 1; known when it is its turn to be written */
    uint64_t number;    /* of the block */
    const char *broken; /* it holds no row but stands for one that is wrong, and why */
    enum score_bad broken_as;
    char *out, *notes;
    size_t out_used, notes_used;
    struct score_counts counts;
    uint32_t *tally; /* how many of each kind could not be read */
    bool stop;       /* strictly: a row was bad; nothing behind it counts */
    enum { SCORE_FREE, SCORE_FILLED, SCORE_DONE } state;
};

/* ---- Reading, one thread at a time. --------------------------------------------------------- */

struct score_reader {
    int file;
    const char *path;
    enum score_format format;
    size_t at_once;  /* bytes */
    size_t expected; /* in the first block: at_once, or the whole of a small file */
    char *carry;     /* the beginning of a row that the next block goes on with */
    size_t carried;
    bool begun, ended;
    bool headed;    /* CSV: the first row was whole, and has said what stands between cells */
    char separator; /* CSV: that */
    bool skipping;  /* the rest of a line that was too long */
};

/* How many blocks a ring of so many threads has, and how much is read into each at once. */
size_t score_ring_blocks(size_t threads);
/* Lowers `threads` and `caches` of the options to what a small file needs. */
enum icp_status score_reader_open(struct score_reader *reader, struct score_options *options,
                                  struct icp_err *err);
void score_reader_close(struct score_reader *reader);
bool score_block_open(struct score_block *block, const struct score_reader *reader);
void score_block_close(struct score_block *block);
/* The first bytes, to see what they are, without taking them. */
enum icp_status score_reader_peek(struct score_reader *reader, struct icp_str *bytes,
                                  struct icp_err *err);
/* What the input is, when nobody said so: by its name, else by its first byte. */
enum icp_status score_forms_find(struct score_reader *reader, struct score_options *options,
                                 struct icp_err *err);
/* `more` false: nothing is left. */
enum icp_status score_reader_fill(struct score_reader *reader, enum icp_scan_path path,
                                  struct score_block *block, bool *more, struct icp_err *err);
/* Everything again and to the end, in one piece: what the block and the reader hold, and what
   nobody has read yet. Of the first block alone, and when it is whole rows. ICP_ITEM when it is too
   long. */
enum icp_status score_reader_rest(struct score_reader *reader, const struct score_block *block,
                                  struct icp_buf *text, struct icp_err *err);
/* The first row of a block as cells in the arena. */
enum icp_status score_header(const struct score_reader *reader, const struct score_block *block,
                             struct icp_arena *arena, struct icp_csv_row *row, struct icp_err *err);

/* ---- Rows ----------------------------------------------------------------------------------- */

struct score_ring;
struct score_row;
struct score_worker;

/* Whoever wants a row itself and not its score. */
struct score_look {
    bool (*wanted)(struct score_worker *worker); /* by its values, before its signals are read */
    enum icp_status (*take)(struct score_worker *worker, const struct score_row *row);
    void *context;
};

struct score_worker { /* one thread's */
    const struct score_plan *plan;
    const struct score_options *options;
    struct score_ring *ring;
    const struct score_look *look; /* NULL: rows are scored */
    struct icp_bulk_work *works[SCORE_RULES_MOST];
    struct icp_json_scan *scan;
    struct icp_str *values; /* one a slot: of a CSV row `cells`, of a line what the scanner found */
    struct icp_str *cells;
    struct icp_signal *signals;
    struct icp_bulk_reason *reasons;
    char *room; /* unquoted cells and other spellings of one row */
    size_t room_used, room_size;
    struct icp_arena arena; /* of one row: signals, the rule engine's own result */
    struct icp_buf line;    /* of one row of NDJSON output */
    struct score_block *block;
    size_t told_place, told_lines; /* of the block: how far line ends are counted, and how many */
    struct icp_err err;
};

bool score_worker_open(struct score_worker *worker, const struct score_plan *plan,
                       const struct score_options *options, struct score_ring *ring);
void score_worker_close(struct score_worker *worker);
/* A row as a rule file takes it. */
struct icp_rules_input score_input(const struct score_worker *worker, const struct score_row *row,
                                   const struct score_rules *rules);
/* What of a row's fields a file could not read: told and counted. */
enum icp_status score_tell_refused(struct score_worker *worker, const struct score_rules *rules,
                                   size_t place);
enum icp_status score_rows(struct score_worker *worker, struct score_block *block);

/* What one row gave, to be written. */
struct score_row {
    const struct score_rules *rules; /* the file whose result counts; NULL: none applies */
    struct icp_bulk_work *work;
    struct icp_bulk_result result;
    const struct icp_str *values;
    const struct icp_signal *signals;
    size_t signal_count;
    size_t place; /* where it begins in its block */
};

/* ---- Writing -------------------------------------------------------------------------------- */

enum icp_status score_put_header(const struct score_plan *plan, const struct score_options *options,
                                 struct icp_buf *out);
enum icp_status score_put_row(struct score_worker *worker, const struct score_row *row);

/* Writes what a block has so far, which waits for its turn. */
enum icp_status score_make_room(struct score_worker *worker);
/* Room for `wanted` (at most SCORE_OUT) more bytes of output. NULL when what is there could not be
   written: see worker->err. */
static inline char *score_room(struct score_worker *worker, size_t wanted)
{
    struct score_block *block = worker->block;

    if (__builtin_expect(block->out_used + wanted > SCORE_OUT, 0) &&
        score_make_room(worker) != ICP_OK)
        return NULL;
    return block->out + block->out_used;
}

/* ---- Telling -------------------------------------------------------------------------------- */

struct score_tally { /* of the whole file; along its kinds: how many, and how many were told */
    uint64_t rows, bad, refused, future, stopped;
    uint64_t *count;
    uint8_t *told;
};
size_t score_tally_count(const struct score_plan *plan);
bool score_tally_open(struct score_tally *tally, const struct score_plan *plan);
void score_tally_close(struct score_tally *tally);
/* Adds what a block has counted, and takes it from there. */
void score_tally_add(struct score_tally *tally, const struct score_plan *plan,
                     struct score_block *block);
/* One more of a kind in this block. True: it may be one that is told, so it wants a note. */
bool score_counted(struct score_worker *worker, size_t kind);
/* Something to be told of a row, in order, with its line. */
enum icp_status score_note(struct score_worker *worker, size_t kind, uint64_t line,
                           struct icp_str text);
/* What a refused value of a slot should have been: a good date was refused for lying ahead. */
const char *score_wanted(struct score_worker *worker, enum icp_type type, uint32_t slot);
/* The notes of a block whose turn it is: at most SCORE_TOLD_MOST of each kind in all. Quietly none,
   but strictly the one that ends the run. */
void score_tell(struct score_tally *tally, const struct score_options *options,
                const struct score_block *block);
/* The last line; quietly only when something is not in the output as it was in the input. */
void score_tell_totals(const struct score_tally *tally, const struct score_options *options,
                       const struct score_plan *plan);

/* ---- Running -------------------------------------------------------------------------------- */

/* `block` holds what was read already, and is the ring's first. `tally` is open. */
enum icp_status score_run(const struct icp_app *app, const struct score_options *options,
                          const struct score_plan *plan, struct score_reader *reader,
                          struct score_block *block, int output, struct score_tally *tally,
                          struct icp_err *err);
/* Called by a worker that is out of room: waits for the block's turn, writes what it has. */
enum icp_status score_ring_flush(struct score_ring *ring, struct score_block *block,
                                 struct icp_err *err);

#endif
