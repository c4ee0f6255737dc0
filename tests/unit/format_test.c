/*
 * The formatter: what a file looks like afterwards, and that formatting changes nothing but looks:
 * over every rule file of the tests and of the library, and over thousands of damaged copies.
 */
#include "check.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "dictionary.h"
#include "file.h"
#include "format.h"
#include "icp/rules.h"

#define MEMORY ((size_t)48 * 1024 * 1024)

static enum icp_status format(struct icp_str text, struct icp_buf *out, struct icp_err *err)
{
    struct icp_arena arena;
    icp_arena_open(&arena, MEMORY);
    icp_buf_open(out, (size_t)8 * 1024 * 1024);
    enum icp_status status = icp_rules_format(text, "file", &arena, out, err);
    icp_arena_close(&arena);
    return status;
}

static const struct {
    const char *why, *before, *after;
} cases[] = {
    {"sections come into the order of the reference", "grade: {A: 1}\nname: x\nicp: 1\n",
     "icp: 1\nname: x\ngrade: {A: 1}\n"},
    {"the comment at the top stays at the top", "# What this is\nname: x\n# Version\nicp: 1\n",
     "# What this is\n# Version\nicp: 1\nname: x\n"},
    {"a comment moves with its section", "fit: {missing: skip}\n# Lists\nlists: {a: [b]}\n",
     "# Lists\nlists: {a: [b]}\nfit: {missing: skip}\n"},
    {"keys of a line: id first", "disqualify:\n- {because: x, when: a < 5, id: b}\n",
     "disqualify:\n  - {id: b, when: 'a < 5', because: x}\n"},
    {"unknown keys stay behind what they stood behind",
     "fit:\n  criteria:\n    - {weight: 1, later: x, id: a}\n",
     "fit:\n  criteria:\n    - {id: a, weight: 1, later: x}\n"},
    {"conditions in single quotes", "applies_when: a = \"b\"\ntiers:\n  - {when: \"it's = 'x'\"}\n",
     "applies_when: 'a = \"b\"'\ntiers:\n  - {when: 'it''s = ''x'''}\n"},
    {"free words are no conditions", "about:\n  when: we are small\n",
     "about:\n  when: we are small\n"},
    {"bands in double quotes, else without",
     "fit:\n  criteria:\n    - {id: a, bands: {20..49: 1, '50..': 2, \"else\": 0}}\n",
     "fit:\n  criteria:\n    - {id: a, bands: {\"20..49\": 1, \"50..\": 2, else: 0}}\n"},
    {"quotes of the author stay, in double form", "name: 'x'\nversion: \"1\"\n",
     "name: \"x\"\nversion: \"1\"\n"},
    {"single quotes where double ones need escapes", "name: 'say \"x\"'\n", "name: 'say \"x\"'\n"},
    {"a text in several lines becomes one line", "name: one\n  two\n", "name: one two\n"},
    {"escapes stay escapes", "name: \"a\\nb\\u2028\"\n", "name: \"a\\nb\\u2028\"\n"},
    {"commas need no quotes on a line of their own", "name: one, two {x}\n",
     "name: one, two {x}\n"},
    {"an empty value stays empty", "tests:\n- {given: {a: , b: \"\"}}\n",
     "tests:\n  - {given: {a: , b: \"\"}}\n"},
    {"lines of a kind become a table",
     "disqualify:\n  - {id: a, when: x, because: y}\n  - {id: bcd, when: 'xyz', because: y}\n",
     "disqualify:\n  - {id: a,   when: 'x',   because: y}\n  - {id: bcd, when: 'xyz', because: "
     "y}\n"},
    {"a table goes as far as the keys are the same",
     "tiers:\n  - {id: a, label: b, when: c}\n  - {id: bb, label: bb, else: true}\n",
     "tiers:\n  - {id: a,  label: b,  when: 'c'}\n  - {id: bb, label: bb, else: true}\n"},
    {"pairs of a table", "grade:\n  fit: {A: 1}\n  engagement: {1: 5}\n",
     "grade:\n  fit:        {A: 1}\n  engagement: {1: 5}\n"},
    {"other pairs stay as they are", "fit:\n  missing: {a: b}\n  min_coverage: {c: d}\n",
     "fit:\n  missing: {a: b}\n  min_coverage: {c: d}\n"},
    {"an empty line parts tables", "influence:\n  - {from: a, to: b}\n\n  - {from: long, to: b}\n",
     "influence:\n  - {from: a, to: b}\n\n  - {from: long, to: b}\n"},
    {"brackets over several lines are joined", "lists:\n  a: [\n    b,\n    c\n    ]\n",
     "lists:\n  a: [b, c]\n"},
    {"what was broken up stays broken up", "lists:\n  a:\n  - b\n  - c\n",
     "lists:\n  a:\n    - b\n    - c\n"},
    {"a line that is too long is broken up",
     "lists:\n  a: [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, "
     "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, "
     "ccccccccccccccccccccccccccccccccc]\n",
     "lists:\n  a:\n    - aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n    - "
     "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n    - ccccccccccccccccccccccccccccccccc\n"},
    {"a comment in brackets breaks them up",
     "fit:\n  criteria:\n    - id: a\n      match: {DK: 1, # home\n        # abroad\n        SE: "
     "2} # end\n",
     "fit:\n  criteria:\n    - id: a\n      match:                     # end\n"
     "        DK: 1                    # home\n        # abroad\n        SE: 2\n"},
    {"comments behind lines stand in one column",
     "icp: 1 # one\nname: a name that is somewhat longer # two\n",
     "icp: 1                                # one\nname: a name that is somewhat longer  # "
     "two\n"},
    {"empty lines: one stays one, more become one", "icp: 1\n\n\n\nname: x\n\nfit: {}\n",
     "icp: 1\n\nname: x\n\nfit: {}\n"},
    {"no empty line at the beginning of a section or of the file", "\n\nfit:\n\n  missing: skip\n",
     "fit:\n  missing: skip\n"},
    {"a comment at the end of a section stays in it",
     "fit:\n  missing: skip\n  # nothing more\ngrade: {}\n# end of file\n",
     "fit:\n  missing: skip\n  # nothing more\ngrade: {}\n# end of file\n"},
    {"a comment before an item", "tiers:\n  # first\n  - {id: a}\n  # second\n  - {id: b}\n",
     "tiers:\n  # first\n  - {id: a}\n  # second\n  - {id: b}\n"},
    {"a comment behind a dash", "tiers:\n  - # first\n    id: a\n    label: b\n",
     "tiers:\n  # first\n  - id: a\n    label: b\n"},
    {"a comment behind a key", "fit: # all of it\n  missing: skip\n",
     "fit:                             # all of it\n  missing: skip\n"},
    {"a # in a text is no comment", "name: \"a # b\"\nowner: a#b\n",
     "name: \"a # b\"\nowner: a#b\n"},
    {"a text in lines keeps them",
     "about:\n    note: |\n          one\n            two\n\n          # three\n    more: >-\n     "
     "   a\n        b\n",
     "about:\n  note: |\n    one\n      two\n\n    # three\n  more: >-\n    a\n    b\n"},
    {"a bar on a line of its own goes up to its key",
     "about:\n  note:\n    |\n      one\n        two\n  more:\n      >-\n      a\n",
     "about:\n  note: |\n    one\n      two\n  more: >-\n    a\n"},
    {"comments behind the end mark", "icp: 1\n...\n# end\n", "icp: 1\n# end\n"},
    {"a byte order mark and line ends of Windows", "\xEF\xBB\xBFicp: 1 # a\r\n\r\nname: x\r\n",
     "icp: 1                           # a\n\nname: x\n"},
    {"the mark of a document goes", "---\n# a\nicp: 1\n", "# a\nicp: 1\n"},
};

