/* The tables from which generated records are put together. Data only; every name is invented. */
#ifndef ICP_SIM_GENERATE_DATA_H
#define ICP_SIM_GENERATE_DATA_H

#include <stddef.h>
#include <stdint.h>

struct sim_words {
    const char *const *items;
    uint32_t count;
};

enum sim_language {
    SIM_DANISH,
    SIM_SWEDISH,
    SIM_NORWEGIAN,
    SIM_FINNISH,
    SIM_GERMAN,
    SIM_DUTCH,
    SIM_FRENCH,
    SIM_SPANISH,
    SIM_ITALIAN,
    SIM_POLISH,
    SIM_ENGLISH,
    SIM_LANGUAGE_COUNT
};

/* The part a person really plays in buying; the CRM shows only the title. */
enum sim_role {
    SIM_DECISION_MAKER,
    SIM_PAYER,
    SIM_USER,
    SIM_INFLUENCER,
    SIM_GATEKEEPER,
    SIM_OTHER_ROLE,
    SIM_ROLE_COUNT
};

/* Words of trade, two a trade, so that a company's name goes with its industry. */
enum sim_trade {
    SIM_TRADE_SOFTWARE,
    SIM_TRADE_MACHINES,
    SIM_TRADE_ENERGY,
    SIM_TRADE_FOOD,
    SIM_TRADE_LOGISTICS,
    SIM_TRADE_BUILDING,
    SIM_TRADE_ADVICE,
    SIM_TRADE_HEALTH,
    SIM_TRADE_SHOPS,
    SIM_TRADE_FINANCE,
    SIM_TRADE_PUBLIC,
    SIM_TRADE_MEDIA,
    SIM_TRADE_COUNT
};

struct sim_tongue {
    const char *code; /* hs_language */
    struct sim_words first_names;
    struct sim_words name_heads; /* a last name is a head and a tail */
    struct sim_words name_tails;
    struct sim_words stems; /* of company names */
    const char *trades[SIM_TRADE_COUNT][2];
    const char *contact_form;      /* the form with which people of this language raise a hand */
    struct sim_words lost_reasons; /* as sales people type them */
};

struct sim_market {
    const char *code; /* ISO 3166-1 alpha-2 */
    enum sim_language language;
    uint32_t share; /* of companies, per mille */
    const char *currency;
    uint32_t per_euro_thousandth; /* 7460 = 7.46 of it buy one euro; fixed for ever */
    int32_t win;                  /* hidden truth, thousandths of a logit */
    struct sim_words spellings;   /* of the country, as people type it; the first is most common */
    struct sim_words cities;
    struct sim_words legal_forms;
};

struct sim_industry {
    const char *code; /* HubSpot's value */
    enum sim_trade trade;
    uint32_t share;          /* weight; they need not add up */
    int32_t win;             /* hidden truth, thousandths of a logit */
    uint32_t revenue_a_head; /* thousand euro a year */
    int32_t cost_percent;    /* hidden truth: cost to serve beyond the base, percent of revenue */
};

struct sim_technology {
    const char *code; /* HubSpot's value of web_technologies */
    uint32_t share;   /* per mille of companies with a known set */
    int32_t win;      /* hidden truth, thousandths of a logit */
};

/* Size bands of the hidden truth: from this many employees. */
struct sim_size {
    uint32_t from;
    int32_t win;
    int32_t cost_percent;
};

extern const struct sim_tongue sim_tongues[SIM_LANGUAGE_COUNT];
extern const struct sim_market sim_markets[];
extern const uint32_t sim_market_count;
extern const struct sim_industry sim_industries[];
extern const uint32_t sim_industry_count;
extern const struct sim_technology sim_technologies[];
extern const uint32_t sim_technology_count;
extern const struct sim_size sim_sizes[];
extern const uint32_t sim_size_count;
/* In generate_titles.c. */
extern const struct sim_words sim_titles[SIM_LANGUAGE_COUNT][SIM_ROLE_COUNT];

#endif
