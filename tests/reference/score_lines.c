/*
 * Scores records by the engine's plain call, for the comparison with the reference beside this
 * file: an ICP file and a connector's dictionary as arguments, one JSON object a line on standard
 * input ({"id", "fields", "signals"}), one a line out in the form that `icp score` writes.
 */
#include "icp/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "date.h"
#include "diagnostics.h"
#include "dictionary.h"
#include "file.h"
#include "json.h"
#include "json_stream.h"

enum { LINE_BYTES = 1024 * 1024, AS_OF_DEFAULT = 20468 /* 2026-01-15 */ };
#define MEMORY ((size_t)64 * 1024 * 1024)

static void read_signals(const struct icp_json *list, struct icp_arena *arena,
                         struct icp_rules_input *input)
{
    size_t count = icp_json_count(list);
    struct icp_signal *signals = ICP_NEW_ARRAY(arena, struct icp_signal, count + 1);
    for (size_t i = 0; signals && i < count; i++) {
        const struct icp_json *one = icp_json_at(list, i);
        struct icp_attribute *attributes = ICP_NEW_ARRAY(arena, struct icp_attribute, 4);
        void *iterator = NULL;
        struct icp_str key;
        const struct icp_json *value;
        signals[i].name = icp_json_get_text(one, "signal");
        (void)icp_time_parse(icp_json_get_text(one, "at"), &signals[i].at_ms);
        signals[i].times = (uint32_t)icp_json_integer(icp_json_get(one, "times"), 1);
        while (attributes && signals[i].attribute_count < 4 &&
               icp_json_next_member(icp_json_get(one, "attributes"), &iterator, &key, &value))
            attributes[signals[i].attribute_count++] =
                (struct icp_attribute){.name = key, .value = icp_json_text(value)};
        signals[i].attributes = attributes;
    }
    input->signals = signals;
    input->signal_count = count;
}

static void read_record(const struct icp_ruleset *rules, const struct icp_json *root,
                        struct icp_arena *arena, struct icp_rules_input *input)
{
    size_t count;
    const struct icp_rules_field *fields = icp_rules_fields(rules, &count);
    struct icp_str *values = ICP_NEW_ARRAY(arena, struct icp_str, count + 1);
    for (size_t i = 0; values && i < count; i++)
        values[i] = icp_json_get_text(icp_json_get(root, "fields"),
                                      icp_arena_copy(arena, fields[i].name).data);
    *input = (struct icp_rules_input){.values = values, .as_of = AS_OF_DEFAULT};
    read_signals(icp_json_get(root, "signals"), arena, input);
}

static void put_reasons(struct icp_buf *text, const struct icp_result *result)
{
    for (size_t i = 0; i < result->reason_count; i++) {
        const struct icp_reason *reason = &result->reasons[i];
        struct icp_str id = reason->id;
        if (icp_str_is_empty(id))
            id = reason->kind == ICP_REASON_UNKNOWN ? ICP_STR("unknown") : ICP_STR("held");
        icp_buf_format(text, "%s%.*s:", i > 0 ? "|" : "", ICP_STR_ARGUMENTS(id));
        if (reason->kind == ICP_REASON_DISQUALIFIED)
            icp_buf_add_cstr(text, "DQ");
        else
            icp_buf_format(text, "%+d", reason->points);
    }
}

static void put_number(struct icp_json_writer *json, const char *name, int32_t value)
{
    if (value >= 0)
        icp_json_put_integer_member(json, name, value);
}

