/*
 * Reading the CRM into the local copy. Invariants: records and the cursor behind them are committed
 * together; the watermark is the server's time before the first page and moves only when the end
 * was reached; a stamp is stored only with the inputs that were read together with it.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "crypto.h"

/* ---- what to read ---------------------------------------------------------------------------- */

void icp_night_owned_names(struct icp_night *night, struct icp_str names[ICP_OWNED_COUNT])
{
    struct icp_owned_field fields[ICP_OWNED_COUNT];

    icp_owned_fields(night->settings.owned_prefix, NULL, 0, &night->arena, fields);
    for (size_t i = 0; i < ICP_OWNED_COUNT; i++)
        names[i] = fields[i].name;
}

static const struct icp_property *find_property(const struct icp_description *description,
                                                struct icp_str name)
{
    for (size_t i = 0; i < description->count; i++)
        if (icp_str_equal(description->properties[i].name, name))
            return &description->properties[i];
    return NULL;
}

static bool has_choice(const struct icp_property *property, struct icp_str value)
{
    for (size_t i = 0; i < property->choice_count; i++)
        if (icp_str_equal(property->choices[i].value, value))
            return true;
    return false;
}

/* The first thing that keeps our fields from being written, in words; no text when all is there. */
static struct icp_str owned_problem(const struct icp_owned_field *field,
                                    const struct icp_property *property, struct icp_arena *arena)
{
    if (property == NULL)
        return icp_arena_format(arena, "property %.*s does not exist in the CRM",
                                ICP_STR_ARGUMENTS(field->name));
    if (property->read_only)
        return icp_arena_format(arena, "property %.*s is read-only in the CRM",
                                ICP_STR_ARGUMENTS(field->name));
    for (size_t i = 0; field->kind == ICP_OWNED_CHOICE && i < field->choice_count; i++)
        if (!has_choice(property, field->choices[i].value))
            return icp_arena_format(arena, "property %.*s has no option \"%.*s\" in the CRM",
                                    ICP_STR_ARGUMENTS(field->name),
                                    ICP_STR_ARGUMENTS(field->choices[i].value));
    return (struct icp_str){0};
}

static int by_text(const void *a, const void *b)
{
    const struct icp_str *left = a, *right = b;
    return icp_str_compare(*left, *right);
}

/* Which of our fields are there (by name, as they are stored), and the first reason not to write at
 * all. */
static void look_for_owned(struct icp_night *night, struct icp_pull_requests *all,
                           const struct icp_description *contacts)
{
    const struct icp_ruleset *const *rules = night->rules->active;
    size_t count = night->rules->active_count;

    if (count == 0) /* nothing is approved: what the files on disk would need */
        rules = icp_night_rules_after(night->rules, UINT32_MAX, &night->arena, &count);
    icp_owned_fields(night->settings.owned_prefix, rules, count, &night->arena, all->owned);
    for (size_t i = 0; i < ICP_OWNED_COUNT; i++) {
        const struct icp_property *property = find_property(contacts, all->owned[i].name);
        struct icp_str problem = owned_problem(&all->owned[i], property, &night->arena);

        if (property != NULL)
            all->present_names[all->present_count++] = all->owned[i].name;
        if (icp_str_is_null(night->owned_problem))
            night->owned_problem = problem;
    }
    qsort(all->present_names, all->present_count, sizeof(all->present_names[0]), by_text);
}

/* Says which fields that the rules name the CRM does not have: they stay unknown for everybody. */
static void look_for_sources(const struct icp_night *night, const struct icp_asked *asked,
                             const struct icp_description *description)
{
    for (size_t i = 0; i < asked->request.field_count; i++) {
        const struct icp_field *field = &asked->request.fields[i];
        for (size_t k = 0; k < field->source_count; k++) {
            if (field->sources[k].object != asked->request.object ||
                find_property(description, field->sources[k].property) != NULL)
                continue;
            icp_night_say(
                night, ICP_ITEM, "%s has no %s property \"%.*s\": it says nothing about %.*s",
                night->ops->label, icp_object_name(asked->request.object),
                ICP_STR_ARGUMENTS(field->sources[k].property), ICP_STR_ARGUMENTS(field->name));
        }
    }
}

enum icp_status icp_night_prepare(struct icp_night *night, struct icp_err *err)
{
    struct icp_pull_requests *all = night->requests;

    if (night->described)
        return ICP_OK;
    if (all == NULL && (all = ICP_NEW(&night->arena, struct icp_pull_requests)) == NULL)
        return icp_fail(err, ICP_BUG, "no memory for the list of fields to read");
    memset(all, 0, sizeof(*all));
    night->requests = all;
    for (int object = 0; object < ICP_OBJECT_COUNT; object++) {
        struct icp_description description;
        struct icp_asked *asked = &all->asked[object];
        if (icp_asked_build(night, (enum icp_object)object, &night->arena, asked, err) != ICP_OK)
            return err->status;
        icp_arena_reset(&night->batch);
        if (night->ops->describe(night->connector, (enum icp_object)object, &night->batch,
                                 &description, err) != ICP_OK)
            return icp_wrap(err, "could not read what properties %s has", night->ops->label);
        look_for_sources(night, asked, &description);
        if (object == ICP_CONTACT)
            look_for_owned(night, all, &description);
    }
    all->asked[ICP_CONTACT].request.owned = all->present_names;
    all->asked[ICP_CONTACT].request.owned_count = all->present_count;
    night->described = true;
    return ICP_OK;
}

