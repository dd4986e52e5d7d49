// New booking: golden screens of each step and each answer, and what its keys ask for.
#include "bench.h"
#include "booking_salon.h"
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct zp_date tuesday = {2026, 11, 24};

// Day below, so that closing has somewhere to go; its cursor stands on a booking: nothing is
// forced.
static struct bench *open_booking(int rows, int cols) {
    struct bench *bench = bench_new(NULL, rows, cols, false);

    bench_open(bench, SCREEN_DAY, NULL);
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    bench_answer(bench, ZP_ASK_SHIFTS, salon_shifts(bench));
    bench_answer(bench, ZP_ASK_DAY, salon_day(bench));
    bench_answer(bench, ZP_ASK_LOOK, salon_look(bench));
    bench_keys(bench, "Up");
    bench_keys(bench, "F7");
    assert_string_equal(app_screen(bench->app), "booking");
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    return bench;
}

static bool shows(const struct bench *bench, const char *text) {
    for (int row = 0; row < bench_frame(bench)->rows; row++)
        if (strstr(bench_row(bench, row), text))
            return true;
    return false;
}

static void assert_shows(const struct bench *bench, const char *text) {
    if (!shows(bench, text))
        print_error("not on the screen: %s\n%s", text,
                    surface_text(bench->term, bench_frame(bench)));
    assert_true(shows(bench, text));
}

// What the last booking asked for, as far as it is plain values.
static struct zp_draft asked(struct bench *bench) {
    const struct bench_ask *ask = bench_pending(bench, ZP_ASK_BOOK);

    assert_non_null(ask);
    return ask->request.u.book;
}

// To the confirmation of a haircut at 15:30 for a walk-in.
static struct bench *confirm_walk_in(int rows, int cols) {
    struct bench *bench = open_booking(rows, cols);

    bench_type(bench, "стр");
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    bench_keys(bench, "Down F9");
    return bench;
}

// ---- step 1

static void choice__opened__shows_both_lists(void **state) {
    struct bench *bench = open_booking(24, 80);

    (void)state;
    bench_golden(bench, "booking-choice");
    bench_type(bench, "gtl"); // "пед" in the other layout
    bench_golden(bench, "booking-choice-filtered");
    bench_keys(bench, "Esc"); // one level: the filter
    assert_shows(bench, "Маникюр");
    bench_keys(bench, "Esc");
    assert_string_equal(app_screen(bench->app), "day");
    talloc_free(bench);
}

static void choice__keys_before_the_price_list__are_kept(void **state) {
    struct bench *bench = bench_new(NULL, 24, 80, false);

    (void)state;
    bench_open(bench, SCREEN_DAY, NULL);
    bench_keys(bench, "F7");
    bench_type(bench, "борода");
    bench_keys(bench, "Enter");
    assert_int_equal(bench_asked(bench, ZP_ASK_SLOTS), 0);
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    assert_int_equal(bench_asked(bench, ZP_ASK_SLOTS), 1);
    assert_shows(bench, "Борода");
    talloc_free(bench);
}

static void choice__master_and_services__filter_each_other(void **state) {
    struct bench *bench = open_booking(24, 80);

    (void)state;
    bench_keys(bench, "Tab Down Down"); // Борис
    assert_shows(bench, "✓ Борис М.");
    assert_shows(bench, "Борода");
    assert_false(shows(bench, "Педикюр"));
    assert_shows(bench, "30 min      ₽1,400"); // his own terms
    bench_keys(bench, "Up Up Enter");
    bench_type(bench, "бор");
    bench_keys(bench, "Ins"); // the beard: Анна does not do it
    assert_false(shows(bench, "Анна П."));
    assert_shows(bench, "Борис М.");
    bench_type(bench, "стр");
    bench_keys(bench, "Ins");
    bench_golden(bench, "booking-choice-two");
    bench_keys(bench, "Enter");
    assert_int_equal(bench_pending(bench, ZP_ASK_SLOTS)->request.u.slots.service_count, 2);
    talloc_free(bench);
}

