/*
 * Who would move: everybody in the local copy scored by two sets of rule files, on the same day,
 * from the same inputs. Nothing is stored and nothing is sent. Memory is a chunk of people, a table
 * of owners and the largest movers.
 */
#include "internal.h"

#include <string.h>

enum {
    CHUNK = 500,
    OWNERS = 4096, /* slots of the owner table, a power of two; a portal has at most some hundred
                      owners */
};

struct owner {
    struct icp_str id;
    int64_t *entrants; /* one a tier */
};

struct previewing {
    const struct icp_comparison *comparison;
    struct icp_scorer before, after;
    struct icp_arena *arena; /* of the result */
    struct icp_preview *preview;
    struct icp_preview_grade *grades;
    struct icp_preview_tier *tiers;
    struct icp_mover *movers;
    struct owner *owners;
    int64_t shift; /* Σ |Δ score| */
    int64_t both;
};

static struct icp_str tier_id(const struct icp_verdict *verdict)
{
    const struct icp_rules_about *about;

    if (verdict->rules == NULL)
        return ICP_NOT_SCORED;
    about = icp_rules_about(verdict->rules);
    return verdict->result.tier < about->tier_count ? about->tiers[verdict->result.tier].id
                                                    : ICP_STR("");
}

static void add_grade(struct previewing *p, const char *grade, bool after)
{
    for (size_t i = 0; i < p->preview->grade_count; i++)
        if (icp_str_is(p->grades[i].grade, grade))
            *(after ? &p->grades[i].after : &p->grades[i].before) += 1;
}

static struct icp_preview_tier *find_tier(struct previewing *p, struct icp_str id)
{
    for (size_t i = 0; i < p->preview->tier_count; i++)
        if (icp_str_equal(p->tiers[i].id, id))
            return &p->tiers[i];
    return NULL;
}

/* The owner's row, made when new; NULL when the table is full (then only totals are known). */
static struct owner *find_owner(struct previewing *p, struct icp_str id)
{
    size_t at = (size_t)icp_str_hash(id) & (OWNERS - 1);

    for (size_t step = 0; step < OWNERS / 2; step++, at = (at + 1) & (OWNERS - 1)) {
        struct owner *owner = &p->owners[at];
        if (owner->entrants == NULL) {
            owner->id = icp_arena_copy(p->arena, id);
            owner->entrants = ICP_NEW_ARRAY(p->arena, int64_t, p->preview->tier_count + 1);
            return owner->entrants != NULL ? owner : NULL;
        }
        if (icp_str_equal(owner->id, id))
            return owner;
    }
    return NULL;
}

static void enter_tier(struct previewing *p, struct icp_preview_tier *tier, struct icp_str owner_id)
{
    struct owner *owner;
    size_t index = (size_t)(tier - p->tiers);

    tier->enter++;
    if (icp_str_is_empty(owner_id) || (owner = find_owner(p, owner_id)) == NULL)
        return;
    if (++owner->entrants[index] > tier->fullest_owner) {
        tier->fullest_owner = owner->entrants[index];
        tier->fullest_owner_id = owner->id;
    }
}

static void count_owners_over(struct previewing *p)
{
    for (size_t i = 0; i < OWNERS; i++)
        for (size_t k = 0; p->owners[i].entrants != NULL && k < p->preview->tier_count; k++)
            p->tiers[k].owners_over += p->tiers[k].room_per_owner >= 0 &&
                                       p->owners[i].entrants[k] > p->tiers[k].room_per_owner;
}

static void add_tiers(struct previewing *p, struct icp_str before, struct icp_str after,
                      bool had_before, struct icp_str owner)
{
    struct icp_preview_tier *from = had_before ? find_tier(p, before) : NULL,
                            *to = find_tier(p, after);

    if (from != NULL)
        from->before++;
    if (to != NULL)
        to->after++;
    if (from == to)
        return;
    if (from != NULL)
        from->leave++;
    if (to != NULL)
        enter_tier(p, to, owner);
}

static int64_t moved(const struct icp_mover *mover)
{
    int64_t by = mover->score_after - mover->score_before;
    return by < 0 ? -by : by;
}

static struct icp_str file_name(const struct icp_verdict *verdict)
{
    return verdict->rules != NULL ? icp_rules_about(verdict->rules)->name : ICP_STR("no file");
}

