/*
 * Which rules a night runs with. Invariant: `active` is a version that a person approved and that
 * is not withdrawn or past its date, or it is NULL; an edit that cannot change a score is taken up
 * at once.
 */
#include "internal.h"

#include "crypto.h"

static enum icp_status compile(struct icp_str body, struct icp_str path,
                               const struct icp_dictionary *const *dictionaries, size_t count,
                               struct icp_arena *arena, struct icp_ruleset **ret,
                               struct icp_str *problem, struct icp_err *err)
{
    struct icp_str name = icp_arena_copy(arena, path);
    struct icp_diagnostics list;
    struct icp_buf text;
    enum icp_status status;

    icp_diagnostics_open(&list, arena, name.data);
    status = icp_rules_compile(body, name.data, dictionaries, count, &list, ret, err);
    if (status != ICP_OK && problem != NULL) {
        icp_buf_open(&text, (size_t)64 * 1024);
        icp_diagnostics_print(&list, &text);
        *problem = icp_arena_copy(arena, icp_buf_view(&text));
        icp_buf_finish(&text);
    }
    return status;
}

static struct icp_ruleset_row row_of(const struct icp_ruleset *rules, const char *path,
                                     struct icp_str body)
{
    const struct icp_rules_about *about = icp_rules_about(rules);

    return (struct icp_ruleset_row){.text_hash = icp_str_from(about->text_hash),
                                    .score_hash = icp_str_from(about->score_hash),
                                    .path = icp_str_from(path),
                                    .name = about->name,
                                    .version = about->version,
                                    .body = body};
}

static enum icp_status run_tests(struct icp_night_rules *rules, const char *path,
                                 struct icp_arena *arena, struct icp_err *err)
{
    const struct icp_rules_test *tests;
    struct icp_buf text;

    if (icp_rules_run_tests(rules->file, arena, &tests, &rules->tests, &rules->tests_failed, err) !=
        ICP_OK)
        return err->status;
    if (rules->tests_failed == 0)
        return ICP_OK;
    icp_buf_open(&text, (size_t)64 * 1024);
    for (size_t i = 0; i < rules->tests; i++)
        if (!tests[i].passed)
            icp_buf_format(&text, "%s:%u:%u: test \"%.*s\" fails: %.*s\n", path,
                           (unsigned)tests[i].line, (unsigned)tests[i].column,
                           ICP_STR_ARGUMENTS(tests[i].name), ICP_STR_ARGUMENTS(tests[i].failure));
    rules->problem = icp_arena_copy(arena, icp_buf_view(&text));
    icp_buf_finish(&text);
    return ICP_OK;
}

/* The version in force, compiled from the copy that the approval kept. A file that this program can
   no longer compile (approved by another version of icp) cannot be used. */
static enum icp_status open_approved(struct icp_store *store,
                                     const struct icp_dictionary *const *dictionaries, size_t count,
                                     int32_t as_of, struct icp_arena *arena,
                                     struct icp_night_rules *rules, struct icp_err *err)
{
    struct icp_approval approval;
    bool found;

    if (icp_store_approved(store, as_of, arena, &approval, &found, err) != ICP_OK || !found)
        return err->status;
    rules->active_row = approval.rules;
    rules->expected = approval.expected;
    if (compile(approval.rules.body, approval.rules.path, dictionaries, count, arena,
                &rules->active, NULL, err) != ICP_OK) {
        icp_hint(err,
                 "Approve a file that this version of icp understands with: icp approve FILE.");
        return icp_wrap(err, "the approved rules \"%.*s\" cannot be used",
                        ICP_STR_ARGUMENTS(approval.rules.name));
    }
    return ICP_OK;
}

/* The file differs from the approved version in words only: use its words. */
static void take_up_words(struct icp_night_rules *rules)
{
    icp_rules_close(rules->active);
    rules->active = rules->file;
    rules->active_row = rules->file_row;
}

static enum icp_rules_state judge(const struct icp_night_rules *rules)
{
    if (rules->active == NULL)
        return ICP_RULES_NONE;
    if (rules->file == NULL)
        return ICP_RULES_BROKEN;
    if (rules->tests_failed > 0)
        return ICP_RULES_RED;
    if (!icp_str_equal(rules->file_row.score_hash, rules->active_row.score_hash))
        return ICP_RULES_PENDING;
    return ICP_RULES_CURRENT;
}

enum icp_status icp_night_rules_open(struct icp_store *store, const char *path, struct icp_str text,
                                     struct icp_str unreadable,
                                     const struct icp_dictionary *const *dictionaries,
                                     size_t dictionary_count, int32_t as_of,
                                     struct icp_arena *arena, struct icp_night_rules *rules,
                                     struct icp_err *err)
{
    struct icp_err broken = {0};

    *rules = (struct icp_night_rules){.problem = unreadable};
    if (!icp_str_is_null(text) &&
        compile(text, icp_str_from(path), dictionaries, dictionary_count, arena, &rules->file,
                &rules->problem, &broken) == ICP_OK) {
        rules->file_row = row_of(rules->file, path, icp_arena_copy(arena, text));
        if (run_tests(rules, path, arena, err) != ICP_OK)
            return err->status;
    }
    if (open_approved(store, dictionaries, dictionary_count, as_of, arena, rules, err) != ICP_OK)
        return err->status;
    rules->state = judge(rules);
    if (rules->state == ICP_RULES_CURRENT)
        take_up_words(rules);
    return ICP_OK;
}

void icp_night_rules_close(struct icp_night_rules *rules)
{
    if (rules == NULL)
        return;
    if (rules->active != rules->file)
        icp_rules_close(rules->active);
    icp_rules_close(rules->file);
    *rules = (struct icp_night_rules){0};
}
