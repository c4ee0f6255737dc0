/*
 * What the files that read an ICP file share while it is being compiled: the diagnostics, the names
 * known so far, and readers that give a YAML node its type or report why it has none. A reader that
 * returns false has reported already; the caller goes on with the rest of the file.
 */
#ifndef ICP_LOADER_H
#define ICP_LOADER_H

#include "engine.h"

#include "yaml.h"

struct icp_loader {
    struct icp_ruleset *rules;
    struct icp_arena *arena;
    struct icp_diagnostics *list;
    struct icp_feel_symbol *symbols; /* by slot order: fields, lists, outputs, groups */
    size_t record_symbols;           /* those a condition over a record may use: fields, lists */
    size_t symbol_count;             /* with outputs and groups: for tiers */
    struct icp_str *ids;             /* of disqualify, criteria, adjustments, groups: one space */
    size_t id_count;
    uint32_t *id_table;                    /* open addressing over ids: index + 1 */
    size_t line_count;                     /* of all kinds, against ICP_MAX_CRITERIA */
    size_t entry_count;                    /* in them, against ICP_MAX_ENTRIES */
    const struct icp_rules_source *source; /* of list files; NULL: there are none */
    struct icp_rules_file *files;          /* those that were read */
    size_t file_count;
    size_t title_bytes;              /* of all patterns over titles */
    const struct icp_decay **decays; /* one a half-life */
    size_t decay_count;
};

#define ICP_TOP_OF_FILE "an ICP file" /* what the mapping of the sections is called */
enum icp_need { ICP_KEY_OPTIONAL, ICP_KEY_REQUIRED, ICP_KEY_LATER };
struct icp_key {
    const char *name;
    enum icp_need need; /* ICP_KEY_LATER: of the language, but not supported in this version */
};

/* Sorts the keys of a mapping into found[], in the order of `keys`; reports unknown, unsupported
   and missing ones. `what` is for messages: "a criterion". False when it is no mapping. */
bool icp_read_keys(struct icp_loader *loader, const struct icp_yaml *node, const char *what,
                   const struct icp_key *keys, size_t count, const struct icp_yaml **found);
bool icp_read_mapping(struct icp_loader *loader, const struct icp_yaml *node, const char *what);
bool icp_read_sequence(struct icp_loader *loader, const struct icp_yaml *node, const char *what);
/* Behind a report about a key: a comma may have cut a text in two. False: nothing says so. */
bool icp_hint_at_comma(struct icp_loader *loader, const struct icp_yaml *value);
bool icp_read_text(struct icp_loader *loader, const struct icp_yaml *node, const char *what,
                   struct icp_str *text);
/* A text, or a list of texts, at least one. */
bool icp_read_texts(struct icp_loader *loader, const struct icp_yaml *node, const char *what,
                    const struct icp_str **texts, size_t *count);
bool icp_read_whole(struct icp_loader *loader, const struct icp_yaml *node, const char *what,
                    int32_t least, int32_t most, int32_t *number);
bool icp_read_date(struct icp_loader *loader, const struct icp_yaml *node, const char *what,
                   int32_t *days);
/* "30 days", "1 day". */
bool icp_read_days(struct icp_loader *loader, const struct icp_yaml *node, const char *what,
                   int32_t most, int32_t *days);
/* A name of its own, made of letters, digits and _; reported when taken already. */
bool icp_read_id(struct icp_loader *loader, const struct icp_yaml *node, const char *what,
                 struct icp_str *id);
bool icp_take_id(struct icp_loader *loader, const struct icp_yaml *node, struct icp_str id);
/* Place of the first character of a scalar's text. */
uint32_t icp_text_column(const struct icp_yaml *node);
void icp_wrong_type(struct icp_loader *loader, const struct icp_yaml *node, const char *what,
                    const char *wanted);
bool icp_one_more_line(struct icp_loader *loader, const struct icp_yaml *node);
bool icp_one_more_entry(struct icp_loader *loader, const struct icp_yaml *node);
enum { ICP_ID_TABLE = 8192 }; /* four times what ids there can be */
/* Numbers a line that a record can reach, for its compiled form: at `node`, part of what `owner`
   names ("size"), saying `says` ("20..49"). */
uint32_t icp_place(struct icp_loader *loader, const struct icp_yaml *node, enum icp_line_kind kind,
                   struct icp_str owner, struct icp_str says);

enum icp_negation { ICP_NEGATION_WARNS, ICP_NEGATION_REFUSED };
/* A condition over fields and lists; marks what it uses. NULL: reported. */
const struct icp_feel *icp_read_condition(struct icp_loader *loader, const struct icp_yaml *node,
                                          enum icp_negation negation);
/* The same over any scope: of tiers, of a signal's attributes. */
const struct icp_feel *icp_read_condition_in(struct icp_loader *loader, const struct icp_yaml *node,
                                             const struct icp_feel_scope *scope,
                                             enum icp_negation negation);
/* Reports a text that the field it is compared with never has; `context` is the loader. */
void icp_check_compared(void *context, const struct icp_feel_comparison *comparison);
void icp_mark_used(struct icp_loader *loader, uint32_t slot);
/* Slot of a field, or ICP_NO_SLOT after a report with the nearest names. */
uint32_t icp_find_field(struct icp_loader *loader, struct icp_str name, uint32_t line,
                        uint32_t column);
/* The slot when the field is known, else ICP_NO_SLOT; quiet. */
bool icp_read_template(struct icp_loader *loader, const struct icp_yaml *node,
                       struct icp_template *template);
/* One text for all languages, or one a language: the node of each language of the file, NULL where
   it has none; NULL after a report. What is missing is warned of. `what`: "\"label\"". */
const struct icp_yaml **icp_read_languages(struct icp_loader *loader, const struct icp_yaml *node,
                                           const char *what);
