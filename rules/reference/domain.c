/*
 * Domains in e-mail and web addresses: the only user of libpsl, whose built-in public suffix list
 * is the reference, and of libidn2. Everything here gives one spelling of a domain: lower case, a
 * "xn--" label in its own letters, no point at the end; so two spellings of one domain are equal.
 */
#include <idn2.h>
#include <libpsl.h>

#include <string.h>

#include "reference.h"

#include "utf8.h"

enum { DOMAIN_BYTES = 1020 }; /* 255 characters, the longest that DNS has, of at most four bytes */

static bool label_byte(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c >= 0x80;
}

/* At least two labels without space or further signs. */
static bool plausible(struct icp_str domain)
{
    bool dot = false;
    if (domain.length == 0 || domain.length > DOMAIN_BYTES)
        return false;
    for (size_t i = 0; i < domain.length; i++) {
        unsigned char c = (unsigned char)domain.data[i];
        if (c != '.' && !label_byte(c))
            return false;
        if (c == '.') {
            if (i == 0 || i + 1 == domain.length || domain.data[i - 1] == '.')
                return false;
            dot = true;
        }
    }
    return dot;
}

/* "xn--mller-kva.de" → "müller.de". A label that is no valid one stays as it is. */
static struct icp_str readable(struct icp_arena *arena, struct icp_str domain)
{
    char *letters = NULL;
    struct icp_str copy;
    if (icp_str_find(domain, ICP_STR("xn--")) == domain.length)
        return domain;
    copy = icp_arena_copy(arena, domain);
    if (icp_str_is_null(copy) || idn2_to_unicode_8z8z(copy.data, &letters, 0) != IDN2_OK)
        return domain;
    copy = icp_text_key(arena, icp_str_from(letters));
    idn2_free(letters);
    return plausible(copy) ? copy : domain;
}

static struct icp_str canonical(struct icp_arena *arena, struct icp_str domain)
{
    if (domain.length > 1 && domain.data[domain.length - 1] == '.')
        domain = icp_str_slice(domain, 0, domain.length - 1);
    if (!plausible(domain) || !icp_utf8_valid(domain))
        return (struct icp_str){0};
    struct icp_str key = icp_text_key(arena, domain);
    return plausible(key) ? readable(arena, key) : (struct icp_str){0};
}

struct icp_str icp_email_domain(struct icp_arena *arena, struct icp_str address)
{
    struct icp_str trimmed = icp_str_trim(address);
    size_t at = trimmed.length;
    while (at > 0 && trimmed.data[at - 1] != '@')
        at--;
    if (at < 2 || memchr(trimmed.data, ' ', trimmed.length))
        return (struct icp_str){0};
    return canonical(arena, icp_str_slice(trimmed, at, trimmed.length));
}

/* An address of four numbers is a place in the network and nobody's name. */
static bool is_number(struct icp_str label)
{
    for (size_t i = 0; i < label.length; i++)
        if (label.data[i] < '0' || label.data[i] > '9')
            return false;
    return true;
}

struct icp_str icp_website_domain(struct icp_arena *arena, struct icp_str text)
{
    struct icp_str host = icp_str_trim(text);
    size_t scheme = icp_str_find(host, ICP_STR("//"));
    if (scheme < host.length)
        host = icp_str_slice(host, scheme + 2, host.length);
    for (size_t i = 0; i < host.length; i++)
        if (icp_str_find(ICP_STR("/?#\\"), icp_str_slice(host, i, i + 1)) < 4) {
            host.length = i;
            break;
        }
    size_t user = icp_str_find(host, ICP_STR("@"));
    if (user < host.length)
        host = icp_str_slice(host, user + 1, host.length);
    host = icp_str_slice(host, 0, icp_str_find(host, ICP_STR(":")));
    return canonical(arena, host);
}

struct icp_str icp_domain_registrable(struct icp_str domain)
{
    char name[DOMAIN_BYTES + 1];
    if (!plausible(domain))
        return (struct icp_str){0};
    memcpy(name, domain.data, domain.length);
    name[domain.length] = '\0';
    const char *last = strrchr(name, '.');
    if (last && is_number(icp_str_from(last + 1)))
        return (struct icp_str){0};
    const char *registrable = psl_registrable_domain(psl_builtin(), name);
    if (!registrable)
        return (struct icp_str){0};
    return icp_str_slice(domain, (size_t)(registrable - name), domain.length);
}
