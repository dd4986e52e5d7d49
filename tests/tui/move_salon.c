#include "move_salon.h"
#include "booking_salon.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

// Ким, 18:00-19:00 at Анна, whom the price list has with this service.
struct zp_event *move_show(TALLOC_CTX *ctx, enum zp_booking_state state) {
    struct zp_event *event = talloc_zero(ctx, struct zp_event);

    event->ok = true;
    event->booking = salon_booking(event, "7", 0, 1080, 1140, "Ким 金", "Маникюр");
    event->booking->state = state;
    event->booking->comment = talloc_strdup(event->booking, "без лака");
    return event;
}

struct zp_event *move_slots(TALLOC_CTX *ctx) {
    static const int starts[] = {930, 975, 1140, -1};
    static const int masters[] = {0, 0, 0};

    return booking_slots(ctx, BENCH_DATE, starts, masters);
}

// The Day, its cursor on Ким.
struct bench *move_day(int rows, int cols) {
    struct bench *bench = booking_day(rows, cols);

    bench_keys(bench, "PgDn Up");
    return bench;
}

struct bench *move_open_from(struct bench *bench, const char *key, enum zp_booking_state state) {
    bench_keys(bench, key);
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    bench_answer(bench, ZP_ASK_SHOW, move_show(bench, state));
    bench_answer(bench, ZP_ASK_SLOTS, move_slots(bench));
    return bench;
}

struct bench *move_open(int rows, int cols) {
    struct bench *bench = move_open_from(move_day(rows, cols), "F6", ZP_BOOKING_BOOKED);

    bench_answer(bench, ZP_ASK_LOOK, salon_look(bench));
    bench_turn(bench);
    assert_string_equal(app_screen(bench->app), "move");
    return bench;
}

struct zp_request move_asked(struct bench *bench, enum zp_ask ask) {
    const struct bench_ask *pending = bench_pending(bench, ask);

    assert_non_null(pending);
    return pending->request;
}

// The new booking of a move, in a state; ok when booked and no code is given.
struct zp_event *move_made(TALLOC_CTX *ctx, enum zp_booking_state state, enum zp_error_code code,
                           const char *name, const char *message) {
    struct zp_event *event = talloc_zero(ctx, struct zp_event);

    event->ok = code == ZP_OK;
    event->booking = salon_booking(event, MOVE_NEW_ID, 0, 1140, 1200, "Ким 金", "Маникюр");
    event->booking->state = state;
    if (code != ZP_OK)
        zp_error_set(&event->error, code, name, "%s", message);
    return event;
}

struct zp_event *move_taken(TALLOC_CTX *ctx) {
    struct zp_event *event = booking_taken(ctx, 3);

    talloc_free(event->booking->request_id);
    event->booking->request_id = talloc_strdup(event->booking, MOVE_NEW_ID);
    return event;
}
