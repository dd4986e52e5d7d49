// What a manager counts: every figure against bookings that were written here for it.
#include "fixture.h"

#define HOUR 3600
#define DAY  86400LL
// 2026-11-23 00:00 of a salon in Moscow; MORNING is its noon.
#define START  (MORNING - 12 * HOUR)
#define MONDAY ((struct zp_date){2026, 11, 23})

static struct zp_numbers *numbers(struct place *place, int days) {
    struct ticket ticket = {.ctx = place->ctx};
    int64_t *edges = talloc_array(place->ctx, int64_t, (unsigned)days + 1);
    for (int i = 0; i <= days; i++) {
        edges[i] = START + i * DAY;
    }
    const struct zp__numbers_asked asked = {
        .date = MONDAY, .days = days, .edges = edges, .now = MORNING};
    zp__store_numbers(place->store, &asked, ticket_fn, &ticket);
    struct zp__store_answer *answer = ticket_wait(place, &ticket);
    assert_true(answer->ok);
    return answer->figures;
}

static struct zp_booking *visit(struct place *place, int number, int64_t starts_at, int minutes) {
    struct zp_booking *b =
        booking_plain(place->ctx, talloc_asprintf(place->ctx, "visit-%03d", number), starts_at,
                      starts_at + minutes * 60LL);
    b->price_minor = 100000;
    b->currency = talloc_strdup(b, "RUB");
    b->client_phone = talloc_asprintf(b, "+7916%07d", number);
    return b;
}

static void at_master(struct zp_booking *b, const char *id, const char *name) {
    b->master_id = talloc_strdup(b, id);
    b->master = talloc_strdup(b, name);
}

static void cancelled(struct place *place, int number, const char *reason) {
    struct zp_booking *b = visit(place, number, MORNING + HOUR, 60);
    b->state = ZP_BOOKING_CANCELLED;
    b->cancel_reason = talloc_strdup(b, reason);
    put(place, b);
}

static void put_shifts(struct place *place, const struct zp_shift *shifts, size_t count, int days) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_put_shifts(place->store, shifts, count, MONDAY, days, 100, ticket_fn, &ticket);
    assert_true(ticket_wait(place, &ticket)->ok);
}

static void test_an_empty_journal_knows_nothing(void **state) {
    struct place *place = *state;
    const struct zp_numbers *got = numbers(place, 30);
    assert_int_equal(got->bookings + got->cancelled + got->unsettled + got->clients, 0);
    assert_int_equal(got->since, 0);
    assert_int_equal(got->shift_days, 0);
    assert_int_equal(got->master_count + got->money_count + got->reason_count, 0);
    assert_int_equal(got->days, 30);
}

static void test_each_visit_is_counted_where_it_belongs(void **state) {
    struct place *place = *state;
    struct zp_booking *b = visit(place, 1, START, 60); // the first instant of the day
    b->attendance = ZP_ATTENDANCE_CAME;
    b->origin = ZP_ORIGIN_APP;
    put(place, b);
    b = visit(place, 2, MORNING - HOUR, 60);
    b->attendance = ZP_ATTENDANCE_NO_SHOW;
    put(place, b);
    put(place, visit(place, 3, MORNING - 60, 60)); // begun, and nobody said whether he came
    b = visit(place, 4, MORNING + 60, 60);
    b->origin = ZP_ORIGIN_WALK_IN;
    b->client_phone = talloc_strdup(b, "");
    b->price_minor = 0;
    put(place, b);
    b = visit(place, 5, MORNING + HOUR, 60);
    b->state = ZP_BOOKING_CANCELLING; // it stands until Dikidi says otherwise
    put(place, b);
    for (int i = 0; i < 3; i++) {
        static const enum zp_booking_state open[] = {ZP_BOOKING_INTENT, ZP_BOOKING_SENT,
                                                     ZP_BOOKING_UNCERTAIN};
        b = visit(place, 10 + i, MORNING, 60);
        b->state = open[i];
        put(place, b);
    }
    b = visit(place, 20, MORNING, 60);
    b->state = ZP_BOOKING_REFUSED;
    put(place, b);
    b = visit(place, 21, MORNING, 60);
    b->moved_to = talloc_strdup(b, "visit-005"); // the old time of a move
    put(place, b);
    put(place, visit(place, 22, START - 1, 60));   // the day before
    put(place, visit(place, 23, START + DAY, 60)); // the day after
    const struct zp_numbers *got = numbers(place, 1);
    assert_int_equal(got->bookings, 5);
    assert_int_equal(got->came, 1);
    assert_int_equal(got->no_shows, 1);
    assert_int_equal(got->unmarked, 1);
    assert_int_equal(got->ahead, 2);
    assert_int_equal(got->unsettled, 3);
    assert_int_equal(got->cancelled, 0);
    assert_int_equal(got->sources[ZP_ORIGIN_DESK], 3);
    assert_int_equal(got->sources[ZP_ORIGIN_APP], 1);
    assert_int_equal(got->sources[ZP_ORIGIN_WALK_IN], 1);
    assert_int_equal(got->unpriced, 1);
    assert_int_equal(got->nameless, 1);
    assert_int_equal(got->money_count, 1);
    assert_int_equal(got->money[0].booked_minor, 300000);
    assert_int_equal(got->money[0].no_show_minor, 100000);
    assert_int_equal(numbers(place, 2)->bookings, 6);
}

