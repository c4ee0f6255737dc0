/*
 * The generated CRM: the same from the same seed, dirty at the stated rates, never contradicting
 * itself, and won and lost as the hidden truth says. All numbers are of one seed and a fixed clock,
 * so nothing here is a matter of luck; the bounds say what a user may rely on.
 */
#include "check.h"
#include "crm.h"
#include "date.h"
#include "generate.h"
#include "model.h"
#include "number.h"

enum { CONTACTS = 20000, CLOCK_DAY = 20759 }; /* 2026-11-02 */

static const int64_t clock_ms = CLOCK_DAY * ICP_MS_PER_DAY + INT64_C(8) * 3600000;

static struct sim_crm *make(uint32_t contacts, uint64_t seed)
{
    struct icp_err err = {0};
    struct sim_crm *crm = sim_crm_open(clock_ms);

    if (sim_generate(crm, contacts, seed, &err) != ICP_OK)
        fail_msg("%s", err.message);
    return crm;
}

/* One CRM for all that only look. */
static int make_shared(void **state)
{
    *state = make(CONTACTS, 7);
    return 0;
}

static int close_shared(void **state)
{
    sim_crm_close(*state);
    return 0;
}

static struct icp_str get(struct sim_crm *crm, enum sim_object object, uint32_t record,
                          const char *property)
{
    return sim_get(crm, object, record, property);
}

static bool known(struct sim_crm *crm, enum sim_object object, uint32_t record,
                  const char *property)
{
    return !icp_str_is_empty(get(crm, object, record, property));
}

static int64_t number_of(struct sim_crm *crm, enum sim_object object, uint32_t record,
                         const char *property)
{
    int64_t value = 0;
    struct icp_str text = get(crm, object, record, property);

    if (!icp_str_is_empty(text) && !icp_integer_parse(text, &value))
        fail_msg("%s is no whole number: %.*s", property, ICP_STR_ARGUMENTS(text));
    return value;
}

static int64_t time_of(struct sim_crm *crm, enum sim_object object, uint32_t record,
                       const char *property)
{
    int64_t ms = 0;
    struct icp_str text = get(crm, object, record, property);

    if (!icp_str_is_empty(text) && !icp_time_parse(text, &ms))
        fail_msg("%s is no time: %.*s", property, ICP_STR_ARGUMENTS(text));
    return ms;
}

/* ---- The same bytes. */

static const char *const hashed[SIM_OBJECT_COUNT][16] = {
    [SIM_CONTACTS] = {"email", "firstname", "lastname", "jobtitle", "associatedcompanyid",
                      "country", "lifecyclestage", "hubspot_owner_id", "hs_email_click",
                      "recent_conversion_event_name", "recent_conversion_date",
                      "notes_last_updated", "createdate", "lastmodifieddate"},
    [SIM_COMPANIES] = {"name", "domain", "industry", "numberofemployees", "annualrevenue",
                       "country", "web_technologies", "description", "cost_to_serve", "createdate",
                       "hs_lastmodifieddate"},
    [SIM_DEALS] = {"dealname", "amount", "dealstage", "closedate", "closed_lost_reason",
                   "createdate"},
};

static uint64_t hash_of(struct sim_crm *crm)
{
    uint64_t hash = 1;

    for (enum sim_object object = SIM_CONTACTS; object <= SIM_DEALS; object++)
        for (uint32_t i = 0; i < sim_record_count(crm, object); i++) {
            hash = hash * 31 + (uint64_t)sim_record_id(crm, object, i);
            for (int p = 0; p < 16 && hashed[object][p] != NULL; p++)
                hash = hash * 1099511628211U ^ icp_str_hash(get(crm, object, i, hashed[object][p]));
        }
    return hash;
}

static void test_the_seed_decides(void **state)
{
    struct sim_crm *first = make(800, 7), *again = make(800, 7), *other = make(800, 8);

    (void)state;
    assert_true(hash_of(first) == hash_of(again));
    assert_true(hash_of(first) != hash_of(other));
    assert_int_equal(sim_record_count(first, SIM_CONTACTS), 800);
    assert_int_equal(sim_record_count(first, SIM_COMPANIES), 200);
    assert_int_equal(sim_record_count(first, SIM_DEALS), 80);
    sim_crm_close(first);
    sim_crm_close(again);
    sim_crm_close(other);
}

