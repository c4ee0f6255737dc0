/*
 * Addresses: where a URL points and whether icp may go there. It is libcurl's own parser that reads
 * them, the one that sends afterwards: a second reading could see another host than the one that
 * the token goes to.
 */
#include "address.h"

#include <arpa/inet.h>
#include <string.h>

#include <curl/curl.h>

bool icp_address_is_loopback(const char *host)
{
    struct in_addr four;
    struct in6_addr six;
    char bare[ICP_HOST_TEXT];
    size_t length = strlen(host);

    if (inet_pton(AF_INET, host, &four) == 1)
        return (ntohl(four.s_addr) >> 24) == 127;
    if (length > 2 && length < sizeof(bare) && host[0] == '[' && host[length - 1] == ']') {
        memcpy(bare, host + 1, length - 2);
        bare[length - 2] = '\0';
        host = bare;
    }
    return inet_pton(AF_INET6, host, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

static bool is_loopback_host(const char *host)
{
    return icp_str_equal_ascii_case(icp_str_from(host), ICP_STR("localhost")) ||
           icp_address_is_loopback(host);
}

static bool take_part(CURLU *url, CURLUPart part, unsigned flags, char *text, size_t size)
{
    char *value = NULL;
    bool taken = false;

    if (curl_url_get(url, part, &value, flags) == CURLUE_OK && value && strlen(value) < size) {
        memcpy(text, value, strlen(value) + 1);
        taken = true;
    }
    curl_free(value);
    return taken;
}

static bool has_part(CURLU *url, CURLUPart part)
{
    char *value = NULL;
    bool has = curl_url_get(url, part, &value, 0) == CURLUE_OK;

    curl_free(value);
    return has;
}

/* A URL's own text may hold nothing that a header or a log line would trip over. */
static bool is_clean_url(struct icp_str url)
{
    for (size_t i = 0; i < url.length; i++) {
        unsigned char c = (unsigned char)url.data[i];

        if (c <= ' ' || c >= 0x7f || c == '\\')
            return false;
    }
    return url.length > 0;
}

bool icp_address_find(struct icp_str text, struct icp_address *address)
{
    CURLU *url = NULL;
    struct icp_buf copy;
    char path[4] = "";
    bool found = false;

    memset(address, 0, sizeof(*address));
    icp_buf_open(&copy, text.length + 1);
    icp_buf_add(&copy, text);
    if (!is_clean_url(text) || copy.failed)
        goto out;
    url = curl_url();
    if (!url || curl_url_set(url, CURLUPART_URL, copy.data, CURLU_DISALLOW_USER) != CURLUE_OK)
        goto out;
    found =
        take_part(url, CURLUPART_SCHEME, 0, address->scheme, sizeof(address->scheme)) &&
        take_part(url, CURLUPART_HOST, 0, address->host, sizeof(address->host)) &&
        take_part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT, address->port, sizeof(address->port));
    address->bare = take_part(url, CURLUPART_PATH, 0, path, sizeof(path)) &&
                    strcmp(path, "/") == 0 && !has_part(url, CURLUPART_QUERY) &&
                    !has_part(url, CURLUPART_FRAGMENT);
out:
    curl_url_cleanup(url);
    icp_buf_finish(&copy);
    return found;
}

enum icp_status icp_address_check(struct icp_str url, struct icp_address *address,
                                  struct icp_err *err)
{
    if (!icp_address_find(url, address)) {
        icp_fail(err, ICP_BAD_CONFIG, "the address is not a URL that can be used");
        icp_hint(err, "Write it as https://host, without a user name, spaces or a backslash.");
        return err->status;
    }
    if (strcmp(address->scheme, "https") == 0)
        return ICP_OK;
    if (strcmp(address->scheme, "http") == 0 && is_loopback_host(address->host))
        return ICP_OK;
    icp_fail(err, ICP_BAD_CONFIG, "the address %s://%s is not https", address->scheme,
             address->host);
    icp_hint(err, "Plain http is accepted for 127.0.0.1, [::1] and localhost only.");
    return err->status;
}

bool icp_address_is_same(const struct icp_address *a, const struct icp_address *b)
{
    return strcmp(a->scheme, b->scheme) == 0 && strcmp(a->port, b->port) == 0 &&
           icp_str_equal_ascii_case(icp_str_from(a->host), icp_str_from(b->host));
}
