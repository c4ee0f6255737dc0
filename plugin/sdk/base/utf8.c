/*
 * UTF-8 and comparison keys: the only user of libunistring. What icp_utf8_next accepts is exactly
 * what RFC 3629 allows, NUL excepted, and everything else here steps by it, so no text is ever cut
 * inside a character.
 */
#include <stdlib.h>
#include <string.h>

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>

#include "utf8.h"

/* Length, smallest value and first-byte pattern of the four forms. */
static const struct {
    unsigned char mask, mark;
    uint32_t least;
} forms[] = {{0x80, 0x00, 0x1}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};

bool icp_utf8_next(struct icp_str *rest, uint32_t *code_point)
{
    if (rest->length == 0)
        return false;
    unsigned char first = (unsigned char)rest->data[0];
    size_t more = 0;
    if (first > 0 && first < 0x80) {
        *code_point = first;
        *rest = (struct icp_str){rest->data + 1, rest->length - 1};
        return true;
    }
    while (more < 4 && (first & forms[more].mask) != forms[more].mark)
        more++;
    if (more == 4 || rest->length <= more)
        return false;
    uint32_t value = first & (unsigned char)~forms[more].mask;
    for (size_t i = 1; i <= more; i++) {
        unsigned char byte = (unsigned char)rest->data[i];
        if ((byte & 0xC0) != 0x80)
            return false;
        value = value << 6 | (byte & 0x3F);
    }
    if (value < forms[more].least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return false;
    *code_point = value;
    *rest = (struct icp_str){rest->data + more + 1, rest->length - more - 1};
    return true;
}

/* How many bytes at the front are plain ASCII for sure: eight at a time. */
static size_t plain_length(struct icp_str text)
{
    size_t at = 0;
    uint64_t word;
    for (; text.length - at >= sizeof(word); at += sizeof(word)) {
        memcpy(&word, text.data + at, sizeof(word));
        /* a byte above 0x7F, or one that borrows when 1 is taken off: NUL */
        if ((word | (word - UINT64_C(0x0101010101010101))) & UINT64_C(0x8080808080808080))
            break;
    }
    return at;
}

bool icp_utf8_valid(struct icp_str text)
{
    uint32_t code_point = 0;
    do
        text = icp_str_slice(text, plain_length(text), text.length);
    while (icp_utf8_next(&text, &code_point));
    return text.length == 0;
}

static size_t encode(uint32_t code_point, char bytes[4])
{
    enum { REPLACEMENT = 0xFFFD };
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF))
        code_point = REPLACEMENT;
    size_t more = 0;
    while (more < 3 && code_point >= forms[more + 1].least)
        more++;
    for (size_t i = more; i > 0; i--) {
        bytes[i] = (char)(unsigned char)(0x80 | (code_point & 0x3F));
        code_point >>= 6;
    }
    bytes[0] = (char)(unsigned char)(forms[more].mark | code_point);
    return more + 1;
}

void icp_utf8_append(struct icp_buf *buf, uint32_t code_point)
{
    char bytes[4];
    size_t length = encode(code_point, bytes);
    icp_buf_add(buf, (struct icp_str){bytes, length});
}

size_t icp_characters(struct icp_str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += ((unsigned char)text.data[i] & 0xC0) != 0x80 ? 1 : 0;
    return count;
}

struct icp_str icp_utf8_cut(struct icp_str text, size_t limit)
{
    struct icp_str rest = text;
    uint32_t code_point = 0;
    for (size_t i = 0; i < limit; i++)
        if (!icp_utf8_next(&rest, &code_point))
            break;
    return icp_str_slice(text, 0, text.length - rest.length);
}

bool icp_utf8_is_word(uint32_t code_point)
{
    return uc_is_general_category_withtable(code_point, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N |
                                                            UC_CATEGORY_MASK_M);
}

/* ---- Comparison keys */

/* White space that Unicode normalisation leaves as it is. */
static bool is_space(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

/* Writes `text` to `out`, trimmed, runs of space made one, A-Z folded; returns the length, which
   is at most text.length. */
static size_t collapse(struct icp_str text, char *out)
{
    size_t length = 0;
    bool gap = false;
    struct icp_str before = text;
    uint32_t c = 0;
    for (; icp_utf8_next(&text, &c); before = text) {
        if (is_space(c)) {
            gap = length > 0;
            continue;
        }
        if (gap)
            out[length++] = ' ';
        gap = false;
        for (size_t i = 0; i < before.length - text.length; i++)
            out[length++] = before.data[i];
        if (c >= 'A' && c <= 'Z')
            out[length - 1] = (char)(c - 'A' + 'a');
    }
    return length;
}

static bool is_ascii(struct icp_str text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.data[i] >= 0x80)
            return false;
    return true;
}

