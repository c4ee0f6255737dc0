/*
 * Fields that are worked out from others, as one table: what such a field is called, what it is
 * made from and how. A value that does not tell anything makes it unknown.
 */
#include "engine.h"

#include "reference.h"

static void email_domain(const struct icp_value *from, struct icp_arena *arena,
                         struct icp_value *value)
{
    struct icp_str domain = icp_email_domain(arena, from->as.text);
    if (!icp_str_is_null(domain))
        *value = (struct icp_value){.kind = ICP_VALUE_TEXT, .as.text = domain};
}

static void set_boolean(struct icp_value *value, bool boolean)
{
    *value = (struct icp_value){.kind = ICP_VALUE_BOOLEAN, .as.boolean = boolean};
}

static void email_is_free(const struct icp_value *from, struct icp_arena *arena,
                          struct icp_value *value)
{
    struct icp_str domain = icp_email_domain(arena, from->as.text);
    if (!icp_str_is_null(domain))
        set_boolean(value, icp_domain_is_free(domain));
}

static void email_is_disposable(const struct icp_value *from, struct icp_arena *arena,
                                struct icp_value *value)
{
    struct icp_str domain = icp_email_domain(arena, from->as.text);
    if (!icp_str_is_null(domain))
        set_boolean(value, icp_domain_is_disposable(domain));
}

static const struct icp_derived fields[] = {
    {"contact.email_domain", "contact.email", ICP_TYPE_TEXT, email_domain},
    {"contact.email_is_free", "contact.email", ICP_TYPE_BOOLEAN, email_is_free},
    {"contact.email_is_disposable", "contact.email", ICP_TYPE_BOOLEAN, email_is_disposable},
};

const struct icp_derived *icp_derived_fields(size_t *count)
{
    *count = sizeof(fields) / sizeof(fields[0]);
    return fields;
}
