// New booking, steps 1 to 3 and sizes: golden screens, and what the keys ask for.
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

// ---- step 1

static void choice__opened__shows_both_lists(void **state) {
    struct bench *bench = booking_open(24, 80);

    (void)state;
    bench_golden(bench, "booking-choice");
    bench_type(bench, "gtl"); // "пед" in the other layout
    bench_golden(bench, "booking-choice-filtered");
    bench_keys(bench, "Esc"); // one level: the filter
    booking_assert_shows(bench, "Маникюр");
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
    booking_assert_shows(bench, "Борода");
    talloc_free(bench);
}

static void choice__master_and_services__filter_each_other(void **state) {
    struct bench *bench = booking_open(24, 80);

    (void)state;
    bench_keys(bench, "Tab Down Down"); // Борис
    booking_assert_shows(bench, "✓ Борис М.");
    booking_assert_shows(bench, "Борода");
    assert_false(booking_shows(bench, "Педикюр"));
    booking_assert_shows(bench, "30 min      ₽1,400"); // his own terms
    bench_keys(bench, "Up Up Enter");
    bench_type(bench, "бор");
    bench_keys(bench, "Ins"); // the beard: Анна does not do it
    assert_false(booking_shows(bench, "Анна П."));
    booking_assert_shows(bench, "Борис М.");
    bench_type(bench, "стр");
    bench_keys(bench, "Ins");
    bench_golden(bench, "booking-choice-two");
    bench_keys(bench, "Enter");
    assert_int_equal(bench_pending(bench, ZP_ASK_SLOTS)->request.u.slots.service_count, 2);
    talloc_free(bench);
}

// One is chosen, and what is typed is no other's name: that is what is said.
static void choice__typed_what_no_service_is_called__says_so(void **state) {
    struct bench *bench = booking_open(24, 80);

    (void)state;
    bench_keys(bench, "Ins");
    bench_type(bench, "мария");
    bench_keys(bench, "Enter");
    assert_false(booking_shows(bench, "Choose a service first."));
    booking_assert_shows(bench, "No service is called “мария”: Esc clears it.");
    bench_keys(bench, "Esc Enter");
    assert_int_equal(bench_pending(bench, ZP_ASK_SLOTS)->request.u.slots.service_count, 1);
    talloc_free(bench);
}

static void choice__unreadable__says_why(void **state) {
    struct bench *bench = bench_new(NULL, 24, 80, false);

    (void)state;
    bench_open(bench, SCREEN_BOOKING, NULL);
    booking_assert_shows(bench, "reading the price list");
    bench_answer(bench, ZP_ASK_CATALOGUE,
                 salon_failure(bench, ZP_E_UNREACHABLE, "Dikidi could not be reached."));
    booking_assert_shows(bench, "Dikidi could not be reached.");
    bench_keys(bench, "Ctrl-R");
    assert_non_null(bench_pending(bench, ZP_ASK_CATALOGUE));
    talloc_free(bench);
}

static void choice__esc_with_a_choice__asks_first(void **state) {
    struct bench *bench = booking_open(24, 80);

    (void)state;
    bench_keys(bench, "Ins Esc");
    booking_assert_shows(bench, "Leave without booking?");
    bench_keys(bench, "Esc");
    assert_false(booking_shows(bench, "Leave without booking?"));
    booking_assert_shows(bench, "✓ Маникюр");
    bench_keys(bench, "Esc");
    bench_golden(bench, "booking-leaving");
    bench_keys(bench, "F4"); // another key goes on where one was
    bench_keys(bench, "F3 Esc");
    bench_keys(bench, "Enter");
    assert_string_equal(app_screen(bench->app), "day");
    talloc_free(bench);
}

static void choice__quit_with_a_draft__asks_first(void **state) {
    struct bench *bench = booking_open(24, 80);
    const struct key quit = {.name = K_F, .code = 10};
    int frames = 0;

    (void)state;
    bench_keys(bench, "Ins");
    bench_keys(bench, "F10 Enter"); // Enter was typed before the question was seen
    assert_string_equal(app_screen(bench->app), "booking");
    booking_assert_shows(bench, "Quit and lose what was chosen? Enter: yes, Esc: stay");
    bench_keys(bench, "Esc");
    assert_false(booking_shows(bench, "Quit and lose"));
    booking_assert_shows(bench, "✓ Маникюр");
    bench_keys(bench, "F10");
    frames = term_null_frames(bench->term);
    term_null_push(bench->term, &quit); // the second leaves
    app_read(bench->app);
    zp_loop_run(bench->loop); // stopped: returns at once
    assert_int_equal(term_null_frames(bench->term), frames);
    talloc_free(bench);
}

