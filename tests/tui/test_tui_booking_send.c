// New booking, step 4: golden screens of the confirmation and each answer, what is asked of the
// desk, and the key budgets.
#include "bench.h"
#include "booking_salon.h"
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// What the last booking asked for, as far as it is plain values.
static struct zp_draft asked(struct bench *bench) {
    const struct bench_ask *ask = bench_pending(bench, ZP_ASK_BOOK);

    assert_non_null(ask);
    return ask->request.u.book;
}

// To the confirmation of a haircut at 15:30 for a walk-in.
static struct bench *confirm_walk_in(int rows, int cols) {
    struct bench *bench = booking_open(rows, cols);

    bench_type(bench, "стр");
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    bench_keys(bench, "Down F9");
    return bench;
}

static void confirm__all_in_words(void **state) {
    struct bench *bench = confirm_walk_in(24, 80);

    (void)state;
    bench_golden(bench, "booking-confirm");
    bench_keys(bench, "Esc");
    bench_type(bench, "+7 916 1234567");
    bench_keys(bench, "Enter");
    bench_type(bench, "Мария");
    bench_keys(bench, "Tab");
    bench_type(bench, "без лака");
    bench_keys(bench, "Enter");
    bench_golden(bench, "booking-confirm-client");
    bench_keys(bench, "Enter");
    assert_true(asked(bench).starts_at == salon_at(15, 30));
    assert_false(asked(bench).walk_in);
    bench_golden(bench, "booking-sending");
    bench_resize(bench, 15, 60);
    bench_golden(bench, "booking-sending-60x15");
    talloc_free(bench);
}

// The price list came late, or anew, and has the chosen service no more.
static void confirm__service_gone__is_not_sent(void **state) {
    struct bench *bench = confirm_walk_in(24, 80);
    struct zp_event *without = booking_catalogue(bench);

    (void)state;
    for (size_t i = 0; i < without->catalogue->service_count; i++)
        if (strcmp(without->catalogue->services[i].id, "502") == 0)
            without->catalogue->services[i].id = talloc_strdup(without->catalogue, "599");
    bench_keys(bench, "F3 Ctrl-R");
    bench_keys(bench, "F6");
    bench_answer(bench, ZP_ASK_CATALOGUE, without);
    bench_keys(bench, "Enter");
    assert_null(bench_pending(bench, ZP_ASK_BOOK));
    booking_assert_shows(bench, "Choose a service first.");
    talloc_free(bench);
}

static void confirm__booked__day_has_it(void **state) {
    struct bench *bench = confirm_walk_in(24, 80);
    struct zp_event *day = NULL;

    (void)state;
    bench_keys(bench, "Enter");
    assert_true(asked(bench).walk_in);
    bench_answer(bench, ZP_ASK_BOOK, booking_made(bench, ZP_BOOKING_BOOKED, ZP_OK, ""));
    assert_string_equal(app_screen(bench->app), "day");
    booking_assert_shows(bench, "Booked: number 9877");
    day = salon_day(bench);
    salon_add(day, salon_booking(day, "77", 0, 930, 975, "Гость", "Стрижка"));
    bench_answer(bench, ZP_ASK_DAY, day);
    bench_golden(bench, "booking-booked");
    talloc_free(bench);
}

// The Enter that books is often one of many.
static void confirm__booked__is_read_in_spite_of_keys(void **state) {
    struct bench *bench = confirm_walk_in(24, 80);

    (void)state;
    bench_keys(bench, "Enter Enter Enter");
    bench_answer(bench, ZP_ASK_BOOK, booking_made(bench, ZP_BOOKING_BOOKED, ZP_OK, ""));
    bench_keys(bench, "Enter");
    bench_wait(bench, 500);
    bench_keys(bench, "Enter");
    bench_wait(bench, 500); // a row of them is one long Enter
    bench_keys(bench, "Enter Down");
    assert_string_equal(app_screen(bench->app), "day");
    booking_assert_shows(bench, "Booked: number 9877");
    bench_wait(bench, 8000);
    bench_turn(bench);
    assert_false(booking_shows(bench, "Booked: number 9877"));
    talloc_free(bench);
}

