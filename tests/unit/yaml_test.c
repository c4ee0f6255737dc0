/* YAML: what a file's author sees of places, kinds and refusals. */
#include "check.h"

#include <string.h>
#include <time.h>

#include "bounds.h"
#include "yaml.h"

#define MEMORY ((size_t)64 * 1024 * 1024)

struct world {
    struct icp_arena arena;
    struct icp_diagnostics list;
    const struct icp_yaml *root;
};

static void read_text(struct world *world, struct icp_str text)
{
    icp_arena_open(&world->arena, MEMORY);
    icp_diagnostics_open(&world->list, &world->arena, "file");
    world->root = icp_yaml_parse(text, &world->arena, &world->list);
}

static void done(struct world *world)
{
    icp_arena_close(&world->arena);
}

static const struct {
    const char *why;
    const char *text;
    const char *code;
    uint32_t line, column;
    bool tree; /* reading went on */
} refusals[] = {
    {"nothing at all", "", "yaml-empty", 1, 1, false},
    {"comments only", "# one\n\n# two\n", "yaml-empty", 1, 1, false},
    {"an end mark only", "...\n", "yaml-empty", 1, 1, false},
    {"an anchor hides where a value comes from", "a: &x 1\n", "yaml-anchor", 1, 4, true},
    {"an anchor on a list", "a: &x [1]\n", "yaml-anchor", 1, 4, true},
    {"an alias", "a: 1\nb: *x\n", "yaml-alias", 2, 4, true},
    {"an alias as a key", "a: 1\n*x : 2\n", "yaml-alias", 2, 1, true},
    {"a tag", "a: !!int 1\n", "yaml-tag", 1, 4, true},
    {"a condition that begins with ! becomes a tag", "when: !x y\n", "yaml-tag", 1, 7, true},
    {"a merge key", "a: 1\n<<: {b: 1}\n", "yaml-merge", 2, 1, true},
    {"a list as a key", "? [a]\n: 1\n", "yaml-key", 1, 3, false},
    {"a mapping as a key, in flow", "{{a: 1}: 2}\n", "yaml-key", 1, 2, false},
    {"a key twice", "a: 1\nb: 2\na: 3\n", "duplicate-key", 3, 1, true},
    {"a key twice, once in quotes", "a: {b: 1, 'b': 2}\n", "duplicate-key", 1, 11, true},
    {"a second document", "a: 1\n---\nb: 2\n", "yaml-second-document", 2, 1, false},
    {"more behind the end mark", "a: 1\n...\n# fine\nb: 2\n", "yaml-second-document", 4, 1, false},
    {"a directive", "%YAML 1.2\n---\na: 1\n", "yaml-directive", 1, 1, false},
    {"a directive behind comments", "# x\n%TAG ! a\n---\na: 1\n", "yaml-directive", 2, 1, false},
    {"a control character", "a: 1\nb: x\x01y\n", "not-text", 2, 5, false},
    {"DEL is a control character too", "a: \x7f\n", "not-text", 1, 4, false},
    {"C1 controls, which Windows-1252 files become", "a: \xc2\x80\n", "not-text", 1, 4, false},
    {"Latin-1, counted in characters", "\xc3\xa6: caf\xe9\n", "not-text", 1, 7, false},
    {"overlong UTF-8", "a: \xc0\xaf\n", "not-text", 1, 4, false},
    {"a surrogate in UTF-8", "a: \xed\xa0\x80\n", "not-text", 1, 4, false},
    {"an escape for NUL, which no text may hold", "a: \"x\\0\"\n", "not-text", 1, 4, true},
    {"a byte-order mark that is not first", "a: \xef\xbb\xbf\n", "not-text", 1, 4, false},
    {"a list that is not closed", "a: [1, 2\n", "yaml-syntax", 2, 1, false},
    {"a tab as indentation", "a:\n\tb: 1\n", "yaml-syntax", 2, 1, false},
    {"a colon inside a plain text", "a: b: c\n", "yaml-syntax", 1, 5, false},
};

