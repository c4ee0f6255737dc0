/*
 * Companies: what they truly are, and what the CRM shows of it. Owns both; the invariant is that
 * the truth is decided from the seed alone, and the shown record is the truth with values missing,
 * misspelled or, seldom, wrong.
 */
#include "generate_parts.h"

#include "date.h"

enum { LONGEST_HISTORY_DAYS = 1095, MOST_TECHNOLOGY_WIN = 600, BASE_COST_PERCENT = 45 };

/* Employees at every 5 % of companies; straight lines in between make it log-normal-like. */
static const uint32_t size_quantiles[] = {1,  2,  3,  5,   7,   10,  14,  19,  25,   33,   42,
                                          55, 70, 90, 118, 155, 210, 320, 560, 1400, 42000};

static uint32_t draw_employees(struct sim_random *random)
{
    uint32_t steps = sizeof(size_quantiles) / sizeof(size_quantiles[0]) - 1;
    uint32_t step = sim_random_below(random, steps);
    uint32_t low = size_quantiles[step], high = size_quantiles[step + 1];
    uint64_t part = sim_random_below(random, 1000);

    if (step + 1 == steps) /* the long tail: two draws less likely to be huge */
        part = part * part * part / 1000000;
    return low + (uint32_t)((high - low) * part / 1000);
}

static uint8_t draw_market(struct sim_random *random)
{
    uint32_t shares[32] = {0};

    for (uint32_t i = 0; i < sim_market_count; i++)
        shares[i] = sim_markets[i].share;
    return (uint8_t)sim_random_weighted(random, shares, sim_market_count, 1000);
}

static uint8_t draw_industry(struct sim_random *random)
{
    uint32_t shares[64] = {0}, total = 0;

    for (uint32_t i = 0; i < sim_industry_count; i++) {
        shares[i] = sim_industries[i].share;
        total += shares[i];
    }
    return (uint8_t)sim_random_weighted(random, shares, sim_industry_count, total);
}

static uint8_t size_of(uint32_t employees)
{
    uint8_t size = 0;

    for (uint8_t i = 0; i < sim_size_count; i++)
        if (employees >= sim_sizes[i].from)
            size = i;
    return size;
}

static uint32_t draw_technologies(struct sim_random *random, int32_t *win)
{
    uint32_t set = 0;
    int32_t sum = 0;

    for (uint32_t i = 0; i < sim_technology_count; i++)
        if (sim_random_chance(random, sim_technologies[i].share)) {
            set |= UINT32_C(1) << i;
            sum += sim_technologies[i].win;
        }
    if (sum > MOST_TECHNOLOGY_WIN)
        sum = MOST_TECHNOLOGY_WIN;
    if (sum < -MOST_TECHNOLOGY_WIN)
        sum = -MOST_TECHNOLOGY_WIN;
    *win += sum;
    return set;
}

static uint64_t text_hash(const struct icp_buf *text, uint64_t salt)
{
    return icp_str_hash(icp_buf_view(text)) ^ (salt * UINT64_C(0x9e3779b97f4a7c15));
}

void sim_decide_company(struct sim_world *world, uint32_t index)
{
    struct sim_random random = sim_random_open(world->seed, SIM_STREAM_COMPANY, index);
    struct sim_company_fact *fact = &world->companies[index];

    fact->market = draw_market(&random);
    fact->industry = draw_industry(&random);
    fact->employees = draw_employees(&random);
    fact->size = size_of(fact->employees);
    fact->win = sim_markets[fact->market].win + sim_industries[fact->industry].win +
                sim_sizes[fact->size].win;
    fact->technologies = draw_technologies(&random, &fact->win);
    fact->created_ms = world->now_ms - sim_random_between(&random, ICP_MS_PER_DAY / 24,
                                                          LONGEST_HISTORY_DAYS * ICP_MS_PER_DAY);
    fact->owner = SIM_NOBODY;
    if (!sim_random_chance(&random, 120))
        fact->owner = (uint32_t)fact->market % 3U * 3U + sim_random_below(&random, 3);
    icp_buf_reset(&world->text);
    sim_company_stem(world, index, &world->text);
    while (!sim_take_name(world, text_hash(&world->text, fact->namesakes)))
        fact->namesakes++;
}