// The price list and the free time come meanwhile and lead on: it goes on asking.
static void leave__asked_while_all_is_read__keeps_the_cursor(void **state) {
    static const char *const services[] = {"502"};
    const struct screen_args args = {.date = BENCH_DATE,
                                     .client = "+79161234567",
                                     .starts_at = salon_at(15, 30),
                                     .service_ids = services,
                                     .service_count = 1};
    struct bench *bench = bench_new(NULL, 24, 80, false);

    (void)state;
    bench_open(bench, SCREEN_DAY, NULL);
    bench_open(bench, SCREEN_BOOKING, &args);
    bench_keys(bench, "Esc");
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    booking_assert_shows(bench, "Phone");
    booking_assert_shows(bench, "Leave without booking?");
    assert_int_equal(bench_frame(bench)->cursor_row, 22);
    assert_int_not_equal(surface_cell(bench_frame(bench), 4, 20)->style, STYLE_FIELD_ON);
    bench_keys(bench, "Esc");
    assert_int_equal(bench_frame(bench)->cursor_row, 4);
    assert_int_equal(surface_cell(bench_frame(bench), 4, 20)->style, STYLE_FIELD_ON);
    talloc_free(bench);
}

// ---- step 2

static void time__asked__loading_then_the_answer(void **state) {
    struct bench *bench = booking_open(24, 80);

    (void)state;
    bench_type(bench, "стр");
    bench_keys(bench, "Enter");
    bench_golden(bench, "booking-time-loading");
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    bench_golden(bench, "booking-time");
    bench_tick(bench, BENCH_NOW + 300);
    booking_assert_shows(bench, "(5 min)");
    bench_keys(bench, "Down");
    booking_assert_shows(bench, "any of Анна П., Борис М.");
    booking_assert_shows(bench, "Tab: which master");
    bench_keys(bench, "Tab Tab");
    booking_assert_shows(bench, "₽1,400 · Борис М.");
    bench_keys(bench, "PgDn");
    booking_assert_shows(bench, "17:30-18:15 · no client");
    talloc_free(bench);
}

static void time__nothing_free_and_not_asked__look_different(void **state) {
    struct bench *bench = booking_open(24, 80);

    (void)state;
    bench_type(bench, "стр");
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_SLOTS, booking_nothing(bench, (struct zp_date){0}));
    bench_golden(bench, "booking-time-nothing");
    bench_keys(bench, "Enter"); // there is nothing to take
    booking_assert_shows(bench, "choose another day");
    bench_keys(bench, "Ctrl-R");
    bench_answer(bench, ZP_ASK_SLOTS,
                 salon_failure(bench, ZP_E_UNREACHABLE, "Dikidi could not be reached."));
    booking_assert_shows(bench, "Could not ask");
    bench_keys(bench, "Right");
    bench_answer(bench, ZP_ASK_SLOTS,
                 salon_failure(bench, ZP_E_UNREACHABLE, "Dikidi could not be reached."));
    bench_golden(bench, "booking-time-failed");
    bench_keys(bench, "Enter");
    booking_assert_shows(bench, "Ctrl-R asks again");
    bench_keys(bench, "Ctrl-R");
    assert_non_null(bench_pending(bench, ZP_ASK_SLOTS));
    talloc_free(bench);
}

static void time__full_day__the_nearest_is_found_by_itself(void **state) {
    static const int starts[] = {600, -1}, masters[] = {0};
    struct bench *bench = booking_open(24, 80);

    (void)state;
    bench_type(bench, "стр");
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_SLOTS, booking_nothing(bench, tuesday));
    assert_int_equal(
        zp_date_compare(bench_pending(bench, ZP_ASK_SLOTS)->request.u.slots.date, tuesday), 0);
    bench_answer(bench, ZP_ASK_SLOTS, booking_slots(bench, tuesday, starts, masters));
    booking_assert_shows(bench, "Tue 24 November 2026 (tomorrow)");
    booking_assert_shows(bench, "Mon 23 Nov has no free time");
    booking_assert_shows(bench, "Tue 24 Nov 10:00-10:45");
    talloc_free(bench);
}

static void time__day_left_behind__is_cancelled(void **state) {
    struct bench *bench = booking_open(24, 80);
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
    assert_false(booking_shows(bench, "15:00"));
    talloc_free(bench);
}

static void time__digit__takes_one_of_the_soonest(void **state) {
    struct bench *bench = booking_open(24, 80);

    (void)state;
    bench_type(bench, "стр");
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    bench_keys(bench, "3");
    booking_assert_shows(bench, "3: the soonest, 16:15. Enter takes it.");
    bench_keys(bench, "Enter");
    booking_assert_shows(bench, "16:15-17:00");
    booking_assert_shows(bench, "Phone");
    bench_keys(bench, "Esc Right"); // on another day the soonest say which day is theirs
    booking_assert_shows(bench, "1 Today 15:00 Борис М.");
    talloc_free(bench);
}

