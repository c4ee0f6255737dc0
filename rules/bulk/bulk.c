/*
 * The face of the layer: opening a ruleset for speed, a thread's working memory, and one row. What
 * the tables do not know goes to icp_rules_score itself, row by row, so that every path gives the
 * same.
 */
#include "bulk_internal.h"

#include <string.h>

#define BULK_MEMORY   ((size_t)64 * 1024 * 1024) /* tables of the largest file, some 10 MiB */
#define ENGINE_MEMORY ((size_t)16 * 1024 * 1024) /* working memory for the largest file */
#define ROW_MEMORY    ((size_t)16 * 1024 * 1024) /* one record with its longest texts */

/* ---- Opening -------------------------------------------------------------------------------- */

static bool open_tables(struct icp_bulk *bulk)
{
    struct icp_arena arena;
    struct icp_work probe;
    icp_arena_open(&arena, ENGINE_MEMORY);
    bool made = bulk_lines_open(&bulk->lines, bulk->rules, &bulk->arena) &&
                icp_work_open(&probe, bulk->rules, &arena) && bulk_facts_open(bulk, &probe) &&
                bulk_columns_open(bulk) && bulk_ranking_open(bulk) &&
                bulk_outputs_open(bulk, &probe);
    icp_arena_close(&arena);
    bulk->words = bulk->facts.words + bulk->ranking.words;
    if (made && !bulk->slow)
        bulk_shares_bound(bulk);
    bulk->part_count = bulk->rules->has_points ? 0 : BULK_PART_COUNT;
    size_t bytes = sizeof(struct bulk_outcome) +
                   (bulk->words + bulk->part_count) * sizeof(uint64_t) +
                   bulk->most_shares * sizeof(struct bulk_share);
    bulk->outcome_bytes = (bytes + BULK_OUTCOME_UNIT - 1) / BULK_OUTCOME_UNIT * BULK_OUTCOME_UNIT;
    return made && !bulk->arena.full;
}

struct icp_bulk *icp_bulk_open(const struct icp_ruleset *rules, int32_t as_of, struct icp_err *err)
{
    struct icp_bulk *bulk = icp_allocate(1, sizeof(*bulk));
    if (bulk) {
        bulk->rules = rules;
        bulk->as_of = as_of;
        bulk->first_year = bulk_first_year(as_of);
        (void)icp_rules_fields(rules, &bulk->field_count);
        icp_arena_open(&bulk->arena, BULK_MEMORY);
    }
    if (!bulk || !open_tables(bulk)) {
        (void)icp_fail(err, ICP_BUG, "no memory left for the tables of the rules");
        icp_bulk_close(bulk);
        return NULL;
    }
    return bulk;
}

void icp_bulk_close(struct icp_bulk *bulk)
{
    if (!bulk)
        return;
    icp_arena_close(&bulk->arena);
    icp_release(bulk);
}

static bool open_inner(struct icp_bulk_work *work, size_t memory, const bool *given)
{
    const struct icp_bulk *bulk = work->bulk;
    if (!icp_work_open(&work->inner, bulk->rules, &work->engine))
        return false;
    work->inner.arena = &work->scratch;
    work->inner.result = &work->inner_result;
    work->alone = ICP_NEW_ARRAY(&work->engine, struct icp_str, bulk->field_count + 1);
    work->inner_input = (struct icp_rules_input){.values = work->alone, .as_of = bulk->as_of};
    work->sum = icp_arena_take(&work->engine, 1, bulk->outcome_bytes, BULK_OUTCOME_UNIT);
    work->base = icp_arena_take(&work->engine, 1, bulk->outcome_bytes, BULK_OUTCOME_UNIT);
    work->columns = ICP_NEW_ARRAY(&work->engine, const struct bulk_column *, bulk->field_count + 1);
    work->taken = ICP_NEW_ARRAY(&work->engine, struct bulk_outcome *, bulk->field_count + 1);
    work->shares = ICP_NEW_ARRAY(&work->engine, struct bulk_share, bulk->lines.count);
    work->order_bits =
        ICP_NEW_ARRAY(&work->engine, uint64_t, bulk->ranking.order_words + BULK_FEW_WORDS);
    work->reasons = ICP_NEW_ARRAY(&work->engine, struct icp_bulk_reason, bulk->lines.count);
    return !work->engine.full && bulk_cells_open(work, memory, given);
}

