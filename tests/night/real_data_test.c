/*
 * Real input: the public Northwind and Maven samples, put into the simulated CRM, and a whole night
 * over each. The data is read from ../shared/data beside the checkout and none of it is kept; where
 * it is absent the test says so and is skipped.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bounds.h"
#include "check.h"
#include "csv.h"
#include "date.h"
#include "file.h"
#include "night_kit.h"
#include "number.h"

enum { ROWS = 10000, CELLS = 16 };

struct table {
    struct icp_arena arena;
    struct icp_str (*rows)[CELLS];
    size_t count;
};

static bool exists(const char *folder)
{
    char path[512];

    (void)snprintf(path, sizeof(path), "%s/../shared/data/%s", ICP_SOURCE_DIR, folder);
    return access(path, R_OK) == 0;
}

static void read_table(struct table *table, const char *name)
{
    char path[512];
    struct icp_err err = {0};
    struct icp_csv_row row;
    struct icp_csv *csv;

    (void)snprintf(path, sizeof(path), "%s/../shared/data/%s", ICP_SOURCE_DIR, name);
    icp_arena_open(&table->arena, (size_t)64 * 1024 * 1024);
    table->rows =
        icp_arena_take(&table->arena, ROWS, sizeof(table->rows[0]), _Alignof(struct icp_str));
    table->count = 0;
    assert_non_null(table->rows);
    csv = icp_csv_open(path, &err);
    assert_non_null(csv);
    for (bool head = true; icp_csv_next(csv, &row, &err) == ICP_OK && row.count > 0; head = false) {
        if (head)
            continue;
        assert_true(table->count < ROWS);
        for (size_t i = 0; i < row.count && i < CELLS; i++)
            table->rows[table->count][i] = icp_arena_copy(&table->arena, row.cells[i]);
        table->count++;
    }
    assert_int_equal(err.status, ICP_OK);
    icp_csv_close(csv);
}

static int64_t number(struct icp_str text)
{
    int64_t value = 0;

    return icp_number_parse(text, &value) ? value : 0;
}

/* "7/4/1996" as Northwind writes it: month, day, year. */
static int32_t us_date(struct icp_str text)
{
    struct icp_str month = {0}, day = {0}, rest = text;
    int64_t m = 0, d = 0, y = 0;
    int32_t days = 0;

    assert_true(icp_str_cut(&rest, '/', &month) && icp_str_cut(&rest, '/', &day));
    assert_true(icp_integer_parse(month, &m) && icp_integer_parse(day, &d) &&
                icp_integer_parse(rest, &y));
    assert_true(icp_date_from_civil((int)y, (int)m, (int)d, &days));
    return days;
}

static void set(struct world *world, enum sim_object object, uint32_t record, const char *property,
                struct icp_str text)
{
    sim_set(world->crm, object, record, property, text);
}

static void set_number(struct world *world, enum sim_object object, uint32_t record,
                       const char *property, int64_t value)
{
    char text[32];

    (void)snprintf(text, sizeof(text), "%lld", (long long)value);
    set(world, object, record, property, icp_str_from(text));
}

static void set_day(struct world *world, enum sim_object object, uint32_t record,
                    const char *property, int32_t day)
{
    char text[ICP_TIME_TEXT];

    set(world, object, record, property, icp_time_format((int64_t)day * ICP_MS_PER_DAY, text));
}

static struct icp_str read_rules(struct icp_buf *text, const char *name)
{
    char path[512];
    struct icp_err err = {0};

    (void)snprintf(path, sizeof(path), "%s/tests/night/rules/%s", ICP_SOURCE_DIR, name);
    icp_buf_open(text, ICP_MAX_RULE_FILE);
    assert_int_equal(icp_file_read(path, ICP_MAX_RULE_FILE, text, &err), ICP_OK);
    return icp_buf_view(text);
}

/* The points at the line starts add up to the "= N" of the last line. */
static void assert_adds_up(struct icp_str reasons, struct icp_str score)
{
    struct icp_str line;
    int64_t sum = 0, points, wanted;

    assert_true(icp_integer_parse(score, &wanted));
    while (icp_str_cut(&reasons, '\n', &line)) {
        struct icp_str first;
        line = icp_str_trim(line);
        if (icp_str_cut(&line, ' ', &first) && icp_integer_parse(first, &points) &&
            (first.data[0] == '+' || first.data[0] == '-'))
            sum += points;
    }
    assert_int_equal(sum, wanted);
}

