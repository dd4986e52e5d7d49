// The waiting list: what the Day says when a time turns free, one key that books, the list and the
// wish, and random keys.
#include "bench.h"
#include "booking_salon.h"
#include "salon.h"
#include "waiting_words.h"
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zapis/i18n.h>

static struct bench *open_day(int rows, int cols) {
    struct bench *bench = bench_new(NULL, rows, cols, false);

    bench_open(bench, SCREEN_DAY, NULL);
    bench_answer(bench, ZP_ASK_CATALOGUE, salon_catalogue(bench));
    bench_answer(bench, ZP_ASK_SHIFTS, salon_shifts(bench));
    bench_answer(bench, ZP_ASK_DAY, salon_day(bench));
    bench_answer(bench, ZP_ASK_LOOK, salon_look(bench));
    return bench;
}

static struct bench *open_list(int rows, int cols, size_t count, int fits) {
    struct bench *bench = open_day(rows, cols);

    bench_answer(bench, ZP_ASK_WAITING, booking_waitings(bench, count, fits));
    bench_keys(bench, "Ctrl-V");
    assert_string_equal(app_screen(bench->app), "waiting");
    bench_answer(bench, ZP_ASK_WAITING, booking_waitings(bench, count, fits));
    return bench;
}

static void changed(struct bench *bench, enum zp_event_kind kind) {
    struct zp_event *event = talloc_zero(bench, struct zp_event);

    event->kind = kind;
    event->ok = true;
    bench_event(bench, event);
}

// ---- a time turns free

static void day__a_time_turns_free__it_says_who_waits(void **state) {
    struct bench *bench = open_day(24, 80);

    (void)state;
    bench_answer(bench, ZP_ASK_WAITING, booking_waitings(bench, 2, 0));
    assert_false(booking_shows(bench, "waits"));
    changed(bench, ZP_EVENT_JOURNAL); // another process cancelled something
    bench_answer(bench, ZP_ASK_WAITING, booking_waitings(bench, 2, 1));
    booking_assert_shows(bench, "Day, Ctrl-V: Мария waits: Mon 23 Nov 15:30, Анна П. turned free");
    // Said once; what stays so stands in the bar.
    bench_keys(bench, "Tab");
    booking_assert_shows(bench, "^V waits: Мария 15:30 Анна П.");
    bench_golden(bench, "day-waits");
    changed(bench, ZP_EVENT_WAITING);
    bench_answer(bench, ZP_ASK_WAITING, booking_waitings(bench, 2, 1));
    assert_false(booking_shows(bench, "Day, Ctrl-V"));
    booking_assert_shows(bench, "^V waits");
    // It is taken: nobody is told that it is free.
    changed(bench, ZP_EVENT_JOURNAL);
    bench_answer(bench, ZP_ASK_WAITING, booking_waitings(bench, 2, 0));
    assert_false(booking_shows(bench, "^V waits"));
    talloc_free(bench);
}

// Put off, it leaves the bar and does not come back; another time for the same client does.
static void day__not_now__out_of_the_bar(void **state) {
    struct bench *bench = open_day(24, 80);

    (void)state;
    bench_answer(bench, ZP_ASK_WAITING, booking_waitings(bench, 2, 1));
    booking_assert_shows(bench, "^X Not now");
    bench_keys(bench, "Ctrl-X");
    booking_assert_shows(bench, "Not now: Мария stays on the waiting list (Ctrl-V).");
    assert_false(booking_shows(bench, "^V waits"));
    assert_false(booking_shows(bench, "^X"));
    changed(bench, ZP_EVENT_JOURNAL);
    bench_answer(bench, ZP_ASK_WAITING, booking_waitings(bench, 2, 1));
    assert_false(booking_shows(bench, "^V waits"));
    changed(bench, ZP_EVENT_JOURNAL);
    bench_answer(bench, ZP_ASK_WAITING, booking_waitings(bench, 2, 2));
    booking_assert_shows(bench, "17:30");
    bench_keys(bench, "Tab");
    booking_assert_shows(bench, "^V waits");
    talloc_free(bench);
}

