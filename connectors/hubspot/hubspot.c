/*
 * HubSpot as a connector: the table of operations and options, opening and closing, and the two
 * questions about the account itself. The handle owns the token and every buffer; the token is
 * wiped when the handle is closed and stands in no message.
 */
#include "hubspot.h"

#include <string.h>

#include "bounds.h"
#include "crypto.h"
#include "date.h"
#include "json.h"
#include "log.h"

/* fields.yaml, by dictionary_table.c */
extern const struct icp_dictionary hubspot_dictionary;

enum {
    LASTING_MEMORY = 4 * 1024 * 1024, /* the options */
    MOST_URL = 16384,                 /* base, path and HUBSPOT_QUERY_MOST */
    LEAST_PREFIX = 2,
    OVERLAP_MINUTES = 75 /* the search index may be an hour late */
};

enum option { OPTION_TOKEN, OPTION_BASE_URL, OPTION_VERSION, OPTION_OWNED_PREFIX };

static const struct icp_option options[] = {
    [OPTION_TOKEN] = {.name = "token",
                      .type = ICP_OPTION_SECRET,
                      .required = true,
                      .help = "Service key or private app token."},
    [OPTION_BASE_URL] = {.name = "base_url",
                         .type = ICP_OPTION_URL,
                         .fallback = "https://api.hubapi.com",
                         .help = "Where the API answers; plain http for loopback only."},
    [OPTION_VERSION] = {.name = "version",
                        .type = ICP_OPTION_TEXT,
                        .fallback = "2026-09",
                        .help = "Version of the API: 2026-09, 2026-03 or v3."},
    [OPTION_OWNED_PREFIX] = {.name = "owned_prefix",
                             .type = ICP_OPTION_TEXT,
                             .fallback = "icp_",
                             .help = "Every property that icp writes begins with this."},
};

/* ---- opening -------------------------------------------------------------------------------- */

static struct icp_str option_value(const struct icp_str *values, enum option option,
                                   struct icp_arena *arena)
{
    struct icp_str value = values[option];

    if (icp_str_is_empty(value))
        value = icp_str_from(options[option].fallback);
    return icp_arena_copy(arena, value);
}

static bool is_token(struct icp_str token)
{
    for (size_t i = 0; i < token.length; i++)
        if (token.data[i] <= ' ' || token.data[i] >= 0x7f)
            return false;
    return token.length > 0;
}

static bool is_prefix(struct icp_str prefix)
{
    for (size_t i = 0; i < prefix.length; i++) {
        char c = prefix.data[i];

        if (!((c >= 'a' && c <= 'z') || (i && ((c >= '0' && c <= '9') || c == '_'))))
            return false;
    }
    return prefix.length >= LEAST_PREFIX && !icp_str_has_prefix(prefix, ICP_STR("hs_")) &&
           !icp_str_has_prefix(ICP_STR("hs_"), prefix) &&
           !icp_str_has_prefix(prefix, ICP_STR("hubspot"));
}

static enum icp_status check_options(const struct icp_connector *connector, struct icp_err *err)
{
    if (!is_token(connector->token)) {
        icp_fail(err, ICP_BAD_CONFIG, "the HubSpot token is missing or holds a space");
        icp_hint(err, "Put the service key alone into the file or variable that token names.");
        return err->status;
    }
    if (!hubspot_version_known(connector->version)) {
        icp_fail(err, ICP_BAD_CONFIG, "unknown HubSpot API version \"%.*s\"",
                 ICP_STR_ARGUMENTS(connector->version));
        icp_hint(err, "Known versions are 2026-09, 2026-03 and v3.");
        return err->status;
    }
    if (!is_prefix(connector->owned_prefix)) {
        icp_fail(err, ICP_BAD_CONFIG, "\"%.*s\" cannot be the prefix of our own properties",
                 ICP_STR_ARGUMENTS(connector->owned_prefix));
        icp_hint(err, "Use lower-case letters, digits and _, begin with a letter, and leave "
                      "HubSpot's own hs_ alone.");
        return err->status;
    }
    return icp_url_check(connector->base_url, err);
}

static struct icp_connector *make_handle(const struct icp_host *host)
{
    struct icp_connector *connector = icp_allocate(1, sizeof(*connector));

    if (!connector)
        return NULL;
    connector->host = *host;
    connector->limit_remaining = -1;
    connector->search_ms = -1;
    for (size_t i = 0; i < HUBSPOT_RATE_CALLS; i++)
        connector->call_ms[i] = -1;
    icp_arena_open(&connector->lasting, LASTING_MEMORY);
    icp_arena_open(&connector->scratch, ICP_MAX_RESPONSE);
    icp_buf_open(&connector->answer.body, ICP_MAX_RESPONSE);
    icp_buf_open(&connector->url, MOST_URL);
    icp_buf_open(&connector->body, HUBSPOT_MAX_BODY);
    return connector;
}

static void hubspot_close(struct icp_connector *connector)
{
    if (!connector)
        return;
    if (connector->token.data)
        icp_wipe((void *)(uintptr_t)connector->token.data, connector->token.length);
    icp_http_close(connector->http);
    icp_buf_finish(&connector->answer.body);
    icp_buf_finish(&connector->url);
    icp_buf_finish(&connector->body);
    icp_arena_close(&connector->scratch);
    icp_arena_close(&connector->lasting);
    icp_release(connector);
}

