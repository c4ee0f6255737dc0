/* HubSpot's shapes and rules, one exchange after another on a small CRM. */
#include "crm_check.h"

#include "number.h"

#include <stdio.h>

#define TITLE(ids) CRM_OBJECTS "contacts/batch/" ids

static int open_crm(void **state)
{
    struct sim_crm *crm = sim_crm_open(CRM_START_MS);

    (void)add(crm, SIM_COMPANIES, 21, "name", "North Software");
    (void)add(crm, SIM_COMPANIES, 22, "name", "South Steel");
    sim_set(crm, SIM_COMPANIES, sim_find(crm, SIM_COMPANIES, 21), "numberofemployees",
            ICP_STR("120"));
    sim_set(crm, SIM_COMPANIES, sim_find(crm, SIM_COMPANIES, 21), "industry",
            ICP_STR("COMPUTER_SOFTWARE"));
    sim_set(crm, SIM_COMPANIES, sim_find(crm, SIM_COMPANIES, 22), "numberofemployees",
            ICP_STR("9"));
    (void)add(crm, SIM_CONTACTS, 11, "jobtitle", "Head of Sales");
    (void)add(crm, SIM_CONTACTS, 12, "jobtitle", "CEO");
    (void)add(crm, SIM_CONTACTS, 13, "email", "Anna@Example.test");
    sim_associate(crm, SIM_CONTACTS, 11, SIM_COMPANIES, 21, true);
    sim_settings(crm)->enforce_limits = false;
    *state = crm;
    return 0;
}

static int close_crm(void **state)
{
    sim_crm_close(*state);
    return 0;
}

struct exchange {
    const char *why, *method, *target, *body;
    int status;
    const char *part;
};

static void run(struct sim_crm *crm, const struct exchange *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_ask(crm, cases[i].why, cases[i].method, cases[i].target, cases[i].body,
                  cases[i].status, cases[i].part);
}

static void test_reading(void **state)
{
    static const struct exchange cases[] = {
        {"requested names come, empty as null, unknown ones not at all", "GET",
         CRM_OBJECTS "contacts?limit=1&properties=jobtitle,city,nonsense", NULL, 200,
         "\"properties\":{\"city\":null,\"createdate\":\"2026-10-25T02:00:00.000Z\","
         "\"hs_object_id\":\"11\",\"jobtitle\":\"Head of Sales\",\"lastmodifieddate\":"},
        {"a page names the next", "GET", CRM_OBJECTS "contacts?limit=1", NULL, 200,
         "\"paging\":{\"next\":{\"after\":\"12\""},
        {"and is found from there", "GET", CRM_OBJECTS "contacts?limit=1&after=12", NULL, 200,
         "\"results\":[{\"id\":\"12\""},
        {"v3 and type ids", "GET", "/crm/v3/objects/0-2?limit=1", NULL, 200,
         "\"hs_lastmodifieddate\""},
        {"encoded commas", "GET", CRM_OBJECTS "contacts?properties=jobtitle%2Ccity&limit=2", NULL,
         200, "\"city\":null"},
        {"associations beside the record", "GET", CRM_OBJECTS "contacts/11?associations=companies",
         NULL, 200, "\"associations\":{\"companies\":{\"results\":[{\"id\":\"21\",\"type\":"},
        {"the most a page holds", "GET", CRM_OBJECTS "contacts?limit=101", NULL, 400,
         "VALIDATION_ERROR"},
        {"no such record", "GET", CRM_OBJECTS "contacts/99", NULL, 404, "OBJECT_NOT_FOUND"},
        {"no such version", "GET", "/crm/objects/2025-09/contacts", NULL, 404, NULL},
        {"batch read reports the missing beside the found", "POST", TITLE("read"),
         "{\"inputs\":[{\"id\":\"11\"},{\"id\":\"99\"}],\"properties\":[\"jobtitle\"]}", 207,
         "\"numErrors\":1,\"errors\":[{\"status\":\"error\",\"category\":\"OBJECT_NOT_FOUND\","
         "\"message\":\"Could not get some CONTACT objects, they may be deleted or not exist. "
         "Check that ids are valid.\",\"context\":{\"ids\":[\"99\"]}}]"},
        {"a record without any company", "POST",
         "/crm/associations/2026-09/contacts/companies/batch/read",
         "{\"inputs\":[{\"id\":\"12\"}]}", 207,
         "\"subCategory\":\"crm.associations.NO_ASSOCIATIONS_FOUND\""},
        {"the account", "GET", "/account-info/2026-09/details", NULL, 200, "\"portalId\":26123456"},
        {"today's use", "GET", "/account-info/2026-09/api-usage/daily/private-apps", NULL, 200,
         "\"usageLimit\":625000"},
        {"not JSON", "POST", TITLE("read"), "{\"inputs\":[", 400, "Invalid input JSON"},
    };

    run(*state, cases, COUNT_OF(cases));
}

