// New booking and move, step 2: a time as it is typed.
#include "bench.h"
#include "booking_salon.h"
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// At the free time of a haircut, which is not there yet.
static struct bench *open_time(void) {
    struct bench *bench = booking_open(24, 80);

    bench_type(bench, "стр");
    bench_keys(bench, "Enter");
    return bench;
}

static void time__typed__chooses_that_one_and_no_other(void **state) {
    static const struct {
        const char *typed, *said, *confirmed; // confirmed "": Enter stays
    } rows[] = {
        {"1730", "Time: 17:30. Enter: go on.", "17:30-18:15"},
        {"17:30", "Time: 17:30. Enter: go on.", "17:30-18:15"},
        {"5.30", "Time: 17:30. Enter: go on.", "17:30-18:15"},
        {"530", "Time: 17:30. Enter: go on.", "17:30-18:15"},
        {"18", "Time: 18:00. Enter: go on.", "18:00-18:45"},
        {"6", "Time: 18:00. Enter: go on.", "18:00-18:45"},
        {"173", "Time: 173… Type it whole, such as 1530.", ""},
        {"1450", "14:50: Dikidi does not offer it; nearest: 15:00.", ""},
        {"1545", "15:45: Dikidi does not offer it; nearest: 15:30, 16:15.", ""},
        {"17", "17:00: Dikidi does not offer it; nearest: 16:15, 17:30.", ""},
        {"2300", "23:00: Dikidi does not offer it; nearest: 18:00.", ""},
        {"2575", "2575 is no time of day. Type it anew, such as 1530.", ""},
        {"15:75", "15:75 is no time of day. Type it anew, such as 1530.", ""},
        // after one that cannot be had the next digit begins another
        {"14501615", "Time: 16:15. Enter: go on.", "16:15-17:00"},
        {"14501545", "15:45: Dikidi does not offer it; nearest: 15:30, 16:15.", ""},
        {"15:451730", "Time: 17:30. Enter: go on.", "17:30-18:15"},
        {"9301730", "Time: 17:30. Enter: go on.", "17:30-18:15"},
        {"25751615", "Time: 16:15. Enter: go on.", "16:15-17:00"},
        {"99", "99 is no time of day. Type it anew, such as 1530.", ""},
        {"177", "177 is no time of day. Type it anew, such as 1530.", ""},
        {"26:", "26 is no time of day. Type it anew, such as 1530.", ""},
        {"253", "14:53: Dikidi does not offer it; nearest: 15:00.", ""},
        {"991730", "Time: 17:30. Enter: go on.", "17:30-18:15"},
        {"17309", "Time: 17:30. Enter: go on.", "17:30-18:15"}, // one too many loses nothing
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bench *bench = open_time();

        bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
        bench_type(bench, rows[i].typed);
        booking_assert_shows(bench, rows[i].said);
        bench_keys(bench, "Enter");
        booking_assert_shows(bench, rows[i].confirmed[0] ? rows[i].confirmed : rows[i].said);
        booking_assert_shows(bench, rows[i].confirmed[0] ? "Phone" : "Morning 0");
        talloc_free(bench);
    }
}

static void time__typed_and_taken_back__nothing_is_lost(void **state) {
    struct bench *bench = open_time();

    (void)state;
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    bench_type(bench, "1545");
    bench_keys(bench, "F9"); // no way on passes it by
    booking_assert_shows(bench, "Dikidi does not offer it");
    bench_keys(bench, "Down"); // the next one that there is
    assert_false(booking_shows(bench, "15:45: Dikidi"));
    bench_keys(bench, "Enter");
    booking_assert_shows(bench, "16:15-17:00");
    bench_keys(bench, "Esc");
    bench_type(bench, "17");
    bench_keys(bench, "Esc"); // one level: what was typed
    booking_assert_shows(bench, "Morning 0");
    assert_false(booking_shows(bench, "Time: 17"));
    bench_type(bench, "18");
    bench_keys(bench, "Backspace Backspace Enter");
    booking_assert_shows(bench, "Phone");
    talloc_free(bench);
}

static void time__typed_ahead_of_the_answer__waits_for_it(void **state) {
    struct bench *bench = open_time();

    (void)state;
    bench_type(bench, "1730");
    bench_keys(bench, "Enter 9 1 6");
    booking_assert_shows(bench, "Not known yet whether it is free");
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    booking_assert_shows(bench, "17:30-18:15");
    booking_assert_shows(bench, "916"); // typed for the phone
    talloc_free(bench);
    bench = open_time();
    bench_type(bench, "1545");
    bench_keys(bench, "Enter 9 1 6");
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    booking_assert_shows(bench, "15:45: Dikidi does not offer it; nearest: 15:30, 16:15.");
    bench_keys(bench, "Enter"); // it was dropped, not typed here
    booking_assert_shows(bench, "Morning 0");
    talloc_free(bench);
}

// What cannot be had is not in the way of what is done next.
static void time__refused__gone_with_the_next_key(void **state) {
    static const char *const keys[] = {"Right", "Left", "Up", "Down", "PgUp", "PgDn", "Tab"};
    struct bench *bench = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        bench = open_time();
        bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
        bench_type(bench, "99");
        bench_keys(bench, "Enter");
        booking_assert_shows(bench, "99 is no time of day");
        bench_keys(bench, keys[i]);
        assert_false(booking_shows(bench, "99 is no"));
        assert_false(booking_shows(bench, "Time: 9"));
        if (i > 0) { // of the same day: there is a time again
            bench_keys(bench, "Enter");
            booking_assert_shows(bench, "Phone");
        }
        talloc_free(bench);
    }
    bench = open_time();
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    bench_type(bench, "173");
    bench_keys(bench, "Enter");
    bench_type(bench, "1730"); // whole, as it was asked for
    booking_assert_shows(bench, "Time: 17:30. Enter: go on.");
    bench_keys(bench, "Backspace Enter Backspace"); // what is corrected goes on
    bench_type(bench, "30");
    booking_assert_shows(bench, "Time: 17:30. Enter: go on.");
    talloc_free(bench);
}

// The last line is about the field that has the cursor: Enter takes a client only from the phone.
static void client__hint__of_the_field_with_the_cursor(void **state) {
    struct bench *bench = booking_open(24, 80);

    (void)state;
    bench_type(bench, "стр");
    bench_keys(bench, "F5");
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    booking_assert_shows(bench, "Digits of the phone");
    bench_type(bench, "мар");
    bench_answer(bench, ZP_ASK_CLIENTS, booking_clients(bench));
    booking_assert_shows(bench, "Enter: take the known client");
    bench_keys(bench, "Tab");
    booking_assert_shows(bench, "The client's name, Enter: to the confirmation");
    assert_false(booking_shows(bench, "Enter: take the known client"));
    bench_keys(bench, "Tab");
    booking_assert_shows(bench, "A comment on the visit");
    bench_keys(bench, "Tab");
    booking_assert_shows(bench, "Enter: take the known client");
    talloc_free(bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time__typed__chooses_that_one_and_no_other),
        cmocka_unit_test(time__typed_and_taken_back__nothing_is_lost),
        cmocka_unit_test(time__typed_ahead_of_the_answer__waits_for_it),
        cmocka_unit_test(time__refused__gone_with_the_next_key),
        cmocka_unit_test(client__hint__of_the_field_with_the_cursor),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("tui booking", tests, NULL, NULL);
}
