/*
 * Finds the subcommand, reads its options, runs it, prints what went wrong once, and turns the
 * status into the exit status that icp(1) documents.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"

#ifndef ICP_VERSION
#define ICP_VERSION "0.1.0"
#endif

const struct icp_command *const icp_command_table[] = {
    &icp_command_init,
    &icp_command_check,
    &icp_command_fmt,
    &icp_command_test,
    &icp_command_fields,
    &icp_command_setup,
    &icp_command_plan,
    &icp_command_approve,
    &icp_command_sync,
    &icp_command_pull,
    &icp_command_score,
    &icp_command_push,
    &icp_command_explain,
    &icp_command_status,
    &icp_command_undo,
    &icp_command_eval,
    NULL,
};

static const struct icp_switch common[] = {
    {"config", "FILE", "the configuration; else $ICP_CONFIG, else /etc/icp/icp.yaml"},
    {"json", NULL, "one JSON object a line on standard output"},
    {"quiet", NULL, "no progress, no notices"},
    {"help", NULL, "this text"},
};
enum {
    COMMON = sizeof(common) / sizeof(common[0]),
    COMMON_CONFIG = 0,
    COMMON_JSON,
    COMMON_QUIET,
    COMMON_HELP
};

int icp_exit_of(const struct icp_err *err)
{
    switch (err->status) {
    case ICP_OK:
        return ICP_EXIT_DONE;
    case ICP_RETRY:
    case ICP_UNKNOWN:
        return ICP_EXIT_NO_CRM;
    case ICP_ITEM:
        return ICP_EXIT_DATA;
    case ICP_REMOTE:
        return err->http_status == 401 || err->http_status == 403 ? ICP_EXIT_PERMISSION
                                                                  : ICP_EXIT_NO_CRM;
    case ICP_BAD_CONFIG:
        return ICP_EXIT_CONFIG;
    case ICP_STATE:
        return ICP_EXIT_STATE;
    case ICP_STOP:
        return ICP_EXIT_AGAIN;
    case ICP_BUG:
        break;
    }
    return ICP_EXIT_BUG;
}

static void print_overview(FILE *out)
{
    (void)fputs(
        "icp scores the people in a CRM against an Ideal Customer Profile file and writes scores,\n"
        "grades and reasons back.\n\nUsage: icp COMMAND [OPTIONS] …\n\n",
        out);
    for (size_t i = 0; icp_command_table[i] != NULL; i++)
        (void)fprintf(out, "  %-9s %s\n", icp_command_table[i]->name,
                      icp_command_table[i]->summary);
    (void)fputs("\n\"icp COMMAND --help\" explains one; icp(1) and icp-rules(5) explain all.\n",
                out);
}

static void print_switches(const struct icp_switch *switches, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char left[64];
        (void)snprintf(left, sizeof(left), "--%s%s%s", switches[i].name,
                       switches[i].value != NULL ? " " : "",
                       switches[i].value != NULL ? switches[i].value : "");
        (void)printf("  %-24s %s\n", left, switches[i].help);
    }
}

static void print_help(const struct icp_command *command)
{
    (void)printf("Usage: icp %s [OPTIONS]%s%s\n\n%s.\n\n%s\nOptions:\n", command->name,
                 command->arguments[0] != '\0' ? " " : "", command->arguments, command->summary,
                 command->help);
    print_switches(command->switches, command->switch_count);
    print_switches(common, COMMON);
}

static const struct icp_command *find_command(const char *name)
{
    for (size_t i = 0; icp_command_table[i] != NULL; i++)
        if (strcmp(icp_command_table[i]->name, name) == 0)
            return icp_command_table[i];
    return NULL;
}

static int unknown_command(const char *name)
{
    struct icp_str names[32], near;
    size_t count = 0;

    for (; icp_command_table[count] != NULL && count < 32; count++)
        names[count] = icp_str_from(icp_command_table[count]->name);
    (void)fprintf(stderr, "icp: unknown command \"%s\"\n", name);
    near = icp_str_nearest(icp_str_from(name), names, count);
    if (!icp_str_is_null(near))
        (void)fprintf(stderr, "Hint: Did you mean \"%.*s\"?\n", ICP_STR_ARGUMENTS(near));
    else
        (void)fputs("Hint: \"icp --help\" lists the commands.\n", stderr);
    return ICP_EXIT_USAGE;
}

/* Finds "--name" or "--name=value" in a table; −1 when it is not there. */
static int find_switch(const struct icp_switch *switches, size_t count, const char *argument,
                       const char **inline_value)
{
    const char *name = argument + 2, *equal = strchr(name, '=');
    size_t length = equal != NULL ? (size_t)(equal - name) : strlen(name);

    *inline_value = equal != NULL ? equal + 1 : NULL;
    for (size_t i = 0; i < count; i++)
        if (strlen(switches[i].name) == length && strncmp(switches[i].name, name, length) == 0)
            return (int)i;
    return -1;
}

