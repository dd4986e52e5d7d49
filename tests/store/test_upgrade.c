// A journal of an older version is brought up to date with everything in it.
#include "fixture.h"

#include <sys/stat.h>

// As the first version made it; never changed.
static const char step_1[] =
    // What is known of a branch as a whole. longest_visit_s bounds the day's query from below.
    "CREATE TABLE salon ("
    " company TEXT NOT NULL PRIMARY KEY,"
    " longest_visit_s INTEGER NOT NULL DEFAULT 86400,"
    " last_task_id INTEGER NOT NULL DEFAULT 0"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE booking ("
    " company TEXT NOT NULL, request_id TEXT NOT NULL, revision INTEGER NOT NULL,"
    " state TEXT NOT NULL,"
    " booking_id TEXT,"  // Dikidi's first number
    " booking_ids TEXT," // JSON, only where there are several; looked up through booking_number
    " starts_at INTEGER NOT NULL, ends_at INTEGER NOT NULL,"
    " master_id TEXT, master TEXT, services TEXT NOT NULL, price_minor INTEGER NOT NULL,"
    " currency TEXT, client_name TEXT, client_phone TEXT, comment TEXT,"
    " origin TEXT NOT NULL, attendance TEXT NOT NULL, cancel_reason TEXT,"
    " moved_from TEXT, moved_to TEXT,"
    " crm_state TEXT NOT NULL, crm_entity TEXT, crm_id TEXT, crm_contact_id TEXT, crm_stage TEXT,"
    " error_code TEXT, error_message TEXT, sent_body TEXT,"
    " remote_version INTEGER NOT NULL, remote_updated_at INTEGER NOT NULL,"
    " created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, created_by TEXT,"
    " PRIMARY KEY (company, request_id)"
    ") STRICT;"
    "CREATE INDEX booking_day ON booking (company, starts_at, request_id);"
    "CREATE INDEX booking_client ON booking"
    " (company, client_phone, starts_at, state, attendance, master_id);"

    "CREATE TABLE booking_number ("
    " company TEXT NOT NULL, booking_id TEXT NOT NULL, request_id TEXT NOT NULL,"
    " PRIMARY KEY (company, booking_id),"
    " FOREIGN KEY (company, request_id) REFERENCES booking ON DELETE CASCADE"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX booking_number_request ON booking_number (company, request_id);"

    "CREATE TABLE history ("
    " company TEXT NOT NULL, request_id TEXT NOT NULL, sequence INTEGER NOT NULL,"
    " at INTEGER NOT NULL, what TEXT NOT NULL, by TEXT, detail TEXT,"
    " PRIMARY KEY (company, request_id, sequence),"
    " FOREIGN KEY (company, request_id) REFERENCES booking ON DELETE CASCADE"
    ") STRICT, WITHOUT ROWID;"

    // again_at: it was asked for once more while it was leased; it does not end then.
    "CREATE TABLE task ("
    " company TEXT NOT NULL, id INTEGER NOT NULL, request_id TEXT NOT NULL, kind TEXT NOT NULL,"
    " state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL,"
    " error TEXT NOT NULL DEFAULT '', memory TEXT NOT NULL DEFAULT '',"
    " owner INTEGER NOT NULL DEFAULT 0, boot_id TEXT NOT NULL DEFAULT '',"
    " lease_until_boot_ms INTEGER NOT NULL DEFAULT 0,"
    " again_at INTEGER, again_memory TEXT,"
    " PRIMARY KEY (company, id), UNIQUE (company, request_id, kind),"
    " FOREIGN KEY (company, request_id) REFERENCES booking ON DELETE CASCADE"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX task_due ON task (company, state, next_at);"

    "CREATE TABLE catalogue ("
    " company TEXT NOT NULL, half TEXT NOT NULL, document TEXT NOT NULL,"
    " fetched_at INTEGER NOT NULL,"
    " PRIMARY KEY (company, half)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE shift_day ("
    " company TEXT NOT NULL, date TEXT NOT NULL, fetched_at INTEGER NOT NULL,"
    " PRIMARY KEY (company, date)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE shift ("
    " company TEXT NOT NULL, date TEXT NOT NULL, position INTEGER NOT NULL,"
    " master_id TEXT NOT NULL, from_min INTEGER NOT NULL, to_min INTEGER NOT NULL,"
    " break_from_min INTEGER NOT NULL, break_to_min INTEGER NOT NULL,"
    " PRIMARY KEY (company, date, position)"
    ") STRICT, WITHOUT ROWID;"

    // id: only because the full-text index needs a number that stays. words: the folded name and
    // its Latin spelling. national and tail: the digits without the country's code, and backwards.
    "CREATE TABLE client ("
    " id INTEGER PRIMARY KEY,"
    " company TEXT NOT NULL, phone TEXT NOT NULL, name TEXT NOT NULL, words TEXT NOT NULL,"
    " national TEXT NOT NULL, tail TEXT NOT NULL, last_visit_at INTEGER NOT NULL,"
    " UNIQUE (company, phone)"
    ") STRICT;"
    "CREATE INDEX client_national ON client (company, national, last_visit_at);"
    "CREATE INDEX client_tail ON client (company, tail, last_visit_at);"
    "CREATE INDEX client_recent ON client (company, last_visit_at);"
    "CREATE VIRTUAL TABLE client_words USING fts5(words, content='client', content_rowid='id',"
    " tokenize='unicode61 remove_diacritics 2', prefix='3');"

    "CREATE TABLE note ("
    " company TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL,"
    " PRIMARY KEY (company, name)"
    ") STRICT, WITHOUT ROWID;";

// What somebody had in it: a booking whose log waits, was asked for again and is leased by nobody
// that lives; one that needs a person; another branch.
static const char rows[] =
    "INSERT INTO salon VALUES ('550001', 90000, 42), ('550002', 86400, 7);"
    "INSERT INTO booking (company, request_id, revision, state, booking_id, starts_at, ends_at,"
    " services, price_minor, client_name, client_phone, origin, attendance, crm_state, crm_entity,"
    " crm_id, remote_version, remote_updated_at, created_at, updated_at)"
    " SELECT company, request_id, 3, 'booked', number, 1795424400, 1795428000, '[]', 100, 'Мария',"
    " '+79160000001', 'desk', 'waiting', 'logged', 'deal', number, 1, 2, 3, 4 FROM"
    " (SELECT '550001' AS company, 'a' AS request_id, '71' AS number"
    " UNION ALL SELECT '550001', 'b', '72' UNION ALL SELECT '550002', 'a', '71');"
    "INSERT INTO booking_number SELECT company, booking_id, request_id FROM booking;"
    "INSERT INTO history SELECT company, request_id, 1, 5, 'booked', 'dikidi', '' FROM booking;"
    "INSERT INTO task VALUES"
    " ('550001', 40, 'a', 'crm-log', 'waiting', 2, 1795424500, 'not reached', '{\"m\":1}', 0, '',"
    " 0, 1795424400, 'again'),"
    " ('550001', 42, 'b', 'book', 'attention', 9, 1795424501, 'look', '', 0, '', 0, NULL, NULL),"
    " ('550002', 7, 'a', 'cancel', 'running', 0, 1795424502, '', 'mine', 3, 'boot', 99, NULL,"
    " NULL);"
    "INSERT INTO note VALUES ('550001', 'check', 'ok');";

static void make_old(struct place *place, bool filled) {
    place_close(place);
    assert_int_equal(remove(place->path), 0);
    run_outside(place->path, step_1);
    run_outside(place->path, "PRAGMA application_id = 0x7a617069; PRAGMA user_version = 1");
    if (filled) {
        run_outside(place->path, rows);
    }
}

static void test_everything_is_kept(void **state) {
    struct place *place = *state;
    make_old(place, true);
    place_open(place);
    assert_int_equal(number_outside(place->path, "PRAGMA user_version"), 6);
    // As long as the longest visit is, not the day that every journal began with.
    assert_int_equal(
        number_outside(place->path, "SELECT longest_visit_s FROM salon WHERE company = '550001'"),
        3600);
    assert_int_equal(day(place, 1795427999, 1795428100, NULL, false)->booking_count, 2);
    assert_int_equal(tasks(place)->task_count, 2);
    const struct zp__store_task *task = listed(place, "a", "crm-log");
    assert_int_equal(task->task.id, 40);
    assert_int_equal(task->task.attempts, 2);
    assert_int_equal(task->task.next_at, 1795424500);
    assert_string_equal(task->task.error, "not reached");
    assert_string_equal(task->memory, "{\"m\":1}");
    assert_int_equal(task->booking->revision, 3);
    assert_string_equal(task->task.booking_id, "71");
    assert_int_equal(listed(place, "b", "book")->task.state, ZP_TASK_ATTENTION);
    assert_int_equal(number_outside(place->path, "SELECT again_at FROM task WHERE id = 40"),
                     1795424400);
    struct zp__store_answer *answer = booking(place, "72");
    assert_int_equal(answer->history_count, 1);
    assert_int_equal(answer->booking->revision, 3);

    // Asked again meanwhile: it still runs once more.
    assert_true(claim_one(place, 40)->ok);
    struct zp__change over = {.task_id = 40, .task_end = ZP_TASK_FINISHED};
    assert_true(apply(place, &over)->ok);
    assert_string_equal(listed(place, "a", "crm-log")->memory, "again");
    // Ids go on.
    struct zp__store_new_task next = {.kind = "k", .subject = "dikidi:404", .claimed = true};
    answer = apply(place, &(struct zp__change){.tasks = &next, .task_count = 1});
    assert_int_equal(answer->tasks[0].task.id, 43);

    // The other branch's too; a booking still takes its tasks along.
    struct zp_store *ours = place->store;
    place->store = place_open_other(place, "550002");
    assert_string_equal(listed(place, "a", "cancel")->memory, "mine");
    place->store = ours;
    run_outside(place->path, "PRAGMA foreign_keys = ON;"
                             "DELETE FROM booking WHERE company = '550001' AND request_id = 'a'");
    assert_null(listed(place, "a", "crm-log"));
    assert_int_equal(tasks(place)->task_count, 2);
    place_close(place);
    assert_file_whole(place->path);
}

// What the second version wrote is there too, without a note, and nobody forgotten.
static void test_the_second_version_is_brought_up(void **state) {
    struct place *place = *state;
    put(place, booking_full(place->ctx, 1));
    place_close(place);
    run_outside(place->path, "DROP TRIGGER waiting_is_booked; DROP TRIGGER waiting_goes_on;"
                             "DROP TABLE waiting; DROP TABLE waiting_history;"
                             "DROP INDEX booking_freed;"
                             "ALTER TABLE client DROP COLUMN note;"
                             "ALTER TABLE booking DROP COLUMN forgotten_at;"
                             "DROP INDEX history_wish;"
                             "PRAGMA user_version = 2");
    place_open(place);
    assert_int_equal(number_outside(place->path, "PRAGMA user_version"), 6);
    struct zp__store_answer *answer = clients(place, "9160000001", 1);
    assert_int_equal(answer->client_count, 1);
    assert_null(answer->clients[0].note);
    assert_booking_equal(booking(place, "request-000001")->booking, booking_full(place->ctx, 1));
    assert_int_equal(number_outside(place->path, "SELECT sum(forgotten_at) FROM booking"), 0);
}

// An upgraded journal and a new one are the same.
static void test_an_upgraded_journal_is_as_a_new_one(void **state) {
    struct place *place = *state;
    place_close(place);
    char *fresh = talloc_asprintf(place->ctx, "%s.fresh", place->path);
    assert_int_equal(rename(place->path, fresh), 0);
    run_outside(place->path, "SELECT 1");
    make_old(place, false);
    place_open(place);
    char *compare = talloc_asprintf(
        place->ctx,
        "ATTACH '%s' AS fresh; CREATE TEMP TABLE differs (n CHECK (n = 0));"
        "INSERT INTO differs SELECT count(*) FROM (SELECT type, name, sql FROM main.sqlite_schema"
        " EXCEPT SELECT type, name, sql FROM fresh.sqlite_schema);"
        "INSERT INTO differs SELECT count(*) FROM (SELECT type, name, sql FROM fresh.sqlite_schema"
        " EXCEPT SELECT type, name, sql FROM main.sqlite_schema)",
        fresh);
    run_outside(place->path, compare);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(void) {
    const struct CMUnitTest list[] = {
        TEST(test_everything_is_kept),
        TEST(test_the_second_version_is_brought_up),
        TEST(test_an_upgraded_journal_is_as_a_new_one),
    };
    return cmocka_run_group_tests(list, NULL, NULL);
}
