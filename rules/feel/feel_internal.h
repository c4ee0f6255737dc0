/*
 * What the parts of the condition language share: tokens, the tree that the parser makes, and the
 * flat code. The way of a text: lexer.c cuts tokens, parser.c and operands.c make the tree, check.c
 * gives every node its type or an error, canonical.c, unguarded.c and compared.c read the checked
 * tree, compile.c and loops.c fold constants and write the code, evaluate.c and machine.c run it
 * over the values of value.h, parts.c takes it apart.
 *
 * To add a function: a row in names.c and its body in a functions_*.c. To add a piece of syntax: a
 * row in a table of the parser, a check, a printer, a generator and an instruction.
 */
#ifndef ICP_FEEL_INTERNAL_H
#define ICP_FEEL_INTERNAL_H

#include "bounds.h"
#include "feel.h"
#include "functions.h"

enum {
    FEEL_MAX_HEIGHT = 256, /* of a tree: bounds the recursion of everything that walks it; brackets
                              nest at most ICP_MAX_DEPTH deep, chains such as 1 + 1 + … add to it */
    FEEL_MAX_STACK = 320,  /* values while evaluating: 5 for each of ICP_MAX_DEPTH brackets; 8 KiB
                              on the stack of the thread that evaluates */
    FEEL_SMALL_SET = 8,    /* constants up to this many are compared one by one */
};
/* Trees of the longest text: a node of 150 bytes for every two bytes of text. */
#define FEEL_SCRATCH ((size_t)8 * 1024 * 1024)

/* ---- Functions ------------------------------------------------------------------------------ */

enum { FEEL_ANY_NUMBER_OF_ARGUMENTS = 255, FEEL_MAX_PARAMETERS = 4 };

struct feel_function {
    struct icp_str name;    /* words with one space between */
    feel_apply *apply;      /* NULL: of the standard, refused (it would not be a pure function) */
    uint16_t least, most;   /* arguments */
    bool spreads;           /* (list) or (a, b, c): apply gets one list */
    bool strict;            /* null when an argument is */
    const char *parameters; /* "string,start position,length"; forms with | between */
    unsigned accepts[FEEL_MAX_PARAMETERS]; /* FEEL_TYPE bits; the last one stands for the rest */
    enum icp_feel_type result;             /* ICP_FEEL_ANY: not known before */
};
#define FEEL_TYPE(type) (1u << (unsigned)(type))

/* The name at the start of a text, spaces between its words of any width; NULL when it is none or
   when no '(' follows. */
const struct feel_function *feel_function_at(struct icp_str rest, size_t *length);
const struct feel_function *feel_function_named(struct icp_str name);
uint32_t feel_function_index(const struct feel_function *function);
const struct feel_function *feel_function_of(uint32_t index);
/* The nearest function, for a hint; no text when none is near. */
struct icp_str feel_function_nearest(struct icp_str word);
/* Place of a parameter by its name in one of the forms; false: none. */
bool feel_parameter_find(const struct feel_function *function, struct icp_str name, size_t *index);

/* ---- Types behind instance of --------------------------------------------------------------- */

enum feel_type_kind { FEEL_TYPE_ANY, FEEL_TYPE_NULL, FEEL_TYPE_KIND, FEEL_TYPE_UNKNOWN };
struct feel_type {
    enum feel_type_kind kind;
    enum feel_kind value;        /* KIND */
    const struct feel_type *of;  /* of list<…>, range<…>; NULL: of anything */
    const struct icp_str *names; /* of context<…> */
    const struct feel_type *const *types;
    size_t count;
    bool has_entries; /* a context type with its entries; a function type with its parameters */
};
bool feel_type_holds(const struct feel_type *type, const struct feel_value *value);

/* ---- Tokens --------------------------------------------------------------------------------- */

