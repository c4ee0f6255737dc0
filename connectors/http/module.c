/*
 * Loads the module that holds libcurl, when the first connection is opened or the first address is
 * checked. Invariant: no function of it is called before it was found, and it is found in one place
 * only, given from the place of the program itself; no search path, no environment, no current
 * directory has a say. It is never unloaded: libcurl's libraries do not expect it.
 */
#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

#include "module.h"

/* "$ORIGIN" is the folder of the program, as the kernel names it; dlopen puts it in. */
static const char place[] = "$ORIGIN/" ICP_HTTP_MODULE_PLACE;

/* Where "$ORIGIN" is, in words for a person. */
static void hint_place(struct icp_err *err)
{
    char program[ICP_ERR_PATH];
    ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
    char *end = NULL;

    if (length > 0) {
        program[length] = '\0';
        end = strrchr(program, '/');
    }
    if (end != NULL)
        *end = '\0';
    icp_hint(err,
             "It is installed with the program, as " ICP_HTTP_MODULE_PLACE
             " counted from %s; install both again.",
             end != NULL ? program : "the program's folder");
}

/* Nothing is kept here between two calls: of a module that is there, dlopen only finds the name. */
static const struct icp_http_module *find_module(struct icp_err *err)
{
    const struct icp_http_module *module = NULL;
    void *handle = dlopen(place, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    const char *why = NULL;

    if (handle != NULL)
        module = dlsym(handle, "icp_http_module");
    if (module == NULL) {
        why = dlerror();
        icp_fail(err, ICP_STATE, "the module that speaks HTTP cannot be loaded: %s",
                 why != NULL ? why : "it has no table");
    } else if (strcmp(module->version, ICP_VERSION) != 0) {
        icp_fail(err, ICP_STATE,
                 "the module that speaks HTTP is of version %.32s and the program of " ICP_VERSION,
                 module->version);
        module = NULL;
    }
    if (module == NULL)
        hint_place(err);
    return module;
}

enum icp_status icp_url_check(struct icp_str url, struct icp_err *err)
{
    const struct icp_http_module *module = find_module(err);

    return module != NULL ? module->check_url(url, err) : err->status;
}

enum icp_status icp_curl_open(const struct icp_curl_settings *settings, struct icp_curl **ret,
                              struct icp_err *err)
{
    const struct icp_http_module *module = find_module(err);

    *ret = NULL;
    return module != NULL ? module->open(settings, ret, err) : err->status;
}

enum icp_status icp_curl_exchange(void *context, const struct icp_exchange *request,
                                  struct icp_answer *answer, struct icp_err *err)
{
    const struct icp_http_module *module = find_module(err);

    return module != NULL ? module->exchange(context, request, answer, err) : err->status;
}

void icp_curl_close(struct icp_curl *curl)
{
    struct icp_err err = {0};
    const struct icp_http_module *module = curl != NULL ? find_module(&err) : NULL;

    if (module != NULL)
        module->close(curl);
}
