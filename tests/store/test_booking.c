// Bookings: what goes in comes out, guards, the day, catalogue, shifts and notes.
#include "fixture.h"

#include <sys/stat.h>
#include <time.h>
#include <zapis/time.h>

static void test_a_booking_comes_back_whole(void **state) {
    struct place *place = *state;
    struct zp_booking *wanted = booking_full(place->ctx, 1);
    struct zp__store_answer *answer = apply(place, &(struct zp__change){.booking = wanted});
    assert_true(answer->ok);
    assert_int_equal(answer->booking->revision, 1);
    place_close(place);
    place_open(place);
    static const char *const references[] = {"request-000001", "7000-1", "7001-1"};
    for (size_t i = 0; i < 3; i++) {
        answer = booking(place, references[i]);
        assert_true(answer->ok);
        assert_int_equal(answer->booking->revision, 1);
        assert_booking_equal(answer->booking, wanted);
    }
    assert_int_equal(booking(place, "7002-1")->error.code, ZP_E_NOT_FOUND);
}

static void test_nulls_stay_nulls(void **state) {
    struct place *place = *state;
    struct zp_booking *wanted = booking_plain(place->ctx, "r1", MORNING, MORNING + 60);
    put(place, wanted);
    assert_booking_equal(booking(place, "r1")->booking, wanted);
}

// A row of a list is read into one block, its lists by a quick way where nothing is escaped.
static void test_a_day_has_its_rows_whole(void **state) {
    struct place *place = *state;
    static const char *const names[] = {"Маникюр", "", "a\\\"b", "\",\"", "[x], [y]", "\t]", NULL};
    enum { ROWS = 9 };
    struct zp_booking *wanted[ROWS];
    for (int i = 0; i < ROWS; i++) {
        struct zp_booking *b = wanted[i] = booking_full(place->ctx, i);
        b->service_count = i == 7 ? 0 : b->service_count;
        b->booking_id_count = i == 8 ? 1 : b->booking_id_count;
        for (size_t k = 0; k < b->service_count && i < 7; k++) {
            b->services[k].name = names[i] == NULL ? NULL : talloc_strdup(b, names[i]);
        }
        put(place, b);
    }
    struct zp__store_answer *answer = day(place, MORNING, MORNING + 3600, NULL, true);
    assert_true(answer->ok);
    assert_int_equal(answer->booking_count, ROWS);
    for (int i = 0; i < ROWS; i++) {
        assert_booking_equal(answer->bookings[i], wanted[i]);
        assert_booking_equal(booking(place, wanted[i]->request_id)->booking, wanted[i]);
        // Kept beyond its list, as screens do.
        struct zp_booking *kept = talloc_steal(place->ctx, answer->bookings[i]);
        assert_booking_equal(zp_booking_copy(place->ctx, kept), wanted[i]);
    }
}

static void test_a_change_keeps_history_and_numbers(void **state) {
    struct place *place = *state;
    struct zp_booking *b = booking_full(place->ctx, 1);
    struct zp_history first = entry(MORNING, "intent", "Анна", "");
    assert_true(
        apply(place, &(struct zp__change){.booking = b, .history = &first, .history_count = 1})
            ->ok);
    b->state = ZP_BOOKING_CANCELLED;
    b->booking_id_count = 0;
    struct zp_history more[] = {entry(MORNING + 1, "cancelling", "Анна", "ошибка"),
                                entry(MORNING + 1, "cancelled", "dikidi", "")};
    struct zp__store_answer *answer = apply(
        place, &(struct zp__change){
                   .booking = b, .expected_revision = 1, .history = more, .history_count = 2});
    assert_true(answer->ok);
    answer = booking(place, "request-000001");
    assert_int_equal(answer->booking->revision, 2);
    assert_int_equal(answer->booking->state, ZP_BOOKING_CANCELLED);
    assert_int_equal(answer->history_count, 3);
    assert_string_equal(answer->history[0].what, "intent");
    assert_string_equal(answer->history[1].detail, "ошибка");
    assert_string_equal(answer->history[2].by, "dikidi");
    assert_int_equal(answer->booking->booking_id_count, 1);
    assert_int_equal(booking(place, "7001-1")->error.code, ZP_E_NOT_FOUND);
}

