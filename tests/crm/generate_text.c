/*
 * Random streams and text for the generator. Owns the arithmetic; the invariant is that nothing
 * here depends on the machine: 64-bit unsigned integers only, no clock, no locale, no float.
 */
#include <string.h>

#include "icp/base.h"

#include "date.h"
#include "generate_parts.h"

/* The finaliser of splitmix64. */
static uint64_t mix(uint64_t value)
{
    value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

struct sim_random sim_random_open(uint64_t seed, enum sim_stream stream, uint64_t index)
{
    uint64_t key = mix(seed + UINT64_C(0x9e3779b97f4a7c15));

    key = mix(key ^ ((uint64_t)stream + 1) * UINT64_C(0xd1342543de82ef95));
    return (struct sim_random){mix(key ^ (index + 1) * UINT64_C(0xda942042e4dd58b5))};
}

uint64_t sim_random_next(struct sim_random *random)
{
    random->state += UINT64_C(0x9e3779b97f4a7c15);
    return mix(random->state);
}

uint32_t sim_random_below(struct sim_random *random, uint32_t limit)
{
    return (uint32_t)(((sim_random_next(random) >> 32) * limit) >> 32);
}

bool sim_random_chance(struct sim_random *random, uint32_t per_mille)
{
    return sim_random_below(random, 1000) < per_mille;
}

int64_t sim_random_between(struct sim_random *random, int64_t low, int64_t high)
{
    if (high <= low)
        return low;
    return low + (int64_t)(sim_random_next(random) % ((uint64_t)(high - low) + 1));
}

/* Twelve uniform draws (Irwin and Hall): near enough to a bell, and exact everywhere. */
int32_t sim_random_normal(struct sim_random *random, int32_t deviation)
{
    int64_t sum = 0;

    for (int draw = 0; draw < 12; draw++)
        sum += (int64_t)sim_random_below(random, 65536);
    return (int32_t)((sum - INT64_C(12) * 32768) * deviation / 65536);
}

const char *sim_random_word(struct sim_random *random, const struct sim_words *words)
{
    return words->items[sim_random_below(random, words->count)];
}

const char *sim_random_common(struct sim_random *random, const struct sim_words *words)
{
    if (sim_random_chance(random, 500))
        return words->items[0];
    return sim_random_word(random, words);
}

uint32_t sim_random_weighted(struct sim_random *random, const uint32_t *weights, uint32_t count,
                             uint32_t total)
{
    uint32_t drawn = sim_random_below(random, total);

    for (uint32_t i = 0; i + 1 < count; i++) {
        if (drawn < weights[i])
            return i;
        drawn -= weights[i];
    }
    return count - 1;
}

/* Letters outside ASCII as people spell them in addresses. Both cases, as far as they occur. */
static const struct {
    const char *letter, *ascii;
} foldings[] = {
    {"æ", "ae"}, {"Æ", "ae"}, {"ø", "oe"}, {"Ø", "oe"}, {"å", "aa"}, {"Å", "aa"}, {"ä", "a"},
    {"Ä", "a"},  {"ö", "o"},  {"Ö", "o"},  {"ü", "ue"}, {"Ü", "ue"}, {"ß", "ss"}, {"é", "e"},
    {"É", "e"},  {"è", "e"},  {"ê", "e"},  {"ë", "e"},  {"á", "a"},  {"à", "a"},  {"â", "a"},
    {"ç", "c"},  {"í", "i"},  {"Í", "i"},  {"ï", "i"},  {"î", "i"},  {"ó", "o"},  {"Ó", "o"},
    {"ò", "o"},  {"ô", "o"},  {"ú", "u"},  {"ù", "u"},  {"ñ", "n"},  {"œ", "oe"}, {"Œ", "oe"},
    {"ł", "l"},  {"Ł", "l"},  {"ą", "a"},  {"ę", "e"},  {"ś", "s"},  {"Ś", "s"},  {"ż", "z"},
    {"Ż", "z"},  {"ź", "z"},  {"Ź", "z"},  {"ć", "c"},  {"ń", "n"},
};

/* Length of the letter that `text` begins with and its spelling; 0 when none of the table. */
static size_t fold_letter(struct icp_str text, const char **ascii)
{
    for (size_t i = 0; i < sizeof(foldings) / sizeof(foldings[0]); i++) {
        struct icp_str letter = icp_str_from(foldings[i].letter);
        if (icp_str_has_prefix(text, letter)) {
            *ascii = foldings[i].ascii;
            return letter.length;
        }
    }
    return 0;
}

void sim_fold(struct icp_buf *out, struct icp_str text, char joint)
{
    bool pending = false; /* a joint is due before the next letter */
    size_t start = out->length;

    for (size_t i = 0; i < text.length;) {
        char plain[2] = {text.data[i], '\0'};
        const char *ascii = plain;
        size_t step = 1;
        if (plain[0] >= 'A' && plain[0] <= 'Z')
            plain[0] = (char)(plain[0] + ('a' - 'A'));
        else if (!((plain[0] >= 'a' && plain[0] <= 'z') || (plain[0] >= '0' && plain[0] <= '9')))
            step = fold_letter(icp_str_slice(text, i, text.length), &ascii);
        if (step == 0) {
            pending = true;
            i++;
            continue;
        }
        if (pending && out->length > start)
            icp_buf_add_char(out, joint);
        pending = false;
        icp_buf_add_cstr(out, ascii);
        i += step;
    }
}

static void add_case(struct icp_buf *out, struct icp_str text, char first, char last, int shift,
                     unsigned char latin_first)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        unsigned char byte = (unsigned char)c;
        if (c >= first && c <= last)
            c = (char)(c + shift);
        else if (i > 0 && (unsigned char)text.data[i - 1] == 0xc3 && byte >= latin_first &&
                 byte < latin_first + 0x1f && byte != latin_first + 0x17)
            c = (char)(unsigned char)(byte + shift); /* U+00C0.. and U+00E0.. lie as A and a do */
        icp_buf_add_char(out, c);
    }
}

