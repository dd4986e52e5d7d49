// New booking: whatever keys, answers and sizes come, every frame is whole, the view stays in its
// window, and nothing is booked without a time and a client. ZAPIS_SEED and ZAPIS_STEPS as in
// test_tui_random.c.
#include "bench.h"
#include "booking_salon.h"
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zapis/text.h>

#define WALL 3

static uint64_t random_state;
static unsigned long booked, taken, moves, releases;

static unsigned random_below(unsigned limit) {
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(random_state >> 33) % limit;
}

static unsigned long from_environment(const char *name, unsigned long otherwise) {
    const char *text = getenv(name);

    return text ? strtoul(text, NULL, 10) : otherwise;
}

static void check_frame(const struct surface *surface) {
    for (int row = 0; row < surface->rows; row++) {
        int columns = 0;

        for (int col = 0; col < surface->cols; col++) {
            const struct cell *cell = surface_cell(surface, row, col);

            assert_true(zp_text_valid_utf8(cell->text, strlen(cell->text)));
            assert_int_equal(zp_text_width(cell->text), cell->width);
            columns += cell->width;
        }
        assert_int_equal(columns, surface->cols);
    }
    assert_true(surface->cursor_row < surface->rows && surface->cursor_col < surface->cols);
}

static struct zp_event *random_slots(TALLOC_CTX *ctx, struct zp_date date) {
    int starts[40], masters[40], count = (int)random_below(39), minute = 540;

    for (int i = 0; i < count; i++) {
        minute += (int)random_below(4) * 15;
        starts[i] = minute;
        masters[i] = (int)random_below(5);
    }
    starts[count] = -1;
    if (random_below(5) == 0)
        return booking_nothing(ctx, zp_date_add_days(date, (int)random_below(4)));
    return booking_slots(ctx, date, starts, masters);
}

static struct zp_event *random_book_answer(TALLOC_CTX *ctx) {
    switch (random_below(6)) {
    case 0: return booking_made(ctx, ZP_BOOKING_BOOKED, ZP_OK, "");
    case 1: return booking_made(ctx, ZP_BOOKING_UNCERTAIN, ZP_E_UNKNOWN, "The answer was lost.");
    case 2: return booking_made(ctx, ZP_BOOKING_INTENT, ZP_E_UNREACHABLE, "No network.");
    case 3: return salon_failure(ctx, ZP_E_DENIED, "The key may not book.");
    default: break;
    }
    taken++;
    return booking_taken(ctx, random_below(4));
}

// The booking that the screen is made from, in any state.
static struct zp_event *random_show(TALLOC_CTX *ctx) {
    struct zp_event *event = booking_made(ctx, ZP_BOOKING_BOOKED, ZP_OK, "");
    int from = 15 * (60 + (int)random_below(24)), length = 15 * (1 + (int)random_below(9));

    talloc_free(event->booking);
    event->booking =
        salon_booking(event, "7", (int)random_below(5), from, from + length, "Ким 金", "Стрижка");
    if (random_below(3) == 0)
        event->booking->state = (enum zp_booking_state)random_below(ZP_BOOKING_STATES);
    if (random_below(32) == 0)
        event->booking->services[0].id = talloc_strdup(event->booking, "gone");
    if (random_below(8) == 0)
        event->booking->origin = ZP_ORIGIN_WALK_IN;
    return event;
}

// Every master has all the day to himself.
static struct zp_event *open_look(TALLOC_CTX *ctx) {
    struct zp_event *event = salon_look(ctx);

    for (size_t i = 0; i < event->look->stretch_count; i++) {
        struct zp_stretch *stretch = &event->look->stretches[i];

        stretch->master_id = talloc_asprintf(event->look, "%zu", 71 + i);
        stretch->kind = ZP_STRETCH_OFFERED;
        stretch->from = salon_at(8, 0);
        stretch->to = salon_at(23, 0);
    }
    return event;
}

static struct zp_event *random_move_answer(TALLOC_CTX *ctx) {
    struct zp_event *event = NULL;

    switch (random_below(4)) {
    case 0: // nothing new was written: it is the old row
        event = random_show(ctx);
        event->ok = false;
        zp_error_set(&event->error, ZP_E_REFUSED, random_below(2) ? "MOVE_OVERLAPS" : "NOT_BOOKED",
                     "It was not moved.");
        return event;
    case 1: // half of it
        event = booking_made(ctx, ZP_BOOKING_BOOKED, ZP_OK, "");
        event->ok = false;
        zp_error_set(&event->error, ZP_E_UNKNOWN, NULL, "The old one stands.");
        return event;
    default: return random_book_answer(ctx);
    }
}