enum feel_token_kind {
    FEEL_TOKEN_BAD, /* reported already */
    FEEL_TOKEN_END,
    FEEL_TOKEN_CONSTANT, /* number, text, @"…", true, false, null */
    FEEL_TOKEN_SYMBOL,   /* a name of the scope */
    FEEL_TOKEN_FUNCTION, /* a built-in function's name; '(' follows */
    FEEL_TOKEN_WORD,     /* any other name */
    FEEL_TOKEN_OPERATOR,
    FEEL_TOKEN_OPEN,
    FEEL_TOKEN_CLOSE,
    FEEL_TOKEN_OPEN_SQUARE,
    FEEL_TOKEN_CLOSE_SQUARE,
    FEEL_TOKEN_OPEN_CURLY,
    FEEL_TOKEN_CLOSE_CURLY,
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
    FEEL_TOKEN_FOR,
    FEEL_TOKEN_RETURN,
    FEEL_TOKEN_SOME,
    FEEL_TOKEN_EVERY,
    FEEL_TOKEN_SATISFIES,
    FEEL_TOKEN_FUNCTION_WORD
};

struct feel_token {
    enum feel_token_kind kind;
    uint32_t offset, end;         /* bytes of the text */
    enum feel_operator operation; /* OPERATOR */
    bool wrong_literal;           /* CONSTANT: @"…" that is none: null, or an error */
    struct feel_value constant;   /* CONSTANT */
    const struct icp_feel_symbol *symbol;
    const struct feel_function *function;
    struct icp_str name; /* SYMBOL, WORD: with single spaces */
};

/* ---- The tree ------------------------------------------------------------------------------- */

enum feel_node_kind {
    FEEL_NODE_CONSTANT,
    FEEL_NODE_NAME,
    FEEL_NODE_LIST,
    FEEL_NODE_RANGE, /* low, high */
    FEEL_NODE_TEST,  /* operator, value: "< 5" behind in, or a range as a value */
    FEEL_NODE_AND,   /* two or more children: chains lie flat, so that long ones stay shallow */
    FEEL_NODE_OR,
    FEEL_NODE_NEGATE,
    FEEL_NODE_ARITHMETIC,
    FEEL_NODE_COMPARE,
    FEEL_NODE_BETWEEN, /* value, low, high */
    FEEL_NODE_IN,      /* value, then one or more tests */
    FEEL_NODE_IF,      /* condition, then, else */
    FEEL_NODE_CALL,
    FEEL_NODE_PATH,   /* value; name */
    FEEL_NODE_FILTER, /* list, condition or position */
    FEEL_NODE_FOR,    /* iterators, result */
    FEEL_NODE_SOME,   /* iterators, condition */
    FEEL_NODE_EVERY,
    FEEL_NODE_ITERATOR, /* name; list, or low and high */
    FEEL_NODE_CONTEXT,  /* entries */
    FEEL_NODE_ENTRY,    /* name; value */
    FEEL_NODE_INSTANCE, /* value; a type */
    FEEL_NODE_FUNCTION, /* a function defined here: a value that cannot be called */
    FEEL_NODE_INVOKE,   /* a value called as if it were a function: null */
    FEEL_NODE_KIND_COUNT
};

struct feel_node {
    enum feel_node_kind kind;
    enum feel_operator operation;
    enum icp_feel_type type;  /* set by the check; ANY for null and behind an error */
    bool open_low, open_high; /* RANGE */
    bool plain_items;         /* FILTER: no item can be a context */
    uint8_t varies;           /* not a constant; set while folding, like the next two */
    bool lists, ranges;       /* LIST: it has elements that may be lists, that are ranges */
    uint32_t offset, end;     /* of its first token, behind its last */
    uint32_t height, children;
    uint32_t position; /* of what the node declares, on the stack, while code is written */
    struct feel_node *first, *last, *next;
    struct feel_value constant;
    const struct icp_feel_symbol *symbol;
    const struct feel_function *function;
    const struct feel_type *tested;
    struct icp_str name;
    const char *problem; /* why it is null; a static text */
};

/* What a place in the tree can see: iterators, entries, filters around it, innermost first. */
struct feel_frame {
    const struct feel_frame *outer;
    const struct feel_node *node; /* ITERATOR, ENTRY, FILTER, FOR (partial) */
};

/* ---- One compilation ------------------------------------------------------------------------ */

struct feel_word {
    struct feel_word *next;
    struct icp_str name;
};

