/*
 * Gives every node its type, or reports why it cannot have one. A comparison that could only ever
 * be null because its sides are of different types is an error here, at the place of the wrong
 * side and with what to write instead; null fits everywhere. A node with an error is taken as ANY,
 * so that one mistake is reported once. In the lenient form types are found and nothing is
 * reported: what does not fit is null when it runs.
 */
#include "feel_internal.h"

#include "number.h"
#include "utf8.h"

bool feel_type_fits(enum icp_feel_type a, enum icp_feel_type b)
{
    bool lists = (a == ICP_FEEL_LIST && b == ICP_FEEL_VALUES) ||
                 (a == ICP_FEEL_VALUES && b == ICP_FEEL_LIST);

    return a == b || a == ICP_FEEL_ANY || b == ICP_FEEL_ANY || lists;
}

static bool is_ordered(enum icp_feel_type type)
{
    return type != ICP_FEEL_BOOLEAN && type != ICP_FEEL_LIST && type != ICP_FEEL_VALUES &&
           type != ICP_FEEL_RANGE && type != ICP_FEEL_CONTEXT && type != ICP_FEEL_FUNCTION;
}

struct icp_str feel_source(const struct feel_compilation *c, const struct feel_node *node)
{
    return icp_utf8_cut(icp_str_slice(c->text, node->offset, node->end), 40);
}

/* ---- Hints for a comparison of two types ---------------------------------------------------- */

bool feel_is_text_constant(const struct feel_node *node)
{
    return node->kind == FEEL_NODE_CONSTANT && node->constant.kind == FEEL_TEXT;
}

/* A text in quotes that should have been a literal of `wanted`. */
static bool hint_unquote(struct feel_compilation *c, enum icp_feel_type wanted,
                         const struct feel_node *wrong)
{
    struct feel_value value;
    int64_t number;
    struct icp_str text = wrong->constant.as.text;

    if (!feel_is_text_constant(wrong))
        return false;
    bool plain =
        (wanted == ICP_FEEL_NUMBER && icp_number_parse(text, &number)) ||
        (wanted == ICP_FEEL_BOOLEAN && (icp_str_is(text, "true") || icp_str_is(text, "false")));
    if (plain)
        icp_report_hint(c->list, "Put %.*s without quotes.", ICP_STR_ARGUMENTS(text));
    else if ((wanted == ICP_FEEL_DATE || wanted == ICP_FEEL_DATETIME ||
              wanted == ICP_FEEL_DURATION || wanted == ICP_FEEL_TIME ||
              wanted == ICP_FEEL_MONTHS) &&
             feel_read_at(text, &value))
        icp_report_hint(c->list, "Put @ in front: @\"%.*s\".", ICP_STR_ARGUMENTS(text));
    else
        return false;
    return true;
}

static void hint_types(struct feel_compilation *c, const struct feel_node *known,
                       const struct feel_node *wrong)
{
    struct icp_str written = feel_source(c, wrong), other = feel_source(c, known);

    struct feel_value day;

    if (hint_unquote(c, known->type, wrong))
        return;
    if (wrong->type == ICP_FEEL_NUMBER && feel_read_date(written, &day)) { /* 2026 - 01 - 01 */
        icp_report_hint(c->list, "Write a date as @\"%.*s\".", ICP_STR_ARGUMENTS(written));
        return;
    }
    if (known->type == ICP_FEEL_TEXT && wrong->kind == FEEL_NODE_CONSTANT &&
        (wrong->type == ICP_FEEL_NUMBER || wrong->type == ICP_FEEL_BOOLEAN))
        icp_report_hint(c->list, "Put it in quotes: \"%.*s\".", ICP_STR_ARGUMENTS(written));
    else if (known->type == ICP_FEEL_LIST && wrong->type == ICP_FEEL_TEXT)
        icp_report_hint(c->list, "Write %.*s in %.*s.", ICP_STR_ARGUMENTS(written),
                        ICP_STR_ARGUMENTS(other));
    else if (known->type == ICP_FEEL_TEXT && wrong->type == ICP_FEEL_LIST)
        icp_report_hint(c->list, "Write %.*s in %.*s.", ICP_STR_ARGUMENTS(other),
                        ICP_STR_ARGUMENTS(written));
    else if (known->type == ICP_FEEL_DATETIME && wrong->type == ICP_FEEL_DATE)
        icp_report_hint(c->list, "Write date(%.*s) to compare days.", ICP_STR_ARGUMENTS(other));
    else if (known->type == ICP_FEEL_DATE && wrong->type == ICP_FEEL_DATETIME)
        icp_report_hint(c->list, "Write date(%.*s) to compare days.", ICP_STR_ARGUMENTS(written));
}

