/*
 * Reads the configuration. Invariant: what it hands out is complete and checked; a key it does not
 * know is an error with its place, never ignored; no secret ever comes out of the file itself.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bounds.h"
#include "crypto.h"
#include "date.h"
#include "file.h"
#include "log.h"
#include "number.h"
#include "registry.h"
#include "yaml.h"

/* Shorter ones are no keys, and hiding them in messages would hide ordinary letters. */
enum { SECRET_LEAST = 8 };
enum {
    SECRET_MOST = 16 * 1024
}; /* OAuth tokens are said to pass 300 characters; keys of certificates some KiB */

struct loading {
    struct icp_config *config;
    struct icp_arena *arena;
    struct icp_diagnostics *list;
};

static void wrong_kind(struct loading *l, const struct icp_yaml *node, const char *key,
                       const char *want)
{
    icp_report(l->list, ICP_ERROR, "wrong-type", node->line, node->column,
               "\"%s\" must be %s, not %s", key, want, icp_yaml_kind_name(node));
}

static const struct icp_yaml *get_mapping(struct loading *l, const struct icp_yaml *parent,
                                          const char *key)
{
    const struct icp_yaml *node = icp_yaml_get(parent, key);

    if (node != NULL && node->kind != ICP_YAML_MAPPING) {
        wrong_kind(l, node, key, "a mapping");
        return NULL;
    }
    return node;
}

static void get_integer(struct loading *l, const struct icp_yaml *parent, const char *key,
                        int64_t least, int64_t most, int64_t *value)
{
    const struct icp_yaml *node = icp_yaml_get(parent, key);
    int64_t read;

    if (node == NULL)
        return;
    if (node->kind != ICP_YAML_SCALAR || !icp_integer_parse(node->text, &read) || read < least ||
        read > most) {
        icp_report(l->list, ICP_ERROR, "bad-value", node->line, node->column,
                   "\"%s\" must be a whole number from %lld to %lld, not \"%.*s\"", key,
                   (long long)least, (long long)most, ICP_STR_ARGUMENTS(node->text));
        return;
    }
    *value = read;
}

/* A path relative to the configuration's own folder. */
static const char *path_beside(struct loading *l, struct icp_str path)
{
    const char *slash = strrchr(l->config->path, '/');

    if (path.length > 0 && path.data[0] == '/')
        return icp_arena_copy(l->arena, path).data;
    if (slash == NULL)
        return icp_arena_copy(l->arena, path).data;
    return icp_arena_format(l->arena, "%.*s/%.*s", (int)(slash - l->config->path), l->config->path,
                            ICP_STR_ARGUMENTS(path))
        .data;
}

static const char *get_path(struct loading *l, const struct icp_yaml *root, const char *key,
                            const char *fallback)
{
    const struct icp_yaml *node = icp_yaml_get(root, key);

    if (node == NULL)
        return path_beside(l, icp_str_from(fallback));
    if (node->kind != ICP_YAML_SCALAR || node->text.length == 0) {
        wrong_kind(l, node, key, "a path");
        return "";
    }
    return path_beside(l, node->text);
}

/* ---- rule files and languages --------------------------------------------------------------- */

/* One file by two names ("a", "./a", a link). */
static bool same_file(const char *a, const char *b)
{
    struct stat left, right;

    return stat(a, &left) == 0 && stat(b, &right) == 0 && left.st_dev == right.st_dev &&
           left.st_ino == right.st_ino;
}

static void add_rules(struct loading *l, const struct icp_yaml *node)
{
    struct icp_config *config = l->config;

    if (node->kind != ICP_YAML_SCALAR || node->text.length == 0) {
        wrong_kind(l, node, "rules", "a path or a list of paths");
        return;
    }
    const char *path = path_beside(l, node->text);
    for (size_t i = 0; i < config->rules_count; i++)
        if (icp_str_equal(config->rules[i].key, node->text) ||
            same_file(config->rules[i].path, path)) {
            icp_report(l->list, ICP_ERROR, "duplicate-id", node->line, node->column,
                       "\"%.*s\" is there twice", ICP_STR_ARGUMENTS(node->text));
            return;
        }
    config->rules[config->rules_count++] =
        (struct icp_config_rules){.key = node->text, .path = path};
}

