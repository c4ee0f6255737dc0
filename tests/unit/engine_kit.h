/*
 * A place to compile rule files in, over the fields of tests/rules/fields.yaml.
 */
#ifndef ICP_ENGINE_KIT_H
#define ICP_ENGINE_KIT_H

#include "check.h"

#include "engine.h"

#include "diagnostics.h"

#define TEST_MEMORY ((size_t)48 * 1024 * 1024)

struct bench { /* a dictionary, and whatever is being compiled */
    struct icp_arena arena;
    struct icp_diagnostics list;
    const struct icp_dictionary *dictionary;
    struct icp_buf yaml;
};

int open_bench(void **state);
int close_bench(void **state);
/* NULL: refused, with what was said in bench->list. */
struct icp_ruleset *compile(struct bench *bench, struct icp_str text);
struct icp_ruleset *must_compile(struct bench *bench, struct icp_str text);
/* The reasons add up to the numbers of the result, the largest first. */
void check_sums(const struct icp_result *result);

#endif
