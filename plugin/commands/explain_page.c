/*
 * The page that a sales rep reads: who, the score and grade, why line by line with the sum under a
 * rule, what to do next, how it came to be, and at the end the parts in their own points. Nothing
 * is decided here, and nothing is said by colour alone. A line has at most 80 columns; longer texts
 * are folded under their beginning.
 */
#include <string.h>

#include "date.h"
#include "explain.h"
#include "utf8.h"

enum {
    WIDTH = 80,
    LABEL = 13,        /* where the text behind a label such as "Fill in" begins */
    POINTS = 12,       /* where the text behind a number of points begins */
    SHOWN_HISTORY = 8, /* changes; icp history shows all */
    NAME_CHARACTERS = 60,
};

#define BOLD  "\033[1m"
#define DIM   "\033[2m"
#define GREEN "\033[32m"
#define RED   "\033[31m"

struct page {
    struct icp_buf *out;
    bool colour;
};

/* ---- Putting texts on a page ---------------------------------------------------------------- */

static void ink(const struct page *page, const char *how)
{
    if (page->colour)
        icp_buf_add_cstr(page->out, how);
}

static void plain(const struct page *page)
{
    ink(page, "\033[0m");
}

static void spaces(const struct page *page, size_t count)
{
    for (size_t i = 0; i < count; i++)
        icp_buf_add_char(page->out, ' ');
}

static void repeat(const struct page *page, const char *mark, size_t count)
{
    for (size_t i = 0; i < count; i++)
        icp_buf_add_cstr(page->out, mark);
}

static void heading(const struct page *page, struct icp_str text)
{
    icp_buf_add_cstr(page->out, "\n  ");
    ink(page, BOLD);
    icp_buf_add(page->out, text);
    plain(page);
    icp_buf_add_char(page->out, '\n');
}

/* From column `column` on, folded at spaces under its beginning; ends the line. */
static void folded(const struct page *page, size_t column, struct icp_str text)
{
    size_t room = WIDTH - column, used = 0;
    struct icp_str word;
    while (icp_str_cut(&text, ' ', &word)) {
        size_t length = icp_characters(word);
        if (used > 0 && used + 1 + length > room) {
            icp_buf_add_char(page->out, '\n');
            spaces(page, column);
            used = 0;
        } else if (used > 0) {
            icp_buf_add_char(page->out, ' ');
            used++;
        }
        for (; length > room; length = icp_characters(word)) { /* a word wider than the page */
            struct icp_str part = icp_utf8_cut(word, room);
            icp_buf_add(page->out, part);
            icp_buf_add_char(page->out, '\n');
            spaces(page, column);
            word = icp_str_slice(word, part.length, word.length);
        }
        icp_buf_add(page->out, word);
        used += length;
    }
    icp_buf_add_char(page->out, '\n');
}

static void labelled(const struct page *page, const char *label, struct icp_str text)
{
    icp_buf_add_cstr(page->out, "  ");
    ink(page, DIM);
    icp_buf_add_cstr(page->out, label);
    plain(page);
    spaces(page, LABEL - 2 - strlen(label));
    folded(page, LABEL, text);
}

static void points_line(const struct page *page, int32_t points, struct icp_str text)
{
    char number[16];
    int length = snprintf(number, sizeof(number), "%+d", (int)points);
    spaces(page, POINTS - 3 - (size_t)length);
    ink(page, points < 0 ? RED : GREEN);
    icp_buf_add_cstr(page->out, number);
    plain(page);
    spaces(page, 3);
    folded(page, POINTS, text);
}

/* The sum, under a rule. */
static void total_line(const struct page *page, int32_t total, struct icp_str text)
{
    char number[16];
    int length = snprintf(number, sizeof(number), "%d", (int)total);
    spaces(page, POINTS - 7);
    repeat(page, "─", 4);
    icp_buf_add_char(page->out, '\n');
    spaces(page, POINTS - 3 - (size_t)length);
    ink(page, BOLD);
    icp_buf_add_cstr(page->out, number);
    plain(page);
    spaces(page, 3);
    folded(page, POINTS, text);
}

