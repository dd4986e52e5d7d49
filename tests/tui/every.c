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
    case ZP_ASK_WAITING_PUT:
    case ZP_ASK_WAITING_DROP:
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
    } lines[] = {{"intent", "12", ""},
                 {"sent", "zapis", ""},
                 {"booked", "dikidi", "987"},
                 {"logged", "bitrix24", "deal 640"}};
    struct zp_event *event = event_new(ctx);

    event->booking = salon_booking(event, "7", 0, 1080, 1140, "Мария", "Маникюр");
    event->booking->crm_id = talloc_strdup(event->booking, "640");
    event->booking->crm_entity = talloc_strdup(event->booking, "deal");
    event->history = talloc_zero_array(event, struct zp_history, 4);
    event->history_count = 4;
    for (int i = 0; i < 4; i++)
        event->history[i] =
            (struct zp_history){.at = BENCH_NOW - 600 + i,
                                .what = talloc_strdup(event->history, lines[i].what),
                                .by = talloc_strdup(event->history, lines[i].by),
                                .detail = talloc_strdup(event->history, lines[i].detail)};
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
        task->kind = talloc_strdup(event->tasks, kinds[i]);
        task->request_id = talloc_strdup(event->tasks, "7");
        task->state = i % 2 ? ZP_TASK_ATTENTION : ZP_TASK_WAITING;
        task->next_at = BENCH_NOW + 60 * i;
        task->error = talloc_strdup(event->tasks, i % 2 ? every_saying(every_sentence('x')) : "");
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
    truth->only_crm_titles = talloc_zero_array(truth, char *, 1);
    truth->only_crm_titles[0] = talloc_strdup(truth, "Стрижка · Алла · Вера С.");
    truth->only_crm_visits = talloc_zero_array(truth, int64_t, 1);
    truth->only_crm_visits[0] = BENCH_NOW + 3600;
    return event;
}

static bool without_letters, without_sayings;

void every_without_sayings(void) {
    without_sayings = true;
}

const char *every_saying(const char *sentence) {
    return without_sayings ? "503" : sentence;
}

// What stands only here are lines whose name the program does not know yet, at the end.
static struct zp_event *check_event(TALLOC_CTX *ctx) {
    struct zp_event *event = salon_checks(ctx, 0, SALON_CHECKS - 1);

    for (size_t i = 0; (without_letters || without_sayings) && i < event->check_count; i++)
        event->checks[i].detail = talloc_strdup(event->checks, "12");
    event->kind = ZP_EVENT_ANSWER;
    event->ok = false; // as the desk answers where a check failed
    event->error.code = ZP_E_CONFIG;
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
    case ZP_ASK_WAITING: return booking_waitings(ctx, 4, 0);
    case ZP_ASK_CHECK: return check_event(ctx);
    default: return salon_failure(ctx, ZP_E_UNREACHABLE, "503");
    }
}

// Nothing is there yet: no booking, no client, no price, no task.
struct zp_event *every_nothing(TALLOC_CTX *ctx, enum zp_ask ask) {
    struct zp_event *event = NULL;

    switch (ask) {
    case ZP_ASK_CATALOGUE: return salon_catalogue(ctx); // masters without services
    case ZP_ASK_SLOTS: return booking_nothing(ctx, (struct zp_date){0});
    case ZP_ASK_TRUTH: return salon_truth(ctx, 0, 0);
    case ZP_ASK_SHIFTS:
    case ZP_ASK_LOOK:
    case ZP_ASK_SHOW: return every_answer(ctx, ask);
    case ZP_ASK_WAITING: return booking_waitings(ctx, 0, 0);
    case ZP_ASK_NUMBERS:
        event = event_new(ctx);
        event->numbers = talloc_zero(event, struct zp_numbers);
        event->numbers->date = BENCH_DATE;
        event->numbers->days = 1;
        return event;
    case ZP_ASK_CLIENT:
        event = event_new(ctx);
        event->card = talloc_zero(event, struct zp_client_card);
        event->card->client.phone = talloc_strdup(event->card, "+79161234567");
        event->card->client.name = talloc_strdup(event->card, "Мария");
        return event;
    default: return event_new(ctx);
    }
}

// What never came: the booking's outcome, the CRM's count, the day's free time.
static struct zp_event *unknown_answer(TALLOC_CTX *ctx, enum zp_ask ask) {
    struct zp_event *event = NULL;

    if (ask == ZP_ASK_TRUTH)
        return salon_truth(ctx, 9, -1);
    if (ask == ZP_ASK_LOOK)
        return salon_failure(ctx, ZP_E_UNKNOWN, every_sentence('0'));
    event = every_answer(ctx, ask);
    if (ask == ZP_ASK_SHOW) {
        event->booking->state = ZP_BOOKING_UNCERTAIN;
        event->booking->booking_id = NULL;
        event->booking->crm_state = ZP_CRM_NONE;
        event->booking->crm_id = event->booking->crm_entity = NULL;
        event->history_count = 2;
    }
    return event;
}

const char *every_sentence(char how) {
    static char text[400];

    switch (how) {
    case '0':
        return _("Dikidi's answer was lost on the way, so it is not known whether this was done");
    case '4': return _("Dikidi does not take bookings for so soon: choose a later time");
    default:
        (void)snprintf(text, sizeof(text),
                       _("%s could not be reached in time: check the network connection"),
                       "Dikidi");
        return text;
    }
}

