/* The HubSpot connector against scripted answers: reading, spelling, errors, setup, writing. */
#include "hubspot_fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void assert_text(struct icp_str got, const char *want)
{
    if (want ? !icp_str_is(got, want) : !icp_str_is_null(got))
        fail_msg("got \"%.*s\", wanted %s", ICP_STR_ARGUMENTS(got), want ? want : "no text");
}

/* ---- spelling */

static void spells_canonically(void **state)
{
    static const struct {
        const char *why;
        enum icp_type type;
        const char *text, *want;
    } cases[] = {
        {"empty is unknown", ICP_TYPE_TEXT, "", NULL},
        {"empty set is unknown to HubSpot", ICP_TYPE_SET, "", NULL},
        {"plain number", ICP_TYPE_NUMBER, "1500", "1500"},
        {"exponent", ICP_TYPE_NUMBER, "1.5E7", "15000000"},
        {"not a number is passed on", ICP_TYPE_NUMBER, "12,5", "12,5"},
        {"too large is passed on", ICP_TYPE_NUMBER, "1e400", "1e400"},
        {"boolean", ICP_TYPE_BOOLEAN, "TRUE", "true"},
        {"date", ICP_TYPE_DATE, "2026-01-15", "2026-01-15"},
        {"date as ms at midnight", ICP_TYPE_DATE, "1768435200000", "2026-01-15"},
        {"date of a time", ICP_TYPE_DATE, "2026-01-15T23:59:59Z", "2026-01-15"},
        {"time as ms", ICP_TYPE_DATETIME, "1768435200123", "2026-01-15T00:00:00.123Z"},
        {"time without ms", ICP_TYPE_DATETIME, "2026-01-15T03:04:05Z", "2026-01-15T03:04:05.000Z"},
        {"set", ICP_TYPE_SET, ";A; B;;C", "A;B;C"},
        {"bad date is passed on", ICP_TYPE_DATE, "soon", "soon"},
    };
    struct icp_arena arena;

    (void)state;
    icp_arena_open(&arena, 65536);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct icp_str got = hubspot_canonical(cases[i].type, icp_str_from(cases[i].text), &arena);

        if (cases[i].want ? !icp_str_is(got, cases[i].want) : !icp_str_is_null(got))
            fail_msg("%s: \"%.*s\"", cases[i].why, ICP_STR_ARGUMENTS(got));
    }
    assert_true(hubspot_same_value(ICP_STR("2026-01-15T00:00:00.000Z"),
                                   ICP_STR("2026-01-15T00:00:00Z"), &arena));
    assert_true(hubspot_same_value(ICP_STR(""), (struct icp_str){0}, &arena));
    assert_false(hubspot_same_value(ICP_STR("87"), ICP_STR("86"), &arena));
    icp_arena_close(&arena);
}

/* ---- reading */

static const struct icp_source country_sources[] = {
    {ICP_CONTACT, ICP_STR_INIT("hs_country_region_code")}, {ICP_CONTACT, ICP_STR_INIT("country")}};
static const struct icp_source size_sources[] = {{ICP_COMPANY, ICP_STR_INIT("numberofemployees")}};
static const struct icp_source title_sources[] = {{ICP_CONTACT, ICP_STR_INIT("jobtitle")}};
static const struct icp_field fields[] = {{.name = ICP_STR_INIT("contact.country"),
                                           .type = ICP_TYPE_COUNTRY,
                                           .sources = country_sources,
                                           .source_count = 2},
                                          {.name = ICP_STR_INIT("company.employees"),
                                           .type = ICP_TYPE_NUMBER,
                                           .sources = size_sources,
                                           .source_count = 1},
                                          {.name = ICP_STR_INIT("contact.title"),
                                           .type = ICP_TYPE_TEXT,
                                           .sources = title_sources,
                                           .source_count = 1}};
static struct icp_attribute form_attributes[] = {
    {ICP_STR_INIT("form"), ICP_STR_INIT("recent_conversion_event_name")}};
