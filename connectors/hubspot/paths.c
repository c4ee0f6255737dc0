/*
 * Where each HubSpot resource lives in each version of the API: one table. The dated versions share
 * one form; the numbered one (v3) puts the number where its resource always had it.
 */
#include "hubspot.h"

static const char *const dated_versions[] = {"2026-09", "2026-03"};

/* {V} is the version, {T} the plural name of the object. */
static const struct {
    const char *dated, *numbered;
} forms[] = {
    [HUBSPOT_OBJECTS] = {"/crm/objects/{V}/{T}", "/crm/v3/objects/{T}"},
    [HUBSPOT_PROPERTIES] = {"/crm/properties/{V}/{T}", "/crm/v3/properties/{T}"},
    [HUBSPOT_GROUPS] = {"/crm/properties/{V}/{T}/groups", "/crm/v3/properties/{T}/groups"},
    [HUBSPOT_ACCOUNT] = {"/account-info/{V}/details", "/account-info/v3/details"},
};

static bool is_dated(struct icp_str version)
{
    for (size_t i = 0; i < sizeof(dated_versions) / sizeof(dated_versions[0]); i++)
        if (icp_str_is(version, dated_versions[i]))
            return true;
    return false;
}

bool hubspot_version_known(struct icp_str version)
{
    return is_dated(version) || icp_str_is(version, "v3");
}

const char *hubspot_plural(enum icp_object object)
{
    return object == ICP_COMPANY ? "companies" : "contacts";
}

const char *hubspot_stamp_name(enum icp_object object)
{
    return object == ICP_CONTACT ? "lastmodifieddate" : "hs_lastmodifieddate";
}

void hubspot_put_path(struct icp_buf *out, enum hubspot_path path, struct icp_str version,
                      enum icp_object object)
{
    struct icp_str form =
        icp_str_from(is_dated(version) ? forms[path].dated : forms[path].numbered);

    for (size_t i = 0; i < form.length; i++) {
        struct icp_str rest = icp_str_slice(form, i, form.length);

        if (icp_str_has_prefix(rest, ICP_STR("{V}"))) {
            icp_buf_add(out, version);
            i += 2;
        } else if (icp_str_has_prefix(rest, ICP_STR("{T}"))) {
            icp_buf_add_cstr(out, hubspot_plural(object));
            i += 2;
        } else {
            icp_buf_add_char(out, form.data[i]);
        }
    }
}

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '~';
}

void hubspot_put_escaped(struct icp_buf *out, struct icp_str text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (is_unreserved(text.data[i]))
            icp_buf_add_char(out, text.data[i]);
        else
            icp_buf_format(out, "%%%02X", (unsigned)(unsigned char)text.data[i]);
    }
}
