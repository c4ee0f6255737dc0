/*
 * The program icp-sim: makes or loads a CRM and serves it until it is told to stop. Owns the
 * process: options, signals, output. Invariant: the line "listening on URL" appears when, and only
 * when, requests will be answered.
 */
#include "crm.h"
#include "date.h"
#include "generate.h"
#include "number.h"
#include "server.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char usage[] =
    "Usage: icp-sim [--listen 127.0.0.1:0] [--data DIR | --generate N] [OPTION]...\n"
    "\n"
    "A simulated HubSpot on a loopback address, for trying icp without an account.\n"
    "\n"
    "  --listen ADDRESS:PORT  loopback only; port 0 takes a free one (default 127.0.0.1:0)\n"
    "  --data DIR             load DIR/hubspot/{contacts,companies,deals,associations}.csv\n"
    "  --generate N           make N plausible people with companies and deals\n"
    "  --seed S               another set of people (default 1)\n"
    "  --write-data DIR       save the CRM as CSV; without --listen that is all\n"
    "  --token TOKEN          the accepted bearer token (default pat-sim-demo-token)\n"
    "  --search-lag SECONDS   search sees changes this much later (default 0)\n"
    "  --clock TIME           the CRM's time at the start, ISO 8601 (default: now)\n"
    "  --no-limits            no rate limits\n"
    "  --help                 this text\n"
    "\n"
    "Control: GET|PATCH /sim/records/{contacts,companies,deals}[/ID], POST /sim/clock\n"
    "{\"advance\":\"1 day\"}, GET|DELETE /sim/requests, POST|DELETE /sim/faults, POST "
    "/sim/settings.\n";

/* A week: the index of the real one is at most an hour behind. */
enum { MOST_LAG_S = 604800 };
enum { EXIT_USAGE = 2, EXIT_DATA = 65, EXIT_FILES = 74 };

struct options {
    const char *listen, *data, *write_data, *token;
    int64_t people, seed, search_lag_s, clock_ms;
    bool no_limits, help;
};

static bool set_number(int64_t *number, int64_t least)
{
    return icp_integer_parse(icp_str_from(optarg), number) && *number >= least;
}

static bool set_option(struct options *options, int letter)
{
    switch (letter) {
    case 'l':
        options->listen = optarg;
        return true;
    case 'd':
        options->data = optarg;
        return true;
    case 'w':
        options->write_data = optarg;
        return true;
    case 't':
        options->token = optarg;
        return strlen(optarg) > 0 && strlen(optarg) <= SIM_MAX_TOKEN;
    case 'g':
        return set_number(&options->people, 1) && options->people <= SIM_MAX_GENERATED_CONTACTS;
    case 's':
        return set_number(&options->seed, 0);
    case 'a':
        return set_number(&options->search_lag_s, 0) && options->search_lag_s <= MOST_LAG_S;
    case 'c':
        return icp_time_parse(icp_str_from(optarg), &options->clock_ms);
    case 'n':
        options->no_limits = true;
        return true;
    case 'h':
        options->help = true;
        return true;
    default:
        return false;
    }
}

static bool read_options(int count, char **arguments, struct options *options)
{
    static const struct option names[] = {
        {"listen", required_argument, NULL, 'l'},
        {"data", required_argument, NULL, 'd'},
        {"generate", required_argument, NULL, 'g'},
        {"seed", required_argument, NULL, 's'},
        {"write-data", required_argument, NULL, 'w'},
        {"token", required_argument, NULL, 't'},
        {"search-lag", required_argument, NULL, 'a'},
        {"clock", required_argument, NULL, 'c'},
        {"no-limits", no_argument, NULL, 'n'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int letter, index = 0;

    while ((letter = getopt_long(count, arguments, "", names, &index)) != -1) {
        if (set_option(options, letter))
            continue;
        if (letter != '?')
            (void)fprintf(stderr, "icp-sim: --%s: \"%s\" is not a value it takes\n",
                          names[index].name, optarg == NULL ? "" : optarg);
        return false;
    }
    if (optind == count && (options->data == NULL || options->people == 0))
        return true;
    (void)fprintf(stderr, "icp-sim: %s\n",
                  optind < count ? "takes options only"
                                 : "--data and --generate exclude each other");
    return false;
}

static int64_t real_time_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum icp_status fill(struct sim_crm *crm, const struct options *options, struct icp_err *err)
{
    struct sim_settings *settings = sim_settings(crm);

    settings->enforce_limits = !options->no_limits;
    settings->search_lag_ms = options->search_lag_s * 1000;
    if (options->token != NULL)
        (void)snprintf(settings->token, sizeof(settings->token), "%s", options->token);
    if (options->data != NULL && sim_load(crm, options->data, err) != ICP_OK)
        return err->status;
    if (options->people > 0 &&
        sim_generate(crm, (uint32_t)options->people, (uint64_t)options->seed, err) != ICP_OK)
        return err->status;
    return options->write_data == NULL ? ICP_OK : sim_save(crm, options->write_data, err);
}

static enum icp_status serve(struct sim_crm *crm, const char *listen, const sigset_t *stop,
                             struct icp_err *err)
{
    struct sim_server *server = sim_server_open(crm, listen, err);
    int signal_number;

    if (server == NULL)
        return err->status;
    (void)printf("listening on %s\n", sim_server_url(server));
    (void)fflush(stdout);
    (void)sigwait(stop, &signal_number);
    sim_server_close(server);
    return ICP_OK;
}

static int report(const struct icp_err *err)
{
    (void)fprintf(stderr, "icp-sim: %s%s%s\n", err->file, err->file[0] == '\0' ? "" : ": ",
                  err->message);
    return err->status == ICP_BAD_CONFIG ? EXIT_DATA : EXIT_FILES;
}

int main(int count, char **arguments)
{
    struct options options = {.seed = 1, .clock_ms = real_time_ms()};
    struct icp_err err = {0};
    struct sim_crm *crm;
    sigset_t stop;

    if (!read_options(count, arguments, &options)) {
        (void)fputs("Try 'icp-sim --help'.\n", stderr);
        return EXIT_USAGE;
    }
    if (options.help) {
        (void)fputs(usage, stdout);
        return EXIT_SUCCESS;
    }
    /* blocked before the server's thread begins, so that only sigwait sees them */
    (void)sigemptyset(&stop);
    (void)sigaddset(&stop, SIGINT);
    (void)sigaddset(&stop, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &stop, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    crm = sim_crm_open(options.clock_ms);
    if (fill(crm, &options, &err) == ICP_OK &&
        (options.write_data == NULL || options.listen != NULL))
        (void)serve(crm, options.listen == NULL ? "127.0.0.1:0" : options.listen, &stop, &err);
    sim_crm_close(crm);
    return err.status == ICP_OK ? EXIT_SUCCESS : report(&err);
}
