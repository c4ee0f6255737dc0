/*
 * A record is made of the rule file's own words, turned a little: numbers a millionth beside an
 * edge, texts in another case or with spaces, dates a day off. So most lines of any file are hit
 * and nearly missed.
 */
#include "bulk_kit.h"

#include <string.h>

#include "date.h"
#include "draw.h"
#include "number.h"

#define KIT_TEXT ((size_t)1024 * 1024)
enum { KIT_MEMORY = 32 * 1024 * 1024, MOST_SIGNALS = 6 };

uint32_t bulk_kit_draw(struct bulk_kit *kit, uint32_t below)
{
    return draw(&kit->seed, below);
}

/* ---- Words ---------------------------------------------------------------------------------- */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || (unsigned char)c >= 0x80;
}

static void add_word(struct bulk_kit *kit, struct icp_str word)
{
    if (kit->word_count < BULK_KIT_WORDS && word.length > 0 && word.length < 80)
        kit->words[kit->word_count++] = icp_arena_copy(&kit->words_arena, word);
}

/* Runs of letters and digits, of those with single dots and spaces in them, and what is quoted. */
static void collect(struct bulk_kit *kit, struct icp_str text)
{
    size_t start = 0, quote = text.length;
    for (size_t i = 0; i <= text.length; i++) {
        char c = (char)(i < text.length ? text.data[i] : '\n');
        if (c == '"' || c == '\n') {
            if (c == '"' && quote < i)
                add_word(kit, icp_str_slice(text, quote + 1, i));
            quote = c == '"' && quote >= i ? i : text.length;
        }
        bool dot = c == '.' && i + 1 < text.length && is_word(text.data[i + 1]);
        if (is_word(c) || dot)
            continue;
        if (i > start)
            add_word(kit, icp_str_slice(text, start, i));
        start = i + 1;
    }
}

void bulk_kit_open(struct bulk_kit *kit, const struct icp_ruleset *rules, struct icp_str text,
                   uint64_t seed, int32_t as_of)
{
    *kit = (struct bulk_kit){.rules = rules, .seed = seed, .as_of = as_of};
    icp_arena_open(&kit->arena, KIT_MEMORY);
    icp_arena_open(&kit->words_arena, KIT_MEMORY);
    collect(kit, text);
    add_word(kit, ICP_STR("x"));
}

void bulk_kit_close(struct bulk_kit *kit)
{
    icp_arena_close(&kit->arena);
    icp_arena_close(&kit->words_arena);
}

/* ---- Cells ---------------------------------------------------------------------------------- */

static struct icp_str any_word(struct bulk_kit *kit)
{
    return kit->words[bulk_kit_draw(kit, (uint32_t)kit->word_count)];
}

static struct icp_str make_number(struct bulk_kit *kit)
{
    static const char *const odd[] = {"0",    "-0",    "007",     "1e3",        "1.5",
                                      ".5",   "5.",    "+3",      "-1",         "9200000000000",
                                      "1e99", "1_000", "0.00001", "0.00000049", "12345678901234567",
                                      "--1",  "1 000", "-.25",    "99999999",   "4294967296"};
    static const int64_t steps[] = {0, 1, -1, 999999, 1000000, -1000000, 500000, -999999};
    char text[ICP_NUMBER_TEXT];
    int64_t value = 0;
    for (int tries = 0; tries < 20; tries++)
        if (icp_number_parse(any_word(kit), &value))
            break;
    if (bulk_kit_draw(kit, 6) == 0)
        return icp_str_from(odd[bulk_kit_draw(kit, sizeof(odd) / sizeof(odd[0]))]);
    if (bulk_kit_draw(kit, 4) == 0)
        value = (int64_t)bulk_kit_draw(kit, 6000) * ICP_NUMBER_SCALE;
    value += steps[bulk_kit_draw(kit, 8)];
    return icp_arena_copy(&kit->arena, icp_number_format(value, text));
}