static void choice__unreadable__says_why(void **state) {
    struct bench *bench = bench_new(NULL, 24, 80, false);

    (void)state;
    bench_open(bench, SCREEN_BOOKING, NULL);
    assert_shows(bench, "reading the price list");
    bench_answer(bench, ZP_ASK_CATALOGUE,
                 salon_failure(bench, ZP_E_UNREACHABLE, "Dikidi could not be reached."));
    assert_shows(bench, "Dikidi could not be reached.");
    bench_keys(bench, "Ctrl-R");
    assert_non_null(bench_pending(bench, ZP_ASK_CATALOGUE));
    talloc_free(bench);
}

static void choice__esc_with_a_choice__asks_first(void **state) {
    struct bench *bench = open_booking(24, 80);

    (void)state;
    bench_keys(bench, "Ins Esc");
    assert_shows(bench, "Leave and lose");
    bench_keys(bench, "Esc");
    assert_false(shows(bench, "Leave and lose"));
    assert_shows(bench, "✓ Маникюр");
    bench_keys(bench, "Esc Enter");
    assert_string_equal(app_screen(bench->app), "day");
    talloc_free(bench);
}

// ---- step 2

static void time__asked__loading_then_the_answer(void **state) {
    struct bench *bench = open_booking(24, 80);

    (void)state;
    bench_type(bench, "стр");
    bench_keys(bench, "Enter");
    bench_golden(bench, "booking-time-loading");
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    bench_golden(bench, "booking-time");
    bench_tick(bench, BENCH_NOW + 300);
    assert_shows(bench, "(5 min)");
    bench_keys(bench, "Down");
    assert_shows(bench, "any of Анна П., Борис М.");
    assert_shows(bench, "Tab: which master");
    bench_keys(bench, "Tab Tab");
    assert_shows(bench, "₽1,400 · Борис М.");
    bench_keys(bench, "PgDn");
    assert_shows(bench, "17:30-18:15 · no client");
    talloc_free(bench);
}

static void time__nothing_free_and_not_asked__look_different(void **state) {
    struct bench *bench = open_booking(24, 80);

    (void)state;
    bench_type(bench, "стр");
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_SLOTS, booking_nothing(bench, (struct zp_date){0}));
    bench_golden(bench, "booking-time-nothing");
    bench_keys(bench, "Enter"); // there is nothing to take
    assert_shows(bench, "choose another day");
    bench_keys(bench, "Ctrl-R");
    bench_answer(bench, ZP_ASK_SLOTS,
                 salon_failure(bench, ZP_E_UNREACHABLE, "Dikidi could not be reached."));
    assert_shows(bench, "Could not ask");
    bench_keys(bench, "Right");
    bench_answer(bench, ZP_ASK_SLOTS,
                 salon_failure(bench, ZP_E_UNREACHABLE, "Dikidi could not be reached."));
    bench_golden(bench, "booking-time-failed");
    bench_keys(bench, "Enter");
    assert_shows(bench, "Ctrl-R asks again");
    bench_keys(bench, "Ctrl-R");
    assert_non_null(bench_pending(bench, ZP_ASK_SLOTS));
    talloc_free(bench);
}

static void time__full_day__the_nearest_is_found_by_itself(void **state) {
    static const int starts[] = {600, -1}, masters[] = {0};
    struct bench *bench = open_booking(24, 80);

    (void)state;
    bench_type(bench, "стр");
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_SLOTS, booking_nothing(bench, tuesday));
    assert_int_equal(
        zp_date_compare(bench_pending(bench, ZP_ASK_SLOTS)->request.u.slots.date, tuesday), 0);
    bench_answer(bench, ZP_ASK_SLOTS, booking_slots(bench, tuesday, starts, masters));
    assert_shows(bench, "Tue 24 November 2026 (tomorrow)");
    assert_shows(bench, "Mon 23 Nov has no free time");
    assert_shows(bench, "Tue 24 Nov 10:00-10:45");
    talloc_free(bench);
}

