/*
 * What an e-mail address tells: its domain, and whether that belongs to a provider of free or of
 * throw-away mailboxes. Both tables are sorted by bytes; a unit test holds them to it.
 */
#include "engine.h"

#include <string.h>

static const char *const free_domains[] = {
    "163.com",        "abv.bg",         "aol.com",        "arcor.de",       "bigpond.com",
    "bluewin.ch",     "btinternet.com", "comcast.net",    "cox.net",        "duck.com",
    "email.com",      "fastmail.com",   "free.fr",        "freenet.de",     "gmail.com",
    "gmx.at",         "gmx.ch",         "gmx.com",        "gmx.de",         "gmx.net",
    "googlemail.com", "home.nl",        "hotmail.be",     "hotmail.co.uk",  "hotmail.com",
    "hotmail.de",     "hotmail.dk",     "hotmail.es",     "hotmail.fi",     "hotmail.fr",
    "hotmail.it",     "hotmail.nl",     "hotmail.no",     "hotmail.se",     "hushmail.com",
    "icloud.com",     "inbox.lv",       "interia.pl",     "jubii.dk",       "kolumbus.fi",
    "laposte.net",    "libero.it",      "live.co.uk",     "live.com",       "live.de",
    "live.dk",        "live.fr",        "live.nl",        "live.no",        "live.se",
    "luukku.com",     "mac.com",        "mail.com",       "mail.dk",        "mail.ru",
    "me.com",         "msn.com",        "naver.com",      "o2.pl",          "online.no",
    "op.pl",          "orange.fr",      "outlook.com",    "outlook.de",     "outlook.dk",
    "outlook.es",     "outlook.fr",     "passagen.se",    "pm.me",          "proton.me",
    "protonmail.com", "qq.com",         "rediffmail.com", "rocketmail.com", "saunalahti.fi",
    "sbcglobal.net",  "seznam.cz",      "sfr.fr",         "spray.se",       "suomi24.fi",
    "t-online.de",    "telia.com",      "tuta.com",       "tutanota.com",   "verizon.net",
    "virgilio.it",    "wanadoo.fr",     "web.de",         "wp.pl",          "yahoo.co.uk",
    "yahoo.com",      "yahoo.de",       "yahoo.dk",       "yahoo.es",       "yahoo.fr",
    "yahoo.it",       "yahoo.no",       "yahoo.se",       "yandex.com",     "yandex.ru",
    "ymail.com",      "ziggo.nl",       "zoho.com"};

static const char *const disposable_domains[] = {
    "10minutemail.com",  "dispostable.com",   "emailondeck.com", "fakeinbox.com",   "getnada.com",
    "guerrillamail.com", "maildrop.cc",       "mailinator.com",  "mailnesia.com",   "mintemail.com",
    "moakt.com",         "mohmal.com",        "sharklasers.com", "spamgourmet.com", "temp-mail.org",
    "tempmail.com",      "throwawaymail.com", "trashmail.com",   "yopmail.com"};

static bool among(struct icp_str domain, const char *const *names, size_t count)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = icp_str_compare(domain, icp_str_from(names[middle]));
        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

bool icp_domain_is_free(struct icp_str domain)
{
    return among(domain, free_domains, sizeof(free_domains) / sizeof(free_domains[0]));
}

bool icp_domain_is_disposable(struct icp_str domain)
{
    return among(domain, disposable_domains,
                 sizeof(disposable_domains) / sizeof(disposable_domains[0]));
}

/* Something before the @, and behind it at least two labels without space or further signs. */
static bool plausible_domain(struct icp_str domain)
{
    bool dot = false;
    for (size_t i = 0; i < domain.length; i++) {
        unsigned char c = (unsigned char)domain.data[i];
        bool label = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                     c == '-' || c >= 0x80;
        if (!label && c != '.')
            return false;
        if (c == '.') {
            if (i == 0 || i + 1 == domain.length || domain.data[i - 1] == '.')
                return false;
            dot = true;
        }
    }
    return dot;
}

struct icp_str icp_email_domain(struct icp_arena *arena, struct icp_str address)
{
    struct icp_str trimmed = icp_str_trim(address);
    size_t at = trimmed.length;
    while (at > 0 && trimmed.data[at - 1] != '@')
        at--;
    if (at < 2 || memchr(trimmed.data, ' ', trimmed.length))
        return (struct icp_str){0};
    struct icp_str domain = icp_str_slice(trimmed, at, trimmed.length);
    if (!plausible_domain(domain))
        return (struct icp_str){0};
    return icp_text_key(arena, domain);
}
