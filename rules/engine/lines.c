/*
 * The lines of one criterion: bands, match, prefix, any_of, scale, age_days, titles and cases, each
 * read from its mapping (or, in the points model, from a list) into a flat table that is sorted for
 * the way it will be searched. After loading, bands neither overlap nor leave a gap that `else`
 * does not cover, and keys are normalised and unique.
 */
#include "loader.h"

#include "reference.h"

#include <stdlib.h>

static const char *const kind_names[ICP_RULE_COUNT] = {
    [ICP_RULE_BANDS] = "bands",       [ICP_RULE_MATCH] = "match",   [ICP_RULE_PREFIX] = "prefix",
    [ICP_RULE_ANY_OF] = "any_of",     [ICP_RULE_SCALE] = "scale",   [ICP_RULE_CASES] = "cases",
    [ICP_RULE_AGE_DAYS] = "age_days", [ICP_RULE_TITLES] = "titles",
};

#define TYPE(type) (1u << (type))
static const unsigned kind_types[ICP_RULE_COUNT] = {
    [ICP_RULE_BANDS] = TYPE(ICP_TYPE_NUMBER),
    [ICP_RULE_MATCH] = TYPE(ICP_TYPE_TEXT) | TYPE(ICP_TYPE_NUMBER) | TYPE(ICP_TYPE_BOOLEAN) |
                       TYPE(ICP_TYPE_CODE) | TYPE(ICP_TYPE_EMAIL) | TYPE(ICP_TYPE_COUNTRY),
    [ICP_RULE_PREFIX] = TYPE(ICP_TYPE_TEXT) | TYPE(ICP_TYPE_CODE) | TYPE(ICP_TYPE_EMAIL),
    [ICP_RULE_ANY_OF] = TYPE(ICP_TYPE_SET),
    [ICP_RULE_SCALE] = TYPE(ICP_TYPE_NUMBER),
    [ICP_RULE_AGE_DAYS] = TYPE(ICP_TYPE_DATE) | TYPE(ICP_TYPE_DATETIME),
    [ICP_RULE_TITLES] = TYPE(ICP_TYPE_TEXT) | TYPE(ICP_TYPE_CODE),
};
static const char *const kind_wants[ICP_RULE_COUNT] = {
    [ICP_RULE_BANDS] = "a number",        [ICP_RULE_MATCH] = "a text, number, boolean or country",
    [ICP_RULE_PREFIX] = "a text or code", [ICP_RULE_ANY_OF] = "a set",
    [ICP_RULE_SCALE] = "a number",        [ICP_RULE_AGE_DAYS] = "a date or datetime",
    [ICP_RULE_TITLES] = "a text",
};

const char *icp_rule_name(enum icp_rule_kind kind)
{
    return kind_names[kind];
}

const struct icp_line_reading icp_fit_lines = {.least = 0, .most = 100};

/* The keys of a mapping, the items of a list, or a value alone. */
static const struct icp_yaml *key_at(const struct icp_yaml *node, size_t index)
{
    if (node->kind == ICP_YAML_MAPPING)
        return &node->keys[index];
    return node->kind == ICP_YAML_SEQUENCE ? &node->values[index] : node;
}

struct line_key { /* what a report about a key needs */
    struct icp_loader *loader;
    const struct icp_yaml *node;
    enum icp_type type;
};

static void report_band_syntax(const struct line_key *key)
{
    icp_report(key->loader->list, ICP_ERROR, "band-syntax", key->node->line, key->node->column,
               "\"%.*s\" is not a band", ICP_STR_ARGUMENTS(key->node->text));
    icp_report_hint(key->loader->list,
                    "Write whole numbers as \"20..49\", \"1000..\" or \"..19\", or a range "
                    "with decimals as \"[0.5..1.5)\".");
}

/* ---- Bands ----------------------------------------------------------------------------------- */

