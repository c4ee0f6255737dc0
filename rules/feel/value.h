/*
 * Values of FEEL while evaluating, and what can be done with them. A value is 24 bytes and is
 * passed by pointer or copied; what it points to (texts, items, entries, ends of a range) lives in
 * the program, in the caller's values or in the scratch memory of the run, and never changes once
 * it is seen.
 *
 * Every operation that cannot be carried out gives null. Why it could not is noted in the run, the
 * first reason only, for those who ask (icp eval).
 */
#ifndef ICP_FEEL_VALUE_H
#define ICP_FEEL_VALUE_H

#include "icp/base.h"

enum feel_kind {
    FEEL_NULL,
    FEEL_BOOLEAN,
    FEEL_NUMBER,
    FEEL_TEXT,
    FEEL_DATE,
    FEEL_TIME,
    FEEL_DATETIME,
    FEEL_DURATION, /* days and time */
    FEEL_MONTHS,   /* years and months duration */
    FEEL_LIST,
    FEEL_RANGE,
    FEEL_CONTEXT,
    FEEL_FUNCTION, /* a function as a value: can be asked for its type, not called */
    FEEL_KIND_COUNT
};

/* A number is 64-bit millionths when they hold it exactly, else a decimal of 34 digits. Both forms
   give the same results; the first is many times faster and is what fields have. */
enum { FEEL_MILLIONTHS, FEEL_DECIMAL };
enum { FEEL_LOCAL, FEEL_OFFSET, FEEL_ZONED };   /* times: no zone, `zone` seconds, zone number */
enum { FEEL_VALUES, FEEL_TEXTS };               /* lists: of values, or of icp_str */
enum { FEEL_SIGNATURE, FEEL_COMPILED_PATTERN }; /* functions; a pattern never is a result */

struct feel_decimal {
    uint64_t words[2]; /* IEEE 754-2008 decimal128, binary encoding */
};
struct feel_value;
struct feel_range;
struct feel_context;
struct feel_signature;
struct feel_pattern;

struct feel_value {
    uint8_t kind;   /* enum feel_kind */
    uint8_t form;   /* see above */
    uint16_t depth; /* lists and contexts: how deep they nest, 1 for flat ones */
    int32_t zone;   /* times: see above; lists being built: room for so many items */
    union {
        bool boolean;
        int64_t millionths;
        struct feel_decimal decimal;
        struct icp_str text;
        struct {
            int64_t day;   /* since 1970-01-01, proleptic Gregorian */
            int64_t nanos; /* of that day, at the value's own zone; dates: 0 */
        } at;
        struct {
            int64_t seconds, nanos; /* nanos 0 … 999,999,999, so −0.5 s is −1 s and 5e8 ns */
        } span;
        int64_t months;
        struct {
            const void *items;
            size_t count;
        } list;
        const struct feel_range *range;
        const struct feel_context *context;
        const struct feel_signature *function;
        const struct feel_pattern *pattern;
    } as;
};

struct feel_range {
    struct feel_value low, high; /* null: no end on this side */
    bool open_low, open_high;
    bool is_test;      /* = x or != x as a value; x is `low` */
    bool is_not_equal; /* of the two */
};
struct feel_context {
    size_t count;
    const struct icp_str *keys;
    const struct feel_value *values;
};
struct feel_signature {
    size_t parameters;
};

enum {
    FEEL_MAX_VALUE_DEPTH = 64, /* as ICP_MAX_DEPTH: bounds what walks a value */
    FEEL_MAX_STEPS = 500000,   /* turns of loops and items looked at: some tens of milliseconds */
    FEEL_MAX_YEAR = 999999999, /* the standard's */
};
/* What one evaluation may take from the scratch memory. */
#define FEEL_RUN_MEMORY ((size_t)4 * 1024 * 1024)

/* One evaluation. */
struct feel_run {
    struct icp_arena *scratch; /* NULL: whatever needs memory is null */
    size_t taken;
    size_t steps;
    int32_t as_of;
    const char *problem; /* first reason for a null; static text; NULL: none */
    bool stopped;        /* a limit was reached: the whole result is null */
};

struct feel_value feel_null(void);
struct feel_value feel_boolean(bool value);
struct feel_value feel_text(struct icp_str text);
struct feel_value feel_fail(struct feel_run *run, const char *why); /* null, and why */
/* Stops the run: memory or steps ended. */
struct feel_value feel_stop(struct feel_run *run, const char *why);
/* Counts `steps`; false once the run has stopped. */
bool feel_step(struct feel_run *run, size_t steps);
void *feel_take(struct feel_run *run, size_t count, size_t size); /* NULL: the run has stopped */
bool feel_is_true(const struct feel_value *value);
const char *feel_kind_words(enum feel_kind kind); /* "a number" */

/* ---- Lists, contexts, ranges (collections.c) ------------------------------------------------ */

