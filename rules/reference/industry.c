/*
 * Industries: a division or at least a section of NACE Rev. 2 from the codes and names of several
 * classifications. A code needs to know its classification ("6201" is one thing in Denmark and
 * another in America); without one only names, codes with a point ("62.01") and codes that say
 * themselves what they are ("NAICS 541511") are read. Whatever is not in the table is unknown.
 */
#include "reference.h"

#include "industry_table.h"

static const struct {
    const char *name;
    enum icp_scheme scheme;
} schemes[] = {
    {"nace", ICP_SCHEME_NACE},
    {"nace2", ICP_SCHEME_NACE},
    {"nace21", ICP_SCHEME_NACE21},
    {"isic", ICP_SCHEME_NACE},
    {"db07", ICP_SCHEME_NACE},
    {"sni", ICP_SCHEME_NACE},
    {"wz", ICP_SCHEME_NACE},
    {"naf", ICP_SCHEME_NACE},
    {"ateco", ICP_SCHEME_NACE},
    {"uk_sic", ICP_SCHEME_NACE},
    {"naics", ICP_SCHEME_NAICS},
    {"sic", ICP_SCHEME_SIC},
    {"hubspot", ICP_SCHEME_HUBSPOT},
    {"linkedin", ICP_SCHEME_LINKEDIN},
    {"salesforce", ICP_SCHEME_SALESFORCE},
};

/* How the scheme is called in the table; of those that stand there. */
static const char *const table_names[ICP_SCHEME_COUNT] = {
    [ICP_SCHEME_ANY] = "",
    [ICP_SCHEME_NACE] = "nace",
    [ICP_SCHEME_NACE21] = "nace21",
    [ICP_SCHEME_NAICS] = "naics",
    [ICP_SCHEME_SIC] = "sic",
    [ICP_SCHEME_HUBSPOT] = "hubspot",
    [ICP_SCHEME_LINKEDIN] = "linkedin",
    [ICP_SCHEME_SALESFORCE] = "salesforce",
};

bool icp_scheme_from_name(struct icp_str name, enum icp_scheme *scheme)
{
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
        if (icp_str_is(name, schemes[i].name)) {
            *scheme = schemes[i].scheme;
            return true;
        }
    return false;
}

const char *icp_scheme_names(void)
{
    return "nace, nace21, naics, sic, hubspot, linkedin and salesforce";
}

/* ---- Results --------------------------------------------------------------------------------- */

static struct icp_industry industry_of(uint16_t value)
{
    struct icp_industry industry = {0};
    if (value < ICP_DIVISIONS && icp_division_table[value].code[0] != '\0') {
        const struct icp_division *division = &icp_division_table[value];
        industry.division = icp_str_from(division->code);
        industry.section = icp_str_from(division->section);
        industry.name = icp_str_from(division->name);
    } else if (value >= ICP_SECTION_ALONE && value < ICP_SECTION_ALONE + ICP_SECTIONS) {
        const struct icp_section *section = &icp_section_table[value - ICP_SECTION_ALONE];
        industry.section = icp_str_from(section->code);
        industry.name = icp_str_from(section->name);
    }
    industry.recognised = value != ICP_NAME_NONE;
    return industry;
}

struct icp_str icp_section_name(struct icp_str section)
{
    if (section.length != 1 || section.data[0] < 'A' || section.data[0] >= 'A' + ICP_SECTIONS)
        return (struct icp_str){0};
    return icp_str_from(icp_section_table[section.data[0] - 'A'].name);
}

static uint16_t in_table(enum icp_scheme scheme, struct icp_str key)
{
    char text[ICP_INDUSTRY_KEY + 16];
    struct icp_str name = icp_str_from(table_names[scheme]);
    size_t length = 0;
    if (icp_str_is_empty(key) || key.length > ICP_INDUSTRY_KEY)
        return ICP_NAME_NONE;
    for (size_t i = 0; i < name.length; i++)
        text[length++] = name.data[i];
    text[length++] = '=';
    for (size_t i = 0; i < key.length; i++)
        text[length++] = key.data[i];
    return icp_name_find(&icp_industry_names, (struct icp_str){text, length});
}

/* ---- Codes ----------------------------------------------------------------------------------- */

enum { MOST_DIGITS = 8 };

