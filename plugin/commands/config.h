/*
 * The configuration: one YAML file that operations own. A secret never stands in it: it names where
 * the secret is (a systemd credential, a file of mode 0600, an environment variable).
 *
 *   crm: hubspot
 *   hubspot:
 *     token: {credential: hubspot-token}      # or {file: …} or {environment: ICP_HUBSPOT_TOKEN}
 *   rules: profile.icp.yaml                   # relative to this file; or a list of files
 *   language: en                              # of explanations; and of some owners' people:
 *   languages: {owners: {"101": da}}
 *   state: state.db
 *   write: {prefix: icp_, score_step: 5, reasons_every: 14 days, only: {owners: ["101"]}}
 *   breaker: {records: 500, percent: 15, mean_shift: 10, missing_percent: 1, scope_percent: 20}
 *   calendar: {time_zone: Europe/Copenhagen, working_days: [mon..fri], hours: "09:00..17:00",
 *              holidays: [2026-12-25, 2026-12-26]}    # or {file: holidays.txt}: a date a line
 *   backups: 3
 */
#ifndef ICP_CONFIG_H
#define ICP_CONFIG_H

#include "night.h"

struct icp_config_rules {
    struct icp_str key; /* as it stands in the configuration: approvals belong to it */
    const char *path;   /* absolute, or relative to the working directory */
};
struct icp_config {
    const char *path; /* the file */
    const struct icp_connector_ops *crm;
    struct icp_str
        *options; /* values along crm->options; secrets are filled in by icp_config_secrets */
    struct icp_str *secrets;        /* where each secret is: "credential:NAME", "file:PATH",
                                       "environment:NAME"; else no text */
    struct icp_config_rules *rules; /* at least one */
    size_t rules_count;
    const char *state; /* absolute, or relative to the working directory */
    struct icp_night_settings settings;
};

/* Every error of the file in `list`, ICP_BAD_CONFIG then. Everything lives in the arena. */
enum icp_status icp_config_load(const char *path, struct icp_arena *arena,
                                struct icp_diagnostics *list, struct icp_config *config,
                                struct icp_err *err);
/* Reads the secrets into config->options, registers them with the log, and keeps them in a memory
   that icp_config_wipe clears. */
enum icp_status icp_config_secrets(struct icp_config *config, struct icp_log *log,
                                   struct icp_arena *arena, struct icp_err *err);
void icp_config_wipe(struct icp_config *config);

#endif
