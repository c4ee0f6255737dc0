/*
 * What the files of this layer share. A bulk is immutable once open; whatever a thread writes lives
 * in its work.
 *
 * How it works. A *column* is a field of the file together with what is derived from it. All that a
 * value of one column can do by itself is an *outcome*: sums to add, and bits to set. Outcomes are
 * worked out by the rule engine (outcomes.c), on a record that knows nothing else, so they are
 * equal to it by construction; a cell finds the outcome of its value again by its bytes or by the
 * range its number lies in (cells.c). A row is then the sum of its outcomes (score.c). What looks
 * at several columns at once is taken apart into *facts*, each about one column, and put together
 * again from their bits (facts.c). Reasons are bits in the order in which they are written
 * (ranking.c, reasons.c).
 *
 * Lines are numbered in the order in which equal reasons stand: the file's.
 */
#ifndef ICP_BULK_INTERNAL_H
#define ICP_BULK_INTERNAL_H

#include "bulk.h"
#include "evaluate.h"

#include <string.h>

enum {
    BULK_POINTS_TEXT = 12,   /* ":-2147483648" */
    BULK_SMALL_POINTS = 128, /* points of smaller size have their text ready */
    BULK_SHORT = 32,         /* a copy of fixed length is one instruction */
    BULK_TOKEN_MOST = 31,    /* with its length a copy of BULK_SHORT */
    BULK_MOST_TERMS = 64,    /* of one condition taken apart; beyond, the rule engine decides it */
    BULK_MOST_RANKS = 2048,  /* lines × points they can give that have a bit of their own */
    BULK_MOST_MARKS = 32,    /* items that rules ask one set for */
    BULK_OUTCOME_UNIT = 64,  /* bytes: a line of the processor's cache */
    BULK_DIGITS = 4,
    BULK_MOST_RANGES = 4096,   /* of the numbers of one column */
    BULK_MOST_UNITS = 200,     /* of a line that gives points a unit */
    BULK_MOST_WEIGHT = 900000, /* with all weights together no sum leaves 64 bits */
};

#define BULK_LETTERS "ABCDUX"

/* ---- Lines ---------------------------------------------------------------------------------- */

/* A line that can be a reason. */
struct bulk_line {
    enum icp_reason_kind kind;
    bool of_engagement;
    bool of_group;     /* HELD: by a group's cap or floor, in the points model */
    struct icp_str id; /* at least BULK_SHORT bytes can be read */
};
/* ":+12" */
struct bulk_points {
    char text[BULK_POINTS_TEXT];
    uint32_t length;
};

struct bulk_lines {
    struct bulk_line *lines;
    size_t count;
    uint32_t *table; /* open addressing by id: line + 1 */
    size_t mask;
    struct bulk_points points[2 * BULK_SMALL_POINTS]; /* from -BULK_SMALL_POINTS */
    size_t room;                                      /* for all tokens at once, with separators */
    uint32_t first_fit, unknown, first_adjustment, held_fit, first_group, held_engagement;
    uint32_t first_points, first_held_group, held_points; /* points model */
};

/* ---- Facts ---------------------------------------------------------------------------------- */

/* A condition over one column has (or has not) the outcome `want`; or a line of roles is met by the
   title or by the department. Its bit is its index. */
enum bulk_fact_kind { BULK_FACT_WHEN, BULK_FACT_TITLE, BULK_FACT_DEPARTMENT };
struct bulk_fact {
    enum bulk_fact_kind kind;
    const struct icp_feel *when;
    const struct icp_role_line *role;
    bool want;
    uint32_t column;
};
/* Facts that are no condition: what reach is made of, and that a limit of FEEL was met. */
enum {
    BULK_FACT_OPTED_OUT,
    BULK_FACT_BOUNCED,
    BULK_FACT_HAS_EMAIL,
    BULK_FACT_STOPPED,
    BULK_FACT_FIRST
};

/* Columns behind those of the fields: what the outcome section of a file reads. */
enum {
    BULK_COLUMN_SCORE,
    BULK_COLUMN_FIT,
    BULK_COLUMN_ENGAGEMENT,
    BULK_COLUMN_COVERAGE,
    BULK_COLUMN_GRADE,
    BULK_COLUMN_GROUPS,
    BULK_COLUMN_CONSTANT, /* reads no slot at all */
    BULK_COLUMN_SEVERAL,
    BULK_COLUMN_COUNT
};