/* "Skovgaard Teknik", "Nordlys Energi" or "Nordlys Skovgaard". */
void sim_company_stem(const struct sim_world *world, uint32_t index, struct icp_buf *out)
{
    struct sim_random random = sim_random_open(world->seed, SIM_STREAM_COMPANY_NAME, index);
    const struct sim_company_fact *fact = &world->companies[index];
    const struct sim_tongue *tongue = &sim_tongues[sim_markets[fact->market].language];
    const char *const *trades = tongue->trades[sim_industries[fact->industry].trade];
    uint32_t kind = sim_random_below(&random, 10);

    if (kind >= 6) {
        icp_buf_add_cstr(out, sim_random_word(&random, &tongue->stems));
        icp_buf_add_char(out, ' ');
    }
    if (kind < 6 || kind == 9) {
        icp_buf_add_cstr(out, sim_random_word(&random, &tongue->name_heads));
        icp_buf_add_cstr(out, sim_random_word(&random, &tongue->name_tails));
        icp_buf_add_char(out, ' ');
    }
    if (kind == 9)
        out->data[--out->length] = '\0';
    else
        icp_buf_add_cstr(out, trades[sim_random_below(&random, 2)]);
}

void sim_company_domain(const struct sim_world *world, uint32_t index, struct icp_buf *out)
{
    const struct sim_company_fact *fact = &world->companies[index];
    struct icp_buf stem;

    icp_buf_open(&stem, 512);
    sim_company_stem(world, index, &stem);
    sim_fold(out, icp_buf_view(&stem), '-');
    icp_buf_finish(&stem);
    if (fact->namesakes > 0)
        icp_buf_format(out, "-%u", fact->namesakes + 1);
    icp_buf_add_cstr(out, index % 7 == 3 ? ".test" : ".example");
}

/* ---- What the CRM shows. */

static void write_name(struct sim_world *world, const struct sim_writer *writer, uint32_t index,
                       struct sim_random *random)
{
    const struct sim_market *market = &sim_markets[world->companies[index].market];
    struct icp_buf *text = &world->text, *extra = &world->extra;
    uint32_t dirt = sim_random_below(random, 1000);

    icp_buf_reset(text);
    sim_company_stem(world, index, text);
    if (!sim_random_chance(random, 60))
        icp_buf_format(text, " %s", sim_random_common(random, &market->legal_forms));
    icp_buf_reset(extra);
    if (dirt < 15)
        return; /* made from an e-mail's domain, never named */
    if (dirt < 45)
        sim_add_upper(extra, icp_buf_view(text));
    else if (dirt < 60)
        sim_add_lower(extra, icp_buf_view(text));
    else if (dirt < 65)
        icp_buf_format(extra, "\"%s\"", text->data);
    else if (dirt < 70)
        icp_buf_format(extra, "%s (OLD - do not use)", text->data);
    else if (dirt < 73)
        icp_buf_format(extra, "🌱 %s", text->data);
    else
        icp_buf_add(extra, icp_buf_view(text));
    if (dirt >= 975)
        icp_buf_add_char(extra, ' ');
    sim_put_buf(writer, "name", extra);
}

static void write_web(struct sim_world *world, const struct sim_writer *writer, uint32_t index,
                      struct sim_random *random)
{
    uint32_t known = world->companies[index].technologies;
    struct icp_buf *text = &world->text;

