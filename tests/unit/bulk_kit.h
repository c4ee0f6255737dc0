/* Random records for any rule file, made of the file's own words and of edge values, and the
   comparison of both ways to score them; for the unit test and the fuzzer. */
#ifndef ICP_TEST_BULK_KIT_H
#define ICP_TEST_BULK_KIT_H

#include "bulk.h"

enum { BULK_KIT_WORDS = 512 };

struct bulk_kit {
    const struct icp_ruleset *rules;
    struct icp_arena arena; /* words, cells and results; reset with every record */
    struct icp_arena words_arena;
    struct icp_str words[BULK_KIT_WORDS]; /* of the rule file */
    size_t word_count;
    uint64_t seed;
    int32_t as_of;
};

void bulk_kit_open(struct bulk_kit *kit, const struct icp_ruleset *rules, struct icp_str text,
                   uint64_t seed, int32_t as_of);
void bulk_kit_close(struct bulk_kit *kit);
uint32_t bulk_kit_draw(struct bulk_kit *kit, uint32_t below);
/* A value in the kit's memory, with what may be read behind it. */
struct icp_str bulk_kit_cell(struct bulk_kit *kit, struct icp_str cell);
/* Scores a record both ways. False when they differ, with both in `why`. `text`: which of the
   reasons is also compared as a sentence, counted round; UINT32_MAX: none. */
bool bulk_kit_same(struct bulk_kit *kit, struct icp_bulk_work *work,
                   const struct icp_rules_input *input, size_t most, uint32_t text,
                   struct icp_buf *why);
/* Makes a record and scores it both ways. False when they differ, with both in `why`. */
bool bulk_kit_try(struct bulk_kit *kit, struct icp_bulk_work *work, struct icp_buf *why);

/* A random rule file over the fields of tests/rules/fields.yaml. */
void bulk_kit_write_file(struct icp_buf *out, uint64_t *seed);

#endif