static void test_writing(void **state)
{
    static const struct exchange cases[] = {
        {"one of two is unknown: the other is written", "POST", TITLE("update"),
         "{\"inputs\":[{\"id\":\"11\",\"properties\":{\"jobtitle\":\"CFO\"}},{\"id\":\"99\","
         "\"properties\":{\"jobtitle\":\"CFO\"}}]}",
         207, "\"context\":{\"ids\":[\"99\"]}"},
        {"so it was", "GET", CRM_OBJECTS "contacts/11?properties=jobtitle", NULL, 200, "\"CFO\""},
        {"an unknown property refuses the batch", "POST", TITLE("update"),
         "{\"inputs\":[{\"id\":\"12\",\"properties\":{\"jobtitle\":\"X\"}},{\"id\":\"11\","
         "\"properties\":{\"missing\":\"1\"}}]}",
         400,
         "Property values were not valid: [{\\\"isValid\\\":false,\\\"message\\\":\\\"Property "
         "\\\\\\\"missing\\\\\\\" does not exist\\\",\\\"error\\\":\\\"PROPERTY_DOESNT_EXIST\\\""},
        {"whole", "GET", CRM_OBJECTS "contacts/12?properties=jobtitle", NULL, 200, "\"CEO\""},
        {"a wrong option", "POST", TITLE("update"),
         "{\"inputs\":[{\"id\":\"12\",\"properties\":{\"lifecyclestage\":\"Boss\"}}]}", 400,
         "INVALID_OPTION"},
        {"a read-only property", "POST", TITLE("update"),
         "{\"inputs\":[{\"id\":\"12\",\"properties\":{\"hs_email_open\":\"4\"}}]}", 400,
         "READ_ONLY_VALUE"},
        {"an id twice", "POST", TITLE("update"),
         "{\"inputs\":[{\"id\":\"12\",\"properties\":{}},{\"id\":\"12\",\"properties\":{}}]}", 400,
         "Duplicate IDs found in batch input: [12]"},
        {"the id's own name as idProperty", "POST", TITLE("update"),
         "{\"inputs\":[{\"id\":\"12\",\"idProperty\":\"hs_object_id\",\"properties\":{}}]}", 400,
         "non-unique 0-1 property hs_object_id"},
        {"no inputs: all is well and nothing is done", "POST", TITLE("update"), "{\"records\":[]}",
         200, "{\"status\":\"COMPLETE\",\"results\":[],"},
        {"an address for an id: likewise", "POST", TITLE("update"),
         "{\"inputs\":[{\"id\":\"anna@example.test\",\"properties\":{\"city\":\"Oslo\"}}]}", 200,
         "\"results\":[],"},
        {"a single record", "PATCH", CRM_OBJECTS "contacts/12",
         "{\"properties\":{\"city\":\"Oslo\"}}", 200, "\"city\":\"Oslo\""},
        {"an address that is taken", "POST", CRM_OBJECTS "contacts",
         "{\"properties\":{\"email\":\"anna@example.test\"}}", 409,
         "Contact already exists. Existing ID: 13"},
        {"deleted", "DELETE", CRM_OBJECTS "contacts/12", NULL, 204, NULL},
        {"gone from the list", "GET", CRM_OBJECTS "contacts?limit=1&after=12", NULL, 200,
         "\"results\":[{\"id\":\"13\""},
        {"but in the bin", "GET", CRM_OBJECTS "contacts?archived=true", NULL, 200,
         "\"results\":[{\"id\":\"12\""},
    };

    run(*state, cases, COUNT_OF(cases));
}

