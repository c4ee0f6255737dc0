/*
 * Any bytes as a rule file to format: what is YAML is formatted, reads back as the same file (the
 * formatter compares; a difference is ICP_BUG), and formats to itself.
 */
#include <stdlib.h>

#include "format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MEMORY ((size_t)48 * 1024 * 1024)

static enum icp_status format(struct icp_str text, struct icp_buf *out, bool *full)
{
    struct icp_arena arena;
    struct icp_err err = {0};
    icp_arena_open(&arena, MEMORY);
    enum icp_status status = icp_rules_format(text, "fuzz", &arena, out, &err);
    *full = arena.full || out->failed;
    icp_arena_close(&arena);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct icp_buf once, twice;
    bool full, full_again = false;
    icp_buf_open(&once, (size_t)8 * 1024 * 1024);
    icp_buf_open(&twice, (size_t)8 * 1024 * 1024);
    enum icp_status status =
        format((struct icp_str){.data = (const char *)data, .length = size}, &once, &full);
    if (status == ICP_BUG)
        abort();
    if (status == ICP_OK) {
        status = format(icp_buf_view(&once), &twice, &full_again);
        if (!full_again &&
            (status != ICP_OK || !icp_str_equal(icp_buf_view(&once), icp_buf_view(&twice))))
            abort();
    }
    icp_buf_finish(&twice);
    icp_buf_finish(&once);
    return 0;
}
