/*
 * The texts that an author writes for people: the languages of `reasons_in`, and a text that is
 * either one for all of them or one a language. Invariant: a text that was read has something to
 * say in every language, its own or that of the first; what is missing is a warning.
 */
#include "loader.h"

/* ---- The languages --------------------------------------------------------------------------- */

static void unknown_language(struct icp_loader *loader, const struct icp_yaml *node,
                             struct icp_str code)
{
    size_t count;
    const struct icp_language *const *known = icp_languages(&count);
    struct icp_str names = ICP_STR("");
    for (size_t i = 0; i < count; i++)
        names = icp_arena_format(loader->arena, "%.*s%s%s", ICP_STR_ARGUMENTS(names),
                                 i > 0 ? ", " : "", known[i]->code);
    icp_report(loader->list, ICP_ERROR, "unknown-language", node->line, node->column,
               "explanations are not written in \"%.*s\"", ICP_STR_ARGUMENTS(code));
    icp_report_hint(loader->list, "Languages are %.*s.", ICP_STR_ARGUMENTS(names));
}

static void add_language(struct icp_loader *loader, const struct icp_yaml *node,
                         const struct icp_language **languages, struct icp_str *codes)
{
    struct icp_ruleset *rules = loader->rules;
    struct icp_str code;
    if (!icp_read_text(loader, node, "a language", &code))
        return;
    const struct icp_language *language = icp_language_find(code);
    if (!language) {
        unknown_language(loader, node, code);
        return;
    }
    for (size_t i = 0; i < rules->language_count; i++)
        if (languages[i] == language) {
            icp_report(loader->list, ICP_ERROR, "duplicate-id", node->line, node->column,
                       "language \"%.*s\" is there twice", ICP_STR_ARGUMENTS(code));
            return;
        }
    codes[rules->language_count] = code;
    languages[rules->language_count++] = language;
}

void icp_load_languages(struct icp_loader *loader, const struct icp_yaml *node)
{
    struct icp_ruleset *rules = loader->rules;
    if (!node || !icp_read_sequence(loader, node, "\"reasons_in\""))
        return;
    const struct icp_language **languages =
        ICP_NEW_ARRAY(loader->arena, const struct icp_language *, node->count + 1);
    struct icp_str *codes = ICP_NEW_ARRAY(loader->arena, struct icp_str, node->count + 1);
    rules->languages = languages;
    for (size_t i = 0; languages && codes && i < node->count; i++)
        add_language(loader, &node->values[i], languages, codes);
    rules->about.languages = codes;
    rules->about.language_count = rules->language_count;
    if (node->count == 0)
        icp_report(loader->list, ICP_ERROR, "no-lines", node->line, node->column,
                   "\"reasons_in\" has no languages");
}

/* ---- One text, or one a language ------------------------------------------------------------ */

/* Its place among the languages of the file, or language_count after a report. */
static size_t language_index(struct icp_loader *loader, const struct icp_yaml *key)
{
    const struct icp_ruleset *rules = loader->rules;
    for (size_t i = 0; i < rules->language_count; i++)
        if (icp_str_equal(rules->about.languages[i], key->text))
            return i;
    icp_report(loader->list, ICP_ERROR, "unknown-language", key->line, key->column,
               "\"%.*s\" is not a language of \"reasons_in\"", ICP_STR_ARGUMENTS(key->text));
    icp_report_nearest(loader, key->text, rules->about.languages, rules->language_count);
    return rules->language_count;
}

