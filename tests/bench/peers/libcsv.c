/*
 * The scorecard by hand in C, cells by libcsv: libcsv IN OUT. What a good programmer writes in an
 * afternoon: no tables, no vectors, no threads.
 */
#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { COLUMNS = 24, MOST = 64, AS_OF = 20634 /* 2026-06-30 in days since 1970 */ };
enum {
    ID,
    EMAIL,
    TITLE,
    LEVEL,
    DEPARTMENT,
    COMPANY,
    INDUSTRY,
    EMPLOYEES,
    REVENUE,
    GROWTH,
    COUNTRY,
    CITY,
    TOOLS,
    STAGE,
    SOURCE,
    ACTIVITY,
    VIEWS,
    OPENS,
    FILLS,
    DEMO,
    UNSUBSCRIBED
};

struct reason {
    const char *id;
    int points;
};
struct leads {
    FILE *out;
    char *cell[COLUMNS];
    size_t room[COLUMNS];
    int column, rows;
    struct reason reasons[MOST], stops[4];
    int reason_count, stop_count, score;
};

static void give(struct leads *l, int when, const char *id, int points)
{
    if (!when || points == 0)
        return;
    l->reasons[l->reason_count++] = (struct reason){id, points};
    l->score += points;
}

static void stop(struct leads *l, int when, const char *id)
{
    if (when)
        l->stops[l->stop_count++] = (struct reason){id, 0};
}

/* One of several words with '|' between them. */
static int among(const char *text, const char *words)
{
    size_t length = strlen(text);

    for (const char *at = words; length > 0 && *at != '\0';) {
        size_t some = strcspn(at, "|");
        if (some == length && memcmp(at, text, length) == 0)
            return 1;
        at += some + (at[some] == '|');
    }
    return 0;
}

static int has(const char *text, const char *words, const char *edges)
{
    for (const char *at = words; *at != '\0';) {
        size_t some = strcspn(at, "|");
        for (const char *place = text; *place != '\0'; place++)
            if (strncasecmp(place, at, some) == 0 &&
                (edges == NULL || ((place == text || strchr(edges, place[-1]) != NULL) &&
                                   (place[some] == '\0' || strchr(edges, place[some]) != NULL))))
                return 1;
        at += some + (at[some] == '|');
    }
    return 0;
}

static int domain_among(const char *email, const char *domains)
{
    const char *at = strrchr(email, '@');
    char lower[256];
    size_t i = 0;

    if (at == NULL)
        return 0;
    for (at++; at[i] != '\0' && i < sizeof(lower) - 1; i++)
        lower[i] = (char)(at[i] >= 'A' && at[i] <= 'Z' ? at[i] + 32 : at[i]);
    lower[i] = '\0';
    return among(lower, domains);
}

static int ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), some = strlen(end);

    return length >= some && strcasecmp(text + length - some, end) == 0;
}

