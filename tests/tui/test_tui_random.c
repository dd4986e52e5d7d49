// Whatever keys, answers, events, pastes, clicks and sizes come, on every screen of the table: no
// screen writes outside its window, every frame is whole, no key is lost while an answer is
// awaited, the cursor stands on what has the focus, and nothing is asked to be booked or moved
// without all that it needs. A history is one seed: ZAPIS_SEED is the first, ZAPIS_HISTORIES how
// many; a failure names its own.
#include "app_private.h"
#include "every.h"
#include "random_checks.h"
#include "random_salon.h"
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
#include <zapis/i18n.h>
#include <zapis/text.h>

#define STEPS     30
#define HISTORIES 100 // by hand; CMakeLists.txt says how many in a run of all

static unsigned long history;       // the seed of the present one
static unsigned long books, moves;  // of all histories
static unsigned long seen[SCREENS]; // steps with that screen on top

static unsigned long from_environment(const char *name, unsigned long otherwise) {
    const char *text = getenv(name);

    return text ? strtoul(text, NULL, 10) : otherwise;
}

// Each booking asked for has what makes one, whatever keys led there; and what changes something is
// never taken back because nobody looks any more.
static void check_asks(const struct bench *bench, size_t from) {
    for (size_t i = 0; i < bench->ask_count; i++)
        if (bench->asks[i].cancelled && every_writes(bench->asks[i].request.ask))
            checks_wrong(bench, "a change was given up");
    for (size_t i = from; i < bench->ask_count; i++) {
        const struct zp_request *request = &bench->asks[i].request;

        if (request->ask == ZP_ASK_MOVE) {
            moves++;
            assert_true(request->u.move.booking != NULL);
            // What is given up first is never what is cancelled already.
            assert_false(request->u.move.release_first && request->u.move.again);
        } else if (request->ask == ZP_ASK_BOOK) {
            books++;
            assert_true(request->u.book.service_count > 0 && request->u.book.starts_at > 0);
            assert_true(request->u.book.walk_in ||
                        (request->u.book.client_phone && request->u.book.client_name));
        }
    }
}

// ---- what happens

static bool over(const struct bench *bench) {
    return bench->app->quitting || !app_screen(bench->app);
}

// Goes through while an answer is awaited, so that nobody is locked in.
static bool goes_through(const struct key *key) {
    return key->name == K_ESC || (key->name == K_F && (key->code == 10 || key->code == 12)) ||
           (key->ctrl && key->code == 'q');
}

// What was typed before a question that changed is dropped, and that is said.
static bool drop_is_told(const struct bench *bench) {
    return bench->app->unseen ||
           (bench->app->notice &&
            strcmp(bench->app->notice, _("The question changed: the keys typed ahead were not "
                                         "used. Look again, then type.")) == 0);
}

// A frame that is held may be waited for, or the next thing comes before it.
static void turn(struct bench *bench) {
    if (random_below(2))
        bench_turn(bench);
    else
        bench_turn_held(bench);
}

// What is typed while an answer is awaited is kept, each key of it; otherwise nothing stays behind.
static void type_key(struct bench *bench, const struct key *key) {
    const bool waiting = app_waiting(bench->app), passes = goes_through(key);
    const bool dropped = bench->app->unseen || bench->app->quit_asked;
    const size_t kept = bench->app->typed_count;

    checks_typed(key, waiting && passes);
    term_null_push(bench->term, key);
    app_read(bench->app);
    if (over(bench))
        return;
    if (waiting && !passes && !dropped && bench->app->typed_count != kept + 1)
        checks_wrong(bench, "a key typed ahead was lost");
    if (!app_waiting(bench->app) && bench->app->typed_count > 0)
        checks_wrong(bench, "a key stays behind");
    checks_after(bench, dropped || drop_is_told(bench) || (waiting && key->name == K_ESC));
    turn(bench);
}

static void random_key(struct bench *bench) {
    static const char *const names[] = {
        "Up",     "Down",   "Left",   "Right",  "Up",     "Down",      "Tab",    "Shift-Tab",
        "Enter",  "Enter",  "Enter",  "Enter",  "Enter",  "Enter",     "Esc",    "Esc",
        "Home",   "End",    "PgUp",   "PgDn",   "Ins",    "Del",       "F1",     "F2",
        "F3",     "F4",     "F5",     "F6",     "F6",     "F7",        "F8",     "F9",
        "F10",    "F12",    "Ctrl-A", "Ctrl-C", "Ctrl-E", "Ctrl-F",    "Ctrl-G", "Ctrl-K",
        "Ctrl-L", "Ctrl-N", "Ctrl-O", "Ctrl-P", "Ctrl-R", "Ctrl-T",    "Ctrl-U", "Ctrl-V",
        "Ctrl-W", "Ctrl-Y", "Ctrl-Z", "+",      "-",      "Backspace", "1",      "2",
        "3",      "9",      "q",      "й",      "м",      "с",         "日",     ".",
        ":",      "#",
    };
    const char *name = names[random_below(sizeof(names) / sizeof(names[0]))];
    struct key key;

    assert_true(key_parse(name, strlen(name), &key));
    type_key(bench, &key);
}

