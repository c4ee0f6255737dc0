/*
 * score: a file against the rules, without a state database or a network; without a file, the
 * second stage of a night.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "date.h"
#include "file.h"
#include "number.h"
#include "score_file.h"
#include "utf8.h"

enum { THREADS_DEFAULT = 4 };

enum {
    SWITCH_RULES,
    SWITCH_MAP,
    SWITCH_OUTPUT,
    SWITCH_TO,
    SWITCH_FORMAT,
    SWITCH_COLUMNS,
    SWITCH_REASONS,
    SWITCH_TOP,
    SWITCH_AS_OF,
    SWITCH_THREADS,
    SWITCH_STRICT,
    SWITCHES
};

static const struct icp_switch switches[SWITCHES] = {
    [SWITCH_RULES] = {"rules", "FILE",
                      "a rule file, else the configured one; of several the best match counts"},
    [SWITCH_MAP] = {"map", "COLUMN=FIELD",
                    "which column feeds a field; or a FILE with such lines; repeatable"},
    [SWITCH_OUTPUT] = {"output", "FILE", "where the result goes, else standard output"},
    [SWITCH_TO] = {"to", "csv|ndjson",
                   "form of the result, else that of the output's name, else that of the input"},
    [SWITCH_FORMAT] = {"format", "csv|ndjson",
                       "form of the input, else by its name, else by its first byte"},
    [SWITCH_COLUMNS] = {"columns", "LIST", "what is written, names with commas between them"},
    [SWITCH_REASONS] = {"reasons", "ids|text", "reasons as id:+N (the default) or as sentences"},
    [SWITCH_TOP] = {"top", "N",
                    "how many reasons, the largest first: 3, or all, which add up to the score"},
    [SWITCH_AS_OF] = {"as-of", "DATE", "the day for which ages are worked out, else today"},
    [SWITCH_THREADS] = {"threads", "N", "else one for each processor, at most four"},
    [SWITCH_STRICT] = {"strict", NULL,
                       "stop with 65 at the first bad row, value or missing column"},
};

static const char help[] =
    "With FILE (\"-\": standard input) every row of a CSV file or line of NDJSON is scored, in "
    "order, in\n"
    "constant memory; no state database, network or configuration is needed when --rules is "
    "given.\n"
    "\n"
    "Columns are found by the names of fields (company.employees), by the CRM's property names and "
    "the\n"
    "labels of its exports (jobtitle, \"Number of Employees\"), and by other systems' field names\n"
    "(Account.NumberOfEmployees); --map says the rest. A line of NDJSON is a flat object, a CRM's "
    "object\n"
    "with \"properties\", or {\"fields\": {…}, \"signals\": [{\"signal\": …, \"at\": …}]}.\n"
    "\n"
    "The cells of a CSV file have commas, semicolons or tabs between them, those of the output the "
    "same.\n"
    "In CSV the label of an option counts as its value (\"Marketing Qualified Lead\"), for the "
    "options "
    "that the\n"
    "CRM itself ships; counts may have signs between their thousands (1.200, 1,200).\n"
    "\n"
    "Columns of the output: id,score,grade,tier,fit,engagement,coverage,roles,reasons unless "
    "--columns says\n"
    "others; also reach, summary, profile, missing, falls_to, falls_on, lift, refused, and any\n"
    "field or column of the input.\n"
    "\n"
    "With drop_margin in the rules, icp_grade, icp_tier and icp_profile of the input (or "
    "previous_grade, …) are\n"
    "what a record had before.\n"
    "\n"
    "Reasons as ids are lines of the rule file; with --top all, and as sentences, what is unknown "
    "and what was\n"
    "held stand beside them.\n"
    "\n"
    "A row that cannot be read is left out of the output, a value that does not fit its field is "
    "taken as\n"
    "unknown. The first five of each kind are told with their line; the last line says how many "
    "there were, by\n"
    "kind and by field, with --quiet too. With --strict the first one ends the run with 65.\n"
    "\n"
    "Without FILE: the second stage of a night, without any call: who changed, whose company "
    "changed, whose\n"
    "points fade with time, and everybody when the approved rules changed.\n";

/* ---- Options -------------------------------------------------------------------------------- */

static bool read_form(const char *text, enum score_format *form)
{
    bool csv = text != NULL && strcmp(text, "csv") == 0;

    if (!csv && (text == NULL || strcmp(text, "ndjson") != 0))
        return false;
    *form = csv ? SCORE_CSV : SCORE_NDJSON;
    return true;
}

