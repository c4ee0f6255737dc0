/*
 * What the reference data answers, as tables: domains of addresses and websites, the part somebody
 * registered, free and throw-away mailboxes.
 */
#include "check.h"

#include "reference.h"
#include "utf8.h"

static int set_up(void **state)
{
    static struct icp_arena arena;
    icp_arena_open(&arena, (size_t)1024 * 1024);
    *state = &arena;
    return 0;
}

static int tear_down(void **state)
{
    icp_arena_close(*state);
    return 0;
}

static void addresses_give_their_domain(void **state)
{
    static const struct {
        const char *why;
        struct icp_str address, domain;
        bool is_free, is_disposable;
    } cases[] = {
        {"a company", ICP_STR_INIT("A.B@Firma.DK"), ICP_STR_INIT("firma.dk"), false, false},
        {"free", ICP_STR_INIT("x@GMAIL.com"), ICP_STR_INIT("gmail.com"), true, false},
        {"free in a country", ICP_STR_INIT("x@hotmail.co.uk"), ICP_STR_INIT("hotmail.co.uk"), true,
         false},
        {"first ending of a name", ICP_STR_INIT("x@yahoo.com"), ICP_STR_INIT("yahoo.com"), true,
         false},
        {"last ending of a name", ICP_STR_INIT("x@yahoo.sk"), ICP_STR_INIT("yahoo.sk"), true,
         false},
        {"access provider", ICP_STR_INIT("x@stofanet.dk"), ICP_STR_INIT("stofanet.dk"), true,
         false},
        {"below one that covers", ICP_STR_INIT("x@cfl.rr.com"), ICP_STR_INIT("cfl.rr.com"), true,
         false},
        {"a city's offices are not its mailboxes", ICP_STR_INIT("x@senfin.berlin.de"),
         ICP_STR_INIT("senfin.berlin.de"), false, false},
        {"a throw-away", ICP_STR_INIT("x@yopmail.com"), ICP_STR_INIT("yopmail.com"), false, true},
        {"below a throw-away", ICP_STR_INIT("x@a.b.mailinator.com"),
         ICP_STR_INIT("a.b.mailinator.com"), false, true},
        {"a part of a free one is not", ICP_STR_INIT("x@notgmail.com"),
         ICP_STR_INIT("notgmail.com"), false, false},
        {"a provider's company", ICP_STR_INIT("x@bt.com"), ICP_STR_INIT("bt.com"), false, false},
        {"nobody before the @", ICP_STR_INIT("@gmail.com"), {0}, false, false},
        {"no dot", ICP_STR_INIT("a@localhost"), {0}, false, false},
        {"two dots", ICP_STR_INIT("a@b..dk"), {0}, false, false},
        {"words", ICP_STR_INIT("ask him @ b.dk"), {0}, false, false},
        {"the last @ counts", ICP_STR_INIT("a@b@firma.dk"), ICP_STR_INIT("firma.dk"), false, false},
        {"a point at the end", ICP_STR_INIT("a@firma.dk."), ICP_STR_INIT("firma.dk"), false, false},
        {"letters of its own", ICP_STR_INIT("a@MÜLLER.de"), ICP_STR_INIT("müller.de"), false,
         false},
        {"the same by its other name", ICP_STR_INIT("a@xn--mller-kva.de"),
         ICP_STR_INIT("müller.de"), false, false},
        {"no valid label stays", ICP_STR_INIT("a@xn--99999999.de"), ICP_STR_INIT("xn--99999999.de"),
         false, false},
        {"broken UTF-8", ICP_STR_INIT("a@b\xFF.dk"), {0}, false, false},
    };
    struct icp_arena *arena = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct icp_str domain = icp_email_domain(arena, cases[i].address);
        check_text(cases[i].why, domain, cases[i].domain);
        check_number(cases[i].why, icp_domain_is_free(domain), cases[i].is_free);
        check_number(cases[i].why, icp_domain_is_disposable(domain), cases[i].is_disposable);
    }
}