/* "[a..b)": each end in or out of it, decimals allowed. */
static bool range_ends(struct icp_str text, struct icp_line *line)
{
    char first = text.data[0], last = text.data[text.length - 1];
    struct icp_str inner = icp_str_slice(text, 1, text.length - 1);
    size_t dots = icp_str_find(inner, ICP_STR(".."));
    bool closed = last == ']' || last == ')' || last == '[';
    if (!closed || dots == inner.length ||
        !icp_number_parse(icp_str_slice(inner, 0, dots), &line->from) ||
        !icp_number_parse(icp_str_slice(inner, dots + 2, inner.length), &line->to))
        return false;
    if (first != '[')
        line->from++;
    if (last != ']')
        line->to--;
    return true;
}

/* "a..b" means the value rounded down: from a up to all that begins with b. */
static bool whole_ends(struct icp_str text, struct icp_line *line)
{
    const int64_t most = INT64_C(9000000000000);
    size_t dots = icp_str_find(text, ICP_STR(".."));
    struct icp_str left = icp_str_trim(icp_str_slice(text, 0, dots));
    struct icp_str right = icp_str_trim(icp_str_slice(text, dots + 2, text.length));
    int64_t from = 0, to = 0;
    if (dots == text.length || (left.length == 0 && right.length == 0) ||
        (left.length > 0 && !icp_integer_parse(left, &from)) ||
        (right.length > 0 && !icp_integer_parse(right, &to)) || from < -most || from > most ||
        to < -most || to > most)
        return false;
    line->from = left.length > 0 ? from * ICP_NUMBER_SCALE : INT64_MIN;
    line->to = right.length > 0 ? (to + 1) * ICP_NUMBER_SCALE - 1 : INT64_MAX;
    return true;
}

static bool read_band(const struct line_key *key, struct icp_line *line)
{
    struct icp_str text = icp_str_trim(key->node->text);
    bool range =
        text.length > 3 && (text.data[0] == '[' || text.data[0] == '(' || text.data[0] == ']');
    if (!(range ? range_ends(text, line) : whole_ends(text, line))) {
        report_band_syntax(key);
        return false;
    }
    if (line->from <= line->to)
        return true;
    icp_report(key->loader->list, ICP_ERROR, "band-syntax", key->node->line, key->node->column,
               "the band \"%.*s\" is empty", ICP_STR_ARGUMENTS(text));
    icp_report_hint(key->loader->list, "The smaller number comes first.");
    return false;
}

static bool read_scale_point(const struct line_key *key, struct icp_line *line)
{
    if (icp_number_parse(key->node->text, &line->from))
        return true;
    icp_report(key->loader->list, ICP_ERROR, "bad-number", key->node->line, key->node->column,
               "a point of a scale must be a number, not \"%.*s\"",
               ICP_STR_ARGUMENTS(key->node->text));
    return false;
}

/* ---- Texts ----------------------------------------------------------------------------------- */

void icp_report_country(struct icp_loader *loader, struct icp_str text, uint32_t line,
                        uint32_t column)
{
    struct icp_str *names = ICP_NEW_ARRAY(loader->arena, struct icp_str, icp_country_count());
    for (size_t i = 0; names && i < icp_country_count(); i++)
        names[i] = icp_country_name(i);
    icp_report(loader->list, ICP_ERROR, "unknown-country", line, column,
               "\"%.*s\" is not a country", ICP_STR_ARGUMENTS(text));
    if (names && text.length > 3)
        icp_report_nearest(loader, icp_str_trim(text), names, icp_country_count());
    else
        icp_report_hint(loader->list,
                        "Use the two letters of ISO 3166, such as DK, or the English name.");
}

