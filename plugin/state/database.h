/*
 * The façade over sqlite3: statements by their text, bound and read in order, one error for all.
 * The first failure sticks: from then on every call does nothing and reads nothing, so that a
 * commit point is written straight down and asks once, at its end.
 */
#ifndef ICP_DATABASE_H
#define ICP_DATABASE_H

#include "icp/base.h"

struct icp_database;
struct icp_statement;

struct icp_database_settings {
    const char *path; /* must exist; empty is a new one */
    bool read_only;
    int busy_ms; /* how long to wait for another connection's lock */
};
/* What to do about a file that is no database. */
#define ICP_NO_DATABASE                                                                            \
    "That file is no state database: look at \"state\" in the configuration. If it was one, put "  \
    "the newest backup in its place."
/* Is the file something else than a database; false when that cannot be told. */
bool icp_database_is_foreign(const char *path);
/* Sets every pragma and limit; reads nothing yet. */
enum icp_status icp_database_open(const struct icp_database_settings *settings,
                                  struct icp_database **ret, struct icp_err *err);
void icp_database_close(struct icp_database *database); /* rolls back what is open */

/* What went wrong first; status ICP_OK when nothing did. */
const struct icp_err *icp_database_problem(const struct icp_database *database);
/* Makes the database unusable for a reason of the caller's. */
void icp_database_fail(struct icp_database *database, enum icp_status status, const char *format,
                       ...) ICP_PRINTF(3, 4);

/* A statement, prepared at its first use and kept. `sql` must be one and the same static text at
   every use: it is looked up by address. Never NULL; ready to be bound from the first parameter. */
struct icp_statement *icp_prepare(struct icp_database *database, const char *sql);
/* Each binds the next parameter. Texts are borrowed until the statement has run. */
void icp_bind_text(struct icp_statement *statement, struct icp_str text); /* no text: NULL */
void icp_bind_integer(struct icp_statement *statement, int64_t value);
void icp_bind_null(struct icp_statement *statement);
/* The next row; false at the end or after a failure (the statement is reset then). */
bool icp_next_row(struct icp_statement *statement);
/* Runs a statement that gives no rows; how many rows it changed. */
int64_t icp_run_statement(struct icp_statement *statement);
/* Gives up the rows that are left; needed whenever a reader stops before the end. */
void icp_end_rows(struct icp_statement *statement);

/* Each reads the next column. Texts live until the next row. */
struct icp_str icp_row_text(struct icp_statement *statement); /* no text where NULL */
int64_t icp_row_integer(struct icp_statement *statement, int64_t when_null);
enum icp_cell { ICP_CELL_END, ICP_CELL_NULL, ICP_CELL_INTEGER, ICP_CELL_TEXT };
enum icp_cell icp_row_cell(struct icp_statement *statement); /* kind of the next column */

int64_t icp_database_last_id(struct icp_database *database);
/* Runs a whole script, statement by statement. */
void icp_database_script(struct icp_database *database, const char *sql);
/* A pragma that answers one integer; -1 after a failure. */
int64_t icp_database_pragma(struct icp_database *database, const char *sql);
/* quick_check; a failure when it finds anything. */
void icp_database_check(struct icp_database *database);

bool icp_database_in_transaction(const struct icp_database *database);
/* Works also after a failure: leaves the file as it was before the transaction. */
void icp_database_rollback(struct icp_database *database);
/* Copies everything into the empty file at `path` and checks the copy. Does not spoil `database`.
 */
enum icp_status icp_database_copy(struct icp_database *database, const char *path,
                                  struct icp_err *err);

#endif