static void test_looks(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct icp_buf once, twice;
        struct icp_err err = {0};
        if (format(icp_str_from(cases[i].before), &once, &err) != ICP_OK)
            fail_msg("%s: %s", cases[i].why, err.message);
        if (!icp_str_is(icp_buf_view(&once), cases[i].after))
            fail_msg("%s:\n%.*s", cases[i].why, ICP_STR_ARGUMENTS(icp_buf_view(&once)));
        assert_int_equal(format(icp_buf_view(&once), &twice, &err), ICP_OK);
        if (!icp_str_equal(icp_buf_view(&once), icp_buf_view(&twice)))
            fail_msg("%s, twice:\n%.*s", cases[i].why, ICP_STR_ARGUMENTS(icp_buf_view(&twice)));
        icp_buf_finish(&twice);
        icp_buf_finish(&once);
    }
}

static void test_no_yaml_is_refused(void **state)
{
    static const char *const texts[] = {"", "a: [", "- a\n", "text\n", "a: &x 1\n"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct icp_buf out;
        struct icp_err err = {0};
        assert_int_equal(format(icp_str_from(texts[i]), &out, &err), ICP_BAD_CONFIG);
        assert_int_equal(out.length, 0);
        icp_buf_finish(&out);
    }
}

/* ---- Nothing but looks ------------------------------------------------------------------------
 */