static void test_refusals(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        struct world world;
        read_text(&world, icp_str_from(refusals[i].text));
        if (world.list.count != 1)
            fail_msg("%s: %zu reports", refusals[i].why, world.list.count);
        check_text(refusals[i].why, icp_str_from(world.list.items[0].code),
                   icp_str_from(refusals[i].code));
        check_number(refusals[i].why, world.list.items[0].line, refusals[i].line);
        check_number(refusals[i].why, world.list.items[0].column, refusals[i].column);
        check_number(refusals[i].why, world.root != NULL, refusals[i].tree);
        done(&world);
    }
}

static void test_nul_in_the_middle(void **state)
{
    struct world world;

    (void)state;
    read_text(&world, (struct icp_str){"a: 1\nb\0: 2\n", 11});
    assert_null(world.root);
    assert_int_equal(world.list.count, 1);
    assert_string_equal(world.list.items[0].code, "not-text");
    assert_int_equal(world.list.items[0].line, 2);
    assert_int_equal(world.list.items[0].column, 2);
    done(&world);
}

static void test_several_refusals_in_one_reading(void **state)
{
    struct world world;

    (void)state;
    read_text(&world, ICP_STR("a: &x 1\nb: *x\n<<: 1\na: 2\na: 3\n"));
    assert_non_null(world.root);
    assert_int_equal(world.list.errors, 5);
    icp_diagnostics_sort(&world.list);
    check_text("every further key names the first one", world.list.items[4].message,
               ICP_STR("the key \"a\" stands here again, first in line 1"));
    assert_null(icp_yaml_get(world.root, "<<"));
    check_text("an alias is empty", icp_yaml_get(world.root, "b")->text, ICP_STR(""));
    done(&world);
}

/* A loader that reads several files into one list must not lose what it said of the first. */
static void test_earlier_reports_stay(void **state)
{
    struct icp_arena arena;
    struct icp_diagnostics list;

    (void)state;
    icp_arena_open(&arena, MEMORY);
    icp_diagnostics_open(&list, &arena, "file");
    icp_report(&list, ICP_WARNING, "earlier", 9, 9, "said before");
    assert_null(icp_yaml_parse(ICP_STR("a: &x 1\nb: [\n"), &arena, &list));
    assert_int_equal(list.count, 2);
    assert_int_equal(list.warnings, 1);
    assert_int_equal(list.errors, 1);
    assert_string_equal(list.items[0].code, "earlier");
    assert_string_equal(list.items[1].code, "yaml-syntax");
    assert_null(icp_yaml_parse(ICP_STR(""), &arena, &list));
    assert_string_equal(list.items[2].code, "yaml-empty");
    icp_arena_close(&arena);
}

static const struct {
    const char *why;
    const char *text;
    const char *says, *hint; /* parts of them */
} slips[] = {
    {"a list behind \"in\"", "- {when: country in [\"DE\"] and x}\n", "comma",
     "condition in single"},
    {"line ends of an old Mac", "a: 1\rb: {when: x in [1] y}\r", "comma", "condition in single"},
    {"a bracket left open", "a: [1\nb: 2\n", "[ before this is not closed", "Close it with ]"},
    {"a colon in a condition", "when: grade = \"A: x\" and b\n", "second \": \"", "condition in"},
    {"a colon in a text", "because: Note: it\n", "second \": \"", "in quotes"},
    {"no space behind the colon", "id: a\nweight:30\nfield: b\n", "",
     "Put a space behind the colon"},
    {"a tab", "a:\n\tb: 1\n", "indented with a tab", "Indent with spaces"},
    {"a tab beside spaces", "a:\n  b: 1\n\tc: 2\n", "indented with a tab", "Indent with spaces"},
    {"one space too few", "a:\n  b: 1\n c: 2\n", "indented differently", "same column"},
    {"one space too many", "a:\n  b: 1\n   c: 2\n", "runs on into", "the indentation"},
    {"a quote inside quotes", "a: 'it's'\n", "behind the closing quote", "twice"},
    {"a text that begins with a field", "because: {company.name} grows\n", "closing bracket",
     "double quotes"},
    {"a comparison without its left side", "a: > 5\n", "without quotes", "in quotes"},
    {"a backslash", "a: \"C:\\path\"\n", "escape", "single quotes"},
    {"a brace too many", "a: {b: 1}}\n", "closes nothing", "Take it out"},
    {"an item behind its key", "a: - b\n", "behind a key", "line of its own"},
    {"a comma forgotten", "a: {x: 1 y: 2}\n", "comma", "commas"},
    {"a quote left open", "a: \"x\nb: 2\n", "not closed", "Close it"},
};

