/*
 * One night: pull, score, plan, push over one state database, for one CRM. Each stage can be killed
 * at any instruction and run again; what it had committed stands, the rest is derived anew from
 * disk.
 *
 * The caller (commands/, tests) opens the store, the connector and the rules and lends them here.
 */
#ifndef ICP_NIGHT_H
#define ICP_NIGHT_H

#include "breaker.h"
#include "dictionary.h"
#include "icp/connector.h"
#include "icp/rules.h"
#include "owned.h"
#include "room.h"
#include "stops.h"
#include "store.h"

/* ---- the rules of a night ------------------------------------------------------------------- */

enum icp_rules_state {
    ICP_RULES_NONE,    /* nothing was ever approved (or everything is withdrawn): nothing may be
                          written */
    ICP_RULES_CURRENT, /* the file on disk is the approved version, or differs from it in words only
                        */
    ICP_RULES_PENDING, /* the file on disk would change scores and is not approved: the approved
                          version is used */
    ICP_RULES_RED,     /* a test in the file fails: the approved version is used */
    ICP_RULES_BROKEN,  /* the file cannot be compiled or read: the approved version is used */
};
/* One rule file of the configuration. */
struct icp_night_file {
    bool unreadable;    /* there is no text to compile: `problem` says why */
    struct icp_str key; /* as the configuration names it: what its approvals belong to */
    const char *path;
    enum icp_rules_state state;
    struct icp_ruleset *active; /* what the night scores with; NULL when NONE */
    struct icp_ruleset_row active_row;
    struct icp_ruleset *file; /* the file on disk; NULL when BROKEN; may be the same as active */
    struct icp_ruleset_row file_row;
    int64_t expected; /* changes that the approval in force had seen, while no night has used it */
    size_t tests, tests_failed;
    struct icp_str problem; /* diagnostics or failed tests, for people; no text when none */
};
struct icp_night_rules {
    struct icp_night_file *files; /* in the order of the configuration */
    size_t count;
    const struct icp_ruleset *const *active; /* those in force, in the same order */
    size_t active_count;
    enum icp_rules_state state; /* the most pressing of the files'; NONE when none is in force */
    char hash[65];              /* of the score hashes in force; of one file: its own */
};
struct icp_rules_text {
    struct icp_str key;
    const char *path;
    struct icp_str text;                  /* of the file; no text when it could not be read */
    struct icp_str unreadable;            /* then: why */
    const struct icp_rules_source *lists; /* files beside it; texts live as long as the arena */
};
/* Reads nothing but the store. Everything else in the arena but the rulesets:
   icp_night_rules_close. ICP_BAD_CONFIG when approved files disagree about a field. */
enum icp_status icp_night_rules_open(struct icp_store *store, const struct icp_rules_text *texts,
                                     size_t count, const struct icp_dictionary *const *dictionaries,
                                     size_t dictionary_count, int32_t as_of,
                                     struct icp_arena *arena, struct icp_night_rules *rules,
                                     struct icp_err *err);
/* The words of the file of this name among those in force; NULL: none of them. */
const struct icp_rules_about *icp_night_about(const struct icp_night_rules *rules,
                                              struct icp_str profile);
/* Those in force once the files `which` (a bit a file) on disk are approved; files that cannot be
   used are left out. In the arena. */
const struct icp_ruleset *const *icp_night_rules_after(const struct icp_night_rules *rules,
                                                       uint32_t which, struct icp_arena *arena,
                                                       size_t *count);
/* Do those agree about the fields they share, and is each of a name of its own. ICP_BAD_CONFIG. */
enum icp_status icp_night_rules_agree(const struct icp_night_rules *rules, uint32_t which,
                                      struct icp_arena *arena, struct icp_err *err);
void icp_night_rules_close(struct icp_night_rules *rules);

/* ---- the night ------------------------------------------------------------------------------ */

struct icp_owner_language {
    struct icp_str owner, language;
};
struct icp_night_settings {
    struct icp_str owned_prefix; /* "icp_" */
    struct icp_write_policy policy;
    struct icp_breaker_limits breaker;
    const struct icp_str *only_owners; /* write.only: none = everybody */
    size_t only_owner_count;
    size_t backups;          /* 3 */
    struct icp_str language; /* of explanations; no text: the first language of each file */
    const struct icp_owner_language *owner_languages;
    size_t owner_language_count;
    struct icp_calendar calendar; /* for call_by, and for what a week is */
};