static void test_definitions(void **state)
{
    static const struct exchange cases[] = {
        {"a property needs its group", "POST", "/crm/properties/2026-09/contacts",
         "{\"name\":\"icp_score\",\"label\":\"S\",\"type\":\"number\",\"fieldType\":\"number\","
         "\"groupName\":\"icp\"}",
         400, "icp does not exist"},
        {"the group", "POST", "/crm/properties/2026-09/contacts/groups",
         "{\"name\":\"icp\",\"label\":\"ICP\",\"displayOrder\":-1}", 201,
         "{\"name\":\"icp\",\"label\":\"ICP\",\"displayOrder\":-1,\"archived\":false}"},
        {"again", "POST", "/crm/properties/2026-09/contacts/groups",
         "{\"name\":\"icp\",\"label\":\"ICP\"}", 409, "OBJECT_ALREADY_EXISTS"},
        {"the property", "POST", "/crm/properties/2026-09/contacts",
         "{\"name\":\"icp_grade\",\"label\":\"G\",\"type\":\"enumeration\",\"fieldType\":"
         "\"select\","
         "\"groupName\":\"icp\",\"options\":[{\"label\":\"A\",\"value\":\"A\",\"displayOrder\":0,"
         "\"hidden\":false}]}",
         201, "\"value\":\"A\""},
        {"again, in the old path", "POST", "/crm/v3/properties/contacts",
         "{\"name\":\"icp_grade\",\"label\":\"G\",\"type\":\"string\",\"fieldType\":\"text\","
         "\"groupName\":\"icp\"}",
         409, "\"subCategory\":\"Properties.PROPERTY_WITH_NAME_EXISTS\""},
        {"a value that is no option yet", "PATCH", CRM_OBJECTS "contacts/11",
         "{\"properties\":{\"icp_grade\":\"B\"}}", 400, "INVALID_OPTION"},
        {"options are replaced whole", "PATCH", "/crm/properties/2026-09/contacts/icp_grade",
         "{\"options\":[{\"label\":\"B\",\"value\":\"B\",\"displayOrder\":0,\"hidden\":false}]}",
         200, "\"label\":\"G\",\"type\":\"enumeration\""},
        {"now it is", "PATCH", CRM_OBJECTS "contacts/11", "{\"properties\":{\"icp_grade\":\"B\"}}",
         200, "\"icp_grade\":\"B\""},
        {"listed", "GET", "/crm/properties/2026-09/contacts", NULL, 200, "\"name\":\"icp_grade\""},
        {"type and widget must fit", "POST", "/crm/properties/2026-09/contacts",
         "{\"name\":\"icp_x\",\"label\":\"X\",\"type\":\"datetime\",\"fieldType\":\"text\","
         "\"groupName\":\"icp\"}",
         400, "Invalid combination"},
        {"a truth value needs both options", "POST", "/crm/properties/2026-09/contacts",
         "{\"name\":\"icp_x\",\"label\":\"X\",\"type\":\"bool\",\"fieldType\":\"booleancheckbox\","
         "\"groupName\":\"icp\"}",
         400, "INVALID_BOOLEAN_OPTION"},
        {"no such property", "GET", "/crm/properties/2026-09/contacts/icp_x", NULL, 404,
         "OBJECT_NOT_FOUND"},
        {"archived", "DELETE", "/crm/properties/2026-09/contacts/icp_grade", NULL, 204, NULL},
        {"and not to be written any more", "PATCH", CRM_OBJECTS "contacts/11",
         "{\"properties\":{\"icp_grade\":\"B\"}}", 400, "PROPERTY_DOESNT_EXIST"},
        {"made again with another definition", "POST", "/crm/properties/2026-09/contacts",
         "{\"name\":\"icp_grade\",\"label\":\"G\",\"type\":\"string\",\"fieldType\":\"text\","
         "\"groupName\":\"icp\"}",
         201, "\"type\":\"string\""},
        {"HubSpot's own are not ours", "DELETE", "/crm/properties/2026-09/contacts/email", NULL,
         400, "read only"},
    };

    run(*state, cases, COUNT_OF(cases));
}

#define FILTER(property, operator, operand)                                                        \
    "{\"filterGroups\":[{\"filters\":[{\"propertyName\":\"" property "\",\"operator\":\""          \
    operator"\"" operand "}]}]}"