// What is free sooner than the day that was opened is not known.
static void time__opened_on_a_later_day__says_from_when(void **state) {
    static const int starts[] = {540, -1}, masters[] = {0};
    struct bench *bench = bench_new(NULL, 24, 80, false);
    const struct screen_args args = {.date = zp_date_add_days(BENCH_DATE, 1)};

    (void)state;
    bench_open(bench, SCREEN_BOOKING, &args);
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    bench_type(bench, "стр");
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_SLOTS, booking_slots(bench, args.date, starts, masters));
    booking_assert_shows(bench, "From Tue 24: 1 09:00");
    talloc_free(bench);
}

static struct bench *open_gap(int hour, int minute) {
    struct bench *bench = bench_new(NULL, 24, 80, false);
    const struct screen_args args = {
        .date = BENCH_DATE, .master_id = "71", .starts_at = salon_at(hour, minute)};

    bench_open(bench, SCREEN_BOOKING, &args);
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    booking_assert_shows(bench, "✓ Анна П.");
    bench_type(bench, "стр");
    bench_keys(bench, "Enter");
    return bench;
}

static void time__from_a_gap__is_filled_in(void **state) {
    struct bench *bench = open_gap(16, 15);

    (void)state;
    bench_type(bench, "916"); // kept: it is for the client
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    booking_assert_shows(bench, "Mon 23 Nov 16:15-17:00");
    booking_assert_shows(bench, "Phone       916");
    talloc_free(bench);
}

static void time__gap_that_is_not_offered__the_nearest_and_it_is_said(void **state) {
    struct bench *bench = open_gap(15, 45);

    (void)state;
    bench_keys(bench, "Enter Enter"); // nobody has seen which time it will be
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    booking_assert_shows(bench, "15:30-16:00/16:15 (15:45 is not offered)");
    booking_assert_shows(bench, "15:45 is not offered; the nearest is chosen.");
    booking_assert_shows(bench, "The question changed");
    bench_keys(bench, "Enter");
    booking_assert_shows(bench, "Phone");
    talloc_free(bench);
    bench = open_gap(15, 45);
    bench_keys(bench, "Esc"); // locks nobody in
    booking_assert_shows(bench, "Services");
    talloc_free(bench);
}

static void time__gap_of_one_who_does_not_do_it__any_master(void **state) {
    struct bench *bench = bench_new(NULL, 24, 80, false);
    const struct screen_args args = {
        .date = BENCH_DATE, .master_id = "71", .starts_at = salon_at(15, 0)};

    (void)state;
    bench_open(bench, SCREEN_BOOKING, &args);
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    assert_false(booking_shows(bench, "Борода")); // only what she does
    bench_type(bench, "бор");
    booking_assert_shows(bench, "Анна П. does not do this; Tab: any master");
    bench_keys(bench, "F9"); // nothing is chosen instead
    assert_null(bench_pending(bench, ZP_ASK_SLOTS));
    bench_keys(bench, "Tab F9");
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    booking_assert_shows(bench, "Борис М.");
    booking_assert_shows(bench, "15:00");
    talloc_free(bench);
}

// ---- step 3

static void client__digits__find_the_known(void **state) {
    struct bench *bench = booking_open(24, 80);
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
    booking_assert_shows(bench, "Марк О'Нил, +7 916 123-45-99");
    booking_assert_shows(bench, "О'\\''Нил'");
    talloc_free(bench);
}

static void client__wrong_phone__a_sentence_under_the_field(void **state) {
    struct bench *bench = booking_open(24, 80);

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
    booking_assert_shows(bench, "9161");
    booking_assert_shows(bench, "Мария");
    talloc_free(bench);
}

static struct bench *open_client(void) {
    struct bench *bench = booking_open(24, 80);

    bench_type(bench, "стр");
    bench_keys(bench, "F5");
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    return bench;
}

static void client__enter_without_a_phone__says_both_ways(void **state) {
    struct bench *bench = open_client();

    (void)state;
    bench_keys(bench, "Enter");
    booking_assert_shows(bench, "Type the client's phone, or F9 for a client without a phone.");
    talloc_free(bench);
}

static void client__walk_in__keeps_the_name(void **state) {
    struct bench *bench = open_client();

    (void)state;
    bench_type(bench, "Мария");
    bench_keys(bench, "F9");
    booking_assert_shows(bench, "Мария, walk-in");
    booking_assert_shows(bench, "--walk-in --name 'Мария'");
    bench_keys(bench, "Esc Tab"); // more of the name does not make it a client with a phone
    bench_type(bench, "!");
    bench_keys(bench, "F6 Enter");
    assert_true(bench_pending(bench, ZP_ASK_BOOK)->request.u.book.walk_in);
    assert_non_null(bench_pending(bench, ZP_ASK_BOOK)->request.u.book.client_name);
    talloc_free(bench);
}

