/*
 * Any bytes as rows of a file that is scored fast: whatever stands in them, the compiled engine
 * gives what the plain one gives. The first byte picks one of a few rule files, made by the kit of
 * tests/unit as random ones and compiled once; then a row is taken after the other until the bytes
 * are used up, by one thread's work, so that what was looked up is found again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "bulk_kit.h"
#include "date.h"
#include "diagnostics.h"
#include "dictionary.h"
#include "file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define KIT_TEXT    ((size_t)1024 * 1024)
#define FILE_MEMORY ((size_t)64 * 1024 * 1024)
enum {
    FILES = 24, /* about half of them with points, some with roles and margins */
    MOST_BYTES = 16384,
    MOST_SIGNALS = 4,
    AS_OF = 20468 /* 2026-01-15 */
};

struct compiled {
    struct icp_ruleset *rules;
    struct icp_bulk *bulk;
    struct bulk_kit kit;
};

static void compile(const struct icp_dictionary *dictionary, struct icp_arena *arena, uint64_t seed,
                    struct compiled *one)
{
    struct icp_diagnostics list;
    struct icp_err err = {0};
    struct icp_buf text;
    icp_buf_open(&text, KIT_TEXT);
    icp_diagnostics_open(&list, arena, "random");
    bulk_kit_write_file(&text, &seed);
    if (icp_rules_compile(icp_buf_view(&text), "random", &dictionary, 1, &list, &one->rules,
                          &err) != ICP_OK)
        abort();
    one->bulk = icp_bulk_open(one->rules, AS_OF, &err);
    if (!one->bulk)
        abort();
    bulk_kit_open(&one->kit, one->rules, icp_buf_view(&text), seed, AS_OF);
    icp_buf_finish(&text);
}

/* For the life of the program: compiled with the first input. */
static struct compiled *files(void)
{
    static struct compiled all[FILES];
    static struct icp_arena arena;
    struct icp_diagnostics list;
    struct icp_err err = {0};
    struct icp_buf yaml;
    if (all[0].rules)
        return all;
    icp_arena_open(&arena, FILE_MEMORY);
    icp_diagnostics_open(&list, &arena, "fields.yaml");
    icp_buf_open(&yaml, KIT_TEXT);
    if (icp_file_read(ICP_FIELDS, KIT_TEXT, &yaml, &err) != ICP_OK)
        abort();
    const struct icp_dictionary *dictionary = icp_dictionary_parse(
        ICP_STR("hubspot"), icp_arena_copy(&arena, icp_buf_view(&yaml)), &arena, &list);
    icp_buf_finish(&yaml);
    if (!dictionary)
        abort();
    for (uint64_t i = 0; i < FILES; i++)
        compile(dictionary, &arena, (i + 1) * 88172645463325252u, &all[i]);
    return all;
}

/* ---- Bytes to a row ------------------------------------------------------------------------- */

struct bytes {
    const uint8_t *at, *end;
};

static uint8_t take(struct bytes *bytes)
{
    return (uint8_t)(bytes->at < bytes->end ? *bytes->at++ : 0);
}

/* Unknown; or a word of the rule file, as it stands or between spaces; or the bytes that follow. */
static struct icp_str take_text(struct bytes *bytes, struct bulk_kit *kit)
{
    uint8_t kind = take(bytes);
    if (kind < 32)
        return (struct icp_str){0};
    if (kind < 160) {
        struct icp_str word = kit->words[(size_t)take(bytes) * 2 % kit->word_count];
        return kind < 128 ? word : icp_arena_format(&kit->arena, " %.*s ", ICP_STR_ARGUMENTS(word));
    }
    size_t left = (size_t)(bytes->end - bytes->at), length = kind - 160U;
    length = length < left ? length : left;
    struct icp_str text = {(const char *)bytes->at, length};
    bytes->at += length;
    return text;
}

static void take_signals(struct bytes *bytes, struct bulk_kit *kit, struct icp_rules_input *input)
{
    size_t kinds;
    const struct icp_str *names = icp_rules_signals(kit->rules, &kinds);
    struct icp_signal *signals = ICP_NEW_ARRAY(&kit->arena, struct icp_signal, MOST_SIGNALS);
    struct icp_attribute *attributes =
        ICP_NEW_ARRAY(&kit->arena, struct icp_attribute, MOST_SIGNALS);
    size_t count = take(bytes) % (2 * MOST_SIGNALS);
    if (!signals || !attributes)
        abort();
    input->signals = signals;
    input->signal_count = kinds == 0 || count > MOST_SIGNALS ? 0 : count;
    for (size_t i = 0; i < input->signal_count; i++) {
        int64_t ago = (int64_t)take(bytes) - 128;
        attributes[i] = (struct icp_attribute){ICP_STR("url"), take_text(bytes, kit)};
        signals[i] = (struct icp_signal){.name = names[take(bytes) % kinds],
                                         .at_ms = (AS_OF - ago) * ICP_MS_PER_DAY,
                                         .times = 1U + take(bytes),
                                         .counted = take(bytes) % 2 == 0,
                                         .attributes = &attributes[i],
                                         .attribute_count = attributes[i].value.data ? 1 : 0};
    }
}

static struct icp_rules_input take_row(struct bytes *bytes, struct bulk_kit *kit)
{
    const struct icp_rules_about *about = icp_rules_about(kit->rules);
    size_t count;
    (void)icp_rules_fields(kit->rules, &count);
    struct icp_str *cells = ICP_NEW_ARRAY(&kit->arena, struct icp_str, count + 1);
    struct icp_rules_input input = {.values = cells, .as_of = AS_OF};
    uint8_t before = take(bytes);
    if (!cells)
        abort();
    for (size_t i = 0; i < count; i++)
        cells[i] = bulk_kit_cell(kit, take_text(bytes, kit));
    take_signals(bytes, kit, &input);
    if (before % 4 == 1)
        input.previous_grade = about->grades[before / 4 % about->grade_count];
    if (before % 4 > 0)
        input.previous_tier = about->tiers[before / 4 % about->tier_count].id;
    if (before == UINT8_MAX)
        input.previous_grade = input.previous_tier = take_text(bytes, kit);
    return input;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t mosts[] = {SIZE_MAX, 3, 1, 0};
    struct bytes bytes = {data, data + size};
    struct compiled *one = &files()[take(&bytes) % FILES];
    struct icp_bulk_work *work;
    struct icp_buf why;
    if (size > MOST_BYTES)
        return 0;
    work = icp_bulk_work_open(one->bulk, ICP_BULK_MEMORY_MOST / 8, NULL);
    if (!work)
        abort();
    icp_buf_open(&why, KIT_TEXT);
    while (bytes.at < bytes.end) {
        icp_arena_reset(&one->kit.arena);
        size_t most = mosts[take(&bytes) % 4];
        struct icp_rules_input input = take_row(&bytes, &one->kit);
        if (bulk_kit_same(&one->kit, work, &input, most, take(&bytes), &why))
            continue;
        (void)fprintf(stderr, "%s\n", why.data);
        abort();
    }
    icp_buf_finish(&why);
    icp_bulk_work_close(work);
    return 0;
}
