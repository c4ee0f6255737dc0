/* The commits of a night over two people, in the order in which a night makes them. */
#include "store_night.h"

#include "store_kit.h"

static const struct icp_ruleset_row rules = {ICP_STR_INIT("text-1"),
                                             ICP_STR_INIT("rules-1"),
                                             ICP_STR_INIT("a.icp.yaml"),
                                             ICP_STR_INIT("a"),
                                             ICP_STR_INIT("1"),
                                             ICP_STR_INIT("icp: 1\n"),
                                             NULL,
                                             0};

enum icp_status act_account(struct icp_store *store, struct icp_err *err)
{
    return icp_store_pin_account(store, CRM, ICP_STR("123"), ICP_STR("portal 123"), ICP_STR("UTC"),
                                 err);
}

enum icp_status act_run(struct icp_store *store, struct icp_err *err)
{
    struct icp_run run, fresh = {.as_of = 20000, .started_ms = 1, .approved = -1};
    return icp_store_open_run(store, &fresh, &run, err);
}

static enum icp_status act_approve(struct icp_store *store, struct icp_err *err)
{
    return icp_store_approve(store, ICP_STR("a.icp.yaml"), &rules, 77, INT32_MAX, 0, err);
}

static enum icp_status act_begin_pull(struct icp_store *store, struct icp_err *err)
{
    struct icp_checkpoint checkpoint = {.all = true, .began_ms = 5000, .request = "r"};
    return icp_store_begin_pull(store, CRM, ICP_CONTACT, &checkpoint, err);
}

static enum icp_status act_page(struct icp_store *store, struct icp_err *err)
{
    struct icp_stored people[] = {kit_person("1", "c", "v1"), kit_person("2", NULL, "v1")};
    struct icp_checkpoint checkpoint = {.all = true, .began_ms = 5000, .position = "page 2"};
    struct icp_page_counts counts;
    return icp_store_page(store, CRM, ICP_CONTACT, people, 2, NULL, 0, &checkpoint, &counts, err);
}

static enum icp_status act_end_pull(struct icp_store *store, struct icp_err *err)
{
    return icp_store_end_pull(store, CRM, ICP_CONTACT, err);
}

static enum icp_status act_score(struct icp_store *store, struct icp_err *err)
{
    struct icp_result_row rows[] = {kit_result("1", 20000, 80, "A"),
                                    kit_result("2", 20000, 20, "C")};
    rows[0].moves_with_time = true;
    return icp_store_results(store, CRM, rows, 2, err);
}

enum icp_status act_dirty(struct icp_store *store, struct icp_err *err)
{
    int64_t dirty;
    return icp_store_mark_dirty(store, CRM, ICP_STR("rules-1"), (struct icp_str){0}, 20001, &dirty,
                                err);
}

enum icp_status act_own(struct icp_store *store, struct icp_err *err)
{
    static const struct icp_str names[] = {ICP_STR_INIT("icp_grade"), ICP_STR_INIT("icp_score")};
    return icp_store_own_fields(store, names, 2, err);
}

static enum icp_status act_plan(struct icp_store *store, struct icp_err *err)
{
    static const struct icp_outbox_row rows[] = {
        {ICP_STR_INIT("1"), ICP_STR_INIT("icp_score"), {NULL, 0}, ICP_STR_INIT("80")},
        {ICP_STR_INIT("2"), ICP_STR_INIT("icp_score"), {NULL, 0}, ICP_STR_INIT("20")}};
    struct icp_run run = {.id = 1, .as_of = 20000, .started_ms = 1, .approved = -1};
    if (icp_store_plan_begin(store, 1, err) != ICP_OK ||
        icp_store_plan_add(store, 1, CRM, ICP_CONTACT, rows, 2, err) != ICP_OK)
        return err->status;
    return icp_store_plan_end(store, &run, err);
}

static enum icp_status act_compare(struct icp_store *store, struct icp_err *err)
{
    struct icp_settlement both[] = {{.id = ICP_STR("1"), .state = ICP_BOX_INFLIGHT},
                                    {.id = ICP_STR("2"), .state = ICP_BOX_INFLIGHT}};
    struct icp_stored fresh = kit_person("2", NULL, "v1");
    fresh.stamp_ms = 2000;
    return icp_store_compare(store, 1, CRM, ICP_CONTACT, &fresh, 1, both, 2, err);
}

static enum icp_status act_outcome(struct icp_store *store, struct icp_err *err)
{
    struct icp_push_outcome outcomes[] = {
        {.settlement = {.id = ICP_STR("1"), .state = ICP_BOX_DONE}},
        {.settlement = {.id = ICP_STR("2"), .state = ICP_BOX_INFLIGHT}}};
    return icp_store_outcome(store, 1, CRM, ICP_CONTACT, outcomes, 2, 9000, err);
}

static enum icp_status act_settle(struct icp_store *store, struct icp_err *err)
{
    struct icp_settlement one = {.id = ICP_STR("2"), .state = ICP_BOX_DONE};
    return icp_store_settle(store, 1, CRM, ICP_CONTACT, NULL, 0, &one, 1, 9000, err);
}

static enum icp_status act_end(struct icp_store *store, struct icp_err *err)
{
    struct icp_run run = {.id = 1, .as_of = 20000, .started_ms = 1, .approved = -1};
    run.counts.written = 2;
    return icp_store_end_run(store, CRM, &run, NULL, 0, err);
}

const struct store_act store_night[STORE_ACTS] = {
    {"account", act_account},  {"run", act_run},
    {"approval", act_approve}, {"pull begin", act_begin_pull},
    {"page", act_page},        {"pull end", act_end_pull},
    {"score", act_score},      {"dirty", act_dirty},
    {"owned fields", act_own}, {"plan", act_plan},
    {"compare", act_compare},  {"outcome", act_outcome},
    {"settle", act_settle},    {"end", act_end},
};
