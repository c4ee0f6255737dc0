/*
 * Files and hashes: a secret that others may read is refused, a file is read whole or not at all
 * and replaced whole or not at all, and hashes are those that everybody else computes.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "crypto.h"
#include "file.h"

/* Each test has a folder of its own and works inside it. */
static int enter_folder(void **state)
{
    char name[] = "file-test-XXXXXX";
    if (mkdtemp(name) == NULL || chdir(name) != 0)
        return -1;
    *state = strdup(name);
    return *state == NULL ? -1 : 0;
}

static int leave_folder(void **state)
{
    static const char *const names[] = {"a", "link", "pipe"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        (void)unlink(names[i]);
    int result = chdir("..");
    if (result == 0)
        result = rmdir(*state); /* fails when something was left behind: a temporary file */
    free(*state);
    return result;
}

static void make_file(const char *name, struct icp_str bytes, mode_t mode)
{
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.data, 1, bytes.length, file), bytes.length);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(name, mode), 0);
}

static void test_reads_whole_files_under_a_limit(void **state)
{
    (void)state;
    static char large[50000];
    memset(large, 'x', sizeof(large));
    struct icp_buf buf;
    struct icp_err err = {0};
    icp_buf_open(&buf, 60000);
    make_file("a", (struct icp_str){large, sizeof(large)}, 0644);
    assert_int_equal(icp_file_read("a", sizeof(large), &buf, &err), ICP_OK);
    assert_int_equal(buf.length, sizeof(large));
    make_file("a", ICP_STR("k: v\n\0tail"), 0644);
    assert_int_equal(icp_file_read("a", 100, &buf, &err), ICP_OK);
    check_text("as it is, newline and NUL too", icp_buf_view(&buf), ICP_STR("k: v\n\0tail"));
    assert_int_equal(icp_file_read("a", 9, &buf, &err), ICP_BAD_CONFIG);
    assert_string_equal(err.message, "cannot read a: larger than 9 bytes");
    assert_int_equal(buf.length, 0);
    icp_buf_finish(&buf);
}

static void test_refuses_what_is_not_a_file(void **state)
{
    (void)state;
    struct icp_buf buf;
    icp_buf_open(&buf, 100);
    assert_int_equal(mkfifo("pipe", 0600), 0);
    static const char *const names[] = {"missing", ".", "pipe"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct icp_err err = {0};
        assert_int_equal(icp_file_read(names[i], 100, &buf, &err), ICP_BAD_CONFIG);
        assert_true(icp_str_find(icp_str_from(err.message), icp_str_from(names[i])) <
                    strlen(err.message));
    }
    icp_buf_finish(&buf);
}

static void test_secrets(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct icp_str bytes, wanted;
        mode_t mode;
        enum icp_status status;
    } cases[] = {
        {"the owner's alone", ICP_STR_INIT("token\n"), ICP_STR_INIT("token"), 0600, ICP_OK},
        {"read only", ICP_STR_INIT("token"), ICP_STR_INIT("token"), 0400, ICP_OK},
        {"one newline is cut, not two", ICP_STR_INIT("t\n\n"), ICP_STR_INIT("t\n"), 0600, ICP_OK},
        {"a line end of Windows", ICP_STR_INIT("t\r\n"), ICP_STR_INIT("t"), 0600, ICP_OK},
        {"the group may read", ICP_STR_INIT("token"), ICP_STR_INIT(""), 0640, ICP_BAD_CONFIG},
        {"others may write", ICP_STR_INIT("token"), ICP_STR_INIT(""), 0602, ICP_BAD_CONFIG},
    };
    struct icp_buf buf;
    icp_buf_open(&buf, 100);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct icp_err err = {0};
        make_file("a", cases[i].bytes, cases[i].mode);
        check_number(cases[i].why, icp_file_read_secret("a", 100, &buf, &err), cases[i].status);
        check_text(cases[i].why, icp_buf_view(&buf), cases[i].wanted);
        assert_int_equal(unlink("a"), 0);
    }
    struct icp_err err = {0};
    make_file("a", ICP_STR("token"), 0600);
    assert_int_equal(symlink("a", "link"), 0);
    assert_int_equal(icp_file_read("link", 100, &buf, &err), ICP_OK);
    assert_int_equal(icp_file_read_secret("link", 100, &buf, &err), ICP_BAD_CONFIG);
    icp_buf_finish(&buf);
}