/* One of the languages of `reasons_in`. */
void icp_read_language(struct icp_loader *loader, const struct icp_yaml *node,
                       struct icp_str *language);
/* The same as texts without fields. *labels: one a language, or NULL with a single language. */
bool icp_read_label(struct icp_loader *loader, const struct icp_yaml *node, const char *what,
                    struct icp_str *label, const struct icp_str **labels);

/* "… is not a country", with the nearest name. */
void icp_report_country(struct icp_loader *loader, struct icp_str text, uint32_t line,
                        uint32_t column);

/* The sections, in the order in which they are compiled. NULL nodes are sections left out. */
void icp_load_languages(struct icp_loader *loader, const struct icp_yaml *node);
void icp_load_fields(struct icp_loader *loader, const struct icp_yaml *node);
void icp_load_lists(struct icp_loader *loader, const struct icp_yaml *node);
void icp_load_outputs(struct icp_loader *loader);
void icp_load_disqualify(struct icp_loader *loader, const struct icp_yaml *node);
void icp_load_roles(struct icp_loader *loader, const struct icp_yaml *node);
void icp_load_account(struct icp_loader *loader, const struct icp_yaml *node);
void icp_load_parties(struct icp_loader *loader, const struct icp_yaml *node);
void icp_load_committee(struct icp_loader *loader, const struct icp_yaml *node);
void icp_load_influence(struct icp_loader *loader, const struct icp_yaml *node);
/* Warns of roles that the committee needs and `about` has no words for. */
void icp_check_role_words(struct icp_loader *loader, const struct icp_yaml *about,
                          const struct icp_yaml *committee);
/* One of the five; reports. The name is the node's own text, or the key's. */
bool icp_read_role(struct icp_loader *loader, const struct icp_yaml *node, enum icp_role *role);
bool icp_read_role_name(struct icp_loader *loader, const struct icp_yaml *node, struct icp_str text,
                        enum icp_role *role);
void icp_load_fit(struct icp_loader *loader, const struct icp_yaml *node);
void icp_load_points(struct icp_loader *loader, const struct icp_yaml *node);
void icp_load_engagement(struct icp_loader *loader, const struct icp_yaml *node);
void icp_load_score(struct icp_loader *loader, const struct icp_yaml *node);
void icp_load_grade(struct icp_loader *loader, const struct icp_yaml *node);
void icp_load_tiers(struct icp_loader *loader, const struct icp_yaml *node);
void icp_load_tests(struct icp_loader *loader, const struct icp_yaml *node);
/* `expect` of one test. */
void icp_load_expect(struct icp_loader *loader, const struct icp_yaml *node,
                     struct icp_file_test *test);
/* Reports a grade that the file never gives. */
void icp_check_grade(struct icp_loader *loader, const struct icp_yaml *node, struct icp_str grade);
/* Reports when the file has no tier of that id. */
void icp_check_tier(struct icp_loader *loader, const struct icp_yaml *node, struct icp_str id);
/* How a line gives points, for icp_load_lines and the like. */
struct icp_line_reading {
    int32_t least, most; /* of one line */
    bool else_optional;  /* what no line takes gets 0 */
    const int32_t *each; /* a list of values that all get these points; NULL: a mapping to points */
};
extern const struct icp_line_reading icp_fit_lines; /* 0 to 100, from a mapping */

/* The lines of one criterion, of the kind that criterion->kind says. */
void icp_load_lines(struct icp_loader *loader, const struct icp_yaml *node,
                    const struct icp_line_reading *reading, struct icp_criterion *criterion,
                    enum icp_type type);
/* A pattern over titles in its normal spelling. */
bool icp_read_title(struct icp_loader *loader, const struct icp_yaml *node, struct icp_str *normal);
/* The lines and guards of a criterion into its `titles`. */
void icp_compile_titles(struct icp_loader *loader, const struct icp_yaml *node,
                        struct icp_criterion *criterion);
/* `not` beside `titles`, before the lines. */
void icp_read_guards(struct icp_loader *loader, const struct icp_yaml *node,
                     struct icp_criterion *criterion);
/* "match", "bands", … */
const char *icp_rule_name(enum icp_rule_kind kind);
/* Signal lines: what the keys of one say. */
struct icp_signal_keys {
    const struct icp_yaml *signal, *match, *when, *max_per_day; /* NULL: not there */
    int32_t half_life;                                          /* days, 0: none */
    struct icp_str owner;                                       /* the group's or line's id */
};
bool icp_open_signals(struct icp_loader *loader);
/* Adds `made` (its group and points) with what the keys say; false when it was reported. */
bool icp_add_signal_line(struct icp_loader *loader, const struct icp_yaml *node,
                         const struct icp_signal_keys *keys, struct icp_signal_line made);
void icp_index_signals(struct icp_loader *loader);
/* The id of rules->groups' last as a name for tiers. */
void icp_add_group_symbol(struct icp_loader *loader, const struct icp_yaml *node,
                          struct icp_str id);
void icp_read_limits(struct icp_loader *loader, const struct icp_yaml *cap,
                     const struct icp_yaml *floor, struct icp_group *group);

/* Is the signal, or its attribute, one that the CRMs in use can give? `everywhere`: all of them,
   as a rule needs it; else at least one, as a test may use it. Reports. */
bool icp_check_signal(struct icp_loader *loader, const struct icp_yaml *node, struct icp_str name,
                      bool everywhere);
bool icp_check_attribute(struct icp_loader *loader, const struct icp_yaml *key,
                         struct icp_str signal, bool everywhere);
/* "Did you mean …?" behind the report made last, when a name is near. */
void icp_report_nearest(struct icp_loader *loader, struct icp_str word, const struct icp_str *names,
                        size_t count);

#endif
