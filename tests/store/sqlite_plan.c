// No query that runs often walks a whole table, whatever is in it.
#include "fixture.h"

#include "store/sqlite.h"

// A step of a plan that reads a table or index from end to end. What a subquery gave is bounded by
// its own limit, and the full-text index is asked for words.
static bool walks(const char *step) {
    return strncmp(step, "SCAN", 4) == 0 && strstr(step, "VIRTUAL TABLE INDEX") == NULL &&
           strncmp(step, "SCAN (subquery", 14) != 0 && strcmp(step, "SCAN hit") != 0;
}

static void assert_plan(sqlite3 *db, const char *sql, bool sorts) {
    sqlite3_stmt *statement = NULL;
    TALLOC_CTX *ctx = talloc_new(NULL);
    const char *explain = talloc_asprintf(ctx, "EXPLAIN QUERY PLAN %s", sql);
    if (sqlite3_prepare_v2(db, explain, -1, &statement, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    }
    int steps = 0;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *step = (const char *)sqlite3_column_text(statement, 3);
        steps++;
        if (walks(step)) {
            fail_msg("%s\n  %s", sql, step);
        }
        if (!sorts && strstr(step, "TEMP B-TREE") != NULL) {
            fail_msg("%s\n  %s", sql, step);
        }
    }
    assert_true(steps > 0);
    sqlite3_finalize(statement);
    talloc_free(ctx);
}

static void test_no_query_walks_a_table(void **state) {
    struct place *place = *state;
    sqlite3 *db = NULL;
    place_close(place);
    assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
    const char *const in_order[] = {zp__sql_booking,
                                    zp__sql_history,
                                    zp__sql_day,
                                    zp__sql_claim_due,
                                    zp__sql_claim_running,
                                    zp__sql_task,
                                    zp__sql_day_master,
                                    zp__sql_client_recent_phone,
                                    zp__sql_client_recent_words,
                                    zp__sql_client_last,
                                    zp__sql_client_count,
                                    zp__sql_client_one,
                                    zp__sql_client_bookings,
                                    zp__sql_client_undone,
                                    zp__sql_forget_live,
                                    zp__sql_forget_flight,
                                    zp__sql_forget_bookings,
                                    zp__sql_forget_history,
                                    zp__sql_booking_request,
                                    zp__sql_booking_number,
                                    zp__sql_hook_old,
                                    zp__sql_hook_forget,
                                    zp__sql_looking,
                                    zp__sql_wished,
                                    zp__sql_seen,
                                    zp__sql_tasks,
                                    zp__sql_waiting,
                                    zp__sql_next_due,
                                    zp__sql_numbers,
                                    zp__sql_numbers_before,
                                    zp__sql_numbers_since,
                                    zp__sql_numbers_shift_days};
    for (size_t i = 0; i < sizeof in_order / sizeof in_order[0]; i++) {
        assert_plan(db, in_order[i], false);
    }
    const char *const sorted[] = {zp__sql_client_phone_start,
                                  zp__sql_client_phone_end,
                                  zp__sql_client_words,
                                  zp__sql_client_visits,
                                  zp__sql_booking_entry,
                                  zp__sql_hint,
                                  zp__sql_reverse,
                                  zp__sql_stale,
                                  zp__sql_waiting_open,
                                  zp__sql_waiting_all,
                                  zp__sql_waiting_phone};
    for (size_t i = 0; i < sizeof sorted / sizeof sorted[0]; i++) {
        assert_plan(db, sorted[i], true);
    }
    // The check itself sees a walk.
    assert_true(walks("SCAN booking"));
    assert_true(walks("SCAN booking USING INDEX booking_day"));
    sqlite3_close(db);
}

static void assert_uses(sqlite3 *db, const char *sql, const char *part) {
    sqlite3_stmt *statement = NULL;
    TALLOC_CTX *ctx = talloc_new(NULL);
    const char *explain = talloc_asprintf(ctx, "EXPLAIN QUERY PLAN %s", sql);
    assert_int_equal(sqlite3_prepare_v2(db, explain, -1, &statement, NULL), SQLITE_OK);
    bool used = false;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        used |= strstr((const char *)sqlite3_column_text(statement, 3), part) != NULL;
    }
    if (!used) {
        fail_msg("%s\n  does not say %s", sql, part);
    }
    sqlite3_finalize(statement);
    talloc_free(ctx);
}

// What is made for one query serves it.
static void test_the_indexes_are_used(void **state) {
    struct place *place = *state;
    sqlite3 *db = NULL;
    place_close(place);
    assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
    assert_uses(db, zp__sql_stale, "COVERING INDEX booking_ahead (company=? AND starts_at>?)");
    assert_uses(db, zp__sql_booking_entry, "INDEX booking_entry (company=? AND crm_entity=? AND");
    assert_uses(db, zp__sql_hint, "INDEX booking_entry (company=? AND crm_entity=? AND");
    assert_uses(db, zp__sql_next_due, "task_due (company=? AND state=? AND <expr>=?)");
    assert_uses(db, zp__sql_claim_due,
                "task_due (company=? AND state=? AND <expr>=? AND next_at<?)");
    assert_uses(db, zp__sql_wished, "INDEX history_wish (company=? AND at>?)");
    assert_uses(db, zp__sql_numbers, "booking_day (company=? AND starts_at>? AND starts_at<?)");
    assert_uses(db, zp__sql_numbers_before, "COVERING INDEX booking_client (company=? AND");
    assert_uses(db, zp__sql_freed, "INDEX booking_freed (company=? AND starts_at>? AND");
    assert_uses(db, zp__sql_freed_taken, "INDEX booking_day (company=? AND starts_at>? AND");
    assert_uses(db, zp__sql_waiting_phone, "waiting_client (company=? AND client_phone=?)");
    assert_uses(db, zp__sql_hook_forget, "INDEX hook_age (company=? AND received_at<?)");
    sqlite3_close(db);
}

// The tables themselves: strict, and with the company in every key and index.
static void test_the_company_is_in_every_key(void **state) {
    struct place *place = *state;
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    place_close(place);
    assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(db,
                           "SELECT t.name || '.' || i.name, (SELECT name FROM pragma_index_info("
                           "i.name) WHERE seqno = 0), t.strict FROM pragma_table_list AS t"
                           " JOIN pragma_index_list(t.name) AS i"
                           " WHERE t.schema = 'main' AND t.type = 'table'"
                           " AND t.name NOT LIKE 'sqlite%'",
                           -1, &statement, NULL),
        SQLITE_OK);
    int indexes = 0;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *first = (const char *)sqlite3_column_text(statement, 1);
        if (strcmp(first, "company") != 0 || sqlite3_column_int(statement, 2) != 1) {
            fail_msg("%s begins with %s", sqlite3_column_text(statement, 0), first);
        }
        indexes++;
    }
    assert_true(indexes >= 15);
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(void) {
    const struct CMUnitTest list[] = {
        TEST(test_no_query_walks_a_table),
        TEST(test_the_indexes_are_used),
        TEST(test_the_company_is_in_every_key),
    };
    return cmocka_run_group_tests(list, NULL, NULL);
}
