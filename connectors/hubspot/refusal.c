/*
 * HubSpot's answers in the words of enum icp_status: the table of statuses, the 429 whose meaning
 * stands in its body, the good status with a page of HTML. Error texts of HubSpot echo values of
 * people's records, so only categories, codes, property names and the correlation id are taken.
 */
#include "hubspot.h"

#include <string.h>

#include "json.h"

enum {
    LOCKED_MS = 2000,        /* 423 lasts about two seconds */
    TEN_SECONDLY_MS = 10000, /* wait where HubSpot names none */
    SECONDLY_MS = 1000,
    MS_MISTAKEN_FOR_S = 1000, /* a Retry-After of this many "seconds" is milliseconds */
    MOST_NAMES = 8,           /* properties named in one refusal */
    MOST_WORD = 100
};

/* ---- what may be shown of an error body ----------------------------------------------------- */

static bool is_word(struct icp_str text)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-' && c != '.')
            return false;
    }
    return text.length > 0 && text.length <= MOST_WORD;
}

static void add_word(struct icp_buf *out, const char *between, struct icp_str word)
{
    if (!is_word(word))
        return;
    if (out->length)
        icp_buf_add_cstr(out, between);
    icp_buf_add(out, word);
}

static void add_named_code(struct icp_buf *out, struct icp_str name, struct icp_str code,
                           size_t *named)
{
    if ((!is_word(name) && !is_word(code)) || *named >= MOST_NAMES)
        return;
    add_word(out, *named ? ", " : ": ", is_word(name) ? name : code);
    if (is_word(name))
        add_word(out, " ", code);
    ++*named;
}

/* "Property values were not valid: [{"name":…,"error":…,"message":…}]": JSON inside the message */
static void add_inner_list(struct icp_buf *out, struct icp_str message, size_t *named)
{
    struct icp_str list =
        icp_str_slice(message, icp_str_find(message, ICP_STR("[")), message.length);
    struct icp_err ignored = {0};
    struct icp_json_document *document = NULL;
    const struct icp_json *root = NULL;

    if (icp_str_is_empty(list))
        return;
    document = icp_json_open(list, &ignored);
    root = icp_json_root(document);
    for (size_t i = 0; i < icp_json_count(root); i++) {
        const struct icp_json *item = icp_json_at(root, i);

        add_named_code(out, icp_json_get_text(item, "name"), icp_json_get_text(item, "error"),
                       named);
    }
    icp_json_close(document);
}

static struct icp_str first_text(const struct icp_json *context, const char *key)
{
    return icp_json_text(icp_json_at(icp_json_get(context, key), 0));
}

static void add_errors(struct icp_buf *out, const struct icp_json *errors, size_t *named)
{
    for (size_t i = 0; i < icp_json_count(errors); i++) {
        const struct icp_json *item = icp_json_at(errors, i);
        const struct icp_json *context = icp_json_get(item, "context");
        struct icp_str name = first_text(context, "propertyName");

        if (icp_str_is_null(name))
            name = first_text(context, "name");
        add_named_code(out, name, icp_json_get_text(item, "code"), named);
        add_inner_list(out, icp_json_get_text(item, "message"), named);
    }
}

void hubspot_describe_refusal(const struct icp_json *error, struct icp_buf *out)
{
    size_t named = 0;
    struct icp_str message = icp_json_get_text(error, "message");
    const struct icp_json *context = icp_json_get(error, "context");

    add_word(out, " ", icp_json_get_text(error, "category"));
    add_word(out, " ", icp_json_get_text(error, "subCategory"));
    add_named_code(out, first_text(context, "propertyName"), icp_json_get_text(error, "code"),
                   &named);
    add_errors(out, icp_json_get(error, "errors"), &named);
    add_inner_list(out, message, &named);
    if (out->length == 0)
        icp_buf_add_cstr(out, "no reason given");
}

bool hubspot_is_missing_property(struct icp_str refusal)
{
    struct icp_str code = ICP_STR("PROPERTY_DOESNT_EXIST");

    return icp_str_find(refusal, code) < refusal.length;
}

