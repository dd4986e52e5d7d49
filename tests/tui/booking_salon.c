#include "booking_salon.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SERVICES 40

static const char *const names[] = {"Маникюр", "Стрижка", "Борода", "Педикюр"};
static const int64_t prices[] = {150000, 120000, 90000, 220000};
static const int minutes[] = {90, 45, 30, 60};

static struct zp_event *event_new(TALLOC_CTX *ctx) {
    struct zp_event *event = talloc_zero(ctx, struct zp_event);

    event->ok = true;
    return event;
}

static char *number(TALLOC_CTX *ctx, int value) {
    return talloc_asprintf(ctx, "%d", value);
}

static void fill_service(TALLOC_CTX *ctx, struct zp_service *service, int at) {
    int kind = at % 4;

    service->id = number(ctx, 501 + at);
    service->name =
        at < 4 ? talloc_strdup(ctx, names[at]) : talloc_asprintf(ctx, "Процедура %d", at + 1);
    service->category_id = talloc_strdup(ctx, "1");
    service->category = talloc_strdup(ctx, "Зал");
    service->currency = talloc_strdup(ctx, "RUB");
    service->price_minor = prices[kind];
    service->duration_min = minutes[kind];
    service->active = service->online = true;
    if (at == 1) { // Борис is quicker and dearer
        service->terms = talloc_zero_array(ctx, struct zp_terms, 1);
        service->term_count = 1;
        service->terms[0] = (struct zp_terms){number(ctx, 72), 140000, false, 30};
    }
}

static void add_service(struct zp_catalogue *catalogue, struct zp_master *master, int id) {
    master->service_ids =
        talloc_realloc(catalogue, master->service_ids, char *, (unsigned)master->service_count + 1);
    master->service_ids[master->service_count++] = number(catalogue, id);
}

struct zp_event *booking_catalogue(TALLOC_CTX *ctx) {
    struct zp_event *event = salon_catalogue(ctx);
    struct zp_catalogue *catalogue = event->catalogue;

    catalogue->services = talloc_zero_array(catalogue, struct zp_service, SERVICES);
    catalogue->service_count = SERVICES;
    for (int i = 0; i < SERVICES; i++)
        fill_service(catalogue, &catalogue->services[i], i);
    for (size_t m = 0; m < catalogue->master_count; m++)
        for (int i = 0; i < SERVICES; i++)
            if (m == 1 ? i == 1 || i == 2 : m != 0 || i != 2)
                add_service(catalogue, &catalogue->masters[m], 501 + i);
    return event;
}

struct zp_event *booking_slots(TALLOC_CTX *ctx, struct zp_date date, const int *starts,
                               const int *masters) {
    struct zp_event *event = event_new(ctx);
    struct zp_slots *slots = talloc_zero(event, struct zp_slots);
    int64_t midnight = salon_at(0, 0) + (int64_t)zp_date_days_between(BENCH_DATE, date) * 86400;
    size_t count = 0;

    event->slots = slots;
    slots->asked_at = BENCH_NOW;
    slots->days = talloc_zero_array(slots, struct zp_day_slots, 1);
    slots->day_count = 1;
    slots->days[0].date = date;
    while (starts[count] >= 0)
        count++;
    slots->days[0].slots = talloc_zero_array(slots, struct zp_slot, (unsigned)count + 1);
    slots->days[0].slot_count = count;
    for (size_t i = 0; i < count; i++)
        slots->days[0].slots[i] =
            (struct zp_slot){number(slots, 71 + masters[i]), midnight + (int64_t)starts[i] * 60,
                             midnight + (int64_t)(starts[i] + (masters[i] == 1 ? 30 : 45)) * 60};
    slots->available = talloc_zero_array(slots, struct zp_date, 2);
    slots->available_count = 2;
    slots->available[0] = (struct zp_date){2026, 11, 24};
    slots->available[1] = (struct zp_date){2026, 11, 27};
    return event;
}

struct zp_event *booking_monday(TALLOC_CTX *ctx) {
    static const int starts[] = {900, 930, 930, 975, 1050, 1080, -1};
    static const int masters[] = {1, 0, 1, 0, 2, 0};

    return booking_slots(ctx, BENCH_DATE, starts, masters);
}

struct zp_event *booking_nothing(TALLOC_CTX *ctx, struct zp_date nearest) {
    static const int none[] = {-1};
    struct zp_event *event = booking_slots(ctx, BENCH_DATE, none, none);

    event->slots->has_nearest = nearest.year != 0;
    event->slots->nearest = nearest;
    return event;
}

struct zp_event *booking_clients(TALLOC_CTX *ctx) {
    static const char *const who[][3] = {{"Мария Иванова", "+79161234567", "Анна П."},
                                         {"Марк О'Нил", "+79161234599", "Борис М."},
                                         {"金小明", "+79161234511", ""}};
    struct zp_event *event = event_new(ctx);

    event->client_count = 3;
    event->clients = talloc_zero_array(event, struct zp_client, 3);
    for (int i = 0; i < 3; i++)
        event->clients[i] = (struct zp_client){
            .phone = talloc_strdup(event->clients, who[i][1]),
            .name = talloc_strdup(event->clients, who[i][0]),
            .visits = 12 - 5 * i,
            .no_shows = i,
            // the third one's only booking is to come
            .last_visit_at = BENCH_NOW - (int64_t)(i < 2 ? i + 1 : -1) * 30 * 86400,
            .usual_master = talloc_strdup(event->clients, who[i][2]),
            .last_service = talloc_strdup(event->clients, "Стрижка"),
            .note = i == 1 ? NULL : talloc_strdup(event->clients, "аллергия на хну")};
    return event;
}

