/*
 * A block's rows, one after the other: to values, to a result, to the output. Invariant: a row is
 * either written or told with its line and counted; nothing of one row lives on in the next.
 */
#include <string.h>

#include "date.h"
#include "json_stream.h"
#include "number.h"
#include "score_file.h"
#include "score_spelling.h"

#define ROW_MEMORY ((size_t)8 * 1024 * 1024) /* one row's signals and the engine's own result */

bool score_worker_open(struct score_worker *worker, const struct score_plan *plan,
                       const struct score_options *options, struct score_ring *ring)
{
    bool good;

    memset(worker, 0, sizeof(*worker));
    worker->plan = plan;
    worker->options = options;
    worker->ring = ring;
    icp_arena_open(&worker->arena, ROW_MEMORY);
    icp_buf_open(&worker->line, ROW_MEMORY);
    worker->signals = icp_allocate(plan->signals_most + 1, sizeof(worker->signals[0]));
    if (plan->names != NULL)
        worker->scan = icp_json_scan_open(options->scan, plan->names, plan->slot_count);
    else
        worker->cells = icp_allocate(plan->slot_count + 1, sizeof(worker->cells[0]));
    worker->values = worker->cells;
    worker->reasons = icp_allocate(SCORE_TOP_MOST, sizeof(worker->reasons[0]));
    good = worker->signals != NULL && worker->reasons != NULL &&
           (worker->cells != NULL || worker->scan != NULL);
    for (size_t r = 0; r < plan->rules_count && good && plan->rules[r].bulk != NULL; r++) {
        worker->works[r] = icp_bulk_work_open(
            plan->rules[r].bulk, options->caches / options->threads / plan->rules_count,
            plan->rules[r].given);
        good = worker->works[r] != NULL;
    }
    return good;
}

void score_worker_close(struct score_worker *worker)
{
    for (size_t r = 0; r < SCORE_RULES_MOST; r++)
        icp_bulk_work_close(worker->works[r]);
    icp_json_scan_close(worker->scan);
    icp_arena_close(&worker->arena);
    icp_buf_finish(&worker->line);
    icp_release(worker->cells);
    icp_release(worker->signals);
    icp_release(worker->room);
    icp_release(worker->reasons);
    memset(worker, 0, sizeof(*worker));
}

/* ---- What is told --------------------------------------------------------------------------- */

/* Which line of the block a place is in: asked only when something is told. Rows are told in their
   order, so that the ends of lines are counted on from the row before: once each, however many rows
   are bad. */
