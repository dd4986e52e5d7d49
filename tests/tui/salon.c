#include "salon.h"
#include "bench.h"
#include <stdlib.h>
#include <string.h>
#include <zapis/i18n.h>

static const char *const names[] = {"Анна П.", "Борис М.", "Вера С.", "Галина Т.", "Дина Р."};
static const int hours[][4] = {
    {600, 1200, -1, -1}, {600, 1140, -1, -1}, {720, 1260, -1, -1}, {540, 1080, 750, 795}};
#define MASTERS 5

int64_t salon_at(int hour, int minute) {
    return BENCH_NOW + ((int64_t)hour - 14) * 3600 + ((int64_t)minute - 32) * 60;
}

static int64_t at(int minute) {
    return salon_at(minute / 60, minute % 60);
}

static struct zp_event *event_new(TALLOC_CTX *ctx) {
    struct zp_event *event = talloc_zero(ctx, struct zp_event);

    event->ok = true;
    return event;
}

static char *master_id(TALLOC_CTX *ctx, int master) {
    return talloc_asprintf(ctx, "%d", 71 + master);
}

static struct zp_event *masters_new(TALLOC_CTX *ctx, int count) {
    struct zp_event *event = event_new(ctx);
    struct zp_catalogue *catalogue = talloc_zero(event, struct zp_catalogue);

    event->catalogue = catalogue;
    catalogue->fetched_at = BENCH_NOW - 3600;
    catalogue->masters = talloc_zero_array(catalogue, struct zp_master, (size_t)count);
    catalogue->master_count = (size_t)count;
    for (int i = 0; i < count; i++) {
        struct zp_master *master = &catalogue->masters[i];

        master->id = master_id(catalogue, i);
        master->name = i < MASTERS ? talloc_strdup(catalogue, names[i])
                                   : talloc_asprintf(catalogue, "Мастер %d", i);
        master->post = talloc_strdup(catalogue, "Стилист");
        master->active = master->online = true;
    }
    return event;
}

struct zp_event *salon_catalogue(TALLOC_CTX *ctx) {
    return masters_new(ctx, MASTERS);
}

struct zp_event *salon_big_catalogue(TALLOC_CTX *ctx, int masters) {
    return masters_new(ctx, masters);
}

static struct zp_event *shifts_new(TALLOC_CTX *ctx, size_t count) {
    struct zp_event *event = event_new(ctx);

    event->shifts = talloc_zero(event, struct zp_shifts);
    event->shifts->fetched_at = BENCH_NOW - 600;
    event->shifts->shifts = talloc_zero_array(event->shifts, struct zp_shift, count);
    event->shifts->shift_count = count;
    for (size_t i = 0; i < count; i++) {
        struct zp_shift *shift = &event->shifts->shifts[i];
        const int *hour = hours[i % 4];

        shift->master_id = master_id(event->shifts, (int)i);
        shift->date = BENCH_DATE;
        shift->from_min = hour[0];
        shift->to_min = hour[1];
        shift->break_from_min = hour[2];
        shift->break_to_min = hour[3];
    }
    return event;
}

struct zp_event *salon_shifts(TALLOC_CTX *ctx) {
    return shifts_new(ctx, 4); // the fifth has a day off
}

struct zp_event *salon_big_shifts(TALLOC_CTX *ctx, int masters) {
    return shifts_new(ctx, (size_t)masters);
}

struct zp_booking *salon_booking(TALLOC_CTX *ctx, const char *request_id, int master, int from,
                                 int to, const char *client, const char *service) {
    struct zp_booking *booking = talloc_zero(ctx, struct zp_booking);

    booking->request_id = talloc_strdup(booking, request_id);
    booking->company = talloc_strdup(booking, "550001");
    booking->state = ZP_BOOKING_BOOKED;
    booking->booking_id = talloc_asprintf(booking, "98%s", request_id);
    booking->starts_at = at(from);
    booking->ends_at = at(to);
    booking->master_id = master_id(booking, master);
    booking->master = talloc_strdup(booking, master < MASTERS ? names[master] : "Мастер");
    booking->services = talloc_zero_array(booking, struct zp_booked_service, 1);
    booking->service_count = 1;
    booking->services[0].id = talloc_strdup(booking, "501");
    booking->services[0].name = talloc_strdup(booking, service);
    booking->services[0].duration_min = to - from;
    booking->services[0].price_minor = 150000;
    booking->price_minor = 150000;
    booking->currency = talloc_strdup(booking, "RUB");
    booking->client_name = talloc_strdup(booking, client);
    booking->client_phone = talloc_strdup(booking, "+79161234567");
    booking->comment = talloc_strdup(booking, "");
    booking->cancel_reason = talloc_strdup(booking, "");
    booking->attendance = ZP_ATTENDANCE_WAITING;
    booking->crm_state = ZP_CRM_LOGGED;
    return booking;
}

