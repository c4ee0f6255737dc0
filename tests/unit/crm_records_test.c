/* The simulator's memory: records, edges, versions and files. */
#include "crm_check.h"

#include "date.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct icp_str value(struct sim_crm *crm, enum sim_object object, int64_t id,
                            const char *property)
{
    return sim_get(crm, object, sim_find(crm, object, id), property);
}

static void test_primary_company_follows_the_property(void **state)
{
    struct sim_crm *crm = sim_crm_open(CRM_START_MS);
    struct icp_err err = {0};

    (void)state;
    (void)add(crm, SIM_COMPANIES, 21, "name", "North");
    (void)add(crm, SIM_COMPANIES, 22, "name", "South");
    (void)add(crm, SIM_CONTACTS, 11, "associatedcompanyid", "21");
    check_ask(crm, "the property makes a primary edge", "POST",
              "/crm/associations/2026-09/contacts/companies/batch/read",
              "{\"inputs\":[{\"id\":\"11\"}]}", 200,
              "\"toObjectId\":21,\"associationTypes\":[{"
              "\"category\":\"HUBSPOT_DEFINED\",\"typeId\":"
              "279,\"label\":null},{\"category\":"
              "\"HUBSPOT_DEFINED\",\"typeId\":1");
    check_ask(crm, "and the way back", "POST", "/crm/v4/associations/companies/contacts/batch/read",
              "{\"inputs\":[{\"id\":\"21\"}]}", 200, "\"typeId\":2,");
    sim_associate(crm, SIM_CONTACTS, 11, SIM_COMPANIES, 22, true);
    check_text("an edge sets the property", value(crm, SIM_CONTACTS, 11, "associatedcompanyid"),
               ICP_STR("22"));
    assert_int_equal(sim_edit(crm, SIM_CONTACTS, 11, "associatedcompanyid", ICP_STR(""), &err),
                     ICP_OK);
    check_ask(crm, "the old company stays as an ordinary one, the cleared one goes", "POST",
              "/crm/associations/2026-09/contacts/companies/batch/read",
              "{\"inputs\":[{\"id\":\"11\"}]}", 200,
              "\"to\":[{\"toObjectId\":21,\"associationTypes\":[{\"category\":\"HUBSPOT_DEFINED\","
              "\"typeId\":279,\"label\":null}]}]");
    sim_crm_close(crm);
}

static void test_writes_move_stamps(void **state)
{
    struct sim_crm *crm = sim_crm_open(CRM_START_MS);
    struct icp_err err = {0};
    char before[ICP_TIME_TEXT];
    struct icp_str stamp;

    (void)state;
    (void)add(crm, SIM_CONTACTS, 11, "jobtitle", "CEO");
    check_text("filling moves nothing", value(crm, SIM_CONTACTS, 11, "lastmodifieddate"),
               icp_time_format(CRM_LONG_AGO, before));
    assert_int_equal(sim_edit(crm, SIM_CONTACTS, 11, "total_revenue", ICP_STR("9"), &err), ICP_OK);
    check_text("a calculated value moves nothing", value(crm, SIM_CONTACTS, 11, "lastmodifieddate"),
               icp_time_format(CRM_LONG_AGO, before));
    sim_settings(crm)->same_value_moves_stamp = false;
    assert_int_equal(sim_edit(crm, SIM_CONTACTS, 11, "jobtitle", ICP_STR("CEO"), &err), ICP_OK);
    check_text("the same value moves nothing when told so",
               value(crm, SIM_CONTACTS, 11, "lastmodifieddate"),
               icp_time_format(CRM_LONG_AGO, before));
    sim_settings(crm)->same_value_moves_stamp = true;
    assert_int_equal(sim_edit(crm, SIM_CONTACTS, 11, "jobtitle", ICP_STR("CEO"), &err), ICP_OK);
    stamp = icp_time_format(sim_now(crm), before);
    check_text("else it does", value(crm, SIM_CONTACTS, 11, "lastmodifieddate"), stamp);
    sim_crm_close(crm);
}

static void test_edits_are_checked(void **state)
{
    static const struct {
        const char *why, *property, *value, *stored; /* stored NULL: refused */
    } cases[] = {
        {"an option by its value", "lifecyclestage", "lead", "lead"},
        {"case counts in options", "lifecyclestage", "Lead", NULL},
        {"several options", "hs_buying_role", "CHAMPION;OTHER", "CHAMPION;OTHER"},
        {"a leading semicolon appends once", "hs_buying_role", ";OTHER;BLOCKER",
         "CHAMPION;OTHER;BLOCKER"},
        {"one wrong option refuses all", "hs_buying_role", "CHAMPION;BOSS", NULL},
        {"a number", "total_revenue", "12.5", "12.5"},
        {"a decimal comma is no number", "total_revenue", "12,5", NULL},
        {"milliseconds become ISO", "notes_last_updated", "1795485600000", "2026-11-24T02:00:00Z"},
        {"a fraction stays", "notes_last_updated", "2026-11-24T02:00:00.250Z",
         "2026-11-24T02:00:00.250Z"},
        {"no time", "notes_last_updated", "yesterday", NULL},
        {"a truth value", "hs_email_optout", "true", "true"},
        {"no truth value", "hs_email_optout", "yes", NULL},
        {"an address", "email", "not an address", NULL},
        {"unknown property", "shoe_size", "44", NULL},
        {"empty clears", "lifecyclestage", "", ""},
    };
    struct sim_crm *crm = sim_crm_open(CRM_START_MS);

    (void)state;
    (void)add(crm, SIM_CONTACTS, 11, "jobtitle", "CEO");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct icp_err err = {0};
        enum icp_status status =
            sim_edit(crm, SIM_CONTACTS, 11, cases[i].property, icp_str_from(cases[i].value), &err);
        struct icp_str found = value(crm, SIM_CONTACTS, 11, cases[i].property);
        check_number(cases[i].why, status, cases[i].stored == NULL ? ICP_ITEM : ICP_OK);
        if (cases[i].stored != NULL)
            check_text(cases[i].why, icp_str_is_null(found) ? ICP_STR("") : found,
                       icp_str_from(cases[i].stored));
    }
    sim_crm_close(crm);
}

