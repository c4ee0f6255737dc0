/*
 * A whole CRM from a seed. Owns the order: facts about everybody are decided first (companies, then
 * people, then deals), then every record is written as a CRM would show it: incomplete, dirty and
 * in eleven languages. The invariant: a record depends on (seed, count, clock) only, and what is
 * shown never contradicts itself (a counter above zero has its date, a date lies between creation
 * and now, the primary company is an associated one).
 *
 * THE HIDDEN TRUTH, which no property shows and which learning should find:
 *
 *   A closed deal is won with probability 1 / (1 + e^-x), where x, in thousandths, is the sum of
 *     -700                          to begin with
 *     industry                      `win` of sim_industries: software +700 … restaurants -1000
 *     size                          `win` of sim_sizes by the true number of employees:
 * best 50..249
 *                                   (+700), then 250..999 (+400), 20..49 (+200), 10..19 and from
 * 1000
 *                                   (-300), below 10 (-900)
 *     country                       `win` of sim_markets: DK +400, SE +250, NO +200, FI DE NL 0,
 *                                   GB -150, the others -400
 *     technologies                  sum of `win` of sim_technologies, held within -600..600
 *     people on the deal            +600 when one of them decides, +450 when one of them pays, +250
 *                                   more when both are there, -300 when there is nobody or only
 *                                   gatekeepers and others
 *     noise                         a bell with deviation 600
 *   The people's true roles count, not what their titles look like after typing errors; a deal
 * whose contacts nobody entered has nobody on it.
 *
 *   A won customer's profit is what its won deals brought in (`amount_in_home_currency`, euro) less
 *   `cost_to_serve` (euro), which is that revenue times
 *     45 % + `cost_percent` of industry and of size + a bell with deviation 12 %, and another 60 %
 *     for 35 % of those with 1,000 employees or more, held within 15..220 %.
 *   So public bodies, hospitals, retail and part of the largest cost money though they are won and
 *   big, while machinery and software of 50..249 people earn most. `cost_to_serve` is known for
 *   companies with won deals only: using it to predict a win is a leak.
 *
 *   Who is engaged depends weakly on the same fit (those above x = 700 are half as likely again to
 *   be engaged), so behaviour carries a little of the truth too.
 */
#include "generate.h"

#include "generate_parts.h"

enum { CONTACTS_A_COMPANY = 4, CONTACTS_A_DEAL = 10 };

static size_t table_size(uint32_t names)
{
    size_t size = 1024;

    while (size < (size_t)names * 2)
        size *= 2;
    return size;
}

bool sim_take_name(struct sim_world *world, uint64_t hash)
{
    uint64_t key = hash | 1; /* 0 marks a free place */
    size_t at = (size_t)(key >> 17) & (world->seen_size - 1);

    while (world->seen[at] != 0) {
        if (world->seen[at] == key)
            return false;
        at = (at + 1) & (world->seen_size - 1);
    }
    world->seen[at] = key;
    return true;
}

static enum icp_status open_world(struct sim_world *world, struct icp_err *err)
{
    world->company_count = world->contact_count / CONTACTS_A_COMPANY;
    world->deal_count = world->contact_count / CONTACTS_A_DEAL;
    /* at most one name a company, with up to a handful of namesakes, and one address a contact */
    world->seen_size = table_size(world->contact_count + 2 * world->company_count);
    world->companies = icp_allocate((size_t)world->company_count + 1, sizeof(*world->companies));
    world->contacts = icp_allocate((size_t)world->contact_count + 1, sizeof(*world->contacts));
    world->deals = icp_allocate((size_t)world->deal_count + 1, sizeof(*world->deals));
    world->members = icp_allocate((size_t)world->contact_count + 1, sizeof(*world->members));
    world->member_starts =
        icp_allocate((size_t)world->company_count + 2, sizeof(*world->member_starts));
    world->seen = icp_allocate(world->seen_size, sizeof(*world->seen));
    icp_buf_open(&world->text, 65536);
    icp_buf_open(&world->extra, 65536);
    if (!world->companies || !world->contacts || !world->deals || !world->members ||
        !world->member_starts || !world->seen)
        return icp_fail(err, ICP_BUG, "out of memory for %u generated contacts",
                        world->contact_count);
    return ICP_OK;
}

static void close_world(struct sim_world *world)
{
    icp_release(world->companies);
    icp_release(world->contacts);
    icp_release(world->deals);
    icp_release(world->members);
    icp_release(world->member_starts);
    icp_release(world->seen);
    icp_buf_finish(&world->text);
    icp_buf_finish(&world->extra);
}

/* Contacts by their primary company: counted, then laid out. */
static void index_members(struct sim_world *world)
{
    uint32_t *starts = world->member_starts;

    for (uint32_t i = 0; i < world->contact_count; i++)
        if (world->contacts[i].company != SIM_NOBODY)
            starts[world->contacts[i].company + 1]++;
    for (uint32_t c = 0; c < world->company_count; c++)
        starts[c + 1] += starts[c];
    uint32_t total = starts[world->company_count];
    for (uint32_t i = world->contact_count; i-- > 0;) {
        uint32_t company = world->contacts[i].company;
        if (company != SIM_NOBODY)
            world->members[--starts[company + 1]] = i;
    }
    /* every start[c + 1] has moved down to where company c begins: shift them into place */
    for (uint32_t c = 0; c < world->company_count; c++)
        starts[c] = starts[c + 1];
    starts[world->company_count] = total;
}

static void decide(struct sim_world *world)
{
    for (uint32_t i = 0; i < world->company_count; i++)
        sim_decide_company(world, i);
    for (uint32_t i = 0; i < world->contact_count; i++)
        sim_decide_contact(world, i);
    index_members(world);
    for (uint32_t i = 0; i < world->deal_count; i++)
        sim_decide_deal(world, i);
}

static void define_properties(struct sim_crm *crm)
{
    sim_define_property(
        crm, SIM_COMPANIES,
        &(struct sim_definition){.name = "cost_to_serve",
                                 .label = "Cost to serve (EUR)",
                                 .type = "number",
                                 .description = "Delivery, support and returns of all won deals"});
    sim_define_property(crm, SIM_DEALS,
                        &(struct sim_definition){.name = "amount_in_home_currency",
                                                 .label = "Amount in company currency",
                                                 .type = "number",
                                                 .calculated = true,
                                                 .hubspot_defined = true});
}

static void write_records(struct sim_world *world)
{
    for (uint32_t i = 0; i < world->company_count; i++)
        sim_write_company(world, i);
    for (uint32_t i = 0; i < world->contact_count; i++)
        sim_write_contact(world, i);
    for (uint32_t i = 0; i < world->deal_count; i++)
        sim_write_deal(world, i);
}

enum icp_status sim_generate(struct sim_crm *crm, uint32_t contacts, uint64_t seed,
                             struct icp_err *err)
{
    struct sim_world world = {
        .crm = crm, .seed = seed, .now_ms = sim_now(crm), .contact_count = contacts};

    if (contacts > SIM_MAX_GENERATED_CONTACTS)
        return icp_fail(err, ICP_BAD_CONFIG, "cannot generate %u contacts, at most %d", contacts,
                        SIM_MAX_GENERATED_CONTACTS);
    if (open_world(&world, err) == ICP_OK) {
        decide(&world);
        define_properties(crm);
        write_records(&world);
        if (world.text.failed || world.extra.failed)
            icp_fail(err, ICP_BUG, "a generated text did not fit");
    }
    close_world(&world);
    return err->status;
}