static int by_start(const void *a, const void *b) {
    const struct zp_booking *one = *(struct zp_booking *const *)a;
    const struct zp_booking *other = *(struct zp_booking *const *)b;

    if (one->starts_at != other->starts_at)
        return one->starts_at < other->starts_at ? -1 : 1;
    return strcmp(one->request_id, other->request_id);
}

void salon_add(struct zp_event *day, struct zp_booking *booking) {
    day->bookings = talloc_realloc(day, day->bookings, struct zp_booking *, day->booking_count + 1);
    day->bookings[day->booking_count++] = talloc_steal(day, booking);
    qsort(day->bookings, day->booking_count, sizeof(day->bookings[0]), by_start);
}

struct zp_event *salon_day(TALLOC_CTX *ctx) {
    struct zp_event *day = event_new(ctx);
    struct zp_booking *booking = NULL;

    booking = salon_booking(day, "1", 0, 720, 810, "Мария Иванова", "маникюр");
    booking->attendance = ZP_ATTENDANCE_CAME;
    salon_add(day, booking);
    booking = salon_booking(day, "2", 1, 735, 795, "Пётр", "борода");
    booking->attendance = ZP_ATTENDANCE_NO_SHOW;
    salon_add(day, booking);
    booking = salon_booking(day, "3", 2, 750, 870, "Ольга", "стрижка, окрашивание");
    booking->crm_state = ZP_CRM_QUEUED;
    salon_add(day, booking);
    salon_add(day, salon_booking(day, "4", 3, 795, 825, "Нина В.", "брови"));
    booking = salon_booking(day, "5", 1, 900, 930, "Илья", "стрижка");
    booking->state = ZP_BOOKING_UNCERTAIN;
    booking->crm_state = ZP_CRM_NONE;
    salon_add(day, booking);
    booking = salon_booking(day, "6", 0, 960, 1020, "Светлана", "педикюр");
    booking->state = ZP_BOOKING_SENT;
    booking->crm_state = ZP_CRM_NONE;
    salon_add(day, booking);
    booking = salon_booking(day, "7", 0, 1080, 1140, "Ким 金", "массаж");
    booking->crm_state = ZP_CRM_ATTENTION;
    salon_add(day, booking);
    salon_add(day, salon_booking(day, "8", 2, 960, 975, "Рита", "чёлка"));
    salon_add(day, salon_booking(day, "9", 2, 975, 990, "Лиза", "чёлка"));
    return day;
}

static void stretch(struct zp_look *look, int master, int from, int to, enum zp_stretch_kind kind) {
    struct zp_stretch *one = NULL;

    look->stretches =
        talloc_realloc(look, look->stretches, struct zp_stretch, look->stretch_count + 1);
    one = &look->stretches[look->stretch_count++];
    *one = (struct zp_stretch){master_id(look, master), at(from), at(to), kind};
    look->outside_count += kind == ZP_STRETCH_OUTSIDE;
}

struct zp_event *salon_look(TALLOC_CTX *ctx) {
    struct zp_event *event = event_new(ctx);
    struct zp_look *look = talloc_zero(event, struct zp_look);

