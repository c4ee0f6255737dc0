/*
 * How two points or ranges lie to each other, as the standard's table has it. A point is taken as a
 * range that begins and ends at it; which of the two each argument may be is told by a letter for
 * every form: 'p' a point, 'r' a range.
 */
#include "functions.h"

#include "utf8.h"

struct span {
    struct feel_value low, high;
    bool open_low, open_high;
};

/* The two arguments of a call, and whether something in them could not be compared. */
struct pair {
    struct feel_run *run;
    struct span a, b;
    bool failed;
};

static struct span span_of(const struct feel_value *value)
{
    if (value->kind != FEEL_RANGE)
        return (struct span){*value, *value, false, false};
    return (struct span){value->as.range->low, value->as.range->high, value->as.range->open_low,
                         value->as.range->open_high};
}

/* `forms`: "pp pr rr". */
static struct pair take(struct feel_run *run, const struct feel_value *arguments, const char *forms)
{
    struct pair pair = {.run = run, .a = span_of(&arguments[0]), .b = span_of(&arguments[1])};
    char first = arguments[0].kind == FEEL_RANGE ? 'r' : 'p';
    char second = arguments[1].kind == FEEL_RANGE ? 'r' : 'p';

    pair.failed = true;
    for (size_t i = 0; forms[i] != '\0'; i += forms[i + 2] == '\0' ? 2 : 3)
        if (forms[i] == first && forms[i + 1] == second)
            pair.failed = false;
    return pair;
}

static int order(struct pair *pair, const struct feel_value *left, const struct feel_value *right)
{
    int result = 0;

    if (!feel_order(left, right, &result))
        pair->failed = true;
    return result;
}

static struct feel_value finish(const struct pair *pair, bool value)
{
    return pair->failed ? feel_fail(pair->run, "the arguments are no points and ranges of one type")
                        : feel_boolean(value);
}

static struct pair swapped(struct pair pair)
{
    struct span a = pair.a;

    pair.a = pair.b;
    pair.b = a;
    return pair;
}

/* a ends before b begins. */
static bool is_before(struct pair *pair)
{
    int at = order(pair, &pair->a.high, &pair->b.low);

    return at < 0 || (at == 0 && (pair->a.open_high || pair->b.open_low));
}

struct feel_value feel_apply_before(struct feel_run *run, const struct feel_value *arguments,
                                    size_t count)
{
    struct pair pair = take(run, arguments, "pp pr rp rr");

    (void)count;
    bool value = is_before(&pair);
    return finish(&pair, value);
}

struct feel_value feel_apply_after(struct feel_run *run, const struct feel_value *arguments,
                                   size_t count)
{
    struct pair pair = swapped(take(run, arguments, "pp pr rp rr"));

    (void)count;
    bool value = is_before(&pair);
    return finish(&pair, value);
}

static bool do_meet(struct pair *pair)
{
    return order(pair, &pair->a.high, &pair->b.low) == 0 && !pair->a.open_high && !pair->b.open_low;
}

struct feel_value feel_apply_meets(struct feel_run *run, const struct feel_value *arguments,
                                   size_t count)
{
    struct pair pair = take(run, arguments, "rr");

    (void)count;
    bool value = do_meet(&pair);
    return finish(&pair, value);
}

struct feel_value feel_apply_met_by(struct feel_run *run, const struct feel_value *arguments,
                                    size_t count)
{
    struct pair pair = swapped(take(run, arguments, "rr"));

    (void)count;
    bool value = do_meet(&pair);
    return finish(&pair, value);
}

/* a reaches b's begin: it ends behind it, or at it with both ends closed. */
static bool reaches(struct pair *pair)
{
    int at = order(pair, &pair->a.high, &pair->b.low);

    return at > 0 || (at == 0 && !pair->a.open_high && !pair->b.open_low);
}

struct feel_value feel_apply_overlaps(struct feel_run *run, const struct feel_value *arguments,
                                      size_t count)
{
    struct pair pair = take(run, arguments, "rr"), other = swapped(pair);

    (void)count;
    bool value = reaches(&pair);
    value = reaches(&other) && value;
    pair.failed = pair.failed || other.failed;
    return finish(&pair, value);
}

static bool overlaps_before(struct pair *pair)
{
    int low = order(pair, &pair->a.low, &pair->b.low);
    int high = order(pair, &pair->a.high, &pair->b.high);
    bool begins = low < 0 || (low == 0 && !pair->a.open_low && pair->b.open_low);
    bool ends = high < 0 || (high == 0 && (pair->a.open_high || !pair->b.open_high));

    return reaches(pair) && begins && ends;
}