// The phone that was typed is left out of a walk-in: not without a word.
static void client__walk_in_over_a_phone__is_told(void **state) {
    struct bench *bench = open_client();

    (void)state;
    bench_type(bench, "+7 916 1234567");
    bench_keys(bench, "F9");
    booking_assert_shows(bench, "No phone goes along: the booking is not tied to +7 916");
    bench_keys(bench, "Enter");
    assert_true(bench_pending(bench, ZP_ASK_BOOK)->request.u.book.walk_in);
    talloc_free(bench);
}

static void client__letters_of_nobody__become_the_name(void **state) {
    struct bench *bench = booking_open(24, 80);
    struct zp_event nobody = {.ok = true};

    (void)state;
    bench_type(bench, "стр");
    bench_keys(bench, "F5");
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    bench_type(bench, "Зинаида");
    bench_answer(bench, ZP_ASK_CLIENTS, &nobody);
    bench_keys(bench, "Enter");
    booking_assert_shows(bench, "type the phone of the new client");
    bench_type(bench, "8 (916) 123-45-67");
    bench_answer(bench, ZP_ASK_CLIENTS, &nobody);
    bench_keys(bench, "Enter");
    booking_assert_shows(bench, "Зинаида, +7 916 123-45-67");
    talloc_free(bench);
}

// Enter before the answer: whom it finds is shown, and never booked unseen.
static void client__enter_before_the_answer__is_kept(void **state) {
    struct bench *bench = booking_open(24, 80);

    (void)state;
    bench_type(bench, "стр");
    bench_keys(bench, "F5");
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    bench_type(bench, "4567");
    bench_keys(bench, "Enter Enter");
    assert_null(bench_pending(bench, ZP_ASK_BOOK));
    bench_answer(bench, ZP_ASK_CLIENTS, booking_clients(bench));
    booking_assert_shows(bench, "Мария Иванова, +7 916 123-45-67");
    assert_null(bench_pending(bench, ZP_ASK_BOOK));
    booking_assert_shows(bench, "The question changed");
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
    assert_false(booking_shows(bench, "Walk-in"));
    bench_keys(bench, "F9");
    booking_assert_shows(bench, "Services");
    talloc_free(bench);
}

// ---- sizes

static void sizes__small_and_large__still_book(void **state) {
    struct bench *bench = booking_open(15, 60);

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
    assert_true(bench_pending(bench, ZP_ASK_BOOK)->request.u.book.walk_in);
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
    static const char typed[] = "8 916 123-45-67\nКим 金";
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
    message.u.paste.text = "\nмладшая";
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
        cmocka_unit_test(choice__typed_what_no_service_is_called__says_so),
        cmocka_unit_test(choice__unreadable__says_why),
        cmocka_unit_test(choice__esc_with_a_choice__asks_first),
        cmocka_unit_test(choice__quit_with_a_draft__asks_first),
        cmocka_unit_test(leave__asked_while_all_is_read__keeps_the_cursor),
        cmocka_unit_test(time__asked__loading_then_the_answer),
        cmocka_unit_test(time__nothing_free_and_not_asked__look_different),
        cmocka_unit_test(time__full_day__the_nearest_is_found_by_itself),
        cmocka_unit_test(time__day_left_behind__is_cancelled),
        cmocka_unit_test(time__digit__takes_one_of_the_soonest),
        cmocka_unit_test(time__opened_on_a_later_day__says_from_when),
        cmocka_unit_test(time__from_a_gap__is_filled_in),
        cmocka_unit_test(time__gap_that_is_not_offered__the_nearest_and_it_is_said),
        cmocka_unit_test(time__gap_of_one_who_does_not_do_it__any_master),
        cmocka_unit_test(client__digits__find_the_known),
        cmocka_unit_test(client__wrong_phone__a_sentence_under_the_field),
        cmocka_unit_test(client__enter_without_a_phone__says_both_ways),
        cmocka_unit_test(client__walk_in__keeps_the_name),
        cmocka_unit_test(client__walk_in_over_a_phone__is_told),
        cmocka_unit_test(client__letters_of_nobody__become_the_name),
        cmocka_unit_test(client__enter_before_the_answer__is_kept),
        cmocka_unit_test(client__no_walk_in_in_this_salon__no_such_key),
        cmocka_unit_test(sizes__small_and_large__still_book),
        cmocka_unit_test(draft__strings__as_chosen),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("tui booking", tests, NULL, NULL);
}