static enum icp_status hubspot_open(const struct icp_host *host, const struct icp_str *values,
                                    struct icp_connector **ret, struct icp_err *err)
{
    struct icp_connector *connector = make_handle(host);
    struct icp_arena *lasting = NULL;

    *ret = NULL;
    if (!connector)
        return icp_fail(err, ICP_BUG, "out of memory");
    lasting = &connector->lasting;
    connector->dictionary = &hubspot_dictionary;
    connector->token = option_value(values, OPTION_TOKEN, lasting);
    connector->base_url = option_value(values, OPTION_BASE_URL, lasting);
    connector->version = option_value(values, OPTION_VERSION, lasting);
    connector->owned_prefix = option_value(values, OPTION_OWNED_PREFIX, lasting);
    if (icp_str_has_suffix(connector->base_url, ICP_STR("/")))
        connector->base_url.length--;
    if (check_options(connector, err) != ICP_OK ||
        icp_http_open(host, NULL, hubspot_classify, connector, &connector->http, err) != ICP_OK) {
        hubspot_close(connector);
        return err->status;
    }
    if (host->log)
        icp_log_add_secret(host->log, connector->token);
    *ret = connector;
    return ICP_OK;
}

/* ---- the account ---------------------------------------------------------------------------- */

static enum icp_status fill_account(const struct icp_connector *connector,
                                    const struct icp_json *root, struct icp_arena *arena,
                                    struct icp_account *account, struct icp_err *err)
{
    struct icp_str type = icp_json_get_text(root, "accountType");

    account->id = icp_json_id(icp_json_get(root, "portalId"), arena);
    account->time_zone = icp_arena_copy(arena, icp_json_get_text(root, "timeZone"));
    account->server_ms = connector->answer.server_ms;
    if (icp_str_is_empty(account->id))
        return icp_fail(err, ICP_REMOTE, "HubSpot did not say which account this is");
    if (account->server_ms <= 0)
        return icp_fail(err, ICP_REMOTE, "HubSpot's answer carries no Date");
    account->label = icp_arena_format(
        arena, "portal %.*s (%.*s%s%.*s)", ICP_STR_ARGUMENTS(account->id), ICP_STR_ARGUMENTS(type),
        icp_str_is_empty(type) || icp_str_is_empty(account->time_zone) ? "" : ", ",
        ICP_STR_ARGUMENTS(account->time_zone));
    if (arena->full)
        return icp_fail(err, ICP_BUG, "out of memory");
    return ICP_OK;
}

static enum icp_status hubspot_account(struct icp_connector *connector, struct icp_arena *arena,
                                       struct icp_account *account, struct icp_err *err)
{
    const struct hubspot_call call = {
        .method = "GET", .path = HUBSPOT_ACCOUNT, .expected = "portalId"};
    struct icp_json_document *document = NULL;

    *account = (struct icp_account){0};
    if (hubspot_ask(connector, &call, err) != ICP_OK)
        return err->status;
    document = icp_json_open(icp_buf_view(&connector->answer.body), err);
    if (!document)
        err->status = ICP_REMOTE;
    else
        fill_account(connector, icp_json_root(document), arena, account, err);
    icp_json_close(document);
    return err->status;
}

/* ---- its properties ------------------------------------------------------------------------- */

static const struct icp_choice *plain_choices(const struct hubspot_property *property,
                                              struct icp_arena *arena)
{
    struct icp_choice *choices = ICP_NEW_ARRAY(arena, struct icp_choice, property->choice_count);

    for (size_t i = 0; choices && i < property->choice_count; i++)
        choices[i] = (struct icp_choice){property->choices[i].value, property->choices[i].label};
    return choices;
}

static enum icp_status hubspot_describe(struct icp_connector *connector, enum icp_object object,
                                        struct icp_arena *arena,
                                        struct icp_description *description, struct icp_err *err)
{
    struct hubspot_properties read;
    struct icp_property *properties = NULL;

    *description = (struct icp_description){.object = object};
    if (hubspot_properties_read(connector, object, arena, &read, err) != ICP_OK)
        return err->status;
    properties = ICP_NEW_ARRAY(arena, struct icp_property, read.count + 1);
    for (size_t i = 0; properties && i < read.count; i++) {
        const struct hubspot_property *from = &read.items[i];

        properties[i] = (struct icp_property){.name = from->name,
                                              .label = from->label,
                                              .type = from->type,
                                              .read_only = from->read_only,
                                              .choice_count = from->choice_count};
        if (from->choice_count)
            properties[i].choices = plain_choices(from, arena);
    }
    if (arena->full)
        return icp_fail(err, ICP_BUG, "the properties of %s do not fit into their memory",
                        hubspot_plural(object));
    description->properties = properties;
    description->count = read.count;
    return ICP_OK;
}

/* ---- the table ------------------------------------------------------------------------------ */

const struct icp_connector_ops hubspot_ops = {
    .api = ICP_CONNECTOR_API,
    .name = "hubspot",
    .label = "HubSpot",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .dictionary = &hubspot_dictionary,
    .read_batch = HUBSPOT_BATCH,
    .write_batch = HUBSPOT_BATCH,
    .overlap_ms = OVERLAP_MINUTES * INT64_C(60000),
    .open = hubspot_open,
    .account = hubspot_account,
    .describe = hubspot_describe,
    .changed = hubspot_changed,
    .read = hubspot_read,
    .setup = hubspot_setup,
    .write = hubspot_write,
    .close = hubspot_close,
};
