/*
 * Between the files of the generator only: random streams, text by word lists, and the facts that
 * are decided about everybody before the first record is written.
 */
#ifndef ICP_SIM_GENERATE_PARTS_H
#define ICP_SIM_GENERATE_PARTS_H

#include "crm.h"
#include "generate_data.h"

/* ---- Random numbers: integers only, so that every machine makes the same bytes. Every aspect of
   every record has a stream of its own: a new property does not move the others. */
enum sim_stream {
    SIM_STREAM_COMPANY,
    SIM_STREAM_COMPANY_NAME,
    SIM_STREAM_COMPANY_SHOWN,
    SIM_STREAM_CONTACT,
    SIM_STREAM_CONTACT_NAME,
    SIM_STREAM_CONTACT_EMAIL,
    SIM_STREAM_CONTACT_TITLE,
    SIM_STREAM_CONTACT_SHOWN,
    SIM_STREAM_ACTIVITY,
    SIM_STREAM_DEAL,
    SIM_STREAM_DEAL_SHOWN,
    SIM_STREAM_COST
};

struct sim_random {
    uint64_t state;
};

struct sim_random sim_random_open(uint64_t seed, enum sim_stream stream, uint64_t index);
uint64_t sim_random_next(struct sim_random *random);
uint32_t sim_random_below(struct sim_random *random, uint32_t limit); /* limit 0 gives 0 */
bool sim_random_chance(struct sim_random *random, uint32_t per_mille);
int64_t sim_random_between(struct sim_random *random, int64_t low,
                           int64_t high); /* both included */
int32_t sim_random_normal(struct sim_random *random, int32_t deviation);
const char *sim_random_word(struct sim_random *random, const struct sim_words *words);
/* A word of the list, the first ones likelier: half the time the very first. */
const char *sim_random_common(struct sim_random *random, const struct sim_words *words);
/* Draws an index by weights; the last one when they add up to less than `total`. */
uint32_t sim_random_weighted(struct sim_random *random, const uint32_t *weights, uint32_t count,
                             uint32_t total);

/* ---- Text. */
/* Lower-case ASCII letters and digits; everything else becomes one `joint`: "Åse Øst" "ase-oest".
 */
void sim_fold(struct icp_buf *out, struct icp_str text, char joint);
void sim_add_upper(struct icp_buf *out, struct icp_str text); /* ASCII and Latin-1 letters */
void sim_add_lower(struct icp_buf *out, struct icp_str text);
void sim_add_typo(struct icp_buf *out, struct icp_str text, struct sim_random *random);

/* ---- Facts. */
#define SIM_NOBODY UINT32_MAX
enum { SIM_DEAL_CONTACTS = 5 };

struct sim_company_fact {
    uint8_t market, industry, size;
    uint32_t employees;    /* the true number; the CRM may show none or nonsense */
    uint32_t technologies; /* a bit each of sim_technologies */
    int32_t win;           /* its part of the hidden truth, thousandths of a logit */
    int64_t created_ms;
    uint32_t namesakes; /* companies before it with the same name and domain stem */
    uint32_t owner;     /* index of an owner, or SIM_NOBODY */
    uint32_t contacts;  /* associated, primary or not */
    uint32_t deals, open_deals, won_deals;
    int64_t won_euros;
};

enum sim_heat { SIM_SILENT, SIM_OLD, SIM_COOLING, SIM_ENGAGED, SIM_HOT };

struct sim_contact_fact {
    uint32_t company;       /* primary, or SIM_NOBODY */
    uint32_t other_company; /* or SIM_NOBODY */
    uint8_t market, language, role, heat;
    bool customer, in_open_deal;
    uint32_t deals;
    int64_t created_ms;
    int64_t deal_ms; /* last day of a deal that the person took part in, or 0 */
};

enum sim_outcome { SIM_OPEN, SIM_LOST, SIM_WON };

struct sim_deal_fact {
    uint32_t company; /* whose deal it is */
    bool linked;      /* the CRM knows so */
    uint32_t contacts[SIM_DEAL_CONTACTS], contact_count;
    enum sim_outcome outcome;
    int64_t euros, created_ms, close_ms;
};

struct sim_world {
    struct sim_crm *crm;
    uint64_t seed;
    int64_t now_ms;
    uint32_t company_count, contact_count, deal_count;
    struct sim_company_fact *companies;
    struct sim_contact_fact *contacts;
    struct sim_deal_fact *deals;
    uint32_t *members;          /* contacts by primary company */
    uint32_t *member_starts;    /* company_count + 1 of them */
    uint64_t *seen;             /* hashes of names and e-mail addresses that are taken */
    size_t seen_size;           /* a power of two */
    struct icp_buf text, extra; /* scratch of one property */
};

int64_t sim_company_id(uint32_t index);
int64_t sim_contact_id(uint32_t index);
int64_t sim_deal_id(uint32_t index);
/* Remembers; false when it was there before. */
bool sim_take_name(struct sim_world *world, uint64_t hash);

void sim_decide_company(struct sim_world *world, uint32_t index);
void sim_decide_contact(struct sim_world *world, uint32_t index);
void sim_decide_deal(struct sim_world *world, uint32_t index);

/* Bare names, without legal form or dirt. */
void sim_company_stem(const struct sim_world *world, uint32_t index, struct icp_buf *out);
void sim_company_domain(const struct sim_world *world, uint32_t index, struct icp_buf *out);

void sim_write_company(struct sim_world *world, uint32_t index);
void sim_write_contact(struct sim_world *world, uint32_t index);
void sim_write_deal(struct sim_world *world, uint32_t index);

/* ---- Writing one record. */
struct sim_writer {
    struct sim_crm *crm;
    enum sim_object object;
    uint32_t record;
};

void sim_put(const struct sim_writer *writer, const char *property, const char *text);
void sim_put_buf(const struct sim_writer *writer, const char *property, const struct icp_buf *text);
void sim_put_number(const struct sim_writer *writer, const char *property, int64_t number);
void sim_put_time(const struct sim_writer *writer, const char *property, int64_t ms);
void sim_put_flag(const struct sim_writer *writer, const char *property, bool flag);
void sim_put_owner(const struct sim_writer *writer, uint32_t owner); /* SIM_NOBODY: none */

/* What a person did: counters and dates that agree with one another. Returns the last of them, or
 * 0.
 */
int64_t sim_write_activity(const struct sim_world *world, const struct sim_writer *writer,
                           uint32_t index, bool reachable);

enum { SIM_OWNERS = 9 };

#endif
