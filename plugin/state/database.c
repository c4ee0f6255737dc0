/*
 * Owns the sqlite3 connection and every prepared statement; nothing else includes sqlite3.h. The
 * invariant: after the first failure (`problem`) no statement runs any more on this connection but
 * the rollback.
 */
#include "database.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "bounds.h"

enum {
    STATEMENTS = 128,           /* slots by address; the store has about 80 statements */
    STATEMENT_SLOTS_USED = 112, /* so that a search ends soon */
    COPY_PAGES = 1024,          /* pages of a backup step: 4 MiB */
};

struct icp_statement {
    struct icp_database *database;
    sqlite3_stmt *raw;
    const char *sql;
    int parameter; /* bound so far */
    int column;    /* read so far in this row */
};

struct icp_database {
    sqlite3 *raw;
    struct icp_err problem;
    struct icp_statement inert; /* what icp_prepare gives after a failure */
    struct icp_statement statements[STATEMENTS];
    size_t statement_count;
};

/* ---- failures ------------------------------------------------------------------------------ */

static enum icp_status status_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ICP_STOP;
    case SQLITE_CONSTRAINT:
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
        return ICP_BUG;
    default:
        return ICP_STATE;
    }
}

static void give_hint(struct icp_err *err, int code)
{
    static const struct {
        int code;
        const char *hint;
    } hints[] = {
        {SQLITE_BUSY, "Another icp is using the state database."},
        {SQLITE_LOCKED, "Another icp is using the state database."},
        {SQLITE_CORRUPT,
         "Put the newest backup in its place, or remove it and read the CRM again."},
        {SQLITE_NOTADB, ICP_NO_DATABASE},
        {SQLITE_READONLY_ROLLBACK, "A night was stopped in the middle of a commit: \"icp sync\" "
                                   "takes that back and goes on."},
        {SQLITE_IOERR, "Look at the disk, at the room on it and at the limits of the process "
                       "(ulimit -f), then run it again."},
        {SQLITE_FULL, "Make room on the file system that holds the state database."},
    };
    for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
        if (hints[i].code == (code & 0xff) || hints[i].code == code)
            icp_hint(err, "%s", hints[i].hint);
}

static enum icp_status report(struct icp_err *err, sqlite3 *raw, int code)
{
    icp_fail(err, status_of(code), "state database: %s (sqlite %d)",
             raw ? sqlite3_errmsg(raw) : sqlite3_errstr(code), code);
    give_hint(err, code);
    return err->status;
}

static void check(struct icp_database *database, int code)
{
    if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE)
        report(&database->problem, database->raw, code);
}

const struct icp_err *icp_database_problem(const struct icp_database *database)
{
    return &database->problem;
}

void icp_database_fail(struct icp_database *database, enum icp_status status, const char *format,
                       ...)
{
    char message[ICP_ERR_TEXT];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    icp_fail(&database->problem, status, "%s", message);
}

static bool failed(const struct icp_database *database)
{
    return database->problem.status != ICP_OK;
}

/* ---- open and close ------------------------------------------------------------------------ */

/* What a damaged or forged file could make sqlite3 do is bounded by what this program needs. */
static void lower_limits(sqlite3 *raw)
{
    static const struct {
        int limit, value;
    } limits[] = {
        {SQLITE_LIMIT_LENGTH, (int)ICP_MAX_RESPONSE}, /* a row is at most one answer of a CRM */
        {SQLITE_LIMIT_SQL_LENGTH, 65536},
        {SQLITE_LIMIT_COLUMN, 100},
        {SQLITE_LIMIT_EXPR_DEPTH, 50},
        {SQLITE_LIMIT_COMPOUND_SELECT, 10},
        {SQLITE_LIMIT_VDBE_OP, 25000},
        {SQLITE_LIMIT_FUNCTION_ARG, 8},
        {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50},
        {SQLITE_LIMIT_VARIABLE_NUMBER, 100},
        {SQLITE_LIMIT_TRIGGER_DEPTH, 10},
        {SQLITE_LIMIT_WORKER_THREADS, 0},
    };
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
        (void)sqlite3_limit(raw, limits[i].limit, limits[i].value);
}

