// Undo: what was just done is taken back by one key, one deed after the other.
#include "bench.h"
#include "booking_salon.h"
#include "move_salon.h"
#include "undo.h"
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void cancel_it(struct bench *bench) {
    bench_keys(bench, "F8");
    bench_answer(bench, ZP_ASK_SHOW, move_show(bench, ZP_BOOKING_BOOKED));
    bench_keys(bench, "1 Enter");
    bench_answer(bench, ZP_ASK_CANCEL, move_show(bench, ZP_BOOKING_CANCELLED));
    assert_string_equal(app_screen(bench->app), "day");
}

static void undo__of_a_cancel__booked_again(void **state) {
    struct bench *bench = move_day(24, 80);

    (void)state;
    cancel_it(bench);
    bench_golden(bench, "undo-offered");
    bench_keys(bench, "Ctrl-Z");
    assert_true(move_asked(bench, ZP_ASK_MOVE).u.move.again);
    assert_true(move_asked(bench, ZP_ASK_MOVE).u.move.starts_at == 0);
    bench_keys(bench, "Down Up"); // nothing is held up by it
    bench_answer(bench, ZP_ASK_MOVE, move_made(bench, ZP_BOOKING_BOOKED, ZP_OK, "", ""));
    booking_assert_shows(bench, "booked again under number 9877");
    talloc_free(bench);
}

static void undo__of_a_cancel_refused__another_time(void **state) {
    struct bench *bench = move_day(24, 80);

    (void)state;
    cancel_it(bench);
    bench_keys(bench, "Ctrl-Z");
    bench_answer(bench, ZP_ASK_MOVE, move_taken(bench));
    booking_assert_shows(bench, "Not undone");
    move_open_from(bench, "Ctrl-Z", ZP_BOOKING_CANCELLED);
    assert_string_equal(app_screen(bench->app), "move");
    bench_golden(bench, "undo-elsewhere");
    bench_keys(bench, "Enter Enter");
    assert_true(move_asked(bench, ZP_ASK_MOVE).u.move.again);
    talloc_free(bench);
}

static void undo__of_a_booking__cancels_it_and_is_over_in_time(void **state) {
    struct bench *bench = move_open_from(move_day(24, 80), "F5", ZP_BOOKING_BOOKED);
    struct zp_event *event = booking_made(bench, ZP_BOOKING_BOOKED, ZP_OK, "");

    (void)state;
    bench_keys(bench, "Enter Enter");
    bench_answer(bench, ZP_ASK_BOOK, event);
    bench_keys(bench, "Ctrl-Z");
    assert_non_null(bench_pending(bench, ZP_ASK_CANCEL));
    bench_answer(bench, ZP_ASK_CANCEL, salon_failure(bench, ZP_E_UNKNOWN, "No answer came."));
    booking_assert_shows(bench, "Not undone: No answer came.");
    assert_false(booking_shows(bench, "^Z")); // it goes on by itself
    talloc_free(bench);
}

// Booked, then moved: the move is taken back first, then the booking; through the card, too.
static void undo__of_a_move__then_of_the_booking(void **state) {
    (void)state;
    for (int through_card = 0; through_card < 2; through_card++) {
        struct bench *bench = move_open_from(move_day(24, 80), "F5", ZP_BOOKING_BOOKED);

        bench_keys(bench, "Enter Enter");
        bench_answer(bench, ZP_ASK_BOOK, booking_made(bench, ZP_BOOKING_BOOKED, ZP_OK, ""));
        booking_assert_shows(bench, "^Z");
        if (through_card) {
            bench_keys(bench, "F3");
            bench_answer(bench, ZP_ASK_SHOW, move_show(bench, ZP_BOOKING_BOOKED));
        }
        move_open_from(bench, "F6", ZP_BOOKING_BOOKED);
        bench_keys(bench, "Enter Enter");
        bench_answer(bench, ZP_ASK_MOVE, move_made(bench, ZP_BOOKING_BOOKED, ZP_OK, "", ""));
        if (through_card)
            bench_keys(bench, "Esc");
        assert_string_equal(app_screen(bench->app), "day");
        bench_keys(bench, "Ctrl-Z");
        assert_true(move_asked(bench, ZP_ASK_MOVE).u.move.starts_at == salon_at(18, 0));
        assert_false(move_asked(bench, ZP_ASK_MOVE).u.move.release_first);
        bench_answer(bench, ZP_ASK_MOVE, move_made(bench, ZP_BOOKING_BOOKED, ZP_OK, "", ""));
        booking_assert_shows(bench, "Undone: moved back, under number 9877.");
        bench_keys(bench, "Ctrl-Z");
        assert_non_null(bench_pending(bench, ZP_ASK_CANCEL));
        bench_answer(bench, ZP_ASK_CANCEL, move_show(bench, ZP_BOOKING_CANCELLED));
        assert_false(booking_shows(bench, "^Z"));
        talloc_free(bench);
    }
}

