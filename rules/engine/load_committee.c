/*
 * The sections `account`, `parties`, `committee`, `influence` and `about`: who must be there before
 * it is a deal, who plays which part, and the words for each. They are read as strictly as the
 * rules and kept; nothing is worked out from them in this version, which the file is told.
 */
#include "loader.h"

enum { PERCENT_MOST = 300 }; /* a role counts at most three times */

/* ---- account ----------------------------------------------------------------------------------
 */

static void read_role_factors(struct icp_loader *loader, const struct icp_yaml *node)
{
    enum icp_role role;
    if (!icp_read_mapping(loader, node, "\"role_factor\""))
        return;
    for (size_t i = 0; i < node->count; i++)
        if (icp_read_role_name(loader, &node->keys[i], node->keys[i].text, &role))
            (void)icp_read_whole(loader, &node->values[i], "a percentage", 0, PERCENT_MOST,
                                 &loader->rules->committee.role_factor[role]);
}

void icp_load_account(struct icp_loader *loader, const struct icp_yaml *node)
{
    enum { ENGAGEMENT, ROLE_FACTOR, KEY_COUNT };
    static const struct icp_key keys[KEY_COUNT] = {
        [ENGAGEMENT] = {"engagement", ICP_KEY_OPTIONAL},
        [ROLE_FACTOR] = {"role_factor", ICP_KEY_OPTIONAL},
    };
    static const struct icp_key places[3] = {
        {"best", ICP_KEY_REQUIRED}, {"second", ICP_KEY_OPTIONAL}, {"third", ICP_KEY_OPTIONAL}};
    struct icp_committee *committee = &loader->rules->committee;
    const struct icp_yaml *found[KEY_COUNT], *of_place[3];
    committee->engagement[0] = 100;
    for (int i = 0; i < ICP_ROLE_COUNT; i++)
        committee->role_factor[i] = 100;
    if (!node || !icp_read_keys(loader, node, "\"account\"", keys, KEY_COUNT, found))
        return;
    if (found[ENGAGEMENT] &&
        icp_read_keys(loader, found[ENGAGEMENT], "\"engagement\"", places, 3, of_place))
        for (size_t i = 0; i < 3; i++)
            if (of_place[i])
                (void)icp_read_whole(loader, of_place[i], "a percentage", 0, 100,
                                     &committee->engagement[i]);
    if (found[ROLE_FACTOR])
        read_role_factors(loader, found[ROLE_FACTOR]);
}

/* ---- Lines of when and else -------------------------------------------------------------------
 */

/* `when`, or `else: true`; true when it is the latter. */
static bool read_when(struct icp_loader *loader, const struct icp_yaml *node,
                      const struct icp_yaml *when, const struct icp_yaml *otherwise,
                      const struct icp_feel **condition)
{
    if (when && !otherwise) {
        *condition = icp_read_condition(loader, when, ICP_NEGATION_WARNS);
        return false;
    }
    if (otherwise && !when && icp_str_is(otherwise->text, "true"))
        return true;
    icp_report(loader->list, ICP_ERROR, "no-rule", node->line, node->column,
               "either \"when\" or \"else: true\" is needed here");
    return otherwise && !when;
}

static void check_else(struct icp_loader *loader, const struct icp_yaml *node, size_t last,
                       size_t count, const char *what)
{
    if (last == count)
        return;
    icp_report(loader->list, ICP_ERROR, "missing-else", node->line, node->column,
               "the last line of %s must be \"else: true\", and no other", what);
}

/* ---- parties ----------------------------------------------------------------------------------
 */