/* ---- reading by id -------------------------------------------------------------------------- */

/* Ids that no row answers for. A merged record answers under its new id, so the old one is gone. */
static size_t find_gone(const struct icp_str *ids, size_t count, const struct icp_stored *rows,
                        size_t row_count, struct icp_str *gone)
{
    size_t missing = 0;

    for (size_t i = 0; i < count; i++) {
        bool there = false;
        for (size_t k = 0; k < row_count && !there; k++)
            there = icp_str_equal(rows[k].id, ids[i]);
        if (!there)
            gone[missing++] = ids[i];
    }
    return missing;
}

static enum icp_status rows_from(const struct icp_night *night, const struct icp_asked *asked,
                                 const struct icp_page *page, struct icp_arena *arena,
                                 struct icp_stored **rows, size_t *count, struct icp_err *err)
{
    *count = 0;
    *rows = ICP_NEW_ARRAY(arena, struct icp_stored, page->count + 1);
    if (*rows == NULL)
        return icp_fail(err, ICP_BUG, "no memory for a page of %zu records", page->count);
    for (size_t i = 0; i < page->count; i++) {
        struct icp_record record = page->records[i];
        if (!record.complete)
            continue;
        if (!icp_str_is_null(record.now_id))
            record.id = record.now_id;
        if (icp_stored_from(&record, asked, night->requests->present_names, arena, &(*rows)[*count],
                            err) != ICP_OK)
            return icp_wrap(err, "%s %.*s", icp_object_name(record.object),
                            ICP_STR_ARGUMENTS(record.id));
        (*count)++;
    }
    return ICP_OK;
}

enum icp_status icp_night_read(struct icp_night *night, enum icp_object object,
                               const struct icp_str *ids, size_t count, struct icp_stored **rows,
                               size_t *row_count, struct icp_str **gone, size_t *gone_count,
                               struct icp_err *err)
{
    const struct icp_asked *asked = &night->requests->asked[object];
    struct icp_page page = {0};

    *gone = ICP_NEW_ARRAY(&night->batch, struct icp_str, count + 1);
    if (*gone == NULL)
        return icp_fail(err, ICP_BUG, "no memory to read %zu records", count);
    if (night->ops->read(night->connector, &asked->request, ids, count, &night->batch, &page,
                         err) != ICP_OK)
        return err->status;
    if (rows_from(night, asked, &page, &night->batch, rows, row_count, err) != ICP_OK)
        return err->status;
    *gone_count = find_gone(ids, count, *rows, *row_count, *gone);
    return ICP_OK;
}

/* ---- one object, page by page --------------------------------------------------------------- */

static enum icp_status commit_page(struct icp_night *night, enum icp_object object,
                                   const struct icp_stored *rows, size_t count,
                                   const struct icp_str *gone, size_t gone_count,
                                   const struct icp_checkpoint *checkpoint, struct icp_err *err)
{
    struct icp_page_counts counts = {0};

    if (icp_store_page(night->store, night->crm, object, rows, count, gone, gone_count, checkpoint,
                       &counts, err) != ICP_OK)
        return err->status;
    if (object == ICP_CONTACT)
        night->run.counts.read += (int64_t)count;
    else
        night->run.counts.companies_read += (int64_t)count;
    night->run.counts.unchanged += counts.unchanged;
    night->run.counts.gone += (int64_t)gone_count;
    return ICP_OK;
}

/* The ids of a page that are not stored with just this stamp, each once. */
static enum icp_status ids_to_read(struct icp_night *night, enum icp_object object,
                                   const struct icp_page *page, struct icp_str **ids, size_t *count,
                                   struct icp_err *err)
{
    struct icp_str *all = ICP_NEW_ARRAY(&night->batch, struct icp_str, page->count + 1);
    int64_t *stamps = ICP_NEW_ARRAY(&night->batch, int64_t, page->count + 1);
    bool *known = ICP_NEW_ARRAY(&night->batch, bool, page->count + 1);
    size_t listed = 0;

    *count = 0;
    if (all == NULL || stamps == NULL || known == NULL)
        return icp_fail(err, ICP_BUG, "no memory for a page of %zu records", page->count);
    for (size_t i = 0; i < page->count; i++) {
        if (page->records[i].complete)
            continue;
        all[listed] = page->records[i].id;
        stamps[listed++] = page->records[i].stamp_ms;
    }
    if (icp_store_known(night->store, night->crm, object, all, stamps, listed, known, err) !=
        ICP_OK)
        return err->status;
    for (size_t i = 0; i < listed; i++) {
        bool again = known[i];
        for (size_t k = 0; k < *count && !again; k++)
            again = icp_str_equal(all[k], all[i]);
        if (!again)
            all[(*count)++] = all[i];
    }
    *ids = all;
    return ICP_OK;
}

