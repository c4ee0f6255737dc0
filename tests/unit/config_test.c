/* The configuration: what is right, and what each slip says with its place. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "file.h"

static char folder[256], path[300];

static int open_folder(void **state)
{
    const char *base = getenv("TMPDIR");

    (void)state;
    (void)snprintf(folder, sizeof(folder), "%s/icp-config.XXXXXX", base != NULL ? base : "/tmp");
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(path, sizeof(path), "%s/icp.yaml", folder);
    return 0;
}

static int close_folder(void **state)
{
    (void)state;
    (void)unlink(path);
    return rmdir(folder);
}

static enum icp_status load(const char *text, struct icp_arena *arena, struct icp_diagnostics *list,
                            struct icp_config *config)
{
    struct icp_err err = {0};

    assert_int_equal(icp_file_replace(path, icp_str_from(text), &err), ICP_OK);
    return icp_config_load(path, arena, list, config, &err);
}

static void a_whole_one(void **state)
{
    struct icp_diagnostics list;
    struct icp_config config;
    struct icp_arena arena;

    (void)state;
    icp_arena_open(&arena, (size_t)1024 * 1024);
    assert_int_equal(
        load("crm: hubspot\n"
             "hubspot: {token: {environment: ICP_TEST_TOKEN}}\n"
             "rules: /etc/icp/profile.icp.yaml\n"
             "write: {prefix: icp_shadow_, score_step: 3, reasons_every: 7 days, only: "
             "{owners: [\"71\"]}}\n"
             "breaker: {records: 100, percent: 5}\n",
             &arena, &list, &config),
        ICP_OK);
    check_text("prefix", config.settings.owned_prefix, ICP_STR("icp_shadow_"));
    check_number("step", config.settings.policy.score_step, 3);
    check_number("days", config.settings.policy.reasons_every_ms, 7 * INT64_C(86400000));
    check_number("owners", (int64_t)config.settings.only_owner_count, 1);
    check_number("records", config.settings.breaker.records, 100);
    check_number("what is not said keeps its default", config.settings.breaker.mean_shift, 10);
    assert_string_equal(config.rules[0].path, "/etc/icp/profile.icp.yaml");
    assert_true(icp_str_has_prefix(icp_str_from(config.state), icp_str_from(folder)));
    icp_arena_close(&arena);
}

static void a_calendar(void **state)
{
    struct icp_diagnostics list;
    struct icp_config config;
    struct icp_arena arena;
    struct icp_err err = {0};
    char holidays[320];

    (void)state;
    icp_arena_open(&arena, (size_t)1024 * 1024);
    assert_int_equal(load("crm: hubspot\nhubspot: {token: {environment: ICP_TEST_TOKEN}}\n", &arena,
                          &list, &config),
                     ICP_OK);
    check_number("usual: five days", config.settings.calendar.working_days, 0x1f);
    check_number("from nine", config.settings.calendar.opens, 540);
    assert_false(config.settings.calendar.zone_given);
    (void)snprintf(holidays, sizeof(holidays), "%s/holidays.txt", folder);
    assert_int_equal(icp_file_replace(holidays, ICP_STR("2026-12-25 Christmas Day\n"), &err),
                     ICP_OK);
    assert_int_equal(load("crm: hubspot\nhubspot: {token: {environment: ICP_TEST_TOKEN}}\n"
                          "calendar: {time_zone: Europe/Copenhagen, working_days: [sun..thu], "
                          "hours: \"08:00..16:30\", holidays: {file: holidays.txt}}\n",
                          &arena, &list, &config),
                     ICP_OK);
    check_text("zone", icp_calendar_zone_name(&config.settings.calendar),
               ICP_STR("Europe/Copenhagen"));
    check_number("days", config.settings.calendar.working_days, 0x4f);
    check_number("until", config.settings.calendar.closes, 990);
    check_number("holidays", (int64_t)config.settings.calendar.holiday_count, 1);
    assert_true(config.settings.calendar.zone_given);
    assert_int_equal(unlink(holidays), 0);
    icp_arena_close(&arena);
}

static void several_files_and_languages(void **state)
{
    struct icp_diagnostics list;
    struct icp_config config;
    struct icp_arena arena;

    (void)state;
    icp_arena_open(&arena, (size_t)1024 * 1024);
    assert_int_equal(load("crm: hubspot\n"
                          "hubspot: {token: {environment: ICP_TEST_TOKEN}}\n"
                          "rules: [nordic.icp.yaml, rules/dach.icp.yaml]\n"
                          "language: sv\n"
                          "languages: {owners: {\"101\": da, \"102\": \"no\"}}\n",
                          &arena, &list, &config),
                     ICP_OK);
    check_number("files", (int64_t)config.rules_count, 2);
    check_text("what approvals belong to", config.rules[1].key, ICP_STR("rules/dach.icp.yaml"));
    assert_true(icp_str_has_prefix(icp_str_from(config.rules[1].path), icp_str_from(folder)));
    check_text("an owner's own", icp_language_of(&config.settings, ICP_STR("102")), ICP_STR("no"));
    check_text("the usual one", icp_language_of(&config.settings, ICP_STR("9")), ICP_STR("sv"));
    check_text("nobody's", icp_language_of(&config.settings, (struct icp_str){0}), ICP_STR("sv"));
    assert_int_equal(load("crm: hubspot\nhubspot: {token: {environment: ICP_TEST_TOKEN}}\n", &arena,
                          &list, &config),
                     ICP_OK);
    check_text("the usual file", config.rules[0].key, ICP_STR("profile.icp.yaml"));
    check_text("each file's first language", icp_language_of(&config.settings, ICP_STR("9")),
               (struct icp_str){0});
    icp_arena_close(&arena);
}

static void slips(void **state)
{
    static const struct {
        const char *text, *code;
        uint32_t line, column;
    } cases[] = {
        {"crm: hubspto\n", "bad-crm", 1, 6},
        {"crm: hubspot\n", "missing-key", 1, 1},
        {"crm: hubspot\nhubspot: {token: pat-na1-secret}\n", "secret-in-file", 2, 18},
        {"crm: hubspot\nhubspot: {token: {somewhere: x}}\n", "bad-secret", 2, 18},
        {"crm: hubspot\nhubspot: {tokn: {file: x}}\n", "unknown-key", 2, 11},
        {"crm: hubspot\nhubspot: {token: {file: x}, owned_prefix: x_}\n", "unknown-key", 2, 29},
        {"crm: hubspot\nhubspot: {token: {file: x}}\nwirte: {}\n", "unknown-key", 3, 1},
        {"crm: hubspot\nhubspot: {token: {file: x}}\nwrite: {prefix: hs_}\n", "bad-value", 3, 17},
        {"crm: hubspot\nhubspot: {token: {file: x}}\nwrite: {score_step: 0}\n", "bad-value", 3, 21},
        {"crm: hubspot\nhubspot: {token: {file: x}}\nwrite: {reasons_every: often}\n", "bad-value",
         3, 24},
        {"crm: hubspot\nhubspot: {token: {file: x}}\nbreaker: {percent: 101}\n", "bad-value", 3,
         20},
        {"crm: hubspot\nhubspot: {token: {file: x}}\nrules: []\n", "bad-value", 3, 8},
        {"crm: hubspot\nhubspot: {token: {file: x}}\nrules: [a, b, a]\n", "duplicate-id", 3, 15},
        {"crm: hubspot\nhubspot: {token: {file: x}}\nrules: [icp.yaml, ./icp.yaml]\n",
         "duplicate-id", 3, 19},
        {"crm: hubspot\nhubspot: {token: {file: x}}\nrules: [a, {b: c}]\n", "wrong-type", 3, 12},
        {"crm: hubspot\nhubspot: {token: {file: x}}\nrules: {a: b}\n", "wrong-type", 3, 8},
        {"crm: hubspot\nhubspot: {token: {file: x}}\nlanguage: dk\n", "unknown-language", 3, 11},
        {"crm: hubspot\nhubspot: {token: {file: x}}\nlanguages: {owners: {\"7\": [da]}}\n",
         "unknown-language", 3, 27},
        {"crm: hubspot\nhubspot: {token: {file: x}}\nlanguages: {teams: {\"7\": da}}\n",
         "unknown-key", 3, 13},
        {"crm: hubspot\nhubspot: {token: {file: x}}\ncalendar: {hours: \"17..9\"}\n", "bad-hours",
         3, 19},
        {"crm: hubspot\nhubspot: {token: {file: x}}\ncalendar: {holidays: {file: none.txt}}\n",
         "list-file", 3, 29},
        {"crm: hubspot\nhubspot: {token: {file: x}}\ncalender: {}\n", "unknown-key", 3, 1},
        {"- crm\n", "wrong-type", 1, 1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct icp_diagnostics list;
        struct icp_config config;
        struct icp_arena arena;
        bool found = false;
        icp_arena_open(&arena, (size_t)1024 * 1024);
        assert_int_equal(load(cases[i].text, &arena, &list, &config), ICP_BAD_CONFIG);
        for (size_t k = 0; k < list.count; k++)
            found = found || (icp_str_is(icp_str_from(list.items[k].code), cases[i].code) &&
                              list.items[k].line == cases[i].line &&
                              list.items[k].column == cases[i].column);
        if (!found)
            fail_msg("no \"%s\" at %u:%u of: %s", cases[i].code, (unsigned)cases[i].line,
                     (unsigned)cases[i].column, cases[i].text);
        icp_arena_close(&arena);
    }
}

static void secrets_come_from_elsewhere(void **state)
{
    struct icp_diagnostics list;
    struct icp_config config;
    struct icp_arena arena;
    struct icp_err err = {0};

    (void)state;
    icp_arena_open(&arena, (size_t)1024 * 1024);
    assert_int_equal(load("crm: hubspot\nhubspot: {token: {environment: ICP_TEST_TOKEN}}\n", &arena,
                          &list, &config),
                     ICP_OK);
    assert_int_equal(unsetenv("ICP_TEST_TOKEN"), 0);
    assert_int_equal(icp_config_secrets(&config, NULL, &arena, &err), ICP_BAD_CONFIG);
    err = (struct icp_err){0};
    assert_int_equal(setenv("ICP_TEST_TOKEN", "t", 1), 0);
    assert_int_equal(icp_config_secrets(&config, NULL, &arena, &err), ICP_BAD_CONFIG);
    err = (struct icp_err){0};
    assert_int_equal(setenv("ICP_TEST_TOKEN", "pat-na1-0123456789", 1), 0);
    assert_int_equal(icp_config_secrets(&config, NULL, &arena, &err), ICP_OK);
    check_text("the token", config.options[0], ICP_STR("pat-na1-0123456789"));
    icp_config_wipe(&config);
    assert_true(config.options[0].data[0] == '\0');
    icp_arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_one),
        cmocka_unit_test(a_calendar),
        cmocka_unit_test(several_files_and_languages),
        cmocka_unit_test(slips),
        cmocka_unit_test(secrets_come_from_elsewhere),
    };
    return cmocka_run_group_tests(tests, open_folder, close_folder);
}
