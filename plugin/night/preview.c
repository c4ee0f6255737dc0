/*
 * Who would move: everybody in the local copy scored by two rule files, on the same day, from the
 * same inputs. Nothing is stored and nothing is sent. Memory is a chunk of people, a table of
 * owners and the largest movers.
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
    const struct icp_ruleset *before, *after;
    const struct icp_rules_about *about_before, *about_after;
    const struct icp_binding *bind_before, *bind_after;
    struct icp_arena *arena; /* of the result */
    struct icp_preview *preview;
    struct icp_preview_grade *grades;
    struct icp_preview_tier *tiers;
    struct icp_mover *movers;
    struct owner *owners;
    int64_t shift; /* Σ |Δ score| */
    int64_t both;
};

static struct icp_str tier_id(const struct icp_rules_about *about, const struct icp_result *result)
{
    return result->tier < about->tier_count ? about->tiers[result->tier].id : ICP_STR("");
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

/* Keeps the largest movers: by points, then by id. */
static void keep_mover(struct previewing *p, const struct icp_person *person,
                       const struct icp_result *before, const struct icp_result *after)
{
    struct icp_mover mover = {.score_before = before->score, .score_after = after->score};
    size_t at = p->preview->mover_count;

    while (at > 0 && moved(&p->movers[at - 1]) < moved(&mover))
        at--;
    if (at >= ICP_PREVIEW_MOVERS)
        return;
    mover.id = icp_arena_copy(p->arena, person->record.id);
    mover.label = icp_arena_copy(p->arena, person->record.label);
    mover.company = icp_arena_copy(p->arena, person->company_label);
    mover.owner = icp_arena_copy(p->arena, person->record.owner);
    memcpy(mover.grade_before, before->grade, sizeof(mover.grade_before));
    memcpy(mover.grade_after, after->grade, sizeof(mover.grade_after));
    mover.tier_before = tier_id(p->about_before, before);
    mover.tier_after = tier_id(p->about_after, after);
    mover.reason = icp_rules_moved_by(before, after, p->arena);
    if (p->preview->mover_count < ICP_PREVIEW_MOVERS)
        p->preview->mover_count++;
    memmove(&p->movers[at + 1], &p->movers[at], (p->preview->mover_count - at - 1) * sizeof(mover));
    p->movers[at] = mover;
}

static void add_person(struct previewing *p, const struct icp_person *person,
                       const struct icp_result *before, const struct icp_result *after)
{
    struct icp_str tier_after = tier_id(p->about_after, after), tier_before = {0};
    bool grade_moved, tier_moved;

    p->preview->people++;
    add_grade(p, after->grade, true);
    if (before != NULL) {
        tier_before = tier_id(p->about_before, before);
        add_grade(p, before->grade, false);
    }
    add_tiers(p, tier_before, tier_after, before != NULL, person->record.owner);
    if (before == NULL)
        return;
    grade_moved = strcmp(before->grade, after->grade) != 0;
    tier_moved = !icp_str_equal(tier_before, tier_after);
    p->both++;
    p->shift +=
        before->score > after->score ? before->score - after->score : after->score - before->score;
    p->preview->grade_changes += grade_moved;
    p->preview->tier_changes += tier_moved;
    if (!grade_moved && !tier_moved && before->score == after->score)
        return;
    p->preview->changed++;
    keep_mover(p, person, before, after);
}

static enum icp_status add_chunk(struct previewing *p, const struct icp_person *people,
                                 size_t count, int32_t as_of, struct icp_arena *arena,
                                 struct icp_err *err)
{
    struct icp_result *before = ICP_NEW_ARRAY(arena, struct icp_result, count + 1);
    struct icp_result *after = ICP_NEW_ARRAY(arena, struct icp_result, count + 1);

