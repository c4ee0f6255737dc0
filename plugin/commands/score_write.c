/*
 * A result as a row of the output: CSV, where a text that a spreadsheet would take for a formula is
 * made harmless, or NDJSON. Room is asked for before it is used, so that a block's output never
 * grows: what is there may be written first.
 */
#include <string.h>

#include "csv.h"
#include "date.h"
#include "json_stream.h"
#include "score_file.h"

enum {
    SHORT_TEXT = 1024, /* quoted and guarded it is at most twice as long */
    NUMBER_MOST = 16,
};

static const char reason_mark = '|'; /* between reasons of one cell */

static enum icp_status put(struct score_worker *worker, struct icp_str text)
{
    while (text.length > 0) {
        size_t some = text.length < SCORE_OUT ? text.length : SCORE_OUT;
        char *out = score_room(worker, some);
        if (out == NULL)
            return worker->err.status;
        memcpy(out, text.data, some);
        worker->block->out_used += some;
        text = icp_str_slice(text, some, text.length);
    }
    return ICP_OK;
}

static inline enum icp_status put_char(struct score_worker *worker, char c)
{
    char *out = score_room(worker, 1);

    if (out == NULL)
        return worker->err.status;
    *out = c;
    worker->block->out_used++;
    return ICP_OK;
}

/* Through a buffer: whatever is not short or not plain. */
static enum icp_status put_buffer(struct score_worker *worker, struct icp_buf *buf)
{
    enum icp_status status = buf->failed
                                 ? icp_fail(&worker->err, ICP_BUG, "no memory for a long text")
                                 : put(worker, icp_buf_view(buf));

    icp_buf_finish(buf);
    return status;
}

#define TEXT_MOST ((size_t)8 * 1024 * 1024) /* a row's longest text, every character escaped */

static enum icp_status put_odd_cell(struct score_worker *worker, struct icp_str text)
{
    struct icp_buf buf;

    icp_buf_open(&buf, TEXT_MOST);
    icp_csv_put_cell(&buf, text, true, true);
    return put_buffer(worker, &buf);
}

enum { WORD = sizeof(uint64_t) };

/* Every byte is '-' or above, but no semicolon: letters and digits, as nearly all cells that are
   written have. Eight at a time. */
static inline bool is_usual(const char *data)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    uint64_t bytes, semicolons;

    memcpy(&bytes, data, sizeof(bytes));
    semicolons = bytes ^ (ones * ';');
    return ((((bytes - ones * '-') & ~bytes) | ((semicolons - ones) & ~semicolons)) & tops) == 0;
}

/* No character that has to be quoted, and none at the front that a formula begins with. */
static inline bool is_plain(struct icp_str text)
{
    bool plain = true;
    size_t at = 0;

    for (; at + WORD <= text.length && is_usual(text.data + at); at += WORD)
        ;
    for (; at < text.length; at++) {
        char c = text.data[at];
        plain = plain && c != ',' && c != ';' && c != '\t' && c != '"' && c != '\n' && c != '\r';
    }
    return plain && (text.data[0] >= '0' || text.data[0] < 0) && text.data[0] != '=' &&
           text.data[0] != '@' && text.data[0] != (char)0xEF;
}

static enum icp_status put_cell(struct score_worker *worker, struct icp_str text)
{
    char *out;

    if (text.length == 0)
        return ICP_OK;
    if (text.length > SHORT_TEXT || !is_plain(text))
        return put_odd_cell(worker, text);
    out = score_room(worker, text.length);
    if (out == NULL)
        return worker->err.status;
    memcpy(out, text.data, text.length);
    worker->block->out_used += text.length;
    return ICP_OK;
}

static enum icp_status put_number(struct score_worker *worker, int64_t number)
{
    char *out = score_room(worker, NUMBER_MOST);
    char digits[NUMBER_MOST];
    size_t length = 0;
    uint64_t rest = number < 0 ? (uint64_t)0 - (uint64_t)number : (uint64_t)number;

