/*
 * Suggested tests as YAML that stands below `tests:`, in the form a person writes: what is given,
 * what happened, what is expected. Every text is quoted when a plain one could be read as something
 * else. A line that was not reached is a comment, so that the whole still parses.
 */
#include "suggest.h"

#include <string.h>

/* ---- Scalars --------------------------------------------------------------------------------- */

static bool is_plain(struct icp_str text)
{
    bool good = text.length > 0 && text.data[0] != ' ' && text.data[text.length - 1] != ' ' &&
                !icp_str_is(text, "null") && !icp_str_is(text, "~");
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || (unsigned char)c >= 0x80;
        bool inside = i > 0 && (c == '.' || c == '-' || c == ' ' || c == '@' || c == '/');
        bool minus =
            i == 0 && c == '-' && text.length > 1 && text.data[1] >= '0' && text.data[1] <= '9';
        good = good && (letter || inside || minus);
    }
    return good;
}

static void put_scalar(struct icp_buf *out, struct icp_str text)
{
    if (is_plain(text)) {
        icp_buf_add(out, text);
        return;
    }
    icp_buf_add_char(out, '"');
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c == '"' || c == '\\')
            icp_buf_format(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7F)
            icp_buf_format(out, "\\x%02X", c);
        else
            icp_buf_add_char(out, (char)c);
    }
    icp_buf_add_char(out, '"');
}

/* ---- given and signals ------------------------------------------------------------------------
 */

static void put_set(struct icp_buf *out, struct icp_str text)
{
    struct icp_str item;
    bool first = true;
    icp_buf_add_char(out, '[');
    while (text.length > 0 && icp_str_cut(&text, ';', &item)) {
        icp_buf_add_cstr(out, first ? "" : ", ");
        put_scalar(out, item);
        first = false;
    }
    icp_buf_add_char(out, ']');
}

static void put_given(const struct icp_ruleset *rules, const struct icp_draft *draft,
                      struct icp_buf *out)
{
    bool first = true;
    for (size_t i = 0; i < rules->field_count; i++) {
        if (icp_str_is_null(draft->values[i]))
            continue;
        icp_buf_add_cstr(out, first ? "    given: {" : ", ");
        icp_buf_format(out, "%.*s: ", ICP_STR_ARGUMENTS(rules->fields[i].name));
        if (rules->fields[i].type == ICP_TYPE_SET)
            put_set(out, draft->values[i]);
        else
            put_scalar(out, draft->values[i]);
        first = false;
    }
    if (!first)
        icp_buf_add_cstr(out, "}\n");
}

static void put_signals(const struct icp_draft *draft, struct icp_buf *out)
{
    for (size_t i = 0; i < draft->signal_count; i++) {
        const struct icp_signal *signal = &draft->signals[i];
        char day[ICP_TIME_TEXT];
        icp_buf_add_cstr(out, i == 0 ? "    signals: [{signal: " : ", {signal: ");
        put_scalar(out, signal->name);
        for (size_t k = 0; k < signal->attribute_count; k++) {
            icp_buf_format(out, ", %.*s: ", ICP_STR_ARGUMENTS(signal->attributes[k].name));
            put_scalar(out, signal->attributes[k].value);
        }
        icp_buf_format(out, ", at: %.*s",
                       ICP_STR_ARGUMENTS(icp_date_format(icp_time_to_date(signal->at_ms), day)));
        if (signal->times > 1)
            icp_buf_format(out, ", times: %u", (unsigned)signal->times);
        icp_buf_add_char(out, '}');
    }
    if (draft->signal_count > 0)
        icp_buf_add_cstr(out, "]\n");
}

/* ---- expect -----------------------------------------------------------------------------------
 */

static void put_disqualifiers(const struct icp_result *result, struct icp_buf *out)
{
    icp_buf_add_cstr(out, ", disqualified_by: [");
    for (size_t i = 0; i < result->reason_count; i++) {
        icp_buf_add_cstr(out, i > 0 ? ", " : "");
        put_scalar(out, result->reasons[i].id);
    }
    icp_buf_add_char(out, ']');
}

