// The waiting list: wishes and their history, how they end with their booking, what cancelled
// visits left, and erasing a person from it.
#include "fixture.h"

#include <stdlib.h>

#define PHONE  "+79169876543"
#define SECRET "аллергия-на-хну"

static struct zp_waiting wish_of(struct place *place, const char *name) {
    char **ids = talloc_zero_array(place->ctx, char *, 1);
    ids[0] = talloc_strdup(ids, "12");
    return (struct zp_waiting){.client_phone = talloc_strdup(ids, PHONE),
                               .client_name = talloc_strdup(ids, name),
                               .service_ids = ids,
                               .service_count = 1,
                               .master_id = talloc_strdup(ids, "10"),
                               .from = {2026, 11, 23},
                               .to = {2026, 11, 25},
                               .from_min = 600,
                               .to_min = 1080,
                               .comment = talloc_strdup(ids, SECRET)};
}

static struct zp__store_answer *put_wish(struct place *place, const struct zp_waiting *row,
                                         const char *drop, int64_t now) {
    struct ticket ticket = {.ctx = place->ctx};
    const struct zp__waiting_change change = {
        .row = row, .drop_reason = drop, .by = "Анна", .now = now};
    zp__store_put_waiting(place->store, &change, ticket_fn, &ticket);
    return ticket_wait(place, &ticket);
}

static struct zp__store_answer *list(struct place *place, struct zp__waiting_query query) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_waiting(place->store, &query, ticket_fn, &ticket);
    return ticket_wait(place, &ticket);
}

static struct zp__store_answer *one(struct place *place, int64_t id) {
    return list(place, (struct zp__waiting_query){.id = id});
}

static struct zp__store_answer *freed(struct place *place) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_freed(place->store, MORNING, MORNING + 86400, ticket_fn, &ticket);
    return ticket_wait(place, &ticket);
}

static int64_t add(struct place *place, const char *name, int64_t now) {
    const struct zp_waiting row = wish_of(place, name);
    struct zp__store_answer *answer = put_wish(place, &row, NULL, now);
    assert_true(answer->ok);
    assert_int_equal(answer->waiting_count, 1);
    return answer->waitings[0].id;
}

static struct zp_booking *intent(struct place *place, const char *request_id) {
    struct zp_booking *b = booking_plain(place->ctx, request_id, MORNING, MORNING + 3600);
    b->state = ZP_BOOKING_INTENT;
    b->created_by = talloc_strdup(b, "Анна");
    b->updated_at = 500;
    return b;
}

static bool bind(struct place *place, struct zp_booking *b, int64_t id) {
    const struct zp__change change = {.booking = b, .waiting_id = id};
    struct zp__store_answer *answer = apply(place, &change);
    if (!answer->ok) {
        assert_int_equal(answer->error.code, ZP_E_REFUSED);
        assert_string_equal(answer->error.name, "WAITING_ENDED");
    }
    return answer->ok;
}

// The next state of a row, as any process may learn it.
static void become(struct place *place, struct zp_booking *b, enum zp_booking_state state,
                   int64_t revision) {
    b->state = state;
    b->updated_at = 600 + revision;
    const struct zp__change change = {.booking = b, .expected_revision = revision};
    assert_true(apply(place, &change)->ok);
}

static void assert_line(const struct zp__store_answer *answer, size_t at, const char *what,
                        const char *detail) {
    assert_true(at < answer->history_count);
    assert_string_equal(answer->history[at].what, what);
    assert_string_equal(answer->history[at].by, "Анна");
    assert_string_equal(answer->history[at].detail, detail);
}

