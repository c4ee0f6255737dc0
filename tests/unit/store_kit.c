/* A state database in a folder of its own, and rows to put into it. */
#include "store_kit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "database.h"

struct folder {
    struct icp_arena arena; /* first: tests take *state as the arena */
    char name[32];
};

int kit_enter(void **state)
{
    struct folder *folder = calloc(1, sizeof(*folder));
    if (folder == NULL)
        return -1;
    (void)snprintf(folder->name, sizeof(folder->name), "store-test-XXXXXX");
    icp_arena_open(&folder->arena, (size_t)64 * 1024 * 1024);
    *state = folder;
    return mkdtemp(folder->name) != NULL && chdir(folder->name) == 0 ? 0 : -1;
}

int kit_leave(void **state)
{
    struct folder *folder = *state;
    DIR *files = opendir(".");
    struct dirent *file;
    while (files != NULL && (file = readdir(files)) != NULL)
        if (file->d_name[0] != '.')
            (void)unlink(file->d_name);
    if (files != NULL)
        (void)closedir(files);
    int result = chdir("..") == 0 ? rmdir(folder->name) : -1;
    icp_arena_close(&folder->arena);
    free(folder);
    return result;
}

void kit_ok(const char *why, enum icp_status status, const struct icp_err *err)
{
    if (status != ICP_OK)
        fail_msg("%s: %s: %s", why, icp_status_name(status), err->message);
}

struct icp_store *kit_open(void)
{
    struct icp_store *store = NULL;
    struct icp_err err = {0};
    struct icp_store_settings settings = {.path = STATE, .create = true};
    kit_ok("open", icp_store_open(&settings, &store, &err), &err);
    return store;
}

enum icp_status kit_try_open(bool create, struct icp_err *err)
{
    struct icp_store *store = NULL;
    struct icp_store_settings settings = {.path = STATE, .create = create};
    *err = (struct icp_err){0};
    enum icp_status status = icp_store_open(&settings, &store, err);
    icp_store_close(store);
    return status;
}

enum icp_status kit_stop(void *context, bool after, const char *name, struct icp_err *err)
{
    struct kit_seam *seam = context;
    if (strcmp(seam->name, name) != 0)
        return ICP_OK;
    seam->calls++;
    return after == seam->after ? icp_fail(err, ICP_STOP, "stopped by the test") : ICP_OK;
}

void kit_open_bufs(struct icp_buf *a, struct icp_buf *b)
{
    icp_buf_open(a, 1 << 20);
    icp_buf_open(b, 1 << 20);
}

void kit_content(struct icp_buf *text)
{
    static const char *const tables[] = {
        "SELECT * FROM account",  "SELECT * FROM run",     "SELECT * FROM ruleset",
        "SELECT * FROM approval", "SELECT * FROM record",  "SELECT * FROM checkpoint",
        "SELECT * FROM result",   "SELECT * FROM history", "SELECT * FROM owned_field",
        "SELECT * FROM outbox",
    };
    struct icp_database *database = NULL;
    struct icp_err err = {0};
    struct icp_database_settings settings = {.path = STATE, .busy_ms = 0};
    kit_ok("open by hand", icp_database_open(&settings, &database, &err), &err);
    icp_buf_reset(text);
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        struct icp_statement *row = icp_prepare(database, tables[i]);
        while (icp_next_row(row)) {
            while (icp_row_cell(row) != ICP_CELL_END) {
                icp_buf_add(text, icp_row_text(row));
                icp_buf_add_char(text, '|');
            }
            icp_buf_add_char(text, '\n');
        }
    }
    kit_ok("content", icp_database_problem(database)->status, icp_database_problem(database));
    icp_database_close(database);
    assert_false(text->failed);
}

enum icp_status kit_by_hand(const char *sql)
{
    struct icp_database *database = NULL;
    struct icp_err err = {0};
    struct icp_database_settings settings = {.path = STATE, .busy_ms = 0};
    kit_ok("open by hand", icp_database_open(&settings, &database, &err), &err);
    icp_database_script(database, sql);
    enum icp_status status = icp_database_problem(database)->status;
    icp_database_close(database);
    return status;
}

struct icp_stored kit_record(enum icp_object object, const char *id, const char *fields,
                             const char *version)
{
    return (struct icp_stored){
        .object = object,
        .id = icp_str_from(id),
        .stamp_ms = 1000,
        .inputs = icp_str_from(fields),
        .input_hash = icp_str_from(version),
        .known = 1,
        .owned = ICP_STR("{}"),
        .label = ICP_STR("A name"),
    };
}

