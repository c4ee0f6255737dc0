/*
 * People: which part they play and how warm they are, and what the CRM shows of it: names, e-mail
 * addresses and titles as people and imports leave them. Owns both; the invariant is that no
 * address can reach anybody: firms' domains are reserved ones, and the local part at a free
 * provider is one that the provider does not give out (it begins with a digit and holds '_').
 */
#include "generate_parts.h"

#include "date.h"

enum { LONGEST_HISTORY_DAYS = 1095, ATTRACTIVE = 700 };

/* ---- Facts. */

/* A few companies have many people, many have one or two: most draws lean to low ranks a little
   (the smaller of two), some lean a lot (the square); ranks are scattered over the ids. */
static uint32_t draw_company(const struct sim_world *world, struct sim_random *random)
{
    uint64_t one = sim_random_below(random, 1000000);
    uint64_t two = sim_random_below(random, 1000000);
    uint64_t part = one < two ? one : two;

    if (sim_random_chance(random, 120))
        part = one * one / 1000000;
    if (world->company_count == 0)
        return SIM_NOBODY;
    return (uint32_t)(part * world->company_count / 1000000 * 7919 % world->company_count);
}

static uint8_t draw_role(struct sim_random *random)
{
    static const uint32_t shares[SIM_ROLE_COUNT] = {150, 90, 330, 220, 50, 160};

    return (uint8_t)sim_random_weighted(random, shares, SIM_ROLE_COUNT, 1000);
}

static uint8_t draw_heat(struct sim_random *random, int64_t age_days, bool attractive)
{
    static const uint32_t usual[] = {415, 421, 130, 32, 2};
    static const uint32_t better[] = {396, 413, 140, 48, 3};
    enum sim_heat heat =
        (enum sim_heat)sim_random_weighted(random, attractive ? better : usual, 5, 1000);

    if (heat == SIM_OLD && age_days < 120)
        heat = SIM_COOLING; /* nobody new can have been quiet for long */
    if (heat == SIM_COOLING && age_days < 30)
        heat = sim_random_chance(random, 700) ? SIM_SILENT : SIM_ENGAGED;
    return (uint8_t)heat;
}

static uint8_t draw_language(struct sim_random *random, enum sim_language native)
{
    uint32_t english = native <= SIM_FINNISH ? 280 : native <= SIM_DUTCH ? 180 : 100;

    return (uint8_t)(sim_random_chance(random, english) ? SIM_ENGLISH : native);
}

void sim_decide_contact(struct sim_world *world, uint32_t index)
{
    struct sim_random random = sim_random_open(world->seed, SIM_STREAM_CONTACT, index);
    struct sim_contact_fact *fact = &world->contacts[index];
    uint32_t stranger = sim_random_below(&random, sim_market_count);
    int64_t age_ms =
        sim_random_between(&random, ICP_MS_PER_DAY / 24, LONGEST_HISTORY_DAYS * ICP_MS_PER_DAY);
    bool attractive = false;

    fact->company = draw_company(world, &random);
    fact->other_company = SIM_NOBODY;
    if (sim_random_chance(&random, 80))
        fact->company = SIM_NOBODY;
    fact->market = (uint8_t)(stranger / 2);
    if (fact->company != SIM_NOBODY) {
        fact->market = world->companies[fact->company].market;
        attractive = world->companies[fact->company].win > ATTRACTIVE;
        world->companies[fact->company].contacts++;
    }
    if (fact->company != SIM_NOBODY && sim_random_chance(&random, 32)) {
        uint32_t other = draw_company(world, &random);
        if (other != fact->company) {
            fact->other_company = other;
            world->companies[other].contacts++;
        }
    }
    fact->language = draw_language(&random, sim_markets[fact->market].language);
    fact->role = draw_role(&random);
    fact->created_ms = world->now_ms - age_ms;
    fact->heat = draw_heat(&random, age_ms / ICP_MS_PER_DAY, attractive);
}

/* ---- Names. */

static const struct sim_tongue *mother_tongue(const struct sim_contact_fact *fact)
{
    return &sim_tongues[sim_markets[fact->market].language];
}

