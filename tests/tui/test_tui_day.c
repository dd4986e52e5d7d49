// The Day: golden screens, and what its keys and events do.
#include "bench.h"
#include "salon.h"
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct zp_event *sync_event(TALLOC_CTX *ctx, int waiting, int attention) {
    struct zp_event *event = talloc_zero(ctx, struct zp_event);

    event->kind = ZP_EVENT_SYNC;
    event->waiting = waiting;
    event->attention = attention;
    return event;
}

static struct zp_event *connection_event(TALLOC_CTX *ctx, bool dikidi, bool bitrix24) {
    struct zp_event *event = talloc_zero(ctx, struct zp_event);

    event->kind = ZP_EVENT_CONNECTION;
    event->dikidi = (struct zp_connection){
        .known = true, .ok = dikidi, .last_good_at = dikidi ? BENCH_NOW - 60 : BENCH_NOW - 1200};
    event->bitrix24 = (struct zp_connection){
        .known = true, .ok = bitrix24, .last_good_at = bitrix24 ? BENCH_NOW : BENCH_NOW - 1200};
    return event;
}

// Day's own screen; the others are opened for what they are given, not for themselves.
extern const struct screen_ops screen_day;

static struct {
    int count;
    char master_id[32], booking[32];
    struct zp_date date;
    int64_t starts_at;
} opened;

static void *stub_new(TALLOC_CTX *ctx, const struct screen_env *env,
                      const struct screen_args *args) {
    (void)env;
    opened.count++;
    opened.date = args->date;
    opened.starts_at = args->starts_at;
    (void)snprintf(opened.master_id, sizeof(opened.master_id), "%s",
                   args->master_id ? args->master_id : "");
    (void)snprintf(opened.booking, sizeof(opened.booking), "%s",
                   args->booking ? args->booking : "");
    return talloc_new(ctx);
}

// Enter: done, with a booking made; Esc: left.
static void stub_update(void *model, const struct message *message, struct commands *commands) {
    const struct screen_result made = {
        .done = true, .booking = "9", .text = "Booked: 989.", .starts_at = salon_at(16, 15)};

    (void)model;
    if (message->kind != MESSAGE_KEY)
        return;
    if (message->u.key.key.name == K_ENTER)
        command_close(commands, &made);
    else if (message->u.key.key.name == K_ESC)
        command_close(commands, NULL);
}

static void stub_view(const void *model, struct grid *grid) {
    (void)model;
    grid_put(grid, 0, 0, grid->cols, "another screen", STYLE_DEFAULT);
}

static size_t stub_actions(const void *model, enum action *out) {
    (void)model;
    (void)out;
    return 0;
}

#define STUB(word)                                                                                 \
    {                                                                                              \
        .name = word, .new = stub_new, .update = stub_update, .view = stub_view,                   \
        .actions = stub_actions                                                                    \
    }

const struct screen_ops *screen_find(enum screen_id id) {
    static const struct screen_ops stubs[SCREENS] = {
        [SCREEN_BOOKING] = STUB("booking"), [SCREEN_CARD] = STUB("card"),
        [SCREEN_CANCEL] = STUB("cancel"),   [SCREEN_QUEUE] = STUB("queue"),
        [SCREEN_HELP] = STUB("help"),
    };

    if (id == SCREEN_DAY)
        return &screen_day;
    return stubs[id].name ? &stubs[id] : NULL;
}

static struct bench *open_day(int rows, int cols, bool ascii) {
    struct bench *bench = bench_new(NULL, rows, cols, ascii);

    bench_open(bench, SCREEN_DAY, NULL);
    return bench;
}

static void answer_all(struct bench *bench) {
    bench_answer(bench, ZP_ASK_CATALOGUE, salon_catalogue(bench));
    bench_answer(bench, ZP_ASK_SHIFTS, salon_shifts(bench));
    bench_answer(bench, ZP_ASK_DAY, salon_day(bench));
    bench_answer(bench, ZP_ASK_LOOK, salon_look(bench));
    bench_answer(bench, ZP_ASK_TRUTH, salon_truth(bench, 41, 41));
    bench_event(bench, sync_event(bench, 1, 0));
    bench_event(bench, connection_event(bench, true, true));
}