static void load_rules(struct loading *l, const struct icp_yaml *root)
{
    const struct icp_yaml *node = icp_yaml_get(root, "rules");
    size_t count = node != NULL && node->kind == ICP_YAML_SEQUENCE ? node->count : 1;
    struct icp_str usual = ICP_STR("profile.icp.yaml");

    l->config->rules = ICP_NEW_ARRAY(l->arena, struct icp_config_rules, count + 1);
    if (l->config->rules == NULL)
        return;
    if (node == NULL) {
        l->config->rules[l->config->rules_count++] =
            (struct icp_config_rules){.key = usual, .path = path_beside(l, usual)};
        return;
    }
    if (node->kind != ICP_YAML_SEQUENCE) {
        add_rules(l, node);
        return;
    }
    if (count == 0 || count > ICP_MAX_FILES) {
        icp_report(l->list, ICP_ERROR, "bad-value", node->line, node->column,
                   "\"rules\" must name 1 to %d files, not %zu", ICP_MAX_FILES, count);
        return;
    }
    for (size_t i = 0; i < count; i++)
        add_rules(l, &node->values[i]);
}

static bool read_language(struct loading *l, const struct icp_yaml *node, struct icp_str *language)
{
    if (node->kind != ICP_YAML_SCALAR || !icp_rules_language_known(node->text)) {
        icp_report(l->list, ICP_ERROR, "unknown-language", node->line, node->column,
                   "explanations are not written in \"%.*s\"", ICP_STR_ARGUMENTS(node->text));
        icp_report_hint(l->list, "Use a code of two letters such as en, da, sv, no, de or fi.");
        return false;
    }
    *language = node->text;
    return true;
}

static void load_languages(struct loading *l, const struct icp_yaml *root)
{
    static const struct icp_str names[] = {ICP_STR_INIT("owners")};
    struct icp_night_settings *settings = &l->config->settings;
    const struct icp_yaml *node = icp_yaml_get(root, "language");
    const struct icp_yaml *section = get_mapping(l, root, "languages"), *owners;
    struct icp_owner_language *languages;

    if (node != NULL)
        (void)read_language(l, node, &settings->language);
    if (section == NULL)
        return;
    icp_yaml_check_keys(section, "languages", names, 1, l->list);
    owners = get_mapping(l, section, "owners");
    languages = ICP_NEW_ARRAY(l->arena, struct icp_owner_language, owners ? owners->count + 1 : 1);
    settings->owner_languages = languages;
    for (size_t i = 0; owners != NULL && languages != NULL && i < owners->count; i++) {
        struct icp_owner_language *one = &languages[settings->owner_language_count];
        one->owner = owners->keys[i].text;
        settings->owner_language_count += read_language(l, &owners->values[i], &one->language);
    }
}

/* ---- the CRM's own options ------------------------------------------------------------------ */

