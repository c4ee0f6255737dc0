/*
 * What the parts of the condition language share: cells (values while evaluating), the tree that
 * the parser makes, and the flat code. The way of a text: lexer.c cuts tokens, parser.c makes the
 * tree, check.c gives every node its type or an error, canonical.c and unguarded.c read the checked
 * tree, compile.c folds constants and writes the code, evaluate.c runs it.
 *
 * To add a piece of FEEL: a row in a table of names.c or parser.c, a check, an instruction or a
 * function. What the standard has and this version has not is recognised by those same tables and
 * refused.
 */
#ifndef ICP_FEEL_INTERNAL_H
#define ICP_FEEL_INTERNAL_H

#include "bounds.h"
#include "feel.h"

enum {
    FEEL_MAX_HEIGHT = 256, /* of a tree: bounds the recursion of everything that walks it; brackets
                              nest at most ICP_MAX_DEPTH deep, chains such as 1 + 1 + … add to it */
    FEEL_MAX_STACK = 320,  /* cells while evaluating: 5 for each of ICP_MAX_DEPTH brackets; 10 KiB
                              on the stack of the thread that evaluates */
    FEEL_SMALL_SET = 8,    /* constants up to this many are compared one by one */
};
/* Trees of the longest text: a node of 100 bytes for every two bytes of text. */
#define FEEL_SCRATCH ((size_t)4 * 1024 * 1024)

/* ---- Values while evaluating ---------------------------------------------------------------- */

enum feel_cell_kind {
    FEEL_CELL_NULL,
    FEEL_CELL_BOOLEAN,
    FEEL_CELL_NUMBER,
    FEEL_CELL_TEXT,
    FEEL_CELL_DATE,
    FEEL_CELL_DATETIME,
    FEEL_CELL_DURATION,
    FEEL_CELL_LIST
};

/* A text in lower or upper case is the text as it was and a mark: nothing is allocated, the letters
   are turned where texts are compared. */
enum feel_case { FEEL_CASE_AS_IS, FEEL_CASE_LOWER, FEEL_CASE_UPPER };

struct feel_list {
    const struct icp_str *items;
    size_t count;
};

struct feel_cell {
    enum feel_cell_kind kind;
    enum feel_case letters; /* texts only */
    union {
        bool boolean;
        int64_t number; /* millionths */
        int32_t date;   /* days since 1970-01-01 */
        int64_t ms;     /* of a datetime since 1970-01-01T00:00Z, or of a duration */
        struct icp_str text;
        struct feel_list list;
    } as;
};

/* ---- Operators, functions ------------------------------------------------------------------- */

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
    FEEL_OPERATOR_COUNT
};
const char *feel_operator_text(enum feel_operator operation);

enum feel_function_id {
    FEEL_FUNCTION_NONE, /* of the standard, not built yet */
    FEEL_FUNCTION_NOT,
    FEEL_FUNCTION_LIST_CONTAINS,
    FEEL_FUNCTION_COUNT,
    FEEL_FUNCTION_CONTAINS,
    FEEL_FUNCTION_STARTS_WITH,
    FEEL_FUNCTION_ENDS_WITH,
    FEEL_FUNCTION_STRING_LENGTH,
    FEEL_FUNCTION_UPPER_CASE,
    FEEL_FUNCTION_LOWER_CASE,
    FEEL_FUNCTION_TODAY,
    FEEL_FUNCTION_NOW,
    FEEL_FUNCTION_DATE,
    FEEL_FUNCTION_DATE_AND_TIME,
    FEEL_FUNCTION_DURATION,
    FEEL_FUNCTION_MIN,
    FEEL_FUNCTION_MAX,
    FEEL_FUNCTION_SUM,
    FEEL_FUNCTION_ABS,
    FEEL_FUNCTION_FLOOR,
    FEEL_FUNCTION_CEILING,
    FEEL_FUNCTION_COUNT_OF_ALL
};

enum { FEEL_MAX_PARAMETERS = 2 };
enum { FEEL_ANY_NUMBER_OF_ARGUMENTS = 255 };

struct feel_function {
    struct icp_str name; /* words with one space between */
    enum feel_function_id id;
    uint8_t least, most;                   /* arguments */
    unsigned accepts[FEEL_MAX_PARAMETERS]; /* FEEL_TYPE bits; the last one stands for the rest */
    enum icp_feel_type result;             /* ICP_FEEL_ANY: the type of the first argument */
};
#define FEEL_TYPE(type) (1u << (unsigned)(type))

/* The name at the start of a text, spaces between its words of any width; NULL when it is none or
   when no '(' follows. */
const struct feel_function *feel_function_at(struct icp_str rest, size_t *length);
/* The nearest function, for a hint; no text when none is near. */
struct icp_str feel_function_nearest(struct icp_str word);

/* ---- Tokens --------------------------------------------------------------------------------- */