/* The clean names, always the same for the same person. */
static void clean_names(const struct sim_world *world, uint32_t index, struct icp_buf *first,
                        struct icp_buf *last)
{
    struct sim_random random = sim_random_open(world->seed, SIM_STREAM_CONTACT_NAME, index);
    const struct sim_tongue *tongue = mother_tongue(&world->contacts[index]);

    icp_buf_reset(first);
    icp_buf_reset(last);
    icp_buf_add_cstr(first, sim_random_word(&random, &tongue->first_names));
    icp_buf_add_cstr(last, sim_random_word(&random, &tongue->name_heads));
    icp_buf_add_cstr(last, sim_random_word(&random, &tongue->name_tails));
}

static void put_cased(const struct sim_writer *writer, const char *property,
                      const struct icp_buf *name, uint32_t dirt, const char *suffix)
{
    struct icp_buf text;

    icp_buf_open(&text, 1024);
    if (dirt < 30)
        sim_add_lower(&text, icp_buf_view(name));
    else if (dirt < 50)
        sim_add_upper(&text, icp_buf_view(name));
    else
        icp_buf_add(&text, icp_buf_view(name));
    icp_buf_add_cstr(&text, suffix);
    sim_put_buf(writer, property, &text);
    icp_buf_finish(&text);
}

static void write_names(struct sim_world *world, const struct sim_writer *writer, uint32_t index,
                        struct sim_random *random)
{
    static const char *const notes[] = {" (DM)",   " (GONE)", " - DO NOT EMAIL", " 🌟",
                                        " \"Bo\"", ", MBA",   " (barsel)",       "  "};
    uint32_t case_dirt = sim_random_below(random, 1000);
    uint32_t gaps = sim_random_below(random, 1000);
    const char *note = "";

    clean_names(world, index, &world->text, &world->extra);
    if (sim_random_chance(random, 12))
        note = notes[sim_random_below(random, sizeof(notes) / sizeof(notes[0]))];
    if (gaps < 30)
        return; /* only an address is known */
    put_cased(writer, "firstname", &world->text, case_dirt, "");
    if (gaps >= 70)
        put_cased(writer, "lastname", &world->extra, case_dirt, note);
}

/* ---- E-mail. */

static void add_local_part(const struct sim_world *world, uint32_t index, uint32_t kind,
                           struct icp_buf *out)
{
    static const char *const shared[] = {"info", "kontakt", "post", "sales"};
    struct icp_buf first, last;

    icp_buf_open(&first, 256);
    icp_buf_open(&last, 256);
    clean_names(world, index, &first, &last);
    if (kind < 30) {
        icp_buf_add_cstr(out, shared[kind % 4]);
    } else if (kind < 230) { /* initials */
        struct icp_buf folded;
        icp_buf_open(&folded, 256);
        sim_fold(&folded, icp_buf_view(&first), '-');
        icp_buf_add(out, icp_str_slice(icp_buf_view(&folded), 0, 1));
        sim_fold(out, icp_buf_view(&last), '-');
        icp_buf_finish(&folded);
    } else if (kind < 350) {
        sim_fold(out, icp_buf_view(&first), '-');
    } else {
        sim_fold(out, icp_buf_view(&first), '-');
        icp_buf_add_char(out, '.');
        sim_fold(out, icp_buf_view(&last), '-');
    }
    icp_buf_finish(&first);
    icp_buf_finish(&last);
}

static void add_domain(const struct sim_world *world, uint32_t index, struct icp_buf *out)
{
    uint32_t company = world->contacts[index].company;

    if (company != SIM_NOBODY)
        sim_company_domain(world, company, out);
    else
        icp_buf_format(out, "unknown-%u.example", index % 977);
}

/* A clean address that nobody else has; a namesake gets a number. */
static void clean_email(struct sim_world *world, uint32_t index, struct sim_random *random,
                        struct icp_buf *out)
{
    static const char *const providers[] = {"gmail.com",   "gmail.com",  "gmail.com", "hotmail.com",
                                            "outlook.com", "icloud.com", "yahoo.com"};
    uint32_t kind = sim_random_below(random, 1000);
    bool free_mail = sim_random_chance(random, 85);
    const char *provider = providers[sim_random_below(random, 7)];