static bool holds(struct icp_str text, const char *part)
{
    return part[0] == '\0' || icp_str_find(text, icp_str_from(part)) < text.length;
}

static void test_slips_are_explained(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(slips); i++) {
        struct world world;
        read_text(&world, icp_str_from(slips[i].text));
        if (world.list.count != 1 || strcmp(world.list.items[0].code, "yaml-syntax") != 0)
            fail_msg("%s: not one syntax error", slips[i].why);
        if (!holds(world.list.items[0].message, slips[i].says) ||
            !holds(world.list.items[0].hint, slips[i].hint))
            fail_msg("%s: %.*s. %.*s", slips[i].why, ICP_STR_ARGUMENTS(world.list.items[0].message),
                     ICP_STR_ARGUMENTS(world.list.items[0].hint));
        done(&world);
    }
}

static const struct {
    const char *why;
    const char *line; /* of a mapping with the key k */
    enum icp_yaml_kind kind;
    const char *name;
    const char *text; /* of a scalar */
    uint32_t column;
    bool plain, comment;
} values[] = {
    {"plain", "k: some text", ICP_YAML_SCALAR, "a text", "some text", 4, true, false},
    {"nothing is typed here", "k: 007", ICP_YAML_SCALAR, "a text", "007", 4, true, false},
    {"Norway stays a text", "k: no", ICP_YAML_SCALAR, "a text", "no", 4, true, false},
    {"null is a text too", "k: null", ICP_YAML_SCALAR, "a text", "null", 4, true, false},
    {"single quotes", "k:  'it''s'", ICP_YAML_SCALAR, "a text", "it's", 5, false, false},
    {"double quotes", "k: \"\\u00e6\\t\"", ICP_YAML_SCALAR, "a text", "\xc3\xa6\t", 4, false,
     false},
    {"a comment behind a plain text", "k: a b # c", ICP_YAML_SCALAR, "a text", "a b", 4, true,
     true},
    {"a # inside a text is no comment", "k: a#b", ICP_YAML_SCALAR, "a text", "a#b", 4, true, false},
    {"a comment on the next line", "k: a\n# c", ICP_YAML_SCALAR, "a text", "a", 4, true, false},
    {"a comment behind quotes cuts nothing off", "k: 'a' # c", ICP_YAML_SCALAR, "a text", "a", 4,
     false, false},
    {"empty quotes", "k: ''", ICP_YAML_SCALAR, "empty", "", 4, false, false},
    {"list", "k: [a, b]", ICP_YAML_SEQUENCE, "a list", NULL, 4, false, false},
    {"mapping", "k: {a: b}", ICP_YAML_MAPPING, "a mapping", NULL, 4, false, false},
};

static void test_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        struct world world;
        read_text(&world, icp_str_from(values[i].line));
        const struct icp_yaml *node = icp_yaml_get(world.root, "k");
        if (node == NULL || world.list.count > 0) {
            fail_msg("%s: not read", values[i].why);
            continue;
        }
        check_number(values[i].why, node->kind, values[i].kind);
        check_text(values[i].why, node->text, icp_str_from(values[i].text));
        check_text(values[i].why, icp_str_from(icp_yaml_kind_name(node)),
                   icp_str_from(values[i].name));
        check_number(values[i].why, node->line, 1);
        check_number(values[i].why, node->column, values[i].column);
        check_number(values[i].why, node->plain, values[i].plain);
        check_number(values[i].why, node->comment_follows, values[i].comment);
        done(&world);
    }
}

/* The place of a block is where its text begins, so that an error in a condition names its line. */
static void test_blocks(void **state)
{
    struct world world;

    (void)state;
    read_text(&world, ICP_STR("a: |\n  x\n  y # no comment\nb: >-\n\n  x\n  y\n"));
    assert_int_equal(world.list.count, 0);
    const struct icp_yaml *literal = icp_yaml_get(world.root, "a");
    check_text("lines are kept", literal->text, ICP_STR("x\ny # no comment\n"));
    check_number("a block is not plain", literal->plain, false);
    check_number("nothing is cut off", literal->comment_follows, false);
    check_number("line of a block", literal->line, 2);
    check_text("lines are folded", icp_yaml_get(world.root, "b")->text, ICP_STR("\nx y"));
    done(&world);
}