    icp_buf_reset(text);
    sim_company_domain(world, index, text);
    if (!sim_random_chance(random, 70))
        sim_put_buf(writer, "domain", text);
    if (sim_random_chance(random, 700)) {
        icp_buf_reset(&world->extra);
        icp_buf_format(&world->extra, "%s%s", sim_random_chance(random, 600) ? "https://www." : "",
                       text->data);
        sim_put_buf(writer, "website", &world->extra);
    }
    if (!sim_random_chance(random, 620))
        return;
    icp_buf_reset(text);
    for (uint32_t i = 0; i < sim_technology_count; i++)
        if (known >> i & 1)
            icp_buf_format(text, "%s%s", text->length > 0 ? ";" : "", sim_technologies[i].code);
    sim_put_buf(writer, "web_technologies", text);
}

static void write_size(const struct sim_company_fact *fact, const struct sim_writer *writer,
                       struct sim_random *random)
{
    static const uint32_t nonsense[] = {0, 9999999, 1, 123456};
    int64_t spread = 600 + (int64_t)sim_random_below(random, 900);
    int64_t euros =
        (int64_t)fact->employees * sim_industries[fact->industry].revenue_a_head * spread;

    if (sim_random_chance(random, 12))
        sim_put_number(writer, "numberofemployees", nonsense[sim_random_below(random, 4)]);
    else if (!sim_random_chance(random, 195))
        sim_put_number(writer, "numberofemployees", fact->employees);
    if (sim_random_chance(random, 10))
        sim_put_number(writer, "annualrevenue", sim_random_chance(random, 500) ? 0 : -1);
    else if (sim_random_chance(random, 435))
        sim_put_number(writer, "annualrevenue",
                       euros / 1000 * sim_markets[fact->market].per_euro_thousandth);
}

static void write_place(const struct sim_company_fact *fact, const struct sim_writer *writer,
                        struct sim_random *random)
{
    const struct sim_market *market = &sim_markets[fact->market];

    if (sim_random_chance(random, 820))
        sim_put(writer, "country", sim_random_common(random, &market->spellings));
    if (sim_random_chance(random, 700))
        sim_put(writer, "hs_country_code", market->code);
    if (sim_random_chance(random, 710))
        sim_put(writer, "city", sim_random_word(random, &market->cities));
}

static void write_founded(const struct sim_writer *writer, struct sim_random *random)
{
    static const char *const odd[] = {"ca. 1990", "19xx", "1897 (familieeje)", "0", "-"};
    int64_t age = (int64_t)sim_random_below(random, 45) * sim_random_below(random, 45) / 20;

    if (sim_random_chance(random, 12))
        sim_put(writer, "founded_year", odd[sim_random_below(random, 5)]);
    else if (sim_random_chance(random, 590))
        sim_put_number(writer, "founded_year", 2025 - age);
}

static void write_description(struct sim_world *world, const struct sim_writer *writer,
                              uint32_t index, struct sim_random *random)
{
    const struct sim_market *market = &sim_markets[world->companies[index].market];
    struct icp_buf *text = &world->text;
    const char *place = sim_random_word(random, &market->cities);
    uint32_t style = sim_random_below(random, 5);

    if (!sim_random_chance(random, 340))
        return;
    if (style == 0 && market->language != SIM_DANISH)
        style = 4;
    if (style == 2 && market->language != SIM_GERMAN)
        style = 3;
    icp_buf_reset(&world->extra);
    sim_company_stem(world, index, &world->extra);
    icp_buf_reset(text);
    switch (style) {
    case 0:
        icp_buf_format(text, "%s er en førende leverandør.\nVi hjælper kunder i %s og omegn.",
                       world->extra.data, place);
        break;
    case 1:
        icp_buf_format(text, "%s – \"quality, since day one\", %s", world->extra.data, place);
        break;
    case 2:
        icp_buf_format(text, "%s. Familienunternehmen, %s; zertifiziert nach ISO 9001.",
                       world->extra.data, place);
        break;
    case 3:
        icp_buf_format(text, "At %s we're passionate about what we do 🚀 (%s)", world->extra.data,
                       place);
        break;
    default:
        icp_buf_format(text, "%s, %s", world->extra.data, place);
        break;
    }
    sim_put_buf(writer, "description", text);
}

