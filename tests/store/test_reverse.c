// Cancels wished in the CRM, and which bookings are to be read at Dikidi again.
#include "fixture.h"

#define NOW  (MORNING - 3600)
#define HOUR 3600LL

static struct zp__reverse wish(const char *request_id, const char *crm_id, int64_t found_at) {
    return (struct zp__reverse){.request_id = request_id,
                                .entity = ZP_CRM_LEAD,
                                .crm_id = crm_id,
                                .stage_id = "JUNK",
                                .found_at = found_at};
}

static struct zp__store_answer *wish_with(struct place *place, const char *request_id,
                                          const struct zp__reverse *list, size_t count,
                                          const char *const *drop) {
    struct zp__store_answer *now = booking(place, request_id);
    assert_true(now->ok);
    return apply(place, &(struct zp__change){.booking = now->booking,
                                             .expected_revision = now->booking->revision,
                                             .reverse = list,
                                             .reverse_count = count,
                                             .reverse_drop = drop});
}

static void test_the_list(void **state) {
    struct place *place = *state;
    assert_true(reverse(place, 0)->ok);
    assert_int_equal(reverse(place, 0)->reverse_count, 0);
    for (int i = 1; i <= 3; i++) {
        put(place, booking_full(place->ctx, i));
    }
    const struct zp__reverse two[] = {wish("request-000001", "d1", MORNING + 9),
                                      wish("request-000002", "d2", MORNING + 4)};
    assert_true(wish_with(place, "request-000001", two, 2, NULL)->ok);
    struct zp__store_answer *answer = reverse(place, 0);
    assert_true(answer->ok);
    assert_int_equal(answer->reverse_count, 2);
    assert_int_equal(answer->booking_count, 2);
    assert_string_equal(answer->reverse[0].request_id, "request-000002");
    assert_string_equal(answer->reverse[0].crm_id, "d2");
    assert_string_equal(answer->reverse[0].stage_id, "JUNK");
    assert_int_equal(answer->reverse[0].entity, ZP_CRM_LEAD);
    assert_int_equal(answer->reverse[0].found_at, MORNING + 4);
    assert_string_equal(answer->bookings[0]->request_id, "request-000002");
    assert_string_equal(answer->bookings[1]->request_id, "request-000001");

    // A second one for the same booking replaces the first.
    const struct zp__reverse again = wish("request-000002", "d7", MORNING + 20);
    assert_true(wish_with(place, "request-000001", &again, 1, NULL)->ok);
    answer = reverse(place, 0);
    assert_int_equal(answer->reverse_count, 2);
    assert_string_equal(answer->reverse[1].crm_id, "d7");

    // Taken off; and of what is put on and taken off at once nothing is left.
    static const char *const drop[] = {"request-000002", "request-000003", NULL};
    const struct zp__reverse third = wish("request-000003", "d3", MORNING);
    assert_true(wish_with(place, "request-000001", &third, 1, drop)->ok);
    answer = reverse(place, 0);
    assert_int_equal(answer->reverse_count, 1);
    assert_string_equal(answer->reverse[0].request_id, "request-000001");
    // With its booking it goes; another company does not see it.
    struct zp_store *ours = place->store;
    place->store = place_open_other(place, "550002");
    assert_int_equal(reverse(place, 0)->reverse_count, 0);
    place->store = ours;
    run_outside(place->path, "PRAGMA foreign_keys = ON; DELETE FROM booking");
    assert_int_equal(reverse(place, 0)->reverse_count, 0);
}

