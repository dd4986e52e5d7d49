// Widget and check: golden screens, the code as a camera sees it, and what their keys ask for.
#include "bench.h"
#include "qr.h"
#include "salon.h"
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static bool shows(const struct bench *bench, const char *text) {
    for (int row = 0; row < bench_frame(bench)->rows; row++)
        if (strstr(bench_row(bench, row), text))
            return true;
    return false;
}

// ---- widget

// Opened from the Day by its key.
static struct bench *open_by(const char *keys, int rows, int cols, bool ascii, bool russian) {
    struct bench *bench = bench_new(NULL, rows, cols, ascii);

    if (russian)
        bench_russian(bench);
    bench_open(bench, SCREEN_DAY, NULL);
    bench_keys(bench, keys);
    return bench;
}

static bool is_dark(const struct bench *bench, int x, int y, bool ascii) {
    const int row = 1 + (ascii ? y + QR_QUIET : (y + QR_QUIET) / 2);
    const int col = (x + QR_QUIET) * (ascii ? 2 : 1);
    const struct cell *cell = surface_cell(bench_frame(bench), row, col);
    const bool upper = (y + QR_QUIET) % 2 == 0;

    assert_int_equal(cell->style, STYLE_QR);
    if (ascii)
        return cell->text[0] == '#';
    return strcmp(cell->text, "█") == 0 || strcmp(cell->text, upper ? "▀" : "▄") == 0;
}

// Every module and the quiet zone around it stand in the grid, black on white.
static void check_code(const struct bench *bench, bool ascii) {
    struct qr *qr = qr_new(NULL, "https://dikidi.net/widget/550001");

    for (int y = -QR_QUIET; y < qr->size + QR_QUIET; y++)
        for (int x = -QR_QUIET; x < qr->size + QR_QUIET; x++)
            assert_int_equal(is_dark(bench, x, y, ascii), qr_dark(qr, x, y));
    talloc_free(qr);
}

static void widget__code_and_words__beside(void **state) {
    struct bench *bench = open_by("Ctrl-U", 24, 80, false, false);

    (void)state;
    assert_string_equal(app_screen(bench->app), "widget");
    check_code(bench, false);
    bench_golden(bench, "en/widget-full");
    bench_resize(bench, 24, 60); // no room beside: the address stands below
    check_code(bench, false);
    bench_golden(bench, "widget-60x24");
    bench_resize(bench, 15, 60);
    assert_true(shows(bench, "needs a window"));
    assert_true(shows(bench, "https://dikidi.net/widget/550001"));
    bench_golden(bench, "widget-60x15");
    bench_keys(bench, "Esc");
    assert_string_equal(app_screen(bench->app), "day");
    talloc_free(bench);
}

static void widget__ascii__two_cells_a_module(void **state) {
    struct bench *bench = open_by("Ctrl-U", 45, 110, true, false);

    (void)state;
    check_code(bench, true);
    bench_resize(bench, 24, 80);
    bench_golden(bench, "widget-ascii");
    talloc_free(bench);
}

static void widget__russian__fits(void **state) {
    struct bench *bench = open_by("Ctrl-U", 24, 80, false, true);

    (void)state;
    bench->config->practice.on = true;
    bench_resize(bench, 24, 80);
    bench_golden(bench, "widget-ru");
    talloc_free(bench);
}

// ---- check

static struct zp_event *answer_event(TALLOC_CTX *ctx) {
    struct zp_event *event = salon_checks(ctx, 0, SALON_CHECKS);

    event->ok = false; // as the desk answers where a check failed
    event->error.code = ZP_E_CONFIG;
    return event;
}

