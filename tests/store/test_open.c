// Opening: what is made, what is refused and with which sentence, and failing disks.
#include "fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static mode_t mode_of(struct place *place, const char *suffix) {
    struct stat status;
    char *path = talloc_asprintf(place->ctx, "%s%s", place->path, suffix);
    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 07777;
}

static void test_files_are_for_this_account_alone(void **state) {
    struct place *place = *state;
    put(place, booking_full(place->ctx, 1));
    assert_int_equal(mode_of(place, ""), 0600);
    assert_int_equal(mode_of(place, "-wal"), 0600);
    assert_int_equal(mode_of(place, "-shm"), 0600);
    assert_int_equal(mode_of(place, "-owners"), 0600);
    struct stat status;
    char *dir = talloc_asprintf(place->ctx, "%s/journal", place->dir);
    assert_int_equal(stat(dir, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
}

static void assert_refused(struct place *place, const char *url, enum zp_error_code code,
                           const char *part) {
    struct zp_error error = {0};
    assert_null(zp__store_open(place->ctx, place->loop, url, "550001", &error));
    assert_int_equal(error.code, code);
    if (strstr(error.message, part) == NULL) {
        fail_msg("“%s” does not say “%s”", error.message, part);
    }
}

static void test_what_is_refused(void **state) {
    struct place *place = *state;
    place_close(place);
    assert_refused(place, "postgresql://h/d", ZP_E_CONFIG, "sqlite:");
    assert_refused(place, "/tmp/zapis.db", ZP_E_CONFIG, "sqlite:");
    // A directory's place is taken by a file; the file's place by a directory.
    assert_refused(place, talloc_asprintf(place->ctx, "%s/below/x.db", place->url), ZP_E_STORE,
                   "store.url");
    assert_refused(place, talloc_asprintf(place->ctx, "sqlite:%s", place->dir), ZP_E_STORE,
                   place->dir);
    // Text of any length is no database.
    int fd = open(place->path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    for (int i = 0; i < 500; i++) {
        assert_int_equal(write(fd, "not a database\n", 15), 15);
    }
    close(fd);
    assert_refused(place, place->url, ZP_E_STORE, "not a database");
    unlink(place->path);
    run_outside(place->path, "CREATE TABLE recipes (name TEXT)");
    assert_refused(place, place->url, ZP_E_STORE, "another program");
    unlink(place->path);
    place_open(place);
    place_close(place);
    run_outside(place->path, "PRAGMA user_version = 999");
    assert_refused(place, place->url, ZP_E_STORE, "newer zapis");
}

static void test_an_empty_file_is_brought_to_the_present_schema(void **state) {
    struct place *place = *state;
    place_close(place);
    unlink(place->path);
    // Version 0: made, and killed before the first step was committed.
    int fd = open(place->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    close(fd);
    place_open(place);
    struct zp_booking *wanted = booking_full(place->ctx, 1);
    put(place, wanted);
    place_close(place);
    assert_file_whole(place->path);
    place_open(place);
    assert_booking_equal(booking(place, wanted->request_id)->booking, wanted);
}

static void test_a_link_leads_to_the_same_journal(void **state) {
    struct place *place = *state;
    char *link = talloc_asprintf(place->ctx, "%s/link.db", place->dir);
    assert_int_equal(symlink(place->path, link), 0);
    struct zp_booking *b = booking_full(place->ctx, 1);
    struct zp__store_new_task task = {.kind = "book", .claimed = true};
    assert_true(
        apply(place, &(struct zp__change){.booking = b, .tasks = &task, .task_count = 1})->ok);
    place->url = talloc_asprintf(place, "sqlite:%s", link);
    place_open(place);
    assert_true(booking(place, b->request_id)->ok);
    // The owner is seen through the link.
    assert_int_equal(claim(place, MORNING, 9)->task_count, 0);
}

static void assert_not_written(struct place *place, const char *part) {
    struct zp__store_answer *answer =
        apply(place, &(struct zp__change){.booking = booking_full(place->ctx, 2)});
    assert_int_equal(answer->error.code, ZP_E_STORE);
    if (strstr(answer->error.message, part) == NULL ||
        strstr(answer->error.message, place->path) == NULL) {
        fail_msg("“%s” does not name the file and “%s”", answer->error.message, part);
    }
}

// No file may grow beyond what it is: to SQLite a disk that is full.
static void test_a_full_disk_is_told_and_nothing_is_lost(void **state) {
    struct place *place = *state;
    put(place, booking_full(place->ctx, 1));
    struct rlimit before, none = {0};
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    none.rlim_max = before.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    struct ticket tickets[5] = {0};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    for (int i = 0; i < 5; i++) {
        tickets[i].ctx = place->ctx;
        zp__store_apply(place->store,
                        &(struct zp__change){.booking = booking_full(place->ctx, 2 + i)}, ticket_fn,
                        &tickets[i]);
    }
    for (int i = 0; i < 5; i++) {
        assert_int_equal(ticket_wait(place, &tickets[i])->error.code, ZP_E_STORE);
    }
    assert_not_written(place, "disk");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_DFL);
    assert_true(booking(place, "request-000001")->ok);
    for (int i = 2; i < 7; i++) {
        assert_false(booking(place, booking_full(place->ctx, i)->request_id)->ok);
    }
    put(place, booking_full(place->ctx, 2));
    place_close(place);
    assert_file_whole(place->path);
}

static void test_a_damaged_file_is_told(void **state) {
    struct place *place = *state;
    for (int i = 1; i < 200; i++) {
        put(place, booking_full(place->ctx, i));
    }
    place_close(place);
    struct stat status;
    assert_int_equal(stat(place->path, &status), 0);
    int fd = open(place->path, O_WRONLY | O_CLOEXEC);
    for (off_t at = 4096; at < status.st_size; at += 4096) {
        assert_int_equal(pwrite(fd, "\xff\xff\xff\xff\xff\xff\xff\xff", 8, at), 8);
    }
    close(fd);
    struct zp_error error = {0};
    place->store = zp__store_open(place->ctx, place->loop, place->url, "550001", &error);
    if (place->store != NULL) {
        error = booking(place, "request-000001")->error;
    }
    assert_int_equal(error.code, ZP_E_STORE);
    assert_non_null(strstr(error.message, "damaged"));
    assert_non_null(strstr(error.message, place->path));
}

// A row that no version of ours writes.
static void test_a_row_without_sense_is_told(void **state) {
    struct place *place = *state;
    put(place, booking_full(place->ctx, 1));
    run_outside(place->path, "UPDATE booking SET state = 'perhaps'");
    assert_int_equal(booking(place, "request-000001")->error.code, ZP_E_STORE);
    assert_int_equal(day(place, MORNING, MORNING + 999, NULL, true)->error.code, ZP_E_STORE);
}

static void test_somebody_who_never_lets_go_is_told(void **state) {
    struct place *place = *state;
    put(place, booking_full(place->ctx, 1));
    hold_outside(place->path);
    assert_not_written(place, "2 seconds");
    assert_true(booking(place, "request-000001")->ok);
    release_outside();
    put(place, booking_full(place->ctx, 2));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(void) {
    const struct CMUnitTest list[] = {
        TEST(test_files_are_for_this_account_alone),
        TEST(test_what_is_refused),
        TEST(test_an_empty_file_is_brought_to_the_present_schema),
        TEST(test_a_link_leads_to_the_same_journal),
        TEST(test_a_full_disk_is_told_and_nothing_is_lost),
        TEST(test_a_damaged_file_is_told),
        TEST(test_a_row_without_sense_is_told),
        TEST(test_somebody_who_never_lets_go_is_told),
    };
    return cmocka_run_group_tests(list, NULL, NULL);
}
