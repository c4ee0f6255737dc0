/*
 * icp-reference-tables KIND SYMBOL INPUT OUTPUT: reads a file that people edit and writes a C file
 * with the table that rules/reference looks things up in. The output depends on the input (and, for
 * countries, on the version of ICU) alone.
 */
#include <stdio.h>
#include <string.h>

#include "generate.h"

#include "file.h"

static const struct {
    const char *name;
    enum icp_status (*make)(const char *path, const char *symbol, struct icp_arena *arena,
                            struct icp_buf *out, struct icp_err *err);
} kinds[] = {
    {"domains", icp_generate_domains},
    {"countries", icp_generate_countries},
    {"industries", icp_generate_industries},
};

static enum icp_status generate(char **arguments, struct icp_err *err)
{
    struct icp_arena arena;
    struct icp_buf out;
    enum icp_status status = icp_fail(&(struct icp_err){0}, ICP_BUG, "no kind");
    icp_arena_open(&arena, (size_t)256 * 1024 * 1024);
    icp_buf_open(&out, ICP_GENERATE_OUTPUT);
    icp_buf_add_cstr(&out, "/* Made by the build from a file that people edit. */\n"
                           "#include \"name_table.h\"\n");
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i].name, arguments[0]) == 0)
            status = kinds[i].make(arguments[2], arguments[1], &arena, &out, err);
    if (status == ICP_OK && (out.failed || arena.full))
        status = icp_fail(err, ICP_BUG, "the table is too large");
    if (status == ICP_OK)
        status = icp_file_replace(arguments[3], icp_buf_view(&out), err);
    icp_buf_finish(&out);
    icp_arena_close(&arena);
    return status;
}

int main(int count, char **arguments)
{
    struct icp_err err = {0};
    if (count != 5) {
        (void)fprintf(stderr, "usage: %s KIND SYMBOL INPUT OUTPUT\n", arguments[0]);
        return 2;
    }
    if (generate(arguments + 1, &err) == ICP_OK)
        return 0;
    (void)fprintf(stderr, "%s:%u: %s\n", err.file[0] ? err.file : arguments[3], (unsigned)err.line,
                  err.message[0] ? err.message : "unknown kind of table");
    return 1;
}