/* A text made for one line of the page. */
static struct icp_str made(const char *data, size_t size, int length)
{
    size_t whole = length < 0 ? 0 : (size_t)length;
    return (struct icp_str){.data = data, .length = whole < size ? whole : size - 1};
}
#define MADE(data, ...) made((data), sizeof(data), snprintf((data), sizeof(data), __VA_ARGS__))

/* ---- Who, and how good ---------------------------------------------------------------------- */

static struct icp_str tier_label(const struct icp_explained *by, const struct icp_result *result)
{
    if (result->tier >= by->about->tier_count)
        return ICP_STR("");
    return icp_rules_tier_label(by->rules, result->tier, result->language);
}

static struct icp_str label_of_tier(const struct icp_explained *by, struct icp_str id)
{
    for (size_t i = 0; i < by->about->tier_count; i++)
        if (icp_str_equal(by->about->tiers[i].id, id))
            return icp_rules_tier_label(by->rules, i, by->result.language);
    return id;
}

/* "decision maker, payer": the parts they play in a decision. */
static void print_roles(const struct page *page, const struct icp_result *result)
{
    for (size_t i = 0; i < result->role_count; i++) {
        icp_buf_add_cstr(page->out, i == 0 ? "  " : ", ");
        for (size_t k = 0; k < result->roles[i].length; k++) {
            bool gap = result->roles[i].data[k] == '_';
            icp_buf_add_char(page->out, (char)(gap ? ' ' : result->roles[i].data[k]));
        }
    }
    if (result->role_count > 0)
        icp_buf_add_char(page->out, '\n');
}

enum { WHO_BYTES = 1024 }; /* more than a line of the page shows of a name */

/* What the CRM or a file calls somebody: on one line, and without signs that steer a terminal. */
static struct icp_str of_record(struct icp_str text, size_t characters, char line[WHO_BYTES])
{
    return icp_text_line(icp_utf8_cut(icp_str_slice(text, 0, WHO_BYTES), characters), line);
}

static void print_who(const struct page *page, const struct icp_explanation *explanation)
{
    char name_line[WHO_BYTES], id_line[WHO_BYTES], company[WHO_BYTES], text[WHO_BYTES + 64];
    struct icp_str name = of_record(explanation->name, NAME_CHARACTERS, name_line);
    struct icp_str id = of_record(explanation->id, NAME_CHARACTERS, id_line);
    if (icp_str_is_empty(name))
        name = icp_str_is_empty(explanation->email)
                   ? ICP_STR("(no name)")
                   : of_record(explanation->email, NAME_CHARACTERS, name_line);
    if (!icp_str_is_empty(explanation->crm) && !icp_str_is_empty(id))
        id = MADE(text, "%.*s:%.*s", ICP_STR_ARGUMENTS(explanation->crm), ICP_STR_ARGUMENTS(id));
    icp_buf_add_cstr(page->out, "\n  ");
    ink(page, BOLD);
    icp_buf_add(page->out, name);
    plain(page);
    size_t used = 2 + icp_characters(name) + icp_characters(id);
    if (!icp_str_is_empty(id)) {
        spaces(page, used < WIDTH ? WIDTH - used : 1);
        ink(page, DIM);
        icp_buf_add(page->out, id);
        plain(page);
    }
    icp_buf_add_char(page->out, '\n');
    if (!icp_str_is_empty(explanation->company)) {
        spaces(page, 2);
        folded(page, 2, of_record(explanation->company, WHO_BYTES, company));
    }
    print_roles(page, &explanation->by.result);
}

/* One line of the box and of what stands beside it. */
static void box_line(const struct page *page, struct icp_str inside, const char *side,
                     struct icp_str beside)
{
    icp_buf_add_cstr(page->out, "  ");
    icp_buf_add_cstr(page->out, side);
    ink(page, BOLD);
    icp_buf_add(page->out, inside);
    plain(page);
    icp_buf_add_cstr(page->out, side);
    if (beside.length > 0) {
        icp_buf_add_cstr(page->out, "   ");
        icp_buf_add(page->out, beside);
    }
    icp_buf_add_char(page->out, '\n');
}