struct files {
    struct icp_arena arena;
    const struct icp_dictionary *dictionaries[2];
    size_t read, compiled;
};

static const struct icp_dictionary *read_dictionary(struct files *files, const char *path)
{
    struct icp_diagnostics list;
    struct icp_buf text;
    struct icp_err err = {0};
    icp_buf_open(&text, ICP_MAX_RULE_FILE);
    icp_diagnostics_open(&list, &files->arena, path);
    assert_int_equal(icp_file_read(path, ICP_MAX_RULE_FILE, &text, &err), ICP_OK);
    const struct icp_dictionary *dictionary =
        icp_dictionary_parse(ICP_STR("hubspot"), icp_buf_view(&text), &files->arena, &list);
    assert_non_null(dictionary);
    icp_buf_finish(&text);
    return dictionary;
}

static bool hash_of(const struct files *files, size_t dictionary, struct icp_str text,
                    char hash[65])
{
    struct icp_arena arena;
    struct icp_diagnostics list;
    struct icp_ruleset *rules;
    struct icp_err err = {0};
    icp_arena_open(&arena, MEMORY);
    icp_diagnostics_open(&list, &arena, "file");
    icp_rules_compile(text, "file", &files->dictionaries[dictionary], 1, &list, &rules, &err);
    if (rules)
        (void)snprintf(hash, 65, "%s", icp_rules_about(rules)->score_hash);
    bool good = rules != NULL;
    icp_rules_close(rules);
    icp_arena_close(&arena);
    return good;
}

/* Formatted text reads back as the same (the formatter compares), formats to itself, and scores the
   same. */
static void check_format(struct files *files, const char *name, struct icp_str text)
{
    struct icp_buf once, twice;
    struct icp_err err = {0};
    char before[65], after[65];
    if (format(text, &once, &err) == ICP_BUG)
        fail_msg("%s: %s\n%.*s", name, err.message, ICP_STR_ARGUMENTS(text));
    if (err.status == ICP_OK) {
        assert_int_equal(format(icp_buf_view(&once), &twice, &err), ICP_OK);
        if (!icp_str_equal(icp_buf_view(&once), icp_buf_view(&twice)))
            fail_msg("%s: formatting twice differs\n%.*s\n=====\n%.*s\n=====\n%.*s", name,
                     ICP_STR_ARGUMENTS(text), ICP_STR_ARGUMENTS(icp_buf_view(&once)),
                     ICP_STR_ARGUMENTS(icp_buf_view(&twice)));
        for (size_t i = 0; i < 2; i++) {
            if (!hash_of(files, i, text, before))
                continue;
            files->compiled++;
            if (!hash_of(files, i, icp_buf_view(&once), after) || strcmp(before, after) != 0)
                fail_msg("%s: scores differ after formatting\n%.*s", name,
                         ICP_STR_ARGUMENTS(icp_buf_view(&once)));
        }
        icp_buf_finish(&twice);
    }
    icp_buf_finish(&once);
    files->read++;
}