struct feel_value feel_item(const struct feel_value *list, size_t index);
/* The list itself; of any other value the list of it alone; of null no items. */
struct feel_value feel_as_list(struct feel_run *run, const struct feel_value *value);
/* A list over `items`, which are kept as they are. Null when it nests too deep. */
struct feel_value feel_list_of(struct feel_run *run, const struct feel_value *items, size_t count);
struct feel_value feel_list_open(void); /* empty, to be added to */
void feel_list_add(struct feel_run *run, struct feel_value *list, const struct feel_value *item);
struct feel_value feel_context_of(struct feel_run *run, const struct icp_str *keys,
                                  const struct feel_value *values, size_t count);
const struct feel_value *feel_entry(const struct feel_value *context, struct icp_str key);
struct feel_value feel_context_put(struct feel_run *run, const struct feel_value *context,
                                   struct icp_str key, const struct feel_value *value);
struct feel_value feel_range_of(struct feel_run *run, const struct feel_range *range);
/* Three-valued: is the value inside. */
struct feel_value feel_range_includes(struct feel_run *run, const struct feel_range *range,
                                      const struct feel_value *value);
/* `value in test`: equal, an element of a list, inside a range; three-valued. */
struct feel_value feel_in(struct feel_run *run, const struct feel_value *value,
                          const struct feel_value *test);
/* Property of a value; of a list, that of each item. */
struct feel_value feel_property(struct feel_run *run, const struct feel_value *value,
                                struct icp_str name);

/* ---- Comparing, calculating (operators.c) --------------------------------------------------- */

enum feel_operator {
    FEEL_EQUAL,
    FEEL_NOT_EQUAL,
    FEEL_LESS,
    FEEL_AT_MOST,
    FEEL_GREATER,
    FEEL_AT_LEAST,
    FEEL_ADD,
    FEEL_SUBTRACT,
    FEEL_MULTIPLY,
    FEEL_DIVIDE,
    FEEL_POWER,
    FEEL_OPERATOR_COUNT
};
const char *feel_operator_text(enum feel_operator operation);

/* Three-valued: true, false or null. */
struct feel_value feel_compare(struct feel_run *run, enum feel_operator operation,
                               const struct feel_value *left, const struct feel_value *right);
/* Equality as a yes or no, as list contains, distinct values and the like need it: values of
   different kinds differ, null equals null. */
bool feel_same(const struct feel_value *left, const struct feel_value *right);
/* Order of two values of one ordered kind: <0, 0, >0. False: they have none. */
bool feel_order(const struct feel_value *left, const struct feel_value *right, int *order);
struct feel_value feel_arithmetic(struct feel_run *run, enum feel_operator operation,
                                  const struct feel_value *left, const struct feel_value *right);
struct feel_value feel_negate(struct feel_run *run, const struct feel_value *value);
struct feel_value feel_and(const struct feel_value *left, const struct feel_value *right);
struct feel_value feel_or(const struct feel_value *left, const struct feel_value *right);

/* ---- Numbers (numbers.c over decimal.c) ----------------------------------------------------- */

struct feel_value feel_number(int64_t whole); /* a whole number */
struct feel_value feel_number_of_millionths(int64_t millionths);
struct feel_value feel_number_of_decimal(struct feel_run *run, struct feel_decimal decimal);
struct feel_decimal feel_decimal_of(const struct feel_value *number);
/* "12.5", "-3", ".5", "1e3"; all of the text. */
bool feel_number_read(struct icp_str text, struct feel_value *number);
int feel_number_order(const struct feel_value *left, const struct feel_value *right);
struct feel_value feel_number_calculate(struct feel_run *run, enum feel_operator operation,
                                        const struct feel_value *left,
                                        const struct feel_value *right);
/* Towards zero, when it is within ±1e15. */
bool feel_number_whole(const struct feel_value *number, int64_t *whole);
/* Millionths, rounded half away from zero; false beyond 64 bits. */
bool feel_number_millionths(const struct feel_value *number, int64_t *millionths);

enum feel_rounding {
    FEEL_ROUND_HALF_EVEN,
    FEEL_ROUND_DOWN, /* towards minus infinity */
    FEEL_ROUND_UP,   /* towards plus infinity */
    FEEL_ROUND_ZERO,
    FEEL_ROUND_AWAY,
    FEEL_ROUND_HALF_UP,  /* half away from zero */
    FEEL_ROUND_HALF_DOWN /* half towards zero */
};
enum feel_decimal_function { FEEL_SQRT, FEEL_LOG, FEEL_EXP };

struct feel_value feel_number_round(struct feel_run *run, const struct feel_value *number,
                                    int64_t scale, enum feel_rounding rounding);
struct feel_value feel_number_apply(struct feel_run *run, enum feel_decimal_function function,
                                    const struct feel_value *number);