static void box_rule(const struct page *page, const char *left, const char *right, size_t width,
                     struct icp_str beside)
{
    icp_buf_add_cstr(page->out, "  ");
    icp_buf_add_cstr(page->out, left);
    repeat(page, "━", width);
    icp_buf_add_cstr(page->out, right);
    if (beside.length > 0) {
        icp_buf_add_cstr(page->out, "   ");
        icp_buf_add(page->out, beside);
    }
    icp_buf_add_char(page->out, '\n');
}

/* What stands in the box: a long label says that it goes on. */
static struct icp_str short_label(struct icp_str label, char *data, size_t size)
{
    enum { MOST = 30 };
    struct icp_str cut = icp_utf8_cut(label, MOST - 1);
    return icp_characters(label) <= MOST
               ? label
               : made(data, size, snprintf(data, size, "%.*s…", ICP_STR_ARGUMENTS(cut)));
}

static void print_box(const struct page *page, const struct icp_explanation *explanation)
{
    const struct icp_explained *by = &explanation->by;
    const struct icp_result *result = &by->result;
    char tier_data[160], inside_data[200], parts_data[80], known_data[80];
    struct icp_str tier = short_label(tier_label(by, result), tier_data, sizeof(tier_data));
    struct icp_str inside = MADE(inside_data, "  %d   %s   %.*s  ", (int)result->score,
                                 result->grade, ICP_STR_ARGUMENTS(tier));
    struct icp_str parts =
        MADE(parts_data, "fit %d · engagement %d", (int)result->fit, (int)result->engagement);
    struct icp_str known = MADE(known_data, "%d %% of the profile is known", (int)result->coverage);
    if (by->about->points_model) { /* it has neither parts nor weights */
        parts = MADE(parts_data, "of at most %d points", (int)by->about->score_most);
        known = ICP_STR("");
    }
    struct icp_str reach = icp_reach_words(result->reach, result->language);
    size_t width = icp_characters(inside);
    if (result->reach == ICP_REACH_OK && !icp_str_is_empty(explanation->email))
        reach = ICP_STR("can be reached by e-mail");
    icp_buf_add_char(page->out, '\n');
    box_rule(page, "┏", "┓", width, parts);
    box_line(page, inside, "┃", known);
    box_rule(page, "┗", "┛", width, reach);
}

/* ---- Why ------------------------------------------------------------------------------------ */

/* It concerns one of the two parts only and rounds away in the score. */
static bool rounds_away(const struct icp_reason *reason)
{
    return (reason->kind == ICP_REASON_HELD || reason->kind == ICP_REASON_ENGAGEMENT) &&
           reason->points == 0;
}

static void print_out(const struct page *page, const struct icp_result *result)
{
    heading(page, ICP_STR("Out, whatever else is known"));
    for (size_t i = 0; i < result->reason_count; i++) {
        icp_buf_add_cstr(page->out, "      ");
        ink(page, RED);
        icp_buf_add_cstr(page->out, "out");
        plain(page);
        spaces(page, POINTS - 9);
        folded(page, POINTS, result->reasons[i].text);
    }
}

static void print_why(const struct page *page, const struct icp_explained *by)
{
    const struct icp_result *result = &by->result;
    char title[32], sum[160];
    heading(page, MADE(title, "Why %d", (int)result->score));
    for (size_t i = 0; i < result->reason_count; i++)
        if (!rounds_away(&result->reasons[i]))
            points_line(page, result->reasons[i].points, result->reasons[i].text);
    if (by->about->points_model)
        (void)snprintf(sum, sizeof(sum), "points of at most %d", (int)by->about->score_most);
    else if (by->about->engagement_percent == 0)
        (void)snprintf(sum, sizeof(sum), "fit");
    else
        (void)snprintf(sum, sizeof(sum), "%d %% of fit %d and %d %% of engagement %d",
                       (int)by->about->fit_percent, (int)result->fit_in_score,
                       (int)by->about->engagement_percent, (int)result->engagement);
    if (result->fit_in_score != result->fit)
        (void)snprintf(sum + strlen(sum), sizeof(sum) - strlen(sum),
                       " (fit is %d of what is known; the rest counts as 50)", (int)result->fit);
    total_line(page, result->score, icp_str_from(sum));
}