static void test_the_smallest_crms_are_made(void **state)
{
    (void)state;
    for (uint32_t contacts = 0; contacts < 25; contacts++) {
        struct sim_crm *crm = make(contacts, contacts);
        assert_int_equal(sim_record_count(crm, SIM_CONTACTS), contacts);
        sim_crm_close(crm);
    }
}

static void test_too_many_are_refused(void **state)
{
    struct icp_err err = {0};
    struct sim_crm *crm = sim_crm_open(clock_ms);

    (void)state;
    assert_int_equal(sim_generate(crm, SIM_MAX_GENERATED_CONTACTS + 1, 1, &err), ICP_BAD_CONFIG);
    assert_int_equal(sim_record_count(crm, SIM_CONTACTS), 0);
    sim_crm_close(crm);
}

/* ---- How full. */

static const struct {
    const char *why;
    enum sim_object object;
    const char *property;
    int least, most; /* per mille of records that have it */
} rates[] = {
    {"a tenth of people have no address", SIM_CONTACTS, "email", 880, 940},
    {"15 % of people have no title", SIM_CONTACTS, "jobtitle", 830, 870},
    {"8 % of people have no company", SIM_CONTACTS, "associatedcompanyid", 900, 940},
    {"a country on most people", SIM_CONTACTS, "country", 560, 660},
    {"seniority is hardly ever filled", SIM_CONTACTS, "hs_seniority", 5, 25},
    {"the buying role still less", SIM_CONTACTS, "hs_buying_role", 1, 10},
    {"some have no owner", SIM_CONTACTS, "hubspot_owner_id", 800, 920},
    {"few addresses bounce", SIM_CONTACTS, "hs_email_bounce", 20, 50},
    {"a fifth filled in a form once", SIM_CONTACTS, "recent_conversion_date", 170, 280},
    {"a fifth of companies have no size", SIM_COMPANIES, "numberofemployees", 780, 850},
    {"industry as in real portals", SIM_COMPANIES, "industry", 640, 720},
    {"revenue as in real portals", SIM_COMPANIES, "annualrevenue", 400, 480},
    {"30 % have no country code", SIM_COMPANIES, "hs_country_code", 660, 740},
    {"technologies of most", SIM_COMPANIES, "web_technologies", 570, 670},
    {"a few companies are not named", SIM_COMPANIES, "name", 970, 995},
    {"some deals have no amount", SIM_DEALS, "amount", 900, 980},
};

static void test_fill_rates(void **state)
{
    struct sim_crm *crm = *state;

    for (size_t i = 0; i < COUNT_OF(rates); i++) {
        size_t count = sim_record_count(crm, rates[i].object), filled = 0;
        for (uint32_t r = 0; r < count; r++)
            filled += known(crm, rates[i].object, r, rates[i].property);
        int rate = count == 0 ? 0 : (int)(filled * 1000 / count);
        if (rate < rates[i].least || rate > rates[i].most)
            fail_msg("%s: %s is filled on %d per mille", rates[i].why, rates[i].property, rate);
    }
}

static void test_a_few_percent_are_engaged_and_a_few_are_hot(void **state)
{
    static const char *const dates[] = {
        "hs_analytics_last_visit_timestamp", "recent_conversion_date", "hs_email_last_click_date",
        "engagements_last_meeting_booked", "hs_sales_email_last_replied"};
    struct sim_crm *crm = *state;
    int engaged = 0, hot = 0;

    for (uint32_t i = 0; i < CONTACTS; i++) {
        int64_t last = 0;
        for (int d = 0; d < 5; d++) {
            int64_t at = time_of(crm, SIM_CONTACTS, i, dates[d]);
            last = at > last ? at : last;
        }
        engaged += last > clock_ms - 30 * ICP_MS_PER_DAY;
        hot +=
            last > clock_ms - 4 * ICP_MS_PER_DAY &&
            time_of(crm, SIM_CONTACTS, i, "recent_conversion_date") > clock_ms - 6 * ICP_MS_PER_DAY;
    }
    assert_in_range(engaged, CONTACTS * 3 / 100, CONTACTS * 65 / 1000);
    assert_in_range(hot, CONTACTS / 1000, CONTACTS / 200);
}