static void test_a_wish_is_kept_changed_and_dropped(void **state) {
    struct place *place = *state;
    const int64_t first = add(place, "Мария", 100), second = add(place, "Пётр", 50);
    assert_int_equal(first, 1);
    assert_int_equal(second, 2);
    struct zp__store_answer *answer = list(place, (struct zp__waiting_query){0});
    assert_int_equal(answer->waiting_count, 2);
    assert_int_equal(answer->waitings[0].id, second); // waits longer
    const struct zp_waiting *row = &answer->waitings[1];
    assert_string_equal(row->client_name, "Мария");
    assert_string_equal(row->client_phone, PHONE);
    assert_string_equal(row->service_ids[0], "12");
    assert_string_equal(row->master_id, "10");
    assert_int_equal(zp_date_compare(row->to, (struct zp_date){2026, 11, 25}), 0);
    assert_int_equal(row->from_min, 600);
    assert_int_equal(row->to_min, 1080);
    assert_string_equal(row->comment, SECRET);
    assert_string_equal(row->made_by, "Анна");

    struct zp_waiting changed = *row;
    changed.master_id = NULL;
    changed.from_min = 0;
    assert_true(put_wish(place, &changed, NULL, 200)->ok);
    answer = one(place, first);
    assert_null(answer->waitings[0].master_id);
    assert_int_equal(answer->waitings[0].made_at, 100); // changing it costs nobody his turn
    assert_line(answer, 0, "added", "2026-11-23..2026-11-25 10:00-18:00 [\"12\"] 10");
    assert_line(answer, 1, "changed", "2026-11-23..2026-11-25 00:00-18:00 [\"12\"] *");

    assert_true(put_wish(place, &changed, "передумала", 300)->ok);
    answer = one(place, first);
    assert_int_equal(answer->waitings[0].state, ZP_WAITING_DROPPED);
    assert_string_equal(answer->waitings[0].reason, "передумала");
    assert_line(answer, 2, "dropped", "передумала");
    assert_int_equal(list(place, (struct zp__waiting_query){0})->waiting_count, 1);
    assert_int_equal(list(place, (struct zp__waiting_query){.ended = true})->waiting_count, 2);
    answer = put_wish(place, &changed, NULL, 400);
    assert_false(answer->ok);
    assert_string_equal(answer->error.name, "WAITING_ENDED");
    assert_int_equal(one(place, 99)->error.code, ZP_E_NOT_FOUND);
    // Nobody takes a line out of it.
    assert_int_equal(number_outside(place->path, "SELECT count(*) FROM sqlite_schema WHERE"
                                                 " name = 'waiting_history_stays'"),
                     1);
    assert_int_equal(clients(place, "мария", 5)->client_count, 1);
}

static void test_a_wish_ends_with_its_booking(void **state) {
    struct place *place = *state;
    const int64_t id = add(place, "Мария", 100);
    struct zp_booking *b = intent(place, "r1");
    assert_true(bind(place, b, id));
    assert_int_equal(one(place, id)->waitings[0].state, ZP_WAITING_BOOKING);
    // Two desks at once: the second books nothing.
    assert_false(bind(place, intent(place, "r2"), id));
    assert_int_equal(booking(place, "r2")->error.code, ZP_E_NOT_FOUND);

    become(place, b, ZP_BOOKING_SENT, 1);
    become(place, b, ZP_BOOKING_UNCERTAIN, 2);
    assert_int_equal(one(place, id)->waitings[0].state, ZP_WAITING_BOOKING);
    b->booking_id = talloc_strdup(b, "70001");
    become(place, b, ZP_BOOKING_BOOKED, 3);
    struct zp__store_answer *answer = one(place, id);
    assert_int_equal(answer->waitings[0].state, ZP_WAITING_BOOKED);
    assert_string_equal(answer->waitings[0].request_id, "r1");
    assert_int_equal(answer->waitings[0].ended_at, 603);
    assert_line(answer, 1, "booking", "r1");
    assert_line(answer, 2, "booked", "70001");
    become(place, b, ZP_BOOKING_CANCELLED, 4); // a later cancel is another matter
    assert_int_equal(one(place, id)->waitings[0].state, ZP_WAITING_BOOKED);
}

// Undone: it waits on once that is so, and ends again where the booking stands after all.
static void test_an_undone_booking_lets_the_wish_wait(void **state) {
    struct place *place = *state;
    const int64_t id = add(place, "Мария", 100);
    struct zp_booking *b = intent(place, "r1");
    const struct zp__change undo = {.booking = b, .expected_revision = 2, .waiting_again = true};
    assert_true(bind(place, b, id));
    become(place, b, ZP_BOOKING_BOOKED, 1);
    b->state = ZP_BOOKING_CANCELLING;
    assert_true(apply(place, &undo)->ok);
    assert_int_equal(one(place, id)->waitings[0].state, ZP_WAITING_BOOKING);
    become(place, b, ZP_BOOKING_BOOKED, 3); // Dikidi refused the cancel
    assert_int_equal(one(place, id)->waitings[0].state, ZP_WAITING_BOOKED);
    b->state = ZP_BOOKING_CANCELLING;
    const struct zp__change again = {.booking = b, .expected_revision = 4, .waiting_again = true};
    assert_true(apply(place, &again)->ok);
    become(place, b, ZP_BOOKING_CANCELLED, 5);
    struct zp__store_answer *answer = one(place, id);
    assert_int_equal(answer->waitings[0].state, ZP_WAITING_OPEN);
    assert_int_equal(answer->waitings[0].made_at, 100); // in its old place
    assert_int_equal(answer->waitings[0].ended_at, 0);
    assert_null(answer->waitings[0].request_id);
    assert_line(answer, 4, "waiting", "cancelled");
}