void icp_load_parties(struct icp_loader *loader, const struct icp_yaml *node)
{
    enum { WHEN, ELSE, KEY_COUNT };
    static const struct icp_key keys[KEY_COUNT] = {
        [WHEN] = {"when", ICP_KEY_OPTIONAL},
        [ELSE] = {"else", ICP_KEY_OPTIONAL},
    };
    struct icp_committee *committee = &loader->rules->committee;
    const struct icp_yaml *found[KEY_COUNT];
    size_t last = 0; /* the first line of `else`, from 1 */
    if (!node || !icp_read_mapping(loader, node, "\"parties\""))
        return;
    struct icp_party *parties = ICP_NEW_ARRAY(loader->arena, struct icp_party, node->count + 1);
    committee->parties = parties;
    for (size_t i = 0; parties && i < node->count; i++) {
        struct icp_party *party = &parties[committee->party_count++];
        (void)icp_read_id(loader, &node->keys[i], "the name of a party", &party->name);
        if (icp_one_more_line(loader, &node->keys[i]) &&
            icp_read_keys(loader, &node->values[i], "a party", keys, KEY_COUNT, found) &&
            read_when(loader, &node->values[i], found[WHEN], found[ELSE], &party->when) && !last)
            last = i + 1;
    }
    check_else(loader, node, last, node->count, "\"parties\"");
}

/* ---- committee --------------------------------------------------------------------------------
 */

static uint32_t find_party(struct icp_loader *loader, const struct icp_yaml *node)
{
    const struct icp_committee *committee = &loader->rules->committee;
    struct icp_str name;
    if (!node || !icp_read_text(loader, node, "\"party\"", &name))
        return ICP_NO_SLOT;
    struct icp_str *names =
        ICP_NEW_ARRAY(loader->arena, struct icp_str, committee->party_count + 1);
    for (size_t i = 0; names && i < committee->party_count; i++) {
        names[i] = committee->parties[i].name;
        if (icp_str_equal(names[i], name))
            return (uint32_t)i;
    }
    icp_report(loader->list, ICP_ERROR, "unknown-id", node->line, node->column,
               "no party \"%.*s\" in this file", ICP_STR_ARGUMENTS(name));
    icp_report_nearest(loader, name, names, names ? committee->party_count : 0);
    return ICP_NO_SLOT;
}

static void read_need(struct icp_loader *loader, const struct icp_yaml *node,
                      struct icp_committee_need *need)
{
    enum { ROLE, WEIGHT, PARTY, KEY_COUNT };
    static const struct icp_key keys[KEY_COUNT] = {
        [ROLE] = {"role", ICP_KEY_REQUIRED},
        [WEIGHT] = {"weight", ICP_KEY_REQUIRED},
        [PARTY] = {"party", ICP_KEY_OPTIONAL},
    };
    const struct icp_committee *committee = &loader->rules->committee;
    const struct icp_yaml *found[KEY_COUNT];
    need->party = ICP_NO_SLOT;
    if (!icp_read_keys(loader, node, "a need", keys, KEY_COUNT, found))
        return;
    if (found[WEIGHT])
        (void)icp_read_whole(loader, found[WEIGHT], "the weight", 1, ICP_MAX_WEIGHT, &need->weight);
    need->party = find_party(loader, found[PARTY]);
    if (!found[ROLE] || !icp_read_role(loader, found[ROLE], &need->role))
        return;
    for (const struct icp_committee_need *other = committee->needs; other < need; other++)
        if (other->role == need->role && other->party == need->party) {
            icp_report(loader->list, ICP_ERROR, "duplicate-id", node->line, node->column,
                       "this role is needed twice");
            return;
        }
}

static bool is_needed(const struct icp_committee *committee, enum icp_role role)
{
    for (size_t i = 0; i < committee->need_count; i++)
        if (committee->needs[i].role == role)
            return true;
    return false;
}

