// Whatever keys, events and sizes come: no screen writes outside its grid, every frame is whole,
// and the terminal has what the grid has. ZAPIS_SEED starts another run, ZAPIS_STEPS a longer one.
#include "bench.h"
#include "salon.h"
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <zapis/text.h>

#define WALL 3 // cells around the grid that must stay as they are

static uint64_t random_state;

static unsigned random_below(unsigned limit) {
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(random_state >> 33) % limit;
}

static unsigned long from_environment(const char *name, unsigned long otherwise) {
    const char *text = getenv(name);

    return text ? strtoul(text, NULL, 10) : otherwise;
}

// Every cell holds one place of a terminal: its width is that of its text, and no wide character is
// cut in half.
static void check_surface(const struct surface *surface) {
    for (int row = 0; row < surface->rows; row++) {
        int after_wide = 0;

        for (int col = 0; col < surface->cols; col++) {
            const struct cell *cell = surface_cell(surface, row, col);

            assert_true(memchr(cell->text, '\0', CELL_TEXT) != NULL);
            assert_int_equal(cell->pad, 0);
            if (after_wide) {
                assert_int_equal(cell->width, 0);
                assert_string_equal(cell->text, "");
                after_wide = 0;
                continue;
            }
            assert_in_range(cell->width, 1, 2);
            assert_int_equal(zp_text_width(cell->text), cell->width);
            assert_true(zp_text_valid_utf8(cell->text, strlen(cell->text)));
            assert_true((unsigned char)cell->text[0] >= 0x20);
            after_wide = cell->width == 2;
        }
        assert_int_equal(after_wide, 0);
    }
    assert_true(surface->cursor_row < surface->rows && surface->cursor_col < surface->cols);
}

static void random_answer(struct bench *bench) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    int masters = 1 + (int)random_below(12);
    unsigned kind = random_below(8);

    if (random_below(6) == 0) {
        enum zp_ask ask = (enum zp_ask)random_below(ZP_ASKS);

        if (bench_pending(bench, ask))
            bench_answer(bench, ask, salon_failure(ctx, ZP_E_UNREACHABLE, "No answer."));
    } else if (kind == 0 && bench_pending(bench, ZP_ASK_CATALOGUE)) {
        bench_answer(bench, ZP_ASK_CATALOGUE, salon_big_catalogue(ctx, masters));
    } else if (kind == 1 && bench_pending(bench, ZP_ASK_SHIFTS)) {
        bench_answer(bench, ZP_ASK_SHIFTS, salon_big_shifts(ctx, masters));
    } else if (kind <= 4 && bench_pending(bench, ZP_ASK_DAY)) {
        bench_answer(bench, ZP_ASK_DAY, salon_big_day(ctx, masters, random_below(100000)));
    } else if (kind == 5 && bench_pending(bench, ZP_ASK_LOOK)) {
        bench_answer(bench, ZP_ASK_LOOK, salon_look(ctx));
    } else if (kind == 6 && bench_pending(bench, ZP_ASK_TRUTH)) {
        bench_answer(bench, ZP_ASK_TRUTH, salon_truth(ctx, 3, (int)random_below(5) - 1));
    } else {
        struct zp_event event = {.kind = ZP_EVENT_JOURNAL};

        bench_event(bench, &event);
    }
    talloc_free(ctx);
}

static void random_key(struct bench *bench) {
    static const char *const keys[] = {
        "Up",     "Down",   "Left", "Right",  "Tab",    "Shift-Tab", "Enter",     "Esc",
        "Home",   "End",    "PgUp", "PgDn",   "Ins",    "Del",       "Backspace", "F1",
        "F3",     "F7",     "F8",   "F9",     "+",      "-",         "q",         "й",
        "Ctrl-G", "1",      "9",    "Ctrl-T", "Ctrl-R", "Ctrl-L",    "Ctrl-C",    "F5",
        "F6",     "Ctrl-Z", "F4",   "м",      ".",      "Ctrl-U",    "2",
    };

    bench_keys(bench, keys[random_below(sizeof(keys) / sizeof(keys[0]))]);
}

static void check_terminal(const struct bench *bench) {
    const struct surface *frame = bench_frame(bench);

    check_surface(frame);
}

static void random_step(struct bench *bench) {
    unsigned kind = random_below(20);

    if (kind == 0)
        bench_resize(bench, 1 + (int)random_below(60), 1 + (int)random_below(200));
    else if (kind == 1)
        bench_tick(bench, bench->now_ms / 1000 + 60 * (1 + (int)random_below(90)));
    else if (kind == 2)
        term_null_push_paste(bench->term, "+7 916 123-45-67\nМария \033[2J金");
    else if (kind < 10)
        random_answer(bench);
    else
        random_key(bench);
    check_terminal(bench);
}