enum bulk_condition_kind {
    BULK_NEVER,
    BULK_ALWAYS,
    BULK_FACT,  /* one bit */
    BULK_TERMS, /* any of several terms, each a set of bits */
    BULK_SLOW   /* asked of the rule engine for each row */
};
struct bulk_need {
    uint32_t word;
    uint64_t mask;
};
struct bulk_term {
    const struct bulk_need *needs;
    size_t count;
};
struct bulk_condition {
    enum bulk_condition_kind kind;
    struct bulk_need fact;
    const struct bulk_term *terms;
    size_t count;
    const struct icp_feel *when;
    bool want;
};

struct bulk_facts {
    struct bulk_fact *list;
    size_t count, room;
    size_t words;
    size_t *first; /* by column: of `order` */
    uint32_t *order;
};

/* ---- Columns -------------------------------------------------------------------------------- */

enum bulk_column_kind {
    BULK_CELL_TEXT,
    BULK_CELL_BOOLEAN,
    BULK_CELL_NUMBER,
    BULK_CELL_DATE,
    BULK_CELL_EMAIL,
    BULK_CELL_SET,
    BULK_CELL_KINDS
};

/* An item that rules ask a set for: a line of an any_of, or a condition. */
struct bulk_mark {
    const struct icp_criterion *criterion;
    uint32_t line;
    const struct icp_feel *leaf;
};

/* Keys of one kind and column among all others in the caches. */
struct bulk_key_kind {
    uint32_t tag;  /* × 128, so that a length can be added */
    uint64_t salt; /* into the hash */
};

struct bulk_column {
    enum bulk_column_kind kind;
    uint32_t field, slot;
    struct bulk_key_kind cell_key, item_key, marks_key, address_key;
    const uint32_t *criteria; /* decided by this column alone */
    size_t criterion_count;
    const uint32_t *points; /* lines of the points model, likewise */
    size_t points_count;
    const uint32_t *derived; /* slots that are worked out from its own */
    size_t derived_count;
    const int64_t *starts; /* NUMBER: where a range begins, ascending; the first has no beginning */
    size_t range_count;
    struct bulk_mark *marks; /* SET */
    size_t mark_count;
};

/* ---- Ranking -------------------------------------------------------------------------------- */

/* A line with points that it can give. */
struct bulk_rank {
    uint32_t line;
    int32_t whole;          /* points of the score, rounded down */
    uint64_t rest;          /* what was cut, over the score's denominator */
    uint32_t plain, raised; /* places in the order of reasons; UINT32_MAX: 0 points */
};
enum { BULK_FEW_WORDS = 4 };
struct bulk_places { /* those of a rank, as bits: of the plain one, of the raised one */
    uint64_t set[2][BULK_FEW_WORDS];
};
/* "size:+12", of a reason that the order holds. */
struct bulk_token {
    char text[BULK_TOKEN_MOST];
    uint8_t length;
};
struct bulk_ranking {
    struct bulk_rank *ranks; /* largest rest first, then by line */
    size_t count, words;
    uint32_t *by_line; /* ranks by line: first[line] … first[line + 1] */
    uint32_t *first;
    struct icp_bulk_reason *order; /* all reasons there can be, largest first, then by line */
    size_t order_count, order_words;
    struct bulk_places *places; /* along `ranks`; NULL: the order has more than BULK_FEW_WORDS */
    struct bulk_token *tokens;  /* along `order` */
    uint64_t denominator;
};

/* ---- Outcomes ------------------------------------------------------------------------------- */

enum bulk_sum {
    BULK_SUM_REFUSED,
    BULK_SUM_DYNAMIC, /* count of shares without a rank */
    BULK_SUM_WHOLE,   /* points of the score, each rounded down */
    BULK_SUM_COUNT
};
enum bulk_part { /* more sums, of the weighted model */
                 BULK_PART_KNOWN_WEIGHT,
                 BULK_PART_MEAN_WEIGHT,
                 BULK_PART_MEAN,
                 BULK_PART_NEUTRAL,
                 BULK_PART_UNKNOWN, /* weight × micro points of what is not known */
                 BULK_PART_COUNT
};
/* In BULK_SUM_DYNAMIC: there was no room for a share. Such a row goes to the rule engine. */
#define BULK_NO_ROOM (INT64_C(1) << 40)
/* A share that has no rank: a scale's, mostly. */
struct bulk_share {
    uint64_t rest;
    uint32_t line;
    int32_t whole;
};
/* One outcome: sums; bits, of facts and then of ranks; the parts; its shares without rank. What the
   points model needs fits one line of the processor's cache. */
