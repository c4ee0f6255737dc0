/* init: a commented configuration and a first rule file. Never overwrites. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "file.h"

extern const unsigned char icp_template_config[];
extern const size_t icp_template_config_length;
extern const unsigned char icp_template_profile[];
extern const size_t icp_template_profile_length;

static enum icp_status write_new(const char *folder, const char *name, const unsigned char *bytes,
                                 size_t length, struct icp_arena *arena, struct icp_err *err)
{
    struct icp_str path = icp_arena_format(arena, "%s/%s", folder, name);
    struct stat there;

    if (lstat(path.data, &there) == 0) {
        (void)printf("  kept     %s (it is there already)\n", path.data);
        return ICP_OK;
    }
    if (icp_file_replace(path.data, (struct icp_str){(const char *)bytes, length}, err) != ICP_OK)
        return err->status;
    (void)printf("  written  %s\n", path.data);
    return ICP_OK;
}

static int run_init(struct icp_app *app, const struct icp_arguments *arguments, struct icp_err *err)
{
    const char *folder = arguments->count > 0 ? arguments->operands[0] : ".";
    const char *prefix = folder[0] == '/' ? "" : "$PWD/";

    if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
        icp_fail(err, ICP_STATE, "cannot make the folder %s: %s", folder, strerror(errno));
        return ICP_EXIT_DONE;
    }
    if (write_new(folder, "icp.yaml", icp_template_config, icp_template_config_length, &app->arena,
                  err) != ICP_OK ||
        write_new(folder, "profile.icp.yaml", icp_template_profile, icp_template_profile_length,
                  &app->arena, err) != ICP_OK)
        return ICP_EXIT_DONE;
    (void)printf(
        "\nNext:\n"
        "  1. put the CRM's key into %s/hubspot-token and run: chmod 600 %s/hubspot-token\n"
        "  2. export ICP_CONFIG=%s%s/icp.yaml\n"
        "  3. edit %s/profile.icp.yaml, then: icp check && icp test\n"
        "  4. icp setup            what would be created in the CRM; with --apply it is\n"
        "  5. icp pull && icp plan who would get which grade; nothing is written\n"
        "  6. icp approve %s/profile.icp.yaml && icp sync\n",
        folder, folder, prefix, folder, folder, folder);
    return ICP_EXIT_DONE;
}

const struct icp_command icp_command_init = {
    .name = "init",
    .arguments = "[FOLDER]",
    .summary = "Write a commented configuration and a first rule file to start from",
    .help = "Into FOLDER, which is made when it is missing, else here. A file that is there "
            "already is kept.\n",
    .most = 1,
    .run = run_init,
};