    for (int attempt = 0; attempt < 2; attempt++) {
        icp_buf_reset(out);
        if (free_mail)
            icp_buf_add_cstr(out, "0_example.");
        add_local_part(world, index, kind, out);
        if (attempt > 0 || free_mail)
            icp_buf_format(out, "%u", index);
        icp_buf_add_char(out, '@');
        if (free_mail)
            icp_buf_add_cstr(out, provider);
        else
            add_domain(world, index, out);
        if (sim_take_name(world, icp_str_hash(icp_buf_view(out)) ^ UINT64_C(0xe3a1)))
            return;
    }
}

/* What imports and quick typing leave; none of these is an address. */
static void broken_email(struct sim_random *random, struct icp_str clean, struct icp_buf *out)
{
    size_t at = icp_str_find(clean, ICP_STR("@"));
    struct icp_str local = icp_str_slice(clean, 0, at);
    struct icp_str domain = icp_str_slice(clean, at + 1, clean.length);

    switch (sim_random_below(random, 7)) {
    case 0:
        icp_buf_format(out, "%.*s@", ICP_STR_ARGUMENTS(local));
        break;
    case 1:
        icp_buf_format(out, "%.*s(at)%.*s", ICP_STR_ARGUMENTS(local), ICP_STR_ARGUMENTS(domain));
        break;
    case 2:
        icp_buf_format(out, "%.*s", ICP_STR_ARGUMENTS(domain));
        break;
    case 3:
        icp_buf_format(out, "%.*s@@%.*s", ICP_STR_ARGUMENTS(local), ICP_STR_ARGUMENTS(domain));
        break;
    case 4:
        icp_buf_format(out, "%.*s; %.*s@%.*s", ICP_STR_ARGUMENTS(clean), ICP_STR_ARGUMENTS(local),
                       ICP_STR_ARGUMENTS(domain));
        break;
    case 5:
        icp_buf_add_cstr(out, "n/a");
        break;
    default:
        icp_buf_format(out, "%.*s %.*s", ICP_STR_ARGUMENTS(local), ICP_STR_ARGUMENTS(domain));
        break;
    }
}

/* True when an e-mail could reach the person. */
static bool write_email(struct sim_world *world, const struct sim_writer *writer, uint32_t index)
{
    struct sim_random random = sim_random_open(world->seed, SIM_STREAM_CONTACT_EMAIL, index);
    uint32_t dirt = sim_random_below(&random, 1000);
    struct icp_buf *clean = &world->text, *shown = &world->extra;
    struct icp_str address;

    if (dirt < 90)
        return false;
    clean_email(world, index, &random, clean);
    address = icp_buf_view(clean);
    icp_buf_reset(shown);
    if (dirt < 115) {
        broken_email(&random, address, shown);
        sim_put_buf(writer, "email", shown);
        return false;
    }
    if (dirt < 135)
        sim_add_upper(shown, address);
    else if (dirt < 145)
        icp_buf_format(shown, " %.*s", ICP_STR_ARGUMENTS(address));
    else if (dirt < 160)
        icp_buf_format(shown, "%.*s ", ICP_STR_ARGUMENTS(address));
    else
        icp_buf_add(shown, address);
    sim_put_buf(writer, "email", shown);
    address = icp_str_slice(address, icp_str_find(address, ICP_STR("@")) + 1, address.length);
    sim_set(writer->crm, writer->object, writer->record, "hs_email_domain", address);
    return true;
}

/* ---- Titles. */

static void add_long_title(struct icp_buf *out, struct icp_str title)
{
    icp_buf_format(out, "%.*s", ICP_STR_ARGUMENTS(title));
    for (int part = 1; part <= 40; part++)
        icp_buf_format(out, ", ansvarlig for område %d (inkl. øvrige koncernselskaber)", part);
}

