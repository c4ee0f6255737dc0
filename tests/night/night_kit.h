/*
 * What tests say of a world over and over: commands that must end well, a CRM that is ready for a
 * first night or has one behind it, the run that was last, rules with a word exchanged.
 */
#ifndef TEST_NIGHT_KIT_H
#define TEST_NIGHT_KIT_H

#include "world.h"

/* Each fails the test, with what was said, unless it ends with ICP_OK. */
void must(enum icp_status status, const struct icp_err *err, const char *what);
void sync_ok(struct world *world);
void approve_ok(struct world *world);
void approve_file_ok(struct world *world, size_t file);
void undo_ok(struct world *world, int64_t run);

/* A CRM of 40 firms and 250 people with our fields created. */
void ready(struct world *world);
/* The same after the first approved night, the search index caught up. */
void after_first_night(struct world *world);
/* A night up to its plan; the process is still running. */
enum icp_status stop_before_push(struct world *world, struct icp_err *err);
struct icp_run last_run(struct world *world);
/* The plain rules with `to` in the place of `from`; valid until the next call. */
char *with(const char *from, const char *to);

#endif
