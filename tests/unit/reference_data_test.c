/*
 * The reference tables against public lists that lie beside the checkout, never in it: how much of
 * them is known, and that nothing known is wrong. Ends with 77 when they are not there.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

#include "csv.h"
#include "file.h"
#include "reference.h"

enum { MOST_BYTES = 4 * 1024 * 1024 };

struct bench {
    struct icp_arena arena;
    struct icp_buf text;
};

static int set_up(void **state)
{
    static struct bench bench;
    icp_arena_open(&bench.arena, (size_t)64 * 1024 * 1024);
    icp_buf_open(&bench.text, MOST_BYTES);
    *state = &bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;
    icp_buf_finish(&bench->text);
    icp_arena_close(&bench->arena);
    return 0;
}

static struct icp_str must_read(struct bench *bench, const char *name)
{
    struct icp_str path = icp_arena_format(&bench->arena, "%s/%s", ICP_REFERENCE_DATA, name);
    struct icp_err err = {0};
    if (icp_file_read(path.data, MOST_BYTES, &bench->text, &err) != ICP_OK)
        fail_msg("%s", err.message);
    return icp_buf_view(&bench->text);
}

/* ---- Domains --------------------------------------------------------------------------------- */

static bool among(struct icp_str text, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (icp_str_is(text, names[i]))
            return true;
    return false;
}

static void most_common_providers_are_known(void **state)
{
    /* Companies, newspapers, a university, public suffixes and examples that stand in the list. */
    static const char *const no_provider[] = {
        "37.com",         "about.com",       "alibaba.com",     "ancestry.com",     "anonymize.com",
        "aver.com",       "bt.com",          "cu.cc",           "dailypioneer.com", "ddnsfree.com",
        "discovery.com",  "dmv.com",         "dnsmadeeasy.com", "doityourself.com", "dynu.net",
        "elvis.com",      "example.com",     "f5.si",           "facebook.com",     "fr.nf",
        "i.am",           "islamonline.net", "law.com",         "medscape.com",     "msk.ru",
        "mydomain.com",   "name.com",        "nus.edu.sg",      "nyc.com",          "oath.com",
        "parrot.com",     "pe.hu",           "pp.ua",           "saudia.com",       "singpost.com",
        "sp.nl",          "space.com",       "spb.ru",          "swissinfo.org",    "techspot.com",
        "test.com",       "test.de",         "unican.es",       "web.id",           "www.com",
        "yourdomain.com", "za.com",          "zp.ua",           "looksmart.com",    "bolt.com"};
    struct bench *bench = *state;
    struct icp_str rest = must_read(bench, "ref-email-domains/email-providers-common.txt");
    struct icp_str line;
    size_t known = 0, all = 0;
    while (icp_str_cut(&rest, '\n', &line)) {
        struct icp_str domain = icp_str_trim(line);
        if (domain.length == 0)
            continue;
        bool found = icp_domain_is_free(domain) || icp_domain_is_disposable(domain);
        if (among(domain, no_provider, COUNT_OF(no_provider))) {
            if (found)
                fail_msg("%.*s is no provider of mailboxes", ICP_STR_ARGUMENTS(domain));
            continue;
        }
        all++;
        known += found ? 1 : 0;
    }
    print_message("common providers: %zu of %zu known\n", known, all);
    assert_true(all > 300);
    assert_true(known * 100 >= all * 90);
}

static void no_company_is_a_provider(void **state)
{
    static const char *const companies[] = {
        "siemens.com",     "google.com",       "microsoft.com",    "apple.com",
        "ibm.com",         "amazon.com",       "sap.com",          "novonordisk.com",
        "maersk.com",      "vestas.com",       "carlsberg.com",    "lego.com",
        "volvo.com",       "ericsson.com",     "nokia.com",        "equinor.com",
        "telenor.com",     "teliacompany.com", "tdc.dk",           "bt.com",
        "att.com",         "verizon.com",      "vodafone.com",     "telekom.de",
        "orange.com",      "philips.com",      "shell.com",        "unilever.com",
        "bosch.com",       "bmw.de",           "zohocorp.com",     "navercorp.com",
        "tencent.com",     "muenchen.de",      "team.telstra.com", "staff.sina.com.cn",
        "corp.netease.com"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(companies); i++)
        if (icp_domain_is_free(icp_str_from(companies[i])) ||
            icp_domain_is_disposable(icp_str_from(companies[i])))
            fail_msg("%s is a company", companies[i]);
}

