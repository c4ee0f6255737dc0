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

#endif