static bool country_key(const struct line_key *key, struct icp_line *line)
{
    struct icp_str code = icp_country_code(key->node->text);
    if (!icp_str_is_null(code)) {
        line->key = icp_text_key(key->loader->arena, code);
        return true;
    }
    static const char *const others[] = {"else",      "default", "other", "others",
                                         "otherwise", "rest",    "*"};
    struct icp_str word = icp_text_key(key->loader->arena, key->node->text);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (icp_str_is(word, others[i])) {
            icp_report(key->loader->list, ICP_ERROR, "unknown-country", key->node->line,
                       key->node->column, "\"%.*s\" is not a country",
                       ICP_STR_ARGUMENTS(key->node->text));
            icp_report_hint(key->loader->list, "Write \"else\" for all other countries.");
            return false;
        }
    icp_report_country(key->loader, key->node->text, key->node->line, key->node->column);
    return false;
}

/* Keys on a number or boolean are brought to the spelling that values are compared in. */
static bool read_text_key(const struct line_key *key, struct icp_line *line)
{
    struct icp_str text = icp_str_trim(key->node->text);
    int64_t number;
    char spelling[ICP_NUMBER_TEXT];
    line->key = icp_text_key(key->loader->arena, text);
    if (key->type == ICP_TYPE_COUNTRY)
        return country_key(key, line);
    bool good = text.length > 0;
    if (key->type == ICP_TYPE_NUMBER && (good = icp_number_parse(text, &number)))
        line->key = icp_arena_copy(key->loader->arena, icp_number_format(number, spelling));
    if (key->type == ICP_TYPE_BOOLEAN)
        good = icp_str_is(line->key, "true") || icp_str_is(line->key, "false");
    if (good)
        return true;
    icp_report(key->loader->list, ICP_ERROR, "bad-value", key->node->line, key->node->column,
               "\"%.*s\" is not a %s", ICP_STR_ARGUMENTS(text), icp_type_name(key->type));
    if (key->type == ICP_TYPE_BOOLEAN)
        icp_report_hint(key->loader->list, "Write true or false.");
    return false;
}

static bool read_title_key(const struct line_key *key, struct icp_line *line)
{
    return icp_read_title(key->loader, key->node, &line->key);
}

/* ---- Order ----------------------------------------------------------------------------------- */

static int by_from(const void *left, const void *right)
{
    const struct icp_line *a = left, *b = right;
    return (a->from > b->from) - (a->from < b->from);
}

static int by_key(const void *left, const void *right)
{
    const struct icp_line *a = left, *b = right;
    return icp_str_compare(a->key, b->key);
}

static int by_length(const void *left, const void *right)
{
    const struct icp_line *a = left, *b = right;
    if (a->key.length != b->key.length)
        return a->key.length > b->key.length ? -1 : 1;
    return icp_str_compare(a->key, b->key);
}