static struct icp_str make_date(struct bulk_kit *kit, enum icp_type type)
{
    static const char *const odd[] = {
        "2026-02-29", "2024-02-29", "0001-01-01", "9999-12-31", "1899-12-31",  "2026-1-5",
        "2026-06-31", "20260101",   "2026-13-01", "2026-00-10", "2026-01-01 ", "2025-12-31T23:59"};
    char text[ICP_TIME_TEXT];
    int32_t days = kit->as_of;
    if (bulk_kit_draw(kit, 8) == 0)
        return icp_str_from(odd[bulk_kit_draw(kit, sizeof(odd) / sizeof(odd[0]))]);
    for (int tries = 0; bulk_kit_draw(kit, 2) == 0 && tries < 20; tries++)
        if (icp_date_parse(any_word(kit), &days))
            break;
    days += (int32_t)bulk_kit_draw(kit, 5) - 2;
    if (bulk_kit_draw(kit, 2) == 0)
        days -= (int32_t)bulk_kit_draw(kit, bulk_kit_draw(kit, 2) == 0 ? 400 : 40000);
    struct icp_str date = icp_date_format(days, text);
    if (type == ICP_TYPE_DATETIME || bulk_kit_draw(kit, 20) == 0)
        return icp_arena_format(&kit->arena, "%.*sT%02u:30:00Z", ICP_STR_ARGUMENTS(date),
                                bulk_kit_draw(kit, 25));
    return icp_arena_copy(&kit->arena, date);
}

static struct icp_str make_text(struct bulk_kit *kit)
{
    struct icp_str word = any_word(kit), other = any_word(kit);
    char *turned;
    switch (bulk_kit_draw(kit, 9)) {
    case 0:
        return icp_arena_format(&kit->arena, " %.*s\t", ICP_STR_ARGUMENTS(word));
    case 1:
        turned = icp_arena_take(&kit->arena, word.length + 1, 1, 1);
        for (size_t i = 0; i < word.length; i++)
            turned[i] =
                (char)(word.data[i] ^ ((word.data[i] | 32) >= 'a' && (word.data[i] | 32) <= 'z' &&
                                               bulk_kit_draw(kit, 2) == 0
                                           ? 32
                                           : 0));
        return (struct icp_str){turned, word.length};
    case 2:
        return icp_arena_format(&kit->arena, "%.*s %.*s", ICP_STR_ARGUMENTS(word),
                                ICP_STR_ARGUMENTS(other));
    case 3:
        return icp_arena_format(&kit->arena, "%.*sé", ICP_STR_ARGUMENTS(word));
    case 4:
        return icp_str_slice(word, 0, word.length - 1);
    default:
        return word;
    }
}

static struct icp_str make_set(struct bulk_kit *kit)
{
    struct icp_str set = ICP_STR("");
    for (uint32_t i = bulk_kit_draw(kit, 5); i > 0; i--)
        set = icp_arena_format(&kit->arena, "%.*s%s%.*s", ICP_STR_ARGUMENTS(set),
                               set.length == 0 && bulk_kit_draw(kit, 4) ? "" : ";",
                               ICP_STR_ARGUMENTS(make_text(kit)));
    return set;
}

static struct icp_str make_email(struct bulk_kit *kit)
{
    static const char *const domains[] = {"gmail.com", "GMX.de", "mailinator.com", "x.y.z",
                                          "firma.dk",  "a..b",   "nodot",          "münchen.de"};
    struct icp_str domain =
        bulk_kit_draw(kit, 3) == 0 ? make_text(kit) : icp_str_from(domains[bulk_kit_draw(kit, 8)]);
    if (bulk_kit_draw(kit, 10) == 0)
        return make_text(kit);
    return icp_arena_format(&kit->arena, "%s@%.*s",
                            bulk_kit_draw(kit, 8) == 0 ? "" : "first.last@x",
                            ICP_STR_ARGUMENTS(domain));
}

static struct icp_str make_country(struct bulk_kit *kit)
{
    static const char *const names[] = {"DK", "Sverige", "norge", "Germany", "usa", "Atlantis"};
    return bulk_kit_draw(kit, 2) == 0 ? make_text(kit) : icp_str_from(names[bulk_kit_draw(kit, 6)]);
}

static struct icp_str make_boolean(struct bulk_kit *kit)
{
    static const char *const words[] = {"true", "false", "true", "false", "True", "yes", " true"};
    return icp_str_from(words[bulk_kit_draw(kit, 7)]);
}

static struct icp_str make_cell(struct bulk_kit *kit, enum icp_type type)
{
    static const struct icp_str odd[] = {
        ICP_STR_INIT(""),  ICP_STR_INIT(" "),    ICP_STR_INIT("\xff\xfe"),
        ICP_STR_INIT("é"), ICP_STR_INIT("\xc3"), ICP_STR_INIT("a;b\0"),
        ICP_STR_INIT("0"), ICP_STR_INIT(";;"),   ICP_STR_INIT("true"),
    };
    uint32_t luck = bulk_kit_draw(kit, 24);
    if (luck < 4)
        return (struct icp_str){0};
    if (luck == 4)
        return odd[bulk_kit_draw(kit, sizeof(odd) / sizeof(odd[0]))];
    if (type == ICP_TYPE_NUMBER)
        return make_number(kit);
    if (type == ICP_TYPE_DATE || type == ICP_TYPE_DATETIME)
        return make_date(kit, type);
    if (type == ICP_TYPE_BOOLEAN)
        return make_boolean(kit);
    if (type == ICP_TYPE_SET)
        return make_set(kit);
    if (type == ICP_TYPE_EMAIL)
        return make_email(kit);
    return type == ICP_TYPE_COUNTRY ? make_country(kit) : make_text(kit);
}

