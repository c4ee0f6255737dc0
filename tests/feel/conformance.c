/*
 * Compares what `icp eval --lines` made of the cases of the DMN Technology Compatibility Kit with
 * what they expect, and prints the tally. Cases that ICP files cannot have are listed with their
 * reason and counted apart; of the others at least LEAST_PER_MILLE must agree. Usage: cases
 * results.
 */
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "json.h"
#include "number.h"

enum { LEAST_PER_MILLE = 995, MOST_APART_PER_CENT = 12, MOST_FILE = 16 * 1024 * 1024 };

/* ---- Cases that do not apply ---------------------------------------------------------------- */

static const struct {
    const char *suite, *part; /* of the expression; NULL: all */
    const char *reason;
} apart[] = {
    {"0013-sort", "function(", "a function defined in the expression"},
    {"1155-list-replace-function", "function(", "a function defined in the expression"},
    {"0099-arithmetic-negation", "function(", "a function defined in the expression"},
    {"0070-feel-instance-of", "t_", "a type declared outside the expression"},
    {"0070-feel-instance-of", "tFooBar", "a type declared outside the expression"},
    {"0070-feel-instance-of", "tNumberList", "a type declared outside the expression"},
    {"0082-feel-coercion", NULL, "the declared type of the decision around the expression"},
    {"0021-singleton-list", NULL, "the declared type of the decision around the expression"},
};
enum { APART = sizeof(apart) / sizeof(apart[0]) };

struct tally {
    unsigned agree, disagree, apart[APART];
};

static bool contains(struct icp_str text, const char *part)
{
    return part == NULL || icp_str_find(text, icp_str_from(part)) < text.length;
}

static size_t find_apart(const struct icp_json *test)
{
    size_t i = 0;

    while (i < APART && !(icp_str_is(icp_json_get_text(test, "suite"), apart[i].suite) &&
                          contains(icp_json_get_text(test, "expression"), apart[i].part)))
        i++;
    return i;
}

/* ---- Comparing ------------------------------------------------------------------------------ */

/* The kit gives results with fewer digits than there are: equal up to nine of them. */
static bool same_number(struct icp_str a, struct icp_str b)
{
    int64_t left, right;

    if (icp_str_equal(a, b))
        return true;
    if (!icp_number_parse(a, &left) || !icp_number_parse(b, &right))
        return false;
    int64_t distance = left > right ? left - right : right - left;
    int64_t size = left < 0 ? -(left / 1000000000) : left / 1000000000;
    return distance <= size + (left == right ? 0 : 1);
}

/* A zero duration is written P0D by the kit. */
static struct icp_str canonical_duration(struct icp_str text)
{
    return icp_str_is(text, "P0D") ? ICP_STR("PT0S") : text;
}

static bool same_value(const struct icp_json *a, const struct icp_json *b);

static bool same_list(const struct icp_json *a, const struct icp_json *b)
{
    if (icp_json_count(a) != icp_json_count(b))
        return false;
    for (size_t i = 0; i < icp_json_count(a); i++)
        if (!same_value(icp_json_at(a, i), icp_json_at(b, i)))
            return false;
    return true;
}

static size_t count_members(const struct icp_json *object)
{
    void *iterator = NULL;
    struct icp_str key;
    const struct icp_json *value;
    size_t count = 0;

    while (icp_json_next_member(object, &iterator, &key, &value))
        count++;
    return count;
}

static bool same_context(const struct icp_json *a, const struct icp_json *b)
{
    void *iterator = NULL;
    struct icp_str key;
    const struct icp_json *value;

    if (count_members(a) != count_members(b))
        return false;
    while (icp_json_next_member(a, &iterator, &key, &value)) {
        char name[256];
        (void)snprintf(name, sizeof(name), "%.*s", ICP_STR_ARGUMENTS(key));
        if (!same_value(value, icp_json_get(b, name)))
            return false;
    }
    return true;
}

