/*
 * Checks of the words of a file, which may still have errors: weights that were meant to be percent
 * and are not quite, and fields about what the law protects most. They look at the YAML alone.
 */
#include "icp/rules.h"

#include "check.h"

/* ---- Special categories ------------------------------------------------------------------------
 */

/* GDPR article 9 (and 10 for criminal records): stems of the words, as a text key has them, in the
   languages of the countries where these files are used. A stem stands at the beginning of a word;
   one that ends in '$' is the whole word. Short and ambiguous stems are left out: a false alarm
   teaches people to overlook the true one. */
static const struct {
    const char *category;
    const char *stems[40];
} categories[] = {
    {"health",
     {"health",     "illness",    "disease", "diagnos", "disabil",    "disabled$",  "handicap",
      "medical",    "medication", "pregnan", "sick",    "allerg",     "gesundheit", "krank",
      "behinder",   "schwanger",  "sundhed", "sygdom",  "sygemeld",   "helse",      "sykdom",
      "sykemeld",   "halsa$",     "hälsa",   "sjukdom", "sjukskriv",  "terveys",    "sairau",
      "sante$",     "santé",      "maladie", "salud$",  "enfermedad", "salute$",    "malattia",
      "gezondheid", "ziekte",     "raskaus", "gravid"}},
    {"religion or belief",
     {"religi",   "faith$",      "church",      "muslim", "islam",      "jewish",   "christian$",
      "catholic", "hindu",       "buddhis",     "kirche", "konfession", "kirkelig", "kyrka",
      "uskonto",  "uskonnol",    "eglise",      "église", "iglesia",    "chiesa",   "godsdienst",
      "livssyn",  "trossamfund", "trossamfunn", "glaube$"}},
    {"trade-union membership",
     {"union_member", "unionmember", "tradeunion", "trade_union", "labor_union", "labour_union",
      "unionized", "gewerkschaft", "fagforening", "fackforening", "fackförening", "fackförbund",
      "ammattiliitto", "syndicat$", "syndique", "syndiqué", "sindicato", "sindacato", "vakbond"}},
    {"ethnic origin",
     {"ethnic",   "ethnie",     "ethnisch",   "etnisk",      "etnic",
      "etnia",    "etnisch",    "race$",      "racial",      "rasse$",
      "rase$",    "rodullinen", "skin_color", "skin_colour", "hautfarbe",
      "hudfarge", "hudfarve",   "hudfarg",    "indigenous",  "nationality_origin"}},
    {"political opinion",
     {"political", "politisch", "politisk", "politique", "politica$", "politiek", "poliittinen",
      "party_member", "parteimitglied", "partimedlem", "voter$", "voting"}},
    {"sexual life or orientation",
     {"sexual", "sexuel", "seksual", "seksuel", "seksuaal", "lgbt", "gay$", "lesbian", "bisexual",
      "homosex", "transgender", "gender_identity"}},
    {"genetic or biometric data",
     {"genetic", "genetisch", "genetisk", "genetiq", "dna$", "biometr", "fingerprint",
      "fingerabdruck", "fingeravtryk", "fingeraftryk", "facial_recognition"}},
    {"criminal records",
     {"criminal", "conviction", "convicted", "vorstrafe", "straffeattest", "straffedom", "straffad",
      "rikosrekister", "casier_judiciaire", "antecedentes_penales"}},
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* "contact.union_member" and "union member status" both hold "union_member". */
static bool holds_stem(struct icp_str key, const char *stem)
{
    struct icp_str want = icp_str_from(stem);
    bool whole = want.data[want.length - 1] == '$';
    want.length -= whole ? 1 : 0;
    for (size_t i = 0; i + want.length <= key.length; i++) {
        size_t k = 0;
        if (i > 0 && is_letter(key.data[i - 1]))
            continue;
        while (k < want.length &&
               (key.data[i + k] == want.data[k] ||
                (want.data[k] == '_' && (key.data[i + k] == ' ' || key.data[i + k] == '-'))))
            k++;
        if (k == want.length && (!whole || i + k == key.length || !is_letter(key.data[i + k])))
            return true;
    }
    return false;
}

static const char *category_of(struct icp_str text, struct icp_arena *arena)
{
    struct icp_str key = icp_text_key(arena, text);
    for (size_t i = 0; i < sizeof(categories) / sizeof(categories[0]); i++)
        for (size_t k = 0; k < 40 && categories[i].stems[k]; k++)
            if (holds_stem(key, categories[i].stems[k]))
                return categories[i].category;
    return NULL;
}

#define CHECK_TEXT_MEMORY                                                                          \
    ((size_t)46 * 1024 * 1024) /* the tree of a 1 MiB file takes that much                         \
                                */

struct words {
    const struct icp_yaml *root;
    struct icp_diagnostics *list;
    struct icp_arena *arena;
    struct icp_str told[32]; /* fields that were reported, once each */
    size_t told_count;
};

static void report_category(struct words *words, const struct icp_yaml *node, struct icp_str text,
                            const char *category)
{
    icp_report(words->list, ICP_WARNING, "special-category", node->line, node->column,
               "\"%.*s\" looks like data about %s", ICP_STR_ARGUMENTS(text), category);
    icp_report_hint(
        words->list,
        "The law forbids to score people by this without their explicit consent. If it is "
        "something else or there is consent, say so under \"fields\": special_category: the "
        "reason.");
}

/* Of a person; what a company is or does is nobody's private life. */
static bool is_personal(struct icp_str field)
{
    return icp_str_has_prefix(field, ICP_STR("contact."));
}

static bool is_acknowledged(const struct words *words, struct icp_str field)
{
    const struct icp_yaml *fields = icp_yaml_get(words->root, "fields");
    for (size_t i = 0; fields && fields->kind == ICP_YAML_MAPPING && i < fields->count; i++)
        if (icp_str_equal(fields->keys[i].text, field))
            return icp_yaml_get(&fields->values[i], "special_category") != NULL;
    return false;
}

static bool is_told(struct words *words, struct icp_str field)
{
    for (size_t i = 0; i < words->told_count; i++)
        if (icp_str_equal(words->told[i], field))
            return true;
    if (words->told_count < 32)
        words->told[words->told_count++] = field;
    return false;
}

static void check_field_name(struct words *words, const struct icp_yaml *node, struct icp_str field)
{
    const char *category = is_personal(field) ? category_of(field, words->arena) : NULL;
    if (category && !is_acknowledged(words, field) && !is_told(words, field))
        report_category(words, node, field, category);
}

static void check_texts(struct words *words, const struct icp_yaml *node, struct icp_str field)
{
    const char *category;
    if (node->kind != ICP_YAML_SCALAR) {
        for (size_t i = 0; i < node->count; i++)
            check_texts(words, &node->values[i], field);
        return;
    }
    category = category_of(node->text, words->arena);
    if (category && !is_acknowledged(words, field) && !is_told(words, field))
        report_category(words, node, node->text, category);
}

/* The CRM's own names of declared fields, which may say more than ours. */
static void check_fields(struct words *words)
{
    const struct icp_yaml *fields = icp_yaml_get(words->root, "fields");
    for (size_t i = 0; fields && fields->kind == ICP_YAML_MAPPING && i < fields->count; i++) {
        const struct icp_yaml *field = &fields->values[i];
        check_field_name(words, &fields->keys[i], fields->keys[i].text);
        for (size_t k = 0; is_personal(fields->keys[i].text) && k < field->count; k++)
            if (field->kind == ICP_YAML_MAPPING && !icp_str_is(field->keys[k].text, "about") &&
                !icp_str_is(field->keys[k].text, "special_category"))
                check_texts(words, &field->values[k], fields->keys[i].text);
    }
}

static void check_lists(struct words *words)
{
    const struct icp_yaml *lists = icp_yaml_get(words->root, "lists");
    for (size_t i = 0; lists && lists->kind == ICP_YAML_MAPPING && i < lists->count; i++) {
        const char *category = category_of(lists->keys[i].text, words->arena);
        if (category)
            report_category(words, &lists->keys[i], lists->keys[i].text, category);
    }
}

/* A criterion or line of points on a field of a person: its field and the options it names. */
static void check_line(struct words *words, const struct icp_yaml *line)
{
    static const char *const tables[] = {"match", "any_of", "prefix"};
    const struct icp_yaml *field = icp_yaml_get(line, "field");
    if (!field || field->kind != ICP_YAML_SCALAR || !is_personal(field->text))
        return;
    check_field_name(words, field, field->text);
    for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
        const struct icp_yaml *table = icp_yaml_get(line, tables[t]);
        for (size_t i = 0; table && table->kind == ICP_YAML_MAPPING && i < table->count; i++)
            check_texts(words, &table->keys[i], field->text);
    }
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

/* Every name of a field of a person in a condition. */
static void check_condition(struct words *words, const struct icp_yaml *node)
{
    const struct icp_str start = ICP_STR("contact.");
    struct icp_str rest = node->text;
    for (size_t at = icp_str_find(rest, start); at < rest.length; at = icp_str_find(rest, start)) {
        size_t end = at;
        while (end < rest.length && is_name(rest.data[end]))
            end++;
        check_field_name(words, node, icp_str_slice(rest, at, end));
        rest = icp_str_slice(rest, end, rest.length);
    }
}

static void walk(struct words *words, const struct icp_yaml *node)
{
    if (node->kind == ICP_YAML_MAPPING)
        check_line(words, node);
    for (size_t i = 0; i < node->count; i++) {
        const struct icp_yaml *value = &node->values[i];
        if (node->kind == ICP_YAML_MAPPING && value->kind == ICP_YAML_SCALAR &&
            (icp_str_is(node->keys[i].text, "when") ||
             icp_str_is(node->keys[i].text, "applies_when")))
            check_condition(words, value);
        walk(words, value);
    }
}

/* ---- Weights -----------------------------------------------------------------------------------
 */

static void check_weights(struct words *words)
{
    enum { FEWEST = 3, NEAR = 10 };
    const struct icp_yaml *fit = icp_yaml_get(words->root, "fit");
    const struct icp_yaml *criteria = fit ? icp_yaml_get(fit, "criteria") : NULL;
    int64_t sum = 0, weight;
    if (!criteria || criteria->kind != ICP_YAML_SEQUENCE || criteria->count < FEWEST)
        return;
    for (size_t i = 0; i < criteria->count; i++) {
        const struct icp_yaml *node = icp_yaml_get(&criteria->values[i], "weight");
        if (!node || !icp_integer_parse(node->text, &weight) || weight < 1 || weight > 100)
            return;
        sum += weight;
    }
    if (sum == 100 || sum < 100 - NEAR || sum > 100 + NEAR)
        return;
    icp_report(words->list, ICP_WARNING, "weights-sum", criteria->line, criteria->column,
               "the weights add up to %d, not to 100", (int)sum);
    icp_report_hint(words->list,
                    "They are shares, so this works; but they look like percent, and then one of "
                    "them is not what you meant.");
}

void icp_rules_check_text(struct icp_str text, struct icp_diagnostics *list)
{
    struct icp_diagnostics reported; /* by whoever compiles it */
    struct icp_arena arena;
    struct words words = {.list = list, .arena = &arena};
    icp_arena_open(&arena, CHECK_TEXT_MEMORY);
    icp_diagnostics_open(&reported, &arena, list->file);
    words.root = icp_yaml_parse(text, &arena, &reported);
    if (words.root && words.root->kind == ICP_YAML_MAPPING) {
        check_weights(&words);
        check_fields(&words);
        check_lists(&words);
        walk(&words, words.root);
    }
    icp_arena_close(&arena);
}
