/*
 * Countries: ISO 3166-1 alpha-2 from whatever stands in a field of countries. One table of bare
 * spellings (letters and digits, icp_text_fold), made by the build; around it the forms in which
 * people dress a name up: "The …", "Republic of …", "Denmark (DK)", "Aarhus, Denmark". Whatever two
 * readings of a text do not agree on is no country.
 */
#include "reference.h"

#include "country_table.h"
#include "utf8.h"

enum {
    MOST_LETTERS = 120, /* of a name; the longest official one has 60 */
    FULL_NAME = 4,      /* letters that make a name behind a town: "Paris, TX" is none */
};

size_t icp_country_count(void)
{
    return icp_countries;
}

struct icp_str icp_country_name(size_t index)
{
    return icp_str_from(icp_country_table[index].english);
}

static uint16_t exactly(struct icp_str key)
{
    return icp_name_find(&icp_country_names, key);
}

/* What may stand before or behind a name without changing whose it is. Where it does ("Republic of
   Korea") the whole stands in the table and was found before. The longest first. */
static const char before[] =
    "den islamske republikken |republique islamique de |den islamiske republik |"
    "islamitische republiek |repubblica federale di |republique federale de |"
    "federacyjna republika |republica islamica de |islamiska republiken |"
    "republica federal de |federal republic of |forbundsrepublikken |"
    "islamic republic of |federale republiek |forbundsrepubliken |spolkova republika |"
    "republique de la |commonwealth of |principality of |republica de la |"
    "bundesrepublik |principaute de |repubblica del |fyrstendommet |principado de |"
    "principato di |repubblica di |republica del |republique de |republique du |"
    "furstendomet |konungariket |repubblica d |republica da |republica de |republica do |"
    "republique d |republic of |republikken |furstentum |kingdom of |kongeriget |"
    "kongeriket |konigreich |koninkrijk |kralovstvi |republiken |royaume de |royaume du |"
    "vorstendom |krolestwo |republiek |republika |ksiestwo |regno di |reino da |"
    "reino de |reino do |republik |etat du |staat |stat |the ";
static const char behind[] = " the| republic of| kingdom of| islamic republic of| republic| rep";

static struct icp_str undressed(struct icp_str key)
{
    struct icp_str words = icp_str_from(before);
    struct icp_str word;
    while (icp_str_cut(&words, '|', &word))
        if (icp_str_has_prefix(key, word))
            return icp_str_slice(key, word.length, key.length);
    words = icp_str_from(behind);
    while (icp_str_cut(&words, '|', &word))
        if (icp_str_has_suffix(key, word))
            return icp_str_slice(key, 0, key.length - word.length);
    return key;
}

static uint16_t one_name(struct icp_str key)
{
    for (size_t layers = 0; layers < 3; layers++) {
        uint16_t country = exactly(key);
        struct icp_str bare = undressed(key);
        if (country != ICP_NAME_NONE || bare.length == key.length)
            return country;
        key = bare;
    }
    return ICP_NAME_NONE;
}

/* "DK Denmark", "Deutschland Germany": two readings of the same country. */
static uint16_t said_twice(struct icp_str key)
{
    for (size_t i = 1; i + 1 < key.length; i++) {
        if (key.data[i] != ' ')
            continue;
        uint16_t left = one_name(icp_str_slice(key, 0, i));
        if (left != ICP_NAME_NONE && left == one_name(icp_str_slice(key, i + 1, key.length)))
            return left;
    }
    return ICP_NAME_NONE;
}

static uint16_t folded_name(struct icp_str text)
{
    char letters[MOST_LETTERS];
    struct icp_str key = icp_text_fold(text, letters, sizeof(letters));
    if (icp_str_is_empty(key))
        return ICP_NAME_NONE;
    uint16_t country = one_name(key);
    return country != ICP_NAME_NONE ? country : said_twice(key);
}

/* "Aarhus, Denmark". Not behind another country ("Luxembourg, Belgium" is a province), not by a
   code
   ("San Francisco, CA") and not Georgia ("Atlanta, Georgia"). */
static uint16_t behind_a_town(struct icp_str text)
{
    size_t comma = text.length;
    while (comma > 0 && text.data[comma - 1] != ',')
        comma--;
    if (comma < 2)
        return ICP_NAME_NONE;
    struct icp_str name = icp_str_trim(icp_str_slice(text, comma, text.length));
    struct icp_str town = icp_str_slice(text, 0, comma - 1);
    uint16_t country = name.length < FULL_NAME ? ICP_NAME_NONE : folded_name(name);
    if (country == ICP_NAME_NONE || icp_str_is(ICP_STR("GE"), icp_country_table[country].code))
        return ICP_NAME_NONE;
    return folded_name(town) == ICP_NAME_NONE ? country : ICP_NAME_NONE;
}

/* "n.a." says that nobody knows; Namibia is "NA". */
static bool is_not_available(struct icp_str text)
{
    return icp_str_equal_ascii_case(text, ICP_STR("n.a.")) ||
           icp_str_equal_ascii_case(text, ICP_STR("n.a"));
}

struct icp_str icp_country_code(struct icp_str text)
{
    struct icp_str trimmed = icp_str_trim(text);
    if (is_not_available(trimmed))
        return (struct icp_str){0};
    uint16_t country = folded_name(trimmed);
    if (country == ICP_NAME_NONE)
        country = behind_a_town(trimmed);
    if (country == ICP_NAME_NONE)
        return (struct icp_str){0};
    return icp_str_from(icp_country_table[country].code);
}