static struct bench *busy_day(int rows, int cols, bool ascii) {
    struct bench *bench = open_day(rows, cols, ascii);

    answer_all(bench);
    return bench;
}

static void day__opening__asks_for_all_it_shows(void **state) {
    struct bench *bench = open_day(24, 80, false);
    static const enum zp_ask asks[] = {ZP_ASK_DAY,   ZP_ASK_SHIFTS, ZP_ASK_CATALOGUE, ZP_ASK_LOOK,
                                       ZP_ASK_TRUTH, ZP_ASK_QUEUE,  ZP_ASK_WAITING};

    (void)state;
    for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++)
        assert_non_null(bench_pending(bench, asks[i]));
    assert_int_equal(bench->ask_count, sizeof(asks) / sizeof(asks[0]));
    assert_int_equal(
        zp_date_compare(bench_pending(bench, ZP_ASK_DAY)->request.u.day.date, BENCH_DATE), 0);
    bench_golden(bench, "day-nothing-known");
    talloc_free(bench);
}

static void day__busy__as_the_design_draws_it(void **state) {
    struct bench *bench = busy_day(24, 80, false);

    (void)state;
    bench_golden(bench, "day-busy-80x24");
    bench_resize(bench, 40, 140);
    bench_golden(bench, "day-busy-140x40");
    talloc_free(bench);
}

static void day__ascii__loses_nothing(void **state) {
    struct bench *bench = busy_day(24, 80, true);
    const struct surface *frame = bench_frame(bench);

    (void)state;
    bench_golden(bench, "day-busy-ascii");
    for (int row = 0; row < frame->rows; row++)
        for (int col = 0; col < frame->cols; col++) {
            const unsigned char *text = (const unsigned char *)surface_cell(frame, row, col)->text;

            // Names stay; nothing of our own drawing is beyond ASCII (U+2000 and above).
            assert_false(text[0] == 0xE2);
        }
    talloc_free(bench);
}

static void day__small__is_a_list_that_still_books(void **state) {
    struct bench *bench = busy_day(17, 65, false);

    (void)state;
    bench_golden(bench, "day-list-65x17");
    bench_resize(bench, 24, 40);
    bench_golden(bench, "day-list-40x24");
    bench_resize(bench, 5, 20);
    bench_golden(bench, "day-list-20x5");
    bench_resize(bench, 1, 1);
    assert_int_equal(bench_frame(bench)->rows, 1);
    talloc_free(bench);
}

static void day__practice__is_marked_at_any_width(void **state) {
    struct bench *bench = busy_day(24, 80, false);

    (void)state;
    bench->config->practice.on = true;
    bench_resize(bench, 24, 80);
    assert_non_null(strstr(bench_row(bench, 0), "PRACTICE"));
    bench_golden(bench, "day-practice");
    bench_resize(bench, 24, 30);
    assert_non_null(strstr(bench_row(bench, 0), "PRACTICE"));
    talloc_free(bench);
}

static void day__truth_bar__what_is_unknown_is_never_zero(void **state) {
    struct bench *bench = open_day(24, 100, false);
    const char *bar = bench_row(bench, 22);

    (void)state;
    assert_non_null(strstr(
        bar, " Dikidi ?  CRM ? ? = ?  busy in Dikidi: ?  queue: ?  attention: ?  free: asking …"));
    bench_answer(bench, ZP_ASK_LOOK,
                 salon_failure(bench, ZP_E_UNREACHABLE, "Dikidi could not be reached."));
    assert_non_null(strstr(bench_row(bench, 22), "free: could not ask"));
    bench_answer(bench, ZP_ASK_TRUTH, salon_truth(bench, 41, -1));
    assert_non_null(strstr(bench_row(bench, 22), "41 = ?"));
    bench_event(bench, connection_event(bench, false, true));
    assert_non_null(strstr(bench_row(bench, 22), "Dikidi ○ 14:12"));
    talloc_free(bench);
}

