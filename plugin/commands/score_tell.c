/*
 * What is told of a file that is scored: the first few rows and values of each kind that could not
 * be read, with their lines, and at the end how many there were of each. Invariant: whatever is not
 * in the output as it stood in the input is in the numbers of the last line.
 */
#include <string.h>

#include "score_file.h"
#include "utf8.h"

enum { NOTE_MOST = 1024 }; /* bytes of one line */

/* Rows that were left out: why, in the last line. */
static const char *const bad_rows[SCORE_BAD_KINDS] = {
    [SCORE_BAD_CELLS] = "with another number of cells than the header",
    [SCORE_BAD_BYTES] = "not UTF-8",
    [SCORE_BAD_QUOTE] = "with a quote out of place",
    [SCORE_BAD_LONG] = "too long",
    [SCORE_BAD_JSON] = "no JSON object that can be read",
    [SCORE_BAD_SIGNALS] = "with signals that cannot be read",
};

size_t score_tally_count(const struct score_plan *plan)
{
    return SCORE_BAD_KINDS + plan->slot_count + plan->rules_count;
}

bool score_tally_open(struct score_tally *tally, const struct score_plan *plan)
{
    tally->count = icp_allocate(score_tally_count(plan), sizeof(tally->count[0]));
    tally->told = icp_allocate(score_tally_count(plan), sizeof(tally->told[0]));
    return tally->count != NULL && tally->told != NULL;
}

void score_tally_close(struct score_tally *tally)
{
    icp_release(tally->count);
    icp_release(tally->told);
    memset(tally, 0, sizeof(*tally));
}

void score_tally_add(struct score_tally *tally, const struct score_plan *plan,
                     struct score_block *block)
{
    tally->rows += block->counts.rows;
    tally->bad += block->counts.bad;
    tally->refused += block->counts.refused;
    tally->future += block->counts.future;
    tally->stopped += block->counts.stopped;
    if (block->counts.bad + block->counts.refused + block->counts.stopped == 0)
        return;
    for (size_t i = 0; i < score_tally_count(plan); i++)
        tally->count[i] += block->tally[i];
    memset(block->tally, 0, score_tally_count(plan) * sizeof(block->tally[0]));
}

/* ---- Notes, kept in their block until its turn comes ---------------------------------------- */

struct note {
    uint64_t line; /* of the block */
    uint32_t kind, length;
};

/* More of a kind than are told of a whole file are not even written down. */
bool score_counted(struct score_worker *worker, size_t kind)
{
    return worker->block->tally[kind]++ < SCORE_TOLD_MOST;
}

enum icp_status score_note(struct score_worker *worker, size_t kind, uint64_t line,
                           struct icp_str text)
{
    struct score_block *block = worker->block;
    struct note note = {.line = line,
                        .kind = (uint32_t)kind,
                        .length = (uint32_t)(text.length < NOTE_MOST ? text.length : NOTE_MOST)};

    if (block->notes_used + sizeof(note) + note.length > SCORE_NOTES &&
        score_make_room(worker) != ICP_OK)
        return worker->err.status;
    memcpy(block->notes + block->notes_used, &note, sizeof(note));
    memcpy(block->notes + block->notes_used + sizeof(note), text.data, note.length);
    block->notes_used += sizeof(note) + note.length;
    return ICP_OK;
}

const char *score_wanted(struct score_worker *worker, enum icp_type type, uint32_t slot)
{
    struct icp_value value;
    bool is_date = type == ICP_TYPE_DATE || type == ICP_TYPE_DATETIME;

    return is_date && icp_value_from_text(type, worker->values[slot], &worker->arena, &value)
               ? "day that has come"
               : icp_type_name(type);
}

void score_tell(struct score_tally *tally, const struct score_options *options,
                const struct score_block *block)
{
    for (size_t at = 0; at < block->notes_used;) {
        struct note note;
        struct icp_str text;
        char line[NOTE_MOST];
        memcpy(&note, block->notes + at, sizeof(note));
        text = icp_text_line((struct icp_str){block->notes + at + sizeof(note), note.length}, line);
        at += sizeof(note) + note.length;
        if ((options->quiet && !options->strict) || tally->told[note.kind] == SCORE_TOLD_MOST)
            continue;
        tally->told[note.kind]++;
        (void)fprintf(stderr, "icp: %s:%llu: %.*s\n", options->called,
                      (unsigned long long)block->line + (unsigned long long)note.line,
                      ICP_STR_ARGUMENTS(text));
    }
}

