/*
 * Compiling an ICP file: the top level, the order of its sections, and the ruleset's life. A
 * ruleset is handed out only when the whole file is right; it owns one arena that holds everything
 * it points to but the dictionaries.
 */
#include "loader.h"

#include "crypto.h"

#define RULES_MEMORY                                                                               \
    ((size_t)52 * 1024 * 1024) /* a 1 MiB file of short scalars takes about 45; the                \
                                  whole program stays below 64 */

enum section {
    ICP,
    NAME,
    VERSION,
    OWNER,
    PURPOSE,
    REVIEW_BY,
    ABOUT,
    FIELDS,
    LISTS,
    DISQUALIFY,
    FIT,
    ENGAGEMENT,
    SCORE,
    GRADE,
    TIERS,
    TESTS,
    REASONS_IN,
    APPLIES_WHEN,
    ROLES,
    ACCOUNT,
    PARTIES,
    COMMITTEE,
    INFLUENCE,
    POINTS,
    SECTION_COUNT
};
static const struct icp_key sections[SECTION_COUNT] = {
    [ICP] = {"icp", ICP_KEY_REQUIRED},
    [NAME] = {"name", ICP_KEY_REQUIRED},
    [VERSION] = {"version", ICP_KEY_OPTIONAL},
    [OWNER] = {"owner", ICP_KEY_OPTIONAL},
    [PURPOSE] = {"purpose", ICP_KEY_OPTIONAL},
    [REVIEW_BY] = {"review_by", ICP_KEY_OPTIONAL},
    [ABOUT] = {"about", ICP_KEY_OPTIONAL},
    [FIELDS] = {"fields", ICP_KEY_OPTIONAL},
    [LISTS] = {"lists", ICP_KEY_OPTIONAL},
    [DISQUALIFY] = {"disqualify", ICP_KEY_OPTIONAL},
    [FIT] = {"fit", ICP_KEY_OPTIONAL},
    [ENGAGEMENT] = {"engagement", ICP_KEY_OPTIONAL},
    [SCORE] = {"score", ICP_KEY_OPTIONAL},
    [GRADE] = {"grade", ICP_KEY_REQUIRED},
    [TIERS] = {"tiers", ICP_KEY_REQUIRED},
    [TESTS] = {"tests", ICP_KEY_OPTIONAL},
    [REASONS_IN] = {"reasons_in", ICP_KEY_OPTIONAL},
    [APPLIES_WHEN] = {"applies_when", ICP_KEY_OPTIONAL},
    [ROLES] = {"roles", ICP_KEY_OPTIONAL},
    [ACCOUNT] = {"account", ICP_KEY_OPTIONAL},
    [PARTIES] = {"parties", ICP_KEY_OPTIONAL},
    [COMMITTEE] = {"committee", ICP_KEY_OPTIONAL},
    [INFLUENCE] = {"influence", ICP_KEY_OPTIONAL},
    [POINTS] = {"points", ICP_KEY_OPTIONAL},
};

static void load_words(struct icp_loader *loader, const struct icp_yaml *const *found)
{
    struct icp_rules_about *about = &loader->rules->about;
    struct icp_str version;
    int32_t day;
    if (found[ICP] && icp_read_text(loader, found[ICP], "\"icp\"", &version) &&
        !icp_str_is(version, "1"))
        icp_report(loader->list, ICP_ERROR, "bad-value", found[ICP]->line, found[ICP]->column,
                   "\"icp\" must be 1, the version of the format, not \"%.*s\"",
                   ICP_STR_ARGUMENTS(version));
    if (found[NAME])
        (void)icp_read_text(loader, found[NAME], "\"name\"", &about->name);
    if (found[VERSION])
        (void)icp_read_text(loader, found[VERSION], "\"version\"", &about->version);
    if (found[OWNER])
        (void)icp_read_text(loader, found[OWNER], "\"owner\"", &about->owner);
    if (found[PURPOSE])
        (void)icp_read_text(loader, found[PURPOSE], "\"purpose\"", &about->purpose);
    about->review_by = ICP_NO_DAY;
    if (found[REVIEW_BY] && icp_read_date(loader, found[REVIEW_BY], "\"review_by\"", &day))
        about->review_by = day;
}

/* ---- What the caller sees ----------------------------------------------------------------------
 */