static void run_nights(struct world *world, size_t people, const char *print)
{
    struct icp_err err = {0};

    must(world_start(world, &err), &err, "start");
    assert_non_null(world->night_rules.files[0].file);
    assert_int_equal(world->night_rules.files[0].tests_failed, 0);
    world_end(world);
    must(world_setup(world, &err), &err, "setup");
    must(world_approve(world, &err), &err, "approve");
    must(world_sync(world, &err), &err, "sync");
    assert_int_equal(world->writes_sent, people);
    for (size_t i = 0; i < people; i++) {
        int64_t id = (int64_t)(5001 + i);
        struct icp_str reasons = world_get(world, id, "icp_reasons");
        assert_false(icp_str_is_empty(world_get(world, id, "icp_grade")));
        if (!icp_str_is(world_get(world, id, "icp_grade"), "X"))
            assert_adds_up(reasons, world_get(world, id, "icp_score"));
        if (icp_str_equal(world_get(world, id, "company"), icp_str_from(print)))
            print_message(
                "%.*s\n%.*s\n%.*s\n\n", ICP_STR_ARGUMENTS(world_get(world, id, "company")),
                ICP_STR_ARGUMENTS(world_get(world, id, "icp_summary")), ICP_STR_ARGUMENTS(reasons));
    }
    world_forget_counts(world);
    must(world_sync(world, &err), &err, "second sync");
    assert_int_equal(world->writes_sent, 0);
}

/* ---- Northwind ------------------------------------------------------------------------------ */

struct account {
    int64_t revenue, orders; /* of the last 365 days, revenue in millionths */
    int32_t last;
    struct icp_str last_order;
};

static int64_t order_value(const struct table *details, struct icp_str order)
{
    int64_t sum = 0;

    for (size_t i = 0; i < details->count; i++) {
        const struct icp_str *row = details->rows[i];
        if (icp_str_equal(row[0], order))
            sum += number(row[2]) / 1000 * (number(row[3]) / ICP_NUMBER_SCALE) *
                   (1000 - number(row[4]) / 1000);
    }
    return sum;
}

static struct account account_of(struct icp_str customer, const struct table *orders,
                                 const struct table *details, int32_t today)
{
    struct account account = {0};

    for (size_t i = 0; i < orders->count; i++) {
        const struct icp_str *row = orders->rows[i];
        int32_t day;
        if (!icp_str_equal(row[1], customer))
            continue;
        day = us_date(row[3]);
        if (day >= account.last) {
            account.last = day;
            account.last_order = row[0];
        }
        if (today - day <= 365) {
            account.orders++;
            account.revenue += order_value(details, row[0]);
        }
    }
    return account;
}

static void northwind(void **state)
{
    struct table customers, orders, details;
    struct world world;
    struct icp_buf rules;
    int32_t today;

    (void)state;
    if (!exists("northwind")) {
        print_message("../shared/data/northwind is not here\n");
        skip();
    }
    read_table(&customers, "northwind/customers.csv");
    read_table(&orders, "northwind/orders.csv");
    read_table(&details, "northwind/order_details.csv");
    assert_true(icp_date_from_civil(1998, 5, 7, &today));
    world_open_on(&world, today);
    world_rules_view(&world, read_rules(&rules, "northwind.icp.yaml"));
    for (size_t i = 0; i < customers.count; i++) {
        const struct icp_str *row = customers.rows[i];
        struct account account = account_of(row[0], &orders, &details, today);
        int64_t old = sim_now(world.crm) - 400 * ICP_MS_PER_DAY;
        uint32_t company = sim_add_record(world.crm, SIM_COMPANIES, (int64_t)(1001 + i), old, old);
        uint32_t contact = sim_add_record(world.crm, SIM_CONTACTS, (int64_t)(5001 + i), old, old);
        char event[64];
        set(&world, SIM_COMPANIES, company, "name", row[1]);
        set(&world, SIM_COMPANIES, company, "country", row[8]);
        set_number(&world, SIM_COMPANIES, company, "revenue_year",
                   account.revenue / ICP_NUMBER_SCALE);
        set_number(&world, SIM_COMPANIES, company, "orders_year", account.orders);
        set(&world, SIM_CONTACTS, contact, "firstname", row[2]);
        set(&world, SIM_CONTACTS, contact, "jobtitle", row[3]);
        set(&world, SIM_CONTACTS, contact, "company", row[1]);
        set(&world, SIM_CONTACTS, contact, "email", ICP_STR("desk@customer.example"));
        sim_associate(world.crm, SIM_CONTACTS, (int64_t)(5001 + i), SIM_COMPANIES,
                      (int64_t)(1001 + i), true);
        if (account.last == 0)
            continue;
        (void)snprintf(event, sizeof(event), "Order %.*s", ICP_STR_ARGUMENTS(account.last_order));
        set_number(&world, SIM_CONTACTS, contact, "num_conversion_events",
                   account.orders > 0 ? account.orders : 1);
        set(&world, SIM_CONTACTS, contact, "recent_conversion_event_name", icp_str_from(event));
        set_day(&world, SIM_CONTACTS, contact, "recent_conversion_date", account.last);
    }
    run_nights(&world, customers.count, "QUICK-Stop");
    assert_true(icp_str_is(world_get(&world, 5063, "icp_tier"),
                           "visit")); /* QUICK-Stop: among the three largest customers */
    world_close(&world);
    icp_buf_finish(&rules);
    icp_arena_close(&customers.arena);
    icp_arena_close(&orders.arena);
    icp_arena_close(&details.arena);
}

