/*
 * The words of the language: types as people read them, and every function of the standard with its
 * parameters. A function without a body is recognised, so that it can be refused by name and is
 * never misread as something else.
 */
#include "feel_internal.h"

const char *feel_type_words(enum icp_feel_type type)
{
    static const char *const words[] = {
        [ICP_FEEL_ANY] = "null",          [ICP_FEEL_BOOLEAN] = "true or false",
        [ICP_FEEL_NUMBER] = "a number",   [ICP_FEEL_TEXT] = "a text",
        [ICP_FEEL_DATE] = "a date",       [ICP_FEEL_DATETIME] = "a date and time",
        [ICP_FEEL_LIST] = "a list",       [ICP_FEEL_DURATION] = "a duration",
        [ICP_FEEL_TIME] = "a time",       [ICP_FEEL_MONTHS] = "a duration of years and months",
        [ICP_FEEL_VALUES] = "a list",     [ICP_FEEL_RANGE] = "a range",
        [ICP_FEEL_CONTEXT] = "a context", [ICP_FEEL_FUNCTION] = "a function",
    };
    return words[type];
}

enum icp_feel_type feel_type_of_kind(enum feel_kind kind)
{
    static const enum icp_feel_type types[FEEL_KIND_COUNT] = {
        [FEEL_NULL] = ICP_FEEL_ANY,          [FEEL_BOOLEAN] = ICP_FEEL_BOOLEAN,
        [FEEL_NUMBER] = ICP_FEEL_NUMBER,     [FEEL_TEXT] = ICP_FEEL_TEXT,
        [FEEL_DATE] = ICP_FEEL_DATE,         [FEEL_TIME] = ICP_FEEL_TIME,
        [FEEL_DATETIME] = ICP_FEEL_DATETIME, [FEEL_DURATION] = ICP_FEEL_DURATION,
        [FEEL_MONTHS] = ICP_FEEL_MONTHS,     [FEEL_LIST] = ICP_FEEL_VALUES,
        [FEEL_RANGE] = ICP_FEEL_RANGE,       [FEEL_CONTEXT] = ICP_FEEL_CONTEXT,
        [FEEL_FUNCTION] = ICP_FEEL_FUNCTION,
    };
    return types[kind];
}

#define BOOLEAN  FEEL_TYPE(ICP_FEEL_BOOLEAN)
#define NUMBER   FEEL_TYPE(ICP_FEEL_NUMBER)
#define TEXT     FEEL_TYPE(ICP_FEEL_TEXT)
#define DATE     FEEL_TYPE(ICP_FEEL_DATE)
#define TIME     FEEL_TYPE(ICP_FEEL_TIME)
#define DATETIME FEEL_TYPE(ICP_FEEL_DATETIME)
#define DURATION FEEL_TYPE(ICP_FEEL_DURATION)
#define MONTHS   FEEL_TYPE(ICP_FEEL_MONTHS)
#define LISTS    (FEEL_TYPE(ICP_FEEL_LIST) | FEEL_TYPE(ICP_FEEL_VALUES))
#define RANGE    FEEL_TYPE(ICP_FEEL_RANGE)
#define CONTEXT  FEEL_TYPE(ICP_FEEL_CONTEXT)
#define FUNCTION FEEL_TYPE(ICP_FEEL_FUNCTION)
#define ORDERED  (NUMBER | TEXT | DATE | TIME | DATETIME | DURATION | MONTHS)
#define ANYTHING (~0U)
#define MANY     FEEL_ANY_NUMBER_OF_ARGUMENTS

/* name, body, fewest and most arguments, one list or many, null for null, parameters, accepted
   types, result */