static void read_vetoes(struct icp_loader *loader, const struct icp_yaml *node)
{
    struct icp_committee *committee = &loader->rules->committee;
    enum icp_role role;
    if (!icp_read_sequence(loader, node, "\"can_veto\""))
        return;
    for (size_t i = 0; i < node->count; i++) {
        if (!icp_read_role(loader, &node->values[i], &role))
            continue;
        committee->can_veto[role] = true;
        if (!is_needed(committee, role))
            icp_report(loader->list, ICP_ERROR, "unknown-role", node->values[i].line,
                       node->values[i].column, "\"%.*s\" can veto but is not among \"need\"",
                       ICP_STR_ARGUMENTS(icp_role_name(role)));
    }
}

static bool read_decision(struct icp_loader *loader, const struct icp_yaml *node,
                          struct icp_decision *decision)
{
    enum { WHEN, ELSE, BY, KEY_COUNT };
    static const struct icp_key keys[KEY_COUNT] = {
        [WHEN] = {"when", ICP_KEY_OPTIONAL},
        [ELSE] = {"else", ICP_KEY_OPTIONAL},
        [BY] = {"by", ICP_KEY_REQUIRED},
    };
    const struct icp_yaml *found[KEY_COUNT];
    struct icp_str by;
    if (!icp_read_keys(loader, node, "a line of \"decides\"", keys, KEY_COUNT, found))
        return false;
    if (found[BY] && icp_read_text(loader, found[BY], "\"by\"", &by)) {
        decision->by = icp_str_is(by, "one") ? ICP_DECIDES_ONE : ICP_DECIDES_CONSENSUS;
        if (!icp_str_is(by, "one") && !icp_str_is(by, "consensus"))
            icp_report(loader->list, ICP_ERROR, "bad-value", found[BY]->line, found[BY]->column,
                       "\"by\" must be one or consensus, not \"%.*s\"", ICP_STR_ARGUMENTS(by));
    }
    return read_when(loader, node, found[WHEN], found[ELSE], &decision->when);
}

static void read_decisions(struct icp_loader *loader, const struct icp_yaml *node)
{
    struct icp_committee *committee = &loader->rules->committee;
    size_t last = 0;
    if (!icp_read_sequence(loader, node, "\"decides\""))
        return;
    struct icp_decision *decisions =
        ICP_NEW_ARRAY(loader->arena, struct icp_decision, node->count + 1);
    committee->decides = decisions;
    for (size_t i = 0; decisions && i < node->count; i++)
        if (icp_one_more_line(loader, &node->values[i]) &&
            read_decision(loader, &node->values[i], &decisions[committee->decision_count++]) &&
            !last)
            last = i + 1;
    check_else(loader, node, last, node->count, "\"decides\"");
}

static void read_needs(struct icp_loader *loader, const struct icp_yaml *node)
{
    struct icp_committee *committee = &loader->rules->committee;
    if (!icp_read_sequence(loader, node, "\"need\""))
        return;
    struct icp_committee_need *needs =
        ICP_NEW_ARRAY(loader->arena, struct icp_committee_need, node->count + 1);
    committee->needs = needs;
    for (size_t i = 0; needs && i < node->count; i++)
        if (icp_one_more_line(loader, &node->values[i]))
            read_need(loader, &node->values[i], &needs[committee->need_count++]);
    if (node->count == 0)
        icp_report(loader->list, ICP_ERROR, "no-lines", node->line, node->column,
                   "\"need\" has no lines");
}

void icp_load_committee(struct icp_loader *loader, const struct icp_yaml *node)
{
    enum { NEED, ENGAGED_FROM, CAN_VETO, DECIDES, KEY_COUNT };
    static const struct icp_key keys[KEY_COUNT] = {
        [NEED] = {"need", ICP_KEY_REQUIRED},
        [ENGAGED_FROM] = {"engaged_from", ICP_KEY_OPTIONAL},
        [CAN_VETO] = {"can_veto", ICP_KEY_OPTIONAL},
        [DECIDES] = {"decides", ICP_KEY_OPTIONAL},
    };
    const struct icp_yaml *found[KEY_COUNT];
    if (!node || !icp_read_keys(loader, node, "\"committee\"", keys, KEY_COUNT, found))
        return;
    if (found[NEED])
        read_needs(loader, found[NEED]);
    if (found[ENGAGED_FROM])
        (void)icp_read_whole(loader, found[ENGAGED_FROM], "\"engaged_from\"", 0, 100,
                             &loader->rules->committee.engaged_from);
    if (found[CAN_VETO])
        read_vetoes(loader, found[CAN_VETO]);
    if (found[DECIDES])
        read_decisions(loader, found[DECIDES]);
}

