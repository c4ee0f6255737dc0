/*
 * Random rule files: every kind of line over the fields of tests/rules/fields.yaml, with conditions
 * of any shape over one or several of them, so that each way through the compiled engine is taken.
 */
#include "bulk_kit.h"
#include "random_rules.h"

/* ---- Conditions ----------------------------------------------------------------------------- */

static void write_number_test(struct icp_buf *out, uint64_t *seed)
{
    static const char *const fields[] = {"company.employees", "company.revenue"};
    static const char *const operators[] = {"<", "<=", ">", ">=", "="};
    const char *field = fields[draw(seed, 2)];
    uint32_t a = draw(seed, 90), b = a + draw(seed, 60);
    switch (draw(seed, 5)) {
    case 0:
        icp_buf_format(out, "%s in [%u..%u]", field, a, b);
        break;
    case 1:
        icp_buf_format(out, "%s between %u and %u.5", field, a, b);
        break;
    case 2:
        icp_buf_format(out, "%s in (%u..%u)", field, a, b + 1);
        break;
    default:
        icp_buf_format(out, "%s %s %u%s", field, operators[draw(seed, 5)], a,
                       draw(seed, 3) == 0 ? ".25" : "");
        break;
    }
}

static void write_test(struct icp_buf *out, uint64_t *seed, bool may_negate)
{
    enum { NEGATED = 3 };
    static const char *const tests[] = {
        "company.is_target",
        "company.is_target = false",
        "company.country = \"DK\"",
        "company.country in [\"SE\", \"NO\", \"DE\"]",
        "company.industry in [\"6\", \"62\", \"X\"]",
        "starts with(company.industry, \"62\")",
        "contains(lower case(contact.title), \"chef\")",
        "contact.title = \"Head of Sales\"",
        "contact.seniority in [\"owner\", \"c_level\"]",
        "contact.email_is_free",
        "contact.email_domain in rivals",
        "ends with(contact.email_domain, \".edu\")",
        "contact.lifecycle_stage = \"customer\"",
        "list contains(company.technologies, \"a\")",
        "count(company.technologies) > 1",
        "contact.birthday > date(\"2020-02-29\")",
        "contact.birthday <= today()",
        "contact.created < date and time(\"2025-12-31T12:00:00Z\")",
        "contact.opted_out",
        "company.revenue > company.employees",
        "company.revenue / company.employees > 1.5",
        "company.revenue * 2 > 41",
        "string length(contact.title) > 4",
        /* those that an unknown value can make true, which disqualifiers may not have */
        "company.employees = null",
        "contact.title != null",
        "(if company.is_target then company.employees > 3 else company.revenue > 3)",
    };
    if (draw(seed, 3) == 0)
        write_number_test(out, seed);
    else
        icp_buf_add_cstr(
            out, tests[draw(seed, sizeof(tests) / sizeof(tests[0]) - (may_negate ? 0 : NEGATED))]);
}

static void write_condition(struct icp_buf *out, uint64_t *seed, unsigned depth, bool may_negate)
{
    uint32_t shape = depth == 0 ? 0 : draw(seed, may_negate ? 8 : 6);
    if (shape < 3) {
        write_test(out, seed, may_negate);
    } else if (shape < 6) {
        uint32_t count = 2 + draw(seed, 2);
        for (uint32_t i = 0; i < count; i++) {
            icp_buf_add_cstr(out, i == 0 ? "(" : shape == 3 ? " or " : " and ");
            write_condition(out, seed, depth - 1, may_negate);
        }
        icp_buf_add_char(out, ')');
    } else {
        icp_buf_add_cstr(out, "not(");
        write_condition(out, seed, depth - 1, true);
        icp_buf_add_char(out, ')');
    }
}

static void write_quoted(struct icp_buf *out, uint64_t *seed, bool may_negate)
{
    icp_buf_add_char(out, '\'');
    write_condition(out, seed, draw(seed, 3), may_negate);
    icp_buf_add_char(out, '\'');
}

/* ---- Sections ------------------------------------------------------------------------------- */

