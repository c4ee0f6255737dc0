/*
 * The account: who the portal is, its owners, and how many calls it used today. Invariant: the
 * answers depend on nothing but the CRM.
 */
#include "call.h"

enum { PORTAL_ID = 26123456 };

static const struct {
    const char *first_name, *last_name, *email;
} owners[] = {
    {"Anna", "Lund", "anna.lund@portal.example"},
    {"Jonas", "Berg", "jonas.berg@portal.example"},
    {"Marie", "Dubois", "marie.dubois@portal.example"},
    {"Piotr", "Nowak", "piotr.nowak@portal.example"},
    {"Sofia", "Rossi", "sofia.rossi@portal.example"},
    {"Tim", "Visser", "tim.visser@portal.example"},
    {"Eva", "Horvath", "eva.horvath@portal.example"},
    {"Lars", "Nilsen", "lars.nilsen@portal.example"},
    {"Clara", "Weber", "clara.weber@portal.example"},
};
enum { OWNER_COUNT = sizeof(owners) / sizeof(owners[0]) };
/* The generator hands these ids out as hubspot_owner_id. */
enum { FIRST_OWNER = 76500101, OWNER_STEP = 37, FIRST_USER = 9001 };

/* 1 January 2024: when the portal's users were made. */
#define OWNERS_MADE_MS INT64_C(1704067200000)

void sim_owners_list(struct sim_call *call)
{
    struct icp_json_writer *json = &call->json;
    struct icp_str email = sim_query(call, "email");

    icp_json_begin_object(json);
    icp_json_put_key(json, "results");
    icp_json_begin_array(json);
    for (size_t i = 0; i < OWNER_COUNT; i++) {
        if (!icp_str_is_empty(email) && !icp_str_is(email, owners[i].email))
            continue;
        icp_json_begin_object(json);
        sim_put_id(json, "id", FIRST_OWNER + (int64_t)i * OWNER_STEP);
        icp_json_put_text_member(json, "email", icp_str_from(owners[i].email));
        icp_json_put_text_member(json, "type", ICP_STR("PERSON"));
        icp_json_put_text_member(json, "firstName", icp_str_from(owners[i].first_name));
        icp_json_put_text_member(json, "lastName", icp_str_from(owners[i].last_name));
        icp_json_put_integer_member(json, "userId", FIRST_USER + (int64_t)i);
        icp_json_put_integer_member(json, "userIdIncludingInactive", FIRST_USER + (int64_t)i);
        sim_put_stamp(json, "createdAt", OWNERS_MADE_MS);
        sim_put_stamp(json, "updatedAt", OWNERS_MADE_MS);
        icp_json_put_boolean_member(json, "archived", false);
        icp_json_end_object(json);
    }
    icp_json_end_array(json);
    icp_json_end_object(json);
}

void sim_account_details(struct sim_call *call)
{
    struct icp_json_writer *json = &call->json;

    icp_json_begin_object(json);
    icp_json_put_integer_member(json, "portalId", PORTAL_ID);
    icp_json_put_text_member(json, "accountType", ICP_STR("STANDARD"));
    icp_json_put_text_member(json, "timeZone", ICP_STR("UTC"));
    icp_json_put_text_member(json, "companyCurrency", ICP_STR("EUR"));
    icp_json_put_key(json, "additionalCurrencies");
    icp_json_begin_array(json);
    icp_json_put_text(json, ICP_STR("DKK"));
    icp_json_put_text(json, ICP_STR("SEK"));
    icp_json_put_text(json, ICP_STR("NOK"));
    icp_json_end_array(json);
    icp_json_put_text_member(json, "utcOffset", ICP_STR("+00:00"));
    icp_json_put_integer_member(json, "utcOffsetMilliseconds", 0);
    icp_json_put_text_member(json, "uiDomain", ICP_STR("app.hubspot.com"));
    icp_json_put_text_member(json, "dataHostingLocation", ICP_STR("eu1"));
    icp_json_end_object(json);
}

void sim_account_usage(struct sim_call *call)
{
    struct icp_json_writer *json = &call->json;
    char text[ICP_TIME_TEXT];

    icp_json_begin_object(json);
    icp_json_put_key(json, "results");
    icp_json_begin_array(json);
    icp_json_begin_object(json);
    icp_json_put_text_member(json, "name", ICP_STR("private-apps-api-calls-daily"));
    icp_json_put_integer_member(json, "usageLimit", sim_daily_limit(call->crm));
    icp_json_put_integer_member(json, "currentUsage", (int64_t)call->crm->daily_count);
    sim_put_stamp(json, "collectedAt", sim_now(call->crm));
    icp_json_put_text_member(json, "fetchStatus", ICP_STR("SUCCESS"));
    icp_json_put_text_member(
        json, "resetsAt",
        icp_time_format(((int64_t)icp_time_to_date(sim_now(call->crm)) + 1) * ICP_MS_PER_DAY,
                        text));
    icp_json_end_object(json);
    icp_json_end_array(json);
    icp_json_end_object(json);
}