enum feel_token_kind {
    FEEL_TOKEN_BAD, /* reported already */
    FEEL_TOKEN_END,
    FEEL_TOKEN_CONSTANT, /* number, text, @"…", true, false, null */
    FEEL_TOKEN_SYMBOL,   /* a name of the scope */
    FEEL_TOKEN_FUNCTION, /* a built-in function's name; '(' follows */
    FEEL_TOKEN_WORD,     /* any other name */
    FEEL_TOKEN_OPERATOR,
    FEEL_TOKEN_POWER,
    FEEL_TOKEN_OPEN,
    FEEL_TOKEN_CLOSE,
    FEEL_TOKEN_OPEN_SQUARE,
    FEEL_TOKEN_CLOSE_SQUARE,
    FEEL_TOKEN_OPEN_CURLY,
    FEEL_TOKEN_COMMA,
    FEEL_TOKEN_COLON,
    FEEL_TOKEN_DOT,
    FEEL_TOKEN_DOTS,
    FEEL_TOKEN_QUESTION,
    FEEL_TOKEN_AND,
    FEEL_TOKEN_OR,
    FEEL_TOKEN_BETWEEN,
    FEEL_TOKEN_IN,
    FEEL_TOKEN_IF,
    FEEL_TOKEN_THEN,
    FEEL_TOKEN_ELSE,
    FEEL_TOKEN_INSTANCE,
    FEEL_TOKEN_FOR, /* for, some, every, function: the standard's, not built yet */
    FEEL_TOKEN_OTHER_WORD
};

struct feel_token {
    enum feel_token_kind kind;
    uint32_t offset, end;         /* bytes of the text */
    enum feel_operator operation; /* OPERATOR */
    struct feel_cell constant;    /* CONSTANT */
    const struct icp_feel_symbol *symbol;
    const struct feel_function *function;
};

/* ---- The tree ------------------------------------------------------------------------------- */

enum feel_node_kind {
    FEEL_NODE_CONSTANT,
    FEEL_NODE_NAME,
    FEEL_NODE_LIST,
    FEEL_NODE_RANGE, /* low, high */
    FEEL_NODE_TEST,  /* operator, value: "< 5" behind in */
    FEEL_NODE_AND,   /* two or more children: chains lie flat, so that long ones stay shallow */
    FEEL_NODE_OR,
    FEEL_NODE_NEGATE,
    FEEL_NODE_ARITHMETIC,
    FEEL_NODE_COMPARE,
    FEEL_NODE_BETWEEN, /* value, low, high */
    FEEL_NODE_IN,      /* value, then one or more tests */
    FEEL_NODE_IF,      /* condition, then, else */
    FEEL_NODE_CALL,
    FEEL_NODE_KIND_COUNT
};

struct feel_node {
    enum feel_node_kind kind;
    enum feel_operator operation;
    enum icp_feel_type type;  /* set by the check; ANY for null and behind an error */
    bool open_low, open_high; /* RANGE */
    bool turned;              /* a text whose case is marked only: may be compared, not returned */
    uint32_t offset, end;     /* of its first token, behind its last */
    uint32_t height, children;
    struct feel_node *first, *last, *next;
    struct feel_cell constant;
    const struct icp_feel_symbol *symbol;
    const struct feel_function *function;
};

/* ---- One compilation ------------------------------------------------------------------------ */

struct feel_compilation {
    struct icp_str text;
    uint32_t line, column;
    const struct icp_feel_scope *scope;
    struct icp_arena *arena;  /* of the program */
    struct icp_arena scratch; /* tree, tokens */
    struct icp_diagnostics *list;
    bool failed; /* something was reported, or memory ended */
    size_t position;
    struct feel_token token; /* the one to look at */
    unsigned depth;
    struct icp_str *nearest; /* names of the scope, made at the first unknown name */
};

/* Line and column of an offset. On the text's first line columns count on from the given column;
   on later lines from 1, because what stood before them (the indentation of a YAML block) is not
   part of the text. Columns are characters. */
void feel_place(const struct feel_compilation *c, uint32_t offset, uint32_t *line,
                uint32_t *column);
void feel_error(struct feel_compilation *c, const char *code, uint32_t offset, const char *format,
                ...) ICP_PRINTF(4, 5);
void feel_not_supported(struct feel_compilation *c, uint32_t offset, const char *what);
const char *feel_type_words(enum icp_feel_type type); /* "a number" */

void feel_next_token(struct feel_compilation *c); /* into c->token */
struct feel_node *feel_parse(struct feel_compilation *c);
void feel_check(struct feel_compilation *c, struct feel_node *root);
struct icp_str feel_print(const struct feel_node *root, struct icp_str text,
                          struct icp_arena *arena, bool *failed);
const struct feel_node *feel_find_unguarded(const struct feel_node *root);

/* Values of literals. What they could not read because this version does not have it, the second
   form tells. */