static void check__lines__stand_as_they_come(void **state) {
    struct bench *bench = open_by("Ctrl-K", 24, 80, false, false);

    (void)state;
    assert_string_equal(app_screen(bench->app), "check");
    assert_true(shows(bench, "checking"));
    bench_event(bench, salon_checks(bench, 0, 3));
    bench_event(bench, salon_checks(bench, 3, 6));
    bench_keys(bench, "Down Down Down");
    bench_golden(bench, "check-running");
    bench_keys(bench, "Ctrl-R"); // it is under way already
    assert_int_equal(bench_asked(bench, ZP_ASK_CHECK), 1);
    bench_answer(bench, ZP_ASK_CHECK, answer_event(bench));
    assert_false(shows(bench, "checking"));
    assert_true(shows(bench, "Europe/Moscow, rules 2026a")); // the cursor stayed on its line
    bench_keys(bench, "PgDn Up Up");
    bench_golden(bench, "check");
    bench_event(bench, salon_checks(bench, 0, 3)); // of another ask, or late: not ours any more
    bench_golden(bench, "check");
    bench_resize(bench, 15, 60);
    bench_golden(bench, "check-60x15");
    bench_keys(bench, "Ctrl-R");
    assert_int_equal(bench_asked(bench, ZP_ASK_CHECK), 2);
    assert_false(shows(bench, "FAILED")); // what was is not what is
    bench_keys(bench, "Esc");
    assert_string_equal(app_screen(bench->app), "day");
    assert_null(bench_pending(bench, ZP_ASK_CHECK));
    talloc_free(bench);
}

static void check__russian__fits(void **state) {
    struct bench *bench = open_by("Ctrl-K", 24, 80, false, true);

    (void)state;
    bench_answer(bench, ZP_ASK_CHECK, answer_event(bench));
    bench_keys(bench, "PgDn Up Up");
    bench_golden(bench, "check-ru");
    talloc_free(bench);
}

static void check__offline__each_line_says_so(void **state) {
    struct bench *bench = open_by("Ctrl-K", 24, 80, true, false);
    struct zp_event *event = salon_checks(bench, 4, 12);

    (void)state;
    for (size_t i = 1; i < event->check_count; i++) {
        event->checks[i].state = i % 2 ? ZP_CHECK_FAIL : ZP_CHECK_SKIPPED;
        event->checks[i].detail =
            talloc_strdup(event->checks, i % 2 ? "Dikidi could not be reached: is the network up?"
                                               : "not asked: Dikidi does not answer");
        event->checks[i].unreachable = i % 2;
    }
    event->ok = false;
    bench_answer(bench, ZP_ASK_CHECK, event);
    bench_keys(bench, "Down");
    bench_golden(bench, "check-offline-ascii");
    bench_keys(bench, "Ctrl-R");
    bench_answer(bench, ZP_ASK_CHECK, salon_failure(bench, ZP_E_STORE, "The journal is locked."));
    assert_true(shows(bench, "The journal is locked."));
    bench_keys(bench, "Down Up PgDn"); // there is nothing to stand on
    talloc_free(bench);
}

static void every_size__no_cell_is_lost(void **state) {
    struct bench *bench = open_by("Ctrl-K", 24, 80, false, true);

    (void)state;
    bench_answer(bench, ZP_ASK_CHECK, answer_event(bench));
    for (int rows = 1; rows < 40; rows += 3)
        for (int cols = 1; cols < 130; cols += 9)
            bench_resize(bench, rows, cols);
    bench_keys(bench, "Esc Ctrl-U");
    for (int rows = 1; rows < 50; rows += 3)
        for (int cols = 1; cols < 130; cols += 9)
            bench_resize(bench, rows, cols);
    talloc_free(bench);
}

int main(void) {
    const struct CMUnitTest list[] = {
        cmocka_unit_test(widget__code_and_words__beside),
        cmocka_unit_test(widget__ascii__two_cells_a_module),
        cmocka_unit_test(widget__russian__fits),
        cmocka_unit_test(check__lines__stand_as_they_come),
        cmocka_unit_test(check__russian__fits),
        cmocka_unit_test(check__offline__each_line_says_so),
        cmocka_unit_test(every_size__no_cell_is_lost),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(list, NULL, NULL);
}