/* Do `value` and `other` fit; if not, the constant of the two is the wrong one. */
bool feel_check_pair(struct feel_compilation *c, const struct feel_node *value,
                     const struct feel_node *other)
{
    const struct feel_node *wrong = value->kind == FEEL_NODE_CONSTANT ? value : other;
    const struct feel_node *known = wrong == value ? other : value;

    if (other->kind == FEEL_NODE_CONSTANT) {
        wrong = other;
        known = value;
    }
    if (c->lenient || feel_type_fits(value->type, other->type))
        return true;
    struct icp_str name = feel_source(c, known);
    feel_error(c, "feel-type", wrong->offset, "%s cannot be compared with %s (\"%.*s\" is %s)",
               feel_type_words(wrong->type), feel_type_words(known->type), ICP_STR_ARGUMENTS(name),
               feel_type_words(known->type));
    hint_types(c, known, wrong);
    return false;
}

static bool check_ordered(struct feel_compilation *c, const struct feel_node *node)
{
    if (c->lenient || is_ordered(node->type))
        return true;
    feel_error(c, "feel-type", node->offset, "%s has no smaller and larger",
               feel_type_words(node->type));
    icp_report_hint(c->list,
                    node->type == ICP_FEEL_LIST ? "Compare count(…) of the list." : "Use = or !=.");
    return false;
}

static bool check_compared(struct feel_compilation *c, enum feel_operator operation,
                           const struct feel_node *left, const struct feel_node *right)
{
    if (!feel_check_pair(c, left, right))
        return false;
    if (operation == FEEL_EQUAL || operation == FEEL_NOT_EQUAL)
        return true;
    return check_ordered(c, left) && check_ordered(c, right);
}

static void check_constant(struct feel_compilation *c, struct feel_node *node)
{
    (void)c;
    node->type = feel_type_of_kind((enum feel_kind)node->constant.kind);
}

/* ---- Operators ------------------------------------------------------------------------------ */

void feel_check_children(struct feel_compilation *c, struct feel_node *node)
{
    for (struct feel_node *child = node->first; child != NULL; child = child->next)
        feel_check_value(c, child);
}

static void want_boolean(struct feel_compilation *c, const struct feel_node *node, const char *who)
{
    if (c->lenient || feel_type_fits(node->type, ICP_FEEL_BOOLEAN))
        return;
    struct icp_str text = feel_source(c, node);
    feel_error(c, "feel-type", node->offset, "%s needs true or false, but %.*s is %s", who,
               ICP_STR_ARGUMENTS(text), feel_type_words(node->type));
    if (feel_is_text_constant(node) && hint_unquote(c, ICP_FEEL_BOOLEAN, node))
        return;
    icp_report_hint(c->list, "Write a whole test on each side, such as x = \"a\" or x = \"b\".");
}

static void check_logic(struct feel_compilation *c, struct feel_node *node)
{
    feel_check_children(c, node);
    for (const struct feel_node *child = node->first; child != NULL; child = child->next)
        want_boolean(c, child, node->kind == FEEL_NODE_AND ? "and" : "or");
    node->type = ICP_FEEL_BOOLEAN;
}

static void check_negate(struct feel_compilation *c, struct feel_node *node)
{
    enum icp_feel_type type;

    feel_check_children(c, node);
    type = node->first->type;
    if (feel_type_fits(type, ICP_FEEL_NUMBER) || type == ICP_FEEL_DURATION ||
        type == ICP_FEEL_MONTHS)
        node->type = type;
    else if (!c->lenient)
        feel_error(c, "feel-type", node->offset, "- needs a number, not %s", feel_type_words(type));
}