static int days_of(const char *date)
{
    int y = (int)strtol(date, NULL, 10), m = (int)strtol(date + 5, NULL, 10),
        d = (int)strtol(date + 8, NULL, 10);

    y -= m <= 2;
    int era = y / 400, yoe = y - era * 400, doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void score_numbers(struct leads *l)
{
    char **c = l->cell;
    double n = strtod(c[EMPLOYEES], NULL);
    int known = *c[EMPLOYEES] != '\0', age;

    give(l, known && n >= 1 && n <= 10, "emp_1_10", -5);
    give(l, known && n >= 11 && n <= 50, "emp_11_50", 3);
    give(l, known && n >= 51 && n <= 200, "emp_51_200", 8);
    give(l, known && n >= 201 && n <= 1000, "emp_201_1000", 12);
    give(l, known && n >= 1001 && n <= 5000, "emp_1001_5000", 10);
    give(l, known && n >= 5001, "emp_gt_5000", 6);
    n = strtod(c[REVENUE], NULL);
    known = *c[REVENUE] != '\0';
    give(l, known && n <= 999999, "rev_lt_1m", -3);
    give(l, known && n >= 1e6 && n <= 9999999, "rev_1m_10m", 4);
    give(l, known && n >= 1e7 && n <= 99999999, "rev_10m_100m", 8);
    give(l, known && n >= 1e8, "rev_ge_100m", 6);
    n = strtod(c[GROWTH], NULL);
    give(l, *c[GROWTH] != '\0' && n >= 20, "growth_ge_20", 5);
    give(l, *c[GROWTH] != '\0' && n < 0, "growth_neg", -4);
    give(l, 1, "form_fills",
         3 * strtol(c[FILLS], NULL, 10) > 9 ? 9 : (int)(3 * strtol(c[FILLS], NULL, 10)));
    age = *c[ACTIVITY] != '\0' ? AS_OF - days_of(c[ACTIVITY]) : -1;
    if (*c[ACTIVITY] != '\0') {
        age = age < 0 ? 0 : age;
        give(l, age < 90, "recent_activity", 15 * (90 - age) / 90);
        give(l, age > 365, "stale_1y", -8);
    }
    give(l, strtod(c[VIEWS], NULL) >= 10, "page_views_10", 4);
    give(l, strtod(c[OPENS], NULL) >= 5 && strtod(c[VIEWS], NULL) >= 3, "engaged_email", 3);
    give(l, strcmp(c[DEMO], "true") == 0, "demo_requested", 15);
}

static void score_texts(struct leads *l)
{
    char **c = l->cell;
    static const char edges[] = " ,/&.()-";

    give(
        l,
        among(
            c[COUNTRY],
            "United States|United Kingdom|Canada|Germany|France|Netherlands|Australia|Switzerland"),
        "country_tier1", 8);
    give(l,
         among(c[COUNTRY],
               "Spain|Italy|Sweden|Norway|Denmark|Finland|Ireland|Belgium|Austria|Singapore|Japan|"
               "South Korea|New Zealand|Israel|Poland|Portugal|C\xC3\xB4te d'Ivoire"),
         "country_tier2", 4);
    give(l,
         among(c[INDUSTRY], "COMPUTER_SOFTWARE|INTERNET|INFORMATION_TECHNOLOGY_AND_SERVICES|"
                            "FINANCIAL_SERVICES|TELECOMMUNICATIONS|MARKETING_AND_ADVERTISING"),
         "industry_core", 8);
    give(l,
         among(c[INDUSTRY],
               "GAMBLING_CASINOS|TOBACCO|RELIGIOUS_INSTITUTIONS|POLITICAL_ORGANIZATION"),
         "industry_avoid", -10);
    give(l, among(c[LEVEL], "executive|owner|partner"), "seniority_exec", 10);
    give(l, among(c[LEVEL], "vp|director"), "seniority_vp_dir", 8);
    give(l, among(c[LEVEL], "manager"), "seniority_manager", 4);
    give(l, among(c[LEVEL], "entry|intern|student"), "seniority_junior", -6);
    give(l, among(c[DEPARTMENT], "sales|marketing|business_development|operations"), "dept_target",
         6);
    give(l, has(c[TITLE], "ceo|cto|cio|cfo|cmo|coo|cro|founder|president|chief", edges),
         "title_exec", 6);
    give(l,
         has(c[TITLE],
             "revenue operations|sales operations|demand gen|growth|crm|business "
             "development|go-to-market",
             NULL),
         "title_ops", 7);
    give(l, has(c[TITLE], "intern|student|assistant|retired|trainee", edges), "title_junior", -8);
    give(l,
         domain_among(c[EMAIL],
                      "gmail.com|yahoo.com|hotmail.com|outlook.com|aol.com|icloud.com|live.com|gmx."
                      "de|web.de|mail.ru|qq.com|163.com|protonmail.com|yandex.ru"),
         "email_freemail", -6);
    give(l, ends_with(c[EMAIL], ".edu") || ends_with(c[EMAIL], ".ac.uk"), "email_edu", -4);
    give(l, has(c[TOOLS], "salesforce|hubspot|pipedrive", ";"), "tech_crm", 6);
    give(l, among(c[STAGE], "marketingqualifiedlead|salesqualifiedlead|opportunity"),
         "stage_qualified", 6);
    give(l, among(c[SOURCE], "referral|partner|event|inbound_call"), "source_warm", 5);
    give(l, among(c[SOURCE], "purchased_list|scraped"), "source_cold", -7);
    stop(l, strcmp(c[UNSUBSCRIBED], "true") == 0, "dq_unsubscribed");
    stop(l, among(c[COUNTRY], "Cuba|Iran|North Korea|Syria"), "dq_country");
    stop(l, domain_among(c[EMAIL], "rivalcrm.com|leadhoarder.io|scorely.ai"), "dq_competitor");
    stop(l, among(c[STAGE], "customer|evangelist"), "dq_customer");
}

/* File order among equals: the place of a line in the scorecard. */
static int place_of(const char *id)
{
    static const char *const order[] = {
        "emp_1_10",       "emp_11_50",        "emp_51_200",        "emp_201_1000",
        "emp_1001_5000",  "emp_gt_5000",      "rev_lt_1m",         "rev_1m_10m",
        "rev_10m_100m",   "rev_ge_100m",      "growth_ge_20",      "growth_neg",
        "country_tier1",  "country_tier2",    "industry_core",     "industry_avoid",
        "seniority_exec", "seniority_vp_dir", "seniority_manager", "seniority_junior",
        "dept_target",    "title_exec",       "title_ops",         "title_junior",
        "email_freemail", "email_edu",        "tech_crm",          "stage_qualified",
        "source_warm",    "source_cold",      "recent_activity",   "stale_1y",
        "page_views_10",  "form_fills",       "demo_requested",    "engaged_email"};
    int place = 0;

    while (strcmp(order[place], id) != 0)
        place++;
    return place;
}

static int by_size(const void *left, const void *right)
{
    const struct reason *a = left, *b = right;
    int size = abs(b->points) - abs(a->points);

    return size != 0 ? size : place_of(a->id) - place_of(b->id);
}

static void finish_row(int end, void *context)
{
    struct leads *l = context;

    (void)end;
    while (l->column < COLUMNS && l->column > 0)
        l->cell[l->column++][0] = '\0';
    l->column = 0;
    if (l->rows++ == 0)
        return;
    l->reason_count = l->stop_count = l->score = 0;
    score_numbers(l);
    score_texts(l);
    l->score = l->score < 0 ? 0 : l->score > 100 ? 100 : l->score;
    if (l->stop_count > 0) {
        (void)fprintf(l->out, "%s,0,X,", l->cell[ID]);
        for (int i = 0; i < l->stop_count && i < 3; i++)
            (void)fprintf(l->out, "%s%s:DQ", i > 0 ? "|" : "", l->stops[i].id);
    } else {
        qsort(l->reasons, (size_t)l->reason_count, sizeof(l->reasons[0]), by_size);
        (void)fprintf(l->out, "%s,%d,%c,", l->cell[ID], l->score,
                      l->score >= 70   ? 'A'
                      : l->score >= 50 ? 'B'
                      : l->score >= 30 ? 'C'
                                       : 'D');
        for (int i = 0; i < l->reason_count && i < 3; i++)
            (void)fprintf(l->out, "%s%s:%+d", i > 0 ? "|" : "", l->reasons[i].id,
                          l->reasons[i].points);
    }
    (void)fputc('\n', l->out);
}

static void take_cell(void *text, size_t length, void *context)
{
    struct leads *l = context;
    int column = l->column++;

    if (column >= COLUMNS)
        return;
    if (length + 1 > l->room[column]) {
        l->room[column] = 2 * length + 64;
        l->cell[column] = realloc(l->cell[column], l->room[column]);
        if (l->cell[column] == NULL)
            abort();
    }
    memcpy(l->cell[column], text, length);
    l->cell[column][length] = '\0';
}

int main(int count, char **arguments)
{
    static char bytes[1 << 16];
    static struct leads l;
    struct csv_parser parser;
    FILE *in = count > 2 ? fopen(arguments[1], "rb") : NULL;
    size_t got;

    l.out = count > 2 ? fopen(arguments[2], "wb") : NULL;
    if (in == NULL || l.out == NULL || csv_init(&parser, CSV_APPEND_NULL) != 0)
        return 1;
    (void)fputs("id,score,grade,reasons\n", l.out);
    while ((got = fread(bytes, 1, sizeof(bytes), in)) > 0)
        if (csv_parse(&parser, bytes, got, take_cell, finish_row, &l) != got)
            return 1;
    (void)csv_fini(&parser, take_cell, finish_row, &l);
    return fclose(l.out) == 0 ? 0 : 1;
}