static const char PRAGMAS[] = "PRAGMA trusted_schema=OFF;"
                              "PRAGMA cell_size_check=ON;"
                              "PRAGMA foreign_keys=ON;"
                              "PRAGMA mmap_size=0;"
                              "PRAGMA cache_size=-8192;"; /* KiB */
/* A writer keeps its lock from the first transaction to the end. WAL is not used: versions before
   3.51.3 can lose commits with two connections. */
static const char WRITER_PRAGMAS[] = "PRAGMA locking_mode=EXCLUSIVE;"
                                     "PRAGMA secure_delete=ON;"
                                     "PRAGMA synchronous=EXTRA;";
static const char COPY_PRAGMAS[] = "PRAGMA trusted_schema=OFF;"
                                   "PRAGMA cell_size_check=ON;"
                                   "PRAGMA journal_mode=MEMORY;" /* the file is thrown away */
                                   "PRAGMA synchronous=OFF;"
                                   "PRAGMA cache_size=-2048;"; /* KiB; synced whole at the end */

static struct icp_database *connect_to(const char *path, int flags, struct icp_err *err)
{
    struct icp_database *database = icp_allocate(1, sizeof(*database));
    if (!database) {
        icp_fail(err, ICP_STATE, "out of memory");
        return NULL;
    }
    database->inert.database = database;
    int code = sqlite3_open_v2(path, &database->raw,
                               flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (code != SQLITE_OK) {
        report(err, database->raw, code);
        icp_database_close(database);
        return NULL;
    }
    lower_limits(database->raw);
    (void)sqlite3_db_config(database->raw, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(database->raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return database;
}

static enum icp_status finish_open(struct icp_database *database, struct icp_database **ret,
                                   struct icp_err *err)
{
    if (failed(database)) {
        *err = database->problem;
        icp_database_close(database);
        return err->status;
    }
    *ret = database;
    return ICP_OK;
}

bool icp_database_is_foreign(const char *path)
{
    struct icp_err ignored = {0};
    struct icp_database *database = connect_to(path, SQLITE_OPEN_READONLY, &ignored);
    if (!database)
        return false;
    int code = sqlite3_exec(database->raw, "PRAGMA schema_version", NULL, NULL, NULL);
    icp_database_close(database);
    return (code & 0xff) == SQLITE_NOTADB;
}

enum icp_status icp_database_open(const struct icp_database_settings *settings,
                                  struct icp_database **ret, struct icp_err *err)
{
    struct icp_database *database = connect_to(
        settings->path, settings->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE, err);
    if (!database)
        return err->status;
    check(database, sqlite3_busy_timeout(database->raw, settings->busy_ms));
    icp_database_script(database, PRAGMAS);
    if (!settings->read_only) {
        icp_database_script(database, WRITER_PRAGMAS);
        icp_database_script(database, "BEGIN EXCLUSIVE; COMMIT;");
        icp_database_script(database, "PRAGMA journal_mode=DELETE;");
    }
    return finish_open(database, ret, err);
}

void icp_database_close(struct icp_database *database)
{
    if (!database)
        return;
    for (size_t i = 0; i < STATEMENTS; i++)
        (void)sqlite3_finalize(database->statements[i].raw);
    icp_database_rollback(database);
    (void)sqlite3_close(database->raw);
    icp_release(database);
}

/* ---- statements ---------------------------------------------------------------------------- */

static struct icp_statement *slot_of(struct icp_database *database, const char *sql)
{
    uintptr_t address = (uintptr_t)sql;
    size_t slot = (size_t)((address >> 4) ^ (address >> 11)) % STATEMENTS;
    while (database->statements[slot].sql && database->statements[slot].sql != sql)
        slot = (slot + 1) % STATEMENTS;
    return &database->statements[slot];
}

static void prepare_new(struct icp_database *database, struct icp_statement *statement,
                        const char *sql)
{
    if (database->statement_count >= STATEMENT_SLOTS_USED) {
        icp_database_fail(database, ICP_BUG, "too many statements");
        return;
    }
    check(database, sqlite3_prepare_v3(database->raw, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                       &statement->raw, NULL));
    if (failed(database))
        return;
    statement->sql = sql;
    statement->database = database;
    database->statement_count++;
}

struct icp_statement *icp_prepare(struct icp_database *database, const char *sql)
{
    if (failed(database))
        return &database->inert;
    struct icp_statement *statement = slot_of(database, sql);
    if (!statement->raw)
        prepare_new(database, statement, sql);
    if (failed(database))
        return &database->inert;
    (void)sqlite3_reset(statement->raw);
    statement->parameter = 0;
    statement->column = 0;
    return statement;
}

void icp_bind_text(struct icp_statement *statement, struct icp_str text)
{
    if (failed(statement->database) || !statement->raw)
        return;
    check(statement->database,
          sqlite3_bind_text64(statement->raw, ++statement->parameter, text.data, text.length,
                              SQLITE_STATIC, SQLITE_UTF8));
}

void icp_bind_integer(struct icp_statement *statement, int64_t value)
{
    if (failed(statement->database) || !statement->raw)
        return;
    check(statement->database, sqlite3_bind_int64(statement->raw, ++statement->parameter, value));
}

void icp_bind_null(struct icp_statement *statement)
{
    icp_bind_text(statement, (struct icp_str){0});
}

/* Every parameter is bound at every use, or one of the last use would come again. */
static bool ready_to_run(struct icp_statement *statement)
{
    if (failed(statement->database) || !statement->raw)
        return false;
    if (statement->parameter != sqlite3_bind_parameter_count(statement->raw))
        icp_database_fail(statement->database, ICP_BUG, "statement with %d of %d values",
                          statement->parameter, sqlite3_bind_parameter_count(statement->raw));
    return !failed(statement->database);
}

bool icp_next_row(struct icp_statement *statement)
{
    if (!ready_to_run(statement))
        return false;
    statement->column = 0;
    int code = sqlite3_step(statement->raw);
    if (code == SQLITE_ROW)
        return true;
    check(statement->database, code);
    (void)sqlite3_reset(statement->raw);
    return false;
}

int64_t icp_run_statement(struct icp_statement *statement)
{
    if (icp_next_row(statement)) {
        icp_end_rows(statement);
        return 0;
    }
    return failed(statement->database) ? 0 : sqlite3_changes64(statement->database->raw);
}

void icp_end_rows(struct icp_statement *statement)
{
    (void)sqlite3_reset(statement->raw);
}

static bool has_row(const struct icp_statement *statement)
{
    return !failed(statement->database) && statement->raw;
}

struct icp_str icp_row_text(struct icp_statement *statement)
{
    if (!has_row(statement))
        return (struct icp_str){0};
    int column = statement->column++;
    const unsigned char *text = sqlite3_column_text(statement->raw, column);
    if (text)
        return (struct icp_str){(const char *)text,
                                (size_t)sqlite3_column_bytes(statement->raw, column)};
    if (sqlite3_column_type(statement->raw, column) != SQLITE_NULL)
        check(statement->database, SQLITE_NOMEM);
    return (struct icp_str){0};
}

int64_t icp_row_integer(struct icp_statement *statement, int64_t when_null)
{
    if (!has_row(statement))
        return when_null;
    int column = statement->column++;
    if (sqlite3_column_type(statement->raw, column) == SQLITE_NULL)
        return when_null;
    return sqlite3_column_int64(statement->raw, column);
}

enum icp_cell icp_row_cell(struct icp_statement *statement)
{
    if (!has_row(statement) || statement->column >= sqlite3_column_count(statement->raw))
        return ICP_CELL_END;
    switch (sqlite3_column_type(statement->raw, statement->column)) {
    case SQLITE_NULL:
        return ICP_CELL_NULL;
    case SQLITE_INTEGER:
        return ICP_CELL_INTEGER;
    default:
        return ICP_CELL_TEXT;
    }
}

int64_t icp_database_last_id(struct icp_database *database)
{
    return sqlite3_last_insert_rowid(database->raw);
}

/* ---- whole scripts, pragmas, transactions -------------------------------------------------- */

void icp_database_script(struct icp_database *database, const char *sql)
{
    if (!failed(database))
        check(database, sqlite3_exec(database->raw, sql, NULL, NULL, NULL));
}

int64_t icp_database_pragma(struct icp_database *database, const char *sql)
{
    int64_t value = -1;
    sqlite3_stmt *raw = NULL;
    if (failed(database))
        return value;
    check(database, sqlite3_prepare_v2(database->raw, sql, -1, &raw, NULL));
    if (raw) {
        int code = sqlite3_step(raw);
        if (code == SQLITE_ROW)
            value = sqlite3_column_int64(raw, 0);
        check(database, code);
    }
    (void)sqlite3_finalize(raw);
    return value;
}

void icp_database_check(struct icp_database *database)
{
    sqlite3_stmt *raw = NULL;
    if (failed(database))
        return;
    check(database, sqlite3_prepare_v2(database->raw, "PRAGMA quick_check(1)", -1, &raw, NULL));
    int code = raw ? sqlite3_step(raw) : SQLITE_ERROR;
    const unsigned char *answer = code == SQLITE_ROW ? sqlite3_column_text(raw, 0) : NULL;
    check(database, code);
    if (!failed(database) && (!answer || strcmp((const char *)answer, "ok") != 0)) {
        icp_database_fail(database, ICP_STATE, "state database: damaged");
        give_hint(&database->problem, SQLITE_CORRUPT);
    }
    (void)sqlite3_finalize(raw);
}

bool icp_database_in_transaction(const struct icp_database *database)
{
    return database->raw && sqlite3_get_autocommit(database->raw) == 0;
}

void icp_database_rollback(struct icp_database *database)
{
    if (icp_database_in_transaction(database))
        (void)sqlite3_exec(database->raw, "ROLLBACK", NULL, NULL, NULL);
}

/* ---- a copy -------------------------------------------------------------------------------- */

static void copy_pages(struct icp_database *from, struct icp_database *to)
{
    sqlite3_backup *backup = sqlite3_backup_init(to->raw, "main", from->raw, "main");
    if (!backup) {
        check(to, sqlite3_errcode(to->raw));
        return;
    }
    int code;
    do {
        code = sqlite3_backup_step(backup, COPY_PAGES);
    } while (code == SQLITE_OK);
    if (code == SQLITE_DONE)
        code = SQLITE_OK;
    int finished = sqlite3_backup_finish(backup);
    check(to, code == SQLITE_OK ? finished : code);
}

enum icp_status icp_database_copy(struct icp_database *database, const char *path,
                                  struct icp_err *err)
{
    if (failed(database))
        return icp_fail(err, ICP_STATE, "%s", database->problem.message);
    struct icp_database *copy = connect_to(path, SQLITE_OPEN_READWRITE, err);
    if (!copy)
        return err->status;
    icp_database_script(copy, COPY_PRAGMAS);
    copy_pages(database, copy);
    icp_database_check(copy);
    struct icp_err problem = copy->problem;
    icp_database_close(copy);
    if (problem.status == ICP_OK)
        return ICP_OK;
    icp_fail(err, problem.status == ICP_BUG ? ICP_STATE : problem.status, "%s", problem.message);
    return icp_wrap(err, "cannot make a backup");
}
