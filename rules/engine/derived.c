/*
 * Fields that are worked out from others, as one table: what such a field is called, what it is
 * made from and how. A value that does not tell anything makes it unknown.
 */
#include "engine.h"

#include "reference.h"

static void set_text(struct icp_value *value, struct icp_str text)
{
    if (!icp_str_is_null(text))
        *value = (struct icp_value){.kind = ICP_VALUE_TEXT, .as.text = text};
}

static void set_boolean(struct icp_value *value, bool boolean)
{
    *value = (struct icp_value){.kind = ICP_VALUE_BOOLEAN, .as.boolean = boolean};
}

/* ---- Domains --------------------------------------------------------------------------------- */

static void email_domain(const struct icp_known *source, const struct icp_value *from,
                         struct icp_arena *arena, struct icp_value *value, struct icp_str *words)
{
    (void)source, (void)words;
    set_text(value, icp_email_domain(arena, from->as.text));
}

static void email_is_free(const struct icp_known *source, const struct icp_value *from,
                          struct icp_arena *arena, struct icp_value *value, struct icp_str *words)
{
    (void)source, (void)words;
    struct icp_str domain = icp_email_domain(arena, from->as.text);
    if (!icp_str_is_null(domain))
        set_boolean(value, icp_domain_is_free(domain));
}

static void email_is_disposable(const struct icp_known *source, const struct icp_value *from,
                                struct icp_arena *arena, struct icp_value *value,
                                struct icp_str *words)
{
    (void)source, (void)words;
    struct icp_str domain = icp_email_domain(arena, from->as.text);
    if (!icp_str_is_null(domain))
        set_boolean(value, icp_domain_is_disposable(domain));
}

/* The domain that says where somebody works; a private address does not. */
static void email_company_domain(const struct icp_known *source, const struct icp_value *from,
                                 struct icp_arena *arena, struct icp_value *value,
                                 struct icp_str *words)
{
    (void)source, (void)words;
    struct icp_str domain = icp_email_domain(arena, from->as.text);
    if (!icp_domain_is_free(domain) && !icp_domain_is_disposable(domain))
        set_text(value, icp_domain_registrable(domain));
}

static void domain_registrable(const struct icp_known *source, const struct icp_value *from,
                               struct icp_arena *arena, struct icp_value *value,
                               struct icp_str *words)
{
    (void)source, (void)words;
    set_text(value, icp_domain_registrable(icp_website_domain(arena, from->as.text)));
}

/* ---- Industries ------------------------------------------------------------------------------ */

static struct icp_industry industry_of(const struct icp_known *source, const struct icp_value *from)
{
    return icp_industry_find((enum icp_scheme)source->scheme, from->as.text);
}

static void industry_division(const struct icp_known *source, const struct icp_value *from,
                              struct icp_arena *arena, struct icp_value *value,
                              struct icp_str *words)
{
    (void)arena;
    struct icp_industry industry = industry_of(source, from);
    set_text(value, industry.division);
    *words = industry.name;
}

static void industry_section(const struct icp_known *source, const struct icp_value *from,
                             struct icp_arena *arena, struct icp_value *value,
                             struct icp_str *words)
{
    (void)arena;
    struct icp_industry industry = industry_of(source, from);
    set_text(value, industry.section);
    *words = icp_section_name(industry.section);
}

/* ---- The table ------------------------------------------------------------------------------- */

static const struct icp_derived fields[] = {
    {"contact.email_domain", "contact.email", ICP_TYPE_TEXT, false, email_domain},
    {"contact.email_is_free", "contact.email", ICP_TYPE_BOOLEAN, false, email_is_free},
    {"contact.email_is_disposable", "contact.email", ICP_TYPE_BOOLEAN, false, email_is_disposable},
    {"contact.email_company_domain", "contact.email", ICP_TYPE_TEXT, false, email_company_domain},
    {"company.domain_registrable", "company.domain", ICP_TYPE_TEXT, false, domain_registrable},
    {"company.industry_division", "company.industry", ICP_TYPE_CODE, true, industry_division},
    {"company.industry_section", "company.industry", ICP_TYPE_CODE, true, industry_section},
};

const struct icp_derived *icp_derived_fields(size_t *count)
{
    *count = sizeof(fields) / sizeof(fields[0]);
    return fields;
}

static const struct icp_rules_derived told[] = {
    {"contact.email_domain", "contact.email", ICP_TYPE_TEXT,
     "The part behind the @, in lower case."},
    {"contact.email_is_free", "contact.email", ICP_TYPE_BOOLEAN,
     "A mailbox of a free or an access provider."},
    {"contact.email_is_disposable", "contact.email", ICP_TYPE_BOOLEAN, "A throw-away mailbox."},
    {"contact.email_company_domain", "contact.email", ICP_TYPE_TEXT,
     "The domain that somebody registered; unknown for free and throw-away mailboxes."},
    {"company.domain_registrable", "company.domain", ICP_TYPE_TEXT,
     "The domain that somebody registered, of a domain or web address."},
    {"company.industry_division", "company.industry", ICP_TYPE_CODE,
     "Two digits of NACE Rev. 2, from a declared field with a scheme, else from here."},
    {"company.industry_section", "company.industry", ICP_TYPE_CODE,
     "One letter of NACE Rev. 2, from a declared field with a scheme, else from here."},
};
_Static_assert(sizeof(told) / sizeof(told[0]) == sizeof(fields) / sizeof(fields[0]),
               "every field that is worked out is told of");

const struct icp_rules_derived *icp_rules_derived_fields(size_t *count)
{
    *count = sizeof(told) / sizeof(told[0]);
    return told;
}
