// SQLite: opening, statements, transactions, and which call goes where.
#include "store/sqlite.h"

#include "base/memory.h"
#include "store/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zapis/i18n.h>
#include <zapis/time.h>

// Two processes that write one file starve each other under SQLite's own back-off (26 of 30 writes
// failed against a busy daemon): short steps, a bound that a person still waits for.
#define BUSY_STEP_MIN_US 100
#define BUSY_STEP_MAX_US 500
#define BUSY_LIMIT_MS    2000
// Who commits for so long without a gap leaves one to the others: two of their longest steps, so
// that whoever waits finds it. It is most of what the slowest hooks of a flood wait for.
#define WRITING_LIMIT_US 20000
#define WRITING_GAP_US   (2 * BUSY_STEP_MAX_US)

// ---- errors

bool zp__sqlite_fail(struct zp__sqlite *self, int rc, struct zp_error *err) {
    if (rc == SQLITE_OK) {
        rc = sqlite3_extended_errcode(self->db);
    }
    switch (rc & 0xff) {
    case SQLITE_NOMEM: zp_panic("out of memory in the journal");
    case SQLITE_FULL:
        return zp_error_set(err, ZP_E_STORE, NULL,
                            _("The disk is full, nothing was written to the journal %s. Free some "
                              "space and repeat."),
                            self->path);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
        return zp_error_set(err, ZP_E_STORE, NULL,
                            _("The journal %s cannot be written. Give this account the right to "
                              "write the file and its directory."),
                            self->path);
    case SQLITE_NOTADB:
        return zp_error_set(err, ZP_E_STORE, NULL,
                            _("%s is no journal: it is not a database. Move the file away or "
                              "correct store.url."),
                            self->path);
    case SQLITE_CORRUPT:
        return zp_error_set(err, ZP_E_STORE, NULL,
                            _("The journal %s is damaged (%s). Stop the program, keep a copy of "
                              "the file and restore it from a backup."),
                            self->path, sqlite3_errmsg(self->db));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return zp_error_set(err, ZP_E_STORE, NULL,
                            _("Another program kept the journal %s locked for more than 2 "
                              "seconds, nothing was written. Close it and repeat."),
                            self->path);
    case SQLITE_IOERR:
        return zp_error_set(err, ZP_E_STORE, NULL,
                            _("The disk failed at the journal %s (%s). Check the disk and repeat."),
                            self->path, sqlite3_errstr(rc));
    default:
        return zp_error_set(err, ZP_E_STORE, NULL,
                            _("The journal %s failed: %s. Please report this."), self->path,
                            sqlite3_errmsg(self->db));
    }
}

// ---- statements

static sqlite3_stmt *cached(struct zp__sqlite *self, const char *sql, struct zp_error *err) {
    for (size_t i = 0; i < self->cached; i++) {
        if (self->cache[i].sql == sql) {
            return self->cache[i].statement;
        }
    }
    if (self->cached == ZP__SQLITE_STATEMENTS) {
        zp_panic("the journal has more than %d statements", ZP__SQLITE_STATEMENTS);
    }
    sqlite3_stmt *made = NULL;
    int rc = sqlite3_prepare_v3(self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &made, NULL);
    if (rc != SQLITE_OK) {
        zp__sqlite_fail(self, rc, err);
        return NULL;
    }
    self->cache[self->cached++] = (struct zp__sqlite_cached){sql, made};
    return made;
}

static sqlite3_stmt *query_list(struct zp__sqlite *self, struct zp_error *err, const char *sql,
                                const char *types, va_list list) {
    sqlite3_stmt *statement = cached(self, sql, err);
    int rc = SQLITE_OK;
    for (int i = 1; statement != NULL && *types != '\0' && rc == SQLITE_OK; i++, types++) {
        if (*types == 'i') {
            rc = sqlite3_bind_int64(statement, i, va_arg(list, int64_t));
        } else {
            rc = sqlite3_bind_text(statement, i, va_arg(list, const char *), -1, SQLITE_STATIC);
        }
    }
    if (rc != SQLITE_OK) {
        zp__sqlite_fail(self, rc, err);
        zp__sqlite_reset(statement);
        return NULL;
    }
    return statement;
}