struct icp_bulk_work *icp_bulk_work_open(const struct icp_bulk *bulk, size_t memory,
                                         const bool *given)
{
    struct icp_bulk_work *work = icp_allocate(1, sizeof(*work));
    if (!work)
        return NULL;
    work->bulk = bulk;
    icp_arena_open(&work->engine, ENGINE_MEMORY);
    icp_arena_open(&work->scratch, ROW_MEMORY);
    icp_arena_open(&work->row, ROW_MEMORY);
    icp_arena_open(&work->text, ROW_MEMORY);
    if (!open_inner(work, memory, given)) {
        icp_bulk_work_close(work);
        return NULL;
    }
    return work;
}

void icp_bulk_work_close(struct icp_bulk_work *work)
{
    if (!work)
        return;
    bulk_cells_close(work);
    icp_arena_close(&work->engine);
    icp_arena_close(&work->scratch);
    icp_arena_close(&work->row);
    icp_arena_close(&work->text);
    icp_release(work);
}

const struct icp_bulk *icp_bulk_of(const struct icp_bulk_work *work)
{
    return work->bulk;
}

/* ---- By the rule engine --------------------------------------------------------------------- */

static enum icp_status score_whole(struct icp_bulk_work *work, struct icp_err *err)
{
    if (work->has_whole)
        return ICP_OK;
    icp_arena_reset(&work->row);
    enum icp_status status =
        icp_rules_score(work->bulk->rules, &work->input, 1, &work->row, &work->whole, err);
    work->has_whole = status == ICP_OK;
    return status;
}

static void take_whole(struct icp_bulk_work *work, size_t most, struct icp_bulk_result *result)
{
    const struct icp_result *whole = &work->whole;
    *result = (struct icp_bulk_result){
        .applies = whole->applies,
        .score = whole->score,
        .fit = whole->fit,
        .engagement = whole->engagement,
        .coverage = whole->coverage,
        .tier = whole->tier,
        .reach = whole->reach,
        .disqualified = whole->disqualified,
        .refused_values = whole->refused_values,
        .future_signals = whole->future_signals,
        .reasons = work->reasons,
        .roles = whole->roles,
        .role_count = whole->role_count,
        .stops = whole->stops,
        .stop_count = whole->stop_count,
    };
    memcpy(result->grade, whole->grade, sizeof(result->grade));
    for (size_t i = 0; i < whole->reason_count && result->reason_count < most; i++) {
        const struct icp_reason *reason = &whole->reasons[i];
        if (reason->points == 0 && reason->kind != ICP_REASON_DISQUALIFIED)
            continue;
        if (most < SIZE_MAX &&
            (reason->kind == ICP_REASON_HELD || reason->kind == ICP_REASON_UNKNOWN))
            continue;
        work->reasons[result->reason_count++] = (struct icp_bulk_reason){
            .line = bulk_line_of(&work->bulk->lines, reason), .points = reason->points};
    }
}

/* Grade and tier were what they are, or the margin has no say: deciding with what the record had
   before changes nothing. */
static bool is_held_by_nothing(const struct icp_bulk_work *work,
                               const struct icp_bulk_result *result)
{
    const struct icp_ruleset *rules = work->bulk->rules;
    struct icp_str grade = work->input.previous_grade, tier = work->input.previous_tier;
    if (rules->drop_margin == 0 || result->grade[0] == 'X' || result->grade[0] == 'U')
        return true;
    return (icp_str_is_empty(grade) || icp_str_is(grade, result->grade)) &&
           (icp_str_is_empty(tier) || (result->tier < rules->tier_count &&
                                       icp_str_equal(tier, rules->tiers[result->tier].id)));
}

static bool score_fast(struct icp_bulk_work *work, size_t most, struct icp_bulk_result *result,
                       struct icp_err *err)
{
    bulk_cells_make_room(work);
    bulk_cells_add(work, work->input.values);
    bool done = !work->failed && !bulk_bit(work->sum->bits, BULK_FACT_STOPPED) &&
                (work->bulk->rules->has_points ? bulk_score_points(work, most, result, err)
                                               : bulk_score_row(work, most, result, err)) &&
                is_held_by_nothing(work, result);
    if (done && work->bulk->role_count > 0)
        bulk_roles_take(work, result);
    return done && !work->failed && work->inner.stop_count == 0;
}

