// Palette: golden screens, commands run on the screen below, a booking out of one line.
#include "bench.h"
#include "booking_salon.h"
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct bench *open_day(int rows, int cols) {
    struct bench *bench = bench_new(NULL, rows, cols, false);

    bench_open(bench, SCREEN_DAY, NULL);
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    bench_answer(bench, ZP_ASK_SHIFTS, salon_shifts(bench));
    bench_answer(bench, ZP_ASK_DAY, salon_day(bench));
    return bench;
}

static struct bench *open_palette(int rows, int cols, bool russian) {
    struct bench *bench = open_day(rows, cols);

    if (russian)
        bench_russian(bench);
    bench_keys(bench, "F2");
    assert_string_equal(app_screen(bench->app), "palette");
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    return bench;
}

// ---- commands

static void palette__commands__golden(void **state) {
    struct bench *bench = open_palette(24, 80, false);

    (void)state;
    bench_golden(bench, "palette");
    bench_type(bench, "queue");
    bench_golden(bench, "palette-filtered");
    bench_keys(bench, "Esc"); // one level: what was typed
    assert_string_equal(app_screen(bench->app), "palette");
    bench_type(bench, "qqqq");
    bench_golden(bench, "palette-nothing");
    bench_resize(bench, 15, 60);
    bench_keys(bench, "Esc");
    bench_golden(bench, "palette-60x15");
    bench_keys(bench, "Esc");
    assert_string_equal(app_screen(bench->app), "day");
    talloc_free(bench);
}

static void palette__russian__either_layout(void **state) {
    struct bench *bench = open_palette(24, 80, true);

    (void)state;
    bench_golden(bench, "palette-ru");
    bench_type(bench, "jxtht"); // "очере" in the other layout
    bench_keys(bench, "Enter");
    assert_string_equal(app_screen(bench->app), "queue");
    bench_keys(bench, "Esc F2");
    bench_type(bench, "queue"); // the other language's word
    bench_keys(bench, "Enter");
    assert_string_equal(app_screen(bench->app), "queue");
    talloc_free(bench);
}

// What people call it leads there, in either layout and with е for ё; where it lacks something that
// is said, on the key as well.
static void palette__plain_words__find_the_command(void **state) {
    static const struct {
        const char *typed, *first;
    } rows[] = {
        {"отмена", "F8 "},      {"отменить", "F8 "},     {"удалить", "F8 "},
        {"jnvtyf", "F8 "},      {"перенос", "F6 "},      {"другое время", "F6 "},
        {"gthtyjc", "F6 "},     {"ещё раз", "F5 "},      {"еще раз", "F5 "},
        {"пришла", "F4 "},      {"карточка", "F3 "},     {"лист", "Ctrl-V"},
        {"ожидание", "Ctrl-V"}, {"клиент", "Ctrl-F"},    {"поиск", "Ctrl-F"},
        {"неделя", "Ctrl-W"},   {"ytltkz", "Ctrl-W"},    {"график", "Ctrl-W"},
        {"цены", "Ctrl-P"},     {"отчёт", "Ctrl-N"},     {"отчет", "Ctrl-N"},
        {"выручка", "Ctrl-N"},  {"календарь", "Ctrl-G"}, {"завтра", "Вправо"},
        {"ссылка", "Ctrl-U"},   {"язык", "F12"},         {"reschedule", "F6 "},
        {"записать", "F7 "},    {"ошибки", "Ctrl-T"},
    };
    struct bench *bench = open_palette(24, 80, true);

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *row = NULL;

        bench_keys(bench, "Ctrl-U");
        bench_type(bench, rows[i].typed);
        row = bench_row(bench, 5);
        if (strncmp(row + 1, rows[i].first, strlen(rows[i].first)) != 0)
            fail_msg("%s: %s", rows[i].typed, row);
    }
    talloc_free(bench);
}

static void palette__lacks_a_booking__said_so(void **state) {
    struct bench *bench = open_day(24, 80);

    (void)state;
    bench_keys(bench, "Tab Tab Tab PgDn F8"); // nobody is booked there
    booking_assert_shows(bench, "Cancel: choose a booking first (Up, Down, Tab).");
    bench_keys(bench, "F6");
    booking_assert_shows(bench,
                         "Move: first go to a booking that has not begun yet (Up, Down, Tab).");
    bench_keys(bench, "F2");
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    assert_false(booking_shows(bench, "choose a booking first"));
    bench_type(bench, "cancel");
    booking_assert_shows(bench, "Cancel the booking: choose a booking first (Up, Down, Tab)");
    bench_keys(bench, "Enter");
    assert_string_equal(app_screen(bench->app), "day");
    booking_assert_shows(bench, "Cancel: choose a booking first (Up, Down, Tab).");
    bench_keys(bench, "F11");
    booking_assert_shows(bench, "That key does nothing here now; F1: those that do.");
    bench_keys(bench, "F2");
    bench_type(bench, "revert"); // found where nothing can be taken back, too
    booking_assert_shows(bench, "nothing more to undo here");
    talloc_free(bench);
}

