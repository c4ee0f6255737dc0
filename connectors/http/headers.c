/*
 * The headers of an answer: the few that icp looks at, by a table of their names. Knows nothing of
 * libcurl, which hands over line by line (http.c); what cannot be read counts as not sent.
 */
#include "headers.h"

#include <string.h>

#include "date.h"
#include "number.h"

enum { HEADER_VALUE = 256 }; /* of the headers that are looked at; longer ones are ignored */

static void note_date(struct icp_headers *headers, struct icp_str value)
{
    int64_t ms = 0;

    if (icp_http_date_parse(value, &ms))
        headers->answer->server_ms = ms;
}

static void note_retry_after(struct icp_headers *headers, struct icp_str value)
{
    int64_t number = 0;

    if (icp_integer_parse(value, &number)) {
        if (number > 0 && number < INT64_MAX / 1000)
            headers->answer->retry_after_ms = number * 1000;
    } else if (icp_http_date_parse(value, &number)) {
        headers->retry_at_ms = number;
    }
}

static void note_content_type(struct icp_headers *headers, struct icp_str value)
{
    struct icp_answer *answer = headers->answer;
    struct icp_str rest = value, kind = {0};
    size_t length = 0;

    (void)icp_str_cut(&rest, ';', &kind);
    kind = icp_str_trim(kind);
    for (; length < kind.length && length + 1 < sizeof(answer->content_type_text); length++) {
        char c = kind.data[length];

        answer->content_type_text[length] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    answer->content_type_text[length] = '\0';
    answer->content_type = (struct icp_str){answer->content_type_text, length};
}

static void note_remaining(struct icp_headers *headers, struct icp_str value)
{
    int64_t number = 0;

    if (icp_integer_parse(value, &number) && number >= 0)
        headers->answer->limit_remaining = number;
}

static void note_daily_remaining(struct icp_headers *headers, struct icp_str value)
{
    int64_t number = 0;

    if (icp_integer_parse(value, &number) && number >= 0)
        headers->answer->daily_remaining = number;
}

static void note_location(struct icp_headers *headers, struct icp_str value)
{
    struct icp_address address;

    if (icp_address_find(value, &address))
        memcpy(headers->location, address.host, sizeof(address.host));
}

/* Names in lower case. `suffix`: vendors put a prefix of their own in front. */
static const struct {
    const char *name;
    bool suffix;
    void (*note)(struct icp_headers *headers, struct icp_str value);
} looked_at[] = {
    {"date", false, note_date},
    {"retry-after", false, note_retry_after},
    {"content-type", false, note_content_type},
    {"location", false, note_location},
    {"ratelimit-remaining", true, note_remaining},
    {"ratelimit-daily-remaining", true, note_daily_remaining},
};

static bool is_header(struct icp_str name, const char *wanted, bool suffix)
{
    struct icp_str want = icp_str_from(wanted);

    if (suffix && name.length > want.length)
        name = icp_str_slice(name, name.length - want.length, name.length);
    return icp_str_equal_ascii_case(name, want);
}

void icp_headers_forget(struct icp_headers *headers)
{
    struct icp_answer *answer = headers->answer;

    answer->status = 0;
    answer->server_ms = 0;
    answer->retry_after_ms = 0;
    answer->content_type = (struct icp_str){0};
    answer->content_type_text[0] = '\0';
    answer->limit_remaining = -1;
    answer->daily_remaining = -1;
    headers->retry_at_ms = 0;
    headers->location[0] = '\0';
}

void icp_headers_note(struct icp_headers *headers, struct icp_str line)
{
    struct icp_str name = {0};

    if (icp_str_has_prefix(line, ICP_STR("HTTP/"))) {
        icp_headers_forget(headers); /* an interim answer (1xx) came before this one */
        return;
    }
    if (!icp_str_cut(&line, ':', &name))
        return;
    line = icp_str_trim(line);
    if (line.length > HEADER_VALUE)
        return;
    for (size_t i = 0; i < sizeof(looked_at) / sizeof(looked_at[0]); i++)
        if (is_header(name, looked_at[i].name, looked_at[i].suffix))
            looked_at[i].note(headers, line);
}