static const struct icp_signal_definition form_submit = {
    .name = ICP_STR_INIT("form_submit"),
    .count = {ICP_CONTACT, ICP_STR_INIT("num_conversion_events")},
    .last = {ICP_CONTACT, ICP_STR_INIT("recent_conversion_date")},
    .attributes = form_attributes,
    .attribute_count = 1};
static const struct icp_signal_definition undated = {
    .name = ICP_STR_INIT("email_open"),
    .count = {ICP_CONTACT, ICP_STR_INIT("hs_email_open")},
    .last = {ICP_CONTACT, ICP_STR_INIT("hs_email_last_open_date")}};
static const struct icp_signal_definition *const signals[] = {&form_submit, &undated};
static const struct icp_str owned[] = {ICP_STR_INIT("icp_score"), ICP_STR_INIT("icp_call_by")};
static const struct icp_request contacts = {ICP_CONTACT, fields, 3, signals, 2, owned, 2};

#define ANNA                                                                                       \
    "{\"id\":\"101\",\"properties\":{\"email\":\" Anna@X.Test \",\"firstname\":\"Anna\","          \
    "\"lastname\":\"\\u00c5s\",\"associatedcompanyid\":\"77\",\"hubspot_owner_id\":\"5\","         \
    "\"hs_country_region_code\":null,\"country\":\"Denmark\",\"jobtitle\":\"CTO\\nand more\","     \
    "\"num_conversion_events\":\"3\",\"recent_conversion_date\":\"2026-01-15T10:00:00Z\","         \
    "\"recent_conversion_event_name\":\"Demo\",\"hs_email_open\":\"9\","                           \
    "\"icp_score\":\"87\",\"icp_call_by\":\"2026-01-20T00:00:00Z\","                               \
    "\"lastmodifieddate\":\"2026-11-01T10:00:00.123Z\",\"unasked\":\"x\"},"                        \
    "\"createdAt\":\"2026-01-02T03:04:05.006Z\",\"updatedAt\":\"2026-11-01T10:00:00.123Z\","       \
    "\"archived\":false}"

static void reads_a_list_page(void **state)
{
    static const struct fake_answer script[] = {
        {"GET http://127.0.0.1:9/crm/objects/2026-09/contacts?limit=100&archived=false&properties="
         "email,firstname",
         200,
         "{\"results\":[" ANNA "],\"paging\":{\"next\":{\"after\":\"102\",\"link\":\"https://"
         "evil.test\"}}}",
         NULL, ICP_OK},
        {"after=102", 200, "{\"results\":[]}", NULL, ICP_OK},
    };
    struct fake fake;
    struct icp_cursor cursor = {.mode = ICP_CURSOR_ALL};
    struct icp_page page;

    (void)state;
    fake_open(&fake, script, COUNT(script));
    assert_int_equal(
        hubspot_ops.changed(fake.connector, &contacts, &cursor, &fake.arena, &page, &fake.err),
        ICP_OK);
    assert_int_equal(page.count, 1);
    assert_false(page.last);
    const struct icp_record *anna = &page.records[0];
    assert_true(anna->complete);
    assert_text(anna->id, "101");
    assert_text(anna->email, "anna@x.test");
    assert_text(anna->label, "Anna \xc3\x85s");
    assert_text(anna->company_id, "77");
    assert_text(anna->owner, "5");
    assert_int_equal(anna->stamp_ms, INT64_C(1793527200123));
    assert_int_equal(anna->value_count, 2);
    assert_text(anna->values[0], "Denmark");
    assert_text(anna->values[1], "CTO\nand more");
    assert_int_equal(anna->signal_count, 2);
    assert_int_equal(anna->signals[0].times, 1);
    assert_text(anna->signals[0].attributes[0].value, "Demo");
    assert_int_equal(anna->signals[1].times, 2);
    assert_int_equal(anna->signals[1].attribute_count, 0);
    assert_text(anna->owned[0], "87");
    assert_text(anna->owned[1], "2026-01-20T00:00:00.000Z");
    assert_int_equal(
        hubspot_ops.changed(fake.connector, &contacts, &page.next, &fake.arena, &page, &fake.err),
        ICP_OK);
    assert_true(page.last);
    fake_close(&fake);
}