/* Of one file the line that changed most; else that another file counts. */
static struct icp_str what_moved(const struct previewing *p, const struct icp_verdict *before,
                                 const struct icp_verdict *after)
{
    if (before->rules == NULL || after->rules == NULL ||
        !icp_str_equal(file_name(before), file_name(after)))
        return icp_arena_format(p->arena, "from %.*s to %.*s", ICP_STR_ARGUMENTS(file_name(before)),
                                ICP_STR_ARGUMENTS(file_name(after)));
    return icp_rules_moved_by(&before->result, &after->result, p->arena);
}

/* Keeps the largest movers: by points, then by id. */
static void keep_mover(struct previewing *p, const struct icp_person *person,
                       const struct icp_verdict *before, const struct icp_verdict *after)
{
    struct icp_mover mover = {.score_before = before->result.score,
                              .score_after = after->result.score};
    size_t at = p->preview->mover_count;

    while (at > 0 && moved(&p->movers[at - 1]) < moved(&mover))
        at--;
    if (at >= ICP_PREVIEW_MOVERS)
        return;
    mover.id = icp_arena_copy(p->arena, person->record.id);
    mover.label = icp_arena_copy(p->arena, person->record.label);
    mover.company = icp_arena_copy(p->arena, person->company_label);
    mover.owner = icp_arena_copy(p->arena, person->record.owner);
    memcpy(mover.grade_before, before->result.grade, sizeof(mover.grade_before));
    memcpy(mover.grade_after, after->result.grade, sizeof(mover.grade_after));
    mover.tier_before = tier_id(before);
    mover.tier_after = tier_id(after);
    mover.reason = what_moved(p, before, after);
    if (p->preview->mover_count < ICP_PREVIEW_MOVERS)
        p->preview->mover_count++;
    memmove(&p->movers[at + 1], &p->movers[at], (p->preview->mover_count - at - 1) * sizeof(mover));
    p->movers[at] = mover;
}

static void add_person(struct previewing *p, const struct icp_person *person,
                       const struct icp_verdict *before, const struct icp_verdict *after)
{
    struct icp_str tier_after = tier_id(after), tier_before = {0};
    int64_t shift;
    bool grade_moved, tier_moved;

    p->preview->people++;
    add_grade(p, after->result.grade, true);
    if (before != NULL) {
        tier_before = tier_id(before);
        add_grade(p, before->result.grade, false);
    }
    add_tiers(p, tier_before, tier_after, before != NULL, person->record.owner);
    if (before == NULL)
        return;
    grade_moved = strcmp(before->result.grade, after->result.grade) != 0;
    tier_moved = !icp_str_equal(tier_before, tier_after);
    shift = (int64_t)before->result.score - after->result.score;
    p->both++;
    p->shift += shift < 0 ? -shift : shift;
    p->preview->grade_changes += grade_moved;
    p->preview->tier_changes += tier_moved;
    if (!grade_moved && !tier_moved && shift == 0)
        return;
    p->preview->changed++;
    keep_mover(p, person, before, after);
}

static enum icp_status add_chunk(struct previewing *p, const struct icp_person *people,
                                 size_t count, struct icp_arena *arena, struct icp_err *err)
{
    struct icp_verdict *before = ICP_NEW_ARRAY(arena, struct icp_verdict, count + 1);
    struct icp_verdict *after = ICP_NEW_ARRAY(arena, struct icp_verdict, count + 1);
    bool both = p->before.count > 0;

    if (before == NULL || after == NULL)
        return icp_fail(err, ICP_BUG, "no memory to score a chunk of people");
    if (icp_score_people(&p->after, people, count, arena, after, err) != ICP_OK)
        return err->status;
    if (both && icp_score_people(&p->before, people, count, arena, before, err) != ICP_OK)
        return err->status;
    for (size_t i = 0; i < count; i++)
        add_person(p, &people[i], both ? &before[i] : NULL, &after[i]);
    return ICP_OK;
}

static void list_grade(struct previewing *p, struct icp_str grade)
{
    for (size_t k = 0; k < p->preview->grade_count; k++)
        if (icp_str_equal(p->grades[k].grade, grade))
            return;
    p->grades[p->preview->grade_count++].grade = grade;
}

static void list_tier(struct previewing *p, const struct icp_rules_tier *tier)
{
    if (find_tier(p, tier->id) == NULL)
        p->tiers[p->preview->tier_count++] =
            (struct icp_preview_tier){.id = tier->id,
                                      .label = tier->label,
                                      .room_total = tier->room_total,
                                      .room_per_owner = tier->room_per_owner};
}

/* The file at a place among those after, then those before. */
static const struct icp_rules_about *about_at(const struct previewing *p, size_t i)
{
    return icp_rules_about(i < p->after.count ? p->after.rules[i]
                                              : p->before.rules[i - p->after.count]);
}

