/*
 * One record out of a file that a person has at hand: CSV, NDJSON, or one JSON object over several
 * lines. The file is read by what scores whole files, so that "icp score" and "icp explain --data"
 * find the same columns and see the same values. Nothing of the state database or of a
 * configuration is needed.
 */
#include <string.h>

#include "explain.h"
#include "score_file.h"

enum { MOST_DOCUMENT = 32 * 1024 * 1024 };

struct search { /* the record that is wanted, among those of a file */
    struct score_plan plan;
    struct score_options options;
    struct score_reader reader;
    struct score_block block;
    struct score_worker worker;
    struct score_tally tally;
    struct icp_buf document;
    struct icp_str id;
    struct icp_arena *arena;
    struct icp_given *given;
    size_t fitting;
    uint64_t line; /* where the block begins */
};

/* ---- The record ----------------------------------------------------------------------------- */

static bool is_wanted(struct score_worker *worker)
{
    const struct search *search = worker->look->context;

    return icp_str_is_empty(search->id) ||
           icp_str_equal(icp_str_trim(worker->values[worker->plan->id_slot]), search->id);
}

static struct icp_str label(const struct search *search, const struct score_row *row,
                            enum score_label which)
{
    return icp_arena_copy(search->arena, icp_str_trim(row->values[search->plan.labels[which]]));
}

static void take_labels(struct search *search, const struct score_row *row)
{
    struct icp_given *given = search->given;
    struct icp_str first = label(search, row, SCORE_LABEL_FIRST),
                   last = label(search, row, SCORE_LABEL_LAST);

    given->id = icp_arena_copy(search->arena, icp_str_trim(row->values[search->plan.id_slot]));
    given->name = label(search, row, SCORE_LABEL_NAME);
    if (icp_str_is_empty(given->name) && (first.length > 0 || last.length > 0))
        given->name = icp_str_trim(icp_arena_format(
            search->arena, "%.*s %.*s", ICP_STR_ARGUMENTS(first), ICP_STR_ARGUMENTS(last)));
    given->company = label(search, row, SCORE_LABEL_COMPANY);
    if (icp_str_is_empty(given->company))
        given->company = label(search, row, SCORE_LABEL_COMPANY_TYPED);
    given->email = label(search, row, SCORE_LABEL_EMAIL);
}

static struct icp_signal copy_signal(const struct icp_signal *signal, struct icp_arena *arena)
{
    struct icp_signal copy = *signal;
    struct icp_attribute *attributes =
        ICP_NEW_ARRAY(arena, struct icp_attribute, signal->attribute_count + 1);

    for (size_t i = 0; i < signal->attribute_count && attributes != NULL; i++)
        attributes[i] = (struct icp_attribute){icp_arena_copy(arena, signal->attributes[i].name),
                                               icp_arena_copy(arena, signal->attributes[i].value)};
    copy.name = icp_arena_copy(arena, signal->name);
    copy.attributes = attributes;
    return copy;
}

/* Values and signals live in the row: what is kept is copied. */
static enum icp_status take_record(struct score_worker *worker, const struct score_row *row)
{
    struct search *search = worker->look->context;
    size_t count = search->plan.rules[0].field_count;
    struct icp_str *values = ICP_NEW_ARRAY(search->arena, struct icp_str, count + 1);
    struct icp_signal *signals =
        ICP_NEW_ARRAY(search->arena, struct icp_signal, row->signal_count + 1);

    worker->block->counts.rows++;
    if (search->fitting++ > 0 || values == NULL || signals == NULL) {
        worker->block->stop = true;
        return ICP_OK;
    }
    for (size_t i = 0; i < count; i++)
        if (row->values[i].data != NULL)
            values[i] = icp_arena_copy(search->arena, row->values[i]);
    for (size_t i = 0; i < row->signal_count; i++)
        signals[i] = copy_signal(&row->signals[i], search->arena);
    search->given->input = score_input(worker, row, &search->plan.rules[0]);
    search->given->input.values = values;
    search->given->input.signals = signals;
    search->given->input.previous_grade =
        icp_arena_copy(search->arena, search->given->input.previous_grade);
    search->given->input.previous_tier =
        icp_arena_copy(search->arena, search->given->input.previous_tier);
    take_labels(search, row);
    return score_tell_refused(worker, &search->plan.rules[0], row->place);
}

