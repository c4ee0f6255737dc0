/* Nights with several ICP files, with grades that are held, and with readers of several languages.
 */
#include <string.h>

#include "check.h"
#include "night_kit.h"

/* Firm n is in DK, SE, DE, NO, DK, … and person n works for firm n modulo their number. */
enum { DANE = 5005, SWEDE = 5006, GERMAN = 5003, FIRM_OF_DANE = 1005 };

#define GRADES                                                                                     \
    "grade: {fit: {A: 75, B: 50, C: 25, D: 0}, engagement: {1: 60, 2: 30, 3: 10, 4: 0}}\n"
#define SIZE_AND_FORMS                                                                             \
    "fit:\n  criteria:\n    - {id: size, weight: 1, field: company.employees, bands: {\"0..\": "   \
    "80, else: 0}, because: \"{company.employees} employees\"}\n"                                  \
    "engagement:\n  half_life: 30 days\n  groups:\n"                                               \
    "    - {id: hand_raise, cap: 60, signals: [{signal: form_submit, points: 60}]}\n"

static const char danish[] =
    "icp: 1\nname: Danish\napplies_when: 'company.country = \"DK\"'\n" SIZE_AND_FORMS GRADES
    "tiers:\n  - {id: call, label: Call, when: hand_raise >= 40}\n"
    "  - {id: danish, label: Danish, else: true}\n";
static const char swedish[] =
    "icp: 1\nname: Swedish\napplies_when: 'company.country = \"SE\"'\n" SIZE_AND_FORMS GRADES
    "tiers:\n  - {id: call, label: Call, when: hand_raise >= 40}\n"
    "  - {id: swedish, label: Swedish, else: true}\n";

static void two_profiles(struct world *world, const char *first, const char *second)
{
    struct icp_err err = {0};

    world_open(world);
    world_people(world, 8, 24);
    world_rules(world, first);
    world->second = icp_str_from(second);
    must(world_setup(world, &err), &err, "setup");
}

static void each_profile_has_its_people(void **state)
{
    struct world world;

    (void)state;
    two_profiles(&world, danish, swedish);
    approve_file_ok(&world, 0);
    approve_file_ok(&world, 1);
    sync_ok(&world);
    check_text("a Dane", world_get(&world, DANE, "icp_profile"), ICP_STR("Danish"));
    check_text("a Dane's tier", world_get(&world, DANE, "icp_tier"), ICP_STR("danish"));
    check_text("a Swede", world_get(&world, SWEDE, "icp_profile"), ICP_STR("Swedish"));
    assert_true(icp_str_has_prefix(world_get(&world, SWEDE, "icp_rules"), ICP_STR("Swedish (")));
    /* no file is for a German: nothing was ever held, so there is nothing to clear */
    assert_true(icp_str_is_empty(world_get(&world, GERMAN, "icp_score")));
    assert_true(icp_str_is_empty(world_get(&world, GERMAN, "icp_tier")));
    world_forget_counts(&world);
    sim_advance(world.crm, 2 * HOUR);
    sync_ok(&world);
    assert_int_equal(world.writes_sent, 0);
    world_close(&world);
}

static void who_leaves_all_profiles_is_cleared_once(void **state)
{
    static const char *const cleared[] = {"icp_score",   "icp_grade",    "icp_fit",
                                          "icp_summary", "icp_reasons",  "icp_profile",
                                          "icp_rules",   "icp_scored_at"};
    struct world world;

    (void)state;
    two_profiles(&world, danish, swedish);
    approve_file_ok(&world, 0);
    approve_file_ok(&world, 1);
    sync_ok(&world);
    sim_advance(world.crm, DAY);
    world_edit(&world, SIM_COMPANIES, FIRM_OF_DANE, "hs_country_code", "NO");
    sim_advance(world.crm, 2 * HOUR);
    world_forget_counts(&world);
    sync_ok(&world);
    assert_true(world.writes_sent > 0);
    check_text("tier", world_get(&world, DANE, "icp_tier"), ICP_STR("not_scored"));
    for (size_t i = 0; i < COUNT_OF(cleared); i++)
        if (!icp_str_is_empty(world_get(&world, DANE, cleared[i])))
            fail_msg("%s is not cleared", cleared[i]);
    world_forget_counts(&world);
    sim_advance(world.crm, 20 * DAY);
    sync_ok(&world);
    check_text("tier", world_get(&world, DANE, "icp_tier"), ICP_STR("not_scored"));
    assert_true(icp_str_is_empty(world_get(&world, DANE, "icp_score")));

    world_edit(&world, SIM_COMPANIES, FIRM_OF_DANE, "hs_country_code", "SE");
    sim_advance(world.crm, 2 * HOUR);
    sync_ok(&world);
    check_text("and comes back", world_get(&world, DANE, "icp_profile"), ICP_STR("Swedish"));
    check_text("from there", world_get(&world, DANE, "icp_previous_tier"), ICP_STR("not_scored"));
    world_close(&world);
}

