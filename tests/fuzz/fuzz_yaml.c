/*
 * Any bytes as a YAML file: a tree comes out or an error is reported; every text of the tree is
 * UTF-8, every node has a place inside the file, keys are texts; and what was reported before
 * stays. Run it with ASAN_OPTIONS=detect_leaks=0: libfyaml 0.7.12 loses 2 KiB over a quoted text
 * with many doubled quotes and no end.
 */
#include <stdlib.h>

#include "bounds.h"
#include "utf8.h"
#include "yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_node(const struct icp_yaml *node, size_t lines)
{
    require(node->line >= 1 && node->line <= lines && node->column >= 1);
    require(node->kind == ICP_YAML_SCALAR ? node->count == 0 : icp_str_is_null(node->text));
    require(node->kind != ICP_YAML_SCALAR || !icp_str_is_null(node->text));
    require(icp_utf8_valid(node->text) && icp_yaml_kind_name(node) != NULL);
}

/* Without recursion: what is still to be visited waits on a stack of (node, next child). */
static void check_tree(const struct icp_yaml *root, size_t lines)
{
    struct {
        const struct icp_yaml *node;
        size_t next;
    } stack[ICP_MAX_DEPTH + 1] = {{root, 0}};
    size_t depth = 1;

    check_node(root, lines);
    while (depth > 0) {
        const struct icp_yaml *node = stack[depth - 1].node;
        size_t child = stack[depth - 1].next++;
        if (child >= node->count) {
            depth--;
            continue;
        }
        check_node(&node->values[child], lines);
        if (node->kind == ICP_YAML_MAPPING) {
            check_node(&node->keys[child], lines);
            require(node->keys[child].kind == ICP_YAML_SCALAR);
        }
        require(depth <= ICP_MAX_DEPTH);
        stack[depth].node = &node->values[child];
        stack[depth++].next = 0;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct icp_arena arena;
    struct icp_diagnostics list;
    size_t lines = 2; /* an error at the very end stands on a line of its own */

    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n' || data[i] == '\r' || data[i] >= 0x80;
    icp_arena_open(&arena, (size_t)32 * 1024 * 1024);
    icp_diagnostics_open(&list, &arena, "fuzz");
    icp_report(&list, ICP_ERROR, "earlier", 1, 1, "reported before");
    const struct icp_yaml *root =
        icp_yaml_parse((struct icp_str){(const char *)data, size}, &arena, &list);
    require(root != NULL || list.errors > 1 || arena.full);
    require(list.count >= 1 && icp_str_is(list.items[0].message, "reported before"));
    if (root != NULL)
        check_tree(root, lines);
    icp_arena_close(&arena);
    return 0;
}