static void load_secret(struct loading *l, const struct icp_yaml *node, size_t index)
{
    static const char *const places[] = {"credential", "file", "environment"};
    const char *name = l->config->crm->options[index].name;

    if (node->kind == ICP_YAML_SCALAR) {
        icp_report(l->list, ICP_ERROR, "secret-in-file", node->line, node->column,
                   "\"%s\" is a secret and must not stand in a configuration file", name);
        icp_report_hint(l->list,
                        "Put it into a file that only you can read (chmod 600) and write %s: "
                        "{file: PATH}, or use {credential: NAME} or {environment: NAME}.",
                        name);
        return;
    }
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && node->kind == ICP_YAML_MAPPING;
         i++) {
        const struct icp_yaml *place = icp_yaml_get(node, places[i]);
        if (place == NULL || place->kind != ICP_YAML_SCALAR || node->count != 1)
            continue;
        l->config->secrets[index] =
            i == 1
                ? icp_arena_format(l->arena, "file:%s", path_beside(l, place->text))
                : icp_arena_format(l->arena, "%s:%.*s", places[i], ICP_STR_ARGUMENTS(place->text));
        return;
    }
    icp_report(l->list, ICP_ERROR, "bad-secret", node->line, node->column,
               "\"%s\" must say where the secret is", name);
    icp_report_hint(l->list,
                    "Write one of {credential: NAME}, {file: PATH} or {environment: NAME}.");
}

static void load_option(struct loading *l, const struct icp_yaml *section,
                        const struct icp_yaml *parent, size_t index)
{
    const struct icp_option *option = &l->config->crm->options[index];
    const struct icp_yaml *node = section != NULL ? icp_yaml_get(section, option->name) : NULL;
    int64_t number;

    if (node == NULL) {
        if (option->required)
            icp_report(l->list, ICP_ERROR, "missing-key", parent->line, parent->column,
                       "\"%s.%s\" is missing: %s", l->config->crm->name, option->name,
                       option->help);
        l->config->options[index] = icp_str_from(option->fallback);
        return;
    }
    if (option->type == ICP_OPTION_SECRET) {
        load_secret(l, node, index);
        return;
    }
    if (node->kind != ICP_YAML_SCALAR)
        wrong_kind(l, node, option->name, "a text");
    else if (option->type == ICP_OPTION_INTEGER && !icp_integer_parse(node->text, &number))
        wrong_kind(l, node, option->name, "a whole number");
    l->config->options[index] = node->text;
}

static void load_crm(struct loading *l, const struct icp_yaml *root)
{
    const struct icp_yaml *node = icp_yaml_get(root, "crm"), *section;
    struct icp_str *names;
    size_t count;

    if (node == NULL || node->kind != ICP_YAML_SCALAR ||
        (l->config->crm = icp_connector_find(node->text)) == NULL) {
        if (node == NULL)
            node = root;
        icp_report(l->list, ICP_ERROR, "bad-crm", node->line, node->column,
                   "\"crm\" must name a CRM that this version knows");
        icp_report_hint(l->list, "This version knows \"%s\".", icp_connectors[0]->name);
        return;
    }
    count = l->config->crm->option_count;
    names = ICP_NEW_ARRAY(l->arena, struct icp_str, count + 1);
    l->config->options = ICP_NEW_ARRAY(l->arena, struct icp_str, count + 1);
    l->config->secrets = ICP_NEW_ARRAY(l->arena, struct icp_str, count + 1);
    if (names == NULL || l->config->options == NULL || l->config->secrets == NULL)
        return;
    section = get_mapping(l, root, l->config->crm->name);
    for (size_t i = 0; i < count; i++) {
        names[i] = icp_str_from(l->config->crm->options[i].name);
        if (icp_str_is(names[i], "owned_prefix")) /* said once, under write: {prefix: …} */
            names[i] = ICP_STR("");
        else
            load_option(l, section, root, i);
    }
    if (section != NULL)
        icp_yaml_check_keys(section, l->config->crm->name, names, count, l->list);
}

/* ---- writing and the breaker ---------------------------------------------------------------- */

static void load_days(struct loading *l, const struct icp_yaml *parent, const char *key,
                      int64_t *ms)
{
    const struct icp_yaml *node = icp_yaml_get(parent, key);
    struct icp_str rest, number;
    int64_t days;

    if (node == NULL)
        return;
    rest = node->kind == ICP_YAML_SCALAR ? icp_str_trim(node->text) : ICP_STR("");
    if (icp_str_cut(&rest, ' ', &number) && icp_integer_parse(number, &days) && days >= 0 &&
        days <= 3650 &&
        (icp_str_is(icp_str_trim(rest), "days") || icp_str_is(icp_str_trim(rest), "day"))) {
        *ms = days * ICP_MS_PER_DAY;
        return;
    }
    icp_report(l->list, ICP_ERROR, "bad-value", node->line, node->column,
               "\"%s\" must be a number of days such as \"14 days\"", key);
}

