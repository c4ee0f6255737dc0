/*
 * What people did: visits, forms, e-mails, meetings and calls as counters and last dates. Owns the
 * invariant that these agree: a date is there exactly when its counter is above zero, every date
 * lies between the record's creation and now, and nothing lies after the person's last day of
 * activity but what sales did.
 */
#include "generate_parts.h"

#include "date.h"

struct activity {
    const struct sim_world *world;
    const struct sim_writer *writer;
    const struct sim_contact_fact *fact;
    struct sim_random random;
    int64_t anchor_ms; /* the last day of activity; 0 for the silent */
    int64_t last_ms;   /* the last date written so far */
};

static void put_date(struct activity *activity, const char *property, int64_t ms)
{
    sim_put_time(activity->writer, property, ms);
    if (ms > activity->last_ms)
        activity->last_ms = ms;
}

/* A moment at most `days` before the anchor and not before the record was made. */
static int64_t before_anchor(struct activity *activity, int64_t days)
{
    int64_t earliest = activity->anchor_ms - days * ICP_MS_PER_DAY;

    if (earliest < activity->fact->created_ms)
        earliest = activity->fact->created_ms;
    return sim_random_between(&activity->random, earliest, activity->anchor_ms);
}

/* Days since the last activity, by heat: from, to. */
static int64_t draw_anchor(struct activity *activity)
{
    static const int64_t days[][2] = {
        [SIM_SILENT] = {0, 0},   [SIM_OLD] = {120, 1000}, [SIM_COOLING] = {30, 120},
        [SIM_ENGAGED] = {1, 30}, [SIM_HOT] = {0, 3},
    };
    enum sim_heat heat = (enum sim_heat)activity->fact->heat;
    int64_t ago = sim_random_between(&activity->random, days[heat][0] * ICP_MS_PER_DAY + 60000,
                                     days[heat][1] * ICP_MS_PER_DAY);
    int64_t anchor = activity->world->now_ms - ago;

    if (heat == SIM_SILENT)
        return 0;
    if (anchor < activity->fact->created_ms) /* made after that: did something on its first days */
        anchor = sim_random_between(&activity->random, activity->fact->created_ms,
                                    activity->world->now_ms - 60000);
    return anchor;
}

static void put_zero_or_nothing(struct activity *activity, const char *property, uint32_t zeros)
{
    if (sim_random_chance(&activity->random, zeros))
        sim_put_number(activity->writer, property, 0);
}

/* True when the person's device is known to the web analytics. */
static bool write_visits(struct activity *activity)
{
    static const char *const pages[] = {"",      "priser", "pricing", "careers", "blog/crm-2026",
                                        "cases", "demo",   "om-os",   "support", "webinar"};
    static const uint32_t most[] = {0, 6, 8, 14, 30};
    struct sim_random *random = &activity->random;
    uint32_t visits = 1 + sim_random_below(random, most[activity->fact->heat]);
    const char *page = pages[sim_random_below(random, 10)];
    char url[64];
    size_t length = 0;

    if (activity->anchor_ms == 0 || !sim_random_chance(random, 760)) {
        put_zero_or_nothing(activity, "hs_analytics_num_page_views", 350);
        put_zero_or_nothing(activity, "hs_analytics_num_visits", 350);
        return false;
    }
    if (activity->fact->heat == SIM_HOT)
        page = pages[1 + sim_random_below(random, 2)];
    sim_put_number(activity->writer, "hs_analytics_num_visits", visits);
    sim_put_number(activity->writer, "hs_analytics_num_page_views",
                   visits + sim_random_below(random, visits * 4 + 1));
    put_date(activity, "hs_analytics_last_visit_timestamp", before_anchor(activity, 3));
    for (const char *c = "https://www.seller.example/"; *c != '\0'; c++)
        url[length++] = *c;
    for (const char *c = page; *c != '\0' && length < sizeof(url) - 1; c++)
        url[length++] = *c;
    sim_set(activity->writer->crm, activity->writer->object, activity->writer->record,
            "hs_analytics_last_url", (struct icp_str){url, length});
    return true;
}