static void day__look_under_way__is_asking_not_unknown(void **state) {
    struct bench *bench = open_day(24, 100, false);

    (void)state;
    bench_answer(bench, ZP_ASK_CATALOGUE, salon_catalogue(bench));
    bench_answer(bench, ZP_ASK_SHIFTS, salon_shifts(bench));
    bench_answer(bench, ZP_ASK_DAY, salon_day(bench));
    assert_non_null(strstr(bench_row(bench, 21), "14:32-16:00 Анна П., asking …"));
    bench_answer(bench, ZP_ASK_LOOK,
                 salon_failure(bench, ZP_E_UNREACHABLE, "Dikidi could not be reached."));
    assert_non_null(strstr(bench_row(bench, 21), "14:32-16:00 Анна П., ? could not ask"));
    bench_keys(bench, "Ctrl-R");
    assert_non_null(strstr(bench_row(bench, 21), "14:32-16:00 Анна П., asking …"));
    bench_answer(bench, ZP_ASK_LOOK, salon_look(bench));
    assert_non_null(strstr(bench_row(bench, 21), "14:32-16:00 Анна П., free"));
    talloc_free(bench);
}

// The board grows upwards when the shifts come: what was shown stays, and the cursor with it.
static void day__shifts_come_late__the_rows_stay(void **state) {
    struct bench *bench = open_day(24, 100, false);
    char *first = NULL;

    (void)state;
    bench_answer(bench, ZP_ASK_CATALOGUE, salon_catalogue(bench));
    bench_answer(bench, ZP_ASK_DAY, salon_day(bench));
    bench_keys(bench, "Up Up"); // Мария, at 12:00
    first = bench_row(bench, 4);
    first[5] = '\0';
    bench_answer(bench, ZP_ASK_SHIFTS, salon_shifts(bench));
    assert_memory_equal(bench_row(bench, 4), first, 5);
    talloc_free(bench);
}

static void day__sliver_between_bookings__is_no_stop(void **state) {
    struct bench *bench = open_day(24, 100, false);
    struct zp_event *day = salon_day(bench);

    (void)state;
    bench_answer(bench, ZP_ASK_CATALOGUE, salon_catalogue(bench));
    bench_answer(bench, ZP_ASK_SHIFTS, salon_shifts(bench));
    salon_add(day, salon_booking(day, "77", 0, 1030, 1080, "Новый", "стрижка"));
    bench_answer(bench, ZP_ASK_DAY, day);
    bench_keys(bench, "Down");
    assert_non_null(strstr(bench_row(bench, 21), "16:00-17:00 Светлана"));
    bench_keys(bench, "Down"); // 17:00-17:10 is nothing to book in
    assert_non_null(strstr(bench_row(bench, 21), "17:10-18:00 Новый"));
    talloc_free(bench);
}

static void day__truth_bar__a_difference_is_seen_without_colour(void **state) {
    struct bench *bench = busy_day(24, 100, false);

    (void)state;
    bench_keys(bench, "Ctrl-R");
    bench_answer(bench, ZP_ASK_TRUTH, salon_truth(bench, 41, 40));
    bench_keys(bench, "Up");
    assert_non_null(strstr(bench_row(bench, 22), "CRM ● 41 ≠ 40"));
    bench_event(bench, sync_event(bench, 0, 2));
    assert_non_null(strstr(bench_row(bench, 22), "attention: 2"));
    talloc_free(bench);
}

static void day__truth_bar__no_free_time_is_an_answer(void **state) {
    struct bench *bench = open_day(24, 120, false);
    struct zp_event *look = salon_look(bench);

    (void)state;
    look->look->offer_count = 0;
    look->look->asked_at = BENCH_NOW - 300;
    bench_answer(bench, ZP_ASK_LOOK, look);
    assert_non_null(strstr(bench_row(bench, 22), "no free time (5 min)"));
    talloc_free(bench);
}