static struct zp_event *random_answer_to(TALLOC_CTX *ctx, const struct bench_ask *ask) {
    if (random_below(ask->request.ask == ZP_ASK_SHOW ? 40 : 8) == 0 &&
        ask->request.ask != ZP_ASK_BOOK && ask->request.ask != ZP_ASK_MOVE)
        return salon_failure(ctx, ZP_E_UNREACHABLE, "Dikidi could not be reached.");
    switch (ask->request.ask) {
    case ZP_ASK_CATALOGUE: return booking_catalogue(ctx);
    case ZP_ASK_SLOTS: return random_slots(ctx, ask->request.u.slots.date);
    case ZP_ASK_CLIENTS: return booking_clients(ctx);
    case ZP_ASK_BOOK: return random_book_answer(ctx);
    case ZP_ASK_MOVE: return random_move_answer(ctx);
    case ZP_ASK_SHOW: return random_show(ctx);
    case ZP_ASK_LOOK: return open_look(ctx);
    case ZP_ASK_SHIFTS: return salon_shifts(ctx);
    case ZP_ASK_DAY: return salon_day(ctx);
    default: return NULL;
    }
}

static void random_answer(struct bench *bench) {
    static const enum zp_ask asks[] = {ZP_ASK_CATALOGUE, ZP_ASK_SLOTS,  ZP_ASK_CLIENTS,
                                       ZP_ASK_BOOK,      ZP_ASK_SHIFTS, ZP_ASK_DAY,
                                       ZP_ASK_MOVE,      ZP_ASK_SHOW,   ZP_ASK_LOOK};
    const size_t count = sizeof(asks) / sizeof(asks[0]), first = random_below((unsigned)count);
    const struct bench_ask *pending = NULL;
    enum zp_ask ask = asks[first];

    for (size_t i = 0; i < count && !pending; i++) {
        ask = asks[(first + i) % count];
        pending = bench_pending(bench, ask);
    }

    TALLOC_CTX *ctx = talloc_new(NULL);
    struct zp_event *event = pending ? random_answer_to(ctx, pending) : NULL;

    if (event)
        bench_answer(bench, ask, event);
    talloc_free(ctx);
}

// Fewer keys, so that a walk gets to the question and through it.
static void random_move_key(struct bench *bench) {
    static const char *const keys[] = {
        "Up", "Up", "Up", "Up", "Down",  "Down",  "Down",  "Down",  "Left", "Right", "Tab", "г",
        "F3", "F4", "F6", "F6", "Enter", "Enter", "Enter", "Enter", "PgUp", "Enter", "1",   "2",
    };

    bench_keys(bench, random_below(16) == 0 ? "Esc" : keys[random_below(24)]);
}

static void random_key(struct bench *bench) {
    static const char *const keys[] = {
        "Up", "Down", "Left", "Right", "Tab", "Shift-Tab", "Enter", "Enter",     "Enter",  "Esc",
        "F3", "F4",   "F5",   "F6",    "F9",  "Home",      "End",   "PgUp",      "PgDn",   "Ins",
        "F7", "1",    "2",    "9",     "с",   "т",         "п",     "Backspace", "Ctrl-R", "Ctrl-U",
    };

    bench_keys(bench, keys[random_below(sizeof(keys) / sizeof(keys[0]))]);
}

// Each booking asked for has what makes one, whatever keys led there.
static void check_drafts(const struct bench *bench, size_t from) {
    for (size_t i = from; i < bench->ask_count; i++) {
        const struct zp_request *request = &bench->asks[i].request;

        if (request->ask == ZP_ASK_MOVE) {
            moves++;
            releases += request->u.move.release_first;
            assert_true(request->u.move.booking && request->u.move.master_id);
            assert_true(request->u.move.starts_at > 0);
            // What is given up first is never what is cancelled already.
            assert_false(request->u.move.release_first && request->u.move.again);
        }
        if (request->ask != ZP_ASK_BOOK)
            continue;
        booked++;
        assert_true(request->u.book.service_count > 0);
        assert_true(request->u.book.starts_at > 0);
        assert_true(request->u.book.walk_in ||
                    (request->u.book.client_phone && request->u.book.client_name));
    }
}