struct icp_stored kit_person(const char *id, const char *company, const char *version)
{
    struct icp_stored record =
        kit_record(ICP_CONTACT, id, "{\"fields\":{\"title\":\"CTO\"},\"signals\":[]}", version);
    record.company_id = icp_str_from(company);
    return record;
}

void kit_begin_pull(struct icp_store *store, enum icp_object object, bool all, int64_t began_ms)
{
    struct icp_err err = {0};
    struct icp_checkpoint checkpoint = {.all = all, .began_ms = began_ms, .request = "r"};
    kit_ok("pull begin", icp_store_begin_pull(store, CRM, object, &checkpoint, &err), &err);
}

struct icp_page_counts kit_page(struct icp_store *store, const struct icp_stored *records,
                                size_t count)
{
    struct icp_err err = {0};
    struct icp_page_counts counts;
    struct icp_checkpoint checkpoint = {0};
    bool found;
    enum icp_object object = records[0].object;
    kit_ok("checkpoint", icp_store_checkpoint(store, CRM, object, &checkpoint, &found, &err), &err);
    kit_ok("page",
           icp_store_page(store, CRM, object, records, count, NULL, 0, &checkpoint, &counts, &err),
           &err);
    return counts;
}

void kit_end_pull(struct icp_store *store, enum icp_object object)
{
    struct icp_err err = {0};
    kit_ok("pull end", icp_store_end_pull(store, CRM, object, &err), &err);
}

void kit_pull(struct icp_store *store, const struct icp_stored *records, size_t count)
{
    kit_begin_pull(store, records[0].object, false, 5000);
    (void)kit_page(store, records, count);
    kit_end_pull(store, records[0].object);
}

struct icp_result_row kit_result(const char *id, int32_t as_of, int64_t score, const char *grade)
{
    return (struct icp_result_row){
        .id = icp_str_from(id),
        .rules = ICP_STR("rules-1"),
        .effective_hash = ICP_STR("effective"),
        .as_of = as_of,
        .score = score,
        .fit = score,
        .grade = icp_str_from(grade),
        .tier = ICP_STR("warm"),
        .reach = ICP_STR(""),
        .summary = ICP_STR("a summary"),
        .reasons = ICP_STR("reasons"),
        .lines = ICP_STR("[]"),
        .tier_since_ms = -1,
        .call_by_ms = -1,
        .written_ms = -1,
    };
}

void kit_score(struct icp_store *store, const struct icp_result_row *rows, size_t count)
{
    struct icp_err err = {0};
    kit_ok("score", icp_store_results(store, CRM, rows, count, &err), &err);
}

struct icp_run kit_run(struct icp_store *store)
{
    struct icp_err err = {0};
    struct icp_run run, fresh = {.as_of = 20000, .started_ms = 1, .approved = -1};
    kit_ok("run", icp_store_open_run(store, &fresh, &run, &err), &err);
    return run;
}

void kit_plan(struct icp_store *store, struct icp_run *run, const struct icp_outbox_row *rows,
              size_t count)
{
    static const struct icp_str names[] = {ICP_STR_INIT("icp_grade"), ICP_STR_INIT("icp_score")};
    struct icp_err err = {0};
    kit_ok("owned fields", icp_store_own_fields(store, names, COUNT_OF(names), &err), &err);
    kit_ok("plan begin", icp_store_plan_begin(store, run->id, &err), &err);
    kit_ok("plan add", icp_store_plan_add(store, run->id, CRM, ICP_CONTACT, rows, count, &err),
           &err);
    kit_ok("plan end", icp_store_plan_end(store, run, &err), &err);
}

struct icp_person kit_find(struct icp_store *store, struct icp_arena *arena, const char *id)
{
    struct icp_err err = {0};
    struct icp_person person = {0};
    bool found;
    kit_ok(id, icp_store_person(store, CRM, icp_str_from(id), arena, &person, &found, &err), &err);
    assert_true(found);
    return person;
}

bool kit_dirty(struct icp_store *store, struct icp_arena *arena, const char *id)
{
    return kit_find(store, arena, id).record.dirty;
}

struct icp_store *kit_scored_people(void)
{
    struct icp_store *store = kit_open();
    struct icp_stored company =
        kit_record(ICP_COMPANY, "c", "{\"fields\":{\"size\":\"10\"}}", "v1");
    struct icp_stored people[] = {kit_person("1", "c", "v1"), kit_person("2", NULL, "v1")};
    struct icp_result_row rows[] = {kit_result("1", 20000, 80, "A"),
                                    kit_result("2", 20000, 20, "C")};
    kit_pull(store, &company, 1);
    kit_pull(store, people, 2);
    kit_score(store, rows, 2);
    return store;
}
