/*
 * Gives every node its type, or reports why it cannot have one. A comparison that could only ever
 * be null because its sides are of different types is an error here, at the place of the wrong
 * side and with what to write instead; null fits everywhere. A node with an error is taken as ANY,
 * so that one mistake is reported once.
 */
#include "feel_internal.h"

#include "number.h"
#include "utf8.h"

static void check_value(struct feel_compilation *c, struct feel_node *node);

static bool fits(enum icp_feel_type a, enum icp_feel_type b)
{
    return a == b || a == ICP_FEEL_ANY || b == ICP_FEEL_ANY;
}

static bool is_ordered(enum icp_feel_type type)
{
    return type != ICP_FEEL_BOOLEAN && type != ICP_FEEL_LIST;
}

static struct icp_str source(const struct feel_compilation *c, const struct feel_node *node)
{
    return icp_utf8_cut(icp_str_slice(c->text, node->offset, node->end), 40);
}

/* ---- Hints for a comparison of two types ---------------------------------------------------- */

static bool is_text_constant(const struct feel_node *node)
{
    return node->kind == FEEL_NODE_CONSTANT && node->constant.kind == FEEL_CELL_TEXT;
}

/* A text in quotes that should have been a literal of `wanted`. */
static bool hint_unquote(struct feel_compilation *c, enum icp_feel_type wanted,
                         const struct feel_node *wrong)
{
    struct feel_cell cell;
    int64_t number;
    struct icp_str text = wrong->constant.as.text;

    if (!is_text_constant(wrong))
        return false;
    bool plain =
        (wanted == ICP_FEEL_NUMBER && icp_number_parse(text, &number)) ||
        (wanted == ICP_FEEL_BOOLEAN && (icp_str_is(text, "true") || icp_str_is(text, "false")));
    if (plain)
        icp_report_hint(c->list, "Put %.*s without quotes.", ICP_STR_ARGUMENTS(text));
    else if ((wanted == ICP_FEEL_DATE || wanted == ICP_FEEL_DATETIME ||
              wanted == ICP_FEEL_DURATION) &&
             feel_read_at(text, &cell) == FEEL_LITERAL_OK)
        icp_report_hint(c->list, "Put @ in front: @\"%.*s\".", ICP_STR_ARGUMENTS(text));
    else
        return false;
    return true;
}