/* The grades and tiers of all files: those of the new ones first, then what only the old had. */
static enum icp_status list_outcomes(struct previewing *p, struct icp_err *err)
{
    static const struct icp_rules_tier not_scored = {.id = ICP_STR_INIT("not_scored"),
                                                     .label = ICP_STR_INIT("Not scored"),
                                                     .within_days = -1,
                                                     .within_hours = -1,
                                                     .room_total = -1,
                                                     .room_per_owner = -1};
    size_t files = p->after.count + p->before.count, grades = 0, tiers = 1;
    bool any_applies_when = false;

    for (size_t i = 0; i < files; i++) {
        grades += about_at(p, i)->grade_count;
        tiers += about_at(p, i)->tier_count;
        any_applies_when = any_applies_when || about_at(p, i)->selective;
    }
    p->grades = ICP_NEW_ARRAY(p->arena, struct icp_preview_grade, grades + 1);
    p->tiers = ICP_NEW_ARRAY(p->arena, struct icp_preview_tier, tiers + 1);
    if (p->grades == NULL || p->tiers == NULL)
        return icp_fail(err, ICP_BUG, "no memory for the preview");
    for (size_t i = 0; i < files; i++) {
        for (size_t k = 0; k < about_at(p, i)->grade_count; k++)
            list_grade(p, about_at(p, i)->grades[k]);
        for (size_t k = 0; k < about_at(p, i)->tier_count; k++)
            list_tier(p, &about_at(p, i)->tiers[k]);
    }
    if (any_applies_when)
        list_tier(p, &not_scored);
    return ICP_OK;
}

static enum icp_status prepare(struct previewing *p, struct icp_err *err)
{
    const struct icp_comparison *c = p->comparison;

    if (icp_scorer_open(&p->after, c->after, c->after_count, c->settings, c->as_of, p->arena,
                        err) != ICP_OK ||
        icp_scorer_open(&p->before, c->before, c->before_count, c->settings, c->as_of, p->arena,
                        err) != ICP_OK ||
        list_outcomes(p, err) != ICP_OK)
        return err->status;
    p->after.stops = &p->preview->stops;
    p->movers = ICP_NEW_ARRAY(p->arena, struct icp_mover, ICP_PREVIEW_MOVERS + 1);
    p->owners = ICP_NEW_ARRAY(p->arena, struct owner, OWNERS);
    if (p->movers == NULL || p->owners == NULL)
        return icp_fail(err, ICP_BUG, "no memory for the preview");
    return ICP_OK;
}

static enum icp_status walk(struct previewing *p, struct icp_store *store, struct icp_str crm,
                            icp_night_progress *progress, void *context, struct icp_err *err)
{
    struct icp_arena batch;
    struct icp_buf last;
    size_t count = 0;

    icp_arena_open(&batch, (size_t)48 * 1024 * 1024);
    icp_buf_open(&last, 4096);
    do {
        struct icp_str after = last.length > 0 ? icp_buf_view(&last) : (struct icp_str){0};
        struct icp_person *people;
        icp_arena_reset(&batch);
        if (icp_store_people(store, crm, false, after, CHUNK, &batch, &people, &count, err) !=
                ICP_OK ||
            add_chunk(p, people, count, &batch, err) != ICP_OK)
            break;
        if (count > 0) {
            icp_buf_reset(&last);
            icp_buf_add(&last, people[count - 1].record.id);
        }
        if (progress != NULL)
            progress(context, "comparing", p->preview->people, -1);
    } while (count > 0);
    icp_buf_finish(&last);
    icp_arena_close(&batch);
    return err->status;
}

enum icp_status icp_preview(struct icp_store *store, struct icp_str crm,
                            const struct icp_comparison *comparison, struct icp_arena *arena,
                            struct icp_preview *preview, icp_night_progress *progress,
                            void *context, struct icp_err *err)
{
    struct previewing p = {.comparison = comparison, .arena = arena, .preview = preview};

    *preview = (struct icp_preview){0};
    if (prepare(&p, err) != ICP_OK || walk(&p, store, crm, progress, context, err) != ICP_OK)
        return icp_wrap(err, "comparing rule files");
    count_owners_over(&p);
    preview->files = comparison->after;
    preview->grades = p.grades;
    preview->tiers = p.tiers;
    preview->movers = p.movers;
    preview->mean_shift_tenths = p.both > 0 ? p.shift * 10 / p.both : 0;
    return ICP_OK;
}