static void load_prefix(struct loading *l, const struct icp_yaml *section)
{
    const struct icp_yaml *node = icp_yaml_get(section, "prefix");
    bool good;

    if (node == NULL)
        return;
    good = node->kind == ICP_YAML_SCALAR && node->text.length >= 2 && node->text.length <= 30 &&
           node->text.data[node->text.length - 1] == '_';
    for (size_t i = 0; good && i < node->text.length; i++) {
        char c = node->text.data[i];
        good = (c >= 'a' && c <= 'z') || (i > 0 && ((c >= '0' && c <= '9') || c == '_'));
    }
    if (good && !icp_str_has_prefix(node->text, ICP_STR("hs_"))) {
        l->config->settings.owned_prefix = node->text;
        return;
    }
    icp_report(l->list, ICP_ERROR, "bad-value", node->line, node->column,
               "\"prefix\" must be 2 to 30 of a-z, 0-9 and _, begin with a letter, end with _ and "
               "not begin with hs_");
}

static void load_only(struct loading *l, const struct icp_yaml *section)
{
    static const struct icp_str names[] = {ICP_STR_INIT("owners")};
    const struct icp_yaml *only = get_mapping(l, section, "only"), *owners;
    struct icp_str *ids;

    if (only == NULL)
        return;
    icp_yaml_check_keys(only, "write.only", names, 1, l->list);
    owners = icp_yaml_get(only, "owners");
    if (owners == NULL || owners->kind != ICP_YAML_SEQUENCE || owners->count == 0) {
        wrong_kind(l, owners != NULL ? owners : only, "owners", "a list of owner ids");
        return;
    }
    ids = ICP_NEW_ARRAY(l->arena, struct icp_str, owners->count);
    for (size_t i = 0; ids != NULL && i < owners->count; i++) {
        if (owners->values[i].kind != ICP_YAML_SCALAR)
            wrong_kind(l, &owners->values[i], "owners", "a list of owner ids");
        ids[i] = owners->values[i].text;
    }
    l->config->settings.only_owners = ids;
    l->config->settings.only_owner_count = ids != NULL ? owners->count : 0;
}

static void load_write(struct loading *l, const struct icp_yaml *root)
{
    static const struct icp_str names[] = {ICP_STR_INIT("prefix"), ICP_STR_INIT("score_step"),
                                           ICP_STR_INIT("reasons_every"), ICP_STR_INIT("only")};
    const struct icp_yaml *section = get_mapping(l, root, "write");

    if (section == NULL)
        return;
    icp_yaml_check_keys(section, "write", names, sizeof(names) / sizeof(names[0]), l->list);
    load_prefix(l, section);
    get_integer(l, section, "score_step", 1, 100, &l->config->settings.policy.score_step);
    load_days(l, section, "reasons_every", &l->config->settings.policy.reasons_every_ms);
    load_only(l, section);
}

static void load_breaker(struct loading *l, const struct icp_yaml *root)
{
    static const struct icp_str names[] = {
        ICP_STR_INIT("records"), ICP_STR_INIT("percent"), ICP_STR_INIT("mean_shift"),
        ICP_STR_INIT("missing_percent"), ICP_STR_INIT("scope_percent")};
    const struct icp_yaml *section = get_mapping(l, root, "breaker");
    struct icp_breaker_limits *limits = &l->config->settings.breaker;

    if (section == NULL)
        return;
    icp_yaml_check_keys(section, "breaker", names, sizeof(names) / sizeof(names[0]), l->list);
    get_integer(l, section, "records", 0, 1000000000, &limits->records);
    get_integer(l, section, "percent", 0, 100, &limits->percent);
    get_integer(l, section, "mean_shift", 0, 100, &limits->mean_shift);
    get_integer(l, section, "missing_percent", 0, 100, &limits->missing_percent);
    get_integer(l, section, "scope_percent", 0, 100, &limits->scope_percent);
}

