/*
 * Prints a checked tree back as text: one space where one helps, no brackets that are not needed,
 * texts with the fewest escapes, literals behind @ as they were written. Two texts that parse to
 * the same tree print the same; that is what the hash of a rule file is made of.
 */
#include "feel_internal.h"

enum strength {
    STRENGTH_TEST, /* "< 5": bare behind `in` only */
    STRENGTH_ANY,
    STRENGTH_OR,
    STRENGTH_AND,
    STRENGTH_COMPARISON,
    STRENGTH_SUM,
    STRENGTH_PRODUCT,
    STRENGTH_POWER,
    STRENGTH_NEGATION,
    STRENGTH_OPERAND
};

struct printer {
    struct icp_buf out;
    struct icp_str text; /* the source, for literals that are kept as they are */
};

static void print(struct printer *printer, const struct feel_node *node, enum strength wanted);

static void add(struct printer *printer, const char *text)
{
    icp_buf_add_cstr(&printer->out, text);
}

static enum strength strength_of(const struct feel_node *node)
{
    static const enum strength strengths[FEEL_NODE_KIND_COUNT] = {
        [FEEL_NODE_CONSTANT] = STRENGTH_OPERAND,
        [FEEL_NODE_NAME] = STRENGTH_OPERAND,
        [FEEL_NODE_LIST] = STRENGTH_OPERAND,
        [FEEL_NODE_RANGE] = STRENGTH_OPERAND,
        [FEEL_NODE_TEST] = STRENGTH_TEST,
        [FEEL_NODE_AND] = STRENGTH_AND,
        [FEEL_NODE_OR] = STRENGTH_OR,
        [FEEL_NODE_NEGATE] = STRENGTH_NEGATION,
        [FEEL_NODE_ARITHMETIC] = STRENGTH_SUM,
        [FEEL_NODE_COMPARE] = STRENGTH_COMPARISON,
        [FEEL_NODE_BETWEEN] = STRENGTH_COMPARISON,
        [FEEL_NODE_IN] = STRENGTH_COMPARISON,
        [FEEL_NODE_IF] = STRENGTH_ANY,
        [FEEL_NODE_CALL] = STRENGTH_OPERAND,
        [FEEL_NODE_PATH] = STRENGTH_OPERAND,
        [FEEL_NODE_FILTER] = STRENGTH_OPERAND,
        [FEEL_NODE_FOR] = STRENGTH_ANY,
        [FEEL_NODE_SOME] = STRENGTH_ANY,
        [FEEL_NODE_EVERY] = STRENGTH_ANY,
        [FEEL_NODE_ITERATOR] = STRENGTH_ANY,
        [FEEL_NODE_CONTEXT] = STRENGTH_OPERAND,
        [FEEL_NODE_ENTRY] = STRENGTH_ANY,
        [FEEL_NODE_INSTANCE] = STRENGTH_COMPARISON,
        [FEEL_NODE_FUNCTION] = STRENGTH_ANY,
        [FEEL_NODE_INVOKE] = STRENGTH_OPERAND,
    };

    if (node->kind == FEEL_NODE_ARITHMETIC && node->operation == FEEL_POWER)
        return STRENGTH_POWER;
    if (node->kind == FEEL_NODE_ARITHMETIC && node->operation >= FEEL_MULTIPLY)
        return STRENGTH_PRODUCT;
    if (node->kind == FEEL_NODE_CONSTANT && node->constant.kind == FEEL_FUNCTION)
        return STRENGTH_ANY;
    return strengths[node->kind];
}

static void print_constant(struct printer *printer, const struct feel_node *node)
{
    enum feel_kind kind = (enum feel_kind)node->constant.kind;

    if (kind == FEEL_NULL || kind == FEEL_BOOLEAN || kind == FEEL_NUMBER || kind == FEEL_TEXT)
        feel_write(&printer->out, &node->constant, true);
    else
        icp_buf_add(&printer->out, icp_str_slice(printer->text, node->offset, node->end));
}