static uint64_t line_at(struct score_worker *worker, size_t place)
{
    const char *text = worker->block->text, *end = text + place;

    if (place < worker->told_place)
        worker->told_place = worker->told_lines = 0;
    for (const char *at = text + worker->told_place;
         (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
        worker->told_lines++;
    worker->told_place = place;
    return worker->block->before + worker->told_lines;
}

static enum icp_status refuse_row(struct score_worker *worker, size_t place, enum score_bad bad,
                                  const char *reason)
{
    worker->block->counts.bad++;
    worker->block->stop = worker->options->strict;
    if (!score_counted(worker, bad))
        return ICP_OK;
    return score_note(worker, bad, line_at(worker, place), icp_str_from(reason));
}

/* A value of a slot that is not used as it stands. */
static enum icp_status refuse_value(struct score_worker *worker, size_t place, uint32_t slot,
                                    const char *is_not, struct icp_str then)
{
    struct icp_str value = worker->values[slot], text;

    worker->block->counts.refused++;
    worker->block->stop = worker->options->strict;
    if (!score_counted(worker, SCORE_BAD_KINDS + (size_t)slot))
        return ICP_OK;
    text = icp_arena_format(&worker->arena, "\"%.*s\" is not a %s: %.*s",
                            value.length > 80 ? 80 : (int)value.length, value.data, is_not,
                            ICP_STR_ARGUMENTS(then));
    return score_note(worker, SCORE_BAD_KINDS + (size_t)slot, line_at(worker, place), text);
}

/* A field that several files name is told once. */
static bool is_told_before(const struct score_plan *plan, const struct score_rules *rules,
                           struct icp_str name)
{
    for (const struct score_rules *other = plan->rules; other < rules; other++)
        if (icp_rules_field_index(other->rules, name) != SIZE_MAX)
            return true;
    return false;
}

/* The cells as they were taken show which of them the engine could not read. */
enum icp_status score_tell_refused(struct score_worker *worker, const struct score_rules *rules,
                                   size_t place)
{
    for (size_t i = 0; i < rules->field_count; i++) {
        const struct icp_rules_field *field = &rules->fields[i];
        uint32_t slot = rules->first_slot + (uint32_t)i;
        if (icp_rules_reads(rules->rules, i, worker->values[slot], worker->options->as_of,
                            &worker->arena) ||
            is_told_before(worker->plan, rules, field->name))
            continue;
        if (refuse_value(worker, place, slot, score_wanted(worker, field->type, slot),
                         icp_arena_format(&worker->arena, "%.*s is taken as unknown",
                                          ICP_STR_ARGUMENTS(field->name))) != ICP_OK)
            return worker->err.status;
    }
    return ICP_OK;
}

/* Conditions of a file that met a limit of FEEL on this row. */
static enum icp_status tell_stops(struct score_worker *worker, size_t rules,
                                  const struct icp_bulk_result *result, size_t place)
{
    size_t kind = SCORE_BAD_KINDS + worker->plan->slot_count + rules;

    for (uint32_t i = 0; i < result->stop_count; i++) {
        const struct icp_rules_stop *stop = &result->stops[i];
        worker->block->counts.stopped++;
        if (score_counted(worker, kind) &&
            score_note(worker, kind, line_at(worker, place),
                       icp_arena_format(&worker->arena,
                                        "%s:%u:%u: \"%.*s\" met a limit and is unknown: %s",
                                        worker->plan->rules[rules].path, (unsigned)stop->line,
                                        (unsigned)stop->column, ICP_STR_ARGUMENTS(stop->id),
                                        stop->why)) != ICP_OK)
            return worker->err.status;
    }
    return ICP_OK;
}

/* ---- Signals -------------------------------------------------------------------------------- */

enum { TIMES_MOST = 1000000 }; /* a counter above this is a broken counter */

/* As a CRM's connector reads a counter: without one a last date is one event. */
static enum icp_status times_of(struct score_worker *worker, const struct score_signal *signal,
                                size_t place, uint32_t *times)
{
    int64_t millionths = 0;

    *times = 1;
    if (signal->count == SCORE_NO_SLOT || icp_str_is_null(worker->values[signal->count]))
        return ICP_OK;
    if (!icp_number_parse(score_spell_whole(worker->values[signal->count], &worker->arena),
                          &millionths))
        return refuse_value(worker, place, signal->count, "number",
                            icp_arena_format(&worker->arena, "%.*s counts once",
                                             ICP_STR_ARGUMENTS(signal->definition->name)));
    millionths /= ICP_NUMBER_SCALE;
    *times = millionths <= 0 ? 0 : millionths > TIMES_MOST ? TIMES_MOST : (uint32_t)millionths;
    return ICP_OK;
}

/* When the last event was; false: there was none that can be dated. */
static bool last_of(struct score_worker *worker, const struct score_signal *signal, size_t place,
                    int64_t *at_ms)
{
    struct icp_str last = icp_str_trim(worker->values[signal->last]);

    if (icp_str_is_empty(last))
        return false;
    if (score_time_parse(last, at_ms))
        return true;
    (void)refuse_value(worker, place, signal->last, "date",
                       icp_arena_format(&worker->arena, "%.*s is left out",
                                        ICP_STR_ARGUMENTS(signal->definition->name)));
    return false;
}

static size_t add_counter(struct score_worker *worker, const struct score_signal *signal,
                          size_t place, struct icp_signal *out)
{
    const struct icp_signal_definition *definition = signal->definition;
    struct icp_attribute *attributes;
    uint32_t times;
    size_t known = 0;
    int64_t at_ms;

    if (!last_of(worker, signal, place, &at_ms) ||
        times_of(worker, signal, place, &times) != ICP_OK || times == 0)
        return 0;
    attributes =
        ICP_NEW_ARRAY(&worker->arena, struct icp_attribute, definition->attribute_count + 1);
    for (size_t i = 0; i < definition->attribute_count && attributes != NULL; i++) {
        struct icp_str text = worker->values[signal->first_attribute + i];
        if (!icp_str_is_null(text))
            attributes[known++] = (struct icp_attribute){definition->attributes[i].name, text};
    }
    out[0] = (struct icp_signal){.name = definition->name,
                                 .at_ms = at_ms,
                                 .times = times,
                                 .counted = !icp_str_is_empty(definition->count.property),
                                 .attributes = attributes,
                                 .attribute_count = known};
    if (known == 0 || times == 1)
        return 1;
    out[1] = out[0]; /* what is known of the last event is known of that one alone */
    out[1].attributes = NULL;
    out[1].attribute_count = 0;
    out[1].times = times - 1;
    out[0].times = 1;
    return 2;
}

static void counted_signals(struct score_worker *worker, struct score_row *row)
{
    row->signals = worker->signals;
    for (size_t i = 0; i < worker->plan->signal_count; i++)
        row->signal_count += add_counter(worker, &worker->plan->signals[i], row->place,
                                         &worker->signals[row->signal_count]);
}

enum { ATTRIBUTES_MOST = 32, MEMBERS_MOST = 64 };

/* {"signal": "form_submit", "at": "2026-01-15", "times": 2, "form": "Demo"}; attributes stand as
   members of their own or in "attributes". */
static bool read_signal_member(struct icp_json_reader *json, struct icp_str key,
                               struct icp_signal *signal, struct icp_attribute *attributes)
{
    struct icp_str text;
    int64_t times;

    if (icp_str_is(key, "attributes")) {
        if (!icp_json_enter_object(json))
            return false;
        while (icp_json_key(json, &key))
            if (!read_signal_member(json, key, signal, attributes))
                return false;
        return json->problem == NULL;
    }
    if (!icp_json_scalar(json, &text))
        return false;
    if (icp_str_is(key, "signal"))
        signal->name = text;
    else if (icp_str_is(key, "at"))
        return !icp_str_is_null(text) && score_time_parse(icp_str_trim(text), &signal->at_ms);
    else if (icp_str_is(key, "counted"))
        signal->counted = icp_str_is(text, "true");
    else if (icp_str_is(key, "times")) {
        if (!icp_integer_parse(text, &times) || times < 1 || times > TIMES_MOST)
            return false;
        signal->times = (uint32_t)times;
    } else if (signal->attribute_count < ATTRIBUTES_MOST && !icp_str_is_null(text))
        attributes[signal->attribute_count++] = (struct icp_attribute){key, text};
    return true;
}

static bool read_signal(struct icp_json_reader *json, struct icp_arena *arena,
                        struct icp_signal *signal)
{
    struct icp_attribute *attributes = ICP_NEW_ARRAY(arena, struct icp_attribute, ATTRIBUTES_MOST);
    struct icp_str key;

    *signal = (struct icp_signal){.times = 1, .attributes = attributes, .at_ms = INT64_MIN};
    if (attributes == NULL || !icp_json_enter_object(json))
        return false;
    while (icp_json_key(json, &key))
        if (!read_signal_member(json, key, signal, attributes))
            return false;
    return json->problem == NULL && !icp_str_is_null(signal->name) && signal->at_ms != INT64_MIN;
}

/* Our own shape's list of dated events. */
static bool listed_signals(struct score_worker *worker, struct score_row *row)
{
    struct icp_str list = worker->values[worker->plan->signals_slot];
    struct icp_json_reader json;
    struct icp_signal *signals =
        ICP_NEW_ARRAY(&worker->arena, struct icp_signal,
                      ICP_MAX_SIGNALS + (size_t)1 + worker->plan->signals_most);

    if (signals == NULL)
        return false;
    memcpy(signals, worker->signals, row->signal_count * sizeof(signals[0]));
    row->signals = signals;
    icp_json_reader_open(&json, list, &worker->arena);
    if (!icp_json_enter_array(&json))
        return false;
    for (size_t most = row->signal_count + ICP_MAX_SIGNALS; icp_json_item(&json);)
        if (row->signal_count == most ||
            !read_signal(&json, &worker->arena, &signals[row->signal_count++]))
            return false;
    return json.problem == NULL;
}

/* ---- A row ---------------------------------------------------------------------------------- */

/* The best of several files, as the engine chooses. */
static enum icp_status score_best(struct score_worker *worker, struct score_row *row)
{
    const struct score_plan *plan = worker->plan;
    struct icp_bulk_result results[SCORE_RULES_MOST] = {0};
    struct icp_result views[SCORE_RULES_MOST];
    const struct icp_result *pointers[SCORE_RULES_MOST];
    size_t best;

    for (size_t r = 0; r < plan->rules_count; r++) {
        struct icp_rules_input input = score_input(worker, row, &plan->rules[r]);
        if (icp_bulk_score(worker->works[r], &input, plan->rules[r].most, &results[r],
                           &worker->err) != ICP_OK)
            return worker->err.status;
        views[r] = (struct icp_result){.applies = results[r].applies,
                                       .disqualified = results[r].disqualified,
                                       .fit_letter = results[r].grade[0],
                                       .fit = results[r].fit,
                                       .score = results[r].score};
        pointers[r] = &views[r];
        if (__builtin_expect(results[r].refused_values > 0, 0) &&
            score_tell_refused(worker, &plan->rules[r], row->place) != ICP_OK)
            return worker->err.status;
        if (__builtin_expect(results[r].stop_count > 0, 0) &&
            tell_stops(worker, r, &results[r], row->place) != ICP_OK)
            return worker->err.status;
    }
    best = icp_rules_choose(pointers, plan->rules_count);
    row->rules = best < plan->rules_count ? &plan->rules[best] : NULL;
    if (row->rules != NULL) {
        row->work = worker->works[best];
        row->result = results[best];
    }
    return ICP_OK;
}

/* Of the reasons only the file's own lines, as many as wanted: what is unknown or held is none. */
static void keep_own(struct score_worker *worker, struct score_row *row)
{
    const struct icp_bulk_reason *reasons = row->result.reasons;
    size_t most = worker->options->top, kept = 0, i = 0;

    while (i < row->result.reason_count && i < most && row->rules->own[reasons[i].line])
        i++;
    if (i == row->result.reason_count || i == most) { /* nearly always: nothing to take out */
        row->result.reason_count = i;
        return;
    }
    for (i = 0; i < row->result.reason_count && kept < most; i++)
        if (row->rules->own[reasons[i].line])
            worker->reasons[kept++] = reasons[i];
    row->result.reasons = worker->reasons;
    row->result.reason_count = kept;
}

static enum icp_status score_row(struct score_worker *worker, struct score_row *row)
{
    const struct score_plan *plan = worker->plan;

    if (plan->rules_count > 1) {
        if (score_best(worker, row) != ICP_OK)
            return worker->err.status;
    } else {
        struct icp_rules_input input = score_input(worker, row, &plan->rules[0]);
        row->rules = &plan->rules[0];
        row->work = worker->works[0];
        if (icp_bulk_score(row->work, &input, row->rules->most, &row->result, &worker->err) !=
            ICP_OK)
            return worker->err.status;
        if (__builtin_expect(row->result.refused_values > 0, 0) &&
            score_tell_refused(worker, row->rules, row->place) != ICP_OK)
            return worker->err.status;
        if (__builtin_expect(row->result.stop_count > 0, 0) &&
            tell_stops(worker, 0, &row->result, row->place) != ICP_OK)
            return worker->err.status;
        if (!row->result.applies)
            row->rules = NULL;
    }
    if (worker->block->stop)
        return ICP_OK; /* strictly: what could not be read was told */
    worker->block->counts.rows++;
    if (row->rules == NULL)
        return score_put_row(worker, row);
    worker->block->counts.future += row->result.future_signals;
    if (worker->options->own_lines)
        keep_own(worker, row);
    return score_put_row(worker, row);
}

/* `place`: where the row begins in its block. */
static enum icp_status finish_row(struct score_worker *worker, size_t place)
{
    struct score_row row; /* its result is made, if it is, by score_row */

    row.rules = NULL;
    row.work = NULL;
    row.values = worker->values;
    row.signals = NULL;
    row.signal_count = 0;
    row.place = place;
    score_settle(worker);
    if (worker->look != NULL && !worker->look->wanted(worker)) {
        icp_arena_reset(&worker->arena);
        return ICP_OK;
    }
    if (worker->plan->signal_count > 0)
        counted_signals(worker, &row);
    if (worker->values[worker->plan->signals_slot].data != NULL && !listed_signals(worker, &row))
        (void)refuse_row(worker, place, SCORE_BAD_SIGNALS,
                         "the signals of this line cannot be read");
    else if ((worker->look != NULL ? worker->look->take(worker, &row) : score_row(worker, &row)) !=
             ICP_OK)
        return worker->err.status;
    if (worker->arena.full)
        return icp_fail(&worker->err, ICP_BUG, "a row needs more memory than %zu bytes",
                        ROW_MEMORY);
    if (worker->arena.used > 0)
        icp_arena_reset(&worker->arena);
    return worker->err.status;
}

/* ---- CSV ------------------------------------------------------------------------------------ */

static bool make_room(struct score_worker *worker, size_t wanted)
{
    char *room;

    wanted += ICP_BULK_SLACK;
    if (worker->room_size >= wanted)
        return true;
    room = icp_reallocate(worker->room, wanted + wanted / 2, 1);
    if (room == NULL)
        return false;
    worker->room = room;
    worker->room_size = wanted + wanted / 2;
    return true;
}

/* Takes the quotes off. The row's bytes are room enough, as often as one column is wanted. */
static struct icp_str unquoted(struct score_worker *worker, struct icp_str cell)
{
    struct icp_str text = icp_csv_unquote(cell, worker->room + worker->room_used);

    if (text.data == worker->room + worker->room_used)
        worker->room_used += text.length;
    return text.length > 0 ? text : (struct icp_str){0};
}

/* `ends`: of the row's cells; before them stands the end of the row before. An empty cell is
   unknown. */
static inline void take_cells(struct score_worker *worker, const char *text, const uint32_t *ends,
                              bool quotes)
{
    const struct score_take *take = worker->plan->takes, *last = take + worker->plan->take_count;

    for (; take < last; take++) {
        const uint32_t *end = ends + take->column;
        uint32_t from = end[-1] + 1, length = *end - from;
        struct icp_str cell = {length > 0 ? text + from : NULL, length};
        if (__builtin_expect(quotes && text[from] == '"', 0))
            cell = unquoted(worker, cell);
        worker->values[take->slot] = cell;
    }
}

static enum icp_status refuse_cells(struct score_worker *worker, size_t place, size_t cells)
{
    char reason[96];

    (void)snprintf(reason, sizeof(reason), "the row has %zu cell%s, the header has %zu", cells,
                   cells == 1 ? "" : "s", worker->plan->column_count);
    return refuse_row(worker, place, SCORE_BAD_CELLS, reason);
}

static enum icp_status refuse_problem(struct score_worker *worker, size_t place,
                                      enum icp_csv_problem problem, size_t cell)
{
    char reason[96];

    (void)snprintf(reason, sizeof(reason),
                   problem == ICP_CSV_NOT_UTF8 ? "cell %zu is not UTF-8"
                                               : "cell %zu goes on behind its closing quote",
                   cell);
    return refuse_row(worker, place,
                      problem == ICP_CSV_NOT_UTF8 ? SCORE_BAD_BYTES : SCORE_BAD_QUOTE, reason);
}

static enum icp_status csv_row(struct score_worker *worker, size_t row)
{
    struct score_block *block = worker->block;
    const struct icp_csv_marks *marks = &block->marks;
    size_t first = row > 0 ? marks->rows[row - 1] : 0, count = marks->rows[row] - first;
    size_t start = first > 0 ? marks->cells[first - 1] + (size_t)1 : 0;
    uint32_t *last = &marks->cells[marks->rows[row] - 1], line_end = *last;
    size_t end = line_end, cell;
    bool doubtful = end >= marks->doubt;

    if (end > start && block->text[end - 1] == '\r')
        end--; /* CR and LF end the row together */
    if (__builtin_expect(count != worker->plan->column_count, 0)) {
        if (end == start)
            return ICP_OK; /* an empty line is no row */
        return refuse_cells(worker, start, count);
    }
    if (__builtin_expect(doubtful, 0)) {
        enum icp_csv_problem problem = icp_csv_row_problem(
            (struct icp_str){block->text + start, end - start}, worker->plan->separator, &cell);
        if (problem != ICP_CSV_FINE)
            return refuse_problem(worker, start, problem, cell);
    }
    worker->room_used = 0;
    if (marks->quotes && !make_room(worker, (end - start) * worker->plan->copies))
        return icp_fail(&worker->err, ICP_BUG, "no memory for a row");
    *last = (uint32_t)end;
    take_cells(worker, block->text, marks->cells + first, marks->quotes);
    *last = line_end; /* behind it begins the next row */
    return finish_row(worker, start);
}

static enum icp_status csv_rows(struct score_worker *worker)
{
    const struct score_block *block = worker->block;

    for (size_t row = block->first_row; row < block->marks.row_count && !block->stop; row++)
        if (csv_row(worker, row) != ICP_OK)
            return worker->err.status;
    return ICP_OK;
}

/* ---- NDJSON --------------------------------------------------------------------------------- */

static enum icp_status refuse_line(struct score_worker *worker, size_t place,
                                   const struct icp_json_line *found)
{
    char reason[128];

    (void)snprintf(reason, sizeof(reason), "byte %zu: %s", found->at + 1, found->problem);
    return refuse_row(worker, place, SCORE_BAD_JSON, reason);
}

static bool is_blank(struct icp_str line)
{
    for (size_t i = 0; i < line.length; i++)
        if (line.data[i] != ' ' && line.data[i] != '\t' && line.data[i] != '\r')
            return false;
    return true;
}

static enum icp_status ndjson_line(struct score_worker *worker, struct icp_str line)
{
    size_t place = (size_t)(line.data - worker->block->text);
    struct icp_json_line found;

    if (!icp_json_scan_line(worker->scan, line, &found))
        return is_blank(line) ? ICP_OK : refuse_line(worker, place, &found);
    worker->values = found.values;
    return finish_row(worker, place);
}

static enum icp_status ndjson_lines(struct score_worker *worker)
{
    const struct score_block *block = worker->block;
    const char *at = block->text, *end = at + block->length;

    while (at < end && !block->stop) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        if (line_end == NULL)
            break;
        if (ndjson_line(worker, (struct icp_str){at, (size_t)(line_end - at)}) != ICP_OK)
            return worker->err.status;
        at = line_end + 1;
    }
    return ICP_OK;
}

enum icp_status score_rows(struct score_worker *worker, struct score_block *block)
{
    worker->block = block;
    worker->told_place = worker->told_lines = 0;
    if (block->broken != NULL)
        return refuse_row(worker, 0, block->broken_as, block->broken);
    return worker->scan != NULL ? ndjson_lines(worker) : csv_rows(worker);
}