static const struct {
    enum feel_operator operation;
    enum icp_feel_type left, right, result;
} arithmetic_types[] = {
    {FEEL_ADD, ICP_FEEL_NUMBER, ICP_FEEL_NUMBER, ICP_FEEL_NUMBER},
    {FEEL_SUBTRACT, ICP_FEEL_NUMBER, ICP_FEEL_NUMBER, ICP_FEEL_NUMBER},
    {FEEL_MULTIPLY, ICP_FEEL_NUMBER, ICP_FEEL_NUMBER, ICP_FEEL_NUMBER},
    {FEEL_DIVIDE, ICP_FEEL_NUMBER, ICP_FEEL_NUMBER, ICP_FEEL_NUMBER},
    {FEEL_ADD, ICP_FEEL_DATE, ICP_FEEL_DURATION, ICP_FEEL_DATE},
    {FEEL_ADD, ICP_FEEL_DURATION, ICP_FEEL_DATE, ICP_FEEL_DATE},
    {FEEL_SUBTRACT, ICP_FEEL_DATE, ICP_FEEL_DURATION, ICP_FEEL_DATE},
    {FEEL_SUBTRACT, ICP_FEEL_DATE, ICP_FEEL_DATE, ICP_FEEL_DURATION},
    {FEEL_SUBTRACT, ICP_FEEL_DATE, ICP_FEEL_DATETIME, ICP_FEEL_DURATION},
    {FEEL_SUBTRACT, ICP_FEEL_DATETIME, ICP_FEEL_DATE, ICP_FEEL_DURATION},
    {FEEL_SUBTRACT, ICP_FEEL_DATETIME, ICP_FEEL_DATETIME, ICP_FEEL_DURATION},
    {FEEL_ADD, ICP_FEEL_DATETIME, ICP_FEEL_DURATION, ICP_FEEL_DATETIME},
    {FEEL_ADD, ICP_FEEL_DURATION, ICP_FEEL_DATETIME, ICP_FEEL_DATETIME},
    {FEEL_SUBTRACT, ICP_FEEL_DATETIME, ICP_FEEL_DURATION, ICP_FEEL_DATETIME},
    {FEEL_ADD, ICP_FEEL_DURATION, ICP_FEEL_DURATION, ICP_FEEL_DURATION},
    {FEEL_SUBTRACT, ICP_FEEL_DURATION, ICP_FEEL_DURATION, ICP_FEEL_DURATION},
    {FEEL_MULTIPLY, ICP_FEEL_DURATION, ICP_FEEL_NUMBER, ICP_FEEL_DURATION},
    {FEEL_MULTIPLY, ICP_FEEL_NUMBER, ICP_FEEL_DURATION, ICP_FEEL_DURATION},
    {FEEL_DIVIDE, ICP_FEEL_DURATION, ICP_FEEL_NUMBER, ICP_FEEL_DURATION},
    {FEEL_DIVIDE, ICP_FEEL_DURATION, ICP_FEEL_DURATION, ICP_FEEL_NUMBER},
    {FEEL_POWER, ICP_FEEL_NUMBER, ICP_FEEL_NUMBER, ICP_FEEL_NUMBER},
    {FEEL_ADD, ICP_FEEL_TEXT, ICP_FEEL_TEXT, ICP_FEEL_TEXT},
    {FEEL_ADD, ICP_FEEL_DATE, ICP_FEEL_MONTHS, ICP_FEEL_DATE},
    {FEEL_ADD, ICP_FEEL_MONTHS, ICP_FEEL_DATE, ICP_FEEL_DATE},
    {FEEL_SUBTRACT, ICP_FEEL_DATE, ICP_FEEL_MONTHS, ICP_FEEL_DATE},
    {FEEL_ADD, ICP_FEEL_DATETIME, ICP_FEEL_MONTHS, ICP_FEEL_DATETIME},
    {FEEL_ADD, ICP_FEEL_MONTHS, ICP_FEEL_DATETIME, ICP_FEEL_DATETIME},
    {FEEL_SUBTRACT, ICP_FEEL_DATETIME, ICP_FEEL_MONTHS, ICP_FEEL_DATETIME},
    {FEEL_ADD, ICP_FEEL_TIME, ICP_FEEL_DURATION, ICP_FEEL_TIME},
    {FEEL_ADD, ICP_FEEL_DURATION, ICP_FEEL_TIME, ICP_FEEL_TIME},
    {FEEL_SUBTRACT, ICP_FEEL_TIME, ICP_FEEL_DURATION, ICP_FEEL_TIME},
    {FEEL_SUBTRACT, ICP_FEEL_TIME, ICP_FEEL_TIME, ICP_FEEL_DURATION},
    {FEEL_ADD, ICP_FEEL_MONTHS, ICP_FEEL_MONTHS, ICP_FEEL_MONTHS},
    {FEEL_SUBTRACT, ICP_FEEL_MONTHS, ICP_FEEL_MONTHS, ICP_FEEL_MONTHS},
    {FEEL_MULTIPLY, ICP_FEEL_MONTHS, ICP_FEEL_NUMBER, ICP_FEEL_MONTHS},
    {FEEL_MULTIPLY, ICP_FEEL_NUMBER, ICP_FEEL_MONTHS, ICP_FEEL_MONTHS},
    {FEEL_DIVIDE, ICP_FEEL_MONTHS, ICP_FEEL_NUMBER, ICP_FEEL_MONTHS},
    {FEEL_DIVIDE, ICP_FEEL_MONTHS, ICP_FEEL_MONTHS, ICP_FEEL_NUMBER},
};

