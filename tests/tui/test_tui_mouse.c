// The mouse and the clipboard: what a click does on every screen, and that it never confirms.
#include "booking_salon.h"
#include "every.h"
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void click(struct bench *bench, int row, int col) {
    term_null_push_mouse(bench->term, MOUSE_CLICK, row, col);
    app_read(bench->app);
    bench_turn(bench);
}

static void wheel(struct bench *bench, enum mouse_kind kind) {
    term_null_push_mouse(bench->term, kind, 5, 5);
    app_read(bench->app);
    bench_turn(bench);
}

static bool row_has(const struct bench *bench, int row, const char *text) {
    return strstr(bench_row(bench, row), text) != NULL;
}

// The first row that has it.
static int row_of(const struct bench *bench, const char *text) {
    for (int row = 0; row < bench_frame(bench)->rows; row++)
        if (row_has(bench, row, text))
            return row;
    print_error("not on the screen: %s\n%s", text, every_text(bench));
    fail();
    return -1;
}

// Where a text of one column a character begins.
static int col_of(const struct bench *bench, int row, const char *text) {
    const struct surface *frame = bench_frame(bench);
    char *rest = talloc_strdup(bench->term, "");

    for (int col = frame->cols - 1; col >= 0; col--) {
        rest = talloc_asprintf(bench->term, "%s%s", surface_cell(frame, row, col)->text, rest);
        if (strncmp(rest, text, strlen(text)) == 0)
            return col;
    }
    fail();
    return -1;
}

static void click_text(struct bench *bench, const char *text) {
    const int row = row_of(bench, text);

    click(bench, row, col_of(bench, row, text));
}

// ---- single things

static void bar__clicked__is_the_key(void **state) {
    struct bench *bench = every_open(SCREEN_DAY, "en");
    const int bar = bench_frame(bench)->rows - 1;

    (void)state;
    click(bench, bar, col_of(bench, bar, "Help"));
    assert_string_equal(app_screen(bench->app), "help");
    click(bench, bar, col_of(bench, bar, "Back"));
    assert_string_equal(app_screen(bench->app), "day");
    click(bench, bar, col_of(bench, bar, "7Book"));
    assert_string_equal(app_screen(bench->app), "booking");
    talloc_free(bench);
}

static void bar__clicked_anywhere__is_what_stands_there(void **state) {
    static const enum action actions[] = {ACTION_HELP, ACTION_BOOK, ACTION_ENTER, ACTION_DATE,
                                          ACTION_QUIT};
    const size_t count = sizeof(actions) / sizeof(actions[0]);

    (void)state;
    for (int cols = 1; cols < 60; cols++) {
        struct surface *surface = surface_new(NULL, 1, cols, false);
        struct grid grid = grid_of(surface);

        action_bar(&grid, actions, count);
        for (int col = 0; col < cols; col++) {
            enum action action = action_bar_at(actions, count, cols, col);

            if (surface_cell(surface, 0, col)->style == STYLE_KEY_LABEL)
                assert_non_null(strstr(action_label(action), surface_cell(surface, 0, col)->text));
        }
        assert_int_equal(action_bar_at(actions, count, cols, 1000), ACTION_NONE);
        assert_int_equal(action_bar_at(actions, count, cols, -1), ACTION_NONE);
        talloc_free(surface);
    }
}

static void day__clicked__goes_there_then_opens(void **state) {
    struct bench *bench = every_open(SCREEN_DAY, "en");

    (void)state;
    click_text(bench, "18:00 Ким");
    assert_string_equal(app_screen(bench->app), "day");
    assert_true(row_has(bench, 21, "Ким"));
    click_text(bench, "18:00 Ким");
    assert_string_equal(app_screen(bench->app), "card");
    bench_keys(bench, "Esc");
    click_text(bench, "Борис"); // a column's head: the cursor goes there
    assert_true(row_has(bench, 21, "15:30-19:00"));
    click_text(bench, "17:00"); // the hours mean nothing
    assert_true(row_has(bench, 21, "15:30-19:00"));
    talloc_free(bench);
}

static void day__clicked_free_time__books_there(void **state) {
    struct bench *bench = every_open(SCREEN_DAY, "en");
    const int row = row_of(bench, "16:30");

    (void)state;
    click(bench, row, 25);
    click(bench, row, 25);
    assert_string_equal(app_screen(bench->app), "booking");
    talloc_free(bench);
}

static void day__list__is_clicked_too(void **state) {
    struct bench *bench = every_open(SCREEN_DAY, "en");

    (void)state;
    bench_resize(bench, 24, 40);
    click_text(bench, "18:00-19:00");
    click_text(bench, "18:00-19:00");
    assert_string_equal(app_screen(bench->app), "card");
    talloc_free(bench);
}