/* The fields that something uses, by name: an edit elsewhere in the file does not reorder them. */
static void gather_fields(struct icp_loader *loader)
{
    struct icp_ruleset *rules = loader->rules;
    rules->fields = ICP_NEW_ARRAY(loader->arena, struct icp_rules_field, rules->known_count);
    rules->field_slots = ICP_NEW_ARRAY(loader->arena, uint32_t, rules->known_count);
    if (!rules->fields || !rules->field_slots)
        return;
    for (size_t slot = 0; slot < rules->known_count; slot++) {
        const struct icp_known *known = &rules->known[slot];
        if (!known->used || known->derived)
            continue;
        size_t place = rules->field_count++;
        for (; place > 0 && icp_str_compare(rules->fields[place - 1].name, known->name) > 0;
             place--) {
            rules->fields[place] = rules->fields[place - 1];
            rules->field_slots[place] = rules->field_slots[place - 1];
        }
        rules->fields[place].name = known->name;
        rules->fields[place].type = known->type;
        rules->field_slots[place] = (uint32_t)slot;
    }
    for (size_t i = 0; i < rules->field_count; i++)
        rules->known[rules->field_slots[i]].index = (uint32_t)i;
}

static void report_unused(struct icp_loader *loader)
{
    const struct icp_ruleset *rules = loader->rules;
    for (size_t i = 0; i < rules->known_count; i++)
        if (rules->known[i].declared && !rules->known[i].used)
            icp_report(loader->list, ICP_WARNING, "unused-field", rules->known[i].line,
                       rules->known[i].column, "nothing uses the field \"%.*s\"",
                       ICP_STR_ARGUMENTS(rules->known[i].name));
}

static void gather_test_values(struct icp_loader *loader)
{
    struct icp_ruleset *rules = loader->rules;
    for (size_t i = 0; i < rules->test_count; i++) {
        struct icp_str *values =
            ICP_NEW_ARRAY(loader->arena, struct icp_str, rules->field_count + 1);
        for (size_t j = 0; values && j < rules->field_count; j++)
            values[j] = rules->tests[i].known_values[rules->field_slots[j]];
        rules->tests[i].values = values;
    }
}

static void gather_grades(struct icp_loader *loader)
{
    struct icp_ruleset *rules = loader->rules;
    struct icp_str *grades = ICP_NEW_ARRAY(loader->arena, struct icp_str, 21);
    size_t count = 0;
    if (!grades)
        return;
    for (size_t l = 0; rules->has_points && l < rules->fit_lines.count; l++)
        grades[count++] = icp_arena_format(loader->arena, "%c", rules->fit_lines.lines[l].mark);
    for (size_t l = 0; !rules->has_points && l <= rules->fit_lines.count; l++) {
        char letter = 'U';
        if (l < rules->fit_lines.count)
            letter = rules->fit_lines.lines[l].mark;
        for (size_t d = 0; d < rules->engagement_lines.count; d++)
            grades[count++] = icp_arena_format(loader->arena, "%c%c", letter,
                                               rules->engagement_lines.lines[d].mark);
    }
    grades[count++] = ICP_STR("X");
    rules->about.grades = grades;
    rules->about.grade_count = count;
    rules->about.tiers = rules->tiers;
    rules->about.tier_count = rules->tier_count;
    rules->about.fit_percent = rules->fit_percent;
    rules->about.engagement_percent = rules->engagement_percent;
    rules->about.points_model = rules->has_points;
    rules->about.score_most = rules->score_most;
    rules->about.drop_margin = rules->drop_margin;
    rules->about.selective = rules->applies_when != NULL;
}

/* ---- Compiling ---------------------------------------------------------------------------------
 */

/* Either the weighted model or the points model. */
static void choose_model(struct icp_loader *loader, const struct icp_yaml *root,
                         const struct icp_yaml *const *found)
{
    static const enum section others[] = {FIT, ENGAGEMENT, SCORE};
    loader->rules->has_points = found[POINTS] != NULL;
    if (!found[POINTS] && !found[FIT])
        icp_report(loader->list, ICP_ERROR, "missing-key", root->line, root->column,
                   "an ICP file needs \"fit\" or \"points\"");
    for (size_t i = 0; found[POINTS] && i < sizeof(others) / sizeof(others[0]); i++) {
        if (!found[others[i]])
            continue;
        const struct icp_yaml *key = &root->keys[found[others[i]] - root->values];
        icp_report(loader->list, ICP_ERROR, "two-models", key->line, key->column,
                   "a file with \"points\" has no \"%s\"", sections[others[i]].name);
        icp_report_hint(loader->list, "A file holds either \"points\", or \"fit\" with or without "
                                      "\"engagement\".");
    }
}