const struct icp_line *icp_line_find(const struct icp_line *lines, size_t count, struct icp_str key)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = icp_str_compare(key, lines[middle].key);
        if (order == 0)
            return &lines[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* ---- What must hold of all lines together -----------------------------------------------------
 */

typedef bool lines_clash(const struct icp_line *a, const struct icp_line *b);

static bool overlap(const struct icp_line *a, const struct icp_line *b)
{
    return a->from <= b->to && b->from <= a->to;
}

static bool same_key(const struct icp_line *a, const struct icp_line *b)
{
    return icp_str_equal(a->key, b->key);
}

/* Do any two clash? Sorted, those that do are neighbours. */
static bool any_clash(struct icp_loader *loader, const struct icp_line *lines, size_t count,
                      int (*order)(const void *, const void *), lines_clash *clash)
{
    struct icp_line *sorted = icp_allocate(count + 1, sizeof(*sorted));
    bool found = false;
    if (!sorted)
        loader->arena->full = true;
    for (size_t i = 0; sorted && i < count; i++)
        sorted[i] = lines[i];
    if (sorted)
        qsort(sorted, count, sizeof(*sorted), order);
    for (size_t i = 1; sorted && i < count && !found; i++)
        found = clash(&sorted[i - 1], &sorted[i]);
    icp_release(sorted);
    return found;
}

/* The first line before this one that it clashes with, or `index`. */
static size_t clashes_with(const struct icp_line *lines, size_t index, lines_clash *clash)
{
    size_t j = 0;
    while (j < index && !clash(&lines[index], &lines[j]))
        j++;
    return j;
}

/* Reported at the later one of two keys that cover the same value. */
static void report_overlaps(struct icp_loader *loader, const struct icp_yaml *node,
                            const struct icp_line *lines, const size_t *key_of, size_t count)
{
    bool any = any_clash(loader, lines, count, by_from, overlap);
    for (size_t i = 1; any && i < count; i++) {
        size_t other = clashes_with(lines, i, overlap);
        const struct icp_yaml *key = key_at(node, key_of[i]);
        if (other < i)
            icp_report(loader->list, ICP_ERROR, "band-overlap", key->line, key->column,
                       "the band \"%.*s\" overlaps \"%.*s\"", ICP_STR_ARGUMENTS(key->text),
                       ICP_STR_ARGUMENTS(key_at(node, key_of[other])->text));
    }
}

static void report_doubles(struct icp_loader *loader, const struct icp_yaml *node,
                           const struct icp_line *lines, const size_t *key_of, size_t count)
{
    bool any = any_clash(loader, lines, count, by_key, same_key);
    for (size_t i = 1; any && i < count; i++) {
        size_t other = clashes_with(lines, i, same_key);
        const struct icp_yaml *key = key_at(node, key_of[i]);
        if (other < i)
            icp_report(loader->list, ICP_ERROR, "duplicate-key", key->line, key->column,
                       "\"%.*s\" means the same as \"%.*s\"", ICP_STR_ARGUMENTS(key->text),
                       ICP_STR_ARGUMENTS(key_at(node, key_of[other])->text));
    }
}

static void report_scale_order(struct icp_loader *loader, const struct icp_yaml *node,
                               const struct icp_line *lines, const size_t *key_of, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (lines[i].from > lines[i - 1].from)
            continue;
        const struct icp_yaml *key = key_at(node, key_of[i]);
        icp_report(loader->list, ICP_ERROR, "scale-order", key->line, key->column,
                   "the scale does not ascend at \"%.*s\"", ICP_STR_ARGUMENTS(key->text));
        icp_report_hint(loader->list, "Write the points from the smallest to the largest.");
    }
    if (count < 2)
        icp_report(loader->list, ICP_ERROR, "scale-points", node->line, node->column,
                   "a scale needs at least two points");
}

/* Bands, sorted: do they leave out a value? Then where, in words. */
static bool has_gap(struct icp_loader *loader, const struct icp_criterion *criterion,
                    struct icp_str *where)
{
    char text[ICP_NUMBER_TEXT], other[ICP_NUMBER_TEXT];
    const struct icp_line *lines = criterion->lines;
    struct icp_arena *arena = loader->arena;
    bool from_zero = criterion->kind == ICP_RULE_AGE_DAYS && lines[0].from <= 0;
    if (lines[0].from != INT64_MIN && !from_zero) {
        struct icp_str number = icp_number_format(lines[0].from, text);
        *where = icp_arena_format(arena, "below %.*s", ICP_STR_ARGUMENTS(number));
        return true;
    }
    for (size_t i = 1; i < criterion->count; i++) {
        if (lines[i - 1].to >= lines[i].from - 1)
            continue;
        struct icp_str from = icp_number_format(lines[i - 1].to + 1, text);
        struct icp_str to = icp_number_format(lines[i].from, other);
        *where = icp_arena_format(arena, "from %.*s to below %.*s", ICP_STR_ARGUMENTS(from),
                                  ICP_STR_ARGUMENTS(to));
        return true;
    }
    if (lines[criterion->count - 1].to == INT64_MAX)
        return false;
    struct icp_str number = icp_number_format(lines[criterion->count - 1].to + 1, text);
    *where = icp_arena_format(arena, "from %.*s on", ICP_STR_ARGUMENTS(number));
    return true;
}