static void confirm__booked__goes_with_the_next_deed(void **state) {
    struct bench *bench = confirm_walk_in(24, 80);

    (void)state;
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_BOOK, booking_made(bench, ZP_BOOKING_BOOKED, ZP_OK, ""));
    booking_assert_shows(bench, "Booked: number 9877");
    bench_keys(bench, "F7");
    assert_false(booking_shows(bench, "Booked: number 9877"));
    talloc_free(bench);
}

static void confirm__taken__offers_and_nothing_lost(void **state) {
    struct bench *bench = confirm_walk_in(24, 80);

    (void)state;
    bench_keys(bench, "Enter Enter"); // the second one answers a question nobody has seen
    bench_answer(bench, ZP_ASK_BOOK, booking_taken(bench, 3));
    booking_assert_shows(bench, "The question changed");
    assert_null(bench_pending(bench, ZP_ASK_BOOK));
    bench_keys(bench, "Down Up"); // and the notice is gone
    bench_golden(bench, "booking-taken");
    bench_keys(bench, "2");
    booking_assert_shows(bench, "16:15");
    booking_assert_shows(bench, "--master 71");
    bench_keys(bench, "Enter");
    assert_true(asked(bench).starts_at == salon_at(16, 15));
    bench_answer(bench, ZP_ASK_BOOK, booking_taken(bench, 0));
    bench_keys(bench, "Enter");
    assert_null(bench_pending(bench, ZP_ASK_BOOK));
    bench_keys(bench, "F4"); // asked afresh
    assert_non_null(bench_pending(bench, ZP_ASK_SLOTS));
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    booking_assert_shows(bench, "walk-in");
    talloc_free(bench);
}

static void confirm__unknown__is_never_booked_again(void **state) {
    struct bench *bench = confirm_walk_in(24, 80);
    struct zp_event *later = booking_made(bench, ZP_BOOKING_BOOKED, ZP_OK, "");

    (void)state;
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_BOOK,
                 booking_made(bench, ZP_BOOKING_UNCERTAIN, ZP_E_UNKNOWN, "The answer was lost."));
    bench_golden(bench, "booking-unknown");
    later->kind = ZP_EVENT_BOOKING;
    bench_event(bench, later); // found out while the screen is open
    assert_string_equal(app_screen(bench->app), "day");
    booking_assert_shows(bench, "Booked: number 9877");
    talloc_free(bench);
    bench = confirm_walk_in(24, 80);
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_BOOK,
                 booking_made(bench, ZP_BOOKING_UNCERTAIN, ZP_E_UNKNOWN, "The answer was lost."));
    bench_keys(bench, "F4 F9 Enter");
    assert_string_equal(app_screen(bench->app), "day");
    assert_int_equal(bench_asked(bench, ZP_ASK_BOOK), 1);
    talloc_free(bench);
}

static void confirm__not_sent__is_kept_and_said(void **state) {
    struct bench *bench = confirm_walk_in(24, 80);

    (void)state;
    bench->config->salon.intent_minutes = 10;
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_BOOK,
                 booking_made(bench, ZP_BOOKING_INTENT, ZP_E_UNREACHABLE, "No network."));
    bench_golden(bench, "booking-unsent");
    bench_keys(bench, "Esc");
    assert_string_equal(app_screen(bench->app), "day");
    talloc_free(bench);
}

static void confirm__refused_for_another_reason__can_be_mended(void **state) {
    struct bench *bench = confirm_walk_in(24, 80);

    (void)state;
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_BOOK,
                 salon_failure(bench, ZP_E_REFUSED, "Dikidi wants a prepayment."));
    booking_assert_shows(bench, "Dikidi wants a prepayment.");
    bench_keys(bench, "F3 Down Enter");
    assert_non_null(bench_pending(bench, ZP_ASK_SLOTS));
    talloc_free(bench);
}

