/*
 * Names of countries: what ICU calls each country in many languages, the codes of ISO 3166, and our
 * own file of spellings. The only user of ICU, on the building machine alone. A name that two
 * languages give to different countries is dropped; our own file goes before the codes, those
 * before the names.
 */
#include <unicode/uldnames.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include "generate.h"

#include "utf8.h"

/* Those that have names of countries of their own; regional ones where the names differ. */
static const char *const languages[] = {
    "en", "da", "sv",    "nb", "nn",      "fi",    "is",      "fo",     "de",    "de_AT", "de_CH",
    "lb", "nl", "af",    "fy", "fr",      "fr_CA", "es",      "es_419", "es_MX", "ca",    "eu",
    "gl", "pt", "pt_PT", "it", "rm",      "mt",    "ga",      "cy",     "gd",    "br",    "pl",
    "cs", "sk", "sl",    "hr", "bs_Latn", "sr",    "sr_Latn", "mk",     "bg",    "ro",    "hu",
    "et", "lv", "lt",    "el", "sq",      "tr",    "az",      "uz",     "kk",    "ky",    "ka",
    "hy", "uk", "be",    "ru", "he",      "ar",    "fa",      "ur",     "hi",    "bn",    "ta",
    "te", "mr", "gu",    "ne", "si",      "th",    "vi",      "id",     "ms",    "fil",   "km",
    "lo", "my", "mn",    "zh", "zh_Hant", "ja",    "ko",      "sw",     "am",    "zu",
};

enum {
    MOST_COUNTRIES = 256,
    KEY_BYTES = 160,   /* of a folded name */
    MINIMUM_NAME = 4,  /* letters; shorter ones look like codes: "CAD", "Fas" */
    NO_COUNTRY = 0xFF, /* spelled in the file as meaning none */
};

struct countries {
    struct icp_names own, codes, spoken, all;
    char alpha2[MOST_COUNTRIES][3];
    struct icp_str english[MOST_COUNTRIES];
    size_t count;
};

static void add_folded(struct icp_names *names, struct icp_str name, size_t country)
{
    char key[KEY_BYTES];
    icp_names_add(names, icp_text_fold(name, key, sizeof(key)), (uint32_t)country);
}

static size_t country_of(const struct countries *countries, struct icp_str code)
{
    for (size_t i = 0; i < countries->count; i++)
        if (icp_str_is(code, countries->alpha2[i]))
            return i;
    return NO_COUNTRY;
}

/* ---- Codes ----------------------------------------------------------------------------------- */

/* ICU also has codes that ISO reserves only: Diego Garcia, Ceuta and Melilla, the Canaries. */
static bool is_reserved(const char *code)
{
    struct icp_str text = icp_str_from(code);
    return icp_str_is(text, "DG") || icp_str_is(text, "EA") || icp_str_is(text, "IC") ||
           icp_str_is(text, "AC") || icp_str_is(text, "CP") || icp_str_is(text, "TA");
}

static void add_codes(struct countries *countries)
{
    const char *const *codes = uloc_getISOCountries();
    for (size_t i = 0; codes[i] && countries->count < MOST_COUNTRIES - 1; i++) {
        char locale[4] = {'_', codes[i][0], codes[i][1], '\0'};
        if (is_reserved(codes[i]))
            continue;
        countries->alpha2[countries->count][0] = codes[i][0];
        countries->alpha2[countries->count][1] = codes[i][1];
        add_folded(&countries->codes, icp_str_from(codes[i]), countries->count);
        add_folded(&countries->codes, icp_str_from(uloc_getISO3Country(locale)), countries->count);
        countries->count++;
    }
}

/* ---- Our own file ---------------------------------------------------------------------------- */

static enum icp_status add_own(struct countries *countries, const char *path,
                               struct icp_arena *arena, struct icp_err *err)
{
    struct icp_lines lines;
    struct icp_str line, name;
    if (icp_lines_open(path, arena, &lines, err) != ICP_OK)
        return err->status;
    while (icp_lines_next(&lines, &line)) {
        struct icp_str code = icp_str_slice(line, 0, icp_str_find(line, ICP_STR(":")));
        struct icp_str rest = icp_str_slice(line, code.length + 1, line.length);
        size_t country = country_of(countries, code);
        if (country == NO_COUNTRY && !icp_str_is(code, "--"))
            return icp_fail_at(err, ICP_BAD_CONFIG, path, lines.number, 1,
                               "\"%.*s\" is not a code of ISO 3166", ICP_STR_ARGUMENTS(code));
        while (icp_str_cut(&rest, ';', &name))
            add_folded(&countries->own, icp_str_trim(name), country);
    }
    return ICP_OK;
}