/* One way in which a title gets dirty, by a draw of 0..999; most stay as they are. */
static void add_dirty_title(struct icp_buf *out, struct icp_str title, const char *second,
                            uint32_t dirt, struct sim_random *random)
{
    static const char *const frames[][2] = {{"Interim ", ""},
                                            {"", " (barselsvikar)"},
                                            {"f.d. ", ""},
                                            {"\"", "\""},
                                            {"", " 🚀"},
                                            {"", "\nNordic & Baltic"},
                                            {"Konst. ", ""},
                                            {"", ", M.Sc."},
                                            {"", " (Elternzeit)"},
                                            {"Acting ", ""}};
    static const char *const joints[] = {" & ", " / ", ", ", " og ", " | ", "/"};
    uint32_t choice = sim_random_below(random, 60);

    if (dirt < 30)
        sim_add_upper(out, title);
    else if (dirt < 110)
        sim_add_lower(out, title);
    else if (dirt < 145)
        sim_add_typo(out, title, random);
    else if (dirt < 195)
        icp_buf_format(out, "%.*s%s%s", ICP_STR_ARGUMENTS(title), joints[choice % 6], second);
    else if (dirt < 215)
        icp_buf_format(out, " %.*s  ", ICP_STR_ARGUMENTS(title));
    else if (dirt < 237)
        icp_buf_format(out, "%s%.*s%s", frames[choice % 10][0], ICP_STR_ARGUMENTS(title),
                       frames[choice % 10][1]);
    else if (dirt < 238)
        add_long_title(out, title);
    else
        icp_buf_add(out, title);
}

static void write_title(struct sim_world *world, const struct sim_writer *writer, uint32_t index)
{
    static const char *const junk[] = {"-", "n/a", ".", "ukendt", "x", "TBD", "?", "test", "0"};
    struct sim_random random = sim_random_open(world->seed, SIM_STREAM_CONTACT_TITLE, index);
    const struct sim_contact_fact *fact = &world->contacts[index];
    const struct sim_words *titles = &sim_titles[fact->language][fact->role];
    uint32_t known = sim_random_below(&random, 1000);
    const char *title = sim_random_word(&random, titles);
    /* a second title is of the same part or of no consequence, so that the truth stays the truth */
    const char *second = sim_random_word(
        &random, sim_random_chance(&random, 600) ? titles : &sim_titles[fact->language][SIM_USER]);

    if (known < 150)
        return;
    icp_buf_reset(&world->text);
    if (known < 168)
        icp_buf_add_cstr(&world->text, junk[sim_random_below(&random, 9)]);
    else
        add_dirty_title(&world->text, icp_str_from(title), second, sim_random_below(&random, 1000),
                        &random);
    sim_put_buf(writer, "jobtitle", &world->text);
}

/* What enrichment and reps filled in: next to nothing, as in real portals. */
static void write_roles(const struct sim_contact_fact *fact, const struct sim_writer *writer,
                        struct sim_random *random)
{
    static const char *const buying[SIM_ROLE_COUNT] = {
        "DECISION_MAKER", "BUDGET_HOLDER", "END_USER", "INFLUENCER;CHAMPION", "BLOCKER", "OTHER"};
    static const char *const seniority[SIM_ROLE_COUNT] = {"executive", "director", "employee",
                                                          "manager",   "entry",    "senior"};
    static const char *const work[SIM_ROLE_COUNT] = {"operations",     "finance",
                                                     "sales",          "information_technology",
                                                     "administrative", "human_resources"};

    if (sim_random_chance(random, 4))
        sim_put(writer, "hs_buying_role", buying[fact->role]);
    if (sim_random_chance(random, 14)) {
        sim_put(writer, "hs_seniority", seniority[fact->role]);
        sim_put(writer, "hs_role", work[fact->role]);
    }
}

/* ---- Place in the pipeline. */

static void write_stage(const struct sim_contact_fact *fact, const struct sim_writer *writer,
                        struct sim_random *random)
{
    static const char *const stages[] = {"subscriber", "lead", "lead", "marketingqualifiedlead",
                                         "salesqualifiedlead"};
    static const char *const statuses[] = {"NEW",       "OPEN",        "ATTEMPTED_TO_CONTACT",
                                           "CONNECTED", "UNQUALIFIED", "BAD_TIMING"};
    const char *stage = stages[fact->heat];

