/*
 * Deals: who takes part, how they end by the hidden truth that generate.c documents, and what the
 * CRM shows of it. Owns both; the invariant is that a closed deal's close date is past, an open
 * one's stage is an open one, and that wins and revenue are added up on the company and its people.
 */
#include "generate_parts.h"

#include "date.h"

enum {
    START = -700,
    DECIDER_ON_DEAL = 600,
    PAYER_ON_DEAL = 450,
    BOTH_ON_DEAL = 250,
    NOBODY_ON_DEAL = -300,
    NOISE = 600,
};

/* 1 / (1 + e^-x) in millionths at x = 0, 0.5, 1 … 6. */
static const uint32_t logistic_points[] = {500000, 622459, 731059, 817574, 880797, 924142, 952574,
                                           970688, 982014, 989013, 993307, 995930, 997527};

static uint32_t logistic(int32_t thousandths)
{
    uint32_t last = sizeof(logistic_points) / sizeof(logistic_points[0]) - 1;
    uint32_t size = (uint32_t)(thousandths < 0 ? -thousandths : thousandths);
    uint32_t step = size / 500, part = size % 500, value;

    if (step >= last)
        value = logistic_points[last];
    else
        value = logistic_points[step] +
                (logistic_points[step + 1] - logistic_points[step]) * part / 500;
    return thousandths < 0 ? 1000000 - value : value;
}

static void take_part(struct sim_deal_fact *deal, uint32_t contact)
{
    for (uint32_t i = 0; i < deal->contact_count; i++)
        if (deal->contacts[i] == contact)
            return;
    if (deal->contact_count < SIM_DEAL_CONTACTS)
        deal->contacts[deal->contact_count++] = contact;
}

/* The first colleague of a role from a random place on; most companies know only a few people. */
static void invite(const struct sim_world *world, struct sim_deal_fact *deal, enum sim_role role,
                   struct sim_random *random)
{
    uint32_t start = world->member_starts[deal->company];
    uint32_t count = world->member_starts[deal->company + 1] - start;
    uint32_t turn = sim_random_below(random, count);

    for (uint32_t i = 0; i < count; i++) {
        uint32_t contact = world->members[start + (i + turn) % count];
        if (role == SIM_ROLE_COUNT || world->contacts[contact].role == role) {
            take_part(deal, contact);
            return;
        }
    }
}

static void gather(const struct sim_world *world, struct sim_deal_fact *deal, uint32_t first,
                   struct sim_random *random)
{
    bool decider = sim_random_chance(random, 380), payer = sim_random_chance(random, 280);
    bool third = sim_random_chance(random, 350), fourth = sim_random_chance(random, 150);

    if (sim_random_chance(random, 100))
        return; /* nobody was entered */
    take_part(deal, first);
    if (decider)
        invite(world, deal, SIM_DECISION_MAKER, random);
    if (payer)
        invite(world, deal, SIM_PAYER, random);
    if (third)
        invite(world, deal, SIM_ROLE_COUNT, random);
    if (fourth)
        invite(world, deal, SIM_ROLE_COUNT, random);
}

/* The people's part of the hidden truth. */
static int32_t people_win(const struct sim_world *world, const struct sim_deal_fact *deal)
{
    bool part[SIM_ROLE_COUNT] = {false};
    int32_t win = 0;

    for (uint32_t i = 0; i < deal->contact_count; i++)
        part[world->contacts[deal->contacts[i]].role] = true;
    if (part[SIM_DECISION_MAKER])
        win += DECIDER_ON_DEAL;
    if (part[SIM_PAYER])
        win += PAYER_ON_DEAL;
    if (part[SIM_DECISION_MAKER] && part[SIM_PAYER])
        win += BOTH_ON_DEAL;
    if (!part[SIM_DECISION_MAKER] && !part[SIM_PAYER] && !part[SIM_USER] && !part[SIM_INFLUENCER])
        win += NOBODY_ON_DEAL;
    return win;
}

static void draw_times(const struct sim_world *world, struct sim_deal_fact *deal,
                       struct sim_random *random)
{
    int64_t since = world->companies[deal->company].created_ms;
    int64_t latest = world->now_ms - ICP_MS_PER_DAY / 48;
    int64_t one, two;