enum icp_status icp_bulk_score(struct icp_bulk_work *work, const struct icp_rules_input *input,
                               size_t most, struct icp_bulk_result *result, struct icp_err *err)
{
    work->input = *input;
    work->input.as_of = work->bulk->as_of;
    work->has_whole = work->has_slots = false;
    work->inner.input = &work->input;
    work->inner.stop_count = 0;
    if (work->text.used > 0)
        icp_arena_reset(&work->text);
    work->counts.rows++;
    if (!work->bulk->slow) {
        if (score_fast(work, most, result, err))
            return ICP_OK;
        if (err->status != ICP_OK)
            return err->status;
    }
    work->counts.slow_rows++;
    if (score_whole(work, err) != ICP_OK)
        return err->status;
    take_whole(work, most, result);
    return ICP_OK;
}

/* ---- Rows that the rule engine looks at in part --------------------------------------------- */

void bulk_inner_row(struct icp_bulk_work *work)
{
    if (!work->has_slots && work->scratch.used > 0)
        icp_arena_reset(&work->scratch);
    work->inner.input = &work->input;
}

void bulk_slots_take(struct icp_bulk_work *work)
{
    if (work->has_slots)
        return;
    bulk_inner_row(work);
    icp_values_take(&work->inner);
    work->has_slots = true;
    work->failed = work->failed || work->scratch.full;
}

/* ---- Lines ---------------------------------------------------------------------------------- */

size_t icp_bulk_line_count(const struct icp_bulk *bulk)
{
    return bulk->lines.count;
}

enum icp_reason_kind icp_bulk_line_kind(const struct icp_bulk *bulk, uint32_t line)
{
    return line < bulk->lines.count ? bulk->lines.lines[line].kind : ICP_REASON_HELD;
}

struct icp_str icp_bulk_line_id(const struct icp_bulk *bulk, uint32_t line)
{
    return line < bulk->lines.count ? bulk->lines.lines[line].id : (struct icp_str){0};
}

struct icp_str icp_bulk_line_token(struct icp_bulk_work *work, const struct icp_bulk_reason *reason)
{
    const struct bulk_lines *lines = &work->bulk->lines;
    if (reason->line >= lines->count)
        return (struct icp_str){0};
    char *text = icp_arena_take(
        &work->text, lines->lines[reason->line].id.length + BULK_POINTS_TEXT + BULK_SHORT, 1, 1);
    if (!text)
        return (struct icp_str){0};
    return (struct icp_str){.data = text, .length = bulk_token_write(lines, reason, text)};
}

size_t icp_bulk_reasons_room(const struct icp_bulk *bulk)
{
    return bulk->lines.room;
}

size_t icp_bulk_reasons_write(struct icp_bulk_work *work, const struct icp_bulk_result *result,
                              char separator, char *out)
{
    const struct bulk_token *tokens = work->bulk->ranking.tokens;
    const struct icp_bulk_reason *reason = result->reasons, *end = reason + result->reason_count;
    size_t length = 0;
    for (; reason < end; reason++) {
        if (BULK_SELDOM(reason->token == 0)) {
            length += bulk_token_write(&work->bulk->lines, reason, out + length);
        } else {
            const struct bulk_token *token = &tokens[reason->token - 1];
            memcpy(out + length, token, sizeof(*token));
            length += token->length;
        }
        out[length++] = separator;
    }
    return length > 0 ? length - 1 : 0;
}

struct icp_str icp_bulk_reason_text(struct icp_bulk_work *work,
                                    const struct icp_bulk_reason *reason)
{
    struct icp_err err = {0};
    if (score_whole(work, &err) != ICP_OK)
        return (struct icp_str){0};
    for (size_t i = 0; i < work->whole.reason_count; i++)
        if (bulk_line_of(&work->bulk->lines, &work->whole.reasons[i]) == reason->line)
            return work->whole.reasons[i].text;
    return (struct icp_str){0};
}

struct icp_bulk_counts icp_bulk_counts(const struct icp_bulk_work *work)
{
    return work->counts;
}
