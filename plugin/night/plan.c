/*
 * The plan: for every person, what the CRM should hold against what it holds, and which differences
 * are worth a write. Invariant: the plan of a run is one transaction with its hash; nothing of it
 * is sent before that is durable and the breaker has looked at the whole of it.
 */
#include "internal.h"

#include "bounds.h"
#include "crypto.h"

enum { CHUNK = 500 };

struct planning {
    struct icp_night *night;
    struct icp_str names[ICP_OWNED_COUNT];
    struct icp_breaker_facts facts;
    int64_t records, changed;
};

static int64_t distance(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

static bool differs(const struct icp_str held[ICP_OWNED_COUNT],
                    const struct icp_str wanted[ICP_OWNED_COUNT], enum icp_owned field)
{
    return !icp_owned_equal(icp_owned_kind_of(field), held[field], wanted[field]);
}

/* Adds one person to what the breaker will look at: against the result last accepted, by the cause.
   Only what the plan would write counts as a change. */
static void count_change(struct planning *planning, const struct icp_result_row *result,
                         bool planned, bool crm_differs)
{
    bool changed;

    planning->facts.people++;
    if (!result->has_base)
        return;
    changed = result->score != result->base_score ||
              !icp_str_equal(result->grade, result->base_grade) ||
              !icp_str_equal(result->tier, result->base_tier);
    planning->changed += changed;
    if (!planned)
        return;
    if (!changed) {
        planning->facts.changed_elsewhere += crm_differs;
    } else if (!icp_str_equal(result->rules, result->base_rules)) {
        planning->facts.changed_rules++;
    } else if (!icp_str_equal(result->effective_hash, result->base_hash)) {
        planning->facts.changed_inputs++;
        planning->facts.shift += distance(result->score, result->base_score);
    }
}

/* Identifies a set of wanted values, so that one the CRM refused is not sent again as it is. The
   time of scoring is left out: it differs every night. */
static void hash_wanted(const struct icp_str wanted[ICP_OWNED_COUNT], char hex[ICP_SHA256_HEX])
{
    struct icp_sha256 *hash = icp_sha256_open();

    hex[0] = '\0';
    if (hash == NULL)
        return;
    for (size_t i = 0; i < ICP_OWNED_SCORED_AT; i++)
        icp_sha256_add_field(hash, wanted[i]);
    icp_sha256_end(hash, hex);
}

struct icp_str icp_night_refused_hash(const struct icp_result_row *result,
                                      const struct icp_rules_about *about, int64_t started_ms,
                                      struct icp_arena *arena)
{
    struct icp_str wanted[ICP_OWNED_COUNT];
    char hex[ICP_SHA256_HEX];

    icp_owned_wanted(result, about, started_ms, arena, wanted);
    hash_wanted(wanted, hex);
    return icp_arena_copy(arena, icp_str_from(hex));
}

/* The rows of one person, when the difference is worth a write, and the breaker's facts. */
static enum icp_status plan_person(struct planning *planning, const struct icp_person *person,
                                   struct icp_err *err)
{
    struct icp_night *night = planning->night;
    struct icp_str wanted[ICP_OWNED_COUNT], held[ICP_OWNED_COUNT];
    struct icp_outbox_row rows[ICP_OWNED_COUNT];
    enum icp_write_reason why;
    char hash[ICP_SHA256_HEX];
    size_t count = 0;
    bool planned;

    icp_owned_wanted(&person->result, icp_night_about(night->rules, person->result.profile),
                     night->run.started_ms, &night->batch, wanted);
    if (icp_held_read(person->record.owned, planning->names, &night->batch, held, err) != ICP_OK)
        return err->status;
    why = icp_write_decide(wanted, held, person->result.written_ms, night->run.started_ms,
                           &night->settings.policy);
    hash_wanted(wanted, hash);
    planned = why != ICP_WRITE_NOT && icp_in_write_scope(&night->settings, person->record.owner) &&
              !icp_str_equal(person->result.refused, icp_str_from(hash));
    count_change(planning, &person->result, planned,
                 why != ICP_WRITE_FIRST && (differs(held, wanted, ICP_OWNED_SCORE) ||
                                            differs(held, wanted, ICP_OWNED_GRADE) ||
                                            differs(held, wanted, ICP_OWNED_TIER)));
    if (!planned)
        return ICP_OK;
    for (size_t i = 0; i < ICP_OWNED_COUNT; i++) {
        if (!differs(held, wanted, (enum icp_owned)i))
            continue;
        rows[count++] = (struct icp_outbox_row){.id = person->record.id,
                                                .field = planning->names[i],
                                                .base = held[i],
                                                .want = wanted[i]};
    }
    planning->records++;
    return icp_store_plan_add(night->store, night->run.id, night->crm, ICP_CONTACT, rows, count,
                              err);
}

static enum icp_status plan_all(struct planning *planning, struct icp_err *err)
{
    struct icp_night *night = planning->night;
    struct icp_buf last; /* the id to go on after: it outlives the batch arena */
    struct icp_person *people;
    int64_t done = 0;
    size_t count;

    icp_buf_open(&last, ICP_MAX_TEXT);
    do {
        struct icp_str after = last.length > 0 ? icp_buf_view(&last) : (struct icp_str){0};
        icp_arena_reset(&night->batch);
        if (icp_store_people(night->store, night->crm, false, after, CHUNK, &night->batch, &people,
                             &count, err) != ICP_OK)
            break;
        for (size_t i = 0; i < count && err->status == ICP_OK; i++) {
            if (!people[i].has_result)
                continue;
            plan_person(planning, &people[i], err);
        }
        if (count > 0) {
            icp_buf_reset(&last);
            icp_buf_add(&last, people[count - 1].record.id);
        }
        done += (int64_t)count;
        icp_night_show(night, "planning", done, -1);
    } while (count > 0 && err->status == ICP_OK);
    icp_buf_finish(&last);
    return err->status;
}

/* The breaker's word on the finished plan, into the run's reason. */
static enum icp_status look(struct planning *planning, struct icp_err *err)
{
    struct icp_night *night = planning->night;
    struct icp_scope_counts scope;
    struct icp_buf reason;

    if (icp_store_scope(night->store, night->crm, &scope, err) != ICP_OK)
        return err->status;
    planning->facts.based = scope.based;
    planning->facts.known = scope.known;
    planning->facts.lost = scope.lost;
    for (size_t i = 0; i < night->rules->count; i++)
        planning->facts.expected_rules += night->rules->files[i].expected;
    icp_buf_open(&reason, 1024);
    night->run.reason = (struct icp_str){0};
    if (icp_breaker_look(&night->settings.breaker, &planning->facts, &reason) > 0)
        night->run.reason = icp_arena_copy(&night->arena, icp_buf_view(&reason));
    icp_buf_finish(&reason);
    return ICP_OK;
}

enum icp_status icp_night_check_owned(const struct icp_night *night, struct icp_err *err)
{
    if (!night->described || icp_str_is_null(night->owned_problem))
        return ICP_OK;
    icp_fail(err, ICP_BAD_CONFIG, "nothing can be written: %.*s",
             ICP_STR_ARGUMENTS(night->owned_problem));
    icp_hint(err, "Run \"icp setup\" to see what would be created, then \"icp setup --apply\".");
    return err->status;
}

enum icp_status icp_night_plan(struct icp_night *night, struct icp_err *err)
{
    struct planning planning = {.night = night};

    if (night->rules->active_count == 0)
        return icp_fail(err, ICP_BAD_CONFIG,
                        "no approved rules are in force, so there is nothing to plan");
    if (night->run.kind != ICP_RUN_NIGHT || night->run.stage >= ICP_STAGE_PUSHING)
        return icp_fail(err, ICP_BAD_CONFIG, "run %lld is being sent and cannot be planned again",
                        (long long)night->run.id);
    if (icp_night_check_owned(night, err) != ICP_OK)
        return err->status;
    icp_night_owned_names(night, planning.names);
    if (icp_store_own_fields(night->store, planning.names, ICP_OWNED_COUNT, err) != ICP_OK ||
        icp_store_plan_begin(night->store, night->run.id, err) != ICP_OK)
        return err->status;
    if (plan_all(&planning, err) != ICP_OK || look(&planning, err) != ICP_OK) {
        icp_store_plan_cancel(night->store);
        return icp_wrap(err, "planning");
    }
    night->run.counts.changed = planning.changed;
    night->run.counts.planned = planning.records;
    night->run.plan_records = planning.records;
    night->run.stage = ICP_STAGE_PLANNED;
    return icp_store_plan_end(night->store, &night->run, err);
}