struct feel_value feel_apply_overlaps_before(struct feel_run *run,
                                             const struct feel_value *arguments, size_t count)
{
    struct pair pair = take(run, arguments, "rr");

    (void)count;
    bool value = overlaps_before(&pair);
    return finish(&pair, value);
}

struct feel_value feel_apply_overlaps_after(struct feel_run *run,
                                            const struct feel_value *arguments, size_t count)
{
    struct pair pair = swapped(take(run, arguments, "rr"));

    (void)count;
    bool value = overlaps_before(&pair);
    return finish(&pair, value);
}

/* Both end together, and a begins inside b. */
static bool does_finish(struct pair *pair)
{
    int low = order(pair, &pair->a.low, &pair->b.low);
    int high = order(pair, &pair->a.high, &pair->b.high);

    return high == 0 && pair->a.open_high == pair->b.open_high &&
           (low > 0 || (low == 0 && (pair->a.open_low || !pair->b.open_low)));
}

static bool does_start(struct pair *pair)
{
    int low = order(pair, &pair->a.low, &pair->b.low);
    int high = order(pair, &pair->a.high, &pair->b.high);

    return low == 0 && pair->a.open_low == pair->b.open_low &&
           (high < 0 || (high == 0 && (pair->a.open_high || !pair->b.open_high)));
}

/* A point finishes (starts) a range when it is its closed end, whatever the other end is. */
static struct pair take_edge(struct feel_run *run, const struct feel_value *arguments, bool swap,
                             bool at_high)
{
    struct pair pair = take(run, arguments, swap ? "rp rr" : "pr rr");
    bool point = arguments[swap ? 1 : 0].kind != FEEL_RANGE;

    pair = swap ? swapped(pair) : pair;
    if (point && at_high)
        pair.b.low = pair.b.high;
    else if (point)
        pair.b.high = pair.b.low;
    if (point)
        pair.b.open_low = pair.b.open_high = at_high ? pair.b.open_high : pair.b.open_low;
    return pair;
}

struct feel_value feel_apply_finishes(struct feel_run *run, const struct feel_value *arguments,
                                      size_t count)
{
    struct pair pair = take_edge(run, arguments, false, true);

    (void)count;
    bool value = does_finish(&pair);
    return finish(&pair, value);
}

struct feel_value feel_apply_finished_by(struct feel_run *run, const struct feel_value *arguments,
                                         size_t count)
{
    struct pair pair = take_edge(run, arguments, true, true);

    (void)count;
    bool value = does_finish(&pair);
    return finish(&pair, value);
}

struct feel_value feel_apply_starts(struct feel_run *run, const struct feel_value *arguments,
                                    size_t count)
{
    struct pair pair = take_edge(run, arguments, false, false);

    (void)count;
    bool value = does_start(&pair);
    return finish(&pair, value);
}

struct feel_value feel_apply_started_by(struct feel_run *run, const struct feel_value *arguments,
                                        size_t count)
{
    struct pair pair = take_edge(run, arguments, true, false);

    (void)count;
    bool value = does_start(&pair);
    return finish(&pair, value);
}

static bool includes(struct pair *pair)
{
    int low = order(pair, &pair->a.low, &pair->b.low);
    int high = order(pair, &pair->a.high, &pair->b.high);

    return (low < 0 || (low == 0 && (!pair->a.open_low || pair->b.open_low))) &&
           (high > 0 || (high == 0 && (!pair->a.open_high || pair->b.open_high)));
}

struct feel_value feel_apply_includes(struct feel_run *run, const struct feel_value *arguments,
                                      size_t count)
{
    struct pair pair = take(run, arguments, "rp rr");

    (void)count;
    bool value = includes(&pair);
    return finish(&pair, value);
}

struct feel_value feel_apply_during(struct feel_run *run, const struct feel_value *arguments,
                                    size_t count)
{
    struct pair pair = swapped(take(run, arguments, "pr rr"));

    (void)count;
    bool value = includes(&pair);
    return finish(&pair, value);
}

struct feel_value feel_apply_coincides(struct feel_run *run, const struct feel_value *arguments,
                                       size_t count)
{
    struct pair pair = take(run, arguments, "pp rr");

    (void)count;
    bool value = order(&pair, &pair.a.low, &pair.b.low) == 0;
    value = order(&pair, &pair.a.high, &pair.b.high) == 0 && value &&
            pair.a.open_low == pair.b.open_low && pair.a.open_high == pair.b.open_high;
    return finish(&pair, value);
}