/* The lines of one part in its own points; nothing when there are none. */
static void print_part(const struct page *page, const char *name, const struct icp_result *result,
                       bool engagement)
{
    int32_t total = engagement ? result->engagement : result->fit;
    size_t lines = 0;
    char title[64];
    for (size_t i = 0; i < result->reason_count; i++) {
        const struct icp_reason *reason = &result->reasons[i];
        if (reason->own_points == 0 || reason->of_engagement != engagement)
            continue;
        if (lines++ == 0)
            heading(page, MADE(title, "%s, in its own points", name));
        points_line(page, reason->own_points, reason->own_text);
    }
    if (lines > 0)
        total_line(page, total, icp_str_from(engagement ? "engagement" : "fit of what is known"));
}

/* ---- The same line of two results ----------------------------------------------------------- */

static bool same_line(const struct icp_reason *a, const struct icp_reason *b)
{
    return a->kind == b->kind && icp_str_equal(a->id, b->id) &&
           a->of_engagement == b->of_engagement;
}

static const struct icp_reason *counterpart(const struct icp_result *result,
                                            const struct icp_reason *reason)
{
    for (size_t i = 0; i < result->reason_count; i++)
        if (same_line(&result->reasons[i], reason))
            return &result->reasons[i];
    return NULL;
}

/* ---- What next ------------------------------------------------------------------------------ */

static bool moves(const struct icp_explained *by)
{
    return by->has_tomorrow && (by->result.score != by->tomorrow.score ||
                                strcmp(by->result.grade, by->tomorrow.grade) != 0 ||
                                by->result.tier != by->tomorrow.tier);
}

/* A part in its own points, when no line's whole points follow what it loses: "engagement 70 → 69".
 */
static struct icp_str moved_part(const struct icp_explained *by, char *data, size_t size)
{
    const struct icp_result *now = &by->result, *then = &by->tomorrow;
    bool engagement = now->engagement != then->engagement;
    if (!engagement && now->fit == then->fit)
        return ICP_STR("");
    return made(data, size,
                snprintf(data, size, ": %s %d → %d", engagement ? "engagement" : "fit",
                         (int)(engagement ? now->engagement : now->fit),
                         (int)(engagement ? then->engagement : then->fit)));
}

/* "22 → 21 for research: page view on 15 Jan 2026": of the lines that are worth more or less
   tomorrow the one that moves most. What a line gains or loses by rounding alone is not its doing.
 */
static struct icp_str fading(const struct icp_explained *by, char *data, size_t size)
{
    const struct icp_reason *most = NULL;
    int32_t from = 0;
    int64_t size_of_most = 0;
    for (size_t i = 0; i < by->tomorrow.reason_count; i++) {
        const struct icp_reason *then = &by->tomorrow.reasons[i];
        const struct icp_reason *now = counterpart(&by->result, then);
        int32_t points = then->points - (now != NULL ? now->points : 0);
        int64_t change = then->micro - (now != NULL ? now->micro : 0);
        bool seen = (points < 0 && change < 0) || (points > 0 && change > 0);
        change = change < 0 ? -change : change;
        if (!seen || change <= size_of_most || icp_str_is_empty(then->id))
            continue;
        size_of_most = change;
        from = now != NULL ? now->points : 0;
        most = then;
    }
    if (most == NULL)
        return moved_part(by, data, size);
    return made(data, size,
                snprintf(data, size, ": %d → %d for %.*s", (int)from, (int)most->points,
                         ICP_STR_ARGUMENTS(most->text)));
}

static void print_tomorrow(const struct page *page, const struct icp_explained *by)
{
    const struct icp_result *then = &by->tomorrow;
    char text[1600], why[1200];
    if (!moves(by))
        return;
    struct icp_str tier = by->result.tier != then->tier ? tier_label(by, then) : ICP_STR("");
    labelled(page, "Tomorrow",
             MADE(text, "%d %s%s%.*s, if nothing happens%.*s", (int)then->score, then->grade,
                  tier.length > 0 ? " " : "", ICP_STR_ARGUMENTS(tier),
                  ICP_STR_ARGUMENTS(fading(by, why, sizeof(why)))));
}