static void time__day_left_behind__is_cancelled(void **state) {
    struct bench *bench = open_booking(24, 80);
    const struct bench_ask *first = NULL;

    (void)state;
    bench_type(bench, "стр");
    bench_keys(bench, "Enter");
    first = bench_pending(bench, ZP_ASK_SLOTS);
    bench_keys(bench, "Right");
    assert_true(first->cancelled);
    assert_int_equal(
        zp_date_compare(bench_pending(bench, ZP_ASK_SLOTS)->request.u.slots.date, tuesday), 0);
    bench_keys(bench, "Left Left Left"); // never before today
    assert_int_equal(
        zp_date_compare(bench_pending(bench, ZP_ASK_SLOTS)->request.u.slots.date, BENCH_DATE), 0);
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    assert_null(bench_pending(bench, ZP_ASK_SLOTS));
    bench_keys(bench, "F3 Down Enter"); // another service: what was asked is worth nothing
    assert_false(shows(bench, "15:00"));
    talloc_free(bench);
}

static void time__digit__takes_one_of_the_soonest(void **state) {
    struct bench *bench = open_booking(24, 80);

    (void)state;
    bench_type(bench, "стр");
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    bench_keys(bench, "3");
    assert_shows(bench, "16:15-17:00");
    assert_shows(bench, "Phone");
    talloc_free(bench);
}

static struct bench *open_gap(int hour, int minute) {
    struct bench *bench = bench_new(NULL, 24, 80, false);
    const struct screen_args args = {
        .date = BENCH_DATE, .master_id = "71", .starts_at = salon_at(hour, minute)};

    bench_open(bench, SCREEN_BOOKING, &args);
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    assert_shows(bench, "✓ Анна П.");
    bench_type(bench, "стр");
    bench_keys(bench, "Enter");
    return bench;
}

static void time__from_a_gap__is_filled_in(void **state) {
    struct bench *bench = open_gap(16, 15);

    (void)state;
    bench_type(bench, "916"); // kept: it is for the client
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    assert_shows(bench, "Mon 23 Nov 16:15-17:00");
    assert_shows(bench, "Phone       916");
    talloc_free(bench);
}

static void time__gap_that_is_not_offered__the_nearest_and_it_is_said(void **state) {
    struct bench *bench = open_gap(15, 45);

    (void)state;
    bench_keys(bench, "Enter Enter"); // nobody has seen which time it will be
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    assert_shows(bench, "16:15-17:00 (15:45 is not offered)");
    assert_shows(bench, "15:45 is not offered; the nearest is chosen.");
    assert_shows(bench, "The question changed");
    bench_keys(bench, "Enter");
    assert_shows(bench, "Phone");
    talloc_free(bench);
    bench = open_gap(15, 45);
    bench_keys(bench, "Esc"); // locks nobody in
    assert_shows(bench, "Services");
    talloc_free(bench);
}

static void time__gap_of_one_who_does_not_do_it__any_master(void **state) {
    struct bench *bench = bench_new(NULL, 24, 80, false);
    const struct screen_args args = {
        .date = BENCH_DATE, .master_id = "71", .starts_at = salon_at(15, 0)};

    (void)state;
    bench_open(bench, SCREEN_BOOKING, &args);
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    bench_type(bench, "бор");
    bench_keys(bench, "F9");
    assert_shows(bench, "Анна П. does not do this: any master.");
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    assert_shows(bench, "Борис М.");
    assert_shows(bench, "15:00");
    talloc_free(bench);
}

// ---- step 3

static void client__digits__find_the_known(void **state) {
    struct bench *bench = open_booking(24, 80);
    const struct bench_ask *first = NULL;

    (void)state;
    bench_type(bench, "стр");
    bench_keys(bench, "F5");
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    bench_golden(bench, "booking-client");
    bench_type(bench, "45");
    first = bench_pending(bench, ZP_ASK_CLIENTS);
    bench_type(bench, "67");
    assert_true(first->cancelled);
    bench_answer(bench, ZP_ASK_CLIENTS, booking_clients(bench));
    bench_golden(bench, "booking-client-known");
    bench_keys(bench, "Down Down Enter");
    assert_shows(bench, "Марк О'Нил, +7 916 123-45-99");
    assert_shows(bench, "О'\\''Нил'");
    talloc_free(bench);
}