/* ---- influence --------------------------------------------------------------------------------
 */

static void read_influence(struct icp_loader *loader, const struct icp_yaml *node,
                           struct icp_influence *influence)
{
    enum { FROM, TO, BLOCKS, KEY_COUNT };
    static const struct icp_key keys[KEY_COUNT] = {
        [FROM] = {"from", ICP_KEY_REQUIRED},
        [TO] = {"to", ICP_KEY_OPTIONAL},
        [BLOCKS] = {"blocks", ICP_KEY_OPTIONAL},
    };
    const struct icp_yaml *found[KEY_COUNT];
    if (!icp_read_keys(loader, node, "a line of \"influence\"", keys, KEY_COUNT, found))
        return;
    if ((found[TO] != NULL) == (found[BLOCKS] != NULL)) {
        icp_report(loader->list, ICP_ERROR, "no-rule", node->line, node->column,
                   "a line of \"influence\" needs either \"to\" or \"blocks\"");
        return;
    }
    influence->blocks = found[BLOCKS] != NULL;
    const struct icp_yaml *to = influence->blocks ? found[BLOCKS] : found[TO];
    if (found[FROM] && icp_read_role(loader, found[FROM], &influence->from) &&
        icp_read_role(loader, to, &influence->to) && influence->from == influence->to)
        icp_report(loader->list, ICP_ERROR, "bad-value", to->line, to->column,
                   "a role does not move itself");
}

void icp_load_influence(struct icp_loader *loader, const struct icp_yaml *node)
{
    struct icp_committee *committee = &loader->rules->committee;
    if (!node || !icp_read_sequence(loader, node, "\"influence\""))
        return;
    struct icp_influence *lines =
        ICP_NEW_ARRAY(loader->arena, struct icp_influence, node->count + 1);
    committee->influence = lines;
    for (size_t i = 0; lines && i < node->count; i++)
        if (icp_one_more_line(loader, &node->values[i]))
            read_influence(loader, &node->values[i], &lines[committee->influence_count++]);
}

/* ---- Words for the roles ----------------------------------------------------------------------
 */

void icp_check_role_words(struct icp_loader *loader, const struct icp_yaml *about,
                          const struct icp_yaml *committee)
{
    const struct icp_yaml *roles =
        about && about->kind == ICP_YAML_MAPPING ? icp_yaml_get(about, "roles") : NULL;
    struct icp_str missing = {0};
    for (int i = 0; committee && i < ICP_ROLE_COUNT; i++) {
        struct icp_str name = icp_role_name((enum icp_role)i);
        bool there = roles && roles->kind == ICP_YAML_MAPPING && icp_yaml_get(roles, name.data);
        if (is_needed(&loader->rules->committee, (enum icp_role)i) && !there)
            missing =
                icp_arena_format(loader->arena, "%.*s%s%.*s", ICP_STR_ARGUMENTS(missing),
                                 icp_str_is_null(missing) ? "" : ", ", ICP_STR_ARGUMENTS(name));
    }
    if (!committee || icp_str_is_null(missing))
        return;
    icp_report(loader->list, ICP_WARNING, "role-without-words", committee->line, committee->column,
               "the committee needs %.*s, but \"about\" has no words for them",
               ICP_STR_ARGUMENTS(missing));
    icp_report_hint(loader->list,
                    "Add about: {roles: {decision_maker: {…}}}: what moves them, what "
                    "worries them, what they ask.");
}