static void day__on_another_screen__it_says_it_there(void **state) {
    struct bench *bench = open_day(24, 80);

    (void)state;
    bench_answer(bench, ZP_ASK_WAITING, booking_waitings(bench, 2, 0));
    bench_keys(bench, "Ctrl-T");
    assert_string_equal(app_screen(bench->app), "queue");
    changed(bench, ZP_EVENT_JOURNAL);
    bench_answer(bench, ZP_ASK_WAITING, booking_waitings(bench, 2, 1));
    booking_assert_shows(bench, "Мария waits: Mon 23 Nov 15:30, Анна П. turned free");
    talloc_free(bench);
}

// Changes in quick succession cost two reads, and what could not be read is not forgotten.
static void day__many_changes__few_reads(void **state) {
    struct bench *bench = open_day(24, 80);

    (void)state;
    for (int i = 0; i < 20; i++)
        changed(bench, ZP_EVENT_JOURNAL);
    assert_int_equal(bench_asked(bench, ZP_ASK_WAITING), 1);
    bench_answer(bench, ZP_ASK_WAITING, booking_waitings(bench, 2, 1));
    assert_int_equal(bench_asked(bench, ZP_ASK_WAITING), 2);
    bench_answer(bench, ZP_ASK_WAITING, salon_failure(bench, ZP_E_STORE, "the disk is full"));
    booking_assert_shows(bench, "^V waits");
    talloc_free(bench);
}

// ---- the list

static void list__full_and_empty(void **state) {
    struct bench *bench = open_list(24, 80, 4, 1);

    (void)state;
    bench_golden(bench, "waiting-offer"); // the cursor stands on whom it fits
    bench_keys(bench, "Up");
    bench_golden(bench, "waiting");
    bench_keys(bench, "Down Down");
    booking_assert_shows(bench, "is being booked");
    bench_keys(bench, "F7 F4 F8"); // somebody is at it: nothing opens
    assert_string_equal(app_screen(bench->app), "waiting");
    bench_keys(bench, "Down");
    booking_assert_shows(bench, "these days are over");
    bench_keys(bench, "Up Up");
    bench_resize(bench, 15, 60);
    bench_golden(bench, "waiting-60x15");
    talloc_free(bench);
    bench = open_list(24, 80, 0, 0);
    bench_golden(bench, "waiting-empty");
    talloc_free(bench);
}

static void list__in_russian__fits(void **state) {
    struct bench *bench = open_list(24, 80, 4, 2);

    (void)state;
    zp_i18n_init("ru");
    bench_keys(bench, "Up"); // drawn anew, in the other language
    booking_assert_shows(bench, "Лист ожидания");
    bench_golden(bench, "waiting-offer-ru");
    bench_keys(bench, "F8");
    bench_golden(bench, "waiting-drop-ru");
    talloc_free(bench);
    zp_i18n_init("en");
}

static void list__drop__asks_why(void **state) {
    struct bench *bench = open_list(24, 80, 2, 1);

    (void)state;
    bench_keys(bench, "F8 Enter"); // not without a reason
    assert_null(bench_pending(bench, ZP_ASK_WAITING_DROP));
    bench_keys(bench, "Esc F8 2 Enter");
    assert_non_null(bench_pending(bench, ZP_ASK_WAITING_DROP));
    assert_int_equal(bench_pending(bench, ZP_ASK_WAITING_DROP)->request.u.waiting_drop.id, 2);
    bench_answer(bench, ZP_ASK_WAITING_DROP,
                 salon_failure(bench, ZP_E_REFUSED, "does not wait any more"));
    booking_assert_shows(bench, "Does not wait any more.");
    booking_assert_shows(bench, "does not want it any more"); // what was chosen stays
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_WAITING_DROP, booking_waitings(bench, 1, 0));
    booking_assert_shows(bench, "Taken off the waiting list.");
    talloc_free(bench);
}

