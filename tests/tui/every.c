#include "every.h"
#include "booking_salon.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <zapis/i18n.h>

#define DAY_S  86400
#define ROUNDS 40

bool every_writes(enum zp_ask ask) {
    switch (ask) {
    case ZP_ASK_BOOK:
    case ZP_ASK_CANCEL:
    case ZP_ASK_MOVE:
    case ZP_ASK_MARK:
    case ZP_ASK_ADOPT:
    case ZP_ASK_MEND:
    case ZP_ASK_CLIENT_NOTE:
    case ZP_ASK_FORGET:
    case ZP_ASK_QUEUE_RETRY:
    case ZP_ASK_QUEUE_DROP:
    case ZP_ASK_SYNC_ONCE:
    case ZP_ASK_SETUP: return true;
    default: return false;
    }
}

size_t every_writes_asked(const struct bench *bench) {
    size_t count = 0;

    for (size_t i = 0; i < bench->ask_count; i++)
        count += every_writes(bench->asks[i].request.ask);
    return count;
}

static struct zp_event *event_new(TALLOC_CTX *ctx) {
    struct zp_event *event = talloc_zero(ctx, struct zp_event);

    event->ok = true;
    return event;
}

// A booking to come, with a history.
static struct zp_event *show_event(TALLOC_CTX *ctx) {
    static const struct {
        const char *what, *by, *detail;
    } lines[] = {{"written", "12", ""},
                 {"sent", "zapis", ""},
                 {"booked", "dikidi", "987"},
                 {"crm-logged", "bitrix24", "deal 640"}};
    struct zp_event *event = event_new(ctx);

    event->booking = salon_booking(event, "7", 0, 1080, 1140, "Мария", "Маникюр");
    event->booking->crm_id = talloc_strdup(event->booking, "640");
    event->booking->crm_entity = talloc_strdup(event->booking, "deal");
    event->history = talloc_zero_array(event, struct zp_history, 4);
    event->history_count = 4;
    for (int i = 0; i < 4; i++)
        event->history[i] = (struct zp_history){.at = BENCH_NOW - 600 + i,
                                                .what = talloc_strdup(event, lines[i].what),
                                                .by = talloc_strdup(event, lines[i].by),
                                                .detail = talloc_strdup(event, lines[i].detail)};
    return event;
}

static struct zp_event *queue_event(TALLOC_CTX *ctx) {
    static const char *const kinds[] = {"book", "crm-log", "cancel", "crm-reverse"};
    struct zp_event *event = event_new(ctx);

    event->tasks = talloc_zero_array(event, struct zp_task, 4);
    event->task_count = 4;
    for (int i = 0; i < 4; i++) {
        struct zp_task *task = &event->tasks[i];

        task->id = i + 1;
        task->kind = talloc_strdup(event, kinds[i]);
        task->request_id = talloc_strdup(event, "7");
        task->state = i % 2 ? ZP_TASK_ATTENTION : ZP_TASK_WAITING;
        task->next_at = BENCH_NOW + 60 * i;
        task->error = talloc_strdup(event, i % 2 ? "503" : "");
    }
    return event;
}

static struct zp_event *card_event(TALLOC_CTX *ctx) {
    struct zp_event *event = event_new(ctx);
    struct zp_client_card *card = talloc_zero(event, struct zp_client_card);

    event->card = card;
    card->client.phone = talloc_strdup(card, "+79161234567");
    card->client.name = talloc_strdup(card, "Мария Иванова");
    card->client.note = talloc_strdup(card, "аллергия на хну");
    card->client.visits = 12;
    card->client.no_shows = 1;
    card->client.usual_master = talloc_strdup(card, "Анна П.");
    card->usual_service = talloc_strdup(card, "маникюр");
    card->last_at = BENCH_NOW - 31 * (int64_t)DAY_S;
    card->last_days_ago = 31;
    card->usual_days = 28;
    event->bookings = talloc_zero_array(event, struct zp_booking *, 3);
    event->booking_count = 3;
    for (int i = 0; i < 3; i++) {
        struct zp_booking *booking =
            salon_booking(event->bookings, talloc_asprintf(event, "10%d", i), i, 600, 690,
                          "Мария Иванова", "маникюр");

        booking->starts_at -= (int64_t)(i * 28 + 3) * DAY_S;
        booking->attendance = i == 1 ? ZP_ATTENDANCE_NO_SHOW : ZP_ATTENDANCE_CAME;
        event->bookings[i] = booking;
    }
    return event;
}

static struct zp_event *truth_event(TALLOC_CTX *ctx) {
    struct zp_event *event = salon_truth(ctx, 3, 2);
    struct zp_truth *truth = event->truth;

    truth->only_journal = talloc_zero_array(truth, char *, 2);
    truth->only_journal[0] = talloc_strdup(truth, "987");
    truth->only_journal[1] = talloc_strdup(truth, "984");
    truth->only_journal_count = 2;
    truth->only_crm = talloc_zero_array(truth, char *, 1);
    truth->only_crm[0] = talloc_strdup(truth, "11111");
    truth->only_crm_count = 1;
    return event;
}

struct zp_event *every_answer(TALLOC_CTX *ctx, enum zp_ask ask) {
    switch (ask) {
    case ZP_ASK_CATALOGUE: return booking_catalogue(ctx);
    case ZP_ASK_SHIFTS: return salon_shifts(ctx);
    case ZP_ASK_SLOTS: return booking_monday(ctx);
    case ZP_ASK_LOOK: return salon_look(ctx);
    case ZP_ASK_SHOW: return show_event(ctx);
    case ZP_ASK_DAY: return salon_day(ctx);
    case ZP_ASK_TRUTH: return truth_event(ctx);
    case ZP_ASK_CLIENTS: return booking_clients(ctx);
    case ZP_ASK_CLIENT: return card_event(ctx);
    case ZP_ASK_NUMBERS: return salon_numbers(ctx, BENCH_DATE, 1);
    case ZP_ASK_QUEUE: return queue_event(ctx);
    default: return salon_failure(ctx, ZP_E_UNREACHABLE, "503");
    }
}

void every_settle(struct bench *bench) {
    bool more = true;

    for (int round = 0; more && round < ROUNDS; round++) {
        more = false;
        for (int ask = 0; ask < ZP_ASKS; ask++) {
            if (every_writes((enum zp_ask)ask) || !bench_pending(bench, (enum zp_ask)ask))
                continue;
            more = true;
            bench_answer(bench, (enum zp_ask)ask, every_answer(bench, (enum zp_ask)ask));
        }
    }
    assert_false(more);
}

const char *every_name(enum screen_id id) {
    return screen_find(id) ? screen_find(id)->name : NULL;
}

struct bench *every_open(enum screen_id id, const char *language) {
    const struct screen_args args = {.date = BENCH_DATE,
                                     .booking = "7",
                                     .client = "+79161234567",
                                     .client_name = "Мария",
                                     .text = "91",
                                     .master_id = "71"};
    struct bench *bench = NULL;

    if (!screen_find(id))
        return NULL;
    bench = bench_new(NULL, 24, 80, false);
    zp_i18n_init(language);
    bench_open(bench, id == SCREEN_HELP ? SCREEN_DAY : id, &args);
    every_settle(bench);
    if (id == SCREEN_HELP)
        bench_keys(bench, "F1");
    assert_string_equal(app_screen(bench->app), every_name(id));
    return bench;
}

char *every_text(const struct bench *bench) {
    return surface_text(bench->term, bench_frame(bench));
}