static void write_rule(struct icp_buf *out, uint64_t *seed)
{
    uint32_t a = draw(seed, 101), b = draw(seed, 101), c = draw(seed, 101), kind = draw(seed, 9);
    if (random_lookup(out, kind, a, b, c))
        return;
    switch (kind) {
    case 0:
        icp_buf_format(out,
                       "field: company.employees, bands: {\"..9\": %u, \"10..49\": %u, "
                       "\"[50..99.5)\": %u, else: %u}",
                       a, b, c, draw(seed, 101));
        break;
    case 6:
        icp_buf_format(out, "field: company.revenue, match: {3: %u, 4.5: %u, else: %u}", a, b, c);
        break;
    default:
        icp_buf_add_cstr(out, "cases: [{when: ");
        write_quoted(out, seed, true);
        icp_buf_format(out, ", points: %u}, {when: ", a);
        write_quoted(out, seed, true);
        icp_buf_format(out, ", points: %u}, {else: %u}]", b, c);
        break;
    }
}

static void write_fit(struct icp_buf *out, uint64_t *seed)
{
    uint32_t criteria = 1 + draw(seed, 12), adjustments = draw(seed, 4);
    random_criteria(out, seed, criteria, write_rule);
    icp_buf_add_cstr(out, "  adjustments:\n    - {id: free, when: contact.email_is_free, points: "
                          "-7}\n");
    for (uint32_t i = 0; i < adjustments; i++) {
        icp_buf_format(out, "    - {id: a%u, when: ", i);
        write_quoted(out, seed, true);
        icp_buf_format(out, ", points: %d}\n", (int)draw(seed, 201) - 100);
    }
}

static void write_points_line(struct icp_buf *out, uint64_t *seed)
{
    int points = (int)draw(seed, 41) - 20;
    uint32_t a = draw(seed, 50), b = draw(seed, 90);
    switch (draw(seed, 11)) {
    case 0:
        icp_buf_format(out, "field: company.employees, bands: {\"..9\": %d, \"10..49\": %u}",
                       points, a);
        break;
    case 1:
        icp_buf_format(out, "field: company.country, match: [DK, Sweden], points: %d", points);
        break;
    case 2:
        icp_buf_format(out, "field: company.technologies, match: [a, b], points: %d", points);
        break;
    case 3:
        icp_buf_format(out, "field: company.technologies, any_of: {a: %u, b: 3, c: %u}, cap: %u", a,
                       b, 1 + draw(seed, 60));
        break;
    case 4:
        icp_buf_format(out, "decay: contact.birthday, points: %d, window: %u days", points,
                       1 + draw(seed, 400));
        break;
    case 5:
        icp_buf_format(out, "per: company.revenue, points: %u, cap: %u", 1 + draw(seed, 4),
                       4 + draw(seed, 30));
        break;
    case 6:
        icp_buf_format(out, "per: company.employees, points: %d", points);
        break;
    case 7:
        icp_buf_format(out, "field: contact.birthday, age_days: \"%u..\", points: %d", a, points);
        break;
    case 8:
        icp_buf_format(out, "signal: page_view, points: %d, half_life: %u days", points, 1 + b);
        break;
    default:
        icp_buf_add_cstr(out, "when: ");
        write_quoted(out, seed, true);
        icp_buf_format(out, ", points: %d", points);
        break;
    }
}

static void write_margin(struct icp_buf *out, uint64_t *seed)
{
    if (draw(seed, 2) == 0)
        icp_buf_format(out, ", drop_margin: %u", draw(seed, 9));
    icp_buf_add_cstr(out, "}\ntiers:\n");
}

static void write_roles(struct icp_buf *out, uint64_t *seed)
{
    static const char *const roles[] = {"decision_maker", "payer", "user", "influencer",
                                        "gatekeeper"};
    static const char *const looks[] = {", titles: [head, chef, \"*sal*\"]",
                                        ", departments: [lower, \"Head of Sales\", x]",
                                        ", titles: [chef], not: [sales], departments: [owner]", ""};
    icp_buf_add_cstr(out, "roles:\n  add:\n");
    for (uint32_t i = 1 + draw(seed, 6); i > 0; i--) {
        uint32_t look = draw(seed, 4);
        icp_buf_format(out, "    - {role: %s, confidence: %u%s", roles[draw(seed, 5)],
                       1 + draw(seed, 100), looks[look]);
        if (look == 3 || draw(seed, 2) == 0) {
            icp_buf_add_cstr(out, ", when: ");
            write_quoted(out, seed, true);
        }
        icp_buf_add_cstr(out, "}\n");
    }
}

