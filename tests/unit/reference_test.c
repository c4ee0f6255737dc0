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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(addresses_give_their_domain, set_up, tear_down),
        cmocka_unit_test_setup_teardown(websites_give_their_domain, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
