#include "random_salon.h"
#include "booking_salon.h"
#include "every.h"
#include <string.h>

static uint64_t random_state;

void random_seed(uint64_t seed) {
    random_state = seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
}

unsigned random_below(unsigned limit) {
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(random_state >> 33) % limit;
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

// The list, or the one wish that was asked for.
static struct zp_event *random_waitings(TALLOC_CTX *ctx, const struct bench_ask *ask) {
    const bool one = ask->request.ask != ZP_ASK_WAITING || ask->request.u.waiting.id != 0;
    const size_t count = one ? 1 : random_below(7);

    return booking_waitings(ctx, count, count > 1 ? (int)random_below(3) : 0);
}

static struct zp_event *random_day(TALLOC_CTX *ctx) {
    switch (random_below(4)) {
    case 0: return salon_big_day(ctx, 1 + (int)random_below(12), random_below(100000));
    case 1: return every_nothing(ctx, ZP_ASK_DAY);
    default: return salon_day(ctx);
    }
}

static struct zp_event *random_write(TALLOC_CTX *ctx, enum zp_ask ask) {
    struct zp_event *event = NULL;

    switch (random_below(4)) {
    case 0: return salon_failure(ctx, ZP_E_REFUSED, "It is not allowed.");
    case 1: return salon_failure(ctx, ZP_E_UNKNOWN, "The answer was lost.");
    default: break;
    }
    event = random_show(ctx);
    if (ask == ZP_ASK_CLIENT_NOTE) {
        talloc_free(event);
        return every_answer(ctx, ZP_ASK_CLIENT);
    }
    if (ask == ZP_ASK_MEND)
        event->told = talloc_strdup(event, "It is alike now.");
    return event;
}

static struct zp_event *random_read(TALLOC_CTX *ctx, const struct bench_ask *ask) {
    const int masters = 1 + (int)random_below(12);

    switch (ask->request.ask) {
    case ZP_ASK_CATALOGUE:
        return random_below(6) ? booking_catalogue(ctx) : salon_big_catalogue(ctx, masters);
    case ZP_ASK_SHIFTS: return random_below(4) ? salon_shifts(ctx) : salon_big_shifts(ctx, masters);
    case ZP_ASK_SLOTS: return random_slots(ctx, ask->request.u.slots.date);
    case ZP_ASK_LOOK: return random_below(2) ? salon_look(ctx) : open_look(ctx);
    case ZP_ASK_SHOW: return random_show(ctx);
    case ZP_ASK_DAY: return random_day(ctx);
    case ZP_ASK_TRUTH:
        return random_below(2) ? every_answer(ctx, ZP_ASK_TRUTH)
                               : salon_truth(ctx, 3, (int)random_below(5) - 1);
    case ZP_ASK_WAITING: return random_waitings(ctx, ask);
    default:
        return random_below(5) ? every_answer(ctx, ask->request.ask)
                               : every_nothing(ctx, ask->request.ask);
    }
}

struct zp_event *random_answer_to(TALLOC_CTX *ctx, const struct bench_ask *ask) {
    switch (ask->request.ask) {
    case ZP_ASK_BOOK: return random_book_answer(ctx);
    case ZP_ASK_MOVE: return random_move_answer(ctx);
    case ZP_ASK_WAITING_PUT:
    case ZP_ASK_WAITING_DROP:
        return random_below(3) ? random_waitings(ctx, ask)
                               : salon_failure(ctx, ZP_E_STORE, "The disk is full.");
    default: break;
    }
    if (every_writes(ask->request.ask))
        return random_write(ctx, ask->request.ask);
    if (random_below(ask->request.ask == ZP_ASK_SHOW ? 40 : 8) == 0)
        return salon_failure(ctx, ZP_E_UNREACHABLE, "Dikidi could not be reached.");
    return random_read(ctx, ask);
}

struct zp_event *random_event(TALLOC_CTX *ctx) {
    static const enum zp_event_kind kinds[] = {ZP_EVENT_JOURNAL, ZP_EVENT_WAITING, ZP_EVENT_SYNC,
                                               ZP_EVENT_CONNECTION, ZP_EVENT_BOOKING};
    const enum zp_event_kind kind = kinds[random_below(5)];
    struct zp_event *event =
        kind == ZP_EVENT_BOOKING ? random_show(ctx) : talloc_zero(ctx, struct zp_event);

    event->ok = true;
    event->kind = kind;
    event->waiting = (int)random_below(4);
    event->attention = (int)random_below(3);
    event->dikidi.known = random_below(2);
    event->dikidi.ok = random_below(2);
    event->dikidi.last_good_at = BENCH_NOW - (int64_t)random_below(9000);
    event->bitrix24 = event->dikidi;
    return event;
}