    if (out == NULL)
        return worker->err.status;
    if (rest < 100 && number >= 0) { /* as good as always: no loop, and no branch on how many */
        out[0] = (char)('0' + rest / 10);
        out[rest >= 10] = (char)('0' + rest % 10);
        worker->block->out_used += rest >= 10 ? 2 : 1;
        return ICP_OK;
    }
    do
        digits[length++] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0 && length < NUMBER_MOST - 1);
    if (number < 0)
        digits[length++] = '-';
    for (size_t i = 0; i < length; i++)
        out[i] = digits[length - 1 - i];
    worker->block->out_used += length;
    return ICP_OK;
}

/* ---- What a column says --------------------------------------------------------------------- */

/* What comes next for the row, of whom several files may be. */
static bool look_ahead(struct score_worker *worker, const struct score_row *row,
                       const struct icp_rules_input *input, struct icp_result *result)
{
    const struct score_plan *plan = worker->plan;
    const struct icp_ruleset *files[SCORE_RULES_MOST];
    struct icp_rules_input inputs[SCORE_RULES_MOST];
    struct icp_ahead *ahead;
    size_t chosen = 0;

    for (size_t r = 0; r < plan->rules_count; r++) {
        files[r] = plan->rules[r].rules;
        inputs[r] = *input;
        inputs[r].values = row->values + plan->rules[r].first_slot;
        chosen = &plan->rules[r] == row->rules ? r : chosen;
    }
    return icp_rules_ahead_open(files, plan->rules_count, &worker->arena, &ahead, &worker->err) ==
               ICP_OK &&
           icp_rules_look_ahead(ahead, inputs, chosen, &worker->arena, result, &worker->err) ==
               ICP_OK;
}

static struct icp_str day_text(struct score_worker *worker, const struct icp_forecast *forecast)
{
    char date[ICP_TIME_TEXT];

    if (forecast->on == ICP_NO_DAY)
        return (struct icp_str){0};
    return icp_arena_copy(&worker->arena, icp_date_format(forecast->on, date));
}

/* The rule engine's own result, for what only it works out. */
static struct icp_str whole_text(struct score_worker *worker, const struct score_row *row,
                                 enum score_kind kind)
{
    const struct score_rules *rules = row->rules;
    struct icp_rules_input input = score_input(worker, row, rules);
    struct icp_result result;

    if (icp_rules_score(rules->rules, &input, 1, &worker->arena, &result, &worker->err) != ICP_OK)
        return (struct icp_str){0};
    if (kind == SCORE_MISSING)
        return result.missing_field;
    if (!look_ahead(worker, row, &input, &result))
        return (struct icp_str){0};
    if (kind == SCORE_SUMMARY)
        return icp_rules_summary(rules->rules, &result, &worker->arena);
    if (kind == SCORE_FALLS_TO)
        return icp_arena_copy(&worker->arena, icp_str_from(result.outlook.grade.grade));
    if (kind == SCORE_LIFT)
        return result.outlook.lift;
    return day_text(worker, &result.outlook.grade);
}

static struct icp_str tier_of(const struct score_row *row)
{
    const struct icp_rules_about *about = icp_rules_about(row->rules->rules);

    return row->result.tier < about->tier_count ? about->tiers[row->result.tier].id
                                                : (struct icp_str){0};
}

static struct icp_str id_of(const struct score_worker *worker, const struct score_row *row)
{
    return row->values[worker->plan->id_slot];
}

/* "decision_maker|payer" */
static struct icp_str roles_of(struct score_worker *worker, const struct score_row *row)
{
    const struct icp_bulk_result *result = &row->result;
    struct icp_str text = result->role_count > 0 ? result->roles[0] : (struct icp_str){0};

    for (size_t i = 1; i < result->role_count; i++)
        text = icp_arena_format(&worker->arena, "%.*s%c%.*s", ICP_STR_ARGUMENTS(text), reason_mark,
                                ICP_STR_ARGUMENTS(result->roles[i]));
    return text;
}