// Enter closes the palette and the screen below does it, with the cursor where it stood.
static void palette__enter__runs_it_below(void **state) {
    struct bench *bench = open_day(24, 80);

    (void)state;
    bench_keys(bench, "Tab Tab Down F2");
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    bench_type(bench, "card");
    bench_keys(bench, "Enter");
    assert_string_equal(app_screen(bench->app), "card");
    bench_keys(bench, "F2"); // over any screen
    bench_type(bench, "keys of this");
    bench_keys(bench, "Enter");
    assert_string_equal(app_screen(bench->app), "help");
    bench_keys(bench, "Esc Esc");
    assert_string_equal(app_screen(bench->app), "day");
    bench_type(bench, ":");
    assert_string_equal(app_screen(bench->app), "palette");
    bench_keys(bench, "Esc");
    bench_type(bench, "Ж"); // the same key: here it begins a name
    assert_string_equal(app_screen(bench->app), "clients");
    talloc_free(bench);
}

static void palette__without_booking_below__only_commands(void **state) {
    struct bench *bench = open_day(24, 80);

    (void)state;
    bench_keys(bench, "Ctrl-T F2");
    bench_type(bench, "стрижка 15:30");
    booking_assert_shows(bench, "No command of this name makes sense here.");
    bench_keys(bench, "Enter");
    assert_string_equal(app_screen(bench->app), "palette");
    talloc_free(bench);
}

// ---- a booking in one line

static void palette__line__marked_word_by_word(void **state) {
    struct bench *bench = open_palette(24, 80, false);

    (void)state;
    bench_type(bench, "маникюр аня");
    bench_golden(bench, "palette-line-lacks");
    bench_type(bench, " 15:30 8 916 123-45-67 Мария #кофе");
    bench_golden(bench, "palette-line");
    bench_keys(bench, "F12");
    bench_golden(bench, "palette-line-ru");
    bench_resize(bench, 15, 60);
    bench_golden(bench, "palette-line-60x15");
    bench_keys(bench, "F12");
    talloc_free(bench);
}

static void palette__two_meanings__chosen_by_enter(void **state) {
    struct bench *bench = open_palette(24, 80, false);

    (void)state;
    bench_type(bench, "процедура завтра в 8");
    bench_golden(bench, "palette-line-which");
    bench_keys(bench, "Down Enter");
    booking_assert_shows(bench, "20:00");
    assert_string_equal(app_screen(bench->app), "palette");
    talloc_free(bench);
}

static void palette__whole_line__confirmed_and_booked(void **state) {
    struct bench *bench = open_palette(24, 80, false);

    (void)state;
    bench_type(bench, "vfybr.h fyz 15^30 9161234567 vfhbz"); // маникюр аня … мария
    bench_keys(bench, "Enter Enter");                        // the second is for nothing seen yet
    assert_string_equal(app_screen(bench->app), "booking");
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    assert_null(bench_pending(bench, ZP_ASK_BOOK));
    bench_golden(bench, "palette-confirm");
    bench_keys(bench, "Enter");
    assert_int_equal(bench_pending(bench, ZP_ASK_BOOK)->request.u.book.starts_at, salon_at(15, 30));
    bench_answer(bench, ZP_ASK_BOOK, booking_made(bench, ZP_BOOKING_BOOKED, ZP_OK, NULL));
    assert_string_equal(app_screen(bench->app), "day"); // the palette went with it
    booking_assert_shows(bench, "Booked: number");
    booking_assert_shows(bench, "^Z Undo");
    talloc_free(bench);
}

// From a booking's card as from the Day; the card then shows what was booked.
static void palette__line_over_a_card__booked(void **state) {
    struct bench *bench = open_day(24, 80);

    (void)state;
    bench_keys(bench, "Tab Tab Down F3 F2");
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    bench_type(bench, "маникюр аня 15:30 9161234567 мария");
    bench_keys(bench, "Enter");
    assert_string_equal(app_screen(bench->app), "booking");
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_BOOK, booking_made(bench, ZP_BOOKING_BOOKED, ZP_OK, NULL));
    assert_string_equal(app_screen(bench->app), "card");
    booking_assert_shows(bench, "Booked: number");
    booking_assert_shows(bench, "^Z Undo");
    assert_non_null(bench_pending(bench, ZP_ASK_SHOW));
    talloc_free(bench);
}