    event->look = look;
    look->date = BENCH_DATE;
    look->asked_at = BENCH_NOW - 30;
    look->complete = true;
    stretch(look, 0, 872, 960, ZP_STRETCH_OFFERED);
    stretch(look, 0, 1020, 1080, ZP_STRETCH_OFFERED);
    stretch(look, 0, 1140, 1200, ZP_STRETCH_UNKNOWN);
    stretch(look, 1, 930, 1140, ZP_STRETCH_OFFERED);
    stretch(look, 2, 990, 1110, ZP_STRETCH_OUTSIDE);
    stretch(look, 2, 1110, 1260, ZP_STRETCH_OFFERED);
    look->offers = talloc_zero_array(look, struct zp_slot, 2);
    look->offer_count = 2;
    look->offers[0] = (struct zp_slot){master_id(look, 0), at(885), at(915)};
    look->offers[1] = (struct zp_slot){master_id(look, 1), at(930), at(960)};
    return event;
}

struct zp_event *salon_truth(TALLOC_CTX *ctx, int journal, int crm) {
    struct zp_event *event = event_new(ctx);

    event->truth = talloc_zero(event, struct zp_truth);
    event->truth->date = BENCH_DATE;
    event->truth->journal_count = journal;
    event->truth->crm_count = crm;
    event->truth->crm_at = BENCH_NOW - 20;
    return event;
}

struct zp_event *salon_failure(TALLOC_CTX *ctx, enum zp_error_code code, const char *message) {
    struct zp_event *event = talloc_zero(ctx, struct zp_event);

    zp_error_set(&event->error, code, NULL, "%s", message);
    return event;
}

struct zp_event *salon_big_day(TALLOC_CTX *ctx, int masters, unsigned seed) {
    static const enum zp_booking_state states[] = {
        ZP_BOOKING_BOOKED, ZP_BOOKING_BOOKED,    ZP_BOOKING_SENT,
        ZP_BOOKING_INTENT, ZP_BOOKING_UNCERTAIN, ZP_BOOKING_CANCELLING,
    };
    static const char *const clients[] = {
        "Мария", "O'Neil", "金小明", "👩‍👩‍👧 семья", "й", ""};
    struct zp_event *day = event_new(ctx);
    int number = 0;

    for (int master = 0; master < masters; master++) {
        int minute = 540 + (int)(seed % 60);

        while (minute < 1240) {
            int length = 15 + (int)(seed >> 8) % 100;
            char *id = talloc_asprintf(day, "b%d", number++);
            struct zp_booking *booking = salon_booking(day, id, master, minute, minute + length,
                                                       clients[seed % 6], "стрижка и укладка");

            booking->state = states[(seed >> 4) % 6];
            booking->crm_state = (enum zp_crm_state)((seed >> 7) % 4);
            booking->attendance = (enum zp_attendance)((seed >> 9) % 3);
            day->bookings =
                talloc_realloc(day, day->bookings, struct zp_booking *, day->booking_count + 1);
            day->bookings[day->booking_count++] = booking;
            minute += length - 5 + (int)(seed >> 12) % 40;
            seed = seed * 1103515245u + 12345u;
        }
    }
    qsort(day->bookings, day->booking_count, sizeof(day->bookings[0]), by_start);
    return day;
}

static void add_master(struct zp_numbers *numbers, const char *name, int bookings, int booked,
                       int shift) {
    numbers->masters = talloc_realloc(numbers, numbers->masters, struct zp_numbers_load,
                                      (unsigned)numbers->master_count + 1);
    numbers->masters[numbers->master_count++] = (struct zp_numbers_load){
        .master_id = talloc_asprintf(numbers, "%zu", numbers->master_count),
        .master = name ? talloc_strdup(numbers, name) : NULL,
        .bookings = bookings,
        .booked_min = booked,
        .known_min = booked / 2,
        .shift_min = shift};
}