struct icp_str bulk_kit_cell(struct bulk_kit *kit, struct icp_str cell)
{
    if (!cell.data)
        return cell;
    char *copy = icp_arena_take(&kit->arena, cell.length + ICP_BULK_SLACK, 1, 1);
    memset(copy, 'x', cell.length + ICP_BULK_SLACK);
    memcpy(copy, cell.data, cell.length);
    return (struct icp_str){copy, cell.length};
}

static const struct icp_signal *make_signals(struct bulk_kit *kit, size_t *count)
{
    size_t kinds = 0;
    const struct icp_str *names = icp_rules_signals(kit->rules, &kinds);
    struct icp_signal *signals = ICP_NEW_ARRAY(&kit->arena, struct icp_signal, MOST_SIGNALS);
    struct icp_attribute *attribute = ICP_NEW(&kit->arena, struct icp_attribute);
    *count = kinds == 0 || bulk_kit_draw(kit, 2) == 0 ? 0 : bulk_kit_draw(kit, MOST_SIGNALS);
    *attribute = (struct icp_attribute){bulk_kit_draw(kit, 2) ? ICP_STR("url") : ICP_STR("form"),
                                        make_text(kit)};
    for (size_t i = 0; i < *count; i++) {
        int64_t ago = (int64_t)bulk_kit_draw(kit, bulk_kit_draw(kit, 3) == 0 ? 2000 : 9) - 3;
        signals[i] = (struct icp_signal){.name = names[bulk_kit_draw(kit, (uint32_t)kinds)],
                                         .at_ms = (kit->as_of - ago) * ICP_MS_PER_DAY,
                                         .times = 1 + bulk_kit_draw(kit, 30),
                                         .counted = bulk_kit_draw(kit, 2) == 0,
                                         .attributes = attribute,
                                         .attribute_count = bulk_kit_draw(kit, 2)};
    }
    return signals;
}

/* What the record had before: nearly always a grade and a tier that there are. */
static void make_previous(struct bulk_kit *kit, struct icp_rules_input *input)
{
    const struct icp_rules_about *about = icp_rules_about(kit->rules);
    if (about->grade_count > 0 && bulk_kit_draw(kit, 2) == 0)
        input->previous_grade = about->grades[bulk_kit_draw(kit, (uint32_t)about->grade_count)];
    if (about->tier_count > 0 && bulk_kit_draw(kit, 2) == 0)
        input->previous_tier = about->tiers[bulk_kit_draw(kit, (uint32_t)about->tier_count)].id;
    if (bulk_kit_draw(kit, 40) == 0)
        input->previous_grade = input->previous_tier = make_text(kit);
}

/* ---- Comparing ------------------------------------------------------------------------------ */

static void write_numbers(struct icp_buf *out, bool applies, int32_t score, int32_t fit,
                          int32_t engagement, int32_t coverage, const char *grade, uint32_t tier,
                          enum icp_reach reach, bool disqualified, uint32_t refused,
                          uint32_t future, const struct icp_str *roles, size_t role_count)
{
    icp_buf_format(out, "%d %d %d %d %d %s %u %d %d %u %u", applies, score, fit, engagement,
                   coverage, grade, tier, (int)reach, disqualified, refused, future);
    for (size_t i = 0; i < role_count; i++)
        icp_buf_format(out, " %.*s", ICP_STR_ARGUMENTS(roles[i]));
}

static void write_whole(struct icp_buf *out, const struct icp_result *whole, size_t most)
{
    size_t count = 0;
    write_numbers(out, whole->applies, whole->score, whole->fit, whole->engagement, whole->coverage,
                  whole->grade, whole->tier, whole->reach, whole->disqualified,
                  whole->refused_values, whole->future_signals, whole->roles, whole->role_count);
    for (size_t i = 0; i < whole->reason_count && count < most; i++) {
        const struct icp_reason *reason = &whole->reasons[i];
        struct icp_str id = reason->id;
        if (reason->points == 0 && reason->kind != ICP_REASON_DISQUALIFIED)
            continue;
        if (most < SIZE_MAX &&
            (reason->kind == ICP_REASON_HELD || reason->kind == ICP_REASON_UNKNOWN))
            continue;
        if (icp_str_is_null(id))
            id = reason->kind == ICP_REASON_HELD ? ICP_STR("held") : ICP_STR("unknown");
        icp_buf_add_char(out, count++ == 0 ? ' ' : '|');
        icp_buf_format(out, "%.*s", ICP_STR_ARGUMENTS(id));
        if (reason->kind == ICP_REASON_DISQUALIFIED)
            icp_buf_add_cstr(out, ":DQ");
        else
            icp_buf_format(out, ":%+d", reason->points);
    }
}