static const struct {
    const char *why, *object, *body, *part;
} searches[] = {
    {"text without case", "contacts", FILTER("email", "EQ", ",\"value\":\"ANNA@example.test\""),
     "{\"total\":1,\"results\":[{\"id\":\"13\""},
    {"not equal counts the empty", "contacts", FILTER("jobtitle", "NEQ", ",\"value\":\"ceo\""),
     "{\"total\":2"},
    {"a list, in lower case", "companies",
     FILTER("industry", "IN", ",\"values\":[\"COMPUTER_SOFTWARE\",\"BANKING\"]"),
     "{\"total\":1,\"results\":[{\"id\":\"21\""},
    {"options with case", "companies", FILTER("industry", "EQ", ",\"value\":\"computer_software\""),
     "{\"total\":0"},
    {"not in a list", "companies", FILTER("industry", "NOT_IN", ",\"values\":[\"BANKING\"]"),
     "{\"total\":2"},
    {"numbers as numbers", "companies", FILTER("numberofemployees", "GT", ",\"value\":\"50\""),
     "{\"total\":1"},
    {"less or equal", "companies", FILTER("numberofemployees", "LTE", ",\"value\":\"9\""),
     "{\"total\":1,\"results\":[{\"id\":\"22\""},
    {"less", "companies", FILTER("numberofemployees", "LT", ",\"value\":\"9\""), "{\"total\":0"},
    {"greater or equal", "companies", FILTER("numberofemployees", "GTE", ",\"value\":\"9\""),
     "{\"total\":2"},
    {"both ends belong to it", "companies",
     FILTER("numberofemployees", "BETWEEN", ",\"value\":\"9\",\"highValue\":\"120\""),
     "{\"total\":2"},
    {"stamps in milliseconds", "contacts",
     FILTER("lastmodifieddate", "BETWEEN",
            ",\"value\":\"1792893600000\",\"highValue\":\"1792893600000\""),
     "{\"total\":3"},
    {"stamps in ISO", "contacts",
     FILTER("lastmodifieddate", "GT", ",\"value\":\"2026-10-25T02:00:00Z\""), "{\"total\":0"},
    {"has a value", "contacts", FILTER("jobtitle", "HAS_PROPERTY", ""), "{\"total\":2"},
    {"has none", "contacts", FILTER("jobtitle", "NOT_HAS_PROPERTY", ""),
     "{\"total\":1,\"results\":[{\"id\":\"13\""},
    {"a word", "contacts", FILTER("jobtitle", "CONTAINS_TOKEN", ",\"value\":\"sales\""),
     "{\"total\":1,\"results\":[{\"id\":\"11\""},
    {"not a part of one", "contacts", FILTER("jobtitle", "CONTAINS_TOKEN", ",\"value\":\"sal\""),
     "{\"total\":0"},
    {"but with a star", "contacts", FILTER("jobtitle", "CONTAINS_TOKEN", ",\"value\":\"sal*\""),
     "{\"total\":1"},
    {"without the word", "contacts",
     FILTER("jobtitle", "NOT_CONTAINS_TOKEN", ",\"value\":\"sales\""), "{\"total\":2"},
    {"ids", "contacts", FILTER("hs_object_id", "GT", ",\"value\":\"11\""), "{\"total\":2"},
    {"people of a company", "contacts", FILTER("associations.company", "EQ", ",\"value\":\"21\""),
     "{\"total\":1,\"results\":[{\"id\":\"11\""},
    {"and within a group", "companies",
     "{\"filterGroups\":[{\"filters\":[{\"propertyName\":\"name\",\"operator\":"
     "\"HAS_PROPERTY\"},{\"propertyName\":\"numberofemployees\",\"operator\":\"LT\",\"value\":"
     "\"50\"}]}]}",
     "{\"total\":1"},
    {"or between groups", "companies",
     "{\"filterGroups\":[{\"filters\":[{\"propertyName\":\"name\",\"operator\":\"EQ\","
     "\"value\":\"north software\"}]},{\"filters\":[{\"propertyName\":\"numberofemployees\","
     "\"operator\":\"LT\",\"value\":\"50\"}]}]}",
     "{\"total\":2"},
    {"sorted down", "companies",
     "{\"sorts\":[{\"propertyName\":\"numberofemployees\",\"direction\":\"DESCENDING\"}]}",
     "{\"total\":2,\"results\":[{\"id\":\"21\""},
    {"sorted up", "companies", "{\"sorts\":[{\"propertyName\":\"numberofemployees\"}]}",
     "{\"total\":2,\"results\":[{\"id\":\"22\""},
    {"a page", "contacts", "{\"limit\":2}", "\"paging\":{\"next\":{\"after\":\"2\"}}"},
    {"the next", "contacts", "{\"limit\":2,\"after\":\"2\"}",
     "{\"total\":3,\"results\":[{\"id\":\"13\""},
};