/* "checkPublicSuffix('a.b', 'b');" or null in the place of a quoted domain. */
static struct icp_str argument(struct icp_str *rest)
{
    struct icp_str part;
    struct icp_str before = *rest;
    size_t comma = icp_str_find(before, ICP_STR(","));
    size_t quote = icp_str_find(before, ICP_STR("'"));
    if (quote > comma || quote == before.length) {
        *rest = icp_str_slice(before, comma + 1, before.length);
        return (struct icp_str){0};
    }
    *rest = icp_str_slice(before, quote + 1, before.length);
    (void)icp_str_cut(rest, '\'', &part);
    *rest = icp_str_slice(*rest, icp_str_find(*rest, ICP_STR(",")) + 1, rest->length);
    return part;
}

static void the_public_suffix_vectors_hold(void **state)
{
    struct bench *bench = *state;
    struct icp_str rest = must_read(bench, "ref-email-domains/test_psl.txt");
    struct icp_str line;
    size_t count = 0;
    while (icp_str_cut(&rest, '\n', &line)) {
        if (!icp_str_has_prefix(line, ICP_STR("checkPublicSuffix(")))
            continue;
        struct icp_str input = argument(&line);
        struct icp_str wanted = argument(&line);
        struct icp_str domain = icp_website_domain(&bench->arena, input);
        struct icp_str found = icp_domain_registrable(domain);
        if (!icp_str_is_null(wanted))
            wanted = icp_website_domain(&bench->arena, wanted);
        check_text(icp_arena_copy(&bench->arena, input).data, found, wanted);
        count++;
    }
    assert_true(count > 70);
}

/* ---- Countries ------------------------------------------------------------------------------- */

/* Names that the list gives to both Congos (ours is CG) or by mistake to the other one. */
static bool is_disputed(struct icp_str name)
{
    return icp_str_is(name, "Congo") || icp_str_is(name, "Kongo") ||
           icp_str_is(name, "República Democrática do Congo");
}

static void names_of_countries_are_read_and_none_is_wrong(void **state)
{
    struct bench *bench = *state;
    struct icp_str rest = must_read(bench, "ref-countries/country_names.tsv");
    struct icp_str line, cells[4];
    size_t known = 0, all = 0, checked = 0;
    (void)icp_str_cut(&rest, '\n', &line); /* the header */
    while (icp_str_cut(&rest, '\n', &line)) {
        size_t count = 0;
        while (count < 4 && icp_str_cut(&line, '\t', &cells[count]))
            count++;
        if (count < 4)
            continue;
        struct icp_str found = icp_country_code(cells[2]);
        if (!icp_str_is_null(found) && !is_disputed(cells[2]))
            check_text(icp_arena_copy(&bench->arena, cells[2]).data, found, cells[0]);
        checked++;
        /* The other sources are official titles, and names without their spaces. */
        if (!icp_str_is(icp_str_trim(cells[3]), "i18n-iso-countries"))
            continue;
        all++;
        known += icp_str_is_null(found) ? 0 : 1;
    }
    print_message("names of countries: %zu of %zu known, none of %zu wrong\n", known, all, checked);
    assert_true(all > 3000 && checked > 8000);
    assert_true(known * 100 >= all * 96);
}

/* ---- Industries ------------------------------------------------------------------------------ */

struct tally {
    size_t divisions, sections, none;
};

/* Every code of a classification is in the table, be it with the reason why nothing fits. */
static void count_industry(struct bench *bench, struct tally *tally, enum icp_scheme scheme,
                           struct icp_str text)
{
    struct icp_industry industry = icp_industry_find(scheme, text);
    if (!industry.recognised)
        fail_msg("\"%s\" is not in the table", icp_arena_copy(&bench->arena, text).data);
    if (!icp_str_is_null(industry.division))
        tally->divisions++;
    else if (!icp_str_is_null(industry.section))
        tally->sections++;
    else
        tally->none++;
}

static void report(const char *scheme, const struct tally *tally)
{
    print_message("%s: %zu with a division, %zu with a section, %zu without\n", scheme,
                  tally->divisions, tally->sections, tally->none);
}

/* One column of a file of cells, below its header and where it is not empty. */
struct column {
    const char *file;
    size_t index;
    enum icp_scheme scheme;
    const char *name;
    size_t least_divisions;     /* percent */
    const char *object, *field; /* the first two cells, when only such rows count */
};

static void measure_csv(struct bench *bench, const struct column *column, struct tally *tally)
{
    struct icp_str path =
        icp_arena_format(&bench->arena, "%s/%s", ICP_REFERENCE_DATA, column->file);
    struct icp_csv_row row = {0};
    struct icp_err err = {0};
    struct icp_csv *csv = icp_csv_open(path.data, &err);
    assert_non_null(csv);
    assert_int_equal(icp_csv_next(csv, &row, &err), ICP_OK);
    while (icp_csv_next(csv, &row, &err) == ICP_OK && row.count > column->index)
        if (row.cells[column->index].length > 0)
            count_industry(bench, tally, column->scheme, row.cells[column->index]);
    icp_csv_close(csv);
}