struct feel_value feel_number_modulo(struct feel_run *run, const struct feel_value *dividend,
                                     const struct feel_value *divisor);

struct feel_decimal feel_decimal_scaled(int64_t digits, int power_of_ten);
bool feel_decimal_read(struct icp_str text, struct feel_decimal *decimal);
struct feel_decimal feel_decimal_calculate(enum feel_operator operation, struct feel_decimal left,
                                           struct feel_decimal right);
struct feel_decimal feel_decimal_apply(enum feel_decimal_function function,
                                       struct feel_decimal value);
struct feel_decimal feel_decimal_round(struct feel_decimal value, int64_t scale,
                                       enum feel_rounding rounding);
int feel_decimal_order(struct feel_decimal left, struct feel_decimal right);
bool feel_decimal_is_finite(struct feel_decimal decimal);
bool feel_decimal_to_integer(struct feel_decimal decimal, int64_t *whole); /* towards zero */
/* sign, digits, power of ten of the last digit. */
enum { FEEL_DECIMAL_DIGITS = 48 };
struct feel_digits {
    bool negative;
    size_t count;
    char digits[FEEL_DECIMAL_DIGITS];
    int64_t power;
};
void feel_decimal_digits(struct feel_decimal decimal, struct feel_digits *digits);

/* ---- Dates and times (times.c, moments.c, zones.c) ------------------------------------------ */

#define FEEL_NANOS_PER_DAY    INT64_C(86400000000000)
#define FEEL_NANOS_PER_SECOND INT64_C(1000000000)
#define FEEL_SECONDS_PER_DAY  INT64_C(86400)
__extension__ typedef __int128 feel_wide;

int64_t feel_day_of(int64_t year, int month, int day); /* of any civil date */
void feel_civil_of(int64_t day, int64_t *year, int *month, int *dom);
bool feel_is_date(int64_t year, int64_t month, int64_t day); /* exists, within ±FEEL_MAX_YEAR */
bool feel_day_in_range(feel_wide day);
struct feel_value feel_date_of(int64_t day);
feel_wide feel_span_nanos(const struct feel_value *duration);
struct feel_value feel_duration_of(struct feel_run *run, feel_wide nanos);
struct feel_value feel_months_of(struct feel_run *run, feel_wide months);
/* Nanoseconds since 1970-01-01T00:00Z of a date (its midnight), a time (of 1970-01-01) or a date
   and time; without a zone it is taken as UTC. */
feel_wide feel_instant(const struct feel_value *at);
bool feel_offset_of(const struct feel_value *at, int32_t *seconds); /* false: without a zone */
struct feel_value feel_times_calculate(struct feel_run *run, enum feel_operator operation,
                                       const struct feel_value *left,
                                       const struct feel_value *right);
struct feel_value feel_date_time(const struct feel_value *date, const struct feel_value *time);
struct feel_value feel_time_property(struct feel_run *run, const struct feel_value *value,
                                     struct icp_str name);

/* Literals, strictly; false when the text is none. */
bool feel_read_date(struct icp_str text, struct feel_value *value);
bool feel_read_time(struct icp_str text, struct feel_value *value);
bool feel_read_datetime(struct icp_str text, struct feel_value *value); /* a date: its midnight */
bool feel_read_duration(struct icp_str text, struct feel_value *value); /* of either kind */
bool feel_read_at(struct icp_str text, struct feel_value *value);       /* any of these */

/* IANA zones, from a table made at build time from the system's tz database. */
bool feel_zone_find(struct icp_str name, int32_t *zone);
struct icp_str feel_zone_name(int32_t zone);
/* Seconds east of UTC at a local time, or at an instant, in seconds since 1970. */
int32_t feel_zone_offset_local(int32_t number, int64_t local);
int32_t feel_zone_offset_at(int32_t zone, int64_t instant);

/* ---- Texts ---------------------------------------------------------------------------------- */

int64_t feel_text_length(struct icp_str text); /* characters */
/* As string() writes it; a text inside a list or context in quotes when `quoted`. */
void feel_write(struct icp_buf *out, const struct feel_value *value, bool quoted);
void feel_write_quoted(struct icp_buf *out, struct icp_str text);

/* Regular expressions of XPath, by PCRE2 (regex.c). A pattern is compiled in an arena and then
   immutable. */
struct feel_pattern *feel_pattern_compile(struct icp_arena *arena, struct icp_str text,
                                          struct icp_str flags, const char **problem);
/* Where the first match at or behind `from` lies; a run past its limits is stopped. */
struct feel_match {
    size_t start, end;
    size_t groups; /* parenthesised parts of the pattern, without the whole */
    const size_t
        *places; /* start and end of each, SIZE_MAX when it took no part; the whole first */
};
bool feel_pattern_find(struct feel_run *run, const struct feel_pattern *pattern,
                       struct icp_str text, size_t from, struct feel_match *match);

#endif