/* Sections whose meaning comes in a later version are checked whole, and the file is told. */
static void load_deal_team(struct icp_loader *loader, const struct icp_yaml *root,
                           const struct icp_yaml *const *found)
{
    static const enum section later[] = {ACCOUNT, PARTIES, COMMITTEE, INFLUENCE};
    icp_load_account(loader, found[ACCOUNT]);
    icp_load_parties(loader, found[PARTIES]);
    icp_load_committee(loader, found[COMMITTEE]);
    icp_load_influence(loader, found[INFLUENCE]);
    icp_check_role_words(loader, found[ABOUT], found[COMMITTEE]);
    for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++) {
        if (!found[later[i]])
            continue;
        const struct icp_yaml *key = &root->keys[found[later[i]] - root->values];
        icp_report(loader->list, ICP_NOTE, "not-used-yet", key->line, key->column,
                   "\"%s\" is checked, but nothing is worked out from it in this version",
                   sections[later[i]].name);
    }
}

static void load_sections(struct icp_loader *loader, const struct icp_yaml *root)
{
    const struct icp_yaml *found[SECTION_COUNT];
    if (!icp_read_keys(loader, root, ICP_TOP_OF_FILE, sections, SECTION_COUNT, found))
        return;
    load_words(loader, found);
    icp_load_languages(loader, found[REASONS_IN]);
    choose_model(loader, root, found);
    icp_load_fields(loader, found[FIELDS]);
    if (loader->arena->full)
        return;
    icp_load_lists(loader, found[LISTS]);
    icp_load_outputs(loader);
    if (found[APPLIES_WHEN]) {
        loader->rules->applies_when =
            icp_read_condition(loader, found[APPLIES_WHEN], ICP_NEGATION_WARNS);
        loader->rules->applies_place =
            icp_place(loader, found[APPLIES_WHEN], ICP_LINE_APPLIES, ICP_STR("applies_when"),
                      found[APPLIES_WHEN]->text);
    }
    icp_load_disqualify(loader, found[DISQUALIFY]);
    icp_load_roles(loader, found[ROLES]);
    load_deal_team(loader, root, found);
    if (found[POINTS]) {
        icp_load_points(loader, found[POINTS]);
    } else {
        icp_load_fit(loader, found[FIT]);
        icp_load_engagement(loader, found[ENGAGEMENT]);
        icp_load_score(loader, found[SCORE]);
    }
    icp_load_grade(loader, found[GRADE]);
    icp_load_tiers(loader, found[TIERS]);
    icp_load_tests(loader, found[TESTS]);
    report_unused(loader);
}

/* Of the file's bytes; with list files, of theirs as well. */
static void hash_texts(struct icp_loader *loader, struct icp_str text)
{
    struct icp_rules_about *about = &loader->rules->about;
    if (loader->file_count == 0) {
        icp_sha256_hex(text, about->text_hash);
        return;
    }
    struct icp_sha256 *hash = icp_sha256_open();
    icp_sha256_add_field(hash, text);
    for (size_t i = 0; i < loader->file_count; i++) {
        icp_sha256_add_field(hash, loader->files[i].path);
        icp_sha256_add_field(hash, loader->files[i].text);
    }
    icp_sha256_end(hash, about->text_hash);
}

static enum icp_status finish(struct icp_loader *loader, struct icp_str text, struct icp_err *err)
{
    struct icp_ruleset *rules = loader->rules;
    gather_fields(loader);
    gather_test_values(loader);
    gather_grades(loader);
    hash_texts(loader, text);
    if (!icp_rules_hash(rules, rules->about.score_hash) || loader->arena->full)
        return icp_fail(err, ICP_BUG, "no memory left to compile the rules");
    return ICP_OK;
}

static enum icp_status compile(struct icp_ruleset *rules, struct icp_str text,
                               const struct icp_rules_source *source, struct icp_diagnostics *list,
                               struct icp_err *err)
{
    struct icp_loader loader = {
        .rules = rules, .arena = &rules->arena, .list = list, .source = source};
    struct icp_str own = icp_arena_copy(&rules->arena, text); /* nodes may point into it */
    loader.ids = ICP_NEW_ARRAY(&rules->arena, struct icp_str, ICP_MAX_CRITERIA + 1);
    loader.id_table = ICP_NEW_ARRAY(&rules->arena, uint32_t, ICP_ID_TABLE);
    if (icp_str_is_null(own) || !loader.ids || !loader.id_table)
        return icp_fail(err, ICP_BUG, "no memory left to compile the rules");
    size_t errors = list->errors;
    const struct icp_yaml *root = icp_yaml_parse(own, &rules->arena, list);
    rules->root = root;
    if (root)
        load_sections(&loader, root);
    else if (list->errors == errors)
        icp_report(list, ICP_ERROR, "empty", 1, 1, "the file is empty");
    if (rules->arena.full && list->errors == errors)
        return icp_fail(err, ICP_BUG, "no memory left to compile the rules");
    if (list->errors > errors) {
        icp_diagnostics_sort(list);
        return icp_diagnostics_status(list, err);
    }
    enum icp_status status = finish(&loader, text, err);
    icp_diagnostics_sort(list);
    return status;
}