static const char *hand_raise(struct activity *activity)
{
    static const char *const forms[] = {"Demo request DK 2026", "Demo request Nordics",
                                        "Pricing request"};

    if (sim_random_chance(&activity->random, 450))
        return sim_tongues[activity->fact->language].contact_form;
    return forms[sim_random_below(&activity->random, 3)];
}

static const char *light_form(struct activity *activity)
{
    static const char *const forms[] = {"Newsletter sign-up",
                                        "Newsletter sign-up",
                                        "Nyhedsbrev",
                                        "Whitepaper: CRM i praksis",
                                        "Whitepaper: Data quality 2025",
                                        "Webinar: GDPR & AI",
                                        "Event: Nordic Sales Day",
                                        "Guide – \"ROI\"",
                                        "Job application",
                                        "Chatbot"};

    return forms[sim_random_below(&activity->random, 10)];
}

static void write_forms(struct activity *activity)
{
    static const uint32_t shares[] = {0, 380, 360, 450, 1000}; /* filled in any, per mille */
    static const uint32_t hands[] = {0, 90, 120, 200, 1000};   /* of those: raised a hand */
    struct sim_random *random = &activity->random;
    enum sim_heat heat = (enum sim_heat)activity->fact->heat;
    uint32_t count = 1 + (sim_random_chance(random, 300) ? sim_random_below(random, 4) : 0);
    const char *recent =
        sim_random_chance(random, hands[heat]) ? hand_raise(activity) : light_form(activity);
    int64_t recent_ms, first_ms;

    if (!sim_random_chance(random, shares[heat])) {
        put_zero_or_nothing(activity, "num_conversion_events", 500);
        return;
    }
    recent_ms = before_anchor(activity, heat == SIM_HOT ? 2 : 20);
    first_ms =
        count == 1 ? recent_ms : sim_random_between(random, activity->fact->created_ms, recent_ms);
    sim_put_number(activity->writer, "num_conversion_events", count);
    sim_put_number(activity->writer, "num_unique_conversion_events",
                   1 + sim_random_below(random, count));
    sim_put(activity->writer, "first_conversion_event_name",
            count == 1 ? recent : light_form(activity));
    put_date(activity, "first_conversion_date", first_ms);
    sim_put(activity->writer, "recent_conversion_event_name", recent);
    put_date(activity, "recent_conversion_date", recent_ms);
}

static void put_mail_counter(struct activity *activity, const char *counter, const char *date,
                             uint32_t count)
{
    sim_put_number(activity->writer, counter, count);
    if (count > 0)
        put_date(activity, date, before_anchor(activity, 25));
}

static void write_mails(struct activity *activity)
{
    static const uint32_t eager[] = {0, 260, 420, 620, 750}; /* opens of each mail, per mille */
    struct sim_random *random = &activity->random;
    uint32_t delivered = 1 + sim_random_below(random, 60);
    uint32_t rate = eager[activity->fact->heat];
    uint32_t opened = delivered * sim_random_below(random, rate + 1) / 1000;
    uint32_t clicked = opened * sim_random_below(random, 400) / 1000;

    if (!sim_random_chance(random, 780))
        return; /* never mailed: null, which is not 0 */
    if (activity->anchor_ms != 0 && sim_random_chance(random, 6)) {
        opened = delivered * 2; /* a link scanner in front of the mailbox */
        clicked = delivered * 9;
    }
    sim_put_number(activity->writer, "hs_email_delivered", delivered);
    put_mail_counter(activity, "hs_email_open", "hs_email_last_open_date", opened);
    put_mail_counter(activity, "hs_email_click", "hs_email_last_click_date", clicked);
    put_mail_counter(activity, "hs_email_replied", "hs_email_last_reply_date",
                     opened > 3 && sim_random_chance(random, 40) ? 1 : 0);
    if (sim_random_chance(random, 60))
        sim_put(activity->writer, "hs_email_optout", "true");
    else if (sim_random_chance(random, 550))
        sim_put(activity->writer, "hs_email_optout", "false");
}