struct code {
    char letter; /* of a section, capital; 0: none */
    char digits[MOST_DIGITS];
    size_t count;
    bool dotted;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char upper(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(unsigned char)(c - 'a' + 'A');
    return c;
}

static bool is_letter(char c)
{
    return upper(c) >= 'A' && upper(c) <= 'Z';
}

/* What may stand behind a code: nothing, words, the letter of the French. Two codes are none. */
static bool ends_code(struct icp_str rest)
{
    if (rest.length == 0 || rest.data[0] == ' ' || rest.data[0] == ':')
        return true;
    if (is_letter(rest.data[0]))
        return rest.length == 1 || !is_digit(rest.data[1]);
    return rest.data[0] == '-' && rest.length > 1 && !is_digit(rest.data[1]);
}

static bool read_digits(struct icp_str *text, struct code *code)
{
    size_t i = 0, group = 0;
    for (; i < text->length && (is_digit(text->data[i]) || text->data[i] == '.'); i++) {
        if (text->data[i] == '.') {
            if (group == 0)
                return false;
            if (!code->dotted && group == 1) { /* a spreadsheet took the nought: "1.11" */
                code->digits[1] = code->digits[0];
                code->digits[0] = '0';
                code->count = 2;
            } else if (!code->dotted && group != 2) {
                return false;
            }
            code->dotted = true;
            group = 0;
            continue;
        }
        if (code->count == MOST_DIGITS)
            return false;
        code->digits[code->count++] = text->data[i];
        group++;
    }
    *text = icp_str_slice(*text, i, text->length);
    return true;
}

static bool read_code(struct icp_str text, struct code *code)
{
    *code = (struct code){0};
    if (text.length > 0 && is_letter(text.data[0])) {
        code->letter = upper(text.data[0]);
        text = icp_str_trim(icp_str_slice(text, 1, text.length));
        if (text.length > 0 && !is_digit(text.data[0]))
            return false;
    }
    return read_digits(&text, code) && ends_code(text) && (code->letter || code->count > 0);
}

static uint16_t longest(enum icp_scheme scheme, const struct code *code, size_t least)
{
    for (size_t count = code->count; count >= least; count--) {
        uint16_t value = in_table(scheme, (struct icp_str){code->digits, count});
        if (value != ICP_NAME_NONE)
            return value;
    }
    return ICP_NAME_NONE;
}

/* With four, five or six digits the point may be missing; three could have lost a nought. */
static uint16_t nace(enum icp_scheme scheme, const struct code *code)
{
    if (code->count == 0)
        return in_table(scheme, (struct icp_str){&code->letter, 1});
    if (code->count < 2 || (code->count == 3 && !code->dotted) || code->count > 6)
        return ICP_NAME_NONE;
    uint16_t value = scheme == ICP_SCHEME_NACE21 ? longest(scheme, code, 3) : ICP_NAME_NONE;
    if (value != ICP_NAME_NONE)
        return value;
    value = in_table(ICP_SCHEME_NACE, (struct icp_str){code->digits, 2});
    bool other_section = scheme == ICP_SCHEME_NACE && code->letter && value < ICP_DIVISIONS &&
                         icp_division_table[value].section[0] != code->letter;
    return other_section ? ICP_NAME_NONE : value;
}

static uint16_t by_code(enum icp_scheme scheme, struct icp_str text)
{
    struct code code;
    if (scheme == ICP_SCHEME_NAICS && text.length == 5 && text.data[2] == '-')
        text.length = 2; /* "31-33" */
    if (!read_code(text, &code))
        return ICP_NAME_NONE;
    if (scheme == ICP_SCHEME_NACE || scheme == ICP_SCHEME_NACE21)
        return nace(scheme, &code);
    if (code.letter || code.dotted || code.count < 2)
        return ICP_NAME_NONE;
    if (scheme == ICP_SCHEME_SIC && code.count != 2 && code.count != 4)
        return ICP_NAME_NONE; /* three digits could have lost a nought */
    return code.count <= 6 ? longest(scheme, &code, 2) : ICP_NAME_NONE;
}

/* ---- Names ----------------------------------------------------------------------------------- */

static uint16_t by_name(enum icp_scheme scheme, struct icp_str text)
{
    char key[ICP_INDUSTRY_KEY];
    return in_table(scheme, icp_industry_key(text, key));
}

/* "NACE 62.01", "NAICS: 541511". "SIC" with five digits is the British one, which is NACE. */
static bool says_itself(struct icp_str text, uint16_t *value)
{
    size_t word = 0;
    while (word < text.length && is_letter(text.data[word]))
        word++;
    struct icp_str name = icp_str_slice(text, 0, word);
    struct icp_str code = icp_str_slice(text, word, text.length);
    while (code.length > 0 && (code.data[0] == ' ' || code.data[0] == ':'))
        code = icp_str_slice(code, 1, code.length);
    if (code.length == 0 || !is_digit(code.data[0]))
        return false;
    if (icp_str_equal_ascii_case(name, ICP_STR("nace")))
        *value = by_code(ICP_SCHEME_NACE, code);
    else if (icp_str_equal_ascii_case(name, ICP_STR("naics")))
        *value = by_code(ICP_SCHEME_NAICS, code);
    else if (icp_str_equal_ascii_case(name, ICP_STR("sic")))
        *value = by_code(code.length == 5 ? ICP_SCHEME_NACE : ICP_SCHEME_SIC, code);
    else
        return false;
    return true;
}

static uint16_t by_spelling(struct icp_str text)
{
    struct code code;
    uint16_t value;
    if (says_itself(text, &value))
        return value;
    if (read_code(text, &code) && code.dotted)
        return nace(ICP_SCHEME_NACE, &code);
    return by_name(ICP_SCHEME_ANY, text);
}

struct icp_industry icp_industry_find(enum icp_scheme scheme, struct icp_str text)
{
    struct icp_str trimmed = icp_str_trim(text);
    uint16_t value;
    if (icp_str_is_empty(trimmed) || trimmed.length > ICP_INDUSTRY_KEY)
        return (struct icp_industry){0};
    if (scheme == ICP_SCHEME_ANY)
        value = by_spelling(trimmed);
    else if (scheme <= ICP_SCHEME_SIC)
        value = by_code(scheme, trimmed);
    else
        value = by_name(scheme, trimmed);
    return industry_of(value);
}