static void require_else(struct icp_loader *loader, const struct icp_yaml *node,
                         const struct icp_criterion *criterion, enum icp_type type)
{
    const char *name = kind_names[criterion->kind];
    struct icp_str where;
    if (criterion->has_otherwise || criterion->kind == ICP_RULE_ANY_OF ||
        criterion->kind == ICP_RULE_SCALE)
        return;
    if (criterion->kind == ICP_RULE_BANDS || criterion->kind == ICP_RULE_AGE_DAYS) {
        if (!has_gap(loader, criterion, &where))
            return;
        icp_report(loader->list, ICP_ERROR, "band-gap", node->line, node->column,
                   "no band holds %s %.*s and there is no \"else\"",
                   criterion->kind == ICP_RULE_BANDS ? "a number" : "an age",
                   ICP_STR_ARGUMENTS(where));
    } else if (criterion->kind != ICP_RULE_MATCH || type != ICP_TYPE_BOOLEAN ||
               criterion->count < 2) {
        icp_report(loader->list, ICP_ERROR, "missing-else", node->line, node->column,
                   "\"%s\" needs an \"else\"", name);
    } else {
        return;
    }
    icp_report_hint(loader->list, "Add \"else: 0\", or the points that all other values get.");
}

/* ---- Reading --------------------------------------------------------------------------------- */

typedef bool key_reader(const struct line_key *key, struct icp_line *line);
typedef void group_check(struct icp_loader *loader, const struct icp_yaml *node,
                         const struct icp_line *lines, const size_t *key_of, size_t count);
typedef int line_order(const void *left, const void *right);

static const struct {
    key_reader *read;
    group_check *check;
    line_order *order;
    enum icp_line_kind line;
} kinds[ICP_RULE_COUNT] = {
    [ICP_RULE_BANDS] = {read_band, report_overlaps, by_from, ICP_LINE_BAND},
    [ICP_RULE_MATCH] = {read_text_key, report_doubles, by_key, ICP_LINE_KEY},
    [ICP_RULE_PREFIX] = {read_text_key, report_doubles, by_length, ICP_LINE_KEY},
    [ICP_RULE_ANY_OF] = {read_text_key, report_doubles, by_key, ICP_LINE_KEY},
    [ICP_RULE_SCALE] = {read_scale_point, report_scale_order, by_from, ICP_LINE_POINT},
    [ICP_RULE_AGE_DAYS] = {read_band, report_overlaps, by_from, ICP_LINE_BAND},
    [ICP_RULE_TITLES] = {read_title_key, report_doubles, NULL, ICP_LINE_KEY},
};

static void read_else(struct icp_loader *loader, const struct icp_yaml *key,
                      const struct icp_yaml *value, const struct icp_line_reading *reading,
                      struct icp_criterion *criterion)
{
    if (criterion->kind == ICP_RULE_ANY_OF || criterion->kind == ICP_RULE_SCALE) {
        icp_report(loader->list, ICP_ERROR, "unexpected-else", key->line, key->column,
                   "\"%s\" has no \"else\"", kind_names[criterion->kind]);
        icp_report_hint(loader->list, criterion->kind == ICP_RULE_SCALE
                                          ? "A scale is flat outside its first and last point."
                                          : "A set with none of the entries gets 0 points.");
        return;
    }
    criterion->has_otherwise = icp_read_whole(loader, value, "points", reading->least,
                                              reading->most, &criterion->otherwise);
    criterion->otherwise_place =
        icp_place(loader, key, ICP_LINE_ELSE, criterion->id, ICP_STR("else"));
}

