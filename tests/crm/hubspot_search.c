/*
 * Search: filter groups, one sort rule, pages of up to 200, at most 10,000 results a query.
 * Invariant: what is compared and shown is the record as the search index has it, which may be
 * older than the record itself (sim_view_search).
 */
#include "call.h"

#include "number.h"

#include <stdlib.h>

enum {
    DEFAULT_LIMIT = 10,
    MOST_LIMIT = 200,
    MOST_RESULTS = 10000,
    MOST_GROUPS = 5,
    MOST_FILTERS = 6, /* in a group */
    MOST_BODY = 3000, /* characters; whether the property list counts is not settled: it does */
};

enum operand_kind { OPERAND_TEXT, OPERAND_EXACT_TEXT, OPERAND_NUMBER };

struct filter;
typedef bool (*operator_test)(struct sim_call *, const struct filter *, const struct sim_view *);

struct filter {
    uint32_t column; /* SIM_NO_COLUMN: associations.{to} */
    enum sim_object to;
    enum operand_kind kind;
    operator_test test;
    bool negated;
    int64_t low, high; /* numbers and times; ids of associations */
    struct icp_str text;
    struct sim_names texts; /* IN */
};
struct filter_group {
    struct filter filters[MOST_FILTERS];
    size_t count;
};
struct query {
    struct filter_group groups[MOST_GROUPS];
    size_t count;
    uint32_t sort_column;
    bool descending;
};

static enum operand_kind kind_of(const struct sim_property *property)
{
    if (property->type == SIM_NUMBER || property->type == SIM_DATE ||
        property->type == SIM_DATETIME)
        return OPERAND_NUMBER;
    return property->type == SIM_ENUMERATION ? OPERAND_EXACT_TEXT : OPERAND_TEXT;
}

/* Numbers in millionths, times in milliseconds; false: not comparable. */
static bool to_number(const struct sim_property *property, struct icp_str text, int64_t *number)
{
    /* ids are past what millionths can hold */
    if (property->derived == SIM_FROM_ID)
        return icp_integer_parse(text, number);
    if (property->type == SIM_NUMBER)
        return icp_number_parse(text, number);
    return icp_time_parse(text, number) || icp_integer_parse(text, number);
}

/* The record's side, without making text of a stamp. */
static bool record_number(struct sim_call *call, uint32_t column, const struct sim_view *view,
                          int64_t *number)
{
    const struct sim_property *property = &call->crm->tables[call->object].properties[column];

    if (property->derived == SIM_FROM_ID)
        *number = view->record->id;
    else if (property->derived == SIM_FROM_CREATED)
        *number = view->record->created_ms;
    else if (property->derived == SIM_FROM_UPDATED)
        *number = view->updated_ms;
    else
        return to_number(property, sim_view_value(call->crm, call->object, view, column), number);
    return true;
}

/* ---- Operators. */

static int compare_value(struct sim_call *call, const struct filter *filter,
                         const struct sim_view *view, int64_t number, struct icp_str text,
                         bool *known)
{
    int64_t own;
    struct icp_str value;

    if (filter->kind == OPERAND_NUMBER) {
        *known = record_number(call, filter->column, view, &own);
        return *known ? (own > number) - (own < number) : 0;
    }
    value = sim_view_value(call->crm, call->object, view, filter->column);
    *known = !icp_str_is_empty(value);
    if (filter->kind == OPERAND_TEXT && icp_str_equal_ascii_case(value, text))
        return 0;
    return icp_str_compare(value, text);
}

static bool test_less(struct sim_call *call, const struct filter *filter,
                      const struct sim_view *view)
{
    bool known;

    return compare_value(call, filter, view, filter->low, filter->text, &known) < 0 && known;
}

static bool test_less_or_equal(struct sim_call *call, const struct filter *filter,
                               const struct sim_view *view)
{
    bool known;

    return compare_value(call, filter, view, filter->low, filter->text, &known) <= 0 && known;
}

static bool test_greater(struct sim_call *call, const struct filter *filter,
                         const struct sim_view *view)
{
    bool known;

    return compare_value(call, filter, view, filter->low, filter->text, &known) > 0 && known;
}

static bool test_greater_or_equal(struct sim_call *call, const struct filter *filter,
                                  const struct sim_view *view)
{
    bool known;

    return compare_value(call, filter, view, filter->low, filter->text, &known) >= 0 && known;
}

static bool is_linked(const struct filter *filter, const struct sim_view *view)
{
    const struct sim_links *links = &view->record->links[filter->to];

    for (uint32_t i = 0; i < links->count; i++)
        if (links->items[i].to == filter->low)
            return true;
    return false;
}

