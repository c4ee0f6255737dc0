/*
 * Any bytes into every look-up of the reference data: nothing crashes, and what comes back is a
 * part of the world that the look-up itself agrees with when asked again.
 */
#include <stdlib.h>

#include "reference.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void look_up_domain(struct icp_arena *arena, struct icp_str domain)
{
    if (icp_str_is_null(domain))
        return;
    require(icp_utf8_valid(domain));
    (void)icp_domain_is_free(domain);
    (void)icp_domain_is_disposable(domain);
    struct icp_str registrable = icp_domain_registrable(domain);
    require(icp_str_is_null(registrable) || icp_str_has_suffix(domain, registrable));
    require(icp_str_equal(icp_domain_registrable(registrable), registrable));
    require(icp_str_equal(icp_website_domain(arena, domain), domain));
}

static void look_up_industry(struct icp_str text)
{
    for (int i = ICP_SCHEME_ANY; i < ICP_SCHEME_COUNT; i++) {
        struct icp_industry industry = icp_industry_find((enum icp_scheme)i, text);
        require(icp_str_is_null(industry.division) || industry.recognised);
        if (icp_str_is_null(industry.division))
            continue;
        struct icp_industry again = icp_industry_find(ICP_SCHEME_NACE, industry.division);
        require(icp_str_equal(again.section, industry.section));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct icp_arena arena;
    struct icp_str text = {(const char *)data, size};
    char folded[256], again[256];

    icp_arena_open(&arena, (size_t)16 * 1024 * 1024);
    look_up_domain(&arena, icp_email_domain(&arena, text));
    look_up_domain(&arena, icp_website_domain(&arena, text));
    (void)icp_domain_registrable(text);
    (void)icp_domain_is_free(text);
    (void)icp_domain_is_disposable(text);
    struct icp_str country = icp_country_code(text);
    require(icp_str_is_null(country) || icp_str_equal(icp_country_code(country), country));
    look_up_industry(text);
    struct icp_str key = icp_text_fold(text, folded, sizeof(folded));
    if (!icp_str_is_null(key))
        require(icp_str_equal(icp_text_fold(key, again, sizeof(again)), key));
    icp_arena_close(&arena);
    return 0;
}