static void fill_numbers(struct zp_numbers *numbers) {
    static const char *const reasons[] = {"передумала", NULL, "заболела", "ошибка в записи"};

    numbers->bookings = 142;
    numbers->ahead = 30;
    numbers->came = 80;
    numbers->no_shows = 4;
    numbers->unmarked = 28;
    numbers->unsettled = 1;
    numbers->unpriced = 3;
    numbers->cancelled = 12;
    numbers->sources[0] = 80;
    numbers->sources[1] = 50;
    numbers->sources[2] = 12;
    numbers->clients = 110;
    numbers->new_clients = 31;
    numbers->nameless = 12;
    numbers->since = BENCH_NOW - INT64_C(100) * 86400;
    numbers->shift_days = numbers->days < 4 ? numbers->days : 4;
    numbers->money_count = 2;
    numbers->money = talloc_zero_array(numbers, struct zp_numbers_money, 2);
    numbers->money[0] =
        (struct zp_numbers_money){talloc_strdup(numbers, "RUB"), 34250050, 800000, 1200000};
    numbers->money[1] = (struct zp_numbers_money){talloc_strdup(numbers, "KZT"), 700, 0, 0};
    numbers->reason_count = 4;
    numbers->reasons = talloc_zero_array(numbers, struct zp_numbers_reason, 4);
    for (int i = 0; i < 4; i++)
        numbers->reasons[i] = (struct zp_numbers_reason){
            reasons[i] ? talloc_strdup(numbers, reasons[i]) : NULL, i == 0 ? 6 : 2};
    add_master(numbers, "Анна П.", 40, 2400, 2880);
    add_master(numbers, "Борис М.", 0, 0, 480);
    add_master(numbers, "Вера Константинопольская-Водкина", 90, 5430, 2000);
    add_master(numbers, "Галина Т.", 11, 660, 0);
    add_master(numbers, NULL, 1, 60, 0);
}

struct zp_event *salon_numbers(TALLOC_CTX *ctx, struct zp_date date, int days) {
    struct zp_event *event = talloc_zero(ctx, struct zp_event);

    event->ok = true;
    event->numbers = talloc_zero(event, struct zp_numbers);
    event->numbers->date = date;
    event->numbers->days = days;
    fill_numbers(event->numbers);
    return event;
}

// ---- the set-up proof

static const struct {
    const char *name, *detail;
    enum zp_check_state state;
} checks[] = {
    {"config", "/etc/zapis/zapis.conf", ZP_CHECK_OK},
    {"secrets", "dikidi.key_file 0600 (anna); bitrix24.webhook_url_file 0600 (anna)", ZP_CHECK_OK},
    {"who-may", "whoever can read the journal and the secrets can do everything: anna",
     ZP_CHECK_OK},
    {"timezone", "Europe/Moscow, rules 2026a, 24 days old", ZP_CHECK_WARN},
    {"store", "sqlite:/var/lib/zapis/zapis.db: waiting 0, attention 0", ZP_CHECK_OK},
    {"dikidi.key", "the key is accepted", ZP_CHECK_OK},
    {"dikidi.plan", "the plan includes the API", ZP_CHECK_OK},
    {"dikidi.services", "40 services", ZP_CHECK_OK},
    {"dikidi.masters", "8 masters, 47 shifts in 7 days", ZP_CHECK_OK},
    {"dikidi.schedule", "5 free times tomorrow", ZP_CHECK_OK},
    {"dikidi.booking", "not asked: the journal has no booking of these days yet", ZP_CHECK_SKIPPED},
    {"bitrix24.access", "the webhook works with administrator rights (Olga)", ZP_CHECK_OK},
    {"bitrix24.source",
     "the source DIKIDI is missing: an administrator adds it in CRM > Settings > Sources, or gives "
     "the webhook's owner the right to, and runs zapis setup again",
     ZP_CHECK_FAIL},
    {"ask-dikidi.limits", "ask Dikidi: how many requests a minute?", ZP_CHECK_SKIPPED},
    {"something.new", "a check that these words do not know yet", ZP_CHECK_OK},
};
_Static_assert(sizeof(checks) / sizeof(checks[0]) == SALON_CHECKS, "as many as salon.h says");

struct zp_event *salon_checks(TALLOC_CTX *ctx, size_t from, size_t to) {
    struct zp_event *event = talloc_zero(ctx, struct zp_event);

    event->ok = true;
    event->kind = ZP_EVENT_CHECK;
    event->ask = ZP_ASK_CHECK;
    event->check_count = to - from;
    event->checks = talloc_zero_array(event, struct zp_check, (unsigned)(to - from));
    for (size_t i = from; i < to; i++)
        event->checks[i - from] = (struct zp_check){
            .name = talloc_strdup(event->checks, checks[i].name),
            .state = checks[i].state,
            .detail = talloc_strdup(event->checks, zp_i18n(checks[i].detail)),
            .unreachable = false,
        };
    return event;
}