static void print_name(struct printer *printer, const struct feel_node *node)
{
    icp_buf_add(&printer->out, node->name);
}

/* Children from `first` on, with `between` between them. */
static void print_all(struct printer *printer, const struct feel_node *first, const char *between,
                      enum strength wanted)
{
    for (const struct feel_node *child = first; child != NULL; child = child->next) {
        print(printer, child, wanted);
        if (child->next != NULL)
            add(printer, between);
    }
}

static void print_list(struct printer *printer, const struct feel_node *node)
{
    add(printer, "[");
    print_all(printer, node->first, ", ", STRENGTH_ANY);
    add(printer, "]");
}

static void print_range(struct printer *printer, const struct feel_node *node)
{
    add(printer, node->open_low ? "(" : "[");
    print_all(printer, node->first, "..", STRENGTH_SUM);
    add(printer, node->open_high ? ")" : "]");
}

/* Behind `in` as a value of its own: "< 5"; elsewhere in brackets, which the caller adds. */
static void print_test(struct printer *printer, const struct feel_node *node)
{
    add(printer, feel_operator_text(node->operation));
    add(printer, " ");
    print(printer, node->first, STRENGTH_SUM);
}

static void print_chain(struct printer *printer, const struct feel_node *node)
{
    bool both = node->kind == FEEL_NODE_AND;

    print_all(printer, node->first, both ? " and " : " or ",
              both ? STRENGTH_COMPARISON : STRENGTH_AND);
}

static void print_negate(struct printer *printer, const struct feel_node *node)
{
    add(printer, "-");
    print(printer, node->first, STRENGTH_NEGATION);
}

static void print_pair(struct printer *printer, const struct feel_node *node)
{
    enum strength own = strength_of(node);
    bool comparison = own == STRENGTH_COMPARISON;

    /* a - (b - c) keeps its brackets, (a - b) - c loses them; comparisons do not chain */
    print(printer, node->first, comparison ? STRENGTH_SUM : own);
    add(printer, " ");
    add(printer, feel_operator_text(node->operation));
    add(printer, " ");
    print(printer, node->last, (enum strength)(own + 1));
}

static void print_between(struct printer *printer, const struct feel_node *node)
{
    print(printer, node->first, STRENGTH_SUM);
    add(printer, " between ");
    print_all(printer, node->first->next, " and ", STRENGTH_SUM);
}

static void print_in(struct printer *printer, const struct feel_node *node)
{
    const struct feel_node *test = node->first->next;

    print(printer, node->first, STRENGTH_SUM);
    add(printer, " in ");
    if (test->next == NULL) {
        print(printer, test, test->kind == FEEL_NODE_TEST ? STRENGTH_TEST : STRENGTH_SUM);
        return;
    }
    add(printer, "(");
    print_all(printer, test, ", ", STRENGTH_TEST);
    add(printer, ")");
}

static void print_if(struct printer *printer, const struct feel_node *node)
{
    add(printer, "if ");
    print(printer, node->first, STRENGTH_ANY);
    add(printer, " then ");
    print(printer, node->first->next, STRENGTH_ANY);
    add(printer, " else ");
    print(printer, node->last, STRENGTH_ANY);
}

static void print_call(struct printer *printer, const struct feel_node *node)
{
    icp_buf_add(&printer->out, node->function->name);
    add(printer, "(");
    print_all(printer, node->first, ", ", STRENGTH_ANY);
    add(printer, ")");
}

static void print_path(struct printer *printer, const struct feel_node *node)
{
    print(printer, node->first, STRENGTH_OPERAND);
    add(printer, ".");
    icp_buf_add(&printer->out, node->name);
}

static void print_filter(struct printer *printer, const struct feel_node *node)
{
    print(printer, node->first, STRENGTH_OPERAND);
    add(printer, "[");
    print(printer, node->last, STRENGTH_ANY);
    add(printer, "]");
}