static void test_what_is_dirty_is_there(void **state)
{
    struct sim_crm *crm = *state;
    int broken = 0, upper = 0, spaced = 0, newline = 0, free_mail = 0, nonsense = 0, junk = 0;

    for (uint32_t i = 0; i < CONTACTS; i++) {
        struct icp_str email = get(crm, SIM_CONTACTS, i, "email");
        struct icp_str title = get(crm, SIM_CONTACTS, i, "jobtitle");
        bool address = !icp_str_is_empty(email);
        junk += icp_str_is(title, "-") || icp_str_is(title, "n/a");
        newline += icp_str_find(title, ICP_STR("\n")) < title.length;
        if (!address)
            continue;
        broken += !known(crm, SIM_CONTACTS, i, "hs_email_domain");
        upper += email.data[0] >= 'A' && email.data[0] <= 'Z';
        spaced += icp_str_trim(email).length != email.length;
        free_mail += icp_str_find(email, ICP_STR("@gmail.com")) < email.length;
    }
    for (uint32_t i = 0; i < sim_record_count(crm, SIM_COMPANIES); i++) {
        struct icp_str employees = get(crm, SIM_COMPANIES, i, "numberofemployees");
        nonsense += icp_str_is(employees, "0") || icp_str_is(employees, "9999999");
    }
    assert_in_range(broken, 400, 620);
    assert_in_range(upper, 280, 460);
    assert_in_range(spaced, 400, 620);
    assert_in_range(newline, 15, 70);
    assert_in_range(free_mail, 480, 820);
    assert_in_range(nonsense, 12, 60);
    assert_in_range(junk, 45, 125);
}

/* A reserved name, or a free provider with a local part that it does not give out. */
static void test_no_address_can_reach_anybody(void **state)
{
    struct sim_crm *crm = *state;

    for (uint32_t i = 0; i < CONTACTS; i++) {
        struct icp_str domain = get(crm, SIM_CONTACTS, i, "hs_email_domain");
        struct icp_str email = icp_str_trim(get(crm, SIM_CONTACTS, i, "email"));
        if (icp_str_is_empty(domain) || icp_str_has_suffix(domain, ICP_STR(".example")) ||
            icp_str_has_suffix(domain, ICP_STR(".test")))
            continue;
        if (!icp_str_has_prefix(email, ICP_STR("0_")))
            fail_msg("record %u has the address %.*s", i, ICP_STR_ARGUMENTS(email));
    }
    for (uint32_t i = 0; i < sim_record_count(crm, SIM_COMPANIES); i++) {
        struct icp_str domain = get(crm, SIM_COMPANIES, i, "domain");
        if (!icp_str_is_empty(domain))
            assert_true(icp_str_has_suffix(domain, ICP_STR(".example")) ||
                        icp_str_has_suffix(domain, ICP_STR(".test")));
    }
}

/* ---- Nothing contradicts itself. */

static const struct {
    const char *counter, *date;
} pairs[] = {
    {"hs_analytics_num_visits", "hs_analytics_last_visit_timestamp"},
    {"hs_analytics_num_page_views", "hs_analytics_last_visit_timestamp"},
    {"num_conversion_events", "recent_conversion_date"},
    {"num_conversion_events", "first_conversion_date"},
    {"num_conversion_events", "recent_conversion_event_name"},
    {"hs_email_open", "hs_email_last_open_date"},
    {"hs_email_click", "hs_email_last_click_date"},
    {"hs_email_replied", "hs_email_last_reply_date"},
    {"num_notes", "notes_last_updated"},
};

static void test_a_counter_has_its_date(void **state)
{
    struct sim_crm *crm = *state;

    for (uint32_t i = 0; i < CONTACTS; i++)
        for (size_t p = 0; p < COUNT_OF(pairs); p++)
            if ((number_of(crm, SIM_CONTACTS, i, pairs[p].counter) > 0) !=
                known(crm, SIM_CONTACTS, i, pairs[p].date))
                fail_msg("record %u: %s and %s disagree", i, pairs[p].counter, pairs[p].date);
}