static void measure_tsv(struct bench *bench, const struct column *column, struct tally *tally)
{
    struct icp_str rest = must_read(bench, column->file);
    struct icp_str line, cells[6];
    (void)icp_str_cut(&rest, '\n', &line);
    while (icp_str_cut(&rest, '\n', &line)) {
        size_t count = 0;
        while (count < COUNT_OF(cells) && icp_str_cut(&line, '\t', &cells[count]))
            count++;
        if (count <= column->index || cells[column->index].length == 0)
            continue;
        if (column->object &&
            (!icp_str_is(cells[0], column->object) || !icp_str_is(cells[1], column->field)))
            continue;
        count_industry(bench, tally, column->scheme, icp_str_trim(cells[column->index]));
    }
}

static void every_industry_has_its_place(void **state)
{
    static const struct column columns[] = {
        {"ref-industries/hubspot-company-industry.tsv", 0, ICP_SCHEME_HUBSPOT, "HubSpot", 50, NULL,
         NULL},
        {"ref-industries/hubspot-company-industry.tsv", 1, ICP_SCHEME_ANY, "HubSpot's labels", 50,
         NULL, NULL},
        {"ref-industries/linkedin-industry-codes-v2-en.csv", 0, ICP_SCHEME_LINKEDIN, "LinkedIn ids",
         75, NULL, NULL},
        {"ref-industries/linkedin-industry-codes-v2-en.csv", 1, ICP_SCHEME_LINKEDIN,
         "LinkedIn names", 75, NULL, NULL},
        {"ref-industries/nace-2.0.csv", 3, ICP_SCHEME_NACE, "NACE 2.0", 100, NULL, NULL},
        {"ref-industries/nace-2.1.csv", 3, ICP_SCHEME_NACE21, "NACE 2.1", 99, NULL, NULL},
        {"ref-industries/nace-2.1.csv", 0, ICP_SCHEME_NACE21, "sections of NACE 2.1", 0, NULL,
         NULL},
        {"ref-industries/naics-2017.tsv", 0, ICP_SCHEME_NAICS, "NAICS 2017", 90, NULL, NULL},
        {"ref-industries/us-sic4.csv", 3, ICP_SCHEME_SIC, "SIC 1987", 90, NULL, NULL},
        {"ref-industries/uk-sic-gds-register.txt", 0, ICP_SCHEME_NACE, "British SIC", 100, NULL,
         NULL},
        {"ref-crm-enums/hubspot_enums.tsv", 3, ICP_SCHEME_HUBSPOT, "HubSpot's enumeration", 50,
         "company", "industry"},
        {"ref-crm-enums/salesforce_picklists.tsv", 3, ICP_SCHEME_SALESFORCE, "Salesforce", 20,
         "Account", "Industry"},
    };
    struct bench *bench = *state;
    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        struct tally tally = {0};
        struct icp_str file = icp_str_from(columns[i].file);
        if (icp_str_has_suffix(file, ICP_STR(".csv")))
            measure_csv(bench, &columns[i], &tally);
        else
            measure_tsv(bench, &columns[i], &tally);
        report(columns[i].name, &tally);
        size_t all = tally.divisions + tally.sections + tally.none;
        assert_true(all > 20);
        if (tally.divisions * 100 < all * columns[i].least_divisions)
            fail_msg("%s: too few divisions", columns[i].name);
    }
}

static void nace_keeps_its_own_digits(void **state)
{
    struct bench *bench = *state;
    struct icp_str path =
        icp_arena_format(&bench->arena, "%s/ref-industries/nace-2.0.csv", ICP_REFERENCE_DATA);
    struct icp_csv_row row = {0};
    struct icp_err err = {0};
    char section[2] = "";
    struct icp_csv *csv = icp_csv_open(path.data, &err);
    assert_non_null(csv);
    assert_int_equal(icp_csv_next(csv, &row, &err), ICP_OK);
    while (icp_csv_next(csv, &row, &err) == ICP_OK && row.count > 3) {
        if (row.cells[0].length == 1)
            section[0] = row.cells[0].data[0];
        for (size_t i = 1; i <= 3; i++) {
            if (row.cells[i].length == 0)
                continue;
            struct icp_industry industry = icp_industry_find(ICP_SCHEME_NACE, row.cells[i]);
            check_text("division", industry.division, icp_str_slice(row.cells[i], 0, 2));
            check_text("section", industry.section, icp_str_from(section));
        }
    }
    icp_csv_close(csv);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(most_common_providers_are_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_company_is_a_provider, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_public_suffix_vectors_hold, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_of_countries_are_read_and_none_is_wrong, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(every_industry_has_its_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nace_keeps_its_own_digits, set_up, tear_down),
    };
    if (access(ICP_REFERENCE_DATA "/ref-email-domains", R_OK) != 0) {
        puts("the public reference lists are not here");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