void icp_read_language(struct icp_loader *loader, const struct icp_yaml *node,
                       struct icp_str *language)
{
    struct icp_str text;
    if (icp_read_text(loader, node, "\"language\"", &text) &&
        language_index(loader, node) < loader->rules->language_count)
        *language = text;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* Nothing but fields and signs, "{contact.title}", is the same in every language. */
static bool has_words(const struct icp_yaml *node)
{
    bool in_field = false;
    for (size_t i = 0; i < node->text.length; i++) {
        char c = node->text.data[i];
        if (c == '{' || c == '}')
            in_field = c == '{';
        else if (!in_field && is_letter(c))
            return true;
    }
    return node->kind != ICP_YAML_SCALAR;
}

static void warn_of_missing(struct icp_loader *loader, const struct icp_yaml *node,
                            const char *what, const struct icp_yaml *const *found)
{
    const struct icp_ruleset *rules = loader->rules;
    struct icp_str missing = {0};
    if (found[0] && !has_words(found[0]))
        return;
    for (size_t i = 1; i < rules->language_count; i++)
        if (!found[i])
            missing = icp_arena_format(loader->arena, "%.*s%s%.*s", ICP_STR_ARGUMENTS(missing),
                                       icp_str_is_null(missing) ? "" : ", ",
                                       ICP_STR_ARGUMENTS(rules->about.languages[i]));
    if (!icp_str_is_null(missing))
        icp_report(loader->list, ICP_WARNING, "missing-translation", node->line, node->column,
                   "%s has no text in %.*s", what, ICP_STR_ARGUMENTS(missing));
}

const struct icp_yaml **icp_read_languages(struct icp_loader *loader, const struct icp_yaml *node,
                                           const char *what)
{
    const struct icp_ruleset *rules = loader->rules;
    const struct icp_yaml **found =
        ICP_NEW_ARRAY(loader->arena, const struct icp_yaml *, rules->language_count + 1);
    size_t errors = loader->list->errors;
    if (!found)
        return NULL;
    if (node->kind != ICP_YAML_MAPPING) {
        found[0] = node;
        warn_of_missing(loader, node, what, found);
        return found;
    }
    if (rules->language_count == 0) {
        icp_report(loader->list, ICP_ERROR, "no-languages", node->line, node->column,
                   "%s has a text for each language, but the file names none", what);
        icp_report_hint(loader->list, "Name them at the top, the default first: reasons_in: "
                                      "[en, da].");
        return NULL;
    }
    for (size_t i = 0; i < node->count; i++) {
        size_t index = language_index(loader, &node->keys[i]);
        if (index < rules->language_count)
            found[index] = &node->values[i];
    }
    if (!found[0])
        icp_report(loader->list, ICP_ERROR, "missing-key", node->line, node->column,
                   "%s needs \"%.*s\", the first language", what,
                   ICP_STR_ARGUMENTS(rules->about.languages[0]));
    if (loader->list->errors > errors)
        return NULL;
    warn_of_missing(loader, node, what, found);
    return found;
}

bool icp_read_label(struct icp_loader *loader, const struct icp_yaml *node, const char *what,
                    struct icp_str *label, const struct icp_str **labels)
{
    size_t count = loader->rules->language_count;
    const struct icp_yaml **found = icp_read_languages(loader, node, what);
    struct icp_str *texts = ICP_NEW_ARRAY(loader->arena, struct icp_str, count + 1);
    if (!found || !texts || !icp_read_text(loader, found[0], what, &texts[0]))
        return false;
    *label = texts[0];
    for (size_t i = 1; i < count; i++) {
        texts[i] = texts[0];
        if (found[i] && !icp_read_text(loader, found[i], what, &texts[i]))
            return false;
    }
    *labels = count > 1 ? texts : NULL;
    return true;
}

/* ---- Texts with fields in them --------------------------------------------------------------- */

static bool read_pieces(struct icp_loader *loader, const struct icp_yaml *node, struct icp_str text,
                        struct icp_piece *pieces, size_t *count)
{
    while (text.length > 0) {
        struct icp_piece *piece = &pieces[(*count)++];
        size_t open = icp_str_find(text, ICP_STR("{"));
        piece->literal = icp_str_slice(text, 0, open);
        piece->slot = ICP_NO_SLOT;
        if (open == text.length)
            return true;
        size_t close = icp_str_find(text, ICP_STR("}"));
        if (close == text.length || close < open) {
            icp_report(loader->list, ICP_ERROR, "bad-text", node->line, icp_text_column(node),
                       "a \"{\" is not closed");
            return false;
        }
        struct icp_str name = icp_str_trim(icp_str_slice(text, open + 1, close));
        piece->slot = icp_find_field(loader, name, node->line, icp_text_column(node));
        if (piece->slot == ICP_NO_SLOT)
            return false;
        icp_mark_used(loader, piece->slot);
        text = icp_str_slice(text, close + 1, text.length);
    }
    return true;
}

static bool read_one_template(struct icp_loader *loader, const struct icp_yaml *node,
                              struct icp_template *template)
{
    struct icp_str text;
    if (!icp_read_text(loader, node, "\"because\"", &text))
        return false;
    size_t most = 1;
    for (size_t i = 0; i < text.length; i++)
        most += text.data[i] == '{' ? 1 : 0;
    struct icp_piece *pieces = ICP_NEW_ARRAY(loader->arena, struct icp_piece, most + 1);
    if (!pieces)
        return false;
    template->pieces = pieces;
    return read_pieces(loader, node, text, pieces, &template->count);
}

bool icp_read_template(struct icp_loader *loader, const struct icp_yaml *node,
                       struct icp_template *template)
{
    size_t count = loader->rules->language_count;
    const struct icp_yaml **found = icp_read_languages(loader, node, "\"because\"");
    if (!found || !read_one_template(loader, found[0], template))
        return false;
    if (count < 2)
        return true;
    struct icp_template *others = ICP_NEW_ARRAY(loader->arena, struct icp_template, count);
    template->others = others;
    for (size_t i = 1; others && i < count; i++)
        if (found[i] && !read_one_template(loader, found[i], &others[i]))
            return false;
    return others != NULL;
}