struct bulk_outcome {
    int64_t sums[BULK_SUM_COUNT];
    uint64_t bits[];
};

/* ---- The whole ------------------------------------------------------------------------------ */

struct bulk_criterion { /* that looks at several columns */
    uint32_t index;
    const struct bulk_condition *holds, *fails; /* by line */
    const struct bulk_condition *lacks;         /* its field is unknown; NULL: it has none */
    struct bulk_share *shares;                  /* by line, then of `else`, then of 0 points */
    uint32_t *ranks;                            /* likewise; UINT32_MAX: none */
};

struct bulk_points_line { /* that looks at several columns */
    uint32_t index;
    struct bulk_condition holds;
    struct bulk_share share;
    uint32_t rank; /* UINT32_MAX: none */
};

struct bulk_role_line {
    enum icp_role role;
    struct bulk_condition when;
    bool by_condition;                  /* it looks at nothing else */
    struct bulk_need title, department; /* mask 0: it does not look there */
};

struct icp_bulk {
    const struct icp_ruleset *rules;
    int32_t as_of;
    bool
        slow; /* something stands in the rules that is not compiled: every row by the rule engine */
    struct icp_arena arena;
    unsigned first_year; /* of the tables of days */
    size_t field_count;
    struct bulk_lines lines;
    struct bulk_facts facts;
    struct bulk_column *columns;
    struct bulk_ranking ranking;
    size_t words; /* of bits in an outcome */
    size_t most_shares;
    size_t part_count;    /* 0 in the points model */
    size_t outcome_bytes; /* a multiple of BULK_OUTCOME_UNIT */
    struct bulk_condition applies, *disqualify, *adjustments, *tiers;
    uint64_t *disqualify_facts; /* bits of those that are one fact; the others are asked singly */
    uint32_t *disqualify_others;
    size_t disqualify_other_count;
    const uint32_t *tier_by_score; /* points model, tiers over outputs alone: by score, then X */
    struct bulk_role_line *roles;  /* lines that are sure enough */
    size_t role_count;
    uint32_t *adjustment_ranks;
    struct bulk_criterion *several;
    size_t several_count;
    struct bulk_points_line *several_points;
    size_t several_points_count;
    uint32_t *signal_points; /* lines of the points model over signals */
    size_t signal_points_count;
    uint64_t *group_ranks; /* points model: by group, ranks of its lines */
    /* Facts about what comes out, by value: score, fit, engagement, coverage; then by letter and
       digit. NULL: none. */
    const uint64_t *output_facts[BULK_COLUMN_GROUPS];
    /* engagement of a record without a signal */
    icp_wide idle_engagement;
    struct icp_group_result *idle_groups;
    uint64_t *idle_facts;
};

struct bulk_entry; /* of the caches */
/* Domains are many and have a table of their own, or they would push out what is asked for all the
   time. */
enum { BULK_TABLE_KEYS, BULK_TABLE_DOMAINS, BULK_TABLES };
struct bulk_table {
    struct bulk_entry *entries;
    size_t size;
    unsigned shift; /* of a hash, to a place */
};
struct bulk_long_entry;

/* One a thread, and in the order in which it is explained. */
struct icp_bulk_work { /* NOLINT(clang-analyzer-optin.performance.Padding) */
    const struct icp_bulk *bulk;
    struct icp_arena engine;  /* working memory of the rule engine */
    struct icp_arena scratch; /* of one outcome */
    struct icp_work inner;
    struct icp_result inner_result;
    struct icp_rules_input inner_input;
    struct icp_str *alone; /* values of a record that knows one field */

    char *outcomes, *outcomes_memory;   /* outcomes are aligned to their unit */
    uint32_t outcome_next, outcome_end; /* in units; 0 is none */
    uint32_t outcome_mask;
    size_t long_size;
    unsigned long_shift;
    uint32_t *outcome_table; /* open addressing by content */
    struct bulk_table tables[BULK_TABLES];
    struct bulk_long_entry *long_entries;
    uint32_t **places;       /* by field: outcomes by range, by day; NULL: by bytes */
    struct icp_str *domains; /* of the row's addresses, along their part of `columns` */