    for (uint32_t i = 0; i < deal->contact_count; i++)
        if (world->contacts[deal->contacts[i]].created_ms > since)
            since = world->contacts[deal->contacts[i]].created_ms;
    one = sim_random_between(random, since, latest);
    two = sim_random_between(random, since, latest);
    deal->created_ms = one < two ? one : two; /* soon after sales got to know them */
    deal->close_ms =
        deal->created_ms + sim_random_between(random, 5 * ICP_MS_PER_DAY, 160 * ICP_MS_PER_DAY);
}

/* A larger company buys more, by far less than in proportion: the root of its size. */
static int64_t draw_euros(const struct sim_company_fact *company, struct sim_random *random)
{
    uint32_t root = 1;

    while ((root + 1) * (root + 1) <= company->employees)
        root++;
    return 100 * (15 + (int64_t)root * sim_random_between(random, 8, 30));
}

static void settle(struct sim_world *world, const struct sim_deal_fact *deal)
{
    struct sim_company_fact *company = &world->companies[deal->company];

    for (uint32_t i = 0; i < deal->contact_count; i++) {
        struct sim_contact_fact *contact = &world->contacts[deal->contacts[i]];
        int64_t last_ms = deal->outcome == SIM_OPEN ? deal->created_ms : deal->close_ms;
        contact->deals++;
        contact->customer = contact->customer || deal->outcome == SIM_WON;
        contact->in_open_deal = contact->in_open_deal || deal->outcome == SIM_OPEN;
        if (last_ms > contact->deal_ms)
            contact->deal_ms = last_ms;
    }
    if (!deal->linked)
        return;
    company->deals++;
    company->open_deals += deal->outcome == SIM_OPEN;
    company->won_deals += deal->outcome == SIM_WON;
    company->won_euros += deal->outcome == SIM_WON ? deal->euros : 0;
}

/* Deals come up where people are known; the first few tries may hit people without a company. */
static uint32_t draw_first(const struct sim_world *world, struct sim_random *random)
{
    for (int attempt = 0; attempt < 32; attempt++) {
        uint32_t contact = sim_random_below(random, world->contact_count);
        if (world->contacts[contact].company != SIM_NOBODY)
            return contact;
    }
    return SIM_NOBODY;
}

void sim_decide_deal(struct sim_world *world, uint32_t index)
{
    struct sim_random random = sim_random_open(world->seed, SIM_STREAM_DEAL, index);
    struct sim_deal_fact *deal = &world->deals[index];
    uint32_t first = draw_first(world, &random);
    int32_t win;

    deal->company = first == SIM_NOBODY ? SIM_NOBODY : world->contacts[first].company;
    if (deal->company == SIM_NOBODY)
        return;
    deal->linked = !sim_random_chance(&random, 30);
    gather(world, deal, first, &random);
    draw_times(world, deal, &random);
    deal->euros = draw_euros(&world->companies[deal->company], &random);
    win = START + world->companies[deal->company].win + people_win(world, deal) +
          sim_random_normal(&random, NOISE);
    if (sim_random_below(&random, 1000000) < logistic(win))
        deal->outcome = SIM_WON;
    else
        deal->outcome = SIM_LOST;
    if (deal->close_ms >= world->now_ms)
        deal->outcome = SIM_OPEN;
    settle(world, deal);
}

/* ---- What the CRM shows. */

static void write_name(struct sim_world *world, const struct sim_writer *writer,
                       const struct sim_deal_fact *deal, struct sim_random *random)
{
    static const char *const subjects[] = {"Platform",  "licenser 2025", "Pilot",      "New deal",
                                           "Udvidelse", "Rahmenvertrag", "Renewal Q3", "30 seats"};

    icp_buf_reset(&world->text);
    sim_company_stem(world, deal->company, &world->text);
    icp_buf_format(&world->text, " - %s", subjects[sim_random_below(random, 8)]);
    sim_put_buf(writer, "dealname", &world->text);
}

static void write_stage(const struct sim_deal_fact *deal, const struct sim_writer *writer,
                        struct sim_random *random)
{
    static const char *const stages[][2] = {{"appointmentscheduled", "0.2"},
                                            {"qualifiedtobuy", "0.4"},
                                            {"presentationscheduled", "0.6"},
                                            {"decisionmakerboughtin", "0.8"},
                                            {"contractsent", "0.9"},
                                            {"closedwon", "1"},
                                            {"closedlost", "0"}};
    uint32_t stage = sim_random_below(random, 5);