static const struct {
    enum sim_object object;
    const char *earlier, *later;
} orders[] = {
    {SIM_CONTACTS, "createdate", "lastmodifieddate"},
    {SIM_CONTACTS, "createdate", "hs_analytics_last_visit_timestamp"},
    {SIM_CONTACTS, "hs_analytics_last_visit_timestamp", "lastmodifieddate"},
    {SIM_CONTACTS, "createdate", "first_conversion_date"},
    {SIM_CONTACTS, "first_conversion_date", "recent_conversion_date"},
    {SIM_CONTACTS, "recent_conversion_date", "lastmodifieddate"},
    {SIM_CONTACTS, "createdate", "hs_email_last_open_date"},
    {SIM_CONTACTS, "createdate", "engagements_last_meeting_booked"},
    {SIM_CONTACTS, "engagements_last_meeting_booked", "notes_last_updated"},
    {SIM_CONTACTS, "hs_sales_email_last_replied", "notes_last_updated"},
    {SIM_CONTACTS, "notes_last_contacted", "notes_last_updated"},
    {SIM_CONTACTS, "notes_last_updated", "lastmodifieddate"},
    {SIM_COMPANIES, "createdate", "hs_lastmodifieddate"},
    {SIM_DEALS, "createdate", "closedate"},
    {SIM_DEALS, "createdate", "hs_lastmodifieddate"},
};

static void test_dates_are_in_order_and_past(void **state)
{
    struct sim_crm *crm = *state;

    for (size_t o = 0; o < COUNT_OF(orders); o++)
        for (uint32_t i = 0; i < sim_record_count(crm, orders[o].object); i++) {
            int64_t earlier = time_of(crm, orders[o].object, i, orders[o].earlier);
            int64_t later = time_of(crm, orders[o].object, i, orders[o].later);
            bool both = earlier != 0 && later != 0;
            bool may_come = icp_str_is(icp_str_from(orders[o].later), "closedate");
            if (both && (earlier > later || (later > clock_ms && !may_come)))
                fail_msg("%s %u: %s is after %s or after now", sim_object_name(orders[o].object), i,
                         orders[o].earlier, orders[o].later);
        }
}

/* The id of the one primary company among a person's associations; 0 when there is none or two. */
static int64_t primary_of(struct sim_crm *crm, uint32_t contact)
{
    const struct sim_links *links =
        &crm->tables[SIM_CONTACTS].records[contact].links[SIM_COMPANIES];
    int64_t id = 0;

    for (uint32_t i = 0; i < links->count; i++)
        if (links->items[i].primary)
            id = id == 0 ? links->items[i].to : -1;
    return id == -1 ? 0 : id;
}

/* `associatedcompanyid` names a company that is there, and companies count their people. */
static void test_people_and_companies_agree(void **state)
{
    struct sim_crm *crm = *state;
    size_t primary = 0, counted = 0;

    for (uint32_t i = 0; i < CONTACTS; i++) {
        int64_t id = number_of(crm, SIM_CONTACTS, i, "associatedcompanyid");
        if (id == 0)
            continue;
        primary++;
        if (sim_find(crm, SIM_COMPANIES, id) == SIM_NO_RECORD || primary_of(crm, i) != id)
            fail_msg("record %u: its company is not there, or not its primary one", i);
    }
    for (uint32_t i = 0; i < sim_record_count(crm, SIM_COMPANIES); i++)
        counted += (size_t)number_of(crm, SIM_COMPANIES, i, "num_associated_contacts");
    /* some people have a second company */
    assert_in_range(counted, primary + CONTACTS / 100, primary + CONTACTS / 20);
}