static void websites_give_their_domain(void **state)
{
    static const struct {
        const char *why;
        struct icp_str text, domain, registrable;
    } cases[] = {
        {"a domain", ICP_STR_INIT("firma.dk"), ICP_STR_INIT("firma.dk"), ICP_STR_INIT("firma.dk")},
        {"everything", ICP_STR_INIT(" HTTPS://user@WWW.Firma.co.uk:8080/about?x=1#top "),
         ICP_STR_INIT("www.firma.co.uk"), ICP_STR_INIT("firma.co.uk")},
        {"no scheme", ICP_STR_INIT("www.firma.dk/kontakt"), ICP_STR_INIT("www.firma.dk"),
         ICP_STR_INIT("firma.dk")},
        {"a question behind it", ICP_STR_INIT("shop.firma.se?utm=a@b"),
         ICP_STR_INIT("shop.firma.se"), ICP_STR_INIT("firma.se")},
        {"scheme left out, slashes kept", ICP_STR_INIT("//firma.no"), ICP_STR_INIT("firma.no"),
         ICP_STR_INIT("firma.no")},
        {"letters of its own", ICP_STR_INIT("http://www.xn--mller-kva.de"),
         ICP_STR_INIT("www.müller.de"), ICP_STR_INIT("müller.de")},
        {"a tenant of a host", ICP_STR_INIT("acme.github.io"), ICP_STR_INIT("acme.github.io"),
         ICP_STR_INIT("acme.github.io")},
        {"a suffix alone", ICP_STR_INIT("co.uk"), ICP_STR_INIT("co.uk"), {0}},
        {"an address in the network",
         ICP_STR_INIT("http://192.0.2.10/"),
         ICP_STR_INIT("192.0.2.10"),
         {0}},
        {"two websites", ICP_STR_INIT("a.dk, b.dk"), {0}, {0}},
        {"no website", ICP_STR_INIT("n/a"), {0}, {0}},
        {"nothing", ICP_STR_INIT("https://"), {0}, {0}},
        {"empty", ICP_STR_INIT(""), {0}, {0}},
    };
    struct icp_arena *arena = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct icp_str domain = icp_website_domain(arena, cases[i].text);
        check_text(cases[i].why, domain, cases[i].domain);
        check_text(cases[i].why, icp_domain_registrable(domain), cases[i].registrable);
    }
}

static const struct {
    struct icp_str text;
    const char *code;
} spellings[] = {
    {ICP_STR_INIT("DK"), "DK"},
    {ICP_STR_INIT(" dnk "), "DK"},
    {ICP_STR_INIT("Danmark."), "DK"},
    {ICP_STR_INIT("SVERIGE"), "SE"},
    {ICP_STR_INIT("Suomi"), "FI"},
    {ICP_STR_INIT("O\xCC\x88sterreich"), "AT"},
    {ICP_STR_INIT("Oesterreich"), "AT"},
    {ICP_STR_INIT("Osterreich"), "AT"},
    {ICP_STR_INIT("GROSSBRITANNIEN"), "GB"},
    {ICP_STR_INIT("UK"), "GB"},
    {ICP_STR_INIT("Great Britain"), "GB"},
    {ICP_STR_INIT("Scotland"), "GB"},
    {ICP_STR_INIT("U.S.A."), "US"},
    {ICP_STR_INIT("The Netherlands"), "NL"},
    {ICP_STR_INIT("Netherlands, The"), "NL"},
    {ICP_STR_INIT("Holland"), "NL"},
    {ICP_STR_INIT("Deutschland (DE)"), "DE"},
    {ICP_STR_INIT("DE - Deutschland"), "DE"},
    {ICP_STR_INIT("Germany/Deutschland"), "DE"},
    {ICP_STR_INIT("DK-Denmark"), "DK"},
    {ICP_STR_INIT("\xF0\x9F\x87\xA9\xF0\x9F\x87\xB0 Denmark"), "DK"},
    {ICP_STR_INIT("Aarhus, Denmark"), "DK"},
    {ICP_STR_INIT("Republic of Korea"), "KR"},
    {ICP_STR_INIT("Korea, Democratic People's Republic of"), "KP"},
    {ICP_STR_INIT("Moldova, Republic of"), "MD"},
    {ICP_STR_INIT("Republic of Ireland"), "IE"},
    {ICP_STR_INIT("Königreich Norwegen"), "NO"},
    {ICP_STR_INIT("Côte d’Ivoire"), "CI"},
    {ICP_STR_INIT("Türkiye"), "TR"},
    {ICP_STR_INIT("日本"), "JP"},
    {ICP_STR_INIT("Россия"), "RU"},
    {ICP_STR_INIT("ΕΛΛΑΔΑ"), "GR"},
    /* decided */
    {ICP_STR_INIT("Georgia"), "GE"},
    {ICP_STR_INIT("Congo"), "CG"},
    {ICP_STR_INIT("DR Congo"), "CD"},
    {ICP_STR_INIT("Korea"), "KR"},
    {ICP_STR_INIT("America"), "US"},
    {ICP_STR_INIT("Republic of China"), "TW"},
    {ICP_STR_INIT("Kosovo"), "XK"},
    /* unknown stays unknown */
    {ICP_STR_INIT("Georgia, US"), NULL},
    {ICP_STR_INIT("Atlanta, Georgia"), NULL},
    {ICP_STR_INIT("San Francisco, CA"), NULL},
    {ICP_STR_INIT("Luxembourg, Belgium"), NULL},
    {ICP_STR_INIT("Denmark and Sweden"), NULL},
    {ICP_STR_INIT("Virgin Islands"), NULL},
    {ICP_STR_INIT("Yugoslavia"), NULL},
    {ICP_STR_INIT("Europe"), NULL},
    {ICP_STR_INIT("N/A"), NULL},
    {ICP_STR_INIT("n.a."), NULL},
    {ICP_STR_INIT("Narnia"), NULL},
    {ICP_STR_INIT("Not Denmark"), NULL},
    {ICP_STR_INIT("-"), NULL},
    {ICP_STR_INIT(""), NULL},
};