/* How far sales has come, from deals; without deals it is what marketing said of it. */
static const char *company_stage(const struct sim_company_fact *fact, struct sim_random *random)
{
    static const char *const early[] = {"lead",
                                        "lead",
                                        "subscriber",
                                        "marketingqualifiedlead",
                                        "salesqualifiedlead",
                                        "lead",
                                        "lead",
                                        "subscriber",
                                        "lead",
                                        "other"};

    if (fact->won_deals > 0)
        return sim_random_chance(random, 40) ? "evangelist" : "customer";
    if (fact->open_deals > 0)
        return "opportunity";
    return early[sim_random_below(random, 10)];
}

static void write_sales(const struct sim_company_fact *fact, const struct sim_writer *writer,
                        struct sim_random *random)
{
    static const char *const types[] = {"PROSPECT", "PROSPECT", "PROSPECT", "PROSPECT",
                                        "PARTNER",  "RESELLER", "VENDOR",   "OTHER"};
    bool named = fact->win > 1200 && sim_random_chance(random, 350);

    if (!sim_random_chance(random, 40))
        sim_put(writer, "lifecyclestage", company_stage(fact, random));
    if (sim_random_chance(random, 550))
        sim_put(writer, "type", types[sim_random_below(random, 8)]);
    if (named || sim_random_chance(random, 8))
        sim_put(writer, "hs_is_target_account", "true");
    else if (sim_random_chance(random, 400))
        sim_put(writer, "hs_is_target_account", "false");
    sim_put_owner(writer, fact->owner);
    sim_put_number(writer, "num_associated_contacts", fact->contacts);
    sim_put_number(writer, "num_associated_deals", fact->deals);
    sim_put_number(writer, "hs_num_open_deals", fact->open_deals);
}

/* The hidden truth about profit; see generate.c. */
static void write_cost(const struct sim_world *world, const struct sim_writer *writer,
                       uint32_t index)
{
    struct sim_random random = sim_random_open(world->seed, SIM_STREAM_COST, index);
    const struct sim_company_fact *fact = &world->companies[index];
    int32_t percent = BASE_COST_PERCENT + sim_industries[fact->industry].cost_percent +
                      sim_sizes[fact->size].cost_percent + sim_random_normal(&random, 12);

    if (fact->won_deals == 0)
        return;
    if (fact->employees >= 1000 && sim_random_chance(&random, 350))
        percent += 60;
    percent = percent < 15 ? 15 : percent > 220 ? 220 : percent;
    sim_put_number(writer, "cost_to_serve", fact->won_euros * percent / 100);
}

void sim_write_company(struct sim_world *world, uint32_t index)
{
    struct sim_random random = sim_random_open(world->seed, SIM_STREAM_COMPANY_SHOWN, index);
    const struct sim_company_fact *fact = &world->companies[index];
    int64_t updated_ms = fact->created_ms;
    struct sim_writer writer = {.crm = world->crm, .object = SIM_COMPANIES};

    if (sim_random_chance(&random, 850))
        updated_ms = sim_random_between(&random, fact->created_ms, world->now_ms - 1000);
    writer.record = sim_add_record(world->crm, SIM_COMPANIES, sim_company_id(index),
                                   fact->created_ms, updated_ms);
    write_name(world, &writer, index, &random);
    write_web(world, &writer, index, &random);
    if (sim_random_chance(&random, 680))
        sim_put(&writer, "industry", sim_industries[fact->industry].code);
    write_size(fact, &writer, &random);
    write_place(fact, &writer, &random);
    write_founded(&writer, &random);
    write_description(world, &writer, index, &random);
    write_sales(fact, &writer, &random);
    write_cost(world, &writer, index);
}