/* ---- range("[1..3]") ------------------------------------------------------------------------ */

static void skip_blanks(struct icp_str *rest)
{
    while (rest->length > 0 && (rest->data[0] == ' ' || rest->data[0] == '\t'))
        *rest = icp_str_slice(*rest, 1, rest->length);
}

/* "…" at the start of the rest, without escapes. */
static bool take_quoted(struct icp_str *rest, struct icp_str *inside)
{
    if (rest->length < 2 || rest->data[0] != '"')
        return false;
    *inside = icp_str_slice(*rest, 1, rest->length);
    size_t end = icp_str_find(*inside, ICP_STR("\""));
    if (end == inside->length)
        return false;
    *rest = icp_str_slice(*inside, end + 1, inside->length);
    *inside = icp_str_slice(*inside, 0, end);
    return true;
}

static const struct {
    struct icp_str name;
    bool (*read)(struct icp_str text, struct feel_value *value);
} makers[] = {
    {ICP_STR_INIT("date"), feel_read_date},
    {ICP_STR_INIT("time"), feel_read_time},
    {ICP_STR_INIT("date and time"), feel_read_datetime},
    {ICP_STR_INIT("duration"), feel_read_duration},
};

static bool take_sign(struct icp_str *rest, char sign)
{
    if (rest->length == 0 || rest->data[0] != sign)
        return false;
    *rest = icp_str_slice(*rest, 1, rest->length);
    return true;
}

/* @"…", or date("…") and its like. */
static bool take_made(struct icp_str *rest, struct feel_value *value)
{
    struct icp_str inside;

    if (take_sign(rest, '@'))
        return take_quoted(rest, &inside) && feel_read_at(inside, value);
    for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
        struct icp_str behind = icp_str_slice(*rest, makers[i].name.length, rest->length);
        if (!icp_str_has_prefix(*rest, makers[i].name) || !take_sign(&behind, '('))
            continue;
        *rest = behind;
        return take_quoted(rest, &inside) && makers[i].read(inside, value) && take_sign(rest, ')');
    }
    return false;
}

/* An end of a range: a literal. */
static bool take_end(struct icp_str *rest, struct feel_value *value)
{
    struct icp_str text;
    size_t length = 0;

    skip_blanks(rest);
    if (take_quoted(rest, &text)) {
        *value = feel_text(text);
    } else if (!take_made(rest, value)) {
        while (length < rest->length && rest->data[length] != ' ' && rest->data[length] != ']' &&
               rest->data[length] != ')' && rest->data[length] != '[' &&
               !icp_str_has_prefix(icp_str_slice(*rest, length, rest->length), ICP_STR("..")))
            length++;
        if (!feel_number_read(icp_str_slice(*rest, 0, length), value))
            return false;
        *rest = icp_str_slice(*rest, length, rest->length);
    }
    skip_blanks(rest);
    return true;
}

static bool take_bracket(struct icp_str *rest, const char *closed, const char *open, bool *is_open)
{
    bool found = false;

    for (size_t i = 0; rest->length > 0 && open[i] != '\0'; i++)
        found = found || rest->data[0] == open[i];
    *is_open = found;
    found = found || (rest->length > 0 && rest->data[0] == closed[0]);
    *rest = icp_str_slice(*rest, 1, rest->length);
    return found;
}

struct feel_value feel_apply_range(struct feel_run *run, const struct feel_value *arguments,
                                   size_t count)
{
    struct feel_range range = {0};
    struct icp_str rest = icp_str_trim(arguments[0].as.text);
    int ends = 0;

    (void)count;
    if (arguments[0].kind != FEEL_TEXT || !take_bracket(&rest, "[", "(]", &range.open_low) ||
        !take_end(&rest, &range.low) || !icp_str_has_prefix(rest, ICP_STR("..")))
        return feel_fail(run, "the text is not a range of two literals");
    rest = icp_str_slice(rest, 2, rest.length);
    if (!take_end(&rest, &range.high) || !take_bracket(&rest, "]", ")[", &range.open_high) ||
        rest.length > 0 || !feel_order(&range.low, &range.high, &ends) || ends > 0)
        return feel_fail(run, "the text is not a range of two literals");
    return feel_range_of(run, &range);
}