/* clang-format off */
static const struct feel_function functions[] = {
    {ICP_STR_INIT("not"), feel_apply_not, 1, 1, false, true,
     "negand", {BOOLEAN}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("is"), feel_apply_is, 1, 2, false, false,
     "value1,value2", {ANYTHING}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("date"), feel_apply_date, 1, 3, false, true,
     "from|year,month,day", {TEXT | DATE | DATETIME | NUMBER, NUMBER}, ICP_FEEL_DATE},
    {ICP_STR_INIT("time"), feel_apply_time, 1, 4, false, false,
     "from|hour,minute,second,offset",
     {TEXT | DATE | DATETIME | TIME | NUMBER, NUMBER, NUMBER, DURATION}, ICP_FEEL_TIME},
    {ICP_STR_INIT("date and time"), feel_apply_date_and_time, 1, 2, false, true,
     "from|date,time", {TEXT | DATE | DATETIME, TIME}, ICP_FEEL_DATETIME},
    {ICP_STR_INIT("duration"), feel_apply_duration, 1, 1, false, true,
     "from", {TEXT | DURATION | MONTHS}, ICP_FEEL_ANY},
    {ICP_STR_INIT("years and months duration"),
     feel_apply_years_and_months_duration, 2, 2, false, true,
     "from,to", {DATE | DATETIME}, ICP_FEEL_MONTHS},
    {ICP_STR_INIT("number"), feel_apply_number, 1, 3, false, false,
     "from,grouping separator,decimal separator", {TEXT}, ICP_FEEL_NUMBER},
    {ICP_STR_INIT("string"), feel_apply_string, 1, 1, false, true,
     "from", {ANYTHING}, ICP_FEEL_TEXT},
    {ICP_STR_INIT("substring"), feel_apply_substring, 2, 3, false, false,
     "string,start position,length", {TEXT, NUMBER, NUMBER}, ICP_FEEL_TEXT},
    {ICP_STR_INIT("string length"), feel_apply_string_length, 1, 1, false, true,
     "string", {TEXT}, ICP_FEEL_NUMBER},
    {ICP_STR_INIT("upper case"), feel_apply_upper_case, 1, 1, false, true,
     "string", {TEXT}, ICP_FEEL_TEXT},
    {ICP_STR_INIT("lower case"), feel_apply_lower_case, 1, 1, false, true,
     "string", {TEXT}, ICP_FEEL_TEXT},
    {ICP_STR_INIT("substring before"), feel_apply_substring_before, 2, 2, false, true,
     "string,match", {TEXT}, ICP_FEEL_TEXT},
    {ICP_STR_INIT("substring after"), feel_apply_substring_after, 2, 2, false, true,
     "string,match", {TEXT}, ICP_FEEL_TEXT},
    {ICP_STR_INIT("contains"), feel_apply_contains, 2, 2, false, true,
     "string,match", {TEXT}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("starts with"), feel_apply_starts_with, 2, 2, false, true,
     "string,match", {TEXT}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("ends with"), feel_apply_ends_with, 2, 2, false, true,
     "string,match", {TEXT}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("replace"), feel_apply_replace, 3, 4, false, false,
     "input,pattern,replacement,flags", {TEXT}, ICP_FEEL_TEXT},
    {ICP_STR_INIT("matches"), feel_apply_matches, 2, 3, false, false,
     "input,pattern,flags", {TEXT}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("split"), feel_apply_split, 2, 2, false, true,
     "string,delimiter", {TEXT}, ICP_FEEL_LIST},
    {ICP_STR_INIT("string join"), feel_apply_string_join, 1, 2, false, false,
     "list,delimiter", {LISTS | TEXT, TEXT}, ICP_FEEL_TEXT},
    {ICP_STR_INIT("list contains"), feel_apply_list_contains, 2, 2, false, false,
     "list,element", {LISTS, ANYTHING}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("count"), feel_apply_count, 1, 1, false, true,
     "list", {LISTS}, ICP_FEEL_NUMBER},
    {ICP_STR_INIT("min"), feel_apply_min, 1, MANY, true, true,
     "list", {ORDERED | LISTS}, ICP_FEEL_ANY},
    {ICP_STR_INIT("max"), feel_apply_max, 1, MANY, true, true,
     "list", {ORDERED | LISTS}, ICP_FEEL_ANY},
    {ICP_STR_INIT("sum"), feel_apply_sum, 1, MANY, true, true,
     "list", {NUMBER | LISTS}, ICP_FEEL_NUMBER},
    {ICP_STR_INIT("mean"), feel_apply_mean, 1, MANY, true, true,
     "list", {NUMBER | LISTS}, ICP_FEEL_NUMBER},
    {ICP_STR_INIT("all"), feel_apply_all, 1, MANY, true, false,
     "list", {BOOLEAN | LISTS}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("any"), feel_apply_any, 1, MANY, true, false,
     "list", {BOOLEAN | LISTS}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("product"), feel_apply_product, 1, MANY, true, true,
     "list", {NUMBER | LISTS}, ICP_FEEL_NUMBER},
    {ICP_STR_INIT("median"), feel_apply_median, 1, MANY, true, true,
     "list", {NUMBER | LISTS}, ICP_FEEL_NUMBER},
    {ICP_STR_INIT("stddev"), feel_apply_stddev, 1, MANY, true, true,
     "list", {NUMBER | LISTS}, ICP_FEEL_NUMBER},
    {ICP_STR_INIT("mode"), feel_apply_mode, 1, MANY, true, true,
     "list", {NUMBER | LISTS}, ICP_FEEL_VALUES},
    {ICP_STR_INIT("sublist"), feel_apply_sublist, 2, 3, false, false,
     "list,start position,length", {LISTS, NUMBER, NUMBER}, ICP_FEEL_VALUES},
    {ICP_STR_INIT("append"), feel_apply_append, 2, MANY, false, false,
     "list,item", {LISTS, ANYTHING}, ICP_FEEL_VALUES},
    {ICP_STR_INIT("concatenate"), feel_apply_concatenate, 1, MANY, false, true,
     "list", {LISTS}, ICP_FEEL_VALUES},
    {ICP_STR_INIT("insert before"), feel_apply_insert_before, 3, 3, false, false,
     "list,position,newItem", {LISTS, NUMBER, ANYTHING}, ICP_FEEL_VALUES},
    {ICP_STR_INIT("remove"), feel_apply_remove, 2, 2, false, true,
     "list,position", {LISTS, NUMBER}, ICP_FEEL_VALUES},
    {ICP_STR_INIT("list replace"), feel_apply_list_replace, 3, 3, false, false,
     "list,position,newItem|list,match,newItem",
     {LISTS, NUMBER | FUNCTION, ANYTHING}, ICP_FEEL_VALUES},
    {ICP_STR_INIT("reverse"), feel_apply_reverse, 1, 1, false, true,
     "list", {LISTS}, ICP_FEEL_VALUES},
    {ICP_STR_INIT("index of"), feel_apply_index_of, 2, 2, false, false,
     "list,match", {LISTS, ANYTHING}, ICP_FEEL_VALUES},
    {ICP_STR_INIT("union"), feel_apply_union, 1, MANY, false, true,
     "list", {LISTS}, ICP_FEEL_VALUES},
    {ICP_STR_INIT("distinct values"), feel_apply_distinct_values, 1, 1, false, true,
     "list", {LISTS}, ICP_FEEL_VALUES},
    {ICP_STR_INIT("duplicate values"), feel_apply_duplicate_values, 1, 1, false, true,
     "list", {LISTS}, ICP_FEEL_VALUES},
    {ICP_STR_INIT("flatten"), feel_apply_flatten, 1, 1, false, true,
     "list", {LISTS}, ICP_FEEL_VALUES},
    {ICP_STR_INIT("sort"), NULL, 1, 2, false, true,
     "list,precedes", {LISTS, FUNCTION}, ICP_FEEL_VALUES},
    {ICP_STR_INIT("decimal"), feel_apply_decimal, 2, 2, false, true,
     "n,scale", {NUMBER}, ICP_FEEL_NUMBER},
    {ICP_STR_INIT("floor"), feel_apply_floor, 1, 2, false, true,
     "n,scale", {NUMBER}, ICP_FEEL_NUMBER},
    {ICP_STR_INIT("ceiling"), feel_apply_ceiling, 1, 2, false, true,
     "n,scale", {NUMBER}, ICP_FEEL_NUMBER},
    {ICP_STR_INIT("round up"), feel_apply_round_up, 2, 2, false, true,
     "n,scale", {NUMBER}, ICP_FEEL_NUMBER},
    {ICP_STR_INIT("round down"), feel_apply_round_down, 2, 2, false, true,
     "n,scale", {NUMBER}, ICP_FEEL_NUMBER},
    {ICP_STR_INIT("round half up"), feel_apply_round_half_up, 2, 2, false, true,
     "n,scale", {NUMBER}, ICP_FEEL_NUMBER},
    {ICP_STR_INIT("round half down"), feel_apply_round_half_down, 2, 2, false, true,
     "n,scale", {NUMBER}, ICP_FEEL_NUMBER},
    {ICP_STR_INIT("abs"), feel_apply_abs, 1, 1, false, true,
     "n", {NUMBER | DURATION | MONTHS}, ICP_FEEL_ANY},
    {ICP_STR_INIT("modulo"), feel_apply_modulo, 2, 2, false, true,
     "dividend,divisor", {NUMBER}, ICP_FEEL_NUMBER},
    {ICP_STR_INIT("sqrt"), feel_apply_sqrt, 1, 1, false, true,
     "number", {NUMBER}, ICP_FEEL_NUMBER},
    {ICP_STR_INIT("log"), feel_apply_log, 1, 1, false, true,
     "number", {NUMBER}, ICP_FEEL_NUMBER},
    {ICP_STR_INIT("exp"), feel_apply_exp, 1, 1, false, true,
     "number", {NUMBER}, ICP_FEEL_NUMBER},
    {ICP_STR_INIT("odd"), feel_apply_odd, 1, 1, false, true,
     "number", {NUMBER}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("even"), feel_apply_even, 1, 1, false, true,
     "number", {NUMBER}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("random number"), NULL, 0, 0, false, true,
     "", {ANYTHING}, ICP_FEEL_NUMBER},
    {ICP_STR_INIT("today"), feel_apply_today, 0, 0, false, true,
     "", {ANYTHING}, ICP_FEEL_DATE},
    {ICP_STR_INIT("now"), feel_apply_now, 0, 0, false, true,
     "", {ANYTHING}, ICP_FEEL_DATETIME},
    {ICP_STR_INIT("day of year"), feel_apply_day_of_year, 1, 1, false, true,
     "date", {DATE | DATETIME}, ICP_FEEL_NUMBER},
    {ICP_STR_INIT("day of week"), feel_apply_day_of_week, 1, 1, false, true,
     "date", {DATE | DATETIME}, ICP_FEEL_TEXT},
    {ICP_STR_INIT("month of year"), feel_apply_month_of_year, 1, 1, false, true,
     "date", {DATE | DATETIME}, ICP_FEEL_TEXT},
    {ICP_STR_INIT("week of year"), feel_apply_week_of_year, 1, 1, false, true,
     "date", {DATE | DATETIME}, ICP_FEEL_NUMBER},
    {ICP_STR_INIT("before"), feel_apply_before, 2, 2, false, true,
     "point1,point2|point,range|range,point|range1,range2", {ORDERED | RANGE}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("after"), feel_apply_after, 2, 2, false, true,
     "point1,point2|point,range|range,point|range1,range2", {ORDERED | RANGE}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("meets"), feel_apply_meets, 2, 2, false, true,
     "range1,range2", {RANGE}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("met by"), feel_apply_met_by, 2, 2, false, true,
     "range1,range2", {RANGE}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("overlaps"), feel_apply_overlaps, 2, 2, false, true,
     "range1,range2", {RANGE}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("overlaps before"), feel_apply_overlaps_before, 2, 2, false, true,
     "range1,range2", {RANGE}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("overlaps after"), feel_apply_overlaps_after, 2, 2, false, true,
     "range1,range2", {RANGE}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("finishes"), feel_apply_finishes, 2, 2, false, true,
     "point,range|range1,range2", {ORDERED | RANGE}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("during"), feel_apply_during, 2, 2, false, true,
     "point,range|range1,range2", {ORDERED | RANGE}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("starts"), feel_apply_starts, 2, 2, false, true,
     "point,range|range1,range2", {ORDERED | RANGE}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("finished by"), feel_apply_finished_by, 2, 2, false, true,
     "range,point|range1,range2", {ORDERED | RANGE}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("includes"), feel_apply_includes, 2, 2, false, true,
     "range,point|range1,range2", {ORDERED | RANGE}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("started by"), feel_apply_started_by, 2, 2, false, true,
     "range,point|range1,range2", {ORDERED | RANGE}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("coincides"), feel_apply_coincides, 2, 2, false, true,
     "point1,point2|range1,range2", {ORDERED | RANGE}, ICP_FEEL_BOOLEAN},
    {ICP_STR_INIT("range"), feel_apply_range, 1, 1, false, true,
     "from", {TEXT}, ICP_FEEL_RANGE},
    {ICP_STR_INIT("get value"), feel_apply_get_value, 2, 2, false, true,
     "m,key|context,key", {CONTEXT, TEXT}, ICP_FEEL_ANY},
    {ICP_STR_INIT("get entries"), feel_apply_get_entries, 1, 1, false, true,
     "m|context", {CONTEXT}, ICP_FEEL_VALUES},
    {ICP_STR_INIT("context"), feel_apply_context, 1, 1, false, true,
     "entries", {LISTS | CONTEXT}, ICP_FEEL_CONTEXT},
    {ICP_STR_INIT("context put"), feel_apply_context_put, 3, 3, false, false,
     "context,key,value|context,keys,value", {CONTEXT, TEXT | LISTS, ANYTHING}, ICP_FEEL_CONTEXT},
    {ICP_STR_INIT("context merge"), feel_apply_context_merge, 1, 1, false, true,
     "contexts", {LISTS | CONTEXT}, ICP_FEEL_CONTEXT},
};
/* clang-format on */
enum { FUNCTION_ROWS = sizeof(functions) / sizeof(functions[0]) };