/* What search finds for "jobtitle EQ x", as {"total":n. */
static void check_search(struct sim_crm *crm, const char *why, const char *title, const char *total)
{
    char body[256];

    (void)snprintf(body, sizeof(body),
                   "{\"filters\":[{\"propertyName\":\"jobtitle\",\"operator\":\"EQ\",\"value\":"
                   "\"%s\"}]}",
                   title);
    check_ask(crm, why, "POST", CRM_OBJECTS "contacts/search", body, 200, total);
}

static void test_search_lags(void **state)
{
    struct sim_crm *crm = sim_crm_open(CRM_START_MS);
    struct icp_err err = {0};

    (void)state;
    sim_settings(crm)->enforce_limits = false;
    sim_settings(crm)->search_lag_ms = 30 * CRM_MINUTE_MS;
    (void)add(crm, SIM_CONTACTS, 11, "jobtitle", "one");
    assert_int_equal(sim_edit(crm, SIM_CONTACTS, 11, "jobtitle", ICP_STR("two"), &err), ICP_OK);
    sim_advance(crm, 10 * CRM_MINUTE_MS);
    assert_int_equal(sim_edit(crm, SIM_CONTACTS, 11, "jobtitle", ICP_STR("three"), &err), ICP_OK);
    check_ask(crm, "made by API", "POST", CRM_OBJECTS "contacts",
              "{\"properties\":{\"jobtitle\":\"new\"}}", 201, "\"jobtitle\":\"new\"");
    check_search(crm, "the first state for half an hour", "one", "{\"total\":1");
    check_search(crm, "a new record is not there yet", "new", "{\"total\":0");
    check_ask(crm, "reading by id does not lag", "GET",
              CRM_OBJECTS "contacts/11?properties=jobtitle", NULL, 200, "\"jobtitle\":\"three\"");
    sim_advance(crm, 21 * CRM_MINUTE_MS);
    check_search(crm, "then the second", "two", "{\"total\":1");
    sim_advance(crm, 10 * CRM_MINUTE_MS);
    check_search(crm, "then the third", "three", "{\"total\":1");
    check_search(crm, "and only that", "two", "{\"total\":0");
    check_search(crm, "the new record appeared", "new", "{\"total\":1");
    sim_crm_close(crm);
}

static void dump(struct sim_crm *crm, struct icp_buf *out)
{
    static const char *const targets[] = {"/sim/records/contacts", "/sim/records/companies",
                                          "/sim/records/deals"};
    struct sim_response response;

    sim_response_open(&response);
    for (size_t i = 0; i < COUNT_OF(targets); i++) {
        assert_true(ask(crm, "GET", targets[i], NULL, &response));
        icp_buf_add(out, icp_buf_view(&response.body));
    }
    sim_response_finish(&response);
}

static void remove_files(const char *directory)
{
    static const char *const names[] = {"hubspot/contacts.csv", "hubspot/companies.csv",
                                        "hubspot/deals.csv", "hubspot/associations.csv"};
    char path[512];

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
        (void)unlink(path);
    }
    (void)snprintf(path, sizeof(path), "%s/hubspot", directory);
    (void)rmdir(path);
    (void)rmdir(directory);
}

static void test_files_hold_everything(void **state)
{
    struct sim_crm *crm = sim_crm_open(CRM_START_MS), *again = sim_crm_open(CRM_START_MS);
    char directory[] = "crm_test_XXXXXX";
    struct icp_buf before = {0}, after = {0};
    struct icp_err err = {0};

    (void)state;
    (void)add(crm, SIM_COMPANIES, 21, "name", "Quote \" and, comma\nline");
    (void)add(crm, SIM_COMPANIES, 22, "name", "Åkesson & Søn");
    (void)add(crm, SIM_CONTACTS, 12, "associatedcompanyid", "22");
    (void)add(crm, SIM_CONTACTS, 11, "own_property", "kept");
    (void)add(crm, SIM_DEALS, 31, "dealname", "Deal");
    sim_associate(crm, SIM_CONTACTS, 12, SIM_COMPANIES, 21, false);
    sim_associate(crm, SIM_DEALS, 31, SIM_COMPANIES, 21, true);
    sim_associate(crm, SIM_DEALS, 31, SIM_CONTACTS, 11, false);
    assert_non_null(mkdtemp(directory));
    assert_int_equal(sim_save(crm, directory, &err), ICP_OK);
    assert_int_equal(sim_load(again, directory, &err), ICP_OK);
    icp_buf_open(&before, 1 << 20);
    icp_buf_open(&after, 1 << 20);
    dump(crm, &before);
    dump(again, &after);
    check_text("read back as written", icp_buf_view(&after), icp_buf_view(&before));
    assert_true(icp_str_find(icp_buf_view(&after), ICP_STR("\"own_property\":\"kept\"")) <
                after.length);
    icp_buf_finish(&before);
    icp_buf_finish(&after);
    remove_files(directory);
    sim_crm_close(again);
    sim_crm_close(crm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_primary_company_follows_the_property),
        cmocka_unit_test(test_writes_move_stamps),
        cmocka_unit_test(test_edits_are_checked),
        cmocka_unit_test(test_search_lags),
        cmocka_unit_test(test_files_hold_everything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