/* Stores a page: what came whole at once, the rest read by id batch by batch; the cursor moves with
 * the last. */
static enum icp_status take_page(struct icp_night *night, enum icp_object object,
                                 const struct icp_page *page, struct icp_checkpoint *checkpoint,
                                 struct icp_err *err)
{
    struct icp_checkpoint behind = *checkpoint;
    struct icp_stored *rows = NULL;
    struct icp_str *ids = NULL, *gone = NULL;
    size_t count = 0, id_count = 0, gone_count = 0;

    if (!page->last) {
        behind.all = page->next.mode == ICP_CURSOR_ALL;
        behind.since_ms = page->next.since_ms;
        memcpy(behind.position, page->next.position, sizeof(behind.position));
    }
    if (rows_from(night, &night->requests->asked[object], page, &night->batch, &rows, &count,
                  err) != ICP_OK ||
        ids_to_read(night, object, page, &ids, &id_count, err) != ICP_OK)
        return err->status;
    if (count > 0 || id_count == 0) {
        if (commit_page(night, object, rows, count, NULL, 0, id_count == 0 ? &behind : checkpoint,
                        err) != ICP_OK)
            return err->status;
    }
    for (size_t at = 0; at < id_count; at += night->ops->read_batch) {
        size_t left = id_count - at,
               some = left < night->ops->read_batch ? left : night->ops->read_batch;
        if (icp_night_read(night, object, ids + at, some, &rows, &count, &gone, &gone_count, err) !=
            ICP_OK)
            return err->status;
        if (commit_page(night, object, rows, count, gone, gone_count,
                        some == left ? &behind : checkpoint, err) != ICP_OK)
            return err->status;
    }
    *checkpoint = behind;
    return ICP_OK;
}

/* Where to read from: on with a pull that was stopped, all again when other fields are asked for,
   else what changed since the watermark less the overlap. */
static enum icp_status begin(struct icp_night *night, enum icp_object object,
                             struct icp_checkpoint *checkpoint, struct icp_err *err)
{
    const struct icp_asked *asked = &night->requests->asked[object];
    struct icp_checkpoint stored;
    bool found, same;

    if (icp_store_checkpoint(night->store, night->crm, object, &stored, &found, err) != ICP_OK)
        return err->status;
    same = found && strcmp(stored.request, asked->hash) == 0;
    if (same && stored.pulling) {
        *checkpoint = stored;
        return ICP_OK;
    }
    *checkpoint = (struct icp_checkpoint){.pulling = true,
                                          .all = !same || !stored.has_watermark,
                                          .began_ms = night->account.server_ms};
    memcpy(checkpoint->request, asked->hash, sizeof(checkpoint->request));
    if (found) {
        checkpoint->has_watermark = stored.has_watermark;
        checkpoint->watermark_ms = stored.watermark_ms;
    }
    if (!checkpoint->all)
        checkpoint->since_ms = stored.watermark_ms - night->ops->overlap_ms;
    return icp_store_begin_pull(night->store, night->crm, object, checkpoint, err);
}

static enum icp_status pull_object(struct icp_night *night, enum icp_object object,
                                   struct icp_err *err)
{
    const struct icp_asked *asked = &night->requests->asked[object];
    const char *what = object == ICP_CONTACT ? "reading people" : "reading companies";
    struct icp_checkpoint checkpoint = {0};
    struct icp_page page = {0};
    int64_t seen = 0;

    if (begin(night, object, &checkpoint, err) != ICP_OK)
        return err->status;
    while (!page.last) {
        struct icp_cursor cursor = {.mode = checkpoint.all ? ICP_CURSOR_ALL : ICP_CURSOR_CHANGES,
                                    .since_ms = checkpoint.since_ms};
        memcpy(cursor.position, checkpoint.position, sizeof(cursor.position));
        page = (struct icp_page){0};
        icp_arena_reset(&night->batch);
        if (night->ops->changed(night->connector, &asked->request, &cursor, &night->batch, &page,
                                err) != ICP_OK)
            return icp_wrap(err, "%s", what);
        seen += (int64_t)page.count;
        if (take_page(night, object, &page, &checkpoint, err) != ICP_OK)
            return icp_wrap(err, "%s", what);
        icp_night_show(night, what, seen, -1);
    }
    return icp_store_end_pull(night->store, night->crm, object, err);
}

enum icp_status icp_night_pull(struct icp_night *night, struct icp_err *err)
{
    if (icp_night_prepare(night, err) != ICP_OK)
        return err->status;
    /* Companies first: a person's company is then known when the person is scored. */
    if (pull_object(night, ICP_COMPANY, err) != ICP_OK ||
        pull_object(night, ICP_CONTACT, err) != ICP_OK)
        return err->status;
    night->run.stage = ICP_STAGE_PULLED;
    return icp_night_save(night, err);
}