sqlite3_stmt *zp__sqlite_query(struct zp__sqlite *self, struct zp_error *err, const char *sql,
                               const char *types, ...) {
    va_list list;
    va_start(list, types);
    sqlite3_stmt *statement = query_list(self, err, sql, types, list);
    va_end(list);
    return statement;
}

int zp__sqlite_step(struct zp__sqlite *self, sqlite3_stmt *statement, struct zp_error *err) {
    if (statement == NULL) {
        return -1;
    }
    int rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW) {
        return 1;
    }
    if (rc != SQLITE_DONE) {
        zp__sqlite_fail(self, rc, err);
    }
    zp__sqlite_reset(statement);
    return rc == SQLITE_DONE ? 0 : -1;
}

void zp__sqlite_reset(sqlite3_stmt *statement) {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

bool zp__sqlite_run(struct zp__sqlite *self, struct zp_error *err, const char *sql,
                    const char *types, ...) {
    va_list list;
    va_start(list, types);
    sqlite3_stmt *statement = query_list(self, err, sql, types, list);
    va_end(list);
    int more;
    while ((more = zp__sqlite_step(self, statement, err)) > 0) {
    }
    return more == 0;
}

int zp__sqlite_number(struct zp__sqlite *self, struct zp_error *err, int64_t *out, const char *sql,
                      const char *types, ...) {
    va_list list;
    va_start(list, types);
    sqlite3_stmt *statement = query_list(self, err, sql, types, list);
    va_end(list);
    int found = zp__sqlite_step(self, statement, err);
    if (found > 0) {
        found = sqlite3_column_type(statement, 0) != SQLITE_NULL;
        *out = sqlite3_column_int64(statement, 0);
        zp__sqlite_reset(statement);
    }
    return found;
}

bool zp__sqlite_exec(struct zp__sqlite *self, const char *sql, struct zp_error *err) {
    int rc = sqlite3_exec(self->db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK || zp__sqlite_fail(self, rc, err);
}

char *zp__sqlite_text(TALLOC_CTX *ctx, sqlite3_stmt *statement, int column) {
    const char *text = (const char *)sqlite3_column_text(statement, column);
    if (text == NULL) {
        return NULL;
    }
    return zp__memory_strndup(ctx, text, (size_t)sqlite3_column_bytes(statement, column));
}

// ---- transactions

static const char begin_sql[] = "BEGIN", begin_write_sql[] = "BEGIN IMMEDIATE",
                  commit_sql[] = "COMMIT";

static void sleep_us(int64_t us) {
    nanosleep(&(struct timespec){.tv_nsec = (long)us * 1000}, NULL);
}

static int on_busy(void *data, int times) {
    struct zp__sqlite *self = data;
    int64_t now = zp_clock_boot_ms();
    if (self->no_wait) {
        return 0;
    }
    if (times == 0) {
        self->busy_since_ms = now;
    }
    if (now - self->busy_since_ms > BUSY_LIMIT_MS) {
        return 0;
    }
    uint32_t random = 0;
    sqlite3_randomness(sizeof random, &random);
    uint32_t us = BUSY_STEP_MIN_US + random % (BUSY_STEP_MAX_US - BUSY_STEP_MIN_US);
    sleep_us(us);
    return 1;
}

int64_t zp__sqlite_steady_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

bool zp__sqlite_write_begin(struct zp__sqlite *self, struct zp_error *err) {
    int64_t now = zp__sqlite_steady_us();
    if (now - self->last_commit_us >= WRITING_GAP_US) {
        self->writing_since_us = now;
    } else if (now - self->writing_since_us >= WRITING_LIMIT_US) {
        sleep_us(WRITING_GAP_US);
        self->writing_since_us = zp__sqlite_steady_us();
    }
    self->last_task_id = -1;
    return zp__sqlite_run(self, err, begin_write_sql, "");
}

bool zp__sqlite_write_end(struct zp__sqlite *self, struct zp_error *err) {
    bool ok = zp__sqlite_task_ids_keep(self, err) && zp__sqlite_run(self, err, commit_sql, "");
    if (!ok && sqlite3_get_autocommit(self->db) == 0) {
        zp__sqlite_run(self, NULL, "ROLLBACK", "");
    }
    self->last_commit_us = zp__sqlite_steady_us();
    return ok;
}

static void dispatch(struct zp__sqlite *self, struct zp__store_call *call) {
    switch (call->ask) {
    case ZP__STORE_APPLY: zp__sqlite_apply(self, call); return;
    case ZP__STORE_BOOKING: zp__sqlite_booking(self, call); return;
    case ZP__STORE_DAY: zp__sqlite_day(self, call); return;
    case ZP__STORE_CLAIM: zp__sqlite_claim(self, call); return;
    case ZP__STORE_CLAIM_ONE: zp__sqlite_claim_one(self, call); return;
    case ZP__STORE_TASKS: zp__sqlite_tasks(self, call); return;
    case ZP__STORE_COUNTS: zp__sqlite_counts(self, call); return;
    case ZP__STORE_NEXT_DUE: zp__sqlite_next_due(self, call); return;
    case ZP__STORE_CATALOGUE: zp__sqlite_catalogue(self, call); return;
    case ZP__STORE_PUT_CATALOGUE: zp__sqlite_put_catalogue(self, call); return;
    case ZP__STORE_SHIFTS: zp__sqlite_shifts(self, call); return;
    case ZP__STORE_PUT_SHIFTS: zp__sqlite_put_shifts(self, call); return;
    case ZP__STORE_CLIENTS: zp__sqlite_clients(self, call); return;
    case ZP__STORE_CLIENT: zp__sqlite_client(self, call); return;
    case ZP__STORE_CLIENT_NOTE: zp__sqlite_client_note(self, call); return;
    case ZP__STORE_NOTE: zp__sqlite_note(self, call); return;
    case ZP__STORE_PUT_NOTE: zp__sqlite_put_note(self, call); return;
    case ZP__STORE_HOOKS: zp__sqlite_hooks(self, call); return;
    case ZP__STORE_REVERSE: zp__sqlite_reverse(self, call); return;
    case ZP__STORE_STALE: zp__sqlite_stale(self, call); return;
    case ZP__STORE_NUMBERS: zp__sqlite_numbers(self, call); return;
    case ZP__STORE_WAITING: zp__sqlite_waiting(self, call); return;
    case ZP__STORE_PUT_WAITING: zp__sqlite_put_waiting(self, call); return;
    case ZP__STORE_FREED: zp__sqlite_freed(self, call); return;
    case ZP__STORE_FORGET:
    case ZP__STORE_FOREIGN: return; // their transactions are their own
    }
}

// An answer that says only why not; what was filled so far goes.
static void answer_error(struct zp__store_call *call, const struct zp_error *error) {
    talloc_free(call->answer);
    call->answer = zp__memory_new(call, struct zp__store_answer);
    call->answer->error = *error;
}

static void run_read(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp_error error = {0};
    if (!zp__sqlite_run(self, &error, begin_sql, "")) {
        answer_error(call, &error);
        return;
    }
    dispatch(self, call);
    // Nothing was written: ending it cannot lose anything.
    zp__sqlite_run(self, NULL, commit_sql, "");
}

// Alone in its transaction, it is taken back with it.
static bool run_alone(struct zp__sqlite *self, struct zp__store_call *call,
                      struct zp_error *error) {
    dispatch(self, call);
    *error = call->answer->error;
    return call->answer->ok;
}

// One write among those of a transaction: all of it or nothing. False: the whole transaction died.
static bool run_among(struct zp__sqlite *self, struct zp__store_call *call,
                      struct zp_error *error) {
    if (!zp__sqlite_run(self, error, "SAVEPOINT one", "")) {
        return false;
    }
    dispatch(self, call);
    // A full or failing disk makes SQLite take everything back by itself.
    if (sqlite3_get_autocommit(self->db) != 0) {
        *error = call->answer->error;
        return false;
    }
    if (call->answer->ok) {
        return zp__sqlite_run(self, error, "RELEASE one", "");
    }
    struct zp_error reason = call->answer->error;
    answer_error(call, &reason);
    return zp__sqlite_run(self, error, "ROLLBACK TO one", "") &&
           zp__sqlite_run(self, error, "RELEASE one", "");
}

// True where a look shows that nothing has to be written: nothing is due.
static bool nothing_due(struct zp__sqlite *self, struct zp__store_call *call) {
    // One transaction for its statements: each of its own would take and give back a lock.
    if (call->ask != ZP__STORE_CLAIM || !zp__sqlite_run(self, NULL, begin_sql, "")) {
        return false;
    }
    call->answer->ok = !zp__sqlite_claim_needed(self, call);
    zp__sqlite_run(self, NULL, commit_sql, "");
    return call->answer->ok;
}

static void run_writes(struct zp__sqlite *self, struct zp__store_call **calls, size_t count) {
    if (count == 1 && nothing_due(self, calls[0])) {
        return;
    }
    struct zp_error error = {0};
    bool ok = zp__sqlite_write_begin(self, &error);
    for (size_t i = 0; i < count && ok; i++) {
        // Under a savepoint SQLite copies every page before it changes it.
        ok = count == 1 ? run_alone(self, calls[i], &error) : run_among(self, calls[i], &error);
    }
    if (ok) {
        ok = zp__sqlite_write_end(self, &error);
    } else if (sqlite3_get_autocommit(self->db) == 0) {
        zp__sqlite_run(self, NULL, "ROLLBACK", "");
    }
    for (size_t i = 0; i < count && !ok; i++) {
        answer_error(calls[i], &error);
    }
}

// ---- other processes

// The number changes when another connection's commit is seen, never by our own.
static bool version_moved(struct zp__sqlite *self) {
    int64_t now = self->data_version;
    zp__sqlite_number(self, NULL, &now, "PRAGMA data_version", "");
    bool moved = now != self->data_version;
    self->data_version = now;
    return moved;
}

// The write lock, or SQLITE_BUSY at once.
static int lock_now(struct zp__sqlite *self) {
    self->no_wait = true;
    int rc = sqlite3_exec(self->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    self->no_wait = false;
    return rc;
}

// The log is written before its commit can be seen, and nothing tells when that is. Who holds the
// write lock knows that nobody is in the middle.
static enum zp__store_foreign foreign(struct zp__sqlite *self) {
    if (version_moved(self)) {
        return ZP__STORE_FOREIGN_YES;
    }
    int rc = lock_now(self);
    if (rc != SQLITE_OK) {
        return (rc & 0xff) == SQLITE_BUSY ? ZP__STORE_FOREIGN_BUSY : ZP__STORE_FOREIGN_NO;
    }
    bool moved = version_moved(self);
    zp__sqlite_run(self, NULL, "ROLLBACK", "");
    return moved ? ZP__STORE_FOREIGN_YES : ZP__STORE_FOREIGN_NO;
}

// ---- the log

// The log goes into the database at this many pages: while nobody waits, or within a commit that
// has no gap to the next.
#define LOG_REST_PAGES 200
#define LOG_PAGES      1000
// The log's file is made so long while nobody waits: LOG_REST_PAGES, and what is written until
// there is a rest. A commit that writes over what is there waits for its own pages, one that makes
// the file longer for the file system's journal too, and with it for what others write. By one
// piece a rest, more than a booking's commits write: whoever comes meanwhile waits for one piece at
// most.
#define LOG_FILE_BYTES  (INT64_C(1280) * 1024)
#define LOG_PIECE_BYTES (INT64_C(256) * 1024)
#define LOG_ZEROS_BYTES (INT64_C(64) * 1024)

static int on_log(void *data, sqlite3 *db, const char *name, int pages) {
    struct zp__sqlite *self = data;
    self->log_pages = pages;
    if (pages >= LOG_PAGES) {
        sqlite3_wal_checkpoint(db, name); // what it could not do now is done by a later one
    }
    return SQLITE_OK;
}

static bool log_is_short(sqlite3_file *log, sqlite3_int64 *size) {
    return log->pMethods->xFileSize(log, size) == SQLITE_OK && *size < LOG_FILE_BYTES;
}

// Zeros behind its end are no frame to whoever reads the log. Under the write lock: nobody else
// puts frames there meanwhile. What could not be done now is done at the next rest.
static void lengthen_log(struct zp__sqlite *self) {
    static const char zeros[LOG_ZEROS_BYTES];
    sqlite3_file *log = NULL;
    sqlite3_int64 size = 0;
    if (sqlite3_file_control(self->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) != SQLITE_OK ||
        log->pMethods == NULL || !log_is_short(log, &size) || lock_now(self) != SQLITE_OK) {
        return;
    }
    int rc = log->pMethods->xFileSize(log, &size); // as it is under the lock
    const int64_t piece = size + LOG_PIECE_BYTES;
    const int64_t until = piece < LOG_FILE_BYTES ? piece : LOG_FILE_BYTES;
    while (rc == SQLITE_OK && size < until) {
        const int64_t left = until - size;
        const int64_t bytes = left < LOG_ZEROS_BYTES ? left : LOG_ZEROS_BYTES;
        rc = log->pMethods->xWrite(log, zeros, (int)bytes, size);
        size += bytes;
    }
    if (rc == SQLITE_OK) {
        log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
    }
    zp__sqlite_run(self, NULL, "ROLLBACK", "");
}

static void sqlite_rest(void *data) {
    struct zp__sqlite *self = data;
    if (self->log_pages > 0) { // there is a log
        lengthen_log(self);
    }
    if (self->log_pages >= LOG_REST_PAGES) {
        self->log_pages = 0;
        sqlite3_wal_checkpoint_v2(self->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    }
}

static void sqlite_run(void *data, struct zp__store_call **calls, size_t count) {
    struct zp__sqlite *self = data;
    if (calls[0]->ask == ZP__STORE_FOREIGN) {
        calls[0]->u.foreign = foreign(self);
    } else if (calls[0]->ask == ZP__STORE_FORGET) {
        zp__sqlite_forget(self, calls[0]);
    } else if (zp__store_ask_writes(calls[0]->ask)) {
        run_writes(self, calls, count);
    } else {
        run_read(self, calls[0]);
    }
}

// ---- opening

static int sqlite_close(struct zp__sqlite *self) {
    for (size_t i = 0; i < self->cached; i++) {
        sqlite3_finalize(self->cache[i].statement);
    }
    sqlite3_close(self->db);
    return 0;
}

// Every directory on the way that is missing, for this account alone.
static bool make_directories(const char *path, struct zp_error *err) {
    TALLOC_CTX *work = zp__memory_must(talloc_new(NULL));
    char *part = zp__memory_strdup(work, path);
    bool ok = true;
    for (char *slash = strchr(part + 1, '/'); slash != NULL && ok; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST) {
            ok = zp_error_set(err, ZP_E_STORE, NULL,
                              _("The directory %s of the journal cannot be made: %s. Make it, or "
                                "correct store.url."),
                              part, strerror(errno));
        }
        *slash = '/';
    }
    talloc_free(work);
    return ok;
}

// SQLite would make it with the umask's rights; its log and index take theirs from it. An existing
// file is not opened here: closing it would drop the POSIX locks of another store in this process.
static bool make_file(const char *path, struct zp_error *err) {
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) {
        close(fd);
        return true;
    }
    if (errno == EEXIST) {
        return true;
    }
    return zp_error_set(err, ZP_E_STORE, NULL,
                        _("The journal %s cannot be made: %s. Give this account the right to "
                          "write its directory, or correct store.url."),
                        path, strerror(errno));
}

static bool open_database(struct zp__sqlite *self, struct zp_error *err) {
    int rc =
        sqlite3_open_v2(self->path, &self->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (rc != SQLITE_OK) {
        return zp__sqlite_fail(self, rc, err);
    }
    if (sqlite3_db_readonly(self->db, "main") == 1) {
        return zp__sqlite_fail(self, SQLITE_READONLY, err);
    }
    sqlite3_busy_handler(self->db, on_busy, self);
    sqlite3_db_config(self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(self->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return true;
}

// Turning the log on takes a lock for which SQLite does not call the busy handler.
static bool turn_log_on(struct zp__sqlite *self, struct zp_error *err) {
    int rc = SQLITE_BUSY;
    for (int times = 0; (rc & 0xff) == SQLITE_BUSY; times++) {
        rc = sqlite3_exec(self->db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL);
        if ((rc & 0xff) == SQLITE_BUSY && on_busy(self, times) == 0) {
            break;
        }
    }
    return rc == SQLITE_OK || zp__sqlite_fail(self, rc, err);
}

static void *sqlite_open(const char *place, const char *company,
                         const struct zp__store_options *options, struct zp_error *err) {
    struct zp__sqlite *self = zp__memory_new(NULL, struct zp__sqlite);
    talloc_set_destructor(self, sqlite_close);
    self->path = zp__memory_strdup(self, place);
    self->company = zp__memory_strdup(self, company);
    self->lease_ms = options->lease_ms;
    self->piece_us = options->piece_us > 0 ? options->piece_us : ZP__STORE_PIECE_US;
    int64_t version = 0;
    bool ok = make_directories(place, err) && make_file(place, err) && open_database(self, err) &&
              zp__sqlite_check(self, &version, err) && turn_log_on(self, err) &&
              zp__sqlite_exec(self,
                              "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                              // What a statement can be taken back by is no file: less to write.
                              "PRAGMA journal_size_limit=16777216; PRAGMA temp_store=MEMORY;"
                              // A day's pages; the rest the system keeps for every desk at once.
                              "PRAGMA cache_size=-500",
                              err) &&
              zp__sqlite_migrate(self, version, err) && zp__sqlite_salon(self, err);
    if (ok) {
        // Beside the file itself, whatever link it was opened by.
        const char *real = sqlite3_db_filename(self->db, "main");
        sqlite3_wal_hook(self->db, on_log, self);
        self->owners = zp__owners_open(self, talloc_asprintf(self, "%s-owners", real), err);
    }
    if (!ok || self->owners == NULL) {
        talloc_free(self);
        return NULL;
    }
    version_moved(self);
    return self;
}

static bool sqlite_watch(TALLOC_CTX *ctx, struct zp_loop *loop, const char *place, zp_loop_fn fn,
                         void *data) {
    char *real = realpath(place, NULL);
    bool ok = zp__watch_log(ctx, loop, real != NULL ? real : place, fn, data);
    int reason = errno;
    free(real);
    errno = reason;
    return ok;
}

const struct zp__store_backend zp__store_sqlite = {.scheme = "sqlite:",
                                                   .open = sqlite_open,
                                                   .run = sqlite_run,
                                                   .rest = sqlite_rest,
                                                   .watch = sqlite_watch};