static bool read_count(const char *text, int64_t least, int64_t most, int64_t *count)
{
    return icp_integer_parse(icp_str_from(text), count) && *count >= least && *count <= most;
}

static size_t default_threads(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    if (processors < 1)
        return 1;
    return processors < THREADS_DEFAULT ? (size_t)processors : THREADS_DEFAULT;
}

/* The switches with one value each; NULL, or which one is wrong and what it wants. */
static const char *read_values(const char *const *values, struct score_options *options)
{
    int64_t count;

    if (values[SWITCH_TO] != NULL &&
        !(options->to_given = read_form(values[SWITCH_TO], &options->to)))
        return "--to wants csv or ndjson";
    if (values[SWITCH_FORMAT] != NULL &&
        !(options->from_given = read_form(values[SWITCH_FORMAT], &options->from)))
        return "--format wants csv or ndjson";
    if (values[SWITCH_REASONS] != NULL) {
        options->texts = strcmp(values[SWITCH_REASONS], "text") == 0;
        if (!options->texts && strcmp(values[SWITCH_REASONS], "ids") != 0)
            return "--reasons wants ids or text";
    }
    if (values[SWITCH_TOP] != NULL && strcmp(values[SWITCH_TOP], "all") == 0) {
        options->top = SIZE_MAX;
    } else if (values[SWITCH_TOP] != NULL) {
        if (!read_count(values[SWITCH_TOP], 0, SCORE_TOP_MOST, &count))
            return "--top wants a number, or all";
        options->top = (size_t)count;
    }
    if (values[SWITCH_AS_OF] != NULL &&
        !icp_date_parse(icp_str_from(values[SWITCH_AS_OF]), &options->as_of))
        return "--as-of wants a date such as 2026-01-31";
    if (values[SWITCH_THREADS] != NULL) {
        if (!read_count(values[SWITCH_THREADS], 1, SCORE_THREADS_MOST, &count))
            return "--threads wants a number from 1 to 64";
        options->threads = (size_t)(count < SCORE_THREADS_USED ? count : SCORE_THREADS_USED);
    }
    return NULL;
}

/* ---- Rules ---------------------------------------------------------------------------------- */

/* What is unknown or held may stand among the largest and is then left out: so many more are asked
   for. */
static bool note_lines(const struct score_options *options, struct score_rules *rules,
                       struct icp_arena *arena)
{
    size_t count = icp_bulk_line_count(rules->bulk);
    bool *own = ICP_NEW_ARRAY(arena, bool, count + 1);

    rules->most = options->top;
    for (size_t i = 0; i < count && own != NULL; i++) {
        enum icp_reason_kind kind = icp_bulk_line_kind(rules->bulk, (uint32_t)i);
        own[i] = kind != ICP_REASON_UNKNOWN && kind != ICP_REASON_HELD;
        if (!own[i] && options->own_lines && options->top > 0)
            rules->most++;
    }
    rules->own = own;
    return own != NULL;
}

static enum icp_status open_rules(struct icp_app *app, const char *path,
                                  const struct score_options *options, struct score_plan *plan,
                                  struct icp_err *err)
{
    struct score_rules *rules = &plan->rules[plan->rules_count];
    struct icp_diagnostics list;

    if (plan->rules_count == SCORE_RULES_MOST)
        return icp_fail(err, ICP_BAD_CONFIG, "more than %d rule files at once", SCORE_RULES_MOST);
    rules->path = path;
    if (icp_rules_from_file(app, path, plan->dictionary, &app->arena, &list, &rules->rules, NULL,
                            err) != ICP_OK) {
        if (list.errors > 1)
            icp_hint(err, "\"icp check %s\" shows all of them.", path);
        return err->status;
    }
    plan->rules_count++;
    rules->bulk = icp_bulk_open(rules->rules, options->as_of, err);
    if (rules->bulk == NULL)
        return err->status;
    rules->fields = icp_rules_fields(rules->rules, &rules->field_count);
    if (!note_lines(options, rules, &app->arena))
        return icp_fail(err, ICP_BUG, "no memory for the lines of %s", path);
    rules->reasons_room = icp_bulk_reasons_room(rules->bulk);
    if (plan->rules_count > 1)
        rules->first_slot = plan->rules[plan->rules_count - 2].first_slot +
                            (uint32_t)plan->rules[plan->rules_count - 2].field_count;
    return ICP_OK;
}