/* Progress for a person: what is under way and how far; total −1 when unknown. */
typedef void icp_night_progress(void *context, const char *what, int64_t done, int64_t total);
/* Something a person should read, one line: a warning or a notice. */
typedef void icp_night_notice(void *context, enum icp_status level, const char *text);

struct icp_night {
    struct icp_store *store;
    const struct icp_connector_ops *ops;
    struct icp_connector *connector; /* NULL for stages that need no network: score, plan */
    const struct icp_dictionary *dictionary;
    struct icp_night_settings settings;
    struct icp_night_rules *rules;
    uint64_t (*calls)(void *context); /* exchanges made so far in this process; for the counts */
    uint64_t (*retries)(void *context);
    void *calls_context;
    icp_night_progress *progress; /* may be NULL */
    icp_night_notice *notice;     /* may be NULL */
    void *people_context;         /* of both */

    /* filled in by the stages */
    struct icp_run run;
    struct icp_account account;
    struct icp_arena arena; /* of the night: account, requests, owned fields */
    struct icp_arena batch; /* of one page or chunk */
    uint64_t calls_at_start, retries_at_start;
    bool described;               /* the CRM was asked what it has */
    struct icp_str owned_problem; /* missing property or option, for people */
    struct icp_str crm;           /* ops->name */
    struct icp_pull_requests *requests;
};

void icp_night_init(struct icp_night *night);   /* after the lent members are set */
void icp_night_finish(struct icp_night *night); /* takes a zeroed night */

/* Connects, pins the account, settles what was in flight, and takes up the open run or makes one. A
   run that began 24 hours ago or more is closed. `fresh`: a run that has already read the CRM is
   closed too (a new `icp pull`). */
enum icp_status icp_night_begin(struct icp_night *night, bool fresh, struct icp_err *err);
/* Takes up the open run without a network; ICP_BAD_CONFIG with a hint when there is none that
 * reached `least`. */
enum icp_status icp_night_resume(struct icp_night *night, enum icp_run_stage least,
                                 struct icp_err *err);

enum icp_status icp_night_pull(struct icp_night *night, struct icp_err *err);
enum icp_status icp_night_score(struct icp_night *night, struct icp_err *err);
enum icp_status icp_night_plan(struct icp_night *night, struct icp_err *err);
/* approve −1: no approval given. The breaker blocks with ICP_BAD_CONFIG; the run is then 'blocked',
 * its reason says why. */
enum icp_status icp_night_push(struct icp_night *night, int64_t approve, struct icp_err *err);
/* The four in order from where the run stands, then the end. */
enum icp_status icp_night_sync(struct icp_night *night, struct icp_err *err);
/* Connects as a night does, closes what is open, and plans the way back of a done run as a run of
   its own (stage planned); icp_night_push sends it. */
enum icp_status icp_night_begin_undo(struct icp_night *night, int64_t run, struct icp_err *err);

/* Gives up an undo that waits: what it had not put back stays as it is. */
enum icp_status icp_night_drop_undo(struct icp_night *night, struct icp_err *err);
/* When a stage ended early: keeps what was counted, as well as it can. */
void icp_night_leave(struct icp_night *night);

/* ---- the week's room ------------------------------------------------------------------------ */

struct icp_night_week {
    int year, number;             /* ISO 8601, of the run's beginning in the calendar */
    const struct icp_room *rooms; /* of every tier with room_per_week, in the order of the files */
    size_t count;
};
/* Who entered in the week of the night's run so far, and who of this run is over. In the very first
   run nobody enters. Of write.only: its owners' people alone. */
enum icp_status icp_night_week(const struct icp_night *night, struct icp_arena *arena,
                               struct icp_night_week *week, struct icp_err *err);
/* Does write.only leave an owner's people to us. */
bool icp_in_write_scope(const struct icp_night_settings *settings, struct icp_str owner);

/* ---- who would move: two rule files over the local copy, nothing stored, nothing sent ------- */