static void print_iterator(struct printer *printer, const struct feel_node *node)
{
    icp_buf_add(&printer->out, node->name);
    add(printer, " in ");
    print_all(printer, node->first, "..", STRENGTH_SUM);
}

static void print_loop(struct printer *printer, const struct feel_node *node)
{
    add(printer, node->kind == FEEL_NODE_FOR    ? "for "
                 : node->kind == FEEL_NODE_SOME ? "some "
                                                : "every ");
    for (const struct feel_node *child = node->first; child != node->last; child = child->next) {
        print(printer, child, STRENGTH_ANY);
        add(printer, child->next == node->last ? " " : ", ");
    }
    add(printer, node->kind == FEEL_NODE_FOR ? "return " : "satisfies ");
    print(printer, node->last, STRENGTH_ANY);
}

static void print_entry(struct printer *printer, const struct feel_node *node)
{
    feel_write_quoted(&printer->out, node->name);
    add(printer, ": ");
    print(printer, node->first, STRENGTH_ANY);
}

static void print_context(struct printer *printer, const struct feel_node *node)
{
    add(printer, "{");
    print_all(printer, node->first, ", ", STRENGTH_ANY);
    add(printer, "}");
}

/* Types and functions are kept as they are written. */
static void print_instance(struct printer *printer, const struct feel_node *node)
{
    print(printer, node->first, STRENGTH_SUM);
    add(printer, " ");
    icp_buf_add(&printer->out,
                icp_str_trim(icp_str_slice(printer->text, node->position, node->end)));
}

static void print_source(struct printer *printer, const struct feel_node *node)
{
    icp_buf_add(&printer->out, icp_str_slice(printer->text, node->offset, node->end));
}

static void print(struct printer *printer, const struct feel_node *node, enum strength wanted)
{
    static void (*const printers[FEEL_NODE_KIND_COUNT])(struct printer *,
                                                        const struct feel_node *) = {
        [FEEL_NODE_CONSTANT] = print_constant,
        [FEEL_NODE_NAME] = print_name,
        [FEEL_NODE_LIST] = print_list,
        [FEEL_NODE_RANGE] = print_range,
        [FEEL_NODE_TEST] = print_test,
        [FEEL_NODE_AND] = print_chain,
        [FEEL_NODE_OR] = print_chain,
        [FEEL_NODE_NEGATE] = print_negate,
        [FEEL_NODE_ARITHMETIC] = print_pair,
        [FEEL_NODE_COMPARE] = print_pair,
        [FEEL_NODE_BETWEEN] = print_between,
        [FEEL_NODE_IN] = print_in,
        [FEEL_NODE_IF] = print_if,
        [FEEL_NODE_CALL] = print_call,
        [FEEL_NODE_PATH] = print_path,
        [FEEL_NODE_FILTER] = print_filter,
        [FEEL_NODE_FOR] = print_loop,
        [FEEL_NODE_SOME] = print_loop,
        [FEEL_NODE_EVERY] = print_loop,
        [FEEL_NODE_ITERATOR] = print_iterator,
        [FEEL_NODE_CONTEXT] = print_context,
        [FEEL_NODE_ENTRY] = print_entry,
        [FEEL_NODE_INSTANCE] = print_instance,
        [FEEL_NODE_FUNCTION] = print_source,
        [FEEL_NODE_INVOKE] = print_source,
    };
    bool brackets = strength_of(node) < wanted;

    if (brackets)
        add(printer, "(");
    printers[node->kind](printer, node);
    if (brackets)
        add(printer, ")");
}

struct icp_str feel_print(const struct feel_node *root, struct icp_str text,
                          struct icp_arena *arena, bool *failed)
{
    struct printer printer = {.text = text};

    /* the widest growth: 1e12 to thirteen digits, and a space behind each comma */
    icp_buf_open(&printer.out, 8 * text.length + 64);
    print(&printer, root, STRENGTH_ANY);
    *failed = printer.out.failed;
    struct icp_str result = icp_arena_copy(arena, icp_buf_view(&printer.out));
    icp_buf_finish(&printer.out);
    return result;
}