static void confirm__esc_while_waiting__locks_nobody_in(void **state) {
    struct bench *bench = confirm_walk_in(24, 80);

    (void)state;
    bench_keys(bench, "Enter 1 Enter Esc");
    assert_string_equal(app_screen(bench->app), "day");
    booking_assert_shows(bench, "The booking goes on by itself");
    talloc_free(bench);
}

// A typed-ahead Enter confirms nothing that was not on the screen.
static void confirm__typed_ahead_of_the_time__is_shown_first(void **state) {
    struct bench *bench = booking_open(24, 80);

    (void)state;
    bench_type(bench, "бо");
    bench_keys(bench, "F9 Enter");
    assert_int_equal(bench_asked(bench, ZP_ASK_BOOK), 0);
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    assert_int_equal(bench_asked(bench, ZP_ASK_BOOK), 0);
    bench_keys(bench, "Enter");
    assert_true(asked(bench).starts_at == salon_at(15, 0));
    talloc_free(bench);
}

// ---- budgets: keys from Day to booked, typing included

static struct bench *day_first;

// Types keys and letters, counts them, and answers what is asked on the way.
static int press(struct bench *bench, const char *keys) {
    bench_keys(bench, keys);
    if (bench_pending(bench, ZP_ASK_SLOTS))
        bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    if (bench_pending(bench, ZP_ASK_CLIENTS))
        bench_answer(bench, ZP_ASK_CLIENTS, booking_clients(bench));
    return 1;
}

static int run(const char *const *keys) {
    struct bench *bench = booking_open(24, 80); // F7
    int count = 1;

    day_first = bench;
    for (size_t i = 0; keys[i]; i++)
        count += press(bench, keys[i]);
    return count;
}

// ---- the same client in two chairs

// To the name of a client with that phone, for 15:30 to 16:15 or 16:00.
static struct bench *name_of(int rows, int cols, const char *phone) {
    struct bench *bench = confirm_walk_in(rows, cols);

    bench_keys(bench, "Esc");
    bench_type(bench, phone);
    bench_keys(bench, "Enter");
    bench_type(bench, "Светлана");
    return bench;
}

static void twice__another_visit_then__is_told_and_forbids_nothing(void **state) {
    struct bench *bench = name_of(24, 80, "+7 916 1234567");

    (void)state;
    bench_answer(bench, ZP_ASK_DAY, salon_day(bench)); // 16:00-17:00 at Анна, and others
    bench_keys(bench, "Enter Enter");                  // the second one has not seen it
    assert_null(bench_pending(bench, ZP_ASK_BOOK));
    bench_keys(bench, "Left");
    bench_golden(bench, "booking-twice");
    bench_resize(bench, 15, 60);
    bench_golden(bench, "booking-twice-60x15");
    bench_keys(bench, "Enter");
    assert_non_null(bench_pending(bench, ZP_ASK_BOOK));
    assert_false(booking_shows(bench, "already has a visit")); // it is no question any more
    talloc_free(bench);
}

static void twice__learned_at_the_confirmation__is_told(void **state) {
    struct bench *bench = name_of(24, 80, "+7 916 1234567");
    struct zp_event *changed = talloc_zero(bench, struct zp_event);

    (void)state;
    bench_answer(bench, ZP_ASK_DAY, salon_failure(bench, ZP_E_STORE, "The journal is busy."));
    bench_keys(bench, "Enter");
    booking_assert_shows(bench, "Enter books it.");
    assert_false(booking_shows(bench, "already has a visit"));
    changed->kind = ZP_EVENT_JOURNAL; // another desk
    bench_event(bench, changed);
    // The Day below asks, too: the answers go to both.
    while (bench_pending(bench, ZP_ASK_DAY))
        bench_answer(bench, ZP_ASK_DAY, salon_day(bench));
    booking_assert_shows(bench, "! This client already has a visit then: 16:00-17:00, Анна П.");
    talloc_free(bench);
}