static enum icp_status agree(const struct icp_app *app, const struct score_plan *plan,
                             struct icp_arena *arena, struct icp_err *err)
{
    const struct icp_ruleset *files[SCORE_RULES_MOST];
    const char *paths[SCORE_RULES_MOST];
    struct icp_diagnostics list;

    (void)app;
    for (size_t i = 0; i < plan->rules_count; i++) {
        files[i] = plan->rules[i].rules;
        paths[i] = plan->rules[i].path;
    }
    icp_diagnostics_open(&list, arena, paths[plan->rules_count - 1]);
    if (!icp_rules_agree(files, paths, plan->rules_count, &list))
        icp_diagnostics_status(&list, err);
    return err->status;
}

static enum icp_status open_all_rules(struct icp_app *app, const struct icp_arguments *arguments,
                                      const struct score_options *options, struct score_plan *plan,
                                      struct icp_err *err)
{
    plan->dictionary = icp_rule_dictionary(app);
    if (arguments->values[SWITCH_RULES] == NULL) {
        static const struct icp_arguments none;
        const char *path = icp_rule_path(app, &none, 0, err);
        if (path == NULL) {
            icp_hint(err, "Name the rule file: --rules FILE.");
            return err->status;
        }
        return open_rules(app, path, options, plan, err);
    }
    for (size_t i = 0; i < arguments->given_count; i++)
        if (arguments->given[i].which == SWITCH_RULES &&
            open_rules(app, arguments->given[i].value, options, plan, err) != ICP_OK)
            return err->status;
    return plan->rules_count > 1 ? agree(app, plan, &app->arena, err) : ICP_OK;
}

/* ---- Files ---------------------------------------------------------------------------------- */

static bool same_file(int a, int b)
{
    struct stat left, right;

    return fstat(a, &left) == 0 && fstat(b, &right) == 0 && S_ISREG(left.st_mode) &&
           left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}

/* The file's name as a line for people. */
static const char *called(const char *path, struct icp_arena *arena)
{
    struct icp_str name = icp_str_from(strcmp(path, "-") == 0 ? "standard input" : path), line;
    char *text = ICP_NEW_ARRAY(arena, char, name.length + 1); /* zeroed */

    if (text == NULL)
        return "the file";
    line = icp_text_line(name, text);
    text[line.length] = '\0';
    return text;
}

/* A file that the run reads, and that its output would take the place of; NULL: none is. */
static const char *overwritten(const struct icp_arguments *arguments,
                               const struct score_options *options, const struct score_plan *plan)
{
    for (size_t r = 0; r < plan->rules_count && options->output != NULL; r++)
        if (icp_file_is_same(options->output, plan->rules[r].path))
            return plan->rules[r].path;
    for (size_t i = 0; i < arguments->given_count && options->output != NULL; i++)
        if (arguments->given[i].which == SWITCH_MAP &&
            icp_file_is_same(options->output, arguments->given[i].value))
            return arguments->given[i].value;
    return NULL;
}