/* Points of each line that has an id. */
static void put_points(const struct icp_result *result, struct icp_buf *out)
{
    bool first = true;
    for (size_t i = 0; i < result->reason_count; i++) {
        const struct icp_reason *reason = &result->reasons[i];
        if (icp_str_is_empty(reason->id) || reason->kind == ICP_REASON_HELD)
            continue;
        icp_buf_format(out, "%s%.*s: %d", first ? "points: {" : ", ", ICP_STR_ARGUMENTS(reason->id),
                       (int)reason->points);
        first = false;
    }
    if (!first)
        icp_buf_add_cstr(out, "}, ");
}

static void put_expect(const struct icp_ruleset *rules, const struct icp_draft *draft,
                       const struct icp_result *result, struct icp_buf *out)
{
    icp_buf_add_cstr(out, "    expect: {");
    if (!result->applies) {
        icp_buf_add_cstr(out, "tier: not_scored}\n");
        return;
    }
    if (rules->has_points && !result->disqualified) {
        icp_buf_format(out, "score: %d, ", (int)result->score);
        put_points(result, out);
    } else if (!result->disqualified) {
        icp_buf_format(out, "fit: %d, ", (int)result->fit);
        if (draft->signal_count > 0)
            icp_buf_format(out, "engagement: %d, ", (int)result->engagement);
        icp_buf_format(out, "coverage: %d, score: %d, ", (int)result->coverage, (int)result->score);
    }
    icp_buf_format(out, "grade: %s", result->grade);
    if (result->tier < rules->tier_count)
        icp_buf_format(out, ", tier: %.*s", ICP_STR_ARGUMENTS(rules->tiers[result->tier].id));
    if (result->disqualified)
        put_disqualifiers(result, out);
    icp_buf_add_cstr(out, "}\n");
}

/* ---- The whole --------------------------------------------------------------------------------
 */

static void put_test(const struct icp_suggest *suggest, const struct icp_suggested *one,
                     const struct icp_result *result, struct icp_buf *out)
{
    char day[ICP_TIME_TEXT];
    icp_buf_add_cstr(out, "  - name: ");
    put_scalar(out, one->name);
    icp_buf_add_char(out, '\n');
    if (one->draft.signal_count > 0 || suggest->rules->about.time_dependent)
        icp_buf_format(out, "    as_of: %.*s\n",
                       ICP_STR_ARGUMENTS(icp_date_format(suggest->as_of, day)));
    put_given(suggest->rules, &one->draft, out);
    put_signals(&one->draft, out);
    put_expect(suggest->rules, &one->draft, result, out);
}

static void put_unreached(struct icp_suggest *suggest, struct icp_buf *out)
{
    const struct icp_ruleset *rules = suggest->rules;
    for (size_t i = 0; i < rules->place_count; i++) {
        const struct icp_rules_line *line = &rules->places[i];
        if (suggest->reached[i])
            continue;
        icp_buf_format(out, "  # line %u, %.*s: ", (unsigned)line->line,
                       ICP_STR_ARGUMENTS(line->owner));
        for (size_t k = 0; k < line->says.length; k++)
            icp_buf_add_char(out, (char)(line->says.data[k] == '\n' ? ' ' : line->says.data[k]));
        uint32_t taker = icp_suggest_taker(suggest, (uint32_t)i + 1);
        if (taker > 0)
            icp_buf_format(out, ": is taken by \"%.*s\" on line %u\n",
                           ICP_STR_ARGUMENTS(rules->places[taker - 1].says),
                           (unsigned)rules->places[taker - 1].line);
        else
            icp_buf_format(out, ": none of %zu records that were tried reaches it\n",
                           suggest->tries);
    }
}

void icp_suggest_write(struct icp_suggest *suggest, struct icp_buf *out)
{
    const struct icp_ruleset *rules = suggest->rules;
    struct icp_arena arena;
    icp_arena_open(&arena, (size_t)8 * 1024 * 1024);
    for (size_t i = 0; i < suggest->count; i++) {
        const struct icp_suggested *one = &suggest->kept[i];
        struct icp_err err = {0};
        struct icp_result result;
        struct icp_rules_input input = {.values = one->draft.values,
                                        .signals = one->draft.signals,
                                        .signal_count = one->draft.signal_count,
                                        .as_of = suggest->as_of};
        icp_arena_reset(&arena);
        if (icp_rules_score(rules, &input, 1, &arena, &result, &err) == ICP_OK)
            put_test(suggest, one, &result, out);
    }
    put_unreached(suggest, out);
    icp_arena_close(&arena);
}