static void test_reasons_and_currencies(void **state) {
    struct place *place = *state;
    cancelled(place, 1, "заболела");
    cancelled(place, 2, "");
    cancelled(place, 3, "передумала");
    cancelled(place, 4, "передумала");
    struct zp_booking *b = visit(place, 5, MORNING, 60);
    b->currency = talloc_strdup(b, "KZT");
    b->price_minor = 700;
    put(place, b);
    const struct zp_numbers *got = numbers(place, 1);
    assert_int_equal(got->cancelled, 4);
    assert_int_equal(got->reason_count, 3);
    assert_string_equal(got->reasons[0].reason, "передумала");
    assert_int_equal(got->reasons[0].count, 2);
    assert_null(got->reasons[1].reason);
    assert_string_equal(got->reasons[2].reason, "заболела");
    assert_int_equal(got->money_count, 2);
    assert_string_equal(got->money[0].currency, "KZT");
    assert_int_equal(got->money[0].booked_minor, 700);
    assert_string_equal(got->money[1].currency, "RUB");
    assert_int_equal(got->money[1].booked_minor, 0);
    assert_int_equal(got->money[1].cancelled_minor, 400000);
}

static void test_who_is_new(void **state) {
    struct place *place = *state;
    struct zp_booking *b = visit(place, 1, START - 40 * DAY, 60); // was here before
    put(place, b);
    b = visit(place, 101, MORNING, 60);
    b->client_phone = talloc_strdup(b, "+79160000001");
    put(place, b);
    put(place, visit(place, 2, MORNING, 60)); // twice today, and new
    b = visit(place, 102, MORNING + HOUR, 60);
    b->client_phone = talloc_strdup(b, "+79160000002");
    put(place, b);
    b = visit(place, 3, START - 5 * DAY, 60); // did not come then: no visit
    b->attendance = ZP_ATTENDANCE_NO_SHOW;
    put(place, b);
    b = visit(place, 103, MORNING, 60);
    b->client_phone = talloc_strdup(b, "+79160000003");
    put(place, b);
    cancelled(place, 4, "");
    const struct zp_numbers *got = numbers(place, 1);
    assert_int_equal(got->clients, 3);
    assert_int_equal(got->new_clients, 2);
    assert_int_equal(got->since, START - 40 * DAY);
}

// A shift that nobody asked Dikidi about is not known, which is something else than none.
static void test_load_is_set_against_known_shifts_only(void **state) {
    struct place *place = *state;
    struct zp_booking *b = visit(place, 1, MORNING, 90);
    at_master(b, "10", "Анна");
    put(place, b);
    b = visit(place, 2, MORNING + DAY, 60); // a day whose shifts nobody asked for
    at_master(b, "10", "Анна");
    put(place, b);
    b = visit(place, 3, MORNING, 30); // works without a shift
    at_master(b, "12", "Вера");
    put(place, b);
    b = visit(place, 4, MORNING, 3 * 24 * 60); // no visit lasts three days
    at_master(b, "12", "Вера");
    put(place, b);
    const struct zp_numbers *got = numbers(place, 2);
    assert_int_equal(got->shift_days, 0);
    assert_int_equal(got->master_count, 2);
    assert_int_equal(got->masters[0].shift_min, 0);
    struct zp_shift shifts[] = {{.master_id = talloc_strdup(place->ctx, "11"),
                                 .date = MONDAY,
                                 .from_min = 600,
                                 .to_min = 1200,
                                 .break_from_min = -1,
                                 .break_to_min = -1},
                                {.master_id = talloc_strdup(place->ctx, "10"),
                                 .date = MONDAY,
                                 .from_min = 600,
                                 .to_min = 1080,
                                 .break_from_min = 780,
                                 .break_to_min = 840}};
    put_shifts(place, shifts, 2, 1);
    struct zp_master masters[] = {
        {.id = talloc_strdup(place->ctx, "11"), .name = talloc_strdup(place->ctx, "Борис")},
        {.id = talloc_strdup(place->ctx, "10"), .name = talloc_strdup(place->ctx, "Анна П.")}};
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_put_catalogue(
        place->store,
        &(struct zp_catalogue){.masters = masters, .master_count = 2, .fetched_at = 400}, ticket_fn,
        &ticket);
    assert_true(ticket_wait(place, &ticket)->ok);
    got = numbers(place, 2);
    assert_int_equal(got->shift_days, 1);
    assert_int_equal(got->master_count, 3);
    assert_string_equal(got->masters[0].master, "Борис"); // the catalogue's order and names
    assert_int_equal(got->masters[0].bookings, 0);
    assert_int_equal(got->masters[0].shift_min, 600);
    assert_string_equal(got->masters[1].master, "Анна П.");
    assert_int_equal(got->masters[1].bookings, 2);
    assert_int_equal(got->masters[1].booked_min, 150);
    assert_int_equal(got->masters[1].known_min, 90);
    assert_int_equal(got->masters[1].shift_min, 420);
    assert_string_equal(got->masters[2].master, "Вера");
    assert_int_equal(got->masters[2].booked_min, 30);
    assert_int_equal(got->masters[2].shift_min, 0);
}

