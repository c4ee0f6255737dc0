/*
 * The table that the module of http.c gives to module.c, and nobody else: the functions of http.h's
 * first part, under the same contracts. Program and module are built and installed together; one of
 * another version is refused, so the table may change with every version.
 */
#ifndef ICP_HTTP_MODULE_H
#define ICP_HTTP_MODULE_H

#include "http/http.h"

#if defined(__GNUC__)
#define ICP_HTTP_MODULE_EXPORT __attribute__((visibility("default")))
#else
#define ICP_HTTP_MODULE_EXPORT
#endif

struct icp_http_module {
    const char *version; /* ICP_VERSION of the build; first, whatever comes behind it */
    enum icp_status (*check_url)(struct icp_str url, struct icp_err *err);
    enum icp_status (*open)(const struct icp_curl_settings *settings, struct icp_curl **ret,
                            struct icp_err *err);
    enum icp_status (*exchange)(void *context, const struct icp_exchange *request,
                                struct icp_answer *answer, struct icp_err *err);
    void (*close)(struct icp_curl *curl);
};

/* The one name that the module shows. */
extern ICP_HTTP_MODULE_EXPORT const struct icp_http_module icp_http_module;

#endif