/* A switch of the command's own, by its name, or by its first letter when no other begins with it:
   -o FILE for --output FILE. −1 when it is none. */
static int find_own(const struct icp_command *command, const char *argument,
                    const char **inline_value)
{
    int found = -1;

    if (argument[1] == '-')
        return find_switch(command->switches, command->switch_count, argument, inline_value);
    *inline_value = NULL;
    for (size_t i = 0; i < command->switch_count && argument[2] == '\0'; i++) {
        if (command->switches[i].name[0] != argument[1])
            continue;
        if (found >= 0)
            return -1;
        found = (int)i;
    }
    return found;
}

/* Takes the value of a switch at argv[*at]; false with a message when it is missing or not wanted.
 */
static bool take_value(const struct icp_switch *one, int argc, char **argv, int *at,
                       const char *inline_value, const char **value)
{
    if (one->value == NULL) {
        if (inline_value != NULL)
            (void)fprintf(stderr, "icp: --%s takes no value\n", one->name);
        *value = "";
        return inline_value == NULL;
    }
    if (inline_value == NULL && *at + 1 < argc)
        inline_value = argv[++*at];
    if (inline_value == NULL)
        (void)fprintf(stderr, "icp: --%s needs a value: --%s %s\n", one->name, one->name,
                      one->value);
    *value = inline_value;
    return inline_value != NULL;
}

static void unknown_option(const struct icp_command *command, const char *argument)
{
    struct icp_str names[ICP_SWITCHES_MOST + COMMON], word = icp_str_from(argument), near = {0};
    size_t count = 0;

    for (size_t i = 0; i < command->switch_count; i++)
        names[count++] = icp_str_from(command->switches[i].name);
    for (size_t i = 0; i < COMMON; i++)
        names[count++] = icp_str_from(common[i].name);
    word = icp_str_slice(word, 0, icp_str_find(word, ICP_STR("=")));
    if (argument[1] == '-')
        near = icp_str_nearest(icp_str_slice(word, 2, word.length), names, count);
    (void)fprintf(stderr, "icp: unknown option \"%s\"\n", argument);
    if (!icp_str_is_null(near))
        (void)fprintf(stderr, "Hint: Did you mean \"--%.*s\"?\n", ICP_STR_ARGUMENTS(near));
    else
        (void)fprintf(stderr, "Hint: \"icp %s --help\" lists the options.\n", command->name);
}

static bool read_arguments(const struct icp_command *command, int argc, char **argv,
                           struct icp_arguments *arguments, const char *shared[COMMON])
{
    bool operands_only = false;

    for (int i = 0; i < argc; i++) {
        const char *inline_value, *argument = argv[i];
        int found;
        if (operands_only || argument[0] != '-' || argument[1] == '\0') {
            arguments->operands[arguments->count++] = argument;
            continue;
        }
        if (strcmp(argument, "--") == 0) {
            operands_only = true;
            continue;
        }
        if (strcmp(argument, "-h") == 0)
            argument = "--help";
        if ((found = find_own(command, argument, &inline_value)) >= 0) {
            if (!take_value(&command->switches[found], argc, argv, &i, inline_value,
                            &arguments->values[found]))
                return false;
            arguments->given[arguments->given_count++] =
                (struct icp_option_given){(size_t)found, arguments->values[found]};
        } else if (argument[1] == '-' &&
                   (found = find_switch(common, COMMON, argument, &inline_value)) >= 0) {
            if (!take_value(&common[found], argc, argv, &i, inline_value, &shared[found]))
                return false;
        } else {
            unknown_option(command, argument);
            return false;
        }
    }
    return true;
}

