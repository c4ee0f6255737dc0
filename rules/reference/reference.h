/*
 * What the world knows and a CRM does not say: who gives mailboxes away, where a company's own part
 * of a domain begins, which country a spelling means, which industry a code means. Pure look-ups in
 * tables that the build makes from files that people edit; nothing is guessed: what is not known
 * has no text. Each function takes any bytes.
 */
#ifndef ICP_REFERENCE_H
#define ICP_REFERENCE_H

#include "icp/base.h"

/* ---- Domains --------------------------------------------------------------------------------- */

/* Domain of a plausible address: lower case, an international one in its own letters ("müller.de",
   also from "xn--mller-kva.de"); or no text. */
struct icp_str icp_email_domain(struct icp_arena *arena, struct icp_str address);
/* The same of a domain or of a web address: scheme, user, port, path cut away. */
struct icp_str icp_website_domain(struct icp_arena *arena, struct icp_str text);
/* The part of a domain (as the two above give it) that somebody registered, by the public suffix
   list: "firma.co.uk" of "mail.firma.co.uk". A part of `domain`; no text for a suffix alone. */
struct icp_str icp_domain_registrable(struct icp_str domain);
/* A provider of free mailboxes, an access provider included; of throw-away mailboxes. */
bool icp_domain_is_free(struct icp_str domain);
bool icp_domain_is_disposable(struct icp_str domain);

/* ---- Countries ------------------------------------------------------------------------------- */

/* ISO 3166-1 alpha-2 of a code or name in any spelling, or no text. Lives as long as the program.
 */
struct icp_str icp_country_code(struct icp_str text);
/* Names in English, for hints. */
size_t icp_country_count(void);
struct icp_str icp_country_name(size_t index);

/* ---- Industries ------------------------------------------------------------------------------ */

/* Classifications that a field may hold. DB07, SNI, WZ, NAF, ATECO and the British SIC begin as
   NACE does. Without one, names are read and codes that cannot be mistaken. */
enum icp_scheme {
    ICP_SCHEME_ANY,
    ICP_SCHEME_NACE, /* Rev. 2 (2.0) */
    ICP_SCHEME_NACE21,
    ICP_SCHEME_NAICS, /* 2017 and 2022 */
    ICP_SCHEME_SIC,   /* American, 1987 */
    ICP_SCHEME_HUBSPOT,
    ICP_SCHEME_LINKEDIN, /* names and ids */
    ICP_SCHEME_SALESFORCE,
    ICP_SCHEME_COUNT
};
bool icp_scheme_from_name(struct icp_str name, enum icp_scheme *scheme);
const char *icp_scheme_names(void); /* for hints: "nace, nace21, … and salesforce" */

/* A division and section of NACE Rev. 2. No text where there is no sound mapping: the division when
   several of one section are meant, both when several sections are. */
struct icp_industry {
    struct icp_str division, section; /* "62", "J" */
    struct icp_str name;              /* of the division, else of the section, in English */
    bool recognised;                  /* stands in the tables, be it without a sound mapping */
};
struct icp_industry icp_industry_find(enum icp_scheme scheme, struct icp_str text);
struct icp_str icp_section_name(struct icp_str section);

#endif