struct feel_compilation {
    struct icp_str text;
    uint32_t line, column;
    const struct icp_feel_scope *scope;
    struct icp_arena *arena;  /* of the program */
    struct icp_arena scratch; /* tree, tokens */
    struct icp_diagnostics *list;
    bool lenient; /* as the standard has it: what has no meaning is null, not an error */
    bool failed;  /* something was reported, or memory ended */
    size_t position;
    struct feel_token token; /* the one to look at */
    unsigned depth;
    unsigned range_depth;            /* depth + 1 where the high end of a range is read */
    struct feel_word *words;         /* names with spaces or signs that the text declares */
    struct icp_str *nearest;         /* names of the scope, made at the first unknown name */
    const struct feel_frame *frames; /* while a tree is walked */
};

/* Line and column of an offset. On the text's first line columns count on from the given column;
   on later lines from 1, because what stood before them (the indentation of a YAML block) is not
   part of the text. Columns are characters. */
void feel_place(const struct feel_compilation *c, uint32_t offset, uint32_t *line,
                uint32_t *column);
void feel_error(struct feel_compilation *c, const char *code, uint32_t offset, const char *format,
                ...) ICP_PRINTF(4, 5);
const char *feel_type_words(enum icp_feel_type type); /* "a number" */
enum icp_feel_type feel_type_of_kind(enum feel_kind kind);

void feel_next_token(struct feel_compilation *c); /* into c->token */
/* A name being declared: up to the word `stop`, or to the sign `stop`. The token is then at it. */
bool feel_take_declared(struct feel_compilation *c, const char *stop, struct icp_str *name);
bool feel_remember_name(struct feel_compilation *c, struct icp_str name);
/* The name of a property behind a dot; the token is then behind it. */
bool feel_take_property(struct feel_compilation *c, struct icp_str *name);
/* A type behind "instance of"; NULL: reported. */
const struct feel_type *feel_take_type(struct feel_compilation *c);
size_t feel_blank_length(struct icp_str rest); /* of one blank at its start, 0: none */

/* parser.c, operands.c */
enum feel_binding {
    FEEL_BINDING_NONE = 0,
    FEEL_BINDING_OR = 10,
    FEEL_BINDING_AND = 20,
    FEEL_BINDING_COMPARISON = 30,
    FEEL_BINDING_SUM = 40,
    FEEL_BINDING_PRODUCT = 50,
    FEEL_BINDING_POWER = 60,
    FEEL_BINDING_NEGATION = 70,
    FEEL_BINDING_PATH = 80,
};
struct feel_node *feel_parse(struct feel_compilation *c);
struct feel_node *feel_parse_expression(struct feel_compilation *c, int binding);
struct feel_node *feel_parse_element(struct feel_compilation *c, int binding);
struct feel_node *feel_parse_operand(struct feel_compilation *c);
struct feel_node *feel_parse_range(struct feel_compilation *c, uint32_t opened, bool open_low,
                                   struct feel_node *low);
struct feel_node *feel_parse_rest(struct feel_compilation *c, struct feel_node *parent,
                                  enum feel_token_kind close, uint32_t opened, const char *sign);
struct feel_node *feel_new_node(struct feel_compilation *c, enum feel_node_kind kind,
                                uint32_t offset);
bool feel_attach(struct feel_compilation *c, struct feel_node *parent, struct feel_node *child);
struct feel_node *feel_wrap(struct feel_compilation *c, enum feel_node_kind kind,
                            struct feel_node *first);
void feel_unexpected(struct feel_compilation *c, const char *wanted);
bool feel_expect(struct feel_compilation *c, enum feel_token_kind kind, const char *wanted);
bool feel_expect_close(struct feel_compilation *c, enum feel_token_kind kind, uint32_t opened,
                       const char *sign);
struct icp_str feel_token_text(const struct feel_compilation *c);
struct feel_node *feel_parse_call(struct feel_compilation *c); /* operand_call.c */
struct feel_node *feel_parse_for(struct feel_compilation *c);
struct feel_node *feel_parse_quantified(struct feel_compilation *c);
struct feel_node *feel_parse_context(struct feel_compilation *c);
struct feel_node *feel_parse_function(struct feel_compilation *c);
struct feel_node *feel_parse_invoke(struct feel_compilation *c, struct feel_node *left);