static void follows_a_merge(void **state)
{
    static const struct fake_answer script[] = {
        {"\"inputs\":[{\"id\":\"7\"},{\"id\":\"8\"},{\"id\":\"9\"}]", 207,
         "{\"status\":\"COMPLETE\",\"results\":[{\"id\":\"50\",\"properties\":{"
         "\"hs_calculated_merged_vids\":\"8:1700000000000;3:1\"}},{\"id\":\"7\",\"properties\":{}}]"
         ",\"numErrors\":1,\"errors\":[{\"status\":\"error\",\"category\":\"OBJECT_NOT_FOUND\","
         "\"context\":{\"ids\":[\"9\"]}}]}",
         NULL, ICP_OK},
    };
    const struct icp_str ids[] = {ICP_STR("7"), ICP_STR("8"), ICP_STR("9")};
    struct fake fake;
    struct icp_page page;

    (void)state;
    fake_open(&fake, script, COUNT(script));
    assert_int_equal(
        hubspot_ops.read(fake.connector, &contacts, ids, 3, &fake.arena, &page, &fake.err), ICP_OK);
    assert_int_equal(page.count, 2);
    assert_text(page.records[0].id, "7");
    assert_text(page.records[0].now_id, NULL);
    assert_text(page.records[1].id, "8");
    assert_text(page.records[1].now_id, "50");
    fake_close(&fake);
}

/* ---- errors: what each answer means for a reading call */

static const struct {
    const char *why;
    struct fake_answer answer;
    enum icp_status want;
    const char *hint;
    size_t calls;
} error_cases[] = {
    {"a wrong token",
     {NULL, 401, "{\"category\":\"INVALID_AUTHENTICATION\"}", NULL, ICP_OK},
     ICP_REMOTE,
     "rotated",
     1},
    {"a missing scope is named",
     {NULL, 403,
      "{\"category\":\"MISSING_SCOPES\",\"errors\":[{\"context\":{\"requiredGranularScopes\":["
      "\"crm.objects.contacts.read\"]}}]}",
      NULL, ICP_OK},
     ICP_REMOTE,
     "crm.objects.contacts.read",
     1},
    {"the daily limit",
     {NULL, 429, "{\"errorType\":\"RATE_LIMIT\",\"policyName\":\"DAILY\"}", NULL, ICP_OK},
     ICP_REMOTE,
     "midnight",
     1},
    {"an account being moved", {NULL, 477, "", NULL, ICP_OK}, ICP_REMOTE, "day", 1},
    {"a failure of its side is tried six times",
     {NULL, 502, "<html>", "text/html", ICP_OK},
     ICP_REMOTE,
     NULL,
     6},
    {"HTML with 200 is a failure", {NULL, 200, "<html>", "text/html", ICP_OK}, ICP_REMOTE, NULL, 6},
    {"half an answer is a failure",
     {NULL, 200, "{\"portalId\":1", NULL, ICP_OK},
     ICP_REMOTE,
     NULL,
     6},
    {"JSON of another shape is a failure", {NULL, 200, "{}", NULL, ICP_OK}, ICP_REMOTE, NULL, 6},
    {"ten-secondly is waited for",
     {NULL, 429, "{\"policyName\":\"TEN_SECONDLY_ROLLING\"}", NULL, ICP_OK},
     ICP_REMOTE,
     NULL,
     6},
};

static void understands_errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(error_cases); i++) {
        struct fake_answer script[6];
        struct icp_account account;
        struct fake fake;

        for (size_t s = 0; s < COUNT(script); s++)
            script[s] = error_cases[i].answer;
        fake_open(&fake, script, error_cases[i].calls);
        if (hubspot_ops.account(fake.connector, &fake.arena, &account, &fake.err) !=
            error_cases[i].want)
            fail_msg("%s: %s", error_cases[i].why, fake.err.message);
        if (error_cases[i].hint && !strstr(fake.err.hint, error_cases[i].hint))
            fail_msg("%s: hint %s", error_cases[i].why, fake.err.hint);
        if (error_cases[i].answer.status == 429 && error_cases[i].calls > 1)
            assert_true(fake.waited_ms >= 50000);
        fake_close(&fake);
    }
}