static void test_a_tree_with_places(void **state)
{
    static const char text[] = "\xef\xbb\xbf"
                               "fit:\r\n"
                               "  - id: a\r\n"
                               "    \xc3\xa6\xc3\xb8: [x, {y: z}]\r\n"
                               "  -\r\n"
                               "empty:\r\n";
    struct world world;

    (void)state;
    read_text(&world, icp_str_from(text));
    assert_int_equal(world.list.count, 0);
    assert_int_equal(world.root->count, 2);
    const struct icp_yaml *fit = icp_yaml_get(world.root, "fit");
    assert_int_equal(fit->count, 2);
    assert_int_equal(fit->line, 2);
    const struct icp_yaml *list = icp_yaml_get(&fit->values[0], "\xc3\xa6\xc3\xb8");
    check_number("columns count characters, not bytes", list->column, 9);
    check_number("line of a nested list", list->line, 3);
    check_text("a mapping in a list", icp_yaml_get(&list->values[1], "y")->text, ICP_STR("z"));
    check_number("its place", icp_yaml_get(&list->values[1], "y")->column, 17);
    check_text("an empty item", fit->values[1].text, ICP_STR(""));
    check_text("an empty value", icp_yaml_get(world.root, "empty")->text, ICP_STR(""));
    check_number("stands at its key", icp_yaml_get(world.root, "empty")->line, 5);
    assert_null(icp_yaml_get(world.root, "fi"));
    assert_null(icp_yaml_get(list, "y"));
    assert_null(icp_yaml_get(NULL, "y"));
    done(&world);
}

/* Flow lists nested `depth` times. */
static struct icp_str nested(struct icp_arena *arena, size_t depth)
{
    char *text = icp_arena_take(arena, depth * 2, 1, 1);

    assert_non_null(text);
    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    return (struct icp_str){text, depth * 2};
}

/* The bytes of every node: what a formatter needs to find the comments between them. */
static void test_bytes_of_nodes(void **state)
{
    static const char text[] =
        "k: é # c\nl: [a, 'b c', {d: \"e\"}]\nm: |\n  x\n  y\nn:\nblock:\n  - z\n";
    static const struct {
        const char *key, *bytes;
        enum icp_yaml_style style;
    } want[] = {
        {"k", "é", ICP_YAML_PLAIN},
        {"l", "[a, 'b c', {d: \"e\"}]", ICP_YAML_FLOW},
        {"m", "  x\n  y\n", ICP_YAML_LITERAL},
        {"n", "", ICP_YAML_PLAIN},
        {"block", "- z", ICP_YAML_BLOCK},
    };
    struct world world;

    (void)state;
    read_text(&world, icp_str_from(text));
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        const struct icp_yaml *node = icp_yaml_get(world.root, want[i].key);
        assert_non_null(node);
        struct icp_str bytes = icp_str_slice(icp_str_from(text), node->offset, node->end);
        if (!icp_str_is(bytes, want[i].bytes) || node->style != want[i].style)
            fail_msg("%s: [%.*s] style %d", want[i].key, ICP_STR_ARGUMENTS(bytes),
                     (int)node->style);
    }
    const struct icp_yaml *list = icp_yaml_get(world.root, "l");
    assert_int_equal(list->values[1].style, ICP_YAML_SINGLE_QUOTED);
    assert_int_equal(list->values[1].end - list->values[1].offset, 5);
    assert_int_equal(list->values[2].values[0].style, ICP_YAML_DOUBLE_QUOTED);
    done(&world);
}

static void test_depth_at_the_bound(void **state)
{
    struct icp_arena arena;
    struct world world;

    (void)state;
    icp_arena_open(&arena, MEMORY);
    read_text(&world, nested(&arena, ICP_MAX_DEPTH));
    assert_non_null(world.root);
    done(&world);
    read_text(&world, nested(&arena, ICP_MAX_DEPTH + 1));
    assert_null(world.root);
    assert_string_equal(world.list.items[0].code, "yaml-too-deep");
    assert_int_equal(world.list.items[0].column, ICP_MAX_DEPTH + 1);
    done(&world);
    icp_arena_close(&arena);
}

