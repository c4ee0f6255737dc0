/*
 * The condition language: FEEL of OMG DMN 1.5 with its built-in functions and three-valued logic;
 * left out are functions defined in the expression and external ones, and random number(), which
 * would not be a pure function. A text is parsed (Pratt, with positions), checked against the types
 * of the names it may use, and compiled to flat code. Evaluating reads no clock, file or
 * environment and always ends: steps, memory, depth and the work of patterns are bounded, and past
 * a bound the result is null.
 *
 * Numbers are decimals of 34 digits; slots bring them as millionths, and a result that is a number
 * goes out as millionths again, rounded half away from zero, null beyond 64 bits.
 */
#ifndef ICP_FEEL_H
#define ICP_FEEL_H

#include "diagnostics.h"
#include "icp/record.h"

enum icp_feel_type {
    ICP_FEEL_ANY, /* not known before it runs */
    ICP_FEEL_BOOLEAN,
    ICP_FEEL_NUMBER,
    ICP_FEEL_TEXT,
    ICP_FEEL_DATE,
    ICP_FEEL_DATETIME,
    ICP_FEEL_LIST /* of text */,
    ICP_FEEL_DURATION, /* days and time */
    ICP_FEEL_TIME,
    ICP_FEEL_MONTHS, /* years and months duration */
    ICP_FEEL_VALUES, /* a list of anything */
    ICP_FEEL_RANGE,
    ICP_FEEL_CONTEXT,
    ICP_FEEL_FUNCTION
};

struct feel_value; /* value.h */

/* A name that the expression may use: "company.employees", "fit_grade", "competitors". */
struct icp_feel_symbol {
    struct icp_str name;
    enum icp_feel_type type;
    uint32_t slot;    /* index into the values given to icp_feel_evaluate */
    bool may_be_null; /* false for outputs such as score and for lists of the file */
    bool sorted;      /* LIST only: its items always come in the order of icp_str_compare, so that
                         a membership is found by halving; for long lists of the file */
    const struct feel_value *value; /* NULL, or its value, known already: no slot is read */
};
/* A name of type TEXT is compared with a text, by =, != or in; or a text is sought in a LIST. */
struct icp_feel_comparison {
    const struct icp_feel_symbol *symbol;
    struct icp_str text;                /* living until the return; no text: with the entries of */
    const struct icp_feel_symbol *list; /* this name */
    uint32_t line, column;
};
typedef void icp_feel_compared(void *context, const struct icp_feel_comparison *comparison);

struct icp_feel_scope {
    const struct icp_feel_symbol *symbols;
    size_t count;
    const struct icp_str *words; /* names of entries and properties that hold spaces or signs */
    size_t word_count;
    uint32_t indent; /* columns that stand before every line of the text but its first */
    icp_feel_compared *compared; /* NULL, or called for every such comparison of a good condition */
    /* NULL, or asked about a name that is not known: a whole sentence for the hint, or NULL. */
    const char *(*unknown)(void *context, struct icp_str name);
    void *context;
};

struct icp_feel; /* compiled; lives in the arena; immutable, so usable from many threads */

/* Text of a condition that stands at line:column of diagnostics->file (the place of its first
   character). Reports every error it finds (codes feel-syntax, feel-type, feel-unknown-name with
   the nearest name as hint, feel-not-supported, feel-too-long, feel-too-deep) and returns NULL
   then. */
const struct icp_feel *icp_feel_compile(struct icp_str text, uint32_t line, uint32_t column,
                                        const struct icp_feel_scope *scope, struct icp_arena *arena,
                                        struct icp_diagnostics *list);
/* As the standard evaluates by itself: what has no meaning (types that do not fit, a wrong count of
   arguments, an unknown name) is no error but null. For icp eval; conditions use the strict form.
 */
const struct icp_feel *icp_feel_compile_leniently(struct icp_str text,
                                                  const struct icp_feel_scope *scope,
                                                  struct icp_arena *arena,
                                                  struct icp_diagnostics *list);