    const struct bulk_column **columns; /* those that are never given first, then by kind */
    size_t absent_count;
    size_t kind_end[BULK_CELL_KINDS]; /* of `columns` */

    struct bulk_outcome *sum;    /* of the row */
    struct bulk_outcome *base;   /* what is never given, summed up */
    struct bulk_outcome **taken; /* along `columns`: of the row */
    bool has_base;
    struct bulk_share *shares; /* without a rank, of the row */
    uint64_t *order_bits;

    struct icp_arena row;  /* texts and results of one row that the rule engine scored */
    struct icp_arena text; /* tokens and sentences asked for */
    struct icp_result whole;
    struct icp_rules_input input;
    struct icp_str roles[ICP_ROLE_COUNT];
    struct icp_bulk_reason *reasons; /* as many as lines can be */
    struct icp_bulk_counts counts;
    bool has_whole; /* of the last row */
    bool has_slots; /* inner.slots hold the row */
    bool failed;    /* memory ended */
};

/* A function that a hot loop calls now and then is kept out of it. */
#if defined(__GNUC__)
#define BULK_APART          __attribute__((noinline))
#define BULK_SELDOM(happen) __builtin_expect(happen, 0)
#else
#define BULK_APART
#define BULK_SELDOM(happen) (happen)
#endif

static inline bool bulk_bit(const uint64_t *bits, size_t bit)
{
    return (bits[bit / 64] >> (bit % 64) & 1) != 0;
}
static inline void bulk_bit_set(uint64_t *bits, size_t bit)
{
    bits[bit / 64] |= UINT64_C(1) << (bit % 64);
}

/* A result before anything is known of the row; `parts`: fit, engagement and coverage. Member by
   member, for of a whole that is cleared compilers make a string instruction, which is slow to
   begin. */
static inline void bulk_result_open(struct icp_bulk_result *result, int32_t parts)
{
    result->score = 0;
    result->fit = result->engagement = result->coverage = parts;
    memset(result->grade, 0, sizeof(result->grade));
    result->tier = UINT32_MAX;
    result->reach = ICP_REACH_OK;
    result->applies = true;
    result->disqualified = false;
    result->refused_values = result->future_signals = result->stop_count = 0;
    result->stops = NULL;
    result->roles = NULL;
    result->reasons = NULL;
    result->role_count = result->reason_count = 0;
}

bool bulk_lines_open(struct bulk_lines *lines, const struct icp_ruleset *rules,
                     struct icp_arena *arena);
/* The line of a reason; UINT32_MAX: never. */
uint32_t bulk_line_of(const struct bulk_lines *lines, const struct icp_reason *reason);
/* Writes "size:+12"; may overwrite up to BULK_SHORT bytes behind it. */
size_t bulk_token_write(const struct bulk_lines *lines, const struct icp_bulk_reason *reason,
                        char *out);

/* Takes all conditions of the file apart; false at the end of memory. */
bool bulk_facts_open(struct icp_bulk *bulk, struct icp_work *probe);
uint32_t bulk_column_of(const struct icp_bulk *bulk, const struct icp_feel *when);
uint32_t bulk_points_column(const struct icp_bulk *bulk, const struct icp_points_line *line);
uint32_t bulk_criterion_column(const struct icp_bulk *bulk, const struct icp_criterion *criterion);
bool bulk_columns_open(struct icp_bulk *bulk);
/* Makes it a column of SET when its rules ask for items alone. */
void bulk_set_open(struct icp_bulk *bulk, struct bulk_column *column);
uint32_t bulk_set_marks(struct icp_bulk_work *work, const struct bulk_column *column,
                        struct icp_str item);
bool bulk_ranking_open(struct icp_bulk *bulk);
/* Facts about outputs and about engagement without signals. */
bool bulk_outputs_open(struct icp_bulk *bulk, struct icp_work *probe);