static void test_guards(void **state) {
    struct place *place = *state;
    struct zp_booking *b = booking_full(place->ctx, 1);
    struct zp_history line = entry(MORNING, "intent", "", "");
    struct zp__store_new_task task = {.kind = "book", .next_at = MORNING};
    struct zp__change change = {.booking = b,
                                .expected_revision = 1,
                                .history = &line,
                                .history_count = 1,
                                .tasks = &task,
                                .task_count = 1};
    // Must exist, does not.
    assert_int_equal(apply(place, &change)->error.code, ZP_E_CONFLICT);
    assert_int_equal(booking(place, b->request_id)->error.code, ZP_E_NOT_FOUND);
    change.expected_revision = 0;
    assert_true(apply(place, &change)->ok);
    // Must not exist, does; then an old and a future revision.
    b->state = ZP_BOOKING_DROPPED;
    for (int64_t revision = 0; revision <= 2; revision += 2) {
        change.expected_revision = revision;
        struct zp__store_answer *answer = apply(place, &change);
        assert_int_equal(answer->error.code, ZP_E_CONFLICT);
        assert_null(answer->booking);
        assert_int_equal(answer->task_count, 0);
    }
    struct zp__store_answer *answer = booking(place, b->request_id);
    assert_int_equal(answer->booking->state, ZP_BOOKING_BOOKED);
    assert_int_equal(answer->history_count, 1);
    assert_int_equal(counts(place)->waiting, 1);
    // Another booking cannot take the number.
    struct zp_booking *thief = booking_full(place->ctx, 2);
    thief->booking_ids[1] = b->booking_ids[1];
    assert_int_equal(apply(place, &(struct zp__change){.booking = thief})->error.code,
                     ZP_E_CONFLICT);
    assert_int_equal(booking(place, thief->request_id)->error.code, ZP_E_NOT_FOUND);
    assert_string_equal(booking(place, "7001-1")->booking->request_id, b->request_id);
    // Neither booking nor task.
    assert_int_equal(apply(place, &(struct zp__change){0})->error.code, ZP_E_INTERNAL);
}

static void test_writes_that_wait_together_fail_alone(void **state) {
    struct place *place = *state;
    struct ticket tickets[40] = {0};
    for (int i = 0; i < 40; i++) {
        tickets[i].ctx = place->ctx;
        struct zp__change change = {.booking = booking_full(place->ctx, i),
                                    .expected_revision = i % 4 == 3};
        zp__store_apply(place->store, &change, ticket_fn, &tickets[i]);
    }
    for (int i = 0; i < 40; i++) {
        struct zp__store_answer *answer = ticket_wait(place, &tickets[i]);
        assert_int_equal(answer->error.code, i % 4 == 3 ? ZP_E_CONFLICT : ZP_OK);
        struct zp_booking *b = booking_full(place->ctx, i);
        assert_int_equal(booking(place, b->request_id)->ok, i % 4 != 3);
    }
}

struct order {
    int next;
    bool in_call, done;
};
struct turn {
    struct order *order;
    int number;
};

static void on_turn(const struct zp__store_answer *answer, void *data) {
    struct turn *turn = data;
    (void)answer;
    assert_false(turn->order->in_call);
    assert_int_equal(turn->order->next++, turn->number);
    turn->order->done = turn->order->next == 30;
}

static void test_answers_come_in_order_and_never_inside_a_call(void **state) {
    struct place *place = *state;
    struct order order = {.in_call = true};
    struct turn turns[30];
    for (int i = 0; i < 30; i++) {
        turns[i] = (struct turn){&order, i};
        if (i % 3 == 0) {
            zp__store_note(place->store, "x", on_turn, &turns[i]);
        } else {
            zp__store_put_note(place->store, "x", "y", on_turn, &turns[i]);
        }
    }
    order.in_call = false;
    // Nothing else keeps the loop alive: outstanding calls do, and it ends with the last.
    zp_loop_run(place->loop);
    assert_true(order.done);
}

static void free_the_store(const struct zp__store_answer *answer, void *data) {
    struct place *place = data;
    (void)answer;
    place_close(place);
}

