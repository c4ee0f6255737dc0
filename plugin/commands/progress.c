/*
 * Progress for a person: after two seconds, on a terminal, one line that is overwritten; and
 * numbers as people write them.
 */
#include <stdio.h>
#include <time.h>

#include "commands.h"

struct icp_str icp_thousands(int64_t value, char text[32])
{
    char digits[24];
    int length = snprintf(digits, sizeof(digits), "%lld", (long long)(value < 0 ? -value : value)),
        at = 0;

    if (value < 0)
        text[at++] = '-';
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            text[at++] = ',';
        text[at++] = digits[i];
    }
    text[at] = '\0';
    return (struct icp_str){text, (size_t)at};
}

static struct timespec
    progress_began; /* of the terminal's one line: there is one terminal a process */
static bool progress_shown;

void icp_progress_print(void *context, const char *what, int64_t done, int64_t total)
{
    struct timespec now;
    char a[32], b[32];

    (void)context;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return;
    if (progress_began.tv_sec == 0)
        progress_began = now;
    if (now.tv_sec - progress_began.tv_sec < 2)
        return;
    if (total > 0)
        (void)fprintf(stderr, "\r\033[K%s … %s of %s", what, icp_thousands(done, a).data,
                      icp_thousands(total, b).data);
    else
        (void)fprintf(stderr, "\r\033[K%s … %s", what, icp_thousands(done, a).data);
    progress_shown = true;
}

void icp_progress_clear(void)
{
    if (progress_shown)
        (void)fputs("\r\033[K", stderr);
    progress_shown = false;
}