static void write_bulk(struct icp_buf *out, struct icp_bulk_work *work, const struct icp_bulk *bulk,
                       struct icp_arena *arena, const struct icp_bulk_result *result)
{
    char *joined = icp_arena_take(arena, icp_bulk_reasons_room(bulk), 1, 1);
    write_numbers(out, result->applies, result->score, result->fit, result->engagement,
                  result->coverage, result->grade, result->tier, result->reach,
                  result->disqualified, result->refused_values, result->future_signals,
                  result->roles, result->role_count);
    size_t length = icp_bulk_reasons_write(work, result, '|', joined);
    if (length > 0)
        icp_buf_add_char(out, ' ');
    icp_buf_add(out, (struct icp_str){joined, length});
    size_t sum = result->reason_count;
    for (size_t i = 0; i < result->reason_count; i++)
        sum += icp_bulk_line_token(work, &result->reasons[i]).length;
    if (sum != length + (length > 0 ? 1 : 0))
        icp_buf_add_cstr(out, " tokens differ from what is written");
}

static bool same_text(struct icp_bulk_work *work, const struct icp_result *whole,
                      const struct icp_bulk_result *result, size_t index)
{
    struct icp_str text = icp_bulk_reason_text(work, &result->reasons[index]);
    for (size_t i = 0; i < whole->reason_count; i++)
        if (icp_str_equal(whole->reasons[i].text, text))
            return true;
    return false;
}

bool bulk_kit_same(struct bulk_kit *kit, struct icp_bulk_work *work,
                   const struct icp_rules_input *input, size_t most, uint32_t text,
                   struct icp_buf *why)
{
    struct icp_result whole;
    struct icp_bulk_result result;
    struct icp_err err = {0};
    struct icp_buf want, got;
    size_t fields;
    const struct icp_rules_field *field = icp_rules_fields(kit->rules, &fields);
    icp_buf_open(&want, KIT_TEXT);
    icp_buf_open(&got, KIT_TEXT);
    if (icp_rules_score(kit->rules, input, 1, &kit->arena, &whole, &err) == ICP_OK)
        write_whole(&want, &whole, most);
    if (icp_bulk_score(work, input, most, &result, &err) == ICP_OK)
        write_bulk(&got, work, icp_bulk_of(work), &kit->arena, &result);
    bool same = err.status == ICP_OK && icp_str_equal(icp_buf_view(&want), icp_buf_view(&got));
    if (same && result.reason_count > 0 && text < UINT32_MAX)
        same = same_text(work, &whole, &result, text % (uint32_t)result.reason_count);
    if (!same) {
        icp_buf_format(why, "%s\nwanted %s\ngot    %s\n", err.message, want.data, got.data);
        for (size_t i = 0; i < fields; i++)
            icp_buf_format(why, "  %.*s: %s\"%.*s\"\n", ICP_STR_ARGUMENTS(field[i].name),
                           input->values[i].data ? "" : "unknown ",
                           ICP_STR_ARGUMENTS(input->values[i]));
    }
    icp_buf_finish(&want);
    icp_buf_finish(&got);
    return same;
}

bool bulk_kit_try(struct bulk_kit *kit, struct icp_bulk_work *work, struct icp_buf *why)
{
    static const size_t mosts[] = {0, 1, 3, SIZE_MAX, SIZE_MAX};
    size_t fields, most = mosts[bulk_kit_draw(kit, 5)];
    icp_arena_reset(&kit->arena);
    const struct icp_rules_field *field = icp_rules_fields(kit->rules, &fields);
    struct icp_str *cells = ICP_NEW_ARRAY(&kit->arena, struct icp_str, fields + 1);
    struct icp_rules_input input = {.values = cells, .as_of = kit->as_of};
    for (size_t i = 0; i < fields; i++)
        cells[i] = bulk_kit_cell(kit, make_cell(kit, field[i].type));
    input.signals = make_signals(kit, &input.signal_count);
    make_previous(kit, &input);
    return bulk_kit_same(kit, work, &input, most,
                         bulk_kit_draw(kit, 16) == 0 ? bulk_kit_draw(kit, 1000) : UINT32_MAX, why);
}