/* "falls to A3 on 14 Feb; becomes Nurture on 3 Mar". */
static void print_later(const struct page *page, const struct icp_outlook *outlook)
{
    char text[300];
    if (icp_str_is_empty(outlook->text))
        return;
    labelled(page, "Later",
             MADE(text, "%.*s%s%.*s", ICP_STR_ARGUMENTS(outlook->text),
                  icp_str_is_empty(outlook->later) ? "" : "; ", ICP_STR_ARGUMENTS(outlook->later)));
}

/* "30 Nov 2026, 12:00" */
static void print_call_by(const struct page *page, struct icp_str moment)
{
    char date[ICP_TIME_TEXT], text[64];
    size_t mark = icp_str_find(moment, ICP_STR("T"));
    int32_t day;
    if (icp_date_parse(icp_str_slice(moment, 0, mark), &day))
        labelled(page, "Call by",
                 MADE(text, "%.*s, %.*s", ICP_STR_ARGUMENTS(icp_date_format_short(day, date)),
                      ICP_STR_ARGUMENTS(icp_str_slice(moment, mark + 1, moment.length))));
}

static void print_next(const struct page *page, const struct icp_explanation *explanation)
{
    const struct icp_result *result = &explanation->by.result;
    bool fill = !result->disqualified && !icp_str_is_empty(result->missing_label);
    bool held = !icp_str_is_null(explanation->held_grade);
    char text[300];
    if (!fill && !held && icp_str_is_empty(explanation->call_by) &&
        icp_str_is_empty(result->held_text) && !moves(&explanation->by) &&
        icp_str_is_empty(result->outlook.text) && icp_str_is_empty(result->outlook.lift))
        return;
    heading(page, ICP_STR("Next"));
    print_call_by(page, explanation->call_by);
    if (fill)
        labelled(page, "Fill in",
                 MADE(text, "%.*s (%.*s): the one field that could change the score most",
                      ICP_STR_ARGUMENTS(result->missing_label),
                      ICP_STR_ARGUMENTS(result->missing_field)));
    if (!icp_str_is_empty(result->outlook.lift))
        labelled(page, "Lift", result->outlook.lift);
    if (!icp_str_is_empty(result->held_text))
        labelled(page, "Held", result->held_text);
    print_tomorrow(page, &explanation->by);
    print_later(page, &result->outlook);
    if (held)
        labelled(page, "In the CRM",
                 MADE(text, "%lld %.*s; a small change is written with the next larger one",
                      (long long)explanation->held_score,
                      ICP_STR_ARGUMENTS(explanation->held_grade)));
}

/* ---- Another rule file beside it ------------------------------------------------------------ */

/* Points of a line in one of the two files: none when it has no such line. */
static struct icp_str column(char text[8], const struct icp_reason *reason)
{
    if (reason == NULL)
        return ICP_STR("-");
    return made(text, 8, snprintf(text, 8, "%+d", (int)reason->points));
}

static void compared_line(const struct page *page, const struct icp_reason *before,
                          const struct icp_reason *after)
{
    const struct icp_reason *one = after != NULL ? after : before;
    int32_t change = (after != NULL ? after->points : 0) - (before != NULL ? before->points : 0);
    char a[8], b[8], change_text[16] = "";
    if (change != 0)
        (void)snprintf(change_text, sizeof(change_text), "%+d", (int)change);
    icp_buf_format(page->out, "  %8.*s %8.*s ", ICP_STR_ARGUMENTS(column(a, before)),
                   ICP_STR_ARGUMENTS(column(b, after)));
    ink(page, change < 0 ? RED : GREEN);
    icp_buf_format(page->out, "%7s", change_text);
    plain(page);
    spaces(page, 3);
    folded(page, 30, one->kind == ICP_REASON_DISQUALIFIED ? ICP_STR("out") : one->text);
}