static void hint_types(struct feel_compilation *c, const struct feel_node *known,
                       const struct feel_node *wrong)
{
    struct icp_str written = source(c, wrong), other = source(c, known);

    if (hint_unquote(c, known->type, wrong))
        return;
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
static bool check_pair(struct feel_compilation *c, const struct feel_node *value,
                       const struct feel_node *other)
{
    const struct feel_node *wrong = value->kind == FEEL_NODE_CONSTANT ? value : other;
    const struct feel_node *known = wrong == value ? other : value;

    if (other->kind == FEEL_NODE_CONSTANT) {
        wrong = other;
        known = value;
    }
    if (fits(value->type, other->type))
        return true;
    struct icp_str name = source(c, known);
    feel_error(c, "feel-type", wrong->offset, "%s cannot be compared with %s (\"%.*s\" is %s)",
               feel_type_words(wrong->type), feel_type_words(known->type), ICP_STR_ARGUMENTS(name),
               feel_type_words(known->type));
    hint_types(c, known, wrong);
    return false;
}

static bool check_ordered(struct feel_compilation *c, const struct feel_node *node)
{
    if (is_ordered(node->type))
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
    if (!check_pair(c, left, right))
        return false;
    if (operation == FEEL_EQUAL || operation == FEEL_NOT_EQUAL)
        return true;
    return check_ordered(c, left) && check_ordered(c, right);
}

/* ---- Names and constants -------------------------------------------------------------------- */

static struct icp_str nearest_name(struct feel_compilation *c, struct icp_str word)
{
    if (c->nearest == NULL && c->scope->count > 0) {
        c->nearest = ICP_NEW_ARRAY(&c->scratch, struct icp_str, c->scope->count);
        for (size_t i = 0; c->nearest != NULL && i < c->scope->count; i++)
            c->nearest[i] = c->scope->symbols[i].name;
    }
    return c->nearest == NULL ? (struct icp_str){0}
                              : icp_str_nearest(word, c->nearest, c->scope->count);
}

/* Is "company.created" of "company.created.year" a name of the scope. */
static bool has_known_prefix(const struct feel_compilation *c, struct icp_str word)
{
    for (size_t i = 0; i < c->scope->count; i++) {
        struct icp_str name = c->scope->symbols[i].name;
        if (word.length > name.length && word.data[name.length] == '.' &&
            icp_str_has_prefix(word, name))
            return true;
    }
    return false;
}

static void check_name(struct feel_compilation *c, struct feel_node *node)
{
    if (node->symbol != NULL) {
        node->type = node->symbol->type;
        return;
    }
    struct icp_str word = icp_str_slice(c->text, node->offset, node->end);
    struct icp_str shown = icp_utf8_cut(word, 80), nearest = nearest_name(c, word);
    if (has_known_prefix(c, word)) {
        feel_not_supported(c, node->offset, "properties of values (.year) are");
        return;
    }
    feel_error(c, "feel-unknown-name", node->offset, "unknown name \"%.*s\"",
               ICP_STR_ARGUMENTS(shown));
    if (nearest.length > 0)
        icp_report_hint(c->list, "Did you mean \"%.*s\"?", ICP_STR_ARGUMENTS(nearest));
    else if (icp_str_find(word, ICP_STR(".")) == word.length)
        icp_report_hint(c->list, "Put it in double quotes if it is a text: \"%.*s\".",
                        ICP_STR_ARGUMENTS(shown));
}

static void check_constant(struct feel_compilation *c, struct feel_node *node)
{
    static const enum icp_feel_type types[] = {
        [FEEL_CELL_NULL] = ICP_FEEL_ANY,          [FEEL_CELL_BOOLEAN] = ICP_FEEL_BOOLEAN,
        [FEEL_CELL_NUMBER] = ICP_FEEL_NUMBER,     [FEEL_CELL_TEXT] = ICP_FEEL_TEXT,
        [FEEL_CELL_DATE] = ICP_FEEL_DATE,         [FEEL_CELL_DATETIME] = ICP_FEEL_DATETIME,
        [FEEL_CELL_DURATION] = ICP_FEEL_DURATION, [FEEL_CELL_LIST] = ICP_FEEL_LIST,
    };

    (void)c;
    node->type = types[node->constant.kind];
}

/* ---- Operators ------------------------------------------------------------------------------ */

static void check_children(struct feel_compilation *c, struct feel_node *node)
{
    for (struct feel_node *child = node->first; child != NULL; child = child->next)
        check_value(c, child);
}

static void want_boolean(struct feel_compilation *c, const struct feel_node *node, const char *who)
{
    if (fits(node->type, ICP_FEEL_BOOLEAN))
        return;
    struct icp_str text = source(c, node);
    feel_error(c, "feel-type", node->offset, "%s needs true or false, but %.*s is %s", who,
               ICP_STR_ARGUMENTS(text), feel_type_words(node->type));
    if (is_text_constant(node) && hint_unquote(c, ICP_FEEL_BOOLEAN, node))
        return;
    icp_report_hint(c->list, "Write a whole test on each side, such as x = \"a\" or x = \"b\".");
}

static void check_logic(struct feel_compilation *c, struct feel_node *node)
{
    check_children(c, node);
    for (const struct feel_node *child = node->first; child != NULL; child = child->next)
        want_boolean(c, child, node->kind == FEEL_NODE_AND ? "and" : "or");
    node->type = ICP_FEEL_BOOLEAN;
}

static void check_negate(struct feel_compilation *c, struct feel_node *node)
{
    enum icp_feel_type type;

    check_children(c, node);
    type = node->first->type;
    if (fits(type, ICP_FEEL_NUMBER) || type == ICP_FEEL_DURATION)
        node->type = type;
    else
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
    check_children(c, node);
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
    if (node->operation == FEEL_ADD && left == ICP_FEEL_TEXT && right == ICP_FEEL_TEXT) {
        feel_not_supported(c, node->offset, "joining texts with + is");
        return;
    }
    feel_error(c, "feel-type", node->last->offset, "%s %s %s has no meaning", feel_type_words(left),
               feel_operator_text(node->operation), feel_type_words(right));
    hint_arithmetic(c, node);
}

static void check_compare(struct feel_compilation *c, struct feel_node *node)
{
    check_children(c, node);
    (void)check_compared(c, node->operation, node->first, node->last);
    node->type = ICP_FEEL_BOOLEAN;
}

static void check_between(struct feel_compilation *c, struct feel_node *node)
{
    check_children(c, node);
    if (check_compared(c, FEEL_AT_LEAST, node->first, node->first->next))
        (void)check_compared(c, FEEL_AT_MOST, node->first, node->last);
    node->type = ICP_FEEL_BOOLEAN;
}

static void check_if(struct feel_compilation *c, struct feel_node *node)
{
    const struct feel_node *then, *otherwise;

    check_children(c, node);
    want_boolean(c, node->first, "if");
    then = node->first->next;
    otherwise = node->last;
    if (then->type == ICP_FEEL_ANY)
        node->type = otherwise->type;
    else if (fits(then->type, otherwise->type))
        node->type = then->type;
    node->turned = then->turned || otherwise->turned;
}

/* ---- in ------------------------------------------------------------------------------------- */

static void check_test(struct feel_compilation *c, const struct feel_node *value,
                       struct feel_node *test);

static void check_list_element(struct feel_compilation *c, const struct feel_node *value,
                               struct feel_node *list)
{
    check_value(c, list);
    if (fits(value->type, ICP_FEEL_TEXT))
        return;
    struct icp_str written = source(c, value), name = source(c, list);
    feel_error(c, "feel-type", value->offset, "%s cannot be in a list of texts (\"%.*s\")",
               feel_type_words(value->type), ICP_STR_ARGUMENTS(name));
    if (value->kind == FEEL_NODE_CONSTANT && value->type != ICP_FEEL_LIST)
        icp_report_hint(c->list, "Put it in quotes: \"%.*s\".", ICP_STR_ARGUMENTS(written));
}

static void check_list_of_tests(struct feel_compilation *c, const struct feel_node *value,
                                struct feel_node *list)
{
    list->type = ICP_FEEL_LIST;
    if (value->type == ICP_FEEL_LIST) {
        struct icp_str name = source(c, value);
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
        check_children(c, test);
        enum feel_operator operation =
            test->kind == FEEL_NODE_RANGE ? FEEL_AT_LEAST : test->operation;
        if (check_compared(c, operation, value, test->first) && test->first != test->last)
            (void)check_compared(c, operation, value, test->last);
        test->type = ICP_FEEL_BOOLEAN;
        return;
    }
    check_value(c, test);
    if (test->type == ICP_FEEL_LIST)
        check_list_element(c, value, test);
    else
        (void)check_pair(c, value, test);
}

static void check_in(struct feel_compilation *c, struct feel_node *node)
{
    check_value(c, node->first);
    for (struct feel_node *test = node->first->next; test != NULL; test = test->next)
        check_test(c, node->first, test);
    node->type = ICP_FEEL_BOOLEAN;
}

/* ---- Lists, ranges and tests as values ------------------------------------------------------ */

static void check_list(struct feel_compilation *c, struct feel_node *node)
{
    node->type = ICP_FEEL_LIST;
    for (const struct feel_node *child = node->first; child != NULL; child = child->next) {
        if (!is_text_constant(child)) {
            feel_not_supported(c, child->offset,
                               "lists of other than texts as values (not behind in) are");
            return;
        }
    }
}

static void refuse_value(struct feel_compilation *c, struct feel_node *node)
{
    feel_not_supported(c, node->offset, "a range or a test as a value (not behind in) is");
}

/* ---- Functions ------------------------------------------------------------------------------ */

static bool check_count(struct feel_compilation *c, const struct feel_node *node)
{
    const struct feel_function *function = node->function;

    bool many = function->most == FEEL_ANY_NUMBER_OF_ARGUMENTS;
    if (node->children >= function->least && (many || node->children <= function->most) &&
        !(function->id == FEEL_FUNCTION_DATE && node->children == 2))
        return true;
    if ((function->id == FEEL_FUNCTION_FLOOR || function->id == FEEL_FUNCTION_CEILING) &&
        node->children == 2) {
        feel_not_supported(c, node->first->next->offset, "a number of decimals here is");
        return false;
    }
    feel_error(c, "feel-type", node->offset, "%.*s does not take %u arguments",
               ICP_STR_ARGUMENTS(function->name), (unsigned)node->children);
    return false;
}

static unsigned accepted(const struct feel_node *call, size_t index)
{
    bool parts = call->function->id == FEEL_FUNCTION_DATE && call->children == 3;

    if (call->function->id == FEEL_FUNCTION_DATE && !parts)
        return call->function->accepts[0] & ~FEEL_TYPE(ICP_FEEL_NUMBER);
    if (parts)
        return FEEL_TYPE(ICP_FEEL_NUMBER);
    return call->function->accepts[index < FEEL_MAX_PARAMETERS ? index : FEEL_MAX_PARAMETERS - 1];
}

static void hint_argument(struct feel_compilation *c, const struct feel_node *call,
                          const struct feel_node *argument)
{
    if (call->function->id == FEEL_FUNCTION_CONTAINS && argument->type == ICP_FEEL_LIST)
        icp_report_hint(c->list, "Write list contains(list, \"element\").");
    else if (call->function->id == FEEL_FUNCTION_LIST_CONTAINS && argument == call->first)
        icp_report_hint(c->list, "Write contains(text, \"part\") for a part of a text.");
}

static void check_arguments(struct feel_compilation *c, const struct feel_node *call)
{
    size_t index = 0;

    for (const struct feel_node *argument = call->first; argument != NULL;
         argument = argument->next, index++) {
        if (argument->type == ICP_FEEL_ANY ||
            (accepted(call, index) & FEEL_TYPE(argument->type)) != 0)
            continue;
        feel_error(c, "feel-type", argument->offset, "%.*s does not take %s here",
                   ICP_STR_ARGUMENTS(call->function->name), feel_type_words(argument->type));
        hint_argument(c, call, argument);
        return;
    }
}

/* date("2026-13-01") can only be null: the text is wrong. */
static void check_literal_argument(struct feel_compilation *c, const struct feel_node *call)
{
    struct feel_cell cell;
    enum feel_literal read = FEEL_LITERAL_OK;

    if (call->children != 1 || call->first == NULL || !is_text_constant(call->first))
        return;
    struct icp_str text = call->first->constant.as.text;
    if (call->function->id == FEEL_FUNCTION_DATE)
        read = feel_read_date(text, &cell);
    else if (call->function->id == FEEL_FUNCTION_DATE_AND_TIME)
        read = feel_read_datetime(text, &cell);
    else if (call->function->id == FEEL_FUNCTION_DURATION)
        read = feel_read_duration(text, &cell);
    text = icp_utf8_cut(text, 40);
    if (read == FEEL_LITERAL_WRONG)
        feel_error(c, "feel-syntax", call->first->offset, "\"%.*s\" is not a %.*s",
                   ICP_STR_ARGUMENTS(text), ICP_STR_ARGUMENTS(call->function->name));
    else if (read == FEEL_LITERAL_NOT_SUPPORTED)
        feel_not_supported(c, call->first->offset,
                           "years and months, time zones by name and years outside 1 to 9999 are");
}

/* date(-2017, 1, 1) and date(12345, 1, 1) are dates of the standard that cells cannot hold. */
static void check_year(struct feel_compilation *c, const struct feel_node *call)
{
    const struct feel_node *year = call->first;

    if (call->function->id != FEEL_FUNCTION_DATE || call->children != 3)
        return;
    if (year->kind == FEEL_NODE_NEGATE ||
        (year->kind == FEEL_NODE_CONSTANT && year->constant.kind == FEEL_CELL_NUMBER &&
         (year->constant.as.number < ICP_NUMBER_SCALE ||
          year->constant.as.number > 9999 * ICP_NUMBER_SCALE)))
        feel_not_supported(c, year->offset, "years outside 1 to 9999 are");
}

/* min([1, 2]) is min(1, 2). */
static bool spreads(const struct feel_node *call)
{
    enum feel_function_id id = call->function->id;

    return (id == FEEL_FUNCTION_MIN || id == FEEL_FUNCTION_MAX || id == FEEL_FUNCTION_SUM) &&
           call->children == 1 && call->first->kind == FEEL_NODE_LIST && call->first->children > 0;
}

static void check_same_types(struct feel_compilation *c, const struct feel_node *call)
{
    const struct feel_node *known = NULL;

    for (const struct feel_node *argument = call->first; argument != NULL;
         argument = argument->next) {
        if (known != NULL && !check_pair(c, known, argument))
            return;
        known = known == NULL && argument->type != ICP_FEEL_ANY ? argument : known;
    }
}

static enum icp_feel_type result_type(const struct feel_node *call)
{
    const struct feel_node *argument = call->first;

    if (call->function->result != ICP_FEEL_ANY)
        return call->function->result;
    while (argument != NULL && argument->type == ICP_FEEL_ANY)
        argument = argument->next;
    return argument == NULL ? ICP_FEEL_ANY : argument->type;
}

static void check_call(struct feel_compilation *c, struct feel_node *node)
{
    enum feel_function_id id = node->function->id;

    node->type = node->function->result;
    if (!check_count(c, node))
        return;
    if (spreads(node)) {
        node->children = node->first->children;
        node->last = node->first->last;
        node->first = node->first->first;
    }
    if (node->first != NULL && node->first->kind == FEEL_NODE_LIST &&
        (id == FEEL_FUNCTION_LIST_CONTAINS || id == FEEL_FUNCTION_COUNT)) {
        node->first->type = ICP_FEEL_LIST;
        check_children(c, node->first);
        if (id == FEEL_FUNCTION_LIST_CONTAINS) {
            check_value(c, node->last);
            check_same_types(c, &(struct feel_node){.first = node->first->first});
            if (node->first->first != NULL)
                (void)check_pair(c, node->first->first, node->last);
        }
        return;
    }
    check_children(c, node);
    check_arguments(c, node);
    if (node->function->most == FEEL_ANY_NUMBER_OF_ARGUMENTS)
        check_same_types(c, node);
    check_literal_argument(c, node);
    check_year(c, node);
    node->type = result_type(node);
    node->turned = id == FEEL_FUNCTION_UPPER_CASE || id == FEEL_FUNCTION_LOWER_CASE;
    for (const struct feel_node *argument = node->first; argument != NULL;
         argument = argument->next)
        node->turned = node->turned || argument->turned;
    node->turned = node->turned && node->type == ICP_FEEL_TEXT;
}

/* ---- Any node ------------------------------------------------------------------------------- */

static void check_value(struct feel_compilation *c, struct feel_node *node)
{
    static void (*const checks[FEEL_NODE_KIND_COUNT])(struct feel_compilation *,
                                                      struct feel_node *) = {
        [FEEL_NODE_CONSTANT] = check_constant,
        [FEEL_NODE_NAME] = check_name,
        [FEEL_NODE_LIST] = check_list,
        [FEEL_NODE_RANGE] = refuse_value,
        [FEEL_NODE_TEST] = refuse_value,
        [FEEL_NODE_AND] = check_logic,
        [FEEL_NODE_OR] = check_logic,
        [FEEL_NODE_NEGATE] = check_negate,
        [FEEL_NODE_ARITHMETIC] = check_arithmetic,
        [FEEL_NODE_COMPARE] = check_compare,
        [FEEL_NODE_BETWEEN] = check_between,
        [FEEL_NODE_IN] = check_in,
        [FEEL_NODE_IF] = check_if,
        [FEEL_NODE_CALL] = check_call,
    };

    checks[node->kind](c, node);
}

void feel_check(struct feel_compilation *c, struct feel_node *root)
{
    check_value(c, root);
}