/* Meetings, answers to sales mails, calls and notes. */
static void write_sales(struct activity *activity)
{
    static const uint32_t meets[] = {0, 40, 50, 90, 300};
    static const uint32_t replies[] = {0, 50, 60, 100, 250};
    struct sim_random *random = &activity->random;
    enum sim_heat heat = (enum sim_heat)activity->fact->heat;
    bool met = sim_random_chance(random, meets[heat]);
    bool replied = sim_random_chance(random, replies[heat]);
    int64_t latest_ms = 0;
    uint32_t notes;

    if (activity->fact->deals > 0 && activity->anchor_ms != 0)
        met = met || sim_random_chance(random, 500);
    if (met) {
        latest_ms = before_anchor(activity, 30);
        put_date(activity, "engagements_last_meeting_booked", latest_ms);
    }
    if (replied) {
        int64_t at = before_anchor(activity, 30);
        put_date(activity, "hs_sales_email_last_replied", at);
        latest_ms = at > latest_ms ? at : latest_ms;
    }
    if (latest_ms == 0 && sim_random_chance(random, 270)) /* called without an answer */
        latest_ms =
            sim_random_between(random, activity->fact->created_ms, activity->world->now_ms - 60000);
    if (activity->fact->deal_ms > latest_ms)
        latest_ms = activity->fact->deal_ms;
    if (latest_ms == 0)
        return;
    notes = 1 + sim_random_below(random, 12);
    sim_put_number(activity->writer, "num_notes", notes);
    sim_put_number(activity->writer, "num_contacted_notes", sim_random_below(random, notes) + 1);
    put_date(activity, "notes_last_updated", latest_ms);
    put_date(activity, "notes_last_contacted",
             sim_random_between(random, activity->fact->created_ms, latest_ms));
}

static void write_source(struct activity *activity)
{
    static const char *const sources[] = {
        "OFFLINE",      "OFFLINE",     "ORGANIC_SEARCH", "DIRECT_TRAFFIC", "EMAIL_MARKETING",
        "SOCIAL_MEDIA", "PAID_SEARCH", "REFERRALS",      "PAID_SOCIAL",    "AI_REFERRALS"};

    sim_put(activity->writer, "hs_analytics_source",
            sources[sim_random_below(&activity->random, 10)]);
}

int64_t sim_write_activity(const struct sim_world *world, const struct sim_writer *writer,
                           uint32_t index, bool reachable)
{
    struct activity activity = {
        .world = world,
        .writer = writer,
        .fact = &world->contacts[index],
        .random = sim_random_open(world->seed, SIM_STREAM_ACTIVITY, index),
    };
    int64_t seen_ms;
    bool bounced = reachable && sim_random_chance(&activity.random, 40);

    activity.anchor_ms = draw_anchor(&activity);
    write_source(&activity);
    if (write_visits(&activity) && activity.last_ms > 0)
        put_date(&activity, "hs_analytics_last_timestamp", activity.last_ms);
    write_forms(&activity);
    if (bounced)
        sim_put_number(writer, "hs_email_bounce", 1 + sim_random_below(&activity.random, 3));
    else if (reachable)
        write_mails(&activity);
    write_sales(&activity);
    seen_ms = activity.last_ms;
    if (sim_random_chance(&activity.random, 6)) {
        int64_t at =
            sim_random_between(&activity.random, activity.fact->created_ms, world->now_ms - 60000);
        sim_put_time(writer, "hs_job_change_detected_date", at);
        seen_ms = at > seen_ms ? at : seen_ms;
    }
    return seen_ms;
}