static void wheel__turned__scrolls(void **state) {
    struct bench *bench = every_open(SCREEN_HELP, "en");
    char *before = every_text(bench);

    (void)state;
    wheel(bench, MOUSE_WHEEL_DOWN);
    assert_string_not_equal(before, every_text(bench));
    wheel(bench, MOUSE_WHEEL_UP);
    assert_string_equal(before, every_text(bench));
    talloc_free(bench);
    bench = every_open(SCREEN_DAY, "en");
    before = bench_row(bench, 21);
    wheel(bench, MOUSE_WHEEL_UP);
    assert_string_not_equal(before, bench_row(bench, 21));
    talloc_free(bench);
}

static void booking__clicked__is_chosen_by_the_mouse_alone(void **state) {
    struct bench *bench = booking_open(24, 80);

    (void)state;
    click_text(bench, "Борис М.");
    click_text(bench, "Борода");
    click_text(bench, "Борода"); // taken
    every_settle(bench);
    for (int twice = 0; twice < 2; twice++) // the first text of that kind is the summary's
        click(bench, row_of(bench, "Day 3") + 2, col_of(bench, row_of(bench, "Day 3"), "Day 3"));
    assert_true(row_of(bench, "Phone") > 0);
    bench_type(bench, "91");
    every_settle(bench);
    click_text(bench, "Марк О'Нил");
    assert_true(row_of(bench, "Known clients") > 0); // chosen, not yet taken
    click_text(bench, "Марк О'Нил");
    assert_true(row_of(bench, "Enter books it.") > 0);
    assert_int_equal(every_writes_asked(bench), 0);
    talloc_free(bench);
}

static void booking__clicked_day_and_soonest__go_there(void **state) {
    struct bench *bench = booking_open(24, 80);

    (void)state;
    bench_keys(bench, "Enter");
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    click_text(bench, "Wed 25");
    assert_non_null(bench_pending(bench, ZP_ASK_SLOTS));
    click_text(bench, "Mon 23");
    bench_answer(bench, ZP_ASK_SLOTS, booking_monday(bench));
    click(bench, row_of(bench, "Soonest:"), col_of(bench, row_of(bench, "Soonest:"), "15:30"));
    assert_true(row_of(bench, "Phone") > 0);
    talloc_free(bench);
}

static void queue__asked__no_click_says_yes(void **state) {
    struct bench *bench = every_open(SCREEN_QUEUE, "en");

    (void)state;
    click_text(bench, "needs you");
    bench_keys(bench, "F8");
    for (int row = 0; row < 23; row++)
        for (int twice = 0; twice < 2; twice++)
            click(bench, row, 10);
    assert_true(row_of(bench, "Give it up?") > 0);
    assert_int_equal(every_writes_asked(bench), 0);
    click(bench, 23, col_of(bench, 23, "Yes")); // the bar is the key
    assert_int_equal(every_writes_asked(bench), 1);
    talloc_free(bench);
}

static void lists__clicked__choose_then_open(void **state) {
    struct bench *bench = every_open(SCREEN_WAITING, "en");

    (void)state;
    click(bench, 3, 10); // the second who waits
    assert_int_equal(bench_frame(bench)->cursor_row, 3);
    assert_string_equal(app_screen(bench->app), "waiting");
    click(bench, 3, 10);
    assert_string_equal(app_screen(bench->app), "wish"); // no time fits: the wish is changed
    talloc_free(bench);
    bench = every_open(SCREEN_PRICES, "en");
    click(bench, 5, 10);
    assert_int_equal(bench_frame(bench)->cursor_row, 5);
    assert_string_equal(app_screen(bench->app), "prices");
    click(bench, 5, 10);
    assert_string_equal(app_screen(bench->app), "booking");
    talloc_free(bench);
}

static void lists__with_nothing_to_open__are_only_gone_through(void **state) {
    static const enum screen_id ids[] = {SCREEN_CHECK, SCREEN_NUMBERS};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct bench *bench = every_open(ids[i], "en");

        for (int twice = 0; twice < 2; twice++) {
            click(bench, 5, 10);
            assert_int_equal(bench_frame(bench)->cursor_row, 5);
            assert_string_equal(app_screen(bench->app), every_name(ids[i]));
        }
        talloc_free(bench);
    }
}

static void waiting__reason_clicked__takes_nobody_off(void **state) {
    struct bench *bench = every_open(SCREEN_WAITING, "en");

    (void)state;
    bench_keys(bench, "F8");
    for (int twice = 0; twice < 2; twice++)
        click_text(bench, "2  does not want");
    assert_int_equal(every_writes_asked(bench), 0);
    bench_keys(bench, "Enter"); // without a reason nothing is asked
    assert_int_equal(every_writes_asked(bench), 1);
    talloc_free(bench);
}

static void week__clicked__goes_there_then_opens(void **state) {
    struct bench *bench = every_open(SCREEN_WEEK, "en");

    (void)state;
    bench_keys(bench, "PgDn PgDn"); // another day
    click_text(bench, "Мар");
    assert_string_equal(app_screen(bench->app), "week");
    assert_true(row_has(bench, 21, "Мария"));
    click_text(bench, "Мар");
    assert_string_equal(app_screen(bench->app), "card");
    talloc_free(bench);
}