static void test_a_booking_that_fails_lets_the_wish_wait(void **state) {
    struct place *place = *state;
    const int64_t id = add(place, "Мария", 100);
    static const enum zp_booking_state ends[] = {ZP_BOOKING_REFUSED, ZP_BOOKING_DROPPED,
                                                 ZP_BOOKING_CANCELLED};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        struct zp_booking *b = intent(place, talloc_asprintf(place->ctx, "r%zu", i));
        assert_true(bind(place, b, id));
        become(place, b, ends[i], 1);
        struct zp__store_answer *answer = one(place, id);
        assert_int_equal(answer->waitings[0].state, ZP_WAITING_OPEN);
        assert_null(answer->waitings[0].request_id);
        assert_line(answer, 2 + 2 * i, "waiting", zp_booking_state_name(ends[i]));
    }
    // Once more, under a new request.
    struct zp_booking *b = intent(place, "last");
    assert_true(bind(place, b, id));
    become(place, b, ZP_BOOKING_BOOKED, 1);
    assert_int_equal(one(place, id)->waitings[0].state, ZP_WAITING_BOOKED);
}

static void put_at(struct place *place, const char *id, int from_min, int to_min,
                   enum zp_booking_state state, const char *master) {
    struct zp_booking *b =
        booking_plain(place->ctx, id, MORNING + from_min * 60LL, MORNING + to_min * 60LL);
    b->state = state;
    b->master_id = talloc_strdup(b, master);
    put(place, b);
}

static void assert_gap(const struct zp__store_answer *answer, size_t at, const char *master,
                       int from_min, int to_min) {
    assert_true(at < answer->gap_count);
    assert_string_equal(answer->gaps[at].master_id, master);
    assert_int_equal(answer->gaps[at].from, MORNING + from_min * 60LL);
    assert_int_equal(answer->gaps[at].to, MORNING + to_min * 60LL);
}

static void test_what_cancelled_visits_left(void **state) {
    struct place *place = *state;
    assert_int_equal(freed(place)->gap_count, 0);
    put_at(place, "a", 0, 60, ZP_BOOKING_CANCELLED, "10");
    put_at(place, "b", 60, 90, ZP_BOOKING_CANCELLED, "10");   // joins it
    put_at(place, "c", 120, 240, ZP_BOOKING_CANCELLED, "10"); // half of it is taken again
    put_at(place, "d", 150, 180, ZP_BOOKING_UNCERTAIN, "10");
    put_at(place, "e", 120, 240, ZP_BOOKING_BOOKED, "11"); // another master's
    put_at(place, "f", 300, 360, ZP_BOOKING_CANCELLED, "11");
    put_at(place, "g", 270, 400, ZP_BOOKING_BOOKED, "11");  // all of it is taken again
    put_at(place, "h", 500, 560, ZP_BOOKING_DROPPED, "10"); // nobody knows about it
    struct zp__store_answer *answer = freed(place);
    assert_int_equal(answer->gap_count, 3);
    assert_gap(answer, 0, "10", 0, 90);
    assert_gap(answer, 1, "10", 120, 150);
    assert_gap(answer, 2, "10", 180, 240);
}

static void test_a_person_is_forgotten(void **state) {
    struct place *place = *state;
    const int64_t id = add(place, "Пелагея", 100);
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_forget(place->store, PHONE, 900, ticket_fn, &ticket);
    struct zp__store_answer *answer = ticket_wait(place, &ticket);
    assert_true(answer->ok);
    assert_false(answer->traces);
    answer = one(place, id);
    assert_int_equal(answer->waitings[0].state, ZP_WAITING_DROPPED);
    assert_string_equal(answer->waitings[0].client_phone, "");
    assert_string_equal(answer->waitings[0].client_name, "");
    assert_string_equal(answer->waitings[0].comment, "");
    assert_int_equal(answer->history_count, 1); // that somebody waited is not undone
    assert_string_equal(answer->history[0].detail, "");
    place_close(place);
    char *command = talloc_asprintf(place->ctx, "! grep -qa -e Пелагея -e 9169876543 -e '%s' %s*",
                                    SECRET, place->path);
    assert_int_equal(system(command), 0); // NOLINT(cert-env33-c,concurrency-mt-unsafe)
    assert_file_whole(place->path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_wish_is_kept_changed_and_dropped, place_setup,
                                        place_teardown),
        cmocka_unit_test_setup_teardown(test_a_wish_ends_with_its_booking, place_setup,
                                        place_teardown),
        cmocka_unit_test_setup_teardown(test_an_undone_booking_lets_the_wish_wait, place_setup,
                                        place_teardown),
        cmocka_unit_test_setup_teardown(test_a_booking_that_fails_lets_the_wish_wait, place_setup,
                                        place_teardown),
        cmocka_unit_test_setup_teardown(test_what_cancelled_visits_left, place_setup,
                                        place_teardown),
        cmocka_unit_test_setup_teardown(test_a_person_is_forgotten, place_setup, place_teardown),
    };
    return cmocka_run_group_tests_name("the waiting list in the journal", tests, NULL, NULL);
}