/* ---- calendar -------------------------------------------------------------------------------- */

static enum icp_status read_holidays(void *context, struct icp_str path, struct icp_str *text,
                                     struct icp_err *err)
{
    struct loading *l = context;
    struct icp_buf body;

    icp_buf_open(&body, ICP_MAX_HOLIDAY_FILE);
    if (icp_file_read(path_beside(l, path), ICP_MAX_HOLIDAY_FILE, &body, err) == ICP_OK)
        *text = icp_arena_copy(l->arena, body.data != NULL ? icp_buf_view(&body) : ICP_STR(""));
    icp_buf_finish(&body);
    return err->status;
}

static void load_calendar(struct loading *l, const struct icp_yaml *root)
{
    const struct icp_yaml *node = icp_yaml_get(root, "calendar");
    struct icp_calendar_files files = {.read = read_holidays, .context = l};

    if (node != NULL)
        (void)icp_calendar_read(node, &files, l->arena, l->list, &l->config->settings.calendar);
}

/* A connector checks the names it writes against the prefix, so it is told. */
static void lend_prefix(struct icp_config *config)
{
    for (size_t i = 0; config->crm != NULL && i < config->crm->option_count; i++)
        if (strcmp(config->crm->options[i].name, "owned_prefix") == 0)
            config->options[i] = config->settings.owned_prefix;
}

static void load_root(struct loading *l, const struct icp_yaml *root)
{
    struct icp_str names[20] = {ICP_STR("crm"),      ICP_STR("rules"),     ICP_STR("state"),
                                ICP_STR("write"),    ICP_STR("breaker"),   ICP_STR("backups"),
                                ICP_STR("language"), ICP_STR("languages"), ICP_STR("calendar")};
    size_t count = 9;
    int64_t backups = 3;

    if (root->kind != ICP_YAML_MAPPING) {
        wrong_kind(l, root, "configuration", "a mapping");
        return;
    }
    for (size_t i = 0; icp_connectors[i] != NULL && count < 20; i++)
        names[count++] = icp_str_from(icp_connectors[i]->name);
    icp_yaml_check_keys(root, "the configuration", names, count, l->list);
    load_crm(l, root);
    load_rules(l, root);
    load_languages(l, root);
    l->config->state = get_path(l, root, "state", "state.db");
    load_write(l, root);
    load_breaker(l, root);
    load_calendar(l, root);
    lend_prefix(l->config);
    get_integer(l, root, "backups", 1, 100, &backups);
    l->config->settings.backups = (size_t)backups;
}

enum icp_status icp_config_load(const char *path, struct icp_arena *arena,
                                struct icp_diagnostics *list, struct icp_config *config,
                                struct icp_err *err)
{
    struct loading l = {.config = config, .arena = arena, .list = list};
    const struct icp_yaml *root;
    struct icp_buf text;

    *config = (struct icp_config){
        .path = path,
        .settings = {.owned_prefix = ICP_STR("icp_"),
                     .policy = {.score_step = 5, .reasons_every_ms = 14 * ICP_MS_PER_DAY},
                     .breaker = icp_breaker_defaults,
                     .calendar = icp_calendar_default(),
                     .backups = 3},
    };
    icp_diagnostics_open(list, arena, path);
    icp_buf_open(&text, ICP_MAX_CONFIG_FILE);
    if (icp_file_read(path, ICP_MAX_CONFIG_FILE, &text, err) == ICP_OK) {
        root = icp_yaml_parse(icp_arena_copy(arena, icp_buf_view(&text)), arena, list);
        if (root != NULL)
            load_root(&l, root);
        icp_diagnostics_sort(list);
        icp_diagnostics_status(list, err);
    }
    icp_buf_finish(&text);
    return err->status;
}