static void random_text(struct bench *bench) {
    static const char *const texts[] = {"стрижка ",  "маникюр аня ", "15:30 ", "9161234567",
                                        "27.11",     "мария",        "в 8",    "завтра ",
                                        "e\u0301金", "10-14"};
    const char *text = texts[random_below(sizeof(texts) / sizeof(texts[0]))];
    uint32_t code = 0;

    for (size_t bytes = 0; !over(bench) && (bytes = zp_text_decode(text, &code)) > 0;
         text += bytes) {
        const struct key key = {.name = K_CHAR, .code = code};

        type_key(bench, &key);
    }
}

static void random_paste(struct bench *bench) {
    static const char *const texts[] = {"+7 916 123-45-67\nМария \033[2J金", "", "\t\n\r",
                                        "маникюр аня 15:30 9161234567 Мария"};

    checks_typed(NULL, false);
    term_null_push_paste(bench->term, texts[random_below(4)]);
    app_read(bench->app);
    turn(bench);
}

static void random_mouse(struct bench *bench) {
    static const enum mouse_kind kinds[] = {MOUSE_CLICK, MOUSE_CLICK, MOUSE_WHEEL_UP,
                                            MOUSE_WHEEL_DOWN};
    const struct surface *frame = bench_frame(bench);
    const size_t writes = every_writes_asked(bench);
    const int row = (int)random_below((unsigned)frame->rows);
    const bool bar = row == frame->rows - 1;
    const size_t kept = bench->app->typed_count;
    const bool waiting = app_waiting(bench->app);

    term_null_push_mouse(bench->term, kinds[random_below(4)], row,
                         (int)random_below((unsigned)frame->cols));
    app_read(bench->app);
    if (!bar && every_writes_asked(bench) != writes)
        checks_wrong(bench, "a click changed something");
    for (size_t i = kept; i < bench->app->typed_count; i++) // on the bar: a key as any other
        checks_typed(&bench->app->typed[i].key, false);
    if (!over(bench)) // Esc of the bar drops what waits
        checks_after(bench, drop_is_told(bench) || (waiting && bar));
    turn(bench);
}

static void random_answer(struct bench *bench) {
    const unsigned first = random_below(ZP_ASKS);

    for (unsigned i = 0; i < ZP_ASKS; i++) {
        const enum zp_ask ask = (enum zp_ask)((first + i) % ZP_ASKS);
        const struct bench_ask *pending = bench_pending(bench, ask);
        struct zp_event *event = NULL;

        if (!pending)
            continue;
        event = random_answer_to(NULL, pending);
        bench_answer(bench, ask, event);
        talloc_free(event);
        return;
    }
}

static void random_news(struct bench *bench) {
    struct zp_event *event = random_event(NULL);

    bench_event(bench, event);
    talloc_free(event);
}

static void random_size(int *rows, int *cols) {
    const unsigned which = random_below(16);

    *rows = which < 10 ? 24 : which < 13 ? 15 : 1 + (int)random_below(which == 13 ? 60 : 30);
    *cols = which < 10 ? 80 : which < 13 ? 60 : 1 + (int)random_below(which == 13 ? 200 : 90);
}

// Time goes by, and what waits for it happens.
static void random_wait(struct bench *bench) {
    static const int64_t spans_ms[] = {1, 12, 100, 150, 300, 700, 1000, 2500, 8000};
    const int64_t ms = spans_ms[random_below(sizeof(spans_ms) / sizeof(spans_ms[0]))];

    bench->now_ms += ms;
    bench_wait(bench, ms);
}

static void happen(struct bench *bench) {
    const unsigned kind = random_below(42);
    int rows = 0, cols = 0;

    if (kind == 0) {
        random_size(&rows, &cols);
        bench_resize(bench, rows, cols);
    } else if (kind == 1)
        bench_tick(bench, bench->now_ms / 1000 + 60 * (int64_t)(1 + random_below(90)));
    else if (kind == 2)
        random_paste(bench);
    else if (kind == 3)
        random_news(bench);
    else if (kind == 4)
        random_mouse(bench);
    else if (kind == 5)
        random_text(bench);
    else if (kind < 8)
        random_wait(bench);
    else if (kind < 20)
        random_answer(bench);
    else
        random_key(bench);
}

static void random_step(struct bench *bench) {
    const size_t asks = bench->ask_count;
    int rows = 0, cols = 0;

    happen(bench);
    check_asks(bench, asks);
    if (over(bench))
        return;
    checks_after(bench, drop_is_told(bench));
    checks_frame(bench);
    app_window(bench->app, &rows, &cols);
    checks_view(bench, rows, cols);
    if (random_below(8) == 0) { // sizes that the model was not told of
        random_size(&rows, &cols);
        checks_view(bench, rows, cols);
    }
}