void sim_add_upper(struct icp_buf *out, struct icp_str text)
{
    add_case(out, text, 'a', 'z', 'A' - 'a', 0xa0);
}

void sim_add_lower(struct icp_buf *out, struct icp_str text)
{
    add_case(out, text, 'A', 'Z', 'a' - 'A', 0x80);
}

static bool is_small_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

/* Two neighbours swapped, or a letter lost. */
void sim_add_typo(struct icp_buf *out, struct icp_str text, struct sim_random *random)
{
    size_t at =
        text.length < 4 ? text.length : 1 + sim_random_below(random, (uint32_t)(text.length - 3));

    if (at + 1 >= text.length || !is_small_letter(text.data[at]) ||
        !is_small_letter(text.data[at + 1])) {
        icp_buf_add(out, text);
        return;
    }
    icp_buf_add(out, icp_str_slice(text, 0, at));
    icp_buf_add_char(out, text.data[at + 1]);
    if (!sim_random_chance(random, 400))
        icp_buf_add_char(out, text.data[at]);
    icp_buf_add(out, icp_str_slice(text, at + 2, text.length));
}

/* ---- Writing. */

/* Ids as in old and large portals: contacts sparse and of differing length, companies past 32 bits.
 */
int64_t sim_contact_id(uint32_t index)
{
    return INT64_C(51) + INT64_C(50) * index;
}

int64_t sim_company_id(uint32_t index)
{
    return INT64_C(5900000017) + INT64_C(23) * index;
}

int64_t sim_deal_id(uint32_t index)
{
    return INT64_C(9800000039) + INT64_C(31) * index;
}

void sim_put(const struct sim_writer *writer, const char *property, const char *text)
{
    sim_set(writer->crm, writer->object, writer->record, property, icp_str_from(text));
}

void sim_put_buf(const struct sim_writer *writer, const char *property, const struct icp_buf *text)
{
    sim_set(writer->crm, writer->object, writer->record, property, icp_buf_view(text));
}

void sim_put_number(const struct sim_writer *writer, const char *property, int64_t number)
{
    char digits[24];
    size_t at = sizeof(digits);
    bool negative = number < 0;
    uint64_t rest = negative ? (uint64_t)0 - (uint64_t)number : (uint64_t)number;

    do {
        digits[--at] = (char)('0' + (char)(rest % 10));
        rest /= 10;
    } while (rest > 0);
    if (negative)
        digits[--at] = '-';
    sim_set(writer->crm, writer->object, writer->record, property,
            (struct icp_str){digits + at, sizeof(digits) - at});
}

void sim_put_time(const struct sim_writer *writer, const char *property, int64_t ms)
{
    char text[ICP_TIME_TEXT];

    sim_set(writer->crm, writer->object, writer->record, property, icp_time_format(ms, text));
}

void sim_put_flag(const struct sim_writer *writer, const char *property, bool flag)
{
    sim_put(writer, property, flag ? "true" : "false");
}

void sim_put_owner(const struct sim_writer *writer, uint32_t owner)
{
    if (owner != SIM_NOBODY)
        sim_put_number(writer, "hubspot_owner_id", INT64_C(76500101) + INT64_C(37) * owner);
}