static void day__cursor__goes_over_bookings_and_gaps(void **state) {
    struct bench *bench = busy_day(24, 100, false);

    (void)state;
    assert_non_null(strstr(bench_row(bench, 21), "14:32-16:00 Анна П., free"));
    bench_keys(bench, "Down");
    assert_non_null(strstr(bench_row(bench, 21), "16:00-17:00 Светлана"));
    bench_keys(bench, "Up Up");
    assert_non_null(strstr(bench_row(bench, 21), "12:00-13:30 Мария Иванова, +7 916 123-45-67"));
    bench_keys(bench, "Up Up"); // the first: it stays
    assert_non_null(strstr(bench_row(bench, 21), "12:00-13:30 Мария"));
    bench_keys(bench, "Tab");
    assert_non_null(strstr(bench_row(bench, 21), "12:15-13:15 Пётр"));
    bench_keys(bench, "Shift-Tab Shift-Tab");
    assert_non_null(strstr(bench_row(bench, 21), "Дина Р., day off"));
    bench_keys(bench, "Tab PgDn");
    assert_non_null(strstr(bench_row(bench, 21), "19:00-20:00 Анна П., ? not known"));
    talloc_free(bench);
}

static void day__two_bookings_in_one_row__both_can_be_seen(void **state) {
    struct bench *bench = busy_day(24, 100, false);

    (void)state;
    bench_keys(bench, "Tab Tab Down");
    assert_non_null(strstr(bench_row(bench, 21), "16:00-16:15 Рита"));
    bench_golden(bench, "day-shared-row-first");
    bench_keys(bench, "Down");
    assert_non_null(strstr(bench_row(bench, 21), "16:15-16:30 Лиза"));
    bench_golden(bench, "day-shared-row-second");
    bench_keys(bench, "+");
    bench_golden(bench, "day-zoom-15");
    bench_keys(bench, "- -");
    bench_golden(bench, "day-zoom-60");
    talloc_free(bench);
}

static void day__change_elsewhere__does_not_move_the_cursor(void **state) {
    struct bench *bench = busy_day(24, 100, false);
    struct zp_event *changed = talloc_zero(bench, struct zp_event), *day = salon_day(bench);
    char *before = NULL;

    (void)state;
    bench_keys(bench, "Down"); // Светлана, 16:00
    before = bench_row(bench, 21);
    salon_add(day, salon_booking(day, "77", 0, 600, 690, "Новый", "стрижка"));
    changed->kind = ZP_EVENT_BOOKING;
    changed->booking = salon_booking(changed, "77", 0, 600, 690, "Новый", "стрижка");
    bench_event(bench, changed);
    bench_event(bench, changed); // while the answer is under way: one more read, not two
    bench_event(bench, changed);
    assert_int_equal(bench_asked(bench, ZP_ASK_DAY), 2);
    bench_answer(bench, ZP_ASK_DAY, day);
    assert_int_equal(bench_asked(bench, ZP_ASK_DAY), 3);
    assert_string_equal(bench_row(bench, 21), before);
    talloc_free(bench);
}

static void day__change_on_another_day__asks_nothing(void **state) {
    struct bench *bench = busy_day(24, 100, false);
    struct zp_event *changed = talloc_zero(bench, struct zp_event);

    (void)state;
    changed->kind = ZP_EVENT_BOOKING;
    changed->booking = salon_booking(changed, "77", 0, 600, 690, "Новый", "стрижка");
    changed->booking->starts_at += 5 * 86400;
    changed->booking->ends_at += 5 * 86400;
    bench_event(bench, changed);
    assert_int_equal(bench_asked(bench, ZP_ASK_DAY), 1);
    talloc_free(bench);
}

static void day__arrows__the_new_day_is_one_frame(void **state) {
    struct bench *bench = busy_day(24, 80, false);
    const int frames = term_null_frames(bench->term);

    (void)state;
    term_null_push(bench->term, &(struct key){.name = K_RIGHT});
    app_read(bench->app);
    assert_true(app_holds(bench->app)); // the old frame stays for the journal's answer
    bench_answer(bench, ZP_ASK_DAY, salon_day(bench));
    bench_turn(bench);
    assert_non_null(strstr(bench_row(bench, 0), "Tue 24 November 2026"));
    assert_int_equal(term_null_frames(bench->term), frames + 1);

    term_null_push(bench->term, &(struct key){.name = K_RIGHT});
    app_read(bench->app);
    bench_turn(bench); // nobody answers: what is known is drawn all the same
    assert_non_null(strstr(bench_row(bench, 0), "Wed 25 November 2026"));
    talloc_free(bench);
}