/* A key with its points into the next line; false when it was reported. */
static bool read_line(const struct line_key *key, const struct icp_yaml *value,
                      const struct icp_line_reading *reading, struct icp_criterion *criterion)
{
    struct icp_loader *loader = key->loader;
    struct icp_line *line = &criterion->lines[criterion->count];
    if (key->node->kind != ICP_YAML_SCALAR) {
        icp_wrong_type(loader, key->node, "a value", "a text");
        return false;
    }
    bool good = kinds[criterion->kind].read(key, line);
    if (reading->each)
        line->points = *reading->each;
    else
        good &=
            icp_read_whole(loader, value, "points", reading->least, reading->most, &line->points);
    line->place =
        icp_place(loader, key->node, kinds[criterion->kind].line, criterion->id, key->node->text);
    return good && icp_one_more_entry(loader, key->node);
}

static size_t entry_count(const struct icp_yaml *node)
{
    return node->kind == ICP_YAML_SCALAR ? 1 : node->count;
}

/* The entries into lines; key_of says which entry a line is. True when `else` was among them. */
static bool read_entries(struct icp_loader *loader, const struct icp_yaml *node,
                         const struct icp_line_reading *reading, struct icp_criterion *criterion,
                         enum icp_type type, size_t *key_of)
{
    struct line_key key = {.loader = loader, .type = type};
    bool otherwise = false;
    for (size_t i = 0; i < entry_count(node); i++) {
        const struct icp_yaml *value = reading->each ? NULL : &node->values[i];
        key.node = key_at(node, i);
        if (!reading->each && icp_str_is(key.node->text, "else")) {
            read_else(loader, key.node, value, reading, criterion);
            otherwise = true;
            continue;
        }
        key_of[criterion->count] = i;
        criterion->count += read_line(&key, value, reading, criterion) ? 1 : 0;
    }
    return otherwise;
}

static void read_table(struct icp_loader *loader, const struct icp_yaml *node,
                       const struct icp_line_reading *reading, struct icp_criterion *criterion,
                       enum icp_type type)
{
    size_t *key_of = ICP_NEW_ARRAY(loader->arena, size_t, entry_count(node) + 1);
    size_t errors = loader->list->errors;
    if (!key_of)
        return;
    bool otherwise = read_entries(loader, node, reading, criterion, type, key_of);
    kinds[criterion->kind].check(loader, node, criterion->lines, key_of, criterion->count);
    if (criterion->count == 0 && loader->list->errors == errors)
        icp_report(loader->list, ICP_ERROR, "no-lines", node->line, node->column,
                   "\"%s\" has no lines", kind_names[criterion->kind]);
    if (criterion->count == 0)
        return;
    if (kinds[criterion->kind].order)
        qsort(criterion->lines, criterion->count, sizeof(*criterion->lines),
              kinds[criterion->kind].order);
    if (!otherwise && !reading->else_optional && loader->list->errors == errors)
        require_else(loader, node, criterion, type);
}

/* One entry of `cases`: {when, points}, or {else: points} as the last. */
static void read_case(struct icp_loader *loader, const struct icp_yaml *node, bool last,
                      struct icp_criterion *criterion)
{
    enum { WHEN, POINTS, ELSE, KEY_COUNT };
    static const struct icp_key keys[KEY_COUNT] = {
        [WHEN] = {"when", ICP_KEY_OPTIONAL},
        [POINTS] = {"points", ICP_KEY_OPTIONAL},
        [ELSE] = {"else", ICP_KEY_OPTIONAL},
    };
    const struct icp_yaml *found[KEY_COUNT];
    struct icp_line *line = &criterion->lines[criterion->count];
    if (!icp_read_keys(loader, node, "a case", keys, KEY_COUNT, found))
        return;
    if (found[ELSE]) {
        criterion->has_otherwise =
            icp_read_whole(loader, found[ELSE], "points", 0, 100, &criterion->otherwise);
        criterion->otherwise_place =
            icp_place(loader, node, ICP_LINE_ELSE, criterion->id, ICP_STR("else"));
        if (!last || found[WHEN] || found[POINTS])
            icp_report(loader->list, ICP_ERROR, "unexpected-else", found[ELSE]->line,
                       found[ELSE]->column, "\"else\" stands alone as the last case");
        return;
    }
    if (!found[WHEN] || !found[POINTS]) {
        icp_report(loader->list, ICP_ERROR, "missing-key", node->line, node->column,
                   "a case needs \"%s\"", found[WHEN] ? "points" : "when");
        return;
    }
    line->when = icp_read_condition(loader, found[WHEN], ICP_NEGATION_WARNS);
    line->place = icp_place(loader, node, ICP_LINE_CASE, criterion->id, found[WHEN]->text);
    bool good = icp_read_whole(loader, found[POINTS], "points", 0, 100, &line->points);
    if (line->when && good && icp_one_more_entry(loader, node))
        criterion->count++;
}