// What is missing is asked for, the rest is there; Esc leads back to the line as it was.
static void palette__incomplete__opens_at_what_lacks(void **state) {
    struct bench *bench = open_palette(24, 80, false);

    (void)state;
    bench_type(bench, "маникюр аня 15:30");
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    booking_assert_shows(bench, "Type the client's phone");
    bench_type(bench, "9161234567");
    talloc_free(bench);

    bench = open_palette(24, 80, false);
    bench_type(bench, "маникюр 9161234567 мария");
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    booking_assert_shows(bench, "15:30"); // the time is to be chosen
    assert_null(bench_pending(bench, ZP_ASK_BOOK));
    bench_keys(bench, "F6");
    booking_assert_shows(bench, "Мария");
    talloc_free(bench);
}

static void palette__known_client__named(void **state) {
    struct bench *bench = open_palette(24, 80, false);

    (void)state;
    bench_type(bench, "маникюр аня 15:30 9161234567");
    assert_non_null(bench_pending(bench, ZP_ASK_CLIENTS));
    bench_answer(bench, ZP_ASK_CLIENTS, booking_clients(bench));
    booking_assert_shows(bench, "known client");
    booking_assert_shows(bench, "to the confirmation");
    talloc_free(bench);
}

// Esc never loses a booking typed without asking, and a name typed for a filter costs nothing.
static void palette__left_over_a_line__asks(void **state) {
    struct bench *bench = open_palette(24, 80, false);

    (void)state;
    bench_type(bench, "маникюр аня 15:30");
    bench_keys(bench, "Esc Enter"); // typed before the question was seen: no answer to it
    assert_string_equal(app_screen(bench->app), "palette");
    bench_golden(bench, "palette-leaving");
    bench_keys(bench, "Esc"); // stay
    booking_assert_shows(bench, "Missing:");
    bench_keys(bench, "Esc");
    bench_type(bench, " 9161234567"); // another key goes on where one was
    booking_assert_shows(bench, "+7 916 123-45-67");
    bench_keys(bench, "Esc");
    booking_assert_shows(bench, "Give up what was typed?");
    bench_resize(bench, 6, 30);
    booking_assert_shows(bench, "Give up what");
    bench_keys(bench, "Enter");
    assert_string_equal(app_screen(bench->app), "day");
    bench_keys(bench, "F2");
    bench_type(bench, "queue");
    bench_keys(bench, "Esc Esc");
    assert_string_equal(app_screen(bench->app), "day");
    talloc_free(bench);
}

// In the other language the word is a command: nothing is asked any more, and Enter runs it.
static void palette__question__goes_with_the_line(void **state) {
    struct bench *bench = open_palette(24, 80, false);

    (void)state;
    bench_type(bench, "завтра");
    bench_keys(bench, "Esc");
    booking_assert_shows(bench, "Give up what was typed?");
    assert_int_equal(setenv("ZAPIS_LOCALE_DIR", ZAPIS_BUILT_LOCALE_DIR, 1), 0);
    bench_keys(bench, "F12");
    booking_assert_shows(bench, "Следующий день");
    assert_int_equal(bench_frame(bench)->cursor_row, 2);
    bench_keys(bench, "Enter");
    assert_string_equal(app_screen(bench->app), "day");
    booking_assert_shows(bench, "Вт 24 ноября 2026");
    talloc_free(bench);
}

// Typed before the price list is there: Enter waits for what the words mean.
static void palette__typed_ahead__waits(void **state) {
    struct bench *bench = open_day(24, 80);

    (void)state;
    bench_keys(bench, "F2");
    bench_type(bench, "маникюр аня 15:30 9161234567 Мария");
    bench_keys(bench, "Enter Enter");
    assert_string_equal(app_screen(bench->app), "palette");
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    assert_string_equal(app_screen(bench->app), "booking");
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    assert_null(bench_pending(bench, ZP_ASK_BOOK)); // nobody had seen what the second was for
    bench_turn(bench);
    booking_assert_shows(bench, "Enter books it.");
    talloc_free(bench);
}

// "маникюр аня завтра 15:00" and a client, and what Dikidi offers tomorrow: at the free time.
static struct bench *open_tomorrow(struct zp_event *(*offered)(TALLOC_CTX *ctx)) {
    struct bench *bench = open_palette(24, 80, false);

    bench_type(bench, "маникюр аня завтра 15:00 9165551234 Мария");
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    bench_answer(bench, ZP_ASK_SLOTS, offered(bench));
    bench_turn(bench);
    return bench;
}

static struct zp_event *thursday(TALLOC_CTX *ctx) {
    return booking_nothing(ctx, (struct zp_date){2026, 11, 26});
}