static void day__arrows__change_the_date_and_forget_the_old_one(void **state) {
    struct bench *bench = busy_day(24, 80, false);
    struct zp_event *late = salon_day(bench);

    (void)state;
    bench_keys(bench, "Right");
    assert_int_equal(bench_pending(bench, ZP_ASK_DAY)->request.u.day.date.day, 24);
    assert_non_null(strstr(bench_row(bench, 0), "Tue 24 November 2026"));
    assert_null(strstr(bench_row(bench, 6), "Мария"));
    bench_golden(bench, "day-tomorrow-unread");
    bench_keys(bench, "Left Left");
    assert_non_null(strstr(bench_row(bench, 0), "Sun 22 November 2026 ▸ · yesterday"));
    bench_keys(bench, "Home");
    assert_non_null(strstr(bench_row(bench, 0), "today"));
    bench_answer(bench, ZP_ASK_DAY, late);
    talloc_free(bench);
}

// Only the day on which a person stays is asked about at Dikidi and in the CRM.
static void day__leafed_through__asks_the_network_once(void **state) {
    struct bench *bench = busy_day(24, 80, false);
    const size_t looks = bench_asked(bench, ZP_ASK_LOOK), days = bench_asked(bench, ZP_ASK_DAY);

    (void)state;
    bench_keys(bench, "Right Right Right Right Right");
    assert_int_equal(bench_asked(bench, ZP_ASK_DAY), days + 5);
    assert_int_equal(bench_asked(bench, ZP_ASK_LOOK), looks);
    bench_until_asked(bench, ZP_ASK_LOOK, looks + 1);
    assert_int_equal(bench_pending(bench, ZP_ASK_LOOK)->request.u.look.date.day, 28);
    assert_int_equal(bench_pending(bench, ZP_ASK_TRUTH)->request.u.truth.date.day, 28);
    talloc_free(bench);
}

static void day__date_prompt__goes_there_or_says_why_not(void **state) {
    struct bench *bench = busy_day(24, 80, false);

    (void)state;
    bench_keys(bench, "Ctrl-G");
    bench_type(bench, "32.13");
    bench_keys(bench, "Enter");
    bench_golden(bench, "day-date-wrong");
    bench_keys(bench, "Ctrl-U");
    bench_type(bench, "1.12");
    bench_keys(bench, "Enter");
    assert_non_null(strstr(bench_row(bench, 0), "Tue 1 December 2026"));
    bench_keys(bench, "Ctrl-G Esc");
    assert_non_null(strstr(bench_row(bench, 0), "Tue 1 December 2026"));
    talloc_free(bench);
}

static void day__journal_unreadable__is_said_and_nothing_is_called_free(void **state) {
    struct bench *bench = open_day(24, 80, false);

    (void)state;
    bench_answer(bench, ZP_ASK_CATALOGUE, salon_catalogue(bench));
    bench_answer(bench, ZP_ASK_SHIFTS,
                 salon_failure(bench, ZP_E_UNREACHABLE, "Dikidi could not be reached."));
    bench_answer(bench, ZP_ASK_DAY,
                 salon_failure(bench, ZP_E_STORE, "The journal could not be read: disk full."));
    bench_golden(bench, "day-unreadable");
    talloc_free(bench);
}

static void day__minute_hand__moves_now_and_asks_the_crm(void **state) {
    struct bench *bench = busy_day(24, 100, false);

    (void)state;
    bench_tick(bench, BENCH_NOW + 60);
    assert_non_null(strstr(bench_row(bench, 0), "14:33"));
    assert_int_equal(bench_asked(bench, ZP_ASK_TRUTH), 2);
    assert_int_equal(bench_asked(bench, ZP_ASK_LOOK), 1); // half a minute old: young enough
    bench_tick(bench, BENCH_NOW + 420);
    assert_int_equal(bench_asked(bench, ZP_ASK_LOOK), 2);
    assert_int_equal(bench_asked(bench, ZP_ASK_TRUTH), 2); // one under way is enough
    talloc_free(bench);
}