static void waiting__clicks__are_not_kept(void **state) {
    struct bench *bench = every_open(SCREEN_CANCEL, "en");

    (void)state;
    bench_keys(bench, "1 Enter");
    assert_non_null(bench_pending(bench, ZP_ASK_CANCEL));
    click(bench, 10, 10);
    wheel(bench, MOUSE_WHEEL_DOWN);
    bench_answer(bench, ZP_ASK_CANCEL, salon_failure(bench, ZP_E_REFUSED, "409"));
    assert_true(row_of(bench, "409") > 0);
    assert_false(row_has(bench, bench_frame(bench)->rows - 2, "typed ahead"));
    talloc_free(bench);
}

static void toggle__gives_the_mouse_back(void **state) {
    struct bench *bench = every_open(SCREEN_DAY, "en");

    (void)state;
    assert_true(term_null_mouse(bench->term));
    bench_keys(bench, "Ctrl-O");
    assert_false(term_null_mouse(bench->term));
    assert_true(row_of(bench, "select text") > 0);
    bench_keys(bench, "Ctrl-O");
    assert_true(term_null_mouse(bench->term));
    term_null_cannot(bench->term);
    bench_keys(bench, "Ctrl-O Ctrl-O");
    assert_true(row_of(bench, "This terminal has no mouse.") > 0);
    talloc_free(bench);
    bench = bench_new(NULL, 24, 80, false);
    bench->config->console.mouse = false;
    bench_open(bench, SCREEN_DAY, NULL);
    assert_false(term_null_mouse(bench->term));
    talloc_free(bench);
}

static void number__copied__is_told(void **state) {
    struct bench *bench = every_open(SCREEN_CARD, "en");

    (void)state;
    bench_keys(bench, "Ctrl-Y");
    assert_string_equal(term_null_copied(bench->term), "987");
    assert_true(row_of(bench, "Number 987 copied, if") > 0);
    term_null_cannot(bench->term);
    bench_keys(bench, "Ctrl-Y");
    assert_true(row_of(bench, "This terminal has no clipboard for programs. Number 987.") > 0);
    talloc_free(bench);
    bench = every_open(SCREEN_DAY, "en");
    bench_keys(bench, "PgDn Up"); // Анна's booking of 18:00
    bench_keys(bench, "Ctrl-Y");
    assert_string_equal(term_null_copied(bench->term), "987");
    talloc_free(bench);
}

// ---- every screen

// Twice on each cell but the bar: screens may open, nothing is changed anywhere.
static void every__clicked_all_over__changes_nothing(void **state) {
    (void)state;
    for (int id = 0; id < SCREENS; id++) {
        for (int cell = 0; every_name((enum screen_id)id) && cell < 23 * 80; cell += 37) {
            struct bench *bench = every_open((enum screen_id)id, "en");

            for (int twice = 0; twice < 3; twice++) {
                click(bench, cell / 80, cell % 80);
                every_settle(bench);
            }
            if (every_writes_asked(bench) != 0)
                print_error("%s: a click at %d,%d\n", every_name((enum screen_id)id), cell / 80,
                            cell % 80);
            assert_int_equal(every_writes_asked(bench), 0);
            talloc_free(bench);
        }
    }
}

static void every__wheel__changes_nothing(void **state) {
    (void)state;
    for (int id = 0; id < SCREENS; id++) {
        struct bench *bench = every_open((enum screen_id)id, "en");

        for (int i = 0; bench && i < 10; i++)
            wheel(bench, i < 6 ? MOUSE_WHEEL_DOWN : MOUSE_WHEEL_UP);
        if (bench)
            assert_int_equal(every_writes_asked(bench), 0);
        talloc_free(bench);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bar__clicked__is_the_key),
        cmocka_unit_test(bar__clicked_anywhere__is_what_stands_there),
        cmocka_unit_test(day__clicked__goes_there_then_opens),
        cmocka_unit_test(day__clicked_free_time__books_there),
        cmocka_unit_test(day__list__is_clicked_too),
        cmocka_unit_test(wheel__turned__scrolls),
        cmocka_unit_test(booking__clicked__is_chosen_by_the_mouse_alone),
        cmocka_unit_test(booking__clicked_day_and_soonest__go_there),
        cmocka_unit_test(queue__asked__no_click_says_yes),
        cmocka_unit_test(lists__clicked__choose_then_open),
        cmocka_unit_test(lists__with_nothing_to_open__are_only_gone_through),
        cmocka_unit_test(waiting__reason_clicked__takes_nobody_off),
        cmocka_unit_test(week__clicked__goes_there_then_opens),
        cmocka_unit_test(waiting__clicks__are_not_kept),
        cmocka_unit_test(toggle__gives_the_mouse_back),
        cmocka_unit_test(number__copied__is_told),
        cmocka_unit_test(every__clicked_all_over__changes_nothing),
        cmocka_unit_test(every__wheel__changes_nothing),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("tui mouse", tests, NULL, NULL);
}