static void recovers_after_a_failure(void **state)
{
    static const struct fake_answer script[] = {
        {NULL, 0, NULL, NULL, ICP_RETRY},
        {NULL, 500, "", "text/plain", ICP_OK},
        {"/account-info/2026-09/details", 200,
         "{\"portalId\":123456,\"accountType\":\"STANDARD\",\"timeZone\":\"Europe/Copenhagen\"}",
         NULL, ICP_OK},
    };
    struct icp_account account;
    struct fake fake;

    (void)state;
    fake_open(&fake, script, COUNT(script));
    assert_int_equal(hubspot_ops.account(fake.connector, &fake.arena, &account, &fake.err), ICP_OK);
    assert_text(account.id, "123456");
    assert_text(account.label, "portal 123456 (STANDARD, Europe/Copenhagen)");
    fake_close(&fake);
}

/* ---- setup */

static const struct icp_choice grades[] = {{ICP_STR_INIT("A1"), ICP_STR_INIT("A1")},
                                           {ICP_STR_INIT("A2"), ICP_STR_INIT("A2")}};
static const struct icp_owned_field own_fields[] = {
    {ICP_STR_INIT("icp_score"), ICP_STR_INIT("ICP score"), ICP_STR_INIT("About"), ICP_OWNED_NUMBER,
     NULL, 0},
    {ICP_STR_INIT("icp_grade"), ICP_STR_INIT("ICP grade"), ICP_STR_INIT("About"), ICP_OWNED_CHOICE,
     grades, 2}};

#define GROUP_LIST "{\"results\":[{\"name\":\"icp\",\"label\":\"x\",\"archived\":false}]}"
#define SCORE                                                                                      \
    "{\"name\":\"icp_score\",\"type\":\"number\",\"fieldType\":\"number\",\"groupName\":\"icp\","  \
    "\"options\":[]}"
#define GRADE(group, choice)                                                                       \
    "{\"name\":\"icp_grade\",\"type\":\"enumeration\",\"fieldType\":\"select\",\"groupName\":"     \
    "\"" group "\",\"options\":[{\"label\":\"Best\",\"value\":\"A1\",\"displayOrder\":3,"          \
    "\"hidden\":false},{\"label\":\"z\",\"value\":\"" choice                                       \
    "\",\"displayOrder\":4,\"hidden\":true}]}"

static void run_setup(const struct fake_answer *script, size_t count, bool apply,
                      const enum icp_setup_action *actions, bool done)
{
    struct icp_setup_plan plan = {0};
    struct fake fake;

    fake_open(&fake, script, count);
    if (hubspot_ops.setup(fake.connector, ICP_CONTACT, own_fields, 2, apply, &fake.arena, &plan,
                          &fake.err) != ICP_OK ||
        plan.count != 3) {
        fail_msg("%s", fake.err.message);
        return;
    }
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(plan.steps[i].action, actions[i]);
        assert_int_equal(plan.steps[i].done,
                         actions[i] != ICP_SETUP_CONFLICT && (done || actions[i] == 0));
    }
    fake_close(&fake);
}