static void day__midnight__today_goes_on(void **state) {
    struct bench *bench = busy_day(24, 100, false);

    (void)state;
    bench_tick(bench, salon_at(24, 0));
    assert_non_null(strstr(bench_row(bench, 0), "Tue 24 November 2026 ▸ · today"));
    talloc_free(bench);
}

static void day__many_masters__columns_scroll_with_the_cursor(void **state) {
    struct bench *bench = open_day(24, 80, false);

    (void)state;
    bench_answer(bench, ZP_ASK_CATALOGUE, salon_big_catalogue(bench, 12));
    bench_answer(bench, ZP_ASK_SHIFTS, salon_big_shifts(bench, 12));
    bench_answer(bench, ZP_ASK_DAY, salon_day(bench));
    bench_keys(bench, "Tab Tab Tab Tab Tab Tab");
    bench_golden(bench, "day-columns-scrolled");
    bench_keys(bench, "Shift-Tab Shift-Tab Shift-Tab Shift-Tab Shift-Tab Shift-Tab Shift-Tab");
    assert_non_null(strstr(bench_row(bench, 1), "Мастер 11"));
    bench_keys(bench, "F9"); // as it opened
    assert_non_null(strstr(bench_row(bench, 1), "Анна П."));
    talloc_free(bench);
}

static void day__enter_on_a_gap__opens_the_booking_filled(void **state) {
    struct bench *bench = busy_day(24, 100, false);

    (void)state;
    bench_keys(bench, "Enter"); // Анна's gap of now: her first offer in it
    assert_string_equal(app_screen(bench->app), "booking");
    assert_string_equal(opened.master_id, "71");
    assert_true(opened.starts_at == salon_at(14, 45));
    bench_keys(bench, "Esc Tab Tab PgDn Enter"); // Вера's last gap: no offer there, its beginning
    assert_string_equal(opened.master_id, "73");
    assert_true(opened.starts_at == salon_at(18, 30));
    bench_keys(bench, "Esc Left Enter"); // yesterday nothing can be booked
    assert_int_equal(zp_date_compare(opened.date, BENCH_DATE), 0);
    assert_true(opened.starts_at == 0);
    talloc_free(bench);
}

static void day__keys_on_a_booking__open_its_screens(void **state) {
    struct bench *bench = busy_day(24, 100, false);
    static const char *const ways[][2] = {
        {"Enter", "card"}, {"F3", "card"}, {"F8", "cancel"}, {"Del", "cancel"}};

    (void)state;
    opened.count = 0;
    bench_keys(bench, "F3 F8"); // on a gap there is nothing to show or cancel
    assert_int_equal(opened.count, 0);
    bench_keys(bench, "Up"); // Мария
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        bench_keys(bench, ways[i][0]);
        assert_string_equal(app_screen(bench->app), ways[i][1]);
        assert_string_equal(opened.booking, "1");
        bench_keys(bench, "Esc");
        assert_string_equal(app_screen(bench->app), "day");
    }
    bench_keys(bench, "F7");
    assert_true(opened.starts_at == 0);
    assert_string_equal(opened.master_id, ""); // F7: whoever is free
    bench_keys(bench, "Esc Down Down F8");     // being booked: there is nothing to cancel yet
    assert_string_equal(app_screen(bench->app), "day");
    bench_keys(bench, "Ctrl-T");
    assert_string_equal(app_screen(bench->app), "queue");
    bench_keys(bench, "Esc F1");
    assert_string_equal(app_screen(bench->app), "help");
    talloc_free(bench);
}