/* A share of the score as whole points and what rounding down cut off. */
struct bulk_share bulk_share_of(const struct bulk_ranking *ranking, uint32_t line, icp_wide exact);
icp_wide bulk_exact_of_criterion(const struct icp_bulk *bulk, size_t index, int64_t micro);
/* How many shares without a rank one outcome can have. */
void bulk_shares_bound(struct icp_bulk *bulk);
/* The rank of a share; UINT32_MAX: none. */
uint32_t bulk_rank_find(const struct bulk_ranking *ranking, const struct bulk_share *share);

/* Adds what a criterion came to to the sums, not its share. */
void bulk_criterion_sum(const struct icp_bulk *bulk, struct bulk_outcome *outcome, size_t index,
                        const struct icp_criterion_result *result);
/* A share of the row itself: a rank, or one of its shares without. */
void bulk_row_add(struct icp_bulk_work *work, const struct bulk_share *share, uint32_t rank,
                  size_t *count);
/* The shares without rank of a row's cells; false: the rule engine must see the row. */
bool bulk_shares_gather(struct icp_bulk_work *work, size_t *count);
/* The outcome of a cell, made by the rule engine. */
uint32_t bulk_outcome_make(struct icp_bulk_work *work, uint32_t field, struct icp_str cell);
static inline struct bulk_outcome *bulk_outcome_at(const struct icp_bulk_work *work, uint32_t index)
{
    return (struct bulk_outcome *)(void *)(work->outcomes + (size_t)index * BULK_OUTCOME_UNIT);
}
static inline int64_t *bulk_parts(const struct icp_bulk *bulk, struct bulk_outcome *outcome)
{
    return (int64_t *)(void *)(outcome->bits + bulk->words);
}
static inline struct bulk_share *bulk_shares(const struct icp_bulk *bulk,
                                             struct bulk_outcome *outcome)
{
    return (struct bulk_share *)(void *)(bulk_parts(bulk, outcome) + bulk->part_count);
}

unsigned bulk_first_year(int32_t as_of);
/* `memory`: what the caches may take. */
bool bulk_cells_open(struct icp_bulk_work *work, size_t memory, const bool *given);
void bulk_cells_close(struct icp_bulk_work *work);
/* Forgets all outcomes when the next row might not find room for its own. */
void bulk_cells_make_room(struct icp_bulk_work *work);
/* Sums up the outcomes of a row's cells. */
void bulk_cells_add(struct icp_bulk_work *work, const struct icp_str *cells);

/* Turns the rule engine's working memory to the row. */
void bulk_inner_row(struct icp_bulk_work *work);
/* The row's values in inner.slots, for conditions that stayed whole. */
void bulk_slots_take(struct icp_bulk_work *work);
bool bulk_holds_otherwise(struct icp_bulk_work *work, const struct bulk_condition *condition);
static inline bool bulk_holds(struct icp_bulk_work *work, const struct bulk_condition *condition)
{
    if (condition->kind == BULK_FACT)
        return (work->sum->bits[condition->fact.word] & condition->fact.mask) != 0;
    return bulk_holds_otherwise(work, condition);
}
/* False: this row must go to the rule engine. */
bool bulk_score_row(struct icp_bulk_work *work, size_t most, struct icp_bulk_result *result,
                    struct icp_err *err);
bool bulk_score_points(struct icp_bulk_work *work, size_t most, struct icp_bulk_result *result,
                       struct icp_err *err);
/* Facts about the points of groups, of a row with signals. */
void bulk_group_facts(struct icp_bulk_work *work);
void bulk_tier_choose(struct icp_bulk_work *work, size_t letter, size_t digit,
                      struct icp_bulk_result *result);
/* Which roles the row's person plays; the result applies. */
void bulk_roles_take(struct icp_bulk_work *work, struct icp_bulk_result *result);
bool bulk_disqualified(struct icp_bulk_work *work);
void bulk_disqualifiers_list(struct icp_bulk_work *work, size_t most,
                             struct icp_bulk_result *result);
enum icp_reach bulk_reach_of(const struct icp_bulk_work *work);
/* Merges shares without rank into the reasons that order_bits are. */
void bulk_reasons_write(struct icp_bulk_work *work, const uint64_t *order_bits, size_t share_count,
                        size_t most, struct icp_bulk_result *result);
bool bulk_reasons_make(struct icp_bulk_work *work, size_t share_count, int64_t whole, size_t most,
                       struct icp_bulk_result *result);

#endif
