// Move, the same once more, mark and undo: golden screens, what is asked of the desk, and what the
// person is told when it is refused, unknown or half done.
#include "bench.h"
#include "booking_salon.h"
#include "move_salon.h"
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// ---- move

// To another chair at the same hour: that the client sits in the old one then is no news.
static void move__in_its_own_time__is_no_second_visit(void **state) {
    static const int starts[] = {975, 1080, -1}, masters[] = {2, 2};
    struct bench *bench = move_day(24, 80);

    (void)state;
    bench_keys(bench, "F6");
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    bench_answer(bench, ZP_ASK_SHOW, move_show(bench, ZP_BOOKING_BOOKED));
    bench_answer(bench, ZP_ASK_SLOTS, booking_slots(bench, BENCH_DATE, starts, masters));
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_DAY, salon_day(bench));
    booking_assert_shows(bench, "18:00-18:45");
    assert_false(booking_shows(bench, "already has a visit"));
    bench_keys(bench, "Esc Up Enter"); // but she has another one at that time
    booking_assert_shows(bench, "! This client already has a visit then: 16:00-17:00, Анна П.");
    talloc_free(bench);
}

static void move__begins_at_the_old_time__all_in_sight(void **state) {
    struct bench *bench = move_open(24, 80);

    (void)state;
    bench_golden(bench, "move-time");
    bench_resize(bench, 15, 60);
    bench_golden(bench, "move-time-60x15");
    bench_keys(bench, "Esc"); // nothing was typed: at once
    assert_string_equal(app_screen(bench->app), "day");
    assert_int_equal(bench_asked(bench, ZP_ASK_MOVE), 0);
    talloc_free(bench);
}

static void move__confirmed__done_and_told(void **state) {
    struct bench *bench = move_open(24, 80);
    struct zp_event *changed = NULL;

    (void)state;
    bench_keys(bench, "Enter");
    bench_golden(bench, "move-confirm");
    bench_resize(bench, 15, 60);
    bench_golden(bench, "move-confirm-60x15");
    bench_keys(bench, "Enter");
    assert_true(move_asked(bench, ZP_ASK_MOVE).u.move.starts_at == salon_at(19, 0));
    assert_false(move_asked(bench, ZP_ASK_MOVE).u.move.release_first);
    assert_false(move_asked(bench, ZP_ASK_MOVE).u.move.again);
    bench_resize(bench, 24, 80);
    changed = move_show(bench, ZP_BOOKING_CANCELLED); // the old time goes before the answer comes
    changed->kind = ZP_EVENT_BOOKING;
    changed->booking->moved_to = talloc_strdup(changed->booking, MOVE_NEW_ID);
    bench_event(bench, changed);
    booking_assert_shows(bench, " Move ");
    bench_answer(bench, ZP_ASK_MOVE, move_made(bench, ZP_BOOKING_BOOKED, ZP_OK, "", ""));
    assert_string_equal(app_screen(bench->app), "day");
    booking_assert_shows(bench, "Moved: number 9877");
    booking_assert_shows(bench, "^Z");
    talloc_free(bench);
}

// Half an hour later is what nobody offers: typed, it is one of those marked !, or said not to be.
static void move__typed__the_old_time_in_the_way(void **state) {
    struct bench *bench = move_open(24, 80);

    (void)state;
    bench_type(bench, "1820");
    booking_assert_shows(bench, "18:20: Dikidi does not offer it; nearest: 18:15, 18:30.");
    bench_keys(bench, "Enter");
    booking_assert_shows(bench, "Soonest:");
    bench_keys(bench, "Backspace Backspace");
    bench_type(bench, "30");
    booking_assert_shows(bench, "Time: 18:30. Enter: go on.");
    bench_keys(bench, "Enter");
    booking_assert_shows(bench, "18:30");
    assert_false(booking_shows(bench, "Soonest:"));
    talloc_free(bench);
}