static void client__wrong_phone__a_sentence_under_the_field(void **state) {
    struct bench *bench = open_booking(24, 80);

    (void)state;
    bench_type(bench, "стр");
    bench_keys(bench, "F5");
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    bench_type(bench, "9161");
    bench_answer(bench, ZP_ASK_CLIENTS, salon_failure(bench, ZP_E_STORE, "The journal is busy."));
    bench_keys(bench, "Tab");
    bench_type(bench, "Мария");
    bench_keys(bench, "Enter");
    bench_golden(bench, "booking-client-wrong");
    bench_keys(bench, "Esc F5"); // nothing typed is lost
    assert_shows(bench, "9161");
    assert_shows(bench, "Мария");
    talloc_free(bench);
}

static void client__letters_of_nobody__become_the_name(void **state) {
    struct bench *bench = open_booking(24, 80);
    struct zp_event nobody = {.ok = true};

    (void)state;
    bench_type(bench, "стр");
    bench_keys(bench, "F5");
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    bench_type(bench, "Зинаида");
    bench_answer(bench, ZP_ASK_CLIENTS, &nobody);
    bench_keys(bench, "Enter");
    assert_shows(bench, "type the phone of the new client");
    bench_type(bench, "8 (916) 123-45-67");
    bench_answer(bench, ZP_ASK_CLIENTS, &nobody);
    bench_keys(bench, "Enter");
    assert_shows(bench, "Зинаида, +7 916 123-45-67");
    talloc_free(bench);
}

// Enter before the answer: whom it finds is shown, and never booked unseen.
static void client__enter_before_the_answer__is_kept(void **state) {
    struct bench *bench = open_booking(24, 80);

    (void)state;
    bench_type(bench, "стр");
    bench_keys(bench, "F5");
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    bench_type(bench, "4567");
    bench_keys(bench, "Enter Enter");
    assert_null(bench_pending(bench, ZP_ASK_BOOK));
    bench_answer(bench, ZP_ASK_CLIENTS, booking_clients(bench));
    assert_shows(bench, "Мария Иванова, +7 916 123-45-67");
    assert_null(bench_pending(bench, ZP_ASK_BOOK));
    assert_shows(bench, "The question changed");
    bench_keys(bench, "Enter");
    assert_non_null(bench_pending(bench, ZP_ASK_BOOK));
    talloc_free(bench);
}

static void client__no_walk_in_in_this_salon__no_such_key(void **state) {
    struct bench *bench = bench_new(NULL, 24, 80, false);

    (void)state;
    bench->config->salon.walk_in_phone = talloc_strdup(bench->config, "");
    bench_open(bench, SCREEN_BOOKING, NULL);
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    assert_false(shows(bench, "Walk-in"));
    bench_keys(bench, "F9");
    assert_shows(bench, "Services");
    talloc_free(bench);
}

// ---- step 4

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

static void confirm__booked__day_has_it(void **state) {
    struct bench *bench = confirm_walk_in(24, 80);
    struct zp_event *day = NULL;

    (void)state;
    bench_keys(bench, "Enter");
    assert_true(asked(bench).walk_in);
    bench_answer(bench, ZP_ASK_BOOK, booking_made(bench, ZP_BOOKING_BOOKED, ZP_OK, ""));
    assert_string_equal(app_screen(bench->app), "day");
    assert_shows(bench, "Booked: number 9877");
    day = salon_day(bench);
    salon_add(day, salon_booking(day, "77", 0, 930, 975, "Гость", "Стрижка"));
    bench_answer(bench, ZP_ASK_DAY, day);
    bench_golden(bench, "booking-booked");
    talloc_free(bench);
}