/* ---- the verdict ---------------------------------------------------------------------------- */

struct verdict {
    const struct icp_connector *connector;
    const struct icp_exchange *request;
    const struct icp_answer *answer;
    const struct icp_json *body; /* NULL when the answer is not JSON */
    struct icp_err *err;
};

/* Where nothing is known of the outcome. */
static enum icp_status lost(const struct verdict *verdict)
{
    return verdict->request->writes ? ICP_UNKNOWN : ICP_RETRY;
}

static enum icp_status report(const struct verdict *verdict, enum icp_status status,
                              const char *what)
{
    struct icp_buf text;
    struct icp_str correlation = icp_json_get_text(verdict->body, "correlationId");

    icp_buf_open(&text, 300);
    hubspot_describe_refusal(verdict->body, &text);
    icp_fail(verdict->err, status, "HubSpot answered %d, %s (%.*s)%s%.*s", verdict->answer->status,
             what, ICP_STR_ARGUMENTS(icp_buf_view(&text)),
             is_word(correlation) ? ", correlation " : "",
             is_word(correlation) ? (int)correlation.length : 0,
             is_word(correlation) ? correlation.data : "");
    icp_buf_finish(&text);
    verdict->err->http_status = verdict->answer->status;
    return verdict->err->status;
}

static bool says(const struct verdict *verdict, const char *word)
{
    struct icp_str texts[] = {icp_json_get_text(verdict->body, "policyName"),
                              icp_json_get_text(verdict->body, "message")};
    struct icp_str want = icp_str_from(word);

    for (size_t t = 0; t < sizeof(texts) / sizeof(texts[0]); t++)
        for (size_t i = 0; i + want.length <= texts[t].length; i++)
            if (icp_str_equal_ascii_case(icp_str_slice(texts[t], i, i + want.length), want))
                return true;
    return false;
}

static enum icp_status judge_rate(const struct verdict *verdict)
{
    int64_t wait_ms = verdict->answer->retry_after_ms;

    if (says(verdict, "daily") || verdict->answer->daily_remaining == 0) {
        report(verdict, ICP_REMOTE, "the daily limit of API calls is reached");
        icp_hint(verdict->err, "It starts anew at midnight in the account's time zone; run again "
                               "after that.");
        return verdict->err->status;
    }
    if (wait_ms >= (int64_t)MS_MISTAKEN_FOR_S * 1000)
        wait_ms /= 1000;
    if (wait_ms <= 0)
        wait_ms = says(verdict, "secondly") && !says(verdict, "ten_secondly") ? SECONDLY_MS
                                                                              : TEN_SECONDLY_MS;
    report(verdict, ICP_RETRY, "too many requests");
    verdict->err->retry_after_ms = wait_ms;
    return verdict->err->status;
}

static enum icp_status judge_locked(const struct verdict *verdict)
{
    int64_t wait_ms = verdict->answer->retry_after_ms;

    report(verdict, ICP_RETRY, "locked for a moment");
    verdict->err->retry_after_ms = wait_ms > LOCKED_MS ? wait_ms : LOCKED_MS;
    return verdict->err->status;
}

static enum icp_status judge_token(const struct verdict *verdict)
{
    report(verdict, ICP_REMOTE, "the token is not accepted");
    icp_hint(verdict->err, "Check the service key or private app token and that it was not "
                           "rotated or revoked.");
    return verdict->err->status;
}

static enum icp_status judge_scopes(const struct verdict *verdict)
{
    const struct icp_json *errors = icp_json_get(verdict->body, "errors");
    struct icp_buf scopes;