static void undo__of_a_move_whose_old_time_is_taken__says_so(void **state) {
    struct bench *bench = move_open(24, 80);

    (void)state;
    bench_keys(bench, "Enter Enter");
    bench_answer(bench, ZP_ASK_MOVE, move_made(bench, ZP_BOOKING_BOOKED, ZP_OK, "", ""));
    bench_keys(bench, "Ctrl-Z");
    bench_answer(bench, ZP_ASK_MOVE, move_taken(bench));
    booking_assert_shows(bench, "Not undone, Ctrl-Z: another time. This time has just been taken.");
    bench_keys(bench, "Ctrl-Z");
    assert_string_equal(app_screen(bench->app), "move");
    talloc_free(bench);
}

// Ким, moved from 18:00 to 18:45, where the old time had to be given up first, and Ctrl-Z.
static struct bench *overlapping_undone(void) {
    struct bench *bench = move_open(24, 80);

    bench_keys(bench, "Up Enter");
    bench_keys(bench, "2");
    bench_keys(bench, "Enter");
    assert_true(move_asked(bench, ZP_ASK_MOVE).u.move.release_first);
    bench_answer(bench, ZP_ASK_MOVE, move_made(bench, ZP_BOOKING_BOOKED, ZP_OK, "", ""));
    bench_keys(bench, "Ctrl-Z");
    assert_string_equal(app_screen(bench->app), "move");
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    return bench;
}

static struct zp_event *now_at(struct bench *bench, int from, int to) {
    struct zp_event *event = move_show(bench, ZP_BOOKING_BOOKED);

    event->booking->starts_at = salon_at(from / 60, from % 60);
    event->booking->ends_at = salon_at(to / 60, to % 60);
    return event;
}

// What is around 18:45: Анна is open from 17:00 to it.
static struct zp_event *look_open(struct bench *bench) {
    struct zp_event *event = salon_look(bench);

    for (size_t i = 0; i < event->look->stretch_count; i++)
        if (event->look->stretches[i].from == salon_at(17, 0))
            event->look->stretches[i].to = salon_at(18, 45);
    return event;
}

// Where the new time overlaps the old one, the old one is chosen, and the way back is asked about
// as the way there was. The answers come in either order.
static void undo__of_an_overlapping_move__the_old_time_is_chosen(void **state) {
    (void)state;
    for (int look_first = 0; look_first < 2; look_first++) {
        struct bench *bench = overlapping_undone();

        bench_answer(bench, ZP_ASK_SHOW, now_at(bench, 1125, 1185));
        if (look_first)
            bench_answer(bench, ZP_ASK_LOOK, look_open(bench));
        bench_answer(bench, ZP_ASK_SLOTS, move_slots(bench));
        booking_assert_shows(bench, "Undo, back to Mon 23 Nov 18:00");
        bench_keys(bench, "Enter"); // where it is not known yet it waits
        assert_int_equal(bench_asked(bench, ZP_ASK_MOVE), 1);
        if (!look_first)
            bench_answer(bench, ZP_ASK_LOOK, look_open(bench));
        bench_turn(bench);
        booking_assert_shows(bench, "new: Mon 23 Nov 18:00");
        bench_keys(bench, "2");
        bench_keys(bench, "Enter");
        assert_true(move_asked(bench, ZP_ASK_MOVE).u.move.starts_at == salon_at(18, 0));
        assert_true(move_asked(bench, ZP_ASK_MOVE).u.move.release_first);
        talloc_free(bench);
    }
}

// Nobody is moved to a time that was never hers by keys typed in a hurry.
static void undo__of_an_overlapping_move__old_time_taken(void **state) {
    struct bench *bench = overlapping_undone();

    (void)state;
    bench_answer(bench, ZP_ASK_SHOW, now_at(bench, 1125, 1185));
    bench_answer(bench, ZP_ASK_LOOK, salon_look(bench)); // somebody is there from 18:00 on
    bench_answer(bench, ZP_ASK_SLOTS, move_slots(bench));
    booking_assert_shows(bench, "The old time, Mon 23 Nov 18:00, is taken. Choose another.");
    bench_keys(bench, "Enter Enter Enter");
    booking_assert_shows(bench, "Soonest:");
    assert_int_equal(bench_asked(bench, ZP_ASK_MOVE), 1);
    bench_keys(bench, "Down"); // chosen by hand, it is a move like others
    assert_false(booking_shows(bench, "The old time"));
    bench_keys(bench, "Enter");
    assert_false(booking_shows(bench, "Soonest:"));
    talloc_free(bench);
}