static void confirm__taken__offers_and_nothing_lost(void **state) {
    struct bench *bench = confirm_walk_in(24, 80);

    (void)state;
    bench_keys(bench, "Enter Enter"); // the second one answers a question nobody has seen
    bench_answer(bench, ZP_ASK_BOOK, booking_taken(bench, 3));
    assert_shows(bench, "The question changed");
    assert_null(bench_pending(bench, ZP_ASK_BOOK));
    bench_keys(bench, "Down Up"); // and the notice is gone
    bench_golden(bench, "booking-taken");
    bench_keys(bench, "2");
    assert_shows(bench, "16:15");
    assert_shows(bench, "--master 71");
    bench_keys(bench, "Enter");
    assert_true(asked(bench).starts_at == salon_at(16, 15));
    bench_answer(bench, ZP_ASK_BOOK, booking_taken(bench, 0));
    bench_keys(bench, "Enter");
    assert_null(bench_pending(bench, ZP_ASK_BOOK));
    bench_keys(bench, "F4"); // asked afresh
    assert_non_null(bench_pending(bench, ZP_ASK_SLOTS));
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    assert_shows(bench, "walk-in");
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
    assert_shows(bench, "Booked: number 9877");
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
    assert_shows(bench, "Dikidi wants a prepayment.");
    bench_keys(bench, "F3 Down Enter");
    assert_non_null(bench_pending(bench, ZP_ASK_SLOTS));
    talloc_free(bench);
}

static void confirm__esc_while_waiting__locks_nobody_in(void **state) {
    struct bench *bench = confirm_walk_in(24, 80);

    (void)state;
    bench_keys(bench, "Enter 1 Enter Esc");
    assert_string_equal(app_screen(bench->app), "day");
    assert_shows(bench, "The booking goes on by itself");
    talloc_free(bench);
}

// A typed-ahead Enter confirms nothing that was not on the screen.
static void confirm__typed_ahead_of_the_time__is_shown_first(void **state) {
    struct bench *bench = open_booking(24, 80);

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
    struct bench *bench = open_booking(24, 80); // F7
    int count = 1;

    day_first = bench;
    for (size_t i = 0; keys[i]; i++)
        count += press(bench, keys[i]);
    return count;
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
    assert_shows(day_first, "Мария Иванова");
    talloc_free(day_first);
}

static void budget__new_client__twenty_five_keys(void **state) {
    static const char *const keys[] = {"б", "о", "F5", "9", "1",     "6",     "7", "6", "5",
                                       "4", "3", "2",  "1", "Enter", "В",     "а", "л", "е",
                                       "р", "и", "я",  "К", "Enter", "Enter", NULL};

    (void)state;
    assert_int_equal(run(keys), 25);
    assert_non_null(asked(day_first).client_name);
    assert_shows(day_first, "ВалерияК, +7 916 765-43-21");
    talloc_free(day_first);
}

// ---- sizes

static void sizes__small_and_large__still_book(void **state) {
    struct bench *bench = open_booking(15, 60);

    (void)state;
    bench_golden(bench, "booking-choice-60x15");
    bench_type(bench, "стр");
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    bench_golden(bench, "booking-time-60x15");
    bench_keys(bench, "F9");
    bench_golden(bench, "booking-confirm-60x15");
    bench_resize(bench, 60, 200);
    bench_keys(bench, "F4");
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    bench_golden(bench, "booking-time-200x60");
    bench_resize(bench, 4, 12);
    bench_keys(bench, "F6 Enter");
    assert_true(asked(bench).walk_in);
    talloc_free(bench);
}

// ---- the draft, with its strings: the screen without the app