    if (before == NULL || after == NULL)
        return icp_fail(err, ICP_BUG, "no memory to score a chunk of people");
    if (icp_score_people(p->after, p->bind_after, people, count, as_of, arena, after, err) !=
        ICP_OK)
        return err->status;
    if (p->before != NULL && icp_score_people(p->before, p->bind_before, people, count, as_of,
                                              arena, before, err) != ICP_OK)
        return err->status;
    for (size_t i = 0; i < count; i++)
        add_person(p, &people[i], p->before != NULL ? &before[i] : NULL, &after[i]);
    return ICP_OK;
}

/* The grades of both files: those of the new one first, then what only the old one had. */
static void list_grades(struct previewing *p)
{
    size_t most =
        p->about_after->grade_count + (p->before != NULL ? p->about_before->grade_count : 0);

    p->grades = ICP_NEW_ARRAY(p->arena, struct icp_preview_grade, most + 1);
    for (size_t i = 0; p->grades != NULL && i < most; i++) {
        struct icp_str grade = i < p->about_after->grade_count
                                   ? p->about_after->grades[i]
                                   : p->about_before->grades[i - p->about_after->grade_count];
        bool there = false;
        for (size_t k = 0; k < p->preview->grade_count && !there; k++)
            there = icp_str_equal(p->grades[k].grade, grade);
        if (!there)
            p->grades[p->preview->grade_count++].grade = grade;
    }
}

static void list_tiers(struct previewing *p)
{
    size_t most =
        p->about_after->tier_count + (p->before != NULL ? p->about_before->tier_count : 0);

    p->tiers = ICP_NEW_ARRAY(p->arena, struct icp_preview_tier, most + 1);
    for (size_t i = 0; p->tiers != NULL && i < most; i++) {
        const struct icp_rules_tier *tier =
            i < p->about_after->tier_count
                ? &p->about_after->tiers[i]
                : &p->about_before->tiers[i - p->about_after->tier_count];
        if (find_tier(p, tier->id) == NULL)
            p->tiers[p->preview->tier_count++] =
                (struct icp_preview_tier){.id = tier->id,
                                          .label = tier->label,
                                          .room_total = tier->room_total,
                                          .room_per_owner = tier->room_per_owner};
    }
}

static enum icp_status prepare(struct previewing *p, struct icp_err *err)
{
    p->about_after = icp_rules_about(p->after);
    p->bind_after = icp_binding_open(p->after, p->arena);
    if (p->before != NULL) {
        p->about_before = icp_rules_about(p->before);
        p->bind_before = icp_binding_open(p->before, p->arena);
    }
    list_grades(p);
    list_tiers(p);
    p->movers = ICP_NEW_ARRAY(p->arena, struct icp_mover, ICP_PREVIEW_MOVERS + 1);
    p->owners = ICP_NEW_ARRAY(p->arena, struct owner, OWNERS);
    if (p->grades == NULL || p->tiers == NULL || p->movers == NULL || p->owners == NULL)
        return icp_fail(err, ICP_BUG, "no memory for the preview");
    return ICP_OK;
}

static enum icp_status walk(struct previewing *p, struct icp_store *store, struct icp_str crm,
                            int32_t as_of, icp_night_progress *progress, void *context,
                            struct icp_err *err)
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
            add_chunk(p, people, count, as_of, &batch, err) != ICP_OK)
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
                            const struct icp_ruleset *before, const struct icp_ruleset *after,
                            int32_t as_of, struct icp_arena *arena, struct icp_preview *preview,
                            icp_night_progress *progress, void *context, struct icp_err *err)
{
    struct previewing p = {.before = before, .after = after, .arena = arena, .preview = preview};

    *preview = (struct icp_preview){0};
    if (prepare(&p, err) != ICP_OK || walk(&p, store, crm, as_of, progress, context, err) != ICP_OK)
        return icp_wrap(err, "comparing two rule files");
    preview->grades = p.grades;
    preview->tiers = p.tiers;
    preview->movers = p.movers;
    preview->mean_shift_tenths = p.both > 0 ? p.shift * 10 / p.both : 0;
    return ICP_OK;
}