static struct zp_event *others(TALLOC_CTX *ctx) {
    static const int starts[] = {840, 930, -1}, masters[] = {0, 0};

    return booking_slots(ctx, (struct zp_date){2026, 11, 24}, starts, masters);
}

// No key of a way on passes by what the line asked for: a person chooses.
static void assert_unmet(struct bench *bench) {
    static const char *const ways[] = {"Enter", "F5", "F6"};

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        booking_assert_shows(bench, "Asked for Tue 24 Nov 15:00: not offered. Choose a time.");
        booking_assert_shows(bench, "no time yet");
        bench_keys(bench, ways[i]);
    }
    assert_null(bench_pending(bench, ZP_ASK_BOOK));
    booking_assert_shows(bench, "Asked for Tue 24 Nov 15:00: not offered. Choose a time.");
}

static void palette__wished_day_is_full__nothing_is_chosen(void **state) {
    static const int starts[] = {905, 960, -1}, masters[] = {0, 0};
    struct bench *bench = open_tomorrow(thursday);

    (void)state;
    bench_answer(bench, ZP_ASK_SLOTS,
                 booking_slots(bench, (struct zp_date){2026, 11, 26}, starts, masters));
    booking_assert_shows(bench, "Thu 26 November 2026");
    assert_unmet(bench);
    bench_keys(bench, "Down F6");
    assert_false(booking_shows(bench, "Asked for"));
    booking_assert_shows(bench, "15:05");
    bench_turn(bench);
    bench_keys(bench, "Enter");
    assert_int_equal(bench_pending(bench, ZP_ASK_BOOK)->request.u.book.starts_at,
                     salon_at(15, 5) + (int64_t)3 * 86400);
    talloc_free(bench);
}

static void palette__wished_time_is_not_offered__nothing_is_chosen(void **state) {
    static const int starts[] = {900, 930, -1}, masters[] = {0, 0};
    struct bench *bench = open_tomorrow(others);

    (void)state;
    assert_unmet(bench);
    bench_keys(bench, "Up"); // the one before it
    booking_assert_shows(bench, "Tue 24 Nov 14:00");
    talloc_free(bench);
    bench = open_tomorrow(others);
    bench_type(bench, "1450");
    bench_keys(bench, "Enter Esc"); // taken back: what the line said stands again
    assert_unmet(bench);
    bench_keys(bench, "Right"); // nor on another day
    bench_answer(bench, ZP_ASK_SLOTS,
                 booking_slots(bench, (struct zp_date){2026, 11, 25}, starts, masters));
    assert_unmet(bench);
    bench_type(bench, "1530");
    bench_keys(bench, "F6");
    assert_false(booking_shows(bench, "Asked for"));
    booking_assert_shows(bench, "Enter books it.");
    talloc_free(bench);
}

// A phone that is somebody else's in the journal: said before it is booked, and the name typed
// stays.
static void palette__a_shared_phone__is_said(void **state) {
    struct bench *bench = open_day(24, 80);

    (void)state;
    bench_keys(bench, "F2");
    bench_type(bench, "маникюр аня 15:30 9161234567 Пётр");
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    bench_answer(bench, ZP_ASK_CLIENTS, booking_clients(bench));
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    bench_turn(bench);
    booking_assert_shows(bench, "Пётр, +7 916 123-45-67");
    booking_assert_shows(bench, "In the journal this phone is");
    bench_keys(bench, "F5 Enter"); // back and on: nobody is taken for somebody else
    booking_assert_shows(bench, "Пётр, +7 916 123-45-67");
    talloc_free(bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(palette__commands__golden),
        cmocka_unit_test(palette__russian__either_layout),
        cmocka_unit_test(palette__plain_words__find_the_command),
        cmocka_unit_test(palette__lacks_a_booking__said_so),
        cmocka_unit_test(palette__enter__runs_it_below),
        cmocka_unit_test(palette__without_booking_below__only_commands),
        cmocka_unit_test(palette__line__marked_word_by_word),
        cmocka_unit_test(palette__two_meanings__chosen_by_enter),
        cmocka_unit_test(palette__whole_line__confirmed_and_booked),
        cmocka_unit_test(palette__line_over_a_card__booked),
        cmocka_unit_test(palette__incomplete__opens_at_what_lacks),
        cmocka_unit_test(palette__known_client__named),
        cmocka_unit_test(palette__left_over_a_line__asks),
        cmocka_unit_test(palette__question__goes_with_the_line),
        cmocka_unit_test(palette__typed_ahead__waits),
        cmocka_unit_test(palette__wished_day_is_full__nothing_is_chosen),
        cmocka_unit_test(palette__wished_time_is_not_offered__nothing_is_chosen),
        cmocka_unit_test(palette__a_shared_phone__is_said),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
