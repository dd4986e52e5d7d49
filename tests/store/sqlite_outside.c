// Another program's hands on the file.
#include "fixture.h"

#include <sqlite3.h>

void run_outside(const char *path, const char *sql) {
    sqlite3 *db = NULL;
    char *message = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, PATIENCE_MS);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
        fail_msg("%s: %s", sql, message);
    }
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

int64_t number_outside(const char *path, const char *sql) {
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, PATIENCE_MS);
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    }
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return number;
}

static int take_line(void *data, int columns, char **values, char **names) {
    (void)columns;
    (void)names;
    *(bool *)data = strcmp(values[0], "ok") == 0;
    if (!*(bool *)data) {
        print_error("%s\n", values[0]);
    }
    return 0;
}

void assert_file_whole(const char *path) {
    sqlite3 *db = NULL;
    bool whole = false;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA integrity_check", take_line, &whole, NULL),
                     SQLITE_OK);
    assert_true(whole);
    assert_int_equal(sqlite3_exec(db,
                                  "INSERT INTO client_words (client_words, rank)"
                                  " VALUES ('integrity-check', 1)",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static sqlite3 *holder;

void hold_outside(const char *path) {
    assert_int_equal(sqlite3_open(path, &holder), SQLITE_OK);
    assert_int_equal(sqlite3_exec(holder, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
}

void read_outside(const char *path) {
    assert_int_equal(sqlite3_open(path, &holder), SQLITE_OK);
    assert_int_equal(sqlite3_exec(holder, "BEGIN; SELECT count(*) FROM booking", NULL, NULL, NULL),
                     SQLITE_OK);
}

void release_outside(void) {
    assert_int_equal(sqlite3_exec(holder, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(holder), SQLITE_OK);
    holder = NULL;
}

void spill_outside(void) {
    static const char sql[] =
        "PRAGMA cache_size = 1;"
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
        "INSERT INTO note (company, name, text) SELECT 'x', i, hex(randomblob(400)) FROM n";
    assert_int_equal(sqlite3_exec(holder, sql, NULL, NULL, NULL), SQLITE_OK);
}