static bool test_equal(struct sim_call *call, const struct filter *filter,
                       const struct sim_view *view)
{
    bool known;

    if (filter->column == SIM_NO_COLUMN)
        return is_linked(filter, view);
    return compare_value(call, filter, view, filter->low, filter->text, &known) == 0 && known;
}

static bool test_between(struct sim_call *call, const struct filter *filter,
                         const struct sim_view *view)
{
    int64_t own;

    return filter->kind == OPERAND_NUMBER && record_number(call, filter->column, view, &own) &&
           own >= filter->low && own <= filter->high;
}

/* Case matters here, unlike in EQ: that is how HubSpot answers. Texts of IN are sent in lower case
   and compared with the value in lower case. */
static bool test_in(struct sim_call *call, const struct filter *filter, const struct sim_view *view)
{
    const struct sim_property *property =
        &call->crm->tables[call->object].properties[filter->column];
    struct icp_str value = sim_view_value(call->crm, call->object, view, filter->column);

    for (size_t i = 0; i < filter->texts.count; i++) {
        int64_t wanted, own;
        if (filter->kind == OPERAND_NUMBER) {
            if (to_number(property, filter->texts.items[i], &wanted) &&
                record_number(call, filter->column, view, &own) && own == wanted)
                return true;
        } else if (icp_str_equal(value, filter->texts.items[i])) {
            return true;
        }
    }
    return false;
}

static bool test_has(struct sim_call *call, const struct filter *filter,
                     const struct sim_view *view)
{
    return !icp_str_is_empty(sim_view_value(call->crm, call->object, view, filter->column));
}

static bool is_token_end(struct icp_str text)
{
    char c;

    if (icp_str_is_empty(text))
        return true;
    c = text.data[0];
    return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
}

/* A whole word of the value, without case; a '*' at either end stands for the rest of the word. */
static bool test_token(struct sim_call *call, const struct filter *filter,
                       const struct sim_view *view)
{
    struct icp_str value = sim_view_value(call->crm, call->object, view, filter->column);
    struct icp_str token = filter->text;
    bool open_start = icp_str_has_prefix(token, ICP_STR("*"));
    bool open_end = icp_str_has_suffix(token, ICP_STR("*"));

    token = icp_str_slice(token, open_start ? 1 : 0, token.length - (open_end ? 1 : 0));
    for (size_t i = 0; i + token.length <= value.length; i++) {
        struct icp_str here = icp_str_slice(value, i, i + token.length);
        bool starts = open_start || i == 0 || is_token_end(icp_str_slice(value, i - 1, i));
        bool ends =
            open_end || is_token_end(icp_str_slice(value, i + token.length, i + token.length + 1));
        if (starts && ends && icp_str_equal_ascii_case(here, token))
            return true;
    }
    return false;
}

static const struct {
    const char *name;
    operator_test test;
    bool negated, needs_value, needs_list;
} operators[] = {
    {"LT", test_less, false, true, false},
    {"LTE", test_less_or_equal, false, true, false},
    {"GT", test_greater, false, true, false},
    {"GTE", test_greater_or_equal, false, true, false},
    {"EQ", test_equal, false, true, false},
    {"NEQ", test_equal, true, true, false},
    {"BETWEEN", test_between, false, true, false},
    {"IN", test_in, false, false, true},
    {"NOT_IN", test_in, true, false, true},
    {"HAS_PROPERTY", test_has, false, false, false},
    {"NOT_HAS_PROPERTY", test_has, true, false, false},
    {"CONTAINS_TOKEN", test_token, false, true, false},
    {"NOT_CONTAINS_TOKEN", test_token, true, true, false},
};
enum { OPERATOR_COUNT = sizeof(operators) / sizeof(operators[0]) };

/* ---- Reading the query. */

static struct icp_str operand(struct sim_call *call, const struct icp_json *filter, const char *key)
{
    const struct icp_json *value = icp_json_get(filter, key);
    struct icp_str text = icp_json_text(value);

    return icp_str_is_null(text) ? icp_json_id(value, call->arena) : text;
}

static size_t find_operator(struct icp_str name)
{
    size_t i = 0;

    while (i < OPERATOR_COUNT && !icp_str_is(name, operators[i].name))
        i++;
    return i;
}

static bool read_operands(struct sim_call *call, const struct icp_json *json, size_t operator,
                          struct filter * out)
{
    const struct sim_property *property = &call->crm->tables[call->object].properties[out->column];
    struct icp_str high = operand(call, json, "highValue");