static void screens__random_steps__stay_whole(void **state) {
    unsigned long seed = from_environment("ZAPIS_SEED", 1);
    unsigned long steps = from_environment("ZAPIS_STEPS", 4000);
    struct bench *bench = NULL;

    (void)state;
    random_state = seed;
    for (unsigned long step = 0; step < steps; step++) {
        if (!bench || !app_screen(bench->app) || bench->ask_count > BENCH_ASKS - 30) {
            talloc_free(bench);
            bench = bench_new(NULL, 1 + (int)random_below(60), 1 + (int)random_below(200),
                              random_below(2) == 0);
            bench->config->practice.on = random_below(2) == 0;
            bench_open(bench, SCREEN_DAY, NULL);
        }
        random_step(bench);
    }
    talloc_free(bench);
}

// The view of a screen in a window of a larger surface: what is around it stays untouched.
static void day__view__writes_only_its_window(void **state) {
    const struct screen_ops *ops = screen_find(SCREEN_DAY);
    struct zp_config *config = bench_config(NULL);
    const struct screen_env env = {config, "Anna"};
    const struct screen_args args = {0};
    void *model = ops->new (config, &env, &args);
    struct commands *commands = commands_new(config);
    struct zp_event *event = salon_big_day(config, 9, 5);
    struct message message = {.kind = MESSAGE_OPENED, .now = BENCH_NOW};

    (void)state;
    message.u.size.rows = 23;
    message.u.size.cols = 80;
    ops->update(model, &message, commands);
    message = (struct message){.kind = MESSAGE_EVENT, .now = BENCH_NOW};
    message.u.event.tag = 3;
    message.u.event.event = event;
    event->kind = ZP_EVENT_ANSWER;
    event->ask = ZP_ASK_DAY;
    ops->update(model, &message, commands);
    random_state = 7;
    for (int i = 0; i < 400; i++) { // sizes that the model was not told of, too
        int rows = (int)random_below(61), cols = (int)random_below(201);
        struct surface *surface = surface_new(NULL, rows + 2 * WALL, cols + 2 * WALL, false);
        struct grid whole = grid_of(surface), window = grid_part(&whole, WALL, WALL, rows, cols);

        grid_fill(&whole, 0, 0, whole.rows, whole.cols, "#", STYLE_LINE);
        grid_fill(&window, 0, 0, rows, cols, " ", STYLE_DEFAULT);
        ops->view(model, &window);
        for (int row = 0; row < surface->rows; row++)
            for (int col = 0; col < surface->cols; col++)
                if (row < WALL || col < WALL || row >= WALL + rows || col >= WALL + cols)
                    assert_string_equal(surface_cell(surface, row, col)->text, "#");
        talloc_free(surface);
    }
    talloc_free(config);
}

static void grid__random_text__stays_whole(void **state) {
    struct surface *surface = surface_new(NULL, 5, 40, false);
    struct grid grid = grid_of(surface);

    (void)state;
    random_state = 11;
    for (int i = 0; i < 20000; i++) {
        struct grid part = grid_part(&grid, (int)random_below(7) - 1, (int)random_below(42) - 1,
                                     (int)random_below(7), (int)random_below(42));
        char text[33];
        size_t size = random_below(32);

        for (size_t at = 0; at < size; at++)
            text[at] = (char)(1 + random_below(255));
        text[size] = '\0';
        grid_put(&part, (int)random_below(6) - 1, (int)random_below(44) - 2, (int)random_below(44),
                 text, STYLE_DIM);
        grid_put(&part, (int)random_below(6), (int)random_below(40), (int)random_below(44),
                 "金a小и\u0306明", STYLE_WARN);
        if (i % 100 == 0)
            check_surface(surface);
    }
    talloc_free(surface);
}

// The budget is for a release build; sanitizers are given ten times as much.
static void day__view__is_quick(void **state) {
    struct bench *bench = bench_new(NULL, 61, 200, false);
    struct timespec begin, end;
    double us = 0;

    (void)state;
    bench_open(bench, SCREEN_DAY, NULL);
    bench_answer(bench, ZP_ASK_CATALOGUE, salon_big_catalogue(bench, 40));
    bench_answer(bench, ZP_ASK_SHIFTS, salon_big_shifts(bench, 40));
    bench_answer(bench, ZP_ASK_DAY, salon_big_day(bench, 40, 3));
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
    for (int i = 0; i < 200; i++)
        bench_keys(bench, i % 2 == 0 ? "Tab" : "Down");
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    us =
        ((double)(end.tv_sec - begin.tv_sec) * 1e9 + (double)(end.tv_nsec - begin.tv_nsec)) / 200e3;
    print_message("a key and its frame of 200x61: %.0f us\n", us);
    assert_true(us < 10000);
    talloc_free(bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens__random_steps__stay_whole),
        cmocka_unit_test(day__view__writes_only_its_window),
        cmocka_unit_test(grid__random_text__stays_whole),
        cmocka_unit_test(day__view__is_quick),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("tui random", tests, NULL, NULL);
}