void every_without_letters(void) {
    without_letters = true;
}

// Every string that talloc_strdup or talloc_asprintf made is its own name. Cyrillic letters take
// two bytes, and so do the digits that come in their place; Latin words are those of the wire
// ("deal").
static void digits(const void *chunk, int depth, int most, int is_ref, void *data) {
    unsigned char *text = (unsigned char *)(uintptr_t)chunk;

    (void)depth, (void)most, (void)is_ref, (void)data;
    if (talloc_get_name(chunk) != (const char *)chunk)
        return;
    for (; text[0] != '\0'; text++)
        if ((text[0] == 0xD0 || text[0] == 0xD1) && text[1] != '\0') {
            text[0] = '1';
            text[1] = '2';
        }
}

void every_give(struct bench *bench, enum zp_ask ask, struct zp_event *event) {
    if (without_letters)
        talloc_report_depth_cb(event, 0, -1, digits, NULL);
    bench_answer(bench, ask, event);
}

// The shifts of a day on all days, but each seventh is off.
static void each_day(struct zp_shifts *shifts, struct zp_date date, int days) {
    const size_t count = shifts->shift_count;

    for (size_t i = 0; i < count; i++)
        shifts->shifts[i].date = date;
    if (days <= 1)
        return;
    shifts->shifts =
        talloc_realloc(shifts, shifts->shifts, struct zp_shift, (unsigned)(count * (size_t)days));
    for (int day = 1; day < days; day++)
        for (size_t i = 0; day % 7 != 6 && i < count; i++) {
            shifts->shifts[shifts->shift_count] = shifts->shifts[i];
            shifts->shifts[shifts->shift_count++].date = zp_date_add_days(date, day);
        }
}

// The salon has the same day each day.
static void to_date(struct zp_event *event, const struct zp_request *request) {
    const bool day = request->ask == ZP_ASK_DAY;
    const struct zp_date date = day ? request->u.day.date : request->u.shifts.date;

    if (!day && request->ask != ZP_ASK_SHIFTS)
        return;
    for (size_t i = 0; i < event->booking_count; i++) {
        event->bookings[i]->starts_at += zp_date_days_between(BENCH_DATE, date) * (int64_t)DAY_S;
        event->bookings[i]->ends_at += zp_date_days_between(BENCH_DATE, date) * (int64_t)DAY_S;
    }
    if (event->shifts)
        each_day(event->shifts, date, request->u.shifts.days);
}

static struct zp_event *answer_of(struct bench *bench, enum zp_ask ask, char how) {
    struct zp_event *event = how == 'x'
                                 ? salon_failure(bench, ZP_E_UNREACHABLE, every_sentence('x'))
                             : how == 'e' ? every_nothing(bench, ask)
                             : how == 'u' ? unknown_answer(bench, ask)
                                          : every_answer(bench, ask);

    to_date(event, &bench_pending(bench, ask)->request);
    return event;
}

void every_settle_as(struct bench *bench, char how) {
    bool more = how != '?';

    for (int round = 0; more && round < ROUNDS; round++) {
        more = false;
        for (int number = 0; number < ZP_ASKS; number++) {
            const enum zp_ask ask = (enum zp_ask)number;

            if (every_writes(ask) || !bench_pending(bench, ask))
                continue;
            more = true;
            every_give(bench, ask, answer_of(bench, ask, how));
        }
    }
    assert_false(more);
}

void every_settle(struct bench *bench) {
    every_settle_as(bench, '!');
}

const char *every_name(enum screen_id id) {
    return screen_find(id) ? screen_find(id)->name : NULL;
}

struct bench *every_open(enum screen_id id, const char *language) {
    return every_open_as(id, language, '!');
}

struct bench *every_open_as(enum screen_id id, const char *language, char how) {
    static const char *const services[] = {"502"};
    struct screen_args args = {.date = BENCH_DATE,
                               .booking = "7",
                               .client = "+79161234567",
                               .client_name = without_letters ? "12" : "Мария",
                               .text = "91",
                               .master_id = "71"};
    const bool about = id == SCREEN_HELP || id == SCREEN_PALETTE; // the screen below
    struct bench *bench = NULL;

    if (!screen_find(id))
        return NULL;
    bench = bench_new(NULL, 24, 80, false);
    zp_i18n_init(language);
    if (without_letters) {
        bench->config->salon.name = talloc_strdup(bench->config, "12");
        bench->config->salon.walk_in_name = bench->config->salon.name;
        bench->env.operator_name = "12";
    }
    if (id == SCREEN_WISH) {
        args.service_ids = services;
        args.service_count = 1;
    }
    bench_open(bench, about ? SCREEN_DAY : id, &args);
    every_settle_as(bench, about ? '!' : how);
    if (about) {
        bench_keys(bench, id == SCREEN_HELP ? "F1" : "F2");
        every_settle_as(bench, how);
    }
    assert_string_equal(app_screen(bench->app), every_name(id));
    return bench;
}

char *every_text(const struct bench *bench) {
    return surface_text(bench->term, bench_frame(bench));
}
