/* The firms and people of a simulated CRM, by a plain pattern: everything that the plain rules ask
 * for, each missing on some of them. */
#include "world.h"

#include <stdio.h>

#include "date.h"

static void set(struct world *world, enum sim_object object, uint32_t record, const char *property,
                const char *text)
{
    sim_set(world->crm, object, record, property, icp_str_from(text));
}

static void set_number(struct world *world, enum sim_object object, uint32_t record,
                       const char *property, uint64_t value)
{
    char text[32];

    (void)snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
    set(world, object, record, property, text);
}

static void set_days_ago(struct world *world, uint32_t record, const char *property, int64_t days)
{
    char text[ICP_TIME_TEXT];

    sim_set(world->crm, SIM_CONTACTS, record, property,
            icp_time_format(sim_now(world->crm) - days * ICP_MS_PER_DAY, text));
}

static void add_person(struct world *world, size_t i, size_t companies, int64_t old)
{
    static const char *const owners[] = {"71", "72", NULL};
    uint32_t record = sim_add_record(world->crm, SIM_CONTACTS, (int64_t)(5001 + i), old, old);
    char text[64];

    (void)snprintf(text, sizeof(text), "Person%zu", i);
    set(world, SIM_CONTACTS, record, "firstname", text);
    set(world, SIM_CONTACTS, record, "lastname", "Example");
    if (i % 9 != 0) {
        (void)snprintf(text, sizeof(text), "person%zu@firm.example", i);
        set(world, SIM_CONTACTS, record, "email", text);
    }
    if (owners[i % 3] != NULL)
        set(world, SIM_CONTACTS, record, "hubspot_owner_id", owners[i % 3]);
    if (i % 7 != 0 && companies > 0)
        sim_associate(world->crm, SIM_CONTACTS, (int64_t)(5001 + i), SIM_COMPANIES,
                      (int64_t)(1001 + i % companies), true);
    if (i % 4 == 0) {
        set_number(world, SIM_CONTACTS, record, "hs_analytics_num_page_views", 3 + i % 20);
        set_days_ago(world, record, "hs_analytics_last_visit_timestamp", (int64_t)(1 + i % 50));
    }
    if (i % 11 == 0) {
        set_number(world, SIM_CONTACTS, record, "num_conversion_events", 1);
        set_days_ago(world, record, "recent_conversion_date", (int64_t)(i % 12));
        set(world, SIM_CONTACTS, record, "recent_conversion_event_name", "Demo request");
    }
}

void world_people(struct world *world, size_t companies, size_t people)
{
    static const char *const countries[] = {"DK", "SE", "DE", "NO"};
    static const char *const industries[] = {"COMPUTER_SOFTWARE", "BANKING", "CONSTRUCTION"};
    int64_t old = sim_now(world->crm) - 90 * ICP_MS_PER_DAY;

    for (size_t i = 0; i < companies; i++) {
        uint32_t record = sim_add_record(world->crm, SIM_COMPANIES, (int64_t)(1001 + i), old, old);
        char name[64];
        (void)snprintf(name, sizeof(name), "Firm %zu", i);
        set(world, SIM_COMPANIES, record, "name", name);
        if (i % 5 != 4)
            set_number(world, SIM_COMPANIES, record, "numberofemployees", 3 + (i * 37) % 400);
        set(world, SIM_COMPANIES, record, "hs_country_code", countries[i % 4]);
        if (i % 6 != 5)
            set(world, SIM_COMPANIES, record, "industry", industries[i % 3]);
    }
    for (size_t i = 0; i < people; i++)
        add_person(world, i, companies, old);
}