static void test_replaces_whole(void **state)
{
    (void)state;
    struct icp_err err = {0};
    struct icp_buf buf;
    struct stat facts;
    icp_buf_open(&buf, 100);
    make_file("a", ICP_STR("a longer old content"), 0644);
    int old = open("a", O_RDONLY);
    assert_true(old >= 0);
    assert_int_equal(icp_file_replace("a", ICP_STR("new"), &err), ICP_OK);
    assert_int_equal(icp_file_read_secret("a", 100, &buf, &err), ICP_OK);
    check_text("the new bytes alone", icp_buf_view(&buf), ICP_STR("new"));
    assert_int_equal(stat("a", &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
    char was[32] = "";
    assert_int_equal(read(old, was, sizeof(was) - 1), 20); /* a reader keeps what it opened */
    assert_int_equal(close(old), 0);
    assert_int_equal(icp_file_replace("a", ICP_STR(""), &err), ICP_OK);
    assert_int_equal(icp_file_replace("no/such/folder", ICP_STR("x"), &err), ICP_STATE);
    icp_buf_finish(&buf);
}

static void test_a_failed_replace_leaves_nothing(void **state)
{
    (void)state;
    struct icp_err err = {0};
    assert_int_equal(mkdir("folder", 0700), 0);
    assert_int_equal(icp_file_replace("folder", ICP_STR("x"), &err), ICP_STATE);
    assert_int_equal(rmdir("folder"), 0); /* leave_folder sees a temporary file left behind */
}

static void test_sha256(void **state)
{
    (void)state;
    char hex[ICP_SHA256_HEX];
    icp_sha256_hex(ICP_STR("abc"), hex); /* FIPS 180-4's example */
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    icp_sha256_hex((struct icp_str){NULL, 0}, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    struct icp_sha256 *hash = icp_sha256_open();
    icp_sha256_add(hash, ICP_STR("a"));
    icp_sha256_add(hash, ICP_STR("bc"));
    icp_sha256_end(hash, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    icp_sha256_end(NULL, hex);
    assert_string_equal(hex, "");
}

static void test_hashed_fields_cannot_be_shifted(void **state)
{
    (void)state;
    static const struct icp_str pairs[][2] = {
        {ICP_STR_INIT("ab"), ICP_STR_INIT("c")}, {ICP_STR_INIT("a"), ICP_STR_INIT("bc")},
        {ICP_STR_INIT(""), ICP_STR_INIT("abc")}, {{NULL, 0}, ICP_STR_INIT("abc")},
        {ICP_STR_INIT("abc"), ICP_STR_INIT("")}, {ICP_STR_INIT("abc"), {NULL, 0}},
    };
    char hex[COUNT_OF(pairs)][ICP_SHA256_HEX];
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        struct icp_sha256 *hash = icp_sha256_open();
        icp_sha256_add_field(hash, pairs[i][0]);
        icp_sha256_add_field(hash, pairs[i][1]);
        icp_sha256_end(hash, hex[i]);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(hex[i], hex[k]);
    }
}

static void test_random_bytes_and_wiping(void **state)
{
    (void)state;
    unsigned char a[32] = {0};
    unsigned char b[32] = {0};
    unsigned char zero[32] = {0};
    assert_true(icp_random_bytes(a, sizeof(a)));
    assert_true(icp_random_bytes(b, sizeof(b)));
    assert_memory_not_equal(a, b, sizeof(a));
    assert_false(icp_random_bytes(a, SIZE_MAX));
    icp_wipe(b, sizeof(b));
    assert_memory_equal(b, zero, sizeof(b));
    icp_wipe(NULL, 4);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_reads_whole_files_under_a_limit),
        IN_FOLDER(test_refuses_what_is_not_a_file),
        IN_FOLDER(test_secrets),
        IN_FOLDER(test_replaces_whole),
        IN_FOLDER(test_a_failed_replace_leaves_nothing),
        cmocka_unit_test(test_sha256),
        cmocka_unit_test(test_hashed_fields_cannot_be_shifted),
        cmocka_unit_test(test_random_bytes_and_wiping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
