/* A whole night as the state database sees it: every commit that there is, one by one. */
#ifndef ICP_TEST_STORE_NIGHT_H
#define ICP_TEST_STORE_NIGHT_H

#include "store.h"

struct store_act {
    const char *name; /* of its commit */
    enum icp_status (*act)(struct icp_store *store, struct icp_err *err);
};

/* The first six read the CRM: account, run, approval and a pull. */
enum { STORE_ACTS_READ = 6, STORE_ACTS = 14 };
extern const struct store_act store_night[STORE_ACTS];

/* Those that are also done by themselves. */
enum icp_status act_account(struct icp_store *store, struct icp_err *err);
enum icp_status act_run(struct icp_store *store, struct icp_err *err);
enum icp_status act_dirty(struct icp_store *store, struct icp_err *err);
enum icp_status act_own(struct icp_store *store, struct icp_err *err);

#endif
