// Week of a master: golden screens, what it asks for, where its keys lead.
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

#define DAY INT64_C(86400)

// Анна's week: Mon to Fri 10:00-20:00, a break on Tuesday, Saturday and Sunday off.
static struct zp_event *shifts_event(TALLOC_CTX *ctx) {
    struct zp_event *event = talloc_zero(ctx, struct zp_event);
    struct zp_shifts *shifts = talloc_zero(event, struct zp_shifts);

    event->ok = true;
    event->shifts = shifts;
    shifts->fetched_at = BENCH_NOW;
    shifts->shift_count = 5;
    shifts->shifts = talloc_zero_array(shifts, struct zp_shift, 5);
    for (int i = 0; i < 5; i++)
        shifts->shifts[i] = (struct zp_shift){.master_id = talloc_strdup(shifts, "71"),
                                              .date = zp_date_add_days(BENCH_DATE, i),
                                              .from_min = i == 4 ? 630 : 600,
                                              .to_min = 1200,
                                              .break_from_min = i == 1 ? 780 : -1,
                                              .break_to_min = i == 1 ? 840 : -1};
    return event;
}

static void add(struct zp_event *event, const char *id, int day, int from, int to,
                const char *client) {
    struct zp_booking *booking = salon_booking(event, id, 0, from, to, client, "маникюр");

    booking->starts_at += day * DAY;
    booking->ends_at += day * DAY;
    salon_add(event, booking);
}

static struct zp_event *bookings_event(TALLOC_CTX *ctx) {
    struct zp_event *event = talloc_zero(ctx, struct zp_event);

    event->ok = true;
    add(event, "1", 0, 660, 750, "Мария Иванова");
    add(event, "2", 0, 900, 945, "Пётр");
    add(event, "3", 1, 600, 690, "Ольга Б.");
    add(event, "4", 1, 840, 960, "Нина");
    add(event, "5", 3, 1080, 1170, "金小明");
    event->bookings[3]->state = ZP_BOOKING_UNCERTAIN;
    return event;
}

static struct bench *open_week(int rows, int cols, bool russian) {
    struct bench *bench = bench_new(NULL, rows, cols, false);

    if (russian)
        bench_russian(bench);
    bench_open(bench, SCREEN_DAY, NULL);
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    bench_answer(bench, ZP_ASK_SHIFTS, salon_shifts(bench));
    bench_answer(bench, ZP_ASK_DAY, salon_day(bench));
    bench_keys(bench, "Ctrl-W");
    assert_string_equal(app_screen(bench->app), "week");
    return bench;
}

static void fill(struct bench *bench) {
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    bench_answer(bench, ZP_ASK_SHIFTS, shifts_event(bench));
    bench_answer(bench, ZP_ASK_DAY, bookings_event(bench));
}

static void week__opened__one_ask_for_seven_days(void **state) {
    struct bench *bench = open_week(24, 80, false);
    const struct bench_ask *day = bench_pending(bench, ZP_ASK_DAY);
    const struct bench_ask *shifts = bench_pending(bench, ZP_ASK_SHIFTS);

    (void)state;
    bench_golden(bench, "week-nothing-known");
    assert_int_equal(day->request.u.day.days, 7);
    assert_int_equal(zp_date_compare(day->request.u.day.date, BENCH_DATE), 0);
    assert_int_equal(shifts->request.u.shifts.days, 7);
    assert_false(shifts->request.u.shifts.refresh);
    assert_int_equal(bench_pending(bench, ZP_ASK_LOOK)->request.u.look.date.day, 23);
    fill(bench);
    bench_golden(bench, "week");
    bench_resize(bench, 40, 120);
    bench_golden(bench, "week-120x40");
    bench_resize(bench, 15, 60);
    bench_golden(bench, "week-60x15");
    bench_keys(bench, "Esc");
    assert_string_equal(app_screen(bench->app), "day");
    talloc_free(bench);
}

static void week__russian__fits(void **state) {
    struct bench *bench = open_week(24, 80, true);

    (void)state;
    fill(bench);
    bench_golden(bench, "week-ru");
    talloc_free(bench);
}