static void test_other_branches_are_not_counted(void **state) {
    struct place *place = *state;
    put(place, visit(place, 1, MORNING, 60));
    place_close(place);
    run_outside(place->path, "UPDATE booking SET company = '7'");
    place_open(place);
    assert_int_equal(numbers(place, 1)->bookings, 0);
}

static void ask_numbers(struct place *place, struct ticket *ticket) {
    const int64_t edges[] = {START, START + DAY};
    const struct zp__numbers_asked asked = {
        .date = MONDAY, .days = 1, .edges = edges, .now = MORNING};
    zp__store_numbers(place->store, &asked, ticket_fn, ticket);
}

struct race {
    struct ticket count, write;
    bool write_first;
};

static void on_write(const struct zp__store_answer *answer, void *data) {
    struct race *race = data;
    race->write_first = !race->count.done;
    ticket_fn(answer, &race->write);
}

// With pieces of one row a write comes before the end of a count that was asked for earlier, and is
// in it all the same: a count is of one state of the journal.
static void test_a_write_does_not_wait_for_a_long_count(void **state) {
    struct place *place = *state;
    const struct zp__store_options options = {.lease_ms = ZP__STORE_LEASE_MS, .piece_us = 1};
    const int visits = 120;
    struct zp_error error = {0};
    place_close(place);
    char *url = talloc_asprintf(place->ctx, "sqlite:%s", place->path);
    place->store = zp__store_open_with(place->ctx, place->loop, url, "550001", &options, &error);
    assert_non_null(place->store);
    for (int i = 0; i < visits; i++) {
        struct zp_booking *b = visit(place, i, MORNING + i / 3 * 60, 30);
        b->client_phone = talloc_asprintf(b, "+7916%07d", i % 50);
        put(place, b);
    }
    put_shifts(place, NULL, 0, 1);
    struct race race = {.write_first = false};
    int written = visits;
    for (int tries = 0; tries < 20 && !race.write_first; tries++) {
        race = (struct race){.count.ctx = place->ctx, .write.ctx = place->ctx};
        struct zp_booking *b = visit(place, written, MORNING, 30);
        ask_numbers(place, &race.count);
        zp__store_apply(place->store, &(struct zp__change){.booking = b}, on_write, &race);
        assert_true(ticket_wait(place, &race.write)->ok);
        const struct zp__store_answer *answer = ticket_wait(place, &race.count);
        assert_true(answer->ok);
        assert_int_equal(answer->figures->bookings, written + race.write_first);
        assert_int_equal(answer->figures->clients, answer->figures->bookings - visits + 50);
        assert_int_equal(answer->figures->new_clients, answer->figures->clients);
        assert_int_equal(answer->figures->shift_days, 1);
        written++;
    }
    assert_true(race.write_first);
}

// Written to all the time, it comes to an end.
static void test_a_count_ends_while_others_write(void **state) {
    struct place *place = *state;
    const struct zp__store_options options = {.lease_ms = ZP__STORE_LEASE_MS, .piece_us = 1};
    struct zp_error error = {0};
    struct ticket count = {.ctx = place->ctx};
    place_close(place);
    char *url = talloc_asprintf(place->ctx, "sqlite:%s", place->path);
    place->store = zp__store_open_with(place->ctx, place->loop, url, "550001", &options, &error);
    assert_non_null(place->store);
    put(place, visit(place, 1, MORNING, 30));
    put(place, visit(place, 2, MORNING, 30));
    ask_numbers(place, &count);
    int writes = 0;
    for (; writes < 100 && !count.done; writes++) {
        struct ticket write = {.ctx = place->ctx};
        zp__store_put_note(place->store, "n", writes % 2 == 0 ? "a" : "b", ticket_fn, &write);
        assert_true(ticket_wait(place, &write)->ok);
    }
    assert_true(writes < 100);
    assert_int_equal(count.answer->figures->bookings, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(void) {
    const struct CMUnitTest list[] = {
        TEST(test_an_empty_journal_knows_nothing),
        TEST(test_each_visit_is_counted_where_it_belongs),
        TEST(test_reasons_and_currencies),
        TEST(test_who_is_new),
        TEST(test_load_is_set_against_known_shifts_only),
        TEST(test_other_branches_are_not_counted),
        TEST(test_a_write_does_not_wait_for_a_long_count),
        TEST(test_a_count_ends_while_others_write),
    };
    return cmocka_run_group_tests(list, NULL, NULL);
}