static void test_search_operators(void **state)
{
    char target[64];

    for (size_t i = 0; i < COUNT_OF(searches); i++) {
        (void)snprintf(target, sizeof(target), CRM_OBJECTS "%s/search", searches[i].object);
        check_ask(*state, searches[i].why, "POST", target, searches[i].body, 200, searches[i].part);
    }
}

static void test_search_bounds(void **state)
{
    static const struct exchange cases[] = {
        {"the last page there is", "POST", CRM_OBJECTS "contacts/search",
         "{\"limit\":200,\"after\":\"9800\"}", 200, "\"results\":[]"},
        {"past 10,000", "POST", CRM_OBJECTS "contacts/search", "{\"limit\":200,\"after\":\"9801\"}",
         400, "VALIDATION_ERROR"},
        {"a page too large", "POST", CRM_OBJECTS "contacts/search", "{\"limit\":201}", 400, NULL},
        {"two sort rules", "POST", CRM_OBJECTS "contacts/search",
         "{\"sorts\":[{\"propertyName\":\"city\"},{\"propertyName\":\"zip\"}]}", 400, NULL},
        {"an unknown property", "POST", CRM_OBJECTS "contacts/search",
         FILTER("nonsense", "EQ", ",\"value\":\"1\""), 400, "nonsense"},
        {"an unknown operator", "POST", CRM_OBJECTS "contacts/search",
         FILTER("city", "LIKE", ",\"value\":\"1\""), 400, NULL},
        {"the epoch", "POST", CRM_OBJECTS "contacts/search",
         FILTER("lastmodifieddate", "GTE", ",\"value\":\"0\""), 500, NULL},
    };

    run(*state, cases, COUNT_OF(cases));
}

/* Every id once, in order, over many pages. */
static void test_list_visits_everybody_once(void **state)
{
    enum { PEOPLE = 257, PAGE = 100 };
    struct sim_crm *crm = *state;
    struct sim_response response;
    char target[80];
    int64_t after = 0, last = 0, seen = 0;

    for (int64_t i = 0; i < PEOPLE - 3; i++) /* not in the order of ids */
        (void)add(crm, SIM_CONTACTS, 5000 + i * 7919 % 1000, "city", "Oslo");
    sim_response_open(&response);
    do {
        struct icp_err err = {0};
        struct icp_json_document *document;
        const struct icp_json *results, *next;
        (void)snprintf(target, sizeof(target), CRM_OBJECTS "contacts?limit=%d&after=%lld", PAGE,
                       (long long)(after == 0 ? 1 : after));
        assert_true(ask(crm, "GET", target, NULL, &response));
        document = icp_json_open(icp_buf_view(&response.body), &err);
        assert_non_null(document);
        results = icp_json_get(icp_json_root(document), "results");
        for (size_t i = 0; i < icp_json_count(results); i++) {
            int64_t id = 0;
            assert_true(icp_integer_parse(icp_json_get_text(icp_json_at(results, i), "id"), &id));
            assert_true(id > last);
            last = id;
            seen++;
        }
        next = icp_json_get(icp_json_get(icp_json_root(document), "paging"), "next");
        if (!icp_integer_parse(icp_json_get_text(next, "after"), &after))
            after = 0;
        icp_json_close(document);
    } while (after != 0);
    check_number("everybody", seen, PEOPLE);
    sim_response_finish(&response);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_reading, open_crm, close_crm),
        cmocka_unit_test_setup_teardown(test_writing, open_crm, close_crm),
        cmocka_unit_test_setup_teardown(test_definitions, open_crm, close_crm),
        cmocka_unit_test_setup_teardown(test_search_operators, open_crm, close_crm),
        cmocka_unit_test_setup_teardown(test_search_bounds, open_crm, close_crm),
        cmocka_unit_test_setup_teardown(test_list_visits_everybody_once, open_crm, close_crm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