enum icp_status icp_rules_compile(struct icp_str text, const char *path,
                                  const struct icp_dictionary *const *dictionaries,
                                  size_t dictionary_count, struct icp_diagnostics *list,
                                  struct icp_ruleset **ret, struct icp_err *err)
{
    return icp_rules_compile_from(text, path, NULL, dictionaries, dictionary_count, list, ret, err);
}

enum icp_status icp_rules_compile_from(struct icp_str text, const char *path,
                                       const struct icp_rules_source *source,
                                       const struct icp_dictionary *const *dictionaries,
                                       size_t dictionary_count, struct icp_diagnostics *list,
                                       struct icp_ruleset **ret, struct icp_err *err)
{
    *ret = NULL;
    struct icp_ruleset *rules = icp_allocate(1, sizeof(*rules));
    if (!rules)
        return icp_fail(err, ICP_BUG, "no memory left to compile \"%s\"", path);
    icp_arena_open(&rules->arena, RULES_MEMORY);
    rules->dictionaries = dictionaries;
    rules->dictionary_count = dictionary_count;
    rules->score_most = 100;
    rules->email_slot = rules->opted_out_slot = rules->bounced_slot = ICP_NO_SLOT;
    if (dictionary_count > 0) { /* the array of pointers is the caller's; keep one of our own */
        const struct icp_dictionary **own =
            ICP_NEW_ARRAY(&rules->arena, const struct icp_dictionary *, dictionary_count);
        for (size_t i = 0; own && i < dictionary_count; i++)
            own[i] = dictionaries[i];
        rules->dictionaries = own;
    }
    enum icp_status status = compile(rules, text, source, list, err);
    if (status == ICP_OK)
        *ret = rules;
    else
        icp_rules_close(rules);
    return status;
}

void icp_rules_close(struct icp_ruleset *rules)
{
    if (!rules)
        return;
    icp_arena_close(&rules->arena);
    icp_arena_close(&rules->adopted);
    icp_release(rules);
}

/* ---- Asking ------------------------------------------------------------------------------------
 */

const struct icp_rules_field *icp_rules_fields(const struct icp_ruleset *rules, size_t *count)
{
    *count = rules->field_count;
    return rules->fields;
}

size_t icp_rules_field_index(const struct icp_ruleset *rules, struct icp_str name)
{
    size_t low = 0, high = rules->field_count; /* they stand in the order of their names */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = icp_str_compare(name, rules->fields[middle].name);
        if (order == 0)
            return middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return SIZE_MAX;
}

void icp_rules_adopt(struct icp_ruleset *rules, struct icp_arena *arena)
{
    rules->adopted = *arena;
}

struct icp_field icp_rules_field_for(const struct icp_ruleset *rules, size_t index,
                                     struct icp_str crm)
{
    const struct icp_known *known = &rules->known[rules->field_slots[index]];
    struct icp_field field = {.name = known->name, .type = known->type};
    for (size_t i = 0; i < known->own_count; i++)
        if (icp_str_equal(known->own[i].crm, crm)) {
            field.sources = known->own[i].sources;
            field.source_count = known->own[i].count;
            return field;
        }
    for (size_t i = 0; i < rules->dictionary_count; i++) {
        if (!icp_str_equal(rules->dictionaries[i]->crm, crm))
            continue;
        const struct icp_field *theirs = icp_dictionary_field(rules->dictionaries[i], known->name);
        if (theirs) {
            field.sources = theirs->sources;
            field.source_count = theirs->source_count;
            field.whole = theirs->whole;
            field.options = theirs->options;
        }
    }
    return field;
}

const struct icp_rules_line *icp_rules_lines(const struct icp_ruleset *rules, size_t *count)
{
    *count = rules->place_count;
    return rules->places;
}

const struct icp_str *icp_rules_signals(const struct icp_ruleset *rules, size_t *count)
{
    *count = rules->signal_count;
    return rules->signal_names;
}

const struct icp_rules_about *icp_rules_about(const struct icp_ruleset *rules)
{
    return &rules->about;
}