static void random_step(struct bench *bench, bool moving) {
    unsigned kind = random_below(20);
    size_t asks = bench->ask_count;

    if (kind == 0)
        bench_resize(bench, 1 + (int)random_below(60), 1 + (int)random_below(200));
    else if (kind == 1 && (!moving || random_below(8) == 0))
        bench_tick(bench, bench->now_ms / 1000 + 60 * (int64_t)(1 + random_below(30)));
    else if (kind == 2)
        term_null_push_paste(bench->term, "+7 916 123-45-67\nМария \033[2J金");
    else if (kind < 9)
        random_answer(bench);
    else if (moving)
        random_move_key(bench);
    else
        random_key(bench);
    check_drafts(bench, asks);
    check_frame(bench_frame(bench));
}

static struct bench *open_booking(bool moving) {
    const struct screen_args args = {.date = BENCH_DATE,
                                     .booking = "7",
                                     .master_id = random_below(2) ? "71" : NULL,
                                     .starts_at = random_below(2) ? salon_at(16, 0) : 0};
    enum screen_id screen = moving                 ? SCREEN_MOVE
                            : random_below(3) == 0 ? SCREEN_AGAIN
                                                   : SCREEN_BOOKING;
    struct bench *bench = bench_new(NULL, 1 + (int)random_below(60), 1 + (int)random_below(200),
                                    random_below(2) == 0);

    bench_open(bench, SCREEN_DAY, NULL);
    app_start(bench->app, screen, &args);
    bench_turn(bench);
    for (unsigned answers = random_below(16); answers > 0; answers--) // most walks begin with some
        random_answer(bench);
    return bench;
}

static void walk(bool moving) {
    unsigned long steps = from_environment("ZAPIS_STEPS", moving ? 6000 : 12000);
    struct bench *bench = NULL;

    random_state = from_environment("ZAPIS_SEED", 1);
    for (unsigned long step = 0; step < steps; step++) {
        if (!bench || !app_screen(bench->app) || strcmp(app_screen(bench->app), "day") == 0 ||
            bench->ask_count > BENCH_ASKS - 30) {
            talloc_free(bench);
            bench = open_booking(moving);
        }
        random_step(bench, moving);
    }
    talloc_free(bench);
    print_message("%lu bookings and %lu moves asked for (%lu give the old time up), %lu times "
                  "taken\n",
                  booked, moves, releases, taken);
    assert_true((moving ? moves : booked) > steps / 500); // the walk gets to the end, too
}

static void booking__random_steps__stay_whole(void **state) {
    (void)state;
    walk(false);
}

static void move__random_steps__stay_whole(void **state) {
    (void)state;
    walk(true);
    assert_true(releases > 0);
}

// The view of each step in a window of a larger surface: what is around it stays untouched.
static void booking__view__writes_only_its_window(void **state) {
    const struct screen_ops *ops = screen_find(SCREEN_BOOKING);
    struct zp_config *config = bench_config(NULL);
    const struct screen_env env = {config, "Anna"};
    const struct screen_args args = {.date = BENCH_DATE};
    static const enum action steps[] = {ACTION_STEP_1, ACTION_STEP_2, ACTION_STEP_3,
                                        ACTION_WALK_IN};
    void *model = ops->new (config, &env, &args);
    struct commands *commands = commands_new(config);
    struct message message = {.kind = MESSAGE_OPENED, .now = BENCH_NOW};
    struct zp_event *answers[] = {booking_catalogue(config), booking_monday(config)};

    (void)state;
    ops->update(model, &message, commands);
    for (int i = 0; i < 400; i++) {
        int rows = (int)random_below(61), cols = (int)random_below(201);
        struct surface *surface = surface_new(NULL, rows + 2 * WALL, cols + 2 * WALL, false);
        struct grid whole = grid_of(surface), window = grid_part(&whole, WALL, WALL, rows, cols);

        if (i % 100 == 0) {
            message = (struct message){.kind = MESSAGE_KEY, .now = BENCH_NOW};
            message.u.key.action = steps[i / 100];
            ops->update(model, &message, commands);
        }
        if (i == 20 || i == 120) { // the first of each without its answer
            message = (struct message){.kind = MESSAGE_EVENT, .now = BENCH_NOW};
            message.u.event.tag = i == 20 ? 1 : 2;
            message.u.event.event = answers[i / 100];
            ops->update(model, &message, commands);
        }
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(booking__random_steps__stay_whole),
        cmocka_unit_test(move__random_steps__stay_whole),
        cmocka_unit_test(booking__view__writes_only_its_window),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("tui booking random", tests, NULL, NULL);
}