static void sets_up_once(void **state)
{
    static const struct fake_answer nothing[] = {
        {"/properties/2026-09/contacts?archived=false", 200, "{\"results\":[]}", NULL, ICP_OK},
        {"/groups", 200, "{\"results\":[]}", NULL, ICP_OK},
        {"\"label\":\"Ideal customer profile\"", 201, "{\"name\":\"icp\"}", NULL, ICP_OK},
        {"\"name\":\"icp_score\",\"label\":\"ICP score\",\"type\":\"number\"", 201, SCORE, NULL,
         ICP_OK},
        {"\"name\":\"icp_grade\"", 409, "{\"category\":\"OBJECT_ALREADY_EXISTS\"}", NULL, ICP_OK},
        {"GET", 200, "{\"results\":[" SCORE "," GRADE("icp", "A2") "]}", NULL, ICP_OK},
    };
    static const struct fake_answer everything[] = {
        {NULL, 200, "{\"results\":[" SCORE "," GRADE("icp", "A2") "]}", NULL, ICP_OK},
        {NULL, 200, GROUP_LIST, NULL, ICP_OK},
    };
    static const struct fake_answer choice_missing[] = {
        {NULL, 200, "{\"results\":[" SCORE "," GRADE("icp", "OLD") "]}", NULL, ICP_OK},
        {NULL, 200, GROUP_LIST, NULL, ICP_OK},
        {"{\"options\":[{\"label\":\"Best\",\"value\":\"A1\",\"displayOrder\":3,\"hidden\":false},"
         "{\"label\":\"z\",\"value\":\"OLD\",\"displayOrder\":4,\"hidden\":true},{\"label\":\"A2\","
         "\"value\":\"A2\",\"displayOrder\":5,\"hidden\":false}]}",
         200, SCORE, NULL, ICP_OK},
    };
    static const struct fake_answer foreign[] = {
        {NULL, 200, "{\"results\":[" SCORE "," GRADE("sales", "A2") "]}", NULL, ICP_OK},
        {NULL, 200, GROUP_LIST, NULL, ICP_OK},
    };
    static const enum icp_setup_action create[] = {ICP_SETUP_CREATE, ICP_SETUP_CREATE,
                                                   ICP_SETUP_CREATE};
    static const enum icp_setup_action exists[] = {ICP_SETUP_EXISTS, ICP_SETUP_EXISTS,
                                                   ICP_SETUP_EXISTS};
    static const enum icp_setup_action add[] = {ICP_SETUP_EXISTS, ICP_SETUP_EXISTS,
                                                ICP_SETUP_ADD_CHOICES};
    static const enum icp_setup_action conflict[] = {ICP_SETUP_EXISTS, ICP_SETUP_EXISTS,
                                                     ICP_SETUP_CONFLICT};

    (void)state;
    run_setup(nothing, 2, false, create, false); /* only tells: two reads, no write */
    run_setup(nothing, COUNT(nothing), true, create, true);
    run_setup(everything, COUNT(everything), true, exists, true);
    run_setup(choice_missing, COUNT(choice_missing), true, add, true);
    run_setup(foreign, COUNT(foreign), true, conflict, true);
}

/* ---- writing */

static const struct icp_str names[] = {ICP_STR_INIT("icp_score")};
static const struct icp_str values[] = {ICP_STR_INIT("87")};
static const struct icp_change changes[] = {{ICP_STR_INIT("1"), names, values, 1},
                                            {ICP_STR_INIT("2"), names, values, 1},
                                            {ICP_STR_INIT("3"), names, values, 1},
                                            {ICP_STR_INIT("4"), names, values, 1}};

#define HELD(id) "{\"id\":\"" id "\",\"properties\":{\"icp_score\":\"87\"}}"
#define BAD_OPTION                                                                                 \
    "{\"status\":\"error\",\"message\":\"Property values were not valid: [{\\\"name\\\":"          \
    "\\\"icp_score\\\",\\\"error\\\":\\\"INVALID_INTEGER\\\",\\\"message\\\":\\\"secret of a "     \
    "person\\\"}]\",\"category\":\"VALIDATION_ERROR\"}"