enum { ICP_PREVIEW_MOVERS = 20 };
struct icp_mover {
    struct icp_str id, label, company, owner;
    int64_t score_before, score_after; /* before −1: not scored by the approved rules */
    char grade_before[4], grade_after[4];
    struct icp_str tier_before, tier_after;
    struct icp_str reason; /* what moved it */
};
struct icp_preview_tier {
    struct icp_str id, label;
    int64_t before, after, enter, leave;
    int64_t room_total, room_per_owner; /* −1: none */
    int64_t owners_over;                /* owners that get more entrants than they have room for */
    int64_t fullest_owner;              /* most new entrants of one owner */
    struct icp_str fullest_owner_id;
};
struct icp_preview_grade {
    struct icp_str grade;
    int64_t before, after;
};
struct icp_preview {
    int64_t people, changed /* score, grade or tier */, grade_changes, tier_changes;
    int64_t mean_shift_tenths; /* mean |Δ score| over people scored by both, in tenths */
    const struct icp_preview_grade *grades;
    size_t grade_count;
    const struct icp_preview_tier *tiers;
    size_t tier_count;
    const struct icp_mover *movers; /* largest first */
    size_t mover_count;
    struct icp_stop_tally stops; /* of the files after; `file` is their place in `files` */
    const struct icp_ruleset *const *files;
};
/* Two sets of files; before_count 0: only the distribution. Memory does not grow with the number of
 * people. */
struct icp_comparison {
    const struct icp_ruleset *const *before;
    size_t before_count;
    const struct icp_ruleset *const *after;
    size_t after_count;
    const struct icp_night_settings *settings;
    int32_t as_of;
};
enum icp_status icp_preview(struct icp_store *store, struct icp_str crm,
                            const struct icp_comparison *comparison, struct icp_arena *arena,
                            struct icp_preview *preview, icp_night_progress *progress,
                            void *context, struct icp_err *err);

/* ---- scoring a stored person, shared by score, preview and explain -------------------------- */

struct icp_binding; /* which stored field goes into which slot of each file */
struct icp_scorer { /* the same for every person; everything is lent */
    const struct icp_ruleset *const *rules;
    size_t count;
    const struct icp_night_settings *settings;
    int32_t as_of;
    const struct icp_binding *binding;
    struct icp_stop_tally *stops; /* told of every file's; NULL: nobody asks */
    bool reads_previous;          /* some file has a drop_margin */
    bool looks_ahead; /* results say what comes next: icp_rules_look_ahead. Set by who asks */
    struct icp_str names[ICP_OWNED_COUNT];
};
enum icp_status icp_scorer_open(struct icp_scorer *scorer, const struct icp_ruleset *const *rules,
                                size_t count, const struct icp_night_settings *settings,
                                int32_t as_of, struct icp_arena *arena, struct icp_err *err);
struct icp_verdict {
    const struct icp_ruleset *rules; /* whose result it is; NULL: no file applies */
    size_t file;                     /* its place among the scorer's, or ICP_NO_FILE */
    struct icp_result result;
};
/* One verdict a person; the person's inputs and those of the company are decoded, nothing else is
 * read. */
enum icp_status icp_score_people(const struct icp_scorer *scorer, const struct icp_person *people,
                                 size_t count, struct icp_arena *arena,
                                 struct icp_verdict *verdicts, struct icp_err *err);
/* What each file of the scorer would be given for a person: for asking the rules more than a
   result. `inputs` has room for one a file. */
enum icp_status icp_scorer_inputs(const struct icp_scorer *scorer, const struct icp_person *person,
                                  struct icp_arena *arena, struct icp_rules_input *inputs,
                                  struct icp_err *err);
/* The language of the texts of an owner's people; no text: each file's first. */
struct icp_str icp_language_of(const struct icp_night_settings *settings, struct icp_str owner);

/* Our own fields out of the owned JSON, in the order of enum icp_owned. */
enum icp_status icp_held_read(struct icp_str owned, const struct icp_str names[ICP_OWNED_COUNT],
                              struct icp_arena *arena, struct icp_str held[ICP_OWNED_COUNT],
                              struct icp_err *err);
#endif