static void day__booking_made__the_cursor_goes_to_it(void **state) {
    struct bench *bench = busy_day(24, 100, false);

    (void)state;
    bench_keys(bench, "F7 Enter");
    assert_non_null(strstr(bench_row(bench, 22), "Booked: 989."));
    assert_int_equal(bench_asked(bench, ZP_ASK_DAY), 2);
    bench_answer(bench, ZP_ASK_DAY, salon_day(bench));
    assert_non_null(strstr(bench_row(bench, 21), "16:15-16:30 Лиза"));
    bench_keys(bench, "Enter Enter"); // one too many: not the card of what was booked
    assert_string_equal(app_screen(bench->app), "day");
    for (int i = 0; i < 50; i++, bench_wait(bench, 20)) // held down: one long Enter
        bench_keys(bench, "Enter");
    assert_string_equal(app_screen(bench->app), "day");
    bench_wait(bench, 800);
    bench_keys(bench, "Enter");
    assert_string_equal(app_screen(bench->app), "card"); // and later it is one again
    talloc_free(bench);
}

static void day__walk_in__its_stand_in_phone_is_not_shown(void **state) {
    struct bench *bench = open_day(24, 100, false);
    struct zp_event *day = salon_day(bench);

    (void)state;
    day->bookings[0]->origin = ZP_ORIGIN_WALK_IN;
    bench_answer(bench, ZP_ASK_CATALOGUE, salon_catalogue(bench));
    bench_answer(bench, ZP_ASK_SHIFTS, salon_shifts(bench));
    bench_answer(bench, ZP_ASK_DAY, day);
    bench_keys(bench, "Up");
    assert_non_null(strstr(bench_row(bench, 21), "12:00-13:30 Мария Иванова, маникюр"));
    talloc_free(bench);
}

static void day__esc_digit__is_an_f_key(void **state) {
    struct bench *bench = busy_day(24, 100, false);

    (void)state;
    bench_keys(bench, "Right Esc 9"); // F9: today
    assert_non_null(strstr(bench_row(bench, 0), "today"));
    talloc_free(bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(day__opening__asks_for_all_it_shows),
        cmocka_unit_test(day__busy__as_the_design_draws_it),
        cmocka_unit_test(day__ascii__loses_nothing),
        cmocka_unit_test(day__small__is_a_list_that_still_books),
        cmocka_unit_test(day__practice__is_marked_at_any_width),
        cmocka_unit_test(day__truth_bar__what_is_unknown_is_never_zero),
        cmocka_unit_test(day__look_under_way__is_asking_not_unknown),
        cmocka_unit_test(day__shifts_come_late__the_rows_stay),
        cmocka_unit_test(day__sliver_between_bookings__is_no_stop),
        cmocka_unit_test(day__truth_bar__a_difference_is_seen_without_colour),
        cmocka_unit_test(day__truth_bar__no_free_time_is_an_answer),
        cmocka_unit_test(day__cursor__goes_over_bookings_and_gaps),
        cmocka_unit_test(day__two_bookings_in_one_row__both_can_be_seen),
        cmocka_unit_test(day__change_elsewhere__does_not_move_the_cursor),
        cmocka_unit_test(day__change_on_another_day__asks_nothing),
        cmocka_unit_test(day__arrows__the_new_day_is_one_frame),
        cmocka_unit_test(day__arrows__change_the_date_and_forget_the_old_one),
        cmocka_unit_test(day__leafed_through__asks_the_network_once),
        cmocka_unit_test(day__date_prompt__goes_there_or_says_why_not),
        cmocka_unit_test(day__journal_unreadable__is_said_and_nothing_is_called_free),
        cmocka_unit_test(day__minute_hand__moves_now_and_asks_the_crm),
        cmocka_unit_test(day__midnight__today_goes_on),
        cmocka_unit_test(day__many_masters__columns_scroll_with_the_cursor),
        cmocka_unit_test(day__enter_on_a_gap__opens_the_booking_filled),
        cmocka_unit_test(day__keys_on_a_booking__open_its_screens),
        cmocka_unit_test(day__booking_made__the_cursor_goes_to_it),
        cmocka_unit_test(day__walk_in__its_stand_in_phone_is_not_shown),
        cmocka_unit_test(day__esc_digit__is_an_f_key),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("tui day", tests, NULL, NULL);
}
