/*
 * Texts in conditions that their field never has. Countries, domains and industries are brought to
 * one spelling before a condition sees them, so that another one ("Denmark", "Gmail.com") compares
 * with nothing at all. One in a condition is an error, as it is in a `match`; a list of the file
 * may serve several fields, so that an entry is a warning. Every comparison is kept for checks that
 * know the CRM.
 */
#include "loader.h"

#include "reference.h"

/* How a field's values are spelled. */
struct spelling {
    const char *field; /* NULL: every field of the type */
    enum icp_type type;
    const char *values; /* "… are", for the hint */
    /* The spelling in which the field can have what `text` means; no text: in none. */
    struct icp_str (*of)(struct icp_arena *arena, struct icp_str text);
};

static struct icp_str of_country(struct icp_arena *arena, struct icp_str text)
{
    (void)arena;
    return icp_country_code(text);
}

static bool is_domain_byte(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c >= 0x80;
}

/* Most entries of long lists are domains: they are told by their bytes. */
static struct icp_str of_domain(struct icp_arena *arena, struct icp_str text)
{
    size_t at = 0, sign = 0;
    while (at < text.length && is_domain_byte((unsigned char)text.data[at]))
        at++;
    if (at == text.length && at > 0)
        return text;
    for (size_t i = 0; i < text.length; i++)
        sign = text.data[i] == '@' ? i + 1 : sign;
    return icp_website_domain(arena, icp_str_slice(text, sign, text.length));
}

/* What the CRM has may be any text, but no web address. */
static struct icp_str of_address(struct icp_arena *arena, struct icp_str text)
{
    if (icp_str_find(text, ICP_STR("/")) == text.length)
        return text;
    return of_domain(arena, text);
}

static struct icp_str of_division(struct icp_arena *arena, struct icp_str text)
{
    (void)arena;
    return icp_industry_find(ICP_SCHEME_NACE, text).division;
}

static struct icp_str of_section(struct icp_arena *arena, struct icp_str text)
{
    struct icp_str upper = icp_arena_copy(arena, text);
    if (text.length == 1 && text.data[0] >= 'a' && text.data[0] <= 'z')
        upper = icp_arena_format(arena, "%c", text.data[0] - 'a' + 'A');
    return icp_str_is_null(icp_section_name(upper)) ? (struct icp_str){0} : upper;
}

static const struct spelling spellings[] = {
    {NULL, ICP_TYPE_COUNTRY, "Countries are two letters", of_country},
    {"contact.email_domain", ICP_TYPE_TEXT, "Domains are bare and in lower case", of_domain},
    {"contact.email_company_domain", ICP_TYPE_TEXT, "Domains are bare and in lower case",
     of_domain},
    {"company.domain_registrable", ICP_TYPE_TEXT, "Domains are bare and in lower case", of_domain},
    {"company.domain", ICP_TYPE_CODE, "A domain is without https:// and /", of_address},
    {"company.domain", ICP_TYPE_TEXT, "A domain is without https:// and /", of_address},
    {"company.industry_division", ICP_TYPE_CODE, "Divisions are two digits of NACE", of_division},
    {"company.industry_section", ICP_TYPE_CODE, "Sections are one letter of NACE, A to U",
     of_section},
};

static const struct spelling *spelling_of(const struct icp_known *known)
{
    for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++)
        if (spellings[i].type == known->type &&
            (!spellings[i].field || icp_str_is(known->name, spellings[i].field)))
            return &spellings[i];
    return NULL;
}

static void hint_spelling(struct icp_loader *loader, const struct spelling *spelling,
                          struct icp_str right)
{
    if (icp_str_is_null(right))
        icp_report_hint(loader->list, "%s.", spelling->values);
    else
        icp_report_hint(loader->list, "%s: write \"%.*s\".", spelling->values,
                        ICP_STR_ARGUMENTS(right));
}

static void check_entries(struct icp_loader *loader, const struct spelling *spelling,
                          const struct icp_known *known,
                          const struct icp_feel_comparison *comparison)
{
    const struct icp_list *list =
        &loader->rules->lists[comparison->list->slot - loader->rules->list_base];
    for (size_t i = 0; i < list->count; i++) {
        struct icp_str right = spelling->of(loader->arena, list->items[i]);
        if (icp_str_equal(right, list->items[i]))
            continue;
        icp_report(loader->list, ICP_WARNING, "impossible-value", comparison->line,
                   comparison->column, "\"%.*s\" is never \"%.*s\", which is in the list",
                   ICP_STR_ARGUMENTS(known->name), ICP_STR_ARGUMENTS(list->items[i]));
        hint_spelling(loader, spelling, right);
        return; /* one tells what is wrong with all of them */
    }
}

/* For the check, which knows what a CRM's property can be. */
static void remember(struct icp_loader *loader, const struct icp_feel_comparison *comparison)
{
    struct icp_ruleset *rules = loader->rules;
    struct icp_compared compared = {.slot = comparison->symbol->slot,
                                    .text = icp_arena_copy(loader->arena, comparison->text),
                                    .list = ICP_NO_SLOT,
                                    .line = comparison->line,
                                    .column = comparison->column};
    if (comparison->list && (comparison->list->slot < rules->list_base ||
                             comparison->list->slot >= rules->list_base + rules->list_count))
        return;
    if (comparison->list)
        compared.list = comparison->list->slot - (uint32_t)rules->list_base;
    if (rules->compared_count == rules->compared_room) {
        size_t room = rules->compared_room > 0 ? 2 * rules->compared_room : 32;
        struct icp_compared *grown = ICP_NEW_ARRAY(loader->arena, struct icp_compared, room);
        if (!grown)
            return;
        for (size_t i = 0; i < rules->compared_count; i++)
            grown[i] = rules->compared[i];
        rules->compared = grown;
        rules->compared_room = room;
    }
    rules->compared[rules->compared_count++] = compared;
}

void icp_check_compared(void *context, const struct icp_feel_comparison *comparison)
{
    struct icp_loader *loader = context;
    const struct icp_ruleset *rules = loader->rules;
    if (comparison->symbol->slot >= rules->known_count)
        return; /* an output */
    remember(loader, comparison);
    const struct icp_known *known = &rules->known[comparison->symbol->slot];
    const struct spelling *spelling = spelling_of(known);
    if (!spelling)
        return;
    if (comparison->list) {
        if (comparison->list->slot >= rules->list_base &&
            comparison->list->slot < rules->list_base + rules->list_count)
            check_entries(loader, spelling, known, comparison);
        return;
    }
    struct icp_str right = spelling->of(loader->arena, comparison->text);
    if (icp_str_equal(right, comparison->text))
        return;
    if (spelling->type == ICP_TYPE_COUNTRY && icp_str_is_null(right)) {
        icp_report_country(loader, comparison->text, comparison->line, comparison->column);
        return;
    }
    icp_report(loader->list, ICP_ERROR, "impossible-value", comparison->line, comparison->column,
               "\"%.*s\" is never \"%.*s\"", ICP_STR_ARGUMENTS(known->name),
               ICP_STR_ARGUMENTS(comparison->text));
    hint_spelling(loader, spelling, right);
}