static void undo__of_an_overlapping_move__not_known(void **state) {
    struct bench *bench = overlapping_undone();

    (void)state;
    bench_answer(bench, ZP_ASK_SHOW, now_at(bench, 1125, 1185));
    bench_answer(bench, ZP_ASK_SLOTS, move_slots(bench));
    bench_answer(bench, ZP_ASK_LOOK, salon_failure(bench, ZP_E_UNKNOWN, "No answer came."));
    booking_assert_shows(bench, "18:00: not known whether it is free");
    bench_keys(bench, "F3"); // with another master it is no undo
    bench_type(bench, "гал");
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_SLOTS, move_slots(bench));
    assert_false(booking_shows(bench, "old time"));
    talloc_free(bench);
}

// Back to another day and to the master whose it was, not to whose it is now.
static void undo__on_the_screen__old_day_and_master(void **state) {
    static const int starts[] = {930, 1080, -1}, masters[] = {0, 0};
    const struct zp_date next = zp_date_add_days(BENCH_DATE, 1);
    struct bench *bench = bench_new(NULL, 24, 80, false);
    struct screen_args args = {.booking = "7", .starts_at = salon_at(18, 0) + 86400};
    struct zp_event *catalogue = booking_catalogue(bench);
    struct zp_event *event = now_at(bench, 1080, 1140);

    (void)state;
    args.master_id = talloc_strdup(bench, event->booking->master_id);
    talloc_free(event->booking->master_id);
    event->booking->master_id = talloc_strdup(event->booking, catalogue->catalogue->masters[2].id);
    event->booking->master = talloc_strdup(event->booking, "Вера С.");
    bench_open(bench, SCREEN_MOVE, &args);
    bench_answer(bench, ZP_ASK_CATALOGUE, catalogue);
    bench_answer(bench, ZP_ASK_SHOW, event);
    assert_int_equal(zp_date_compare(move_asked(bench, ZP_ASK_SLOTS).u.slots.date, next), 0);
    bench_answer(bench, ZP_ASK_SLOTS, booking_slots(bench, next, starts, masters));
    booking_assert_shows(bench, "Undo, back to Tue 24 Nov 18:00: Enter.");
    booking_assert_shows(bench, "₽1,500 · Анна П.");
    booking_assert_shows(bench, "now: Mon 23 Nov 18:00, Вера С.");
    bench_keys(bench, "Enter");
    booking_assert_shows(bench, talloc_asprintf(bench, "--master %s", args.master_id));
    bench_keys(bench, "Enter");
    assert_true(move_asked(bench, ZP_ASK_MOVE).u.move.starts_at == args.starts_at);
    talloc_free(bench);
}