static void test_stages_agree_with_outcomes(void **state)
{
    struct sim_crm *crm = *state;
    int open = 0;

    for (uint32_t i = 0; i < sim_record_count(crm, SIM_DEALS); i++) {
        bool won = icp_str_is(get(crm, SIM_DEALS, i, "hs_is_closed_won"), "true");
        bool closed = icp_str_is(get(crm, SIM_DEALS, i, "hs_is_closed"), "true");
        bool past = time_of(crm, SIM_DEALS, i, "closedate") < clock_ms;
        bool reason = known(crm, SIM_DEALS, i, "closed_lost_reason");
        assert_int_equal(won, icp_str_is(get(crm, SIM_DEALS, i, "dealstage"), "closedwon"));
        assert_int_equal(closed, past);
        assert_false(won && !closed);
        assert_false(reason && (won || !closed));
        open += !closed;
    }
    assert_in_range(open, CONTACTS / 100, CONTACTS / 25);
}

/* ---- The hidden truth shows. */

enum segment { ALL, GOOD_INDUSTRY, BAD_INDUSTRY, MIDDLE_SIZE, TINY, DANISH, FAR, SEGMENT_COUNT };

static const char *const good_industries[] = {"COMPUTER_SOFTWARE", "MACHINERY",
                                              "INFORMATION_TECHNOLOGY_AND_SERVICES",
                                              "INDUSTRIAL_AUTOMATION"};
static const char *const bad_industries[] = {
    "RETAIL",      "GOVERNMENT_ADMINISTRATION", "RESTAURANTS",
    "HOSPITALITY", "HIGHER_EDUCATION",          "NON_PROFIT_ORGANIZATION_MANAGEMENT"};

static const char *const far_countries[] = {"FR", "PL", "ES", "IT", "CH", "AT", "US"};

static bool is_among(struct icp_str text, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (icp_str_is(text, list[i]))
            return true;
    return false;
}

/* Its only company; SIM_NO_RECORD when nobody linked one. */
static uint32_t company_of_deal(struct sim_crm *crm, uint32_t deal)
{
    const struct sim_links *links = &crm->tables[SIM_DEALS].records[deal].links[SIM_COMPANIES];

    return links->count == 0 ? SIM_NO_RECORD : sim_find(crm, SIM_COMPANIES, links->items[0].to);
}

static bool is_in(struct sim_crm *crm, uint32_t company, enum segment segment)
{
    struct icp_str industry = get(crm, SIM_COMPANIES, company, "industry");
    struct icp_str country = get(crm, SIM_COMPANIES, company, "hs_country_code");
    int64_t employees = number_of(crm, SIM_COMPANIES, company, "numberofemployees");

    switch (segment) {
    case GOOD_INDUSTRY:
        return is_among(industry, good_industries, COUNT_OF(good_industries));
    case BAD_INDUSTRY:
        return is_among(industry, bad_industries, COUNT_OF(bad_industries));
    case MIDDLE_SIZE:
        return employees >= 50 && employees < 250;
    case TINY:
        return employees > 0 && employees < 10;
    case DANISH:
        return icp_str_is(country, "DK");
    case FAR:
        return is_among(country, far_countries, COUNT_OF(far_countries));
    case ALL:
    case SEGMENT_COUNT:
        break;
    }
    return true;
}

/* Per mille of the closed deals that were won; fails when there are too few to tell. */
static int won_rate(struct sim_crm *crm, enum segment segment)
{
    int won = 0, closed = 0;

    for (uint32_t i = 0; i < sim_record_count(crm, SIM_DEALS); i++) {
        uint32_t company = company_of_deal(crm, i);
        if (company == SIM_NO_RECORD || !is_in(crm, company, segment) ||
            !icp_str_is(get(crm, SIM_DEALS, i, "hs_is_closed"), "true"))
            continue;
        closed++;
        won += icp_str_is(get(crm, SIM_DEALS, i, "hs_is_closed_won"), "true");
    }
    if (closed < 40)
        fail_msg("only %d closed deals in segment %d", closed, (int)segment);
    return closed == 0 ? 0 : won * 1000 / closed;
}