/* ---- Finding -------------------------------------------------------------------------------- */

static size_t skip_space(struct icp_str text, size_t at)
{
    size_t one;

    while ((one = feel_blank_length(icp_str_slice(text, at, text.length))) > 0)
        at += one;
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

const struct feel_function *feel_function_named(struct icp_str name)
{
    for (size_t i = 0; i < FUNCTION_ROWS; i++)
        if (icp_str_equal(functions[i].name, name))
            return &functions[i];
    return NULL;
}

uint32_t feel_function_index(const struct feel_function *function)
{
    return (uint32_t)(function - functions);
}

const struct feel_function *feel_function_of(uint32_t index)
{
    return &functions[index];
}

/* What other languages call them. */
static struct icp_str function_elsewhere(struct icp_str word)
{
    static const struct {
        const char *word;
        struct icp_str name;
    } elsewhere[] = {
        {"lower", ICP_STR_INIT("lower case")},
        {"tolower", ICP_STR_INIT("lower case")},
        {"lowercase", ICP_STR_INIT("lower case")},
        {"upper", ICP_STR_INIT("upper case")},
        {"toupper", ICP_STR_INIT("upper case")},
        {"uppercase", ICP_STR_INIT("upper case")},
        {"like", ICP_STR_INIT("matches")},
        {"regex", ICP_STR_INIT("matches")},
        {"match", ICP_STR_INIT("matches")},
        {"len", ICP_STR_INIT("string length")},
        {"length", ICP_STR_INIT("string length")},
        {"startswith", ICP_STR_INIT("starts with")},
        {"endswith", ICP_STR_INIT("ends with")},
        {"includes", ICP_STR_INIT("contains")},
        {"substr", ICP_STR_INIT("substring")},
        {"average", ICP_STR_INIT("mean")},
        {"avg", ICP_STR_INIT("mean")},
        {"dayofweek", ICP_STR_INIT("day of week")},
        {"isempty", ICP_STR_INIT("is empty")},
    };
    for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++) {
        size_t at = 0;
        while (at < word.length && elsewhere[i].word[at] == (word.data[at] | 0x20))
            at++;
        if (at == word.length && elsewhere[i].word[at] == '\0' &&
            feel_function_named(elsewhere[i].name) != NULL)
            return elsewhere[i].name;
    }
    return (struct icp_str){0};
}

struct icp_str feel_function_nearest(struct icp_str word)
{
    struct icp_str names[FUNCTION_ROWS], known = function_elsewhere(word);

    if (!icp_str_is_null(known))
        return known;

    for (size_t i = 0; i < FUNCTION_ROWS; i++)
        names[i] = functions[i].name;
    return icp_str_nearest(word, names, FUNCTION_ROWS);
}

bool feel_parameter_find(const struct feel_function *function, struct icp_str name, size_t *index)
{
    struct icp_str forms = icp_str_from(function->parameters), form, parameter;

    while (icp_str_cut(&forms, '|', &form)) {
        for (*index = 0; icp_str_cut(&form, ',', &parameter); ++*index)
            if (icp_str_equal(parameter, name))
                return true;
    }
    return false;
}