/* check.c, check_call.c */
void feel_check(struct feel_compilation *c, struct feel_node *root);
void feel_check_value(struct feel_compilation *c, struct feel_node *node);
void feel_check_children(struct feel_compilation *c, struct feel_node *node);
bool feel_check_pair(struct feel_compilation *c, const struct feel_node *value,
                     const struct feel_node *other);
void feel_check_call(struct feel_compilation *c, struct feel_node *node);
void feel_check_name(struct feel_compilation *c, struct feel_node *node);
void feel_check_path(struct feel_compilation *c, struct feel_node *node);
void feel_check_filter(struct feel_compilation *c, struct feel_node *node);
void feel_check_loop(struct feel_compilation *c, struct feel_node *node);
void feel_check_context(struct feel_compilation *c, struct feel_node *node);
bool feel_is_text_constant(const struct feel_node *node);
bool feel_type_fits(enum icp_feel_type a, enum icp_feel_type b);
struct icp_str feel_source(const struct feel_compilation *c, const struct feel_node *node);
/* The frame that declares a name; passed_filter: a filter between may have an entry of that name.
 */
const struct feel_frame *feel_find_frame(const struct feel_frame *frames, struct icp_str name,
                                         bool *passed_filter);

struct icp_str feel_print(const struct feel_node *root, struct icp_str text,
                          struct icp_arena *arena, bool *failed);
void feel_tell_compared(struct feel_compilation *c, const struct feel_node *root);
const struct feel_node *feel_find_unguarded(const struct feel_node *root);

/* ---- The code ------------------------------------------------------------------------------- */

enum feel_opcode {
    FEEL_CODE_CONSTANT, /* push constants[a] */
    FEEL_CODE_SLOT,     /* push slots[a] */
    FEEL_CODE_LOCAL,    /* push stack[a] */
    FEEL_CODE_PROBLEM,  /* push null; why: problems[a] */
    FEEL_CODE_MEMBER,   /* stack[extra] is a context with the entry constants[a]: push it, to b */
    FEEL_CODE_PROPERTY, /* value → its property constants[a] */
    FEEL_CODE_NEGATE,
    FEEL_CODE_ARITHMETIC, /* detail: operator */
    FEEL_CODE_COMPARE,    /* detail: operator */
    FEEL_CODE_BETWEEN,
    FEEL_CODE_AND,           /* pop two, push */
    FEEL_CODE_OR,            /* pop two, push */
    FEEL_CODE_JUMP,          /* to a */
    FEEL_CODE_JUMP_IF_FALSE, /* looks at the top, leaves it */
    FEEL_CODE_JUMP_IF_TRUE,  /* likewise */
    FEEL_CODE_UNLESS_TRUE,   /* pops; jumps when it is not exactly true */
    FEEL_CODE_TEST,          /* value, sum, operand → value, sum or (value operator operand) */
    FEEL_CODE_TEST_ELEMENT,  /* value, sum, operand → value, sum or (operand is or holds value) */
    FEEL_CODE_TEST_RANGE,    /* value, sum, low, high → value, sum; detail: open ends */
    FEEL_CODE_TEST_LIST,     /* value, sum, list of texts → value, sum; detail 1: it is sorted */
    FEEL_CODE_TEST_VALUE,    /* value, sum, operand → value, sum or (value in operand) */
    FEEL_CODE_TEST_SET,      /* value, sum → value, sum; sets[a] */
    FEEL_CODE_TEST_END,      /* value, sum → sum */
    FEEL_CODE_CALL,          /* function a with the b topmost values */
    FEEL_CODE_RANGE,         /* low, high → range; detail: open ends */
    FEEL_CODE_RANGE_TEST,    /* value → the range that detail (operator) value makes */
    FEEL_CODE_INSTANCE,      /* value → is it of types[a] */
    FEEL_CODE_CONTEXT,       /* b values → context with the keys in constants[a] */
    FEEL_CODE_LIST,          /* push an empty list to be added to */
    FEEL_CODE_COLLECT,       /* pops a value into the list stack[a] */
    FEEL_CODE_SEQUENCE,      /* low, high → what "low..high" walks over */
    FEEL_CODE_ITERATE,       /* value → what is walked over, turn, item; detail: a bare value is a
                                list of one; when it cannot be walked over stack[a] becomes null */
    FEEL_CODE_NEXT,          /* the loop whose walk lies in stack[a]: next item, or jump to b */
    FEEL_CODE_FILTER,        /* pops what the condition gave for the loop at a + 1; jumps to b when
                                it was a position */
    FEEL_CODE_QUANTIFY, /* pops what the condition gave; stack[a] is the outcome so far; detail:
                           every; jumps to b when it is decided */
    FEEL_CODE_SELECT,   /* list, position → item */
    FEEL_CODE_CUT       /* leaves a values on the stack */
};
enum { FEEL_OPEN_LOW = 1, FEEL_OPEN_HIGH = 2 };

