/* What every table-driven unit test needs: cmocka with the headers it asks for, and comparisons
   that say why the case stands there. */
#ifndef ICP_TEST_CHECK_H
#define ICP_TEST_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "icp/base.h"

#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))

static inline void check_text(const char *why, struct icp_str found, struct icp_str wanted)
{
    if (!icp_str_equal(found, wanted))
        fail_msg("%s: found \"%.*s\"%s, wanted \"%.*s\"%s", why, ICP_STR_ARGUMENTS(found),
                 icp_str_is_null(found) ? " (no text)" : "", ICP_STR_ARGUMENTS(wanted),
                 icp_str_is_null(wanted) ? " (no text)" : "");
}

static inline void check_number(const char *why, int64_t found, int64_t wanted)
{
    if (found != wanted)
        fail_msg("%s: found %lld, wanted %lld", why, (long long)found, (long long)wanted);
}

#endif
