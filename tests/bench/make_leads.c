/*
 * Leads for the benchmark, the same for the same seed: make_leads ROWS SEED csv|ndjson >FILE. Half
 * the texts that a CRM holds are messy, so a share of them is empty, quoted, of several lines or
 * not ASCII. NDJSON is in the shape of a CRM's object: {"id": …, "properties": {…}}.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 24, TEXT = 400 };

static const char *const names[COLUMNS] = {
    "id",           "email",           "jobtitle",     "seniority",     "department", "company",
    "industry",     "employees",       "revenue",      "growth_rate",   "country",    "city",
    "technologies", "lifecycle_stage", "lead_source",  "last_activity", "page_views", "email_opens",
    "form_fills",   "demo_requested",  "unsubscribed", "created",       "owner",      "notes"};

#define LIST(name, ...) static const char *const name[] = {__VA_ARGS__}
#define PICK(list)      pick(list, sizeof(list) / sizeof((list)[0]))

LIST(given, "anna", "bo", "carla", "dmitri", "eva", "felix", "grete", "hassan", "ines", "jonas",
     "katja", "lars", "maja", "nils", "olga", "pia", "quentin", "rosa", "sven", "tove");
LIST(family, "berg", "costa", "dahl", "eriksen", "fischer", "garde", "holm", "ibsen", "jensen",
     "kruse", "lund", "maier", "novak", "olsen", "petit", "riva", "sorensen", "toft", "vega");
LIST(firms, "nordlys", "havblik", "granit", "solvang", "kobalt", "fjeld", "tinde", "strand", "lyng",
     "ravn", "skov", "bakke", "elm", "ask", "birk", "hassel");
LIST(forms, " ApS", " AB", " GmbH", ", Inc.", " Oy", " S.p.A.", " \"Group\"", " & S\xC3\xB8nner");
LIST(ends, "com", "dk", "se", "de", "io", "example", "co.uk", "eu");
LIST(hosts, "gmail.com", "outlook.com", "gmx.de", "web.de", "yahoo.com", "cam.ac.uk", "mit.edu",
     "rivalcrm.com");
LIST(levels, "executive", "owner", "vp", "director", "manager", "employee", "senior", "entry",
     "intern", "partner");
LIST(departments, "sales", "marketing", "finance", "operations", "engineering",
     "business_development", "legal", "customer_success");
LIST(titles, "CEO", "Chief Revenue Officer", "Founder", "VP, Sales", "Head of Growth",
     "CRM Manager", "Marketing Director", "Sales Operations Lead", "Intern", "Executive Assistant",
     "Accountant", "Software Engineer", "Direkt\xC3\xB8r", "Responsable des ventes", "CTO/Founder",
     "Business Development Manager", "Student", "Consultant", "Buyer", "President");
LIST(industries, "COMPUTER_SOFTWARE", "INTERNET", "FINANCIAL_SERVICES", "TELECOMMUNICATIONS",
     "BANKING", "RETAIL", "TOBACCO", "GAMBLING_CASINOS", "MACHINERY", "CONSTRUCTION", "INSURANCE",
     "HOSPITALITY", "MARKETING_AND_ADVERTISING", "UTILITIES");
LIST(countries, "United States", "United Kingdom", "Germany", "France", "Netherlands", "Denmark",
     "Sweden", "Norway", "Finland", "Spain", "Italy", "Poland", "C\xC3\xB4te d'Ivoire", "India",
     "Brazil", "Kenya", "Iran", "Japan", "T\xC3\xBCrkiye", "Canada");
LIST(cities, "Aarhus",
     "K\xC3\xB8"
     "benhavn",
     "Malm\xC3\xB6", "Berlin", "M\xC3\xBCnchen", "Lyon", "Z\xC3\xBCrich", "Washington, DC",
     "\xE4\xBA\xAC\xE9\x83\xBD", "Nairobi");
LIST(tools, "Salesforce", "HubSpot", "Pipedrive", "Slack", "Snowflake", "AWS", "Azure", "Jira",
     "SAP", "Stripe", "Tableau", "Zendesk");
LIST(stages, "subscriber", "lead", "lead", "marketingqualifiedlead", "salesqualifiedlead",
     "opportunity", "customer", "other");
LIST(sources, "referral", "partner", "event", "organic", "paid_search", "purchased_list", "scraped",
     "inbound_call", "webinar");
LIST(notes, "Asked for a price list", "Met at the fair in Odense", "Says \"call me in spring\"",
     "No budget this year", "Uses a competitor, contract ends soon", "Please do not call");

static uint64_t state;

static uint64_t draw(void)
{
    uint64_t z = state += UINT64_C(0xA0761D6478BD642F);

    z = (z ^ z >> 32) * UINT64_C(0xE7037ED1A0B428DB);
    return z ^ z >> 29;
}

static unsigned below(unsigned most)
{
    return (unsigned)((draw() >> 32) * most >> 32);
}

static int one_in(unsigned count)
{
    return below(count) == 0;
}

static const char *pick(const char *const *list, size_t count)
{
    return list[below((unsigned)count)];
}

/* Days before 30 June 2026, as YYYY-MM-DD; a month here has 30 days and a year 12 of them, which
   gives real dates all the same (none behind the 28th). */
static void put_day(char *text, unsigned before)
{
    int day = 2026 * 336 + 5 * 28 + 27 - (int)before * 28 / 30;

    (void)snprintf(text, TEXT, "%04d-%02d-%02d", day / 336, day % 336 / 28 + 1, day % 28 + 1);
}