// Down goes from the last of a day to the first of the next that has anything; the card opens.
static void week__arrows__from_day_to_day(void **state) {
    struct bench *bench = open_week(24, 80, false);

    (void)state;
    fill(bench);
    bench_keys(bench, "PgUp Up Up Up Up Up Up Up Up"); // the first of Monday, and no further
    booking_assert_shows(bench, " 11:00-12:30 Мария Иванова");
    bench_keys(bench, "Down");
    booking_assert_shows(bench, " 14:32-15:00 Mon 23");
    bench_keys(bench, "Down Down Down");
    booking_assert_shows(bench, " 10:00-11:30 Ольга");
    bench_keys(bench, "Enter");
    assert_string_equal(app_screen(bench->app), "card");
    bench_keys(bench, "Esc PgDn PgDn");
    booking_assert_shows(bench, "Thu 26, ");
    bench_keys(bench, "PgDn PgDn PgDn PgDn");
    booking_assert_shows(bench, "Sun 29, day off");
    bench_keys(bench, "Up"); // over Saturday, which is off
    booking_assert_shows(bench, " 10:30-20:00 Fri 27");
    talloc_free(bench);
}

static void week__other_week_and_master__asked_anew(void **state) {
    struct bench *bench = open_week(24, 80, false);

    (void)state;
    fill(bench);
    bench_keys(bench, "Right");
    assert_int_equal(bench_pending(bench, ZP_ASK_DAY)->request.u.day.date.day, 30);
    assert_false(booking_shows(bench, "Мария")); // last week's are no bookings of this one
    bench_keys(bench, "Left Left");
    assert_int_equal(bench_pending(bench, ZP_ASK_DAY)->request.u.day.date.day, 16);
    bench_keys(bench, "Ctrl-R"); // over: nothing to ask for
    booking_assert_shows(bench, "This week is over");
    assert_null(bench_pending(bench, ZP_ASK_LOOK)->request.u.look.master_id); // the Day's
    bench_keys(bench, "Home");
    assert_int_equal(bench_pending(bench, ZP_ASK_DAY)->request.u.day.date.day, 23);
    booking_assert_shows(bench, "this week");
    bench_keys(bench, "Tab");
    booking_assert_shows(bench, "Борис М.");
    bench_keys(bench, "Shift-Tab Shift-Tab");
    booking_assert_shows(bench, "Дина Р.");
    talloc_free(bench);
}

static void stretch(struct zp_look *look, int from, int to, enum zp_stretch_kind kind) {
    look->stretches[look->stretch_count++] =
        (struct zp_stretch){.master_id = talloc_strdup(look, "71"),
                            .from = salon_at(from / 60, from % 60),
                            .to = salon_at(to / 60, to % 60),
                            .kind = kind};
}

// What the Day knows of Monday; of other days nothing but that they were asked about.
static struct zp_event *look_event(TALLOC_CTX *ctx, struct zp_date date) {
    struct zp_event *event = talloc_zero(ctx, struct zp_event);
    struct zp_look *look = talloc_zero(event, struct zp_look);

    event->ok = true;
    event->look = look;
    look->date = date;
    look->asked_at = BENCH_NOW - 300;
    look->complete = true;
    look->stretches = talloc_zero_array(look, struct zp_stretch, 4);
    if (date.day != BENCH_DATE.day)
        return event;
    stretch(look, 872, 900, ZP_STRETCH_UNKNOWN);
    stretch(look, 945, 1050, ZP_STRETCH_OFFERED);
    stretch(look, 1050, 1110, ZP_STRETCH_OUTSIDE);
    stretch(look, 1110, 1200, ZP_STRETCH_OFFERED);
    return event;
}

// All that the Week asked about; `failure`: none of it could be.
static void answer_looks(struct bench *bench, bool failure) {
    const struct bench_ask *ask = NULL;

    while ((ask = bench_pending(bench, ZP_ASK_LOOK)) && ask->request.u.look.master_id)
        bench_answer(bench, ZP_ASK_LOOK,
                     failure
                         ? salon_failure(bench, ZP_E_UNREACHABLE, "Dikidi could not be reached.")
                         : look_event(bench, ask->request.u.look.date));
}