static void draft__strings__as_chosen(void **state) {
    const struct screen_ops *ops = screen_find(SCREEN_BOOKING);
    struct zp_config *config = bench_config(NULL);
    const struct screen_env env = {config, "Anna"};
    const struct screen_args args = {.date = BENCH_DATE};
    void *model = ops->new (config, &env, &args);
    struct commands *commands = commands_new(config);
    struct message message = {.kind = MESSAGE_OPENED, .now = BENCH_NOW};
    static const char typed[] = "89161234567";
    const struct zp_draft *draft = NULL;

    (void)state;
    ops->update(model, &message, commands);
    message = (struct message){.kind = MESSAGE_EVENT, .now = BENCH_NOW};
    message.u.event.tag = 1;
    message.u.event.event = booking_catalogue(config);
    ops->update(model, &message, commands);
    message = (struct message){.kind = MESSAGE_KEY, .now = BENCH_NOW};
    message.u.key.action = ACTION_DOWN;
    message.u.key.key.name = K_DOWN;
    ops->update(model, &message, commands);
    message.u.key.action = ACTION_STEP_3;
    ops->update(model, &message, commands);
    message = (struct message){.kind = MESSAGE_EVENT, .now = BENCH_NOW};
    message.u.event.tag = 2;
    message.u.event.event = booking_monday(config);
    ops->update(model, &message, commands);
    message = (struct message){.kind = MESSAGE_PASTE, .now = BENCH_NOW};
    message.u.paste.text = typed;
    ops->update(model, &message, commands);
    message = (struct message){.kind = MESSAGE_KEY, .now = BENCH_NOW};
    message.u.key.action = ACTION_NEXT;
    ops->update(model, &message, commands);
    message = (struct message){.kind = MESSAGE_PASTE, .now = BENCH_NOW};
    message.u.paste.text = "Ким 金\nмладшая";
    ops->update(model, &message, commands);
    message = (struct message){.kind = MESSAGE_KEY, .now = BENCH_NOW};
    message.u.key.action = ACTION_ENTER;
    ops->update(model, &message, commands);
    commands_clear(commands);
    ops->update(model, &message, commands);
    assert_int_equal(commands->count, 1);
    assert_int_equal(commands->list[0].u.ask.request.ask, ZP_ASK_BOOK);
    draft = &commands->list[0].u.ask.request.u.book;
    assert_int_equal(draft->service_count, 1);
    assert_string_equal(draft->service_ids[0], "502");
    assert_null(draft->master_id);
    assert_string_equal(draft->client_phone, "+79161234567");
    assert_string_equal(draft->client_name, "Ким 金 младшая");
    assert_string_equal(draft->comment, "");
    assert_true(draft->starts_at == salon_at(15, 0));
    talloc_free(config);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(choice__opened__shows_both_lists),
        cmocka_unit_test(choice__keys_before_the_price_list__are_kept),
        cmocka_unit_test(choice__master_and_services__filter_each_other),
        cmocka_unit_test(choice__unreadable__says_why),
        cmocka_unit_test(choice__esc_with_a_choice__asks_first),
        cmocka_unit_test(time__asked__loading_then_the_answer),
        cmocka_unit_test(time__nothing_free_and_not_asked__look_different),
        cmocka_unit_test(time__full_day__the_nearest_is_found_by_itself),
        cmocka_unit_test(time__day_left_behind__is_cancelled),
        cmocka_unit_test(time__digit__takes_one_of_the_soonest),
        cmocka_unit_test(time__from_a_gap__is_filled_in),
        cmocka_unit_test(time__gap_that_is_not_offered__the_nearest_and_it_is_said),
        cmocka_unit_test(time__gap_of_one_who_does_not_do_it__any_master),
        cmocka_unit_test(client__digits__find_the_known),
        cmocka_unit_test(client__wrong_phone__a_sentence_under_the_field),
        cmocka_unit_test(client__letters_of_nobody__become_the_name),
        cmocka_unit_test(client__enter_before_the_answer__is_kept),
        cmocka_unit_test(client__no_walk_in_in_this_salon__no_such_key),
        cmocka_unit_test(confirm__all_in_words),
        cmocka_unit_test(confirm__booked__day_has_it),
        cmocka_unit_test(confirm__taken__offers_and_nothing_lost),
        cmocka_unit_test(confirm__unknown__is_never_booked_again),
        cmocka_unit_test(confirm__not_sent__is_kept_and_said),
        cmocka_unit_test(confirm__refused_for_another_reason__can_be_mended),
        cmocka_unit_test(confirm__esc_while_waiting__locks_nobody_in),
        cmocka_unit_test(confirm__typed_ahead_of_the_time__is_shown_first),
        cmocka_unit_test(budget__walk_in__five_keys),
        cmocka_unit_test(budget__known_client__ten_keys),
        cmocka_unit_test(budget__new_client__twenty_five_keys),
        cmocka_unit_test(sizes__small_and_large__still_book),
        cmocka_unit_test(draft__strings__as_chosen),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("tui booking", tests, NULL, NULL);
}
