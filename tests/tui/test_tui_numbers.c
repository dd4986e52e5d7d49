// Numbers: golden screens in both languages, what keys ask for, and that changes are counted.
#include "bench.h"
#include "salon.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zapis/i18n.h>

static bool shows(const struct bench *bench, const char *text) {
    for (int row = 0; row < bench_frame(bench)->rows; row++)
        if (strstr(bench_row(bench, row), text))
            return true;
    return false;
}

static struct bench *open_numbers(int rows, int cols) {
    struct bench *bench = bench_new(NULL, rows, cols, false);

    bench_open(bench, SCREEN_DAY, NULL);
    bench_keys(bench, "Ctrl-N");
    assert_string_equal(app_screen(bench->app), "numbers");
    return bench;
}

static struct zp_event *nothing(struct bench *bench) {
    const struct bench_ask *ask = bench_pending(bench, ZP_ASK_NUMBERS);
    struct zp_event *event = talloc_zero(bench, struct zp_event);

    assert_non_null(ask);
    event->ok = true;
    event->numbers = talloc_zero(event, struct zp_numbers);
    event->numbers->date = ask->request.u.numbers.date;
    event->numbers->days = ask->request.u.numbers.days;
    return event;
}

static struct zp_event *full(struct bench *bench) {
    const struct bench_ask *ask = bench_pending(bench, ZP_ASK_NUMBERS);

    assert_non_null(ask);
    return salon_numbers(bench, ask->request.u.numbers.date, ask->request.u.numbers.days);
}

static void numbers__opened_from_day__are_of_that_day(void **state) {
    struct bench *bench = open_numbers(24, 80);
    const struct bench_ask *ask = bench_pending(bench, ZP_ASK_NUMBERS);

    (void)state;
    assert_int_equal(zp_date_compare(ask->request.u.numbers.date, BENCH_DATE), 0);
    assert_int_equal(ask->request.u.numbers.days, 1);
    bench_golden(bench, "numbers-loading");
    bench_answer(bench, ZP_ASK_NUMBERS, nothing(bench));
    bench_golden(bench, "numbers-empty");
    bench_keys(bench, "2");
    assert_true(shows(bench, "reading")); // figures of another period are not shown for this one
    bench_answer(bench, ZP_ASK_NUMBERS, full(bench));
    bench_golden(bench, "numbers");
    bench_keys(bench, "Down Down PgDn");
    bench_resize(bench, 40, 120);
    bench_golden(bench, "numbers-120x40");
    bench_resize(bench, 15, 60);
    bench_golden(bench, "numbers-60x15");
    bench_resize(bench, 4, 20); // whatever the size
    bench_keys(bench, "Up");
    bench_keys(bench, "Esc");
    assert_string_equal(app_screen(bench->app), "day");
    talloc_free(bench);
}

// What was before the journal is not told as nothing.
static void numbers__before_the_journal__not_known(void **state) {
    struct bench *bench = open_numbers(24, 80);
    struct zp_event *event = nothing(bench);

    (void)state;
    bench_answer(bench, ZP_ASK_NUMBERS, nothing(bench));
    bench_keys(bench, "3 Left");
    event = nothing(bench);
    event->numbers->since = salon_at(9, 0);
    bench_answer(bench, ZP_ASK_NUMBERS, event);
    assert_true(shows(bench, "not known: the journal begins Mon 23 November 2026"));
    assert_false(shows(bench, "Cancellations"));
    bench_keys(bench, "Right"); // the month in which it begins
    event = nothing(bench);
    event->numbers->since = salon_at(9, 0);
    bench_answer(bench, ZP_ASK_NUMBERS, event);
    assert_true(shows(bench, "Cancellations"));
    talloc_free(bench);
}

static void numbers__in_russian(void **state) {
    struct bench *bench = open_numbers(24, 80);

    (void)state;
    zp_i18n_init("ru");
    bench_answer(bench, ZP_ASK_NUMBERS, nothing(bench));
    bench_golden(bench, "ru/numbers-empty");
    bench_keys(bench, "3");
    bench_golden(bench, "numbers-loading-ru");
    bench_answer(bench, ZP_ASK_NUMBERS, full(bench));
    bench_golden(bench, "numbers-ru");
    bench_resize(bench, 15, 60);
    bench_golden(bench, "numbers-60x15-ru");
    zp_i18n_init("en");
    talloc_free(bench);
}

static void asks_for(struct bench *bench, struct zp_date date, int days) {
    const struct bench_ask *ask = bench_pending(bench, ZP_ASK_NUMBERS);

    assert_non_null(ask);
    assert_int_equal(zp_date_compare(ask->request.u.numbers.date, date), 0);
    assert_int_equal(ask->request.u.numbers.days, days);
}

static void numbers__period_keys__ask_for_whole_periods(void **state) {
    struct bench *bench = open_numbers(24, 80);

    (void)state;
    bench_keys(bench, "3"); // the 23rd is a Monday
    asks_for(bench, (struct zp_date){2026, 11, 1}, 30);
    bench_keys(bench, "Right");
    asks_for(bench, (struct zp_date){2026, 12, 1}, 31);
    bench_keys(bench, "Right Right");
    asks_for(bench, (struct zp_date){2027, 2, 1}, 28);
    bench_keys(bench, "2"); // today is not in it: its first week
    asks_for(bench, (struct zp_date){2027, 2, 1}, 7);
    bench_keys(bench, "Home");
    asks_for(bench, BENCH_DATE, 7);
    bench_keys(bench, "Left");
    asks_for(bench, (struct zp_date){2026, 11, 16}, 7);
    bench_keys(bench, "3 Tab"); // the month holds today: so does the day
    asks_for(bench, BENCH_DATE, 1);
    talloc_free(bench);
}

static void numbers__bookings_change__are_counted_again_once(void **state) {
    struct bench *bench = open_numbers(24, 80);
    struct zp_event event = {.kind = ZP_EVENT_JOURNAL, .ok = true};

    (void)state;
    bench_event(bench, &event); // while they are read: read again when the answer is there
    assert_int_equal(bench_asked(bench, ZP_ASK_NUMBERS), 1);
    bench_answer(bench, ZP_ASK_NUMBERS, nothing(bench));
    assert_true(shows(bench, "14:32"));
    for (int i = 0; i < 20; i++)
        bench_event(bench, &event);
    assert_int_equal(bench_asked(bench, ZP_ASK_NUMBERS), 1); // a burst is waited for
    bench_until_asked(bench, ZP_ASK_NUMBERS, 2);
    bench_answer(bench, ZP_ASK_NUMBERS, full(bench));
    assert_true(shows(bench, "142"));
    bench_keys(bench, "Ctrl-R");
    bench_answer(bench, ZP_ASK_NUMBERS,
                 salon_failure(bench, ZP_E_STORE, "The journal could not be read."));
    assert_true(shows(bench, "The journal could not be read."));
    assert_true(shows(bench, "142")); // what was known stays
    talloc_free(bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers__opened_from_day__are_of_that_day),
        cmocka_unit_test(numbers__before_the_journal__not_known),
        cmocka_unit_test(numbers__in_russian),
        cmocka_unit_test(numbers__period_keys__ask_for_whole_periods),
        cmocka_unit_test(numbers__bookings_change__are_counted_again_once),
    };

    setenv("ZAPIS_LOCALE_DIR", ZAPIS_TEST_LOCALE_DIR, 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