static void move__to_another_master(void **state) {
    static const int starts[] = {930, -1};
    static const int masters[] = {3};
    struct bench *bench = move_open(24, 80);

    (void)state;
    bench_keys(bench, "F3");
    bench_golden(bench, "move-master");
    bench_type(bench, "гал");
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_SLOTS, booking_slots(bench, BENCH_DATE, starts, masters));
    booking_assert_shows(bench, "Галина Т.");
    assert_false(booking_shows(bench, "own visit")); // she is free at the old time
    bench_keys(bench, "Enter");
    booking_assert_shows(bench, "--master 74");
    bench_keys(bench, "F3 Up Up Up Up Up Enter"); // any master: one of those free is named
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    bench_keys(bench, "Up Up Up Up Enter");
    booking_assert_shows(bench, "zapis move 987 --at '2026-11-23 16:15'");
    talloc_free(bench);
}

static void move__overlapping_time__another_one_unless_chosen(void **state) {
    struct bench *bench = move_open(24, 80);

    (void)state;
    bench_keys(bench, "Up");
    booking_assert_shows(bench, "overlaps the client's own visit, which is being moved");
    bench_keys(bench, "Enter");
    bench_golden(bench, "move-overlaps");
    bench_resize(bench, 15, 60);
    bench_golden(bench, "move-overlaps-60x15");
    bench_keys(bench, "Enter"); // the safe answer lies under the cursor
    assert_int_equal(bench_asked(bench, ZP_ASK_MOVE), 0);
    bench_answer(bench, ZP_ASK_SLOTS, move_slots(bench));
    bench_keys(bench, "Enter 2 Enter"); // typed before anybody could read what is lost
    assert_int_equal(bench_asked(bench, ZP_ASK_MOVE), 0);
    bench_keys(bench, "2");
    assert_int_equal(bench_asked(bench, ZP_ASK_MOVE), 0); // a digit only chooses
    bench_keys(bench, "Enter");
    assert_true(move_asked(bench, ZP_ASK_MOVE).u.move.release_first);
    assert_true(move_asked(bench, ZP_ASK_MOVE).u.move.starts_at == salon_at(18, 45));
    bench_golden(bench, "move-releasing-60x15");
    talloc_free(bench);
}

// What stands around the old time stands in the way: nobody gives it up for a time that is taken.
static void move__overlapping_time__only_where_it_may_be_free(void **state) {
    struct bench *bench = move_open_from(move_day(24, 80), "F6", ZP_BOOKING_BOOKED);
    struct zp_event *event = salon_look(bench);

    (void)state;
    assert_false(booking_shows(bench, "own visit")); // nothing is known yet
    for (size_t i = 0; i < event->look->stretch_count; i++)
        if (event->look->stretches[i].from == salon_at(17, 0))
            event->look->stretches[i].from = salon_at(17, 30); // somebody is there till 17:30
        else if (event->look->stretches[i].from == salon_at(19, 0))
            event->look->stretches[i].kind = ZP_STRETCH_OUTSIDE;
    bench_answer(bench, ZP_ASK_LOOK, event);
    bench_turn(bench);
    booking_assert_shows(bench, "17:30 own visit");
    booking_assert_shows(bench, "17:45 own visit");
    assert_false(booking_shows(bench, "17:15"));
    assert_false(booking_shows(bench, "18:15"));
    talloc_free(bench);
}

// The core knows better where the times overlap: the same question.
static void move__core_says_overlaps__the_same_question(void **state) {
    struct bench *bench = move_open(24, 80);
    struct zp_event *event = move_show(bench, ZP_BOOKING_BOOKED);

    (void)state;
    event->ok = false;
    zp_error_set(&event->error, ZP_E_REFUSED, "MOVE_OVERLAPS", "the new time overlaps the old one");
    bench_keys(bench, "Enter Enter");
    bench_answer(bench, ZP_ASK_MOVE, event);
    bench_keys(bench, "Down Enter");
    assert_true(move_asked(bench, ZP_ASK_MOVE).u.move.release_first);
    talloc_free(bench);
}

static void move__taken__offers_and_the_old_time_stands(void **state) {
    struct bench *bench = move_open(24, 80);

    (void)state;
    bench_keys(bench, "Enter Enter Enter"); // the last one answers what nobody has seen
    bench_answer(bench, ZP_ASK_MOVE, move_taken(bench));
    bench_answer(bench, ZP_ASK_SHOW, move_show(bench, ZP_BOOKING_BOOKED));
    assert_null(bench_pending(bench, ZP_ASK_MOVE));
    bench_keys(bench, "Down Up");
    bench_golden(bench, "move-taken");
    bench_keys(bench, "2 Enter");
    assert_true(move_asked(bench, ZP_ASK_MOVE).u.move.starts_at == salon_at(16, 15));
    talloc_free(bench);
}

