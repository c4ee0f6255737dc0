/*
 * Associations. Each edge stands on both of its records; `primary` marks the one company of a
 * contact or deal that counts. Invariants: both sides agree; a contact or deal has at most one
 * primary company; a contact's primary company is its property associatedcompanyid.
 */
#include "model.h"

#include <string.h>

static struct sim_links *links_of(struct sim_crm *crm, enum sim_object from, int64_t id,
                                  enum sim_object to)
{
    uint32_t record = sim_find(crm, from, id);

    return record == SIM_NO_RECORD ? NULL : &crm->tables[from].records[record].links[to];
}

/* Edges stand in the order of `to`, so that the same CRM is written the same way whatever the
   order in which its edges were made. */
static uint32_t place_of(const struct sim_links *links, int64_t to)
{
    uint32_t low = 0, high = links->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (links->items[middle].to < to)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct sim_link *find_link(const struct sim_links *links, int64_t to)
{
    uint32_t at = links == NULL ? 0 : place_of(links, to);

    return links != NULL && at < links->count && links->items[at].to == to ? &links->items[at]
                                                                           : NULL;
}

static struct sim_link *need_link(struct sim_links *links, int64_t to)
{
    uint32_t at = place_of(links, to);
    size_t allocated = links->allocated;

    if (at < links->count && links->items[at].to == to)
        return &links->items[at];
    links->items =
        sim_grow(links->items, &allocated, (size_t)links->count + 1, sizeof(*links->items));
    links->allocated = (uint32_t)allocated;
    memmove(&links->items[at + 1], &links->items[at], (links->count - at) * sizeof(*links->items));
    links->count++;
    links->items[at] = (struct sim_link){.to = to};
    return &links->items[at];
}

static void demote(struct sim_crm *crm, enum sim_object owner, int64_t owner_id)
{
    struct sim_links *links = links_of(crm, owner, owner_id, SIM_COMPANIES);

    for (uint32_t i = 0; links != NULL && i < links->count; i++) {
        struct sim_link *back;
        if (!links->items[i].primary)
            continue;
        links->items[i].primary = false;
        back = find_link(links_of(crm, SIM_COMPANIES, links->items[i].to, owner), owner_id);
        if (back != NULL)
            back->primary = false;
    }
}

static void store_company_property(struct sim_crm *crm, int64_t contact, int64_t company)
{
    uint32_t record = sim_find(crm, SIM_CONTACTS, contact);
    uint32_t column = sim_column(crm, SIM_CONTACTS, ICP_STR("associatedcompanyid"));
    struct sim_record *owner;
    char text[ICP_TIME_TEXT];
    struct icp_str value = {0};

    if (record == SIM_NO_RECORD || column == SIM_NO_COLUMN)
        return;
    owner = &crm->tables[SIM_CONTACTS].records[record];
    if (company != 0)
        value = sim_id_format(company, text);
    sim_store(crm, SIM_CONTACTS, owner, column, value);
}

void sim_associate(struct sim_crm *crm, enum sim_object from, int64_t from_id, enum sim_object to,
                   int64_t to_id, bool primary)
{
    struct sim_links *there = links_of(crm, from, from_id, to);
    struct sim_links *back = links_of(crm, to, to_id, from);
    enum sim_object owner = from == SIM_COMPANIES ? to : from;
    int64_t owner_id = from == SIM_COMPANIES ? to_id : from_id;

    if (there == NULL || back == NULL)
        return; /* an edge to a record that is not there is dropped, as imports do */
    primary = primary && (from == SIM_COMPANIES) != (to == SIM_COMPANIES);
    if (primary)
        demote(crm, owner, owner_id);
    need_link(there, to_id)->primary |= primary;
    need_link(back, from_id)->primary |= primary;
    if (primary && owner == SIM_CONTACTS)
        store_company_property(crm, owner_id, from == SIM_COMPANIES ? from_id : to_id);
}

static bool drop_link(struct sim_links *links, int64_t to)
{
    struct sim_link *link = find_link(links, to);
    size_t behind;
    bool primary;

    if (link == NULL)
        return false;
    primary = link->primary;
    behind = links->count - (size_t)(link - links->items) - 1;
    memmove(link, link + 1, behind * sizeof(*link));
    links->count--;
    return primary;
}

void sim_dissociate(struct sim_crm *crm, enum sim_object from, int64_t from_id, enum sim_object to,
                    int64_t to_id)
{
    bool was_primary = drop_link(links_of(crm, from, from_id, to), to_id);

    (void)drop_link(links_of(crm, to, to_id, from), from_id);
    if (was_primary && from == SIM_CONTACTS)
        store_company_property(crm, from_id, 0);
    if (was_primary && to == SIM_CONTACTS)
        store_company_property(crm, to_id, 0);
}