struct zp_event *booking_made(TALLOC_CTX *ctx, enum zp_booking_state state, enum zp_error_code code,
                              const char *message) {
    struct zp_event *event = event_new(ctx);

    event->ok = state == ZP_BOOKING_BOOKED;
    event->booking = salon_booking(event, "77", 0, 930, 975, "Гость", "Стрижка");
    event->booking->state = state;
    if (!event->ok)
        zp_error_set(&event->error, code, NULL, "%s", message);
    return event;
}

struct zp_event *booking_taken(TALLOC_CTX *ctx, size_t offers) {
    struct zp_event *event =
        booking_made(ctx, ZP_BOOKING_REFUSED, ZP_E_REFUSED, "This time has just been taken.");

    (void)snprintf(event->error.name, sizeof(event->error.name), "SLOT_TAKEN");
    event->offers = talloc_zero_array(event, struct zp_slot, 3);
    event->offer_count = offers;
    event->offers[0] =
        (struct zp_slot){number(event->offers, 72), salon_at(15, 45), salon_at(16, 15)};
    event->offers[1] =
        (struct zp_slot){number(event->offers, 71), salon_at(16, 15), salon_at(17, 0)};
    event->offers[2] =
        (struct zp_slot){number(event->offers, 73), salon_at(17, 30), salon_at(18, 15)};
    return event;
}

// ---- the waiting list

static struct zp_waiting wish(TALLOC_CTX *ctx, int64_t id, const char *name, const char *phone) {
    char **ids = talloc_zero_array(ctx, char *, 1);

    ids[0] = talloc_strdup(ids, "502");
    return (struct zp_waiting){.id = id,
                               .client_phone = talloc_strdup(ctx, phone),
                               .client_name = talloc_strdup(ctx, name),
                               .service_ids = ids,
                               .service_count = 1,
                               .services = talloc_strdup(ctx, "Стрижка"),
                               .from = {2026, 11, 23},
                               .to = {2026, 11, 23},
                               .to_min = ZP_WAITING_DAY_MIN,
                               .comment = talloc_strdup(ctx, ""),
                               .made_at = BENCH_NOW - 7200 + id * 60,
                               .made_by = talloc_strdup(ctx, "Анна")};
}

struct zp_event *booking_waitings(TALLOC_CTX *ctx, size_t count, int fits) {
    struct zp_event *event = talloc_zero(ctx, struct zp_event);
    struct zp_waiting *list = talloc_zero_array(event, struct zp_waiting, (unsigned)count);

    event->ok = true;
    event->waitings = list;
    event->waiting_count = count;
    for (size_t i = 0; i < count; i++)
        list[i] = wish(list, (int64_t)i + 1,
                       i % 3 == 0 ? "Пелагея Длиннофамильева-Заречная"
                       : i % 3 == 1 ? "Мария"
                                    : "Ольга",
                       i == 1 ? "+79161234567" : "+79031112233");
    if (count > 1) {
        list[0].to = (struct zp_date){2026, 11, 25};
        list[0].from_min = 600;
        list[0].to_min = 840;
        list[0].master_id = talloc_strdup(list, "12");
        list[0].master = talloc_strdup(list, "Вера С.");
        list[0].comment = talloc_strdup(list, "аллергия на хну");
    }
    if (count > 2)
        list[2].state = ZP_WAITING_BOOKING;
    if (count > 3)
        list[3].from = list[3].to = (struct zp_date){2026, 11, 20};
    event->fits = talloc_zero(event, struct zp_fits);
    event->fits->fits = talloc_zero_array(event->fits, struct zp_fit, 2);
    event->fits->count = (size_t)fits;
    event->fits->fits[0] = (struct zp_fit){.at = 1,
                                           .waiting_id = 2,
                                           .master_id = talloc_strdup(event->fits, "10"),
                                           .master = talloc_strdup(event->fits, "Анна П."),
                                           .starts_at = salon_at(15, 30),
                                           .ends_at = salon_at(16, 0)};
    event->fits->fits[1] = event->fits->fits[0];
    event->fits->fits[1].at = 0;
    event->fits->fits[1].waiting_id = 1;
    event->fits->fits[1].starts_at = salon_at(17, 30);
    return event;
}

// ---- the screen

struct bench *booking_day(int rows, int cols) {
    struct bench *bench = bench_new(NULL, rows, cols, false);

    bench_open(bench, SCREEN_DAY, NULL);
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    bench_answer(bench, ZP_ASK_SHIFTS, salon_shifts(bench));
    bench_answer(bench, ZP_ASK_DAY, salon_day(bench));
    bench_answer(bench, ZP_ASK_LOOK, salon_look(bench));
    return bench;
}

// Day below, so that closing has somewhere to go; its cursor stands on a booking: nothing is
// forced.
struct bench *booking_open(int rows, int cols) {
    struct bench *bench = booking_day(rows, cols);

    bench_keys(bench, "Up");
    bench_keys(bench, "F7");
    assert_string_equal(app_screen(bench->app), "booking");
    bench_answer(bench, ZP_ASK_CATALOGUE, booking_catalogue(bench));
    return bench;
}

bool booking_shows(const struct bench *bench, const char *text) {
    for (int row = 0; row < bench_frame(bench)->rows; row++)
        if (strstr(bench_row(bench, row), text))
            return true;
    return false;
}

void booking_assert_shows(const struct bench *bench, const char *text) {
    if (!booking_shows(bench, text))
        print_error("not on the screen: %s\n%s", text,
                    surface_text(bench->term, bench_frame(bench)));
    assert_true(booking_shows(bench, text));
}
