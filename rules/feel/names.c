/*
 * The words of the language: operators, types as people read them, and every function of the
 * standard. A function that is not built yet has no id; it is recognised, so that it can be refused
 * by name, and never misread as something else.
 */
#include "feel_internal.h"

static const char *const operator_texts[FEEL_OPERATOR_COUNT] = {
    [FEEL_EQUAL] = "=",    [FEEL_NOT_EQUAL] = "!=", [FEEL_LESS] = "<", [FEEL_AT_MOST] = "<=",
    [FEEL_GREATER] = ">",  [FEEL_AT_LEAST] = ">=",  [FEEL_ADD] = "+",  [FEEL_SUBTRACT] = "-",
    [FEEL_MULTIPLY] = "*", [FEEL_DIVIDE] = "/",
};

const char *feel_operator_text(enum feel_operator operation)
{
    return operator_texts[operation];
}

const char *feel_type_words(enum icp_feel_type type)
{
    static const char *const words[] = {
        [ICP_FEEL_ANY] = "null",        [ICP_FEEL_BOOLEAN] = "true or false",
        [ICP_FEEL_NUMBER] = "a number", [ICP_FEEL_TEXT] = "a text",
        [ICP_FEEL_DATE] = "a date",     [ICP_FEEL_DATETIME] = "a date and time",
        [ICP_FEEL_LIST] = "a list",     [ICP_FEEL_DURATION] = "a duration",
    };
    return words[type];
}

#define BOOLEAN  FEEL_TYPE(ICP_FEEL_BOOLEAN)
#define NUMBER   FEEL_TYPE(ICP_FEEL_NUMBER)
#define TEXT     FEEL_TYPE(ICP_FEEL_TEXT)
#define DATE     FEEL_TYPE(ICP_FEEL_DATE)
#define DATETIME FEEL_TYPE(ICP_FEEL_DATETIME)
#define DURATION FEEL_TYPE(ICP_FEEL_DURATION)
#define LIST     FEEL_TYPE(ICP_FEEL_LIST)
#define ORDERED  (NUMBER | TEXT | DATE | DATETIME | DURATION)
#define MANY     FEEL_ANY_NUMBER_OF_ARGUMENTS

#define BUILT(words, identity, fewest, largest, first, second, type)                               \
    {                                                                                              \
        .name = ICP_STR_INIT(words), .id = FEEL_FUNCTION_##identity, .least = (fewest),            \
        .most = (largest), .accepts = {(first), (second)}, .result = ICP_FEEL_##type               \
    }
#define LATER(words)                                                                               \
    {                                                                                              \
        .name = ICP_STR_INIT(words)                                                                \
    }