// Released, and then somebody took it: nothing is glossed over, and the next offer books it again.
static void move__both_times_lost__booked_again(void **state) {
    struct bench *bench = move_open(24, 80);

    (void)state;
    bench_keys(bench, "Up Enter");
    bench_keys(bench, "Down Enter");
    bench_answer(bench, ZP_ASK_MOVE, move_taken(bench));
    bench_answer(bench, ZP_ASK_SHOW, move_show(bench, ZP_BOOKING_CANCELLED));
    bench_keys(bench, "Down Up");
    bench_golden(bench, "move-lost");
    bench_keys(bench, "1 Enter");
    assert_true(move_asked(bench, ZP_ASK_MOVE).u.move.again);
    assert_false(move_asked(bench, ZP_ASK_MOVE).u.move.release_first);
    bench_answer(bench, ZP_ASK_MOVE, move_made(bench, ZP_BOOKING_BOOKED, ZP_OK, "", ""));
    booking_assert_shows(bench, "Booked: number 9877");
    talloc_free(bench);
}

static void move__unknown_or_half__never_asked_again(void **state) {
    struct bench *bench = move_open(24, 80);
    struct zp_event *later = NULL;

    (void)state;
    bench_keys(bench, "Enter Enter");
    bench_answer(bench, ZP_ASK_MOVE,
                 move_made(bench, ZP_BOOKING_UNCERTAIN, ZP_E_UNKNOWN, "", "The answer was lost."));
    bench_golden(bench, "move-unknown");
    later = move_made(bench, ZP_BOOKING_BOOKED, ZP_OK, "", "");
    later->kind = ZP_EVENT_BOOKING;
    bench_event(bench, later);
    assert_string_equal(app_screen(bench->app), "day");
    booking_assert_shows(bench, "Moved: number 9877");
    talloc_free(bench);

    bench = move_open(24, 80);
    bench_keys(bench, "Enter Enter");
    bench_answer(bench, ZP_ASK_MOVE,
                 move_made(bench, ZP_BOOKING_BOOKED, ZP_E_UNKNOWN, "",
                           "The new time is booked, but the old one is not cancelled yet."));
    bench_golden(bench, "move-half");
    bench_keys(bench, "F4 F6 Enter");
    assert_string_equal(app_screen(bench->app), "day");
    assert_int_equal(bench_asked(bench, ZP_ASK_MOVE), 1);
    talloc_free(bench);
}

static void move__refused__stays_and_can_be_changed(void **state) {
    struct bench *bench = move_open(24, 80);
    struct zp_event *event = move_show(bench, ZP_BOOKING_BOOKED);

    (void)state;
    event->ok = false;
    zp_error_set(&event->error, ZP_E_REFUSED, "NO_PHONE", "Move it in Dikidi itself.");
    bench_keys(bench, "Enter Enter");
    bench_answer(bench, ZP_ASK_MOVE, event);
    booking_assert_shows(bench, "Move it in Dikidi itself.");
    assert_string_equal(app_screen(bench->app), "move");
    bench_keys(bench, "Esc");
    assert_non_null(bench_pending(bench, ZP_ASK_SLOTS));
    talloc_free(bench);
}

static void move__cannot_be_read__says_why(void **state) {
    struct bench *bench = move_day(24, 80);

    (void)state;
    bench_keys(bench, "F6 Enter Enter"); // kept, and not for this
    bench_answer(bench, ZP_ASK_SHOW, salon_failure(bench, ZP_E_STORE, "The journal is gone."));
    booking_assert_shows(bench, "The journal is gone.");
    assert_int_equal(bench_asked(bench, ZP_ASK_MOVE), 0);
    bench_keys(bench, "Esc");
    assert_string_equal(app_screen(bench->app), "day");
    talloc_free(bench);
}

// ---- the same once more