struct feel_instruction {
    uint8_t opcode, detail;
    uint16_t extra;
    uint32_t a, b;
};

/* Constants of one kind, sorted. */
struct feel_set {
    const struct feel_value *values;
    size_t count;
};

struct icp_feel {
    const struct feel_instruction *code;
    size_t code_count;
    const struct feel_value *constants;
    const struct feel_set *sets;
    const char *const *problems;
    const struct feel_type *const *types;
    enum icp_feel_type type;
    bool uses_time;
    const uint32_t *slots;
    size_t slot_count;
    bool unguarded;
    struct icp_str unguarded_name;
    uint32_t unguarded_line, unguarded_column;
    struct icp_str canonical;
    uint32_t line, column; /* of the text; of a part that of the whole */
    const struct icp_feel_part *parts;
    /* Of a leaf that compares one slot with constants: programs of these constants. */
    bool has_points;
    uint32_t point_slot;
    const struct icp_feel *const *points;
    size_t point_count;
};

struct feel_generator {
    struct feel_compilation *c;
    struct feel_instruction *code;
    struct feel_value *constants;
    struct feel_set *sets;
    const char **problems;
    const struct feel_type **types;
    size_t code_count, constant_count, set_count, problem_count, type_count;
    size_t depth, deepest;
    const struct feel_frame *frames;
};

/* Pending jumps to one place are chained through their targets until the place is known. */
#define FEEL_NO_JUMP ((size_t)UINT32_MAX)
void feel_generate_node(struct feel_generator *g, struct feel_node *node);
size_t feel_emit(struct feel_generator *g, enum feel_opcode opcode, unsigned detail, size_t a,
                 size_t pops, size_t pushes);
uint32_t feel_add_constant(struct feel_generator *g, struct feel_value value);
size_t feel_emit_jump(struct feel_generator *g, enum feel_opcode opcode, size_t pending);
void feel_land(struct feel_generator *g, size_t pending);
void feel_emit_problem(struct feel_generator *g, const char *problem);
/* loops.c */
void feel_generate_name(struct feel_generator *g, struct feel_node *node);
void feel_generate_list(struct feel_generator *g, struct feel_node *node);
void feel_generate_loop(struct feel_generator *g, struct feel_node *node);
void feel_generate_filter(struct feel_generator *g, struct feel_node *node);
void feel_generate_context(struct feel_generator *g, struct feel_node *node);

struct icp_feel *feel_generate(struct feel_compilation *c, struct feel_node *root);
/* Takes the program of a folded tree apart: its parts and what it is compared with. */
bool feel_take_apart(struct feel_compilation *c, struct icp_feel *feel, struct feel_node *root);

/* ---- Running it ----------------------------------------------------------------------------- */

struct feel_machine {
    struct feel_value stack[FEEL_MAX_STACK];
    size_t top;  /* values on the stack */
    size_t next; /* instruction */
    const struct icp_feel *feel;
    const struct icp_value *slots;
    struct feel_run *run;
};
typedef void feel_instruction_step(struct feel_machine *machine,
                                   const struct feel_instruction *instruction);
/* loop_steps.c */
feel_instruction_step feel_step_list, feel_step_collect, feel_step_sequence, feel_step_iterate,
    feel_step_next, feel_step_filter, feel_step_quantify, feel_step_select;

struct feel_value feel_run(const struct icp_feel *feel, const struct icp_value *slots,
                           struct feel_run *run);
struct feel_value feel_value_of(const struct icp_value *value);

#endif