/* The same of a text of ASCII alone: bytes are characters. */
static size_t collapse_ascii(struct icp_str text, char *out)
{
    size_t length = 0;
    bool gap = false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (c == ' ' || (c >= '\t' && c <= '\r')) {
            gap = length > 0;
            continue;
        }
        if (gap)
            out[length++] = ' ';
        gap = false;
        out[length++] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    return length;
}

static struct icp_str collapsed(struct icp_arena *arena, struct icp_str text)
{
    char *key = icp_arena_take(arena, text.length + 1, 1, 1);
    if (key == NULL)
        return (struct icp_str){NULL, 0};
    size_t length = is_ascii(text) ? collapse_ascii(text, key) : collapse(text, key);
    key[length] = '\0';
    return (struct icp_str){key, length};
}

/* Folds twice: NFKC may bring new capitals, as of the telephone sign. NULL at the machine's end. */
static uint8_t *fold(struct icp_str text, size_t *length)
{
    size_t once_length = 0;
    uint8_t *once = u8_casefold((const uint8_t *)text.data, text.length, NULL, UNINORM_NFKC, NULL,
                                &once_length);
    if (once == NULL)
        return NULL;
    uint8_t *twice = u8_casefold(once, once_length, NULL, UNINORM_NFKC, NULL, length);
    free(once);
    return twice;
}

struct icp_str icp_text_key(struct icp_arena *arena, struct icp_str text)
{
    if (text.data == NULL)
        return text;
    if (!icp_utf8_valid(text))
        return icp_arena_copy(arena, text);
    if (is_ascii(text))
        return collapsed(arena, text);
    size_t length = 0;
    uint8_t *folded = fold(text, &length);
    if (folded == NULL) {
        arena->full = true;
        return (struct icp_str){NULL, 0};
    }
    struct icp_str key = collapsed(arena, (struct icp_str){(const char *)folded, length});
    free(folded);
    return key;
}

/* ---- Bare letters */

struct fold {
    char *out;
    size_t length, room;
    size_t run; /* letters since the last gap or point */
    bool gap, full;
};

/* Letters that Unicode does not take apart, as people type them without their marks. */
static const struct {
    uint32_t letter;
    char plain[3];
} plain_letters[] = {{0xDF, "ss"}, {0xE6, "ae"}, {0xF0, "d"},        {0xF8, "o"},  {0xFE, "th"},
                     {0x111, "d"}, {0x127, "h"}, {0x131, "i"},       {0x142, "l"}, {0x153, "oe"},
                     {0x167, "t"}, {0x259, "e"}, {0x3C2, "\xCF\x83"}};

static void fold_put(struct fold *fold, uint32_t c)
{
    char bytes[4];
    struct icp_str plain = {bytes, 0};
    for (size_t i = 0; i < sizeof(plain_letters) / sizeof(plain_letters[0]); i++)
        if (plain_letters[i].letter == c)
            plain = icp_str_from(plain_letters[i].plain);
    if (plain.length == 0)
        plain.length = encode(c, bytes);
    if (fold->length + 1 + plain.length > fold->room) {
        fold->full = true;
        return;
    }
    if (fold->gap && fold->length > 0)
        fold->out[fold->length++] = ' ';
    fold->gap = false;
    for (size_t i = 0; i < plain.length; i++)
        fold->out[fold->length++] = plain.data[i];
    fold->run++;
}

static void fold_gap(struct fold *fold)
{
    fold->gap = true;
    fold->run = 0;
}

/* What is left of a character that no longer comes apart. */
static void fold_part(struct fold *fold, uint32_t c)
{
    enum { FLAG_A = 0x1F1E6, FLAG_Z = 0x1F1FF };
    static const uint32_t apostrophes[] = {'\'', '`', 0xB4, 0x2018, 0x2019, 0x2BB, 0x2BC, 0xAD};
    for (size_t i = 0; i < sizeof(apostrophes) / sizeof(apostrophes[0]); i++)
        if (apostrophes[i] == c)
            return;
    if (c >= FLAG_A && c <= FLAG_Z) { /* a flag is the two letters of its country */
        fold_put(fold, c - FLAG_A + 'a');
    } else if (c == '&' || c == '+') {
        fold_gap(fold);
        for (size_t i = 0; i < 3; i++)
            fold_put(fold, (uint32_t) "and"[i]);
        fold_gap(fold);
    } else if (c == '.' && fold->run == 1 && !fold->gap) {
        fold->run = 0; /* "U.S.A." is one word, "St.Lucia" two */
    } else if (c < 0x80) {
        bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        word ? fold_put(fold, c) : fold_gap(fold);
    } else if (!uc_is_general_category(c, UC_NON_SPACING_MARK) &&
               !uc_is_general_category(c, UC_FORMAT)) {
        bool word = uc_is_general_category(c, UC_LETTER) || uc_is_general_category(c, UC_MARK) ||
                    uc_is_general_category(c, UC_NUMBER);
        word ? fold_put(fold, c) : fold_gap(fold);
    }
}

