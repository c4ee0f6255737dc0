/* Draws in a fixed order, so that a seed stays the file that it was. */
#include "random_rules.h"

bool random_lookup(struct icp_buf *out, uint32_t kind, uint32_t a, uint32_t b, uint32_t c)
{
    switch (kind) {
    case 1:
        icp_buf_format(out, "field: company.country, match: {DK: %u, Sweden: %u, else: %u}", a, b,
                       c);
        break;
    case 2:
        icp_buf_format(out, "field: company.industry, prefix: {\"6\": %u, \"62\": %u, else: %u}", a,
                       b, c);
        break;
    case 3:
        icp_buf_format(out, "field: company.technologies, any_of: {a: %u, b: %u, c: %u}", a, b, c);
        break;
    case 4:
        icp_buf_format(out, "field: company.revenue, scale: {-3: %u, 4.5: %u, 1000: %u}", a, b, c);
        break;
    case 5:
        icp_buf_format(out, "field: company.is_target, match: {true: %u, false: %u}", a, b);
        break;
    default:
        return false;
    }
    return true;
}

void random_criteria(struct icp_buf *out, uint64_t *seed, uint32_t criteria,
                     void (*write_rule)(struct icp_buf *out, uint64_t *seed))
{
    static const char *const missing[] = {"skip", "skip", "zero", "neutral"};

    icp_buf_format(out, "fit:\n  min_coverage: %u\n  criteria:\n", draw(seed, 101));
    for (uint32_t i = 0; i < criteria; i++) {
        icp_buf_format(out, "    - {id: c%u, weight: %u, missing: %s, ", i,
                       1 + draw(seed, draw(seed, 4) == 0 ? 10000 : 30), missing[draw(seed, 4)]);
        write_rule(out, seed);
        icp_buf_add_cstr(out, "}\n");
    }
}

void random_engagement(struct icp_buf *out, uint64_t *seed, uint32_t groups)
{
    icp_buf_format(out, "engagement:\n  half_life: %u days\n  groups:\n", 1 + draw(seed, 90));
    for (uint32_t i = 0; i < groups; i++) {
        icp_buf_format(out, "    - id: g%u\n", i);
        if (draw(seed, 2) == 0)
            icp_buf_format(out, "      cap: %u\n      floor: -%u\n", draw(seed, 80),
                           draw(seed, 80));
        icp_buf_format(out,
                       "      signals:\n        - {signal: page_view, match: {url: \"*x*\"}, "
                       "points: %d, max_per_day: %u}\n        - {signal: page_view, points: %d}\n"
                       "        - {signal: email_click, points: %d, half_life: %u days}\n",
                       (int)draw(seed, 60) - 20, 1 + draw(seed, 5), (int)draw(seed, 30) - 10,
                       (int)draw(seed, 60) - 20, 1 + draw(seed, 300));
    }
}