static void test_the_store_may_be_freed_by_an_answer(void **state) {
    struct place *place = *state;
    struct ticket never = {.ctx = place->ctx};
    zp__store_note(place->store, "x", free_the_store, place);
    zp__store_put_note(place->store, "x", "kept", ticket_fn, &never);
    zp_loop_run(place->loop);
    assert_null(place->store);
    assert_false(never.done);
    // What was queued is done all the same.
    place_open(place);
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_note(place->store, "x", ticket_fn, &ticket);
    assert_string_equal(ticket_wait(place, &ticket)->text, "kept");
}

static void put_at(struct place *place, const char *id, int64_t from, int64_t to,
                   const char *master, enum zp_booking_state booking_state) {
    struct zp_booking *b = booking_plain(place->ctx, id, from, to);
    b->master_id = talloc_strdup(b, master);
    b->state = booking_state;
    put(place, b);
}

static void assert_day(struct zp__store_answer *answer, const char *const *ids) {
    assert_true(answer->ok);
    size_t count = 0;
    for (; ids[count] != NULL; count++) {
        assert_true(count < answer->booking_count);
        assert_string_equal(answer->bookings[count]->request_id, ids[count]);
    }
    assert_int_equal(answer->booking_count, count);
}
#define IDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_the_day_has_what_overlaps_it(void **state) {
    struct place *place = *state;
    const int64_t hour = 3600;
    put_at(place, "ends-as-it-begins", MORNING - hour, MORNING, "10", ZP_BOOKING_BOOKED);
    put_at(place, "reaches-in", MORNING - hour, MORNING + 1, "10", ZP_BOOKING_SENT);
    put_at(place, "three-days-long", MORNING - 72 * hour, MORNING + hour, "11", ZP_BOOKING_BOOKED);
    put_at(place, "inside-b", MORNING + 5, MORNING + hour, "11", ZP_BOOKING_UNCERTAIN);
    put_at(place, "inside-a", MORNING + 5, MORNING + hour, "10", ZP_BOOKING_CANCELLING);
    put_at(place, "no-length", MORNING, MORNING, "10", ZP_BOOKING_INTENT);
    put_at(place, "refused", MORNING + 6, MORNING + hour, "10", ZP_BOOKING_REFUSED);
    put_at(place, "cancelled", MORNING + 7, MORNING + hour, "10", ZP_BOOKING_CANCELLED);
    put_at(place, "dropped", MORNING + 8, MORNING + hour, "10", ZP_BOOKING_DROPPED);
    put_at(place, "reaches-out", MORNING + 9 * hour, MORNING + 99 * hour, "10", ZP_BOOKING_BOOKED);
    put_at(place, "begins-as-it-ends", MORNING + 10 * hour, MORNING + 11 * hour, "10",
           ZP_BOOKING_BOOKED);
    const int64_t to = MORNING + 10 * hour;
    assert_day(
        day(place, MORNING, to, NULL, false),
        IDS("three-days-long", "reaches-in", "no-length", "inside-a", "inside-b", "reaches-out"));
    assert_day(day(place, MORNING, to, "11", false), IDS("three-days-long", "inside-b"));
    assert_day(day(place, MORNING, to, "10", true),
               IDS("reaches-in", "no-length", "inside-a", "refused", "cancelled", "dropped",
                   "reaches-out"));
    assert_int_equal(day(place, to + 99 * hour, to + 199 * hour, NULL, true)->booking_count, 0);
    // An end without sense: seen for a month, and the bound goes no further.
    put_at(place, "endless", MORNING + 200 * hour, INT64_MAX, "10", ZP_BOOKING_BOOKED);
    assert_day(day(place, MORNING + 900 * hour, MORNING + 901 * hour, NULL, false), IDS("endless"));
    assert_int_equal(
        day(place, MORNING + 999 * hour, MORNING + 1000 * hour, NULL, false)->booking_count, 0);
}

static int64_t size_of(const char *path) {
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    return status.st_size;
}