// What went by the CRM's wish alone, by the time of its line; nothing else is counted.
static void test_how_many_went_lately(void **state) {
    struct place *place = *state;
    static const struct {
        int64_t at;
        const char *what, *by;
    } lines[] = {{MORNING, ZP_HISTORY_CANCELLING, ZP_HISTORY_BY_CRM},
                 {MORNING + 10, ZP_HISTORY_CANCELLING, ZP_HISTORY_BY_CRM},
                 {MORNING + 10, ZP_HISTORY_CANCELLING, "olga"},
                 {MORNING + 10, "crm-lost", ZP_HISTORY_BY_CRM}};
    put(place, booking_full(place->ctx, 1));
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const struct zp_history line = {.at = lines[i].at,
                                        .what = talloc_strdup(place->ctx, lines[i].what),
                                        .by = talloc_strdup(place->ctx, lines[i].by)};
        struct zp__store_answer *now = booking(place, "request-000001");
        assert_true(apply(place, &(struct zp__change){.booking = now->booking,
                                                      .expected_revision = now->booking->revision,
                                                      .history = &line,
                                                      .history_count = 1})
                        ->ok);
    }
    assert_int_equal(reverse_since(place, MORNING)->recent, 2);
    assert_int_equal(reverse_since(place, MORNING + 1)->recent, 1);
    assert_int_equal(reverse_since(place, MORNING + 11)->recent, 0);
    struct zp_store *ours = place->store;
    place->store = place_open_other(place, "550002");
    assert_int_equal(reverse_since(place, MORNING)->recent, 0);
    place->store = ours;
}

// What fails takes everything of its change back.
static void test_a_wish_for_nobody_is_an_error(void **state) {
    struct place *place = *state;
    put(place, booking_full(place->ctx, 1));
    const struct zp__reverse nobody = wish("request-000404", "d", MORNING);
    assert_int_equal(wish_with(place, "request-000001", &nobody, 1, NULL)->error.code, ZP_E_STORE);
    assert_int_equal(booking(place, "request-000001")->booking->revision, 1);
    assert_int_equal(reverse(place, 0)->reverse_count, 0);
}

static void test_what_is_looked_at_still(void **state) {
    struct place *place = *state;
    int64_t ids[4];
    for (int i = 0; i < 4; i++) {
        struct zp__store_new_task task = {
            .kind = i == 3 ? ZP_TASK_LOOK : ZP_TASK_LOOK_ENTRY,
            .subject = talloc_asprintf(place->ctx, "deal:%d", i),
            .next_at = MORNING,
            .claimed = true,
        };
        ids[i] =
            apply(place, &(struct zp__change){.tasks = &task, .task_count = 1})->tasks[0].task.id;
    }
    assert_true(apply(place, &(struct zp__change){.task_id = ids[0],
                                                  .task_end = ZP_TASK_AGAIN,
                                                  .task_next_at = MORNING})
                    ->ok);
    struct zp__store_answer *answer = reverse(place, 0);
    assert_int_equal(answer->looking, 3);
    assert_int_equal(answer->last_task, ids[3]);
    assert_int_equal(reverse(place, ids[1])->looking, 2);
    assert_true(apply(place, &(struct zp__change){.task_id = ids[1],
                                                  .task_end = ZP_TASK_TO_PERSON,
                                                  .task_error = "x"})
                    ->ok);
    assert_int_equal(reverse(place, ids[1])->looking, 1);
    assert_true(
        apply(place, &(struct zp__change){.task_id = ids[2], .task_end = ZP_TASK_FINISHED})->ok);
    assert_int_equal(reverse(place, 0)->looking, 1);
    assert_int_equal(reverse(place, 0)->last_task, ids[3]);
}

// ---- reading again

static void put_visit(struct place *place, const char *number, int64_t starts_at,
                      enum zp_booking_state how) {
    struct zp_booking *b = booking_plain(place->ctx, talloc_asprintf(place->ctx, "r%s", number),
                                         starts_at, starts_at + HOUR);
    b->booking_id = talloc_strdup(b, number);
    b->state = how;
    put(place, b);
}

static void see(struct place *place, const char *number, int64_t at) {
    struct zp__store_new_task task = {
        .kind = "k", .subject = "dikidi:seen", .next_at = MORNING, .claimed = true};
    int64_t id =
        apply(place, &(struct zp__change){.tasks = &task, .task_count = 1})->tasks[0].task.id;
    assert_true(apply(place, &(struct zp__change){.task_id = id,
                                                  .task_end = ZP_TASK_FINISHED,
                                                  .seen_number = number,
                                                  .seen_at = at})
                    ->ok);
}

// The numbers in order, with spaces.
static const char *numbers(struct place *place, size_t limit) {
    const struct zp__stale asked = {
        .now = NOW, .near_s = 48 * HOUR, .near_age_s = 600, .far_age_s = 7200, .limit = limit};
    struct zp__store_answer *answer = stale(place, &asked);
    assert_true(answer->ok);
    char *all = talloc_strdup(place->ctx, "");
    for (size_t i = 0; i < answer->number_count; i++) {
        all = talloc_asprintf_append(all, "%s%s", i == 0 ? "" : " ", answer->numbers[i]);
    }
    return all;
}