/* Takes a character apart until nothing comes apart any more. */
static void fold_character(struct fold *fold, uint32_t c)
{
    enum { DEPTH = 64 }; /* parts that wait; Unicode needs 18 */
    uint32_t waiting[DEPTH];
    size_t count = 1;
    waiting[0] = c;
    while (count > 0) {
        c = uc_tolower(waiting[--count]);
        ucs4_t parts[UC_DECOMPOSITION_MAX_LENGTH];
        int tag;
        int more = c < 0x80 ? -1 : uc_decomposition(c, &tag, parts);
        if (more < 1 || count + (size_t)more > DEPTH) {
            fold_part(fold, c);
            continue;
        }
        while (more > 0)
            waiting[count++] = parts[--more];
    }
}

struct icp_str icp_text_fold(struct icp_str text, char *out, size_t room)
{
    struct fold fold = {.room = room};
    uint32_t c = 0;
    fold.out = out;
    if (text.data == NULL)
        return text;
    while (!fold.full && icp_utf8_next(&text, &c))
        fold_character(&fold, c);
    if (fold.full || text.length > 0)
        return (struct icp_str){NULL, 0};
    return (struct icp_str){out, fold.length};
}

/* ---- Letters turned */

bool icp_text_is_turned(struct icp_str text, bool upper)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c >= 0x80 || (upper ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z'))
            return false;
    }
    return true;
}

static struct icp_str turn_ascii(struct icp_arena *arena, struct icp_str text, bool upper)
{
    struct icp_str copy = icp_arena_copy(arena, text);
    char *letters = (char *)(uintptr_t)copy.data;
    for (size_t i = 0; letters != NULL && i < text.length; i++) {
        if (upper && letters[i] >= 'a' && letters[i] <= 'z')
            letters[i] = (char)(letters[i] - 'a' + 'A');
        else if (!upper && letters[i] >= 'A' && letters[i] <= 'Z')
            letters[i] = (char)(letters[i] - 'A' + 'a');
    }
    return copy;
}

struct icp_str icp_text_turn(struct icp_arena *arena, struct icp_str text, bool upper)
{
    if (is_ascii(text))
        return turn_ascii(arena, text, upper);
    if (!icp_utf8_valid(text))
        return icp_arena_copy(arena, text);
    size_t length = 0;
    const uint8_t *from = (const uint8_t *)text.data;
    uint8_t *turned = upper ? u8_toupper(from, text.length, NULL, NULL, NULL, &length)
                            : u8_tolower(from, text.length, NULL, NULL, NULL, &length);
    if (turned == NULL) {
        arena->full = true;
        return (struct icp_str){NULL, 0};
    }
    struct icp_str result = icp_arena_copy(arena, (struct icp_str){(const char *)turned, length});
    free(turned);
    return result;
}

/* ---- Globs */

/* One character off the front; a malformed byte counts as one. */
static struct icp_str behind_character(struct icp_str text)
{
    uint32_t c = 0;
    struct icp_str rest = text;
    return icp_utf8_next(&rest, &c) ? rest : icp_str_slice(text, 1, text.length);
}

/* Takes what one element of the pattern, not a star, takes of the text. */
static bool match_one(struct icp_str *pattern, struct icp_str *text)
{
    if (pattern->length == 0 || text->length == 0)
        return false;
    if (pattern->data[0] == '?')
        *text = behind_character(*text);
    else if (pattern->data[0] == text->data[0])
        *text = icp_str_slice(*text, 1, text->length);
    else
        return false;
    *pattern = icp_str_slice(*pattern, 1, pattern->length);
    return true;
}

/* Only the last star ever gives back: an earlier one that took the least it could is never wrong.
   So the work is at most the product of the two lengths, whatever the pattern. */
bool icp_glob_match(struct icp_str pattern, struct icp_str text)
{
    struct icp_str behind_star = {NULL, 0};
    struct icp_str retry = {NULL, 0};
    bool starred = false;
    while (text.length > 0 || pattern.length > 0) {
        if (pattern.length > 0 && pattern.data[0] == '*') {
            pattern = icp_str_slice(pattern, 1, pattern.length);
            behind_star = pattern;
            retry = text;
            starred = true;
            continue;
        }
        if (match_one(&pattern, &text))
            continue;
        if (!starred || retry.length == 0)
            return false;
        retry = behind_character(retry);
        text = retry;
        pattern = behind_star;
    }
    return true;
}

static bool is_control(uint32_t point)
{
    return point < 0x20 || (point >= 0x7F && point < 0xA0) ||
           (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

struct icp_str icp_text_line(struct icp_str text, char *out)
{
    struct icp_str rest = text;
    uint32_t point;
    size_t length = 0;

    while (rest.length > 0) {
        const char *start = rest.data;
        if (!icp_utf8_next(&rest, &point))
            break;
        if (is_control(point)) {
            out[length++] = ' ';
            continue;
        }
        memcpy(out + length, start, (size_t)(rest.data - start));
        length += (size_t)(rest.data - start);
    }
    return (struct icp_str){out, length};
}
