/*
 * The log: no secret leaves in any spelling or at any cut, one event is one line, and a hostile
 * value can neither forge a line nor speak to a terminal.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "log.h"

static char found[16384];

/* Standard error goes into a file while one line is written. */
static struct icp_str caught(struct icp_log *log, enum icp_log_level level, const char *text)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    int kept = dup(STDERR_FILENO);
    assert_true(kept >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
    icp_log_write(log, level, "%s", text);
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    assert_int_equal(close(kept), 0);
    rewind(file);
    size_t length = fread(found, 1, sizeof(found), file);
    assert_int_equal(fclose(file), 0);
    return (struct icp_str){found, length};
}

static void test_one_event_is_one_line(void **state)
{
    (void)state;
    static const struct {
        const char *why, *text;
        struct icp_str line;
    } cases[] = {
        {"plain", "night began", ICP_STR_INIT("night began\n")},
        {"a forged line", "a\n<3>b\r", ICP_STR_INIT("a\\n<3>b\\x0d\n")},
        {"terminal colours", "\x1b[31m", ICP_STR_INIT("\\x1b[31m\n")},
        {"C1 controls",
         "\xC2\x9B"
         "31m",
         ICP_STR_INIT("\\xc2\\x9b"
                      "31m\n")},
        {"UTF-8 is kept", "\xC3\xA6\xE2\x82\xAC", ICP_STR_INIT("\xC3\xA6\xE2\x82\xAC\n")},
        {"malformed bytes", "a\xFF\xC3", ICP_STR_INIT("a\\xff\\xc3\n")},
        {"percent signs are text", "100%s", ICP_STR_INIT("100%s\n")},
    };
    struct icp_log *log = icp_log_open(ICP_LOG_INFO, false);
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        check_text(cases[i].why, caught(log, ICP_LOG_INFO, cases[i].text), cases[i].line);
    check_text("below the level", caught(log, ICP_LOG_DEBUG, "x"), ICP_STR(""));
    check_text("no log keeps quiet", caught(NULL, ICP_LOG_ERROR, "x"), ICP_STR(""));
    icp_log_close(log);
    icp_log_close(NULL);
    log = icp_log_open(ICP_LOG_DEBUG, true);
    check_text("journald's priority", caught(log, ICP_LOG_ERROR, "x"), ICP_STR("<3>x\n"));
    icp_log_close(log);
}

static void test_secrets_never_leave(void **state)
{
    (void)state;
    static const struct {
        const char *why, *text;
        struct icp_str line;
    } cases[] = {
        {"as it is", "token tok/+en=0123 sent", ICP_STR_INIT("token [secret] sent\n")},
        {"twice, side by side", "tok/+en=0123tok/+en=0123", ICP_STR_INIT("[secret][secret]\n")},
        {"percent-encoded", "t=tok%2F%2Ben%3D0123", ICP_STR_INIT("t=[secret]\n")},
        {"in small digits", "t=tok%2f%2ben%3d0123", ICP_STR_INIT("t=[secret]\n")},
        {"the longer of two first", "tok/+en=0123-long", ICP_STR_INIT("[secret]\n")},
        {"a short one keeps its length", "pin 4711!", ICP_STR_INIT("pin ****!\n")},
        {"a part is no secret", "tok/+en", ICP_STR_INIT("tok/+en\n")},
    };
    struct icp_log *log = icp_log_open(ICP_LOG_INFO, false);
    icp_log_add_secret(log, ICP_STR("tok/+en=0123"));
    icp_log_add_secret(log, ICP_STR("tok/+en=0123-long"));
    icp_log_add_secret(log, ICP_STR("4711"));
    icp_log_add_secret(log, ICP_STR(""));
    icp_log_add_secret(log, (struct icp_str){NULL, 0});
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        check_text(cases[i].why, caught(log, ICP_LOG_INFO, cases[i].text), cases[i].line);
    char message[] = "HTTP 401 for tok/+en=0123";
    icp_log_scrub(log, message);
    assert_string_equal(message, "HTTP 401 for [secret]");
    icp_log_scrub(NULL, message);
    assert_string_equal(message, "HTTP 401 for [secret]");
    icp_log_close(log);
}

/* A secret at every place around the end of the line: never a part of it. */
static void test_a_cut_never_bares_a_secret(void **state)
{
    (void)state;
    struct icp_log *log = icp_log_open(ICP_LOG_INFO, false);
    icp_log_add_secret(log, ICP_STR("SECRET-0123456789"));
    static char text[5000];
    for (size_t lead = 4060; lead < 4100; lead++) {
        memset(text, 'x', sizeof(text));
        memcpy(text + lead, "SECRET-0123456789", 17);
        text[sizeof(text) - 1] = '\0';
        struct icp_str line = caught(log, ICP_LOG_INFO, text);
        assert_true(line.length <= 4096);
        assert_true(line.data[line.length - 1] == '\n');
        assert_int_equal(icp_str_find(line, ICP_STR("SEC")), line.length);
    }
    icp_log_close(log);
}

/* Many secrets shrink a text that was itself cut: the secret at that cut must go as well. */
static void test_an_enormous_event_never_bares_a_secret(void **state)
{
    (void)state;
    static char secret[3001];
    static char text[400000];
    memset(secret, 'S', sizeof(secret) - 1);
    for (size_t i = 0; i + 1 < sizeof(text); i++)
        text[i] = 'S';
    struct icp_log *log = icp_log_open(ICP_LOG_INFO, false);
    icp_log_add_secret(log, icp_str_from(secret));
    struct icp_str line = caught(log, ICP_LOG_INFO, text);
    assert_int_equal(icp_str_find(line, ICP_STR("SS")), line.length);
    icp_log_close(log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_event_is_one_line),
        cmocka_unit_test(test_secrets_never_leave),
        cmocka_unit_test(test_a_cut_never_bares_a_secret),
        cmocka_unit_test(test_an_enormous_event_never_bares_a_secret),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