static void print_result(const struct icp_ruleset *rules, struct icp_str id,
                         const struct icp_result *result)
{
    const struct icp_rules_about *about = icp_rules_about(rules);
    struct icp_json_writer json;
    struct icp_buf out, reasons;
    icp_buf_open(&out, LINE_BYTES);
    icp_buf_open(&reasons, LINE_BYTES);
    put_reasons(&reasons, result);
    icp_json_writer_open(&json, &out);
    icp_json_begin_object(&json);
    icp_json_put_text_member(&json, "id", id);
    icp_json_put_integer_member(&json, "score", result->score);
    icp_json_put_text_member(&json, "grade", icp_str_from(result->grade));
    icp_json_put_text_member(&json, "tier",
                             result->tier < about->tier_count ? about->tiers[result->tier].id
                                                              : ICP_STR(""));
    put_number(&json, "fit", result->fit);
    put_number(&json, "engagement", result->engagement);
    put_number(&json, "coverage", result->coverage);
    icp_json_put_text_member(&json, "reasons", icp_buf_view(&reasons));
    icp_json_end_object(&json);
    (void)printf("%.*s\n", ICP_STR_ARGUMENTS(icp_buf_view(&out)));
    icp_buf_finish(&out);
    icp_buf_finish(&reasons);
}

static bool score_line(const struct icp_ruleset *rules, struct icp_str line,
                       struct icp_arena *arena)
{
    struct icp_err err = {0};
    struct icp_rules_input input;
    struct icp_result result;
    struct icp_json_document *document = icp_json_open(line, &err);
    icp_arena_reset(arena);
    bool good = document != NULL;
    if (good) {
        read_record(rules, icp_json_root(document), arena, &input);
        good = icp_rules_score(rules, &input, 1, arena, &result, &err) == ICP_OK;
    }
    if (good)
        print_result(rules, icp_json_get_text(icp_json_root(document), "id"), &result);
    else
        (void)fprintf(stderr, "%s\n", err.message);
    icp_json_close(document);
    return good;
}

static bool score_all(const struct icp_ruleset *rules)
{
    struct icp_arena arena;
    char *line = icp_allocate(LINE_BYTES, 1);
    bool good = line != NULL;
    icp_arena_open(&arena, MEMORY);
    while (good && fgets(line, LINE_BYTES, stdin))
        good = score_line(rules, (struct icp_str){line, strcspn(line, "\n")}, &arena);
    icp_arena_close(&arena);
    icp_release(line);
    return good;
}

static const struct icp_dictionary *open_dictionary(const char *path, struct icp_arena *arena,
                                                    struct icp_buf *text,
                                                    struct icp_diagnostics *list)
{
    struct icp_err err = {0};
    icp_buf_open(text, ICP_MAX_RULE_FILE);
    if (icp_file_read(path, ICP_MAX_RULE_FILE, text, &err) != ICP_OK)
        return NULL;
    return icp_dictionary_parse(ICP_STR("hubspot"), icp_buf_view(text), arena, list);
}

int main(int argc, char **argv)
{
    struct icp_arena arena;
    struct icp_diagnostics list;
    struct icp_buf dictionary_text, text;
    struct icp_err err = {0};
    struct icp_ruleset *rules = NULL;
    if (argc != 3) {
        (void)fputs("usage: score_lines FILE.icp.yaml fields.yaml < RECORDS.ndjson\n", stderr);
        return 2;
    }
    icp_arena_open(&arena, MEMORY);
    icp_diagnostics_open(&list, &arena, argv[1]);
    icp_buf_open(&text, ICP_MAX_RULE_FILE);
    const struct icp_dictionary *dictionary =
        open_dictionary(argv[2], &arena, &dictionary_text, &list);
    bool good = dictionary && icp_file_read(argv[1], ICP_MAX_RULE_FILE, &text, &err) == ICP_OK &&
                icp_rules_compile(icp_buf_view(&text), argv[1], &dictionary, 1, &list, &rules,
                                  &err) == ICP_OK;
    if (good)
        good = score_all(rules);
    else
        (void)fprintf(stderr, "%s: %s\n", argv[1], err.message);
    icp_rules_close(rules);
    icp_buf_finish(&text);
    icp_buf_finish(&dictionary_text);
    icp_arena_close(&arena);
    return good && fflush(stdout) == 0 ? 0 : 1;
}