    if (deal->outcome == SIM_WON)
        stage = 5;
    if (deal->outcome == SIM_LOST)
        stage = 6;
    sim_put(writer, "pipeline", "default");
    sim_put(writer, "dealstage", stages[stage][0]);
    sim_put(writer, "hs_deal_stage_probability", stages[stage][1]);
    sim_put_flag(writer, "hs_is_closed", deal->outcome != SIM_OPEN);
    sim_put_flag(writer, "hs_is_closed_won", deal->outcome == SIM_WON);
    if (deal->outcome == SIM_WON)
        sim_put_time(writer, "hs_v2_date_entered_closedwon", deal->close_ms);
    if (deal->outcome == SIM_LOST)
        sim_put_time(writer, "hs_v2_date_entered_closedlost", deal->close_ms);
}

static void write_money(const struct sim_deal_fact *deal, const struct sim_market *market,
                        const struct sim_writer *writer, struct sim_random *random)
{
    bool known = deal->outcome == SIM_WON || !sim_random_chance(random, 90);

    if (known) {
        sim_put_number(writer, "amount", deal->euros * market->per_euro_thousandth / 1000);
        sim_put_number(writer, "amount_in_home_currency", deal->euros);
    }
    if (known || sim_random_chance(random, 500))
        sim_put(writer, "deal_currency_code", market->currency);
}

static void write_reason(const struct sim_deal_fact *deal, const struct sim_market *market,
                         const struct sim_writer *writer, struct sim_random *random)
{
    const struct sim_words *own = &sim_tongues[market->language].lost_reasons;
    const struct sim_words *english = &sim_tongues[SIM_ENGLISH].lost_reasons;

    if (deal->outcome == SIM_LOST && sim_random_chance(random, 640))
        sim_put(writer, "closed_lost_reason",
                sim_random_word(random, sim_random_chance(random, 600) ? own : english));
    if (deal->outcome == SIM_WON && sim_random_chance(random, 150))
        sim_put(writer, "closed_won_reason", "God relation\nbedste pris");
}

static void write_links(const struct sim_world *world, const struct sim_deal_fact *deal,
                        uint32_t index)
{
    for (uint32_t i = 0; i < deal->contact_count; i++)
        sim_associate(world->crm, SIM_DEALS, sim_deal_id(index), SIM_CONTACTS,
                      sim_contact_id(deal->contacts[i]), false);
    if (deal->linked)
        sim_associate(world->crm, SIM_DEALS, sim_deal_id(index), SIM_COMPANIES,
                      sim_company_id(deal->company), true);
}

void sim_write_deal(struct sim_world *world, uint32_t index)
{
    struct sim_random random = sim_random_open(world->seed, SIM_STREAM_DEAL_SHOWN, index);
    const struct sim_deal_fact *deal = &world->deals[index];
    struct sim_writer writer = {.crm = world->crm, .object = SIM_DEALS};
    const struct sim_market *market;
    int64_t latest_ms;

    if (deal->company == SIM_NOBODY)
        return; /* a CRM so small that nobody has a company */
    market = &sim_markets[world->companies[deal->company].market];
    latest_ms = deal->outcome == SIM_OPEN ? deal->created_ms : deal->close_ms;
    writer.record = sim_add_record(world->crm, SIM_DEALS, sim_deal_id(index), deal->created_ms,
                                   sim_random_between(&random, latest_ms, world->now_ms - 1000));
    write_name(world, &writer, deal, &random);
    write_stage(deal, &writer, &random);
    write_money(deal, market, &writer, &random);
    write_reason(deal, market, &writer, &random);
    sim_put_time(&writer, "closedate", deal->close_ms);
    if (sim_random_chance(&random, 700))
        sim_put(&writer, "dealtype",
                sim_random_chance(&random, 750) ? "newbusiness" : "existingbusiness");
    if (!sim_random_chance(&random, 50))
        sim_put_owner(&writer, world->companies[deal->company].owner);
    sim_put_number(&writer, "num_associated_contacts", deal->contact_count);
    write_links(world, deal, index);
}