static void countries_are_read_in_any_spelling(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(spellings); i++)
        check_text(spellings[i].text.data, icp_country_code(spellings[i].text),
                   icp_str_from(spellings[i].code));
    for (size_t i = 0; i < icp_country_count(); i++)
        if (icp_str_is_null(icp_country_code(icp_country_name(i))))
            fail_msg("%.*s is unknown", ICP_STR_ARGUMENTS(icp_country_name(i)));
    check_text("no text", icp_country_code((struct icp_str){0}), (struct icp_str){0});
}

static void industries_are_brought_to_one_key(void **state)
{
    static const struct {
        const char *why;
        enum icp_scheme scheme;
        struct icp_str text;
        const char *division, *section;
    } cases[] = {
        {"a class", ICP_SCHEME_NACE, ICP_STR_INIT("62.01"), "62", "J"},
        {"with its words", ICP_SCHEME_NACE, ICP_STR_INIT("62.01 Programming"), "62", "J"},
        {"Danish", ICP_SCHEME_NACE, ICP_STR_INIT("62.01.00"), "62", "J"},
        {"Danish without points", ICP_SCHEME_NACE, ICP_STR_INIT("620100"), "62", "J"},
        {"British", ICP_SCHEME_NACE, ICP_STR_INIT("62012"), "62", "J"},
        {"French", ICP_SCHEME_NACE, ICP_STR_INIT("6201Z"), "62", "J"},
        {"with its section", ICP_SCHEME_NACE, ICP_STR_INIT("J62.01"), "62", "J"},
        {"a section", ICP_SCHEME_NACE, ICP_STR_INIT("C"), NULL, "C"},
        {"a nought that a spreadsheet took", ICP_SCHEME_NACE, ICP_STR_INIT("1.11"), "01", "A"},
        {"another section's letter", ICP_SCHEME_NACE, ICP_STR_INIT("C62.01"), NULL, NULL},
        {"no such division", ICP_SCHEME_NACE, ICP_STR_INIT("34.10"), NULL, NULL},
        {"three digits may have lost a nought", ICP_SCHEME_NACE, ICP_STR_INIT("111"), NULL, NULL},
        {"two codes", ICP_SCHEME_NACE, ICP_STR_INIT("62.01, 70.22"), NULL, NULL},
        {"words only", ICP_SCHEME_NACE, ICP_STR_INIT("Software"), NULL, NULL},
        {"2.1 moved the car trade", ICP_SCHEME_NACE21, ICP_STR_INIT("47.81"), "45", "G"},
        {"2.1 kept the shops", ICP_SCHEME_NACE21, ICP_STR_INIT("47.71"), "47", "G"},
        {"2.1 calls finance L", ICP_SCHEME_NACE21, ICP_STR_INIT("L"), NULL, "K"},
        {"six digits", ICP_SCHEME_NAICS, ICP_STR_INIT("541511"), "62", "J"},
        {"a subsector of several divisions", ICP_SCHEME_NAICS, ICP_STR_INIT("312"), NULL, "C"},
        {"an exception in it", ICP_SCHEME_NAICS, ICP_STR_INIT("312113"), "35", "D"},
        {"a sector", ICP_SCHEME_NAICS, ICP_STR_INIT("31-33"), NULL, "C"},
        {"a sector without a place", ICP_SCHEME_NAICS, ICP_STR_INIT("22"), NULL, NULL},
        {"unclassified", ICP_SCHEME_NAICS, ICP_STR_INIT("999999"), NULL, NULL},
        {"four digits", ICP_SCHEME_SIC, ICP_STR_INIT("7372"), "58", "J"},
        {"an exception", ICP_SCHEME_SIC, ICP_STR_INIT("3432"), "28", "C"},
        {"a token", ICP_SCHEME_HUBSPOT, ICP_STR_INIT("COMPUTER_SOFTWARE"), "62", "J"},
        {"a section only", ICP_SCHEME_HUBSPOT, ICP_STR_INIT("CONSTRUCTION"), NULL, "F"},
        {"makers and traders", ICP_SCHEME_HUBSPOT, ICP_STR_INIT("AUTOMOTIVE"), NULL, NULL},
        {"an id", ICP_SCHEME_LINKEDIN, ICP_STR_INIT("96"), "62", "J"},
        {"a name", ICP_SCHEME_LINKEDIN, ICP_STR_INIT("IT Services and IT Consulting"), "62", "J"},
        {"a value of a list", ICP_SCHEME_SALESFORCE, ICP_STR_INIT("Banking"), "64", "K"},
        {"by spelling: a token", ICP_SCHEME_ANY, ICP_STR_INIT("HOSPITAL_HEALTH_CARE"), "86", "Q"},
        {"by spelling: its label", ICP_SCHEME_ANY, ICP_STR_INIT("Hospital & Health Care"), "86",
         "Q"},
        {"by spelling: a class", ICP_SCHEME_ANY, ICP_STR_INIT("62.01"), "62", "J"},
        {"by spelling: says itself", ICP_SCHEME_ANY, ICP_STR_INIT("NAICS 541511"), "62", "J"},
        {"by spelling: British or American", ICP_SCHEME_ANY, ICP_STR_INIT("SIC 62012"), "62", "J"},
        {"by spelling: American", ICP_SCHEME_ANY, ICP_STR_INIT("SIC: 7372"), "58", "J"},
        {"by spelling: digits alone could be anything", ICP_SCHEME_ANY, ICP_STR_INIT("6201"), NULL,
         NULL},
        {"two lists disagree", ICP_SCHEME_ANY, ICP_STR_INIT("Civil Engineering"), NULL, NULL},
        {"nobody's word", ICP_SCHEME_ANY, ICP_STR_INIT("Widgets"), NULL, NULL},
        {"empty", ICP_SCHEME_ANY, ICP_STR_INIT(" "), NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct icp_industry industry = icp_industry_find(cases[i].scheme, cases[i].text);
        check_text(cases[i].why, industry.division, icp_str_from(cases[i].division));
        check_text(cases[i].why, industry.section, icp_str_from(cases[i].section));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(addresses_give_their_domain, set_up, tear_down),
        cmocka_unit_test_setup_teardown(websites_give_their_domain, set_up, tear_down),
        cmocka_unit_test(countries_are_read_in_any_spelling),
        cmocka_unit_test(industries_are_brought_to_one_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