static void test_deals_are_won_where_the_hidden_truth_says(void **state)
{
    static const struct {
        const char *why;
        enum segment better, worse;
        int least; /* difference, per mille */
    } cases[] = {
        {"software and machines against shops and the public", GOOD_INDUSTRY, BAD_INDUSTRY, 180},
        {"50..249 employees against fewer than 10", MIDDLE_SIZE, TINY, 180},
        {"Denmark against the far countries", DANISH, FAR, 80},
    };
    int all = won_rate(*state, ALL);

    assert_in_range(all, 300, 550);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int better = won_rate(*state, cases[i].better), worse = won_rate(*state, cases[i].worse);
        if (better - worse < cases[i].least)
            fail_msg("%s: %d and %d per mille won", cases[i].why, better, worse);
    }
}

/* Cost to serve of a segment in percent of what its won deals brought in. */
static int64_t cost_percent(struct sim_crm *crm, enum segment segment)
{
    int64_t revenue = 0, cost = 0;

    for (uint32_t i = 0; i < sim_record_count(crm, SIM_DEALS); i++) {
        uint32_t company = company_of_deal(crm, i);
        if (company != SIM_NO_RECORD && is_in(crm, company, segment) &&
            icp_str_is(get(crm, SIM_DEALS, i, "hs_is_closed_won"), "true"))
            revenue += number_of(crm, SIM_DEALS, i, "amount_in_home_currency");
    }
    for (uint32_t i = 0; i < sim_record_count(crm, SIM_COMPANIES); i++)
        if (is_in(crm, i, segment))
            cost += number_of(crm, SIM_COMPANIES, i, "cost_to_serve");
    assert_true(revenue > 0);
    return revenue == 0 ? 0 : cost * 100 / revenue;
}

static void test_profit_differs_from_revenue(void **state)
{
    int64_t good = cost_percent(*state, GOOD_INDUSTRY), bad = cost_percent(*state, BAD_INDUSTRY);
    int64_t all = cost_percent(*state, ALL);

    assert_in_range(all, 40, 80); /* a profit on the whole */
    assert_true(bad - good > 30);
}

/* What won deals brought in, of one company. */
static int64_t won_euros(struct sim_crm *crm, uint32_t company)
{
    const struct sim_links *links = &crm->tables[SIM_COMPANIES].records[company].links[SIM_DEALS];
    int64_t euros = 0;

    for (uint32_t i = 0; i < links->count; i++) {
        uint32_t deal = sim_find(crm, SIM_DEALS, links->items[i].to);
        if (icp_str_is(get(crm, SIM_DEALS, deal, "hs_is_closed_won"), "true"))
            euros += number_of(crm, SIM_DEALS, deal, "amount_in_home_currency");
    }
    return euros;
}

static void test_some_big_customers_cost_money(void **state)
{
    struct sim_crm *crm = *state;
    int big = 0, losing = 0;

    for (uint32_t i = 0; i < sim_record_count(crm, SIM_COMPANIES); i++) {
        int64_t cost = number_of(crm, SIM_COMPANIES, i, "cost_to_serve");
        int64_t employees = number_of(crm, SIM_COMPANIES, i, "numberofemployees");
        int64_t euros = won_euros(crm, i);
        assert_int_equal(cost > 0, euros > 0); /* known of customers and of nobody else */
        if (euros == 0 || employees < 1000 || employees == 9999999)
            continue;
        big++;
        losing += cost > euros;
    }
    assert_in_range(losing * 100, big * 15, big * 70);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_seed_decides),
        cmocka_unit_test(test_the_smallest_crms_are_made),
        cmocka_unit_test(test_too_many_are_refused),
        cmocka_unit_test(test_fill_rates),
        cmocka_unit_test(test_a_few_percent_are_engaged_and_a_few_are_hot),
        cmocka_unit_test(test_what_is_dirty_is_there),
        cmocka_unit_test(test_no_address_can_reach_anybody),
        cmocka_unit_test(test_a_counter_has_its_date),
        cmocka_unit_test(test_dates_are_in_order_and_past),
        cmocka_unit_test(test_people_and_companies_agree),
        cmocka_unit_test(test_stages_agree_with_outcomes),
        cmocka_unit_test(test_deals_are_won_where_the_hidden_truth_says),
        cmocka_unit_test(test_profit_differs_from_revenue),
        cmocka_unit_test(test_some_big_customers_cost_money),
    };

    return cmocka_run_group_tests(tests, make_shared, close_shared);
}
