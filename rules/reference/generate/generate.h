/*
 * The program that makes the tables of rules/reference while the project is built. It runs on the
 * building machine only and may be as slow and as strict as it likes: whatever is doubtful in a
 * file ends the build with its place.
 */
#ifndef ICP_GENERATE_H
#define ICP_GENERATE_H

#include "icp/base.h"

enum {
    ICP_GENERATE_FILE = 4 * 1024 * 1024,    /* bytes of one input */
    ICP_GENERATE_OUTPUT = 64 * 1024 * 1024, /* bytes of the C file */
    ICP_GENERATE_NAMES = 200000, /* ninety languages, 250 countries, several spellings each */
};

/* Texts on their way into a table. The same text twice must stand for the same value. */
struct icp_name {
    struct icp_str text;
    uint32_t value;
};
struct icp_names {
    struct icp_arena *arena;
    struct icp_name *names;
    size_t count;
};
bool icp_names_open(struct icp_names *names, struct icp_arena *arena);
void icp_names_add(struct icp_names *names, struct icp_str text, uint32_t value);
void icp_names_sort(struct icp_names *names); /* by text, then value */
/* Sorts, and drops repetitions; the first text with two values is an error in err. */
enum icp_status icp_names_settle(struct icp_names *names, struct icp_err *err);
/* `const struct icp_name_table symbol` and what it points to. */
void icp_names_emit(const struct icp_names *names, const char *symbol, struct icp_buf *out);

/* Lines of a file without comments ("#" at the beginning or behind a space) and outer space. */
struct icp_lines {
    const char *path;
    struct icp_str rest;
    uint32_t number; /* of the line last given */
};
enum icp_status icp_lines_open(const char *path, struct icp_arena *arena, struct icp_lines *lines,
                               struct icp_err *err);
bool icp_lines_next(struct icp_lines *lines, struct icp_str *line); /* the next that is not empty */

/* One kind of table each: reads `path`, appends C to `out`. */
enum icp_status icp_generate_domains(const char *path, const char *symbol, struct icp_arena *arena,
                                     struct icp_buf *out, struct icp_err *err);
enum icp_status icp_generate_countries(const char *path, const char *symbol,
                                       struct icp_arena *arena, struct icp_buf *out,
                                       struct icp_err *err);
enum icp_status icp_generate_industries(const char *path, const char *symbol,
                                        struct icp_arena *arena, struct icp_buf *out,
                                        struct icp_err *err);

#endif