/* ---- One object over several lines ---------------------------------------------------------- */

/* Where a byte of the document is, for people. */
static void place_of(struct icp_str text, size_t at, uint32_t *line, uint32_t *column)
{
    *line = *column = 1;
    for (size_t i = 0; i < at && i < text.length; i++) {
        *column = text.data[i] == '\n' ? 1 : *column + 1;
        *line += text.data[i] == '\n';
    }
}

/* The scanner reads lines: the document's own line ends become the spaces that they mean. */
static enum icp_status read_document(struct search *search, struct icp_err *err)
{
    struct score_worker *worker = &search->worker;
    struct icp_str text;
    struct icp_json_line found;
    char *line;
    uint32_t number, column;

    if (score_reader_rest(&search->reader, &search->block, &search->document, err) != ICP_OK)
        return err->status;
    text = icp_str_trim(icp_buf_view(&search->document));
    line = icp_arena_take(search->arena, text.length + ICP_SCAN_ROOM, 1, 1);
    if (line == NULL)
        return icp_fail(err, ICP_BUG, "no memory for %s", search->options.path);
    for (size_t i = 0; i < text.length; i++)
        if ((line[i] = text.data[i]) == '\n' || line[i] == '\r')
            line[i] = ' ';
    line[text.length] = '\n';
    if (!icp_json_scan_line(worker->scan, (struct icp_str){line, text.length}, &found)) {
        place_of(text, found.at, &number, &column);
        return icp_fail_at(err, ICP_ITEM, search->options.path, number, column, "%s",
                           found.problem);
    }
    search->block.text = line;
    search->block.length = text.length + 1;
    return score_rows(worker, &search->block) == ICP_OK ? ICP_OK : worker->err.status;
}

/* The first line of an NDJSON file is an object by itself. */
static bool is_document(struct search *search)
{
    const char *text = search->block.text;
    const char *end = memchr(text, '\n', search->block.length);
    struct icp_json_line found;

    return search->options.from == SCORE_NDJSON && !search->options.from_given &&
           !icp_str_has_suffix(icp_str_from(search->options.path), ICP_STR("ndjson")) &&
           end != NULL &&
           !icp_json_scan_line(search->worker.scan, (struct icp_str){text, (size_t)(end - text)},
                               &found);
}

/* ---- Files ---------------------------------------------------------------------------------- */

static enum icp_status make_plan(struct search *search, struct icp_err *err)
{
    struct icp_csv_row header = {0};
    bool csv = search->options.from == SCORE_CSV;

    if (csv && score_header(&search->reader, &search->block, search->arena, &header, err) != ICP_OK)
        return err->status;
    search->block.first_row = csv ? 1 : 0;
    return score_plan_make(&search->plan, &search->options, csv ? &header : NULL, search->arena,
                           err);
}

static enum icp_status open_worker(struct search *search, const struct score_look *look,
                                   struct icp_err *err)
{
    if (!score_worker_open(&search->worker, &search->plan, &search->options, NULL) ||
        !score_tally_open(&search->tally, &search->plan))
        return icp_fail(err, ICP_BUG, "no memory to read %s", search->options.path);
    search->worker.look = look;
    search->block.tally =
        icp_allocate(score_tally_count(&search->plan), sizeof(search->block.tally[0]));
    return search->block.tally != NULL ? ICP_OK : icp_fail(err, ICP_BUG, "no memory to count");
}

/* What the block told, and where the next one begins. */
static void finish_block(struct search *search)
{
    struct score_block *block = &search->block;

    block->line = search->line;
    search->line += block->before + block->lines;
    score_tell(&search->tally, &search->options, block);
    score_tally_add(&search->tally, &search->plan, block);
}