static struct icp_str text_of(struct score_worker *worker, const struct score_row *row,
                              const struct score_column *column)
{
    switch (column->kind) {
    case SCORE_ID:
        return id_of(worker, row);
    case SCORE_ROLES:
        return roles_of(worker, row);
    case SCORE_GRADE:
        return icp_str_from(row->result.grade);
    case SCORE_TIER:
        return tier_of(row);
    case SCORE_REACH:
        return icp_str_from(icp_reach_name(row->result.reach));
    case SCORE_PROFILE:
        return icp_rules_about(row->rules->rules)->name;
    case SCORE_SUMMARY:
    case SCORE_MISSING:
    case SCORE_FALLS_TO:
    case SCORE_FALLS_ON:
    case SCORE_LIFT:
        return whole_text(worker, row, column->kind);
    case SCORE_VALUE:
        return row->values[column->slot];
    case SCORE_SCORE:
    case SCORE_FIT:
    case SCORE_ENGAGEMENT:
    case SCORE_COVERAGE:
    case SCORE_REASONS:
    case SCORE_REFUSED:
        break;
    }
    return (struct icp_str){0};
}

static bool number_of(const struct score_row *row, enum score_kind kind, int64_t *number)
{
    const struct icp_bulk_result *result = &row->result;

    switch (kind) {
    case SCORE_SCORE:
        *number = result->score;
        return true;
    case SCORE_FIT:
        *number = result->fit;
        return *number >= 0; /* the points model has none */
    case SCORE_ENGAGEMENT:
        *number = result->engagement;
        return *number >= 0; /* the points model has none */
    case SCORE_COVERAGE:
        *number = result->coverage;
        return *number >= 0; /* the points model has none */
    case SCORE_REFUSED:
        *number = result->refused_values;
        return true;
    case SCORE_ID:
    case SCORE_GRADE:
    case SCORE_TIER:
    case SCORE_ROLES:
    case SCORE_REASONS:
    case SCORE_REACH:
    case SCORE_SUMMARY:
    case SCORE_PROFILE:
    case SCORE_MISSING:
    case SCORE_FALLS_TO:
    case SCORE_FALLS_ON:
    case SCORE_LIFT:
    case SCORE_VALUE:
        break;
    }
    return false;
}

static bool is_number(enum score_kind kind)
{
    return kind == SCORE_SCORE || kind == SCORE_FIT || kind == SCORE_ENGAGEMENT ||
           kind == SCORE_COVERAGE || kind == SCORE_REFUSED;
}

/* ---- CSV ------------------------------------------------------------------------------------ */

/* "129 employees (+21)|Based in Finland (+10)": the points behind, or it would look like a formula.
 */
static enum icp_status put_reason_texts(struct score_worker *worker, const struct score_row *row)
{
    struct icp_buf buf, cell;

    icp_buf_open(&buf, TEXT_MOST);
    icp_buf_open(&cell, TEXT_MOST);
    for (size_t i = 0; i < row->result.reason_count; i++) {
        const struct icp_bulk_reason *reason = &row->result.reasons[i];
        struct icp_str text = icp_bulk_reason_text(row->work, reason);
        icp_buf_format(&buf, "%s%.*s", i > 0 ? " | " : "", ICP_STR_ARGUMENTS(text));
        if (!row->result.disqualified)
            icp_buf_format(&buf, " (%+d)", reason->points);
    }
    if (buf.length > 0)
        icp_csv_put_cell(&cell, icp_buf_view(&buf), true, true);
    icp_buf_finish(&buf);
    return put_buffer(worker, &cell);
}

static enum icp_status put_reasons(struct score_worker *worker, const struct score_row *row)
{
    char *out;

    if (worker->options->texts)
        return put_reason_texts(worker, row);
    out = score_room(worker, row->rules->reasons_room);
    if (out == NULL)
        return worker->err.status;
    worker->block->out_used += icp_bulk_reasons_write(row->work, &row->result, reason_mark, out);
    return ICP_OK;
}

/* One letter, or a letter and a digit: nothing to be quoted. */
static enum icp_status put_grade(struct score_worker *worker, const struct icp_bulk_result *result)
{
    char *out = score_room(worker, sizeof(result->grade));

    if (out == NULL)
        return worker->err.status;
    memcpy(out, result->grade, sizeof(result->grade));
    worker->block->out_used += (result->grade[0] != '\0') + (size_t)(result->grade[1] != '\0');
    return ICP_OK;
}