static void a_file_without_approval_takes_no_part(void **state)
{
    struct world world;
    struct icp_err err = {0};
    struct icp_preview preview;

    (void)state;
    two_profiles(&world, danish, swedish);
    approve_file_ok(&world, 0);
    sync_ok(&world);
    assert_true(icp_str_is_empty(world_get(&world, SWEDE, "icp_profile")));
    must(world_start(&world, &err), &err, "start");
    assert_int_equal(world.night_rules.state, ICP_RULES_PENDING);
    assert_int_equal(world.night_rules.files[1].state, ICP_RULES_NONE);
    must(world_preview(&world, 1, &preview, &err), &err, "preview");
    assert_true(preview.changed > 0);
    assert_true(preview.changed < preview.people);
    for (size_t i = 0; i < preview.mover_count; i++)
        check_text("why", preview.movers[i].reason, ICP_STR("from no file to Swedish"));
    world_end(&world);
    approve_file_ok(&world, 1);
    sync_ok(&world);
    check_text("a Swede", world_get(&world, SWEDE, "icp_profile"), ICP_STR("Swedish"));
    world_close(&world);
}

static void out_of_any_file_is_out(void **state)
{
    static const char everybody[] =
        "icp: 1\nname: Everybody\ndisqualify:\n  - {id: banks, when: 'company.industry = "
        "\"BANKING\"', because: A bank}\n" SIZE_AND_FORMS GRADES
        "tiers:\n  - {id: rest, label: Rest, else: true}\n";
    struct world world;

    (void)state;
    two_profiles(&world, danish, everybody);
    world_edit(&world, SIM_COMPANIES, FIRM_OF_DANE, "industry", "BANKING");
    approve_file_ok(&world, 0);
    approve_file_ok(&world, 1);
    sync_ok(&world);
    check_text("grade", world_get(&world, DANE, "icp_grade"), ICP_STR("X"));
    check_text("whose word it is", world_get(&world, DANE, "icp_profile"), ICP_STR("Everybody"));
    check_text("the first of equals", world_get(&world, 5009, "icp_profile"), ICP_STR("Danish"));
    world_close(&world);
}

static void undo_withdraws_the_version_that_came_with_the_run(void **state)
{
    struct world world;
    struct icp_err err = {0};

    (void)state;
    two_profiles(&world, danish, swedish);
    approve_file_ok(&world, 0);
    sync_ok(&world);
    sim_advance(world.crm, 2 * HOUR);
    approve_file_ok(&world, 1);
    sync_ok(&world);
    must(world_undo(&world, 2, &err), &err, "undo");
    must(world_start(&world, &err), &err, "start");
    assert_int_equal(world.night_rules.files[0].state, ICP_RULES_CURRENT);
    assert_int_equal(world.night_rules.files[1].state, ICP_RULES_NONE);
    world_end(&world);
    assert_true(icp_str_is_empty(world_get(&world, SWEDE, "icp_profile")));
    check_text("a Dane", world_get(&world, DANE, "icp_profile"), ICP_STR("Danish"));
    world_close(&world);
}

static void files_that_disagree_are_not_used_together(void **state)
{
    static const char other_place[] =
        "icp: 1\nname: Other\nfields: {company.employees: {type: number, hubspot: "
        "companies.staff}}\n" SIZE_AND_FORMS GRADES
        "tiers:\n  - {id: rest, label: Rest, else: true}\n";
    struct world world;
    struct icp_err err = {0};

    (void)state;
    two_profiles(&world, danish, other_place);
    approve_file_ok(&world, 0);
    must(world_start(&world, &err), &err, "start");
    assert_int_equal(icp_night_rules_agree(&world.night_rules, 2, &world.arena, &err),
                     ICP_BAD_CONFIG);
    assert_non_null(strstr(err.message, "second.icp.yaml:3:10"));
    assert_non_null(strstr(err.message, "plain.icp.yaml"));
    world_end(&world);
    world_close(&world);
}

/* ---- What was before ------------------------------------------------------------------------- */