static void read_cases(struct icp_loader *loader, const struct icp_yaml *node,
                       struct icp_criterion *criterion)
{
    size_t errors = loader->list->errors;
    for (size_t i = 0; i < node->count; i++)
        read_case(loader, &node->values[i], i + 1 == node->count, criterion);
    if (!criterion->has_otherwise && loader->list->errors == errors)
        require_else(loader, node, criterion, ICP_TYPE_TEXT);
}

/* The range of points it can give; for the unknown field that matters most. */
static void find_extremes(struct icp_criterion *criterion)
{
    int32_t below = 0, above = 0, least = 0, most = 0;
    for (size_t i = 0; i < criterion->count; i++) {
        int32_t points = criterion->lines[i].points;
        *(points < 0 ? &below : &above) += points;
        least = i == 0 || points < least ? points : least;
        most = i == 0 || points > most ? points : most;
    }
    if (criterion->kind == ICP_RULE_ANY_OF) {
        least = below < criterion->least_sum ? criterion->least_sum : below;
        most = above > criterion->most_sum ? criterion->most_sum : above;
    }
    if (criterion->has_otherwise) {
        least = criterion->otherwise < least ? criterion->otherwise : least;
        most = criterion->otherwise > most ? criterion->otherwise : most;
    }
    criterion->least = least;
    criterion->most = most;
}

static bool fits_type(struct icp_loader *loader, const struct icp_yaml *node,
                      const struct icp_criterion *criterion, enum icp_type type)
{
    if (kind_types[criterion->kind] & TYPE(type))
        return true;
    icp_report(loader->list, ICP_ERROR, "wrong-field-type", node->line, node->column,
               "\"%s\" needs %s, but \"%.*s\" is of type %s", kind_names[criterion->kind],
               kind_wants[criterion->kind],
               ICP_STR_ARGUMENTS(loader->rules->known[criterion->slot].name), icp_type_name(type));
    return false;
}

void icp_load_lines(struct icp_loader *loader, const struct icp_yaml *node,
                    const struct icp_line_reading *reading, struct icp_criterion *criterion,
                    enum icp_type type)
{
    bool cases = criterion->kind == ICP_RULE_CASES;
    if (!cases && !fits_type(loader, node, criterion, type))
        return;
    if (cases && !icp_read_sequence(loader, node, "\"cases\""))
        return;
    if (!cases && !reading->each && !icp_read_mapping(loader, node, kind_names[criterion->kind]))
        return;
    criterion->lines = ICP_NEW_ARRAY(loader->arena, struct icp_line, entry_count(node) + 1);
    if (!criterion->lines)
        return;
    if (criterion->kind == ICP_RULE_AGE_DAYS)
        loader->rules->about.time_dependent = true;
    if (cases)
        read_cases(loader, node, criterion);
    else
        read_table(loader, node, reading, criterion, type);
    if (criterion->kind == ICP_RULE_TITLES)
        icp_compile_titles(loader, node, criterion);
    find_extremes(criterion);
    if (criterion->kind == ICP_RULE_ANY_OF && criterion->count > loader->rules->most_lines)
        loader->rules->most_lines = criterion->count;
}