/* ---- Maven ---------------------------------------------------------------------------------- */

static void fill_maven_deals(struct world *world, uint32_t company, uint32_t contact,
                             struct icp_str name, const struct table *pipeline)
{
    int64_t won = 0, open = 0;
    int32_t last = 0;

    for (size_t i = 0; i < pipeline->count; i++) {
        const struct icp_str *row = pipeline->rows[i];
        int32_t day;
        if (!icp_str_equal(row[3], name))
            continue;
        if (icp_str_is(row[4], "Won") && icp_str_has_prefix(row[6], ICP_STR("2017")))
            won += number(row[7]) / ICP_NUMBER_SCALE;
        if (icp_str_is(row[4], "Engaging") || icp_str_is(row[4], "Prospecting"))
            open++;
        if (icp_date_parse(row[5], &day) && day > last)
            last = day;
    }
    set_number(world, SIM_COMPANIES, company, "won_year", won);
    set_number(world, SIM_COMPANIES, company, "open_deals_now", open);
    if (last > 0)
        set_day(world, SIM_CONTACTS, contact, "engagements_last_meeting_booked", last);
}

static void maven(void **state)
{
    struct table accounts, pipeline;
    struct world world;
    struct icp_buf rules;
    int32_t today;

    (void)state;
    if (!exists("maven-crm")) {
        print_message("../shared/data/maven-crm is not here\n");
        skip();
    }
    read_table(&accounts, "maven-crm/accounts.csv");
    read_table(&pipeline, "maven-crm/sales_pipeline.csv");
    assert_true(icp_date_from_civil(2017, 12, 31, &today));
    world_open_on(&world, today);
    world_rules_view(&world, read_rules(&rules, "maven.icp.yaml"));
    for (size_t i = 0; i < accounts.count; i++) {
        const struct icp_str *row = accounts.rows[i];
        int64_t old = sim_now(world.crm) - 400 * ICP_MS_PER_DAY;
        uint32_t company = sim_add_record(world.crm, SIM_COMPANIES, (int64_t)(1001 + i), old, old);
        uint32_t contact = sim_add_record(world.crm, SIM_CONTACTS, (int64_t)(5001 + i), old, old);
        set(&world, SIM_COMPANIES, company, "name", row[0]);
        set(&world, SIM_COMPANIES, company, "sector", row[1]);
        set(&world, SIM_COMPANIES, company, "numberofemployees", row[4]);
        set(&world, SIM_COMPANIES, company, "country", row[5]);
        set(&world, SIM_CONTACTS, contact, "firstname", ICP_STR("Purchasing"));
        set(&world, SIM_CONTACTS, contact, "company", row[0]);
        set(&world, SIM_CONTACTS, contact, "email", ICP_STR("purchasing@account.example"));
        sim_associate(world.crm, SIM_CONTACTS, (int64_t)(5001 + i), SIM_COMPANIES,
                      (int64_t)(1001 + i), true);
        fill_maven_deals(&world, company, contact, row[0], &pipeline);
    }
    run_nights(&world, accounts.count, "Konex");
    world_close(&world);
    icp_buf_finish(&rules);
    icp_arena_close(&accounts.arena);
    icp_arena_close(&pipeline.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(northwind),
        cmocka_unit_test(maven),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