// The list moves under the cursor: a key on its way meant another client.
static void list__changes__the_cursor_stays(void **state) {
    struct bench *bench = open_list(24, 80, 2, 1);

    (void)state;
    bench_keys(bench, "Up");
    changed(bench, ZP_EVENT_WAITING);
    bench_answer(bench, ZP_ASK_WAITING, booking_waitings(bench, 2, 1));
    bench_keys(bench, "Enter"); // nothing fits her: her wish opens
    assert_string_equal(app_screen(bench->app), "wish");
    assert_int_equal(bench_pending(bench, ZP_ASK_WAITING)->request.u.waiting.id, 1);
    talloc_free(bench);
}

// ---- booking for somebody who waits

static struct bench *book_offer(int rows, int cols) {
    struct bench *bench = open_list(rows, cols, 2, 1);

    bench_keys(bench, "Enter Enter"); // the second one is typed ahead: it must book nothing
    assert_string_equal(app_screen(bench->app), "booking");
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    return bench;
}

static void offer__one_key__to_the_confirmation(void **state) {
    struct bench *bench = book_offer(24, 80);
    const struct bench_ask *ask = NULL;

    (void)state;
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    bench_golden(bench, "booking-waiting");
    assert_null(bench_pending(bench, ZP_ASK_BOOK));
    bench_keys(bench, "Enter");
    ask = bench_pending(bench, ZP_ASK_BOOK);
    assert_non_null(ask);
    assert_int_equal(ask->request.u.book.waiting_id, 2);
    assert_int_equal(ask->request.u.book.starts_at, salon_at(15, 30));
    bench_answer(bench, ZP_ASK_BOOK, booking_made(bench, ZP_BOOKING_BOOKED, ZP_OK, NULL));
    assert_string_equal(app_screen(bench->app), "day"); // with its undo
    booking_assert_shows(bench, "Booked: number");
    booking_assert_shows(bench, "^Z Undo");
    talloc_free(bench);
}

static void offer__taken_meanwhile__says_so(void **state) {
    struct bench *bench = book_offer(24, 80);
    static const int minutes[] = {17 * 60, -1}, masters[] = {0};

    (void)state;
    bench_answer(bench, ZP_ASK_SLOTS, booking_slots(bench, BENCH_DATE, minutes, masters));
    booking_assert_shows(bench, "15:30");
    assert_null(bench_pending(bench, ZP_ASK_BOOK));
    bench_golden(bench, "booking-waiting-taken");
    talloc_free(bench);
}

// Another client typed over the one who waits: the wish is not his.
static void offer__another_client__leaves_the_wish(void **state) {
    struct bench *bench = book_offer(24, 80);

    (void)state;
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    bench_keys(bench, "F5 Ctrl-U");
    bench_type(bench, "9031112299");
    bench_keys(bench, "F6 Enter");
    assert_non_null(bench_pending(bench, ZP_ASK_BOOK));
    assert_int_equal(bench_pending(bench, ZP_ASK_BOOK)->request.u.book.waiting_id, 0);
    talloc_free(bench);
}

static void no_fit__books_where_a_time_is_chosen(void **state) {
    struct bench *bench = open_list(24, 80, 2, 1);

    (void)state;
    bench_keys(bench, "Up F7");
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    booking_assert_shows(bench, "Пелагея");
    assert_null(bench_pending(bench, ZP_ASK_BOOK));
    talloc_free(bench);
}

// ---- to the list