static void write_points(struct icp_buf *out, uint64_t *seed)
{
    static const char *const tests[] = {"score > 20", "grade = \"A\"", "score in [5..9] or g0 > 4",
                                        "g0 < 3 and company.is_target"};
    uint32_t count = 2 + draw(seed, 14);
    icp_buf_format(out, "points:\n  max: %u\n  lines:\n", 20 + draw(seed, 100));
    for (uint32_t i = 0; i < count; i++) {
        icp_buf_format(out, "    - {id: p%u, ", i);
        write_points_line(out, seed);
        icp_buf_add_cstr(out, "}\n");
    }
    icp_buf_format(out, "  groups: [{id: g0, lines: [p0, p1], cap: %u, floor: -%u}]\n",
                   draw(seed, 20), draw(seed, 20));
    icp_buf_add_cstr(out, "grade: {score: {A: 15, B: 10, C: 5, D: 0}");
    write_margin(out, seed);
    for (uint32_t i = draw(seed, 3); i > 0; i--)
        icp_buf_format(out, "  - {id: t%u, when: '%s'}\n", i, tests[draw(seed, 4)]);
    icp_buf_add_cstr(out, "  - {id: rest, else: true}\n");
}

static void write_tiers(struct icp_buf *out, uint64_t *seed)
{
    static const char *const tests[] = {
        "g0 > 10 or score > 60",
        "grade in [\"A1\", \"A2\", \"B1\"]",
        "fit_grade = \"U\" and coverage < 50",
        "fit_grade in [\"D\", \"X\"]",
        "engagement_grade <= 2 and fit >= 40",
        "g0 >= 0.5 and company.is_target",
        "score in [20..40] or engagement > fit",
        "score > 10 and company.employees > 20",
    };
    icp_buf_add_cstr(out, "grade: {fit: {A: 75, B: 50, C: 25, D: 0}, "
                          "engagement: {1: 60, 2: 30, 3: 10, 4: 0}");
    write_margin(out, seed);
    for (uint32_t i = draw(seed, 4); i > 0; i--)
        icp_buf_format(out, "  - {id: t%u, when: '%s'}\n", i,
                       tests[draw(seed, sizeof(tests) / sizeof(tests[0]))]);
    icp_buf_add_cstr(out, "  - {id: rest, else: true}\n");
}

void bulk_kit_write_file(struct icp_buf *out, uint64_t *seed)
{
    uint32_t share = draw(seed, 101);
    icp_buf_add_cstr(out, "icp: 1\nname: Random\nlists:\n  rivals: [rival.dk, x.y.z]\n");
    if (draw(seed, 5) == 0) {
        icp_buf_add_cstr(out, "applies_when: ");
        write_quoted(out, seed, true);
        icp_buf_add_char(out, '\n');
    }
    if (draw(seed, 2) == 0) {
        icp_buf_add_cstr(out, "disqualify:\n  - {id: tiny, when: company.employees < 3}\n");
        for (uint32_t i = draw(seed, 3); i > 0; i--) {
            icp_buf_format(out, "  - {id: d%u, when: ", i);
            write_quoted(out, seed, false);
            icp_buf_add_cstr(out, "}\n");
        }
    }
    if (draw(seed, 3) == 0)
        write_roles(out, seed);
    if (draw(seed, 2) == 0) {
        write_points(out, seed);
        return;
    }
    write_fit(out, seed);
    random_engagement(out, seed, 1 + draw(seed, 3));
    icp_buf_format(out, "score: {fit: %u, engagement: %u}\n", share, 100 - share);
    write_tiers(out, seed);
}