struct write_case {
    const char *why;
    struct fake_answer script[6];
    size_t count;
    enum icp_status want;
    enum icp_outcome_kind outcomes[4];
    const char *reason; /* of the first outcome that is not "written" */
};
static const struct write_case write_cases[] = {
    {"in another order",
     {{"/contacts/batch/update {\"inputs\":[{\"id\":\"1\",\"properties\":{\"icp_score\":\"87\"}}",
       200, "{\"results\":[" HELD("4") "," HELD("2") "," HELD("1") "," HELD("3") "]}", NULL,
       ICP_OK}},
     1,
     ICP_OK,
     {ICP_WRITTEN, ICP_WRITTEN, ICP_WRITTEN, ICP_WRITTEN},
     NULL},
    {"one is gone, one is refused",
     {{NULL, 207,
       "{\"results\":[" HELD("1") "," HELD("3") "],\"errors\":[{\"category\":\"OBJECT_NOT_FOUND\","
                                                "\"context\":{\"ids\":[\"2\"]}},{\"category\":"
                                                "\"VALIDATION_ERROR\",\"context\":{\"ids\":["
                                                "\"4\"]}}]}",
       NULL, ICP_OK}},
     1,
     ICP_OK,
     {ICP_WRITTEN, ICP_GONE, ICP_WRITTEN, ICP_REFUSED},
     "OBJECT_NOT_FOUND"},
    {"an id that is not in the answer",
     {{NULL, 200, "{\"results\":[" HELD("1") "," HELD("2") "," HELD("4") "," HELD("5") "]}", NULL,
       ICP_OK}},
     1,
     ICP_UNKNOWN,
     {ICP_WRITTEN, ICP_WRITTEN, ICP_OUTCOME_UNKNOWN, ICP_WRITTEN},
     NULL},
    {"complete, but nothing was written",
     {{NULL, 200, "{\"status\":\"COMPLETE\",\"results\":[]}", NULL, ICP_OK}},
     1,
     ICP_UNKNOWN,
     {ICP_OUTCOME_UNKNOWN, ICP_OUTCOME_UNKNOWN, ICP_OUTCOME_UNKNOWN, ICP_OUTCOME_UNKNOWN},
     NULL},
    {"another value came back",
     {{NULL, 200,
       "{\"results\":[{\"id\":\"1\",\"properties\":{\"icp_score\":\"12\"}}," HELD("2") "," HELD(
           "3") "," HELD("4") "]}",
       NULL, ICP_OK}},
     1,
     ICP_UNKNOWN,
     {ICP_OUTCOME_UNKNOWN, ICP_WRITTEN, ICP_WRITTEN, ICP_WRITTEN},
     "icp_score"},
    {"a bad record is found by halves and the others are written",
     {{NULL, 400, BAD_OPTION, NULL, ICP_OK},
      {"[{\"id\":\"1\"", 400, BAD_OPTION, NULL, ICP_OK},
      {"[{\"id\":\"1\"", 200, "{\"results\":[" HELD("1") "]}", NULL, ICP_OK},
      {"[{\"id\":\"2\"", 400, BAD_OPTION, NULL, ICP_OK},
      {"[{\"id\":\"3\"", 200, "{\"results\":[" HELD("3") "," HELD("4") "]}", NULL, ICP_OK}},
     5,
     ICP_OK,
     {ICP_WRITTEN, ICP_REFUSED, ICP_WRITTEN, ICP_WRITTEN},
     "VALIDATION_ERROR: icp_score INVALID_INTEGER"},
    {"a failure after it may have been applied is not repeated",
     {{NULL, 502, "<html>", "text/html", ICP_OK}},
     1,
     ICP_UNKNOWN,
     {ICP_OUTCOME_UNKNOWN, ICP_OUTCOME_UNKNOWN, ICP_OUTCOME_UNKNOWN, ICP_OUTCOME_UNKNOWN},
     NULL},
    {"HTML with 200 is not an outcome",
     {{NULL, 200, "<html>", "text/html", ICP_OK}},
     1,
     ICP_UNKNOWN,
     {ICP_OUTCOME_UNKNOWN, ICP_OUTCOME_UNKNOWN, ICP_OUTCOME_UNKNOWN, ICP_OUTCOME_UNKNOWN},
     NULL},
    {"locked for a moment, then written",
     {{NULL, 423, "{}", NULL, ICP_OK},
      {NULL, 200, "{\"results\":[" HELD("1") "," HELD("2") "," HELD("3") "," HELD("4") "]}", NULL,
       ICP_OK}},
     2,
     ICP_OK,
     {ICP_WRITTEN, ICP_WRITTEN, ICP_WRITTEN, ICP_WRITTEN},
     NULL},
    {"no right to write: nothing happened",
     {{NULL, 403, "{\"category\":\"MISSING_SCOPES\"}", NULL, ICP_OK}},
     1,
     ICP_REMOTE,
     {ICP_LATER, ICP_LATER, ICP_LATER, ICP_LATER},
     NULL},
    {"a property that is not there (yet): nothing happened",
     {{NULL, 400,
       "{\"category\":\"VALIDATION_ERROR\",\"message\":\"x: [{\\\"name\\\":\\\"icp_score\\\","
       "\\\"error\\\":\\\"PROPERTY_DOESNT_EXIST\\\"}]\"}",
       NULL, ICP_OK}},
     1,
     ICP_RETRY,
     {ICP_LATER, ICP_LATER, ICP_LATER, ICP_LATER},
     "PROPERTY_DOESNT_EXIST"},
};