static void put_person(char row[COLUMNS][TEXT])
{
    const char *firm = PICK(firms), *first = PICK(given), *last = PICK(family);

    if (!one_in(50)) {
        if (one_in(5))
            (void)snprintf(row[1], TEXT, "%s.%s%u@%s", first, last, below(90), PICK(hosts));
        else
            (void)snprintf(row[1], TEXT, "%s.%s@%s%u.%s", first, last, firm, below(400),
                           PICK(ends));
    }
    (void)snprintf(row[2], TEXT, "%s%s", one_in(6) ? "Senior " : "", one_in(9) ? "" : PICK(titles));
    if (!one_in(8))
        (void)snprintf(row[3], TEXT, "%s", PICK(levels));
    if (!one_in(7))
        (void)snprintf(row[4], TEXT, "%s", PICK(departments));
    (void)snprintf(row[5], TEXT, "%s%s", firm, one_in(2) ? "" : PICK(forms));
}

static void put_company(char row[COLUMNS][TEXT])
{
    unsigned size = 1 + below(10) * below(60) + (one_in(20) ? below(20000) : 0);

    if (!one_in(9))
        (void)snprintf(row[6], TEXT, "%s", PICK(industries));
    if (!one_in(7))
        (void)snprintf(row[7], TEXT, "%u", size);
    if (!one_in(4))
        (void)snprintf(row[8], TEXT, "%" PRIu64, (uint64_t)size * (20 + below(300)) * 1000);
    if (!one_in(3))
        (void)snprintf(row[9], TEXT, "%d.%u", (int)below(70) - 20, below(10));
    if (!one_in(15))
        (void)snprintf(row[10], TEXT, "%s", PICK(countries));
    if (!one_in(5))
        (void)snprintf(row[11], TEXT, "%s", PICK(cities));
    for (unsigned i = below(6); i > 0; i--)
        (void)snprintf(row[12] + strlen(row[12]), TEXT - strlen(row[12]), "%s%s",
                       row[12][0] != '\0' ? ";" : "", PICK(tools));
}

static void put_story(char row[COLUMNS][TEXT])
{
    (void)snprintf(row[13], TEXT, "%s", PICK(stages));
    if (!one_in(20))
        (void)snprintf(row[14], TEXT, "%s", PICK(sources));
    if (!one_in(5))
        put_day(row[15], one_in(2) ? below(95) : below(1200));
    for (int i = 16; i < 19; i++)
        if (!one_in(20))
            (void)snprintf(row[i], TEXT, "%u", i == 18 ? below(5) : below(4) * below(9));
    (void)snprintf(row[19], TEXT, "%s", one_in(25) ? "true" : "false");
    (void)snprintf(row[20], TEXT, "%s", one_in(25) ? "true" : one_in(20) ? "" : "false");
    put_day(row[21], below(1500));
    (void)snprintf(row[22], TEXT, "rep%02u@ourcompany.example", below(40));
    for (unsigned i = below(4); i > 0; i--)
        (void)snprintf(row[23] + strlen(row[23]), TEXT - strlen(row[23]), "%s%s",
                       row[23][0] == '\0' ? ""
                       : one_in(4)        ? "\n"
                                          : ". ",
                       PICK(notes));
}

static void put_csv(const char *text)
{
    if (strpbrk(text, ",\"\n") == NULL) {
        (void)fputs(text, stdout);
        return;
    }
    (void)putchar('"');
    for (; *text != '\0'; text++)
        (void)printf(*text == '"' ? "\"\"" : "%c", *text);
    (void)putchar('"');
}

static void put_json(const char *text)
{
    if (*text == '\0') {
        (void)fputs("null", stdout);
        return;
    }
    (void)putchar('"');
    for (; *text != '\0'; text++)
        (void)printf(*text == '\n' ? "\\n" : *text == '"' ? "\\\"" : "%c", *text);
    (void)putchar('"');
}

static void put_object(char row[COLUMNS][TEXT])
{
    (void)printf("{\"id\":\"%s\",\"properties\":{", row[0]);
    for (int i = 1; i < COLUMNS; i++) {
        (void)printf("%s\"%s\":", i > 1 ? "," : "", names[i]);
        put_json(row[i]);
    }
    (void)printf("},\"createdAt\":\"%sT08:00:00.000Z\",\"updatedAt\":\"2026-06-29T20:15:00.000Z\","
                 "\"archived\":false}\n",
                 row[21]);
}

static uint64_t number_of(const char *digits)
{
    uint64_t number = 0;
    for (; *digits >= '0' && *digits <= '9'; digits++)
        number = number * 10 + (uint64_t)(*digits - '0');
    return number;
}

int main(int count, char **arguments)
{
    static char row[COLUMNS][TEXT];
    unsigned long rows = count > 3 ? (unsigned long)number_of(arguments[1]) : 0;
    int csv = count > 3 && strcmp(arguments[3], "csv") == 0;

    if (rows == 0) {
        (void)fputs("usage: make_leads ROWS SEED csv|ndjson\n", stderr);
        return 2;
    }
    for (int i = 0; csv && i < COLUMNS; i++)
        (void)printf("%s%c", names[i], i + 1 < COLUMNS ? ',' : '\n');
    for (unsigned long i = 0; i < rows; i++) {
        state = number_of(arguments[2]) * UINT64_C(0x9E3779B97F4A7C15) + i;
        (void)draw();
        memset(row, 0, sizeof(row));
        (void)snprintf(row[0], TEXT, "%lu", 200000000 + i);
        put_person(row);
        put_company(row);
        put_story(row);
        for (int k = 0; csv && k < COLUMNS; k++) {
            put_csv(row[k]);
            (void)putchar(k + 1 < COLUMNS ? ',' : '\n');
        }
        if (!csv)
            put_object(row);
    }
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