// Its pages are written where nobody waits for an answer; nothing else lets the file grow here.
static void test_the_log_goes_into_the_database_at_rest(void **state) {
    struct place *place = *state;
    const int64_t before = size_of(place->path);
    for (int i = 0; i < 20; i++) {
        put(place, booking_full(place->ctx, i));
    }
    const int64_t until_ms = zp_clock_boot_ms() + 10000;
    while (size_of(place->path) == before && zp_clock_boot_ms() < until_ms) {
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    assert_true(size_of(place->path) > before);
    assert_int_equal(day(place, MORNING, MORNING + 7200, NULL, true)->booking_count, 20);
}

// A commit that makes the log's file longer waits for the file system's journal too.
static void test_commits_do_not_lengthen_the_log(void **state) {
    struct place *place = *state;
    const char *log = talloc_asprintf(place->ctx, "%s-wal", place->path);
    const int64_t piece = 256 * 1024, made = 1280 * 1024;
    int first = 0;
    for (int64_t size = 0; size < made; first++) { // a rest makes one piece
        const int64_t until_ms = zp_clock_boot_ms() + 10000;
        const int64_t wanted = size + piece < made ? size + piece : made;
        put(place, booking_full(place->ctx, first));
        while (size_of(log) < wanted && zp_clock_boot_ms() < until_ms) {
            nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        }
        assert_in_range(size_of(log), wanted, made);
        size = size_of(log);
    }
    assert_int_equal(size_of(log), made);
    for (int i = first; i < 60; i++) { // from time to time it begins anew
        put(place, booking_full(place->ctx, i));
        assert_int_equal(size_of(log), made);
        nanosleep(&(struct timespec){.tv_nsec = i % 5 == 0 ? 20000000 : 0}, NULL);
    }
    // What stands behind the last frame is no part of it: read as after a crash, from the two
    // files.
    const char *copy = talloc_asprintf(place->ctx, "%s/copy.db", place->dir);
    const char *command = talloc_asprintf(place->ctx, "cp '%s' '%s' && cp '%s' '%s-wal'",
                                          place->path, copy, log, copy);
    assert_int_equal(system(command), 0); // NOLINT(cert-env33-c): a fixture of this test's own
    assert_int_equal(number_outside(copy, "SELECT count(*) FROM booking"), 60);
    assert_file_whole(copy);
}

static void test_companies_do_not_see_each_other(void **state) {
    struct place *place = *state;
    struct zp_booking *b = booking_full(place->ctx, 1);
    struct zp__store_new_task task = {.kind = "book", .next_at = MORNING};
    assert_true(
        apply(place, &(struct zp__change){.booking = b, .tasks = &task, .task_count = 1})->ok);
    struct zp_store *first = place->store;
    place->store = place_open_other(place, "550002");
    assert_int_equal(booking(place, "7000-1")->error.code, ZP_E_NOT_FOUND);
    assert_int_equal(day(place, MORNING - 9999, MORNING + 9999, NULL, true)->booking_count, 0);
    assert_int_equal(claim(place, MORNING, 9)->task_count, 0);
    assert_int_equal(tasks(place)->task_count, 0);
    assert_int_equal(clients(place, "мария", 9)->client_count, 0);
    assert_int_equal(clients(place, "916", 9)->client_count, 0);
    // The same numbers live in both.
    struct zp__store_answer *answer =
        apply(place, &(struct zp__change){.booking = b, .tasks = &task, .task_count = 1});
    assert_true(answer->ok);
    assert_string_equal(answer->booking->company, "550002");
    talloc_free(first);
    assert_int_equal(claim(place, MORNING, 9)->task_count, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_booking_comes_back_whole, place_setup,
                                        place_teardown),
        cmocka_unit_test_setup_teardown(test_nulls_stay_nulls, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_a_day_has_its_rows_whole, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_a_change_keeps_history_and_numbers, place_setup,
                                        place_teardown),
        cmocka_unit_test_setup_teardown(test_guards, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_writes_that_wait_together_fail_alone, place_setup,
                                        place_teardown),
        cmocka_unit_test_setup_teardown(test_answers_come_in_order_and_never_inside_a_call,
                                        place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_the_store_may_be_freed_by_an_answer, place_setup,
                                        place_teardown),
        cmocka_unit_test_setup_teardown(test_the_day_has_what_overlaps_it, place_setup,
                                        place_teardown),
        cmocka_unit_test_setup_teardown(test_the_log_goes_into_the_database_at_rest, place_setup,
                                        place_teardown),
        cmocka_unit_test_setup_teardown(test_commits_do_not_lengthen_the_log, place_setup,
                                        place_teardown),
        cmocka_unit_test_setup_teardown(test_companies_do_not_see_each_other, place_setup,
                                        place_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