static void check_write(const struct write_case *test)
{
    struct icp_outcome outcomes[4];
    struct fake fake;
    bool reason_seen = test->reason == NULL;

    fake_open(&fake, test->script, test->count);
    if (hubspot_ops.write(fake.connector, ICP_CONTACT, changes, 4, outcomes, &fake.arena,
                          &fake.err) != test->want)
        fail_msg("%s: %s %s", test->why, icp_status_name(fake.err.status), fake.err.message);
    for (size_t i = 0; i < 4; i++) {
        if (outcomes[i].kind != test->outcomes[i])
            fail_msg("%s: record %zu is %d", test->why, i + 1, (int)outcomes[i].kind);
        if (!reason_seen && outcomes[i].kind != ICP_WRITTEN) {
            struct icp_str reason = outcomes[i].reason;

            if (icp_str_find(reason, icp_str_from(test->reason)) == reason.length)
                fail_msg("%s: reason %.*s", test->why, ICP_STR_ARGUMENTS(reason));
            reason_seen = true;
        }
        assert_true(icp_str_is_null(outcomes[i].reason) ||
                    icp_str_find(outcomes[i].reason, ICP_STR("secret")) ==
                        outcomes[i].reason.length);
    }
    assert_null(strstr(fake.err.message, "secret"));
    assert_null(strstr(fake.err.message, "pat-canary"));
    fake_close(&fake);
}

static void settles_each_record(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(write_cases); i++)
        check_write(&write_cases[i]);
}

static void never_sends_what_is_not_ours(void **state)
{
    static const char *const foreign[] = {"email", "hs_lead_status", "lifecyclestage",
                                          "icp_",  "ICP_score",      "icp_score\",\"email"};
    struct icp_outcome outcomes[2];

    (void)state;
    for (size_t i = 0; i < COUNT(foreign); i++) {
        const struct icp_str name = icp_str_from(foreign[i]);
        const struct icp_change change = {ICP_STR("1"), &name, values, 1};
        struct fake fake;

        fake_open(&fake, NULL, 0);
        if (hubspot_ops.write(fake.connector, ICP_CONTACT, &change, 1, outcomes, &fake.arena,
                              &fake.err) != ICP_BUG)
            fail_msg("%s was sent", foreign[i]);
        assert_int_equal(outcomes[0].kind, ICP_LATER);
        fake_close(&fake);
    }
    const struct icp_change twice[] = {changes[0], changes[0]};
    struct fake fake;

    fake_open(&fake, NULL, 0);
    assert_int_equal(
        hubspot_ops.write(fake.connector, ICP_CONTACT, twice, 2, outcomes, &fake.arena, &fake.err),
        ICP_BUG);
    fake_close(&fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spells_canonically),       cmocka_unit_test(reads_a_list_page),
        cmocka_unit_test(follows_a_merge),          cmocka_unit_test(understands_errors),
        cmocka_unit_test(recovers_after_a_failure), cmocka_unit_test(sets_up_once),
        cmocka_unit_test(settles_each_record),      cmocka_unit_test(never_sends_what_is_not_ours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
