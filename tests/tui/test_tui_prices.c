// Price list: golden screens, finding as one types, and a booking of what the cursor stands on.
#include "bench.h"
#include "booking_salon.h"
#include "salon.h"
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct bench *open_prices(int rows, int cols, bool ascii) {
    struct bench *bench = bench_new(NULL, rows, cols, ascii);

    bench_open(bench, SCREEN_DAY, NULL);
    bench_answer(bench, ZP_ASK_CATALOGUE, salon_catalogue(bench));
    bench_keys(bench, "Ctrl-P");
    assert_string_equal(app_screen(bench->app), "prices");
    return bench;
}

static void set_text(void *ctx, char **text, const char *value) {
    *text = talloc_strdup(ctx, value);
}

// Forty services in three categories whose services stand apart, and one without any.
static struct zp_event *prices_event(TALLOC_CTX *ctx) {
    struct zp_event *event = booking_catalogue(ctx);
    struct zp_catalogue *catalogue = event->catalogue;

    catalogue->fetched_at = BENCH_NOW - 2 * 3600;
    for (size_t i = 0; i < catalogue->service_count; i++)
        set_text(catalogue, &catalogue->services[i].category,
                 i == 3   ? ""
                 : i % 3  ? "Ногти"
                 : i == 0 ? "Волосы"
                          : "Волосы и борода");
    catalogue->services[2].price_from = true;
    catalogue->services[4].duration_min = 0; // Dikidi does not say
    return event;
}

static void prices__full__by_category(void **state) {
    struct bench *bench = open_prices(24, 80, false);

    (void)state;
    bench_golden(bench, "prices-loading");
    bench_answer(bench, ZP_ASK_CATALOGUE, prices_event(bench));
    bench_keys(bench, "Down");
    bench_golden(bench, "prices");
    bench_keys(bench, "PgDn Down Down");
    bench_golden(bench, "prices-scrolled");
    bench_resize(bench, 15, 60);
    bench_golden(bench, "prices-60x15");
    bench_keys(bench, "PgUp PgUp PgUp PgUp PgUp PgUp PgUp Up");
    booking_assert_shows(bench, "Волосы"); // the first category is seen again
    bench_keys(bench, "Esc");
    assert_string_equal(app_screen(bench->app), "day");
    talloc_free(bench);
}

static void prices__russian__fits(void **state) {
    struct bench *bench = bench_new(NULL, 24, 80, false);

    (void)state;
    bench_russian(bench);
    bench_open(bench, SCREEN_PRICES, NULL);
    bench_answer(bench, ZP_ASK_CATALOGUE, prices_event(bench));
    bench_keys(bench, "Down");
    bench_golden(bench, "prices-ru");
    talloc_free(bench);
}

// Other layout, other letters; the category finds its services; Esc takes the filter away first.
static void prices__typed__found(void **state) {
    struct bench *bench = open_prices(24, 80, false);

    (void)state;
    bench_type(bench, "cnh"); // typed before the answer: kept
    bench_answer(bench, ZP_ASK_CATALOGUE, prices_event(bench));
    booking_assert_shows(bench, "Стрижка");
    assert_false(booking_shows(bench, "Маникюр"));
    bench_golden(bench, "prices-filtered");
    bench_keys(bench, "Ctrl-U");
    bench_type(bench, "volos");
    booking_assert_shows(bench, "Маникюр");
    assert_false(booking_shows(bench, "Стрижка"));
    bench_type(bench, "zzz");
    booking_assert_shows(bench, "Nothing is found");
    bench_keys(bench, "Enter"); // there is nothing to book
    assert_string_equal(app_screen(bench->app), "prices");
    bench_keys(bench, "Esc");
    assert_string_equal(app_screen(bench->app), "prices");
    booking_assert_shows(bench, "Стрижка");
    talloc_free(bench);
}

static void prices__refresh__age_and_trouble(void **state) {
    struct bench *bench = open_prices(24, 80, false);
    struct zp_event *fresh = prices_event(bench);

    (void)state;
    bench_answer(bench, ZP_ASK_CATALOGUE, prices_event(bench));
    bench_keys(bench, "Down Down Ctrl-R");
    assert_true(bench_pending(bench, ZP_ASK_CATALOGUE)->request.u.catalogue.refresh);
    booking_assert_shows(bench, "asking Dikidi");
    bench_answer(bench, ZP_ASK_CATALOGUE,
                 salon_failure(bench, ZP_E_UNREACHABLE, "Dikidi could not be reached."));
    bench_golden(bench, "prices-offline"); // what was known stays, with its age
    bench_keys(bench, "Ctrl-R");
    fresh->catalogue->fetched_at = BENCH_NOW;
    bench_answer(bench, ZP_ASK_CATALOGUE, fresh);
    assert_false(booking_shows(bench, "could not be reached"));
    booking_assert_shows(bench, "(now)");
    talloc_free(bench);
}

