// Clients and a client's card: golden screens, what their keys ask for, and random keys.
#include "bench.h"
#include "salon.h"
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zapis/text.h>

#define DAY 86400

static bool shows(const struct bench *bench, const char *text) {
    for (int row = 0; row < bench_frame(bench)->rows; row++)
        if (strstr(bench_row(bench, row), text))
            return true;
    return false;
}

// ---- what the desk answers

static struct zp_event *clients_event(TALLOC_CTX *ctx, size_t count) {
    static const struct {
        const char *name, *phone, *master, *note;
        int visits, no_shows, days_ago;
    } known[] = {{"Мария Иванова", "+79161234567", "Анна П.", "аллергия на хну", 12, 1, 31},
                 {"Мария Кузнецова-Водкина", "+79031112233", "Борис М.", NULL, 3, 0, 77},
                 {"", "+375291234567", NULL, NULL, 1, 0, -2},
                 {"Марина О'Нил", "+77011234999", "Вера С.", NULL, 140, 12, 400}};
    struct zp_event *event = talloc_zero(ctx, struct zp_event);

    event->ok = true;
    event->client_count = count;
    event->clients = talloc_zero_array(event, struct zp_client, (unsigned)count + 1);
    for (size_t i = 0; i < count; i++) {
        const size_t k = i % 4;

        event->clients[i] =
            (struct zp_client){.phone = i < 4 ? talloc_strdup(event->clients, known[k].phone)
                                              : talloc_asprintf(event->clients, "+7916%07zu", i),
                               .name = talloc_strdup(event->clients, known[k].name),
                               .usual_master = talloc_strdup(event->clients, known[k].master),
                               .note = talloc_strdup(event->clients, known[k].note),
                               .visits = known[k].visits,
                               .no_shows = known[k].no_shows,
                               .last_visit_at = BENCH_NOW - known[k].days_ago * DAY};
    }
    return event;
}

static struct zp_event *card_event(TALLOC_CTX *ctx, size_t count) {
    struct zp_event *event = talloc_zero(ctx, struct zp_event);
    struct zp_client_card *card = talloc_zero(event, struct zp_client_card);

    event->ok = true;
    event->card = card;
    card->client.phone = talloc_strdup(card, "+79161234567");
    card->client.name = talloc_strdup(card, "Мария Иванова");
    card->client.note = talloc_strdup(card, "аллергия на хну");
    card->client.visits = 12;
    card->client.no_shows = 1;
    card->cancellations = 2;
    card->client.usual_master = talloc_strdup(card, "Анна П.");
    card->usual_service = talloc_strdup(card, "маникюр");
    card->last_at = BENCH_NOW - 31 * DAY;
    card->last_days_ago = 31;
    card->usual_days = 28;
    event->booking_count = count;
    event->bookings = talloc_zero_array(event, struct zp_booking *, (unsigned)count + 1);
    for (size_t i = 0; i < count; i++) {
        struct zp_booking *b = event->bookings[i] =
            salon_booking(event->bookings, talloc_asprintf(event, "%zu", 100 + i), (int)(i % 3),
                          600, 690, "Мария Иванова", i % 2 ? "стрижка" : "маникюр");
        b->starts_at -= (int64_t)(i * 28 + 3) * DAY;
        b->attendance = i == 1 ? ZP_ATTENDANCE_NO_SHOW : ZP_ATTENDANCE_CAME;
        b->state = i == 0 ? ZP_BOOKING_CANCELLED : ZP_BOOKING_BOOKED;
    }
    return event;
}

// ---- finding

static struct bench *open_day(int rows, int cols) {
    struct bench *bench = bench_new(NULL, rows, cols, false);

    bench_open(bench, SCREEN_DAY, NULL);
    bench_answer(bench, ZP_ASK_CATALOGUE, salon_catalogue(bench));
    bench_answer(bench, ZP_ASK_SHIFTS, salon_shifts(bench));
    bench_answer(bench, ZP_ASK_DAY, salon_day(bench));
    return bench;
}