    out->text = operand(call, json, "value");
    out->texts = sim_json_list(call, icp_json_get(json, "values"));
    if ((operators[operator].needs_value && icp_str_is_null(out->text)) ||
        (operators[operator].needs_list && out->texts.count == 0)) {
        sim_bad_request(call, "operator %s requires a value", operators[operator].name);
        return false;
    }
    if (out->kind != OPERAND_NUMBER || !operators[operator].needs_value)
        return true;
    if (to_number(property, out->text, &out->low) &&
        (out->test != test_between || to_number(property, high, &out->high)))
        return true;
    sim_bad_request(call, "%.*s is not a valid value for property %.*s",
                    ICP_STR_ARGUMENTS(out->text), ICP_STR_ARGUMENTS(property->name));
    return false;
}

/* associations.company EQ "<id>" */
static bool read_link_filter(struct sim_call *call, const struct icp_json *json,
                             struct icp_str object, struct filter *out)
{
    out->column = SIM_NO_COLUMN;
    if (sim_object_parse(object, &out->to) && out->test == test_equal &&
        sim_parse_id(operand(call, json, "value"), &out->low))
        return true;
    sim_bad_request(call, "associations.%.*s takes EQ and a record id", ICP_STR_ARGUMENTS(object));
    return false;
}

/* HubSpot answers a last-modified filter at the epoch with an error of its own. */
static bool is_epoch(struct sim_call *call, const struct filter *filter)
{
    const struct sim_property *property =
        &call->crm->tables[call->object].properties[filter->column];

    if (property->derived != SIM_FROM_UPDATED || !icp_str_is(filter->text, "0"))
        return false;
    sim_fail(call, &(struct sim_problem){.status = 500, .category = "INTERNAL_ERROR"},
             "internal error");
    return true;
}

static bool read_filter(struct sim_call *call, const struct icp_json *json, struct filter *out)
{
    struct icp_str name = icp_json_get_text(json, "propertyName");
    size_t operator= find_operator(icp_json_get_text(json, "operator"));

    if (operator== OPERATOR_COUNT) {
        sim_bad_request(call, "Invalid input JSON: unknown operator");
        return false;
    }
    *out = (struct filter){.test = operators[operator].test,
                           .negated = operators[operator].negated};
    if (icp_str_has_prefix(name, ICP_STR("associations.")))
        return read_link_filter(call, json,
                                icp_str_slice(name, sizeof("associations.") - 1, name.length), out);
    out->column = sim_column(call->crm, call->object, name);
    if (out->column == SIM_NO_COLUMN) {
        sim_bad_request(call, "There was a problem with the request. Property %.*s does not exist",
                        ICP_STR_ARGUMENTS(name));
        return false;
    }
    out->kind = kind_of(&call->crm->tables[call->object].properties[out->column]);
    return read_operands(call, json, operator, out) && !is_epoch(call, out);
}

static bool read_group(struct sim_call *call, const struct icp_json *filters, struct query *query)
{
    struct filter_group *group = &query->groups[query->count];
    size_t count = icp_json_count(filters);

    if (query->count == MOST_GROUPS || count > MOST_FILTERS) {
        sim_bad_request(call, "too many filter groups or filters: at most %d groups of %d filters",
                        MOST_GROUPS, MOST_FILTERS);
        return false;
    }
    query->count++;
    for (group->count = 0; group->count < count; group->count++)
        if (!read_filter(call, icp_json_at(filters, group->count), &group->filters[group->count]))
            return false;
    return true;
}

static bool read_sort(struct sim_call *call, struct query *query)
{
    const struct icp_json *sorts = icp_json_get(call->body, "sorts");
    const struct icp_json *sort = icp_json_at(sorts, 0);
    struct icp_str name = icp_json_get_text(sort, "propertyName");

    query->sort_column = sim_column(call->crm, call->object, ICP_STR("createdate"));
    if (icp_json_count(sorts) == 0)
        return true;
    if (icp_json_count(sorts) > 1) {
        sim_bad_request(call, "Only one sort rule is allowed");
        return false;
    }
    if (icp_json_is_text(sort))
        name = icp_json_text(sort); /* the specification types sorts as texts */
    query->sort_column = sim_column(call->crm, call->object, name);
    query->descending = icp_str_is(icp_json_get_text(sort, "direction"), "DESCENDING");
    if (query->sort_column != SIM_NO_COLUMN)
        return true;
    sim_bad_request(call, "Property %.*s does not exist", ICP_STR_ARGUMENTS(name));
    return false;
}

static bool read_query(struct sim_call *call, struct query *query)
{
    const struct icp_json *groups = icp_json_get(call->body, "filterGroups");
    const struct icp_json *filters = icp_json_get(call->body, "filters");

    if (call->request->body.length > MOST_BODY) {
        sim_bad_request(call, "The request body is too long: at most %d characters", MOST_BODY);
        return false;
    }
    if (icp_json_count(filters) > 0 && !read_group(call, filters, query))
        return false;
    for (size_t i = 0; i < icp_json_count(groups); i++)
        if (!read_group(call, icp_json_get(icp_json_at(groups, i), "filters"), query))
            return false;
    return read_sort(call, query);
}