static void prices__nothing__said(void **state) {
    struct bench *bench = open_prices(24, 80, false);
    struct zp_event *empty = salon_catalogue(bench);

    (void)state;
    bench_answer(bench, ZP_ASK_CATALOGUE,
                 salon_failure(bench, ZP_E_UNREACHABLE, "Dikidi could not be reached."));
    booking_assert_shows(bench, "Dikidi could not be reached.");
    bench_keys(bench, "Ctrl-R");
    empty->catalogue->service_count = 0;
    bench_answer(bench, ZP_ASK_CATALOGUE, empty);
    bench_golden(bench, "prices-empty");
    talloc_free(bench);
}

static void prices__enter__books_it(void **state) {
    struct bench *bench = open_prices(24, 80, false);

    (void)state;
    bench_answer(bench, ZP_ASK_CATALOGUE, prices_event(bench));
    bench_type(bench, "педик");
    bench_keys(bench, "Enter");
    assert_string_equal(app_screen(bench->app), "booking");
    bench_answer(bench, ZP_ASK_CATALOGUE, prices_event(bench));
    bench_golden(bench, "prices-books");
    bench_keys(bench, "Enter"); // on to the time: it is chosen
    assert_non_null(bench_pending(bench, ZP_ASK_SLOTS));
    assert_int_equal(bench_pending(bench, ZP_ASK_SLOTS)->request.u.slots.service_count, 1);
    booking_assert_shows(bench, "Педикюр");
    talloc_free(bench);
}

// The beard is Борис's alone, at his own price; who has left counts for nothing.
static struct zp_event *one_price_event(TALLOC_CTX *ctx) {
    struct zp_event *event = booking_catalogue(ctx);
    struct zp_service *beard = &event->catalogue->services[2];

    beard->terms = talloc_zero_array(event->catalogue, struct zp_terms, 2);
    beard->term_count = 2;
    beard->terms[0] = (struct zp_terms){talloc_strdup(event->catalogue, "99"), 10000, false, 10};
    beard->terms[1] = (struct zp_terms){talloc_strdup(event->catalogue, "72"), 110000, false, 40};
    for (size_t m = 2; m < event->catalogue->master_count; m++)
        set_text(event->catalogue, &event->catalogue->masters[m].service_ids[2], "501");
    return event;
}

static void prices__only_one_does_it__its_price_on_both_screens(void **state) {
    static const int starts[] = {900, 930, -1}, masters[] = {1, 1};
    struct bench *bench = open_prices(24, 80, false);

    (void)state;
    bench_answer(bench, ZP_ASK_CATALOGUE, one_price_event(bench));
    bench_type(bench, "борода");
    booking_assert_shows(bench, "40 min         ₽1,100 ");
    bench_keys(bench, "Enter"); // with any master
    bench_answer(bench, ZP_ASK_CATALOGUE, one_price_event(bench));
    booking_assert_shows(bench, "40 min      ₽1,100");
    booking_assert_shows(bench, "Total: 40 min, ₽1,100 (");
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_SLOTS, booking_slots(bench, BENCH_DATE, starts, masters));
    booking_assert_shows(bench, "40 min · ₽1,100 ");
    bench_keys(bench, "F3");
    bench_type(bench, "стрижка"); // whose price differs from one to the other
    booking_assert_shows(bench, "30-45 min from ₽1,200");
    talloc_free(bench);
}

static void every_size__no_cell_is_lost(void **state) {
    struct bench *bench = open_prices(24, 80, true);

    (void)state;
    bench_answer(bench, ZP_ASK_CATALOGUE, prices_event(bench));
    for (int rows = 1; rows < 40; rows += 3) {
        for (int cols = 1; cols < 130; cols += 9) {
            bench_resize(bench, rows, cols);
            bench_keys(bench, "PgDn");
        }
        bench_keys(bench, "PgUp PgUp Up");
    }
    talloc_free(bench);
}

int main(void) {
    const struct CMUnitTest list[] = {
        cmocka_unit_test(prices__full__by_category),
        cmocka_unit_test(prices__russian__fits),
        cmocka_unit_test(prices__typed__found),
        cmocka_unit_test(prices__refresh__age_and_trouble),
        cmocka_unit_test(prices__nothing__said),
        cmocka_unit_test(prices__enter__books_it),
        cmocka_unit_test(prices__only_one_does_it__its_price_on_both_screens),
        cmocka_unit_test(every_size__no_cell_is_lost),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(list, NULL, NULL);
}