static void no_time__ctrl_v__to_the_list(void **state) {
    struct bench *bench = booking_open(24, 80);

    (void)state;
    bench_type(bench, "стр");
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_SLOTS, booking_nothing(bench, (struct zp_date){0}));
    booking_assert_shows(bench, "Ctrl-V: to the waiting list.");
    bench_keys(bench, "Ctrl-V");
    assert_string_equal(app_screen(bench->app), "wish");
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    bench_golden(bench, "wish");
    bench_type(bench, "9161234567");
    bench_keys(bench, "Tab");
    bench_type(bench, "Мария");
    bench_keys(bench, "Tab Tab"); // what is typed takes the place of the day that is proposed
    bench_type(bench, "+2");
    bench_keys(bench, "Tab");
    bench_type(bench, "14-10");
    bench_keys(bench, "Enter"); // makes no sense: nothing is asked
    assert_null(bench_pending(bench, ZP_ASK_WAITING_PUT));
    booking_assert_shows(bench, "14-10");
    bench_golden(bench, "wish-wrong");
    bench_keys(bench, "Ctrl-U");
    bench_type(bench, "10-14");
    bench_resize(bench, 15, 60);
    bench_golden(bench, "wish-60x15");
    bench_keys(bench, "Enter");
    assert_non_null(bench_pending(bench, ZP_ASK_WAITING_PUT));
    bench_answer(bench, ZP_ASK_WAITING_PUT, salon_failure(bench, ZP_E_STORE, "the disk is full"));
    assert_string_equal(app_screen(bench->app), "wish"); // what was typed stays
    booking_assert_shows(bench, "10-14");
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_WAITING_PUT, booking_waitings(bench, 1, 0));
    assert_string_equal(app_screen(bench->app), "day");
    booking_assert_shows(bench, "On the waiting list");
    talloc_free(bench);
}

static void wish__days__as_people_type_them(void **state) {
    static const struct {
        struct zp_date date;
        const char *shown;
    } days[] = {{{2026, 11, 23}, "23.11 "},
                {{2027, 1, 5}, "5.01 "}, // what "5.01" means in November
                {{2028, 1, 5}, "5.01.2028 "}};

    (void)state;
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
        static const char *const services[] = {"502"};
        const struct screen_args args = {.date = days[i].date,
                                         .client = "+79161234567",
                                         .client_name = "Мария",
                                         .service_ids = services,
                                         .service_count = 1};
        struct bench *bench = bench_new(NULL, 24, 80, false);

        bench_open(bench, SCREEN_DAY, NULL);
        bench_open(bench, SCREEN_WISH, &args);
        booking_assert_shows(bench, talloc_asprintf(bench, "From day         %s", days[i].shown));
        booking_assert_shows(bench, talloc_asprintf(bench, "To day           %s", days[i].shown));
        bench_type(bench, "завтра"); // into the last day
        bench_keys(bench, "Up Ctrl-U");
        bench_type(bench, "23.11");
        bench_keys(bench, "Enter");
        assert_non_null(bench_pending(bench, ZP_ASK_WAITING_PUT));
        talloc_free(bench);
    }
}

static void time__as_it_is_said(void **state) {
    static const struct {
        const char *text;
        int from, to; // minutes; -1: no time
    } said[] = {{"", 0, 1440},
                {"18", 1080, 1080},
                {"18-20", 1080, 1200},
                {"-12", 0, 720},
                {"10-", 600, 1440},
                {"после 18", 1080, 1440},
                {"С 18:30", 1110, 1440},
                {"до 12", 0, 720},
                {"с 10 до 14", 600, 840},
                {"after 9", 540, 1440},
                {"from 9 to 11", 540, 660},
                {"before 12", 0, 720},
                {"после", -1, 0},
                {"до", -1, 0},
                {"с 18 до", -1, 0},
                {"после 18 20", -1, 0},
                {"с 14 до 10", -1, 0},
                {"последний", -1, 0},
                {"до 12-14", -1, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        int from = 0, to = 0;
        struct zp_error err = {0};
        const bool ok = waiting_time_parse(said[i].text, &from, &to, &err);

        assert_int_equal(ok, said[i].from >= 0);
        if (ok) {
            assert_int_equal(from, said[i].from);
            assert_int_equal(to, said[i].to);
        }
    }
}

static void list__ins__from_the_service_to_the_wish(void **state) {
    struct bench *bench = open_list(24, 80, 0, 0);

    (void)state;
    bench_keys(bench, "Ins");
    assert_string_equal(app_screen(bench->app), "booking");
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    bench_type(bench, "стр");
    bench_keys(bench, "Enter");
    assert_string_equal(app_screen(bench->app), "wish");
    bench_keys(bench, "Esc");
    assert_string_equal(app_screen(bench->app), "booking"); // one level
    bench_keys(bench, "Enter");
    bench_type(bench, "9161234567");
    bench_keys(bench, "Tab");
    bench_type(bench, "Мария");
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_WAITING_PUT, booking_waitings(bench, 1, 0));
    assert_string_equal(app_screen(bench->app), "waiting");
    talloc_free(bench);
}