static void hint_arithmetic(struct feel_compilation *c, const struct feel_node *node)
{
    enum icp_feel_type left = node->first->type, right = node->last->type;
    bool dated = left == ICP_FEEL_DATE || left == ICP_FEEL_DATETIME;

    if (dated && right == ICP_FEEL_NUMBER)
        icp_report_hint(c->list, "Write days as a duration: @\"P30D\".");
    else if (left == ICP_FEEL_NUMBER && hint_unquote(c, left, node->last))
        return;
    else if (right == ICP_FEEL_NUMBER)
        (void)hint_unquote(c, right, node->first);
}

/* With null on one side the result is null, whatever its type would have been. */
static void check_arithmetic(struct feel_compilation *c, struct feel_node *node)
{
    feel_check_children(c, node);
    enum icp_feel_type left = node->first->type, right = node->last->type;
    if (left == ICP_FEEL_ANY || right == ICP_FEEL_ANY)
        return;
    for (size_t i = 0; i < sizeof(arithmetic_types) / sizeof(arithmetic_types[0]); i++) {
        if (arithmetic_types[i].operation == node->operation && arithmetic_types[i].left == left &&
            arithmetic_types[i].right == right) {
            node->type = arithmetic_types[i].result;
            return;
        }
    }
    if (c->lenient)
        return;
    feel_error(c, "feel-type", node->last->offset, "%s %s %s has no meaning", feel_type_words(left),
               feel_operator_text(node->operation), feel_type_words(right));
    hint_arithmetic(c, node);
}

static void check_compare(struct feel_compilation *c, struct feel_node *node)
{
    feel_check_children(c, node);
    (void)check_compared(c, node->operation, node->first, node->last);
    node->type = ICP_FEEL_BOOLEAN;
}

static void check_between(struct feel_compilation *c, struct feel_node *node)
{
    feel_check_children(c, node);
    if (check_compared(c, FEEL_AT_LEAST, node->first, node->first->next))
        (void)check_compared(c, FEEL_AT_MOST, node->first, node->last);
    node->type = ICP_FEEL_BOOLEAN;
}

static void check_if(struct feel_compilation *c, struct feel_node *node)
{
    const struct feel_node *then, *otherwise;

    feel_check_children(c, node);
    want_boolean(c, node->first, "if");
    then = node->first->next;
    otherwise = node->last;
    if (then->type == ICP_FEEL_ANY)
        node->type = otherwise->type;
    else if (feel_type_fits(then->type, otherwise->type))
        node->type = otherwise->type == ICP_FEEL_ANY ? then->type : otherwise->type;
}

/* ---- in ------------------------------------------------------------------------------------- */

static void check_test(struct feel_compilation *c, const struct feel_node *value,
                       struct feel_node *test);

static void check_list_element(struct feel_compilation *c, const struct feel_node *value,
                               struct feel_node *list)
{
    feel_check_value(c, list);
    if (c->lenient || feel_type_fits(value->type, ICP_FEEL_TEXT))
        return;
    struct icp_str written = feel_source(c, value), name = feel_source(c, list);
    feel_error(c, "feel-type", value->offset, "%s cannot be in a list of texts (\"%.*s\")",
               feel_type_words(value->type), ICP_STR_ARGUMENTS(name));
    if (value->kind == FEEL_NODE_CONSTANT && value->type != ICP_FEEL_LIST)
        icp_report_hint(c->list, "Put it in quotes: \"%.*s\".", ICP_STR_ARGUMENTS(written));
}

static void check_list_of_tests(struct feel_compilation *c, const struct feel_node *value,
                                struct feel_node *list)
{
    list->type = ICP_FEEL_VALUES;
    if (value->type == ICP_FEEL_LIST && !c->lenient &&
        (list->first == NULL || !feel_type_fits(value->type, list->first->type) ||
         list->first->kind == FEEL_NODE_CONSTANT)) {
        struct icp_str name = feel_source(c, value);
        feel_error(c, "feel-type", value->offset, "\"%.*s\" is a list and cannot be in a list",
                   ICP_STR_ARGUMENTS(name));
        icp_report_hint(c->list, "Turn it around, one element at a time: \"a\" in %.*s.",
                        ICP_STR_ARGUMENTS(name));
        return;
    }
    for (struct feel_node *element = list->first; element != NULL; element = element->next)
        check_test(c, value, element);
}