/* as_of is the UTC date that today() gives. Result kinds as in icp_value; what those cannot hold
   (durations, times, contexts, lists of other than texts) is null as the whole result. Texts are
   borrowed from the slots, the program or the scratch memory, which takes what is made on the way
   and is given back as it was when the result needs none of it. */
struct icp_value icp_feel_evaluate(const struct icp_feel *feel, const struct icp_value *slots,
                                   int32_t as_of, struct icp_arena *scratch);
bool icp_feel_holds(const struct icp_feel *feel, const struct icp_value *slots, int32_t as_of,
                    struct icp_arena *scratch); /* exactly true */
/* The same two; *stopped: NULL, or why a limit was reached (steps, memory, the work of a pattern),
   so that the whole result is null: a static text. A run should report the rule. */
struct icp_value icp_feel_evaluate_watched(const struct icp_feel *feel,
                                           const struct icp_value *slots, int32_t as_of,
                                           struct icp_arena *scratch, const char **stopped);
bool icp_feel_holds_watched(const struct icp_feel *feel, const struct icp_value *slots,
                            int32_t as_of, struct icp_arena *scratch, const char **stopped);
/* Where the text that was compiled began. */
void icp_feel_place(const struct icp_feel *feel, uint32_t *line, uint32_t *column);
/* The value as it is. *problem: the first reason for which something on the way was null, a static
   text, or NULL; *stopped: a limit was reached (steps, memory, the work of a pattern), so that the
   whole result is null, which a run should report. */
struct feel_value icp_feel_value(const struct icp_feel *feel, const struct icp_value *slots,
                                 int32_t as_of, struct icp_arena *scratch, const char **problem,
                                 bool *stopped);
enum icp_feel_type icp_feel_type_of(const struct icp_feel *feel);
bool icp_feel_uses_time(const struct icp_feel *feel); /* today() or now() */
/* The slots it reads, each once, ascending. */
size_t icp_feel_slots(const struct icp_feel *feel, const uint32_t **slots);
/* A negated test (!=, not(…)) that can hold while a name in it is null, without a guard (x != null
   and …, or a positive comparison of the same name in the same conjunction) and without asking for
   null beside it (x = null or …): true and the name and its place in the text. */
bool icp_feel_unguarded(const struct icp_feel *feel, struct icp_str *name, uint32_t *line,
                        uint32_t *column);
/* A canonical spelling: equal for texts that differ only in spacing, comments and redundant
   parentheses; for the hash that decides whether an edit can change a score. */
struct icp_str icp_feel_canonical(const struct icp_feel *feel);

/* ---- Taken apart, for evaluating many records at once --------------------------------------- */

/* A tree of and/or/not over leaves, each leaf a program of its own over the same slots.
   Three-valued logic over the leaves' outcomes (true, false, anything else counts as null) gives
   exactly the outcome of the whole. A condition without and, or, not is one leaf. AND and OR have
   two or more parts, NOT has one. Lives with the program; never NULL. */
enum icp_feel_part_kind { ICP_FEEL_LEAF, ICP_FEEL_AND, ICP_FEEL_OR, ICP_FEEL_NOT };
struct icp_feel_part {
    enum icp_feel_part_kind kind;
    const struct icp_feel *leaf;
    const struct icp_feel_part *parts;
    size_t count;
};
const struct icp_feel_part *icp_feel_parts(const struct icp_feel *feel);

/* When a leaf reads exactly this slot, a number, date or datetime, and looks at it only by
   comparing it with constants (=, !=, <, <=, >, >=, between, in, ranges; today() is a constant for
   a given as_of): the values at which its outcome can change, ascending, each once, in the slot's
   own unit (millionths, days, ms). Between two neighbours, below the first and above the last, the
   outcome is the same; at each of them, and for null, it may be any. False: not of that form, or
   the arena is full. The list may be longer than needed, never shorter. */
bool icp_feel_breakpoints(const struct icp_feel *leaf, uint32_t slot, int32_t as_of,
                          struct icp_arena *arena, const int64_t **values, size_t *count);

#endif