static void week__free_time__only_where_dikidi_offers(void **state) {
    struct bench *bench = open_week(24, 80, false);

    (void)state;
    fill(bench);
    booking_assert_shows(bench, "asking Dikidi");
    assert_false(bench_pending(bench, ZP_ASK_LOOK)->request.u.look.refresh); // of the Day's date
    answer_looks(bench, false);
    booking_assert_shows(bench, "free: 1 of 7 days asked");
    booking_assert_shows(bench, " free  "); // as the Day shows it
    booking_assert_shows(bench, "busy");
    const size_t asked = bench_asked(bench, ZP_ASK_LOOK);
    bench_keys(bench, "Ctrl-R");
    assert_int_equal(bench_asked(bench, ZP_ASK_LOOK), asked + 7);
    assert_true(bench_pending(bench, ZP_ASK_LOOK)->request.u.look.refresh);
    booking_assert_shows(bench, "asking Dikidi");
    answer_looks(bench, false);
    bench_golden(bench, "week-free");
    bench_keys(bench, "Ctrl-R");
    answer_looks(bench, true);
    bench_golden(bench, "week-offline"); // what was known stays
    talloc_free(bench);
}

static void week__changes__seen_without_moving_the_cursor(void **state) {
    struct bench *bench = open_week(24, 80, false);
    struct zp_event news = {.kind = ZP_EVENT_JOURNAL, .ok = true};
    struct zp_event *more = bookings_event(bench);

    (void)state;
    fill(bench);
    bench_keys(bench, "PgDn");
    const int asked = (int)bench_asked(bench, ZP_ASK_DAY);
    bench_event(bench, &news);
    bench_event(bench, &news); // while the first is asked: once more afterwards, not twice
    // The Day below reads its own day again, too.
    assert_true((int)bench_asked(bench, ZP_ASK_DAY) <= asked + 2);
    add(more, "6", 4, 720, 780, "Новая");
    while (bench_pending(bench, ZP_ASK_DAY) &&
           bench_pending(bench, ZP_ASK_DAY)->request.u.day.days != 7)
        bench_answer(bench, ZP_ASK_DAY, salon_day(bench));
    bench_answer(bench, ZP_ASK_DAY, more);
    booking_assert_shows(bench, "12:00 Но");
    talloc_free(bench);
}

static void week__f7__books_there(void **state) {
    struct bench *bench = open_week(24, 80, false);

    (void)state;
    fill(bench);
    bench_keys(bench, "PgDn PgDn F7"); // Wednesday, nothing booked
    assert_string_equal(app_screen(bench->app), "booking");
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    booking_assert_shows(bench, "Анна П.");
    bench_keys(bench, "Enter");
    assert_int_equal(bench_pending(bench, ZP_ASK_SLOTS)->request.u.slots.date.day, 25);
    talloc_free(bench);
}

static void every_size__no_cell_is_lost(void **state) {
    struct bench *bench = open_week(24, 80, true);

    (void)state;
    fill(bench);
    for (int rows = 1; rows < 40; rows += 3)
        for (int cols = 1; cols < 130; cols += 9) {
            bench_resize(bench, rows, cols);
            bench_keys(bench, cols % 2 ? "Down" : "PgDn");
        }
    talloc_free(bench);
}

int main(void) {
    const struct CMUnitTest list[] = {
        cmocka_unit_test(week__opened__one_ask_for_seven_days),
        cmocka_unit_test(week__russian__fits),
        cmocka_unit_test(week__arrows__from_day_to_day),
        cmocka_unit_test(week__other_week_and_master__asked_anew),
        cmocka_unit_test(week__free_time__only_where_dikidi_offers),
        cmocka_unit_test(week__changes__seen_without_moving_the_cursor),
        cmocka_unit_test(week__f7__books_there),
        cmocka_unit_test(every_size__no_cell_is_lost),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(list, NULL, NULL);
}