/* A thousand half-open ranges are a large file, no deep one. */
static void test_brackets_in_conditions_do_not_nest(void **state)
{
    struct icp_buf text;
    struct world world;

    (void)state;
    icp_buf_open(&text, MEMORY);
    for (int i = 0; i < 1500; i++)
        icp_buf_format(&text, "- when: 'n in [%d..%d[ or t = \"[\"' # [[\n", i, i + 1);
    read_text(&world, icp_buf_view(&text));
    assert_int_equal(world.list.count, 0);
    assert_int_equal(world.root->count, 1500);
    done(&world);
    icp_buf_finish(&text);
}

static const struct {
    const char *why;
    const char *piece;
    size_t bytes;
    const char *code;
} floods[] = {
    {"10 MB of brackets in one line", "[", (size_t)10 << 20, "yaml-too-deep"},
    {"10 MB of brackets, one a line", "[\n", (size_t)10 << 20, "yaml-too-deep"},
    {"braces and keys", "{a: ", (size_t)10 << 20, "yaml-too-deep"},
    {"64 KiB of %", "%", (size_t)64 << 10, "yaml-directive"},
    {"64 KiB of tag directives", "%TAG !a! b\n", (size_t)64 << 10, "yaml-directive"},
    {"a line of one megabyte", "x", (size_t)1 << 20, "yaml-long-line"},
    {"a long list in one line", "a, ", (size_t)1 << 20, "yaml-long-line"},
};

static void test_floods_end_soon(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(floods); i++) {
        struct icp_buf text;
        struct world world;
        icp_buf_open(&text, MEMORY);
        while (text.length < floods[i].bytes)
            icp_buf_add_cstr(&text, floods[i].piece);
        clock_t start = clock();
        read_text(&world, icp_buf_view(&text));
        if (clock() - start > CLOCKS_PER_SEC)
            fail_msg("%s: took more than a second", floods[i].why);
        assert_null(world.root);
        check_text(floods[i].why, icp_str_from(world.list.items[0].code),
                   icp_str_from(floods[i].code));
        done(&world);
        icp_buf_finish(&text);
    }
}

static void test_a_line_at_the_bound(void **state)
{
    struct icp_buf text;
    struct world world;

    (void)state;
    icp_buf_open(&text, MEMORY);
    icp_buf_add_cstr(&text, "a: ");
    while (text.length < ICP_MAX_TEXT)
        icp_buf_add_char(&text, 'x');
    read_text(&world, icp_buf_view(&text));
    assert_non_null(world.root);
    done(&world);
    icp_buf_add_char(&text, 'x');
    read_text(&world, icp_buf_view(&text));
    assert_null(world.root);
    assert_string_equal(world.list.items[0].code, "yaml-long-line");
    done(&world);
    icp_buf_finish(&text);
}

static void test_too_little_memory(void **state)
{
    struct icp_arena arena;
    struct icp_diagnostics list;
    struct icp_buf text;

    (void)state;
    icp_buf_open(&text, MEMORY);
    for (int i = 0; i < 1000; i++)
        icp_buf_add_cstr(&text, "- a\n");
    icp_arena_open(&arena, 16384);
    icp_diagnostics_open(&list, &arena, "file");
    assert_null(icp_yaml_parse(icp_buf_view(&text), &arena, &list));
    assert_true(list.errors > 0);
    icp_arena_close(&arena);
    icp_buf_finish(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_nul_in_the_middle),
        cmocka_unit_test(test_several_refusals_in_one_reading),
        cmocka_unit_test(test_earlier_reports_stay),
        cmocka_unit_test(test_slips_are_explained),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_a_tree_with_places),
        cmocka_unit_test(test_bytes_of_nodes),
        cmocka_unit_test(test_depth_at_the_bound),
        cmocka_unit_test(test_brackets_in_conditions_do_not_nest),
        cmocka_unit_test(test_floods_end_soon),
        cmocka_unit_test(test_a_line_at_the_bound),
        cmocka_unit_test(test_too_little_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
