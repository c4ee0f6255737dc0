/*
 * libcurl, loaded when the first connection is opened and not when the program starts: it brings
 * thirty libraries along, and most commands (check, test, explain, score FILE) never speak to
 * anybody. The functions that http.c calls stand here under their own names and pass on to it.
 * Invariant: nothing is called before curl_global_init, which finds all of them or refuses.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdarg.h>
#include <string.h>

/* the checking macros stand in http.c; here the functions themselves are meant */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo

static const char library[] = "libcurl.so.4"; /* the name under which every release since 2006 is */

/* One process has one libcurl: filled in once, then only read. */
static struct {
    CURLcode (*global_init)(long);
    void (*global_cleanup)(void);
    CURL *(*easy_init)(void);
    void (*easy_cleanup)(CURL *);
    void (*easy_reset)(CURL *);
    CURLcode (*easy_perform)(CURL *);
    CURLcode (*easy_setopt)(CURL *, CURLoption, ...);
    CURLcode (*easy_getinfo)(CURL *, CURLINFO, ...);
    const char *(*easy_strerror)(CURLcode);
    struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
    void (*slist_free_all)(struct curl_slist *);
    CURLU *(*url)(void);
    void (*url_cleanup)(CURLU *);
    CURLUcode (*url_get)(CURLU *, CURLUPart, char **, unsigned int);
    CURLUcode (*url_set)(CURLU *, CURLUPart, const char *, unsigned int);
    void (*free)(void *);
    int complete;
} loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* A pointer to an object becomes one to a function: POSIX promises it, C only lets us copy it. */
static int find(void *handle, const char *name, void *function)
{
    void *symbol = dlsym(handle, name);

    memcpy(function, &symbol, sizeof(symbol));
    return symbol != NULL;
}

static void load(void)
{
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);

    if (handle == NULL)
        return;
    loaded.complete = find(handle, "curl_global_init", &loaded.global_init) &&
                      find(handle, "curl_global_cleanup", &loaded.global_cleanup) &&
                      find(handle, "curl_easy_init", &loaded.easy_init) &&
                      find(handle, "curl_easy_cleanup", &loaded.easy_cleanup) &&
                      find(handle, "curl_easy_reset", &loaded.easy_reset) &&
                      find(handle, "curl_easy_perform", &loaded.easy_perform) &&
                      find(handle, "curl_easy_setopt", &loaded.easy_setopt) &&
                      find(handle, "curl_easy_getinfo", &loaded.easy_getinfo) &&
                      find(handle, "curl_easy_strerror", &loaded.easy_strerror) &&
                      find(handle, "curl_slist_append", &loaded.slist_append) &&
                      find(handle, "curl_slist_free_all", &loaded.slist_free_all) &&
                      find(handle, "curl_url", &loaded.url) &&
                      find(handle, "curl_url_cleanup", &loaded.url_cleanup) &&
                      find(handle, "curl_url_get", &loaded.url_get) &&
                      find(handle, "curl_url_set", &loaded.url_set) &&
                      find(handle, "curl_free", &loaded.free);
}

CURLcode curl_global_init(long flags)
{
    (void)pthread_once(&once, load);
    return loaded.complete ? loaded.global_init(flags) : CURLE_FAILED_INIT;
}

void curl_global_cleanup(void)
{
    loaded.global_cleanup();
}

CURL *curl_easy_init(void)
{
    return loaded.easy_init();
}

void curl_easy_cleanup(CURL *easy)
{
    loaded.easy_cleanup(easy);
}

void curl_easy_reset(CURL *easy)
{
    loaded.easy_reset(easy);
}

CURLcode curl_easy_perform(CURL *easy)
{
    return loaded.easy_perform(easy);
}

/* The number of an option says what type its value has. */
CURLcode curl_easy_setopt(CURL *easy, CURLoption option, ...)
{
    CURLcode code;
    va_list values;

    va_start(values, option);
    if ((int)option < CURLOPTTYPE_OBJECTPOINT)
        code = loaded.easy_setopt(easy, option, va_arg(values, long));
    else if ((int)option >= CURLOPTTYPE_OFF_T && (int)option < CURLOPTTYPE_BLOB)
        code = loaded.easy_setopt(easy, option, va_arg(values, curl_off_t));
    else if ((int)option >= CURLOPTTYPE_FUNCTIONPOINT && (int)option < CURLOPTTYPE_OFF_T)
        code = loaded.easy_setopt(easy, option, va_arg(values, void (*)(void)));
    else
        code = loaded.easy_setopt(easy, option, va_arg(values, void *));
    va_end(values);
    return code;
}

/* Whatever is asked for, the value is a pointer to where it goes. */
CURLcode curl_easy_getinfo(CURL *easy, CURLINFO info, ...)
{
    CURLcode code;
    va_list values;

    va_start(values, info);
    code = loaded.easy_getinfo(easy, info, va_arg(values, void *));
    va_end(values);
    return code;
}

const char *curl_easy_strerror(CURLcode code)
{
    return loaded.easy_strerror(code);
}

struct curl_slist *curl_slist_append(struct curl_slist *list, const char *text)
{
    return loaded.slist_append(list, text);
}

void curl_slist_free_all(struct curl_slist *list)
{
    loaded.slist_free_all(list);
}

CURLU *curl_url(void)
{
    return loaded.url();
}

void curl_url_cleanup(CURLU *url)
{
    loaded.url_cleanup(url);
}

CURLUcode curl_url_get(CURLU *url, CURLUPart what, char **part, unsigned int flags)
{
    return loaded.url_get(url, what, part, flags);
}

CURLUcode curl_url_set(CURLU *url, CURLUPart what, const char *part, unsigned int flags)
{
    return loaded.url_set(url, what, part, flags);
}

void curl_free(void *memory)
{
    loaded.free(memory);
}