static void clients__typed_on_day__are_found(void **state) {
    struct bench *bench = open_day(24, 80);

    (void)state;
    bench_keys(bench, "Ctrl-F");
    assert_string_equal(app_screen(bench->app), "clients");
    assert_null(bench_pending(bench, ZP_ASK_CLIENTS)); // nothing is looked for yet
    bench_golden(bench, "clients-empty");
    bench_keys(bench, "Esc");
    bench_type(bench, "vfh"); // the first letter opens, none is lost
    assert_string_equal(app_screen(bench->app), "clients");
    assert_true(shows(bench, "vfh"));
    bench_answer(bench, ZP_ASK_CLIENTS, clients_event(bench, 4));
    bench_golden(bench, "clients");
    bench_resize(bench, 15, 60);
    bench_golden(bench, "clients-60x15");
    bench_keys(bench, "Down Enter");
    assert_string_equal(app_screen(bench->app), "client");
    bench_keys(bench, "Esc");
    assert_string_equal(app_screen(bench->app), "clients");
    bench_keys(bench, "Esc");
    assert_string_equal(app_screen(bench->app), "day");
    talloc_free(bench);
}

static void clients__signs_on_day__open_nothing(void **state) {
    struct bench *bench = open_day(24, 80);

    (void)state;
    bench_type(bench, " +-=.,/");
    assert_string_equal(app_screen(bench->app), "day");
    bench_type(bench, "Ы");
    assert_string_equal(app_screen(bench->app), "clients");
    assert_true(shows(bench, "Ы"));
    talloc_free(bench);
}

// Enter before the answer opens whom it finds; nobody is lost, and nobody opened where none is.
static void clients__typed_ahead__enter_waits(void **state) {
    struct bench *bench = open_day(24, 80);

    (void)state;
    bench_type(bench, "4567");
    bench_keys(bench, "Enter Down");
    assert_string_equal(app_screen(bench->app), "clients");
    bench_answer(bench, ZP_ASK_CLIENTS, clients_event(bench, 1));
    assert_string_equal(app_screen(bench->app), "client");
    assert_non_null(bench_pending(bench, ZP_ASK_CLIENT));
    bench_keys(bench, "Esc");
    bench_type(bench, "9");
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_CLIENTS, clients_event(bench, 0));
    assert_string_equal(app_screen(bench->app), "clients");
    assert_true(shows(bench, "Nobody is found"));
    bench_keys(bench, "F7"); // what is known of the new one goes along
    assert_string_equal(app_screen(bench->app), "booking");
    talloc_free(bench);
}

static void clients__failure__said(void **state) {
    struct bench *bench = open_day(24, 80);

    (void)state;
    bench_type(bench, "мария");
    bench_answer(bench, ZP_ASK_CLIENTS, salon_failure(bench, ZP_E_STORE, "The journal is locked."));
    assert_true(shows(bench, "The journal is locked."));
    talloc_free(bench);
}

// ---- the card

static struct bench *open_card(int rows, int cols) {
    struct bench *bench = open_day(rows, cols);

    bench_type(bench, "ма");
    bench_answer(bench, ZP_ASK_CLIENTS, clients_event(bench, 2));
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_CLIENT, card_event(bench, 14));
    return bench;
}

static void client__card__visits_and_what_is_due(void **state) {
    struct bench *bench = open_card(24, 80);

    (void)state;
    bench_golden(bench, "client");
    bench_keys(bench, "PgDn");
    bench_golden(bench, "client-scrolled");
    bench_keys(bench, "PgUp Down Enter");
    assert_string_equal(app_screen(bench->app), "card");
    bench_keys(bench, "Esc");
    assert_string_equal(app_screen(bench->app), "client");
    bench_keys(bench, "F5");
    assert_string_equal(app_screen(bench->app), "again");
    bench_keys(bench, "Esc");
    bench_resize(bench, 15, 60);
    bench_golden(bench, "client-60x15");
    bench_answer(bench, ZP_ASK_CLIENT,
                 salon_failure(bench, ZP_E_NOT_FOUND, "The journal knows nobody by this phone."));
    assert_true(shows(bench, "knows nobody"));
    talloc_free(bench);
}

static struct zp_event *card_with_one_to_come(TALLOC_CTX *ctx) {
    struct zp_event *event = card_event(ctx, 3);