/* Opened before it is emptied: the input must not be its own output. */
static enum icp_status open_output(const struct icp_arguments *arguments,
                                   const struct score_options *options,
                                   const struct score_plan *plan, const struct score_reader *reader,
                                   int *output, struct icp_err *err)
{
    const char *lost = overwritten(arguments, options, plan);

    if (lost != NULL)
        return icp_fail(err, ICP_STATE, "the output would overwrite %s", lost);
    *output = STDOUT_FILENO;
    if (options->output != NULL && strcmp(options->output, "-") != 0)
        *output = open(options->output, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
    if (*output < 0)
        return icp_fail(err, ICP_STATE, "cannot open %s: %s", options->output, strerror(errno));
    if (same_file(*output, reader->file))
        return icp_fail(err, ICP_STATE, "%s would overwrite itself", reader->path);
    if (*output != STDOUT_FILENO && ftruncate(*output, 0) != 0 && errno != EINVAL)
        return icp_fail(err, ICP_STATE, "cannot empty %s: %s", options->output, strerror(errno));
    return ICP_OK;
}

static enum icp_status close_output(const struct score_options *options, int output,
                                    struct icp_err *err)
{
    if (output > STDERR_FILENO && close(output) != 0)
        return icp_fail(err, ICP_STATE, "could not write %s: %s", options->output, strerror(errno));
    return err->status;
}

/* ---- The run -------------------------------------------------------------------------------- */

/* The first block is read here, since its first row says what the columns are. */
static enum icp_status make_plan(struct icp_app *app, const struct score_options *options,
                                 struct score_reader *reader, struct score_block *block,
                                 struct score_plan *plan, struct icp_err *err)
{
    struct icp_csv_row header = {0};
    bool more;

    if (!score_block_open(block, reader))
        return icp_fail(err, ICP_BUG, "no memory for a block");
    if (score_reader_fill(reader, options->scan, block, &more, err) != ICP_OK)
        return err->status;
    if (options->from == SCORE_NDJSON)
        return score_plan_make(plan, options, NULL, &app->arena, err);
    if (!more)
        return icp_fail(err, ICP_ITEM, "%s is empty: there is no header", reader->path);
    if (score_header(reader, block, &app->arena, &header, err) != ICP_OK)
        return err->status;
    block->first_row = 1;
    return score_plan_make(plan, options, &header, &app->arena, err);
}

static enum icp_status open_tally(struct score_tally *tally, const struct score_plan *plan,
                                  struct icp_err *err)
{
    return score_tally_open(tally, plan) ? ICP_OK : icp_fail(err, ICP_BUG, "no memory to count");
}

static int end_of(const struct score_options *options, const struct score_plan *plan,
                  const struct score_tally *tally, const struct icp_err *err)
{
    if (err->status == ICP_OK)
        score_tell_totals(tally, options, plan);
    if (err->status == ICP_OK && options->strict && tally->bad + tally->refused > 0)
        return ICP_EXIT_DATA;
    return icp_exit_of(err);
}

static int score_file(struct icp_app *app, const struct icp_arguments *arguments,
                      struct score_options *options, struct icp_err *err)
{
    struct score_plan *plan = ICP_NEW(&app->arena, struct score_plan);
    struct score_reader reader = {.file = -1};
    struct score_block block = {0};
    struct score_tally tally = {0};
    int output = -1, status;

    if (plan == NULL)
        return ICP_EXIT_BUG;
    if (open_all_rules(app, arguments, options, plan, err) == ICP_OK &&
        score_reader_open(&reader, options, err) == ICP_OK &&
        score_forms_find(&reader, options, err) == ICP_OK &&
        make_plan(app, options, &reader, &block, plan, err) == ICP_OK &&
        open_output(arguments, options, plan, &reader, &output, err) == ICP_OK &&
        open_tally(&tally, plan, err) == ICP_OK)
        score_run(app, options, plan, &reader, &block, output, &tally, err);
    (void)close_output(options, output, err);
    status = end_of(options, plan, &tally, err);
    score_tally_close(&tally);
    score_block_close(&block);
    score_reader_close(&reader);
    score_plan_finish(plan);
    return status;
}

static int run_score(struct icp_app *app, const struct icp_arguments *arguments,
                     struct icp_err *err)
{
    struct score_options options = {
        .threads = default_threads(),
        .top = 3,
        .as_of = (int32_t)((int64_t)time(NULL) / 86400),
        .columns = ICP_STR("id,score,grade,tier,fit,engagement,coverage,roles,reasons"),
        .scan = icp_scan_path_best(),
        .to = SCORE_NDJSON,
        .to_given = app->json,
        .quiet = app->quiet,
        .strict = arguments->values[SWITCH_STRICT] != NULL,
        .output = arguments->values[SWITCH_OUTPUT],
    };
    const char *wrong = read_values(arguments->values, &options);

    if (wrong == NULL && arguments->count == 0 && arguments->given_count > 0)
        wrong = "options are for scoring a FILE; \"-\" reads standard input";
    if (wrong != NULL) {
        icp_fail(err, ICP_BAD_CONFIG, "%s", wrong);
        return ICP_EXIT_USAGE;
    }
    if (arguments->count == 0)
        return icp_score_stage(app, err);
    options.path = arguments->operands[0];
    options.called = called(options.path, &app->arena);
    options.own_lines = !options.texts && options.top != SIZE_MAX;
    if (arguments->values[SWITCH_COLUMNS] != NULL)
        options.columns = icp_str_from(arguments->values[SWITCH_COLUMNS]);
    if (score_maps_read(arguments, SWITCH_MAP, &app->arena, &options, err) != ICP_OK)
        return ICP_EXIT_USAGE;
    return score_file(app, arguments, &options, err);
}

const struct icp_command icp_command_score = {
    .name = "score",
    .arguments = "[FILE|-]",
    .summary = "Score a file, or the local copy with the approved rules",
    .help = help,
    .switches = switches,
    .switch_count = SWITCHES,
    .most = 1,
    .run = run_score,
};
