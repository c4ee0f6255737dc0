/*
 * Loads the module that holds libcurl, when the first connection is opened or the first address is
 * checked. Invariant: no function of it is called before it was found, and it is found in one place
 * only, given from the place of the program itself; no search path, no environment, no current
 * directory has a say. It is never unloaded: libcurl's libraries do not expect it.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "module.h"

enum { PLACE_BYTES = 4096 }; /* the longest path that the kernel opens */

/* The folder of the program itself, as the kernel knows it; no text when it does not say. */
static struct icp_str program_folder(char path[PLACE_BYTES])
{
    ssize_t length = readlink("/proc/self/exe", path, PLACE_BYTES);

    while (length > 0 && path[length - 1] != '/')
        length--;
    return length > 0 && length < PLACE_BYTES ? (struct icp_str){path, (size_t)length}
                                              : (struct icp_str){0};
}

static void *open_module(struct icp_err *err)
{
    char program[PLACE_BYTES], place[PLACE_BYTES];
    struct icp_str folder = program_folder(program);
    int length =
        snprintf(place, sizeof(place), "%.*s" ICP_HTTP_MODULE_PLACE, ICP_STR_ARGUMENTS(folder));
    void *handle = NULL;

    if (!icp_str_is_null(folder) && length > 0 && (size_t)length < sizeof(place))
        handle = dlopen(place, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    else
        icp_fail(err, ICP_STATE, "the module that speaks HTTP: the program's folder is not known");
    return handle;
}

/* Where it should be, in words for a person. */
static void hint_place(struct icp_err *err)
{
    char program[PLACE_BYTES];
    struct icp_str folder = program_folder(program);

    if (folder.length > 1)
        folder.length--;
    icp_hint(err,
             "It is installed with the program, as " ICP_HTTP_MODULE_PLACE
             " counted from %.*s; install both again.",
             ICP_STR_ARGUMENTS(folder));
}

/* Nothing is kept here between two calls: of a module that is there, dlopen only finds the name. */
static const struct icp_http_module *find_module(struct icp_err *err)
{
    const struct icp_http_module *module = NULL;
    void *handle = open_module(err);
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