/* ---- Spoken names ---------------------------------------------------------------------------- */

static bool long_enough(struct icp_str key)
{
    bool ascii = true;
    for (size_t i = 0; i < key.length; i++)
        ascii = ascii && (unsigned char)key.data[i] < 0x80;
    return !ascii || key.length >= MINIMUM_NAME;
}

/* "Österreich" is also typed "Oesterreich", "Færøerne" without its letters. */
static struct icp_str without_umlauts(struct icp_arena *arena, struct icp_str name)
{
    static const struct {
        uint32_t letter;
        const char *spelled;
    } letters[] = {{0xE4, "ae"}, {0xF6, "oe"}, {0xFC, "ue"}, {0xE5, "aa"}, {0xF8, "oe"},
                   {0xC4, "Ae"}, {0xD6, "Oe"}, {0xDC, "Ue"}, {0xC5, "Aa"}, {0xD8, "Oe"}};
    struct icp_buf out;
    struct icp_str rest = name;
    uint32_t c = 0;
    icp_buf_open(&out, KEY_BYTES * (size_t)2);
    while (icp_utf8_next(&rest, &c)) {
        size_t i = 0;
        while (i < sizeof(letters) / sizeof(letters[0]) && letters[i].letter != c)
            i++;
        if (i < sizeof(letters) / sizeof(letters[0]))
            icp_buf_add_cstr(&out, letters[i].spelled);
        else
            icp_utf8_append(&out, c);
    }
    struct icp_str spelled = icp_arena_copy(arena, icp_buf_view(&out));
    icp_buf_finish(&out);
    return spelled;
}

static void add_spoken(struct countries *countries, struct icp_str name, size_t country)
{
    char key[KEY_BYTES];
    struct icp_names *names = &countries->spoken;
    struct icp_str spellings[2] = {name, without_umlauts(names->arena, name)};
    for (size_t i = 0; i < 2; i++) {
        struct icp_str folded = icp_text_fold(spellings[i], key, sizeof(key));
        if (!icp_str_is_null(folded) && long_enough(folded))
            icp_names_add(names, folded, (uint32_t)country);
    }
}

/* A country that a language has no name for comes back as its code, which is too short a name. */
static struct icp_str spoken_name(struct icp_arena *arena, const ULocaleDisplayNames *names,
                                  const char *code)
{
    UChar wide[KEY_BYTES];
    char text[KEY_BYTES * 3];
    int32_t length = 0;
    UErrorCode error = U_ZERO_ERROR;
    (void)uldn_regionDisplayName(names, code, wide, KEY_BYTES, &error);
    (void)u_strToUTF8(text, sizeof(text), &length, wide, -1, &error);
    if (U_FAILURE(error))
        return (struct icp_str){0};
    return icp_arena_copy(arena, (struct icp_str){text, (size_t)length});
}

static enum icp_status add_language(struct countries *countries, const char *language,
                                    UDisplayContext length, struct icp_err *err)
{
    UDisplayContext contexts[] = {length, UDISPCTX_NO_SUBSTITUTE};
    UErrorCode error = U_ZERO_ERROR;
    ULocaleDisplayNames *names = uldn_openForContext(language, contexts, 2, &error);
    if (U_FAILURE(error))
        return icp_fail(err, ICP_BUG, "no names in \"%s\": %s", language, u_errorName(error));
    for (size_t i = 0; i < countries->count; i++) {
        struct icp_str name = spoken_name(countries->spoken.arena, names, countries->alpha2[i]);
        add_spoken(countries, name, i);
        if (icp_str_is(icp_str_from(language), "en") && length == UDISPCTX_LENGTH_FULL)
            countries->english[i] = name;
    }
    uldn_close(names);
    return ICP_OK;
}

/* ---- Bringing the three together ------------------------------------------------------------- */