// A time that is past, a master who is gone, a time between the steps of those marked "own visit".
static void undo__on_the_screen__what_can_be_had(void **state) {
    static const struct {
        int minute;
        const char *master_id; // NULL: whose the visit is
        const char *said, *then;
    } rows[] = {
        {600, NULL, "The old time, Mon 23 Nov 10:00, is past. Choose another.", "Soonest:"},
        {1080, "999", "The former master does not do this any more", "Soonest:"},
        {1090, NULL, "Undo, back to Mon 23 Nov 18:10: Enter.", "new: Mon 23 Nov 18:10"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bench *bench = bench_new(NULL, 24, 80, false);
        const struct screen_args args = {.booking = "7",
                                         .starts_at =
                                             salon_at(rows[i].minute / 60, rows[i].minute % 60),
                                         .master_id = rows[i].master_id};

        bench_open(bench, SCREEN_MOVE, &args);
        bench_keys(bench, "Enter"); // in a hurry
        bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
        bench_answer(bench, ZP_ASK_SHOW, now_at(bench, 1125, 1185));
        bench_answer(bench, ZP_ASK_LOOK, look_open(bench));
        bench_answer(bench, ZP_ASK_SLOTS, move_slots(bench));
        bench_turn(bench);
        booking_assert_shows(bench, rows[i].then);
        if (rows[i].then[0] == 'S')
            booking_assert_shows(bench, rows[i].said);
        assert_int_equal(bench_asked(bench, ZP_ASK_MOVE), 0);
        talloc_free(bench);
    }
}

static const struct zp_request *request_of(const struct commands *commands) {
    for (size_t i = 0; i < commands->count; i++)
        if (commands->list[i].kind == COMMAND_ASK)
            return &commands->list[i].u.ask.request;
    fail();
    return NULL;
}

// What is taken back gets a new number each time, and the deeds before it are its own then.
static void undo__several__follow_the_visit(void **state) {
    const struct screen_result deeds = {
        .undos = {{.kind = UNDO_BOOKING, .booking = "a"},
                  {.kind = UNDO_MOVE, .booking = "b", .from = "a", .starts_at = 5},
                  {.kind = UNDO_CANCEL, .booking = "b"}},
        .undo_count = 3};
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct commands *commands = commands_new(ctx);
    struct zp_booking row = {.request_id = (char[]){"b2"}};
    struct zp_event answer = {.kind = ZP_EVENT_ANSWER, .ok = true, .booking = &row};
    struct undo undo = {0};

    (void)state;
    undo_offer(ctx, &undo, &deeds, commands);
    undo_key(&undo, 1, commands);
    assert_string_equal(request_of(commands)->u.move.booking, "b");
    assert_true(request_of(commands)->u.move.again);
    assert_false(undo_offered(&undo)); // not before it is known what came of it
    undo_answer(&undo, &answer, commands);
    commands_clear(commands);
    undo_key(&undo, 1, commands);
    assert_string_equal(request_of(commands)->u.move.booking, "b2");
    assert_int_equal(request_of(commands)->u.move.starts_at, 5);
    row.request_id = (char[]){"a2"};
    undo_answer(&undo, &answer, commands);
    commands_clear(commands);
    undo_key(&undo, 1, commands);
    assert_string_equal(request_of(commands)->u.cancel.booking, "a2");
    undo_answer(&undo, &answer, commands);
    assert_false(undo_offered(&undo));
    for (int i = 0; i < 2; i++) // no more than there is room for
        undo_offer(ctx, &undo, &deeds, commands);
    assert_int_equal(undo.count, UNDO_STEPS);
    undo_timer(&undo);
    assert_false(undo_offered(&undo));
    talloc_free(ctx);
}

// Takes back the last deed, which goes on as `now`.
static void take_back(struct undo *undo, const char *now, struct commands *commands) {
    struct zp_booking row = {.request_id = talloc_strdup(commands, now)};
    const struct zp_event answer = {.kind = ZP_EVENT_ANSWER, .ok = true, .booking = &row};

    commands_clear(commands);
    undo_key(undo, 1, commands);
    undo_answer(undo, &answer, commands);
    commands_clear(commands);
    talloc_free(row.request_id);
}

// Booked on the Day, moved and taken back on the card: the Day's own deed is the visit's that
// stands now, and is not told to have been moved.
static void undo__taken_back_on_a_card__the_screen_below_follows(void **state) {
    const struct screen_result booked = {.undos = {{.kind = UNDO_BOOKING, .booking = "a"}},
                                         .undo_count = 1};
    const struct screen_result moved = {
        .undos = {{.kind = UNDO_MOVE, .booking = "b", .from = "a", .starts_at = 5}},
        .undo_count = 1};
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct commands *commands = commands_new(ctx), *closing = commands_new(ctx);
    struct undo day = {0}, card = {0};
    struct screen_result left = {0};

    (void)state;
    undo_offer(ctx, &day, &booked, commands);
    undo_offer(ctx, &card, &moved, commands);
    take_back(&card, "a2", commands);
    undo_pass_on(&card, &left);
    command_close(closing, &left);
    undo_offer(ctx, &day, &closing->list[0].u.close.result, commands);
    commands_clear(commands);
    undo_key(&day, 1, commands);
    assert_string_equal(request_of(commands)->u.cancel.booking, "a2");
    talloc_free(ctx);
}

// Back by the move screen: left by Esc nothing is over; done there, the deeds before it go along,
// and what was booked again is cancelled once.
static void undo__by_a_screen__the_deeds_before_follow(void **state) {
    static const struct {
        struct screen_result deeds, made;
        const char *then; // the request ids that Ctrl-Z is about, from the last
    } rows[] = {
        {{.undos = {{.kind = UNDO_BOOKING, .booking = "a"},
                    {.kind = UNDO_MOVE, .booking = "b", .from = "a", .elsewhere = true}},
          .undo_count = 2},
         {.undos = {{.kind = UNDO_MOVE, .booking = "c", .from = "b"}}, .undo_count = 1},
         "c:x"},
        {{.undos = {{.kind = UNDO_BOOKING, .booking = "a"},
                    {.kind = UNDO_CANCEL, .booking = "a", .elsewhere = true}},
          .undo_count = 2},
         {.undos = {{.kind = UNDO_BOOKING, .booking = "c"}}, .undo_count = 1},
         "c"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        struct commands *commands = commands_new(ctx);
        const struct screen_result nothing = {0};
        struct undo undo = {0};

        undo_offer(ctx, &undo, &rows[i].deeds, commands);
        undo_key(&undo, 1, commands);
        undo_offer(ctx, &undo, &nothing, commands); // Esc
        assert_int_equal(undo.count, 2);
        undo_key(&undo, 1, commands);
        undo_offer(ctx, &undo, &rows[i].made, commands);
        for (const char *then = rows[i].then; then; then = strchr(then, ':')) {
            then += *then == ':';
            assert_true(undo_offered(&undo));
            assert_memory_equal(undo.steps[undo.count - 1].booking, then, 1);
            take_back(&undo, "x", commands);
        }
        assert_false(undo_offered(&undo));
        talloc_free(ctx);
    }
}

// Moved meanwhile at another desk: it is not told that the visit is cancelled.
static void undo__of_a_booking_moved_elsewhere__says_it_stands(void **state) {
    struct bench *bench = move_open_from(move_day(24, 80), "F5", ZP_BOOKING_BOOKED);
    struct zp_event *event = NULL;

    (void)state;
    bench_keys(bench, "Enter Enter");
    bench_answer(bench, ZP_ASK_BOOK, booking_made(bench, ZP_BOOKING_BOOKED, ZP_OK, ""));
    bench_keys(bench, "Ctrl-Z");
    event = move_show(bench, ZP_BOOKING_CANCELLED);
    event->booking->moved_to = talloc_strdup(event->booking, "elsewhere");
    bench_answer(bench, ZP_ASK_CANCEL, event);
    booking_assert_shows(bench, "Not undone: the visit was moved or booked again since");
    talloc_free(bench);
}

// From the card: the undo goes along when it closes, and what was moved is followed.
static void card__moves_marks_and_hands_the_undo_on(void **state) {
    struct bench *bench = move_day(24, 80);

    (void)state;
    bench_keys(bench, "F3");
    bench_answer(bench, ZP_ASK_SHOW, move_show(bench, ZP_BOOKING_BOOKED));
    move_open_from(bench, "F6", ZP_BOOKING_BOOKED);
    bench_keys(bench, "Enter Enter");
    bench_answer(bench, ZP_ASK_MOVE, move_made(bench, ZP_BOOKING_BOOKED, ZP_OK, "", ""));
    assert_string_equal(app_screen(bench->app), "card");
    bench_answer(bench, ZP_ASK_SHOW, move_made(bench, ZP_BOOKING_BOOKED, ZP_OK, "", ""));
    booking_assert_shows(bench, "19:00-20:00");
    bench_keys(bench, "F4");
    bench_answer(bench, ZP_ASK_SHOW, move_made(bench, ZP_BOOKING_BOOKED, ZP_OK, "", ""));
    bench_keys(bench, "1");
    bench_answer(bench, ZP_ASK_MARK, move_made(bench, ZP_BOOKING_BOOKED, ZP_OK, "", ""));
    booking_assert_shows(bench, "^Z");
    bench_keys(bench, "Esc");
    assert_string_equal(app_screen(bench->app), "day");
    bench_keys(bench, "Ctrl-Z");
    assert_non_null(bench_pending(bench, ZP_ASK_MARK));
    talloc_free(bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(undo__of_a_cancel__booked_again),
        cmocka_unit_test(undo__of_a_cancel_refused__another_time),
        cmocka_unit_test(undo__of_a_booking__cancels_it_and_is_over_in_time),
        cmocka_unit_test(undo__of_a_move__then_of_the_booking),
        cmocka_unit_test(undo__of_a_move_whose_old_time_is_taken__says_so),
        cmocka_unit_test(undo__of_an_overlapping_move__the_old_time_is_chosen),
        cmocka_unit_test(undo__of_an_overlapping_move__old_time_taken),
        cmocka_unit_test(undo__of_an_overlapping_move__not_known),
        cmocka_unit_test(undo__on_the_screen__old_day_and_master),
        cmocka_unit_test(undo__on_the_screen__what_can_be_had),
        cmocka_unit_test(undo__several__follow_the_visit),
        cmocka_unit_test(undo__taken_back_on_a_card__the_screen_below_follows),
        cmocka_unit_test(undo__by_a_screen__the_deeds_before_follow),
        cmocka_unit_test(undo__of_a_booking_moved_elsewhere__says_it_stands),
        cmocka_unit_test(card__moves_marks_and_hands_the_undo_on),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("tui undo", tests, NULL, NULL);
}