/* ---- Running it. */

static bool in_group(struct sim_call *call, const struct filter_group *group,
                     const struct sim_view *view)
{
    for (size_t i = 0; i < group->count; i++)
        if (group->filters[i].test(call, &group->filters[i], view) == group->filters[i].negated)
            return false;
    return true;
}

static bool is_hit(struct sim_call *call, const struct query *query, const struct sim_view *view)
{
    for (size_t i = 0; i < query->count; i++)
        if (in_group(call, &query->groups[i], view))
            return true;
    return query->count == 0;
}

struct hit {
    int64_t key, id;
    struct icp_str text;
    uint32_t record;
    bool known;
};

static int compare_hits(const void *a, const void *b)
{
    const struct hit *left = a, *right = b;
    int order = 0;

    if (left->known != right->known)
        return left->known ? -1 : 1;
    order = (left->key > right->key) - (left->key < right->key);
    if (order == 0)
        order = icp_str_compare(left->text, right->text);
    return order != 0 ? order : (left->id > right->id) - (left->id < right->id);
}

static int compare_hits_down(const void *a, const void *b)
{
    return compare_hits(b, a);
}

static struct hit make_hit(struct sim_call *call, const struct query *query,
                           const struct sim_view *view, uint32_t record)
{
    const struct sim_property *property =
        &call->crm->tables[call->object].properties[query->sort_column];
    struct hit hit = {.id = view->record->id, .record = record};

    if (kind_of(property) == OPERAND_NUMBER) {
        hit.known = record_number(call, query->sort_column, view, &hit.key);
    } else {
        hit.text = sim_view_value(call->crm, call->object, view, query->sort_column);
        hit.known = !icp_str_is_empty(hit.text);
    }
    return hit;
}

static size_t find_hits(struct sim_call *call, const struct query *query, struct hit **hits)
{
    const struct sim_table *table = &call->crm->tables[call->object];
    size_t count = 0, allocated = 0;

    for (uint32_t i = 0; i < table->count; i++) {
        struct sim_view view;
        if (!sim_view_search(call->crm, &table->records[i], &view) || !is_hit(call, query, &view))
            continue;
        *hits = sim_grow(*hits, &allocated, count + 1, sizeof(**hits));
        (*hits)[count++] = make_hit(call, query, &view, i);
    }
    if (count > 1)
        qsort(*hits, count, sizeof(**hits), query->descending ? compare_hits_down : compare_hits);
    return count;
}

static void put_hits(struct sim_call *call, const struct hit *hits, size_t count, size_t after,
                     size_t limit)
{
    struct sim_columns columns =
        sim_columns_for(call, sim_json_list(call, icp_json_get(call->body, "properties")));
    struct icp_json_writer *json = &call->json;
    size_t end = after + limit < count ? after + limit : count;

    icp_json_begin_object(json);
    icp_json_put_integer_member(json, "total", (int64_t)count);
    icp_json_put_key(json, "results");
    icp_json_begin_array(json);
    for (size_t i = after; i < end; i++) {
        struct sim_view view;
        if (sim_view_search(call->crm, sim_record_at(call->crm, call->object, hits[i].record),
                            &view))
            sim_put_record(call, &view, &columns);
    }
    icp_json_end_array(json);
    if (end < count) {
        icp_json_put_key(json, "paging");
        icp_json_begin_object(json);
        icp_json_put_key(json, "next");
        icp_json_begin_object(json);
        sim_put_id(json, "after", (int64_t)end);
        icp_json_end_object(json);
        icp_json_end_object(json);
    }
    icp_json_end_object(json);
}

void sim_search(struct sim_call *call)
{
    struct icp_str after_text = operand(call, call->body, "after");
    struct query query = {0};
    struct hit *hits = NULL;
    int64_t after = 0, limit;
    size_t count;

    limit = sim_limit(call, operand(call, call->body, "limit"), DEFAULT_LIMIT, MOST_LIMIT);
    if (limit == 0 || !read_query(call, &query))
        return;
    if (!icp_str_is_empty(after_text) && (!icp_integer_parse(after_text, &after) || after < 0)) {
        sim_bad_request(call, "after must be the number that the last page gave");
        return;
    }
    if (after + limit > MOST_RESULTS) {
        sim_bad_request(call, "The total number of results that can be paged through is %d",
                        MOST_RESULTS);
        return;
    }
    count = find_hits(call, &query, &hits);
    put_hits(call, hits, count, (size_t)after, (size_t)limit);
    icp_release(hits);
}