static enum icp_status put_column(struct score_worker *worker, const struct score_row *row,
                                  const struct score_column *column)
{
    int64_t number;

    if (row->rules == NULL && column->kind == SCORE_TIER)
        return put(worker, ICP_STR("not_scored"));
    if (row->rules == NULL && column->kind != SCORE_ID && column->kind != SCORE_VALUE)
        return ICP_OK;
    if (column->kind == SCORE_REASONS)
        return put_reasons(worker, row);
    if (column->kind == SCORE_GRADE)
        return put_grade(worker, &row->result);
    if (number_of(row, column->kind, &number))
        return put_number(worker, number);
    return put_cell(worker, text_of(worker, row, column));
}

static enum icp_status put_csv(struct score_worker *worker, const struct score_row *row)
{
    const struct score_plan *plan = worker->plan;

    for (size_t i = 0; i < plan->columns_count; i++) {
        if (i > 0 && put_char(worker, plan->separator) != ICP_OK)
            return worker->err.status;
        if (put_column(worker, row, &plan->columns[i]) != ICP_OK)
            return worker->err.status;
    }
    return put_char(worker, '\n');
}

/* ---- NDJSON --------------------------------------------------------------------------------- */

static void json_reasons(struct icp_json_writer *json, const struct score_worker *worker,
                         const struct score_row *row)
{
    icp_json_begin_array(json);
    for (size_t i = 0; i < row->result.reason_count; i++) {
        const struct icp_bulk_reason *reason = &row->result.reasons[i];
        if (!worker->options->texts) {
            icp_json_put_text(json, icp_bulk_line_token(row->work, reason));
            continue;
        }
        icp_json_begin_object(json);
        icp_json_put_text_member(json, "id",
                                 icp_bulk_line_id(icp_bulk_of(row->work), reason->line));
        icp_json_put_integer_member(json, "points", reason->points);
        icp_json_put_text_member(json, "text", icp_bulk_reason_text(row->work, reason));
        icp_json_end_object(json);
    }
    icp_json_end_array(json);
}

static void json_column(struct icp_json_writer *json, struct score_worker *worker,
                        const struct score_row *row, const struct score_column *column)
{
    int64_t number;

    icp_json_put_key_text(json, column->title);
    if (row->rules == NULL && column->kind == SCORE_TIER) {
        icp_json_put_text(json, ICP_STR("not_scored"));
    } else if (row->rules == NULL && column->kind != SCORE_ID && column->kind != SCORE_VALUE) {
        icp_json_put_null(json);
    } else if (column->kind == SCORE_REASONS) {
        json_reasons(json, worker, row);
    } else if (column->kind == SCORE_ROLES) {
        icp_json_begin_array(json);
        for (size_t i = 0; i < row->result.role_count; i++)
            icp_json_put_text(json, row->result.roles[i]);
        icp_json_end_array(json);
    } else if (is_number(column->kind)) {
        if (number_of(row, column->kind, &number))
            icp_json_put_integer(json, number);
        else
            icp_json_put_null(json);
    } else {
        icp_json_put_text(json, text_of(worker, row, column));
    }
}

static enum icp_status put_ndjson(struct score_worker *worker, const struct score_row *row)
{
    struct icp_json_writer json;

    icp_buf_reset(&worker->line);
    icp_json_writer_open(&json, &worker->line);
    icp_json_begin_object(&json);
    for (size_t i = 0; i < worker->plan->columns_count; i++)
        json_column(&json, worker, row, &worker->plan->columns[i]);
    icp_json_end_object(&json);
    icp_buf_add_char(&worker->line, '\n');
    if (worker->line.failed)
        return icp_fail(&worker->err, ICP_BUG, "no memory for a long text");
    return put(worker, icp_buf_view(&worker->line));
}

enum icp_status score_put_row(struct score_worker *worker, const struct score_row *row)
{
    enum icp_status status =
        worker->options->to == SCORE_CSV ? put_csv(worker, row) : put_ndjson(worker, row);

    return worker->err.status != ICP_OK ? worker->err.status : status;
}

enum icp_status score_put_header(const struct score_plan *plan, const struct score_options *options,
                                 struct icp_buf *out)
{
    for (size_t i = 0; i < plan->columns_count && options->to == SCORE_CSV; i++) {
        if (i > 0)
            icp_buf_add_char(out, plan->separator);
        icp_csv_put_cell(out, plan->columns[i].title, true, true);
    }
    if (options->to == SCORE_CSV)
        icp_buf_add_char(out, '\n');
    return out->failed ? ICP_BUG : ICP_OK;
}