static enum icp_status read_blocks(struct search *search, struct icp_err *err)
{
    bool more = true;

    while (more && search->fitting < 2) {
        enum icp_status status = score_rows(&search->worker, &search->block);
        finish_block(search);
        if (status != ICP_OK) {
            *err = search->worker.err;
            return status;
        }
        if (score_reader_fill(&search->reader, search->options.scan, &search->block, &more, err) !=
            ICP_OK)
            return err->status;
    }
    return ICP_OK;
}

static enum icp_status read_file(struct search *search, const struct score_look *look,
                                 struct icp_err *err)
{
    bool more;
    char *memory;

    if (score_reader_open(&search->reader, &search->options, err) != ICP_OK ||
        score_forms_find(&search->reader, &search->options, err) != ICP_OK)
        return err->status;
    if (!score_block_open(&search->block, &search->reader))
        return icp_fail(err, ICP_BUG, "no memory for a block");
    if (score_reader_fill(&search->reader, search->options.scan, &search->block, &more, err) !=
            ICP_OK ||
        make_plan(search, err) != ICP_OK || open_worker(search, look, err) != ICP_OK)
        return err->status;
    if (!is_document(search))
        return read_blocks(search, err);
    memory = search->block.text;
    if (read_document(search, err) == ICP_OK)
        finish_block(search);
    search->block.text = memory;
    return err->status;
}

static enum icp_status judge(const struct search *search, struct icp_err *err)
{
    const char *path = search->reader.path;
    bool any = icp_str_is_empty(search->id);

    if (search->tally.bad > 0 && (search->fitting == 0 || any))
        return icp_fail(err, ICP_ITEM, "%s has rows that cannot be read", path);
    if (search->fitting == 0 && any)
        return icp_fail(err, ICP_ITEM, "%s has no record", path);
    if (search->fitting == 0)
        return icp_fail(err, ICP_ITEM, "%s has no record with the id \"%.*s\"", path,
                        ICP_STR_ARGUMENTS(search->id));
    if (search->fitting > 1) {
        icp_fail(err, ICP_ITEM, "%s has more than one record%s", path, any ? "" : " with that id");
        icp_hint(err,
                 any ? "Pick one with --id ID." : "Two rows have it; give one of them another id.");
    }
    return err->status;
}

enum icp_status icp_given_read(const struct icp_given_from *from, struct icp_ruleset *rules,
                               const struct icp_dictionary *dictionary, struct icp_arena *arena,
                               struct icp_given *given, struct icp_err *err)
{
    struct search search = {
        .id = from->id,
        .arena = arena,
        .given = given,
        .line = 1,
        .reader = {.file = -1},
        .options = {.path = from->path,
                    .threads = 1,
                    .called = from->path,
                    .maps = from->maps,
                    .map_count = from->map_count,
                    .quiet = from->quiet,
                    .labels = true,
                    .scan = icp_scan_path_best()},
        .plan = {.rules_count = 1, .dictionary = dictionary, .rules = {{.rules = rules}}}};
    struct score_look look = {.wanted = is_wanted, .take = take_record, .context = &search};

    *given = (struct icp_given){0};
    icp_buf_open(&search.document, MOST_DOCUMENT);
    search.plan.rules[0].fields = icp_rules_fields(rules, &search.plan.rules[0].field_count);
    if (read_file(&search, &look, err) == ICP_OK)
        judge(&search, err);
    icp_buf_finish(&search.document);
    score_tally_close(&search.tally);
    score_worker_close(&search.worker);
    score_block_close(&search.block);
    score_reader_close(&search.reader);
    search.plan.rules_count = 0; /* the rules are the caller's */
    score_plan_finish(&search.plan);
    if (err->status == ICP_OK && arena->full)
        icp_fail(err, ICP_BUG, "no memory left for a record of %s", from->path);
    return err->status;
}