/* ---- secrets -------------------------------------------------------------------------------- */

static enum icp_status read_environment(struct icp_str name, struct icp_buf *secret,
                                        struct icp_err *err)
{
    char text[256];
    const char *value = NULL;

    if (name.length < sizeof(text)) {
        memcpy(text, name.data, name.length);
        text[name.length] = '\0';
        value = getenv(text);
    }
    if (value == NULL || value[0] == '\0')
        return icp_fail(err, ICP_BAD_CONFIG, "the environment variable %.*s is not set",
                        ICP_STR_ARGUMENTS(name));
    icp_buf_add_cstr(secret, value);
    return ICP_OK;
}

static enum icp_status read_credential(struct icp_str name, struct icp_buf *secret,
                                       struct icp_err *err)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    char path[4096];
    size_t length = folder != NULL ? strlen(folder) : 0;

    if (folder == NULL || length + name.length + 2 > sizeof(path) ||
        icp_str_find(name, ICP_STR("/")) < name.length) {
        icp_fail(err, ICP_BAD_CONFIG, "there is no systemd credential \"%.*s\"",
                 ICP_STR_ARGUMENTS(name));
        icp_hint(
            err,
            "Credentials exist only inside a unit with LoadCredential=; by hand use {file: PATH}.");
        return err->status;
    }
    memcpy(path, folder, length);
    path[length] = '/';
    memcpy(path + length + 1, name.data, name.length);
    path[length + 1 + name.length] = '\0';
    return icp_file_read_secret(path, SECRET_MOST, secret, err);
}

static enum icp_status read_secret(struct icp_str place, struct icp_buf *secret,
                                   struct icp_err *err)
{
    struct icp_str kind;

    icp_str_cut(&place, ':', &kind);
    if (icp_str_is(kind, "environment"))
        return read_environment(place, secret, err);
    if (icp_str_is(kind, "credential"))
        return read_credential(place, secret, err);
    return icp_file_read_secret(place.data, SECRET_MOST, secret, err);
}

enum icp_status icp_config_secrets(struct icp_config *config, struct icp_log *log,
                                   struct icp_arena *arena, struct icp_err *err)
{
    for (size_t i = 0; i < config->crm->option_count; i++) {
        struct icp_buf secret;
        if (icp_str_is_null(config->secrets[i]))
            continue;
        icp_buf_open(&secret, SECRET_MOST);
        if (read_secret(config->secrets[i], &secret, err) == ICP_OK) {
            config->options[i] = icp_arena_copy(arena, icp_str_trim(icp_buf_view(&secret)));
            if (config->options[i].length < SECRET_LEAST)
                icp_fail(err, ICP_BAD_CONFIG, "the secret is empty or too short to be one");
            else
                icp_log_add_secret(log, config->options[i]);
        }
        if (secret.data != NULL)
            icp_wipe(secret.data, secret.allocated);
        icp_buf_finish(&secret);
        if (err->status != ICP_OK)
            return icp_wrap(err, "%s.%s", config->crm->name, config->crm->options[i].name);
    }
    return ICP_OK;
}

void icp_config_wipe(struct icp_config *config)
{
    if (config->crm == NULL || config->secrets == NULL)
        return;
    for (size_t i = 0; i < config->crm->option_count; i++) {
        /* The only writer of these bytes was icp_arena_copy above. */
        union {
            const char *read;
            char *write;
        } bytes = {.read = config->options[i].data};
        if (!icp_str_is_null(config->secrets[i]) && bytes.read != NULL)
            icp_wipe(bytes.write, config->options[i].length);
    }
}