// ---- random keys

static void random__keys__never_break_it(void **state) {
    static const char *const keys[] = {"Up",     "Down", "Enter", "Esc",    "F7",     "F4",  "F8",
                                       "Ctrl-V", "Ins",  "Tab",   "1",      "2",      "Del", "F5",
                                       "F6",     "F3",   "Left",  "Ctrl-R", "Ctrl-U", "PgDn"};
    static const enum zp_ask asks[] = {ZP_ASK_WAITING,     ZP_ASK_CATALOGUE,    ZP_ASK_SLOTS,
                                       ZP_ASK_WAITING_PUT, ZP_ASK_WAITING_DROP, ZP_ASK_BOOK};
    unsigned seed = 7;

    (void)state;
    for (int round = 0; round < 30; round++) {
        struct bench *bench = open_list(round % 2 ? 15 : 24, round % 2 ? 60 : 80,
                                        (size_t)(round % 5), round % 5 > 1 ? round % 3 : 0);

        for (int i = 0; i < 120 && app_screen(bench->app); i++) {
            TALLOC_CTX *ctx = talloc_new(bench);

            seed = seed * 1103515245 + 12345;
            const unsigned pick = seed >> 16;

            if (pick % 4 != 0)
                bench_keys(bench, keys[pick / 4 % (sizeof(keys) / sizeof(keys[0]))]);
            else if (pick % 8 == 0)
                changed(bench, pick % 16 == 0 ? ZP_EVENT_WAITING : ZP_EVENT_JOURNAL);
            for (size_t a = 0; a < sizeof(asks) / sizeof(asks[0]); a++) {
                if ((pick >> a) % 3 == 0 || !bench_pending(bench, asks[a]))
                    continue;
                const size_t count =
                    asks[a] == ZP_ASK_WAITING && bench_pending(bench, asks[a])->request.u.waiting.id
                        ? 1
                        : pick / 8 % 6;
                bench_answer(bench, asks[a],
                             asks[a] == ZP_ASK_CATALOGUE ? booking_catalogue(ctx)
                             : asks[a] == ZP_ASK_SLOTS   ? booking_monday(ctx)
                             : asks[a] == ZP_ASK_BOOK    ? booking_taken(ctx, pick % 4)
                             : pick % 32 == 0
                                 ? salon_failure(ctx, ZP_E_STORE, "full")
                                 : booking_waitings(ctx, count, count > 1 ? (int)(pick % 3) : 0));
            }
            talloc_free(ctx);
        }
        talloc_free(bench);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(day__a_time_turns_free__it_says_who_waits),
        cmocka_unit_test(day__not_now__out_of_the_bar),
        cmocka_unit_test(day__on_another_screen__it_says_it_there),
        cmocka_unit_test(day__many_changes__few_reads),
        cmocka_unit_test(list__full_and_empty),
        cmocka_unit_test(list__in_russian__fits),
        cmocka_unit_test(list__drop__asks_why),
        cmocka_unit_test(list__changes__the_cursor_stays),
        cmocka_unit_test(offer__one_key__to_the_confirmation),
        cmocka_unit_test(offer__taken_meanwhile__says_so),
        cmocka_unit_test(offer__another_client__leaves_the_wish),
        cmocka_unit_test(no_fit__books_where_a_time_is_chosen),
        cmocka_unit_test(no_time__ctrl_v__to_the_list),
        cmocka_unit_test(wish__days__as_people_type_them),
        cmocka_unit_test(time__as_it_is_said),
        cmocka_unit_test(list__ins__from_the_service_to_the_wish),
        cmocka_unit_test(random__keys__never_break_it),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