// ---- histories

static void note_screen(const struct bench *bench) {
    for (int id = 0; id < SCREENS; id++)
        if (every_name((enum screen_id)id) &&
            strcmp(every_name((enum screen_id)id), app_screen(bench->app)) == 0)
            seen[id]++;
}

// Over the Day, so that closing has somewhere to go; half of them with what was asked for answered.
static struct bench *open_any(void) {
    static const char *const services[] = {"502", "501"};
    const struct screen_args args = {.date = BENCH_DATE,
                                     .booking = "7",
                                     .client = random_below(2) ? "+79161234567" : NULL,
                                     .client_name = random_below(2) ? "Мария" : NULL,
                                     .master_id = random_below(2) ? "71" : NULL,
                                     .starts_at = random_below(2) ? salon_at(16, 0) : 0,
                                     .waiting_id = random_below(3) == 0,
                                     .service_ids = services,
                                     .service_count = random_below(3),
                                     .text = random_below(4) ? NULL : "91",
                                     .filled = random_below(4) == 0};
    const enum screen_id id = (enum screen_id)(history % SCREENS);
    struct bench *bench = NULL;
    int rows = 0, cols = 0;

    random_size(&rows, &cols);
    bench = bench_new(NULL, rows, cols, random_below(4) == 0);
    zp_i18n_init(random_below(2) ? "ru" : "en");
    bench->config->practice.on = random_below(4) == 0;
    bench_open(bench, SCREEN_DAY, NULL);
    if (random_below(2))
        every_settle(bench);
    if (id == SCREEN_HELP || id == SCREEN_PALETTE) {
        bench_keys(bench, id == SCREEN_HELP ? "F1" : "F2");
    } else if (id != SCREEN_DAY && every_name(id)) {
        app_start(bench->app, id, &args);
        bench_turn(bench);
    }
    if (random_below(4))
        every_settle(bench);
    return bench;
}

static void play(unsigned long seed) {
    struct bench *bench = NULL;
    unsigned long until = checks_keys.typed + STEPS;

    history = seed;
    random_seed(seed);
    bench = open_any();
    checks_begin(seed);
    // At least so many keys, whatever happens in between; quitting ends a history.
    for (int step = 0; checks_keys.typed < until && step < 8 * STEPS; step++) {
        if (over(bench) || bench->ask_count > BENCH_ASKS - 60) {
            talloc_free(bench);
            bench = open_any();
            checks_begin(seed);
        }
        note_screen(bench);
        random_step(bench);
    }
    talloc_free(bench);
}

static void histories__random__hold_everywhere(void **state) {
    const unsigned long first = from_environment("ZAPIS_SEED", 1);
    const unsigned long count = from_environment("ZAPIS_HISTORIES", HISTORIES);
    struct timespec used;

    (void)state;
    for (unsigned long i = 0; i < count; i++)
        play(first + i);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    checks_free();
    print_message("%lu histories from seed %lu: %lu keys (%lu to a screen, %lu of the app's own, "
                  "%lu dropped and told), %lu bookings and %lu moves asked for, %lld s of CPU\n",
                  count, first, checks_keys.typed, checks_keys.delivered, checks_keys.own,
                  checks_keys.dropped, books, moves, (long long)used.tv_sec);
    for (int id = 0; id < SCREENS; id++)
        if (every_name((enum screen_id)id) && count >= 1000) // none is left out
            assert_true(seen[id] > count / 10);
    assert_true(count < 1000 || (books > count / 100 && moves > count / 200));
}

static void grid__random_text__stays_whole(void **state) {
    struct surface *surface = surface_new(NULL, 9, 37, false);
    struct grid whole = grid_of(surface), part = grid_part(&whole, 2, 3, 5, 30);

    (void)state;
    random_seed(1);
    for (int i = 0; i < 5000; i++) {
        grid_put(&whole, (int)random_below(12) - 1, (int)random_below(44) - 3,
                 (int)random_below(44), "a金bé👩‍👩‍👧ы\u0301x\t\033й", STYLE_BOOKED);
        grid_put(&part, (int)random_below(6), (int)random_below(40), (int)random_below(44),
                 "金a小и\u0306明", STYLE_WARN);
        for (int row = 0; i % 100 == 0 && row < surface->rows; row++) {
            bool after_wide = false;

            for (int col = 0; col < surface->cols; col++) {
                const struct cell *cell = surface_cell(surface, row, col);

                assert_null(checks_cell_trouble(cell, after_wide));
                after_wide = !after_wide && cell->width == 2;
            }
            assert_false(after_wide);
        }
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
        cmocka_unit_test(histories__random__hold_everywhere),
        cmocka_unit_test(grid__random_text__stays_whole),
        cmocka_unit_test(day__view__is_quick),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("tui random", tests, NULL, NULL);
}