static const struct feel_function functions[] = {
    BUILT("not", NOT, 1, 1, BOOLEAN, 0, BOOLEAN),
    BUILT("list contains", LIST_CONTAINS, 2, 2, LIST, TEXT, BOOLEAN),
    BUILT("count", COUNT, 1, 1, LIST, 0, NUMBER),
    BUILT("contains", CONTAINS, 2, 2, TEXT, TEXT, BOOLEAN),
    BUILT("starts with", STARTS_WITH, 2, 2, TEXT, TEXT, BOOLEAN),
    BUILT("ends with", ENDS_WITH, 2, 2, TEXT, TEXT, BOOLEAN),
    BUILT("string length", STRING_LENGTH, 1, 1, TEXT, 0, NUMBER),
    BUILT("upper case", UPPER_CASE, 1, 1, TEXT, 0, TEXT),
    BUILT("lower case", LOWER_CASE, 1, 1, TEXT, 0, TEXT),
    BUILT("today", TODAY, 0, 0, 0, 0, DATE),
    BUILT("now", NOW, 0, 0, 0, 0, DATETIME),
    BUILT("date", DATE, 1, 3, TEXT | DATE | DATETIME | NUMBER, NUMBER, DATE),
    BUILT("date and time", DATE_AND_TIME, 1, 1, TEXT | DATE | DATETIME, 0, DATETIME),
    BUILT("duration", DURATION, 1, 1, TEXT | DURATION, 0, DURATION),
    BUILT("min", MIN, 1, MANY, ORDERED, ORDERED, ANY),
    BUILT("max", MAX, 1, MANY, ORDERED, ORDERED, ANY),
    BUILT("sum", SUM, 1, MANY, NUMBER, NUMBER, NUMBER),
    BUILT("abs", ABS, 1, 1, NUMBER | DURATION, 0, ANY),
    BUILT("floor", FLOOR, 1, 1, NUMBER, 0, NUMBER),
    BUILT("ceiling", CEILING, 1, 1, NUMBER, 0, NUMBER),
    LATER("time"),
    LATER("number"),
    LATER("string"),
    LATER("years and months duration"),
    LATER("substring"),
    LATER("substring before"),
    LATER("substring after"),
    LATER("replace"),
    LATER("matches"),
    LATER("split"),
    LATER("string join"),
    LATER("mean"),
    LATER("all"),
    LATER("any"),
    LATER("sublist"),
    LATER("append"),
    LATER("concatenate"),
    LATER("insert before"),
    LATER("remove"),
    LATER("reverse"),
    LATER("index of"),
    LATER("union"),
    LATER("distinct values"),
    LATER("duplicate values"),
    LATER("flatten"),
    LATER("product"),
    LATER("median"),
    LATER("stddev"),
    LATER("mode"),
    LATER("list replace"),
    LATER("decimal"),
    LATER("round up"),
    LATER("round down"),
    LATER("round half up"),
    LATER("round half down"),
    LATER("modulo"),
    LATER("sqrt"),
    LATER("log"),
    LATER("exp"),
    LATER("odd"),
    LATER("even"),
    LATER("before"),
    LATER("after"),
    LATER("meets"),
    LATER("met by"),
    LATER("overlaps"),
    LATER("overlaps before"),
    LATER("overlaps after"),
    LATER("finishes"),
    LATER("finished by"),
    LATER("includes"),
    LATER("during"),
    LATER("starts"),
    LATER("started by"),
    LATER("coincides"),
    LATER("day of year"),
    LATER("day of week"),
    LATER("month of year"),
    LATER("week of year"),
    LATER("is"),
    LATER("get value"),
    LATER("get entries"),
    LATER("context"),
    LATER("context put"),
    LATER("context merge"),
    LATER("sort"),
    LATER("range"),
};
enum { FUNCTION_ROWS = sizeof(functions) / sizeof(functions[0]) };

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t skip_space(struct icp_str text, size_t at)
{
    while (at < text.length && is_space(text.data[at]))
        at++;
    return at;
}

/* Length of `words` at the start of the text when '(' follows, else 0. */
static size_t match_call(struct icp_str rest, struct icp_str words)
{
    size_t at = 0;

    for (size_t i = 0; i < words.length; i++) {
        if (words.data[i] == ' ') {
            size_t behind = skip_space(rest, at);
            if (behind == at)
                return 0;
            at = behind;
        } else if (at < rest.length && rest.data[at] == words.data[i]) {
            at++;
        } else {
            return 0;
        }
    }
    size_t open = skip_space(rest, at);
    return open < rest.length && rest.data[open] == '(' ? at : 0;
}

const struct feel_function *feel_function_at(struct icp_str rest, size_t *length)
{
    const struct feel_function *best = NULL;

    *length = 0;
    for (size_t i = 0; i < FUNCTION_ROWS; i++) {
        size_t matched = match_call(rest, functions[i].name);
        if (matched > *length) {
            *length = matched;
            best = &functions[i];
        }
    }
    return best;
}

struct icp_str feel_function_nearest(struct icp_str word)
{
    struct icp_str names[FUNCTION_ROWS];

    for (size_t i = 0; i < FUNCTION_ROWS; i++)
        names[i] = functions[i].name;
    return icp_str_nearest(word, names, FUNCTION_ROWS);
}