static void again__filled_in__at_the_next_free_time(void **state) {
    struct bench *bench = move_open_from(move_day(24, 80), "F5", ZP_BOOKING_BOOKED);
    struct zp_draft draft;

    (void)state;
    assert_string_equal(app_screen(bench->app), "again");
    bench_golden(bench, "again-time");
    bench_keys(bench, "Enter");
    booking_assert_shows(bench, "Enter books it.");
    assert_false(booking_shows(bench, "без лака")); // that was about the other visit
    bench_keys(bench, "Enter");
    draft = move_asked(bench, ZP_ASK_BOOK).u.book;
    assert_true(draft.starts_at == salon_at(15, 30));
    assert_int_equal(draft.service_count, 1);
    assert_false(draft.walk_in);
    bench_answer(bench, ZP_ASK_BOOK, booking_made(bench, ZP_BOOKING_BOOKED, ZP_OK, ""));
    assert_string_equal(app_screen(bench->app), "day");
    talloc_free(bench);
}

// ---- mark

static void mark__a_digit_marks__ctrl_z_takes_it_back(void **state) {
    struct bench *bench = move_day(24, 80);

    (void)state;
    bench_keys(bench, "F4");
    bench_answer(bench, ZP_ASK_SHOW, move_show(bench, ZP_BOOKING_BOOKED));
    bench_golden(bench, "mark");
    bench_resize(bench, 15, 60);
    bench_golden(bench, "mark-60x15");
    bench_resize(bench, 24, 80);
    bench_keys(bench, "2");
    assert_int_equal(move_asked(bench, ZP_ASK_MARK).u.mark.attendance, ZP_ATTENDANCE_NO_SHOW);
    bench_answer(bench, ZP_ASK_MARK, move_show(bench, ZP_BOOKING_BOOKED));
    assert_string_equal(app_screen(bench->app), "day");
    booking_assert_shows(bench, "not in Dikidi");
    bench_keys(bench, "Ctrl-Z Ctrl-Z"); // the second one has nothing to undo
    assert_int_equal(bench_asked(bench, ZP_ASK_MARK), 2);
    assert_int_equal(move_asked(bench, ZP_ASK_MARK).u.mark.attendance, ZP_ATTENDANCE_WAITING);
    bench_answer(bench, ZP_ASK_MARK, move_show(bench, ZP_BOOKING_BOOKED));
    booking_assert_shows(bench, "Undone: the mark");
    assert_false(booking_shows(bench, "^Z"));
    bench_keys(bench, "Ctrl-Z"); // not without a word
    booking_assert_shows(bench, "Nothing more to undo here");
    talloc_free(bench);
}

static void mark__refused__says_so_and_stays(void **state) {
    struct bench *bench = move_day(24, 80);

    (void)state;
    bench_keys(bench, "F4 1 Enter"); // typed ahead: the digit counts, the rest does not
    bench_answer(bench, ZP_ASK_SHOW, move_show(bench, ZP_BOOKING_BOOKED));
    bench_answer(bench, ZP_ASK_MARK, salon_failure(bench, ZP_E_REFUSED, "Only what is booked."));
    booking_assert_shows(bench, "Only what is booked.");
    assert_string_equal(app_screen(bench->app), "mark");
    assert_null(bench_pending(bench, ZP_ASK_MARK));
    talloc_free(bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(move__in_its_own_time__is_no_second_visit),
        cmocka_unit_test(move__begins_at_the_old_time__all_in_sight),
        cmocka_unit_test(move__confirmed__done_and_told),
        cmocka_unit_test(move__typed__the_old_time_in_the_way),
        cmocka_unit_test(move__to_another_master),
        cmocka_unit_test(move__overlapping_time__another_one_unless_chosen),
        cmocka_unit_test(move__overlapping_time__only_where_it_may_be_free),
        cmocka_unit_test(move__core_says_overlaps__the_same_question),
        cmocka_unit_test(move__taken__offers_and_the_old_time_stands),
        cmocka_unit_test(move__both_times_lost__booked_again),
        cmocka_unit_test(move__unknown_or_half__never_asked_again),
        cmocka_unit_test(move__refused__stays_and_can_be_changed),
        cmocka_unit_test(move__cannot_be_read__says_why),
        cmocka_unit_test(again__filled_in__at_the_next_free_time),
        cmocka_unit_test(mark__a_digit_marks__ctrl_z_takes_it_back),
        cmocka_unit_test(mark__refused__says_so_and_stays),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("tui move", tests, NULL, NULL);
}