    icp_buf_open(&scopes, 300);
    for (size_t i = 0; i < icp_json_count(errors); i++) {
        const struct icp_json *context = icp_json_get(icp_json_at(errors, i), "context");
        const struct icp_json *names = icp_json_get(context, "requiredGranularScopes");

        for (size_t s = 0; s < icp_json_count(names); s++)
            add_word(&scopes, " or ", icp_json_text(icp_json_at(names, s)));
    }
    report(verdict, ICP_REMOTE, "the token may not do this");
    if (scopes.length)
        icp_hint(verdict->err, "Give the service key or private app the scope %.*s.",
                 ICP_STR_ARGUMENTS(icp_buf_view(&scopes)));
    else
        icp_hint(verdict->err, "Give the service key or private app the scopes that this needs, "
                               "and check that the user who made it still exists.");
    icp_buf_finish(&scopes);
    return verdict->err->status;
}

static enum icp_status judge_moving(const struct verdict *verdict)
{
    report(verdict, ICP_REMOTE, "the account is being moved to another data centre");
    icp_hint(verdict->err, "This takes up to a day; run again after that.");
    return verdict->err->status;
}

static enum icp_status judge_redirect(const struct verdict *verdict)
{
    report(verdict, ICP_REMOTE, "a redirect, which is not followed");
    icp_hint(verdict->err, "Check base_url.");
    return verdict->err->status;
}

static enum icp_status judge_timeout(const struct verdict *verdict)
{
    return report(verdict, lost(verdict), "the request took too long");
}

static const struct {
    int from, to;
    enum icp_status (*judge)(const struct verdict *verdict);
} judges[] = {
    {300, 399, judge_redirect}, {401, 401, judge_token},  {403, 403, judge_scopes},
    {408, 408, judge_timeout},  {423, 423, judge_locked}, {429, 429, judge_rate},
    {477, 477, judge_moving},
};

static enum icp_status judge_failure(const struct verdict *verdict)
{
    int status = verdict->answer->status;

    for (size_t i = 0; i < sizeof(judges) / sizeof(judges[0]); i++)
        if (status >= judges[i].from && status <= judges[i].to)
            return judges[i].judge(verdict);
    if (status >= 500 || status < 200) {
        report(verdict, lost(verdict), "a failure on its side");
        verdict->err->retry_after_ms = verdict->answer->retry_after_ms;
        return verdict->err->status;
    }
    return report(verdict, ICP_ITEM, "the request was refused");
}

/* A good answer is one whole JSON object with the member that the call waits for. */
static const char *fault_of_success(struct icp_connector *connector,
                                    const struct icp_answer *answer)
{
    struct icp_json_reader reader;
    struct icp_str name = {0};
    bool found = connector->expected == NULL;

    if (!icp_str_is(answer->content_type, "application/json"))
        return "a page that is not JSON";
    icp_arena_reset(&connector->scratch);
    icp_json_reader_open(&reader, icp_buf_view(&answer->body), &connector->scratch);
    if (!icp_json_enter_object(&reader))
        return "no JSON object";
    while (icp_json_key(&reader, &name)) {
        found = found || icp_str_is(name, connector->expected);
        if (!icp_json_skip(&reader))
            break;
    }
    if (reader.problem || icp_json_next(&reader, NULL) != ICP_JSON_FINISHED)
        return "broken JSON";
    return found ? NULL : "JSON of another shape";
}

enum icp_status hubspot_classify(void *context, const struct icp_exchange *request,
                                 const struct icp_answer *answer, struct icp_err *err)
{
    struct icp_connector *connector = context;
    struct verdict verdict = {connector, request, answer, NULL, err};
    struct icp_json_document *document = NULL;
    struct icp_err ignored = {0};

    if (answer->status >= 200 && answer->status < 300) {
        const char *fault = fault_of_success(connector, answer);

        if (!fault)
            return ICP_OK;
        err->http_status = err->status == ICP_OK ? answer->status : err->http_status;
        return icp_fail(err, lost(&verdict), "HubSpot answered %d with %s", answer->status, fault);
    }
    if (icp_str_is(answer->content_type, "application/json"))
        document = icp_json_open(icp_buf_view(&answer->body), &ignored);
    verdict.body = icp_json_root(document);
    judge_failure(&verdict);
    icp_json_close(document);
    return err->status;
}