    if (sim_random_chance(random, 300))
        stage = "lead";
    if (sim_random_chance(random, 12))
        stage = "other";
    if (fact->in_open_deal)
        stage = "opportunity";
    if (fact->customer)
        stage = "customer";
    if (!sim_random_chance(random, 35))
        sim_put(writer, "lifecyclestage", stage);
    if (fact->in_open_deal)
        sim_put(writer, "hs_lead_status", "OPEN_DEAL");
    else if (fact->heat == SIM_HOT)
        sim_put(writer, "hs_lead_status", "NEW");
    else if (sim_random_chance(random, 380))
        sim_put(writer, "hs_lead_status", statuses[sim_random_below(random, 6)]);
}

static void write_company_text(struct sim_world *world, const struct sim_writer *writer,
                               uint32_t index, struct sim_random *random)
{
    const struct sim_contact_fact *fact = &world->contacts[index];
    const struct sim_market *market = &sim_markets[fact->market];

    if (fact->company != SIM_NOBODY && sim_random_chance(random, 560)) {
        icp_buf_reset(&world->text);
        sim_company_stem(world, fact->company, &world->text);
        if (sim_random_chance(random, 500))
            icp_buf_format(&world->text, " %s", sim_random_common(random, &market->legal_forms));
        sim_put_buf(writer, "company", &world->text);
    }
    if (sim_random_chance(random, 610))
        sim_put(writer, "country", sim_random_common(random, &market->spellings));
    if (sim_random_chance(random, 350))
        sim_put(writer, "city", sim_random_word(random, &market->cities));
    if (sim_random_chance(random, 450))
        sim_put(writer, "hs_language", sim_tongues[fact->language].code);
}

static void write_owner(const struct sim_world *world, const struct sim_writer *writer,
                        const struct sim_contact_fact *fact, struct sim_random *random)
{
    uint32_t owner = sim_random_below(random, SIM_OWNERS);
    bool follows = sim_random_chance(random, 850);

    if (fact->company != SIM_NOBODY && follows)
        owner = world->companies[fact->company].owner;
    if (!sim_random_chance(random, 60))
        sim_put_owner(writer, owner);
}

static void write_links(const struct sim_world *world, const struct sim_writer *writer,
                        uint32_t index)
{
    const struct sim_contact_fact *fact = &world->contacts[index];

    if (fact->other_company != SIM_NOBODY)
        sim_associate(world->crm, SIM_CONTACTS, sim_contact_id(index), SIM_COMPANIES,
                      sim_company_id(fact->other_company), false);
    if (fact->company != SIM_NOBODY) /* makes it the primary association as well */
        sim_put_number(writer, "associatedcompanyid", sim_company_id(fact->company));
}

void sim_write_contact(struct sim_world *world, uint32_t index)
{
    struct sim_random random = sim_random_open(world->seed, SIM_STREAM_CONTACT_SHOWN, index);
    const struct sim_contact_fact *fact = &world->contacts[index];
    struct sim_writer writer = {.crm = world->crm, .object = SIM_CONTACTS};
    int64_t last_ms;
    bool reachable;

    writer.record = sim_add_record(world->crm, SIM_CONTACTS, sim_contact_id(index),
                                   fact->created_ms, fact->created_ms);
    write_names(world, &writer, index, &random);
    reachable = write_email(world, &writer, index);
    write_title(world, &writer, index);
    write_roles(fact, &writer, &random);
    write_company_text(world, &writer, index, &random);
    write_stage(fact, &writer, &random);
    write_owner(world, &writer, fact, &random);
    write_links(world, &writer, index);
    sim_put_number(&writer, "num_associated_deals", fact->deals);
    if (sim_random_chance(&random, 420)) /* frozen long ago, still there */
        sim_put_number(&writer, "hubspotscore", sim_random_below(&random, 120));
    last_ms = sim_write_activity(world, &writer, index, reachable);
    if (last_ms < fact->created_ms)
        last_ms = fact->created_ms;
    if (sim_random_chance(&random, 350)) /* an import or a workflow touched it later */
        last_ms = sim_random_between(&random, last_ms, world->now_ms - 1000);
    sim_put_time(&writer, "lastmodifieddate", last_ms);
}