static void twice__somebody_else_or_nobody__nothing_is_said(void **state) {
    struct bench *bench = name_of(24, 80, "+7 916 7654321");

    (void)state;
    bench_answer(bench, ZP_ASK_DAY, salon_day(bench));
    bench_keys(bench, "Enter");
    booking_assert_shows(bench, "Enter books it.");
    assert_false(booking_shows(bench, "already has a visit"));
    bench_keys(bench, "F9"); // a walk-in has no phone that could be known
    assert_false(booking_shows(bench, "already has a visit"));
    talloc_free(bench);
}

// Whoever goes back to the phone that stands there means it.
static void confirm__back_from_a_walk_in__the_phone_counts_again(void **state) {
    struct bench *bench = name_of(24, 80, "+7 916 7654321");

    (void)state;
    bench_keys(bench, "F9");
    booking_assert_shows(bench, "Светлана, walk-in");
    bench_keys(bench, "Esc");
    assert_false(booking_shows(bench, "walk-in: no phone"));
    bench_keys(bench, "Enter");
    booking_assert_shows(bench, "Светлана, +7 916 765-43-21");
    bench_keys(bench, "Enter");
    assert_false(asked(bench).walk_in);
    talloc_free(bench);
}

static void budget__walk_in__five_keys(void **state) {
    static const char *const keys[] = {"б", "о", "F9", "Enter", NULL};

    (void)state;
    assert_int_equal(run(keys), 5);
    assert_true(asked(day_first).walk_in);
    assert_true(asked(day_first).starts_at == salon_at(15, 0));
    talloc_free(day_first);
}

static void budget__known_client__ten_keys(void **state) {
    static const char *const keys[] = {"б", "о", "F5", "4", "5", "6", "7", "Enter", "Enter", NULL};

    (void)state;
    assert_int_equal(run(keys), 10);
    assert_false(asked(day_first).walk_in);
    booking_assert_shows(day_first, "Мария Иванова");
    talloc_free(day_first);
}

static void budget__new_client__twenty_five_keys(void **state) {
    static const char *const keys[] = {"б", "о", "F5", "9", "1",     "6",     "7", "6", "5",
                                       "4", "3", "2",  "1", "Enter", "В",     "а", "л", "е",
                                       "р", "и", "я",  "К", "Enter", "Enter", NULL};

    (void)state;
    assert_int_equal(run(keys), 25);
    assert_non_null(asked(day_first).client_name);
    booking_assert_shows(day_first, "ВалерияК, +7 916 765-43-21");
    talloc_free(day_first);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(confirm__all_in_words),
        cmocka_unit_test(confirm__service_gone__is_not_sent),
        cmocka_unit_test(confirm__booked__day_has_it),
        cmocka_unit_test(confirm__booked__is_read_in_spite_of_keys),
        cmocka_unit_test(confirm__booked__goes_with_the_next_deed),
        cmocka_unit_test(confirm__taken__offers_and_nothing_lost),
        cmocka_unit_test(confirm__unknown__is_never_booked_again),
        cmocka_unit_test(confirm__not_sent__is_kept_and_said),
        cmocka_unit_test(confirm__refused_for_another_reason__can_be_mended),
        cmocka_unit_test(confirm__esc_while_waiting__locks_nobody_in),
        cmocka_unit_test(confirm__typed_ahead_of_the_time__is_shown_first),
        cmocka_unit_test(twice__another_visit_then__is_told_and_forbids_nothing),
        cmocka_unit_test(twice__learned_at_the_confirmation__is_told),
        cmocka_unit_test(twice__somebody_else_or_nobody__nothing_is_said),
        cmocka_unit_test(confirm__back_from_a_walk_in__the_phone_counts_again),
        cmocka_unit_test(budget__walk_in__five_keys),
        cmocka_unit_test(budget__known_client__ten_keys),
        cmocka_unit_test(budget__new_client__twenty_five_keys),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("tui booking send", tests, NULL, NULL);
}