    event->bookings[0]->state = ZP_BOOKING_BOOKED;
    event->bookings[0]->attendance = ZP_ATTENDANCE_WAITING;
    event->bookings[0]->starts_at += 10 * (int64_t)DAY;
    event->bookings[0]->ends_at = event->bookings[0]->starts_at + 5400;
    return event;
}

// The visit to come under the cursor is moved and cancelled at once; what is gone by says where to.
static void client__visit_to_come__moved_and_cancelled_here(void **state) {
    struct bench *bench = open_card(24, 80);
    struct zp_event *fewer = card_with_one_to_come(bench);
    struct zp_event *more = NULL;

    (void)state;
    for (int i = 0; i < 2; i++) {
        bench_keys(bench, i ? "F6" : "F8");
        assert_string_equal(app_screen(bench->app), "client");
        assert_true(shows(bench, "this client has no visit to come; F7 books one."));
    }
    bench_keys(bench, "Ctrl-R");
    bench_answer(bench, ZP_ASK_CLIENT, fewer);
    assert_true(shows(bench, "Enter Visit"));
    assert_true(shows(bench, "8Cancel"));
    bench_golden(bench, "client-to-come");
    bench_keys(bench, "F8");
    assert_string_equal(app_screen(bench->app), "cancel");
    bench_keys(bench, "Esc");
    bench_keys(bench, "F6");
    assert_string_equal(app_screen(bench->app), "move");
    bench_keys(bench, "Esc");
    bench_keys(bench, "Down");
    assert_false(shows(bench, "8Cancel"));
    bench_keys(bench, "Del");
    assert_string_equal(app_screen(bench->app), "client");
    assert_true(shows(bench, "Cancel: go to a visit that is still to come (Up, Down)."));
    bench_keys(bench, "Up Ctrl-R"); // another one comes before it: the cursor stays on the visit
    more = card_with_one_to_come(bench);
    more->bookings[1]->request_id = talloc_strdup(more, more->bookings[0]->request_id);
    more->bookings[0]->request_id = talloc_strdup(more, "another");
    more->bookings[1]->state = ZP_BOOKING_BOOKED;
    bench_answer(bench, ZP_ASK_CLIENT, more);
    assert_int_equal(bench_frame(bench)->cursor_row, 11);
    talloc_free(bench);
}

static void client__f7__books_for_him(void **state) {
    struct bench *bench = open_card(24, 80);

    (void)state;
    bench_keys(bench, "F7");
    bench_answer(bench, ZP_ASK_CATALOGUE, salon_catalogue(bench));
    bench_keys(bench, "Enter");
    bench_golden(bench, "client-books");
    talloc_free(bench);
}

static void client__note__kept_or_left(void **state) {
    struct bench *bench = open_card(24, 80);
    struct zp_event *kept = card_event(bench, 3);

    (void)state;
    bench_keys(bench, "F4");
    bench_type(bench, ", кофе");
    bench_golden(bench, "client-note");
    bench_keys(bench, "F10"); // what was typed is not lost unasked
    assert_true(shows(bench, "Quit and lose"));
    bench_keys(bench, "Esc Esc");
    assert_true(shows(bench, "Leave the note as it was?"));
    bench_keys(bench, "Esc"); // stay
    assert_true(shows(bench, ", кофе"));
    bench_keys(bench, "Enter");
    assert_non_null(bench_pending(bench, ZP_ASK_CLIENT_NOTE));
    bench_answer(bench, ZP_ASK_CLIENT_NOTE, salon_failure(bench, ZP_E_STORE, "The disk is full."));
    assert_true(shows(bench, "The disk is full."));
    assert_true(shows(bench, ", кофе")); // a refusal keeps everything
    bench_keys(bench, "Enter");
    kept->card->client.note = talloc_strdup(kept->card, "аллергия на хну, кофе");
    bench_answer(bench, ZP_ASK_CLIENT_NOTE, kept);
    assert_true(shows(bench, "The note is kept."));
    bench_keys(bench, "F4 Enter"); // nothing was changed: nothing is asked
    assert_null(bench_pending(bench, ZP_ASK_CLIENT_NOTE));
    bench_keys(bench, "F4");
    bench_type(bench, "x");
    bench_keys(bench, "Esc");
    bench_keys(bench, "Enter");
    assert_false(shows(bench, "кофеx"));
    bench_keys(bench, "Esc");
    assert_string_equal(app_screen(bench->app), "clients");
    talloc_free(bench);
}