static void test_numbers_not_read_for_a_while(void **state) {
    struct place *place = *state;
    assert_string_equal(numbers(place, 9), "");
    put_visit(place, "over", NOW, ZP_BOOKING_BOOKED);
    put_visit(place, "gone", NOW + HOUR, ZP_BOOKING_CANCELLED);
    put_visit(place, "far", NOW + 48 * HOUR + 1, ZP_BOOKING_BOOKED);
    put_visit(place, "near", NOW + 48 * HOUR, ZP_BOOKING_BOOKED);
    put_visit(place, "soon", NOW + 1, ZP_BOOKING_BOOKED);
    put(place, booking_plain(place->ctx, "unnumbered", NOW + HOUR, NOW + 2 * HOUR));
    assert_string_equal(numbers(place, 9), "soon near far");
    assert_string_equal(numbers(place, 2), "soon near");
    // Never read goes before soon.
    see(place, "soon", NOW - 600);
    assert_string_equal(numbers(place, 9), "near far soon");
    see(place, "soon", NOW - 599);
    see(place, "near", NOW - 600);
    see(place, "far", NOW - 7199);
    see(place, "unknown", NOW);
    assert_string_equal(numbers(place, 9), "near");
    see(place, "far", NOW - 7200);
    assert_string_equal(numbers(place, 9), "far near"); // read longest ago first: none starves

    // Left out while it is looked at.
    struct zp__store_new_task looks[] = {
        {.kind = ZP_TASK_LOOK, .subject = "dikidi:near", .next_at = MORNING},
        {.kind = ZP_TASK_LOOK, .subject = "rfar", .next_at = MORNING},
        {.kind = ZP_TASK_LOOK_ENTRY, .subject = "dikidi:soon", .next_at = MORNING}};
    assert_true(apply(place, &(struct zp__change){.tasks = looks, .task_count = 1})->ok);
    assert_string_equal(numbers(place, 9), "far");
    assert_true(apply(place, &(struct zp__change){.tasks = looks, .task_count = 3})->ok);
    assert_string_equal(numbers(place, 9), "");
}

static void test_when_it_was_read_survives_every_rewrite(void **state) {
    struct place *place = *state;
    struct zp_booking *b = booking_full(place->ctx, 1);
    // With the row that is made by the same change, by its second number.
    assert_true(
        apply(place,
              &(struct zp__change){.booking = b, .seen_number = b->booking_ids[1], .seen_at = NOW})
            ->ok);
    assert_int_equal(number_outside(place->path, "SELECT seen_at FROM booking"), NOW);
    assert_int_equal(booking(place, b->request_id)->booking->revision, 1);
    assert_true(apply(place, &(struct zp__change){.booking = b, .expected_revision = 1})->ok);
    assert_int_equal(number_outside(place->path, "SELECT seen_at FROM booking"), NOW);
    // With a row that stands there: one revision, as without it.
    struct zp__store_answer *answer = apply(place, &(struct zp__change){.booking = b,
                                                                        .expected_revision = 2,
                                                                        .seen_number = "7000-1",
                                                                        .seen_at = NOW + 5});
    assert_int_equal(answer->booking->revision, 3);
    assert_int_equal(number_outside(place->path, "SELECT seen_at FROM booking"), NOW + 5);
    see(place, "7000-1", NOW + 7);
    assert_int_equal(booking(place, b->request_id)->booking->revision, 3);
    assert_int_equal(number_outside(place->path, "SELECT seen_at FROM booking"), NOW + 7);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(void) {
    const struct CMUnitTest list[] = {
        TEST(test_the_list),
        TEST(test_how_many_went_lately),
        TEST(test_a_wish_for_nobody_is_an_error),
        TEST(test_what_is_looked_at_still),
        TEST(test_numbers_not_read_for_a_while),
        TEST(test_when_it_was_read_survives_every_rewrite),
    };
    return cmocka_run_group_tests(list, NULL, NULL);
}