static bool same_value(const struct icp_json *a, const struct icp_json *b)
{
    struct icp_str type = icp_json_get_text(a, "type");
    const struct icp_json *left = icp_json_get(a, "value"), *right = icp_json_get(b, "value");

    if (!icp_str_equal(type, icp_json_get_text(b, "type")))
        return false;
    if (icp_str_is(type, "null"))
        return true;
    if (icp_str_is(type, "list"))
        return same_list(left, right);
    if (icp_str_is(type, "context"))
        return same_context(left, right);
    if (icp_str_is(type, "decimal"))
        return same_number(icp_json_text(left), icp_json_text(right));
    return icp_str_equal(canonical_duration(icp_json_text(left)),
                         canonical_duration(icp_json_text(right)));
}

/* ---- The files ------------------------------------------------------------------------------ */

static void compare(const struct icp_json *test, const struct icp_json *found, struct icp_str line,
                    struct tally *tally)
{
    size_t reason = find_apart(test);
    bool same_id = icp_str_equal(icp_json_get_text(test, "id"), icp_json_get_text(found, "id"));
    bool reported = !icp_json_get_true(test, "error") || icp_json_get(found, "error") != NULL;

    if (reason < APART) {
        tally->apart[reason]++;
        return;
    }
    if (same_id && reported &&
        same_value(icp_json_get(test, "expected"), icp_json_get(found, "value"))) {
        tally->agree++;
        return;
    }
    tally->disagree++;
    printf("disagrees: %.*s\n  %.*s\n", ICP_STR_ARGUMENTS(icp_json_get_text(test, "expression")),
           ICP_STR_ARGUMENTS(line));
}

static bool compare_lines(struct icp_str test_line, struct icp_str found_line, struct tally *tally)
{
    struct icp_err err = {.status = ICP_OK};
    struct icp_json_document *test = icp_json_open(test_line, &err);
    struct icp_json_document *found = icp_json_open(found_line, &err);

    if (test != NULL && found != NULL)
        compare(icp_json_root(test), icp_json_root(found), found_line, tally);
    else
        printf("unreadable line: %s\n", err.message);
    bool readable = test != NULL && found != NULL;
    icp_json_close(test);
    icp_json_close(found);
    return readable;
}

static int report(const struct tally *tally)
{
    unsigned all_apart = 0, applicable = tally->agree + tally->disagree;

    for (size_t i = 0; i < APART; i++) {
        all_apart += tally->apart[i];
        printf("does not apply: %u of %s (%s): %s\n", tally->apart[i], apart[i].suite,
               apart[i].part == NULL ? "all" : apart[i].part, apart[i].reason);
    }
    printf("%u cases; %u do not apply; of %u that apply %u agree, %u disagree\n",
           applicable + all_apart, all_apart, applicable, tally->agree, tally->disagree);
    if (all_apart * 100 > (applicable + all_apart) * MOST_APART_PER_CENT) {
        printf("more than %d %% are said not to apply\n", MOST_APART_PER_CENT);
        return 1;
    }
    if (tally->agree == 0 || tally->agree * 1000ULL < applicable * (size_t)LEAST_PER_MILLE) {
        printf("less than %d per mille agree\n", LEAST_PER_MILLE);
        return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct icp_err err = {.status = ICP_OK};
    struct icp_buf cases, results;
    struct icp_str tests, found, test_line, found_line;
    struct tally tally = {0};
    bool readable = argc == 3;

    icp_buf_open(&cases, MOST_FILE);
    icp_buf_open(&results, MOST_FILE);
    readable = readable && icp_file_read(argv[1], MOST_FILE, &cases, &err) == ICP_OK &&
               icp_file_read(argv[2], MOST_FILE, &results, &err) == ICP_OK;
    tests = icp_buf_view(&cases);
    found = icp_buf_view(&results);
    while (readable && icp_str_cut(&tests, '\n', &test_line)) {
        if (test_line.length == 0)
            continue;
        readable =
            icp_str_cut(&found, '\n', &found_line) && compare_lines(test_line, found_line, &tally);
    }
    if (!readable)
        printf("the files do not fit together %s\n", err.message);
    icp_buf_finish(&cases);
    icp_buf_finish(&results);
    return readable ? report(&tally) : 1;
}