static void a_grade_is_held_while_the_crm_holds_it(void **state)
{
    static const char held[] =
        "icp: 1\nname: Held\nfit:\n  criteria:\n    - {id: size, weight: 1, field: "
        "company.employees, scale: {0: 0, 100: 100}, because: \"{company.employees} employees\"}\n"
        "grade: {fit: {A: 75, B: 50, C: 25, D: 0}, drop_margin: 5}\n"
        "tiers:\n  - {id: work, when: 'fit_grade = \"A\"'}\n  - {id: rest, else: true}\n";
    struct world world;
    struct icp_err err = {0};

    (void)state;
    world_open(&world);
    world_people(&world, 8, 24);
    world_rules(&world, held);
    must(world_setup(&world, &err), &err, "setup");
    world_edit(&world, SIM_COMPANIES, FIRM_OF_DANE, "numberofemployees", "80");
    approve_file_ok(&world, 0);
    sync_ok(&world);
    check_text("at first", world_get(&world, DANE, "icp_grade"), ICP_STR("A4"));
    world_edit(&world, SIM_COMPANIES, FIRM_OF_DANE, "numberofemployees", "71");
    sim_advance(world.crm, 2 * HOUR);
    sync_ok(&world);
    check_text("little below", world_get(&world, DANE, "icp_grade"), ICP_STR("A4"));
    check_text("score", world_get(&world, DANE, "icp_score"), ICP_STR("71"));
    assert_true(icp_str_find(world_get(&world, DANE, "icp_summary"),
                             ICP_STR("held at A4: 71 is within 5 of 75")) <
                world_get(&world, DANE, "icp_summary").length);
    world_edit(&world, SIM_COMPANIES, FIRM_OF_DANE, "numberofemployees", "60");
    sim_advance(world.crm, 2 * HOUR);
    sync_ok(&world);
    check_text("far below", world_get(&world, DANE, "icp_grade"), ICP_STR("B4"));
    world_edit(&world, SIM_COMPANIES, FIRM_OF_DANE, "numberofemployees", "72");
    sim_advance(world.crm, 2 * HOUR);
    sync_ok(&world);
    check_text("not back before its line", world_get(&world, DANE, "icp_grade"), ICP_STR("B4"));
    world_close(&world);
}

/* ---- Languages ------------------------------------------------------------------------------- */

static bool holds(struct icp_str text, const char *part)
{
    return icp_str_find(text, icp_str_from(part)) < text.length;
}

static void texts_are_in_the_language_of_the_owner(void **state)
{
    static const struct icp_owner_language languages[] = {{ICP_STR_INIT("71"), ICP_STR_INIT("da")}};
    static const char two_languages[] =
        "icp: 1\nname: Two\nreasons_in: [en, da]\nfit:\n  criteria:\n    - {id: size, weight: 1, "
        "field: company.employees, bands: {\"0..\": 80, else: 0}, because: {en: "
        "\"{company.employees} "
        "employees\", da: \"{company.employees} ansatte\"}}\n"
        "grade: {fit: {A: 75, B: 0}}\ntiers:\n  - {id: rest, label: {en: Rest, da: Resten}, else: "
        "true}\n";
    struct world world;
    struct icp_err err = {0};

    (void)state;
    world_open(&world);
    world_people(&world, 8, 24);
    world_rules(&world, two_languages);
    must(world_setup(&world, &err), &err, "setup");
    world.settings.owner_languages = languages;
    world.settings.owner_language_count = 1;
    approve_file_ok(&world, 0);
    sync_ok(&world);
    assert_true(holds(world_get(&world, 5004, "icp_summary"), "ansatte"));   /* of owner 71 */
    assert_true(holds(world_get(&world, 5005, "icp_summary"), "employees")); /* of 72 */
    assert_true(holds(world_get(&world, 5006, "icp_summary"), "employees")); /* of nobody */

    /* another language makes the texts anew, and moves nobody */
    world.settings.language = ICP_STR("da");
    sim_advance(world.crm, 20 * DAY);
    world_forget_counts(&world);
    sync_ok(&world);
    assert_true(world.writes_sent > 0);
    assert_true(holds(world_get(&world, 5005, "icp_summary"), "ansatte"));
    assert_int_equal(last_run(&world).counts.changed, 0);
    world_close(&world);
}

/* A pattern that runs away on somebody's title, in a file that then is not for them. */
static void a_rule_that_met_a_limit_is_named(void **state)
{
    static const char patterns[] =
        "icp: 1\nname: Patterns\n"
        "applies_when: 'matches(contact.title, \"^(a+)+$\")'\n" SIZE_AND_FORMS GRADES
        "tiers: [{id: all, label: All, else: true}]\n";
    static const char title[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab";
    struct world world;

    (void)state;
    two_profiles(&world, danish, patterns);
    world_edit(&world, SIM_CONTACTS, DANE, "jobtitle", title);
    world_edit(&world, SIM_CONTACTS, SWEDE, "jobtitle", title);
    approve_file_ok(&world, 0);
    approve_file_ok(&world, 1);
    sync_ok(&world);
    check_text("the other file counts", world_get(&world, DANE, "icp_profile"), ICP_STR("Danish"));
    if (icp_str_find(
            icp_buf_view(&world.notices),
            ICP_STR(":3:16: \"applies_when\" met a limit on 2 records, the first 5005: the "
                    "pattern takes too many steps on this text; it counts as unknown "
                    "there")) == world.notices.length)
        fail_msg("no such notice in: %s", world.notices.data);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_that_met_a_limit_is_named),
        cmocka_unit_test(each_profile_has_its_people),
        cmocka_unit_test(who_leaves_all_profiles_is_cleared_once),
        cmocka_unit_test(a_file_without_approval_takes_no_part),
        cmocka_unit_test(out_of_any_file_is_out),
        cmocka_unit_test(undo_withdraws_the_version_that_came_with_the_run),
        cmocka_unit_test(files_that_disagree_are_not_used_together),
        cmocka_unit_test(a_grade_is_held_while_the_crm_holds_it),
        cmocka_unit_test(texts_are_in_the_language_of_the_owner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