static void print_error(struct icp_app *app, struct icp_err *err)
{
    char place[ICP_ERR_PATH + 32] = "";

    icp_log_scrub(app->log, err->message);
    icp_log_scrub(app->log, err->hint);
    if (err->file[0] != '\0' && err->line > 0)
        (void)snprintf(place, sizeof(place), "%s:%u:%u: ", err->file, (unsigned)err->line,
                       (unsigned)err->column);
    (void)fprintf(stderr, "icp: %s%s\n", place, err->message);
    if (err->hint[0] != '\0')
        (void)fprintf(stderr, "Hint: %s\n", err->hint);
}

static int run(struct icp_app *app, const struct icp_command *command,
               const struct icp_arguments *arguments)
{
    struct icp_err err = {0};
    int status;

    icp_arena_open(&app->arena, (size_t)64 * 1024 * 1024);
    status = command->run(app, arguments, &err);
    icp_progress_clear();
    if (err.status != ICP_OK) {
        print_error(app, &err);
        if (status == ICP_EXIT_DONE)
            status = icp_exit_of(&err);
    }
    icp_arena_close(&app->arena);
    if (fflush(stdout) != 0 && status == ICP_EXIT_DONE)
        status = ICP_EXIT_STATE;
    return status;
}

static int run_command(const struct icp_command *command, int argc, char **argv,
                       const volatile int *stopping)
{
    struct icp_arguments arguments = {0};
    const char *shared[COMMON] = {0};
    struct icp_app app = {.stopping = stopping};
    int status = ICP_EXIT_USAGE;

    arguments.operands = icp_allocate((size_t)argc + 1, sizeof(char *));
    arguments.given = icp_allocate((size_t)argc + 1, sizeof(arguments.given[0]));
    if (arguments.operands == NULL || arguments.given == NULL)
        return ICP_EXIT_BUG;
    if (read_arguments(command, argc, argv, &arguments, shared)) {
        app.config_path =
            shared[COMMON_CONFIG] != NULL ? shared[COMMON_CONFIG] : getenv("ICP_CONFIG");
        if (app.config_path == NULL || app.config_path[0] == '\0')
            app.config_path = "/etc/icp/icp.yaml";
        app.json = shared[COMMON_JSON] != NULL;
        app.quiet = shared[COMMON_QUIET] != NULL;
        app.log = icp_log_open(app.quiet ? ICP_LOG_WARNING : ICP_LOG_INFO,
                               getenv("JOURNAL_STREAM") != NULL);
        if (shared[COMMON_HELP] != NULL) {
            print_help(command);
            status = ICP_EXIT_DONE;
        } else if (arguments.count < command->least || arguments.count > command->most) {
            (void)fprintf(stderr,
                          "icp: usage: icp %s [OPTIONS] %s\nHint: \"icp %s --help\" explains it.\n",
                          command->name, command->arguments, command->name);
        } else {
            status = run(&app, command, &arguments);
        }
        icp_log_close(app.log);
    }
    icp_release(arguments.operands);
    icp_release(arguments.given);
    return status;
}

int icp_main(int argc, char **argv, const volatile int *stopping)
{
    const struct icp_command *command;

    if (argc < 2) {
        print_overview(stderr);
        return ICP_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        command = argc > 2 ? find_command(argv[2]) : NULL;
        if (command != NULL)
            print_help(command);
        else
            print_overview(stdout);
        return ICP_EXIT_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        (void)printf("icp %s\n", ICP_VERSION);
        return ICP_EXIT_DONE;
    }
    command = find_command(argv[1]);
    if (command == NULL)
        return unknown_command(argv[1]);
    return run_command(command, argc - 2, argv + 2, stopping);
}