enum feel_literal { FEEL_LITERAL_OK, FEEL_LITERAL_WRONG, FEEL_LITERAL_NOT_SUPPORTED };
enum feel_literal feel_read_date(struct icp_str text, struct feel_cell *cell);
enum feel_literal feel_read_datetime(struct icp_str text, struct feel_cell *cell);
enum feel_literal feel_read_duration(struct icp_str text, struct feel_cell *cell);
enum feel_literal feel_read_at(struct icp_str text, struct feel_cell *cell);

/* ---- The code ------------------------------------------------------------------------------- */

enum feel_opcode {
    FEEL_CODE_CONSTANT, /* push constants[argument] */
    FEEL_CODE_SLOT,     /* push slots[argument] */
    FEEL_CODE_NEGATE,
    FEEL_CODE_ARITHMETIC, /* detail: operator */
    FEEL_CODE_COMPARE,    /* detail: operator */
    FEEL_CODE_BETWEEN,
    FEEL_CODE_AND,           /* pop two, push */
    FEEL_CODE_OR,            /* pop two, push */
    FEEL_CODE_JUMP,          /* to argument */
    FEEL_CODE_JUMP_IF_FALSE, /* looks at the top, leaves it */
    FEEL_CODE_JUMP_IF_TRUE,  /* likewise */
    FEEL_CODE_UNLESS_TRUE,   /* pops; jumps when it is not exactly true */
    FEEL_CODE_TEST,          /* value, sum, operand → value, sum or (value operator operand) */
    FEEL_CODE_TEST_RANGE,    /* value, sum, low, high → value, sum; detail: open ends */
    FEEL_CODE_TEST_LIST,     /* value, sum, list → value, sum; detail 1: the list is sorted */
    FEEL_CODE_TEST_SET,      /* value, sum → value, sum; sets[argument] */
    FEEL_CODE_TEST_END,      /* value, sum → sum */
    FEEL_CODE_CALL           /* detail: function; argument: count of arguments */
};
enum { FEEL_OPEN_LOW = 1, FEEL_OPEN_HIGH = 2 };

struct feel_instruction {
    uint8_t opcode, detail;
    uint16_t padding;
    uint32_t argument;
};

/* Constants of one kind, sorted, each once. */
struct feel_set {
    const struct feel_cell *cells;
    size_t count;
};

struct icp_feel {
    const struct feel_instruction *code;
    size_t code_count;
    const struct feel_cell *constants;
    const struct feel_set *sets;
    enum icp_feel_type type;
    bool uses_time;
    const uint32_t *slots;
    size_t slot_count;
    bool unguarded;
    struct icp_str unguarded_name;
    uint32_t unguarded_line, unguarded_column;
    struct icp_str canonical;
    const struct icp_feel_part *parts;
    /* Of a leaf that compares one slot with constants: programs of these constants. */
    bool has_points;
    uint32_t point_slot;
    const struct icp_feel *const *points;
    size_t point_count;
};

struct icp_feel *feel_generate(struct feel_compilation *c, struct feel_node *root);
/* Takes the program of a folded tree apart: its parts and what it is compared with. */
bool feel_take_apart(struct feel_compilation *c, struct icp_feel *feel, struct feel_node *root);
struct feel_cell feel_run(const struct icp_feel *feel, const struct icp_value *slots,
                          int32_t as_of);

/* ---- Cells ---------------------------------------------------------------------------------- */

struct feel_cell feel_null(void);
struct feel_cell feel_boolean(bool value);
bool feel_is_true(struct feel_cell cell);
/* Three-valued: a boolean cell or null. */
struct feel_cell feel_compare(enum feel_operator operation, const struct feel_cell *left,
                              const struct feel_cell *right);
struct feel_cell feel_arithmetic(enum feel_operator operation, const struct feel_cell *left,
                                 const struct feel_cell *right);
struct feel_cell feel_and(struct feel_cell left, struct feel_cell right);
struct feel_cell feel_or(struct feel_cell left, struct feel_cell right);
/* Order of two cells of one ordered kind: <0, 0, >0. */
int feel_order(const struct feel_cell *left, const struct feel_cell *right);
bool feel_same(const struct feel_cell *left, const struct feel_cell *right); /* of one kind */
struct feel_cell feel_call(enum feel_function_id id, const struct feel_cell *arguments,
                           size_t count, int32_t as_of);

/* ---- Texts under a case mark (text.c) ------------------------------------------------------- */

uint32_t feel_turn(uint32_t code_point, enum feel_case letters);
int feel_text_order(const struct feel_cell *left, const struct feel_cell *right);
bool feel_text_starts(const struct feel_cell *text, const struct feel_cell *part);
bool feel_text_ends(const struct feel_cell *text, const struct feel_cell *part);
bool feel_text_contains(const struct feel_cell *text, const struct feel_cell *part);
int64_t feel_text_length(struct icp_str text); /* characters */

#endif