static const struct icp_name *find(const struct icp_names *names, struct icp_str text)
{
    size_t low = 0, high = names->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = icp_str_compare(text, names->names[middle].text);
        if (order == 0)
            return &names->names[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* Adds what no table before has; spoken names are sorted but may stand for two countries. */
static void add_missing(struct countries *countries, const struct icp_names *from)
{
    for (size_t i = 0; i < from->count; i++) {
        struct icp_str text = from->names[i].text;
        bool same = true;
        size_t next = i;
        for (; next < from->count && icp_str_equal(from->names[next].text, text); next++)
            same = same && from->names[next].value == from->names[i].value;
        bool taken = find(&countries->own, text) ||
                     (from != &countries->codes && find(&countries->codes, text));
        if (same && !taken)
            icp_names_add(&countries->all, text, from->names[i].value);
        i = next - 1;
    }
}

static void emit_codes(const struct countries *countries, struct icp_buf *out)
{
    icp_buf_format(out, "#include \"country_table.h\"\nconst uint16_t icp_countries = %zu;\n",
                   countries->count);
    icp_buf_add_cstr(out, "const struct icp_country icp_country_table[] = {\n");
    for (size_t i = 0; i < countries->count; i++) {
        icp_buf_format(out, "{\"%s\",\"", countries->alpha2[i]);
        for (size_t j = 0; j < countries->english[i].length; j++)
            icp_buf_format(out, "\\%03o", (unsigned)(unsigned char)countries->english[i].data[j]);
        icp_buf_add_cstr(out, "\"},\n");
    }
    icp_buf_add_cstr(out, "};\n");
}

/* A spelling of ours that is another country's code is a slip: "R.U." is Russia's. */
static enum icp_status check_own(const struct countries *countries, const char *path,
                                 struct icp_err *err)
{
    for (size_t i = 0; i < countries->own.count; i++) {
        const struct icp_name *name = &countries->own.names[i];
        const struct icp_name *code = find(&countries->codes, name->text);
        if (code && code->value != name->value)
            return icp_fail_at(err, ICP_BAD_CONFIG, path, 1, 1, "\"%.*s\" is the code of %s",
                               ICP_STR_ARGUMENTS(name->text), countries->alpha2[code->value]);
    }
    return ICP_OK;
}

static enum icp_status gather(struct countries *countries, const char *path,
                              struct icp_arena *arena, struct icp_err *err)
{
    UErrorCode error = U_ZERO_ERROR;
    uloc_setDefault("en", &error); /* the building machine's language must not matter */
    if (U_FAILURE(error))
        return icp_fail(err, ICP_BUG, "ICU has no English");
    add_codes(countries);
    if (add_own(countries, path, arena, err) != ICP_OK)
        return err->status;
    for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++)
        if (add_language(countries, languages[i], UDISPCTX_LENGTH_FULL, err) != ICP_OK ||
            add_language(countries, languages[i], UDISPCTX_LENGTH_SHORT, err) != ICP_OK)
            return err->status;
    if (icp_names_settle(&countries->own, err) != ICP_OK ||
        icp_names_settle(&countries->codes, err) != ICP_OK ||
        check_own(countries, path, err) != ICP_OK)
        return err->status;
    icp_names_sort(&countries->spoken);
    add_missing(countries, &countries->codes);
    add_missing(countries, &countries->spoken);
    for (size_t i = 0; i < countries->own.count; i++)
        if (countries->own.names[i].value != NO_COUNTRY)
            icp_names_add(&countries->all, countries->own.names[i].text,
                          countries->own.names[i].value);
    return icp_names_settle(&countries->all, err);
}

enum icp_status icp_generate_countries(const char *path, const char *symbol,
                                       struct icp_arena *arena, struct icp_buf *out,
                                       struct icp_err *err)
{
    struct countries *countries = ICP_NEW(arena, struct countries);
    if (!countries || !icp_names_open(&countries->own, arena) ||
        !icp_names_open(&countries->codes, arena) || !icp_names_open(&countries->spoken, arena) ||
        !icp_names_open(&countries->all, arena))
        return icp_fail(err, ICP_BUG, "out of memory");
    if (gather(countries, path, arena, err) != ICP_OK)
        return err->status;
    emit_codes(countries, out);
    icp_names_emit(&countries->all, symbol, out);
    return ICP_OK;
}