/* ---- The last line -------------------------------------------------------------------------- */

static void put_count(uint64_t count, const char *before)
{
    char text[32];

    (void)fprintf(stderr, "%s%s", before, icp_thousands((int64_t)count, text).data);
}

static void put_bad(const struct score_tally *tally)
{
    const char *before = " (";

    put_count(tally->bad, ", ");
    (void)fputs(" not read and left out", stderr);
    for (size_t kind = 0; kind < SCORE_BAD_KINDS; kind++) {
        if (tally->count[kind] == 0)
            continue;
        put_count(tally->count[kind], before);
        (void)fprintf(stderr, " %s", bad_rows[kind]);
        before = ", ";
    }
    (void)fputc(')', stderr);
}

/* Whose slot it is: a field's of some file, or a part of a signal. */
static void put_refused_slot(const struct score_plan *plan, size_t slot)
{
    for (size_t r = 0; r < plan->rules_count; r++) {
        const struct score_rules *rules = &plan->rules[r];
        if (slot >= rules->first_slot && slot - rules->first_slot < rules->field_count) {
            const struct icp_rules_field *field = &rules->fields[slot - rules->first_slot];
            (void)fprintf(stderr, " in %.*s not a %s", ICP_STR_ARGUMENTS(field->name),
                          icp_type_name(field->type));
            return;
        }
    }
    for (size_t i = 0; i < plan->signal_count; i++)
        if (slot == plan->signals[i].last || slot == plan->signals[i].count)
            (void)fprintf(stderr, " in the %s of signal %.*s",
                          slot == plan->signals[i].last ? "date" : "count",
                          ICP_STR_ARGUMENTS(plan->signals[i].definition->name));
}

static void put_refused(const struct score_tally *tally, const struct score_plan *plan)
{
    const char *before = " (";

    put_count(tally->refused, ", ");
    (void)fprintf(stderr, " value%s taken as unknown", tally->refused == 1 ? "" : "s");
    for (size_t slot = 0; slot < plan->slot_count; slot++) {
        if (tally->count[SCORE_BAD_KINDS + slot] == 0)
            continue;
        put_count(tally->count[SCORE_BAD_KINDS + slot], before);
        put_refused_slot(plan, slot);
        before = ", ";
    }
    (void)fputc(')', stderr);
}

/* Which files' conditions met a limit of FEEL. */
static void put_stopped(const struct score_tally *tally, const struct score_plan *plan)
{
    const char *before = " (";

    put_count(tally->stopped, ", ");
    (void)fprintf(stderr, " condition%s past a limit and unknown", tally->stopped == 1 ? "" : "s");
    for (size_t r = 0; r < plan->rules_count; r++) {
        uint64_t count = tally->count[SCORE_BAD_KINDS + plan->slot_count + r];
        if (count == 0)
            continue;
        put_count(count, before);
        (void)fprintf(stderr, " of %s", plan->rules[r].path);
        before = ", ";
    }
    (void)fputc(')', stderr);
}

void score_tell_totals(const struct score_tally *tally, const struct score_options *options,
                       const struct score_plan *plan)
{
    if (options->quiet && tally->bad + tally->refused + tally->future + tally->stopped == 0)
        return;
    (void)fprintf(stderr, "icp: %s", options->called);
    put_count(tally->rows, ": ");
    (void)fputs(" scored", stderr);
    if (tally->bad > 0)
        put_bad(tally);
    if (tally->refused > 0)
        put_refused(tally, plan);
    if (tally->future > 0) {
        put_count(tally->future, ", ");
        (void)fprintf(stderr, " signal%s in the future ignored", tally->future == 1 ? "" : "s");
    }
    if (tally->stopped > 0)
        put_stopped(tally, plan);
    (void)fputc('\n', stderr);
}