static void check_test(struct feel_compilation *c, const struct feel_node *value,
                       struct feel_node *test)
{
    if (test->kind == FEEL_NODE_LIST) {
        check_list_of_tests(c, value, test);
        return;
    }
    if (test->kind == FEEL_NODE_RANGE || test->kind == FEEL_NODE_TEST) {
        feel_check_children(c, test);
        enum feel_operator operation =
            test->kind == FEEL_NODE_RANGE ? FEEL_AT_LEAST : test->operation;
        if (check_compared(c, operation, value, test->first) && test->first != test->last)
            (void)check_compared(c, operation, value, test->last);
        test->type = ICP_FEEL_BOOLEAN;
        return;
    }
    feel_check_value(c, test);
    if (test->type == ICP_FEEL_LIST)
        check_list_element(c, value, test);
    else if (test->type != ICP_FEEL_VALUES && test->type != ICP_FEEL_RANGE)
        (void)feel_check_pair(c, value, test);
}

static void check_in(struct feel_compilation *c, struct feel_node *node)
{
    feel_check_value(c, node->first);
    for (struct feel_node *test = node->first->next; test != NULL; test = test->next)
        check_test(c, node->first, test);
    node->type = ICP_FEEL_BOOLEAN;
}

/* ---- Lists, ranges and tests as values ------------------------------------------------------ */

static void check_list(struct feel_compilation *c, struct feel_node *node)
{
    bool texts = node->first != NULL;

    feel_check_children(c, node);
    for (const struct feel_node *child = node->first; child != NULL; child = child->next)
        texts = texts && child->type == ICP_FEEL_TEXT;
    node->type = texts ? ICP_FEEL_LIST : ICP_FEEL_VALUES;
}

static void check_range(struct feel_compilation *c, struct feel_node *node)
{
    feel_check_children(c, node);
    if (feel_check_pair(c, node->first, node->last) && node->kind == FEEL_NODE_RANGE)
        (void)check_ordered(c, node->first);
    node->type = ICP_FEEL_RANGE;
}

static void check_instance(struct feel_compilation *c, struct feel_node *node)
{
    feel_check_children(c, node);
    if (node->tested->kind == FEEL_TYPE_UNKNOWN)
        node->problem = "the type is not known";
    node->type = ICP_FEEL_BOOLEAN;
}

static void check_function(struct feel_compilation *c, struct feel_node *node)
{
    (void)c;
    node->type = ICP_FEEL_FUNCTION;
}

/* ---- Any node ------------------------------------------------------------------------------- */

void feel_check_value(struct feel_compilation *c, struct feel_node *node)
{
    static void (*const checks[FEEL_NODE_KIND_COUNT])(struct feel_compilation *,
                                                      struct feel_node *) = {
        [FEEL_NODE_CONSTANT] = check_constant,
        [FEEL_NODE_NAME] = feel_check_name,
        [FEEL_NODE_LIST] = check_list,
        [FEEL_NODE_RANGE] = check_range,
        [FEEL_NODE_TEST] = check_range,
        [FEEL_NODE_AND] = check_logic,
        [FEEL_NODE_OR] = check_logic,
        [FEEL_NODE_NEGATE] = check_negate,
        [FEEL_NODE_ARITHMETIC] = check_arithmetic,
        [FEEL_NODE_COMPARE] = check_compare,
        [FEEL_NODE_BETWEEN] = check_between,
        [FEEL_NODE_IN] = check_in,
        [FEEL_NODE_IF] = check_if,
        [FEEL_NODE_CALL] = feel_check_call,
        [FEEL_NODE_PATH] = feel_check_path,
        [FEEL_NODE_FILTER] = feel_check_filter,
        [FEEL_NODE_FOR] = feel_check_loop,
        [FEEL_NODE_SOME] = feel_check_loop,
        [FEEL_NODE_EVERY] = feel_check_loop,
        [FEEL_NODE_ITERATOR] = feel_check_children,
        [FEEL_NODE_CONTEXT] = feel_check_context,
        [FEEL_NODE_ENTRY] = feel_check_children,
        [FEEL_NODE_INSTANCE] = check_instance,
        [FEEL_NODE_FUNCTION] = check_function,
        [FEEL_NODE_INVOKE] = feel_check_children,
    };

    checks[node->kind](c, node);
}

void feel_check(struct feel_compilation *c, struct feel_node *root)
{
    feel_check_value(c, root);
}