static void print_compared(const struct page *page, const struct icp_explained *by,
                           const struct icp_explained *other)
{
    char title[300], sum[200];
    heading(page, MADE(title, "With %s", other->file));
    icp_buf_format(page->out, "  %8s %8s %7s\n", by->standing, "with it", "change");
    for (size_t i = 0; i < other->result.reason_count; i++)
        compared_line(page, counterpart(&by->result, &other->result.reasons[i]),
                      &other->result.reasons[i]);
    for (size_t i = 0; i < by->result.reason_count; i++)
        if (counterpart(&other->result, &by->result.reasons[i]) == NULL)
            compared_line(page, &by->result.reasons[i], NULL);
    spaces(page, 6);
    repeat(page, "─", 4);
    spaces(page, 5);
    repeat(page, "─", 4);
    spaces(page, 4);
    repeat(page, "─", 4);
    icp_buf_format(page->out, "\n  %8d %8d %+7d   ", (int)by->result.score,
                   (int)other->result.score, (int)(other->result.score - by->result.score));
    folded(page, 30,
           MADE(sum, "%s %.*s → %s %.*s", by->result.grade,
                ICP_STR_ARGUMENTS(tier_label(by, &by->result)), other->result.grade,
                ICP_STR_ARGUMENTS(tier_label(other, &other->result))));
}

/* ---- How it came to be ---------------------------------------------------------------------- */

static void print_history(const struct page *page, const struct icp_explanation *explanation)
{
    if (explanation->history == NULL || explanation->history_count == 0)
        return;
    heading(page, ICP_STR("History"));
    for (size_t i = 0; i < explanation->history_count && i < SHOWN_HISTORY; i++) {
        const struct icp_history_row *row = &explanation->history[i];
        const struct icp_history_row *before = i + 1 < explanation->history_count ? row + 1 : NULL;
        char date[ICP_TIME_TEXT], change[32] = "";
        if (before != NULL)
            (void)snprintf(change, sizeof(change), "%+lld",
                           (long long)(row->score - before->score));
        icp_buf_format(page->out, "  %-11.*s%4lld  %-3.*s %6s   ",
                       ICP_STR_ARGUMENTS(icp_date_format_short(row->as_of, date)),
                       (long long)row->score, ICP_STR_ARGUMENTS(row->grade), change);
        folded(page, 32, label_of_tier(&explanation->by, row->tier));
    }
}

static void print_foot(const struct page *page, const struct icp_explanation *explanation)
{
    const struct icp_explained *by = &explanation->by;
    char rules[400], date[ICP_TIME_TEXT];
    icp_buf_add_char(page->out, '\n');
    labelled(page, "Rules",
             MADE(rules, "\"%.*s\"%s%.*s (%.8s), %s, %s", ICP_STR_ARGUMENTS(by->about->name),
                  icp_str_is_empty(by->about->version) ? "" : " ",
                  ICP_STR_ARGUMENTS(by->about->version), by->about->score_hash, by->file,
                  by->standing));
    labelled(page, "As of", icp_date_format_short(explanation->as_of, date));
    if (!icp_str_is_empty(by->about->purpose))
        labelled(page, "Purpose", by->about->purpose);
}

void icp_explain_page(const struct icp_explanation *explanation, bool colour, struct icp_buf *out)
{
    const struct page page = {.out = out, .colour = colour};
    const struct icp_explained *by = &explanation->by;
    print_who(&page, explanation);
    if (!by->result.applies) {
        icp_buf_add_char(out, '\n');
        labelled(&page, "Not scored", ICP_STR("no rule file is for this person (applies_when)"));
        print_history(&page, explanation);
        print_foot(&page, explanation);
        return;
    }
    print_box(&page, explanation);
    if (by->result.disqualified)
        print_out(&page, &by->result);
    else
        print_why(&page, by);
    print_next(&page, explanation);
    if (explanation->other != NULL)
        print_compared(&page, by, explanation->other);
    print_history(&page, explanation);
    if (!by->result.disqualified && by->about->engagement_percent > 0) {
        print_part(&page, "Fit", &by->result, false);
        print_part(&page, "Engagement", &by->result, true);
    }
    print_foot(&page, explanation);
}
