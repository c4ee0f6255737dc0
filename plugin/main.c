/* The program's edge: signals, file mode, and no core with secrets in it. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "commands.h"

static volatile int stopping;

static void stop(int signal_number)
{
    (void)signal_number;
    stopping = 1;
}

int main(int argc, char **argv)
{
    struct sigaction action;
    struct rlimit no_core = {0, 0};

    memset(&action, 0, sizeof(action));
    action.sa_handler = stop;
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    action.sa_handler = SIG_IGN;
    (void)sigaction(SIGPIPE, &action, NULL);
    (void)sigaction(SIGXFSZ, &action, NULL); /* a limit on files is met like a full disk */
    (void)umask(0077);
    (void)setrlimit(RLIMIT_CORE, &no_core);
    (void)unsetenv("SSLKEYLOGFILE"); /* the keys of our connections are nobody's */
    return icp_main(argc, argv, &stopping);
}