/* What a person may do to a file in a hurry; most of it is still YAML. */
static void damage(struct icp_buf *out, struct icp_str text, size_t most, uint32_t *seed)
{
    static const char *const pieces[] = {
        " # c", "\n# c\n", "\n\n", "  ",     "\n  # deep\n", "{",      "\"",  "'",        ": ",
        "- ",   "#",       ",",    "|\n  x", " #\n",         "\n    ", "[x]", "\xC3\xA6", "}"};
    size_t edits = 0;
    for (size_t i = 0; i < text.length; i++) {
        *seed = *seed * 1664525u + 1013904223u;
        uint32_t roll = *seed >> 8;
        if (edits < most && roll % (text.length / 3 + 20) == 0) {
            edits++;
            icp_buf_add_cstr(out, pieces[(roll >> 7) % COUNT_OF(pieces)]);
            if (roll & 64)
                continue; /* in the place of the byte */
        }
        /* comments and empty lines go anywhere between lines */
        if (text.data[i] == '\n' && roll % 37 == 0)
            icp_buf_add_cstr(out, roll & 64 ? "   # said here"
                                            : (roll & 128 ? "\n      # and there" : "\n"));
        icp_buf_add_char(out, text.data[i]);
    }
}

static void check_file(struct files *files, const char *path)
{
    enum { DAMAGED_COPIES = 24 };
    struct icp_buf text, copy;
    struct icp_err err = {0};
    uint32_t seed = 7;
    icp_buf_open(&text, ICP_MAX_RULE_FILE);
    assert_int_equal(icp_file_read(path, ICP_MAX_RULE_FILE, &text, &err), ICP_OK);
    check_format(files, path, icp_buf_view(&text));
    for (size_t i = 0; i < DAMAGED_COPIES; i++) {
        icp_buf_open(&copy, (size_t)2 * ICP_MAX_RULE_FILE);
        damage(&copy, icp_buf_view(&text), i % 2 ? 6 : 0, &seed);
        check_format(files, path, icp_buf_view(&copy));
        icp_buf_finish(&copy);
    }
    icp_buf_finish(&text);
}

static void check_folder(struct files *files, const char *folder, const char *file)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort);
    assert_true(count > 2);
    for (int i = 0; i < count; i++) {
        char path[1024];
        const char *name = entries[i]->d_name;
        (void)snprintf(path, sizeof(path), "%.500s/%.250s/%.100s", folder, name, file ? file : "");
        if (!file)
            path[strlen(path) - 1] = '\0';
        if (name[0] != '.' && (file || strstr(name, ".icp.yaml")))
            check_file(files, path);
        free(entries[i]);
    }
    free(entries);
}

static void test_nothing_but_looks(void **state)
{
    struct files files = {0};
    (void)state;
    icp_arena_open(&files.arena, MEMORY);
    files.dictionaries[0] = read_dictionary(&files, ICP_SOURCE_DIR "/tests/rules/fields.yaml");
    files.dictionaries[1] =
        read_dictionary(&files, ICP_SOURCE_DIR "/connectors/hubspot/fields.yaml");
    check_folder(&files, ICP_SOURCE_DIR "/tests/rules/valid", "rules.icp.yaml");
    check_folder(&files, ICP_SOURCE_DIR "/tests/rules/invalid", "rules.icp.yaml");
    check_folder(&files, ICP_SOURCE_DIR "/rules/library", NULL);
    print_message("%zu texts, %zu of them scored\n", files.read, files.compiled);
    assert_true(files.read > 2500 && files.compiled > 600);
    icp_arena_close(&files.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_looks),
        cmocka_unit_test(test_no_yaml_is_refused),
        cmocka_unit_test(test_nothing_but_looks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