static void client__of_a_booking__opened_from_its_card(void **state) {
    struct bench *bench = open_day(24, 80);
    struct zp_event *show = talloc_zero(bench, struct zp_event);

    (void)state;
    bench_keys(bench, "Tab Tab Down F3");
    assert_string_equal(app_screen(bench->app), "card");
    bench_keys(bench, "Ctrl-F"); // not read yet: there is nobody to open
    assert_string_equal(app_screen(bench->app), "card");
    show->ok = true;
    show->booking = salon_booking(show, "9", 2, 975, 1020, "Лиза О'Нил", "чёлка");
    bench_answer(bench, ZP_ASK_SHOW, show);
    bench_keys(bench, "Ctrl-F");
    assert_string_equal(app_screen(bench->app), "client");
    talloc_free(bench);
}

// ---- random keys

static uint64_t random_state = 20261122;

static unsigned below(unsigned limit) {
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(random_state >> 33) % limit;
}

static void check_frame(const struct surface *surface) {
    for (int row = 0; row < surface->rows; row++) {
        for (int col = 0; col < surface->cols; col++) {
            const struct cell *cell = surface_cell(surface, row, col);
            const bool tail = col > 0 && surface_cell(surface, row, col - 1)->width == 2;

            assert_int_equal(tail, cell->width == 0);
            assert_int_equal(zp_text_width(cell->text), cell->width);
        }
    }
    assert_true(surface->cursor_row < surface->rows && surface->cursor_col < surface->cols);
}

static void random_answer(struct bench *bench) {
    static const enum zp_ask asks[] = {ZP_ASK_CLIENTS, ZP_ASK_CLIENT, ZP_ASK_CLIENT_NOTE};
    const enum zp_ask ask = asks[below(3)];
    TALLOC_CTX *ctx = talloc_new(NULL);

    if (!bench_pending(bench, ask)) {
        talloc_free(ctx);
        return;
    }
    if (below(4) == 0)
        bench_answer(bench, ask, salon_failure(ctx, ZP_E_STORE, "It failed."));
    else if (ask == ZP_ASK_CLIENTS)
        bench_answer(bench, ask, clients_event(ctx, below(30)));
    else
        bench_answer(bench, ask, card_event(ctx, below(40)));
    talloc_free(ctx);
}

static void random__keys_and_answers__every_frame_is_whole(void **state) {
    static const char *const keys[] = {"Up",   "Down", "PgUp", "PgDn", "Enter", "Enter",
                                       "Esc",  "F4",   "F7",   "F5",   "Tab",   "Ctrl-F",
                                       "Home", "End",  "я",    "1",    "日",    "Backspace"};
    (void)state;
    for (int round = 0; round < 12; round++) {
        struct bench *bench = open_card(24, 80);

        for (int step = 0; step < 150 && strcmp(app_screen(bench->app), "day") != 0; step++) {
            const unsigned what = below(10);

            if (bench->ask_count + 12 >= BENCH_ASKS)
                break;
            if (what == 0)
                bench_resize(bench, 1 + (int)below(40), 1 + (int)below(120));
            else if (what < 4)
                random_answer(bench);
            else
                bench_keys(bench, keys[below(sizeof keys / sizeof keys[0])]);
            check_frame(bench_frame(bench));
        }
        talloc_free(bench);
    }
}

int main(void) {
    const struct CMUnitTest list[] = {
        cmocka_unit_test(clients__typed_on_day__are_found),
        cmocka_unit_test(clients__signs_on_day__open_nothing),
        cmocka_unit_test(clients__typed_ahead__enter_waits),
        cmocka_unit_test(clients__failure__said),
        cmocka_unit_test(client__card__visits_and_what_is_due),
        cmocka_unit_test(client__visit_to_come__moved_and_cancelled_here),
        cmocka_unit_test(client__f7__books_for_him),
        cmocka_unit_test(client__note__kept_or_left),
        cmocka_unit_test(client__of_a_booking__opened_from_its_card),
        cmocka_unit_test(random__keys_and_answers__every_frame_is_whole),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(list, NULL, NULL);
}
